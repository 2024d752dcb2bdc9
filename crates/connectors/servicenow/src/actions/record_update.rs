//! `servicenow.record.update`: set some fields of one record.
//!
//! Effect: by table; a table of roles or memberships grants. Repeat: safe, only differing fields are sent.
//! Permissions: a role that writes the table.
//! Source: ServiceNow Table API (`docs/reference/servicenow.md`): fields that may not be written and
//! unknown choices are dropped without a word, so the answer is compared.

use std::collections::BTreeMap;

use drawbridge_sdk::{
    Answer, Change, Ctx, Effect, EffectRefused, Error, Fault, Finished, Intent, Permission, Prepared, Reader,
    Settled, Undo, Write, record_table, servicenow_role,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::ServiceNow;
use crate::keyed::not_applied;
use crate::query::is_field;
use crate::wire::record::{self, Record, Scalar};

pub(crate) struct RecordUpdate;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Input {
    /// Table, written out, such as `sc_req_item`.
    pub(crate) table: String,
    /// `sys_id` of the record.
    pub(crate) sys_id: String,
    /// Fields and what they shall hold: stored values, so `3` and not `Closed Complete`. Null empties a field.
    pub(crate) set: BTreeMap<String, Option<Scalar>>,
}

#[derive(Debug, PartialEq, Serialize, JsonSchema)]
pub(crate) struct Output {
    /// `sys_id` of the record.
    pub(crate) sys_id: String,
    /// What the named fields hold now.
    pub(crate) values: BTreeMap<String, String>,
}

/// Journals only ever grow, so setting one again would add it again.
const JOURNALS: &[&str] = &["work_notes", "comments", "comments_and_work_notes", "approval_history"];

/// Fields that no workflow sets: the platform keeps them, or they hold a secret.
const CLOSED: &[&str] = &["sys_id", "sys_class_name", "user_password", "password"];

impl Write<ServiceNow> for RecordUpdate {
    const NAME: &'static str = "servicenow.record.update";
    const SUMMARY: &'static str = "Set some fields of one record";
    const EXAMPLE: &'static str =
        "table: sc_task\nsys_id: 6816f79cc0a8016401c5a33be04be441\nset: { state: \"3\", close_notes: Done }";
    const EFFECT: Effect = Effect::Grant;
    const PERMISSIONS: &'static [Permission] = &[servicenow_role("itil")];
    const LITERAL: &'static [&'static str] = &["table"];
    type Input = Input;
    type Output = Output;

    fn effect(literals: &Value) -> Result<Effect, EffectRefused> {
        record_table(literals["table"].as_str().unwrap_or_default())
    }

    async fn prepare(
        instance: &Reader<'_, ServiceNow>,
        _: &Ctx,
        input: &Input,
    ) -> Result<Prepared<Output>, Error> {
        let wanted = wanted(input)?;
        let names: Vec<&str> = wanted.keys().map(String::as_str).collect();
        let record = record::demand(instance, &input.table, &input.sys_id, &names).await?;
        if let Some(field) = names.iter().find(|field| record.value(field).is_none()) {
            let fault = Fault::new("CN014", format!("table `{}` shows no field `{field}`", input.table));
            return Err(Error::Refused(
                fault.help("it does not exist, or the integration user may not read it"),
            ));
        }
        let differing = not_applied(&wanted, &record);
        if differing.is_empty() {
            return Ok(Prepared::AlreadySo(output(input, &record)));
        }
        Ok(Prepared::Change(change(input, &wanted, &record, &differing)?))
    }

    fn finish(_: &Ctx, input: &Input, answer: &Answer) -> Result<Finished<Output>, Error> {
        if let Some(fault) = &answer.fault {
            return Ok(Finished::Refused(fault.clone()));
        }
        let record = record::one(answer).map_err(|error| Error::Unknown(error.fault().clone()))?;
        let not_applied = not_applied(&wanted(input)?, &record);
        Ok(Finished::Done { output: output(input, &record), not_applied, undo: None })
    }

    async fn settle(
        instance: &Reader<'_, ServiceNow>,
        _: &Ctx,
        input: &Input,
        intent: &Intent,
    ) -> Result<Settled<Output>, Error> {
        let names: Vec<&str> = input.set.keys().map(String::as_str).collect();
        let record = record::demand(instance, &input.table, &input.sys_id, &names).await?;
        // One field that took the new value is enough: a change lands as a whole, and fields that may
        // not be written never take it.
        let landed = intent
            .change
            .fields
            .iter()
            .any(|field| record.value(&field.field) == Some(&record::text_of(&field.to)));
        Ok(if landed { Settled::Happened(output(input, &record)) } else { Settled::DidNotHappen })
    }
}

