//! Several requests in one.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{Answer, Client};

/// A batch of these requests, as it is answered.
async fn run(client: &Client, requests: Value) -> Answer {
    let answer =
        client.post("/api/now/v1/batch", json!({ "batch_request_id": "b", "rest_requests": requests })).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer
}

/// Id, status and body of every request that was served.
fn served(answer: &Answer) -> Vec<(String, u64, Value)> {
    let all = answer.body["serviced_requests"].as_array().unwrap();
    let one = |one: &Value| {
        let body = STANDARD.decode(one["body"].as_str().unwrap()).unwrap();
        let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
        (one["id"].as_str().unwrap().to_owned(), one["status_code"].as_u64().unwrap(), body)
    };
    all.iter().map(one).collect()
}

#[tokio::test]
async fn each_request_is_answered_on_its_own_and_ids_come_back_as_text() {
    let client = Client::start().await;
    let json_header = json!([{ "name": "Content-Type", "value": "application/json" }]);
    // The body is {"description":"x"}.
    let create = json!({ "id": 1, "method": "POST", "url": "/api/now/table/incident?sysparm_fields=number,description",
        "headers": json_header, "body": "eyJkZXNjcmlwdGlvbiI6IngifQ==", "exclude_response_headers": true });
    let read = json!({ "id": "2", "method": "get", "url": "/api/now/table/no_such", "exclude_response_headers": true });
    let nested = json!({ "id": "3", "method": "POST", "url": "/api/now/v1/batch" });
    let batch = json!({ "batch_request_id": 7, "rest_requests": [create, read, nested] });
    let answer = client.post("/api/now/v1/batch", batch).await;
    assert_eq!((answer.status, &answer.body["batch_request_id"]), (200, &json!("7")));
    let serviced = answer.body["serviced_requests"].as_array().unwrap();
    let seen: Vec<_> = serviced
        .iter()
        .map(|one| (one["id"].as_str().unwrap(), one["status_code"].as_u64().unwrap()))
        .collect();
    assert_eq!(seen, [("1", 201), ("2", 400), ("3", 400)]);
    // The body is {"result":{"number":"INC0010001","description":"x"}}.
    assert_eq!(
        serviced[0]["body"],
        "eyJyZXN1bHQiOnsibnVtYmVyIjoiSU5DMDAxMDAwMSIsImRlc2NyaXB0aW9uIjoieCJ9fQ=="
    );
    assert_eq!((&serviced[0]["headers"], &serviced[0]["status_text"]), (&json!([]), &json!("Created")));
}

#[tokio::test]
async fn fault_rules_strike_the_requests_within_one_by_one() {
    // Answer of the rule; status of the request it strikes, and how many incidents there are more.
    for (answer, status, more) in
        [(json!("duplicate"), 201, 3), (json!({ "slow": 1 }), 201, 2), (json!({ "status": 503 }), 503, 1)]
    {
        let client = Client::start().await;
        let before = client.state().await["incident"].as_array().map_or(0, Vec::len);
        client.admin("/faults", json!({ "operation": "servicenow.incident.create", "answer": answer })).await;
        let create = |id: &str| {
            json!({ "id": id, "method": "POST", "url": "/api/now/table/incident", "body": STANDARD.encode("{}"),
                "headers": [{ "name": "Content-Type", "value": "application/json" }] })
        };
        let seen = served(&run(&client, json!([create("1"), create("2")])).await);
        assert_eq!((seen[0].1, seen[1].1), (status, 201), "{answer}");
        let after = client.state().await["incident"].as_array().map_or(0, Vec::len);
        assert_eq!(after - before, more, "{answer}");
    }
}

#[tokio::test]
async fn a_request_within_whose_connection_is_lost_takes_the_batch_with_it() {
    let client = Client::start().await;
    client.admin("/faults", json!({ "operation": "servicenow.incident.create", "answer": "reset" })).await;
    let create = json!({ "id": "1", "method": "POST", "url": "/api/now/table/incident",
        "headers": [{ "name": "Content-Type", "value": "application/json" }], "body": STANDARD.encode("{}") });
    let batch = json!({ "batch_request_id": "b", "rest_requests": [create] });
    let before = client.state().await["incident"].clone();
    assert!(client.request(Method::POST, "/api/now/v1/batch").json(&batch).send().await.is_err());
    assert_eq!(client.state().await["incident"], before);
}

#[tokio::test]
async fn a_batch_wants_a_caller_and_an_envelope() {
    let mut client = Client::start().await;
    assert_eq!(client.post("/api/now/v1/batch", json!({ "rest_requests": 1 })).await.status, 400);
    assert_eq!(client.get("/api/now/v1/batch").await.status, 405);
    client.authorize("");
    assert_eq!(client.post("/api/now/v1/batch", json!({ "rest_requests": [] })).await.status, 401);
}

