//! Compares what is written for an input with its schema: unknown and missing members, values that do
//! not fit. A path or text is taken wherever its type may fit.

use serde_json::Value;

use super::ctx::Ctx;
use super::shape::{Member, Shape};
use super::types::Types;
use super::world::Site;
use crate::diagnostic::{Code, Diagnostic, Fix, Span, nearest};
use crate::expression::Path;
use crate::syntax::{Node, NodeKind, list, with_quotes};

/// What is compared: the words for the whole, and where it stands.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a, 'c, 't> {
    /// What rules are given.
    pub(super) ctx: &'a Ctx<'c, 't>,
    /// Name of the node whose input it is.
    pub(super) node: &'a str,
    /// Where it stands.
    pub(super) site: Site,
}

/// What a scalar of the text gives.
pub(super) enum Given {
    /// A value that is written out.
    Literal(Value),
    /// Something of these types.
    Computed(Types),
}

/// What a scalar gives; `None` for lists and maps.
pub(super) fn given(ctx: &Ctx<'_, '_>, node: &Node, site: Site) -> Option<Given> {
    let NodeKind::Scalar(scalar) = &node.kind else { return None };
    let Some(text) = scalar.value.as_str() else { return Some(Given::Literal(scalar.value.clone())) };
    if let Some(rest) = text.strip_prefix("$$.") {
        return Some(Given::Literal(Value::String(format!("$.{rest}"))));
    }
    if text.starts_with("$.") || text.starts_with("$[") {
        let references = Path::parse(text).map(|path| path.references()).unwrap_or_default();
        let types = references.first().map_or(Types::ANY, |reference| ctx.world.types(reference, site));
        return Some(Given::Computed(types));
    }
    if text.contains("{{") {
        return Some(Given::Computed(Types::TEXT));
    }
    Some(Given::Literal(scalar.value.clone()))
}

