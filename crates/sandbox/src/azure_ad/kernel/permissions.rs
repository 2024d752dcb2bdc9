//! Which application permissions and which licences of the tenant an operation needs.
//!
//! The lists are the description's `x-ms-permissions`; for the membership questions it is the stricter pair of
//! section 6.1, because the flat lists of the description have lost the "and".
//!
//! Source: the description of Graph, microsoft-graph.md section 6.

use std::collections::{BTreeSet, HashMap};
use std::sync::OnceLock;

use axum::http::StatusCode;
use serde_json::{Map, Value};

use crate::azure_ad::errors::GraphError;
use crate::azure_ad::kernel::directory_permissions;
use crate::azure_ad::kernel::route::Route;
use crate::azure_ad::model::description::description;
use crate::azure_ad::state::tenant::Premium;
use crate::azure_ad::tokens::token::Roles;

/// Reads of whole users, which `User.ReadBasic.All` does not cover.
const USER_READ: &[&str] = &[
    "User.Read.All",
    "User.ReadWrite.All",
    "Directory.Read.All",
    "Directory.ReadWrite.All",
    "User.ReadWrite.CrossCloud",
];
const USER_WRITE: &[&str] = &["User.ReadWrite.All", "Directory.ReadWrite.All"];
const MEMBER_OF: &[&str] = &[
    "Directory.Read.All",
    "Directory.ReadWrite.All",
    "Group.Read.All",
    "Group.ReadWrite.All",
    "Group.ReadBasic.All",
    "GroupMember.Read.All",
    "GroupMember.ReadBasic.All",
];

const CHANGE_ACCESS_POLICIES: &[&[&str]] = &[&["Policy.Read.All"], &["Policy.ReadWrite.ConditionalAccess"]];
const READ_ROLES: &[&str] = &[
    "RoleManagement.Read.Directory",
    "RoleManagement.ReadWrite.Directory",
    "Directory.Read.All",
    "Directory.ReadWrite.All",
];

/// Operations whose needs the description does not tell: method, template, lists of which one each must be held.
///
/// An empty list of lists: the handler judges for itself.
const SPECIAL: &[(&str, &str, &[&[&str]])] = &[
    ("GET", "/users/{user-id}/memberOf", &[USER_READ, MEMBER_OF]),
    ("GET", "/users/{user-id}/transitiveMemberOf", &[USER_READ, MEMBER_OF]),
    ("POST", "/users/{user-id}/checkMemberGroups", &[USER_READ, MEMBER_OF]),
    ("POST", "/users/{user-id}/getMemberGroups", &[USER_READ, MEMBER_OF]),
    ("POST", "/users/{user-id}/checkMemberObjects", &[USER_READ, MEMBER_OF]),
    ("POST", "/users/{user-id}/getMemberObjects", &[USER_READ, MEMBER_OF]),
    ("PATCH", "/identity/conditionalAccess/policies/{conditionalAccessPolicy-id}", CHANGE_ACCESS_POLICIES),
    ("PATCH", "/identity/conditionalAccess/namedLocations/{namedLocation-id}", CHANGE_ACCESS_POLICIES),
    // The description has only the deletion of a single one.
    ("GET", "/roleManagement/directory/roleAssignments/{unifiedRoleAssignment-id}", &[READ_ROLES]),
    // Updates are judged property by property.
    ("PATCH", "/users/{user-id}", &[]),
    // Subscriptions need the read permission of what they watch.
    ("GET", "/subscriptions", &[]),
    ("POST", "/subscriptions", &[]),
    ("GET", "/subscriptions/{subscription-id}", &[]),
    ("PATCH", "/subscriptions/{subscription-id}", &[]),
    ("DELETE", "/subscriptions/{subscription-id}", &[]),
    ("POST", "/subscriptions/{subscription-id}/reauthorize", &[]),
    ("POST", "/security/alerts_v2/{alert-id}/comments", &[&["SecurityAlert.ReadWrite.All"]]),
];

/// Permissions that only single properties need.
const OF_PROPERTIES: &[&str] = &[
    "CustomSecAttributeAssignment.ReadWrite.All",
    "User-LifeCycleInfo.ReadWrite.All",
    "User-Mail.ReadWrite.All",
    "User-PasswordProfile.ReadWrite.All",
    "User-Phone.ReadWrite.All",
    "User.EnableDisableAccount.All",
    "User.ManageIdentities.All",
];

/// Operations the description does not have, which need what another one needs: template, template of the other.
const LIKE: &[(&str, &str)] = &[(
    "/identityProtection/riskyUsers/{riskyUser-id}/history",
    "/identityProtection/riskyUsers/{riskyUser-id}",
)];

/// Whether a tenant pays for something.
type IsPaid = fn(&Premium) -> bool;

