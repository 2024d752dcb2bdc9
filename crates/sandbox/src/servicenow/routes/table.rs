//! The Table API: `/api/now/[v1/|v2/]table/{table}[/{sys_id}]`.
//!
//! Owns its methods, headers and statuses. Source: reference section 3.

use axum::body::Body;
use axum::http::header::{LINK, LOCATION};
use axum::http::{HeaderName, HeaderValue, Method, Response, StatusCode};
use axum::response::IntoResponse;
use serde_json::{Value, json};

use crate::percent::encode;
use crate::servicenow::actor::Deed;
use crate::servicenow::desk::Hand;
use crate::servicenow::errors::json_answer;
use crate::servicenow::instance::Instance;
use crate::servicenow::query::evaluate::{Session, page};
use crate::servicenow::refusal::Refusal;
use crate::servicenow::render;
use crate::servicenow::routes::call::Call;
use crate::servicenow::routes::visit::Visit;
use crate::servicenow::routes::{formats, parameters, passwords};

const TOTAL: HeaderName = HeaderName::from_static("x-total-count");

pub(crate) fn answer(
    instance: &mut Instance,
    visit: &Visit<'_>,
    rest: &[&str],
) -> Result<Response<Body>, Refusal> {
    let (table, id) = match rest {
        [table] => (*table, None),
        [table, id] => (*table, Some(*id)),
        _ => return Err(Refusal::NoResource(visit.call.path.clone())),
    };
    if instance.desk.dictionary.table(table).is_none() {
        return Err(Refusal::NoTable(table.to_owned()));
    }
    formats::agree(visit.call)?;
    match (visit.call.method.clone(), id) {
        (Method::GET | Method::HEAD, None) => instance.as_others_see(|seen| list(seen, visit, table)),
        (Method::GET | Method::HEAD, Some(id)) => instance.as_others_see(|seen| one(seen, visit, table, id)),
        (Method::POST, None) => create(instance, visit, table),
        (Method::PUT | Method::PATCH, Some(id)) => change(instance, visit, table, id),
        (Method::DELETE, Some(id)) => {
            let hand = hand(visit);
            instance.desk.delete(&hand, table, id)?;
            instance.sweep();
            Ok(StatusCode::NO_CONTENT.into_response())
        }
        _ => Err(Refusal::Method),
    }
}

fn list(instance: &Instance, visit: &Visit<'_>, table: &str) -> Result<Response<Body>, Refusal> {
    let base = instance.desk.base();
    let refuses =
        base.dictionary.table(table).is_some_and(|one| one.refuse_reads && !visit.actor.may(Deed::Read, one));
    if refuses {
        return Err(Refusal::ApiAcl);
    }
    let query = parameters::query(base, visit.call, table);
    parameters::readable(base, visit.actor, table, &query)?;
    let session = Session { base, actor: visit.actor, now: visit.now };
    let (limit, offset) = (parameters::limit(visit.call), parameters::offset(visit.call));
    let found = page(session, table, &query, (offset, limit));
    let look = parameters::look_of(visit.call, visit.actor, table);
    // The page is cut before rows are hidden, so it may be shorter than the limit.
    let rows: Vec<Value> = found
        .rows
        .iter()
        .filter(|record| {
            base.dictionary
                .table(&record.class)
                .is_some_and(|one| visit.actor.may_on(Deed::Read, one, record))
        })
        .map(|record| render::record(base, &look, table, record))
        .collect();
    if rows.is_empty() && visit.first_version {
        return Err(Refusal::NoMatch);
    }
    let mut response = json_answer(StatusCode::OK, &json!({ "result": rows }));
    let headers = response.headers_mut();
    if !visit.call.flag("sysparm_no_count") {
        headers.insert(TOTAL, HeaderValue::from(found.total));
    }
    if !visit.call.flag("sysparm_suppress_pagination_header")
        && let Ok(links) = HeaderValue::try_from(links(visit.call, found.total, limit, offset))
    {
        headers.insert(LINK, links);
    }
    Ok(response)
}

/// First, previous, next and last page, each with every parameter of the request. Without a count
/// nobody knows which is the last.
fn links(call: &Call, total: usize, limit: usize, offset: usize) -> String {
    let page = |offset: usize, rel: &str| {
        let mut parameters: Vec<String> = call
            .parameters
            .iter()
            .filter(|(name, _)| name != "sysparm_limit" && name != "sysparm_offset")
            .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
            .collect();
        parameters.push(format!("sysparm_limit={limit}"));
        parameters.push(format!("sysparm_offset={offset}"));
        format!("<{}{}?{}>;rel=\"{rel}\"", call.origin, call.path, parameters.join("&"))
    };
    let last = total.saturating_sub(1).checked_div(limit).map_or(0, |pages| pages * limit);
    let mut links = vec![page(0, "first")];
    if offset > 0 {
        links.push(page(offset.saturating_sub(limit), "prev"));
    }
    if limit > 0 && offset.saturating_add(limit) < total {
        links.push(page(offset + limit, "next"));
    }
    if !call.flag("sysparm_no_count") {
        links.push(page(last, "last"));
    }
    links.join(",")
}

fn one(instance: &Instance, visit: &Visit<'_>, table: &str, id: &str) -> Result<Response<Body>, Refusal> {
    let base = instance.desk.base();
    let record = base.store.get(base.dictionary, table, id).ok_or(Refusal::NoRecord)?;
    let definition = base.dictionary.table(&record.class).ok_or(Refusal::NoRecord)?;
    if !visit.actor.may_on(Deed::Read, definition, record) {
        return Err(Refusal::NoRecord);
    }
    let look = parameters::look_of(visit.call, visit.actor, table);
    Ok(json_answer(StatusCode::OK, &json!({ "result": render::record(base, &look, table, record) })))
}

fn create(instance: &mut Instance, visit: &Visit<'_>, table: &str) -> Result<Response<Body>, Refusal> {
    let fields = formats::fields(visit.call)?;
    let id = instance.desk.insert(&hand(visit), table, &fields)?;
    passwords::learn(instance, visit, &id, &fields);
    let mut response = written(instance, visit, table, &id, StatusCode::CREATED);
    if let Ok(location) = HeaderValue::try_from(format!("{}/api/now/table/{table}/{id}", visit.call.origin)) {
        response.headers_mut().insert(LOCATION, location);
    }
    Ok(response)
}

fn change(
    instance: &mut Instance,
    visit: &Visit<'_>,
    table: &str,
    id: &str,
) -> Result<Response<Body>, Refusal> {
    let fields = formats::fields(visit.call)?;
    instance.desk.update(&hand(visit), table, id, &fields)?;
    passwords::learn(instance, visit, id, &fields);
    Ok(written(instance, visit, table, id, StatusCode::OK))
}

/// The record after the write, unless the client does not want to see it.
fn written(
    instance: &Instance,
    visit: &Visit<'_>,
    table: &str,
    id: &str,
    status: StatusCode,
) -> Response<Body> {
    if visit.call.header("x-no-response-body").is_some_and(|value| value.eq_ignore_ascii_case("true")) {
        return status.into_response();
    }
    let base = instance.desk.base();
    let look = parameters::look_of(visit.call, visit.actor, table);
    let shown =
        base.store.get(base.dictionary, table, id).map(|record| render::record(base, &look, table, record));
    json_answer(status, &json!({ "result": shown }))
}

fn hand<'a>(visit: &Visit<'a>) -> Hand<'a> {
    Hand { actor: visit.actor, now: visit.now, input: parameters::input(visit.call, visit.actor) }
}
