//! Who may see and order a catalog item: roles of the item and user criteria.
//!
//! Being named among those an item is not available for wins over being named among the others.
//! Source: reference section 11.2. Criteria with a script are met by nobody, because none is run.

use crate::servicenow::actor::Actor;
use crate::servicenow::store::Record;
use crate::servicenow::walk::Base;

/// Whether the account may order the item.
pub(crate) fn admits(base: Base<'_>, item: &Record, actor: &Actor) -> bool {
    let roles = item.get("roles");
    let by_role = roles.is_empty() || roles.split(',').any(|role| actor.has_role(role.trim()));
    let named = |table: &'static str| criteria(base, table, item.id());
    let (for_some, against) =
        (named("sc_cat_item_user_criteria_mtom"), named("sc_cat_item_user_criteria_no_mtom"));
    item.get("active") == "true"
        && by_role
        && !against.iter().any(|one| meets(base, one, actor))
        && (for_some.is_empty() || for_some.iter().any(|one| meets(base, one, actor)))
}

fn criteria<'a>(base: Base<'a>, table: &'static str, item: &str) -> Vec<&'a Record> {
    let joins = base.store.all(base.dictionary, table).filter(|join| join.get("sc_cat_item") == item);
    joins
        .filter_map(|join| base.store.get(base.dictionary, "user_criteria", join.get("user_criteria")))
        .filter(|criteria| criteria.get("active") == "true")
        .collect()
}

fn meets(base: Base<'_>, criteria: &Record, actor: &Actor) -> bool {
    if criteria.get("advanced") == "true" && !criteria.get("script").is_empty() {
        return false;
    }
    let Some(user) = base.store.get(base.dictionary, "sys_user", &actor.sys_id) else { return false };
    let in_group = |group: &str| {
        let mut members = base.store.all(base.dictionary, "sys_user_grmember");
        members.any(|row| row.get("group") == group && row.get("user") == user.id())
    };
    let has_role = |role: &str| {
        let role = base.store.get(base.dictionary, "sys_user_role", role);
        role.is_some_and(|role| actor.has_role(role.get("name")))
    };
    let mut tests: Vec<bool> = Vec::new();
    for field in ["user", "group", "role", "company", "location", "department"] {
        let mut listed = criteria.get(field).split(',').filter(|one| !one.is_empty()).peekable();
        if listed.peek().is_none() {
            continue;
        }
        tests.push(listed.any(|one| match field {
            "user" => one == user.id(),
            "group" => in_group(one),
            "role" => has_role(one),
            _ => user.get(field) == one,
        }));
    }
    // Criteria that name nothing admit everybody who has signed in.
    if criteria.get("match_all") == "true" {
        tests.iter().all(|met| *met)
    } else {
        tests.is_empty() || tests.contains(&true)
    }
}
