//! Evaluates what `jsonpath-rust` parsed, as RFC 9535 says.
//!
//! The crate's own evaluation is not used: it compares numbers as floats, makes the count of nothing
//! neither 0 nor unequal to 0, loses filters inside filters, and compiles a regular expression anew for
//! every element. Its parser and tree are.
//!
//! Source: RFC 9535, sections 2.3 to 2.5.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use jsonpath_rust::parser::model::{
    Comparable, Comparison, Filter, FilterAtom, FnArg, JpQuery, Literal, Segment, Selector, SingularQuery,
    SingularQuerySegment, Test, TestFunction,
};
use regex::Regex;
use serde_json::Value;

use super::compare::{equal, less};
use super::pattern::compile_pattern;
use super::queries::value_of;
use crate::model::EvalError;

/// Most values that one expression may look at; a document of a run holds some thousand.
const VALUES_MAX: usize = 1_000_000;

/// One evaluation against one document.
pub(super) struct Evaluation<'v> {
    root: &'v Value,
    seen: Cell<usize>,
    patterns: RefCell<HashMap<(String, bool), Option<Regex>>>,
}

impl<'v> Evaluation<'v> {
    /// An evaluation against this document.
    pub(super) fn new(root: &'v Value) -> Self {
        Self { root, seen: Cell::new(0), patterns: RefCell::default() }
    }

