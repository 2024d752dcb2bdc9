//! Relations: what `$expand` shows of them, how many there are, and casts to one type.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::answers::{code, ids};
use crate::client::world::{World, read};
use crate::steps::{filled, world_of_everything};

/// Asks with the header of advanced queries.
async fn advanced(world: &World, path: &str) -> (StatusCode, Value) {
    read(world.graph(Method::GET, path).header("ConsistencyLevel", "eventual").send().await.unwrap()).await
}

const USER: &str = "/users/a.berg@contoso.test";
const BOSS: &str = "/users/m.boss@contoso.test";
const TEAM: &str = "/groups/{group:Engineering Oslo}";
const VPN: &str = "/groups/{group:VPN users}";

#[tokio::test]
async fn an_expansion_shows_the_first_objects_of_the_relation() {
    let world = world_of_everything().await;
    for (object, relation) in [
        (BOSS, "directReports"),
        (USER, "memberOf"),
        (USER, "ownedDevices"),
        (USER, "registeredDevices"),
        (USER, "ownedObjects"),
        (TEAM, "members"),
        (TEAM, "owners"),
        (TEAM, "memberOf"),
        (VPN, "members"),
    ] {
        let object = filled(&world, object, &Value::Null).await;
        let (status, shown) = world.get(&format!("{object}?$expand={relation}($select=id)")).await;
        assert_eq!(status, StatusCode::OK, "{object} {relation}: {shown}");
        let (_, list) = world.get(&format!("{object}/{relation}?$select=id&$top=999")).await;
        let shown: Vec<&str> =
            shown[relation].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect();
        let all = ids(&list);
        assert!(!all.is_empty(), "{object} {relation}");
        assert_eq!(shown, all[..all.len().min(20)], "{object} {relation}");
    }
}

#[tokio::test]
async fn expansions_the_service_does_not_make_are_refused_in_its_words() {
    let world = world_of_everything().await;
    let chain = "Transitive manager's list is only supported on a single user, send the $expand request on \
                 /users/{id} endpoint";
    let nested = |relation: &str| {
        format!("The query option '$expand' is not supported within $expand of '{relation}'.")
    };
    let advanced_only = "$expand is not supported in advanced queries.".to_owned();
    let unsupported = "Request_UnsupportedQuery";
    for (path, expected, message) in [
        (
            "/groups?$expand=members($select=id,displayName;$expand=manager($select=id))",
            unsupported,
            nested("members"),
        ),
        ("/users/a.berg@contoso.test?$expand=manager($expand=manager)", unsupported, nested("manager")),
        ("/users?$expand=manager($levels=2)", unsupported, chain.to_owned()),
        ("/users?$expand=manager&$count=true", unsupported, advanced_only.clone()),
        ("/users/a.berg@contoso.test?$expand=manager&$count=true", unsupported, advanced_only),
        (
            "/users/a.berg@contoso.test?$expand=manager($levels=1001)",
            "BadRequest",
            "Parsing OData Select and Expand failed: The value of $levels '1001' is not valid; it must be an \
             integer from 1 to 1000 or 'max'."
                .to_owned(),
        ),
    ] {
        let (status, body) = advanced(&world, path).await;
        assert_eq!((status.as_u16(), code(&body)), (400, expected), "{path}");
        assert_eq!(body["error"]["message"], message, "{path}");
    }
    // Managers above managers are shown in an advanced query too.
    let path =
        "/users/a.berg@contoso.test?$select=id&$count=true&$expand=manager($levels=max;$select=displayName)";
    let (status, body) = advanced(&world, path).await;
    assert_eq!((status, &body["manager"]["displayName"]), (StatusCode::OK, &json!("Maria Boss")));
    assert!(body["manager"]["manager"].is_object(), "{body}");
}

