//! Approvals in ServiceNow: one row per person on the record that a gate belongs to.
//!
//! Owns the rule that a decision counts only if the row says so, hangs on our record, belongs to the
//! person we asked and was last written by that person. It never writes a decision.
//!
//! Source: ServiceNow approvals (`docs/reference/servicenow.md`).

use drawbridge_sdk::{
    Ask, Change, Channel, Choice, Ctx, Error, Fault, IdempotencyKey, Permission, Person, Reader, Vote,
    servicenow_role,
};

use crate::ServiceNow;
use crate::persons::{Standing, join};
use crate::wire::approval::{self, NewRow, Row};
use crate::wire::{journal, record};

pub(crate) struct Approvals;

drawbridge_sdk::nodes! {
    crate::ServiceNow;
    channel Approvals,
}

impl Channel<ServiceNow> for Approvals {
    const NAME: &'static str = "servicenow";
    const SUMMARY: &'static str = "Approvals on a task record, in the portal and by mail";
    const PERMISSIONS: &'static [Permission] = &[servicenow_role("approval_admin")];
    const NEEDS_RECORD: bool = true;

    async fn join(instance: &Reader<'_, ServiceNow>, ctx: &Ctx, person: &Person) -> Result<Person, Error> {
        let user = join(instance, &ctx.person_key, person, Standing::Active).await?;
        Ok(user.person(person.clone(), &ctx.person_key))
    }

    async fn open(instance: &Reader<'_, ServiceNow>, ctx: &Ctx, ask: &Ask) -> Result<Vec<Change>, Error> {
        let asked = asked(ctx, ask)?;
        let task = task(ask)?;
        let keys: Vec<IdempotencyKey> = asked.iter().map(|asked| asked.key.clone()).collect();
        let rows = approval::rows(instance, &keys).await?;
        let missing: Vec<&Asked<'_>> =
            asked.iter().filter(|asked| !rows.iter().any(|row| asked.is(row))).collect();
        if missing.is_empty() {
            return Ok(Vec::new());
        }
        let record = record::demand(instance, "task", task, &["sys_class_name", "number"]).await?;
        let task_table = record.need("sys_class_name")?;
        let number = record.filled("number").unwrap_or_else(|| task.to_owned());
        let comment =
            std::iter::once(&ask.subject).chain(&ask.details).cloned().collect::<Vec<_>>().join("\n");
        missing
            .into_iter()
            .map(|asked| {
                let Asked { key, sys_id, person } = asked;
                let row = NewRow { key, approver: sys_id, task, task_table: &task_table, comment: &comment };
                let summary = format!("ask {} to decide on {number}: {}", person.label(), ask.subject);
                Ok(Change::new(summary, row.request()?).field("state", None, "requested".into()))
            })
            .collect()
    }

    async fn votes(instance: &Reader<'_, ServiceNow>, ctx: &Ctx, ask: &Ask) -> Result<Vec<Vote>, Error> {
        let asked = asked(ctx, ask)?;
        let task = task(ask)?;
        let keys: Vec<IdempotencyKey> = asked.iter().map(|asked| asked.key.clone()).collect();
        let rows = approval::rows(instance, &keys).await?;
        let mut votes: Vec<(Row, Vote)> = Vec::new();
        for row in rows {
            let vote = asked.iter().find(|asked| asked.is(&row)).and_then(|asked| asked.vote(&row, task));
            votes.extend(vote.map(|vote| (row, vote)));
        }
        if votes.is_empty() {
            return Ok(Vec::new());
        }
        let decided: Vec<String> = votes.iter().map(|(row, _)| row.sys_id.clone()).collect();
        let entries = journal::entries(instance, &decided, "comments").await?;
        let said = |row: &Row| {
            let own = |entry: &&journal::Entry| {
                entry.record == row.sys_id && entry.by.eq_ignore_ascii_case(&row.approver_user_name)
            };
            entries.iter().find(own).map(|entry| entry.text.clone())
        };
        Ok(votes.into_iter().map(|(row, vote)| Vote { comment: said(&row), ..vote }).collect())
    }

    async fn close(instance: &Reader<'_, ServiceNow>, ctx: &Ctx, ask: &Ask) -> Result<Vec<Change>, Error> {
        let asked = asked(ctx, ask)?;
        let keys: Vec<IdempotencyKey> = asked.iter().map(|asked| asked.key.clone()).collect();
        let rows = approval::rows(instance, &keys).await?;
        let open = |asked: &&Asked<'_>| rows.iter().find(|row| asked.is(row) && row.is_open()).cloned();
        asked
            .iter()
            .filter_map(|asked| Some((asked, open(&asked)?)))
            .map(|(asked, row)| {
                let summary = format!("ask {} no longer: {}", asked.person.label(), ask.subject);
                let change = Change::new(summary, approval::withdraw(&row)?);
                Ok(change.field("state", Some(row.state.into()), "not_required".into()))
            })
            .collect()
    }
}

