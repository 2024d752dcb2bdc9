//! Objects with what `$expand` shows inside them.
//!
//! Source: microsoft-graph.md section 4.1: one relation and one level, 20 objects at most (100 of `registeredDevices`),
//! no link to more, not in advanced queries; but managers above managers with `$levels`, of one user and also there.

use serde_json::{Map, Value, json};

use crate::azure_ad::errors::GraphError;
use crate::azure_ad::kernel::related;
use crate::azure_ad::kernel::request::Request;
use crate::azure_ad::model::schema::{DIRECTORY, Kind};
use crate::azure_ad::odata::expand::{self, Expand, ITEMS_MAX, Relation};
use crate::azure_ad::odata::select;
use crate::azure_ad::state::object::Object;
use crate::azure_ad::state::tenant::Tenant;

/// Most devices shown inside a user.
const DEVICES_MAX: usize = 100;

/// Reads what a list of objects of a kind is to show inside them.
///
/// # Errors
/// 400 for what the service does not show, and for properties the related objects do not have.
pub(crate) fn read(request: &Request, kind: Kind) -> Result<Option<Expand>, GraphError> {
    let expand = parse(request, kind)?;
    if expand.as_ref().is_some_and(|expand| expand.levels.is_some()) {
        return Err(GraphError::unsupported_query(
            "Transitive manager's list is only supported on a single user, send the $expand request on /users/{id} \
             endpoint",
        ));
    }
    refuse_advanced(request, expand)
}

/// Reads what a single object of a kind is to show inside it.
///
/// # Errors
/// As `read`, but for `$levels`.
pub(crate) fn read_single(request: &Request, kind: Kind) -> Result<Option<Expand>, GraphError> {
    let expand = parse(request, kind)?;
    match &expand {
        Some(chain) if chain.levels.is_some() => Ok(expand),
        _ => refuse_advanced(request, expand),
    }
}

fn refuse_advanced(request: &Request, expand: Option<Expand>) -> Result<Option<Expand>, GraphError> {
    match expand {
        Some(_) if request.is_advanced() => {
            Err(GraphError::unsupported_query("$expand is not supported in advanced queries."))
        }
        expand => Ok(expand),
    }
}

fn parse(request: &Request, kind: Kind) -> Result<Option<Expand>, GraphError> {
    let Some(text) = &request.options.expand else { return Ok(None) };
    let expand = expand::parse(text, relations(kind))?;
    if let Some(names) = &expand.select {
        let related = [Kind::RoleDefinition];
        let related: &[Kind] = if expand.relation == "roleDefinition" { &related } else { &DIRECTORY };
        let is_known = |name: &str| related.iter().any(|kind| kind.property(name).is_some());
        select::check(names, "microsoft.graph.directoryObject", is_known)?;
    }
    Ok(Some(expand))
}

/// The relations of a kind that can be shown.
fn relations(kind: Kind) -> &'static [Relation] {
    const OF_USER: &[Relation] = &[
        Relation::of("manager"),
        Relation::of("directReports"),
        Relation::of("memberOf"),
        Relation::of("ownedDevices"),
        Relation::of("ownedObjects"),
        Relation::of("registeredDevices"),
    ];
    match kind {
        Kind::User => OF_USER,
        Kind::Group => const { &[Relation::of("members"), Relation::of("owners"), Relation::of("memberOf")] },
        Kind::DirectoryRole | Kind::AdministrativeUnit => const { &[Relation::of("members")] },
        Kind::Device | Kind::ServicePrincipal => const { &[Relation::of("owners")] },
        Kind::RoleAssignment | Kind::RoleAssignmentScheduleRequest | Kind::RoleEligibilityScheduleRequest => {
            const { &[Relation::of("principal"), Relation::of("roleDefinition")] }
        }
        _ => &[],
    }
}

/// An object with the named properties and what is expanded inside.
pub(crate) fn show(
    tenant: &Tenant,
    object: &Object,
    select: Option<&[String]>,
    expand: Option<&Expand>,
) -> Map<String, Value> {
    let mut view = object.view(select);
    let Some(expand) = expand else { return view };
    let id = |name: &str| object.text(name).unwrap_or_default();
    let one = |other: Option<&Object>| other.map(|other| Value::Object(item(other, expand)));
    let many = |others: Vec<&Object>| Some(items(&others, expand, ITEMS_MAX));
    let inside = match expand.relation {
        "manager" => manager(tenant, object, expand),
        "members" => many(tenant.members_of(object, false)),
        "directReports" => many(related::reports_of(tenant, object)),
        "memberOf" => many(related::holders_of(tenant, object, false)),
        "ownedDevices" => many(related::owned_by(tenant, object, &[Kind::Device])),
        "ownedObjects" => many(related::owned_by(tenant, object, &DIRECTORY)),
        "registeredDevices" => {
            let devices = related::owned_by(tenant, object, &[Kind::Device]);
            Some(items(&devices, expand, DEVICES_MAX))
        }
        "principal" => one(tenant.live_object(id("principalId"))),
        "roleDefinition" => one(tenant.find(Kind::RoleDefinition, id("roleDefinitionId"))),
        _ => many(object.owners.iter().filter_map(|id| tenant.live_object(id)).collect()),
    };
    if let Some(inside) = inside {
        view.insert(expand.relation.to_owned(), inside);
    }
    view
}

fn items(objects: &[&Object], expand: &Expand, most: usize) -> Value {
    objects.iter().take(most).map(|object| Value::Object(item(object, expand))).collect()
}

fn item(object: &Object, expand: &Expand) -> Map<String, Value> {
    let mut item = Map::new();
    item.insert("@odata.type".to_owned(), json!(object.odata_type()));
    item.extend(object.view(expand.select.as_deref()));
    item
}

/// The managers above a user, each inside the one below, as far as is asked.
fn manager(tenant: &Tenant, user: &Object, expand: &Expand) -> Option<Value> {
    let mut chain: Vec<&Object> = Vec::new();
    let mut at = user;
    while chain.len() < expand.levels.unwrap_or(1)
        && let Some(manager) = tenant.manager(at)
    {
        // Two people who manage each other end the chain.
        if manager.id == user.id || chain.iter().any(|known| known.id == manager.id) {
            break;
        }
        chain.push(manager);
        at = manager;
    }
    let inside = |inner: Option<Value>, manager: &&Object| {
        let mut item = item(manager, expand);
        if let Some(inner) = inner {
            item.insert("manager".to_owned(), inner);
        }
        Some(Value::Object(item))
    };
    chain.iter().rev().fold(None, inside)
}
