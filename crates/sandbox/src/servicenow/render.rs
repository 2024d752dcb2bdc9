//! Records as the Table API shows them: raw values, display values or both, with or without links.
//!
//! Owns the value shapes. Chooses no records.
//! Source: reference section 3.3.

use serde_json::{Map, Value, json};

use crate::servicenow::actor::Actor;
use crate::servicenow::dictionary::{Field, Kind};
use crate::servicenow::stamp;
use crate::servicenow::store::Record;
use crate::servicenow::walk::{self, Base, Place};

/// What a stored secret looks like.
const MASK: &str = "********";

/// `sysparm_display_value`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Display {
    #[default]
    Raw,
    Shown,
    Both,
}

/// How answers are to look.
#[derive(Debug, Clone)]
pub(crate) struct Look {
    pub(crate) display: Display,
    pub(crate) links: bool,
    /// Scheme and host the client used, without a slash at the end.
    pub(crate) origin: String,
    /// Whoever reads: dates are shown in that account's time zone, hidden fields are not.
    pub(crate) actor: Actor,
    /// Paths to show; empty for every field of the table asked for.
    pub(crate) fields: Vec<String>,
}

/// A record as a JSON object. Unknown names of fields are left out.
pub(crate) fn record(base: Base<'_>, look: &Look, table: &str, record: &Record) -> Value {
    let mut shown = Map::new();
    if look.fields.is_empty() {
        // A single record of a parent table comes with the fields of that table only, as a list does.
        let Some(definition) = base.dictionary.table(table) else { return Value::Object(shown) };
        for (name, field) in definition.fields.iter().filter(|(_, field)| look.actor.may_see(field)) {
            shown.insert(name.clone(), value(base, look, &Place { field, name, holder: Some(record) }));
        }
    }
    for path in &look.fields {
        let answer = match path.strip_prefix("variables.") {
            Some(name) => variable(base, look, record, name),
            None => {
                walk::from(base, &look.actor, (table, record), path).map(|place| value(base, look, &place))
            }
        };
        if let Some(answer) = answer {
            shown.insert(path.clone(), answer);
        }
    }
    Value::Object(shown)
}

fn value(base: Base<'_>, look: &Look, place: &Place<'_>) -> Value {
    let raw = match place.field.kind {
        Kind::Password if !place.value().is_empty() => MASK,
        _ => place.value(),
    };
    let text = || shown(base, look, place);
    let link = linked(place.field, raw)
        .filter(|_| look.links)
        .map(|table| format!("{}/api/now/table/{table}/{raw}", look.origin));
    match (look.display, link) {
        (Display::Raw, None) => json!(raw),
        (Display::Raw, Some(link)) => json!({ "link": link, "value": raw }),
        (Display::Shown, None) => json!(text()),
        (Display::Shown, Some(link)) => json!({ "display_value": text(), "link": link }),
        (Display::Both, None) => json!({ "display_value": text(), "value": raw }),
        (Display::Both, Some(link)) => json!({ "display_value": text(), "value": raw, "link": link }),
    }
}

/// The table a filled reference points into.
fn linked<'a>(field: &'a Field, raw: &str) -> Option<&'a str> {
    if field.kind == Kind::Reference && !raw.is_empty() { field.to.as_deref() } else { None }
}

