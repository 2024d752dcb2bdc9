//! Business rules that people wrote: the ones that abort a write.
//!
//! Rows of `sys_script` whose condition a record meets. Only conditions and the abort action are
//! carried out; no script is. Rows are asked in the order they name.
//! Source: reference sections 5.1 and 17.3, `business_rule: abort when`.

use crate::servicenow::query::evaluate::{Session, meets};
use crate::servicenow::query::parse::parse;
use crate::servicenow::refusal::Refusal;
use crate::servicenow::rules::draft::Draft;
use crate::servicenow::store::Record;

/// Where a rule's number in the order is read from; a rule without one comes with the usual ones.
const ORDER_DEFAULT: i64 = 100;

/// Refuses the write if one of the rules of the table aborts it.
pub(crate) fn before(draft: &Draft<'_>) -> Result<(), Refusal> {
    let event = if draft.before.is_some() { "action_update" } else { "action_insert" };
    check(draft, event)
}

/// Refuses to remove the record if one of the rules of the table aborts that.
pub(crate) fn deleting(draft: &Draft<'_>) -> Result<(), Refusal> {
    check(draft, "action_delete")
}

fn check(draft: &Draft<'_>, event: &str) -> Result<(), Refusal> {
    let base = draft.base;
    let class = draft.after.class.as_str();
    let mut rules: Vec<&Record> = base
        .store
        .all(base.dictionary, "sys_script")
        .filter(|rule| ["active", "abort_action", event].iter().all(|flag| rule.get(flag) == "true"))
        // An after rule runs in the same transaction and takes the write back as well.
        .filter(|rule| matches!(rule.get("when"), "before" | "after"))
        .filter(|rule| base.dictionary.is_a(class, rule.get("collection")))
        .collect();
    rules.sort_by_key(|rule| rule.get("order").parse().unwrap_or(ORDER_DEFAULT));
    // A rule looks at every record, whoever writes.
    let everywhere = draft.actor.clone().trusted();
    let session = Session { base, actor: &everywhere, now: draft.now };
    let hit = rules
        .into_iter()
        .find(|rule| meets(session, class, &draft.after, &parse(rule.get("filter_condition"))));
    match hit {
        None => Ok(()),
        Some(rule) => Err(Refusal::Aborted {
            table: class.to_owned(),
            rule: rule.get("name").to_owned(),
            id: rule.id().to_owned(),
        }),
    }
}
