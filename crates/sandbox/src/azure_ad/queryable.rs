//! What may be asked of each type of object: filters, orderings, searches, page sizes.
//!
//! Pure data for the query language of `odata`. Users and groups take most of it from their table
//! in `schema`; the other types are here whole. A type without a table answers every filter with
//! a refusal, which is what the service does for most of them.
//!
//! Source: microsoft-graph.md sections 4.1, 4.2 (directory), 6.1 (sign-in activity), 6.4 (roles),
//! 6.6 (access packages), 6.7 and 10 (logs, risk, alerts). For the types that the reference gives
//! properties without operators, equality works, and order where the value is an instant.

use std::borrow::Cow;

use crate::azure_ad::odata::field::{Entity, Field, Level, Levels, Paging, Rules, Shape};
use crate::azure_ad::schema::{self, ENDS_WITH, Kind};

/// One path and what works on it.
#[derive(Debug)]
pub(crate) struct Row {
    path: &'static str,
    shape: Shape,
    list: bool,
    levels: Levels,
    alone: bool,
}

/// Everything that may be asked of one type.
#[derive(Debug)]
pub(crate) struct Table {
    rules: Rules,
    rows: &'static [Row],
}

/// Pages of directory objects.
const DIRECTORY: Paging = Paging { default: 100, max: 999, clips: false, skips: false };

/// Pages of users when their sign-in activity is selected. Source: microsoft-graph.md section 4.1.
pub(crate) const WITH_SIGN_IN_ACTIVITY: Paging = Paging { default: 100, max: 500, clips: false, skips: false };

/// Pages of sign-ins, and of audits, for which the service documents no figure.
const LOG: Paging = Paging { default: 1000, max: 1000, clips: true, skips: false };

/// Pages of risk detections and risky users; the service documents the maximum only.
const RISK: Paging = Paging { default: 20, max: 500, clips: false, skips: false };

/// Pages of alerts; the service documents no figure.
const ALERTS: Paging = Paging { default: 100, max: 1000, clips: true, skips: true };

/// Pages of everything else; the service documents no figure.
const OTHER: Paging = Paging { default: 100, max: 999, clips: true, skips: false };

/// Most alternatives of a directory filter. Source: microsoft-graph.md section 4.4.
const ALTERNATIVES_MAX: usize = 15;

use Level::{Advanced as A, Default as D, Never as N};
use Shape::{Complex, Flag, Guid, Instant, Number, Text};

const fn row(path: &'static str, shape: Shape, levels: Levels) -> Row {
    Row { path, shape, list: false, levels, alone: false }
}

const fn list(path: &'static str, shape: Shape, levels: Levels) -> Row {
    Row { path, shape, list: true, levels, alone: false }
}

/// `eq` on a directory object.
const EQ: Levels = Levels::directory([D, N, N, N]);
/// `eq` on a directory object as an advanced query.
const EQ_ADVANCED: Levels = Levels::directory([A, N, N, N]);
const EQ_OR_NULL_ADVANCED: Levels = Levels::directory([A, N, N, A]);
const EQ_STARTS: Levels = Levels::directory([D, D, N, N]);
/// Only the number of items, as an advanced query.
const COUNTED: Levels = Levels { eq: D, negated: A, count: A, ..Levels::NONE };

/// `eq` outside the directory: no query there is advanced.
const IS: Levels = Levels { eq: D, ..Levels::NONE };
const IS_OR_NOT: Levels = Levels { eq: D, negated: D, ..Levels::NONE };
const IS_STARTS: Levels = Levels { eq: D, starts_with: D, ..Levels::NONE };
const IS_CONTAINS: Levels = Levels { eq: D, starts_with: D, contains: D, ..Levels::NONE };
const WHEN: Levels = Levels { eq: D, order: D, ..Levels::NONE };
const WHEN_OR_NOT: Levels = Levels { eq: D, negated: D, order: D, ..Levels::NONE };

