//! Paths over references: what stands at their end obeys the rules of the table they reach.

use serde_json::{Value, json};

use crate::client::Client;

/// Those a test makes, not the samples.
const NEW: &str = "numberSTARTSWITHINC001";
const REFUSED: (u16, &str, &str) = (
    403,
    "Insufficient rights to query records",
    "Field(s) present in the query do not have permission to be read.",
);

async fn close(client: &Client, change: Value) {
    let answer = client.admin("/servicenow/access", change).await;
    assert_eq!(answer.status, 200, "{answer:?}");
}

/// Two incidents, called in by Ann, who works for Maria, and by Eva.
async fn two_incidents(client: &Client) {
    client.clear("incident").await;
    let ann = client.find("sys_user", "user_name=a.berg@contoso.test").await;
    let eva = client.find("sys_user", "user_name=e.wolf@contoso.test").await;
    client.create("incident", json!({ "caller_id": ann, "impact": "1" })).await;
    client.create("incident", json!({ "caller_id": eva, "impact": "2" })).await;
}

#[tokio::test]
async fn the_end_of_a_path_over_a_hidden_row_is_empty_wherever_the_path_stands() {
    let client = Client::start().await;
    client.clear("incident").await;
    two_incidents(&client).await;
    let numbers =
        async |query: &str| client.query("incident", &format!("{NEW}^{query}"), &[]).await.column("number");
    let path = format!("/api/now/stats/incident?sysparm_count=true&sysparm_query={NEW}&");
    let stats = async |rest: &str| client.get(&format!("{path}{rest}")).await.result().clone();
    let groups = async || {
        let answer = stats("sysparm_group_by=caller_id.user_name&sysparm_order_by=caller_id.user_name").await;
        let groups = answer.as_array().unwrap().iter();
        groups.map(|one| one["groupby_fields"][0]["value"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let ann_only = "caller_id.user_name=a.berg@contoso.test";
    // Query; what is found when all is open, and when Ann is hidden.
    let queries = [
        (ann_only, "INC0010001", ""),
        ("caller_id.nameSTARTSWITHann", "INC0010001", ""),
        ("caller_id.user_nameISEMPTY", "", "INC0010001"),
        ("caller_id.manager.name=Maria Boss", "INC0010001", ""),
        ("caller_id.user_name!=a.berg@contoso.test^ORDERBYnumber", "INC0010002", "INC0010001 INC0010002"),
        ("ORDERBYDESCcaller_id.employee_number", "INC0010002 INC0010001", "INC0010002 INC0010001"),
        ("ORDERBYcaller_id.last_name", "INC0010001 INC0010002", "INC0010001 INC0010002"),
        ("ORDERBYDESCcaller_id.user_name", "INC0010002 INC0010001", "INC0010002 INC0010001"),
        ("caller_idISNOTEMPTY^ORDERBYnumber", "INC0010001 INC0010002", "INC0010001 INC0010002"),
    ];
    for (query, open, _) in queries {
        assert_eq!(numbers(query).await, open, "{query}");
    }
    assert_eq!(groups().await, ["a.berg@contoso.test", "e.wolf@contoso.test"]);
    close(
        &client,
        json!({ "hide_rows": [{ "table": "sys_user", "where": { "user_name": "a.berg@contoso.test" } }] }),
    )
    .await;
    for (query, _, hidden) in queries {
        assert_eq!(numbers(query).await, hidden, "{query}");
    }
    assert_eq!(groups().await, ["", "e.wolf@contoso.test"]);
    let least = stats("sysparm_min_fields=caller_id.user_name").await;
    assert_eq!(least["stats"]["min"]["caller_id.user_name"], "e.wolf@contoso.test");
    let bounded = stats("sysparm_group_by=impact&sysparm_having=count^caller_id.user_name^>^0").await;
    assert_eq!(bounded.as_array().unwrap().len(), 1);
    for display in ["false", "true", "all"] {
        let more = [
            ("sysparm_fields", "number,caller_id.user_name,caller_id.department,caller_id.manager.name"),
            ("sysparm_display_value", display),
        ];
        let shown = client.query("incident", &format!("{NEW}^ORDERBYnumber"), &more).await;
        let empty = if display == "all" { json!({ "display_value": "", "value": "" }) } else { json!("") };
        for field in ["caller_id.user_name", "caller_id.department", "caller_id.manager.name"] {
            assert_eq!(shown.result()[0][field], empty, "{field} {display}");
            assert_ne!(shown.result()[1][field], empty, "{field} {display}");
        }
    }
    // The reference itself belongs to the incident.
    assert_ne!(
        client.query("incident", &format!("{NEW}^ORDERBYnumber"), &[]).await.result()[0]["caller_id"],
        ""
    );
    // Somebody else is not concerned.
    let only = json!([{ "table": "sys_user", "user": "admin" }]);
    close(&client, json!({ "hide_rows": only })).await;
    assert_eq!(numbers(ann_only).await, "INC0010001");
    assert_eq!(client.administrator().query("incident", ann_only, &[]).await.column("number"), "");
}

#[tokio::test]
async fn roles_count_on_the_way_as_they_do_at_the_table() {
    let client = Client::start().await;
    let (caller, person) = client.somebody("caller", &[]).await;
    let (_, reader) = client.somebody("reader", &["sn_incident_read"]).await;
    let problem = client.create("problem", json!({ "short_description": "leak" })).await;
    let body = json!({ "caller_id": caller, "problem_id": problem });
    let id = client.create("incident", body).await;
    let fields = "sysparm_fields=problem_id.short_description,caller_id.user_name";
    for (who, seen) in [(&client, "leak"), (&person, ""), (&reader, "")] {
        let shown = who.get(&format!("/api/now/table/incident/{id}?{fields}")).await;
        let expected = json!({ "problem_id.short_description": seen, "caller_id.user_name": "caller" });
        assert_eq!(shown.result(), &expected);
        let found = who.query("incident", "problem_id.short_descriptionLIKEleak", &[]).await;
        assert_eq!(found.result().as_array().unwrap().len(), usize::from(!seen.is_empty()));
    }
}

#[tokio::test]
async fn a_path_along_a_hidden_field_names_none_and_stands_in_no_query() {
    let client = Client::start().await;
    client.clear("incident").await;
    two_incidents(&client).await;
    close(&client, json!({ "hide_fields": [{ "table": "sys_user", "fields": ["manager"] }] })).await;
    let more = [("sysparm_fields", "caller_id.manager,caller_id.manager.name,caller_id.name")];
    let shown = client.query("incident", &format!("{NEW}^ORDERBYnumber"), &more).await;
    assert_eq!(shown.result()[0], json!({ "caller_id.name": "Ann Berg" }));
    for query in [
        "caller_id.manager.name=Maria Boss",
        "ORDERBYcaller_id.manager.name",
        "GROUPBYcaller_id.manager.name",
    ] {
        assert_eq!(client.query("incident", query, &[]).await.refusal(), REFUSED, "{query}");
    }
    for rest in [
        "sysparm_group_by=caller_id.manager.name",
        "sysparm_group_by=impact&sysparm_order_by=caller_id.manager.name",
        "sysparm_group_by=impact&sysparm_order_by=count^caller_id.manager",
        "sysparm_group_by=impact&sysparm_having=count^caller_id.manager^>^0",
        "sysparm_max_fields=caller_id.manager.name",
    ] {
        let answer = client.get(&format!("/api/now/stats/incident?sysparm_count=true&{rest}")).await;
        assert_eq!(answer.refusal(), REFUSED, "{rest}");
    }
}
