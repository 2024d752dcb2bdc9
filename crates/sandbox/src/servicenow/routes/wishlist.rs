//! The wish list of the Service Catalog API: `…/items/{id}/add_to_wishlist` and `…/wishlist`.
//!
//! Owns these answers. Source: ServiceNow documentation, Service Catalog API.

use axum::http::Method;
use serde_json::{Value, json};

use crate::servicenow::cart::List;
use crate::servicenow::catalog::orderable;
use crate::servicenow::instance::Instance;
use crate::servicenow::refusal::Refusal;
use crate::servicenow::routes::cart_line::{long, short};
use crate::servicenow::routes::order::read;
use crate::servicenow::routes::visit::Visit;

/// Puts something onto the wish list and shows it. Answers may still be missing.
pub(crate) fn add(instance: &mut Instance, visit: &Visit<'_>, item: &str) -> Result<Value, Refusal> {
    if orderable(instance.desk.base(), visit.actor, item).is_none() {
        return Err(Refusal::BadRequest("Item cannot be added to the wish list".to_owned()));
    }
    let order = read(visit.call, item)?;
    instance.add_to(List::Wishes, visit.actor, visit.now, order)?;
    let base = instance.desk.base();
    let lines = instance.carts.lines(List::Wishes, visit.actor);
    let items: Value = lines.iter().map(|line| Value::Object(short(base, line))).collect();
    Ok(json!({ "cart_id": List::Wishes.id(&visit.actor.sys_id), "items": items }))
}

pub(crate) fn answer(instance: &Instance, visit: &Visit<'_>, rest: &[&str]) -> Result<Value, Refusal> {
    let base = instance.desk.base();
    let lines = instance.carts.lines(List::Wishes, visit.actor);
    match (visit.call.method.clone(), rest) {
        (Method::GET | Method::HEAD, []) => Ok(json!({
            "cart_id": List::Wishes.id(&visit.actor.sys_id),
            "items": lines.iter().map(|line| long(base, line)).collect::<Value>(),
        })),
        (Method::GET | Method::HEAD, [id]) => {
            let line = lines.iter().find(|line| line.id == *id).ok_or(Refusal::NoRecord)?;
            Ok(Value::Object(short(base, line)))
        }
        (_, [] | [_]) => Err(Refusal::Method),
        _ => Err(Refusal::NoResource(visit.call.path.clone())),
    }
}
