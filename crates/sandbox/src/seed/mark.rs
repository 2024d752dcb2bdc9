//! Which seed a state was made from.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::ids::hex;
use crate::seed::company::Company;

/// Name and content of a seed, so that a state is never put upon another one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SeedMark {
    /// As it was asked for, for people.
    pub(crate) name: String,
    /// SHA-256 of the company as it was understood, in hex.
    pub(crate) digest: String,
}

impl SeedMark {
    pub(crate) fn new(name: String, company: &Company) -> Self {
        let text = serde_json::to_vec(company).expect("a company has only text for keys");
        let digest = hex(&Sha256::digest(text));
        Self { name, digest }
    }
}
