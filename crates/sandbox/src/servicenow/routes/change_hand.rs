//! Who writes through the Change Management API.

use crate::servicenow::assign::Input;
use crate::servicenow::desk::Hand;
use crate::servicenow::instance::Instance;
use crate::servicenow::routes::change_shape::shown;
use crate::servicenow::routes::visit::Visit;
use serde_json::Value;

/// The caller's own hand; values are stored values.
pub(crate) fn hand<'a>(visit: &Visit<'a>) -> Hand<'a> {
    Hand { actor: visit.actor, now: visit.now, input: Input::raw() }
}

/// The change as it is now.
pub(crate) fn change(instance: &Instance, visit: &Visit<'_>, id: &str) -> Value {
    let base = instance.desk.base();
    let change = base.store.get(base.dictionary, "change_request", id);
    change.map_or(Value::Null, |change| shown(base, visit, change))
}
