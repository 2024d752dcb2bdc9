//! What the directory checks before it writes a user.
//!
//! Source: microsoft-graph.md sections 2 (messages) and 6.1 (required properties).

use serde_json::{Map, Value};

use crate::azure_ad::errors::GraphError;
use crate::azure_ad::kernel::values;
use crate::azure_ad::model::schema::{Kind, Property, Shape};
use crate::azure_ad::people::{countries, passwords};

/// Longest alias.
const ALIAS_CHARS_MAX: usize = 64;

/// Checks the properties of a create or an update and gives them with their proper names.
///
/// # Errors
/// 400 for unknown or read-only properties, values of wrong types or outside what is allowed, empty texts, foreign
/// domains and weak passwords.
pub(crate) fn check(body: Map<String, Value>, domains: &[String]) -> Result<Map<String, Value>, GraphError> {
    let mut checked = Map::new();
    for (name, value) in body {
        if name.eq_ignore_ascii_case("manager@odata.bind") {
            checked.insert("manager@odata.bind".to_owned(), value);
            continue;
        }
        if name.starts_with('@') {
            continue;
        }
        let Some(property) = Kind::User.property(&name) else {
            return Err(GraphError::bad_request(format!("Invalid property '{name}'.")));
        };
        if !property.writable {
            return Err(GraphError::bad_request(format!(
                "Property '{}' is read-only and cannot be set.",
                property.name
            )));
        }
        let value = read(property, value)?;
        check_value(property.name, &value, domains)?;
        checked.insert(property.name.to_owned(), value);
    }
    Ok(checked)
}

fn read(property: &Property, value: Value) -> Result<Value, GraphError> {
    if value.as_str() == Some("") {
        return Err(unfit(property.name));
    }
    // The description lets them be null, the directory does not.
    if value.is_null() && property.shape == Shape::Flag {
        return Err(GraphError::bad_request(format!(
            "Cannot convert the value of property '{}' to the expected type 'Edm.Boolean'.",
            property.name
        )));
    }
    values::read(Kind::User, property.name, value)
}

/// What the description does not tell of a value.
fn check_value(name: &str, value: &Value, domains: &[String]) -> Result<(), GraphError> {
    let text = value.as_str();
    let fits = match name {
        "userPrincipalName" => return check_upn(value, domains),
        "passwordProfile" => return check_password(value),
        "displayName" => !value.is_null(),
        "mailNickname" => text.is_some_and(is_alias),
        "usageLocation" => text.is_some_and(countries::is_country),
        "userType" => text.is_none_or(|text| USER_TYPES.contains(&text)),
        "passwordPolicies" => text.is_none_or(are_policies),
        _ => true,
    };
    if fits { Ok(()) } else { Err(unfit(name)) }
}

/// Sorts of users. The description names them as examples; the service knows no others.
const USER_TYPES: [&str; 2] = ["Member", "Guest"];

/// Whether a text lists password policies. Source: the description; `None` is what clients send to clear them.
fn are_policies(text: &str) -> bool {
    let known = ["None", "DisablePasswordExpiration", "DisableStrongPassword"];
    text.split(',').all(|policy| known.contains(&policy.trim()))
}

/// Refuses a create that lacks what every user must have.
///
/// # Errors
/// 400 naming the first missing property.
pub(crate) fn check_required(properties: &Map<String, Value>) -> Result<(), GraphError> {
    let password = properties.get("passwordProfile").and_then(|profile| profile.get("password"));
    let missing = |name: &&&str| match **name {
        "passwordProfile" => password.is_none_or(Value::is_null),
        name => properties.get(name).is_none_or(Value::is_null),
    };
    let required = ["accountEnabled", "displayName", "mailNickname", "userPrincipalName", "passwordProfile"];
    match required.iter().find(missing) {
        None => Ok(()),
        Some(name) => Err(GraphError::bad_request(format!(
            "A value is required for property '{name}' of resource 'User'."
        ))),
    }
}

/// Properties of users mastered on premises that are still the directory's own.
const CLOUD_ONLY: [&str; 5] =
    ["usageLocation", "passwordPolicies", "preferredDataLocation", "ageGroup", "consentProvidedForMinor"];

/// Refuses changes of what is mastered in an on-premises directory.
///
/// # Errors
/// 400.
pub(crate) fn check_mastery(synced: bool, properties: &Map<String, Value>) -> Result<(), GraphError> {
    let foreign = properties.keys().any(|name| !CLOUD_ONLY.contains(&name.as_str()));
    if synced && foreign { Err(mastered_on_premises()) } else { Ok(()) }
}

pub(crate) fn mastered_on_premises() -> GraphError {
    GraphError::bad_request(
        "Unable to update the specified properties for on-premises mastered Directory Sync objects or objects \
         currently undergoing migration.",
    )
}

fn unfit(property: &str) -> GraphError {
    values::unfit(Kind::User, property)
}

/// Whether a text can stand before the `@` of an address.
pub(crate) fn is_alias(text: &str) -> bool {
    let refused = |c: char| !c.is_ascii() || c.is_ascii_control() || "@()\\[]\";:<>, ".contains(c);
    !text.is_empty() && text.len() <= ALIAS_CHARS_MAX && !text.contains(refused)
}

fn check_upn(value: &Value, domains: &[String]) -> Result<(), GraphError> {
    let parts = value.as_str().and_then(|upn| upn.split_once('@'));
    match parts {
        Some((name, given))
            if domains.iter().any(|domain| given.eq_ignore_ascii_case(domain)) && is_upn_name(name) =>
        {
            Ok(())
        }
        Some((name, _)) if is_upn_name(name) => Err(GraphError::bad_request(
            "The domain portion of the userPrincipalName property is invalid. You must use one of the verified \
             domain names in your organization.",
        )),
        _ => Err(GraphError::bad_request("Property userPrincipalName is invalid.")),
    }
}

fn is_upn_name(name: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "'.-_!#^~".contains(c);
    !name.is_empty() && name.len() <= 64 && name.chars().all(allowed) && !name.ends_with('.')
}

fn check_password(profile: &Value) -> Result<(), GraphError> {
    // An update may change only whether the password must be changed.
    let Some(password) = profile.get("password") else { return Ok(()) };
    passwords::check(password.as_str().unwrap_or_default())
}
