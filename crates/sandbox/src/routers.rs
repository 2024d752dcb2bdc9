//! The three things that can answer a request: the admin interface and the two platforms.
//!
//! A request that makes one of them panic is answered with 500 in that platform's shape.

use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response, StatusCode};
use tower::ServiceExt as _;

use crate::calls::Platform;
use crate::world::World;
use crate::{admin, azure_ad, servicenow};

/// Every router of one world.
pub(crate) struct Routers {
    world: Arc<World>,
    admin: Router,
    azure_ad: Router,
    servicenow: Router,
}

impl Routers {
    pub(crate) fn new(world: &Arc<World>) -> Self {
        Self {
            world: Arc::clone(world),
            admin: admin::router::router(Arc::clone(world)),
            azure_ad: azure_ad::router::router(Arc::clone(world)),
            servicenow: servicenow::router::router(Arc::clone(world)),
        }
    }

    pub(crate) async fn admin(&self, request: Request<Body>) -> Response<Body> {
        let answer = guarded(&self.admin, request).await;
        answer.unwrap_or_else(admin::answer::broken)
    }

    /// Lets a platform answer; `seq` is the number of the call.
    pub(crate) async fn platform(
        &self,
        platform: Platform,
        seq: u64,
        request: Request<Body>,
    ) -> Response<Body> {
        let router = match platform {
            Platform::AzureAd => &self.azure_ad,
            Platform::ServiceNow => &self.servicenow,
        };
        let answer = guarded(router, request).await;
        answer.unwrap_or_else(|| self.failure(platform, seq, (StatusCode::INTERNAL_SERVER_ERROR, None)))
    }

    /// A status, and perhaps a `Retry-After` in seconds, in the platform's own shape.
    pub(crate) fn failure(
        &self,
        platform: Platform,
        seq: u64,
        (status, retry_after_secs): (StatusCode, Option<u32>),
    ) -> Response<Body> {
        match platform {
            Platform::AzureAd => {
                azure_ad::errors::fault(status, retry_after_secs, self.world.clock.now(), seq)
            }
            Platform::ServiceNow => servicenow::errors::fault(status, retry_after_secs),
        }
    }

    /// The same in the shape of the login authority.
    pub(crate) fn login_failure(
        &self,
        seq: u64,
        (status, retry_after_secs): (StatusCode, Option<u32>),
    ) -> Response<Body> {
        azure_ad::login_fault::fault(status, retry_after_secs, self.world.clock.now(), seq)
    }
}

/// The router's answer, or none if it panicked.
async fn guarded(router: &Router, request: Request<Body>) -> Option<Response<Body>> {
    let mut answer = pin!(router.clone().oneshot(request));
    let polled = poll_fn(|context| {
        // What a panicking handler leaves half done stays so; locks are taken over from it.
        match catch_unwind(AssertUnwindSafe(|| answer.as_mut().poll(context))) {
            Ok(polled) => polled.map(Some),
            Err(_) => Poll::Ready(None),
        }
    });
    match polled.await? {
        Ok(response) => Some(response),
        Err(never) => match never {},
    }
}

#[cfg(test)]
mod tests {
    use axum::routing::get;

    use super::*;

    #[tokio::test]
    async fn a_handler_that_panics_gives_no_answer_and_the_next_one_is_served() {
        async fn panics() -> &'static str {
            panic!("as a fault of our own would")
        }
        let router = Router::new().route("/bad", get(panics)).route("/good", get(|| async { "good" }));
        let ask = |path: &str| guarded(&router, Request::get(path).body(Body::empty()).unwrap());
        assert!(ask("/bad").await.is_none());
        assert_eq!(ask("/good").await.unwrap().status(), StatusCode::OK);
    }
}
