//! Security alerts: evidence, lists, updates, comments.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::answers::{code, ids, texts};
use crate::client::world::World;

const ALERTS: &str = "/security/alerts_v2";

async fn start() -> World {
    let mut world = World::start().await;
    world.token = world.token_of("everything").await;
    world
}

async fn inject(world: &World, body: Value) -> Value {
    world.act(Method::POST, "/alerts", body).await["value"][0].clone()
}

#[tokio::test]
async fn evidence_has_the_shape_of_its_type() {
    let world = start().await;
    let alert = inject(
        &world,
        json!({
            "user": "a.berg@contoso.test", "severity": "high",
            "evidence": [
                { "ip": "198.51.100.7", "verdict": "malicious", "roles": ["attacker"] },
                { "device": "laptop-7" },
                { "mailbox": "w.tan@contoso.test" },
                { "@odata.type": "#microsoft.graph.security.urlEvidence", "url": "https://example.test/x" },
            ],
        }),
    )
    .await;
    let (_, seen) = world.get(&format!("{ALERTS}/{}", alert["id"].as_str().unwrap())).await;
    let evidence = seen["evidence"].as_array().unwrap();
    let types: Vec<&str> =
        evidence.iter().map(|one| one["@odata.type"].as_str().unwrap().rsplit('.').next().unwrap()).collect();
    assert_eq!(types, ["userEvidence", "ipEvidence", "deviceEvidence", "mailboxEvidence", "urlEvidence"]);
    assert_eq!(evidence[0]["userAccount"]["userPrincipalName"], "a.berg@contoso.test");
    assert_eq!(
        (&evidence[1]["ipAddress"], &evidence[1]["verdict"]),
        (&json!("198.51.100.7"), &json!("malicious"))
    );
    assert_eq!(evidence[2]["deviceDnsName"], "laptop-7.contoso.test");
    for one in evidence {
        assert!(
            one["createdDateTime"].is_string()
                && one["remediationStatus"] == "none"
                && one["tags"] == json!([])
        );
    }
    assert_eq!(
        seen["@odata.context"].as_str().unwrap().split('#').nth(1),
        Some("security/alerts_v2/$entity")
    );
    let cases = [
        json!({ "evidence": [{ "@odata.type": "#microsoft.graph.security.dreamEvidence" }] }),
        json!({ "evidence": [{ "ip": "198.51.100.7", "verdict": "guilty" }] }),
        json!({ "evidence": [{ "user": "nobody" }] }),
        json!({ "evidence": "x" }),
        json!({ "severity": "huge" }),
        json!({ "serviceSource": null }),
        json!({ "frobs": 1 }),
    ];
    for body in cases {
        let (status, answer) = world.admin(Method::POST, "/azure_ad/alerts", Some(body.clone())).await;
        assert!(status.is_client_error(), "{body}: {answer}");
    }
}

#[tokio::test]
async fn alerts_are_listed_counted_and_skipped() {
    let world = start().await;
    for (title, severity, ago) in [("One", "high", "3h"), ("Two", "low", "2h"), ("Three", "high", "1h")] {
        inject(
            &world,
            json!({ "title": title, "severity": severity, "ago": ago, "serviceSource": "microsoftSentinel" }),
        )
        .await;
    }
    let ours = "$filter=serviceSource eq 'microsoftSentinel'";
    let cases = [
        (ours.to_owned(), vec!["Three", "Two", "One"]),
        (format!("{ours} and severity eq 'high'"), vec!["Three", "One"]),
        (format!("{ours} and lastUpdateDateTime ge 2026-01-05T06:00:00Z"), vec!["Three", "Two"]),
        (format!("{ours}&$skip=1&$top=1"), vec!["Two"]),
        (format!("{ours}&$orderby=createdDateTime"), vec!["One", "Two", "Three"]),
        (format!("{ours} and status ne 'new'"), vec![]),
    ];
    for (query, expected) in cases {
        let (status, page) = world.get(&format!("{ALERTS}?{query}")).await;
        assert_eq!(status, StatusCode::OK, "{query}: {page}");
        assert_eq!(texts(&page, "title"), expected, "{query}");
    }
    let (_, page) = world.get(&format!("{ALERTS}?{ours}&$count=true&$top=2")).await;
    assert_eq!((&page["@odata.count"], ids(&page).len()), (&json!(3), 2));
    let (_, rest) = world.follow(page["@odata.nextLink"].as_str().unwrap()).await;
    assert_eq!(texts(&rest, "title"), ["One"]);
    let (status, body) = world.get(&format!("{ALERTS}?$filter=title eq 'One'")).await;
    assert_eq!((status.as_u16(), code(&body)), (400, "Request_UnsupportedQuery"));
}

