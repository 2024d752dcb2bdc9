//! Objects of access packages and lifecycle workflows with the relations `$expand` shows inside them.
//!
//! An object keeps its relations beside its properties, each as an object with at least the id of the other.
//!
//! Source: microsoft-graph.md section 6.6: several relations at once, such as `$expand=target,accessPackage`, and those of
//! an assignment inside a request: `$expand=assignment($expand=target)`.

use serde_json::{Map, Value, json};

use crate::azure_ad::errors::GraphError;
use crate::azure_ad::kernel::collection::{self, Listing};
use crate::azure_ad::kernel::entity;
use crate::azure_ad::kernel::request::{Outcome, Reply, Request};
use crate::azure_ad::model::schema::Kind;
use crate::azure_ad::odata::expand::{self, Expand, Relation};
use crate::azure_ad::state::object::Object;
use crate::azure_ad::state::tenant::Tenant;

const OF_ASSIGNMENT: &[Relation] =
    &[Relation::of("accessPackage"), Relation::of("assignmentPolicy"), Relation::of("target")];

/// The relations of a kind that can be shown.
fn relations(kind: Kind) -> &'static [Relation] {
    const OF_REQUEST: &[Relation] = &[
        Relation::of("accessPackage"),
        Relation::showing("assignment", OF_ASSIGNMENT),
        Relation::of("requestor"),
    ];
    match kind {
        Kind::AccessPackage => const { &[Relation::of("assignmentPolicies")] },
        Kind::AssignmentPolicy => const { &[Relation::of("accessPackage")] },
        Kind::Assignment => OF_ASSIGNMENT,
        Kind::AssignmentRequest => OF_REQUEST,
        Kind::LifecycleWorkflow => const { &[Relation::of("tasks")] },
        _ => &[],
    }
}

/// Every live object of a kind, filtered and in pages.
pub(crate) fn list(tenant: &Tenant, request: &Request, kind: Kind) -> Outcome {
    let expand = read(request, kind)?;
    let objects = tenant.live(kind).collect();
    let listing = Listing { objects, kind, context: kind.collection(), relation: false };
    let select = request.options.select.as_deref();
    collection::answer(request, listing, |object| show(tenant, object, select, &expand))
}

/// The object the first key of the path names.
pub(crate) fn get(tenant: &Tenant, request: &Request, kind: Kind) -> Outcome {
    let expand = read(request, kind)?;
    let object = entity::found(tenant, request.key(0), kind)?;
    let mut body = entity::shown(request, object);
    body.extend(show(tenant, object, request.options.select.as_deref(), &expand));
    Ok(Reply::ok(body))
}

fn read(request: &Request, kind: Kind) -> Result<Vec<Expand>, GraphError> {
    request.options.check_select(&[kind], &[])?;
    match &request.options.expand {
        Some(text) => expand::parse_all(text, relations(kind)),
        None => Ok(Vec::new()),
    }
}

fn show(
    tenant: &Tenant,
    object: &Object,
    select: Option<&[String]>,
    expand: &[Expand],
) -> Map<String, Value> {
    let mut view = object.view(select);
    for one in expand {
        view.insert(one.relation.to_owned(), inside(tenant, object, one));
    }
    view
}

fn inside(tenant: &Tenant, object: &Object, expand: &Expand) -> Value {
    let select = expand.select.as_deref();
    let kept = object.properties.get(expand.relation).cloned().unwrap_or(Value::Null);
    let other = |kind: Kind| {
        let found = kept["id"].as_str().and_then(|id| tenant.find(kind, id));
        found.map_or(Value::Null, |other| Value::Object(show(tenant, other, select, &expand.inside)))
    };
    match expand.relation {
        "assignmentPolicies" => {
            let own = |policy: &&Object| policy.parent.as_deref() == Some(object.id.as_str());
            tenant.live(Kind::AssignmentPolicy).filter(own).map(|policy| json!(policy.view(select))).collect()
        }
        "accessPackage" => other(Kind::AccessPackage),
        "assignmentPolicy" => other(Kind::AssignmentPolicy),
        "assignment" => other(Kind::Assignment),
        // Kept whole: the subject of an assignment, the tasks of a workflow.
        _ => match (kept, select) {
            (Value::Object(whole), Some(names)) => {
                let named = |name: &String| names.iter().any(|own| own.eq_ignore_ascii_case(name));
                Value::Object(whole.into_iter().filter(|(name, _)| named(name)).collect())
            }
            (kept, _) => kept,
        },
    }
}
