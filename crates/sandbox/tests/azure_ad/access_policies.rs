//! Conditional Access: policies and named locations.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::client::world::World;
use crate::governance::governed;

const POLICIES: &str = "/identity/conditionalAccess/policies";
const LOCATIONS: &str = "/identity/conditionalAccess/namedLocations";

async fn path(world: &World, list: &str, name: &str) -> String {
    format!("{list}/{}", world.named(list, name).await["id"].as_str().unwrap())
}

#[tokio::test]
async fn a_change_of_a_policy_is_merged_and_its_lists_replaced() {
    let world = governed().await;
    let path = path(&world, POLICIES, "Ask everybody for a second factor").await;
    let group = world.named("/groups", "Consultants").await["id"].clone();
    let (_, before) = world.get(&path).await;
    let change = json!({
        "@odata.type": "#microsoft.graph.conditionalAccessPolicy",
        "state": "enabledForReportingButNotEnforced",
        "conditions": { "users": { "excludeGroups": [group] }, "clientAppTypes": ["browser"] },
        "sessionControls": { "signInFrequency": { "isEnabled": true, "type": "hours", "value": 4 } },
    });
    assert_eq!(world.send(Method::PATCH, &path, change).await.0, StatusCode::NO_CONTENT);
    let (_, after) = world.get(&path).await;
    let mut expected = before["conditions"].clone();
    expected["users"]["excludeGroups"] = json!([group]);
    expected["clientAppTypes"] = json!(["browser"]);
    assert_eq!(after["conditions"], expected);
    assert_eq!(after["grantControls"], before["grantControls"]);
    assert_eq!(after["sessionControls"]["signInFrequency"]["value"], 4);
    assert_eq!(
        (&after["state"], &after["modifiedDateTime"]),
        (&json!("enabledForReportingButNotEnforced"), &json!("2026-01-05T08:00:00Z"))
    );
    let (_, page) = world.get(&format!("{POLICIES}?$filter=state eq 'disabled'&$select=displayName")).await;
    assert_eq!(page["value"], json!([{ "displayName": "Managed devices for consultants" }]));
}

