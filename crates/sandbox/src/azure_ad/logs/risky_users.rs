//! `/identityProtection/riskyUsers`: how risky users are, and what administrators decide about them.
//!
//! A decision is carried out a while after it was taken; until then the user says `isProcessing`.
//!
//! Source: microsoft-graph.md sections 6.7 and 10.3.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use crate::azure_ad::errors::GraphError;
use crate::azure_ad::kernel::entity;
use crate::azure_ad::kernel::expansion;
use crate::azure_ad::kernel::request::{Outcome, Reply, Request};
use crate::azure_ad::kernel::route::{self, Route};
use crate::azure_ad::logs::record_input::{Body, fields};
use crate::azure_ad::model::schema::Kind;
use crate::azure_ad::state::changes::What;
use crate::azure_ad::state::object::Object;
use crate::azure_ad::state::records::{Decision, Verdict, instant};
use crate::azure_ad::state::tenant::Tenant;
use crate::ids;

pub(crate) const ROUTES: &[Route] = &[
    route::get("/identityProtection/riskyUsers", list),
    route::get("/identityProtection/riskyUsers/{riskyUser-id}", get),
    route::get("/identityProtection/riskyUsers/{riskyUser-id}/history", history),
    route::post("/identityProtection/riskyUsers/confirmCompromised", confirm_compromised),
    route::post("/identityProtection/riskyUsers/confirmSafe", confirm_safe),
    route::post("/identityProtection/riskyUsers/dismiss", dismiss),
];

/// Most users one call decides about.
const USERS_MAX: usize = 60;

/// How long a decision is processed. The service documents no figure.
const PROCESSING: SignedDuration = SignedDuration::from_secs(30);

/// Levels from none to the highest.
const LEVELS: [&str; 4] = ["none", "low", "medium", "high"];

fn list(tenant: &mut Tenant, request: &Request) -> Outcome {
    expansion::read(request, Kind::RiskyUser)?;
    let all: Vec<Object> = tenant.live(Kind::RiskyUser).map(|user| present(tenant, user)).collect();
    entity::list_of(request, Kind::RiskyUser, all.iter().collect())
}

fn get(tenant: &mut Tenant, request: &Request) -> Outcome {
    request.options.check_select(&[Kind::RiskyUser], &[])?;
    expansion::read_single(request, Kind::RiskyUser)?;
    let user = entity::found(tenant, request.key(0), Kind::RiskyUser)?;
    Ok(Reply::ok(entity::shown(request, &present(tenant, user))))
}

/// What became of a user, the newest first.
fn history(tenant: &mut Tenant, request: &Request) -> Outcome {
    let id = entity::found(tenant, request.key(0), Kind::RiskyUser)?.id.clone();
    let items: Vec<&Value> = tenant.records.history(&id).iter().rev().collect();
    Ok(Reply::ok(json!({
        "@odata.context": request.context(&format!("identityProtection/riskyUsers('{id}')/history")),
        "value": items,
    })))
}

/// A risky user with the names and the fate of the account of today.
fn present(tenant: &Tenant, user: &Object) -> Object {
    let mut shown = user.clone();
    let account = tenant.find(Kind::User, &user.id);
    shown.properties.insert("isDeleted".to_owned(), json!(account.is_none()));
    for (name, of) in [("userDisplayName", "displayName"), ("userPrincipalName", "userPrincipalName")] {
        if let Some(text) = account.and_then(|account| account.text(of)) {
            shown.properties.insert(name.to_owned(), json!(text));
        }
    }
    shown
}

fn confirm_compromised(tenant: &mut Tenant, request: &Request) -> Outcome {
    decide(tenant, request, Verdict::Compromised)
}

fn confirm_safe(tenant: &mut Tenant, request: &Request) -> Outcome {
    decide(tenant, request, Verdict::Safe)
}

fn dismiss(tenant: &mut Tenant, request: &Request) -> Outcome {
    decide(tenant, request, Verdict::Dismissed)
}

