//! `azure_ad.user.member_of_any`: whether a user is in any of some groups, directly or through others.
//!
//! Permissions: application `User.Read.All`, `GroupMember.Read.All`.
//! Source: Microsoft Graph v1.0, "checkMemberGroups" (`docs/reference/microsoft-graph.md`): 20 ids a call.

use drawbridge_sdk::{Ctx, Error, Fault, Permission, Read, Reader, graph};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::AzureAd;
use crate::odata::is_object_id;
use crate::wire::user::{self, CHECK_MAX, Ids};

pub(crate) struct UserMemberOfAny;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Input {
    /// Object id or user principal name.
    pub(crate) user: String,
    /// Object ids of the groups; at most 1000. An empty list asks nothing and is no membership.
    pub(crate) groups: Vec<String>,
}

#[derive(Debug, PartialEq, Serialize, JsonSchema)]
pub(crate) struct Output {
    /// Whether the user is in at least one of the groups.
    pub(crate) member: bool,
    /// Object ids of those groups that the user is in.
    pub(crate) groups: Vec<String>,
}

/// Fifty calls; more is a list that should be a group.
const GROUPS_MAX: usize = 1000;

impl Read<AzureAd> for UserMemberOfAny {
    const NAME: &'static str = "azure_ad.user.member_of_any";
    const SUMMARY: &'static str = "Look whether a user is in any of some groups";
    const EXAMPLE: &'static str = "user: ann@contoso.test\ngroups: [4b1e0a52-6d5c-4a6e-9b1f-0c2d3e4f5a6b]";
    const PERMISSIONS: &'static [Permission] = &[graph("User.Read.All"), graph("GroupMember.Read.All")];
    type Input = Input;
    type Output = Output;

    async fn run(tenant: &Reader<'_, AzureAd>, _: &Ctx, input: &Input) -> Result<Output, Error> {
        check(&input.groups)?;
        let mut found = Vec::new();
        for groups in input.groups.chunks(CHECK_MAX) {
            let answer = tenant.read(&user::check_member_groups(&input.user, groups)?).await?;
            if answer.status == 404 {
                return Err(user::unknown_user(&input.user, &answer));
            }
            found.extend(user::read::<Ids>(&answer)?.value);
        }
        let is_found = |group: &String| found.iter().any(|id| id.eq_ignore_ascii_case(group));
        let groups: Vec<String> = input.groups.iter().filter(|group| is_found(group)).cloned().collect();
        Ok(Output { member: !groups.is_empty(), groups })
    }
}

fn check(groups: &[String]) -> Result<(), Error> {
    if groups.len() > GROUPS_MAX {
        let summary = format!("{} groups are asked for at once; {GROUPS_MAX} are the most", groups.len());
        return Err(Error::refused("CN014", summary));
    }
    match groups.iter().find(|group| !is_object_id(group)) {
        None => Ok(()),
        Some(group) => {
            let fault = Fault::new("CN014", format!("`{group}` is not the object id of a group"));
            Err(Error::Refused(fault.help("groups are named by object id here; names are not unique")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_object_ids_are_asked_for_and_not_too_many() {
        let id = "4b1e0a52-6d5c-4a6e-9b1f-0c2d3e4f5a6b".to_owned();
        assert!(check(&[]).is_ok());
        assert!(check(&vec![id.clone(); GROUPS_MAX]).is_ok());
        assert!(check(&vec![id; GROUPS_MAX + 1]).is_err());
        assert!(check(&["Finance".to_owned()]).is_err());
    }
}
