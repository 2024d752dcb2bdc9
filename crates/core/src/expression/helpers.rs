//! The helpers that a text may use, and the registry that holds them. Nothing else can be called.

use std::sync::LazyLock;

use handlebars::{
    Context, Handlebars, Helper, HelperDef, PathAndJson, RenderContext, RenderError, RenderErrorReason,
    ScopedJson, no_escape,
};
use serde_json::Value;

use super::date::write_date;

/// Longest text that `truncate` leaves when it is not told.
const TRUNCATE_CHARS: u64 = 100;
/// Writes a value; stands in for every plain `{{path}}`.
pub(super) const SHOW: &str = "__show";
/// Writes nothing; fails unless its value can be walked by `#each`.
pub(super) const WALKABLE: &str = "__walkable";

/// One helper.
pub(super) struct HelperSpec {
    /// Name in a text.
    pub(super) name: &'static str,
    /// Fewest and most arguments.
    pub(super) arguments: (usize, usize),
    /// How it is used.
    pub(super) example: &'static str,
    call: fn(&[Argument<'_>]) -> Result<Value, String>,
}

/// One argument: its name as written and its value, absent or not.
pub(super) struct Argument<'a> {
    name: String,
    value: Option<&'a Value>,
}

/// Every helper, by name.
pub(super) const HELPERS: [HelperSpec; 9] = [
    HelperSpec {
        name: "date",
        arguments: (2, 3),
        example: "{{date run.started_at \"%Y-%m-%d\" \"Europe/Oslo\"}}",
        call: date,
    },
    HelperSpec {
        name: "default",
        arguments: (2, 2),
        example: "{{default inputs.team \"no team\"}}",
        call: default,
    },
    HelperSpec { name: "join", arguments: (1, 2), example: "{{join inputs.names \", \"}}", call: join },
    HelperSpec { name: "json", arguments: (1, 1), example: "{{json inputs.names}}", call: json },
    HelperSpec { name: "lower", arguments: (1, 1), example: "{{lower inputs.team}}", call: lower },
    HelperSpec { name: "title", arguments: (1, 1), example: "{{title inputs.team}}", call: title },
    HelperSpec { name: "trim", arguments: (1, 1), example: "{{trim inputs.team}}", call: trim },
    HelperSpec {
        name: "truncate",
        arguments: (1, 2),
        example: "{{truncate inputs.team 40}}",
        call: truncate,
    },
    HelperSpec { name: "upper", arguments: (1, 1), example: "{{upper inputs.team}}", call: upper },
];

/// The registry with our helpers; values are written as they are, never HTML-escaped.
pub(super) static REGISTRY: LazyLock<Handlebars<'static>> = LazyLock::new(|| {
    let mut registry = Handlebars::new();
    registry.register_escape_fn(no_escape);
    for spec in HELPERS {
        registry.register_helper(spec.name, Box::new(Call(spec.call)));
    }
    registry.register_helper(SHOW, Box::new(Call(show)));
    registry.register_helper(WALKABLE, Box::new(Call(walkable)));
    registry
});

struct Call(fn(&[Argument<'_>]) -> Result<Value, String>);

impl HelperDef for Call {
    fn call_inner<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
    ) -> Result<ScopedJson<'rc>, RenderError> {
        let arguments: Vec<_> = helper.params().iter().map(argument).collect();
        let value = (self.0)(&arguments).map_err(RenderErrorReason::Other)?;
        Ok(ScopedJson::Derived(value))
    }
}

fn argument<'a>(given: &'a PathAndJson<'_>) -> Argument<'a> {
    let name = given.relative_path().cloned().unwrap_or_else(|| "a value".to_owned());
    let value = (!given.is_value_missing()).then(|| given.value());
    Argument { name, value }
}

impl Argument<'_> {
    /// The value as text; absent, null, lists and maps are errors.
    fn text(&self) -> Result<String, String> {
        match self.present()? {
            Value::String(text) => Ok(text.clone()),
            Value::Array(_) => {
                Err(format!("`{{{{{0}}}}}` is a list; write `{{{{join {0} \", \"}}}}`", self.name))
            }
            Value::Object(_) => Err(format!("`{{{{{0}}}}}` is a map; write `{{{{json {0}}}}}`", self.name)),
            plain => Ok(plain.to_string()),
        }
    }

    fn present(&self) -> Result<&Value, String> {
        match self.value {
            None => Err(format!("`{{{{{}}}}}` is absent", self.name)),
            Some(Value::Null) => Err(format!("`{{{{{}}}}}` is null", self.name)),
            Some(value) => Ok(value),
        }
    }
}

