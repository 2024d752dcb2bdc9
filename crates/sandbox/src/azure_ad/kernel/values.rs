//! Whether a value that was sent is one its property can have, as the description alone tells: shape, members of
//! objects, enumerations and lengths.
//!
//! What only some properties know of (names, domains, passwords) is checked by those who write them.
//!
//! Source: the description of Graph; microsoft-graph.md section 2 (values that do not fit).

use serde_json::{Map, Value};

use crate::azure_ad::errors::GraphError;
use crate::azure_ad::model::description::{Values, description};
use crate::azure_ad::model::schema::{Kind, Shape};

/// Deepest object inside objects that is looked at; the description has none deeper.
const DEPTH_MAX: usize = 8;

/// Reads the value of a property of a kind: its objects come out with the service's spellings and without annotations.
///
/// # Errors
/// 400 for a wrong type, an unknown member, a value outside an enumeration, and a text that is too long.
pub(crate) fn read(kind: Kind, property: &str, value: Value) -> Result<Value, GraphError> {
    match description().values(kind.described_as(), property) {
        Some(values) => Reader { kind, top: values.name }.value(&values, value, 0),
        None => Ok(value),
    }
}

/// 400 for a value a property of a kind cannot have.
pub(crate) fn unfit(kind: Kind, property: &str) -> GraphError {
    let resource = kind.type_name();
    let message = format!("Invalid value specified for property '{property}' of resource '{resource}'.");
    GraphError::bad_request(message.clone()).with_detail("InvalidValue", property, &message)
}

/// Reads one property of an object of a kind.
struct Reader {
    kind: Kind,
    /// The property of the kind itself, which refusals name.
    top: &'static str,
}

impl Reader {
    fn value(&self, values: &Values, value: Value, depth: usize) -> Result<Value, GraphError> {
        match (values.shape, value) {
            (Shape::Texts | Shape::Items, Value::Array(items)) => {
                let read = items.into_iter().map(|item| self.item(values, item, depth));
                Ok(Value::Array(read.collect::<Result<_, _>>()?))
            }
            (Shape::Texts | Shape::Items, _) => Err(self.wrong(values)),
            (_, Value::Null) if values.nullable => Ok(Value::Null),
            (_, value) => self.item(values, value, depth),
        }
    }

    /// A single value, or one of a list.
    fn item(&self, values: &Values, value: Value, depth: usize) -> Result<Value, GraphError> {
        match (values.shape, value) {
            (Shape::Text | Shape::Texts, Value::String(text)) => self.text(values, text),
            (Shape::Flag, value @ Value::Bool(_)) => Ok(value),
            (Shape::Number, Value::Number(number)) if number.is_i64() || number.is_f64() => {
                Ok(Value::Number(number))
            }
            (Shape::Instant, Value::String(text)) if text.parse::<jiff::Timestamp>().is_ok() => {
                Ok(Value::String(text))
            }
            (Shape::Complex | Shape::Items, Value::Object(members)) if depth < DEPTH_MAX => {
                self.object(values, members, depth)
            }
            _ => Err(self.wrong(values)),
        }
    }

    fn text(&self, values: &Values, text: String) -> Result<Value, GraphError> {
        if values.most.is_some_and(|most| text.chars().count() > most) {
            return Err(unfit(self.kind, self.top));
        }
        let Some(known) = values.known else { return Ok(Value::String(text)) };
        let member = known.iter().find(|member| member.eq_ignore_ascii_case(&text));
        member.map(|member| Value::from(*member)).ok_or_else(|| unfit(self.kind, self.top))
    }

    fn object(
        &self,
        values: &Values,
        members: Map<String, Value>,
        depth: usize,
    ) -> Result<Value, GraphError> {
        let Some(type_name) = values.of else { return Ok(Value::Object(members)) };
        let mut read = Map::new();
        for (name, value) in members {
            if name.contains('@') {
                continue;
            }
            let Some(inner) = description().values(type_name, &name) else {
                return Err(GraphError::bad_request(format!(
                    "The property '{name}' does not exist on type 'microsoft.graph.{type_name}'. Make sure to only \
                     use property names that are defined by the type or mark the type as open type."
                )));
            };
            read.insert(inner.name.to_owned(), self.value(&inner, value, depth + 1)?);
        }
        Ok(Value::Object(read))
    }

    fn wrong(&self, values: &Values) -> GraphError {
        let expected = match values.shape {
            Shape::Text => "Edm.String".to_owned(),
            Shape::Flag => "Edm.Boolean".to_owned(),
            Shape::Instant => "Edm.DateTimeOffset".to_owned(),
            Shape::Number => "Edm.Int32".to_owned(),
            Shape::Texts => "Collection(Edm.String)".to_owned(),
            Shape::Complex => format!("microsoft.graph.{}", values.of.unwrap_or("Json")),
            Shape::Items => format!("Collection(microsoft.graph.{})", values.of.unwrap_or("Json")),
        };
        GraphError::bad_request(format!(
            "Cannot convert the value of property '{}' to the expected type '{expected}'.",
            values.name
        ))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_what_the_description_tells_is_read() {
        let read = |property: &str, value: Value| read(Kind::User, property, value);
        assert_eq!(read("city", json!("Oslo")), Ok(json!("Oslo")));
        assert_eq!(read("city", json!(null)), Ok(json!(null)));
        assert_eq!(read("ageGroup", json!("minor")), Ok(json!("Minor")));
        assert_eq!(
            read("employeeOrgData", json!({ "@odata.type": "#x", "Division": "North", "costCenter": null })),
            Ok(json!({ "division": "North", "costCenter": null }))
        );
        assert_eq!(read("otherMails", json!(["a@b.test"])), Ok(json!(["a@b.test"])));
        for (property, value, piece) in [
            ("city", json!(3), "Edm.String"),
            ("city", json!("x".repeat(129)), "Invalid value specified"),
            ("ageGroup", json!("Old"), "Invalid value specified"),
            ("accountEnabled", json!("true"), "Edm.Boolean"),
            ("employeeHireDate", json!("soon"), "Edm.DateTimeOffset"),
            ("otherMails", json!("a@b.test"), "Collection(Edm.String)"),
            ("otherMails", json!(["a@b.test", null]), "Collection(Edm.String)"),
            ("employeeOrgData", json!([]), "microsoft.graph.employeeOrgData"),
            ("employeeOrgData", json!({ "frob": 1 }), "'frob' does not exist on type"),
            ("employeeOrgData", json!({ "division": 1 }), "'division' to the expected type 'Edm.String'"),
            ("authorizationInfo", json!({ "certificateUserIds": [1] }), "Collection(Edm.String)"),
        ] {
            let refused = read(property, value.clone()).unwrap_err().message;
            assert!(refused.contains(piece), "{property} {value}: {refused}");
        }
    }
}
