//! How users prove who they are: the objects behind `/users/{id}/authentication`.
//!
//! Owns how methods are stored and shown. The id of a method is unique for one user only, so the store knows it
//! together with the user's.
//!
//! Source: microsoft-graph.md section 6.2.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use crate::azure_ad::errors::GraphError;
use crate::azure_ad::kernel::request::{Outcome, Reply, Request};
use crate::azure_ad::model::schema::Kind;
use crate::azure_ad::state::object::Object;
use crate::azure_ad::state::tenant::Tenant;
use crate::ids;

/// Id of everybody's password.
pub(crate) const PASSWORD_ID: &str = "28c10230-6103-485e-b985-444c60001490";

/// Ids of the phones of everybody, by type.
pub(crate) const PHONE_IDS: [(&str, &str); 3] = [
    ("mobile", "3179e48a-750b-4051-897c-87b9720928f7"),
    ("alternateMobile", "b6332ec1-7057-4abe-9331-3d72feddfe41"),
    ("office", "e37fc753-ff3b-4958-9484-eaa9425c82bc"),
];

/// A type of method: the part of the path it has, and its type without namespace and `AuthenticationMethod`.
pub(crate) type MethodType = (&'static str, &'static str);

pub(crate) const PHONE: MethodType = ("phoneMethods", "phone");
pub(crate) const AUTHENTICATOR: MethodType = ("microsoftAuthenticatorMethods", "microsoftAuthenticator");
pub(crate) const ACCESS_PASS: MethodType = ("temporaryAccessPassMethods", "temporaryAccessPass");
pub(crate) const FIDO2: MethodType = ("fido2Methods", "fido2");
pub(crate) const EMAIL: MethodType = ("emailMethods", "email");
pub(crate) const SOFTWARE_OATH: MethodType = ("softwareOathMethods", "softwareOath");
pub(crate) const WINDOWS_HELLO: MethodType = ("windowsHelloForBusinessMethods", "windowsHelloForBusiness");

/// Value of `@odata.type`.
pub(crate) fn odata_type(method_type: MethodType) -> String {
    format!("#microsoft.graph.{}AuthenticationMethod", method_type.1)
}

/// A method of a user. Its id is given, or made from the user and its type.
pub(crate) fn method(
    user: &str,
    method_type: MethodType,
    id: Option<&str>,
    properties: Map<String, Value>,
) -> Object {
    let id = id.map_or_else(|| ids::guid(method_type.1, user), str::to_owned);
    let mut object = Object::new(Kind::AuthenticationMethod, stored_id(user, &id), properties).of(user);
    object.properties.insert("id".to_owned(), json!(id));
    object.properties.insert("@odata.type".to_owned(), json!(odata_type(method_type)));
    object
}

pub(crate) fn phone_id(phone_type: &str) -> Option<&'static str> {
    PHONE_IDS.iter().find(|(known, _)| *known == phone_type).map(|(_, id)| *id)
}

/// A phone of a user.
pub(crate) fn phone(user: &str, phone_type: &str, number: &str, since: &str) -> Object {
    let sms = if phone_type == "mobile" { "notAllowedByPolicy" } else { "notSupported" };
    let fields = [
        ("createdDateTime", json!(since)),
        ("phoneNumber", json!(number)),
        ("phoneType", json!(phone_type)),
        ("smsSignInState", json!(sms)),
    ];
    let properties = fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    method(user, PHONE, phone_id(phone_type), properties)
}

/// Under which id the store knows a method of a user.
pub(crate) fn stored_id(user: &str, method: &str) -> String {
    format!("{user}:{}", method.to_ascii_lowercase())
}

/// The password everybody has, which is not stored as a method.
pub(crate) fn password(user: &Object) -> Object {
    let since = user.text("lastPasswordChangeDateTime").or_else(|| user.text("createdDateTime"));
    let fields = [("createdDateTime", json!(since)), ("password", Value::Null)];
    let properties = fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    method(&user.id, ("passwordMethods", "password"), Some(PASSWORD_ID), properties)
}

/// The stored methods of a user, of all types or of one, in order of registration.
pub(crate) fn of_user<'a>(
    tenant: &'a Tenant,
    user: &str,
    method_type: Option<MethodType>,
) -> Vec<&'a Object> {
    let wanted = method_type.map(odata_type);
    let is_wanted = |method: &&Object| wanted.as_ref().is_none_or(|wanted| method.odata_type() == *wanted);
    let own = tenant.live(Kind::AuthenticationMethod).filter(|method| method.parent.as_deref() == Some(user));
    own.filter(is_wanted).collect()
}

/// A stored method of a user by type and id.
///
/// # Errors
/// 404.
pub(crate) fn found<'a>(
    tenant: &'a Tenant,
    user: &str,
    (method_type, id): (MethodType, &str),
) -> Result<&'a Object, GraphError> {
    let method = tenant.find(Kind::AuthenticationMethod, &stored_id(user, id));
    let method = method.filter(|method| method.odata_type() == odata_type(method_type));
    method.ok_or_else(|| GraphError::not_found(id))
}

/// The user the first key of the path names.
///
/// # Errors
/// 404.
pub(crate) fn user<'a>(tenant: &'a Tenant, request: &Request) -> Result<&'a Object, GraphError> {
    tenant.user(request.key(0)).ok_or_else(|| GraphError::not_found(request.key(0)))
}

/// Answers a list of methods; these lists take no query options. `part` is the end of the path.
pub(crate) fn list(request: &Request, user: &Object, part: &str, methods: &[Object]) -> Outcome {
    let context = request.context(&format!("users('{}')/authentication/{part}", user.id));
    let items: Vec<Value> =
        methods.iter().map(|method| Value::Object(shown(method, part == "methods"))).collect();
    Ok(Reply::ok(json!({ "@odata.context": context, "value": items })))
}

/// A single method as an answer of its own.
pub(crate) fn single(request: &Request, user: &Object, part: &str, method: &Object) -> Value {
    let context = request.context(&format!("users('{}')/authentication/{part}/$entity", user.id));
    let mut body = Map::new();
    body.insert("@odata.context".to_owned(), json!(context));
    body.extend(shown(method, part == "methods"));
    Value::Object(body)
}

/// A pass with what is so of it now; any other method as it is.
pub(crate) fn judged(tenant: &Tenant, now: Timestamp, method: &Object) -> Object {
    let mut method = method.clone();
    if method.odata_type() != odata_type(ACCESS_PASS) {
        return method;
    }
    let start = method.text("startDateTime").and_then(|text| text.parse::<Timestamp>().ok()).unwrap_or(now);
    let minutes = method.properties.get("lifetimeInMinutes").and_then(Value::as_i64).unwrap_or(0);
    let reason = if !tenant.settings.access_pass.enabled {
        "DisabledByPolicy"
    } else if now < start {
        "NotYetValid"
    } else if now.duration_since(start) >= SignedDuration::from_mins(minutes) {
        "Expired"
    } else {
        "EnabledByPolicy"
    };
    method.properties.insert("isUsable".to_owned(), json!(reason == "EnabledByPolicy"));
    method.properties.insert("methodUsabilityReason".to_owned(), json!(reason));
    method
}

/// A method with its type where the list is of several.
fn shown(method: &Object, mixed: bool) -> Map<String, Value> {
    let mut view = method.view(None);
    if !mixed {
        view.remove("@odata.type");
    }
    view
}
