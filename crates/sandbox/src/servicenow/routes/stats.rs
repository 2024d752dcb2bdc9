//! The Aggregate API: `GET /api/now/[v1/|v2/]stats/{table}`.
//!
//! Owns counting and summing over a query, in groups or as a whole. `sysparm_order_by` is ignored:
//! groups come in the order of their values. Source: reference section 9.2.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::{Method, Response, StatusCode};
use serde_json::{Map, Value, json};

use crate::servicenow::errors::json_answer;
use crate::servicenow::instance::Instance;
use crate::servicenow::query::evaluate::{Session, select};
use crate::servicenow::refusal::Refusal;
use crate::servicenow::render::{self, Display, Look};
use crate::servicenow::routes::parameters;
use crate::servicenow::routes::visit::Visit;
use crate::servicenow::store::Record;
use crate::servicenow::walk::{self, Base};

/// The figures of one field: name of the parameter and of the member of the answer.
const FIGURES: [(&str, &str); 4] = [
    ("sysparm_sum_fields", "sum"),
    ("sysparm_avg_fields", "avg"),
    ("sysparm_min_fields", "min"),
    ("sysparm_max_fields", "max"),
];

pub(crate) fn answer(
    instance: &Instance,
    visit: &Visit<'_>,
    rest: &[&str],
) -> Result<Response<Body>, Refusal> {
    let [table] = rest else { return Err(Refusal::NoResource(visit.call.path.clone())) };
    let base = instance.desk.base();
    if base.dictionary.table(table).is_none() {
        return Err(Refusal::NoTable((*table).to_owned()));
    }
    if !matches!(visit.call.method, Method::GET | Method::HEAD) {
        return Err(Refusal::Method);
    }
    let query = parameters::query(base, visit.call, table);
    parameters::readable(base, visit.actor, table, &query)?;
    let found = select(Session { base, actor: visit.actor, now: visit.now }, table, &query);
    let by = names(visit, "sysparm_group_by");
    let by: Vec<&str> = by.into_iter().filter(|path| walk::exists(base, table, path)).collect();
    if by.is_empty() {
        let stats = stats(base, visit, table, &found);
        return Ok(json_answer(StatusCode::OK, &json!({ "result": { "stats": stats } })));
    }
    let mut groups: BTreeMap<Vec<String>, Vec<&Record>> = BTreeMap::new();
    for record in found {
        let key = by.iter().map(|path| walk::value(base, table, record, path)).collect();
        groups.entry(key).or_default().push(record);
    }
    let groups = groups.values().filter(|records| admitted(base, visit, table, records)).map(|records| {
        let labels: Vec<Value> = by.iter().map(|path| label(base, visit, table, records, path)).collect();
        json!({ "stats": stats(base, visit, table, records), "groupby_fields": labels })
    });
    let groups: Vec<Value> = groups.collect();
    Ok(json_answer(StatusCode::OK, &json!({ "result": groups })))
}

fn names<'a>(visit: &Visit<'a>, parameter: &str) -> Vec<&'a str> {
    let list = visit.call.parameter(parameter).unwrap_or_default();
    list.split(',').map(str::trim).filter(|name| !name.is_empty()).collect()
}

fn stats(base: Base<'_>, visit: &Visit<'_>, table: &str, records: &[&Record]) -> Value {
    let mut stats = Map::new();
    if visit.call.flag("sysparm_count") {
        stats.insert("count".to_owned(), json!(records.len().to_string()));
    }
    for (parameter, figure) in FIGURES {
        let figures: Map<String, Value> = names(visit, parameter)
            .into_iter()
            .filter(|path| walk::exists(base, table, path))
            .map(|path| (path.to_owned(), json!(compute(base, table, records, figure, path))))
            .collect();
        if !figures.is_empty() {
            stats.insert(figure.to_owned(), Value::Object(figures));
        }
    }
    Value::Object(stats)
}

/// A figure over the filled values of a field, as text; empty where none is filled.
fn compute(base: Base<'_>, table: &str, records: &[&Record], figure: &str, path: &str) -> String {
    let values: Vec<String> = records
        .iter()
        .map(|record| walk::value(base, table, record, path))
        .filter(|value| !value.is_empty())
        .collect();
    let numbers: Vec<f64> = values.iter().filter_map(|value| value.parse().ok()).collect();
    let sum: f64 = numbers.iter().sum();
    let order = |left: &&String, right: &&String| match (left.parse::<f64>(), right.parse::<f64>()) {
        (Ok(left), Ok(right)) => left.total_cmp(&right),
        _ => left.cmp(right),
    };
    match figure {
        _ if values.is_empty() => String::new(),
        "sum" => sum.to_string(),
        "avg" if numbers.is_empty() => String::new(),
        "avg" => format!("{:.4}", sum / f64::from(u32::try_from(numbers.len()).unwrap_or(u32::MAX))),
        "min" => values.iter().min_by(order).cloned().unwrap_or_default(),
        _ => values.iter().max_by(order).cloned().unwrap_or_default(),
    }
}

/// What the group has in common, with what is shown for it where the client asks.
fn label(base: Base<'_>, visit: &Visit<'_>, table: &str, records: &[&Record], path: &str) -> Value {
    let look = |display| Look {
        display,
        links: false,
        fields: vec![path.to_owned()],
        ..parameters::look(visit.call, visit.actor)
    };
    let shown = |display| {
        let record = records.first().map(|record| render::record(base, &look(display), table, record));
        record.and_then(|record| record.get(path).cloned()).unwrap_or_default()
    };
    match parameters::look(visit.call, visit.actor).display {
        Display::Raw => json!({ "field": path, "value": shown(Display::Raw) }),
        Display::Shown => json!({ "field": path, "value": shown(Display::Shown) }),
        Display::Both => {
            json!({ "field": path, "value": shown(Display::Raw), "display_value": shown(Display::Shown) })
        }
    }
}

/// `aggregate^field^operator^value`, several joined by commas; what cannot be read restricts nothing.
fn admitted(base: Base<'_>, visit: &Visit<'_>, table: &str, records: &[&Record]) -> bool {
    names(visit, "sysparm_having").into_iter().all(|having| {
        let parts: Vec<&str> = having.split('^').collect();
        let [figure, path, operator, value] = parts.as_slice() else { return true };
        let have = match figure.to_ascii_lowercase().as_str() {
            "count" => records.len().to_string(),
            figure => compute(base, table, records, figure, path),
        };
        let (Ok(have), Ok(value)) = (have.parse::<f64>(), value.parse::<f64>()) else { return false };
        let order = have.total_cmp(&value);
        match *operator {
            ">" => order == Ordering::Greater,
            ">=" => order != Ordering::Less,
            "<" => order == Ordering::Less,
            "<=" => order != Ordering::Greater,
            "!=" => order != Ordering::Equal,
            _ => order == Ordering::Equal,
        }
    })
}
