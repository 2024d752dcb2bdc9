//! People without a role: what they may do to incidents of their own and to what they are to approve.

use serde_json::{Value, json};

use crate::client::Client;

const MISSING: (u16, &str, &str) =
    (404, "No Record found", "Record doesn't exist or ACL restricts the record retrieval");

#[tokio::test]
async fn a_caller_reads_and_comments_on_the_own_incident_and_on_no_other() {
    let client = Client::start().await;
    let (caller, person) = client.somebody("caller", &[]).await;
    let (_, stranger) = client.somebody("stranger", &[]).await;
    for own in ["caller_id", "opened_by"] {
        let id = client.create("incident", json!({ own: caller, "urgency": "2" })).await;
        let path = format!("/api/now/table/incident/{id}");
        let body = json!({ "comments": "seen", "work_notes": "inside", "urgency": "1", "short_description": "x",
            "assigned_to": caller, "caller_id": "", "state": "2" });
        let written = person.patch(&path, body.clone()).await;
        assert_eq!(written.status, 200, "{written:?}");
        assert!(written.result().get("work_notes").is_none());
        for (field, value) in
            [("urgency", "2"), ("short_description", ""), ("assigned_to", ""), ("state", "1")]
        {
            assert_eq!(client.field("incident", &id, field).await, value, "{field}");
        }
        let notes = client.query("sys_journal_field", &format!("element_id={id}"), &[]).await;
        assert_eq!(
            (notes.column("element"), notes.column("value")),
            ("comments".to_owned(), "seen".to_owned())
        );
        let shown = person
            .get(&format!("{path}?sysparm_display_value=true&sysparm_fields=comments,work_notes"))
            .await;
        assert!(shown.result()["comments"].as_str().unwrap().ends_with("(Additional comments)\nseen\n\n"));
        assert!(shown.result().get("work_notes").is_none());
        // What may not be written at all leaves no mark.
        let count = client.field("incident", &id, "sys_mod_count").await;
        assert_eq!(person.patch(&path, json!({ "urgency": "1", "state": "8" })).await.status, 200);
        assert_eq!(client.field("incident", &id, "sys_mod_count").await, count);
        assert_eq!(stranger.get(&path).await.refusal(), MISSING);
        assert_eq!(stranger.patch(&path, body).await.refusal(), MISSING);
        assert_eq!(person.delete(&path).await.status, 403);
    }
}

#[tokio::test]
async fn a_caller_resolves_opens_again_and_closes_the_own_incident() {
    let client = Client::start().await;
    let (caller, person) = client.somebody("caller", &[]).await;
    let resolution = json!({ "close_code": "Resolved by caller", "close_notes": "gone" });
    let to = |state: &str| {
        let mut body = resolution.clone();
        body["state"] = json!(state);
        body
    };
    // From where the caller gets where; everything else leaves the state alone.
    let moves = [("1", "6"), ("2", "6"), ("6", "2"), ("6", "7")];
    for was in ["1", "2", "6"] {
        for is in ["1", "2", "3", "6", "7", "8"] {
            let mut body = if was == "6" { to(was) } else { json!({ "state": was }) };
            body["caller_id"] = json!(caller);
            let id = client.create("incident", body).await;
            let answer = person.patch(&format!("/api/now/table/incident/{id}"), to(is)).await;
            let expected = if moves.contains(&(was, is)) { is } else { was };
            assert_eq!((answer.status, &answer.result()["state"]), (200, &json!(expected)), "{was} {is}");
            assert_eq!(answer.result()["incident_state"], expected);
            let code = if matches!(expected, "6" | "7") || was == "6" { "Resolved by caller" } else { "" };
            assert_eq!(answer.result()["close_code"], code, "{was} {is}");
            assert_eq!(answer.result()["reopen_count"], if (was, is) == ("6", "2") { "1" } else { "0" });
        }
    }
    // Resolving wants its notes from everybody; what is closed stays closed.
    let id = client.create("incident", json!({ "caller_id": caller })).await;
    let path = format!("/api/now/table/incident/{id}");
    assert_eq!(person.patch(&path, json!({ "state": "6" })).await.status, 403);
    for state in ["6", "7"] {
        assert_eq!(person.patch(&path, to(state)).await.status, 200);
    }
    for body in [to("2"), json!({ "comments": "again" })] {
        assert_eq!(person.patch(&path, body).await.status, 403);
    }
}

