//! Input no client should send.

use reqwest::{Method, StatusCode};

use crate::answers::delta_url;
use crate::client::world::World;

#[tokio::test]
async fn no_query_breaks_the_server() {
    let world = World::start().await;
    let pieces = [
        "$filter=",
        "$select=",
        "$search=",
        "$orderby=",
        "$expand=",
        "$skiptoken=",
        "$deltatoken=",
        "$top=",
        "$count=true",
        "&",
        "=",
        "(",
        ")",
        "'",
        "\"",
        ",",
        ":",
        "/",
        "%27",
        "%",
        "%C3",
        "id",
        "displayName",
        "manager",
        "eq",
        "in",
        "not",
        "and",
        "any(x:x eq ",
        "startswith(",
        "null",
        "9999999999999999999",
        "-1",
        "2026-01-01",
        " ",
        "ø",
        "eyJhdCI6MX0",
    ];
    // A fixed sequence: Knuth's multiplier modulo two to the 64th.
    let mut state = 1_u64;
    let mut next = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    for _ in 0..400 {
        let path = ["/users", "/users/delta", "/groups", "/users/m.boss@contoso.test"][next(4)];
        let query: String = (0..next(9)).map(|_| pieces[next(pieces.len())]).collect();
        let (status, body) = world.get(&format!("{path}?{query}")).await;
        assert!(
            status.as_u16() < 500 || status == StatusCode::NOT_IMPLEMENTED,
            "{path}?{query}: {status} {body}"
        );
    }
}

#[tokio::test]
async fn no_body_breaks_the_server() {
    let world = World::start().await;
    for body in [
        "",
        "[]",
        "{",
        "null",
        "{\"groupIds\": 3}",
        "{\"@odata.id\": \"\"}",
        "{\"@odata.id\": []}",
        "\u{fffd}",
    ] {
        for (method, path) in [
            (Method::POST, "/users"),
            (Method::PATCH, "/users/m.boss@contoso.test"),
            (Method::PUT, "/users/m.boss@contoso.test/manager/$ref"),
            (Method::POST, "/users/m.boss@contoso.test/checkMemberGroups"),
        ] {
            let request =
                world.graph(method.clone(), path).header("content-type", "application/json").body(body);
            let status = request.send().await.unwrap().status();
            assert!(!status.is_server_error(), "{method} {path} {body}: {status}");
        }
    }
}

#[tokio::test]
async fn a_forged_page_or_delta_token_is_refused() {
    let world = World::start().await;
    let (_, page) = world.follow(&delta_url(&world, "$select=id")).await;
    let next = page["@odata.nextLink"].as_str().unwrap();
    let as_page_of_users = next.replace("/users/delta", "/users");
    assert_eq!(world.follow(&as_page_of_users).await.0, StatusCode::BAD_REQUEST);
    assert_eq!(world.follow(&format!("{next}x")).await.0, StatusCode::BAD_REQUEST);
}
