//! `servicenow.record.note`: add one work note or comment to a record.
//!
//! Effect: ticket. Repeat: safe, the entry carries a marker by which it is found again.
//! Permissions: a role that writes the table.
//! Source: ServiceNow journals (`docs/reference/servicenow.md`): they only grow, so a repeated write
//! would add the entry twice.

use drawbridge_sdk::{
    Answer, Change, Ctx, Effect, EffectRefused, Error, Fault, Finished, Intent, Permission, Prepared, Reader,
    Settled, Write, record_table, servicenow_role,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::ServiceNow;
use crate::wire::journal::{self, Seen};
use crate::wire::record;

pub(crate) struct RecordNote;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Input {
    /// Table, written out, such as `sc_req_item`.
    pub(crate) table: String,
    /// `sys_id` of the record.
    pub(crate) sys_id: String,
    /// The text. It is cut at 4000 characters. Never a password.
    pub(crate) text: String,
    /// Who reads it.
    #[serde(default)]
    pub(crate) kind: Kind,
}

/// Which journal an entry goes into.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    /// For those who work on the record.
    #[default]
    WorkNote,
    /// For the requester too.
    Comment,
}

impl Kind {
    fn element(self) -> &'static str {
        match self {
            Self::WorkNote => "work_notes",
            Self::Comment => "comments",
        }
    }
}

#[derive(Debug, PartialEq, Serialize, JsonSchema)]
pub(crate) struct Output {
    /// `sys_id` of the record that has the entry.
    pub(crate) sys_id: String,
}

impl Write<ServiceNow> for RecordNote {
    const NAME: &'static str = "servicenow.record.note";
    const SUMMARY: &'static str = "Add a work note or a comment to one record";
    const EXAMPLE: &'static str = "table: sc_req_item\nsys_id: 6816f79cc0a8016401c5a33be04be441\ntext: The account is ready.\nkind: comment";
    const EFFECT: Effect = Effect::Ticket;
    const PERMISSIONS: &'static [Permission] = &[servicenow_role("itil")];
    const LITERAL: &'static [&'static str] = &["table"];
    type Input = Input;
    type Output = Output;

    /// A note is a note in every table, but approval rows are closed to steps altogether.
    fn effect(literals: &Value) -> Result<Effect, EffectRefused> {
        record_table(literals["table"].as_str().unwrap_or_default()).map(|_| Effect::Ticket)
    }

    async fn prepare(
        instance: &Reader<'_, ServiceNow>,
        ctx: &Ctx,
        input: &Input,
    ) -> Result<Prepared<Output>, Error> {
        if input.text.trim().is_empty() {
            return Err(Error::refused("CN014", "the note is empty"));
        }
        let element = input.kind.element();
        match journal::has_entry(instance, (&input.table, &input.sys_id), element, &ctx.key).await? {
            Seen::There => return Ok(Prepared::AlreadySo(output(input))),
            Seen::Missing => {}
            Seen::Hidden => {
                let fault =
                    Fault::new("CN014", format!("table `{}` shows no journal `{element}`", input.table));
                let help = "the table has none, or the integration user may not read it and so could add a note twice";
                return Err(Error::Refused(fault.help(help)));
            }
        }
        let text = journal::entry(&input.text, &ctx.key);
        let fields = Map::from_iter([(element.to_owned(), Value::from(text.clone()))]);
        let request = record::patch(&input.table, &input.sys_id, &fields, &[])?;
        let summary = format!("add to {element} of `{}` in `{}`", input.sys_id, input.table);
        let mut change = Change::new(summary, request).field(element, None, text.into());
        change.predicted = Some(json!({ "sys_id": input.sys_id }));
        Ok(Prepared::Change(change))
    }

    /// Journals read empty, so the answer itself is all that shows that the entry was taken.
    fn finish(_: &Ctx, input: &Input, answer: &Answer) -> Result<Finished<Output>, Error> {
        if let Some(fault) = &answer.fault {
            return Ok(Finished::Refused(fault.clone()));
        }
        record::one(answer).map_err(|error| Error::Unknown(error.fault().clone()))?;
        Ok(Finished::done(output(input)))
    }

    async fn settle(
        instance: &Reader<'_, ServiceNow>,
        ctx: &Ctx,
        input: &Input,
        _: &Intent,
    ) -> Result<Settled<Output>, Error> {
        let record = (input.table.as_str(), input.sys_id.as_str());
        Ok(match journal::has_entry(instance, record, input.kind.element(), &ctx.key).await? {
            Seen::There => Settled::Happened(output(input)),
            Seen::Missing => Settled::DidNotHappen,
            Seen::Hidden => Settled::CannotTell,
        })
    }
}

fn output(input: &Input) -> Output {
    Output { sys_id: input.sys_id.clone() }
}
