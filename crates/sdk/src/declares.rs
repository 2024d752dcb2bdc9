//! What an input says about the output: some inputs name the fields that will be read (`select`,
//! `fields`) or declare the variables of an event with their types (`variables`).

use serde::{Deserialize, Serialize};

/// Marks an input that names what the output or event holds.
///
/// The input is a list of names or a map of names with types, written out. `check` then warns of every
/// path to a field that is not named, which would silently be absent.
///
/// ```
/// use drawbridge_sdk::Declares;
/// use schemars::JsonSchema;
///
/// #[derive(JsonSchema)]
/// struct Input {
///     /// Fields to read.
///     #[schemars(extend("x-drawbridge-declares" = Declares::at(&["/values"])))]
///     fields: Vec<String>,
/// }
/// let schema = schemars::schema_for!(Input).to_value();
/// assert_eq!(schema["properties"]["fields"]["x-drawbridge-declares"]["at"][0], "/values");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Declares {
    /// JSON pointers to the parts of the output or event that it speaks of; `""` is the whole.
    pub at: Vec<String>,
    /// What is there without the input.
    #[serde(default)]
    pub usual: Vec<String>,
    /// Whether the input adds to the usual rather than taking its place.
    #[serde(default)]
    pub adds: bool,
}

impl Declares {
    /// Name of the mark in a schema.
    pub const MARK: &'static str = "x-drawbridge-declares";

    /// The input names what these parts hold, and nothing else is there.
    #[must_use]
    pub fn at(pointers: &[&str]) -> Self {
        let at = pointers.iter().map(|pointer| (*pointer).to_owned()).collect();
        Self { at, usual: Vec::new(), adds: false }
    }

    /// These are there without the input.
    #[must_use]
    pub fn instead_of<'a>(self, usual: impl IntoIterator<Item = &'a str>) -> Self {
        Self { usual: usual.into_iter().map(str::to_owned).collect(), ..self }
    }

    /// These are always there besides.
    #[must_use]
    pub fn besides<'a>(self, usual: impl IntoIterator<Item = &'a str>) -> Self {
        Self { adds: true, ..self.instead_of(usual) }
    }
}
