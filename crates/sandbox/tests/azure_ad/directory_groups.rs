//! Groups: every kind that can and cannot be made, changed and deleted, members, owners, dynamic rules.

use reqwest::Method;
use serde_json::{Value, json};

use crate::answers::{code, new_user, texts};
use crate::client::world::World;
use crate::steps::{reference, walk, world_of_everything};

const BAD: &str = "Request_BadRequest";
const DENIED: &str = "Authorization_RequestDenied";

fn group(name: &str, more: &Value) -> Value {
    let mut body = json!({
        "displayName": name, "mailNickname": name, "mailEnabled": false, "securityEnabled": true,
    });
    for (member, value) in more.as_object().unwrap() {
        if value.is_null() {
            body.as_object_mut().unwrap().remove(member);
        } else {
            body[member] = value.clone();
        }
    }
    body
}

#[tokio::test]
async fn a_group_that_lacks_or_breaks_something_is_refused() {
    let world = world_of_everything().await;
    let dynamic = json!(["DynamicMembership"]);
    let urls = |count: usize| vec!["https://graph.microsoft.com/v1.0/users/x"; count];
    let cases = [
        (json!({"displayName": null}), "'displayName'"),
        (json!({"mailNickname": null}), "'mailNickname'"),
        (json!({"mailEnabled": null}), "'mailEnabled'"),
        (json!({"securityEnabled": null}), "'securityEnabled'"),
        (json!({"mailEnabled": true}), "writes of mail-enabled groups"),
        (json!({"securityEnabled": false}), "writes of mail-enabled groups"),
        (json!({"groupTypes": ["Unified"]}), "writes of mail-enabled groups"),
        (json!({"groupTypes": ["Secret"]}), "'groupTypes'"),
        (json!({"groupTypes": dynamic}), "'membershipRule'"),
        (json!({"membershipRule": "user.city -eq \"Oslo\""}), "'membershipRule'"),
        (
            json!({"groupTypes": dynamic, "membershipRule": "user.city -eq \"O\"", "isAssignableToRole": true}),
            "'isAssignableToRole'",
        ),
        (
            json!({"groupTypes": ["Unified"], "mailEnabled": true, "mailNickname": "northwind"}),
            "mailNickname already exists",
        ),
        (json!({"mailNickname": "has blank"}), "'mailNickname'"),
        (json!({"visibility": "Shy"}), "'visibility'"),
        (json!({"shoeSize": 3}), "Invalid property"),
        (json!({"mail": "x@contoso.test"}), "read-only"),
        (json!({"displayName": 3}), "Edm.String"),
        (json!({"members@odata.bind": urls(21)}), "maximum of 20"),
        (json!({"members@odata.bind": [3]}), "Invalid URL"),
    ];
    for (more, piece) in cases {
        walk(&world, &[("POST", "/groups", group("g-new", &more), 400, piece)]).await;
    }
    let unknown = json!({"owners@odata.bind": urls(1)});
    walk(&world, &[("POST", "/groups", group("g-new", &unknown), 404, "Request_ResourceNotFound")]).await;
}

