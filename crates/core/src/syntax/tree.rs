//! The tree: scalars, lists and maps, each with its place in the text.

use serde_json::{Map, Value};

use crate::diagnostic::Span;

/// One node.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Where it stands.
    pub span: Span,
    /// What it is.
    pub kind: NodeKind,
}

/// What a node is.
#[derive(Debug, Clone, PartialEq)]
pub enum NodeKind {
    /// A scalar.
    Scalar(Scalar),
    /// A list.
    List(Vec<Node>),
    /// A map, in the order of the text.
    Map(Vec<Entry>),
}

/// One member of a map.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Its key.
    pub key: Key,
    /// Its value.
    pub value: Node,
}

/// A key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// Where it stands.
    pub span: Span,
    /// Its text.
    pub text: String,
}

/// A scalar.
#[derive(Debug, Clone, PartialEq)]
pub struct Scalar {
    /// Its value by the rules of YAML 1.2.
    pub value: Value,
    /// Its text.
    pub text: String,
    /// Byte where the text begins in the file, where it stands there unchanged.
    pub text_start: Option<usize>,
}

impl Node {
    /// The text of a scalar that is a text.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match &self.kind {
            NodeKind::Scalar(scalar) => scalar.value.as_str(),
            _ => None,
        }
    }

    /// The members of a map.
    #[must_use]
    pub fn as_map(&self) -> Option<&[Entry]> {
        match &self.kind {
            NodeKind::Map(entries) => Some(entries),
            _ => None,
        }
    }

    /// The items of a list.
    #[must_use]
    pub fn as_list(&self) -> Option<&[Node]> {
        match &self.kind {
            NodeKind::List(items) => Some(items),
            _ => None,
        }
    }

    /// Whether nothing was written, or `null`.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(&self.kind, NodeKind::Scalar(scalar) if scalar.value.is_null())
    }

    /// The member with this key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Entry> {
        self.as_map()?.iter().find(|entry| entry.key.text == key)
    }

    /// The value without places.
    #[must_use]
    pub fn to_value(&self) -> Value {
        match &self.kind {
            NodeKind::Scalar(scalar) => scalar.value.clone(),
            NodeKind::List(items) => items.iter().map(Self::to_value).collect(),
            NodeKind::Map(entries) => {
                let members = entries.iter().map(|entry| (entry.key.text.clone(), entry.value.to_value()));
                Value::Object(members.collect::<Map<_, _>>())
            }
        }
    }

    /// The word for what it is.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match &self.kind {
            NodeKind::List(_) => "a list",
            NodeKind::Map(_) => "a map",
            NodeKind::Scalar(scalar) => match scalar.value {
                Value::Null => "nothing",
                Value::Bool(_) => "true or false",
                Value::Number(_) => "a number",
                _ => "a text",
            },
        }
    }

    /// The place of a byte of its text; the whole node where that is not known.
    #[must_use]
    pub fn inside(&self, offset: Option<usize>) -> Span {
        match (&self.kind, offset) {
            (NodeKind::Scalar(Scalar { text_start: Some(start), text, .. }), Some(offset)) => {
                let start = start + offset.min(text.len());
                Span { start, end: self.span.end.max(start), ..self.span }
            }
            _ => self.span,
        }
    }

    /// The place of some bytes of its text; the whole node where that is not known.
    #[must_use]
    pub fn inside_piece(&self, offset: usize, len: usize) -> Span {
        let place = self.inside(Some(offset));
        Span { end: (place.start + len).min(place.end), ..place }
    }

    /// The place of a piece of its text; the whole node where it is not found.
    #[must_use]
    pub fn piece(&self, piece: &str) -> Span {
        let NodeKind::Scalar(Scalar { text_start: Some(start), text, .. }) = &self.kind else {
            return self.span;
        };
        match text.find(piece) {
            Some(at) => Span { start: start + at, end: start + at + piece.len(), ..self.span },
            None => self.span,
        }
    }
}
