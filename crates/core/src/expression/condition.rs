//! A condition: an RFC 9535 filter expression over the roots.
//!
//! Parsed as `$[?<condition>]`, which must be exactly one filter segment. Evaluated by recursing over
//! or, and, not; each part is processed with the document itself as root. (Filtering a list of one
//! element does not work: `$` would be the list.) A top-level `count` is computed here, because the
//! crate makes the count of nothing neither 0 nor unequal to 0.

use jsonpath_rust::parser::model::{
    Comparable, Comparison, Filter, FilterAtom, FnArg, Literal, Segment as Step, Selector, Test, TestFunction,
};
use jsonpath_rust::query::state::State;
use jsonpath_rust::query::{Query, js_path_process};
use serde_json::Value;

use super::condition_parts::{self, Atom};
use super::parse_error::ParseError;
use super::path::Path;
use super::queries::{Outside, filter_references, parse_query, refuse_in_filter};
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
            return Err(ParseError::new("a condition is missing"));
        }
        if let Some(error) = foreign_operator(text) {
            return Err(error);
        }
        let mut query = parse_query(&format!("{PREFIX}{text}]"), PREFIX.len())?;
        let filter = match (query.segments.pop(), query.segments.is_empty()) {
            (Some(Step::Selector(Selector::Filter(filter))), true) => filter,
            _ => return Err(ParseError::new("this is not one condition")),
        };
        refuse_in_filter(&filter, false)?;
        Ok(Self { text: text.to_owned(), filter })
    }

    /// As the author wrote it.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.text
    }

    /// Whether it holds.
    ///
    /// # Errors
    /// [`EvalError`] where a part gives neither true nor false.
    pub fn holds(&self, roots: &Value) -> Result<bool, EvalError> {
        self.filter_holds(&self.filter, roots)
    }

    /// The paths it reads with what they hold now, for messages about a condition that did not hold.
    #[must_use]
    pub fn values(&self, roots: &Value) -> Vec<(String, Option<Value>)> {
        let mut found: Vec<(String, Option<Value>)> = Vec::new();
        for reference in self.references() {
            if found.iter().all(|(text, _)| *text != reference.text) {
                let value = Path::parse(&reference.text).ok().and_then(|path| path.read(roots));
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

    fn filter_holds(&self, filter: &Filter, roots: &Value) -> Result<bool, EvalError> {
        match filter {
            Filter::Or(parts) => {
                for part in parts {
                    if self.filter_holds(part, roots)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Filter::And(parts) => {
                for part in parts {
                    if !self.filter_holds(part, roots)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Filter::Atom(FilterAtom::Filter { expr, not }) => Ok(self.filter_holds(expr, roots)? != *not),
            Filter::Atom(FilterAtom::Comparison(comparison)) => {
                self.atom_holds(&FilterAtom::Comparison(Box::new(with_counts(comparison, roots))), roots)
            }
            Filter::Atom(atom) => self.atom_holds(atom, roots),
        }
    }

    fn atom_holds(&self, atom: &FilterAtom, roots: &Value) -> Result<bool, EvalError> {
        let answer = atom.process(State::root(roots)).ok_val();
        answer
            .and_then(|value| value.as_bool())
            .ok_or_else(|| EvalError::new(format!("`{}` is neither true nor false", self.text)))
    }
}

/// The comparison with its counts computed.
fn with_counts(comparison: &Comparison, roots: &Value) -> Comparison {
    let counted = |side: &Comparable| match side {
        Comparable::Function(TestFunction::Count(argument)) => {
            Comparable::Literal(Literal::Int(count(argument, roots)))
        }
        side => side.clone(),
    };
    match comparison {
        Comparison::Eq(left, right) => Comparison::Eq(counted(left), counted(right)),
        Comparison::Ne(left, right) => Comparison::Ne(counted(left), counted(right)),
        Comparison::Gt(left, right) => Comparison::Gt(counted(left), counted(right)),
        Comparison::Gte(left, right) => Comparison::Gte(counted(left), counted(right)),
        Comparison::Lt(left, right) => Comparison::Lt(counted(left), counted(right)),
        Comparison::Lte(left, right) => Comparison::Lte(counted(left), counted(right)),
    }
}

fn count(argument: &FnArg, roots: &Value) -> i64 {
    let found = match argument {
        FnArg::Test(test) => match test.as_ref() {
            Test::AbsQuery(query) => js_path_process(query, roots).map_or(0, |found| found.len()),
            Test::RelQuery(_) | Test::Function(_) => 0,
        },
        FnArg::Literal(_) | FnArg::Filter(_) => 0,
    };
    i64::try_from(found).unwrap_or(i64::MAX)
}

/// Words and signs of other languages that stand where an operator must stand.
fn foreign_operator(text: &str) -> Option<ParseError> {
    const FOREIGN: [(&str, &str); 6] =
        [("and", "&&"), ("or", "||"), ("not", "!"), ("AND", "&&"), ("OR", "||"), ("NOT", "!")];
    let mut outside = Outside::default();
    let mut before = ' ';
    for (at, next) in text.char_indices() {
        if outside.take(next) && (before.is_whitespace() || before == '(' || before == ')') {
            for (word, ours) in FOREIGN {
                let after = text[at..].strip_prefix(word).and_then(|rest| rest.chars().next());
                if after.is_some_and(|after| after.is_whitespace() || after == '(') {
                    let message = format!("`{word}` is not an operator");
                    return Some(ParseError::new(message).help(format!("write `{ours}`")).at(Some(at)));
                }
            }
        }
        before = next;
    }
    None
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
        refused("$.a = 1", "the expression is not understood at `= 1`");
        refused("$.a == high", "the expression is not understood at `high`");
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
