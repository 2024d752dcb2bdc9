//! `azure_ad.user.get`: the properties of one user.
//!
//! Permissions: application `User.Read.All`.
//! Source: Microsoft Graph v1.0, "Get user" (`docs/reference/microsoft-graph.md`).

use drawbridge_sdk::{Ctx, Declares, Error, Permission, Read, Reader, graph};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::AzureAd;
use crate::wire::user::{self, Property, User};

pub(crate) struct UserGet;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Input {
    /// Object id or user principal name.
    pub(crate) user: String,
    /// Properties to read. Without it: names, mail, type, state, department, job, place and dates.
    #[serde(default)]
    #[schemars(extend("x-drawbridge-declares" = Declares::at(&[""]).instead_of(user::usual_names())))]
    pub(crate) select: Option<Vec<Property>>,
}

impl Read<AzureAd> for UserGet {
    const NAME: &'static str = "azure_ad.user.get";
    const SUMMARY: &'static str = "Read the properties of one user";
    const EXAMPLE: &'static str = "user: ann@contoso.test\nselect: [displayName, department, accountEnabled]";
    const PERMISSIONS: &'static [Permission] = &[graph("User.Read.All")];
    type Input = Input;
    type Output = User;

    async fn run(tenant: &Reader<'_, AzureAd>, _: &Ctx, input: &Input) -> Result<User, Error> {
        let select = input.select.as_deref().map_or_else(|| user::select_usual_and(&[]), user::select);
        let answer = tenant.read(&user::get(&input.user, &select)?).await?;
        if answer.status == 404 {
            return Err(user::unknown_user(&input.user, &answer));
        }
        user::read(&answer)
    }
}
