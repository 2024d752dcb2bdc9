//! SCIM 2.0: `/api/now/scim/{Users,Groups}[/{id}]` and the three descriptions of the service.
//!
//! Owns its statuses and error shape. The map to columns is in `scim`. The role of the service contains
//! the one that administers users; beyond it the rules of the tables hold as they do everywhere.
//! Source: reference section 9.8; RFC 7644 where the reference is silent.

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, LOCATION};
use axum::http::{HeaderValue, Method, Response, StatusCode};
use axum::response::IntoResponse;
use serde_json::{Value, json};

use crate::servicenow::assign::Input;
use crate::servicenow::desk::{Desk, Fields, Hand};
use crate::servicenow::errors::json_answer;
use crate::servicenow::instance::Instance;
use crate::servicenow::refusal::Refusal;
use crate::servicenow::routes::visit::Visit;
use crate::servicenow::scim::{self, Kind, Reader};
use crate::servicenow::scim_filter::Filter;
use crate::servicenow::store::Record;
use crate::servicenow::walk;

/// Resources per page unless the client asks for another number, and at most. The service documents no figure.
const COUNT_DEFAULT: usize = 100;
const COUNT_MAX: usize = 1_000;
/// Most operations in one PATCH.
const OPERATIONS_MAX: usize = 1_000;
/// The role that opens the service. Source: reference section 2.5.
const ROLE: &str = "scim_admin";
const SCIM_JSON: HeaderValue = HeaderValue::from_static("application/scim+json;charset=UTF-8");

/// A refusal in the shape of SCIM.
struct Denied(StatusCode, Option<&'static str>, String);

type Answered = Result<(StatusCode, Value), Denied>;

pub(crate) fn answer(instance: &mut Instance, visit: &Visit<'_>, rest: &[&str]) -> Response<Body> {
    let (status, body) = match route(instance, visit, rest) {
        Ok(answer) => answer,
        Err(Denied(status, kind, detail)) => {
            let mut body = json!({
                "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"],
                "status": status.as_u16().to_string(),
                "detail": detail,
            });
            if let Some(kind) = kind {
                body["scimType"] = json!(kind);
            }
            (status, body)
        }
    };
    if status == StatusCode::NO_CONTENT {
        return status.into_response();
    }
    let mut response = json_answer(status, &body);
    let place = body["meta"]["location"].as_str().and_then(|place| HeaderValue::try_from(place).ok());
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, SCIM_JSON);
    if let (Some(place), StatusCode::CREATED) = (place, status) {
        headers.insert(LOCATION, place);
    }
    response
}

fn route(instance: &mut Instance, visit: &Visit<'_>, rest: &[&str]) -> Answered {
    if !visit.actor.has_role(ROLE) {
        return Err(Denied(StatusCode::FORBIDDEN, None, "Insufficient rights".to_owned()));
    }
    let kind = match rest.first() {
        Some(&"Users") => Kind::User,
        Some(&"Groups") => Kind::Group,
        Some(&what) => return described(visit, what),
        None => return Err(nowhere(visit)),
    };
    let method = &visit.call.method;
    match rest[1..] {
        [] if is_read(method) => instance.as_others_see(|seen| list(seen, visit, kind)),
        [] if *method == Method::POST => create(instance, visit, kind),
        [id] if is_read(method) => {
            instance.as_others_see(|seen| Ok((StatusCode::OK, shown(seen, visit, kind, id)?)))
        }
        [id] if *method == Method::PUT => replace(instance, visit, kind, id),
        [id] if *method == Method::PATCH => change(instance, visit, kind, id),
        [id] if *method == Method::DELETE => {
            instance.desk.delete(&hand(visit), kind.table(), id).map_err(refused)?;
            Ok((StatusCode::NO_CONTENT, Value::Null))
        }
        [] | [_] => Err(Denied(StatusCode::METHOD_NOT_ALLOWED, None, "Method not supported".to_owned())),
        _ => Err(nowhere(visit)),
    }
}

fn is_read(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD)
}

fn nowhere(visit: &Visit<'_>) -> Denied {
    Denied(StatusCode::NOT_FOUND, None, format!("{} is no resource", visit.call.path))
}

fn reader<'a>(desk: &'a Desk, visit: &Visit<'a>) -> Reader<'a> {
    Reader { base: desk.base(), actor: visit.actor, origin: &visit.call.origin }
}

