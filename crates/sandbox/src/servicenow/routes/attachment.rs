//! The Attachment API: `/api/now/[v1/]attachment…`.
//!
//! Owns files and who may reach them: rights come from the record a file hangs on.
//! Source: reference section 9.3.

use axum::body::{Body, Bytes};
use axum::http::header::{CONTENT_TYPE, LOCATION};
use axum::http::{HeaderName, HeaderValue, Method, Response, StatusCode};
use axum::response::IntoResponse;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::ids::hex;
use crate::servicenow::actor::Deed;
use crate::servicenow::assign::{self, Input};
use crate::servicenow::desk::Hand;
use crate::servicenow::errors::json_answer;
use crate::servicenow::files::{self, PART_BYTES};
use crate::servicenow::instance::Instance;
use crate::servicenow::query::evaluate::{Session, select};
use crate::servicenow::refusal::Refusal;
use crate::servicenow::render::{self, Display, Look};
use crate::servicenow::routes::visit::Visit;
use crate::servicenow::routes::{multipart, parameters};
use crate::servicenow::store::Record;

const TABLE: &str = "sys_attachment";
/// Rows of a list unless the client asks for another number.
const LIMIT_DEFAULT: usize = 1_000;
/// Most bytes of all files together: they stay in memory.
const FILES_BYTES_MAX: usize = 256 * 1024 * 1024;
/// Largest file in megabytes, where the property says nothing. Source: reference section 6.4.
const FILE_MEGABYTES_DEFAULT: usize = 1_024;
/// The property with the largest size of a file in megabytes.
const SIZE_PROPERTY: &str = "com.glide.attachment.max_size";
/// The property with the extensions that may be attached; all, where it is empty.
const EXTENSIONS_PROPERTY: &str = "glide.attachment.extensions";
const METADATA: HeaderName = HeaderName::from_static("x-attachment-metadata");

