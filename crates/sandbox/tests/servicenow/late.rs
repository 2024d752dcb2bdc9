//! Writes that others see late, lists in changing order, and addresses under short keys.

use serde_json::json;

use crate::client::Client;

#[tokio::test]
async fn a_slow_write_is_stamped_early_and_seen_late() {
    let client = Client::start().await;
    client.clear("incident").await;
    client.clear("change_request").await;
    let delay = json!({ "table": "incident", "ms": 3_000 });
    assert_eq!(
        client.admin("/servicenow/commit_delay", delay).await.body,
        json!({ "commit_delay": { "incident": 3_000 } })
    );
    let made = client.post("/api/now/table/incident", json!({ "short_description": "slow" })).await;
    let (id, at) = (made.result()["sys_id"].as_str().unwrap(), made.result()["sys_updated_on"].clone());
    let path = format!("/api/now/table/incident/{id}");
    assert_eq!((made.status, client.get(&path).await.status), (201, 404));
    assert_eq!(client.get("/api/now/stats/task?sysparm_count=true").await.result()["stats"]["count"], "10");
    client.advance("2s").await;
    assert_eq!(client.query("incident", "", &[]).await.header("x-total-count"), "0");
    client.advance("1s").await;
    assert_eq!(client.get(&path).await.result()["sys_updated_on"], at);
    client.patch(&path, json!({ "short_description": "slower" })).await;
    assert_eq!(client.field("incident", id, "short_description").await, "slow");
    client.advance("3s").await;
    assert_eq!(client.field("incident", id, "short_description").await, "slower");
    client.admin("/servicenow/commit_delay", json!({ "table": "incident", "ms": 0 })).await;
    client.patch(&path, json!({ "short_description": "fast" })).await;
    assert_eq!(client.field("incident", id, "short_description").await, "fast");
    let unknown = client.admin("/servicenow/commit_delay", json!({ "table": "x", "ms": 1 })).await;
    assert_eq!((unknown.status, unknown.body), (400, json!({ "error": "the instance has no table `x`" })));
}

#[tokio::test]
async fn what_others_do_not_know_of_yet_cannot_be_changed() {
    let client = Client::start().await.administrator();
    let missing = (404, "No Record found", "Record doesn't exist or ACL restricts the record retrieval");
    for table in ["incident", "change_request"] {
        client.admin("/servicenow/commit_delay", json!({ "table": table, "ms": 3_000 })).await;
        let id = client.create(table, json!({ "short_description": "slow" })).await;
        let path = format!("/api/now/table/{table}/{id}");
        let upload = format!(
            "/api/now/attachment/file?table_name={table}&table_sys_id={id}&file_name=a.txt&content_type=text/plain"
        );
        let change = format!("/api/sn_chg_rest/change/{id}");
        for _ in 0..2 {
            assert_eq!(client.patch(&path, json!({ "urgency": "1" })).await.refusal(), missing);
            assert_eq!(client.delete(&path).await.refusal(), missing);
            assert_eq!(client.post(&upload, json!({})).await.refusal(), missing);
            assert_eq!(client.patch(&change, json!({ "urgency": "1" })).await.status, 404);
            client.advance("1s").await;
        }
        client.advance("1s").await;
        assert_eq!(client.field(table, &id, "urgency").await, "3");
        assert_eq!(client.post(&upload, json!({})).await.status, 201);
        assert_eq!(client.patch(&path, json!({ "urgency": "1" })).await.status, 200);
        // A change of what is known already goes on, seen or not.
        assert_eq!(client.patch(&path, json!({ "urgency": "2" })).await.status, 200);
        assert_eq!(client.delete(&path).await.status, 204);
    }
}

#[tokio::test]
async fn lists_without_an_order_change_theirs_and_others_do_not() {
    let history = async || {
        let client = Client::start().await;
        let list = async |query: &'static str| client.query("cmn_department", query, &[]).await.column("id");
        let usual = list("").await;
        let set = client.admin("/servicenow/list_order", json!({ "order": "shuffled" })).await;
        assert_eq!(set.body, json!({ "order": "shuffled" }));
        let (first, second) = (list("").await, list("").await);
        assert!(first != second && first != usual);
        assert_eq!(list("ORDERBYsys_id").await, usual);
        client.admin("/servicenow/list_order", json!({ "order": "stable" })).await;
        assert_eq!(list("").await, usual);
        (first, second)
    };
    assert_eq!(history().await, history().await);
}

#[tokio::test]
async fn a_long_query_goes_under_a_short_key() {
    let client = Client::start().await;
    let url = "api/now/table/cmn_department?sysparm_query=name%3DSales%5EORname%3DFinance%5EORDERBYname&sysparm_limit=1";
    let made = client.post("/api/now/tinyurl", json!({ "url": url })).await;
    let short = made.result().as_str().unwrap();
    let key = short.strip_prefix("cmn_department_list.do?sysparm_tiny=").unwrap();
    let path = format!("/api/now/table/cmn_department?sysparm_tiny={key}");
    assert_eq!((made.status, client.get(&path).await.column("name")), (201, "Finance".to_owned()));
    assert_eq!(client.get(&format!("{path}&sysparm_limit=5")).await.column("name"), "Finance Sales");
    assert_eq!(client.post("/api/now/tinyurl", json!({})).await.refusal().0, 400);
}
