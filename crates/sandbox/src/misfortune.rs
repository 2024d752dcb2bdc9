//! What becomes of a call that a fault rule struck.
//!
//! Owns the carrying out of every answer a rule can ask for. Which call is struck is decided in `faults`.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderValue, Response, StatusCode, header};
use axum::response::IntoResponse;
use hyper::body::{Frame, SizeHint};
use serde_json::{Value, json};

use crate::azure_ad::login_fault;
use crate::calls::{Outcome, Platform};
use crate::clock;
use crate::faults::answer::Answer;
use crate::faults::book::Fault;
use crate::faults::within::{Cut, Whole};
use crate::passing::Arrived;
use crate::routers::Routers;
use crate::world::World;

/// What something between client and platform says when the platform is away.
const HTML_PAGE: &str = "<!DOCTYPE html><html><head><title>Please wait</title></head>\
    <body><h1>The service is temporarily unavailable</h1></body></html>";

/// Carries out a call under a fault and gives its answer, if it gets one.
pub(crate) async fn befall(
    world: &World,
    routers: &Routers,
    call: Arrived,
    fault: &Fault,
) -> Result<Response<Body>, Cut> {
    let usual = || routers.platform(call.platform, call.seq, call.request());
    let failure = |status: StatusCode, wait: Option<u32>| {
        let response = match login_fault::is_authority(call.platform, call.request.uri().path()) {
            true => routers.login_failure(call.seq, (status, wait)),
            false => routers.failure(call.platform, call.seq, (status, wait)),
        };
        (response, Outcome::Faulted)
    };
    let (mut response, outcome) = match &fault.answer {
        Answer::Slow(ms) => {
            tokio::time::sleep(Duration::from_millis(*ms)).await;
            (usual().await, Outcome::Answered)
        }
        Answer::DropBeforeCommit => {
            world.calls.finish(call.seq, None, Outcome::DroppedBeforeCommit);
            return Err(Cut::Closed);
        }
        Answer::Reset => {
            world.calls.finish(call.seq, None, Outcome::DroppedBeforeCommit);
            return Err(Cut::Reset);
        }
        Answer::DropAfterCommit => {
            let status = usual().await.status().as_u16();
            world.calls.finish(call.seq, Some(status), Outcome::DroppedAfterCommit);
            return Err(Cut::Closed);
        }
        Answer::Html => (html(StatusCode::BAD_GATEWAY), Outcome::Faulted),
        Answer::HtmlOk => (html(StatusCode::OK), Outcome::Faulted),
        Answer::Throttle | Answer::Status(_) => {
            let (status, wait) = fault.status().unwrap_or((StatusCode::INTERNAL_SERVER_ERROR, None));
            failure(status, wait)
        }
        Answer::Truncate => (truncated(usual().await).await, Outcome::Truncated),
        Answer::Partial200 => (partial(usual().await, call.platform).await, Outcome::Faulted),
        Answer::Duplicate => {
            let first = usual().await;
            usual().await;
            (first, Outcome::Twice)
        }
        Answer::LateApply(by) => {
            let at = world.clock.now().checked_add(by.0).unwrap_or(jiff::Timestamp::MAX);
            world.agenda.add_late(at, call.late());
            let (response, _) = failure(StatusCode::GATEWAY_TIMEOUT, None);
            (response, Outcome::Late)
        }
    };
    // An invented answer is as old as the others: clients take its time for their watermark.
    if let Some(date) = clock::http_date(world.clock.now()).and_then(|date| HeaderValue::try_from(date).ok())
    {
        response.headers_mut().entry(header::DATE).or_insert(date);
    }
    let whole = response.extensions().get::<Whole>().copied().unwrap_or_default();
    finish(world, call.seq, (response, outcome), whole)
}

/// The answer to a call that no rule struck. Rules may have struck requests within it, where it is a batch.
pub(crate) async fn aftermath(
    world: &World,
    seq: u64,
    response: Response<Body>,
) -> Result<Response<Body>, Cut> {
    let whole = response.extensions().get::<Whole>().copied().unwrap_or_default();
    if !whole.wait.is_zero() {
        tokio::time::sleep(whole.wait).await;
    }
    finish(world, seq, (response, Outcome::Answered), whole)
}

fn finish(
    world: &World,
    seq: u64,
    (response, outcome): (Response<Body>, Outcome),
    whole: Whole,
) -> Result<Response<Body>, Cut> {
    let outcome = if whole.cut.is_some() { Outcome::DroppedAfterCommit } else { outcome };
    world.calls.finish(seq, Some(response.status().as_u16()), outcome);
    whole.cut.map_or(Ok(response), Err)
}

fn html(status: StatusCode) -> Response<Body> {
    (status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], HTML_PAGE).into_response()
}

/// The answer with its full length in the head and half of its body behind it.
async fn truncated(response: Response<Body>) -> Response<Body> {
    let (mut parts, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    // An answer without a body is cut before one that was promised.
    let promised = body.len().max(1);
    parts.headers.insert(header::CONTENT_LENGTH, promised.into());
    if parts.status == StatusCode::NO_CONTENT {
        parts.status = StatusCode::OK;
    }
    let half = Half { data: Some(body.slice(..body.len() / 2)), promised, flushed: false };
    Response::from_parts(parts, Body::new(half))
}

/// Half of a body, then the end of the connection.
struct Half {
    data: Option<Bytes>,
    promised: usize,
    flushed: bool,
}

impl hyper::body::Body for Half {
    type Data = Bytes;
    type Error = Cut;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Cut>>> {
        if let Some(data) = self.data.take() {
            return Poll::Ready(Some(Ok(Frame::data(data))));
        }
        if !self.flushed {
            // The connection sends what it has when there is nothing more for the moment.
            self.flushed = true;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(Some(Err(Cut::Closed)))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.promised as u64)
    }
}

/// The answer as it is when time ran out in the middle of a list: half of it, and an error behind it.
/// Source: servicenow.md section 0, fact 1. Graph has no such answer; its lists are treated alike.
async fn partial(response: Response<Body>, platform: Platform) -> Response<Body> {
    let (mut parts, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let mut body: Value = serde_json::from_slice(&body).unwrap_or_else(|_| json!({}));
    let list = match platform {
        Platform::AzureAd => "value",
        Platform::ServiceNow => "result",
    };
    if let Some(items) = body.get_mut(list).and_then(Value::as_array_mut) {
        items.truncate(items.len() / 2);
    }
    let message = "Transaction cancelled: maximum execution time exceeded";
    if let Some(members) = body.as_object_mut() {
        let detail = "maximum execution time exceeded Check logs for error trace";
        members.insert("error".to_owned(), json!({ "message": message, "detail": detail }));
        members.insert("status".to_owned(), json!("failure"));
    }
    parts.status = StatusCode::OK;
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(body.to_string()))
}
