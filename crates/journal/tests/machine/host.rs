//! A host without clock or network: keeps the events of one run, folds them, and after every event loads
//! the run again from their stored form to see that nothing was lost.

use std::collections::{BTreeMap, BTreeSet};

use drawbridge_core::graph::Blueprint;
use drawbridge_core::{Definition, check};
use drawbridge_journal::{
    Applied, Command, Condition, Event, Illegal, Recorded, RunId, RunStarted, RunState, advance, decode,
    encode, outstanding, view,
};
use jiff::Timestamp;
use serde_json::json;

use crate::catalog::catalog;

/// When every run of these tests begins.
pub(crate) const START: &str = "2026-01-05T08:00:00Z";

/// What every workflow of these tests has above its steps.
const HEAD: &str = "workflow: tried\nversion: 1\ntitle: Tried\ninputs:\n  person: { type: string }\n  asked_by: { type: string }\n  nobody: { type: string, default: \"\" }\n";

pub(crate) fn start_time() -> Timestamp {
    START.parse().unwrap()
}

/// Checks a workflow that is given from `tables` or `steps` on.
pub(crate) fn blueprint(steps: &str) -> Blueprint {
    let text = format!("{HEAD}{steps}");
    let definition = Definition { path: "workflow.yaml".to_owned(), text, files: BTreeMap::new() };
    let (blueprint, found) = check(&definition, &catalog());
    let Some(blueprint) = blueprint else {
        let found: Vec<_> =
            found.iter().map(|finding| format!("{}: {}", finding.code, finding.message)).collect();
        panic!("the workflow does not pass the check:\n{}\n{steps}", found.join("\n"));
    };
    blueprint
}

/// One run and the events that were kept of it.
#[derive(Clone)]
pub(crate) struct Host<'b> {
    pub(crate) blueprint: &'b Blueprint,
    pub(crate) state: RunState,
    pub(crate) kept: Vec<Recorded>,
    pub(crate) now: Timestamp,
}

impl<'b> Host<'b> {
    /// A run with its first event, and the commands that follow from it.
    pub(crate) fn start(blueprint: &'b Blueprint) -> (Self, Vec<Command>) {
        let state = RunState::new(RunId::new("r1"));
        let mut host = Self { blueprint, state, kept: Vec::new(), now: start_time() };
        let (applied, commands) = host.tell(&started(blueprint));
        assert_eq!(applied, Ok(Applied::Changed));
        (host, commands)
    }

    /// Gives the run one event, now, and looks whether the run is what its events say.
    pub(crate) fn tell(&mut self, event: &Event) -> (Result<Applied, Illegal>, Vec<Command>) {
        let before = self.state.clone();
        let (applied, commands) = self.fold(event);
        if applied == Ok(Applied::Changed) {
            self.is_what_its_events_say(&commands);
            self.is_not_stuck();
        } else {
            assert_eq!(self.state, before, "an event that changes nothing left a trace: {event:?}");
            assert_eq!(commands, []);
        }
        (applied, commands)
    }

    /// Gives the run one event, now.
    pub(crate) fn fold(&mut self, event: &Event) -> (Result<Applied, Illegal>, Vec<Command>) {
        let recorded = Recorded { seq: self.state.seq + 1, at: self.now, event: event.clone() };
        let mut commands = Vec::new();
        let applied = advance(self.blueprint, &mut self.state, &recorded, &mut commands);
        if applied == Ok(Applied::Changed) {
            self.kept.push(recorded);
        }
        (applied, commands)
    }

    /// The run as it is loaded from its stored events.
    pub(crate) fn loaded(&self) -> RunState {
        let mut state = RunState::new(self.state.run.clone());
        for recorded in &self.kept {
            let event = decode(&encode(&recorded.event)).expect("it was written by this version");
            let recorded = Recorded { event, ..recorded.clone() };
            let applied = advance(self.blueprint, &mut state, &recorded, &mut Vec::new());
            assert_eq!(applied, Ok(Applied::Changed));
        }
        state
    }

    /// What the run waits for, as a host that was gone would ask for it.
    pub(crate) fn open(&self) -> Vec<Command> {
        outstanding(self.blueprint, &mut self.state.clone())
    }

    /// A crash at this event loses nothing: the same state, and every command is asked for again.
    fn is_what_its_events_say(&self, commands: &[Command]) {
        let mut loaded = self.loaded();
        assert_eq!(loaded, self.state);
        assert_eq!(view(self.blueprint, &loaded), view(self.blueprint, &self.state));
        let open: BTreeSet<String> = outstanding(self.blueprint, &mut loaded).iter().map(turn).collect();
        for command in commands {
            let turn = turn(command);
            assert!(open.contains(&turn), "{turn} would be lost in a crash; open are {open:?}");
        }
    }

    /// A run that has not ended waits for something that can come.
    fn is_not_stuck(&self) {
        let waits = !self.open().is_empty()
            || self.state.next_at().is_some()
            || !self.state.open_asks().is_empty()
            || matches!(self.state.condition(), Condition::Stalled | Condition::Parked);
        let ended = self.state.condition() == Condition::Ended;
        assert!(waits != ended, "ended: {ended}, waits: {waits}\n{:#?}", view(self.blueprint, &self.state));
    }
}

/// The first event of every run.
pub(crate) fn started(blueprint: &Blueprint) -> Event {
    Event::RunStarted(RunStarted {
        definition: blueprint.digest.clone(),
        workflow: blueprint.workflow.clone(),
        version: blueprint.version,
        trigger: "manual".to_owned(),
        inputs: json!({ "person": "pat", "asked_by": "ann", "nobody": "" }),
        settings: json!({}),
    })
}

/// Which command this is: a sending and the look after it share their turn.
pub(crate) fn turn(command: &Command) -> String {
    match command {
        Command::StartStep(call) | Command::SendChange { call, .. } => {
            format!("{}/{}/{}", call.turn.path, call.turn.attempt, call.turn.epoch)
        }
        Command::OpenGate(open) => format!("{}#{}/{}", open.turn.path, open.turn.ask, open.turn.epoch),
        Command::SendHousekeeping { turn, .. } | Command::CloseGate { turn, .. } => {
            format!("{}#{}/{}", turn.path, turn.ask, turn.epoch)
        }
    }
}
