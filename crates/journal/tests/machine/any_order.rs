//! Answers in any order, any number of times: nothing panics, nothing is left standing, and what does not
//! depend on order does not change with it.

use drawbridge_core::graph::Blueprint;
use drawbridge_journal::{Command, Condition, Event, Outcome, StepPath};
use jiff::SignedDuration;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use serde_json::{Value, json};

use crate::host::{Host, blueprint};
use crate::script::event;

/// Everything that can wait, beside each other.
const MIXED: &str = r#"
steps:
  - id: all
    on_error: continue
    parallel:
      a:
        - { id: pause, wait: { for: 1m } }
        - { id: one, action: test.item.change }
      b:
        - id: gate
          approval:
            subject: May they?
            via: test
            stages: [{ name: boss, approvers: [{ test.boss_of: $.inputs.person }] }]
            escalate: { after: 1m, to: [{ test.boss_of: $.inputs.person }] }
            expires: { after: 5d }
        - { id: two, action: test.item.grant, requires_approval: gate }
      c:
        - { id: three, action: test.item.get, poll: { until: $.out.x == 1, every: 1m, at_most: 5m, otherwise: continue } }
        - { id: four, switch: [{ if: $.steps.three.x == 1, steps: [{ id: end, stop: ignored }] }] }
      d:
        - id: held
          group: [{ id: six, action: test.item.change }, { id: rest, wait: { for: 2m } }]
          rescue: [{ id: seven, action: test.item.change, with: { x: $.error.code } }]
      e:
        - id: each
          foreach: [1, 2, 3]
          as: n
          max: 3
          at_once: 2
          steps:
            - id: gate_each
              approval:
                subject: "{{n}}?"
                via: test
                stages: [{ name: boss, approvers: [{ test.boss_of: $.inputs.person }] }]
                expires: { after: 5d }
                on_reject: continue
            - { id: eight, if: $.steps.gate_each.outcome == 'approved', action: test.item.grant, with: { n: $.n }, requires_approval: gate_each }
            - { id: nine, action: test.item.get, poll: { until: $.out.x == 1, every: 1m, at_most: 5m, otherwise: fail } }
  - { id: five, action: test.item.change, on_error: continue }
on_failure:
  - { id: tell, action: test.item.get }
finally:
  - { id: last, action: test.item.change }
"#;

const PATHS: [&str; 13] = [
    "one",
    "gate",
    "two",
    "three",
    "six",
    "seven",
    "each[0].gate_each",
    "each[1].gate_each",
    "each[1].eight",
    "each[2].nine",
    "five",
    "tell",
    "last",
];

const WORDS: [&str; 22] = [
    "done {}",
    "done {\"x\":1}",
    "failed",
    "late",
    "sends",
    "deferred 1m",
    "pending 1m",
    "unknown 1m",
    "parked",
    "stalled",
    "happened",
    "again",
    "open bob",
    "open-other bob",
    "rows",
    "sent",
    "sent 1m",
    "refused",
    "closed",
    "approve",
    "reject",
    "timer",
];

const GATE_WORDS: [&str; 7] = ["open bob", "open-other bob", "rows", "sent", "sent 1m", "refused", "closed"];

/// One thing that may be said: about which step, what, and how old it is.
type Said = (usize, usize, bool);

/// Mostly about a step that waits for an answer, else about any.
fn said(host: &Host<'_>, (path, word, old): Said) -> Option<Event> {
    let open = host.open();
    let waits = open.get(path % (open.len() + 1)).map(|command| path_of(command).as_str().to_owned());
    let path = waits.unwrap_or_else(|| PATHS[path].to_owned());
    let word = WORDS[word];
    let line = match word {
        "timer" => {
            let timer = host.state.timers().into_iter().nth(usize::from(old))?.1;
            return Some(Event::TimerFired { timer });
        }
        "approve" => format!("bob approves {}", gate_of(&path)),
        "reject" => format!("bob rejects {}", gate_of(&path)),
        word => {
            let gate = gate_of(&path);
            let is_asked = host.state.step(&StepPath::new(gate)).is_some_and(|step| step.gate.is_some());
            match GATE_WORDS.contains(&word) {
                true if !is_asked => return None,
                true => format!("{gate} {word}"),
                false => format!("{path} {word}"),
            }
        }
    };
    // A pass that has not begun has no steps that could be spoken of.
    let known = |path: &str| host.state.step(&StepPath::new(path)).is_some();
    let spoken_of = line.split(' ').find(|word| known(word));
    spoken_of.map(|_| event(&host.state, host.now, &line, u32::from(old)))
}

