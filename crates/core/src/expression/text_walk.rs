//! Walks the AST of a text: refuses what is not ours, finds what it reads, and puts the strict writer in
//! the place of every plain `{{path}}`.
//!
//! Handlebars writes null as nothing, a list as `[a, b]` and a map as `[object]`, and two inline partials
//! that call each other end the process; so nothing of the AST is taken that is not named here.

use handlebars::template::{BlockParam, HelperTemplate, Parameter, Subexpression, TemplateElement};
use handlebars::{Path as Named, PathSeg, Template as Compiled};

use super::date::check_date;
use super::helpers::{HELPERS, HelperSpec, SHOW, WALKABLE};
use super::parse_error::ParseError;
use super::references::{Reference, Segment};

/// Deepest nesting of blocks and of parentheses.
const NESTING_MAX: usize = 16;

/// What a walk gives.
pub(super) struct Walked {
    /// The AST to render.
    pub(super) template: Compiled,
    /// What it reads.
    pub(super) references: Vec<Reference>,
}

/// Refuses a text that nests deeper than the parser should be asked to follow.
pub(super) fn refuse_depth(source: &str) -> Result<(), ParseError> {
    let (mut blocks, mut parentheses) = (0_usize, 0_usize);
    for expression in source.split("{{").skip(1) {
        if expression.starts_with(['#', '{', '~']) {
            blocks += 1;
        } else if expression.starts_with('/') {
            blocks = blocks.saturating_sub(1);
        }
        let inside = expression.split("}}").next().unwrap_or_default();
        let opened = inside.matches(['(', '[', '{']).count();
        parentheses = parentheses.max(opened);
        if blocks > NESTING_MAX || parentheses > NESTING_MAX {
            return Err(ParseError::new(format!("a text is nested at most {NESTING_MAX} deep")));
        }
    }
    Ok(())
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
                        .help("values are never HTML-escaped, so two do the same"));
                }
                TemplateElement::DecoratorExpression(_) | TemplateElement::DecoratorBlock(_) => {
                    return Err(ParseError::new("a text takes no decorators"));
                }
                TemplateElement::PartialExpression(_) | TemplateElement::PartialBlock(_) => {
                    return Err(ParseError::new("a text takes no partials"));
                }
                _ => return Err(ParseError::new("a text takes only paths, helpers, `#each` and `#if`")),
            }
        }
        template.elements = elements;
        Ok(template)
    }

    fn expression(&mut self, mut helper: HelperTemplate) -> Result<HelperTemplate, ParseError> {
        if helper.params.is_empty() && helper.hash.is_empty() {
            if let Some(name) = helper.name.as_name()
                && HELPERS.iter().any(|spec| spec.name == name)
            {
                return Err(ParseError::new(format!("`{name}` is a helper and needs a value")));
            }
            self.parameter(&helper.name, false)?;
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
            let names: Vec<_> = HELPERS.iter().map(|spec| format!("`{}`", spec.name)).collect();
            return Err(ParseError::new(format!("`{name}` is not a helper"))
                .help(format!("the helpers are {}", names.join(", "))));
        };
        if !helper.hash.is_empty() {
            return Err(ParseError::new(format!("`{name}` takes no named values"))
                .help(format!("write for example `{}`", spec.example)));
        }
        check_arguments(spec, &helper.params)?;
        for (at, parameter) in helper.params.iter().enumerate() {
            self.parameter(parameter, name == "default" && at == 0)?;
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
            return Err(ParseError::new(format!("`{name}` is not a block"))
                .help("the blocks are `{{#each list}}` and `{{#if value}}`, each with `{{else}}`"));
        }
        if block.params.len() != 1 || !block.hash.is_empty() {
            return Err(ParseError::new(format!("`#{name}` takes 1 value")));
        }
        let walked = self.parameter(&block.params[0], name == "if")?;
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

    /// Notes what a value reads; gives its place where it is one.
    fn parameter(
        &mut self,
        parameter: &Parameter,
        guarded: bool,
    ) -> Result<Option<Vec<Segment>>, ParseError> {
        match parameter {
            Parameter::Literal(_) => Ok(None),
            Parameter::Name(name) => Err(ParseError::new(format!("`{name}` is not a path"))),
            Parameter::Path(path) => Ok(self.path(path, guarded)),
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
            .help(format!("write `{name}` without parentheses")))
    }

    fn path(&mut self, path: &Named, guarded: bool) -> Option<Vec<Segment>> {
        let Named::Relative((parts, _)) = path else { return None };
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
        let segments = self.resolve(&names, up, from_root)?;
        let reference = Reference::of(segments.clone());
        self.references.push(Reference { guarded, ..reference });
        Some(segments)
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
            .help(format!("write for example `{}`", spec.example)));
    }
    if spec.name == "date"
        && let Parameter::Literal(format) = &given[1]
    {
        let zone = match given.get(2) {
            Some(Parameter::Literal(zone)) => zone.as_str().unwrap_or_default(),
            _ => "UTC",
        };
        check_date(format.as_str().unwrap_or_default(), zone).map_err(ParseError::new)?;
    }
    Ok(())
}
