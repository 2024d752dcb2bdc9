//! Reading a request: what is too large, too slow or broken is turned away here.
//!
//! Owns the limits. It says which status a request deserves; the platforms give it a shape.

use std::future::poll_fn;
use std::pin::pin;
use std::time::Duration;

use axum::body::Bytes;
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use bytes::BytesMut;
use hyper::body::{Body as _, Incoming};

use crate::calls::Platform;

/// Longest head of a request that is answered, in bytes. Clients send addresses of 24,000 bytes.
const HEAD_BYTES_MAX: usize = 64 * 1024;

/// Largest body Graph takes, in bytes. The service documents no figure for most operations.
const GRAPH_BODY_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Largest body read for the instance, in bytes; most of its resources take less and say so themselves.
const INSTANCE_BODY_BYTES_MAX: usize = 64 * 1024 * 1024;

/// Largest body the admin interface takes, in bytes: the state of a large company.
const ADMIN_BODY_BYTES_MAX: usize = 512 * 1024 * 1024;

/// How much of a body that is too large is read and thrown away, so that its sender comes to read the answer.
const DRAINED_BYTES_MAX: usize = 64 * 1024 * 1024;

/// How long a body may take.
const BODY_TIMEOUT: Duration = Duration::from_secs(60);

/// Reads the body of a request that may come in.
///
/// # Errors
/// The status the request is turned away with.
pub(crate) async fn admit(parts: &Parts, body: Incoming, platform: Platform) -> Result<Bytes, StatusCode> {
    let bytes_max = match platform {
        _ if is_admin(parts) => ADMIN_BODY_BYTES_MAX,
        Platform::AzureAd => GRAPH_BODY_BYTES_MAX,
        Platform::ServiceNow => INSTANCE_BODY_BYTES_MAX,
    };
    let headers = parts.headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4);
    let address = parts.uri.path_and_query().map_or(0, |address| address.as_str().len());
    if address + headers.sum::<usize>() > HEAD_BYTES_MAX {
        return Err(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE);
    }
    let length =
        parts.headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    let waits = parts.headers.contains_key(header::EXPECT);
    if waits && length.is_some_and(|length: usize| length > bytes_max) {
        // The client asked before it sends: a body that is not read is never asked for.
        return Err(StatusCode::PAYLOAD_TOO_LARGE);
    }
    match tokio::time::timeout(BODY_TIMEOUT, read(body, bytes_max)).await {
        Ok(read) => read,
        Err(_) => Err(StatusCode::REQUEST_TIMEOUT),
    }
}

/// Whether a request is for the admin interface.
pub(crate) fn is_admin(parts: &Parts) -> bool {
    parts.uri.path().strip_prefix("/_sandbox").is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether a page of another site asks: a browser says so, and whoever steers the sandbox by hand does not.
pub(crate) fn is_from_elsewhere(parts: &Parts) -> bool {
    let text = |name: header::HeaderName| parts.headers.get(name).and_then(|value| value.to_str().ok());
    // A page of another site can have its own name lead here; it cannot make that name an address.
    if text(header::HOST).is_some_and(|host| !is_address(host)) {
        return true;
    }
    let Some(origin) = text(header::ORIGIN) else { return false };
    let asker = origin.split_once("://").map_or(origin, |(_, host)| host);
    text(header::HOST).is_none_or(|host| !host.eq_ignore_ascii_case(asker))
}

/// Whether a host is `localhost` or an IP address, each with or without a port.
fn is_address(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    name.eq_ignore_ascii_case("localhost") || name.parse::<std::net::IpAddr>().is_ok()
}

async fn read(body: Incoming, bytes_max: usize) -> Result<Bytes, StatusCode> {
    let mut body = pin!(body);
    let (mut first, mut more, mut seen) = (Bytes::new(), BytesMut::new(), 0);
    while let Some(frame) = poll_fn(|context| body.as_mut().poll_frame(context)).await {
        let Ok(data) = frame.map_err(|_| StatusCode::BAD_REQUEST)?.into_data() else { continue };
        seen += data.len();
        if seen > DRAINED_BYTES_MAX.max(bytes_max) {
            return Err(StatusCode::PAYLOAD_TOO_LARGE);
        }
        if seen > bytes_max {
            (first, more) = (Bytes::new(), BytesMut::new());
        } else if seen == data.len() {
            // Most bodies come in one piece, which need not be copied.
            first = data;
        } else {
            if more.is_empty() {
                more.extend_from_slice(&std::mem::take(&mut first));
            }
            more.extend_from_slice(&data);
        }
    }
    if seen > bytes_max {
        return Err(StatusCode::PAYLOAD_TOO_LARGE);
    }
    Ok(if more.is_empty() { first } else { more.freeze() })
}