/// Notes a decision about each user named; all of them or none.
fn decide(tenant: &mut Tenant, request: &Request, verdict: Verdict) -> Outcome {
    let ids = user_ids(&request.object()?)?;
    let known = |id: &&String| {
        let risky = tenant.find(Kind::RiskyUser, id);
        risky.or_else(|| tenant.find(Kind::User, id)).is_some()
    };
    if let Some(unknown) = ids.iter().find(|id| !known(id)) {
        let message = format!("The user '{unknown}' does not exist in the tenant.");
        return Err(GraphError::new(StatusCode::NOT_FOUND, "ResourceNotFound", message));
    }
    let activity = match verdict {
        Verdict::Compromised => "ConfirmCompromised",
        Verdict::Safe => "ConfirmSafe",
        Verdict::Dismissed => "DismissUser",
    };
    let due = request.now.checked_add(PROCESSING).unwrap_or(request.now);
    for id in ids {
        let id = id.to_ascii_lowercase();
        // Only a user who was risky can be dismissed or safe; anybody can be compromised.
        if tenant.find(Kind::RiskyUser, &id).is_none() {
            if verdict != Verdict::Compromised {
                continue;
            }
            let Some(account) = tenant.find(Kind::User, &id).cloned() else { continue };
            tenant.directory.insert(fresh(&account, request.now));
        }
        tenant.directory.set(Kind::RiskyUser, &id, "isProcessing", json!(true));
        tenant.append(request.now, Kind::RiskyUser, &id, What::Noted(activity.to_owned()));
        let by = Some(request.roles.app.clone());
        tenant.records.decisions.push(Decision { due, user: id, verdict, by });
    }
    Ok(Reply::NoContent)
}

fn user_ids(body: &Map<String, Value>) -> Result<BTreeSet<String>, GraphError> {
    let ids = body.get("userIds").and_then(Value::as_array);
    let ids = ids.filter(|ids| !ids.is_empty() && ids.iter().all(Value::is_string));
    let ids =
        ids.ok_or_else(|| GraphError::malformed("The property 'userIds' must be a list of user ids."))?;
    if ids.len() > USERS_MAX {
        let message = format!("The number of user ids must not exceed {USERS_MAX}.");
        return Err(GraphError::malformed(message));
    }
    Ok(ids.iter().filter_map(Value::as_str).map(str::to_owned).collect())
}

/// A risky user about whom nothing is known yet.
fn fresh(account: &Object, now: Timestamp) -> Object {
    let risky = json!({
        "isDeleted": !account.is_live(), "isProcessing": false, "riskDetail": "none",
        "riskLastUpdatedDateTime": instant(now), "riskLevel": "none", "riskState": "none",
        "userDisplayName": account.text("displayName"), "userPrincipalName": account.text("userPrincipalName"),
    });
    Object::new(Kind::RiskyUser, account.id.clone(), fields(risky))
}

/// Carries out the decisions that are due by now, in the order they were taken.
pub(crate) fn settle(tenant: &mut Tenant, now: Timestamp) {
    if tenant.records.decisions.iter().all(|decision| decision.due > now) {
        return;
    }
    let (due, later): (Vec<Decision>, Vec<Decision>) =
        std::mem::take(&mut tenant.records.decisions).into_iter().partition(|decision| decision.due <= now);
    tenant.records.decisions = later;
    for decision in due {
        carry_out(tenant, &decision);
    }
}

fn carry_out(tenant: &mut Tenant, decision: &Decision) {
    let (level, state, detail) = match decision.verdict {
        Verdict::Compromised => ("high", "confirmedCompromised", "adminConfirmedUserCompromised"),
        Verdict::Safe => ("none", "confirmedSafe", "adminConfirmedAccountSafe"),
        Verdict::Dismissed => ("none", "dismissed", "adminDismissedAllRiskForUser"),
    };
    let at = instant(decision.due);
    let processing = tenant.records.decisions.iter().any(|later| later.user == decision.user);
    set(
        tenant,
        Kind::RiskyUser,
        &decision.user,
        [
            ("riskLevel", json!(level)),
            ("riskState", json!(state)),
            ("riskDetail", json!(detail)),
            ("riskLastUpdatedDateTime", json!(at)),
            ("isProcessing", json!(processing)),
        ],
    );
    let open = |detection: &&Object| {
        let is_open = matches!(detection.text("riskState"), Some("atRisk" | "confirmedCompromised"));
        is_open && detection.text("userId") == Some(decision.user.as_str())
    };
    let open: Vec<String> = tenant.live(Kind::RiskDetection).filter(open).map(|one| one.id.clone()).collect();
    for id in open {
        set(
            tenant,
            Kind::RiskDetection,
            &id,
            [("riskState", json!(state)), ("riskDetail", json!(detail)), ("lastUpdatedDateTime", json!(at))],
        );
    }
    if decision.verdict == Verdict::Compromised {
        confirm(tenant, decision);
    }
    let types =
        if decision.verdict == Verdict::Compromised { vec!["adminConfirmedUserCompromised"] } else { vec![] };
    remember(
        tenant,
        &decision.user,
        decision.by.as_deref(),
        json!({ "detail": detail, "riskEventTypes": types }),
    );
}

