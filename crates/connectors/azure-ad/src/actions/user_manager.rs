//! `azure_ad.user.manager`: who is the manager of a user.
//!
//! Permissions: application `User.Read.All`.
//! Source: Microsoft Graph v1.0, "List manager" (`docs/reference/microsoft-graph.md`): 404 where there is none.

use drawbridge_sdk::{Ctx, Error, Permission, Read, Reader, graph};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::wire::user::User;
use crate::{AzureAd, managers};

pub(crate) struct UserManager;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Input {
    /// Object id or user principal name of the person whose manager is wanted.
    pub(crate) user: String,
}

/// The manager, where there is one; the properties are absent where there is none.
#[derive(Debug, PartialEq, Serialize, JsonSchema)]
pub(crate) struct Output {
    /// Whether the user has a manager.
    pub(crate) found: bool,
    /// Object id of the manager.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) id: Option<String>,
    /// Name for people.
    #[serde(rename = "displayName", default, skip_serializing_if = "Option::is_none")]
    pub(crate) display_name: Option<String>,
    /// Sign-in name.
    #[serde(rename = "userPrincipalName", default, skip_serializing_if = "Option::is_none")]
    pub(crate) user_principal_name: Option<String>,
    /// Main mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) mail: Option<String>,
    /// Whether the manager may sign in.
    #[serde(rename = "accountEnabled", default, skip_serializing_if = "Option::is_none")]
    pub(crate) account_enabled: Option<bool>,
}

impl Output {
    fn of(manager: Option<User>) -> Self {
        let Some(manager) = manager else {
            return Self {
                found: false,
                id: None,
                display_name: None,
                user_principal_name: None,
                mail: None,
                account_enabled: None,
            };
        };
        Self {
            found: true,
            id: Some(manager.id),
            display_name: manager.display_name.flatten(),
            user_principal_name: manager.user_principal_name.flatten(),
            mail: manager.mail.flatten(),
            account_enabled: manager.account_enabled.flatten(),
        }
    }
}

impl Read<AzureAd> for UserManager {
    const NAME: &'static str = "azure_ad.user.manager";
    const SUMMARY: &'static str = "Find the manager of one user";
    const EXAMPLE: &'static str = "user: ann@contoso.test";
    const PERMISSIONS: &'static [Permission] = &[graph("User.Read.All")];
    type Input = Input;
    type Output = Output;

    async fn run(tenant: &Reader<'_, AzureAd>, _: &Ctx, input: &Input) -> Result<Output, Error> {
        Ok(Output::of(managers::manager_of(tenant, &input.user).await?))
    }
}