/// What a person reads.
fn shown(base: Base<'_>, look: &Look, place: &Place<'_>) -> String {
    let raw = place.value();
    match (place.field.kind, place.field.to.as_deref()) {
        (kind, _) if kind.is_journal() => {
            place.holder.map_or_else(String::new, |one| history(base, look, one, place.name))
        }
        // Whether there is a password is nobody's business: it is kept apart from the record.
        (Kind::Password, _) => MASK.to_owned(),
        (Kind::GlideDuration, _) => duration(raw),
        (Kind::Reference, Some(_)) if raw == "global" => raw.to_owned(),
        (Kind::Reference, Some(_)) if place.field.keyed => raw.to_owned(),
        (Kind::Reference, Some(table)) => walk::label(base, table, raw),
        (Kind::GlideList, Some(table)) => {
            let labels =
                raw.split(',').filter(|id| !id.is_empty()).map(|id| match walk::label(base, table, id) {
                    label if label.is_empty() => id.to_owned(),
                    label => label,
                });
            labels.collect::<Vec<_>>().join(", ")
        }
        (Kind::GlideDateTime, _) => {
            stamp::instant(raw).map_or_else(|| raw.to_owned(), |at| stamp::local(at, &look.actor.zone))
        }
        (Kind::DocumentId, _) => place.holder.map_or_else(String::new, |one| document(base, one, raw)),
        _ if place.name == "sys_class_name" => {
            base.dictionary.table(raw).map_or_else(|| raw.to_owned(), |table| table.label.clone())
        }
        _ => {
            let label = place.field.choices.get(raw).or_else(|| place.field.retired.get(raw));
            label.cloned().unwrap_or_else(|| raw.to_owned())
        }
    }
}

/// A duration in words, such as `2 Days 3 Hours`; seconds only where there is nothing longer.
fn duration(raw: &str) -> String {
    let Some(at) = stamp::instant(raw) else { return raw.to_owned() };
    let seconds = at.as_second().max(0);
    let parts = [(seconds / 86_400, "Day"), (seconds / 3_600 % 24, "Hour"), (seconds / 60 % 60, "Minute")];
    let words = |(count, unit): (i64, &str)| format!("{count} {unit}{}", if count == 1 { "" } else { "s" });
    let shown: Vec<String> = parts.into_iter().filter(|(count, _)| *count > 0).map(words).collect();
    if shown.is_empty() { words((seconds, "Second")) } else { shown.join(" ") }
}

/// `Incident: INC0010001`, by the table the record's `source_table` names.
fn document(base: Base<'_>, holder: &Record, raw: &str) -> String {
    let table = holder.get("source_table");
    match (base.dictionary.table(table), walk::label(base, table, raw)) {
        (Some(definition), label) if !label.is_empty() => format!("{}: {label}", definition.label),
        _ => String::new(),
    }
}

/// The entries of a journal, newest first, as one text.
fn history(base: Base<'_>, look: &Look, record: &Record, element: &str) -> String {
    let rows = base.store.having(base.dictionary, "sys_journal_field", "element_id", record.id());
    let mut rows: Vec<&Record> = rows
        .filter(|row| match element {
            "comments_and_work_notes" => matches!(row.get("element"), "comments" | "work_notes"),
            element => row.get("element") == element,
        })
        .collect();
    rows.sort_by_key(|row| std::cmp::Reverse((row.get("sys_created_on").to_owned(), row.id().to_owned())));
    let mut text = String::new();
    for row in rows {
        let at = stamp::instant(row.get("sys_created_on"))
            .map_or_else(String::new, |at| stamp::local(at, &look.actor.zone));
        let by = base.store.find(base.dictionary, "sys_user", "user_name", row.get("sys_created_by"));
        let by = by.map_or(row.get("sys_created_by"), |user| user.get("name"));
        let label =
            base.dictionary.field(&record.class, row.get("element")).map_or("", |field| field.label.as_str());
        text.push_str(&format!("{at} - {by} ({label})\n{}\n\n", row.get("value")));
    }
    text
}

/// A catalog variable; what is shown for it depends on the kind of its question.
fn variable(base: Base<'_>, look: &Look, record: &Record, name: &str) -> Option<Value> {
    let (question, raw) = walk::variable(base, record, name)?;
    let text = match question.get("reference") {
        "" => choice_text(base, question, raw),
        table => match walk::label(base, table, raw) {
            label if label.is_empty() => raw.to_owned(),
            label => label,
        },
    };
    Some(match look.display {
        Display::Raw => json!(raw),
        Display::Shown => json!(text),
        Display::Both => json!({ "display_value": text, "value": raw }),
    })
}

fn choice_text(base: Base<'_>, question: &Record, raw: &str) -> String {
    let mut choices = base.store.having(base.dictionary, "question_choice", "question", question.id());
    choices
        .find(|choice| choice.get("value") == raw)
        .map_or_else(|| raw.to_owned(), |choice| choice.get("text").to_owned())
}
