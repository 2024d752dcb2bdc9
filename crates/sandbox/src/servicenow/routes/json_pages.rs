//! The older JSON web service: `/{table}.do?JSONv2` and `/{table}_list.do?JSONv2`.
//!
//! Owns its actions and shapes. What it does to records is what the Table API does.
//! Source: reference section 9.12; ServiceNow documentation, JSONv2 web service. Not documented, and
//! done in the plainest way: that a deleted record is shown once more, and that failures are a 200.

use std::borrow::Cow;

use axum::body::Body;
use axum::http::{Method, Response, StatusCode};
use serde_json::{Map, Value, json};

use crate::servicenow::actor::Deed;
use crate::servicenow::assign::{self, Input};
use crate::servicenow::desk::{Fields, Hand};
use crate::servicenow::errors::json_answer;
use crate::servicenow::instance::Instance;
use crate::servicenow::query::evaluate::{Session, page};
use crate::servicenow::query::parse::parse;
use crate::servicenow::refusal::Refusal;
use crate::servicenow::render::{self, Display, Look};
use crate::servicenow::routes::visit::Visit;
use crate::servicenow::routes::{formats, parameters};

/// Most records of one answer, and changed or removed by one request.
const RECORDS_MAX: usize = 10_000;

pub(crate) fn answer(
    instance: &mut Instance,
    visit: &Visit<'_>,
    table: &str,
) -> Result<Response<Body>, Refusal> {
    if instance.desk.dictionary.table(table).is_none() {
        return Ok(whole(format!("Invalid table {table}")));
    }
    let sent = formats::document(visit.call)?;
    let asked = Asked { visit, table, sent: &sent };
    let records = match asked.action() {
        "get" => instance.as_others_see(|seen| asked.found(seen, &asked.own_query()))?,
        "getRecords" => {
            instance.as_others_see(|seen| asked.found(seen, &asked.parameter("sysparm_query")))?
        }
        "getKeys" => {
            let found =
                instance.as_others_see(|seen| asked.found(seen, &asked.parameter("sysparm_query")))?;
            found.into_iter().map(|mut one| one["sys_id"].take()).collect()
        }
        _ if visit.call.method != Method::POST => return Err(Refusal::Method),
        "insert" | "insertMultiple" => asked.insert(instance)?,
        action @ ("update" | "deleteMultiple") if asked.parameter("sysparm_query").is_empty() => {
            let verb = if action == "update" { "update" } else { "delete" };
            return Ok(whole(format!("Cannot {verb} with empty sysparm_query")));
        }
        "update" => asked.update(instance)?,
        "deleteRecord" => asked.delete(instance, &asked.own_query())?,
        "deleteMultiple" => asked.delete(instance, &asked.parameter("sysparm_query"))?,
        other => return Ok(whole(format!("Unknown sysparm_action {other}"))),
    };
    Ok(json_answer(StatusCode::OK, &json!({ "records": records })))
}

/// Nothing could be done at all.
fn whole(error: String) -> Response<Body> {
    json_answer(StatusCode::OK, &json!({ "error": error, "reason": null }))
}

/// A request to the service.
struct Asked<'a> {
    visit: &'a Visit<'a>,
    table: &'a str,
    sent: &'a Value,
}

