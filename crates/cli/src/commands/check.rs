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
/// A problem when a path holds no workflow. A file that cannot be read is named, and the others are checked.
pub(crate) fn check(args: &CheckArgs) -> Result<Exit> {
    let catalog = wire::catalog();
    let mut files = Vec::new();
    for path in &args.paths {
        files.extend(definition::files_below(path)?);
    }
    let (mut errors, mut unreadable) = (0, 0);
    let mut documents = Vec::new();
    for file in &files {
        let definition = match definition::read(file) {
            Ok(definition) => definition,
            Err(error) => {
                print::note(&format!("error: {error}"));
                unreadable += 1;
                continue;
            }
        };
        let (_, found) = drawbridge_core::check(&definition, &catalog);
        errors += found.iter().filter(|finding| finding.severity == Severity::Error).count();
        match args.format {
            Format::Text => findings::print(&definition, &found),
            Format::Json => documents.extend(findings::json(&definition, &found)),
        }
    }
    match args.format {
        Format::Json => print::json_pretty(&documents),
        Format::Text => {
            let checked = count(files.len() - unreadable, "workflow");
            print::line(&format!("{checked} checked, {}", count(errors, "error")));
        }
    }
    Ok(match (unreadable, errors) {
        (0, 0) => Exit::Good,
        (0, _) => Exit::Findings,
        _ => Exit::CouldNotRun,
    })
}

/// A number with its word; none, one or several.
fn count(number: usize, word: &str) -> String {
    match number {
        0 => format!("no {word}s"),
        1 => format!("1 {word}"),
        _ => format!("{number} {word}s"),
    }
}
