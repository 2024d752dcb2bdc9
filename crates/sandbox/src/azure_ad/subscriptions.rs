//! `/subscriptions`: asking to be told of changes.
//!
//! A new subscription counts only after its addresses have answered the validation request, which `router` sends when
//! the tenant is not held.
//!
//! Source: microsoft-graph.md sections 8.1 and 8.2.

use axum::http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use crate::azure_ad::errors::GraphError;
use crate::azure_ad::kernel::entity;
use crate::azure_ad::kernel::request::{Outcome, Reply, Request};
use crate::azure_ad::kernel::route::{self, Route};
use crate::azure_ad::model::schema::Kind;
use crate::azure_ad::state::notices::{Letter, Sender, envelope};
use crate::azure_ad::state::object::Object;
use crate::azure_ad::state::tenant::{Tenant, seconds};
use crate::azure_ad::state::watch::Watch;
use crate::azure_ad::tokens::token::Roles;
use crate::delivery;

/// Longest life of a subscription to users or groups, in minutes.
const LIFE_MINUTES_MAX: i64 = 41_760;

/// Most subscriptions of one application in one tenant.
const OF_APP_MAX: usize = 100;

/// Longest `clientState`, in characters.
const CLIENT_STATE_CHARS_MAX: usize = 128;

pub(crate) const ROUTES: &[Route] = &[
    route::get("/subscriptions", list),
    route::post("/subscriptions", create),
    route::get("/subscriptions/{subscription-id}", get),
    route::patch("/subscriptions/{subscription-id}", update),
    route::delete("/subscriptions/{subscription-id}", delete),
    route::post("/subscriptions/{subscription-id}/reauthorize", reauthorize),
];

fn list(tenant: &mut Tenant, request: &Request) -> Outcome {
    let own = tenant.live(Kind::Subscription).filter(|one| is_own(tenant, request, one)).collect();
    entity::list_of(request, Kind::Subscription, own)
}

fn get(tenant: &mut Tenant, request: &Request) -> Outcome {
    Ok(Reply::ok(entity::shown(request, own(tenant, request)?)))
}

fn create(tenant: &mut Tenant, request: &Request) -> Outcome {
    let body = request.object()?;
    let watch = check(&body, request)?;
    permitted(&watch, &request.roles)?;
    let own = tenant.live(Kind::Subscription).filter(|one| one.parent.as_deref() == Some(&request.roles.app));
    if own.count() >= OF_APP_MAX {
        let message = format!("Subscription limit of {OF_APP_MAX} per application and tenant was reached.");
        return Err(GraphError::new(StatusCode::FORBIDDEN, "Forbidden", message));
    }
    let known = watch.id.as_deref().is_none_or(|id| match watch.kind {
        Kind::User => tenant.user(id).is_some(),
        kind => tenant.find(kind, id).is_some(),
    });
    if !known {
        return Err(GraphError::not_found(watch.id.as_deref().unwrap_or_default()));
    }
    let id = tenant.fresh_id("subscription");
    let text = |name: &str| body.get(name).cloned().unwrap_or(Value::Null);
    let mut properties = Map::new();
    let resource = text("resource");
    for (name, value) in [
        ("resource", resource),
        ("applicationId", json!(request.roles.app)),
        ("changeType", text("changeType")),
        ("clientState", text("clientState")),
        ("notificationUrl", text("notificationUrl")),
        ("lifecycleNotificationUrl", text("lifecycleNotificationUrl")),
        ("expirationDateTime", json!(expiration(&body)?.to_string())),
        ("creatorId", json!(crate::ids::guid("service principal", &request.roles.app))),
        ("includeResourceData", json!(false)),
        (
            "latestSupportedTlsVersion",
            body.get("latestSupportedTlsVersion").cloned().unwrap_or(json!("v1_2")),
        ),
    ] {
        properties.insert(name.to_owned(), value);
    }
    let subscription = Object::new(Kind::Subscription, id.clone(), properties).of(&request.roles.app);
    let shown = entity::shown(request, &subscription);
    tenant.directory.insert(subscription);
    tenant.notices.unproved.insert(id);
    Ok(Reply::Json(StatusCode::CREATED, Value::Object(shown)))
}

fn update(tenant: &mut Tenant, request: &Request) -> Outcome {
    let body = request.object()?;
    let id = own(tenant, request)?.id.clone();
    if let Some(name) = body.keys().find(|name| !name.starts_with('@') && *name != "expirationDateTime") {
        return Err(invalid(format!("Property '{name}' of a subscription cannot be changed.")));
    }
    let until = expiration(&body)?;
    check_expiration(until, request.now)?;
    tenant.directory.set(Kind::Subscription, &id, "expirationDateTime", json!(until.to_string()));
    tenant.notices.paused.remove(&id);
    get(tenant, request)
}

fn delete(tenant: &mut Tenant, request: &Request) -> Outcome {
    let id = own(tenant, request)?.id.clone();
    forget(tenant, &id);
    Ok(Reply::NoContent)
}

fn reauthorize(tenant: &mut Tenant, request: &Request) -> Outcome {
    let id = own(tenant, request)?.id.clone();
    tenant.notices.paused.remove(&id);
    Ok(Reply::NoContent)
}

/// Removes a subscription whatever waits for it.
pub(crate) fn forget(tenant: &mut Tenant, id: &str) {
    tenant.directory.remove(Kind::Subscription, id);
    tenant.notices.unproved.remove(id);
    tenant.notices.paused.remove(id);
}

/// Removes every subscription and says how many there were.
pub(crate) fn forget_all(tenant: &mut Tenant) -> usize {
    let ids: Vec<String> = tenant.live(Kind::Subscription).map(|one| one.id.clone()).collect();
    ids.iter().for_each(|id| forget(tenant, id));
    ids.len()
}

