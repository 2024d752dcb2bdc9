//! What goes wrong when an expression meets the values of a run. Knows no step and no span: whoever
//! evaluates adds them.

/// An expression that cannot be evaluated with these values.
///
/// `Display` is one sentence in lower case that names the expression and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct EvalError(String);

impl EvalError {
    /// An error with its sentence.
    #[must_use]
    pub fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}
