//! What people have put into their carts and not ordered yet.
//!
//! Owns the lines of each account's cart. Ordering them is in `catalog`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::ids;
use crate::servicenow::actor::Actor;
use crate::servicenow::catalog::Order;
use crate::servicenow::refusal::Refusal;

/// Most lines in one cart.
const LINES_MAX: usize = 100;

/// One line of a cart.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Line {
    pub(crate) id: String,
    pub(crate) order: Order,
}

/// Every cart, by the account it belongs to.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Carts {
    lines: BTreeMap<String, Vec<Line>>,
    made: u64,
}

/// The id of an account's cart, which is the same from the first to the last order.
pub(crate) fn id(actor: &Actor) -> String {
    ids::hex32("sc_cart", &actor.sys_id)
}

impl Carts {
    /// Puts a checked order into the account's cart.
    pub(crate) fn add(&mut self, actor: &Actor, order: Order) -> Result<(), Refusal> {
        let lines = self.lines.entry(actor.sys_id.clone()).or_default();
        if lines.len() >= LINES_MAX {
            return Err(Refusal::BadRequest(format!("A cart holds at most {LINES_MAX} items")));
        }
        self.made += 1;
        lines.push(Line { id: ids::hex32("sc_cart_item", &self.made.to_string()), order });
        Ok(())
    }

    pub(crate) fn lines(&self, actor: &Actor) -> &[Line] {
        self.lines.get(&actor.sys_id).map_or(&[], Vec::as_slice)
    }

    /// Takes one line out.
    pub(crate) fn remove(&mut self, actor: &Actor, line: &str) -> Result<(), Refusal> {
        let lines = self.lines.get_mut(&actor.sys_id).ok_or(Refusal::NoRecord)?;
        let at = lines.iter().position(|one| one.id == line).ok_or(Refusal::NoRecord)?;
        lines.remove(at);
        Ok(())
    }

    pub(crate) fn empty(&mut self, actor: &Actor) {
        self.lines.remove(&actor.sys_id);
    }
}
