//! From a path on the command line to the text of a workflow and the files it names.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Result;
use drawbridge_core::{Definition, Parsed};

use crate::problem::Problem;

/// File that makes a folder a workflow.
pub(crate) const WORKFLOW_FILE: &str = "workflow.yaml";

/// Largest file that is read, in bytes; the language refuses larger ones anyway.
const FILE_BYTES_MAX: u64 = 1024 * 1024 + 1;

/// The workflow file that a path on the command line means.
///
/// # Errors
/// A [`Problem`] when neither the path nor `workflow.yaml` in it exists.
pub(crate) fn file_of(path: &Path) -> Result<PathBuf, Problem> {
    let file = if path.is_dir() { path.join(WORKFLOW_FILE) } else { path.to_owned() };
    if file.is_file() {
        return Ok(file);
    }
    let message = format!("there is no workflow at `{}`", path.display());
    Err(Problem::new("ST020", message).help("name a workflow file, or a folder with a `workflow.yaml`"))
}

/// Reads a workflow and the files it names.
///
/// A file that it names and that cannot be read is left out; `check` reports it at its place.
///
/// # Errors
/// A [`Problem`] when the workflow itself cannot be read.
pub(crate) fn read(path: &Path) -> Result<Definition> {
    read_parsed(path).map(|(definition, _)| definition)
}

/// The same with the tree of the text, for whoever checks many.
///
/// # Errors
/// A [`Problem`] when the workflow itself cannot be read.
pub(crate) fn read_parsed(path: &Path) -> Result<(Definition, Parsed)> {
    let file = file_of(path)?;
    let text = read_text(&file).map_err(|error| unreadable(&file, &error))?;
    let folder = file.parent().unwrap_or(Path::new(""));
    let parsed = Parsed::new(&text);
    let files = parsed
        .files_named()
        .into_iter()
        .filter_map(|name| Some((name.clone(), read_text(&inside(folder, &name)?).ok()?)))
        .collect::<BTreeMap<_, _>>();
    Ok((Definition { path: file.display().to_string(), text, files }, parsed))
}

/// The path of a named file, if it stays inside the workflow's folder.
fn inside(folder: &Path, name: &str) -> Option<PathBuf> {
    let stays = Path::new(name).components().all(|part| matches!(part, std::path::Component::Normal(_)));
    stays.then(|| folder.join(name))
}

/// Reads a text, as far as the language takes one. What is not UTF-8 becomes the replacement character, which
/// `check` reports at its place.
///
/// # Errors
/// What the system says.
pub(crate) fn read_text(path: &Path) -> std::io::Result<String> {
    use std::io::Read as _;
    let mut bytes = Vec::new();
    std::fs::File::open(path)?.take(FILE_BYTES_MAX).read_to_end(&mut bytes)?;
    Ok(String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
}

/// The problem of a file or folder that cannot be read.
pub(crate) fn unreadable(path: &Path, error: &std::io::Error) -> Problem {
    Problem::new("ST020", format!("`{}` cannot be read: {error}", path.display()))
        .help("check that the file exists and that you may read it")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_named_file_cannot_leave_the_folder() {
        let folder = Path::new("workflows/x");
        assert_eq!(inside(folder, "tables/a.csv"), Some(folder.join("tables/a.csv")));
        assert_eq!(inside(folder, "../secret.csv"), None);
        assert_eq!(inside(folder, "/etc/passwd"), None);
    }
}
