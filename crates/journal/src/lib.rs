//! A run as a pure machine: events in, state and commands out.
//!
//! Holds no clock, thread, file, socket or random source: time and ids come with the event, and the same
//! events always give the same state and the same commands.

mod ids;

mod event;

mod command;

mod failure;
mod gate;

mod layout;

mod step;

mod frame;

mod state;

mod timer;

mod advance;

mod codec;
mod view;

pub use advance::{Applied, Illegal, advance, outstanding, watches};
pub use codec::{CodecError, VERSION, decode, encode};
pub use command::{ApproverSource, ChannelRef, Command, OpenGate, Resume, StartStep, Watch};
pub use event::{Event, GatedInput, Recorded, Resolution, RunStarted};
pub use failure::RunError;
pub use gate::{AskState, AskStatus, GateOutcome, GateState, Question};
pub use ids::{AskTurn, RunId, StepPath, TimerId, Turn};
pub use state::{Condition, Outcome, RunState};
pub use step::{BlockState, Passes, Sleep, StepState, StepStatus, Taken};
pub use view::{AskView, GateView, RunView, StepView, VoteView, view};
