//! Who is protected from applications: holders of directory roles, members and owners of role-assignable groups.
//!
//! Source: microsoft-graph.md section 6.1 (sensitive attributes of administrators).

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::azure_ad::errors::GraphError;
use crate::azure_ad::kernel::request::Request;
use crate::azure_ad::model::schema::Kind;
use crate::azure_ad::people::role_ranks::{AUTHENTICATION_ADMINISTRATOR, GLOBAL_ADMINISTRATOR, outranks};
use crate::azure_ad::state::object::Object;
use crate::azure_ad::state::tenant::Tenant;

/// Attributes that nobody who is outranked may change.
const SENSITIVE: [&str; 7] = [
    "accountEnabled",
    "businessPhones",
    "mobilePhone",
    "onPremisesImmutableId",
    "otherMails",
    "passwordProfile",
    "userPrincipalName",
];

/// Refuses a change that touches a sensitive attribute of a protected user.
///
/// # Errors
/// 403, as `check`.
pub(crate) fn check_update(
    tenant: &Tenant,
    request: &Request,
    user: &Object,
    properties: &Map<String, Value>,
) -> Result<(), GraphError> {
    let touched = properties.keys().any(|name| SENSITIVE.contains(&name.as_str()));
    if touched { check(tenant, request, user) } else { Ok(()) }
}

/// Refuses a sensitive act on a protected user.
///
/// # Errors
/// 403, unless the application's service principal holds a role that outranks the user.
pub(crate) fn check(tenant: &Tenant, request: &Request, user: &Object) -> Result<(), GraphError> {
    let held = roles_of(tenant, &user.id);
    let grouped = in_assignable_group(tenant, &user.id);
    if held.is_empty() && !grouped {
        return Ok(());
    }
    let app = principal_of(tenant, &request.roles.app).map(|principal| roles_of(tenant, &principal.id));
    let app = app.unwrap_or_default();
    // Role-assignable groups may get any role, so only those who stand above all may touch them.
    let above_all =
        [GLOBAL_ADMINISTRATOR, AUTHENTICATION_ADMINISTRATOR].iter().any(|role| app.contains(*role));
    let above = held.iter().all(|role| app.iter().any(|own| outranks(own, role)));
    if above_all || (above && !grouped) { Ok(()) } else { Err(GraphError::denied()) }
}

/// The service principal of an application.
pub(crate) fn principal_of<'a>(tenant: &'a Tenant, app_id: &str) -> Option<&'a Object> {
    tenant.live(Kind::ServicePrincipal).find(|principal| principal.text("appId") == Some(app_id))
}

/// Template ids of the roles somebody holds, also through groups.
pub(crate) fn roles_of(tenant: &Tenant, id: &str) -> BTreeSet<String> {
    let groups = tenant.groups_of(id, true);
    let holds = |role: &&Object| {
        role.members.contains(id) || groups.iter().any(|group| role.members.contains(&group.id))
    };
    let held = tenant.live(Kind::DirectoryRole).filter(holds);
    held.filter_map(|role| role.text("roleTemplateId").map(str::to_owned)).collect()
}

fn in_assignable_group(tenant: &Tenant, id: &str) -> bool {
    let mut assignable = tenant.live(Kind::Group).filter(|group| group.is("isAssignableToRole"));
    assignable.any(|group| group.members.contains(id) || group.owners.contains(id))
}
