//! SCIM 2.0 over accounts and groups.

use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{Answer, Client, send};

async fn close(client: &Client, change: Value) {
    let answer = client.admin("/servicenow/access", change).await;
    assert_eq!(answer.status, 200, "{answer:?}");
}

async fn call(client: &Client, method: Method, path: &str, body: Value) -> Answer {
    let request = client.request(method, &format!("/api/now/scim/{path}"));
    let request =
        request.header("content-type", "application/scim+json").header("accept", "application/scim+json");
    send(if body.is_null() { request } else { request.body(body.to_string()) }).await
}

/// Status and kind of a refusal.
async fn refused(client: &Client, method: Method, path: &str, body: Value) -> (u16, Value) {
    let answer = call(client, method, path, body).await;
    assert_eq!(answer.body["schemas"][0], "urn:ietf:params:scim:api:messages:2.0:Error", "{answer:?}");
    assert_eq!(answer.body["status"], answer.status.to_string());
    (answer.status, answer.body["scimType"].clone())
}

#[tokio::test]
async fn accounts_are_found_by_filter_and_paged() {
    let client = Client::start().await.administrator();
    let found = call(
        &client,
        Method::GET,
        "Users?filter=userName+eq+%22A.BERG@contoso.test%22&attributes=userName,name",
        Value::Null,
    )
    .await;
    assert_eq!(found.header("content-type"), "application/scim+json;charset=UTF-8");
    let id = found.body["Resources"][0]["id"].clone();
    assert_eq!(
        found.body,
        json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
            "totalResults": 1, "startIndex": 1, "itemsPerPage": 1,
            "Resources": [{
                "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],
                "id": id, "userName": "a.berg@contoso.test",
                "name": { "givenName": "Ann", "familyName": "Berg", "formatted": "Ann Berg" } }] })
    );
    let none = call(&client, Method::GET, "Users?filter=userName+eq+%22nobody%22", Value::Null).await;
    assert_eq!(
        (none.status, &none.body["totalResults"], &none.body["Resources"]),
        (200, &json!(0), &json!([]))
    );
    let page =
        call(&client, Method::GET, "Groups?startIndex=2&count=3&excludedAttributes=members", Value::Null)
            .await;
    assert_eq!((&page.body["itemsPerPage"], &page.body["startIndex"]), (&json!(3), &json!(2)));
    assert!(page.body["Resources"][0].get("members").is_none());
    let beyond =
        call(&client, Method::GET, "Users?startIndex=18446744073709551615&count=0", Value::Null).await;
    assert_eq!((beyond.status, &beyond.body["itemsPerPage"]), (200, &json!(0)));
}

#[tokio::test]
async fn an_account_is_made_changed_replaced_and_removed() {
    let client = Client::start().await.administrator();
    let user = json!({
        "userName": "ann.lee", "name": { "givenName": "Ann", "familyName": "Lee" }, "active": true, "title": "Clerk",
        "emails": [{ "type": "work", "value": "ann@x.test", "primary": true }], "externalId": "e-1" });
    let made = call(&client, Method::POST, "Users", user.clone()).await;
    let id = made.body["id"].as_str().unwrap().to_owned();
    assert_eq!(
        (made.status, made.header("location")),
        (201, format!("{}/api/now/scim/Users/{id}", client.instance()).as_str())
    );
    assert_eq!(refused(&client, Method::POST, "Users", user).await, (409, json!("uniqueness")));
    let patch = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [
        { "op": "Replace", "path": "active", "value": "False" },
        { "op": "replace", "value": { "title": "Head Clerk" } },
        { "op": "replace", "path": "emails[type eq \"work\"].value", "value": "lee@x.test" },
        { "op": "remove", "path": "name.givenName" } ] });
    let path = format!("Users/{id}");
    let changed = call(&client, Method::PATCH, &path, patch).await;
    assert_eq!(
        (
            &changed.body["active"],
            &changed.body["title"],
            &changed.body["emails"][0]["value"],
            &changed.body["displayName"]
        ),
        (&json!(false), &json!("Head Clerk"), &json!("lee@x.test"), &json!("Lee"))
    );
    assert_eq!(client.field("sys_user", &id, "email").await, "lee@x.test");
    let replaced = call(&client, Method::PUT, &path, json!({ "userName": "ann.lee" })).await;
    assert!(replaced.body.get("title").is_none() && replaced.body.get("emails").is_none());
    assert_eq!(call(&client, Method::DELETE, &path, Value::Null).await.status, 204);
    assert_eq!(refused(&client, Method::GET, &path, Value::Null).await, (404, Value::Null));
}

