//! The shape of a seed file: one company as both platforms know it.
//!
//! This is the reference for whoever writes a seed. Things are named by short keys and refer to
//! each other by them; ids are computed from the keys, so they are the same in every run.
//! Nothing here knows how a platform shows the data.
//!
//! ```yaml
//! company: Contoso
//! domain: contoso.test
//! founded: 2024-03-01T08:00:00Z
//! azure_ad: { … }        servicenow: { … }
//! departments: [ … ]     offices: [ … ]     people: [ … ]     groups: [ … ]
//! ```

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ids;
use crate::seed::directory::DirectorySeed;
use crate::seed::governance::GovernanceSeed;
use crate::seed::records::RecordSeed;

/// A whole seed file.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Company {
    /// Display name of the tenant and of the company record.
    pub(crate) company: String,
    /// The verified domain; people without a `upn` get `<key>@<domain>`.
    pub(crate) domain: String,
    /// When everything in the seed was created, UTC.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub(crate) founded: Timestamp,
    pub(crate) azure_ad: AzureAdSeed,
    pub(crate) servicenow: ServiceNowSeed,
    pub(crate) departments: Vec<Department>,
    pub(crate) offices: Vec<Office>,
    pub(crate) people: Vec<Person>,
    /// Groups of the Azure AD tenant.
    pub(crate) groups: Vec<DirectoryGroup>,
}

/// What only the tenant has.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AzureAdSeed {
    /// Applications that may ask for tokens. The first is the one the endpoints name.
    pub(crate) apps: Vec<App>,
    /// Other identity providers whose tokens federated applications present.
    #[serde(default)]
    pub(crate) issuers: Vec<Issuer>,
    /// How long every token lives, in seconds; if absent, an hour, and a day for managed identities.
    #[serde(default)]
    pub(crate) token_life_secs: Option<u32>,
    /// What clients send as `X-IDENTITY-HEADER` for a managed identity of an app service.
    #[serde(default = "identity_header")]
    pub(crate) identity_header: String,
    /// Sign-ins, risk detections and alerts from before the beginning.
    #[serde(default)]
    pub(crate) records: RecordSeed,
    /// Objects per page of a delta round. The service documents no figure; small shows paging.
    pub(crate) delta_page_size: usize,
    /// Domains, licences, roles, devices and sign-in methods.
    #[serde(default)]
    pub(crate) directory: DirectorySeed,
    /// Rules of roles, Conditional Access, access packages, lifecycle workflows.
    #[serde(default)]
    pub(crate) governance: GovernanceSeed,
}

/// An app registration, or a managed identity, and the application permissions an admin consented to.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct App {
    pub(crate) key: String,
    pub(crate) name: String,
    /// The client secret; none, if absent.
    #[serde(default)]
    pub(crate) secret: String,
    /// Whether the application is switched on.
    #[serde(default = "yes")]
    pub(crate) enabled: bool,
    /// When the secret stops working; never, if absent.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub(crate) secret_expires: Option<Timestamp>,
    /// Certificates it may sign assertions with, each a PEM text. Private keys in it are passed over.
    #[serde(default)]
    pub(crate) certificates: Vec<String>,
    /// Tokens of other identity providers it may present.
    #[serde(default)]
    pub(crate) federated_credentials: Vec<FederatedCredential>,
    /// Makes it an identity of the machine the client runs on.
    #[serde(default)]
    pub(crate) managed_identity: Option<ManagedIdentity>,
    /// Names of application permissions, such as `User.Read.All`; `*` alone stands for all of them.
    pub(crate) permissions: Vec<String>,
}

/// An identity provider outside the tenant.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Issuer {
    /// The `iss` of its tokens, letter by letter.
    pub(crate) issuer: String,
    /// Its public RSA keys, each a PEM text.
    pub(crate) keys: Vec<String>,
}

/// Which external token an application may present; all three must match letter by letter.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FederatedCredential {
    pub(crate) issuer: String,
    pub(crate) subject: String,
    /// `api://AzureADTokenExchange`, if absent.
    #[serde(default)]
    pub(crate) audience: Option<String>,
}

/// Whose a managed identity is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ManagedIdentity {
    /// Assigned by the system: what a client gets that names none.
    System,
    /// Assigned by a user: one of several, chosen by its client id.
    User,
}

/// What only the instance has.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ServiceNowSeed {
    /// OAuth clients. The first is the one the endpoints name.
    pub(crate) clients: Vec<OauthClient>,
    /// Keys that services send as `x-sn-apikey`.
    #[serde(default)]
    pub(crate) api_keys: Vec<ApiKeySeed>,
    /// Groups that records are assigned to and that approve.
    pub(crate) assignment_groups: Vec<AssignmentGroup>,
    pub(crate) catalog_items: Vec<CatalogItem>,
    /// Equipment people have, or that lies in stock.
    #[serde(default)]
    pub(crate) assets: Vec<Asset>,
    /// Where changes of records are sent; nowhere, if absent.
    #[serde(default)]
    pub(crate) webhook: Option<WebhookSeed>,
}

