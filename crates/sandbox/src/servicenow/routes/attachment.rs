//! The Attachment API: `/api/now/[v1/]attachment…`, without the multipart upload.
//!
//! Owns files and who may reach them: rights come from the record a file hangs on.
//! Source: reference section 9.3.

use axum::body::{Body, Bytes};
use axum::http::header::{CONTENT_TYPE, LOCATION};
use axum::http::{HeaderName, HeaderValue, Method, Response, StatusCode};
use axum::response::IntoResponse;
use serde_json::{Value, json};

use crate::servicenow::actor::Deed;
use crate::servicenow::assign::{self, Input};
use crate::servicenow::desk::Hand;
use crate::servicenow::errors::json_answer;
use crate::servicenow::instance::Instance;
use crate::servicenow::query::evaluate::{Session, select};
use crate::servicenow::refusal::Refusal;
use crate::servicenow::render::{self, Display, Look};
use crate::servicenow::routes::parameters;
use crate::servicenow::routes::visit::Visit;
use crate::servicenow::store::Record;

const TABLE: &str = "sys_attachment";
/// Rows of a list unless the client asks for another number.
const LIMIT_DEFAULT: usize = 1_000;
/// Most files kept at one time: they stay in memory.
const FILES_MAX: usize = 1_000;
const METADATA: HeaderName = HeaderName::from_static("x-attachment-metadata");

pub(crate) fn answer(
    instance: &mut Instance,
    visit: &Visit<'_>,
    rest: &[&str],
) -> Result<Response<Body>, Refusal> {
    match (visit.call.method.clone(), rest) {
        (Method::GET | Method::HEAD, []) => list(instance, visit),
        (Method::POST, ["file"]) => attach(instance, visit),
        (Method::GET | Method::HEAD, [id]) => {
            let row = reachable(instance, visit, Deed::Read, id)?;
            Ok(json_answer(StatusCode::OK, &json!({ "result": metadata(instance, visit, &row) })))
        }
        (Method::GET | Method::HEAD, [id, "file"]) => file(instance, visit, id),
        (Method::PATCH, [id]) => rename(instance, visit, id),
        (Method::DELETE, [id]) => {
            reachable(instance, visit, Deed::Write, id)?;
            instance.desk.store.remove(TABLE, id);
            instance.files.remove(*id);
            Ok(StatusCode::NO_CONTENT.into_response())
        }
        (_, [] | [_] | [_, "file"]) => Err(Refusal::Method),
        _ => Err(Refusal::NoResource(visit.call.path.clone())),
    }
}

/// Whether the account may do that to the record a file hangs on.
fn may(instance: &Instance, visit: &Visit<'_>, deed: Deed, row: &Record) -> bool {
    let base = instance.desk.base();
    let Some(parent) = base.store.get(base.dictionary, row.get("table_name"), row.get("table_sys_id")) else {
        return visit.actor.has_role("admin");
    };
    base.dictionary.table(&parent.class).is_some_and(|table| visit.actor.may_on(deed, table, parent))
}

/// A copy of the row, if the account may see the file and may do this to it.
fn reachable(instance: &Instance, visit: &Visit<'_>, deed: Deed, id: &str) -> Result<Record, Refusal> {
    let base = instance.desk.base();
    let row = base.store.get(base.dictionary, TABLE, id).ok_or(Refusal::NoRecord)?;
    if !may(instance, visit, Deed::Read, row) {
        return Err(Refusal::NoRecord);
    }
    if may(instance, visit, deed, row) { Ok(row.clone()) } else { Err(Refusal::Acl(deed)) }
}

fn metadata(instance: &Instance, visit: &Visit<'_>, row: &Record) -> Value {
    let look = Look {
        display: Display::Raw,
        links: false,
        fields: Vec::new(),
        ..parameters::look(visit.call, visit.actor)
    };
    let mut shown = render::record(instance.desk.base(), &look, TABLE, row);
    if let Some(fields) = shown.as_object_mut() {
        let link = format!("{}/api/now/attachment/{}/file", visit.call.origin, row.id());
        fields.insert("download_link".to_owned(), json!(link));
    }
    shown
}

