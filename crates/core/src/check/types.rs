//! Which types a value may have, as far as that is known.

use serde_json::Value;

use crate::model::ValueType;

/// A set of JSON types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Types(u8);

const WORDS: [(u8, &str, &str); 7] = [
    (1, "null", "nothing"),
    (2, "boolean", "true or false"),
    (4, "integer", "a whole number"),
    (8, "number", "a number"),
    (16, "string", "a text"),
    (32, "array", "a list"),
    (64, "object", "a map"),
];

impl Types {
    /// No type at all.
    pub(super) const NONE: Self = Self(0);
    /// Null.
    pub(super) const NULL: Self = Self(1);
    /// True or false.
    pub(super) const BOOLEAN: Self = Self(2);
    /// A number.
    pub(super) const NUMBER: Self = Self(4 + 8);
    /// A text.
    pub(super) const TEXT: Self = Self(16);
    /// A list.
    pub(super) const LIST: Self = Self(32);
    /// A map.
    pub(super) const MAP: Self = Self(64);
    /// Anything.
    pub(super) const ANY: Self = Self(127);

    /// The type with this word of JSON Schema.
    pub(super) fn named(word: &str) -> Self {
        match word {
            "number" => Self::NUMBER,
            _ => WORDS.iter().find(|(_, name, _)| *name == word).map_or(Self::ANY, |(bit, _, _)| Self(*bit)),
        }
    }

    /// The type of a value.
    pub(super) fn of(value: &Value) -> Self {
        match value {
            Value::Null => Self::NULL,
            Value::Bool(_) => Self::BOOLEAN,
            Value::Number(number) if number.is_f64() => Self(8),
            Value::Number(_) => Self(4),
            Value::String(_) => Self::TEXT,
            Value::Array(_) => Self::LIST,
            Value::Object(_) => Self::MAP,
        }
    }

    /// Both together.
    pub(super) fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// What is in both.
    pub(super) fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Without another.
    pub(super) fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether a value may have a type of both; whole numbers are numbers.
    pub(super) fn meets(self, other: Self) -> bool {
        self.and(other) != Self::NONE
    }

    /// The JSON Schema of a value of these types.
    pub(super) fn schema(self) -> Value {
        let bits = if self.0 & 8 != 0 { self.0 & !4 } else { self.0 };
        let words: Vec<_> =
            WORDS.iter().filter(|(bit, _, _)| bits & bit != 0).map(|(_, word, _)| *word).collect();
        match words.as_slice() {
            _ if self == Self::ANY => serde_json::json!({}),
            [word] => serde_json::json!({ "type": word }),
            words => serde_json::json!({ "type": words }),
        }
    }

    /// The words for it.
    pub(super) fn words(self) -> String {
        let mut bits = self.0;
        if bits & 8 != 0 {
            bits &= !4;
        }
        if bits & !1 != 0 {
            bits &= !1;
        }
        let words: Vec<_> =
            WORDS.iter().filter(|(bit, _, _)| bits & bit != 0).map(|(_, _, words)| *words).collect();
        words.join(" or ")
    }
}

/// The format of a time.
pub(super) const TIME_FORMAT: &str = "date-time";

/// The JSON Schema of a value of the language's own types.
pub(super) fn schema_of(kind: ValueType) -> Value {
    let word = match kind {
        ValueType::String | ValueType::Time => "string",
        ValueType::Integer => "integer",
        ValueType::Number => "number",
        ValueType::Boolean => "boolean",
        ValueType::List => "array",
        ValueType::Map => "object",
    };
    if kind == ValueType::Time {
        return serde_json::json!({ "type": word, "format": TIME_FORMAT });
    }
    serde_json::json!({ "type": word })
}
