//! The login authority: token endpoint and discovery documents.
//!
//! Owns the shape of its errors, which is not Graph's.
//!
//! Source: microsoft-graph.md sections 1.2 to 1.4.

use axum::body::Bytes;
use axum::http::{HeaderMap, Method, StatusCode, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::azure_ad::encoding::decode;
use crate::azure_ad::errors::request_id;
use crate::azure_ad::tenant::Tenant;
use crate::azure_ad::token;
use crate::seed::company::App;

/// Application id of Microsoft Graph, usable as a resource in scopes.
const GRAPH_APP_ID: &str = "00000003-0000-0000-c000-000000000000";

/// A request to the authority.
#[derive(Debug)]
pub(crate) struct LoginRequest<'a> {
    pub(crate) method: &'a Method,
    /// Path as it was sent.
    pub(crate) path: &'a str,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: &'a Bytes,
    /// Scheme and host the client used.
    pub(crate) base: &'a str,
    pub(crate) now: Timestamp,
    /// Number of the call.
    pub(crate) seq: u64,
}

/// A refusal of the authority: status, OAuth error, AADSTS number and text.
struct Refusal(StatusCode, &'static str, u32, String);

/// Answers a path of the authority; nothing for a path it does not have.
pub(crate) fn answer(tenant: &Tenant, request: &LoginRequest<'_>) -> Option<(StatusCode, Value)> {
    let path = decode(request.path).to_ascii_lowercase();
    let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    match segments.as_slice() {
        [name, "oauth2", "v2.0", "token"] => Some(match grant(tenant, request, name) {
            Ok(body) => (StatusCode::OK, body),
            Err(refusal) => dressed(refusal, request),
        }),
        [name, "v2.0", ".well-known", "openid-configuration"] => Some(match known_tenant(tenant, name) {
            Ok(()) => (StatusCode::OK, configuration(tenant, request.base)),
            Err(refusal) => dressed(refusal, request),
        }),
        [_, "discovery", "v2.0", "keys"] => Some((StatusCode::OK, json!({ "keys": [] }))),
        ["common", "discovery", "instance"] => Some((StatusCode::OK, instance(tenant, request.base))),
        _ => None,
    }
}

fn grant(tenant: &Tenant, request: &LoginRequest<'_>, name: &str) -> Result<Value, Refusal> {
    if request.method != Method::POST {
        let text = "The endpoint only accepts POST requests. Received a GET request.";
        return Err(Refusal(StatusCode::BAD_REQUEST, "invalid_request", 900561, text.to_owned()));
    }
    let form = form(request.body);
    let field = |name: &str| form.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str());
    let needed = |name: &str| {
        field(name).filter(|value| !value.is_empty()).ok_or_else(|| {
            let text = format!("The request body must contain the following parameter: '{name}'.");
            Refusal(StatusCode::BAD_REQUEST, "invalid_request", 900144, text)
        })
    };
    let grant_type = needed("grant_type")?;
    known_tenant(tenant, name)?;
    if grant_type != "client_credentials" {
        let text = format!("The app requested an unsupported grant type '{grant_type}'.");
        return Err(Refusal(StatusCode::BAD_REQUEST, "unsupported_grant_type", 70003, text));
    }
    let basic = basic_credentials(request.headers);
    let client_id = match &basic {
        Some((id, _)) => id.as_str(),
        None => needed("client_id")?,
    };
    let secret = basic.as_ref().map(|(_, secret)| secret.as_str()).or(field("client_secret"));
    let app = known_app(tenant, client_id)?;
    scope(needed("scope")?, request.base)?;
    check_secret(app, secret, field("client_assertion").is_some(), request.now)?;
    Ok(json!({
        "token_type": "Bearer",
        "expires_in": token::LIFE_SECS,
        "ext_expires_in": token::LIFE_SECS,
        "access_token": token::issue(&tenant.id, &app.client_id(), &app.permissions, request.now),
    }))
}

fn known_tenant(tenant: &Tenant, name: &str) -> Result<(), Refusal> {
    if name.eq_ignore_ascii_case(&tenant.id) || name.eq_ignore_ascii_case(&tenant.domain) {
        return Ok(());
    }
    if ["common", "organizations", "consumers"].contains(&name) {
        let text = format!(
            "The grant type is not supported over the /{name} endpoint. Please use the tenant-specific endpoint."
        );
        return Err(Refusal(StatusCode::BAD_REQUEST, "invalid_request", 9001023, text));
    }
    let text = format!(
        "Tenant '{name}' not found. Check to make sure you have the correct tenant ID and are signing into the \
         correct cloud. Check with your subscription administrator, this may happen if there are no active \
         subscriptions for the tenant."
    );
    Err(Refusal(StatusCode::BAD_REQUEST, "invalid_request", 90002, text))
}

fn known_app<'a>(tenant: &'a Tenant, client_id: &str) -> Result<&'a App, Refusal> {
    let app = tenant.apps.iter().find(|app| app.client_id().eq_ignore_ascii_case(client_id));
    let Some(app) = app else {
        let text = format!(
            "Application with identifier '{client_id}' was not found in the directory '{}'. This can happen if the \
             application has not been installed by the administrator of the tenant or consented to by any user in \
             the tenant. You may have sent your authentication request to the wrong tenant.",
            tenant.display_name
        );
        return Err(Refusal(StatusCode::BAD_REQUEST, "unauthorized_client", 700016, text));
    };
    if !app.enabled {
        let text = format!("Application '{client_id}'({}) is disabled.", app.name);
        return Err(Refusal(StatusCode::BAD_REQUEST, "unauthorized_client", 7000112, text));
    }
    Ok(app)
}

