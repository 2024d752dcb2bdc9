//! The state of the tenant and the only functions that change it.
//!
//! Owns objects and the change log: whatever changes an object appends to the log in the same
//! call. It checks what the directory itself checks; permissions and HTTP are the callers'.

use indexmap::IndexMap;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::azure_ad::changes::{Change, What};
use crate::azure_ad::object::Object;
use crate::azure_ad::schema::Kind;
use crate::ids;
use crate::seed::company::App;

/// Everything the tenant holds.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Tenant {
    /// Tenant id, a GUID.
    pub(crate) id: String,
    pub(crate) display_name: String,
    /// The one verified domain.
    pub(crate) domain: String,
    pub(crate) apps: Vec<App>,
    pub(crate) delta_page_size: usize,
    /// Rises when all delta tokens are made to expire at once.
    pub(crate) delta_generation: u32,
    /// In order of creation; soft-deleted ones stay.
    pub(super) objects: IndexMap<String, Object>,
    log: Vec<Change>,
}

impl Tenant {
    /// A tenant without objects.
    pub(super) fn empty(id: String, display_name: String, domain: String) -> Self {
        Self {
            id,
            display_name,
            domain,
            apps: Vec::new(),
            delta_page_size: usize::MAX,
            delta_generation: 0,
            objects: IndexMap::new(),
            log: Vec::new(),
        }
    }

    /// All live objects of one kind, in order of creation.
    pub(crate) fn live(&self, kind: Kind) -> impl Iterator<Item = &Object> {
        self.objects.values().filter(move |object| object.kind == kind && object.is_live())
    }

    /// An object by id, also a soft-deleted one.
    pub(crate) fn object(&self, id: &str) -> Option<&Object> {
        self.objects.get(&id.to_ascii_lowercase())
    }

    /// A live object of any kind by id.
    pub(crate) fn live_object(&self, id: &str) -> Option<&Object> {
        self.object(id).filter(|object| object.is_live())
    }

    /// The object at a place in the order of creation, also a soft-deleted one.
    pub(crate) fn at(&self, index: usize) -> Option<&Object> {
        self.objects.get_index(index).map(|(_, object)| object)
    }

    pub(crate) fn object_count(&self) -> usize {
        self.objects.len()
    }

    /// A live user by object id or user principal name.
    pub(crate) fn user(&self, id_or_upn: &str) -> Option<&Object> {
        self.live_object(id_or_upn)
            .filter(|object| object.kind == Kind::User)
            .or_else(|| self.by_upn(id_or_upn))
    }

    pub(crate) fn group(&self, id: &str) -> Option<&Object> {
        self.live_object(id).filter(|object| object.kind == Kind::Group)
    }

    /// A live user by user principal name, in any case.
    pub(crate) fn by_upn(&self, upn: &str) -> Option<&Object> {
        let is_it =
            |user: &&Object| user.text("userPrincipalName").is_some_and(|own| own.eq_ignore_ascii_case(upn));
        self.live(Kind::User).find(is_it)
    }

    /// The change log from a position on; empty past the end.
    pub(crate) fn changes(&self, from: usize, to: usize) -> &[Change] {
        let to = to.min(self.log.len());
        self.log.get(from.min(to)..to).unwrap_or_default()
    }

    /// Position behind the newest change.
    pub(crate) fn head(&self) -> usize {
        self.log.len()
    }

    /// Adds a user and gives its id, which depends on the name and on how many objects were before.
    pub(crate) fn create_user(&mut self, now: Timestamp, mut properties: Map<String, Value>) -> String {
        let upn = properties.get("userPrincipalName").and_then(Value::as_str).unwrap_or_default();
        let id = ids::guid("created user", &format!("{}/{}", self.objects.len(), upn.to_ascii_lowercase()));
        properties.insert("createdDateTime".to_owned(), json!(seconds(now)));
        self.objects.insert(id.clone(), Object::new(Kind::User, id.clone(), properties));
        self.append(now, &id, What::Created);
        id
    }

    /// Sets properties of a live object; logs those that have another value afterwards.
    pub(crate) fn update(&mut self, now: Timestamp, id: &str, properties: Map<String, Value>) {
        let Some(object) = self.objects.get_mut(id).filter(|object| object.is_live()) else { return };
        let mut changed = Vec::new();
        for (name, value) in properties {
            let old = object.properties.get(&name).unwrap_or(&Value::Null);
            if *old != value {
                changed.push(name.clone());
                object.properties.insert(name, value);
            }
        }
        if !changed.is_empty() {
            self.append(now, id, What::Changed(changed));
        }
    }

