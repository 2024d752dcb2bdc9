//! The rules in force, in the order they were given, and the counting of their matches.
//!
//! It only decides; `front` carries the decision out and each platform gives the answers their
//! own shape.

use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::http::StatusCode;
use serde::{Deserialize, Serialize};

use crate::calls::Platform;
use crate::faults::answer::Answer;
use crate::faults::rule::{InForce, Rule, RuleRefused, Target};

/// Most rules at one time; every call is matched against all of them.
const RULES_MAX: usize = 256;

/// A rule that struck, as `front` and the platforms need it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) answer: Answer,
    pub(crate) retry_after_secs: Option<u32>,
}

impl Fault {
    /// The status an invented answer has, with its `Retry-After` in seconds; nothing for other misfortunes.
    pub(crate) fn status(&self) -> Option<(StatusCode, Option<u32>)> {
        let wait = self.retry_after_secs;
        match self.answer {
            Answer::Throttle => Some((StatusCode::TOO_MANY_REQUESTS, wait)),
            Answer::Status(status) => {
                let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
                let waits =
                    [StatusCode::TOO_MANY_REQUESTS, StatusCode::SERVICE_UNAVAILABLE].contains(&status);
                Some((status, wait.filter(|_| waits)))
            }
            _ => None,
        }
    }
}

/// The rules as they are kept and listed.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Kept {
    /// How many rules were ever given.
    pub(crate) given: u64,
    pub(crate) rules: Vec<InForce>,
}

/// The rules in force, and those used up, whose counts can still be read.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    given: u64,
    rules: Vec<(InForce, Target)>,
}

impl Faults {
    /// Puts a rule behind the others and gives its number.
    pub(crate) fn add(&self, rule: Rule) -> Result<u64, RuleRefused> {
        let target = rule.target()?;
        let mut state = self.state();
        if state.rules.len() >= RULES_MAX {
            state.rules.retain(|(rule, _)| !rule.is_used_up());
        }
        if state.rules.len() >= RULES_MAX {
            return Err(RuleRefused::TooMany(RULES_MAX));
        }
        state.given += 1;
        let id = state.given;
        state.rules.push((InForce { id, rule, matched: 0, struck: 0 }, target));
        Ok(id)
    }

    /// The rules with what has become of them.
    pub(crate) fn list(&self) -> Vec<InForce> {
        self.state().rules.iter().map(|(rule, _)| rule.clone()).collect()
    }

    pub(crate) fn get(&self, id: u64) -> Option<InForce> {
        self.state().rules.iter().find(|(rule, _)| rule.id == id).map(|(rule, _)| rule.clone())
    }

    /// Withdraws one rule and says whether it was there.
    pub(crate) fn remove(&self, id: u64) -> bool {
        let mut state = self.state();
        let before = state.rules.len();
        state.rules.retain(|(rule, _)| rule.id != id);
        state.rules.len() < before
    }

    /// Withdraws every rule; numbers go on.
    pub(crate) fn clear(&self) {
        self.state().rules.clear();
    }

    /// Withdraws every rule and counts anew.
    pub(crate) fn reset(&self) {
        *self.state() = State::default();
    }

    pub(crate) fn keep(&self) -> Kept {
        let state = self.state();
        Kept { given: state.given, rules: state.rules.iter().map(|(rule, _)| rule.clone()).collect() }
    }

    /// Puts kept rules back in place of the present ones.
    ///
    /// # Errors
    /// `RuleRefused` for a rule that would not have been taken; then nothing changes.
    pub(crate) fn restore(&self, kept: Kept) -> Result<(), RuleRefused> {
        let understood = |rule: InForce| rule.rule.target().map(|target| (rule, target));
        let rules = kept.rules.into_iter().map(understood).collect::<Result<Vec<_>, _>>()?;
        *self.state() = State { given: kept.given, rules };
        Ok(())
    }

    /// Gives the fault of the first rule that strikes this call; rules behind it do not count the call.
    pub(crate) fn strike(&self, platform: Platform, method: &str, path: &str) -> Option<Fault> {
        self.first((platform, method, path), |_| true)
    }

