//! Tokens of one connection: asked for once, kept until shortly before they end, renewed by one caller
//! while the others wait. Never repeats a refused request by itself, never shows a token.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use drawbridge_sdk::{Error, Fault, Request, Target};
use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::Semaphore;

use crate::address::Base;
use crate::classify::{Asked, Intent, Outcome, Payload, Reply, classify, wait_asked};
use crate::exchange::exchange;
use crate::{Credentials, Dialect, Host};

/// A token is renewed this long before its end, or at four fifths of a shorter life.
const EARLY: SignedDuration = SignedDuration::from_mins(5);

/// Renewals of several hosts are spread over this time.
const SPREAD_SECS: u64 = 30;

/// Longest life that is believed.
const LIFE_SECS_MAX: i64 = 24 * 3600;

/// A client that was refused is not asked for again within this time: accounts lock, and many steps share
/// one connection.
const REFUSED_FOR: SignedDuration = SignedDuration::from_secs(60);

/// One token that was given out.
#[derive(Clone)]
pub(crate) struct Token {
    value: Arc<SecretString>,
    renew_at: Timestamp,
    /// Which renewal brought it, to tell a stale one from its successor.
    number: u64,
}

impl Token {
    /// The value for the `Authorization` header.
    pub(crate) fn expose(&self) -> &str {
        self.value.expose_secret()
    }
}

pub(crate) struct TokenSource {
    base: Base,
    credentials: Credentials,
    kept: Mutex<Kept>,
    /// One caller asks, the others wait for what it gets.
    turn: Semaphore,
}

/// What the last token request brought.
#[derive(Default)]
struct Kept {
    token: Option<Token>,
    /// A lasting refusal and when it is forgotten.
    refused: Option<(Error, Timestamp)>,
}

/// Source: RFC 6749 section 5.1; some token endpoints send the seconds as text.
#[derive(Deserialize)]
struct Granted {
    access_token: SecretString,
    expires_in: Value,
}

impl TokenSource {
    pub(crate) fn new(base: Base, credentials: Credentials) -> Self {
        Self { base, credentials, kept: Mutex::new(Kept::default()), turn: Semaphore::new(1) }
    }

    /// A token that is still good for a while; a fresh one in place of `stale`.
    ///
    /// # Errors
    /// `Refused` CN002 where the platform refuses the client, `NotYet` where asking later may help. A
    /// token request changes nothing, so it is never `Unknown`.
    pub(crate) async fn token(&self, wire: &Wire<'_>, stale: Option<&Token>) -> Result<Token, Error> {
        if let Some(known) = self.known(wire, stale) {
            return known;
        }
        let _turn = self.turn.acquire().await.expect("the semaphore is never closed");
        if let Some(known) = self.known(wire, stale) {
            return known;
        }
        let number = self.kept().token.as_ref().map_or(0, |token| token.number + 1);
        let asked = self.ask(wire, number).await;
        let mut kept = self.kept();
        match &asked {
            Ok(token) => *kept = Kept { token: Some(token.clone()), refused: None },
            Err(error @ Error::Refused(_)) => {
                let until = wire.host.now().checked_add(REFUSED_FOR).unwrap_or(Timestamp::MAX);
                kept.refused = Some((error.clone(), until));
            }
            Err(_) => {}
        }
        asked
    }

    /// What can be said without asking.
    fn known(&self, wire: &Wire<'_>, stale: Option<&Token>) -> Option<Result<Token, Error>> {
        let now = wire.host.now();
        let kept = self.kept();
        let is_stale = |token: &Token| stale.is_some_and(|stale| stale.number == token.number);
        if let Some(token) = kept.token.as_ref().filter(|token| token.renew_at > now && !is_stale(token)) {
            return Some(Ok(token.clone()));
        }
        // A longer time is left over from before the clock was set back.
        let holds = |until: Timestamp| until > now && until.duration_since(now) <= REFUSED_FOR;
        let refused = kept.refused.as_ref().filter(|(_, until)| holds(*until));
        refused.map(|(error, _)| Err(error.clone()))
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn ask(&self, wire: &Wire<'_>, number: u64) -> Result<Token, Error> {
        let target = Target::Path { segments: self.credentials.segments.clone(), query: Vec::new() };
        let mut form = vec![
            ("grant_type", "client_credentials"),
            ("client_id", self.credentials.client_id.as_str()),
            ("client_secret", self.credentials.client_secret.expose()),
        ];
        if let Some(scope) = &self.credentials.scope {
            form.push(("scope", scope));
        }
        let request = wire
            .client
            .post(self.base.address(&target)?)
            .header("accept", "application/json")
            .timeout(wire.dialect.timeout)
            .form(&form);
        let sent = wire.host.now();
        let outcome = exchange(request, wire.host).await;
        if let Outcome::Reply(reply) = &outcome
            && matches!(reply.status, 400..=403)
        {
            return Err(refused(wire.dialect, reply));
        }
        let place = crate::redact::place(&Request {
            method: drawbridge_sdk::Method::Post,
            target,
            headers: Vec::new(),
            body: drawbridge_sdk::Body::None,
        });
        let asked =
            Asked { dialect: wire.dialect, intent: Intent::Read, place: &place, host: self.base.host() };
        let answer = classify(&asked, outcome)?;
        granted(wire, answer.ok()?, sent, number).ok_or_else(|| {
            let summary = format!("{} answered a token request without a token", wire.dialect.title);
            Error::refused("CN002", summary)
        })
    }
}

/// What a token request is sent with.
pub(crate) struct Wire<'a> {
    pub(crate) client: &'a reqwest::Client,
    pub(crate) dialect: &'a Dialect,
    pub(crate) host: &'a Host,
}

fn granted(wire: &Wire<'_>, body: &Value, sent: Timestamp, number: u64) -> Option<Token> {
    let granted = Granted::deserialize(body).ok()?;
    let secs = match &granted.expires_in {
        Value::Number(number) => number.as_i64()?,
        Value::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    let life = SignedDuration::from_secs(secs.clamp(0, LIFE_SECS_MAX));
    let spread = i64::try_from(wire.host.entropy.next() % SPREAD_SECS).unwrap_or(0);
    let early = EARLY.saturating_add(SignedDuration::from_secs(spread)).min(life / 5);
    let renew_at = sent.checked_add(life.saturating_sub(early)).ok()?;
    Some(Token { value: Arc::new(granted.access_token), renew_at, number })
}

fn refused(dialect: &Dialect, reply: &Reply) -> Error {
    let body = match &reply.payload {
        Payload::Json(body) => body,
        _ => &Value::Null,
    };
    let refusal = (dialect.token_refusal)(reply.status, body);
    let fault = Fault {
        help: refusal.help,
        status: Some(reply.status),
        remote_code: refusal.remote_code,
        ..Fault::new("CN002", crate::redact::message(&refusal.summary))
    };
    if refusal.passes {
        return Error::NotYet { fault, after: wait_asked(dialect, reply) };
    }
    Error::Refused(fault)
}
