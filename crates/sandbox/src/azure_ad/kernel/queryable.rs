//! What may be asked of each type of object: filters, orderings, searches, page sizes.
//!
//! Data for the query language of `odata`. What a property's own table or description says of filters
//! is taken from there; here is what stands beyond it: paths into objects and lists, and the types
//! whose filters only the texts name.
//!
//! Source: microsoft-graph.md sections 4.1, 4.2 (directory), 6.1 (sign-in activity), 6.4 (roles),
//! 6.6 (access packages), 6.7 and 10 (logs, risk, alerts). For the types that the reference gives
//! properties without operators, equality works, and order where the value is an instant.

use std::borrow::Cow;

use crate::azure_ad::model::description::description;
use crate::azure_ad::model::schema::{self, ENDS_WITH, Kind};
use crate::azure_ad::odata::field::{Entity, Field, Level, Levels, Rules, Shape};
use crate::azure_ad::odata::page::Paging;

/// One path and what works on it.
#[derive(Debug)]
pub(crate) struct Row {
    path: &'static str,
    shape: Shape,
    list: bool,
    levels: Levels,
    alone: bool,
}

/// Pages of users when their sign-in activity is selected. Source: microsoft-graph.md section 4.1.
pub(crate) const WITH_SIGN_IN_ACTIVITY: Paging =
    Paging { default: 100, max: 500, clips: false, skips: false };

/// Objects on a page when the request does not say, for kinds that name no figure.
const PAGE: usize = 100;

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

const USER: &[Row] = &[
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
];

const GROUP: &[Row] = &[list("assignedLicenses", Complex, COUNTED), row("assignedLicenses/skuId", Guid, EQ)];

const SERVICE_PRINCIPAL: &[Row] = &[
    row("id", Text, EQ),
    row("accountEnabled", Flag, EQ),
    row("appId", Text, EQ),
    row("displayName", Text, Levels::directory([D, D, N, A])),
    row("servicePrincipalType", Text, EQ),
    list("servicePrincipalNames", Text, EQ_STARTS),
    list("tags", Text, EQ),
];

const DEVICE: &[Row] = &[
    row("id", Text, EQ),
    row("accountEnabled", Flag, EQ),
    row("deviceId", Text, EQ),
    row("displayName", Text, EQ_STARTS),
    row("operatingSystem", Text, EQ_STARTS),
];

const APP_ROLE_ASSIGNMENT: &[Row] = &[
    row("appRoleId", Guid, EQ),
    row("principalDisplayName", Text, EQ_STARTS),
    row("principalId", Guid, EQ),
    row("resourceId", Guid, EQ),
];

const DIRECTORY_AUDIT: &[Row] = &[
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
];

const SIGN_IN: &[Row] = &[
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
];

const RISK_DETECTION: &[Row] = &[
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
];

const RISKY_USER: &[Row] = &[
    row("id", Text, IS_OR_NOT),
    row("isDeleted", Flag, IS_OR_NOT),
    row("isProcessing", Flag, IS_OR_NOT),
    row("riskDetail", Text, IS_OR_NOT),
    row("riskLastUpdatedDateTime", Instant, WHEN_OR_NOT),
    row("riskLevel", Text, IS_OR_NOT),
    row("riskState", Text, IS_OR_NOT),
    row("userDisplayName", Text, IS_OR_NOT),
    row("userPrincipalName", Text, IS_OR_NOT),
];

const ALERT: &[Row] = &[
    row("assignedTo", Text, IS_OR_NOT),
    row("classification", Text, IS_OR_NOT),
    row("createdDateTime", Instant, WHEN_OR_NOT),
    row("determination", Text, IS_OR_NOT),
    row("lastUpdateDateTime", Instant, WHEN_OR_NOT),
    row("serviceSource", Text, IS_OR_NOT),
    row("severity", Text, IS_OR_NOT),
    row("status", Text, IS_OR_NOT),
];

const ROLE_DEFINITION: &[Row] = &[
    row("id", Text, IS),
    row("displayName", Text, IS_STARTS),
    row("isBuiltIn", Flag, IS),
    row("isEnabled", Flag, IS),
    row("templateId", Text, IS),
];

const ACCESS_PACKAGE: &[Row] = &[
    row("id", Text, IS),
    row("accessPackage/id", Text, IS),
    row("assignmentPolicy/id", Text, IS),
    row("state", Text, IS),
    row("target/id", Text, IS),
    row("target/objectId", Text, IS),
];

const ASSIGNMENT: &[Row] = &[
    row("id", Text, IS),
    row("accessPackage/id", Text, IS),
    row("assignmentPolicy/id", Text, IS),
    row("state", Text, IS),
    row("target/id", Text, IS),
    row("target/objectId", Text, IS),
];

