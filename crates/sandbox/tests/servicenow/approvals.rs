//! Approval policies: who is asked, by which rule it ends, and what becomes of everybody else.

use serde_json::{Value, json};

use crate::client::{Client, send};

const PEOPLE: [&str; 4] =
    ["m.boss@contoso.test", "o.krog@contoso.test", "r.stein@contoso.test", "e.nilsen@contoso.test"];

async fn policy(client: &Client, body: Value) {
    let answer = client.admin("/servicenow/approvals", body).await;
    assert_eq!(answer.status, 200, "{answer:?}");
}

/// The item of a fresh order of "Reset my password" for somebody.
async fn ordered(client: &Client, person: &str) -> String {
    let variables = json!({ "person": client.find("sys_user", &format!("user_name={person}")).await });
    let order = json!({ "as": person, "item": "Reset my password", "variables": variables });
    let answer = client.admin("/servicenow/order", order).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    client.advance("3s").await;
    let request = answer.body["request_id"].as_str().unwrap().to_owned();
    client.find("sc_req_item", &format!("request={request}")).await
}

async fn states(client: &Client, item: &str) -> String {
    let query = format!("sysapproval={item}^ORDERBYapprover.user_name");
    client.query("sysapproval_approver", &query, &[]).await.column("state")
}

#[tokio::test]
async fn every_rule_ends_at_its_own_moment() {
    // Answers in the order of the people, the outcome after each, and the rows at the end by name.
    for (rule, reject, answers, outcomes, rows) in [
        ("any", "any", "ok", "approved", "not_required approved not_required not_required"),
        ("any", "any", "no", "rejected", "not_required rejected not_required not_required"),
        (
            "all",
            "any",
            "ok ok ok ok",
            "requested requested requested approved",
            "approved approved approved approved",
        ),
        ("all", "any", "ok no", "requested rejected", "not_required approved rejected not_required"),
        ("all", "all", "ok no", "requested cancelled", "not_required approved rejected not_required"),
        ("count(2)", "any", "ok ok", "requested approved", "not_required approved approved not_required"),
        (
            "percent(75)",
            "any",
            "ok ok ok",
            "requested requested approved",
            "not_required approved approved approved",
        ),
        (
            "responded",
            "all",
            "no no ok no",
            "requested requested requested approved",
            "rejected rejected rejected approved",
        ),
    ] {
        let client = Client::start().await;
        let body = json!({ "for": "Reset my password", "approve": rule, "reject": reject, "ask": { "users": PEOPLE } });
        policy(&client, body).await;
        let item = ordered(&client, "a.berg@contoso.test").await;
        assert_eq!(client.field("sc_req_item", &item, "stage").await, "waiting_for_approval");
        for ((answer, person), outcome) in answers.split(' ').zip(PEOPLE).zip(outcomes.split(' ')) {
            let state = if answer == "ok" { "approved" } else { "rejected" };
            let decide = json!({ "as": person, "decision": state, "record": item });
            assert_eq!(client.admin("/servicenow/approve", decide).await.body, json!({ "count": 1 }));
            let seen = client.field("sc_req_item", &item, "approval").await;
            assert_eq!(seen, outcome, "{rule}/{reject}: {answers}, {person}");
        }
        // By user name: e.nilsen, m.boss, o.krog, r.stein.
        assert_eq!(states(&client, &item).await, rows, "{rule}/{reject}: {answers}");
    }
}

#[tokio::test]
async fn an_approved_item_is_fulfilled_by_its_task_and_a_rejected_one_ends() {
    let client = Client::start().await;
    policy(&client, json!({ "for": "Reset my password", "ask": { "manager": true }, "task": true })).await;
    let (good, bad) =
        (ordered(&client, "a.berg@contoso.test").await, ordered(&client, "e.haugen@contoso.test").await);
    for (item, state) in [(&good, "approved"), (&bad, "rejected")] {
        let decide = json!({ "as": "m.boss@contoso.test", "state": state, "record": item, "comments": "hm" });
        assert_eq!(client.admin("/servicenow/approve", decide).await.body, json!({ "count": 1 }));
    }
    let seen = async |item: &str| {
        let fields = "sysparm_fields=stage,state,active,approval,request.request_state";
        client.get(&format!("/api/now/table/sc_req_item/{item}?{fields}")).await.result().clone()
    };
    let expected = json!({ "stage": "fulfillment", "state": "2", "active": "true", "approval": "approved",
        "request.request_state": "in_process" });
    assert_eq!(seen(&good).await, expected);
    let expected = json!({ "stage": "Request Cancelled", "state": "4", "active": "false", "approval": "rejected",
        "request.request_state": "closed_incomplete" });
    assert_eq!(seen(&bad).await, expected);
    let task = client.find("sc_task", &format!("request_item={good}")).await;
    client.patch(&format!("/api/now/table/sc_task/{task}"), json!({ "state": "3" })).await;
    let expected = json!({ "stage": "completed", "state": "3", "active": "false", "approval": "approved",
        "request.request_state": "closed_complete" });
    assert_eq!(seen(&good).await, expected);
    let history =
        client.query("sys_journal_field", &format!("element_id={good}^element=approval_history"), &[]).await;
    assert_eq!(history.column("value"), "Maria Boss approved the task.");
}

