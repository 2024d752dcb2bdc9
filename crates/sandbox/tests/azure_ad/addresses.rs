//! Relations as clients spell them: casts, numbers, addresses, single objects, expansions, memberships asked by POST.

use reqwest::Method;
use serde_json::{Value, json};

use crate::answers::{code, texts};
use crate::client::world::{World, read};
use crate::steps::{reference, walk, world_of_everything};

const NONE: Value = Value::Null;

async fn id(world: &World, path: &str) -> String {
    let (_, page) = world.get(path).await;
    page["value"][0]["id"].as_str().unwrap_or_else(|| panic!("{path}: {page}")).to_owned()
}

/// Asks with `ConsistencyLevel: eventual`; gives the status and the text.
async fn eventual(world: &World, path: &str) -> (u16, String) {
    let request = world.graph(Method::GET, path).header("ConsistencyLevel", "eventual");
    let response = request.send().await.unwrap();
    (response.status().as_u16(), response.text().await.unwrap())
}

#[tokio::test]
async fn every_relation_is_counted_with_and_without_a_type() {
    let world = world_of_everything().await;
    let group = id(&world, "/groups?$filter=displayName eq 'Engineering'").await;
    let role = id(&world, "/directoryRoles").await;
    let ann = "/users/a.berg@contoso.test";
    for path in [
        format!("{ann}/memberOf"),
        format!("{ann}/memberOf/microsoft.graph.group"),
        format!("{ann}/memberOf/graph.administrativeUnit"),
        format!("{ann}/transitiveMemberOf"),
        format!("{ann}/transitiveMemberOf/graph.directoryRole"),
        format!("{ann}/registeredDevices"),
        format!("{ann}/ownedObjects/microsoft.graph.group"),
        "/users/m.boss@contoso.test/directReports".to_owned(),
        format!("/groups/{group}/members/microsoft.graph.user"),
        format!("/groups/{group}/transitiveMembers/graph.device"),
        format!("/groups/{group}/owners/microsoft.graph.user"),
        format!("/groups/{group}/transitiveMemberOf/graph.group"),
        format!("/directoryRoles/{role}/members/microsoft.graph.user"),
        "/directory/deletedItems/microsoft.graph.user".to_owned(),
        "/devices".to_owned(),
    ] {
        let (status, page) = world.get(&format!("{path}?$select=id")).await;
        assert_eq!(status.as_u16(), 200, "{path}: {page}");
        let listed = page["value"].as_array().map_or(0, Vec::len);
        assert_eq!(eventual(&world, &format!("{path}/$count")).await, (200, listed.to_string()), "{path}");
        let (status, body) = world.get(&format!("{path}/$count")).await;
        assert_eq!((status.as_u16(), code(&body)), (400, "Request_BadRequest"), "{path}: {body}");
    }
    let (status, body) = world.get(&format!("{ann}/memberOf/graph.message")).await;
    assert_eq!((status.as_u16(), code(&body)), (400, "BadRequest"), "{body}");
}

