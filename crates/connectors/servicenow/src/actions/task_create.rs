//! `servicenow.task.create`: a catalog task under a requested item.
//!
//! Effect: ticket. Repeat: safe, the key is the record's `sys_id` and `correlation_id`.
//! Permissions: `itil`.
//! Source: ServiceNow Table API, `sc_task` (`docs/reference/servicenow.md`).

use drawbridge_sdk::{
    Answer, Ctx, Effect, Error, Finished, Intent, Permission, Prepared, Reader, Settled, Write,
    servicenow_role,
};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::ServiceNow;
use crate::keyed::{self, Made};
use crate::named;
use crate::wire::record;

pub(crate) struct TaskCreate;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Input {
    /// `sys_id` of the requested item that the task belongs to.
    pub(crate) request_item: String,
    /// One line; at most 160 characters.
    pub(crate) short_description: String,
    /// The whole text.
    #[serde(default)]
    pub(crate) description: Option<String>,
    /// Name or `sys_id` of the group that works on it.
    #[serde(default)]
    pub(crate) assignment_group: Option<String>,
    /// When it has to be done, in UTC: `2026-02-01 09:00:00`.
    #[serde(default)]
    pub(crate) due: Option<String>,
}

const TABLE: &str = "sc_task";

impl Write<ServiceNow> for TaskCreate {
    const NAME: &'static str = "servicenow.task.create";
    const SUMMARY: &'static str = "Create a catalog task under a requested item";
    const EXAMPLE: &'static str = "request_item: 6816f79cc0a8016401c5a33be04be441\nshort_description: Prepare the workplace\nassignment_group: Facilities";
    const EFFECT: Effect = Effect::Ticket;
    const PERMISSIONS: &'static [Permission] = &[servicenow_role("itil")];
    type Input = Input;
    type Output = Made;

    async fn prepare(
        instance: &Reader<'_, ServiceNow>,
        ctx: &Ctx,
        input: &Input,
    ) -> Result<Prepared<Made>, Error> {
        if let Some(made) = keyed::existing(instance, TABLE, &ctx.key).await? {
            return Ok(Prepared::AlreadySo(made));
        }
        let item = record::demand(instance, "sc_req_item", &input.request_item, &["number"]).await?;
        let group = match &input.assignment_group {
            Some(group) => Some(named::resolve(instance, named::GROUP, group).await?),
            None => None,
        };
        let mut fields = own_fields(ctx, input)?;
        if let Some(group) = &group {
            fields.insert("assignment_group".to_owned(), group.sys_id.clone().into());
        }
        let place = item.filled("number").unwrap_or_else(|| input.request_item.clone());
        let summary = format!("create task `{}` under {place}", input.short_description);
        keyed::change(TABLE, summary, fields, &ctx.key).map(Prepared::Change)
    }

    fn finish(ctx: &Ctx, input: &Input, answer: &Answer) -> Result<Finished<Made>, Error> {
        let references = input.assignment_group.as_ref().map(|_| "assignment_group");
        keyed::finish(&own_fields(ctx, input)?, references.as_slice(), answer)
    }

    async fn settle(
        instance: &Reader<'_, ServiceNow>,
        ctx: &Ctx,
        _: &Input,
        _: &Intent,
    ) -> Result<Settled<Made>, Error> {
        keyed::settle(instance, TABLE, &ctx.key).await
    }
}

fn own_fields(ctx: &Ctx, input: &Input) -> Result<Map<String, Value>, Error> {
    record::check_sys_id(&input.request_item)?;
    let mut fields = keyed::key_fields(&ctx.key);
    fields.insert("request_item".to_owned(), input.request_item.clone().into());
    fields.insert("short_description".to_owned(), keyed::one_line(&input.short_description)?.into());
    for (field, value) in [("description", &input.description), ("due_date", &input.due)] {
        if let Some(value) = value {
            fields.insert(field.to_owned(), value.clone().into());
        }
    }
    Ok(fields)
}
