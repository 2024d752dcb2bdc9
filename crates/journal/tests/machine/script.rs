//! Runs as text: a workflow and one answer a line in, what the machine wants and how it ended out.

use std::fmt::Write as _;

use drawbridge_journal::{
    Applied, AskTurn, Command, Condition, Event, GatedInput, Illegal, Resolution, Resume, RunState, StepPath,
    Turn, view,
};
use drawbridge_sdk::{Ask, Change, Choice, Digest, Fault, Intent, Method, Person, Request, Undo, Vote};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::host::{Host, blueprint, start_time};

/// Plays a transcript's own lines again and compares what comes of them.
///
/// Lines that begin in the first column are the script, up to `=` where the end is told; those that are
/// indented are what the machine said. A line of the script is one of `S done {output}`, `S failed`,
/// `S late` (its `timeout`), `S sends`, `S deferred 10s`, `S pending 1m`, `S unknown 30s`, `S interrupted 30s`, `S parked`,
/// `S stalled`, `S happened`, `S again`, for a gate `G open a b`, `G rows`, `G sent`, `G interrupted 30s`, `G deferred 1m`,
/// `G refused`, `G closed`, `G open-other a` (other inputs than now are approved), `a approves G`,
/// `a rejects G`; `+4h` (timers fire when they are due), `early` (every timer fires now), `old …` (the
/// answer to the command before), `twice` (the last event again), `cancel`, `resume`.
#[track_caller]
pub(crate) fn check(steps: &str, transcript: &str) {
    let found = play(steps, transcript);
    assert_eq!(found.trim(), transcript.trim(), "found:\n{found}\n");
}

/// Plays a script; gives what came of it as text.
pub(crate) fn play(steps: &str, transcript: &str) -> String {
    play_on(&blueprint(steps), transcript)
}

/// The same with a workflow that was checked before.
pub(crate) fn play_on(blueprint: &drawbridge_core::graph::Blueprint, transcript: &str) -> String {
    let (mut player, commands) = Player::start(blueprint);
    player.out.push_str("start\n");
    player.write_commands(&commands);
    let script = transcript.trim().lines().skip(1).take_while(|line| !line.starts_with('='));
    for line in script.filter(|line| !line.starts_with(' ')) {
        player.play(line);
    }
    player.finish();
    player.out
}

/// A host with a transcript.
pub(crate) struct Player<'b> {
    pub(crate) host: Host<'b>,
    pub(crate) out: String,
    last: Option<Event>,
}

impl<'b> Player<'b> {
    pub(crate) fn start(blueprint: &'b drawbridge_core::graph::Blueprint) -> (Self, Vec<Command>) {
        let (host, commands) = Host::start(blueprint);
        (Self { host, out: String::new(), last: None }, commands)
    }

    /// Plays one line of a script.
    pub(crate) fn play(&mut self, line: &str) {
        writeln!(self.out, "{line}").unwrap();
        let (text, back) = line.strip_prefix("old ").map_or((line, 0), |rest| (rest, 1));
        if let Some(span) = text.strip_prefix('+') {
            return self.wait(span.parse().unwrap());
        }
        match text {
            "early" => {
                for (_, timer) in self.host.state.timers() {
                    self.tell(Event::TimerFired { timer });
                }
            }
            "twice" => {
                let last = self.last.clone().unwrap();
                self.tell(last);
            }
            text => {
                let event = event(&self.host.state, self.host.now, text, back);
                self.tell(event);
            }
        }
    }

    /// Lets time pass; timers fire when they are due, each once.
    fn wait(&mut self, span: SignedDuration) {
        let until = self.host.now.checked_add(span).unwrap();
        while let Some((at, timer)) =
            self.host.state.timers().into_iter().filter(|(at, _)| *at <= until).min()
        {
            self.host.now = self.host.now.max(at);
            writeln!(self.out, "  {} timer", offset(self.host.now)).unwrap();
            self.tell(Event::TimerFired { timer });
        }
        self.host.now = until;
    }

    fn tell(&mut self, event: Event) {
        let (applied, commands) = self.host.tell(&event);
        match applied {
            Ok(Applied::Changed) => self.write_commands(&commands),
            Ok(Applied::Ignored) => self.out.push_str("  ignored\n"),
            Err(illegal) => writeln!(self.out, "  illegal: {}", short(&illegal)).unwrap(),
        }
        self.last = Some(event);
    }

    pub(crate) fn write_commands(&mut self, commands: &[Command]) {
        for command in commands {
            writeln!(self.out, "  > {}", described(command)).unwrap();
        }
    }

