//! `/organization`: the tenant itself, and `/domains`: the names it owns.
//!
//! Source: microsoft-graph.md section 6.8.

use serde_json::{Map, Value, json};

use crate::azure_ad::errors::GraphError;
use crate::azure_ad::kernel::entity;
use crate::azure_ad::kernel::request::{Outcome, Reply, Request};
use crate::azure_ad::kernel::route::{self, Route};
use crate::azure_ad::licensing::licences;
use crate::azure_ad::model::schema::Kind;
use crate::azure_ad::state::object::Object;
use crate::azure_ad::state::tenant::{Tenant, seconds};

pub(crate) const ROUTES: &[Route] = &[
    route::get("/organization", |tenant, request| {
        entity::list_of(request, Kind::Organization, vec![&organization(tenant)])
    }),
    route::get("/organization/{organization-id}", |tenant, request| {
        request.options.check_select(&[Kind::Organization], &[])?;
        if !request.key(0).eq_ignore_ascii_case(&tenant.id) {
            return Err(GraphError::not_found(request.key(0)));
        }
        Ok(Reply::ok(entity::shown(request, &organization(tenant))))
    }),
    route::get("/domains", |tenant, request| entity::list(tenant, request, Kind::Domain)),
    route::get("/domains/{domain-id}", get_domain),
];

fn get_domain(tenant: &mut Tenant, request: &Request) -> Outcome {
    entity::get(tenant, request, Kind::Domain)
}

fn organization(tenant: &Tenant) -> Object {
    let verified = tenant.live(Kind::Domain).filter(|domain| domain.is("isVerified"));
    let domain = |domain: &Object| {
        json!({
            "capabilities": "Email, OfficeCommunicationsOnline",
            "isDefault": domain.is("isDefault"),
            "isInitial": domain.is("isInitial"),
            "name": domain.id,
            "type": domain.text("authenticationType"),
        })
    };
    let founded = seconds(tenant.settings.founded);
    let plan = |plan: &Value| {
        json!({
            "assignedDateTime": founded, "capabilityStatus": "Enabled",
            "service": plan.get("service"), "servicePlanId": plan.get("servicePlanId"),
        })
    };
    let mut plans: Vec<Value> = Vec::new();
    for found in tenant.live(Kind::SubscribedSku).flat_map(licences::plans_of).map(plan) {
        if !plans.contains(&found) {
            plans.push(found);
        }
    }
    let fields = [
        ("displayName", json!(tenant.display_name)),
        ("tenantType", json!("AAD")),
        ("createdDateTime", json!(founded)),
        ("mobileDeviceManagementAuthority", json!("unknown")),
        ("onPremisesSyncEnabled", json!(tenant.settings.synced)),
        ("assignedPlans", json!(plans)),
        ("verifiedDomains", verified.map(domain).collect()),
    ];
    let properties: Map<String, Value> =
        fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    Object::new(Kind::Organization, tenant.id.clone(), properties)
}
