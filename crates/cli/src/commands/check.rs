//! `drawbridge check`: every finding of every workflow, in one pass.

use anyhow::Result;
use drawbridge_core::diagnostic::Severity;

use crate::args::{CheckArgs, Format};
use crate::exit::Exit;
use crate::output::print;
use crate::{definition, findings, wire};

/// Checks the named workflows and prints what is found.
///
/// # Errors
/// A problem when a path holds no workflow or cannot be read.
pub(crate) fn check(args: &CheckArgs) -> Result<Exit> {
    let catalog = wire::catalog();
    let mut files = Vec::new();
    for path in &args.paths {
        files.extend(definition::files_below(path)?);
    }
    let mut errors = 0;
    let mut documents = Vec::new();
    for file in &files {
        let definition = definition::read(file)?;
        let (_, found) = drawbridge_core::check(&definition, &catalog);
        errors += found.iter().filter(|finding| finding.severity == Severity::Error).count();
        match args.format {
            Format::Text => findings::print(&definition, &found),
            Format::Json => documents.extend(findings::json(&definition, &found)),
        }
    }
    match args.format {
        Format::Json => print::json_pretty(&documents),
        Format::Text if errors == 0 => print::line(&format!("{} checked, no errors", count(files.len()))),
        Format::Text => print::line(&format!("{} checked, {errors} errors", count(files.len()))),
    }
    Ok(if errors == 0 { Exit::Good } else { Exit::Findings })
}

fn count(workflows: usize) -> String {
    if workflows == 1 { "1 workflow".to_owned() } else { format!("{workflows} workflows") }
}
