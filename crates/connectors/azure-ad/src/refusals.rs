//! What the errors of Graph and of the token endpoint say, in our words. Decides no retry of requests;
//! that is the HTTP client's.

use drawbridge_http::{RemoteError, TokenRefusal};
use serde_json::Value;

/// Finds the error of a Graph answer; the deepest code says most.
///
/// Source: `docs/reference/microsoft-graph.md`, errors.
pub(crate) fn graph_error(body: &Value) -> Option<RemoteError> {
    let error = body.get("error")?.as_object()?;
    let text = |value: Option<&Value>| {
        value.and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned)
    };
    let mut code = text(error.get("code"));
    let mut inner = error.get("innerError").or_else(|| error.get("innererror"));
    // The spelling differs between workloads and errors nest; a depth is enough to bound it.
    for _ in 0..INNER_ERRORS_MAX {
        let Some(value) = inner else { break };
        code =
            text(value.get("code")).filter(|code| !code.bytes().all(|byte| byte.is_ascii_digit())).or(code);
        inner = value.get("innerError").or_else(|| value.get("innererror"));
    }
    let message = text(error.get("message"));
    let help = code.as_deref().and_then(help_for).map(str::to_owned);
    Some(RemoteError { code, message, help })
}

/// How deep errors are followed into each other.
const INNER_ERRORS_MAX: usize = 8;

fn help_for(code: &str) -> Option<&'static str> {
    match code {
        "Authentication_RequestFromNonPremiumTenantOrB2CTenant" => {
            Some("this data needs a Microsoft Entra ID P1 or P2 licence in the tenant")
        }
        "Request_UnsupportedQuery" => Some("Graph does not filter or sort by this property"),
        _ => None,
    }
}

/// Says what a refused token request means.
///
/// Source: `docs/reference/microsoft-graph.md`, token errors.
pub(crate) fn token_refusal(status: u16, body: &Value) -> TokenRefusal {
    let code = code_of(body);
    let named = code.and_then(|code| TOKEN_CODES.iter().find(|row| row.codes.contains(&code)));
    let (summary, help, passes) = match named {
        Some(row) => (row.summary.to_owned(), row.help, row.passes),
        None => {
            let said = body["error"].as_str().unwrap_or("without a reason");
            (format!("the token endpoint of Azure AD refused the client ({status}, {said})"), SETTINGS, false)
        }
    };
    let remote_code = code.map(|code| format!("AADSTS{code}")).or(body["error"].as_str().map(str::to_owned));
    TokenRefusal { summary, help: Some(help.to_owned()), remote_code, passes }
}

/// The number after `AADSTS`, from the list of codes or from the text.
fn code_of(body: &Value) -> Option<u32> {
    if let Some(code) = body["error_codes"][0].as_u64() {
        return u32::try_from(code).ok();
    }
    let text = body["error_description"].as_str()?;
    let digits = text.split_once("AADSTS")?.1;
    let end = digits.find(|char: char| !char.is_ascii_digit()).unwrap_or(digits.len());
    digits[..end].parse().ok()
}

const SETTINGS: &str =
    "look at `tenant_id`, `client_id`, `client_secret` and `authority_url` of the connection";

struct TokenCode {
    codes: &'static [u32],
    summary: &'static str,
    help: &'static str,
    passes: bool,
}

const fn lasting(codes: &'static [u32], summary: &'static str, help: &'static str) -> TokenCode {
    TokenCode { codes, summary, help, passes: false }
}

const TOKEN_CODES: &[TokenCode] = &[
    lasting(
        &[7_000_215],
        "Azure AD says that the client secret is wrong",
        "put the value of the secret into `client_secret`; its id is shown beside it and does not work",
    ),
    lasting(
        &[7_000_222],
        "the client secret has expired",
        "make a new secret in the app registration and put it where `client_secret` points to",
    ),
    lasting(
        &[700_016],
        "the tenant does not know the app registration",
        "look at `client_id` and `tenant_id`; an app of another tenant needs an admin's consent in this one",
    ),
    lasting(
        &[90_002],
        "there is no such tenant",
        "look at `tenant_id`; a tenant of a national cloud needs its own `authority_url` and `graph_url`",
    ),
    lasting(
        &[500_011],
        "the tenant does not know the Graph host",
        "`graph_url` and `authority_url` belong to different clouds",
    ),
    lasting(&[7_000_112], "the app registration is disabled", "enable it in the tenant, or use another one"),
    lasting(
        &[53_003, 530_032],
        "Conditional Access blocks the app registration",
        "a workload identity policy refuses this app or this machine's address; an admin of the tenant decides",
    ),
    lasting(
        &[9_001_023],
        "this tenant name does not work for applications",
        "put the tenant's own id into `tenant_id`, not `common`, `organizations` or `consumers`",
    ),
    lasting(
        &[70_011, 1_002_012],
        "the token endpoint does not take the scope",
        "look whether `graph_url` is the Graph host of this cloud",
    ),
    TokenCode {
        codes: &[50_196],
        summary: "Azure AD counts too many token requests of this client",
        help: "look whether another program uses the same app registration in a loop",
        passes: true,
    },
    TokenCode {
        codes: &[90_033, 90_055, 90_006, 50_033, 90_024],
        summary: "the token endpoint of Azure AD has a passing fault",
        help: "it is asked again later",
        passes: true,
    },
];

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_deepest_code_of_a_graph_error_is_taken() {
        let code = |body: Value| graph_error(&body).and_then(|error| error.code);
        assert_eq!(code(json!({"error": {"code": "A", "message": "m"}})).as_deref(), Some("A"));
        assert_eq!(
            code(json!({"error": {"code": "A", "innerError": {"code": "B", "innererror": {"code": "C"}}}}))
                .as_deref(),
            Some("C")
        );
        assert_eq!(
            code(json!({"error": {"code": "TooMany", "innerError": {"code": "429"}}})).as_deref(),
            Some("TooMany")
        );
        assert_eq!(code(json!({"error": {"code": ""}})), None);
        assert_eq!(graph_error(&json!({"value": []})), None);
    }

    #[test]
    fn token_errors_name_the_way_out() {
        let check = |body: Value, summary: &str, code: &str, passes: bool| {
            let refusal = token_refusal(401, &body);
            assert_eq!(
                (refusal.summary.as_str(), refusal.remote_code.as_deref(), refusal.passes),
                (summary, Some(code), passes)
            );
            assert!(refusal.help.is_some());
        };
        check(
            json!({"error": "invalid_client", "error_codes": [7_000_215]}),
            "Azure AD says that the client secret is wrong",
            "AADSTS7000215",
            false,
        );
        check(
            json!({"error": "invalid_client", "error_description": "AADSTS7000222: The provided client secret keys are expired."}),
            "the client secret has expired",
            "AADSTS7000222",
            false,
        );
        check(
            json!({"error": "temporarily_unavailable", "error_codes": [90_033]}),
            "the token endpoint of Azure AD has a passing fault",
            "AADSTS90033",
            true,
        );
        check(
            json!({"error": "invalid_request"}),
            "the token endpoint of Azure AD refused the client (401, invalid_request)",
            "invalid_request",
            false,
        );
    }
}
