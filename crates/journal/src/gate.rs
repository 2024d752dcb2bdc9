//! A gate inside a run: its question, its stages, who was asked and who decided. Counts votes; opens
//! and closes nothing.

use std::collections::BTreeMap;

use drawbridge_core::graph::Never;
use drawbridge_sdk::{Ask, Change, Choice, Digest, Fault, Person, Vote};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::command::ApproverSource;
use crate::event::GatedInput;
use crate::ids::StepPath;

/// A gate that was opened.
#[derive(Debug, Clone, PartialEq)]
pub struct GateState {
    /// Which round of asking, from 1; a further one follows when a gated input is no longer what was approved.
    pub round: u32,
    /// When this round began, in UTC.
    pub opened_at: Timestamp,
    /// When it is over without a decision.
    pub expires_at: Option<Timestamp>,
    /// What is asked.
    pub question: Question,
    /// Every question put, over stages and rounds; the last one is the current.
    pub asks: Vec<AskState>,
    /// Stages of this round still to be asked, by index.
    pub stages_left: Vec<usize>,
    /// What this round approves.
    pub gated: Vec<GatedInput>,
    /// How the last round ended.
    pub outcome: Option<GateOutcome>,
    /// Digests in force: what was approved for each gated step.
    pub approved: BTreeMap<StepPath, Digest>,
}

/// What a gate asks, resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// One line: who asks for what.
    pub subject: String,
    /// What approvers see besides.
    pub details: Vec<String>,
    /// The record the question hangs on.
    pub record: Option<String>,
    /// Who asked.
    pub requester: Option<Person>,
    /// Who gets it.
    pub beneficiary: Option<Person>,
}

/// How a gate ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GateOutcome {
    /// Enough said yes, or it expired into a yes.
    Approved,
    /// Somebody said no.
    Rejected,
    /// Nobody decided in time.
    Expired,
    /// The run no longer needs it.
    Withdrawn,
}

impl GateOutcome {
    /// The word an author compares with.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::Expired => "expired",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// One question: a stage in a round.
#[derive(Debug, Clone, PartialEq)]
pub struct AskState {
    /// Index of the stage.
    pub stage: usize,
    /// Name of the stage.
    pub name: String,
    /// How many must approve.
    pub need: u32,
    /// Which round it belongs to.
    pub round: u32,
    /// Counts every command to it.
    pub epoch: u32,
    /// How often the channel was asked to open or close it, without the rounds that the engine itself cut off.
    pub rounds: u32,
    /// Where it stands.
    pub status: AskStatus,
    /// Whether it is to be closed as soon as the command under way is answered.
    pub close_wanted: bool,
    /// Whether everybody was asked once. From then on decisions count, also while more people are asked.
    pub asked: bool,
    /// When more people are asked; absent where nobody is, or was already.
    pub escalates_at: Option<Timestamp>,
    /// Where approvers come from who are not asked yet, resolved.
    pub approvers: Vec<ApproverSource>,
    /// The question as put, once it is known.
    pub ask: Option<Ask>,
    /// Changes recorded and being sent.
    pub changes: Vec<Change>,
    /// Who asked, as the channel knows them.
    pub requester: Option<Person>,
    /// Who gets it, as the channel knows them.
    pub beneficiary: Option<Person>,
    /// The decisions that count.
    pub votes: Vec<Vote>,
    /// What stood in the way last.
    pub fault: Option<Fault>,
}

/// Where a question stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AskStatus {
    /// A command to open it is out.
    Opening,
    /// Its rows are being sent.
    SendingOpen,
    /// It is opened again at this time.
    OpensAt(Timestamp),
    /// The channel could not be reached for too long; somebody resumes the run.
    Held,
    /// People are asked.
    Open,
    /// A command to close it is out.
    Closing,
    /// Changes that close it are being sent.
    SendingClose,
    /// It is closed again at this time.
    ClosesAt(Timestamp),
    /// Nobody is asked.
    Closed,
}

