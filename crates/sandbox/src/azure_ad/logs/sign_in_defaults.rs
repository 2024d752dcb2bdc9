//! What a sign-in looks like that was injected with nothing but a name.
//!
//! Source: microsoft-graph.md section 10.2. The texts of errors are those of the public error pages; the reference
//! says which of them there are and does not spell them.

use serde_json::{Value, json};

use crate::azure_ad::errors::GraphError;
use crate::azure_ad::model::schema::Kind;
use crate::azure_ad::state::object::Object;
use crate::azure_ad::state::tenant::Tenant;

/// Error codes with the reason the log gives.
const REASONS: &[(i32, &str)] = &[
    (0, "Other."),
    (
        16_000,
        "Either multiple user identities are available for the current request or selected account is not supported for the scenario.",
    ),
    (
        50_034,
        "The user account does not exist in the directory. To sign into this application, the account must be added to the directory.",
    ),
    (
        50_053,
        "Account is locked because user tried to sign in too many times with an incorrect user ID or password.",
    ),
    (50_055, "Invalid password, entered expired password."),
    (50_057, "User account is disabled."),
    (50_072, "User needs to enroll for second factor authentication (interactive)."),
    (50_074, "User did not pass the MFA challenge."),
    (50_076, "User did not pass the MFA challenge (non interactive)."),
    (50_078, "User needs to re-authenticate with multi-factor authentication."),
    (50_079, "User needs to enroll for second factor authentication."),
    (50_087, "A transient error has occurred during strong authentication."),
    (50_088, "Limit on telecom MFA calls reached."),
    (50_125, "Sign-in was interrupted due to a password reset or password registration entry."),
    (50_126, "Invalid username or password or Invalid on-premise username or password."),
    (50_140, "This occurred due to 'Keep me signed in' interrupt when the user was signing-in."),
    (50_144, "User's Active Directory password has expired."),
    (50_158, "External security challenge was not satisfied."),
    (50_199, "For security reasons, user confirmation is required for this request."),
    (53_000, "Device is not in required device state: compliant."),
    (53_001, "Device is not in required device state: domain joined."),
    (53_003, "Access has been blocked due to conditional access policies."),
    (
        53_004,
        "User needs to complete multi-factor authentication registration before accessing this content.",
    ),
    (53_011, "User blocked due to risk on home tenant."),
    (65_001, "The application was not granted consent by the user or an administrator."),
    (500_121, "Authentication failed during strong authentication request."),
    (530_032, "User blocked due to risk on home tenant."),
];

/// What `mfa` may say, with the details the log gives. Source: section 10.2 names the cases, public write-ups the texts.
const DENIALS: &[(&str, &str)] = &[
    ("denied", "MFA denied; user declined the authentication"),
    ("timeout", "MFA denied; user did not respond to mobile app notification"),
    ("no_response", "MFA denied; phone call was not answered"),
    ("wrong_code", "MFA denied; user entered an incorrect verification code"),
    ("fraud", "MFA denied; Fraud Code Entered"),
];

/// Error codes that a policy of Conditional Access caused.
const BY_POLICY: &[i32] =
    &[50_074, 50_076, 50_079, 50_072, 50_158, 53_000, 53_001, 53_003, 53_004, 500_121, 530_032];

/// The portal and what it signs in to; ids that are the same in every tenant.
const APP: (&str, &str) = ("c44b4083-3bb0-49c1-b47d-974e53cbdf3c", "Azure Portal");
const RESOURCE: (&str, &str) =
    ("797f4846-ba00-4fd7-ba43-dac1f8f63013", "Windows Azure Service Management API");

const AGENT: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 \
                     Safari/537.36 Edg/131.0.0.0";