#[tokio::test]
async fn members_and_owners_are_found_one_by_one_and_by_address() {
    let world = world_of_everything().await;
    let group = "{group:Engineering Oslo}";
    let ann = "{user:a.berg}";
    let outsider = "{user:m.boss}";
    let of_user = "/Microsoft.DirectoryServices.User";
    walk(
        &world,
        &[
            ("GET", &format!("/groups/{group}/members/{ann}"), NONE, 200, "\"displayName\":\"Ann Berg\""),
            ("GET", &format!("/groups/{group}/members/{ann}/$ref"), NONE, 200, of_user),
            ("GET", &format!("/groups/{group}/members/{ann}/$ref?$select=id,url"), NONE, 200, "#$ref"),
            ("GET", &format!("/groups/{group}/members/{outsider}/$ref"), NONE, 404, "ResourceNotFound"),
            ("GET", &format!("/groups/{group}/members/graph.group/{ann}"), NONE, 404, "ResourceNotFound"),
            ("GET", &format!("/groups/{group}/owners/{ann}/$ref"), NONE, 404, "ResourceNotFound"),
            ("POST", &format!("/groups/{group}/owners/$ref"), reference(ann), 204, ""),
            ("GET", &format!("/groups/{group}/owners/{ann}/$ref"), NONE, 200, of_user),
            ("GET", &format!("/groups/{group}/owners/$ref"), NONE, 200, of_user),
        ],
    )
    .await;
    let group = id(&world, "/groups?$filter=displayName eq 'Engineering Oslo'").await;
    let (_, page) = world.get(&format!("/groups/{group}/members/$ref")).await;
    let ids = |items: &Value| items.as_array().unwrap().len();
    let (_, members) = world.get(&format!("/groups/{group}/members")).await;
    assert_eq!(ids(&page["value"]), ids(&members["value"]));
    for item in page["value"].as_array().unwrap() {
        let names: Vec<&String> = item.as_object().unwrap().keys().collect();
        assert_eq!(names, ["@odata.id"], "{item}");
    }
}

#[tokio::test]
async fn an_address_the_service_gave_can_be_given_back() {
    let world = world_of_everything().await;
    let group = "{group:VPN users}";
    let member = format!("/groups/{group}/members/{{user:m.boss}}/$ref");
    for address in [
        "directoryObjects/{user:m.boss}",
        "/users/m.boss@contoso.test",
        "https://graph.microsoft.com/v1.0/directoryObjects('{user:m.boss}')",
        "https://graph.microsoft.com/beta/users/{user:m.boss}",
        "https://graph.microsoft.com/v2/t/directoryObjects/{user:m.boss}/Microsoft.DirectoryServices.User",
    ] {
        let bound = json!({ "members@odata.bind": [address] });
        walk(
            &world,
            &[
                ("POST", &format!("/groups/{group}/members/$ref"), json!({ "@odata.id": address }), 204, ""),
                ("DELETE", &member, NONE, 204, ""),
                ("PATCH", &format!("/groups/{group}"), bound, 204, ""),
                ("DELETE", &member, NONE, 204, ""),
            ],
        )
        .await;
    }
}

#[tokio::test]
async fn memberships_are_asked_of_whatever_can_be_a_member() {
    let world = world_of_everything().await;
    let (nested, top) = ("{group:Engineering Oslo}", "{group:Engineering}");
    let holder = (
        "POST",
        "/directoryRoles/{role:User Administrator}/members/$ref",
        reference("{user:a.berg}"),
        204,
        "",
    );
    walk(&world, &[holder]).await;
    let every = json!({ "securityEnabledOnly": false });
    let security = json!({ "securityEnabledOnly": true });
    let of = |path: &str, action: &str| format!("{path}/{action}");
    let ann = "/users/{user:a.berg}";
    for (path, action, body, found, missing) in [
        (ann, "getMemberObjects", every.clone(), "{role:User Administrator}", "{group:Payroll}"),
        (
            ann,
            "microsoft.graph.getMemberObjects",
            security,
            "{group:Engineering Oslo}",
            "{role:User Administrator}",
        ),
        (ann, "getMemberGroups", every.clone(), top, "{role:User Administrator}"),
        (
            ann,
            "checkMemberObjects",
            json!({ "ids": ["{role:User Administrator}", "{group:Payroll}"] }),
            "{role:User Administrator}",
            "{group:Payroll}",
        ),
        (
            "/directoryObjects/{user:a.berg}",
            "checkMemberGroups",
            json!({ "groupIds": [nested, "{group:Payroll}"] }),
            nested,
            "{group:Payroll}",
        ),
        ("/groups/{group:Engineering Oslo}", "getMemberGroups", every.clone(), top, nested),
        (
            "/groups/{group:Engineering Oslo}",
            "checkMemberGroups",
            json!({ "groupIds": [nested, top] }),
            top,
            nested,
        ),
    ] {
        let path = of(path, action);
        let answer = walk(&world, &[("POST", &path, body, 200, "Collection(Edm.String)")]).await;
        for (place, is_in) in [(found, true), (missing, false)] {
            let list = if place.starts_with("{role") { "directoryRoles" } else { "groups" };
            let name = place.trim_end_matches('}').rsplit(':').next().unwrap();
            let id = id(&world, &format!("/{list}?$filter=displayName eq '{name}'")).await;
            assert_eq!(
                answer["value"].as_array().unwrap().contains(&json!(id)),
                is_in,
                "{path} {name}: {answer}"
            );
        }
    }
}

