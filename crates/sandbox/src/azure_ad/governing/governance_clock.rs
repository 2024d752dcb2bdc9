//! What governance does by itself as virtual time passes. Every request begins with this.

use jiff::Timestamp;

use crate::azure_ad::governing::{access_delivery, lifecycle_workflows};
use crate::azure_ad::roles::role_schedules;
use crate::azure_ad::state::changes::Actor;
use crate::azure_ad::state::governance::Step;
use crate::azure_ad::state::tenant::Tenant;

/// Takes every step that is due by now, each at its own moment.
pub(crate) fn settle(tenant: &mut Tenant, now: Timestamp) {
    let before = tenant.actor.clone();
    // Every step plans at most one more for its subject, and ends do not plan, so this comes to an end.
    while let Some((at, step)) = tenant.governance.take_due(now) {
        tenant.actor = Actor::Service;
        match step {
            Step::ProvisionRole(id) => role_schedules::provision(tenant, at, &id),
            Step::EndRole(id) => role_schedules::end(tenant, at, &id),
            Step::AdvanceRequest(id) => access_delivery::advance(tenant, at, &id),
            Step::EndAssignment(id) => access_delivery::end(tenant, at, &id),
            Step::RunWorkflow(id) => lifecycle_workflows::run(tenant, at, &id),
        }
    }
    tenant.actor = before;
}
