//! Encoded queries and plain filters as clients send them.

use serde_json::json;

use crate::client::Client;

async fn check(cases: &[(&str, &str, &str)]) {
    let client = Client::start().await;
    for (table, query, expected) in cases {
        let answer = client.query(table, query, &[]).await;
        assert_eq!(answer.column("name"), *expected, "{table}: {query}");
    }
}

#[tokio::test]
async fn conditions_orders_and_walks_over_seeded_records() {
    check(&[
        ("cmn_location", "ORDERBYDESCname", "Oslo London Berlin"),
        ("cmn_location", "country=norway", "Oslo"),
        ("cmn_location", "nameSTARTSWITHo^ORnameENDSWITHin^ORDERBYname", "Berlin Oslo"),
        ("cmn_location", "nameINOslo,Berlin^cityNOT INOslo", "Berlin"),
        ("cmn_department", "dept_head.user_name=m.boss@contoso.test", "Engineering"),
        ("cmn_department", "dept_head.location.city=London^ORDERBYname", "Sales"),
        ("cmn_department", "name=Sales^NQname=Finance^ORDERBYname", "Finance Sales"),
        ("cmn_department", "parentISEMPTY^nameLIKEing", "Engineering"),
    ])
    .await;
}

#[tokio::test]
async fn an_unknown_field_returns_the_whole_table_unless_the_property_says_otherwise() {
    let client = Client::start().await;
    let all = client.query("cmn_location", "u_typo=1^ORDERBYname", &[]).await;
    assert_eq!(all.column("name"), "Berlin London Oslo");
    let mut admin = client;
    admin.authorize(crate::client::ADMIN);
    admin
        .create("sys_properties", json!({ "name": "glide.invalid_query.returns_no_rows", "value": "true" }))
        .await;
    assert_eq!(admin.query("cmn_location", "u_typo=1", &[]).await.column("name"), "");
}

#[tokio::test]
async fn plain_filters_take_display_values_and_give_way_to_a_query() {
    let client = Client::start().await;
    for (parameters, expected) in [
        ("name=Oslo", "Oslo"),
        ("city=London&unknown_filter=1", "London"),
        ("name=Oslo&sysparm_query=name=Berlin", "Berlin"),
        ("name=&sysparm_query=ORDERBYname&sysparm_limit=", "Berlin London Oslo"),
    ] {
        let answer = client.get(&format!("/api/now/table/cmn_location?{parameters}")).await;
        assert_eq!(answer.column("name"), expected, "{parameters}");
    }
    let answer = client.get("/api/now/table/sys_user?department=Facilities&manager=Gunnar+Aas").await;
    assert_eq!(answer.column("name"), "Bente Holm");
}

#[tokio::test]
async fn the_caller_finds_itself() {
    let client = Client::start().await;
    let answer = client.query("sys_user", "sys_id=javascript:gs.getUserID()", &[]).await;
    assert_eq!(answer.column("name"), "svc-drawbridge");
}

#[tokio::test]
async fn nothing_a_client_writes_breaks_the_instance() {
    let client = Client::start().await;
    let deep = "manager.".repeat(40);
    for path in [
        "/api/now/table/sys_user?sysparm_limit=1&sysparm_offset=18446744073709551615",
        "/api/now/table/sys_user?sysparm_limit=0",
        "/api/now/table/sys_user?sysparm_limit=-1&sysparm_offset=-1&sysparm_fields=name",
        "/api/now/table/sys_user?sysparm_query=%FF%00%5E%5EORDERBY%5ENQ%5EOR&sysparm_limit=1",
        "/api/now/table/sys_user?%=%&&&=&sysparm_display_value=maybe&sysparm_limit=1",
        &format!(
            "/api/now/table/sys_user?sysparm_fields={deep}name&sysparm_query={deep}name=x&sysparm_limit=1"
        ),
        "/api/now/table/incident?sysparm_query=RLQUERYincident.caller_id,>=99999999999999999999^ENDRLQUERY",
        "/api/now/table/incident?sysparm_query=sys_created_onRELATIVEGE@year@ago@9223372036854775807",
    ] {
        assert_eq!(client.get(path).await.status, 200, "{path}");
    }
    for (path, status) in
        [("/api/now/table/%2e%2e/x", 400), ("//api//now//table//incident//", 200), ("/api/now/table/", 400)]
    {
        assert_eq!(client.get(path).await.status, status, "{path}");
    }
}
