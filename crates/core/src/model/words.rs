//! Reading the small things: ids, durations, one word out of a few, whole numbers.

use jiff::SignedDuration;

use super::duration::parse_duration;
use super::ids::{StepId, WorkflowName};
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::syntax::{Key, Node, NodeKind, kind_named, list, text};

/// Reads an id.
pub(super) fn read_id(node: &Node, key: &str, found: &mut Vec<Diagnostic>) -> Option<StepId> {
    match StepId::parse(text(node, key, found)?) {
        Ok(id) => Some(id),
        Err(error) => {
            found.push(Diagnostic::error(Code::WF015, node.span, error.to_string()));
            None
        }
    }
}

/// Reads the name of a workflow.
pub(super) fn read_workflow_name(
    node: &Node,
    key: &str,
    found: &mut Vec<Diagnostic>,
) -> Option<WorkflowName> {
    let written = text(node, key, found)?;
    match WorkflowName::parse(written) {
        Ok(name) => Some(name),
        Err(error) => {
            let finding = Diagnostic::error(Code::WF015, node.span, error.to_string());
            found.push(match near_name(written) {
                Some(near) => finding.did_you_mean(written, near.as_str()),
                None => finding,
            });
            None
        }
    }
}

/// The name that is nearest to a title such as `My Workflow`.
fn near_name(written: &str) -> Option<WorkflowName> {
    let words = written.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let name = words.map(str::to_ascii_lowercase).collect::<Vec<_>>().join("-");
    WorkflowName::parse(&name).ok()
}

/// Reads a duration.
pub(super) fn read_duration(node: &Node, key: &str, found: &mut Vec<Diagnostic>) -> Option<SignedDuration> {
    const FORMS: &str = "durations look like `30s`, `15m`, `4h`, `5d` or `PT4H`";
    let Some(text) = node.as_str() else {
        found.push(kind_named(node, key, "a duration").help(FORMS));
        return None;
    };
    parse_duration(text)
        .map_err(|message| found.push(Diagnostic::error(Code::WF013, node.span, message).help(FORMS)))
        .ok()
}

/// Reads one word out of a few; gives its position among them.
pub(super) fn read_word(
    node: &Node,
    key: &str,
    words: &[&str],
    found: &mut Vec<Diagnostic>,
) -> Option<usize> {
    let word = text(node, key, found)?;
    let position = words.iter().position(|known| *known == word);
    if position.is_none() {
        let error = Diagnostic::error(Code::WF013, node.span, format!("`{key}` is not `{word}`"));
        found.push(match nearest(word, words.iter().copied()) {
            Some(name) => error.did_you_mean(word, name),
            None => error.note(format!("it is one of {}", list(words))),
        });
    }
    position
}

/// Reads a whole number within bounds.
pub(super) fn read_count(node: &Node, key: &str, most: u32, found: &mut Vec<Diagnostic>) -> Option<u32> {
    let number = node.to_value().as_u64().and_then(|number| u32::try_from(number).ok());
    let number = number.filter(|number| (1..=most).contains(number));
    if number.is_none() {
        let expected = format!("a whole number from 1 to {most}");
        found.push(match &node.kind {
            NodeKind::Scalar(scalar) if scalar.value.is_number() => {
                let message = format!("`{key}` takes {expected}, and this is {}", scalar.text);
                Diagnostic::error(Code::WF013, node.span, message)
            }
            _ => kind_named(node, key, &expected),
        });
    }
    number
}

/// Reports a name that a path could not read without brackets.
pub(super) fn check_name(key: &Key, found: &mut Vec<Diagnostic>) {
    if let Err(error) = StepId::parse(&key.text) {
        found.push(Diagnostic::error(Code::WF015, key.span, error.to_string()));
    }
}
