//! What the errors of ServiceNow and of its token endpoint say, in our words. Texts are matched by
//! parts, because they differ between releases.

use drawbridge_http::{RemoteError, TokenRefusal};
use serde_json::Value;

/// Finds the error of an answer: `{"error": {"message", "detail"}, "status": "failure"}`.
///
/// Source: `docs/reference/servicenow.md`, errors.
pub(crate) fn platform_error(body: &Value) -> Option<RemoteError> {
    let error = body.get("error").filter(|error| !error.is_null())?;
    let text = |name: &str| error[name].as_str().filter(|text| !text.is_empty());
    let message = match (text("message"), text("detail")) {
        (Some(message), Some(detail)) => format!("{message}: {detail}"),
        (Some(text), None) | (None, Some(text)) => text.to_owned(),
        (None, None) => error.as_str().unwrap_or("without a message").to_owned(),
    };
    let help = help_for(&message);
    Some(RemoteError { code: None, message: Some(message), help })
}

/// Source: `docs/reference/servicenow.md`, "turning 403 texts into advice".
fn help_for(text: &str) -> Option<String> {
    if let Some(fields) = text.split_once("fields are mandatory:").map(|(_, fields)| fields.trim()) {
        return Some(format!(
            "a data policy wants {fields} (labels of fields); give them a value that this instance knows"
        ));
    }
    if let Some((_, rest)) = text.split_once("aborted by Business Rule '") {
        let rule = rest.split(['^', '\'']).next().unwrap_or_default();
        return Some(format!("the business rule `{rule}` of this instance refuses it"));
    }
    if text.contains("Field(s) present in the query do not have permission") {
        return Some("the integration user may not search by one of these fields".to_owned());
    }
    if text.contains("Failed API level ACL Validation") {
        return Some("this table or API is closed to web services in this instance".to_owned());
    }
    if text.contains("denied due to table security") {
        return Some(
            "the table belongs to another application scope that does not let this one in".to_owned(),
        );
    }
    if text.contains("Invalid table") {
        return Some("the table does not exist here; some tables come with a plugin".to_owned());
    }
    None
}

/// Whether an insert was refused because its key is taken, which means that the record is there.
///
/// Source: `docs/reference/servicenow.md`, errors: a collision shows as a failed insert with this text.
pub(crate) fn is_key_taken(summary: &str) -> bool {
    summary.contains("Unique Key violation") || summary.contains("Duplicate entry")
}

/// Says what a refused token request means.
///
/// Source: `docs/reference/servicenow.md`, OAuth 2.0.
pub(crate) fn token_refusal(status: u16, body: &Value) -> TokenRefusal {
    let error = body["error"].as_str().unwrap_or_default();
    let described = body["error_description"].as_str().unwrap_or_default();
    let (summary, help) = match (error, described) {
        ("invalid_client", _) => (
            "ServiceNow says that the client id or secret is wrong".to_owned(),
            "look at `client_id` and `client_secret` of the connection and at the record in the application registry",
        ),
        ("access_denied" | "server_error", _) => (
            "ServiceNow has no user to act as for this client".to_owned(),
            "fill `OAuth Application User` of the registry record with an active user that is not locked out",
        ),
        ("unsupported_grant_type" | "unauthorized_client", _) => (
            "ServiceNow does not allow client credentials for this client".to_owned(),
            "allow the grant type in the registry record, and set `glide.oauth.inbound.client.credential.grant_type.enabled`",
        ),
        (error, _) => (
            format!("the token endpoint of ServiceNow refused the client ({status} {error})")
                .replace(" )", ")"),
            "look at `instance_url`, `client_id` and `client_secret` of the connection",
        ),
    };
    let remote_code = (!error.is_empty()).then(|| error.to_owned());
    TokenRefusal { summary, help: Some(help.to_owned()), remote_code, passes: false }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn message_and_detail_become_one_text() {
        let message = |body: Value| platform_error(&body).and_then(|error| error.message);
        let body = json!({"error": {"message": "No Record found", "detail": "Record doesn't exist"}, "status": "failure"});
        assert_eq!(message(body).as_deref(), Some("No Record found: Record doesn't exist"));
        assert_eq!(
            message(json!({"error": {"message": "Rate limit exceeded", "detail": null}})).as_deref(),
            Some("Rate limit exceeded")
        );
        assert_eq!(message(json!({"error": "invalid_client"})).as_deref(), Some("invalid_client"));
        assert_eq!(message(json!({"result": []})), None);
    }

    #[test]
    fn texts_of_refusals_point_to_the_way_out() {
        let check = |detail: &str, expected: Option<&str>| {
            let body = json!({"error": {"message": "Operation Failed", "detail": detail}});
            assert_eq!(platform_error(&body).unwrap().help.as_deref(), expected);
        };
        check("ACL Exception Insert Failed due to security constraints", None);
        check(
            "Data Policy Exception: The following fields are mandatory: Resolution code",
            Some(
                "a data policy wants Resolution code (labels of fields); give them a value that this instance knows",
            ),
        );
        check(
            "Operation against file 'incident' was aborted by Business Rule 'No VIP^0a1'. Business Rule Stack:",
            Some("the business rule `No VIP` of this instance refuses it"),
        );
    }

    #[test]
    fn token_errors_name_the_way_out() {
        let check = |body: Value, summary: &str| {
            let refusal = token_refusal(401, &body);
            assert_eq!(refusal.summary, summary);
            assert!(refusal.help.is_some() && !refusal.passes);
        };
        check(
            json!({"error": "invalid_client", "error_description": "access_denied"}),
            "ServiceNow says that the client id or secret is wrong",
        );
        check(
            json!({"error": "access_denied", "error_description": "access_denied"}),
            "ServiceNow has no user to act as for this client",
        );
        check(Value::Null, "the token endpoint of ServiceNow refused the client (401)");
    }
}
