//! What the directory checks before it writes a user.
//!
//! Source: microsoft-graph.md sections 2 (messages) and 6.1 (required properties).

use serde_json::{Map, Value};

use crate::azure_ad::errors::GraphError;
use crate::azure_ad::model::schema::{Kind, Property, Shape};
use crate::azure_ad::people::passwords;

/// Longest alias.
const ALIAS_CHARS_MAX: usize = 64;

/// Checks the properties of a create or an update and gives them with their proper names.
///
/// # Errors
/// 400 for unknown or read-only properties, wrong types, empty texts, foreign domains and weak
/// passwords.
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
        check_shape(property, &value)?;
        check_length(property.name, &value)?;
        match property.name {
            "displayName" if value.is_null() => return Err(unfit(property.name)),
            "userPrincipalName" => check_upn(&value, domains)?,
            "passwordProfile" => check_password(&value)?,
            "mailNickname" if !value.as_str().is_some_and(is_alias) => return Err(unfit(property.name)),
            "usageLocation" if !value.as_str().is_some_and(is_country) => return Err(unfit(property.name)),
            _ => {}
        }
        checked.insert(property.name.to_owned(), value);
    }
    Ok(checked)
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

fn check_shape(property: &Property, value: &Value) -> Result<(), GraphError> {
    let (fits, expected) = match property.shape {
        Shape::Text => (value.is_string() || value.is_null(), "Edm.String"),
        Shape::Flag => (value.is_boolean(), "Edm.Boolean"),
        Shape::Instant => (is_instant(value) || value.is_null(), "Edm.DateTimeOffset"),
        Shape::Texts => {
            let texts = value.as_array().is_some_and(|items| items.iter().all(Value::is_string));
            (texts, "Collection(Edm.String)")
        }
        Shape::Complex => (value.is_object() || value.is_null(), "an object"),
        Shape::Number => (value.is_number() || value.is_null(), "Edm.Int32"),
        Shape::Items => (value.is_array(), "a collection"),
    };
    if !fits {
        return Err(GraphError::bad_request(format!(
            "Cannot convert the value of property '{}' to the expected type '{expected}'.",
            property.name
        )));
    }
    if value.as_str() == Some("") {
        return Err(unfit(property.name));
    }
    Ok(())
}

/// Most characters of texts. Source: the description of Graph.
const CHARS_MAX: [(&str, usize); 13] = [
    ("city", 128),
    ("companyName", 64),
    ("country", 128),
    ("department", 64),
    ("displayName", 256),
    ("employeeId", 16),
    ("givenName", 64),
    ("jobTitle", 128),
    ("mobilePhone", 64),
    ("postalCode", 40),
    ("state", 128),
    ("streetAddress", 1024),
    ("surname", 64),
];

fn check_length(property: &str, value: &Value) -> Result<(), GraphError> {
    let most = CHARS_MAX.iter().find(|(name, _)| *name == property).map_or(usize::MAX, |(_, most)| *most);
    let chars = value.as_str().map_or(0, |text| text.chars().count());
    if chars > most { Err(unfit(property)) } else { Ok(()) }
}

fn unfit(property: &str) -> GraphError {
    GraphError::bad_request(format!("Invalid value specified for property '{property}' of resource 'User'."))
}

/// Whether a text can stand before the `@` of an address.
pub(crate) fn is_alias(text: &str) -> bool {
    let refused = |c: char| !c.is_ascii() || c.is_ascii_control() || "@()\\[]\";:<>, ".contains(c);
    !text.is_empty() && text.len() <= ALIAS_CHARS_MAX && !text.contains(refused)
}

fn is_country(text: &str) -> bool {
    text.len() == 2 && text.chars().all(|c| c.is_ascii_alphabetic())
}

fn is_instant(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.parse::<jiff::Timestamp>().is_ok())
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
