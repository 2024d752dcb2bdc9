//! Configuration items: which row a description of one means, and what one hangs on.
//!
//! Owns the identification rules and relations. Answers no request.
//! Source: reference sections 9.10 and 9.11; ServiceNow documentation, CMDB Instance API and
//! Identification and Reconciliation API.

use crate::servicenow::desk::{Desk, Fields, Hand};
use crate::servicenow::refusal::Refusal;
use crate::servicenow::stamp;
use crate::servicenow::store::Record;
use crate::servicenow::walk::Base;

/// The table of all configuration items.
pub(crate) const ITEMS: &str = "cmdb_ci";
/// The table of what they have to do with each other.
pub(crate) const RELATIONS: &str = "cmdb_rel_ci";
/// The table of the kinds of that.
pub(crate) const TYPES: &str = "cmdb_rel_type";
/// The field that names who told of an item.
pub(crate) const SOURCE: &str = "discovery_source";

/// A rule that tells items of a class, and of those that extend it, apart.
#[derive(Debug)]
pub(crate) struct Identifier {
    pub(crate) name: &'static str,
    /// The class whose rows are looked through.
    pub(crate) table: &'static str,
    /// What has to be the same, in the order the attempts are made.
    pub(crate) attributes: &'static [&'static [&'static str]],
}

/// The rule for hardware is the documented sample without its look-up tables; that of other items is
/// the plainest one there can be, since each class has its own on a real instance.
const RULES: [Identifier; 3] = [
    Identifier {
        name: "Hardware Rule",
        table: "cmdb_ci_hardware",
        attributes: &[&["serial_number"], &["name"]],
    },
    Identifier {
        name: "Virtual Machine Instance Rule",
        table: "cmdb_ci_vm_instance",
        attributes: &[&["vm_inst_id"], &["name"]],
    },
    Identifier { name: "Configuration Item Rule", table: ITEMS, attributes: &[&["name"]] },
];

/// The rule for items of a class; nothing for a table that holds none.
pub(crate) fn identifier(base: Base<'_>, class: &str) -> Option<&'static Identifier> {
    RULES.iter().find(|rule| base.dictionary.is_a(class, rule.table))
}

/// What came of one attempt to identify an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Attempt {
    Skipped,
    NoMatch,
    Matched,
    /// More than one row fits.
    MultiMatch,
}

impl Attempt {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Skipped => "SKIPPED",
            Self::NoMatch => "NO_MATCH",
            Self::Matched => "MATCHED",
            Self::MultiMatch => "MULTI_MATCH",
        }
    }
}

/// The attempts in their order, and the row found by the last of them.
pub(crate) fn identify<'a>(
    base: Base<'a>,
    rule: &Identifier,
    fields: &Fields,
) -> (Vec<Attempt>, Option<&'a Record>) {
    let given = |name: &str| fields.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value);
    let mut attempts = Vec::new();
    for attributes in rule.attributes {
        if attributes.iter().any(|name| given(name).is_empty()) {
            attempts.push(Attempt::Skipped);
            continue;
        }
        let same =
            |row: &&Record| attributes.iter().all(|name| row.get(name).eq_ignore_ascii_case(given(name)));
        let mut rows = base.store.all(base.dictionary, rule.table).filter(same);
        match (rows.next(), rows.next()) {
            (None, _) => attempts.push(Attempt::NoMatch),
            (Some(row), None) => {
                attempts.push(Attempt::Matched);
                return (attempts, Some(row));
            }
            (Some(_), Some(_)) => {
                attempts.push(Attempt::MultiMatch);
                return (attempts, None);
            }
        }
    }
    (attempts, None)
}

/// Whether the name of who tells of an item is one the instance knows.
pub(crate) fn knows_source(base: Base<'_>, source: &str) -> bool {
    base.dictionary.field(ITEMS, SOURCE).is_some_and(|field| field.choices.contains_key(source))
}

/// Adds what is noted down with every discovery of an item: by whom, and when first and last.
pub(crate) fn discovered(hand: &Hand<'_>, source: &str, known: Option<&Record>, fields: &mut Fields) {
    let now = stamp::raw(hand.now);
    fields.retain(|(name, _)| name != SOURCE);
    if !source.is_empty() {
        fields.push((SOURCE.to_owned(), source.to_owned()));
    }
    if known.is_none_or(|row| row.get("first_discovered").is_empty()) {
        fields.push(("first_discovered".to_owned(), now.clone()));
    }
    fields.push(("last_discovered".to_owned(), now));
}

/// A relation two items are to have.
#[derive(Debug)]
pub(crate) struct Relation {
    pub(crate) parent: String,
    pub(crate) child: String,
    /// The `sys_id` of the type.
    pub(crate) kind: String,
}

/// The row of a relation that is there already.
pub(crate) fn related(base: Base<'_>, relation: &Relation) -> Option<String> {
    let same = |row: &&Record| {
        row.get("parent") == relation.parent
            && row.get("child") == relation.child
            && row.get("type") == relation.kind
    };
    base.store.all(base.dictionary, RELATIONS).find(same).map(|row| row.id().to_owned())
}

/// Relates two items, unless they are; gives the row and whether it is new.
pub(crate) fn relate(
    desk: &mut Desk,
    hand: &Hand<'_>,
    relation: &Relation,
) -> Result<(String, bool), Refusal> {
    if let Some(id) = related(desk.base(), relation) {
        return Ok((id, false));
    }
    let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let fields = vec![
        field("parent", &relation.parent),
        field("child", &relation.child),
        field("type", &relation.kind),
    ];
    Ok((desk.insert(hand, RELATIONS, &fields)?, true))
}
