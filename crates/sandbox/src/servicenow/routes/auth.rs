//! Who calls: a bearer token or a user name and password.
//!
//! Owns the reading of the Authorization header. Source: reference sections 2.2 and 5.1.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;

use crate::servicenow::actor::Actor;
use crate::servicenow::instance::Instance;
use crate::servicenow::refusal::Refusal;
use crate::servicenow::routes::call::Call;
use crate::servicenow::store::Record;

/// The account that calls.
pub(crate) fn caller(instance: &Instance, call: &Call, now: Timestamp) -> Result<Actor, Refusal> {
    let header = call.header("authorization").unwrap_or_default();
    let (scheme, proof) = header.split_once(' ').unwrap_or((header, ""));
    let base = instance.desk.base();
    let user = if scheme.eq_ignore_ascii_case("bearer") {
        let token = instance.sessions.bearer(proof.trim(), now);
        token.and_then(|token| base.store.get(base.dictionary, "sys_user", &token.user))
    } else if scheme.eq_ignore_ascii_case("basic") {
        credentials(proof)
            .filter(|(name, password)| instance.sessions.password_proves(name, password))
            .and_then(|(name, _)| {
                base.store.all(base.dictionary, "sys_user").find(|user| user.get("user_name") == name)
            })
    } else {
        None
    };
    let user = user.filter(|user| may_sign_in(user)).ok_or(Refusal::NotAuthenticated)?;
    Ok(Actor::of(base.dictionary, base.store, user))
}

/// Inactive and locked accounts are not let in.
pub(crate) fn may_sign_in(user: &Record) -> bool {
    user.get("active") == "true" && user.get("locked_out") != "true"
}

/// The two halves of Basic credentials.
pub(crate) fn credentials(proof: &str) -> Option<(String, String)> {
    let decoded = String::from_utf8(STANDARD.decode(proof.trim()).ok()?).ok()?;
    let (name, password) = decoded.split_once(':')?;
    Some((name.to_owned(), password.to_owned()))
}