#[tokio::test]
async fn the_kinds_that_can_be_made_live_and_die_each_in_their_way() {
    let world = world_of_everything().await;
    let bound = json!({
        "members@odata.bind": ["https://graph.microsoft.com/v1.0/directoryObjects/{user:a.berg}"],
        "owners@odata.bind": ["https://graph.microsoft.com/v1.0/users/{user:m.boss}"],
    });
    let unified = json!({ "groupTypes": ["Unified"], "mailEnabled": true, "securityEnabled": false });
    let made = walk(
        &world,
        &[
            ("POST", "/groups", group("sec-new", &bound), 201, "\"securityEnabled\":true"),
            ("GET", "/groups/{last}?$expand=members($select=displayName)", Value::Null, 200, "Ann Berg"),
            ("GET", "/groups/{last}/owners", Value::Null, 200, "Maria Boss"),
            ("DELETE", "/groups/{group:sec-new}", Value::Null, 204, ""),
            ("GET", "/directory/deletedItems/graph.group", Value::Null, 200, "\"value\":[]"),
            ("POST", "/groups", group("team-new", &unified), 201, "team-new@contoso.test"),
        ],
    )
    .await;
    let id = made["id"].as_str().unwrap();
    let (one, item) = (format!("/groups/{id}"), format!("/directory/deletedItems/{id}"));
    let restore = format!("{item}/restore");
    walk(
        &world,
        &[
            ("DELETE", &one, Value::Null, 204, ""),
            ("GET", &one, Value::Null, 404, "Request_ResourceNotFound"),
            ("GET", &item, Value::Null, 200, "#microsoft.graph.group"),
            ("POST", &restore, Value::Null, 200, "team-new"),
            ("GET", &one, Value::Null, 200, "team-new"),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_change_is_whole_or_not_at_all() {
    let world = world_of_everything().await;
    let bind = |ids: &[&str]| {
        let urls: Vec<String> =
            ids.iter().map(|id| format!("https://graph.microsoft.com/v1.0/directoryObjects/{id}")).collect();
        json!({ "members@odata.bind": urls })
    };
    walk(
        &world,
        &[
            (
                "PATCH",
                "/groups/{group:VPN users}",
                bind(&["{user:a.berg}", "{user:o.krog}"]),
                400,
                "'members'",
            ),
            ("GET", "/groups/{group:VPN users}/members?$select=displayName", Value::Null, 200, "Olav Krog"),
            ("PATCH", "/groups/{group:VPN users}", bind(&["{user:a.berg}", "nobody"]), 404, "nobody"),
            ("PATCH", "/groups/{group:VPN users}", bind(&["{user:a.berg}", "{user:t.vik}"]), 204, ""),
            (
                "PATCH",
                "/groups/{group:VPN users}",
                json!({"description": null, "displayName": "VPN"}),
                204,
                "",
            ),
            ("PATCH", "/groups/{group:VPN}", json!({"isAssignableToRole": true}), 400, "read-only"),
            ("PATCH", "/groups/{group:VPN}", json!({"groupTypes": ["Unified"]}), 400, "'groupTypes'"),
            ("PATCH", "/groups/{group:VPN}", json!({"securityEnabled": false}), 400, "'securityEnabled'"),
        ],
    )
    .await;
    let request = world
        .graph(Method::GET, "/groups?$search=\"displayName:VPN\"")
        .header("ConsistencyLevel", "eventual");
    let (_, page) = crate::client::world::read(request.send().await.unwrap()).await;
    let id = page["value"][0]["id"].as_str().unwrap();
    let (_, members) = world.get(&format!("/groups/{id}/members?$select=displayName")).await;
    let names = texts(&members, "displayName");
    assert!(names.contains(&"Ann Berg") && names.contains(&"Tor Vik") && names.len() == 5, "{names:?}");
}

#[tokio::test]
async fn a_group_is_found_or_made_by_its_unique_name() {
    let world = world_of_everything().await;
    let path = "/groups(uniqueName='fin-ops')";
    let send = async |body: Value, prefer: bool| {
        let request = world.graph(Method::PATCH, path).json(&body);
        let request = if prefer { request.header("Prefer", "create-if-missing") } else { request };
        crate::client::world::read(request.send().await.unwrap()).await
    };
    let (status, body) = send(group("fin-ops", &json!({})), false).await;
    assert_eq!((status.as_u16(), code(&body)), (404, "Request_ResourceNotFound"));
    let (status, made) = send(group("fin-ops", &json!({})), true).await;
    assert_eq!((status.as_u16(), &made["uniqueName"]), (201, &json!("fin-ops")), "{made}");
    assert_eq!(send(json!({"description": "Finance"}), true).await.0.as_u16(), 204);
    walk(
        &world,
        &[
            ("GET", path, Value::Null, 200, "\"description\":\"Finance\""),
            (
                "POST",
                "/groups",
                group("other", &json!({"uniqueName": "fin-ops"})),
                400,
                "uniqueName already exists",
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn groups_of_others_are_left_alone() {
    let world = world_of_everything().await;
    for (name, piece) in [
        ("Ledger operators", "on-premises mastered"),
        ("Payroll", "originated within an external service"),
        ("All hands", "originated within an external service"),
    ] {
        let path = format!("/groups/{{group:{name}}}");
        let (members, owners) = (format!("{path}/members/$ref"), format!("{path}/owners/$ref"));
        walk(
            &world,
            &[
                ("PATCH", &path, json!({"description": "x"}), 400, piece),
                ("DELETE", &path, Value::Null, 400, piece),
                ("POST", &members, reference("{user:a.berg}"), 400, piece),
                ("POST", &owners, reference("{user:a.berg}"), 400, piece),
            ],
        )
        .await;
    }
    let dynamic = "/groups/{group:Berlin people}/members/{user:k.vogel}/$ref";
    walk(&world, &[("DELETE", dynamic, Value::Null, 400, "dynamic group")]).await;
}

#[tokio::test]
async fn a_group_that_roles_are_given_to_needs_more() {
    let mut world = World::start().await;
    let group_path = "/groups/{group:Helpdesk administrators}";
    let members = format!("{group_path}/members/$ref");
    walk(&world, &[("POST", &members, reference("{user:t.vik}"), 403, DENIED)]).await;
    world.token = world.token_of("everything").await;
    walk(
        &world,
        &[
            ("POST", &members, reference("{user:t.vik}"), 204, ""),
            ("POST", &members, reference("{group:VPN users}"), 400, BAD),
            (
                "GET",
                "/groups/{group:Helpdesk administrators}/memberOf/microsoft.graph.directoryRole",
                Value::Null,
                200,
                "Helpdesk Administrator",
            ),
            (
                "POST",
                "/groups",
                group("admins", &json!({"isAssignableToRole": true})),
                201,
                "\"isAssignableToRole\":true",
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn only_security_groups_nest_and_owners_come_and_go() {
    let world = world_of_everything().await;
    let vpn = "/groups/{group:VPN users}/members/$ref";
    let northwind = "/groups/{group:Project Northwind}/members/$ref";
    let owners = "/groups/{group:Project Northwind}/owners";
    let add = format!("{owners}/$ref");
    let vogel = format!("{owners}/{{user:k.vogel}}/$ref");
    walk(
        &world,
        &[
            ("POST", vpn, reference("{group:Consultants}"), 204, ""),
            ("POST", vpn, reference("{group:Project Northwind}"), 400, BAD),
            ("POST", vpn, reference("{group:VPN users}"), 400, BAD),
            ("POST", vpn, reference("{app:Drawbridge}"), 204, ""),
            ("POST", vpn, reference("nobody"), 404, "Request_ResourceNotFound"),
            ("POST", vpn, json!({}), 400, "Invalid URL"),
            (
                "GET",
                "/groups/{group:VPN users}/members/graph.servicePrincipal?$select=displayName",
                Value::Null,
                200,
                "Drawbridge",
            ),
            ("POST", northwind, reference("{group:Consultants}"), 400, BAD),
            ("POST", northwind, reference("{app:Drawbridge}"), 400, BAD),
            ("DELETE", &vogel, Value::Null, 400, "at least one owner"),
            ("POST", &add, reference("{user:k.vogel}"), 400, "'owners'"),
            ("POST", &add, reference("{user:a.berg}"), 204, ""),
            ("DELETE", &vogel, Value::Null, 204, ""),
            ("DELETE", &vogel, Value::Null, 404, "Request_ResourceNotFound"),
            ("GET", owners, Value::Null, 200, "Ann Berg"),
            (
                "GET",
                "/groups/{group:Consultants}/memberOf?$select=displayName",
                Value::Null,
                200,
                "VPN users",
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_path_to_a_member_without_ref_deletes_the_user_or_is_refused() {
    let mut world = world_of_everything().await;
    let path = "/groups/{group:Project Northwind}/members/{user:z.ahmed}";
    let (_, user) = world.get("/users/z.ahmed@contoso.test?$select=id").await;
    world.token = world.token_of("reader").await;
    walk(&world, &[("DELETE", path, Value::Null, 403, DENIED)]).await;
    world.token = world.token_of("everything").await;
    let item = format!("/directory/deletedItems/{}", user["id"].as_str().unwrap());
    walk(
        &world,
        &[
            ("DELETE", "/groups/{group:Project Northwind}/members/{user:t.vik}", Value::Null, 404, ""),
            ("DELETE", path, Value::Null, 204, ""),
            ("GET", "/users/z.ahmed@contoso.test", Value::Null, 404, ""),
            ("GET", &item, Value::Null, 200, "Zara Ahmed"),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_dynamic_group_follows_its_rule() {
    let world = world_of_everything().await;
    let rule = json!({
        "groupTypes": ["DynamicMembership"],
        "membershipRule": "(user.department -eq \"Finance\") -and (user.accountEnabled -eq true)",
    });
    let members = "/groups/{group:fin-dynamic}/members?$select=displayName";
    let mut new = new_user("d.new");
    new["department"] = json!("Finance");
    walk(
        &world,
        &[
            ("POST", "/groups", group("fin-dynamic", &rule), 201, "\"membershipRuleProcessingState\":\"On\""),
            ("GET", members, Value::Null, 200, "Ruth Stein"),
            ("POST", "/users", new, 201, ""),
            ("GET", members, Value::Null, 200, "d.new"),
        ],
    )
    .await;
    walk(&world, &[("PATCH", "/users/d.new@contoso.test", json!({"accountEnabled": false}), 204, "")]).await;
    let (_, page) = world.get("/groups?$filter=displayName eq 'fin-dynamic'").await;
    let (_, page) = world.get(&format!("/groups/{}/members", page["value"][0]["id"].as_str().unwrap())).await;
    let names = texts(&page, "displayName");
    assert!(!names.contains(&"d.new") && !names.contains(&"Quirin Engel") && names.len() == 8, "{names:?}");
}
