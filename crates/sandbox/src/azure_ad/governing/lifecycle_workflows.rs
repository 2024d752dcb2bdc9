//! `/identityGovernance/lifecycleWorkflows/workflows`: list, get, run on demand.
//!
//! A run does to its people what it can do here: accounts are switched on and off, groups are joined and left. Tasks
//! that send or make something are only noted. Nothing runs on a schedule.
//!
//! Source: microsoft-graph.md section 6.6.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::azure_ad::errors::GraphError;
use crate::azure_ad::governing::access_relations::{get, list};
use crate::azure_ad::kernel::entity;
use crate::azure_ad::kernel::request::{Outcome, Reply, Request};
use crate::azure_ad::kernel::route::{self, Route};
use crate::azure_ad::model::schema::Kind;
use crate::azure_ad::state::governance::{Run, Step, TaskResult};
use crate::azure_ad::state::tenant::Tenant;

const KIND: Kind = Kind::LifecycleWorkflow;

/// Most people of one run on demand.
const SUBJECTS_MAX: usize = 10;

/// The service's ids of the tasks.
pub(crate) const ENABLE: &str = "6fc52c9d-398b-4305-9763-15f42c1676fc";
pub(crate) const DISABLE: &str = "1dfdfcc7-52fa-4c2e-bf3a-e3919cc12950";
pub(crate) const ADD_TO_GROUPS: &str = "22085229-5809-45e8-97fd-270d28d66910";
pub(crate) const REMOVE_FROM_GROUPS: &str = "1953a66c-751c-45e5-8bfe-01462c70da3c";
pub(crate) const REMOVE_FROM_ALL_GROUPS: &str = "b3a31406-2a15-4c9a-b25b-a658fa5f07fc";
pub(crate) const WELCOME_MAIL: &str = "70b29d51-b59a-4773-9280-8841dfd3f2ea";
pub(crate) const ACCESS_PASS: &str = "1b555e50-7f65-41d5-b514-5894a026d10d";

pub(crate) const ROUTES: &[Route] = &[
    route::get("/identityGovernance/lifecycleWorkflows/workflows", |tenant, request| {
        list(tenant, request, KIND)
    }),
    route::get("/identityGovernance/lifecycleWorkflows/workflows/{workflow-id}", |tenant, request| {
        get(tenant, request, KIND)
    }),
    route::post(
        "/identityGovernance/lifecycleWorkflows/workflows/{workflow-id}/microsoft.graph.identityGovernance.activate",
        activate,
    ),
];

fn activate(tenant: &mut Tenant, request: &Request) -> Outcome {
    let body = request.object()?;
    let workflow = entity::found(tenant, request.key(0), KIND)?;
    let (id, enabled) = (workflow.id.clone(), workflow.is("isEnabled"));
    let subjects = body.get("subjects").and_then(Value::as_array).filter(|subjects| !subjects.is_empty());
    let subjects = subjects.ok_or_else(|| GraphError::malformed("The property 'subjects' is required."))?;
    if subjects.len() > SUBJECTS_MAX {
        return Err(GraphError::malformed(format!(
            "A workflow can be run on demand for at most {SUBJECTS_MAX} users."
        )));
    }
    let mut users = Vec::new();
    for subject in subjects {
        let sent = subject["id"].as_str();
        let sent = sent.ok_or_else(|| GraphError::malformed("The property 'subjects/id' is required."))?;
        let user = tenant.find(Kind::User, sent).ok_or_else(|| GraphError::not_found(sent))?;
        users.push(user.id.clone());
    }
    if !enabled {
        return Err(GraphError::malformed("The workflow is not enabled."));
    }
    let run = tenant.fresh_id("workflow run");
    tenant.governance.runs.push(Run {
        id: run.clone(),
        workflow: id,
        subjects: users,
        asked_at: request.now,
        finished_at: None,
        results: Vec::new(),
    });
    let wait = tenant.governance.switches.step_ms;
    tenant.governance.plan_in(request.now, wait, Step::RunWorkflow(run));
    Ok(Reply::NoContent)
}

/// Carries a run out.
pub(crate) fn run(tenant: &mut Tenant, now: Timestamp, id: &str) {
    let found = tenant.governance.runs.iter().find(|run| run.id == id).cloned();
    let Some(mut run) = found else { return };
    let workflow = tenant.find(KIND, &run.workflow);
    let tasks = workflow.and_then(|workflow| workflow.properties.get("tasks")).and_then(Value::as_array);
    let tasks = tasks.cloned().unwrap_or_default();
    for subject in run.subjects.clone() {
        for task in &tasks {
            let result = carry_out(tenant, now, task, &subject).to_owned();
            let task = task["displayName"].as_str().unwrap_or_default().to_owned();
            run.results.push(TaskResult { subject: subject.clone(), task, result });
        }
    }
    run.finished_at = Some(now);
    if let Some(kept) = tenant.governance.runs.iter_mut().find(|kept| kept.id == id) {
        *kept = run;
    }
}

/// Carries one task out and says what became of it.
fn carry_out(tenant: &mut Tenant, now: Timestamp, task: &Value, subject: &str) -> &'static str {
    if tenant.user(subject).is_none() {
        return "failed";
    }
    match task["taskDefinitionId"].as_str() {
        Some(ENABLE) => enable(tenant, now, subject, true),
        Some(DISABLE) => enable(tenant, now, subject, false),
        Some(ADD_TO_GROUPS) => {
            for group in groups(task) {
                tenant.add_member(now, &group, subject);
            }
        }
        Some(REMOVE_FROM_GROUPS) => leave(tenant, now, subject, &groups(task)),
        Some(REMOVE_FROM_ALL_GROUPS) => {
            let held = tenant.groups_of(subject, false).into_iter();
            let own = held.filter(|group| !group.is_synced() && !group.is_group_type("DynamicMembership"));
            let held: Vec<String> = own.map(|group| group.id.clone()).collect();
            leave(tenant, now, subject, &held);
        }
        _ => return "noted",
    }
    "completed"
}

fn enable(tenant: &mut Tenant, now: Timestamp, user: &str, enabled: bool) {
    let mut properties = Map::new();
    properties.insert("accountEnabled".to_owned(), json!(enabled));
    tenant.update(now, user, properties);
}

fn leave(tenant: &mut Tenant, now: Timestamp, user: &str, groups: &[String]) {
    for group in groups {
        tenant.remove_member(now, group, user);
    }
}

/// Ids of the groups a task is about.
fn groups(task: &Value) -> Vec<String> {
    let arguments = task["arguments"].as_array().map(Vec::as_slice).unwrap_or_default();
    let named = arguments.iter().find(|argument| argument["name"] == "groupID");
    let ids = named.and_then(|argument| argument["value"].as_str()).unwrap_or_default();
    ids.split(',').filter(|id| !id.is_empty()).map(str::to_owned).collect()
}
