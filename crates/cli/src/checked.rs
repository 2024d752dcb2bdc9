//! Checks many workflows, on the cores there are. Finds no file and prints nothing.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::Result;
use drawbridge_core::diagnostic::{Diagnostic, FileId, Severity, Sources, Span};
use drawbridge_core::{Checker, Definition};

use crate::definition;

/// Stack of a thread that checks, in bytes; the language allows a depth that small stacks do not.
const STACK_BYTES: usize = 8 * 1024 * 1024;

/// One workflow that was read and checked.
#[derive(Debug)]
pub(crate) struct Checked {
    /// What was read, the workflow first; findings point into it.
    pub(crate) sources: Sources,
    /// What was found, in the order of the text.
    pub(crate) found: Vec<Diagnostic>,
    /// How many files it names that were read; they stand after the workflow among the sources.
    files: usize,
    /// The name it gives itself.
    name: Option<String>,
}

impl Checked {
    /// How many findings are of this severity.
    pub(crate) fn count(&self, severity: Severity) -> usize {
        self.found.iter().filter(|finding| finding.severity == severity).count()
    }

    fn read(file: &Path, checker: &Checker<'_>) -> Result<Self> {
        let (definition, parsed) = definition::read_parsed(file)?;
        let (blueprint, found) = checker.check_parsed(&definition, parsed);
        let name = match blueprint {
            Some(blueprint) => Some(blueprint.workflow.as_str().to_owned()),
            None => drawbridge_core::name_of(&definition.text).map(|(name, _)| name),
        };
        Ok(Self { sources: definition.sources(), found, files: definition.files.len(), name })
    }

    /// What was read, made again from the sources: thousands of workflows keep one copy of each text.
    pub(crate) fn definition(&self) -> Definition {
        let path = self.sources.path(FileId::WORKFLOW);
        let folder = path.rfind('/').map_or(0, |at| at + 1);
        let named = (1..=self.files).map(FileId::at);
        let file = |file| (self.sources.path(file)[folder..].to_owned(), self.sources.text(file).to_owned());
        Definition {
            path: path.to_owned(),
            text: self.sources.text(FileId::WORKFLOW).to_owned(),
            files: named.map(file).collect(),
        }
    }

    /// Adds the finding that another workflow has the same name.
    fn same_name(&mut self, other: &Sources) {
        let text = other.text(FileId::WORKFLOW);
        let here = drawbridge_core::name_of(self.sources.text(FileId::WORKFLOW));
        if let (Some((name, here)), Some((_, there))) = (here, drawbridge_core::name_of(text)) {
            let file = self.sources.add(other.path(FileId::WORKFLOW), text);
            self.found.push(drawbridge_core::same_name(&name, here, Span { file, ..there }));
            self.found.sort_by_key(|finding| (finding.span().file, finding.span().start, finding.code));
        }
    }
}

/// Checks every file; what cannot be read stands in its place.
pub(crate) fn check_all(files: &[PathBuf], checker: &Checker<'_>) -> Vec<Result<Checked>> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from).min(files.len().max(1));
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        while let Some((at, file)) = take(files, &next) {
            done.push((at, Checked::read(file, checker)));
        }
        done
    };
    let mut done = std::thread::scope(|scope| {
        let spawn = |_| std::thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, work);
        let threads: Vec<_> = (1..=cores).map(spawn).filter_map(std::io::Result::ok).collect();
        let joined = threads.into_iter().flat_map(|thread| match thread.join() {
            Ok(done) => done,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        joined.collect::<Vec<_>>()
    });
    done.extend(work());
    done.sort_unstable_by_key(|(at, _)| *at);
    let mut checked = done.into_iter().map(|(_, checked)| checked).collect::<Vec<_>>();
    compare_names(&mut checked);
    checked
}

/// The next file that nobody has taken.
fn take<'a>(files: &'a [PathBuf], next: &AtomicUsize) -> Option<(usize, &'a Path)> {
    let at = next.fetch_add(1, Ordering::Relaxed);
    files.get(at).map(|file| (at, file.as_path()))
}

/// A name that an earlier workflow has is a finding.
fn compare_names(checked: &mut [Result<Checked>]) {
    let mut first: BTreeMap<String, usize> = BTreeMap::new();
    for at in 0..checked.len() {
        let Some(name) = checked[at].as_ref().ok().and_then(|checked| checked.name.clone()) else { continue };
        let other = *first.entry(name).or_insert(at);
        let (before, from) = checked.split_at_mut(at);
        if let (Some(Ok(other)), Some(Ok(here))) = (before.get(other), from.first_mut()) {
            here.same_name(&other.sources);
        }
    }
}
