//! What is read where: every reference of the workflow with its place and its part.

use crate::diagnostic::Span;
use crate::expression::Reference;

/// One place of the text that reads something.
#[derive(Debug, Clone)]
pub(super) struct Use {
    /// What is read.
    pub(super) reference: Reference,
    /// Where that is written.
    pub(super) span: Span,
    /// The part it plays.
    pub(super) part: Part,
}

/// The part of a step in which something is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// A condition that is evaluated before the step: `if`, the branches of a `switch`.
    Condition,
    /// A condition on the answer: `expect`, `until`.
    Answer,
    /// The input of an action.
    Input,
    /// A value of `set: {first: …}`, which passes over what is absent.
    First,
    /// The condition on an event that is waited for.
    Event,
    /// What a run is known by, where events withdraw runs.
    Run,
    /// Any other value.
    Value,
}
