//! Application permissions as assignments: what an administrator consented to, read from and written to the
//! applications the login authority knows, so that later tokens carry what was granted.
//!
//! Source: microsoft-graph.md section 6.9.

use jiff::Timestamp;
use serde_json::{Map, json};

use crate::azure_ad::applications::app_roles::{self, GRAPH_APP_ID};
use crate::azure_ad::model::schema::Kind;
use crate::azure_ad::state::apps::App;
use crate::azure_ad::state::object::Object;
use crate::azure_ad::state::tenant::{Tenant, seconds};
use crate::ids;

/// How many applications there are.
pub(crate) fn count(tenant: &Tenant) -> usize {
    tenant.apps.all().count()
}

/// Grants or takes back an application permission; false if nothing changed.
pub(crate) fn set(tenant: &mut Tenant, client_id: &str, permission: &str, held: bool) -> bool {
    tenant.apps.find(client_id).is_some_and(|app| app.set_role(permission, held))
}

/// Object id of an application's service principal, the one its tokens name too.
pub(crate) fn principal_id(client_id: &str) -> String {
    ids::guid("service principal", client_id)
}

/// Every application permission that is held, as an assignment to Microsoft Graph.
pub(crate) fn assignments(tenant: &Tenant) -> Vec<Object> {
    let mut all = Vec::new();
    for application in tenant.apps.all() {
        for permission in &application.roles {
            all.push(assignment(tenant, application, permission));
        }
    }
    all
}

/// Id of the assignment of a permission.
pub(crate) fn assignment_id(client_id: &str, permission: &str) -> String {
    ids::guid("app role assignment", &format!("{client_id}/{permission}"))
}

fn assignment(tenant: &Tenant, application: &App, permission: &str) -> Object {
    let id = assignment_id(&application.client_id, permission);
    let granted: Timestamp = tenant.settings.granted.get(&id).copied().unwrap_or(tenant.settings.founded);
    let principal = &application.object_id;
    let fields = [
        ("appRoleId", json!(app_roles::id(permission))),
        ("createdDateTime", json!(seconds(granted))),
        ("principalDisplayName", json!(application.name)),
        ("principalId", json!(principal)),
        ("principalType", json!("ServicePrincipal")),
        ("resourceDisplayName", json!("Microsoft Graph")),
        ("resourceId", json!(principal_id(GRAPH_APP_ID))),
    ];
    let properties: Map<_, _> = fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    Object::new(Kind::AppRoleAssignment, id, properties).of(principal)
}
