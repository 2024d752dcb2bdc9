//! One thing the tenant holds: its properties and relations.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::azure_ad::model::schema::{Kind, Property, Shape};

/// A user, a group, or anything else with an id.
///
/// A property that was never set is missing, one that was cleared is null; both read as null.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Object {
    pub(crate) kind: Kind,
    pub(crate) id: String,
    /// With `@odata.type` where the object is of a type derived from its kind's.
    pub(crate) properties: Map<String, Value>,
    /// Id of a user's manager.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) manager: Option<String>,
    /// Ids of the direct members of a group, role or unit, in order of id.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub(crate) members: BTreeSet<String>,
    /// Ids of the owners of a group, device or service principal.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub(crate) owners: BTreeSet<String>,
    /// Id of what it belongs to and goes with, such as the user of an authentication method.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) parent: Option<String>,
    /// When it was deleted; it can be restored for 30 days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) deleted_at: Option<Timestamp>,
}

impl Object {
    pub(crate) fn new(kind: Kind, id: String, mut properties: Map<String, Value>) -> Self {
        properties.insert("id".to_owned(), Value::String(id.clone()));
        let (members, owners) = (BTreeSet::new(), BTreeSet::new());
        Self { kind, id, properties, manager: None, members, owners, parent: None, deleted_at: None }
    }

    /// The same, belonging to another object.
    pub(crate) fn of(mut self, parent: &str) -> Self {
        self.parent = Some(parent.to_owned());
        self
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

    /// Whether its group types name this one.
    pub(crate) fn is_group_type(&self, name: &str) -> bool {
        let types = self.properties.get("groupTypes").and_then(Value::as_array);
        types.is_some_and(|types| types.iter().any(|own| own == name))
    }

    /// Value of `@odata.type`: that of a derived type, or that of its kind.
    pub(crate) fn odata_type(&self) -> String {
        self.text("@odata.type").map_or_else(|| self.kind.odata_type(), str::to_owned)
    }

    /// Value of a property as a read shows it: null, or an empty list, where nothing is set; nothing where that is
    /// not allowed.
    pub(crate) fn shown(&self, property: &Property) -> Option<Value> {
        match (self.properties.get(property.name), property.shape) {
            // A password can be written and never read.
            (_, _) if property.name == "passwordProfile" => Some(Value::Null),
            (Some(value), _) => Some(value.clone()),
            (None, Shape::Texts | Shape::Items) => Some(Value::Array(Vec::new())),
            (None, _) => property.nullable.then_some(Value::Null),
        }
    }

    /// The object with the named properties; the default set where none are named.
    ///
    /// Properties that only a derived type has are shown too.
    pub(crate) fn view(&self, select: Option<&[String]>) -> Map<String, Value> {
        let is_selected = |name: &str| {
            select.is_none_or(|names| names.iter().any(|selected| selected.eq_ignore_ascii_case(name)))
        };
        let mut view = Map::new();
        if let Some(derived) = self.properties.get("@odata.type") {
            view.insert("@odata.type".to_owned(), derived.clone());
        }
        for property in self.kind.properties() {
            let wanted = if select.is_some() { is_selected(property.name) } else { property.by_default };
            if let Some(value) = wanted.then(|| self.shown(property)).flatten() {
                view.insert(property.name.to_owned(), value);
            }
        }
        if view.contains_key("@odata.type") {
            let own = self.properties.iter().filter(|(name, _)| self.kind.property(name).is_none());
            view.extend(
                own.filter(|(name, _)| is_selected(name)).map(|(name, value)| (name.clone(), value.clone())),
            );
        }
        view
    }
}
