//! Ordering for others: `…/items/{id}/delegation/{user}` and `…/get_invalid_delegated_users`.
//!
//! Owns these two answers. Source: ServiceNow documentation, Service Catalog API.

use serde_json::{Value, json};

use crate::servicenow::assign;
use crate::servicenow::catalog::{for_several, may_receive, not_for_several};
use crate::servicenow::refusal::Refusal;
use crate::servicenow::routes::order;
use crate::servicenow::routes::visit::Visit;
use crate::servicenow::walk::{self, Base};

/// What the service says of an item that is for one person only.
const SEVERAL_CODE: &str = "42202";

/// Whether a user may receive an item.
pub(crate) fn check(base: Base<'_>, item: &str, user: &str) -> Value {
    let item = base.store.get(base.dictionary, "sc_cat_item", item);
    json!({ "result": item.is_some_and(|item| may_receive(base, item, user)) })
}

/// Names of those who may not receive an item.
pub(crate) fn invalid(base: Base<'_>, visit: &Visit<'_>, item: &str) -> Result<Value, Refusal> {
    let item = base.store.get(base.dictionary, "sc_cat_item", item);
    let item = item.ok_or_else(|| Refusal::BadRequest("Invalid item".to_owned()))?;
    if !for_several(base, item) {
        return Ok(json!({ "errCode": SEVERAL_CODE, "errMsg": not_for_several() }));
    }
    let body = order::body(visit.call)?;
    let users = body.get("sysparm_also_request_for").and_then(assign::text).unwrap_or_default();
    let refused = users
        .split(',')
        .map(str::trim)
        .filter(|user| !user.is_empty() && !may_receive(base, item, user))
        .map(|user| match walk::label(base, "sys_user", user) {
            name if name.is_empty() => user.to_owned(),
            name => name,
        });
    Ok(json!({ "invalidUsers": refused.collect::<Vec<String>>() }))
}
