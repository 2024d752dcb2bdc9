//! A run as people see it: the tree of its steps with states and times. Read off the state; nothing in
//! it is stored.

use drawbridge_core::graph::{Blueprint, Phase, Vertex, VertexKind};
use drawbridge_sdk::{Choice, Fault};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use crate::failure::RunError;
use crate::frame::{Place, RUN, is_named};
use crate::gate::GateState;
use crate::ids::{RunId, StepPath};
use crate::state::{Condition, Outcome, RunState};
use crate::step::{Passes, StepStatus};

/// One run for people.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RunView {
    /// Its id.
    pub run: RunId,
    /// Name of the workflow.
    pub workflow: String,
    /// The author's version.
    pub version: u32,
    /// Title of the workflow.
    pub title: String,
    /// What started it.
    pub trigger: String,
    /// What it is doing.
    pub condition: Condition,
    /// How it ended or will end, once that is decided.
    pub outcome: Option<Outcome>,
    /// Why it failed.
    pub error: Option<RunError>,
    /// When it began, in UTC.
    pub started_at: Option<Timestamp>,
    /// When it ended, in UTC.
    pub ended_at: Option<Timestamp>,
    /// When it has to have done what it is for, in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deadline: Option<Timestamp>,
    /// What it gives, once its steps have succeeded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outputs: Option<Value>,
    /// When the next timer is due, in UTC.
    pub next_at: Option<Timestamp>,
    /// Its steps in the order of the text.
    pub steps: Vec<StepView>,
}

/// One step for people.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StepView {
    /// Where it stands in the run.
    pub path: StepPath,
    /// How deep it stands in blocks; 0 at the top.
    pub level: usize,
    /// `main`, `on_failure` or `finally`.
    pub phase: &'static str,
    /// The action, or the kind of step.
    pub kind: String,
    /// Branch of the surrounding block: its name, its number from 1, or `rescue`;
    /// of a loop the number of the pass, from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
    /// Where it stands.
    pub state: &'static str,
    /// Attempts so far.
    pub attempts: u32,
    /// When it began, in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Timestamp>,
    /// When it ended, in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<Timestamp>,
    /// When it goes on, in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// What it does or did, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// What went wrong last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<Fault>,
    /// Fields that the platform accepted in silence and did not change.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_applied: Vec<String>,
    /// The gate, of an approval.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gate: Option<GateView>,
}

/// A gate for people.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GateView {
    /// One line: who asks for what.
    pub subject: String,
    /// What approvers see besides.
    pub details: Vec<String>,
    /// Where it is shown.
    pub via: String,
    /// When it expires, in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// How it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<&'static str>,
    /// Every question put.
    pub asks: Vec<AskView>,
}

/// One question of a gate for people.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AskView {
    /// Number of the question, as a vote names it.
    pub ask: u32,
    /// Name of the stage.
    pub stage: String,
    /// How many must approve.
    pub need: u32,
    /// Whether people can decide now.
    pub open: bool,
    /// Who is asked; empty where whoever uses the console decides.
    pub approvers: Vec<String>,
    /// Who decided what.
    pub votes: Vec<VoteView>,
    /// What stood in the way last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<Fault>,
}

/// One decision for people.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct VoteView {
    /// Who.
    pub by: String,
    /// What.
    pub choice: Choice,
    /// When, in UTC.
    pub at: Timestamp,
    /// What they wrote.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

/// Looks at a run.
#[must_use]
pub fn view(blueprint: &Blueprint, state: &RunState) -> RunView {
    let mut steps = Vec::new();
    if state.started.is_some() {
        add_steps(blueprint, state, RUN, &mut steps);
    }
    RunView {
        run: state.run.clone(),
        workflow: blueprint.workflow.to_string(),
        version: blueprint.version,
        title: blueprint.title.clone(),
        trigger: state.started.as_ref().map(|started| started.trigger.clone()).unwrap_or_default(),
        condition: state.condition(),
        outcome: state.outcome,
        error: state.error.clone(),
        started_at: state.started_at,
        ended_at: state.ended_at,
        deadline: state.deadline,
        outputs: state.outputs.clone(),
        next_at: state.next_at(),
        steps,
    }
}

/// The steps of a frame; those of a pass stand behind their loop.
fn add_steps(blueprint: &Blueprint, state: &RunState, frame: usize, steps: &mut Vec<StepView>) {
    for ix in state.layout.order(state.frames[frame].each()) {
        if !is_named(&blueprint.graph[*ix].kind) {
            continue;
        }
        let mut step = step_view(blueprint, state, Place { frame, ix: *ix });
        let passes = state.frames[frame].step(*ix).passes.as_ref();
        if let Some(passes) = passes {
            step.summary = Some(progress(state, passes));
        } else if let Some(message) = stop_message(state, frame, &blueprint.graph[*ix]) {
            step.summary = Some(message);
        }
        steps.push(step);
        for pass in passes.iter().flat_map(|passes| &passes.frames) {
            add_steps(blueprint, state, *pass, steps);
        }
    }
}

