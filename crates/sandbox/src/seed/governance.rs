//! The parts of a seed that the tenant's governance has: rules of roles, policies, access packages, workflows.
//!
//! ```yaml
//! governance:
//!   role_rules: [{ role: Global Administrator, permanent_active: false }]
//!   eligible: [{ role: User Administrator, people: [o.krog] }]
//!   locations: [{ key: oslo-office, name: Oslo office, ip_ranges: [203.0.113.0/24], trusted: true }]
//!   policies: [{ key: mfa-for-all, name: Ask everybody for a second factor, controls: [mfa] }]
//!   packages: [{ key: sales, name: Sales, groups: [sales-crm], policies: [{ key: sales-staff, name: Staff }] }]
//!   workflows: [{ key: first-day, name: First day, category: joiner, tasks: [enable_account] }]
//! ```

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::seed::roles;
use crate::span::Span;

/// Everything of governance.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct GovernanceSeed {
    /// Rules of roles that have others than the usual ones.
    pub(crate) role_rules: Vec<RoleRulesSeed>,
    /// Who may activate which role.
    pub(crate) eligible: Vec<EligibleSeed>,
    /// Named locations of Conditional Access.
    pub(crate) locations: Vec<LocationSeed>,
    /// Policies of Conditional Access.
    pub(crate) policies: Vec<PolicySeed>,
    /// Access packages.
    pub(crate) packages: Vec<PackageSeed>,
    /// Lifecycle workflows.
    pub(crate) workflows: Vec<WorkflowSeed>,
}

/// The rules of one role.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RoleRulesSeed {
    /// Display name or id of the role.
    #[serde(deserialize_with = "roles::named")]
    pub(crate) role: String,
    #[serde(default)]
    pub(crate) rules: RoleRules,
}

/// What a request for a role must bring.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct RoleRules {
    /// Whether somebody may hold the role without an end.
    pub(crate) permanent_active: bool,
    /// Whether somebody may be eligible without an end.
    pub(crate) permanent_eligible: bool,
    /// Longest time somebody may hold the role.
    pub(crate) active_max: Option<Span>,
    /// Longest time somebody may be eligible.
    pub(crate) eligible_max: Option<Span>,
    /// Whether a request to hold the role needs a justification.
    pub(crate) justification: bool,
    /// Whether a request to hold the role needs number and system of a ticket.
    pub(crate) ticket: bool,
    /// Whether a request waits for an approver.
    pub(crate) approval: bool,
}

impl Default for RoleRules {
    /// As a new tenant has them: everything may be permanent, holding needs a justification.
    fn default() -> Self {
        Self {
            permanent_active: true,
            permanent_eligible: true,
            active_max: None,
            eligible_max: None,
            justification: true,
            ticket: false,
            approval: false,
        }
    }
}

/// Who may activate a role, for as long as nobody ends it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EligibleSeed {
    /// Display name or id of the role.
    #[serde(deserialize_with = "roles::named")]
    pub(crate) role: String,
    /// Keys of people.
    pub(crate) people: Vec<String>,
}

/// A named location: ranges of addresses, or countries.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LocationSeed {
    pub(crate) key: String,
    pub(crate) name: String,
    /// Ranges such as `203.0.113.0/24`.
    #[serde(default)]
    pub(crate) ip_ranges: Vec<String>,
    #[serde(default)]
    pub(crate) trusted: bool,
    /// Codes of two letters. Where there are some, the location is one of countries.
    #[serde(default)]
    pub(crate) countries: Vec<String>,
}

/// A policy of Conditional Access for all applications.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PolicySeed {
    pub(crate) key: String,
    pub(crate) name: String,
    /// `enabled`, `disabled` or `enabledForReportingButNotEnforced`.
    #[serde(default = "enabled")]
    pub(crate) state: String,
    /// Keys of the groups it is for; everybody, if there are none.
    #[serde(default)]
    pub(crate) groups: Vec<String>,
    /// Keys of groups it is not for.
    #[serde(default)]
    pub(crate) except_groups: Vec<String>,
    /// Keys of named locations it is not for.
    #[serde(default)]
    pub(crate) except_locations: Vec<String>,
    /// `browser`, `exchangeActiveSync` and the like; all, if there are none.
    #[serde(default)]
    pub(crate) client_app_types: Vec<String>,
    /// Risk of the sign-in it is for: `low`, `medium`, `high`.
    #[serde(default)]
    pub(crate) sign_in_risk: Vec<String>,
    /// `mfa`, `block`, `compliantDevice` and the like; one of them is enough.
    pub(crate) controls: Vec<String>,
}

/// An access package.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PackageSeed {
    pub(crate) key: String,
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) description: Option<String>,
    #[serde(default)]
    pub(crate) hidden: bool,
    /// Keys of the groups whoever has the package is a member of.
    pub(crate) groups: Vec<String>,
    pub(crate) policies: Vec<AssignmentPolicySeed>,
}

/// Who may have a package and for how long.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AssignmentPolicySeed {
    pub(crate) key: String,
    pub(crate) name: String,
    /// For how long; without an end, if absent.
    #[serde(default)]
    pub(crate) lasts: Option<Span>,
    /// Whether requests wait for an approver.
    #[serde(default)]
    pub(crate) approval: bool,
    /// Whether a request must say why.
    #[serde(default)]
    pub(crate) justification: bool,
    /// What a request must answer.
    #[serde(default)]
    pub(crate) questions: Vec<String>,
}

/// A lifecycle workflow.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WorkflowSeed {
    pub(crate) key: String,
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) description: Option<String>,
    pub(crate) category: WorkflowCategory,
    #[serde(default = "yes")]
    pub(crate) enabled: bool,
    pub(crate) tasks: Vec<WorkflowTask>,
    /// Keys of the groups that tasks put people into.
    #[serde(default)]
    pub(crate) groups: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum WorkflowCategory {
    Joiner,
    Mover,
    Leaver,
}

/// One task of a workflow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum WorkflowTask {
    EnableAccount,
    DisableAccount,
    AddToGroups,
    RemoveFromGroups,
    RemoveFromAllGroups,
    /// Only noted in the run.
    SendWelcomeMail,
    /// Only noted in the run.
    MakeAccessPass,
}

fn yes() -> bool {
    true
}

fn enabled() -> String {
    "enabled".to_owned()
}
