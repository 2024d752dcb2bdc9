//! Switches of the instance: plugins, older choices, aborting rules, late parts of orders.

use reqwest::Method;
use serde_json::json;

use crate::client::{Client, send};

#[tokio::test]
async fn tables_of_a_plugin_that_is_off_do_not_exist() {
    let client = Client::start().await;
    let path = "/api/now/table/sn_si_incident";
    assert_eq!(client.get(path).await.status, 200);
    let shape = client.admin("/servicenow/shape", json!({ "sir": false })).await;
    assert_eq!(shape.body, json!({ "legacy_choices": false, "sir": false, "hr": true }));
    assert_eq!(client.get(path).await.refusal(), (400, "Invalid table sn_si_incident", "null"));
    assert_eq!(client.get("/api/now/table/sn_hr_core_case").await.status, 200);
    let admin = client.administrator();
    assert_eq!(admin.query("sys_db_object", "nameSTARTSWITHsn_si_", &[]).await.column("name"), "");
    client.admin("/servicenow/shape", json!({})).await;
    assert_eq!(client.get(path).await.status, 200);
    let names = admin.query("sys_db_object", "nameSTARTSWITHsn_si_^ORDERBYname", &[]).await;
    assert_eq!(names.column("name"), "sn_si_incident sn_si_task");
}

#[tokio::test]
async fn an_older_instance_drops_the_codes_of_a_newer_one() {
    let client = Client::start().await;
    let id = client.create("incident", json!({})).await;
    let path = format!("/api/now/table/incident/{id}");
    let resolve = |code: &str| json!({ "state": "6", "close_code": code, "close_notes": "x" });
    client.admin("/servicenow/shape", json!({ "legacy_choices": true })).await;
    let detail = "Data Policy Exception: The following fields are mandatory: Resolution code";
    assert_eq!(client.patch(&path, resolve("Solution provided")).await.refusal().2, detail);
    assert_eq!(client.patch(&path, resolve("Solved (Permanently)")).await.status, 200);
    let choices = "name=incident^element=close_code^value=Solved (Permanently)";
    assert_eq!(
        client.administrator().query("sys_choice", choices, &[]).await.column("label"),
        "Solved (Permanently)"
    );
}

#[tokio::test]
async fn a_rule_that_aborts_names_itself() {
    let client = Client::start().await;
    // The rule the official Python client makes for its own tests.
    let rule = json!({
        "name": "test_multi_update_with_failures", "collection": "problem", "active": true, "when": "before",
        "order": 100, "action_insert": true, "action_update": true, "abort_action": true, "add_message": true,
        "message": "rejected", "filter_condition": "short_descriptionLIKEEICAR^ORdescriptionLIKEEICAR^EQ",
    });
    let rule = client.administrator().create("sys_script", rule).await;
    let name = "test_multi_update_with_failures";
    let detail = format!(
        "Operation against file 'problem' was aborted by Business Rule '{name}^{rule}'. Business Rule Stack:{name}"
    );
    let refused = client.post("/api/now/table/problem", json!({ "description": "an EICAR file" })).await;
    assert_eq!(refused.refusal(), (403, "Operation Failed", detail.as_str()));
    let id = client.create("problem", json!({ "short_description": "fine" })).await;
    let path = format!("/api/now/table/problem/{id}");
    assert_eq!(client.patch(&path, json!({ "short_description": "EICAR" })).await.refusal().2, detail);
    assert_eq!(client.field("problem", &id, "sys_mod_count").await, "0");
    assert_eq!(client.create("incident", json!({ "short_description": "EICAR" })).await.len(), 32);
    client
        .administrator()
        .patch(&format!("/api/now/table/sys_script/{rule}"), json!({ "active": false }))
        .await;
    assert_eq!(client.patch(&path, json!({ "short_description": "EICAR" })).await.status, 200);
}

#[tokio::test]
async fn a_rule_can_be_set_from_outside_and_may_guard_removal() {
    let client = Client::start().await;
    let rule =
        json!({ "name": "Keep VIP", "table": "task", "when": "short_descriptionLIKEvip", "delete": true });
    let rule = client.admin("/servicenow/business_rules", rule).await;
    assert_eq!(rule.status, 200);
    let (other, admin) = (client.create("incident", json!({})).await, client.administrator());
    let refused = client.post("/api/now/table/incident", json!({ "short_description": "a VIP" })).await;
    assert!(refused.refusal().2.contains("'Keep VIP^"), "{refused:?}");
    assert_eq!(admin.delete(&format!("/api/now/table/incident/{other}")).await.status, 204);
    for (body, error) in
        [(json!({ "name": "x", "table": "y" }), "the instance has no table, catalog item or record `y`")]
    {
        let answer = client.admin("/servicenow/business_rules", body).await;
        assert_eq!((answer.status, answer.body), (400, json!({ "error": error })));
    }
}

#[tokio::test]
async fn items_and_their_answers_can_be_late() {
    let client = Client::start().await;
    let delays = json!({ "items_secs": 10, "variables_secs": 5 });
    assert_eq!(client.admin("/servicenow/ordering", delays.clone()).await.body, delays);
    let item = client.find("sc_cat_item", "name=New hire").await;
    let order = json!({ "sysparm_quantity": 1, "variables": { "person_upn": "n", "display_name": "Nia" } });
    client.post(&format!("/api/sn_sc/servicecatalog/items/{item}/order_now"), order).await;
    let seen = async || {
        let items =
            client.query("sc_req_item", "", &[("sysparm_fields", "number,variables.display_name")]).await;
        let row = items.result()[0].clone();
        (row["number"].as_str().is_some(), row["variables.display_name"].as_str().map(str::to_owned))
    };
    for (advance, expected) in [
        ("9s", (false, None)),
        ("1s", (true, None)),
        ("4s", (true, None)),
        ("1s", (true, Some("Nia".to_owned()))),
    ] {
        client.advance(advance).await;
        assert_eq!(seen().await, expected, "after {advance}");
    }
    assert_eq!(
        client.query("sc_item_option", "", &[]).await.column("sys_created_on").split(' ').next(),
        Some("2026-01-05")
    );
}

#[tokio::test]
async fn who_may_order_for_others_stands_in_properties() {
    let client = Client::start().await;
    let item = client.find("sc_cat_item", "name=New hire").await;
    let ann = client.find("sys_user", "user_name=a.berg@contoso.test").await;
    let order = async || {
        let variables = json!({ "person_upn": "n", "display_name": "Nia" });
        let body = json!({ "sysparm_quantity": 1, "sysparm_requested_for": ann, "variables": variables });
        let request =
            client.request(Method::POST, &format!("/api/sn_sc/v1/servicecatalog/items/{item}/order_now"));
        send(request.json(&body)).await.status
    };
    let admin = client.administrator();
    for (name, value, status) in [
        ("glide.sc.req_for.roles.default", "allow", 200),
        ("glide.sc.req_for.roles.default", "deny", 400),
        ("glide.sc.req_for.roles", "catalog_admin", 200),
        ("glide.sc.req_for.roles", "somebody_else", 400),
    ] {
        let known = admin.query("sys_properties", &format!("name={name}"), &[]).await;
        match known.result()[0]["sys_id"].as_str() {
            Some(id) => {
                admin.patch(&format!("/api/now/table/sys_properties/{id}"), json!({ "value": value })).await;
            }
            None => {
                admin.create("sys_properties", json!({ "name": name, "value": value })).await;
            }
        }
        assert_eq!(order().await, status, "{name}={value}");
    }
}
