//! Roles that come by groups and inside other roles, as rows of `sys_user_has_role`.

use serde_json::json;

use crate::client::Client;

/// The inherited roles of a user: role, group and role around it, by their names.
async fn inherited(client: &Client, user: &str) -> Vec<String> {
    let fields =
        "role.name,granted_by.name,included_in_role.name,included_in_role_instance.contains.name,user";
    let query = format!("user={user}^inherited=true^ORDERBYrole.name");
    let rows = client.query("sys_user_has_role", &query, &[("sysparm_fields", fields)]).await;
    let rows = rows.result().as_array().unwrap().iter();
    let mut found: Vec<String> = rows
        .map(|row| {
            let text = |field: &str| row[field].as_str().unwrap();
            let (role, within) = (text("role.name"), text("included_in_role.name"));
            // The row of the containment leads to the same role.
            let inner = text("included_in_role_instance.contains.name");
            assert!(if within.is_empty() { inner.is_empty() } else { inner == role });
            format!("{role}|{}|{within}", text("granted_by.name"))
        })
        .collect();
    found.sort();
    found
}

async fn role(client: &Client, name: &str) -> String {
    client.find("sys_user_role", &format!("name={name}")).await
}

#[tokio::test]
async fn rows_follow_memberships_roles_of_groups_and_contained_roles() {
    let client = Client::start().await.administrator();
    let (user, person) = client.somebody("person", &[]).await;
    let group = client.create("sys_user_group", json!({ "name": "Readers" })).await;
    for name in ["outer", "middle", "inner"] {
        client.create("sys_user_role", json!({ "name": name })).await;
    }
    let contains = async |around: &str, within: &str| {
        let body = json!({ "role": role(&client, around).await, "contains": role(&client, within).await });
        client.create("sys_user_role_contains", body).await
    };
    let edge = contains("outer", "middle").await;
    let of_group = json!({ "group": group, "role": role(&client, "outer").await });
    let group_role = client.create("sys_group_has_role", of_group.clone()).await;
    assert_eq!(inherited(&client, &user).await, Vec::<String>::new());

    let member = client.create("sys_user_grmember", json!({ "user": user, "group": group })).await;
    assert_eq!(inherited(&client, &user).await, ["middle|Readers|outer", "outer|Readers|"]);
    contains("middle", "inner").await;
    let all = ["inner|Readers|middle", "middle|Readers|outer", "outer|Readers|"];
    assert_eq!(inherited(&client, &user).await, all);
    // A circle ends somewhere.
    let circle = contains("inner", "outer").await;
    assert_eq!(inherited(&client, &user).await.len(), 4);
    client.delete(&format!("/api/now/table/sys_user_role_contains/{circle}")).await;
    assert_eq!(inherited(&client, &user).await, all);

    let direct = json!({ "user": user, "role": role(&client, "middle").await, "inherited": "true" });
    let direct = client.create("sys_user_has_role", direct).await;
    assert_eq!(client.field("sys_user_has_role", &direct, "inherited").await, "false");
    let both = ["inner|Readers|middle", "inner||middle", "middle|Readers|outer", "outer|Readers|"];
    assert_eq!(inherited(&client, &user).await, both);

    client.delete(&format!("/api/now/table/sys_user_role_contains/{edge}")).await;
    assert_eq!(inherited(&client, &user).await, ["inner||middle", "outer|Readers|"]);
    client.delete(&format!("/api/now/table/sys_group_has_role/{group_role}")).await;
    assert_eq!(inherited(&client, &user).await, ["inner||middle"]);
    client.create("sys_group_has_role", of_group).await;
    assert_eq!(inherited(&client, &user).await, ["inner||middle", "outer|Readers|"]);
    let changed = json!({ "role": role(&client, "inner").await });
    client.patch(&format!("/api/now/table/sys_user_has_role/{direct}"), changed).await;
    assert_eq!(inherited(&client, &user).await, ["outer|Readers|"]);
    client.delete(&format!("/api/now/table/sys_user_grmember/{member}")).await;
    assert_eq!(inherited(&client, &user).await, Vec::<String>::new());
    client.create("sys_user_grmember", json!({ "user": user, "group": group })).await;
    assert_eq!(inherited(&client, &user).await, ["outer|Readers|"]);
    client.delete(&format!("/api/now/table/sys_user_group/{group}")).await;
    assert_eq!(inherited(&client, &user).await, Vec::<String>::new());
    let inner = role(&client, "inner").await;
    client.delete(&format!("/api/now/table/sys_user_role/{inner}")).await;
    assert_eq!(client.query("sys_user_has_role", &format!("user={user}"), &[]).await.column("sys_id"), "");
    assert_eq!(person.get("/api/now/table/incident").await.status, 200);
}

#[tokio::test]
async fn rows_that_follow_from_others_open_what_they_name_and_are_nobodys_to_change() {
    let client = Client::start().await.administrator();
    client.clear("incident").await;
    client.create("incident", json!({})).await;
    let (user, person) = client.somebody("person", &[]).await;
    let group = client.create("sys_user_group", json!({ "name": "Readers" })).await;
    let itil = role(&client, "itil").await;
    client.create("sys_group_has_role", json!({ "group": group, "role": itil })).await;
    let seen = async || {
        let new = person.query("incident", "numberSTARTSWITHINC001", &[]).await;
        new.result().as_array().unwrap().len()
    };
    assert_eq!(seen().await, 0);
    let member = client.create("sys_user_grmember", json!({ "user": user, "group": group })).await;
    assert_eq!(seen().await, 1);
    let rows = client.query("sys_user_has_role", &format!("user={user}^inherited=true"), &[]).await;
    for row in rows.result().as_array().unwrap() {
        let path = format!("/api/now/table/sys_user_has_role/{}", row["sys_id"].as_str().unwrap());
        assert_eq!(client.patch(&path, json!({ "state": "requested" })).await.refusal().0, 403);
        assert_eq!(client.delete(&path).await.refusal().0, 403);
    }
    client.delete(&format!("/api/now/table/sys_user_grmember/{member}")).await;
    assert_eq!(seen().await, 0);
}

#[tokio::test]
async fn what_a_company_begins_with_is_in_step() {
    let client = Client::start().await.administrator();
    let service = client.find("sys_user", "user_name=svc-drawbridge@contoso.test").await;
    let rows = inherited(&client, &service).await;
    assert!(rows.contains(&"sn_incident_write||itil".to_owned()), "{rows:?}");
    assert!(rows.contains(&"sn_incident_read||sn_incident_write".to_owned()), "{rows:?}");
    let dump = client.dump().await;
    client.restore(dump).await;
    assert_eq!(inherited(&client, &service).await, rows);
}
