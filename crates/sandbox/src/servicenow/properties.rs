//! System properties: rows of `sys_properties` that the instance itself obeys.
//!
//! Owns reading and setting them. Decides nothing.

use jiff::Timestamp;

use crate::ids;
use crate::servicenow::desk::Desk;
use crate::servicenow::stamp;
use crate::servicenow::store::Record;
use crate::servicenow::walk::Base;

const TABLE: &str = "sys_properties";

/// The value of a property; nothing where it is absent or empty.
pub(crate) fn value<'a>(base: Base<'a>, name: &'a str) -> Option<&'a str> {
    let row = base.store.find(base.dictionary, TABLE, "name", name)?;
    Some(row.get("value")).filter(|value| !value.is_empty())
}

/// Whether a property says so; `otherwise` where it is absent.
pub(crate) fn flag(base: Base<'_>, name: &str, otherwise: bool) -> bool {
    value(base, name).map_or(otherwise, |value| value.eq_ignore_ascii_case("true"))
}

/// Sets a property as an administrator would on its page.
pub(crate) fn set(desk: &mut Desk, name: &str, value: &str, now: Timestamp) {
    let known = desk.store.find(&desk.dictionary, TABLE, "name", name).cloned();
    let mut row = known.unwrap_or_else(|| {
        let mut row = Record::new(TABLE);
        row.set("sys_id", ids::hex32(TABLE, name));
        row.set("name", name);
        row.set("type", "string");
        row.set("sys_created_by", "admin");
        row.set("sys_created_on", stamp::raw(now));
        row.set("sys_mod_count", "0");
        row
    });
    row.set("value", value);
    row.set("sys_updated_by", "admin");
    row.set("sys_updated_on", stamp::raw(now));
    desk.store.put(row);
}
