//! `azure_ad.group`: groups.
//!
//! Source: Microsoft Graph v1.0, group (`docs/reference/microsoft-graph.md`, users and groups).

use drawbridge_sdk::Record;
use schemars::JsonSchema;

use crate::AzureAd;

pub(crate) struct GroupRecord;

/// The properties, by their names in Graph.
#[derive(JsonSchema)]
#[expect(dead_code, non_snake_case, reason = "read by its schema only")]
pub(crate) struct Fields {
    /// Object id, a GUID.
    id: String,
    /// Name for people.
    displayName: Option<String>,
    /// What it is for.
    description: Option<String>,
    /// Mail address.
    mail: Option<String>,
    /// Whether it has a mailbox.
    mailEnabled: Option<bool>,
    /// Alias in front of the mail domain.
    mailNickname: Option<String>,
    /// Whether it can give access.
    securityEnabled: Option<bool>,
    /// `Unified` for Microsoft 365 groups, `DynamicMembership` for groups with a rule.
    groupTypes: Option<Vec<String>>,
    /// The rule of a dynamic group.
    membershipRule: Option<String>,
    /// `On` while the rule is followed.
    membershipRuleProcessingState: Option<String>,
    /// Whether it may hold directory roles; set when it is made and never after.
    isAssignableToRole: Option<bool>,
    /// Who may see it and join.
    visibility: Option<String>,
    /// Classification, as free text.
    classification: Option<String>,
    /// When the group was created, in UTC.
    createdDateTime: Option<String>,
    /// Whether the group is mastered in an on-premises directory; null if never.
    onPremisesSyncEnabled: Option<bool>,
    /// Name in the on-premises directory.
    onPremisesSamAccountName: Option<String>,
}

impl Record<AzureAd> for GroupRecord {
    const NAME: &'static str = "azure_ad.group";
    const SUMMARY: &'static str = "A group of Azure AD";
    const KEY: &'static str = "id";
    const NEEDED: &'static [&'static str] =
        &["displayName", "mailEnabled", "mailNickname", "securityEnabled"];
    const READ_ONLY: &'static [&'static str] =
        &["id", "createdDateTime", "mail", "onPremisesSyncEnabled", "onPremisesSamAccountName"];
    const CUSTOM: &'static [&'static str] = &["extension_"];
    type Fields = Fields;
}
