//! Where records are written: inserts, updates and deletes with roles, rules, stamps and journals.
//!
//! Owns the order of those. Every change of a record after the seed goes through here.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::servicenow::actor::{Actor, Deed};
use crate::servicenow::assign::{self, Input};
use crate::servicenow::audit;
use crate::servicenow::definitions;
use crate::servicenow::dictionary::Dictionary;
use crate::servicenow::inherited;
use crate::servicenow::outbox::{News, Outbox};
use crate::servicenow::refusal::Refusal;
use crate::servicenow::rules::{self, Consequence, Draft, Stored};
use crate::servicenow::shape::Shape;
use crate::servicenow::stamp;
use crate::servicenow::store::{Record, Store};
use crate::servicenow::walk::Base;

/// Most writes that may follow from one; a longer chain would be a circle of rules.
const CONSEQUENCES_MAX: usize = 256;

/// The records and the tables they belong to.
#[derive(Debug, Serialize, Deserialize)]
#[serde(from = "Kept")]
pub(crate) struct Desk {
    /// What the tables are is no state: it follows from the shape and from the rows that define tables.
    #[serde(skip)]
    pub(crate) dictionary: Arc<Dictionary>,
    pub(crate) store: Store,
    pub(crate) shape: Shape,
    pub(crate) outbox: Outbox,
    /// Approvals with a time they are due at, as stored, and the ids of their rows.
    due: BTreeSet<(String, String)>,
}

/// The desk as it is kept.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    store: Store,
    shape: Shape,
    outbox: Outbox,
    due: BTreeSet<(String, String)>,
}

impl From<Kept> for Desk {
    fn from(kept: Kept) -> Self {
        let Kept { store, shape, outbox, due } = kept;
        Self { dictionary: definitions::of(shape, &store), store, shape, outbox, due }
    }
}

/// Who writes, when, and how values are to be read.
#[derive(Debug, Clone)]
pub(crate) struct Hand<'a> {
    pub(crate) actor: &'a Actor,
    pub(crate) now: Timestamp,
    pub(crate) input: Input,
}

/// Field names and texts, in the order they were sent.
pub(crate) type Fields = Vec<(String, String)>;

impl Desk {
    /// An empty instance of the usual shape.
    pub(crate) fn new() -> Self {
        let shape = Shape::default();
        let (store, outbox, due) = (Store::default(), Outbox::default(), BTreeSet::new());
        Self { dictionary: Dictionary::shared(shape), store, shape, outbox, due }
    }

    /// Gives the instance other plugins or choices.
    pub(crate) fn reshape(&mut self, shape: Shape) {
        self.shape = shape;
        self.dictionary = definitions::of(shape, &self.store);
    }

