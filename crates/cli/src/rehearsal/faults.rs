//! From the name of an action to the calls of it that the sandbox sees, for fault lines of a script.

use serde_json::{Value, json};

use crate::rehearsal::cases::FaultSpec;

/// One action and the call it makes: platform, method, path.
type Route = (&'static str, &'static str, &'static str, &'static str);

/// A test keeps every write of the catalogue in this list.
const ROUTES: &[Route] = &[
    ("azure_ad.user.get", "azure_ad", "GET", "/v1.0/users/*"),
    ("azure_ad.user.manager", "azure_ad", "GET", "/v1.0/users/*/manager"),
    ("azure_ad.user.member_of_any", "azure_ad", "POST", "/v1.0/users/*/checkMemberGroups"),
    ("servicenow.catalog.order", "servicenow", "POST", "*/order_now"),
    ("servicenow.task.create", "servicenow", "POST", "/api/now/table/sc_task"),
    ("servicenow.incident.create", "servicenow", "POST", "/api/now/table/incident"),
    ("servicenow.record.get", "servicenow", "GET", "/api/now/table/*/*"),
    ("servicenow.record.update", "servicenow", "PATCH", "/api/now/table/*"),
    ("servicenow.record.note", "servicenow", "PATCH", "/api/now/table/*"),
];

/// The sandbox's rule for a fault line.
///
/// # Errors
/// A sentence when the action or the answer is not known.
pub(crate) fn rule(spec: &FaultSpec) -> Result<Value, String> {
    let Some((_, platform, method, path)) = ROUTES.iter().find(|(action, ..)| *action == spec.on) else {
        return Err(format!("no fault can be set on `{}`", spec.on));
    };
    let answer = match &spec.answer {
        Value::Number(status) => json!({ "status": status }),
        word => word.clone(),
    };
    Ok(json!({
        "platform": platform, "method": method, "path": path,
        "answer": answer, "times": spec.times, "after": spec.after,
    }))
}

#[cfg(test)]
mod tests {
    use drawbridge_sdk::Kind;

    use super::*;

    #[test]
    fn every_write_of_the_catalogue_has_a_route() {
        let missing: Vec<&str> = crate::wire::catalog()
            .actions()
            .filter(|entry| matches!(entry.kind, Kind::Write(_)))
            .map(|entry| entry.name)
            .filter(|name| !ROUTES.iter().any(|(action, ..)| action == name))
            .collect();
        assert_eq!(missing, Vec::<&str>::new());
    }

    #[test]
    fn a_status_becomes_a_status_rule_and_an_unknown_action_is_named() {
        let spec = |on: &str| FaultSpec { on: on.to_owned(), answer: json!(403), times: 1, after: 0 };
        assert_eq!(rule(&spec("servicenow.task.create")).unwrap()["answer"], json!({ "status": 403 }));
        assert_eq!(rule(&spec("a.b.c")).unwrap_err(), "no fault can be set on `a.b.c`");
    }
}
