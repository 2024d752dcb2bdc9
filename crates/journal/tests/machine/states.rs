//! The complete table of states: what every kind of event does to a step, and to a question of a gate, in
//! every status.

use std::fmt::Write as _;

use drawbridge_journal::{
    Applied, AskState, AskStatus, AskTurn, Event, Resume, Sleep, StepPath, StepStatus, TimerId, decode,
    encode,
};
use drawbridge_sdk::{Ask, Choice, Vote};
use jiff::SignedDuration;

use crate::host::{Host, blueprint, started};
use crate::script::{Player, change, event, fault, person, step_event, turn_of};

const PLAIN: &str = "
steps:
  - id: one
    action: test.item.change
    on_error: continue
  - { id: two, action: test.item.get, poll: { until: $.out.ready == true, every: 1m, at_most: 1h, otherwise: fail } }
  - { id: three, if: $.inputs.person == 'ann', action: test.item.get }
  - { id: four, action: test.item.get }
finally:
  - { id: last, action: test.item.get }
";

const BLOCK: &str = "
steps:
  - id: both
    parallel:
      left: [{ id: pause, wait: { for: 1h } }]
      right: [{ id: one, action: test.item.get }, { id: two, action: test.item.get }]
finally:
  - { id: last, action: test.item.get }
";

const GATE: &str = "
steps:
  - id: gate
    approval:
      subject: May they?
      via: test
      stages: [{ name: boss, approvers: [{ test.boss_of: $.inputs.person }] }]
      expires: { after: 5d }
finally:
  - { id: last, action: test.item.get }
";

const ESCALATING: &str = "
steps:
  - id: gate
    approval:
      subject: May they?
      via: test
      stages: [{ name: boss, approvers: [{ test.boss_of: $.inputs.person }] }]
      escalate: { after: 2d, to: [{ test.boss_of: $.inputs.asked_by }] }
finally:
  - { id: last, action: test.item.get }
";

/// One line of the table: its name, the way there, and the step it is about.
type Row = (&'static str, &'static str, &'static [&'static str], &'static str);

const STEPS: &[Row] = &[
    ("waiting", PLAIN, &[], "two"),
    ("working", PLAIN, &[], "one"),
    ("working, looks", PLAIN, &["one sends", "one unknown 1m", "+1m"], "one"),
    ("working, follows", PLAIN, &["one sends", "one pending 1m", "+1m"], "one"),
    ("sending", PLAIN, &["one sends"], "one"),
    ("sleeping, retry", PLAIN, &["one deferred 1m"], "one"),
    ("sleeping, follow", PLAIN, &["one sends", "one pending 1m"], "one"),
    ("sleeping, settle", PLAIN, &["one sends", "one unknown 1m"], "one"),
    ("sleeping, poll", PLAIN, &["one done", "two done {\"ready\":false}"], "two"),
    ("sleeping, wait", BLOCK, &[], "pause"),
    ("asking", GATE, &["gate open bob"], "gate"),
    ("open", BLOCK, &[], "both"),
    ("stalled", PLAIN, &["one stalled"], "one"),
    ("parked", PLAIN, &["one sends", "one unknown 1m", "+1m", "one parked"], "one"),
    ("succeeded", PLAIN, &["one done"], "one"),
    ("failed", PLAIN, &["one failed"], "one"),
    ("timed out", PLAIN, &["one late"], "one"),
    ("rejected", GATE, &["gate open bob", "bob rejects gate"], "gate"),
    ("skipped", PLAIN, &["one done", "two done {\"ready\":true}"], "three"),
    ("not reached", BLOCK, &["one failed"], "two"),
    ("withdrawn", BLOCK, &["one failed"], "pause"),
];

const ASKS: &[Row] = &[
    ("opening", GATE, &[], "gate"),
    ("sending open", GATE, &["gate rows"], "gate"),
    ("opens at", GATE, &["gate deferred 1m"], "gate"),
    ("held", GATE, &["gate deferred 1m", "+1m"], "gate"),
    ("open", GATE, &["gate open bob"], "gate"),
    ("closing", GATE, &["gate open bob", "bob approves gate"], "gate"),
    ("sending close", GATE, &["gate open bob", "bob approves gate", "gate rows"], "gate"),
    ("closes at", GATE, &["gate open bob", "bob approves gate", "gate deferred 1m"], "gate"),
    ("closed", GATE, &["gate open bob", "bob approves gate", "gate closed"], "gate"),
    ("open, escalates", ESCALATING, &["gate open bob"], "gate"),
    ("asking more", ESCALATING, &["gate open bob", "+48h"], "gate"),
    ("sending more", ESCALATING, &["gate open bob", "+48h", "gate rows"], "gate"),
    ("asks more at", ESCALATING, &["gate open bob", "+48h", "gate deferred 1m"], "gate"),
];