#[tokio::test]
async fn an_item_that_was_not_ordered_asks_nobody() {
    let client = Client::start().await;
    policy(&client, json!({ "for": "sc_req_item", "ask": { "users": PEOPLE } })).await;
    let item = client.create("sc_req_item", json!({})).await;
    assert_eq!(
        (states(&client, &item).await, client.field("sc_req_item", &item, "approval").await),
        (String::new(), "not requested".into())
    );
}

#[tokio::test]
async fn a_manager_may_be_missing_inactive_or_the_person_itself() {
    let client = Client::start().await;
    policy(&client, json!({ "for": "sc_req_item", "ask": { "manager": true } })).await;
    let admin = client.administrator();
    let user = async |name: &str| client.find("sys_user", &format!("user_name={name}@contoso.test")).await;
    let own = user("t.vik").await;
    let gone = user("f.keller").await;
    for (id, body) in [
        (&own, json!({ "manager": own })),
        (&gone, json!({ "active": "false" })),
        (&user("m.hughes").await, json!({ "manager": gone })),
    ] {
        assert_eq!(admin.patch(&format!("/api/now/table/sys_user/{id}"), body).await.status, 200);
    }
    for (person, approval, asked) in [
        ("l.lonely@contoso.test", "skipped", ""),
        ("t.vik@contoso.test", "requested", "Tor Vik"),
        ("m.hughes@contoso.test", "requested", "Franziska Keller"),
        ("a.berg@contoso.test", "requested", "Maria Boss"),
    ] {
        let item = ordered(&client, person).await;
        assert_eq!(client.field("sc_req_item", &item, "approval").await, approval, "{person}");
        let fields = [("sysparm_fields", "approver.name")];
        let rows = client.query("sysapproval_approver", &format!("sysapproval={item}"), &fields).await;
        assert_eq!(rows.column("approver.name"), asked, "{person}");
    }
    policy(&client, json!({ "for": "sc_req_item", "ask": { "manager": true, "active_only": true } })).await;
    let item = ordered(&client, "m.hughes@contoso.test").await;
    assert_eq!(client.field("sc_req_item", &item, "approval").await, "skipped");
}

#[tokio::test]
async fn groups_answer_through_any_of_their_members() {
    let client = Client::start().await;
    let groups = ["Access Governance", "Software Access"];
    policy(&client, json!({ "for": "sc_req_item", "approve": "each_group", "ask": { "groups": groups } }))
        .await;
    let item = ordered(&client, "a.berg@contoso.test").await;
    let outcomes = async || {
        let query = format!("parent={item}^ORDERBYassignment_group.name");
        client.query("sysapproval_group", &query, &[]).await.column("approval")
    };
    assert_eq!(outcomes().await, "requested requested");
    client.admin("/servicenow/approve", json!({ "as": "v.ohlsen@contoso.test" })).await;
    assert_eq!(outcomes().await, "approved requested");
    assert_eq!(client.field("sc_req_item", &item, "approval").await, "requested");
    client.admin("/servicenow/approve", json!({ "as": "s.dahl@contoso.test" })).await;
    assert_eq!(outcomes().await, "approved approved");
    assert_eq!(client.field("sc_req_item", &item, "approval").await, "approved");
    // By user name: o.krog, r.stein, s.dahl, v.ohlsen.
    assert_eq!(states(&client, &item).await, "not_required not_required approved approved");
}

