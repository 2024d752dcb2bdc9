//! `/roleManagement/directory/roleAssignmentScheduleRequests` and `…roleEligibilityScheduleRequests`.
//!
//! Source: microsoft-graph.md section 6.4.

use axum::http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use crate::azure_ad::errors::GraphError;
use crate::azure_ad::kernel::entity;
use crate::azure_ad::kernel::form::{self, Form, SCHEDULE};
use crate::azure_ad::kernel::request::{Outcome, Reply, Request};
use crate::azure_ad::kernel::route::{self, Route};
use crate::azure_ad::model::schema::Kind;
use crate::azure_ad::roles::role_holders;
use crate::azure_ad::roles::role_input;
use crate::azure_ad::roles::role_schedules::{self, OPEN};
use crate::azure_ad::roles::role_timing::{Timing, broken_rules};
use crate::azure_ad::state::governance::{Holding, Schedule, ScheduleState, Sort, Step};
use crate::azure_ad::state::object::Object;
use crate::azure_ad::state::tenant::{Tenant, seconds};

const ACTIVE: Kind = Kind::RoleAssignmentScheduleRequest;
const ELIGIBLE: Kind = Kind::RoleEligibilityScheduleRequest;

/// Lets an application do every action; other permissions let it only take roles away.
const WRITE: [&str; 2] = ["RoleAssignmentSchedule.ReadWrite.Directory", "RoleManagement.ReadWrite.Directory"];

const ACTIONS: &[&str] = &[
    "adminAssign",
    "adminUpdate",
    "adminRemove",
    "adminExtend",
    "adminRenew",
    "selfActivate",
    "selfDeactivate",
    "selfExtend",
    "selfRenew",
];

const TICKET: &[(&str, Form)] = &[("ticketNumber", Form::Text(true)), ("ticketSystem", Form::Text(true))];

const BODY: &[(&str, Form)] = &[
    ("action", Form::Member(ACTIONS, false)),
    ("principalId", Form::Text(false)),
    ("roleDefinitionId", Form::Text(false)),
    ("directoryScopeId", Form::Text(true)),
    ("appScopeId", Form::Text(true)),
    ("isValidationOnly", Form::Flag(true)),
    ("justification", Form::Text(true)),
    ("scheduleInfo", Form::Part(SCHEDULE)),
    ("targetScheduleId", Form::Text(true)),
    ("ticketInfo", Form::Part(TICKET)),
    ("customData", Form::Text(true)),
];

pub(crate) const ROUTES: &[Route] = &[
    route::get("/roleManagement/directory/roleAssignmentScheduleRequests", |tenant, request| {
        entity::list(tenant, request, ACTIVE)
    }),
    route::post("/roleManagement/directory/roleAssignmentScheduleRequests", |tenant, request| {
        create(tenant, request, Sort::Active)
    }),
    route::get(
        "/roleManagement/directory/roleAssignmentScheduleRequests/{unifiedRoleAssignmentScheduleRequest-id}",
        |tenant, request| entity::get(tenant, request, ACTIVE),
    ),
    route::post(
        "/roleManagement/directory/roleAssignmentScheduleRequests/{unifiedRoleAssignmentScheduleRequest-id}/cancel",
        |tenant, request| cancel(tenant, request, ACTIVE),
    ),
    route::get("/roleManagement/directory/roleEligibilityScheduleRequests", |tenant, request| {
        entity::list(tenant, request, ELIGIBLE)
    }),
    route::post("/roleManagement/directory/roleEligibilityScheduleRequests", |tenant, request| {
        create(tenant, request, Sort::Eligible)
    }),
    route::get(
        "/roleManagement/directory/roleEligibilityScheduleRequests/{unifiedRoleEligibilityScheduleRequest-id}",
        |tenant, request| entity::get(tenant, request, ELIGIBLE),
    ),
    route::post(
        "/roleManagement/directory/roleEligibilityScheduleRequests/{unifiedRoleEligibilityScheduleRequest-id}/cancel",
        |tenant, request| cancel(tenant, request, ELIGIBLE),
    ),
];

