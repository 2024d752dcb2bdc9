//! The cart of the Service Catalog API: `…/items/{id}/add_to_cart` and `…/cart/…`.
//!
//! Owns a one-step check-out: it orders at once, and so does `submit_order`.
//! Source: reference section 11; what a cart's lines look like is not confirmed there.

use axum::body::Body;
use axum::http::{Method, Response, StatusCode};
use axum::response::IntoResponse;
use serde_json::{Value, json};

use crate::servicenow::cart;
use crate::servicenow::errors::json_answer;
use crate::servicenow::instance::Instance;
use crate::servicenow::refusal::Refusal;
use crate::servicenow::routes::order::{number, read};
use crate::servicenow::routes::visit::Visit;

/// Puts something into the cart and shows it.
pub(crate) fn add(instance: &mut Instance, visit: &Visit<'_>, item: &str) -> Result<Value, Refusal> {
    let order = read(visit.call, item)?;
    instance.add_to_cart(visit.actor, order)?;
    Ok(shown(instance, visit))
}

pub(crate) fn answer(
    instance: &mut Instance,
    visit: &Visit<'_>,
    rest: &[&str],
) -> Result<Response<Body>, Refusal> {
    let result = match (visit.call.method.clone(), rest) {
        (Method::GET | Method::HEAD, []) => shown(instance, visit),
        (Method::POST, ["checkout" | "submit_order"]) => {
            let request = instance.order_cart(visit.actor, visit.now)?;
            json!({ "request_number": number(instance, &request), "request_id": request })
        }
        (Method::DELETE, [id, "empty"]) if *id == cart::id(visit.actor) => {
            instance.carts.empty(visit.actor);
            return Ok(StatusCode::NO_CONTENT.into_response());
        }
        (Method::DELETE, [_, "empty"]) => return Err(Refusal::NoRecord),
        (Method::DELETE, [line]) => {
            instance.carts.remove(visit.actor, line)?;
            return Ok(StatusCode::NO_CONTENT.into_response());
        }
        (_, [] | [_] | [_, "empty"]) => return Err(Refusal::Method),
        _ => return Err(Refusal::NoResource(visit.call.path.clone())),
    };
    Ok(json_answer(StatusCode::OK, &json!({ "result": result })))
}

fn shown(instance: &Instance, visit: &Visit<'_>) -> Value {
    let base = instance.desk.base();
    let items: Vec<Value> = instance
        .carts
        .lines(visit.actor)
        .iter()
        .map(|line| {
            let item = base.store.get(base.dictionary, "sc_cat_item", &line.order.item);
            json!({
                "cart_item_id": line.id,
                "catalog_item_id": line.order.item,
                "item_name": item.map_or("", |item| item.get("name")),
                "quantity": line.order.quantity,
                "price": item.map_or("", |item| item.get("price")),
                "variables": line.order.variables,
            })
        })
        .collect();
    let requested_for =
        instance.carts.lines(visit.actor).first().and_then(|line| line.order.requested_for.clone());
    json!({
        "cart_id": cart::id(visit.actor),
        "subtotal_price": "0",
        "requested_for": requested_for.unwrap_or_else(|| visit.actor.sys_id.clone()),
        "items": items,
    })
}
