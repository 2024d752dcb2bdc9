//! Roles and what an administrator closes on top of them: rows, fields, queries, writes, tables.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{Client, send};

const INCIDENTS: &str = "/api/now/table/incident";
const SERVICE: &str = "svc-drawbridge@contoso.test";
const NO_RECORD: (u16, &str, &str) =
    (404, "No Record found", "Record doesn't exist or ACL restricts the record retrieval");

async fn switch(client: &Client, change: Value) -> Value {
    let answer = client.admin("/servicenow/access", change).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.body
}

fn denied(deed: &str) -> String {
    format!("ACL Exception {deed} Failed due to security constraints")
}

#[tokio::test]
async fn hidden_rows_shorten_pages_after_they_are_cut_and_are_missing_alone() {
    let client = Client::start().await;
    client.clear("incident").await;
    let mut ids = Vec::new();
    for impact in ["1", "3", "1", "3", "3"] {
        ids.push(client.create("incident", json!({ "impact": impact })).await);
    }
    switch(&client, json!({ "hide_rows": [{ "table": "task", "where": { "impact": "1" } }] })).await;
    for (offset, numbers) in [(0, "INC0010002"), (2, "INC0010004"), (4, "INC0010005")] {
        let more = [("sysparm_limit", "2"), ("sysparm_offset", &offset.to_string())];
        let page = client.query("incident", "ORDERBYnumber", &more).await;
        assert_eq!(page.column("number"), numbers);
        assert_eq!(page.header("x-total-count"), "5");
        assert_eq!(page.header("link").contains("rel=\"next\""), offset < 4);
    }
    let path = format!("{INCIDENTS}/{}", ids[0]);
    assert_eq!(client.get(&path).await.refusal(), NO_RECORD);
    assert_eq!(client.patch(&path, json!({ "urgency": "1" })).await.refusal(), NO_RECORD);
    assert_eq!(client.administrator().delete(&path).await.refusal(), NO_RECORD);
    let count = client.get("/api/now/stats/incident?sysparm_count=true").await;
    assert_eq!(count.result()["stats"]["count"], "5");
    // Somebody named is the only one concerned.
    switch(&client, json!({ "hide_rows": [{ "table": "incident", "user": SERVICE }] })).await;
    assert_eq!(client.get(INCIDENTS).await.body, json!({ "result": [] }));
    assert_eq!(client.administrator().get(INCIDENTS).await.result().as_array().unwrap().len(), 5);
    switch(&client, json!({ "hide_rows": [] })).await;
    assert_eq!(client.get(&path).await.status, 200);
}

#[tokio::test]
async fn hidden_fields_are_missing_keys_and_stand_in_no_query() {
    let client = Client::start().await;
    let id = client.create("incident", json!({ "urgency": "1", "short_description": "x" })).await;
    switch(
        &client,
        json!({ "hide_fields": [{ "table": "task", "fields": ["urgency"] },
        { "table": "sys_user", "fields": ["email"] }] }),
    )
    .await;
    let path = format!("{INCIDENTS}/{id}");
    let shown = client.get(&path).await;
    assert_eq!((shown.result().get("urgency"), &shown.result()["short_description"]), (None, &json!("x")));
    let some =
        client.get(&format!("{path}?sysparm_fields=urgency,number,opened_by.email,opened_by.name")).await;
    let keys: Vec<&str> = some.result().as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, ["number", "opened_by.name"]);
    let refused = (
        403,
        "Insufficient rights to query records",
        "Field(s) present in the query do not have permission to be read.",
    );
    for query in [
        "urgency=1",
        "active=true^urgency=1",
        "ORDERBYurgency",
        "active=true^NQurgency=1",
        "opened_by.email=x",
    ] {
        assert_eq!(client.query("incident", query, &[]).await.refusal(), refused, "{query}");
    }
    switch(
        &client,
        json!({ "hide_fields": [], "query_acl": [{ "table": "incident", "fields": ["urgency"] }] }),
    )
    .await;
    assert_eq!(client.get(&path).await.result()["urgency"], "1");
    assert_eq!(client.query("incident", "urgency=1", &[]).await.refusal(), refused);
    assert_eq!(client.query("incident", "impact=3", &[]).await.status, 200);
    assert_eq!(client.query("task", "urgency=1", &[]).await.status, 200);
}

