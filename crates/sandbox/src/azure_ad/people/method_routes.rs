//! `/users/{id}/authentication`: all methods of a user, passwords, and what is only listed and removed.
//!
//! Source: microsoft-graph.md section 6.2.

use crate::azure_ad::errors::GraphError;
use crate::azure_ad::kernel::request::{Outcome, Reply, Request};
use crate::azure_ad::kernel::route::{self, Route};
use crate::azure_ad::model::schema::Kind;
use crate::azure_ad::people::methods::{
    self, AUTHENTICATOR, EMAIL, FIDO2, MethodType, PASSWORD_ID, SOFTWARE_OATH, WINDOWS_HELLO,
};
use crate::azure_ad::people::protection;
use crate::azure_ad::state::object::Object;
use crate::azure_ad::state::tenant::Tenant;

pub(crate) const ROUTES: &[Route] = &[
    route::get("/users/{user-id}/authentication/methods", all),
    route::get("/users/{user-id}/authentication/methods/{authenticationMethod-id}", one),
    route::get("/users/{user-id}/authentication/passwordMethods", passwords),
    route::get("/users/{user-id}/authentication/passwordMethods/{passwordAuthenticationMethod-id}", password),
    route::get("/users/{user-id}/authentication/microsoftAuthenticatorMethods", |tenant, request| {
        list(tenant, request, AUTHENTICATOR)
    }),
    route::get(
        "/users/{user-id}/authentication/microsoftAuthenticatorMethods/{microsoftAuthenticatorAuthenticationMethod-id}",
        |tenant, request| get(tenant, request, AUTHENTICATOR),
    ),
    route::delete(
        "/users/{user-id}/authentication/microsoftAuthenticatorMethods/{microsoftAuthenticatorAuthenticationMethod-id}",
        |tenant, request| remove(tenant, request, AUTHENTICATOR),
    ),
    route::get("/users/{user-id}/authentication/fido2Methods", |tenant, request| {
        list(tenant, request, FIDO2)
    }),
    route::delete("/users/{user-id}/authentication/fido2Methods/{method-id}", |tenant, request| {
        remove(tenant, request, FIDO2)
    }),
    route::get("/users/{user-id}/authentication/emailMethods", |tenant, request| {
        list(tenant, request, EMAIL)
    }),
    route::delete("/users/{user-id}/authentication/emailMethods/{method-id}", |tenant, request| {
        remove(tenant, request, EMAIL)
    }),
    route::get("/users/{user-id}/authentication/softwareOathMethods", |tenant, request| {
        list(tenant, request, SOFTWARE_OATH)
    }),
    route::delete("/users/{user-id}/authentication/softwareOathMethods/{method-id}", |tenant, request| {
        remove(tenant, request, SOFTWARE_OATH)
    }),
    route::get("/users/{user-id}/authentication/windowsHelloForBusinessMethods", |tenant, request| {
        list(tenant, request, WINDOWS_HELLO)
    }),
    route::delete(
        "/users/{user-id}/authentication/windowsHelloForBusinessMethods/{method-id}",
        |tenant, request| remove(tenant, request, WINDOWS_HELLO),
    ),
];

/// Every method of a user, the password first.
fn every(tenant: &Tenant, request: &Request, user: &Object) -> Vec<Object> {
    let stored = methods::of_user(tenant, &user.id, None);
    let shown = stored.into_iter().map(|method| methods::judged(tenant, request.now, method));
    std::iter::once(methods::password(user)).chain(shown).collect()
}

fn all(tenant: &mut Tenant, request: &Request) -> Outcome {
    let user = methods::user(tenant, request)?;
    methods::list(request, user, "methods", &every(tenant, request, user))
}

fn one(tenant: &mut Tenant, request: &Request) -> Outcome {
    let user = methods::user(tenant, request)?;
    let all = every(tenant, request, user);
    let method = all.iter().find(|method| method.text("id") == Some(request.key(1)));
    let method = method.ok_or_else(|| GraphError::not_found(request.key(1)))?;
    Ok(Reply::ok(methods::single(request, user, "methods", method)))
}

fn passwords(tenant: &mut Tenant, request: &Request) -> Outcome {
    let user = methods::user(tenant, request)?;
    methods::list(request, user, "passwordMethods", &[methods::password(user)])
}

fn password(tenant: &mut Tenant, request: &Request) -> Outcome {
    let user = methods::user(tenant, request)?;
    if request.key(1) != PASSWORD_ID {
        return Err(GraphError::not_found(request.key(1)));
    }
    Ok(Reply::ok(methods::single(request, user, "passwordMethods", &methods::password(user))))
}

fn list(tenant: &Tenant, request: &Request, method_type: MethodType) -> Outcome {
    let user = methods::user(tenant, request)?;
    let own: Vec<Object> =
        methods::of_user(tenant, &user.id, Some(method_type)).into_iter().cloned().collect();
    methods::list(request, user, method_type.0, &own)
}

fn get(tenant: &Tenant, request: &Request, method_type: MethodType) -> Outcome {
    let user = methods::user(tenant, request)?;
    let method = methods::found(tenant, &user.id, (method_type, request.key(1)))?;
    Ok(Reply::ok(methods::single(request, user, method_type.0, method)))
}

/// Removes a method. Reading is open for everybody's methods, changing only for those of unprotected users.
pub(crate) fn remove(tenant: &mut Tenant, request: &Request, method_type: MethodType) -> Outcome {
    let user = methods::user(tenant, request)?;
    protection::check(tenant, request, user)?;
    let id = methods::found(tenant, &user.id, (method_type, request.key(1)))?.id.clone();
    tenant.purge(request.now, Kind::AuthenticationMethod, &id);
    Ok(Reply::NoContent)
}
