//! The parsed text of a workflow: its top level. Reads keys and kinds of values; compiles no expression
//! and knows no catalogue.

use jiff::SignedDuration;

use super::calendar::Calendar;
use super::calendar_doc::read_calendars;
use super::declared::{ValueDoc, read_declared};
use super::guard::{GuardDoc, read_guards};
use super::ids::WorkflowName;
use super::step::{StepDoc, read_steps};
use super::table_doc::{TableDoc, read_tables};
use super::trigger::{CANCEL_KEYS, TRIGGER_KEYS, TriggerDoc, read_triggers};
use super::words::{check_name, read_duration, read_workflow_name};
use crate::diagnostic::Diagnostic;
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
        "cancel_on",
        "tables",
        "mappings",
        "calendars",
        "guards",
        "deadline",
        "steps",
        "on_failure",
        "finally",
        "outputs",
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
        ("ensure", "`finally`"),
        ("output", "`outputs`"),
        ("timeout", "`deadline`"),
        ("calendar", "`calendars`"),
        ("business_hours", "`calendars`"),
        ("limits", "`guards`"),
        ("budgets", "`guards`"),
        ("decisions", "`tables`"),
        ("transforms", "`mappings`"),
        ("tags", "`labels`"),
        ("schedule", "`triggers` with `trigger: schedule`"),
        ("cron", "`triggers` with `trigger: schedule`"),
    ],
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
    /// What withdraws runs.
    pub(crate) cancel_on: Vec<TriggerDoc<'t>>,
    pub(crate) tables: Vec<TableDoc<'t>>,
    pub(crate) calendars: Vec<(&'t Key, Calendar)>,
    /// Read by the mappings themselves.
    pub(crate) mappings: Option<&'t Node>,
    pub(crate) guards: Vec<GuardDoc<'t>>,
    pub(crate) deadline: Option<SignedDuration>,
    pub(crate) steps: Vec<StepDoc<'t>>,
    pub(crate) on_failure: Vec<StepDoc<'t>>,
    pub(crate) finally: Vec<StepDoc<'t>>,
    /// What a calling workflow gets.
    pub(crate) outputs: Vec<(&'t Key, &'t Node)>,
}

/// Reads the top level; what cannot be read is reported and left out.
pub(crate) fn read_document<'t>(root: &'t Node, found: &mut Vec<Diagnostic>) -> Document<'t> {
    let Some(fields) = Fields::open(root, &DOCUMENT_KEYS, found) else { return Document::default() };
    let workflow =
        fields.need("workflow", found).and_then(|node| read_workflow_name(node, "workflow", found));
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
        settings: part(&fields, "settings", found, read_declared),
        inputs: part(&fields, "inputs", found, read_declared),
        triggers: part(&fields, "triggers", found, |node, found| read_triggers(node, &TRIGGER_KEYS, found)),
        cancel_on: part(&fields, "cancel_on", found, |node, found| read_triggers(node, &CANCEL_KEYS, found)),
        tables: part(&fields, "tables", found, read_tables),
        calendars: part(&fields, "calendars", found, read_calendars),
        mappings: fields.get("mappings").map(|entry| &entry.value),
        guards: part(&fields, "guards", found, read_guards),
        deadline: fields.get("deadline").and_then(|entry| read_duration(&entry.value, "deadline", found)),
        steps,
        on_failure,
        finally,
        outputs: part(&fields, "outputs", found, read_outputs),
    }
}

/// Reads what stands behind a key; nothing where the key is not written.
fn part<'t, T>(
    fields: &Fields<'t>,
    key: &str,
    found: &mut Vec<Diagnostic>,
    read: impl Fn(&'t Node, &mut Vec<Diagnostic>) -> Vec<T>,
) -> Vec<T> {
    fields.get(key).map_or_else(Vec::new, |entry| read(&entry.value, found))
}

fn read_outputs<'t>(node: &'t Node, found: &mut Vec<Diagnostic>) -> Vec<(&'t Key, &'t Node)> {
    let Some(outputs) = Fields::any(node, "`outputs`", found) else { return Vec::new() };
    let read = outputs.entries().iter().map(|entry| {
        check_name(&entry.key, found);
        (&entry.key, &entry.value)
    });
    read.collect()
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
