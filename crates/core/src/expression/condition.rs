//! A condition: an RFC 9535 filter expression over the roots.
//!
//! Parsed as `$[?<condition>]`, which must be exactly one filter segment; evaluated with the document
//! itself as root. (Filtering a list of one element would not do: `$` would be the list.)

use jsonpath_rust::parser::model::{Filter, Segment as Step, Selector};
use serde_json::Value;

use super::condition_parts::{self, Atom};
use super::evaluate::Evaluation;
use super::foreign::foreign;
use super::parse_error::ParseError;
use super::path::Path;
use super::queries::{filter_references, parse_query, refuse_in_filter, refuse_length};
use super::references::Reference;
use crate::model::EvalError;

/// What stands before the author's text while it is parsed.
const PREFIX: &str = "$[?";

/// A compiled condition such as `$.inputs.risk == 'high' && count($.steps.groups.items[*]) > 3`.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    text: String,
    filter: Filter,
}

impl Condition {
    /// Compiles a condition.
    ///
    /// # Errors
    /// [`ParseError`] for what RFC 9535 does not allow, and for what would be evaluated wrongly.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        if text.trim().is_empty() {
            return Err(ParseError::new("a condition is missing")
                .help("a condition looks like `$.inputs.risk == 'high' && $.inputs.n > 3`"));
        }
        if matches!(text.trim(), "true" | "false") {
            return Err(ParseError::new("a condition reads a path, and this is always the same")
                .help("compare with a path, or leave the condition out"));
        }
        refuse_length(text)?;
        if let Some(error) = foreign(text) {
            return Err(error);
        }
        let mut query = parse_query(&format!("{PREFIX}{text}]"), PREFIX.len())?;
        let filter = match (query.segments.pop(), query.segments.is_empty()) {
            (Some(Step::Selector(Selector::Filter(filter))), true) => filter,
            _ => {
                return Err(
                    ParseError::new("this is not one condition").help("join conditions by `&&` or `||`")
                );
            }
        };
        refuse_in_filter(&filter, false)?;
        let condition = Self { text: text.to_owned(), filter };
        if condition.references().is_empty() {
            return Err(ParseError::new("a condition reads a path, and this is always the same")
                .help("compare with a path, or leave the condition out"));
        }
        Ok(condition)
    }

    /// As the author wrote it.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.text
    }

    /// Whether it holds.
    ///
    /// # Errors
    /// [`EvalError`] where it looks at more values than one expression may.
    pub fn holds(&self, roots: &Value) -> Result<bool, EvalError> {
        Evaluation::new(roots).holds(&self.filter, roots)
    }

    /// The paths it reads with what they hold now, for messages about a condition that did not hold.
    #[must_use]
    pub fn values(&self, roots: &Value) -> Vec<(String, Option<Value>)> {
        let mut found: Vec<(String, Option<Value>)> = Vec::new();
        for reference in self.references() {
            if found.iter().all(|(text, _)| *text != reference.text) {
                let value = Path::parse(&reference.text).ok().and_then(|path| path.read(roots).ok()?);
                found.push((reference.text, value));
            }
        }
        found
    }

    /// What it reads, in the order of the text.
    #[must_use]
    pub fn references(&self) -> Vec<Reference> {
        let mut found = Vec::new();
        filter_references(&self.filter, &mut found);
        found
    }

    /// Its parts, in the order of the text.
    #[must_use]
    pub fn atoms(&self) -> Vec<Atom> {
        let mut found = Vec::new();
        condition_parts::atoms(&self.filter, &mut found);
        found
    }

    /// The parts that must all hold for it to hold; what stands in an "or" is none of them.
    #[must_use]
    pub fn demands(&self) -> Vec<Atom> {
        let mut found = Vec::new();
        condition_parts::demands(&self.filter, &mut found);
        found
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn roots() -> Value {
        json!({
            "inputs": {"risk": "high", "n": 5, "text": "5", "none": null, "off": false, "upn": "svc-backup"},
            "steps": {"groups": {"items": [{"id": "a"}, {"id": "b"}]}, "empty": {"items": []}},
        })
    }

    fn holds(condition: &str) -> bool {
        Condition::parse(condition)
            .unwrap_or_else(|error| panic!("{condition}: {error}"))
            .holds(&roots())
            .unwrap()
    }

    #[test]
    fn conditions_read_the_document_from_its_root() {
        let cases = [
            ("$.inputs.risk == 'high'", true),
            ("$.inputs.risk != \"high\"", false),
            ("$.inputs.n > 4 && $.inputs.n <= 5", true),
            ("$.inputs.n > 9 || ($.inputs.off == false && !($.inputs.n == 6))", true),
            ("match($.inputs.upn, 'svc-.*')", true),
            ("!match($.inputs.upn, 'svc')", true),
            ("search($.inputs.upn, 'back')", true),
            ("length($.inputs.risk) == 4", true),
            ("count($.steps.groups.items[*]) == 2", true),
            ("count($.steps.groups.items[?@.id == 'a']) == 1", true),
            ("$.steps.groups.items[?@.id == 'b']", true),
            ("$.steps.groups.items[?@.id == 'z']", false),
            ("$.inputs.risk == 'a and b or (not c)'", false),
        ];
        for (condition, expected) in cases {
            assert_eq!(holds(condition), expected, "{condition}");
        }
    }

    #[test]
    fn count_of_nothing_is_zero() {
        assert!(holds("count($.steps.empty.items[*]) == 0"));
        assert!(holds("count($.steps.nobody.items[*]) == 0"));
        assert!(holds("0 == count($.steps.nobody)"));
        assert!(!holds("count($.steps.nobody[*]) != 0"));
        assert!(holds("count($.steps.nobody[*]) < count($.steps.groups.items[*])"));
    }

    #[test]
    fn traps_evaluate_as_the_standard_says_and_check_warns_of_them() {
        assert!(holds("$.inputs.missing != 'x'"));
        assert!(holds("$.inputs.missing == $.inputs.absent"));
        assert!(holds("$.inputs.missing <= $.inputs.absent"));
        assert!(holds("$.inputs.none"));
        assert!(holds("$.inputs.off"));
        assert!(!holds("$.inputs.missing"));
        assert!(!holds("$.inputs.n == '5'"));
    }

    #[test]
    fn what_is_no_condition_is_refused_with_the_way_out() {
        let refused = |condition: &str, message: &str| {
            let error = Condition::parse(condition).map_err(|error| error.message);
            assert_eq!(error, Err(message.to_owned()), "{condition}");
        };
        refused("", "a condition is missing");
        refused("$.a == 1 and $.b == 2", "`and` is not an operator");
        refused("$.a == 1 or $.b", "`or` is not an operator");
        refused("not ($.a == 1)", "`not` is not an operator");
        refused("$.a, $.b", "the expression is not understood at `$.b`");
        refused("$.a] [?$.b", "this is not one condition");
        refused("$.a = 1", "`=` is not an operator");
        refused("$.a == high", "`high` is neither a path nor a text");
        refused("$.a ==", "the expression ends too early");
        refused("@.a == 1", "`@` means the element of a filter, and this is not inside one");
        refused("count(@.a) == 1", "`@` means the element of a filter, and this is not inside one");
        refused("count($.a)", "`count(…)` must be compared with something");
        refused("count($.a[?count(@.b) == 0]) == 1", "`count` inside a filter is not dependable");
        refused("count(1) == 1", "the expression is not understood");
        refused("$.a[?@.b[?@.c]]", "a filter inside a filter is not dependable");
        refused("in($.a, $.b)", "`in` is not a function");
        refused("none_of($.a, $.b)", "`none_of` is not a function");
        refused("match($.a, $.b)", "the regular expression must be written out as a text");
        refused("length($.a[*]) > 1", "`length(…)` takes a path to one value");
    }

    #[test]
    fn regular_expression_that_does_not_compile_is_refused() {
        let error = Condition::parse("match($.a, '(x')").unwrap_err();
        assert_eq!(error.message, "the regular expression `(x` does not compile: unclosed group");
    }

    #[test]
    fn place_of_an_error_is_a_byte_offset_in_the_condition() {
        assert_eq!(Condition::parse("$.å == 1 = 2").unwrap_err().offset, Some(10));
        assert_eq!(Condition::parse("$.a and $.b").unwrap_err().offset, Some(4));
    }

    #[test]
    fn values_show_what_the_paths_hold() {
        let condition =
            Condition::parse("$.inputs.n == 4 || $.inputs.none == $.inputs.gone || $.inputs.n > 9").unwrap();
        let expected = vec![
            ("$.inputs.n".to_owned(), Some(json!(5))),
            ("$.inputs.none".to_owned(), Some(Value::Null)),
            ("$.inputs.gone".to_owned(), None),
        ];
        assert_eq!(condition.values(&roots()), expected);
    }
}
