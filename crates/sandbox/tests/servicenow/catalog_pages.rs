//! Looking at the catalog: pages, search, variable sets, criteria, producers, guides, delegation.

use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{Client, send};

const BASE: &str = "/api/sn_sc/servicecatalog";
const CATALOG: &str = "e0d08b13c3330100c8b837659bba8fb4";
const HELP: &str = "e15706fc0a0a0aa7007fc21e1ab70c2f";
const CREATE_INCIDENT: &str = "3f1dd0320a0a0b99000a53f7604a2ef9";

#[tokio::test]
async fn catalogs_lead_to_categories_and_categories_to_items() {
    let client = Client::start().await;
    let sub = client
        .create("sc_category", json!({ "title": "Access", "sc_catalog": CATALOG, "parent": HELP }))
        .await;
    let catalogs = client.get(&format!("{BASE}/catalogs?sysparm_text=service")).await;
    let expected = json!([{ "title": "Service Catalog", "sys_id": CATALOG, "has_categories": true, "has_items": true,
        "description": "", "desktop_image": "" }]);
    assert_eq!(catalogs.result(), &expected);
    let catalog = client.get(&format!("{BASE}/catalogs/{CATALOG}")).await;
    assert_eq!(catalog.result()["categories"][0]["title"], "Can We Help You?");
    for (top, titles) in
        [("", "Access Can We Help You?"), ("?sysparm_top_level_only=true", "Can We Help You?")]
    {
        let answer = client.get(&format!("{BASE}/catalogs/{CATALOG}/categories{top}")).await;
        assert_eq!(answer.column("title"), titles);
    }
    let category = client.get(&format!("{BASE}/categories/{HELP}")).await;
    let child = json!([{ "sys_id": sub, "title": "Access", "count": 0, "parent": HELP, "isParentCategory": false, "subcategories": [] }]);
    assert_eq!(category.result()["child_categories"], child);
    for path in ["catalogs/x", "catalogs/x/categories", "categories/x", "items/x"] {
        assert_eq!(client.get(&format!("{BASE}/{path}")).await.refusal().0, 400, "{path}");
    }
    assert_eq!(client.post(&format!("{BASE}/catalogs"), json!({})).await.status, 405);
    assert_eq!(
        client.get(&format!("{BASE}/nothing")).await.refusal().1,
        "Requested URI does not represent any resource"
    );
}

#[tokio::test]
async fn items_are_searched_by_text_category_and_kind() {
    let client = Client::start().await;
    for (query, names) in [
        (format!("sysparm_category={HELP}"), "Create Incident"),
        ("sysparm_text=hire".to_owned(), "New hire"),
        ("sysparm_type=Order Guide".to_owned(), ""),
        ("sysparm_type=Record Producer&sysparm_limit=1&sysparm_offset=1".to_owned(), "Create Incident"),
        (format!("sysparm_catalog={CATALOG}&sysparm_limit=2&sysparm_text=profile"), "Access profile"),
        ("sysparm_catalog=x".to_owned(), ""),
    ] {
        let answer = client.get(&format!("{BASE}/items?{query}")).await;
        assert_eq!(answer.column("name"), names, "{query}");
    }
    let producer = client.get(&format!("{BASE}/items/{CREATE_INCIDENT}")).await;
    let seen = ["type", "sys_class_name"].map(|member| producer.result()[member].as_str().unwrap());
    assert_eq!(seen, ["record_producer", "sc_cat_item_producer"]);
    assert_eq!(producer.result()["category"], json!({ "sys_id": HELP, "title": "Can We Help You?" }));
    assert!(producer.result().get("price").is_none(), "what costs nothing shows no price");
}

/// A set of questions on an item.
async fn set(client: &Client, item: &str, kind: &str, names: &[&str]) -> String {
    let set = json!({ "title": "Laptop", "internal_name": "laptop", "type": kind });
    let set = client.create("item_option_new_set", set).await;
    client.create("io_set_item", json!({ "sc_cat_item": item, "variable_set": set, "order": "150" })).await;
    for (at, name) in names.iter().enumerate() {
        let body = json!({ "name": name, "question_text": name, "variable_set": set, "order": at, "mandatory": at == 0 });
        client.create("item_option_new", body).await;
    }
    set
}

