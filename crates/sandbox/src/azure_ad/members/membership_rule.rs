//! Whom the rule of a dynamic group takes in.
//!
//! Source: microsoft-graph.md section 6.3 (rules).

use serde_json::Value;

use crate::azure_ad::state::object::Object;

/// A rule that can be worked out.
#[derive(Debug, PartialEq)]
pub(crate) enum Rule {
    And(Box<Rule>, Box<Rule>),
    Or(Box<Rule>, Box<Rule>),
    Not(Box<Rule>),
    Compare {
        /// Path from the user, with slashes.
        property: String,
        operator: Operator,
        negated: bool,
        values: Vec<Value>,
    },
    /// Well formed, and more than is worked out here: regular expressions, dates, conditions on items, devices.
    Opaque,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Operator {
    Equals,
    StartsWith,
    EndsWith,
    Contains,
    In,
}

impl Rule {
    /// Whether it can be worked out to the end.
    pub(crate) fn is_clear(&self) -> bool {
        match self {
            Self::And(left, right) | Self::Or(left, right) => left.is_clear() && right.is_clear(),
            Self::Not(inner) => inner.is_clear(),
            Self::Compare { .. } => true,
            Self::Opaque => false,
        }
    }

    /// Whether a user is a member by it.
    pub(crate) fn takes(&self, user: &Object) -> bool {
        match self {
            Self::And(left, right) => left.takes(user) && right.takes(user),
            Self::Or(left, right) => left.takes(user) || right.takes(user),
            Self::Not(inner) => !inner.takes(user),
            Self::Compare { property, operator, negated, values } => {
                let own = own(user, property);
                values.iter().any(|value| compares(own, *operator, value)) != *negated
            }
            Self::Opaque => false,
        }
    }

    /// Whether it looks at a property.
    pub(crate) fn reads(&self, name: &str) -> bool {
        match self {
            Self::And(left, right) | Self::Or(left, right) => left.reads(name) || right.reads(name),
            Self::Not(inner) => inner.reads(name),
            Self::Compare { property, .. } => property.split('/').next() == Some(name),
            Self::Opaque => false,
        }
    }
}

fn own<'a>(user: &'a Object, path: &str) -> &'a Value {
    let mut steps = path.split('/');
    let top = steps.next().and_then(|top| user.properties.get(top));
    let found = top.and_then(|top| steps.try_fold(top, |value, step| value.get(step)));
    found.unwrap_or(&Value::Null)
}

fn compares(own: &Value, operator: Operator, value: &Value) -> bool {
    if let Value::Array(items) = own {
        return match value {
            Value::Null => items.is_empty(),
            _ => items.iter().any(|item| compares(item, operator, value)),
        };
    }
    let (Some(own), Some(wanted)) = (own.as_str(), value.as_str()) else { return own == value };
    let (own, wanted) = (own.to_lowercase(), wanted.to_lowercase());
    match operator {
        Operator::Equals | Operator::In => own == wanted,
        Operator::StartsWith => own.starts_with(&wanted),
        Operator::EndsWith => own.ends_with(&wanted),
        Operator::Contains => own.contains(&wanted),
    }
}
