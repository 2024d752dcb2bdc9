//! Privileged identity management: requests for roles, their rules, and what time makes of them.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::answers::new_user;
use crate::client::world::World;
use crate::governance::{GLOBAL_ADMINISTRATOR, SECURITY_READER, governed, hours, with};

const ACTIVE: &str = "/roleManagement/directory/roleAssignmentScheduleRequests";
const ELIGIBLE: &str = "/roleManagement/directory/roleEligibilityScheduleRequests";

async fn wanted(world: &World) -> Value {
    json!({
        "action": "adminAssign", "principalId": world.user_id("t.vik").await,
        "roleDefinitionId": SECURITY_READER, "directoryScopeId": "/", "justification": "RITM0010042",
        "ticketInfo": { "ticketNumber": "RITM0010042", "ticketSystem": "ServiceNow" },
        "scheduleInfo": hours(8),
    })
}

/// Whether the user of `wanted` holds its role.
async fn holds(world: &World) -> bool {
    let user = world.user_id("t.vik").await;
    let filter = format!("principalId eq '{user}' and roleDefinitionId eq '{SECURITY_READER}'");
    let (_, page) = world.get(&format!("/roleManagement/directory/roleAssignments?$filter={filter}")).await;
    !page["value"].as_array().unwrap().is_empty()
}