#[tokio::test]
async fn every_relation_is_counted_whole_and_by_type() {
    let world = world_of_everything().await;
    for (relation, casts) in [
        ("/groups/{group:VPN users}/members", &["user", "group", "servicePrincipal", "device"][..]),
        ("/groups/{group:VPN users}/transitiveMembers", &["user", "group"]),
        ("/groups/{group:Engineering Oslo}/memberOf", &["group", "directoryRole", "administrativeUnit"]),
        ("/groups/{group:Engineering Oslo}/transitiveMemberOf", &["group"]),
        ("/groups/{group:Engineering Oslo}/owners", &["user", "servicePrincipal"]),
        ("/users/d.sharma@contoso.test/memberOf", &["group", "directoryRole"]),
        ("/users/d.sharma@contoso.test/transitiveMemberOf", &["group", "directoryRole"]),
        ("/users/m.boss@contoso.test/directReports", &["user"]),
        ("/users/a.berg@contoso.test/ownedDevices", &["device"]),
        ("/users/a.berg@contoso.test/registeredDevices", &["device"]),
        ("/users/a.berg@contoso.test/ownedObjects", &["device", "group"]),
    ] {
        let relation = filled(&world, relation, &Value::Null).await;
        let (_, all) = world.get(&format!("{relation}?$top=999&$select=id")).await;
        let items = all["value"].as_array().unwrap();
        assert_eq!(advanced(&world, &format!("{relation}/$count")).await.1, json!(items.len()), "{relation}");
        for cast in casts {
            let of_type = format!("#microsoft.graph.{cast}");
            let expected = items.iter().filter(|item| item["@odata.type"] == of_type.as_str()).count();
            for spelling in [format!("microsoft.graph.{cast}"), format!("graph.{cast}")] {
                let path = format!("{relation}/{spelling}");
                let (status, page) = world.get(&format!("{path}?$top=999&$select=id")).await;
                assert_eq!(status, StatusCode::OK, "{path}: {page}");
                assert_eq!(ids(&page).len(), expected, "{path}");
                let (status, count) = advanced(&world, &format!("{path}/$count")).await;
                assert_eq!((status, count), (StatusCode::OK, json!(expected)), "{path}");
            }
        }
    }
}

#[tokio::test]
async fn counts_take_filters_and_searches_and_want_the_header() {
    let world = world_of_everything().await;
    let members = "/groups/{group:VPN users}/transitiveMembers/microsoft.graph.user/$count";
    let members = filled(&world, members, &Value::Null).await;
    for (query, expected) in [
        ("", 16),
        ("?$filter=displayName eq 'Ann Berg'", 1),
        ("?$filter=startswith(displayName,'nobody')", 0),
        ("?$filter=endswith(userPrincipalName,'contoso.test')", 16),
        ("?$search=\"displayName:Berg\"", 1),
    ] {
        let (status, count) = advanced(&world, &format!("{members}{query}")).await;
        assert_eq!((status, count), (StatusCode::OK, json!(expected)), "{query}");
    }
    let groups = "/users/a.berg@contoso.test/transitiveMemberOf/microsoft.graph.group/$count";
    for (path, eventual, expected, message) in [
        (members.clone(), false, "Request_BadRequest", "$count is not currently supported."),
        (groups.to_owned(), false, "Request_BadRequest", "$count is not currently supported."),
        (format!("{members}?$filter=frobs eq 'x'"), true, "BadRequest", "microsoft.graph.user"),
        (format!("{groups}?$filter=city eq 'x'"), true, "BadRequest", "microsoft.graph.group"),
        (
            groups.replace("graph.group", "graph.frob"),
            true,
            "BadRequest",
            "Resource not found for the segment 'microsoft.graph.frob'.",
        ),
    ] {
        let (status, body) = match eventual {
            true => advanced(&world, &path).await,
            false => world.get(&path).await,
        };
        assert_eq!((status.as_u16(), code(&body)), (400, expected), "{path}");
        assert!(body["error"]["message"].as_str().unwrap().contains(message), "{path}: {body}");
    }
    let mut world = world;
    world.token = world.token_of("basic").await;
    assert_eq!(advanced(&world, groups).await.0, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_request_for_a_package_shows_its_assignment_and_the_one_inside() {
    let world = world_of_everything().await;
    let at = |path: &str| format!("/identityGovernance/entitlementManagement/{path}");
    let package = world.named(&at("accessPackages?$expand=assignmentPolicies"), "Sales records").await;
    let policies = package["assignmentPolicies"].as_array().unwrap();
    let policy = policies.iter().find(|own| own["displayName"] == "Staff").unwrap();
    let user = world.user_id("t.vik").await;
    let body = json!({ "requestType": "adminAdd", "assignment": {
        "targetId": user, "assignmentPolicyId": policy["id"], "accessPackageId": package["id"],
    } });
    let made = world.make(&at("assignmentRequests"), body).await;
    world.advance("1m").await;
    let one = at(&format!("assignmentRequests/{}", made["id"].as_str().unwrap()));
    let nested =
        "assignment($select=state;$expand=target($select=displayName),accessPackage($select=displayName))";
    let (status, read) = world.get(&format!("{one}?$select=id&$expand={nested}")).await;
    assert_eq!(status, StatusCode::OK, "{read}");
    let expected = json!({
        "state": "delivered", "target": { "displayName": "Tor Vik" },
        "accessPackage": { "displayName": "Sales records" },
    });
    assert_eq!(read["assignment"], expected);
    for refused in ["accessPackage($expand=assignmentPolicies)", "assignment($expand=friends)"] {
        assert_eq!(
            world.get(&format!("{one}?$expand={refused}")).await.0,
            StatusCode::BAD_REQUEST,
            "{refused}"
        );
    }
}
