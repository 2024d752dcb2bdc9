//! `/identityProtection/riskDetections`: what looked like somebody else at the user's account.
//!
//! Source: microsoft-graph.md sections 6.7 and 10.3.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::azure_ad::errors::GraphError;
use crate::azure_ad::kernel::entity;
use crate::azure_ad::kernel::expansion;
use crate::azure_ad::kernel::request::{Outcome, Reply, Request};
use crate::azure_ad::kernel::route::{self, Route};
use crate::azure_ad::logs::record_input::Body;
use crate::azure_ad::logs::risky_users::raise;
use crate::azure_ad::logs::sign_in_defaults::{address, location};
use crate::azure_ad::model::schema::Kind;
use crate::azure_ad::state::object::Object;
use crate::azure_ad::state::records::instant;
use crate::azure_ad::state::tenant::Tenant;
use crate::ids;

pub(crate) const ROUTES: &[Route] = &[
    route::get("/identityProtection/riskDetections", list),
    route::get("/identityProtection/riskDetections/{riskDetection-id}", get),
];

/// Types that a tenant without the dearer licence sees by name. Which these are is known of real tenants; the
/// reference says only that premium ones are shown as `generic`.
const FREE_TYPES: [&str; 5] = [
    "adminConfirmedUserCompromised",
    "anonymizedIPAddress",
    "generic",
    "investigationsThreatIntelligence",
    "leakedCredentials",
];

/// Types that are found by looking back, hours later.
const OFFLINE_TYPES: [&str; 9] = [
    "impossibleTravel",
    "investigationsThreatIntelligence",
    "leakedCredentials",
    "mcasSuspiciousInboxManipulationRules",
    "newCountry",
    "passwordSpray",
    "suspiciousInboxForwarding",
    "tokenIssuerAnomaly",
    "unlikelyTravel",
];

/// Types that are about the user as a whole, not about a sign-in.
const USER_TYPES: [&str; 3] =
    ["adminConfirmedUserCompromised", "investigationsThreatIntelligence", "leakedCredentials"];

fn list(tenant: &mut Tenant, request: &Request) -> Outcome {
    expansion::read(request, Kind::RiskDetection)?;
    let all = all(tenant, request.now);
    entity::list_of(request, Kind::RiskDetection, all.iter().collect())
}

fn get(tenant: &mut Tenant, request: &Request) -> Outcome {
    request.options.check_select(&[Kind::RiskDetection], &[])?;
    expansion::read_single(request, Kind::RiskDetection)?;
    let id = request.key(0);
    let all = all(tenant, request.now);
    let found = all.iter().find(|detection| detection.id.eq_ignore_ascii_case(id));
    Ok(Reply::ok(entity::shown(request, found.ok_or_else(|| GraphError::not_found(id))?)))
}

/// Every detection that has been made by now, the newest first, as the tenant's licence shows it.
fn all(tenant: &Tenant, now: Timestamp) -> Vec<Object> {
    let dated =
        tenant.live(Kind::RiskDetection).rev().filter_map(|detection| Some((time(detection)?, detection)));
    let mut dated: Vec<(Timestamp, Object)> =
        dated.filter(|(at, _)| *at <= now).map(|(at, detection)| (at, detection.clone())).collect();
    dated.sort_by(|(left, _), (right, _)| right.cmp(left));
    let hides = !tenant.premium.p2;
    dated.into_iter().map(|(_, detection)| if hides { hidden(detection) } else { detection }).collect()
}

/// When it was detected, which may be hours after it happened.
fn time(detection: &Object) -> Option<Timestamp> {
    detection.text("detectedDateTime")?.parse().ok()
}

/// A detection as a tenant without the dearer licence sees it.
fn hidden(mut detection: Object) -> Object {
    if !detection.text("riskEventType").is_some_and(|kind| FREE_TYPES.contains(&kind)) {
        detection.properties.insert("riskEventType".to_owned(), json!("generic"));
        detection.properties.insert("additionalInfo".to_owned(), Value::Null);
    }
    for name in ["riskLevel", "riskDetail"] {
        if detection.text(name).is_some_and(|value| value != "none") {
            detection.properties.insert(name.to_owned(), json!("hidden"));
        }
    }
    detection
}

