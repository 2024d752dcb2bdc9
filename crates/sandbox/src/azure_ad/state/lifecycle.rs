//! More of what can happen to objects: coming back from the deleted ones, and getting or losing owners.
//!
//! Source: microsoft-graph.md sections 6.3 and 6.8.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::azure_ad::model::schema::Kind;
use crate::azure_ad::state::changes::What;
use crate::azure_ad::state::object::Object;
use crate::azure_ad::state::tenant::Tenant;

/// The user principal name a user had before it was deleted.
pub(crate) fn name_before(user: &Object) -> Option<&str> {
    let name = user.text("userPrincipalName")?;
    Some(name.strip_prefix(&user.id.replace('-', "")).unwrap_or(name))
}

impl Tenant {
    /// Brings a soft-deleted object back, a user under the name it had.
    pub(crate) fn restore(&mut self, now: Timestamp, kind: Kind, id: &str) {
        let Some(object) = self.directory.get(kind, id).filter(|object| !object.is_live()) else { return };
        let (id, name) = (object.id.clone(), name_before(object).map(str::to_owned));
        self.lag.will_change(now, self.directory.get(kind, &id));
        self.directory.change(kind, &id, |object| object.deleted_at = None);
        self.directory.set(kind, &id, "deletedDateTime", Value::Null);
        if let Some(name) = name.filter(|_| kind == Kind::User) {
            self.directory.set(kind, &id, "userPrincipalName", json!(name));
        }
        self.append(now, kind, &id, What::Restored);
    }

    /// Adds an owner to a group; false if it was one already.
    pub(crate) fn add_owner(&mut self, now: Timestamp, group: &str, owner: &str) -> bool {
        self.lag.will_change(now, self.directory.get(Kind::Group, group));
        let mut added = false;
        self.directory.change(Kind::Group, group, |group| added = group.owners.insert(owner.to_owned()));
        if added {
            self.append(now, Kind::Group, group, What::OwnerAdded(owner.to_owned()));
        }
        added
    }

    /// Removes an owner of a group; false if it was none.
    pub(crate) fn remove_owner(&mut self, now: Timestamp, group: &str, owner: &str) -> bool {
        self.lag.will_change(now, self.directory.get(Kind::Group, group));
        let mut removed = false;
        self.directory.change(Kind::Group, group, |group| removed = group.owners.remove(owner));
        if removed {
            self.append(now, Kind::Group, group, What::OwnerRemoved(owner.to_owned()));
        }
        removed
    }
}
