//! `/security/alerts_v2`: list, get, update, comment.
//!
//! Source: microsoft-graph.md sections 6.7 and 10.4.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::azure_ad::errors::GraphError;
use crate::azure_ad::kernel::entity;
use crate::azure_ad::kernel::expansion;
use crate::azure_ad::kernel::request::{Outcome, Reply, Request};
use crate::azure_ad::kernel::route::{self, Route};
use crate::azure_ad::logs::alert_evidence;
use crate::azure_ad::logs::record_input::{Body, members};
use crate::azure_ad::model::schema::Kind;
use crate::azure_ad::state::object::Object;
use crate::azure_ad::state::records::instant;
use crate::azure_ad::state::tenant::Tenant;
use crate::ids;

pub(crate) const ROUTES: &[Route] = &[
    route::get("/security/alerts_v2", list),
    route::get("/security/alerts_v2/{alert-id}", get),
    route::patch("/security/alerts_v2/{alert-id}", update),
    route::post("/security/alerts_v2/{alert-id}/comments", comment),
];

/// Most characters of a comment. The reference names no figure.
const COMMENT_MAX: usize = 1000;

/// What may be written. Source: microsoft-graph.md section 6.7.
const WRITABLE: [&str; 4] = ["status", "classification", "determination", "assignedTo"];

fn list(tenant: &mut Tenant, request: &Request) -> Outcome {
    expansion::read(request, Kind::Alert)?;
    let dated = tenant.live(Kind::Alert).rev().filter_map(|alert| Some((created(alert)?, alert)));
    let mut dated: Vec<(Timestamp, &Object)> = dated.filter(|(at, _)| *at <= request.now).collect();
    dated.sort_by(|(left, _), (right, _)| right.cmp(left));
    entity::list_of(request, Kind::Alert, dated.into_iter().map(|(_, alert)| alert).collect())
}

fn get(tenant: &mut Tenant, request: &Request) -> Outcome {
    request.options.check_select(&[Kind::Alert], &[])?;
    expansion::read_single(request, Kind::Alert)?;
    Ok(Reply::ok(entity::shown(request, found(tenant, request)?)))
}

fn created(alert: &Object) -> Option<Timestamp> {
    alert.text("createdDateTime")?.parse().ok()
}

/// The alert of the path, if its time has come.
fn found<'a>(tenant: &'a Tenant, request: &Request) -> Result<&'a Object, GraphError> {
    let alert = entity::found(tenant, request.key(0), Kind::Alert)?;
    let there = created(alert).is_none_or(|at| at <= request.now);
    if there { Ok(alert) } else { Err(GraphError::not_found(&alert.id)) }
}

fn update(tenant: &mut Tenant, request: &Request) -> Outcome {
    let id = found(tenant, request)?.id.clone();
    let mut changes = Vec::new();
    for (name, value) in request.object()? {
        if name.starts_with('@') {
            continue;
        }
        changes.push((writable(&name)?, value));
    }
    for (name, value) in &changes {
        check(name, value)?;
    }
    let now = instant(request.now);
    for (name, value) in changes {
        if name == "status" {
            let resolved = if value == "resolved" { json!(now) } else { Value::Null };
            tenant.directory.set(Kind::Alert, &id, "resolvedDateTime", resolved);
        }
        tenant.directory.set(Kind::Alert, &id, name, value);
        tenant.directory.set(Kind::Alert, &id, "lastUpdateDateTime", json!(now));
    }
    Ok(Reply::ok(entity::shown(request, entity::found(tenant, &id, Kind::Alert)?)))
}

/// The name of a property that may be written.
fn writable(name: &str) -> Result<&'static str, GraphError> {
    let known = WRITABLE.into_iter().find(|known| known.eq_ignore_ascii_case(name));
    known.ok_or_else(|| match Kind::Alert.property(name) {
        Some(_) => {
            GraphError::malformed(format!("The property '{name}' is read-only and cannot be updated."))
        }
        None => GraphError::malformed(format!(
            "The property '{name}' does not exist on type 'microsoft.graph.security.alert'."
        )),
    })
}

fn check(name: &str, value: &Value) -> Result<(), GraphError> {
    let one_of = |known: &[&str]| value.as_str().is_some_and(|value| known.contains(&value));
    let fits = match name {
        "status" => one_of(&["new", "inProgress", "resolved"]),
        "classification" | "determination" => value.is_null() || is_member(name, value),
        _ => value.is_null() || value.is_string(),
    };
    if fits {
        Ok(())
    } else {
        Err(GraphError::malformed(format!("Invalid value {value} for property '{name}'.")))
    }
}