/// Ends what has expired and writes the messages of what changed since the last time.
pub(crate) fn settle(tenant: &mut Tenant, now: Timestamp) {
    let expired = |one: &&Object| {
        let until = one.text("expirationDateTime").and_then(|text| text.parse::<Timestamp>().ok());
        until.is_some_and(|until| until <= now)
    };
    let expired: Vec<String> =
        tenant.live(Kind::Subscription).filter(expired).map(|one| one.id.clone()).collect();
    for id in expired {
        forget(tenant, &id);
    }
    let (seen, head) = (tenant.notices.seen(), tenant.head());
    if seen == head {
        return;
    }
    let mut notices = std::mem::take(&mut tenant.notices);
    let subscriptions: Vec<&Object> = tenant.live(Kind::Subscription).collect();
    notices.write(&Sender { tenant: &tenant.id, now }, tenant.changes(seen, head), &subscriptions);
    tenant.notices = notices;
}

/// Sends a lifecycle event; `reauthorizationRequired` also pauses the subscription.
///
/// # Errors
/// 404 for an unknown subscription, 400 where it has no address for such events.
pub(crate) fn tell_lifecycle(
    tenant: &mut Tenant,
    now: Timestamp,
    id: &str,
    event: &str,
) -> Result<(), GraphError> {
    let subscription = entity::found(tenant, id, Kind::Subscription)?.clone();
    let Some(url) = subscription.text("lifecycleNotificationUrl") else {
        return Err(GraphError::bad_request("The subscription has no lifecycleNotificationUrl."));
    };
    let mut item = envelope(&tenant.id, &subscription);
    item["lifecycleEvent"] = json!(event);
    tenant.notices.post(now, Letter { url: url.to_owned(), items: vec![item], written: now });
    match event {
        "reauthorizationRequired" => {
            tenant.notices.paused.insert(subscription.id);
        }
        "subscriptionRemoved" => forget(tenant, &subscription.id),
        _ => {}
    }
    Ok(())
}

fn own<'a>(tenant: &'a Tenant, request: &Request) -> Result<&'a Object, GraphError> {
    let found = tenant.find(Kind::Subscription, request.key(0)).filter(|one| is_own(tenant, request, one));
    found.ok_or_else(|| {
        let message = format!("The object was not found: subscription '{}'.", request.key(0));
        GraphError::new(StatusCode::NOT_FOUND, "ResourceNotFound", message)
    })
}

/// Only the application that made a subscription sees it, and only after its address has answered.
fn is_own(tenant: &Tenant, request: &Request, one: &Object) -> bool {
    one.parent.as_deref() == Some(&request.roles.app) && !tenant.notices.unproved.contains(&one.id)
}

fn check(body: &Map<String, Value>, request: &Request) -> Result<Watch, GraphError> {
    let text = |name: &str| body.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let needed = |name: &str| text(name).ok_or_else(|| invalid(format!("Property '{name}' is required.")));
    let (types, url, resource) = (needed("changeType")?, needed("notificationUrl")?, needed("resource")?);
    needed("expirationDateTime")?;
    let watch = Watch::read(resource)
        .ok_or_else(|| invalid(format!("Subscriptions to the resource '{resource}' are not supported.")))?;
    let is_type = |one: &str| ["updated", "deleted"].contains(&one.trim().to_ascii_lowercase().as_str());
    if let Some(other) = types.split(',').find(|one| !is_type(one)) {
        return Err(invalid(format!(
            "The change type '{other}' is not supported for the resource '{resource}'."
        )));
    }
    for url in [Some(url), text("lifecycleNotificationUrl")].into_iter().flatten() {
        delivery::target(url).map_err(|refused| invalid(refused.to_string()))?;
    }
    if body.get("includeResourceData").and_then(Value::as_bool) == Some(true) {
        return Err(invalid(format!("Resource data is not offered for the resource '{resource}'.")));
    }
    if text("clientState").is_some_and(|state| state.chars().count() > CLIENT_STATE_CHARS_MAX) {
        return Err(invalid(format!("'clientState' may have {CLIENT_STATE_CHARS_MAX} characters at most.")));
    }
    check_expiration(expiration(body)?, request.now)?;
    Ok(watch)
}

fn expiration(body: &Map<String, Value>) -> Result<Timestamp, GraphError> {
    let text = body.get("expirationDateTime").and_then(Value::as_str).unwrap_or_default();
    text.parse().map_err(|_| invalid(format!("'{text}' is no valid expirationDateTime.")))
}

fn check_expiration(until: Timestamp, now: Timestamp) -> Result<(), GraphError> {
    if until <= now {
        return Err(invalid(format!(
            "Subscription expiration must be in the future; it is {} now.",
            seconds(now)
        )));
    }
    if until.duration_since(now) > SignedDuration::from_mins(LIFE_MINUTES_MAX) {
        return Err(invalid(format!(
            "Subscription expiration can only be {LIFE_MINUTES_MAX} minutes in the future."
        )));
    }
    Ok(())
}

/// Whether the token may read what it wants to watch.
fn permitted(watch: &Watch, roles: &Roles) -> Result<(), GraphError> {
    let one_of: &[&str] = match watch.kind {
        Kind::User => {
            &["User.Read.All", "User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"]
        }
        _ => &[
            "GroupMember.Read.All",
            "Group.Read.All",
            "Group.ReadWrite.All",
            "Directory.Read.All",
            "Directory.ReadWrite.All",
        ],
    };
    if roles.hold_one(one_of) { Ok(()) } else { Err(GraphError::denied()) }
}

fn invalid(message: String) -> GraphError {
    GraphError::new(StatusCode::BAD_REQUEST, "InvalidRequest", message)
}
