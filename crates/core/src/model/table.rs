//! Decision tables: compiled rows and how they are looked up. Reads no file and no text; `check` builds
//! them.

use regex::Regex;
use serde_json::{Map, Value, json};

use super::eval_error::EvalError;
use super::value_type::ValueType;

/// A decision table: rows whose every input cell holds give the output columns.
#[derive(Debug, Clone)]
pub struct Table {
    /// Name within the workflow.
    pub name: String,
    /// Names and types of the input columns, in order.
    pub inputs: Vec<(String, ValueType)>,
    /// Output columns, in order.
    pub outputs: Vec<OutputColumn>,
    /// Rows in the order of the text.
    pub rows: Vec<Row>,
    /// Which of the rows that hold are taken.
    pub takes: Takes,
    /// What happens when no row holds.
    pub no_match: NoMatch,
}

/// Which of the rows that hold are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Takes {
    /// The first one: the output is its columns.
    #[default]
    First,
    /// All of them: the output is `rows`, a list of their columns.
    All,
}

/// One output column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputColumn {
    /// Its name.
    pub name: String,
    /// Type of its cells.
    pub kind: ValueType,
}

/// One row.
#[derive(Debug, Clone)]
pub struct Row {
    /// One cell per input column.
    pub cells: Vec<Cell>,
    /// One value per output column.
    pub values: Vec<Value>,
}

/// A condition on one input.
#[derive(Debug, Clone)]
pub enum Cell {
    /// `*`: anything, also nothing.
    Any,
    /// A value: exactly this.
    Equals(Value),
    /// `one_of a|b`: one of these.
    OneOf(Vec<Value>),
    /// `matches …`: the whole text matches.
    Matches(Regex),
    /// `>= 3`, `< 10`, `1..5`: a number in these bounds.
    Within(Bounds),
}

/// Bounds of a number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounds {
    /// The least, and whether it is one of them.
    pub least: Option<(f64, bool)>,
    /// The most, and whether it is one of them.
    pub most: Option<(f64, bool)>,
}

impl Bounds {
    fn hold(self, number: f64) -> bool {
        self.least.is_none_or(|(least, own)| number > least || (own && number == least))
            && self.most.is_none_or(|(most, own)| number < most || (own && number == most))
    }

    /// Whether every number within the others is within these.
    fn cover(self, other: Self) -> bool {
        let low = match (self.least, other.least) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some((own, with)), Some((other, other_with))) => {
                own < other || (own == other && (with || !other_with))
            }
        };
        let high = match (self.most, other.most) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some((own, with)), Some((other, other_with))) => {
                own > other || (own == other && (with || !other_with))
            }
        };
        low && high
    }
}

/// What happens when no row holds.
#[derive(Debug, Clone, PartialEq)]
pub enum NoMatch {
    /// The step fails.
    Fail,
    /// The step succeeds and gives nothing.
    Skip,
    /// The step gives this row.
    Row(Map<String, Value>),
}

impl Cell {
    /// Whether an input holds; an absent one only where anything does.
    #[must_use]
    pub fn holds(&self, input: Option<&Value>) -> bool {
        match (self, input) {
            (Self::Any, _) => true,
            (_, None) => false,
            (Self::Equals(value), Some(input)) => same(value, input),
            (Self::OneOf(values), Some(input)) => values.iter().any(|value| same(value, input)),
            (Self::Matches(pattern), Some(input)) => {
                input.as_str().is_some_and(|text| pattern.is_match(text))
            }
            (Self::Within(bounds), Some(input)) => input.as_f64().is_some_and(|number| bounds.hold(number)),
        }
    }

    /// Whether this cell certainly holds wherever the other one does.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Any, _) => true,
            (_, Self::Equals(value)) => self.holds(Some(value)),
            (_, Self::OneOf(values)) => values.iter().all(|value| self.holds(Some(value))),
            (Self::Matches(one), Self::Matches(other)) => one.as_str() == other.as_str(),
            (Self::Within(one), Self::Within(other)) => one.cover(*other),
            (_, Self::Any | Self::Matches(_) | Self::Within(_)) => false,
        }
    }
}

/// Equal, with `2` and `2.0` the same number.
fn same(left: &Value, right: &Value) -> bool {
    left == right || (left.is_number() && right.is_number() && left.as_f64() == right.as_f64())
}

