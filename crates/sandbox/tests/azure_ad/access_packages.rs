//! Access packages: what is offered, requests, and what becomes of them.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::client::world::World;
use crate::governance::{governed, with};

const ROOT: &str = "/identityGovernance/entitlementManagement";

fn at(rest: &str) -> String {
    format!("{ROOT}/{rest}")
}

/// A request for a package under a policy.
async fn wanted(world: &World, user: &str, package: &str, policy: &str) -> Value {
    let package = world.named(&at("accessPackages"), package).await;
    let policy = world.named(&at("assignmentPolicies"), policy).await;
    json!({
        "requestType": "adminAdd",
        "assignment": {
            "targetId": world.user_id(user).await, "assignmentPolicyId": policy["id"],
            "accessPackageId": package["id"],
        },
    })
}

async fn request(world: &World, made: &Value) -> Value {
    let id = made["id"].as_str().unwrap();
    world.get(&at(&format!("assignmentRequests/{id}?$expand=assignment,requestor,accessPackage"))).await.1
}

async fn state(world: &World, made: &Value) -> String {
    request(world, made).await["state"].as_str().unwrap().to_owned()
}

/// The first assignment of a user: its state and what is expanded.
async fn assignment(world: &World, user: &str) -> Value {
    let filter = format!("$filter=target/objectId eq '{user}'&$expand=target,accessPackage");
    world.get(&at(&format!("assignments?{filter}"))).await.1["value"][0].clone()
}

