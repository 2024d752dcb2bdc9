//! The older JSON web service: `/{table}.do?JSONv2`.

use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{Client, send};

const PAGE: &str = "/incident.do?JSONv2";

async fn records(client: &Client, path: &str) -> Vec<Value> {
    let answer = client.get(path).await;
    assert_eq!(answer.status, 200, "{path}: {answer:?}");
    answer.body["records"].as_array().unwrap().clone()
}

async fn post(client: &Client, more: &str, body: Value) -> Value {
    let answer = client.post(&format!("{PAGE}&{more}"), body).await;
    assert_eq!(answer.status, 200, "{more}: {answer:?}");
    answer.body
}

#[tokio::test]
async fn records_are_made_by_names_and_labels_and_found_in_every_way() {
    let client = Client::start().await.administrator();
    let one = json!({ "short_description": "json one", "priority": "1 - Critical", "impact": "1", "urgency": "1", "caller_id": "Fred Luddy" });
    let made = post(&client, "sysparm_action=insert", one).await;
    let made = &made["records"][0];
    let fred = "5137153cc611227c000bbd1bd8cd2005";
    assert_eq!(
        (&made["__status"], &made["caller_id"], &made["priority"]),
        (&json!("success"), &json!(fred), &json!("1"))
    );
    let id = made["sys_id"].as_str().unwrap();

    let two =
        json!({ "records": [{ "short_description": "json two" }, { "short_description": "json three" }] });
    let many = post(&client, "sysparm_action=insertMultiple", two).await;
    assert_eq!(many["records"].as_array().unwrap().len(), 2);

    for (path, expected) in [
        (format!("{PAGE}&sysparm_sys_id={id}"), "json one"),
        (format!("{PAGE}&sysparm_action=get&sysparm_sys_id={id}"), "json one"),
        (
            format!("{PAGE}&sysparm_query=short_descriptionSTARTSWITHjson^ORDERBYnumber"),
            "json one,json two,json three",
        ),
        ("/incident_list.do?JSONv2=&sysparm_query=short_description=json two".to_owned(), "json two"),
        (
            format!(
                "{PAGE}&sysparm_query=short_descriptionSTARTSWITHjson^ORDERBYnumber&sysparm_record_count=1"
            ),
            "json one",
        ),
        (format!("{PAGE}&sysparm_sys_id=none"), ""),
        (format!("{PAGE}&sysparm_action=get"), ""),
    ] {
        let found = records(&client, &path).await;
        let told: Vec<&str> = found.iter().map(|one| one["short_description"].as_str().unwrap()).collect();
        assert_eq!(told.join(","), expected, "{path}");
    }
    let keys =
        records(&client, &format!("{PAGE}&sysparm_action=getKeys&sysparm_query=short_description=json one"))
            .await;
    assert_eq!(keys, [json!(id)]);
    for (display, caller, beside) in [
        ("false", fred, Value::Null),
        ("true", "Fred Luddy", Value::Null),
        ("all", fred, json!("Fred Luddy")),
    ] {
        let found = records(&client, &format!("{PAGE}&sysparm_sys_id={id}&displayvalue={display}")).await;
        assert_eq!(
            (&found[0]["caller_id"], &found[0]["dv_caller_id"]),
            (&json!(caller), &beside),
            "{display}"
        );
    }
}

#[tokio::test]
async fn records_are_changed_and_removed_by_queries_that_say_something() {
    let client = Client::start().await.administrator();
    for name in ["json a", "json b", "json c"] {
        client.create("incident", json!({ "short_description": name })).await;
    }
    let changed = post(
        &client,
        "sysparm_action=update&sysparm_query=short_descriptionSTARTSWITHjson",
        json!({ "urgency": "1" }),
    )
    .await;
    let urgencies: Vec<&str> =
        changed["records"].as_array().unwrap().iter().map(|one| one["urgency"].as_str().unwrap()).collect();
    assert_eq!(urgencies, ["1", "1", "1"]);

    let id = client.find("incident", "short_description=json a").await;
    let gone = post(&client, "sysparm_action=deleteRecord", json!({ "sysparm_sys_id": id })).await;
    assert_eq!(gone["records"][0]["short_description"], "json a");
    let gone = post(
        &client,
        "",
        json!({ "sysparm_action": "deleteMultiple", "sysparm_query": "short_description=json b" }),
    )
    .await;
    assert_eq!(gone["records"].as_array().unwrap().len(), 1);
    assert_eq!(
        client.query("incident", "short_descriptionSTARTSWITHjson", &[]).await.column("short_description"),
        "json c"
    );

    for (action, expected) in [
        ("update", json!({ "error": "Cannot update with empty sysparm_query", "reason": null })),
        ("deleteMultiple", json!({ "error": "Cannot delete with empty sysparm_query", "reason": null })),
        ("conquer", json!({ "error": "Unknown sysparm_action conquer", "reason": null })),
    ] {
        assert_eq!(post(&client, &format!("sysparm_action={action}"), json!({})).await, expected);
    }
    assert_eq!(post(&client, "sysparm_action=deleteRecord", json!({})).await["records"], json!([]));
    assert_eq!(client.query("incident", "short_descriptionSTARTSWITHjson", &[]).await.column("urgency"), "1");
}

#[tokio::test]
async fn refusals_stand_with_the_record_and_the_service_is_closed_as_its_table_is() {
    let client = Client::start().await.administrator();
    let incomplete = json!({ "short_description": "x", "state": "6" });
    let refused = post(&client, "sysparm_action=insert", incomplete).await;
    let first = &refused["records"][0];
    assert_eq!(first["__status"], "failure");
    assert!(first["__error"]["reason"].as_str().unwrap().contains("mandatory"), "{refused}");

    assert_eq!(client.get("/no_such.do?JSONv2").await.body["error"], "Invalid table no_such");
    assert_eq!(client.get("/incident.do").await.status, 400, "pages are not pretended");
    assert_eq!(client.get(&format!("{PAGE}&sysparm_action=insert")).await.status, 405);
    let broken = client.request(Method::POST, &format!("{PAGE}&sysparm_action=insert")).body("{");
    assert_eq!(send(broken).await.status, 400);
    let mut stranger = client.clone();
    stranger.authorize("Basic bm9ib2R5Om5vYm9keQ==");
    assert_eq!(stranger.get(PAGE).await.status, 401);
    client.admin("/servicenow/access", json!({ "closed_tables": ["incident"] })).await;
    assert_eq!(client.get(PAGE).await.status, 403);
}
