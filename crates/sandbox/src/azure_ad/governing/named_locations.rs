//! `/identity/conditionalAccess/namedLocations`: list, get, change.
//!
//! Source: microsoft-graph.md section 6.5: a change must say which sort of location it is about.

use std::net::IpAddr;

use serde_json::{Map, Value, json};

use crate::azure_ad::errors::GraphError;
use crate::azure_ad::governing::access_rules::{COUNTRY_LOCATION, IP_LOCATION};
use crate::azure_ad::kernel::entity;
use crate::azure_ad::kernel::form;
use crate::azure_ad::kernel::request::{Outcome, Reply, Request};
use crate::azure_ad::kernel::route::{self, Route};
use crate::azure_ad::model::schema::Kind;
use crate::azure_ad::state::tenant::{Tenant, seconds};

const KIND: Kind = Kind::NamedLocation;

pub(crate) const IP: &str = "#microsoft.graph.ipNamedLocation";
pub(crate) const COUNTRY: &str = "#microsoft.graph.countryNamedLocation";

const V4: &str = "#microsoft.graph.iPv4CidrRange";
const V6: &str = "#microsoft.graph.iPv6CidrRange";

pub(crate) const ROUTES: &[Route] = &[
    route::get("/identity/conditionalAccess/namedLocations", |tenant, request| {
        entity::list(tenant, request, KIND)
    }),
    route::get("/identity/conditionalAccess/namedLocations/{namedLocation-id}", |tenant, request| {
        entity::get(tenant, request, KIND)
    }),
    route::patch("/identity/conditionalAccess/namedLocations/{namedLocation-id}", update),
];

/// A range of addresses as the service writes it.
pub(crate) fn range(cidr: &str) -> Value {
    let sort = if cidr.contains(':') { V6 } else { V4 };
    json!({ "@odata.type": sort, "cidrAddress": cidr })
}

fn update(tenant: &mut Tenant, request: &Request) -> Outcome {
    let body = request.object()?;
    let location = entity::found(tenant, request.key(0), KIND)?;
    let (id, own) = (location.id.clone(), location.odata_type());
    match body.get("@odata.type").and_then(Value::as_str) {
        None => {
            return Err(GraphError::malformed(
                "The property '@odata.type' is required to change a named location.",
            ));
        }
        Some(sent) if !sent.trim_start_matches('#').eq_ignore_ascii_case(own.trim_start_matches('#')) => {
            return Err(GraphError::malformed(format!(
                "The location is of type '{own}', which cannot change."
            )));
        }
        Some(_) => {}
    }
    let form = if own == IP { IP_LOCATION } else { COUNTRY_LOCATION };
    let mut changed = form::read(&body, form).map_err(GraphError::malformed)?;
    changed.remove("@odata.type");
    check(&changed)?;
    if !changed.is_empty() {
        changed.insert("modifiedDateTime".to_owned(), json!(seconds(request.now)));
        tenant.update_kind(request.now, (KIND, &id), changed);
    }
    Ok(Reply::NoContent)
}

fn check(changed: &Map<String, Value>) -> Result<(), GraphError> {
    let refused = |message: String| Err(GraphError::malformed(message));
    if changed.get("displayName").is_some_and(|name| name == "") {
        return refused("The display name of a named location cannot be empty.".to_owned());
    }
    let items =
        |name: &str| changed.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    if let Some(wrong) = items("ipRanges").iter().find(|range| !is_range(range)) {
        return refused(format!("The address range {wrong} is not valid."));
    }
    let is_code = |code: &Value| {
        code.as_str()
            .is_some_and(|code| code.len() == 2 && code.bytes().all(|letter| letter.is_ascii_uppercase()))
    };
    if let Some(wrong) = items("countriesAndRegions").iter().find(|code| !is_code(code)) {
        return refused(format!("The country or region {wrong} is not valid."));
    }
    let emptied =
        ["ipRanges", "countriesAndRegions"].into_iter().find(|name| changed.get(*name) == Some(&json!([])));
    match emptied {
        Some(name) => refused(format!("The property '{name}' cannot be empty.")),
        None => Ok(()),
    }
}

/// Whether a range is of the type it says and its mask fits.
fn is_range(range: &Value) -> bool {
    let cidr = range["cidrAddress"].as_str().unwrap_or_default();
    let Some((address, mask)) = cidr.split_once('/') else { return false };
    let bits = match (address.parse::<IpAddr>(), range["@odata.type"].as_str()) {
        (Ok(IpAddr::V4(_)), Some(V4)) => 32,
        (Ok(IpAddr::V6(_)), Some(V6)) => 128,
        _ => return false,
    };
    mask.parse::<u8>().is_ok_and(|mask| mask <= bits)
}
