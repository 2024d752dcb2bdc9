//! The directory roles the tenant can activate, and which of them outranks which.
//!
//! Pure data. Source: microsoft-graph.md section 15 (template ids) and 6.1 (protected administrators).

/// A role as every tenant has it.
#[derive(Debug)]
pub(crate) struct RoleTemplate {
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    pub(crate) description: &'static str,
}

pub(crate) const GLOBAL_ADMINISTRATOR: &str = "62e90394-69f5-4237-9190-012177145e10";
pub(crate) const USER_ADMINISTRATOR: &str = "fe930be7-5e62-47db-91af-98c3a49a38b1";
pub(crate) const GROUPS_ADMINISTRATOR: &str = "fdd7a751-b60b-444a-984c-02652fe8fa1c";
pub(crate) const HELPDESK_ADMINISTRATOR: &str = "729827e3-9c14-49f7-bb1b-9608f156bbb8";
pub(crate) const PASSWORD_ADMINISTRATOR: &str = "966707d0-3269-4727-9be2-8c3a10f19b9d";
pub(crate) const AUTHENTICATION_ADMINISTRATOR: &str = "7be44c8a-adaf-4e2a-84d6-ab2649e08a13";

pub(crate) const TEMPLATES: &[RoleTemplate] = &[
    RoleTemplate {
        id: GLOBAL_ADMINISTRATOR,
        name: "Global Administrator",
        description: "Can manage all aspects of Microsoft Entra ID and Microsoft services that use Microsoft Entra \
                      identities.",
    },
    RoleTemplate {
        id: USER_ADMINISTRATOR,
        name: "User Administrator",
        description: "Can manage all aspects of users and groups, including resetting passwords for limited admins.",
    },
    RoleTemplate {
        id: GROUPS_ADMINISTRATOR,
        name: "Groups Administrator",
        description: "Can create and manage groups and their settings.",
    },
    RoleTemplate {
        id: HELPDESK_ADMINISTRATOR,
        name: "Helpdesk Administrator",
        description: "Can reset passwords for non-administrators and Helpdesk Administrators.",
    },
    RoleTemplate {
        id: PASSWORD_ADMINISTRATOR,
        name: "Password Administrator",
        description: "Can reset passwords for non-administrators and Password Administrators.",
    },
    RoleTemplate {
        id: AUTHENTICATION_ADMINISTRATOR,
        name: "Privileged Authentication Administrator",
        description: "Can access to view, set and reset authentication method information for any user (admin or \
                      non-admin).",
    },
];

/// A template by its id or display name, in any case.
pub(crate) fn template(id_or_name: &str) -> Option<&'static RoleTemplate> {
    TEMPLATES
        .iter()
        .find(|role| role.id.eq_ignore_ascii_case(id_or_name) || role.name.eq_ignore_ascii_case(id_or_name))
}

/// Whether holders of one role may do sensitive things to holders of another.
pub(crate) fn outranks(role: &str, other: &str) -> bool {
    match role {
        GLOBAL_ADMINISTRATOR | AUTHENTICATION_ADMINISTRATOR => true,
        USER_ADMINISTRATOR => {
            [USER_ADMINISTRATOR, GROUPS_ADMINISTRATOR, HELPDESK_ADMINISTRATOR, PASSWORD_ADMINISTRATOR]
                .contains(&other)
        }
        _ => false,
    }
}