async fn status(world: &World, request: &Value) -> String {
    let (_, read) = world.get(&format!("{ACTIVE}/{}", request["id"].as_str().unwrap())).await;
    read["status"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn an_assigned_role_is_held_until_its_time_is_over() {
    let mut world = governed().await;
    let made = world.make(ACTIVE, wanted(&world).await).await;
    assert_eq!((&made["status"], &made["targetScheduleId"]), (&json!("Provisioned"), &made["id"]));
    assert_eq!(made["completedDateTime"], "2026-01-05T08:00:00Z");
    assert!(holds(&world).await);
    assert_eq!(world.verdict(ACTIVE, wanted(&world).await).await, (400, "RoleAssignmentExists".to_owned()));
    world.pass("7h59m").await;
    assert!(holds(&world).await);
    world.pass("1m").await;
    assert!(!holds(&world).await);
    let renewed = with(wanted(&world).await, &json!({ "action": "adminRenew" }));
    world.make(ACTIVE, renewed).await;
    assert!(holds(&world).await);
}

#[tokio::test]
async fn a_role_is_prolonged_and_taken_away() {
    let mut world = governed().await;
    let act = |action: &str, body: &Value| with(body.clone(), &json!({ "action": action }));
    let body = wanted(&world).await;
    for action in ["adminUpdate", "adminExtend", "adminRenew", "adminRemove"] {
        let expected = (400, "RoleAssignmentDoesNotExist".to_owned());
        assert_eq!(world.verdict(ACTIVE, act(action, &body)).await, expected, "{action}");
    }
    world.make(ACTIVE, body.clone()).await;
    world.pass("7h").await;
    world.make(ACTIVE, act("adminExtend", &body)).await;
    world.pass("2h").await;
    assert!(holds(&world).await);
    let gone = world.make(ACTIVE, act("adminRemove", &body)).await;
    assert_eq!((&gone["status"], &gone["scheduleInfo"]), (&json!("Revoked"), &json!(null)));
    assert!(!holds(&world).await);
}

#[tokio::test]
async fn requests_that_do_not_fit_are_refused() {
    let world = governed().await;
    let good = wanted(&world).await;
    let forever = json!({ "scheduleInfo": { "expiration": { "type": "noExpiration" } } });
    let policy = "RoleAssignmentRequestPolicyValidationFailed";
    let global = |changes: Value| with(changes, &json!({ "roleDefinitionId": GLOBAL_ADMINISTRATOR }));
    let cases = [
        (json!({ "action": null }), 400, "Request_BadRequest"),
        (json!({ "action": "takeOver" }), 400, "Request_BadRequest"),
        (json!({ "action": "selfActivate" }), 403, "Authorization_RequestDenied"),
        (json!({ "principalId": "nobody" }), 404, "NotFound"),
        (json!({ "principalId": null }), 400, "Request_BadRequest"),
        (json!({ "roleDefinitionId": "no-role" }), 404, "Request_ResourceNotFound"),
        (json!({ "scheduleInfo": "soon" }), 400, "Request_BadRequest"),
        (json!({ "scheduleInfo": { "expiration": { "type": "afterDuration" } } }), 400, "Request_BadRequest"),
        (
            json!({ "scheduleInfo": { "expiration": { "type": "afterDateTime", "endDateTime": "2026-01-04T00:00:00Z" } } }),
            400,
            "Request_BadRequest",
        ),
        (json!({ "scheduleInfo": { "expiration": { "type": "sometime" } } }), 400, "Request_BadRequest"),
        (json!({ "justification": null }), 400, policy),
        (global(forever), 400, policy),
        (global(json!({ "ticketInfo": {} })), 400, policy),
        (global(json!({ "scheduleInfo": hours(9) })), 400, policy),
    ];
    for (changes, status, code) in cases {
        let verdict = world.verdict(ACTIVE, with(good.clone(), &changes)).await;
        assert_eq!(verdict, (status, code.to_owned()), "{changes}");
    }
    let all = with(
        good,
        &json!({ "roleDefinitionId": GLOBAL_ADMINISTRATOR, "justification": "", "ticketInfo": {}, "scheduleInfo": hours(9) }),
    );
    let (_, refusal) = world.send(Method::POST, ACTIVE, all).await;
    let message = refusal["error"]["message"].as_str().unwrap();
    assert!(message.contains(r#"["ExpirationRule","JustificationRule","TicketingRule"]"#), "{message}");
    assert_eq!(world.get(ACTIVE).await.1["value"], json!([]));
}

#[tokio::test]
async fn what_is_only_checked_leaves_nothing_behind() {
    let world = governed().await;
    let checked = with(wanted(&world).await, &json!({ "isValidationOnly": true }));
    assert_eq!(world.make(ACTIVE, checked).await["isValidationOnly"], true);
    assert!(!holds(&world).await);
    assert_eq!(world.get(ACTIVE).await.1["value"], json!([]));
}

#[tokio::test]
async fn a_request_waits_for_its_approver() {
    let world = governed().await;
    let rules = json!({ "approval": true });
    world.say(Method::PUT, "/governance/role_rules/Security Reader", rules).await;
    for (decision, after, held) in [("deny", "Denied", false), ("approve", "Provisioned", true)] {
        let made = world.make(ACTIVE, wanted(&world).await).await;
        assert_eq!(made["status"], "PendingApproval");
        assert!(!holds(&world).await);
        let path = format!("/role_requests/{}/{decision}", made["id"].as_str().unwrap());
        assert_eq!(world.say(Method::POST, &path, json!(null)).await, StatusCode::OK);
        assert_eq!(world.say(Method::POST, &path, json!(null)).await, StatusCode::NOT_FOUND);
        assert_eq!((status(&world, &made).await.as_str(), holds(&world).await), (after, held));
    }
}

#[tokio::test]
async fn a_request_that_has_not_happened_yet_can_be_cancelled() {
    let mut world = governed().await;
    let later = json!({ "startDateTime": "2026-01-05T10:00:00Z", "expiration": { "type": "afterDuration", "duration": "PT1H" } });
    let body = with(wanted(&world).await, &json!({ "scheduleInfo": later }));
    let made = world.make(ACTIVE, body.clone()).await;
    assert_eq!(made["status"], "Granted");
    let cancel = format!("{ACTIVE}/{}/cancel", made["id"].as_str().unwrap());
    assert_eq!(world.send(Method::POST, &cancel, json!({})).await.0, StatusCode::NO_CONTENT);
    assert_eq!(world.send(Method::POST, &cancel, json!({})).await.0, StatusCode::BAD_REQUEST);
    assert_eq!(status(&world, &made).await, "Canceled");
    let made = world.make(ACTIVE, body).await;
    world.pass("2h").await;
    assert_eq!((status(&world, &made).await.as_str(), holds(&world).await), ("Provisioned", true));
    world.pass("1h").await;
    assert!(!holds(&world).await);
}

#[tokio::test]
async fn provisioning_and_new_principals_take_their_time_where_that_is_switched_on() {
    let mut world = governed().await;
    let switches = json!({ "provisioning_ms": 60_000, "principal_unknown_ms": 120_000 });
    assert_eq!(world.say(Method::PUT, "/governance/switches", switches).await, StatusCode::OK);
    let made = world.make(ACTIVE, wanted(&world).await).await;
    assert_eq!((&made["status"], holds(&world).await), (&json!("PendingProvisioning"), false));
    world.pass("1m").await;
    assert_eq!((status(&world, &made).await.as_str(), holds(&world).await), ("Provisioned", true));
    let user = world.make("/users", new_user("n.new")).await["id"].clone();
    let body = with(wanted(&world).await, &json!({ "principalId": user }));
    assert_eq!(world.verdict(ACTIVE, body.clone()).await, (404, "NotFound".to_owned()));
    world.advance("2m").await;
    world.make(ACTIVE, body).await;
}

#[tokio::test]
async fn an_eligible_person_does_not_hold_the_role() {
    let world = governed().await;
    let made = world.make(ELIGIBLE, wanted(&world).await).await;
    assert_eq!(made["status"], "Provisioned");
    assert!(!holds(&world).await);
    assert_eq!(world.verdict(ELIGIBLE, wanted(&world).await).await, (400, "RoleAssignmentExists".to_owned()));
    world.make(ACTIVE, wanted(&world).await).await;
    let path = format!("{ELIGIBLE}/{}?$expand=roleDefinition", made["id"].as_str().unwrap());
    assert_eq!(world.get(&path).await.1["roleDefinition"]["displayName"], "Security Reader");
    let seeded = with(
        wanted(&world).await,
        &json!({ "principalId": world.user_id("o.krog").await, "roleDefinitionId": "fe930be7-5e62-47db-91af-98c3a49a38b1" }),
    );
    assert_eq!(world.verdict(ELIGIBLE, seeded).await, (400, "RoleAssignmentExists".to_owned()));
}

#[tokio::test]
async fn role_requests_need_their_permission() {
    let mut world = governed().await;
    world.token = world.token_of("drawbridge").await;
    assert_eq!(world.get(ACTIVE).await.0, StatusCode::FORBIDDEN);
}