    /// The same for a request within a batch; rules that cannot concern a single one do not count it.
    pub(crate) fn strike_within(&self, platform: Platform, method: &str, path: &str) -> Option<Fault> {
        self.first((platform, method, path), Answer::strikes_within)
    }

    fn first(&self, call: (Platform, &str, &str), concerns: impl Fn(&Answer) -> bool) -> Option<Fault> {
        let mut state = self.state();
        let (struck, _) = state.rules.iter_mut().find_map(|(rule, target)| {
            let strikes = concerns(&rule.rule.answer) && rule.strikes(target, call);
            strikes.then_some((&*rule, target))
        })?;
        Some(Fault { answer: struck.rule.answer.clone(), retry_after_secs: struck.rule.retry_after_secs })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn rule(json: Value) -> Rule {
        serde_json::from_value(json).unwrap()
    }

    /// Which of ten calls a rule strikes, as a line of `x` and `.`.
    fn strikes(json: Value) -> String {
        let faults = Faults::default();
        faults.add(rule(json)).unwrap();
        let struck = |_| faults.strike(Platform::ServiceNow, "GET", "/x").map_or('.', |_| 'x');
        (0..10).map(struck).collect()
    }

    #[test]
    fn a_rule_skips_counts_and_is_used_up() {
        let check = |counts: Value, expected: &str| {
            let mut json = json!({ "platform": "servicenow", "answer": "throttle" });
            json.as_object_mut().unwrap().extend(counts.as_object().unwrap().clone());
            assert_eq!(strikes(json), expected, "{counts}");
        };
        check(json!({}), "x.........");
        check(json!({ "times": 2, "after": 1 }), ".xx.......");
        check(json!({ "times": null }), "xxxxxxxxxx");
        check(json!({ "times": null, "every": 3 }), "..x..x..x.");
        check(json!({ "times": 2, "every": 2, "after": 1 }), "..x.x.....");
        check(json!({ "times": null, "probability": 0.0 }), "..........");
        check(json!({ "times": null, "probability": 1.0 }), "xxxxxxxxxx");
    }

    #[test]
    fn chance_is_the_same_in_every_run_and_another_with_another_seed() {
        let line = |seed: u64| {
            strikes(json!({ "platform": "servicenow", "answer": "throttle", "times": null,
                "probability": 0.5, "seed": seed }))
        };
        assert_eq!(line(1), line(1));
        assert!(line(1).contains('x') && line(1).contains('.'), "{}", line(1));
        assert!((2..6).any(|seed| line(seed) != line(1)));
    }

    #[test]
    fn a_rule_strikes_only_its_platform_method_and_path() {
        let faults = Faults::default();
        let json =
            json!({ "platform": "azure_ad", "method": "post", "path": "/a*", "answer": { "status": 503 } });
        faults.add(rule(json)).unwrap();
        assert_eq!(faults.strike(Platform::ServiceNow, "POST", "/a"), None);
        assert_eq!(faults.strike(Platform::AzureAd, "GET", "/a"), None);
        assert_eq!(faults.strike(Platform::AzureAd, "POST", "/b"), None);
        let struck = Fault { answer: Answer::Status(503), retry_after_secs: Some(1) };
        assert_eq!(faults.strike(Platform::AzureAd, "POST", "/ab"), Some(struck));
        let kept = faults.get(1).unwrap();
        assert_eq!((kept.matched, kept.struck), (1, 1));
    }

    #[test]
    fn rules_without_sense_are_refused() {
        let check = |json: Value, refused: RuleRefused| {
            assert_eq!(Faults::default().add(rule(json)), Err(refused));
        };
        check(json!({ "platform": "azure_ad", "answer": { "status": 99 } }), RuleRefused::Status(99));
        check(json!({ "answer": "throttle" }), RuleRefused::Nowhere);
        check(
            json!({ "operation": "azure_ad.users.fetch", "answer": "throttle" }),
            RuleRefused::Operation("azure_ad.users.fetch".to_owned()),
        );
        check(
            json!({ "platform": "servicenow", "operation": "azure_ad.users.get", "answer": "throttle" }),
            RuleRefused::Elsewhere("azure_ad.users.get".to_owned()),
        );
        check(json!({ "platform": "azure_ad", "answer": "throttle", "every": 0 }), RuleRefused::Every);
    }
}