impl Table {
    /// The output columns of the first row that holds, or of all as the list `rows`; `None` where the
    /// first is wanted, none holds and that is not a failure.
    ///
    /// # Errors
    /// [`EvalError`] where no row holds and the table says `fail`, or an input is not of its column's
    /// type.
    pub fn decide(&self, inputs: &Value) -> Result<Option<Value>, EvalError> {
        let given: Vec<_> = self.inputs.iter().map(|(name, _)| inputs.get(name)).collect();
        let mut rows = self.matching(&given)?;
        let found = match self.takes {
            Takes::First => rows.next().map(|row| self.outputs_of(row)),
            Takes::All => {
                let rows: Vec<_> = rows.map(|row| self.outputs_of(row)).collect();
                (!rows.is_empty()).then(|| json!({ "rows": rows }))
            }
        };
        if found.is_some() {
            return Ok(found);
        }
        match (&self.no_match, self.takes) {
            (NoMatch::Fail, _) => {
                Err(EvalError::new(format!("no row of table `{}` fits {inputs}", self.name)))
            }
            (NoMatch::Skip, Takes::First) => Ok(None),
            (NoMatch::Skip, Takes::All) => Ok(Some(json!({ "rows": [] }))),
            (NoMatch::Row(row), Takes::First) => Ok(Some(Value::Object(row.clone()))),
            (NoMatch::Row(row), Takes::All) => Ok(Some(json!({ "rows": [row] }))),
        }
    }

    /// The only output of the first row that holds, of a table with one input and one output column;
    /// `None` where no row holds, whatever the table says about that.
    ///
    /// # Errors
    /// [`EvalError`] where the input is not of its column's type.
    pub fn translate(&self, input: &Value) -> Result<Option<Value>, EvalError> {
        let row = self.matching(&[Some(input)])?.next();
        Ok(row.and_then(|row| row.values.first().cloned()))
    }

    /// The rows that hold for these inputs, in the order of the text.
    fn matching<'a>(
        &'a self,
        inputs: &[Option<&'a Value>],
    ) -> Result<impl Iterator<Item = &'a Row> + 'a, EvalError> {
        let given: Vec<_> = inputs.iter().map(|value| value.filter(|value| !value.is_null())).collect();
        for ((name, kind), value) in self.inputs.iter().zip(&given) {
            if let Some(value) = value
                && !kind.accepts(value)
            {
                let message =
                    format!("input `{name}` of table `{}` is {value}, not of type {kind}", self.name);
                return Err(EvalError::new(message));
            }
        }
        Ok(self
            .rows
            .iter()
            .filter(move |row| row.cells.iter().zip(&given).all(|(cell, value)| cell.holds(*value))))
    }

    fn outputs_of(&self, row: &Row) -> Value {
        let columns = self.outputs.iter().map(|column| column.name.clone());
        Value::Object(columns.zip(row.values.iter().cloned()).collect())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn table(no_match: NoMatch) -> Table {
        let row = |cells: Vec<Cell>, queue: &str| Row { cells, values: vec![json!(queue)] };
        Table {
            name: "routing".to_owned(),
            inputs: vec![("country".to_owned(), ValueType::String), ("level".to_owned(), ValueType::Integer)],
            outputs: vec![OutputColumn { name: "queue".to_owned(), kind: ValueType::String }],
            rows: vec![
                row(vec![Cell::Equals(json!("NO")), Cell::Any], "oslo"),
                row(vec![Cell::OneOf(vec![json!("SE"), json!("DK")]), Cell::Equals(json!(2))], "nordic"),
                row(vec![Cell::Matches(Regex::new("^(?:U.)$").unwrap()), Cell::Any], "west"),
            ],
            takes: Takes::First,
            no_match,
        }
    }

    #[test]
    fn first_row_that_holds_gives_its_outputs() {
        let check = |inputs: Value, queue: &str| {
            let row = table(NoMatch::Fail).decide(&inputs).unwrap();
            assert_eq!(row, Some(json!({ "queue": queue })), "{inputs}");
        };
        check(json!({"country": "NO"}), "oslo");
        check(json!({"country": "DK", "level": 2}), "nordic");
        check(json!({"country": "UK", "level": null}), "west");
    }

    #[test]
    fn no_row_fails_skips_or_gives_the_row_of_last_resort() {
        let inputs = json!({"country": "DE"});
        let error = table(NoMatch::Fail).decide(&inputs).unwrap_err();
        assert_eq!(error.to_string(), r#"no row of table `routing` fits {"country":"DE"}"#);
        assert_eq!(table(NoMatch::Skip).decide(&inputs), Ok(None));
        let row = json!({"queue": "default"}).as_object().unwrap().clone();
        assert_eq!(table(NoMatch::Row(row)).decide(&inputs), Ok(Some(json!({"queue": "default"}))));
    }

    #[test]
    fn input_of_another_type_is_an_error_not_a_miss() {
        let error = table(NoMatch::Skip).decide(&json!({"level": "2"})).unwrap_err();
        assert_eq!(error.to_string(), "input `level` of table `routing` is \"2\", not of type integer");
    }

    #[test]
    fn cell_covers_another_only_where_that_is_certain() {
        let one = Cell::Equals(json!("a"));
        let many = Cell::OneOf(vec![json!("a"), json!("b")]);
        let pattern = Cell::Matches(Regex::new("^(?:[ab])$").unwrap());
        assert!(many.covers(&one) && pattern.covers(&many) && Cell::Any.covers(&pattern));
        assert!(!one.covers(&many) && !many.covers(&pattern) && !many.covers(&Cell::Any));
    }
}
