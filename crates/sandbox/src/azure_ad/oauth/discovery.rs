//! The documents by which clients find the authority's endpoints and keys.
//!
//! Source: microsoft-graph.md sections 1.3 and 14.

use serde_json::{Value, json};

use crate::azure_ad::oauth::refusal::Refusal;
use crate::azure_ad::oauth::request::LoginRequest;
use crate::azure_ad::state::tenant::Tenant;
use crate::azure_ad::tokens::signing;
use crate::azure_ad::tokens::token::issuer;

/// Names that stand for every tenant.
pub(crate) const SHARED: [&str; 3] = ["common", "organizations", "consumers"];

/// The public host of the authority.
const PUBLIC_HOST: &str = "login.microsoftonline.com";

/// Lets the tenant's own names pass.
///
/// # Errors
/// 90002 for any other name.
pub(crate) fn known_tenant(tenant: &Tenant, name: &str) -> Result<(), Refusal> {
    if name.eq_ignore_ascii_case(&tenant.id) || name.eq_ignore_ascii_case(&tenant.domain) {
        return Ok(());
    }
    let text = format!(
        "Tenant '{name}' not found. Check to make sure you have the correct tenant ID and are signing into the \
         correct cloud. Check with your subscription administrator, this may happen if there are no active \
         subscriptions for the tenant."
    );
    Err(Refusal::request(90002, text))
}

/// The configuration under `/v2.0/.well-known/openid-configuration`.
///
/// # Errors
/// 90002 for an unknown tenant.
pub(crate) fn configuration(tenant: &Tenant, name: &str, base: &str) -> Result<Value, Refusal> {
    let (id, issuing) = named(tenant, name)?;
    let mut document = common(base);
    document["issuer"] = json!(format!("{base}/{issuing}/v2.0"));
    document["token_endpoint"] = json!(format!("{base}/{id}/oauth2/v2.0/token"));
    document["authorization_endpoint"] = json!(format!("{base}/{id}/oauth2/v2.0/authorize"));
    document["device_authorization_endpoint"] = json!(format!("{base}/{id}/oauth2/v2.0/devicecode"));
    document["end_session_endpoint"] = json!(format!("{base}/{id}/oauth2/v2.0/logout"));
    document["jwks_uri"] = json!(format!("{base}/{id}/discovery/v2.0/keys"));
    Ok(document)
}

/// The older configuration under `/.well-known/openid-configuration`.
///
/// # Errors
/// 90002 for an unknown tenant.
pub(crate) fn configuration_v1(tenant: &Tenant, name: &str, base: &str) -> Result<Value, Refusal> {
    let (id, issuing) = named(tenant, name)?;
    let mut document = common(base);
    document["issuer"] = json!(issuer(issuing));
    document["token_endpoint"] = json!(format!("{base}/{id}/oauth2/token"));
    document["authorization_endpoint"] = json!(format!("{base}/{id}/oauth2/authorize"));
    document["end_session_endpoint"] = json!(format!("{base}/{id}/oauth2/logout"));
    document["jwks_uri"] = json!(format!("{base}/common/discovery/keys"));
    Ok(document)
}

/// The keys that access tokens are signed with.
///
/// # Errors
/// 90002 for an unknown tenant.
pub(crate) fn keys(tenant: &Tenant, name: &str, base: &str) -> Result<Value, Refusal> {
    let (_, issuing) = named(tenant, name)?;
    let mut key = signing::json_web_key();
    key["issuer"] = json!(format!("{base}/{issuing}/v2.0"));
    Ok(json!({ "keys": [key] }))
}

/// Which host speaks for the authority.
///
/// # Errors
/// 50049 for an endpoint that is not here.
pub(crate) fn instance(tenant: &Tenant, request: &LoginRequest<'_>) -> Result<Value, Refusal> {
    let host =
        |url: &str| url.split_once("://").map_or(url, |(_, rest)| rest).split('/').next().map(str::to_owned);
    let own = host(request.base).unwrap_or_default();
    let query = request.query();
    let asked = query.get("authorization_endpoint");
    let known = |asked: &str| host(asked).is_some_and(|host| host == own || host == PUBLIC_HOST);
    if asked.is_some_and(|asked| !known(asked)) {
        return Err(Refusal::bad("invalid_instance", 50049, "Unknown or invalid instance."));
    }
    Ok(json!({
        "tenant_discovery_endpoint":
            format!("{}/{}/v2.0/.well-known/openid-configuration", request.base, tenant.id),
        "api-version": "1.1",
        "metadata": [{ "preferred_network": own, "preferred_cache": own, "aliases": [own] }],
    }))
}

/// The name that endpoints carry and the one that issuers carry.
fn named<'a>(tenant: &'a Tenant, name: &'a str) -> Result<(&'a str, &'a str), Refusal> {
    if SHARED.contains(&name) {
        return Ok((name, "{tenantid}"));
    }
    known_tenant(tenant, name)?;
    Ok((&tenant.id, &tenant.id))
}

fn common(base: &str) -> Value {
    json!({
        "token_endpoint": null,
        "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt", "client_secret_basic"],
        "jwks_uri": null,
        "response_modes_supported": ["query", "fragment", "form_post"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "response_types_supported": ["code", "id_token", "code id_token", "id_token token"],
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "issuer": null,
        "request_uri_parameter_supported": false,
        "userinfo_endpoint": format!("{base}/oidc/userinfo"),
        "authorization_endpoint": null,
        "http_logout_supported": true,
        "frontchannel_logout_supported": true,
        "claims_supported": [
            "sub", "iss", "cloud_instance_name", "cloud_instance_host_name", "cloud_graph_host_name", "msgraph_host",
            "aud", "exp", "iat", "auth_time", "acr", "nonce", "preferred_username", "name", "tid", "ver", "at_hash",
            "c_hash", "email",
        ],
        "tenant_region_scope": "EU",
        "cloud_instance_name": "microsoftonline.com",
        "msgraph_host": base.split_once("://").map_or(base, |(_, host)| host),
    })
}
