//! What an author declares about an output or event: inputs that are marked as naming its fields
//! (`select`, `fields`, `variables`). Writes what was declared into the schema of the output.

use std::borrow::Cow;

use drawbridge_sdk::Declares;
use serde_json::{Value, json};

use super::types::schema_of;
use crate::model::ValueType;
use crate::syntax::{Node, NodeKind};

/// Mark of a part of an output whose fields were declared.
pub(super) const DECLARED: &str = "x-drawbridge-declared";

/// An input that names fields of the output.
#[derive(Debug)]
pub(super) struct DeclaringInput {
    name: String,
    is_map: bool,
    declares: Declares,
}

/// What was declared of one part of an output.
#[derive(Debug, Clone, Copy)]
pub(super) struct Declared<'s> {
    /// The input that declares.
    pub(super) input: &'s str,
    /// Whether the input is a map of names with types rather than a list of names.
    pub(super) is_map: bool,
    names: &'s [Value],
}

impl<'s> Declared<'s> {
    /// What is declared in this schema of a map, where something is.
    pub(super) fn of(schema: &'s Value) -> Option<Self> {
        let mark = schema.get(DECLARED)?;
        Some(Self {
            input: mark.get("input")?.as_str()?,
            is_map: mark.get("map")?.as_bool()?,
            names: mark.get("names")?.as_array()?,
        })
    }

    /// Whether a field was named.
    pub(super) fn names(self, field: &str) -> bool {
        self.names.iter().any(|name| name == field)
    }
}

/// The inputs of a node, by the schema of what it takes, that name fields of its output.
pub(super) fn declaring_inputs(schema: &Value) -> Vec<DeclaringInput> {
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else { return Vec::new() };
    let input = |(name, property): (&String, &Value)| {
        let declares = serde_json::from_value(property.get(Declares::MARK)?.clone()).ok()?;
        let is_map = property.get("type").is_some_and(|kind| kind == "object");
        Some(DeclaringInput { name: name.clone(), is_map, declares })
    };
    properties.iter().filter_map(input).collect()
}

/// The schema of an output with what `with` declares; untouched where that is not written out.
pub(super) fn declared<'a>(
    output: &'a Value,
    inputs: &[DeclaringInput],
    with: Option<&Node>,
) -> Cow<'a, Value> {
    if inputs.is_empty() {
        return Cow::Borrowed(output);
    }
    let mut schema = output.clone();
    for input in inputs {
        let given = with.and_then(|with| with.get(&input.name)).map(|entry| &entry.value);
        let Some(mut fields) = fields(given) else { continue };
        let usual = input.declares.usual.iter().map(|name| (name.clone(), None));
        if given.is_none() || input.declares.adds {
            fields.extend(usual);
        }
        for pointer in &input.declares.at {
            if let Some(part) = part(output, &mut schema, pointer) {
                declare(part, &input.name, input.is_map, &fields);
            }
        }
    }
    Cow::Owned(schema)
}

type Field = (String, Option<ValueType>);

/// The names that are given, with their types where they have one; `None` where one is not written out.
fn fields(given: Option<&Node>) -> Option<Vec<Field>> {
    let written = |text: &str| !text.starts_with('$') && !text.contains("{{");
    match given.map(|node| &node.kind) {
        None => Some(Vec::new()),
        Some(NodeKind::List(items)) => {
            let name = |item: &Node| Some((item.as_str().filter(|text| written(text))?.to_owned(), None));
            items.iter().map(name).collect()
        }
        Some(NodeKind::Map(entries)) => {
            let field = |entry: &crate::syntax::Entry| {
                let kind = entry.value.as_str().and_then(ValueType::parse);
                (entry.key.text.clone(), kind)
            };
            Some(entries.iter().map(field).collect())
        }
        Some(NodeKind::Scalar(_)) => None,
    }
}

/// The part of a schema that a pointer names, references replaced by what they refer to.
fn part<'s>(root: &Value, schema: &'s mut Value, pointer: &str) -> Option<&'s mut Value> {
    let mut part = schema;
    for name in std::iter::once("").chain(pointer.split('/').skip(1)) {
        if !name.is_empty() {
            part = part.get_mut("properties")?.get_mut(name)?;
        }
        let target = part.get("$ref").and_then(Value::as_str).and_then(|target| target.strip_prefix('#'));
        if let Some(referred) = target.and_then(|target| root.pointer(target)) {
            *part = referred.clone();
        }
    }
    Some(part)
}

fn declare(part: &mut Value, input: &str, is_map: bool, fields: &[Field]) {
    let Some(members) = part.as_object_mut() else { return };
    let extra = members.get("additionalProperties").cloned();
    let required = members.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
    let names: Vec<_> = fields.iter().map(|(name, _)| json!(name)).chain(required).collect();
    members.insert(DECLARED.to_owned(), json!({ "input": input, "map": is_map, "names": names }));
    // A closed map says itself what it has.
    let Some(extra) = extra.filter(|extra| extra != &Value::Bool(false)) else { return };
    let properties = members.entry("properties").or_insert_with(|| json!({}));
    for (name, kind) in fields {
        if properties.get(name).is_none() {
            properties[name] = kind.map_or_else(|| extra.clone(), schema_of);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::FileId;
    use crate::syntax::parse;

    fn schema(with: &str, declares: Declares) -> Value {
        let output = json!({
            "type": "object",
            "properties": { "id": {"type": "string"}, "mail": {"type": "string"}, "vars": {"$ref": "#/$defs/V"} },
            "required": ["id"],
            "$defs": { "V": {"type": "object", "additionalProperties": true} },
        });
        let node = parse(with, FileId::WORKFLOW).0;
        declared(
            &output,
            &[DeclaringInput { name: "take".to_owned(), is_map: false, declares }],
            node.as_ref(),
        )
        .into_owned()
    }

    #[test]
    fn what_is_named_is_declared_and_what_must_be_there_always_is() {
        let check = |with: &str, declares: Declares, expected: &[&str]| {
            let schema = schema(with, declares);
            let names = &schema[DECLARED]["names"];
            assert_eq!(names, &json!(expected), "{with}");
        };
        let whole = || Declares::at(&[""]);
        check("take: [mail]", whole().instead_of(["usual"]), &["mail", "id"]);
        check("other: 1", whole().instead_of(["usual"]), &["usual", "id"]);
        check("take: [mail]", whole().besides(["usual"]), &["mail", "usual", "id"]);
        assert_eq!(schema("take: [mail, $.inputs.x]", whole()).get(DECLARED), None);
        assert_eq!(schema("take: $.inputs.x", whole()).get(DECLARED), None);
    }

    #[test]
    fn a_map_gives_the_types_of_an_open_part() {
        let schema = schema("take: { group_id: string, days: integer, odd: x }", Declares::at(&["/vars"]));
        let vars = &schema["properties"]["vars"]["properties"];
        assert_eq!(
            vars,
            &json!({ "group_id": {"type": "string"}, "days": {"type": "integer"}, "odd": true })
        );
        assert_eq!(schema.get(DECLARED), None);
    }
}
