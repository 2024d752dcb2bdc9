//! The cart of the Service Catalog API: `…/items/{id}/add_to_cart` and `…/cart/…`.
//!
//! Owns looking at it, changing it and both ways of checking it out. Besides the blocks the
//! documentation shows, the whole cart names its lines in `items` too, as the reference has it.
//! Source: reference section 11; ServiceNow documentation, Service Catalog API.

use axum::body::Body;
use axum::http::{Method, Response, StatusCode};
use axum::response::IntoResponse;
use serde_json::{Value, json};

use crate::servicenow::cart::{Line, List};
use crate::servicenow::catalog::check;
use crate::servicenow::delivery::money;
use crate::servicenow::errors::json_answer;
use crate::servicenow::instance::Instance;
use crate::servicenow::refusal::Refusal;
use crate::servicenow::routes::cart_line::{block, cost, long, short};
use crate::servicenow::routes::order::{number, read};
use crate::servicenow::routes::visit::Visit;
use crate::servicenow::walk::{self, Base};

/// The blocks of a cart, in the order they are shown.
const BLOCKS: [(&str, &str); 4] =
    [("daily", "Daily"), ("monthly", "Monthly"), ("yearly", "Annually"), ("none", "")];

/// Puts something into the cart and shows it.
pub(crate) fn add(instance: &mut Instance, visit: &Visit<'_>, item: &str) -> Result<Value, Refusal> {
    let order = read(visit.call, item)?;
    instance.add_to(List::Cart, visit.actor, visit.now, order)?;
    let base = instance.desk.base();
    let lines = instance.carts.lines(List::Cart, visit.actor);
    let total: i64 = lines.iter().map(|line| cost(base, line).once).sum();
    Ok(json!({
        "cart_id": List::Cart.id(&visit.actor.sys_id),
        "subtotal": money(total),
        "items": lines.iter().map(|line| Value::Object(short(base, line))).collect::<Value>(),
    }))
}

pub(crate) fn answer(
    instance: &mut Instance,
    visit: &Visit<'_>,
    rest: &[&str],
) -> Result<Response<Body>, Refusal> {
    let result = match (visit.call.method.clone(), rest) {
        (Method::GET | Method::HEAD, []) => whole(instance, visit),
        (Method::GET | Method::HEAD, ["delivery_address", user]) => address(instance.desk.base(), user)?,
        (Method::POST, ["checkout"]) => check_out(instance, visit)?,
        (Method::POST, ["submit_order"]) => submit(instance, visit)?,
        (Method::DELETE, [id, "empty"]) => {
            empty(instance, visit, id)?;
            return Ok(StatusCode::NO_CONTENT.into_response());
        }
        (Method::DELETE, [line]) if instance.carts.remove(visit.actor, line) => {
            return Ok(StatusCode::NO_CONTENT.into_response());
        }
        (Method::DELETE, [_]) => return Err(Refusal::BadRequest("Invalid cart item".to_owned())),
        (Method::PUT | Method::PATCH, [line]) => {
            change(instance, visit, line)?;
            return Ok(json_answer(StatusCode::CREATED, &json!({ "result": whole(instance, visit) })));
        }
        (_, [] | [_] | [_, "empty"] | ["delivery_address", _]) => return Err(Refusal::Method),
        _ => return Err(Refusal::NoResource(visit.call.path.clone())),
    };
    Ok(json_answer(StatusCode::OK, &json!({ "result": result })))
}

/// Orders the cart, or shows what would be ordered where that takes two steps.
fn check_out(instance: &mut Instance, visit: &Visit<'_>) -> Result<Value, Refusal> {
    if !instance.is_two_step() {
        return submit(instance, visit);
    }
    let lines = instance.carts.lines(List::Cart, visit.actor);
    let Some(first) = lines.first() else { return Err(Refusal::BadRequest("Cart is empty".to_owned())) };
    let order = first.order.clone();
    let base = instance.desk.base();
    let requested_for = order.requested_for.unwrap_or_else(|| visit.actor.sys_id.clone());
    let mut shown = whole(instance, visit);
    shown["delivery_address"] = json!(order.delivery_address);
    shown["special_instructions"] = json!(order.special_instructions);
    shown["requested_for_user"] = json!(walk::label(base, "sys_user", &requested_for));
    shown["requested_for"] = json!(requested_for);
    Ok(shown)
}

