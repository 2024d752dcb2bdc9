//! Creating, changing and deleting groups.
//!
//! Source: microsoft-graph.md sections 6.1 (`uniqueName`), 6.3 and 6.8 (deleted items).

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use crate::azure_ad::errors::GraphError;
use crate::azure_ad::kernel::request::{Outcome, Reply, Request};
use crate::azure_ad::kernel::route::{self, Route};
use crate::azure_ad::members::group_input::{self, Input};
use crate::azure_ad::members::group_rules::{self, Holder};
use crate::azure_ad::members::groups::found;
use crate::azure_ad::model::schema::Kind;
use crate::azure_ad::people::unique_names;
use crate::azure_ad::state::object::Object;
use crate::azure_ad::state::tenant::{Tenant, seconds};

pub(crate) const ROUTES: &[Route] = &[
    route::post("/groups", |tenant, request| create(tenant, request, request.object()?)),
    route::patch("/groups/{group-id}", update),
    route::delete("/groups/{group-id}", delete),
];

fn create(tenant: &mut Tenant, request: &Request, body: Map<String, Value>) -> Outcome {
    let Input { mut properties, members, owners } = group_input::read(body, true)?;
    group_input::check_new(&properties)?;
    let is = |name: &str| properties.get(name).and_then(Value::as_bool).unwrap_or(false);
    let (unified, assignable) = (group_input::has_type(&properties, "Unified"), is("isAssignableToRole"));
    if assignable {
        group_rules::check_assignable(request)?;
    }
    check_unique_name(tenant, "", &properties)?;
    if group_input::has_type(&properties, "DynamicMembership") {
        if !members.is_empty() {
            return Err(GraphError::bad_request("Members of a dynamic group cannot be changed."));
        }
        properties.entry("membershipRuleProcessingState").or_insert_with(|| json!("On"));
    }
    let holder = Holder { id: "", unified, assignable };
    let members = resolved(&members, |id| group_rules::member(tenant, holder, id))?;
    let owners = resolved(&owners, |id| group_rules::owner(tenant, id))?;
    if unified {
        let nickname = properties.get("mailNickname").and_then(Value::as_str).unwrap_or_default().to_owned();
        unique_names::check_group_alias(tenant, "", &nickname)?;
        let mail = format!("{nickname}@{}", tenant.domain);
        unique_names::check_address(tenant, "", &mail)?;
        properties.insert("proxyAddresses".to_owned(), unique_names::with_main_address(None, &mail));
        properties.insert("mail".to_owned(), json!(mail));
        properties.entry("visibility").or_insert_with(|| json!("Public"));
    }
    properties.entry("groupTypes").or_insert_with(|| json!([]));
    for name in ["createdDateTime", "renewedDateTime"] {
        properties.insert(name.to_owned(), json!(seconds(request.now)));
    }
    let id = tenant.fresh_id("group");
    tenant.create(request.now, Object::new(Kind::Group, id.clone(), properties));
    for member in members {
        tenant.add_member(request.now, &id, &member);
    }
    for owner in owners {
        tenant.add_owner(request.now, &id, &owner);
    }
    let group = tenant.group(&id).ok_or_else(|| GraphError::not_found(&id))?;
    let mut body = Map::new();
    body.insert("@odata.context".to_owned(), json!(request.context("groups/$entity")));
    body.extend(group.view(None));
    Ok(Reply::Json(StatusCode::CREATED, Value::Object(body)))
}

