//! `servicenow.catalog.order`: order one catalog item.
//!
//! Effect: ticket. Repeat: safe where the item has the key variable, by which an order is found again;
//! without it an unknown outcome with other fresh orders of the item is for a person to decide.
//! Permissions: the item's user criteria admit the integration user; reading requests needs `itil`.
//! Source: ServiceNow Service Catalog API (`docs/reference/servicenow.md`): an order gives the request,
//! its item appears some seconds later, and nothing makes the call idempotent.

use std::collections::BTreeMap;

use drawbridge_sdk::{
    Answer, Change, Ctx, Effect, Error, Fault, Finished, Followed, Intent, Permission, Prepared, Reader,
    Settled, Write, servicenow_role,
};
use jiff::SignedDuration;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::ServiceNow;
use crate::named;
use crate::persons::{Standing, Whom, join};
use crate::wire::catalog::{self, Order, OrderOption, OrderedItem, Variable};
use crate::wire::record::{self, Scalar};

pub(crate) struct CatalogOrder;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Input {
    /// Name or `sys_id` of the item; a name has to match exactly one active item.
    pub(crate) item: String,
    /// How many.
    #[serde(default = "one")]
    #[schemars(range(min = 1, max = 100))]
    pub(crate) quantity: u32,
    /// For whom; without it, for the integration user.
    #[serde(default)]
    pub(crate) requested_for: Option<Whom>,
    /// Variables of the item by name. What is null is left out.
    #[serde(default)]
    pub(crate) variables: BTreeMap<String, Option<Scalar>>,
    /// Hidden single-line variable of the item that takes Drawbridge's key, if the item has it.
    #[serde(default = "key_variable")]
    pub(crate) key_variable: String,
}

fn one() -> u32 {
    1
}

fn key_variable() -> String {
    "drawbridge_key".to_owned()
}

#[derive(Debug, PartialEq, Serialize, JsonSchema)]
pub(crate) struct Output {
    /// `sys_id` of the request (REQ).
    pub(crate) request: String,
    /// Number of the request.
    pub(crate) request_number: String,
    /// `sys_id` of the requested item (RITM); tasks and approvals hang on it.
    pub(crate) item: String,
    /// Number of the requested item.
    pub(crate) item_number: String,
}

impl From<OrderedItem> for Output {
    fn from(item: OrderedItem) -> Self {
        Self {
            request: item.request,
            request_number: item.request_number,
            item: item.sys_id,
            item_number: item.number,
        }
    }
}

/// What `follow` needs to find the item.
#[derive(Debug, Serialize, Deserialize)]
struct Handle {
    request: String,
    request_number: String,
    /// Looks so far.
    looks: u32,
}

/// Time between two looks for the item of a request.
const LOOK_EVERY: SignedDuration = SignedDuration::from_secs(3);

/// Looks until the item of a request counts as missing: ten minutes, against some seconds usually.
const LOOKS_MAX: u32 = 200;

/// Orders of the item that are looked at after an unknown outcome.
const CANDIDATES_MAX: usize = 100;

/// How far the clocks of the two sides may be apart.
const SKEW: SignedDuration = SignedDuration::from_mins(5);

impl Write<ServiceNow> for CatalogOrder {
    const NAME: &'static str = "servicenow.catalog.order";
    const SUMMARY: &'static str = "Order one catalog item";
    const EXAMPLE: &'static str =
        "item: New hire\nrequested_for: ann@contoso.test\nvariables: { start_date: \"2026-02-01\" }";
    const EFFECT: Effect = Effect::Ticket;
    const PERMISSIONS: &'static [Permission] = &[servicenow_role("itil")];
    type Input = Input;
    type Output = Output;

