//! Timed role assignments and eligibilities: how a request is provisioned, begins to be true, and ends.
//!
//! Requests are read and refused in `role_requests`. Everything here happens by virtual time or by an approver.
//!
//! Source: microsoft-graph.md section 6.4.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::azure_ad::model::schema::Kind;
use crate::azure_ad::roles::role_holders;
use crate::azure_ad::state::governance::{Holding, Schedule, ScheduleState, Sort, Step};
use crate::azure_ad::state::tenant::{Tenant, seconds};

/// The kinds of requests.
const KINDS: [Kind; 2] = [Kind::RoleAssignmentScheduleRequest, Kind::RoleEligibilityScheduleRequest];

/// Status of a request that can still be cancelled.
pub(crate) const OPEN: [&str; 3] = ["PendingApproval", "PendingProvisioning", "Granted"];

/// The schedule that is in force or ahead for a holding.
pub(crate) fn current(tenant: &Tenant, sort: Sort, holding: &Holding) -> Option<String> {
    let is_meant = |schedule: &Schedule| {
        schedule.sort == sort && schedule.holding == *holding && schedule.state != ScheduleState::Ended
    };
    let mut all = tenant.governance.schedules.iter();
    all.find(|(_, schedule)| is_meant(schedule)).map(|(id, _)| id.clone())
}

/// Whether a holding is true now or will be: through a schedule, or, where it is active, in any other way.
pub(crate) fn exists(tenant: &Tenant, sort: Sort, holding: &Holding) -> bool {
    let scheduled = current(tenant, sort, holding).and_then(|id| tenant.governance.schedules.get(&id));
    match sort {
        Sort::Eligible => scheduled.is_some(),
        Sort::Active => {
            scheduled.is_some_and(|schedule| schedule.state == ScheduleState::Waiting)
                || role_holders::holds(tenant, holding)
        }
    }
}

/// Whether a holding was true once and is over.
pub(crate) fn is_over(tenant: &Tenant, sort: Sort, holding: &Holding) -> bool {
    let mut all = tenant.governance.schedules.values();
    !exists(tenant, sort, holding)
        && all.any(|schedule| schedule.sort == sort && schedule.holding == *holding)
}

/// Plans what a granted request asks for, and gives its status.
pub(crate) fn accept(tenant: &mut Tenant, now: Timestamp, id: &str) -> &'static str {
    let Some(start) = tenant.governance.schedules.get(id).map(|schedule| schedule.start) else {
        return "Failed";
    };
    let waits = tenant.governance.switches.provisioning_ms;
    let step = Step::ProvisionRole(id.to_owned());
    if start > now {
        tenant.governance.plan(start, step);
        return "Granted";
    }
    if waits > 0 {
        tenant.governance.plan_in(now, waits, step);
        return "PendingProvisioning";
    }
    begin(tenant, now, id);
    "Provisioned"
}

/// The moment of a planned request has come.
pub(crate) fn provision(tenant: &mut Tenant, now: Timestamp, id: &str) {
    let waiting = tenant.governance.schedules.get(id);
    if waiting.is_some_and(|schedule| schedule.state == ScheduleState::Waiting) {
        let status = if begin(tenant, now, id) { "Provisioned" } else { "Failed" };
        set_status(tenant, now, id, status);
    }
}

/// Makes a schedule true; false where its principal is gone.
fn begin(tenant: &mut Tenant, now: Timestamp, id: &str) -> bool {
    let Some(schedule) = tenant.governance.schedules.get(id).cloned() else { return false };
    let there = tenant.live_object(&schedule.holding.principal).is_some();
    let over = schedule.end.is_some_and(|end| end <= now);
    let state = if there && !over { ScheduleState::Running } else { ScheduleState::Ended };
    set_state(tenant, id, state);
    if state == ScheduleState::Running {
        if schedule.sort == Sort::Active {
            role_holders::grant(tenant, now, &schedule.holding);
        }
        if let Some(end) = schedule.end {
            tenant.governance.plan(end, Step::EndRole(id.to_owned()));
        }
    }
    there
}

/// Ends a schedule, whatever its state is. Somebody who was given the role in another way keeps it no longer either.
pub(crate) fn end(tenant: &mut Tenant, now: Timestamp, id: &str) {
    let Some(schedule) = tenant.governance.schedules.get(id).cloned() else { return };
    set_state(tenant, id, ScheduleState::Ended);
    tenant.governance.forget(&Step::ProvisionRole(id.to_owned()));
    tenant.governance.forget(&Step::EndRole(id.to_owned()));
    if schedule.state == ScheduleState::Running && schedule.sort == Sort::Active {
        role_holders::withdraw(tenant, now, &schedule.holding);
    }
}

fn set_state(tenant: &mut Tenant, id: &str, state: ScheduleState) {
    if let Some(schedule) = tenant.governance.schedules.get_mut(id) {
        schedule.state = state;
    }
}

/// Gives a request a status; one that is not open any more is complete.
pub(crate) fn set_status(tenant: &mut Tenant, now: Timestamp, id: &str, status: &str) {
    let found = KINDS.into_iter().find(|kind| tenant.find(*kind, id).is_some());
    let Some(kind) = found else { return };
    let mut properties = Map::new();
    properties.insert("status".to_owned(), json!(status));
    if !OPEN.contains(&status) {
        properties.insert("completedDateTime".to_owned(), json!(seconds(now)));
    }
    tenant.update_kind(now, (kind, id), properties);
}

/// An approver decides on a request; false where there is none that waits.
pub(crate) fn decide(tenant: &mut Tenant, now: Timestamp, id: &str, approved: bool) -> bool {
    let request = KINDS.into_iter().find_map(|kind| tenant.find(kind, id));
    let Some(id) =
        request.filter(|own| own.text("status") == Some("PendingApproval")).map(|own| own.id.clone())
    else {
        return false;
    };
    let status = if approved {
        accept(tenant, now, &id)
    } else {
        end(tenant, now, &id);
        "Denied"
    };
    set_status(tenant, now, &id, status);
    true
}

/// Every schedule, for people.
pub(crate) fn shown(tenant: &Tenant) -> Value {
    json!(tenant.governance.schedules)
}