#[tokio::test]
async fn a_write_acl_refuses_deeds_or_drops_fields_without_a_word() {
    let client = Client::start().await.administrator();
    let id = client.create("incident", json!({})).await;
    let path = format!("{INCIDENTS}/{id}");
    for (deeds, insert, update, delete) in [
        (json!(["create"]), 403, 200, 204),
        (json!(["write"]), 201, 403, 204),
        (json!(["delete"]), 201, 200, 403),
        (json!([]), 403, 403, 403),
    ] {
        let victim = client.create("incident", json!({})).await;
        switch(&client, json!({ "write_acl": [{ "table": "task", "deeds": deeds }] })).await;
        let answers = [
            (client.post(INCIDENTS, json!({})).await, insert, "Insert"),
            (
                client.patch(&path, json!({ "urgency": "2", "description": deeds.to_string() })).await,
                update,
                "Update",
            ),
            (client.delete(&format!("{INCIDENTS}/{victim}")).await, delete, "Delete"),
        ];
        for (answer, status, deed) in answers {
            assert_eq!(answer.status, status, "{deeds} {deed}");
            if status == 403 {
                assert_eq!(answer.refusal(), (403, "Operation Failed", denied(deed).as_str()));
            }
        }
        assert_eq!(client.get(&path).await.status, 200);
        switch(&client, json!({ "write_acl": [] })).await;
    }
    switch(
        &client,
        json!({ "write_acl": [{ "table": "incident", "fields": ["description", "work_notes"] }] }),
    )
    .await;
    let body = json!({ "description": "dropped", "work_notes": "dropped", "short_description": "kept" });
    let written = client.patch(&path, body).await;
    assert_eq!(written.status, 200);
    assert_ne!(written.result()["description"], "dropped");
    assert_eq!(written.result()["short_description"], "kept");
    let notes = client.query("sys_journal_field", &format!("element_id={id}"), &[]).await;
    assert_eq!(notes.body, json!({ "result": [] }));
}

#[tokio::test]
async fn closed_tables_and_the_table_api_role_refuse_at_the_door() {
    let client = Client::start().await;
    let closed = (403, "Failed API level ACL Validation", "null");
    switch(&client, json!({ "closed_tables": ["incident"] })).await;
    for path in [INCIDENTS, "/api/now/v1/table/incident/x", "/api/now/stats/incident"] {
        assert_eq!(client.administrator().get(path).await.refusal(), closed, "{path}");
    }
    assert_eq!(client.get("/api/now/table/sys_user?sysparm_limit=1").await.status, 200);
    switch(&client, json!({ "closed_tables": [], "table_api_acl": true })).await;
    assert_eq!(client.get(INCIDENTS).await.status, 200);
    client.admin("/servicenow/passwords", json!({ "as": "s.dahl@contoso.test", "password": "p" })).await;
    let mut person = client.clone();
    person.authorize("Basic cy5kYWhsQGNvbnRvc28udGVzdDpw");
    assert_eq!(person.get(INCIDENTS).await.refusal(), closed);
    switch(&client, json!({ "table_api_acl": false })).await;
    assert_eq!(person.get(INCIDENTS).await.status, 200);
}

