//! A host that stops at every event in turn and goes on from what is stored: the run ends as if nothing
//! had happened, and no change is made twice.

use std::collections::{BTreeMap, VecDeque};

use drawbridge_core::graph::Blueprint;
use drawbridge_journal::{
    Applied, Command, Condition, Event, OpenGate, Outcome, Resume, StartStep, StepPath,
};
use drawbridge_sdk::{Ask, Choice, IdempotencyKey, Intent, Vote};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::host::{Host, blueprint};
use crate::script::{change, fault, person};

/// Events after which a run of these tests must have ended.
const EVENTS_MAX: usize = 400;
/// How long a request may still land.
const LANDING: SignedDuration = SignedDuration::from_secs(30);

const WORKFLOW: &str = r#"
steps:
  - id: ready
    action: test.item.get
    poll: { until: $.out.reads >= 2, every: 5m, at_most: 1h, otherwise: fail }
  - id: gate
    approval:
      subject: May they?
      via: test
      requester: $.inputs.asked_by
      stages:
        - { name: boss, approvers: [{ test.boss_of: $.inputs.person }] }
        - { name: owner, approvers: [{ test.boss_of: $.inputs.person }] }
      never: [requester, same_person_twice]
      escalate: { after: 1h, to: [{ test.boss_of: $.inputs.asked_by }] }
      expires: { after: 5d }
  - id: all
    parallel:
      a:
        - { id: plain, action: test.item.grant, with: { n: 1 }, requires_approval: gate }
        - { id: after_plain, action: test.item.change }
      b: [{ id: lost, action: test.item.change, with: { n: 2 } }]
      c: [{ id: slow, action: test.item.change, with: { n: 3 } }]
      d: [{ id: busy, action: test.item.change, with: { n: 4 } }]
      e: [{ id: pause, wait: { for: 1h } }, { id: look, action: test.item.get }]
      f:
        - id: tried
          group: [{ id: broken, action: test.item.get }, { id: never, action: test.item.change }]
          rescue: [{ id: mend, action: test.item.change, with: { n: 5, of: $.error.step } }]
      g:
        - id: each
          on_error: continue
          foreach: [1, 2, 3]
          as: n
          max: 5
          at_once: 2
          steps:
            - id: asked
              approval:
                subject: "{{n}}?"
                via: test
                stages: [{ name: boss, approvers: [{ test.boss_of: $.inputs.person }] }]
                expires: { after: 5d }
            - { id: lost_each, action: test.item.grant, with: { n: $.n }, requires_approval: asked }
            - id: tried_each
              group: [{ id: broken_each, if: $.n == 2, action: test.item.get }, { id: doze, wait: { for: 10m } }]
              rescue: [{ id: busy_each, action: test.item.change, with: { n: $.n, of: $.error.step } }]
            - { id: broken_last, if: $.n == 3, action: test.item.get }
  - { id: sum, set: { plain: $.steps.plain.made, slow: $.steps.slow.made } }
finally:
  - { id: close, action: test.item.change, with: { outcome: $.run.outcome } }
"#;

/// What a crash loses of the command that was just given.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Crash {
    /// It was never carried out.
    Before,
    /// It was carried out and its answer is lost.
    After,
}

/// The remote side.
#[derive(Default)]
struct World {
    /// How often each change was made.
    made: BTreeMap<IdempotencyKey, u32>,
    /// Rows of each question: open or closed.
    rows: BTreeMap<String, bool>,
    /// Reads of `ready` so far.
    reads: u32,
    /// Who was busy once.
    busy: Vec<StepPath>,
}

impl World {
    /// Carries a command out and gives its answer.
    fn perform(&mut self, command: &Command, now: Timestamp) -> Event {
        match command {
            Command::StartStep(call) => self.start(call, now),
            Command::SendChange { call, .. } => self.send(call, now),
            Command::OpenGate(open) => self.open(open, now),
            Command::SendHousekeeping { turn, sent_before, .. } => {
                let row = format!("{}#{}", turn.path, turn.ask);
                if !sent_before {
                    let open = self.rows.get(&row) != Some(&true);
                    self.rows.insert(row, open);
                }
                let wait = if *sent_before { LANDING } else { SignedDuration::ZERO };
                Event::HousekeepingEnded {
                    turn: turn.clone(),
                    faults: Vec::new(),
                    again_at: now.checked_add(wait).unwrap(),
                    interrupted: *sent_before,
                }
            }
            Command::CloseGate { turn, ask, .. } => {
                match self.rows.get(&format!("{}#{}", turn.path, turn.ask)) {
                    Some(true) => Event::HousekeepingStarted {
                        turn: turn.clone(),
                        ask: ask.clone(),
                        changes: vec![change()],
                        sent_at: now,
                    },
                    _ => Event::GateClosed { turn: turn.clone() },
                }
            }
        }
    }

    fn start(&mut self, call: &StartStep, now: Timestamp) -> Event {
        let turn = call.turn.clone();
        match &call.resume {
            Resume::Settle(intent) if now < intent.sent_at.checked_add(LANDING).unwrap() => {
                let look_at = intent.sent_at.checked_add(LANDING).unwrap();
                Event::StepUnknown { turn, look_at, fault: fault(), interrupted: call.interrupted }
            }
            Resume::Settle(_) if self.made.contains_key(&call.key) => done(call),
            Resume::Settle(_) => Event::StepDeferred { turn, until: now, fault: fault() },
            Resume::Follow(_) => done(call),
            Resume::Nothing if is_broken(call) => {
                Event::StepFailed { turn, fault: fault(), timed_out: false }
            }
            Resume::Nothing if call.action == "test.item.get" => {
                self.reads += u32::from(turn.path.as_str() == "ready");
                let output = json!({ "reads": self.reads.min(2) });
                Event::StepFinished { turn, output, not_applied: Vec::new(), undo: None }
            }
            Resume::Nothing => Event::StepStarted { turn, intent: Intent { change: change(), sent_at: now } },
        }
    }