/// A date of the sign-in activity, which no other property may stand beside.
const fn activity(path: &'static str) -> Row {
    Row { path, shape: Instant, list: false, levels: WHEN_OR_NOT, alone: true }
}

/// All tables.
static TABLES: &[Table] = &[
Table {
    rules: Rules {
        type_name: "microsoft.graph.user",
        resource: "User",
        sortable: &["displayName", "userPrincipalName"],
        sort_keys_max: 1,
        sorted_filter_is_advanced: true,
        searchable: &["displayName", "givenName", "surname", "mail", "userPrincipalName"],
        alternatives_max: ALTERNATIVES_MAX,
        paging: DIRECTORY,
    },
    rows: &[
        list("assignedLicenses", Complex, COUNTED),
        row("assignedLicenses/skuId", Guid, EQ),
        list("assignedPlans", Complex, EQ_ADVANCED),
        row("assignedPlans/assignedDateTime", Instant, Levels::directory([A, N, A, N])),
        row("assignedPlans/capabilityStatus", Text, EQ_ADVANCED),
        row("assignedPlans/service", Text, Levels::directory([A, A, N, N])),
        row("assignedPlans/servicePlanId", Guid, EQ_ADVANCED),
        row("employeeOrgData/costCenter", Text, EQ_ADVANCED),
        row("employeeOrgData/division", Text, EQ_ADVANCED),
        list("identities", Complex, EQ),
        row("identities/issuer", Text, EQ),
        row("identities/issuerAssignedId", Text, EQ),
        row("identities/signInType", Text, Levels::NONE),
        row("manager", Complex, Levels::NONE),
        row("manager/id", Text, EQ),
        row("onPremisesExtensionAttributes/extensionAttribute1", Text, EQ_OR_NULL_ADVANCED),
        row("onPremisesExtensionAttributes/extensionAttribute2", Text, EQ_OR_NULL_ADVANCED),
        row("onPremisesExtensionAttributes/extensionAttribute3", Text, EQ_OR_NULL_ADVANCED),
        row("onPremisesExtensionAttributes/extensionAttribute4", Text, EQ_OR_NULL_ADVANCED),
        row("onPremisesExtensionAttributes/extensionAttribute5", Text, EQ_OR_NULL_ADVANCED),
        row("onPremisesExtensionAttributes/extensionAttribute6", Text, EQ_OR_NULL_ADVANCED),
        row("onPremisesExtensionAttributes/extensionAttribute7", Text, EQ_OR_NULL_ADVANCED),
        row("onPremisesExtensionAttributes/extensionAttribute8", Text, EQ_OR_NULL_ADVANCED),
        row("onPremisesExtensionAttributes/extensionAttribute9", Text, EQ_OR_NULL_ADVANCED),
        row("onPremisesExtensionAttributes/extensionAttribute10", Text, EQ_OR_NULL_ADVANCED),
        row("onPremisesExtensionAttributes/extensionAttribute11", Text, EQ_OR_NULL_ADVANCED),
        row("onPremisesExtensionAttributes/extensionAttribute12", Text, EQ_OR_NULL_ADVANCED),
        row("onPremisesExtensionAttributes/extensionAttribute13", Text, EQ_OR_NULL_ADVANCED),
        row("onPremisesExtensionAttributes/extensionAttribute14", Text, EQ_OR_NULL_ADVANCED),
        row("onPremisesExtensionAttributes/extensionAttribute15", Text, EQ_OR_NULL_ADVANCED),
        row("signInActivity", Complex, Levels::NONE),
        activity("signInActivity/lastSignInDateTime"),
        activity("signInActivity/lastNonInteractiveSignInDateTime"),
        activity("signInActivity/lastSuccessfulSignInDateTime"),
    ],
},
Table {
    rules: Rules {
        type_name: "microsoft.graph.group",
        resource: "Group",
        sortable: &["displayName"],
        sort_keys_max: 1,
        sorted_filter_is_advanced: true,
        searchable: &["displayName", "description", "mail", "mailNickname"],
        alternatives_max: ALTERNATIVES_MAX,
        paging: DIRECTORY,
    },
    rows: &[list("assignedLicenses", Complex, COUNTED), row("assignedLicenses/skuId", Guid, EQ)],
},
    directory("microsoft.graph.directoryObject", "DirectoryObject", &[row("id", Text, EQ)]),
    directory(
        "microsoft.graph.servicePrincipal",
        "ServicePrincipal",
        &[
            row("id", Text, EQ),
            row("accountEnabled", Flag, EQ),
            row("appId", Text, EQ),
            row("displayName", Text, Levels::directory([D, D, N, A])),
            row("servicePrincipalType", Text, EQ),
            list("servicePrincipalNames", Text, EQ_STARTS),
            list("tags", Text, EQ),
        ],
    ),
    directory(
        "microsoft.graph.directoryRole",
        "DirectoryRole",
        &[row("id", Text, EQ), row("displayName", Text, EQ), row("roleTemplateId", Text, EQ)],
    ),
    directory(
        "microsoft.graph.device",
        "Device",
        &[
            row("id", Text, EQ),
            row("accountEnabled", Flag, EQ),
            row("deviceId", Text, EQ),
            row("displayName", Text, EQ_STARTS),
            row("operatingSystem", Text, EQ_STARTS),
        ],
    ),
    directory(
        "microsoft.graph.appRoleAssignment",
        "AppRoleAssignment",
        &[
            row("appRoleId", Guid, EQ),
            row("principalDisplayName", Text, EQ_STARTS),
            row("principalId", Guid, EQ),
            row("resourceId", Guid, EQ),
        ],
    ),
    table(
        "microsoft.graph.directoryAudit",
        "DirectoryAudit",
        LOG,
        &["activityDateTime"],
        &[
            row("id", Text, IS),
            row("activityDateTime", Instant, WHEN),
            row("activityDisplayName", Text, IS_STARTS),
            row("category", Text, IS),
            row("correlationId", Text, IS),
            row("initiatedBy/app/appId", Text, IS),
            row("initiatedBy/app/displayName", Text, IS_STARTS),
            row("initiatedBy/user/displayName", Text, IS_STARTS),
            row("initiatedBy/user/id", Text, IS),
            row("initiatedBy/user/userPrincipalName", Text, IS_STARTS),
            row("loggedByService", Text, IS),
            row("result", Text, IS),
            list("targetResources", Complex, Levels::NONE),
            row("targetResources/displayName", Text, IS_STARTS),
            row("targetResources/id", Text, IS),
        ],
    ),
    table(
        "microsoft.graph.signIn",
        "SignIn",
        LOG,
        &["createdDateTime"],
        &[
            row("id", Text, IS),
            row("appDisplayName", Text, IS_STARTS),
            row("appId", Text, IS),
            row("conditionalAccessStatus", Text, IS),
            row("createdDateTime", Instant, WHEN),
            row("deviceDetail/browser", Text, IS_STARTS),
            row("deviceDetail/operatingSystem", Text, IS_STARTS),
            row("ipAddress", Text, IS_STARTS),
            row("location/city", Text, IS_STARTS),
            row("location/countryOrRegion", Text, IS_STARTS),
            row("location/state", Text, IS_STARTS),
            row("riskLevelAggregated", Text, IS),
            row("riskLevelDuringSignIn", Text, IS),
            row("riskState", Text, IS),
            row("status/errorCode", Number, IS),
            row("userDisplayName", Text, IS_STARTS),
            row("userId", Text, IS),
            row("userPrincipalName", Text, IS_STARTS),
        ],
    ),
    table(
        "microsoft.graph.riskDetection",
        "RiskDetection",
        RISK,
        &["activityDateTime", "detectedDateTime", "lastUpdatedDateTime"],
        &[
            row("id", Text, IS_OR_NOT),
            row("activityDateTime", Instant, WHEN_OR_NOT),
            row("correlationId", Text, IS_OR_NOT),
            row("detectedDateTime", Instant, WHEN_OR_NOT),
            row("detectionTimingType", Text, IS_OR_NOT),
            row("ipAddress", Text, IS_OR_NOT),
            row("lastUpdatedDateTime", Instant, WHEN_OR_NOT),
            row("requestId", Text, IS_OR_NOT),
            row("riskDetail", Text, IS_OR_NOT),
            row("riskEventType", Text, IS_OR_NOT),
            row("riskLevel", Text, IS_OR_NOT),
            row("riskState", Text, IS_OR_NOT),
            row("source", Text, IS_OR_NOT),
            row("userDisplayName", Text, IS_OR_NOT),
            row("userId", Text, IS_OR_NOT),
            row("userPrincipalName", Text, IS_OR_NOT),
        ],
    ),
    table(
        "microsoft.graph.riskyUser",
        "RiskyUser",
        RISK,
        &["riskLastUpdatedDateTime"],
        &[
            row("id", Text, IS_OR_NOT),
            row("isDeleted", Flag, IS_OR_NOT),
            row("isProcessing", Flag, IS_OR_NOT),
            row("riskDetail", Text, IS_OR_NOT),
            row("riskLastUpdatedDateTime", Instant, WHEN_OR_NOT),
            row("riskLevel", Text, IS_OR_NOT),
            row("riskState", Text, IS_OR_NOT),
            row("userDisplayName", Text, IS_OR_NOT),
            row("userPrincipalName", Text, IS_OR_NOT),
        ],
    ),
    table(
        "microsoft.graph.security.alert",
        "Alert",
        ALERTS,
        &["createdDateTime", "lastUpdateDateTime"],
        &[
            row("assignedTo", Text, IS_OR_NOT),
            row("classification", Text, IS_OR_NOT),
            row("createdDateTime", Instant, WHEN_OR_NOT),
            row("determination", Text, IS_OR_NOT),
            row("lastUpdateDateTime", Instant, WHEN_OR_NOT),
            row("serviceSource", Text, IS_OR_NOT),
            row("severity", Text, IS_OR_NOT),
            row("status", Text, IS_OR_NOT),
        ],
    ),
    other(
        "microsoft.graph.unifiedRoleDefinition",
        "UnifiedRoleDefinition",
        &[
            row("id", Text, IS),
            row("displayName", Text, IS_STARTS),
            row("isBuiltIn", Flag, IS),
            row("isEnabled", Flag, IS),
            row("templateId", Text, IS),
        ],
    ),
    other("microsoft.graph.unifiedRoleAssignment", "UnifiedRoleAssignment", ROLE_ROWS),
    other("microsoft.graph.unifiedRoleAssignmentScheduleRequest", "UnifiedRoleAssignmentScheduleRequest", ROLE_ROWS),
    other("microsoft.graph.unifiedRoleEligibilityScheduleRequest", "UnifiedRoleEligibilityScheduleRequest", ROLE_ROWS),
    other(
        "microsoft.graph.conditionalAccessPolicy",
        "ConditionalAccessPolicy",
        &[row("id", Text, IS), row("displayName", Text, IS_CONTAINS), row("state", Text, IS)],
    ),
    other("microsoft.graph.namedLocation", "NamedLocation", &[row("id", Text, IS), row("displayName", Text, IS_CONTAINS)]),
    other(
        "microsoft.graph.accessPackage",
        "AccessPackage",
        &[row("id", Text, IS), row("displayName", Text, IS_CONTAINS), row("isHidden", Flag, IS)],
    ),
    other(
        "microsoft.graph.accessPackageAssignmentPolicy",
        "AccessPackageAssignmentPolicy",
        &[row("id", Text, IS), row("accessPackage/id", Text, IS), row("displayName", Text, IS_CONTAINS)],
    ),
    other(
        "microsoft.graph.accessPackageAssignment",
        "AccessPackageAssignment",
        &[
            row("id", Text, IS),
            row("accessPackage/id", Text, IS),
            row("assignmentPolicy/id", Text, IS),
            row("state", Text, IS),
            row("target/id", Text, IS),
            row("target/objectId", Text, IS),
        ],
    ),
    other(
        "microsoft.graph.accessPackageAssignmentRequest",
        "AccessPackageAssignmentRequest",
        &[
            row("id", Text, IS),
            row("createdDateTime", Instant, WHEN),
            row("requestType", Text, IS),
            row("requestor/objectId", Text, IS),
            row("state", Text, IS),
        ],
    ),
    other(
        "microsoft.graph.identityGovernance.workflow",
        "Workflow",
        &[
            row("id", Text, IS),
            row("category", Text, IS),
            row("displayName", Text, IS_CONTAINS),
            row("isEnabled", Flag, IS),
        ],
    ),
];

