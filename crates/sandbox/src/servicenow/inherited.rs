//! Roles that come by a group or inside another role, as rows of `sys_user_has_role`.
//!
//! Owns which such rows there are and keeps them in step with memberships, the roles of groups and the
//! roles that roles contain: one row for each way in which a role comes. `granted_by` names the group,
//! `included_in_role` the role around it. Asks nobody for a right.
//! Source: reference section 10.5.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::ids;
use crate::servicenow::dictionary::Dictionary;
use crate::servicenow::platform;
use crate::servicenow::store::{Record, Store};

const TABLE: &str = "sys_user_has_role";

/// Whether the row is one of those kept here, which nobody else may change.
pub(crate) fn is_kept(record: &Record) -> bool {
    record.class == TABLE && record.get("inherited") == "true"
}

/// The users whose roles depend on the row.
pub(crate) fn concerned(dictionary: &Dictionary, store: &Store, record: &Record) -> BTreeSet<String> {
    let users = |table: &'static str, field: &'static str, value: &str| -> BTreeSet<String> {
        let rows = store.having(dictionary, table, field, value);
        rows.map(|row| row.get("user").to_owned()).collect()
    };
    match record.class.as_str() {
        TABLE | "sys_user_grmember" => BTreeSet::from([record.get("user").to_owned()]),
        "sys_user_group" => users("sys_user_grmember", "group", record.id()),
        "sys_group_has_role" => users("sys_user_grmember", "group", record.get("group")),
        "sys_user_role_contains" => users(TABLE, "role", record.get("role")),
        "sys_user_role" => users(TABLE, "role", record.id()),
        _ => BTreeSet::new(),
    }
}

/// Everybody who may have a role that came with another one.
pub(crate) fn everybody(dictionary: &Dictionary, store: &Store) -> BTreeSet<String> {
    let holders = store.all(dictionary, TABLE).map(|row| row.get("user").to_owned());
    let groups: BTreeSet<&str> =
        store.all(dictionary, "sys_group_has_role").map(|row| row.get("group")).collect();
    let members =
        groups.into_iter().flat_map(|group| store.having(dictionary, "sys_user_grmember", "group", group));
    holders.chain(members.map(|row| row.get("user").to_owned())).collect()
}

/// Makes the rows of one user what they have to be. `by` and `at` are who and when, as stored.
pub(crate) fn refresh(dictionary: &Dictionary, store: &mut Store, user: &str, (by, at): (&str, &str)) {
    let wanted = wanted(dictionary, store, user);
    let rows = store.having(dictionary, TABLE, "user", user).filter(|row| is_kept(row));
    let there: BTreeSet<String> = rows.map(|row| row.id().to_owned()).collect();
    for gone in there.iter().filter(|id| !wanted.contains_key(*id)) {
        store.remove(TABLE, gone);
    }
    for (id, way) in wanted.into_iter().filter(|(id, _)| !there.contains(id)) {
        let fields = [
            ("user", user),
            ("role", way.role.as_str()),
            ("inherited", "true"),
            ("granted_by", way.group.as_str()),
            ("included_in_role", way.within.as_str()),
            ("included_in_role_instance", way.instance.as_str()),
        ];
        let mut row = platform::row(TABLE, &id, at, &fields);
        row.set("sys_created_by", by);
        row.set("sys_updated_by", by);
        store.put(row);
    }
}

/// One way in which a role comes to a user.
struct Way {
    role: String,
    /// The group it comes by; empty where the outermost role was given to the user.
    group: String,
    /// The role that contains it and the row that says so; empty for a role the group itself has.
    within: String,
    instance: String,
}

/// The rows there should be, by their id.
fn wanted(dictionary: &Dictionary, store: &Store, user: &str) -> BTreeMap<String, Way> {
    let mut found = BTreeMap::new();
    let mut note = |way: Way| {
        let name = [user, &way.role, &way.group, &way.instance].join("/");
        found.insert(ids::hex32("inherited role", &name), way);
    };
    let exists = |role: &str| store.get(dictionary, "sys_user_role", role).is_some();
    let given = store.having(dictionary, TABLE, "user", user).filter(|row| !is_kept(row));
    let mut outermost: Vec<(String, String)> =
        given.map(|row| (row.get("role").to_owned(), String::new())).collect();
    let groups: BTreeSet<&str> =
        store.having(dictionary, "sys_user_grmember", "user", user).map(|row| row.get("group")).collect();
    for group in groups {
        for row in store.having(dictionary, "sys_group_has_role", "group", group) {
            let (role, group) = (row.get("role").to_owned(), group.to_owned());
            if row.get("inherits") == "false" || !exists(&role) {
                continue;
            }
            outermost.push((role.clone(), group.clone()));
            note(Way { role, group, within: String::new(), instance: String::new() });
        }
    }
    for (role, group) in outermost {
        let (mut seen, mut pending) = (BTreeSet::from([role.clone()]), VecDeque::from([role]));
        while let Some(within) = pending.pop_front() {
            for edge in store.having(dictionary, "sys_user_role_contains", "role", &within) {
                let role = edge.get("contains").to_owned();
                if !exists(&role) {
                    continue;
                }
                if seen.insert(role.clone()) {
                    pending.push_back(role.clone());
                }
                let (group, within, instance) = (group.clone(), within.clone(), edge.id().to_owned());
                note(Way { role, group, within, instance });
            }
        }
    }
    found
}
