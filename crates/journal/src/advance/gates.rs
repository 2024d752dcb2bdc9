//! Gates: asking stage by stage, counting, deciding, and whether a gated step may be sent.

use std::collections::BTreeMap;

use drawbridge_core::expression::{EvalError, Template};
use drawbridge_core::graph::{Approvers, GateStep, Never, VertexKind};
use drawbridge_core::model::StepId;
use drawbridge_sdk::{Digest, Fault, Person, Vote};
use petgraph::graph::NodeIndex;
use serde_json::{Value, json};

use super::closing::{ask_key, ask_mut, ask_turn, channel, close, close_all, gate_step, start_closing};
use super::fold::{Fold, unresolved};
use super::settle::{complete, fail, halt, settle, taker};
use crate::command::{ApproverSource, Command, OpenGate};
use crate::event::GatedInput;
use crate::gate::{AskState, AskStatus, Counted, GateOutcome, GateState, Question};
use crate::state::Outcome;
use crate::step::StepStatus;

/// How often one gate asks: an input that keeps changing is not approved for ever.
const ASK_AGAIN_MAX: u32 = 3;

/// Whether a gated step may be sent with this input.
pub(super) enum Permit {
    /// This very input was approved.
    Granted,
    /// People are being asked.
    Asking,
    /// Another input was approved; the gate asks again.
    AskAgain(NodeIndex),
    /// Nobody approved.
    Denied(Fault),
}

/// Compares what would be sent with what was approved.
pub(super) fn permit(fold: &Fold<'_>, ix: NodeIndex, gate: &StepId, digest: &Digest) -> Permit {
    let path = fold.path(ix);
    let denied = |why: &str| {
        let fault = Fault::new("RN004", format!("`{path}` was not approved: gate `{gate}` {why}"));
        Permit::Denied(fault.help("nothing was sent; start a new run if it is still wanted"))
    };
    let asks = |other: &NodeIndex| gate_step(fold, *other).is_some_and(|spec| spec.gated.contains(&ix));
    let Some(gate_ix) = fold.blueprint.graph.node_indices().find(asks) else {
        return denied("is not part of this workflow");
    };
    let step = fold.step(gate_ix);
    match (step.status, &step.gate) {
        (StepStatus::Asking | StepStatus::Stalled, _) => Permit::Asking,
        (StepStatus::Succeeded, Some(state)) if state.outcome == Some(GateOutcome::Approved) => {
            if state.approved.get(&path) == Some(digest) {
                Permit::Granted
            } else if state.round < ASK_AGAIN_MAX {
                Permit::AskAgain(gate_ix)
            } else {
                let summary = format!(
                    "the input of `{path}` differs from what was approved, {ASK_AGAIN_MAX} times in a row"
                );
                Permit::Denied(Fault::new("RN015", summary))
            }
        }
        (StepStatus::Skipped, _) => denied("was skipped"),
        (_, Some(state)) => denied(match state.outcome {
            Some(GateOutcome::Expired) => "expired",
            Some(GateOutcome::Rejected) => "was rejected",
            _ => "was not decided",
        }),
        _ => denied("was not decided"),
    }
}

/// Opens a gate whose turn has come.
pub(super) fn open(fold: &mut Fold<'_>, ix: NodeIndex) {
    let at = fold.at;
    fold.step_mut(ix).started_at = Some(at);
    fold.step_mut(ix).attempt = 1;
    begin_round(fold, ix);
}

/// Asks again for a gated step whose input is no longer what was approved.
pub(super) fn reopen(fold: &mut Fold<'_>, gated: NodeIndex, gate: NodeIndex) {
    fold.focus(gate);
    let id = fold.vertex(gate).id.as_str();
    for root in ["status", "steps"] {
        if let Some(map) = fold.state.roots[root].as_object_mut() {
            map.remove(id);
        }
    }
    fold.step_mut(gate).finished_at = None;
    let path = fold.path(gated);
    fold.step_mut(gate).fault = Some(Fault::new(
        "RN004",
        format!("the input of `{path}` differs from what was approved; asking again"),
    ));
    begin_round(fold, gate);
}

fn begin_round(fold: &mut Fold<'_>, ix: NodeIndex) {
    let Some(spec) = gate_step(fold, ix) else { return };
    let (question, stages) =
        match question(fold, spec).and_then(|question| Ok((question, stages(fold, spec)?))) {
            Ok(resolved) => resolved,
            Err(error) => return fail(fold, ix, unresolved("the question", &error), false),
        };
    if let Some(fault) = unaskable(spec, &question, &stages) {
        return fail(fold, ix, fault, false);
    }
    let gated = spec.gated.iter().map(|gated| gated_input(fold, *gated)).collect();
    let at = fold.at;
    let expires_at = spec.expires.as_ref().map(|expires| expires.after.end(at));
    let before = fold.step_mut(ix).gate.take();
    let (round, asks) = before.map_or((1, Vec::new()), |before| (before.round + 1, before.asks));
    let step = fold.step_mut(ix);
    step.status = StepStatus::Asking;
    step.gate = Some(Box::new(GateState {
        round,
        opened_at: at,
        expires_at,
        question,
        asks,
        stages_left: stages,
        gated,
        outcome: None,
        approved: BTreeMap::new(),
    }));
    ask_next(fold, ix);
}

