//! `/users/{id}/authentication/phoneMethods`: phones, one of each type.
//!
//! Source: microsoft-graph.md section 6.2.

use axum::http::StatusCode;
use serde_json::{Map, Value};

use crate::azure_ad::errors::GraphError;
use crate::azure_ad::kernel::request::{Outcome, Reply, Request};
use crate::azure_ad::kernel::route::{self, Route};
use crate::azure_ad::model::schema::Kind;
use crate::azure_ad::people::method_routes::remove;
use crate::azure_ad::people::methods::{self, PHONE, phone_id};
use crate::azure_ad::people::protection;
use crate::azure_ad::state::object::Object;
use crate::azure_ad::state::tenant::{Tenant, seconds};

pub(crate) const ROUTES: &[Route] = &[
    route::get("/users/{user-id}/authentication/phoneMethods", list),
    route::post("/users/{user-id}/authentication/phoneMethods", create),
    route::get("/users/{user-id}/authentication/phoneMethods/{phoneAuthenticationMethod-id}", get),
    route::patch("/users/{user-id}/authentication/phoneMethods/{phoneAuthenticationMethod-id}", update),
    route::delete("/users/{user-id}/authentication/phoneMethods/{phoneAuthenticationMethod-id}", delete),
];

fn list(tenant: &mut Tenant, request: &Request) -> Outcome {
    let user = methods::user(tenant, request)?;
    let own: Vec<Object> = methods::of_user(tenant, &user.id, Some(PHONE)).into_iter().cloned().collect();
    methods::list(request, user, PHONE.0, &own)
}

fn get(tenant: &mut Tenant, request: &Request) -> Outcome {
    let user = methods::user(tenant, request)?;
    let phone = methods::found(tenant, &user.id, (PHONE, request.key(1)))?;
    Ok(Reply::ok(methods::single(request, user, PHONE.0, phone)))
}

fn create(tenant: &mut Tenant, request: &Request) -> Outcome {
    let body = request.object()?;
    let number = number(&body)?.ok_or_else(|| required("phoneNumber"))?;
    let phone_type = phone_type(&body)?.ok_or_else(|| required("phoneType"))?;
    let user = methods::user(tenant, request)?.clone();
    protection::check(tenant, request, &user)?;
    refuse_second(tenant, &user.id, &phone_type)?;
    let phone = methods::phone(&user.id, &phone_type, &number, &seconds(request.now));
    let answer = methods::single(request, &user, PHONE.0, &phone);
    tenant.create(request.now, phone);
    Ok(Reply::Json(StatusCode::CREATED, answer))
}

/// Changes number or type. Each type has an id of its own, so another type is another method.
fn update(tenant: &mut Tenant, request: &Request) -> Outcome {
    let body = request.object()?;
    let (number, wanted) = (number(&body)?, phone_type(&body)?);
    let user = methods::user(tenant, request)?.clone();
    protection::check(tenant, request, &user)?;
    let phone = methods::found(tenant, &user.id, (PHONE, request.key(1)))?;
    let text = |name: &str| phone.text(name).unwrap_or_default().to_owned();
    let (id, before, since) = (phone.id.clone(), text("phoneType"), text("createdDateTime"));
    let phone_type = wanted.unwrap_or_else(|| before.clone());
    let number = number.unwrap_or_else(|| text("phoneNumber"));
    let after = methods::phone(&user.id, &phone_type, &number, &since);
    let answer = methods::single(request, &user, PHONE.0, &after);
    if phone_type == before {
        tenant.update_kind(request.now, (Kind::AuthenticationMethod, &id), after.properties);
    } else {
        refuse_second(tenant, &user.id, &phone_type)?;
        tenant.purge(request.now, Kind::AuthenticationMethod, &id);
        tenant.create(request.now, after);
    }
    Ok(Reply::ok(answer))
}

/// Removes a phone. The mobile one is the default and goes last.
fn delete(tenant: &mut Tenant, request: &Request) -> Outcome {
    let user = methods::user(tenant, request)?;
    let phone = methods::found(tenant, &user.id, (PHONE, request.key(1)))?;
    let others = methods::of_user(tenant, &user.id, Some(PHONE)).len() > 1;
    if phone.text("phoneType") == Some("mobile") && others {
        protection::check(tenant, request, user)?;
        return Err(GraphError::bad_request(
            "The default authentication method cannot be deleted while other methods exist.",
        ));
    }
    remove(tenant, request, PHONE)
}

fn refuse_second(tenant: &Tenant, user: &str, phone_type: &str) -> Result<(), GraphError> {
    let id = phone_id(phone_type).unwrap_or_default();
    match methods::found(tenant, user, (PHONE, id)) {
        Ok(_) => Err(GraphError::bad_request(format!(
            "The user already has a phone authentication method of the type '{phone_type}'."
        ))),
        Err(_) => Ok(()),
    }
}

/// The number of a body: `+`, country code, a blank that may be missing, digits, perhaps `x` and an extension.
fn number(body: &Map<String, Value>) -> Result<Option<String>, GraphError> {
    let Some(value) = body.get("phoneNumber") else { return Ok(None) };
    let number = value.as_str().unwrap_or_default();
    let (main, extension) = number.split_once('x').unwrap_or((number, "0"));
    let rest = main.strip_prefix('+').unwrap_or_default();
    let digits = rest.chars().filter(char::is_ascii_digit).count();
    let blanks = rest.chars().filter(|c| *c == ' ').count();
    let only = digits + blanks == rest.chars().count();
    let fits =
        only && (7..=20).contains(&digits) && blanks <= 1 && !rest.starts_with(' ') && !rest.ends_with(' ');
    let extended = !extension.is_empty() && extension.chars().all(|c| c.is_ascii_digit());
    match fits && extended {
        true => Ok(Some(number.to_owned())),
        false => Err(GraphError::bad_request(
            "The phone number is not valid. Phone numbers use the format '+<country code> <number>x<extension>'.",
        )),
    }
}

fn phone_type(body: &Map<String, Value>) -> Result<Option<String>, GraphError> {
    let Some(value) = body.get("phoneType") else { return Ok(None) };
    let known = value.as_str().filter(|text| phone_id(text).is_some());
    let known = known
        .ok_or_else(|| GraphError::bad_request("The value of property 'phoneType' is not a phone type."));
    Ok(Some(known?.to_owned()))
}

fn required(name: &str) -> GraphError {
    GraphError::bad_request(format!(
        "A value is required for property '{name}' of resource 'phoneAuthenticationMethod'."
    ))
}
