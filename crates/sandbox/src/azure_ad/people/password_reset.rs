//! Passwords by request: `resetPassword` with the operation it starts, and `changePassword`.
//!
//! Both need a signed-in person, so an application is refused unless the tenant's switch `delegated` is on.
//!
//! Source: microsoft-graph.md sections 6.1, 6.2 and 7.

use axum::http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use crate::azure_ad::errors::GraphError;
use crate::azure_ad::kernel::request::{Outcome, Reply, Request};
use crate::azure_ad::kernel::route::{self, Route};
use crate::azure_ad::model::schema::Kind;
use crate::azure_ad::people::methods::{self, PASSWORD_ID};
use crate::azure_ad::people::passwords;
use crate::azure_ad::people::protection;
use crate::azure_ad::people::user_input::mastered_on_premises;
use crate::azure_ad::state::object::Object;
use crate::azure_ad::state::settings::Reset;
use crate::azure_ad::state::tenant::{Tenant, seconds};
use crate::ids;

/// How long an operation waits, and after which time it is over. The service documents no figures.
const WAITS: SignedDuration = SignedDuration::from_secs(2);
const LASTS: SignedDuration = SignedDuration::from_secs(10);

/// How often clients are asked to look.
const RETRY_AFTER_SECS: u32 = 5;

pub(crate) const ROUTES: &[Route] = &[
    route::post(
        "/users/{user-id}/authentication/methods/{authenticationMethod-id}/resetPassword",
        |tenant, request| {
            check_delegated(tenant)?;
            reset(tenant, request)
        },
    ),
    route::get("/users/{user-id}/authentication/operations/{longRunningOperation-id}", |tenant, request| {
        check_delegated(tenant)?;
        operation(tenant, request)
    }),
    route::post("/users/{user-id}/changePassword", |tenant, request| {
        check_delegated(tenant)?;
        change(tenant, request)
    }),
];

fn check_delegated(tenant: &Tenant) -> Result<(), GraphError> {
    if tenant.settings.delegated { Ok(()) } else { Err(GraphError::denied()) }
}

fn reset(tenant: &mut Tenant, request: &Request) -> Outcome {
    // A body may be missing as a whole.
    let body = if request.body.is_empty() { Map::new() } else { request.object()? };
    let user = methods::user(tenant, request)?;
    if request.key(1) != PASSWORD_ID {
        return Err(GraphError::not_found(request.key(1)));
    }
    protection::check(tenant, request, user)?;
    let user = user.id.clone();
    let given = body.get("newPassword").filter(|value| !value.is_null());
    let given = given.map(|value| value.as_str().unwrap_or_default().to_owned());
    if let Some(password) = &given {
        passwords::check(password)?;
    }
    let id = tenant.fresh_id("reset operation");
    let made = given.is_none();
    let password = given.unwrap_or_else(|| generated(&id));
    let operation =
        Object::new(Kind::LongRunningOperation, id.clone(), state(request.now, request.now, "notStarted"));
    tenant.directory.insert(operation.of(&user));
    let begun = request.now;
    tenant.settings.resets.push(Reset {
        begun,
        operation: id.clone(),
        user: user.clone(),
        password: password.clone(),
    });
    let location = format!(
        "{}/users/{user}/authentication/operations/{id}?aadgdc=SANDBOX&aadgsu=ssprprod-a",
        request.root()
    );
    let mut answer = Map::new();
    let context = request.context("microsoft.graph.passwordResetResponse");
    answer.insert("@odata.context".to_owned(), json!(context));
    if made {
        answer.insert("newPassword".to_owned(), json!(password));
    }
    let headers = vec![("Location", location), retry_after()];
    Ok(Reply::JsonWith(StatusCode::ACCEPTED, Value::Object(answer), headers))
}

/// A password in the manner of the service, the same in every run.
fn generated(operation: &str) -> String {
    let digits = ids::hex32("generated password", operation);
    format!("Bx{}-{}", digits.get(..6).unwrap_or_default(), digits.get(6..10).unwrap_or_default())
}

fn retry_after() -> (&'static str, String) {
    ("Retry-After", RETRY_AFTER_SECS.to_string())
}

fn state(begun: Timestamp, at: Timestamp, status: &str) -> Map<String, Value> {
    let fields = [
        ("status", json!(status)),
        ("statusDetail", Value::Null),
        ("createdDateTime", json!(seconds(begun))),
        ("lastActionDateTime", json!(seconds(at))),
        ("resourceLocation", Value::Null),
    ];
    fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn operation(tenant: &mut Tenant, request: &Request) -> Outcome {
    let user = methods::user(tenant, request)?;
    let found = tenant.find(Kind::LongRunningOperation, request.key(1));
    let found = found.filter(|operation| operation.parent.as_deref() == Some(&user.id));
    let found = found.ok_or_else(|| GraphError::not_found(request.key(1)))?;
    let mut body = Map::new();
    let context = request.context(&format!("users('{}')/authentication/operations/$entity", user.id));
    body.insert("@odata.context".to_owned(), json!(context));
    body.extend(found.view(None));
    let over = matches!(found.text("status"), Some("succeeded" | "failed"));
    let headers = if over { Vec::new() } else { vec![retry_after()] };
    Ok(Reply::JsonWith(StatusCode::OK, Value::Object(body), headers))
}

/// Takes the operations as far as they are due.
pub(crate) fn settle(tenant: &mut Tenant, now: Timestamp) {
    if tenant.settings.resets.is_empty() {
        return;
    }
    let resets = std::mem::take(&mut tenant.settings.resets);
    for reset in resets {
        let age = now.duration_since(reset.begun);
        let over = age >= LASTS;
        let mut changed = match age {
            age if age < WAITS => state(reset.begun, reset.begun, "notStarted"),
            _ if !over => state(reset.begun, reset.begun.saturating_add(WAITS).unwrap_or(now), "running"),
            _ => state(reset.begun, reset.begun.saturating_add(LASTS).unwrap_or(now), "succeeded"),
        };
        if over {
            let synced = tenant.find(Kind::User, &reset.user).is_none_or(Object::is_synced);
            if synced && !tenant.settings.writeback {
                changed.insert("status".to_owned(), json!("failed"));
                let why = "Password writeback is not enabled for the tenant.";
                changed.insert("statusDetail".to_owned(), json!(why));
            } else {
                let profile = json!({ "password": reset.password, "forceChangePasswordNextSignIn": true });
                passwords::set(tenant, &reset.user, now, &profile);
            }
        }
        for (name, value) in changed {
            tenant.directory.set(Kind::LongRunningOperation, &reset.operation, &name, value);
        }
        if !over {
            tenant.settings.resets.push(reset);
        }
    }
}

fn change(tenant: &mut Tenant, request: &Request) -> Outcome {
    let body = request.object()?;
    let text = |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default();
    let (current, new) = (text("currentPassword"), text("newPassword"));
    let user = methods::user(tenant, request)?;
    if user.is_synced() && !tenant.settings.writeback {
        return Err(mastered_on_premises());
    }
    let user = user.id.clone();
    if !passwords::is_current(tenant, &user, current) {
        return Err(GraphError::bad_request("The specified password does not match the current password."));
    }
    passwords::check(new)?;
    let profile = json!({ "password": new, "forceChangePasswordNextSignIn": false });
    passwords::set(tenant, &user, request.now, &profile);
    Ok(Reply::NoContent)
}
