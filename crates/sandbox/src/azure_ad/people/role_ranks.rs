//! Which directory role outranks which.
//!
//! Pure data. Source: microsoft-graph.md section 15 (template ids) and 6.1 (protected administrators).

pub(crate) const GLOBAL_ADMINISTRATOR: &str = "62e90394-69f5-4237-9190-012177145e10";
pub(crate) const USER_ADMINISTRATOR: &str = "fe930be7-5e62-47db-91af-98c3a49a38b1";
pub(crate) const GROUPS_ADMINISTRATOR: &str = "fdd7a751-b60b-444a-984c-02652fe8fa1c";
pub(crate) const HELPDESK_ADMINISTRATOR: &str = "729827e3-9c14-49f7-bb1b-9608f156bbb8";
pub(crate) const PASSWORD_ADMINISTRATOR: &str = "966707d0-3269-4727-9be2-8c3a10f19b9d";
pub(crate) const AUTHENTICATION_ADMINISTRATOR: &str = "7be44c8a-adaf-4e2a-84d6-ab2649e08a13";

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
