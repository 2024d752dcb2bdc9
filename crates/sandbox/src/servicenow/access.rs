//! What decides who gets in and who may do what, as one document for the admin interface.
//!
//! Owns reading and changing it: closed rows, fields and tables, the restriction of basic
//! authentication, second factors, rate rules, token life and the brakes. Source: reference section 17.3.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::ids;
use crate::servicenow::api_keys::{ApiKey, Scope};
use crate::servicenow::assertion::{JwtKey, Signer};
use crate::servicenow::fences::{Fence, Fences};
use crate::servicenow::instance::Instance;
use crate::servicenow::rates::RULES;
use crate::servicenow::sessions::{Whose, later};
use crate::servicenow::sign_in::{GATE_ACTIVE, GATE_ENFORCE};
use crate::servicenow::stamp;
use crate::servicenow::store::Record;
use crate::servicenow::{brakes::Brakes, properties};

/// Most rules of one kind; every request is held against them.
const RULES_MAX: usize = 100;

/// Why a change was not taken.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotChanged {
    #[error("the instance has no table `{0}`")]
    NoTable(String),
    #[error("`{table}` has no field `{field}`")]
    NoField { table: String, field: String },
    #[error("the instance knows nobody called `{0}`")]
    NoPerson(String),
    #[error("the instance knows no role `{0}`")]
    NoRole(String),
    #[error("the instance knows no client `{0}`")]
    NoClient(String),
    #[error("a rule of `{rule}` needs `{member}`")]
    Lacks { rule: &'static str, member: &'static str },
    #[error("a rule of `{rule}` takes no `{member}`")]
    Foreign { rule: &'static str, member: &'static str },
    #[error("{RULES_MAX} rules of one kind are the most")]
    TooMany,
    #[error("{0} seconds are no life of a token")]
    Life(i64),
    #[error("the key is no certificate and no public key in PEM")]
    NoKey,
}

/// A change: members that are absent stay as they are.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Change {
    hide_rows: Option<Vec<Fence>>,
    hide_fields: Option<Vec<Fence>>,
    query_acl: Option<Vec<Fence>>,
    write_acl: Option<Vec<Fence>>,
    closed_tables: Option<Vec<String>>,
    table_api_acl: Option<bool>,
    /// Whether basic authentication is restricted to accounts of services and holders of a role.
    basic_gate: Option<bool>,
    /// User name to the code its second factor shows; `null` asks for none any more.
    second_factors: Option<BTreeMap<String, Option<String>>>,
    rate_limit: Option<Vec<RateLimit>>,
    /// Life of access tokens in seconds; `null` returns to what the registry says.
    #[serde(deserialize_with = "present")]
    token_ttl: Option<Option<i64>>,
    semaphore: Option<u32>,
    session_202: Option<u32>,
    hibernate: Option<bool>,
    transaction_ms: Option<u32>,
    long_urls: Option<bool>,
}

/// Tells a member that is `null` from one that is absent.
fn present<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<Option<i64>>, D::Error> {
    Option::deserialize(from).map(Some)
}

/// A rate rule, as a row of its table is written: for one account, for a role, or for everybody.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RateLimit {
    limit: u64,
    #[serde(default)]
    user: Option<String>,
    #[serde(default)]
    role: Option<String>,
    /// Name of an API such as `Table API`, or a path such as `/now/table/incident`; every request when absent.
    #[serde(default)]
    resource: Option<String>,
    #[serde(default)]
    method: Option<String>,
}

/// Tokens to end before their time; all of them when nothing is named.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Revoke {
    /// Client id.
    #[serde(default)]
    client: Option<String>,
    /// User name, e-mail or `sys_id` of the account.
    #[serde(default, rename = "as")]
    person: Option<String>,
    /// Whether refresh tokens end too.
    #[serde(default)]
    refresh: bool,
}

/// A key for `x-sn-apikey`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewKey {
    token: String,
    #[serde(rename = "as")]
    person: String,
    /// Seconds from now; it never expires when absent.
    #[serde(default)]
    expires_in: Option<i64>,
    #[serde(default)]
    scopes: Vec<Scope>,
}

/// The key that signs the assertions of a client.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewJwtKey {
    client: String,
    /// A certificate or a public key in PEM: RSA, or a curve of 256 or 384 bits.
    public_key: String,
    /// Field of `sys_user` that the subject names.
    #[serde(default = "user_name")]
    user_field: String,
}

fn user_name() -> String {
    "user_name".to_owned()
}

/// A password a person signs in with.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewPassword {
    #[serde(rename = "as")]
    person: String,
    password: String,
}

