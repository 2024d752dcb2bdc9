//! What people do now and later through the admin interface.

use serde_json::json;

use crate::client::Client;

#[tokio::test]
async fn acts_for_later_happen_at_their_time_and_in_their_order() {
    let client = Client::start().await;
    let id = client.create("incident", json!({ "short_description": "slow" })).await;
    let number = client.field("incident", &id, "number").await;
    for (after, text) in [("2h", "second"), ("30m", "first"), ("2h", "third")] {
        let comment = json!({ "as": "a.berg@contoso.test", "record": number, "text": text, "after": after });
        assert_eq!(client.admin("/servicenow/comment", comment).await.status, 200);
    }
    let seen = async || {
        let query = format!("element_id={id}^ORDERBYsys_created_on^ORDERBYsys_id");
        let rows = client.administrator().query("sys_journal_field", &query, &[]).await;
        (rows.column("value"), rows.column("sys_created_by"))
    };
    assert_eq!(seen().await.0, "");
    client.advance("1h").await;
    assert_eq!(seen().await, ("first".to_owned(), "a.berg@contoso.test".to_owned()));
    client.advance("1d").await;
    let client = client.administrator();
    let rows = client.query("sys_journal_field", &format!("element_id={id}^value=third"), &[]).await;
    assert_eq!(rows.column("sys_created_on"), "2026-01-05 10:00:00");
    assert_eq!(client.field("incident", &id, "sys_updated_on").await, "2026-01-05 10:00:00");
}

#[tokio::test]
async fn an_order_and_its_approval_can_be_scripted_in_one_go() {
    let client = Client::start().await;
    client.admin("/servicenow/approvals", json!({ "for": "Leaver", "ask": { "manager": true } })).await;
    let variables = json!({ "person": "x", "last_day": "2026-02-01" });
    let order =
        json!({ "as": "a.berg@contoso.test", "item": "Leaver", "variables": variables, "after": "10m" });
    assert_eq!(client.admin("/servicenow/order", order).await.body, json!({ "at": "2026-01-05T08:10:00Z" }));
    let approve = json!({ "as": "m.boss@contoso.test", "after": "1h" });
    client.admin("/servicenow/approve", approve).await;
    client.advance("2h").await;
    let client = client.administrator();
    let fields = [("sysparm_fields", "approval,requested_for.name,sys_created_on,approval_set")];
    let items = client.query("sc_req_item", "", &fields).await;
    let expected = json!([{ "approval": "approved", "requested_for.name": "Ann Berg",
        "sys_created_on": "2026-01-05 08:10:03", "approval_set": "2026-01-05 09:00:00" }]);
    assert_eq!(items.result(), &expected);
}

#[tokio::test]
async fn a_note_inside_is_seen_by_those_who_work_on_it() {
    let client = Client::start().await;
    let id = client.create("incident", json!({})).await;
    let note = json!({ "as": "s.dahl@contoso.test", "record": id, "text": "look here", "internal": true });
    assert_eq!(client.admin("/servicenow/comment", note).await.body, json!({ "sys_id": id }));
    let row = client.query("sys_journal_field", &format!("element_id={id}"), &[]).await;
    assert_eq!((row.column("element"), row.column("value")), ("work_notes".into(), "look here".into()));
}

#[tokio::test]
async fn acts_that_cannot_be_are_refused() {
    let client = Client::start().await;
    let person = "a.berg@contoso.test";
    for (path, body, error) in [
        (
            "comment",
            json!({ "as": person, "record": "INC1", "text": "x" }),
            "the instance has no task `INC1`",
        ),
        ("order", json!({ "as": person, "item": "Boat" }), "the instance has no catalog item `Boat`"),
        (
            "order",
            json!({ "as": person, "item": "Leaver" }),
            "the instance refused: Mandatory Variables are required",
        ),
        (
            "order",
            json!({ "as": "nobody", "item": "Leaver", "after": "1h" }),
            "the instance knows nobody called `nobody`",
        ),
    ] {
        let answer = client.admin(&format!("/servicenow/{path}"), body).await;
        assert_eq!((answer.status, answer.body), (400, json!({ "error": error })));
    }
    for after in ["soon", "-1h"] {
        let answer = client.admin("/servicenow/approve", json!({ "as": person, "after": after })).await;
        assert_eq!(answer.status, 400, "{after}");
    }
}

#[tokio::test]
async fn what_is_under_way_goes_on_after_a_restore() {
    let client = Client::start().await.administrator();
    client.admin("/servicenow/shape", json!({ "sir": false, "legacy_choices": true })).await;
    let policy =
        json!({ "for": "Leaver", "ask": { "manager": true }, "due_secs": 600, "upon_due": "reject" });
    client.admin("/servicenow/approvals", policy).await;
    let variables = json!({ "person": "x", "last_day": "2026-02-01" });
    let order = |after: &str| json!({ "as": "a.berg@contoso.test", "item": "Leaver", "variables": variables, "after": after });
    client.admin("/servicenow/order", order("1s")).await;
    client.admin("/servicenow/order", order("20m")).await;
    client.advance("30s").await;
    let item = client.find("sc_cat_item", "name=Reset my password").await;
    let line = json!({ "sysparm_quantity": 1, "variables": { "person": "x" } });
    client.post(&format!("/api/sn_sc/servicecatalog/items/{item}/add_to_cart"), line).await;
    let change = client.create("change_request", json!({})).await;
    let ci = client.create("cmdb_ci", json!({ "name": "x" })).await;
    let body = json!({ "association_type": "affected", "cmdb_ci_sys_ids": [ci] });
    client.post(&format!("/api/sn_chg_rest/change/{change}/ci"), body).await;
    let dump = client.dump().await;
    let other = Client::start().await.administrator();
    other.restore(dump.clone()).await;
    assert_eq!(other.dump().await, dump);
    for one in [&client, &other] {
        one.advance("1h").await;
        let items = one.query("sc_req_item", "ORDERBYnumber", &[]).await;
        assert_eq!(items.column("approval"), "rejected rejected");
        assert_eq!(one.get("/api/now/table/sn_si_incident").await.status, 400);
        assert_eq!(one.query("task_ci", "", &[]).await.column("sys_created_on"), "2026-01-05 08:00:32");
    }
    assert_eq!(other.state().await, client.state().await);
}
