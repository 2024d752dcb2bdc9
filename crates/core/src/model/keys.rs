//! The keys of every map that is read, by the name of its written form, for the test that keeps the
//! schema at the same keys.

use super::agent::AGENT_KEYS;
use super::calendar_doc::CALENDAR_KEYS;
use super::declared::VALUE_KEYS;
use super::document::DOCUMENT_KEYS;
use super::gate::{ESCALATE_KEYS, EXPIRES_KEYS, GATE_KEYS, REMIND_KEYS, STAGE_KEYS};
use super::guard::GUARD_KEYS;
use super::kinds::{EVENT_KEYS, POLL_KEYS, RETRY_KEYS, WAIT_KEYS};
use super::mapping_doc::MAPPING_KEYS;
use super::mapping_field::{FIELD_KEYS, LOOKUP_KEYS, MAX_LENGTH_KEYS};
use super::step::{BRANCH_KEYS, STEP_KEYS};
use super::table_doc::TABLE_KEYS;
use super::trigger::{CANCEL_KEYS, CONCURRENCY_KEYS, DEDUPE_KEYS, TRIGGER_KEYS};

/// Names of written forms with the keys that are read.
pub(crate) fn key_tables() -> [(&'static str, &'static [&'static str]); 25] {
    [
        ("", DOCUMENT_KEYS.known),
        ("Declared", VALUE_KEYS.known),
        ("Trigger", TRIGGER_KEYS.known),
        ("Dedupe", DEDUPE_KEYS.known),
        ("Concurrency", CONCURRENCY_KEYS.known),
        ("Cancel", CANCEL_KEYS.known),
        ("Guard", GUARD_KEYS.known),
        ("Table", TABLE_KEYS.known),
        ("Mapping", MAPPING_KEYS.known),
        ("Alternative", FIELD_KEYS.known),
        ("Lookup", LOOKUP_KEYS.known),
        ("Cut", MAX_LENGTH_KEYS.known),
        ("Step", STEP_KEYS.known),
        ("Branch", BRANCH_KEYS.known),
        ("Retry", RETRY_KEYS.known),
        ("Poll", POLL_KEYS.known),
        ("Wait", WAIT_KEYS.known),
        ("Event", EVENT_KEYS.known),
        ("Agent", AGENT_KEYS.known),
        ("Approval", GATE_KEYS.known),
        ("Stage", STAGE_KEYS.known),
        ("Expires", EXPIRES_KEYS.known),
        ("Remind", REMIND_KEYS.known),
        ("Escalate", ESCALATE_KEYS.known),
        ("Calendar", CALENDAR_KEYS.known),
    ]
}