fn change(
    input: &Input,
    wanted: &Map<String, Value>,
    record: &Record,
    differing: &[String],
) -> Result<Change, Error> {
    let body: Map<String, Value> =
        differing.iter().map(|field| (field.clone(), wanted[field].clone())).collect();
    let names: Vec<&str> = wanted.keys().map(String::as_str).collect();
    let request = record::patch(&input.table, &input.sys_id, &body, &names)?;
    let summary = format!("set {} of `{}` in `{}`", differing.join(", "), input.sys_id, input.table);
    let before = |field: &str| Value::from(record.value(field).unwrap_or_default());
    let old: Map<String, Value> = differing.iter().map(|field| (field.clone(), before(field))).collect();
    let undo = json!({ "table": input.table, "sys_id": input.sys_id, "set": old });
    let mut change = Change::new(summary, request);
    for field in differing {
        change = change.field(field, Some(before(field)), wanted[field].clone());
    }
    change.undo = Some(Undo { action: RecordUpdate::NAME.to_owned(), input: undo });
    change.predicted = Some(json!({ "sys_id": input.sys_id, "values": wanted }));
    Ok(change)
}

fn output(input: &Input, record: &Record) -> Output {
    let value = |field: &String| (field.clone(), record.value(field).unwrap_or_default().to_owned());
    Output { sys_id: input.sys_id.clone(), values: input.set.keys().map(value).collect() }
}

/// The fields as ServiceNow stores them.
fn wanted(input: &Input) -> Result<Map<String, Value>, Error> {
    if input.set.is_empty() {
        return Err(Error::refused("CN014", "no field is named to set"));
    }
    let mut fields = Map::new();
    for (field, value) in &input.set {
        check_field(field)?;
        fields.insert(field.clone(), Value::from(value.as_ref().map(Scalar::text).unwrap_or_default()));
    }
    Ok(fields)
}

fn check_field(field: &str) -> Result<(), Error> {
    let refuse = |summary: String, help: &str| Err(Error::Refused(Fault::new("CN014", summary).help(help)));
    if JOURNALS.contains(&field) {
        let help = "use `servicenow.record.note`, which does not add the same entry twice";
        return refuse(format!("`{field}` is a journal and cannot be set"), help);
    }
    if CLOSED.contains(&field) {
        return refuse(format!("`{field}` is not set by a workflow"), "take it out of `set`");
    }
    if !is_field(field) || field.contains('.') {
        let help = "use the field's name, such as `short_description`; fields of other records are set there";
        return refuse(format!("`{field}` is not the name of a field of this table"), help);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_become_what_is_stored() {
        let set = json!({"state": 3, "active": false, "close_notes": "Done", "due_date": null});
        let input = json!({"table": "sc_task", "sys_id": "x", "set": set});
        let input: Input = serde_json::from_value(input).unwrap();
        let expected = json!({"active": "false", "close_notes": "Done", "due_date": "", "state": "3"});
        assert_eq!(Value::Object(wanted(&input).unwrap()), expected);
    }

    #[test]
    fn journals_secrets_and_foreign_fields_are_refused() {
        for field in ["work_notes", "comments", "user_password", "sys_id", "request.state", "State", ""] {
            assert_eq!(check_field(field).unwrap_err().fault().code, "CN014", "{field}");
        }
        assert!(check_field("u_entra_id").is_ok());
    }

    #[test]
    fn the_table_decides_the_class() {
        let effect = |table: &str| RecordUpdate::effect(&json!({ "table": table }));
        assert_eq!(effect("sc_task"), Ok(Effect::Ticket));
        assert_eq!(effect("sys_user_grmember"), Ok(Effect::Grant));
        assert!(effect("sysapproval_approver").is_err());
    }
}