/// Where the instance sends its changes.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WebhookSeed {
    /// An address of this machine; nothing is sent elsewhere.
    pub(crate) url: String,
    /// The secret deliveries are signed with.
    pub(crate) key: String,
    /// Tables whose changes are sent; every task, if absent.
    #[serde(default)]
    pub(crate) tables: Vec<WatchedTable>,
    /// Key of the person whose own changes are not sent.
    #[serde(default)]
    pub(crate) integration_user: Option<String>,
}

/// A table whose changes are sent.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WatchedTable {
    pub(crate) table: String,
    /// An encoded query the record must meet.
    #[serde(default)]
    pub(crate) when: String,
}

/// A piece of equipment.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asset {
    /// The tag on it; no two have the same.
    pub(crate) tag: String,
    pub(crate) serial: String,
    /// Name of the model: `Laptop 14` or `Screen 27`.
    pub(crate) model: String,
    /// Key of the person who has it; in stock, if absent.
    #[serde(default)]
    pub(crate) person: Option<String>,
    /// Key of the office it belongs to.
    #[serde(default)]
    pub(crate) office: Option<String>,
}

/// An entry of the application registry that may ask for tokens with its own credentials.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OauthClient {
    pub(crate) key: String,
    pub(crate) secret: String,
    /// Key of the person whose account the client acts as.
    pub(crate) acts_as: String,
    /// Roles of that account, such as `itil`.
    pub(crate) roles: Vec<String>,
}

/// An API key.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ApiKeySeed {
    /// What the client sends.
    pub(crate) token: String,
    /// Key of the person whose account the key acts as.
    pub(crate) acts_as: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Department {
    pub(crate) key: String,
    pub(crate) name: String,
    /// Key of the person who leads it.
    pub(crate) head: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Office {
    pub(crate) key: String,
    /// Name of the office location in both platforms.
    pub(crate) name: String,
    pub(crate) city: String,
    pub(crate) street: String,
    pub(crate) postal_code: String,
    /// Name of the country as people read it.
    pub(crate) country: String,
    /// Two-letter country code, the usage location of its people.
    pub(crate) country_code: String,
}

/// Somebody, or something, with an account in the tenant.
///
/// Every enabled person of type `member` also has an account in the instance with the same
/// user name (the UPN) and e-mail.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Person {
    pub(crate) key: String,
    /// Display name: given name, blank, surname. Accounts of services have one word.
    pub(crate) name: String,
    /// User principal name; `<key>@<domain>` if absent.
    #[serde(default)]
    pub(crate) upn: Option<String>,
    /// Mail address; the UPN if absent, none if it is the empty text.
    #[serde(default)]
    pub(crate) mail: Option<String>,
    /// Key of the department.
    #[serde(default)]
    pub(crate) department: Option<String>,
    /// Key of the office; gives location, city, country and usage location.
    #[serde(default)]
    pub(crate) office: Option<String>,
    #[serde(default)]
    pub(crate) title: Option<String>,
    /// Employee type, such as `Employee` or `Contractor`.
    #[serde(default, rename = "type")]
    pub(crate) employee_type: Option<String>,
    #[serde(default)]
    pub(crate) employee_id: Option<String>,
    /// Key of the line manager.
    #[serde(default)]
    pub(crate) manager: Option<String>,
    /// Whether sign-in is allowed.
    #[serde(default = "yes")]
    pub(crate) enabled: bool,
    #[serde(default)]
    pub(crate) user_type: UserType,
    /// Whether the account is mastered in an on-premises directory.
    #[serde(default)]
    pub(crate) synced: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum UserType {
    #[default]
    Member,
    Guest,
}

/// A group of the tenant.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DirectoryGroup {
    pub(crate) key: String,
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) description: Option<String>,
    #[serde(default)]
    pub(crate) kind: GroupKind,
    /// Keys of people and of other groups.
    #[serde(default)]
    pub(crate) members: Vec<String>,
    #[serde(default)]
    pub(crate) owners: Vec<String>,
    /// Whether directory roles may be given to it.
    #[serde(default)]
    pub(crate) role_assignable: bool,
    /// Rule of a dynamic group, for show: its members are those listed.
    #[serde(default)]
    pub(crate) rule: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum GroupKind {
    #[default]
    Security,
    Microsoft365,
    Dynamic,
    Synced,
    MailEnabledSecurity,
    Distribution,
}

