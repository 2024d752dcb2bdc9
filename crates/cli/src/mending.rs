//! `check --fix`: writes the changes that leave no choice into the files they belong to, where they leave
//! less to find than before and nothing new.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;

use drawbridge_core::diagnostic::{Code, Diagnostic, Edit, FileId, Sources};
use drawbridge_core::{Checker, Definition};

use crate::checked::Checked;
use crate::problem::Problem;

/// Most times one workflow is checked again to see what changes lead to.
const TRIALS_MAX: usize = 200;

/// Most changes that only together leave less to find.
const TOGETHER_MAX: usize = 16;

/// What was changed, and what could not be.
#[derive(Debug, Default)]
pub(crate) struct Mended {
    /// One line for each change.
    pub(crate) changes: Vec<String>,
    /// Files that could not be written.
    pub(crate) problems: Vec<Problem>,
}

/// Mends what can be mended and writes it. A file is replaced as a whole or stays as it was.
pub(crate) fn mend(checked: &[&Checked], checker: &Checker<'_>) -> Mended {
    let mut mended = Mended::default();
    for (before, after) in checked.iter().zip(mended_all(checked, checker)) {
        let (old, new) = (&before.sources, after.definition.sources());
        for file in files(&after.definition).filter(|file| old.text(*file) != new.text(*file)) {
            let path = old.path(file);
            match replace(Path::new(path), old.text(file), new.text(file)) {
                Ok(()) => mended
                    .changes
                    .extend(after.changes.iter().filter(|(of, _)| *of == file).map(|(_, said)| said.clone())),
                Err(error) => mended.problems.push(
                    Problem::new("ST024", format!("`{path}` cannot be mended: {error}"))
                        .help("check that you may write there, then check again"),
                ),
            }
        }
    }
    mended
}

/// How many changes [`mend`] would write.
pub(crate) fn count(checked: &[&Checked], checker: &Checker<'_>) -> usize {
    mended_all(checked, checker).map(|attempt| attempt.changes.len()).sum()
}

/// Each workflow as it would be. A file that several of them name stays as it is: what mends it for one
/// could break it for another.
fn mended_all<'a>(checked: &'a [&Checked], checker: &'a Checker<'_>) -> impl Iterator<Item = Attempt> + 'a {
    let mut named: BTreeMap<String, usize> = BTreeMap::new();
    for one in checked {
        for file in files(&one.definition()) {
            *named.entry(one.sources.path(file).to_owned()).or_default() += 1;
        }
    }
    checked.iter().map(move |one| {
        if one.found.iter().all(|finding| finding.fixes.len() != 1) {
            return Attempt::untouched(one.definition());
        }
        mended(&one.definition(), checker, |path| named.get(path).is_none_or(|times| *times == 1))
    })
}

/// A workflow after some changes.
#[derive(Debug, Clone)]
struct Attempt {
    definition: Definition,
    found: Vec<Diagnostic>,
    /// The file of each change, and what is said about it.
    changes: Vec<(FileId, String)>,
}

impl Attempt {
    fn untouched(definition: Definition) -> Self {
        Self { definition, found: Vec::new(), changes: Vec::new() }
    }

    /// The changes that leave no choice, and the finding of each.
    fn edits(&self, may_change: &impl Fn(&str) -> bool) -> Vec<(Diagnostic, Edit)> {
        let sources = self.definition.sources();
        let certain = Edit::certain(&self.found, &sources);
        let allowed = certain.into_iter().filter(|(_, edit)| may_change(sources.path(edit.span.file)));
        allowed.map(|(finding, edit)| (finding.clone(), edit)).collect()
    }

