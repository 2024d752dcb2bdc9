//! The kinds of things the tenant holds, and what is known of each.
//!
//! Pure data and look-ups; nothing here knows an object or a request.
//!
//! Source: microsoft-graph.md sections 4.1 (page sizes, ordering, searching), 6 and 10; types from the description.

use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use crate::azure_ad::model::description::description;
use crate::azure_ad::model::property::{GROUP, USER};
pub(crate) use crate::azure_ad::model::property::{Level, Property, Shape};

/// Sort of thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    User,
    Group,
    DirectoryRole,
    AdministrativeUnit,
    Device,
    ServicePrincipal,
    AppRoleAssignment,
    RoleDefinition,
    RoleAssignment,
    RoleAssignmentScheduleRequest,
    RoleEligibilityScheduleRequest,
    ConditionalAccessPolicy,
    NamedLocation,
    AccessPackage,
    AssignmentPolicy,
    Assignment,
    AssignmentRequest,
    LifecycleWorkflow,
    RiskDetection,
    RiskyUser,
    Alert,
    SignIn,
    DirectoryAudit,
    Subscription,
    SubscribedSku,
    Domain,
    Organization,
    AuthenticationMethod,
    LongRunningOperation,
    LicenseDetails,
}

/// What is known of a kind besides its properties.
#[derive(Debug)]
struct Row {
    kind: Kind,
    /// Name of the type behind `microsoft.graph.`.
    type_name: &'static str,
    /// What stands behind `$metadata#` in a list.
    context: &'static str,
    /// Most objects on a page; the usual number is the lesser of it and 100, but for the logs.
    page_max: usize,
    /// Properties that may be ordered by.
    sortable: &'static [&'static str],
    /// Properties `$search` looks into.
    searchable: &'static [&'static str],
}

const fn row(kind: Kind, type_name: &'static str, context: &'static str, page_max: usize) -> Row {
    Row { kind, type_name, context, page_max, sortable: &[], searchable: &[] }
}

const fn sorted(row: Row, sortable: &'static [&'static str]) -> Row {
    Row { sortable, ..row }
}

const fn searched(row: Row, searchable: &'static [&'static str]) -> Row {
    Row { searchable, ..row }
}

/// Objects on a page of what the references name no figure for.
const PAGE: usize = 999;

const ROWS: &[Row] = &[
    searched(
        sorted(row(Kind::User, "user", "users", PAGE), &["displayName", "userPrincipalName"]),
        &["displayName", "givenName", "surname", "mail", "userPrincipalName"],
    ),
    searched(
        sorted(row(Kind::Group, "group", "groups", PAGE), &["displayName"]),
        &["displayName", "description", "mail", "mailNickname"],
    ),
    row(Kind::DirectoryRole, "directoryRole", "directoryRoles", usize::MAX),
    row(Kind::AdministrativeUnit, "administrativeUnit", "directory/administrativeUnits", PAGE),
    row(Kind::Device, "device", "devices", PAGE),
    searched(
        sorted(row(Kind::ServicePrincipal, "servicePrincipal", "servicePrincipals", PAGE), &["displayName"]),
        &["displayName"],
    ),
    row(Kind::AppRoleAssignment, "appRoleAssignment", "appRoleAssignments", PAGE),
    row(Kind::RoleDefinition, "unifiedRoleDefinition", "roleManagement/directory/roleDefinitions", PAGE),
    row(Kind::RoleAssignment, "unifiedRoleAssignment", "roleManagement/directory/roleAssignments", PAGE),
    row(
        Kind::RoleAssignmentScheduleRequest,
        "unifiedRoleAssignmentScheduleRequest",
        "roleManagement/directory/roleAssignmentScheduleRequests",
        PAGE,
    ),
    row(
        Kind::RoleEligibilityScheduleRequest,
        "unifiedRoleEligibilityScheduleRequest",
        "roleManagement/directory/roleEligibilityScheduleRequests",
        PAGE,
    ),
    row(
        Kind::ConditionalAccessPolicy,
        "conditionalAccessPolicy",
        "identity/conditionalAccess/policies",
        PAGE,
    ),
    row(Kind::NamedLocation, "namedLocation", "identity/conditionalAccess/namedLocations", PAGE),
    row(
        Kind::AccessPackage,
        "accessPackage",
        "identityGovernance/entitlementManagement/accessPackages",
        PAGE,
    ),
    row(
        Kind::AssignmentPolicy,
        "accessPackageAssignmentPolicy",
        "identityGovernance/entitlementManagement/assignmentPolicies",
        PAGE,
    ),
    row(
        Kind::Assignment,
        "accessPackageAssignment",
        "identityGovernance/entitlementManagement/assignments",
        PAGE,
    ),
    row(
        Kind::AssignmentRequest,
        "accessPackageAssignmentRequest",
        "identityGovernance/entitlementManagement/assignmentRequests",
        PAGE,
    ),
    row(
        Kind::LifecycleWorkflow,
        "identityGovernance.workflow",
        "identityGovernance/lifecycleWorkflows/workflows",
        PAGE,
    ),
    sorted(
        row(Kind::RiskDetection, "riskDetection", "identityProtection/riskDetections", 500),
        &["activityDateTime", "detectedDateTime", "lastUpdatedDateTime"],
    ),
    sorted(
        row(Kind::RiskyUser, "riskyUser", "identityProtection/riskyUsers", 500),
        &["riskLastUpdatedDateTime"],
    ),
    sorted(
        row(Kind::Alert, "security.alert", "security/alerts_v2", PAGE),
        &["createdDateTime", "lastUpdateDateTime"],
    ),
    sorted(row(Kind::SignIn, "signIn", "auditLogs/signIns", 1000), &["createdDateTime"]),
    sorted(
        row(Kind::DirectoryAudit, "directoryAudit", "auditLogs/directoryAudits", PAGE),
        &["activityDateTime"],
    ),
    row(Kind::Subscription, "subscription", "subscriptions", PAGE),
    row(Kind::SubscribedSku, "subscribedSku", "subscribedSkus", PAGE),
    row(Kind::Domain, "domain", "domains", PAGE),
    row(Kind::Organization, "organization", "organization", PAGE),
    row(Kind::AuthenticationMethod, "authenticationMethod", "authenticationMethods", PAGE),
    row(Kind::LongRunningOperation, "longRunningOperation", "operations", PAGE),
    row(Kind::LicenseDetails, "licenseDetails", "licenseDetails", PAGE),
];

