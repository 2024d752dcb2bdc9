//! The timers of a run, read off its state. Sets none and reads no clock: whoever hosts the run fires
//! what is due.

use drawbridge_core::graph::Phase;
use jiff::Timestamp;

use crate::gate::AskStatus;
use crate::ids::{AskTurn, TimerId};
use crate::state::RunState;
use crate::step::{StepState, StepStatus};

impl RunState {
    /// Every timer that is running, in the order of its steps.
    #[must_use]
    pub fn timers(&self) -> Vec<(Timestamp, TimerId)> {
        let mut timers = Vec::new();
        timers.extend(self.deadline_left().map(|at| (at, TimerId::Deadline)));
        if self.ended_at.is_none() {
            self.live_steps().for_each(|step| of_step(step, &mut timers));
        }
        timers
    }

    /// When the next timer is due, in UTC.
    #[must_use]
    pub fn next_at(&self) -> Option<Timestamp> {
        self.timers().into_iter().map(|(at, _)| at).min()
    }

    /// When this timer is due; absent when it is not running (any more).
    #[must_use]
    pub fn due(&self, timer: &TimerId) -> Option<Timestamp> {
        let (TimerId::Step { path, .. }
        | TimerId::Expiry { path, .. }
        | TimerId::Escalation { path, .. }
        | TimerId::Ask { turn: AskTurn { path, .. } }) = timer
        else {
            return self.deadline_left();
        };
        let mut timers = Vec::new();
        of_step(self.step(path)?, &mut timers);
        timers.into_iter().find(|(_, running)| running == timer).map(|(at, _)| at)
    }

    /// The deadline while it still means something: until it is decided how the steps end.
    fn deadline_left(&self) -> Option<Timestamp> {
        self.deadline.filter(|_| self.started.is_some() && self.phase == Phase::Main && !self.halted)
    }
}

fn of_step(step: &StepState, timers: &mut Vec<(Timestamp, TimerId)>) {
    let path = &step.path;
    if let StepStatus::Sleeping { until, .. } = step.status {
        timers.push((until, TimerId::Step { path: path.clone(), epoch: step.epoch }));
    }
    let Some(gate) = &step.gate else { return };
    if matches!(step.status, StepStatus::Asking | StepStatus::Stalled)
        && let Some(at) = gate.expires_at
    {
        timers.push((at, TimerId::Expiry { path: path.clone(), round: gate.round }));
    }
    for (number, ask) in gate.asks.iter().enumerate() {
        if let (StepStatus::Asking, AskStatus::Open, Some(at)) = (step.status, &ask.status, ask.escalates_at)
        {
            let ask = u32::try_from(number).unwrap_or(u32::MAX);
            timers.push((at, TimerId::Escalation { path: path.clone(), ask }));
        }
        if let AskStatus::OpensAt(at) | AskStatus::ClosesAt(at) = ask.status {
            let number = u32::try_from(number).unwrap_or(u32::MAX);
            timers.push((
                at,
                TimerId::Ask { turn: AskTurn { path: path.clone(), ask: number, epoch: ask.epoch } },
            ));
        }
    }
}
