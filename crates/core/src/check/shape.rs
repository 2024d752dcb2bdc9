//! Reading JSON Schemas: which types a value may have, which members, and which are certain. Validates
//! nothing; what it does not understand counts as open.

use serde_json::{Map, Value, json};

use super::declared::{DECLARED, Declared};
use super::types::{TIME_FORMAT, Types};

/// Most references that are followed in a row; a schema may refer to itself.
const REFERENCES_MAX: usize = 16;

/// A schema inside the schema that holds its definitions.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shape<'s> {
    root: &'s Value,
    node: &'s Value,
}

/// What a schema says about one member.
#[derive(Debug, Clone, Copy)]
pub(super) enum Member<'s> {
    /// It is described; whether it is always there.
    Known(Shape<'s>, bool),
    /// Nothing is said, and nothing speaks against it.
    Open,
    /// There is none.
    Missing,
}

impl<'s> Shape<'s> {
    /// The shape of a whole schema.
    pub(super) fn new(root: &'s Value) -> Self {
        Self { root, node: root }
    }

    /// The types it allows.
    pub(super) fn types(self) -> Types {
        self.variants().iter().fold(Types::NONE, |types, variant| types.or(variant.own_types()))
    }

    /// The alternatives it is made of, references followed.
    pub(super) fn variants(self) -> Vec<Self> {
        let mut found = Vec::new();
        self.add_variants(&mut found, 0);
        found
    }

    fn add_variants(self, found: &mut Vec<Self>, depth: usize) {
        let shape = self.resolved();
        let alternatives = shape.list("anyOf").or_else(|| shape.list("oneOf"));
        match alternatives {
            Some(alternatives) if depth < REFERENCES_MAX => {
                for node in alternatives {
                    Self { node, ..self }.add_variants(found, depth + 1);
                }
            }
            _ => found.push(shape),
        }
    }

