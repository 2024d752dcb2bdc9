//! The service catalog on the wire: definitions of items, orders, and what became of them.
//!
//! Source: `docs/reference/servicenow.md`, service catalog and variables.

use drawbridge_sdk::{Answer, Error, Fault, Method, Reader, Request};
use serde_json::{Map, Value, json};

use crate::ServiceNow;
use crate::query::Query;
use crate::wire::record::{self, Record, check_sys_id, text_of};

/// One variable of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Variable {
    pub(crate) name: String,
    /// Must have a value, and has no default.
    pub(crate) needed: bool,
}

/// How deep variable sets are followed into each other.
const DEPTH_MAX: usize = 8;

/// The variables of an item, in their order.
///
/// # Errors
/// `Refused` CN005 for an item that may not be ordered or is not there; what the connection said.
pub(crate) async fn variables(instance: &Reader<'_, ServiceNow>, item: &str) -> Result<Vec<Variable>, Error> {
    check_sys_id(item)?;
    let request = Request::new(Method::Get, &["api", "sn_sc", "servicecatalog", "items", item]);
    let answer = instance.read(&request).await?;
    let mut found = Vec::new();
    collect(&answer.ok()?["result"]["variables"], DEPTH_MAX, &mut found);
    Ok(found)
}

fn collect(list: &Value, depth: usize, found: &mut Vec<Variable>) {
    if depth == 0 {
        return;
    }
    for variable in list.as_array().into_iter().flatten() {
        let name = text_of(&variable["name"]);
        if !name.is_empty() {
            let needed = is_true(&variable["mandatory"]) && text_of(&variable["value"]).is_empty();
            found.push(Variable { name, needed });
        }
        collect(&variable["children"], depth - 1, found);
    }
}

fn is_true(value: &Value) -> bool {
    text_of(value).eq_ignore_ascii_case("true")
}

/// An order of one item.
pub(crate) struct Order<'a> {
    pub(crate) item: &'a str,
    pub(crate) quantity: u32,
    pub(crate) requested_for: Option<&'a str>,
    pub(crate) variables: &'a Map<String, Value>,
}

impl Order<'_> {
    /// The request that orders it, at once.
    pub(crate) fn request(&self) -> Request {
        let segments = ["api", "sn_sc", "servicecatalog", "items", self.item, "order_now"];
        let mut body = json!({ "sysparm_quantity": self.quantity.to_string(), "variables": self.variables });
        if let Some(user) = self.requested_for {
            body["sysparm_requested_for"] = user.into();
        }
        Request::new(Method::Post, &segments).json(body)
    }
}

/// The request that an order made; the ordered item follows later.
///
/// # Errors
/// `Unknown` for a success without it: something was ordered.
pub(crate) fn ordered(answer: &Answer) -> Result<(String, String), Error> {
    let result = &answer.ok()?["result"];
    let either = |one: &str, other: &str| {
        [&result[one], &result[other]].into_iter().map(text_of).find(|text| !text.is_empty())
    };
    either("request_id", "sys_id").zip(either("request_number", "number")).ok_or_else(|| {
        Error::Unknown(Fault::new(
            "CN010",
            "ServiceNow took an order and did not say which request it became",
        ))
    })
}

/// What is read of an ordered item.
const ITEM_FIELDS: &[&str] = &["number", "request", "request.number", "cat_item", "sys_created_on"];

/// One ordered item (RITM) with its request (REQ).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OrderedItem {
    pub(crate) sys_id: String,
    pub(crate) number: String,
    pub(crate) request: String,
    pub(crate) request_number: String,
}

impl OrderedItem {
    pub(crate) fn of(record: &Record) -> Result<Self, Error> {
        Ok(Self {
            sys_id: record.need("sys_id")?,
            number: record.need("number")?,
            request: record.need("request")?,
            request_number: record.need("request.number")?,
        })
    }
}

/// The item of a request, once it is there.
///
/// # Errors
/// What the connection said.
pub(crate) async fn item_of(
    instance: &Reader<'_, ServiceNow>,
    request: &str,
) -> Result<Option<OrderedItem>, Error> {
    let query = Query::new().is("request", request)?.up("number");
    let rows = record::find(instance, "sc_req_item", &query, ITEM_FIELDS, 1).await?;
    rows.first().map(OrderedItem::of).transpose()
}

