//! A run as folded from its events. Holds no behaviour beyond questions about itself; only `advance`
//! changes it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use drawbridge_core::graph::{Blueprint, Phase};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::event::RunStarted;
use crate::failure::RunError;
use crate::frame::{Frame, Place, is_named};
use crate::ids::{RunId, StepPath};
use crate::layout::Layout;
use crate::step::{StepState, StepStatus};

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It did what it was for.
    Succeeded,
    /// A step failed and nothing handled it.
    Failed,
    /// People, or a `stop`, said no.
    Rejected,
    /// There was nothing to do.
    Ignored,
    /// Somebody ended it.
    Cancelled,
}

impl Outcome {
    /// The word an author compares with.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Rejected => "rejected",
            Self::Ignored => "ignored",
            Self::Cancelled => "cancelled",
        }
    }
}

/// What a run is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// Steps are at work.
    Running,
    /// Only timers and gates are left.
    Waiting,
    /// Attempts of a step are used up; `runs resume` goes on.
    Stalled,
    /// Nobody can tell whether a change happened; a person decides.
    Parked,
    /// It is over.
    Ended,
}

impl Condition {
    /// The word for people and for the store.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Waiting => "waiting",
            Self::Stalled => "stalled",
            Self::Parked => "parked",
            Self::Ended => "ended",
        }
    }
}

/// One run.
#[derive(Debug, Clone, PartialEq)]
pub struct RunState {
    /// Its id.
    pub run: RunId,
    /// How it began; absent before the first event.
    pub started: Option<RunStarted>,
    /// When it began, in UTC.
    pub started_at: Option<Timestamp>,
    /// When it ended, in UTC.
    pub ended_at: Option<Timestamp>,
    /// Number of the last event.
    pub seq: u64,
    /// How it ends, once that is decided.
    pub outcome: Option<Outcome>,
    /// Why it failed.
    pub error: Option<RunError>,
    /// Who cancelled it.
    pub cancelled_by: Option<String>,
    /// When it has to have done what it is for, in UTC.
    pub deadline: Option<Timestamp>,
    /// What it gives, once its steps have succeeded.
    pub outputs: Option<Value>,
    pub(crate) phase: Phase,
    pub(crate) halted: bool,
    pub(crate) cancelling: bool,
    pub(crate) layout: Arc<Layout>,
    /// The steps outside of loops, then every pass in the order they began.
    pub(crate) frames: Vec<Frame>,
    /// The frames in which something may still happen.
    pub(crate) live: BTreeSet<usize>,
    pub(crate) paths: BTreeMap<StepPath, Place>,
    pub(crate) roots: Value,
}

impl RunState {
    /// A run before its first event.
    #[must_use]
    pub fn new(run: RunId) -> Self {
        Self {
            run,
            started: None,
            started_at: None,
            ended_at: None,
            seq: 0,
            outcome: None,
            error: None,
            cancelled_by: None,
            deadline: None,
            outputs: None,
            phase: Phase::Main,
            halted: false,
            cancelling: false,
            layout: Arc::default(),
            frames: Vec::new(),
            live: BTreeSet::new(),
            paths: BTreeMap::new(),
            roots: Value::Object(Map::new()),
        }
    }

    /// One step by its path.
    #[must_use]
    pub fn step(&self, path: &StepPath) -> Option<&StepState> {
        self.paths.get(path).map(|place| self.frames[place.frame].step(place.ix))
    }

    /// What expressions of this run read now: the document with `inputs`, `steps` and the other roots.
    #[must_use]
    pub fn roots(&self) -> &Value {
        &self.roots
    }

    /// What the run is doing.
    #[must_use]
    pub fn condition(&self) -> Condition {
        if self.ended_at.is_some() {
            return Condition::Ended;
        }
        let any = |test: fn(&StepState) -> bool| self.live_steps().any(test);
        if any(|step| step.status.in_flight()) || any(ask_in_flight) {
            Condition::Running
        } else if any(|step| step.status == StepStatus::Parked) {
            Condition::Parked
        } else if any(|step| step.status == StepStatus::Stalled) {
            Condition::Stalled
        } else {
            Condition::Waiting
        }
    }

    /// Every question that people are asked right now: the gate and its number.
    #[must_use]
    pub fn open_asks(&self) -> Vec<(StepPath, u32)> {
        let mut open = Vec::new();
        for step in self.live_steps() {
            let Some(gate) = &step.gate else { continue };
            for (number, ask) in gate.asks.iter().enumerate() {
                if ask.is_open() {
                    open.push((step.path.clone(), u32::try_from(number).unwrap_or(u32::MAX)));
                }
            }
        }
        open
    }

    pub(crate) fn begin(&mut self, blueprint: &Blueprint, started: &RunStarted, at: Timestamp) {
        self.layout = Arc::new(Layout::of(blueprint));
        self.add_frame(blueprint, Frame::run(blueprint));
        self.roots = json!({
            "inputs": started.inputs,
            "settings": started.settings,
            "steps": {},
            "status": {},
            "run": {
                "id": self.run,
                "workflow": started.workflow,
                "version": started.version,
                "trigger": started.trigger,
                "started_at": at.to_string(),
            },
        });
        let deadline = blueprint.deadline.map(|span| at.checked_add(span).unwrap_or(Timestamp::MAX));
        self.deadline = deadline;
        self.started = Some(started.clone());
        self.started_at = Some(at);
    }

    /// Lets the steps of a frame begin; gives its number.
    pub(crate) fn add_frame(&mut self, blueprint: &Blueprint, frame: Frame) -> usize {
        let number = self.frames.len();
        for ix in self.layout.order(frame.each()) {
            if is_named(&blueprint.graph[*ix].kind) {
                self.paths.insert(frame.step(*ix).path.clone(), Place { frame: number, ix: *ix });
            }
        }
        self.frames.push(frame);
        self.live.insert(number);
        number
    }

    /// The steps with which something may still happen, in a stable order.
    pub(crate) fn live_steps(&self) -> impl Iterator<Item = &StepState> {
        self.live.iter().flat_map(|frame| self.frames[*frame].steps())
    }

    /// Whether a frame is another one or stands in it.
    pub(crate) fn is_under(&self, frame: usize, top: usize) -> bool {
        let parent = |frame: &usize| self.frames[*frame].pass.map(|pass| pass.parent);
        std::iter::successors(Some(frame), parent).any(|frame| frame == top)
    }

    pub(crate) fn publish(&mut self, id: &str, status: StepStatus, output: Option<Value>) {
        if let Some(word) = status.word() {
            self.roots["status"][id] = json!(word);
        }
        if let Some(output) = output {
            self.roots["steps"][id] = output;
        }
    }

    /// Lets expressions read this failure as `$.error`, or none.
    pub(crate) fn publish_error(&mut self, error: Option<Value>) {
        match error {
            Some(error) => self.roots["error"] = error,
            None => drop(self.roots.as_object_mut().and_then(|roots| roots.remove("error"))),
        }
    }

    pub(crate) fn publish_outcome(&mut self, outcome: Outcome) {
        self.roots["run"]["outcome"] = json!(outcome.as_str());
    }
}

fn ask_in_flight(step: &StepState) -> bool {
    step.gate.as_ref().is_some_and(|gate| gate.asks.iter().any(|ask| ask.in_flight()))
}