#[tokio::test]
async fn only_four_properties_are_updated_and_only_to_known_values() {
    let world = start().await;
    let alert = inject(&world, json!({ "ago": "1h" })).await;
    let path = format!("{ALERTS}/{}", alert["id"].as_str().unwrap());
    world.advance("1m").await;
    let refused = [
        json!({ "title": "x" }),
        json!({ "severity": "low" }),
        json!({ "frobs": 1 }),
        json!({ "status": "closed" }),
        json!({ "status": null }),
        json!({ "classification": "maybe" }),
        json!({ "determination": "unknownFutureValue" }),
        json!({ "assignedTo": 5 }),
        json!({ "status": "resolved", "title": "x" }),
    ];
    for body in refused {
        let (status, answer) = world.send(Method::PATCH, &path, body.clone()).await;
        assert_eq!((status.as_u16(), code(&answer)), (400, "BadRequest"), "{body}: {answer}");
    }
    assert_eq!(world.get(&path).await.1["lastUpdateDateTime"], alert["lastUpdateDateTime"]);
    let change = json!({
        "@odata.type": "#microsoft.graph.security.alert", "status": "resolved", "classification": "truePositive",
        "determination": "compromisedAccount", "assignedTo": "k.moen@contoso.test",
    });
    let (status, after) = world.send(Method::PATCH, &path, change).await;
    assert_eq!(status, StatusCode::OK);
    let got =
        ["status", "classification", "determination", "assignedTo"].map(|name| after[name].as_str().unwrap());
    assert_eq!(got, ["resolved", "truePositive", "compromisedAccount", "k.moen@contoso.test"]);
    let moment = json!("2026-01-05T08:01:00Z");
    assert_eq!((&after["lastUpdateDateTime"], &after["resolvedDateTime"]), (&moment, &moment));
    let (_, after) =
        world.send(Method::PATCH, &path, json!({ "status": "inProgress", "assignedTo": null })).await;
    assert_eq!((&after["resolvedDateTime"], &after["assignedTo"]), (&Value::Null, &Value::Null));
    let missing = world.send(Method::PATCH, &format!("{ALERTS}/none"), json!({})).await;
    assert_eq!((missing.0, code(&missing.1)), (StatusCode::NOT_FOUND, "Request_ResourceNotFound"));
}

#[tokio::test]
async fn a_comment_is_added_to_the_others() {
    let mut world = start().await;
    let alert = inject(&world, json!({})).await;
    let path = format!("{ALERTS}/{}/comments", alert["id"].as_str().unwrap());
    world.advance("5m").await;
    for text in ["INC0012345", "INC0012346"] {
        let body = json!({ "@odata.type": "microsoft.graph.security.alertComment", "comment": text });
        let (status, answer) = world.send(Method::POST, &path, body).await;
        assert_eq!(
            (status, &answer["value"].as_array().unwrap().last().unwrap()["comment"]),
            (StatusCode::OK, &json!(text))
        );
    }
    let (_, seen) = world.get(path.trim_end_matches("/comments")).await;
    assert_eq!(seen["comments"].as_array().unwrap().len(), 2);
    assert_eq!(
        (&seen["comments"][0]["createdByDisplayName"], &seen["lastUpdateDateTime"]),
        (&json!("Everything"), &json!("2026-01-05T08:05:00Z"))
    );
    for body in [
        json!({}),
        json!({ "comment": " " }),
        json!({ "comment": 5 }),
        json!({ "comment": "x".repeat(1001) }),
    ] {
        let (status, answer) = world.send(Method::POST, &path, body).await;
        assert_eq!((status.as_u16(), code(&answer)), (400, "BadRequest"));
    }
    world.token = world.token_of("drawbridge").await;
    for (method, path) in [
        (Method::GET, ALERTS),
        (Method::POST, path.as_str()),
        (Method::GET, "/identityProtection/riskyUsers"),
    ] {
        let (status, answer) = world.send(method, path, json!({ "comment": "x" })).await;
        assert_eq!((status.as_u16(), code(&answer)), (403, "Authorization_RequestDenied"), "{path}");
    }
}
