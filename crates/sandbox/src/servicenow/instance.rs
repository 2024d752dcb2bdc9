//! The instance: its records, its credentials, the orders under way and what is to happen later.
//!
//! Owns the state as a whole and the one place where time passes for it. Answers no request.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::seed::company::Company;
use crate::servicenow::actor::Actor;
use crate::servicenow::acts::Scripted;
use crate::servicenow::api_keys::ApiKeys;
use crate::servicenow::brakes::Brakes;
use crate::servicenow::browsers::Browsers;
use crate::servicenow::cart::{Carts, List};
use crate::servicenow::catalog::{Orders, check};
use crate::servicenow::desk::Desk;
use crate::servicenow::expiry;
use crate::servicenow::fences::Fences;
use crate::servicenow::order::Order;
use crate::servicenow::properties;
use crate::servicenow::rates::Rates;
use crate::servicenow::refusal::Refusal;
use crate::servicenow::sessions::Sessions;
use crate::servicenow::worker::Workers;
use crate::servicenow::{seed_process, seed_rows};

/// Tables that say what the platform is rather than what happened in it; the state leaves them out.
const PLATFORM_TABLES: [&str; 4] = ["sys_choice", "sys_db_object", "sys_user_role", "oauth_entity"];
/// The property that puts a look at the whole order between the cart and the request.
const TWO_STEP_PROPERTY: &str = "glide.sc.checkout.twostep";

/// One pretend instance.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Instance {
    pub(crate) desk: Desk,
    pub(crate) sessions: Sessions,
    pub(crate) browsers: Browsers,
    pub(crate) api_keys: ApiKeys,
    pub(crate) rates: Rates,
    pub(crate) fences: Fences,
    pub(crate) brakes: Brakes,
    pub(crate) carts: Carts,
    /// What attached files hold, by the id of their row; only rows are asked who may see them.
    pub(crate) files: BTreeMap<String, Vec<u8>>,
    pub(crate) orders: Orders,
    pub(crate) workers: Workers,
    /// What people will do.
    pub(crate) scripted: Scripted,
}

impl Instance {
    /// An instance that knows the company; everything in it was made when the company was founded.
    ///
    /// `_now` is taken so that the kernel can hand its clock to both platforms alike.
    pub(crate) fn new(company: &Company, _now: Timestamp) -> Self {
        let mut desk = Desk::new();
        let mut sessions = Sessions::default();
        seed_rows::fill(&mut desk, &mut sessions, company);
        seed_process::fill(&mut desk, company);
        Self {
            desk,
            sessions,
            browsers: Browsers::default(),
            api_keys: seed_rows::api_keys(company),
            rates: Rates::default(),
            fences: Fences::default(),
            brakes: Brakes::default(),
            carts: Carts::default(),
            files: BTreeMap::new(),
            orders: Orders::default(),
            workers: Workers::default(),
            scripted: Scripted::default(),
        }
    }

    /// Forgets the files whose row is gone.
    pub(crate) fn sweep(&mut self) {
        let base = self.desk.base();
        self.files.retain(|id, _| base.store.get(base.dictionary, "sys_attachment", id).is_some());
    }

    /// Lets everything happen that the platform does by itself by now, in the order of time. Every
    /// request begins with this, after what people do (`acting::catch_up`).
    pub(crate) fn settle(&mut self, now: Timestamp) {
        while let Some(at) = self.next_due().filter(|at| *at <= now) {
            self.orders.deliver(&mut self.desk, at);
            expiry::pass(&mut self.desk, at);
            self.workers.pass(&mut self.desk, at);
        }
    }

    fn next_due(&self) -> Option<Timestamp> {
        let approvals = self.desk.next_due().map(|(at, _)| at);
        [self.orders.next_due(), approvals, self.workers.next_due()].into_iter().flatten().min()
    }

    /// Takes orders from the catalog and gives the `sys_id` of the request they share.
    pub(crate) fn order(
        &mut self,
        actor: &Actor,
        now: Timestamp,
        orders: Vec<Order>,
    ) -> Result<String, Refusal> {
        self.orders.order(&mut self.desk, actor, now, orders)
    }

    /// Puts an order that could be taken into a list of the account.
    pub(crate) fn add_to(
        &mut self,
        list: List,
        actor: &Actor,
        now: Timestamp,
        order: Order,
    ) -> Result<(), Refusal> {
        if list == List::Cart {
            check(&self.desk, actor, &order)?;
        }
        self.carts.add(list, actor, now, order)
    }

    /// Orders what is in the account's cart and empties it.
    pub(crate) fn order_cart(&mut self, actor: &Actor, now: Timestamp) -> Result<String, Refusal> {
        let lines = self.carts.lines(List::Cart, actor);
        let orders: Vec<Order> = lines.iter().map(|line| line.order.clone()).collect();
        let request = self.orders.order(&mut self.desk, actor, now, orders)?;
        self.carts.empty(&actor.sys_id);
        Ok(request)
    }

    /// Whether checking out only shows the cart and submitting orders it.
    pub(crate) fn is_two_step(&self) -> bool {
        properties::flag(self.desk.base(), TWO_STEP_PROPERTY, false)
    }

    /// Every table with rows, in the order of names and ids.
    pub(crate) fn state(&self) -> Value {
        self.desk.store.dump(&PLATFORM_TABLES)
    }

    /// How many rows each table has.
    pub(crate) fn counts(&self) -> Value {
        self.desk.store.counts(&PLATFORM_TABLES)
    }

    /// The account of a person named by `sys_id`, user name or e-mail.
    pub(crate) fn person(&self, named: &str) -> Option<Actor> {
        let base = self.desk.base();
        let user = base.store.get(base.dictionary, "sys_user", named).or_else(|| {
            ["user_name", "email"].into_iter().find_map(|field| {
                base.store
                    .all(base.dictionary, "sys_user")
                    .find(|user| user.get(field).eq_ignore_ascii_case(named))
            })
        })?;
        Some(Actor::of(base.dictionary, base.store, user))
    }
}
