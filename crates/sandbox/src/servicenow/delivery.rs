//! What an order makes: the requested item and the answers to its questions.
//!
//! Owns the rows behind the join tables. Decides no order.
//! Source: reference sections 11 and 11.1.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::ids;
use crate::servicenow::actor::Actor;
use crate::servicenow::assign::{self, Input};
use crate::servicenow::desk::{Desk, Fields, Hand};
use crate::servicenow::order::Order;
use crate::servicenow::query::evaluate::truth;
use crate::servicenow::questions;
use crate::servicenow::refusal::Refusal;
use crate::servicenow::stamp;
use crate::servicenow::store::Record;
use crate::servicenow::walk::Base;

/// Most rows of one multi-row variable set.
const ROWS_MAX: usize = 50;

/// One thing for one person.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Delivery {
    pub(crate) request: String,
    pub(crate) requested_for: String,
    pub(crate) quantity: u32,
    pub(crate) order: Order,
    /// Who ordered it.
    pub(crate) by: String,
}

impl Delivery {
    /// Makes the requested item and gives its id.
    pub(crate) fn item(&self, desk: &mut Desk, now: Timestamp) -> Result<String, Refusal> {
        let item =
            desk.store.get(&desk.dictionary, "sc_cat_item", &self.order.item).ok_or(Refusal::NoRecord)?;
        let flow = format!("{}/{}/{}", self.request, self.order.item, self.requested_for);
        let fields = [
            ("request", self.request.as_str()),
            ("parent", &self.request),
            ("cat_item", item.id()),
            ("requested_for", &self.requested_for),
            ("quantity", &self.quantity.to_string()),
            ("short_description", item.get("name")),
            ("assignment_group", item.get("group")),
            ("price", item.get("price")),
            ("recurring_price", item.get("recurring_price")),
            ("recurring_frequency", item.get("recurring_frequency")),
            ("stage", "fulfillment"),
            // What is ordered runs through a flow; what is only written to the table does not.
            ("flow_context", &ids::hex32("sys_flow_context", &flow)),
        ];
        let fields = owned(&fields);
        self.insert(desk, now, "sc_req_item", &fields)
    }

    /// Makes the answers of a requested item.
    pub(crate) fn answers(&self, desk: &mut Desk, now: Timestamp, ritm: &str) -> Result<(), Refusal> {
        let (base, item) = (desk.base(), self.order.item.as_str());
        let answers: Vec<Fields> = questions::answered(base, item)
            .iter()
            .map(|question| {
                let given = self.order.variables.get(question.get("name")).map(String::as_str);
                let value = answer(question, given.unwrap_or(question.get("default_value")));
                let fields = [
                    ("item_option_new", question.id()),
                    ("value", value.as_str()),
                    ("order", question.get("order")),
                ];
                owned(&fields)
            })
            .collect();
        let rows: Vec<Fields> = questions::multi_row(base, item)
            .iter()
            .flat_map(|set| row_answers(set, ritm, &self.order.variables))
            .collect();
        for option in answers {
            let option = self.insert(desk, now, "sc_item_option", &option)?;
            let join = owned(&[("request_item", ritm), ("sc_item_option", &option)]);
            self.insert(desk, now, "sc_item_option_mtom", &join)?;
        }
        for row in rows {
            self.insert(desk, now, "sc_multi_row_question_answer", &row)?;
        }
        Ok(())
    }

    /// Whoever ordered may be gone by now; then the platform's own hand makes it.
    fn insert(
        &self,
        desk: &mut Desk,
        now: Timestamp,
        table: &str,
        fields: &Fields,
    ) -> Result<String, Refusal> {
        let user = desk.store.get(&desk.dictionary, "sys_user", &self.by);
        let actor = user.map_or_else(Actor::system, |user| Actor::of(&desk.dictionary, &desk.store, user));
        let trusted = actor.trusted();
        desk.insert(&Hand { actor: &trusted, now, input: Input::raw() }, table, fields)
    }
}

