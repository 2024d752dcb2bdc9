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
    let admin = client.administrator();
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
    let answer = client.get("/api/now/table/cmn_department?dept_head=M.Boss@contoso.test").await;
    assert_eq!(answer.column("name"), "Engineering");
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

/// What ServiceNow's own Python client asks in its test-suite.
#[tokio::test]
async fn the_queries_of_the_official_python_client_find_what_they_mean() {
    let client = Client::start().await.administrator();
    let count = async |table: &str, query: &str| {
        let more = [
            ("sysparm_display_value", "all"),
            ("sysparm_exclude_reference_link", "true"),
            ("sysparm_suppress_pagination_header", "true"),
            ("sysparm_limit", "100"),
            ("sysparm_offset", "0"),
        ];
        client.query(table, query, &more).await.header("x-total-count").parse::<usize>().unwrap()
    };
    assert_eq!(count("sys_db_object", "name=alm_asset^ORname=bsm_chart^ORDERBYsys_id").await, 2);
    let everybody = count("sys_user", "ORDERBYsys_id").await;
    let nameless = count("sys_user", "nameISEMPTY^ORDERBYsys_id").await;
    assert!(nameless < everybody);
    assert_eq!(count("sys_user", "nameISNOTEMPTY^ORDERBYsys_id").await, everybody - nameless);
    assert!(count("sys_user", "mobile_phoneISNOTEMPTY^ORDERBYsys_id").await < 20);
    assert_eq!(count("sys_user", "sys_id=bunk^ORDERBYsys_id").await, 0);
    assert_eq!(
        count("sys_user", "sys_id=6816f79cc0a8016401c5a33be04be441^second=asdf^ORDERBYsys_id").await,
        1
    );
    assert_eq!(count("sys_user", "active=true^nameCONTAINSsystem administrator^ORDERBYsys_id").await, 1);
    assert!(count("sys_user", "JOINsys_user.sys_id=sys_user_group.manager!active=true").await > 1);
    assert_eq!(count("sys_user", "JOINsys_user.sys_id=sys_user_group.manager!active=false").await, 0);
    let admins = "JOINsys_user.sys_id=sys_user_has_role.user!role=2831a114c611228501d4ea6c309d626d";
    assert!((11..25).contains(&count("sys_user", admins).await));
    let groups = "RLQUERYsys_group_has_role.group,>0,m2m^role.nameLIKEadmin^ENDRLQUERY";
    assert!((3..8).contains(&count("sys_user_group", groups).await));
    assert!(count("syslog", "ORDERBYsys_id").await > 600);
    assert!(count("sys_metadata", "ORDERBYsys_id").await > 500);
}

#[tokio::test]
async fn a_very_long_query_comes_through_a_batch_with_its_last_condition() {
    use base64::Engine as _;
    let client = Client::start().await.administrator();
    let query =
        format!("{}sys_id=6816f79cc0a8016401c5a33be04be441^ORDERBYsys_id", "AAAA=BBBB^".repeat(2_300));
    let url = format!("/api/now/table/sys_user?sysparm_limit=100&sysparm_query={query}");
    let batch = json!({ "batch_request_id": 1, "rest_requests": [{ "id": "1", "method": "GET", "url": url,
        "headers": [{ "name": "Accept", "value": "application/json" }] }] });
    let answer = client.post("/api/now/v1/batch", batch).await;
    let body = answer.body["serviced_requests"][0]["body"].as_str().unwrap();
    let body = base64::engine::general_purpose::STANDARD.decode(body).unwrap();
    let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(body["result"].as_array().unwrap().len(), 1);
    assert_eq!(body["result"][0]["user_name"], "admin");
}