#[tokio::test]
async fn what_the_document_cannot_mean_is_refused_and_changes_nothing() {
    let client = Client::start().await;
    let before =
        send(reqwest::Client::new().get(format!("{}/_sandbox/servicenow/access", client.instance()))).await;
    for change in [
        json!({ "hide_rows": [{ "table": "no_such" }] }),
        json!({ "hide_rows": [{ "table": "incident", "where": { "nothing": "1" } }] }),
        json!({ "hide_rows": [{ "table": "incident", "fields": ["state"] }] }),
        json!({ "hide_fields": [{ "table": "incident" }] }),
        json!({ "hide_fields": [{ "table": "incident", "fields": ["nothing"] }] }),
        json!({ "query_acl": [{ "table": "incident", "fields": ["state"], "deeds": ["read"] }] }),
        json!({ "write_acl": [{ "table": "incident", "deeds": ["burn"] }] }),
        json!({ "write_acl": [{ "table": "incident", "where": { "state": "1" } }] }),
        json!({ "closed_tables": ["no_such"] }),
        json!({ "hibernate": true, "rate_limit": [{ "limit": 1, "user": "nobody" }] }),
        json!({ "rate_limit": [{ "limit": 1, "role": "nobody" }] }),
        json!({ "second_factors": { "nobody": "1" } }),
        json!({ "token_ttl": 0 }),
        json!({ "tabel_api_acl": true }),
        json!("all"),
    ] {
        let answer = client.admin("/servicenow/access", change.clone()).await;
        assert_eq!(answer.status, 400, "{change}");
        assert!(answer.body["error"].is_string(), "{change}");
    }
    let after =
        send(reqwest::Client::new().get(format!("{}/_sandbox/servicenow/access", client.instance()))).await;
    assert_eq!(after.body, before.body);
}

#[tokio::test]
async fn the_service_account_administers_users_but_makes_no_administrator() {
    let client = Client::start().await;
    let user = client.find("sys_user", "user_name=a.berg@contoso.test").await;
    let person = format!("/api/now/table/sys_user/{user}");
    let fields = json!({ "first_name": "Anne", "last_name": "Berg", "email": "anne@contoso.test", "title": "Engineer",
        "source": "internal", "user_password": "ignored" });
    let written = client.patch(&person, fields).await;
    assert_eq!(written.status, 200, "{written:?}");
    let (result, name) = (written.result(), json!("Anne Berg"));
    assert_eq!(
        (&result["name"], &result["source"], &result["user_password"]),
        (&name, &json!("internal"), &json!(""))
    );
    let give = async |role: &str| {
        let role = client.find("sys_user_role", &format!("name={role}")).await;
        client.post("/api/now/table/sys_user_has_role", json!({ "user": user, "role": role })).await
    };
    assert_eq!(give("itil").await.status, 201);
    for role in ["admin", "security_admin"] {
        assert_eq!(
            give(role).await.refusal(),
            (403, "Operation Failed", denied("Insert").as_str()),
            "{role}"
        );
    }
    let row = client.find("sys_user_has_role", &format!("user={user}^inherited=false")).await;
    let admin = client.find("sys_user_role", "name=admin").await;
    let raised =
        client.patch(&format!("/api/now/table/sys_user_has_role/{row}"), json!({ "role": admin })).await;
    assert_eq!(raised.refusal(), (403, "Operation Failed", denied("Update").as_str()));
    assert_eq!(client.delete(&format!("/api/now/table/sys_user_has_role/{row}")).await.status, 204);
}

