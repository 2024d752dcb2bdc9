//! Why an expression is not understood. Knows a place in the expression only; `check` turns it into a
//! place in the file.

/// An expression that is not understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ParseError {
    /// What is wrong, one sentence in lower case.
    pub message: String,
    /// The way out, where there is one.
    pub help: Option<String>,
    /// Byte offset in the expression, where it is known.
    pub offset: Option<usize>,
}

impl ParseError {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: None, offset: None }
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub(super) fn at(mut self, offset: Option<usize>) -> Self {
        self.offset = offset;
        self
    }
}
