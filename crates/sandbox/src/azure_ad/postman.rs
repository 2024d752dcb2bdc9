//! Sends what the tenant has to say: validation requests, change notifications, lifecycle events.
//!
//! Source: microsoft-graph.md sections 8.2 and 8.3.

use axum::http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::azure_ad::errors::{GraphError, request_id};
use crate::azure_ad::kernel::request::{Outcome, Reply};
use crate::azure_ad::model::schema::Kind;
use crate::azure_ad::state::notices::Letter;
use crate::azure_ad::subscriptions;
use crate::delivery::{self, Attempt, Courier, Parcel, Schedule};
use crate::percent::encode_odata;
use crate::world::World;

/// A message that was not taken is tried again for about four hours.
const RETRIES: Schedule = Schedule { first_secs: 10, longest_secs: 3_600, attempts_max: 14 };

/// After that nobody tries any more.
const PATIENCE: SignedDuration = SignedDuration::from_hours(4);

/// The tenant as somebody who sends.
pub(crate) struct Postman<'a>(pub(crate) &'a World);

impl delivery::Sender for Postman<'_> {
    fn begin(&self) -> Option<(u64, Parcel)> {
        let now = self.0.clock.now();
        let mut tenant = self.0.tenant();
        let youngest_first = tenant.notices.switches.youngest_first;
        let entry = tenant.notices.queue.begin(now, youngest_first)?;
        Some((entry.number, parcel(&entry.letter)))
    }

    fn end(&self, number: u64, parcel: Parcel, outcome: delivery::Outcome) {
        let now = self.0.clock.now();
        let mut tenant = self.0.tenant();
        let notices = &mut tenant.notices;
        let Some(entry) = notices.queue.waiting().iter().find(|entry| entry.number == number) else { return };
        let (attempts, written) = (entry.attempts, entry.letter.written);
        notices.slowness.entry(parcel.url.clone()).or_default().note(now, outcome.is_slow);
        // What the receiver refuses for good is not sent again.
        let taken = outcome.status.is_some_and(|status| !matches!(status, 408 | 429 | 500..));
        let wait = RETRIES.wait_secs(attempts).filter(|_| !taken && now.duration_since(written) < PATIENCE);
        let again = wait.and_then(|wait| later(now, wait));
        notices.queue.end(number, again);
        notices.queue.note(Attempt {
            number,
            at: now,
            attempt: attempts,
            method: parcel.method,
            url: parcel.url,
            headers: parcel.headers,
            body: parcel.body,
            status: outcome.status,
            error: outcome.error,
        });
    }
}

fn later(now: Timestamp, wait_secs: u64) -> Option<Timestamp> {
    now.checked_add(SignedDuration::from_secs(i64::try_from(wait_secs).ok()?)).ok()
}

fn parcel(letter: &Letter) -> Parcel {
    Parcel {
        method: "POST".to_owned(),
        url: letter.url.clone(),
        headers: vec![("Content-Type".to_owned(), "application/json; charset=utf-8".to_owned())],
        body: json!({ "value": letter.items }).to_string(),
    }
}

/// Sends everything that is due and says how many messages that were.
pub(crate) async fn post(world: &World) -> usize {
    let now = world.clock.now();
    {
        let mut tenant = world.tenant();
        tenant.settle(now);
        subscriptions::settle(&mut tenant, now);
    }
    world.courier.round(&Postman(world)).await
}

/// Lets the addresses of the subscriptions that an answer tells of prove themselves, and turns the answer into a
/// refusal where one does not.
pub(crate) async fn prove(world: &World, outcome: Outcome, seq: u64) -> Outcome {
    let Ok(Reply::Json(status, mut body)) = outcome else { return outcome };
    if body.get("responses").is_none() {
        return match prove_one(world, &body, seq).await {
            Ok(()) => Ok(Reply::Json(status, body)),
            Err(error) => Err(error),
        };
    }
    for response in body["responses"].as_array_mut().into_iter().flatten() {
        if let Err(error) = prove_one(world, &response["body"], seq).await {
            response["status"] = json!(error.status.as_u16());
            response["body"] = error.body(json!({}));
        }
    }
    Ok(Reply::Json(status, body))
}

async fn prove_one(world: &World, body: &Value, seq: u64) -> Result<(), GraphError> {
    let id = body.get("id").and_then(Value::as_str).unwrap_or_default();
    let urls: Vec<String> = {
        let tenant = world.tenant();
        let subscription =
            tenant.find(Kind::Subscription, id).filter(|one| tenant.notices.unproved.contains(&one.id));
        let Some(subscription) = subscription else { return Ok(()) };
        let url = |name: &str| subscription.text(name).map(str::to_owned);
        [url("notificationUrl"), url("lifecycleNotificationUrl")].into_iter().flatten().collect()
    };
    let token = format!(
        "Validation: Testing client application reachability for subscription Request-Id: {}",
        request_id(seq)
    );
    for url in urls {
        if let Err(message) = validate(&world.courier, &url, &token).await {
            subscriptions::forget(&mut world.tenant(), id);
            return Err(GraphError::new(StatusCode::BAD_REQUEST, "ValidationError", message));
        }
    }
    world.tenant().notices.unproved.remove(id);
    Ok(())
}

/// The address must give the token back within ten seconds, as plain text and with 200.
async fn validate(courier: &Courier, url: &str, token: &str) -> Result<(), String> {
    let joint = if url.contains('?') { '&' } else { '?' };
    let outcome = courier
        .carry(&Parcel {
            method: "POST".to_owned(),
            url: format!("{url}{joint}validationToken={}", encode_odata(token)),
            headers: vec![("Content-Type".to_owned(), "text/plain; charset=utf-8".to_owned())],
            body: String::new(),
        })
        .await;
    match outcome.status {
        Some(200) if outcome.media_type == "text/plain" && outcome.body == token => Ok(()),
        Some(200) => {
            Err("Subscription validation request failed. Response must exactly match validationToken query \
                          parameter."
                .to_owned())
        }
        None if outcome.error == delivery::TIMED_OUT => {
            Err("Subscription validation request timed out.".to_owned())
        }
        _ => {
            Err("Subscription validation request failed. Notification endpoint must respond with 200 OK to \
                  validation request."
                .to_owned())
        }
    }
}
