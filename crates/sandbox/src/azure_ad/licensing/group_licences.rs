//! Licences of groups, which their direct members inherit: `POST /groups/{id}/assignLicense`.
//!
//! Whether there are seats shows at the members, in their `licenseAssignmentStates`, and at the group, in
//! `hasMembersWithLicenseErrors`; the request itself does not ask.
//!
//! Source: microsoft-graph.md section 6.3 (licences of groups).

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use crate::azure_ad::errors::GraphError;
use crate::azure_ad::kernel::request::{Outcome, Reply, Request};
use crate::azure_ad::kernel::route::{self, Route};
use crate::azure_ad::licensing::licence_routes::{Wanted, product, wanted};
use crate::azure_ad::state::object::Object;
use crate::azure_ad::state::tenant::Tenant;

pub(crate) const ROUTES: &[Route] = &[route::post("/groups/{group-id}/assignLicense", assign)];

fn assign(tenant: &mut Tenant, request: &Request) -> Outcome {
    let wanted = wanted(&request.object()?)?;
    let group = tenant.group(request.key(0)).ok_or_else(|| GraphError::not_found(request.key(0)))?;
    let id = group.id.clone();
    let licences = changed(tenant, group, &wanted)?;
    // Passing them on is done before the next request, so nothing is seen of it being under way.
    let properties = [
        ("assignedLicenses", Value::Array(licences)),
        ("licenseProcessingState", json!({ "state": "ProcessingComplete" })),
    ];
    let properties = properties.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    tenant.update(request.now, &id, properties);
    let group = tenant.group(&id).ok_or_else(|| GraphError::not_found(&id))?;
    let mut body = Map::new();
    body.insert("@odata.context".to_owned(), json!(request.context("groups/$entity")));
    body.extend(group.view(None));
    let location = format!("{}/v1.0/directoryObjects/{id}/Microsoft.DirectoryServices.Group", request.base);
    Ok(Reply::JsonWith(StatusCode::ACCEPTED, Value::Object(body), vec![("location", location)]))
}

/// The licences of a group after a change.
fn changed(tenant: &Tenant, group: &Object, wanted: &Wanted) -> Result<Vec<Value>, GraphError> {
    let own = group.properties.get("assignedLicenses").and_then(Value::as_array);
    let mut licences: Vec<Value> = own.cloned().unwrap_or_default();
    let is = |licence: &Value, sku_id: &str| {
        licence.get("skuId").and_then(Value::as_str).is_some_and(|own| own.eq_ignore_ascii_case(sku_id))
    };
    for sku_id in &wanted.remove {
        if !licences.iter().any(|licence| is(licence, sku_id)) {
            return Err(GraphError::bad_request("Group does not have a corresponding license."));
        }
        licences.retain(|licence| !is(licence, sku_id));
    }
    for (sku_id, disabled) in &wanted.add {
        product(tenant, sku_id, disabled)?;
        licences.retain(|licence| !is(licence, sku_id));
        licences.push(json!({ "skuId": sku_id, "disabledPlans": disabled }));
    }
    Ok(licences)
}