    pub(crate) fn base(&self) -> Base<'_> {
        Base { dictionary: &self.dictionary, store: &self.store }
    }

    /// Creates a record and gives its id.
    pub(crate) fn insert(
        &mut self,
        hand: &Hand<'_>,
        table: &str,
        fields: &Fields,
    ) -> Result<String, Refusal> {
        let dictionary = Arc::clone(&self.dictionary);
        let definition = dictionary.table(table).ok_or_else(|| Refusal::NoTable(table.to_owned()))?;
        if !hand.actor.may(Deed::Create, definition) {
            return Err(Refusal::Acl(Deed::Create));
        }
        let prefix = definition.prefix.clone();
        let chosen =
            fields.iter().find(|(name, _)| name == "sys_id").map(|(_, id)| id.as_str()).unwrap_or_default();
        let id = self.id(table, chosen)?;
        let mut record = Record::new(table);
        self.defaults(hand, table, &mut record);
        let mut draft = Draft {
            base: self.base(),
            actor: hand.actor,
            now: hand.now,
            before: None,
            after: record,
            notes: Vec::new(),
        };
        write(&mut draft, table, fields, &hand.input);
        draft.after.set("sys_id", id.as_str());
        let numbered = draft.get("number").is_empty();
        rules::before(&mut draft)?;
        demanded(&draft)?;
        let (mut record, notes) = (draft.after, draft.notes);
        if self.gives_too_much(hand.actor, &record) {
            return Err(Refusal::Acl(Deed::Create));
        }
        if let (Some(prefix), true) = (prefix, numbered) {
            record.set("number", self.store.next_number(&prefix));
        }
        self.unique(&record)?;
        for (by, at) in [("sys_created_by", "sys_created_on"), ("sys_updated_by", "sys_updated_on")] {
            record.set(by, hand.actor.user_name.as_str());
            record.set(at, stamp::raw(hand.now));
        }
        record.set("sys_mod_count", "0");
        unmark(hand, None, &mut record);
        self.commit(hand, None, record, notes);
        Ok(id)
    }

    /// Changes the given fields of a record. Writing what is there already changes nothing.
    pub(crate) fn update(
        &mut self,
        hand: &Hand<'_>,
        table: &str,
        id: &str,
        fields: &Fields,
    ) -> Result<(), Refusal> {
        let before = self.present(hand, Deed::Write, table, id)?;
        let class = before.class.clone();
        let mut draft = Draft {
            base: self.base(),
            actor: hand.actor,
            now: hand.now,
            before: Some(&before),
            after: before.clone(),
            notes: Vec::new(),
        };
        write(&mut draft, &class, fields, &hand.input);
        if draft.after == before && draft.notes.is_empty() {
            return Ok(());
        }
        rules::before(&mut draft)?;
        if draft.after == before && draft.notes.is_empty() {
            return Ok(());
        }
        demanded(&draft)?;
        draft.count("sys_mod_count");
        let (mut record, notes) = (draft.after, draft.notes);
        if self.gives_too_much(hand.actor, &record) {
            return Err(Refusal::Acl(Deed::Write));
        }
        self.unique(&record)?;
        record.set("sys_updated_by", hand.actor.user_name.as_str());
        record.set("sys_updated_on", stamp::raw(hand.now));
        unmark(hand, Some(&before), &mut record);
        self.commit(hand, Some(before), record, notes);
        Ok(())
    }

    /// Removes a record with its journal, files and approvals, and the memberships of an account or group.
    pub(crate) fn delete(&mut self, hand: &Hand<'_>, table: &str, id: &str) -> Result<(), Refusal> {
        let record = self.present(hand, Deed::Delete, table, id)?;
        let draft = Draft {
            base: self.base(),
            actor: hand.actor,
            now: hand.now,
            before: Some(&record),
            after: record.clone(),
            notes: Vec::new(),
        };
        rules::deleting(&draft)?;
        let users = inherited::concerned(&self.dictionary, &self.store, &record);
        self.store.remove(&record.class, id);
        self.redefine(&record);
        self.remove_parts(&record);
        self.settle_roles(hand, users);
        let (before, after, notes) = (Some(&record), None, Vec::new());
        self.publish(&News { actor: hand.actor, now: hand.now, before, after, notes });
        let consequences = rules::gone(self.base(), &record);
        self.follow_all(hand, consequences);
        Ok(())
    }

    /// Removes what does not stay without the record it belongs to.
    fn remove_parts(&mut self, record: &Record) {
        let id = record.id();
        self.store.remove_having("sys_journal_field", "element_id", id);
        for (child, field) in [
            ("sys_user_grmember", "user"),
            ("sys_user_grmember", "group"),
            ("sys_user_has_role", "user"),
            ("sys_group_has_role", "group"),
            ("sc_item_option_mtom", "request_item"),
            ("sysapproval_approver", "sysapproval"),
            ("sysapproval_group", "parent"),
            ("sc_multi_row_question_answer", "parent_id"),
            ("question_answer", "table_sys_id"),
            ("task_ci", "task"),
            ("task_cmdb_ci_service", "task"),
            ("sys_attachment", "table_sys_id"),
        ] {
            self.store.remove_having(child, field, id);
        }
        if record.class == "sys_user_role" {
            for (child, field) in [
                ("sys_user_has_role", "role"),
                ("sys_group_has_role", "role"),
                ("sys_user_role_contains", "role"),
                ("sys_user_role_contains", "contains"),
            ] {
                self.store.remove_having(child, field, id);
            }
        }
        let name = record.get("name");
        if record.class == "sys_db_object" && self.dictionary.table(name).is_none() {
            self.store.remove_all(name);
            self.store.remove_having("sys_dictionary", "name", name);
            self.store.remove_having("sys_choice", "name", name);
        }
    }

    /// The record, unless it is one that nobody but the platform knows of yet. Asks for no right.
    pub(crate) fn known(&self, actor: &Actor, table: &str, id: &str) -> Option<&Record> {
        let record = self.store.get(&self.dictionary, table, id)?;
        (actor.is_trusted() || !self.store.is_unseen(&record.class, id)).then_some(record)
    }

    /// A copy of the record, if the account may see it and may do this to it.
    fn present(&self, hand: &Hand<'_>, deed: Deed, table: &str, id: &str) -> Result<Record, Refusal> {
        self.dictionary.table(table).ok_or_else(|| Refusal::NoTable(table.to_owned()))?;
        let record = self.known(hand.actor, table, id).ok_or(Refusal::NoRecord)?;
        let definition = self.dictionary.table(&record.class).ok_or(Refusal::NoRecord)?;
        let stands_in = self.stands_in(hand, record);
        if !stands_in && !hand.actor.may_on(Deed::Read, definition, record) {
            return Err(Refusal::NoRecord);
        }
        if deed != Deed::Read && inherited::is_kept(record) && !hand.actor.is_trusted() {
            return Err(Refusal::Acl(deed));
        }
        if (!stands_in || deed != Deed::Write) && !hand.actor.may_on(deed, definition, record) {
            return Err(Refusal::Acl(deed));
        }
        Ok(record.clone())
    }

    /// Whether the row gives somebody a role that only an administrator may give. The reference names
    /// no such guard; without it whoever administers users could make an administrator of anybody.
    fn gives_too_much(&self, actor: &Actor, record: &Record) -> bool {
        if !matches!(record.class.as_str(), "sys_user_has_role" | "sys_group_has_role") {
            return false;
        }
        let role = self.store.get(&self.dictionary, "sys_user_role", record.get("role"));
        role.is_some_and(|role| {
            role.get("elevated_privilege") == "true" || matches!(role.get("name"), "admin" | "security_admin")
        }) && !actor.has_role("admin")
    }

    /// Whether the record is an approval of somebody who has made the actor a delegate for now.
    fn stands_in(&self, hand: &Hand<'_>, record: &Record) -> bool {
        record.class == "sysapproval_approver"
            && self.delegates(record.get("approver"), hand.now).any(|one| one == hand.actor.sys_id)
    }

    /// Who may answer approvals in the place of a user at that time.
    pub(crate) fn delegates<'a>(&'a self, user: &'a str, now: Timestamp) -> impl Iterator<Item = &'a str> {
        let now = stamp::raw(now);
        let rows = self.store.all(&self.dictionary, "sys_user_delegate");
        rows.filter(move |row| row.get("user") == user && row.get("approvals") == "true")
            .filter(move |row| {
                let (starts, ends) = (row.get("starts"), row.get("ends"));
                starts <= now.as_str() && (ends.is_empty() || ends >= now.as_str())
            })
            .map(|row| row.get("delegate"))
    }

    /// The caller's id if it is free, a fresh one if there is none.
    fn id(&mut self, table: &str, chosen: &str) -> Result<String, Refusal> {
        if chosen.len() == 32 && chosen.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            let root = self.dictionary.root(table);
            return match self.store.get(&self.dictionary, root, chosen) {
                Some(_) => Err(Refusal::Duplicate { value: chosen.to_owned(), key: "PRIMARY".to_owned() }),
                None => Ok(chosen.to_owned()),
            };
        }
        Ok(self.store.fresh_id(table))
    }

    fn defaults(&self, hand: &Hand<'_>, table: &str, record: &mut Record) {
        let Some(definition) = self.dictionary.table(table) else { return };
        for (name, field) in &definition.fields {
            match field.default.as_str() {
                "" => {}
                "@now" => record.set(name, stamp::raw(hand.now)),
                "@me" => record.set(name, hand.actor.sys_id.as_str()),
                value => record.set(name, value),
            }
        }
        if definition.fields.contains_key("sys_class_name") {
            record.set("sys_class_name", table);
        }
    }

    /// Columns that may hold a value once only.
    fn unique(&self, record: &Record) -> Result<(), Refusal> {
        let Some(definition) = self.dictionary.table(&record.class) else { return Ok(()) };
        let root = self.dictionary.root(&record.class);
        for (name, _) in definition.fields.iter().filter(|(_, field)| field.unique) {
            let value = record.get(name);
            let taken = || {
                let mut same = self.store.having_any_case(&self.dictionary, root, name, value);
                same.any(|other| other.id() != record.id())
            };
            if !value.is_empty() && taken() {
                return Err(Refusal::Duplicate { value: value.to_owned(), key: name.clone() });
            }
        }
        Ok(())
    }

    /// Stores the record and its journal entries, then everything that follows from it.
    fn commit(&mut self, hand: &Hand<'_>, before: Option<Record>, record: Record, notes: Fields) {
        let consequences = self.keep(hand, before.as_ref(), &record, &notes);
        self.follow_all(hand, consequences);
    }

    /// Stores the record and its journal entries, and says what follows.
    fn keep(
        &mut self,
        hand: &Hand<'_>,
        before: Option<&Record>,
        record: &Record,
        notes: &Fields,
    ) -> Vec<Consequence> {
        for (element, value) in notes {
            self.journal(hand, record, element, value);
        }
        self.store.put(record.clone());
        before.into_iter().chain([record]).for_each(|row| self.redefine(row));
        let at = stamp::raw(hand.now);
        let stamp = (hand.actor.user_name.as_str(), at.as_str());
        let written = audit::Written { before, after: record, notes, stamp };
        audit::record(&self.dictionary, &mut self.store, &written);
        let rows = before.into_iter().chain([record]);
        let users = rows.flat_map(|row| inherited::concerned(&self.dictionary, &self.store, row)).collect();
        self.settle_roles(hand, users);
        let written = notes.iter().map(|(element, _)| element.as_str()).collect();
        let (after, now) = (Some(record), hand.now);
        self.publish(&News { actor: hand.actor, now, before, after, notes: written });
        if record.class == "sysapproval_approver" && !record.get("due_date").is_empty() {
            self.due.insert((record.get("due_date").to_owned(), record.id().to_owned()));
        }
        rules::after(Stored { base: self.base(), before, after: record, notes })
    }

    /// Lets a row that defines tables, columns or choices take effect.
    fn redefine(&mut self, row: &Record) {
        if definitions::are_defined_by(&row.class) {
            let shipped = Dictionary::shaped(self.shape);
            definitions::apply(&mut self.dictionary, (shipped, &self.store), row);
        }
    }

    /// Gives users the rows of the roles that come with others.
    fn settle_roles(&mut self, hand: &Hand<'_>, users: BTreeSet<String>) {
        let at = stamp::raw(hand.now);
        for user in users {
            inherited::refresh(&self.dictionary, &mut self.store, &user, (&hand.actor.user_name, &at));
        }
    }

    fn follow_all(&mut self, hand: &Hand<'_>, consequences: Vec<Consequence>) {
        let mut pending: VecDeque<Consequence> = consequences.into();
        let trusted = hand.actor.clone().trusted();
        for _ in 0..CONSEQUENCES_MAX {
            let Some(next) = pending.pop_front() else { return };
            let hand = Hand { actor: &trusted, now: hand.now, input: Input::raw() };
            pending.extend(self.follow(&hand, next));
        }
        tracing::error!("rules of the pretend instance run in a circle; the rest is left undone");
    }

    fn follow(&mut self, hand: &Hand<'_>, next: Consequence) -> Vec<Consequence> {
        match next {
            Consequence::Change { table, id, set } => self.follow_change(hand, (&table, &id), &set),
            Consequence::Create { table, set } => {
                if let Err(refusal) = self.insert(hand, &table, &set) {
                    tracing::debug!(?refusal, table, "a rule could not make a record");
                }
                Vec::new()
            }
            Consequence::Note { table, id, element, value } => {
                if let Some(record) = self.store.get(&self.dictionary, &table, &id).cloned() {
                    self.journal(hand, &record, &element, &value);
                }
                Vec::new()
            }
        }
    }

    fn follow_change(&mut self, hand: &Hand<'_>, of: (&str, &str), set: &Fields) -> Vec<Consequence> {
        let Some(before) = self.store.get(&self.dictionary, of.0, of.1).cloned() else { return Vec::new() };
        let mut draft = Draft {
            base: self.base(),
            actor: hand.actor,
            now: hand.now,
            before: Some(&before),
            after: before.clone(),
            notes: Vec::new(),
        };
        write(&mut draft, &before.class, set, &hand.input);
        if draft.after == before || rules::before(&mut draft).is_err() {
            return Vec::new();
        }
        draft.count("sys_mod_count");
        let mut record = draft.after;
        record.set("sys_updated_by", hand.actor.user_name.as_str());
        record.set("sys_updated_on", stamp::raw(hand.now));
        self.keep(hand, Some(&before), &record, &Fields::new())
    }

    /// Tells the outside of a write: when others see it, and what goes into the outbox.
    fn publish(&mut self, news: &News<'_>) {
        if let Some(after) = news.after {
            self.store.hold_back(news.before, after, news.now);
        }
        self.outbox.capture(&mut self.store, &self.dictionary, news);
    }

    /// The next approval nobody has answered by the time it is due: that time and the id of its row.
    pub(crate) fn next_due(&self) -> Option<(Timestamp, &str)> {
        let (at, row) = self.due.first()?;
        Some((stamp::instant(at)?, row))
    }

    /// Forgets that approval; nobody waits for it any more.
    pub(crate) fn pop_due(&mut self) {
        self.due.pop_first();
    }

    /// Appends to the history of a record.
    fn journal(&mut self, hand: &Hand<'_>, record: &Record, element: &str, value: &str) {
        let mut row = Record::new("sys_journal_field");
        row.set("sys_id", self.store.fresh_id("sys_journal_field"));
        row.set("name", record.class.as_str());
        row.set("element", element);
        row.set("element_id", record.id());
        row.set("value", value);
        for (by, at) in [("sys_created_by", "sys_created_on"), ("sys_updated_by", "sys_updated_on")] {
            row.set(by, hand.actor.user_name.as_str());
            row.set(at, stamp::raw(hand.now));
        }
        row.set("sys_mod_count", "0");
        self.store.put(row);
    }
}

