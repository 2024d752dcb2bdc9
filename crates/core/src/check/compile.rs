//! Compiles the expressions of nodes and notes what they read.

use std::collections::HashMap;
use std::sync::Arc;

use indexmap::IndexMap;

use super::uses::{Part, Use};
use crate::diagnostic::{Code, Diagnostic, Fix, nearest};
use crate::expression::{Condition, ParseError, Template, Text, alike};
use crate::model::{Calendar, Delay, DelayDoc, parse_working};
use crate::syntax::{Node, NodeKind, quoted};

/// The calendar that is there without being declared.
const WEEKDAYS: &str = "weekdays";

/// Compiles expressions one after another; keeps what was found and what they read.
#[derive(Default)]
pub(super) struct Compiler {
    /// What was found.
    pub(super) found: Vec<Diagnostic>,
    /// What they read.
    pub(super) uses: Vec<Use>,
    /// The calendars by name.
    pub(super) calendars: HashMap<String, Arc<Calendar>>,
    /// The names of elements that may be read where it is.
    pub(super) elements: Vec<String>,
}

impl Compiler {
    /// A value with expressions in it.
    pub(super) fn template(&mut self, node: &Node, part: Part) -> Option<Template> {
        match &node.kind {
            NodeKind::List(items) => {
                let items: Vec<_> = items.iter().map(|item| self.template(item, part)).collect();
                items.into_iter().collect::<Option<_>>().map(Template::List)
            }
            NodeKind::Map(entries) => {
                let mut members = IndexMap::with_capacity(entries.len());
                let mut whole = true;
                for entry in entries {
                    match self.template(&entry.value, part) {
                        Some(member) => _ = members.insert(entry.key.text.clone(), member),
                        None => whole = false,
                    }
                }
                whole.then_some(Template::Map(members))
            }
            NodeKind::Scalar(scalar) => match scalar.value.as_str() {
                Some(text) => self.scalar(node, text, part),
                None => Some(Template::Literal(scalar.value.clone())),
            },
        }
    }

    /// A length of time; a calendar that is not there is reported.
    pub(super) fn delay(&mut self, doc: &DelayDoc<'_>) -> Option<Delay> {
        let Some(node) = doc.calendar else { return Some(Delay::Clock(doc.length)) };
        let name = node.as_str()?;
        let calendar = match self.calendars.get(name) {
            Some(calendar) => Arc::clone(calendar),
            None if name == WEEKDAYS => Arc::new(Calendar::weekdays()),
            None => {
                let error =
                    Diagnostic::error(Code::GV018, node.span, format!("there is no calendar `{name}`"));
                let names = self.calendars.keys().map(String::as_str).chain([WEEKDAYS]);
                self.found.push(match nearest(name, names) {
                    Some(near) => error.did_you_mean(name, near),
                    None => error.help("declare it under `calendars`, or take `weekdays`"),
                });
                return None;
            }
        };
        match parse_working(doc.node.as_str()?) {
            Ok((days, time)) => Some(Delay::Working { days, time, calendar }),
            Err(message) => {
                let help = "write it in days, such as `10d`";
                self.found.push(Diagnostic::error(Code::WF013, doc.node.span, message).help(help));
                None
            }
        }
    }

    fn scalar(&mut self, node: &Node, text: &str, part: Part) -> Option<Template> {
        let code = if text.starts_with('$') { Code::WF030 } else { Code::WF031 };
        let template = Template::parse(text).map_err(|error| self.refuse(code, node, error)).ok()?;
        if !matches!(template, Template::Path(_)) && !text.starts_with("$$.") {
            self.warn_alike(node, text, false);
        }
        for reference in template.references() {
            let span = match template {
                Template::Path(_) => node.span,
                _ => node.piece(reference.text.trim_start_matches("$.")),
            };
            self.uses.push(Use { reference, span, part });
        }
        Some(template)
    }

    /// The members of a map; an absent one is empty.
    pub(super) fn map(&mut self, node: Option<&Node>, key: &str, part: Part) -> Option<Template> {
        let Some(node) = node else { return Some(Template::Map(IndexMap::new())) };
        if node.as_map().is_none() {
            self.found.push(crate::syntax::kind_named(node, key, "a map"));
            return None;
        }
        self.template(node, part)
    }

    /// A text.
    pub(super) fn text(&mut self, node: &Node) -> Option<Text> {
        let source = node.as_str()?;
        if let Some(path) = source.strip_prefix("$.") {
            let message = format!("`{source}` would be written as it stands: a path in a text has braces");
            let help = format!("write `\"{{{{{path}}}}}\"`");
            self.found.push(Diagnostic::error(Code::WF031, node.span, message).help(help));
            return None;
        }
        let text = Text::parse(source).map_err(|error| self.refuse(Code::WF031, node, error)).ok()?;
        self.warn_alike(node, source, true);
        for reference in text.references() {
            let span = node.piece(reference.text.trim_start_matches("$."));
            self.uses.push(Use { reference: reference.clone(), span, part: Part::Value });
        }
        Some(text)
    }

    /// A condition.
    pub(super) fn condition(&mut self, node: &Node, part: Part) -> Option<Condition> {
        let source = node.as_str()?;
        if source.contains("{{") {
            let message = "a condition takes paths without braces";
            let help = "write for example `$.inputs.risk == 'high'`";
            self.found.push(Diagnostic::error(Code::WF032, node.span, message).help(help));
            return None;
        }
        let condition =
            Condition::parse(source).map_err(|error| self.refuse(Code::WF032, node, error)).ok()?;
        for reference in condition.references() {
            let span = node.piece(&reference.text);
            self.uses.push(Use { reference, span, part });
        }
        Some(condition)
    }

    /// Warns of a text that looks like an expression.
    fn warn_alike(&mut self, node: &Node, text: &str, is_text: bool) {
        let elements: Vec<&str> = self.elements.iter().map(String::as_str).collect();
        let Some(alike) = alike(text, &elements, is_text) else { return };
        let span = node.inside_piece(alike.at, alike.wrong.len());
        let message = format!("`{}` looks like an expression and is taken as it stands", alike.wrong);
        let warning = Diagnostic::warning(Code::WF039, span, message);
        let Some(right) = alike.right else {
            let help = "write paths as `{{inputs.name}}` and choices as `{{#if inputs.name}}…{{/if}}`";
            self.found.push(warning.help(help));
            return;
        };
        let title = format!("write `{right}`");
        let fix = match &node.kind {
            // Braces at the begin of a text without quotes would be read as a map.
            NodeKind::Scalar(scalar) if scalar.text_start.is_some() => {
                let is_path = right == alike.mended && right.starts_with("$.");
                let mended = if is_path { alike.mended } else { quoted(&alike.mended) };
                Fix { title: title.clone(), span: node.span, wrong: None, right: mended }
            }
            _ => Fix { title: title.clone(), span, wrong: Some(alike.wrong), right },
        };
        self.found.push(warning.help(title).fix(fix));
    }

    fn refuse(&mut self, code: Code, node: &Node, error: ParseError) {
        let span = match error.offset {
            Some(offset) if !error.wrong.is_empty() => node.inside_piece(offset, error.wrong.len()),
            offset => node.inside(offset),
        };
        let finding = Diagnostic::error(code, span, error.message).help_if(error.help);
        self.found.push(match error.right {
            Some(right) => {
                let title = format!("write `{right}`");
                finding.fix(Fix { title, span, wrong: Some(error.wrong), right })
            }
            None => finding,
        });
    }
}
