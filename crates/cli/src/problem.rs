//! Why a command could not run: a code with a page, one sentence, and the way out.

use std::fmt;

/// One reason for exit code 2.
#[derive(Debug)]
pub(crate) struct Problem {
    code: &'static str,
    message: String,
    help: Option<String>,
}

impl Problem {
    /// A problem with its code and sentence.
    pub(crate) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), help: None }
    }

    /// Adds the way out.
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "[{}] {}", self.code, self.message)?;
        match &self.help {
            Some(help) => write!(out, "\n  = help: {help}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Problem {}
