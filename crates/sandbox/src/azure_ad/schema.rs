//! Which properties users and groups have, which come by default and how they may be filtered.
//!
//! Pure data and look-ups; nothing here knows an object or a request.
//!
//! Source: microsoft-graph.md sections 3 (default sets) and 4.2 (filter table).

use serde::{Deserialize, Serialize};

/// Sort of directory object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    User,
    Group,
}

/// Type of a property's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    Text,
    Flag,
    Instant,
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
    Property { name, shape, by_default, writable, eq, starts_with, order, null }
}

const USER: &[Property] = &[
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
    property("signInSessionsValidFromDateTime", Instant, Use::Kept, [N, N, N, N]),
    property("state", Text, Use::Asked, [D, D, N, A]),
    property("streetAddress", Text, Use::Asked, [A, A, N, A]),
    property("usageLocation", Text, Use::Asked, [D, D, N, A]),
    property("userType", Text, Use::Asked, [D, N, N, A]),
];

const GROUP: &[Property] = &[
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

/// Properties `User.ReadBasic.All` lets an application see.
pub(crate) const USER_BASIC: [&str; 6] =
    ["id", "displayName", "givenName", "surname", "mail", "userPrincipalName"];

/// Properties on which `endsWith` works, always as an advanced query.
pub(crate) const ENDS_WITH: [&str; 4] = ["mail", "otherMails", "proxyAddresses", "userPrincipalName"];

/// Properties of users that are stored outside the directory; the sandbox does not have them.
pub(crate) const ELSEWHERE: [&str; 13] = [
    "aboutMe",
    "birthday",
    "deviceEnrollmentLimit",
    "hireDate",
    "interests",
    "mailboxSettings",
    "mySite",
    "pastProjects",
    "preferredName",
    "responsibilities",
    "schools",
    "signInActivity",
    "skills",
];

impl Kind {
    pub(crate) fn properties(self) -> &'static [Property] {
        match self {
            Self::User => USER,
            Self::Group => GROUP,
        }
    }

    /// Finds a property by its name in any case.
    pub(crate) fn property(self, name: &str) -> Option<&'static Property> {
        self.properties().iter().find(|property| property.name.eq_ignore_ascii_case(name))
    }

    /// Name of the type in messages of the service, such as `User`.
    pub(crate) fn type_name(self) -> &'static str {
        match self {
            Self::User => "User",
            Self::Group => "Group",
        }
    }

    /// Value of `@odata.type`.
    pub(crate) fn odata_type(self) -> &'static str {
        match self {
            Self::User => "#microsoft.graph.user",
            Self::Group => "#microsoft.graph.group",
        }
    }

    /// Name of the collection in the service's metadata.
    pub(crate) fn collection(self) -> &'static str {
        match self {
            Self::User => "users",
            Self::Group => "groups",
        }
    }

    /// Properties that may be ordered by.
    pub(crate) fn sortable(self) -> &'static [&'static str] {
        match self {
            Self::User => &["displayName", "userPrincipalName"],
            Self::Group => &["displayName"],
        }
    }

    /// Properties `$search` looks into.
    pub(crate) fn searchable(self) -> &'static [&'static str] {
        match self {
            Self::User => &["displayName", "givenName", "surname", "mail", "userPrincipalName"],
            Self::Group => &["displayName", "description", "mail", "mailNickname"],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_set_of_a_user_is_the_documented_one() {
        let mut names: Vec<&str> = Kind::User
            .properties()
            .iter()
            .filter(|property| property.by_default)
            .map(|property| property.name)
            .collect();
        names.sort_unstable();
        let documented = [
            "businessPhones",
            "displayName",
            "givenName",
            "id",
            "jobTitle",
            "mail",
            "mobilePhone",
            "officeLocation",
            "preferredLanguage",
            "surname",
            "userPrincipalName",
        ];
        assert_eq!(names, documented);
    }
}
