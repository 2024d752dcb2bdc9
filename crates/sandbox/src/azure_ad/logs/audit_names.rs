//! The names of audited activities, each with its category, kind of operation and service.
//!
//! Source: microsoft-graph.md section 10.1 for names and services. It gives one example of category and operation;
//! the others are named alike. Names marked (other) are not in that list; they are those of real tenants.

/// What is known of an activity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Activity {
    pub(crate) category: &'static str,
    pub(crate) operation: &'static str,
    pub(crate) service: &'static str,
}

const CORE: &str = "Core Directory";
const METHODS: &str = "Authentication Methods";
const ENTITLEMENT: &str = "Entitlement Management";
const PROTECTION: &str = "Identity Protection";
const PIM: &str = "PIM";
const SELF_SERVICE: &str = "Self-service Password Management";

/// Services with names of activities; the operation is read from the name.
const ROWS: &[(&str, &str, &[&str])] = &[
    (
        CORE,
        "UserManagement",
        &[
            "Add user",
            "Update user",
            "Delete user",
            "Hard Delete user",
            "Restore user",
            "Disable account",
            "Enable account",
            "Set user manager",
            "Change user license",
            "Update StsRefreshTokenValidFrom Timestamp",
            "Convert federated user to managed",
            "Reset password",
            "Change user password",
            "Set force change user password",
            "Disable Strong Authentication",
            "Enable Strong Authentication",
            // Other.
            "Add app role assignment grant to user",
            "Remove app role assignment from user",
        ],
    ),
    (
        METHODS,
        "UserManagement",
        &[
            "Admin started password reset",
            "user started password reset",
            "User started password change",
            "Admin registered security info",
            "Admin updated security info",
            "Admin deleted security info",
            "User registered security info",
            "User deleted security info",
            "Suspicious activity reported",
            "Fraud reported - user is blocked for MFA",
        ],
    ),
    (
        SELF_SERVICE,
        "UserManagement",
        &["Unlock user account (self-service)", "Reset password (self-service)", "Reset password (by admin)"],
    ),
    (
        CORE,
        "GroupManagement",
        &[
            "Add group",
            "Update group",
            "Delete group",
            "Hard Delete group",
            "Restore group",
            "Add member to group",
            "Remove member from group",
            "Add owner to group",
            "Remove owner from group",
            "Add app role assignment to group",
            "Set group license",
            // Other.
            "Remove app role assignment from group",
        ],
    ),
    (
        CORE,
        "RoleManagement",
        &[
            "Add member to role",
            "Remove member from role",
            "Add eligible member to role",
            "Remove eligible member from role",
            "Add role assignment to role definition",
            "Add scoped member to role",
        ],
    ),
    (
        PIM,
        "RoleManagement",
        &["Add member to role completed (PIM activation)", "Add member to role in PIM requested (timebound)"],
    ),
    (
        CORE,
        "ApplicationManagement",
        &[
            "Add service principal",
            "Add service principal credentials",
            "Add app role assignment to service principal",
            "Consent to application",
            "Update application - Certificates and secrets management",
            "Add delegated permission grant",
            // Other.
            "Update service principal",
            "Remove service principal",
            "Remove app role assignment from service principal",
        ],
    ),
    (
        CORE,
        "Policy",
        &[
            "Add Conditional Access policy",
            "Update Conditional Access policy",
            "Delete Conditional Access policy",
            "Add named location",
            "Update named location",
            "Delete named location",
            "Update security defaults",
        ],
    ),
    (CORE, "AuthorizationPolicy", &["Update authorization policy"]),
    (
        ENTITLEMENT,
        "EntitlementManagement",
        &[
            "User requests access package assignment",
            "Approve access package assignment request",
            "Deny access package assignment request",
            "Administrator directly assigns user to access package",
            "Fulfill access package assignment request",
            "Failed access package assignment request",
        ],
    ),
    (PROTECTION, "Other", &["ConfirmCompromised", "ConfirmSafe", "DismissUser", "ConfirmAccountCompromised"]),
    // Other.
    (CORE, "Device", &["Add device", "Update device", "Delete device"]),
    (
        CORE,
        "AdministrativeUnit",
        &[
            "Add administrative unit",
            "Update administrative unit",
            "Delete administrative unit",
            "Add member to administrative unit",
            "Remove member from administrative unit",
        ],
    ),
];

/// What is known of an activity; what an unknown one is taken for otherwise.
pub(crate) fn find(name: &str) -> Activity {
    let row = ROWS.iter().find(|(_, _, names)| names.contains(&name));
    let (service, category) = row.map_or((CORE, "Other"), |(service, category, _)| (*service, *category));
    Activity { category, operation: operation(name), service }
}

/// The kind of operation a name tells of.
fn operation(name: &str) -> &'static str {
    let begins = |word: &str| name.starts_with(word);
    match name {
        _ if ["Add member", "Add owner", "Add eligible", "Add app role", "Add scoped"]
            .iter()
            .any(|word| begins(word)) =>
        {
            "Assign"
        }
        _ if ["Remove member", "Remove owner", "Remove eligible", "Remove app role"]
            .iter()
            .any(|word| begins(word)) =>
        {
            "Unassign"
        }
        _ if begins("Add") || name.contains("registered") => "Add",
        _ if begins("Delete") || begins("Hard Delete") || begins("Remove") || name.contains("deleted") => {
            "Delete"
        }
        _ if begins("Restore") => "Restore",
        _ if name.contains("assword") => "Reset",
        _ => "Update",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn activities_are_filed_as_in_the_example_of_the_reference() {
        let check = |name: &str, expected: [&str; 3]| {
            let found = find(name);
            assert_eq!([found.category, found.operation, found.service], expected, "{name}");
        };
        check("Add member to group", ["GroupManagement", "Assign", "Core Directory"]);
        check("Remove member from role", ["RoleManagement", "Unassign", "Core Directory"]);
        check("Hard Delete user", ["UserManagement", "Delete", "Core Directory"]);
        check(
            "Deny access package assignment request",
            ["EntitlementManagement", "Update", "Entitlement Management"],
        );
        check("Something new", ["Other", "Update", "Core Directory"]);
    }
}
