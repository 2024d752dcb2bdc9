//! What is written down about changes of audited records.

use serde_json::json;

use crate::client::Client;

/// Field, old and new value of every row about a record, in the order of updates and fields.
async fn rows(client: &Client, id: &str) -> Vec<String> {
    let query = format!("documentkey={id}^ORDERBYrecord_checkpoint^ORDERBYfieldname");
    let rows = client.query("sys_audit", &query, &[]).await;
    let rows = rows.result().as_array().unwrap().iter();
    rows.map(|row| {
        let text = |field: &str| row[field].as_str().unwrap();
        assert_eq!(text("user"), text("sys_created_by"));
        let names = [text("record_checkpoint"), text("tablename"), text("user"), text("fieldname")].join(" ");
        format!("{names}: {} -> {}", text("oldvalue"), text("newvalue"))
    })
    .collect()
}

#[tokio::test]
async fn each_changed_field_of_an_update_leaves_a_row() {
    let client = Client::start().await.administrator();
    let group = client.find("sys_user_group", "name=Network").await;
    let id = client.create("incident", json!({ "short_description": "a", "comments": "hello" })).await;
    assert_eq!(rows(&client, &id).await, ["0 incident admin comments: JOURNAL FIELD ADDITION -> hello"]);
    let path = format!("/api/now/table/incident/{id}");
    client.patch(&path, json!({ "short_description": "b", "urgency": "1", "assignment_group": group })).await;
    client.patch(&path, json!({ "short_description": "b" })).await;
    client.patch(&path, json!({ "short_description": "", "work_notes": "done" })).await;
    let expected = [
        "0 incident admin comments: JOURNAL FIELD ADDITION -> hello".to_owned(),
        format!("1 incident admin assignment_group:  -> {group}"),
        "1 incident admin priority: 5 -> 3".to_owned(),
        "1 incident admin short_description: a -> b".to_owned(),
        "1 incident admin urgency: 3 -> 1".to_owned(),
        "2 incident admin short_description: b -> ".to_owned(),
        "2 incident admin work_notes: JOURNAL FIELD ADDITION -> done".to_owned(),
    ];
    assert_eq!(rows(&client, &id).await, expected);
    let nobody = Client::start().await;
    assert_eq!(nobody.query("sys_audit", "", &[]).await.column("sys_id"), "");
}

#[tokio::test]
async fn only_tables_whose_dictionary_says_so_are_audited() {
    let client = Client::start().await.administrator();
    let user = client.find("sys_user", "user_name=a.berg@contoso.test").await;
    let path = format!("/api/now/table/sys_user/{user}");
    client.patch(&path, json!({ "title": "Clerk" })).await;
    assert!(rows(&client, &user).await.is_empty());
    let entry = client.find("sys_dictionary", "name=sys_user^internal_type=collection").await;
    let entry = format!("/api/now/table/sys_dictionary/{entry}");
    for (audit, count) in [("true", 1), ("false", 1)] {
        client.patch(&entry, json!({ "audit": audit })).await;
        client.patch(&path, json!({ "title": audit })).await;
        assert_eq!(rows(&client, &user).await.len(), count, "{audit}");
    }
    let audited =
        client.query("sys_dictionary", "audit=true^elementISEMPTY^nameINtask,incident,sys_user", &[]).await;
    assert_eq!(audited.result().as_array().unwrap().len(), 2);
}
