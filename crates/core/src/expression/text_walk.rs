//! Walks the AST of a text: refuses what is not ours, finds what it reads, and puts the strict writer in
//! the place of every plain `{{path}}`.
//!
//! Handlebars writes null as nothing, a list as `[a, b]` and a map as `[object]`, and two inline partials
//! that call each other end the process; so nothing of the AST is taken that is not named here.

use handlebars::template::{BlockParam, HelperTemplate, Parameter, Subexpression, TemplateElement};
use handlebars::{Path as Named, PathSeg, Template as Compiled};

use serde_json::Value;

use super::date::{check_date, write_date};
use super::helpers::{HELPERS, HelperSpec, SHOW, WALKABLE};
use super::parse_error::ParseError;
use super::references::{Reference, Segment, Takes};
use super::text_foreign::helper_help;
use crate::diagnostic::nearest;

/// Deepest nesting of blocks and of parentheses.
const NESTING_MAX: usize = 16;

/// The way out for what a text takes nowhere.
const ONLY: &str = "write it out, or name a part with a `set` step and write `{{steps.<id>.<name>}}`";

/// What a walk gives.
pub(super) struct Walked {
    /// The AST to render.
    pub(super) template: Compiled,
    /// What it reads.
    pub(super) references: Vec<Reference>,
}

/// Refuses a text that nests deeper than the parser should be asked to follow.
pub(super) fn refuse_depth(source: &str) -> Result<(), ParseError> {
    let mut blocks = 0_usize;
    for expression in source.split("{{").skip(1) {
        let expression = expression.trim_start_matches('~');
        if expression.starts_with('/') {
            blocks = blocks.saturating_sub(1);
        } else if expression.starts_with(['#', '^', '{']) || is_chained(expression) {
            // A chained `else if` nests as deep as a block of its own.
            blocks += 1;
        }
        let inside = expression.split("}}").next().unwrap_or_default();
        let opened = if expression.starts_with('!') { 0 } else { inside.matches(['(', '[', '{']).count() };
        if blocks > NESTING_MAX || opened > NESTING_MAX {
            return Err(ParseError::new(format!("a text is nested at most {NESTING_MAX} deep"))
                .help("name parts of it with a `set` step"));
        }
    }
    Ok(())
}

fn is_chained(expression: &str) -> bool {
    expression.trim_start().strip_prefix("else").is_some_and(|rest| {
        let word =
            rest.split("}}").next().unwrap_or_default().trim_matches(|c: char| c == '~' || c.is_whitespace());
        !word.is_empty()
    })
}

/// The byte offset of a place that the parser tells by line and column, both from 1.
pub(super) fn offset(source: &str, line: usize, column: usize) -> usize {
    let start: usize = source.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let rest = &source[start..];
    let inside = rest.char_indices().nth(column.saturating_sub(1)).map_or(rest.len(), |(at, _)| at);
    start + inside
}

/// Walks a compiled text.
pub(super) fn walk(compiled: Compiled) -> Result<Walked, ParseError> {
    let mut walker = Walker { references: Vec::new(), scopes: Vec::new() };
    let template = walker.template(compiled)?;
    Ok(Walked { template, references: walker.references })
}

/// What names mean inside a block: the element, and names given by `as |x|`.
struct Scope {
    element: Vec<Segment>,
    value_name: Option<String>,
    key_name: Option<String>,
}

struct Walker {
    references: Vec<Reference>,
    scopes: Vec<Scope>,
}

impl Walker {
    fn template(&mut self, mut template: Compiled) -> Result<Compiled, ParseError> {
        let mut elements = Vec::with_capacity(template.elements.len());
        for element in std::mem::take(&mut template.elements) {
            match element {
                TemplateElement::RawString(_) | TemplateElement::Comment(_) => elements.push(element),
                TemplateElement::Expression(helper) => {
                    let expression = self.expression(*helper)?;
                    elements.push(TemplateElement::Expression(Box::new(expression)));
                }
                TemplateElement::HelperBlock(block) => self.block(*block, &mut elements)?,
                TemplateElement::HtmlExpression(_) => {
                    return Err(ParseError::new("a text takes two braces, not three")
                        .inside("{")
                        .help("values are never HTML-escaped, so two do the same"));
                }
                TemplateElement::DecoratorExpression(_) | TemplateElement::DecoratorBlock(_) => {
                    return Err(ParseError::new("a text takes no decorators").inside("*").help(ONLY));
                }
                TemplateElement::PartialExpression(_) | TemplateElement::PartialBlock(_) => {
                    return Err(ParseError::new("a text takes no partials").inside(">").help(ONLY));
                }
                _ => {
                    return Err(
                        ParseError::new("a text takes only paths, helpers, `#each` and `#if`").help(ONLY)
                    );
                }
            }
        }
        template.elements = elements;
        Ok(template)
    }

