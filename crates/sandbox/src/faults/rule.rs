//! One fault rule: which calls it concerns, how often it strikes, and what is left of it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::calls::Platform;
use crate::faults::answer::Answer;
use crate::faults::glob;
use crate::faults::operation::Operation;
use crate::ids;

/// Longest delay a rule may ask for, in milliseconds.
const SLOW_MS_MAX: u64 = 60_000;

/// A fault rule as it is written. The first rule that strikes a call decides.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rule {
    /// The platform whose calls it concerns; not needed beside `operation`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) platform: Option<Platform>,
    /// Name of an operation, such as `azure_ad.users.get` or `servicenow.incident.create`, or a method and a
    /// path with `{name}` for one segment, such as `GET /users/{id}`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) operation: Option<String>,
    /// HTTP method, any case; every method when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) method: Option<String>,
    /// Path without query, any case, `*` stands for any run of characters.
    #[serde(default = "any_path")]
    pub(crate) path: String,
    /// What the client gets instead of the usual answer.
    pub(crate) answer: Answer,
    /// How many calls it strikes; `null` for no end.
    #[serde(default = "once")]
    #[schemars(extend("type" = ["null", "integer"]))]
    pub(crate) times: Option<u32>,
    /// How many matching calls it lets pass first.
    #[serde(default)]
    pub(crate) after: u32,
    /// Strikes one in so many matching calls, the last of them.
    #[serde(default = "each")]
    #[schemars(range(min = 1))]
    pub(crate) every: u32,
    /// Chance from 0 to 1 that a matching call is struck; the sequence follows from `seed` and is the same
    /// in every run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub(crate) probability: Option<f64>,
    /// Number that picks another sequence for `probability`.
    #[serde(default)]
    pub(crate) seed: u64,
    /// Value of `Retry-After` in seconds for throttling and 503; `null` leaves the header out.
    #[serde(default = "one_second")]
    #[schemars(extend("type" = ["null", "integer"]))]
    pub(crate) retry_after_secs: Option<u32>,
}

fn any_path() -> String {
    "*".to_owned()
}

#[expect(clippy::unnecessary_wraps, reason = "serde wants the type of the field")]
fn once() -> Option<u32> {
    Some(1)
}

fn each() -> u32 {
    1
}

#[expect(clippy::unnecessary_wraps, reason = "serde wants the type of the field")]
fn one_second() -> Option<u32> {
    Some(1)
}

/// Why a rule was not taken.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum RuleRefused {
    #[error("{0} fault rules are the most at one time")]
    TooMany(usize),
    #[error("{0} is no status an HTTP server answers with")]
    Status(u16),
    #[error("{0} ms is longer than the longest delay, {SLOW_MS_MAX} ms")]
    Slow(u64),
    #[error(
        "`{0}` is no operation such as `azure_ad.users.get`, `servicenow.incident.create` or `GET /users/{{id}}`"
    )]
    Operation(String),
    #[error("a rule needs a `platform` or an `operation`")]
    Nowhere,
    #[error("`{0}` is an operation of the other platform")]
    Elsewhere(String),
    #[error("`every` counts from 1")]
    Every,
    #[error("`probability` lies between 0 and 1")]
    Probability,
}

impl Rule {
    /// What the rule concerns, if it makes sense.
    pub(super) fn target(&self) -> Result<Target, RuleRefused> {
        match self.answer {
            Answer::Status(status) if !(200..600).contains(&status) => {
                return Err(RuleRefused::Status(status));
            }
            Answer::Slow(ms) if ms > SLOW_MS_MAX => return Err(RuleRefused::Slow(ms)),
            _ => {}
        }
        if self.every == 0 {
            return Err(RuleRefused::Every);
        }
        if self.probability.is_some_and(|chance| !(0.0..=1.0).contains(&chance)) {
            return Err(RuleRefused::Probability);
        }
        let named =
            |name: &String| Operation::named(name).ok_or_else(|| RuleRefused::Operation(name.clone()));
        let operation = self.operation.as_ref().map(named).transpose()?;
        let platform = match (self.platform, &operation) {
            (None, None) => return Err(RuleRefused::Nowhere),
            (Some(platform), Some(operation)) if platform != operation.platform => {
                return Err(RuleRefused::Elsewhere(self.operation.clone().unwrap_or_default()));
            }
            (Some(platform), _) => platform,
            (None, Some(operation)) => operation.platform,
        };
        Ok(Target { platform, operation })
    }

    /// Refuses a rule that makes no sense.
    pub(crate) fn check(&self) -> Result<(), RuleRefused> {
        self.target().map(|_| ())
    }
}

/// The calls a rule concerns, as its text was understood.
#[derive(Debug, Clone)]
pub(super) struct Target {
    platform: Platform,
    operation: Option<Operation>,
}

/// A rule with what has become of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct InForce {
    /// Number of the rule, by which it is read and withdrawn.
    pub(crate) id: u64,
    #[serde(flatten)]
    pub(crate) rule: Rule,
    /// How many calls it concerned so far.
    pub(crate) matched: u64,
    /// How many calls it struck so far.
    pub(crate) struck: u64,
}

impl InForce {
    pub(super) fn is_used_up(&self) -> bool {
        self.rule.times.is_some_and(|times| self.struck >= u64::from(times))
    }

    /// Whether this call is struck; counts it if the rule concerns it.
    pub(super) fn strikes(&mut self, target: &Target, call: (Platform, &str, &str)) -> bool {
        if self.is_used_up() || !self.concerns(target, call) {
            return false;
        }
        self.matched += 1;
        let Some(nth) = self.matched.checked_sub(u64::from(self.rule.after)).filter(|nth| *nth > 0) else {
            return false;
        };
        let struck = nth.is_multiple_of(u64::from(self.rule.every.max(1)))
            && self.rule.probability.is_none_or(|chance| self.draw(nth) < chance);
        self.struck += u64::from(struck);
        struck
    }

    fn concerns(&self, target: &Target, (platform, method, path): (Platform, &str, &str)) -> bool {
        target.platform == platform
            && self.rule.method.as_deref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(method))
            && glob::matches(&self.rule.path, path)
            && target.operation.as_ref().is_none_or(|operation| operation.matches(method, path))
    }

    /// A number from 0 up to 1 that depends on the seed, the rule and the call's place only.
    fn draw(&self, nth: u64) -> f64 {
        let hex = ids::hex32("fault", &format!("{}/{}/{nth}", self.rule.seed, self.id));
        let drawn = u32::from_str_radix(&hex[..8], 16).unwrap_or_default();
        f64::from(drawn) / (f64::from(u32::MAX) + 1.0)
    }
}