    /// The workflow after these changes too, which stand in the order of the text.
    fn with(&self, edits: &[(Diagnostic, Edit)], checker: &Checker<'_>) -> Self {
        let sources = self.definition.sources();
        let mut next = self.clone();
        for (at, file) in files(&self.definition).enumerate() {
            let text = Edit::apply(edits.iter().map(|(_, edit)| edit), file, &sources);
            let place = match at.checked_sub(1) {
                None => Some(&mut next.definition.text),
                Some(at) => next.definition.files.values_mut().nth(at),
            };
            if let Some(place) = place {
                *place = text;
            }
        }
        next.found = checker.check(&next.definition).1;
        next.changes.extend(edits.iter().map(|change| (change.1.span.file, said(change, &sources))));
        next
    }

    /// What is found here and was not there.
    fn new_since(&self, before: &Self) -> Vec<&Diagnostic> {
        let mut known: BTreeMap<(Code, &str), usize> = BTreeMap::new();
        for finding in &before.found {
            *known.entry((finding.code, &finding.message)).or_default() += 1;
        }
        let mut new = Vec::new();
        for finding in &self.found {
            match known.get_mut(&(finding.code, finding.message.as_str())) {
                Some(left) if *left > 0 => *left -= 1,
                _ => new.push(finding),
            }
        }
        new
    }

    /// Whether at least so many findings went and none came.
    fn is_better(&self, before: &Self, by: usize) -> bool {
        self.found.len() + by <= before.found.len() && self.new_since(before).is_empty()
    }

    /// The workflow after one change, and those that only then show and lead to something better.
    fn followed(
        &self,
        first: &(Diagnostic, Edit),
        trials: &mut usize,
        checker: &Checker<'_>,
        may_change: &impl Fn(&str) -> bool,
    ) -> Option<Self> {
        let (mut next, mut at) = (self.with(std::slice::from_ref(first), checker), first.1.span);
        for _ in 1..TOGETHER_MAX {
            *trials += 1;
            if next.is_better(self, 1) {
                return Some(next);
            }
            if next.found.len() > self.found.len() || next.new_since(self).len() > 1 {
                return None;
            }
            let mut edits = next.edits(may_change).into_iter();
            let edit = edits.find(|(_, edit)| edit.span.file == at.file && edit.span.start >= at.start)?;
            at = edit.1.span;
            next = next.with(&[edit], checker);
        }
        next.is_better(self, 1).then_some(next)
    }
}

/// The workflow with every change that leaves no choice and makes it better: something that was found is
/// found no longer, and nothing is found that was not before.
fn mended(definition: &Definition, checker: &Checker<'_>, may_change: impl Fn(&str) -> bool) -> Attempt {
    let mut now = Attempt::untouched(definition.clone());
    now.found = checker.check(definition).1;
    let mut trials = 0;
    while trials < TRIALS_MAX {
        let edits = now.edits(&may_change);
        if edits.is_empty() {
            break;
        }
        trials += 1;
        let all = now.with(&edits, checker);
        if all.is_better(&now, edits.len()) {
            now = all;
            continue;
        }
        // From the end, so that the places of those before stay right.
        let followed = edits
            .iter()
            .rev()
            .take(TRIALS_MAX - trials)
            .find_map(|edit| now.followed(edit, &mut trials, checker, &may_change));
        match followed {
            Some(next) => now = next,
            None => break,
        }
    }
    now
}

/// The files of a definition, in the order of its sources.
fn files(definition: &Definition) -> impl Iterator<Item = FileId> + use<> {
    (0..=definition.files.len()).map(FileId::at)
}

fn said((finding, edit): &(Diagnostic, Edit), sources: &Sources) -> String {
    let file = edit.span.file;
    let (line, column) = sources.line_column(file, edit.span.start);
    let title = &finding.fixes[0].title;
    format!("mended {}:{line}:{column}: {title} ({})", sources.path(file), finding.code)
}

