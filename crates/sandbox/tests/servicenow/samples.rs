//! What an instance has from its first moment: tables, columns, choices, and the rows clients take for granted.

use serde_json::json;

use crate::client::Client;

/// How many records an administrator finds.
async fn count(client: &Client, table: &str, query: &str) -> usize {
    let answer = client.query(table, query, &[("sysparm_fields", "sys_id"), ("sysparm_limit", "1")]).await;
    assert_eq!(answer.status, 200, "{table}: {answer:?}");
    answer.header("x-total-count").parse().unwrap()
}

#[tokio::test]
async fn the_counts_are_those_public_test_suites_expect() {
    let client = Client::start().await.administrator();
    for (table, query, expected) in [
        ("syslog", "", 1_200..=2_000),
        ("sys_metadata", "", 501..=20_000),
        ("problem", "", 9..=100),
        ("incident", "active=true", 1..=60),
        ("incident", "sys_id=9d385017c611228701d22104cc95c371", 1..=1),
        ("change_request", "active=true", 1..=60),
        ("kb_knowledge", "workflow_state=published", 1..=60),
        ("cmdb_ci_server", "", 1..=60),
        ("cmdb_rel_type", "name=Depends on::Used by", 1..=1),
        // Tables clients look into; that they are there is all.
        ("sys_script_include", "", 0..=0),
        ("sys_update_set", "", 0..=0),
        ("task_sla", "", 0..=0),
        ("sys_db_object", "name=alm_asset^ORname=bsm_chart", 2..=2),
        ("sys_user", "nameISEMPTY", 1..=10),
        ("sys_user", "mobile_phoneISNOTEMPTY", 1..=19),
        ("sys_user", "JOINsys_user.sys_id=sys_user_group.manager!active=true", 2..=50),
        (
            "sys_user",
            "JOINsys_user.sys_id=sys_user_has_role.user!role=2831a114c611228501d4ea6c309d626d",
            11..=24,
        ),
        ("sys_user_group", "RLQUERYsys_group_has_role.group,>0,m2m^role.nameLIKEadmin^ENDRLQUERY", 3..=7),
    ] {
        let found = count(&client, table, query).await;
        assert!(expected.contains(&found), "{table} {query}: {found}");
    }
}

#[tokio::test]
async fn the_sample_people_are_there_with_their_department() {
    let client = Client::start().await.administrator();
    let fields = "user_name,email,department,department.name,department.dept_head,department.dept_head.email,user_password";
    let path = "/api/now/table/sys_user/6816f79cc0a8016401c5a33be04be441?sysparm_exclude_reference_link=true&sysparm_fields=";
    assert_eq!(
        client.get(&format!("{path}{fields}")).await.result(),
        &json!({
            "user_name": "admin", "email": "admin@example.com", "department": "a581ab703710200044e0bfc8bcbe5de8",
            "department.name": "Finance", "department.dept_head": "46c5bf6ca9fe1981010713e3ac7d3384",
            "department.dept_head.email": "natasha.ingram@example.com", "user_password": "********" })
    );
    for (id, name) in [
        ("26fbff173b331300ad3cc9bb34efc4bd", "problem.admin"),
        ("62826bf03710200044e0bfc8bcbe5df1", "abel.tuter"),
        ("681b365ec0a80164000fb0b05854a0cd", "itil"),
        ("5137153cc611227c000bbd1bd8cd2005", "fred.luddy"),
        ("46d44a23a9fe19810012d100cca80666", "beth.anglin"),
    ] {
        assert_eq!(client.field("sys_user", id, "user_name").await, name);
    }
    // The company's department of that name is the sample one: a name leads to one department only.
    assert_eq!(client.query("cmn_department", "name=Finance", &[]).await.column("id"), "finance");
}

#[tokio::test]
async fn the_first_account_is_active_and_its_dates_are_shown_in_its_own_zone() {
    let client = Client::start().await.administrator();
    let first = client.query("sys_user", "ORDERBYsys_id", &[("sysparm_limit", "1")]).await;
    assert_eq!(first.result()[0]["active"], "true");
    let raw = first.result()[0]["sys_updated_on"].clone();
    let shown = [("sysparm_limit", "1"), ("sysparm_display_value", "true")];
    assert_ne!(client.query("sys_user", "ORDERBYsys_id", &shown).await.result()[0]["sys_updated_on"], raw);
}

#[tokio::test]
async fn columns_and_choices_are_rows_where_they_are_written() {
    let client = Client::start().await.administrator();
    let fields =
        [("sysparm_fields", "element,internal_type,reference,max_length,mandatory,default_value,choice")];
    let columns = client
        .query(
            "sys_dictionary",
            "name=task^elementINshort_description,assigned_to,opened_at,state^ORDERBYelement",
            &fields,
        )
        .await;
    let column = |element: &str, kind: &str, reference: &str, length: &str, default: &str, choice: &str| {
        json!({ "element": element, "internal_type": kind, "reference": reference, "max_length": length,
                "mandatory": "false", "default_value": default, "choice": choice })
    };
    let mut found = columns.result().clone();
    for row in found.as_array_mut().unwrap() {
        for field in ["internal_type", "reference"] {
            if let Some(value) = row[field].get("value").cloned() {
                row[field] = value;
            }
        }
    }
    assert_eq!(
        found,
        json!([
            column("assigned_to", "reference", "sys_user", "32", "", ""),
            column("opened_at", "glide_date_time", "", "40", "javascript:gs.nowDateTime();", ""),
            column("short_description", "string", "", "160", "", ""),
            column("state", "integer", "", "40", "1", "3"),
        ])
    );
    let labels = client.query("sys_choice", "name=incident^element=hold_reason^ORDERBYsequence", &[]).await;
    assert_eq!(labels.column("value"), "1 3 4 5");
    assert_eq!(count(&client, "sys_dictionary", "name=incident^element=short_description").await, 0);
    let parent =
        client.query("sys_db_object", "name=incident", &[("sysparm_fields", "super_class.name")]).await;
    assert_eq!(parent.result()[0]["super_class.name"], "task");
}

#[tokio::test]
async fn a_customer_adds_a_choice_and_only_that_instance_has_it() {
    let (client, other) = (Client::start().await.administrator(), Client::start().await.administrator());
    let choice = json!({ "name": "incident", "element": "u_colour", "value": "red", "label": "Red" });
    client.create("sys_choice", choice).await;
    let query = "name=incident^element=u_colour";
    assert_eq!((count(&client, "sys_choice", query).await, count(&other, "sys_choice", query).await), (1, 0));
    assert_eq!(count(&client, "sys_choice", "name=incident^element=hold_reason").await, 4);
}

#[tokio::test]
async fn leavers_have_equipment_to_return() {
    let client = Client::start().await.administrator();
    let fields = [
        ("sysparm_fields", "asset_tag,install_status,model.display_name"),
        ("sysparm_display_value", "true"),
    ];
    let mine = client
        .query("alm_hardware", "assigned_to.user_name=a.berg@contoso.test^ORDERBYasset_tag", &fields)
        .await;
    assert_eq!(
        mine.result(),
        &json!([
            { "asset_tag": "P1000101", "install_status": "In use", "model.display_name": "Laptop 14" },
            { "asset_tag": "P1000102", "install_status": "In use", "model.display_name": "Screen 27" },
        ])
    );
    assert_eq!(count(&client, "alm_asset", "install_status=6^stockroom.name=Stockroom Oslo").await, 1);
}
