//! The keys of every map that is read, by the name of its written form, for the test that keeps the
//! schema at the same keys and for what the schema refuses.

use super::agent::AGENT_KEYS;
use super::calendar_doc::CALENDAR_KEYS;
use super::declared::VALUE_KEYS;
use super::document::DOCUMENT_KEYS;
use super::gate::{ESCALATE_KEYS, EXPIRES_KEYS, GATE_KEYS, REMIND_KEYS, STAGE_KEYS};
use super::guard::GUARD_KEYS;
use super::kinds::{ADD_KEYS, EVENT_KEYS, POLL_KEYS, RETRY_KEYS, WAIT_KEYS};
use super::mapping_doc::MAPPING_KEYS;
use super::mapping_field::{FIELD_KEYS, LOOKUP_KEYS, MAX_LENGTH_KEYS};
use super::step::{BRANCH_KEYS, STEP_KEYS};
use super::table_doc::TABLE_KEYS;
use super::trigger::{CANCEL_KEYS, CONCURRENCY_KEYS, DEDUPE_KEYS, TRIGGER_KEYS};
use crate::syntax::Keys;

/// Names of written forms with the keys that are read.
pub(crate) fn key_tables() -> [(&'static str, &'static Keys); 26] {
    [
        ("", &DOCUMENT_KEYS),
        ("Declared", &VALUE_KEYS),
        ("Trigger", &TRIGGER_KEYS),
        ("Dedupe", &DEDUPE_KEYS),
        ("Concurrency", &CONCURRENCY_KEYS),
        ("Cancel", &CANCEL_KEYS),
        ("Guard", &GUARD_KEYS),
        ("Table", &TABLE_KEYS),
        ("Mapping", &MAPPING_KEYS),
        ("Alternative", &FIELD_KEYS),
        ("Lookup", &LOOKUP_KEYS),
        ("Cut", &MAX_LENGTH_KEYS),
        ("Step", &STEP_KEYS),
        ("Branch", &BRANCH_KEYS),
        ("Retry", &RETRY_KEYS),
        ("Poll", &POLL_KEYS),
        ("Add", &ADD_KEYS),
        ("Wait", &WAIT_KEYS),
        ("Event", &EVENT_KEYS),
        ("Agent", &AGENT_KEYS),
        ("Approval", &GATE_KEYS),
        ("Stage", &STAGE_KEYS),
        ("Expires", &EXPIRES_KEYS),
        ("Remind", &REMIND_KEYS),
        ("Escalate", &ESCALATE_KEYS),
        ("Calendar", &CALENDAR_KEYS),
    ]
}
