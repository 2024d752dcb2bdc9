//! What is to happen by itself at a moment of virtual time: entries of scripts, and calls a fault put off.
//!
//! Owns the order. It carries nothing out and reads no clock.

use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::calls::Platform;
use crate::script::{Act, Script};

/// Most things that may lie ahead at one time.
const AHEAD_MAX: usize = 10_000;

/// Most things that are remembered after they happened; the oldest go first.
const DONE_MAX: usize = 1_000;

/// A call that is carried out later than it was made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct LateCall {
    pub(crate) platform: Platform,
    /// Number of the call in the log.
    pub(crate) seq: u64,
    pub(crate) method: String,
    /// Path and query.
    pub(crate) uri: String,
    /// Names and values; a value that is no text is left out.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

/// What happens.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Event {
    Do(Act),
    Late(LateCall),
}

/// Something that lies ahead.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Ahead {
    /// Order of arrival, which decides between two things due at one moment.
    pub(crate) id: u64,
    pub(crate) at: Timestamp,
    #[serde(flatten)]
    pub(crate) event: Event,
}

/// Something that happened, with the status its request was answered with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Done {
    pub(crate) id: u64,
    pub(crate) at: Timestamp,
    pub(crate) what: String,
    pub(crate) status: u16,
    /// Why it was refused.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub(crate) error: Value,
}

/// The agenda as it is kept.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Kept {
    given: u64,
    pub(crate) ahead: Vec<Ahead>,
    pub(crate) done: Vec<Done>,
}

/// What lies ahead of one world.
#[derive(Debug, Default)]
pub(crate) struct Agenda {
    state: Mutex<Kept>,
}

impl Agenda {
    /// Puts the entries of a script on the agenda; spans count from `start`.
    ///
    /// # Errors
    /// A sentence when that would be too many; then none is taken.
    pub(crate) fn add_script(&self, script: &Script, start: Timestamp) -> Result<(), String> {
        let mut state = self.state();
        if state.ahead.len() + script.entries.len() > AHEAD_MAX {
            return Err(format!("{AHEAD_MAX} entries are the most that may lie ahead"));
        }
        for entry in &script.entries {
            state.add(entry.at.instant(start), Event::Do(entry.act.clone()));
        }
        Ok(())
    }

    /// Puts a call off. One too many is forgotten, as a network forgets.
    pub(crate) fn add_late(&self, at: Timestamp, call: LateCall) {
        let mut state = self.state();
        if state.ahead.len() < AHEAD_MAX {
            state.add(at, Event::Late(call));
        }
    }

    /// Takes the first thing that is due at `now` or before.
    pub(crate) fn take_due(&self, now: Timestamp) -> Option<Ahead> {
        let mut state = self.state();
        state.ahead.first().is_some_and(|first| first.at <= now).then(|| state.ahead.remove(0))
    }

    /// Remembers that something happened.
    pub(crate) fn note(&self, done: Done) {
        let mut state = self.state();
        if state.done.len() == DONE_MAX {
            state.done.remove(0);
        }
        state.done.push(done);
    }

    pub(crate) fn keep(&self) -> Kept {
        self.state().clone()
    }

    pub(crate) fn restore(&self, kept: Kept) {
        *self.state() = kept;
    }

    fn state(&self) -> MutexGuard<'_, Kept> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn add(&mut self, at: Timestamp, event: Event) {
        self.given += 1;
        let behind = self.ahead.partition_point(|other| other.at <= at);
        self.ahead.insert(behind, Ahead { id: self.given, at, event });
    }
}
