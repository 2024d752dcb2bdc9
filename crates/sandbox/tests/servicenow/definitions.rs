//! Tables, columns and choices that are made, changed and removed as rows.

use serde_json::{Value, json};

use crate::client::Client;

const INCIDENT: &str = "/api/now/table/incident";

async fn choice(client: &Client, table: &str, element: &str, more: Value) -> String {
    let mut body = json!({ "name": table, "element": element });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    client.create("sys_choice", body).await
}

async fn column(client: &Client, table: &str, element: &str, more: Value) -> String {
    let mut body = json!({ "name": table, "element": element, "column_label": element, "internal_type": "string",
        "max_length": "40" });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    client.create("sys_dictionary", body).await
}

/// What a write of one field of an incident leaves there, and what is shown for it.
async fn written(client: &Client, id: &str, field: &str, value: &str) -> (String, String) {
    let path = format!("{INCIDENT}/{id}?sysparm_display_value=all&sysparm_exclude_reference_link=true");
    let answer = client.patch(&path, json!({ field: value })).await;
    let of = |key: &str| answer.result()[field][key].as_str().unwrap_or("?").to_owned();
    (of("value"), of("display_value"))
}

fn pair(value: &str, shown: &str) -> (String, String) {
    (value.to_owned(), shown.to_owned())
}

#[tokio::test]
async fn a_choice_is_taken_and_shown_from_the_moment_it_is_there_until_it_retires() {
    let client = Client::start().await.administrator();
    let id = client.create("incident", json!({})).await;
    assert_eq!(written(&client, &id, "category", "facility").await, pair("inquiry", "Inquiry / Help"));
    let row =
        choice(&client, "incident", "category", json!({ "value": "facility", "label": "Facility" })).await;
    assert_eq!(written(&client, &id, "category", "facility").await, pair("facility", "Facility"));
    let row = format!("/api/now/table/sys_choice/{row}");
    client.patch(&row, json!({ "label": "Building" })).await;
    assert_eq!(
        client
            .query("incident", "category=facility", &[("sysparm_display_value", "true")])
            .await
            .column("category"),
        "Building"
    );
    client.patch(&row, json!({ "inactive": "true" })).await;
    // It is still shown where it stands, and not offered to others.
    let shown = client.get(&format!("{INCIDENT}/{id}?sysparm_display_value=true")).await;
    assert_eq!(shown.result()["category"], "Building");
    let other = client.create("incident", json!({ "category": "facility" })).await;
    assert_eq!(client.field("incident", &other, "category").await, "inquiry");
    client.patch(&row, json!({ "inactive": "false", "value": "building" })).await;
    assert_eq!(written(&client, &other, "category", "building").await, pair("building", "Building"));
    assert_eq!(written(&client, &other, "category", "facility").await, pair("building", "Building"));
    client.delete(&row).await;
    assert_eq!(written(&client, &id, "category", "building").await.0, "facility");
    // A platform's own choice retires as well; a label finds its choice.
    let network = client.find("sys_choice", "name=incident^element=category^value=network").await;
    client.patch(&format!("/api/now/table/sys_choice/{network}"), json!({ "inactive": "true" })).await;
    assert_eq!(written(&client, &id, "category", "network").await.0, "facility");
    assert_eq!(client.create("incident", json!({ "category": "hardware" })).await.len(), 32);
}

#[tokio::test]
async fn choices_of_a_table_stand_instead_of_those_it_inherits() {
    let client = Client::start().await.administrator();
    choice(&client, "task", "approval", json!({ "value": "later", "label": "Later" })).await;
    let id = client.create("incident", json!({})).await;
    assert_eq!(written(&client, &id, "approval", "later").await, pair("later", "Later"));
    let own = choice(&client, "incident", "approval", json!({ "value": "mine", "label": "Mine" })).await;
    assert_eq!(written(&client, &id, "approval", "requested").await.0, "later");
    assert_eq!(written(&client, &id, "approval", "mine").await, pair("mine", "Mine"));
    client.delete(&format!("/api/now/table/sys_choice/{own}")).await;
    assert_eq!(written(&client, &id, "approval", "requested").await, pair("requested", "Requested"));
}

