//! Events as stored text. Owns the version: an event of a kind or a version that this build does not
//! know stops the load, because skipping it would give another run.

use serde::Deserialize;
use serde_json::Value;

use crate::event::Event;

/// Version of the stored form; rises with every change to an event. 2: the timer of an escalation.
/// 3: the timer `deadline`.
pub const VERSION: u32 = 3;

/// A stored event that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CodecError {
    /// Written by a newer version.
    #[error("the event is of version {found}, this build reads up to {VERSION}")]
    Newer {
        /// Version that was found.
        found: u64,
    },
    /// A kind that this build does not know, or content that does not fit its kind.
    #[error("the event cannot be read: {detail}")]
    Unreadable {
        /// What does not fit.
        detail: String,
    },
}

/// Writes an event as one line of JSON.
///
/// # Panics
/// Never: events hold only what JSON can say.
#[must_use]
pub fn encode(event: &Event) -> String {
    let mut json = serde_json::to_value(event).expect("an event holds only what JSON can say");
    json["v"] = Value::from(VERSION);
    json.to_string()
}

/// Reads an event.
///
/// # Errors
/// [`CodecError`] for a newer version, an unknown kind, and content that does not fit its kind.
pub fn decode(text: &str) -> Result<Event, CodecError> {
    let unreadable = |detail: String| CodecError::Unreadable { detail };
    let mut json: Value = serde_json::from_str(text).map_err(|error| unreadable(error.to_string()))?;
    let version = json.as_object_mut().and_then(|map| map.remove("v"));
    match version.as_ref().and_then(Value::as_u64) {
        Some(found) if found > u64::from(VERSION) => return Err(CodecError::Newer { found }),
        Some(_) => {}
        None => return Err(unreadable("it has no version".to_owned())),
    }
    Event::deserialize(json).map_err(|error| unreadable(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_read_as_it_was_written() {
        let event = Event::CancelRequested { by: "cli:ann".to_owned() };
        assert_eq!(encode(&event), r#"{"kind":"cancel_requested","by":"cli:ann","v":3}"#);
        assert_eq!(decode(&encode(&event)), Ok(event));
    }

    #[test]
    fn events_of_the_first_version_are_read() {
        let event = Event::CancelRequested { by: "cli:ann".to_owned() };
        assert_eq!(decode(r#"{"kind":"cancel_requested","by":"cli:ann","v":1}"#), Ok(event));
    }

    #[test]
    fn unknown_kinds_newer_versions_and_garbage_stop_the_load() {
        assert_eq!(
            decode(r#"{"kind":"cancel_requested","by":"a","v":4}"#),
            Err(CodecError::Newer { found: 4 })
        );
        for text in
            [r#"{"kind":"moon_rose","v":1}"#, r#"{"kind":"cancel_requested","by":"a"}"#, "{}", "", "null"]
        {
            assert!(matches!(decode(text), Err(CodecError::Unreadable { .. })), "{text}");
        }
    }
}