/// Takes the marks of a write back that is to leave none: what stood there before stands there again.
fn unmark(hand: &Hand<'_>, before: Option<&Record>, record: &mut Record) {
    if hand.input.stamped {
        return;
    }
    for field in ["sys_created_by", "sys_created_on", "sys_updated_by", "sys_updated_on", "sys_mod_count"] {
        record.set(field, before.map_or("", |before| before.get(field)));
    }
}

/// Refuses a write that leaves a column empty, or clears it, that a customer has made mandatory.
fn demanded(draft: &Draft<'_>) -> Result<(), Refusal> {
    let Some(table) = draft.base.dictionary.table(&draft.after.class) else { return Ok(()) };
    let fields = table.fields.iter().filter(|(name, field)| field.demanded && draft.get(name).is_empty());
    let missing = fields.filter(|(name, _)| draft.before.is_none() || draft.changed(name));
    let missing: Vec<String> = missing.map(|(_, field)| field.label.clone()).collect();
    if missing.is_empty() || draft.actor.is_trusted() { Ok(()) } else { Err(Refusal::Mandatory(missing)) }
}

/// Applies what was sent: unknown, read-only and unfitting values are dropped without a word, and what
/// the row's own person may not write.
fn write(draft: &mut Draft<'_>, table: &str, fields: &Fields, input: &Input) {
    let definition = draft.base.dictionary.table(table).filter(|_| draft.before.is_some());
    let confined = definition.and_then(|table| draft.actor.confined(table));
    for (name, value) in fields {
        let base = draft.base;
        let Some(field) = base.dictionary.field(table, name) else { continue };
        let closed = confined.is_some_and(|open| !open.contains(name));
        if closed || field.read_only || !draft.actor.may_fill(field) {
            continue;
        }
        if field.kind.is_journal() {
            if field.kind == crate::servicenow::dictionary::Kind::JournalInput && !value.is_empty() {
                draft.notes.push((name.clone(), value.clone()));
            }
            continue;
        }
        if let Some(value) = assign::stored(base, field, value, input) {
            draft.after.set(name, value);
        }
    }
}
