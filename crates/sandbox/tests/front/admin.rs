//! The admin interface: clock, call log, state, acting on the tenant, start and stop.

use std::net::SocketAddr;

use crate::client::world::World;
use drawbridge_sandbox::{Error, Options, Sandbox, Seed};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

const BOSS: &str = "/users/m.boss@contoso.test";

// Clock

#[tokio::test]
async fn the_clock_is_read_advanced_and_set_but_never_put_back() {
    let world = World::start().await;
    let post = async |body: Value| world.admin(Method::POST, "/clock", Some(body)).await;
    assert_eq!(world.admin(Method::GET, "/clock", None).await.1, json!({ "now": "2026-01-05T08:00:00Z" }));
    assert_eq!(post(json!({ "advance": "4h" })).await.1, json!({ "now": "2026-01-05T12:00:00Z" }));
    assert_eq!(post(json!({ "advance": "P1DT30M" })).await.1, json!({ "now": "2026-01-06T12:30:00Z" }));
    let set = post(json!({ "set": "2026-02-01T00:00:00Z" })).await;
    assert_eq!(set.1, json!({ "now": "2026-02-01T00:00:00Z" }));
    let refused = [
        json!({ "set": "2026-01-01T00:00:00Z" }),
        json!({ "advance": "-1h" }),
        json!({ "advance": "soon" }),
        json!({ "advance": "1 month" }),
        json!({ "advance": "1h", "set": "2026-03-01T00:00:00Z" }),
        json!({ "rewind": "1h" }),
        json!([]),
    ];
    for body in refused {
        let (status, answer) = post(body.clone()).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{body}");
        assert!(answer["error"].is_string());
    }
    assert_eq!(world.admin(Method::GET, "/clock", None).await.1, json!({ "now": "2026-02-01T00:00:00Z" }));
}

// Addresses

#[tokio::test]
async fn a_method_that_a_route_does_not_have_is_refused_with_those_it_has() {
    let world = World::start().await;
    for (method, route, allow) in [
        (Method::DELETE, "/calls", "GET,HEAD"),
        (Method::PUT, "/clock", "GET,HEAD,POST"),
        (Method::PATCH, "/faults", "GET,HEAD,POST,DELETE"),
        (Method::GET, "/reset", "POST"),
    ] {
        let url = format!("{}{route}", world.sandbox.endpoints().admin);
        let response = world.http.request(method.clone(), url).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED, "{method} {route}");
        assert_eq!(response.headers()["allow"], allow, "{method} {route}");
        let body: Value = response.json().await.unwrap();
        assert!(body["error"].as_str().unwrap().contains("`Allow`"), "{method} {route}: {body}");
    }
    assert_eq!(world.admin(Method::PUT, "/nothing", None).await.0, StatusCode::NOT_FOUND);
}

/// The form of the instance's log-in may be sent to its root and land there.
#[tokio::test]
async fn the_root_of_the_instance_shows_the_page_to_a_form_too() {
    let world = World::start().await;
    let endpoints = world.sandbox.endpoints();
    let page = async |method: Method, base: &str| {
        let response = world.http.request(method, format!("{base}/")).send().await.unwrap();
        (response.status(), response.text().await.unwrap())
    };
    let instance = &endpoints.servicenow.instance;
    let shown = page(Method::GET, instance).await;
    assert!(shown.1.contains("ServiceNow-compatible sandbox"), "{shown:?}");
    assert_eq!(page(Method::POST, instance).await, shown);
    assert_ne!(page(Method::PUT, instance).await.0, StatusCode::OK);
    assert_ne!(page(Method::POST, &endpoints.azure_ad.graph).await.0, StatusCode::OK);
}

// Calls

