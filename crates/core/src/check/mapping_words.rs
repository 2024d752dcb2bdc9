//! What the words of a field mean together: their defaults, and where they contradict each other.

use serde_json::Value;

use crate::diagnostic::{Code, Diagnostic, Span};
use crate::model::{AlternativeDoc, Otherwise, SourceDoc, Unmatched};
use crate::syntax::Node;

/// The words of an alternative, with what counts where nothing is written.
pub(super) struct Words {
    pub(super) on_absent: Otherwise,
    pub(super) on_null: Otherwise,
    pub(super) no_match: Unmatched,
}

/// Fills in what is not written: a field keeps what it has, but what is required and what is written as a
/// text fails; a value without a counterpart does what its table says, and fails otherwise.
pub(super) fn defaults(doc: &AlternativeDoc<'_>, own_no_match: Option<Unmatched>) -> Words {
    let is_text = match &doc.source {
        Some(SourceDoc::Text(_)) => true,
        Some(SourceDoc::Plain(node)) => {
            node.as_str().is_some_and(|text| !text.starts_with('$') && text.contains("{{"))
        }
        _ => false,
    };
    let usual = || if is_text || doc.required.is_some() { Otherwise::Fail } else { Otherwise::Keep };
    let written =
        |word: &Option<(&Node, Otherwise)>| word.as_ref().map_or_else(usual, |(_, word)| word.clone());
    Words {
        on_absent: written(&doc.on_absent),
        on_null: written(&doc.on_null),
        no_match: match &doc.no_match {
            Some((_, word)) => word.clone(),
            None => own_no_match.unwrap_or(Unmatched::Fail),
        },
    }
}

impl Words {
    /// The values that are written out instead of something missing, with their places.
    pub(super) fn written<'w>(&'w self, doc: &AlternativeDoc<'_>) -> Vec<(&'w Value, Span)> {
        let mut written = Vec::new();
        for (word, place) in [(&self.on_absent, &doc.on_absent), (&self.on_null, &doc.on_null)] {
            if let (Otherwise::Value(value), Some((node, _))) = (word, place) {
                written.push((value, node.span));
            }
        }
        if let (Unmatched::Value(value), Some((node, _))) = (&self.no_match, &doc.no_match) {
            written.push((value, node.span));
        }
        written
    }

    /// Whether the field may be emptied.
    pub(super) fn may_clear(&self) -> bool {
        [&self.on_absent, &self.on_null].contains(&&Otherwise::Clear)
            || self.no_match == Unmatched::Value(Value::Null)
    }
}

/// Reports words that contradict each other, or that say nothing.
pub(super) fn report_contradictions(doc: &AlternativeDoc<'_>, found: &mut Vec<Diagnostic>) {
    let error = |span, message: String| Diagnostic::error(Code::WF054, span, message);
    if let (Some(values), Some(lookup)) = (doc.values, &doc.lookup) {
        let message = "a value is translated by `values` or by `lookup`, not by both".to_owned();
        found.push(error(lookup.record.span, message).label(values.span, "`values` stands here"));
    }
    if let (Some((node, _)), None, None) = (&doc.no_match, doc.values, &doc.lookup) {
        let message = "`no_match` says nothing without `values` or `lookup`".to_owned();
        found.push(error(node.span, message).help("an absent value has `on_absent`, a null one `on_null`"));
    }
    if matches!(doc.source, Some(SourceDoc::Value(_))) {
        for (key, word) in [("on_absent", &doc.on_absent), ("on_null", &doc.on_null)] {
            if let Some((node, _)) = word {
                found.push(error(
                    node.span,
                    format!("`{key}` says nothing: what is written out is always there"),
                ));
            }
        }
    }
    let Some(required) = doc.required else { return };
    let mut contradicts = |key: &str, word: &str, span: Span| {
        let message = format!("`{key}: {word}` leaves a required field without a value");
        let error = error(span, message).label(required, "it is required here");
        found.push(error.help(format!("write `{key}: fail` or a value, or take `required` away")));
    };
    for (key, word) in [("on_absent", &doc.on_absent), ("on_null", &doc.on_null)] {
        match word {
            Some((node, Otherwise::Keep)) => contradicts(key, "keep", node.span),
            Some((node, Otherwise::Clear)) => contradicts(key, "clear", node.span),
            Some((node, Otherwise::Skip)) => contradicts(key, "skip", node.span),
            _ => {}
        }
    }
    match &doc.no_match {
        Some((node, Unmatched::Keep)) => contradicts("no_match", "keep", node.span),
        Some((node, Unmatched::Flag)) => contradicts("no_match", "flag", node.span),
        Some((node, Unmatched::Defer)) => contradicts("no_match", "defer", node.span),
        _ => {}
    }
}
