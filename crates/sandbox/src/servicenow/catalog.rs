//! Ordering from the service catalog: the request at once, its items a little later.
//!
//! Owns what an order must hold and what it makes. Shapes no answer.
//! Source: reference section 11.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::servicenow::actor::Actor;
use crate::servicenow::assign::Input;
use crate::servicenow::desk::{Desk, Hand};
use crate::servicenow::query::evaluate::truth;
use crate::servicenow::refusal::Refusal;
use crate::servicenow::stamp;
use crate::servicenow::store::Record;

/// How long after the request its items appear. Clients are told to poll for some seconds because
/// the platform makes them in the background; three make a client that does not poll fail at once.
const ITEM_DELAY: SignedDuration = SignedDuration::from_secs(3);
/// Most people one order may be for besides the first.
const ALSO_FOR_MAX: usize = 50;
/// Most orders whose items are still to come.
const PENDING_MAX: usize = 10_000;
/// Most of one thing in one order.
const QUANTITY_MAX: u32 = 999;

/// What somebody orders.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Order {
    pub(crate) item: String,
    /// As it was sent; nothing if it was not.
    pub(crate) quantity: Option<String>,
    pub(crate) requested_for: Option<String>,
    pub(crate) also_for: Vec<String>,
    pub(crate) variables: BTreeMap<String, String>,
    pub(crate) special_instructions: String,
}

/// An order whose items are still to come.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Pending {
    due: Timestamp,
    request: String,
    requested_for: String,
    quantity: u32,
    order: Order,
    actor: Actor,
}

/// The orders under way.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Orders {
    pending: Vec<Pending>,
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
        let instructions = first.special_instructions.clone();
        let trusted = actor.clone().trusted();
        let due = now.checked_add(ITEM_DELAY).unwrap_or(Timestamp::MAX);
        let mut pending = Vec::new();
        for order in orders {
            let quantity = check(desk, actor, &order)?;
            let mut people = vec![recipient(desk, actor, order.requested_for.as_deref())?];
            for person in &order.also_for {
                people.push(recipient(desk, actor, Some(person))?);
            }
            pending.extend(people.into_iter().map(|requested_for| Pending {
                due,
                request: String::new(),
                requested_for,
                quantity,
                order: order.clone(),
                actor: trusted.clone(),
            }));
        }
        if self.pending.len() + pending.len() > PENDING_MAX {
            return Err(Refusal::BadRequest("Too many orders are being processed".to_owned()));
        }
        let fields = [
            ("requested_for", requested_for),
            ("request_state", "in_process".to_owned()),
            ("special_instructions", instructions),
        ];
        let fields = fields.into_iter().map(|(field, value)| (field.to_owned(), value)).collect();
        let hand = Hand { actor: &trusted, now, input: Input::raw() };
        let request = desk.insert(&hand, "sc_request", &fields)?;
        self.pending.extend(pending.into_iter().map(|one| Pending { request: request.clone(), ..one }));
        Ok(request)
    }

    /// Makes the items whose time has come, each stamped with that time.
    pub(crate) fn settle(&mut self, desk: &mut Desk, now: Timestamp) {
        let (due, waiting) =
            std::mem::take(&mut self.pending).into_iter().partition(|order| order.due <= now);
        self.pending = waiting;
        let due: Vec<Pending> = due;
        for order in due {
            if let Err(refusal) = deliver(desk, &order) {
                tracing::error!(?refusal, "an ordered item could not be made");
            }
        }
    }
}

