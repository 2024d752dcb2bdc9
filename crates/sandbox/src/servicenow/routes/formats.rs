//! The two languages of the interface: JSON and XML, asked for by `Accept`, said by `Content-Type`.
//!
//! Owns their choice and the reading of bodies. Changes nothing in what is said.
//! Source: reference section 3.1; ServiceNow, "REST APIs", data format headers.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use axum::body::{Body, to_bytes};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, Method, Response};
use serde_json::{Map, Value};

use crate::servicenow::assign;
use crate::servicenow::desk::Fields;
use crate::servicenow::refusal::Refusal;
use crate::servicenow::routes::call::Call;
use crate::servicenow::routes::xml;

const XML: HeaderValue = HeaderValue::from_static("application/xml;charset=UTF-8");

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tongue {
    Json,
    Xml,
}

/// Refuses what the client wants to read or writes itself if it is neither of the two.
pub(crate) fn agree(call: &Call) -> Result<(), Refusal> {
    wanted(call).ok_or(Refusal::NotAcceptable)?;
    let sends = matches!(call.method, Method::POST | Method::PUT | Method::PATCH);
    if sends && spoken(call).is_none() { Err(Refusal::MediaType) } else { Ok(()) }
}

/// What the client wants to read: the range it prefers, and of equal ones the first.
fn wanted(call: &Call) -> Option<Tongue> {
    let accept = call.header("accept").unwrap_or_default().to_ascii_lowercase();
    if accept.trim().is_empty() {
        return Some(Tongue::Json);
    }
    let mut best: Option<(Tongue, f32)> = None;
    for range in accept.split(',') {
        let mut parts = range.split(';').map(str::trim);
        let tongue = match parts.next().unwrap_or_default() {
            "*/*" | "application/*" | "text/json" => Tongue::Json,
            "application/xml" | "text/xml" => Tongue::Xml,
            media if media.starts_with("application/") && media.ends_with("json") => Tongue::Json,
            _ => continue,
        };
        let weight = parts.find_map(|part| part.strip_prefix("q=")?.parse().ok()).unwrap_or(1.0_f32);
        if weight > best.map_or(0.0, |(_, weight)| weight) {
            best = Some((tongue, weight));
        }
    }
    best.map(|(tongue, _)| tongue)
}

/// What the client writes; JSON where it does not say.
fn spoken(call: &Call) -> Option<Tongue> {
    let said = call.header("content-type").unwrap_or_default().to_ascii_lowercase();
    match said.split(';').next().unwrap_or_default().trim() {
        "" | "*/*" | "application/*" | "text/json" => Some(Tongue::Json),
        "application/xml" | "text/xml" => Some(Tongue::Xml),
        media if media.starts_with("application/") && media.ends_with("json") => Some(Tongue::Json),
        _ => None,
    }
}

/// The fields of a body: one object, or the first of a list. Values that are lists or objects are no field's.
pub(crate) fn fields(call: &Call) -> Result<Fields, Refusal> {
    if call.body.is_empty() {
        return Ok(Fields::new());
    }
    if spoken(call) == Some(Tongue::Xml) {
        let read = std::str::from_utf8(&call.body).ok().and_then(xml::read);
        return read.ok_or_else(|| Refusal::Unreadable("the body is no XML document".to_owned()));
    }
    let first = match json(&call.body)? {
        Value::Array(mut list) if !list.is_empty() => list.swap_remove(0),
        other => other,
    };
    let Value::Object(object) = first else {
        return Err(Refusal::Unreadable("the body must be a JSON object".to_owned()));
    };
    Ok(object.into_iter().filter_map(|(name, value)| Some((name, assign::text(&value)?))).collect())
}

/// A JSON body of any form; an empty object where there is none.
pub(crate) fn document(call: &Call) -> Result<Value, Refusal> {
    if call.body.is_empty() { Ok(Value::Object(Map::new())) } else { json(&call.body) }
}

