//! Passwords of accounts that are written through the Table API.
//!
//! Owns when one counts: only with `sysparm_input_display_value`, as for all fields that are kept
//! encrypted. Source: reference sections 3.2 and 14; ServiceNow documentation, Table API.

use std::sync::Arc;

use crate::servicenow::actor::Actor;
use crate::servicenow::desk::Fields;
use crate::servicenow::instance::Instance;
use crate::servicenow::routes::parameters;
use crate::servicenow::routes::visit::Visit;

const FIELD: &str = "user_password";

/// Takes the password of an account that was just written, if one was sent in the way that counts.
pub(crate) fn learn(instance: &mut Instance, visit: &Visit<'_>, id: &str, fields: &Fields) {
    if !parameters::input(visit.call, visit.actor).display {
        return;
    }
    let dictionary = Arc::clone(&instance.desk.dictionary);
    let sent = fields.iter().rev().find(|(name, value)| name == FIELD && !value.is_empty());
    let fills = dictionary.field("sys_user", FIELD).is_some_and(|field| visit.actor.may_fill(field));
    let Some((_, password)) = sent.filter(|_| fills) else { return };
    let Some(mut account) = instance.desk.store.get(&dictionary, "sys_user", id).cloned() else { return };
    // Who administers users only would become an administrator by that of one. No source names the guard.
    let store = &instance.desk.store;
    if Actor::of(&dictionary, store, &account).holds("admin") && !visit.actor.has_role("admin") {
        return;
    }
    instance.sessions.add_password(account.get("user_name"), password);
    // That there is one is kept with the account, and what it is elsewhere.
    account.set(FIELD, "set");
    instance.desk.store.put(account);
}
