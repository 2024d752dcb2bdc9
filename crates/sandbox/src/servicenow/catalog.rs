//! Ordering from the service catalog: the request at once, its items a little later.
//!
//! Owns what an order must hold and when its parts appear. What is made stands in `delivery`.
//! Source: reference section 11.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::servicenow::actor::Actor;
use crate::servicenow::assign::Input;
use crate::servicenow::criteria;
use crate::servicenow::delivery::{self, Delivery};
use crate::servicenow::desk::{Desk, Hand};
use crate::servicenow::order::Order;
use crate::servicenow::questions::{self, REQUESTED_FOR};
use crate::servicenow::refusal::Refusal;
use crate::servicenow::store::Record;
use crate::servicenow::walk::Base;

/// How long after the request its items appear, in seconds. Clients are told to poll for some seconds
/// because the platform makes them in the background; three make a client that does not poll fail at
/// once.
const ITEM_DELAY_SECS: u32 = 3;
/// Most people one order may be for besides the first.
const ALSO_FOR_MAX: usize = 50;
/// Most orders whose items are still to come.
const PENDING_MAX: usize = 10_000;
/// Most of one thing in one order.
const QUANTITY_MAX: u32 = 999;

const NOT_FOR_YOU: &str = "Security constraints prevent ordering of Item";
const NOT_FOR_SEVERAL: &str =
    "This item cannot be submitted for multiple people as it is not configured with Requested For";

/// How long after the request its parts appear.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Delays {
    /// Seconds until the items.
    pub(crate) items_secs: u32,
    /// Seconds from the items until the answers to their questions.
    pub(crate) variables_secs: u32,
}

impl Default for Delays {
    fn default() -> Self {
        Self { items_secs: ITEM_DELAY_SECS, variables_secs: 0 }
    }
}

/// Something of an order that is still to come.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Pending {
    due: Timestamp,
    part: Part,
    delivery: Delivery,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
enum Part {
    Item,
    /// The answers of the item of that id.
    Variables(String),
}

/// The orders under way.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Orders {
    pending: Vec<Pending>,
    pub(crate) delays: Delays,
}

impl Orders {
    /// Takes orders that share one request and gives its `sys_id`. All are taken or none.
    pub(crate) fn order(
        &mut self,
        desk: &mut Desk,
        actor: &Actor,
        now: Timestamp,
        orders: Vec<Order>,
    ) -> Result<String, Refusal> {
        let Some(first) = orders.first() else { return Err(Refusal::BadRequest("Cart is empty".to_owned())) };
        let requested_for = recipient(desk, actor, first.requested_for.as_deref())?;
        let (instructions, address) = (first.special_instructions.clone(), first.delivery_address.clone());
        let trusted = actor.clone().trusted();
        let due = later(now, self.delays.items_secs);
        let mut pending = Vec::new();
        for order in orders {
            let quantity = check(desk, actor, &order)?;
            let mut people = vec![recipient(desk, actor, order.requested_for.as_deref())?];
            people.extend(order.also_for.iter().cloned());
            pending.extend(people.into_iter().map(|requested_for| Delivery {
                request: String::new(),
                requested_for,
                quantity,
                order: order.clone(),
                by: actor.sys_id.clone(),
            }));
        }
        if self.pending.len() + pending.len() > PENDING_MAX {
            return Err(Refusal::BadRequest("Too many orders are being processed".to_owned()));
        }
        let total: i64 = pending.iter().map(|one| delivery::price(desk.base(), one)).sum();
        let fields = [
            ("requested_for", requested_for),
            ("request_state", "in_process".to_owned()),
            ("special_instructions", instructions),
            ("delivery_address", address),
            ("price", delivery::decimal(total)),
        ];
        let fields = fields.into_iter().map(|(field, value)| (field.to_owned(), value)).collect();
        let hand = Hand { actor: &trusted, now, input: Input::raw() };
        let request = desk.insert(&hand, "sc_request", &fields)?;
        self.pending.extend(pending.into_iter().map(|one| Pending {
            due,
            part: Part::Item,
            delivery: Delivery { request: request.clone(), ..one },
        }));
        Ok(request)
    }

    /// When the next part of an order appears.
    pub(crate) fn next_due(&self) -> Option<Timestamp> {
        self.pending.iter().map(|one| one.due).min()
    }

    /// Makes every part whose time is that one, stamped with it.
    pub(crate) fn deliver(&mut self, desk: &mut Desk, at: Timestamp) {
        let (due, waiting) = std::mem::take(&mut self.pending).into_iter().partition(|one| one.due <= at);
        self.pending = waiting;
        let due: Vec<Pending> = due;
        for one in due {
            if let Err(refusal) = self.make(desk, one) {
                tracing::error!(?refusal, "an ordered item could not be made");
            }
        }
    }

    fn make(&mut self, desk: &mut Desk, one: Pending) -> Result<(), Refusal> {
        let ritm = match one.part {
            Part::Variables(ritm) => return one.delivery.answers(desk, one.due, &ritm),
            Part::Item => one.delivery.item(desk, one.due)?,
        };
        if self.delays.variables_secs == 0 {
            return one.delivery.answers(desk, one.due, &ritm);
        }
        let due = later(one.due, self.delays.variables_secs);
        self.pending.push(Pending { due, part: Part::Variables(ritm), delivery: one.delivery });
        Ok(())
    }
}

fn later(at: Timestamp, seconds: u32) -> Timestamp {
    at.checked_add(SignedDuration::from_secs(i64::from(seconds))).unwrap_or(Timestamp::MAX)
}

