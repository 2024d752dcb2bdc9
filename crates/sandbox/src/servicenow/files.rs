//! What attached files hold: parts of each file as rows of `sys_attachment_doc`.
//!
//! Owns the cutting into parts and their spelling. Files are rows like everything else, so they are
//! kept, dumped and removed with the records they belong to.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;

use crate::servicenow::desk::Desk;
use crate::servicenow::stamp;
use crate::servicenow::store::{Record, Store};

const TABLE: &str = "sys_attachment_doc";

/// Bytes of a file in one part, as the metadata of attachments says.
pub(crate) const PART_BYTES: usize = 700_000;

/// Keeps the bytes of a file.
pub(crate) fn keep(store: &mut Store, attachment: &str, bytes: &[u8], (user, now): (&str, Timestamp)) {
    let now = stamp::raw(now);
    for (position, part) in bytes.chunks(PART_BYTES).enumerate() {
        let mut row = Record::new(TABLE);
        row.set("sys_id", store.fresh_id(TABLE));
        row.set("sys_attachment", attachment);
        row.set("position", position.to_string());
        row.set("length", part.len().to_string());
        row.set("data", STANDARD.encode(part));
        for (by, at) in [("sys_created_by", "sys_created_on"), ("sys_updated_by", "sys_updated_on")] {
            row.set(by, user);
            row.set(at, now.as_str());
        }
        row.set("sys_mod_count", "0");
        store.put(row);
    }
}

/// The bytes of a file.
pub(crate) fn read(desk: &Desk, attachment: &str) -> Vec<u8> {
    let rows = desk.store.having(&desk.dictionary, TABLE, "sys_attachment", attachment);
    let mut rows: Vec<(usize, &Record)> =
        rows.map(|row| (row.get("position").parse().unwrap_or(0), row)).collect();
    rows.sort_by_key(|(position, _)| *position);
    rows.into_iter().flat_map(|(_, row)| STANDARD.decode(row.get("data")).unwrap_or_default()).collect()
}

/// Forgets the parts whose file is gone.
pub(crate) fn sweep(desk: &mut Desk) {
    let rows = desk.store.all(&desk.dictionary, TABLE).map(|row| row.get("sys_attachment"));
    let gone = |id: &&str| desk.store.get(&desk.dictionary, "sys_attachment", id).is_none();
    let gone: Vec<String> = rows.filter(gone).map(str::to_owned).collect();
    for id in gone {
        desk.store.remove_having(TABLE, "sys_attachment", &id);
    }
}

/// How many bytes all files hold together.
pub(crate) fn total_bytes(desk: &Desk) -> usize {
    desk.store.all(&desk.dictionary, TABLE).filter_map(|row| row.get("length").parse::<usize>().ok()).sum()
}
