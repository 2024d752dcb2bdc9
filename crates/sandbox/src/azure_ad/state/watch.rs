//! What a subscription watches, read from its `resource`.
//!
//! Source: microsoft-graph.md section 8.1.

use crate::azure_ad::model::schema::Kind;
use crate::azure_ad::state::changes::{Change, What};

/// The changes a subscription is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Watch {
    pub(crate) kind: Kind,
    /// One object; all of the kind when absent.
    pub(crate) id: Option<String>,
    only: Only,
}

/// Which changes of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Only {
    All,
    Members,
    Owners,
}

impl Watch {
    /// Reads `users`, `/users/{id}`, `groups/{id}/members` and the like; nothing for what cannot be watched.
    pub(crate) fn read(resource: &str) -> Option<Self> {
        let path = match resource.split_once("/v1.0/") {
            Some((_, path)) if resource.starts_with("https://") => path,
            _ => resource,
        };
        let path = path.trim_matches('/').to_ascii_lowercase();
        let segments: Vec<&str> = path.split('/').collect();
        let watch = |kind, id: Option<&str>, only| Some(Self { kind, id: id.map(str::to_owned), only });
        match segments.as_slice() {
            ["users"] => watch(Kind::User, None, Only::All),
            ["users", id] => watch(Kind::User, Some(id), Only::All),
            ["groups"] => watch(Kind::Group, None, Only::All),
            ["groups", id] => watch(Kind::Group, Some(id), Only::All),
            ["groups", id, "members"] => watch(Kind::Group, Some(id), Only::Members),
            ["groups", id, "owners"] => watch(Kind::Group, Some(id), Only::Owners),
            _ => None,
        }
    }

    /// Whether a change is watched.
    pub(crate) fn sees(&self, change: &Change) -> bool {
        let of_relation = match self.only {
            Only::All => !matches!(change.what, What::Noted(_)),
            Only::Members => matches!(change.what, What::MemberAdded(_) | What::MemberRemoved(_)),
            Only::Owners => matches!(change.what, What::OwnerAdded(_) | What::OwnerRemoved(_)),
        };
        of_relation
            && change.kind == self.kind
            && self.id.as_ref().is_none_or(|id| change.object.eq_ignore_ascii_case(id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_users_and_groups_can_be_watched() {
        let check = |resource: &str, kind: Option<Kind>| {
            assert_eq!(Watch::read(resource).map(|watch| watch.kind), kind, "{resource}");
        };
        check("/users", Some(Kind::User));
        check("https://graph.microsoft.com/v1.0/users", Some(Kind::User));
        check("Users/abc", Some(Kind::User));
        check("groups/abc/members", Some(Kind::Group));
        check("/groups/abc/owners/", Some(Kind::Group));
        check("/groups/abc/events", None);
        check("/auditLogs/signIns", None);
        check("/security/alerts_v2", None);
        check("", None);
    }
}
