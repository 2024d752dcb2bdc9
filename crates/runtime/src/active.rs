//! One run in memory while it is driven: folds answers into its state, one commit at a time. Does no
//! input or output.

use std::collections::VecDeque;
use std::sync::Arc;

use drawbridge_core::graph::{Blueprint, VertexKind};
use drawbridge_journal::{
    Applied, AskStatus, Command, Condition, Event, Illegal, Recorded, RunState, RunView, StepPath, TimerId,
    advance, outstanding, view,
};
use drawbridge_sdk::{Person, Vote};
use jiff::Timestamp;

use crate::backend::{Delivery, InboxItem, Request, RunRow, StoredRun};

/// Name of the channel that is ours.
const CONSOLE: &str = "console";

pub(crate) struct Active {
    pub(crate) blueprint: Arc<Blueprint>,
    pub(crate) state: RunState,
    /// Whether a commit of this run is under way; the next one waits for it, so that events keep their order.
    pub(crate) committing: bool,
    queue: VecDeque<Answer>,
}

struct Answer {
    event: Option<Event>,
    inbox: Option<i64>,
}

/// What one commit stores, and what follows once it is durable.
pub(crate) struct Batch {
    pub(crate) delivery: Delivery,
    pub(crate) commands: Vec<Command>,
}

impl Active {
    /// Folds a stored run. Gives the commands that were not answered.
    pub(crate) fn load(
        blueprint: Arc<Blueprint>,
        stored: &StoredRun,
    ) -> Result<(Self, Vec<Command>), Illegal> {
        let mut state = RunState::new(stored.info.run.clone());
        // Commands of the past have been given; what is still open follows from the state.
        let mut past = Vec::new();
        for recorded in &stored.events {
            advance(&blueprint, &mut state, recorded, &mut past)?;
            past.clear();
        }
        let open = outstanding(&blueprint, &mut state);
        Ok((Self { blueprint, state, committing: false, queue: VecDeque::new() }, open))
    }

    pub(crate) fn push(&mut self, event: Event) {
        self.queue.push_back(Answer { event: Some(event), inbox: None });
    }

    pub(crate) fn has_queue(&self) -> bool {
        !self.queue.is_empty()
    }

    /// Takes a request of a person; one that fits nothing is only taken off the inbox.
    pub(crate) fn ask(&mut self, item: &InboxItem) {
        let event = self.requested(item);
        self.queue.push_back(Answer { event, inbox: Some(item.id) });
    }

    fn requested(&self, item: &InboxItem) -> Option<Event> {
        let by = item.by.clone();
        match &item.request {
            Request::Cancel => Some(Event::CancelRequested { by }),
            Request::Resume => Some(Event::ResumeRequested { by }),
            Request::Resolve { path, resolution } => {
                self.state.step(path)?;
                Some(Event::StepResolved { path: path.clone(), resolution: *resolution, by })
            }
            Request::Decide { path, choice, comment } => {
                let ask = self.console_ask(path)?;
                let person = Person { upn: Some(by.clone()), name: Some(by), ..Person::default() };
                let vote = Vote { by: person, choice: *choice, at: item.at, comment: comment.clone() };
                Some(Event::GateVoted { path: path.clone(), ask, vote })
            }
        }
    }

    fn console_ask(&self, path: &StepPath) -> Option<u32> {
        let on_console = self.blueprint.graph.node_weights().any(|vertex| {
            vertex.id.as_str() == path.id()
                && matches!(&vertex.kind, VertexKind::Approval(gate) if gate.via == CONSOLE)
        });
        let gate = self.state.step(path)?.gate.as_ref().filter(|_| on_console)?;
        let number = gate.asks.len().checked_sub(1)?;
        let open = gate.asks[number].status == AskStatus::Open;
        open.then(|| u32::try_from(number).unwrap_or(u32::MAX))
    }

    /// Folds everything that waits, at this time. None when nothing changed and nothing was asked.
    pub(crate) fn fold(&mut self, now: Timestamp) -> Result<Option<Batch>, Illegal> {
        let mut events = Vec::new();
        let mut commands = Vec::new();
        let mut answered = Vec::new();
        while let Some(answer) = self.queue.pop_front() {
            answered.extend(answer.inbox);
            let Some(event) = answer.event else { continue };
            let recorded = Recorded { seq: self.state.seq + 1, at: now, event };
            match advance(&self.blueprint, &mut self.state, &recorded, &mut commands)? {
                Applied::Changed => events.push(recorded),
                Applied::Ignored => {}
            }
        }
        if events.is_empty() && answered.is_empty() {
            return Ok(None);
        }
        let delivery = Delivery { run: self.state.run.clone(), events, row: self.row(), answered };
        Ok(Some(Batch { delivery, commands }))
    }

    fn row(&self) -> RunRow {
        let condition = self.state.condition();
        RunRow {
            condition,
            outcome: self.state.outcome.filter(|_| condition == Condition::Ended),
            ended_at: self.state.ended_at,
            next_at: self.state.next_at(),
        }
    }

    /// Timers that are due.
    pub(crate) fn due(&self, now: Timestamp) -> Vec<TimerId> {
        self.state.timers().into_iter().filter(|(at, _)| *at <= now).map(|(_, timer)| timer).collect()
    }

    /// Whether people are asked something right now.
    pub(crate) fn asks(&self) -> bool {
        !self.state.open_asks().is_empty()
    }

    /// Whether nothing but a person can move it on.
    pub(crate) fn rests(&self) -> bool {
        match self.state.condition() {
            Condition::Ended => true,
            Condition::Parked | Condition::Stalled => self.state.next_at().is_none() && !self.asks(),
            Condition::Running | Condition::Waiting => false,
        }
    }

    pub(crate) fn view(&self) -> RunView {
        view(&self.blueprint, &self.state)
    }
}