const ROLE_ROWS: &[Row] = &[
    row("id", Text, IS),
    row("action", Text, IS),
    row("directoryScopeId", Text, IS),
    row("principalId", Text, IS),
    row("roleDefinitionId", Text, IS),
    row("status", Text, IS),
];

const fn table(
    type_name: &'static str,
    resource: &'static str,
    paging: Paging,
    sortable: &'static [&'static str],
    rows: &'static [Row],
) -> Table {
    let rules = Rules {
        type_name,
        resource,
        sortable,
        sort_keys_max: 1,
        sorted_filter_is_advanced: false,
        searchable: &[],
        alternatives_max: usize::MAX,
        paging,
    };
    Table { rules, rows }
}

/// A type of the directory that is neither user nor group.
const fn directory(type_name: &'static str, resource: &'static str, rows: &'static [Row]) -> Table {
    let table = table(type_name, resource, DIRECTORY, &["displayName"], rows);
    let rules = Rules {
        sorted_filter_is_advanced: true,
        searchable: &["displayName"],
        alternatives_max: ALTERNATIVES_MAX,
        ..table.rules
    };
    Table { rules, rows }
}

/// A type outside the directory that documents no ordering.
const fn other(type_name: &'static str, resource: &'static str, rows: &'static [Row]) -> Table {
    table(type_name, resource, OTHER, &[], rows)
}

