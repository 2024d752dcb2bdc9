//! What the directory checks before it writes a group.
//!
//! Source: microsoft-graph.md section 6.3 (kinds of groups, required properties, binds).

use serde_json::{Map, Value};

use crate::azure_ad::errors::GraphError;
use crate::azure_ad::kernel::values;
use crate::azure_ad::members::rule_parser;
use crate::azure_ad::model::schema::{Kind, Shape};
use crate::azure_ad::people::user_input::is_alias;

/// Most owners, and most members, that one request may bind.
const BOUND_MAX: usize = 20;

/// Most characters of the rule of a dynamic group.
const RULE_CHARS_MAX: usize = 3072;

/// Properties of a group that only a create may set.
const AT_CREATION: [&str; 4] =
    ["isAssignableToRole", "mailEnabled", "resourceBehaviorOptions", "resourceProvisioningOptions"];

/// Properties of a group that clients may write at any time.
const WRITABLE: [&str; 13] = [
    "classification",
    "description",
    "displayName",
    "groupTypes",
    "mailNickname",
    "membershipRule",
    "membershipRuleProcessingState",
    "preferredDataLocation",
    "preferredLanguage",
    "securityEnabled",
    "theme",
    "uniqueName",
    "visibility",
];

/// The body of a create or an update, taken apart.
#[derive(Debug, Default)]
pub(crate) struct Input {
    /// With their proper names.
    pub(crate) properties: Map<String, Value>,
    /// Last segments of the bound URLs.
    pub(crate) members: Vec<String>,
    pub(crate) owners: Vec<String>,
}

/// Reads a body.
///
/// # Errors
/// 400 for unknown or read-only properties, wrong types and values, and more than twenty bound objects.
pub(crate) fn read(body: Map<String, Value>, creating: bool) -> Result<Input, GraphError> {
    let mut input = Input::default();
    for (name, value) in body {
        match name.to_ascii_lowercase().as_str() {
            "members@odata.bind" => input.members = bound(&value)?,
            "owners@odata.bind" => input.owners = bound(&value)?,
            lower if lower.starts_with('@') => {}
            _ => {
                let (name, value) = property(&name, value, creating)?;
                input.properties.insert(name, value);
            }
        }
    }
    Ok(input)
}

fn property(name: &str, value: Value, creating: bool) -> Result<(String, Value), GraphError> {
    let Some(property) = Kind::Group.property(name) else {
        return Err(GraphError::bad_request(format!("Invalid property '{name}'.")));
    };
    let name = property.name;
    let writable = WRITABLE.contains(&name) || (creating && AT_CREATION.contains(&name));
    if !writable {
        return Err(GraphError::bad_request(format!("Property '{name}' is read-only and cannot be set.")));
    }
    if value.is_null() && property.shape == Shape::Flag && name != "isAssignableToRole" {
        return Err(GraphError::bad_request(format!(
            "Cannot convert the value of property '{name}' to the expected type 'Edm.Boolean'."
        )));
    }
    let value = values::read(Kind::Group, name, value)?;
    let text = value.as_str();
    let fits =
        match name {
            "displayName" => text.is_some_and(|text| !text.is_empty()),
            "mailNickname" => text.is_some_and(is_alias),
            // Hidden members are a matter of the group's first day.
            "visibility" => creating || text != Some("HiddenMembership"),
            "groupTypes" => value.as_array().into_iter().flatten().all(|kind| {
                kind.as_str().is_some_and(|kind| ["Unified", "DynamicMembership"].contains(&kind))
            }),
            "membershipRule" => {
                text.is_none_or(|rule| !rule.is_empty() && rule.chars().count() <= RULE_CHARS_MAX)
            }
            _ => text != Some(""),
        };
    if !fits {
        return Err(unfit(name));
    }
    Ok((name.to_owned(), value))
}

pub(crate) fn unfit(property: &str) -> GraphError {
    values::unfit(Kind::Group, property)
}

/// The last segments of a list of URLs.
fn bound(value: &Value) -> Result<Vec<String>, GraphError> {
    let invalid = || GraphError::bad_request("Invalid URL format specified for @odata.bind or @odata.id.");
    let urls = value.as_array().ok_or_else(invalid)?;
    if urls.len() > BOUND_MAX {
        return Err(GraphError::bad_request(format!(
            "The number of references in one request exceeds the maximum of {BOUND_MAX}."
        )));
    }
    let last = |url: &Value| {
        let id = url.as_str()?.trim_end_matches('/').rsplit('/').next()?;
        Some(id.trim_matches(['\'', '(', ')']).to_owned()).filter(|id| !id.is_empty())
    };
    urls.iter().map(|url| last(url).ok_or_else(invalid)).collect()
}

/// Refuses a create whose properties do not make a kind of group that can be created here.
///
/// # Errors
/// 400 for what is missing or does not go together.
pub(crate) fn check_new(properties: &Map<String, Value>) -> Result<(), GraphError> {
    let missing = |name: &&&str| properties.get(**name).is_none_or(Value::is_null);
    let required = ["displayName", "mailEnabled", "mailNickname", "securityEnabled"];
    if let Some(name) = required.iter().find(missing) {
        return Err(required_value(name));
    }
    let is = |name: &str| properties.get(name).and_then(Value::as_bool).unwrap_or(false);
    let unified = has_type(properties, "Unified");
    if unified != is("mailEnabled") || (!unified && !is("securityEnabled")) {
        return Err(GraphError::bad_request(
            "The service does not currently support writes of mail-enabled groups. Please ensure that the \
             mail-enablement property is unset and the security-enablement property is set.",
        ));
    }
    check_rule(properties)?;
    check_syntax(properties)?;
    let hidden = properties.get("visibility").and_then(Value::as_str) == Some("HiddenMembership");
    if hidden && !unified {
        return Err(unfit("visibility"));
    }
    if is("isAssignableToRole") {
        let private =
            properties.get("visibility").and_then(Value::as_str).is_none_or(|text| text == "Private");
        if !is("securityEnabled") || has_type(properties, "DynamicMembership") || !private {
            return Err(unfit("isAssignableToRole"));
        }
    }
    Ok(())
}

/// Refuses a dynamic group without a rule, and a rule without a dynamic group.
///
/// # Errors
/// 400.
pub(crate) fn check_rule(properties: &Map<String, Value>) -> Result<(), GraphError> {
    let rule =
        properties.get("membershipRule").and_then(Value::as_str).filter(|rule| !rule.trim().is_empty());
    match (has_type(properties, "DynamicMembership"), rule) {
        (true, None) => Err(required_value("membershipRule")),
        (false, Some(_)) => Err(unfit("membershipRule")),
        _ => Ok(()),
    }
}

/// Refuses a rule the service cannot read; one that is paused is kept as it comes.
///
/// # Errors
/// 400.
pub(crate) fn check_syntax(properties: &Map<String, Value>) -> Result<(), GraphError> {
    let text = |name: &str| properties.get(name).and_then(Value::as_str);
    match text("membershipRule") {
        Some(rule) if text("membershipRuleProcessingState") != Some("Paused") => {
            rule_parser::parse(rule).map(drop)
        }
        _ => Ok(()),
    }
}

/// Whether the group types of these properties name one.
pub(crate) fn has_type(properties: &Map<String, Value>, kind: &str) -> bool {
    let types = properties.get("groupTypes").and_then(Value::as_array);
    types.is_some_and(|types| types.iter().any(|own| own == kind))
}

fn required_value(name: &str) -> GraphError {
    GraphError::bad_request(format!("A value is required for property '{name}' of resource 'Group'."))
}
