//! API keys: whose they are, until when, and which APIs they open.
//!
//! Owns the keys. Reads no header. Source: reference section 2.4; a key without a policy for the API
//! "authenticates nothing" there, so a call outside of its scope is one without credentials.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Part of an API that a key opens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Scope {
    /// HTTP methods; all of them when empty.
    #[serde(default)]
    pub(crate) methods: Vec<String>,
    /// What the path begins with, such as `/api/now/table/`.
    pub(crate) path: String,
}

/// One key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ApiKey {
    /// `sys_id` of the account it acts as.
    pub(crate) user: String,
    pub(crate) expires: Option<Timestamp>,
    /// What it opens; everything when empty.
    pub(crate) scopes: Vec<Scope>,
}

/// Every key by what the client sends.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct ApiKeys {
    keys: BTreeMap<String, ApiKey>,
}

impl ApiKeys {
    pub(crate) fn add(&mut self, token: &str, key: ApiKey) {
        self.keys.insert(token.to_owned(), key);
    }

    /// Forgets a key, and says whether there was one.
    pub(crate) fn remove(&mut self, token: &str) -> bool {
        self.keys.remove(token).is_some()
    }

    /// The account a key acts as, if it is alive and opens this call.
    pub(crate) fn user(&self, token: &str, method: &str, path: &str, now: Timestamp) -> Option<&str> {
        let key = self.keys.get(token)?;
        let opens = |scope: &Scope| {
            let method =
                scope.methods.is_empty() || scope.methods.iter().any(|one| one.eq_ignore_ascii_case(method));
            let rest = path.strip_prefix(scope.path.trim_end_matches('/'));
            method && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let alive = key.expires.is_none_or(|expires| expires > now);
        (alive && (key.scopes.is_empty() || key.scopes.iter().any(opens))).then_some(key.user.as_str())
    }
}
