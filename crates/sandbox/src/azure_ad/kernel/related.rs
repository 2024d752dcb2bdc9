//! Lists of objects of several kinds, each with its type: members, owners, reports, devices.
//!
//! Every relation has four operations, which `relation!` makes: all, their number, those of one type, and their number.
//!
//! Source: microsoft-graph.md sections 3 (polymorphic collections), 4.1 (counts) and 6.1 (what may not be read).

use serde_json::{Map, Value, json};

use crate::azure_ad::errors::GraphError;
use crate::azure_ad::kernel::collection::{self, Listing};
use crate::azure_ad::kernel::request::{Outcome, Reply, Request};
use crate::azure_ad::model::schema::{DIRECTORY, Kind};
use crate::azure_ad::state::object::Object;
use crate::azure_ad::state::tenant::Tenant;

/// Permissions that let an application see what a directory role is.
const READ_ROLES: &[&str] = &[
    "RoleManagement.Read.Directory",
    "RoleManagement.ReadWrite.Directory",
    "Directory.Read.All",
    "Directory.ReadWrite.All",
];

/// The four operations of a relation: its path, who finds the related objects, and the kind its filters speak of when
/// no cast says another one.
macro_rules! relation {
    ($path:literal, $find:path, $kind:expr) => {{
        use $crate::azure_ad::kernel::{related, route};
        [
            route::get($path, |tenant, request| {
                related::list(request, $find(tenant, request)?, related::Of::All($kind))
            }),
            route::get(concat!($path, "/$count"), |tenant, request| {
                related::count(request, $find(tenant, request)?, related::Of::All($kind))
            }),
            route::get(concat!($path, "/{cast}"), |tenant, request| {
                related::list(request, $find(tenant, request)?, related::cast(request)?)
            }),
            route::get(concat!($path, "/{cast}/$count"), |tenant, request| {
                related::count(request, $find(tenant, request)?, related::cast(request)?)
            }),
        ]
    }};
}
pub(crate) use relation;

/// Which of the related objects are meant.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Of {
    /// All of them; filters speak of the named kind.
    All(Kind),
    /// Those of one kind.
    One(Kind),
}

/// The kind that the cast at the end of the path names.
///
/// # Errors
/// 400 for a type no related object can have.
pub(crate) fn cast(request: &Request) -> Result<Of, GraphError> {
    let name = request.keys.last().map_or("", |key| key.value.as_str());
    let kind = DIRECTORY.into_iter().find(|kind| kind.short_name().eq_ignore_ascii_case(name));
    let unknown =
        || GraphError::malformed(format!("Resource not found for the segment 'microsoft.graph.{name}'."));
    kind.map(Of::One).ok_or_else(unknown)
}

/// A list in pages.
pub(crate) fn list(request: &Request, objects: Vec<&Object>, of: Of) -> Outcome {
    match of {
        Of::One(kind) => request.options.check_select(&[kind], &[])?,
        Of::All(_) => request.options.check_select(&DIRECTORY, &[])?,
    }
    let reads_roles = request.roles.hold_one(READ_ROLES);
    collection::answer(request, listing(objects, of), |object| {
        let mut view = object.view(request.options.select.as_deref());
        // What the application may not read comes with its id and type only.
        if object.kind == Kind::DirectoryRole && !reads_roles {
            let hidden = view.iter_mut().filter(|(name, _)| name.as_str() != "id");
            hidden.for_each(|(_, value)| *value = Value::Null);
        }
        view
    })
}

/// How many there are, as text.
pub(crate) fn count(request: &Request, objects: Vec<&Object>, of: Of) -> Outcome {
    collection::count(request, listing(objects, of))
}

/// A list the service gives on one page, whatever its length.
pub(crate) fn unpaged(request: &Request, objects: &[&Object]) -> Outcome {
    request.options.check_select(&DIRECTORY, &[])?;
    let items: Vec<Value> = objects.iter().map(|object| Value::Object(typed(request, object))).collect();
    let context = request.context_with_select("directoryObjects", false);
    Ok(Reply::ok(json!({ "@odata.context": context, "value": items })))
}

/// One object as an answer of its own, with its type.
pub(crate) fn single(request: &Request, object: &Object) -> Outcome {
    request.options.check_select(&[object.kind], &[])?;
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

/// What holds an object: groups, directly or also through groups, then roles and units.
pub(crate) fn holders_of<'a>(tenant: &'a Tenant, object: &Object, transitive: bool) -> Vec<&'a Object> {
    let mut holders = tenant.groups_of(&object.id, transitive);
    for holder in [Kind::DirectoryRole, Kind::AdministrativeUnit] {
        holders.extend(tenant.live(holder).filter(|role| role.members.contains(&object.id)));
    }
    holders
}

/// The users whose manager this one is.
pub(crate) fn reports_of<'a>(tenant: &'a Tenant, manager: &Object) -> Vec<&'a Object> {
    let is_report = |user: &&Object| user.manager.as_deref() == Some(manager.id.as_str());
    tenant.live(Kind::User).filter(is_report).collect()
}

/// What an object owns, of some kinds.
pub(crate) fn owned_by<'a>(tenant: &'a Tenant, owner: &Object, kinds: &[Kind]) -> Vec<&'a Object> {
    let is_own = |object: &&Object| object.owners.contains(&owner.id);
    kinds.iter().flat_map(|kind| tenant.live(*kind)).filter(is_own).collect()
}

fn listing(mut objects: Vec<&Object>, of: Of) -> Listing<'_> {
    let (kind, context) = match of {
        Of::All(kind) => (kind, "directoryObjects"),
        Of::One(kind) => {
            objects.retain(|object| object.kind == kind);
            (kind, kind.collection())
        }
    };
    Listing { objects, kind, context, relation: true }
}
