//! What the CMDB Meta API tells of a class: columns, children, and what its items are told apart by.
//!
//! Source: reference section 9.10; ServiceNow documentation, CMDB Meta API. There are no rules about
//! which classes may be related, and no pictures.

use serde_json::{Value, json};

use crate::servicenow::cmdb;
use crate::servicenow::dictionary::Field;
use crate::servicenow::walk::Base;

/// The facts of a class that is there.
pub(crate) fn of(base: Base<'_>, class: &str) -> Value {
    let dictionary = base.dictionary;
    let Some(table) = dictionary.table(class) else { return Value::Null };
    let children: Vec<&str> = dictionary
        .tables()
        .filter(|(_, one)| one.parent.as_deref() == Some(class))
        .map(|(name, _)| name)
        .collect();
    let own: Vec<&String> = dictionary.own_fields(class).map(|(name, _)| name).collect();
    let display = dictionary.display_field(class).unwrap_or_default();
    let attributes: Value = table
        .fields
        .iter()
        .map(|(name, field)| attribute(name, field, !own.contains(&name), name == display))
        .collect();
    json!({
        "name": class,
        "label": table.label,
        "parent": table.parent.as_deref().unwrap_or_default(),
        "is_extendable": true,
        "children": children,
        "attributes": attributes,
        "relationship_rules": [],
        "identification_rules": rules(base, class),
        "icon": "",
        "icon_url": "",
    })
}

fn attribute(name: &str, field: &Field, inherited: bool, display: bool) -> Value {
    let default = field.default.as_str();
    json!({
        "element": name,
        "label": field.label,
        "type": field.kind.internal_type(),
        "max_length": field.length.unwrap_or(40).to_string(),
        "default_value": if default.is_empty() { Value::Null } else { json!(default) },
        "is_inherited": inherited.to_string(),
        "is_mandatory": field.mandatory.to_string(),
        "is_read_only": field.read_only.to_string(),
        "is_display": display.to_string(),
    })
}

fn rules(base: Base<'_>, class: &str) -> Value {
    let Some(rule) = cmdb::identifier(base, class) else { return json!({}) };
    let entries = rule.attributes.iter().zip(1..);
    let identifiers: Value = entries
        .map(|(attributes, place)| {
            json!({
                "attributes": attributes.join(","),
                "order": place * 100,
                "active": true,
                "condition": null,
                "table": null,
                "referenced_field": null,
                "exact_count_match": false,
                "allow_fallback": false,
                "allow_null_attribute": false,
            })
        })
        .collect();
    json!({
        "name": rule.name,
        "description": "",
        "applies_to": rule.table,
        "active": true,
        "is_independent": true,
        "identifiers": identifiers,
        "related_rules": [],
    })
}
