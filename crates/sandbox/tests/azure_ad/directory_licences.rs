//! Products, seats, and who has which licence, directly or through groups.

use reqwest::Method;
use serde_json::{Value, json};

use crate::steps::{filled, reference, walk, world_of_everything};

const E3: &str = "6fd2c87f-b296-42f0-b197-1e91e994b900";
const E5: &str = "06ebc4ee-1bb5-47dd-8120-11324bc54e06";
const EMS: &str = "efccb6f7-5641-4e0e-bd10-b4976e1bf68e";
const TEAMS: &str = "57ff2da0-773e-42df-b2af-ffb7a2317929";

fn change(add: &[&str], remove: &[&str]) -> Value {
    let add: Vec<Value> = add.iter().map(|sku| json!({ "skuId": sku, "disabledPlans": [] })).collect();
    json!({ "addLicenses": add, "removeLicenses": remove })
}

#[tokio::test]
async fn a_licence_that_cannot_be_is_refused_with_its_reason() {
    let world = world_of_everything().await;
    let (tom, svc) =
        ("/users/t.vik@contoso.test/assignLicense", "/users/svc-build@contoso.test/assignLicense");
    let foreign_plan = json!({
        "addLicenses": [{ "skuId": EMS, "disabledPlans": [TEAMS] }], "removeLicenses": [],
    });
    walk(
        &world,
        &[
            ("POST", tom, json!({"addLicenses": []}), 400, "missing parameters are: removeLicenses"),
            ("POST", tom, json!({"removeLicenses": []}), 400, "missing parameters are: addLicenses"),
            ("POST", tom, change(&["x"], &[]), 400, "Edm.Guid"),
            (
                "POST",
                tom,
                change(&["00000000-0000-0000-0000-000000000001"], &[]),
                400,
                "valid company License",
            ),
            ("POST", tom, change(&[], &[E3]), 400, "does not have a corresponding license"),
            ("POST", tom, change(&[E3], &[E3]), 400, "both added and removed"),
            ("POST", tom, foreign_plan, 400, "does not belong"),
            ("POST", tom, change(&[EMS], &[]), 400, "CountViolation"),
            ("POST", svc, change(&[E3], &[]), 400, "invalid usage location"),
            (
                "POST",
                "/users/a.berg@contoso.test/assignLicense",
                change(&[], &[E5]),
                400,
                "inherited from a group",
            ),
            ("POST", "/users/nobody/assignLicense", change(&[E3], &[]), 404, "nobody"),
        ],
    )
    .await;
}

#[tokio::test]
async fn seats_are_counted_and_shown() {
    let world = world_of_everything().await;
    let assign = "/users/t.vik@contoso.test/assignLicense";
    let seats = async |sku: &str| {
        let (_, page) = world.get("/subscribedSkus?$select=skuId,consumedUnits,prepaidUnits").await;
        let all = page["value"].as_array().unwrap().clone();
        let found = all.into_iter().find(|own| own["skuId"] == sku).unwrap();
        (found["consumedUnits"].as_u64().unwrap(), found["prepaidUnits"]["enabled"].as_u64().unwrap())
    };
    assert_eq!((seats(E3).await, seats(EMS).await), ((16, 30), (2, 2)));
    let without_teams =
        json!({ "addLicenses": [{ "skuId": E3, "disabledPlans": [TEAMS] }], "removeLicenses": [] });
    walk(
        &world,
        &[
            ("POST", assign, without_teams, 200, "t.vik@contoso.test"),
            (
                "GET",
                "/users/t.vik@contoso.test/licenseDetails",
                Value::Null,
                200,
                "\"provisioningStatus\":\"Disabled\"",
            ),
            (
                "GET",
                "/users/t.vik@contoso.test?$select=licenseAssignmentStates",
                Value::Null,
                200,
                "\"assignedByGroup\":null",
            ),
            ("GET", "/users/t.vik@contoso.test?$select=assignedPlans", Value::Null, 200, "SharePoint"),
            ("GET", "/users/t.vik@contoso.test?$select=assignedLicenses", Value::Null, 200, TEAMS),
        ],
    )
    .await;
    assert_eq!(seats(E3).await, (17, 30));
    // A deleted user frees the seat, a restored one takes it again.
    walk(&world, &[("DELETE", "/users/t.vik@contoso.test", Value::Null, 204, "")]).await;
    assert_eq!(seats(E3).await.0, 16);
    let (_, deleted) = world.get("/directory/deletedItems/graph.user").await;
    let restore = format!("/directory/deletedItems/{}/restore", deleted["value"][0]["id"].as_str().unwrap());
    walk(
        &world,
        &[
            ("POST", &restore, Value::Null, 200, "Tor Vik"),
            ("POST", assign, change(&[], &[E3]), 200, ""),
            ("GET", "/users/t.vik@contoso.test/licenseDetails", Value::Null, 200, "\"value\":[]"),
            ("PUT", "/_sandbox/azure_ad/skus/EMS", json!({"seats": 3}), 200, "3"),
            ("POST", assign, change(&[EMS], &[]), 200, ""),
            (
                "PUT",
                "/_sandbox/azure_ad/skus/SPE_E5",
                json!({"seats": 50, "status": "Suspended"}),
                200,
                "Suspended",
            ),
            ("POST", assign, change(&[E5], &[]), 400, "any available licenses"),
        ],
    )
    .await;
}