/// A group of the instance.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AssignmentGroup {
    pub(crate) key: String,
    pub(crate) name: String,
    /// Given where the platform's documentation uses a well-known one.
    #[serde(default)]
    pub(crate) sys_id: Option<String>,
    #[serde(default)]
    pub(crate) description: Option<String>,
    /// Key of the person who leads it.
    #[serde(default)]
    pub(crate) manager: Option<String>,
    /// Keys of people.
    pub(crate) members: Vec<String>,
}

/// Something that can be ordered from the service catalog.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CatalogItem {
    pub(crate) key: String,
    pub(crate) name: String,
    pub(crate) short_description: String,
    /// Key of the assignment group its requested items go to.
    #[serde(default)]
    pub(crate) group: Option<String>,
    pub(crate) variables: Vec<Variable>,
}

/// One question of a catalog item, in order.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Variable {
    pub(crate) name: String,
    /// What the person ordering reads.
    pub(crate) label: String,
    #[serde(rename = "type")]
    pub(crate) variable_type: VariableType,
    #[serde(default)]
    pub(crate) mandatory: bool,
    /// Whether people do not see it; it is set by whoever orders through the API.
    #[serde(default)]
    pub(crate) hidden: bool,
    /// Record table a `reference` points into.
    #[serde(default)]
    pub(crate) reference: Option<String>,
    /// Values of a `select_box`.
    #[serde(default)]
    pub(crate) choices: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum VariableType {
    SingleLine,
    MultiLine,
    SelectBox,
    CheckBox,
    Reference,
    Date,
}

fn yes() -> bool {
    true
}

fn identity_header() -> String {
    "sandbox-identity-header".to_owned()
}

impl Company {
    pub(crate) fn person(&self, key: &str) -> Option<&Person> {
        self.people.iter().find(|person| person.key == key)
    }

    pub(crate) fn department(&self, key: &str) -> Option<&Department> {
        self.departments.iter().find(|department| department.key == key)
    }

    pub(crate) fn office(&self, key: &str) -> Option<&Office> {
        self.offices.iter().find(|office| office.key == key)
    }

    /// User principal name of a person, which is also the user name in the instance.
    pub(crate) fn upn(&self, person: &Person) -> String {
        person.upn.clone().unwrap_or_else(|| format!("{}@{}", person.key, self.domain))
    }

    /// Mail address of a person, if there is one.
    pub(crate) fn mail(&self, person: &Person) -> Option<String> {
        match person.mail.as_deref() {
            Some("") => None,
            Some(mail) => Some(mail.to_owned()),
            None => Some(self.upn(person)),
        }
    }

    /// The people who have an account in the instance too: enabled members.
    pub(crate) fn instance_people(&self) -> impl Iterator<Item = &Person> {
        self.people.iter().filter(|person| person.enabled && person.user_type == UserType::Member)
    }

    pub(crate) fn tenant_id(&self) -> String {
        ids::guid("tenant", &self.domain)
    }
}

impl Person {
    /// Object id in the tenant.
    pub(crate) fn object_id(&self) -> String {
        ids::guid("user", &self.key)
    }

    /// `sys_id` of the account in the instance.
    pub(crate) fn sys_id(&self) -> String {
        ids::hex32("sys_user", &self.key)
    }

    /// Given name and surname, where the name has both.
    pub(crate) fn names(&self) -> Option<(&str, &str)> {
        self.name.split_once(' ')
    }
}

impl Department {
    pub(crate) fn sys_id(&self) -> String {
        ids::hex32("cmn_department", &self.key)
    }
}

impl Office {
    pub(crate) fn sys_id(&self) -> String {
        ids::hex32("cmn_location", &self.key)
    }
}

impl DirectoryGroup {
    pub(crate) fn object_id(&self) -> String {
        ids::guid("group", &self.key)
    }
}

impl App {
    pub(crate) fn client_id(&self) -> String {
        ids::guid("app", &self.key)
    }

    /// The client secret, if it has one.
    pub(crate) fn secret(&self) -> Option<&str> {
        Some(self.secret.as_str()).filter(|secret| !secret.is_empty())
    }
}

impl OauthClient {
    pub(crate) fn client_id(&self) -> String {
        ids::hex32("oauth_entity", &self.key)
    }
}

impl AssignmentGroup {
    pub(crate) fn sys_id(&self) -> String {
        self.sys_id.clone().unwrap_or_else(|| ids::hex32("sys_user_group", &self.key))
    }
}

impl CatalogItem {
    pub(crate) fn sys_id(&self) -> String {
        ids::hex32("sc_cat_item", &self.key)
    }
}
