//! Spans of virtual time as people write them: `4h`, `90m`, `2d`, `PT4H`.

use std::fmt;
use std::str::FromStr;

use jiff::SignedDuration;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A span that does not go back; days have 24 hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Span(pub(crate) SignedDuration);

impl FromStr for Span {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let unreadable = || format!("`{text}` is no span such as `4h`, `90m`, `2d` or `PT4H`");
        let span: jiff::Span = text.parse().map_err(|_| unreadable())?;
        let days = jiff::SpanRelativeTo::days_are_24_hours();
        let duration = span.to_duration(days).map_err(|_| unreadable())?;
        if duration.is_negative() {
            return Err(format!("`{text}` goes back in time"));
        }
        Ok(Self(duration))
    }
}

impl fmt::Display for Span {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.0)
    }
}

impl Serialize for Span {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for Span {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Span".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "A span of virtual time, such as `4h`, `90m`, `2d` or `PT4H`; days have 24 hours.",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_read_as_people_write_it_and_written_so_that_it_can_be_read() {
        let check = |text: &str, seconds: i64| {
            let span: Span = text.parse().unwrap();
            assert_eq!(span.0, SignedDuration::from_secs(seconds), "{text}");
            assert_eq!(span.to_string().parse(), Ok(span));
        };
        check("4h", 14_400);
        check("P1DT30M", 88_200);
        check("PT0S", 0);
        for text in ["", "soon", "-1h", "P1M"] {
            assert!(text.parse::<Span>().is_err(), "{text}");
        }
    }
}
