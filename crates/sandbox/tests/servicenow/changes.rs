//! Changes: every move between states by kind, what each asks, and who is asked.

use serde_json::{Value, json};

use crate::client::Client;

const GUARD: &str = "Change Model: Check State Transition";
const STATES: [(&str, &str); 8] = [
    ("-5", "New"),
    ("-4", "Assess"),
    ("-3", "Authorize"),
    ("-2", "Scheduled"),
    ("-1", "Implement"),
    ("0", "Review"),
    ("3", "Closed"),
    ("4", "Canceled"),
];

async fn change(client: &Client, body: Value) -> String {
    client.create("change_request", body).await
}

fn path(id: &str) -> String {
    format!("/api/now/table/change_request/{id}")
}

/// Whether a move by hand is taken; the refusal must name the rule.
async fn moves(client: &Client, id: &str, to: &str) -> bool {
    let body = match to {
        "3" => json!({ "state": to, "close_code": "successful", "close_notes": "done" }),
        _ => json!({ "state": to }),
    };
    let answer = client.patch(&path(id), body).await;
    if answer.status == 200 {
        return true;
    }
    let (status, message, detail) = answer.refusal();
    assert_eq!((status, message), (403, "Operation Failed"), "{answer:?}");
    assert!(detail.starts_with("Operation against file 'change_request' was aborted by Business Rule"));
    assert!(
        detail.contains(&format!("'{GUARD}^")) && detail.ends_with(&format!("Stack:{GUARD}")),
        "{detail}"
    );
    false
}

/// Everybody who was asked about the change answers.
async fn everybody(client: &Client, id: &str, state: &str) {
    let rows = client.query("sysapproval_approver", &format!("sysapproval={id}^state=requested"), &[]).await;
    let one = rows.result()[0]["approver"]["value"].as_str().unwrap().to_owned();
    let decide = json!({ "as": one, "state": state, "record": id });
    assert_eq!(client.admin("/servicenow/approve", decide).await.body, json!({ "count": 1 }));
}

#[tokio::test]
async fn every_pair_of_states_is_a_move_or_refused() {
    // From where which states can be reached by hand, when nobody is asked and nothing is on hold.
    let client = Client::start().await;
    for (kind, way, allowed) in [
        ("normal", &["-4", "-3"][..], &[("-5", "-4 4"), ("-4", "-3 4"), ("-3", "4")][..]),
        (
            "standard",
            &["-2", "-1", "0", "3"],
            &[("-5", "-2 4"), ("-2", "-1 4"), ("-1", "0 4"), ("0", "3"), ("3", "")],
        ),
        ("emergency", &["-3"], &[("-5", "-3 4"), ("-3", "4")]),
    ] {
        for (depth, (from, targets)) in allowed.iter().enumerate() {
            for (to, _) in STATES.iter().filter(|(to, _)| to != from) {
                let id = change(&client, json!({ "type": kind })).await;
                for step in &way[..depth] {
                    assert!(moves(&client, &id, step).await, "{kind}: {step}");
                }
                assert_eq!(client.field("change_request", &id, "state").await, *from);
                let expected = targets.split_whitespace().any(|one| one == *to);
                assert_eq!(moves(&client, &id, to).await, expected, "{kind}: {from} to {to}");
            }
        }
    }
}

#[tokio::test]
async fn a_normal_change_is_approved_by_its_group_and_then_by_the_board() {
    let client = Client::start().await;
    let network = client.find("sys_user_group", "name=Network").await;
    let id = change(&client, json!({ "assignment_group": network })).await;
    assert!(moves(&client, &id, "-4").await);
    assert_eq!(client.field("change_request", &id, "approval").await, "requested");
    let groups = client.query("sysapproval_group", &format!("parent={id}"), &[]).await;
    assert_eq!(
        (groups.column("approval"), groups.column("number")),
        ("requested".into(), "GAPRV0010001".into())
    );
    let asked = format!("sysapproval={id}^ORDERBYsys_created_on");
    assert_eq!(
        client.query("sysapproval_approver", &asked, &[]).await.column("state"),
        "requested requested"
    );
    assert!(!moves(&client, &id, "-3").await, "nobody has answered");
    everybody(&client, &id, "approved").await;
    assert_eq!(client.field("change_request", &id, "state").await, "-3");
    assert_eq!(client.field("change_request", &id, "approval").await, "requested", "the board is asked");
    let group = format!("sysapproval={id}^group.assignment_group={network}^ORDERBYstate");
    let states = client.query("sysapproval_approver", &group, &[]).await.column("state");
    assert_eq!(states, "approved not_required");
    assert!(!moves(&client, &id, "-2").await);
    everybody(&client, &id, "approved").await;
    assert_eq!(client.field("change_request", &id, "state").await, "-2");
    assert_eq!(client.field("change_request", &id, "approval").await, "approved");
    assert_eq!(client.field("change_request", &id, "approval_set").await, "2026-01-05 08:00:00");
    assert!(moves(&client, &id, "-1").await);
    assert_eq!(client.field("change_request", &id, "work_start").await, "2026-01-05 08:00:00");
    assert!(moves(&client, &id, "0").await);
    let path = path(&id);
    let missing = "Data Policy Exception: The following fields are mandatory: Close code, Close notes";
    assert_eq!(client.patch(&path, json!({ "state": "3" })).await.refusal().2, missing);
    assert!(moves(&client, &id, "3").await);
    assert_eq!(client.field("change_request", &id, "active").await, "false");
}

