//! Rules of assets: what lies in stock belongs to nobody, what is retired says since when.
//!
//! Source: reference section 10.6.

use crate::servicenow::rules::draft::Draft;
use crate::servicenow::stamp;

const IN_STOCK: &str = "6";
const RETIRED: &str = "7";

pub(crate) fn before(draft: &mut Draft<'_>) {
    if !draft.changed("install_status") || draft.before.is_none() {
        return;
    }
    match draft.get("install_status") {
        IN_STOCK => {
            draft.after.set("assigned_to", "");
            draft.after.set("assigned", "");
        }
        RETIRED => {
            let today = stamp::raw(draft.now);
            let day = today.split(' ').next().unwrap_or_default().to_owned();
            draft.fill("retired", &day);
        }
        _ => {}
    }
}
