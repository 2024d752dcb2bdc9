//! What there is to tell of one node.

use drawbridge_sdk::{Entry, Kind};
use serde_json::{Value, json};

/// The word for a node: for a write, the class of its effect.
pub(super) fn kind(entry: &Entry) -> &'static str {
    match &entry.kind {
        Kind::Write(write) => write.widest.as_str(),
        other => other.as_str(),
    }
}

/// A node as JSON.
pub(super) fn document(entry: &Entry) -> Value {
    let mut document = json!({
        "name": entry.name,
        "kind": entry.kind.as_str(),
        "summary": entry.summary,
        "system": entry.system,
        "permissions": entry.permissions,
        "input": (entry.input)(),
        "example": entry.example,
    });
    match &entry.kind {
        Kind::Read(read) => document["output"] = json!((read.output)()),
        Kind::Write(write) => {
            document["effect"] = json!(write.widest);
            document["output"] = json!((write.output)());
        }
        Kind::Trigger(trigger) => document["event"] = json!((trigger.event)()),
        Kind::Record(record) => {
            document["fields"] = json!((record.fields)());
            document["key"] = json!(record.key);
            document["needed"] = json!(record.needed);
            document["read_only"] = json!(record.read_only);
        }
        Kind::People(_) | Kind::Channel(_) => {}
    }
    document
}