const ASSIGNMENT_REQUEST: &[Row] = &[
    row("id", Text, IS),
    row("createdDateTime", Instant, WHEN),
    row("requestType", Text, IS),
    row("requestor/objectId", Text, IS),
    row("state", Text, IS),
];

const LIFECYCLE_WORKFLOW: &[Row] = &[
    row("id", Text, IS),
    row("category", Text, IS),
    row("displayName", Text, IS_CONTAINS),
    row("isEnabled", Flag, IS),
];

const DIRECTORY_ROLE: &[Row] =
    &[row("id", Text, EQ), row("displayName", Text, EQ), row("roleTemplateId", Text, EQ)];

const ASSIGNMENT_POLICY: &[Row] =
    &[row("id", Text, IS), row("accessPackage/id", Text, IS), row("displayName", Text, IS_CONTAINS)];

const CONDITIONAL_ACCESS_POLICY: &[Row] =
    &[row("id", Text, IS), row("displayName", Text, IS_CONTAINS), row("state", Text, IS)];

const NAMED_LOCATION: &[Row] = &[row("id", Text, IS), row("displayName", Text, IS_CONTAINS)];

const ROLE_ROWS: &[Row] = &[
    row("id", Text, IS),
    row("action", Text, IS),
    row("directoryScopeId", Text, IS),
    row("principalId", Text, IS),
    row("roleDefinitionId", Text, IS),
    row("status", Text, IS),
];

/// The rows of a kind.
fn rows(kind: Kind) -> &'static [Row] {
    match kind {
        Kind::User => USER,
        Kind::Group => GROUP,
        Kind::ServicePrincipal => SERVICE_PRINCIPAL,
        Kind::Device => DEVICE,
        Kind::AppRoleAssignment => APP_ROLE_ASSIGNMENT,
        Kind::DirectoryAudit => DIRECTORY_AUDIT,
        Kind::SignIn => SIGN_IN,
        Kind::RiskDetection => RISK_DETECTION,
        Kind::RiskyUser => RISKY_USER,
        Kind::Alert => ALERT,
        Kind::RoleDefinition => ROLE_DEFINITION,
        Kind::AccessPackage => ACCESS_PACKAGE,
        Kind::Assignment => ASSIGNMENT,
        Kind::AssignmentRequest => ASSIGNMENT_REQUEST,
        Kind::LifecycleWorkflow => LIFECYCLE_WORKFLOW,
        Kind::DirectoryRole => DIRECTORY_ROLE,
        Kind::AssignmentPolicy => ASSIGNMENT_POLICY,
        Kind::ConditionalAccessPolicy => CONDITIONAL_ACCESS_POLICY,
        Kind::NamedLocation => NAMED_LOCATION,
        Kind::RoleAssignment | Kind::RoleAssignmentScheduleRequest | Kind::RoleEligibilityScheduleRequest => {
            ROLE_ROWS
        }
        _ => &[],
    }
}

/// How lists of a kind are cut into pages. Source: microsoft-graph.md sections 4.1, 4.5 and 6.7.
pub(crate) fn paging(kind: Kind) -> Paging {
    let max = kind.page_max();
    match kind {
        // Not paged at all.
        Kind::DirectoryRole => Paging { default: max, max, clips: true, skips: false },
        // The service documents a full page for sign-ins and no figure for audits.
        Kind::SignIn | Kind::DirectoryAudit => Paging { default: max, max, clips: true, skips: false },
        Kind::Alert => Paging { default: PAGE, max, clips: true, skips: true },
        // The service refuses what is too large for the directory and for risks; it documents nothing for the others.
        Kind::RiskDetection | Kind::RiskyUser => Paging { default: PAGE, max, clips: false, skips: false },
        _ => Paging { default: PAGE, max, clips: !kind.is_directory(), skips: false },
    }
}

impl Entity for Kind {
    fn rules(&self) -> Rules {
        let is_directory = self.is_directory();
        Rules {
            type_name: self.odata_type().trim_start_matches('#').to_owned(),
            resource: self.type_name(),
            sortable: self.sortable(),
            sort_keys_max: 1,
            sorted_filter_is_advanced: is_directory,
            searchable: self.searchable(),
            alternatives_max: if is_directory { ALTERNATIVES_MAX } else { usize::MAX },
        }
    }

