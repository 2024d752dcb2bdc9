//! `drawbridge check`: every finding of every workflow, in one pass.

use anyhow::Result;
use drawbridge_core::Checker;
use drawbridge_core::diagnostic::Severity;

use crate::args::{CheckArgs, Format};
use crate::checked::{Checked, check_all};
use crate::exit::Exit;
use crate::output::print;
use crate::workflow_files::WorkflowFiles;
use crate::{findings, mending, wire};

/// Checks the named workflows and prints what is found; with `--fix` what is left.
///
/// # Errors
/// None. What cannot be read is named, the others are checked, and the exit code says so.
pub(crate) fn check(args: &CheckArgs) -> Result<Exit> {
    let catalog = wire::catalog();
    let below = WorkflowFiles::below(&args.paths);
    let mut problems: Vec<String> = below.problems.iter().map(ToString::to_string).collect();
    let checker = Checker::new(&catalog);
    let mut results = check_all(&below.files, &checker);
    if args.fix {
        let mended = mending::mend(&results.iter().flatten().collect::<Vec<_>>(), &checker);
        mended.changes.iter().for_each(|change| print::note(change));
        problems.extend(mended.problems.iter().map(ToString::to_string));
        if !mended.changes.is_empty() {
            results = check_all(&below.files, &checker);
        }
    }
    let mut checked: Vec<Checked> = Vec::with_capacity(results.len());
    for result in results {
        match result {
            Ok(one) => checked.push(one),
            Err(error) => problems.push(error.to_string()),
        }
    }
    problems.iter().for_each(|problem| print::note(&format!("error: {problem}")));
    match args.format {
        Format::Text if checked.is_empty() => {}
        Format::Text => {
            let mendable = mending::count(&checked.iter().collect::<Vec<_>>(), &checker);
            findings::print_all(&checked, mendable);
        }
        Format::Json => findings::print_json(&checked),
        Format::Sarif => findings::print_sarif(&checked, &problems),
    }
    let found = |severity| checked.iter().any(|checked| checked.count(severity) > 0);
    Ok(if !problems.is_empty() {
        Exit::CouldNotRun
    } else if found(Severity::Error) || (args.deny_warnings && found(Severity::Warning)) {
        Exit::Findings
    } else {
        Exit::Good
    })
}