fn owned(fields: &[(&str, &str)]) -> Fields {
    fields.iter().map(|(field, value)| ((*field).to_owned(), (*value).to_owned())).collect()
}

fn row_answers(set: &questions::Rows<'_>, ritm: &str, given: &BTreeMap<String, String>) -> Vec<Fields> {
    let text = given.get(set.set.get("internal_name")).map_or("", String::as_str);
    let mut found = Vec::new();
    for (at, row) in rows(text).iter().enumerate() {
        let index = ids::hex32("sc_multi_row", &format!("{ritm}/{}/{at}", set.set.id()));
        for question in &set.questions {
            let given = row.get(question.get("name")).map(String::as_str);
            let value = answer(question, given.unwrap_or(question.get("default_value")));
            found.push(owned(&[
                ("parent_id", ritm),
                ("parent_table_name", "sc_req_item"),
                ("variable_set", set.set.id()),
                ("row_index", &index),
                ("item_option_new", question.id()),
                ("value", &value),
                ("sequence", &at.to_string()),
            ]));
        }
    }
    found
}

/// The rows of a multi-row answer: a JSON list of objects, or that list as text.
pub(crate) fn rows(text: &str) -> Vec<BTreeMap<String, String>> {
    let Ok(Value::Array(list)) = serde_json::from_str(text) else { return Vec::new() };
    let rows = list.into_iter().take(ROWS_MAX).filter_map(|row| match row {
        Value::Object(row) => Some(row),
        _ => None,
    });
    rows.map(|row| row.into_iter().filter_map(|(name, value)| Some((name, assign::text(&value)?))).collect())
        .collect()
}

/// An answer as it is stored: check boxes hold `true` or `false`, dates their stored spelling, and
/// what is masked cannot be read back.
pub(crate) fn answer(question: &Record, given: &str) -> String {
    match question.get("type") {
        "7" => truth(given).unwrap_or(false).to_string(),
        "9" => stamp::civil(given).map_or_else(|| given.to_owned(), |at| at.date().to_string()),
        "25" if !given.is_empty() => ids::hex32("masked", given),
        _ => given.to_owned(),
    }
}

/// What a delivery costs, in hundredths.
pub(crate) fn price(base: Base<'_>, delivery: &Delivery) -> i64 {
    let item = base.store.get(base.dictionary, "sc_cat_item", &delivery.order.item);
    item.map_or(0, |item| cents(item.get("price"))).saturating_mul(i64::from(delivery.quantity))
}

/// A stored price in hundredths; what is no price is nothing.
pub(crate) fn cents(text: &str) -> i64 {
    let (whole, part) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
    let part = part.bytes().chain([b'0', b'0']).take(2).filter(u8::is_ascii_digit);
    let part = part.fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0'));
    whole.parse::<i64>().unwrap_or(0).saturating_mul(100).saturating_add(part)
}

/// Hundredths as they are stored.
pub(crate) fn decimal(cents: i64) -> String {
    if cents % 100 == 0 { (cents / 100).to_string() } else { format!("{}.{:02}", cents / 100, cents % 100) }
}

/// Hundredths as a person reads them, such as `$1,598.00`.
pub(crate) fn money(cents: i64) -> String {
    let whole = (cents / 100).to_string();
    let mut shown = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    format!("${shown}.{:02}", cents % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_are_counted_in_hundredths() {
        for (text, count, stored, shown) in [
            ("0", 0, "0", "$0.00"),
            ("799", 79_900, "799", "$799.00"),
            ("1598.5", 159_850, "1598.50", "$1,598.50"),
            ("1234567.891", 123_456_789, "1234567.89", "$1,234,567.89"),
            ("free", 0, "0", "$0.00"),
        ] {
            assert_eq!(
                (cents(text), decimal(count), money(count)),
                (count, stored.to_owned(), shown.to_owned())
            );
        }
    }
}