    /// Writes how the run stands.
    pub(crate) fn finish(&mut self) {
        let state = &self.host.state;
        let shown = view(self.host.blueprint, state);
        let outcome = state.outcome.map_or("undecided", drawbridge_journal::Outcome::as_str);
        let head = match state.condition() {
            Condition::Ended => outcome.to_owned(),
            condition => {
                let until = state.next_at().map_or(String::new(), |at| format!(" until {}", offset(at)));
                format!("{}{until}, {outcome}", condition.as_str())
            }
        };
        writeln!(self.out, "= {head}").unwrap();
        if let Some(error) = &state.error {
            writeln!(self.out, "error: {}: {}", error.step, error.fault).unwrap();
        }
        if let Some(outputs) = &state.outputs {
            writeln!(self.out, "outputs: {outputs}").unwrap();
        }
        for step in &shown.steps {
            let fault = step.fault.as_ref().map_or(String::new(), |fault| format!(": {fault}"));
            let output = &state.roots()["steps"][step.path.as_str()];
            let output = if output.is_null() { String::new() } else { format!(" {output}") };
            writeln!(self.out, "{} {}{output}{fault}", step.path, step.state).unwrap();
        }
    }
}

fn offset(at: Timestamp) -> String {
    format!("+{:#}", start_time().duration_until(at))
}

fn short(illegal: &Illegal) -> &'static str {
    match illegal {
        Illegal::NotStarted { .. } => "not started",
        Illegal::StartedTwice => "started twice",
        Illegal::OutOfOrder { .. } => "out of order",
        Illegal::OtherDefinition => "other definition",
        Illegal::UnknownStep { .. } => "unknown step",
        Illegal::Unasked { .. } => "unasked",
        Illegal::NeverSent { .. } => "never sent",
    }
}

fn described(command: &Command) -> String {
    match command {
        Command::StartStep(call) => {
            let does = match &call.resume {
                Resume::Nothing => format!("start {}", call.input),
                Resume::Settle(intent) => format!("look for \"{}\"", intent.change.summary),
                Resume::Follow(handle) => format!("follow {handle}"),
            };
            let tries = if call.tries > 1 { format!(", try {}", call.tries) } else { String::new() };
            format!("{} {does}{tries}", call.turn.path)
        }
        Command::SendChange { call, intent } => {
            format!("{} send \"{}\"", call.turn.path, intent.change.summary)
        }
        Command::OpenGate(open) => {
            let earlier: Vec<_> = open.earlier.iter().map(Person::label).collect();
            let earlier =
                if earlier.is_empty() { String::new() } else { format!(", not {}", earlier.join(" ")) };
            let asked: Vec<_> = open.asked.iter().map(Person::label).collect();
            let besides =
                if asked.is_empty() { String::new() } else { format!(", besides {}", asked.join(" ")) };
            format!("{} ask `{}`, need {}{earlier}{besides}", open.turn.path, open.stage, open.need)
        }
        Command::SendHousekeeping { turn, changes, .. } => {
            format!("{} send {} rows", turn.path, changes.len())
        }
        Command::CloseGate { turn, .. } => format!("{} close question {}", turn.path, turn.ask),
    }
}

/// Reads one line of a script.
pub(crate) fn event(state: &RunState, now: Timestamp, line: &str, back: u32) -> Event {
    let words: Vec<&str> = line.split_whitespace().collect();
    match words[..] {
        ["cancel"] => Event::CancelRequested { by: "cli:op".to_owned() },
        ["resume"] => Event::ResumeRequested { by: "cli:op".to_owned() },
        [who, choice @ ("approves" | "rejects"), gate] => vote(state, now, gate, (who, choice)),
        [path, word, ..] => {
            let path = StepPath::new(path);
            let rest = line.splitn(3, ' ').nth(2).unwrap_or_default();
            let at = || now.checked_add(rest.parse::<SignedDuration>().unwrap()).unwrap();
            match gate_event(state, &path, word, (&words[2..], now), back) {
                Some(event) => event,
                None => step_event(turn_of(state, &path, back), word, rest, &at, now),
            }
        }
        _ => panic!("the script says `{line}`"),
    }
}

pub(crate) fn person(name: &str) -> Person {
    Person { upn: Some(name.to_owned()), ..Person::default() }
}

/// A change as a node would want it.
pub(crate) fn change() -> Change {
    let mut change = Change::new("make it so", Request::new(Method::Post, &["items"]));
    change.predicted = Some(json!({ "foreseen": true }));
    change.undo = Some(Undo { action: "test.item.change".to_owned(), input: json!({ "back": true }) });
    change
}

