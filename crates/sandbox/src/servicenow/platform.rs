//! Rows every instance has from its first moment and hardly anybody changes: what tables there are,
//! their columns and choices, the roles, the log of the past.
//!
//! Made when somebody first looks, once for all instances of the process, and shared until an
//! instance changes one of the tables; so an instance starts without them.
//! Source: reference sections 1 and 17.4.

use std::sync::LazyLock;

use jiff::{SignedDuration, Timestamp};

use crate::ids;
use crate::servicenow::dictionary::{Dictionary, Field};
use crate::servicenow::record::Record;
use crate::servicenow::rows::Rows;
use crate::servicenow::stamp;

/// When the platform's own rows were made, in seconds since 1970: 2023-11-01 08:00:00 UTC.
const MADE: i64 = 1_698_825_600;

/// Lines of the log an instance starts with. Source: reference section 17.4.
const LOG_LINES: usize = 1_250;

/// The id of the role of administrators.
pub(crate) const ADMIN_ROLE: &str = "2831a114c611228501d4ea6c309d626d";

/// What the log of an idle instance is full of: level, source, message.
const LOG: [(&str, &str, &str); 5] = [
    ("0", "scheduler", "Job finished: Clean up old sessions"),
    ("0", "com.glide.ui.ServletErrorListener", "Session closed after inactivity"),
    ("1", "glide.quota.manager", "Transaction close to its quota"),
    ("0", "sysevent.queue", "Events processed"),
    ("2", "com.glide.db.impl", "Query took longer than expected"),
];

static TABLES: LazyLock<Rows> = LazyLock::new(tables);
static COLUMNS: LazyLock<Rows> = LazyLock::new(columns);
static CHOICES: LazyLock<Rows> = LazyLock::new(choices);
static ROLES: LazyLock<Rows> = LazyLock::new(roles);
static CONTAINED: LazyLock<Rows> = LazyLock::new(contained);
static LOG_ROWS: LazyLock<Rows> = LazyLock::new(log);

/// The rows every instance has of a class, if there are any.
pub(crate) fn rows(class: &str) -> Option<&'static Rows> {
    Some(match class {
        "sys_db_object" => &TABLES,
        "sys_dictionary" => &COLUMNS,
        "sys_choice" => &CHOICES,
        "sys_user_role" => &ROLES,
        "sys_user_role_contains" => &CONTAINED,
        "syslog" => &LOG_ROWS,
        _ => return None,
    })
}

/// The id of a role's row.
pub(crate) fn role_id(role: &str) -> String {
    if role == "admin" { ADMIN_ROLE.to_owned() } else { ids::hex32("sys_user_role", role) }
}

/// A row with the defaults of its table, made by the administrator at a moment.
pub(crate) fn row(table: &str, id: &str, at: &str, fields: &[(&str, &str)]) -> Record {
    let mut record = Record::new(table);
    if let Some(definition) = Dictionary::embedded().table(table) {
        for (name, field) in definition.fields.iter().filter(|(_, field)| !field.default.starts_with('@')) {
            record.set(name, field.default.as_str());
        }
        if definition.fields.contains_key("sys_class_name") {
            record.set("sys_class_name", table);
        }
    }
    for (by, on) in [("sys_created_by", "sys_created_on"), ("sys_updated_by", "sys_updated_on")] {
        record.set(by, "admin");
        record.set(on, at);
    }
    record.set("sys_mod_count", "0");
    record.set("sys_id", id);
    for (field, value) in fields {
        record.set(field, *value);
    }
    record
}

/// When the platform's own rows were made, as it is stored.
pub(crate) fn made() -> String {
    stamp::raw(moment(0))
}

fn moment(minutes_before: usize) -> Timestamp {
    let back = SignedDuration::from_mins(i64::try_from(minutes_before).unwrap_or(0));
    Timestamp::from_second(MADE).unwrap_or_default().checked_sub(back).unwrap_or_default()
}

