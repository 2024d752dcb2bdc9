//! Starts what is ready. Passes in the order of the text, and
//! passes again while something was settled: what fails or stops takes back steps that stand before it.

use std::sync::Arc;

use drawbridge_core::graph::VertexKind;
use petgraph::Direction;
use petgraph::graph::NodeIndex;

use super::ending::next_phase;
use super::fold::{Fold, unresolved};
use super::settle::{fail, settle};
use super::{action, blocks, gates, loops, opening, pure};
use crate::frame::RUN;
use crate::step::{StepStatus, Taken};

/// Starts whatever is ready, until the run waits or has ended.
pub(super) fn pump(fold: &mut Fold<'_>) {
    while fold.state.ended_at.is_none() {
        fold.moved = true;
        while fold.moved {
            fold.moved = false;
            pass(fold);
        }
        if !phase_settled(fold) || !next_phase(fold) {
            return;
        }
    }
}

fn pass(fold: &mut Fold<'_>) {
    let layout = Arc::clone(&fold.state.layout);
    let live: Vec<usize> = fold.state.live.iter().copied().collect();
    for frame in live {
        fold.frame = frame;
        let each = fold.state.frames[frame].each();
        for ix in layout.order(each).iter().copied() {
            let here = fold.vertex(ix).phase == fold.state.phase;
            if here && fold.step(ix).status == StepStatus::Waiting && is_ready(fold, ix) {
                visit(fold, ix);
            }
        }
        loops::leave(fold, frame);
    }
    fold.frame = RUN;
}

fn is_ready(fold: &Fold<'_>, ix: NodeIndex) -> bool {
    let is_over = |ix| {
        let status = fold.step(ix).status;
        status.is_settled() || status == StepStatus::Open
    };
    let mut before = fold.blueprint.graph.neighbors_directed(ix, Direction::Incoming);
    match fold.vertex(ix).kind {
        // The steps that a loop passes are seen as its passes.
        VertexKind::Rescue(start) | VertexKind::End(start) if loops::is_loop(fold, start) => {
            let layout = &fold.state.layout;
            loops::is_through(fold, start)
                && before.all(|ix| layout.loop_of(ix) == Some(start) || is_over(ix))
        }
        _ => before.all(is_over),
    }
}

/// What becomes of a vertex whose turn has come.
enum Fate {
    Run,
    Skip,
    NotReached,
}

fn fate(fold: &Fold<'_>, ix: NodeIndex) -> Fate {
    if fold.is_halted(ix) {
        return Fate::NotReached;
    }
    let Some(within) = fold.vertex(ix).within else { return Fate::Run };
    let block = fold.step(within.block);
    if fold.state.layout.is_rescue(within) {
        return match block.status {
            StepStatus::Open if block.block.rescuing => Fate::Run,
            StepStatus::Open | StepStatus::Skipped => Fate::Skip,
            _ => Fate::NotReached,
        };
    }
    match (block.status, block.block.taken) {
        (StepStatus::Open, Taken::All) => Fate::Run,
        (StepStatus::Open, Taken::One(branch)) if branch == within.branch => Fate::Run,
        (StepStatus::Open | StepStatus::Skipped, _) => Fate::Skip,
        _ => Fate::NotReached,
    }
}

fn visit(fold: &mut Fold<'_>, ix: NodeIndex) {
    let vertex = fold.vertex(ix);
    fold.focus(ix);
    match vertex.kind {
        VertexKind::Rescue(start) => return blocks::join(fold, ix, start),
        VertexKind::End(start) => return blocks::end(fold, ix, start),
        _ => {}
    }
    match fate(fold, ix) {
        Fate::NotReached => return settle(fold, ix, StepStatus::NotReached, None),
        Fate::Skip => return settle(fold, ix, StepStatus::Skipped, None),
        Fate::Run => {}
    }
    match vertex.common.condition.as_ref().map_or(Ok(true), |condition| condition.holds(fold.roots())) {
        Ok(true) => {}
        Ok(false) => return settle(fold, ix, StepStatus::Skipped, None),
        Err(error) => return fail(fold, ix, unresolved("`if`", &error), false),
    }
    run(fold, ix);
}

fn run(fold: &mut Fold<'_>, ix: NodeIndex) {
    match &fold.vertex(ix).kind {
        VertexKind::Action(step) => action::begin(fold, ix, step),
        VertexKind::Approval(_) => gates::open(fold, ix),
        VertexKind::Decide { table, with } => pure::decide(fold, ix, table, with),
        VertexKind::Set(values) => pure::set(fold, ix, values),
        VertexKind::Wait(wait) => pure::wait(fold, ix, wait),
        VertexKind::Stop { outcome, message } => {
            let message = message.as_ref().map(|message| message.render(fold.roots()));
            pure::stop(fold, ix, *outcome, message);
        }
        VertexKind::Switch(branches) => blocks::switch(fold, ix, branches),
        VertexKind::Parallel(_) | VertexKind::Group => opening::open(fold, ix),
        VertexKind::Rescue(start) => blocks::join(fold, ix, *start),
        VertexKind::End(start) => blocks::end(fold, ix, *start),
        VertexKind::Foreach(each) => loops::begin(fold, ix, each),
        VertexKind::Map { mapping, from } => pure::map(fold, ix, mapping, from),
        VertexKind::Child { .. } | VertexKind::Agent(_) => fail(fold, ix, pure::not_executable(), false),
    }
}

fn phase_settled(fold: &Fold<'_>) -> bool {
    let order = fold.state.layout.order(None);
    let mut here = order.iter().filter(|ix| fold.vertex(**ix).phase == fold.state.phase);
    here.all(|ix| fold.step(*ix).status.is_settled())
}
