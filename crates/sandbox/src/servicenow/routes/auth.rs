//! Who calls: a bearer token, a user name and password, an API key, or a browser's session.
//!
//! Owns the reading of credentials. One is looked at: the Authorization header, then the key, then the
//! cookie; a wrong one is not made good by another. Source: reference sections 2.1, 2.2, 2.4, 5.1, 9.9.

use axum::http::header::{AUTHORIZATION, COOKIE};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;

use crate::servicenow::actor::Actor;
use crate::servicenow::instance::Instance;
use crate::servicenow::refusal::Refusal;
use crate::servicenow::routes::call::Call;
use crate::servicenow::sign_in::{self, Rejected, may_sign_in};

/// The cookie that names a session.
pub(crate) const SESSION_COOKIE: &str = "JSESSIONID";
const API_KEY: &str = "x-sn-apikey";
const USER_TOKEN: &str = "x-usertoken";

/// The account that calls.
pub(crate) fn caller(instance: &mut Instance, call: &Call, now: Timestamp) -> Result<Actor, Refusal> {
    let header = call.header("authorization").unwrap_or_default().trim();
    let (actor, shown) = if !header.is_empty() || unreadable(call) {
        (authorized(instance, header, now)?, true)
    } else if let Some(key) = call.header(API_KEY).or_else(|| call.parameter(API_KEY)) {
        let user = instance.api_keys.user(key.trim(), call.method.as_str(), &call.path, now);
        let user = user.map(str::to_owned).ok_or(Refusal::NotAuthenticated)?;
        (account(instance, &user)?, true)
    } else {
        (signed_in(instance, call, now)?, false)
    };
    if let (true, Some(session)) = (shown, cookie(call)) {
        instance.browsers.bind(session, &actor.sys_id, now);
    }
    Ok(actor.behind(&instance.fences))
}

/// Whether there is an Authorization header that is no text.
fn unreadable(call: &Call) -> bool {
    call.headers.contains_key(AUTHORIZATION) && call.header("authorization").is_none()
}

fn authorized(instance: &mut Instance, header: &str, now: Timestamp) -> Result<Actor, Refusal> {
    let (scheme, proof) = header.split_once(char::is_whitespace).unwrap_or((header, ""));
    if scheme.eq_ignore_ascii_case("bearer") {
        let token = instance.sessions.bearer(proof.trim(), now).ok_or(Refusal::NotAuthenticated)?;
        let user = token.user.clone();
        return account(instance, &user);
    }
    if !scheme.eq_ignore_ascii_case("basic") {
        return Err(Refusal::NotAuthenticated);
    }
    let (name, password) = credentials(proof).ok_or(Refusal::NotAuthenticated)?;
    let user = sign_in::password(&mut instance.desk, &instance.sessions, &name, &password);
    let user = user.map_err(|rejected| match rejected {
        Rejected::Credentials => Refusal::NotAuthenticated,
        Rejected::Code => Refusal::SecondFactor,
    })?;
    let actor = account(instance, &user)?;
    let base = instance.desk.base();
    let row = base.store.get(base.dictionary, "sys_user", &user).ok_or(Refusal::NotAuthenticated)?;
    if sign_in::basic_allowed(base, row, &actor, now) { Ok(actor) } else { Err(Refusal::NotAuthenticated) }
}

/// The account of a session, if the call carries the token only that session's pages know.
fn signed_in(instance: &mut Instance, call: &Call, now: Timestamp) -> Result<Actor, Refusal> {
    let session = cookie(call).and_then(|id| instance.browsers.touch(id, now));
    let session = session.ok_or(Refusal::NotAuthenticated)?.clone();
    let user = session.user.ok_or(Refusal::NotAuthenticated)?;
    let actor = account(instance, &user)?;
    if call.header(USER_TOKEN).map(str::trim) == Some(session.token.as_str()) {
        Ok(actor)
    } else {
        Err(Refusal::NoUserToken(session.token))
    }
}

fn account(instance: &Instance, user: &str) -> Result<Actor, Refusal> {
    let base = instance.desk.base();
    let user = base.store.get(base.dictionary, "sys_user", user).filter(|user| may_sign_in(user));
    Ok(Actor::of(base.dictionary, base.store, user.ok_or(Refusal::NotAuthenticated)?))
}

/// The two halves of Basic credentials.
pub(crate) fn credentials(proof: &str) -> Option<(String, String)> {
    let decoded = String::from_utf8(STANDARD.decode(proof.trim()).ok()?).ok()?;
    let (name, password) = decoded.split_once(':')?;
    Some((name.to_owned(), password.to_owned()))
}

/// The session the call names, whether it exists or not.
pub(crate) fn cookie(call: &Call) -> Option<&str> {
    let texts = call.headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = texts.flat_map(|text| text.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == SESSION_COOKIE).map(|(_, value)| value.trim_matches('"'))
}