fn show(arguments: &[Argument<'_>]) -> Result<Value, String> {
    arguments[0].text().map(Value::String)
}

fn walkable(arguments: &[Argument<'_>]) -> Result<Value, String> {
    match arguments[0].present()? {
        Value::Array(_) | Value::Object(_) => Ok(Value::String(String::new())),
        _ => Err(format!("`{{{{#each {}}}}}` needs a list or a map", arguments[0].name)),
    }
}

fn default(arguments: &[Argument<'_>]) -> Result<Value, String> {
    match arguments[0].value {
        None | Some(Value::Null) => arguments[1].text().map(Value::String),
        Some(_) => arguments[0].text().map(Value::String),
    }
}

fn lower(arguments: &[Argument<'_>]) -> Result<Value, String> {
    arguments[0].text().map(|text| Value::String(text.to_lowercase()))
}

fn upper(arguments: &[Argument<'_>]) -> Result<Value, String> {
    arguments[0].text().map(|text| Value::String(text.to_uppercase()))
}

fn trim(arguments: &[Argument<'_>]) -> Result<Value, String> {
    arguments[0].text().map(|text| Value::String(text.trim().to_owned()))
}

fn title(arguments: &[Argument<'_>]) -> Result<Value, String> {
    Ok(Value::String(title_case(&arguments[0].text()?)))
}

/// Writes the first letter of every word as a capital, the others small.
pub(crate) fn title_case(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    let mut inside = false;
    for next in text.chars() {
        if inside {
            written.extend(next.to_lowercase());
        } else {
            written.extend(next.to_uppercase());
        }
        inside = next.is_alphanumeric() || next == '\'';
    }
    written
}

fn truncate(arguments: &[Argument<'_>]) -> Result<Value, String> {
    let text = arguments[0].text()?;
    let most = match arguments.get(1) {
        None => TRUNCATE_CHARS,
        Some(most) => most.present()?.as_u64().ok_or("`truncate` takes a whole number of characters")?,
    };
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    if text.chars().count() <= most {
        return Ok(Value::String(text));
    }
    let mut written: String = text.chars().take(most.saturating_sub(1)).collect();
    written.push('…');
    Ok(Value::String(written))
}

fn join(arguments: &[Argument<'_>]) -> Result<Value, String> {
    let separator = arguments.get(1).map_or(Ok(", ".to_owned()), Argument::text)?;
    let Value::Array(items) = arguments[0].present()? else {
        return Err(format!("`{{{{join {}}}}}` needs a list", arguments[0].name));
    };
    let name = |at: usize| format!("{}.{at}", arguments[0].name);
    let written: Result<Vec<_>, _> = items
        .iter()
        .enumerate()
        .map(|(at, item)| Argument { name: name(at), value: Some(item) }.text())
        .collect();
    written.map(|items| Value::String(items.join(&separator)))
}

fn json(arguments: &[Argument<'_>]) -> Result<Value, String> {
    match arguments[0].value {
        None => Err(format!("`{{{{{}}}}}` is absent", arguments[0].name)),
        Some(value) => Ok(Value::String(value.to_string())),
    }
}

fn date(arguments: &[Argument<'_>]) -> Result<Value, String> {
    let (time, format) = (arguments[0].text()?, arguments[1].text()?);
    let zone = arguments.get(2).map_or(Ok("UTC".to_owned()), Argument::text)?;
    write_date(&time, &format, &zone).map(Value::String)
}
