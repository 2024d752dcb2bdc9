//! What a browser's pages use to sign in and out: `/angular.do`, `/login.do`, `/logout.do`, `/welcome.do`.
//!
//! ServiceNow's own command line speaks to these. Owns cookies and the token of a session's pages; it
//! shows no real page. Source: reference section 9.9; what it does not name (the pages, the members of
//! `get_user`) is kept to the least that such clients read.

use axum::body::Body;
use axum::http::header::{LOCATION, SET_COOKIE};
use axum::http::{HeaderValue, Method, Response, StatusCode};
use axum::response::{Html, IntoResponse};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::servicenow::actor::Actor;
use crate::servicenow::errors::{json_answer, refused};
use crate::servicenow::instance::Instance;
use crate::servicenow::refusal::Refusal;
use crate::servicenow::routes::auth::{SESSION_COOKIE, caller, cookie};
use crate::servicenow::routes::call::{Call, form};
use crate::servicenow::sign_in::{self, Rejected};
use crate::servicenow::stamp;

const WRONG: &str = "User name or password invalid";
const CODE: &str = "Enter the verification code of your second factor";

/// Answers a page, if the address is one.
pub(crate) fn answer(
    instance: &mut Instance,
    call: &Call,
    page: &str,
    now: Timestamp,
) -> Option<Response<Body>> {
    Some(match page {
        "angular.do" => angular(instance, call, now),
        "login.do" => login_page(instance, call, now),
        "logout.do" => logout(instance, call),
        "welcome.do" | "navpage.do" => welcome(instance, call, now),
        _ => return None,
    })
}

/// The parameters of the address and, behind them, those of the form.
fn fields(call: &Call) -> Vec<(String, String)> {
    let sent = form(&String::from_utf8_lossy(&call.body));
    call.parameters.iter().cloned().chain(sent).collect()
}

fn field<'a>(fields: &'a [(String, String)], name: &str) -> &'a str {
    fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
}

fn angular(instance: &mut Instance, call: &Call, now: Timestamp) -> Response<Body> {
    let fields = fields(call);
    match field(&fields, "sysparm_type") {
        "view_form.login" | "login" if call.method == Method::POST => {
            let (status, signed) = match sign_in(instance, &fields, now) {
                Ok(user) => (json!({ "status": "success" }), Some(user)),
                Err(Rejected::Credentials) => (json!({ "status": "error", "message": WRONG }), None),
                Err(Rejected::Code) => (json!({ "status": "mfa_code_required", "message": CODE }), None),
            };
            let mut response = json_answer(StatusCode::OK, &status);
            if let Some(user) = signed {
                open(instance, &mut response, Some(user), now);
            }
            response
        }
        "view_form.login" | "login" => refused(&Refusal::Method),
        "get_user" => get_user(instance, call, now),
        other => refused(&Refusal::BadRequest(format!("Unknown sysparm_type {other}"))),
    }
}

/// The account whose password the form holds. Accounts of web services have no pages.
fn sign_in(instance: &mut Instance, fields: &[(String, String)], now: Timestamp) -> Result<String, Rejected> {
    let (name, password) = (field(fields, "user_name"), field(fields, "user_password"));
    let user = sign_in::password(&mut instance.desk, &instance.sessions, name, password)?;
    let row = instance.desk.store.get(&instance.desk.dictionary, "sys_user", &user).cloned();
    let mut row =
        row.filter(|row| row.get("web_service_access_only") != "true").ok_or(Rejected::Credentials)?;
    let at = stamp::raw(now);
    row.set("last_login", at.split(' ').next().unwrap_or_default());
    row.set("last_login_time", at);
    instance.desk.store.put(row);
    Ok(user)
}

/// Who is signed in. A signed-in session without its token learns the token from the refusal.
fn get_user(instance: &mut Instance, call: &Call, now: Timestamp) -> Response<Body> {
    match caller(instance, call, now) {
        Ok(actor) => json_answer(StatusCode::OK, &json!({ "user": person(instance, &actor) })),
        Err(refusal @ Refusal::NoUserToken(_)) => refused(&refusal),
        Err(_) => {
            let guest = json!({ "user": { "userID": "", "userName": "guest", "isLoggedIn": false } });
            let mut response = json_answer(StatusCode::OK, &guest);
            let live = cookie(call).is_some_and(|id| instance.browsers.touch(id, now).is_some());
            if !live {
                open(instance, &mut response, None, now);
            }
            response
        }
    }
}

fn person(instance: &Instance, actor: &Actor) -> Value {
    let base = instance.desk.base();
    let name =
        base.store.get(base.dictionary, "sys_user", &actor.sys_id).map(|row| row.get("name").to_owned());
    json!({
        "userID": actor.sys_id,
        "userName": actor.user_name,
        "displayName": name,
        "isLoggedIn": true,
    })
}

fn login_page(instance: &mut Instance, call: &Call, now: Timestamp) -> Response<Body> {
    if call.method != Method::POST {
        return Html(page("Log in", "")).into_response();
    }
    match sign_in(instance, &fields(call), now) {
        Ok(user) => {
            let mut response = found("/welcome.do");
            open(instance, &mut response, Some(user), now);
            response
        }
        Err(Rejected::Credentials) => Html(page(WRONG, "")).into_response(),
        Err(Rejected::Code) => Html(page(CODE, "")).into_response(),
    }
}

fn logout(instance: &mut Instance, call: &Call) -> Response<Body> {
    if let Some(id) = cookie(call) {
        instance.browsers.close(id);
    }
    let mut response = found("/welcome.do");
    set_cookie(&mut response, &format!("{SESSION_COOKIE}=; Path=/; Max-Age=0; HttpOnly"));
    response
}

/// The first page; scripts read the token of a session from it.
fn welcome(instance: &mut Instance, call: &Call, now: Timestamp) -> Response<Body> {
    let session = cookie(call).and_then(|id| instance.browsers.touch(id, now)).cloned();
    match session.filter(|session| session.user.is_some()) {
        Some(session) => Html(page("Welcome", &session.token)).into_response(),
        None => Html(page("Log in", "")).into_response(),
    }
}

fn page(title: &str, token: &str) -> String {
    format!(
        "<!DOCTYPE html><html><head><title>{title}</title><script>var g_ck = '{token}';</script></head>\
         <body><h1>{title}</h1><p>ServiceNow-compatible sandbox: it has no pages.</p></body></html>"
    )
}

fn found(place: &'static str) -> Response<Body> {
    (StatusCode::FOUND, [(LOCATION, HeaderValue::from_static(place))]).into_response()
}

/// Begins a session and gives its cookies to the client.
fn open(instance: &mut Instance, response: &mut Response<Body>, user: Option<String>, now: Timestamp) {
    let id = instance.browsers.fresh();
    instance.browsers.sign_in(&id, user, now);
    give_cookies(response, &id);
}

/// The cookies of a session, as the platform names them.
pub(crate) fn give_cookies(response: &mut Response<Body>, id: &str) {
    set_cookie(response, &format!("{SESSION_COOKIE}={id}; Path=/; HttpOnly; SameSite=Lax"));
    let route = id.to_ascii_lowercase();
    set_cookie(response, &format!("glide_user_route=glide.{route}; Path=/; HttpOnly; SameSite=Lax"));
    set_cookie(response, &format!("glide_session_store={id}; Path=/; HttpOnly; SameSite=Lax"));
}

fn set_cookie(response: &mut Response<Body>, cookie: &str) {
    if let Ok(value) = HeaderValue::try_from(cookie) {
        response.headers_mut().append(SET_COOKIE, value);
    }
}
