//! Which domains are the tenant's own.

use crate::azure_ad::model::schema::Kind;
use crate::azure_ad::state::tenant::Tenant;

/// The domains names of users may end in.
pub(crate) fn verified(tenant: &Tenant) -> Vec<String> {
    tenant
        .live(Kind::Domain)
        .filter(|domain| domain.is("isVerified"))
        .map(|domain| domain.id.clone())
        .collect()
}

/// Whether passwords of a user principal name are checked elsewhere.
pub(crate) fn is_federated(tenant: &Tenant, upn: &str) -> bool {
    let domain = upn.rsplit_once('@').and_then(|(_, domain)| tenant.find(Kind::Domain, domain));
    domain.is_some_and(|domain| domain.text("authenticationType") == Some("Federated"))
}
