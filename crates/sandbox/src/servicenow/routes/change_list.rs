//! Lists of the Change Management API: filters, order and pages.
//!
//! Owns their parameters. Source: ServiceNow documentation, Change Management API.

use serde_json::Value;

use crate::servicenow::actor::Deed;
use crate::servicenow::instance::Instance;
use crate::servicenow::query::evaluate::{Session, select};
use crate::servicenow::query::parse::parse;
use crate::servicenow::refusal::Refusal;
use crate::servicenow::routes::change_shape::shown;
use crate::servicenow::routes::parameters;
use crate::servicenow::routes::visit::Visit;
use crate::servicenow::walk::Base;

/// Rows of a list unless the client asks for another number.
const LIMIT_DEFAULT: usize = 500;

/// What is listed.
pub(crate) struct Listed<'a> {
    pub(crate) table: &'a str,
    /// Encoded conditions every row meets.
    pub(crate) fixed: String,
}

impl<'a> Listed<'a> {
    /// Every row of a table.
    pub(crate) fn all(table: &'a str) -> Self {
        Self { table, fixed: String::new() }
    }
}

/// The rows a client asks for.
pub(crate) fn rows(instance: &Instance, visit: &Visit<'_>, listed: &Listed<'_>) -> Result<Value, Refusal> {
    let base = instance.desk.base();
    let call = visit.call;
    let mut text = match call.parameter("sysparm_query") {
        Some(query) => query.to_owned(),
        None => filters(base, visit, listed.table),
    };
    if let Some(words) = call.parameter("textSearch") {
        text = join(&text, &format!("123TEXTQUERY321={words}"));
    }
    // A condition in front of the others stands in every alternative.
    let fixed = listed.fixed.as_str();
    let text = if fixed.is_empty() {
        text
    } else {
        text.split("^NQ").map(|one| join(fixed, one)).collect::<Vec<_>>().join("^NQ")
    };
    let order = call.parameter("order").unwrap_or("number");
    let text = if text.contains("ORDERBY") { text } else { join(&text, &format!("ORDERBY{order}")) };
    let query = parse(&text);
    parameters::readable(base, visit.actor, listed.table, &query)?;
    let session = Session { base, actor: visit.actor, now: visit.now };
    let number = |name: &str| call.parameter(name).and_then(|value| value.trim().parse::<usize>().ok());
    let rows = select(session, listed.table, &query);
    let page = rows
        .into_iter()
        .skip(number("sysparm_offset").unwrap_or(0))
        .take(number("sysparm_limit").unwrap_or(LIMIT_DEFAULT));
    let seen = page.filter(|row| {
        base.dictionary.table(&row.class).is_some_and(|table| visit.actor.may_on(Deed::Read, table, row))
    });
    Ok(seen.map(|row| shown(base, visit, row)).collect())
}

/// One row of a table.
pub(crate) fn row(instance: &Instance, visit: &Visit<'_>, table: &str, id: &str) -> Result<Value, Refusal> {
    let base = instance.desk.base();
    let row = base.store.get(base.dictionary, table, id).ok_or(Refusal::NoRecord)?;
    let definition = base.dictionary.table(&row.class).ok_or(Refusal::NoRecord)?;
    if visit.actor.may_on(Deed::Read, definition, row) {
        Ok(shown(base, visit, row))
    } else {
        Err(Refusal::NoRecord)
    }
}

fn join(one: &str, other: &str) -> String {
    match (one.is_empty(), other.is_empty()) {
        (true, _) => other.to_owned(),
        (_, true) => one.to_owned(),
        _ => format!("{one}^{other}"),
    }
}

/// Plain `field=value` filters as conditions; choices may be named by their labels.
fn filters(base: Base<'_>, visit: &Visit<'_>, table: &str) -> String {
    let known = visit.call.parameters.iter().filter(|(name, value)| {
        !name.starts_with("sysparm_")
            && !matches!(name.as_str(), "order" | "textSearch" | "association_type")
            && !value.is_empty()
    });
    let conditions = known.map(|(name, value)| {
        let field = base.dictionary.field(table, name);
        let label = field.and_then(|field| {
            field
                .choices
                .iter()
                .find(|(_, label)| label.eq_ignore_ascii_case(value))
                .map(|(stored, _)| stored)
        });
        let to = field.and_then(|field| field.to.as_deref());
        match to.and_then(|to| base.dictionary.display_field(to)) {
            Some(shown) if value.len() != 32 => format!("{name}.{shown}={value}"),
            _ => format!("{name}={}", label.unwrap_or(value)),
        }
    });
    conditions.collect::<Vec<_>>().join("^")
}
