//! The pretend Azure AD tenant as a client sees it over HTTP.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod client;

use client::world::{World, app_id, read};
use reqwest::header::{AUTHORIZATION, LOCATION, WWW_AUTHENTICATE};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

fn ids(page: &Value) -> Vec<&str> {
    page["value"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap()).collect()
}

fn texts<'a>(page: &'a Value, property: &str) -> Vec<&'a str> {
    page["value"].as_array().unwrap().iter().map(|item| item[property].as_str().unwrap()).collect()
}

fn code(body: &Value) -> &str {
    body["error"]["code"].as_str().unwrap_or_default()
}

/// Fields of a form.
type Fields<'a> = &'a [(&'a str, &'a str)];

/// A body that creates a user, as the reference has it.
fn new_user(name: &str) -> Value {
    json!({
        "accountEnabled": true, "displayName": name, "mailNickname": name,
        "userPrincipalName": format!("{name}@contoso.test"),
        "passwordProfile": { "password": "Ex4mple-pass", "forceChangePasswordNextSignIn": true },
    })
}

// Tokens

#[tokio::test]
async fn a_token_says_when_it_ends_and_is_not_refreshable() {
    let world = World::start().await;
    let endpoint = world.sandbox.endpoints().azure_ad.clone();
    let form = [
        ("client_id", endpoint.client_id.as_str()),
        ("client_secret", endpoint.client_secret.as_str()),
        ("scope", "https://graph.microsoft.com/.default"),
        ("grant_type", "client_credentials"),
    ];
    let (status, mut body) = world.token_request("contoso.test", &form).await;
    assert_eq!(status, StatusCode::OK);
    assert!(body["access_token"].take().as_str().unwrap().len() > 40);
    assert_eq!(
        body,
        json!({ "token_type": "Bearer", "expires_in": 3599, "ext_expires_in": 3599, "access_token": null })
    );
}

#[tokio::test]
async fn credentials_in_the_authorization_header_work_too() {
    let world = World::start().await;
    let endpoint = world.sandbox.endpoints().azure_ad.clone();
    let url = format!("{}/{}/oauth2/v2.0/token", endpoint.authority, endpoint.tenant_id);
    let form = [("scope", "https://graph.microsoft.com/.default"), ("grant_type", "client_credentials")];
    let request =
        world.http.post(url).basic_auth(&endpoint.client_id, Some(&endpoint.client_secret)).form(&form);
    assert_eq!(request.send().await.unwrap().status(), StatusCode::OK);
}