#[tokio::test]
async fn a_new_column_is_written_read_and_queried_as_its_row_says() {
    let client = Client::start().await.administrator();
    let old = client.create("incident", json!({ "u_floor": "3" })).await;
    let row =
        column(&client, "task", "u_floor", json!({ "column_label": "Floor", "internal_type": "integer" }))
            .await;
    let id = client.create("incident", json!({ "u_floor": 4 })).await;
    assert_eq!(
        (client.field("incident", &id, "u_floor").await, client.field("incident", &old, "u_floor").await),
        ("4".to_owned(), String::new())
    );
    assert_eq!(written(&client, &id, "u_floor", "many").await.0, "4");
    assert_eq!(client.query("incident", "u_floor>3", &[]).await.column("sys_id"), id);
    assert_eq!(client.query("task", "u_floor=4", &[]).await.column("sys_id"), id);
    let path = format!("/api/now/table/sys_dictionary/{row}");
    // Cut, filled in, kept from being written.
    client
        .patch(&path, json!({ "internal_type": "string", "max_length": "3", "default_value": "all" }))
        .await;
    assert_eq!(written(&client, &id, "u_floor", "ground").await.0, "gro");
    let made = client.create("incident", json!({})).await;
    assert_eq!(client.field("incident", &made, "u_floor").await, "all");
    client.patch(&path, json!({ "read_only": "true" })).await;
    assert_eq!(written(&client, &id, "u_floor", "top").await.0, "gro");
    client.patch(&path, json!({ "read_only": "false", "mandatory": "true", "default_value": "" })).await;
    let refused =
        (403, "Operation Failed", "Data Policy Exception: The following fields are mandatory: Floor");
    assert_eq!(client.post(INCIDENT, json!({})).await.refusal(), refused);
    assert_eq!(client.patch(&format!("{INCIDENT}/{id}"), json!({ "u_floor": "" })).await.refusal(), refused);
    assert_eq!(client.post(INCIDENT, json!({ "u_floor": "top" })).await.status, 201);
    // What was there before the column did goes on.
    assert_eq!(client.patch(&format!("{INCIDENT}/{old}"), json!({ "urgency": "1" })).await.status, 200);
    choice(&client, "task", "u_floor", json!({ "value": "top", "label": "Top floor" })).await;
    assert_eq!(written(&client, &id, "u_floor", "top").await, pair("top", "Top floor"));
    let dump = client.dump().await;
    client.restore(dump).await;
    assert_eq!(client.post(INCIDENT, json!({})).await.refusal(), refused);
    assert_eq!(written(&client, &id, "u_floor", "top").await, pair("top", "Top floor"));
    assert_eq!(client.delete(&path).await.status, 204);
    assert_eq!(client.get(&format!("{INCIDENT}/{id}")).await.result().get("u_floor"), None);
    assert_eq!(client.post(INCIDENT, json!({})).await.status, 201);
}

#[tokio::test]
async fn columns_refer_are_named_after_labels_and_exist_once() {
    let client = Client::start().await.administrator();
    let row = client
        .post(
            "/api/now/table/sys_dictionary",
            json!({ "name": "incident", "column_label": "Second caller",
            "internal_type": "reference", "reference": "sys_user" }),
        )
        .await;
    let result = row.result();
    assert_eq!(
        (&result["element"], &result["reference"]["value"]),
        (&json!("u_second_caller"), &json!("sys_user"))
    );
    let ann = client.find("sys_user", "user_name=a.berg@contoso.test").await;
    let id = client.create("incident", json!({ "u_second_caller": ann })).await;
    let more = [("sysparm_fields", "u_second_caller.email")];
    let walked = client.query("incident", "u_second_caller.nameSTARTSWITHAnn", &more).await;
    assert_eq!(walked.column("u_second_caller.email"), "a.berg@contoso.test");
    assert_eq!(written(&client, &id, "u_second_caller", "nobody").await.0, "");
    for (table, element) in [("incident", "u_second_caller"), ("incident", "state"), ("incident", "number")] {
        let body = json!({ "name": table, "element": element, "internal_type": "string" });
        assert_eq!(client.post("/api/now/table/sys_dictionary", body).await.status, 403, "{element}");
    }
    // A shipped column obeys what its row says now, and stays when the row goes.
    let subject = client.find("sys_dictionary", "name=task^element=short_description").await;
    let subject = format!("/api/now/table/sys_dictionary/{subject}");
    client.patch(&subject, json!({ "max_length": "5", "mandatory": "true" })).await;
    assert_eq!(client.post(INCIDENT, json!({})).await.status, 403);
    assert_eq!(
        client.post(INCIDENT, json!({ "short_description": "too long" })).await.result()["short_description"],
        "too l"
    );
    client.patch(&subject, json!({ "max_length": "160", "mandatory": "false" })).await;
    assert_eq!(
        client.post(INCIDENT, json!({ "short_description": "too long" })).await.result()["short_description"],
        "too long"
    );
    // Nobody else changes what tables are.
    let service = Client::start().await;
    let body = json!({ "name": "incident", "element": "u_x", "internal_type": "string" });
    assert_eq!(service.post("/api/now/table/sys_dictionary", body).await.status, 403);
}

