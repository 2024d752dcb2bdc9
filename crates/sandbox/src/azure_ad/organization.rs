//! `/organization`: the tenant itself.

use serde_json::json;

use crate::azure_ad::request::{Outcome, Reply, Request};
use crate::azure_ad::route::{self, Route};
use crate::azure_ad::tenant::Tenant;

pub(crate) const ROUTES: &[Route] = &[route::get("/organization", list)];

fn list(tenant: &mut Tenant, request: &Request) -> Outcome {
    Ok(Reply::ok(json!({
        "@odata.context": request.context("organization"),
        "value": [{
            "id": tenant.id,
            "displayName": tenant.display_name,
            "tenantType": "AAD",
            "onPremisesSyncEnabled": null,
            "verifiedDomains": [{
                "capabilities": "Email, OfficeCommunicationsOnline",
                "isDefault": true,
                "isInitial": true,
                "name": tenant.domain,
                "type": "Managed",
            }],
        }],
    })))
}
