//! Lists of objects of several kinds, each with its type: members, owners, reports, devices.
//!
//! Source: microsoft-graph.md section 3 (polymorphic collections).

use serde_json::{Map, Value, json};

use crate::azure_ad::errors::GraphError;
use crate::azure_ad::kernel::collection::{self, Listing};
use crate::azure_ad::kernel::request::{Outcome, Reply, Request};
use crate::azure_ad::model::schema::{DIRECTORY, Kind};
use crate::azure_ad::state::object::Object;

/// A list in pages: of all kinds, or of one a cast asked for.
pub(crate) fn list(request: &Request, objects: Vec<&Object>, cast: Option<Kind>) -> Outcome {
    check_select(request, cast)?;
    let listing = listing(objects, cast);
    collection::answer(request, listing, |object| object.view(request.options.select.as_deref()))
}

/// How many there are, as text.
pub(crate) fn count(request: &Request, objects: Vec<&Object>, cast: Option<Kind>) -> Outcome {
    collection::count(request, listing(objects, cast))
}

/// A list the service gives on one page, whatever its length.
pub(crate) fn unpaged(request: &Request, objects: &[&Object]) -> Outcome {
    check_select(request, None)?;
    let items: Vec<Value> = objects.iter().map(|object| Value::Object(typed(request, object))).collect();
    let context = request.context_with_select("directoryObjects", false);
    Ok(Reply::ok(json!({ "@odata.context": context, "value": items })))
}

/// One object as an answer of its own, with its type.
pub(crate) fn single(request: &Request, object: &Object) -> Outcome {
    check_select(request, Some(object.kind))?;
    let mut body = Map::new();
    let context = request.context_with_select("directoryObjects", true);
    body.insert("@odata.context".to_owned(), json!(context));
    body.extend(typed(request, object));
    Ok(Reply::ok(body))
}

/// An object with its type and what is selected of it.
pub(crate) fn typed(request: &Request, object: &Object) -> Map<String, Value> {
    let mut item = Map::new();
    item.insert("@odata.type".to_owned(), json!(object.odata_type()));
    item.extend(object.view(request.options.select.as_deref()));
    item
}

fn listing(objects: Vec<&Object>, cast: Option<Kind>) -> Listing<'_> {
    let kind = cast.unwrap_or(Kind::User);
    Listing { objects, kind, context: cast.map_or("directoryObjects", Kind::collection), relation: true }
}

fn check_select(request: &Request, cast: Option<Kind>) -> Result<(), GraphError> {
    match cast {
        Some(kind) => request.options.check_select(&[kind], &[]),
        None => request.options.check_select(&DIRECTORY, &[]),
    }
}