/// Puts rows together; a table is filled by the id and the fields of each.
fn fill(table: &str, all: impl Iterator<Item = (String, Vec<(&'static str, String)>)>) -> Rows {
    let (mut rows, made) = (Rows::of(table), made());
    for (id, fields) in all {
        let fields: Vec<(&str, &str)> =
            fields.iter().map(|(field, value)| (*field, value.as_str())).collect();
        rows.put(row(table, &id, &made, &fields));
    }
    rows
}

fn tables() -> Rows {
    let all = Dictionary::embedded().tables().map(|(name, table)| {
        let parent =
            table.parent.as_deref().map(|parent| ids::hex32("sys_db_object", parent)).unwrap_or_default();
        let extendable = Dictionary::embedded().family(name).len() > 1;
        let fields = vec![
            ("name", name.to_owned()),
            ("label", table.label.clone()),
            ("sys_name", table.label.clone()),
            ("super_class", parent),
            ("sys_scope", "global".to_owned()),
            ("is_extendable", extendable.to_string()),
        ];
        (ids::hex32("sys_db_object", name), fields)
    });
    fill("sys_db_object", all)
}

/// One row for each table as a whole and one for each column it adds to its parent's.
fn columns() -> Rows {
    let dictionary = Dictionary::embedded();
    let all = dictionary.tables().flat_map(|(name, table)| {
        let whole = vec![
            ("name", name.to_owned()),
            ("column_label", table.label.clone()),
            ("sys_name", table.label.clone()),
            ("internal_type", "collection".to_owned()),
            ("audit", table.audit.to_string()),
        ];
        let whole = (ids::hex32("sys_dictionary", name), whole);
        let shown = dictionary.display_field(name).unwrap_or_default();
        let columns = dictionary.own_fields(name).map(move |(element, field)| {
            let id = ids::hex32("sys_dictionary", &format!("{name}/{element}"));
            (id, column(name, element, field, element == shown))
        });
        std::iter::once(whole).chain(columns)
    });
    fill("sys_dictionary", all)
}

fn column(table: &str, element: &str, field: &Field, shown: bool) -> Vec<(&'static str, String)> {
    let kind = match element {
        "sys_id" => "GUID",
        "sys_class_name" => "sys_class_name",
        "sys_domain" => "domain_id",
        "sys_domain_path" => "domain_path",
        _ => field.kind.internal_type(),
    };
    // The platform gives plain text forty characters and references thirty-two unless told otherwise.
    let length = field.length.unwrap_or(if field.to.is_some() || kind == "GUID" { 32 } else { 40 });
    vec![
        ("name", table.to_owned()),
        ("element", element.to_owned()),
        ("column_label", field.label.clone()),
        ("sys_name", field.label.clone()),
        ("internal_type", kind.to_owned()),
        ("reference", field.to.clone().unwrap_or_default()),
        ("mandatory", field.mandatory.to_string()),
        ("max_length", length.to_string()),
        ("unique", field.unique.to_string()),
        ("read_only", field.read_only.to_string()),
        ("display", shown.to_string()),
        ("primary", (element == "sys_id").to_string()),
        ("choice", if field.choices.is_empty() { "" } else { "3" }.to_owned()),
        ("default_value", default(&field.default).to_owned()),
    ]
}

/// How the platform writes the defaults that are computed.
fn default(written: &str) -> &str {
    match written {
        "@now" => "javascript:gs.nowDateTime();",
        "@me" => "javascript:gs.getUserID();",
        other => other,
    }
}

/// One row for each choice of the fields a table writes itself.
fn choices() -> Rows {
    let dictionary = Dictionary::embedded();
    let parent = |table: &str, element: &str| {
        dictionary.table(table).and_then(|table| dictionary.field(table.parent.as_deref()?, element))
    };
    let all = dictionary.tables().flat_map(|(name, table)| {
        let differing = table.fields.iter().filter(move |(element, field)| {
            parent(name, element).is_none_or(|inherited| inherited.choices != field.choices)
        });
        differing.flat_map(move |(element, field)| {
            field.choices.iter().enumerate().map(move |(at, (value, label))| {
                let fields = vec![
                    ("name", name.to_owned()),
                    ("element", element.clone()),
                    ("value", value.clone()),
                    ("label", label.clone()),
                    ("sequence", at.to_string()),
                ];
                (ids::hex32("sys_choice", &format!("{name}/{element}/{value}")), fields)
            })
        })
    });
    fill("sys_choice", all)
}

fn roles() -> Rows {
    let all = Dictionary::embedded().role_names().into_iter().map(|role| {
        let elevated = (role == "security_admin").to_string();
        (role_id(&role), vec![("name", role), ("elevated_privilege", elevated)])
    });
    fill("sys_user_role", all)
}

fn contained() -> Rows {
    let all = Dictionary::embedded().containing_roles().flat_map(|(role, contained)| {
        contained.iter().map(move |inner| {
            let fields = vec![("role", role_id(role)), ("contains", role_id(inner))];
            (ids::hex32("sys_user_role_contains", &format!("{role}/{inner}")), fields)
        })
    });
    fill("sys_user_role_contains", all)
}

fn log() -> Rows {
    let mut rows = Rows::of("syslog");
    for (line, (level, source, message)) in LOG.iter().cycle().take(LOG_LINES).enumerate() {
        let fields = [("level", *level), ("source", *source), ("message", *message)];
        let id = ids::hex32("syslog", &line.to_string());
        let mut record = row("syslog", &id, &stamp::raw(moment(line)), &fields);
        for by in ["sys_created_by", "sys_updated_by"] {
            record.set(by, "system");
        }
        rows.put(record);
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dictionary_has_a_row_for_each_column_where_it_is_written() {
        let found = |table: &str, element: &str| {
            COLUMNS.values().filter(|row| row.get("name") == table && row.get("element") == element).count()
        };
        assert_eq!(
            (found("task", "state"), found("incident", "state"), found("incident", "caller_id")),
            (1, 0, 1)
        );
        assert_eq!((found("incident", ""), found("task", "sys_id")), (1, 1));
        let of = |table: &str, element: &str| {
            CHOICES.values().filter(|row| row.get("name") == table && row.get("element") == element).count()
        };
        assert_eq!((of("task", "state"), of("incident", "state"), of("incident", "approval")), (6, 6, 0));
        assert!(LOG_ROWS.values().count() >= 1_200);
    }
}