fn update(tenant: &mut Tenant, request: &Request) -> Outcome {
    let body = request.object()?;
    let group = match found(tenant, request) {
        Ok(group) => group,
        Err(missing) => return create_if_missing(tenant, request, body).unwrap_or(Err(missing)),
    };
    group_rules::check_change(request, group)?;
    let Input { mut properties, members, owners } = group_input::read(body, false)?;
    check_kind(group, &mut properties)?;
    check_unique_name(tenant, &group.id, &properties)?;
    if let Some(nickname) = properties.get("mailNickname").and_then(Value::as_str)
        && group.is("mailEnabled")
    {
        unique_names::check_group_alias(tenant, &group.id, nickname)?;
    }
    if !members.is_empty() {
        group_rules::check_member_change(request, group)?;
    }
    // All or nothing: whatever is wrong with one of them refuses the request.
    let members = resolved(&members, |id| group_rules::member(tenant, Holder::of(group), id))?;
    let owners = resolved(&owners, |id| group_rules::owner(tenant, id))?;
    for (relation, added, own) in [("members", &members, &group.members), ("owners", &owners, &group.owners)]
    {
        if added.iter().any(|id| own.contains(id)) {
            return Err(group_rules::already(relation));
        }
    }
    let id = group.id.clone();
    tenant.update(request.now, &id, properties);
    for member in members {
        tenant.add_member(request.now, &id, &member);
    }
    for owner in owners {
        tenant.add_owner(request.now, &id, &owner);
    }
    Ok(Reply::NoContent)
}

/// Makes the group a unique name asks for, if the request wants that.
fn create_if_missing(
    tenant: &mut Tenant,
    request: &Request,
    mut body: Map<String, Value>,
) -> Option<Outcome> {
    let key = request.keys.first()?;
    if !request.create_if_missing || key.name.as_deref() != Some("uniquename") {
        return None;
    }
    body.insert("uniqueName".to_owned(), json!(key.value));
    Some(create(tenant, request, body))
}

/// Refuses a change that would make another kind of group than the directory can.
fn check_kind(group: &Object, properties: &mut Map<String, Value>) -> Result<(), GraphError> {
    let mut after = group.properties.clone();
    after.extend(properties.clone());
    let dynamic = group_input::has_type(&after, "DynamicMembership");
    if group_input::has_type(&after, "Unified") != group.is_group_type("Unified")
        || (dynamic && group.is("isAssignableToRole"))
    {
        return Err(group_input::unfit("groupTypes"));
    }
    if !group.is("mailEnabled") && after.get("securityEnabled") == Some(&json!(false)) {
        return Err(group_input::unfit("securityEnabled"));
    }
    // A group that stops being dynamic loses its rule.
    if !dynamic && group.is_group_type("DynamicMembership") && !properties.contains_key("membershipRule") {
        for name in ["membershipRule", "membershipRuleProcessingState"] {
            properties.insert(name.to_owned(), Value::Null);
        }
        return Ok(());
    }
    if dynamic && !group.is_group_type("DynamicMembership") {
        properties.entry("membershipRuleProcessingState").or_insert_with(|| json!("On"));
    }
    group_input::check_rule(&after)?;
    // A rule that was stored while paused is not looked at when it is switched on; it moves nobody.
    match properties.contains_key("membershipRule") {
        true => group_input::check_syntax(&after),
        false => Ok(()),
    }
}

fn check_unique_name(tenant: &Tenant, id: &str, properties: &Map<String, Value>) -> Result<(), GraphError> {
    let Some(name) = properties.get("uniqueName").and_then(Value::as_str) else { return Ok(()) };
    let mut others = tenant.live(Kind::Group).filter(|group| group.id != id);
    if others.any(|group| group.text("uniqueName") == Some(name)) {
        return Err(unique_names::taken("uniqueName"));
    }
    match tenant.group(id).and_then(|group| group.text("uniqueName")) {
        Some(own) if own != name => Err(group_input::unfit("uniqueName")),
        _ => Ok(()),
    }
}

/// Ids of the objects that references name, each once.
fn resolved<'a>(
    references: &[String],
    find: impl Fn(&str) -> Result<&'a Object, GraphError>,
) -> Result<Vec<String>, GraphError> {
    let mut ids: Vec<String> = Vec::new();
    for reference in references {
        let id = find(reference)?.id.clone();
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    Ok(ids)
}

fn delete(tenant: &mut Tenant, request: &Request) -> Outcome {
    let group = found(tenant, request)?;
    group_rules::check_change(request, group)?;
    let (id, restorable) = (group.id.clone(), group.is_group_type("Unified"));
    match restorable {
        true => tenant.delete(request.now, Kind::Group, &id),
        // Security groups have no way back.
        false => tenant.purge(request.now, Kind::Group, &id),
    }
    Ok(Reply::NoContent)
}
