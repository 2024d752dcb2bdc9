//! `POST /$batch`: up to twenty requests in one, each let in and answered as if it had come alone.
//!
//! Source: microsoft-graph.md section 9.2.

use std::collections::BTreeMap;

use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use serde_json::{Map, Value, json};

use crate::azure_ad::errors::{GraphError, fault_error};
use crate::azure_ad::graph::{self, Answered, GraphRequest};
use crate::azure_ad::kernel::request::{Outcome, Reply, json_object};
use crate::azure_ad::state::tenant::Tenant;
use crate::calls::Platform;
use crate::faults::book::{Fault, Faults};
use crate::faults::within::{Fate, Whole};

/// Most requests in one batch.
const REQUESTS_MAX: usize = 20;

/// One request of a batch.
#[derive(Debug)]
struct Item {
    /// As it was sent: ids are compared without case.
    id: String,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
    depends_on: Vec<String>,
}

/// Whether a path behind the version is the batch.
pub(crate) fn concerns(path: &str) -> bool {
    let path = path.trim_matches('/');
    path.eq_ignore_ascii_case("$batch") || path.eq_ignore_ascii_case("%24batch")
}

/// Answers a batch; `inner` says when and under which ids it happened, for the errors within.
///
/// Fault rules that can concern a single request strike those within; what they make of the batch as a whole
/// is noted beside the faults.
pub(crate) fn answer(
    tenant: &mut Tenant,
    incoming: &GraphRequest<'_>,
    inner: &Value,
    (faults, whole): (&Faults, &mut Whole),
) -> Outcome {
    graph::caller(tenant, incoming)?;
    if incoming.method != Method::POST {
        let message = "Specified HTTP method is not allowed for the request target.";
        return Err(GraphError::new(StatusCode::METHOD_NOT_ALLOWED, "Request_BadRequest", message));
    }
    let content_type = incoming.headers.get(header::CONTENT_TYPE).and_then(|sent| sent.to_str().ok());
    let items = items(json_object(content_type, incoming.body)?, incoming)?;
    let mut statuses: BTreeMap<String, StatusCode> = BTreeMap::new();
    let mut responses = Vec::new();
    for item in &items {
        let failed =
            |id: &&String| statuses.get(&id.to_ascii_lowercase()).is_none_or(|status| !status.is_success());
        let answered = match item.depends_on.iter().find(failed) {
            Some(id) => Answered::refused(failed_dependency(id)),
            None => item.answer(tenant, incoming, whole.befall(item.fault(faults).as_ref())),
        };
        let (status, response) = response(&item.id, answered, inner);
        statuses.insert(item.id.to_ascii_lowercase(), status);
        responses.push(response);
    }
    Ok(Reply::ok(json!({ "responses": responses })))
}

impl Item {
    /// The rule that strikes this request.
    fn fault(&self, faults: &Faults) -> Option<Fault> {
        faults.strike_within(Platform::AzureAd, self.method.as_str(), self.uri.path())
    }

    /// The answer to this request, under its fate.
    fn answer(&self, tenant: &mut Tenant, incoming: &GraphRequest<'_>, fate: Fate) -> Answered {
        let times = match fate {
            Fate::CarriedOut(times) => times,
            Fate::Invented(status, None) => return Answered::refused(fault_error(status)),
            Fate::Invented(status, Some(secs)) => {
                let error = fault_error(status).with_header("Retry-After", secs.to_string());
                return Answered::refused(error);
            }
        };
        let answered = graph::answer(tenant, &self.request(incoming));
        for _ in 1..times {
            graph::answer(tenant, &self.request(incoming));
        }
        answered
    }

    fn request<'a>(&'a self, incoming: &'a GraphRequest<'_>) -> GraphRequest<'a> {
        GraphRequest {
            method: &self.method,
            uri: &self.uri,
            version: incoming.version,
            path: self
                .uri
                .path()
                .strip_prefix('/')
                .and_then(|path| path.strip_prefix(incoming.version))
                .unwrap_or_default(),
            headers: &self.headers,
            body: &self.body,
            base: incoming.base,
            now: incoming.now,
        }
    }
}

fn items(mut body: Map<String, Value>, outer: &GraphRequest<'_>) -> Result<Vec<Item>, GraphError> {
    let Some(Value::Array(requests)) = body.remove("requests") else {
        return Err(GraphError::malformed("Invalid batch payload format."));
    };
    if requests.is_empty() {
        return Err(GraphError::malformed("Empty batch payload."));
    }
    if requests.len() > REQUESTS_MAX {
        return Err(GraphError::malformed(format!(
            "Number of batch request steps exceeds the maximum value of {REQUESTS_MAX}."
        )));
    }
    let mut items: Vec<Item> = Vec::new();
    for request in requests {
        let item = item(request, outer)?;
        let is_before = |id: &String| items.iter().any(|before| before.id.eq_ignore_ascii_case(id));
        if is_before(&item.id) {
            return Err(GraphError::malformed(format!(
                "Request Id {} has to be unique in a batch.",
                item.id
            )));
        }
        items.push(item);
    }
    in_order(items)
}