async fn order(client: &Client, item: &str, variables: Value) -> String {
    let body = json!({ "sysparm_quantity": 1, "variables": variables });
    let answer = client.post(&format!("{BASE}/items/{item}/order_now"), body).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    client.advance("3s").await;
    client.find("sc_req_item", &format!("request={}", answer.result()["request_id"].as_str().unwrap())).await
}

#[tokio::test]
async fn a_set_with_one_row_stands_among_the_questions_of_the_item() {
    let client = Client::start().await;
    let item = client.find("sc_cat_item", "name=Leaver").await;
    set(&client, &item, "one_to_one", &["model", "colour"]).await;
    let shown = client.get(&format!("{BASE}/items/{item}")).await;
    let variables = shown.result()["variables"].as_array().unwrap();
    let names: Vec<&str> = variables.iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["person", "model", "colour", "last_day", "drawbridge_key"]);
    let person = client.find("sys_user", "user_name=a.berg@contoso.test").await;
    let lacking =
        json!({ "sysparm_quantity": 1, "variables": { "person": person, "last_day": "2026-02-01" } });
    let refused = client.post(&format!("{BASE}/items/{item}/order_now"), lacking).await;
    assert_eq!(refused.refusal().1, "Mandatory Variables are required");
    let ritm =
        order(&client, &item, json!({ "person": person, "last_day": "2026-02-01", "model": "L14" })).await;
    let path = format!("/api/now/table/sc_req_item/{ritm}?sysparm_fields=variables.model,variables.last_day");
    assert_eq!(
        client.get(&path).await.result(),
        &json!({ "variables.model": "L14", "variables.last_day": "2026-02-01" })
    );
}

#[tokio::test]
async fn a_set_with_many_rows_is_kept_row_by_row() {
    let client = Client::start().await;
    let item = client.create("sc_cat_item", json!({ "name": "Laptops" })).await;
    let set = set(&client, &item, "one_to_many", &["model", "colour"]).await;
    let shown = client.get(&format!("{BASE}/items/{item}")).await;
    assert_eq!(shown.result()["variables"][0]["friendly_type"], "sc_multi_row");
    assert_eq!(shown.result()["variables"][0]["children"][1]["name"], "colour");
    let lacking = json!({ "sysparm_quantity": 1, "variables": { "laptop": [{ "colour": "grey" }] } });
    let refused = client.post(&format!("{BASE}/items/{item}/order_now"), lacking).await;
    assert_eq!(refused.refusal().1, "Mandatory Variables are required");
    let rows = json!([{ "model": "L14", "colour": "grey" }, { "model": "L16" }]);
    for given in [rows.clone(), json!(rows.to_string())] {
        let ritm = order(&client, &item, json!({ "laptop": given })).await;
        let query =
            format!("parent_id={ritm}^variable_set={set}^ORDERBYsequence^ORDERBYDESCitem_option_new.name");
        let found = client
            .query("sc_multi_row_question_answer", &query, &[("sysparm_fields", "value,sequence")])
            .await;
        let row = |value: &str, sequence: &str| json!({ "value": value, "sequence": sequence });
        let expected = json!([row("L14", "0"), row("grey", "0"), row("L16", "1"), row("", "1")]);
        assert_eq!(found.result(), &expected);
    }
}

#[tokio::test]
async fn masked_answers_cannot_be_read_and_containers_hold_children() {
    let client = Client::start().await;
    let item = client.create("sc_cat_item", json!({ "name": "Secrets" })).await;
    for (order, name, kind) in [(1, "box", "19"), (2, "pin", "25"), (3, "end", "20"), (4, "note", "6")] {
        let body =
            json!({ "name": name, "question_text": name, "cat_item": item, "type": kind, "order": order });
        client.create("item_option_new", body).await;
    }
    let shown = client.get(&format!("{BASE}/items/{item}")).await;
    let names: Vec<(&str, usize)> = shown.result()["variables"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["name"].as_str().unwrap(), one["children"].as_array().unwrap().len()))
        .collect();
    assert_eq!(names, [("box", 1), ("note", 0)]);
    let ritm = order(&client, &item, json!({ "pin": "1234", "note": "x" })).await;
    let path = format!("/api/now/table/sc_req_item/{ritm}?sysparm_fields=variables.pin,variables.note");
    let answers = client.get(&path).await;
    assert_eq!(answers.result()["variables.note"], "x");
    assert!(!answers.result()["variables.pin"].as_str().unwrap().contains("1234"));
}