    fn send(&mut self, call: &StartStep, now: Timestamp) -> Event {
        let turn = call.turn.clone();
        if turn.path.id().starts_with("busy") && !self.busy.contains(&turn.path) {
            self.busy.push(turn.path.clone());
            let until = now.checked_add(SignedDuration::from_secs(5)).unwrap();
            return Event::StepDeferred { turn, until, fault: fault() };
        }
        *self.made.entry(call.key.clone()).or_default() += 1;
        let later = now.checked_add(LANDING).unwrap();
        match turn.path.id() {
            "lost" | "lost_each" => {
                Event::StepUnknown { turn, look_at: later, fault: fault(), interrupted: false }
            }
            "slow" => Event::StepPending { turn, handle: json!(1), until: later },
            _ => done(call),
        }
    }

    fn open(&mut self, open: &OpenGate, now: Timestamp) -> Event {
        let turn = open.turn.clone();
        let ask = Ask {
            subject: open.subject.clone(),
            details: Vec::new(),
            record: None,
            approvers: vec![person("bob"), person("cid")],
        };
        if self.rows.contains_key(&format!("{}#{}", turn.path, turn.ask)) {
            let (requester, gated) = (open.requester.clone(), open.gated.clone());
            return Event::GateOpened { turn, ask, requester, beneficiary: None, gated };
        }
        Event::HousekeepingStarted { turn, ask, changes: vec![change()], sent_at: now }
    }
}

/// Whether this is a step that fails.
fn is_broken(call: &StartStep) -> bool {
    call.turn.path.id().starts_with("broken")
}

fn done(call: &StartStep) -> Event {
    let output = json!({ "made": call.turn.path });
    Event::StepFinished { turn: call.turn.clone(), output, not_applied: Vec::new(), undo: None }
}

/// What a run came to: nothing in it depends on the time.
#[derive(Debug, PartialEq)]
struct End {
    outcome: Option<Outcome>,
    status: Value,
    outputs: Vec<Value>,
    made: Vec<u32>,
    events: usize,
}

/// Drives a run to its end; the host stops after this many events and goes on from what is stored.
fn drive(blueprint: &Blueprint, crash: Option<(usize, Crash)>) -> End {
    let mut world = World::default();
    let (mut host, commands) = Host::start(blueprint);
    let mut queue: VecDeque<Command> = commands.into();
    while host.state.condition() != Condition::Ended {
        assert!(host.kept.len() < EVENTS_MAX, "the run does not end");
        if let Some((after, how)) = crash
            && host.kept.len() == after
        {
            if how == Crash::After {
                queue.iter().for_each(|command| drop(world.perform(command, host.now)));
            }
            host.state = host.loaded();
            queue = host.open().into();
        }
        let event = next(&mut host, &mut queue, &mut world);
        let (applied, commands) = host.fold(&event);
        assert_eq!(applied, Ok(Applied::Changed));
        queue.extend(commands);
    }
    let ids = [
        "ready",
        "plain",
        "after_plain",
        "lost",
        "slow",
        "busy",
        "look",
        "tried",
        "mend",
        "each",
        "sum",
        "close",
    ];
    End {
        outcome: host.state.outcome,
        status: host.state.roots()["status"].clone(),
        outputs: ids.iter().map(|id| without_times(host.state.roots()["steps"][id].clone())).collect(),
        made: world.made.into_values().collect(),
        events: host.kept.len(),
    }
}

/// The same value without when things happened.
fn without_times(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let members = members.into_iter().filter(|(name, _)| name != "at");
            Value::Object(members.map(|(name, value)| (name, without_times(value))).collect())
        }
        Value::Array(elements) => elements.into_iter().map(without_times).collect(),
        other => other,
    }
}

/// What comes next: an answer, a decision, or a timer.
fn next(host: &mut Host<'_>, queue: &mut VecDeque<Command>, world: &mut World) -> Event {
    if let Some(command) = queue.pop_front() {
        return world.perform(&command, host.now);
    }
    if let Some((path, ask)) = host.state.open_asks().into_iter().next() {
        let by = person(if ask == 0 { "bob" } else { "cid" });
        let vote = Vote { by, choice: Choice::Approved, at: host.now, comment: None };
        return Event::GateVoted { path, ask, vote };
    }
    let (at, timer) = host.state.timers().into_iter().min().unwrap();
    host.now = host.now.max(at);
    Event::TimerFired { timer }
}

/// P2, and the part of P3 that is the machine's: whatever was recorded is never done again, whatever was
/// not is asked for again. Broken by hand (a recorded change given out to be sent again after a load),
/// this fails.
#[test]
fn a_host_that_stops_at_any_event_loses_nothing_and_does_nothing_twice() {
    let blueprint = blueprint(WORKFLOW);
    let whole = drive(&blueprint, None);
    assert_eq!(whole.outcome, Some(Outcome::Succeeded));
    let passes = &whole.outputs[9]["items"];
    let ended: Vec<_> = passes.as_array().unwrap().iter().map(|pass| pass["status"].clone()).collect();
    assert_eq!(ended, ["succeeded", "succeeded", "failed"]);
    assert_eq!(whole.made, [1; 11], "every change is made once");
    for after in 1..whole.events {
        for how in [Crash::Before, Crash::After] {
            let mut stopped = drive(&blueprint, Some((after, how)));
            stopped.events = whole.events;
            assert_eq!(stopped, whole, "stopped after event {after}, {how:?}");
        }
    }
}
