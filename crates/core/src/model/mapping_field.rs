//! The parsed text of one field of a mapping: one way to fill it, or several of which the first that
//! holds is taken.

use super::mapping_words::{Case, MaxLength, Otherwise, Unmatched};
use super::words::{read_count, read_word};
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::syntax::{Fields, Key, Keys, Node, NodeKind, items, kind_named, list, text};

pub(crate) const FIELD_KEYS: Keys = Keys {
    what: "a field",
    known: &[
        "if",
        "from",
        "first_of",
        "value",
        "text",
        "case",
        "values",
        "lookup",
        "no_match",
        "max_length",
        "required",
        "on_absent",
        "on_null",
    ],
    foreign: &[
        ("default", "`on_absent: { value: … }`"),
        ("when", "`if`"),
        ("source", "`from`"),
        ("path", "`from`"),
        ("coalesce", "`first_of`"),
        ("const", "`value`"),
        ("template", "`text`"),
        ("map", "`values`"),
        ("table", "`values`"),
        ("reference", "`lookup`"),
        ("otherwise", "`no_match`"),
        ("on_missing", "`on_absent`"),
        ("on_empty", "`on_null`"),
        ("truncate", "`max_length: { chars: 40, then: truncate }`"),
    ],
};

pub(crate) const LOOKUP_KEYS: Keys = Keys {
    what: "a look-up",
    known: &["record", "by"],
    foreign: &[("table", "`record`"), ("field", "`by`"), ("key", "`by`")],
};

pub(crate) const MAX_LENGTH_KEYS: Keys =
    Keys { what: "`max_length`", known: &["chars", "then"], foreign: &[("length", "`chars`")] };

const OTHERWISE_KEYS: Keys = Keys { what: "the value of a field", known: &["value"], foreign: &[] };

/// The keys that say where a value comes from.
pub(crate) const SOURCE_KEYS: [&str; 4] = ["from", "first_of", "value", "text"];

/// Most characters that a field may be given.
const CHARS_MAX: u32 = 1_000_000;

/// One field.
#[derive(Debug)]
pub(crate) struct FieldDoc<'t> {
    /// Its name in the target.
    pub(crate) key: &'t Key,
    pub(crate) alternatives: Vec<AlternativeDoc<'t>>,
}

