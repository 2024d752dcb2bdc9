//! `/users/{id}/manager` and its `$ref`.
//!
//! Source: microsoft-graph.md section 6.1.

use serde_json::{Map, json};

use crate::azure_ad::errors::GraphError;
use crate::azure_ad::kernel::related;
use crate::azure_ad::kernel::request::{Outcome, Reply, Request};
use crate::azure_ad::kernel::route::{self, Route};
use crate::azure_ad::model::schema::Kind;
use crate::azure_ad::people::user_input::mastered_on_premises;
use crate::azure_ad::state::object::Object;
use crate::azure_ad::state::tenant::Tenant;

pub(crate) const ROUTES: &[Route] = &[
    route::get("/users/{user-id}/manager", get),
    route::get("/users/{user-id}/manager/$ref", get_ref),
    route::put("/users/{user-id}/manager/$ref", set),
    route::delete("/users/{user-id}/manager/$ref", remove),
    route::relation("/users/{user-id}/directReports", reports),
];

fn get(tenant: &mut Tenant, request: &Request) -> Outcome {
    request.options.check_select(&[Kind::User], &[])?;
    let manager = of_user(tenant, request.key(0))?;
    let mut body = Map::new();
    body.insert("@odata.context".to_owned(), json!(request.context_with_select("directoryObjects", true)));
    body.insert("@odata.type".to_owned(), json!(manager.kind.odata_type()));
    body.extend(manager.view(request.options.select.as_deref()));
    Ok(Reply::ok(body))
}

fn get_ref(tenant: &mut Tenant, request: &Request) -> Outcome {
    let manager = of_user(tenant, request.key(0))?;
    Ok(related::address(request, manager))
}

fn set(tenant: &mut Tenant, request: &Request) -> Outcome {
    let id = request.key(0);
    let target = request.reference()?;
    let user = tenant.user(id).ok_or_else(|| GraphError::not_found(id))?;
    if user.is_synced() {
        return Err(mastered_on_premises());
    }
    let user = user.id.clone();
    let manager = tenant.user(&target).ok_or_else(|| GraphError::not_found(&target))?.id.clone();
    tenant.set_manager(request.now, &user, Some(manager));
    Ok(Reply::NoContent)
}

fn remove(tenant: &mut Tenant, request: &Request) -> Outcome {
    let id = request.key(0);
    of_user(tenant, id)?;
    let user = tenant.user(id).ok_or_else(|| GraphError::not_found(id))?;
    if user.is_synced() {
        return Err(mastered_on_premises());
    }
    let user = user.id.clone();
    tenant.set_manager(request.now, &user, None);
    Ok(Reply::NoContent)
}

/// The users whose manager this one is.
fn reports(tenant: &mut Tenant, request: &Request) -> Outcome {
    let id = request.key(0);
    let manager = tenant.user(id).ok_or_else(|| GraphError::not_found(id))?;
    related::list(request, Kind::User, tenant.reports_of(&manager.id))
}

fn of_user<'a>(tenant: &'a Tenant, id: &str) -> Result<&'a Object, GraphError> {
    let user = tenant.user(id).ok_or_else(|| GraphError::not_found(id))?;
    tenant.manager(user).ok_or_else(|| GraphError::not_found("manager"))
}
