//! Script files: what happens to a sandbox by itself, at which virtual time.
//!
//! Owns the format. An entry names a route of the admin interface and what is sent to it, so that
//! whatever can be done by hand can be done by a script.
//!
//! ```yaml
//! script: a bad morning
//! entries:
//!   - do: { faults: { operation: azure_ad.users.get, answer: throttle, times: 3 } }
//!   - at: PT5M
//!     do: { azure_ad/users: { upn: a.new@contoso.test } }
//!   - at: PT10M
//!     do: { DELETE faults: {} }
//! ```

use std::fmt;
use std::path::PathBuf;

use jiff::{SignedDuration, Timestamp};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Error as _, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use crate::error::Error;
use crate::faults::rule::Rule;
use crate::place;
use crate::span::Span;

/// Largest script file, in bytes.
const SCRIPT_BYTES_MAX: u64 = 1024 * 1024;

/// Routes no script may use: they would move the time or the script it is in.
const FORBIDDEN: [&str; 5] = ["clock", "reset", "dump", "restore", "script"];

/// Everything else that routes of the admin interface begin with.
const ROUTES: [&str; 7] = ["faults", "azure_ad", "servicenow", "calls", "state", "summary", "endpoints"];

const METHODS: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/// What happens to a sandbox by itself: faults that come and go, and people who act.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Script {
    /// What the script is about, for whoever reads it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) script: Option<String>,
    /// What happens, in any order.
    pub(crate) entries: Vec<Entry>,
}

/// One thing that happens.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Entry {
    /// When: a span of virtual time since the script was handed in, such as `PT5M` or `5m`, or an instant in
    /// UTC; at once when absent.
    #[serde(default)]
    pub(crate) at: When,
    /// What: a route of the admin interface without `/_sandbox/`, and the body sent to it. The method is
    /// `POST` unless another one stands before the route, as in `DELETE faults`.
    #[serde(rename = "do")]
    pub(crate) act: Act,
}

/// A moment of virtual time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum When {
    After(Span),
    At(Timestamp),
}

impl When {
    /// The instant, for a script handed in at `start`.
    pub(crate) fn instant(self, start: Timestamp) -> Timestamp {
        match self {
            Self::After(span) => start.checked_add(span.0).unwrap_or(Timestamp::MAX),
            Self::At(instant) => instant,
        }
    }
}

impl Default for When {
    fn default() -> Self {
        Self::After(Span(SignedDuration::ZERO))
    }
}

impl Serialize for When {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::After(span) => serializer.collect_str(span),
            Self::At(instant) => serializer.collect_str(instant),
        }
    }
}

impl<'de> Deserialize<'de> for When {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if let Ok(instant) = text.parse() {
            return Ok(Self::At(instant));
        }
        text.parse().map(Self::After).map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for When {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "When".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "examples": ["PT5M", "90m", "2026-01-05T09:00:00Z"] })
    }
}

/// One request to the admin interface.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Act {
    pub(crate) method: &'static str,
    /// Without `/_sandbox/`.
    pub(crate) route: String,
    pub(crate) body: Value,
}

/// Method and route of a key.
fn target(key: &str) -> Result<(&'static str, &str), String> {
    let (method, route) = key.split_once(' ').unwrap_or(("POST", key));
    let method = METHODS.into_iter().find(|known| *known == method);
    let method = method.ok_or_else(|| {
        let known = METHODS.map(|known| format!("`{known}`")).join(", ");
        format!("`{key}` does not begin with a method, one of {known}")
    })?;
    let route = route.trim().trim_matches('/');
    if route.is_empty() || !route.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(format!("`{key}` names no route of the admin interface"));
    }
    let head = route.split(['/', '?']).next().unwrap_or_default();
    if FORBIDDEN.contains(&head) {
        return Err(format!("a script cannot use `{head}`"));
    }
    if !ROUTES.contains(&head) {
        let known = ROUTES.map(|known| format!("`{known}`")).join(", ");
        return Err(format!("unknown route `{head}`, expected one of {known}"));
    }
    Ok((method, route))
}

