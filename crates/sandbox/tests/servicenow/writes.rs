//! Creating, changing and removing records through the Table API.

use reqwest::Method;
use serde_json::json;

use crate::client::{ADMIN, Client, send};

#[tokio::test]
async fn a_new_incident_has_the_defaults_of_the_platform() {
    let client = Client::start().await;
    let answer = client.post("/api/now/table/incident", json!({})).await;
    let id = answer.result()["sys_id"].as_str().unwrap();
    assert_eq!(answer.status, 201);
    assert_eq!(answer.header("location"), format!("{}/api/now/table/incident/{id}", client.instance()));
    let expected = json!({
        "number": "INC0010001", "state": "1", "incident_state": "1", "impact": "3", "urgency": "3", "priority": "5",
        "approval": "not requested", "severity": "3", "category": "inquiry", "active": "true", "made_sla": "true",
        "notify": "1", "upon_approval": "proceed", "upon_reject": "cancel", "escalation": "0",
        "reassignment_count": "0", "opened_at": "2026-01-05 08:00:00", "sys_created_on": "2026-01-05 08:00:00",
        "sys_created_by": "svc-drawbridge@contoso.test", "sys_updated_by": "svc-drawbridge@contoso.test",
        "sys_mod_count": "0", "sys_class_name": "incident",
    });
    for (field, value) in expected.as_object().unwrap() {
        assert_eq!(&answer.result()[field], value, "{field}");
    }
    let next = client.post("/api/now/table/incident", json!({})).await;
    assert_eq!(next.result()["number"], "INC0010002");
}

#[tokio::test]
async fn an_own_id_is_kept_and_a_taken_one_refused() {
    let client = Client::start().await;
    let id = "0123456789abcdef0123456789abcdef";
    assert_eq!(client.create("incident", json!({ "sys_id": id, "short_description": "first" })).await, id);
    let again = client.post("/api/now/table/sc_task", json!({ "sys_id": id })).await;
    let detail =
        format!("Unique Key violation detected by database (Duplicate entry '{id}' for key 'PRIMARY')");
    assert_eq!(again.refusal(), (403, "Operation Failed", detail.as_str()));
    assert_eq!(client.field("incident", id, "short_description").await, "first");
}

#[tokio::test]
async fn unknown_fields_unknown_choices_and_names_of_people_are_dropped_without_a_word() {
    let client = Client::start().await;
    let body = json!({
        "u_unknown": "x", "category": "no such", "impact": 2, "urgency": "two", "made_sla": "FALSE",
        "assigned_to": "Ann Berg", "reassignment_count": 7, "short_description": "s".repeat(200),
        "due_date": "soon", "watch_list": ["a"], "description": null,
    });
    let id = client.create("incident", body).await;
    let answer = client.get(&format!("/api/now/table/incident/{id}")).await;
    let seen = [
        "category",
        "impact",
        "urgency",
        "made_sla",
        "assigned_to",
        "reassignment_count",
        "due_date",
        "watch_list",
    ];
    let seen: Vec<&str> = seen.iter().map(|field| answer.result()[*field].as_str().unwrap()).collect();
    assert_eq!(seen, ["inquiry", "2", "3", "false", "", "0", "", ""]);
    assert_eq!(answer.result()["short_description"].as_str().unwrap().len(), 160);
    assert!(answer.result().get("u_unknown").is_none());
}

#[tokio::test]
async fn display_input_takes_names_and_labels() {
    let client = Client::start().await;
    let path = "/api/now/table/incident?sysparm_input_display_value=true&sysparm_fields=assigned_to.user_name,impact";
    let answer = client.post(path, json!({ "assigned_to": "Ann Berg", "impact": "1 - High" })).await;
    assert_eq!(answer.result(), &json!({ "assigned_to.user_name": "a.berg@contoso.test", "impact": "1" }));
}

#[tokio::test]
async fn only_a_real_change_counts_and_put_is_patch() {
    let client = Client::start().await;
    let id = client.create("incident", json!({ "short_description": "x" })).await;
    let path = format!("/api/now/table/incident/{id}");
    client.advance("1m").await;
    let same = client.patch(&path, json!({ "short_description": "x", "sys_mod_count": "9" })).await;
    assert_eq!((same.status, &same.result()["sys_mod_count"]), (200, &json!("0")));
    assert_eq!(same.result()["sys_updated_on"], "2026-01-05 08:00:00");
    let changed = send(client.request(Method::PUT, &path).json(&json!({ "description": "y" }))).await;
    let seen = ["sys_mod_count", "sys_updated_on", "short_description", "description"]
        .map(|f| changed.result()[f].clone());
    assert_eq!(seen, ["1", "2026-01-05 08:01:00", "x", "y"].map(|text| json!(text)));
}