fn list(instance: &Instance, visit: &Visit<'_>) -> Result<Response<Body>, Refusal> {
    let base = instance.desk.base();
    let query = parameters::query(base, visit.call, TABLE);
    let found = select(Session { base, actor: visit.actor, now: visit.now }, TABLE, &query);
    let limit =
        visit.call.parameter("sysparm_limit").and_then(|text| text.parse().ok()).unwrap_or(LIMIT_DEFAULT);
    let page = found.iter().skip(parameters::offset(visit.call)).take(limit);
    let rows: Vec<Value> = page
        .filter(|row| may(instance, visit, Deed::Read, row))
        .map(|row| metadata(instance, visit, row))
        .collect();
    let mut response = json_answer(StatusCode::OK, &json!({ "result": rows }));
    response.headers_mut().insert("x-total-count", HeaderValue::from(found.len()));
    Ok(response)
}

/// Hangs the body on a record as a file.
fn attach(instance: &mut Instance, visit: &Visit<'_>) -> Result<Response<Body>, Refusal> {
    let wanted = |name: &str| {
        let missing = || Refusal::BadRequest(format!("Missing required parameter {name}"));
        visit.call.parameter(name).map(str::to_owned).ok_or_else(missing)
    };
    let (table, parent) = (wanted("table_name")?, wanted("table_sys_id")?);
    let name = wanted("file_name")?;
    let mut row = Record::new(TABLE);
    row.set("table_name", table.as_str());
    row.set("table_sys_id", parent.as_str());
    let base = instance.desk.base();
    base.dictionary.table(&table).ok_or_else(|| Refusal::NoTable(table.clone()))?;
    base.store.get(base.dictionary, &table, &parent).ok_or(Refusal::NoRecord)?;
    if !may(instance, visit, Deed::Write, &row) {
        return Err(Refusal::Acl(Deed::Create));
    }
    if instance.files.len() >= FILES_MAX {
        return Err(Refusal::BadRequest(format!("The sandbox keeps at most {FILES_MAX} files")));
    }
    let size = visit.call.body.len().to_string();
    let fields = [
        ("table_name", table),
        ("table_sys_id", parent),
        ("file_name", name),
        ("content_type", visit.call.header("content-type").unwrap_or("application/octet-stream").to_owned()),
        ("size_bytes", size.clone()),
        ("size_compressed", size),
        ("state", "available".to_owned()),
    ];
    let fields = fields.into_iter().map(|(field, value)| (field.to_owned(), value)).collect();
    let trusted = visit.actor.clone().trusted();
    let hand = Hand { actor: &trusted, now: visit.now, input: Input::raw() };
    let id = instance.desk.insert(&hand, TABLE, &fields)?;
    instance.files.insert(id.clone(), visit.call.body.to_vec());
    let row = reachable(instance, visit, Deed::Read, &id)?;
    let mut response =
        json_answer(StatusCode::CREATED, &json!({ "result": metadata(instance, visit, &row) }));
    let location = format!("{}/api/now/v1/attachment/{id}/file", visit.call.origin);
    if let Ok(location) = HeaderValue::try_from(location) {
        response.headers_mut().insert(LOCATION, location);
    }
    Ok(response)
}

fn file(instance: &Instance, visit: &Visit<'_>, id: &str) -> Result<Response<Body>, Refusal> {
    let row = reachable(instance, visit, Deed::Read, id)?;
    let bytes = instance.files.get(id).cloned().unwrap_or_default();
    let mut response = Bytes::from(bytes).into_response();
    let octets = HeaderValue::from_static("application/octet-stream");
    let content_type = HeaderValue::try_from(row.get("content_type")).unwrap_or(octets);
    response.headers_mut().insert(CONTENT_TYPE, content_type);
    if let Ok(described) = HeaderValue::try_from(metadata(instance, visit, &row).to_string()) {
        response.headers_mut().insert(METADATA, described);
    }
    Ok(response)
}

fn rename(instance: &mut Instance, visit: &Visit<'_>, id: &str) -> Result<Response<Body>, Refusal> {
    reachable(instance, visit, Deed::Write, id)?;
    let body: Value =
        serde_json::from_slice(&visit.call.body).map_err(|error| Refusal::Unreadable(error.to_string()))?;
    let name = body.get("file_name").and_then(assign::text).unwrap_or_default();
    let fields = vec![("file_name".to_owned(), name)];
    let trusted = visit.actor.clone().trusted();
    let hand = Hand { actor: &trusted, now: visit.now, input: Input::raw() };
    instance.desk.update(&hand, TABLE, id, &fields)?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
