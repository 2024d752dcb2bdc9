//! Histories that cannot be: they are refused, and the run stays as it was.

use drawbridge_journal::{
    Applied, Event, Illegal, Recorded, RunId, RunStarted, RunState, StepPath, Turn, advance,
};
use drawbridge_sdk::Digest;
use serde_json::json;

use crate::host::{Host, blueprint, start_time, started};
use crate::script::{fault, turn_of};

const ONE: &str = "
steps: [{ id: one, action: test.item.get }]
";

fn failed(turn: Turn) -> Event {
    Event::StepFailed { turn, fault: fault(), timed_out: false }
}

#[test]
fn nothing_stands_before_the_start_and_the_start_stands_once() {
    let blueprint = blueprint(ONE);
    let mut state = RunState::new(RunId::new("r1"));
    let empty = state.clone();
    let mut tell = |event: Event| {
        let recorded = Recorded { seq: 1, at: start_time(), event };
        advance(&blueprint, &mut state, &recorded, &mut Vec::new())
    };
    let cancel = Event::CancelRequested { by: "cli:op".to_owned() };
    assert_eq!(tell(cancel), Err(Illegal::NotStarted { kind: "cancel_requested" }));
    assert_eq!(state, empty);
    let (mut host, _) = Host::start(&blueprint);
    assert_eq!(host.tell(&started(&blueprint)).0, Err(Illegal::StartedTwice));
}

#[test]
fn a_run_keeps_to_the_definition_it_was_started_with() {
    let blueprint = blueprint(ONE);
    let Event::RunStarted(mut other) = started(&blueprint) else { panic!("it starts a run") };
    other = RunStarted { definition: Digest::of(&json!("another text")), ..other };
    let mut state = RunState::new(RunId::new("r1"));
    let recorded = Recorded { seq: 1, at: start_time(), event: Event::RunStarted(other) };
    let applied = advance(&blueprint, &mut state, &recorded, &mut Vec::new());
    assert_eq!(applied, Err(Illegal::OtherDefinition));
    assert_eq!(state, RunState::new(RunId::new("r1")));
}

#[test]
fn numbers_of_events_rise() {
    let blueprint = blueprint(ONE);
    let (mut host, _) = Host::start(&blueprint);
    let event = failed(turn_of(&host.state, &StepPath::new("one"), 0));
    let mut tell = |seq| {
        let recorded = Recorded { seq, at: start_time(), event: event.clone() };
        advance(&blueprint, &mut host.state, &recorded, &mut Vec::new())
    };
    assert_eq!(tell(1), Err(Illegal::OutOfOrder { seq: 1, last: 1 }));
    assert_eq!(tell(5), Ok(Applied::Changed));
    assert_eq!(tell(5), Err(Illegal::OutOfOrder { seq: 5, last: 5 }));
}

#[test]
fn answers_name_a_step_of_the_workflow_and_a_command_that_was_given() {
    let blueprint = blueprint(ONE);
    let (mut host, _) = Host::start(&blueprint);
    let one = turn_of(&host.state, &StepPath::new("one"), 0);
    let check = |host: &mut Host<'_>, turn: Turn, expected: fn(&Illegal) -> bool| {
        let refused = host.tell(&failed(turn)).0.unwrap_err();
        assert!(expected(&refused), "{refused}");
    };
    let elsewhere = Turn { path: StepPath::new("two"), ..one.clone() };
    check(&mut host, elsewhere, |found| matches!(found, Illegal::UnknownStep { .. }));
    let unasked = |found: &Illegal| matches!(found, Illegal::Unasked { .. });
    check(&mut host, Turn { epoch: 2, ..one.clone() }, unasked);
    check(&mut host, Turn { epoch: 0, ..one.clone() }, unasked);
    check(&mut host, Turn { attempt: 2, ..one }, unasked);
}
