//! Fault rules: which of the next calls is answered wrongly, and how.
//!
//! Owns the rules and the counting of matches. It only decides; `front` carries the decision out
//! and each platform gives the answers their own shape.

use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

use crate::calls::Platform;

/// Most rules at one time; every call is matched against all of them.
const RULES_MAX: usize = 256;

/// Longest delay a rule may ask for, in milliseconds.
const SLOW_MS_MAX: u64 = 60_000;

/// What the client gets instead of the usual answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Answer {
    /// 429 in the platform's own shape; the call changes nothing.
    Throttle,
    /// The connection is closed without an answer; the call changes nothing.
    DropBeforeCommit,
    /// The call is carried out, then the connection is closed without an answer.
    DropAfterCommit,
    /// This status with the platform's error body; the call changes nothing.
    Status(u16),
    /// A page of HTML from something in between, with status 502; the call changes nothing.
    Html,
    /// A page of HTML with status 200, as a login or hibernation page comes; the call changes nothing.
    HtmlOk,
    /// The usual answer, this many milliseconds late.
    Slow(u64),
}

/// One rule. The first rule that matches a call and is not used up decides.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rule {
    pub(crate) platform: Platform,
    /// HTTP method, any case; every method when absent.
    #[serde(default)]
    pub(crate) method: Option<String>,
    /// Path without query, any case, `*` stands for any run of characters.
    #[serde(default = "any_path")]
    pub(crate) path: String,
    pub(crate) answer: Answer,
    /// How many calls it strikes.
    #[serde(default = "once")]
    pub(crate) times: u32,
    /// How many matching calls it lets pass first.
    #[serde(default)]
    pub(crate) after: u32,
    /// Value of `Retry-After` in seconds for throttling and 503; `null` leaves the header out.
    #[serde(default = "one_second")]
    pub(crate) retry_after_secs: Option<u32>,
}

fn any_path() -> String {
    "*".to_owned()
}

fn once() -> u32 {
    1
}

#[expect(clippy::unnecessary_wraps, reason = "serde wants the type of the field")]
fn one_second() -> Option<u32> {
    Some(1)
}

/// A rule that struck, as `front` and the platforms need it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) answer: Answer,
    pub(crate) retry_after_secs: Option<u32>,
}

/// Why a rule was not taken.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RuleRefused {
    #[error("{0} fault rules are the most at one time")]
    TooMany(usize),
    #[error("{0} is no status an HTTP server answers with")]
    Status(u16),
    #[error("{0} ms is longer than the longest delay, {SLOW_MS_MAX} ms")]
    Slow(u64),
}

/// The rules in force.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    rules: Mutex<Vec<Rule>>,
}

impl Faults {
    /// Puts a rule behind the others.
    pub(crate) fn add(&self, rule: Rule) -> Result<(), RuleRefused> {
        match rule.answer {
            Answer::Status(status) if !(200..600).contains(&status) => {
                return Err(RuleRefused::Status(status));
            }
            Answer::Slow(ms) if ms > SLOW_MS_MAX => return Err(RuleRefused::Slow(ms)),
            _ => {}
        }
        let mut rules = self.rules();
        rules.retain(|rule| rule.times > 0);
        if rules.len() >= RULES_MAX {
            return Err(RuleRefused::TooMany(RULES_MAX));
        }
        rules.push(rule);
        Ok(())
    }

    /// The rules with what is left of their counts.
    pub(crate) fn list(&self) -> Vec<Rule> {
        self.rules().clone()
    }

    pub(crate) fn clear(&self) {
        self.rules().clear();
    }

    /// Gives the fault of the first rule that strikes this call; rules behind it do not count the call.
    pub(crate) fn strike(&self, platform: Platform, method: &str, path: &str) -> Option<Fault> {
        let mut rules = self.rules();
        rules.iter_mut().find_map(|rule| rule.strike(platform, method, path))
    }

    fn rules(&self) -> MutexGuard<'_, Vec<Rule>> {
        self.rules.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Rule {
    fn strike(&mut self, platform: Platform, method: &str, path: &str) -> Option<Fault> {
        let matches = self.times > 0
            && self.platform == platform
            && self.method.as_deref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(method))
            && glob_matches(&self.path, path);
        if !matches {
            return None;
        }
        if self.after > 0 {
            self.after -= 1;
            return None;
        }
        self.times -= 1;
        Some(Fault { answer: self.answer.clone(), retry_after_secs: self.retry_after_secs })
    }
}

/// Whether `text` has the shape of `glob`, in which `*` stands for any run of characters.
fn glob_matches(glob: &str, text: &str) -> bool {
    let (glob, text) = (glob.to_ascii_lowercase(), text.to_ascii_lowercase());
    let mut pieces = glob.split('*');
    let first = pieces.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let mut pieces: Vec<&str> = pieces.collect();
    let Some(last) = pieces.pop() else { return rest.is_empty() };
    for piece in pieces {
        match rest.find(piece) {
            Some(at) => rest = &rest[at + piece.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(json: serde_json::Value) -> Rule {
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn globs_match_whole_paths_in_any_case() {
        let check = |glob, path, expected| assert_eq!(glob_matches(glob, path), expected, "{glob} on {path}");
        check("*", "/v1.0/users", true);
        check("/v1.0/users", "/V1.0/Users", true);
        check("/v1.0/users", "/v1.0/users/x", false);
        check("/v1.0/users/*/manager", "/v1.0/users/a/manager", true);
        check("*/order_now", "/api/sn_sc/servicecatalog/items/x/order_now", true);
        check("*a*a", "a", false);
    }

    #[test]
    fn a_rule_skips_then_strikes_then_is_used_up() {
        let faults = Faults::default();
        faults
            .add(rule(
                serde_json::json!({"platform": "servicenow", "answer": "throttle", "times": 2, "after": 1}),
            ))
            .unwrap();
        let strikes = || faults.strike(Platform::ServiceNow, "GET", "/x").is_some();
        assert_eq!([strikes(), strikes(), strikes(), strikes()], [false, true, true, false]);
    }

    #[test]
    fn a_rule_strikes_only_its_platform_method_and_path() {
        let faults = Faults::default();
        let json = serde_json::json!({"platform": "azure_ad", "method": "post", "path": "/a*", "answer": {"status": 503}});
        faults.add(rule(json)).unwrap();
        assert_eq!(faults.strike(Platform::ServiceNow, "POST", "/a"), None);
        assert_eq!(faults.strike(Platform::AzureAd, "GET", "/a"), None);
        assert_eq!(faults.strike(Platform::AzureAd, "POST", "/b"), None);
        let struck = Fault { answer: Answer::Status(503), retry_after_secs: Some(1) };
        assert_eq!(faults.strike(Platform::AzureAd, "POST", "/ab"), Some(struck));
    }

    #[test]
    fn an_impossible_status_is_refused() {
        let refused = Faults::default()
            .add(rule(serde_json::json!({"platform": "azure_ad", "answer": {"status": 99}})));
        assert!(matches!(refused, Err(RuleRefused::Status(99))));
    }
}
