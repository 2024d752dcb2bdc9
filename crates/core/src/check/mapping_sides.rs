//! The two records of a mapping, and what its expressions mean in them.

use super::mapping_around::Around;
use super::mapping_record::RecordShape;
use super::types::Types;
use super::world::{Meaning, walk};
use crate::expression::Reference;
use crate::model::MappingBody;

/// The two records of a mapping, its text, and what it may refer to.
pub(super) struct Sides<'a, 't> {
    /// The record it reads; absent where its name was reported.
    pub(super) from: Option<RecordShape<'a>>,
    /// The record it gives; absent where its name was reported.
    pub(super) to: Option<RecordShape<'a>>,
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
