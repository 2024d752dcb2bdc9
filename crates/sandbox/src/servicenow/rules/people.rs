//! Rules of accounts: the name is put together from its parts.

use crate::servicenow::rules::draft::Draft;

pub(crate) fn before(draft: &mut Draft<'_>) {
    let parts = ["first_name", "middle_name", "last_name"];
    if parts.iter().any(|part| draft.changed(part)) {
        let name: Vec<&str> =
            parts.iter().map(|part| draft.get(part)).filter(|part| !part.is_empty()).collect();
        let name = name.join(" ");
        draft.after.set("name", name);
    }
}
