//! Findings in the manner of rustc: sentence, place, excerpt, note, help, and the lines as they would be.

use std::ops::Range;

use annotate_snippets::{
    AnnotationKind, Group, Level, Patch, Renderer, Snippet, normalize_untrusted_str as shown,
};

use crate::diagnostic::edit::Edit;
use crate::diagnostic::finding::{Diagnostic, Label, Severity};
use crate::diagnostic::source::{FileId, Sources, Span};

/// Columns of an excerpt where nobody says how wide the terminal is.
pub const WIDTH: usize = 140;

/// Writes findings one after another, with a blank line between.
///
/// `color` adds terminal escapes; the text reads the same without.
#[must_use]
pub fn render_text(diagnostics: &[Diagnostic], sources: &Sources, color: bool) -> String {
    render_text_at(diagnostics, sources, color, WIDTH)
}

/// Writes findings for a terminal of so many columns; longer lines of an excerpt are cut around its labels.
#[must_use]
pub fn render_text_at(diagnostics: &[Diagnostic], sources: &Sources, color: bool, width: usize) -> String {
    let renderer = if color { Renderer::styled() } else { Renderer::plain() }.term_width(width);
    let written: Vec<_> =
        diagnostics.iter().map(|diagnostic| renderer.render(&groups(diagnostic, sources))).collect();
    let mut text = written.join("\n\n");
    if !text.is_empty() {
        text.push('\n');
    }
    text
}

/// The finding itself, then one group for each change that takes it away.
fn groups<'a>(diagnostic: &'a Diagnostic, sources: &'a Sources) -> Vec<Group<'a>> {
    let edits: Vec<(&str, Edit)> = diagnostic
        .fixes
        .iter()
        .filter_map(|fix| Some((fix.title.as_str(), Edit::of(fix, sources)?)))
        .collect();
    let help = diagnostic.way_out();
    let said = help.filter(|help| matches!(edits.as_slice(), [(_, edit)] if says(help, edit)));
    let mut groups = vec![main_group(diagnostic, help.filter(|_| said.is_none()), sources)];
    groups.extend(edits.into_iter().map(|(title, edit)| fix_group(said.unwrap_or(title), edit, sources)));
    groups
}

/// Whether the help names what the change writes, so that its title would say it again.
fn says(help: &str, edit: &Edit) -> bool {
    help.contains(&format!("`{}`", edit.text.trim()))
}

fn main_group<'a>(diagnostic: &'a Diagnostic, help: Option<&'a str>, sources: &'a Sources) -> Group<'a> {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(diagnostic.message.as_str()).id(diagnostic.code.as_str());
    let mut group = Group::with_title(title);
    for file in files(diagnostic) {
        group = group.element(excerpt(diagnostic, file, sources));
    }
    if let Some(note) = &diagnostic.note {
        group = group.element(Level::NOTE.message(shown(note)));
    }
    if let Some(help) = help {
        group = group.element(Level::HELP.message(shown(help)));
    }
    group
}

fn excerpt<'a>(
    diagnostic: &'a Diagnostic,
    file: FileId,
    sources: &'a Sources,
) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
    let text = sources.text(file);
    let labels: Vec<(bool, &Label, Range<usize>)> = diagnostic
        .labels
        .iter()
        .enumerate()
        .filter(|(_, label)| label.span.file == file)
        .map(|(at, label)| (at == 0, label, first_line(label.span, text)))
        .collect();
    let from = labels.iter().map(|(_, _, range)| range.start).min().unwrap_or(0);
    let to = labels.iter().map(|(_, _, range)| range.end).max().unwrap_or(0);
    let (lines, first, number) = sources.lines(file, from, to);
    let annotations = labels.into_iter().map(|(is_primary, label, range)| {
        let kind = if is_primary { AnnotationKind::Primary } else { AnnotationKind::Context };
        let annotation = kind.span(range.start.saturating_sub(first)..range.end.saturating_sub(first));
        if label.text.is_empty() { annotation } else { annotation.label(shown(&label.text)) }
    });
    Snippet::source(lines).line_start(number).path(sources.path(file)).annotations(annotations)
}

fn fix_group<'a>(title: &str, edit: Edit, sources: &'a Sources) -> Group<'a> {
    let Span { file, start, end } = edit.span;
    let (lines, first, number) = sources.lines(file, start, end);
    let patch = Patch::new(start.saturating_sub(first)..end.saturating_sub(first), edit.text);
    Group::with_title(Level::HELP.secondary_title(shown(title)))
        .element(Snippet::source(lines).line_start(number).path(sources.path(file)).patch(patch))
}

fn files(diagnostic: &Diagnostic) -> Vec<FileId> {
    let mut files: Vec<FileId> = Vec::new();
    for label in &diagnostic.labels {
        if !files.contains(&label.span.file) {
            files.push(label.span.file);
        }
    }
    files
}

/// The first line of a range; an excerpt of a whole block would hide what it is about.
fn first_line(span: Span, source: &str) -> Range<usize> {
    let start = source.floor_char_boundary(span.start);
    let end = source.floor_char_boundary(span.end).max(start);
    let line_end = source[start..end].find(['\r', '\n']).map_or(end, |at| start + at);
    start..line_end
}
