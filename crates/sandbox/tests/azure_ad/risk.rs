//! Risk detections and risky users: injection, filters, what administrators decide, history.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::answers::{code, ids, texts};
use crate::client::world::World;

const DETECTIONS: &str = "/identityProtection/riskDetections";
const USERS: &str = "/identityProtection/riskyUsers";

async fn start() -> World {
    let mut world = World::start().await;
    world.token = world.token_of("everything").await;
    world
}

async fn inject(world: &World, body: Value) -> Value {
    world.act(Method::POST, "/risk_detections", body).await["value"][0].clone()
}

async fn user(world: &World, id: &str) -> Value {
    let (status, user) = world.get(&format!("{USERS}/{id}")).await;
    assert_eq!(status, StatusCode::OK, "{user}");
    user
}

#[tokio::test]
async fn a_detection_makes_its_user_risky_and_the_highest_level_stays() {
    let world = start().await;
    let high = inject(
        &world,
        json!({ "user": "a.berg@contoso.test", "riskLevel": "high", "riskEventType": "anonymizedIPAddress" }),
    )
    .await;
    inject(&world, json!({ "user": "a.berg@contoso.test", "riskLevel": "low" })).await;
    let id = high["userId"].as_str().unwrap();
    let risky = user(&world, id).await;
    let got =
        ["riskLevel", "riskState", "riskDetail", "userDisplayName"].map(|name| risky[name].as_str().unwrap());
    assert_eq!(got, ["high", "atRisk", "none", "Ann Berg"]);
    assert_eq!((&risky["isProcessing"], &risky["isDeleted"]), (&json!(false), &json!(false)));
    assert_eq!(
        risky["@odata.context"].as_str().unwrap().split('#').nth(1),
        Some("identityProtection/riskyUsers/$entity")
    );
    let found = world.get(&format!("{USERS}?$filter=riskState eq 'atRisk' and riskLevel eq 'high'")).await.1;
    assert_eq!(ids(&found), [id]);
    inject(&world, json!({ "user": "k.moen@contoso.test", "risky_user": false })).await;
    assert_eq!(ids(&world.get(&format!("{USERS}?$filter=userDisplayName eq 'Kari Moen'")).await.1).len(), 0);
    let info: Value = serde_json::from_str(high["additionalInfo"].as_str().unwrap()).unwrap();
    assert!(info[0]["Key"].is_string() && high["correlationId"].is_string());
}

#[tokio::test]
async fn an_offline_detection_happened_before_it_was_detected() {
    let mut world = start().await;
    let leak = inject(
        &world,
        json!({ "user": "a.berg@contoso.test", "riskEventType": "leakedCredentials", "offline": "6h" }),
    )
    .await;
    let dates = ["activityDateTime", "detectedDateTime", "detectionTimingType", "activity"]
        .map(|name| leak[name].as_str().unwrap());
    assert_eq!(dates, ["2026-01-05T02:00:00Z", "2026-01-05T08:00:00Z", "offline", "user"]);
    assert_eq!(leak["correlationId"], Value::Null);
    let cases = [
        ("detectedDateTime ge 2026-01-05T08:00:00Z", 1),
        ("activityDateTime ge 2026-01-05T08:00:00Z", 0),
        ("riskEventType eq 'leakedCredentials' and riskState ne 'dismissed'", 1),
    ];
    for (filter, count) in cases {
        let (status, page) = world.get(&format!("{DETECTIONS}?$filter={filter}")).await;
        assert_eq!(status, StatusCode::OK, "{filter}: {page}");
        assert_eq!(ids(&page).len(), count, "{filter}");
    }
    for (query, expected) in [
        ("$filter=createdDateTime ge 2026-01-01T00:00:00Z", "BadRequest"),
        ("$top=501", "Request_BadRequest"),
        ("$skip=1", "Request_BadRequest"),
    ] {
        let (status, body) = world.get(&format!("{DETECTIONS}?{query}")).await;
        assert_eq!((status.as_u16(), code(&body)), (400, expected), "{query}");
    }
    let (_, page) = world.get(&format!("{DETECTIONS}?$top=500&$orderby=detectedDateTime desc")).await;
    assert_eq!(page["value"][0]["id"], leak["id"]);
    // One of the future is not there yet.
    inject(&world, json!({ "user": "w.tan@contoso.test", "ago": "1h", "offline": "3h" })).await;
    let waits = format!("{DETECTIONS}?$filter=userPrincipalName eq 'w.tan@contoso.test'");
    assert_eq!(ids(&world.get(&waits).await.1).len(), 0);
    world.advance("2h").await;
    world.token = world.token_of("everything").await;
    assert_eq!(ids(&world.get(&waits).await.1).len(), 1);
}

