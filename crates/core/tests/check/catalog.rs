//! A small catalogue: nodes with schemas and effects that do nothing.

use drawbridge_sdk::{
    Answer, Ask, Catalog, Change, Channel, Ctx, Declares, Effect, EffectRefused, Entry, Error, Finished,
    Intent, Known, People, Permission, Person, Polled, Prepared, Read, Reader, Settled, System, Trigger,
    Vote, Write, record_table,
};
use jiff::SignedDuration;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

struct AzureAd;
struct ServiceNow;

impl System for AzureAd {
    const NAME: &'static str = "azure_ad";
    const TITLE: &'static str = "Azure AD";
    const READ_POSTS: &'static [&'static str] = &[];
}

impl System for ServiceNow {
    const NAME: &'static str = "servicenow";
    const TITLE: &'static str = "ServiceNow";
    const READ_POSTS: &'static [&'static str] = &[];
}

fn nothing<T>() -> Result<T, Error> {
    Err(Error::refused("CN000", "this catalogue only has schemas"))
}

macro_rules! read {
    ($node:ident, $system:ty, $name:literal, $input:ty, $output:ty) => {
        struct $node;
        impl Read<$system> for $node {
            const NAME: &'static str = $name;
            const SUMMARY: &'static str = concat!("Does ", $name);
            const EXAMPLE: &'static str = "";
            const PERMISSIONS: &'static [Permission] = &[];
            type Input = $input;
            type Output = $output;
            async fn run(_: &Reader<'_, $system>, _: &Ctx, _: &$input) -> Result<$output, Error> {
                nothing()
            }
        }
    };
}

macro_rules! write {
    ($node:ident, $system:ty, $name:literal, $input:ty, $effect:expr, $literal:expr, $class:expr) => {
        struct $node;
        impl Write<$system> for $node {
            const NAME: &'static str = $name;
            const SUMMARY: &'static str = concat!("Does ", $name);
            const EXAMPLE: &'static str = "";
            const EFFECT: Effect = $effect;
            const PERMISSIONS: &'static [Permission] = &[];
            const LITERAL: &'static [&'static str] = $literal;
            type Input = $input;
            type Output = Done;
            fn effect(literals: &Value) -> Result<Effect, EffectRefused> {
                $class(literals)
            }
            async fn prepare(_: &Reader<'_, $system>, _: &Ctx, _: &$input) -> Result<Prepared<Done>, Error> {
                nothing()
            }
            fn finish(_: &Ctx, _: &$input, _: &Answer) -> Result<Finished<Done>, Error> {
                nothing()
            }
            async fn settle(
                _: &Reader<'_, $system>,
                _: &Ctx,
                _: &$input,
                _: &Intent,
            ) -> Result<Settled<Done>, Error> {
                nothing()
            }
        }
    };
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "read by its schema only")]
struct UserGet {
    /// Object id or user principal name.
    user: String,
    /// Attributes to read besides.
    #[serde(default)]
    #[schemars(extend("x-drawbridge-declares" = Declares::at(&[""]).besides(USUAL)))]
    select: Vec<String>,
}

const USUAL: [&str; 6] = ["displayName", "accountEnabled", "department", "devices", "manager", "groups"];

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct User {
    /// Object id.
    id: String,
    /// Name for people.
    display_name: String,
    /// Whether sign-in is allowed.
    account_enabled: bool,
    /// Department, where one is set.
    #[serde(skip_serializing_if = "Option::is_none")]
    department: Option<String>,
    /// Phone, read on request only.
    #[serde(skip_serializing_if = "Option::is_none")]
    mobile_phone: Option<String>,
    /// Number of devices.
    devices: u32,
    /// The manager, null without one.
    manager: Option<Manager>,
    /// Groups.
    groups: Vec<Manager>,
}

#[derive(Serialize, JsonSchema)]
struct Manager {
    /// Object id.
    id: String,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "read by its schema only")]
struct Membership {
    /// Object id or user principal name.
    user: String,
    /// Object id of the group.
    group: String,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "read by its schema only")]
struct RecordGet {
    /// Name of the record table.
    table: String,
    /// Id of the record.
    sys_id: String,
}