/// The refusals of the platform, in the order it finds them; else the quantity.
pub(crate) fn check(desk: &Desk, actor: &Actor, order: &Order) -> Result<u32, Refusal> {
    let refused = |text: &str| Err(Refusal::BadRequest(text.to_owned()));
    let quantity = order.quantity.as_deref().and_then(|text| text.trim().parse::<u32>().ok());
    let Some(quantity) = quantity.filter(|quantity| (1..=QUANTITY_MAX).contains(quantity)) else {
        return refused("Invalid quantity value");
    };
    let base = desk.base();
    let Some(item) = orderable(base, actor, &order.item) else { return refused(NOT_FOR_YOU) };
    several(base, item, order)?;
    if lacks_mandatory(base, &order.item, &order.variables) {
        return refused("Mandatory Variables are required");
    }
    Ok(quantity)
}

/// The item, if there is one of that id that the account may order.
pub(crate) fn orderable<'a>(base: Base<'a>, actor: &Actor, id: &str) -> Option<&'a Record> {
    let item = base.store.get(base.dictionary, "sc_cat_item", id)?;
    let orders = !matches!(kind(base, item), "record_producer" | "order_guide");
    (orders && criteria::admits(base, item, actor)).then_some(item)
}

/// What an item is to a client.
pub(crate) fn kind(base: Base<'_>, item: &Record) -> &'static str {
    if base.dictionary.is_a(&item.class, "sc_cat_item_producer") {
        "record_producer"
    } else if base.dictionary.is_a(&item.class, "sc_cat_item_guide") {
        "order_guide"
    } else {
        "catalog_item"
    }
}

/// Whether a mandatory question has no answer.
pub(crate) fn lacks_mandatory(base: Base<'_>, item: &str, answers: &BTreeMap<String, String>) -> bool {
    let unanswered = |name: &str| answers.get(name).is_none_or(|answer| answer.trim().is_empty());
    let rows_lack = |rows: &questions::Rows<'_>| {
        let text = answers.get(rows.set.get("internal_name")).map_or("", String::as_str);
        let given = delivery::rows(text);
        let mandatory = rows.questions.iter().filter(|question| question.get("mandatory") == "true");
        let names: Vec<&str> = mandatory.map(|question| question.get("name")).collect();
        given
            .iter()
            .any(|row| names.iter().any(|name| row.get(*name).is_none_or(|answer| answer.trim().is_empty())))
    };
    questions::answered(base, item)
        .iter()
        .filter(|question| question.get("mandatory") == "true" && question.get("default_value").is_empty())
        .any(|question| unanswered(question.get("name")))
        || questions::multi_row(base, item).iter().any(rows_lack)
}

/// Whether the order may be for the further people it names.
fn several(base: Base<'_>, item: &Record, order: &Order) -> Result<(), Refusal> {
    if order.also_for.is_empty() {
        return Ok(());
    }
    if order.also_for.len() > ALSO_FOR_MAX {
        return Err(Refusal::BadRequest(format!(
            "sysparm_also_request_for takes at most {ALSO_FOR_MAX} users"
        )));
    }
    if !for_several(base, item) {
        return Err(Refusal::BadRequest(NOT_FOR_SEVERAL.to_owned()));
    }
    match order.also_for.iter().any(|user| !may_receive(base, item, user)) {
        true => Err(Refusal::BadRequest("Invalid Requested For user".to_owned())),
        false => Ok(()),
    }
}

/// Whether the item asks for whom it is, and may be asked for several people at once.
pub(crate) fn for_several(base: Base<'_>, item: &Record) -> bool {
    questions::answered(base, item.id())
        .iter()
        .any(|question| question.get("type") == REQUESTED_FOR && question.get("also_request_for") == "true")
}

/// What a client reads when it orders for several people what is for one.
pub(crate) fn not_for_several() -> &'static str {
    NOT_FOR_SEVERAL
}

/// Whether a user is there, active, and admitted to the item.
pub(crate) fn may_receive(base: Base<'_>, item: &Record, user: &str) -> bool {
    let user = base.store.get(base.dictionary, "sys_user", user);
    user.filter(|user| user.get("active") == "true")
        .is_some_and(|user| criteria::admits(base, item, &Actor::of(base.dictionary, base.store, user)))
}

/// The active account the order is for; the caller where nobody is named.
///
/// Who may order for others stands in two properties. Source: ServiceNow documentation, Service
/// Catalog API, `order_now`; without the properties everybody may.
fn recipient(desk: &Desk, actor: &Actor, named: Option<&str>) -> Result<String, Refusal> {
    let id = named.filter(|id| !id.is_empty()).unwrap_or(&actor.sys_id);
    let roles = property(desk, "glide.sc.req_for.roles");
    let allowed = match roles {
        "" => property(desk, "glide.sc.req_for.roles.default") != "deny",
        roles => roles.split(',').any(|role| actor.has_role(role.trim())),
    };
    match desk.store.get(&desk.dictionary, "sys_user", id) {
        Some(_) if id != actor.sys_id && !allowed => Err(Refusal::BadRequest(NOT_FOR_YOU.to_owned())),
        Some(user) if user.get("active") == "true" => Ok(user.id().to_owned()),
        _ => Err(Refusal::BadRequest("Invalid Requested For user".to_owned())),
    }
}

fn property<'a>(desk: &'a Desk, name: &'a str) -> &'a str {
    let row = desk.store.find(&desk.dictionary, "sys_properties", "name", name);
    row.map_or("", |row| row.get("value"))
}