/// Properties `User.ReadBasic.All` lets an application see.
pub(crate) const USER_BASIC: [&str; 6] =
    ["id", "displayName", "givenName", "surname", "mail", "userPrincipalName"];

/// Properties on which `endsWith` works, always as an advanced query.
pub(crate) const ENDS_WITH: [&str; 4] = ["mail", "otherMails", "proxyAddresses", "userPrincipalName"];

/// Properties of users that are stored outside the directory; the sandbox does not have them.
pub(crate) const ELSEWHERE: [&str; 12] = [
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
    "skills",
];

/// The kinds whose ids share one space: what `directoryObjects` and `members` may point at.
pub(crate) const DIRECTORY: [Kind; 6] = [
    Kind::User,
    Kind::Group,
    Kind::ServicePrincipal,
    Kind::Device,
    Kind::DirectoryRole,
    Kind::AdministrativeUnit,
];

impl Kind {
    pub(crate) fn properties(self) -> &'static [Property] {
        static DESCRIBED: OnceLock<Vec<(Kind, Vec<Property>)>> = OnceLock::new();
        match self {
            Self::User => USER,
            Self::Group => GROUP,
            _ => {
                let all = DESCRIBED.get_or_init(|| {
                    ROWS.iter().map(|row| (row.kind, description().properties(row.type_name))).collect()
                });
                all.iter()
                    .find(|(kind, _)| *kind == self)
                    .map_or(&[], |(_, properties)| properties.as_slice())
            }
        }
    }

    /// Finds a property by its name in any case.
    pub(crate) fn property(self, name: &str) -> Option<&'static Property> {
        self.properties().iter().find(|property| property.name.eq_ignore_ascii_case(name))
    }

    /// Whether it is stored in the directory, with its rules for advanced queries.
    pub(crate) fn is_directory(self) -> bool {
        DIRECTORY.contains(&self)
    }

    /// Name of the type without namespace, such as `user` or `unifiedRoleAssignment`.
    pub(crate) fn short_name(self) -> &'static str {
        let name = self.row().type_name;
        name.rsplit_once('.').map_or(name, |(_, short)| short)
    }

    /// Name of the type in messages of the service, such as `User`.
    pub(crate) fn type_name(self) -> String {
        let name = self.short_name();
        let first = name.get(..1).unwrap_or_default().to_ascii_uppercase();
        format!("{first}{}", name.get(1..).unwrap_or_default())
    }

    /// Value of `@odata.type`.
    pub(crate) fn odata_type(self) -> String {
        format!("#microsoft.graph.{}", self.row().type_name)
    }

    /// Name of the type in the description.
    pub(crate) fn described_as(self) -> &'static str {
        self.row().type_name
    }

    /// What stands behind `$metadata#` in a list of this kind.
    pub(crate) fn collection(self) -> &'static str {
        self.row().context
    }

    /// Most objects on one page.
    pub(crate) fn page_max(self) -> usize {
        self.row().page_max
    }

    /// Properties that may be ordered by.
    pub(crate) fn sortable(self) -> &'static [&'static str] {
        self.row().sortable
    }

    /// Properties `$search` looks into.
    pub(crate) fn searchable(self) -> &'static [&'static str] {
        self.row().searchable
    }

    fn row(self) -> &'static Row {
        ROWS.iter().find(|row| row.kind == self).expect("every kind has a row")
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

    #[test]
    fn every_kind_has_a_row_and_properties() {
        for row in ROWS {
            assert!(row.kind.properties().iter().any(|property| property.name == "id"), "{:?}", row.kind);
            for name in row.sortable.iter().chain(row.searchable) {
                assert!(row.kind.property(name).is_some(), "{:?} has no {name}", row.kind);
            }
        }
    }
}