#[derive(Serialize, JsonSchema)]
struct Record {
    /// Id of the record.
    sys_id: String,
    #[serde(flatten)]
    fields: Map<String, Value>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "read by its schema only")]
struct RecordUpdate {
    /// Name of the record table.
    table: String,
    /// Id of the record.
    sys_id: String,
    /// Fields to set.
    set: Map<String, Value>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Category {
    /// Hardware.
    Hardware,
    /// Software.
    Software,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "read by its schema only")]
struct IncidentCreate {
    /// One line.
    short_description: String,
    /// From 1 to 3.
    #[schemars(range(min = 1, max = 3))]
    urgency: Option<u8>,
    /// What it is about.
    category: Option<Category>,
    /// Whether to call people at night.
    #[serde(default)]
    page: bool,
}

#[derive(Serialize, JsonSchema)]
struct Done {
    /// Id of the record.
    sys_id: String,
    /// Number of the record.
    number: String,
}

fn of_table(literals: &Value) -> Result<Effect, EffectRefused> {
    record_table(literals["table"].as_str().unwrap_or_default())
}

read!(GetUser, AzureAd, "azure_ad.user.get", UserGet, User);
read!(GetRecord, ServiceNow, "servicenow.record.get", RecordGet, Record);
write!(AddMember, AzureAd, "azure_ad.group.add_member", Membership, Effect::Grant, &[], |_: &Value| Ok(
    Effect::Grant
));
write!(RemoveMember, AzureAd, "azure_ad.group.remove_member", Membership, Effect::Cut, &[], |_: &Value| Ok(
    Effect::Cut
));
write!(
    UpdateRecord,
    ServiceNow,
    "servicenow.record.update",
    RecordUpdate,
    Effect::Grant,
    &["table"],
    of_table
);
write!(
    CreateIncident,
    ServiceNow,
    "servicenow.incident.create",
    IncidentCreate,
    Effect::Ticket,
    &[],
    |_: &Value| Ok(Effect::Ticket)
);

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "read by its schema only")]
struct Requests {
    /// Name of the catalog item.
    item: String,
    /// Variables of the item with their types.
    #[serde(default)]
    #[schemars(extend("x-drawbridge-declares" = Declares::at(&["/variables"])))]
    variables: std::collections::BTreeMap<String, String>,
}

#[derive(Serialize, JsonSchema)]
struct Requested {
    /// Id of the requested item.
    sys_id: String,
    /// How many.
    quantity: u32,
    /// Mail of who asked, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    opened_by: Option<String>,
    /// Variables of the item.
    variables: Map<String, Value>,
}

struct ItemRequested;

impl Trigger<ServiceNow> for ItemRequested {
    const NAME: &'static str = "servicenow.catalog_item.requested";
    const SUMMARY: &'static str = "A catalog item was requested";
    const EXAMPLE: &'static str = "";
    const PERMISSIONS: &'static [Permission] = &[];
    const EVERY: SignedDuration = SignedDuration::from_secs(60);
    type Input = Requests;
    type Event = Requested;
    async fn poll(
        _: &Reader<'_, ServiceNow>,
        _: &Ctx,
        _: &Requests,
        _: &Known,
    ) -> Result<Polled<Requested>, Error> {
        nothing()
    }
}

struct ByHand;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Nothing {}

#[derive(Serialize, JsonSchema)]
struct NothingTold {}

impl Trigger<ServiceNow> for ByHand {
    const NAME: &'static str = "builtin.run.requested";
    const SUMMARY: &'static str = "Started by hand";
    const EXAMPLE: &'static str = "";
    const PERMISSIONS: &'static [Permission] = &[];
    const EVERY: SignedDuration = SignedDuration::from_secs(60);
    type Input = Nothing;
    type Event = NothingTold;
    async fn poll(
        _: &Reader<'_, ServiceNow>,
        _: &Ctx,
        _: &Nothing,
        _: &Known,
    ) -> Result<Polled<NothingTold>, Error> {
        nothing()
    }
}

struct ManagerOf;