/// Adds a detection and makes its user as risky as it says, unless `risky_user` is false.
///
/// `at` or `ago` is when it happened; `offline: 6h` says how much later it was detected.
///
/// # Errors
/// What Graph does not have, and people who are not there.
pub(crate) fn inject(
    tenant: &mut Tenant,
    now: Timestamp,
    body: Map<String, Value>,
) -> Result<Value, GraphError> {
    let mut body = Body::new(body);
    let dated = ["at", "ago"].iter().any(|name| body.has(name));
    let offline = body.take_span("offline")?.map(|span| span.0);
    let when = body.take_when(now)?;
    // An undated one is detected now, and happened that much earlier.
    let (happened, detected) = match (offline, dated) {
        (Some(later), true) => (when, when.checked_add(later).unwrap_or(when)),
        (Some(later), false) => (when.checked_sub(later).unwrap_or(when), when),
        (None, _) => (when, when),
    };
    let raises = body.take("risky_user") != Some(json!(false));
    let Some(user) = body.take_user(tenant)? else {
        return Err(GraphError::bad_request("A risk detection needs `user`."));
    };
    let kind = body.peek("riskEventType").unwrap_or("unfamiliarFeatures").to_owned();
    let offline = offline.is_some() || OFFLINE_TYPES.contains(&kind.as_str());
    let number = tenant.records.number().to_string();
    let template = template(&user, (&kind, offline), (happened, detected), &number);
    let detection = body.over(Kind::RiskDetection, template)?;
    Ok(add(tenant, (&number, &user), detection, raises))
}

/// All properties of a detection.
fn template(
    user: &Object,
    (kind, offline): (&str, bool),
    (happened, detected): (Timestamp, Timestamp),
    number: &str,
) -> Value {
    let of_sign_in = !USER_TYPES.contains(&kind);
    let id = |kind: &str| of_sign_in.then(|| ids::guid(kind, number));
    json!({
        "activity": if of_sign_in { "signin" } else { "user" },
        "activityDateTime": instant(happened),
        "additionalInfo": "[{\"Key\":\"userAgent\",\"Value\":\"Mozilla/5.0 (Windows NT 10.0; Win64; x64)\"}]",
        "correlationId": id("risk correlation"),
        "detectedDateTime": instant(detected),
        "detectionTimingType": if offline { "offline" } else { "realtime" },
        "ipAddress": of_sign_in.then(|| address(Some(user))),
        "lastUpdatedDateTime": instant(detected),
        "location": if of_sign_in { location(Some(user)) } else { Value::Null },
        "requestId": id("risk request"),
        "riskDetail": "none",
        "riskEventType": kind,
        "riskLevel": "medium",
        "riskState": "atRisk",
        "source": "IdentityProtection",
        "tokenIssuerType": "AzureAD",
        "userDisplayName": user.text("displayName"),
        "userId": user.id,
        "userPrincipalName": user.text("userPrincipalName"),
    })
}

fn add(
    tenant: &mut Tenant,
    (number, user): (&str, &Object),
    properties: Map<String, Value>,
    raises: bool,
) -> Value {
    let id = ids::hex32("risk detection", number);
    let detection =
        Object::new(Kind::RiskDetection, format!("{id}{}", ids::hex32("risk", number)), properties);
    let shown = Value::Object(detection.view(None));
    let open = detection.text("riskState") == Some("atRisk");
    if raises && open {
        raise(tenant, user, &detection);
    }
    tenant.directory.insert(detection);
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::azure_ad::logs::record_input::fields;
    use crate::seed::load::Seed;

    #[test]
    fn without_the_dearer_licence_premium_detections_are_generic_and_levels_hidden() {
        let mut tenant = Tenant::new(&Seed::SmallCompany.load().unwrap());
        let now: Timestamp = "2026-01-05T08:00:00Z".parse().unwrap();
        for kind in ["leakedCredentials", "anomalousToken"] {
            let body = json!({ "user": "a.berg@contoso.test", "riskEventType": kind, "riskLevel": "high" });
            inject(&mut tenant, now, fields(body)).unwrap();
        }
        let shown = |tenant: &Tenant| {
            let all = all(tenant, now).into_iter().take(2);
            let part = |one: &Object, name: &str| one.text(name).unwrap_or_default().to_owned();
            all.map(|one| (part(&one, "riskEventType"), part(&one, "riskLevel"))).collect::<Vec<_>>()
        };
        let both = |first: (&str, &str), second: (&str, &str)| {
            [first, second].map(|(kind, level)| (kind.to_owned(), level.to_owned())).to_vec()
        };
        assert_eq!(shown(&tenant), both(("anomalousToken", "high"), ("leakedCredentials", "high")));
        tenant.premium.p2 = false;
        assert_eq!(shown(&tenant), both(("generic", "hidden"), ("leakedCredentials", "hidden")));
    }
}
