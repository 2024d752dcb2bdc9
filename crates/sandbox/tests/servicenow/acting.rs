//! People who act in the instance's own pages, and what their decisions do to tasks.

use serde_json::json;

use crate::client::{ADMIN, Client};

/// A task with an approval of each person, asked for.
async fn asked(client: &Client, people: &[&str]) -> String {
    let task = client.create("sc_task", json!({})).await;
    for person in people {
        let approver = client.find("sys_user", &format!("user_name={person}@contoso.test")).await;
        client
            .create(
                "sysapproval_approver",
                json!({ "approver": approver, "sysapproval": task, "state": "requested" }),
            )
            .await;
    }
    task
}

#[tokio::test]
async fn a_decision_carries_the_persons_name_and_rolls_up() {
    let client = Client::start().await;
    let task = asked(&client, &["m.boss", "o.krog"]).await;
    assert_eq!(client.field("sc_task", &task, "approval").await, "requested");
    let number = client.field("sc_task", &task, "number").await;
    let decide = json!({ "as": "m.boss@contoso.test", "record": number, "comments": "fine" });
    assert_eq!(client.admin("/servicenow/approve", decide).await.body, json!({ "count": 1 }));
    assert_eq!(client.field("sc_task", &task, "approval").await, "requested");
    client.admin("/servicenow/approve", json!({ "as": "o.krog@contoso.test" })).await;
    assert_eq!(client.field("sc_task", &task, "approval").await, "approved");
    let query = format!("sysapproval={task}^stateINapproved,rejected^ORDERBYapprover");
    let fields = [("sysparm_fields", "state,sys_updated_by,source_table,document_id")];
    let rows = client.query("sysapproval_approver", &query, &fields).await;
    let row = |by: &str| json!({ "state": "approved", "sys_updated_by": by, "source_table": "sc_task", "document_id": task });
    assert_eq!(rows.result(), &json!([row("m.boss@contoso.test"), row("o.krog@contoso.test")]));
}

#[tokio::test]
async fn one_rejection_rejects_and_nothing_is_decided_twice() {
    let client = Client::start().await;
    let task = asked(&client, &["m.boss", "o.krog"]).await;
    let reject = json!({ "as": "m.boss@contoso.test", "state": "rejected", "record": task });
    assert_eq!(client.admin("/servicenow/approve", reject.clone()).await.body, json!({ "count": 1 }));
    assert_eq!(client.admin("/servicenow/approve", reject).await.body, json!({ "count": 0 }));
    assert_eq!(client.field("sc_task", &task, "approval").await, "rejected");
}

#[tokio::test]
async fn without_the_engine_rows_change_and_the_task_does_not() {
    let mut client = Client::start().await;
    let bearer = client.sign_in().await;
    client.authorize(ADMIN);
    client
        .create("sys_properties", json!({ "name": "glide.approval_engine.sc_task", "value": "none" }))
        .await;
    client.authorize(&format!("Bearer {}", bearer.body["access_token"].as_str().unwrap()));
    let task = asked(&client, &["m.boss"]).await;
    client.admin("/servicenow/approve", json!({ "as": "m.boss@contoso.test" })).await;
    assert_eq!(client.field("sc_task", &task, "approval").await, "not requested");
}

#[tokio::test]
async fn nobody_decides_for_another_without_the_role() {
    let mut client = Client::start().await;
    let task = asked(&client, &["m.boss"]).await;
    let row = client.find("sysapproval_approver", &format!("sysapproval={task}")).await;
    let path = format!("/api/now/table/sysapproval_approver/{row}");
    client.authorize(ADMIN);
    let query = "user.user_name=svc-drawbridge@contoso.test^role.name=approval_admin";
    for role in client.query("sys_user_has_role", query, &[]).await.column("sys_id").split_whitespace() {
        assert_eq!(client.delete(&format!("/api/now/table/sys_user_has_role/{role}")).await.status, 204);
    }
    client.sign_in().await;
    let detail = "ACL Exception Update Failed due to security constraints";
    assert_eq!(
        client.patch(&path, json!({ "state": "approved" })).await.refusal(),
        (403, "Operation Failed", detail)
    );
}

#[tokio::test]
async fn acting_refuses_what_is_not_there() {
    let client = Client::start().await;
    for (path, body, error) in [
        ("approve", json!({ "as": "nobody" }), "the instance knows nobody called `nobody`"),
        (
            "approve",
            json!({ "as": "admin", "state": "perhaps" }),
            "`perhaps` is no decision; there are `approved`, `rejected` and `cancelled`",
        ),
        ("update", json!({ "as": "admin", "table": "x", "set": {} }), "the instance has no table `x`"),
        (
            "update",
            json!({ "as": "admin", "table": "incident", "set": { "stat": "1" } }),
            "`incident` has no field `stat`",
        ),
    ] {
        let answer = client.admin(&format!("/servicenow/{path}"), body).await;
        assert_eq!((answer.status, answer.body), (400, json!({ "error": error })));
    }
}

#[tokio::test]
async fn the_state_is_the_same_for_the_same_history() {
    let history = async || {
        let client = Client::start().await;
        let task = asked(&client, &["m.boss"]).await;
        client.patch(&format!("/api/now/table/sc_task/{task}"), json!({ "work_notes": "x" })).await;
        client.state().await
    };
    let first = history().await;
    assert_eq!(first, history().await);
    assert_eq!(first["sc_task"][0]["number"], "SCTASK0010001");
    assert!(first.get("sys_choice").is_none());
}
