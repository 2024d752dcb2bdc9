//! `check --fix`: writes the changes that leave no choice into the files they belong to.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::Path;

use drawbridge_core::diagnostic::{Edit, FileId};

use crate::checked::Checked;
use crate::problem::Problem;

/// What was changed, and what could not be.
#[derive(Debug, Default)]
pub(crate) struct Mended {
    /// One line for each change.
    pub(crate) changes: Vec<String>,
    /// Files that could not be written.
    pub(crate) problems: Vec<Problem>,
}

/// Applies the one fix of every finding that has exactly one, where it does not touch another change.
///
/// A file is replaced as a whole or stays as it was.
pub(crate) fn mend<'a>(checked: impl IntoIterator<Item = &'a Checked>) -> Mended {
    let (mut mended, mut written) = (Mended::default(), BTreeSet::new());
    for checked in checked {
        let edits = Edit::certain(&checked.found, &checked.sources);
        let files: BTreeSet<FileId> = edits.iter().map(|(_, edit)| edit.span.file).collect();
        for file in files {
            let path = checked.sources.path(file);
            if !written.insert(path.to_owned()) {
                continue;
            }
            let text = Edit::apply(edits.iter().map(|(_, edit)| edit), file, &checked.sources);
            match replace(Path::new(path), checked.sources.text(file), &text) {
                Ok(()) => mended.changes.extend(edits.iter().filter(|(_, edit)| edit.span.file == file).map(
                    |(finding, edit)| {
                        let (line, column) = checked.sources.line_column(file, edit.span.start);
                        let title = &finding.fixes[0].title;
                        format!("mended {path}:{line}:{column}: {title} ({})", finding.code)
                    },
                )),
                Err(error) => mended.problems.push(
                    Problem::new("ST024", format!("`{path}` cannot be mended: {error}"))
                        .help("check that you may write there, then check again"),
                ),
            }
        }
    }
    mended
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
