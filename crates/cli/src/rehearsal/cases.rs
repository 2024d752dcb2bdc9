//! `tests.yaml`: the cases of a workflow as their author wrote them. Reads and checks the file; plays
//! nothing.

use std::path::Path;

use anyhow::Result;
use drawbridge_core::graph::{Blueprint, VertexKind};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::problem::Problem;
use crate::yaml;

/// File beside a workflow that holds its cases.
const CASES_FILE: &str = "tests.yaml";

/// Cases of one workflow, each a run in a fresh sandbox.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Cases {
    /// Name of the workflow.
    tests: String,
    /// The world that every case starts in.
    #[serde(default)]
    world: World,
    /// The cases in order.
    cases: Vec<Case>,
}

/// The world that a case starts in.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct World {
    /// Name of a built-in company; `small-company` is the only one.
    #[serde(default)]
    seed: Option<String>,
}

/// One case.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    /// A sentence.
    pub(crate) name: String,
    /// Settings of the workflow that differ from their defaults.
    #[serde(default)]
    pub(crate) settings: Map<String, Value>,
    /// What starts the run.
    pub(crate) start: Start,
    /// What people and faults do while it runs.
    #[serde(default)]
    pub(crate) script: Vec<Act>,
    /// What must be so in the end.
    pub(crate) expect: Expect,
}

/// What starts the run; exactly one way.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Start {
    /// A change to the world that a trigger sees.
    World(WorldChange),
    /// Inputs, as typed by hand.
    Input(Map<String, Value>),
    /// An event of one trigger.
    Event(StartEvent),
}

/// A change to the world.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum WorldChange {
    /// Creates a user in Azure AD: `upn` and any property; `manager` by UPN.
    CreateUser(Map<String, Value>),
}

/// An event of one trigger.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct StartEvent {
    /// Id of the trigger in the workflow.
    pub(crate) trigger: String,
    /// What it saw.
    pub(crate) data: Value,
}

/// One line of a script.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(
    deny_unknown_fields,
    untagged,
    expecting = "one of: approve, reject, close, update_user, advance, fault"
)]
pub(crate) enum Act {
    /// Somebody approves what they are asked.
    Approve {
        /// Step of the gate.
        approve: String,
        /// UPN of who decides.
        r#as: String,
        /// What they write.
        #[serde(default)]
        comment: Option<String>,
    },
    /// Somebody rejects what they are asked.
    Reject {
        /// Step of the gate.
        reject: String,
        /// UPN of who decides.
        r#as: String,
        /// What they write.
        #[serde(default)]
        comment: Option<String>,
    },
    /// Somebody closes the open records of a table as complete, from now on whenever there are any.
    Close {
        /// Table of work records.
        close: String,
        /// UPN of who closes them.
        r#as: String,
        /// Fields that a record must have.
        #[serde(default)]
        r#where: Map<String, Value>,
    },
    /// A user changes in Azure AD.
    UpdateUser {
        /// UPN of the user.
        update_user: String,
        /// Properties; `manager` by UPN.
        set: Map<String, Value>,
    },
    /// Time passes, such as `4h`.
    Advance {
        /// How much.
        advance: String,
    },
    /// A platform misbehaves.
    Fault {
        /// How.
        fault: FaultSpec,
    },
}

/// How a platform misbehaves.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FaultSpec {
    /// Action whose call is struck.
    pub(crate) on: String,
    /// `throttle`, `drop_before_commit`, `drop_after_commit`, `html`, or a status.
    pub(crate) answer: Value,
    /// How many calls are struck.
    #[serde(default = "once")]
    pub(crate) times: u32,
    /// How many calls pass first.
    #[serde(default)]
    pub(crate) after: u32,
}

fn once() -> u32 {
    1
}

/// What must be so in the end.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Expect {
    /// Outcome of the run.
    #[serde(default)]
    pub(crate) outcome: Option<String>,
    /// Actions that were or were not sent.
    #[serde(default)]
    pub(crate) calls: Calls,
    /// Records that exist in ServiceNow.
    #[serde(default)]
    pub(crate) records: Vec<Records>,
}

