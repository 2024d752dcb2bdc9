//! Audits that no change of the directory makes: injected ones, also of what failed.
//!
//! Source: microsoft-graph.md section 10.1.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::azure_ad::errors::GraphError;
use crate::azure_ad::logs::audit_names;
use crate::azure_ad::logs::audit_story::{Names, property, target};
use crate::azure_ad::logs::audits::{id, initiator};
use crate::azure_ad::logs::record_input::Body;
use crate::azure_ad::model::schema::Kind;
use crate::azure_ad::state::changes::Actor;
use crate::azure_ad::state::object::Object;
use crate::azure_ad::state::records::instant;
use crate::azure_ad::state::tenant::Tenant;
use crate::ids;

/// Number of the first injected record, beyond those of the change log.
const FIRST: usize = 90_000_000;

/// Adds an audit: `activity`, `by` (`{"user": …}` or `{"app": …}`), `targets` (names or whole ones), `modified`.
///
/// # Errors
/// What Graph does not have, and people, groups and applications that are not there.
pub(crate) fn inject(
    tenant: &mut Tenant,
    now: Timestamp,
    body: Map<String, Value>,
) -> Result<Value, GraphError> {
    let mut body = Body::new(body);
    let at = body.take_when(now)?;
    let name = body.take_text("activity")?;
    let name = name.or_else(|| body.peek("activityDisplayName").map(str::to_owned));
    let name = name.unwrap_or_else(|| "Update user".to_owned());
    let by = body.take("by").map(|by| named_actor(tenant, &by)).transpose()?.unwrap_or_default();
    let modified = match body.take("modified") {
        None => Vec::new(),
        Some(Value::Array(all)) => all.iter().map(modified).collect(),
        Some(_) => return Err(GraphError::bad_request("`modified` takes a list of objects.")),
    };
    let targets = match body.take("targets") {
        None => Vec::new(),
        Some(Value::Array(all)) => all,
        Some(one) => vec![one],
    };
    let names = Names::of(tenant);
    let targets = targets.iter().enumerate().map(|(place, given)| {
        let modified = if place == 0 { modified.clone() } else { Vec::new() };
        named_target(tenant, &names, given, modified)
    });
    let targets: Vec<Value> = targets.collect::<Result<_, _>>()?;
    let activity = audit_names::find(&name);
    let initiated_by = initiator(&names, &by, tenant);
    let number = tenant.records.number();
    let correlation = ids::guid("injected audit", &number.to_string());
    let template = json!({
        "activityDateTime": instant(at), "activityDisplayName": name, "additionalDetails": [],
        "category": activity.category, "correlationId": correlation, "initiatedBy": initiated_by,
        "loggedByService": activity.service, "operationType": activity.operation, "result": "success",
        "resultReason": "", "targetResources": targets,
    });
    let properties = body.over(Kind::DirectoryAudit, template)?;
    let number = FIRST + usize::try_from(number).unwrap_or(0);
    let audit = Object::new(Kind::DirectoryAudit, id(&correlation, number), properties);
    let shown = Value::Object(audit.view(None));
    tenant.directory.insert(audit);
    Ok(shown)
}

/// Who `{"user": …}` or `{"app": …}` names; a bare text is a person.
///
/// # Errors
/// 404 for somebody unknown.
pub(crate) fn named_actor(tenant: &Tenant, by: &Value) -> Result<Actor, GraphError> {
    let user = by.as_str().or_else(|| by["user"].as_str());
    if let Some(name) = user {
        let user = tenant.user(name).ok_or_else(|| GraphError::not_found(name))?;
        return Ok(Actor::User(user.id.clone()));
    }
    let Some(name) = by["app"].as_str() else {
        return Err(GraphError::bad_request("`by` takes `user` or `app`."));
    };
    let is_it = |own: &String| own.eq_ignore_ascii_case(name);
    let app = tenant
        .apps
        .all()
        .find(|app| [&app.client_id, &app.object_id, &app.key, &app.name].into_iter().any(is_it));
    app.map(|app| Actor::App(app.client_id.clone())).ok_or_else(|| GraphError::not_found(name))
}

/// A target by name or id, or as it was given.
fn named_target(
    tenant: &Tenant,
    names: &Names<'_>,
    given: &Value,
    modified: Vec<Value>,
) -> Result<Value, GraphError> {
    let Some(name) = given.as_str() else {
        let Some(given) = given.as_object() else {
            return Err(GraphError::bad_request("`targets` takes names and objects."));
        };
        let mut whole = target(names, Kind::User, "", modified);
        for part in ["id", "displayName", "type", "userPrincipalName", "groupType"] {
            whole[part] = given.get(part).cloned().unwrap_or(Value::Null);
        }
        if let Some(own) = given.get("modifiedProperties").filter(|own| own.is_array()) {
            whole["modifiedProperties"] = own.clone();
        }
        return Ok(whole);
    };
    let by_name =
        |object: &&Object| object.text("displayName").is_some_and(|own| own.eq_ignore_ascii_case(name));
    let found = tenant.user(name).or_else(|| tenant.object(name));
    let found = found.or_else(|| tenant.live(Kind::Group).find(by_name));
    let found = found.ok_or_else(|| GraphError::not_found(name))?;
    Ok(target(names, found.kind, &found.id, modified))
}

/// A modified property from `name`, `old` and `new`; the values are any JSON.
fn modified(given: &Value) -> Value {
    let name = given["name"].as_str().unwrap_or_default();
    let filled = |name: &str| given.get(name).filter(|value| !value.is_null()).cloned();
    property(name, filled("old"), filled("new"))
}