/// One person who is asked, with the key of the row.
struct Asked<'a> {
    key: IdempotencyKey,
    sys_id: &'a str,
    person: &'a Person,
}

impl Asked<'_> {
    fn is(&self, row: &Row) -> bool {
        row.sys_id.eq_ignore_ascii_case(self.key.as_str())
    }

    /// The decision in a row, if it is this person's own, on this task.
    fn vote(&self, row: &Row, task: &str) -> Option<Vote> {
        let choice = match row.state.as_str() {
            "approved" => Choice::Approved,
            "rejected" => Choice::Rejected,
            _ => return None,
        };
        let on_task =
            row.tasks.iter().all(|on| on.is_empty() || on == task) && row.tasks.iter().any(|on| on == task);
        let own = row.approver == self.sys_id
            && !row.approver_user_name.is_empty()
            && row.updated_by.eq_ignore_ascii_case(&row.approver_user_name);
        let at = record::instant(&row.updated_on).filter(|_| on_task && own)?;
        Some(Vote { by: self.person.clone(), choice, at, comment: None })
    }
}

/// The people who are asked, each once.
fn asked<'a>(ctx: &Ctx, ask: &'a Ask) -> Result<Vec<Asked<'a>>, Error> {
    let mut all: Vec<Asked<'a>> = Vec::new();
    for person in &ask.approvers {
        let Some(sys_id) = person.sys_id.as_deref() else {
            let summary = format!("`{}` is not joined to a user of ServiceNow", person.label());
            return Err(Error::refused("CN015", summary));
        };
        if !all.iter().any(|asked| asked.sys_id == sys_id) {
            all.push(Asked { key: ctx.key.derive(sys_id), sys_id, person });
        }
    }
    Ok(all)
}

fn task(ask: &Ask) -> Result<&str, Error> {
    let Some(task) = ask.record.as_deref() else {
        let fault = Fault::new("CN014", "an approval in ServiceNow belongs to a record, and none is named");
        return Err(Error::Refused(
            fault.help("give `record` of the approval the `sys_id` of a task, such as the requested item"),
        ));
    };
    record::check_sys_id(task).map(|()| task)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TASK: &str = "0a0000000000000000000000000000aa";

    fn row(change: impl FnOnce(&mut Row)) -> Row {
        let mut row = Row {
            sys_id: "k".to_owned(),
            approver: "u1".to_owned(),
            approver_user_name: "m.boss".to_owned(),
            state: "approved".to_owned(),
            tasks: [TASK.to_owned(), TASK.to_owned()],
            updated_by: "m.boss".to_owned(),
            updated_on: "2026-01-05 08:00:00".to_owned(),
        };
        change(&mut row);
        row
    }

    fn check(row: &Row, expected: Option<Choice>) {
        let person = Person { sys_id: Some("u1".to_owned()), ..Person::default() };
        let asked = Asked { key: IdempotencyKey::new("run", "gate"), sys_id: "u1", person: &person };
        assert_eq!(asked.vote(row, TASK).map(|vote| vote.choice), expected, "{row:?}");
    }

    #[test]
    fn a_decision_counts_when_it_is_the_persons_own_on_our_record() {
        check(&row(|_| {}), Some(Choice::Approved));
        check(&row(|row| row.state = "rejected".to_owned()), Some(Choice::Rejected));
        check(&row(|row| row.tasks[0].clear()), Some(Choice::Approved));
        check(&row(|row| row.updated_by = "M.Boss".to_owned()), Some(Choice::Approved));
    }

    #[test]
    fn everything_else_is_no_decision() {
        check(&row(|row| row.state = "requested".to_owned()), None);
        check(&row(|row| row.state = "not_required".to_owned()), None);
        check(&row(|row| row.updated_by = "drawbridge".to_owned()), None);
        check(&row(|row| row.approver = "u2".to_owned()), None);
        check(&row(|row| row.tasks[1] = "other".to_owned()), None);
        check(&row(|row| row.tasks = [String::new(), String::new()]), None);
        check(&row(|row| row.approver_user_name.clear()), None);
        check(&row(|row| row.updated_on.clear()), None);
    }
}
