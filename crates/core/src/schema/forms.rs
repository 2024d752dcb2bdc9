//! Texts of a certain form, such as ids and durations. What is said to somebody who writes another one
//! stands beside the pattern, because an editor would show the pattern itself.

use std::borrow::Cow;
use std::marker::PhantomData;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

/// What names in maps look like: they are read in paths without brackets.
pub(super) const NAME: &str = "^[a-z][a-z0-9_]{0,63}$";
/// What is said about other names.
pub(super) const NAME_SAID: &str =
    "an id is lower-case letters, digits and `_`, a letter first, at most 64 characters";

macro_rules! forms {
    ($($(#[doc = $doc:literal])* $form:ident $pattern:expr, $said:expr;)*) => { $(
        $(#[doc = $doc])*
        pub(super) struct $form;

        impl JsonSchema for $form {
            fn schema_name() -> Cow<'static, str> {
                stringify!($form).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({
                    "type": "string",
                    "description": concat!($($doc),*).trim(),
                    "pattern": $pattern,
                    "errorMessage": $said,
                })
            }
        }
    )* };
}

forms! {
    /// An id in snake_case.
    Id NAME, NAME_SAID;

    /// Name of a workflow in kebab-case.
    WorkflowId "^[a-z][a-z0-9-]{0,63}$",
        "a workflow name is lower-case letters, digits and `-`, a letter first, at most 64 characters";

    /// A duration: `30s`, `15m`, `4h`, `5d`, `2w` or ISO 8601 such as `PT4H`; a day is 24 hours.
    Duration DURATION, "a duration looks like `30s`, `15m`, `4h`, `5d` or `PT4H`";

    /// A duration, or one back in time with `-` before it.
    Shift SHIFT, "a duration looks like `7d` or `-7d`";

    /// A column: its name, and after a colon its type where it holds no text.
    Column "^[^:]*(:(string|integer|number|boolean|time|list|map))?$",
        "a column is its name, or `name:type` with one of the types `string`, `integer`, `number`, `boolean`, `time`, `list` and `map`";

    /// Hours of a day, such as `08:00-16:00`.
    Hours "^[0-2][0-9]:[0-5][0-9]-[0-2][0-9]:[0-5][0-9]$", "hours look like `08:00-16:00`";

    /// A day, such as `2026-12-25`.
    Day "^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "a day looks like `2026-12-25`";

    /// A time with its zone, such as `2026-11-23T09:00:00Z`.
    Time TIME, "a time has a date, a time of day and a zone, such as `2026-11-23T09:00:00Z`";
}

// What durations look like; their bounds are those of the reader up to the number of digits.
macro_rules! duration {
    () => {
        concat!(
            "(0*[1-9][0-9]{0,8}s|0*[1-9][0-9]{0,6}m|0*[1-9][0-9]{0,4}h|0*[1-9][0-9]{0,3}d|0*[1-9][0-9]{0,2}w",
            "|P([0-9]+W)?[0-9]+D(T([0-9]+H)?([0-9]+M)?([0-9]+S)?)?|P[0-9]+W",
            "|PT([0-9]+H([0-9]+M)?([0-9]+S)?|[0-9]+M([0-9]+S)?|[0-9]+S))$",
        )
    };
}

const DURATION: &str = concat!("^", duration!());
const SHIFT: &str = concat!("^-?", duration!());

const TIME: &str = concat!(
    "^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]{1,9})?)?",
    "(Z|z|[+-][0-9]{2}(:?[0-9]{2})?)$",
);

/// A map whose keys are names, such as the inputs of a workflow.
pub(super) struct Named<T>(PhantomData<T>);

impl<T: JsonSchema> JsonSchema for Named<T> {
    fn schema_name() -> Cow<'static, str> {
        format!("Named_{}", T::schema_name()).into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "object",
            "propertyNames": { "pattern": NAME, "errorMessage": NAME_SAID },
            "additionalProperties": generator.subschema_for::<T>(),
            "errorMessage": "here stand names, each with what it is, such as `name: …`",
        })
    }
}
