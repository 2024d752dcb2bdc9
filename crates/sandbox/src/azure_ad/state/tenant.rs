//! The state of the tenant and the only functions that change it.
//!
//! Owns objects and the change log: whatever changes an object appends to the log in the same
//! call. It checks what the directory itself checks; permissions and HTTP are the callers'.

use indexmap::IndexSet;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::azure_ad::model::schema::Kind;
use crate::azure_ad::state::apps::Apps;
use crate::azure_ad::state::changes::{Actor, Change, Modified, What};
use crate::azure_ad::state::directory::Directory;
use crate::azure_ad::state::governance::Governance;
use crate::azure_ad::state::lag::Lag;
use crate::azure_ad::state::notices::Notices;
use crate::azure_ad::state::object::Object;
use crate::azure_ad::state::records::Records;
use crate::azure_ad::state::settings::Settings;
use crate::azure_ad::state::throttle::Throttle;
use crate::ids;

/// How long a soft-deleted object can be restored.
const RESTORABLE: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Everything the tenant holds.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Tenant {
    /// Tenant id, a GUID.
    pub(crate) id: String,
    pub(crate) display_name: String,
    /// The verified domain that is the default one.
    pub(crate) domain: String,
    pub(crate) apps: Apps,
    pub(crate) delta_page_size: usize,
    /// Rises when all delta tokens are made to expire at once.
    pub(crate) delta_generation: u32,
    /// How many changes the next round gives once more.
    pub(crate) delta_replay: usize,
    pub(crate) throttle: Throttle,
    pub(crate) lag: Lag,
    pub(crate) notices: Notices,
    pub(crate) governance: Governance,
    /// What the tenant pays for.
    pub(crate) premium: Premium,
    /// Switches, mails, and what is still to come.
    pub(crate) settings: Settings,
    pub(crate) directory: Directory,
    pub(crate) records: Records,
    log: Vec<Change>,
    /// How many ids of each sort were given out.
    issued: u64,
    /// When the first of the soft-deleted objects was deleted.
    first_deletion: Option<Timestamp>,
    /// Who makes the changes of the request under way.
    #[serde(skip)]
    pub(crate) actor: Actor,
}

/// The licences of the tenant itself that switch parts of the service on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Premium {
    /// Sign-in logs and activity, Conditional Access.
    pub(crate) p1: bool,
    /// Identity Protection, privileged identity management.
    pub(crate) p2: bool,
    /// Access packages and lifecycle workflows.
    pub(crate) governance: bool,
}

impl Tenant {
    /// A tenant without objects.
    pub(crate) fn empty(id: String, display_name: String, domain: String) -> Self {
        Self {
            id,
            display_name,
            domain,
            apps: Apps::default(),
            delta_page_size: usize::MAX,
            delta_generation: 0,
            delta_replay: 0,
            throttle: Throttle::default(),
            lag: Lag::default(),
            notices: Notices::default(),
            governance: Governance::default(),
            premium: Premium { p1: true, p2: true, governance: true },
            settings: Settings::default(),
            directory: Directory::default(),
            records: Records::default(),
            log: Vec::new(),
            issued: 0,
            first_deletion: None,
            actor: Actor::Service,
        }
    }

    /// All live objects of one kind, in order of creation.
    pub(crate) fn live(&self, kind: Kind) -> impl DoubleEndedIterator<Item = &Object> {
        self.directory.all(kind).filter(|object| object.is_live())
    }

    /// An object of the directory by id, also a soft-deleted one.
    pub(crate) fn object(&self, id: &str) -> Option<&Object> {
        self.directory.any(id)
    }

    /// A live object of the directory by id.
    pub(crate) fn live_object(&self, id: &str) -> Option<&Object> {
        self.object(id).filter(|object| object.is_live())
    }

    /// A live object of one kind by id.
    pub(crate) fn find(&self, kind: Kind, id: &str) -> Option<&Object> {
        self.directory.get(kind, id).filter(|object| object.is_live())
    }

    /// A live user by object id or user principal name.
    pub(crate) fn user(&self, id_or_upn: &str) -> Option<&Object> {
        self.find(Kind::User, id_or_upn).or_else(|| self.by_upn(id_or_upn))
    }

    pub(crate) fn group(&self, id: &str) -> Option<&Object> {
        self.find(Kind::Group, id)
    }

