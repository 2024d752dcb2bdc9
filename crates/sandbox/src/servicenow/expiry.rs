//! Approvals that nobody answered by the time they were due.
//!
//! Owns what then happens to them; when that is, the desk knows. The platform answers in its own
//! name. Source: reference section 12.2, "due date action".

use jiff::Timestamp;

use crate::servicenow::actor::Actor;
use crate::servicenow::assign::Input;
use crate::servicenow::desk::{Desk, Hand};
use crate::servicenow::rules::policy::{Policy, UponDue};

/// Ends every question that is due by now.
pub(crate) fn pass(desk: &mut Desk, now: Timestamp) {
    let system = Actor::system();
    while let Some((at, row)) = desk.next_due().filter(|(at, _)| *at <= now) {
        let (row, state) = (row.to_owned(), answer(desk, row));
        desk.pop_due();
        let Some(state) = state else { continue };
        let hand = Hand { actor: &system, now: at, input: Input::raw() };
        let fields = vec![("state".to_owned(), state.to_owned())];
        if let Err(refusal) = desk.update(&hand, "sysapproval_approver", &row, &fields) {
            tracing::debug!(?refusal, "an approval that was due could not be ended");
        }
    }
}

/// What an open row becomes; nothing where it stays open.
fn answer(desk: &Desk, row: &str) -> Option<&'static str> {
    let base = desk.base();
    let row = base.store.get(base.dictionary, "sysapproval_approver", row)?;
    if row.get("state") != "requested" {
        return None;
    }
    let subject = base.store.get(base.dictionary, row.get("source_table"), row.get("document_id"))?;
    match Policy::of(base, subject).upon_due {
        UponDue::None => None,
        UponDue::Approve => Some("approved"),
        UponDue::Reject => Some("rejected"),
        UponDue::Cancel => Some("cancelled"),
    }
}
