//! Reading one user: properties, manager, spellings of paths, headers.

use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::answers::code;
use crate::client::world::World;

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
