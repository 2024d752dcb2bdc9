//! How values are shown: raw, display, both, with and without links, along dots.

use serde_json::{Value, json};

use crate::client::Client;

const FIELDS: &str = "state,caller_id,caller_id.department.name,assigned_to,assigned_to.name,no_such_field";

async fn incident(client: &Client) -> (String, String) {
    let caller = client.find("sys_user", "user_name=a.berg@contoso.test").await;
    let id = client.create("incident", json!({ "caller_id": caller, "short_description": "x" })).await;
    (id, caller)
}

async fn check(parameters: &str, expected: impl Fn(&str, &str) -> Value) {
    let client = Client::start().await;
    let (id, caller) = incident(&client).await;
    let answer =
        client.get(&format!("/api/now/table/incident/{id}?sysparm_fields={FIELDS}&{parameters}")).await;
    let link = format!("{}/api/now/table/sys_user/{caller}", client.instance());
    assert_eq!(answer.result(), &expected(&caller, &link), "{parameters}");
}

#[tokio::test]
async fn raw_values_carry_links_unless_they_are_excluded() {
    check("", |id, link| {
        json!({ "state": "1", "caller_id": { "link": link, "value": id }, "caller_id.department.name": "Engineering",
            "assigned_to": "", "assigned_to.name": "" })
    })
    .await;
    check("sysparm_exclude_reference_link=True", |id, _| {
        json!({ "state": "1", "caller_id": id, "caller_id.department.name": "Engineering",
            "assigned_to": "", "assigned_to.name": "" })
    })
    .await;
}

#[tokio::test]
async fn display_values_replace_or_accompany_the_raw_ones() {
    check("sysparm_display_value=true", |_, link| {
        json!({ "state": "New", "caller_id": { "display_value": "Ann Berg", "link": link },
            "caller_id.department.name": "Engineering", "assigned_to": "", "assigned_to.name": "" })
    })
    .await;
    let empty = json!({ "display_value": "", "value": "" });
    check("sysparm_display_value=all&sysparm_exclude_reference_link=true", |id, _| {
        json!({ "state": { "display_value": "New", "value": "1" },
            "caller_id": { "display_value": "Ann Berg", "value": id },
            "caller_id.department.name": { "display_value": "Engineering", "value": "Engineering" },
            "assigned_to": empty, "assigned_to.name": empty })
    })
    .await;
}

#[tokio::test]
async fn every_value_is_text_and_the_domain_is_global() {
    let client = Client::start().await;
    let (id, _) = incident(&client).await;
    let answer =
        client.get(&format!("/api/now/table/incident/{id}?sysparm_exclude_reference_link=true")).await;
    let fields = answer.result().as_object().unwrap();
    assert!(fields.values().all(Value::is_string), "{fields:?}");
    let picked = [
        "active",
        "made_sla",
        "sys_mod_count",
        "sys_class_name",
        "sys_domain",
        "sys_domain_path",
        "work_notes",
    ];
    let picked: Vec<&str> = picked.iter().map(|field| fields[*field].as_str().unwrap()).collect();
    assert_eq!(picked, ["true", "true", "0", "incident", "global", "/", ""]);
}

#[tokio::test]
async fn a_parent_table_shows_its_own_columns_of_a_child() {
    let client = Client::start().await;
    let (id, _) = incident(&client).await;
    let answer = client.get(&format!("/api/now/table/task/{id}?sysparm_display_value=true")).await;
    assert_eq!(answer.result()["sys_class_name"], "Incident");
    assert!(answer.result().get("caller_id").is_none());
}

#[tokio::test]
async fn display_dates_are_in_the_callers_zone_and_so_are_generated_ones() {
    let client = Client::start().await;
    let zone = json!({ "as": "admin", "table": "sys_user", "where": { "user_name": "svc-drawbridge@contoso.test" }, "set": { "time_zone": "US/Pacific" } });
    client.admin("/servicenow/update", zone).await;
    let (id, _) = incident(&client).await;
    let answer = client
        .get(&format!("/api/now/table/incident/{id}?sysparm_fields=opened_at&sysparm_display_value=all"))
        .await;
    let expected =
        json!({ "opened_at": { "display_value": "2026-01-05 00:00:00", "value": "2026-01-05 08:00:00" } });
    assert_eq!(answer.result(), &expected);
    for (query, rows) in [
        ("opened_at>=javascript:gs.dateGenerate('2026-01-05','00:00:00')", 1),
        ("opened_at>javascript:gs.dateGenerate('2026-01-05','00:00:00')", 0),
        ("opened_at>=2026-01-05 08:00:00", 1),
    ] {
        assert_eq!(
            client.query("incident", query, &[]).await.result().as_array().unwrap().len(),
            rows,
            "{query}"
        );
    }
}

#[tokio::test]
async fn paths_are_walked_over_many_references_in_fields_and_queries() {
    let client = Client::start().await;
    let (id, _) = incident(&client).await;
    let deep = "caller_id.department.dept_head.department.dept_head.user_name";
    let path = format!(
        "/api/now/table/incident/{id}?sysparm_fields={deep},caller_id.no_such.name,caller_id.department.dept_head"
    );
    let answer = client.get(&path).await;
    let head = answer.result()["caller_id.department.dept_head"].clone();
    assert_eq!(answer.result()[deep], "m.boss@contoso.test");
    assert_eq!(answer.result().as_object().unwrap().len(), 2);
    assert!(head["link"].as_str().unwrap().ends_with(head["value"].as_str().unwrap()), "{head}");
    for (query, rows) in [(format!("{deep}=M.BOSS@contoso.test"), 1), (format!("{deep}=nobody"), 0)] {
        let answer = client.query("incident", &query, &[]).await;
        assert_eq!(answer.result().as_array().unwrap().len(), rows, "{query}");
    }
}