/// A column of the table. No wildcard: a new kind of event needs a column.
fn column(event: &Event) -> usize {
    match event {
        Event::RunStarted(_) => 0,
        Event::StepStarted { .. } => 1,
        Event::StepFinished { .. } => 2,
        Event::StepFailed { .. } => 3,
        Event::StepDeferred { .. } => 4,
        Event::StepPending { .. } => 5,
        Event::StepUnknown { .. } => 6,
        Event::StepParked { .. } => 7,
        Event::StepStalled { .. } => 8,
        Event::StepResolved { .. } => 9,
        Event::TimerFired { .. } => 10,
        Event::HousekeepingStarted { .. } => 11,
        Event::HousekeepingEnded { .. } => 12,
        Event::GateOpened { .. } => 13,
        Event::GateDeferred { .. } => 14,
        Event::GateFailed { .. } => 15,
        Event::GateVoted { .. } => 16,
        Event::GateClosed { .. } => 17,
        Event::CancelRequested { .. } => 18,
        Event::ResumeRequested { .. } => 19,
    }
}

/// A row of the table. No wildcard: a new status needs a row.
fn row(status: StepStatus, resume: &Resume) -> usize {
    match (status, resume) {
        (StepStatus::Waiting, _) => 0,
        (StepStatus::Working, Resume::Nothing) => 1,
        (StepStatus::Working, Resume::Settle(_)) => 2,
        (StepStatus::Working, Resume::Follow(_)) => 3,
        (StepStatus::Sending, _) => 4,
        (StepStatus::Sleeping { why: Sleep::Retry, .. }, _) => 5,
        (StepStatus::Sleeping { why: Sleep::Follow, .. }, _) => 6,
        (StepStatus::Sleeping { why: Sleep::Settle, .. }, _) => 7,
        (StepStatus::Sleeping { why: Sleep::Poll, .. }, _) => 8,
        (StepStatus::Sleeping { why: Sleep::Wait, .. }, _) => 9,
        (StepStatus::Asking, _) => 10,
        (StepStatus::Open, _) => 11,
        (StepStatus::Stalled, _) => 12,
        (StepStatus::Parked, _) => 13,
        (StepStatus::Succeeded, _) => 14,
        (StepStatus::Failed, _) => 15,
        (StepStatus::TimedOut, _) => 16,
        (StepStatus::Rejected, _) => 17,
        (StepStatus::Skipped, _) => 18,
        (StepStatus::NotReached, _) => 19,
        (StepStatus::Withdrawn, _) => 20,
    }
}

fn ask_row(ask: &AskState) -> usize {
    match ask.status {
        AskStatus::Open if ask.escalates_at.is_some() => 9,
        AskStatus::Opening if ask.asked => 10,
        AskStatus::SendingOpen if ask.asked => 11,
        AskStatus::OpensAt(_) if ask.asked => 12,
        AskStatus::Opening => 0,
        AskStatus::SendingOpen => 1,
        AskStatus::OpensAt(_) => 2,
        AskStatus::Held => 3,
        AskStatus::Open => 4,
        AskStatus::Closing => 5,
        AskStatus::SendingClose => 6,
        AskStatus::ClosesAt(_) => 7,
        AskStatus::Closed => 8,
    }
}

/// One event of every kind, about this step, as if it answered the last command.
fn every(host: &Host<'_>, path: &StepPath) -> Vec<Event> {
    let mut events = vec![started(host.blueprint)];
    events.extend(answers_of_steps(host, path));
    events.push(Event::TimerFired { timer: timer(host, path) });
    events.extend(answers_of_gates(host, path));
    events.extend(["cancel", "resume"].map(|word| event(&host.state, host.now, word, 0)));
    events
}

fn answers_of_steps(host: &Host<'_>, path: &StepPath) -> impl Iterator<Item = Event> {
    let (turn, now) = (turn_of(&host.state, path, 0), host.now);
    let words =
        ["sends", "done", "failed", "deferred", "pending", "unknown", "parked", "stalled", "happened"];
    words.into_iter().map(move |word| step_event(turn.clone(), word, "", &|| now, now))
}