#[tokio::test]
async fn who_belongs_to_two_groups_answers_once() {
    let client = Client::start().await;
    // Silje Dahl is in both.
    let groups = ["Service Desk", "Software Access"];
    policy(&client, json!({ "for": "sc_req_item", "approve": "each_group", "ask": { "groups": groups } }))
        .await;
    let item = ordered(&client, "a.berg@contoso.test").await;
    let row = client
        .query(
            "sysapproval_approver",
            &format!("sysapproval={item}^approver.user_name=s.dahl@contoso.test"),
            &[],
        )
        .await;
    let one = row.result()[0]["sys_id"].as_str().unwrap();
    let body = json!({ "state": "approved" });
    assert_eq!(client.patch(&format!("/api/now/table/sysapproval_approver/{one}"), body).await.status, 200);
    assert_eq!(client.field("sc_req_item", &item, "approval").await, "approved");
    let mut seen: Vec<String> = states(&client, &item).await.split(' ').map(str::to_owned).collect();
    seen.sort();
    assert_eq!(seen.join(" "), "approved duplicate not_required not_required not_required");
}

#[tokio::test]
async fn questions_are_asked_when_the_record_says_so_and_end_with_it() {
    let client = Client::start().await;
    policy(&client, json!({ "for": "sc_task", "ask": { "users": ["m.boss@contoso.test"] } })).await;
    let task = client.create("sc_task", json!({})).await;
    assert_eq!(states(&client, &task).await, "");
    let path = format!("/api/now/table/sc_task/{task}");
    client.patch(&path, json!({ "approval": "requested" })).await;
    assert_eq!(states(&client, &task).await, "requested");
    client.patch(&path, json!({ "state": "7" })).await;
    assert_eq!(states(&client, &task).await, "cancelled");
    assert_eq!(client.field("sc_task", &task, "approval").await, "cancelled");
}

#[tokio::test]
async fn a_row_asked_again_opens_the_record_again_and_a_removed_one_does_not_count() {
    let client = Client::start().await;
    policy(&client, json!({ "for": "sc_task", "approve": "all", "ask": { "users": PEOPLE[..2] } })).await;
    let task = client.create("sc_task", json!({})).await;
    client.patch(&format!("/api/now/table/sc_task/{task}"), json!({ "approval": "requested" })).await;
    client.admin("/servicenow/approve", json!({ "as": PEOPLE[0], "state": "rejected" })).await;
    assert_eq!(client.field("sc_task", &task, "approval").await, "rejected");
    let rejected = client.find("sysapproval_approver", &format!("sysapproval={task}^state=rejected")).await;
    let row = format!("/api/now/table/sysapproval_approver/{rejected}");
    client.patch(&row, json!({ "state": "requested" })).await;
    assert_eq!(client.field("sc_task", &task, "approval").await, "requested");
    client.admin("/servicenow/approve", json!({ "as": PEOPLE[0] })).await;
    assert_eq!(client.field("sc_task", &task, "approval").await, "approved", "the other one was dismissed");
    assert_eq!(client.delete(&row).await.status, 204);
    assert_eq!(client.field("sc_task", &task, "approval").await, "not requested");
}

#[tokio::test]
async fn what_is_due_ends_the_way_the_policy_says() {
    for (upon_due, state, approval) in [
        ("none", "requested", "requested"),
        ("approve", "approved", "approved"),
        ("reject", "rejected", "rejected"),
        ("cancel", "cancelled", "cancelled"),
    ] {
        let client = Client::start().await.administrator();
        let ask = json!({ "users": ["m.boss@contoso.test"] });
        policy(&client, json!({ "for": "sc_req_item", "ask": ask, "due_secs": 3600, "upon_due": upon_due }))
            .await;
        let item = ordered(&client, "a.berg@contoso.test").await;
        client.advance("3599s").await;
        assert_eq!(states(&client, &item).await, "requested");
        client.advance("2h").await;
        assert_eq!(states(&client, &item).await, state, "{upon_due}");
        assert_eq!(client.field("sc_req_item", &item, "approval").await, approval, "{upon_due}");
        if state != "requested" {
            let row = client.query("sysapproval_approver", &format!("sysapproval={item}"), &[]).await;
            assert_eq!(
                (row.column("sys_updated_on"), row.column("sys_updated_by")),
                ("2026-01-05 09:00:03".into(), "system".into())
            );
        }
    }
}

