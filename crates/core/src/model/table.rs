//! Decision tables: compiled rows and how they are looked up. Reads no file and no text; `check` builds
//! them.

use regex::Regex;
use serde_json::{Map, Value};

use super::eval_error::EvalError;
use super::value_type::ValueType;

/// A decision table: the first row whose every input cell holds gives the output columns.
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
    /// What happens when no row holds.
    pub no_match: NoMatch,
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
            (_, Self::Any | Self::Matches(_)) => false,
        }
    }
}

/// Equal, with `2` and `2.0` the same number.
fn same(left: &Value, right: &Value) -> bool {
    left == right || (left.is_number() && right.is_number() && left.as_f64() == right.as_f64())
}

impl Table {
    /// The output columns of the first row that holds; `None` where none does and that is not a failure.
    ///
    /// # Errors
    /// [`EvalError`] where no row holds and the table says `fail`, or an input is not of its column's
    /// type.
    pub fn decide(&self, inputs: &Value) -> Result<Option<Value>, EvalError> {
        let mut given = Vec::with_capacity(self.inputs.len());
        for (name, kind) in &self.inputs {
            let value = inputs.get(name).filter(|value| !value.is_null());
            if let Some(value) = value
                && !kind.accepts(value)
            {
                let message =
                    format!("input `{name}` of table `{}` is {value}, not of type {kind}", self.name);
                return Err(EvalError::new(message));
            }
            given.push(value);
        }
        let holds = |row: &&Row| row.cells.iter().zip(&given).all(|(cell, value)| cell.holds(*value));
        if let Some(row) = self.rows.iter().find(holds) {
            let columns = self.outputs.iter().map(|column| column.name.clone());
            return Ok(Some(Value::Object(columns.zip(row.values.iter().cloned()).collect())));
        }
        match &self.no_match {
            NoMatch::Fail => Err(EvalError::new(format!("no row of table `{}` fits {inputs}", self.name))),
            NoMatch::Skip => Ok(None),
            NoMatch::Row(row) => Ok(Some(Value::Object(row.clone()))),
        }
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