/// RN005: a gate that nobody could ever pass.
fn unaskable(spec: &GateStep, question: &Question, stages: &[usize]) -> Option<Fault> {
    let missing = spec.never.iter().find_map(|never| match never {
        Never::Requester if question.requester.is_none() => Some("requester"),
        Never::Beneficiary if question.beneficiary.is_none() => Some("beneficiary"),
        _ => None,
    });
    if let Some(missing) = missing {
        let summary = format!("nobody can be asked: `never: {missing}` needs a `{missing}`, which is absent");
        return Some(Fault::new("RN005", summary));
    }
    stages
        .is_empty()
        .then(|| Fault::new("RN005", "nobody can be asked: the condition of every stage is false"))
}

fn question(fold: &Fold<'_>, spec: &GateStep) -> Result<Question, EvalError> {
    let roots = fold.roots();
    let mut details = Vec::new();
    for show in &spec.show {
        if let Some(value) = show.resolve(roots)? {
            details.extend(lines(&value));
        }
    }
    let record = spec.record.as_ref().map(|record| record.resolve(roots)).transpose()?.flatten();
    let person = |template: &Option<Template>| -> Result<Option<Person>, EvalError> {
        let value = template.as_ref().map(|template| template.resolve(roots)).transpose()?.flatten();
        value.map_or(Ok(None), |value| person_of(&value))
    };
    Ok(Question {
        subject: spec.subject.render(roots)?,
        details,
        record: record.map(|record| record.as_str().map_or_else(|| record.to_string(), str::to_owned)),
        requester: person(&spec.requester)?,
        beneficiary: person(&spec.beneficiary)?,
    })
}

fn lines(value: &Value) -> Vec<String> {
    let plain = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match value {
        Value::Object(map) => map.iter().map(|(name, value)| format!("{name}: {}", plain(value))).collect(),
        other => vec![plain(other)],
    }
}

fn person_of(value: &Value) -> Result<Option<Person>, EvalError> {
    match value {
        Value::Null => Ok(None),
        Value::String(text) if text.trim().is_empty() => Ok(None),
        Value::String(text) => Ok(Some(Person::from_text(text))),
        other => {
            let person: Option<Person> = serde_json::from_value(other.clone()).ok();
            match person.filter(|person| person.is_same(person)) {
                Some(person) => Ok(Some(person)),
                None => Err(EvalError::new(
                    "a person is a text, or a map with `azure_id`, `sys_id`, `upn` or `email`",
                )),
            }
        }
    }
}

fn stages(fold: &Fold<'_>, spec: &GateStep) -> Result<Vec<usize>, EvalError> {
    let mut stages = Vec::new();
    for (index, stage) in spec.stages.iter().enumerate() {
        let asked = stage.condition.as_ref().map_or(Ok(true), |condition| condition.holds(fold.roots()))?;
        if asked {
            stages.push(index);
        }
    }
    Ok(stages)
}

fn gated_input(fold: &Fold<'_>, ix: NodeIndex) -> GatedInput {
    let digest = match &fold.vertex(ix).kind {
        VertexKind::Action(action) => action
            .with
            .resolve(fold.roots())
            .ok()
            .map(|input| Digest::of(&input.unwrap_or_else(|| json!({})))),
        _ => None,
    };
    GatedInput { path: fold.path(ix), digest }
}

/// Puts the question of the next stage.
fn ask_next(fold: &mut Fold<'_>, ix: NodeIndex) {
    let Some(spec) = gate_step(fold, ix) else { return };
    let owner = fold.owner(ix);
    let Some(gate) = &mut fold.state.frames[owner].step_mut(ix).gate else { return };
    if gate.stages_left.is_empty() {
        return decide(fold, ix, GateOutcome::Approved, None);
    }
    let index = gate.stages_left.remove(0);
    let stage = &spec.stages[index];
    let mut ask = AskState::new(index, &stage.name, stage.need, gate.round);
    match sources(&stage.approvers, &fold.state.roots) {
        Ok(sources) => ask.approvers = sources,
        Err(error) => return fail(fold, ix, unresolved("`approvers`", &error), false),
    }
    gate.asks.push(ask);
    let number = gate.asks.len() - 1;
    if let Some(command) = open_command(fold, ix, number) {
        fold.commands.push(command);
    }
}

fn sources(approvers: &[Approvers], roots: &Value) -> Result<Vec<ApproverSource>, EvalError> {
    let resolved = approvers.iter().map(|approvers| {
        Ok(ApproverSource {
            source: approvers.source.clone(),
            connection: approvers.connection.clone(),
            input: approvers.input.resolve(roots)?.unwrap_or(Value::Null),
        })
    });
    resolved.collect()
}