    fn expression(&mut self, mut helper: HelperTemplate) -> Result<HelperTemplate, ParseError> {
        if helper.params.is_empty() && helper.hash.is_empty() {
            if let Some(name) = helper.name.as_name()
                && let Some(spec) = HELPERS.iter().find(|spec| spec.name == name)
            {
                return Err(ParseError::new(format!("`{name}` is a helper and needs a value"))
                    .inside(name)
                    .help(format!("write for example `{}`", spec.example)));
            }
            self.shown(&helper.name)?;
            let shown = std::mem::replace(&mut helper.name, Parameter::Name(SHOW.to_owned()));
            helper.params.push(shown);
            return Ok(helper);
        }
        self.call(&helper)?;
        Ok(helper)
    }

    fn call(&mut self, helper: &HelperTemplate) -> Result<(), ParseError> {
        let name = helper.name.as_name().unwrap_or_default();
        let Some(spec) = HELPERS.iter().find(|spec| spec.name == name) else {
            return Err(unknown_helper(name));
        };
        if !helper.hash.is_empty() {
            return Err(ParseError::new(format!("`{name}` takes no named values"))
                .inside(name)
                .help(format!("write for example `{}`", spec.example)));
        }
        check_arguments(spec, &helper.params)?;
        for (at, parameter) in helper.params.iter().enumerate() {
            let takes = match (name, at) {
                ("json", _) => Takes::Anything,
                ("join", 0) => Takes::List,
                _ => Takes::Text,
            };
            self.parameter(parameter, name == "default" && at == 0, takes)?;
        }
        Ok(())
    }

    fn block(
        &mut self,
        mut block: HelperTemplate,
        elements: &mut Vec<TemplateElement>,
    ) -> Result<(), ParseError> {
        let name = block.name.as_name().unwrap_or_default().to_owned();
        if name != "each" && name != "if" {
            let blocks = "the blocks are `{{#each list}}` and `{{#if value}}`, each with `{{else}}`";
            return Err(ParseError::new(format!("`{name}` is not a block"))
                .inside(&name)
                .help(helper_help(&name).unwrap_or(blocks)));
        }
        if block.params.len() != 1 || !block.hash.is_empty() {
            let example = if name == "each" { "{{#each inputs.names}}" } else { "{{#if inputs.name}}" };
            return Err(ParseError::new(format!("`#{name}` takes 1 value"))
                .inside(&name)
                .help(format!("write for example `{example}`")));
        }
        if name == "if" && block.block_param.is_some() {
            return Err(ParseError::new("`#if` gives no name to its value")
                .inside("as |")
                .help("leave `as |…|` out"));
        }
        if name == "each" && matches!(block.params[0], Parameter::Subexpression(_) | Parameter::Literal(_)) {
            return Err(ParseError::new("`#each` takes a path")
                .inside("each")
                .help("write for example `{{#each inputs.names}}`"));
        }
        let takes = if name == "each" { Takes::Elements } else { Takes::Anything };
        let walked = self.parameter(&block.params[0], name == "if", takes)?;
        if name == "each" {
            elements.push(TemplateElement::Expression(Box::new(walkable(&block.params[0]))));
            let mut element = walked.unwrap_or_else(|| vec![Segment::Deep]);
            element.push(Segment::Some);
            self.scopes.push(scope(element, block.block_param.as_ref()));
        }
        if let Some(inner) = block.template.take() {
            block.template = Some(self.template(inner)?);
        }
        if name == "each" {
            self.scopes.pop();
        }
        if let Some(inverse) = block.inverse.take() {
            block.inverse = Some(self.template(inverse)?);
        }
        elements.push(TemplateElement::HelperBlock(Box::new(block)));
        Ok(())
    }

