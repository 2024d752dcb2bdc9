//! The graph of steps: what it is and in which order it stands.

mod blueprint;

pub use blueprint::{
    ActionStep, Approvers, Blueprint, Common, Dedupe, Expires, GateStep, Never, Phase, Poll, Retry, SetValue,
    Stage, TriggerSpec, ValueSpec, Vertex, VertexKind, WaitStep, Within,
};
