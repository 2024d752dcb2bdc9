//! How a request for an access package goes on by itself, and how an assignment ends.
//!
//! Requests are read and refused in `access_requests`. The service documents no durations; `Switches::step_ms` is one
//! for all steps.
//!
//! Source: microsoft-graph.md section 6.6.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use crate::azure_ad::model::schema::Kind;
use crate::azure_ad::state::governance::{Delivery, Step};
use crate::azure_ad::state::object::Object;
use crate::azure_ad::state::tenant::{Tenant, seconds};
use crate::span::Span;

/// The request goes on to its next state.
pub(crate) fn advance(tenant: &mut Tenant, now: Timestamp, id: &str) {
    let Some(request) = tenant.find(Kind::AssignmentRequest, id).cloned() else { return };
    match request.text("state") {
        Some("submitted") if needs_approval(tenant, &request) => {
            set(
                tenant,
                now,
                &request,
                &[("state", json!("pendingApproval")), ("status", json!("PendingApproval"))],
            );
        }
        Some("submitted") => start(tenant, now, &request),
        Some("scheduled") => begin(tenant, now, &request),
        Some("delivering") => deliver(tenant, now, &request),
        _ => {}
    }
}

/// An approver, or the requestor, decides; false where the request does not wait for that.
pub(crate) fn decide(tenant: &mut Tenant, now: Timestamp, id: &str, decision: Decision) -> bool {
    let Some(request) = tenant.find(Kind::AssignmentRequest, id).cloned() else { return false };
    let state = request.text("state").unwrap_or_default();
    let (state, status) = match decision {
        Decision::Approve if state == "pendingApproval" => {
            start(tenant, now, &request);
            return true;
        }
        Decision::Deny if state == "pendingApproval" => ("denied", "Denied"),
        Decision::Cancel if ["submitted", "pendingApproval", "scheduled"].contains(&state) => {
            ("canceled", "Canceled")
        }
        _ => return false,
    };
    tenant.governance.forget(&Step::AdvanceRequest(request.id.clone()));
    finish(tenant, now, &request, (state, status));
    true
}

/// What can be decided about a request from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Decision {
    Approve,
    Deny,
    Cancel,
}

/// Lets a delivery that failed be tried once more; false for every other request.
pub(crate) fn reprocess(tenant: &mut Tenant, now: Timestamp, id: &str) -> bool {
    let request = tenant.find(Kind::AssignmentRequest, id).cloned();
    let is_failed = |own: &Object| matches!(own.text("state"), Some("deliveryFailed" | "partiallyDelivered"));
    let Some(request) = request.filter(is_failed) else { return false };
    begin(tenant, now, &request);
    true
}

fn needs_approval(tenant: &Tenant, request: &Object) -> bool {
    let policy = request.text("policyId").and_then(|id| tenant.find(Kind::AssignmentPolicy, id));
    let settings = policy.and_then(|policy| policy.properties.get("requestApprovalSettings"));
    let flag = match request.text("requestType") {
        Some("adminAdd") => "isApprovalRequiredForAdd",
        Some("adminUpdate") => "isApprovalRequiredForUpdate",
        _ => return false,
    };
    settings.is_some_and(|settings| settings[flag] == true)
}

/// After submission and approval: at once, or at the asked-for time.
fn start(tenant: &mut Tenant, now: Timestamp, request: &Object) {
    let asked = request.properties.get("schedule").and_then(|schedule| schedule["startDateTime"].as_str());
    match asked.and_then(|text| text.parse::<Timestamp>().ok()).filter(|start| *start > now) {
        Some(start) => {
            set(tenant, now, request, &[("state", json!("scheduled")), ("status", json!("Scheduled"))]);
            tenant.governance.plan(start, Step::AdvanceRequest(request.id.clone()));
        }
        None => begin(tenant, now, request),
    }
}

/// The delivery begins; for a new assignment this is when it appears.
fn begin(tenant: &mut Tenant, now: Timestamp, request: &Object) {
    let mut changes = vec![("state", json!("delivering")), ("status", json!("Delivering"))];
    let known = assignment_of(tenant, request).map(|assignment| assignment.id.clone());
    let id = match known {
        Some(id) => id,
        None => create(tenant, now, request),
    };
    changes.push(("assignment", json!({ "id": id })));
    changes.push(("completedDateTime", Value::Null));
    set(tenant, now, request, &changes);
    set_assignment(tenant, now, &id, &[("state", json!("delivering")), ("status", json!("Delivering"))]);
    let wait = tenant.governance.switches.step_ms;
    tenant.governance.plan_in(now, wait, Step::AdvanceRequest(request.id.clone()));
}

fn create(tenant: &mut Tenant, now: Timestamp, request: &Object) -> String {
    let id = tenant.fresh_id("assignment");
    let mut properties = Map::new();
    let kept = |name: &str| request.properties.get(name).cloned().unwrap_or(Value::Null);
    let policy = json!({ "id": request.text("policyId") });
    let fields = [
        ("accessPackage", kept("accessPackage")),
        ("assignmentPolicy", policy),
        ("target", kept("requestor")),
        ("state", json!("delivering")),
        ("status", json!("Delivering")),
        ("expiredDateTime", Value::Null),
        ("schedule", Value::Null),
    ];
    properties.extend(fields.map(|(name, value)| (name.to_owned(), value)));
    tenant.create(now, Object::new(Kind::Assignment, id.clone(), properties));
    id
}

