//! Asking for approval: the rows for everybody a policy names.
//!
//! Owns who is asked. A manager may be missing, inactive or the person itself; the platform asks
//! whoever stands there, and inactive people too unless they are filtered.
//! Source: reference sections 12.1 to 12.3.

use jiff::SignedDuration;

use crate::ids;
use crate::servicenow::rules::draft::Consequence;
use crate::servicenow::rules::policy::Policy;
use crate::servicenow::stamp;
use crate::servicenow::store::Record;
use crate::servicenow::walk::Base;

/// Most people asked about one record; a larger group is a mistake.
const ASKED_MAX: usize = 500;

/// A question about one record, asked at one moment.
pub(crate) struct Question<'a> {
    pub(crate) base: Base<'a>,
    pub(crate) subject: &'a Record,
    pub(crate) policy: &'a Policy,
    /// When it is asked, as it is stored.
    pub(crate) at: &'a str,
}

impl Question<'_> {
    /// The rows for everybody the policy names; where that is nobody, the approval is skipped.
    ///
    /// That the outcome without anybody to ask is `skipped` is read from the list of outcomes; the
    /// documentation does not say when it comes.
    pub(crate) fn put(&self) -> Vec<Consequence> {
        let mut rows = Vec::new();
        if self.policy.ask.manager {
            rows.extend(self.manager().map(|manager| self.person(&manager, "")));
        }
        for named in &self.policy.ask.users {
            let user = self.user(named);
            rows.extend(user.filter(|user| self.admits(user)).map(|user| self.person(user.id(), "")));
        }
        for group in &self.policy.ask.groups {
            rows.extend(self.group(group));
        }
        if rows.is_empty() {
            rows.push(Consequence::change(self.subject, &[("approval", "skipped")]));
        }
        rows.truncate(ASKED_MAX);
        rows
    }

    /// The rows for a group and its members; none for a group without any.
    pub(crate) fn group(&self, named: &str) -> Vec<Consequence> {
        let Base { dictionary, store } = self.base;
        let found = store.get(dictionary, "sys_user_group", named);
        let Some(group) = found.or_else(|| store.find(dictionary, "sys_user_group", "name", named)) else {
            return Vec::new();
        };
        let members: Vec<&str> = store
            .all(dictionary, "sys_user_grmember")
            .filter(|row| row.get("group") == group.id())
            .map(|row| row.get("user"))
            .filter(|user| store.get(dictionary, "sys_user", user).is_some_and(|user| self.admits(user)))
            .collect();
        if members.is_empty() {
            return Vec::new();
        }
        let earlier = store.all(dictionary, "sysapproval_group").filter(|row| {
            row.get("parent") == self.subject.id() && row.get("assignment_group") == group.id()
        });
        let name = format!("{}/{}/{}", self.subject.id(), group.id(), earlier.count());
        let id = ids::hex32("sysapproval_group", &name);
        let row = [
            ("sys_id", id.as_str()),
            ("parent", self.subject.id()),
            ("assignment_group", group.id()),
            ("approval", "requested"),
        ];
        let mut rows = vec![Consequence::create("sysapproval_group", &row)];
        rows.extend(members.into_iter().map(|member| self.person(member, &id)));
        rows
    }

    fn person(&self, user: &str, group: &str) -> Consequence {
        let Base { dictionary, .. } = self.base;
        let due = self.policy.due_secs.and_then(|seconds| {
            let at = stamp::instant(self.at)?;
            Some(stamp::raw(at.checked_add(SignedDuration::from_secs(i64::from(seconds))).ok()?))
        });
        let task = if dictionary.is_a(&self.subject.class, "task") { self.subject.id() } else { "" };
        let fields = [
            ("approver", user),
            ("state", "requested"),
            ("sysapproval", task),
            ("source_table", self.subject.class.as_str()),
            ("document_id", self.subject.id()),
            ("group", group),
            ("due_date", due.as_deref().unwrap_or_default()),
            ("approval_column", "approval"),
            ("approval_journal_column", self.policy.journal.as_deref().unwrap_or_default()),
        ];
        Consequence::create("sysapproval_approver", &fields)
    }

    fn admits(&self, user: &Record) -> bool {
        !self.policy.ask.active_only || user.get("active") == "true"
    }

    fn user<'b>(&'b self, named: &'b str) -> Option<&'b Record> {
        let Base { dictionary, store } = self.base;
        store
            .get(dictionary, "sys_user", named)
            .or_else(|| store.find(dictionary, "sys_user", "user_name", named))
            .or_else(|| store.find(dictionary, "sys_user", "email", named))
    }

    /// The line manager of the person the record is for.
    fn manager(&self) -> Option<String> {
        let Base { dictionary, store } = self.base;
        let request = store.get(dictionary, "sc_request", self.subject.get("request"));
        let person = [
            self.subject.get("requested_for"),
            request.map_or("", |request| request.get("requested_for")),
            self.subject.get("opened_for"),
            self.subject.get("caller_id"),
            self.subject.get("requested_by"),
            self.subject.get("opened_by"),
        ]
        .into_iter()
        .find(|person| !person.is_empty())?;
        let manager = store.get(dictionary, "sys_user", person)?.get("manager");
        let found = store.get(dictionary, "sys_user", manager)?;
        self.admits(found).then(|| manager.to_owned())
    }
}
