//! What a field of a mapping may say besides where its value comes from: the words and their values.

use serde_json::Value;

/// How the letters of a text are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Case {
    /// All small.
    Lower,
    /// All capital.
    Upper,
    /// The first of every word capital.
    Title,
}

/// How long a text may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MaxLength {
    /// Most characters.
    pub chars: usize,
    /// Whether a longer text is cut; otherwise the mapping fails.
    pub truncates: bool,
}

/// What an absent value, or one that is null, does to its field.
#[derive(Debug, Clone, PartialEq)]
pub enum Otherwise {
    /// The field is left out: the target keeps what it has.
    Keep,
    /// The field is null: the target is emptied.
    Clear,
    /// The next alternative is tried; without one the field is left out.
    Skip,
    /// The mapping fails.
    Fail,
    /// The field has this value.
    Value(Value),
}

/// What a value without a counterpart does to its field.
#[derive(Debug, Clone, PartialEq)]
pub enum Unmatched {
    /// The field is left out.
    Keep,
    /// The field is left out and named in `flagged`.
    Flag,
    /// The field is left out and named in `deferred`: the counterpart may come later.
    Defer,
    /// The mapping fails.
    Fail,
    /// The field has this value.
    Value(Value),
}
