//! What a request says of a holding: principal, role, scope. Shared by role assignments and role requests.
//!
//! Source: microsoft-graph.md section 6.4.

use serde_json::{Map, Value};

use crate::azure_ad::errors::GraphError;
use crate::azure_ad::model::schema::Kind;
use crate::azure_ad::roles::role_holders::WHOLE;
use crate::azure_ad::state::governance::Holding;
use crate::azure_ad::state::tenant::Tenant;

/// Reads and checks the three; `type_name` is what messages call the thing they belong to.
///
/// # Errors
/// 400 for what is missing or does not fit, 404 for a role or a principal that is not there.
pub(crate) fn holding(
    tenant: &Tenant,
    body: &Map<String, Value>,
    type_name: &str,
) -> Result<Holding, GraphError> {
    let text = |name: &str| {
        let found = body.iter().find(|(sent, _)| sent.eq_ignore_ascii_case(name));
        found.and_then(|(_, value)| value.as_str()).filter(|text| !text.is_empty())
    };
    let needed = |name: &str| {
        text(name).ok_or_else(|| {
            GraphError::bad_request(format!(
                "A value is required for property '{name}' of resource '{type_name}'."
            ))
        })
    };
    let (principal, role) = (needed("principalId")?, needed("roleDefinitionId")?);
    if text("appScopeId").is_some_and(|scope| scope != WHOLE) {
        return Err(GraphError::bad_request(
            "The app scope is not supported by the directory (Microsoft Entra ID) provider.",
        ));
    }
    let scope = scope(tenant, needed("directoryScopeId")?)?;
    let role = tenant.find(Kind::RoleDefinition, role).ok_or_else(|| GraphError::not_found(role))?.id.clone();
    let found = tenant.live_object(principal).ok_or_else(|| GraphError::not_found(principal))?;
    let fits = match found.kind {
        Kind::User | Kind::ServicePrincipal => true,
        Kind::Group => found.is("isAssignableToRole"),
        _ => false,
    };
    if !fits {
        return Err(GraphError::bad_request(
            "Only users, service principals and role-assignable groups can be assigned to a role.",
        ));
    }
    Ok(Holding { principal: found.id.clone(), role, scope })
}

/// The whole directory, an administrative unit, or an application (as its service principal) that is there.
fn scope(tenant: &Tenant, sent: &str) -> Result<String, GraphError> {
    let refused = || GraphError::bad_request(format!("The directory scope '{sent}' is not supported."));
    let inner = sent.strip_prefix('/').ok_or_else(refused)?;
    let found = match inner.rsplit_once('/') {
        None if inner.is_empty() => return Ok(WHOLE.to_owned()),
        Some(("administrativeUnits", unit)) => tenant.find(Kind::AdministrativeUnit, unit),
        None => tenant.find(Kind::ServicePrincipal, inner),
        Some(_) => return Err(refused()),
    };
    found.map(|_| sent.to_owned()).ok_or_else(|| GraphError::not_found(inner))
}