pub(crate) fn answer(
    instance: &mut Instance,
    visit: &Visit<'_>,
    rest: &[&str],
) -> Result<Response<Body>, Refusal> {
    match (visit.call.method.clone(), rest) {
        (Method::GET | Method::HEAD, []) => list(instance, visit),
        (Method::POST, ["file"]) => {
            let file = sent(visit)?;
            attach(instance, visit, file)
        }
        (Method::POST, ["upload"]) => {
            let file = form(visit)?;
            attach(instance, visit, file)
        }
        (Method::GET | Method::HEAD, [id]) => {
            let row = reachable(instance, visit, Deed::Read, id)?;
            Ok(json_answer(StatusCode::OK, &json!({ "result": metadata(instance, visit, &row) })))
        }
        (Method::GET | Method::HEAD, [id, "file"]) => file(instance, visit, id),
        (Method::PATCH, [id]) => rename(instance, visit, id),
        (Method::DELETE, [id]) => {
            reachable(instance, visit, Deed::Write, id)?;
            instance.desk.store.remove(TABLE, id);
            instance.sweep();
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
    parameters::readable(base, visit.actor, TABLE, &query)?;
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

/// A file on its way to a record.
struct Sent {
    table: String,
    parent: String,
    name: String,
    content_type: String,
    bytes: Bytes,
}

/// The body as it came. Parameters the platform does not know are ignored: clients send a hash and a type.
fn sent(visit: &Visit<'_>) -> Result<Sent, Refusal> {
    let wanted = |name: &str| visit.call.parameter(name).map(str::to_owned).ok_or_else(|| missing(name));
    let content_type = visit.call.header("content-type").or(visit.call.parameter("content_type"));
    Ok(Sent {
        table: wanted("table_name")?,
        parent: wanted("table_sys_id")?,
        name: wanted("file_name")?,
        content_type: content_type.unwrap_or("application/octet-stream").to_owned(),
        bytes: visit.call.body.clone(),
    })
}

/// A form whose fields name the record and stand before the file.
fn form(visit: &Visit<'_>) -> Result<Sent, Refusal> {
    let boundary =
        visit.call.header("content-type").and_then(multipart::boundary).ok_or(Refusal::MediaType)?;
    let parts = multipart::parts(&visit.call.body, boundary);
    let at = parts.iter().position(|part| part.file_name.is_some()).ok_or_else(|| missing("uploadFile"))?;
    let field = |name: &str| {
        let part = parts.iter().take(at).find(|part| part.name == name);
        let text = part.map(|part| String::from_utf8_lossy(&part.bytes).trim().to_owned());
        text.filter(|text| !text.is_empty()).ok_or_else(|| missing(name))
    };
    let file = &parts[at];
    Ok(Sent {
        table: field("table_name")?,
        parent: field("table_sys_id")?,
        name: file.file_name.clone().filter(|name| !name.is_empty()).ok_or_else(|| missing("file_name"))?,
        content_type: file.content_type.clone().unwrap_or_else(|| "application/octet-stream".to_owned()),
        bytes: file.bytes.clone(),
    })
}

fn missing(name: &str) -> Refusal {
    Refusal::BadRequest(format!("Missing required parameter {name}"))
}

/// Refuses what is too large or of a kind that may not be attached. The texts are not documented.
fn acceptable(instance: &Instance, file: &Sent) -> Result<(), Refusal> {
    let base = instance.desk.base();
    let property = |name: &'static str| {
        base.store.find(base.dictionary, "sys_properties", "name", name).map_or("", |row| row.get("value"))
    };
    let megabytes = property(SIZE_PROPERTY).trim().parse::<usize>().unwrap_or(FILE_MEGABYTES_DEFAULT);
    if file.bytes.len() > megabytes.saturating_mul(1024 * 1024) {
        return Err(Refusal::BadRequest(format!("File size exceeds the maximum of {megabytes} MB")));
    }
    if files::total_bytes(&instance.desk).saturating_add(file.bytes.len()) > FILES_BYTES_MAX {
        return Err(Refusal::BadRequest(format!(
            "The sandbox keeps at most {FILES_BYTES_MAX} bytes of files"
        )));
    }
    let extension = file.name.rsplit_once('.').map_or("", |(_, extension)| extension);
    let allowed = property(EXTENSIONS_PROPERTY);
    let admits = |one: &str| one.trim().trim_start_matches('.').eq_ignore_ascii_case(extension);
    if !allowed.trim().is_empty() && !allowed.split(',').any(admits) {
        return Err(Refusal::BadRequest(format!("Invalid file type: {}", file.name)));
    }
    Ok(())
}

/// Hangs a file on a record.
fn attach(instance: &mut Instance, visit: &Visit<'_>, file: Sent) -> Result<Response<Body>, Refusal> {
    let base = instance.desk.base();
    base.dictionary.table(&file.table).ok_or_else(|| Refusal::NoTable(file.table.clone()))?;
    let parent = instance.desk.known(visit.actor, &file.table, &file.parent).ok_or(Refusal::NoRecord)?;
    let mut row = Record::new(TABLE);
    row.set("table_name", file.table.as_str());
    row.set("table_sys_id", parent.id());
    if !may(instance, visit, Deed::Write, &row) {
        return Err(Refusal::Acl(Deed::Create));
    }
    acceptable(instance, &file)?;
    let (size, hash) = (file.bytes.len().to_string(), hex(&Sha256::digest(&file.bytes)));
    let fields = [
        ("table_name", file.table),
        ("table_sys_id", file.parent),
        ("file_name", file.name),
        ("content_type", file.content_type),
        ("size_bytes", size.clone()),
        ("size_compressed", size),
        ("hash", hash),
        ("chunk_size_bytes", PART_BYTES.to_string()),
        ("state", "available".to_owned()),
    ];
    let fields = fields.into_iter().map(|(field, value)| (field.to_owned(), value)).collect();
    let trusted = visit.actor.clone().trusted();
    let hand = Hand { actor: &trusted, now: visit.now, input: Input::raw() };
    let id = instance.desk.insert(&hand, TABLE, &fields)?;
    files::keep(&mut instance.desk.store, &id, &file.bytes, (&trusted.user_name, visit.now));
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
    let bytes = files::read(&instance.desk, id);
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
