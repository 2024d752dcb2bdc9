//! Rate rules: how many requests an account may make in an hour.
//!
//! Owns the choice of the rule and the counting; the rules are rows of `sys_rate_limit_rules`. Hours
//! are those of the clock. The platform's nodes add up their counts every thirty seconds, so that a
//! burst may pass there; here every request counts at once. Source: reference section 6.1, which
//! names no columns.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::servicenow::actor::Actor;
use crate::servicenow::store::Record;
use crate::servicenow::walk::Base;

pub(crate) const RULES: &str = "sys_rate_limit_rules";
const HOUR_SECS: i64 = 3_600;

/// What a request asks of the instance.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked<'a> {
    /// Name of the API as its users know it.
    pub(crate) api: &'static str,
    /// Path without `/api` and the version.
    pub(crate) path: &'a str,
    pub(crate) method: &'a str,
}

/// What a request is charged under the rule that concerns it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Charge {
    pub(crate) rule: String,
    pub(crate) limit: u64,
    /// When counting begins anew, in Unix seconds.
    pub(crate) reset: i64,
    /// Seconds until then.
    pub(crate) wait: i64,
    pub(crate) exceeded: bool,
}

/// Requests of one account in one hour.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Count {
    hour: i64,
    /// The limit counted against: a rule that is changed begins anew.
    limit: u64,
    used: u64,
}

/// What was counted, by rule and account.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Rates {
    counts: BTreeMap<String, BTreeMap<String, Count>>,
}

impl Rates {
    /// Counts a request, where a rule concerns it.
    pub(crate) fn charge(
        &mut self,
        base: Base<'_>,
        actor: &Actor,
        asked: Asked<'_>,
        now: Timestamp,
    ) -> Option<Charge> {
        let (rule, limit) = rule(base, actor, asked)?;
        let hour = now.as_second().div_euclid(HOUR_SECS);
        let count = self.counts.entry(rule.clone()).or_default().entry(actor.user_name.clone()).or_default();
        if (count.hour, count.limit) != (hour, limit) {
            *count = Count { hour, limit, used: 0 };
        }
        count.used += 1;
        let reset = (hour + 1) * HOUR_SECS;
        Some(Charge { rule, limit, reset, wait: reset - now.as_second(), exceeded: count.used > limit })
    }
}

/// A rule for the account comes before one for a role, and that before one for all; of several the
/// lowest limit counts.
fn rule(base: Base<'_>, actor: &Actor, asked: Asked<'_>) -> Option<(String, u64)> {
    let concerns = |row: &&Record| {
        let method = row.get("method");
        row.get("active") == "true"
            && (method.is_empty() || method.eq_ignore_ascii_case(asked.method))
            && fits(row.get("rest_resource"), asked)
    };
    let ranked = base.store.all(base.dictionary, RULES).filter(concerns).filter_map(|row| {
        let rank = match row.get("type") {
            "user" => (row.get("user") == actor.sys_id).then_some(0),
            "role" => {
                let role = base.store.get(base.dictionary, "sys_user_role", row.get("role"))?;
                actor.holds(role.get("name")).then_some(1)
            }
            _ => Some(2),
        }?;
        Some((rank, row.get("request_limit_per_hour").parse::<u64>().ok()?, row.id()))
    });
    ranked.min().map(|(_, limit, id)| (id.to_owned(), limit))
}

/// Whether a rule's resource, the name of an API or the beginning of a path, is what is asked.
fn fits(resource: &str, asked: Asked<'_>) -> bool {
    let rest = asked.path.strip_prefix(resource.trim_end_matches('/'));
    resource.is_empty()
        || resource.eq_ignore_ascii_case(asked.api)
        || (resource.starts_with('/') && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
}
