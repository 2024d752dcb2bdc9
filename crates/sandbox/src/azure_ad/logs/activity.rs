//! `signInActivity`: who may read it, and what keeps it up to date.
//!
//! Source: microsoft-graph.md section 6.1.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::azure_ad::errors::GraphError;
use crate::azure_ad::kernel::permissions::not_premium;
use crate::azure_ad::kernel::request::Request;
use crate::azure_ad::model::schema::Kind;
use crate::azure_ad::state::tenant::{Tenant, seconds};

const PROPERTY: &str = "signInActivity";

/// Refuses a read that asks for sign-in activity without being allowed to.
///
/// # Errors
/// 403 without permission or licence.
pub(crate) fn check(tenant: &Tenant, request: &Request) -> Result<(), GraphError> {
    let options = &request.options;
    let selected = options.selects(PROPERTY);
    let filter = options.filter.as_deref().map(str::to_lowercase).unwrap_or_default();
    let filtered = filter.contains("signinactivity/");
    if !selected && !filtered {
        return Ok(());
    }
    if !request.roles.holds("AuditLog.Read.All") {
        return Err(GraphError::denied());
    }
    if !tenant.premium.p1 {
        return Err(not_premium());
    }
    Ok(())
}

/// One sign-in as far as the activity goes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SignIn<'a> {
    pub(crate) at: Timestamp,
    pub(crate) request_id: &'a str,
    pub(crate) interactive: bool,
    pub(crate) successful: bool,
}

/// The activity after one more sign-in. An attempt counts for all but the last success.
pub(crate) fn after(before: Option<&Value>, sign_in: SignIn<'_>) -> Value {
    let mut activity: Map<String, Value> = before.and_then(Value::as_object).cloned().unwrap_or_default();
    let kind = if sign_in.interactive { "lastSignIn" } else { "lastNonInteractiveSignIn" };
    let kinds = [Some(kind), sign_in.successful.then_some("lastSuccessfulSignIn")];
    for name in kinds.into_iter().flatten() {
        activity.insert(format!("{name}DateTime"), json!(seconds(sign_in.at)));
        activity.insert(format!("{name}RequestId"), json!(sign_in.request_id));
    }
    for name in ["lastSignIn", "lastNonInteractiveSignIn", "lastSuccessfulSignIn"] {
        activity.entry(format!("{name}DateTime")).or_insert(Value::Null);
        activity.entry(format!("{name}RequestId")).or_insert(Value::Null);
    }
    Value::Object(activity)
}

/// Takes a sign-in into a user's activity, which no change log and no delta round knows of.
pub(crate) fn record(tenant: &mut Tenant, user: &str, sign_in: SignIn<'_>) {
    let before = tenant.find(Kind::User, user).and_then(|user| user.properties.get(PROPERTY)).cloned();
    tenant.directory.set(Kind::User, user, PROPERTY, after(before.as_ref(), sign_in));
}