fn hand<'a>(visit: &Visit<'a>) -> Hand<'a> {
    Hand { actor: visit.actor, now: visit.now, input: Input::raw() }
}

fn find<'a>(desk: &'a Desk, visit: &Visit<'a>, kind: Kind, id: &str) -> Result<&'a Record, Denied> {
    let found = reader(desk, visit).row(kind.table(), id);
    found.ok_or_else(|| Denied(StatusCode::NOT_FOUND, None, format!("Resource {id} not found")))
}

/// A refusal of the instance in the words of SCIM.
fn refused(refusal: Refusal) -> Denied {
    let text = refusal.detail().unwrap_or_else(|| refusal.message());
    match refusal {
        Refusal::Duplicate { .. } => Denied(StatusCode::CONFLICT, Some("uniqueness"), text),
        Refusal::NoRecord => Denied(StatusCode::NOT_FOUND, None, text),
        other => {
            let status = StatusCode::from_u16(other.status()).unwrap_or(StatusCode::BAD_REQUEST);
            Denied(status, None, text)
        }
    }
}

fn body(visit: &Visit<'_>) -> Result<Value, Denied> {
    let unreadable = |detail: String| Denied(StatusCode::BAD_REQUEST, Some("invalidSyntax"), detail);
    let body: Value =
        serde_json::from_slice(&visit.call.body).map_err(|error| unreadable(error.to_string()))?;
    if body.is_object() { Ok(body) } else { Err(unreadable("the body must be a JSON object".to_owned())) }
}

fn list(instance: &Instance, visit: &Visit<'_>, kind: Kind) -> Answered {
    let base = instance.desk.base();
    let filter = match visit.call.parameter("filter") {
        None => None,
        Some(text) => match Filter::read(kind, text) {
            Some(filter) => Some(filter),
            None => {
                return Err(Denied(
                    StatusCode::BAD_REQUEST,
                    Some("invalidFilter"),
                    format!("Invalid filter {text}"),
                ));
            }
        },
    };
    let open = |column: &&str| {
        let field = base.dictionary.field(kind.table(), column);
        field.is_none_or(|field| visit.actor.may_query(field))
    };
    if !filter.iter().flat_map(Filter::columns).all(|column| open(&column)) {
        return Err(refused(Refusal::QueryAcl));
    }
    let reader = reader(&instance.desk, visit);
    let all = base.store.all(base.dictionary, kind.table());
    let found: Vec<&Record> = all
        .filter(|one| filter.as_ref().is_none_or(|filter| filter.accepts(one)))
        .filter(|one| reader.row(kind.table(), one.id()).is_some())
        .collect();
    let number = |name: &str, usual: usize| {
        visit.call.parameter(name).and_then(|text| text.parse().ok()).unwrap_or(usual)
    };
    // The first resource is number one; a smaller number means it too.
    let (start, count) =
        (number("startIndex", 1_usize).max(1), number("count", COUNT_DEFAULT).min(COUNT_MAX));
    let page = found.iter().skip(start - 1).take(count);
    let page: Vec<Value> = page.map(|record| chosen(visit, scim::resource(reader, kind, record))).collect();
    let body = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
        "totalResults": found.len(),
        "startIndex": start,
        "itemsPerPage": page.len(),
        "Resources": page,
    });
    Ok((StatusCode::OK, body))
}

/// Only the attributes asked for, or all but those that are not wanted. `id` and `schemas` always come.
fn chosen(visit: &Visit<'_>, mut resource: Value) -> Value {
    let named = |parameter: &str| -> Option<Vec<String>> {
        let list = visit.call.parameter(parameter)?;
        let top = |name: &str| name.trim().split('.').next().unwrap_or_default().to_ascii_lowercase();
        Some(list.split(',').map(top).collect())
    };
    let (wanted, unwanted) = (named("attributes"), named("excludedAttributes"));
    if let Some(members) = resource.as_object_mut() {
        members.retain(|name, _| {
            let name = name.to_ascii_lowercase();
            name == "id"
                || name == "schemas"
                || (wanted.as_ref().is_none_or(|wanted| wanted.contains(&name))
                    && unwanted.as_ref().is_none_or(|unwanted| !unwanted.contains(&name)))
        });
    }
    resource
}

fn shown(instance: &Instance, visit: &Visit<'_>, kind: Kind, id: &str) -> Result<Value, Denied> {
    let record = find(&instance.desk, visit, kind, id)?;
    Ok(chosen(visit, scim::resource(reader(&instance.desk, visit), kind, record)))
}