/// The document as it stands. Codes of second factors are not shown.
pub(crate) fn state(instance: &Instance) -> Value {
    let mut document = json!(instance.fences);
    let base = instance.desk.base();
    let gate = properties::flag(base, GATE_ACTIVE, false) && properties::flag(base, GATE_ENFORCE, false);
    let limits: Vec<Value> = base.store.all(base.dictionary, RULES).map(Record::to_json).collect();
    let people: Vec<&str> = instance.sessions.second_factors().collect();
    if let (Some(members), Value::Object(brakes)) = (document.as_object_mut(), json!(instance.brakes)) {
        members.extend(brakes);
        members.insert("basic_gate".to_owned(), json!(gate));
        members.insert("rate_limit".to_owned(), json!(limits));
        members.insert("second_factors".to_owned(), json!(people));
        members.insert("token_ttl".to_owned(), json!(instance.sessions.access_life()));
    }
    document
}

/// Changes what the document names; all of it or nothing.
pub(crate) fn change(instance: &mut Instance, now: Timestamp, change: Change) -> Result<Value, NotChanged> {
    let fences = fences(instance, &change)?;
    let limits = change.rate_limit.as_ref().map(|limits| rules(instance, limits, now)).transpose()?;
    let people = change.second_factors.iter().flat_map(BTreeMap::keys);
    for name in people {
        person(instance, name)?;
    }
    if let Some(Some(seconds)) = change.token_ttl.filter(|life| life.is_some_and(|seconds| seconds < 1)) {
        return Err(NotChanged::Life(seconds));
    }
    instance.fences = fences;
    if let Some(rows) = limits {
        instance.desk.store.remove_all(RULES);
        rows.into_iter().for_each(|row| instance.desk.store.put(row));
    }
    for (name, code) in change.second_factors.into_iter().flatten() {
        instance.sessions.ask_second_factor(&name, code);
    }
    if let Some(restricted) = change.basic_gate {
        for name in [GATE_ACTIVE, GATE_ENFORCE] {
            properties::set(&mut instance.desk, name, if restricted { "true" } else { "false" }, now);
        }
    }
    if let Some(life) = change.token_ttl {
        instance.sessions.set_access_life(life, now);
    }
    let old = &instance.brakes;
    instance.brakes = Brakes {
        hibernate: change.hibernate.unwrap_or(old.hibernate),
        semaphore: change.semaphore.unwrap_or(old.semaphore),
        session_202: change.session_202.unwrap_or(old.session_202),
        transaction_ms: change.transaction_ms.unwrap_or(old.transaction_ms),
        long_urls: change.long_urls.unwrap_or(old.long_urls),
    };
    Ok(state(instance))
}

/// The rules after the change.
fn fences(instance: &Instance, change: &Change) -> Result<Fences, NotChanged> {
    let old = &instance.fences;
    let pick = |new: &Option<Vec<Fence>>, old: &Vec<Fence>, kind: Kind| match new {
        Some(new) if new.len() > RULES_MAX => Err(NotChanged::TooMany),
        Some(new) => new.iter().map(|fence| checked(instance, fence, kind)).collect(),
        None => Ok(old.clone()),
    };
    let closed_tables = change.closed_tables.clone().unwrap_or_else(|| old.closed_tables.clone());
    if let Some(table) = closed_tables.iter().find(|one| instance.desk.dictionary.table(one).is_none()) {
        return Err(NotChanged::NoTable(table.clone()));
    }
    Ok(Fences {
        hide_rows: pick(&change.hide_rows, &old.hide_rows, ("hide_rows", false, false))?,
        hide_fields: pick(&change.hide_fields, &old.hide_fields, ("hide_fields", true, false))?,
        query_acl: pick(&change.query_acl, &old.query_acl, ("query_acl", true, false))?,
        write_acl: pick(&change.write_acl, &old.write_acl, ("write_acl", false, true))?,
        closed_tables,
        table_api_acl: change.table_api_acl.unwrap_or(old.table_api_acl),
    })
}