/// The three refusals of the platform, in the order it finds them; else the quantity.
pub(crate) fn check(desk: &Desk, actor: &Actor, order: &Order) -> Result<u32, Refusal> {
    let item = desk.store.get(desk.dictionary, "sc_cat_item", &order.item).ok_or(Refusal::NoRecord)?;
    let roles = item.get("roles");
    let admitted = roles.is_empty() || roles.split(',').any(|role| actor.has_role(role.trim()));
    if !admitted || item.get("active") != "true" {
        return Err(Refusal::BadRequest("Security constraints prevent ordering of Item".to_owned()));
    }
    let quantity = order.quantity.as_deref().and_then(|text| text.trim().parse::<u32>().ok());
    let Some(quantity) = quantity.filter(|quantity| (1..=QUANTITY_MAX).contains(quantity)) else {
        return Err(Refusal::BadRequest("Invalid quantity value".to_owned()));
    };
    if order.also_for.len() > ALSO_FOR_MAX {
        return Err(Refusal::BadRequest(format!(
            "sysparm_also_request_for takes at most {ALSO_FOR_MAX} users"
        )));
    }
    let missing = questions(desk, &order.item)
        .iter()
        .filter(|question| question.get("mandatory") == "true")
        .any(|question| {
            order.variables.get(question.get("name")).is_none_or(|answer| answer.trim().is_empty())
        });
    if missing {
        return Err(Refusal::BadRequest("Mandatory Variables are required".to_owned()));
    }
    Ok(quantity)
}

/// The active account the order is for; the caller where nobody is named.
fn recipient(desk: &Desk, actor: &Actor, named: Option<&str>) -> Result<String, Refusal> {
    let id = named.filter(|id| !id.is_empty()).unwrap_or(&actor.sys_id);
    match desk.store.get(desk.dictionary, "sys_user", id) {
        Some(user) if user.get("active") == "true" => Ok(user.id().to_owned()),
        _ => Err(Refusal::BadRequest("Invalid Requested For user".to_owned())),
    }
}

/// The questions of an item in their order.
pub(crate) fn questions<'a>(desk: &'a Desk, item: &'a str) -> Vec<&'a Record> {
    let all = desk.store.all(desk.dictionary, "item_option_new");
    let mut questions: Vec<&Record> =
        all.filter(|question| question.get("cat_item") == item && question.get("active") == "true").collect();
    questions.sort_by_key(|question| question.get("order").parse::<i64>().unwrap_or(0));
    questions
}

fn deliver(desk: &mut Desk, pending: &Pending) -> Result<(), Refusal> {
    let item = &pending.order.item;
    let (title, group) = desk
        .store
        .get(desk.dictionary, "sc_cat_item", item)
        .map(|row| (row.get("name").to_owned(), row.get("group").to_owned()))
        .ok_or(Refusal::NoRecord)?;
    let hand = Hand { actor: &pending.actor, now: pending.due, input: Input::raw() };
    let fields = [
        ("request", pending.request.clone()),
        ("parent", pending.request.clone()),
        ("cat_item", item.clone()),
        ("requested_for", pending.requested_for.clone()),
        ("quantity", pending.quantity.to_string()),
        ("short_description", title),
        ("assignment_group", group),
        ("stage", "fulfillment".to_owned()),
    ];
    let fields = fields.into_iter().map(|(field, value)| (field.to_owned(), value)).collect();
    let ritm = desk.insert(&hand, "sc_req_item", &fields)?;
    let answers: Vec<(String, String, String)> = questions(desk, item)
        .iter()
        .map(|question| {
            let given = pending.order.variables.get(question.get("name")).map(String::as_str);
            let value = given.unwrap_or(question.get("default_value"));
            (question.id().to_owned(), answer(question, value), question.get("order").to_owned())
        })
        .collect();
    for (question, value, order) in answers {
        let option = vec![
            ("item_option_new".to_owned(), question),
            ("value".to_owned(), value),
            ("order".to_owned(), order),
        ];
        let option = desk.insert(&hand, "sc_item_option", &option)?;
        let join = vec![("request_item".to_owned(), ritm.clone()), ("sc_item_option".to_owned(), option)];
        desk.insert(&hand, "sc_item_option_mtom", &join)?;
    }
    Ok(())
}

/// An answer as it is stored: check boxes hold `true` or `false`, dates their stored spelling.
fn answer(question: &Record, given: &str) -> String {
    match question.get("type") {
        "7" => truth(given).unwrap_or(false).to_string(),
        "9" => stamp::civil(given).map_or_else(|| given.to_owned(), |at| at.date().to_string()),
        _ => given.to_owned(),
    }
}