/// The gate that is spoken of where somebody speaks of this step.
fn gate_of(path: &str) -> &str {
    if path.ends_with("gate_each") { path } else { "gate" }
}

fn path_of(command: &Command) -> &StepPath {
    match command {
        Command::StartStep(call) | Command::SendChange { call, .. } => &call.turn.path,
        Command::OpenGate(open) => &open.turn.path,
        Command::SendHousekeeping { turn, .. } | Command::CloseGate { turn, .. } => &turn.path,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, rng_seed: RngSeed::Fixed(48), failure_persistence: None, ..ProptestConfig::default() })]

    /// The host looks after every event that the run is what its events say and that it waits for
    /// something.
    #[test]
    fn no_order_of_answers_panics_or_leaves_a_run_standing(
        lines in prop::collection::vec((0..PATHS.len(), 0..WORDS.len(), prop::bool::weighted(0.1)), 1..60),
        cancel_at in prop::option::of(0..60_usize),
    ) {
        let blueprint = blueprint(MIXED);
        let (mut host, _) = Host::start(&blueprint);
        for (at, line) in lines.into_iter().enumerate() {
            if at % 7 == 6 {
                host.now = host.now.checked_add(SignedDuration::from_secs(50)).unwrap();
            }
            if cancel_at == Some(at) {
                host.tell(&event(&host.state, host.now, "cancel", 0)).0.unwrap();
            }
            if let Some(event) = said(&host, line) {
                drop(host.tell(&event));
                // Said twice, it is ignored or cannot be; a question that was sent may be sent again.
                drop(host.tell(&event));
            }
        }
    }

    #[test]
    fn independent_answers_end_in_the_same_way_in_every_order(
        picks in prop::collection::vec((0..100_usize, any::<bool>()), 40),
    ) {
        let blueprint = blueprint(SIDE_BY_SIDE);
        let plain = end(&blueprint, &[]);
        prop_assert_eq!(&plain.0, &Some(Outcome::Succeeded));
        prop_assert_eq!(end(&blueprint, &picks), plain);
    }
}

const SIDE_BY_SIDE: &str = r#"
steps:
  - id: all
    parallel:
      a: [{ id: a1, action: test.item.change }, { id: a2, action: test.item.get, with: { x: $.steps.a1.of } }]
      b: [{ id: b1, action: test.item.get, on_error: continue }, { id: b2, action: test.item.change }]
      c:
        - { id: c1, action: test.item.get }
        - { id: c2, switch: [{ if: $.steps.c1.of == 'c1', steps: [{ id: c3, action: test.item.get }] }] }
      d: [{ id: d1, set: { x: 1 } }, { id: d2, action: test.item.change }]
  - { id: sum, set: { a: $.steps.a2.of, c: $.steps.c3.of, all: $.steps.all } }
finally:
  - { id: last, action: test.item.change }
"#;

/// Answers the open commands in the order of the picks, some of them twice; gives how it ended.
fn end(blueprint: &Blueprint, picks: &[(usize, bool)]) -> (Option<Outcome>, Value) {
    let (mut host, mut open) = Host::start(blueprint);
    let mut picks = picks.iter();
    while host.state.condition() != Condition::Ended {
        let (pick, twice) = picks.next().copied().unwrap_or_default();
        let event = answer(&host, &open.remove(pick % open.len()));
        open.extend(host.tell(&event).1);
        if twice {
            assert_eq!(host.tell(&event).1, []);
        }
    }
    (host.state.outcome, json!([host.state.roots()["status"], host.state.roots()["steps"]]))
}

fn answer(host: &Host<'_>, command: &Command) -> Event {
    let (path, words) = match command {
        Command::StartStep(call) if call.turn.path.as_str() == "b1" => ("b1", "failed".to_owned()),
        Command::StartStep(call) if call.action == "test.item.change" => {
            (call.turn.path.as_str(), "sends".to_owned())
        }
        Command::StartStep(call) | Command::SendChange { call, .. } => {
            let path = call.turn.path.as_str();
            (path, format!("done {{\"of\":\"{path}\"}}"))
        }
        other => panic!("{other:?}"),
    };
    event(&host.state, host.now, &format!("{path} {words}"), 0)
}
