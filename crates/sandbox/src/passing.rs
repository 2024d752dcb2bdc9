//! The passing of virtual time: what lies ahead happens when its moment has come.
//!
//! Owns the walk along the agenda. When the clock is moved, it stops at every moment on the way,
//! so that what happens there happens at its time.

use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderName, HeaderValue, Request, Response};
use jiff::Timestamp;
use serde_json::Value;

use crate::agenda::{Ahead, Done, Event, LateCall};
use crate::calls::{CallSeq, Outcome, Platform};
use crate::origin::Scheme;
use crate::routers::Routers;
use crate::script::Act;
use crate::world::World;

/// Largest answer to a scripted request that is searched for a reason, in bytes.
const REASON_BYTES_MAX: usize = 64 * 1024;

/// A call as it arrived, for carrying it out again or later.
#[derive(Debug, Clone)]
pub(crate) struct Arrived {
    pub(crate) platform: Platform,
    pub(crate) seq: u64,
    pub(crate) request: Request<Bytes>,
}

impl Arrived {
    pub(crate) fn request(&self) -> Request<Body> {
        self.request.clone().map(Body::from)
    }

    /// The call in a form that can be kept.
    pub(crate) fn late(&self) -> LateCall {
        let header = |(name, value): (&HeaderName, &HeaderValue)| {
            Some((name.to_string(), value.to_str().ok()?.to_owned()))
        };
        LateCall {
            platform: self.platform,
            seq: self.seq,
            method: self.request.method().to_string(),
            uri: self.request.uri().to_string(),
            headers: self.request.headers().iter().filter_map(header).collect(),
            body: self.request.body().to_vec(),
        }
    }
}

/// Lets everything happen that is due by `to`; the clock stands at each thing's moment, where it can.
pub(crate) async fn until(world: &World, routers: &Routers, to: Timestamp) {
    while let Some(Ahead { id, at, event }) = world.agenda.take_due(to) {
        // A clock that is past the moment stays where it is.
        let _ = world.clock.set_forward(at);
        let done = match event {
            Event::Do(act) => act_out(routers, act).await,
            Event::Late(call) => carry_out(world, routers, call).await,
        };
        let (what, status, error) = done;
        if !error.is_null() {
            tracing::warn!(what, status, %error, "an entry of the script was refused");
        }
        world.agenda.note(Done { id, at: world.clock.now(), what, status, error });
        world.touch();
    }
}

async fn act_out(routers: &Routers, act: Act) -> (String, u16, Value) {
    let what = format!("{} {}", act.method, act.route);
    let request = Request::builder().method(act.method).uri(format!("/_sandbox/{}", act.route));
    let Ok(request) = request.body(Body::from(act.body.to_string())) else {
        return (what, 400, Value::from("that is no route"));
    };
    let response = routers.admin(request).await;
    let status = response.status();
    let error = if status.is_success() { Value::Null } else { reason(response).await };
    (what, status.as_u16(), error)
}

async fn reason(response: Response<Body>) -> Value {
    let body = to_bytes(response.into_body(), REASON_BYTES_MAX).await.unwrap_or_default();
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    body.get("error").cloned().unwrap_or_else(|| Value::from("refused"))
}

async fn carry_out(world: &World, routers: &Routers, call: LateCall) -> (String, u16, Value) {
    let what = format!("{} {}", call.method, call.uri);
    let mut request = Request::builder().method(call.method.as_str()).uri(&call.uri);
    for (name, value) in &call.headers {
        request = request.header(name, value);
    }
    let request = request.extension(CallSeq(call.seq)).extension(Scheme::Http);
    let Ok(request) = request.body(Body::from(call.body)) else {
        return (what, 400, Value::from("that is no request"));
    };
    let status = routers.platform(call.platform, call.seq, request).await.status().as_u16();
    world.calls.finish(call.seq, Some(status), Outcome::Late);
    (what, status, Value::Null)
}
