//! `/users/{id}/authentication/temporaryAccessPassMethods`: one-time codes within the tenant's policy.
//!
//! The code itself is told once, in the answer that makes it, and kept nowhere.
//!
//! Source: microsoft-graph.md section 6.2.

use axum::http::StatusCode;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::azure_ad::errors::GraphError;
use crate::azure_ad::kernel::request::{Outcome, Reply, Request};
use crate::azure_ad::kernel::route::{self, Route};
use crate::azure_ad::model::schema::Kind;
use crate::azure_ad::people::method_routes::remove;
use crate::azure_ad::people::methods::{self, ACCESS_PASS};
use crate::azure_ad::people::protection;
use crate::azure_ad::state::object::Object;
use crate::azure_ad::state::tenant::{Tenant, seconds};
use crate::ids;

pub(crate) const ROUTES: &[Route] = &[
    route::get("/users/{user-id}/authentication/temporaryAccessPassMethods", list),
    route::post("/users/{user-id}/authentication/temporaryAccessPassMethods", create),
    route::get(
        "/users/{user-id}/authentication/temporaryAccessPassMethods/{temporaryAccessPassAuthenticationMethod-id}",
        get,
    ),
    route::delete(
        "/users/{user-id}/authentication/temporaryAccessPassMethods/{temporaryAccessPassAuthenticationMethod-id}",
        |tenant, request| remove(tenant, request, ACCESS_PASS),
    ),
];

fn list(tenant: &mut Tenant, request: &Request) -> Outcome {
    let user = methods::user(tenant, request)?;
    let own = methods::of_user(tenant, &user.id, Some(ACCESS_PASS)).into_iter();
    let own: Vec<Object> = own.map(|pass| methods::judged(tenant, request.now, pass)).collect();
    methods::list(request, user, ACCESS_PASS.0, &own)
}

fn get(tenant: &mut Tenant, request: &Request) -> Outcome {
    let user = methods::user(tenant, request)?;
    let pass = methods::found(tenant, &user.id, (ACCESS_PASS, request.key(1)))?;
    Ok(Reply::ok(methods::single(request, user, ACCESS_PASS.0, &methods::judged(tenant, request.now, pass))))
}

fn create(tenant: &mut Tenant, request: &Request) -> Outcome {
    let wanted = wanted(tenant, request, &request.object()?)?;
    let user = methods::user(tenant, request)?.clone();
    protection::check(tenant, request, &user)?;
    let old = methods::of_user(tenant, &user.id, Some(ACCESS_PASS)).into_iter();
    let old: Vec<Object> = old.map(|pass| methods::judged(tenant, request.now, pass)).collect();
    let over = |pass: &Object| pass.text("methodUsabilityReason") == Some("Expired");
    if old.iter().any(|pass| !over(pass)) {
        return Err(GraphError::bad_request(
            "A Temporary Access Pass already exists for the user. Delete the existing pass before creating another.",
        ));
    }
    // A pass whose time is over makes room for the next one.
    for pass in &old {
        tenant.purge(request.now, Kind::AuthenticationMethod, &pass.id);
    }
    let id = tenant.fresh_id("temporary access pass");
    let pass = methods::method(&user.id, ACCESS_PASS, Some(&id), wanted);
    let mut answer =
        methods::single(request, &user, ACCESS_PASS.0, &methods::judged(tenant, request.now, &pass));
    let length = usize::try_from(tenant.settings.access_pass.length).unwrap_or(usize::MAX);
    let code: String = ids::hex32("access pass", &id).chars().cycle().take(length.clamp(8, 48)).collect();
    answer["temporaryAccessPass"] = json!(code);
    tenant.create(request.now, pass);
    Ok(Reply::Json(StatusCode::CREATED, answer))
}

/// The properties of a pass a body asks for.
///
/// # Errors
/// 400 for what the policy does not allow.
fn wanted(
    tenant: &Tenant,
    request: &Request,
    body: &Map<String, Value>,
) -> Result<Map<String, Value>, GraphError> {
    let policy = &tenant.settings.access_pass;
    if !policy.enabled {
        return Err(GraphError::bad_request(
            "Temporary Access Pass cannot be added: the authentication method is not enabled by the tenant's policy.",
        ));
    }
    let lifetime = match body.get("lifetimeInMinutes").filter(|value| !value.is_null()) {
        None => u64::from(policy.lifetime_usual_minutes),
        Some(value) => value.as_u64().unwrap_or(0),
    };
    let (shortest, longest) = (policy.lifetime_min_minutes, policy.lifetime_max_minutes);
    if !(u64::from(shortest)..=u64::from(longest)).contains(&lifetime) {
        return Err(GraphError::bad_request(format!(
            "The lifetime of a Temporary Access Pass must be between {shortest} and {longest} minutes."
        )));
    }
    let once = match body.get("isUsableOnce").filter(|value| !value.is_null()) {
        None => policy.usable_once,
        Some(Value::Bool(once)) => *once,
        Some(_) => return Err(unfit("isUsableOnce")),
    };
    if policy.usable_once && !once {
        return Err(GraphError::bad_request(
            "The policy of the tenant allows only passes that are usable once.",
        ));
    }
    let start = match body.get("startDateTime").filter(|value| !value.is_null()) {
        None => request.now,
        Some(value) => {
            let start = value.as_str().and_then(|text| text.parse::<Timestamp>().ok());
            // The past begins now.
            start.ok_or_else(|| unfit("startDateTime"))?.max(request.now)
        }
    };
    let fields = [
        ("createdDateTime", json!(seconds(request.now))),
        ("temporaryAccessPass", Value::Null),
        ("lifetimeInMinutes", json!(lifetime)),
        ("isUsableOnce", json!(once)),
        ("startDateTime", json!(seconds(start))),
        ("isUsable", json!(true)),
        ("methodUsabilityReason", json!("EnabledByPolicy")),
    ];
    Ok(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

fn unfit(name: &str) -> GraphError {
    GraphError::bad_request(format!(
        "Invalid value specified for property '{name}' of resource 'temporaryAccessPassAuthenticationMethod'."
    ))
}