/// Actions that were or were not sent.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Calls {
    /// Sent at least once.
    #[serde(default)]
    pub(crate) made: Vec<String>,
    /// Never sent.
    #[serde(default)]
    pub(crate) not_made: Vec<String>,
}

/// Records that exist in ServiceNow.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Records {
    /// Table.
    pub(crate) table: String,
    /// Fields by their value or display value.
    #[serde(default)]
    pub(crate) r#where: Map<String, Value>,
    /// How many there must be.
    pub(crate) count: usize,
}

impl Expect {
    fn is_empty(&self) -> bool {
        self.outcome.is_none()
            && self.calls.made.is_empty()
            && self.calls.not_made.is_empty()
            && self.records.is_empty()
    }
}

/// Reads the cases beside a workflow file.
///
/// # Errors
/// A [`Problem`] with line and column when the file cannot be read or does not fit, when a case
/// expects nothing or names a gate that is not there, or when the seed is not known.
pub(crate) fn read(workflow_file: &Path, blueprint: &Blueprint) -> Result<Vec<Case>> {
    let path = workflow_file.parent().unwrap_or(Path::new("")).join(CASES_FILE);
    let text = std::fs::read_to_string(&path).map_err(|error| {
        Problem::new("ST021", format!("`{}` cannot be read: {error}", path.display())).help(
            "write cases beside the workflow, or start the run with `--input` or `--trigger` and `--event`",
        )
    })?;
    let read = parse(&text).and_then(|cases| fitting(cases, blueprint));
    read.map_err(|message| Problem::new("ST021", format!("{}: {message}", path.display())).into())
}

fn parse(text: &str) -> Result<Cases, String> {
    let cases: Cases = yaml::parse(text)?;
    if cases.cases.is_empty() {
        return Err("there are no cases".to_owned());
    }
    if let Some(case) = cases.cases.iter().find(|case| case.expect.is_empty()) {
        return Err(format!("case `{}` expects nothing, so it could never fail", case.name));
    }
    match cases.world.seed.as_deref() {
        None | Some("small-company") => Ok(cases),
        Some(other) => Err(format!("there is no seed `{other}`; `small-company` is the built-in one")),
    }
}

/// The cases, if they are about this workflow and its gates.
fn fitting(cases: Cases, blueprint: &Blueprint) -> Result<Vec<Case>, String> {
    if cases.tests != blueprint.workflow.as_str() {
        return Err(format!("it tests `{}`, and the workflow is `{}`", cases.tests, blueprint.workflow));
    }
    let is_gate = |name: &str| {
        let mut vertices = blueprint.graph.node_weights();
        vertices.any(|vertex| vertex.id.as_str() == name && matches!(vertex.kind, VertexKind::Approval(_)))
    };
    for case in &cases.cases {
        for act in &case.script {
            if let Act::Approve { approve: gate, .. } | Act::Reject { reject: gate, .. } = act
                && !is_gate(gate)
            {
                return Err(format!("case `{}`: the workflow has no gate `{gate}`", case.name));
            }
        }
    }
    Ok(cases.cases)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CASE: &str = "tests: x\ncases:\n  - name: a\n    start: { input: { user: ann } }\n";

    #[test]
    fn a_case_that_expects_nothing_is_refused() {
        let error = parse(&format!("{CASE}    expect: {{}}\n")).unwrap_err();
        assert_eq!(error, "case `a` expects nothing, so it could never fail");
    }

    #[test]
    fn an_unknown_key_is_refused_with_its_line() {
        let error = parse(&format!("{CASE}    expects: {{}}\n")).unwrap_err();
        assert!(error.contains("expects") && error.contains('5'), "{error}");
    }

    #[test]
    fn every_act_of_a_script_is_read() {
        let text = format!(
            "{CASE}    script:\n      - {{ approve: g, as: a@b.c }}\n      - {{ advance: 4h }}\n      - {{ fault: {{ on: a.b.c, answer: 403 }} }}\n    expect: {{ outcome: failed }}\n"
        );
        let cases = parse(&text).unwrap();
        assert!(matches!(
            cases.cases[0].script.as_slice(),
            [Act::Approve { .. }, Act::Advance { .. }, Act::Fault { .. }]
        ));
    }
}
