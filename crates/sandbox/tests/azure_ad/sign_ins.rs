//! Sign-ins: filling in, filters, bursts, late arrival, and the activity they leave with users.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::answers::{code, ids, texts};
use crate::client::world::World;

const SIGN_INS: &str = "/auditLogs/signIns";
const SINCE: &str = "createdDateTime ge 2026-01-05T08:00:00Z";

async fn start() -> World {
    let mut world = World::start().await;
    world.token = world.token_of("everything").await;
    world
}

async fn list(world: &World, filter: &str) -> Value {
    let (status, page) = world.get(&format!("{SIGN_INS}?$filter={filter}")).await;
    assert_eq!(status, StatusCode::OK, "{filter}: {page}");
    page
}

#[tokio::test]
async fn a_name_is_enough_for_a_whole_sign_in() {
    let world = start().await;
    let made = world.act(Method::POST, "/sign_ins", json!({ "user": "a.berg@contoso.test" })).await;
    let page = list(&world, SINCE).await;
    assert_eq!(page["value"], made["value"]);
    assert_eq!(page["@odata.context"].as_str().unwrap().split('#').nth(1), Some("auditLogs/signIns"));
    let sign_in = &page["value"][0];
    assert_eq!(
        sign_in["status"],
        json!({ "errorCode": 0, "failureReason": "Other.", "additionalDetails": null })
    );
    assert_eq!((&sign_in["location"]["city"], &sign_in["isInteractive"]), (&json!("Oslo"), &json!(true)));
    assert_eq!(sign_in["userDisplayName"], "Ann Berg");
    assert!(sign_in.get("mfaDetail").is_none() && sign_in.get("authenticationRequirement").is_none());
    let (status, one) = world.get(&format!("{SIGN_INS}/{}", sign_in["id"].as_str().unwrap())).await;
    assert_eq!((status, &one["correlationId"]), (StatusCode::OK, &sign_in["correlationId"]));
    assert_eq!(world.get(&format!("{SIGN_INS}/nothing")).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn filters_reach_into_status_place_and_device() {
    let world = start().await;
    let bodies = json!([
        { "user": "a.berg@contoso.test", "ipAddress": "198.51.100.4", "location": { "city": "Lagos", "countryOrRegion": "NG" } },
        { "user": "k.vogel@contoso.test", "error_code": 50126, "deviceDetail": { "browser": "Firefox 133.0", "operatingSystem": "Linux" } },
        { "user": "w.tan@contoso.test", "mfa": "denied", "appDisplayName": "Payroll", "riskState": "atRisk", "riskLevelAggregated": "high" },
        { "error_code": 50034, "userPrincipalName": "nobody@contoso.test" },
    ]);
    world.act(Method::POST, "/sign_ins", bodies).await;
    let cases = [
        ("status/errorCode eq 0", vec!["a.berg@contoso.test"]),
        ("status/errorCode eq 500121", vec!["w.tan@contoso.test"]),
        ("status/errorCode eq 50034", vec!["nobody@contoso.test"]),
        ("location/city eq 'Lagos' and location/countryOrRegion eq 'NG'", vec!["a.berg@contoso.test"]),
        ("startswith(deviceDetail/browser,'Firefox')", vec!["k.vogel@contoso.test"]),
        ("deviceDetail/operatingSystem eq 'Linux'", vec!["k.vogel@contoso.test"]),
        ("startswith(ipAddress,'198.51.')", vec!["a.berg@contoso.test"]),
        ("appDisplayName eq 'Payroll'", vec!["w.tan@contoso.test"]),
        ("startswith(userDisplayName,'Wei')", vec!["w.tan@contoso.test"]),
        ("userPrincipalName eq 'K.Vogel@contoso.test'", vec!["k.vogel@contoso.test"]),
        ("riskState eq 'atRisk' and riskLevelAggregated eq 'high'", vec!["w.tan@contoso.test"]),
    ];
    for (filter, expected) in cases {
        assert_eq!(
            texts(&list(&world, &format!("{SINCE} and {filter}")).await, "userPrincipalName"),
            expected,
            "{filter}"
        );
    }
    let refused = [
        ("$skip=1", "Request_BadRequest"),
        ("$search=\"x\"", "Request_UnsupportedQuery"),
        ("$count=true", "Request_BadRequest"),
        ("$expand=user", "BadRequest"),
        ("$top=x", "BadRequest"),
        ("$filter=status/errorCode eq '0'", "BadRequest"),
        ("$filter=userAgent eq 'x'", "Request_UnsupportedQuery"),
        ("$filter=mfaDetail eq 'x'", "BadRequest"),
    ];
    for (query, expected) in refused {
        let (status, body) = world.get(&format!("{SIGN_INS}?{query}")).await;
        assert_eq!((status.as_u16(), code(&body)), (400, expected), "{query}: {body}");
    }
}

#[tokio::test]
async fn a_burst_of_denials_ends_with_a_success_newest_first_in_pages() {
    let world = start().await;
    let burst = json!({ "user": "w.tan@contoso.test", "mfa": "denied", "count": 5, "every": "20s", "then_success": true });
    let made = world.act(Method::POST, "/sign_ins", burst).await;
    assert_eq!(made["value"].as_array().unwrap().len(), 6);
    let recent = "createdDateTime ge 2026-01-05T07:30:00Z and status/errorCode eq 500121";
    let page = list(&world, recent).await;
    assert_eq!(
        texts(&page, "createdDateTime"),
        [
            "2026-01-05T08:00:00Z",
            "2026-01-05T07:59:40Z",
            "2026-01-05T07:59:20Z",
            "2026-01-05T07:59:00Z",
            "2026-01-05T07:58:40Z"
        ]
    );
    assert_eq!(
        page["value"][0]["status"]["additionalDetails"],
        "MFA denied; user declined the authentication"
    );
    // The success lies ahead.
    assert_eq!(
        ids(&list(&world, "userPrincipalName eq 'w.tan@contoso.test' and status/errorCode eq 0").await).len(),
        0
    );
    world.advance("20s").await;
    assert_eq!(
        ids(&list(&world, "userPrincipalName eq 'w.tan@contoso.test' and status/errorCode eq 0").await).len(),
        1
    );
    let (_, first) = world.get(&format!("{SIGN_INS}?$top=2&$filter={recent}")).await;
    let (_, second) = world.follow(first["@odata.nextLink"].as_str().unwrap()).await;
    assert_eq!([ids(&first), ids(&second)].concat(), ids(&page)[..4]);
    let (status, page) = world.get(&format!("{SIGN_INS}?$top=5000")).await;
    assert_eq!((status, page.get("@odata.nextLink")), (StatusCode::OK, None));
}

#[tokio::test]
async fn every_attempt_moves_the_activity_of_its_user() {
    let mut world = start().await;
    let activity = async |world: &World| {
        let (status, user) = world.get("/users/a.berg@contoso.test?$select=signInActivity").await;
        assert_eq!(status, StatusCode::OK, "{user}");
        user["signInActivity"].clone()
    };
    let good = world.act(Method::POST, "/sign_ins", json!({ "user": "a.berg@contoso.test" })).await;
    let good = good["value"][0]["id"].clone();
    world.advance("1h").await;
    world.token = world.token_of("everything").await;
    let bad = world
        .act(Method::POST, "/sign_ins", json!({ "user": "a.berg@contoso.test", "error_code": 50126 }))
        .await;
    let bad = bad["value"][0]["id"].clone();
    world
        .act(
            Method::POST,
            "/sign_ins",
            json!({ "user": "a.berg@contoso.test", "isInteractive": false, "ago": "30m" }),
        )
        .await;
    // One from long ago changes nothing.
    world.act(Method::POST, "/sign_ins", json!({ "user": "a.berg@contoso.test", "ago": "10h" })).await;
    let now = activity(&world).await;
    assert_eq!(
        (&now["lastSignInDateTime"], &now["lastSignInRequestId"]),
        (&json!("2026-01-05T09:00:00Z"), &bad)
    );
    assert_eq!(now["lastNonInteractiveSignInDateTime"], "2026-01-05T08:30:00Z");
    assert_eq!(now["lastSuccessfulSignInDateTime"], "2026-01-05T08:30:00Z");
    assert_ne!(now["lastSuccessfulSignInRequestId"], good);
    // Non-interactive ones are not in the list.
    assert_eq!(
        ids(&list(&world, &format!("{SINCE} and userPrincipalName eq 'a.berg@contoso.test'")).await).len(),
        2
    );
    let (_, page) =
        world.get("/users?$filter=signInActivity/lastSignInDateTime ge 2026-01-05T09:00:00Z").await;
    assert_eq!(texts(&page, "displayName"), ["Ann Berg"]);
    let delays = json!({ "sign_ins_minutes": 10, "activity_minutes": 60 });
    world.act(Method::PUT, "/log_delays", delays).await;
    world.act(Method::POST, "/sign_ins", json!({ "user": "a.berg@contoso.test" })).await;
    assert_eq!(activity(&world).await, now);
    world.advance("1h").await;
    world.token = world.token_of("everything").await;
    assert_eq!(activity(&world).await["lastSignInDateTime"], "2026-01-05T09:00:00Z");
    assert_ne!(activity(&world).await["lastSignInRequestId"], bad);
}

#[tokio::test]
async fn activity_needs_its_permission_and_small_pages() {
    let mut world = start().await;
    // Query, status, code.
    let cases = [
        ("$select=id,signInActivity&$top=500", 200, ""),
        ("$select=id,signInActivity&$top=501", 400, "Request_BadRequest"),
        ("$filter=signInActivity/lastSignInDateTime le 2026-01-01T00:00:00Z", 200, ""),
        (
            "$filter=signInActivity/lastSignInDateTime le 2026-01-01T00:00:00Z and accountEnabled eq true",
            400,
            "Request_UnsupportedQuery",
        ),
    ];
    for (query, status, expected) in cases {
        let (got, body) = world.get(&format!("/users?{query}")).await;
        assert_eq!((got.as_u16(), code(&body)), (status, expected), "{query}: {body}");
    }
    world.token = world.token_of("drawbridge").await;
    for path in
        ["/users?$select=signInActivity", "/users/a.berg@contoso.test?$select=signInActivity", SIGN_INS]
    {
        let (status, body) = world.get(path).await;
        assert_eq!((status.as_u16(), code(&body)), (403, "Authorization_RequestDenied"), "{path}");
    }
    let (status, _) = world.get("/auditLogs/directoryAudits").await;
    assert_eq!(status, StatusCode::OK, "Directory.Read.All suffices");
}

#[tokio::test]
async fn what_graph_does_not_have_is_not_injected() {
    let world = start().await;
    let cases = [
        json!({ "user": "nobody" }),
        json!({ "user": 5 }),
        json!({ "mfa": "perhaps" }),
        json!({ "error_code": "x" }),
        json!({ "count": 100_000 }),
        json!({ "at": "yesterday" }),
        json!({ "every": "often" }),
        json!({ "riskState": "rather" }),
        json!({ "isInteractive": "yes" }),
        json!({ "mfaDetail": {} }),
        json!({ "id": "x" }),
        json!({ "status": { "errorCode": "x" } }),
        json!("x"),
    ];
    for body in cases {
        let (status, answer) = world.admin(Method::POST, "/azure_ad/sign_ins", Some(body.clone())).await;
        assert!(status.is_client_error() && answer["error"].is_string(), "{body}: {status} {answer}");
    }
}
