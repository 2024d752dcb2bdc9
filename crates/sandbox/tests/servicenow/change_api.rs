//! The Change Management API: every address, typed values, ignored fields, background work.

use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{Answer, Client, send};

const BASE: &str = "/api/sn_chg_rest/change";

impl Client {
    async fn change(&self, method: Method, path: &str, body: Value) -> Answer {
        let request = self.request(method, &format!("{BASE}{path}"));
        send(if body.is_null() { request } else { request.json(&body) }).await
    }

    async fn new_change(&self, kind: &str, body: Value) -> String {
        let answer = self.change(Method::POST, &format!("/{kind}"), body).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.result()["sys_id"]["value"].as_str().unwrap().to_owned()
    }
}

#[tokio::test]
async fn a_change_has_typed_values_and_says_what_it_ignored() {
    let client = Client::start().await;
    let body = json!({ "short_description": "Reboot server", "no_such_field": "x", "sys_mod_count": 4, "priority": "4 - Low" });
    let answer = client.change(Method::POST, "/emergency?description=test", body).await;
    assert_eq!(answer.status, 200, "not 201");
    let result = answer.result();
    for (field, expected) in [
        ("state", json!({ "display_value": "New", "value": -5 })),
        ("type", json!({ "display_value": "Emergency", "value": "emergency" })),
        ("active", json!({ "display_value": "true", "value": true })),
        ("priority", json!({ "display_value": "4 - Low", "value": 4 })),
        ("description", json!({ "display_value": "test", "value": "test" })),
        ("order", json!({ "display_value": "", "value": "" })),
        ("sla_due", json!({ "display_value": "UNKNOWN", "value": "", "display_value_internal": "" })),
        ("variables", json!({ "display_value": "variable_pool", "value": "variable_pool" })),
        ("chg_model", json!({ "display_value": "Emergency", "value": "c0efda5347c12200e0ef563dbb9a81e3" })),
        ("number", json!({ "display_value": "CHG0010001", "value": "CHG0010001" })),
    ] {
        assert_eq!(result[field], expected, "{field}");
    }
    let opened = "2026-01-05 08:00:00";
    let stamp = json!({ "display_value": opened, "value": opened, "display_value_internal": opened });
    assert_eq!(result["opened_at"], stamp);
    assert_eq!(result["__meta"], json!({ "ignoredFields": ["no_such_field", "sys_mod_count"] }));
}

#[tokio::test]
async fn kind_and_model_name_each_other_or_are_refused() {
    let client = Client::start().await;
    for (body, kind, model) in [
        (json!({ "type": "Standard" }), "standard", "Standard"),
        (json!({ "chg_model": "Emergency" }), "emergency", "Emergency"),
        (json!({ "chg_model": "Standard", "type": "normal" }), "standard", "Standard"),
        (json!({ "chg_model": "Standard", "type": "emergency" }), "emergency", "Standard"),
        (json!({}), "normal", "Normal"),
    ] {
        let answer = client.change(Method::POST, "", body.clone()).await;
        let result = answer.result();
        let seen = (&result["type"]["value"], &result["chg_model"]["display_value"]);
        assert_eq!(seen, (&json!(kind), &json!(model)), "{body}");
    }
    for (body, message) in [
        (json!({ "type": "huge" }), "Invalid change type"),
        (json!({ "chg_model": "Odd" }), "Invalid change model"),
    ] {
        assert_eq!(client.change(Method::POST, "", body).await.refusal(), (400, message, "null"));
    }
}