/// A timer of this step that runs, or one as it would have.
fn timer(host: &Host<'_>, path: &StepPath) -> TimerId {
    let of = |timer: &TimerId| match timer {
        TimerId::Step { path, .. } | TimerId::Expiry { path, .. } | TimerId::Escalation { path, .. } => {
            Some(path.clone())
        }
        TimerId::Ask { turn } => Some(turn.path.clone()),
        TimerId::Deadline => None,
    };
    let mut running = host.state.timers().into_iter().map(|(_, timer)| timer);
    let running = running.find(|timer| of(timer).as_ref() == Some(path));
    let step = host.state.step(path).unwrap();
    running.unwrap_or(match &step.gate {
        Some(gate) => TimerId::Expiry { path: path.clone(), round: gate.round },
        None => TimerId::Step { path: path.clone(), epoch: step.epoch },
    })
}

fn answers_of_gates(host: &Host<'_>, path: &StepPath) -> [Event; 7] {
    let now = host.now;
    let gate = host.state.step(path).and_then(|step| step.gate.as_ref());
    let turn = AskTurn { path: path.clone(), ask: 0, epoch: gate.map_or(1, |gate| gate.asks[0].epoch) };
    let approvers = vec![person("bob")];
    let ask = Ask { subject: String::new(), details: Vec::new(), record: None, approvers };
    let vote = Vote { by: person("bob"), choice: Choice::Approved, at: now, comment: None };
    let (changes, gated) = (vec![change()], Vec::new());
    [
        Event::HousekeepingStarted { turn: turn.clone(), ask: ask.clone(), changes, sent_at: now },
        Event::HousekeepingEnded {
            turn: turn.clone(),
            faults: vec![fault()],
            again_at: now,
            interrupted: false,
        },
        Event::GateOpened { turn: turn.clone(), ask, requester: None, beneficiary: None, gated },
        Event::GateDeferred { turn: turn.clone(), until: now, fault: fault() },
        Event::GateFailed { turn: turn.clone(), fault: fault() },
        Event::GateVoted { path: path.clone(), ask: 0, vote },
        Event::GateClosed { turn },
    ]
}

/// Where the steps of the table stand: how the workflow, and a line of its script, is written then.
struct Placed {
    workflow: fn(&str) -> String,
    line: fn(&str) -> String,
}

const AT_THE_TOP: Placed = Placed { workflow: str::to_owned, line: str::to_owned };

const IN_A_PASS: Placed = Placed {
    workflow: |steps| {
        let (steps, rest) = steps.trim().trim_start_matches("steps:\n").split_once("finally:").unwrap();
        let steps = steps.lines().fold(String::new(), |text, line| text + "    " + line + "\n");
        format!(
            "steps:\n  - id: each\n    foreach: [7]\n    as: n\n    max: 1\n    steps:\n{steps}finally:{rest}"
        )
    },
    line: |line| {
        let of_steps = ["one", "two", "three", "both", "pause", "gate"];
        let placed = |word: &str| match of_steps.contains(&word) {
            true => format!("each[0].{word}"),
            false => word.to_owned(),
        };
        line.split(' ').map(placed).collect::<Vec<_>>().join(" ")
    },
};

/// The cells of one row: `x` changes the run, `.` is ignored, `!` is illegal.
fn cells(host: &Host<'_>, path: &StepPath) -> String {
    let mut cells = String::new();
    for (at, event) in every(host, path).iter().enumerate() {
        assert_eq!(column(event), at);
        assert_eq!(decode(&encode(event)).as_ref(), Ok(event));
        let cell = match host.clone().tell(event).0 {
            Ok(Applied::Changed) => " x",
            Ok(Applied::Ignored) => " .",
            Err(_) => " !",
        };
        cells.push_str(cell);
    }
    cells
}