#[tokio::test]
async fn a_delegate_answers_while_the_delegation_lasts() {
    let client = Client::start().await.administrator();
    policy(
        &client,
        json!({ "for": "sc_req_item", "ask": { "users": ["m.boss@contoso.test"] }, "journal": "comments" }),
    )
    .await;
    let user = async |name: &str| client.find("sys_user", &format!("user_name={name}@contoso.test")).await;
    let delegation = json!({ "user": user("m.boss").await, "delegate": user("k.vogel").await, "approvals": "true",
        "starts": "2026-01-05 00:00:00", "ends": "2026-01-06 00:00:00" });
    client.create("sys_user_delegate", delegation).await;
    let (first, second) =
        (ordered(&client, "a.berg@contoso.test").await, ordered(&client, "e.haugen@contoso.test").await);
    let decide =
        |item: &str| json!({ "as": "k.vogel@contoso.test", "record": item, "comments": "for Maria" });
    assert_eq!(client.admin("/servicenow/approve", decide(&first)).await.body, json!({ "count": 1 }));
    client.advance("2d").await;
    assert_eq!(client.admin("/servicenow/approve", decide(&second)).await.body, json!({ "count": 0 }));
    let row = client.query("sysapproval_approver", &format!("sysapproval={first}"), &[]).await;
    assert_eq!(row.column("sys_updated_by"), "k.vogel@contoso.test");
    let copied =
        client.query("sys_journal_field", &format!("element_id={first}^element=comments"), &[]).await;
    assert_eq!(copied.column("value"), "for Maria");
}

#[tokio::test]
async fn nobody_and_the_classic_engine_can_be_chosen_for_one_record() {
    let client = Client::start().await;
    let made = async |engine: &str| {
        let task = client.create("sc_task", json!({})).await;
        policy(&client, json!({ "for": task, "engine": engine })).await;
        for person in &PEOPLE[..2] {
            let approver = client.find("sys_user", &format!("user_name={person}")).await;
            let row = json!({ "approver": approver, "sysapproval": task, "state": "requested" });
            client.create("sysapproval_approver", row).await;
        }
        client.admin("/servicenow/approve", json!({ "as": PEOPLE[0], "record": task })).await;
        (client.field("sc_task", &task, "approval").await, states(&client, &task).await)
    };
    for (engine, approval, rows) in [
        ("none", "not requested", "approved requested"),
        ("classic", "requested", "approved requested"),
        ("flow", "approved", "approved not_required"),
    ] {
        assert_eq!(made(engine).await, (approval.to_owned(), rows.to_owned()), "{engine}");
    }
}

#[tokio::test]
async fn policies_that_mean_nothing_are_refused() {
    let client = Client::start().await;
    for (body, error) in [
        (json!({ "for": "no_table" }), "the instance has no table, catalog item or record `no_table`"),
        (
            json!({ "for": "sc_task", "approve": "most" }),
            "`most` is no approval rule; there are `any`, `all`, `responded`, `each_group`, `count(n)` and `percent(p)`",
        ),
    ] {
        let answer = client.admin("/servicenow/approvals", body).await;
        assert_eq!((answer.status, answer.body), (400, json!({ "error": error })));
    }
    assert_eq!(
        client.admin("/servicenow/approvals", json!({ "for": "sc_task", "odd": 1 })).await.status,
        400
    );
}

#[tokio::test]
async fn a_decided_flow_hears_no_second_answer() {
    let client = Client::start().await.administrator();
    let ask = json!({ "users": ["m.boss@contoso.test", "o.krog@contoso.test"] });
    policy(&client, json!({ "for": "Reset my password", "approve": "any", "ask": ask })).await;
    let item = ordered(&client, "a.berg@contoso.test").await;
    let decide = json!({ "as": "m.boss@contoso.test", "decision": "approved", "record": item });
    client.admin("/servicenow/approve", decide).await;
    for person in ["o.krog@contoso.test", "m.boss@contoso.test"] {
        let query = format!("sysapproval={item}^approver.user_name={person}");
        let row = client.find("sysapproval_approver", &query).await;
        let path = format!("/api/now/table/sysapproval_approver/{row}");
        client.patch(&path, json!({ "state": "rejected" })).await;
        assert_eq!(client.field("sc_req_item", &item, "approval").await, "approved", "{person}");
    }
}

#[tokio::test]
async fn a_key_opens_what_its_scope_names_and_not_what_only_begins_alike() {
    let client = Client::start().await;
    let scope = json!([{ "methods": ["GET"], "path": "/api/now/table/sys_user" }]);
    let made = client
        .admin("/servicenow/api_keys", json!({ "token": "narrow", "as": "admin", "scopes": scope }))
        .await;
    assert_eq!(made.status, 200, "{made:?}");
    for (table, status) in [("sys_user?sysparm_limit=1", 200), ("sys_user_has_role?sysparm_limit=1", 401)] {
        let url = format!("{}/api/now/table/{table}", client.instance());
        let answer = send(reqwest::Client::new().get(url).header("x-sn-apikey", "narrow")).await;
        assert_eq!(answer.status, status, "{table}");
    }
}
