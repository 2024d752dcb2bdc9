//! What happens to one request before and after a platform answers it.
//!
//! Owns the order: limits, what is due, admin interface and page, call log, fault rules, platform.
//! It knows no platform's shapes.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::http::request::Parts;
use axum::http::{Method, Request, Response, StatusCode};
use axum::response::IntoResponse as _;
use hyper::body::Incoming;

use crate::calls::{Arrival, CallSeq, Outcome, Platform};
use crate::faults::within::Cut;
use crate::origin::Scheme;
use crate::passing::Arrived;
use crate::routers::Routers;
use crate::world::World;
use crate::{admin, door, misfortune, page, passing};

/// The front of one of the two platforms.
#[derive(Clone)]
pub(crate) struct Front {
    world: Arc<World>,
    platform: Platform,
    routers: Arc<Routers>,
}

impl Front {
    pub(crate) fn new(world: Arc<World>, platform: Platform, routers: Arc<Routers>) -> Self {
        Self { world, platform, routers }
    }

    /// Answers one request, or ends its connection.
    pub(crate) async fn answer(
        self,
        request: Request<Incoming>,
        scheme: Scheme,
    ) -> Result<Response<Body>, Cut> {
        let (mut parts, body) = request.into_parts();
        let body = match door::admit(&parts, body, self.platform).await {
            Ok(body) => body,
            Err(status) => return Ok(self.turn_away(&parts, status)),
        };
        parts.extensions.insert(scheme);
        passing::until(&self.world, &self.routers, self.world.clock.now()).await;
        if door::is_admin(&parts) {
            return Ok(self.admin(parts, body).await);
        }
        if self.is_page(&parts) {
            return Ok(page::answer(self.platform));
        }
        let seq = self.record(&parts, &body);
        parts.extensions.insert(CallSeq(seq));
        let fault = self.world.faults.strike(self.platform, parts.method.as_str(), parts.uri.path());
        let request = Request::from_parts(parts, body);
        let Some(fault) = fault else {
            let response = self.routers.platform(self.platform, seq, request.map(Body::from)).await;
            return misfortune::aftermath(&self.world, seq, response).await;
        };
        let call = Arrived { platform: self.platform, seq, request };
        misfortune::befall(&self.world, &self.routers, call, &fault).await
    }

    /// Whether the page is asked for: by its address, or by the form of the instance's log-in, which lands there.
    fn is_page(&self, parts: &Parts) -> bool {
        let asked = [Method::GET, Method::HEAD].contains(&parts.method);
        let landed = self.platform == Platform::ServiceNow && parts.method == Method::POST;
        parts.uri.path() == "/" && (asked || landed)
    }

    fn record(&self, parts: &Parts, body: &Bytes) -> u64 {
        self.world.touch();
        let arrival = Arrival {
            platform: self.platform,
            method: parts.method.as_str(),
            path: parts.uri.path(),
            query: parts.uri.query(),
            body,
        };
        self.world.calls.record(self.world.clock.now(), &arrival)
    }

    /// Answers a request whose head or body was not taken, in the platform's shape.
    fn turn_away(&self, parts: &Parts, status: StatusCode) -> Response<Body> {
        let seq = self.record(parts, &Bytes::new());
        self.world.calls.finish(seq, Some(status.as_u16()), Outcome::Answered);
        self.routers.failure(self.platform, seq, (status, None))
    }

    async fn admin(&self, parts: Parts, body: Bytes) -> Response<Body> {
        if door::is_from_elsewhere(&parts) {
            return admin::answer::elsewhere().into_response();
        }
        if parts.method != Method::GET {
            self.world.touch();
        }
        // Time is moved here, because what happens on the way needs the routers.
        if parts.method == Method::POST && parts.uri.path() == "/_sandbox/clock" {
            return match admin::clock::target(&self.world, &body) {
                Ok(to) => {
                    passing::until(&self.world, &self.routers, to).await;
                    admin::clock::arrive(&self.world, to).into_response()
                }
                Err(refusal) => refusal.into_response(),
            };
        }
        let response = self.routers.admin(Request::from_parts(parts, Body::from(body))).await;
        passing::until(&self.world, &self.routers, self.world.clock.now()).await;
        response
    }
}