#[tokio::test]
async fn an_approver_decides_the_own_row_and_nothing_else_of_it() {
    let client = Client::start().await;
    let (approver, person) = client.somebody("approver", &[]).await;
    let (other, stranger) = client.somebody("other", &[]).await;
    let task = client.create("change_request", json!({ "short_description": "move" })).await;
    let ask = async |who: &str| {
        let body = json!({ "approver": who, "sysapproval": task, "state": "requested" });
        client.create("sysapproval_approver", body).await
    };
    let (mine, theirs) = (ask(&approver).await, ask(&other).await);
    let path = |id: &str| format!("/api/now/table/sysapproval_approver/{id}");
    assert_eq!(person.query("sysapproval_approver", "", &[]).await.column("sys_id"), mine);
    assert_eq!(person.get(&path(&theirs)).await.refusal(), MISSING);
    assert_eq!(person.patch(&path(&theirs), json!({ "state": "approved" })).await.refusal(), MISSING);
    assert_eq!(stranger.patch(&path(&mine), json!({ "state": "approved" })).await.refusal(), MISSING);
    let body = json!({ "state": "approved", "comments": "fine", "approver": other, "sysapproval": "" });
    let decided = person.patch(&path(&mine), body).await;
    let result = decided.result();
    assert_eq!((decided.status, &result["state"]), (200, &json!("approved")));
    assert_eq!(result["sys_updated_by"], "approver");
    assert_eq!(
        (&result["approver"]["value"], &result["sysapproval"]["value"]),
        (&json!(approver), &json!(task))
    );
    assert_eq!(person.delete(&path(&mine)).await.status, 403);
}

#[tokio::test]
async fn the_role_of_approvers_opens_what_they_are_asked_about() {
    let client = Client::start().await;
    let roles: [(&str, &[&str], [u16; 2]); 4] = [
        ("nobody", &[], [404, 404]),
        ("approver", &["approver_user"], [200, 200]),
        ("catalog", &["sn_request_approver_read"], [404, 200]),
        ("reader", &["sn_change_read"], [200, 404]),
    ];
    for (name, roles, statuses) in roles {
        let (user, person) = client.somebody(name, roles).await;
        let mut found = Vec::new();
        for table in ["change_request", "sc_req_item"] {
            let id = client.create(table, json!({ "short_description": name })).await;
            let path = format!("/api/now/table/{table}/{id}?sysparm_fields=short_description");
            let before = person.get(&path).await.status;
            assert_eq!(before == 200, roles.contains(&"sn_change_read") && table == "change_request");
            let body = json!({ "approver": user, "sysapproval": id, "state": "requested" });
            let row = client.create("sysapproval_approver", body).await;
            found.push(person.get(&path).await.status);
            let walk = format!(
                "/api/now/table/sysapproval_approver/{row}?sysparm_fields=sysapproval.short_description"
            );
            let seen = if found.last() == Some(&200) { name } else { "" };
            assert_eq!(person.get(&walk).await.result()["sysapproval.short_description"], seen);
            assert_ne!(person.patch(&path, json!({ "short_description": "x" })).await.status, 200);
        }
        assert_eq!(found, statuses, "{name}");
    }
}

#[tokio::test]
async fn an_approver_with_the_role_decides_through_the_change_api() {
    let client = Client::start().await;
    let (approver, person) = client.somebody("approver", &["approver_user"]).await;
    let (bystander, plain) = client.somebody("plain", &[]).await;
    let change = client.create("change_request", json!({ "short_description": "move" })).await;
    for who in [&approver, &bystander] {
        let body = json!({ "approver": who, "sysapproval": change, "state": "requested" });
        client.create("sysapproval_approver", body).await;
    }
    let path = format!("/api/sn_chg_rest/change/{change}");
    let decide = json!({ "state": "approved" });
    assert_eq!(plain.patch(&format!("{path}/approvals"), decide.clone()).await.status, 404);
    let read = person.get(&path).await;
    assert_eq!(read.result()["short_description"]["value"], "move");
    assert_eq!(person.patch(&path, json!({ "short_description": "x" })).await.status, 403);
    assert_eq!(person.patch(&format!("{path}/approvals"), json!({ "state": "rejected" })).await.status, 400);
    assert_eq!(person.patch(&format!("{path}/approvals"), decide.clone()).await.status, 200);
    let states: Value = client
        .query("sysapproval_approver", &format!("sysapproval={change}^approver={approver}"), &[])
        .await
        .column("state")
        .into();
    assert_eq!(states, "approved");
    assert_eq!(person.patch(&format!("{path}/approvals"), decide).await.status, 400);
}