#[tokio::test]
async fn changes_are_listed_read_changed_and_removed_by_kind() {
    let client = Client::start().await;
    client.clear("change_request").await;
    let normal = client.new_change("normal", json!({ "short_description": "one" })).await;
    let emergency = client.new_change("emergency", json!({ "short_description": "two" })).await;
    let numbers = async |path: &str| {
        let answer = client.change(Method::GET, path, Value::Null).await;
        let rows = answer.result().as_array().unwrap().clone();
        rows.iter()
            .map(|row| row["number"]["value"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
            .join(" ")
    };
    for (path, expected) in [
        ("", "CHG0010001 CHG0010002"),
        ("/normal", "CHG0010001"),
        ("/emergency", "CHG0010002"),
        ("/standard", ""),
        ("?type=emergency", "CHG0010002"),
        ("?state=new", "CHG0010001 CHG0010002"),
        ("?state=closed", ""),
        (
            "?sysparm_query=short_description=two^ORshort_description=one^ORDERBYDESCnumber",
            "CHG0010002 CHG0010001",
        ),
        ("/normal?sysparm_query=short_description=two^NQshort_description=one", "CHG0010001"),
        ("?sysparm_limit=1&sysparm_offset=1", "CHG0010002"),
        ("?order=short_description", "CHG0010001 CHG0010002"),
        ("?textSearch=two", "CHG0010002"),
    ] {
        assert_eq!(numbers(path).await, expected, "{path}");
    }
    assert_eq!(client.change(Method::GET, &format!("/normal/{emergency}"), Value::Null).await.status, 404);
    assert_eq!(client.change(Method::GET, &format!("/{}", "0".repeat(32)), Value::Null).await.status, 404);
    let changed = client
        .change(Method::PATCH, &format!("/normal/{normal}?state=assess"), json!({ "risk": "High" }))
        .await;
    assert_eq!(
        (&changed.result()["state"]["value"], &changed.result()["risk"]["value"]),
        (&json!(-4), &json!(2))
    );
    let refused = client.change(Method::DELETE, &format!("/{normal}"), Value::Null).await;
    assert_eq!(refused.refusal().2, "ACL Exception Delete Failed due to security constraints");
    let gone = client.administrator().change(Method::DELETE, &format!("/{normal}"), Value::Null).await;
    assert_eq!((gone.status, &gone.result()["number"]["value"]), (200, &json!("CHG0010001")));
    assert_eq!(numbers("").await, "CHG0010002");
    assert_eq!(client.change(Method::PUT, "/normal", json!({})).await.status, 405);
    assert_eq!(client.change(Method::GET, &format!("/{emergency}/nothing"), Value::Null).await.status, 400);
}

#[tokio::test]
async fn next_states_say_what_is_open_and_what_is_missing() {
    let client = Client::start().await;
    let network = client.find("sys_user_group", "name=Network").await;
    let id = client.new_change("normal", json!({ "assignment_group": network })).await;
    let next =
        async || client.change(Method::GET, &format!("/{id}/nextstates"), Value::Null).await.result().clone();
    let fresh = next().await;
    assert_eq!(fresh["available_states"], json!(["-5", "-4", "4"]));
    assert_eq!(fresh["state_label"], json!({ "-5": "New", "-4": "Assess", "4": "Canceled" }));
    let first = &fresh["state_transitions"][0][0];
    assert_eq!(
        (&first["display_value"], &first["transition_available"], &first["automatic_transition"]),
        (&json!("New to Assess"), &json!(true), &json!(false))
    );
    client.change(Method::PATCH, &format!("/{id}"), json!({ "state": "-4" })).await;
    let asked = next().await;
    assert_eq!(asked["available_states"], json!(["-4", "4"]), "nobody has approved yet");
    let conditions = &asked["state_transitions"][0][0]["conditions"];
    assert_eq!(
        (&conditions[0]["passed"], &conditions[0]["condition"]["name"]),
        (&json!(false), &json!("Approved"))
    );
}

#[tokio::test]
async fn a_caller_answers_its_own_question_only() {
    let client = Client::start().await;
    let me = client.find("sys_user", "user_name=svc-drawbridge@contoso.test").await;
    client.admin("/servicenow/approvals", json!({ "for": "change_request", "ask": { "users": [me] } })).await;
    let id = client.new_change("emergency", json!({})).await;
    let path = format!("/{id}/approvals");
    let answer = async |body: Value| client.change(Method::PATCH, &path, body).await;
    assert_eq!(
        answer(json!({ "state": "approved" })).await.refusal().1,
        "User is not an approver of the change request"
    );
    client.change(Method::PATCH, &format!("/{id}"), json!({ "state": "-3" })).await;
    for body in [json!({ "state": "perhaps" }), json!({}), json!({ "state": "rejected" })] {
        assert_eq!(answer(body.clone()).await.refusal().0, 400, "{body}");
    }
    let approved = answer(json!({ "state": "approved", "comments": "go" })).await;
    assert_eq!((approved.status, &approved.result()["state"]["value"]), (200, &json!(-2)));
    let row = client.query("sysapproval_approver", &format!("sysapproval={id}"), &[]).await;
    assert_eq!(row.column("sys_updated_by"), "svc-drawbridge@contoso.test");
}

#[tokio::test]
async fn tasks_belong_to_their_change() {
    let client = Client::start().await;
    let (one, other) =
        (client.new_change("normal", json!({})).await, client.new_change("normal", json!({})).await);
    let body = json!({ "short_description": "Retire node", "change_task_type": "testing", "odd": 1 });
    let made = client.change(Method::POST, &format!("/{one}/task"), body).await;
    let id = made.result()["sys_id"]["value"].as_str().unwrap().to_owned();
    assert_eq!(made.result()["parent"]["display_value"], "CHG0010001");
    assert_eq!(made.result()["__meta"]["ignoredFields"], json!(["odd"]));
    let changed =
        client.change(Method::PATCH, &format!("/{one}/task/{id}"), json!({ "state": "Open" })).await;
    assert_eq!(changed.result()["state"], json!({ "display_value": "Open", "value": 1 }));
    for (path, status) in [(format!("/{other}/task/{id}"), 404), (format!("/{one}/task/{id}"), 200)] {
        assert_eq!(client.change(Method::GET, &path, Value::Null).await.status, status, "{path}");
    }
    let list = async |change: &str| {
        let answer = client.change(Method::GET, &format!("/{change}/task"), Value::Null).await;
        answer.result().as_array().unwrap().len()
    };
    assert_eq!((list(&one).await, list(&other).await), (1, 0));
    let gone = client.administrator().change(Method::DELETE, &format!("/{one}/task/{id}"), Value::Null).await;
    assert_eq!((gone.status, list(&one).await), (200, 0));
}

#[tokio::test]
async fn a_standard_change_comes_from_its_template() {
    let client = Client::start().await;
    let templates = client.change(Method::GET, "/standard/template", Value::Null).await;
    let template = &templates.result()[0];
    assert_eq!(template["template"]["display_value"], "Add network switch to datacenter cabinet");
    let id = template["sys_id"]["value"].as_str().unwrap();
    assert_eq!(
        client.change(Method::GET, &format!("/standard/template/{id}"), Value::Null).await.status,
        200
    );
    let body = json!({ "description": "mine", "short_description": "Cabinet 7" });
    let made = client.change(Method::POST, &format!("/standard/{id}"), body).await;
    let result = made.result();
    let seen = ["type", "short_description", "category", "risk", "std_change_producer_version"]
        .map(|field| result[field]["display_value"].as_str().unwrap());
    assert_eq!(
        seen,
        ["Standard", "Cabinet 7", "Network", "Low", "Add network switch to datacenter cabinet - 1"]
    );
    assert_ne!(result["description"]["value"], "mine");
    assert_eq!(result["__meta"]["ignoredFields"], json!(["description"]));
    assert_eq!(
        client.change(Method::POST, &format!("/standard/{}", "0".repeat(32)), json!({})).await.status,
        404
    );
    let models = client.change(Method::GET, "/model", Value::Null).await;
    assert_eq!(models.result().as_array().unwrap().len(), 3);
    let emergency = client.change(Method::GET, "/model/c0efda5347c12200e0ef563dbb9a81e3", Value::Null).await;
    assert_eq!(emergency.result()["record_preset"]["value"], "type=emergency^EQ");
}

#[tokio::test]
async fn items_are_connected_by_a_worker_two_seconds_later() {
    let client = Client::start().await;
    let id = client.new_change("normal", json!({})).await;
    let item = client.create("cmdb_ci", json!({ "name": "PS Apache01" })).await;
    let path = format!("/{id}/ci");
    let body = json!({ "association_type": "affected", "cmdb_ci_sys_ids": format!("{item},nothing") });
    let started = client.change(Method::POST, &path, body).await;
    assert_eq!(
        (started.status, &started.result()["state"]),
        (202, &json!({ "value": 1, "display_value": "Waiting" }))
    );
    let worker = started.result()["worker"]["sysId"].as_str().unwrap().to_owned();
    let link = started.result()["worker"]["link"].as_str().unwrap();
    assert_eq!(link, format!("{}{BASE}/worker/{worker}", client.instance()));
    let list =
        async || client.change(Method::GET, &format!("{path}?association_type=affected"), Value::Null).await;
    assert_eq!(list().await.result(), &json!([]));
    client.advance("2s").await;
    assert_eq!(list().await.result()[0]["ci_item"]["display_value"], "PS Apache01");
    let done = client.change(Method::GET, &format!("/worker/{worker}"), Value::Null).await;
    assert_eq!(done.result()["state"], json!({ "value": 3, "display_value": "Complete" }));
    assert_eq!(done.result()["messages"]["warningMessages"], json!(["Invalid CMDB_CI sys_id provided"]));
    for path in [path.clone(), format!("{path}?association_type=odd")] {
        assert_eq!(client.change(Method::GET, &path, Value::Null).await.status, 400, "{path}");
    }
    let refused = client.change(Method::POST, &path, json!({ "association_type": "affected" })).await;
    assert_eq!(refused.refusal().1, "cmdb_ci_sys_ids is required");
}

#[tokio::test]
async fn slots_and_conflicts_know_the_other_changes_of_the_item() {
    let client = Client::start().await;
    let item = client.create("cmdb_ci", json!({ "name": "PS Apache01" })).await;
    let times =
        json!({ "cmdb_ci": item, "start_date": "2026-01-06 08:00:00", "end_date": "2026-01-06 10:00:00" });
    let (one, other) =
        (client.new_change("normal", times.clone()).await, client.new_change("normal", times).await);
    let bare = client.new_change("normal", json!({})).await;
    assert_eq!(client.change(Method::GET, &format!("/{bare}/schedule"), Value::Null).await.status, 400);
    let slots = client.change(Method::GET, &format!("/{one}/schedule"), Value::Null).await;
    assert_eq!(slots.status, 202);
    let worker = slots.result()["worker"]["sysId"].as_str().unwrap().to_owned();
    client.advance("2s").await;
    let done = client.change(Method::GET, &format!("/worker/{worker}"), Value::Null).await;
    assert_eq!(done.result()["payload"]["spans"][0]["start"]["value"], "2026-01-07 08:00:00");
    let conflict = format!("/{one}/conflict");
    assert_eq!(client.change(Method::DELETE, &conflict, Value::Null).await.status, 400);
    client.change(Method::POST, &conflict, Value::Null).await;
    client.advance("2s").await;
    let found = client.change(Method::GET, &conflict, Value::Null).await;
    assert_eq!(
        (&found.result()["status"], &found.result()["record_count"]),
        (&json!("Conflict"), &json!("1"))
    );
    let row = &found.result()["conflicts"][0];
    assert_eq!(
        (&row["type"]["display_value"], &row["conflicting_change"]["value"]),
        (&json!("CI Already Scheduled"), &json!(other))
    );
    let body = json!({ "duration_in_seconds": "7200", "planned_start_time": "2026-01-06 08:00:00" });
    let plan = client.change(Method::PATCH, &format!("/{one}/schedule/first_available"), body).await;
    assert_eq!(plan.status, 202);
    client.advance("2s").await;
    assert_eq!(client.field("change_request", &one, "start_date").await, "2026-01-07 08:00:00");
    for body in [
        json!({}),
        json!({ "duration_in_seconds": "-1" }),
        json!({ "duration_in_seconds": 9, "planned_start_time": "soon" }),
    ] {
        let answer =
            client.change(Method::PATCH, &format!("/{one}/schedule/first_available"), body.clone()).await;
        assert_eq!(answer.status, 400, "{body}");
    }
}
