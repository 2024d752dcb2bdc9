//! Lines of carts and wish lists as the Service Catalog API shows them.
//!
//! Owns their members. Source: ServiceNow documentation, Service Catalog API.

use serde_json::{Map, Value, json};

use crate::servicenow::cart::Line;
use crate::servicenow::delivery::{cents, money};
use crate::servicenow::questions;
use crate::servicenow::routes::item::frequency;
use crate::servicenow::stamp;
use crate::servicenow::store::Record;
use crate::servicenow::walk::Base;

/// What a line costs, once and again and again, in hundredths.
pub(crate) struct Cost {
    pub(crate) once: i64,
    pub(crate) recurring: i64,
}

fn item<'a>(base: Base<'a>, line: &Line) -> Option<&'a Record> {
    base.store.get(base.dictionary, "sc_cat_item", &line.order.item)
}

fn quantity(line: &Line) -> i64 {
    line.order.quantity.as_deref().and_then(|text| text.trim().parse().ok()).unwrap_or(1)
}

pub(crate) fn cost(base: Base<'_>, line: &Line) -> Cost {
    let price = |field: &str| item(base, line).map_or(0, |item| cents(item.get(field))) * quantity(line);
    Cost { once: price("price"), recurring: price("recurring_price") }
}

/// How often a line costs something: the name of its block in the cart.
pub(crate) fn block(base: Base<'_>, line: &Line) -> String {
    match item(base, line).map_or("", |item| item.get("recurring_frequency")) {
        "" => "none".to_owned(),
        frequency => frequency.to_owned(),
    }
}

/// The members every answer shows of a line.
pub(crate) fn short(base: Base<'_>, line: &Line) -> Map<String, Value> {
    let row = item(base, line);
    let field = |name: &str| row.map_or("", |row| row.get(name));
    let (price, recurring) = (money(cents(field("price"))), money(cents(field("recurring_price"))));
    // Answers are shown by the text of their questions.
    let answers: Map<String, Value> = questions::answered(base, &line.order.item)
        .into_iter()
        .map(|question| {
            let given = line.order.variables.get(question.get("name")).map_or("", String::as_str);
            (question.get("question_text").to_owned(), json!(given))
        })
        .collect();
    let members = json!({
        "catalog_item_id": line.order.item,
        "variables": answers,
        "quantity": quantity(line).to_string(),
        "localized_price": price,
        "price": price,
        "recurring_frequency": row.map_or(Value::Null, frequency),
        "localized_recurring_price": recurring,
        "recurring_price": recurring,
        "item_name": field("name"),
        "cart_item_id": line.id,
        "delivery_time": field("delivery_time"),
    });
    match members {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

/// A line with everything the cart shows of it.
pub(crate) fn long(base: Base<'_>, line: &Line) -> Value {
    let row = item(base, line);
    let field = |name: &str| row.map_or("", |row| row.get(name));
    let cost = cost(base, line);
    let mut shown = short(base, line);
    let more = json!({
        "updated_on": stamp::raw(line.updated),
        "created_on": stamp::raw(line.created),
        "updated_by": line.by,
        "created_by": line.by,
        "short_description": field("short_description"),
        "sys_class_name": row.map_or("", |row| row.class.as_str()),
        "sys_id": line.id,
        "item_id": line.order.item,
        "name": field("name"),
        "picture": field("picture"),
        "order_guide": "",
        "subtotal": cost.once / 100,
        "subtotal_price": money(cost.once),
        "recurring_subtotal": cost.recurring / 100,
        "recurring_subtotal_price": money(cost.recurring),
        "show_price": cost.once + cost.recurring > 0,
        "show_recurring_price": cost.recurring > 0,
        "show_quantity": field("no_quantity") != "true",
    });
    if let Value::Object(more) = more {
        shown.extend(more);
    }
    Value::Object(shown)
}
