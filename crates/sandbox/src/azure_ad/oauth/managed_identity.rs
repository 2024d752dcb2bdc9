//! The endpoints that give tokens to the machine a client runs on.
//!
//! The form of Azure Arc is not served: its challenge names a file that the client reads from
//! its own disk, and the sandbox writes no files there.
//!
//! Source: microsoft-graph.md section 1.2, "Managed identity". Texts of errors: Microsoft Entra,
//! "How to use managed identities for Azure resources to acquire an access token", error handling.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::azure_ad::errors::request_id;
use crate::azure_ad::oauth::grant::{self, Asked, Issued};
use crate::azure_ad::oauth::request::{Fields, LoginRequest};
use crate::azure_ad::oauth::resource;
use crate::azure_ad::state::apps::App;
use crate::azure_ad::state::tenant::Tenant;
use crate::seed::company::ManagedIdentity;

/// `appidacr` of a token for a managed identity.
const BY_IDENTITY: u8 = 2;

/// Status, short name and sentence of a refusal.
type Refused = (StatusCode, &'static str, String);

/// The endpoint of a virtual machine.
pub(crate) fn machine(tenant: &mut Tenant, request: &LoginRequest<'_>) -> (StatusCode, Value) {
    let mut answer = || {
        on_get(request)?;
        if !request.header("metadata").is_some_and(|value| value.eq_ignore_ascii_case("true")) {
            return Err(bad("Required metadata header not specified"));
        }
        token(tenant, request)
    };
    match answer() {
        Ok(body) => (StatusCode::OK, body),
        Err((status, error, text)) => (status, json!({ "error": error, "error_description": text })),
    }
}

/// The endpoint of an app service, at the path that the sandbox gives it.
pub(crate) fn app_service(tenant: &mut Tenant, request: &LoginRequest<'_>) -> (StatusCode, Value) {
    let mut answer = || {
        on_get(request)?;
        if request.header("x-identity-header") != Some(tenant.apps.identity_header.as_str()) {
            let text = "The header X-IDENTITY-HEADER is missing or has another value than IDENTITY_HEADER";
            return Err((StatusCode::UNAUTHORIZED, "unauthorized_client", text.to_owned()));
        }
        token(tenant, request)
    };
    match answer() {
        Ok(body) => (StatusCode::OK, body),
        Err((status, _, text)) => {
            let correlation = request_id(request.seq);
            let body =
                json!({ "statusCode": status.as_u16(), "message": text, "correlationId": correlation });
            (status, body)
        }
    }
}

fn on_get(request: &LoginRequest<'_>) -> Result<(), Refused> {
    match *request.method {
        Method::GET | Method::HEAD => Ok(()),
        _ => Err((StatusCode::METHOD_NOT_ALLOWED, "invalid_request", "Method not allowed".to_owned())),
    }
}

fn token(tenant: &mut Tenant, request: &LoginRequest<'_>) -> Result<Value, Refused> {
    let query = request.query();
    let needed = |name: &str| {
        query.get(name).ok_or_else(|| bad(format!("Required query variable '{name}' is missing")))
    };
    needed("api-version")?;
    let asked = needed("resource")?;
    let client_id = identity(tenant, &query)?.client_id.clone();
    let refused = |refusal: crate::azure_ad::oauth::refusal::Refusal| {
        (StatusCode::BAD_REQUEST, refusal.error, refusal.sentence())
    };
    let resource = resource::named(tenant, asked, request.base).map_err(refused)?;
    // Managed identities take no part in continuous access evaluation.
    let made_for = Asked { resource: &resource, proof: BY_IDENTITY, can_be_challenged: false };
    let issued = grant::issue(tenant, request, &client_id, &made_for).map_err(refused)?;
    Ok(shown(&issued, &client_id, asked, request))
}

/// The identity a request names; if it names none, the system's, or the only one there is.
fn identity<'a>(tenant: &'a Tenant, query: &Fields) -> Result<&'a App, Refused> {
    let all: Vec<&App> = tenant.apps.all().filter(|app| app.managed_identity.is_some()).collect();
    let chosen = |get: fn(&App) -> &str, sent: &str| {
        all.iter().copied().find(|app| get(app).eq_ignore_ascii_case(sent))
    };
    let missing = || bad("Identity not found");
    if let Some(sent) = query.get("client_id").or(query.get("clientid")) {
        return chosen(|app| &app.client_id, sent).ok_or_else(missing);
    }
    if let Some(sent) = query.get("object_id").or(query.get("principal_id")) {
        return chosen(|app| &app.object_id, sent).ok_or_else(missing);
    }
    // The sandbox has no resources in subscriptions, so no resource id is one of an identity.
    if query.get("msi_res_id").or(query.get("mi_res_id")).is_some() {
        return Err(missing());
    }
    let system = all.iter().copied().find(|app| app.managed_identity == Some(ManagedIdentity::System));
    match (system, all.as_slice()) {
        (Some(app), _) => Ok(app),
        (None, [only]) => Ok(only),
        (None, []) => Err(missing()),
        (None, _) => Err(bad(
            "Multiple user assigned identities exist, please specify the clientId / resourceId of the identity in \
             the token request",
        )),
    }
}

fn bad(text: impl Into<String>) -> Refused {
    (StatusCode::BAD_REQUEST, "invalid_request", text.into())
}

/// Numbers are texts here.
fn shown(issued: &Issued, client_id: &str, resource: &str, request: &LoginRequest<'_>) -> Value {
    json!({
        "access_token": issued.token,
        "client_id": client_id,
        "expires_in": issued.life_secs.to_string(),
        "expires_on": issued.expires_on.to_string(),
        "ext_expires_in": issued.life_secs.to_string(),
        "not_before": request.now.as_second().to_string(),
        "resource": resource,
        "token_type": "Bearer",
    })
}
