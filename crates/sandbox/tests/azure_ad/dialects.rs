//! Addresses and levels of annotations as other clients use them: the beta, the tenant in the path, `odata.metadata`.

use reqwest::Method;
use serde_json::{Value, json};

use crate::client::world::{World, read};
use crate::steps::world_of_everything;

async fn accepting(world: &World, path: &str, level: &str) -> Value {
    let accept = format!("application/json; charset=utf-8; odata.metadata={level}");
    let response = world.graph(Method::GET, path).header("Accept", accept).send().await.unwrap();
    let content_type = response.headers()["content-type"].to_str().unwrap().to_owned();
    assert!(content_type.starts_with(&format!("application/json;odata.metadata={level};")), "{content_type}");
    read(response).await.1
}

#[tokio::test]
async fn without_metadata_only_links_and_numbers_are_left() {
    let world = world_of_everything().await;
    let page = accepting(&world, "/groups?$top=1&$expand=members", "none").await;
    assert!(page["@odata.nextLink"].is_string() && page.get("@odata.context").is_none(), "{page}");
    assert_eq!(page["value"].to_string().matches("@odata").count(), 0, "{page}");
    let delta = accepting(&world, "/users/delta?$deltatoken=latest", "none").await;
    assert!(delta["@odata.deltaLink"].is_string(), "{delta}");
    let manager = accepting(&world, "/users/a.berg@contoso.test/manager/$ref", "none").await;
    assert!(manager["@odata.id"].is_string(), "{manager}");
}

#[tokio::test]
async fn full_metadata_gives_every_object_its_type_and_address() {
    let world = world_of_everything().await;
    let tenant = &world.sandbox.endpoints().azure_ad.tenant_id;
    let user = accepting(&world, "/users/a.berg@contoso.test?$select=id&$expand=manager", "full").await;
    for object in [&user, &user["manager"]] {
        let id = object["id"].as_str().unwrap();
        let address = object["@odata.id"].as_str().unwrap();
        let expected = format!("/v2/{tenant}/directoryObjects/{id}/Microsoft.DirectoryServices.User");
        assert!(address.ends_with(&expected), "{address}");
        assert_eq!(object["@odata.type"], "#microsoft.graph.user");
        assert_eq!(object["@odata.editLink"], format!("directoryObjects('{id}')/microsoft.graph.user"));
    }
    let role = "62e90394-69f5-4237-9190-012177145e10";
    let page = accepting(&world, "/roleManagement/directory/roleDefinitions", "full").await;
    let roles = page["value"].as_array().unwrap();
    let found = roles.iter().find(|own| own["id"] == role).unwrap();
    assert_eq!(found["@odata.type"], "#microsoft.graph.unifiedRoleDefinition");
    assert_eq!(found["@odata.editLink"], format!("roleManagement/directory/roleDefinitions('{role}')"));
}

#[tokio::test]
async fn the_beta_answers_in_the_shapes_of_the_version_that_is_known() {
    let world = world_of_everything().await;
    let azure_ad = world.sandbox.endpoints().azure_ad.clone();
    let graph = &azure_ad.graph;
    let (_, page) = world.follow(&format!("{graph}/beta/users?$top=1&$select=id")).await;
    assert_eq!(page["@odata.context"], format!("{graph}/beta/$metadata#users(id)"));
    let next = page["@odata.nextLink"].as_str().unwrap();
    assert!(next.starts_with(&format!("{graph}/beta/users?")), "{next}");
    assert_eq!(world.follow(next).await.0.as_u16(), 200);
    let (_, round) = world.follow(&format!("{graph}/BETA/users/delta?$deltatoken=latest")).await;
    let link = round["@odata.deltaLink"].as_str().unwrap();
    assert!(link.starts_with(&format!("{graph}/beta/users/delta")), "{link}");
    assert_eq!(world.follow(link).await.0.as_u16(), 200);
    let requests = json!({ "requests": [
        { "id": "1", "method": "GET", "url": "/users?$top=1&$select=id" },
        { "id": "2", "method": "GET", "url": format!("{graph}/beta/users?$top=1&$select=id") },
    ] });
    let batch = world.http.post(format!("{graph}/beta/$batch")).bearer_auth(&world.token).json(&requests);
    let (_, answer) = read(batch.send().await.unwrap()).await;
    for response in answer["responses"].as_array().unwrap() {
        assert_eq!(response["body"]["@odata.context"], page["@odata.context"], "{response}");
    }
}

#[tokio::test]
async fn a_path_may_name_the_tenant() {
    let world = world_of_everything().await;
    let azure_ad = world.sandbox.endpoints().azure_ad.clone();
    for (name, status) in [(azure_ad.tenant_id.as_str(), 200), ("myorganization", 200), ("another", 400)] {
        let (found, body) = world.get(&format!("/{name}/users?$top=1&$select=id")).await;
        assert_eq!(found.as_u16(), status, "{name}: {body}");
        if let Some(next) = body["@odata.nextLink"].as_str() {
            assert_eq!(world.follow(next).await.0.as_u16(), 200, "{next}");
        }
    }
}

#[tokio::test]
async fn those_who_would_sign_people_in_get_an_answer_they_can_read() {
    let world = World::start().await;
    let azure_ad = world.sandbox.endpoints().azure_ad.clone();
    for path in ["oauth2/v2.0/devicecode", "oauth2/devicecode", "oauth2/v2.0/authorize"] {
        let url = format!("{}/{}/{path}", azure_ad.authority, azure_ad.tenant_id);
        let request = world.http.post(url).form(&[("client_id", azure_ad.client_id.as_str())]);
        let (status, body) = read(request.send().await.unwrap()).await;
        assert_eq!(
            (status.as_u16(), body["error"].as_str()),
            (400, Some("unsupported_grant_type")),
            "{path}: {body}"
        );
    }
}