/// A request that was read and fits together.
struct Asked {
    sort: Sort,
    action: String,
    holding: Holding,
    timing: Timing,
    body: Map<String, Value>,
}

fn create(tenant: &mut Tenant, request: &Request, sort: Sort) -> Outcome {
    let asked = read(tenant, request, sort)?;
    refuse_by_state(tenant, &asked)?;
    refuse_by_rules(tenant, &asked)?;
    let now = request.now;
    let kind = if sort == Sort::Active { ACTIVE } else { ELIGIBLE };
    if asked.body.get("isValidationOnly") == Some(&json!(true)) {
        // Nothing is kept of what was only to be checked.
        let id = crate::ids::guid("role request", "validation only");
        return Ok(created(request, &object(request, &asked, kind, (&id, "Granted"))));
    }
    let id = tenant.fresh_id("role request");
    let status = carry_out(tenant, now, &asked, &id);
    let made = object(request, &asked, kind, (&id, status));
    let answer = created(request, &made);
    tenant.create(now, made);
    Ok(answer)
}

fn read(tenant: &Tenant, request: &Request, sort: Sort) -> Result<Asked, GraphError> {
    let sent = request.object()?;
    let body = form::read(&sent, BODY).map_err(GraphError::bad_request)?;
    let action = body.get("action").and_then(Value::as_str).unwrap_or_default().to_owned();
    if action.is_empty() {
        return Err(GraphError::bad_request("A value is required for property 'action'."));
    }
    // These need a person who has proved who they are; a token of an application is none.
    if action.starts_with("self") || (action != "adminRemove" && sort == Sort::Active && !writes(request)) {
        return Err(GraphError::denied());
    }
    let principal = body.get("principalId").and_then(Value::as_str).unwrap_or_default();
    if !principal.is_empty() && is_unknown(tenant, request.now, principal) {
        return Err(GraphError::new(StatusCode::NOT_FOUND, "NotFound", "Not Found"));
    }
    let holding = role_input::holding(tenant, &body, "UnifiedRoleScheduleRequest")?;
    let timing = Timing::read(body.get("scheduleInfo"), request.now)?;
    Ok(Asked { sort, action, holding, timing, body })
}

fn writes(request: &Request) -> bool {
    request.roles.hold_one(&WRITE)
}

/// Whether privileged identity management does not know a principal yet: it replicates slower than the directory.
fn is_unknown(tenant: &Tenant, now: Timestamp, principal: &str) -> bool {
    let Some(object) = tenant.live_object(principal) else { return true };
    let wait = SignedDuration::from_millis(i64::from(tenant.governance.switches.principal_unknown_ms));
    let created = object.text("createdDateTime").and_then(|text| text.parse::<Timestamp>().ok());
    created.is_some_and(|created| now.duration_since(created) < wait)
}

fn refuse_by_state(tenant: &Tenant, asked: &Asked) -> Result<(), GraphError> {
    let exists = role_schedules::exists(tenant, asked.sort, &asked.holding);
    let refused = |code: &str, message: &str| Err(GraphError::new(StatusCode::BAD_REQUEST, code, message));
    match asked.action.as_str() {
        "adminAssign" if exists => refused("RoleAssignmentExists", "The Role assignment already exists."),
        "adminRenew" if exists => {
            refused("RoleAssignmentExists", "The Role assignment already exists and has not expired.")
        }
        "adminRenew" if !role_schedules::is_over(tenant, asked.sort, &asked.holding) => {
            refused("RoleAssignmentDoesNotExist", "The Role assignment does not exist.")
        }
        "adminUpdate" | "adminExtend" | "adminRemove" if !exists => {
            refused("RoleAssignmentDoesNotExist", "The Role assignment does not exist.")
        }
        _ => Ok(()),
    }
}

