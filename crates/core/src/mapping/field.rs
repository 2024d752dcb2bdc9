//! What one way to fill a field gives. Absent, null and empty text are three things: the first two have
//! their keys, the third is a value like any other, which only `required` and look-ups refuse.

use serde_json::Value;

use super::applied::{Found, LookupAnswer, Reason};
use super::kinds::{Gives, Source, Translation};
use crate::expression::{EvalError, Path, Template, Text, title_case};
use crate::model::{Case, MaxLength, Otherwise, Unmatched};

/// What becomes of a field.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Outcome {
    /// It has this value; null empties it.
    Set(Value),
    /// It is left out.
    Leave,
    /// The next alternative is tried.
    Next,
    /// It is left out, and a person should look.
    Flag(Value, Reason),
    /// It is left out until the counterpart is there.
    Defer(Value, Reason),
    /// It hangs on a look-up.
    Ask { record: String, by: String, value: String },
}

/// What is known of a value before anything becomes of it.
enum Read {
    Absent,
    Null,
    Value(Value),
}

/// Computes one way to fill a field.
pub(super) fn outcome(gives: &Gives, roots: &Value, answers: &[LookupAnswer]) -> Result<Outcome, EvalError> {
    let read = read(&gives.source, roots)?;
    let outcome = match read {
        Read::Absent => otherwise(&gives.on_absent, &gives.source, "absent")?,
        Read::Null => otherwise(&gives.on_null, &gives.source, "null")?,
        Read::Value(value) => translate(gives, cased(gives.case, value)?, answers)?,
    };
    match outcome {
        Outcome::Set(value) => {
            let value = shortened(gives.max_length, value)?;
            match (gives.required, &value) {
                (true, Value::Null) => Err(required("it would be emptied")),
                (true, Value::String(text)) if text.is_empty() => Err(required("it would be an empty text")),
                _ => Ok(Outcome::Set(value)),
            }
        }
        Outcome::Ask { .. } => Ok(outcome),
        _ if gives.required => Err(required("there is no value")),
        _ => Ok(outcome),
    }
}

fn required(what: &str) -> EvalError {
    EvalError::new(format!("it is required, and {what}"))
}

fn read(source: &Source, roots: &Value) -> Result<Read, EvalError> {
    Ok(match source {
        Source::From(path) => known(path.read(roots)?),
        Source::Value(value) => Read::Value(value.clone()),
        Source::FirstOf(several) => first_of(several, roots)?,
        Source::Text(text) => match text.render(roots) {
            Ok(text) => Read::Value(Value::String(text)),
            Err(error) => missing_in(text, roots).ok_or(error)?,
        },
    })
}

fn known(value: Option<Value>) -> Read {
    match value {
        None => Read::Absent,
        Some(Value::Null) => Read::Null,
        Some(value) => Read::Value(value),
    }
}

/// The first that is neither absent, null nor empty text; without one, the first that is there.
fn first_of(several: &[Template], roots: &Value) -> Result<Read, EvalError> {
    let mut first = Read::Absent;
    for template in several {
        let read = known(template.resolve(roots)?);
        let is_empty = match &read {
            Read::Absent | Read::Null => true,
            Read::Value(value) => value.as_str() == Some(""),
        };
        if !is_empty {
            return Ok(read);
        }
        if matches!(first, Read::Absent) {
            first = read;
        }
    }
    Ok(first)
}

/// What is missing where a text cannot be written; `None` where that is not the reason.
fn missing_in(text: &Text, roots: &Value) -> Option<Read> {
    let unguarded =
        text.references().iter().filter(|reference| !reference.guarded && reference.is_singular());
    let mut is_null = false;
    for reference in unguarded {
        match Path::parse(&reference.text).ok()?.read(roots).ok()? {
            None => return Some(Read::Absent),
            Some(value) => is_null |= value.is_null(),
        }
    }
    is_null.then_some(Read::Null)
}

