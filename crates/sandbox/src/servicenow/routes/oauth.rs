//! `POST /oauth_token.do`: tokens for client credentials, passwords, refresh tokens and assertions.
//!
//! Owns the form and the errors of the endpoint. The authorization code grant needs a person at a
//! browser and is not played. Source: reference section 2.3. Statuses of the rarer errors are not
//! confirmed there.

use axum::body::Body;
use axum::http::{Method, Response, StatusCode};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::clock::real_timestamp;
use crate::servicenow::assertion::{self, JwtKey};
use crate::servicenow::errors::{json_answer, refused};
use crate::servicenow::instance::Instance;
use crate::servicenow::properties;
use crate::servicenow::refusal::Refusal;
use crate::servicenow::routes::auth::credentials;
use crate::servicenow::routes::call::{Call, form};
use crate::servicenow::sessions::{ACCESS_SECONDS, Grant, Token, later};
use crate::servicenow::sign_in::{self, may_sign_in};
use crate::servicenow::store::Record;

const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
/// Closes the grant of client credentials when it says `false`.
const CLIENT_CREDENTIALS: &str = "glide.oauth.inbound.client.credential.grant_type.enabled";

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
const ASSERTION: Denied = Denied(StatusCode::UNAUTHORIZED, "invalid_grant", "access_denied");

pub(crate) fn answer(instance: &mut Instance, call: &Call, now: Timestamp) -> Response<Body> {
    if call.method != Method::POST {
        return refused(&Refusal::Method);
    }
    match grant(instance, call, now) {
        Ok(grant) => json_answer(StatusCode::OK, &granted(grant)),
        Err(Denied(status, error, description)) => {
            json_answer(status, &json!({ "error": error, "error_description": description }))
        }
    }
}

fn granted(grant: Grant) -> Value {
    let mut body = Map::new();
    body.insert("access_token".to_owned(), json!(grant.access_token));
    body.extend(grant.refresh_token.map(|token| ("refresh_token".to_owned(), json!(token))));
    body.insert("scope".to_owned(), json!("useraccount"));
    body.insert("token_type".to_owned(), json!("Bearer"));
    body.insert("expires_in".to_owned(), json!(grant.expires_in));
    Value::Object(body)
}

fn grant(instance: &mut Instance, call: &Call, now: Timestamp) -> Result<Grant, Denied> {
    let asked = read(call)?;
    let entry = registered(instance, &asked)?;
    let (user, refreshable) = match asked.field("grant_type") {
        "client_credentials" => (application_user(instance, &entry)?, false),
        "password" => {
            let (name, password) = (asked.field("username"), asked.field("password"));
            let user = sign_in::password(&mut instance.desk, &instance.sessions, name, password);
            (user.map_err(|_| USER)?, true)
        }
        "refresh_token" => {
            let token = instance.sessions.refresher(asked.field("refresh_token"), now);
            (token.filter(|token| token.client == asked.client).ok_or(USER)?.user.clone(), true)
        }
        JWT_BEARER => (asserted_user(instance, &asked, now)?, false),
        "" => return Err(Denied(StatusCode::BAD_REQUEST, "invalid_request", "missing grant_type")),
        _ => return Err(Denied(StatusCode::BAD_REQUEST, "unsupported_grant_type", "access_denied")),
    };
    let account = instance.desk.store.get(&instance.desk.dictionary, "sys_user", &user).ok_or(USER)?;
    if !may_sign_in(account) {
        return Err(USER);
    }
    let written = entry.get("access_token_lifespan").parse().ok().filter(|life| *life > 0);
    let life = instance.sessions.access_life().or(written).unwrap_or(ACCESS_SECONDS);
    let who = Token { client: asked.client, user, expires: later(now, life) };
    Ok(instance.sessions.grant(&who, refreshable, now))
}

/// The registry entry of the client, which proves itself by its secret, or, where it is public, by none.
fn registered(instance: &Instance, asked: &Asked) -> Result<Record, Denied> {
    let base = instance.desk.base();
    let entry = base.store.find(base.dictionary, "oauth_entity", "client_id", &asked.client).ok_or(CLIENT)?;
    let public = entry.get("public_client") == "true" && asked.secret.is_empty();
    let asserts = asked.field("grant_type") == JWT_BEARER || asked.field("grant_type") == "refresh_token";
    let proven = (public && asserts) || instance.sessions.client_proves(&asked.client, &asked.secret);
    if proven && entry.get("active") == "true" { Ok(entry.clone()) } else { Err(CLIENT) }
}

/// The account a client acts as when it comes with its own credentials.
fn application_user(instance: &Instance, entry: &Record) -> Result<String, Denied> {
    if !properties::flag(instance.desk.base(), CLIENT_CREDENTIALS, true) {
        return Err(Denied(StatusCode::UNAUTHORIZED, "server_error", "access_denied"));
    }
    Ok(entry.get("user").to_owned())
}

/// The account an assertion speaks for.
fn asserted_user(instance: &mut Instance, asked: &Asked, now: Timestamp) -> Result<String, Denied> {
    let text = asked.field("assertion");
    if text.is_empty() {
        return Err(Denied(StatusCode::BAD_REQUEST, "invalid_request", "missing assertion"));
    }
    let key: JwtKey = instance.sessions.jwt_key(&asked.client).cloned().ok_or(ASSERTION)?;
    let claims =
        assertion::verify(text, &asked.client, &key.signer, [now, real_timestamp()]).ok_or(ASSERTION)?;
    if !instance.sessions.first_use(&asked.client, &claims, now) {
        return Err(ASSERTION);
    }
    let base = instance.desk.base();
    let found = base.store.find(base.dictionary, "sys_user", &key.user_field, &claims.sub);
    found.filter(|_| !claims.sub.is_empty()).map(|user| user.id().to_owned()).ok_or(USER)
}

/// Reads the form; the client may prove itself in it or with Basic credentials. Parameters of the
/// address count as well, behind those of the form: so vendors' guides ask for tokens.
fn read(call: &Call) -> Result<Asked, Denied> {
    let content_type = call.header("content-type").unwrap_or_default().to_ascii_lowercase();
    let form_sent = content_type.starts_with("application/x-www-form-urlencoded");
    let address_only = call.body.is_empty() && !call.parameters.is_empty();
    if !form_sent && !address_only {
        return Err(Denied(StatusCode::BAD_REQUEST, "invalid_request", "the body must be a form"));
    }
    let mut fields = form(&String::from_utf8_lossy(&call.body));
    fields.extend(call.parameters.iter().cloned());
    let mut asked = Asked { fields, client: String::new(), secret: String::new() };
    let basic = call.header("authorization").and_then(|header| header.trim().split_once(' '));
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