fn refuse_by_rules(tenant: &Tenant, asked: &Asked) -> Result<(), GraphError> {
    if asked.action == "adminRemove" {
        return Ok(());
    }
    let rules = tenant.governance.rules(&asked.holding.role);
    let broken = broken_rules(&rules, asked.sort, &asked.timing, &asked.body);
    if broken.is_empty() {
        return Ok(());
    }
    let message = format!("The following policy rules failed: {}", json!(broken));
    Err(GraphError::new(StatusCode::BAD_REQUEST, "RoleAssignmentRequestPolicyValidationFailed", message))
}

/// Does what a request asks for and gives its status.
fn carry_out(tenant: &mut Tenant, now: Timestamp, asked: &Asked, id: &str) -> &'static str {
    let before = role_schedules::current(tenant, asked.sort, &asked.holding);
    if asked.action == "adminRemove" {
        if let Some(before) = before {
            role_schedules::end(tenant, now, &before);
        }
        if asked.sort == Sort::Active {
            role_holders::withdraw(tenant, now, &asked.holding);
        }
        return "Revoked";
    }
    let schedule = Schedule {
        sort: asked.sort,
        holding: asked.holding.clone(),
        start: asked.timing.start,
        end: asked.timing.end,
        state: ScheduleState::Waiting,
    };
    // What is in force goes on without a gap under the new schedule.
    if let Some(before) = before.and_then(|id| tenant.governance.schedules.get_mut(&id).map(|old| (id, old)))
    {
        let (before, old) = before;
        old.state = ScheduleState::Ended;
        tenant.governance.forget(&Step::EndRole(before.clone()));
        tenant.governance.forget(&Step::ProvisionRole(before));
    }
    tenant.governance.schedules.insert(id.to_owned(), schedule);
    if tenant.governance.rules(&asked.holding.role).approval {
        return "PendingApproval";
    }
    role_schedules::accept(tenant, now, id)
}

/// The request as an object. The service gives the schedule the id of the request that made it.
fn object(request: &Request, asked: &Asked, kind: Kind, (id, status): (&str, &str)) -> Object {
    let mut properties = asked.body.clone();
    properties.remove("@odata.type");
    let complete = !OPEN.contains(&status);
    let removes = asked.action == "adminRemove";
    let fields = [
        ("principalId", json!(asked.holding.principal)),
        ("roleDefinitionId", json!(asked.holding.role)),
        ("directoryScopeId", json!(asked.holding.scope)),
        ("isValidationOnly", json!(asked.body.get("isValidationOnly") == Some(&json!(true)))),
        ("status", json!(status)),
        ("createdDateTime", json!(seconds(request.now))),
        ("completedDateTime", if complete { json!(seconds(request.now)) } else { Value::Null }),
        ("createdBy", json!({ "application": { "id": request.roles.app, "displayName": null } })),
        ("targetScheduleId", if removes { Value::Null } else { json!(id) }),
        ("approvalId", if status == "PendingApproval" { json!(id) } else { Value::Null }),
        (
            "scheduleInfo",
            if removes { Value::Null } else { asked.timing.shown(asked.body.get("scheduleInfo")) },
        ),
    ];
    properties.extend(fields.map(|(name, value)| (name.to_owned(), value)));
    Object::new(kind, id.to_owned(), properties)
}

fn created(request: &Request, object: &Object) -> Reply {
    let mut body = Map::new();
    let context = request.context(&format!("{}/$entity", object.kind.collection()));
    body.insert("@odata.context".to_owned(), json!(context));
    body.extend(object.view(None));
    Reply::Json(StatusCode::CREATED, Value::Object(body))
}

fn cancel(tenant: &mut Tenant, request: &Request, kind: Kind) -> Outcome {
    let found = entity::found(tenant, request.key(0), kind)?;
    if !found.text("status").is_some_and(|status| OPEN.contains(&status)) {
        return Err(GraphError::bad_request("The request cannot be canceled in its current status."));
    }
    let id = found.id.clone();
    role_schedules::end(tenant, request.now, &id);
    role_schedules::set_status(tenant, request.now, &id, "Canceled");
    Ok(Reply::NoContent)
}
