//! `/users/{id}/revokeSignInSessions`.
//!
//! Source: microsoft-graph.md section 6.1.

use serde_json::{Map, json};

use crate::azure_ad::errors::GraphError;
use crate::azure_ad::kernel::request::{Outcome, Reply, Request};
use crate::azure_ad::kernel::route::{self, Route};
use crate::azure_ad::state::tenant::{Tenant, seconds};

pub(crate) const ROUTES: &[Route] = &[route::post("/users/{user-id}/revokeSignInSessions", revoke)];

fn revoke(tenant: &mut Tenant, request: &Request) -> Outcome {
    let id = request.key(0);
    let user = tenant.user(id).ok_or_else(|| GraphError::not_found(id))?.id.clone();
    let mut changes = Map::new();
    changes.insert("signInSessionsValidFromDateTime".to_owned(), json!(seconds(request.now)));
    tenant.update(request.now, &user, changes);
    Ok(Reply::ok(json!({ "@odata.context": request.context("Edm.Boolean"), "value": true })))
}