/// Puts a text in the place of another, if that still stands there; links stay links.
fn replace(path: &Path, before: &str, after: &str) -> std::io::Result<()> {
    let path = path.canonicalize()?;
    // What was read of a file that is not UTF-8 is not what stands there, and writing it would lose that.
    if std::fs::read_to_string(&path)? != before {
        return Err(std::io::Error::other("it was changed while it was checked"));
    }
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(after.as_bytes())?;
    file.as_file().set_permissions(std::fs::metadata(&path)?.permissions())?;
    file.as_file().sync_all()?;
    file.persist(&path).map(drop).map_err(|error| error.error)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "\
workflow: probe
version: 1
title: Probe
inputs:
  person: { type: string }
  level: { type: integer, default: 1 }
steps:
  - id: person
    action: azure_ad.user.get
    with: { user: $.inputs.person }
  - id: high
    if: $.inputs.level == 3 && $.inputs.person != 'x'
    set: { name: $.steps.person.displayName }
";

    fn attempt(text: &str, checker: &Checker<'_>) -> (usize, Attempt) {
        let definition = Definition { path: "w.yaml".into(), text: text.into(), files: BTreeMap::default() };
        let before = checker.check(&definition).1.len();
        (before, mended(&definition, checker, |_| true))
    }

    #[test]
    fn what_would_lead_from_one_error_to_the_next_is_left_as_it_is() {
        let catalog = crate::wire::catalog();
        let checker = Checker::new(&catalog);
        assert_eq!(checker.check(&attempt(GOOD, &checker).1.definition).1.len(), 0);
        let good = "$.inputs.level == 3 && $.inputs.person != 'x'";
        let check = |condition: &str, expected: Option<&str>| {
            let text = GOOD.replace(good, condition);
            let (before, after) = attempt(&text, &checker);
            assert!(before > 0, "{condition} is taken");
            let expected = expected.map_or_else(|| text.clone(), |to| GOOD.replace(good, to));
            assert_eq!(after.definition.text, expected, "{condition}");
            assert_eq!(after.changes.is_empty(), text == expected, "{condition}");
        };
        check("not $.inputs.level == 3", None);
        check("not $.inputs.level", None);
        check("true", None);
        check("$.inputs.level == 3 &", None);
        check("$.inputs.person == ‘x", None);
        check("'$.inputs.person == ‘x’'", None);
        check("$.inputs.person == ‘x’", Some("$.inputs.person == 'x'"));
        check(
            "inputs.level = 3 and inputs.person <> high or inputs.level gt 1",
            Some("$.inputs.level == 3 && $.inputs.person != 'high' || $.inputs.level > 1"),
        );
    }

    #[test]
    fn whatever_is_wrong_mending_never_leaves_more_to_find() {
        let catalog = crate::wire::catalog();
        let checker = Checker::new(&catalog);
        let pieces = [
            "", "and", "not ", "!", "&", "‘", "true", "\"", "'", "no", "$.", "person", ": ", "- ", "{{", "3h",
        ];
        let starts: Vec<usize> = GOOD.char_indices().map(|(at, _)| at).step_by(3).collect();
        let mut changed = 0;
        for (turn, at) in starts.iter().enumerate() {
            for (number, piece) in pieces.iter().enumerate().filter(|(number, _)| number % 4 == turn % 4) {
                let end = (at + number % 5).min(GOOD.len());
                let text = format!("{}{piece}{}", &GOOD[..*at], &GOOD[end..]);
                let (before, after) = attempt(&text, &checker);
                let left = checker.check(&after.definition).1.len();
                changed += after.changes.len();
                assert!(left + usize::from(!after.changes.is_empty()) <= before, "{text}");
            }
        }
        assert!(changed > 0, "nothing was mended at all");
    }

    #[test]
    fn a_file_is_replaced_through_a_link_and_only_if_nobody_else_changed_it() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("a"), folder.path().join("link"));
        std::fs::write(&file, "old").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        replace(&link, "old", "new").unwrap();
        assert!(link.is_symlink());
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "new");
        assert!(replace(&file, "old", "newer").is_err());
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "new");
    }

    #[test]
    fn a_file_that_is_not_utf_8_stays_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a");
        std::fs::write(&file, b"Z\xfcrich").unwrap();
        assert!(replace(&file, "Z\u{fffd}rich", "Zurich").is_err());
        assert_eq!(std::fs::read(&file).unwrap(), b"Z\xfcrich");
    }
}
