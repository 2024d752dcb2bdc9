//! Loops: their list, their passes side by side, and what those come to.

use drawbridge_core::expression::EvalError;
use drawbridge_core::graph::{ForeachStep, VertexKind};
use drawbridge_sdk::Fault;
use petgraph::graph::NodeIndex;
use serde_json::{Value, json};

use super::fold::{Fold, unresolved};
use super::opening::{open, refuse};
use crate::frame::{Frame, Pass, RUN};
use crate::gate::AskStatus;
use crate::step::{Passes, StepStatus};

/// Reads the list and begins the first passes. The list is read once; a later change to what it was read
/// from changes nothing.
pub(super) fn begin(fold: &mut Fold<'_>, ix: NodeIndex, each: &ForeachStep) {
    let list = match each.list.resolve(fold.roots()) {
        Ok(Some(Value::Array(elements))) => Ok(elements),
        Ok(Some(other)) => Err(EvalError::new(format!("{} is not a list", kind_of(&other)))),
        Ok(None) => Err(EvalError::new("the list is absent")),
        Err(error) => Err(error),
    };
    let elements = match list {
        Ok(elements) => elements,
        Err(error) => return refuse_list(fold, ix, unresolved("`foreach`", &error)),
    };
    if elements.len() > usize::try_from(each.max).unwrap_or(usize::MAX) {
        return refuse_list(fold, ix, too_many(&fold.path(ix).to_string(), elements.len(), each.max));
    }
    open(fold, ix);
    fold.step_mut(ix).passes = Some(Box::new(Passes { elements, frames: Vec::new(), open: 0 }));
    fill(fold, ix);
}

/// A loop that goes on by itself gives its passes, also when there are none.
fn refuse_list(fold: &mut Fold<'_>, ix: NodeIndex, fault: Fault) {
    refuse(fold, ix, fault);
    let vertex = fold.vertex(ix);
    if vertex.common.continues_on_error && fold.step(ix).status == StepStatus::Failed {
        fold.state.publish(vertex.id.as_str(), StepStatus::Failed, Some(json!({ "items": [] })));
    }
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "a map",
    }
}

/// RN022: more elements than the author allows.
fn too_many(path: &str, count: usize, max: u32) -> Fault {
    let summary = format!("the list of `{path}` has {count} elements, more than its `max` of {max}");
    Fault::new("RN022", summary).help("nothing of it was done; look at the list, or allow more with `max`")
}

/// Whether a vertex starts a loop.
pub(super) fn is_loop(fold: &Fold<'_>, ix: NodeIndex) -> bool {
    matches!(fold.vertex(ix).kind, VertexKind::Foreach(_))
}

/// Begins passes while there are elements left and as many may be open.
fn fill(fold: &mut Fold<'_>, ix: NodeIndex) {
    let VertexKind::Foreach(each) = &fold.vertex(ix).kind else { return };
    let at_once = usize::try_from(each.at_once).unwrap_or(usize::MAX).max(1);
    while !ends(fold, ix) {
        let parent = fold.owner(ix);
        let step = fold.step_mut(ix);
        let path = step.path.clone();
        let Some(passes) = step.passes.as_mut().filter(|passes| passes.open < at_once) else { return };
        let number = passes.frames.len();
        let Some(element) = passes.elements.get_mut(number).map(std::mem::take) else { return };
        let pass = Pass { each: ix, parent, number };
        let frame = Frame::pass(fold.blueprint, &fold.state.layout, pass, &path, element);
        let frame = fold.state.add_frame(fold.blueprint, frame);
        if let Some(passes) = &mut fold.step_mut(ix).passes {
            passes.frames.push(frame);
            passes.open += 1;
        }
        fold.moved = true;
    }
}

/// Whether no further pass begins, although there may be elements left.
fn ends(fold: &Fold<'_>, ix: NodeIndex) -> bool {
    let block = &fold.step(ix).block;
    block.halted || block.rescuing || fold.is_halted(ix)
}

/// Leaves a pass once everything in it is settled; the next one begins.
pub(super) fn leave(fold: &mut Fold<'_>, frame: usize) {
    let Some(pass) = fold.state.frames[frame].pass else { return };
    fold.frame = frame;
    let order = fold.order();
    if !order.iter().all(|ix| fold.step(*ix).status.is_settled()) {
        return;
    }
    if !fold.state.frames[frame].over {
        let cut = order.iter().any(|ix| {
            let stands_in_pass = fold.vertex(*ix).within.is_some_and(|within| within.block == pass.each);
            let status = fold.step(*ix).status;
            stands_in_pass && matches!(status, StepStatus::NotReached | StepStatus::Withdrawn)
        });
        let state = &mut fold.state.frames[frame];
        state.over = true;
        state.failed |= cut;
        fold.moved = true;
        fold.frame = pass.parent;
        if let Some(passes) = &mut fold.step_mut(pass.each).passes {
            passes.open -= 1;
        }
        fill(fold, pass.each);
    }
    // A question that is still being closed is heard of once more.
    let gates = fold.state.frames[frame].steps().filter_map(|step| step.gate.as_ref());
    if gates.flat_map(|gate| &gate.asks).all(|ask| ask.status == AskStatus::Closed) {
        fold.state.live.remove(&frame);
    }
    fold.frame = RUN;
}

/// Whether all passes of a loop are over and none will follow.
pub(super) fn is_through(fold: &Fold<'_>, ix: NodeIndex) -> bool {
    let step = fold.step(ix);
    let Some(passes) = &step.passes else { return true };
    passes.open == 0 && (passes.frames.len() == passes.elements.len() || ends(fold, ix))
}

/// What a loop gives: per element the element, how its pass ended and what its steps gave. What did not
/// begin was skipped; what was cut short has failed.
pub(super) fn output(fold: &mut Fold<'_>, ix: NodeIndex) -> Value {
    let Some(passes) = fold.step_mut(ix).passes.take() else { return json!({ "items": [] }) };
    let mut items = Vec::with_capacity(passes.elements.len());
    for (number, element) in passes.elements.iter().enumerate() {
        items.push(match passes.frames.get(number).map(|frame| &fold.state.frames[*frame]) {
            None => json!({ "item": element, "status": "skipped", "steps": {} }),
            Some(frame) => json!({
                "item": frame.element,
                "status": if frame.failed { "failed" } else { "succeeded" },
                "steps": frame.outputs,
            }),
        });
    }
    fold.step_mut(ix).passes = Some(passes);
    json!({ "items": items })
}