    /// Deletes a live user so that it could be restored.
    pub(crate) fn delete_user(&mut self, now: Timestamp, id: &str) {
        let Some(object) = self.objects.get_mut(id).filter(|object| object.is_live()) else { return };
        object.deleted_at = Some(now);
        object.properties.insert("deletedDateTime".to_owned(), json!(seconds(now)));
        self.append(now, id, What::Deleted);
    }

    /// The live manager of a user.
    pub(crate) fn manager(&self, user: &Object) -> Option<&Object> {
        user.manager.as_deref().and_then(|id| self.live_object(id))
    }

    /// Sets or removes a user's manager; both are ids of objects that are there.
    pub(crate) fn set_manager(&mut self, now: Timestamp, id: &str, manager: Option<String>) {
        let Some(object) = self.objects.get_mut(id) else { return };
        if object.manager == manager {
            return;
        }
        let what = match (&manager, object.manager.take()) {
            (Some(new), _) => What::ManagerSet(new.clone()),
            (None, Some(old)) => What::ManagerRemoved(old),
            (None, None) => return,
        };
        object.manager = manager;
        self.append(now, id, what);
    }

    /// Adds a direct member; false if it was one already.
    pub(crate) fn add_member(&mut self, now: Timestamp, group: &str, member: &str) -> bool {
        let Some(object) = self.objects.get_mut(group) else { return false };
        let added = object.members.insert(member.to_owned());
        if added {
            self.append(now, group, What::MemberAdded(member.to_owned()));
        }
        added
    }

    /// Removes a direct member; false if it was none.
    pub(crate) fn remove_member(&mut self, now: Timestamp, group: &str, member: &str) -> bool {
        let Some(object) = self.objects.get_mut(group) else { return false };
        let removed = object.members.remove(member);
        if removed {
            self.append(now, group, What::MemberRemoved(member.to_owned()));
        }
        removed
    }

    /// Groups that hold an object, directly or also through other groups, in order of creation.
    pub(crate) fn groups_of(&self, id: &str, transitive: bool) -> Vec<&Object> {
        let mut reached = vec![id.to_owned()];
        let mut holders = indexmap::IndexSet::new();
        // Every group is reached once at most, so circles of groups end.
        while let Some(inner) = reached.pop() {
            for group in self.live(Kind::Group).filter(|group| group.members.contains(&inner)) {
                if holders.insert(group.id.as_str()) && transitive {
                    reached.push(group.id.clone());
                }
            }
        }
        self.live(Kind::Group).filter(|group| holders.contains(group.id.as_str())).collect()
    }

    /// Live members of a group, directly or also those of groups within, in order of creation.
    pub(crate) fn members_of(&self, group: &Object, transitive: bool) -> Vec<&Object> {
        let mut open = vec![group];
        let mut found = indexmap::IndexSet::new();
        while let Some(group) = open.pop() {
            for member in group.members.iter().filter_map(|id| self.live_object(id)) {
                if found.insert(member.id.as_str()) && transitive && member.kind == Kind::Group {
                    open.push(member);
                }
            }
        }
        self.objects.values().filter(|object| found.contains(object.id.as_str())).collect()
    }

    /// The whole state as JSON, users by name and groups by name.
    pub(crate) fn state(&self) -> Value {
        json!({
            "tenant_id": self.id,
            "users": self.dump(Kind::User, "userPrincipalName"),
            "groups": self.dump(Kind::Group, "displayName"),
            "changes": self.log,
        })
    }

    /// How many live objects of each kind there are, and how many changes.
    pub(crate) fn counts(&self) -> Value {
        json!({
            "users": self.live(Kind::User).count(),
            "groups": self.live(Kind::Group).count(),
            "deleted": self.objects.values().filter(|object| !object.is_live()).count(),
            "changes": self.log.len(),
        })
    }

    fn dump(&self, kind: Kind, key: &str) -> Vec<Value> {
        let mut all: Vec<&Object> = self.objects.values().filter(|object| object.kind == kind).collect();
        all.sort_by_key(|object| (object.text(key).unwrap_or_default().to_lowercase(), object.id.clone()));
        let dumped = |object: &&Object| {
            let mut properties = object.properties.clone();
            properties.remove("passwordProfile");
            if kind == Kind::User {
                properties.insert("manager".to_owned(), json!(object.manager));
            } else {
                properties.insert("members".to_owned(), json!(object.members));
                properties.insert("owners".to_owned(), json!(object.owners));
            }
            Value::Object(properties)
        };
        all.iter().map(dumped).collect()
    }

    fn append(&mut self, at: Timestamp, id: &str, what: What) {
        let Some(kind) = self.objects.get(id).map(|object| object.kind) else { return };
        self.log.push(Change { at, kind, object: id.to_owned(), what });
    }
}

/// An instant as the directory writes it: UTC, whole seconds.
pub(crate) fn seconds(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
