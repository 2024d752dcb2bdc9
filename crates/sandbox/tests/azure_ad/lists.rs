//! Lists: pages, options the directory refuses, filters and search.

use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::answers::{code, ids, texts};
use crate::client::world::{World, read};

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
        ("/users?$expand=friends", false, 400, "BadRequest"),
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