impl Asked<'_, '_, '_> {
    /// Compares a value; `name` is what it is called in messages.
    pub(super) fn value(&self, shape: Shape<'_>, node: &Node, name: &str, found: &mut Vec<Diagnostic>) {
        let types = shape.types();
        match &node.kind {
            NodeKind::Map(_) if !types.meets(Types::MAP) => {
                found.push(self.wrong(node, name, types, "a map"))
            }
            NodeKind::List(_) if !types.meets(Types::LIST) => {
                found.push(self.wrong(node, name, types, "a list"))
            }
            NodeKind::Map(_) => {
                self.best(shape, Types::MAP, found, |variant, found| self.map(variant, node, found))
            }
            NodeKind::List(items) => {
                if let Member::Known(element, _) = shape.element() {
                    for item in items {
                        self.value(element, item, name, found);
                    }
                }
            }
            NodeKind::Scalar(_) => match given(self.ctx, node, self.site) {
                Some(Given::Computed(given)) if !types.meets(given) => {
                    found.push(self.wrong(node, name, types, &given.words()));
                }
                Some(Given::Literal(_)) => self.literal(shape, node, name, found),
                _ => {}
            },
        }
    }

    /// The members of a map: unknown ones, missing ones, and their values.
    pub(super) fn map(&self, shape: Shape<'_>, node: &Node, found: &mut Vec<Diagnostic>) {
        let entries = node.as_map().unwrap_or_default();
        for entry in entries {
            let name = entry.key.text.as_str();
            match shape.member(name) {
                Member::Known(member, _) => {
                    if entry.value.is_null()
                        && !shape.required().contains(&name)
                        && !member.types().meets(Types::NULL)
                    {
                        let message = format!("`{name}` of `{}` has no value", self.node);
                        found.push(
                            Diagnostic::error(Code::WF019, entry.key.span, message).help("leave the key out"),
                        );
                    } else {
                        self.value(member, &entry.value, &format!("`{name}`"), found);
                    }
                }
                Member::Open => {}
                Member::Missing => found.push(self.unknown(name, entry.key.span, &shape.names())),
            }
        }
        let place = entries.first().map_or(node.span, |entry| entry.key.span);
        self.missing(shape, |name| entries.iter().any(|entry| entry.key.text == name), place, found);
    }

    /// Reports members that must be there and are not.
    pub(super) fn missing(
        &self,
        shape: Shape<'_>,
        is_given: impl Fn(&str) -> bool,
        place: Span,
        found: &mut Vec<Diagnostic>,
    ) {
        for name in shape.required() {
            if !is_given(name) {
                let message = format!("`{}` needs the input `{name}`", self.node);
                found.push(Diagnostic::error(Code::WF018, place, message));
            }
        }
    }

    fn unknown(&self, name: &str, span: Span, names: &[&str]) -> Diagnostic {
        let error = Diagnostic::error(Code::WF012, span, format!("`{}` has no input `{name}`", self.node));
        match nearest(name, names.iter().copied()) {
            Some(near) => error.did_you_mean(name, near),
            None => error.note(format!("its inputs are {}", list(names))),
        }
    }

    fn literal(&self, shape: Shape<'_>, node: &Node, name: &str, found: &mut Vec<Diagnostic>) {
        let (Some(Given::Literal(value)), NodeKind::Scalar(scalar)) =
            (given(self.ctx, node, self.site), &node.kind)
        else {
            return;
        };
        let text = scalar.text.as_str();
        let types = shape.types();
        let own = Types::of(&value);
        if !types.meets(own) {
            let error = self.wrong(node, name, types, node.word());
            let quoted = types.meets(Types::TEXT) && !own.meets(Types::NULL);
            let unquoted = unquoted(&value, types);
            found.push(match unquoted {
                _ if quoted => with_quotes(error, node.span, text),
                Some(right) => {
                    let title = format!("write `{right}`");
                    let fix = Fix { title, span: node.span, wrong: None, right: right.clone() };
                    error.help(format!("write `{right}` without quotes")).fix(fix)
                }
                None => error,
            });
            return;
        }
        if let Some(values) = shape.values()
            && !values.contains(&&value)
        {
            let message = format!("{name} of `{}` is not `{text}`", self.node);
            let words: Vec<_> = values.iter().filter_map(|value| value.as_str()).collect();
            let error = Diagnostic::error(Code::WF019, node.span, message);
            found.push(match nearest(text, words.iter().copied()) {
                Some(near) => error.did_you_mean(text, near),
                None => error.note(format!("it is one of {}", list(&words))),
            });
            return;
        }
        let (least, most) = shape.bounds();
        if let Some(number) = value.as_f64()
            && (least.is_some_and(|least| number < least) || most.is_some_and(|most| number > most))
        {
            let bounds = match (least, most) {
                (Some(least), Some(most)) => format!("from {least} to {most}"),
                (Some(least), None) => format!("from {least}"),
                (None, most) => format!("up to {}", most.unwrap_or_default()),
            };
            let message = format!("{name} of `{}` goes {bounds}, and this is {text}", self.node);
            found.push(Diagnostic::error(Code::WF019, node.span, message));
        }
    }

    /// Compares with the alternative that fits best.
    fn best(
        &self,
        shape: Shape<'_>,
        types: Types,
        found: &mut Vec<Diagnostic>,
        compare: impl Fn(Shape<'_>, &mut Vec<Diagnostic>),
    ) {
        let mut best: Option<Vec<Diagnostic>> = None;
        for variant in shape.variants().into_iter().filter(|variant| variant.types().meets(types)) {
            let mut findings = Vec::new();
            compare(variant, &mut findings);
            if best.as_ref().is_none_or(|best| findings.len() < best.len()) {
                best = Some(findings);
            }
        }
        found.extend(best.unwrap_or_default());
    }

    fn wrong(&self, node: &Node, name: &str, types: Types, given: &str) -> Diagnostic {
        let message = format!("{name} of `{}` takes {}, and this is {given}", self.node, types.words());
        Diagnostic::error(Code::WF019, node.span, message)
    }
}

/// A number or truth that was put in quotes where one is wanted.
fn unquoted(value: &Value, wanted: Types) -> Option<String> {
    let text = value.as_str()?;
    let read: Value = match text {
        "yes" | "Yes" | "on" => Value::Bool(true),
        "no" | "No" | "off" => Value::Bool(false),
        _ => serde_json::from_str(text).ok()?,
    };
    Types::of(&read).meets(wanted.without(Types::NULL)).then(|| read.to_string())
}