#[tokio::test]
async fn every_fault_in_a_token_request_has_its_own_number() {
    let world = World::start().await;
    let endpoint = world.sandbox.endpoints().azure_ad.clone();
    let tenant = endpoint.tenant_id.as_str();
    let good = |field: &str| match field {
        "client_id" => endpoint.client_id.clone(),
        "client_secret" => endpoint.client_secret.clone(),
        "scope" => "https://graph.microsoft.com/.default".to_owned(),
        _ => "client_credentials".to_owned(),
    };
    let (retired, lapsed) = (app_id("retired"), app_id("lapsed"));
    let retired = [("client_id", retired.as_str())];
    let lapsed = [("client_id", lapsed.as_str()), ("client_secret", "sandbox-lapsed-secret")];
    // Tenant, fields that differ from a good request (empty: left out), status, error, number.
    let cases: [(&str, Fields<'_>, u16, &str, u32); 14] = [
        (tenant, &[("client_secret", "wrong")], 401, "invalid_client", 7000215),
        (tenant, &[("client_secret", "")], 401, "invalid_client", 7000218),
        (tenant, &lapsed, 401, "invalid_client", 7000222),
        (tenant, &retired, 400, "unauthorized_client", 7000112),
        (
            tenant,
            &[("client_id", "00000000-0000-0000-0000-000000000001")],
            400,
            "unauthorized_client",
            700016,
        ),
        (tenant, &[("client_id", "")], 400, "invalid_request", 900144),
        (tenant, &[("scope", "")], 400, "invalid_request", 900144),
        (tenant, &[("scope", "User.Read.All")], 400, "invalid_scope", 1002012),
        (tenant, &[("scope", "a/.default b/.default")], 400, "invalid_scope", 70011),
        (tenant, &[("scope", "https://vault.azure.net/.default")], 400, "invalid_resource", 500011),
        (tenant, &[("grant_type", "")], 400, "invalid_request", 900144),
        (tenant, &[("grant_type", "password")], 400, "unsupported_grant_type", 70003),
        ("fabrikam.test", &[], 400, "invalid_request", 90002),
        ("common", &[], 400, "invalid_request", 9001023),
    ];
    for (tenant, different, status, error, number) in cases {
        let mut form = Vec::new();
        for field in ["client_id", "client_secret", "scope", "grant_type"] {
            let changed =
                different.iter().find(|(name, _)| *name == field).map(|(_, value)| (*value).to_owned());
            let value = changed.unwrap_or_else(|| good(field));
            if !value.is_empty() {
                form.push((field, value));
            }
        }
        let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let (got, body) = world.token_request(tenant, &form).await;
        let seen = (got.as_u16(), body["error"].as_str().unwrap(), body["error_codes"][0].as_u64().unwrap());
        assert_eq!(seen, (status, error, u64::from(number)), "{different:?}");
        assert!(body["error_description"].as_str().unwrap().starts_with(&format!("AADSTS{number}: ")));
        assert_eq!(body["timestamp"], "2026-01-05 08:00:00Z");
        assert!(body["trace_id"].is_string() && body["correlation_id"].is_string());
    }
}

#[tokio::test]
async fn the_discovery_document_names_the_token_endpoint() {
    let world = World::start().await;
    let endpoint = world.sandbox.endpoints().azure_ad.clone();
    let base = format!("{}/{}", endpoint.authority, endpoint.tenant_id);
    let (status, body) = world.follow(&format!("{base}/v2.0/.well-known/openid-configuration")).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(body["token_endpoint"], format!("{base}/oauth2/v2.0/token"));
    assert_eq!(body["issuer"], format!("{base}/v2.0"));
    let (status, _) = world.follow(body["jwks_uri"].as_str().unwrap()).await;
    assert_eq!(status, StatusCode::OK);
}

#[tokio::test]
async fn without_a_living_token_graph_answers_401_with_a_challenge() {
    let world = World::start().await;
    let url = format!("{}/v1.0/users", world.sandbox.endpoints().azure_ad.graph);
    for authorization in ["", "Bearer abc", "Bearer a.b.c", "Basic eDp5"] {
        let response = world.http.get(&url).header(AUTHORIZATION, authorization).send().await.unwrap();
        assert!(response.headers()[WWW_AUTHENTICATE].to_str().unwrap().starts_with("Bearer "));
        let (status, body) = read(response).await;
        assert_eq!((status, code(&body)), (StatusCode::UNAUTHORIZED, "InvalidAuthenticationToken"));
    }
    assert_eq!(world.get("/organization").await.0, StatusCode::OK);
    world.advance("1h").await;
    let (status, body) = world.get("/organization").await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    assert_eq!(body["error"]["message"], "Lifetime validation failed, the token is expired.");
}

#[tokio::test]
async fn each_operation_asks_for_its_permission() {
    let mut world = World::start().await;
    // Application, method, path, body, whether it may.
    let cases: Vec<(&str, Method, &str, Value, bool)> = vec![
        ("reader", Method::GET, "/users/m.boss@contoso.test?$select=department", json!(null), true),
        ("reader", Method::GET, "/users/delta?$deltatoken=latest", json!(null), true),
        (
            "reader",
            Method::POST,
            "/users/m.boss@contoso.test/checkMemberGroups",
            json!({"groupIds": []}),
            true,
        ),
        ("reader", Method::PATCH, "/users/m.boss@contoso.test", json!({"city": "Bergen"}), false),
        ("reader", Method::POST, "/users", new_user("x.new"), false),
        ("basic", Method::GET, "/users/m.boss@contoso.test", json!(null), true),
        ("basic", Method::GET, "/users/m.boss@contoso.test?$select=department", json!(null), false),
        ("basic", Method::GET, "/users/delta", json!(null), false),
        ("basic", Method::GET, "/users/m.boss@contoso.test/memberOf", json!(null), false),
        ("unconsented", Method::GET, "/organization", json!(null), false),
        ("drawbridge", Method::PATCH, "/users/m.boss@contoso.test", json!({"city": "Bergen"}), true),
        (
            "drawbridge",
            Method::PATCH,
            "/users/m.boss@contoso.test",
            json!({"accountEnabled": false, "passwordProfile": {"password": "Ex4mple-pass"}}),
            false,
        ),
    ];
    for (app, method, path, body, may) in cases {
        world.token = world.token_of(app).await;
        let (status, answer) = match &body {
            Value::Null => world.get(path).await,
            body => world.send(method.clone(), path, body.clone()).await,
        };
        if may {
            assert!(status.is_success(), "{app} {method} {path}: {status} {answer}");
        } else {
            assert_eq!(
                (status, code(&answer)),
                (StatusCode::FORBIDDEN, "Authorization_RequestDenied"),
                "{app} {path}"
            );
        }
    }
}

// Reading users

#[tokio::test]
async fn a_user_is_found_by_id_and_by_name_with_the_default_properties() {
    let world = World::start().await;
    let (_, by_name) = world.get("/users/M.Boss@contoso.test").await;
    let id = by_name["id"].as_str().unwrap();
    let (_, by_id) = world.get(&format!("/users/{id}")).await;
    assert_eq!(by_name, by_id);
    let graph = &world.sandbox.endpoints().azure_ad.graph;
    let expected = json!({
        "@odata.context": format!("{graph}/v1.0/$metadata#users/$entity"),
        "businessPhones": [], "displayName": "Maria Boss", "givenName": "Maria", "jobTitle": "Head of Engineering",
        "mail": "m.boss@contoso.test", "mobilePhone": null, "officeLocation": "Oslo", "preferredLanguage": null,
        "surname": "Boss", "userPrincipalName": "m.boss@contoso.test", "id": id,
    });
    assert_eq!(by_id, expected);
}

#[tokio::test]
async fn select_gives_exactly_what_is_named_and_refuses_the_unknown() {
    let world = World::start().await;
    let (_, body) =
        world.get("/users/a.berg@contoso.test?$select=department,country,employeeId,companyName").await;
    let graph = &world.sandbox.endpoints().azure_ad.graph;
    let expected = json!({
        "@odata.context": format!("{graph}/v1.0/$metadata#users(department,country,employeeId,companyName)/$entity"),
        "department": "Engineering", "country": "NO", "employeeId": "E1004", "companyName": "Contoso",
    });
    assert_eq!(body, expected);
    let (status, body) = world.get("/users/a.berg@contoso.test?$select=shoeSize").await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(
        body["error"]["message"].as_str().unwrap().contains("Could not find a property named 'shoeSize'")
    );
    let (status, _) = world.get("/users?$select=aboutMe").await;
    assert_eq!(status, StatusCode::NOT_IMPLEMENTED);
}

#[tokio::test]
async fn expand_shows_the_manager_inside() {
    let world = World::start().await;
    let path = "/users/a.berg@contoso.test?$select=displayName&$expand=manager($select=displayName)";
    let (_, body) = world.get(path).await;
    assert_eq!(
        body["manager"],
        json!({ "@odata.type": "#microsoft.graph.user", "displayName": "Maria Boss" })
    );
    let (_, body) = world.get("/users/l.lonely@contoso.test?$select=displayName&$expand=manager").await;
    assert_eq!(body.get("manager"), None);
}

#[tokio::test]
async fn the_manager_is_an_object_or_404() {
    let world = World::start().await;
    let (status, body) = world.get("/users/a.berg@contoso.test/manager?$select=userPrincipalName").await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(body["@odata.type"], "#microsoft.graph.user");
    assert_eq!(body["userPrincipalName"], "m.boss@contoso.test");
    for path in ["/users/l.lonely@contoso.test/manager", "/users/nobody@contoso.test/manager"] {
        let (status, body) = world.get(path).await;
        assert_eq!((status, code(&body)), (StatusCode::NOT_FOUND, "Request_ResourceNotFound"), "{path}");
    }
}

#[tokio::test]
async fn all_spellings_of_a_path_work() {
    let world = World::start().await;
    let paths = [
        "/users('m.boss@contoso.test')?$select=id",
        "/Users/m.boss%40contoso.test/?%24select=id",
        "/users/m.boss@contoso.test?select=id",
        "/users/lena.holt_fabrikam.test%23EXT%23@contoso.test?$select=id",
        "/users/delta()?$deltatoken=latest",
        "/users/microsoft.graph.delta()?$deltaToken=latest",
        "/users/m.boss@contoso.test/transitiveMemberOf/microsoft.graph.group",
    ];
    for path in paths {
        let (status, body) = world.get(path).await;
        assert_eq!(status, StatusCode::OK, "{path}: {body}");
    }
}

#[tokio::test]
async fn unknown_paths_versions_and_methods_are_refused_in_their_shapes() {
    let world = World::start().await;
    let (status, body) = world.get("/me/drives").await;
    assert_eq!((status, code(&body)), (StatusCode::BAD_REQUEST, "BadRequest"));
    let (status, _) = world.send(Method::PUT, "/users", json!({})).await;
    assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED);
    let graph = &world.sandbox.endpoints().azure_ad.graph;
    assert_eq!(world.follow(&format!("{graph}/beta/users")).await.0, StatusCode::BAD_REQUEST);
    assert_eq!(world.follow(&format!("{graph}/nothing")).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn every_answer_carries_the_services_headers_and_the_virtual_date() {
    let world = World::start().await;
    let request =
        world.graph(Method::GET, "/users/m.boss@contoso.test").header("client-request-id", "c0ffee");
    let response = request.send().await.unwrap();
    let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header("client-request-id"), "c0ffee");
    assert_eq!(header("request-id").len(), 36);
    assert_eq!(header("odata-version"), "4.0");
    assert_eq!(header("date"), "Mon, 05 Jan 2026 08:00:00 GMT");
    assert!(header("content-type").starts_with("application/json;odata.metadata=minimal"));
    assert_eq!(header("x-ms-resource-unit"), "1");
}

// Lists

#[tokio::test]
async fn pages_lead_to_every_user_once_also_while_users_come_and_go() {
    let world = World::start().await;
    for order in ["", "&$orderby=displayName", "&$orderby=displayName desc"] {
        let (_, mut page) = world.get(&format!("/users?$top=25&$select=id,displayName{order}")).await;
        let mut seen: Vec<String> = Vec::new();
        let mut pages = 0;
        loop {
            pages += 1;
            seen.extend(ids(&page).into_iter().map(str::to_owned));
            let Some(next) = page["@odata.nextLink"].as_str().map(str::to_owned) else { break };
            assert!(next.starts_with(&world.sandbox.endpoints().azure_ad.graph), "{next}");
            if pages == 1 {
                world.send(Method::DELETE, &format!("/users/{}", seen[3]), json!({})).await;
            }
            page = world.follow(&next).await.1;
        }
        let mut once = seen.clone();
        once.sort();
        once.dedup();
        assert_eq!((pages, once.len()), (3, seen.len()), "{order}");
    }
}

#[tokio::test]
async fn list_options_obey_the_rules_of_the_directory() {
    let world = World::start().await;
    // Path, whether the advanced header is sent, status, code.
    let cases = [
        ("/users?$top=0", false, 400, "Request_BadRequest"),
        ("/users?$top=1000", false, 400, "Request_BadRequest"),
        ("/users?$top=x", false, 400, "BadRequest"),
        ("/users?$skip=10", false, 400, "Request_BadRequest"),
        ("/users?$frobnicate=1", false, 400, "BadRequest"),
        ("/users?$top=1&$top=2", false, 400, "BadRequest"),
        ("/users?$count=true", false, 400, "Request_BadRequest"),
        ("/users/$count", false, 400, "Request_BadRequest"),
        ("/users?$search=\"displayName:ann\"", false, 400, "Request_UnsupportedQuery"),
        ("/users?$search=displayName:ann", true, 400, "BadRequest"),
        ("/users?$orderby=city", false, 400, "Request_UnsupportedQuery"),
        ("/users?$orderby=displayName&$filter=city eq 'Oslo'", false, 400, "Request_UnsupportedQuery"),
        ("/users?$filter=endswith(mail,'test')", false, 400, "Request_UnsupportedQuery"),
        ("/users?$filter=city ne 'Oslo'", true, 400, "Request_UnsupportedQuery"),
        ("/users?$filter=contains(displayName,'x')&$count=true", true, 400, "Request_UnsupportedQuery"),
        ("/users?$filter=city eq", false, 400, "BadRequest"),
        ("/users?$skiptoken=nonsense", false, 400, "Request_BadRequest"),
        ("/users?$expand=memberOf", false, 400, "BadRequest"),
        ("/groups?$filter=createdDateTime ge 2026-01-01T00:00:00Z", false, 400, "Request_UnsupportedQuery"),
        (
            "/users/m.boss@contoso.test/memberOf?$filter=displayName eq 'x'",
            false,
            400,
            "Request_UnsupportedQuery",
        ),
    ];
    for (path, advanced, status, expected) in cases {
        let mut request = world.graph(Method::GET, path);
        if advanced {
            request = request.header("ConsistencyLevel", "eventual");
        }
        let (got, body) = read(request.send().await.unwrap()).await;
        assert_eq!((got.as_u16(), code(&body)), (status, expected), "{path}: {body}");
    }
}

#[tokio::test]
async fn filters_search_and_count_find_the_right_people() {
    let world = World::start().await;
    let cases = [
        ("$filter=displayName eq 'Ciara O''Brien'", "userPrincipalName", vec!["c.obrien@contoso.test"]),
        ("$filter=startswith(userPrincipalName,'svc-b')", "displayName", vec!["svc-backup", "svc-build"]),
        ("$filter=department eq 'facilities' and city eq 'Oslo'", "surname", vec!["Holm", "Strand"]),
        ("$filter=accountEnabled eq false", "surname", vec!["Falk", "Engel"]),
        ("$filter=userType eq 'Guest' and startswith(displayName,'M')", "displayName", vec!["Mia Chen"]),
        ("$filter=mail in ('a.berg@contoso.test','w.tan@contoso.test')", "givenName", vec!["Ann", "Wei"]),
        (
            "$filter=employeeType eq 'Intern' and officeLocation eq 'Berlin'&$count=true",
            "surname",
            vec!["Popescu", "Wolf"],
        ),
        ("$search=\"displayName:boss\"", "surname", vec!["Boss"]),
    ];
    for (query, property, expected) in cases {
        let request =
            world.graph(Method::GET, &format!("/users?{query}")).header("ConsistencyLevel", "eventual");
        let (status, body) = read(request.send().await.unwrap()).await;
        assert_eq!(status, StatusCode::OK, "{query}: {body}");
        assert_eq!(texts(&body, property), expected, "{query}");
    }
    let path = "/users?$filter=userType eq 'Guest'&$count=true&$top=1";
    let request = world.graph(Method::GET, path).header("ConsistencyLevel", "eventual");
    let (_, body) = read(request.send().await.unwrap()).await;
    assert_eq!((&body["@odata.count"], ids(&body).len()), (&json!(3), 1));
    let request = world.graph(Method::GET, "/users/$count").header("ConsistencyLevel", "eventual");
    assert_eq!(read(request.send().await.unwrap()).await.1, json!(60));
}

#[tokio::test]
async fn an_old_page_token_has_to_be_started_again() {
    let mut world = World::start().await;
    let (_, page) = world.get("/users?$top=5").await;
    world.advance("2h").await;
    world.token = world.token_of("drawbridge").await;
    let (status, body) = world.follow(page["@odata.nextLink"].as_str().unwrap()).await;
    assert_eq!((status, code(&body)), (StatusCode::BAD_REQUEST, "Directory_ExpiredPageToken"));
}

// Groups

#[tokio::test]
async fn groups_show_their_kind_and_their_members() {
    let world = World::start().await;
    let (_, page) = world.get("/groups?$filter=displayName eq 'Berlin people'").await;
    let group = &page["value"][0];
    assert_eq!(group["groupTypes"], json!(["DynamicMembership"]));
    assert_eq!((&group["securityEnabled"], &group["mailEnabled"]), (&json!(true), &json!(false)));
    let (_, page) =
        world.get("/groups?$filter=groupTypes/any(c:c eq 'Unified')&$select=id,displayName").await;
    assert_eq!(texts(&page, "displayName"), ["Project Northwind"]);
    let id = ids(&page)[0];
    let (_, members) = world.get(&format!("/groups/{id}/members?$select=id,displayName")).await;
    assert_eq!(members["value"][0]["@odata.type"], "#microsoft.graph.user");
    assert_eq!(texts(&members, "displayName"), ["Ann Berg", "Katrin Vogel", "Zara Ahmed", "Mia Chen"]);
    let (_, owners) = world.get(&format!("/groups/{id}/owners?$select=id,displayName")).await;
    assert_eq!(texts(&owners, "displayName"), ["Katrin Vogel"]);
    assert_eq!(world.get("/groups/00000000-0000-0000-0000-000000000001").await.0, StatusCode::NOT_FOUND);
}

async fn group_id(world: &World, name: &str) -> String {
    let (_, page) = world.get(&format!("/groups?$filter=displayName eq '{name}'&$select=id")).await;
    ids(&page)[0].to_owned()
}

#[tokio::test]
async fn membership_is_asked_directly_and_through_groups() {
    let world = World::start().await;
    let names = |page: &Value| texts(page, "displayName").into_iter().map(str::to_owned).collect::<Vec<_>>();
    let (_, direct) = world.get("/users/j.dubois@contoso.test/memberOf?$select=id,displayName").await;
    assert_eq!(names(&direct), ["Consultants", "Engineering Oslo"]);
    let (_, all) = world.get("/users/j.dubois@contoso.test/transitiveMemberOf?$select=id,displayName").await;
    let expected = ["Onboarding exclusions", "Consultants", "Engineering", "Engineering Oslo", "VPN users"];
    assert_eq!(names(&all), expected);

    let exclusions = group_id(&world, "Onboarding exclusions").await;
    let services = group_id(&world, "Service accounts").await;
    let asked = json!({ "groupIds": [services, exclusions, "00000000-0000-0000-0000-000000000009"] });
    let check = async |user: &str| {
        let path = format!("/users/{user}@contoso.test/checkMemberGroups");
        world.send(Method::POST, &path, asked.clone()).await.1["value"].clone()
    };
    assert_eq!(check("j.dubois").await, json!([exclusions]));
    assert_eq!(check("svc-backup").await, json!([services]));
    assert_eq!(check("a.berg").await, json!([]));

    let too_many = json!({ "groupIds": vec![exclusions; 21] });
    let (status, _) =
        world.send(Method::POST, "/users/a.berg@contoso.test/checkMemberGroups", too_many).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn members_come_and_go_only_where_the_directory_is_master() {
    let world = World::start().await;
    let (_, user) = world.get("/users/a.berg@contoso.test?$select=id").await;
    let user = user["id"].as_str().unwrap();
    let reference =
        json!({ "@odata.id": format!("https://graph.microsoft.com/v1.0/directoryObjects/{user}") });
    let vpn = group_id(&world, "VPN users").await;
    let add = format!("/groups/{vpn}/members/$ref");
    assert_eq!(world.send(Method::POST, &add, reference.clone()).await.0, StatusCode::NO_CONTENT);
    let (status, body) = world.send(Method::POST, &add, reference.clone()).await;
    assert_eq!((status, code(&body)), (StatusCode::BAD_REQUEST, "Request_BadRequest"));
    assert!(body["error"]["message"].as_str().unwrap().contains("already exist"));
    let remove = format!("/groups/{vpn}/members/{user}/$ref");
    assert_eq!(world.send(Method::DELETE, &remove, json!({})).await.0, StatusCode::NO_CONTENT);
    assert_eq!(world.send(Method::DELETE, &remove, json!({})).await.0, StatusCode::NOT_FOUND);
    for name in ["Berlin people", "Ledger operators", "Payroll", "All hands"] {
        let path = format!("/groups/{}/members/$ref", group_id(&world, name).await);
        assert_eq!(
            world.send(Method::POST, &path, reference.clone()).await.0,
            StatusCode::BAD_REQUEST,
            "{name}"
        );
    }
}

// Writing users

#[tokio::test]
async fn a_created_user_is_there_at_once_and_a_second_one_conflicts() {
    let world = World::start().await;
    let (status, created) = world.send(Method::POST, "/users", new_user("a.new")).await;
    assert_eq!(status, StatusCode::CREATED);
    let path = format!(
        "/users/{}?$select=id,accountEnabled,createdDateTime,userType",
        created["id"].as_str().unwrap()
    );
    let (_, read) = world.get(&path).await;
    assert_eq!(read["createdDateTime"], "2026-01-05T08:00:00Z");
    assert_eq!((&read["accountEnabled"], &read["userType"]), (&json!(true), &json!("Member")));
    let (status, body) = world.send(Method::POST, "/users", new_user("A.New")).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert_eq!(body["error"]["details"][0]["code"], "ObjectConflict");
    assert_eq!(body["error"]["details"][0]["target"], "userPrincipalName");
}

#[tokio::test]
async fn a_user_that_lacks_or_breaks_something_is_refused() {
    let world = World::start().await;
    // Member, its wrong value (null: left out), a piece of the message.
    let cases = [
        ("accountEnabled", json!(null), "A value is required for property 'accountEnabled'"),
        ("displayName", json!(null), "A value is required for property 'displayName'"),
        ("mailNickname", json!(null), "A value is required for property 'mailNickname'"),
        ("passwordProfile", json!(null), "A value is required for property 'passwordProfile'"),
        ("passwordProfile", json!({"password": "short"}), "password complexity"),
        ("userPrincipalName", json!("x.new@fabrikam.test"), "domain portion"),
        ("userPrincipalName", json!("x new"), "Property userPrincipalName is invalid"),
        ("accountEnabled", json!("yes"), "Edm.Boolean"),
        ("displayName", json!(""), "Invalid value specified for property 'displayName'"),
        ("shoeSize", json!(43), "Invalid property 'shoeSize'"),
        ("createdDateTime", json!("2026-01-01T00:00:00Z"), "read-only"),
    ];
    for (member, value, message) in cases {
        let mut body = new_user("x.new");
        body[member] = value.clone();
        if value.is_null() {
            body.as_object_mut().unwrap().remove(member);
        }
        let (status, body) = world.send(Method::POST, "/users", body).await;
        assert_eq!((status, code(&body)), (StatusCode::BAD_REQUEST, "Request_BadRequest"), "{member}");
        assert!(body["error"]["message"].as_str().unwrap().contains(message), "{member}: {body}");
    }
    let request = world.graph(Method::POST, "/users").body("{}");
    assert_eq!(request.send().await.unwrap().status(), StatusCode::BAD_REQUEST);
    let request = world.graph(Method::POST, "/users").header("content-type", "application/json").body("{");
    assert_eq!(request.send().await.unwrap().status(), StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_change_sets_clears_and_keeps_and_a_synced_user_is_refused() {
    let world = World::start().await;
    let change = json!({ "city": "Bergen", "jobTitle": null });
    let (status, _) = world.send(Method::PATCH, "/users/a.berg@contoso.test", change).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    let (_, user) = world.get("/users/a.berg@contoso.test?$select=city,jobTitle,department").await;
    assert_eq!(
        (&user["city"], &user["jobTitle"], &user["department"]),
        (&json!("Bergen"), &json!(null), &json!("Engineering"))
    );
    let (status, body) =
        world.send(Method::PATCH, "/users/x.onprem@contoso.test", json!({ "city": "Bonn" })).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(body["error"]["message"].as_str().unwrap().contains("on-premises mastered"));
}

#[tokio::test]
async fn a_manager_is_set_and_removed_by_reference() {
    let world = World::start().await;
    let path = "/users/l.lonely@contoso.test/manager/$ref";
    let graph = &world.sandbox.endpoints().azure_ad.graph;
    let reference = json!({ "@odata.id": format!("{graph}/v1.0/users/m.boss@contoso.test") });
    assert_eq!(world.send(Method::PUT, path, reference).await.0, StatusCode::NO_CONTENT);
    assert_eq!(world.get("/users/l.lonely@contoso.test/manager").await.1["displayName"], "Maria Boss");
    assert_eq!(world.send(Method::DELETE, path, json!({})).await.0, StatusCode::NO_CONTENT);
    assert_eq!(world.get("/users/l.lonely@contoso.test/manager").await.0, StatusCode::NOT_FOUND);
    let nobody = json!({ "@odata.id": format!("{graph}/v1.0/users/nobody") });
    assert_eq!(world.send(Method::PUT, path, nobody).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_deleted_user_is_gone_from_everywhere() {
    let world = World::start().await;
    assert_eq!(
        world.send(Method::DELETE, "/users/m.boss@contoso.test", json!({})).await.0,
        StatusCode::NO_CONTENT
    );
    assert_eq!(world.get("/users/m.boss@contoso.test").await.0, StatusCode::NOT_FOUND);
    assert_eq!(world.get("/users/a.berg@contoso.test/manager").await.0, StatusCode::NOT_FOUND);
    let (_, page) = world.get("/users?$filter=startswith(userPrincipalName,'m.boss')").await;
    assert_eq!(ids(&page).len(), 0);
}

// Delta

/// Follows a round to its end: all items and the link to the next round.
async fn round(world: &World, link: &str) -> (Vec<Value>, String) {
    let mut link = link.to_owned();
    let mut items = Vec::new();
    loop {
        let (status, page) = world.follow(&link).await;
        assert_eq!(status, StatusCode::OK, "{page}");
        items.extend(page["value"].as_array().unwrap().iter().cloned());
        if let Some(delta) = page["@odata.deltaLink"].as_str() {
            assert_eq!(page.get("@odata.nextLink"), None);
            return (items, delta.to_owned());
        }
        link = page["@odata.nextLink"].as_str().unwrap().to_owned();
    }
}

fn delta_url(world: &World, query: &str) -> String {
    format!("{}/v1.0/users/delta?{query}", world.sandbox.endpoints().azure_ad.graph)
}

#[tokio::test]
async fn a_full_round_brings_everybody_in_pages_and_the_next_one_nobody() {
    let world = World::start().await;
    let (_, first) = world.follow(&delta_url(&world, "$select=displayName,department")).await;
    assert_eq!(first["value"].as_array().unwrap().len(), 25);
    assert!(first["@odata.nextLink"].is_string() && first.get("@odata.deltaLink").is_none());
    let (items, link) = round(&world, &delta_url(&world, "$select=displayName,department")).await;
    assert_eq!(items.len(), 60);
    let guest = items.iter().find(|item| item["displayName"] == "Lena Holt").unwrap();
    assert_eq!(guest.as_object().unwrap().keys().collect::<Vec<_>>(), ["displayName", "id"]);
    assert_eq!(round(&world, &link).await.0.len(), 0);
}

#[tokio::test]
async fn a_round_from_now_brings_what_is_created_changed_and_deleted_since() {
    let world = World::start().await;
    let query = "$select=displayName,department,manager&$deltatoken=latest";
    let (items, link) = round(&world, &delta_url(&world, query)).await;
    assert_eq!(items.len(), 0);

    let (_, created) = world.send(Method::POST, "/users", new_user("a.new")).await;
    let id = created["id"].as_str().unwrap();
    let (items, link) = round(&world, &link).await;
    assert_eq!(items, [json!({ "displayName": "a.new", "id": id })]);

    world.send(Method::PATCH, &format!("/users/{id}"), json!({ "city": "Oslo" })).await;
    let (items, link) = round(&world, &link).await;
    assert_eq!(items, [] as [Value; 0], "the city is not selected");

    world.send(Method::PATCH, &format!("/users/{id}"), json!({ "department": "Sales" })).await;
    let (_, boss) = world.get("/users/m.boss@contoso.test?$select=id").await;
    let boss = boss["id"].as_str().unwrap();
    let reference = json!({ "@odata.id": format!("https://graph.microsoft.com/v1.0/users/{boss}") });
    world.send(Method::PUT, &format!("/users/{id}/manager/$ref"), reference).await;
    let (items, link) = round(&world, &link).await;
    let expected = json!({
        "displayName": "a.new", "department": "Sales", "id": id,
        "manager@delta": [{ "@odata.type": "#microsoft.graph.user", "id": boss }],
    });
    assert_eq!(items, [expected]);

    world.send(Method::PATCH, &format!("/users/{id}"), json!({ "department": null })).await;
    let (items, link) = round(&world, &link).await;
    assert_eq!(items, [json!({ "displayName": "a.new", "department": null, "id": id })]);

    world.send(Method::DELETE, &format!("/users/{id}"), json!({})).await;
    let (items, link) = round(&world, &link).await;
    assert_eq!(items, [json!({ "id": id, "@removed": { "reason": "changed" } })]);
    assert_eq!(round(&world, &link).await.0.len(), 0);
}

#[tokio::test]
async fn the_same_link_gives_the_same_round_again() {
    let world = World::start().await;
    let (_, link) = round(&world, &delta_url(&world, "$deltatoken=latest")).await;
    world.send(Method::POST, "/users", new_user("a.new")).await;
    assert_eq!(round(&world, &link).await.0, round(&world, &link).await.0);
}

#[tokio::test]
async fn a_large_round_has_pages_and_later_changes_wait_for_the_next() {
    let world = World::start().await;
    let (_, link) = round(&world, &delta_url(&world, "$deltatoken=latest&$select=id")).await;
    for number in 0..30 {
        world.send(Method::POST, "/users", new_user(&format!("n{number}"))).await;
    }
    let (_, page) = world.follow(&link).await;
    assert_eq!(ids(&page).len(), 25);
    world.send(Method::POST, "/users", new_user("late")).await;
    let (rest, next) = round(&world, page["@odata.nextLink"].as_str().unwrap()).await;
    assert_eq!(rest.len(), 5);
    assert_eq!(round(&world, &next).await.0.len(), 1);
}

#[tokio::test]
async fn minimal_answers_leave_out_what_did_not_change() {
    let world = World::start().await;
    let (_, link) =
        round(&world, &delta_url(&world, "$deltatoken=latest&$select=displayName,department")).await;
    let (_, user) = world.get("/users/a.berg@contoso.test?$select=id").await;
    world.send(Method::PATCH, "/users/a.berg@contoso.test", json!({ "department": "Sales" })).await;
    let request = world.http.get(&link).bearer_auth(&world.token).header("Prefer", "return=minimal");
    let (_, page) = read(request.send().await.unwrap()).await;
    assert_eq!(page["value"], json!([{ "department": "Sales", "id": user["id"] }]));
}

#[tokio::test]
async fn an_expired_link_answers_410_with_the_way_to_start_again() {
    let mut world = World::start().await;
    let (_, link) = round(&world, &delta_url(&world, "$deltatoken=latest&$select=displayName")).await;
    world.advance("7d").await;
    world.token = world.token_of("drawbridge").await;
    assert_eq!(world.follow(&link).await.0, StatusCode::OK);
    world.advance("1m").await;
    let response = world.http.get(&link).bearer_auth(&world.token).send().await.unwrap();
    let location = response.headers()[LOCATION].to_str().unwrap().to_owned();
    let (status, body) = read(response).await;
    assert_eq!((status, code(&body)), (StatusCode::GONE, "syncStateNotFound"));
    assert_eq!(round(&world, &location).await.0.len(), 60);
}

#[tokio::test]
async fn links_of_a_world_that_was_reset_or_made_to_forget_are_gone() {
    let world = World::start().await;
    world.send(Method::POST, "/users", new_user("a.new")).await;
    let (_, link) = round(&world, &delta_url(&world, "$deltatoken=latest")).await;
    world.admin(Method::POST, "/reset", None).await;
    assert_eq!(world.follow(&link).await.0, StatusCode::GONE);
    let (_, link) = round(&world, &delta_url(&world, "$deltatoken=latest")).await;
    world.admin(Method::POST, "/azure_ad/expire_delta_tokens", None).await;
    assert_eq!(world.follow(&link).await.0, StatusCode::GONE);
}

#[tokio::test]
async fn a_delta_query_takes_only_what_the_service_takes() {
    let world = World::start().await;
    for query in [
        "$top=5",
        "$orderby=displayName",
        "$search=\"displayName:x\"",
        "$expand=manager",
        "$filter=city eq 'Oslo'",
        "$select=shoeSize",
        "$deltatoken=nonsense",
    ] {
        assert_eq!(world.follow(&delta_url(&world, query)).await.0, StatusCode::BAD_REQUEST, "{query}");
    }
    let (_, user) = world.get("/users/a.berg@contoso.test?$select=id").await;
    let id = user["id"].as_str().unwrap();
    let (items, _) =
        round(&world, &delta_url(&world, &format!("$select=displayName&$filter=id eq '{id}'"))).await;
    assert_eq!(items, [json!({ "displayName": "Ann Berg", "id": id })]);
}
