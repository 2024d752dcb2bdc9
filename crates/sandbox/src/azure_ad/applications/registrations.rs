//! `/applications`: the registrations behind the service principals, read, and their secrets, added and removed.
//!
//! Managed identities have none. Source: microsoft-graph.md section 6.8.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::azure_ad::applications::app_roles::{self, GRAPH_APP_ID};
use crate::azure_ad::errors::GraphError;
use crate::azure_ad::kernel::entity;
use crate::azure_ad::kernel::related;
use crate::azure_ad::kernel::request::{Outcome, Reply, Request};
use crate::azure_ad::kernel::route::{self, Route};
use crate::azure_ad::model::schema::Kind;
use crate::azure_ad::state::apps::{App, Credential};
use crate::azure_ad::state::object::Object;
use crate::azure_ad::state::tenant::{Tenant, seconds};
use crate::ids;

const KIND: Kind = Kind::Application;

/// When a secret ends for which no end is known: the last moment the service takes *(known)*.
const NO_END: &str = "2299-12-31T00:00:00Z";

/// How long a secret lives whose maker did not say, in days: two years *(known)*.
const SECRET_DAYS: i64 = 730;

pub(crate) const ROUTES: &[Route] = &[
    route::get("/applications", |tenant, request| {
        entity::list_of(request, KIND, all(tenant).iter().collect())
    }),
    route::get("/applications/$count", |tenant, request| {
        entity::count_of(request, KIND, all(tenant).iter().collect())
    }),
    route::get("/applications/{application-id}", |tenant, request| {
        request.options.check_select(&[KIND], &[])?;
        let object = object(tenant, found(tenant, request)?);
        Ok(Reply::ok(entity::shown(request, &object)))
    }),
    route::relation("/applications/{application-id}/owners", |tenant, request| {
        let principal = tenant.live_object(&found(tenant, request)?.object_id);
        let owners = principal.into_iter().flat_map(|principal| &principal.owners);
        related::list(request, Kind::User, owners.filter_map(|id| tenant.live_object(id)).collect())
    }),
    route::get("/applications/{application-id}/federatedIdentityCredentials", federated),
    route::post("/applications/{application-id}/addPassword", add_password),
    route::post("/applications/{application-id}/removePassword", remove_password),
];

fn all(tenant: &Tenant) -> Vec<Object> {
    registered(tenant).map(|app| object(tenant, app)).collect()
}

fn registered(tenant: &Tenant) -> impl Iterator<Item = &App> {
    tenant.apps.all().filter(|app| app.managed_identity.is_none())
}

/// Id of a registration, which is neither its client id nor the id of its service principal.
fn object_id(app: &App) -> String {
    ids::guid("application", &app.client_id)
}

/// The registration the first key of the path names, by id or client id.
fn found<'a>(tenant: &'a Tenant, request: &Request) -> Result<&'a App, GraphError> {
    let key = request.key(0);
    let by_client_id = request.keys.first().is_some_and(|key| key.name.as_deref() == Some("appid"));
    let mut apps = registered(tenant);
    let app = apps.find(|app| match by_client_id {
        true => app.client_id.eq_ignore_ascii_case(key),
        false => object_id(app).eq_ignore_ascii_case(key),
    });
    app.ok_or_else(|| GraphError::not_found(key))
}

fn object(tenant: &Tenant, app: &App) -> Object {
    let begin = seconds(tenant.settings.founded);
    let access = app.roles.iter().map(|role| json!({ "id": app_roles::id(role), "type": "Role" }));
    let access: Vec<Value> = access.collect();
    let required = match access.is_empty() {
        true => json!([]),
        false => json!([{ "resourceAppId": GRAPH_APP_ID, "resourceAccess": access }]),
    };
    let credentials = || app.credentials.iter();
    let secrets = credentials().filter_map(|(key_id, credential)| secret(key_id, credential, &begin));
    let certificates = credentials().filter_map(|(key_id, credential)| certificate(key_id, credential));
    let fields = [
        ("appId", json!(app.client_id)),
        ("createdDateTime", json!(begin)),
        ("displayName", json!(app.name)),
        ("keyCredentials", certificates.collect()),
        ("passwordCredentials", secrets.collect()),
        ("publisherDomain", json!(tenant.domain)),
        ("requiredResourceAccess", required),
        ("signInAudience", json!("AzureADMyOrg")),
    ];
    let properties = fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    Object::new(KIND, object_id(app), properties)
}