fn otherwise(rule: &Otherwise, source: &Source, what: &str) -> Result<Outcome, EvalError> {
    Ok(match rule {
        Otherwise::Keep => Outcome::Leave,
        Otherwise::Skip => Outcome::Next,
        Otherwise::Clear => Outcome::Set(Value::Null),
        Otherwise::Value(value) => Outcome::Set(value.clone()),
        Otherwise::Fail => return Err(EvalError::new(format!("{} is {what}", written(source)))),
    })
}

fn written(source: &Source) -> String {
    match source {
        Source::From(path) => format!("`{}`", path.source()),
        Source::FirstOf(_) => "every value of `first_of`".to_owned(),
        Source::Value(value) => format!("`{value}`"),
        Source::Text(text) => format!("a value of `{}`", text.source()),
    }
}

fn cased(case: Option<Case>, value: Value) -> Result<Value, EvalError> {
    let Some(case) = case else { return Ok(value) };
    let text = text_of(&value, "case")?;
    Ok(Value::String(match case {
        Case::Lower => text.to_lowercase(),
        Case::Upper => text.to_uppercase(),
        Case::Title => title_case(text),
    }))
}

fn shortened(most: Option<MaxLength>, value: Value) -> Result<Value, EvalError> {
    let Some(most) = most.filter(|_| !value.is_null()) else { return Ok(value) };
    let text = text_of(&value, "max_length")?;
    let count = text.chars().count();
    if count <= most.chars {
        return Ok(value);
    }
    if !most.truncates {
        let message = format!("the text has {count} characters, and at most {} are allowed", most.chars);
        return Err(EvalError::new(message));
    }
    Ok(Value::String(text.chars().take(most.chars).collect()))
}

fn text_of<'v>(value: &'v Value, key: &str) -> Result<&'v str, EvalError> {
    value.as_str().ok_or_else(|| EvalError::new(format!("`{key}` takes a text, and this is {value}")))
}

fn translate(gives: &Gives, value: Value, answers: &[LookupAnswer]) -> Result<Outcome, EvalError> {
    let found = match &gives.translation {
        None => return Ok(Outcome::Set(value)),
        Some(Translation::Map(values)) => values.get(&key_of(&value)?).cloned(),
        Some(Translation::Table(table)) => table.translate(&value)?,
        Some(Translation::Lookup { record, by }) => {
            let key = key_of(&value)?;
            // Nothing would be compared, and a system may take that for every empty field.
            if key.is_empty() {
                return unmatched(&gives.no_match, value, Reason::NoMatch);
            }
            let is_asked =
                |answer: &&LookupAnswer| (&answer.record, &answer.by, &answer.value) == (record, by, &key);
            match answers.iter().find(is_asked).map(|answer| &answer.found) {
                None => return Ok(Outcome::Ask { record: record.clone(), by: by.clone(), value: key }),
                Some(Found::One(id)) => Some(Value::String(id.clone())),
                Some(Found::None) => None,
                Some(Found::Ambiguous) => return unmatched(&gives.no_match, value, Reason::Ambiguous),
            }
        }
    };
    match found {
        Some(found) => Ok(Outcome::Set(found)),
        None => unmatched(&gives.no_match, value, Reason::NoMatch),
    }
}

/// The text by which a value is looked up.
fn key_of(value: &Value) -> Result<String, EvalError> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Bool(_) | Value::Number(_) => Ok(value.to_string()),
        _ => Err(EvalError::new(format!("{value} has no counterpart: only texts, numbers and flags have"))),
    }
}

fn unmatched(rule: &Unmatched, value: Value, reason: Reason) -> Result<Outcome, EvalError> {
    Ok(match rule {
        Unmatched::Keep => Outcome::Leave,
        Unmatched::Flag => Outcome::Flag(value, reason),
        Unmatched::Defer => Outcome::Defer(value, reason),
        Unmatched::Value(value) => Outcome::Set(value.clone()),
        Unmatched::Fail => {
            let what = match reason {
                Reason::NoMatch => "no counterpart",
                Reason::Ambiguous => "several counterparts",
            };
            return Err(EvalError::new(format!("{value} has {what}")));
        }
    })
}
