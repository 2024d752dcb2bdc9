//! `/users/{id}/sendMail`: mails go into an outbox that the admin interface shows, and nowhere else.
//!
//! Source: microsoft-graph.md sections 6.1 and 9.4 (a mailbox is needed).

use axum::http::StatusCode;
use serde_json::{Map, Value};

use crate::azure_ad::errors::GraphError;
use crate::azure_ad::kernel::request::{Outcome, Reply, Request};
use crate::azure_ad::kernel::route::{self, Route};
use crate::azure_ad::state::settings::Mail;
use crate::azure_ad::state::tenant::Tenant;

pub(crate) const ROUTES: &[Route] = &[route::post("/users/{user-id}/sendMail", send)];

fn send(tenant: &mut Tenant, request: &Request) -> Outcome {
    let body = request.object()?;
    // The description spells the names with a capital, everybody else does not.
    let part =
        |name: &str| body.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value);
    let message = part("message").and_then(Value::as_object);
    let message =
        message.ok_or_else(|| exchange("ErrorInvalidRequest", "The Message property is required."))?;
    let saved = part("saveToSentItems").and_then(Value::as_bool).unwrap_or(true);
    let id = request.key(0);
    let user = tenant.user(id).ok_or_else(|| GraphError::not_found(id))?;
    if user.text("mail").is_none() {
        let message = "The mailbox is either inactive, soft-deleted, or is hosted on-premise.";
        return Err(GraphError::new(StatusCode::NOT_FOUND, "MailboxNotEnabledForRESTAPI", message));
    }
    let to = recipients(message, "toRecipients")?;
    let further = recipients(message, "ccRecipients")?.len() + recipients(message, "bccRecipients")?.len();
    if to.is_empty() && further == 0 {
        return Err(exchange("ErrorInvalidRecipients", "At least one recipient is not valid."));
    }
    let from = user.text("userPrincipalName").unwrap_or_default().to_owned();
    let (at, app, message) = (request.now, request.roles.app.clone(), Value::Object(message.clone()));
    tenant.settings.outbox.push(Mail { at, app, from, to, message, saved });
    Ok(Reply::Accepted(Vec::new()))
}

/// Addresses of a list of recipients; a list that is missing is empty.
fn recipients(message: &Map<String, Value>, list: &str) -> Result<Vec<String>, GraphError> {
    let invalid = || exchange("ErrorInvalidRecipients", "At least one recipient is not valid.");
    let list = match message.get(list) {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(list) => list.as_array().ok_or_else(invalid)?,
    };
    let address = |recipient: &Value| {
        let address = recipient.get("emailAddress")?.get("address")?.as_str()?;
        let (name, domain) = address.split_once('@')?;
        (!name.is_empty() && !domain.is_empty()).then(|| address.to_owned())
    };
    list.iter().map(|recipient| address(recipient).ok_or_else(invalid)).collect()
}

fn exchange(code: &str, message: &str) -> GraphError {
    GraphError::new(StatusCode::BAD_REQUEST, code, message)
}