/// Nobody decided for too long: more people are asked the same. Whoever was asked stays asked, and where
/// nobody else can be asked the question stays as it is.
pub(super) fn escalate(fold: &mut Fold<'_>, ix: NodeIndex, number: usize) {
    let Some(spec) = gate_step(fold, ix).and_then(|spec| spec.escalate.as_ref()) else { return };
    let sources = sources(&spec.to, fold.roots());
    let Some(ask) = ask_mut(fold, ix, number) else { return };
    ask.escalates_at = None;
    match sources {
        Ok(sources) => {
            ask.approvers = sources;
            ask.rounds = 0;
            open_again(fold, ix, number);
        }
        Err(error) => ask.fault = Some(unresolved("`escalate`", &error)),
    }
}

pub(super) fn open_command(fold: &Fold<'_>, ix: NodeIndex, number: usize) -> Option<Command> {
    let spec = gate_step(fold, ix)?;
    let gate = fold.step(ix).gate.as_ref()?;
    let ask = gate.asks.get(number)?;
    let path = fold.path(ix);
    let question = gate.question.clone();
    Some(Command::OpenGate(OpenGate {
        key: ask_key(&fold.state.run, &path, ask),
        turn: ask_turn(path, number, ask.epoch),
        channel: channel(spec),
        stage: ask.name.clone(),
        subject: question.subject,
        details: question.details,
        record: question.record,
        asked: ask.ask.iter().filter(|_| ask.asked).flat_map(|put| put.approvers.clone()).collect(),
        approvers: ask.approvers.clone(),
        need: ask.need,
        never: spec.never.clone(),
        requester: question.requester,
        beneficiary: question.beneficiary,
        earlier: gate.earlier(number),
        gated: gate.gated.clone(),
        rounds: ask.rounds,
    }))
}

/// Asks the channel again to open what is still missing.
pub(super) fn open_again(fold: &mut Fold<'_>, ix: NodeIndex, number: usize) {
    let Some(ask) = ask_mut(fold, ix, number) else { return };
    ask.epoch += 1;
    ask.rounds += 1;
    ask.status = AskStatus::Opening;
    if let Some(command) = open_command(fold, ix, number) {
        fold.commands.push(command);
    }
}

/// Counts a vote. Gives whether it counted.
pub(super) fn voted(fold: &mut Fold<'_>, ix: NodeIndex, number: usize, vote: &Vote) -> bool {
    let Some(spec) = gate_step(fold, ix) else { return false };
    if fold.step(ix).status != StepStatus::Asking {
        return false;
    }
    let Some(gate) = &mut fold.step_mut(ix).gate else { return false };
    match gate.count(number, vote, &spec.never) {
        Counted::No => return false,
        Counted::More => {}
        Counted::Passed => {
            close(fold, ix, number);
            ask_next(fold, ix);
        }
        Counted::Rejected => decide(fold, ix, GateOutcome::Rejected, None),
    }
    true
}

/// Nobody decided in time. What nobody was asked is never taken for a yes.
pub(super) fn expired(fold: &mut Fold<'_>, ix: NodeIndex) {
    let current = fold.step(ix).gate.as_ref().and_then(|gate| gate.current());
    let asked = current.is_some_and(AskState::is_open);
    let reason = gate_step(fold, ix)
        .and_then(|spec| spec.expires.as_ref())
        .and_then(|expires| expires.approves_because.clone())
        .filter(|_| asked);
    let outcome = if reason.is_some() { GateOutcome::Approved } else { GateOutcome::Expired };
    decide(fold, ix, outcome, reason.as_deref());
}

fn decide(fold: &mut Fold<'_>, ix: NodeIndex, outcome: GateOutcome, reason: Option<&str>) {
    let Some(spec) = gate_step(fold, ix) else { return };
    close_all(fold, ix);
    let at = fold.at;
    fold.step_mut(ix).fault = None;
    let Some(gate) = &mut fold.step_mut(ix).gate else { return };
    gate.outcome = Some(outcome);
    let output = gate.output(outcome, at, reason);
    if outcome == GateOutcome::Approved {
        let approved =
            gate.gated.iter().filter_map(|gated| Some((gated.path.clone(), gated.digest.clone()?)));
        gate.approved = approved.collect();
    }
    if outcome == GateOutcome::Approved || spec.continues_on_reject {
        return complete(fold, ix, Some(output));
    }
    settle(fold, ix, StepStatus::Rejected, Some(output));
    // The blocks around it show that, and none of them takes it.
    taker(fold, ix);
    halt(fold, Outcome::Rejected, None);
}

/// Nobody can be asked: the gate fails, and what was opened of it is closed.
pub(super) fn unopened(fold: &mut Fold<'_>, ix: NodeIndex, number: usize, fault: &Fault) {
    start_closing(fold, ix, number);
    if fold.step(ix).status == StepStatus::Asking {
        fail(fold, ix, fault.clone(), false);
    }
}
