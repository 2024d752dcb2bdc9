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
    /// The piece at that place that is wrong; empty where it is not known how far it goes.
    pub wrong: String,
    /// What would be right in its place, where that is known.
    pub right: Option<String>,
}

impl ParseError {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: None, offset: None, wrong: String::new(), right: None }
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub(super) fn at(mut self, offset: Option<usize>) -> Self {
        self.offset = offset;
        self
    }

    /// Sets the piece that is wrong and where it starts.
    pub(super) fn piece(mut self, offset: usize, wrong: &str) -> Self {
        self.offset = Some(offset);
        wrong.clone_into(&mut self.wrong);
        self
    }

    /// Sets the piece that is wrong; where it starts is found later.
    pub(super) fn inside(mut self, wrong: &str) -> Self {
        wrong.clone_into(&mut self.wrong);
        self
    }

    /// Sets what stands rightly in the place of the piece.
    pub(super) fn instead(mut self, right: impl Into<String>) -> Self {
        self.right = Some(right.into());
        self
    }
}
