//! The sign-ins, detections and alerts of a seed.

use serde_json::{Map, Value};

use crate::azure_ad::logs::record_input::fields;
use crate::azure_ad::logs::{alerts, risk_detections, sign_ins};
use crate::azure_ad::state::tenant::Tenant;
use crate::seed::company::Company;
use crate::seed::records::{AlertSeed, DetectionSeed, SignInSeed};

/// Puts them into the tenant. None is refused: the seed was checked, and has no words that Graph does not have.
pub(crate) fn seed(tenant: &mut Tenant, company: &Company) {
    let records = &company.azure_ad.records;
    let id = |key: &str| company.person(key).map(|person| person.object_id());
    for SignInSeed { person, at, error_code, mfa } in &records.sign_ins {
        let mut body = body(id(person), *at);
        let code = if mfa.is_some() && *error_code == 0 { 500_121 } else { *error_code };
        body.insert("error_code".to_owned(), Value::from(code));
        body.insert("mfa".to_owned(), serde_json::json!(mfa));
        let _ = sign_ins::inject(tenant, *at, body);
    }
    for DetectionSeed { person, at, event_type, level, offline } in &records.risk_detections {
        let mut body = body(id(person), *at);
        body.insert("riskEventType".to_owned(), event_type.clone().into());
        body.insert("riskLevel".to_owned(), serde_json::json!(level));
        if let Some(offline) = offline {
            body.insert("offline".to_owned(), offline.to_string().into());
        }
        let _ = risk_detections::inject(tenant, *at, body);
    }
    for AlertSeed { person, at, title, severity } in &records.alerts {
        let mut body = body(person.as_deref().and_then(id), *at);
        body.insert("title".to_owned(), title.clone().into());
        body.insert("severity".to_owned(), serde_json::json!(severity));
        let _ = alerts::inject(tenant, *at, body);
    }
}

fn body(user: Option<String>, at: jiff::Timestamp) -> Map<String, Value> {
    fields(serde_json::json!({ "user": user, "at": at }))
}