/// How far a loop is.
fn progress(state: &RunState, passes: &Passes) -> String {
    let over = passes.frames.iter().map(|frame| &state.frames[*frame]).filter(|frame| frame.over);
    let (over, failed) =
        over.fold((0, 0), |(over, failed), frame| (over + 1, failed + u32::from(frame.failed)));
    let failed = if failed == 0 { String::new() } else { format!(", {failed} failed") };
    format!("{over} of {} passes{failed}", passes.count())
}

/// What a `stop` that was reached says.
fn stop_message(state: &RunState, frame: usize, vertex: &Vertex) -> Option<String> {
    let VertexKind::Stop { .. } = vertex.kind else { return None };
    let id = vertex.id.as_str();
    let output = match frame {
        RUN => state.roots()["steps"].get(id),
        pass => state.frames[pass].outputs.get(id),
    };
    output?["message"].as_str().map(str::to_owned)
}

fn step_view(blueprint: &Blueprint, state: &RunState, place: Place) -> StepView {
    let (vertex, step) = (&blueprint.graph[place.ix], state.frames[place.frame].step(place.ix));
    let level = std::iter::successors(vertex.within, |within| blueprint.graph[within.block].within).count();
    let until = match step.status {
        StepStatus::Sleeping { until, .. } => Some(until),
        _ => None,
    };
    let intent = step.intent.as_ref().map(|intent| intent.change.summary.clone());
    StepView {
        path: step.path.clone(),
        level,
        phase: match vertex.phase {
            Phase::Main => "main",
            Phase::OnFailure => "on_failure",
            Phase::Finally => "finally",
        },
        kind: kind_word(&vertex.kind),
        branch: vertex.within.map(|within| match &blueprint.graph[within.block].kind {
            _ if state.layout.is_rescue(within) => "rescue".to_owned(),
            VertexKind::Parallel(names) => names.get(within.branch).cloned().unwrap_or_default(),
            VertexKind::Foreach(_) => {
                state.frames[place.frame].pass.map_or_else(String::new, |pass| pass.number.to_string())
            }
            _ => (within.branch + 1).to_string(),
        }),
        state: step.status.as_str(),
        attempts: step.attempt,
        started_at: step.started_at,
        finished_at: step.finished_at,
        until,
        summary: intent.or_else(|| vertex.common.description.clone()),
        fault: step.fault.clone(),
        not_applied: step.not_applied.clone(),
        gate: step.gate.as_ref().map(|gate| gate_view(&vertex.kind, gate)),
    }
}

fn kind_word(kind: &VertexKind) -> String {
    match kind {
        VertexKind::Action(action) => action.action.clone(),
        VertexKind::Approval(_) => "approval".to_owned(),
        VertexKind::Decide { .. } => "decide".to_owned(),
        VertexKind::Set(_) => "set".to_owned(),
        VertexKind::Wait(_) => "wait".to_owned(),
        VertexKind::Stop { .. } => "stop".to_owned(),
        VertexKind::Switch(_) => "switch".to_owned(),
        VertexKind::Parallel(_) => "parallel".to_owned(),
        VertexKind::Map { .. } => "map".to_owned(),
        VertexKind::Child { .. } => "workflow".to_owned(),
        VertexKind::Agent(_) => "agent".to_owned(),
        VertexKind::Group => "group".to_owned(),
        VertexKind::Foreach(_) => "foreach".to_owned(),
        VertexKind::Rescue(_) => "rescue".to_owned(),
        VertexKind::End(_) => "end".to_owned(),
    }
}

fn gate_view(kind: &VertexKind, gate: &GateState) -> GateView {
    let via = match kind {
        VertexKind::Approval(spec) => spec.via.clone(),
        _ => String::new(),
    };
    let asks = gate.asks.iter().zip(0..).map(|(ask, number)| AskView {
        ask: number,
        stage: ask.name.clone(),
        need: ask.need,
        open: ask.is_open(),
        approvers: ask.ask.iter().flat_map(|ask| &ask.approvers).map(|by| by.label().to_owned()).collect(),
        votes: ask
            .votes
            .iter()
            .map(|vote| VoteView {
                by: vote.by.label().to_owned(),
                choice: vote.choice,
                at: vote.at,
                comment: vote.comment.clone(),
            })
            .collect(),
        fault: ask.fault.clone(),
    });
    GateView {
        subject: gate.question.subject.clone(),
        details: gate.question.details.clone(),
        via,
        expires_at: gate.expires_at,
        outcome: gate.outcome.map(|outcome| outcome.as_str()),
        asks: asks.collect(),
    }
}
