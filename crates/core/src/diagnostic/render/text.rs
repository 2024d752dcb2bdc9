//! Findings in the manner of rustc: sentence, place, excerpt, help.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use crate::diagnostic::finding::{Diagnostic, Label, Severity};
use crate::diagnostic::source::{FileId, Sources};

/// Writes findings one after another, with a blank line between.
///
/// `color` adds terminal escapes; the text reads the same without.
#[must_use]
pub fn render_text(diagnostics: &[Diagnostic], sources: &Sources, color: bool) -> String {
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    let written: Vec<_> =
        diagnostics.iter().map(|diagnostic| renderer.render(&[group(diagnostic, sources)])).collect();
    let mut text = written.join("\n\n");
    if !text.is_empty() {
        text.push('\n');
    }
    text
}

fn group<'a>(diagnostic: &'a Diagnostic, sources: &'a Sources) -> Group<'a> {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(diagnostic.message.as_str()).id(diagnostic.code.as_str());
    let mut group = Group::with_title(title);
    for file in files(diagnostic) {
        let labels = diagnostic.labels.iter().enumerate().filter(|(_, label)| label.span.file == file);
        let source = sources.text(file);
        let annotations = labels.map(|(at, label)| {
            let kind = if at == 0 { AnnotationKind::Primary } else { AnnotationKind::Context };
            let annotation = kind.span(range(label, source));
            if label.text.is_empty() { annotation } else { annotation.label(label.text.as_str()) }
        });
        group = group.element(Snippet::source(source).path(sources.path(file)).annotations(annotations));
    }
    if let Some(note) = &diagnostic.note {
        group = group.element(Level::NOTE.message(note.as_str()));
    }
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    group
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

/// The first line of a label's range; an excerpt of a whole block would hide what it is about.
fn range(label: &Label, source: &str) -> std::ops::Range<usize> {
    let start = floor(source, label.span.start);
    let end = floor(source, label.span.end).max(start);
    let line_end = source[start..end].find('\n').map_or(end, |at| start + at);
    start..line_end
}

fn floor(source: &str, at: usize) -> usize {
    (0..=at.min(source.len())).rev().find(|at| source.is_char_boundary(*at)).unwrap_or(0)
}
