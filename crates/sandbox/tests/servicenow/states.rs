//! States of every kind of task: stamps, what a state demands, what closes and opens again.

use serde_json::json;

use crate::client::Client;

#[tokio::test]
async fn every_closing_state_closes_and_every_other_one_opens_again() {
    let client = Client::start().await;
    // Created with these fields, every state of the table; the closing ones.
    for (table, fields, states, closing) in [
        ("task", json!({}), "-5 1 2 3 4 7", "3 4 7"),
        ("sc_task", json!({}), "-5 1 2 3 4 7", "3 4 7"),
        ("sc_req_item", json!({}), "-5 1 2 3 4 7", "3 4 7"),
        (
            "incident",
            json!({ "close_code": "Duplicate", "close_notes": "x", "hold_reason": "3" }),
            "1 2 3 6 8 7",
            "7 8",
        ),
        ("problem", json!({}), "101 102 103 104 106 107", "107"),
        ("problem_task", json!({}), "151 152 154 157", "157"),
        ("change_task", json!({}), "-5 1 2 3 4", "3 4"),
        ("sn_si_incident", json!({}), "10 16 18 19 20 100 3 7", "3 7"),
        ("sn_hr_core_case", json!({ "hr_service": "x" }), "1 10 18 20 24 3 4 7", "3 4 7"),
    ] {
        let client = client.administrator();
        let mut fields = fields;
        if table == "sn_hr_core_case" {
            fields["hr_service"] = json!(client.find("sn_hr_core_service", "value=onboarding").await);
        }
        let id = client.create(table, fields).await;
        let path = format!("/api/now/table/{table}/{id}?sysparm_fields=state,active,closed_at");
        for state in states.split(' ') {
            let answer = client.patch(&path, json!({ "state": state })).await;
            let closed = closing.split(' ').any(|one| one == state);
            let at = if closed { "2026-01-05 08:00:00" } else { "" };
            let expected = json!({ "state": state, "active": (!closed).to_string(), "closed_at": at });
            assert_eq!(answer.result(), &expected, "{table}: {state}");
        }
    }
}

#[tokio::test]
async fn numbers_begin_with_the_letters_of_their_table() {
    let client = Client::start().await.administrator();
    let service = client.find("sn_hr_core_service", "value=onboarding").await;
    for (table, prefix) in [
        ("incident", "INC"),
        ("problem", "PRB"),
        ("problem_task", "PTASK"),
        ("change_request", "CHG"),
        ("change_task", "CTASK"),
        ("sc_request", "REQ"),
        ("sc_req_item", "RITM"),
        ("sc_task", "SCTASK"),
        ("sn_si_incident", "SIR"),
        ("sn_hr_core_case", "HRC"),
    ] {
        let id = client.create(table, json!({ "hr_service": service })).await;
        assert_eq!(client.field(table, &id, "number").await, format!("{prefix}0010001"), "{table}");
    }
}

#[tokio::test]
async fn resolutions_of_problems_and_incidents_are_stamped_and_taken_back() {
    let client = Client::start().await;
    for (table, resolve, reopen) in [
        ("incident", json!({ "state": "6", "close_code": "Duplicate", "close_notes": "x" }), "2"),
        ("problem", json!({ "state": "106", "resolution_code": "fix_applied" }), "103"),
    ] {
        let id = client.create(table, json!({})).await;
        let path = format!("/api/now/table/{table}/{id}?sysparm_fields=resolved_at,reopen_count,state");
        let resolved = client.patch(&path, resolve).await;
        assert_eq!(resolved.result()["resolved_at"], "2026-01-05 08:00:00", "{table}");
        let open = client.patch(&path, json!({ "state": reopen })).await;
        let expected = json!({ "resolved_at": "", "reopen_count": "1", "state": reopen });
        assert_eq!(open.result(), &expected, "{table}");
    }
}

#[tokio::test]
async fn a_problem_has_one_state_under_two_names_and_a_computed_priority() {
    let client = Client::start().await;
    let id = client.create("problem", json!({ "problem_state": "103", "impact": "1", "urgency": "2" })).await;
    for (field, value) in [("state", "103"), ("problem_state", "103"), ("priority", "2")] {
        assert_eq!(client.field("problem", &id, field).await, value, "{field}");
    }
    client.patch(&format!("/api/now/table/problem/{id}"), json!({ "state": "104" })).await;
    assert_eq!(client.field("problem", &id, "problem_state").await, "104");
}

#[tokio::test]
async fn a_case_without_a_service_is_refused() {
    let client = Client::start().await;
    for table in ["sn_hr_core_case", "sn_hr_le_case"] {
        let answer = client.post(&format!("/api/now/table/{table}"), json!({})).await;
        let detail = "Data Policy Exception: The following fields are mandatory: HR service";
        assert_eq!(answer.refusal(), (403, "Operation Failed", detail));
    }
}

#[tokio::test]
async fn a_cancelled_request_takes_its_items_and_their_tasks_along() {
    let client = Client::start().await;
    let request = client.create("sc_request", json!({})).await;
    let item = client.create("sc_req_item", json!({ "request": request })).await;
    let task = client.create("sc_task", json!({ "request_item": item })).await;
    let cancel = json!({ "request_state": "closed_cancelled" });
    client.patch(&format!("/api/now/table/sc_request/{request}"), cancel).await;
    let seen = [
        client.field("sc_request", &request, "active").await,
        client.field("sc_req_item", &item, "stage").await,
        client.field("sc_req_item", &item, "active").await,
        client.field("sc_task", &task, "state").await,
        client.field("sc_request", &request, "request_state").await,
    ];
    assert_eq!(seen, ["false", "Request Cancelled", "false", "7", "closed_cancelled"]);
}

#[tokio::test]
async fn all_tasks_decide_how_their_item_ends() {
    for (ends, state) in [("3 3", "3"), ("3 4", "4"), ("7 7", "7"), ("3 7", "3")] {
        let client = Client::start().await;
        let plan = json!({ "name": "sandbox.closure_rollup", "value": "execution_plan" });
        client.administrator().create("sys_properties", plan).await;
        let request = client.create("sc_request", json!({})).await;
        let item = client.create("sc_req_item", json!({ "request": request })).await;
        let mut tasks = Vec::new();
        for _ in ends.split(' ') {
            tasks.push(client.create("sc_task", json!({ "request_item": item })).await);
        }
        for (task, end) in tasks.iter().zip(ends.split(' ')) {
            assert_eq!(client.field("sc_req_item", &item, "active").await, "true");
            client.patch(&format!("/api/now/table/sc_task/{task}"), json!({ "state": end })).await;
        }
        assert_eq!(client.field("sc_req_item", &item, "state").await, state, "{ends}");
        assert_eq!(client.field("sc_request", &request, "state").await, state, "{ends}");
    }
}

#[tokio::test]
async fn what_comes_back_into_stock_belongs_to_nobody() {
    let client = Client::start().await;
    let ann = client.find("sys_user", "user_name=a.berg@contoso.test").await;
    let laptop = json!({ "asset_tag": "P1", "assigned_to": ann, "install_status": "1" });
    let id = client.create("alm_hardware", laptop).await;
    let path = format!("/api/now/table/alm_hardware/{id}");
    client.patch(&path, json!({ "install_status": "6", "substatus": "available" })).await;
    assert_eq!(client.field("alm_hardware", &id, "assigned_to").await, "");
    client.patch(&path, json!({ "install_status": "7", "substatus": "disposed" })).await;
    assert_eq!(client.field("alm_hardware", &id, "retired").await, "2026-01-05");
}