impl Asked<'_> {
    /// A parameter; that of the body counts before that of the address.
    fn parameter(&self, name: &str) -> Cow<'_, str> {
        let sent = self.sent.get(name).and_then(Value::as_str);
        Cow::Borrowed(sent.or_else(|| self.visit.call.parameter(name)).unwrap_or_default())
    }

    fn action(&self) -> &str {
        let sent = self.sent.get("sysparm_action").and_then(Value::as_str);
        let one = !self.parameter("sysparm_sys_id").is_empty();
        let reading = if one { "get" } else { "getRecords" };
        sent.or_else(|| self.visit.call.parameter("sysparm_action")).unwrap_or(reading)
    }

    /// The query for the one record that is named.
    fn own_query(&self) -> Cow<'_, str> {
        let id = self.parameter("sysparm_sys_id");
        // An empty condition would find whatever has no id, and a caret begins another condition.
        let id = if id.is_empty() || id.contains('^') { Cow::Borrowed("-1") } else { id };
        Cow::Owned(format!("sys_id={id}"))
    }

    fn session<'i>(&'i self, instance: &'i Instance) -> Session<'i> {
        Session { base: instance.desk.base(), actor: self.visit.actor, now: self.visit.now }
    }

    /// The ids of what the account may see of the records that meet a query.
    fn ids(&self, instance: &Instance, query: &str) -> Result<Vec<String>, Refusal> {
        let base = instance.desk.base();
        let query = parse(query);
        parameters::readable(base, self.visit.actor, self.table, &query)?;
        let count = self.parameter("sysparm_record_count").parse().unwrap_or(RECORDS_MAX);
        let found = page(self.session(instance), self.table, &query, (0, count.min(RECORDS_MAX)));
        let seen = found.rows.into_iter().filter(|row| {
            base.dictionary.table(&row.class).is_some_and(|one| self.visit.actor.may_on(Deed::Read, one, row))
        });
        Ok(seen.map(|row| row.id().to_owned()).collect())
    }

    fn found(&self, instance: &Instance, query: &str) -> Result<Vec<Value>, Refusal> {
        let ids = self.ids(instance, query)?;
        Ok(ids.iter().map(|id| self.shown(instance, id)).collect())
    }

    /// A record: stored values, and of references what is shown, where that is asked for.
    fn shown(&self, instance: &Instance, id: &str) -> Value {
        let base = instance.desk.base();
        let mut shown = Map::new();
        let look = Look { display: Display::Both, links: true, ..self.look() };
        let both = base.store.get(base.dictionary, self.table, id);
        let both = both.map_or(Value::Null, |row| render::record(base, &look, self.table, row));
        let wanted = self.parameter("displayvalue").to_ascii_lowercase();
        for (name, value) in both.as_object().into_iter().flatten() {
            let refers = value.get("link").is_some();
            let member = if refers && wanted == "true" { "display_value" } else { "value" };
            if refers && wanted == "all" {
                shown.insert(format!("dv_{name}"), value["display_value"].clone());
            }
            shown.insert(name.clone(), value[member].clone());
        }
        shown.insert("__status".to_owned(), json!("success"));
        Value::Object(shown)
    }

    fn look(&self) -> Look {
        parameters::look_of(self.visit.call, self.visit.actor, self.table)
    }

    /// Values are read as a person writes them: the documented sample sends names and labels.
    fn hand(&self) -> Hand<'_> {
        let input = Input { display: true, ..parameters::input(self.visit.call, self.visit.actor) };
        Hand { actor: self.visit.actor, now: self.visit.now, input }
    }

    fn insert(&self, instance: &mut Instance) -> Result<Vec<Value>, Refusal> {
        let several = self.sent.get("records").and_then(Value::as_array);
        let sent = several.map_or_else(|| std::slice::from_ref(self.sent), Vec::as_slice);
        if sent.len() > RECORDS_MAX {
            return Err(Refusal::BadRequest(format!("At most {RECORDS_MAX} records are taken")));
        }
        let mut made = Vec::new();
        for one in sent {
            made.push(match instance.desk.insert(&self.hand(), self.table, &fields(one)) {
                Ok(id) => self.shown(instance, &id),
                Err(refusal) => failure(&refusal),
            });
        }
        Ok(made)
    }

    fn update(&self, instance: &mut Instance) -> Result<Vec<Value>, Refusal> {
        let fields = fields(self.sent);
        let mut changed = Vec::new();
        for id in self.ids(instance, &self.parameter("sysparm_query"))? {
            changed.push(match instance.desk.update(&self.hand(), self.table, &id, &fields) {
                Ok(()) => self.shown(instance, &id),
                Err(refusal) => failure(&refusal),
            });
        }
        Ok(changed)
    }

    fn delete(&self, instance: &mut Instance, query: &str) -> Result<Vec<Value>, Refusal> {
        let mut gone = Vec::new();
        for id in self.ids(instance, query)? {
            let shown = self.shown(instance, &id);
            gone.push(match instance.desk.delete(&self.hand(), self.table, &id) {
                Ok(()) => shown,
                Err(refusal) => failure(&refusal),
            });
        }
        instance.sweep();
        Ok(gone)
    }
}

/// What became of a record with which nothing could be done.
fn failure(refusal: &Refusal) -> Value {
    json!({
        "__status": "failure",
        "__error": { "message": refusal.message(), "reason": refusal.detail() },
    })
}

/// The fields of a record that is sent, without what steers the request.
fn fields(sent: &Value) -> Fields {
    let members = sent.as_object().into_iter().flatten();
    members
        .filter(|(name, _)| !name.starts_with("sysparm_"))
        .filter_map(|(name, value)| Some((name.clone(), assign::text(value)?)))
        .collect()
}
