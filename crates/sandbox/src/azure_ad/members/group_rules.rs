//! Which groups may be changed, by whom, and what may be a member of what.
//!
//! Source: microsoft-graph.md sections 2 (messages) and 6.3.

use crate::azure_ad::errors::GraphError;
use crate::azure_ad::kernel::request::Request;
use crate::azure_ad::model::schema::Kind;
use crate::azure_ad::people::user_input::mastered_on_premises;
use crate::azure_ad::state::object::Object;
use crate::azure_ad::state::tenant::Tenant;

/// Refuses any change of a group that is not the directory's to change, or that a role may be given to.
///
/// # Errors
/// 400 for synced and Exchange's groups, 403 for role-assignable ones.
pub(crate) fn check_change(request: &Request, group: &Object) -> Result<(), GraphError> {
    if group.is_synced() {
        return Err(mastered_on_premises());
    }
    if group.is("mailEnabled") && !group.is_group_type("Unified") {
        return Err(GraphError::bad_request(
            "Unable to update the specified properties for objects that have originated within an external service.",
        ));
    }
    if group.is("isAssignableToRole") {
        check_assignable(request)?;
    }
    Ok(())
}

/// Refuses an application that may not touch role-assignable groups.
///
/// # Errors
/// 403.
pub(crate) fn check_assignable(request: &Request) -> Result<(), GraphError> {
    match request.roles.holds("RoleManagement.ReadWrite.Directory") {
        true => Ok(()),
        false => Err(GraphError::denied()),
    }
}

/// Refuses changes of members by hand.
///
/// # Errors
/// As `check_change`, and 400 for dynamic groups.
pub(crate) fn check_member_change(request: &Request, group: &Object) -> Result<(), GraphError> {
    check_change(request, group)?;
    if group.is_group_type("DynamicMembership") {
        return Err(GraphError::bad_request(
            "Insufficient privileges to complete the operation. Members of a dynamic group cannot be changed.",
        ));
    }
    Ok(())
}

/// What the members of a group may be decided by, before and after it is there.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Holder<'a> {
    /// Empty for a group that is only being created.
    pub(crate) id: &'a str,
    pub(crate) unified: bool,
    pub(crate) assignable: bool,
}

impl<'a> Holder<'a> {
    pub(crate) fn of(group: &'a Object) -> Self {
        let (unified, assignable) = (group.is_group_type("Unified"), group.is("isAssignableToRole"));
        Self { id: &group.id, unified, assignable }
    }
}

/// The object a reference names, if it may be a member.
///
/// # Errors
/// 404 for an unknown object, 400 for one of a kind the group does not take.
pub(crate) fn member<'a>(tenant: &'a Tenant, holder: Holder<'_>, id: &str) -> Result<&'a Object, GraphError> {
    let member =
        tenant.live_object(id).or_else(|| tenant.user(id)).ok_or_else(|| GraphError::not_found(id))?;
    let fits = match member.kind {
        Kind::User => true,
        Kind::ServicePrincipal | Kind::Device => !holder.unified,
        // Only security groups nest, and into none that roles are given to.
        Kind::Group => {
            !holder.unified
                && !holder.assignable
                && !member.is("mailEnabled")
                && !member.is("isAssignableToRole")
                && member.id != holder.id
        }
        _ => false,
    };
    if fits {
        return Ok(member);
    }
    let kind = member.kind.type_name();
    Err(GraphError::bad_request(format!(
        "The member '{}' of type '{kind}' is not supported by the type of the group.",
        member.id
    )))
}

/// The user or service principal a reference names, as an owner.
///
/// # Errors
/// 404 for an unknown object, 400 for one of another kind.
pub(crate) fn owner<'a>(tenant: &'a Tenant, id: &str) -> Result<&'a Object, GraphError> {
    let owner =
        tenant.live_object(id).or_else(|| tenant.user(id)).ok_or_else(|| GraphError::not_found(id))?;
    match owner.kind {
        Kind::User | Kind::ServicePrincipal => Ok(owner),
        _ => Err(GraphError::bad_request("Only users and service principals can be owners of a group.")),
    }
}

/// 400 for a reference that is there already.
pub(crate) fn already(relation: &str) -> GraphError {
    GraphError::bad_request(format!(
        "One or more added object references already exist for the following modified properties: '{relation}'."
    ))
}
