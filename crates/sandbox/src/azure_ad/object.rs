//! One directory object: its properties and relations.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::azure_ad::schema::{Kind, Property, Shape};

/// A user or a group.
///
/// A property that was never set is missing, one that was cleared is null; both read as null.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Object {
    pub(crate) kind: Kind,
    pub(crate) id: String,
    pub(crate) properties: Map<String, Value>,
    /// Id of a user's manager.
    pub(crate) manager: Option<String>,
    /// Ids of a group's direct members, in order of id.
    pub(crate) members: BTreeSet<String>,
    /// Ids of a group's owners.
    pub(crate) owners: BTreeSet<String>,
    /// When it was deleted; it can be restored for 30 days.
    pub(crate) deleted_at: Option<Timestamp>,
}

impl Object {
    pub(crate) fn new(kind: Kind, id: String, mut properties: Map<String, Value>) -> Self {
        properties.insert("id".to_owned(), Value::String(id.clone()));
        let (members, owners) = (BTreeSet::new(), BTreeSet::new());
        Self { kind, id, properties, manager: None, members, owners, deleted_at: None }
    }

    pub(crate) fn is_live(&self) -> bool {
        self.deleted_at.is_none()
    }

    /// Text of a property, if it is set and a text.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.properties.get(name).and_then(Value::as_str)
    }

    pub(crate) fn is(&self, flag: &str) -> bool {
        self.properties.get(flag).and_then(Value::as_bool).unwrap_or(false)
    }

    /// Whether its attributes are mastered in an on-premises directory.
    pub(crate) fn is_synced(&self) -> bool {
        self.is("onPremisesSyncEnabled")
    }

    /// Value of a property as a read shows it: null, or an empty list, where nothing is set.
    pub(crate) fn shown(&self, property: &Property) -> Value {
        match (self.properties.get(property.name), property.shape) {
            // A password can be written and never read.
            (_, _) if property.name == "passwordProfile" => Value::Null,
            (Some(value), _) => value.clone(),
            (None, Shape::Texts | Shape::Items) => Value::Array(Vec::new()),
            (None, _) => Value::Null,
        }
    }

    /// The object with the named properties; the default set where none are named.
    pub(crate) fn view(&self, select: Option<&[String]>) -> Map<String, Value> {
        let wanted = |property: &&Property| match select {
            Some(names) => names.iter().any(|name| name.eq_ignore_ascii_case(property.name)),
            None => property.by_default,
        };
        let shown = |property: &Property| (property.name.to_owned(), self.shown(property));
        self.kind.properties().iter().filter(wanted).map(shown).collect()
    }
}
