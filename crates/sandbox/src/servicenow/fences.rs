//! What an administrator has closed for a rehearsal: rows, fields, queries, writes and whole tables.
//!
//! Owns the rules an access control of the platform would have, told by table. They add to what the
//! roles of a table ask for and spare nobody, administrators included, unless they name an account.
//! Answers no request. Source: reference sections 3.6, 5.1 and 17.3 (acl).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::servicenow::store::Record;

/// What is to be done to a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Deed {
    Read,
    Create,
    Write,
    Delete,
}

/// One rule about a table and every table that extends it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Fence {
    pub(crate) table: String,
    /// User name of the only account it concerns; everybody when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) user: Option<String>,
    /// The columns meant, where the rule is about columns.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) fields: Vec<String>,
    /// Raw values a hidden row has; every row of the table when empty.
    #[serde(default, rename = "where", skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) wanted: BTreeMap<String, String>,
    /// What a rule about writes closes; creating, writing and deleting when empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) deeds: Vec<Deed>,
    /// The table and those that extend it, filled in when the rule is taken.
    #[serde(default)]
    pub(crate) covers: Vec<String>,
}

/// Everything that is closed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Fences {
    /// Rows that are not there for whoever reads; lists are cut to their page before.
    pub(crate) hide_rows: Vec<Fence>,
    /// Columns whose key is missing in answers.
    pub(crate) hide_fields: Vec<Fence>,
    /// Columns that are shown but may not stand in a query.
    pub(crate) query_acl: Vec<Fence>,
    /// Writes that are refused, or columns whose writes are dropped without a word.
    pub(crate) write_acl: Vec<Fence>,
    /// Tables closed to web services, whatever the roles.
    pub(crate) closed_tables: Vec<String>,
    /// Whether the Table API wants the role `snc_platform_rest_api_access`. The platform ships this off.
    pub(crate) table_api_acl: bool,
}

impl Fences {
    /// The rules that concern one account.
    pub(crate) fn concerning(&self, user_name: &str) -> Self {
        let mine = |all: &Vec<Fence>| {
            let concerned = |fence: &&Fence| fence.user.as_deref().is_none_or(|user| user == user_name);
            all.iter().filter(concerned).cloned().collect()
        };
        Self {
            hide_rows: mine(&self.hide_rows),
            hide_fields: mine(&self.hide_fields),
            query_acl: mine(&self.query_acl),
            write_acl: mine(&self.write_acl),
            closed_tables: self.closed_tables.clone(),
            table_api_acl: self.table_api_acl,
        }
    }

    /// Whether the row is kept from being seen.
    pub(crate) fn hide(&self, record: &Record) -> bool {
        let meets = |fence: &Fence| fence.wanted.iter().all(|(field, value)| record.get(field) == value);
        self.hide_rows.iter().any(|fence| fence.reaches(&record.class) && meets(fence))
    }

    pub(crate) fn hide_field(&self, table: &str, field: &str) -> bool {
        self.hide_fields.iter().any(|fence| fence.names(table, field))
    }

    pub(crate) fn refuse_query(&self, table: &str, field: &str) -> bool {
        self.query_acl.iter().any(|fence| fence.names(table, field))
    }

    /// Whether the deed is refused on every row of the table.
    pub(crate) fn refuse(&self, deed: Deed, table: &str) -> bool {
        let closed = |fence: &Fence| fence.deeds.is_empty() || fence.deeds.contains(&deed);
        deed != Deed::Read
            && self
                .write_acl
                .iter()
                .any(|fence| fence.fields.is_empty() && fence.reaches(table) && closed(fence))
    }

    /// Whether what is written into the field is dropped.
    pub(crate) fn drop_write(&self, table: &str, field: &str) -> bool {
        self.write_acl.iter().any(|fence| fence.names(table, field))
    }
}

impl Fence {
    fn reaches(&self, table: &str) -> bool {
        self.covers.iter().any(|one| one == table)
    }

    fn names(&self, table: &str, field: &str) -> bool {
        self.fields.iter().any(|one| one == field) && self.reaches(table)
    }
}
