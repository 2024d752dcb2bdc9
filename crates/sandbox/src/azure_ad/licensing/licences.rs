//! Who has which licence: seats, direct and inherited assignments, and what users show of them.
//!
//! Owns the rules of assignment; requests are read by `licence_routes`.
//!
//! Source: microsoft-graph.md sections 6.1 (assignLicense) and 6.8 (subscribedSkus).

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::azure_ad::model::schema::Kind;
use crate::azure_ad::state::object::Object;
use crate::azure_ad::state::tenant::{Tenant, seconds};

/// One assignment, as `licenseAssignmentStates` shows it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct State {
    pub(crate) sku: String,
    /// Id of the group it comes through; direct, if absent.
    pub(crate) group: Option<String>,
    pub(crate) disabled: Vec<String>,
    /// Why it does not work, such as `CountViolation`.
    pub(crate) error: Option<String>,
    pub(crate) since: String,
}

impl State {
    fn read(value: &Value) -> Self {
        let text = |name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
        Self {
            sku: text("skuId").unwrap_or_default(),
            group: text("assignedByGroup"),
            disabled: texts(value.get("disabledPlans")),
            error: text("error").filter(|error| error != "None"),
            since: text("lastUpdatedDateTime").unwrap_or_default(),
        }
    }

    fn shown(&self) -> Value {
        json!({
            "skuId": self.sku,
            "assignedByGroup": self.group,
            "disabledPlans": self.disabled,
            "state": if self.error.is_some() { "Error" } else { "Active" },
            "error": self.error.as_deref().unwrap_or("None"),
            "lastUpdatedDateTime": self.since,
        })
    }
}

/// The texts of a list.
pub(crate) fn texts(list: Option<&Value>) -> Vec<String> {
    let items = list.and_then(Value::as_array).into_iter().flatten();
    items.filter_map(Value::as_str).map(str::to_owned).collect()
}

/// The product with this GUID.
pub(crate) fn sku<'a>(tenant: &'a Tenant, sku_id: &str) -> Option<&'a Object> {
    tenant
        .live(Kind::SubscribedSku)
        .find(|sku| sku.text("skuId").is_some_and(|id| id.eq_ignore_ascii_case(sku_id)))
}

/// How many users have it.
pub(crate) fn consumed(tenant: &Tenant, sku_id: &str) -> u64 {
    let has = |user: &&Object| skus_of(user).any(|own| own.eq_ignore_ascii_case(sku_id));
    tenant.live(Kind::User).filter(has).count().try_into().unwrap_or(u64::MAX)
}

/// Whether one more user can have it.
pub(crate) fn has_seat(tenant: &Tenant, sku: &Object) -> bool {
    let seats =
        sku.properties.get("prepaidUnits").and_then(|units| units.get("enabled")).and_then(Value::as_u64);
    let usable = sku.text("capabilityStatus") == Some("Enabled");
    usable && consumed(tenant, sku.text("skuId").unwrap_or_default()) < seats.unwrap_or(0)
}

/// GUIDs of the products a user has.
pub(crate) fn skus_of(user: &Object) -> impl Iterator<Item = &str> {
    let list = user.properties.get("assignedLicenses").and_then(Value::as_array);
    list.into_iter().flatten().filter_map(|licence| licence.get("skuId").and_then(Value::as_str))
}

/// All assignments of a user, also those that do not work.
pub(crate) fn states(user: &Object) -> Vec<State> {
    let list = user.properties.get("licenseAssignmentStates").and_then(Value::as_array);
    list.into_iter().flatten().map(State::read).collect()
}

/// Puts down the assignments of a user, with everything that follows from them.
pub(crate) fn set_states(tenant: &mut Tenant, now: Timestamp, user: &str, states: &[State]) {
    let properties = properties(tenant, states);
    tenant.update(now, user, properties);
}