#[tokio::test]
async fn a_rejection_sends_it_back_and_the_next_round_begins_anew() {
    let client = Client::start().await;
    let network = client.find("sys_user_group", "name=Network").await;
    let id = change(&client, json!({ "assignment_group": network })).await;
    assert!(moves(&client, &id, "-4").await);
    everybody(&client, &id, "rejected").await;
    let seen = |field: &'static str| client.field("change_request", &id, field);
    assert_eq!((seen("state").await, seen("approval").await), ("-5".into(), "rejected".into()));
    assert!(moves(&client, &id, "-4").await);
    assert_eq!(seen("approval").await, "requested", "the old rejection does not count any more");
    everybody(&client, &id, "approved").await;
    assert_eq!(seen("state").await, "-3");
}

#[tokio::test]
async fn cancelling_takes_questions_and_tasks_along() {
    let client = Client::start().await;
    let id = change(&client, json!({ "type": "emergency" })).await;
    let task = client.create("change_task", json!({ "change_request": id })).await;
    assert!(moves(&client, &id, "-3").await);
    assert!(moves(&client, &id, "4").await);
    let rows = client.query("sysapproval_approver", &format!("sysapproval={id}"), &[]).await;
    assert!(rows.column("state").split(' ').all(|state| state == "cancelled"), "{rows:?}");
    assert_eq!(client.field("change_task", &task, "active").await, "false");
    assert_eq!(client.field("change_request", &id, "active").await, "false");
}

#[tokio::test]
async fn the_last_task_ends_the_implementation_and_what_is_on_hold_stays() {
    let client = Client::start().await;
    let id = change(&client, json!({ "type": "standard" })).await;
    let tasks = [
        client.create("change_task", json!({ "change_request": id })).await,
        client.create("change_task", json!({ "change_request": id })).await,
    ];
    let hold = client.patch(&path(&id), json!({ "on_hold": true })).await;
    assert_eq!(hold.refusal().2, "Data Policy Exception: The following fields are mandatory: On hold reason");
    client.patch(&path(&id), json!({ "on_hold": true, "on_hold_reason": "parts are missing" })).await;
    assert!(!moves(&client, &id, "-2").await);
    client.patch(&path(&id), json!({ "on_hold": false })).await;
    assert!(moves(&client, &id, "-2").await && moves(&client, &id, "-1").await);
    for (task, state) in tasks.iter().zip(["-1", "0"]) {
        client.patch(&format!("/api/now/table/change_task/{task}"), json!({ "state": "3" })).await;
        assert_eq!(client.field("change_request", &id, "state").await, state);
    }
}

#[tokio::test]
async fn a_policy_names_others_than_the_board_and_another_rule() {
    let client = Client::start().await;
    let users = ["m.boss@contoso.test", "o.krog@contoso.test", "r.stein@contoso.test"];
    let policy = json!({ "for": "change_request", "approve": "count(2)", "ask": { "users": users } });
    assert_eq!(client.admin("/servicenow/approvals", policy).await.status, 200);
    let id = change(&client, json!({ "type": "emergency" })).await;
    assert!(moves(&client, &id, "-3").await);
    for (user, state) in users.iter().zip(["-3", "-2"]) {
        client.admin("/servicenow/approve", json!({ "as": user, "record": id })).await;
        assert_eq!(client.field("change_request", &id, "state").await, state, "{user}");
    }
    let rows = client.query("sysapproval_approver", &format!("sysapproval={id}^ORDERBYstate"), &[]).await;
    assert_eq!(rows.column("state"), "approved approved not_required");
}
