//! `/directoryObjects`: any object by its id, and many at once; and `/me`, which applications do not have.
//!
//! Source: microsoft-graph.md sections 4.4 (getByIds) and 14 (what clients call).

use serde_json::{Value, json};

use crate::azure_ad::errors::GraphError;
use crate::azure_ad::kernel::related;
use crate::azure_ad::kernel::request::{Outcome, Reply, Request};
use crate::azure_ad::kernel::route::{self, Route};
use crate::azure_ad::state::object::Object;
use crate::azure_ad::state::tenant::Tenant;

/// Most ids of one request.
const IDS_MAX: usize = 1000;

pub(crate) const ROUTES: &[Route] = &[
    route::get("/directoryObjects/{directoryObject-id}", |tenant, request| {
        let id = request.key(0);
        related::single(request, tenant.live_object(id).ok_or_else(|| GraphError::not_found(id))?)
    }),
    route::post("/directoryObjects/getByIds", get_by_ids),
    route::get("/me", me),
    route::get("/me/{relation}", me),
    route::patch("/me", me),
    route::post("/me/{action}", me),
];

/// The objects of the wanted types among the named ones; unknown ids are left out.
fn get_by_ids(tenant: &mut Tenant, request: &Request) -> Outcome {
    let body = request.object()?;
    let texts =
        |name: &str| -> Option<Vec<&str>> { body.get(name)?.as_array()?.iter().map(Value::as_str).collect() };
    let ids = texts("ids").filter(|ids| !ids.is_empty());
    let ids = ids.ok_or_else(|| GraphError::bad_request("A value is required for parameter 'ids'."))?;
    if ids.len() > IDS_MAX {
        return Err(GraphError::bad_request(format!("The number of ids exceeds the maximum of {IDS_MAX}.")));
    }
    let types = match body.get("types") {
        None | Some(Value::Null) => Vec::new(),
        Some(_) => texts("types").ok_or_else(|| {
            GraphError::bad_request("Cannot convert the value of parameter 'types' to a list of texts.")
        })?,
    };
    let wanted = |object: &&Object| {
        let is = |name: &&str| {
            name.eq_ignore_ascii_case(object.kind.short_name())
                || name.eq_ignore_ascii_case("directoryObject")
        };
        types.is_empty() || types.iter().any(is)
    };
    let found = ids.iter().filter_map(|id| tenant.live_object(id)).filter(wanted);
    let items: Vec<Value> = found.map(|object| Value::Object(related::typed(request, object))).collect();
    Ok(Reply::ok(json!({ "@odata.context": request.context("directoryObjects"), "value": items })))
}

fn me(_: &mut Tenant, _: &Request) -> Outcome {
    Err(GraphError::malformed("/me request is only valid with delegated authentication flow."))
}
