//! Users, groups and memberships on the wire.

use drawbridge_sdk::{Error, Person};

use crate::wire::record::Record;

/// What is read of a user.
pub(crate) const FIELDS: &[&str] = &["user_name", "email", "name", "active", "manager"];

/// One `sys_user` record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct User {
    pub(crate) sys_id: String,
    pub(crate) user_name: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) active: bool,
    pub(crate) manager: Option<String>,
}

impl User {
    /// Reads a record that was asked for with [`FIELDS`].
    pub(crate) fn of(record: &Record) -> Result<Self, Error> {
        Self::below(record, "")
    }

    /// Reads a user at the end of a reference, whose fields begin with its name and a dot.
    pub(crate) fn below(record: &Record, prefix: &str) -> Result<Self, Error> {
        let field = |name: &str| record.filled(&format!("{prefix}{name}"));
        Ok(Self {
            sys_id: record.need(&format!("{prefix}sys_id"))?,
            user_name: field("user_name"),
            email: field("email"),
            name: field("name"),
            active: field("active").as_deref() == Some("true"),
            manager: field("manager"),
        })
    }

    /// The best words for this user in a message.
    pub(crate) fn label(&self) -> &str {
        self.name.as_deref().or(self.user_name.as_deref()).unwrap_or(&self.sys_id)
    }

    /// This user as a person, with what was known before and what ServiceNow adds.
    pub(crate) fn person(&self, known: Person) -> Person {
        Person {
            azure_id: known.azure_id,
            sys_id: Some(self.sys_id.clone()),
            upn: known.upn,
            email: known.email.or_else(|| self.email.clone()),
            name: self.name.clone().or(known.name),
        }
    }
}