/// Name of a kind of rule, whether it needs columns, and whether it takes deeds.
type Kind = (&'static str, bool, bool);

/// The rule with the tables it covers, if it names what exists and has the members of its kind.
fn checked(instance: &Instance, fence: &Fence, (rule, columns, deeds): Kind) -> Result<Fence, NotChanged> {
    let dictionary = &instance.desk.dictionary;
    let (table, rows) = (fence.table.as_str(), rule == "hide_rows");
    if dictionary.table(table).is_none() {
        return Err(NotChanged::NoTable(table.to_owned()));
    }
    if columns && fence.fields.is_empty() {
        return Err(NotChanged::Lacks { rule, member: "fields" });
    }
    let foreign = [
        (!fence.fields.is_empty() && rows, "fields"),
        (!fence.wanted.is_empty() && !rows, "where"),
        (!fence.deeds.is_empty() && !deeds, "deeds"),
    ];
    if let Some((_, member)) = foreign.into_iter().find(|(found, _)| *found) {
        return Err(NotChanged::Foreign { rule, member });
    }
    let mut named = fence.fields.iter().chain(fence.wanted.keys());
    if let Some(field) = named.find(|field| dictionary.field(table, field).is_none()) {
        return Err(NotChanged::NoField { table: table.to_owned(), field: field.clone() });
    }
    Ok(Fence { covers: dictionary.family(table).to_vec(), ..fence.clone() })
}

/// The rows of the rate rules.
fn rules(instance: &Instance, limits: &[RateLimit], now: Timestamp) -> Result<Vec<Record>, NotChanged> {
    if limits.len() > RULES_MAX {
        return Err(NotChanged::TooMany);
    }
    let row = |(at, rule): (usize, &RateLimit)| {
        let mut row = Record::new(RULES);
        row.set("sys_id", ids::hex32(RULES, &at.to_string()));
        row.set("name", format!("Limit {}", at + 1));
        row.set("active", "true");
        row.set("request_limit_per_hour", rule.limit.to_string());
        row.set("rest_resource", rule.resource.clone().unwrap_or_default());
        row.set("method", rule.method.clone().unwrap_or_default());
        match (&rule.user, &rule.role) {
            (Some(user), _) => {
                row.set("type", "user");
                row.set("user", person(instance, user)?);
            }
            (None, Some(role)) => {
                let base = instance.desk.base();
                let found = base.store.find(base.dictionary, "sys_user_role", "name", role);
                row.set("type", "role");
                row.set("role", found.ok_or_else(|| NotChanged::NoRole(role.clone()))?.id());
            }
            (None, None) => row.set("type", "all_users"),
        }
        for (by, at) in [("sys_created_by", "sys_created_on"), ("sys_updated_by", "sys_updated_on")] {
            row.set(by, "admin");
            row.set(at, stamp::raw(now));
        }
        row.set("sys_mod_count", "0");
        Ok(row)
    };
    limits.iter().enumerate().map(row).collect()
}

/// The `sys_id` of somebody.
fn person(instance: &Instance, named: &str) -> Result<String, NotChanged> {
    let found = instance.person(named).ok_or_else(|| NotChanged::NoPerson(named.to_owned()))?;
    Ok(found.sys_id)
}

/// Ends tokens and says how many: `{"count": n}`.
pub(crate) fn revoke(instance: &mut Instance, request: &Revoke) -> Result<Value, NotChanged> {
    let user = request.person.as_deref().map(|named| person(instance, named)).transpose()?;
    let whose = Whose { client: request.client.clone(), user };
    Ok(json!({ "count": instance.sessions.revoke(&whose, request.refresh) }))
}

pub(crate) fn add_key(instance: &mut Instance, now: Timestamp, new: NewKey) -> Result<Value, NotChanged> {
    let user = person(instance, &new.person)?;
    let expires = new.expires_in.map(|seconds| later(now, seconds));
    instance.api_keys.add(&new.token, ApiKey { user, expires, scopes: new.scopes });
    Ok(json!({}))
}

pub(crate) fn add_jwt_key(instance: &mut Instance, new: NewJwtKey) -> Result<Value, NotChanged> {
    let base = instance.desk.base();
    if base.store.find(base.dictionary, "oauth_entity", "client_id", &new.client).is_none() {
        return Err(NotChanged::NoClient(new.client));
    }
    if base.dictionary.field("sys_user", &new.user_field).is_none() {
        return Err(NotChanged::NoField { table: "sys_user".to_owned(), field: new.user_field });
    }
    let signer = Signer::from_pem(&new.public_key).ok_or(NotChanged::NoKey)?;
    let key = JwtKey { signer, user_field: new.user_field };
    instance.sessions.add_jwt_key(&new.client, key);
    Ok(json!({}))
}

/// Gives a person a password, as a reset on the person's page would; the account is not unlocked by it.
pub(crate) fn set_password(instance: &mut Instance, new: &NewPassword) -> Result<Value, NotChanged> {
    let actor = instance.person(&new.person).ok_or_else(|| NotChanged::NoPerson(new.person.clone()))?;
    instance.sessions.add_password(&actor.user_name, &new.password);
    Ok(json!({}))
}
