//! Which application permissions each served operation needs.
//!
//! The table is the slice's `x-ms-permissions`; for the membership questions it is the stricter
//! pair of section 6.1, because the slice's flat lists have lost the "and".
//!
//! Source: msgraph-v1.0-slice.openapi.yaml, microsoft-graph.md section 6.

use serde_json::{Map, Value};

use crate::azure_ad::errors::GraphError;
use crate::azure_ad::operation::Operation;
use crate::azure_ad::token::Roles;

/// One of each inner list must be held.
type Need = &'static [&'static [&'static str]];

const USER_READ_BASIC: &[&str] = &[
    "User.ReadBasic.All",
    "User.ReadWrite.All",
    "Directory.Read.All",
    "Directory.ReadWrite.All",
    "User.Read.All",
    "User.ReadWrite.CrossCloud",
];
/// Reads that `User.ReadBasic.All` does not cover.
const USER_READ: &[&str] = &[
    "User.Read.All",
    "User.ReadWrite.All",
    "Directory.Read.All",
    "Directory.ReadWrite.All",
    "User.ReadWrite.CrossCloud",
];
const USER_WRITE: &[&str] = &["User.ReadWrite.All", "Directory.ReadWrite.All"];
const USER_DELETE: &[&str] = &["User.DeleteRestore.All", "User.ReadWrite.All", "User.ReadWrite.CrossCloud"];
const MANAGER_READ: &[&str] =
    &["User.Read.All", "User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"];
const MEMBER_OF: &[&str] = &[
    "Directory.Read.All",
    "Directory.ReadWrite.All",
    "Group.Read.All",
    "Group.ReadWrite.All",
    "Group.ReadBasic.All",
    "GroupMember.Read.All",
    "GroupMember.ReadBasic.All",
];
const GROUP_READ: &[&str] = &[
    "Group-NestingSupport.ReadWrite.All",
    "Group.ReadBasic.All",
    "Directory.Read.All",
    "Directory.ReadWrite.All",
    "Group-PreferredDataLocation.ReadWrite.All",
    "Group.ManageProtection.All",
    "Group.Read.All",
    "Group.ReadWrite.All",
    "GroupMember.Read.All",
];
const MEMBERS_READ: &[&str] = &[
    "GroupMember.ReadBasic.All",
    "Directory.Read.All",
    "Group.Read.All",
    "Group.ReadBasic.All",
    "Group.ReadWrite.All",
    "GroupMember.Read.All",
    "GroupMember.ReadWrite.All",
];
const OWNERS_READ: &[&str] = &[
    "Group.ReadWrite.All",
    "GroupMember.Read.All",
    "Directory.Read.All",
    "Group.Read.All",
    "GroupMember.ReadWrite.All",
];
const MEMBERS_WRITE: &[&str] =
    &["GroupMember.ReadWrite.All", "Group.ReadWrite.All", "Directory.ReadWrite.All"];
const ORGANIZATION_READ: &[&str] = &[
    "Directory.Read.All",
    "Directory.ReadWrite.All",
    "Organization.Read.All",
    "Organization.ReadWrite.All",
    "User.Read.All",
];

fn need(operation: &Operation) -> Need {
    match operation {
        Operation::ListUsers | Operation::CountUsers | Operation::GetUser(_) => &[USER_READ_BASIC],
        Operation::UsersDelta | Operation::GetManager(_) | Operation::GetManagerRef(_) => &[MANAGER_READ],
        Operation::CreateUser | Operation::SetManager(_) | Operation::RemoveManager(_) => &[USER_WRITE],
        Operation::DeleteUser(_) => &[USER_DELETE],
        Operation::MemberOf { .. } | Operation::CheckMemberGroups(_) | Operation::GetMemberGroups(_) => {
            &[USER_READ, MEMBER_OF]
        }
        Operation::ListGroups | Operation::CountGroups | Operation::GetGroup(_) => &[GROUP_READ],
        Operation::Members { .. } => &[MEMBERS_READ],
        Operation::Owners(_) => &[OWNERS_READ],
        Operation::AddMember(_) | Operation::RemoveMember { .. } => &[MEMBERS_WRITE],
        Operation::Organization => &[ORGANIZATION_READ],
        // Updates are judged property by property.
        Operation::UpdateUser(_) => &[],
    }
}

/// Refuses a call whose token lacks a permission.
///
/// # Errors
/// 403 `Authorization_RequestDenied`.
pub(crate) fn check(operation: &Operation, roles: &Roles) -> Result<(), GraphError> {
    let held = need(operation).iter().all(|one_of| one_of.iter().any(|role| roles.holds(role)));
    if held { Ok(()) } else { Err(GraphError::denied()) }
}

/// Refuses an update if a permission for any one of its properties is missing.
///
/// # Errors
/// 403 for the whole request.
pub(crate) fn check_update(roles: &Roles, properties: &Map<String, Value>) -> Result<(), GraphError> {
    let broad = USER_WRITE.iter().any(|role| roles.holds(role));
    let may = |name: &str| match name.to_ascii_lowercase().as_str() {
        // Broad write permission does not cover passwords.
        "passwordprofile" => roles.holds("User-PasswordProfile.ReadWrite.All"),
        "accountenabled" => {
            broad || (roles.holds("User.EnableDisableAccount.All") && roles.holds("User.Read.All"))
        }
        "businessphones" | "mobilephone" => broad || roles.holds("User-Phone.ReadWrite.All"),
        "othermails" => broad || roles.holds("User-Mail.ReadWrite.All"),
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
    USER_READ.iter().any(|role| roles.holds(role))
}
