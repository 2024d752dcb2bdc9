//! `/subscribedSkus`, and the licences of one user: `licenseDetails`, `assignLicense`.
//!
//! Source: microsoft-graph.md sections 2 (messages), 6.1 and 6.8.

use serde_json::{Map, Value, json};

use crate::azure_ad::errors::GraphError;
use crate::azure_ad::kernel::entity;
use crate::azure_ad::kernel::request::{Outcome, Reply, Request};
use crate::azure_ad::kernel::route::{self, Route};
use crate::azure_ad::licensing::licences::{self, State};
use crate::azure_ad::model::schema::Kind;
use crate::azure_ad::state::object::Object;
use crate::azure_ad::state::tenant::{Tenant, seconds};
use crate::ids;

pub(crate) const ROUTES: &[Route] = &[
    route::get("/subscribedSkus", list),
    route::get("/subscribedSkus/{subscribedSku-id}", get),
    route::get("/users/{user-id}/licenseDetails", details),
    route::post("/users/{user-id}/assignLicense", assign),
];

fn list(tenant: &mut Tenant, request: &Request) -> Outcome {
    let skus: Vec<Object> = tenant.live(Kind::SubscribedSku).map(|sku| counted(tenant, sku)).collect();
    entity::list_of(request, Kind::SubscribedSku, skus.iter().collect())
}

fn get(tenant: &mut Tenant, request: &Request) -> Outcome {
    request.options.check_select(&[Kind::SubscribedSku], &[])?;
    let sku = entity::found(tenant, request.key(0), Kind::SubscribedSku)?;
    Ok(Reply::ok(entity::shown(request, &counted(tenant, sku))))
}

/// A product with the number of its users.
fn counted(tenant: &Tenant, sku: &Object) -> Object {
    let mut sku = sku.clone();
    let consumed = licences::consumed(tenant, sku.text("skuId").unwrap_or_default());
    sku.properties.insert("consumedUnits".to_owned(), json!(consumed));
    sku
}

/// The products of a user with their services.
fn details(tenant: &mut Tenant, request: &Request) -> Outcome {
    let user = user(tenant, request)?;
    let detail = |licence: &Value| {
        let sku = licences::sku(tenant, licence.get("skuId")?.as_str()?)?;
        let disabled = licences::texts(licence.get("disabledPlans"));
        let plans = sku.properties.get("servicePlans").and_then(Value::as_array).cloned().unwrap_or_default();
        let plan = |mut plan: Value| {
            let id = plan.get("servicePlanId").and_then(Value::as_str).unwrap_or_default();
            if disabled.iter().any(|off| off == id) {
                plan["provisioningStatus"] = json!("Disabled");
            }
            plan
        };
        let sku_id = sku.text("skuId")?;
        let fields = [
            ("skuId", json!(sku_id)),
            ("skuPartNumber", json!(sku.text("skuPartNumber"))),
            ("servicePlans", plans.into_iter().map(plan).collect()),
        ];
        let properties = fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        let id = ids::guid("licence details", &format!("{}/{sku_id}", user.id));
        Some(Object::new(Kind::LicenseDetails, id, properties))
    };
    let held = user.properties.get("assignedLicenses").and_then(Value::as_array);
    let details: Vec<Object> = held.into_iter().flatten().filter_map(detail).collect();
    entity::list_of(request, Kind::LicenseDetails, details.iter().collect())
}

/// What a client wants changed.
pub(crate) struct Wanted {
    /// Products with the services to leave out.
    pub(crate) add: Vec<(String, Vec<String>)>,
    pub(crate) remove: Vec<String>,
}

fn assign(tenant: &mut Tenant, request: &Request) -> Outcome {
    let wanted = wanted(&request.object()?)?;
    let user = user(tenant, request)?;
    let id = user.id.clone();
    let states = changed(tenant, request, user, &wanted)?;
    licences::set_states(tenant, request.now, &id, &states);
    let user = tenant.user(&id).ok_or_else(|| GraphError::not_found(&id))?;
    let mut body = Map::new();
    body.insert("@odata.context".to_owned(), json!(request.context("users/$entity")));
    body.extend(user.view(None));
    Ok(Reply::ok(body))
}

