//! Records as the Change Management API shows and takes them.
//!
//! Owns the typed values of that API and how its bodies are read. Source: reference section 10.4;
//! ServiceNow documentation, Change Management API.

use serde_json::{Map, Value, json};

use crate::servicenow::assign;
use crate::servicenow::desk::Fields;
use crate::servicenow::dictionary::Kind;
use crate::servicenow::refusal::Refusal;
use crate::servicenow::render::{self, Display};
use crate::servicenow::routes::order::body;
use crate::servicenow::routes::parameters;
use crate::servicenow::routes::visit::Visit;
use crate::servicenow::store::Record;
use crate::servicenow::walk::{self, Base};

/// What the API shows where a time was never computed.
const UNKNOWN: &str = "UNKNOWN";

/// A record: every field an object with a display value and a value of its own kind.
pub(crate) fn shown(base: Base<'_>, visit: &Visit<'_>, record: &Record) -> Value {
    let mut look = parameters::look(visit.call, visit.actor);
    look.display = Display::Both;
    look.links = false;
    look.fields = Vec::new();
    let plain = render::record(base, &look, &record.class, record);
    let mut shown = Map::new();
    for (name, both) in plain.as_object().into_iter().flatten() {
        let kind = base.dictionary.field(&record.class, name).map_or(Kind::String, |field| field.kind);
        let raw = both["value"].as_str().unwrap_or_default();
        let text = &both["display_value"];
        let value = typed(kind, raw);
        let mut field = json!({ "display_value": text, "value": value });
        if matches!(kind, Kind::GlideDateTime | Kind::GlideDate) {
            field["display_value_internal"] = text.clone();
            if raw.is_empty() && matches!(name.as_str(), "sla_due" | "activity_due") {
                field["display_value"] = json!(UNKNOWN);
            }
        }
        shown.insert(name.clone(), field);
    }
    if record.class == "change_request" {
        let pool = json!({ "display_value": "variable_pool", "value": "variable_pool" });
        shown.insert("variables".to_owned(), pool);
    }
    Value::Object(shown)
}

fn typed(kind: Kind, raw: &str) -> Value {
    match kind {
        Kind::Boolean => json!(raw == "true"),
        Kind::Integer => raw.parse::<i64>().map_or_else(|_| json!(raw), |number| json!(number)),
        Kind::Decimal => raw.parse::<f64>().map_or_else(|_| json!(raw), |number| json!(number)),
        _ => json!(raw),
    }
}

/// What a request wants to write, and the names in it that mean nothing.
pub(crate) struct Wanted {
    pub(crate) fields: Fields,
    pub(crate) ignored: Vec<String>,
}

impl Wanted {
    /// Takes fields out that may not be written here.
    pub(crate) fn without(mut self, names: &[&str]) -> Self {
        let (dropped, kept) = self.fields.into_iter().partition(|(name, _)| names.contains(&name.as_str()));
        let dropped: Fields = dropped;
        self.ignored.extend(dropped.into_iter().map(|(name, _)| name));
        self.fields = kept;
        self
    }

    /// The value written into a field.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str())
    }
}

/// The record with the names that were passed over.
pub(crate) fn with_ignored(mut shown: Value, ignored: &[String]) -> Value {
    shown["__meta"] = json!({ "ignoredFields": ignored });
    shown
}

/// Fields from the address and, over them, from the body. Choices may be written by their labels.
pub(crate) fn wanted(base: Base<'_>, visit: &Visit<'_>, table: &str) -> Result<Wanted, Refusal> {
    let mut given: Map<String, Value> = Map::new();
    for (name, value) in &visit.call.parameters {
        if !name.starts_with("sysparm_") {
            given.insert(name.clone(), json!(value));
        }
    }
    given.extend(body(visit.call)?);
    let encrypted = given.remove("encrypted_fields").as_ref().and_then(assign::text).unwrap_or_default();
    let mut wanted = Wanted { fields: Fields::new(), ignored: Vec::new() };
    for (name, value) in given {
        let field = base.dictionary.field(table, &name).filter(|field| !field.read_only || name == "sys_id");
        match (field, assign::text(&value)) {
            (Some(field), Some(text)) => {
                let by_name = encrypted.split(',').any(|one| one.trim() == name);
                let label = field
                    .choices
                    .iter()
                    .find(|(stored, label)| {
                        stored.eq_ignore_ascii_case(&text) || label.eq_ignore_ascii_case(&text)
                    })
                    .map(|(stored, _)| stored.clone())
                    .filter(|_| !field.choices.contains_key(&text));
                let named =
                    (by_name || name == "chg_model").then(|| by_label(base, field.to.as_deref(), &text));
                wanted.fields.push((name, label.or(named.flatten()).unwrap_or(text)));
            }
            _ => wanted.ignored.push(name),
        }
    }
    Ok(wanted)
}

/// The id of the only row of that name.
fn by_label(base: Base<'_>, table: Option<&str>, text: &str) -> Option<String> {
    let table = table?;
    let mut rows = base.store.all(base.dictionary, table);
    let found = rows.find(|row| walk::label(base, table, row.id()).eq_ignore_ascii_case(text))?;
    Some(found.id().to_owned())
}
