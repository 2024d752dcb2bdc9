//! What the admin interface may change of the directory that no client of Graph can.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::azure_ad::members::directory_roles;
use crate::azure_ad::model::schema::Kind;
use crate::azure_ad::people::protection::principal_of;
use crate::azure_ad::state::tenant::Tenant;
use crate::built_in_roles::built_in;

/// Gives a product, named by GUID or part number, a number of seats and a status; nothing for an unknown one.
pub(crate) fn set_seats(
    tenant: &mut Tenant,
    now: Timestamp,
    sku: &str,
    (seats, status): (u32, &str),
) -> Option<Value> {
    let is_it = |own: Option<&str>| own.is_some_and(|own| own.eq_ignore_ascii_case(sku));
    let found = tenant
        .live(Kind::SubscribedSku)
        .find(|own| is_it(own.text("skuId")) || is_it(own.text("skuPartNumber")))?;
    let (id, part_number) = (found.id.clone(), found.text("skuPartNumber").map(str::to_owned));
    let units = json!({ "enabled": seats, "suspended": 0, "warning": 0, "lockedOut": 0 });
    let mut changes = Map::new();
    changes.insert("prepaidUnits".to_owned(), units);
    changes.insert("capabilityStatus".to_owned(), json!(status));
    tenant.update_kind(now, (Kind::SubscribedSku, &id), changes);
    Some(json!({ "sku": part_number, "seats": seats, "status": status }))
}

/// Gives somebody a directory role, named by template id or display name, or takes it; says whether that changed
/// anything, and nothing for an unknown role or member.
pub(crate) fn set_role(
    tenant: &mut Tenant,
    now: Timestamp,
    (role, member): (&str, &str),
    held: bool,
) -> Option<bool> {
    let template = built_in(role)?;
    let by_name = || {
        let named = |kind| tenant.live(kind).find(|object| object.text("displayName") == Some(member));
        named(Kind::ServicePrincipal).or_else(|| named(Kind::Group))
    };
    let found = tenant.user(member).or_else(|| tenant.live_object(member));
    let id = found.or_else(|| principal_of(tenant, member)).or_else(by_name)?.id.clone();
    Some(match held {
        true => directory_roles::grant(tenant, now, template, &id),
        false => directory_roles::withdraw(tenant, now, template, &id),
    })
}
