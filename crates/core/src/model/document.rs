//! The parsed text of a workflow: its top level. Reads keys and kinds of values; compiles no expression
//! and knows no catalogue.

use super::declared::{ValueDoc, read_declared};
use super::ids::WorkflowName;
use super::step::{StepDoc, read_steps};
use super::table_doc::{TableDoc, read_tables};
use super::trigger::{TriggerDoc, read_triggers};
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::{Fields, Key, Keys, Node, kind_named, text};

pub(crate) const DOCUMENT_KEYS: Keys = Keys {
    what: "a workflow",
    known: &[
        "workflow",
        "version",
        "title",
        "description",
        "labels",
        "settings",
        "inputs",
        "triggers",
        "tables",
        "mappings",
        "steps",
        "on_failure",
        "finally",
    ],
    foreign: &[
        ("on", "`triggers`"),
        ("trigger", "`triggers`"),
        ("name", "`workflow` (the name) or `title` (for people)"),
        ("id", "`workflow`"),
        ("jobs", "`steps`"),
        ("tasks", "`steps`"),
        ("states", "`steps`"),
        ("env", "`settings`"),
        ("vars", "`settings`"),
        ("variables", "`settings`"),
        ("config", "`settings`"),
        ("params", "`inputs`"),
        ("parameters", "`inputs`"),
        ("input", "`inputs`"),
        ("catch", "`on_failure`"),
        ("on_error", "`on_failure`"),
        ("always", "`finally`"),
    ],
    later: &["guards", "outputs", "deadline", "cancel_on"],
};

/// The parsed text.
#[derive(Debug, Default)]
pub(crate) struct Document<'t> {
    pub(crate) workflow: Option<WorkflowName>,
    pub(crate) version: Option<u32>,
    pub(crate) title: Option<&'t str>,
    pub(crate) settings: Vec<ValueDoc<'t>>,
    pub(crate) inputs: Vec<ValueDoc<'t>>,
    pub(crate) triggers: Vec<TriggerDoc<'t>>,
    pub(crate) tables: Vec<TableDoc<'t>>,
    /// Read by the mappings themselves.
    pub(crate) mappings: Option<&'t Node>,
    pub(crate) steps: Vec<StepDoc<'t>>,
    pub(crate) on_failure: Vec<StepDoc<'t>>,
    pub(crate) finally: Vec<StepDoc<'t>>,
}

/// Reads the top level; what cannot be read is reported and left out.
pub(crate) fn read_document<'t>(root: &'t Node, found: &mut Vec<Diagnostic>) -> Document<'t> {
    let Some(fields) = Fields::open(root, &DOCUMENT_KEYS, found) else { return Document::default() };
    let workflow = fields.need("workflow", found).and_then(|node| {
        let name = text(node, "workflow", found)?;
        match WorkflowName::parse(name) {
            Ok(name) => Some(name),
            Err(error) => {
                found.push(Diagnostic::error(Code::WF015, node.span, error.to_string()));
                None
            }
        }
    });
    let version = fields.need("version", found).and_then(|node| read_version(node, found));
    let title = fields.need("title", found).and_then(|node| text(node, "title", found));
    fields.text("description", found);
    read_labels(&fields, found);
    let steps = match fields.need("steps", found) {
        Some(node) => read_steps(node, "steps", found),
        None => Vec::new(),
    };
    let mut optional =
        |key| fields.get(key).map_or_else(Vec::new, |entry| read_steps(&entry.value, key, found));
    let (on_failure, finally) = (optional("on_failure"), optional("finally"));
    Document {
        workflow,
        version,
        title,
        settings: read_values(&fields, "settings", found),
        inputs: read_values(&fields, "inputs", found),
        triggers: fields.get("triggers").map_or_else(Vec::new, |entry| read_triggers(&entry.value, found)),
        tables: fields.get("tables").map_or_else(Vec::new, |entry| read_tables(&entry.value, found)),
        mappings: fields.get("mappings").map(|entry| &entry.value),
        steps,
        on_failure,
        finally,
    }
}

fn read_version(node: &Node, found: &mut Vec<Diagnostic>) -> Option<u32> {
    let version =
        node.to_value().as_u64().and_then(|number| u32::try_from(number).ok()).filter(|number| *number > 0);
    if version.is_none() {
        found.push(
            kind_named(node, "version", "a whole number from 1").help("count up by one with every change"),
        );
    }
    version
}

fn read_labels(fields: &Fields<'_>, found: &mut Vec<Diagnostic>) {
    let Some(entry) = fields.get("labels") else { return };
    if let Some(labels) = Fields::any(&entry.value, "`labels`", found) {
        for label in labels.entries() {
            text(&label.value, &label.key.text, found);
        }
    }
}

fn read_values<'t>(fields: &Fields<'t>, key: &str, found: &mut Vec<Diagnostic>) -> Vec<ValueDoc<'t>> {
    fields.get(key).map_or_else(Vec::new, |entry| read_declared(&entry.value, found))
}