/// The beginning of a template and the licence of the tenant that it needs.
const LICENSED: &[(&str, IsPaid)] = &[
    ("/auditLogs/signIns", |premium| premium.p1),
    ("/identity/conditionalAccess/", |premium| premium.p1),
    // The lesser licence sees detections, without what is behind them.
    ("/identityProtection/riskDetections", |premium| premium.p1 || premium.p2),
    ("/identityProtection/riskyUsers", |premium| premium.p2),
    ("/roleManagement/directory/roleAssignmentScheduleRequests", |premium| premium.p2),
    ("/roleManagement/directory/roleEligibilityScheduleRequests", |premium| premium.p2),
    ("/identityGovernance/", |premium| premium.governance),
];

/// Refuses a call whose token lacks a permission, or whose tenant lacks a licence.
///
/// # Errors
/// 403 `Authorization_RequestDenied`, or `Authentication_RequestFromNonPremiumTenantOrB2CTenant`.
pub(crate) fn check(route: &Route, roles: &Roles, premium: &Premium) -> Result<(), GraphError> {
    let mut specials = SPECIAL.iter().chain(directory_permissions::SPECIAL);
    let base = whole(route.template);
    let special = specials.find(|(method, template, _)| *method == route.method && *template == base);
    let held = match special {
        Some((_, _, needs)) => needs.iter().all(|one_of| roles.hold_one(one_of)),
        None => roles.hold_one(described(route)),
    };
    if !held {
        return Err(GraphError::denied());
    }
    let unpaid = LICENSED.iter().any(|(begin, paid)| route.template.starts_with(begin) && !paid(premium));
    if unpaid { Err(not_premium()) } else { Ok(()) }
}

/// 403 for what the tenant has no licence for.
pub(crate) fn not_premium() -> GraphError {
    let message = "Neither tenant is B2C or tenant doesn't have premium license";
    GraphError::new(StatusCode::FORBIDDEN, "Authentication_RequestFromNonPremiumTenantOrB2CTenant", message)
}

/// The template of the whole list, where a template is of its number.
fn whole(template: &str) -> &str {
    template.strip_suffix("/$count").unwrap_or(template)
}

/// The permissions of an operation of which one must be held; none where an application may never call it.
fn described(route: &Route) -> &'static [&'static str] {
    static BY_OPERATION: OnceLock<HashMap<(&str, &str), &[&str]>> = OnceLock::new();
    let all = BY_OPERATION.get_or_init(|| {
        let operations = &description().operations;
        operations.iter().map(|operation| ((operation.0, operation.1), operation.2.as_slice())).collect()
    });
    let mut likes = LIKE.iter().chain(directory_permissions::LIKE);
    // What is described itself needs no other, whatever its neighbours of other methods do.
    let base = whole(route.template);
    let described = all.contains_key(&(route.method, base));
    let like = likes.find(|(template, _)| *template == base && !described);
    let template = like.map_or(base, |(_, other)| *other);
    all.get(&(route.method, template)).copied().unwrap_or_default()
}

/// The name of every permission that any operation takes.
pub(crate) fn all() -> Vec<String> {
    let operations = &description().operations;
    let named = operations
        .iter()
        .flat_map(|operation| operation.2.iter().copied())
        .chain(OF_PROPERTIES.iter().copied())
        .chain(
            directory_permissions::SPECIAL
                .iter()
                .flat_map(|special| special.2.iter().flat_map(|one_of| *one_of))
                .copied(),
        );
    named.collect::<BTreeSet<_>>().into_iter().map(str::to_owned).collect()
}

/// Refuses an update if a permission for any one of its properties is missing.
///
/// # Errors
/// 403 for the whole request.
pub(crate) fn check_update(roles: &Roles, properties: &Map<String, Value>) -> Result<(), GraphError> {
    let broad = roles.hold_one(USER_WRITE);
    let may = |name: &str| match name.to_ascii_lowercase().as_str() {
        // Broad write permission does not cover passwords.
        "passwordprofile" => roles.holds("User-PasswordProfile.ReadWrite.All"),
        "accountenabled" => {
            broad || (roles.holds("User.EnableDisableAccount.All") && roles.holds("User.Read.All"))
        }
        "businessphones" | "mobilephone" => broad || roles.holds("User-Phone.ReadWrite.All"),
        "othermails" => broad || roles.holds("User-Mail.ReadWrite.All"),
        "identities" => roles.holds("User.ManageIdentities.All"),
        "employeeleavedatetime" => {
            roles.holds("User-LifeCycleInfo.ReadWrite.All") && roles.holds("User.Read.All")
        }
        "customsecurityattributes" => roles.holds("CustomSecAttributeAssignment.ReadWrite.All"),
        _ => broad,
    };
    let names = properties.keys().filter(|name| !name.starts_with('@'));
    if (properties.is_empty() && !broad) || !names.into_iter().all(|name| may(name)) {
        return Err(GraphError::denied());
    }
    Ok(())
}

/// Whether the token may see more of a user than name and address.
pub(crate) fn reads_whole_users(roles: &Roles) -> bool {
    roles.hold_one(USER_READ)
}