/// The table of a type by its name in metadata, such as `microsoft.graph.signIn`.
pub(crate) fn of_type(type_name: &str) -> Option<&'static Table> {
    TABLES.iter().find(|table| table.rules.type_name == type_name)
}

impl Entity for Table {
    fn rules(&self) -> &Rules {
        &self.rules
    }

    fn field(&self, path: &str) -> Option<Field<'_>> {
        let row = self.rows.iter().find(|row| row.path.eq_ignore_ascii_case(path));
        row.map(|row| Field {
            path: Cow::Borrowed(row.path),
            shape: row.shape,
            list: row.list,
            levels: row.levels,
            alone: row.alone,
        })
    }
}

impl Kind {
    fn table(self) -> &'static Table {
        let type_name = self.odata_type().trim_start_matches('#');
        of_type(type_name).expect("users and groups have a table")
    }
}

impl Entity for Kind {
    fn rules(&self) -> &Rules {
        &self.table().rules
    }

    fn field(&self, path: &str) -> Option<Field<'_>> {
        self.table().field(path).or_else(|| self.property(path).map(of_property))
    }
}

fn of_property(property: &schema::Property) -> Field<'_> {
    let (shape, list) = match property.shape {
        schema::Shape::Text => (Text, false),
        schema::Shape::Flag => (Flag, false),
        schema::Shape::Instant => (Instant, false),
        schema::Shape::Texts => (Text, true),
        schema::Shape::Complex => (Complex, false),
        schema::Shape::Items => (Complex, true),
    };
    let [eq, starts_with, order, null] =
        [property.eq, property.starts_with, property.order, property.null].map(level);
    let ends_with = if ENDS_WITH.contains(&property.name) { A } else { N };
    let levels = Levels { ends_with, ..Levels::directory([eq, starts_with, order, null]) };
    Field { path: Cow::Borrowed(property.name), shape, list, levels, alone: false }
}