#[tokio::test]
async fn each_role_opens_what_it_is_for() {
    let client = Client::start().await;
    let admin = client.administrator();
    let number = client.create("incident", json!({ "caller_id": "" })).await;
    let incident = format!("{INCIDENTS}/{number}");
    client.post("/api/now/table/sc_task", json!({})).await;
    let rows = async |person: &Client, path: &str| match person.get(path).await {
        answer if answer.status == 200 => answer.result().as_array().map_or(1, Vec::len).to_string(),
        answer => answer.status.to_string(),
    };
    // Role; incidents, catalog tasks, properties and tables seen; statuses of writing an incident, making
    // one, making a person, deciding an approval for another.
    let cases = [
        ("", ["0", "0", "0", "403"], [404, 403, 403, 403]),
        ("sn_incident_read", ["1", "0", "0", "403"], [403, 403, 403, 403]),
        ("sn_incident_write", ["1", "0", "0", "403"], [200, 201, 403, 403]),
        ("sn_request_read", ["0", "1", "0", "403"], [404, 403, 403, 403]),
        ("itil", ["1", "1", "0", "403"], [200, 201, 403, 403]),
        ("user_admin", ["0", "0", "0", "403"], [404, 403, 201, 403]),
        ("approval_admin", ["0", "0", "0", "403"], [404, 403, 403, 201]),
        ("security_admin", ["0", "0", "0", "403"], [404, 403, 403, 403]),
    ];
    for (at, (role, seen, statuses)) in cases.into_iter().enumerate() {
        let name = format!("tester{at}");
        let user = admin.create("sys_user", json!({ "user_name": name })).await;
        client.admin("/servicenow/passwords", json!({ "as": name, "password": "p" })).await;
        if !role.is_empty() {
            let role = admin.find("sys_user_role", &format!("name={role}")).await;
            admin.create("sys_user_has_role", json!({ "user": user, "role": role })).await;
        }
        let mut person = client.clone();
        person.authorize(&format!("Basic {}", STANDARD.encode(format!("{name}:p"))));
        let query = "?sysparm_query=sys_created_by!=nobody&sysparm_limit=1";
        let mut found = Vec::new();
        for table in ["incident", "sc_task", "sys_properties", "sys_db_object"] {
            found.push(rows(&person, &format!("/api/now/table/{table}{query}")).await);
        }
        assert_eq!(found, seen, "{role}");
        let written = [
            person.patch(&incident, json!({ "description": role })).await.status,
            person.post(INCIDENTS, json!({})).await.status,
            person.post("/api/now/table/sys_user", json!({ "user_name": format!("by{at}") })).await.status,
            person.post("/api/now/table/sysapproval_approver", json!({ "approver": user })).await.status,
        ];
        assert_eq!(written, statuses, "{role}");
    }
}

#[tokio::test]
async fn the_read_only_role_takes_every_write_away() {
    let client = Client::start().await;
    let id = client.create("incident", json!({})).await;
    let user = client.find("sys_user", &format!("user_name={SERVICE}")).await;
    let role = client.find("sys_user_role", "name=snc_read_only").await;
    client.create("sys_user_has_role", json!({ "user": user, "role": role })).await;
    let path = format!("{INCIDENTS}/{id}");
    assert_eq!(client.get(&path).await.status, 200);
    for (method, path, deed) in [
        (Method::POST, INCIDENTS, "Insert"),
        (Method::PATCH, path.as_str(), "Update"),
        (Method::DELETE, path.as_str(), "Delete"),
    ] {
        let answer = send(client.request(method, path).json(&json!({ "urgency": "1" }))).await;
        assert_eq!(answer.refusal(), (403, "Operation Failed", denied(deed).as_str()));
    }
}

#[tokio::test]
async fn a_password_counts_where_encrypted_fields_are_written_and_is_never_shown() {
    let client = Client::start().await;
    let basic =
        |name: &str, password: &str| format!("Basic {}", STANDARD.encode(format!("{name}:{password}")));
    let enters = async |name: &str, password: &str| {
        let mut person = client.clone();
        person.authorize(&basic(name, password));
        person.get("/api/sn_sc/servicecatalog/catalogs").await.status == 200
    };
    let account = json!({ "user_name": "demo.user", "first_name": "Demo", "user_password": "first" });
    let path = "/api/now/table/sys_user";
    assert_eq!(client.post(path, account.clone()).await.status, 201);
    assert!(!enters("demo.user", "first").await, "without the parameter it is dropped");
    let other = json!({ "user_name": "demo.other", "user_password": "first" });
    let made = client.post(&format!("{path}?sysparm_input_display_value=true"), other).await;
    assert_eq!(made.status, 201);
    assert!(enters("demo.other", "first").await && !enters("demo.other", "second").await);
    let own = format!("{path}/{}", made.result()["sys_id"].as_str().unwrap());
    let changed = client
        .patch(&format!("{own}?sysparm_input_display_value=true"), json!({ "user_password": "second" }))
        .await;
    assert_eq!((changed.status, &changed.result()["user_password"]), (200, &json!("********")));
    assert!(enters("demo.other", "second").await && !enters("demo.other", "first").await);
    // An account that administers users does not become an administrator this way.
    let admin = format!("{path}/6816f79cc0a8016401c5a33be04be441?sysparm_input_display_value=true");
    client.patch(&admin, json!({ "user_password": "mine" })).await;
    assert!(enters("admin", "admin").await && !enters("admin", "mine").await);
}