#[tokio::test]
async fn an_application_is_a_member_like_any_other() {
    let world = world_of_everything().await;
    let of = |path: &str, action: &str| format!("{path}/{action}");
    let every = json!({ "securityEnabledOnly": false });
    let ann = "/users/{user:a.berg}";
    let drawbridge = "/servicePrincipals/{app:Drawbridge}";
    walk(
        &world,
        &[
            ("POST", &of(drawbridge, "getMemberGroups"), every.clone(), 200, "\"value\":[]"),
            ("GET", &of(drawbridge, "memberOf"), NONE, 200, "\"value\":[]"),
            ("GET", &of(drawbridge, "owners"), NONE, 200, "\"value\":[]"),
            ("GET", &of(drawbridge, "ownedObjects"), NONE, 200, "\"value\":[]"),
            ("POST", "/groups/{user:a.berg}/getMemberGroups", every, 404, "ResourceNotFound"),
            ("POST", &of(ann, "checkMemberObjects"), json!({ "groupIds": [] }), 400, "'ids'"),
        ],
    )
    .await;
}

#[tokio::test]
async fn users_show_what_they_belong_to_and_what_they_lead() {
    let world = world_of_everything().await;
    let shown = |body: &Value, relation: &str| body[relation].as_array().map_or(0, Vec::len);
    for (user, relation) in [
        ("a.berg", "memberOf"),
        ("m.boss", "directReports"),
        ("a.berg", "ownedObjects"),
        ("a.berg", "ownedDevices"),
        ("a.berg", "registeredDevices"),
    ] {
        let path = format!("/users/{user}@contoso.test");
        let (_, list) = world.get(&format!("{path}/{relation}")).await;
        let (status, body) = world.get(&format!("{path}?$select=id&$expand={relation}($select=id)")).await;
        assert_eq!(
            (status.as_u16(), shown(&body, relation)),
            (200, shown(&list, "value")),
            "{relation}: {body}"
        );
    }
    // The chain of managers is documented as an advanced query.
    let chain = "/users/a.berg@contoso.test?$expand=manager($levels=max;$select=id)&$select=id&$count=true";
    let (status, text) = eventual(&world, chain).await;
    assert_eq!((status, text.matches("\"manager\"").count() > 1), (200, true), "{text}");
    // A relation in `$select` is taken and shows nothing.
    let (status, body) = world.get("/users/a.berg@contoso.test?$select=id,manager,memberOf").await;
    assert_eq!((status.as_u16(), body.get("manager")), (200, None), "{body}");
}

#[tokio::test]
async fn deleted_users_are_put_in_order_of_their_end() {
    let world = world_of_everything().await;
    for user in ["k.vogel", "p.lie"] {
        walk(&world, &[("DELETE", &format!("/users/{user}@contoso.test"), NONE, 204, "")]).await;
        world.advance("10m").await;
    }
    let path =
        "/directory/deletedItems/microsoft.graph.user?$select=displayName&$orderby=deletedDateTime desc";
    let (status, text) = eventual(&world, &format!("{path}&$count=true")).await;
    let page: Value = serde_json::from_str(&text).unwrap();
    let names = texts(&page, "displayName");
    assert_eq!((status, names.len(), names[0].contains("Lie")), (200, 2, true), "{page}");
    let (status, body) = world.get(path).await;
    assert_eq!((status.as_u16(), code(&body)), (400, "Request_UnsupportedQuery"), "{body}");
}