/// A JSON body that is an object.
pub(crate) fn object(call: &Call) -> Result<Map<String, Value>, Refusal> {
    match document(call)? {
        Value::Object(object) => Ok(object),
        _ => Err(Refusal::Unreadable("the body must be a JSON object".to_owned())),
    }
}

/// The platform's own samples quote names and values with apostrophes, and it reads them.
fn json(body: &[u8]) -> Result<Value, Refusal> {
    let error = match serde_json::from_slice(body) {
        Ok(value) => return Ok(value),
        Err(error) => Refusal::Unreadable(error.to_string()),
    };
    let text = std::str::from_utf8(body).unwrap_or_default().trim();
    let quoted = text.strip_prefix('{').is_some_and(|rest| rest.trim_start().starts_with('\''));
    if !quoted {
        return Err(error);
    }
    apostrophes(text).and_then(|text| serde_json::from_str(&text).ok()).ok_or(error)
}

/// The same text with quotation marks; nothing where an apostrophe is not closed.
fn apostrophes(text: &str) -> Option<String> {
    let mut strict = String::with_capacity(text.len() + 16);
    let mut open: Option<char> = None;
    let mut marks = text.chars();
    while let Some(mark) = marks.next() {
        match (open, mark) {
            (None, '\'' | '"') => {
                open = Some(mark);
                strict.push('"');
            }
            (Some(quote), mark) if mark == quote => {
                open = None;
                strict.push('"');
            }
            (Some('\''), '"') => strict.push_str("\\\""),
            (Some(_), '\\') => match marks.next()? {
                '\'' => strict.push('\''),
                escaped => strict.extend(['\\', escaped]),
            },
            (_, mark) => strict.push(mark),
        }
    }
    open.is_none().then_some(strict)
}

/// The answer in the language the client wants to read. Only JSON is translated.
pub(crate) fn translated(call: &Call, response: Response<Body>) -> Response<Body> {
    let is_json = |value: &HeaderValue| value.as_bytes().starts_with(b"application/json");
    if wanted(call) != Some(Tongue::Xml) || !response.headers().get(CONTENT_TYPE).is_some_and(is_json) {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Some(answer) = whole(body) else { return Response::from_parts(parts, Body::empty()) };
    parts.headers.insert(CONTENT_TYPE, XML);
    Response::from_parts(parts, Body::from(xml::write(&answer)))
}

/// What a body holds that was made from a value and so is there at once.
fn whole(body: Body) -> Option<Value> {
    let mut bytes = pin!(to_bytes(body, usize::MAX));
    match bytes.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(Ok(bytes)) => serde_json::from_slice(&bytes).ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Bytes;
    use axum::http::HeaderMap;

    use super::*;
    use crate::servicenow::routes::call::Target;

    fn call(accept: &'static str) -> Call {
        let mut headers = HeaderMap::new();
        headers.insert("accept", HeaderValue::from_static(accept));
        Call::new(Target { method: &Method::GET, path: "/", query: "" }, headers, Bytes::new())
    }

    #[test]
    fn the_preferred_language_is_spoken() {
        for (accept, expected) in [
            ("", Some(Tongue::Json)),
            ("*/*", Some(Tongue::Json)),
            ("application/json", Some(Tongue::Json)),
            ("Application/XML", Some(Tongue::Xml)),
            ("application/json, text/plain, */*", Some(Tongue::Json)),
            ("application/json;q=0.5, application/xml", Some(Tongue::Xml)),
            ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", Some(Tongue::Xml)),
            ("text/csv", None),
            ("application/json;q=0", None),
        ] {
            assert_eq!(wanted(&call(accept)), expected, "{accept}");
        }
    }

    #[test]
    fn apostrophes_are_read_where_a_body_begins_with_one() {
        let read = |text: &str| json(text.as_bytes()).ok().map(|value| value.to_string());
        assert_eq!(read("{'a':'b \"c\" d\\'e','f':1}").unwrap(), r#"{"a":"b \"c\" d'e","f":1}"#);
        for broken in ["{'a'", "{'a':}", "{a:1}", "{'a':'b}", "{'a\\"] {
            assert_eq!(read(broken), None, "{broken}");
        }
    }
}
