//! What a mapping may refer to outside itself.

use std::collections::HashMap;

use drawbridge_sdk::Catalog;
use serde_json::Value;

use super::schemas::Schemas;
use crate::definition::Definition;
use crate::model::Table;

/// What a mapping may refer to.
pub(super) struct Around<'a> {
    /// The files of the workflow.
    pub(super) definition: &'a Definition,
    /// The records that are known.
    pub(super) catalog: &'a Catalog,
    /// Their schemas.
    pub(super) schemas: &'a Schemas,
    /// The tables that compiled.
    pub(super) tables: &'a HashMap<&'a str, &'a Table>,
    /// Names of all declared tables.
    pub(super) table_names: &'a [&'a str],
    /// The schema of the settings.
    pub(super) settings: &'a Value,
}
