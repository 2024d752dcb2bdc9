//! What somebody orders, read from a request, and the answer to an order.
//!
//! Owns the members of the body. Source: reference section 11.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::servicenow::assign;
use crate::servicenow::catalog::Order;
use crate::servicenow::instance::Instance;
use crate::servicenow::refusal::Refusal;
use crate::servicenow::routes::call::Call;
use crate::servicenow::routes::visit::Visit;

/// Orders one item at once.
pub(crate) fn now(instance: &mut Instance, visit: &Visit<'_>, id: &str) -> Result<Value, Refusal> {
    let order = read(visit.call, id)?;
    let request = instance.order(visit.actor, visit.now, vec![order])?;
    let number = number(instance, &request);
    Ok(json!({
        "sys_id": request,
        "number": number,
        "request_number": number,
        "request_id": request,
        "parent_id": null,
        "parent_table": "task",
        "table": "sc_request",
    }))
}

/// The number of a request.
pub(crate) fn number<'a>(instance: &'a Instance, request: &str) -> &'a str {
    let base = instance.desk.base();
    base.store.get(base.dictionary, "sc_request", request).map_or("", |row| row.get("number"))
}

pub(crate) fn read(call: &Call, id: &str) -> Result<Order, Refusal> {
    let body: Value = match call.body.is_empty() {
        true => json!({}),
        false => {
            serde_json::from_slice(&call.body).map_err(|error| Refusal::Unreadable(error.to_string()))?
        }
    };
    let text = |name: &str| body.get(name).and_then(assign::text);
    let variables: BTreeMap<String, String> = body
        .get("variables")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .filter_map(|(name, value)| Some((name.clone(), assign::text(value)?)))
        .collect();
    let also_for = match body.get("sysparm_also_request_for") {
        Some(Value::Array(list)) => list.iter().filter_map(assign::text).collect(),
        Some(Value::String(list)) => list.split(',').map(|one| one.trim().to_owned()).collect(),
        _ => Vec::new(),
    };
    Ok(Order {
        item: id.to_owned(),
        quantity: text("sysparm_quantity"),
        requested_for: text("sysparm_requested_for"),
        also_for: also_for.into_iter().filter(|one: &String| !one.is_empty()).collect(),
        variables,
        special_instructions: text("special_instructions").unwrap_or_default(),
    })
}
