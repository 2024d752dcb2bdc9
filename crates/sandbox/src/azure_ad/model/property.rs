//! What a property is, and those of users and groups.
//!
//! Pure data. Users and groups are written out, because the description does not say which of their properties come
//! by default and how they may be filtered, and applications, because it does not have them; every other type is read from `description`.
//!
//! Source: microsoft-graph.md sections 3 (default sets) and 4.2 (filter table).

use serde::Deserialize;

/// Type of a property's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Shape {
    Text,
    Flag,
    Instant,
    Number,
    /// A list of texts.
    Texts,
    /// An object; taken as it comes.
    Complex,
    /// A list of objects; taken as it comes.
    Items,
}

/// Under which condition a filter operator works on a property.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Level {
    Never,
    /// Works in every query.
    Default,
    /// Works in advanced queries only.
    Advanced,
}

/// One property.
#[derive(Debug)]
pub(crate) struct Property {
    pub(crate) name: &'static str,
    pub(crate) shape: Shape,
    /// Whether a read may show null; what may not is left out until it has a value.
    pub(crate) nullable: bool,
    /// Whether it comes without `$select`.
    pub(crate) by_default: bool,
    /// Whether clients may write it.
    pub(crate) writable: bool,
    /// `eq`, `in`; `ne` and `not` work where this does, as advanced queries.
    pub(crate) eq: Level,
    pub(crate) starts_with: Level,
    /// `ge`, `gt`, `le`, `lt`.
    pub(crate) order: Level,
    /// `eq null`.
    pub(crate) null: Level,
}

use Level::{Advanced as A, Default as D, Never as N};
use Shape::{Complex, Flag, Instant, Items, Text, Texts};

/// Which of by-default and writable hold.
#[derive(Clone, Copy)]
enum Use {
    /// By default and writable.
    Usual,
    /// By default, read-only.
    Shown,
    /// On `$select` only, writable.
    Asked,
    /// On `$select` only, read-only.
    Kept,
}

/// `levels` are eq, startsWith, ge/le, eq null.
const fn property(name: &'static str, shape: Shape, usage: Use, levels: [Level; 4]) -> Property {
    let [eq, starts_with, order, null] = levels;
    let by_default = matches!(usage, Use::Usual | Use::Shown);
    let writable = matches!(usage, Use::Usual | Use::Asked);
    Property { name, shape, nullable: true, by_default, writable, eq, starts_with, order, null }
}

/// What the sandbox knows of applications. Source: microsoft-graph.md section 6.8.
pub(crate) const APPLICATION: &[Property] = &[
    property("id", Text, Use::Shown, [D, N, N, N]),
    property("deletedDateTime", Instant, Use::Shown, [N, N, N, N]),
    property("appId", Text, Use::Shown, [D, N, N, N]),
    property("appRoles", Items, Use::Shown, [N, N, N, N]),
    property("createdDateTime", Instant, Use::Shown, [D, N, D, N]),
    property("description", Text, Use::Shown, [N, N, N, N]),
    property("disabledByMicrosoftStatus", Text, Use::Shown, [N, N, N, N]),
    property("displayName", Text, Use::Shown, [D, D, N, A]),
    property("identifierUris", Texts, Use::Shown, [D, D, N, N]),
    property("keyCredentials", Items, Use::Shown, [N, N, N, N]),
    property("notes", Text, Use::Shown, [N, N, N, N]),
    property("passwordCredentials", Items, Use::Shown, [N, N, N, N]),
    property("publisherDomain", Text, Use::Shown, [N, N, N, N]),
    property("requiredResourceAccess", Items, Use::Shown, [N, N, N, N]),
    property("signInAudience", Text, Use::Shown, [D, N, N, N]),
    property("tags", Texts, Use::Shown, [D, D, N, N]),
];

