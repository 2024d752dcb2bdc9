//! The two records of a mapping, and what its expressions mean in them.

use std::collections::HashMap;

use drawbridge_sdk::Catalog;
use serde_json::Value;

use super::mapping_record::RecordShape;
use super::types::Types;
use super::world::{Meaning, walk};
use crate::definition::Definition;
use crate::expression::Reference;
use crate::model::{MappingBody, Table};

/// What a mapping may refer to.
pub(super) struct Around<'a> {
    /// The files of the workflow.
    pub(super) definition: &'a Definition,
    /// The records that are known.
    pub(super) catalog: &'a Catalog,
    /// The tables that compiled.
    pub(super) tables: &'a HashMap<&'a str, &'a Table>,
    /// Names of all declared tables.
    pub(super) table_names: &'a [&'a str],
    /// The schema of the settings.
    pub(super) settings: &'a Value,
}

/// The two records of a mapping, its text, and what it may refer to.
pub(super) struct Sides<'a, 't> {
    /// The record it reads; absent where its name was reported.
    pub(super) from: Option<RecordShape>,
    /// The record it gives; absent where its name was reported.
    pub(super) to: Option<RecordShape>,
    /// Its text.
    pub(super) body: &'a MappingBody<'t>,
    /// What it may refer to.
    pub(super) around: &'a Around<'a>,
}

impl Sides<'_, '_> {
    /// What a reference of the mapping means; unknown roots are open.
    pub(super) fn meaning(&self, reference: &Reference) -> Meaning<'_> {
        let rest = reference.segments.get(1..).unwrap_or_default();
        match (reference.root(), &self.from) {
            (Some("source"), Some(from)) => walk(&from.schema, rest),
            (Some("settings"), _) => walk(self.around.settings, rest),
            _ => Meaning::Open,
        }
    }

    /// The types that a reference may give.
    pub(super) fn types(&self, reference: &Reference) -> Types {
        if !reference.is_singular() {
            return Types::LIST;
        }
        match self.meaning(reference) {
            Meaning::Known(shape, _) => shape.types(),
            Meaning::Open | Meaning::Missing { .. } => Types::ANY,
        }
    }
}
