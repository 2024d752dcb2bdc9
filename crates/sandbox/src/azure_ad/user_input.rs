//! What the directory checks before it writes a user.
//!
//! Source: microsoft-graph.md sections 2 (messages) and 6.1 (required properties).

use serde_json::{Map, Value};

use crate::azure_ad::errors::GraphError;
use crate::azure_ad::schema::{Kind, Property, Shape};

/// Shortest password. The service's other rule: three of four sorts of characters.
const PASSWORD_CHARS_MIN: usize = 8;

/// Checks the properties of a create or an update and gives them with their proper names.
///
/// # Errors
/// 400 for unknown or read-only properties, wrong types, empty texts, foreign domains and weak
/// passwords.
pub(crate) fn check(body: Map<String, Value>, domain: &str) -> Result<Map<String, Value>, GraphError> {
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
        match property.name {
            "userPrincipalName" => check_upn(&value, domain)?,
            "passwordProfile" => check_password(&value)?,
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

pub(crate) fn upn_taken() -> GraphError {
    let message = "Another object with the same value for property userPrincipalName already exists.";
    GraphError::bad_request(message).with_detail("ObjectConflict", "userPrincipalName", message)
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
        return Err(GraphError::bad_request(format!(
            "Invalid value specified for property '{}' of resource 'User'.",
            property.name
        )));
    }
    Ok(())
}

fn is_instant(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.parse::<jiff::Timestamp>().is_ok())
}

fn check_upn(value: &Value, domain: &str) -> Result<(), GraphError> {
    let parts = value.as_str().and_then(|upn| upn.split_once('@'));
    match parts {
        Some((name, given)) if given.eq_ignore_ascii_case(domain) && is_upn_name(name) => Ok(()),
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
    let password = password.as_str().unwrap_or_default();
    let sorts: [fn(char) -> bool; 4] =
        [|c| c.is_lowercase(), |c| c.is_uppercase(), |c| c.is_ascii_digit(), |c| !c.is_alphanumeric()];
    let used = sorts.iter().filter(|sort| password.chars().any(**sort)).count();
    if password.chars().count() < PASSWORD_CHARS_MIN || used < 3 {
        return Err(GraphError::bad_request(
            "The specified password does not comply with password complexity requirements. Please provide a \
             different password.",
        ));
    }
    Ok(())
}