pub(crate) const USER: &[Property] = &[
    property("businessPhones", Texts, Use::Usual, [N, N, N, N]),
    property("displayName", Text, Use::Usual, [D, D, N, A]),
    property("givenName", Text, Use::Usual, [D, D, N, A]),
    property("jobTitle", Text, Use::Usual, [D, D, N, A]),
    property("mail", Text, Use::Usual, [D, D, N, A]),
    property("mobilePhone", Text, Use::Usual, [A, A, N, A]),
    property("officeLocation", Text, Use::Usual, [A, A, N, A]),
    property("preferredLanguage", Text, Use::Usual, [D, D, N, A]),
    property("surname", Text, Use::Usual, [D, D, N, A]),
    property("userPrincipalName", Text, Use::Usual, [D, D, N, N]),
    property("id", Text, Use::Shown, [D, N, N, N]),
    property("accountEnabled", Flag, Use::Asked, [D, N, N, N]),
    property("ageGroup", Text, Use::Asked, [D, N, N, N]),
    property("assignedLicenses", Items, Use::Kept, [N, N, N, N]),
    property("assignedPlans", Items, Use::Kept, [N, N, N, N]),
    property("authorizationInfo", Complex, Use::Asked, [N, N, N, N]),
    property("city", Text, Use::Asked, [D, A, N, A]),
    property("companyName", Text, Use::Asked, [A, A, N, A]),
    property("consentProvidedForMinor", Text, Use::Asked, [D, N, N, N]),
    property("country", Text, Use::Asked, [D, D, N, A]),
    property("createdDateTime", Instant, Use::Kept, [D, N, D, A]),
    property("creationType", Text, Use::Kept, [D, N, N, N]),
    property("deletedDateTime", Instant, Use::Kept, [N, N, N, N]),
    property("department", Text, Use::Asked, [D, N, N, A]),
    property("employeeHireDate", Instant, Use::Asked, [A, N, A, N]),
    property("employeeId", Text, Use::Asked, [D, N, N, A]),
    property("employeeLeaveDateTime", Instant, Use::Asked, [A, N, A, N]),
    property("employeeOrgData", Complex, Use::Asked, [A, N, N, N]),
    property("employeeType", Text, Use::Asked, [A, N, N, N]),
    property("externalUserState", Text, Use::Kept, [D, N, N, N]),
    property("externalUserStateChangeDateTime", Instant, Use::Kept, [N, N, N, N]),
    property("faxNumber", Text, Use::Asked, [A, A, N, A]),
    property("identities", Items, Use::Kept, [N, N, N, N]),
    property("imAddresses", Texts, Use::Kept, [D, D, N, N]),
    property("isManagementRestricted", Flag, Use::Kept, [N, N, N, N]),
    property("isResourceAccount", Flag, Use::Kept, [N, N, N, N]),
    property("lastPasswordChangeDateTime", Instant, Use::Kept, [N, N, N, N]),
    property("legalAgeGroupClassification", Text, Use::Kept, [N, N, N, N]),
    property("licenseAssignmentStates", Items, Use::Kept, [N, N, N, N]),
    property("mailNickname", Text, Use::Asked, [D, D, N, A]),
    property("onPremisesDistinguishedName", Text, Use::Kept, [N, N, N, N]),
    property("onPremisesDomainName", Text, Use::Kept, [N, N, N, N]),
    property("onPremisesExtensionAttributes", Complex, Use::Asked, [A, N, N, A]),
    property("onPremisesImmutableId", Text, Use::Asked, [D, N, N, N]),
    property("onPremisesLastSyncDateTime", Instant, Use::Kept, [N, N, N, N]),
    property("onPremisesProvisioningErrors", Items, Use::Kept, [N, N, N, N]),
    property("onPremisesSamAccountName", Text, Use::Kept, [A, A, N, N]),
    property("onPremisesSecurityIdentifier", Text, Use::Kept, [N, N, N, N]),
    property("onPremisesSyncEnabled", Flag, Use::Kept, [D, N, N, A]),
    property("onPremisesUserPrincipalName", Text, Use::Kept, [N, N, N, N]),
    property("otherMails", Texts, Use::Asked, [D, D, N, N]),
    property("passwordPolicies", Text, Use::Asked, [N, N, N, N]),
    property("passwordProfile", Complex, Use::Asked, [N, N, N, N]),
    property("postalCode", Text, Use::Asked, [A, A, N, A]),
    property("preferredDataLocation", Text, Use::Asked, [N, N, N, N]),
    property("provisionedPlans", Items, Use::Kept, [N, N, N, N]),
    property("proxyAddresses", Texts, Use::Kept, [D, D, N, N]),
    property("securityIdentifier", Text, Use::Kept, [N, N, N, N]),
    property("serviceProvisioningErrors", Items, Use::Kept, [N, N, N, N]),
    property("showInAddressList", Flag, Use::Asked, [N, N, N, N]),
    // Left out for people who never signed in.
    Property { nullable: false, ..property("signInActivity", Complex, Use::Kept, [N, N, N, N]) },
    property("signInSessionsValidFromDateTime", Instant, Use::Kept, [N, N, N, N]),
    property("state", Text, Use::Asked, [D, D, N, A]),
    property("streetAddress", Text, Use::Asked, [A, A, N, A]),
    property("usageLocation", Text, Use::Asked, [D, D, N, A]),
    property("userType", Text, Use::Asked, [D, N, N, A]),
];

