//! One request over the wire and back, as facts. Decides nothing about what they mean; reads no body
//! past its limit.

use std::collections::BTreeMap;
use std::error::Error as _;

use reqwest::{RequestBuilder, Response};

use crate::Host;
use crate::classify::{Outcome, Payload, Reply};

/// Largest body that is read, in bytes. A page of 1000 wide records stays below.
pub(crate) const BODY_BYTES_MAX: usize = 16 * 1024 * 1024;

/// Sends a request and reads what comes back.
pub(crate) async fn exchange(request: RequestBuilder, host: &Host) -> Outcome {
    match request.send().await {
        Ok(response) => read(response, host).await,
        Err(error) if error.is_connect() || error.is_builder() => Outcome::Unreachable(reason(&error)),
        Err(error) => Outcome::CutOff(reason(&error)),
    }
}

async fn read(mut response: Response, host: &Host) -> Outcome {
    let status = response.status().as_u16();
    let headers: BTreeMap<String, String> = response
        .headers()
        .iter()
        .filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())))
        .collect();
    let mut bytes = Vec::new();
    let mut too_big = false;
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if bytes.len() + chunk.len() > BODY_BYTES_MAX => {
                too_big = true;
                break;
            }
            Ok(Some(chunk)) => bytes.extend_from_slice(&chunk),
            Ok(None) => break,
            Err(error) => return Outcome::CutOff(reason(&error)),
        }
    }
    let payload = if too_big { Payload::TooBig(BODY_BYTES_MAX) } else { payload(&bytes) };
    Outcome::Reply(Reply { status, headers, payload, at: host.now() })
}

/// The body itself decides: proxies name wrong content types in both directions.
fn payload(bytes: &[u8]) -> Payload {
    let text = bytes.trim_ascii_start();
    if text.is_empty() {
        return Payload::Empty;
    }
    if text.starts_with(b"<") {
        return Payload::Page;
    }
    serde_json::from_slice(text).map_or(Payload::Broken, Payload::Json)
}

/// The innermost cause says most; the address is left out because it may hold values.
fn reason(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "it did not answer in time".to_owned();
    }
    let mut cause = error.source();
    while let Some(inner) = cause.and_then(|cause| cause.source()) {
        cause = Some(inner);
    }
    cause.map_or_else(|| "the request could not be built".to_owned(), ToString::to_string)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_body_decides_what_it_is() {
        assert_eq!(payload(b" \r\n"), Payload::Empty);
        assert_eq!(payload(b"\n<!DOCTYPE html><html>"), Payload::Page);
        assert_eq!(payload(b"{\"a\":1}"), Payload::Json(json!({"a": 1})));
        assert_eq!(payload(b"{\"a\":"), Payload::Broken);
        assert_eq!(payload(b"\xff\xfe"), Payload::Broken);
    }
}
