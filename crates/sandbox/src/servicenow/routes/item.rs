//! Catalog items and their questions as the Service Catalog API shows them.
//!
//! Owns their members. Chooses no items. Source: reference section 11; ServiceNow documentation,
//! Service Catalog API. There are no client scripts, catalog UI policies or data look-ups here.

use serde_json::{Map, Value, json};

use crate::servicenow::catalog::kind;
use crate::servicenow::delivery::{cents, money};
use crate::servicenow::questions::{self, number};
use crate::servicenow::store::Record;
use crate::servicenow::walk::Base;

/// The currency of every price.
const CURRENCY: &str = "USD";

/// An item of a list.
pub(crate) fn summary(base: Base<'_>, item: &Record) -> Map<String, Value> {
    let mut shown = Map::new();
    for field in ["short_description", "description", "name", "icon", "picture", "sys_id"] {
        shown.insert(field.to_owned(), json!(item.get(field)));
    }
    for member in ["kb_article", "url", "content_type"] {
        shown.insert(member.to_owned(), json!(""));
    }
    shown.insert("sys_class_name".to_owned(), json!(item.class));
    shown.insert("type".to_owned(), json!(kind(base, item)));
    shown.insert("show_quantity".to_owned(), json!(item.get("no_quantity") != "true"));
    shown.insert("mandatory_attachment".to_owned(), json!(item.get("mandatory_attachment") == "true"));
    shown.insert("order".to_owned(), json!(number(item, "order")));
    let titled = |table: &str, id: &str| {
        let row = base.store.get(base.dictionary, table, id)?;
        Some(json!({ "sys_id": row.id(), "title": row.get("title") }))
    };
    let catalogs = item.get("sc_catalogs").split(',').filter_map(|id| titled("sc_catalog", id));
    shown.insert("catalogs".to_owned(), catalogs.collect());
    let category = titled("sc_category", item.get("category"));
    shown.insert("category".to_owned(), category.unwrap_or_else(|| json!({ "sys_id": "", "title": "" })));
    let priced = cents(item.get("price")) + cents(item.get("recurring_price")) > 0;
    shown.insert("show_price".to_owned(), json!(priced));
    if priced {
        prices(item, &mut shown);
    }
    shown
}

fn prices(item: &Record, shown: &mut Map<String, Value>) {
    let (price, recurring) = (money(cents(item.get("price"))), money(cents(item.get("recurring_price"))));
    for (member, value) in [
        ("price", &price),
        ("localized_price", &price),
        ("recurring_price", &recurring),
        ("localized_recurring_price", &recurring),
    ] {
        shown.insert(member.to_owned(), json!(value));
    }
    for member in ["price_currency", "recurring_price_currency", "local_currency"] {
        shown.insert(member.to_owned(), json!(CURRENCY));
    }
    shown.insert("recurring_frequency".to_owned(), frequency(item));
}

/// How often an item costs something, as a label; nothing where it does not.
pub(crate) fn frequency(item: &Record) -> Value {
    match item.get("recurring_frequency") {
        "" => Value::Null,
        "yearly" => json!("Annually"),
        other => {
            let mut letters = other.chars();
            let first = letters.next().map(|letter| letter.to_ascii_uppercase());
            json!(first.into_iter().chain(letters).collect::<String>())
        }
    }
}

/// An item with everything that is asked for it.
pub(crate) fn detail(base: Base<'_>, item: &Record) -> Value {
    let mut shown = summary(base, item);
    let category = base.store.get(base.dictionary, "sc_category", item.get("category"));
    let categories = category.into_iter().map(|row| {
        let parent = base.store.get(base.dictionary, "sc_category", row.get("parent")).unwrap_or(row);
        json!({
            "sys_id": parent.id(),
            "active": parent.get("active") == "true",
            "title": parent.get("title"),
            "category": {
                "sys_id": row.id(),
                "active": row.get("active") == "true",
                "title": row.get("title"),
            },
        })
    });
    shown.insert("categories".to_owned(), categories.collect());
    let questions = contained(questions::all(base, item.id()));
    let mut variables: Vec<Value> =
        questions.iter().map(|(question, children)| variable(base, question, children)).collect();
    variables.extend(questions::multi_row(base, item.id()).iter().map(|rows| row_set(base, rows)));
    shown.insert("variables".to_owned(), json!(variables));
    shown.insert("ui_policy".to_owned(), json!([]));
    shown.insert("client_script".to_owned(), json!({ "onChange": [], "onSubmit": [], "onLoad": [] }));
    shown.insert("data_lookup".to_owned(), json!([]));
    Value::Object(shown)
}