pub(crate) const GROUP: &[Property] = &[
    property("id", Text, Use::Shown, [D, N, N, N]),
    property("deletedDateTime", Instant, Use::Shown, [N, N, N, N]),
    property("assignedLabels", Items, Use::Kept, [N, N, N, N]),
    property("assignedLicenses", Items, Use::Kept, [N, N, N, N]),
    property("classification", Text, Use::Usual, [D, D, N, A]),
    property("createdDateTime", Instant, Use::Shown, [N, N, N, N]),
    property("description", Text, Use::Usual, [A, A, N, A]),
    property("displayName", Text, Use::Usual, [D, D, N, A]),
    property("expirationDateTime", Instant, Use::Shown, [A, N, A, A]),
    property("groupTypes", Texts, Use::Shown, [D, N, N, N]),
    property("hasMembersWithLicenseErrors", Flag, Use::Kept, [D, N, N, N]),
    property("isArchived", Flag, Use::Kept, [N, N, N, N]),
    property("isAssignableToRole", Flag, Use::Shown, [D, N, N, N]),
    property("isManagementRestricted", Flag, Use::Kept, [N, N, N, N]),
    property("licenseProcessingState", Complex, Use::Kept, [N, N, N, N]),
    property("mail", Text, Use::Shown, [D, D, N, A]),
    property("mailEnabled", Flag, Use::Shown, [D, N, N, N]),
    property("mailNickname", Text, Use::Usual, [D, D, N, A]),
    property("membershipRule", Text, Use::Shown, [D, D, N, A]),
    property("membershipRuleProcessingState", Text, Use::Shown, [N, N, N, N]),
    property("onPremisesDomainName", Text, Use::Shown, [N, N, N, N]),
    property("onPremisesLastSyncDateTime", Instant, Use::Shown, [N, N, N, N]),
    property("onPremisesNetBiosName", Text, Use::Shown, [N, N, N, N]),
    property("onPremisesProvisioningErrors", Items, Use::Shown, [N, N, N, N]),
    property("onPremisesSamAccountName", Text, Use::Shown, [N, N, N, N]),
    property("onPremisesSecurityIdentifier", Text, Use::Shown, [N, N, N, N]),
    property("onPremisesSyncEnabled", Flag, Use::Shown, [D, N, N, A]),
    property("preferredDataLocation", Text, Use::Shown, [N, N, N, N]),
    property("preferredLanguage", Text, Use::Shown, [N, N, N, N]),
    property("proxyAddresses", Texts, Use::Shown, [D, D, N, N]),
    property("renewedDateTime", Instant, Use::Shown, [N, N, D, N]),
    property("resourceBehaviorOptions", Texts, Use::Shown, [N, N, N, N]),
    property("resourceProvisioningOptions", Texts, Use::Shown, [N, N, N, N]),
    property("securityEnabled", Flag, Use::Shown, [D, N, N, N]),
    property("securityIdentifier", Text, Use::Shown, [N, N, N, N]),
    property("serviceProvisioningErrors", Items, Use::Shown, [N, N, N, N]),
    property("theme", Text, Use::Shown, [N, N, N, N]),
    property("uniqueName", Text, Use::Shown, [N, N, N, N]),
    property("visibility", Text, Use::Usual, [N, N, N, N]),
];