fn secret(key_id: &str, credential: &Credential, begin: &str) -> Option<Value> {
    let Credential::Secret { value, expires } = credential else { return None };
    Some(json!({
        "customKeyIdentifier": null, "displayName": null,
        "endDateTime": expires.map_or_else(|| NO_END.to_owned(), seconds),
        "hint": value.chars().take(3).collect::<String>(), "keyId": key_id, "secretText": null,
        "startDateTime": begin,
    }))
}

fn certificate(key_id: &str, credential: &Credential) -> Option<Value> {
    let Credential::Certificate(certificate) = credential else { return None };
    Some(json!({
        "customKeyIdentifier": certificate.sha1, "displayName": null,
        "endDateTime": seconds(certificate.valid_to), "key": null, "keyId": key_id,
        "startDateTime": seconds(certificate.valid_from), "type": "AsymmetricX509Cert", "usage": "Verify",
    }))
}

fn federated(tenant: &mut Tenant, request: &Request) -> Outcome {
    let credentials = found(tenant, request)?.credentials.iter();
    let shown = |(id, credential): (&String, &Credential)| match credential {
        Credential::Federated { issuer, subject, audience } => Some(json!({
            "id": id, "name": id, "issuer": issuer, "subject": subject, "audiences": [audience],
            "description": null,
        })),
        Credential::Secret { .. } | Credential::Certificate(_) => None,
    };
    let context =
        request.context(&format!("applications('{}')/federatedIdentityCredentials", request.key(0)));
    Ok(Reply::ok(
        json!({ "@odata.context": context, "value": credentials.filter_map(shown).collect::<Vec<_>>() }),
    ))
}

/// Adds a secret the service thinks up; its text is in this answer and never again.
fn add_password(tenant: &mut Tenant, request: &Request) -> Outcome {
    let body = if request.body.is_empty() { Map::new() } else { request.object()? };
    let wanted = body.get("passwordCredential").unwrap_or(&Value::Null);
    let end = match wanted.get("endDateTime").filter(|end| !end.is_null()) {
        Some(end) => end.as_str().and_then(|end| end.parse::<Timestamp>().ok()).ok_or_else(|| {
            GraphError::bad_request(
                "Invalid value specified for property 'endDateTime' of resource 'PasswordCredential'.",
            )
        })?,
        None => request.now + jiff::SignedDuration::from_hours(24 * SECRET_DAYS),
    };
    let client_id = found(tenant, request)?.client_id.clone();
    let app = tenant.apps.find(&client_id).ok_or_else(|| GraphError::not_found(request.key(0)))?;
    let text = app.next_secret();
    let hint: String = text.chars().take(3).collect();
    let key_id = app.add(Credential::Secret { value: text.clone(), expires: Some(end) });
    Ok(Reply::ok(json!({
        "@odata.context": request.context("microsoft.graph.passwordCredential"),
        "customKeyIdentifier": null, "displayName": wanted.get("displayName"), "endDateTime": seconds(end),
        "hint": hint, "keyId": key_id, "secretText": text, "startDateTime": seconds(request.now),
    })))
}

fn remove_password(tenant: &mut Tenant, request: &Request) -> Outcome {
    let body = request.object()?;
    let key_id = body.get("keyId").and_then(Value::as_str).map(str::to_ascii_lowercase);
    let key_id =
        key_id.ok_or_else(|| GraphError::bad_request("A value is required for parameter 'keyId'."))?;
    let client_id = found(tenant, request)?.client_id.clone();
    let app = tenant.apps.find(&client_id).ok_or_else(|| GraphError::not_found(request.key(0)))?;
    match app.credentials.get(&key_id) {
        Some(Credential::Secret { .. }) => app.credentials.shift_remove(&key_id),
        _ => return Err(GraphError::bad_request("No password credential found with keyId.")),
    };
    Ok(Reply::NoContent)
}
