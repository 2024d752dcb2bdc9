//! Long addresses that were put away under short keys.
//!
//! Owns the addresses. Which parameters a request has in the end is decided where it is read.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::ids;
use crate::servicenow::refusal::Refusal;

/// Most addresses kept.
const KEPT_MAX: usize = 10_000;

/// Addresses by their key.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct TinyUrls {
    queries: BTreeMap<String, String>,
}

impl TinyUrls {
    /// Keeps an address and gives its key, the same for the same address.
    pub(crate) fn keep(&mut self, url: &str) -> Result<String, Refusal> {
        let key = ids::hex32("tinyurl", url);
        if self.queries.len() >= KEPT_MAX && !self.queries.contains_key(&key) {
            return Err(Refusal::BadRequest(format!("The sandbox keeps at most {KEPT_MAX} addresses")));
        }
        let query = url.split_once('?').map_or("", |(_, query)| query);
        self.queries.insert(key.clone(), query.to_owned());
        Ok(key)
    }

    /// The query of the address with that key.
    pub(crate) fn query(&self, key: &str) -> Option<&str> {
        self.queries.get(key).map(String::as_str)
    }
}
