//! Looking at the catalog, ordering from it, and the item that comes late.

use serde_json::{Value, json};

use crate::client::Client;

const ITEMS: &str = "/api/sn_sc/servicecatalog/items";

async fn new_hire(client: &Client) -> String {
    client.find("sc_cat_item", "name=New hire").await
}

fn order() -> Value {
    json!({ "sysparm_quantity": "1", "variables": { "person_upn": "n@contoso.test", "display_name": "Nia Ew", "unknown": "x" } })
}

#[tokio::test]
async fn an_item_shows_its_questions_in_order() {
    let client = Client::start().await;
    let id = client.find("sc_cat_item", "name=Access profile").await;
    let answer = client.get(&format!("/api/sn_sc/v1/servicecatalog/items/{id}")).await;
    let variables = answer.result()["variables"].as_array().unwrap();
    let names: Vec<&str> = variables.iter().map(|variable| variable["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["person", "group_id", "access_profile", "justification", "drawbridge_key"]);
    assert_eq!(
        (&variables[0]["type"], &variables[0]["mandatory"], &variables[0]["reference"]),
        (&json!(8), &json!(true), &json!("sys_user"))
    );
    assert_eq!(variables[2]["choices"][0], json!({ "label": "finance-ro", "value": "finance-ro" }));
    let found = client.get(&format!("{ITEMS}?sysparm_text=password")).await;
    assert_eq!(found.column("name"), "Reset my password");
}

#[tokio::test]
async fn the_request_comes_at_once_and_its_item_three_seconds_later() {
    let client = Client::start().await;
    let item = new_hire(&client).await;
    let answer = client.post(&format!("{ITEMS}/{item}/order_now"), order()).await;
    let id = answer.result()["request_id"].as_str().unwrap().to_owned();
    let expected = json!({ "sys_id": id, "number": "REQ0010001", "request_number": "REQ0010001", "request_id": id,
        "parent_id": null, "parent_table": "task", "table": "sc_request" });
    assert_eq!((answer.status, answer.result()), (200, &expected));
    let query = format!("request={id}^cat_item={item}");
    client.advance("2s").await;
    assert_eq!(client.query("sc_req_item", &query, &[]).await.column("number"), "");
    client.advance("10s").await;
    let fields = [(
        "sysparm_fields",
        "number,sys_created_on,variables.person_upn,variables.start_date,variables.nope",
    )];
    let items = client.query("sc_req_item", &query, &fields).await;
    let expected = json!([{ "number": "RITM0010001", "sys_created_on": "2026-01-05 08:00:03",
        "variables.person_upn": "n@contoso.test", "variables.start_date": "" }]);
    assert_eq!(items.result(), &expected);
}

#[tokio::test]
async fn variables_are_read_through_the_join_tables() {
    let client = Client::start().await;
    let item = new_hire(&client).await;
    client.post(&format!("{ITEMS}/{item}/order_now"), order()).await;
    client.advance("3s").await;
    let ritm = client.find("sc_req_item", &format!("cat_item={item}")).await;
    let fields = "sc_item_option.item_option_new.name,sc_item_option.value";
    let query = format!("request_item={ritm}^sc_item_option.valueISNOTEMPTY^ORDERBYsc_item_option.order");
    let answer = client.query("sc_item_option_mtom", &query, &[("sysparm_fields", fields)]).await;
    let row = |name: &str, value: &str| json!({ "sc_item_option.item_option_new.name": name, "sc_item_option.value": value });
    assert_eq!(answer.result(), &json!([row("person_upn", "n@contoso.test"), row("display_name", "Nia Ew")]));
}

#[tokio::test]
async fn a_reference_variable_is_shown_by_name_also_on_the_tasks() {
    let client = Client::start().await;
    let item = client.find("sc_cat_item", "name=Reset my password").await;
    let person = client.find("sys_user", "user_name=a.berg@contoso.test").await;
    let body = json!({ "sysparm_quantity": 1, "sysparm_requested_for": person, "variables": { "person": person, "unlock_only": true } });
    client.post(&format!("{ITEMS}/{item}/order_now"), body).await;
    client.advance("3s").await;
    let ritm = client.find("sc_req_item", "requested_for.name=Ann Berg").await;
    let task = client.create("sc_task", json!({ "request_item": ritm })).await;
    let path = format!(
        "/api/now/table/sc_task/{task}?sysparm_fields=variables.person,variables.unlock_only&sysparm_display_value=all"
    );
    let expected = json!({ "variables.person": { "display_value": "Ann Berg", "value": person },
        "variables.unlock_only": { "display_value": "true", "value": "true" } });
    assert_eq!(client.get(&path).await.result(), &expected);
}

#[tokio::test]
async fn orders_that_cannot_be_taken_are_refused() {
    let client = Client::start().await;
    let item = new_hire(&client).await;
    let path = format!("{ITEMS}/{item}/order_now");
    let variables = order()["variables"].clone();
    for (body, message) in [
        (json!({ "variables": variables }), "Invalid quantity value"),
        (json!({ "sysparm_quantity": "0", "variables": variables }), "Invalid quantity value"),
        (json!({ "sysparm_quantity": "x", "variables": variables }), "Invalid quantity value"),
        (json!({ "sysparm_quantity": "1" }), "Mandatory Variables are required"),
        (
            json!({ "sysparm_quantity": "1", "variables": { "person_upn": "a", "display_name": " " } }),
            "Mandatory Variables are required",
        ),
        (
            json!({ "sysparm_quantity": "1", "sysparm_requested_for": "nobody", "variables": variables }),
            "Invalid Requested For user",
        ),
    ] {
        assert_eq!(client.post(&path, body.clone()).await.refusal(), (400, message, "null"), "{body}");
    }
    let shut = json!({ "as": "admin", "table": "sc_cat_item", "where": { "name": "New hire" }, "set": { "active": "false" } });
    client.admin("/servicenow/update", shut).await;
    assert_eq!(
        client.post(&path, order()).await.refusal().1,
        "Security constraints prevent ordering of Item"
    );
    assert_eq!(client.get(&format!("{ITEMS}/{}", "0".repeat(32))).await.status, 400);
    let nothing = client.post(&format!("{ITEMS}/{}/order_now", "0".repeat(32)), order()).await;
    assert_eq!(nothing.refusal().1, "Security constraints prevent ordering of Item");
    assert_eq!(client.get(&path).await.status, 405);
    assert_eq!(client.query("sc_request", "", &[]).await.column("number"), "");
}
