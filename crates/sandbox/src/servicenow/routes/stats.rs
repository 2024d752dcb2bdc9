//! The Aggregate API: `GET /api/now/[v1/|v2/]stats/{table}`.
//!
//! Owns the parameters, the groups and their order. What a figure is stands in `figures`.
//! Source: reference section 9.2; ServiceNow, "Aggregate API".

use std::cmp::Ordering;
use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::{Method, Response, StatusCode};
use serde_json::{Map, Value, json};

use crate::servicenow::actor::Deed;
use crate::servicenow::errors::json_answer;
use crate::servicenow::instance::Instance;
use crate::servicenow::query::evaluate::{Session, select};
use crate::servicenow::query::parse::Query;
use crate::servicenow::refusal::Refusal;
use crate::servicenow::render::{self, Display, Look};
use crate::servicenow::routes::figures::{Figure, Having, Sorting};
use crate::servicenow::routes::visit::Visit;
use crate::servicenow::routes::{formats, parameters};
use crate::servicenow::store::Record;
use crate::servicenow::walk::{Base, Route};

/// The figures of one field, by the parameter that lists the fields.
const FIGURES: [(&str, Figure); 4] = [
    ("sysparm_sum_fields", Figure::Sum),
    ("sysparm_avg_fields", Figure::Avg),
    ("sysparm_min_fields", Figure::Min),
    ("sysparm_max_fields", Figure::Max),
];

pub(crate) fn answer(
    instance: &Instance,
    visit: &Visit<'_>,
    rest: &[&str],
) -> Result<Response<Body>, Refusal> {
    let [table] = rest else { return Err(Refusal::NoResource(visit.call.path.clone())) };
    let base = instance.desk.base();
    let definition = base.dictionary.table(table).ok_or_else(|| Refusal::NoTable((*table).to_owned()))?;
    if !matches!(visit.call.method, Method::GET | Method::HEAD) {
        return Err(Refusal::Method);
    }
    formats::agree(visit.call)?;
    if definition.refuse_reads && !visit.actor.may(Deed::Read, definition) {
        return Err(Refusal::ApiAcl);
    }
    let mut query = parameters::query(base, visit.call, table);
    query.groupings.extend(names(visit, "sysparm_group_by").map(str::to_owned));
    let session = Session { base, actor: visit.actor, now: visit.now };
    let request = Request::read(session, visit, table, &query);
    // A figure, a bound and an order tell as much of a field as a filter by it.
    let figures = request.figures.iter().map(|(_, path, _)| *path);
    let bounds = request.having.iter().map(|one| one.path);
    let orders = request.sorting.iter().filter_map(|one| one.path);
    query.groupings.extend(figures.chain(bounds).chain(orders).map(str::to_owned));
    parameters::readable(base, visit.actor, table, &query)?;
    let found = select(session, table, &query);
    Ok(json_answer(StatusCode::OK, &json!({ "result": request.result(found) })))
}

fn names<'a>(visit: &Visit<'a>, parameter: &str) -> impl Iterator<Item = &'a str> {
    let list = visit.call.parameter(parameter).unwrap_or_default();
    list.split(',').map(str::trim).filter(|name| !name.is_empty())
}

/// What is asked for, fields looked up; unknown ones are gone.
struct Request<'a> {
    base: Base<'a>,
    table: &'a str,
    look: Look,
    counts: bool,
    figures: Vec<(Figure, &'a str, Route<'a>)>,
    groups: Vec<(String, Route<'a>)>,
    having: Vec<Having<'a>>,
    sorting: Vec<Sorting<'a>>,
}

impl<'a> Request<'a> {
    fn read(session: Session<'a>, visit: &Visit<'a>, table: &'a str, query: &Query) -> Self {
        let mut figures = Vec::new();
        for (parameter, figure) in FIGURES {
            let fields = names(visit, parameter);
            figures.extend(fields.filter_map(|path| Some((figure, path, session.route(table, path)?))));
        }
        let mut groups: Vec<(String, Route<'a>)> = Vec::new();
        for path in &query.groupings {
            if let (Some(route), false) =
                (session.route(table, path), groups.iter().any(|(one, _)| one == path))
            {
                groups.push((path.clone(), route));
            }
        }
        let mut look = parameters::look(visit.call, visit.actor);
        look.links = false;
        Self {
            base: session.base,
            table,
            look,
            counts: visit.call.flag("sysparm_count"),
            figures,
            groups,
            having: names(visit, "sysparm_having")
                .filter_map(|text| Having::read(session, table, text))
                .collect(),
            sorting: names(visit, "sysparm_order_by")
                .filter_map(|text| Sorting::read(session, table, text))
                .collect(),
        }
    }

    /// One object without groups, a list with them.
    fn result(&self, found: Vec<&'a Record>) -> Value {
        let admitted = |records: &[&'a Record]| self.having.iter().all(|one| one.admits(self.base, records));
        if self.groups.is_empty() {
            let stats = if admitted(&found) { self.stats(&found) } else { json!({}) };
            return json!({ "stats": stats });
        }
        let mut groups: BTreeMap<Vec<&str>, Vec<&'a Record>> = BTreeMap::new();
        for record in found {
            let key = self.groups.iter().map(|(_, route)| route.value(self.base, record)).collect();
            groups.entry(key).or_default().push(record);
        }
        let mut groups: Vec<Vec<&'a Record>> =
            groups.into_values().filter(|records| admitted(records)).collect();
        // Sorting keeps groups that are equal in the order of their values.
        groups.sort_by(|left, right| {
            let by = self.sorting.iter().map(|one| one.compare(self.base, left, right));
            by.fold(Ordering::Equal, Ordering::then)
        });
        groups
            .iter()
            .map(|records| {
                let labels: Vec<Value> =
                    self.groups.iter().map(|(path, _)| self.label(records, path)).collect();
                json!({ "stats": self.stats(records), "groupby_fields": labels })
            })
            .collect()
    }

    fn stats(&self, records: &[&'a Record]) -> Value {
        let mut stats = Map::new();
        if self.counts {
            stats.insert("count".to_owned(), json!(records.len().to_string()));
        }
        for (figure, path, route) in &self.figures {
            let of = stats.entry(figure.name()).or_insert_with(|| json!({}));
            if let Some(of) = of.as_object_mut() {
                of.insert((*path).to_owned(), json!(figure.of(self.base, route, records)));
            }
        }
        Value::Object(stats)
    }

    /// What the group has in common, with what is shown for it where the client asks.
    fn label(&self, records: &[&'a Record], path: &str) -> Value {
        let shown = |display| {
            let look = Look { display, fields: vec![path.to_owned()], ..self.look.clone() };
            let record = records.first().map(|record| render::record(self.base, &look, self.table, record));
            record.and_then(|record| record.get(path).cloned()).unwrap_or_default()
        };
        match self.look.display {
            Display::Raw => json!({ "field": path, "value": shown(Display::Raw) }),
            Display::Shown => json!({ "field": path, "value": shown(Display::Shown) }),
            Display::Both => {
                json!({ "field": path, "value": shown(Display::Raw), "display_value": shown(Display::Shown) })
            }
        }
    }
}
