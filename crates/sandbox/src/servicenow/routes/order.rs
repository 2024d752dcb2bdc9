//! What somebody orders or submits, read from a request, and the answers to that.
//!
//! Owns the members of the bodies. Source: reference section 11.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::servicenow::assign;
use crate::servicenow::cart::List;
use crate::servicenow::instance::Instance;
use crate::servicenow::order::Order;
use crate::servicenow::producer;
use crate::servicenow::refusal::Refusal;
use crate::servicenow::routes::call::Call;
use crate::servicenow::routes::visit::Visit;

/// Orders one item at once; where carts are checked out in two steps, it only goes into the cart.
pub(crate) fn now(instance: &mut Instance, visit: &Visit<'_>, id: &str) -> Result<Value, Refusal> {
    let order = read(visit.call, id)?;
    if instance.is_two_step() {
        instance.add_to(List::Cart, visit.actor, visit.now, order)?;
        return Ok(json!({ "cart_id": List::Cart.id(&visit.actor.sys_id) }));
    }
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

/// Makes the record a producer is for.
pub(crate) fn produce(instance: &mut Instance, visit: &Visit<'_>, id: &str) -> Result<Value, Refusal> {
    let body = body(visit.call)?;
    let made = producer::submit(&mut instance.desk, visit.actor, visit.now, id, &variables(&body))?;
    let base = instance.desk.base();
    let row = base.store.get(base.dictionary, &made.table, &made.id);
    let parent = base.dictionary.table(&made.table).and_then(|table| table.parent.clone());
    let view = if made.view.is_empty() { String::new() } else { format!("&sysparm_view={}", made.view) };
    Ok(json!({
        "sys_id": made.id,
        "number": row.map_or("", |row| row.get("number")),
        "parent_id": null,
        "record": format!("api/now/table/{}/{}", made.table, made.id),
        "redirect_portal_url": "",
        "parent_table": parent.unwrap_or_default(),
        "redirect_url": format!("{}.do?sys_id={}{view}", made.table, made.id),
        "table": made.table,
        "redirect_to": "",
    }))
}

/// The body as an object; an empty one has no members.
pub(crate) fn body(call: &Call) -> Result<Map<String, Value>, Refusal> {
    if call.body.is_empty() {
        return Ok(Map::new());
    }
    match serde_json::from_slice(&call.body) {
        Ok(Value::Object(body)) => Ok(body),
        Ok(_) => Err(Refusal::Unreadable("the body must be a JSON object".to_owned())),
        Err(error) => Err(Refusal::Unreadable(error.to_string())),
    }
}

/// The answers in a body; lists are kept as their text.
fn variables(body: &Map<String, Value>) -> BTreeMap<String, String> {
    let given = body.get("variables").and_then(Value::as_object).into_iter().flatten();
    given
        .map(|(name, value)| (name.clone(), assign::text(value).unwrap_or_else(|| value.to_string())))
        .collect()
}

pub(crate) fn read(call: &Call, id: &str) -> Result<Order, Refusal> {
    Ok(order(&body(call)?, id))
}

/// The order of an item in a body.
pub(crate) fn order(body: &Map<String, Value>, id: &str) -> Order {
    let text = |name: &str| body.get(name).and_then(assign::text);
    let also_for = match body.get("sysparm_also_request_for") {
        Some(Value::Array(list)) => list.iter().filter_map(assign::text).collect(),
        Some(Value::String(list)) => list.split(',').map(|one| one.trim().to_owned()).collect(),
        _ => Vec::new(),
    };
    Order {
        item: id.to_owned(),
        quantity: text("sysparm_quantity"),
        requested_for: text("sysparm_requested_for"),
        also_for: also_for.into_iter().filter(|one: &String| !one.is_empty()).collect(),
        variables: variables(body),
        special_instructions: text("special_instructions").unwrap_or_default(),
        delivery_address: text("delivery_address").unwrap_or_default(),
    }
}