    /// A plain `{{path}}`.
    fn shown(&mut self, name: &Parameter) -> Result<(), ParseError> {
        let written = name.as_name().unwrap_or_default();
        let is_value = matches!(written, "true" | "false" | "null" | "undefined")
            || written.starts_with(|first: char| first.is_ascii_digit());
        if is_value {
            return Err(ParseError::new(format!("`{written}` is not a path"))
                .inside(written)
                .help("what is always the same stands in the text without braces"));
        }
        self.parameter(name, false, Takes::Text).map(|_| ())
    }

    /// Notes what a value reads; gives its place where it is one.
    fn parameter(
        &mut self,
        parameter: &Parameter,
        guarded: bool,
        takes: Takes,
    ) -> Result<Option<Vec<Segment>>, ParseError> {
        match parameter {
            Parameter::Literal(_) => Ok(None),
            Parameter::Name(name) => Err(ParseError::new(format!("`{name}` is not a path")).inside(name)),
            Parameter::Path(path) => self.path(path, guarded, takes),
            Parameter::Subexpression(subexpression) => {
                match subexpression.as_element() {
                    TemplateElement::Expression(helper) if !helper.params.is_empty() => self.call(helper)?,
                    TemplateElement::Expression(helper) => return self.bare_subexpression(helper),
                    _ => return Err(ParseError::new("this is not a value")),
                }
                Ok(None)
            }
            _ => Err(ParseError::new("this is not a value")),
        }
    }

    fn bare_subexpression(&mut self, helper: &HelperTemplate) -> Result<Option<Vec<Segment>>, ParseError> {
        let name = helper.name.as_name().unwrap_or_default();
        Err(ParseError::new(format!("`({name})` calls nothing"))
            .inside(&format!("({name})"))
            .instead(name)
            .help(format!("write `{name}` without parentheses")))
    }

    fn path(
        &mut self,
        path: &Named,
        guarded: bool,
        takes: Takes,
    ) -> Result<Option<Vec<Segment>>, ParseError> {
        let Named::Relative((parts, written)) = path else { return self.local(path).map(|()| None) };
        let mut names = Vec::new();
        let mut up = 0;
        let mut from_root = false;
        for part in parts {
            match part {
                PathSeg::Named(name) => names.push(name.as_str()),
                // The rule's type is private to the crate, so it is told by its name.
                PathSeg::Ruled(rule) => match format!("{rule:?}").as_str() {
                    "path_up" => up += 1,
                    "path_root" => from_root = true,
                    _ => {}
                },
                _ => {}
            }
        }
        if up > self.scopes.len() {
            return Err(ParseError::new("`../` leads out of every `#each`")
                .inside("../")
                .help("outside of `#each` a path begins at a root: `{{inputs.name}}`"));
        }
        if up == 0
            && !from_root
            && let Some(scope) = self.scopes.last()
            && let Some(root @ ("inputs" | "settings")) = names.first().copied()
            && scope.value_name.as_deref() != Some(root)
            && written.starts_with(root)
        {
            return Err(ParseError::new("inside `#each` a path begins at the element")
                .inside(written)
                .help(format!("write `@root.{written}`, or `this.{written}` for a field of the element"))
                .instead(format!("@root.{written}")));
        }
        let Some(segments) = self.resolve(&names, up, from_root) else { return Ok(None) };
        let reference = Reference::of(segments.clone());
        self.references.push(Reference { guarded, takes, ..reference });
        Ok(Some(segments))
    }

    /// `@index` and the like, which only `#each` knows.
    fn local(&self, path: &Named) -> Result<(), ParseError> {
        let Named::Local((up, name, written)) = path else { return Ok(()) };
        if !matches!(name.as_str(), "index" | "key" | "first" | "last") {
            return Err(ParseError::new(format!("there is no `{written}`"))
                .inside(written)
                .help("`#each` knows `@index`, `@key`, `@first` and `@last`"));
        }
        if *up >= self.scopes.len() {
            return Err(ParseError::new(format!("`{written}` is there inside `#each` only"))
                .inside(written)
                .help("outside of `#each` a path begins at a root: `{{inputs.name}}`"));
        }
        Ok(())
    }