/// The newest orders of an item, newest first.
///
/// # Errors
/// What the connection said.
pub(crate) async fn newest(
    instance: &Reader<'_, ServiceNow>,
    item: &str,
    limit: usize,
) -> Result<Vec<Record>, Error> {
    let query = Query::new().is("cat_item", item)?.down("sys_created_on");
    record::find(instance, "sc_req_item", &query, ITEM_FIELDS, limit).await
}

/// One ordered item by its `sys_id`.
///
/// # Errors
/// `Refused` CN005 where it is not there; what the connection said.
pub(crate) async fn ordered_item(
    instance: &Reader<'_, ServiceNow>,
    sys_id: &str,
) -> Result<OrderedItem, Error> {
    OrderedItem::of(&record::demand(instance, "sc_req_item", sys_id, ITEM_FIELDS).await?)
}

const OPTION_TABLE: &str = "sc_item_option_mtom";
const OPTION_NAME: &str = "sc_item_option.item_option_new.name";
const OPTION_VALUE: &str = "sc_item_option.value";

/// Most variables of the orders that are looked at together.
const OPTIONS_MAX: usize = 10_000;

/// One variable of one order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OrderOption {
    pub(crate) item: String,
    pub(crate) name: String,
    pub(crate) value: String,
}

/// The item that was ordered with this value of this variable.
///
/// # Errors
/// What the connection said.
pub(crate) async fn ordered_with(
    instance: &Reader<'_, ServiceNow>,
    name: &str,
    value: &str,
) -> Result<Option<String>, Error> {
    let query = Query::new().is(OPTION_NAME, name)?.is(OPTION_VALUE, value)?;
    let rows = record::find(instance, OPTION_TABLE, &query, &["request_item"], 1).await?;
    rows.first().map(|row| row.need("request_item")).transpose()
}

/// The variables of these orders, as far as the integration user may see them.
///
/// # Errors
/// What the connection said.
pub(crate) async fn options_of(
    instance: &Reader<'_, ServiceNow>,
    items: &[String],
) -> Result<Vec<OrderOption>, Error> {
    let query = Query::new().one_of("request_item", items.iter().map(String::as_str))?;
    let rows =
        record::find(instance, OPTION_TABLE, &query, &[OPTION_NAME, OPTION_VALUE], OPTIONS_MAX).await?;
    let field = |row: &Record, name: &str| row.filled(name).unwrap_or_default();
    let option = |row: &Record| OrderOption {
        item: field(row, "request_item"),
        name: field(row, OPTION_NAME),
        value: field(row, OPTION_VALUE),
    };
    Ok(rows.iter().map(option).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_found_in_sets_and_know_whether_they_are_needed() {
        let mut found = Vec::new();
        let list = json!([
            {"name": "start", "mandatory": true, "value": ""},
            {"name": "", "children": [{"name": "laptop", "mandatory": "true", "value": "standard"}]},
            {"name": "note", "mandatory": false, "children": []}
        ]);
        collect(&list, DEPTH_MAX, &mut found);
        let found: Vec<(&str, bool)> =
            found.iter().map(|variable| (variable.name.as_str(), variable.needed)).collect();
        assert_eq!(found, [("start", true), ("laptop", false), ("note", false)]);
    }

    #[test]
    fn an_order_names_quantity_person_and_variables() {
        let variables = Map::from_iter([("start".to_owned(), Value::from("2026-02-01"))]);
        let order = Order { item: "i1", quantity: 2, requested_for: Some("u1"), variables: &variables };
        let request = order.request();
        assert_eq!(request.describe(), "POST /api/sn_sc/servicecatalog/items/i1/order_now");
        let body = json!({"sysparm_quantity": "2", "variables": {"start": "2026-02-01"}, "sysparm_requested_for": "u1"});
        assert_eq!(request.body, drawbridge_sdk::Body::Json(body));
    }
}
