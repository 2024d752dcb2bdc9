//! Rules of cases of human resources.
//!
//! Source: reference section 10.8, which calls the service mandatory; that the API insists on it is
//! not confirmed there.

use crate::servicenow::refusal::Refusal;
use crate::servicenow::rules::draft::Draft;

pub(crate) fn before(draft: &Draft<'_>) -> Result<(), Refusal> {
    let missing = draft.missing(&["hr_service"]);
    if missing.is_empty() { Ok(()) } else { Err(Refusal::Mandatory(missing)) }
}