    /// A live user by user principal name, in any case.
    pub(crate) fn by_upn(&self, upn: &str) -> Option<&Object> {
        self.directory.by_upn(upn).filter(|user| user.is_live())
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

    /// A GUID nothing has had: the same one in every run that asked for the same ones before.
    pub(crate) fn fresh_id(&mut self, kind: &str) -> String {
        self.issued += 1;
        ids::guid(kind, &format!("#{}", self.issued))
    }

    /// Adds a user and gives its id, which depends on the name and on how many objects were before.
    pub(crate) fn create_user(&mut self, now: Timestamp, properties: Map<String, Value>) -> String {
        let upn = properties.get("userPrincipalName").and_then(Value::as_str).unwrap_or_default();
        let before = self.directory.count(Kind::User) + self.directory.count(Kind::Group);
        let id = ids::guid("created user", &format!("{before}/{}", upn.to_ascii_lowercase()));
        let mut user = Object::new(Kind::User, id.clone(), properties);
        user.properties.insert("createdDateTime".to_owned(), json!(seconds(now)));
        self.create(now, user);
        id
    }

    /// Adds an object of any kind.
    pub(crate) fn create(&mut self, now: Timestamp, object: Object) {
        let (kind, id) = (object.kind, object.id.clone());
        self.lag.will_create(now, &object);
        self.directory.insert(object);
        self.append(now, kind, &id, What::Created);
    }

    /// Sets properties of a live object of the directory; logs those that have another value afterwards.
    pub(crate) fn update(&mut self, now: Timestamp, id: &str, properties: Map<String, Value>) {
        if let Some(kind) = self.live_object(id).map(|object| object.kind) {
            self.update_kind(now, (kind, id), properties);
        }
    }

    /// The same for an object of any kind.
    pub(crate) fn update_kind(
        &mut self,
        now: Timestamp,
        (kind, id): (Kind, &str),
        properties: Map<String, Value>,
    ) {
        let Some(id) = self.directory.get(kind, id).map(|object| object.id.clone()) else { return };
        self.lag.will_change(now, self.directory.get(kind, &id));
        let mut changed = Vec::new();
        for (name, new) in properties {
            let old = self.directory.set(kind, &id, &name, new.clone()).unwrap_or(Value::Null);
            if old != new {
                let secret = name == "passwordProfile";
                let (old, new) = if secret { (Value::Null, Value::Null) } else { (old, new) };
                changed.push(Modified { name, old, new });
            }
        }
        if !changed.is_empty() {
            self.append(now, kind, &id, What::Changed(changed));
        }
    }

    /// Deletes a live object of the directory so that it can be restored.
    pub(crate) fn delete(&mut self, now: Timestamp, kind: Kind, id: &str) {
        let Some(id) = self.find(kind, id).map(|object| object.id.clone()) else { return };
        self.lag.will_change(now, self.directory.get(kind, &id));
        self.directory.change(kind, &id, |object| object.deleted_at = Some(now));
        self.directory.set(kind, &id, "deletedDateTime", json!(seconds(now)));
        if kind == Kind::User {
            self.set_aside_name(&id);
        }
        self.first_deletion = self.first_deletion.or(Some(now));
        self.append(now, kind, &id, What::Deleted);
    }

    /// Frees the user principal name of a deleted user: the id without dashes goes before it until it is restored.
    fn set_aside_name(&mut self, id: &str) {
        let name = self.directory.get(Kind::User, id).and_then(|user| user.text("userPrincipalName"));
        if let Some(name) = name.map(|name| format!("{}{name}", id.replace('-', ""))) {
            self.directory.set(Kind::User, id, "userPrincipalName", json!(name));
        }
    }

    /// Removes an object for good, with what belongs to it and wherever it is a member, owner or manager.
    pub(crate) fn purge(&mut self, now: Timestamp, kind: Kind, id: &str) {
        let Some(object) = self.directory.remove(kind, id) else { return };
        self.records.remember(&object);
        let id = object.id;
        self.append(now, kind, &id, What::Purged);
        for holder in [Kind::Group, Kind::DirectoryRole, Kind::AdministrativeUnit] {
            let holders: Vec<String> = self
                .directory
                .all(holder)
                .filter(|group| group.members.contains(&id))
                .map(|group| group.id.clone())
                .collect();
            for group in holders {
                self.remove_member(now, &group, &id);
            }
        }
        let owned: Vec<(Kind, String)> =
            [Kind::AuthenticationMethod, Kind::AppRoleAssignment, Kind::RoleAssignment]
                .into_iter()
                .flat_map(|kind| self.directory.all(kind).map(move |object| (kind, object)))
                .filter(|(_, object)| object.parent.as_deref() == Some(&id))
                .map(|(kind, object)| (kind, object.id.clone()))
                .collect();
        for (kind, id) in owned {
            self.directory.remove(kind, &id);
        }
    }

    /// Lets everything happen that is due by now. Every request begins with this.
    pub(crate) fn settle(&mut self, now: Timestamp) {
        if self.first_deletion.is_none_or(|first| now.duration_since(first) <= RESTORABLE) {
            return;
        }
        for kind in [Kind::User, Kind::Group] {
            let due = |object: &&Object| {
                object.deleted_at.is_some_and(|deleted| now.duration_since(deleted) > RESTORABLE)
            };
            let due: Vec<String> =
                self.directory.all(kind).filter(due).map(|object| object.id.clone()).collect();
            for id in due {
                self.purge(now, kind, &id);
            }
        }
        let deleted = [Kind::User, Kind::Group].into_iter().flat_map(|kind| self.directory.all(kind));
        self.first_deletion = deleted.filter_map(|object| object.deleted_at).min();
    }

    /// The live manager of a user.
    pub(crate) fn manager(&self, user: &Object) -> Option<&Object> {
        user.manager.as_deref().and_then(|id| self.live_object(id))
    }

    /// Sets or removes a user's manager; both are ids of objects that are there.
    pub(crate) fn set_manager(&mut self, now: Timestamp, id: &str, manager: Option<String>) {
        let Some(old) = self.directory.get(Kind::User, id).map(|user| user.manager.clone()) else { return };
        if old == manager {
            return;
        }
        let what = match (&manager, old) {
            (Some(new), _) => What::ManagerSet(new.clone()),
            (None, Some(old)) => What::ManagerRemoved(old),
            (None, None) => return,
        };
        self.lag.will_change(now, self.directory.get(Kind::User, id));
        self.directory.change(Kind::User, id, |user| user.manager = manager);
        self.append(now, Kind::User, id, what);
    }

    /// Adds a direct member to a group, role or unit; false if it was one already.
    pub(crate) fn add_member(&mut self, now: Timestamp, group: &str, member: &str) -> bool {
        let Some(kind) = self.object(group).map(|object| object.kind) else { return false };
        self.lag.will_change(now, self.directory.get(kind, group));
        let mut added = false;
        self.directory.change(kind, group, |group| added = group.members.insert(member.to_owned()));
        if added {
            self.append(now, kind, group, What::MemberAdded(member.to_owned()));
        }
        added
    }

    /// Removes a direct member; false if it was none.
    pub(crate) fn remove_member(&mut self, now: Timestamp, group: &str, member: &str) -> bool {
        let Some(kind) = self.object(group).map(|object| object.kind) else { return false };
        self.lag.will_change(now, self.directory.get(kind, group));
        let mut removed = false;
        self.directory.change(kind, group, |group| removed = group.members.remove(member));
        if removed {
            self.append(now, kind, group, What::MemberRemoved(member.to_owned()));
        }
        removed
    }

    /// Groups that hold an object, directly or also through other groups, in order of creation.
    pub(crate) fn groups_of(&self, id: &str, transitive: bool) -> Vec<&Object> {
        let mut reached = vec![id.to_owned()];
        let mut holders = IndexSet::new();
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

    /// The same, and the roles and units that hold the object itself.
    pub(crate) fn holders_of(&self, id: &str, transitive: bool) -> Vec<&Object> {
        let mut holders = self.groups_of(id, transitive);
        for kind in [Kind::DirectoryRole, Kind::AdministrativeUnit] {
            holders.extend(self.live(kind).filter(|holder| holder.members.contains(id)));
        }
        holders
    }

    /// Live users whose manager an object is.
    pub(crate) fn reports_of(&self, id: &str) -> Vec<&Object> {
        self.live(Kind::User).filter(|user| user.manager.as_deref() == Some(id)).collect()
    }

    /// Live objects of some kinds that an object owns.
    pub(crate) fn owned_by(&self, id: &str, kinds: &[Kind]) -> Vec<&Object> {
        let live = kinds.iter().flat_map(|kind| self.live(*kind));
        live.filter(|object| object.owners.contains(id)).collect()
    }

    /// Live members of a group, role or unit, directly or also those of groups within, in order of creation.
    pub(crate) fn members_of(&self, group: &Object, transitive: bool) -> Vec<&Object> {
        let mut open = vec![group];
        let mut found = IndexSet::new();
        while let Some(group) = open.pop() {
            for member in group.members.iter().filter_map(|id| self.live_object(id)) {
                if found.insert(member.id.as_str()) && transitive && member.kind == Kind::Group {
                    open.push(member);
                }
            }
        }
        let of_kind = |kind: &Kind| self.directory.all(*kind);
        let all = crate::azure_ad::model::schema::DIRECTORY.iter().flat_map(of_kind);
        all.filter(|object| found.contains(object.id.as_str())).collect()
    }

    /// The whole state as JSON for people, users by name and groups by name.
    pub(crate) fn state(&self) -> Value {
        json!({
            "tenant_id": self.id,
            "users": self.dump(Kind::User, "userPrincipalName"),
            "groups": self.dump(Kind::Group, "displayName"),
            "changes": self.log,
        })
    }

    fn dump(&self, kind: Kind, key: &str) -> Vec<Value> {
        let mut all: Vec<&Object> = self.directory.all(kind).collect();
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

    /// Writes a change into the log, in the name of whoever acts now.
    pub(crate) fn append(&mut self, at: Timestamp, kind: Kind, id: &str, what: What) {
        self.log.push(Change { at, by: self.actor.clone(), kind, object: id.to_owned(), what });
    }
}

/// An instant as the directory writes it: UTC, whole seconds.
pub(crate) fn seconds(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
