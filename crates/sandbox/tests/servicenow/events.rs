//! Events of monitoring.

use reqwest::Method;
use serde_json::json;

use crate::client::{Client, send};

const PATH: &str = "/api/global/em/jsonv2";

#[tokio::test]
async fn events_become_rows_with_what_is_nested_as_text() {
    let client = Client::start().await.administrator();
    let body = json!({ "records": [
        { "source": "SCOM", "node": "a.example.com", "severity": "4", "resource": "D:", "time_of_event": "2026-01-05 07:59:00",
            "additional_info": "{\"metric-value\": \"38\"}" },
        { "source": "SCOM", "node": "b.example.com", "severity": 1, "additional_info": { "os_type": "Linux" } },
    ] });
    let taken = client.post(PATH, body).await;
    assert_eq!(
        (taken.status, &taken.body),
        (200, &json!({ "result": { "Default Bulk Endpoint": "2 events were inserted" } }))
    );
    let rows = client.query("em_event", "source=SCOM^ORDERBYnode", &[("sysparm_display_value", "all")]).await;
    let told = |place: usize, field: &str| rows.result()[place][field]["value"].as_str().unwrap().to_owned();
    assert_eq!(rows.result()[0]["severity"]["display_value"], "Warning");
    assert_eq!(
        [told(0, "state"), told(0, "time_of_event"), told(1, "severity")],
        ["Ready", "2026-01-05 07:59:00", "1"]
    );
    assert_eq!(told(1, "additional_info"), r#"{"os_type":"Linux"}"#);
}

#[tokio::test]
async fn a_body_in_apostrophes_is_read_and_one_without_records_is_not() {
    let client = Client::start().await.administrator();
    let quoted = client.request(Method::POST, PATH).body("{'records': [{'source': 'it', 'node': 'c'}]}");
    assert_eq!(send(quoted).await.status, 200);
    assert_eq!(client.query("em_event", "source=it", &[]).await.column("node"), "c");
    assert_eq!(client.post(PATH, json!({ "source": "x" })).await.status, 400);
    assert_eq!(client.get(PATH).await.status, 405);
    let other = reqwest::Client::new();
    client.admin("/servicenow/api_keys", json!({ "token": "abel", "as": "abel.tuter" })).await;
    let plain = other
        .post(format!("{}{PATH}", client.instance()))
        .header("x-sn-apikey", "abel")
        .json(&json!({ "records": [{}] }));
    assert_eq!(send(plain).await.status, 403);
}
