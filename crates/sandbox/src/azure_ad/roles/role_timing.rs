//! When a role is held: `scheduleInfo` of a role request, and the rules of the role for it.
//!
//! Source: microsoft-graph.md section 6.4.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use crate::azure_ad::errors::GraphError;
use crate::azure_ad::state::governance::Sort;
use crate::azure_ad::state::tenant::seconds;
use crate::seed::governance::RoleRules;
use crate::span::Span;

/// From when until when; nothing for no end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Timing {
    pub(crate) start: Timestamp,
    pub(crate) end: Option<Timestamp>,
}

impl Timing {
    /// Reads a schedule that has the right shape already. One without a start starts now, one that is behind too.
    ///
    /// # Errors
    /// 400 for an expiration that lacks its part or is over before it begins.
    pub(crate) fn read(info: Option<&Value>, now: Timestamp) -> Result<Self, GraphError> {
        let at = |value: &Value| value.as_str().and_then(|text| text.parse::<Timestamp>().ok());
        let nothing = Value::Null;
        let info = info.unwrap_or(&nothing);
        let start = at(&info["startDateTime"]).unwrap_or(now).max(now);
        let expiration = &info["expiration"];
        let refused = |message: &str| Err(GraphError::bad_request(message));
        let end = match expiration["type"].as_str() {
            Some("afterDateTime") => match at(&expiration["endDateTime"]) {
                Some(end) => Some(end),
                None => return refused("An expiration of type 'afterDateTime' needs an 'endDateTime'."),
            },
            Some("afterDuration") => {
                let span = expiration["duration"].as_str().and_then(|text| text.parse::<Span>().ok());
                match span.filter(|span| span.0 > SignedDuration::ZERO) {
                    Some(span) => Some(start.checked_add(span.0).unwrap_or(Timestamp::MAX)),
                    None => return refused("An expiration of type 'afterDuration' needs a 'duration'."),
                }
            }
            _ => None,
        };
        if end.is_some_and(|end| end <= start) {
            return refused("The schedule ends before it starts.");
        }
        Ok(Self { start, end })
    }

    /// The schedule as answers show it.
    pub(crate) fn shown(&self, sent: Option<&Value>) -> Value {
        let mut info = sent.and_then(Value::as_object).cloned().unwrap_or_default();
        info.insert("startDateTime".to_owned(), json!(seconds(self.start)));
        info.entry("recurrence").or_insert(Value::Null);
        let mut expiration = info.get("expiration").and_then(Value::as_object).cloned().unwrap_or_default();
        for name in ["endDateTime", "duration"] {
            expiration.entry(name).or_insert(Value::Null);
        }
        expiration.entry("type").or_insert_with(|| json!("noExpiration"));
        info.insert("expiration".to_owned(), Value::Object(expiration));
        Value::Object(info)
    }
}

/// The rules of a role that a request breaks, in the service's names.
pub(crate) fn broken_rules(
    rules: &RoleRules,
    sort: Sort,
    timing: &Timing,
    body: &Map<String, Value>,
) -> Vec<&'static str> {
    let (permanent, longest) = match sort {
        Sort::Active => (rules.permanent_active, rules.active_max),
        Sort::Eligible => (rules.permanent_eligible, rules.eligible_max),
    };
    let too_long = |max: Span| timing.end.is_some_and(|end| end.duration_since(timing.start) > max.0);
    let filled =
        |value: Option<&Value>| value.and_then(Value::as_str).is_some_and(|text| !text.trim().is_empty());
    let ticket = body.get("ticketInfo");
    let ticketed = ["ticketNumber", "ticketSystem"]
        .iter()
        .all(|name| filled(ticket.and_then(|ticket| ticket.get(name))));
    let is_active = sort == Sort::Active;
    let broken = [
        ("ExpirationRule", (timing.end.is_none() && !permanent) || longest.is_some_and(too_long)),
        ("JustificationRule", is_active && rules.justification && !filled(body.get("justification"))),
        ("TicketingRule", is_active && rules.ticket && !ticketed),
    ];
    broken.into_iter().filter(|(_, is_broken)| *is_broken).map(|(name, _)| name).collect()
}