/// Orders the cart.
pub(crate) fn submit(instance: &mut Instance, visit: &Visit<'_>) -> Result<Value, Refusal> {
    let request = instance.order_cart(visit.actor, visit.now)?;
    Ok(json!({ "request_number": number(instance, &request), "request_id": request }))
}

/// One's own cart, or anybody's for who administers the catalog.
fn empty(instance: &mut Instance, visit: &Visit<'_>, id: &str) -> Result<(), Refusal> {
    let own = List::Cart.id(&visit.actor.sys_id) == id;
    let account = match instance.carts.owner(id) {
        Some(account) if own || visit.actor.has_role("catalog_admin") => account,
        None if own => return Ok(()),
        _ => return Err(Refusal::BadRequest("Invalid cart".to_owned())),
    };
    instance.carts.empty(&account);
    Ok(())
}

/// Other numbers and answers for a line.
fn change(instance: &mut Instance, visit: &Visit<'_>, id: &str) -> Result<(), Refusal> {
    let Some(line) = instance.carts.line(visit.actor, id) else {
        return Err(Refusal::BadRequest("Invalid cart item".to_owned()));
    };
    let mut order = line.order.clone();
    let wanted = read(visit.call, &order.item)?;
    order.quantity = wanted.quantity;
    order.variables.extend(wanted.variables);
    check(&instance.desk, visit.actor, &order)?;
    if let Some(line) = instance.carts.line(visit.actor, id) {
        line.order = order;
        line.updated = visit.now;
    }
    Ok(())
}

/// The whole cart, its lines in blocks by how often they cost something.
pub(crate) fn whole(instance: &Instance, visit: &Visit<'_>) -> Value {
    let base = instance.desk.base();
    let lines = instance.carts.lines(List::Cart, visit.actor);
    let all: Vec<&Line> = lines.iter().collect();
    let mut shown = totals(base, &all, "");
    shown["cart_id"] = json!(List::Cart.id(&visit.actor.sys_id));
    let requested_for = lines.first().and_then(|line| line.order.requested_for.clone());
    shown["requested_for"] = json!(requested_for.unwrap_or_else(|| visit.actor.sys_id.clone()));
    for (name, label) in BLOCKS {
        let inside: Vec<&Line> = lines.iter().filter(|line| block(base, line) == name).collect();
        if inside.is_empty() {
            continue;
        }
        let mut part = totals(base, &inside, label);
        part["frequency_label"] = if label.is_empty() { Value::Null } else { json!(label) };
        part["items"] = inside.iter().map(|line| long(base, line)).collect();
        shown[name] = part;
    }
    shown["items"] = all.iter().map(|line| long(base, line)).collect();
    shown
}

fn totals(base: Base<'_>, lines: &[&Line], frequency: &str) -> Value {
    let once: i64 = lines.iter().map(|line| cost(base, line).once).sum();
    let recurring: i64 = lines.iter().map(|line| cost(base, line).recurring).sum();
    json!({
        "subtotal_price": money(once),
        "subtotal_recurring_frequency": frequency,
        "subtotal_recurring_price": money(recurring),
        "total_title": "Total",
        "subtotal_title": "Subtotal",
        "show_subtotal_price": (once + recurring > 0).to_string(),
    })
}

/// Where things for a user are delivered.
fn address(base: Base<'_>, user: &str) -> Result<Value, Refusal> {
    let user = base.store.get(base.dictionary, "sys_user", user);
    let user = user.ok_or_else(|| Refusal::BadRequest("Invalid user".to_owned()))?;
    let Some(place) = base.store.get(base.dictionary, "cmn_location", user.get("location")) else {
        return Ok(json!(""));
    };
    let town: Vec<&str> = ["city", "state", "zip"]
        .into_iter()
        .map(|field| place.get(field))
        .filter(|text| !text.is_empty())
        .collect();
    let town = town.join(", ");
    let lines: Vec<&str> = [place.get("street"), &town, place.get("country")]
        .into_iter()
        .filter(|text| !text.is_empty())
        .collect();
    Ok(json!(lines.join("\n")))
}
