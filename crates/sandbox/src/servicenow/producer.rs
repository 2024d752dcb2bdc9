//! Record producers: answers that become a record of some table.
//!
//! Owns which answers fill which fields. Shapes no answer.
//! Source: reference sections 11 and 11.1. An answer fills the field its question maps to, or the
//! field of its own name; every answer is kept in `question_answer` besides.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::servicenow::actor::Actor;
use crate::servicenow::assign::Input;
use crate::servicenow::catalog::{kind, lacks_mandatory};
use crate::servicenow::criteria;
use crate::servicenow::delivery::answer;
use crate::servicenow::desk::{Desk, Fields, Hand};
use crate::servicenow::questions;
use crate::servicenow::refusal::Refusal;

/// What a producer made.
pub(crate) struct Produced {
    pub(crate) table: String,
    pub(crate) id: String,
    /// The view its page opens in.
    pub(crate) view: String,
}

/// Makes the record a producer is for.
pub(crate) fn submit(
    desk: &mut Desk,
    actor: &Actor,
    now: Timestamp,
    item: &str,
    answers: &BTreeMap<String, String>,
) -> Result<Produced, Refusal> {
    let base = desk.base();
    let producer = base.store.get(base.dictionary, "sc_cat_item_producer", item).ok_or(Refusal::NoRecord)?;
    if kind(base, producer) != "record_producer" || !criteria::admits(base, producer, actor) {
        let text = "Security constraints prevent ordering of Item";
        return Err(Refusal::BadRequest(text.to_owned()));
    }
    if lacks_mandatory(base, item, answers) {
        return Err(Refusal::BadRequest("Mandatory Variables are required".to_owned()));
    }
    let (table, view) = (producer.get("table_name").to_owned(), producer.get("view").to_owned());
    let mut fields = Fields::new();
    let mut kept: Vec<(String, String, String)> = Vec::new();
    for question in questions::answered(base, item) {
        let given = answers.get(question.get("name")).map_or(question.get("default_value"), String::as_str);
        let value = answer(question, given);
        let mapped = question.get("map_to_field") == "true" && !question.get("field").is_empty();
        let field = if mapped { question.get("field") } else { question.get("name") };
        if !value.is_empty() && base.dictionary.field(&table, field).is_some() {
            fields.push((field.to_owned(), value.clone()));
        }
        kept.push((question.id().to_owned(), value, question.get("order").to_owned()));
    }
    for (field, value) in [("caller_id", actor.sys_id.as_str()), ("contact_type", "self-service")] {
        if base.dictionary.field(&table, field).is_some() && !fields.iter().any(|(name, _)| name == field) {
            fields.push((field.to_owned(), value.to_owned()));
        }
    }
    // The producer's own script writes; the person needs no role on the table.
    let trusted = actor.clone().trusted();
    let hand = Hand { actor: &trusted, now, input: Input::raw() };
    let id = desk.insert(&hand, &table, &fields)?;
    for (question, value, order) in kept {
        let row = [
            ("table_name", table.clone()),
            ("table_sys_id", id.clone()),
            ("question", question),
            ("value", value),
            ("order", order),
        ];
        let row = row.into_iter().map(|(field, value)| (field.to_owned(), value)).collect();
        desk.insert(&hand, "question_answer", &row)?;
    }
    Ok(Produced { table, id, view })
}
