//! What the column of a table may hold, and how the platform's own dictionary spells it.
//!
//! Knows no table and no value.

use serde::Deserialize;

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    /// Plain text.
    #[default]
    String,
    /// A whole number, kept as text.
    Integer,
    /// A number with a fraction, kept as text.
    Decimal,
    /// `true` or `false`.
    Boolean,
    /// The `sys_id` of a row in another table.
    Reference,
    /// Comma-joined `sys_id`s.
    GlideList,
    /// UTC, `YYYY-MM-DD HH:MM:SS`.
    GlideDateTime,
    /// `YYYY-MM-DD`.
    GlideDate,
    /// An offset from 1970-01-01, written like a date-time.
    GlideDuration,
    /// Text that is appended to a history and never read back raw.
    JournalInput,
    /// The combined history of the other journals of the record.
    JournalList,
    /// A history the platform itself writes.
    Journal,
    /// Markup.
    Html,
    /// A `sys_id` in a table that another field names.
    DocumentId,
    /// Never shown, never written through the Table API.
    Password,
}

impl Kind {
    /// Whether this is one of the append-only histories.
    pub(crate) fn is_journal(self) -> bool {
        matches!(self, Self::JournalInput | Self::JournalList | Self::Journal)
    }

    /// The kind of that spelling; the platform has many more, which are texts here.
    pub(crate) fn of_internal_type(text: &str) -> Self {
        let all = [
            Self::Integer,
            Self::Decimal,
            Self::Boolean,
            Self::Reference,
            Self::GlideList,
            Self::GlideDateTime,
            Self::GlideDate,
            Self::GlideDuration,
            Self::JournalInput,
            Self::JournalList,
            Self::Journal,
            Self::Html,
            Self::DocumentId,
        ];
        all.into_iter().find(|kind| kind.internal_type() == text).unwrap_or_default()
    }

    /// How the platform's own dictionary spells it.
    pub(crate) fn internal_type(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Integer => "integer",
            Self::Decimal => "decimal",
            Self::Boolean => "boolean",
            Self::Reference => "reference",
            Self::GlideList => "glide_list",
            Self::GlideDateTime => "glide_date_time",
            Self::GlideDate => "glide_date",
            Self::GlideDuration => "glide_duration",
            Self::JournalInput => "journal_input",
            Self::JournalList => "journal_list",
            Self::Journal => "journal",
            Self::Html => "html",
            Self::DocumentId => "document_id",
            Self::Password => "password",
        }
    }
}