/// The detection that a confirmed compromise leaves.
fn confirm(tenant: &mut Tenant, decision: &Decision) {
    let number = tenant.records.number().to_string();
    let at = instant(decision.due);
    let user = tenant.directory.get(Kind::RiskyUser, &decision.user);
    let text = |name: &str| user.and_then(|user| user.text(name)).map(str::to_owned);
    let detection = json!({
        "activity": "user", "activityDateTime": at, "additionalInfo": null, "correlationId": null,
        "detectedDateTime": at, "detectionTimingType": "offline", "ipAddress": null, "lastUpdatedDateTime": at,
        "location": null, "requestId": null, "riskDetail": "adminConfirmedUserCompromised",
        "riskEventType": "adminConfirmedUserCompromised", "riskLevel": "high", "riskState": "confirmedCompromised",
        "source": "IdentityProtection", "tokenIssuerType": "AzureAD", "userDisplayName": text("userDisplayName"),
        "userId": decision.user, "userPrincipalName": text("userPrincipalName"),
    });
    let id = format!("{}{}", ids::hex32("risk detection", &number), ids::hex32("risk", &number));
    tenant.directory.insert(Object::new(Kind::RiskDetection, id, fields(detection)));
}

/// Makes a user at least as risky as a new detection says.
pub(crate) fn raise(tenant: &mut Tenant, account: &Object, detection: &Object) {
    let at =
        detection.text("detectedDateTime").and_then(|at| at.parse().ok()).unwrap_or(Timestamp::UNIX_EPOCH);
    if tenant.find(Kind::RiskyUser, &account.id).is_none() {
        tenant.directory.insert(fresh(account, at));
    }
    let before = tenant.find(Kind::RiskyUser, &account.id);
    let text = |name: &str| before.and_then(|user| user.text(name)).unwrap_or_default();
    let rank = |level: &str| LEVELS.iter().position(|known| *known == level).unwrap_or(0);
    let level = detection.text("riskLevel").unwrap_or("none");
    let level = if rank(text("riskLevel")) > rank(level) { text("riskLevel") } else { level }.to_owned();
    // What an administrator has confirmed stays confirmed.
    let state = if text("riskState") == "confirmedCompromised" { "confirmedCompromised" } else { "atRisk" };
    let detail = if state == "atRisk" { "none" } else { text("riskDetail") }.to_owned();
    set(
        tenant,
        Kind::RiskyUser,
        &account.id,
        [
            ("riskLevel", json!(level)),
            ("riskState", json!(state)),
            ("riskDetail", json!(detail)),
            ("riskLastUpdatedDateTime", json!(instant(at))),
        ],
    );
    let kind = detection.text("riskEventType").unwrap_or("generic");
    remember(tenant, &account.id, None, json!({ "detail": "none", "riskEventTypes": [kind] }));
}

/// Adds a user's state to its history.
fn remember(tenant: &mut Tenant, id: &str, by: Option<&str>, activity: Value) {
    let Some(user) = tenant.find(Kind::RiskyUser, id) else { return };
    let mut item = user.view(None);
    let moment = user.text("riskLastUpdatedDateTime").unwrap_or_default();
    let digits: String = moment.chars().filter(char::is_ascii_digit).collect();
    let place = tenant.records.history(id).len();
    item.insert("id".to_owned(), json!(format!("{id}{digits}{place}")));
    item.insert("userId".to_owned(), json!(id));
    item.insert("initiatedBy".to_owned(), json!(by));
    item.insert("activity".to_owned(), activity);
    tenant.records.add_history(id, Value::Object(item));
}

/// Makes a user risky, or changes how risky.
///
/// # Errors
/// What Graph does not have, and people who are not there.
pub(crate) fn inject(
    tenant: &mut Tenant,
    now: Timestamp,
    body: Map<String, Value>,
) -> Result<Value, GraphError> {
    let mut body = Body::new(body);
    let at = body.take_when(now)?;
    let Some(account) = body.take_user(tenant)? else {
        return Err(GraphError::bad_request("A risky user needs `user`."));
    };
    let mut template = fresh(&account, at).properties;
    template.insert("riskLevel".to_owned(), json!("medium"));
    template.insert("riskState".to_owned(), json!("atRisk"));
    let properties = body.over(Kind::RiskyUser, Value::Object(template))?;
    tenant.directory.insert(Object::new(Kind::RiskyUser, account.id.clone(), properties));
    remember(tenant, &account.id, None, json!({ "detail": "none", "riskEventTypes": [] }));
    let user = tenant.find(Kind::RiskyUser, &account.id).map(|user| present(tenant, user));
    Ok(user.map_or(Value::Null, |user| Value::Object(user.view(None))))
}

fn set<const N: usize>(tenant: &mut Tenant, kind: Kind, id: &str, properties: [(&str, Value); N]) {
    for (name, value) in properties {
        tenant.directory.set(kind, id, name, value);
    }
}
