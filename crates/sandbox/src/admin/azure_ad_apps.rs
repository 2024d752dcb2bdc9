//! Acting on the tenant's applications from outside: credentials, permissions, tokens.
//!
//! `{app}` in a path is a client id, an object id, a key of the seed or a name.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{delete, get, patch, post, put};
use axum::{Json, Router};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::admin::answer::{Answer, Refusal, bad, body, missing, ok};
use crate::azure_ad::state::apps::{App, Apps, Credential, EXCHANGE_AUDIENCE};
use crate::azure_ad::state::failures::{Failure, codes};
use crate::keys::{Certificate, PublicKey};
use crate::seed::company::ManagedIdentity;
use crate::world::World;

pub(crate) fn routes() -> Router<Arc<World>> {
    Router::new()
        .route("/_sandbox/azure_ad/apps", get(list).post(create))
        .route("/_sandbox/azure_ad/apps/{app}", patch(change))
        .route("/_sandbox/azure_ad/apps/{app}/secrets", post(add_secret))
        .route("/_sandbox/azure_ad/apps/{app}/certificates", post(add_certificate))
        .route("/_sandbox/azure_ad/apps/{app}/federated_credentials", post(add_federated))
        .route("/_sandbox/azure_ad/apps/{app}/credentials/{key_id}", delete(remove_credential))
        .route("/_sandbox/azure_ad/apps/{app}/roles/{role}", put(grant_role).delete(revoke_role))
        .route("/_sandbox/azure_ad/apps/{app}/revoke_tokens", post(revoke_tokens))
        .route("/_sandbox/azure_ad/issuers", post(set_issuer))
        .route("/_sandbox/azure_ad/token_life", put(set_token_life))
        .route("/_sandbox/azure_ad/token_failures", get(failures).post(add_failure).delete(clear_failures))
}