/// Questions with those that stand between a container's start and its end.
fn contained(all: Vec<&Record>) -> Vec<(&Record, Vec<&Record>)> {
    let mut found: Vec<(&Record, Vec<&Record>)> = Vec::new();
    let mut inside = false;
    for question in all {
        match question.get("type") {
            "20" => inside = false,
            "24" if inside => {}
            "19" => {
                inside = true;
                found.push((question, Vec::new()));
            }
            _ => match found.last_mut() {
                Some((_, children)) if inside => children.push(question),
                _ => found.push((question, Vec::new())),
            },
        }
    }
    found
}

fn variable(base: Base<'_>, question: &Record, children: &[&Record]) -> Value {
    let code = question.get("type").parse::<u32>().unwrap_or(6);
    let kind = base
        .dictionary
        .field("item_option_new", "type")
        .and_then(|field| field.choices.get(question.get("type")));
    let kind = kind.map_or("", String::as_str);
    let mut choices: Vec<&Record> = base
        .store
        .all(base.dictionary, "question_choice")
        .filter(|choice| choice.get("question") == question.id())
        .collect();
    choices.sort_by_key(|choice| number(choice, "order"));
    let choices: Vec<Value> = choices
        .into_iter()
        .map(|one| json!({ "label": one.get("text"), "value": one.get("value") }))
        .collect();
    let usual = question.get("default_value");
    let (value, shown) = match question.get("type") {
        "7" => (json!(usual == "true"), json!((usual == "true").to_string())),
        _ => (json!(usual), json!(usual)),
    };
    json!({
        "id": question.id(),
        "name": question.get("name"),
        "label": question.get("question_text"),
        "type": code,
        "friendly_type": friendly(kind),
        "display_type": kind,
        "mandatory": question.get("mandatory") == "true",
        "read_only": question.get("read_only") == "true",
        "render_label": true,
        "max_length": question.get("max_length").parse::<u32>().unwrap_or(0),
        "reference": question.get("reference"),
        "choices": choices,
        "value": value,
        "displayvalue": shown,
        "help_text": question.get("help_text"),
        "attributes": question.get("attributes"),
        "order": number(question, "order"),
        "children": children.iter().map(|child| variable(base, child, &[])).collect::<Value>(),
    })
}

/// A set that is answered with several rows, its questions as children.
fn row_set(base: Base<'_>, rows: &questions::Rows<'_>) -> Value {
    let children: Value = rows.questions.iter().map(|question| variable(base, question, &[])).collect();
    json!({
        "id": rows.set.id(),
        "name": rows.set.get("internal_name"),
        "label": rows.set.get("title"),
        "type": 0,
        "friendly_type": "sc_multi_row",
        "display_type": "Multi Row",
        "mandatory": false,
        "read_only": false,
        "render_label": true,
        "max_length": 0,
        "reference": "",
        "choices": [],
        "value": "",
        "displayvalue": "",
        "order": number(rows.set, "order"),
        "children": children,
    })
}

fn friendly(kind: &str) -> String {
    match kind {
        "CheckBox" => "check_box".to_owned(),
        kind => kind.to_lowercase().replace(" / ", "_").replace([' ', '/'], "_"),
    }
}

/// What a person reads for an answer to a question.
pub(crate) fn display(base: Base<'_>, question: &Record, value: &str) -> String {
    let reference = question.get("reference");
    let table = if reference.is_empty() && question.get("type") == questions::REQUESTED_FOR {
        "sys_user"
    } else {
        reference
    };
    if !table.is_empty() {
        return crate::servicenow::walk::label(base, table, value);
    }
    let mut choices = base.store.all(base.dictionary, "question_choice");
    choices
        .find(|choice| choice.get("question") == question.id() && choice.get("value") == value)
        .map_or_else(|| value.to_owned(), |choice| choice.get("text").to_owned())
}
