//! Lists and single reads of any kind, as the description alone shapes them.

use serde_json::{Map, json};

use crate::azure_ad::errors::GraphError;
use crate::azure_ad::kernel::collection::{self, Listing};
use crate::azure_ad::kernel::expansion;
use crate::azure_ad::kernel::request::{Outcome, Reply, Request};
use crate::azure_ad::model::schema::Kind;
use crate::azure_ad::state::object::Object;
use crate::azure_ad::state::tenant::Tenant;

/// Every live object of a kind, filtered and in pages.
pub(crate) fn list(tenant: &Tenant, request: &Request, kind: Kind) -> Outcome {
    request.options.check_select(&[kind], &[])?;
    let expand = expansion::read(request, kind)?;
    let select = request.options.select.as_deref();
    let objects = tenant.live(kind).collect();
    let listing = Listing { objects, kind, context: kind.collection(), relation: false };
    collection::answer(request, listing, |object| expansion::show(tenant, object, select, expand.as_ref()))
}

/// The same of objects somebody else chose.
pub(crate) fn list_of(request: &Request, kind: Kind, objects: Vec<&Object>) -> Outcome {
    request.options.check_select(&[kind], &[])?;
    let listing = Listing { objects, kind, context: kind.collection(), relation: false };
    collection::answer(request, listing, |object| object.view(request.options.select.as_deref()))
}

/// The object the first key of the path names.
pub(crate) fn get(tenant: &Tenant, request: &Request, kind: Kind) -> Outcome {
    request.options.check_select(&[kind], &[])?;
    let expand = expansion::read_single(request, kind)?;
    let object = found(tenant, request.key(0), kind)?;
    let mut body = shown(request, object);
    body.extend(expansion::show(tenant, object, request.options.select.as_deref(), expand.as_ref()));
    Ok(Reply::ok(body))
}

/// A live object of a kind.
///
/// # Errors
/// 404.
pub(crate) fn found<'a>(tenant: &'a Tenant, id: &str, kind: Kind) -> Result<&'a Object, GraphError> {
    tenant.find(kind, id).ok_or_else(|| GraphError::not_found(id))
}

/// A single object as an answer of its own, with its context.
pub(crate) fn shown(request: &Request, object: &Object) -> Map<String, serde_json::Value> {
    let mut body = Map::new();
    let context = request.context_with_select(object.kind.collection(), true);
    body.insert("@odata.context".to_owned(), json!(context));
    body.extend(object.view(request.options.select.as_deref()));
    body
}