#[tokio::test]
async fn members_come_and_go() {
    let client = Client::start().await.administrator();
    let person = async |name: &str| client.find("sys_user", &format!("user_name={name}@contoso.test")).await;
    let (ann, eva) = (person("a.berg").await, person("e.wolf").await);
    let made = call(
        &client,
        Method::POST,
        "Groups",
        json!({ "displayName": "Readers", "members": [{ "value": ann }, { "value": ann }] }),
    )
    .await;
    let path = format!("Groups/{}", made.body["id"].as_str().unwrap());
    let names = |answer: &Answer| {
        let members = answer.body["members"].as_array().unwrap().iter();
        let mut names: Vec<&str> = members.map(|member| member["display"].as_str().unwrap()).collect();
        names.sort_unstable();
        names.join(", ")
    };
    assert_eq!(names(&made), "Ann Berg");
    let operation =
        async |op: Value| call(&client, Method::PATCH, &path, json!({ "Operations": [op] })).await;
    assert_eq!(
        names(&operation(json!({ "op": "add", "path": "members", "value": [{ "value": eva }] })).await),
        "Ann Berg, Eva Wolf"
    );
    assert_eq!(
        names(&operation(json!({ "op": "remove", "path": format!("members[value eq \"{ann}\"]") })).await),
        "Eva Wolf"
    );
    assert_eq!(
        names(&operation(json!({ "op": "replace", "path": "members", "value": [{ "value": ann }] })).await),
        "Ann Berg"
    );
    assert_eq!(names(&operation(json!({ "op": "remove", "path": "members" })).await), "");
    let unknown =
        json!({ "Operations": [{ "op": "add", "path": "members", "value": [{ "value": "nobody" }] }] });
    assert_eq!(refused(&client, Method::PATCH, &path, unknown).await, (400, json!("invalidValue")));
}

#[tokio::test]
async fn what_is_wrong_is_refused_in_the_shape_of_scim() {
    let client = Client::start().await;
    assert_eq!(refused(&client, Method::GET, "Users", Value::Null).await, (403, Value::Null));
    let admin = client.administrator();
    for (method, path, body, expected) in [
        (Method::GET, "Users?filter=shoeSize+eq+4", Value::Null, (400, json!("invalidFilter"))),
        (Method::POST, "Users", json!([]), (400, json!("invalidSyntax"))),
        (Method::POST, "Users", json!({ "active": true }), (400, json!("invalidValue"))),
        (Method::POST, "Groups", Value::Null, (400, json!("invalidSyntax"))),
        (Method::GET, "Printers", Value::Null, (404, Value::Null)),
        (Method::GET, "", Value::Null, (404, Value::Null)),
        (Method::DELETE, "Users", Value::Null, (405, Value::Null)),
        (Method::POST, "Schemas", Value::Null, (405, Value::Null)),
        (
            Method::PATCH,
            "Users/6816f79cc0a8016401c5a33be04be441",
            json!({ "Operations": [{ "op": "add", "path": "shoeSize", "value": 4 }] }),
            (400, json!("invalidPath")),
        ),
        (Method::PATCH, "Users/6816f79cc0a8016401c5a33be04be441", json!({}), (400, json!("invalidSyntax"))),
    ] {
        assert_eq!(refused(&admin, method.clone(), path, body).await, expected, "{method} {path}");
    }
    for what in ["ServiceProviderConfig", "ResourceTypes", "Schemas"] {
        assert_eq!(call(&admin, Method::GET, what, Value::Null).await.status, 200, "{what}");
    }
}

