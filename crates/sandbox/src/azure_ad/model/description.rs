//! The published description of Microsoft Graph, boiled down by `cargo xtask gen`.
//!
//! Owns the reading of the embedded file: the properties of every type with an id, and which application permissions
//! each operation takes. Decides nothing.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

use crate::azure_ad::model::property::{Level, Property, Shape};

const TEXT: &str = include_str!("../../../data/azure_ad/generated/graph.json");

/// The description.
#[derive(Debug, Deserialize)]
pub(crate) struct Description<'a> {
    /// Type name without `microsoft.graph.`, with its properties.
    #[serde(borrow)]
    types: BTreeMap<&'a str, Vec<Row<'a>>>,
    #[serde(borrow)]
    pub(crate) operations: Vec<Operation<'a>>,
}

/// Name, shape, whether null is allowed, and the filters its description promises.
#[derive(Debug, Deserialize)]
struct Row<'a>(&'a str, Shape, bool, &'a str);

/// Method, path template, and the application permissions of which one must be held.
#[derive(Debug, Deserialize)]
pub(crate) struct Operation<'a>(
    pub(crate) &'a str,
    pub(crate) &'a str,
    #[serde(borrow)] pub(crate) Vec<&'a str>,
);

/// The description, read once.
pub(crate) fn description() -> &'static Description<'static> {
    static READ: OnceLock<Description<'static>> = OnceLock::new();
    READ.get_or_init(|| serde_json::from_str(TEXT).expect("the generated description is well formed"))
}

impl Description<'static> {
    /// The properties of a type; none for a type that is not described.
    pub(crate) fn properties(&self, type_name: &str) -> Vec<Property> {
        let rows = self.types.get(type_name).map(Vec::as_slice).unwrap_or_default();
        rows.iter().map(Row::property).collect()
    }
}

impl Row<'static> {
    fn property(&self) -> Property {
        let Self(name, shape, nullable, filters) = *self;
        let level = |operator| match filters.split(' ').any(|one| one == operator) {
            true => Level::Default,
            false => Level::Never,
        };
        Property {
            name,
            shape,
            nullable,
            by_default: true,
            writable: false,
            eq: if name == "id" { Level::Default } else { level("eq") },
            starts_with: level("startsWith"),
            order: level("ge"),
            null: level("eq"),
        }
    }
}
