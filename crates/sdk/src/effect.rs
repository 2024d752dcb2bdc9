//! What a node may do to a remote system: effect classes and permissions. Holds no logic of a platform
//! but the table of ServiceNow record tables, which must be one for every generic record write.

use serde::{Deserialize, Serialize};

/// How far an effect reaches, in the order of how much it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Changes nothing.
    Read,
    /// Rows that the engine keeps for itself, such as gate rows.
    Housekeeping,
    /// Tells somebody something.
    Notify,
    /// Creates or updates a work record.
    Ticket,
    /// Changes plain attributes.
    Change,
    /// Takes access away.
    Cut,
    /// Gives access. Needs a gate.
    Grant,
    /// Sets or hands out a credential. Needs a gate.
    Credential,
    /// Removes an object. Needs a gate.
    Delete,
}

impl Effect {
    /// The word for the class, as written in documents and messages.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Housekeeping => "housekeeping",
            Self::Notify => "notify",
            Self::Ticket => "ticket",
            Self::Change => "change",
            Self::Cut => "cut",
            Self::Grant => "grant",
            Self::Credential => "credential",
            Self::Delete => "delete",
        }
    }

    /// Whether a step of this class must stand behind a gate or say why it need not.
    #[must_use]
    pub fn needs_gate(self) -> bool {
        matches!(self, Self::Grant | Self::Credential | Self::Delete)
    }
}

impl std::fmt::Display for Effect {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(self.as_str())
    }
}

/// Why a node may not do this at all, found from its literal inputs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EffectRefused {
    /// What is wrong, one sentence in lower case.
    pub message: String,
    /// The way out.
    pub help: String,
}

/// One permission that a node needs from the platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(tag = "kind", content = "name", rename_all = "snake_case")]
pub enum Permission {
    /// An application permission of Microsoft Graph.
    Graph(&'static str),
    /// A role of ServiceNow.
    ServicenowRole(&'static str),
}

/// An application permission of Microsoft Graph, such as `User.Read.All`.
#[must_use]
pub const fn graph(name: &'static str) -> Permission {
    Permission::Graph(name)
}

/// A role of ServiceNow, such as `itil`.
#[must_use]
pub const fn servicenow_role(name: &'static str) -> Permission {
    Permission::ServicenowRole(name)
}

impl Permission {
    /// What has to be granted to whom, in words.
    fn words(self) -> String {
        match self {
            Self::Graph(name) => format!("application permission `{name}` with an admin's consent"),
            Self::ServicenowRole(name) => format!("role `{name}` for the integration user"),
        }
    }

    /// The way out for a node with these permissions that the platform refused to let through.
    pub(crate) fn way_out(permissions: &[Self]) -> Option<String> {
        let words: Vec<String> = permissions.iter().map(|permission| permission.words()).collect();
        (!words.is_empty()).then(|| format!("it needs {}", words.join(" and ")))
    }
}

/// Parts of names of tables that decide who may do what: memberships, roles, delegates and access rules,
/// and with them all tables of the platform itself, such as scripts, properties and OAuth clients.
const GRANTING: &[&str] = &["sys_", "sysauto", "sysevent", "sysrule", "oauth", "user_criteria"];

/// The class of a generic write to one ServiceNow table.
///
/// # Errors
/// [`EffectRefused`] for approval rows: a workflow asks by an `approval` step and never writes the
/// decision of a person itself.
///
/// Source: ServiceNow base tables for users, roles, groups and approvals (`docs/reference/servicenow.md`).
pub fn record_table(table: &str) -> Result<Effect, EffectRefused> {
    match table {
        "sysapproval_approver" | "sysapproval_group" => Err(EffectRefused {
            message: format!("rows of `{table}` are decisions of people and are not written by a step"),
            help: "ask with an `approval` step and `via: servicenow`".to_owned(),
        }),
        "sys_user" | "sys_user_group" | "cmn_department" | "cmn_location" | "core_company" => {
            Ok(Effect::Change)
        }
        _ if GRANTING.iter().any(|part| table.contains(part)) => Ok(Effect::Grant),
        _ => Ok(Effect::Ticket),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn record_tables_that_give_access_are_grants_and_approvals_are_refused() {
        assert_eq!(record_table("incident"), Ok(Effect::Ticket));
        assert_eq!(record_table("sys_user"), Ok(Effect::Change));
        for granting in [
            "sys_user_grmember",
            "sys_user_has_role",
            "sys_user_delegate",
            "sys_security_acl",
            "sys_script",
            "sysauto_script",
            "oauth_entity",
            "sc_cat_item_user_criteria_mtom",
        ] {
            assert_eq!(record_table(granting), Ok(Effect::Grant), "{granting}");
        }
        assert!(record_table("sysapproval_approver").is_err());
    }

    #[test]
    fn only_grant_credential_and_delete_need_a_gate() {
        let gated: Vec<_> = [
            Effect::Read,
            Effect::Housekeeping,
            Effect::Notify,
            Effect::Ticket,
            Effect::Change,
            Effect::Cut,
            Effect::Grant,
            Effect::Credential,
            Effect::Delete,
        ]
        .into_iter()
        .filter(|class| class.needs_gate())
        .map(Effect::as_str)
        .collect();
        assert_eq!(gated, ["grant", "credential", "delete"]);
    }
}
