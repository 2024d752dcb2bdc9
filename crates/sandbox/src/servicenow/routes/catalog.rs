//! The Service Catalog API: `/api/sn_sc/[v1/]servicecatalog/…`.
//!
//! Owns looking at catalogs and items; orders and the cart are in files of their own.
//! Source: reference section 11.

use axum::body::Body;
use axum::http::{Method, Response, StatusCode};
use serde_json::{Map, Value, json};

use crate::servicenow::catalog::questions;
use crate::servicenow::desk::Desk;
use crate::servicenow::errors::json_answer;
use crate::servicenow::instance::Instance;
use crate::servicenow::refusal::Refusal;
use crate::servicenow::routes::call::Call;
use crate::servicenow::routes::visit::Visit;
use crate::servicenow::routes::{cart, order};
use crate::servicenow::store::Record;

/// Items of a list unless the client asks for another number.
const LIMIT_DEFAULT: usize = 10;

pub(crate) fn answer(
    instance: &mut Instance,
    visit: &Visit<'_>,
    rest: &[&str],
) -> Result<Response<Body>, Refusal> {
    let result = match (visit.call.method.clone(), rest) {
        (Method::GET | Method::HEAD, ["catalogs"]) => catalogs(&instance.desk),
        (Method::GET | Method::HEAD, ["items"]) => items(&instance.desk, visit.call),
        (Method::GET | Method::HEAD, ["items", id]) => item(&instance.desk, id)?,
        (Method::POST, ["items", id, "order_now"]) => order::now(instance, visit, id)?,
        (Method::POST, ["items", id, "add_to_cart"]) => cart::add(instance, visit, id)?,
        (_, ["cart", rest @ ..]) => return cart::answer(instance, visit, rest),
        (_, ["catalogs"] | ["items"] | ["items", _] | ["items", _, "order_now" | "add_to_cart"]) => {
            return Err(Refusal::Method);
        }
        _ => return Err(Refusal::NoResource(visit.call.path.clone())),
    };
    Ok(json_answer(StatusCode::OK, &json!({ "result": result })))
}

fn catalogs(desk: &Desk) -> Value {
    let all = desk.store.all(desk.dictionary, "sc_catalog").filter(|row| row.get("active") == "true");
    let shown = all.map(|row| {
        json!({ "sys_id": row.id(), "title": row.get("title"), "description": row.get("description"), "has_items": true })
    });
    shown.collect()
}

fn items(desk: &Desk, call: &Call) -> Value {
    let text = call.parameter("sysparm_text").unwrap_or_default().to_lowercase();
    let catalog = call.parameter("sysparm_catalog").unwrap_or_default();
    let number = |name: &str| call.parameter(name).and_then(|value| value.parse::<usize>().ok());
    let mut found: Vec<&Record> = desk
        .store
        .all(desk.dictionary, "sc_cat_item")
        .filter(|item| item.get("active") == "true")
        .filter(|item| catalog.is_empty() || item.get("sc_catalogs").split(',').any(|one| one == catalog))
        .filter(|item| {
            ["name", "short_description"].iter().any(|field| item.get(field).to_lowercase().contains(&text))
        })
        .collect();
    found.sort_by_key(|item| item.get("name").to_lowercase());
    let page = found.into_iter().skip(number("sysparm_offset").unwrap_or(0));
    page.take(number("sysparm_limit").unwrap_or(LIMIT_DEFAULT))
        .map(|item| Value::Object(summary(item)))
        .collect()
}

fn summary(item: &Record) -> Map<String, Value> {
    let mut shown = Map::new();
    for field in ["sys_id", "name", "short_description", "description", "price", "order"] {
        shown.insert(field.to_owned(), json!(item.get(field)));
    }
    shown.insert("sys_class_name".to_owned(), json!(item.class));
    shown.insert("type".to_owned(), json!("catalog_item"));
    shown.insert("show_quantity".to_owned(), json!(item.get("no_quantity") != "true"));
    shown.insert("show_price".to_owned(), json!(item.get("price") != "0"));
    shown.insert("mandatory_attachment".to_owned(), json!(false));
    shown
}

fn item(desk: &Desk, id: &str) -> Result<Value, Refusal> {
    let item = desk.store.get(desk.dictionary, "sc_cat_item", id).ok_or(Refusal::NoRecord)?;
    let mut shown = summary(item);
    shown.insert("ui_policy".to_owned(), json!([]));
    shown.insert("client_script".to_owned(), json!({}));
    let variables = questions(desk, id).into_iter().map(|question| variable(desk, question));
    shown.insert("variables".to_owned(), variables.collect());
    Ok(Value::Object(shown))
}

fn variable(desk: &Desk, question: &Record) -> Value {
    let code = question.get("type").parse::<u32>().unwrap_or(6);
    let kind = desk
        .dictionary
        .field("item_option_new", "type")
        .and_then(|field| field.choices.get(question.get("type")));
    let kind = kind.map_or("", String::as_str);
    let mut choices: Vec<&Record> = desk
        .store
        .all(desk.dictionary, "question_choice")
        .filter(|choice| choice.get("question") == question.id())
        .collect();
    choices.sort_by_key(|choice| choice.get("order").parse::<i64>().unwrap_or(0));
    let choices: Vec<Value> = choices
        .into_iter()
        .map(|one| json!({ "label": one.get("text"), "value": one.get("value") }))
        .collect();
    json!({
        "id": question.id(),
        "name": question.get("name"),
        "label": question.get("question_text"),
        "type": code,
        "friendly_type": kind.to_lowercase().replace([' ', '/'], "_"),
        "display_type": kind,
        "mandatory": question.get("mandatory") == "true",
        "read_only": question.get("read_only") == "true",
        "max_length": question.get("max_length").parse::<u32>().unwrap_or(0),
        "reference": question.get("reference"),
        "choices": choices,
        "value": question.get("default_value"),
        "displayvalue": question.get("default_value"),
        "order": question.get("order").parse::<i64>().unwrap_or(0),
        "children": [],
    })
}
