//! The objects of the tenant by kind and id, with what makes looking them up quick.
//!
//! Owns storage only: who may change what, and what a change leaves in the log, is `tenant`'s.

use std::collections::{BTreeMap, HashMap};

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::azure_ad::model::schema::{DIRECTORY, Kind};
use crate::azure_ad::state::object::Object;

/// Every object, each kind in order of creation; soft-deleted ones stay in their place.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(from = "Sets")]
pub(crate) struct Directory {
    sets: Sets,
    /// Ids of users by user principal name in lower case.
    upns: HashMap<String, String>,
}

/// Objects by kind and id in lower case.
type Sets = BTreeMap<Kind, IndexMap<String, Object>>;

impl From<Sets> for Directory {
    fn from(sets: Sets) -> Self {
        let mut directory = Self { sets, upns: HashMap::new() };
        let users = directory.sets.get(&Kind::User).into_iter().flat_map(IndexMap::values);
        directory.upns = users.filter_map(|user| Some((upn(user)?, user.id.clone()))).collect();
        directory
    }
}

impl Serialize for Directory {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.sets.serialize(serializer)
    }
}

impl Directory {
    /// An object by kind and id in any case, also a soft-deleted one.
    pub(crate) fn get(&self, kind: Kind, id: &str) -> Option<&Object> {
        let set = self.sets.get(&kind)?;
        set.get(id).or_else(|| set.get(&id.to_ascii_lowercase()))
    }

    /// An object of the directory by id in any case, also a soft-deleted one.
    pub(crate) fn any(&self, id: &str) -> Option<&Object> {
        DIRECTORY.iter().find_map(|kind| self.get(*kind, id))
    }

    /// Every object of a kind in order of creation, also soft-deleted ones.
    pub(crate) fn all(&self, kind: Kind) -> impl DoubleEndedIterator<Item = &Object> {
        self.sets.get(&kind).into_iter().flat_map(IndexMap::values)
    }

    /// How many live objects of each kind there are.
    pub(crate) fn live_counts(&self) -> BTreeMap<Kind, usize> {
        let live = |set: &IndexMap<String, Object>| set.values().filter(|object| object.is_live()).count();
        self.sets.iter().map(|(kind, set)| (*kind, live(set))).collect()
    }

    /// The object at a place in the order of creation, also a soft-deleted one.
    pub(crate) fn at(&self, kind: Kind, place: usize) -> Option<&Object> {
        self.sets.get(&kind)?.get_index(place).map(|(_, object)| object)
    }

    /// How many objects of a kind there are, with soft-deleted ones.
    pub(crate) fn count(&self, kind: Kind) -> usize {
        self.sets.get(&kind).map_or(0, IndexMap::len)
    }

    /// The user who has a user principal name now, in any case, also a soft-deleted one.
    pub(crate) fn by_upn(&self, upn: &str) -> Option<&Object> {
        self.get(Kind::User, self.upns.get(&upn.to_ascii_lowercase())?)
    }

    /// Adds an object behind the others of its kind, or puts it over the one with its id.
    pub(crate) fn insert(&mut self, mut object: Object) {
        // Maps that grew one by one have half of their room empty, which counts with ten thousand objects.
        let mut properties = Map::with_capacity(object.properties.len());
        properties.extend(object.properties);
        object.properties = properties;
        if let Some(upn) = upn(&object) {
            self.upns.insert(upn, object.id.clone());
        }
        self.sets.entry(object.kind).or_default().insert(object.id.to_ascii_lowercase(), object);
    }

    /// Changes an object; false where there is none. Relations and deletion may change, names of users through `set`.
    pub(crate) fn change(&mut self, kind: Kind, id: &str, change: impl FnOnce(&mut Object)) -> bool {
        let object = self.sets.get_mut(&kind).and_then(|set| set.get_mut(&id.to_ascii_lowercase()));
        object.map(change).is_some()
    }

    /// Gives back the memory that properties hold in reserve: a large company has many of them.
    pub(crate) fn tighten(&mut self) {
        for object in self.sets.values_mut().flat_map(IndexMap::values_mut) {
            object.properties = tight(std::mem::take(&mut object.properties));
        }
    }

    /// Gives a property a value and returns the one before; nothing where there is no such object.
    pub(crate) fn set(&mut self, kind: Kind, id: &str, name: &str, value: Value) -> Option<Value> {
        let object = self.sets.get_mut(&kind)?.get_mut(&id.to_ascii_lowercase())?;
        let named = name == "userPrincipalName" && kind == Kind::User;
        if named && let Some(old) = upn(object) {
            self.upns.remove(&old);
        }
        let before = object.properties.insert(name.to_owned(), value).unwrap_or(Value::Null);
        if named && let Some(new) = upn(object) {
            self.upns.insert(new, object.id.clone());
        }
        Some(before)
    }

    /// Removes an object for good.
    pub(crate) fn remove(&mut self, kind: Kind, id: &str) -> Option<Object> {
        let object = self.sets.get_mut(&kind)?.shift_remove(&id.to_ascii_lowercase())?;
        if let Some(upn) = upn(&object) {
            self.upns.remove(&upn);
        }
        Some(object)
    }
}

/// The user principal name of a user in lower case.
fn upn(object: &Object) -> Option<String> {
    let is_user = object.kind == Kind::User;
    object.text("userPrincipalName").filter(|_| is_user).map(str::to_ascii_lowercase)
}

/// The same properties without room for more.
fn tight(properties: Map<String, Value>) -> Map<String, Value> {
    let mut exact = Map::with_capacity(properties.len());
    for (name, value) in properties {
        let value = match value {
            Value::Object(inner) => Value::Object(tight(inner)),
            other => other,
        };
        exact.insert(name, value);
    }
    exact
}
