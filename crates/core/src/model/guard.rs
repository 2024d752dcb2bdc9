//! The parsed text of `guards`: budgets over effects.

use jiff::SignedDuration;

use super::words::{read_count, read_duration, read_word};
use crate::diagnostic::Diagnostic;
use crate::syntax::{Fields, Keys, Node, items, text};

/// Most effects that a budget may allow.
const EFFECTS_MAX: u32 = 1_000_000;

pub(crate) const GUARD_KEYS: Keys = Keys {
    what: "a guard",
    known: &["count", "per", "max", "then"],
    foreign: &[
        ("action", "`count`"),
        ("of", "`count`"),
        ("limit", "`max`"),
        ("window", "`per`"),
        ("every", "`per`"),
        ("on_exceed", "`then`"),
    ],
};

/// What happens with an effect that is over a budget.
pub(crate) const GUARD_THEN: [&str; 2] = ["hold", "fail"];

/// A budget over effects.
#[derive(Debug)]
pub(crate) struct GuardDoc<'t> {
    /// The action or the class of effects that is counted.
    pub(crate) count: &'t Node,
    pub(crate) per: SignedDuration,
    pub(crate) max: u32,
    /// Whether the effect fails instead of being held for a person.
    pub(crate) fails: bool,
}

pub(super) fn read_guards<'t>(node: &'t Node, found: &mut Vec<Diagnostic>) -> Vec<GuardDoc<'t>> {
    items(node, "guards", found).iter().filter_map(|item| read_guard(item, found)).collect()
}

fn read_guard<'t>(node: &'t Node, found: &mut Vec<Diagnostic>) -> Option<GuardDoc<'t>> {
    let fields = Fields::open(node, &GUARD_KEYS, found)?;
    let count = fields.need("count", found).filter(|node| text(node, "count", found).is_some());
    let per = fields.need("per", found).and_then(|node| read_duration(node, "per", found));
    let max = fields.need("max", found).and_then(|node| read_count(node, "max", EFFECTS_MAX, found));
    let then = fields.need("then", found).and_then(|node| read_word(node, "then", &GUARD_THEN, found));
    Some(GuardDoc { count: count?, per: per?, max: max?, fails: then? == 1 })
}
