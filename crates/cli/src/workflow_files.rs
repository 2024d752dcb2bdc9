//! Finds the workflow files that paths on the command line mean. Reads no workflow.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::definition::{WORKFLOW_FILE, file_of, read_text, unreadable};
use crate::problem::Problem;

/// Folders that hold no workflow of their own, beside the hidden ones.
const PASSED_OVER: &[&str] = &["target", "node_modules"];

/// A folder that holds a file of this name is looked through only when it is named itself.
const MARKER: &str = "drawbridge-ignore";

/// Where workflows are looked for when nobody says.
const USUAL_FOLDER: &str = "workflows";

/// Keys that only other files of Drawbridge have at their top, and what those are.
const OTHER_FILES: &[(&str, &str)] = &[
    ("mapping", "a mapping"),
    ("table", "a table"),
    ("tests", "the cases of a workflow"),
    ("connections", "a configuration"),
    ("person_key", "a configuration"),
    ("workflows", "a configuration"),
];

/// What paths mean.
#[derive(Debug, Default)]
pub(crate) struct WorkflowFiles {
    /// Workflow files, each once; per path in the order of their names.
    pub(crate) files: Vec<PathBuf>,
    /// Paths that mean none, and folders that cannot be read.
    pub(crate) problems: Vec<Problem>,
}

impl WorkflowFiles {
    /// The workflow files at and below these paths; without any, below `workflows` or here.
    pub(crate) fn below(paths: &[PathBuf]) -> Self {
        let usual = Path::new(USUAL_FOLDER);
        let usual = [if usual.is_dir() { usual } else { Path::new(".") }.to_owned()];
        let mut below = Self::default();
        for path in if paths.is_empty() { &usual[..] } else { paths } {
            below.add(path);
        }
        let mut seen = BTreeSet::new();
        below.files.retain(|file| seen.insert(file.canonicalize().unwrap_or_else(|_| file.clone())));
        below
    }

    fn add(&mut self, path: &Path) {
        if path.is_dir() {
            self.walk(path);
            return;
        }
        match file_of(path).and_then(|file| refuse_other(&file).map(|()| file)) {
            Ok(file) => self.files.push(file),
            Err(problem) => self.problems.push(problem),
        }
    }

    /// Every workflow below a folder. A folder is entered once, whatever links lead to it.
    fn walk(&mut self, top: &Path) {
        let (mut open, mut entered, mut files) = (vec![top.to_owned()], BTreeSet::new(), Vec::new());
        while let Some(folder) = open.pop() {
            if !folder.canonicalize().is_ok_and(|real| entered.insert(real)) {
                continue;
            }
            let entries = match std::fs::read_dir(&folder) {
                Ok(entries) => entries.filter_map(|entry| entry.ok().map(|entry| entry.path())),
                Err(error) => {
                    self.problems.push(unreadable(&folder, &error));
                    continue;
                }
            };
            let (mut folders, found): (Vec<PathBuf>, Vec<PathBuf>) = entries.partition(|path| path.is_dir());
            folders.retain(|folder| !is_passed_over(folder));
            folders.sort_unstable_by(|one, other| other.cmp(one));
            open.append(&mut folders);
            files.extend(found.into_iter().filter(|path| is_workflow(path)));
        }
        if files.is_empty() {
            let message = format!("there is no workflow at or below `{}`", top.display());
            let help = "name a workflow file, or a folder with a `workflow.yaml` in it or below it";
            self.problems.push(Problem::new("ST020", message).help(help));
        }
        files.sort_unstable();
        let here = |file: PathBuf| file.strip_prefix("./").map(Path::to_owned).unwrap_or(file);
        self.files.extend(files.into_iter().map(here));
    }
}

fn is_passed_over(folder: &Path) -> bool {
    let name = folder.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    name.starts_with('.') || PASSED_OVER.contains(&name) || folder.join(MARKER).exists()
}

/// A file is a workflow by its name, or because it says so; other files of Drawbridge are YAML too.
fn is_workflow(path: &Path) -> bool {
    let is_yaml = path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml");
    let says_so = || read_text(path).is_ok_and(|text| top_keys(&text).any(|key| key == "workflow"));
    path.file_name().is_some_and(|name| name == WORKFLOW_FILE) || (is_yaml && says_so())
}