/// One scope, `.default`, of Graph.
fn scope(scope: &str, base: &str) -> Result<(), Refusal> {
    let mut scopes = scope.split_whitespace();
    let (Some(only), None) = (scopes.next(), scopes.next()) else {
        let text = format!(
            "The provided value for the input parameter 'scope' is not valid. The scope '{scope}' is not valid."
        );
        return Err(Refusal(StatusCode::BAD_REQUEST, "invalid_scope", 70011, text));
    };
    let Some(resource) = only.strip_suffix("/.default") else {
        let text = format!(
            "The provided value for scope {only} is not valid. Client credential flows must have a scope value with \
             /.default suffixed to the resource identifier (application ID URI)."
        );
        return Err(Refusal(StatusCode::BAD_REQUEST, "invalid_scope", 1002012, text));
    };
    let resource = resource.trim_end_matches('/');
    if ["https://graph.microsoft.com", GRAPH_APP_ID, base].contains(&resource) {
        return Ok(());
    }
    let text = format!(
        "The resource principal named {resource} was not found in the tenant. This can happen if the application has \
         not been installed by the administrator of the tenant or consented to by any user in the tenant."
    );
    Err(Refusal(StatusCode::BAD_REQUEST, "invalid_resource", 500011, text))
}

fn check_secret(app: &App, secret: Option<&str>, asserted: bool, now: Timestamp) -> Result<(), Refusal> {
    let invalid =
        |number: u32, text: String| Err(Refusal(StatusCode::UNAUTHORIZED, "invalid_client", number, text));
    let id = app.client_id();
    match secret {
        None if asserted => invalid(
            700027,
            "The certificate with identifier used to sign the client assertion is not registered on application."
                .to_owned(),
        ),
        None => invalid(
            7000218,
            "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.".to_owned(),
        ),
        Some(secret) if secret != app.secret => invalid(
            7000215,
            format!(
                "Invalid client secret provided. Ensure the secret being sent in the request is the client secret \
                 value, not the client secret ID, for a secret added to app '{id}'."
            ),
        ),
        Some(_) if app.secret_expires.is_some_and(|expires| expires <= now) => invalid(
            7000222,
            format!(
                "The provided client secret keys for app '{id}' are expired. Visit the Azure portal to create new \
                 keys for your app, or consider using certificate credentials for added security."
            ),
        ),
        Some(_) => Ok(()),
    }
}

fn dressed(Refusal(status, error, number, text): Refusal, request: &LoginRequest<'_>) -> (StatusCode, Value) {
    let at = request.now.strftime("%Y-%m-%d %H:%M:%SZ").to_string();
    let trace = request_id(request.seq);
    let sent = request.headers.get("client-request-id").and_then(|id| id.to_str().ok());
    let correlation = sent.unwrap_or(&trace);
    let description =
        format!("AADSTS{number}: {text} Trace ID: {trace} Correlation ID: {correlation} Timestamp: {at}");
    let body = json!({
        "error": error,
        "error_description": description,
        "error_codes": [number],
        "timestamp": at,
        "trace_id": trace,
        "correlation_id": correlation,
        "error_uri": format!("{}/error?code={number}", request.base),
    });
    (status, body)
}

fn form(body: &Bytes) -> Vec<(String, String)> {
    let text = String::from_utf8_lossy(body);
    let plain = |text: &str| decode(&text.replace('+', " "));
    let pair = |field: &str| {
        let (name, value) = field.split_once('=').unwrap_or((field, ""));
        (plain(name), plain(value))
    };
    text.split('&').map(pair).collect()
}

fn basic_credentials(headers: &HeaderMap) -> Option<(String, String)> {
    let encoded = headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Basic ")?;
    let decoded = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = decoded.split_once(':')?;
    Some((decode(id), decode(secret)))
}

fn configuration(tenant: &Tenant, base: &str) -> Value {
    let id = &tenant.id;
    json!({
        "token_endpoint": format!("{base}/{id}/oauth2/v2.0/token"),
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
        "jwks_uri": format!("{base}/{id}/discovery/v2.0/keys"),
        "response_types_supported": ["code", "id_token", "code id_token", "id_token token"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "issuer": format!("{base}/{id}/v2.0"),
        "authorization_endpoint": format!("{base}/{id}/oauth2/v2.0/authorize"),
        "cloud_instance_name": "microsoftonline.com",
        "msgraph_host": base.split_once("://").map_or(base, |(_, host)| host),
    })
}

fn instance(tenant: &Tenant, base: &str) -> Value {
    let host = base.split_once("://").map_or(base, |(_, host)| host);
    json!({
        "tenant_discovery_endpoint": format!("{base}/{}/v2.0/.well-known/openid-configuration", tenant.id),
        "api-version": "1.1",
        "metadata": [{ "preferred_network": host, "preferred_cache": host, "aliases": [host] }],
    })
}
