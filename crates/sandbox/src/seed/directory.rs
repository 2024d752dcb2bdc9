//! The parts of a seed that only the directory of the tenant has: domains, licences, roles, devices, sign-in methods.
//!
//! ```yaml
//! directory:
//!   domains: [{ name: partners.contoso.test, authentication: federated }]
//!   skus: [{ id: …, part_number: ENTERPRISEPACK, seats: 50, plans: [{ id: …, name: TEAMS1, service: TeamspaceAPI }] }]
//!   licences: [{ sku: ENTERPRISEPACK, people: [m.boss], groups: [engineering] }]
//!   roles: [{ role: Global Administrator, members: [d.sharma], apps: [helper] }]
//!   devices: [{ key: lt-0001, owner: a.berg, system: Windows }]
//!   methods: [{ person: a.berg, mobile: "+47 40001001" }]
//!   sign_ins: { usual: 2026-01-02T07:41:00Z, never: [svc-build], last: { r.falk: 2025-06-13T14:02:00Z } }
//! ```

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ids;
use crate::seed::roles;

/// Everything of the directory besides people, groups and applications.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DirectorySeed {
    /// Domains besides the company's own.
    #[serde(default)]
    pub(crate) domains: Vec<DomainSeed>,
    /// Products the company pays for.
    #[serde(default)]
    pub(crate) skus: Vec<SkuSeed>,
    #[serde(default)]
    pub(crate) licences: Vec<LicenceSeed>,
    /// Activated directory roles.
    #[serde(default)]
    pub(crate) roles: Vec<RoleSeed>,
    #[serde(default)]
    pub(crate) devices: Vec<DeviceSeed>,
    /// Ways to prove who one is, besides the password that everybody has.
    #[serde(default)]
    pub(crate) methods: Vec<MethodsSeed>,
    #[serde(default)]
    pub(crate) sign_ins: Option<SignInsSeed>,
    #[serde(default)]
    pub(crate) access_pass: AccessPassPolicy,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DomainSeed {
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) authentication: Authentication,
    /// Whether the company has proved that it owns it.
    #[serde(default = "yes")]
    pub(crate) verified: bool,
}

/// Who checks the passwords of a domain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Authentication {
    #[default]
    Managed,
    Federated,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SkuSeed {
    /// Well-known GUID of the product.
    pub(crate) id: String,
    /// Its name, such as `ENTERPRISEPACK`.
    pub(crate) part_number: String,
    pub(crate) seats: u32,
    pub(crate) plans: Vec<PlanSeed>,
}

/// One service inside a product.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlanSeed {
    pub(crate) id: String,
    pub(crate) name: String,
    /// Name of the service in `assignedPlans`, such as `exchange`.
    pub(crate) service: String,
}

/// Who has a product, directly or through groups.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LicenceSeed {
    /// Part number of the product.
    pub(crate) sku: String,
    /// Keys of people.
    #[serde(default)]
    pub(crate) people: Vec<String>,
    /// Keys of groups; their direct members have it through them.
    #[serde(default)]
    pub(crate) groups: Vec<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RoleSeed {
    /// Display name, such as `Global Administrator`.
    #[serde(deserialize_with = "roles::named")]
    pub(crate) role: String,
    /// Keys of people and of role-assignable groups.
    #[serde(default)]
    pub(crate) members: Vec<String>,
    /// Keys of applications.
    #[serde(default)]
    pub(crate) apps: Vec<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeviceSeed {
    /// Name of the device.
    pub(crate) key: String,
    /// Key of the person it belongs to.
    pub(crate) owner: String,
    pub(crate) system: String,
    #[serde(default)]
    pub(crate) system_version: Option<String>,
    #[serde(default)]
    pub(crate) manufacturer: Option<String>,
    #[serde(default)]
    pub(crate) model: Option<String>,
    #[serde(default = "yes")]
    pub(crate) compliant: bool,
}

/// Methods of one person; each absent one is not registered.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MethodsSeed {
    /// Key of the person.
    pub(crate) person: String,
    #[serde(default)]
    pub(crate) mobile: Option<String>,
    #[serde(default)]
    pub(crate) office: Option<String>,
    /// Name of the phone with the authenticator application.
    #[serde(default)]
    pub(crate) authenticator: Option<String>,
    /// Name of a security key.
    #[serde(default)]
    pub(crate) fido2: Option<String>,
    #[serde(default)]
    pub(crate) email: Option<String>,
    /// Name of a computer with Windows Hello.
    #[serde(default)]
    pub(crate) windows_hello: Option<String>,
    /// Whether a token generator is registered.
    #[serde(default)]
    pub(crate) software_oath: bool,
}

/// When people last signed in, as `signInActivity` shows it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignInsSeed {
    /// For everybody who is not named below and may sign in.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub(crate) usual: Timestamp,
    /// Keys of those who never did.
    #[serde(default)]
    pub(crate) never: Vec<String>,
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, String>")]
    pub(crate) last: BTreeMap<String, Timestamp>,
}

/// The tenant's rules for temporary access passes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct AccessPassPolicy {
    pub(crate) enabled: bool,
    pub(crate) lifetime_min_minutes: u32,
    pub(crate) lifetime_max_minutes: u32,
    /// For a pass that asks for no lifetime.
    pub(crate) lifetime_usual_minutes: u32,
    /// Whether every pass works once only.
    pub(crate) usable_once: bool,
    /// Characters of a pass.
    pub(crate) length: u32,
}

impl Default for AccessPassPolicy {
    /// As wide as the service allows, with its usual lifetime and length.
    fn default() -> Self {
        Self {
            enabled: true,
            lifetime_min_minutes: 10,
            lifetime_max_minutes: 43_200,
            lifetime_usual_minutes: 60,
            usable_once: false,
            length: 8,
        }
    }
}

fn yes() -> bool {
    true
}

impl DeviceSeed {
    /// Object id in the tenant.
    pub(crate) fn object_id(&self) -> String {
        ids::guid("device", &self.key)
    }
}