#[tokio::test]
async fn what_popular_query_builders_emit_is_understood() {
    let client = Client::start().await;
    client.clear("incident").await;
    let caller = client.find("sys_user", "user_name=a.berg@contoso.test").await;
    for (state, text) in [("1", "VPN outage"), ("2", "SAP is slow"), ("1", "Printer")] {
        client
            .create("incident", json!({ "caller_id": caller, "state": state, "short_description": text }))
            .await;
    }
    for (query, expected) in [
        // pysnow
        ("numberININC0010001,INC0010003", "INC0010001 INC0010003"),
        ("stateNOT IN1,7", "INC0010002"),
        ("short_descriptionNOTLIKEsap^ORDERBYDESCnumber", "INC0010003 INC0010001"),
        (
            "opened_atBETWEENjavascript:gs.dateGenerate(\"2026-01-05 07:00:00\")@javascript:gs.dateGenerate(\"2026-01-05 09:00:00\")",
            "INC0010001 INC0010002 INC0010003",
        ),
        ("opened_at>2026-01-05 07:59:59^state=2", "INC0010002"),
        // aiosnow
        ("short_description*outage", "INC0010001"),
        ("short_description!*outage", "INC0010002 INC0010003"),
        ("opened_atON2026-01-05^stateSAMEASincident_state", "INC0010001 INC0010002 INC0010003"),
        // The platform's own list filters
        (
            "opened_atONToday@javascript:gs.beginningOfToday()@javascript:gs.endOfToday()^caller_idLIKEberg^EQ",
            "INC0010001 INC0010002 INC0010003",
        ),
        ("caller_idDYNAMIC90d1921e5f510100a9ad2572f2b477fe", ""),
        ("opened_byDYNAMIC90d1921e5f510100a9ad2572f2b477fe^state=2", "INC0010002"),
        ("sys_created_onRELATIVEGE@minute@ago@15^short_descriptionSTARTSWITHp", "INC0010003"),
        ("caller_id.department.dept_head.user_name=m.boss@contoso.test^state=2", "INC0010002"),
        (
            "state=1^NQshort_descriptionENDSWITHslow^ORDERBYshort_description",
            "INC0010003 INC0010002 INC0010001",
        ),
        ("123TEXTQUERY321=slow sap", "INC0010002"),
        // A doubled caret escapes nothing: it is an empty piece.
        ("short_description=VPN^^outage", ""),
    ] {
        let ordered =
            if query.contains("ORDERBY") { query.to_owned() } else { format!("{query}^ORDERBYnumber") };
        assert_eq!(client.query("incident", &ordered, &[]).await.column("number"), expected, "{query}");
    }
}

#[tokio::test]
async fn a_parent_table_finds_and_sorts_its_children() {
    let client = Client::start().await;
    let incident = client.create("incident", json!({ "short_description": "b" })).await;
    let task = client.create("sc_task", json!({ "short_description": "a" })).await;
    for (query, expected) in [
        ("short_descriptionINa,b^ORDERBYshort_description", format!("{task} {incident}")),
        ("short_descriptionINa,b^sys_class_nameINSTANCEOFincident", incident.clone()),
        ("short_descriptionINa,b^sys_class_name!=incident", task.clone()),
        // A column of the child is none of the parent.
        ("short_description=b^caller_id=nobody", incident.clone()),
    ] {
        assert_eq!(client.query("task", query, &[]).await.column("sys_id"), expected, "{query}");
    }
}

#[tokio::test]
async fn fields_that_may_not_be_read_are_refused_wherever_a_query_names_them() {
    let client = Client::start().await;
    for query in [
        "user_password=x",
        "ORDERBYuser_password",
        "manager.user_passwordISNOTEMPTY",
        "user_nameSAMEASuser_password",
        "JOINsys_user.sys_id=sys_user_group.manager!manager.user_passwordLIKEx",
        "RLQUERYsys_user_grmember.user,>0^user.user_passwordLIKEx^ENDRLQUERY",
    ] {
        let answer = client.query("sys_user", query, &[]).await;
        assert_eq!(
            (answer.refusal().0, answer.refusal().1),
            (403, "Insufficient rights to query records"),
            "{query}"
        );
    }
}
