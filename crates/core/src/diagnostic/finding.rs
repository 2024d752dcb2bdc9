//! One finding of `check`.

use super::code::Code;
use super::source::Span;

/// Whether a finding keeps the workflow from running.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// It does.
    Error,
    /// It does not, and it is most likely not meant so.
    Warning,
}

impl Severity {
    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// A place with what there is to say about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// What is there; may be empty for the primary place.
    pub text: String,
}

/// A change of the text that takes a finding away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What it does, one sentence in lower case.
    pub title: String,
    /// The range it changes, or in which `wrong` stands.
    pub span: Span,
    /// The piece of that range that is replaced; absent where it is all of it.
    pub wrong: Option<String>,
    /// What stands there afterwards.
    pub right: String,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Code with a page in `docs/errors`.
    pub code: Code,
    /// Whether it keeps the workflow from running.
    pub severity: Severity,
    /// What is wrong, one sentence in lower case.
    pub message: String,
    /// The place first, then others that explain it.
    pub labels: Vec<Label>,
    /// The way out.
    pub help: Option<String>,
    /// Facts.
    pub note: Option<String>,
    /// Changes of the text that take it away; any one of them does.
    pub fixes: Vec<Fix>,
}

impl Diagnostic {
    /// An error at a place.
    #[must_use]
    pub fn error(code: Code, span: Span, message: impl Into<String>) -> Self {
        let primary = Label { span, text: String::new() };
        Self {
            code,
            severity: Severity::Error,
            message: message.into(),
            labels: vec![primary],
            help: None,
            note: None,
            fixes: Vec::new(),
        }
    }

    /// A warning at a place.
    #[must_use]
    pub fn warning(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, span, message) }
    }

    /// Adds another place that explains it.
    #[must_use]
    pub fn label(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: text.into() });
        self
    }

    /// Sets the way out.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Sets the way out where there is one.
    #[must_use]
    pub fn help_if(mut self, help: Option<String>) -> Self {
        self.help = help.or(self.help);
        self
    }

    /// Says which name was most likely meant, and how to put it in the place of the wrong one.
    #[must_use]
    pub fn did_you_mean(self, wrong: &str, right: &str) -> Self {
        let title = format!("write `{right}`");
        let (span, right) = (self.span(), right.to_owned());
        let fix = Fix { title, span, wrong: Some(wrong.to_owned()), right: right.clone() };
        self.fix(fix).help(format!("did you mean `{right}`?"))
    }

    /// Adds a change of the text that takes it away.
    #[must_use]
    pub fn fix(mut self, fix: Fix) -> Self {
        self.fixes.push(fix);
        self
    }

    /// Adds a fact.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self
    }

    /// The way out: its own, or where it has neither that nor a fact, the one that always holds.
    #[must_use]
    pub fn way_out(&self) -> Option<&str> {
        let usual = || self.note.is_none().then(|| self.code.way_out());
        self.help.as_deref().or_else(usual).filter(|way| !way.is_empty())
    }

    /// The place it is about.
    #[must_use]
    pub fn span(&self) -> Span {
        self.labels.first().map(|label| label.span).unwrap_or_default()
    }
}
