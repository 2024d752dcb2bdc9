//! The `sysparm_` parameters that say how records are read and shown.
//!
//! Owns their defaults. Unknown ones are ignored. Source: reference section 3.2.

use crate::servicenow::actor::Actor;
use crate::servicenow::assign::Input;
use crate::servicenow::dictionary::{Field, Kind};
use crate::servicenow::query::fields;
use crate::servicenow::query::parse::{Condition, Group, Op, Query, parse};
use crate::servicenow::refusal::Refusal;
use crate::servicenow::render::{Display, Look};
use crate::servicenow::routes::call::Call;
use crate::servicenow::views;
use crate::servicenow::walk::{self, Base};

/// Rows of a list unless the client asks for fewer or more.
const LIMIT_DEFAULT: usize = 10_000;
/// Most fields one answer shows per record.
const FIELDS_MAX: usize = 1_000;

/// How the answer is to look.
pub(crate) fn look(call: &Call, actor: &Actor) -> Look {
    let display = match call.parameter("sysparm_display_value").map(str::to_ascii_lowercase).as_deref() {
        Some("true") => Display::Shown,
        Some("all") => Display::Both,
        _ => Display::Raw,
    };
    let fields = call.parameter("sysparm_fields").unwrap_or_default();
    Look {
        display,
        links: !call.flag("sysparm_exclude_reference_link"),
        origin: call.origin.clone(),
        actor: actor.clone(),
        fields: fields
            .split(',')
            .map(|field| field.trim().to_owned())
            .filter(|field| !field.is_empty())
            .take(FIELDS_MAX)
            .collect(),
    }
}

/// How records of a table are to look: with the fields of a view where no fields are named.
pub(crate) fn look_of(call: &Call, actor: &Actor, table: &str) -> Look {
    let mut look = look(call, actor);
    if let (true, Some(view)) = (look.fields.is_empty(), call.parameter("sysparm_view")) {
        look.fields = views::fields(table, view).unwrap_or_default();
    }
    look
}

/// How values in a body are to be read.
pub(crate) fn input(call: &Call, actor: &Actor) -> Input {
    Input {
        display: call.flag("sysparm_input_display_value"),
        zone: actor.zone.clone(),
        stamped: !call.flag("sysparm_suppress_auto_sys_field"),
    }
}

pub(crate) fn limit(call: &Call) -> usize {
    number(call, "sysparm_limit").unwrap_or(LIMIT_DEFAULT)
}

pub(crate) fn offset(call: &Call) -> usize {
    number(call, "sysparm_offset").unwrap_or(0)
}

fn number(call: &Call, name: &str) -> Option<usize> {
    call.parameter(name)?.trim().parse().ok()
}

/// The encoded query, or the plain `field=value` filters where there is none.
pub(crate) fn query(base: Base<'_>, call: &Call, table: &str) -> Query {
    if let Some(text) = call.parameter("sysparm_query") {
        return parse(text);
    }
    let filters =
        call.parameters.iter().filter(|(name, value)| !name.starts_with("sysparm_") && !value.is_empty());
    let items = filters.map(|(name, value)| filter(base, table, name, value)).collect();
    Query { groups: vec![Group { items, ..Group::default() }], ..Query::default() }
}

/// Refuses a query that looks at or along a field the account may not see, or at a stored secret.
pub(crate) fn readable(base: Base<'_>, actor: &Actor, table: &str, query: &Query) -> Result<(), Refusal> {
    let open = |field: &&Field| field.kind != Kind::Password && actor.may_query(field);
    let seen = |(table, path): (&str, &str)| {
        walk::along(base.dictionary, table, path).is_none_or(|fields| fields.iter().all(open))
    };
    if fields::named(table, query).into_iter().all(seen) { Ok(()) } else { Err(Refusal::QueryAcl) }
}

/// A plain filter takes the stored value, the label of a choice, or the name shown for a reference.
fn filter(base: Base<'_>, table: &str, name: &str, value: &str) -> Vec<Condition> {
    let condition = |field: String, value: &str| Condition { field, op: Op::Equals, value: value.to_owned() };
    let mut either = vec![condition(name.to_owned(), value)];
    let Some(field) = walk::field(base.dictionary, table, name) else { return either };
    either.extend(
        field
            .choices
            .iter()
            .filter(|(_, label)| label.eq_ignore_ascii_case(value))
            .map(|(stored, _)| condition(name.to_owned(), stored)),
    );
    if let Some(shown) = field.to.as_deref().and_then(|to| base.dictionary.display_field(to)) {
        either.push(condition(format!("{name}.{shown}"), value));
    }
    if field.to.as_deref() == Some("sys_user") {
        // The platform's own sample is `assigned_to=john.smith`, which is no name that is shown.
        either.push(condition(format!("{name}.user_name"), value));
    }
    either
}