/// Reads the body of an `assignLicense`.
///
/// # Errors
/// 400 for what is missing or no GUID, and for a product on both sides.
pub(crate) fn wanted(body: &Map<String, Value>) -> Result<Wanted, GraphError> {
    let list = |name: &str| {
        let found = body.iter().find(|(own, _)| own.eq_ignore_ascii_case(name));
        let list = found.and_then(|(_, value)| value.as_array()).cloned();
        list.ok_or_else(|| {
            GraphError::bad_request(format!(
                "One or more parameters of the operation 'assignLicense' are missing from the request payload. The \
                 missing parameters are: {name}."
            ))
        })
    };
    let guid = |value: Option<&Value>| {
        let id = value.and_then(Value::as_str).filter(|id| id.len() == 36);
        id.map(str::to_ascii_lowercase).ok_or_else(|| {
            GraphError::bad_request("Cannot convert a primitive value to the expected type 'Edm.Guid'.")
        })
    };
    let (add, remove) = (list("addLicenses")?, list("removeLicenses")?);
    let add = add
        .iter()
        .map(|licence| Ok((guid(licence.get("skuId"))?, licences::texts(licence.get("disabledPlans")))));
    let add = add.collect::<Result<Vec<_>, GraphError>>()?;
    let remove = remove.iter().map(|id| guid(Some(id))).collect::<Result<Vec<_>, GraphError>>()?;
    if add.iter().any(|(sku, _)| remove.contains(sku)) {
        return Err(GraphError::bad_request(
            "A license cannot be both added and removed in the same request.",
        ));
    }
    Ok(Wanted { add, remove })
}

/// The assignments of a user after a change.
///
/// # Errors
/// 400 for whatever of it cannot be; then nothing is changed.
fn changed(
    tenant: &Tenant,
    request: &Request,
    user: &Object,
    wanted: &Wanted,
) -> Result<Vec<State>, GraphError> {
    let mut states = licences::states(user);
    for sku in &wanted.remove {
        let direct = states.iter().position(|state| state.sku == *sku && state.group.is_none());
        match direct {
            Some(place) => {
                states.remove(place);
            }
            None if states.iter().any(|state| state.sku == *sku) => {
                return Err(GraphError::bad_request(
                    "User license is inherited from a group membership and it cannot be removed directly from the \
                     user.",
                ));
            }
            None => return Err(GraphError::bad_request("User does not have a corresponding license.")),
        }
    }
    for (sku_id, disabled) in &wanted.add {
        let sku = product(tenant, sku_id, disabled)?;
        if user.text("usageLocation").is_none() {
            return Err(GraphError::bad_request(
                "License assignment cannot be done for user with invalid usage location.",
            ));
        }
        if !licences::skus_of(user).any(|own| own == sku_id) && !licences::has_seat(tenant, sku) {
            let message = format!("Subscription with SKU {sku_id} does not have any available licenses.");
            let refused = GraphError::bad_request(message.clone());
            return Err(refused.with_detail("CountViolation", "addLicenses", &message));
        }
        states.retain(|state| state.sku != *sku_id || state.group.is_some());
        states.push(State {
            sku: sku_id.clone(),
            group: None,
            disabled: disabled.clone(),
            error: None,
            since: seconds(request.now),
        });
    }
    Ok(states)
}

/// The product with this GUID, which has the services that are to be left out.
///
/// # Errors
/// 400.
pub(crate) fn product<'a>(
    tenant: &'a Tenant,
    sku_id: &str,
    disabled: &[String],
) -> Result<&'a Object, GraphError> {
    let Some(sku) = licences::sku(tenant, sku_id) else {
        return Err(GraphError::bad_request(format!(
            "License {sku_id} does not correspond to a valid company License."
        )));
    };
    let known = |plan: &&String| {
        licences::plans_of(sku).any(|own| own.get("servicePlanId").and_then(Value::as_str) == Some(plan))
    };
    match disabled.iter().find(|plan| !known(plan)) {
        None => Ok(sku),
        Some(plan) => Err(GraphError::bad_request(format!(
            "The service plan {plan} does not belong to the license {sku_id}."
        ))),
    }
}

fn user<'a>(tenant: &'a Tenant, request: &Request) -> Result<&'a Object, GraphError> {
    tenant.user(request.key(0)).ok_or_else(|| GraphError::not_found(request.key(0)))
}
