//! Objects of access packages and lifecycle workflows with the relations `$expand` shows inside them.
//!
//! An object keeps its relations beside its properties, each as an object with at least the id of the other.
//!
//! Source: microsoft-graph.md section 6.6: several relations at once, such as `$expand=target,accessPackage`.

use serde_json::{Map, Value, json};

use crate::azure_ad::errors::GraphError;
use crate::azure_ad::kernel::collection::{self, Listing};
use crate::azure_ad::kernel::entity;
use crate::azure_ad::kernel::request::{Outcome, Reply, Request};
use crate::azure_ad::model::schema::Kind;
use crate::azure_ad::odata::expand::{self, Expand};
use crate::azure_ad::state::object::Object;
use crate::azure_ad::state::tenant::Tenant;

/// The relations of a kind that can be shown.
fn relations(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::AccessPackage => &["assignmentPolicies"],
        Kind::AssignmentPolicy => &["accessPackage"],
        Kind::Assignment => &["accessPackage", "assignmentPolicy", "target"],
        Kind::AssignmentRequest => &["accessPackage", "assignment", "requestor"],
        Kind::LifecycleWorkflow => &["tasks"],
        _ => &[],
    }
}

/// Every live object of a kind, filtered and in pages.
pub(crate) fn list(tenant: &Tenant, request: &Request, kind: Kind) -> Outcome {
    let expand = read(request, kind)?;
    let objects = tenant.live(kind).collect();
    let listing = Listing { objects, kind, context: kind.collection(), relation: false };
    collection::answer(request, listing, |object| show(tenant, request, object, &expand))
}

/// The object the first key of the path names.
pub(crate) fn get(tenant: &Tenant, request: &Request, kind: Kind) -> Outcome {
    let expand = read(request, kind)?;
    let object = entity::found(tenant, request.key(0), kind)?;
    let mut body = entity::shown(request, object);
    body.extend(show(tenant, request, object, &expand));
    Ok(Reply::ok(body))
}

fn read(request: &Request, kind: Kind) -> Result<Vec<Expand>, GraphError> {
    request.options.check_select(&[kind], &[])?;
    match &request.options.expand {
        Some(text) => expand::parse_all(text, relations(kind)),
        None => Ok(Vec::new()),
    }
}

fn show(tenant: &Tenant, request: &Request, object: &Object, expand: &[Expand]) -> Map<String, Value> {
    let mut view = object.view(request.options.select.as_deref());
    for one in expand {
        view.insert(one.relation.clone(), inside(tenant, object, one));
    }
    view
}

fn inside(tenant: &Tenant, object: &Object, expand: &Expand) -> Value {
    let select = expand.select.as_deref();
    let kept = object.properties.get(&expand.relation).cloned().unwrap_or(Value::Null);
    let other = |kind: Kind| {
        let found = kept["id"].as_str().and_then(|id| tenant.find(kind, id));
        found.map_or(Value::Null, |other| Value::Object(other.view(select)))
    };
    match expand.relation.as_str() {
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