#[tokio::test]
async fn criteria_hide_items_and_exclusion_wins() {
    let client = Client::start().await;
    let admin = client.administrator();
    let item = client.find("sc_cat_item", "name=New hire").await;
    let me = client.find("sys_user", "user_name=svc-drawbridge@contoso.test").await;
    let department = client.find("cmn_department", "name=Engineering").await;
    let seen = async || {
        let items = client.get(&format!("{BASE}/items?sysparm_text=hire")).await.column("name");
        let detail = client.get(&format!("{BASE}/items/{item}")).await.status;
        (items, detail)
    };
    let criteria = async |body: Value| admin.create("user_criteria", body).await;
    let join = async |table: &str, criteria: &str| {
        admin.create(table, json!({ "sc_cat_item": item, "user_criteria": criteria })).await;
    };
    let engineers = criteria(json!({ "name": "Engineers", "department": department })).await;
    join("sc_cat_item_user_criteria_mtom", &engineers).await;
    assert_eq!(seen().await, (String::new(), 400));
    let order = json!({ "sysparm_quantity": 1, "variables": { "person_upn": "a", "display_name": "b" } });
    let refused = client.post(&format!("{BASE}/items/{item}/order_now"), order).await;
    assert_eq!(refused.refusal().1, "Security constraints prevent ordering of Item");
    let myself = criteria(json!({ "name": "Me", "user": me })).await;
    join("sc_cat_item_user_criteria_mtom", &myself).await;
    assert_eq!(seen().await, ("New hire".to_owned(), 200));
    for (user, expected) in [("a.berg", true), ("r.stein", false)] {
        let user = client.find("sys_user", &format!("user_name={user}@contoso.test")).await;
        let answer = client.get(&format!("{BASE}/items/{item}/delegation/{user}")).await;
        assert_eq!(answer.result(), &json!({ "result": expected }));
    }
    join("sc_cat_item_user_criteria_no_mtom", &myself).await;
    assert_eq!(seen().await, (String::new(), 400));
}

#[tokio::test]
async fn an_order_for_several_needs_a_question_for_whom() {
    let client = Client::start().await;
    let item = client.create("sc_cat_item", json!({ "name": "Badge" })).await;
    let user = async |name: &str| client.find("sys_user", &format!("user_name={name}@contoso.test")).await;
    let (ann, erik) = (user("a.berg").await, user("e.haugen").await);
    let check = async |users: String| {
        let body = json!({ "sysparm_also_request_for": users });
        client.post(&format!("{BASE}/items/{item}/get_invalid_delegated_users"), body).await.result().clone()
    };
    let message =
        "This item cannot be submitted for multiple people as it is not configured with Requested For";
    assert_eq!(check(ann.clone()).await, json!({ "errCode": "42202", "errMsg": message }));
    let order = async |also: Value| {
        let body =
            json!({ "sysparm_quantity": 1, "sysparm_requested_for": ann, "sysparm_also_request_for": also });
        client.post(&format!("{BASE}/items/{item}/order_now"), body).await
    };
    assert_eq!(order(json!(erik)).await.refusal(), (400, message, "null"));
    let question = json!({ "name": "for", "question_text": "For", "cat_item": item, "type": "31", "also_request_for": true });
    client.create("item_option_new", question).await;
    assert_eq!(check(format!("{erik},nobody")).await, json!({ "invalidUsers": ["nobody"] }));
    assert_eq!(order(json!([erik, "nobody"])).await.refusal().1, "Invalid Requested For user");
    let many = vec![erik.clone(); 51];
    assert_eq!(order(json!(many)).await.refusal().1, "sysparm_also_request_for takes at most 50 users");
    assert_eq!(order(json!([erik])).await.status, 200);
    client.advance("3s").await;
    let fields = [("sysparm_fields", "requested_for.name")];
    let items = client.query("sc_req_item", "ORDERBYrequested_for.name", &fields).await;
    assert_eq!(items.column("requested_for.name"), "Ann Berg Erik Haugen");
}

