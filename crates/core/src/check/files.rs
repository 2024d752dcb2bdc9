//! The files that a workflow names: whether they are there, and that they stand in its folder.

use crate::definition::Definition;
use crate::diagnostic::{Code, Diagnostic, FileId, nearest};
use crate::syntax::Node;

/// Whether a name stays inside the folder it is relative to.
pub(super) fn stays_inside(name: &str) -> bool {
    !name.contains(['\\', ':', '\0']) && name.split('/').all(|part| !matches!(part, "" | "." | ".."))
}

/// The text of a file that a workflow names; what is wrong with the name is reported.
pub(super) fn open_file<'d>(
    node: &Node,
    definition: &'d Definition,
    found: &mut Vec<Diagnostic>,
) -> Option<(FileId, &'d str)> {
    let name = node.as_str()?;
    if !stays_inside(name) {
        let message = format!("`{name}` is not a file in the folder of the workflow");
        let help = "name it relative to that folder, without `..`";
        found.push(Diagnostic::error(Code::WF042, node.span, message).help(help));
        return None;
    }
    let file = definition.file(name);
    if file.is_none() {
        let error = Diagnostic::error(Code::WF042, node.span, format!("the file `{name}` is not there"));
        found.push(match nearest(name, definition.files.keys().map(String::as_str)) {
            Some(near) => error.did_you_mean(name, near),
            None => error.help("files are named relative to the folder of the workflow"),
        });
    }
    file
}
