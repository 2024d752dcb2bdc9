//! The rows of a fresh developer instance that clients take for granted, read from embedded data.
//!
//! Owns the reading of that data. Which of the rows a company replaces is decided by `seed_rows`.
//! Source: reference section 17.4.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use indexmap::IndexMap;

use crate::ids;
use crate::servicenow::dictionary::Dictionary;
use crate::servicenow::platform::{self, role_id};
use crate::servicenow::record::Record;
use crate::servicenow::text_table;

const TEXT: &str = include_str!("../../data/servicenow/demo.yaml");

static ROWS: LazyLock<Vec<Record>> = LazyLock::new(read);

/// The rows, table by table.
pub(crate) fn all() -> &'static [Record] {
    &ROWS
}

/// The ids of a table's rows by the value of one of their fields.
pub(crate) fn ids_by(table: &str, field: &str) -> BTreeMap<&'static str, &'static str> {
    let rows = ROWS.iter().filter(|row| row.class == table);
    rows.map(|row| (row.get(field), row.id())).filter(|(value, _)| !value.is_empty()).collect()
}

/// The id of an invented row of a table.
pub(crate) fn invented(table: &str, key: &str) -> String {
    // A child's row is referred to by the name of its parent.
    let root = Dictionary::embedded().root(table);
    if root == "sys_user_role" { role_id(key) } else { ids::hex32(root, &format!("demo/{key}")) }
}

fn read() -> Vec<Record> {
    let tables: IndexMap<String, String> =
        serde_saphyr::from_str(TEXT).expect("the embedded rows are read by a test on every build");
    let made = platform::made();
    let mut rows = Vec::new();
    for (table, text) in &tables {
        for cells in text_table::records(text) {
            let mut row = platform::row(table, "", &made, &[]);
            for (field, cell) in cells {
                row.set(field, value(table, field, cell));
            }
            rows.push(row);
        }
    }
    rows
}

fn value(table: &str, field: &str, cell: &str) -> String {
    let Some(key) = cell.strip_prefix('@') else { return cell.to_owned() };
    let to = Dictionary::embedded().field(table, field).and_then(|field| field.to.as_deref());
    invented(to.unwrap_or(table), key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_fits_its_table_and_refers_to_rows_that_are_there() {
        let dictionary = Dictionary::embedded();
        for row in all() {
            for (field, value) in row.values() {
                let definition = dictionary.field(&row.class, field);
                assert!(definition.is_some(), "{} has no {field}", row.class);
                let Some(to) = definition.and_then(|one| one.to.as_deref()) else { continue };
                let there = all().iter().any(|one| dictionary.is_a(&one.class, to) && one.id() == value)
                    || platform::rows(to).is_some_and(|rows| rows.get(value).is_some());
                assert!(there || value == "global", "{} refers to {to} {value}", row.class);
            }
            assert!(!row.id().is_empty(), "{row:?}");
        }
    }

    #[test]
    fn the_counts_are_those_public_test_suites_expect() {
        let of = |table: &str, test: &dyn Fn(&Record) -> bool| {
            all().iter().filter(|row| row.class == table && test(row)).count()
        };
        let admins = of("sys_user_has_role", &|row| row.get("role") == platform::ADMIN_ROLE);
        assert!((11..=24).contains(&admins), "{admins} administrators");
        assert!((3..=7).contains(&of("sys_group_has_role", &|_| true)));
        assert!(of("problem", &|_| true) >= 9);
        assert!(of("sys_user", &|row| row.get("name").is_empty()) > 0);
        assert!((1..20).contains(&of("sys_user", &|row| !row.get("mobile_phone").is_empty())));
    }
}
