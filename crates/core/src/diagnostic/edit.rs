//! Exact changes of the text: where a fix applies, and a text with its fixes applied.

use super::finding::{Diagnostic, Fix};
use super::source::{FileId, Sources, Span};

/// One change of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The range that goes; empty where something is only put in.
    pub span: Span,
    /// What stands there afterwards.
    pub text: String,
}

impl Edit {
    /// The change that a fix means; none where its wrong piece does not stand in its range.
    #[must_use]
    pub fn of(fix: &Fix, sources: &Sources) -> Option<Self> {
        let span = fix.span;
        let range = sources.text(span.file).get(span.start..span.end)?;
        let span = match &fix.wrong {
            None => span,
            Some(wrong) => {
                let start = span.start + last_whole(range, wrong)?;
                Span { start, end: start + wrong.len(), ..span }
            }
        };
        Some(Self { span, text: fix.right.clone() })
    }

    /// The changes that leave no choice: of every finding with exactly one fix that one, without those that
    /// touch an earlier one; in the order of the text.
    #[must_use]
    pub fn certain<'a>(found: &'a [Diagnostic], sources: &Sources) -> Vec<(&'a Diagnostic, Self)> {
        let only = found.iter().filter_map(|finding| match finding.fixes.as_slice() {
            [fix] => Some((finding, Self::of(fix, sources)?)),
            _ => None,
        });
        let mut edits: Vec<(&Diagnostic, Self)> = only.collect();
        edits.sort_by_key(|(_, edit)| (edit.span.file, edit.span.start, edit.span.end));
        let mut before: Option<Span> = None;
        edits.retain(|(_, edit)| {
            let is_free = before.is_none_or(|span| edit.span.file != span.file || edit.span.start > span.end);
            if is_free {
                before = Some(edit.span);
            }
            is_free
        });
        edits
    }

    /// The text of a file after these changes, which must not overlap and stand in its order.
    #[must_use]
    pub fn apply<'a>(edits: impl IntoIterator<Item = &'a Self>, file: FileId, sources: &Sources) -> String {
        let text = sources.text(file);
        let (mut written, mut at) = (String::with_capacity(text.len()), 0);
        for edit in edits.into_iter().filter(|edit| edit.span.file == file) {
            written.push_str(text.get(at..edit.span.start).unwrap_or_default());
            written.push_str(&edit.text);
            at = edit.span.end;
        }
        written.push_str(text.get(at..).unwrap_or_default());
        written
    }
}

/// Where a piece stands last as a name of its own, not inside a longer one.
fn last_whole(range: &str, piece: &str) -> Option<usize> {
    let is_name = |next: char| next.is_alphanumeric() || next == '_' || next == '-';
    let joins =
        |inner: Option<char>, outer: Option<char>| inner.is_some_and(is_name) && outer.is_some_and(is_name);
    let whole = |at: &usize| {
        let (before, after) = (&range[..*at], &range[at + piece.len()..]);
        !joins(piece.chars().next(), before.chars().next_back())
            && !joins(piece.chars().next_back(), after.chars().next())
    };
    range.rmatch_indices(piece).map(|(at, _)| at).filter(|_| !piece.is_empty()).find(whole)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Code;

    const TEXT: &str = "if: $.inputs.user == usr || usr_id\nwith: { usr: x }\n";

    fn sources() -> Sources {
        let mut sources = Sources::default();
        sources.add("workflow.yaml", TEXT);
        sources
    }

    fn wrong(start: usize, end: usize, wrong: &str) -> Diagnostic {
        Diagnostic::error(Code::WF012, Span::new(start, end), "m").did_you_mean(wrong, "user")
    }

    #[test]
    fn the_last_whole_occurrence_in_the_range_is_replaced() {
        let edit = |finding: Diagnostic| Edit::of(&finding.fixes[0], &sources()).map(|edit| edit.span);
        assert_eq!(edit(wrong(0, 34, "usr")), Some(Span::new(21, 24)));
        assert_eq!(edit(wrong(25, 34, "usr")), None);
        assert_eq!(edit(wrong(0, 999, "usr")), None);
        assert_eq!(edit(wrong(0, 34, "")), None);
    }

    #[test]
    fn a_fix_without_a_wrong_piece_replaces_its_whole_range() {
        let fix = Fix { title: "t".into(), span: Span::new(4, 17), wrong: None, right: "true".into() };
        let edit = Edit::of(&fix, &sources()).unwrap();
        assert_eq!(
            Edit::apply([&edit], FileId::WORKFLOW, &sources()).lines().next(),
            Some("if: true == usr || usr_id")
        );
    }

    #[test]
    fn certain_changes_do_not_touch_each_other_and_leave_no_choice() {
        let choice = wrong(43, 46, "usr").fix(Fix {
            title: "t".into(),
            span: Span::new(43, 46),
            wrong: None,
            right: "other".into(),
        });
        let found = [wrong(43, 46, "usr"), wrong(0, 34, "usr"), wrong(20, 24, "usr"), choice];
        let sources = sources();
        let edits = Edit::certain(&found, &sources);
        let text = Edit::apply(edits.iter().map(|(_, edit)| edit), FileId::WORKFLOW, &sources);
        assert_eq!(text, "if: $.inputs.user == user || usr_id\nwith: { user: x }\n");
    }
}
