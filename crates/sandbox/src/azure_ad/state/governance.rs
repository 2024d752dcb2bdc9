//! What the governance of the tenant remembers besides its objects: role schedules, rules, switches, what is due.
//!
//! Owns state only. What a due step does is `role_schedules`', `access_delivery`'s and `lifecycle_workflows`'.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::seed::governance::RoleRules;

/// Everything of governance that no object shows.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Governance {
    pub(crate) switches: Switches,
    /// The rules of roles that have others than the usual ones, by id of the definition.
    pub(crate) role_rules: BTreeMap<String, RoleRules>,
    /// Timed assignments and eligibilities of roles, by id.
    pub(crate) schedules: IndexMap<String, Schedule>,
    /// Ids of the groups each access package gives, by id of the package.
    pub(crate) package_groups: BTreeMap<String, Vec<String>>,
    /// The questions of each assignment policy, by id of the policy.
    pub(crate) questions: BTreeMap<String, Vec<Question>>,
    /// On-demand runs of lifecycle workflows, in order.
    pub(crate) runs: Vec<Run>,
    /// Steps in the order they are due.
    due: Vec<Due>,
}

/// How slowly and how badly things go. The service documents no figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Switches {
    /// How long role requests do not know a new principal, in milliseconds; off at 0.
    pub(crate) principal_unknown_ms: u32,
    /// How long a role request waits to be provisioned, in milliseconds; not at all at 0.
    pub(crate) provisioning_ms: u32,
    /// How long an access package request or a workflow run stays in one state, in milliseconds.
    pub(crate) step_ms: u32,
    /// How deliveries of access packages end.
    pub(crate) delivery: Delivery,
}

impl Default for Switches {
    fn default() -> Self {
        Self { principal_unknown_ms: 0, provisioning_ms: 0, step_ms: 15_000, delivery: Delivery::default() }
    }
}

/// How the delivery of an access package ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Delivery {
    #[default]
    Full,
    /// All groups but the last.
    Partial,
    Failed,
}

/// Whether a schedule makes somebody a holder of the role, or somebody who may become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Sort {
    Active,
    Eligible,
}

/// Who, which role, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Holding {
    pub(crate) principal: String,
    /// Id of the role definition.
    pub(crate) role: String,
    /// `/` for the whole directory.
    pub(crate) scope: String,
}

/// A holding for a time.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Schedule {
    pub(crate) sort: Sort,
    pub(crate) holding: Holding,
    pub(crate) start: Timestamp,
    /// Nothing for one that does not end.
    pub(crate) end: Option<Timestamp>,
    pub(crate) state: ScheduleState,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ScheduleState {
    /// For an approval, for being provisioned, or for its start.
    Waiting,
    Running,
    Ended,
}

/// What a policy asks whoever requests access.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Question {
    pub(crate) id: String,
    pub(crate) text: String,
    pub(crate) required: bool,
}

/// One on-demand run of a lifecycle workflow.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Run {
    pub(crate) id: String,
    pub(crate) workflow: String,
    /// Ids of users.
    pub(crate) subjects: Vec<String>,
    pub(crate) asked_at: Timestamp,
    pub(crate) finished_at: Option<Timestamp>,
    /// What became of each task for each subject.
    pub(crate) results: Vec<TaskResult>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct TaskResult {
    pub(crate) subject: String,
    pub(crate) task: String,
    pub(crate) result: String,
}

/// Something that is to happen.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Due {
    at: Timestamp,
    step: Step,
}

/// What happens by itself; each names the request, schedule, assignment or run it is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Step {
    /// A role request is provisioned, and its schedule begins.
    ProvisionRole(String),
    EndRole(String),
    /// An access package request goes on to its next state.
    AdvanceRequest(String),
    EndAssignment(String),
    RunWorkflow(String),
}

impl Governance {
    /// Puts a step behind those that are due before or at the same time.
    pub(crate) fn plan(&mut self, at: Timestamp, step: Step) {
        let behind = self.due.partition_point(|other| other.at <= at);
        self.due.insert(behind, Due { at, step });
    }

    /// The same for a while from now.
    pub(crate) fn plan_in(&mut self, now: Timestamp, millis: u32, step: Step) {
        let at = now.checked_add(SignedDuration::from_millis(i64::from(millis))).unwrap_or(Timestamp::MAX);
        self.plan(at, step);
    }

    /// Takes the first step that is due by now.
    pub(crate) fn take_due(&mut self, now: Timestamp) -> Option<(Timestamp, Step)> {
        let first = self.due.first().is_some_and(|due| due.at <= now);
        first.then(|| self.due.remove(0)).map(|due| (due.at, due.step))
    }

    /// Forgets a step.
    pub(crate) fn forget(&mut self, step: &Step) {
        self.due.retain(|due| due.step != *step);
    }

    /// The rules of a role.
    pub(crate) fn rules(&self, role: &str) -> RoleRules {
        self.role_rules.get(role).cloned().unwrap_or_default()
    }
}