#[tokio::test]
async fn the_rules_of_the_tables_hold_for_whoever_holds_the_role_of_the_service() {
    let client = Client::start().await;
    let (_, service) = client.somebody("provisioner", &["scim_admin"]).await;
    let admin = client.administrator();
    let (ann, eva) = (
        client.find("sys_user", "user_name=a.berg@contoso.test").await,
        client.find("sys_user", "user_name=e.wolf@contoso.test").await,
    );
    let (path, boss) = (format!("Users/{ann}"), client.field("sys_user", &ann, "manager").await);
    let group = json!({ "displayName": "Readers", "members": [{ "value": ann }, { "value": eva }] });
    let made = call(&service, Method::POST, "Groups", group.clone()).await;
    let group_path = format!("Groups/{}", made.body["id"].as_str().unwrap());
    assert_eq!((made.status, made.body["members"].as_array().unwrap().len()), (201, 2));
    let title = |text: &str| json!({ "Operations": [{ "op": "replace", "path": "title", "value": text }] });
    assert_eq!(call(&service, Method::PATCH, &path, title("Clerk")).await.status, 200);
    let total = async || {
        call(&service, Method::GET, "Users?filter=userName+co+%22contoso%22&count=1", Value::Null).await.body
            ["totalResults"]
            .clone()
    };
    let all = total().await.as_u64().unwrap();

    let row = json!({ "table": "sys_user", "where": { "user_name": "a.berg@contoso.test" } });
    close(&client, json!({ "hide_rows": [row, { "table": "sys_user", "where": { "sys_id": boss } }] })).await;
    for (method, body) in [
        (Method::GET, Value::Null),
        (Method::PATCH, title("x")),
        (Method::PUT, json!({ "userName": "a" })),
        (Method::DELETE, Value::Null),
    ] {
        assert_eq!(refused(&service, method.clone(), &path, body).await, (404, Value::Null), "{method}");
    }
    assert_eq!(total().await, json!(all - 2));
    let members = call(&service, Method::GET, &group_path, Value::Null).await.body["members"].clone();
    assert_eq!((members.as_array().unwrap().len(), &members[0]["value"]), (1, &json!(eva)));
    let add = json!({ "Operations": [{ "op": "add", "path": "members", "value": [{ "value": boss }] }] });
    assert_eq!(refused(&service, Method::PATCH, &group_path, add).await, (400, json!("invalidValue")));

    let fields = json!([{ "table": "sys_user", "fields": ["title", "manager", "email"] }]);
    close(&client, json!({ "hide_rows": [], "hide_fields": fields })).await;
    let shown = call(&service, Method::GET, &path, Value::Null).await.body;
    let enterprise = &shown["urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"];
    assert_eq!((shown.get("title"), shown.get("emails"), enterprise.get("manager")), (None, None, None));
    assert_eq!(
        (&shown["userName"], &enterprise["department"]),
        (&json!("a.berg@contoso.test"), &json!("Engineering"))
    );
    assert_eq!(
        refused(&service, Method::GET, "Users?filter=title+pr", Value::Null).await,
        (403, Value::Null)
    );

    let write = json!([{ "table": "sys_user", "fields": ["title"] }, { "table": "sys_user", "deeds": ["create", "delete"] },
        { "table": "sys_user_grmember", "deeds": ["create"] }]);
    close(&client, json!({ "hide_fields": [], "write_acl": write })).await;
    let dropped = call(&service, Method::PATCH, &path, title("dropped")).await;
    assert_eq!((dropped.status, &dropped.body["title"]), (200, &json!("Clerk")));
    for (method, path, body) in [
        (Method::POST, "Users", json!({ "userName": "new" })),
        (Method::DELETE, path.as_str(), Value::Null),
        (Method::POST, "Groups", json!({ "displayName": "Others", "members": [{ "value": ann }] })),
    ] {
        assert_eq!(
            refused(&service, method.clone(), path, body).await,
            (403, Value::Null),
            "{method} {path}"
        );
    }
    close(&client, json!({ "write_acl": [] })).await;
    let role = admin.find("sys_user_role", "name=snc_read_only").await;
    let user = admin.find("sys_user", "user_name=provisioner").await;
    admin.create("sys_user_has_role", json!({ "user": user, "role": role })).await;
    assert_eq!(refused(&service, Method::PATCH, &path, title("x")).await, (403, Value::Null));
    assert_eq!(call(&service, Method::GET, &path, Value::Null).await.status, 200);
}
