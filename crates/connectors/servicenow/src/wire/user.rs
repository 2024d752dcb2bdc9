//! Users, groups and memberships on the wire.

use drawbridge_sdk::{Error, Person, PersonKey};

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

    /// This user as a person: what was known before, and what ServiceNow adds. The value of the declared
    /// key names the person in Azure AD too, so it completes that identity.
    pub(crate) fn person(&self, known: Person, key: &PersonKey) -> Person {
        let shared = match key.servicenow.as_str() {
            "user_name" => self.user_name.clone(),
            "email" => self.email.clone(),
            _ => None,
        };
        let shared_as = |attribute: &str| shared.clone().filter(|_| key.azure_ad == attribute);
        Person {
            azure_id: known.azure_id.or_else(|| shared_as("id")),
            sys_id: Some(self.sys_id.clone()),
            upn: shared_as("userPrincipalName").or(known.upn),
            email: known.email.or_else(|| self.email.clone()),
            name: self.name.clone().or(known.name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_declared_key_completes_a_person() {
        let user = User {
            sys_id: "u1".to_owned(),
            user_name: Some("ann@contoso.test".to_owned()),
            email: Some("a.berg@contoso.test".to_owned()),
            name: None,
            active: true,
            manager: None,
        };
        let upn = |azure_ad: &str, servicenow: &str| {
            let key = PersonKey { azure_ad: azure_ad.to_owned(), servicenow: servicenow.to_owned() };
            user.person(Person::default(), &key).upn
        };
        assert_eq!(upn("userPrincipalName", "user_name").as_deref(), Some("ann@contoso.test"));
        assert_eq!(upn("userPrincipalName", "email").as_deref(), Some("a.berg@contoso.test"));
        assert_eq!(upn("mail", "email"), None);
    }
}
