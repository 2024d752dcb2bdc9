//! The client of one connection: the `Transport` that nodes read through and the runtime sends through.
//!
//! Owns the order of things: own limit, token, request, one renewal after 401. Says nothing about what
//! an answer means; that is `classify`'s.

use std::time::Duration;

use drawbridge_sdk::{Answer, Body, BoxFuture, Error as CallError, Fault, Method, Request, Transport};
use jiff::{SignedDuration, Timestamp};
use reqwest::Url;

use crate::address::Base;
use crate::auth::{Token, TokenSource, Wire};
use crate::classify::{Asked, Intent, Outcome, classify, wait_asked};
use crate::exchange::exchange;
use crate::redact;
use crate::throttle::Throttle;
use crate::{Credentials, Dialect, Error, Host};

/// How long a connection may take to come about. Nothing was sent when this runs out.
const CONNECT: Duration = Duration::from_secs(10);

/// Idle connections are given up before the usual gateways do, so that few changes meet a dead one.
const IDLE: Duration = Duration::from_secs(20);

/// Statuses after which everything that shares the limit waits, when the platform named a time.
const THROTTLING: &[u16] = &[429, 503];

/// What a connection is made of.
pub struct Connection {
    /// Base URL of the API.
    pub base_url: String,
    /// How it gets its tokens.
    pub credentials: Credentials,
    /// How its platform speaks.
    pub dialect: &'static Dialect,
}

/// One configured tenant or instance.
pub struct Client {
    dialect: &'static Dialect,
    base: Base,
    http: reqwest::Client,
    tokens: TokenSource,
    throttle: Throttle,
    host: Host,
}

impl Client {
    /// The client of one connection. Sends nothing yet.
    ///
    /// # Errors
    /// [`Error`] for base URLs that cannot be used and a TLS set-up that cannot be built.
    pub fn new(connection: Connection, host: Host) -> Result<Self, Error> {
        let Connection { base_url, credentials, dialect } = connection;
        let base = Base::parse(&base_url, dialect.title)?;
        let token_base = Base::parse(&credentials.base_url, dialect.title)?;
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("Drawbridge/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT)
            .pool_idle_timeout(IDLE)
            .timeout(dialect.timeout);
        if base.is_loopback() && token_base.is_loopback() {
            builder = builder.no_proxy();
        }
        let http = builder.build().map_err(|source| Error::Build { system: dialect.title, source })?;
        let tokens = TokenSource::new(token_base, credentials);
        Ok(Self { dialect, base, http, tokens, throttle: Throttle::new(dialect.limits), host })
    }

    async fn call(&self, request: &Request, intent: Intent, before: Timestamp) -> Result<Answer, CallError> {
        let url = self.base.address(&request.target)?;
        let _slot = self.throttle.enter(self.dialect, &self.host).await?;
        let wire = Wire { client: &self.http, dialect: self.dialect, host: &self.host };
        let token = self.tokens.token(&wire, None).await?;
        self.in_time(before)?;
        let mut outcome = self.exchange(request, url.clone(), &token).await;
        if matches!(&outcome, Outcome::Reply(reply) if reply.status == 401) {
            let token = self.tokens.token(&wire, Some(&token)).await?;
            self.in_time(before)?;
            outcome = self.exchange(request, url, &token).await;
        }
        if let Outcome::Reply(reply) = &outcome
            && THROTTLING.contains(&reply.status)
            && let Some(wait) = wait_asked(self.dialect, reply)
        {
            self.throttle.pause(reply.at, wait);
        }
        let place = redact::place(request);
        let asked = Asked { dialect: self.dialect, intent, place: &place, host: self.base.host() };
        classify(&asked, outcome)
    }

    /// A change that waited for a slot, a token or the platform for too long is not sent.
    fn in_time(&self, before: Timestamp) -> Result<(), CallError> {
        if self.host.now() <= before {
            return Ok(());
        }
        let summary =
            format!("the change waited too long for its turn at {} and was not sent", self.dialect.title);
        Err(CallError::NotYet { fault: Fault::new("CN007", summary), after: None })
    }

    async fn exchange(&self, request: &Request, url: Url, token: &Token) -> Outcome {
        let id = self.host.request_id();
        let mut builder = self
            .http
            .request(method(request.method), url)
            .header("accept", "application/json")
            .bearer_auth(token.expose());
        if let Some(header) = self.dialect.correlation {
            builder = builder.header(header, &id);
        }
        for (name, value) in self.dialect.headers {
            builder = builder.header(*name, *value);
        }
        for (name, value) in &request.headers {
            builder = builder.header(name, value);
        }
        builder = match &request.body {
            Body::None => builder,
            Body::Json(body) => builder.json(body),
            Body::Form(form) => builder.form(form),
        };
        let outcome = exchange(builder, &self.host).await;
        self.trace(request, &id, &outcome);
        outcome
    }

    fn trace(&self, request: &Request, id: &str, outcome: &Outcome) {
        let (system, method) = (self.dialect.system, request.method.as_str());
        match outcome {
            Outcome::Reply(reply) => {
                tracing::debug!(system, method, request = id, status = reply.status, "remote call answered");
            }
            Outcome::Unreachable(reason) => {
                tracing::warn!(system, method, request = id, reason, "remote system not reached");
            }
            Outcome::CutOff(reason) => {
                tracing::warn!(system, method, request = id, reason, "remote call unanswered");
            }
        }
    }
}

fn method(method: Method) -> reqwest::Method {
    match method {
        Method::Get => reqwest::Method::GET,
        Method::Post => reqwest::Method::POST,
        Method::Put => reqwest::Method::PUT,
        Method::Patch => reqwest::Method::PATCH,
        Method::Delete => reqwest::Method::DELETE,
    }
}

impl Transport for Client {
    fn system(&self) -> &'static str {
        self.dialect.system
    }

    fn landing(&self) -> SignedDuration {
        self.dialect.landing
    }

    fn read<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Answer, CallError>> {
        Box::pin(self.call(request, Intent::Read, Timestamp::MAX))
    }

    fn send<'a>(
        &'a self,
        request: &'a Request,
        before: Timestamp,
    ) -> BoxFuture<'a, Result<Answer, CallError>> {
        Box::pin(self.call(request, Intent::Change, before))
    }
}
