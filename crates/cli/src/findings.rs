//! Findings of `check` for people and programs.

use std::io::IsTerminal as _;

use drawbridge_core::Definition;
use drawbridge_core::diagnostic::Diagnostic;
use serde_json::Value;

use crate::output::print;

/// Prints findings as text, with colour in a terminal.
pub(crate) fn print(definition: &Definition, found: &[Diagnostic]) {
    if !found.is_empty() {
        let colour = std::io::stdout().is_terminal();
        print::line(&drawbridge_core::diagnostic::render_text(found, &definition.sources(), colour));
    }
}

/// Findings as JSON documents.
pub(crate) fn json(definition: &Definition, found: &[Diagnostic]) -> Vec<Value> {
    let findings = drawbridge_core::diagnostic::to_json(found, &definition.sources());
    findings.as_array().cloned().unwrap_or_default()
}