impl Act {
    fn key(&self) -> String {
        if self.method == "POST" { self.route.clone() } else { format!("{} {}", self.method, self.route) }
    }
}

impl Serialize for Act {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map([(self.key(), &self.body)])
    }
}

impl<'de> Deserialize<'de> for Act {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(OneAction)
    }
}

/// Reads an action member by member, so that what does not fit is found at its own place.
struct OneAction;

impl<'de> Visitor<'de> for OneAction {
    type Value = Act;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a map with one action")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Act, M::Error> {
        let several = || M::Error::custom("`do` holds exactly one action");
        let key: String = map.next_key()?.ok_or_else(several)?;
        let (method, route) = target(&key).map_err(M::Error::custom)?;
        let body = if (method, route) == ("POST", "faults") {
            let rule: Rule = map.next_value()?;
            rule.check().map_err(M::Error::custom)?;
            serde_json::to_value(rule).map_err(M::Error::custom)?
        } else {
            map.next_value()?
        };
        match map.next_key::<IgnoredAny>()? {
            Some(_) => Err(several()),
            None => Ok(Act { method, route: route.to_owned(), body }),
        }
    }
}

impl JsonSchema for Act {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Act".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let rule = generator.subschema_for::<Rule>();
        json_schema!({
            "type": "object",
            "minProperties": 1,
            "maxProperties": 1,
            "properties": {
                "faults": rule,
                "DELETE faults": { "type": "object", "description": "Withdraws every fault rule." },
            },
            "additionalProperties": true,
        })
    }
}

impl Script {
    /// Reads a script file.
    ///
    /// # Errors
    /// `Error::ScriptUnreadable` and `Error::ScriptMalformed`.
    pub fn read(path: &PathBuf) -> Result<Self, Error> {
        let unreadable = |source| Error::ScriptUnreadable { path: path.clone(), source };
        let bytes = std::fs::metadata(path).map_err(unreadable)?.len();
        if bytes > SCRIPT_BYTES_MAX {
            let detail = format!("{bytes} bytes are more than the most that is read, {SCRIPT_BYTES_MAX}");
            return Err(Error::ScriptMalformed { place: path.display().to_string(), detail });
        }
        let text = std::fs::read_to_string(path).map_err(unreadable)?;
        serde_saphyr::from_str(&text).map_err(|error| {
            let (place, detail) = place::of(&path.display().to_string(), error);
            Error::ScriptMalformed { place, detail }
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_entry_names_a_moment_and_one_route() {
        let script: Script = serde_saphyr::from_str(
            "entries:\n  - do: { faults: { platform: azure_ad, answer: throttle } }\n  - at: 5m\n    do: { DELETE faults: {} }\n",
        )
        .unwrap();
        let start: Timestamp = "2026-01-05T08:00:00Z".parse().unwrap();
        let times: Vec<String> =
            script.entries.iter().map(|entry| entry.at.instant(start).to_string()).collect();
        assert_eq!(times, ["2026-01-05T08:00:00Z", "2026-01-05T08:05:00Z"]);
        assert_eq!(
            serde_json::to_value(&script.entries[1]).unwrap(),
            json!({ "at": "PT5M", "do": { "DELETE faults": {} } })
        );
    }

    #[test]
    fn entries_without_sense_are_refused() {
        let check = |entry: Value, says: &str| {
            let error = serde_json::from_value::<Entry>(entry.clone()).unwrap_err().to_string();
            assert!(error.contains(says), "{entry}: {error}");
        };
        check(json!({ "do": {} }), "exactly one action");
        check(json!({ "do": { "DELETE faults": {}, "b": {} } }), "exactly one action");
        check(
            json!({ "do": { "fault": {} } }),
            "unknown route `fault`, expected one of `faults`, `azure_ad`",
        );
        check(json!({ "do": { "clock": { "advance": "1h" } } }), "cannot use `clock`");
        check(json!({ "do": { "SEND faults": {} } }), "begin with a method");
        check(json!({ "do": { "faults": { "answer": "throttle" } } }), "needs a `platform`");
        check(json!({ "at": "soon", "do": { "DELETE faults": {} } }), "no span");
    }
}
