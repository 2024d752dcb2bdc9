//! Compares what is checked in with what would be written.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::Result;

use super::{graph, write};

/// The files below `root` that differ from those below `fresh`, that are missing, or that nothing writes any more.
///
/// # Errors
/// When a folder cannot be read.
pub fn stale(root: &Path, fresh: &Path) -> Result<Vec<PathBuf>> {
    let mut stale = Vec::new();
    for folder in write::FOLDERS.iter().map(|(folder, _)| *folder).chain([graph::FOLDER]) {
        let names: BTreeSet<OsString> =
            names(&root.join(folder))?.into_iter().chain(names(&fresh.join(folder))?).collect();
        for name in names {
            let path = Path::new(folder).join(name);
            if std::fs::read(root.join(&path)).ok() != std::fs::read(fresh.join(&path)).ok() {
                stale.push(path);
            }
        }
    }
    Ok(stale)
}

fn names(folder: &Path) -> Result<Vec<OsString>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let entries = std::fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
    Ok(entries.into_iter().map(|entry| entry.file_name()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changed_missing_and_left_over_files_are_stale() {
        let (root, fresh) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let write = |folder: &Path, name: &str, text: &str| {
            std::fs::create_dir_all(folder.join("schemas")).unwrap();
            std::fs::write(folder.join("schemas").join(name), text).unwrap();
        };
        for (name, here, there) in [
            ("same", Some("a"), Some("a")),
            ("changed", Some("a"), Some("b")),
            ("missing", None, Some("a")),
            ("over", Some("a"), None),
        ] {
            here.into_iter().for_each(|text| write(root.path(), name, text));
            there.into_iter().for_each(|text| write(fresh.path(), name, text));
        }
        let expected: Vec<PathBuf> =
            ["changed", "missing", "over"].map(|name| Path::new("schemas").join(name)).to_vec();
        assert_eq!(stale(root.path(), fresh.path()).unwrap(), expected);
    }
}