    async fn prepare(
        instance: &Reader<'_, ServiceNow>,
        ctx: &Ctx,
        input: &Input,
    ) -> Result<Prepared<Output>, Error> {
        let item = named::resolve(instance, named::CATALOG_ITEM, &input.item).await?;
        let defined = catalog::variables(instance, &item.sys_id).await?;
        let mut variables = given(input);
        check(&item.name, &input.key_variable, &defined, &variables)?;
        if has(&defined, &input.key_variable) {
            let ordered = catalog::ordered_with(instance, &input.key_variable, ctx.key.as_str()).await?;
            if let Some(ordered) = ordered {
                let ordered = catalog::ordered_item(instance, &ordered).await?;
                return Ok(Prepared::AlreadySo(ordered.into()));
            }
            variables.insert(input.key_variable.clone(), ctx.key.as_str().into());
        }
        let requested_for = match &input.requested_for {
            Some(whom) => Some(join(instance, &ctx.person_key, &whom.person(), Standing::Any).await?),
            None => None,
        };
        let order = Order {
            item: &item.sys_id,
            quantity: input.quantity,
            requested_for: requested_for.as_ref().map(|user| user.sys_id.as_str()),
            variables: &variables,
        };
        let whom = requested_for.as_ref().map(|user| format!(" for {}", user.label())).unwrap_or_default();
        let mut change = Change::new(format!("order `{}`{whom}", item.name), order.request());
        for (name, value) in variables.iter().filter(|(name, _)| **name != input.key_variable) {
            change = change.field(name, None, value.clone());
        }
        Ok(Prepared::Change(change))
    }

    fn finish(_: &Ctx, _: &Input, answer: &Answer) -> Result<Finished<Output>, Error> {
        if let Some(fault) = &answer.fault {
            return Ok(Finished::Refused(fault.clone()));
        }
        let (request, request_number) = catalog::ordered(answer)?;
        let handle = json!(Handle { request, request_number, looks: 0 });
        Ok(Finished::Pending { handle, after: SignedDuration::from_secs(1) })
    }

    async fn follow(
        instance: &Reader<'_, ServiceNow>,
        _: &Ctx,
        _: &Input,
        handle: &Value,
    ) -> Result<Followed<Output>, Error> {
        let mut handle = Handle::deserialize(handle).map_err(|error| {
            Error::refused("CN014", format!("what is known of the order does not fit: {error}"))
        })?;
        if let Some(item) = catalog::item_of(instance, &handle.request).await? {
            return Ok(Followed::Done(item.into()));
        }
        handle.looks += 1;
        if handle.looks > LOOKS_MAX {
            let fault = Fault::new(
                "CN005",
                format!("request {} was made, but its item never appeared", handle.request_number),
            );
            return Err(Error::Refused(
                fault.help("look at the request in ServiceNow: its flow may have stopped"),
            ));
        }
        Ok(Followed::Pending { handle: json!(handle), after: LOOK_EVERY })
    }

    async fn settle(
        instance: &Reader<'_, ServiceNow>,
        ctx: &Ctx,
        input: &Input,
        intent: &Intent,
    ) -> Result<Settled<Output>, Error> {
        let item = named::resolve(instance, named::CATALOG_ITEM, &input.item).await?;
        let newest = catalog::newest(instance, &item.sys_id, CANDIDATES_MAX).await?;
        let since = intent.sent_at.checked_sub(SKEW).unwrap_or(intent.sent_at);
        let is_fresh = |row: &&record::Record| {
            row.value("sys_created_on").and_then(record::instant).is_none_or(|at| at >= since)
        };
        let fresh: Vec<&record::Record> = newest.iter().filter(is_fresh).collect();
        if fresh.is_empty() {
            return Ok(Settled::DidNotHappen);
        }
        let ids = fresh.iter().map(|row| row.need("sys_id")).collect::<Result<Vec<_>, _>>()?;
        let options = catalog::options_of(instance, &ids).await?;
        Ok(match judge(&ids, &options, &input.key_variable, ctx.key.as_str()) {
            Judged::Ours(id) => Settled::Happened(catalog::ordered_item(instance, &id).await?.into()),
            Judged::Others if fresh.len() < CANDIDATES_MAX => Settled::DidNotHappen,
            Judged::Others | Judged::Open => Settled::CannotTell,
        })
    }
}

/// What the variables of fresh orders say.
#[derive(Debug, PartialEq, Eq)]
enum Judged {
    /// This one is ours.
    Ours(String),
    /// Every one carries the key variable and none carries our key.
    Others,
    /// One of them may be ours: it does not show the key variable.
    Open,
}