fn table(rows: &[Row], place: &Placed, of: impl Fn(&Host<'_>, &StepPath) -> usize) -> String {
    let mut table = String::new();
    for (at, (name, steps, script, path)) in rows.iter().enumerate() {
        let blueprint = blueprint(&(place.workflow)(steps));
        let script: Vec<String> = script.iter().map(|line| (place.line)(line)).collect();
        let (mut player, _) = Player::start(&blueprint);
        // A channel is given up after so many rounds.
        let rounds = if *name == "held" { 20 } else { 1 };
        (0..rounds).for_each(|_| script.iter().for_each(|line| player.play(line)));
        let path = StepPath::new((place.line)(path));
        assert_eq!(of(&player.host, &path), at, "{name}");
        player.host.now = player.host.now.checked_add(SignedDuration::from_hours(1_000)).unwrap();
        writeln!(table, "{name:17}{}", cells(&player.host, &path)).unwrap();
    }
    table
}

#[track_caller]
fn compare(found: &[String; 2], expected: &str) {
    for found in found {
        assert_eq!(found.trim(), expected.trim(), "found:\n{found}\n");
    }
}

/// The same in a pass of a loop as outside of loops. Columns: run started, step started, finished, failed, deferred, pending, unknown, parked, stalled,
/// resolved, timer fired, housekeeping started, housekeeping ended, gate opened, deferred, failed, voted,
/// closed, cancel requested, resume requested.
#[test]
fn every_event_is_legal_ignored_or_illegal_in_every_status_of_a_step() {
    let found = [AT_THE_TOP, IN_A_PASS].map(|place| {
        table(STEPS, &place, |host, path| {
            let step = host.state.step(path).unwrap();
            row(step.status, &step.resume)
        })
    });
    compare(
        &found,
        r#"
waiting           ! ! ! ! ! ! ! ! ! . . ! ! ! ! ! ! ! x .
working           ! x x x x ! ! ! x . . ! ! ! ! ! ! ! x .
working, looks    ! ! x x x x x x x . . ! ! ! ! ! ! ! x .
working, follows  ! ! x x ! x ! ! x . . ! ! ! ! ! ! ! x .
sending           ! . x x x x x x x . . ! ! ! ! ! ! ! x .
sleeping, retry   ! . . . . . . . . . x ! ! ! ! ! ! ! x .
sleeping, follow  ! . . . . . . . . . x ! ! ! ! ! ! ! x .
sleeping, settle  ! . . . . . . . . . x ! ! ! ! ! ! ! x .
sleeping, poll    ! . . . . . . . . . x ! ! ! ! ! ! ! x .
sleeping, wait    ! ! ! ! ! ! ! ! ! . x ! ! ! ! ! ! ! x .
asking            ! ! ! ! ! ! ! ! ! . x . . . . . x . x .
open              ! ! ! ! ! ! ! ! ! . . ! ! ! ! ! ! ! x .
stalled           ! . . . . . . . . . . ! ! ! ! ! ! ! x x
parked            ! . . . . . . . . x . ! ! ! ! ! ! ! x .
succeeded         ! . . . . . . . . . . ! ! ! ! ! ! ! x .
failed            ! . . . . . . . . . . ! ! ! ! ! ! ! x .
timed out         ! . . . . . . . . . . ! ! ! ! ! ! ! x .
rejected          ! ! ! ! ! ! ! ! ! . . x ! ! x x . x . .
skipped           ! ! ! ! ! ! ! ! ! . . ! ! ! ! ! ! ! x .
not reached       ! ! ! ! ! ! ! ! ! . . ! ! ! ! ! ! ! . .
withdrawn         ! ! ! ! ! ! ! ! ! . . ! ! ! ! ! ! ! . .
"#,
    );
}

/// The same columns.
#[test]
fn every_event_is_legal_ignored_or_illegal_in_every_status_of_a_question() {
    let found = [AT_THE_TOP, IN_A_PASS].map(|place| {
        table(ASKS, &place, |host, path| {
            let gate = host.state.step(path).and_then(|step| step.gate.as_ref()).unwrap();
            ask_row(&gate.asks[0])
        })
    });
    compare(
        &found,
        r#"
opening           ! ! ! ! ! ! ! ! ! . x x ! x x x . ! x .
sending open      ! ! ! ! ! ! ! ! ! . x ! x ! ! x . ! x .
opens at          ! ! ! ! ! ! ! ! ! . x . . . . . . . x .
held              ! ! ! ! ! ! ! ! ! . x . . . . . . . x x
open              ! ! ! ! ! ! ! ! ! . x . . . . . x . x .
closing           ! ! ! ! ! ! ! ! ! . . x ! ! x x . x . .
sending close     ! ! ! ! ! ! ! ! ! . . ! x ! ! x . ! . .
closes at         ! ! ! ! ! ! ! ! ! . x . . . . . . . . .
closed            ! ! ! ! ! ! ! ! ! . . . . . . . . . . .
open, escalates   ! ! ! ! ! ! ! ! ! . x . . . . . x . x .
asking more       ! ! ! ! ! ! ! ! ! . . x ! x x x x ! x .
sending more      ! ! ! ! ! ! ! ! ! . . ! x ! ! x x ! x .
asks more at      ! ! ! ! ! ! ! ! ! . x . . . . . x . x .
"#,
    );
}
