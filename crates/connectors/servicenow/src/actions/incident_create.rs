//! `servicenow.incident.create`: open one incident.
//!
//! Effect: ticket. Repeat: safe, the key is the record's `sys_id` and `correlation_id`.
//! Permissions: `sn_incident_write` or `itil`.
//! Source: ServiceNow Table API, `incident` (`docs/reference/servicenow.md`): priority is computed from
//! impact and urgency and is not written.

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
use crate::persons::{Standing, Whom, join};

pub(crate) struct IncidentCreate;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Input {
    /// One line; at most 160 characters.
    pub(crate) short_description: String,
    /// The whole text.
    #[serde(default)]
    pub(crate) description: Option<String>,
    /// How many are affected: 1 high, 2 medium, 3 low.
    #[serde(default)]
    #[schemars(range(min = 1, max = 3))]
    pub(crate) impact: Option<u8>,
    /// How soon it matters: 1 high, 2 medium, 3 low.
    #[serde(default)]
    #[schemars(range(min = 1, max = 3))]
    pub(crate) urgency: Option<u8>,
    /// Name or `sys_id` of the group that works on it.
    #[serde(default)]
    pub(crate) assignment_group: Option<String>,
    /// Who is affected.
    #[serde(default)]
    pub(crate) caller: Option<Whom>,
    /// Stored value of the category, such as `inquiry` or `software`.
    #[serde(default)]
    pub(crate) category: Option<String>,
    /// Stored value of the subcategory.
    #[serde(default)]
    pub(crate) subcategory: Option<String>,
}

const TABLE: &str = "incident";

impl Write<ServiceNow> for IncidentCreate {
    const NAME: &'static str = "servicenow.incident.create";
    const SUMMARY: &'static str = "Open one incident";
    const EXAMPLE: &'static str = "short_description: The account could not be made\nimpact: 3\nurgency: 2\nassignment_group: Service Desk";
    const EFFECT: Effect = Effect::Ticket;
    const PERMISSIONS: &'static [Permission] = &[servicenow_role("sn_incident_write")];
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
        let mut fields = own_fields(ctx, input)?;
        if let Some(group) = &input.assignment_group {
            let group = named::resolve(instance, named::GROUP, group).await?;
            fields.insert("assignment_group".to_owned(), group.sys_id.into());
        }
        if let Some(caller) = &input.caller {
            let caller = join(instance, &ctx.person_key, &caller.person(), Standing::Any).await?;
            fields.insert("caller_id".to_owned(), caller.sys_id.into());
        }
        let summary = format!("open incident `{}`", input.short_description);
        keyed::change(TABLE, summary, fields, &ctx.key).map(Prepared::Change)
    }

    fn finish(ctx: &Ctx, input: &Input, answer: &Answer) -> Result<Finished<Made>, Error> {
        let group = input.assignment_group.as_ref().map(|_| "assignment_group");
        let caller = input.caller.as_ref().map(|_| "caller_id");
        let references: Vec<&str> = group.into_iter().chain(caller).collect();
        keyed::finish(&own_fields(ctx, input)?, &references, answer)
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
    let mut fields = keyed::key_fields(&ctx.key);
    fields.insert("short_description".to_owned(), keyed::one_line(&input.short_description)?.into());
    for (field, value) in [
        ("description", &input.description),
        ("category", &input.category),
        ("subcategory", &input.subcategory),
    ] {
        if let Some(value) = value {
            fields.insert(field.to_owned(), value.clone().into());
        }
    }
    for (field, level) in [("impact", input.impact), ("urgency", input.urgency)] {
        let Some(level) = level else { continue };
        if !(1..=3).contains(&level) {
            return Err(Error::refused("CN014", format!("`{field}` is {level}; it takes 1, 2 or 3")));
        }
        fields.insert(field.to_owned(), level.to_string().into());
    }
    Ok(fields)
}
