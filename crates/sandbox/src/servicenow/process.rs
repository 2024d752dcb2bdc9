//! Switches of processes: how approvals work, plugins, choices, aborting rules, orders.
//!
//! Owns what the admin interface may change about the instance itself.
//! Source: reference section 17.3.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::ids;
use crate::servicenow::actor::Actor;
use crate::servicenow::assign::Input;
use crate::servicenow::catalog::Delays;
use crate::servicenow::desk::{Fields, Hand};
use crate::servicenow::dictionary::Dictionary;
use crate::servicenow::instance::Instance;
use crate::servicenow::refusal::Refusal;
use crate::servicenow::rules::policy::{POLICY_PROPERTY, Policy};
use crate::servicenow::shape::Shape;
use crate::servicenow::store::Record;

/// How approvals of a table, a catalog item or one record work.
#[derive(Debug, Deserialize)]
pub(crate) struct Approvals {
    /// Name of a table, name or `sys_id` of a catalog item, or `sys_id` or number of a record.
    #[serde(rename = "for")]
    subject: String,
    #[serde(flatten)]
    policy: serde_json::Map<String, Value>,
}

/// A rule that takes back writes which meet a condition.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BusinessRule {
    name: String,
    table: String,
    /// Encoded query; every record meets an empty one.
    #[serde(default, rename = "when")]
    condition: String,
    #[serde(default)]
    delete: bool,
}

/// Why a switch could not be moved.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotSwitched {
    #[error("the instance has no table, catalog item or record `{0}`")]
    Nothing(String),
    #[error("{0}")]
    Policy(serde_json::Error),
    #[error("the instance refused: {0}")]
    Refused(String),
}

/// Sets how approvals work from now on, and says how: the policy with all its defaults.
pub(crate) fn approvals(
    instance: &mut Instance,
    now: Timestamp,
    wanted: Approvals,
) -> Result<Value, NotSwitched> {
    let policy: Policy = serde_json::from_value(Value::Object(wanted.policy)).map_err(NotSwitched::Policy)?;
    let shown = serde_json::to_value(&policy).map_err(NotSwitched::Policy)?;
    let subject = subject(instance, &wanted.subject).ok_or(NotSwitched::Nothing(wanted.subject))?;
    property(instance, now, &format!("{POLICY_PROPERTY}{subject}"), &shown.to_string())?;
    Ok(shown)
}

fn subject(instance: &Instance, named: &str) -> Option<String> {
    let base = instance.desk.base();
    if base.dictionary.table(named).is_some() {
        return Some(named.to_owned());
    }
    let found = base
        .store
        .get(base.dictionary, "sc_cat_item", named)
        .or_else(|| base.store.find(base.dictionary, "sc_cat_item", "name", named))
        .or_else(|| base.store.get(base.dictionary, "task", named))
        .or_else(|| base.store.find(base.dictionary, "task", "number", named))?;
    Some(found.id().to_owned())
}

/// Sets a property, whether or not there is one of that name.
fn property(instance: &mut Instance, now: Timestamp, name: &str, value: &str) -> Result<(), NotSwitched> {
    let base = instance.desk.base();
    let known =
        base.store.find(base.dictionary, "sys_properties", "name", name).map(|row| row.id().to_owned());
    let system = Actor::system();
    let hand = Hand { actor: &system, now, input: Input::raw() };
    let value = ("value".to_owned(), value.to_owned());
    match known {
        Some(id) => instance.desk.update(&hand, "sys_properties", &id, &vec![value]),
        None => {
            let fields = vec![("name".to_owned(), name.to_owned()), value];
            instance.desk.insert(&hand, "sys_properties", &fields).map(|_| ())
        }
    }
    .map_err(refused)
}

/// Gives the instance other plugins or choices, and the rows that name them.
pub(crate) fn shape(instance: &mut Instance, wanted: Shape) -> Value {
    let (old, new) = (Dictionary::shaped(instance.desk.shape), Dictionary::shaped(wanted));
    for (table, _) in old.tables().filter(|(table, _)| new.table(table).is_none()) {
        instance.desk.store.remove_where("sys_db_object", |row| row.get("name") == table);
        instance.desk.store.remove_where("sys_choice", |row| row.get("name") == table);
    }
    for (table, definition) in new.tables() {
        let before = old.table(table);
        if before.is_none() {
            let id = ids::hex32("sys_db_object", table);
            let parent = definition.parent.as_deref().map(|parent| ids::hex32("sys_db_object", parent));
            let fields = [
                ("name", table),
                ("label", definition.label.as_str()),
                ("super_class", parent.as_deref().unwrap_or_default()),
            ];
            put(instance, "sys_db_object", &id, &fields);
        }
        for (name, field) in &definition.fields {
            let same =
                before.and_then(|one| one.fields.get(name)).is_some_and(|one| one.choices == field.choices);
            if same {
                continue;
            }
            let store = &mut instance.desk.store;
            store.remove_where("sys_choice", |row| row.get("name") == table && row.get("element") == name);
            for (at, (value, label)) in field.choices.iter().enumerate() {
                let id = ids::hex32("sys_choice", &format!("{table}/{name}/{value}"));
                let sequence = at.to_string();
                let fields = [
                    ("name", table),
                    ("element", name.as_str()),
                    ("value", value.as_str()),
                    ("label", label.as_str()),
                    ("sequence", sequence.as_str()),
                    ("language", "en"),
                    ("inactive", "false"),
                ];
                put(instance, "sys_choice", &id, &fields);
            }
        }
    }
    instance.desk.reshape(wanted);
    json!(wanted)
}

fn put(instance: &mut Instance, table: &str, id: &str, fields: &[(&str, &str)]) {
    let mut record = Record::new(table);
    record.set("sys_id", id);
    record.set("sys_mod_count", "0");
    for (field, value) in fields {
        record.set(field, *value);
    }
    instance.desk.store.put(record);
}

/// Writes a rule that aborts, and gives its id.
pub(crate) fn rule(
    instance: &mut Instance,
    now: Timestamp,
    wanted: &BusinessRule,
) -> Result<Value, NotSwitched> {
    if instance.desk.dictionary.table(&wanted.table).is_none() {
        return Err(NotSwitched::Nothing(wanted.table.clone()));
    }
    let system = Actor::system();
    let hand = Hand { actor: &system, now, input: Input::raw() };
    let fields: Fields = [
        ("name", wanted.name.as_str()),
        ("collection", &wanted.table),
        ("when", "before"),
        ("action_insert", "true"),
        ("action_update", "true"),
        ("action_delete", if wanted.delete { "true" } else { "false" }),
        ("abort_action", "true"),
        ("filter_condition", &wanted.condition),
    ]
    .map(|(field, value)| (field.to_owned(), value.to_owned()))
    .to_vec();
    let id = instance.desk.insert(&hand, "sys_script", &fields).map_err(refused)?;
    Ok(json!({ "sys_id": id }))
}

/// Says how long the parts of an order take from now on.
pub(crate) fn orders(instance: &mut Instance, wanted: Delays) -> Value {
    instance.orders.delays = wanted;
    json!(wanted)
}

fn refused(refusal: Refusal) -> NotSwitched {
    NotSwitched::Refused(refusal.detail().unwrap_or_else(|| refusal.message()))
}
