//! The written form of a mapping. The comments here are what an editor shows.
//!
//! These types are never filled; the reader of `model` reads the text itself, and a test keeps both
//! at the same keys.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::model::ValueType;

/// A mapping from one record to another, in a file of its own.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "read by its schema only")]
pub(super) struct MappingFile {
    /// Name of the mapping, for people.
    mapping: String,
    /// What it is for, for people.
    description: Option<String>,
    /// Record that it reads, as `$.source`.
    from: String,
    /// Record whose fields it gives.
    to: String,
    /// Fields that your installation has added to these records, with their types.
    custom_fields: Option<BTreeMap<String, ValueType>>,
    /// Fields of the target: a path such as `$.source.mail`, a text, a value, a map that says more, or a
    /// list of alternatives of which the first whose `if` holds is taken.
    #[schemars(extend("minProperties" = 1))]
    fields: BTreeMap<String, Field>,
}

/// A mapping from one record to another: here, or in a file of its own.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "read by its schema only")]
pub(super) struct Mapping {
    /// A file beside the workflow, such as `mappings/user.yaml`; nothing else stands beside it.
    file: Option<String>,
    /// What it is for, for people.
    description: Option<String>,
    /// Record that it reads, as `$.source`.
    from: Option<String>,
    /// Record whose fields it gives.
    to: Option<String>,
    /// Fields that your installation has added to these records, with their types.
    custom_fields: Option<BTreeMap<String, ValueType>>,
    /// Fields of the target: a path such as `$.source.mail`, a text, a value, a map that says more, or a
    /// list of alternatives of which the first whose `if` holds is taken.
    #[schemars(extend("minProperties" = 1))]
    fields: Option<BTreeMap<String, Field>>,
}

/// How a field is filled.
#[derive(Deserialize, JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "read by its schema only")]
pub(super) enum Field {
    /// A path, a text with `{{ }}`, or a value.
    Plain(Plain),
    /// A way to fill it.
    One(Box<Alternative>),
    /// Alternatives: the first whose `if` holds is taken.
    Several(Vec<OneOfSeveral>),
}

/// One alternative.
#[derive(Deserialize, JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "read by its schema only")]
pub(super) enum OneOfSeveral {
    /// A path, a text with `{{ }}`, or a value.
    Plain(Plain),
    /// A way to fill it.
    One(Box<Alternative>),
}

/// A path, a text with `{{ }}`, or a value.
#[derive(Deserialize, JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "read by its schema only")]
pub(super) enum Plain {
    /// A path such as `$.source.mail`, a text with `{{ }}`, or a text as it stands.
    Text(String),
    /// A number.
    Number(f64),
    /// True or false.
    Flag(bool),
}

/// A way to fill a field: one of `from`, `first_of`, `value` and `text`, and what becomes of it.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "read by its schema only")]
pub(super) struct Alternative {
    /// Taken only if this holds, such as `$.source.country == 'NO'`. It reads `$.source` and `$.settings`.
    r#if: Option<String>,
    /// A path, such as `$.source.department`.
    from: Option<String>,
    /// Paths, texts or values: the first that is neither absent, null nor empty text.
    #[schemars(length(min = 1))]
    first_of: Option<Vec<Value>>,
    /// A value that is written out.
    value: Option<Value>,
    /// A text with `{{ }}`, such as `{{source.givenName}} {{source.surname}}`.
    text: Option<String>,
    /// How its letters are written, before anything else becomes of it.
    case: Option<Letters>,
    /// Translates the value: the name of a table with one input and one output column, or a map of values.
    values: Option<Values>,
    /// Translates the value into the key of the one record that has it in a field.
    lookup: Option<Lookup>,
    /// What a value does that is not translated: `fail` (the default, where the table says nothing else),
    /// `keep`, `flag`, `defer`, or `{ value: … }`.
    no_match: Option<Unmatched>,
    /// How long the text may be: a number of characters beyond which the mapping fails, or
    /// `{ chars: 40, then: truncate }`.
    max_length: Option<MaxLength>,
    /// Whether the mapping fails when the field gets no value or an empty text.
    required: Option<bool>,
    /// What an absent value does: `keep` (the default) leaves the field as it is, `clear` empties it, `skip`
    /// tries the next alternative, `fail` fails (the default of `text` and of required fields), and
    /// `{ value: … }` gives another.
    on_absent: Option<Otherwise>,
    /// What a value does that is null, in the words of `on_absent`. An empty text is a value of its own.
    on_null: Option<Otherwise>,
}

/// How letters are written.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Letters {
    /// All small.
    Lower,
    /// All capital.
    Upper,
    /// The first of every word capital.
    Title,
}

/// What a value is translated by.
#[derive(Deserialize, JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "read by its schema only")]
pub(super) enum Values {
    /// Name of a table of the workflow.
    Table(String),
    /// Values by the text of what they stand for.
    Map(Map<String, Value>),
}

/// A record that is looked up.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "read by its schema only")]
pub(super) struct Lookup {
    /// Name of the record in the target's system, without the system, such as `sys_user`.
    record: String,
    /// The field that is compared, such as `email`.
    by: String,
}

/// What a value does that is not translated.
#[derive(Deserialize, JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "read by its schema only")]
pub(super) enum Unmatched {
    /// In one word.
    Word(UnmatchedWord),
    /// Another value.
    Other(Other),
}

/// What a value does that is not translated, in one word.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum UnmatchedWord {
    /// The field stays what it is.
    Keep,
    /// The field stays what it is and is named in `flagged`, for a person to look at.
    Flag,
    /// The field stays what it is and is named in `deferred`: the counterpart may come later.
    Defer,
    /// The mapping fails.
    Fail,
}

/// What an absent value or null does.
#[derive(Deserialize, JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "read by its schema only")]
pub(super) enum Otherwise {
    /// In one word.
    Word(OtherwiseWord),
    /// Another value.
    Other(Other),
}

/// What an absent value or null does, in one word.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum OtherwiseWord {
    /// The field stays what it is.
    Keep,
    /// The field is emptied.
    Clear,
    /// The next alternative is tried; without one the field stays what it is.
    Skip,
    /// The mapping fails.
    Fail,
}

/// Another value.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "read by its schema only")]
pub(super) struct Other {
    /// The value, written out.
    value: Value,
}

/// How long a text may be.
#[derive(Deserialize, JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "read by its schema only")]
pub(super) enum MaxLength {
    /// Characters; a longer text fails.
    Chars(u32),
    /// Characters, and what a longer text does.
    Cut(Cut),
}

/// How long a text may be, and what a longer one does.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "read by its schema only")]
pub(super) struct Cut {
    /// Most characters.
    #[schemars(range(min = 1))]
    chars: u32,
    /// What a longer text does: `fail` (the default) or `truncate`.
    then: Option<Beyond>,
}

/// What a text does that is too long.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Beyond {
    /// It fails the mapping.
    Fail,
    /// It is cut.
    Truncate,
}
