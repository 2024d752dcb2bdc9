//! Order guides: `…/items/{id}/submit_guide` and `…/items/{id}/checkout_guide`.
//!
//! Owns which items a guide brings for its answers. Source: ServiceNow documentation, Service
//! Catalog API.

use serde_json::{Map, Value, json};

use crate::servicenow::cart::List;
use crate::servicenow::catalog::{check, lacks_mandatory, orderable};
use crate::servicenow::criteria;
use crate::servicenow::instance::Instance;
use crate::servicenow::questions::number;
use crate::servicenow::refusal::Refusal;
use crate::servicenow::routes::visit::Visit;
use crate::servicenow::routes::{cart, item, order};
use crate::servicenow::store::Record;
use crate::servicenow::walk::Base;

fn guide<'a>(base: Base<'a>, visit: &Visit<'_>, id: &str) -> Result<&'a Record, Refusal> {
    let guide = base.store.get(base.dictionary, "sc_cat_item_guide", id);
    guide
        .filter(|guide| criteria::admits(base, guide, visit.actor))
        .ok_or_else(|| Refusal::BadRequest("Security constraints prevent ordering of Item".to_owned()))
}

/// The items that the answers to the guide bring.
pub(crate) fn items(base: Base<'_>, visit: &Visit<'_>, id: &str) -> Result<Value, Refusal> {
    guide(base, visit, id)?;
    let answers = order::read(visit.call, id)?.variables;
    if lacks_mandatory(base, id, &answers) {
        return Err(Refusal::BadRequest("Mandatory Variables are required".to_owned()));
    }
    let all = base.store.all(base.dictionary, "sc_cat_item_guide_items");
    let mut rules: Vec<&Record> = all
        .filter(|rule| rule.get("guide") == id)
        .filter(|rule| {
            let answer = answers.get(rule.get("variable")).map_or("", String::as_str);
            rule.get("variable").is_empty() || answer == rule.get("value")
        })
        .collect();
    rules.sort_by_key(|rule| number(rule, "order"));
    let found = rules.into_iter().filter_map(|rule| orderable(base, visit.actor, rule.get("item")));
    Ok(found
        .map(|one| {
            let mut shown = item::detail(base, one);
            shown["quantity"] = json!("1");
            shown
        })
        .collect())
}

/// Takes the items of a guide: into the cart, or as an order where carts are checked out in two steps.
pub(crate) fn check_out(instance: &mut Instance, visit: &Visit<'_>, id: &str) -> Result<Value, Refusal> {
    guide(instance.desk.base(), visit, id)?;
    let body = order::body(visit.call)?;
    let listed = body.get("items").and_then(Value::as_array).cloned().unwrap_or_default();
    let mut orders = Vec::new();
    for one in listed {
        let mut one = match one {
            Value::Object(one) => one,
            _ => Map::new(),
        };
        one.entry("sysparm_quantity").or_insert_with(|| json!("1"));
        let item = one.get("sys_id").and_then(Value::as_str).unwrap_or_default().to_owned();
        let order = order::order(&one, &item);
        check(&instance.desk, visit.actor, &order)?;
        orders.push(order);
    }
    for order in orders {
        instance.add_to(List::Cart, visit.actor, visit.now, order)?;
    }
    if instance.is_two_step() { cart::submit(instance, visit) } else { Ok(cart::whole(instance, visit)) }
}
