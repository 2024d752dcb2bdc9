//! Reads what the admin interface injects into the logs: any property by its name in Graph, and what is missing is
//! filled in by the callers.
//!
//! It refuses names and values that Graph does not have, because an answer must always fit its description.

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::azure_ad::errors::GraphError;
use crate::azure_ad::model::description::description;
use crate::azure_ad::model::schema::{Kind, Property, Shape};
use crate::azure_ad::state::object::Object;
use crate::azure_ad::state::tenant::Tenant;
use crate::span::Span;

/// What a body says, taken out part by part; what is left at the end are properties of Graph.
#[derive(Debug)]
pub(crate) struct Body {
    left: Map<String, Value>,
}

impl Body {
    pub(crate) fn new(left: Map<String, Value>) -> Self {
        Self { left }
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.left.contains_key(name)
    }

    /// A text that stays where it is.
    pub(crate) fn peek(&self, name: &str) -> Option<&str> {
        self.left.get(name).and_then(Value::as_str)
    }

    pub(crate) fn take(&mut self, name: &str) -> Option<Value> {
        self.left.remove(name).filter(|value| !value.is_null())
    }

    /// # Errors
    /// 400 for what is no text.
    pub(crate) fn take_text(&mut self, name: &str) -> Result<Option<String>, GraphError> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(GraphError::bad_request(format!("`{name}` takes a text."))),
        }
    }

    /// # Errors
    /// 400 for what is no instant, such as `2026-01-05T08:00:00Z`.
    pub(crate) fn take_instant(&mut self, name: &str) -> Result<Option<Timestamp>, GraphError> {
        let Some(text) = self.take_text(name)? else { return Ok(None) };
        let instant =
            text.parse().map_err(|_| GraphError::bad_request(format!("`{name}` takes an instant, UTC.")));
        instant.map(Some)
    }

    /// # Errors
    /// 400 for what is no span, such as `30s`.
    pub(crate) fn take_span(&mut self, name: &str) -> Result<Option<Span>, GraphError> {
        let Some(text) = self.take_text(name)? else { return Ok(None) };
        text.parse().map(Some).map_err(|error: String| GraphError::bad_request(error))
    }

    /// When it happened: `at`, or `ago` before now, or now.
    ///
    /// # Errors
    /// 400 for what is neither instant nor span.
    pub(crate) fn take_when(&mut self, now: Timestamp) -> Result<Timestamp, GraphError> {
        let at = self.take_instant("at")?;
        let ago = self.take_span("ago")?.and_then(|ago| now.checked_sub(ago.0).ok());
        Ok(at.or(ago).unwrap_or(now))
    }

    /// The user that `user` names by object id or UPN, also a deleted one by id.
    ///
    /// # Errors
    /// 404 for somebody unknown, 400 for what is no name.
    pub(crate) fn take_user(&mut self, tenant: &Tenant) -> Result<Option<Object>, GraphError> {
        let Some(name) = self.take_text("user")? else { return Ok(None) };
        let found = tenant.user(&name).or_else(|| tenant.directory.get(Kind::User, &name));
        found.cloned().map(Some).ok_or_else(|| GraphError::not_found(&name))
    }

    /// Puts what is left over the defaults: objects property by property, everything else as a whole.
    ///
    /// # Errors
    /// 400 for a name or a value the kind does not have.
    pub(crate) fn over(self, kind: Kind, defaults: Value) -> Result<Map<String, Value>, GraphError> {
        let mut all = fields(defaults);
        for (name, value) in self.left {
            let Some(property) = kind.property(&name).filter(|property| property.name != "id") else {
                let kind = kind.short_name();
                return Err(GraphError::bad_request(format!(
                    "`{name}` is no property of {kind} that can be set."
                )));
            };
            check(kind, property, &value)?;
            let merged = match (all.get(property.name), value) {
                (Some(Value::Object(under)), Value::Object(over)) => {
                    let mut under = under.clone();
                    under.extend(over);
                    Value::Object(under)
                }
                (_, value) => value,
            };
            all.insert(property.name.to_owned(), merged);
        }
        Ok(all)
    }
}

fn check(kind: Kind, property: &Property, value: &Value) -> Result<(), GraphError> {
    let name = property.name;
    let fits = match (property.shape, value) {
        (_, Value::Null) => property.nullable,
        (Shape::Text, Value::String(text)) => is_value(kind, name, text),
        (Shape::Instant, Value::String(text)) => text.parse::<Timestamp>().is_ok(),
        (Shape::Flag, Value::Bool(_))
        | (Shape::Number, Value::Number(_))
        | (Shape::Complex, Value::Object(_)) => true,
        (Shape::Texts, Value::Array(all)) => {
            all.iter().all(|one| one.as_str().is_some_and(|text| is_value(kind, name, text)))
        }
        (Shape::Items, Value::Array(all)) => all.iter().all(Value::is_object),
        _ => false,
    };
    if fits {
        Ok(())
    } else {
        Err(GraphError::bad_request(format!("`{name}` does not take the value {value}.")))
    }
}

/// The fields of a JSON object that was just written down.
pub(crate) fn fields(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}

/// Whether a text is one of the values a property may have: any where it has no enumeration.
pub(crate) fn is_value(kind: Kind, name: &str, text: &str) -> bool {
    members(kind, name).is_none_or(|members| members.contains(&text))
}

/// The members of a property's enumeration.
pub(crate) fn members(kind: Kind, name: &str) -> Option<&'static [&'static str]> {
    let values = description().values(kind.described_as(), name)?;
    values.known.filter(|_| values.enumeration)
}
