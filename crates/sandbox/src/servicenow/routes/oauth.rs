//! `POST /oauth_token.do`: tokens for client credentials, passwords and refresh tokens.
//!
//! Source: reference section 2.3. Statuses of the rarer errors are not confirmed there.

use axum::body::Body;
use axum::http::{Method, Response, StatusCode};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::servicenow::errors::{json_answer, refused};
use crate::servicenow::instance::Instance;
use crate::servicenow::refusal::Refusal;
use crate::servicenow::routes::auth::{credentials, may_sign_in};
use crate::servicenow::routes::call::{Call, form};
use crate::servicenow::sessions::{ACCESS_SECONDS, Token, later};

/// What the form says.
struct Asked {
    fields: Vec<(String, String)>,
    client: String,
    secret: String,
}

/// An error of the token endpoint: its name, and the description where it differs from "access_denied".
struct Denied(StatusCode, &'static str, &'static str);

const CLIENT: Denied = Denied(StatusCode::UNAUTHORIZED, "invalid_client", "access_denied");
const USER: Denied = Denied(StatusCode::UNAUTHORIZED, "access_denied", "access_denied");

pub(crate) fn answer(instance: &mut Instance, call: &Call, now: Timestamp) -> Response<Body> {
    if call.method != Method::POST {
        return refused(&Refusal::Method);
    }
    match grant(instance, call, now) {
        Ok(body) => json_answer(StatusCode::OK, &body),
        Err(Denied(status, error, description)) => {
            json_answer(status, &json!({ "error": error, "error_description": description }))
        }
    }
}

fn grant(instance: &mut Instance, call: &Call, now: Timestamp) -> Result<Value, Denied> {
    let asked = read(call)?;
    if !instance.sessions.client_proves(&asked.client, &asked.secret) {
        return Err(CLIENT);
    }
    let base = instance.desk.base();
    let entry = base.store.find(base.dictionary, "oauth_entity", "client_id", &asked.client).ok_or(CLIENT)?;
    if entry.get("active") != "true" {
        return Err(CLIENT);
    }
    let life =
        entry.get("access_token_lifespan").parse().ok().filter(|life| *life > 0).unwrap_or(ACCESS_SECONDS);
    let (user, refreshable) = match asked.field("grant_type") {
        "client_credentials" => (entry.get("user").to_owned(), false),
        "password" => (password_user(instance, &asked)?, true),
        "refresh_token" => {
            let token = instance.sessions.refresher(asked.field("refresh_token"), now);
            (token.filter(|token| token.client == asked.client).ok_or(USER)?.user.clone(), true)
        }
        "" => return Err(Denied(StatusCode::BAD_REQUEST, "invalid_request", "missing grant_type")),
        _ => return Err(Denied(StatusCode::BAD_REQUEST, "unsupported_grant_type", "access_denied")),
    };
    let account = base.store.get(base.dictionary, "sys_user", &user).ok_or(USER)?;
    if !may_sign_in(account) {
        return Err(USER);
    }
    let who = Token { client: asked.client.clone(), user, expires: later(now, life) };
    let grant = instance.sessions.grant(&who, refreshable, now);
    let mut body = Map::new();
    body.insert("access_token".to_owned(), json!(grant.access_token));
    body.extend(grant.refresh_token.map(|token| ("refresh_token".to_owned(), json!(token))));
    body.insert("scope".to_owned(), json!("useraccount"));
    body.insert("token_type".to_owned(), json!("Bearer"));
    body.insert("expires_in".to_owned(), json!(grant.expires_in));
    Ok(Value::Object(body))
}

fn password_user(instance: &Instance, asked: &Asked) -> Result<String, Denied> {
    let name = asked.field("username");
    if !instance.sessions.password_proves(name, asked.field("password")) {
        return Err(USER);
    }
    let base = instance.desk.base();
    base.store
        .find(base.dictionary, "sys_user", "user_name", name)
        .map(|user| user.id().to_owned())
        .ok_or(USER)
}

/// Reads the form; the client may prove itself in it or with Basic credentials.
fn read(call: &Call) -> Result<Asked, Denied> {
    let content_type = call.header("content-type").unwrap_or_default().to_ascii_lowercase();
    if !content_type.starts_with("application/x-www-form-urlencoded") {
        return Err(Denied(StatusCode::BAD_REQUEST, "invalid_request", "the body must be a form"));
    }
    let fields = form(&String::from_utf8_lossy(&call.body));
    let mut asked = Asked { fields, client: String::new(), secret: String::new() };
    let basic = call.header("authorization").and_then(|header| header.split_once(' '));
    let basic = basic
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("basic"))
        .and_then(|(_, proof)| credentials(proof));
    (asked.client, asked.secret) = basic
        .unwrap_or_else(|| (asked.field("client_id").to_owned(), asked.field("client_secret").to_owned()));
    Ok(asked)
}

impl Asked {
    fn field(&self, name: &str) -> &str {
        self.fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }
}