#[tokio::test]
async fn a_new_table_has_what_it_extends_and_goes_with_its_row() {
    let client = Client::start().await.administrator();
    let task = client.find("sys_db_object", "name=task").await;
    let made = client
        .post("/api/now/table/sys_db_object", json!({ "label": "Key Return", "super_class": task }))
        .await;
    assert_eq!((made.status, &made.result()["name"]), (201, &json!("u_key_return")));
    let path = format!("/api/now/table/sys_db_object/{}", made.result()["sys_id"].as_str().unwrap());
    assert_eq!(
        client.query("sys_dictionary", "name=u_key_return", &[]).await.column("column_label"),
        "Key Return"
    );
    column(&client, "u_key_return", "u_key", json!({})).await;
    let body = json!({ "u_key": "42", "short_description": "back", "state": "2" });
    let id = client.create("u_key_return", body).await;
    let shown = client.get(&format!("/api/now/table/task/{id}?sysparm_display_value=true")).await;
    assert_eq!(
        (&shown.result()["sys_class_name"], &shown.result()["state"]),
        (&json!("Key Return"), &json!("Work in Progress"))
    );
    assert_eq!(
        client.query("task", "sys_class_name=u_key_return", &[]).await.column("short_description"),
        "back"
    );
    assert_eq!(client.query("task", "sys_class_nameINSTANCEOFu_key_return", &[]).await.column("sys_id"), id);
    client.patch(&format!("/api/now/table/u_key_return/{id}"), json!({ "state": "3" })).await;
    assert_eq!(client.field("u_key_return", &id, "active").await, "false");
    let root = json!({ "name": "u_list", "label": "List" });
    assert_eq!(client.create("sys_db_object", root.clone()).await.len(), 32);
    assert_eq!(client.post("/api/now/table/sys_db_object", root).await.status, 403);
    column(&client, "u_list", "u_text", json!({})).await;
    client.create("u_list", json!({ "u_text": "x" })).await;
    // Rules of access come from the table it extends; without one only administrators get in.
    let (_, agent) = client.somebody("agent", &["itil"]).await;
    assert_eq!(agent.query("u_key_return", "", &[]).await.column("u_key"), "42");
    assert_eq!(agent.query("u_list", "", &[]).await.column("u_text"), "");
    let dump = client.dump().await;
    client.restore(dump).await;
    assert_eq!(client.query("u_key_return", "u_key=42", &[]).await.column("sys_id"), id);
    assert_eq!(client.delete(&path).await.status, 204);
    assert_eq!(client.query("u_key_return", "", &[]).await.refusal().1, "Invalid table u_key_return");
    assert_eq!(client.query("task", "short_description=back", &[]).await.column("sys_id"), "");
}

#[tokio::test]
async fn the_switch_of_plugins_and_choices_keeps_what_was_defined() {
    let client = Client::start().await.administrator();
    column(&client, "incident", "u_floor", json!({})).await;
    choice(&client, "incident", "category", json!({ "value": "facility", "label": "Facility" })).await;
    let id = client.create("incident", json!({})).await;
    let code = async |value: &'static str| written(&client, &id, "close_code", value).await.0;
    for (legacy, good, bad) in [
        (true, "Solved (Permanently)", "Solution provided"),
        (false, "Solution provided", "Solved (Permanently)"),
    ] {
        let answer = client.admin("/servicenow/shape", json!({ "legacy_choices": legacy })).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        assert_eq!((code(good).await.as_str(), code(bad).await.as_str()), (good, good));
        assert_eq!(written(&client, &id, "u_floor", good).await.0, good);
        assert_eq!(written(&client, &id, "category", "facility").await.1, "Facility");
    }
}
