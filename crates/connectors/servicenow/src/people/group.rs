//! `servicenow.group`: the active members of a group.
//!
//! Permissions: reading `sys_user_group` and `sys_user_grmember`.
//! Source: ServiceNow groups (`docs/reference/servicenow.md`): memberships are rows, not guarded against
//! doubles.

use drawbridge_sdk::{Ctx, Error, Fault, People, Permission, Person, Reader, servicenow_role};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::ServiceNow;
use crate::named;
use crate::query::Query;
use crate::wire::record;
use crate::wire::user::User;

pub(crate) struct Group;

/// Name or `sys_id` of an active group.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(crate) struct Input(String);

/// A question to more people than this is a mistake.
const MEMBERS_MAX: usize = 200;

const FIELDS: &[&str] =
    &["user.sys_id", "user.user_name", "user.email", "user.name", "user.active", "user.manager"];

impl People<ServiceNow> for Group {
    const NAME: &'static str = "servicenow.group";
    const SUMMARY: &'static str = "The active members of a group in ServiceNow";
    const EXAMPLE: &'static str = "Access Governance";
    const PERMISSIONS: &'static [Permission] = &[servicenow_role("itil")];
    type Input = Input;

    async fn resolve(
        instance: &Reader<'_, ServiceNow>,
        ctx: &Ctx,
        input: &Input,
    ) -> Result<Vec<Person>, Error> {
        let group = named::resolve(instance, named::GROUP, &input.0).await?;
        let query = Query::new().is("group", &group.sys_id)?.is("user.active", "true")?.up("sys_id");
        let rows = record::find(instance, "sys_user_grmember", &query, FIELDS, MEMBERS_MAX + 1).await?;
        if rows.len() > MEMBERS_MAX {
            let fault =
                Fault::new("CN022", format!("group `{}` has more than {MEMBERS_MAX} members", group.name));
            return Err(Error::Refused(fault.help("ask a smaller group")));
        }
        let mut people: Vec<Person> = Vec::new();
        for row in &rows {
            let person = User::below(row, "user.")?.person(Person::default(), &ctx.person_key);
            if !people.iter().any(|other| other.sys_id == person.sys_id) {
                people.push(person);
            }
        }
        Ok(people)
    }
}
