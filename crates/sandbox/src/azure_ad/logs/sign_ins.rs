//! `/auditLogs/signIns`: interactive sign-ins, injected from outside, and the activity they leave with the users.
//!
//! Source: microsoft-graph.md sections 6.1, 6.7 and 10.2.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use crate::azure_ad::errors::GraphError;
use crate::azure_ad::kernel::entity;
use crate::azure_ad::kernel::expansion;
use crate::azure_ad::kernel::request::{Outcome, Reply, Request};
use crate::azure_ad::kernel::route::{self, Route};
use crate::azure_ad::logs::activity;
use crate::azure_ad::logs::record_input::{Body, fields};
use crate::azure_ad::logs::sign_in_defaults::{defaults, policies, reason};
use crate::azure_ad::model::schema::Kind;
use crate::azure_ad::state::object::Object;
use crate::azure_ad::state::records::{self, Delays, Unseen, instant};
use crate::azure_ad::state::tenant::Tenant;
use crate::ids;

pub(crate) const ROUTES: &[Route] =
    &[route::get("/auditLogs/signIns", list), route::get("/auditLogs/signIns/{signIn-id}", get)];

/// Most sign-ins one injection makes.
const BURST_MAX: u64 = 1000;

/// Time between two sign-ins of a burst, if it does not say.
const BURST_EVERY: SignedDuration = SignedDuration::from_secs(30);

fn list(tenant: &mut Tenant, request: &Request) -> Outcome {
    expansion::read(request, Kind::SignIn)?;
    let all = all(tenant, request.now);
    entity::list_of(request, Kind::SignIn, all.iter().collect())
}

fn get(tenant: &mut Tenant, request: &Request) -> Outcome {
    request.options.check_select(&[Kind::SignIn], &[])?;
    expansion::read_single(request, Kind::SignIn)?;
    let id = request.key(0);
    let all = all(tenant, request.now);
    let found = all.iter().find(|sign_in| sign_in.id.eq_ignore_ascii_case(id));
    Ok(Reply::ok(entity::shown(request, found.ok_or_else(|| GraphError::not_found(id))?)))
}

/// Every interactive sign-in that has arrived and is still kept, newest first.
fn all(tenant: &Tenant, now: Timestamp) -> Vec<Object> {
    let newest = Delays::newest(now, tenant.records.delays.sign_ins_minutes);
    let oldest = records::oldest(now, true);
    let dated = tenant.live(Kind::SignIn).rev().filter_map(|sign_in| Some((time(sign_in)?, sign_in)));
    let interactive = |sign_in: &Object| sign_in.properties.get("isInteractive") != Some(&json!(false));
    let shown = dated.filter(|(at, sign_in)| *at <= newest && *at >= oldest && interactive(sign_in));
    let mut shown: Vec<(Timestamp, Object)> = shown.map(|(at, sign_in)| (at, sign_in.clone())).collect();
    shown.sort_by(|(left, _), (right, _)| right.cmp(left));
    let hides_risk = !tenant.premium.p2;
    let masked = |(_, mut sign_in): (Timestamp, Object)| {
        // Only the dearer licence shows how risky a sign-in was.
        for name in ["riskLevelAggregated", "riskLevelDuringSignIn", "riskDetail"] {
            if hides_risk && sign_in.text(name).is_some_and(|value| value != "none") {
                sign_in.properties.insert(name.to_owned(), json!("hidden"));
            }
        }
        sign_in
    };
    shown.into_iter().map(masked).collect()
}

fn time(sign_in: &Object) -> Option<Timestamp> {
    sign_in.text("createdDateTime")?.parse().ok()
}

