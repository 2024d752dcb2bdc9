//! A value with expressions in it: what stands behind `with`, `set` and the like.

use indexmap::IndexMap;
use serde_json::{Map, Value};

use super::parse_error::ParseError;
use super::path::Path;
use super::references::Reference;
use super::text::Text;
use crate::model::EvalError;

/// A value with expressions in it.
#[derive(Debug, Clone, PartialEq)]
pub enum Template {
    /// A value as it stands.
    Literal(Value),
    /// A path: typed, a number stays a number.
    Path(Path),
    /// A text with `{{ }}`.
    Text(Text),
    /// A list of values.
    List(Vec<Template>),
    /// Named values.
    Map(IndexMap<String, Template>),
}

impl Template {
    /// Reads a text: `$.…` is a path, `$$.…` a literal that begins with `$.`, `{{ }}` makes it a text.
    ///
    /// # Errors
    /// [`ParseError`] where the path or the text is not understood.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        if let Some(rest) = text.strip_prefix("$$.") {
            return Ok(Self::Literal(Value::String(format!("$.{rest}"))));
        }
        if is_path(text) {
            return Path::parse(text).map(Self::Path);
        }
        if text.contains("{{") {
            return Text::parse(text).map(Self::Text);
        }
        Ok(Self::Literal(Value::String(text.to_owned())))
    }

    /// The value with everything filled in; `None` for a path that is absent.
    ///
    /// An absent path in a map leaves its key out.
    ///
    /// # Errors
    /// [`EvalError`] for an absent path in a list, and for a text that cannot be written.
    pub fn resolve(&self, roots: &Value) -> Result<Option<Value>, EvalError> {
        match self {
            Self::Literal(value) => Ok(Some(value.clone())),
            Self::Path(path) => path.read(roots),
            Self::Text(text) => text.render(roots).map(|text| Some(Value::String(text))),
            Self::List(items) => {
                let mut list = Vec::with_capacity(items.len());
                for item in items {
                    list.push(item.resolve(roots)?.ok_or_else(|| item.absent())?);
                }
                Ok(Some(Value::Array(list)))
            }
            Self::Map(members) => {
                let mut map = Map::new();
                for (name, member) in members {
                    if let Some(value) = member.resolve(roots)? {
                        map.insert(name.clone(), value);
                    }
                }
                Ok(Some(Value::Object(map)))
            }
        }
    }

    /// The value, where nothing in it is an expression.
    #[must_use]
    pub fn literal(&self) -> Option<Value> {
        match self {
            Self::Literal(value) => Some(value.clone()),
            Self::Path(_) | Self::Text(_) => None,
            Self::List(items) => items.iter().map(Self::literal).collect::<Option<_>>().map(Value::Array),
            Self::Map(members) => {
                let member = |(name, member): (&String, &Self)| Some((name.clone(), member.literal()?));
                members.iter().map(member).collect::<Option<_>>().map(Value::Object)
            }
        }
    }

    /// What it reads, in the order of the text.
    #[must_use]
    pub fn references(&self) -> Vec<Reference> {
        match self {
            Self::Literal(_) => Vec::new(),
            Self::Path(path) => path.references(),
            Self::Text(text) => text.references().to_vec(),
            Self::List(items) => items.iter().flat_map(Self::references).collect(),
            Self::Map(members) => members.values().flat_map(Self::references).collect(),
        }
    }

    fn absent(&self) -> EvalError {
        match self {
            Self::Path(path) => EvalError::new(format!("`{}` is absent", path.source())),
            _ => EvalError::new("a value of a list is absent"),
        }
    }
}

/// Whether a text is meant as a path.
#[must_use]
pub(crate) fn is_path(text: &str) -> bool {
    text == "$" || text.starts_with("$.") || text.starts_with("$[")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn resolve(template: &Template) -> Result<Option<Value>, String> {
        let roots = json!({"inputs": {"n": 3, "none": null, "name": "Ann {{x}}"}});
        template.resolve(&roots).map_err(|error| error.to_string())
    }

    fn parse(text: &str) -> Template {
        Template::parse(text).unwrap()
    }

    #[test]
    fn a_text_is_a_path_a_text_or_itself() {
        assert_eq!(resolve(&parse("$.inputs.n")), Ok(Some(json!(3))));
        assert_eq!(resolve(&parse("$$.inputs.n")), Ok(Some(json!("$.inputs.n"))));
        assert_eq!(resolve(&parse("n is {{inputs.n}}")), Ok(Some(json!("n is 3"))));
        assert_eq!(resolve(&parse("costs $5")), Ok(Some(json!("costs $5"))));
    }

    #[test]
    fn absent_leaves_a_key_out_and_is_an_error_in_a_list() {
        let map = Template::Map(IndexMap::from([
            ("gone".to_owned(), parse("$.inputs.gone")),
            ("none".to_owned(), parse("$.inputs.none")),
        ]));
        assert_eq!(resolve(&map), Ok(Some(json!({"none": null}))));
        let list = Template::List(vec![parse("$.inputs.n"), parse("$.inputs.gone")]);
        assert_eq!(resolve(&list), Err("`$.inputs.gone` is absent".to_owned()));
        assert_eq!(resolve(&parse("$.inputs.gone")), Ok(None));
    }

    #[test]
    fn text_is_evaluated_once() {
        assert_eq!(resolve(&parse("{{inputs.name}}")), Ok(Some(json!("Ann {{x}}"))));
    }
}