fn level(level: schema::Level) -> Level {
    match level {
        schema::Level::Never => N,
        schema::Level::Default => D,
        schema::Level::Advanced => A,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::azure_ad::odata::capability;
    use crate::azure_ad::odata::filter::parse;

    const DENIED: &str = "Request_UnsupportedQuery";
    const WRONG: &str = "BadRequest";

    /// What the service says to a plain and to an advanced query: nothing, or the code of its refusal.
    fn check(entity: &dyn Entity, filter: &str, plain: &str, advanced: &str) {
        let verdict = |advanced| match parse(filter).and_then(|expr| capability::check(entity, &expr, advanced)) {
            Ok(_) => String::new(),
            Err(error) => error.code,
        };
        assert_eq!((verdict(false), verdict(true)), (plain.to_owned(), advanced.to_owned()), "{filter}");
    }

    #[test]
    fn the_table_of_the_directory_decides_on_users() {
        let user = |filter: &str, plain: &str, advanced: &str| check(&Kind::User, filter, plain, advanced);
        for filter in [
            "accountEnabled eq true",
            "userPrincipalName eq 'x' or startswith(mail,'x')",
            "department eq 'x'",
            "city eq 'x'",
            "userType in ('Guest','Member')",
            "createdDateTime ge 2026-01-01",
            "createdDateTime ge 2026-01-01T00:00:00.5+02:00",
            "manager/id eq 'x'",
            "proxyAddresses/any(p:startswith(p,'x'))",
            "otherMails/any(m:m eq 'x')",
            "otherMails/any()",
            "assignedLicenses/any(x:x/skuId eq c7df2760-2c81-4ef7-b578-5b5392b571df)",
            "identities/any(i:i/issuer eq 'x' and i/issuerAssignedId eq 'y')",
            "signInActivity/lastSignInDateTime le 2026-01-01T00:00:00Z",
            "not (signInActivity/lastSignInDateTime le 2026-01-01T00:00:00Z)",
            "signInActivity/lastSignInDateTime ne 2026-01-01T00:00:00Z",
        ] {
            user(filter, "", "");
        }
        for filter in [
            "department eq null",
            "department ne 'x'",
            "department in ('x',null)",
            "not accountEnabled eq true",
            "startswith(mail,'x') eq false",
            "employeeType eq 'x'",
            "officeLocation in ('x')",
            "startswith(city,'x')",
            "employeeHireDate ge 2026-01-01",
            "endswith(mail,'x')",
            "proxyAddresses/any(p:endswith(p,'x'))",
            "proxyAddresses/all(p:startswith(p,'x'))",
            "proxyAddresses/any(p:p ne 'x')",
            "assignedLicenses/$count eq 0",
            "assignedLicenses/$count ne 0",
            "assignedPlans/any(p:p/service eq 'exchange')",
            "employeeOrgData/division eq 'x'",
            "onPremisesExtensionAttributes/extensionAttribute15 eq null",
        ] {
            user(filter, DENIED, "");
        }
        for filter in [
            "startswith(department,'x')",
            "displayName ge 'x'",
            "endswith(displayName,'x')",
            "contains(displayName,'x')",
            "accountEnabled eq null",
            "passwordPolicies eq 'x'",
            "userType has 'x'",
            "manager/id eq null",
            "displayName eq mail",
            "signInActivity/lastSignInDateTime eq null",
            "signInActivity/lastSignInDateTime le 2026-01-01 and accountEnabled eq true",
            "proxyAddresses/$count eq 0",
        ] {
            user(filter, DENIED, DENIED);
        }
        for filter in [
            "frobs eq 'x'",
            "city eq Oslo",
            "employeeOrgData/frob eq 'x'",
            "accountEnabled eq 'true'",
            "createdDateTime ge '2026-01-01T00:00:00Z'",
            "displayName eq 5",
            "id eq c7df2760-2c81-4ef7-b578-5b5392b571df",
            "assignedLicenses/any(x:x/skuId eq 'c7df2760-2c81-4ef7-b578-5b5392b571df')",
            "assignedLicenses/skuId eq c7df2760-2c81-4ef7-b578-5b5392b571df",
            "assignedLicenses/any(x:skuId eq c7df2760-2c81-4ef7-b578-5b5392b571df)",
            "proxyAddresses eq 'x'",
            "displayName/any(c:c eq 'x')",
            "displayName/$count eq 0",
            "assignedLicenses/$count eq '0'",
            "startswith(accountEnabled,'x')",
            "proxyAddresses/any(p:otherMails/any(p:p eq 'x'))",
        ] {
            user(filter, WRONG, WRONG);
        }
        let alternatives = |count: usize| vec!["city eq 'x'"; count].join(" or ");
        user(&alternatives(15), "", "");
        user(&alternatives(16), DENIED, DENIED);
    }

    #[test]
    fn other_types_have_tables_of_their_own() {
        check(&Kind::Group, "groupTypes/any(c:c eq 'Unified')", "", "");
        check(&Kind::Group, "createdDateTime ge 2026-01-01", DENIED, DENIED);
        check(&Kind::Group, "renewedDateTime ge 2026-01-01", "", "");
        check(&Kind::Group, "expirationDateTime le 2026-01-01", DENIED, "");
        check(&Kind::Group, "mailEnabled eq true and securityEnabled eq true", "", "");
        let of_type = |name: &str| of_type(name).unwrap();
        let audit = of_type("microsoft.graph.directoryAudit");
        check(audit, "activityDateTime ge 2026-01-01 and activityDisplayName eq 'Add member to group'", "", "");
        check(audit, "initiatedBy/user/userPrincipalName eq 'x'", "", "");
        check(audit, "targetResources/any(t:t/id eq 'x' or startswith(t/displayName,'y'))", "", "");
        check(audit, "activityDisplayName ne 'x'", DENIED, DENIED);
        let sign_in = of_type("microsoft.graph.signIn");
        check(sign_in, "createdDateTime ge 2026-01-01 and status/errorCode eq 500121", "", "");
        check(sign_in, "status/errorCode eq '500121'", WRONG, WRONG);
        let detection = of_type("microsoft.graph.riskDetection");
        check(detection, "riskLevel eq microsoft.graph.riskLevel'high' and riskState ne 'dismissed'", "", "");
        check(detection, "createdDateTime ge 2026-01-01", WRONG, WRONG);
        let alert = of_type("microsoft.graph.security.alert");
        check(alert, "lastUpdateDateTime ge 2026-01-01 and severity eq 'high'", "", "");
        check(of_type("microsoft.graph.unifiedRoleAssignment"), "principalId eq 'x'", "", "");
        check(of_type("microsoft.graph.appRoleAssignment"), "principalId eq 'x'", WRONG, WRONG);
    }

    #[test]
    fn refusals_say_what_the_service_says() {
        let message = |filter: &str| {
            let refused = parse(filter).and_then(|expr| capability::check(&Kind::User, &expr, false));
            refused.unwrap_err().message
        };
        assert_eq!(
            message("frobs eq 'x'"),
            "Invalid filter clause: Could not find a property named 'frobs' on type 'microsoft.graph.user'."
        );
        assert_eq!(
            message("contains(displayName,'x')"),
            "Unsupported or invalid query filter clause specified for property 'displayName' of resource 'User'."
        );
        assert_eq!(
            message("accountEnabled eq 'true'"),
            "Invalid filter clause: A binary operator with incompatible types was detected. Found operand types \
             'Edm.Boolean' and 'Edm.String' for operator kind 'Equal'."
        );
        assert!(message("endswith(mail,'x')").contains("ConsistencyLevel:eventual"));
    }
}