/// A new application.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NewApp {
    /// Short name, from which its ids are made.
    key: String,
    /// The key, if absent.
    #[serde(default)]
    name: Option<String>,
    /// Application permissions that are consented to.
    #[serde(default)]
    roles: Vec<String>,
    /// A first client secret.
    #[serde(default)]
    secret: Option<String>,
    #[serde(default)]
    managed_identity: Option<ManagedIdentity>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    enabled: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NewSecret {
    /// Made up, if absent.
    #[serde(default)]
    secret: Option<String>,
    /// Never, if absent.
    #[serde(default)]
    expires: Option<Timestamp>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NewCertificate {
    /// PEM text; a private key in it is passed over.
    pem: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NewFederated {
    issuer: String,
    subject: String,
    #[serde(default)]
    audience: Option<String>,
}

/// An identity provider and one of the two forms of its keys.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NewIssuer {
    issuer: String,
    /// A JSON Web Key Set.
    #[serde(default)]
    jwks: Option<Value>,
    /// A public key or certificate.
    #[serde(default)]
    pem: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Revoke {
    /// Whether Graph answers with a claims challenge or with a plain 401.
    #[serde(default = "yes")]
    challenge: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TokenLife {
    /// Seconds; `null` for what is usual.
    secs: Option<u32>,
}

fn yes() -> bool {
    true
}

async fn list(State(world): State<Arc<World>>) -> Answer {
    ok(json!({ "apps": world.tenant().apps.all().map(shown).collect::<Vec<_>>() }))
}

async fn create(State(world): State<Arc<World>>, bytes: Bytes) -> Answer {
    let new: NewApp = body(&bytes)?;
    let mut tenant = world.tenant();
    let name = new.name.as_deref().unwrap_or(&new.key);
    let app = tenant.apps.create(&new.key, name, new.roles);
    let app = app.ok_or_else(|| bad(format!("there is an application `{}`", new.key)))?;
    app.managed_identity = new.managed_identity;
    if let Some(value) = new.secret {
        app.add(Credential::Secret { value, expires: None });
    }
    Ok((StatusCode::CREATED, Json(shown(app))))
}

async fn change(State(world): State<Arc<World>>, Path(name): Path<String>, bytes: Bytes) -> Answer {
    let Change { enabled } = body(&bytes)?;
    let mut tenant = world.tenant();
    let app = found(&mut tenant.apps, &name)?;
    app.enabled = enabled;
    ok(shown(app))
}

async fn add_secret(State(world): State<Arc<World>>, Path(name): Path<String>, bytes: Bytes) -> Answer {
    let new: NewSecret = body(&bytes)?;
    let mut tenant = world.tenant();
    let app = found(&mut tenant.apps, &name)?;
    let value = new.secret.unwrap_or_else(|| app.next_secret());
    let key_id = app.add(Credential::Secret { value: value.clone(), expires: new.expires });
    Ok((StatusCode::CREATED, Json(json!({ "key_id": key_id, "secret": value, "expires": new.expires }))))
}

async fn add_certificate(State(world): State<Arc<World>>, Path(name): Path<String>, bytes: Bytes) -> Answer {
    let NewCertificate { pem } = body(&bytes)?;
    let certificate = Certificate::from_pem(&pem).map_err(bad)?;
    let answer = described(&Credential::Certificate(certificate.clone()));
    add(&world, &name, Credential::Certificate(certificate), answer)
}

async fn add_federated(State(world): State<Arc<World>>, Path(name): Path<String>, bytes: Bytes) -> Answer {
    let NewFederated { issuer, subject, audience } = body(&bytes)?;
    let audience = audience.unwrap_or_else(|| EXCHANGE_AUDIENCE.to_owned());
    let credential = Credential::Federated { issuer, subject, audience };
    let answer = described(&credential);
    add(&world, &name, credential, answer)
}

fn add(world: &World, name: &str, credential: Credential, mut answer: Value) -> Answer {
    let mut tenant = world.tenant();
    answer["key_id"] = json!(found(&mut tenant.apps, name)?.add(credential));
    Ok((StatusCode::CREATED, Json(answer)))
}

async fn remove_credential(
    State(world): State<Arc<World>>,
    Path((name, key_id)): Path<(String, String)>,
) -> Answer {
    let mut tenant = world.tenant();
    let removed = found(&mut tenant.apps, &name)?.credentials.shift_remove(&key_id);
    removed.ok_or_else(|| missing(format!("no credential `{key_id}`")))?;
    ok(json!({ "key_id": key_id }))
}

async fn grant_role(State(world): State<Arc<World>>, Path((app, role)): Path<(String, String)>) -> Answer {
    set_role(&world, &app, &role, true)
}

async fn revoke_role(State(world): State<Arc<World>>, Path((app, role)): Path<(String, String)>) -> Answer {
    set_role(&world, &app, &role, false)
}

/// Tokens made before keep the roles they have.
fn set_role(world: &World, name: &str, role: &str, held: bool) -> Answer {
    let mut tenant = world.tenant();
    let app = found(&mut tenant.apps, name)?;
    let changed = app.set_role(role, held);
    ok(json!({ "client_id": app.client_id, "roles": app.roles, "changed": changed }))
}

async fn revoke_tokens(State(world): State<Arc<World>>, Path(name): Path<String>, bytes: Bytes) -> Answer {
    let Revoke { challenge } = if bytes.is_empty() { Revoke { challenge: true } } else { body(&bytes)? };
    let now = world.clock.now();
    let mut tenant = world.tenant();
    let app = tenant.apps.revoke(&name, now, challenge).ok_or_else(|| unknown(&name))?;
    ok(json!({ "client_id": app.client_id, "revoked_at": now, "challenge": challenge }))
}

async fn set_issuer(State(world): State<Arc<World>>, bytes: Bytes) -> Answer {
    let NewIssuer { issuer, jwks, pem } = body(&bytes)?;
    let keys = match (jwks, pem) {
        (Some(set), None) => PublicKey::from_jwks(&set).map_err(bad)?,
        (None, Some(pem)) => vec![PublicKey::from_pem(&pem).map_err(bad)?],
        _ => return Err(bad("an issuer has either `jwks` or `pem`")),
    };
    let answer = json!({ "issuer": issuer, "keys": keys.len() });
    world.tenant().apps.set_issuer(issuer, keys);
    ok(answer)
}

async fn set_token_life(State(world): State<Arc<World>>, bytes: Bytes) -> Answer {
    let TokenLife { secs } = body(&bytes)?;
    world.tenant().apps.token_life_secs = secs;
    ok(json!({ "secs": secs }))
}

async fn failures(State(world): State<Arc<World>>) -> Answer {
    ok(json!({ "token_failures": world.tenant().apps.failures.list() }))
}

async fn add_failure(State(world): State<Arc<World>>, bytes: Bytes) -> Answer {
    let mut failure: Failure = body(&bytes)?;
    let mut tenant = world.tenant();
    if let Some(name) = &failure.app {
        failure.app = Some(found(&mut tenant.apps, name)?.client_id.clone());
    }
    let code = failure.code;
    if !tenant.apps.failures.add(failure) {
        let known: Vec<String> = codes().map(|code| code.to_string()).collect();
        return Err(bad(format!("{code} cannot be switched on; these can: {}", known.join(", "))));
    }
    ok(json!({ "token_failures": tenant.apps.failures.list() }))
}

async fn clear_failures(State(world): State<Arc<World>>) -> Answer {
    world.tenant().apps.failures.clear();
    ok(json!({ "token_failures": [] }))
}

fn found<'a>(apps: &'a mut Apps, name: &str) -> Result<&'a mut App, Refusal> {
    apps.find(name).ok_or_else(|| unknown(name))
}

fn unknown(name: &str) -> Refusal {
    missing(format!("no application `{name}`"))
}

/// An application without the values of its secrets.
fn shown(app: &App) -> Value {
    let credential = |(key_id, credential): (&String, &Credential)| {
        let mut answer = described(credential);
        answer["key_id"] = json!(key_id);
        answer
    };
    json!({
        "key": app.key,
        "name": app.name,
        "client_id": app.client_id,
        "object_id": app.object_id,
        "enabled": app.enabled,
        "roles": app.roles,
        "managed_identity": app.managed_identity,
        "credentials": app.credentials.iter().map(credential).collect::<Vec<_>>(),
    })
}

fn described(credential: &Credential) -> Value {
    match credential {
        Credential::Secret { expires, .. } => json!({ "kind": "secret", "expires": expires }),
        Credential::Certificate(certificate) => json!({
            "kind": "certificate",
            "x5t": certificate.sha1,
            "x5t#S256": certificate.sha256,
            "expires": certificate.valid_to,
        }),
        Credential::Federated { issuer, subject, audience } => json!({
            "kind": "federated",
            "issuer": issuer,
            "subject": subject,
            "audience": audience,
        }),
    }
}