pub(crate) fn fault() -> Fault {
    Fault::new("CN001", "it went wrong")
}

pub(crate) fn turn_of(state: &RunState, path: &StepPath, back: u32) -> Turn {
    let step = state.step(path).unwrap_or_else(|| panic!("there is no step `{path}`"));
    Turn { path: path.clone(), attempt: step.attempt.max(1), epoch: step.epoch.max(1) - back }
}

fn vote(state: &RunState, now: Timestamp, gate: &str, (who, choice): (&str, &str)) -> Event {
    let path = StepPath::new(gate);
    let asks = state.step(&path).unwrap().gate.as_ref().map_or(0, |gate| gate.asks.len());
    let choice = if choice == "approves" { Choice::Approved } else { Choice::Rejected };
    let ask = u32::try_from(asks.max(1)).unwrap() - 1;
    Event::GateVoted { path, ask, vote: Vote { by: person(who), choice, at: now, comment: None } }
}

pub(crate) fn step_event(
    turn: Turn,
    word: &str,
    rest: &str,
    at: &dyn Fn() -> Timestamp,
    now: Timestamp,
) -> Event {
    let fault = fault();
    let resolved =
        |resolution| Event::StepResolved { path: turn.path.clone(), resolution, by: "cli:op".to_owned() };
    match word {
        "done" => {
            let output: Value = if rest.is_empty() { json!({}) } else { serde_json::from_str(rest).unwrap() };
            Event::StepFinished { turn, output, not_applied: Vec::new(), undo: None }
        }
        "failed" => Event::StepFailed { turn, fault, timed_out: false },
        "late" => Event::StepFailed { turn, fault, timed_out: true },
        "sends" => Event::StepStarted { turn, intent: Intent { change: change(), sent_at: now } },
        "deferred" => Event::StepDeferred { turn, until: at(), fault },
        "pending" => Event::StepPending { turn, handle: json!({ "job": 7 }), until: at() },
        "unknown" => Event::StepUnknown { turn, look_at: at(), fault, interrupted: false },
        "interrupted" => Event::StepUnknown { turn, look_at: at(), fault, interrupted: true },
        "parked" => Event::StepParked { turn, fault },
        "stalled" => Event::StepStalled { turn, fault },
        "happened" => resolved(Resolution::Happened),
        "again" => resolved(Resolution::Again),
        _ => panic!("the script says `{word}`"),
    }
}

fn gate_event(
    state: &RunState,
    path: &StepPath,
    word: &str,
    (names, now): (&[&str], Timestamp),
    back: u32,
) -> Option<Event> {
    let gate = state.step(path).and_then(|step| step.gate.as_ref())?;
    // Answers go to the question that has not been answered yet; the newest one where there is none.
    let number = gate.asks.iter().position(drawbridge_journal::AskState::in_flight);
    let number = number.unwrap_or(gate.asks.len() - 1);
    let asked = &gate.asks[number];
    let turn = AskTurn { path: path.clone(), ask: u32::try_from(number).unwrap(), epoch: asked.epoch - back };
    let approvers = names.iter().map(|name| person(name)).collect();
    let ask = Ask { subject: gate.question.subject.clone(), details: Vec::new(), record: None, approvers };
    let again_at = |word: &str| now.checked_add(word.parse::<SignedDuration>().unwrap()).unwrap();
    let other = |gated: &GatedInput| GatedInput {
        digest: Some(Digest::of(&json!("something else"))),
        ..gated.clone()
    };
    let gated = match word {
        "open-other" => gate.gated.iter().map(other).collect(),
        _ => gate.gated.clone(),
    };
    let (requester, beneficiary) = (gate.question.requester.clone(), gate.question.beneficiary.clone());
    Some(match word {
        "open" | "open-other" => Event::GateOpened { turn, ask, requester, beneficiary, gated },
        "rows" => Event::HousekeepingStarted { turn, ask, changes: vec![change()], sent_at: now },
        "sent" | "interrupted" => Event::HousekeepingEnded {
            turn,
            faults: Vec::new(),
            again_at: names.first().map_or(now, |word| again_at(word)),
            interrupted: word == "interrupted",
        },
        "deferred" => Event::GateDeferred { turn, until: again_at(names[0]), fault: fault() },
        "refused" => Event::GateFailed { turn, fault: fault() },
        "closed" => Event::GateClosed { turn },
        _ => return None,
    })
}