#[tokio::test]
async fn what_cannot_be_read_is_told_where_it_stands_and_the_rest_goes_on() {
    let client = Client::start().await;
    client.clear("incident").await;
    let url = "/api/now/table/incident?sysparm_fields=number";
    let large = "A".repeat(5 * 1024 * 1024);
    let requests = json!([
        { "id": "no url", "method": "GET" },
        { "id": "no method", "url": url },
        { "id": "far", "method": "GET", "url": "http://elsewhere/api/now/table/incident" },
        { "id": "text", "method": "POST", "url": url, "body": "{not base64}" },
        { "id": "large", "method": "POST", "url": url, "body": large },
        { "id": "nested", "method": "POST", "url": "/api/now/batch", "body": "e30=" },
        { "id": "token", "method": "POST", "url": "/oauth_token.do" },
        { "id": "odd", "method": "BREW", "url": url },
        { "id": "blank", "method": "GE T", "url": url },
        7,
        { "id": "head", "method": "HEAD", "url": url },
        { "id": "good", "method": "POST", "url": url.trim_start_matches('/'), "body": "e30=" },
    ]);
    let answer = run(&client, requests).await;
    let seen: Vec<(String, u64)> = served(&answer).into_iter().map(|(id, status, _)| (id, status)).collect();
    let expected = [
        ("no url", 400),
        ("no method", 400),
        ("far", 400),
        ("text", 400),
        ("large", 400),
        ("nested", 400),
        ("token", 400),
        ("odd", 405),
        ("blank", 400),
        ("", 400),
        ("head", 200),
        ("good", 201),
    ];
    assert_eq!(seen, expected.map(|(id, status)| (id.to_owned(), status)));
    let all = answer.body["serviced_requests"].as_array().unwrap();
    assert_eq!(all[3]["error_message"], "The body is not in base64");
    assert_eq!(served(&answer)[3].2["error"]["message"], "Exception while reading request");
    assert_eq!((&all[10]["body"], &answer.body["unserviced_requests"]), (&json!(""), &json!([])));
    assert_eq!(client.get(url).await.body, json!({ "result": [{ "number": "INC0010001" }] }));
    for body in [json!([]), json!({}), json!({ "rest_requests": {} }), json!({ "rest_requests": null })] {
        assert_eq!(client.post("/api/now/batch", body).await.refusal().0, 400);
    }
}

#[tokio::test]
async fn requests_run_in_order_as_the_caller_of_the_batch_and_each_commits_alone() {
    let client = Client::start().await;
    let id = "a".repeat(32);
    let body = |value: Value| STANDARD.encode(value.to_string());
    let headers = json!([{ "name": "Authorization", "value": "Basic YWRtaW46YWRtaW4=" }, { "name": "bad name", "value": "x" },
        { "name": "Accept", "value": "application/json" }]);
    let answer = run(&client, json!([
        { "id": 1, "method": "POST", "url": "/api/now/table/incident", "body": body(json!({ "sys_id": id, "short_description": "a" })) },
        { "id": 2, "method": "PATCH", "url": format!("/api/now/table/incident/{id}"), "body": body(json!({ "short_description": "b" })) },
        { "id": 2, "method": "DELETE", "url": format!("/api/now/table/incident/{id}"), "headers": headers },
        { "id": null, "method": "GET", "url": format!("/api/now/table/incident/{id}?sysparm_fields=short_description"), "exclude_response_headers": false },
    ]))
    .await;
    let seen: Vec<(String, u64)> = served(&answer).into_iter().map(|(id, status, _)| (id, status)).collect();
    // The administrator's header inside is not heard.
    assert_eq!(
        seen,
        [("1", 201), ("2", 200), ("2", 403), ("", 200)].map(|(id, status)| (id.to_owned(), status))
    );
    assert_eq!(served(&answer)[3].2, json!({ "result": { "short_description": "b" } }));
    let last = &answer.body["serviced_requests"][3];
    assert!(
        last["headers"]
            .as_array()
            .unwrap()
            .contains(&json!({ "name": "content-type", "value": "application/json;charset=UTF-8" }))
    );
    assert_eq!(last["execution_time"], 12);
}

#[tokio::test]
async fn what_does_not_fit_into_the_time_comes_back_unserviced_and_was_not_run() {
    let client = Client::start().await;
    client.clear("incident").await;
    assert_eq!(client.admin("/servicenow/access", json!({ "transaction_ms": 10_000 })).await.status, 200);
    let make =
        |id: u32| json!({ "id": id, "method": "POST", "url": "/api/now/table/incident", "body": "e30=" });
    let answer = run(&client, (1..=5).map(make).collect()).await;
    let ids: Vec<String> = served(&answer).into_iter().map(|(id, _, _)| id).collect();
    assert_eq!(
        (ids, &answer.body["unserviced_requests"]),
        (vec!["1".into(), "2".into(), "3".into()], &json!(["4", "5"]))
    );
    assert_eq!(answer.body["serviced_requests"][0]["execution_time"], 10_000);
    assert_eq!(client.get("/api/now/table/incident").await.result().as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn a_batch_is_charged_as_a_whole_and_for_what_it_holds() {
    let client = Client::start().await;
    let rules = json!({ "rate_limit": [{ "limit": 2, "resource": "Table API" }, { "limit": 1, "resource": "Batch API" }] });
    client.admin("/servicenow/access", rules).await;
    let get = |id: u32| json!({ "id": id, "method": "GET", "url": "/api/now/table/incident" });
    let answer = run(&client, (1..=3).map(get).collect()).await;
    let statuses: Vec<u64> = served(&answer).into_iter().map(|(_, status, _)| status).collect();
    assert_eq!((statuses, answer.header("x-ratelimit-limit")), (vec![200, 200, 429], "1"));
    assert_eq!(client.post("/api/now/v1/batch", json!({ "rest_requests": [] })).await.refusal().0, 429);
}