/// Refuses a file that is clearly something else; one that could be a broken workflow is checked.
fn refuse_other(file: &Path) -> Result<(), Problem> {
    let what = if file.extension().is_some_and(|extension| extension == "csv") {
        Some("a table")
    } else {
        let text = read_text(file).unwrap_or_default();
        let is = |key: &str| top_keys(&text).any(|found| found == key);
        OTHER_FILES.iter().find(|(key, _)| is(key) && !is("workflow")).map(|(_, what)| *what)
    };
    what.map_or(Ok(()), |what| {
        Err(Problem::new("ST020", format!("`{}` is {what} and not a workflow", file.display()))
            .help("name the workflow it belongs to; the files that a workflow names are checked with it"))
    })
}

/// The keys at the beginning of a line.
fn top_keys(text: &str) -> impl Iterator<Item = &str> {
    let lines = text.trim_start_matches('\u{feff}').lines();
    lines.filter_map(|line| line.split_once(':').map(|(key, _)| key))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes files into a folder of their own and gives what is found below it, without the folder.
    fn found(files: &[(&str, &str)], links: &[(&str, &str)]) -> (Vec<String>, Vec<String>) {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        for (link, target) in links {
            std::os::unix::fs::symlink(folder.path().join(target), folder.path().join(link)).unwrap();
        }
        let below = WorkflowFiles::below(&[folder.path().to_owned()]);
        let short = |text: String| text.replace(&format!("{}/", folder.path().display()), "");
        (
            below.files.iter().map(|file| short(file.display().to_string())).collect(),
            below.problems.iter().map(|problem| short(problem.to_string())).collect(),
        )
    }

    #[test]
    fn workflows_are_found_at_any_depth_in_the_order_of_their_names() {
        let files = [
            ("b/workflow.yaml", ""),
            ("a/deep/er/workflow.yaml", ""),
            ("a/loose.yml", "\u{feff}# x\nworkflow: x\n"),
            ("a/tests.yaml", "tests: x\n"),
            ("a/read.md", "workflow: no\n"),
            (".hidden/workflow.yaml", ""),
            ("target/workflow.yaml", ""),
            ("b/node_modules/x/workflow.yaml", ""),
        ];
        let (found, problems) = found(&files, &[]);
        assert_eq!(found, ["a/deep/er/workflow.yaml", "a/loose.yml", "b/workflow.yaml"]);
        assert_eq!(problems, [""; 0]);
    }

    #[test]
    fn a_marked_folder_is_passed_by_unless_it_is_named() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["good", "broken"] {
            std::fs::create_dir(folder.path().join(name)).unwrap();
            std::fs::write(folder.path().join(name).join("workflow.yaml"), "").unwrap();
        }
        std::fs::write(folder.path().join("broken").join(MARKER), "").unwrap();
        let below = |path: PathBuf| WorkflowFiles::below(&[path]).files;
        let of = |name: &str| vec![folder.path().join(name).join("workflow.yaml")];
        assert_eq!(below(folder.path().to_owned()), of("good"));
        assert_eq!(below(folder.path().join("broken")), of("broken"));
    }

    #[test]
    fn links_in_circles_and_links_to_nowhere_do_no_harm() {
        let (found, problems) = found(
            &[("a/b/workflow.yaml", "")],
            &[("a/b/up", "a"), ("a/top", ""), ("a/gone", "nowhere"), ("twin", "a/b")],
        );
        assert_eq!((found.len(), problems.len()), (1, 0), "{found:?} {problems:?}");
    }

    #[test]
    fn a_folder_without_workflows_is_a_problem_with_a_way_out() {
        let (found, problems) = found(&[("x.yaml", "a: b\n")], &[]);
        assert!(found.is_empty(), "{found:?}");
        assert!(problems[0].contains("no workflow at or below") && problems[0].contains("= help:"));
    }

    #[test]
    fn other_files_are_said_to_be_what_they_are() {
        let folder = tempfile::tempdir().unwrap();
        let check = |name: &str, text: &str, expected: Option<&str>| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).unwrap();
            let problem = refuse_other(&path).err().map(|problem| problem.to_string());
            assert_eq!(problem.is_some(), expected.is_some(), "{name} {problem:?}");
            assert!(expected.is_none_or(|what| problem.unwrap().contains(what)), "{name}");
        };
        check("m.yaml", "# x\nmapping: a\n", Some("is a mapping and not a workflow"));
        check("tests.yaml", "tests: a\n", Some("is the cases of a workflow and not a workflow"));
        check("drawbridge.yaml", "data: x\nconnections: {}\n", Some("is a configuration"));
        check("t.csv", "a,b\n", Some("is a table"));
        check("w.yaml", "workflow: a\ntests: b\n", None);
        check("broken.yaml", "steps: [\n", None);
    }
}
