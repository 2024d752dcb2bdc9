//! `azure_ad.manager_of`: the manager of a person, as Azure AD knows it.
//!
//! Permissions: application `User.Read.All`.
//! Source: Microsoft Graph v1.0, "List manager" (`docs/reference/microsoft-graph.md`).

use drawbridge_sdk::{Ctx, Error, Fault, People, Permission, Person, Reader, graph};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{AzureAd, managers};

pub(crate) struct ManagerOf;

/// The person whose manager is wanted.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
pub(crate) enum Input {
    /// Object id or user principal name.
    Text(String),
    /// A person that an earlier step found.
    Person(Person),
}

impl Input {
    /// Object id or user principal name; no other identity finds a user without doubt.
    fn user(&self) -> Result<String, Error> {
        let person = match self {
            Self::Text(text) => Person::from_text(text),
            Self::Person(person) => person.clone(),
        };
        let label = person.label().to_owned();
        person.azure_id.or(person.upn).ok_or_else(|| {
            let fault =
                Fault::new("CN015", format!("`{label}` is not known by object id or user principal name"));
            Error::Refused(
                fault.help(
                    "give one of the two; a mail address or a `sys_id` does not name a user of Azure AD",
                ),
            )
        })
    }
}

impl People<AzureAd> for ManagerOf {
    const NAME: &'static str = "azure_ad.manager_of";
    const SUMMARY: &'static str = "The manager of a person in Azure AD";
    const EXAMPLE: &'static str = "ann@contoso.test";
    const PERMISSIONS: &'static [Permission] = &[graph("User.Read.All")];
    type Input = Input;

    async fn resolve(tenant: &Reader<'_, AzureAd>, _: &Ctx, input: &Input) -> Result<Vec<Person>, Error> {
        let user = input.user()?;
        let Some(manager) = managers::manager_of(tenant, &user).await? else { return Ok(Vec::new()) };
        let person = Person {
            azure_id: Some(manager.id),
            sys_id: None,
            upn: manager.user_principal_name.flatten(),
            email: manager.mail.flatten(),
            name: manager.display_name.flatten(),
        };
        if manager.account_enabled.flatten() == Some(false) {
            let fault =
                Fault::new("CN015", format!("`{}`, the manager of `{user}`, is disabled", person.label()));
            return Err(Error::Refused(
                fault.help("set another manager in Azure AD, or name other approvers"),
            ));
        }
        Ok(vec![person])
    }
}