    /// The way from the root; `None` for a key of `#each`, which is always there.
    fn resolve(&self, names: &[&str], up: usize, from_root: bool) -> Option<Vec<Segment>> {
        let own = |names: &[&str]| names.iter().map(|name| segment(name)).collect::<Vec<_>>();
        let below = |base: &[Segment], names: &[&str]| {
            let names = names.strip_prefix(&["this"]).unwrap_or(names);
            base.iter().cloned().chain(own(names)).collect::<Vec<_>>()
        };
        if from_root {
            return Some(own(names));
        }
        if up == 0
            && let Some(first) = names.first()
        {
            for scope in self.scopes.iter().rev() {
                if scope.key_name.as_deref() == Some(*first) {
                    return None;
                }
                if scope.value_name.as_deref() == Some(*first) {
                    return Some(below(&scope.element, &names[1..]));
                }
            }
        }
        match self.scopes.len().checked_sub(up + 1) {
            Some(at) => Some(below(&self.scopes[at].element, names)),
            None => Some(own(names)),
        }
    }
}

fn segment(name: &str) -> Segment {
    name.parse().map_or_else(|_| Segment::Name(name.to_owned()), Segment::Index)
}

fn scope(element: Vec<Segment>, names: Option<&BlockParam>) -> Scope {
    let name = |parameter: &Parameter| parameter.as_name().map(str::to_owned);
    let (value_name, key_name) = match names {
        Some(BlockParam::Single(value)) => (name(value), None),
        Some(BlockParam::Pair((value, key))) => (name(value), name(key)),
        _ => (None, None),
    };
    Scope { element, value_name, key_name }
}

/// A call that writes nothing and fails unless its value can be walked.
fn walkable(value: &Parameter) -> HelperTemplate {
    let call =
        Subexpression::new(Parameter::Name(WALKABLE.to_owned()), vec![value.clone()], Default::default());
    match *call.element {
        TemplateElement::Expression(helper) => *helper,
        _ => unreachable!("a subexpression is an expression"),
    }
}

fn check_arguments(spec: &HelperSpec, given: &[Parameter]) -> Result<(), ParseError> {
    let (fewest, most) = spec.arguments;
    if !(fewest..=most).contains(&given.len()) {
        let count = if fewest == most { fewest.to_string() } else { format!("{fewest} to {most}") };
        let noun = if most == 1 { "value" } else { "values" };
        return Err(ParseError::new(format!("`{}` takes {count} {noun}", spec.name))
            .inside(spec.name)
            .help(format!("write for example `{}`", spec.example)));
    }
    let literal = |at: usize| match given.get(at) {
        Some(Parameter::Literal(value)) => Some(value),
        _ => None,
    };
    let refuse = |what: String| {
        let error = ParseError::new(what).inside(spec.name);
        Err(error.help(format!("write for example `{}`", spec.example)))
    };
    match spec.name {
        "truncate" if literal(1).is_some_and(|most| most.as_u64().is_none()) => {
            refuse("`truncate` takes a whole number of characters".to_owned())
        }
        "join" if literal(0).is_some() => refuse("`join` takes a list".to_owned()),
        "date" => {
            if literal(0).is_some_and(|time| !is_timed(time)) {
                return refuse("`date` takes a time first, with its zone".to_owned());
            }
            if [1, 2].into_iter().filter_map(literal).any(|text| !text.is_string()) {
                return refuse("`date` takes a format and a zone, both in quotes".to_owned());
            }
            let text = |at, other| literal(at).map_or(Some(other), Value::as_str).unwrap_or_default();
            check_date(text(1, "%Y"), text(2, "UTC")).map_err(|why| ParseError::new(why).inside(spec.name))
        }
        _ => Ok(()),
    }
}

fn is_timed(literal: &Value) -> bool {
    literal.as_str().is_some_and(|text| write_date(text, "%Y", "UTC").is_ok())
}

fn unknown_helper(name: &str) -> ParseError {
    let error = ParseError::new(format!("`{name}` is not a helper")).inside(name);
    if let Some(help) = helper_help(name) {
        return error.help(help);
    }
    match nearest(name, HELPERS.iter().map(|spec| spec.name)) {
        Some(near) => error.instead(near).help(format!("did you mean `{near}`?")),
        None => {
            let names: Vec<_> = HELPERS.iter().map(|spec| format!("`{}`", spec.name)).collect();
            error.help(format!("the helpers are {}", names.join(", ")))
        }
    }
}
