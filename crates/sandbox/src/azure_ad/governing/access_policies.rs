//! `/identity/conditionalAccess/policies`: list, get, change.
//!
//! Policies are kept and shown; no sign-in of the sandbox is held against them.
//!
//! Source: microsoft-graph.md section 6.5.

use serde_json::{Map, Value, json};

use crate::azure_ad::errors::GraphError;
use crate::azure_ad::governing::access_rules::POLICY;
use crate::azure_ad::kernel::entity;
use crate::azure_ad::kernel::form;
use crate::azure_ad::kernel::request::{Outcome, Reply, Request};
use crate::azure_ad::kernel::route::{self, Route};
use crate::azure_ad::model::schema::Kind;
use crate::azure_ad::state::tenant::{Tenant, seconds};

const KIND: Kind = Kind::ConditionalAccessPolicy;

pub(crate) const ROUTES: &[Route] = &[
    route::get("/identity/conditionalAccess/policies", |tenant, request| entity::list(tenant, request, KIND)),
    route::get("/identity/conditionalAccess/policies/{conditionalAccessPolicy-id}", |tenant, request| {
        entity::get(tenant, request, KIND)
    }),
    route::patch("/identity/conditionalAccess/policies/{conditionalAccessPolicy-id}", update),
];

fn update(tenant: &mut Tenant, request: &Request) -> Outcome {
    let body = request.object()?;
    let id = entity::found(tenant, request.key(0), KIND)?.id.clone();
    let sent = form::read(&body, POLICY).map_err(GraphError::malformed)?;
    let mut changed = Map::new();
    for (name, value) in sent.into_iter().filter(|(name, _)| name != "@odata.type") {
        let old = entity::found(tenant, &id, KIND)?.properties.get(&name).cloned().unwrap_or(Value::Null);
        changed.insert(name, form::merge(&old, value));
    }
    check(tenant, &changed)?;
    if !changed.is_empty() {
        changed.insert("modifiedDateTime".to_owned(), json!(seconds(request.now)));
        tenant.update_kind(request.now, (KIND, &id), changed);
    }
    Ok(Reply::NoContent)
}

/// Refuses a nameless policy, and one that names what is not there.
fn check(tenant: &Tenant, changed: &Map<String, Value>) -> Result<(), GraphError> {
    if changed.get("displayName").is_some_and(|name| name == "") {
        return Err(GraphError::malformed("The display name of a policy cannot be empty."));
    }
    let Some(conditions) = changed.get("conditions") else { return Ok(()) };
    let check = |part: &str, names: [&str; 2], known: &dyn Fn(&str) -> bool| {
        for name in names {
            let mut listed =
                conditions[part][name].as_array().into_iter().flatten().filter_map(Value::as_str);
            if let Some(id) = listed.find(|id| !known(id)) {
                return Err(GraphError::malformed(format!("Policy contains unknown ids in {name}: '{id}'.")));
            }
        }
        Ok(())
    };
    check("users", ["includeUsers", "excludeUsers"], &|id| {
        ["All", "None", "GuestsOrExternalUsers"].contains(&id) || tenant.find(Kind::User, id).is_some()
    })?;
    check("users", ["includeGroups", "excludeGroups"], &|id| tenant.group(id).is_some())?;
    check("users", ["includeRoles", "excludeRoles"], &|id| tenant.find(Kind::RoleDefinition, id).is_some())?;
    check("locations", ["includeLocations", "excludeLocations"], &|id| {
        ["All", "AllTrusted"].contains(&id) || tenant.find(Kind::NamedLocation, id).is_some()
    })
}
