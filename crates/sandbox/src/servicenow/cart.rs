//! What people have put into their carts and wish lists and not ordered yet.
//!
//! Owns the lines of each account. Ordering them is in `catalog`.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ids;
use crate::servicenow::actor::Actor;
use crate::servicenow::order::Order;
use crate::servicenow::refusal::Refusal;

/// Most lines in one cart.
const LINES_MAX: usize = 100;

/// One line of a cart.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Line {
    pub(crate) id: String,
    pub(crate) order: Order,
    pub(crate) created: Timestamp,
    pub(crate) updated: Timestamp,
    /// User name of who put it there.
    pub(crate) by: String,
}

/// Which of an account's two lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum List {
    Cart,
    Wishes,
}

/// Every cart and wish list, by the account it belongs to.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Carts {
    carts: BTreeMap<String, Vec<Line>>,
    wishes: BTreeMap<String, Vec<Line>>,
    made: u64,
}

impl List {
    /// The id of an account's list, which is the same from the first to the last order.
    pub(crate) fn id(self, account: &str) -> String {
        let kind = match self {
            Self::Cart => "sc_cart",
            Self::Wishes => "sc_cart/wishlist",
        };
        ids::hex32(kind, account)
    }
}

impl Carts {
    fn list(&mut self, list: List) -> &mut BTreeMap<String, Vec<Line>> {
        match list {
            List::Cart => &mut self.carts,
            List::Wishes => &mut self.wishes,
        }
    }

    /// Puts an order into a list of the account.
    pub(crate) fn add(
        &mut self,
        list: List,
        actor: &Actor,
        now: Timestamp,
        order: Order,
    ) -> Result<(), Refusal> {
        self.made += 1;
        let id = ids::hex32("sc_cart_item", &self.made.to_string());
        let lines = self.list(list).entry(actor.sys_id.clone()).or_default();
        if lines.len() >= LINES_MAX {
            return Err(Refusal::BadRequest(format!("A cart holds at most {LINES_MAX} items")));
        }
        lines.push(Line { id, order, created: now, updated: now, by: actor.user_name.clone() });
        Ok(())
    }

    /// The lines of a list of the account.
    pub(crate) fn lines(&self, list: List, actor: &Actor) -> &[Line] {
        let lists = match list {
            List::Cart => &self.carts,
            List::Wishes => &self.wishes,
        };
        lists.get(&actor.sys_id).map_or(&[], Vec::as_slice)
    }

    /// One line of the account's cart.
    pub(crate) fn line(&mut self, actor: &Actor, id: &str) -> Option<&mut Line> {
        self.carts.get_mut(&actor.sys_id)?.iter_mut().find(|line| line.id == id)
    }

    /// Takes one line out of the account's cart; says whether there was one.
    pub(crate) fn remove(&mut self, actor: &Actor, line: &str) -> bool {
        let Some(lines) = self.carts.get_mut(&actor.sys_id) else { return false };
        let before = lines.len();
        lines.retain(|one| one.id != line);
        lines.len() < before
    }

    pub(crate) fn empty(&mut self, account: &str) {
        self.carts.remove(account);
    }

    /// The account whose cart has that id.
    pub(crate) fn owner(&self, id: &str) -> Option<String> {
        self.carts.keys().find(|account| List::Cart.id(account) == id).cloned()
    }
}