impl AskState {
    /// A new question whose first command is on its way.
    #[must_use]
    pub(crate) fn new(stage: usize, name: &str, need: u32, round: u32) -> Self {
        Self {
            stage,
            name: name.to_owned(),
            need,
            round,
            epoch: 1,
            rounds: 1,
            status: AskStatus::Opening,
            close_wanted: false,
            asked: false,
            escalates_at: None,
            approvers: Vec::new(),
            ask: None,
            changes: Vec::new(),
            requester: None,
            beneficiary: None,
            votes: Vec::new(),
            fault: None,
        }
    }

    /// Whether a command to it has not been answered.
    #[must_use]
    pub fn in_flight(&self) -> bool {
        use AskStatus::{Closing, Opening, SendingClose, SendingOpen};
        matches!(self.status, Opening | SendingOpen | Closing | SendingClose)
    }

    /// Whether people can decide: they were asked, and nobody withdrew the question.
    #[must_use]
    pub fn is_open(&self) -> bool {
        use AskStatus::{Open, Opening, OpensAt, SendingOpen};
        self.asked && !self.close_wanted && matches!(self.status, Open | Opening | SendingOpen | OpensAt(_))
    }

    fn approvals(&self) -> u32 {
        let yes = self.votes.iter().filter(|vote| vote.choice == Choice::Approved).count();
        u32::try_from(yes).unwrap_or(u32::MAX)
    }
}

/// What a vote did to its question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Counted {
    /// It does not count: not open, not asked, barred, or said before.
    No,
    /// More are needed.
    More,
    /// The stage has passed.
    Passed,
    /// The gate is rejected.
    Rejected,
}

impl GateState {
    /// The question that is put now.
    #[must_use]
    pub fn current(&self) -> Option<&AskState> {
        self.asks.last()
    }

    /// Who approved an earlier stage of this round.
    #[must_use]
    pub(crate) fn earlier(&self, ask: usize) -> Vec<Person> {
        let before = self.asks.iter().take(ask).filter(|other| other.round == self.round);
        before.flat_map(|other| other.votes.iter().map(|vote| vote.by.clone())).collect()
    }

    /// Counts one vote. A person counts once, only when asked, and never when barred.
    pub(crate) fn count(&mut self, ask: usize, vote: &Vote, never: &[Never]) -> Counted {
        let current = self.asks.len().checked_sub(1) == Some(ask);
        if !current || !self.asks.get(ask).is_some_and(AskState::is_open) {
            return Counted::No;
        }
        if !self.may_vote(ask, &vote.by, never) {
            return Counted::No;
        }
        let state = &mut self.asks[ask];
        state.votes.push(vote.clone());
        match vote.choice {
            Choice::Rejected => Counted::Rejected,
            Choice::Approved if state.approvals() >= state.need => Counted::Passed,
            Choice::Approved => Counted::More,
        }
    }

    fn may_vote(&self, ask: usize, by: &Person, never: &[Never]) -> bool {
        let state = &self.asks[ask];
        let same = |other: &Option<Person>| other.as_ref().is_some_and(|other| other.is_same(by));
        let barred = never.iter().any(|rule| match rule {
            Never::Requester => same(&state.requester) || same(&self.question.requester),
            Never::Beneficiary => same(&state.beneficiary) || same(&self.question.beneficiary),
            Never::SamePersonTwice => self.earlier(ask).iter().any(|other| other.is_same(by)),
        });
        let asked = state.ask.as_ref().is_some_and(|ask| {
            ask.approvers.is_empty() || ask.approvers.iter().any(|asked| asked.is_same(by))
        });
        let voted = state.votes.iter().any(|vote| vote.by.is_same(by));
        asked && !barred && !voted
    }