/// All properties of a sign-in but its time and ids.
///
/// # Errors
/// 400 for an unknown word for how the second factor failed.
pub(crate) fn defaults(
    tenant: &Tenant,
    user: Option<&Object>,
    code: i32,
    mfa: Option<&str>,
) -> Result<Value, GraphError> {
    let details = match mfa {
        None if code == 500_121 => Some(DENIALS[0].1),
        None => None,
        Some(word) => {
            let found = DENIALS.iter().find(|(known, _)| *known == word);
            let known: Vec<&str> = DENIALS.iter().map(|(known, _)| *known).collect();
            let unknown = || GraphError::bad_request(format!("`mfa` takes one of {}.", known.join(", ")));
            Some(found.ok_or_else(unknown)?.1)
        }
    };
    let text = |name: &str| user.and_then(|user| user.text(name));
    let policies = policies(tenant, code);
    let by_policy = BY_POLICY.contains(&code) && policies.iter().any(|policy| policy["result"] == "failure");
    let access = if by_policy { "failure" } else { "notApplied" };
    Ok(json!({
        "appDisplayName": APP.1,
        "appId": APP.0,
        "appliedConditionalAccessPolicies": policies,
        "authenticationAppDeviceDetails": null,
        "clientAppUsed": "Browser",
        "conditionalAccessStatus": access,
        "deviceDetail": device(),
        "homeTenantId": tenant.id,
        "ipAddress": address(user),
        "isInteractive": true,
        "location": location(user),
        "resourceDisplayName": RESOURCE.1,
        "resourceId": RESOURCE.0,
        "resourceTenantId": tenant.id,
        "riskDetail": "none",
        "riskEventTypes": [],
        "riskEventTypes_v2": [],
        "riskLevelAggregated": "none",
        "riskLevelDuringSignIn": "none",
        "riskState": "none",
        "servicePrincipalId": "",
        "servicePrincipalName": null,
        "status": reason(code, details),
        "userAgent": AGENT,
        "userDisplayName": text("displayName"),
        // An attempt with a name nobody has belongs to no user.
        "userId": user.map_or("00000000-0000-0000-0000-000000000000", |user| user.id.as_str()),
        "userPrincipalName": text("userPrincipalName").map(str::to_lowercase),
    }))
}

/// The value of `status`.
pub(crate) fn reason(code: i32, details: Option<&str>) -> Value {
    let reason = REASONS.iter().find(|(known, _)| *known == code).map_or("Other.", |(_, reason)| *reason);
    json!({ "errorCode": code, "failureReason": reason, "additionalDetails": details })
}

/// The policies that were looked at: those in force failed if the error is theirs.
pub(crate) fn policies(tenant: &Tenant, code: i32) -> Vec<Value> {
    let failed = BY_POLICY.contains(&code);
    let enabled = |policy: &&Object| policy.text("state") == Some("enabled");
    let policies = tenant.live(Kind::ConditionalAccessPolicy).filter(enabled).enumerate();
    let applied = policies.map(|(place, policy)| {
        let result = if failed && place == 0 { "failure" } else { "notApplied" };
        let controls: &[&str] = if failed && place == 0 { &["Mfa"] } else { &[] };
        json!({
            "id": policy.id, "displayName": policy.text("displayName"), "enforcedGrantControls": controls,
            "enforcedSessionControls": [], "result": result,
        })
    });
    applied.collect()
}

fn device() -> Value {
    json!({
        "deviceId": "", "displayName": "", "operatingSystem": "Windows10", "browser": "Edge 131.0.0",
        "isCompliant": false, "isManaged": false, "trustType": "",
    })
}

/// An address of the documentation range, the same one for a person in every run.
pub(crate) fn address(user: Option<&Object>) -> String {
    let sum = user.map_or(0, |user| user.id.bytes().map(u32::from).sum::<u32>());
    format!("203.0.113.{}", 10 + sum % 200)
}

/// Where the user's office is.
pub(crate) fn location(user: Option<&Object>) -> Value {
    let text = |name: &str| user.and_then(|user| user.text(name));
    let (city, country) = (text("city").unwrap_or("Oslo"), text("country").unwrap_or("NO"));
    let place = match city {
        "Oslo" => Some((59.91, 10.75)),
        "Berlin" => Some((52.52, 13.40)),
        "London" => Some((51.51, -0.13)),
        "Singapore" => Some((1.35, 103.82)),
        _ => None,
    };
    json!({
        "city": city, "state": text("state").unwrap_or(city), "countryOrRegion": country,
        "geoCoordinates": {
            "altitude": null, "latitude": place.map(|place| place.0), "longitude": place.map(|place| place.1),
        },
    })
}