/// The requests so that each stands behind those it depends on, and otherwise as they were sent.
fn in_order(mut left: Vec<Item>) -> Result<Vec<Item>, GraphError> {
    let mut ordered: Vec<Item> = Vec::with_capacity(left.len());
    while !left.is_empty() {
        let is_done = |id: &String| ordered.iter().any(|done| done.id.eq_ignore_ascii_case(id));
        let Some(next) = left.iter().position(|item| item.depends_on.iter().all(is_done)) else {
            return Err(GraphError::malformed(format!(
                "Request Id {} depends on a request that is not there or depends on it.",
                left[0].id
            )));
        };
        ordered.push(left.remove(next));
    }
    Ok(ordered)
}

fn item(request: Value, outer: &GraphRequest<'_>) -> Result<Item, GraphError> {
    let invalid = |what: &str| GraphError::malformed(format!("Invalid batch payload format: {what}"));
    let text = |name: &str| request.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let id = text("id").ok_or_else(|| invalid("every request needs an 'id'."))?.to_owned();
    let method =
        text("method").ok_or_else(|| invalid("every request needs a 'method'."))?.to_ascii_uppercase();
    let method = Method::from_bytes(method.as_bytes()).map_err(|_| invalid("unknown 'method'."))?;
    let url = text("url").ok_or_else(|| invalid("every request needs a 'url'."))?;
    let uri = Uri::try_from(format!("/{}/{}", outer.version, relative(url).replace(' ', "%20")))
        .map_err(|_| invalid("'url' is no relative address."))?;
    let mut headers = HeaderMap::new();
    for (name, value) in request.get("headers").and_then(Value::as_object).into_iter().flatten() {
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| invalid("unreadable 'headers'."))?;
        let value = HeaderValue::from_str(value.as_str().unwrap_or_default());
        headers.insert(name, value.map_err(|_| invalid("unreadable 'headers'."))?);
    }
    if let Some(token) = outer.headers.get(header::AUTHORIZATION) {
        headers.insert(header::AUTHORIZATION, token.clone());
    }
    let body = match request.get("body") {
        None | Some(Value::Null) => Bytes::new(),
        Some(_) if !headers.contains_key(header::CONTENT_TYPE) => {
            return Err(invalid("a request with a 'body' needs the header 'Content-Type'."));
        }
        Some(Value::String(text)) => Bytes::from(text.clone()),
        Some(body) => Bytes::from(body.to_string()),
    };
    // The official client for Python writes another member, `depends_on`, which means nothing here.
    let depends_on = request.get("dependsOn").and_then(Value::as_array).into_iter().flatten();
    let depends_on = depends_on.filter_map(Value::as_str).map(str::to_owned).collect();
    Ok(Item { id, method, uri, headers, body, depends_on })
}

/// The address behind the version: the official client for Python writes the whole one.
fn relative(url: &str) -> &str {
    let path = match url.split_once("://") {
        Some((_, rest)) => rest.find('/').map_or("", |begin| &rest[begin..]),
        None => url,
    };
    let path = path.strip_prefix('/').unwrap_or(path);
    path.strip_prefix("v1.0/").or_else(|| path.strip_prefix("beta/")).unwrap_or(path)
}

fn failed_dependency(id: &str) -> GraphError {
    let message = format!("The request depends on request {id}, which failed.");
    GraphError::new(StatusCode::FAILED_DEPENDENCY, "FailedDependency", message)
}

fn response(id: &str, answered: Answered, inner: &Value) -> (StatusCode, Value) {
    let mut headers = Map::new();
    headers.insert("Cache-Control".to_owned(), json!("no-cache"));
    headers.insert("x-ms-resource-unit".to_owned(), json!(answered.cost.to_string()));
    let (status, body, more) = match answered.outcome {
        Ok(Reply::Json(status, body)) => (status, Some(body), Vec::new()),
        Ok(Reply::JsonWith(status, body, headers)) => (status, Some(body), headers),
        Ok(Reply::Text(text)) => (StatusCode::OK, Some(Value::String(text)), Vec::new()),
        Ok(Reply::NoContent) => (StatusCode::NO_CONTENT, None, Vec::new()),
        Ok(Reply::Accepted(headers)) => (StatusCode::ACCEPTED, None, headers),
        Err(error) => (error.status, Some(error.body(inner.clone())), error.headers),
    };
    headers.extend(more.into_iter().map(|(name, value)| (name.to_owned(), json!(value))));
    let mut response = json!({ "id": id, "status": status.as_u16() });
    if let Some(body) = body {
        headers.insert("Content-Type".to_owned(), json!("application/json"));
        response["body"] = body;
    }
    response["headers"] = Value::Object(headers);
    (status, response)
}
