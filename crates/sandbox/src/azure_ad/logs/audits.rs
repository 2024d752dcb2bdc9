//! `/auditLogs/directoryAudits`: who did what in the directory.
//!
//! Reads the change log backwards each time, so nothing is kept twice; what was injected is mixed in by time.
//!
//! Source: microsoft-graph.md sections 6.7 and 10.1.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::azure_ad::errors::GraphError;
use crate::azure_ad::kernel::entity;
use crate::azure_ad::kernel::expansion;
use crate::azure_ad::kernel::request::{Outcome, Reply, Request};
use crate::azure_ad::kernel::route::{self, Route};
use crate::azure_ad::logs::audit_names;
use crate::azure_ad::logs::audit_story::{self, Names, Told};
use crate::azure_ad::logs::record_input::fields;
use crate::azure_ad::model::schema::Kind;
use crate::azure_ad::state::changes::{Actor, Change};
use crate::azure_ad::state::object::Object;
use crate::azure_ad::state::records::{self, Delays, instant};
use crate::azure_ad::state::tenant::Tenant;
use crate::ids;

pub(crate) const ROUTES: &[Route] = &[
    route::get("/auditLogs/directoryAudits", list),
    route::get("/auditLogs/directoryAudits/{directoryAudit-id}", get),
];

/// Address that people work from. The log of changes does not know it.
const ADDRESS: &str = "203.0.113.7";

/// Number of the first record; real ones have eight digits.
const FIRST: usize = 10_000_000;

/// Most records one change makes.
const PER_CHANGE: usize = 16;

fn list(tenant: &mut Tenant, request: &Request) -> Outcome {
    expansion::read(request, Kind::DirectoryAudit)?;
    let all = all(tenant, request.now);
    entity::list_of(request, Kind::DirectoryAudit, all.iter().collect())
}

fn get(tenant: &mut Tenant, request: &Request) -> Outcome {
    request.options.check_select(&[Kind::DirectoryAudit], &[])?;
    expansion::read_single(request, Kind::DirectoryAudit)?;
    let id = request.key(0);
    let all = all(tenant, request.now);
    let found = all.iter().find(|audit| audit.id.eq_ignore_ascii_case(id));
    Ok(Reply::ok(entity::shown(request, found.ok_or_else(|| GraphError::not_found(id))?)))
}

/// Every audit that has arrived and is still kept, newest first.
pub(crate) fn all(tenant: &Tenant, now: Timestamp) -> Vec<Object> {
    let newest = Delays::newest(now, tenant.records.delays.audits_minutes);
    let oldest = records::oldest(now, tenant.premium.p1 || tenant.premium.p2);
    let arrived = |at: Timestamp| at <= newest && at >= oldest;
    let injected = tenant.live(Kind::DirectoryAudit).rev().cloned();
    let injected = injected.filter_map(|audit| Some((time(&audit)?, audit)));
    let mut dated: Vec<(Timestamp, Object)> = injected.filter(|(at, _)| arrived(*at)).collect();
    let mut names = Names::of(tenant);
    let changes = tenant.changes(0, tenant.head());
    for (place, change) in changes.iter().enumerate().rev() {
        if change.at < oldest {
            break;
        }
        if arrived(change.at) {
            let told = audit_story::tell(&names, change);
            let audits = told.into_iter().take(PER_CHANGE).enumerate();
            dated.extend(
                audits.map(|(part, told)| (change.at, audit(&names, (place, part), change, told, tenant))),
            );
        }
        names.undo(change);
    }
    dated.sort_by(|(left, _), (right, _)| right.cmp(left));
    dated.dedup_by(|(_, one), (_, other)| is_same_role_change(one, other));
    dated.into_iter().map(|(_, audit)| audit).collect()
}

/// A role given by an assignment also has a new member: that is one activity, not two.
fn is_same_role_change(one: &Object, other: &Object) -> bool {
    let key = |audit: &Object| {
        let targets = &audit.properties["targetResources"];
        let of = |name: &str| audit.properties.get(name).cloned();
        let (principal, role) = (targets[0]["id"].clone(), targets[1]["displayName"].clone());
        (of("activityDisplayName"), of("activityDateTime"), principal, role)
    };
    one.text("category") == Some("RoleManagement") && key(one) == key(other)
}

fn time(audit: &Object) -> Option<Timestamp> {
    audit.text("activityDateTime")?.parse().ok()
}

fn audit(names: &Names<'_>, place: (usize, usize), change: &Change, told: Told, tenant: &Tenant) -> Object {
    let activity = audit_names::find(&told.activity);
    let correlation = ids::guid("audited change", &place.0.to_string());
    let number = FIRST + place.0 * PER_CHANGE + place.1;
    let audit = json!({
        "activityDateTime": instant(change.at),
        "activityDisplayName": told.activity,
        "additionalDetails": [],
        "category": activity.category,
        "correlationId": correlation,
        "initiatedBy": initiator(names, &change.by, tenant),
        "loggedByService": activity.service,
        "operationType": activity.operation,
        "result": "success",
        "resultReason": "",
        "targetResources": told.targets,
    });
    Object::new(Kind::DirectoryAudit, id(&correlation, number), fields(audit))
}

/// The id of an audit as the directory makes it.
pub(crate) fn id(correlation: &str, number: usize) -> String {
    format!("Directory_{correlation}_SNDBX_{number:08}")
}

/// Who did it: a person or an application.
pub(crate) fn initiator(names: &Names<'_>, by: &Actor, tenant: &Tenant) -> Value {
    match by {
        Actor::User(id) => json!({
            "app": null,
            "user": {
                "id": id, "displayName": null, "userPrincipalName": names.both(Kind::User, id).1,
                "ipAddress": ADDRESS,
            },
        }),
        Actor::App(client_id) => {
            let app = tenant.apps.by_client_id(client_id);
            json!({
                "user": null,
                "app": {
                    "appId": client_id, "displayName": app.map(|app| &app.name),
                    "servicePrincipalId": app.map(|app| &app.object_id), "servicePrincipalName": null,
                },
            })
        }
        // The reference does not say how the service names itself.
        Actor::Service => json!({
            "user": null,
            "app": {
                "appId": null, "displayName": "Microsoft Azure AD Internal - Jobs", "servicePrincipalId": null,
                "servicePrincipalName": null,
            },
        }),
    }
}