#[tokio::test]
async fn packages_are_listed_with_their_policies() {
    let world = governed().await;
    let package = world.named(&at("accessPackages?$expand=assignmentPolicies"), "Sales records").await;
    let policies = package["assignmentPolicies"].as_array().unwrap();
    let names: Vec<&Value> = policies.iter().map(|policy| &policy["displayName"]).collect();
    assert_eq!(names, ["Staff", "Visitors"]);
    let one = at(&format!("accessPackages/{}?$select=displayName", package["id"].as_str().unwrap()));
    assert_eq!(world.get(&one).await.1["displayName"], "Sales records");
    let filter = format!(
        "assignmentPolicies?$filter=accessPackage/id eq '{}'&$expand=accessPackage",
        package["id"].as_str().unwrap()
    );
    let (_, page) = world.get(&at(&filter)).await;
    assert_eq!(page["value"][1]["accessPackage"]["id"], package["id"]);
    assert_eq!(world.get(&at("accessPackages?$expand=resources")).await.0, StatusCode::BAD_REQUEST);
    assert_eq!(world.get(&at("accessPackages/nothing")).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_request_is_delivered_step_by_step_and_ends() {
    let mut world = governed().await;
    let user = world.user_id("t.vik").await;
    let body = with(
        wanted(&world, "t.vik", "Sales records", "Visitors").await,
        &json!({ "justification": "RITM0010042" }),
    );
    let made = world.make(&at("assignmentRequests"), body).await;
    assert_eq!((&made["state"], &made["status"]), (&json!("submitted"), &json!("Accepted")));
    for (after, member) in [("delivering", false), ("delivered", true)] {
        world.advance("15s").await;
        assert_eq!(state(&world, &made).await, after);
        assert_eq!(assignment(&world, &user).await["state"], after);
        assert_eq!(world.is_in_group("Sales CRM", &user).await, member);
    }
    let read = request(&world, &made).await;
    assert_eq!(read["requestor"]["objectId"], json!(user));
    let found = assignment(&world, &user).await;
    assert_eq!(found["id"], read["assignment"]["id"]);
    assert_eq!(
        (&found["target"]["displayName"], &found["accessPackage"]["displayName"]),
        (&json!("Tor Vik"), &json!("Sales records"))
    );
    assert_eq!(found["schedule"]["expiration"]["endDateTime"], "2026-02-04T08:00:30Z");
    world.pass("30d").await;
    assert_eq!(assignment(&world, &user).await["state"], "expired");
    assert!(!world.is_in_group("Sales CRM", &user).await);
}

#[tokio::test]
async fn an_assignment_is_shortened_and_taken_away() {
    let mut world = governed().await;
    let user = world.user_id("t.vik").await;
    let body = wanted(&world, "t.vik", "Sales records", "Staff").await;
    world.make(&at("assignmentRequests"), body.clone()).await;
    assert_eq!(world.verdict(&at("assignmentRequests"), body.clone()).await.0, 400);
    world.pass("1m").await;
    assert_eq!(world.verdict(&at("assignmentRequests"), body.clone()).await.0, 400);
    let id = assignment(&world, &user).await["id"].clone();
    let until = json!({ "expiration": { "type": "afterDateTime", "endDateTime": "2026-01-06T08:00:00Z" } });
    let update = json!({ "requestType": "adminUpdate", "assignment": { "id": id }, "schedule": until });
    world.make(&at("assignmentRequests"), update).await;
    world.pass("1m").await;
    assert_eq!(
        assignment(&world, &user).await["schedule"]["expiration"]["endDateTime"],
        "2026-01-06T08:00:00Z"
    );
    let remove = json!({ "requestType": "AdminRemove", "assignment": { "id": id } });
    let made = world.make(&at("assignmentRequests"), remove.clone()).await;
    assert_eq!(made["requestType"], "adminRemove");
    world.pass("1m").await;
    assert_eq!(state(&world, &made).await, "delivered");
    assert!(!world.is_in_group("Sales CRM", &user).await);
    assert_eq!(world.verdict(&at("assignmentRequests"), remove).await.0, 400);
    world.make(&at("assignmentRequests"), body).await;
}

#[tokio::test]
async fn requests_that_do_not_fit_are_refused() {
    let world = governed().await;
    let good = wanted(&world, "t.vik", "Sales records", "Staff").await;
    let other = wanted(&world, "t.vik", "Finance ledgers", "Visitors").await["assignment"].clone();
    let asking = |name: &str, value: &str| {
        let assignment = with(good["assignment"].clone(), &json!({ name: value }));
        json!({ "assignment": assignment })
    };
    let strict = wanted(&world, "t.vik", "Finance ledgers", "With approval").await["assignment"].clone();
    let cases = [
        (json!({ "requestType": "userAdd" }), 403),
        (json!({ "requestType": "systemAdd" }), 400),
        (json!({ "requestType": "please" }), 400),
        (json!({ "requestType": null }), 400),
        (json!({ "assignment": null }), 400),
        (asking("targetId", "nobody"), 404),
        (asking("accessPackageId", "nothing"), 404),
        (asking("assignmentPolicyId", "nothing"), 404),
        (json!({ "assignment": other }), 400),
        (json!({ "assignment": strict }), 400),
        (json!({ "assignment": strict, "justification": "Audit" }), 400),
        (json!({ "requestType": "adminRemove" }), 400),
        (json!({ "requestType": "adminRemove", "assignment": { "id": "nothing" } }), 404),
        (
            json!({ "schedule": { "expiration": { "type": "afterDateTime", "endDateTime": "2026-01-01T00:00:00Z" } } }),
            400,
        ),
        (json!({ "shoeSize": 43 }), 400),
    ];
    for (changes, status) in cases {
        let verdict = world.verdict(&at("assignmentRequests"), with(good.clone(), &changes)).await;
        assert_eq!(verdict.0, status, "{changes}: {}", verdict.1);
    }
    assert_eq!(world.get(&at("assignmentRequests")).await.1["value"], json!([]));
}

#[tokio::test]
async fn a_request_waits_for_its_approver() {
    let world = governed().await;
    let (_, kept) = world.admin(Method::GET, "/azure_ad/governance", None).await;
    let questions = kept["questions"].as_object().unwrap().values().find_map(|own| own.get(0)).unwrap();
    let answers = json!([{
        "@odata.type": "#microsoft.graph.accessPackageAnswerString", "value": "All of them",
        "answeredQuestion": { "id": questions["id"] },
    }]);
    let body = with(
        wanted(&world, "t.vik", "Finance ledgers", "With approval").await,
        &json!({ "justification": "Audit", "answers": answers }),
    );
    for (decision, after) in [("deny", "denied"), ("cancel", "canceled"), ("approve", "delivering")] {
        let made = world.make(&at("assignmentRequests"), body.clone()).await;
        world.advance("15s").await;
        assert_eq!(state(&world, &made).await, "pendingApproval");
        let id = made["id"].as_str().unwrap();
        // Only a person may cancel; an application is refused whatever it holds.
        let cancel = at(&format!("assignmentRequests/{id}/cancel"));
        assert_eq!(world.verdict(&cancel, json!({})).await.0, 403);
        let say = format!("/access_requests/{id}/{decision}");
        assert_eq!(world.say(Method::POST, &say, json!(null)).await, StatusCode::OK);
        assert_eq!(state(&world, &made).await, after);
        assert_eq!(world.say(Method::POST, &say, json!(null)).await, StatusCode::NOT_FOUND);
    }
    world.advance("15s").await;
    let user = world.user_id("t.vik").await;
    assert!(world.is_in_group("Finance reports", &user).await);
    assert!(world.is_in_group("VPN users", &user).await);
}

#[tokio::test]
async fn a_delivery_that_goes_wrong_can_be_tried_again() {
    let world = governed().await;
    let user = world.user_id("t.vik").await;
    for (switch, after) in [("partial", "partiallyDelivered"), ("failed", "deliveryFailed")] {
        world.say(Method::PUT, "/governance/switches", json!({ "delivery": switch })).await;
        let package = if switch == "failed" { "Sales records" } else { "Finance ledgers" };
        let policy = if switch == "failed" { "Staff" } else { "With approval" };
        let mut body = wanted(&world, "t.vik", package, policy).await;
        if policy == "With approval" {
            let (_, kept) = world.admin(Method::GET, "/azure_ad/governance", None).await;
            let question =
                kept["questions"].as_object().unwrap().values().find_map(|own| own.get(0)).unwrap()["id"]
                    .clone();
            body["justification"] = json!("Audit");
            body["answers"] = json!([{ "value": "All", "answeredQuestion": { "id": question } }]);
        }
        let made = world.make(&at("assignmentRequests"), body).await;
        let id = made["id"].as_str().unwrap();
        let reprocess = at(&format!("assignmentRequests/{id}/reprocess"));
        assert_eq!(world.verdict(&reprocess, json!({})).await.0, 400);
        world.advance("15s").await;
        world.say(Method::POST, &format!("/access_requests/{id}/approve"), json!(null)).await;
        world.advance("15s").await;
        assert_eq!(state(&world, &made).await, after);
        assert!(world.is_in_group("Finance reports", &user).await);
        world.say(Method::PUT, "/governance/switches", json!({})).await;
        assert_eq!(world.verdict(&reprocess, json!({})).await.0, 202);
        world.advance("15s").await;
        assert_eq!(state(&world, &made).await, "delivered");
    }
    assert!(world.is_in_group("Sales CRM", &user).await);
    assert!(world.is_in_group("VPN users", &user).await);
    let nothing = at("assignmentRequests/nothing/reprocess");
    assert_eq!(world.verdict(&nothing, json!({})).await.0, 404);
}