#[tokio::test]
async fn a_producer_makes_a_record_and_keeps_the_answers() {
    let client = Client::start().await;
    let path = format!("{BASE}/items/{CREATE_INCIDENT}/submit_producer");
    let body = json!({ "variables": { "urgency": "2", "comments": "This is sample incident" } });
    let made = client.post(&path, body).await;
    let id = made.result()["sys_id"].as_str().unwrap().to_owned();
    let expected = json!({ "sys_id": id, "number": "INC0010001", "parent_id": null,
        "record": format!("api/now/table/incident/{id}"), "redirect_portal_url": "", "parent_table": "task",
        "redirect_url": format!("incident.do?sys_id={id}&sysparm_view=ess"), "table": "incident", "redirect_to": "" });
    assert_eq!((made.status, made.result()), (200, &expected));
    for (field, value) in [("urgency", "2"), ("contact_type", "self-service"), ("comments", "")] {
        assert_eq!(client.field("incident", &id, field).await, value, "{field}");
    }
    let answers = client.query("question_answer", &format!("table_sys_id={id}^ORDERBYorder"), &[]).await;
    assert_eq!(answers.column("value"), "2  This is sample incident");
    let journal = client.query("sys_journal_field", &format!("element_id={id}"), &[]).await;
    assert_eq!(journal.column("value"), "This is sample incident");
    assert_eq!(client.post(&path, json!({})).await.refusal().1, "Mandatory Variables are required");
    let item = client.find("sc_cat_item", "name=New hire").await;
    assert_eq!(client.post(&format!("{BASE}/items/{item}/submit_producer"), json!({})).await.status, 404);
    let ordered = client
        .post(&format!("{BASE}/items/{CREATE_INCIDENT}/order_now"), json!({ "sysparm_quantity": 1 }))
        .await;
    assert_eq!(ordered.refusal().1, "Security constraints prevent ordering of Item");
}

#[tokio::test]
async fn a_guide_brings_items_by_its_answers() {
    let client = Client::start().await;
    let guide = client.create("sc_cat_item_guide", json!({ "name": "New colleague" })).await;
    let (laptop, desk) = (
        client.create("sc_cat_item", json!({ "name": "Laptop", "price": "1100" })).await,
        client.create("sc_cat_item", json!({ "name": "Desk" })).await,
    );
    for (item, variable, value) in [(&laptop, "kind", "developer"), (&desk, "", "")] {
        let rule = json!({ "guide": guide, "item": item, "variable": variable, "value": value });
        client.create("sc_cat_item_guide_items", rule).await;
    }
    for (kind, names) in [("developer", "Laptop Desk"), ("manager", "Desk")] {
        let request = client.request(Method::PUT, &format!("{BASE}/items/{guide}/submit_guide"));
        let answer = send(request.json(&json!({ "variables": { "kind": kind } }))).await;
        let mut found: Vec<String> = answer.column("name").split(' ').map(str::to_owned).collect();
        found.sort();
        let mut expected: Vec<&str> = names.split(' ').collect();
        expected.sort_unstable();
        assert_eq!(found, expected, "{kind}");
    }
    let path = format!("{BASE}/items/{guide}/checkout_guide");
    let cart = client
        .post(&path, json!({ "items": [{ "sys_id": laptop, "sysparm_quantity": "3" }, { "sys_id": desk }] }))
        .await;
    assert_eq!((cart.status, &cart.result()["subtotal_price"]), (200, &json!("$3,300.00")));
    let refused = client.post(&path, json!({ "items": [{ "sys_id": "nothing" }] })).await;
    assert_eq!(refused.refusal().0, 400);
}

#[tokio::test]
async fn a_value_of_a_variable_is_shown_as_people_read_it() {
    let client = Client::start().await;
    let ann = client.find("sys_user", "user_name=a.berg@contoso.test").await;
    let variable = async |query: &str| client.find("item_option_new", query).await;
    let person = variable("cat_item.name=Leaver^name=person").await;
    let urgency = variable("cat_item.name=Create Incident^name=urgency").await;
    for (variable, value, shown) in [(&person, ann.as_str(), "Ann Berg"), (&urgency, "2", "2 - Medium")] {
        let path = format!("{BASE}/variables/{variable}/display_value");
        let answer = client.post(&path, json!({ "sysparm_value": value })).await;
        assert_eq!((answer.status, answer.result()), (200, &json!(shown)));
    }
    assert_eq!(client.post(&format!("{BASE}/variables/x/display_value"), json!({})).await.status, 404);
}
