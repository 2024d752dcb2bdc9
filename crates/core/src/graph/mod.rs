//! The graph of steps: what it is, in which order it stands, and whether it goes in circles.

mod blueprint;
mod cycle;
mod order;
pub mod view;

pub use crate::expression::SetValue;
pub use blueprint::{
    ActionStep, AgentStep, Approvers, Blueprint, CancelSpec, Common, Concurrency, Counted, Dedupe, Escalate,
    EventWait, Expires, ForeachStep, GateStep, Guard, Never, Phase, Poll, Remind, Retry, Stage, TriggerSpec,
    ValueSpec, Vertex, VertexKind, WaitStep, Within,
};
pub(crate) use cycle::cycles;
pub(crate) use order::stable_order;
