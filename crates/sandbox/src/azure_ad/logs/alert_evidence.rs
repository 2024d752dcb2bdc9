//! The evidence of an alert: users, addresses, devices and other things it is about.
//!
//! Short forms (`{"user": "a.berg@contoso.test"}`, `{"ip": "203.0.113.9"}`, …) are filled up; whole ones, with
//! `@odata.type`, are taken with what they lack added.
//!
//! Source: microsoft-graph.md section 10.4; shapes from the description.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::azure_ad::errors::GraphError;
use crate::azure_ad::logs::record_input::fields;
use crate::azure_ad::state::records::instant;
use crate::azure_ad::state::tenant::Tenant;
use crate::ids;

const VERDICTS: &[&str] = &["unknown", "suspicious", "malicious", "noThreatsFound", "unknownFutureValue"];

const REMEDIATION: &[&str] = &[
    "none",
    "remediated",
    "prevented",
    "blocked",
    "notFound",
    "unknownFutureValue",
    "active",
    "pendingApproval",
    "declined",
    "unremediated",
    "running",
    "partiallyRemediated",
];

const ROLES: &[&str] = &[
    "unknown",
    "contextual",
    "scanned",
    "source",
    "destination",
    "created",
    "added",
    "compromised",
    "edited",
    "attacked",
    "attacker",
    "commandAndControl",
    "loaded",
    "suspicious",
    "policyViolator",
    "unknownFutureValue",
];

/// The types of evidence there are, without `#microsoft.graph.security.` and `Evidence`.
const TYPES: &[&str] = &[
    "analyzedMessage",
    "cloudApplication",
    "cloudLogonRequest",
    "cloudLogonSession",
    "device",
    "file",
    "ip",
    "mailbox",
    "oauthApplication",
    "process",
    "securityGroup",
    "url",
    "user",
];

/// One piece of evidence as an answer shows it.
///
/// # Errors
/// 400 for a type or value Graph does not have, 404 for somebody unknown.
pub(crate) fn read(tenant: &Tenant, at: Timestamp, given: &Value) -> Result<Value, GraphError> {
    let Some(given) = given.as_object() else {
        return Err(GraphError::bad_request("`evidence` takes a list of objects."));
    };
    let mut given = given.clone();
    let (kind, mut own) = own(tenant, &mut given)?;
    let common = json!({
        "createdDateTime": instant(at), "verdict": "suspicious", "remediationStatus": "none",
        "remediationStatusDetails": null, "roles": [], "detailedRoles": [], "tags": [],
    });
    let mut evidence = fields(json!({ "@odata.type": format!("#microsoft.graph.security.{kind}Evidence") }));
    evidence.extend(fields(common));
    evidence.append(&mut own);
    evidence.extend(given);
    check(&evidence)?;
    Ok(Value::Object(evidence))
}

/// The type of a piece of evidence and what only that type has.
fn own(tenant: &Tenant, given: &mut Map<String, Value>) -> Result<(String, Map<String, Value>), GraphError> {
    let mut text = |name: &str| given.remove(name).and_then(|value| value.as_str().map(str::to_owned));
    if let Some(name) = text("user") {
        return Ok((
            "user".to_owned(),
            fields(json!({ "userAccount": account(tenant, &name)?, "stream": null })),
        ));
    }
    if let Some(address) = text("ip") {
        let ip = json!({ "ipAddress": address, "countryLetterCode": null, "location": null, "stream": null });
        return Ok(("ip".to_owned(), fields(ip)));
    }
    if let Some(name) = text("device") {
        return Ok(("device".to_owned(), fields(device(tenant, &name))));
    }
    if let Some(name) = text("mailbox") {
        let account = account(tenant, &name)?;
        let (display, address) = (account["displayName"].clone(), account["userPrincipalName"].clone());
        let mailbox = json!({ "displayName": display, "primaryAddress": address, "upn": address, "userAccount": account });
        return Ok(("mailbox".to_owned(), fields(mailbox)));
    }
    if let Some(url) = text("url").filter(|_| !given.contains_key("@odata.type")) {
        return Ok(("url".to_owned(), fields(json!({ "url": url }))));
    }
    let named = given.remove("@odata.type");
    let named = named.as_ref().and_then(Value::as_str).unwrap_or_default();
    let bare = named.trim_start_matches('#').trim_start_matches("microsoft.graph.security.");
    let known = bare.strip_suffix("Evidence").filter(|kind| TYPES.contains(kind));
    let unknown = || GraphError::bad_request(format!("`{named}` is no type of evidence."));
    Ok((known.ok_or_else(unknown)?.to_owned(), Map::new()))
}

/// The account of a person, by object id or user principal name.
fn account(tenant: &Tenant, name: &str) -> Result<Value, GraphError> {
    let user = tenant.user(name).ok_or_else(|| GraphError::not_found(name))?;
    let upn = user.text("userPrincipalName").unwrap_or_default();
    let (account, domain) = upn.split_once('@').unwrap_or((upn, ""));
    Ok(json!({
        "accountName": account, "domainName": domain, "userSid": null, "azureAdUserId": user.id,
        "userPrincipalName": upn, "displayName": user.text("displayName"), "activeDirectoryObjectGuid": null,
        "tenantId": tenant.id, "resourceAccessEvents": [],
    }))
}

fn device(tenant: &Tenant, name: &str) -> Value {
    let host = name.split('.').next().unwrap_or(name);
    json!({
        "deviceDnsName": format!("{host}.{}", tenant.domain), "hostName": host, "dnsDomain": tenant.domain,
        "ntDomain": null, "azureAdDeviceId": ids::guid("device evidence", name),
        "mdeDeviceId": format!("{}{}", ids::hex32("mde", name), ids::hex32("device", name).get(..8).unwrap_or_default()),
        "firstSeenDateTime": null, "osPlatform": "Windows11", "osBuild": 22631, "version": "23H2",
        "healthStatus": "active", "riskScore": "medium", "onboardingStatus": "onboarded",
        "defenderAvStatus": "updated", "rbacGroupId": 0, "rbacGroupName": null, "ipInterfaces": [],
        "lastIpAddress": null, "lastExternalIpAddress": null, "loggedOnUsers": [], "resourceAccessEvents": [],
        "vmMetadata": null,
    })
}

fn check(evidence: &Map<String, Value>) -> Result<(), GraphError> {
    let is_one =
        |name: &str, known: &[&str]| evidence[name].as_str().is_some_and(|value| known.contains(&value));
    let texts = |name: &str| evidence[name].as_array().is_some_and(|all| all.iter().all(Value::is_string));
    let roles = evidence["roles"].as_array().is_some_and(|roles| {
        roles.iter().all(|role| role.as_str().is_some_and(|role| ROLES.contains(&role)))
    });
    let checks = [
        ("verdict", is_one("verdict", VERDICTS)),
        ("remediationStatus", is_one("remediationStatus", REMEDIATION)),
        ("roles", roles),
        ("tags", texts("tags")),
        ("detailedRoles", texts("detailedRoles")),
    ];
    match checks.iter().find(|(_, fits)| !fits) {
        Some((name, _)) => {
            Err(GraphError::bad_request(format!("`{name}` of evidence does not take that value.")))
        }
        None => Ok(()),
    }
}
