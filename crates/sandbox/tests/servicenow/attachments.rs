//! Files on records.

use reqwest::Method;
use serde_json::json;

use crate::client::{Answer, Client, send};

async fn attach(client: &Client, id: &str, name: &str) -> Answer {
    let path = format!("/api/now/attachment/file?table_name=incident&table_sys_id={id}&file_name={name}");
    send(client.request(Method::POST, &path).header("content-type", "text/plain").body("hello")).await
}

#[tokio::test]
async fn a_file_is_hung_up_read_renamed_and_taken_down() {
    let client = Client::start().await;
    let incident = client.create("incident", json!({})).await;
    let made = attach(&client, &incident, "a.txt").await;
    let id = made.result()["sys_id"].as_str().unwrap();
    let path = format!("/api/now/attachment/{id}");
    assert_eq!((made.status, &made.result()["size_bytes"]), (201, &json!("5")));
    assert_eq!(made.header("location"), format!("{}/api/now/v1/attachment/{id}/file", client.instance()));
    let file = client.request(Method::GET, &format!("{path}/file")).send().await.unwrap();
    assert_eq!(file.headers()["content-type"], "text/plain");
    let described: serde_json::Value =
        serde_json::from_slice(file.headers()["x-attachment-metadata"].as_bytes()).unwrap();
    assert_eq!((&described["file_name"], file.text().await.unwrap().as_str()), (&json!("a.txt"), "hello"));
    assert_eq!(client.patch(&path, json!({ "file_name": "b.txt" })).await.status, 204);
    let list = format!("/api/now/attachment?sysparm_query=table_name=incident^table_sys_id={incident}");
    assert_eq!(client.get(&list).await.column("file_name"), "b.txt");
    assert_eq!(client.delete(&path).await.status, 204);
    assert_eq!(client.get(&format!("{path}/file")).await.status, 404);
}

#[tokio::test]
async fn a_file_needs_a_record_that_may_be_written_and_dies_with_it() {
    let client = Client::start().await;
    assert_eq!(attach(&client, &"0".repeat(32), "a.txt").await.status, 404);
    let incident = client.create("incident", json!({})).await;
    assert_eq!(attach(&client, &incident, "").await.refusal().0, 400);
    let role = client.find("sys_user_role", "name=itil").await;
    let path = format!("/api/now/attachment/file?table_name=sys_user_role&table_sys_id={role}&file_name=a");
    assert_eq!(send(client.request(Method::POST, &path).body("x")).await.refusal().0, 403);
    let id = attach(&client, &incident, "a.txt").await.result()["sys_id"].as_str().unwrap().to_owned();
    client.administrator().delete(&format!("/api/now/table/incident/{incident}")).await;
    assert_eq!(client.administrator().get(&format!("/api/now/attachment/{id}")).await.status, 404);
}