fn judge(orders: &[String], options: &[OrderOption], variable: &str, key: &str) -> Judged {
    let keys = || options.iter().filter(|option| option.name == variable);
    if let Some(ours) = keys().find(|option| option.value == key) {
        return Judged::Ours(ours.item.clone());
    }
    if orders.iter().all(|order| keys().any(|option| option.item == *order)) {
        Judged::Others
    } else {
        Judged::Open
    }
}

/// The variables that have a value.
fn given(input: &Input) -> Map<String, Value> {
    let text =
        |(name, value): (&String, &Option<Scalar>)| Some((name.clone(), value.as_ref()?.text().into()));
    input.variables.iter().filter_map(text).collect()
}

fn has(defined: &[Variable], name: &str) -> bool {
    defined.iter().any(|variable| variable.name == name)
}

/// Refuses variables that the item does not have, and an order without those that it needs.
fn check(
    item: &str,
    key_variable: &str,
    defined: &[Variable],
    given: &Map<String, Value>,
) -> Result<(), Error> {
    let names = |names: &[&str]| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let refuse = |summary: String, help: String| Err(Error::Refused(Fault::new("CN014", summary).help(help)));
    let unknown: Vec<&str> = given.keys().map(String::as_str).filter(|name| !has(defined, name)).collect();
    if !unknown.is_empty() {
        let known: Vec<&str> = defined.iter().map(|variable| variable.name.as_str()).collect();
        let summary = format!("catalog item `{item}` has no variable {}", names(&unknown));
        return refuse(summary, format!("it has {}", names(&known)));
    }
    if given.contains_key(key_variable) {
        let summary = format!(
            "variable `{key_variable}` of `{item}` takes Drawbridge's key and is not set by a workflow"
        );
        return refuse(summary, "name another variable in `key_variable`, or leave this one out".to_owned());
    }
    let is_given = |name: &str| given.get(name).is_some_and(|value| value != "");
    let is_missing =
        |variable: &&Variable| variable.needed && variable.name != key_variable && !is_given(&variable.name);
    let missing: Vec<&str> =
        defined.iter().filter(is_missing).map(|variable| variable.name.as_str()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let summary = format!("catalog item `{item}` needs {}, which has no value", names(&missing));
    refuse(summary, "give the values in `variables`; null and an empty text count as none".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn defined() -> Vec<Variable> {
        let variable = |name: &str, needed| Variable { name: name.to_owned(), needed };
        vec![variable("start", true), variable("note", false), variable("drawbridge_key", true)]
    }

    fn refusal(given: Value) -> Option<String> {
        let Value::Object(given) = given else { return None };
        check("New hire", "drawbridge_key", &defined(), &given)
            .err()
            .map(|error| error.fault().summary.clone())
    }

    #[test]
    fn variables_are_checked_by_name_before_anything_is_ordered() {
        assert_eq!(refusal(json!({"start": "x"})), None);
        assert_eq!(
            refusal(json!({"start": "x", "laptop": "y"})).as_deref(),
            Some("catalog item `New hire` has no variable `laptop`")
        );
        assert_eq!(
            refusal(json!({"note": "x"})).as_deref(),
            Some("catalog item `New hire` needs `start`, which has no value")
        );
        assert!(refusal(json!({"start": "x", "drawbridge_key": "y"})).is_some());
    }

    #[test]
    fn fresh_orders_are_ours_others_or_unclear() {
        let option = |item: &str, name: &str, value: &str| OrderOption {
            item: item.to_owned(),
            name: name.to_owned(),
            value: value.to_owned(),
        };
        let orders = ["a".to_owned(), "b".to_owned()];
        let judge = |options: &[OrderOption]| judge(&orders, options, "key", "k1");
        assert_eq!(judge(&[option("b", "key", "k1")]), Judged::Ours("b".to_owned()));
        assert_eq!(judge(&[option("a", "key", "k2"), option("b", "key", "")]), Judged::Others);
        assert_eq!(judge(&[option("a", "key", "k2"), option("b", "note", "k1")]), Judged::Open);
        assert_eq!(judge(&[]), Judged::Open);
    }
}