fn create(instance: &mut Instance, visit: &Visit<'_>, kind: Kind) -> Answered {
    let body = body(visit)?;
    let fields = scim::fields(kind, &body, false);
    let key = if kind == Kind::User { "user_name" } else { "name" };
    if !fields.iter().any(|(column, value)| column == key && !value.is_empty()) {
        let missing = if kind == Kind::User { "userName" } else { "displayName" };
        return Err(Denied(StatusCode::BAD_REQUEST, Some("invalidValue"), format!("{missing} is required")));
    }
    let hand = hand(visit);
    let id = instance.desk.insert(&hand, kind.table(), &fields).map_err(refused)?;
    if let (Kind::Group, Some(members)) = (kind, scim::members(&body)) {
        belong(&mut instance.desk, &hand, &id, &members)?;
    }
    Ok((StatusCode::CREATED, shown(instance, visit, kind, &id)?))
}

fn replace(instance: &mut Instance, visit: &Visit<'_>, kind: Kind, id: &str) -> Answered {
    find(&instance.desk, visit, kind, id)?;
    let body = body(visit)?;
    let hand = hand(visit);
    instance.desk.update(&hand, kind.table(), id, &scim::fields(kind, &body, true)).map_err(refused)?;
    if kind == Kind::Group {
        let members = scim::members(&body).unwrap_or_default();
        leave(&mut instance.desk, &hand, id, &|user| !members.iter().any(|one| one == user))?;
        belong(&mut instance.desk, &hand, id, &members)?;
    }
    Ok((StatusCode::OK, shown(instance, visit, kind, id)?))
}

/// The operations of a PATCH in their order: `add`, `replace` and `remove`.
fn change(instance: &mut Instance, visit: &Visit<'_>, kind: Kind, id: &str) -> Answered {
    find(&instance.desk, visit, kind, id)?;
    let body = body(visit)?;
    let invalid = |detail: &str| Denied(StatusCode::BAD_REQUEST, Some("invalidSyntax"), detail.to_owned());
    let operations = body.get("Operations").or_else(|| body.get("operations")).and_then(Value::as_array);
    let operations = operations.ok_or_else(|| invalid("Operations is missing"))?;
    if operations.len() > OPERATIONS_MAX {
        return Err(invalid("too many operations"));
    }
    let hand = hand(visit);
    for operation in operations {
        let op = operation.get("op").and_then(Value::as_str).unwrap_or_default().to_ascii_lowercase();
        if !matches!(op.as_str(), "add" | "replace" | "remove") {
            return Err(invalid("op must be add, replace or remove"));
        }
        let path = operation.get("path").and_then(Value::as_str).unwrap_or_default();
        let value = operation.get("value").cloned().unwrap_or(Value::Null);
        if kind == Kind::Group && path.to_ascii_lowercase().starts_with("members") {
            members_changed(&mut instance.desk, &hand, id, (&op, path, &value))?;
            continue;
        }
        let fields = changed(kind, &op, path, &value)?;
        instance.desk.update(&hand, kind.table(), id, &fields).map_err(refused)?;
        if let (Kind::Group, true, Some(members)) = (kind, path.is_empty(), scim::members(&value)) {
            members_changed(
                &mut instance.desk,
                &hand,
                id,
                (
                    &op,
                    "members",
                    &json!(members.iter().map(|one| json!({ "value": one })).collect::<Vec<_>>()),
                ),
            )?;
        }
    }
    Ok((StatusCode::OK, shown(instance, visit, kind, id)?))
}

fn changed(kind: Kind, op: &str, path: &str, value: &Value) -> Result<Fields, Denied> {
    let no_path = || Denied(StatusCode::BAD_REQUEST, Some("invalidPath"), format!("Invalid path {path}"));
    if path.is_empty() {
        return if value.is_object() { Ok(scim::fields(kind, value, false)) } else { Err(no_path()) };
    }
    let column = kind.column(path).filter(|column| *column != "sys_id");
    match (column, op) {
        (Some(column), "remove") => Ok(vec![(column.to_owned(), String::new())]),
        (Some(column), _) => {
            // Lists come whole or by their first entry.
            let value = value.as_array().and_then(|list| list.first()?.get("value")).unwrap_or(value);
            let text = match value {
                Value::String(text) => text.clone(),
                Value::Bool(flag) => flag.to_string(),
                Value::Number(number) => number.to_string(),
                Value::Null => String::new(),
                Value::Array(_) | Value::Object(_) => return Err(no_path()),
            };
            Ok(vec![(column.to_owned(), text)])
        }
        // What is nested, such as `name` or the enterprise extension, comes as an object of its own.
        (None, _) if value.is_object() || value.is_array() => {
            Ok(scim::fields(kind, &json!({ path: value.clone() }), false))
        }
        (None, _) => Err(no_path()),
    }
}

