//! Names of directory roles in seeds: a name no tenant has is a mistake at its place.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use crate::built_in_roles::built_in;

/// Reads the display name or the id of a built-in role.
pub(super) fn named<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let name = String::deserialize(deserializer)?;
    match built_in(&name) {
        Some(_) => Ok(name),
        None => Err(D::Error::custom(format!("`{name}` is no directory role that a tenant has"))),
    }
}
