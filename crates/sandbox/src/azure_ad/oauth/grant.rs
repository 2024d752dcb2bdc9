//! The token endpoint, in both versions.
//!
//! `client_info` and the `x-client-…` headers are taken and change nothing. `claims` may say that the client can be
//! challenged (`cp1`): then a token for Graph lives for a day.
//!
//! Source: microsoft-graph.md sections 1.2 and 1.4.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::azure_ad::oauth::refusal::Refusal;
use crate::azure_ad::oauth::request::LoginRequest;
use crate::azure_ad::oauth::resource::{self, Resource};
use crate::azure_ad::oauth::{credentials, discovery};
use crate::azure_ad::state::apps::App;
use crate::azure_ad::state::tenant::Tenant;
use crate::azure_ad::tokens::token::{self, Grant};

/// The two versions of the endpoint: what a token is asked for with, and how numbers are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Version {
    /// `resource=`, numbers as texts.
    V1,
    /// `scope=`, numbers as numbers.
    V2,
}

/// A token that was made.
#[derive(Debug)]
pub(crate) struct Issued {
    pub(crate) token: String,
    pub(crate) life_secs: u32,
    /// In seconds since 1970.
    pub(crate) expires_on: i64,
}

/// Answers a request for a token.
///
/// # Errors
/// The first refusal that applies: form, tenant, grant type, application, resource, credential,
/// failures that are switched on.
pub(crate) fn answer(
    tenant: &mut Tenant,
    request: &LoginRequest<'_>,
    name: &str,
    version: Version,
) -> Result<Value, Refusal> {
    if request.method != Method::POST {
        let text = format!("The endpoint only accepts POST requests. Received a {} request.", request.method);
        return Err(Refusal::request(900_561, text));
    }
    let form = request.form()?;
    let grant_type = form.needed("grant_type")?;
    concrete_tenant(tenant, name)?;
    if grant_type != "client_credentials" {
        let text = format!("The app requested an unsupported grant type '{grant_type}'.");
        return Err(Refusal::bad("unsupported_grant_type", 70003, text));
    }
    let basic = request.basic();
    let client_id = match &basic {
        Some((id, _)) => id.as_str(),
        None => form.needed("client_id")?,
    };
    let app = known_app(tenant, client_id)?;
    let asked = match version {
        Version::V1 => form.needed("resource")?,
        Version::V2 => form.needed("scope")?,
    };
    let resource = match version {
        Version::V1 => resource::named(tenant, asked, request.base)?,
        Version::V2 => resource::of_scope(tenant, asked, request.base)?,
    };
    let proof = credentials::check(tenant, app, &form, request)?;
    let client_id = app.client_id.clone();
    if let Some(failure) = tenant.apps.failures.strike(&client_id) {
        let status = StatusCode::from_u16(failure.status).unwrap_or(StatusCode::BAD_REQUEST);
        let refusal = Refusal::new(status, failure.error, failure.code, failure.text);
        return Err(Refusal { retry_after_secs: failure.retry_after_secs, ..refusal });
    }
    let can_be_challenged = form.get("claims").is_some_and(declares_cp1);
    let asked_for = Asked { resource: &resource, proof, can_be_challenged };
    let issued = issue(tenant, request, &client_id, &asked_for)?;
    Ok(match version {
        Version::V1 => json!({
            "token_type": "Bearer",
            "expires_in": issued.life_secs.to_string(),
            "ext_expires_in": issued.life_secs.to_string(),
            "expires_on": issued.expires_on.to_string(),
            "not_before": request.now.as_second().to_string(),
            "resource": asked,
            "access_token": issued.token,
        }),
        Version::V2 => json!({
            "token_type": "Bearer",
            "expires_in": issued.life_secs,
            "ext_expires_in": issued.life_secs,
            "access_token": issued.token,
        }),
    })
}

/// What a token is made for.
#[derive(Debug)]
pub(crate) struct Asked<'a> {
    pub(crate) resource: &'a Resource,
    /// How the application proved who it is: 1 for a secret, 2 for a certificate.
    pub(crate) proof: u8,
    pub(crate) can_be_challenged: bool,
}

/// Whether the `claims` of a request declare the client capability `cp1`; what cannot be read declares nothing.
fn declares_cp1(claims: &str) -> bool {
    let claims: Value = serde_json::from_str(claims).unwrap_or_default();
    let values = claims["access_token"]["xms_cc"]["values"].as_array();
    values.into_iter().flatten().filter_map(Value::as_str).any(|value| value.eq_ignore_ascii_case("cp1"))
}

/// Makes a token with the roles the application has now.
///
/// # Errors
/// 700016 and 7000112 for an application that is away or switched off.
pub(crate) fn issue(
    tenant: &mut Tenant,
    request: &LoginRequest<'_>,
    client_id: &str,
    asked: &Asked<'_>,
) -> Result<Issued, Refusal> {
    let number = tenant.apps.count_token();
    let app = known_app(tenant, client_id)?;
    let can_be_challenged = asked.can_be_challenged && asked.resource.is_graph;
    let life_secs = tenant.apps.life_secs(app, can_be_challenged);
    let token = token::issue(&Grant {
        tenant_id: &tenant.id,
        client_id: &app.client_id,
        object_id: &app.object_id,
        name: &app.name,
        audience: &asked.resource.audience,
        // Roles of other resources are not known here.
        roles: if asked.resource.is_graph { &app.roles } else { &[] },
        proof: asked.proof,
        can_be_challenged,
        now: request.now,
        life_secs,
        number,
    });
    Ok(Issued { token, life_secs, expires_on: request.now.as_second().saturating_add(life_secs.into()) })
}

/// The tenant must be named: this grant has no user whose tenant could be taken.
fn concrete_tenant(tenant: &Tenant, name: &str) -> Result<(), Refusal> {
    if discovery::SHARED.contains(&name) {
        let text = format!(
            "The grant type is not supported over the /{name} endpoint. Please use the tenant-specific endpoint."
        );
        return Err(Refusal::request(9_001_023, text));
    }
    discovery::known_tenant(tenant, name)
}

fn known_app<'a>(tenant: &'a Tenant, client_id: &str) -> Result<&'a App, Refusal> {
    let Some(app) = tenant.apps.by_client_id(client_id) else {
        let text = format!(
            "Application with identifier '{client_id}' was not found in the directory '{}'. This can happen if the \
             application has not been installed by the administrator of the tenant or consented to by any user in \
             the tenant. You may have sent your authentication request to the wrong tenant.",
            tenant.display_name
        );
        return Err(Refusal::bad("unauthorized_client", 700_016, text));
    };
    if !app.enabled {
        let text = format!("Application '{client_id}'({}) is disabled.", app.name);
        return Err(Refusal::bad("unauthorized_client", 7_000_112, text));
    }
    Ok(app)
}