#[tokio::test]
async fn members_of_a_licensed_group_inherit_while_there_are_seats() {
    let world = world_of_everything().await;
    let members = "/groups/{group:Engineering Oslo}/members/$ref";
    let of = |user: &str| format!("/users/{user}@contoso.test?$select=licenseAssignmentStates");
    let remove = "/groups/{group:Engineering Oslo}/members/{user:d.okafor}/$ref";
    walk(
        &world,
        &[
            ("GET", &of("a.berg"), Value::Null, 200, "\"state\":\"Active\""),
            ("POST", members, reference("{user:d.okafor}"), 204, ""),
            ("GET", &of("d.okafor"), Value::Null, 200, "\"state\":\"Active\""),
            ("DELETE", remove, Value::Null, 204, ""),
            ("GET", &of("d.okafor"), Value::Null, 200, "\"licenseAssignmentStates\":[]"),
            ("PUT", "/_sandbox/azure_ad/skus/SPE_E5", json!({"seats": 15}), 200, ""),
            ("POST", members, reference("{user:d.okafor}"), 204, ""),
            ("GET", &of("d.okafor"), Value::Null, 200, "\"error\":\"CountViolation\""),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_group_is_given_a_licence_and_its_members_have_it_while_there_are_seats() {
    let world = world_of_everything().await;
    let group = "/groups/{group:Sales CRM}";
    let assign = &format!("{group}/assignLicense");
    let of =
        |user: &str| format!("/users/{user}@contoso.test?$select=licenseAssignmentStates,assignedLicenses");
    let state =
        &format!("{group}?$select=assignedLicenses,licenseProcessingState,hasMembersWithLicenseErrors");
    let foreign =
        json!({ "addLicenses": [{ "skuId": EMS, "disabledPlans": [TEAMS] }], "removeLicenses": [] });
    walk(
        &world,
        &[
            ("POST", assign, json!({"addLicenses": []}), 400, "missing parameters are: removeLicenses"),
            (
                "POST",
                assign,
                change(&["00000000-0000-0000-0000-000000000001"], &[]),
                400,
                "valid company License",
            ),
            ("POST", assign, foreign, 400, "does not belong"),
            ("POST", assign, change(&[], &[E3]), 400, "does not have a corresponding license"),
            ("POST", "/groups/nothing/assignLicense", change(&[E3], &[]), 404, "nothing"),
            ("POST", assign, change(&[E3], &[]), 202, "Sales CRM"),
            ("GET", state, Value::Null, 200, "\"hasMembersWithLicenseErrors\":null"),
            ("GET", state, Value::Null, 200, "ProcessingComplete"),
            ("GET", state, Value::Null, 200, E3),
            ("GET", &of("p.kaur"), Value::Null, 200, "\"state\":\"Active\""),
            // Both seats are taken.
            ("POST", assign, change(&[EMS], &[]), 202, ""),
            ("GET", &of("p.kaur"), Value::Null, 200, "\"error\":\"CountViolation\""),
            ("GET", state, Value::Null, 200, "\"hasMembersWithLicenseErrors\":true"),
            (
                "GET",
                "/groups?$filter=hasMembersWithLicenseErrors eq true&$select=displayName",
                Value::Null,
                200,
                "Sales CRM",
            ),
            (
                "POST",
                "/users/p.kaur@contoso.test/assignLicense",
                change(&[], &[E3]),
                400,
                "inherited from a group",
            ),
            ("POST", assign, change(&[], &[E3, EMS]), 202, ""),
            ("GET", &of("p.kaur"), Value::Null, 200, "\"licenseAssignmentStates\":[]"),
            ("GET", state, Value::Null, 200, "\"hasMembersWithLicenseErrors\":false"),
        ],
    )
    .await;
    let id = filled(&world, "{group:Sales CRM}", &Value::Null).await;
    let request = world.graph(Method::POST, &format!("/groups/{id}/assignLicense"));
    let response = request.json(&change(&[E3], &[])).send().await.unwrap();
    let location = response.headers()["location"].to_str().unwrap();
    assert!(
        location.ends_with(&format!("/directoryObjects/{id}/Microsoft.DirectoryServices.Group")),
        "{location}"
    );
    let mut world = world;
    world.token = world.token_of("reader").await;
    walk(&world, &[("POST", assign, change(&[E3], &[]), 403, "Insufficient privileges")]).await;
}
