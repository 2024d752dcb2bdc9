//! Who is acting: an account of the instance with its roles and time zone, and what it may do.
//!
//! Owns the decisions about roles and own records. It answers no request.

use std::collections::BTreeSet;

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::servicenow::dictionary::{Dictionary, Field, Table};
pub(crate) use crate::servicenow::fences::Deed;
use crate::servicenow::fences::Fences;
use crate::servicenow::store::{Record, Store};

/// An account on whose behalf something is read or written.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Actor {
    pub(crate) sys_id: String,
    pub(crate) user_name: String,
    #[serde(with = "jiff::fmt::serde::tz::required")]
    pub(crate) zone: TimeZone,
    roles: BTreeSet<String>,
    /// The records the account is asked to approve.
    #[serde(default)]
    asked: BTreeSet<String>,
    /// Rules, and people acting through the admin interface, are asked for no role.
    trusted: bool,
    /// What is closed to the account on top of its roles.
    fences: Fences,
}

/// A role that takes away every write, whatever the others give.
const READ_ONLY: &str = "snc_read_only";

impl Actor {
    /// The platform's own hand.
    pub(crate) fn system() -> Self {
        Self {
            sys_id: String::new(),
            user_name: "system".to_owned(),
            zone: TimeZone::UTC,
            roles: BTreeSet::new(),
            asked: BTreeSet::new(),
            trusted: true,
            fences: Fences::default(),
        }
    }

    /// The account of a `sys_user` row with the roles it has, however they came.
    pub(crate) fn of(dictionary: &Dictionary, store: &Store, user: &Record) -> Self {
        Self {
            sys_id: user.id().to_owned(),
            user_name: user.get("user_name").to_owned(),
            zone: zone(dictionary, store, user),
            roles: roles(dictionary, store, user.id()),
            asked: asked(dictionary, store, user.id()),
            trusted: false,
            fences: Fences::default(),
        }
    }

    /// The same account without any check of roles.
    pub(crate) fn trusted(self) -> Self {
        Self { trusted: true, fences: Fences::default(), ..self }
    }

    /// Whether nothing is asked of the account: it is the platform's hand, or a person in its own pages.
    pub(crate) fn is_trusted(&self) -> bool {
        self.trusted
    }

    /// The same account behind what is closed to it.
    pub(crate) fn behind(self, fences: &Fences) -> Self {
        Self { fences: fences.concerning(&self.user_name), ..self }
    }

    /// Whether the account was given the role itself; being an administrator does not count.
    pub(crate) fn holds(&self, role: &str) -> bool {
        self.roles.contains(role)
    }

    pub(crate) fn has_role(&self, role: &str) -> bool {
        self.trusted || self.roles.contains("admin") || self.roles.contains(role)
    }

    /// Whether the account's roles alone allow the deed on every row of the table.
    pub(crate) fn may(&self, deed: Deed, table: &Table) -> bool {
        if self.kept_from(deed, table) {
            return false;
        }
        let needed = match deed {
            Deed::Read => &table.roles.read,
            Deed::Create => &table.roles.create,
            Deed::Write => &table.roles.write,
            Deed::Delete => &table.roles.delete,
        };
        match needed.as_deref() {
            Some([]) => true,
            Some(roles) => roles.iter().any(|role| self.has_role(role)),
            None => self.has_role("admin"),
        }
    }

    /// Whether the account may see what stands in the field, and so filter by it.
    pub(crate) fn may_see(&self, field: &Field) -> bool {
        (field.read.is_empty() || field.read.iter().any(|role| self.has_role(role)))
            && !self.fences.hide_field(&field.table, &field.name)
    }

    /// Whether the account may filter and sort by the field.
    pub(crate) fn may_query(&self, field: &Field) -> bool {
        self.may_see(field) && !self.fences.refuse_query(&field.table, &field.name)
    }

    /// Whether what the account writes into the field is kept.
    pub(crate) fn may_fill(&self, field: &Field) -> bool {
        !self.fences.drop_write(&field.table, &field.name)
    }

    /// Whether the deed is allowed on this row, by role or because the row concerns the account.
    pub(crate) fn may_on(&self, deed: Deed, table: &Table, record: &Record) -> bool {
        if self.fences.hide(record) {
            return false;
        }
        let own = match deed {
            Deed::Read => &table.own.read,
            Deed::Write => &table.own.write,
            Deed::Create | Deed::Delete => return self.may(deed, table),
        };
        let concerned =
            || own.iter().any(|field| record.get(field) == self.sys_id && !self.sys_id.is_empty());
        let asked = || {
            let readers = &table.own.asked;
            deed == Deed::Read
                && self.asked.contains(record.id())
                && readers.iter().any(|role| self.holds(role))
        };
        self.may(deed, table) || (!self.kept_from(deed, table) && concerned()) || asked()
    }

    /// The only fields the account may write where it writes because a row is its own; all, if absent.
    pub(crate) fn confined<'t>(&self, table: &'t Table) -> Option<&'t [String]> {
        let fields = &table.own.fields;
        (!fields.is_empty() && !self.may(Deed::Write, table)).then_some(fields)
    }

    /// Whether something takes the deed away that no role and no ownership gives back.
    fn kept_from(&self, deed: Deed, table: &Table) -> bool {
        deed != Deed::Read
            && !self.trusted
            && (self.holds(READ_ONLY) || self.fences.refuse(deed, &table.name))
    }

    /// Whether the Table API is closed to the account, for one table or as a whole.
    pub(crate) fn shut_out(&self, table: &str) -> bool {
        self.fences.closed_tables.iter().any(|one| one == table)
            || (self.fences.table_api_acl && !self.has_role("snc_platform_rest_api_access"))
    }
}

fn roles(dictionary: &Dictionary, store: &Store, user: &str) -> BTreeSet<String> {
    // Roles that come by a group or inside another role have rows too: `inherited` keeps them in step.
    let rows = store.having(dictionary, "sys_user_has_role", "user", user);
    let roles = rows.filter_map(|row| store.get(dictionary, "sys_user_role", row.get("role")));
    roles.map(|role| role.get("name").to_owned()).collect()
}

fn asked(dictionary: &Dictionary, store: &Store, user: &str) -> BTreeSet<String> {
    let rows = store.having(dictionary, "sysapproval_approver", "approver", user);
    let subjects = rows.flat_map(|row| [row.get("sysapproval"), row.get("document_id")]);
    subjects.filter(|id| !id.is_empty()).map(str::to_owned).collect()
}

fn zone(dictionary: &Dictionary, store: &Store, user: &Record) -> TimeZone {
    let default = store.find(dictionary, "sys_properties", "name", "glide.sys.default.tz");
    let names = [user.get("time_zone"), default.map_or("", |row| row.get("value"))];
    let name = names.into_iter().find(|name| !name.is_empty()).unwrap_or("GMT");
    TimeZone::get(name).unwrap_or(TimeZone::UTC)
}
