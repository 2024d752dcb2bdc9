//! `azure_ad.user`: users.
//!
//! Source: Microsoft Graph v1.0, user (`docs/reference/microsoft-graph.md`, users and groups).

use drawbridge_sdk::Record;
use schemars::JsonSchema;

use crate::AzureAd;
use crate::wire::user::User;

pub(crate) struct UserRecord;

/// The properties, by their names in Graph.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "read by its schema only")]
pub(crate) struct Fields {
    #[serde(flatten)]
    user: User,
    /// The manager, where it was read together with the user. Set by an action of its own.
    manager: Option<Manager>,
}

/// A manager.
#[derive(JsonSchema)]
#[expect(dead_code, non_snake_case, reason = "read by its schema only")]
pub(crate) struct Manager {
    /// Object id.
    id: String,
    /// Name for people.
    displayName: Option<String>,
    /// Sign-in name.
    userPrincipalName: Option<String>,
    /// Main mail address.
    mail: Option<String>,
}

impl Record<AzureAd> for UserRecord {
    const NAME: &'static str = "azure_ad.user";
    const SUMMARY: &'static str = "A user of Azure AD";
    const KEY: &'static str = "id";
    // The first password is made by whoever makes the user; no mapping holds one.
    const NEEDED: &'static [&'static str] =
        &["accountEnabled", "displayName", "mailNickname", "userPrincipalName"];
    const READ_ONLY: &'static [&'static str] =
        &["id", "createdDateTime", "manager", "onPremisesSyncEnabled", "onPremisesSamAccountName"];
    const CUSTOM: &'static [&'static str] = &["extension_"];
    type Fields = Fields;
}