impl People<ServiceNow> for ManagerOf {
    const NAME: &'static str = "servicenow.manager_of";
    const SUMMARY: &'static str = "The manager of somebody";
    const EXAMPLE: &'static str = "";
    const PERMISSIONS: &'static [Permission] = &[];
    type Input = String;
    async fn resolve(_: &Reader<'_, ServiceNow>, _: &Ctx, _: &String) -> Result<Vec<Person>, Error> {
        nothing()
    }
}

struct Approvals;

impl Channel<ServiceNow> for Approvals {
    const NAME: &'static str = "servicenow";
    const SUMMARY: &'static str = "Approvals of ServiceNow";
    const PERMISSIONS: &'static [Permission] = &[];
    const NEEDS_RECORD: bool = true;
    async fn join(_: &Reader<'_, ServiceNow>, _: &Ctx, _: &Person) -> Result<Person, Error> {
        nothing()
    }
    async fn open(_: &Reader<'_, ServiceNow>, _: &Ctx, _: &Ask) -> Result<Vec<Change>, Error> {
        nothing()
    }
    async fn votes(_: &Reader<'_, ServiceNow>, _: &Ctx, _: &Ask) -> Result<Vec<Vote>, Error> {
        nothing()
    }
    async fn close(_: &Reader<'_, ServiceNow>, _: &Ctx, _: &Ask) -> Result<Vec<Change>, Error> {
        nothing()
    }
}

type Maybe<T> = Option<Option<T>>;

macro_rules! record {
    ($node:ident, $system:ty, $name:literal, $needed:expr, { $($field:ident: $type:ty),* $(,)? }) => {
        struct $node;
        const _: () = {
            #[derive(JsonSchema)]
            #[allow(dead_code, non_snake_case, reason = "read by its schema only")]
            struct Fields { $($field: $type),* }
            impl drawbridge_sdk::Record<$system> for $node {
                const NAME: &'static str = $name;
                const SUMMARY: &'static str = concat!("One ", $name);
                const KEY: &'static str = "sys_id";
                const NEEDED: &'static [&'static str] = $needed;
                const READ_ONLY: &'static [&'static str] = &["sys_id"];
                const CUSTOM: &'static [&'static str] = &["u_"];
                type Fields = Fields;
            }
        };
    };
}

#[derive(JsonSchema)]
#[expect(dead_code, reason = "read by its schema only")]
struct Boss {
    id: String,
}

record!(AzureUser, AzureAd, "azure_ad.user", &[], {
    id: String,
    userPrincipalName: Maybe<String>,
    mail: Maybe<String>,
    department: Maybe<String>,
    country: Maybe<String>,
    officeLocation: Maybe<String>,
    accountEnabled: Maybe<bool>,
    manager: Maybe<Boss>,
});
record!(SysUser, ServiceNow, "servicenow.sys_user", &["user_name"], {
    sys_id: String,
    user_name: String,
    email: String,
    department: String,
    manager: String,
    active: bool,
    location: String,
    notification: Level,
});
record!(Department, ServiceNow, "servicenow.cmn_department", &[], { sys_id: String, name: String, id: String });

#[derive(JsonSchema)]
#[serde(rename_all = "snake_case")]
#[expect(dead_code, reason = "read by its schema only")]
enum Level {
    Enable,
    Disable,
}

const AZURE_AD: &[Entry] = &[
    Entry::read::<AzureAd, GetUser>(),
    Entry::write::<AzureAd, AddMember>(),
    Entry::write::<AzureAd, RemoveMember>(),
    Entry::record::<AzureAd, AzureUser>(),
];

const SERVICENOW: &[Entry] = &[
    Entry::read::<ServiceNow, GetRecord>(),
    Entry::write::<ServiceNow, UpdateRecord>(),
    Entry::write::<ServiceNow, CreateIncident>(),
    Entry::trigger::<ServiceNow, ItemRequested>(),
    Entry::trigger::<ServiceNow, ByHand>(),
    Entry::people::<ServiceNow, ManagerOf>(),
    Entry::channel::<ServiceNow, Approvals>(),
    Entry::record::<ServiceNow, SysUser>(),
    Entry::record::<ServiceNow, Department>(),
];

/// The catalogue.
pub(crate) fn catalog() -> Catalog {
    Catalog::new(&[AZURE_AD, SERVICENOW])
}