    /// The values a path names, in order.
    ///
    /// # Errors
    /// [`EvalError`] where it looks at more values than one expression may.
    pub(super) fn values(&self, query: &JpQuery) -> Result<Vec<&'v Value>, EvalError> {
        self.follow(&query.segments, self.root)
    }

    /// Whether a filter holds for a value; `$` is the document.
    ///
    /// # Errors
    /// [`EvalError`] where it looks at more values than one expression may.
    pub(super) fn holds(&self, filter: &Filter, current: &'v Value) -> Result<bool, EvalError> {
        match filter {
            Filter::Or(parts) => {
                for part in parts {
                    if self.holds(part, current)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Filter::And(parts) => {
                for part in parts {
                    if !self.holds(part, current)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Filter::Atom(FilterAtom::Filter { expr, not }) => Ok(self.holds(expr, current)? != *not),
            Filter::Atom(FilterAtom::Test { expr, not }) => Ok(self.test(expr, current)? != *not),
            Filter::Atom(FilterAtom::Comparison(comparison)) => self.compare(comparison, current),
        }
    }

    fn look(&self, values: usize) -> Result<(), EvalError> {
        self.seen.set(self.seen.get() + values);
        if self.seen.get() > VALUES_MAX {
            return Err(EvalError::new(format!("an expression looks at more than {VALUES_MAX} values")));
        }
        Ok(())
    }

    fn follow(&self, segments: &[Segment], from: &'v Value) -> Result<Vec<&'v Value>, EvalError> {
        let mut values = vec![from];
        for segment in segments {
            let mut next = Vec::new();
            for value in values {
                self.segment(segment, value, &mut next)?;
            }
            values = next;
        }
        Ok(values)
    }

    fn segment(
        &self,
        segment: &Segment,
        value: &'v Value,
        found: &mut Vec<&'v Value>,
    ) -> Result<(), EvalError> {
        match segment {
            Segment::Selector(selector) => self.select(selector, value, found),
            Segment::Selectors(selectors) => {
                selectors.iter().try_for_each(|selector| self.select(selector, value, found))
            }
            Segment::Descendant(inner) => {
                self.segment(inner, value, found)?;
                children(value).try_for_each(|child| self.segment(segment, child, found))
            }
        }
    }

    fn select(
        &self,
        selector: &Selector,
        value: &'v Value,
        found: &mut Vec<&'v Value>,
    ) -> Result<(), EvalError> {
        let before = found.len();
        match selector {
            Selector::Name(name) => found.extend(value.get(name.as_str())),
            Selector::Index(index) => found.extend(element(value, *index)),
            Selector::Wildcard => found.extend(children(value)),
            Selector::Slice(start, end, step) => {
                slice(value.as_array().map_or(&[][..], Vec::as_slice), (*start, *end, *step), found);
            }
            Selector::Filter(filter) => {
                for child in children(value) {
                    self.look(1)?;
                    if self.holds(filter, child)? {
                        found.push(child);
                    }
                }
            }
        }
        self.look(1 + found.len() - before)
    }

    fn test(&self, test: &Test, current: &'v Value) -> Result<bool, EvalError> {
        match test {
            Test::RelQuery(segments) => Ok(!self.follow(segments, current)?.is_empty()),
            Test::AbsQuery(query) => Ok(!self.values(query)?.is_empty()),
            Test::Function(function) => match function.as_ref() {
                TestFunction::Match(subject, pattern) => self.matches(subject, pattern, true, current),
                TestFunction::Search(subject, pattern) => self.matches(subject, pattern, false, current),
                // Refused when it is parsed.
                _ => Ok(false),
            },
        }
    }

    fn matches(
        &self,
        subject: &FnArg,
        pattern: &FnArg,
        whole: bool,
        current: &'v Value,
    ) -> Result<bool, EvalError> {
        let FnArg::Literal(Literal::String(pattern)) = pattern else { return Ok(false) };
        let subject = self.argument(subject, current)?;
        let Some(text) = subject.get().and_then(Value::as_str) else { return Ok(false) };
        let mut patterns = self.patterns.borrow_mut();
        let compiled =
            patterns.entry((pattern.clone(), whole)).or_insert_with(|| compile_pattern(pattern, whole).ok());
        Ok(compiled.as_ref().is_some_and(|pattern| pattern.is_match(text)))
    }

    fn compare(&self, comparison: &Comparison, current: &'v Value) -> Result<bool, EvalError> {
        let (left, right) = comparison.vals();
        let (left, right) = (self.side(left, current)?, self.side(right, current)?);
        let (left, right) = (left.get(), right.get());
        Ok(match comparison {
            Comparison::Eq(..) => equal(left, right),
            Comparison::Ne(..) => !equal(left, right),
            Comparison::Lt(..) => less(left, right),
            Comparison::Gt(..) => less(right, left),
            Comparison::Lte(..) => less(left, right) || equal(left, right),
            Comparison::Gte(..) => less(right, left) || equal(left, right),
        })
    }

    fn side(&self, side: &Comparable, current: &'v Value) -> Result<Side<'v>, EvalError> {
        Ok(match side {
            Comparable::Literal(literal) => Side::Made(value_of(literal)),
            Comparable::SingularQuery(SingularQuery::Root(steps)) => walk(self.root, steps),
            Comparable::SingularQuery(SingularQuery::Current(steps)) => walk(current, steps),
            Comparable::Function(TestFunction::Length(argument)) => {
                self.argument(argument, current)?.get().and_then(length).map_or(Side::Nothing, Side::number)
            }
            Comparable::Function(TestFunction::Count(argument)) => {
                Side::number(self.nodes(argument, current)?.len())
            }
            Comparable::Function(TestFunction::Value(argument)) => {
                match self.nodes(argument, current)?.as_slice() {
                    [only] => Side::There(only),
                    _ => Side::Nothing,
                }
            }
            // Refused when it is parsed.
            Comparable::Function(_) => Side::Nothing,
        })
    }

    /// An argument that is one value.
    fn argument(&self, argument: &FnArg, current: &'v Value) -> Result<Side<'v>, EvalError> {
        match argument {
            FnArg::Literal(literal) => Ok(Side::Made(value_of(literal))),
            argument => {
                Ok(self.nodes(argument, current)?.first().map_or(Side::Nothing, |value| Side::There(value)))
            }
        }
    }

    /// An argument that is a path.
    fn nodes(&self, argument: &FnArg, current: &'v Value) -> Result<Vec<&'v Value>, EvalError> {
        let FnArg::Test(test) = argument else { return Ok(Vec::new()) };
        match test.as_ref() {
            Test::RelQuery(segments) => self.follow(segments, current),
            Test::AbsQuery(query) => self.values(query),
            Test::Function(_) => Ok(Vec::new()),
        }
    }
}

/// One side of a comparison.
enum Side<'v> {
    There(&'v Value),
    Made(Value),
    Nothing,
}

impl Side<'_> {
    fn number(number: usize) -> Self {
        Self::Made(Value::from(number))
    }

    fn get(&self) -> Option<&Value> {
        match self {
            Self::There(value) => Some(value),
            Self::Made(value) => Some(value),
            Self::Nothing => None,
        }
    }
}

fn walk<'v>(from: &'v Value, steps: &[SingularQuerySegment]) -> Side<'v> {
    let found = steps.iter().try_fold(from, |value, step| match step {
        SingularQuerySegment::Name(name) => value.get(name.as_str()),
        SingularQuerySegment::Index(index) => element(value, *index),
    });
    found.map_or(Side::Nothing, Side::There)
}

fn children(value: &Value) -> Box<dyn Iterator<Item = &Value> + '_> {
    match value {
        Value::Array(items) => Box::new(items.iter()),
        Value::Object(members) => Box::new(members.values()),
        _ => Box::new(std::iter::empty()),
    }
}

fn element(value: &Value, index: i64) -> Option<&Value> {
    let items = value.as_array()?;
    let from_end = || items.len().checked_sub(usize::try_from(index.unsigned_abs()).ok()?);
    items.get(usize::try_from(index).ok().or_else(from_end)?)
}

type Bounds = (Option<i64>, Option<i64>, Option<i64>);

/// Source: RFC 9535, section 2.3.4.2.2.
fn slice<'v>(items: &'v [Value], (start, end, step): Bounds, found: &mut Vec<&'v Value>) {
    let len = i64::try_from(items.len()).unwrap_or(i64::MAX);
    let step = step.unwrap_or(1);
    let normal = |at: i64| if at >= 0 { at } else { len.saturating_add(at) };
    let mut push = |at: i64| found.extend(usize::try_from(at).ok().and_then(|at| items.get(at)));
    if step > 0 {
        let (start, end) =
            (normal(start.unwrap_or(0)).clamp(0, len), normal(end.unwrap_or(len)).clamp(0, len));
        let mut at = start;
        while at < end {
            push(at);
            at = at.saturating_add(step);
        }
    } else if step < 0 {
        let start = start.map_or(len - 1, normal).clamp(-1, len - 1);
        let end = end.map_or(-1, normal).clamp(-1, len - 1);
        let mut at = start;
        while at > end {
            push(at);
            at = at.saturating_add(step);
        }
    }
}

fn length(value: &Value) -> Option<usize> {
    match value {
        Value::String(text) => Some(text.chars().count()),
        Value::Array(items) => Some(items.len()),
        Value::Object(members) => Some(members.len()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use jsonpath_rust::parser::parse_json_path;
    use jsonpath_rust::query::js_path_process;
    use serde_json::json;

    use super::*;

    fn read(path: &str, document: &Value) -> Value {
        let query = parse_json_path(path).unwrap_or_else(|error| panic!("{path}: {error}"));
        Evaluation::new(document).values(&query).unwrap().into_iter().cloned().collect()
    }

    fn document() -> Value {
        json!({
            "list": [0, 1, 2, 3, 4],
            "items": [{"id": "a", "n": 1, "sub": [1]}, {"id": "b", "sub": []}, {"id": "c", "n": null}],
            "map": {"x": {"id": "d"}, "y": [{"id": "e"}]},
        })
    }

    #[test]
    fn paths_are_read_as_the_crate_reads_them_where_it_is_right() {
        let document = document();
        for path in [
            "$",
            "$.list",
            "$.list[0]",
            "$.list[-1]",
            "$.list[9]",
            "$.list[-9]",
            "$.list[1:3]",
            "$.list[::2]",
            "$.list[::-1]",
            "$.list[3:0:-2]",
            "$.list[-2:]",
            "$.list[:-4]",
            "$.list[1:3:0]",
            "$.list[5:]",
            "$.list[0,0,2]",
            "$.items[*].id",
            "$.items.id",
            "$.map.*",
            "$..id",
            "$..[0]",
            "$.map..id",
            "$.items[?@.n].id",
            "$.items[?@.n == 1].id",
            "$.items[?@.n != 1].id",
            "$.items[?!@.n].id",
            "$.items[?@.id > 'a' && @.id <= 'c'].id",
            "$.items[?@.id == $.map.x.id]",
            "$.items[?match(@.id, '[ab]')].id",
            "$.items[?search(@.id, 'c') || @.n == null].id",
            "$.items[?length(@.sub) == 1].id",
            "$.items[?value(@.n) == 1].id",
            "$['items'][0]['id']",
            "$.items[?@.sub[0]].id",
            "$.map[?@.id].id",
        ] {
            let query = parse_json_path(path).unwrap();
            let theirs: Value = js_path_process(&query, &document)
                .unwrap()
                .into_iter()
                .map(|found| found.val.clone())
                .collect();
            assert_eq!(read(path, &document), theirs, "{path}");
        }
    }

    #[test]
    fn paths_are_read_rightly_where_the_crate_is_wrong() {
        let document = document();
        let check = |path: &str, expected: Value| assert_eq!(read(path, &document), expected, "{path}");
        check("$.items[?count(@.sub[*]) == 0].id", json!(["b", "c"]));
        check("$.items[?@.sub[?@ == 1]].id", json!(["a"]));
        let numbers = json!({"near": [9_007_199_254_740_993_i64, 1e-17], "big": 9_007_199_254_740_992_i64});
        assert_eq!(read("$.near[?@ == 0 || @ == $.big]", &numbers), json!([]));
    }

    #[test]
    fn an_expression_that_looks_at_too_much_is_stopped() {
        let wide: Value = (0..1200).map(|n| json!(n)).collect();
        let query = parse_json_path("$[?$[?@ == 5000]]").unwrap();
        let error = Evaluation::new(&wide).values(&query).unwrap_err();
        assert_eq!(error.to_string(), "an expression looks at more than 1000000 values");
    }
}
