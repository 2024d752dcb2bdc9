//! Values that a `set` step names: the one place where they are evaluated.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::compare::equal_values;
use super::condition::Condition;
use super::template::Template;
use crate::model::{EvalError, write_time};

/// One value of a `set`.
#[derive(Debug, Clone)]
pub enum SetValue {
    /// A path, text or literal.
    Plain(Template),
    /// `{ago: 90d}`: a time before now.
    Ago(SignedDuration),
    /// `{from_now: 7d}`: a time after now.
    FromNow(SignedDuration),
    /// `{add: {time: $.…, by: 7d}}`: a time moved by a duration, which may be negative.
    Add {
        /// The time that is moved.
        time: Template,
        /// By how much.
        by: SignedDuration,
    },
    /// `{condition: "…"}`: true or false.
    Condition(Condition),
    /// `{count: $.…}`: how many there are.
    Count(Template),
    /// `{first: $.…}`: the first that is neither absent nor null.
    First(Template),
    /// `{without: [$.list, $.other]}`: the elements of the first list that are not in the second.
    Without {
        /// What is looked through.
        list: Template,
        /// What is left out.
        other: Template,
    },
}

impl SetValue {
    /// The value; `None` for a path that is absent.
    ///
    /// Repeat: pure; `now` is the time of the event that made the step ready. Times are in UTC, to the second.
    ///
    /// # Errors
    /// [`EvalError`] for what cannot be evaluated: a text with an absent value, a time that is none, a list
    /// that is not there.
    pub fn evaluate(&self, roots: &Value, now: Timestamp) -> Result<Option<Value>, EvalError> {
        Ok(match self {
            Self::Plain(template) => template.resolve(roots)?,
            Self::Ago(span) => Some(moved(now, span.checked_neg())?),
            Self::FromNow(span) => Some(moved(now, Some(*span))?),
            Self::Add { time, by } => Some(moved(time_of(time, roots)?, Some(*by))?),
            Self::Condition(condition) => Some(json!(condition.holds(roots)?)),
            Self::Count(template) => Some(json!(count(template.resolve(roots)?))),
            Self::First(template) => first(template, roots)?,
            Self::Without { list, other } => {
                let (mut list, other) = (list_of(list, roots)?, list_of(other, roots)?);
                list.retain(|element| !other.iter().any(|left_out| equal_values(element, left_out)));
                Some(Value::Array(list))
            }
        })
    }
}

/// The time that a value gives.
///
/// # Errors
/// [`EvalError`] where it is absent, or no time with a zone.
pub fn time_of(template: &Template, roots: &Value) -> Result<Timestamp, EvalError> {
    let value = template.resolve(roots)?.ok_or_else(|| EvalError::new("the time is absent"))?;
    let text = value.as_str().ok_or_else(|| EvalError::new(format!("{value} is not a time")))?;
    text.parse().map_err(|_| {
        EvalError::new(format!("`{text}` is not a time with a zone, such as `2026-01-31T08:00:00Z`"))
    })
}

fn moved(at: Timestamp, by: Option<SignedDuration>) -> Result<Value, EvalError> {
    let moved = by.and_then(|by| at.checked_add(by).ok());
    let moved = moved.ok_or_else(|| EvalError::new("the time lies outside of what can be written"))?;
    Ok(Value::String(write_time(moved)))
}

fn list_of(template: &Template, roots: &Value) -> Result<Vec<Value>, EvalError> {
    let name = |what: &str| match template {
        Template::Path(path) => EvalError::new(format!("`{}` {what}", path.source())),
        _ => EvalError::new(format!("a list of `without` {what}")),
    };
    match template.resolve(roots)? {
        Some(Value::Array(items)) => Ok(items),
        // Nothing to leave out would leave everything; what is not known must not mean that.
        Some(Value::Null) => Err(name("is null")),
        Some(_) => Err(name("is not a list")),
        None => Err(name("is absent")),
    }
}

fn count(value: Option<Value>) -> usize {
    match value {
        None | Some(Value::Null) => 0,
        Some(Value::Array(items)) => items.len(),
        Some(_) => 1,
    }
}