/// One way to fill a field. What was not written is `None`.
#[derive(Debug)]
pub(crate) struct AlternativeDoc<'t> {
    /// Where it begins.
    pub(crate) span: Span,
    pub(crate) condition: Option<&'t Node>,
    /// Absent where it was reported.
    pub(crate) source: Option<SourceDoc<'t>>,
    pub(crate) case: Option<(&'t Node, Case)>,
    pub(crate) values: Option<&'t Node>,
    pub(crate) lookup: Option<LookupDoc<'t>>,
    pub(crate) no_match: Option<(&'t Node, Unmatched)>,
    pub(crate) max_length: Option<(&'t Node, MaxLength)>,
    pub(crate) required: Option<Span>,
    pub(crate) on_absent: Option<(&'t Node, Otherwise)>,
    pub(crate) on_null: Option<(&'t Node, Otherwise)>,
}

/// Where a value comes from.
#[derive(Debug)]
pub(crate) enum SourceDoc<'t> {
    /// A scalar alone: a path, a text with braces, or a value.
    Plain(&'t Node),
    From(&'t Node),
    FirstOf(&'t [Node]),
    Value(&'t Node),
    Text(&'t Node),
}

/// A record that is looked up.
#[derive(Debug)]
pub(crate) struct LookupDoc<'t> {
    pub(crate) record: &'t Node,
    pub(crate) by: &'t Node,
}

pub(super) fn read_field<'t>(key: &'t Key, node: &'t Node, found: &mut Vec<Diagnostic>) -> FieldDoc<'t> {
    let alternatives = match &node.kind {
        NodeKind::List(several) => {
            if several.is_empty() {
                let message = format!("`{}` has no alternative", key.text);
                found.push(Diagnostic::error(Code::WF046, node.span, message));
            }
            several.iter().filter_map(|one| read_alternative(one, found)).collect()
        }
        _ => read_alternative(node, found).into_iter().collect(),
    };
    FieldDoc { key, alternatives }
}

fn read_alternative<'t>(node: &'t Node, found: &mut Vec<Diagnostic>) -> Option<AlternativeDoc<'t>> {
    let mut alternative = AlternativeDoc {
        span: node.span,
        condition: None,
        source: None,
        case: None,
        values: None,
        lookup: None,
        no_match: None,
        max_length: None,
        required: None,
        on_absent: None,
        on_null: None,
    };
    if let NodeKind::Scalar(_) = node.kind {
        if node.is_null() {
            found.push(
                Diagnostic::error(Code::WF046, node.span, "the field gets nothing").help(
                    "write a path such as `$.source.mail`, or `on_null: clear` beside `from` to empty it",
                ),
            );
        }
        alternative.source = (!node.is_null()).then_some(SourceDoc::Plain(node));
        return Some(alternative);
    }
    let fields = Fields::open(node, &FIELD_KEYS, found)?;
    alternative.span = fields.span();
    alternative.source = read_source(&fields, found);
    alternative.condition = fields.text("if", found);
    alternative.case = fields.get("case").and_then(|entry| {
        let word = read_word(&entry.value, "case", &["lower", "upper", "title"], found)?;
        Some((&entry.value, [Case::Lower, Case::Upper, Case::Title][word]))
    });
    alternative.values = fields.get("values").map(|entry| &entry.value);
    alternative.lookup = fields.get("lookup").and_then(|entry| read_lookup(&entry.value, found));
    alternative.no_match = fields.get("no_match").and_then(|entry| read_no_match(&entry.value, found));
    alternative.max_length = fields.get("max_length").and_then(|entry| read_max_length(&entry.value, found));
    alternative.required = fields.get("required").and_then(|entry| match entry.value.to_value() {
        serde_json::Value::Bool(required) => required.then_some(entry.key.span),
        _ => {
            found.push(kind_named(&entry.value, "required", "true or false"));
            None
        }
    });
    let mut otherwise = |key| fields.get(key).and_then(|entry| read_otherwise(&entry.value, key, found));
    alternative.on_absent = otherwise("on_absent");
    alternative.on_null = otherwise("on_null");
    Some(alternative)
}

fn read_source<'t>(fields: &Fields<'t>, found: &mut Vec<Diagnostic>) -> Option<SourceDoc<'t>> {
    let written: Vec<_> = SOURCE_KEYS.iter().filter_map(|key| fields.get(key)).collect();
    let entry = match written.as_slice() {
        [entry] => *entry,
        [] => {
            let message = "the field does not say where its value comes from";
            let note = format!("a field has one of {}", list(&SOURCE_KEYS));
            found.push(Diagnostic::error(Code::WF046, fields.span(), message).note(note));
            return None;
        }
        [first, second, ..] => {
            let message = format!("the field has both `{}` and `{}`", first.key.text, second.key.text);
            let error = Diagnostic::error(Code::WF046, second.key.span, message);
            found.push(error.help("make a list of two alternatives of it, the first with an `if`"));
            return None;
        }
    };
    let node = &entry.value;
    match entry.key.text.as_str() {
        "from" => text(node, "from", found).map(|_| SourceDoc::From(node)),
        "text" => text(node, "text", found).map(|_| SourceDoc::Text(node)),
        "first_of" => {
            let several = items(node, "first_of", found);
            if node.as_list().is_some() && several.is_empty() {
                found.push(Diagnostic::error(Code::WF046, node.span, "`first_of` names nothing"));
            }
            (!several.is_empty()).then_some(SourceDoc::FirstOf(several))
        }
        _ => Some(SourceDoc::Value(node)),
    }
}

fn read_lookup<'t>(node: &'t Node, found: &mut Vec<Diagnostic>) -> Option<LookupDoc<'t>> {
    let fields = Fields::open(node, &LOOKUP_KEYS, found)?;
    let mut need = |key| {
        let node = fields.need(key, found)?;
        text(node, key, found).map(|_| node)
    };
    let (record, by) = (need("record"), need("by"));
    Some(LookupDoc { record: record?, by: by? })
}

fn read_max_length<'t>(node: &'t Node, found: &mut Vec<Diagnostic>) -> Option<(&'t Node, MaxLength)> {
    let (chars, truncates) = match &node.kind {
        NodeKind::Map(_) => {
            let fields = Fields::open(node, &MAX_LENGTH_KEYS, found)?;
            let then = fields.get("then");
            let then = then.and_then(|entry| read_word(&entry.value, "then", &["fail", "truncate"], found));
            (fields.need("chars", found)?, then == Some(1))
        }
        _ => (node, false),
    };
    let count = read_count(chars, "max_length", CHARS_MAX, found)?;
    Some((node, MaxLength { chars: usize::try_from(count).ok()?, truncates }))
}

/// The value of `{ value: … }`; null is not one.
fn read_value(node: &Node, key: &str, found: &mut Vec<Diagnostic>) -> Option<serde_json::Value> {
    let fields = Fields::open(node, &OTHERWISE_KEYS, found)?;
    let value = fields.need("value", found)?;
    if let Some(text) = value.as_str()
        && (text.starts_with("$.") || text.contains("{{"))
    {
        let message = format!("the value of `{key}` is written out, and this is an expression");
        let error = Diagnostic::error(Code::WF046, value.span, message);
        found.push(error.help("make a list of alternatives, or use `first_of`"));
        return None;
    }
    Some(value.to_value())
}

fn read_otherwise<'t>(
    node: &'t Node,
    key: &str,
    found: &mut Vec<Diagnostic>,
) -> Option<(&'t Node, Otherwise)> {
    if node.as_map().is_some() {
        return read_value(node, key, found).map(|value| (node, Otherwise::Value(value)));
    }
    let word = read_word(node, key, &["keep", "clear", "skip", "fail"], found)?;
    let words = [Otherwise::Keep, Otherwise::Clear, Otherwise::Skip, Otherwise::Fail];
    words.into_iter().nth(word).map(|word| (node, word))
}

fn read_no_match<'t>(node: &'t Node, found: &mut Vec<Diagnostic>) -> Option<(&'t Node, Unmatched)> {
    if node.as_map().is_some() {
        return read_value(node, "no_match", found).map(|value| (node, Unmatched::Value(value)));
    }
    let word = read_word(node, "no_match", &["keep", "flag", "defer", "fail"], found)?;
    let words = [Unmatched::Keep, Unmatched::Flag, Unmatched::Defer, Unmatched::Fail];
    words.into_iter().nth(word).map(|word| (node, word))
}
