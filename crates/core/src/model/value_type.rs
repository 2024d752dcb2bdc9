//! Types of inputs, settings and table columns. Converts nothing silently: a text is not a number.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::time::write_time;

/// Type of one value that is set from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ValueType {
    /// Text.
    String,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// A time with its zone, such as `2026-11-23T09:00:00Z`.
    Time,
    /// A list of anything.
    List,
    /// A map of anything.
    Map,
}

impl ValueType {
    /// Every type, in the order of the documentation.
    pub const ALL: [Self; 7] =
        [Self::String, Self::Integer, Self::Number, Self::Boolean, Self::Time, Self::List, Self::Map];

    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Boolean => "boolean",
            Self::Time => "time",
            Self::List => "list",
            Self::Map => "map",
        }
    }

    /// Reads the word for a type.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// Whether a value is of this type; null is of none.
    #[must_use]
    pub fn accepts(&self, value: &Value) -> bool {
        match self {
            Self::String => value.is_string(),
            Self::Integer => value.is_i64() || value.is_u64(),
            Self::Number => value.is_number(),
            Self::Boolean => value.is_boolean(),
            Self::Time => value.as_str().is_some_and(|text| text.parse::<Timestamp>().is_ok()),
            Self::List => value.is_array(),
            Self::Map => value.is_object(),
        }
    }

    /// A value of this type as a run holds it: times in UTC and to the second, everything else as it is.
    #[must_use]
    pub fn normal(self, value: Value) -> Value {
        match (self, value.as_str().map(str::parse::<Timestamp>)) {
            (Self::Time, Some(Ok(at))) => Value::String(write_time(at)),
            _ => value,
        }
    }

    /// Reads a value of this type from plain text, as given on a command line or in a table.
    ///
    /// # Errors
    /// One sentence that says what the text is not.
    pub fn from_text(&self, text: &str) -> Result<Value, String> {
        let value = match self {
            Self::String | Self::Time => Some(Value::String(text.to_owned())),
            Self::Integer | Self::Number | Self::Boolean | Self::List | Self::Map => {
                serde_json::from_str(text).ok()
            }
        };
        value.filter(|value| self.accepts(value)).ok_or_else(|| format!("`{text}` is not of type {self}"))
    }
}

impl std::fmt::Display for ValueType {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn types_accept_only_their_own_values() {
        let samples = [
            (ValueType::String, json!("a")),
            (ValueType::Integer, json!(1)),
            (ValueType::Number, json!(1.5)),
            (ValueType::Boolean, json!(true)),
            (ValueType::List, json!([])),
            (ValueType::Map, json!({})),
        ];
        for (kind, _) in &samples {
            for (other, value) in &samples {
                let fits = kind == other || (*kind == ValueType::Number && *other == ValueType::Integer);
                assert_eq!(kind.accepts(value), fits, "{kind} and {value}");
            }
            assert!(!kind.accepts(&Value::Null));
        }
        assert!(ValueType::Time.accepts(&json!("2026-11-23T09:00:00Z")));
        assert!(!ValueType::Time.accepts(&json!("2026-11-23T09:00:00")));
        let normal = |kind: ValueType| kind.normal(json!("2026-11-23T09:00:00.5+01:00"));
        assert_eq!(normal(ValueType::Time), json!("2026-11-23T08:00:00Z"));
        assert_eq!(normal(ValueType::String), json!("2026-11-23T09:00:00.5+01:00"));
    }

    #[test]
    fn text_is_read_by_type_and_never_guessed() {
        assert_eq!(ValueType::String.from_text("0042"), Ok(json!("0042")));
        assert_eq!(ValueType::Integer.from_text("42"), Ok(json!(42)));
        assert_eq!(ValueType::Boolean.from_text("yes"), Err("`yes` is not of type boolean".to_owned()));
        assert_eq!(ValueType::Integer.from_text("1.5"), Err("`1.5` is not of type integer".to_owned()));
    }
}