    fn field(&self, path: &str) -> Option<Field<'_>> {
        let row = rows(*self).iter().find(|row| row.path.eq_ignore_ascii_case(path));
        let of_row = |row: &'static Row| Field {
            path: Cow::Borrowed(row.path),
            shape: row.shape,
            list: row.list,
            enumeration: is_enumeration(*self, row.path),
            levels: row.levels,
            alone: row.alone,
        };
        row.map(of_row).or_else(|| self.property(path).map(|property| of_property(*self, property)))
    }
}

fn of_property(kind: Kind, property: &'static schema::Property) -> Field<'static> {
    let (shape, list) = match property.shape {
        schema::Shape::Text => (Text, false),
        schema::Shape::Flag => (Flag, false),
        schema::Shape::Instant => (Instant, false),
        schema::Shape::Number => (Number, false),
        schema::Shape::Texts => (Text, true),
        schema::Shape::Complex => (Complex, false),
        schema::Shape::Items => (Complex, true),
    };
    let [eq, starts_with, order, null] =
        [property.eq, property.starts_with, property.order, property.null].map(level);
    let ends_with = if ENDS_WITH.contains(&property.name) { A } else { N };
    // Outside the directory no query is advanced, and nothing says that `ne` works.
    let negated = if kind.is_directory() { A } else { N };
    let levels = Levels { ends_with, negated, ..Levels::directory([eq, starts_with, order, null]) };
    let enumeration = is_enumeration(kind, property.name);
    Field { path: Cow::Borrowed(property.name), shape, list, enumeration, levels, alone: false }
}

/// Whether the values at a path are members of an enumeration.
fn is_enumeration(kind: Kind, path: &str) -> bool {
    let mut type_name = kind.described_as();
    let mut found = None;
    for step in path.split('/') {
        found = description().values(type_name, step);
        type_name = found.and_then(|values| values.of).unwrap_or_default();
    }
    found.is_some_and(|values| values.enumeration)
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
        let verdict =
            |advanced| match parse(filter).and_then(|expr| capability::check(entity, &expr, advanced)) {
                Ok(_) => String::new(),
                Err(error) => error.code,
            };
        assert_eq!((verdict(false), verdict(true)), (plain.to_owned(), advanced.to_owned()), "{filter}");
    }

    fn user(filter: &str, plain: &str, advanced: &str) {
        check(&Kind::User, filter, plain, advanced);
    }

    #[test]
    fn the_table_of_the_directory_decides_on_users() {
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
            "manager/id eq null",
            "displayName eq mail",
            "signInActivity/lastSignInDateTime eq null",
            "signInActivity/lastSignInDateTime le 2026-01-01 and accountEnabled eq true",
            "proxyAddresses/$count eq 0",
        ] {
            user(filter, DENIED, DENIED);
        }
    }

    #[test]
    fn unknown_properties_and_wrong_types_are_no_filters() {
        for filter in [
            "frobs eq 'x'",
            "city eq Oslo",
            "employeeOrgData/frob eq 'x'",
            "accountEnabled eq 'true'",
            "createdDateTime ge '2026-01-01T00:00:00Z'",
            "displayName eq 5",
            "userType has 'Guest'",
            "accountEnabled has 'x'",
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
    }

    #[test]
    fn more_than_fifteen_alternatives_are_too_many() {
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
        let audit = &Kind::DirectoryAudit;
        check(
            audit,
            "activityDateTime ge 2026-01-01 and activityDisplayName eq 'Add member to group'",
            "",
            "",
        );
        check(audit, "initiatedBy/user/userPrincipalName eq 'x'", "", "");
        check(audit, "targetResources/any(t:t/id eq 'x' or startswith(t/displayName,'y'))", "", "");
        check(audit, "activityDisplayName ne 'x'", DENIED, DENIED);
        let sign_in = &Kind::SignIn;
        check(sign_in, "createdDateTime ge 2026-01-01 and status/errorCode eq 500121", "", "");
        check(sign_in, "status/errorCode eq '500121'", WRONG, WRONG);
        let detection = &Kind::RiskDetection;
        check(detection, "riskLevel eq microsoft.graph.riskLevel'high' and riskState ne 'dismissed'", "", "");
        check(detection, "createdDateTime ge 2026-01-01", WRONG, WRONG);
        // None of its enumerations is one of flags.
        check(detection, "riskLevel has microsoft.graph.riskLevel'high'", DENIED, DENIED);
        check(detection, "source has 'x'", WRONG, WRONG);
        let alert = &Kind::Alert;
        check(alert, "lastUpdateDateTime ge 2026-01-01 and severity eq 'high'", "", "");
        check(&Kind::RoleAssignment, "principalId eq 'x'", "", "");
        check(&Kind::AppRoleAssignment, "principalId eq 'x'", WRONG, WRONG);
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