#[tokio::test]
async fn groups_are_assigned_to_applications() {
    let world = world_of_everything().await;
    let assignment = json!({
        "principalId": "{group:VPN users}", "resourceId": "{app:Drawbridge}",
        "appRoleId": "00000000-0000-0000-0000-000000000000",
    });
    let path = "/groups/{group:VPN users}/appRoleAssignments";
    let made = walk(&world, &[("POST", path, assignment, 201, "\"principalType\":\"Group\"")]).await;
    let one = format!("{path}/{}", made["id"].as_str().unwrap());
    walk(
        &world,
        &[
            ("GET", path, NONE, 200, "\"VPN users\""),
            ("GET", "/servicePrincipals/{app:Drawbridge}/appRoleAssignedTo", NONE, 200, "\"VPN users\""),
            ("DELETE", &one, NONE, 204, ""),
            ("GET", path, NONE, 200, "\"value\":[]"),
        ],
    )
    .await;
}

#[tokio::test]
async fn roles_have_templates_and_units_can_be_read() {
    let world = world_of_everything().await;
    let template = "62e90394-69f5-4237-9190-012177145e10";
    walk(
        &world,
        &[
            ("GET", "/directoryRoleTemplates", NONE, 200, "Global Administrator"),
            (
                "GET",
                &format!("/directoryRoleTemplates/{template}"),
                NONE,
                200,
                "directoryRoleTemplates/$entity",
            ),
            ("GET", "/directoryRoleTemplates/x", NONE, 404, "ResourceNotFound"),
            ("GET", "/directory/administrativeUnits", NONE, 200, "\"value\":["),
            ("GET", "/directory/administrativeUnits/x/members", NONE, 404, "ResourceNotFound"),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_narrow_token_asks_no_more_through_the_longer_paths() {
    let mut world = world_of_everything().await;
    let group = id(&world, "/groups?$filter=displayName eq 'Engineering Oslo'").await;
    world.token = world.token_of("basic").await;
    for path in [
        format!("/groups/{group}/members/$ref"),
        format!("/groups/{group}/members/graph.user/$count"),
        format!("/groups/{group}/transitiveMemberOf/graph.group"),
        "/users/a.berg@contoso.test/memberOf/graph.group/$count".to_owned(),
        "/directoryRoleTemplates".to_owned(),
        "/directory/administrativeUnits".to_owned(),
    ] {
        assert_eq!(eventual(&world, &path).await.0, 403, "{path}");
    }
    let request = world.graph(Method::POST, &format!("/directoryObjects/{group}/getMemberObjects"));
    let (status, _) = read(request.json(&json!({})).send().await.unwrap()).await;
    assert_eq!(status.as_u16(), 403);
}

/// Without a type in the path, a filter speaks of what the relation leads to.
#[tokio::test]
async fn a_filter_on_a_relation_speaks_of_what_it_leads_to() {
    let world = world_of_everything().await;
    for (path, status) in [
        ("/users/a.berg@contoso.test/memberOf?$count=true&$filter=mailEnabled eq false", 200),
        (
            "/users/a.berg@contoso.test/transitiveMemberOf?$count=true&$filter=startswith(displayName,'E')",
            200,
        ),
        ("/users/a.berg@contoso.test/memberOf?$count=true&$filter=accountEnabled eq true", 400),
        ("/users/m.boss@contoso.test/directReports?$count=true&$filter=accountEnabled eq true", 200),
        ("/users/m.boss@contoso.test/directReports?$count=true&$filter=mailEnabled eq false", 400),
    ] {
        let (found, text) = eventual(&world, path).await;
        assert_eq!(found, status, "{path}: {text}");
    }
}