fn first(template: &Template, roots: &Value) -> Result<Option<Value>, EvalError> {
    if let Template::List(items) = template {
        for item in items {
            if let Some(value) = item.resolve(roots)?.filter(|value| !value.is_null()) {
                return Ok(Some(value));
            }
        }
        return Ok(None);
    }
    Ok(match template.resolve(roots)? {
        Some(Value::Array(items)) => items.into_iter().find(|value| !value.is_null()),
        other => other.filter(|value| !value.is_null()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn evaluate(value: &SetValue) -> Result<Option<Value>, String> {
        let roots = json!({"inputs": {
            "at": "2026-11-23T09:00:00.75+01:00", "date": "2026-11-23", "none": null, "n": 1,
            "big": [9_007_199_254_740_993_i64, 2, {"id": "a"}, 2], "gone": [9_007_199_254_740_992_i64, 2.0],
        }});
        let now = "2026-11-23T09:00:00.9Z".parse().unwrap();
        value.evaluate(&roots, now).map_err(|error| error.to_string())
    }

    fn path(text: &str) -> Template {
        Template::parse(text).unwrap()
    }

    #[test]
    fn times_are_written_in_utc_to_the_second() {
        let days = SignedDuration::from_hours(24 * 7);
        let add = |time: &str, by| evaluate(&SetValue::Add { time: path(time), by });
        assert_eq!(evaluate(&SetValue::Ago(days)), Ok(Some(json!("2026-11-16T09:00:00Z"))));
        assert_eq!(evaluate(&SetValue::FromNow(days)), Ok(Some(json!("2026-11-30T09:00:00Z"))));
        assert_eq!(add("$.inputs.at", days), Ok(Some(json!("2026-11-30T08:00:00Z"))));
        assert_eq!(add("$.inputs.at", -days), Ok(Some(json!("2026-11-16T08:00:00Z"))));
        assert_eq!(add("$.inputs.gone_too", days), Err("the time is absent".to_owned()));
        assert_eq!(add("$.inputs.n", days), Err("1 is not a time".to_owned()));
        let error = "`2026-11-23` is not a time with a zone, such as `2026-01-31T08:00:00Z`";
        assert_eq!(add("$.inputs.date", days), Err(error.to_owned()));
        let error = add("$.inputs.at", SignedDuration::MAX);
        assert_eq!(error, Err("the time lies outside of what can be written".to_owned()));
    }

    #[test]
    fn without_leaves_out_what_is_equal_and_never_takes_an_unknown_list_for_an_empty_one() {
        let without =
            |list: &str, other: &str| evaluate(&SetValue::Without { list: path(list), other: path(other) });
        let rest = json!([9_007_199_254_740_993_i64, {"id": "a"}]);
        assert_eq!(without("$.inputs.big", "$.inputs.gone"), Ok(Some(rest)));
        assert_eq!(without("$.inputs.big[*].id", "$.inputs.big[9:]"), Ok(Some(json!(["a"]))));
        assert_eq!(without("$.inputs.big", "$.inputs.nobody"), Err("`$.inputs.nobody` is absent".to_owned()));
        assert_eq!(without("$.inputs.none", "$.inputs.big"), Err("`$.inputs.none` is null".to_owned()));
        assert_eq!(without("$.inputs.big", "$.inputs.n"), Err("`$.inputs.n` is not a list".to_owned()));
    }

    #[test]
    fn count_and_first_pass_over_what_is_absent_or_null() {
        let count = |text: &str| evaluate(&SetValue::Count(path(text))).map(|value| value.unwrap());
        assert_eq!(count("$.inputs.big"), Ok(json!(4)));
        assert_eq!(count("$.inputs.big[?@.id].id"), Ok(json!(1)));
        assert_eq!(count("$.inputs.nobody"), Ok(json!(0)));
        assert_eq!(count("$.inputs.none"), Ok(json!(0)));
        let first = |texts: &[&str]| {
            evaluate(&SetValue::First(Template::List(texts.iter().map(|text| path(text)).collect())))
        };
        assert_eq!(first(&["$.inputs.nobody", "$.inputs.none", "$.inputs.n", "x"]), Ok(Some(json!(1))));
        assert_eq!(first(&["$.inputs.nobody", "x"]), Ok(Some(json!("x"))));
        assert_eq!(first(&["$.inputs.nobody"]), Ok(None));
        let holds = Condition::parse("$.inputs.n == 1").unwrap();
        assert_eq!(evaluate(&SetValue::Condition(holds)), Ok(Some(json!(true))));
    }
}
