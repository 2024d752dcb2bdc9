//! Fault rules: what a client sees of each, whom they strike, and what can be read of them.

use crate::client::world::{World, read};
use reqwest::header::{CONTENT_TYPE, RETRY_AFTER};
use reqwest::{Method, StatusCode};
use serde_json::json;

const BOSS: &str = "/users/m.boss@contoso.test";

/// A token of the instance's first client.
async fn instance_token(world: &World) -> String {
    let instance = world.sandbox.endpoints().servicenow.clone();
    let id = instance.client_id.as_str();
    let form =
        [("grant_type", "client_credentials"), ("client_id", id), ("client_secret", &instance.client_secret)];
    let request = world.http.post(format!("{}/oauth_token.do", instance.instance)).form(&form);
    let (_, token) = read(request.send().await.unwrap()).await;
    token["access_token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_throttled_call_gets_429_in_graphs_shape_and_changes_nothing() {
    let world = World::start().await;
    world
        .fault(
            json!({ "platform": "azure_ad", "method": "PATCH", "path": "/v1.0/users/*", "answer": "throttle",
        "times": 2, "retry_after_secs": 7 }),
        )
        .await;
    for _ in 0..2 {
        let response =
            world.graph(Method::PATCH, BOSS).json(&json!({ "city": "Bergen" })).send().await.unwrap();
        assert_eq!(response.headers()[RETRY_AFTER], "7");
        let (status, body) = read(response).await;
        assert_eq!(status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(body["error"]["code"], "TooManyRequests");
        assert_eq!(body["error"]["innerError"]["code"], "429");
    }
    assert_eq!(world.get(&format!("{BOSS}?$select=city")).await.1["city"], "Oslo");
    assert_eq!(world.send(Method::PATCH, BOSS, json!({ "city": "Bergen" })).await.0, StatusCode::NO_CONTENT);
    assert_eq!(world.calls().await[1]["outcome"], "answered by a fault");
}

#[tokio::test]
async fn throttling_without_retry_after_leaves_the_header_out() {
    let world = World::start().await;
    world.fault(json!({ "platform": "azure_ad", "answer": "throttle", "retry_after_secs": null })).await;
    let response = world.graph(Method::GET, BOSS).send().await.unwrap();
    assert_eq!(
        (response.status(), response.headers().get(RETRY_AFTER)),
        (StatusCode::TOO_MANY_REQUESTS, None)
    );
}

#[tokio::test]
async fn a_dropped_call_gets_no_answer_and_is_committed_or_not_as_asked() {
    let world = World::start().await;
    // Answer, city afterwards, outcome in the log.
    let cases = [
        ("drop_before_commit", "Oslo", "dropped before commit", json!(null)),
        ("drop_after_commit", "Bergen", "dropped after commit", json!(204)),
    ];
    for (answer, city, outcome, status) in cases {
        world.fault(json!({ "platform": "azure_ad", "method": "patch", "answer": answer })).await;
        let error =
            world.graph(Method::PATCH, BOSS).json(&json!({ "city": "Bergen" })).send().await.unwrap_err();
        assert!(error.is_request() && error.status().is_none(), "{error:?}");
        let call = world.calls().await.pop().unwrap();
        assert_eq!((&call["outcome"], &call["status"]), (&json!(outcome), &status));
        assert_eq!(world.get(&format!("{BOSS}?$select=city")).await.1["city"], city);
    }
}

#[tokio::test]
async fn statuses_and_html_come_as_asked_after_the_calls_let_pass() {
    let world = World::start().await;
    world
        .fault(
            json!({ "platform": "azure_ad", "answer": { "status": 503 }, "after": 1, "retry_after_secs": 3 }),
        )
        .await;
    assert_eq!(world.get(BOSS).await.0, StatusCode::OK);
    let response = world.graph(Method::GET, BOSS).send().await.unwrap();
    assert_eq!(response.headers()[RETRY_AFTER], "3");
    assert_eq!(read(response).await.1["error"]["code"], "serviceNotAvailable");
    for (answer, status) in [("html", StatusCode::BAD_GATEWAY), ("html_ok", StatusCode::OK)] {
        world.fault(json!({ "platform": "azure_ad", "answer": answer })).await;
        let response = world.graph(Method::GET, BOSS).send().await.unwrap();
        assert_eq!(response.status(), status);
        assert!(response.headers()[CONTENT_TYPE].to_str().unwrap().starts_with("text/html"));
    }
    world.fault(json!({ "platform": "azure_ad", "answer": { "slow": 1 } })).await;
    assert_eq!(world.get(BOSS).await.0, StatusCode::OK);
}

#[tokio::test]
async fn fault_rules_are_listed_with_their_counts_withdrawn_and_checked() {
    let world = World::start().await;
    world
        .fault(json!({ "platform": "servicenow", "path": "/api/*", "answer": "throttle", "times": 3 }))
        .await;
    world.fault(json!({ "operation": "azure_ad.users.get", "answer": { "slow": 1 }, "every": 2 })).await;
    for _ in 0..2 {
        world.get(BOSS).await;
    }
    let (_, listed) = world.admin(Method::GET, "/faults", None).await;
    let expected = json!([
        { "id": 1, "platform": "servicenow", "path": "/api/*", "answer": "throttle", "times": 3, "after": 0,
            "every": 1, "seed": 0, "retry_after_secs": 1, "matched": 0, "struck": 0 },
        { "id": 2, "operation": "azure_ad.users.get", "path": "*", "answer": { "slow": 1 }, "times": 1,
            "after": 0, "every": 2, "seed": 0, "retry_after_secs": 1, "matched": 2, "struck": 1 },
    ]);
    assert_eq!(listed["faults"], expected);
    assert_eq!(world.admin(Method::GET, "/faults/2", None).await.1, expected[1]);
    assert_eq!(world.admin(Method::DELETE, "/faults/2", None).await.1["faults"], json!([expected[0]]));
    assert_eq!(world.admin(Method::DELETE, "/faults/2", None).await.0, StatusCode::NOT_FOUND);
    assert_eq!(world.admin(Method::DELETE, "/faults", None).await.0, StatusCode::OK);
    assert_eq!(world.admin(Method::GET, "/faults", None).await.1["faults"], json!([]));
    let refused = [
        json!({ "platform": "azure_ad", "answer": "explode" }),
        json!({ "platform": "sap", "answer": "throttle" }),
        json!({ "answer": "throttle" }),
        json!({ "operation": "azure_ad.users.fetch", "answer": "throttle" }),
        json!({ "platform": "azure_ad", "answer": { "status": 99 } }),
        json!({ "platform": "azure_ad", "answer": "throttle", "tmies": 3 }),
        json!({ "platform": "azure_ad", "answer": { "slow": 3_600_000 } }),
        json!({ "platform": "azure_ad", "answer": { "late_apply": "soon" } }),
    ];
    for rule in refused {
        let (status, body) = world.admin(Method::POST, "/faults", Some(rule.clone())).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{rule}: {body}");
    }
}

#[tokio::test]
async fn an_operation_strikes_in_every_spelling_and_no_other_operation() {
    let world = World::start().await;
    world
        .fault(json!({ "operation": "azure_ad.users.get", "answer": { "status": 500 }, "times": null }))
        .await;
    for path in [BOSS, "/Users/m.boss@contoso.test/", "/users('m.boss@contoso.test')"] {
        assert_eq!(world.get(path).await.0, StatusCode::INTERNAL_SERVER_ERROR, "{path}");
    }
    for path in ["/users", "/users/m.boss@contoso.test/manager", "/groups"] {
        assert_ne!(world.get(path).await.0, StatusCode::INTERNAL_SERVER_ERROR, "{path}");
    }
    let patched = world.send(Method::PATCH, BOSS, json!({ "city": "Bergen" })).await;
    assert_eq!(patched.0, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn a_truncated_answer_breaks_off_and_its_call_is_carried_out() {
    let world = World::start().await;
    world.fault(json!({ "operation": "azure_ad.users.list", "answer": "truncate" })).await;
    let response = world.graph(Method::GET, "/users").send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    let error = response.bytes().await.unwrap_err();
    assert!(error.is_body() || error.is_decode(), "{error:?}");
    world.fault(json!({ "operation": "azure_ad.users.update", "answer": "truncate" })).await;
    let response = world.graph(Method::PATCH, BOSS).json(&json!({ "city": "Bergen" })).send().await.unwrap();
    assert!(response.bytes().await.is_err());
    assert_eq!(world.get(&format!("{BOSS}?$select=city")).await.1["city"], "Bergen");
    assert_eq!(world.calls().await[1]["outcome"], "cut in the middle of the answer");
}

#[tokio::test]
async fn a_reset_connection_gets_no_answer_and_nothing_is_carried_out() {
    let world = World::start().await;
    world.fault(json!({ "operation": "azure_ad.users.update", "answer": "reset" })).await;
    let error = world.graph(Method::PATCH, BOSS).json(&json!({ "city": "Bergen" })).send().await.unwrap_err();
    assert!(format!("{error:?}").contains("ConnectionReset"), "{error:?}");
    assert_eq!(world.get(&format!("{BOSS}?$select=city")).await.1["city"], "Oslo");
}

#[tokio::test]
async fn a_duplicated_call_is_carried_out_twice() {
    let world = World::start().await;
    let token = instance_token(&world).await;
    let url = format!("{}/api/now/table/incident", world.sandbox.endpoints().servicenow.instance);
    world.fault(json!({ "operation": "servicenow.incident.create", "answer": "duplicate" })).await;
    let body = json!({ "short_description": "twins" });
    let first = read(world.http.post(&url).bearer_auth(&token).json(&body).send().await.unwrap()).await;
    assert_eq!(first.0, StatusCode::CREATED);
    assert_eq!(world.calls().await.last().unwrap()["outcome"], "carried out twice");
    let twins = format!("{url}?sysparm_query=short_description=twins^ORDERBYnumber&sysparm_fields=number");
    let (_, twins) = read(world.http.get(twins).bearer_auth(&token).send().await.unwrap()).await;
    assert_eq!(twins["result"].as_array().unwrap().len(), 2);
    assert_eq!(twins["result"][0]["number"], first.1["result"]["number"], "the first answer is given");
}

#[tokio::test]
async fn a_late_call_is_carried_out_when_its_time_has_come() {
    let world = World::start().await;
    world.fault(json!({ "operation": "azure_ad.users.update", "answer": { "late_apply": "2m" } })).await;
    assert_eq!(
        world.send(Method::PATCH, BOSS, json!({ "city": "Bergen" })).await.0,
        StatusCode::GATEWAY_TIMEOUT
    );
    let city = async || world.get(&format!("{BOSS}?$select=city")).await.1["city"].clone();
    world.advance("119s").await;
    assert_eq!(city().await, "Oslo");
    world.advance("1s").await;
    assert_eq!(city().await, "Bergen");
    let (_, script) = world.admin(Method::GET, "/script", None).await;
    assert_eq!((&script["ahead"], &script["done"][0]["status"]), (&json!([]), &json!(204)));
}

#[tokio::test]
async fn a_partial_answer_has_half_of_the_list_and_an_error_behind_it() {
    let world = World::start().await;
    let token = instance_token(&world).await;
    world.fault(json!({ "operation": "servicenow.sys_user.list", "answer": "partial_200" })).await;
    let instance = &world.sandbox.endpoints().servicenow.instance;
    let url = format!("{instance}/api/now/table/sys_user?sysparm_limit=10");
    let request = world.http.get(url).bearer_auth(token);
    let (status, body) = read(request.send().await.unwrap()).await;
    assert_eq!((status, body["result"].as_array().unwrap().len()), (StatusCode::OK, 5));
    assert_eq!(body["error"]["message"], "Transaction cancelled: maximum execution time exceeded");
    assert_eq!(body["status"], "failure");
}

#[tokio::test]
async fn the_login_authority_fails_in_its_own_shape_and_everybody_at_the_virtual_time() {
    let world = World::start().await;
    let endpoint = world.sandbox.endpoints().azure_ad.clone();
    world.fault(json!({ "operation": "azure_ad.token", "answer": { "status": 503 } })).await;
    let url = format!("{}/{}/oauth2/v2.0/token", endpoint.authority, endpoint.tenant_id);
    let response = world.http.post(url).form(&[("grant_type", "client_credentials")]).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(response.headers()["date"], "Mon, 05 Jan 2026 08:00:00 GMT");
    let body: serde_json::Value = response.json().await.unwrap();
    assert_eq!((&body["error"], &body["error_codes"]), (&json!("temporarily_unavailable"), &json!([90_033])));
}
