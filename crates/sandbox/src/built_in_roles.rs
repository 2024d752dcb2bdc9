//! The built-in roles of a tenant.
//!
//! Pure data. The reference names the first six; the others are roles every tenant has under these ids.
//!
//! Source: microsoft-graph.md section 15.

/// A role as every tenant has it.
#[derive(Debug)]
pub(crate) struct BuiltIn {
    /// Id of the definition and of its template.
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    pub(crate) description: &'static str,
    /// Some of what it allows.
    pub(crate) actions: &'static [&'static str],
}

const fn role(
    id: &'static str,
    name: &'static str,
    description: &'static str,
    actions: &'static [&'static str],
) -> BuiltIn {
    BuiltIn { id, name, description, actions }
}

pub(crate) const BUILT_IN: &[BuiltIn] = &[
    role(
        "62e90394-69f5-4237-9190-012177145e10",
        "Global Administrator",
        "Can manage all aspects of Microsoft Entra ID and Microsoft services that use Microsoft Entra identities.",
        &[
            "microsoft.directory/users/allProperties/allTasks",
            "microsoft.directory/groups/allProperties/allTasks",
        ],
    ),
    role(
        "fe930be7-5e62-47db-91af-98c3a49a38b1",
        "User Administrator",
        "Can manage all aspects of users and groups, including resetting passwords for limited admins.",
        &["microsoft.directory/users/create", "microsoft.directory/users/password/update"],
    ),
    role(
        "fdd7a751-b60b-444a-984c-02652fe8fa1c",
        "Groups Administrator",
        "Can create and manage groups and their settings.",
        &["microsoft.directory/groups/create", "microsoft.directory/groups/members/update"],
    ),
    role(
        "729827e3-9c14-49f7-bb1b-9608f156bbb8",
        "Helpdesk Administrator",
        "Can reset passwords for non-administrators and Helpdesk Administrators.",
        &[
            "microsoft.directory/users/password/update",
            "microsoft.directory/users/invalidateAllRefreshTokens",
        ],
    ),
    role(
        "966707d0-3269-4727-9be2-8c3a10f19b9d",
        "Password Administrator",
        "Can reset passwords for non-administrators and Password Administrators.",
        &["microsoft.directory/users/password/update"],
    ),
    role(
        "7be44c8a-adaf-4e2a-84d6-ab2649e08a13",
        "Privileged Authentication Administrator",
        "Can access to view, set and reset authentication method information for any user (admin or non-admin).",
        &["microsoft.directory/users/authenticationMethods/basic/update"],
    ),
    role(
        "e8611ab8-c189-46e8-94e1-60213ab1f814",
        "Privileged Role Administrator",
        "Can manage role assignments in Microsoft Entra ID, and all aspects of Privileged Identity Management.",
        &["microsoft.directory/roleAssignments/allProperties/allTasks"],
    ),
    role(
        "c4e39bd9-1100-46d3-8c65-fb160da0071f",
        "Authentication Administrator",
        "Can access to view, set and reset authentication method information for any non-admin user.",
        &["microsoft.directory/users/authenticationMethods/basic/update"],
    ),
    role(
        "194ae4cb-b126-40b2-bd5b-6091b380977d",
        "Security Administrator",
        "Can read security information and reports, and manage configuration in Microsoft Entra ID and Office 365.",
        &["microsoft.directory/conditionalAccessPolicies/basic/update"],
    ),
    role(
        "5d6b6bb7-de71-4623-b4af-96380a352509",
        "Security Reader",
        "Can read security information and reports in Microsoft Entra ID and Office 365.",
        &["microsoft.directory/signInReports/allProperties/read"],
    ),
    role(
        "5f2222b1-57c3-48ba-8ad5-d4759f1fde6f",
        "Security Operator",
        "Creates and manages security events.",
        &["microsoft.directory/identityProtection/allProperties/update"],
    ),
    role(
        "f2ef992c-3afb-46b9-b7cf-a126ee74c451",
        "Global Reader",
        "Can read everything that a Global Administrator can, but not update anything.",
        &["microsoft.directory/users/allProperties/read"],
    ),
    role(
        "b1be1c3e-b65d-4f19-8427-f6fa0d97feb9",
        "Conditional Access Administrator",
        "Can manage Conditional Access capabilities.",
        &["microsoft.directory/conditionalAccessPolicies/create"],
    ),
    role(
        "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3",
        "Application Administrator",
        "Can create and manage all aspects of app registrations and enterprise apps.",
        &["microsoft.directory/applications/create"],
    ),
    role(
        "158c047a-c907-4556-b7ef-446551a6b5f7",
        "Cloud Application Administrator",
        "Can create and manage all aspects of app registrations and enterprise apps except App Proxy.",
        &["microsoft.directory/applications/create"],
    ),
    role(
        "4d6ac14f-3453-41d0-bef9-a3e0c569773a",
        "License Administrator",
        "Can manage product licenses on users and groups.",
        &["microsoft.directory/users/assignLicense"],
    ),
    role(
        "88d8e3e3-8f55-4a1e-953a-9b9898b8876b",
        "Directory Readers",
        "Can read basic directory information. Commonly used to grant directory read access to applications and guests.",
        &["microsoft.directory/users/standard/read"],
    ),
    role(
        "9360feb5-f418-4baa-8175-e2a00bac4301",
        "Directory Writers",
        "Can read and write basic directory information. For granting access to applications, not intended for users.",
        &["microsoft.directory/users/create"],
    ),
    role(
        "29232cdf-9323-42fd-ade2-1d097af3e4de",
        "Exchange Administrator",
        "Can manage all aspects of the Exchange product.",
        &["microsoft.office365.exchange/allEntities/basic/allTasks"],
    ),
    role(
        "f28a1f50-f6e7-4571-818b-6a12f2af6b6c",
        "SharePoint Administrator",
        "Can manage all aspects of the SharePoint service.",
        &["microsoft.office365.sharePoint/allEntities/allTasks"],
    ),
    role(
        "3a2c62db-5318-420d-8d74-23affee5d9d5",
        "Intune Administrator",
        "Can manage all aspects of the Intune product.",
        &["microsoft.intune/allEntities/allTasks"],
    ),
    role(
        "95e79109-95c0-4d8e-aee3-d01accf2d47b",
        "Guest Inviter",
        "Can invite guest users independent of the 'members can invite guests' setting.",
        &["microsoft.directory/users/inviteGuest"],
    ),
    role(
        "4a5d8f65-41da-4de4-8968-e035b65339cf",
        "Reports Reader",
        "Can read sign-in and audit reports.",
        &["microsoft.directory/auditLogs/allProperties/read"],
    ),
    role(
        "59d46f88-662b-457b-bceb-5c3809e5908f",
        "Lifecycle Workflows Administrator",
        "Create and manage all aspects of workflows and tasks associated with Lifecycle Workflows.",
        &["microsoft.directory/lifecycleWorkflows/workflows/allProperties/allTasks"],
    ),
    role(
        "45d8d3c5-c802-45c6-b32a-1d70b5e1e86e",
        "Identity Governance Administrator",
        "Manage access using Microsoft Entra ID for identity governance scenarios.",
        &["microsoft.directory/entitlementManagement/allProperties/allTasks"],
    ),
];

/// A built-in role by id or display name, in any case.
pub(crate) fn built_in(id_or_name: &str) -> Option<&'static BuiltIn> {
    let is_meant = |role: &&BuiltIn| {
        role.id.eq_ignore_ascii_case(id_or_name) || role.name.eq_ignore_ascii_case(id_or_name)
    };
    BUILT_IN.iter().find(is_meant)
}