#[tokio::test]
async fn calls_are_listed_in_order_without_secrets() {
    let world = World::start().await;
    world.get("/users?$top=1").await;
    world.get("/users/nobody@contoso.test").await;
    let calls = world.calls().await;
    let seen: Vec<_> =
        calls.iter().map(|call| (&call["seq"], &call["method"], &call["status"], &call["outcome"])).collect();
    let answered = json!("answered");
    assert_eq!(
        seen,
        [
            (&json!(1), &json!("POST"), &json!(200), &answered),
            (&json!(2), &json!("GET"), &json!(200), &answered),
            (&json!(3), &json!("GET"), &json!(404), &answered),
        ]
    );
    assert_eq!((&calls[1]["path"], &calls[1]["query"]), (&json!("/v1.0/users"), &json!("$top=1")));
    assert_eq!(
        (&calls[1]["platform"], &calls[1]["at"]),
        (&json!("azure_ad"), &json!("2026-01-05T08:00:00Z"))
    );
    assert!(calls[0]["body"].as_str().unwrap().contains("client_secret=***"));
    assert!(!calls[0].to_string().contains("sandbox-azure-ad-secret"));
    let (_, page) = world.admin(Method::GET, "/calls?since=2", None).await;
    assert_eq!(
        (page["calls"].as_array().unwrap().len(), &page["last_seq"], &page["forgotten"]),
        (1, &json!(3), &json!(0))
    );
}

// State

#[tokio::test]
async fn two_sandboxes_begin_with_the_same_state() {
    let (one, other) = (World::start().await, World::start().await);
    let (_, state) = one.admin(Method::GET, "/state", None).await;
    assert_eq!(state, other.admin(Method::GET, "/state", None).await.1);
    assert_eq!(state["azure_ad"]["users"].as_array().unwrap().len(), 60);
    assert!(state["servicenow"].is_object());
}

#[tokio::test]
async fn reset_returns_to_the_first_moment() {
    let world = World::start().await;
    let (_, before) = world.admin(Method::GET, "/state", None).await;
    world.send(Method::PATCH, BOSS, json!({ "city": "Bergen" })).await;
    world.advance("4h").await;
    world.fault(json!({ "platform": "azure_ad", "answer": "throttle" })).await;
    let (_, answer) = world.admin(Method::POST, "/reset", None).await;
    assert_eq!(answer, json!({ "now": "2026-01-05T08:00:00Z" }));
    assert_eq!(world.admin(Method::GET, "/state", None).await.1, before);
    assert_eq!(world.calls().await.len(), 0);
    assert_eq!(world.admin(Method::GET, "/faults", None).await.1["faults"], json!([]));
}

