//! What the platform does by itself: policies, priorities, closing and rolling up.

use serde_json::json;

use crate::client::Client;

const DATA_POLICY: &str = "Data Policy Exception: The following fields are mandatory: ";

#[tokio::test]
async fn resolving_demands_a_code_and_notes_and_holding_a_reason() {
    let client = Client::start().await;
    let id = client.create("incident", json!({})).await;
    let path = format!("/api/now/table/incident/{id}");
    for (body, missing) in [
        (json!({ "state": "6" }), "Resolution code, Resolution notes"),
        (
            json!({ "state": "6", "close_code": "Solved (Permanently)", "close_notes": "x" }),
            "Resolution code",
        ),
        (json!({ "state": "3" }), "On hold reason"),
        (json!({ "state": "3", "hold_reason": "1" }), "Additional comments"),
    ] {
        let answer = client.patch(&path, body.clone()).await;
        assert_eq!(
            answer.refusal(),
            (403, "Operation Failed", format!("{DATA_POLICY}{missing}").as_str()),
            "{body}"
        );
    }
    assert_eq!(client.field("incident", &id, "sys_mod_count").await, "0");
    let resolved = client
        .patch(&path, json!({ "incident_state": "6", "close_code": "Solution provided", "close_notes": "x" }))
        .await;
    let seen =
        ["state", "incident_state", "resolved_at", "active"].map(|field| resolved.result()[field].clone());
    assert_eq!(seen, ["6", "6", "2026-01-05 08:00:00", "true"].map(|text| json!(text)));
    let closed = client.patch(&path, json!({ "state": "7" })).await;
    assert_eq!(
        (&closed.result()["active"], &closed.result()["closed_at"]),
        (&json!("false"), &json!("2026-01-05 08:00:00"))
    );
    assert_eq!(client.patch(&path, json!({ "description": "late" })).await.status, 403);
}

#[tokio::test]
async fn priority_follows_impact_and_urgency_whatever_is_written() {
    let client = Client::start().await;
    let id = client.create("incident", json!({ "impact": "1", "urgency": "2", "priority": "5" })).await;
    assert_eq!(client.field("incident", &id, "priority").await, "2");
    client.patch(&format!("/api/now/table/incident/{id}"), json!({ "urgency": "1" })).await;
    assert_eq!(client.field("incident", &id, "priority").await, "1");
}

#[tokio::test]
async fn a_word_of_the_caller_ends_the_waiting() {
    let client = Client::start().await;
    let caller = client.find("sys_user", "user_name=a.berg@contoso.test").await;
    let id = client.create("incident", json!({ "caller_id": caller })).await;
    let hold = json!({ "state": "3", "hold_reason": "1", "comments": "which printer?" });
    assert_eq!(client.patch(&format!("/api/now/table/incident/{id}"), hold).await.status, 200);
    let reply = json!({ "as": "a.berg@contoso.test", "table": "incident", "where": { "sys_id": id }, "set": { "comments": "the grey one" } });
    assert_eq!(client.admin("/servicenow/update", reply).await.body, json!({ "count": 1 }));
    assert_eq!(client.field("incident", &id, "state").await, "2");
    assert_eq!(client.field("incident", &id, "sys_updated_by").await, "a.berg@contoso.test");
}

#[tokio::test]
async fn a_request_closes_with_the_last_of_its_items() {
    let client = Client::start().await;
    let request = client.create("sc_request", json!({})).await;
    let (first, second) = (client.create_item(&request).await, client.create_item(&request).await);
    client.patch(&format!("/api/now/table/sc_req_item/{first}"), json!({ "state": "3" })).await;
    assert_eq!(client.field("sc_req_item", &first, "active").await, "false");
    assert_eq!(client.field("sc_request", &request, "active").await, "true");
    client.patch(&format!("/api/now/table/sc_req_item/{second}"), json!({ "state": "4" })).await;
    let seen = client
        .get(&format!(
            "/api/now/table/sc_request/{request}?sysparm_fields=active,state,request_state,sys_mod_count"
        ))
        .await;
    assert_eq!(
        seen.result(),
        &json!({ "active": "false", "state": "4", "request_state": "closed_incomplete", "sys_mod_count": "1" })
    );
}

#[tokio::test]
async fn tasks_belong_to_the_request_and_close_their_item_by_plan_only() {
    let client = Client::start().await;
    let request = client.create("sc_request", json!({})).await;
    let item = client.create_item(&request).await;
    let task = client.create("sc_task", json!({ "request_item": item })).await;
    assert_eq!(client.field("sc_task", &task, "request").await, request);
    let path = format!("/api/now/table/sc_task/{task}");
    client.patch(&path, json!({ "state": "3" })).await;
    assert_eq!(client.field("sc_req_item", &item, "active").await, "true");
    client.patch(&path, json!({ "state": "1" })).await;
    assert_eq!(client.field("sc_task", &task, "closed_at").await, "");
    client
        .administrator()
        .create("sys_properties", json!({ "name": "sandbox.closure_rollup", "value": "execution_plan" }))
        .await;
    client.patch(&path, json!({ "state": "3" })).await;
    assert_eq!(client.field("sc_request", &request, "request_state").await, "closed_complete");
}

impl Client {
    async fn create_item(&self, request: &str) -> String {
        self.create("sc_req_item", json!({ "request": request })).await
    }
}

#[tokio::test]
async fn the_caller_reads_comments_and_no_work_notes() {
    let client = Client::start().await;
    client.admin("/servicenow/passwords", json!({ "as": "abel.tuter", "password": "p" })).await;
    let mut caller = client.clone();
    caller.authorize("Basic YWJlbC50dXRlcjpw");
    let id = client
        .create(
            "incident",
            json!({ "caller_id": "62826bf03710200044e0bfc8bcbe5df1", "work_notes": "secret" }),
        )
        .await;
    let path =
        format!("/api/now/table/incident/{id}?sysparm_display_value=true&sysparm_fields=number,work_notes");
    assert!(client.get(&path).await.result()["work_notes"].as_str().unwrap().contains("secret"));
    let answer = caller.get(&path).await;
    assert_eq!((answer.status, answer.result().get("work_notes")), (200, None), "{answer:?}");
}