    /// What it says about a member.
    pub(super) fn member(self, name: &str) -> Member<'s> {
        let mut answer = Member::Missing;
        let mut certain = true;
        for variant in self.variants() {
            match (variant.own_member(name), answer) {
                (Member::Known(shape, always), Member::Missing) => {
                    certain &= always;
                    answer = Member::Known(shape, always);
                }
                (Member::Known(_, always), _) => certain &= always,
                (Member::Open, Member::Missing) => answer = Member::Open,
                (Member::Open | Member::Missing, _) => certain = false,
            }
        }
        match answer {
            Member::Known(shape, _) => Member::Known(shape, certain),
            other => other,
        }
    }

    /// What it says about the elements of a list.
    pub(super) fn element(self) -> Member<'s> {
        let variants = self.variants();
        let items = variants.iter().find_map(|variant| {
            Some(Self { node: variant.node.get("items").filter(|items| items.is_object())?, ..*variant })
        });
        match items {
            Some(items) => Member::Known(items, false),
            None if self.types().meets(Types::LIST) => Member::Open,
            None => Member::Missing,
        }
    }

    /// The members it describes, in order.
    pub(super) fn names(self) -> Vec<&'s str> {
        let mut names = Vec::new();
        for variant in self.variants() {
            for part in variant.parts() {
                let members = part.node.get("properties").and_then(Value::as_object);
                names.extend(members.into_iter().flat_map(|members| members.keys().map(String::as_str)));
            }
        }
        names.dedup();
        names
    }

    /// The members that must be there.
    pub(super) fn required(self) -> Vec<&'s str> {
        let mut names = Vec::new();
        for part in self.resolved().parts() {
            let required = part.node.get("required").and_then(Value::as_array);
            names.extend(required.into_iter().flatten().filter_map(Value::as_str));
        }
        names
    }

    /// The values it allows, where it lists them.
    pub(super) fn values(self) -> Option<Vec<&'s Value>> {
        let mut values = Vec::new();
        for variant in self.variants() {
            match (variant.node.get("const"), variant.list("enum")) {
                (None, None) if variant.own_types() == Types::NULL => values.push(&Value::Null),
                (Some(only), _) => values.push(only),
                (None, Some(several)) => values.extend(several),
                (None, None) => return None,
            }
        }
        Some(values)
    }

    /// Whether it is a time as the times of a run are written.
    pub(super) fn is_time(self) -> bool {
        self.variants().iter().any(|variant| variant.node.get("format") == Some(&Value::from(TIME_FORMAT)))
    }

    /// What was declared of its members.
    pub(super) fn declared(self) -> Option<Declared<'s>> {
        self.variants().iter().find_map(|variant| Declared::of(variant.node))
    }

    /// A copy that needs no definitions beside it. What `left` does not suffice for stays open: copies of
    /// copies would grow without end.
    pub(super) fn copy(self, left: &mut usize) -> Value {
        let shape = self.resolved();
        let Some(members) = shape.node.as_object().filter(|_| *left > 0) else {
            return shape.node.as_bool().map_or_else(|| Value::Object(Map::new()), Value::Bool);
        };
        *left -= 1;
        let mut inner = |node| Self { node, ..shape }.copy(left);
        let mut copy = Map::new();
        for (key, value) in members {
            let value = match (key.as_str(), value) {
                ("properties", Value::Object(named)) => {
                    let named = named.iter().map(|(name, node)| (name.clone(), inner(node)));
                    Value::Object(named.collect())
                }
                ("anyOf" | "oneOf" | "allOf", Value::Array(nodes)) => nodes.iter().map(&mut inner).collect(),
                ("items" | "additionalProperties", node) => inner(node),
                (
                    "type" | "required" | "enum" | "const" | "format" | "minimum" | "maximum" | DECLARED,
                    value,
                ) => value.clone(),
                _ => continue,
            };
            copy.insert(key.clone(), value);
        }
        Value::Object(copy)
    }

    /// The same without null.
    pub(super) fn copy_without_null(self, left: &mut usize) -> Value {
        let mut kinds = self.variants();
        kinds.retain(|kind| kind.own_types() != Types::NULL);
        let mut copies: Vec<_> = kinds.into_iter().map(|kind| kind.copy(left)).collect();
        for copy in &mut copies {
            if let Some(words) = copy.get_mut("type").and_then(Value::as_array_mut) {
                words.retain(|word| word != "null");
            }
        }
        match copies.len() {
            1 => copies.remove(0),
            _ => json!({ "anyOf": copies }),
        }
    }

    /// The bounds of a number.
    pub(super) fn bounds(self) -> (Option<f64>, Option<f64>) {
        let bound = |name| self.variants().iter().find_map(|variant| variant.node.get(name)?.as_f64());
        (bound("minimum"), bound("maximum"))
    }

    fn own_types(self) -> Types {
        let mut types = Types::ANY;
        for part in self.parts() {
            types = types.and(part.stated_types());
        }
        types
    }

    fn stated_types(self) -> Types {
        match self.node.get("type") {
            Some(Value::String(word)) => return Types::named(word),
            Some(Value::Array(words)) => {
                let words = words.iter().filter_map(Value::as_str);
                return words.fold(Types::NONE, |types, word| types.or(Types::named(word)));
            }
            _ => {}
        }
        if let Some(only) = self.node.get("const") {
            return Types::of(only);
        }
        match self.list("enum") {
            Some(values) => values.iter().fold(Types::NONE, |types, value| types.or(Types::of(value))),
            None if self.node == &Value::Bool(false) => Types::NONE,
            None => Types::ANY,
        }
    }

    fn own_member(self, name: &str) -> Member<'s> {
        if !self.own_types().meets(Types::MAP) {
            return Member::Missing;
        }
        let mut described = false;
        let mut open = false;
        for part in self.parts() {
            if let Some(node) = part.node.get("properties").and_then(|members| members.get(name)) {
                let required = part.list("required").is_some_and(|names| names.iter().any(|one| one == name));
                return Member::Known(Self { node, ..part }, required);
            }
            match part.node.get("additionalProperties") {
                Some(Value::Bool(false)) => described = true,
                Some(Value::Bool(true)) => open = true,
                Some(node) => return Member::Known(Self { node, ..part }, false),
                None => {
                    described |= part.node.get("properties").is_some();
                    open |= part.node.get("patternProperties").is_some();
                }
            }
        }
        if open || !described { Member::Open } else { Member::Missing }
    }

    /// Itself and what `allOf` adds.
    fn parts(self) -> Vec<Self> {
        let mut parts = vec![self];
        for node in self.list("allOf").into_iter().flatten() {
            parts.push(Self { node, ..self }.resolved());
        }
        parts
    }

    fn resolved(self) -> Self {
        let mut shape = self;
        for _ in 0..REFERENCES_MAX {
            let target =
                shape.node.get("$ref").and_then(Value::as_str).and_then(|target| target.strip_prefix('#'));
            match target.and_then(|target| shape.root.pointer(target)) {
                Some(node) => shape = Self { node, ..shape },
                None => break,
            }
        }
        shape
    }

    fn list(self, name: &str) -> Option<&'s [Value]> {
        self.node.get(name).and_then(Value::as_array).map(Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(schema: &Value, name: &str) -> (&'static str, bool) {
        match Shape::new(schema).member(name) {
            Member::Known(_, certain) => ("known", certain),
            Member::Open => ("open", false),
            Member::Missing => ("missing", false),
        }
    }

    #[test]
    fn members_are_known_open_or_missing() {
        let closed = json!({"type": "object", "properties": {"a": {}, "b": {}}, "required": ["a"]});
        assert_eq!(member(&closed, "a"), ("known", true));
        assert_eq!(member(&closed, "b"), ("known", false));
        assert_eq!(member(&closed, "c"), ("missing", false));
        let open = json!({"type": "object", "properties": {"a": {}}, "additionalProperties": true});
        assert_eq!(member(&open, "c"), ("open", false));
        assert_eq!(member(&json!({"type": "object"}), "c"), ("open", false));
        assert_eq!(member(&json!({"type": "string"}), "c"), ("missing", false));
        assert_eq!(member(&json!(true), "c"), ("open", false));
    }

    #[test]
    fn references_and_alternatives_are_followed() {
        let schema = json!({
            "anyOf": [{"$ref": "#/$defs/P"}, {"type": "null"}],
            "$defs": {"P": {"type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"]}},
        });
        assert_eq!(member(&schema, "id"), ("known", false));
        assert_eq!(Shape::new(&schema).types(), Types::MAP.or(Types::NULL));
        let circle = json!({"$ref": "#"});
        assert_eq!(Shape::new(&circle).types(), Types::ANY);
    }
}
