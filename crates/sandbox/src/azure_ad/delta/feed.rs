//! What a delta query of one kind can follow.

use serde_json::{Value, json};

use crate::azure_ad::model::schema::Kind;
use crate::azure_ad::state::object::Object;
use crate::azure_ad::state::tenant::Tenant;

/// The delta query of one kind.
#[derive(Debug)]
pub(super) struct Feed {
    pub(super) kind: Kind,
    /// Relations that `$select` may name.
    pub(super) relations: &'static [Relation],
    /// Those that are followed without `$select`.
    pub(super) usual: &'static [Relation],
}

/// A relation that is followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Relation {
    Manager,
    Members,
    Owners,
}

pub(super) const USERS: Feed = Feed { kind: Kind::User, relations: &[Relation::Manager], usual: &[] };

pub(super) const GROUPS: Feed = Feed {
    kind: Kind::Group,
    relations: &[Relation::Members, Relation::Owners],
    usual: &[Relation::Members],
};

impl Relation {
    /// The name in `$select`.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Manager => "manager",
            Self::Members => "members",
            Self::Owners => "owners",
        }
    }

    /// Whom an object stands in this relation to, in order of id. Soft-deleted ones are left out.
    pub(super) fn of(self, tenant: &Tenant, object: &Object) -> Vec<String> {
        let ids: Vec<&String> = match self {
            Self::Manager => object.manager.iter().collect(),
            Self::Members => object.members.iter().collect(),
            Self::Owners => object.owners.iter().collect(),
        };
        ids.into_iter().filter(|id| tenant.live_object(id).is_some()).cloned().collect()
    }
}

impl Feed {
    /// Names of the relations, as `$select` may have them.
    pub(super) fn relation_names(&self) -> Vec<&'static str> {
        self.relations.iter().map(|relation| relation.name()).collect()
    }

    /// The relations a query follows.
    pub(super) fn followed(&self, select: Option<&[String]>, expanded: bool) -> Vec<Relation> {
        let Some(names) = select else { return self.usual.to_vec() };
        let named = |relation: &&Relation| {
            let selected = names.iter().any(|name| name.eq_ignore_ascii_case(relation.name()));
            selected || (expanded && **relation == Relation::Members)
        };
        self.relations.iter().filter(named).copied().collect()
    }
}

/// The other end of a relation; an object that is gone for good counts as a user.
pub(super) fn reference(tenant: &Tenant, id: &str, there: bool) -> Value {
    let odata_type = tenant.object(id).map_or_else(|| Kind::User.odata_type(), Object::odata_type);
    match there {
        true => json!({ "@odata.type": odata_type, "id": id }),
        false => json!({ "@odata.type": odata_type, "id": id, "@removed": { "reason": "deleted" } }),
    }
}
