//! Whether a user name and a password let somebody in, and what a wrong one leads to.
//!
//! Owns the lock after repeated failures and the restriction of basic authentication.
//! Source: reference section 2.2.

use jiff::Timestamp;

use crate::servicenow::desk::Desk;
use crate::servicenow::properties;
use crate::servicenow::sessions::{Proof, Sessions};
use crate::servicenow::stamp;
use crate::servicenow::store::Record;
use crate::servicenow::walk::Base;

use crate::servicenow::actor::Actor;

/// Wrong passwords after which an account is locked: the number that is reported.
const FAILURES_MAX: u32 = 6;

pub(crate) const GATE_ACTIVE: &str = "glide.authenticate.basic_auth.restriction.active";
pub(crate) const GATE_ENFORCE: &str = "glide.authenticate.basic_auth.restriction.enforce";
const GATE_DATE: &str = "glide.authenticate.basic_auth.restriction.enforcement_date";
const GATE_ROLES: &str = "glide.authenticate.basic_auth.restriction.allowed_roles";
const GATE_USERS: &str = "glide.authenticate.basic_auth.restriction.allowed_users";
const GATE_WEB_SERVICE: &str = "glide.authenticate.basic_auth.restriction.allow_wsao";
/// Who may use basic authentication unless the properties name other roles.
const GATE_ROLE: &str = "snc_basic_auth_api_access";

/// Why nobody was let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rejected {
    /// Unknown, inactive or locked account, or a wrong password.
    Credentials,
    /// The password is right, the code of the second factor is not.
    Code,
}

/// Inactive and locked accounts are not let in.
pub(crate) fn may_sign_in(user: &Record) -> bool {
    user.get("active") == "true" && user.get("locked_out") != "true"
}

/// The `sys_id` of the account a password opens. A wrong one counts, and the sixth in a row locks.
pub(crate) fn password(
    desk: &mut Desk,
    sessions: &Sessions,
    user_name: &str,
    password: &str,
) -> Result<String, Rejected> {
    let user = desk.store.find(&desk.dictionary, "sys_user", "user_name", user_name).cloned();
    let mut user = user.filter(may_sign_in).ok_or(Rejected::Credentials)?;
    let failures: u32 = user.get("failed_attempts").parse().unwrap_or(0);
    match sessions.sign_in(user_name, password) {
        Proof::Good => {
            if failures > 0 {
                user.set("failed_attempts", "0");
                desk.store.put(user.clone());
            }
            Ok(user.id().to_owned())
        }
        Proof::WantsCode => Err(Rejected::Code),
        Proof::Bad => {
            user.set("failed_attempts", (failures + 1).to_string());
            if failures + 1 >= FAILURES_MAX {
                user.set("locked_out", "true");
            }
            desk.store.put(user);
            Err(Rejected::Credentials)
        }
    }
}

/// Whether the account may use basic authentication on this instance. New instances restrict it; this
/// one does where its properties say so.
pub(crate) fn basic_allowed(base: Base<'_>, user: &Record, actor: &Actor, now: Timestamp) -> bool {
    let due = properties::value(base, GATE_DATE).and_then(stamp::instant).is_some_and(|date| date <= now);
    let enforced = due || properties::flag(base, GATE_ENFORCE, false);
    if !properties::flag(base, GATE_ACTIVE, false) || !enforced {
        return true;
    }
    let listed = |property, otherwise: &'static str, wanted: &dyn Fn(&str) -> bool| {
        let list = properties::value(base, property).unwrap_or(otherwise);
        list.split(',').map(str::trim).any(|one| !one.is_empty() && wanted(one))
    };
    let web_service = properties::flag(base, GATE_WEB_SERVICE, true)
        && ["web_service_access_only", "internal_integration_user"]
            .iter()
            .any(|flag| user.get(flag) == "true");
    web_service
        || listed(GATE_ROLES, GATE_ROLE, &|role| actor.holds(role))
        || listed(GATE_USERS, "", &|name| name == user.get("user_name") || name == user.id())
}
