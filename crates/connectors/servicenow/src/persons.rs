//! Joins a person to one `sys_user` record by the key that the installation declares. Who cannot be
//! joined with certainty is refused.

use drawbridge_sdk::{Error, Fault, Person, PersonKey, Reader};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::ServiceNow;
use crate::query::Query;
use crate::wire::record;
use crate::wire::user::{FIELDS, User};

/// A person, as an author gives one.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(untagged)]
pub(crate) enum Whom {
    /// `sys_id`, user principal name, user name or mail address.
    Text(String),
    /// A person that an earlier step found.
    Person(Person),
}

impl Whom {
    pub(crate) fn person(&self) -> Person {
        match self {
            Self::Text(text) => Person::from_text(text),
            Self::Person(person) => person.clone(),
        }
    }
}

/// Whether somebody who has left is of use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    Active,
    Any,
}

/// The `sys_user` record of a person.
///
/// # Errors
/// `Refused` CN015 where nobody or more than one matches, or an inactive one where an active one is
/// needed; what the connection said.
pub(crate) async fn join(
    instance: &Reader<'_, ServiceNow>,
    key: &PersonKey,
    person: &Person,
    standing: Standing,
) -> Result<User, Error> {
    let user = match &person.sys_id {
        Some(sys_id) => by_sys_id(instance, sys_id).await?,
        None => by_key(instance, key, person).await?,
    };
    if standing == Standing::Active && !user.active {
        let fault = Fault::new("CN015", format!("`{}` is not an active user in ServiceNow", user.label()));
        return Err(Error::Refused(
            fault.help("name somebody else; inactive users neither decide nor receive anything"),
        ));
    }
    Ok(user)
}

async fn by_sys_id(instance: &Reader<'_, ServiceNow>, sys_id: &str) -> Result<User, Error> {
    match record::fetch(instance, "sys_user", sys_id, FIELDS).await? {
        Some(record) => User::of(&record),
        None => Err(nobody(sys_id, "its `sys_id`")),
    }
}

async fn by_key(instance: &Reader<'_, ServiceNow>, key: &PersonKey, person: &Person) -> Result<User, Error> {
    for (field, value) in ways(key, person) {
        let query = Query::new().is(&field, &value)?;
        let rows = record::find(instance, "sys_user", &query, FIELDS, 2).await?;
        match rows.as_slice() {
            [] => {}
            [row] => return User::of(row),
            _ => {
                let fault = Fault::new(
                    "CN015",
                    format!("more than one user of ServiceNow has `{value}` in `{field}`"),
                );
                return Err(Error::Refused(
                    fault.help("correct the records there; a person has to be one record"),
                ));
            }
        }
    }
    Err(nobody(person.label(), &format!("`{}`", key.servicenow)))
}

/// Fields and values to look by, in order. Only a plain text, which may be a user name or a mail address,
/// is tried both ways; a person who is known better is looked for by the declared key alone.
fn ways(key: &PersonKey, person: &Person) -> Vec<(String, String)> {
    let declared = match key.azure_ad.as_str() {
        "userPrincipalName" => &person.upn,
        "mail" => &person.email,
        "id" => &person.azure_id,
        _ => &None,
    };
    let mut ways: Vec<(String, String)> = Vec::new();
    if let Some(value) = declared {
        ways.push((key.servicenow.clone(), value.clone()));
    }
    let only_text = person.azure_id.is_none() && person.email.is_none();
    let mail =
        if only_text { person.upn.as_ref().filter(|text| text.contains('@')) } else { person.email.as_ref() };
    if let Some(mail) = mail
        && (only_text || ways.is_empty())
    {
        ways.push(("email".to_owned(), mail.clone()));
    }
    ways
}

fn nobody(label: &str, by: &str) -> Error {
    let fault = Fault::new("CN015", format!("ServiceNow shows no user for `{label}` by {by}"));
    Error::Refused(
        fault.help("look whether the user was provisioned there, and at `person_key` of the installation"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(key: (&str, &str), person: &Person, expected: &[(&str, &str)]) {
        let key = PersonKey { azure_ad: key.0.to_owned(), servicenow: key.1.to_owned() };
        let expected: Vec<(String, String)> =
            expected.iter().map(|(field, value)| ((*field).to_owned(), (*value).to_owned())).collect();
        assert_eq!(ways(&key, person), expected);
    }

    #[test]
    fn a_plain_text_is_tried_by_key_and_as_mail_address() {
        let usual = ("userPrincipalName", "user_name");
        let ann = Person::from_text("ann@contoso.test");
        check(usual, &ann, &[("user_name", "ann@contoso.test"), ("email", "ann@contoso.test")]);
        check(usual, &Person::from_text("ann.berg"), &[("user_name", "ann.berg")]);
        check(("mail", "email"), &ann, &[("email", "ann@contoso.test")]);
    }

    #[test]
    fn a_person_from_azure_ad_is_looked_for_by_the_declared_key_alone() {
        let ann = Person {
            azure_id: Some("a1".to_owned()),
            upn: Some("ann@contoso.test".to_owned()),
            email: Some("a.berg@contoso.test".to_owned()),
            ..Person::default()
        };
        check(("userPrincipalName", "user_name"), &ann, &[("user_name", "ann@contoso.test")]);
        check(("mail", "email"), &ann, &[("email", "a.berg@contoso.test")]);
        check(("id", "u_entra_id"), &ann, &[("u_entra_id", "a1")]);
        check(("userPrincipalName", "user_name"), &Person::default(), &[]);
    }
}
