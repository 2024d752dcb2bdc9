//! Acting on the tenant's governance from outside: approvers, switches, rules of roles, and what was run.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::routing::{get, post, put};
use serde_json::json;

use crate::admin::answer::{Answer, bad, body, missing, ok};
use crate::azure_ad::governing::access_delivery::{self, Decision};
use crate::azure_ad::governing::governance_clock;
use crate::azure_ad::roles::role_schedules;
use crate::azure_ad::state::governance::Switches;
use crate::built_in_roles::built_in;
use crate::seed::governance::RoleRules;
use crate::world::World;

pub(crate) fn routes() -> Router<Arc<World>> {
    Router::new()
        .route("/_sandbox/azure_ad/governance", get(read))
        .route("/_sandbox/azure_ad/governance/switches", put(switch))
        .route("/_sandbox/azure_ad/governance/role_rules/{role}", put(set_rules))
        .route("/_sandbox/azure_ad/role_requests/{request}/{decision}", post(decide_role))
        .route("/_sandbox/azure_ad/access_requests/{request}/{decision}", post(decide_access))
}

/// Switches, rules of roles, role schedules, what packages give and ask, runs of workflows.
async fn read(State(world): State<Arc<World>>) -> Answer {
    let now = world.clock.now();
    let mut tenant = world.tenant();
    governance_clock::settle(&mut tenant, now);
    let schedules = role_schedules::shown(&tenant);
    let own = &tenant.governance;
    ok(json!({
        "switches": own.switches, "role_rules": own.role_rules, "role_schedules": schedules,
        "package_groups": own.package_groups, "questions": own.questions, "workflow_runs": own.runs,
    }))
}

/// Sets how slowly and how badly things go.
async fn switch(State(world): State<Arc<World>>, bytes: Bytes) -> Answer {
    let switches: Switches = body(&bytes)?;
    world.tenant().governance.switches = switches.clone();
    ok(json!(switches))
}

/// Sets what requests for a role must bring; the role by id or display name.
async fn set_rules(State(world): State<Arc<World>>, Path(role): Path<String>, bytes: Bytes) -> Answer {
    let rules: RoleRules = body(&bytes)?;
    let role = built_in(&role).ok_or_else(|| missing(format!("there is no role `{role}`")))?;
    world.tenant().governance.role_rules.insert(role.id.to_owned(), rules.clone());
    ok(json!({ "role": role.id, "rules": rules }))
}

/// An approver says `approve` or `deny` to a role request that waits for it.
async fn decide_role(
    State(world): State<Arc<World>>,
    Path((request, decision)): Path<(String, String)>,
) -> Answer {
    let approved = match decision.as_str() {
        "approve" => true,
        "deny" => false,
        _ => return Err(bad("`approve` and `deny` can be said")),
    };
    let now = world.clock.now();
    let mut tenant = world.tenant();
    governance_clock::settle(&mut tenant, now);
    match role_schedules::decide(&mut tenant, now, &request, approved) {
        true => ok(json!({ "request": request, "decision": decision })),
        false => Err(missing("no role request of that id waits for an approval")),
    }
}

/// An approver says `approve` or `deny` to a request for an access package, or its requestor `cancel`.
async fn decide_access(
    State(world): State<Arc<World>>,
    Path((request, decision)): Path<(String, String)>,
) -> Answer {
    let meant = match decision.as_str() {
        "approve" => Decision::Approve,
        "deny" => Decision::Deny,
        "cancel" => Decision::Cancel,
        _ => return Err(bad("`approve`, `deny` and `cancel` can be said")),
    };
    let now = world.clock.now();
    let mut tenant = world.tenant();
    governance_clock::settle(&mut tenant, now);
    match access_delivery::decide(&mut tenant, now, &request, meant) {
        true => ok(json!({ "request": request, "decision": decision })),
        false => Err(missing("no request of that id waits for that")),
    }
}