#[tokio::test]
async fn both_servers_have_the_same_admin_interface() {
    let world = World::start().await;
    world.advance("1h").await;
    let url = format!("{}/_sandbox/clock", world.sandbox.endpoints().servicenow.instance);
    assert_eq!(world.follow(&url).await.1, json!({ "now": "2026-01-05T09:00:00Z" }));
    assert_eq!(world.admin(Method::GET, "/nothing", None).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_page_of_another_site_cannot_steer_the_sandbox() {
    let world = World::start().await;
    let (own, base) = (world.sandbox.endpoints().azure_ad.graph.clone(), &world.sandbox.endpoints().admin);
    for (origin, status) in [("https://example.com", 403), ("null", 403), (own.as_str(), 200)] {
        let request = world.http.post(format!("{base}/reset")).header("origin", origin);
        assert_eq!(request.send().await.unwrap().status().as_u16(), status, "{origin}");
    }
}

#[tokio::test]
async fn the_endpoints_name_an_account_that_may_come_in_with_its_password() {
    let world = World::start().await;
    let instance = &world.sandbox.endpoints().servicenow;
    let url = format!("{}/api/now/table/incident?sysparm_limit=1", instance.instance);
    let request = world.http.get(url).basic_auth(&instance.user_name, Some(&instance.password));
    assert_eq!(request.send().await.unwrap().status(), StatusCode::OK);
}

// Acting on the tenant

#[tokio::test]
async fn a_colleague_creates_a_user_once() {
    let world = World::start().await;
    let body = json!({ "upn": "a.new@contoso.test", "department": "Engineering", "country": "NO", "manager": "m.boss@contoso.test" });
    let (status, created) = world.admin(Method::POST, "/azure_ad/users", Some(body.clone())).await;
    assert_eq!(status, StatusCode::CREATED, "{created}");
    let (status, again) = world.admin(Method::POST, "/azure_ad/users", Some(body)).await;
    assert_eq!((status, &again), (StatusCode::OK, &created));
    let path = "/users/a.new@contoso.test?$select=accountEnabled,userType,mail,department&$expand=manager($select=displayName)";
    let (_, user) = world.get(path).await;
    assert_eq!((&user["accountEnabled"], &user["userType"]), (&json!(true), &json!("Member")));
    assert_eq!((&user["mail"], &user["department"]), (&json!("a.new@contoso.test"), &json!("Engineering")));
    assert_eq!(user["manager"]["displayName"], "Maria Boss");
}

#[tokio::test]
async fn a_colleague_changes_moves_and_deletes_a_user() {
    let world = World::start().await;
    let path = "/azure_ad/users/l.lonely@contoso.test";
    let patch = async |body: Value| world.admin(Method::PATCH, path, Some(body)).await;
    let (status, user) = patch(json!({ "department": "Sales", "manager": "m.boss@contoso.test" })).await;
    assert_eq!(status, StatusCode::OK, "{user}");
    assert_eq!(world.get("/users/l.lonely@contoso.test/manager").await.1["displayName"], "Maria Boss");
    patch(json!({ "manager": null })).await;
    assert_eq!(world.get("/users/l.lonely@contoso.test/manager").await.0, StatusCode::NOT_FOUND);
    assert_eq!(patch(json!({ "manager": "nobody" })).await.0, StatusCode::NOT_FOUND);
    assert_eq!(patch(json!({ "shoeSize": 3 })).await.0, StatusCode::BAD_REQUEST);
    let member = "/azure_ad/groups/VPN users/members/l.lonely@contoso.test";
    assert_eq!(world.admin(Method::PUT, member, None).await.1["changed"], true);
    assert_eq!(world.admin(Method::PUT, member, None).await.1["changed"], false);
    assert_eq!(world.admin(Method::DELETE, member, None).await.1["changed"], true);
    assert_eq!(world.admin(Method::DELETE, path, None).await.0, StatusCode::OK);
    assert_eq!(world.admin(Method::DELETE, path, None).await.0, StatusCode::NOT_FOUND);
    let (status, body) =
        world.admin(Method::POST, "/azure_ad/users", Some(json!({ "displayName": "x" }))).await;
    assert_eq!((status, body["error"].as_str()), (StatusCode::BAD_REQUEST, Some("A new user needs `upn`.")));
}

// Start and stop

#[tokio::test]
async fn a_stopped_sandbox_no_longer_listens() {
    let world = World::start().await;
    let url = format!("{}/clock", world.sandbox.endpoints().admin);
    world.sandbox.stop().await;
    assert!(world.http.get(url).send().await.unwrap_err().is_connect());
}

#[tokio::test]
async fn a_taken_port_and_a_broken_seed_are_reported() {
    let world = World::start().await;
    let taken: SocketAddr =
        world.sandbox.endpoints().azure_ad.graph.strip_prefix("http://").unwrap().parse().unwrap();
    let refused = Sandbox::start(Options { listen: taken, ..Options::default() }).await.unwrap_err();
    assert!(matches!(refused, Error::Listen { address, .. } if address == taken));
    let last = SocketAddr::from(([127, 0, 0, 1], u16::MAX));
    let refused = Sandbox::start(Options { listen: last, ..Options::default() }).await.unwrap_err();
    assert!(matches!(refused, Error::NoSecondPort { .. } | Error::Listen { .. }), "{refused}");
    let seed = Seed::File("/nowhere/seed.yaml".into());
    let refused = Sandbox::start(Options { seed, ..Options::default() }).await.unwrap_err();
    assert!(matches!(refused, Error::SeedUnreadable { .. }), "{refused}");
    let seed = Seed::Text("company: [".to_owned());
    let refused = Sandbox::start(Options { seed, ..Options::default() }).await.unwrap_err();
    assert!(matches!(refused, Error::SeedMalformed { .. }), "{refused}");
}