    /// What later steps read of it.
    #[must_use]
    pub(crate) fn output(&self, outcome: GateOutcome, at: Timestamp, reason: Option<&str>) -> Value {
        let this_round = || self.asks.iter().filter(|ask| ask.round == self.round);
        let last = this_round().flat_map(|ask| ask.votes.iter()).next_back();
        let stages: Vec<Value> = this_round().map(stage_output).collect();
        let mut output = json!({
            "outcome": outcome.as_str(),
            "at": at.to_string(),
            "stages": stages,
        });
        if let Some(last) = last {
            output["by"] = json!(last.by.label());
            if let Some(comment) = &last.comment {
                output["comment"] = json!(comment);
            }
        }
        if let Some(reason) = reason {
            output["reason"] = json!(reason);
        }
        output
    }
}

fn stage_output(ask: &AskState) -> Value {
    let votes: Vec<Value> = ask
        .votes
        .iter()
        .map(|vote| {
            let mut line = json!({
                "by": vote.by.label(),
                "choice": vote.choice,
                "at": vote.at.to_string(),
            });
            if let Some(comment) = &vote.comment {
                line["comment"] = json!(comment);
            }
            line
        })
        .collect();
    json!({ "name": ask.name, "votes": votes })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(name: &str) -> Person {
        Person { upn: Some(name.to_owned()), ..Person::default() }
    }

    fn vote(name: &str, choice: Choice) -> Vote {
        Vote { by: person(name), choice, at: Timestamp::UNIX_EPOCH, comment: None }
    }

    fn open(need: u32, asked: &[&str]) -> GateState {
        let mut ask = AskState::new(0, "owners", need, 1);
        ask.status = AskStatus::Open;
        ask.asked = true;
        ask.requester = Some(person("req"));
        ask.beneficiary = Some(person("ben"));
        ask.ask = Some(Ask {
            subject: "s".to_owned(),
            details: Vec::new(),
            record: None,
            approvers: asked.iter().map(|name| person(name)).collect(),
        });
        GateState {
            round: 1,
            opened_at: Timestamp::UNIX_EPOCH,
            expires_at: None,
            question: Question {
                subject: "s".to_owned(),
                details: Vec::new(),
                record: None,
                requester: None,
                beneficiary: None,
            },
            asks: vec![ask],
            stages_left: Vec::new(),
            gated: Vec::new(),
            outcome: None,
            approved: BTreeMap::new(),
        }
    }

    fn check(need: u32, asked: &[&str], votes: &[(&str, Choice)], expected: &[Counted]) {
        let never = [Never::Requester, Never::Beneficiary, Never::SamePersonTwice];
        let mut gate = open(need, asked);
        let counted: Vec<_> =
            votes.iter().map(|(name, choice)| gate.count(0, &vote(name, *choice), &never)).collect();
        assert_eq!(counted, expected);
    }

    #[test]
    fn votes_count_once_and_only_of_those_who_were_asked() {
        use Choice::{Approved, Rejected};
        check(1, &["a"], &[("A", Approved)], &[Counted::Passed]);
        check(2, &["a", "b"], &[("a", Approved), ("a", Approved)], &[Counted::More, Counted::No]);
        check(2, &["a", "b"], &[("a", Approved), ("b", Approved)], &[Counted::More, Counted::Passed]);
        check(1, &["a"], &[("mallory", Approved)], &[Counted::No]);
        check(2, &["a", "b"], &[("a", Approved), ("b", Rejected)], &[Counted::More, Counted::Rejected]);
    }

    #[test]
    fn requester_and_beneficiary_never_count_even_when_asked() {
        use Choice::Approved;
        check(1, &["req", "ben"], &[("req", Approved), ("ben", Approved)], &[Counted::No, Counted::No]);
        check(1, &[], &[("ben", Approved), ("cli:ann", Approved)], &[Counted::No, Counted::Passed]);
    }

    /// A channel that forgot who asked must not let them decide.
    #[test]
    fn who_asked_never_counts_even_when_only_the_workflow_knows_them() {
        let mut gate = open(1, &["req"]);
        gate.question.requester = gate.asks[0].requester.take();
        assert_eq!(gate.count(0, &vote("req", Choice::Approved), &[Never::Requester]), Counted::No);
    }
}
