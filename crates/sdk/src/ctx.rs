//! What a node is told about its call besides the input. Names no run and no workflow.

use std::fmt::Write as _;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::PersonKey;

/// The key that makes one effect recognisable in the remote system, 32 lower-case hex digits.
///
/// Has the form of a ServiceNow `sys_id`, so it can be one. Does not depend on the attempt.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    /// The key of one step of one run: the first half of SHA-256 over both.
    #[must_use]
    pub fn new(run: &str, step_path: &str) -> Self {
        let hash = Sha256::digest(format!("{run}\n{step_path}").as_bytes());
        let mut hex = String::with_capacity(32);
        for byte in &hash[..16] {
            write!(hex, "{byte:02x}").expect("a String takes every text");
        }
        Self(hex)
    }

    /// A further key below this one, for a node that needs several, such as one row per approver.
    #[must_use]
    pub fn derive(&self, name: &str) -> Self {
        Self::new(&self.0, name)
    }

    /// The hex digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What a node is told about its call.
#[derive(Debug, Clone)]
pub struct Ctx {
    /// Key of this effect; goes into the remote record wherever a field exists for it.
    pub key: IdempotencyKey,
    /// The time of the call, in UTC. Nodes read no other clock.
    pub now: Timestamp,
    /// Which attributes of the two systems name the same person.
    pub person_key: PersonKey,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_is_stable_and_differs_by_run_and_step() {
        let key = IdempotencyKey::new("run", "step");
        assert_eq!(key, IdempotencyKey::new("run", "step"));
        assert_ne!(key, IdempotencyKey::new("run", "step2"));
        assert_ne!(key, IdempotencyKey::new("runs", "tep"));
        assert_eq!(key.as_str().len(), 32);
        assert_ne!(key.derive("a"), key.derive("b"));
    }
}