/// Whether a value is a member of the property's enumeration, but the one that stands for those of the future.
fn is_member(name: &str, value: &Value) -> bool {
    let known = members(Kind::Alert, name).unwrap_or_default();
    value.as_str().is_some_and(|value| known.contains(&value) && value != "unknownFutureValue")
}

/// Adds a comment and answers with all of them.
fn comment(tenant: &mut Tenant, request: &Request) -> Outcome {
    let alert = found(tenant, request)?;
    let id = alert.id.clone();
    let mut comments =
        alert.properties.get("comments").and_then(Value::as_array).cloned().unwrap_or_default();
    let body = request.object()?;
    let text = body.get("comment").and_then(Value::as_str).filter(|text| !text.trim().is_empty());
    let text = text.ok_or_else(|| GraphError::malformed("The property 'comment' is required."))?;
    if text.chars().count() > COMMENT_MAX {
        let message = format!("The comment must not be longer than {COMMENT_MAX} characters.");
        return Err(GraphError::malformed(message));
    }
    let now = instant(request.now);
    let author = tenant.apps.by_client_id(&request.roles.app).map(|app| app.name.clone());
    comments.push(json!({
        "@odata.type": "#microsoft.graph.security.alertComment", "comment": text, "createdByDisplayName": author,
        "createdDateTime": now,
    }));
    tenant.directory.set(Kind::Alert, &id, "comments", Value::Array(comments.clone()));
    tenant.directory.set(Kind::Alert, &id, "lastUpdateDateTime", json!(now));
    Ok(Reply::ok(json!({
        "@odata.context": request.context(&format!("security/alerts_v2('{id}')/comments")),
        "value": comments,
    })))
}

/// Adds an alert.
///
/// # Errors
/// What Graph does not have, and people who are not there.
pub(crate) fn inject(
    tenant: &mut Tenant,
    now: Timestamp,
    body: Map<String, Value>,
) -> Result<Value, GraphError> {
    let mut body = Body::new(body);
    let at = body.take_when(now)?;
    let mut given = match body.take("evidence") {
        None => Vec::new(),
        Some(Value::Array(all)) => all,
        Some(_) => return Err(GraphError::bad_request("`evidence` takes a list of objects.")),
    };
    // A user alone is what most alerts are about.
    if let Some(user) = body.take_user(tenant)? {
        given.insert(0, json!({ "user": user.id }));
    }
    let evidence = given.iter().map(|one| alert_evidence::read(tenant, at, one));
    let evidence: Vec<Value> = evidence.collect::<Result<_, _>>()?;
    let number = tenant.records.number();
    let digits =
        u64::from_str_radix(ids::hex32("alert", &number.to_string()).get(..12).unwrap_or_default(), 16);
    let id = format!("da{:015}_{number}", digits.unwrap_or_default());
    let mut alert = body.over(Kind::Alert, template(tenant, &id, number, at))?;
    if alert.get("status") == Some(&json!("resolved")) {
        let resolved = alert.get("resolvedDateTime").cloned().filter(|at| !at.is_null());
        alert.insert("resolvedDateTime".to_owned(), resolved.unwrap_or_else(|| json!(instant(at))));
    }
    alert.insert("evidence".to_owned(), Value::Array(evidence));
    let alert = Object::new(Kind::Alert, id, alert);
    let shown = Value::Object(alert.view(None));
    tenant.directory.insert(alert);
    Ok(shown)
}

/// All properties of an alert.
fn template(tenant: &Tenant, id: &str, number: u64, at: Timestamp) -> Value {
    let (time, incident) = (instant(at), number.to_string());
    json!({
        "actorDisplayName": null, "additionalData": null, "alertPolicyId": null,
        "alertWebUrl": format!("https://security.microsoft.com/alerts/{id}?tid={}", tenant.id),
        "assignedTo": null, "categories": ["InitialAccess"], "category": "InitialAccess", "classification": null,
        "comments": [], "createdDateTime": time, "customDetails": null,
        "description": "A sign-in looked like somebody else.", "detectionSource": "azureAdIdentityProtection",
        "detectorId": "UnfamiliarLocation", "determination": null, "evidence": [], "firstActivityDateTime": time,
        "incidentId": incident,
        "incidentWebUrl": format!("https://security.microsoft.com/incidents/{incident}?tid={}", tenant.id),
        "investigationState": null, "lastActivityDateTime": time, "lastUpdateDateTime": time,
        "mitreTechniques": ["T1078.004"], "productName": "Microsoft Entra ID Protection",
        "providerAlertId": ids::hex32("provider alert", &incident), "recommendedActions": null,
        "resolvedDateTime": null, "serviceSource": "azureAdIdentityProtection", "severity": "medium",
        "status": "new", "systemTags": [], "tenantId": tenant.id, "threatDisplayName": null,
        "threatFamilyName": null, "title": "Unfamiliar sign-in properties",
    })
}