/// Adds sign-ins: one, or with `count` a burst of equal ones that ends at the moment named.
///
/// `then_success` adds a successful one behind the burst.
///
/// # Errors
/// What Graph does not have, and people who are not there.
pub(crate) fn inject(
    tenant: &mut Tenant,
    now: Timestamp,
    body: Map<String, Value>,
) -> Result<Vec<Value>, GraphError> {
    let mut body = Body::new(body);
    let last = body.take_when(now)?;
    let every = body.take_span("every")?.map_or(BURST_EVERY, |span| span.0);
    let count =
        body.take("count").map_or(Some(1), |count| count.as_u64()).filter(|count| *count <= BURST_MAX);
    let count =
        count.ok_or_else(|| GraphError::bad_request(format!("`count` takes a number up to {BURST_MAX}.")))?;
    let then_success = body.take("then_success") == Some(json!(true));
    let user = body.take_user(tenant)?;
    let error_code = body.take("error_code");
    let mfa = body.take_text("mfa")?;
    let code = match (&error_code, &mfa) {
        (Some(code), _) => code.as_i64().and_then(|code| i32::try_from(code).ok()),
        (None, Some(_)) => Some(500_121),
        (None, None) => Some(0),
    };
    let code = code.ok_or_else(|| GraphError::bad_request("`error_code` takes a number."))?;
    let template = defaults(tenant, user.as_ref(), code, mfa.as_deref())?;
    let properties = body.over(Kind::SignIn, template)?;
    if !properties["status"]["errorCode"].is_i64() {
        return Err(GraphError::bad_request("`status` takes a number as `errorCode`."));
    }
    let mut made = Vec::new();
    for place in (0..count).rev() {
        let steps = i32::try_from(place).unwrap_or(i32::MAX);
        let back = every.checked_mul(steps).and_then(|back| last.checked_sub(back).ok());
        made.push(add(tenant, back.unwrap_or(last), properties.clone()));
    }
    if then_success {
        let mut properties = properties;
        properties.insert("status".to_owned(), reason(0, None));
        properties.insert("conditionalAccessStatus".to_owned(), json!("success"));
        properties.insert("appliedConditionalAccessPolicies".to_owned(), json!(policies(tenant, 0)));
        made.push(add(tenant, last.checked_add(every).unwrap_or(last), properties));
    }
    settle(tenant, now);
    Ok(made)
}

/// Adds one sign-in. One of the future shows when its time has come.
fn add(tenant: &mut Tenant, at: Timestamp, mut properties: Map<String, Value>) -> Value {
    let number = tenant.records.number().to_string();
    let id = ids::guid("sign-in", &number);
    let at = properties
        .get("createdDateTime")
        .and_then(Value::as_str)
        .and_then(|at| at.parse().ok())
        .unwrap_or(at);
    properties.insert("createdDateTime".to_owned(), json!(instant(at)));
    properties.entry("correlationId").or_insert_with(|| json!(ids::guid("sign-in correlation", &number)));
    let sign_in = Object::new(Kind::SignIn, id.clone(), properties);
    let delay = records::span(tenant.records.delays.activity_minutes);
    if let Some(user) = sign_in.text("userId").filter(|id| tenant.find(Kind::User, id).is_some()) {
        let unseen = Unseen {
            due: at.checked_add(delay).unwrap_or(at),
            user: user.to_owned(),
            at,
            request_id: id,
            interactive: sign_in.properties.get("isInteractive") != Some(&json!(false)),
            successful: sign_in.properties["status"]["errorCode"] == json!(0),
        };
        tenant.records.unseen.push(unseen);
    }
    let shown = Value::Object(sign_in.view(None));
    tenant.directory.insert(sign_in);
    shown
}

/// Shows sign-ins in the users' activity that are due by now.
pub(crate) fn settle(tenant: &mut Tenant, now: Timestamp) {
    if tenant.records.unseen.iter().all(|unseen| unseen.due > now) {
        return;
    }
    let (mut due, later): (Vec<Unseen>, Vec<Unseen>) =
        std::mem::take(&mut tenant.records.unseen).into_iter().partition(|unseen| unseen.due <= now);
    tenant.records.unseen = later;
    due.sort_by_key(|unseen| unseen.at);
    for unseen in due {
        show(tenant, &unseen);
    }
}

/// Moves the activity of a user on; never back.
fn show(tenant: &mut Tenant, unseen: &Unseen) {
    let Some(user) = tenant.find(Kind::User, &unseen.user) else { return };
    let before = user.properties.get("signInActivity").cloned().unwrap_or_default();
    let sign_in = activity::SignIn {
        at: unseen.at,
        request_id: &unseen.request_id,
        interactive: unseen.interactive,
        successful: unseen.successful,
    };
    let mut after = fields(activity::after(Some(&before), sign_in));
    for name in ["lastSignIn", "lastNonInteractiveSignIn", "lastSuccessfulSignIn"] {
        let (date, request) = (format!("{name}DateTime"), format!("{name}RequestId"));
        let old = before[&date].as_str().and_then(|at| at.parse::<Timestamp>().ok());
        if old.is_some_and(|old| old > unseen.at) {
            after.insert(date.clone(), before[&date].clone());
            after.insert(request.clone(), before[&request].clone());
        }
    }
    tenant.directory.set(Kind::User, &unseen.user, "signInActivity", Value::Object(after));
}