#[tokio::test]
async fn a_policy_that_would_make_no_sense_is_refused() {
    let world = governed().await;
    let path = path(&world, POLICIES, "Block old clients").await;
    let (_, before) = world.get(&path).await;
    for change in [
        json!({ "state": "on" }),
        json!({ "state": null }),
        json!({ "displayName": "" }),
        json!({ "id": "x" }),
        json!({ "createdDateTime": "2026-01-01T00:00:00Z" }),
        json!({ "shoeSize": 43 }),
        json!({ "conditions": null }),
        json!({ "conditions": { "users": { "includeUsers": "All" } } }),
        json!({ "conditions": { "users": { "excludeGroups": ["nowhere"] } } }),
        json!({ "conditions": { "users": { "includeRoles": ["nothing"] } } }),
        json!({ "conditions": { "locations": { "excludeLocations": ["nowhere"] } } }),
        json!({ "conditions": { "clientAppTypes": ["abacus"] } }),
        json!({ "conditions": { "signInRiskLevels": ["some"] } }),
        json!({ "conditions": { "weather": {} } }),
        json!({ "grantControls": { "builtInControls": ["magic"] } }),
        json!({ "grantControls": { "operator": "XOR" } }),
        json!({ "sessionControls": { "signInFrequency": { "value": "four" } } }),
    ] {
        let (status, body) = world.send(Method::PATCH, &path, change.clone()).await;
        assert_eq!(
            (status, &body["error"]["code"]),
            (StatusCode::BAD_REQUEST, &json!("BadRequest")),
            "{change}"
        );
    }
    assert_eq!(world.get(&path).await.1, before);
    let unknown = format!("{POLICIES}/nothing");
    assert_eq!(
        world.send(Method::PATCH, &unknown, json!({ "state": "disabled" })).await.0,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn a_change_needs_both_permissions() {
    let mut world = governed().await;
    let path = path(&world, POLICIES, "Block old clients").await;
    for (roles, read, write) in [
        (json!(["Policy.Read.All"]), 200, 403),
        (json!(["Policy.ReadWrite.ConditionalAccess"]), 403, 403),
        (json!(["Policy.Read.All", "Policy.ReadWrite.ConditionalAccess"]), 200, 204),
    ] {
        let key = format!("app-{}", roles.as_array().unwrap().len() * 10 + usize::from(read == 200));
        let app = json!({ "key": key, "roles": roles, "secret": "sandbox-test-secret" });
        let (_, app) = world.admin(Method::POST, "/azure_ad/apps", Some(app)).await;
        let form = [
            ("client_id", app["client_id"].as_str().unwrap()),
            ("client_secret", "sandbox-test-secret"),
            ("scope", "https://graph.microsoft.com/.default"),
            ("grant_type", "client_credentials"),
        ];
        let (_, token) = world.token_request(&world.tenant_id(), &form).await;
        world.token = token["access_token"].as_str().unwrap().to_owned();
        assert_eq!(world.get(&path).await.0.as_u16(), read, "{roles}");
        let change = world.send(Method::PATCH, &path, json!({ "state": "disabled" })).await;
        assert_eq!(change.0.as_u16(), write, "{roles}");
    }
}

#[tokio::test]
async fn a_change_may_stay_unseen_for_a_while() {
    let world = governed().await;
    let path = path(&world, POLICIES, "Block old clients").await;
    let lag = json!({ "changed_ms": 5000, "paths": ["/identity/conditionalAccess/"] });
    world.say(Method::PUT, "/lag", lag).await;
    world.send(Method::PATCH, &path, json!({ "state": "disabled" })).await;
    assert_eq!(world.get(&path).await.1["state"], "enabled");
    world.advance("5s").await;
    assert_eq!(world.get(&path).await.1["state"], "disabled");
}

#[tokio::test]
async fn a_location_is_changed_by_its_own_type_only() {
    let world = governed().await;
    let offices = path(&world, LOCATIONS, "Offices").await;
    let countries = path(&world, LOCATIONS, "Where we work").await;
    let v4 = "#microsoft.graph.iPv4CidrRange";
    let ip = "#microsoft.graph.ipNamedLocation";
    let country = "#microsoft.graph.countryNamedLocation";
    let range = |sort: &str, cidr: &str| json!([{ "@odata.type": sort, "cidrAddress": cidr }]);
    let cases: [(&str, Value, u16); 13] = [
        (&offices, json!({ "isTrusted": false }), 400),
        (&offices, json!({ "@odata.type": country, "countriesAndRegions": ["FR"] }), 400),
        (&offices, json!({ "@odata.type": ip, "countriesAndRegions": ["FR"] }), 400),
        (&offices, json!({ "@odata.type": ip, "ipRanges": range(v4, "198.51.100.0/33") }), 400),
        (&offices, json!({ "@odata.type": ip, "ipRanges": range(v4, "2001:db8::/32") }), 400),
        (&offices, json!({ "@odata.type": ip, "ipRanges": [{ "cidrAddress": "198.51.100.0/24" }] }), 400),
        (&offices, json!({ "@odata.type": ip, "ipRanges": [] }), 400),
        (&offices, json!({ "@odata.type": ip, "isTrusted": null }), 400),
        (&offices, json!({ "@odata.type": ip, "ipRanges": range(v4, "198.51.100.0/24") }), 204),
        (&countries, json!({ "@odata.type": country, "countriesAndRegions": ["Norway"] }), 400),
        (&countries, json!({ "@odata.type": country, "countriesAndRegions": [] }), 400),
        (&countries, json!({ "@odata.type": country, "countryLookupMethod": "guess" }), 400),
        (&countries, json!({ "@odata.type": country, "countriesAndRegions": ["FR"] }), 204),
    ];
    for (path, change, status) in cases {
        assert_eq!(world.send(Method::PATCH, path, change.clone()).await.0.as_u16(), status, "{change}");
    }
    let (_, read) = world.get(&offices).await;
    assert_eq!((&read["ipRanges"], &read["isTrusted"]), (&range(v4, "198.51.100.0/24"), &json!(true)));
    assert_eq!(world.get(&countries).await.1["countriesAndRegions"], json!(["FR"]));
}
