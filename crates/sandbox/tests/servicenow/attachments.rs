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
    let shown = client.request(Method::GET, &format!("/sys_attachment.do?sys_id={id}")).send().await.unwrap();
    assert_eq!(shown.text().await.unwrap(), "hello");
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

/// A form as browsers and scripts send it.
fn form(parts: &[(&str, Option<&str>, &str)]) -> String {
    let part = |(name, file, content): &(&str, Option<&str>, &str)| {
        let file =
            file.map(|file| format!("; filename=\"{file}\"\r\nContent-Type: text/csv")).unwrap_or_default();
        format!("--xyz\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n{content}\r\n")
    };
    parts.iter().map(part).collect::<String>() + "--xyz--\r\n"
}

async fn upload(client: &Client, body: String) -> Answer {
    let request = client.request(Method::POST, "/api/now/v1/attachment/upload");
    send(request.header("content-type", "multipart/form-data; boundary=xyz").body(body)).await
}

#[tokio::test]
async fn a_form_uploads_a_file_if_the_record_is_named_before_it() {
    let client = Client::start().await;
    let incident = client.create("incident", json!({})).await;
    let record = [("table_name", None, "incident"), ("table_sys_id", None, incident.as_str())];
    let file = ("uploadFile", Some("r.csv"), "a,b\r\n1,2");
    let made = upload(&client, form(&[record[0], record[1], file])).await;
    let shown = |field: &str| made.result()[field].as_str().unwrap().to_owned();
    assert_eq!(
        (made.status, shown("file_name"), shown("content_type"), shown("size_bytes")),
        (201, "r.csv".into(), "text/csv".into(), "8".into())
    );
    let path = format!("/api/now/attachment/{}/file", shown("sys_id"));
    assert_eq!(client.request(Method::GET, &path).send().await.unwrap().text().await.unwrap(), "a,b\r\n1,2");
    assert_eq!(
        upload(&client, form(&[file, record[0], record[1]])).await.refusal().1,
        "Missing required parameter table_name"
    );
    assert_eq!(upload(&client, form(&record)).await.refusal().1, "Missing required parameter uploadFile");
    for broken in
        ["", "--xyz", "--xyz\r\nContent-Disposition: form-data; name=\"uploadFile\"; filename=\"x\"\r\n\r\n"]
    {
        assert_eq!(upload(&client, broken.to_owned()).await.status, 400, "{broken:?}");
    }
    let path = "/api/now/attachment/upload";
    assert_eq!(
        send(client.request(Method::POST, path).header("content-type", "text/plain").body("x")).await.status,
        415
    );
}

#[tokio::test]
async fn a_file_has_a_digest_and_parts_and_may_be_of_any_size_and_kind_the_properties_allow() {
    let client = Client::start().await;
    let admin = client.administrator();
    let incident = client.create("incident", json!({})).await;
    let path = format!(
        "/api/now/attachment/file?table_name=incident&table_sys_id={incident}&file_name=big.bin&content_type=x/y&hash=0"
    );
    let bytes: Vec<u8> = (0..1_500_000_u32).map(|at| at.to_le_bytes()[0]).collect();
    let made =
        send(client.request(Method::POST, &path).header("content-type", "x/y").body(bytes.clone())).await;
    let id = made.result()["sys_id"].as_str().unwrap().to_owned();
    assert_eq!(made.result()["hash"].as_str().unwrap().len(), 64);
    let file = client.request(Method::GET, &format!("/api/now/attachment/{id}/file")).send().await.unwrap();
    assert_eq!(file.bytes().await.unwrap(), bytes);
    let parts = admin.query("sys_attachment_doc", &format!("sys_attachment={id}^ORDERBYposition"), &[]).await;
    assert_eq!(parts.column("length"), "700000 700000 100000");
    assert_eq!(admin.delete(&format!("/api/now/table/incident/{incident}")).await.status, 204);
    assert_eq!(admin.query("sys_attachment_doc", "", &[]).await.header("x-total-count"), "0");

    let incident = client.create("incident", json!({})).await;
    for (name, value) in [("com.glide.attachment.max_size", "0"), ("glide.attachment.extensions", "txt,.PDF")]
    {
        let set = json!({ "as": "admin", "table": "sys_properties", "where": { "name": name }, "set": { "value": value } });
        assert_eq!(client.admin("/servicenow/update", set).await.body, json!({ "count": 1 }));
    }
    assert_eq!(
        attach(&client, &incident, "a.txt").await.refusal().1,
        "File size exceeds the maximum of 0 MB"
    );
    let set = json!({ "as": "admin", "table": "sys_properties", "where": { "name": "com.glide.attachment.max_size" }, "set": { "value": "" } });
    client.admin("/servicenow/update", set).await;
    assert_eq!(attach(&client, &incident, "a.exe").await.refusal().1, "Invalid file type: a.exe");
    assert_eq!(attach(&client, &incident, "a.pdf").await.status, 201);
}