fn members_changed(
    desk: &mut Desk,
    hand: &Hand<'_>,
    group: &str,
    (op, path, value): (&str, &str, &Value),
) -> Result<(), Denied> {
    let named = scim::members(&json!({ "members": value })).unwrap_or_default();
    // `members[value eq "id"]` names one member in the path.
    let filtered = path.split('"').nth(1).map(str::to_owned);
    match op {
        "add" => belong(desk, hand, group, &named),
        "replace" => {
            leave(desk, hand, group, &|user| !named.iter().any(|one| one == user))?;
            belong(desk, hand, group, &named)
        }
        _ => match (filtered, named.is_empty()) {
            (Some(one), _) => leave(desk, hand, group, &|user| user == one),
            (None, true) => leave(desk, hand, group, &|_| true),
            (None, false) => leave(desk, hand, group, &|user| named.iter().any(|one| one == user)),
        },
    }
}

/// Makes accounts members of a group, each once.
fn belong(desk: &mut Desk, hand: &Hand<'_>, group: &str, users: &[String]) -> Result<(), Denied> {
    for user in users {
        if walk::reached(desk.base(), Some(hand.actor), "sys_user", user).is_none() {
            return Err(Denied(
                StatusCode::BAD_REQUEST,
                Some("invalidValue"),
                format!("Member {user} not found"),
            ));
        }
        let belongs = {
            let mut rows = desk.store.having(&desk.dictionary, "sys_user_grmember", "group", group);
            rows.any(|row| row.get("user") == user)
        };
        if belongs {
            continue;
        }
        let row = vec![("user".to_owned(), user.clone()), ("group".to_owned(), group.to_owned())];
        desk.insert(hand, "sys_user_grmember", &row).map_err(refused)?;
    }
    Ok(())
}

fn leave(desk: &mut Desk, hand: &Hand<'_>, group: &str, goes: &dyn Fn(&str) -> bool) -> Result<(), Denied> {
    let rows = desk.store.having(&desk.dictionary, "sys_user_grmember", "group", group);
    let rows: Vec<String> = rows.filter(|row| goes(row.get("user"))).map(|row| row.id().to_owned()).collect();
    for row in rows {
        desk.delete(hand, "sys_user_grmember", &row).map_err(refused)?;
    }
    Ok(())
}

/// What the service can do, which resources it has, and their schemas.
fn described(visit: &Visit<'_>, what: &str) -> Answered {
    if !is_read(&visit.call.method) {
        return Err(Denied(StatusCode::METHOD_NOT_ALLOWED, None, "Method not supported".to_owned()));
    }
    let listed = |resources: Vec<Value>| {
        json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
            "totalResults": resources.len(),
            "Resources": resources,
        })
    };
    let kinds = [Kind::User, Kind::Group];
    let body = match what {
        "ServiceProviderConfig" => json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
            "patch": { "supported": true },
            "bulk": { "supported": false, "maxOperations": 0, "maxPayloadSize": 0 },
            "filter": { "supported": true, "maxResults": COUNT_MAX },
            "changePassword": { "supported": false },
            "sort": { "supported": false },
            "etag": { "supported": false },
            "authenticationSchemes": [
                { "type": "oauthbearertoken", "name": "OAuth Bearer Token", "description": "OAuth 2.0" },
                { "type": "httpbasic", "name": "HTTP Basic", "description": "User name and password" },
            ],
        }),
        "ResourceTypes" => listed(
            kinds
                .map(|kind| {
                    json!({
                        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"],
                        "id": kind.segment().trim_end_matches('s'),
                        "name": kind.segment().trim_end_matches('s'),
                        "endpoint": format!("/{}", kind.segment()),
                        "schema": kind.schema(),
                    })
                })
                .to_vec(),
        ),
        "Schemas" => listed(
            kinds
                .map(|kind| json!({ "id": kind.schema(), "name": kind.segment().trim_end_matches('s') }))
                .to_vec(),
        ),
        _ => return Err(nowhere(visit)),
    };
    Ok((StatusCode::OK, body))
}