fn deliver(tenant: &mut Tenant, now: Timestamp, request: &Object) {
    let Some(assignment) = assignment_of(tenant, request).cloned() else { return };
    if request.text("requestType") == Some("adminRemove") {
        end(tenant, now, &assignment.id);
        finish(tenant, now, request, ("delivered", "Delivered"));
        return;
    }
    let there = tenant.user(target(&assignment)).is_some();
    let outcome = if there { tenant.governance.switches.delivery } else { Delivery::Failed };
    let groups = groups(tenant, &assignment);
    let (state, status, given) = match outcome {
        Delivery::Full => ("delivered", "Delivered", groups.len()),
        Delivery::Partial => ("partiallyDelivered", "PartiallyDelivered", groups.len().saturating_sub(1)),
        Delivery::Failed => ("deliveryFailed", "DeliveryFailed", 0),
    };
    for group in &groups[..given] {
        tenant.add_member(now, group, target(&assignment));
    }
    let timing = timing(tenant, now, request, &assignment);
    set_assignment(
        tenant,
        now,
        &assignment.id,
        &[("state", json!(state)), ("status", json!(status)), ("schedule", timing.1)],
    );
    let step = Step::EndAssignment(assignment.id.clone());
    tenant.governance.forget(&step);
    if let Some(at) = timing.0 {
        tenant.governance.plan(at, step);
    }
    finish(tenant, now, request, (state, status));
}

/// An assignment is over: its groups are left, unless another assignment gives them too.
pub(crate) fn end(tenant: &mut Tenant, now: Timestamp, id: &str) {
    let Some(assignment) = tenant.find(Kind::Assignment, id).cloned() else { return };
    if assignment.text("state") == Some("expired") {
        return;
    }
    tenant.governance.forget(&Step::EndAssignment(assignment.id.clone()));
    let expired =
        [("state", json!("expired")), ("status", json!("Expired")), ("expiredDateTime", json!(seconds(now)))];
    set_assignment(tenant, now, &assignment.id, &expired);
    let gives = |other: &Object| {
        matches!(other.text("state"), Some("delivered" | "partiallyDelivered"))
            && target(other) == target(&assignment)
    };
    let kept: Vec<String> = tenant
        .live(Kind::Assignment)
        .filter(|other| gives(other))
        .flat_map(|other| groups(tenant, other))
        .collect();
    for group in groups(tenant, &assignment).iter().filter(|group| !kept.contains(group)) {
        tenant.remove_member(now, group, target(&assignment));
    }
}

/// When an assignment ends, and its schedule: the sooner of what was asked for and what the policy allows.
fn timing(
    tenant: &Tenant,
    now: Timestamp,
    request: &Object,
    assignment: &Object,
) -> (Option<Timestamp>, Value) {
    let policy = assignment.properties.get("assignmentPolicy").and_then(|policy| policy["id"].as_str());
    let policy = policy.and_then(|id| tenant.find(Kind::AssignmentPolicy, id));
    let allowed = policy.and_then(|policy| policy.properties.get("expiration")).and_then(|it| ends(it, now));
    let asked = request.properties.get("schedule").and_then(|schedule| ends(&schedule["expiration"], now));
    let end = [allowed, asked].into_iter().flatten().min();
    let expiration = match end {
        Some(end) => json!({ "type": "afterDateTime", "endDateTime": seconds(end), "duration": null }),
        None => json!({ "type": "noExpiration", "endDateTime": null, "duration": null }),
    };
    (end, json!({ "startDateTime": seconds(now), "recurrence": null, "expiration": expiration }))
}

/// When an expiration is over that counts from a moment.
pub(crate) fn ends(expiration: &Value, from: Timestamp) -> Option<Timestamp> {
    match expiration["type"].as_str()? {
        "afterDateTime" => expiration["endDateTime"].as_str()?.parse().ok(),
        "afterDuration" => {
            let span: Span = expiration["duration"].as_str()?.parse().ok()?;
            (span.0 > SignedDuration::ZERO).then(|| from.checked_add(span.0).unwrap_or(Timestamp::MAX))
        }
        _ => None,
    }
}

fn assignment_of<'a>(tenant: &'a Tenant, request: &Object) -> Option<&'a Object> {
    let id = request.properties.get("assignment").and_then(|assignment| assignment["id"].as_str());
    id.and_then(|id| tenant.find(Kind::Assignment, id))
}

/// Object id of the user an assignment is for.
pub(crate) fn target(assignment: &Object) -> &str {
    assignment.properties.get("target").and_then(|target| target["objectId"].as_str()).unwrap_or_default()
}

fn groups(tenant: &Tenant, assignment: &Object) -> Vec<String> {
    let package = assignment.properties.get("accessPackage").and_then(|package| package["id"].as_str());
    package.and_then(|id| tenant.governance.package_groups.get(id)).cloned().unwrap_or_default()
}

fn finish(tenant: &mut Tenant, now: Timestamp, request: &Object, (state, status): (&str, &str)) {
    let done =
        [("state", json!(state)), ("status", json!(status)), ("completedDateTime", json!(seconds(now)))];
    set(tenant, now, request, &done);
}

fn set(tenant: &mut Tenant, now: Timestamp, request: &Object, changes: &[(&str, Value)]) {
    tenant.update_kind(now, (Kind::AssignmentRequest, &request.id), map(changes));
}

fn set_assignment(tenant: &mut Tenant, now: Timestamp, id: &str, changes: &[(&str, Value)]) {
    tenant.update_kind(now, (Kind::Assignment, id), map(changes));
}

fn map(changes: &[(&str, Value)]) -> Map<String, Value> {
    changes.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
}
