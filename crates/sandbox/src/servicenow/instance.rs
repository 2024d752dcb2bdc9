//! The instance: its records, its credentials, the orders under way and what is to happen later.
//!
//! Owns the state as a whole and the one place where time passes for it. Answers no request.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::delivery::{Outcome, Parcel};
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
use crate::servicenow::files;
use crate::servicenow::imports::Imports;
use crate::servicenow::inherited;
use crate::servicenow::order::Order;
use crate::servicenow::rates::Rates;
use crate::servicenow::refusal::Refusal;
use crate::servicenow::sessions::Sessions;
use crate::servicenow::stamp;
use crate::servicenow::tiny_urls::TinyUrls;
use crate::servicenow::walk::Base;
use crate::servicenow::worker::Workers;
use crate::servicenow::{seed_process, seed_rows};

/// Tables that say what the platform is rather than what happened in it; the state leaves them out.
const PLATFORM_TABLES: [&str; 18] = [
    "cmdb_hardware_product_model",
    "cmdb_model_category",
    "kb_knowledge_base",
    "oauth_entity",
    "sn_hr_core_service",
    "sys_attachment_doc",
    "sys_choice",
    "sys_db_object",
    "sys_dictionary",
    "sys_filter_option_dynamic",
    "sys_group_has_role",
    "sys_scope",
    "sys_transform_entry",
    "sys_transform_map",
    "sys_user_role",
    "sys_user_role_contains",
    "syslog",
    "v_plugin",
];
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
    pub(crate) imports: Imports,
    pub(crate) tiny_urls: TinyUrls,
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
        let founded = stamp::raw(company.founded);
        for user in inherited::everybody(&desk.dictionary, &desk.store) {
            inherited::refresh(&desk.dictionary, &mut desk.store, &user, ("admin", &founded));
        }
        Self {
            desk,
            sessions,
            browsers: Browsers::default(),
            api_keys: seed_rows::api_keys(company),
            rates: Rates::default(),
            fences: Fences::default(),
            brakes: Brakes::default(),
            carts: Carts::default(),
            imports: Imports::default(),
            tiny_urls: TinyUrls::default(),
            orders: Orders::default(),
            workers: Workers::default(),
            scripted: Scripted::default(),
        }
    }

    /// Forgets the files whose row is gone.
    pub(crate) fn sweep(&mut self) {
        files::sweep(&mut self.desk);
    }

    /// Lets everything happen that the platform does by itself by now, in the order of time. Every
    /// request begins with this, after what people do (`acting::catch_up`).
    pub(crate) fn settle(&mut self, now: Timestamp) {
        self.desk.store.next_request(now);
        while let Some(at) = self.next_due().filter(|at| *at <= now) {
            self.orders.deliver(&mut self.desk, at);
            expiry::pass(&mut self.desk, at);
            self.workers.pass(&mut self.desk, at);
            self.imports.settle(&mut self.desk, at);
        }
    }

    fn next_due(&self) -> Option<Timestamp> {
        let approvals = self.desk.next_due().map(|(at, _)| at);
        let all = [self.orders.next_due(), approvals, self.workers.next_due(), self.imports.next_due()];
        all.into_iter().flatten().min()
    }

    /// Answers a reader, who does not see writes that are held back.
    pub(crate) fn as_others_see<T>(&mut self, answer: impl FnOnce(&Self) -> T) -> T {
        let hidden = self.desk.store.hide();
        let answered = answer(self);
        self.desk.store.show_again(hidden);
        answered
    }

    /// Begins to send what is due of the outbox.
    pub(crate) fn begin_delivery(&mut self, now: Timestamp) -> Option<(u64, Parcel)> {
        let base = Base { dictionary: &self.desk.dictionary, store: &self.desk.store };
        self.desk.outbox.begin(base, now)
    }

    /// Learns what became of that.
    pub(crate) fn end_delivery(&mut self, now: Timestamp, sent: (u64, Parcel, Outcome)) {
        self.desk.outbox.end(&mut self.desk.store, now, sent);
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
        let base = self.desk.base();
        let property = base.store.find(base.dictionary, "sys_properties", "name", TWO_STEP_PROPERTY);
        property.is_some_and(|row| row.get("value") == "true")
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::load::Seed;
    use crate::servicenow::assign::Input;
    use crate::servicenow::desk::{Fields, Hand};
    use crate::servicenow::webhook::Webhook;

    /// Does a little of everything that leaves something behind.
    fn live(instance: &mut Instance, now: Timestamp) {
        // Whoever acts in the instance itself also changes what others do not see yet.
        let admin = instance.person("admin").unwrap().trusted();
        let hand = Hand { actor: &admin, now, input: Input::raw() };
        let fields = |all: &[(&str, &str)]| -> Fields {
            all.iter().map(|(field, value)| ((*field).to_owned(), (*value).to_owned())).collect()
        };
        instance.desk.outbox.configure(Some(Webhook::new("http://127.0.0.1:1/", "k", Vec::new(), "")));
        instance.desk.store.delay("incident", 60_000);
        instance.desk.store.shuffle(true);
        let incident = instance.desk.insert(&hand, "incident", &fields(&[("work_notes", "a")])).unwrap();
        instance.desk.update(&hand, "incident", &incident, &fields(&[("state", "2")])).unwrap();
        instance.desk.insert(&hand, "sys_choice", &fields(&[("name", "incident")])).unwrap();
        files::keep(&mut instance.desk.store, &incident, b"bytes", ("admin", now));
        instance.tiny_urls.keep("x?y=1").unwrap();
        instance.imports.later(now, "set", &admin).unwrap();
        let sent = instance.begin_delivery(now).unwrap();
        instance.end_delivery(now, (sent.0, sent.1, Outcome { status: Some(503), ..Outcome::default() }));
        instance.settle(now);
    }

    #[test]
    fn an_instance_that_was_put_back_is_the_same_and_goes_on_alike() {
        let now: Timestamp = "2026-01-05T08:00:00Z".parse().unwrap();
        let mut instance = Instance::new(&Seed::SmallCompany.load().unwrap(), now);
        live(&mut instance, now);
        let text = serde_json::to_string(&instance).unwrap();
        let mut back: Instance = serde_json::from_str(&text).unwrap();
        assert_eq!(serde_json::to_string(&back).unwrap(), text);
        for one in [&mut instance, &mut back] {
            live(one, now);
        }
        assert_eq!(serde_json::to_string(&back).unwrap(), serde_json::to_string(&instance).unwrap());
        assert_eq!(serde_json::to_value(&back).unwrap(), serde_json::to_value(&instance).unwrap());
    }
}
