//! What happens to one request before and after a platform answers it.
//!
//! Owns the order: admin interface, body limit, call log, fault rules, platform. It knows no
//! platform's shapes; answers of faults are made by the platforms.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::{Request, Response, StatusCode, header};
use axum::response::IntoResponse;
use hyper::body::Incoming;
use tower::ServiceExt;

use crate::calls::{Arrival, CallSeq, Outcome, Platform};
use crate::faults::{Answer, Fault};
use crate::world::World;
use crate::{admin, azure_ad, servicenow};

/// Largest request body Graph takes, in bytes.
const GRAPH_BODY_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Largest body read for the instance, in bytes; most of its resources take less and say so themselves.
const INSTANCE_BODY_BYTES_MAX: usize = 64 * 1024 * 1024;

/// What something between client and platform says when the platform is away.
const HTML_PAGE: &str = "<!DOCTYPE html><html><head><title>Please wait</title></head>\
    <body><h1>The service is temporarily unavailable</h1></body></html>";

/// The connection is to be closed without an answer.
#[derive(Debug, thiserror::Error)]
#[error("a fault rule dropped the connection")]
pub(crate) struct Dropped;

/// The front of one of the two servers.
#[derive(Clone)]
pub(crate) struct Front {
    world: Arc<World>,
    platform: Platform,
    admin: Router,
    router: Router,
}

impl Front {
    pub(crate) fn new(world: Arc<World>, platform: Platform) -> Self {
        let router = match platform {
            Platform::AzureAd => azure_ad::router::router(Arc::clone(&world)),
            Platform::ServiceNow => servicenow::router::router(Arc::clone(&world)),
        };
        Self { admin: admin::router::router(Arc::clone(&world)), world, platform, router }
    }

    /// Answers one request, or drops its connection.
    pub(crate) async fn answer(self, request: Request<Incoming>) -> Result<Response<Body>, Dropped> {
        let request = request.map(Body::new);
        if request.uri().path().starts_with("/_sandbox") {
            return Ok(route(&self.admin, request).await);
        }
        let (mut parts, body) = request.into_parts();
        let bytes_max = match self.platform {
            Platform::AzureAd => GRAPH_BODY_BYTES_MAX,
            Platform::ServiceNow => INSTANCE_BODY_BYTES_MAX,
        };
        let Ok(body) = to_bytes(body, bytes_max).await else {
            return Ok(StatusCode::PAYLOAD_TOO_LARGE.into_response());
        };
        let (method, path) = (parts.method.clone(), parts.uri.path().to_owned());
        let arrival = Arrival {
            platform: self.platform,
            method: method.as_str(),
            path: &path,
            query: parts.uri.query(),
            body: &body,
        };
        let seq = self.world.calls.record(self.world.clock.now(), &arrival);
        parts.extensions.insert(CallSeq(seq));
        let fault = self.world.faults.strike(self.platform, method.as_str(), &path);
        self.carry_out(seq, Request::from_parts(parts, body), fault).await
    }

    async fn carry_out(
        &self,
        seq: u64,
        request: Request<Bytes>,
        fault: Option<Fault>,
    ) -> Result<Response<Body>, Dropped> {
        let request = request.map(Body::from);
        let (response, outcome) = match fault.as_ref().map(|fault| &fault.answer) {
            None => (route(&self.router, request).await, Outcome::Answered),
            Some(Answer::Slow(ms)) => {
                tokio::time::sleep(Duration::from_millis(*ms)).await;
                (route(&self.router, request).await, Outcome::Answered)
            }
            Some(Answer::DropBeforeCommit) => {
                self.world.calls.finish(seq, None, Outcome::DroppedBeforeCommit);
                return Err(Dropped);
            }
            Some(Answer::DropAfterCommit) => {
                let status = route(&self.router, request).await.status().as_u16();
                self.world.calls.finish(seq, Some(status), Outcome::DroppedAfterCommit);
                return Err(Dropped);
            }
            Some(Answer::Html) => (html(StatusCode::BAD_GATEWAY), Outcome::Faulted),
            Some(Answer::HtmlOk) => (html(StatusCode::OK), Outcome::Faulted),
            Some(Answer::Throttle) => (
                self.failure(seq, 429, fault.as_ref().and_then(|fault| fault.retry_after_secs)),
                Outcome::Faulted,
            ),
            Some(Answer::Status(status)) => {
                let wait = fault.as_ref().and_then(|fault| fault.retry_after_secs);
                (self.failure(seq, *status, wait.filter(|_| *status == 503)), Outcome::Faulted)
            }
        };
        self.world.calls.finish(seq, Some(response.status().as_u16()), outcome);
        Ok(response)
    }

    fn failure(&self, seq: u64, status: u16, retry_after_secs: Option<u32>) -> Response<Body> {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        match self.platform {
            Platform::AzureAd => {
                azure_ad::errors::fault(status, retry_after_secs, self.world.clock.now(), seq)
            }
            Platform::ServiceNow => servicenow::errors::fault(status, retry_after_secs),
        }
    }
}

async fn route(router: &Router, request: Request<Body>) -> Response<Body> {
    match router.clone().oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}

fn html(status: StatusCode) -> Response<Body> {
    (status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], HTML_PAGE).into_response()
}
