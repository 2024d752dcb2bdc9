//! A path: reads one value or a list of them, with their types kept.

use jsonpath_rust::parser::model::JpQuery;
use serde_json::Value;

use super::evaluate::Evaluation;
use super::foreign::foreign;
use super::parse_error::ParseError;
use super::queries::{inner_references, is_singular, parse_query, reference, refuse_flaws, refuse_length};
use super::references::Reference;
use crate::model::EvalError;

/// A compiled path such as `$.steps.person.manager.id`.
#[derive(Debug, Clone, PartialEq)]
pub struct Path {
    text: String,
    query: JpQuery,
    singular: bool,
}

impl Path {
    /// Compiles a path.
    ///
    /// # Errors
    /// [`ParseError`] for what RFC 9535 does not allow, and for what would be evaluated wrongly.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        refuse_length(text)?;
        if let Some(error) = foreign(text) {
            return Err(error);
        }
        let query = parse_query(text, 0)?;
        refuse_flaws(&query, false)?;
        let singular = is_singular(&query.segments);
        Ok(Self { text: text.to_owned(), query, singular })
    }

    /// As the author wrote it.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.text
    }

    /// Whether it names at most one value; otherwise it gives a list.
    #[must_use]
    pub fn is_singular(&self) -> bool {
        self.singular
    }

    /// Reads it: the value or `None` where it is absent; of a path that is not singular always a list.
    ///
    /// # Errors
    /// [`EvalError`] where it looks at more values than one expression may.
    pub fn read(&self, roots: &Value) -> Result<Option<Value>, EvalError> {
        let mut found = Evaluation::new(roots).values(&self.query)?.into_iter().cloned();
        Ok(if self.singular { found.next() } else { Some(found.collect()) })
    }

    /// What it reads: itself first, then what its filters read.
    #[must_use]
    pub fn references(&self) -> Vec<Reference> {
        let mut found = vec![Reference { text: self.text.clone(), ..reference(&self.query) }];
        inner_references(&self.query.segments, &mut found);
        found
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(path: &str) -> Option<Value> {
        let roots = json!({
            "inputs": {"n": 3, "none": null, "@odata.type": "x"},
            "steps": {"g": {"items": [{"id": "a", "on": true}, {"id": "b", "on": false}]}},
        });
        Path::parse(path).unwrap().read(&roots).unwrap()
    }

    #[test]
    fn path_keeps_types_and_tells_absent_from_null() {
        assert_eq!(read("$.inputs.n"), Some(json!(3)));
        assert_eq!(read("$.inputs.none"), Some(Value::Null));
        assert_eq!(read("$.inputs.missing.deeper"), None);
        assert_eq!(read("$.inputs['@odata.type']"), Some(json!("x")));
        assert_eq!(read("$.steps.g.items[-1].id"), Some(json!("b")));
    }

    #[test]
    fn path_that_is_not_singular_gives_a_list() {
        assert_eq!(read("$.steps.g.items[*].id"), Some(json!(["a", "b"])));
        assert_eq!(read("$.steps.g.items[?@.on == true].id"), Some(json!(["a"])));
        assert_eq!(read("$.steps.nobody[*].id"), Some(json!([])));
        assert_eq!(read("$..id"), Some(json!(["a", "b"])));
    }

    #[test]
    fn what_would_be_evaluated_wrongly_is_refused() {
        let refused = |path: &str, message: &str| {
            assert_eq!(Path::parse(path).map_err(|error| error.message), Err(message.to_owned()), "{path}");
        };
        refused("$.a[?@[?@>1]]", "a filter inside a filter is not dependable");
        refused("$.a[?@.b[?@.c]]", "a filter inside a filter is not dependable");
        refused("$..['a','d']", "`..` takes one selector");
        refused("$[?length(@.*) < 3]", "`length(…)` takes a path to one value");
        refused("$[?count(@.*)]", "`count(…)` must be compared with something");
        refused("$[?length(@.a)]", "`length(…)` must be compared with something");
        refused("$[?value(@.a)]", "`value(…)` must be compared with something");
        refused("$[?count(@.a) == 1]", "`count` inside a filter is not dependable");
        refused("$[?@.a in @.b]", "`in` is not an operator");
        refused("$[?in(@.a, @.b)]", "`in` is not a function");
        refused("$.a b", "`b` is neither a path nor a text");
        refused("$..a..b", "a path has one `..` or one list of selectors");
        refused("$.", "the expression ends too early");
        refused(&format!("${}", "[0]".repeat(700)), "an expression has at most 2000 bytes");
        let deep = format!("$[?{}@.a{}]", "(".repeat(9), ")".repeat(9));
        refused(&deep, "an expression is nested at most 8 deep");
    }

    #[test]
    fn references_name_the_path_and_what_its_filters_read() {
        let path = Path::parse("$.steps.g.items[?@.id == $.inputs.n].id").unwrap();
        let texts: Vec<_> = path.references().into_iter().map(|found| found.text).collect();
        assert_eq!(texts, ["$.steps.g.items[?@.id == $.inputs.n].id", "$.inputs.n"]);
    }
}
