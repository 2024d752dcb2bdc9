//! The published description of Microsoft Graph, boiled down by `cargo xtask gen`.
//!
//! Owns the reading of the embedded file: the properties of every type and what is said of their values, the members
//! of enumerations, and which application permissions each operation takes. Decides nothing.

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
    enumerations: BTreeMap<&'a str, Vec<&'a str>>,
    #[serde(borrow)]
    pub(crate) operations: Vec<Operation<'a>>,
}

/// Name, shape, whether null is allowed, the filters its description promises, and what else is said.
#[derive(Debug, Deserialize)]
struct Row<'a>(&'a str, Shape, bool, &'a str, #[serde(default, borrow)] More<'a>);

/// What is said of a property's values beyond their shape.
#[derive(Debug, Default, Deserialize)]
struct More<'a> {
    /// The type of its objects, or its enumeration.
    of: Option<&'a str>,
    /// Most characters.
    most: Option<usize>,
    /// The only values, where the text lists them.
    #[serde(default, borrow)]
    said: Vec<&'a str>,
}

/// What the values of one property of a type look like.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Values {
    /// The property in its own spelling.
    pub(crate) name: &'static str,
    pub(crate) shape: Shape,
    pub(crate) nullable: bool,
    /// The type of its objects.
    pub(crate) of: Option<&'static str>,
    /// Most characters of a text.
    pub(crate) most: Option<usize>,
    /// The members of its enumeration, or the only values its text names.
    pub(crate) known: Option<&'static [&'static str]>,
    /// Whether the metadata itself says that there are no others.
    pub(crate) enumeration: bool,
}

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

    /// What is said of the values of a property, found by its name in any case.
    pub(crate) fn values(&'static self, type_name: &str, property: &str) -> Option<Values> {
        let rows = self.types.get(type_name)?;
        let Row(name, shape, nullable, _, more) =
            rows.iter().find(|row| row.0.eq_ignore_ascii_case(property))?;
        let members = more.of.and_then(|of| self.enumerations.get(of));
        let said = Some(&more.said).filter(|said| !said.is_empty());
        Some(Values {
            name,
            shape: *shape,
            nullable: *nullable,
            of: more.of,
            most: more.most,
            known: members.or(said).map(Vec::as_slice),
            enumeration: members.is_some(),
        })
    }
}

impl Row<'static> {
    fn property(&self) -> Property {
        let Self(name, shape, nullable, filters, _) = *self;
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