#[tokio::test]
async fn decisions_are_processed_for_a_while_and_reach_the_detections() {
    // Action, level, state, detail, audited as.
    let cases = [
        (
            "confirmCompromised",
            "high",
            "confirmedCompromised",
            "adminConfirmedUserCompromised",
            "ConfirmCompromised",
        ),
        ("confirmSafe", "none", "confirmedSafe", "adminConfirmedAccountSafe", "ConfirmSafe"),
        ("dismiss", "none", "dismissed", "adminDismissedAllRiskForUser", "DismissUser"),
    ];
    for (action, level, state, detail, audited) in cases {
        let world = start().await;
        let detection = inject(&world, json!({ "user": "a.berg@contoso.test", "riskLevel": "medium" })).await;
        let id = detection["userId"].as_str().unwrap();
        let body = json!({ "userIds": [id] });
        let (status, answer) = world.send(Method::POST, &format!("{USERS}/{action}"), body).await;
        assert_eq!((status, answer), (StatusCode::NO_CONTENT, json!("")), "{action}");
        let pending = user(&world, id).await;
        assert_eq!(
            (&pending["isProcessing"], &pending["riskState"]),
            (&json!(true), &json!("atRisk")),
            "{action}"
        );
        world.advance("30s").await;
        let settled = user(&world, id).await;
        let got = ["riskLevel", "riskState", "riskDetail"].map(|name| settled[name].as_str().unwrap());
        assert_eq!(got, [level, state, detail]);
        assert_eq!(
            (&settled["isProcessing"], &settled["riskLastUpdatedDateTime"]),
            (&json!(false), &json!("2026-01-05T08:00:30Z"))
        );
        let (_, one) = world.get(&format!("{DETECTIONS}/{}", detection["id"].as_str().unwrap())).await;
        let got = ["riskState", "riskDetail", "lastUpdatedDateTime"].map(|name| one[name].as_str().unwrap());
        assert_eq!(got, [state, detail, "2026-01-05T08:00:30Z"]);
        let (_, confirmed) = world
            .get(&format!("{DETECTIONS}?$filter=riskEventType eq 'adminConfirmedUserCompromised'"))
            .await;
        assert_eq!(ids(&confirmed).len(), usize::from(action == "confirmCompromised"));
        let (_, history) = world.get(&format!("{USERS}/{id}/history")).await;
        assert_eq!(texts(&history, "riskState"), [state, "atRisk"]);
        assert_eq!(history["value"][0]["activity"]["detail"], detail);
        let (_, audits) =
            world.get("/auditLogs/directoryAudits?$filter=loggedByService eq 'Identity Protection'").await;
        assert_eq!(texts(&audits, "activityDisplayName"), [audited]);
        assert_eq!(audits["value"][0]["targetResources"][0]["userPrincipalName"], "a.berg@contoso.test");
    }
}

#[tokio::test]
async fn a_decision_is_about_known_people_and_not_too_many() {
    let world = start().await;
    let (_, people) = world.get("/users?$top=61&$select=id").await;
    let everybody: Vec<&str> = ids(&people);
    let (_, risky) = world.get(USERS).await;
    let unknown = "11111111-2222-4333-8444-555555555555";
    let cases = [
        (json!({}), 400, "BadRequest"),
        (json!({ "userIds": [] }), 400, "BadRequest"),
        (json!({ "userIds": [5] }), 400, "BadRequest"),
        (json!({ "userIds": "x" }), 400, "BadRequest"),
        (json!({ "userIds": vec![everybody[0]; 61] }), 400, "BadRequest"),
        (json!({ "userIds": [risky["value"][0]["id"], unknown] }), 404, "ResourceNotFound"),
        (json!({ "userIds": &everybody[..60] }), 204, ""),
    ];
    for (body, status, expected) in cases {
        let (got, answer) = world.send(Method::POST, &format!("{USERS}/dismiss"), body.clone()).await;
        assert_eq!((got.as_u16(), code(&answer)), (status, expected), "{body}: {answer}");
        if status == 404 {
            let processing = world.get(&format!("{USERS}?$filter=isProcessing eq true")).await.1;
            assert_eq!(ids(&processing).len(), 0);
        }
    }
    // Dismissing makes nobody risky; compromising does.
    assert_eq!(ids(&world.get(USERS).await.1).len(), ids(&risky).len());
    world
        .send(Method::POST, &format!("{USERS}/confirmCompromised"), json!({ "userIds": [everybody[1]] }))
        .await;
    world.advance("1m").await;
    assert_eq!(user(&world, everybody[1]).await["riskLevel"], "high");
    assert_eq!(world.get(&format!("{USERS}/{unknown}")).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_deleted_user_stays_in_the_list_and_says_so() {
    let world = start().await;
    world
        .act(Method::POST, "/risky_users", json!({ "user": "a.berg@contoso.test", "riskLevel": "low" }))
        .await;
    world.send(Method::DELETE, "/users/a.berg@contoso.test", Value::Null).await;
    let (_, page) = world.get(&format!("{USERS}?$filter=userDisplayName eq 'Ann Berg'")).await;
    assert_eq!(
        (&page["value"][0]["isDeleted"], &page["value"][0]["riskLevel"]),
        (&json!(true), &json!("low"))
    );
    for body in
        [json!({}), json!({ "user": "nobody" }), json!({ "user": "w.tan@contoso.test", "riskLevel": "huge" })]
    {
        let (status, _) = world.admin(Method::POST, "/azure_ad/risky_users", Some(body.clone())).await;
        assert!(status.is_client_error(), "{body}");
        let (status, _) = world.admin(Method::POST, "/azure_ad/risk_detections", Some(body.clone())).await;
        assert!(status.is_client_error(), "{body}");
    }
}
