//! Several requests in one.

use serde_json::json;

use crate::client::Client;

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
async fn a_batch_wants_a_caller_and_an_envelope() {
    let mut client = Client::start().await;
    assert_eq!(client.post("/api/now/v1/batch", json!({ "rest_requests": 1 })).await.status, 400);
    assert_eq!(client.get("/api/now/v1/batch").await.status, 405);
    client.authorize("");
    assert_eq!(client.post("/api/now/v1/batch", json!({ "rest_requests": [] })).await.status, 401);
}
