//! The words for what the schema refuses: one fault per place, as a reader would say it.

use jsonschema::ValidationError;
use jsonschema::error::{TypeKind, ValidationErrorKind};
use serde_json::Value;

use super::structure_place::Place;
use super::types::Types;
use crate::diagnostic::{Code, Diagnostic, Span, nearest};
use crate::model::key_tables;
use crate::syntax::{kind_named, list};

/// One thing that the schema refuses, at one place.
#[derive(Debug)]
pub(super) struct Fault<'e> {
    place: Place<'e>,
    span: Span,
    what: What<'e>,
    error: &'e ValidationError<'e>,
    /// The part of the schema that refuses.
    owner: Option<&'e Value>,
    /// Name of the definition that this part belongs to; empty for the workflow itself.
    definition: &'e str,
    /// What people call that definition.
    title: &'e str,
}

/// What is refused.
#[derive(Debug, Clone, Copy)]
enum What<'e> {
    /// A key that is not known.
    Unknown(&'e str),
    /// A key that is not there.
    Missing(&'e str),
    /// A key that does not go with the others.
    Misplaced(&'e str),
    /// A key that is no name.
    Name(&'e str),
    /// A value.
    Value,
}

impl<'e> Fault<'e> {
    /// The faults of an error: one per unknown key, otherwise one.
    pub(super) fn of(error: &'e ValidationError<'e>, place: Place<'e>, schema: &'e Value) -> Vec<Self> {
        let path = error.schema_path().as_str();
        let owner = path.rsplit_once('/').and_then(|(owner, _)| schema.pointer(owner));
        let definition =
            path.strip_prefix("/$defs/").and_then(|rest| rest.split('/').next()).unwrap_or_default();
        let title = match definition {
            "" => "workflow",
            name => schema["$defs"][name]["title"].as_str().unwrap_or("value"),
        };
        let fault = |what| {
            let span = span(place, what);
            Self { place, span, what, error, owner, definition, title }
        };
        match error.kind() {
            ValidationErrorKind::AdditionalProperties { unexpected } => {
                unexpected.iter().map(|name| fault(What::Unknown(name))).collect()
            }
            ValidationErrorKind::Required { property } => {
                vec![fault(What::Missing(property.as_str().unwrap_or_default()))]
            }
            ValidationErrorKind::PropertyNames { error } => {
                vec![fault(What::Name(error.instance().as_str().unwrap_or_default()))]
            }
            ValidationErrorKind::FalseSchema => {
                vec![fault(place.entry.map_or(What::Value, |entry| What::Misplaced(&entry.key.text)))]
            }
            _ => vec![fault(What::Value)],
        }
    }

    /// The place with what belongs to it: what was said in there was said about it.
    pub(super) fn around(&self) -> Span {
        match (self.what, self.place.entry) {
            (What::Value, Some(entry)) if self.place.is_member => {
                Span { end: entry.value.span.end.max(entry.key.span.end), ..entry.key.span }
            }
            // One of several keys is missing, or the whole input: it was said at any of those that are there.
            (What::Missing(name), _) if name == "with" || self.said().is_some() => {
                Span { end: self.place.node.span.end.max(self.span.end), ..self.span }
            }
            _ => self.span,
        }
    }

    /// The key that is missing, where it is that one and no other.
    pub(super) fn missing(&self) -> Option<&'e str> {
        match self.what {
            What::Missing(name) if self.said().is_none() => Some(name),
            _ => None,
        }
    }

    /// The finding.
    pub(super) fn finding(&self) -> Diagnostic {
        match self.what {
            What::Unknown(name) => self.unknown(name),
            What::Missing(name) => self.without(name),
            What::Misplaced(name) => {
                let message = format!("`{name}` does not go with what else stands here");
                Diagnostic::error(Code::WF010, self.span, message)
            }
            What::Name(name) => {
                let error = Diagnostic::error(Code::WF015, self.span, format!("`{name}` is not a name"));
                self.noted(error)
            }
            What::Value => self.value(),
        }
    }

    /// Name of the node whose input this is.
    fn node(&self) -> Option<&'e str> {
        self.definition.starts_with("with.").then_some(self.title)
    }

    fn unknown(&self, name: &str) -> Diagnostic {
        if let Some((_, keys)) = key_tables().into_iter().find(|(form, _)| *form == self.definition) {
            return keys.unknown(name, self.span);
        }
        let (code, message) = match self.node() {
            Some(node) => (Code::WF012, format!("`{node}` has no input `{name}`")),
            None => (Code::WF010, format!("this {} has no key `{name}`", self.title)),
        };
        let known: Vec<&str> = self
            .owner
            .and_then(|owner| owner["properties"].as_object())
            .into_iter()
            .flat_map(|members| members.keys().map(String::as_str))
            .collect();
        let error = Diagnostic::error(code, self.span, message);
        match nearest(name, known.iter().copied()) {
            Some(near) => error.did_you_mean(name, near),
            None => error.note(format!("the keys are {}", list(&known))),
        }
    }

    fn without(&self, name: &str) -> Diagnostic {
        match (self.node(), self.said()) {
            (Some(node), _) => {
                Diagnostic::error(Code::WF018, self.span, format!("`{node}` needs the input `{name}`"))
            }
            (None, Some(said)) => Diagnostic::error(Code::WF011, self.span, said),
            (None, None) => {
                Diagnostic::error(Code::WF011, self.span, format!("this {} has no `{name}`", self.title))
            }
        }
    }

    fn value(&self) -> Diagnostic {
        let node = self.place.node;
        let code = if self.node().is_some() { Code::WF019 } else { Code::WF013 };
        let name = self.place.entry.map_or(self.title, |entry| entry.key.text.as_str());
        if node.is_null() && self.place.is_member {
            return Diagnostic::error(code, self.span, format!("`{name}` has no value"))
                .help("leave the key out");
        }
        let error = match self.error.kind() {
            ValidationErrorKind::Type { kind } => kind_named(node, name, &types(kind)),
            ValidationErrorKind::Minimum { limit } => self.refused(name, &format!("goes from {limit}")),
            ValidationErrorKind::Maximum { limit } => self.refused(name, &format!("goes up to {limit}")),
            ValidationErrorKind::MinItems { .. } | ValidationErrorKind::MinProperties { .. } => {
                Diagnostic::error(Code::WF011, self.span, format!("`{name}` holds too little"))
            }
            ValidationErrorKind::AnyOf { context } | ValidationErrorKind::OneOfNotValid { context } => {
                self.none_of(name, context)
            }
            _ => self.refused(name, "is of another form"),
        };
        self.noted(Diagnostic { code, ..error })
    }

    fn refused(&self, name: &str, rule: &str) -> Diagnostic {
        let written = self.place.node.to_value();
        let written = written.as_str().map_or_else(|| written.to_string(), str::to_owned);
        Diagnostic::error(Code::WF013, self.span, format!("`{name}` {rule}, and this is `{written}`"))
    }

    /// None of the alternatives fits: words that there are, or kinds of values.
    fn none_of(&self, name: &str, context: &[Vec<ValidationError<'_>>]) -> Diagnostic {
        let errors = || context.iter().flatten();
        if let Some(said) = errors().find_map(|error| match error.kind() {
            ValidationErrorKind::Required { property } => property.as_str(),
            _ => None,
        }) {
            return Diagnostic::error(Code::WF011, self.span, format!("this {} has no `{said}`", self.title));
        }
        let mut words: Vec<&str> = Vec::new();
        let mut kinds = Types::NONE;
        for error in errors() {
            match error.kind() {
                ValidationErrorKind::Constant { expected_value } => words.extend(expected_value.as_str()),
                ValidationErrorKind::Enum { options } => {
                    words.extend(options.as_array().into_iter().flatten().filter_map(Value::as_str));
                }
                ValidationErrorKind::Type { kind } => kinds = kinds.or(named(kind)),
                _ => {}
            }
        }
        let Some(written) = self.place.node.as_str().filter(|_| !words.is_empty()) else {
            return kind_named(self.place.node, name, &kinds.words());
        };
        let error = Diagnostic::error(Code::WF013, self.span, format!("`{name}` is not `{written}`"));
        match nearest(written, words.iter().copied()) {
            Some(near) => error.did_you_mean(written, near),
            None => error.note(format!("it is one of {}", list(&words))),
        }
    }

    /// What the schema itself says to people.
    fn said(&self) -> Option<&'e str> {
        self.owner.and_then(|owner| owner["errorMessage"].as_str())
    }

    fn noted(&self, error: Diagnostic) -> Diagnostic {
        match self.said() {
            Some(said) if error.note.is_none() => error.note(said),
            _ => error,
        }
    }
}

/// The smallest place to point at.
fn span(place: Place<'_>, what: What<'_>) -> Span {
    let entries = place.node.as_map().unwrap_or_default();
    let key =
        |name: &str| entries.iter().rev().find(|entry| entry.key.text == name).map(|entry| entry.key.span);
    match what {
        What::Unknown(name) | What::Name(name) => key(name).unwrap_or(place.node.span),
        What::Missing(_) => entries.first().map_or(place.node.span, |entry| entry.key.span),
        What::Misplaced(_) => place.entry.map_or(place.node.span, |entry| entry.key.span),
        What::Value => match place.entry {
            Some(entry) if place.is_member && place.node.is_null() => entry.key.span,
            _ if place.node.as_map().is_some() => {
                entries.first().map_or(place.node.span, |entry| entry.key.span)
            }
            _ => place.node.span,
        },
    }
}

fn named(kind: &TypeKind) -> Types {
    match kind {
        TypeKind::Single(only) => Types::named(only.as_str()),
        TypeKind::Multiple(several) => {
            several.iter().fold(Types::NONE, |types, one| types.or(Types::named(one.as_str())))
        }
    }
}

fn types(kind: &TypeKind) -> String {
    named(kind).words()
}