/// What a user with these assignments shows.
pub(crate) fn properties(tenant: &Tenant, states: &[State]) -> Map<String, Value> {
    let mut licences: Vec<Value> = Vec::new();
    let mut plans: Vec<Value> = Vec::new();
    let mut seen: Vec<&str> = Vec::new();
    for state in states.iter().filter(|state| state.error.is_none()) {
        if seen.contains(&state.sku.as_str()) {
            continue;
        }
        seen.push(&state.sku);
        let same = |other: &&State| other.sku == state.sku && other.error.is_none();
        let alike: Vec<&State> = states.iter().filter(same).collect();
        // A plan is off only where every assignment switches it off.
        let off = |plan: &&String| alike.iter().all(|other| other.disabled.contains(plan));
        let disabled: Vec<&String> = state.disabled.iter().filter(off).collect();
        licences.push(json!({ "skuId": state.sku, "disabledPlans": disabled }));
        let Some(sku) = sku(tenant, &state.sku) else { continue };
        for plan in plans_of(sku) {
            let id = plan.get("servicePlanId").and_then(Value::as_str).unwrap_or_default();
            if !disabled.iter().any(|off| off.as_str() == id) {
                plans.push(json!({
                    "assignedDateTime": state.since, "capabilityStatus": "Enabled",
                    "service": plan.get("service"), "servicePlanId": id,
                }));
            }
        }
    }
    let states: Vec<Value> = states.iter().map(State::shown).collect();
    let shown = [
        ("assignedLicenses", json!(licences)),
        ("assignedPlans", json!(plans)),
        ("licenseAssignmentStates", json!(states)),
    ];
    shown.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// The services inside a product, with the name of the service in `service`, which no client sees.
pub(crate) fn plans_of(sku: &Object) -> impl Iterator<Item = &Value> {
    sku.properties.get("plans").and_then(Value::as_array).into_iter().flatten()
}

/// Works out anew what a user has through groups. Only direct members inherit.
pub(crate) fn inherit(tenant: &mut Tenant, now: Timestamp, user: &str) {
    let Some(found) = tenant.find(Kind::User, user) else { return };
    let before = states(found);
    let mut after: Vec<State> = before.iter().filter(|state| state.group.is_none()).cloned().collect();
    for group in tenant.live(Kind::Group).filter(|group| group.members.contains(user)) {
        let licences = group.properties.get("assignedLicenses").and_then(Value::as_array);
        for licence in licences.into_iter().flatten() {
            let sku_id = licence.get("skuId").and_then(Value::as_str).unwrap_or_default();
            let kept =
                before.iter().find(|state| state.group.as_deref() == Some(&group.id) && state.sku == sku_id);
            let has = skus_of(found).any(|own| own == sku_id);
            let seat = has || sku(tenant, sku_id).is_some_and(|sku| has_seat(tenant, sku));
            let error = (!seat).then(|| "CountViolation".to_owned());
            after.push(match kept {
                Some(kept) if kept.error == error => kept.clone(),
                _ => State {
                    sku: sku_id.to_owned(),
                    group: Some(group.id.clone()),
                    disabled: texts(licence.get("disabledPlans")),
                    error,
                    since: seconds(now),
                },
            });
        }
    }
    if after != before {
        set_states(tenant, now, user, &after);
    }
}

/// Notes at a group whether a licence of one of its members does not work.
pub(crate) fn note_errors(tenant: &mut Tenant, now: Timestamp, group: &str) {
    let Some(found) = tenant.find(Kind::Group, group) else { return };
    let fails = |user: &Object| {
        states(user).iter().any(|state| state.group.as_deref() == Some(group) && state.error.is_some())
    };
    let members = found.members.iter().filter_map(|id| tenant.find(Kind::User, id));
    let failing = members.into_iter().any(fails);
    if failing != found.is("hasMembersWithLicenseErrors") {
        let property = ("hasMembersWithLicenseErrors".to_owned(), json!(failing));
        tenant.update(now, group, Map::from_iter([property]));
    }
}
