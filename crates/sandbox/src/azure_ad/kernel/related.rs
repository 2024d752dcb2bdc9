//! Lists of objects of several kinds, each with its type: members, owners, reports, devices.
//!
//! Owns what a path may ask of such a relation beyond the list: one type, one object, the number, the addresses.
//!
//! Source: microsoft-graph.md section 3 (polymorphic collections).

use serde_json::{Map, Value, json};

use crate::azure_ad::errors::GraphError;
use crate::azure_ad::kernel::collection::{self, Listing};
use crate::azure_ad::kernel::narrowing::{Form, Narrowing};
use crate::azure_ad::kernel::reference;
use crate::azure_ad::kernel::request::{Outcome, Reply, Request};
use crate::azure_ad::model::schema::{DIRECTORY, Kind};
use crate::azure_ad::state::object::Object;

/// What a relation points at, in pages, narrowed down as the path asks. Filters speak of `kind` where the path names
/// no type.
pub(crate) fn list(request: &Request, kind: Kind, objects: Vec<&Object>) -> Outcome {
    list_as(request, kind, objects, |object| object.view(request.options.select.as_deref()))
}

/// The same with another look at each object.
pub(crate) fn list_as(
    request: &Request,
    kind: Kind,
    mut objects: Vec<&Object>,
    show: impl Fn(&Object) -> Map<String, Value>,
) -> Outcome {
    let narrowing = &request.narrowing;
    if narrowing.form == Form::Objects {
        check_select(request, narrowing.cast)?;
    }
    objects.retain(|object| narrowing.cast.is_none_or(|kind| object.kind == kind));
    if let Some(id) = &narrowing.one {
        let one = objects.into_iter().find(|object| object.id == *id);
        return item(request, one.ok_or_else(|| GraphError::not_found(id))?);
    }
    let kind = narrowing.cast.unwrap_or(kind);
    let context = narrowing.cast.map_or("directoryObjects", Kind::collection);
    let listing = Listing { objects, kind, context, relation: true };
    match narrowing.form {
        Form::Count => collection::count(request, listing),
        Form::Objects => collection::answer(request, listing, show),
        Form::References => addresses(request, listing),
    }
}

/// A list the service gives on one page, whatever its length.
pub(crate) fn unpaged(request: &Request, objects: Vec<&Object>) -> Outcome {
    if request.narrowing != Narrowing::default() {
        return list(request, Kind::User, objects);
    }
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

/// The address of one object as an answer of its own.
pub(crate) fn address(request: &Request, object: &Object) -> Reply {
    let address = reference::address(&request.root(), object);
    Reply::ok(json!({ "@odata.context": request.context("$ref"), "@odata.id": address }))
}

/// An object with its type and what is selected of it.
pub(crate) fn typed(request: &Request, object: &Object) -> Map<String, Value> {
    let mut item = Map::new();
    item.insert("@odata.type".to_owned(), json!(object.odata_type()));
    item.extend(object.view(request.options.select.as_deref()));
    item
}

fn item(request: &Request, object: &Object) -> Outcome {
    match request.narrowing.form {
        Form::References => Ok(address(request, object)),
        Form::Objects | Form::Count => single(request, object),
    }
}

/// The addresses of what is listed, in the same pages.
fn addresses(request: &Request, listing: Listing<'_>) -> Outcome {
    let root = request.root();
    let mut reply = collection::answer(request, listing, |object| {
        [("@odata.id".to_owned(), json!(reference::address(&root, object)))].into_iter().collect()
    })?;
    if let Reply::Json(_, body) = &mut reply {
        body["@odata.context"] = json!(request.context("Collection($ref)"));
        let items = body.get_mut("value").and_then(Value::as_array_mut).into_iter().flatten();
        items.filter_map(Value::as_object_mut).for_each(|item| item.retain(|name, _| name == "@odata.id"));
    }
    Ok(reply)
}

fn check_select(request: &Request, cast: Option<Kind>) -> Result<(), GraphError> {
    match cast {
        Some(kind) => request.options.check_select(&[kind], &[]),
        None => request.options.check_select(&DIRECTORY, &[]),
    }
}
