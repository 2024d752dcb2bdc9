//! What somebody orders from the catalog.
//!
//! Owns the shape only. What an order must hold stands in `catalog`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What somebody orders.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Order {
    pub(crate) item: String,
    /// As it was sent; nothing if it was not.
    pub(crate) quantity: Option<String>,
    pub(crate) requested_for: Option<String>,
    pub(crate) also_for: Vec<String>,
    pub(crate) variables: BTreeMap<String, String>,
    pub(crate) special_instructions: String,
    pub(crate) delivery_address: String,
}