#[tokio::test]
async fn journals_append_and_are_read_as_history() {
    let client = Client::start().await;
    let id = client.create("incident", json!({ "work_notes": "first" })).await;
    client.advance("1m").await;
    let path = format!("/api/now/table/incident/{id}");
    let patched = client.patch(&path, json!({ "work_notes": "second", "comments": "hello" })).await;
    assert_eq!(
        (&patched.result()["work_notes"], &patched.result()["sys_mod_count"]),
        (&json!(""), &json!("1"))
    );
    let query = format!("element_id={id}^element=work_notes^ORDERBYsys_created_on");
    assert_eq!(client.query("sys_journal_field", &query, &[]).await.column("value"), "first second");
    let shown = client.get(&format!("{path}?sysparm_display_value=true&sysparm_fields=work_notes")).await;
    let expected = "2026-01-05 08:01:00 - svc-drawbridge (Work notes)\nsecond\n\n\
        2026-01-05 08:00:00 - svc-drawbridge (Work notes)\nfirst\n\n";
    assert_eq!(shown.result()["work_notes"], expected);
}

#[tokio::test]
async fn bodies_that_cannot_be_read_are_refused_and_of_a_list_the_first_counts() {
    let client = Client::start().await;
    let post = |body: &'static str, content_type: &str| {
        client
            .request(Method::POST, "/api/now/table/incident")
            .header("content-type", content_type)
            .body(body)
    };
    let broken = send(post("{", "application/json")).await;
    assert_eq!((broken.refusal().0, broken.refusal().1), (400, "Exception while reading request"));
    assert_eq!(send(post("7", "application/json")).await.status, 400);
    assert_eq!(send(post("a=b", "text/plain")).await.status, 415);
    let listed = send(post(r#"[{"description":"one"},{"description":"two"}]"#, "application/json")).await;
    assert_eq!(listed.result()["description"], "one");
    let silent = send(post("{}", "application/json").header("x-no-response-body", "true")).await;
    assert_eq!((silent.status, silent.body), (201, serde_json::Value::Null));
    let tunnelled = client.request(Method::POST, &format!("/api/now/table/incident/{}", "0".repeat(32)));
    assert_eq!(send(tunnelled.header("x-http-method-override", "PATCH").json(&json!({}))).await.status, 404);
}

#[tokio::test]
async fn what_the_roles_do_not_allow_is_refused() {
    let mut client = Client::start().await;
    let role = client.find("sys_user_role", "name=itil").await;
    let create = client.post("/api/now/table/sys_user_role", json!({ "name": "new" })).await;
    let change = client.patch(&format!("/api/now/table/sys_user_role/{role}"), json!({ "name": "x" })).await;
    let incident = client.create("incident", json!({})).await;
    let delete = client.delete(&format!("/api/now/table/incident/{incident}")).await;
    for (answer, deed) in [(create, "Insert"), (change, "Update"), (delete, "Delete")] {
        let detail = format!("ACL Exception {deed} Failed due to security constraints");
        assert_eq!(answer.refusal(), (403, "Operation Failed", detail.as_str()));
    }
    client.authorize(ADMIN);
    assert_eq!(client.delete(&format!("/api/now/table/incident/{incident}")).await.status, 204);
    assert_eq!(client.delete(&format!("/api/now/table/incident/{incident}")).await.status, 404);
    let made = client
        .post(
            "/api/now/table/sys_user",
            json!({ "user_name": "n.ew", "first_name": "Nia", "last_name": "Ew", "user_password": "x" }),
        )
        .await;
    assert_eq!((&made.result()["name"], &made.result()["user_password"]), (&json!("Nia Ew"), &json!("")));
    let twice = client.post("/api/now/table/sys_user", json!({ "user_name": "N.EW" })).await;
    assert_eq!(twice.status, 403);
}

#[tokio::test]
async fn a_write_that_leaves_no_mark_changes_the_field_only() {
    let client = Client::start().await;
    let id = client.create("incident", json!({})).await;
    client.advance("1m").await;
    let path = format!("/api/now/table/incident/{id}?sysparm_suppress_auto_sys_field=true");
    let answer = client.patch(&path, json!({ "description": "quiet" })).await;
    let seen = ["description", "sys_mod_count", "sys_updated_on"].map(|field| answer.result()[field].clone());
    assert_eq!(seen, ["quiet", "0", "2026-01-05 08:00:00"].map(|text| json!(text)));
}
