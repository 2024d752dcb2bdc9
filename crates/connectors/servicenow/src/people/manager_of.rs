//! `servicenow.manager_of`: the manager of a person, as ServiceNow knows it.
//!
//! Permissions: reading `sys_user`.
//! Source: ServiceNow `sys_user.manager` (`docs/reference/servicenow.md`): may be empty or inactive.

use drawbridge_sdk::{Ctx, Error, Fault, People, Permission, Person, Reader, servicenow_role};

use crate::ServiceNow;
use crate::persons::{Standing, Whom, join};

pub(crate) struct ManagerOf;

impl People<ServiceNow> for ManagerOf {
    const NAME: &'static str = "servicenow.manager_of";
    const SUMMARY: &'static str = "The manager of a person in ServiceNow";
    const EXAMPLE: &'static str = "ann@contoso.test";
    const PERMISSIONS: &'static [Permission] = &[servicenow_role("itil")];
    type Input = Whom;

    async fn resolve(
        instance: &Reader<'_, ServiceNow>,
        ctx: &Ctx,
        input: &Whom,
    ) -> Result<Vec<Person>, Error> {
        let user = join(instance, &ctx.person_key, &input.person(), Standing::Any).await?;
        let Some(manager) = user.manager.clone() else { return Ok(Vec::new()) };
        let manager = Person { sys_id: Some(manager), ..Person::default() };
        let manager = join(instance, &ctx.person_key, &manager, Standing::Any).await?;
        if !manager.active {
            let summary = format!(
                "`{}`, the manager of `{}`, is not active in ServiceNow",
                manager.label(),
                user.label()
            );
            let help = "set another manager there, or name other approvers";
            return Err(Error::Refused(Fault::new("CN015", summary).help(help)));
        }
        Ok(vec![manager.person(Person::default(), &ctx.person_key)])
    }
}
