//! The door: encryption, limits, and how HTTP itself is spoken.

use crate::client::world::World;
use drawbridge_sandbox::Options;
use reqwest::{Certificate, Client, Method, StatusCode};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const BOSS: &str = "/users/m.boss@contoso.test";

async fn with_tls() -> (World, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let options = Options { tls: Some(folder.path().to_owned()), ..Options::default() };
    (World::start_as(options).await, folder)
}

#[tokio::test]
async fn both_platforms_are_served_encrypted_under_every_local_name() {
    let (world, _folder) = with_tls().await;
    let https = world.sandbox.endpoints().https.clone().unwrap();
    let authority = Certificate::from_pem(&std::fs::read(&https.ca_file).unwrap()).unwrap();
    let trusting = Client::builder().tls_certs_only([authority]).build().unwrap();
    for base in [&https.azure_ad, &https.servicenow] {
        let local = base.replace("127.0.0.1", "localhost");
        for base in [base, &local] {
            let answer: Value =
                trusting.get(format!("{base}/_sandbox/clock")).send().await.unwrap().json().await.unwrap();
            assert_eq!(answer["now"], "2026-01-05T08:00:00Z", "{base}");
        }
    }
    assert!(world.http.get(&https.azure_ad).send().await.unwrap_err().is_connect(), "nobody else trusts it");
}

#[tokio::test]
async fn addresses_in_answers_have_the_scheme_and_host_of_the_request() {
    let (world, _folder) = with_tls().await;
    let https = world.sandbox.endpoints().https.clone().unwrap();
    let authority = Certificate::from_pem(&std::fs::read(&https.ca_file).unwrap()).unwrap();
    let trusting = Client::builder().tls_certs_only([authority]).build().unwrap();
    let next = async |client: &Client, base: &str, forwarded: Option<&str>| {
        let mut request = client.get(format!("{base}/v1.0/users?$top=1")).bearer_auth(&world.token);
        if let Some(proto) = forwarded {
            request = request.header("x-forwarded-proto", proto).header("x-forwarded-host", "graph.example");
        }
        let page: Value = request.send().await.unwrap().json().await.unwrap();
        page["@odata.nextLink"].as_str().unwrap().to_owned()
    };
    assert!(next(&trusting, &https.azure_ad, None).await.starts_with(&https.azure_ad));
    let plain = &world.sandbox.endpoints().azure_ad.graph;
    assert!(next(&world.http, plain, None).await.starts_with(plain));
    assert!(next(&world.http, plain, Some("https")).await.starts_with("https://graph.example/"));
    assert!(next(&trusting, &https.azure_ad, Some("http")).await.starts_with("http://graph.example/"));
}

#[tokio::test]
async fn what_is_too_large_is_refused_in_the_platforms_shape() {
    let world = World::start().await;
    let large = vec![b'x'; 5 * 1024 * 1024];
    let response = world.graph(Method::PATCH, BOSS).body(large).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE);
    let body: Value = response.json().await.unwrap();
    assert!(
        body["error"]["code"].is_string() && body["error"]["innerError"]["request-id"].is_string(),
        "{body}"
    );
    let long = "x".repeat(70 * 1024);
    let response = world.graph(Method::GET, BOSS).header("x-long", &long).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE);
    assert!(response.json::<Value>().await.unwrap()["error"]["code"].is_string());
    let instance = &world.sandbox.endpoints().servicenow.instance;
    let url = format!("{instance}/api/now/table/incident");
    let response = world.http.get(&url).header("x-long", &long).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE);
    assert_eq!(world.get(BOSS).await.0, StatusCode::OK, "the next client is served");
}

/// Sends bytes as they are and gives what comes back until the connection ends or nothing more comes.
async fn raw(world: &World, bytes: &[u8]) -> String {
    let address = world.sandbox.endpoints().azure_ad.graph.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    stream.shutdown().await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn requests_sent_one_behind_the_other_are_answered_in_order() {
    let world = World::start().await;
    let one = |path: &str| {
        format!(
            "GET /v1.0{path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\n\r\n",
            world.token
        )
    };
    let three = [one(BOSS), one("/users/nobody"), one("/organization")].concat();
    let answer = raw(&world, three.as_bytes()).await;
    let statuses: Vec<&str> =
        answer.split("HTTP/1.1 ").skip(1).map(|answer| answer.split(' ').next().unwrap()).collect();
    assert_eq!(statuses, ["200", "404", "200"]);
}

#[tokio::test]
async fn chunked_bodies_are_read_and_broken_ones_refused() {
    let world = World::start().await;
    let head = format!(
        "PATCH /v1.0{BOSS} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\n\
         Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n",
        world.token
    );
    let good =
        raw(&world, format!("{head}9\r\n{{\"city\":\"\r\n8\r\nBergen\"}}\r\n0\r\n\r\n").as_bytes()).await;
    assert!(good.starts_with("HTTP/1.1 204 "), "{good}");
    let broken = raw(&world, format!("{head}zz\r\n{{}}\r\n0\r\n\r\n").as_bytes()).await;
    assert!(broken.starts_with("HTTP/1.1 400 ") && broken.contains("BadRequest"), "{broken}");
    assert_eq!(world.get(&format!("{BOSS}?$select=city")).await.1["city"], "Bergen");
}

#[tokio::test]
async fn a_client_that_asks_before_it_sends_is_told_to_go_on_or_not() {
    let world = World::start().await;
    let ask = |length: usize, body: &str| {
        format!(
            "PATCH /v1.0{BOSS} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\n\
             Content-Type: application/json\r\nContent-Length: {length}\r\nExpect: 100-continue\r\n\r\n{body}",
            world.token
        )
    };
    let told = raw(&world, ask(17, "{\"city\":\"Bergen\"}").as_bytes()).await;
    assert!(told.contains(" 204 "), "{told}");
    let refused = raw(&world, ask(5 * 1024 * 1024, "").as_bytes()).await;
    assert!(refused.starts_with("HTTP/1.1 413 "), "{refused}");
}

#[tokio::test]
async fn what_is_no_http_gets_a_status_and_hurts_nobody() {
    let world = World::start().await;
    for bytes in [&b"\x16\x03\x01\x02\x00"[..], b"GET\r\n\r\n", b"GET / HTTP/1.1\r\nbroken header\r\n\r\n"] {
        let answer = raw(&world, bytes).await;
        assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    }
    assert_eq!(world.get(BOSS).await.0, StatusCode::OK);
}

#[tokio::test]
async fn clients_that_say_nothing_keep_nobody_waiting() {
    let (world, _folder) = with_tls().await;
    let https = world.sandbox.endpoints().https.clone().unwrap();
    let mut silent = Vec::new();
    for url in [&world.sandbox.endpoints().azure_ad.graph, &https.azure_ad] {
        let address = url.split_once("://").unwrap().1;
        for _ in 0..50 {
            let mut stream = TcpStream::connect(address).await.unwrap();
            stream
                .write_all(b"PATCH /v1.0/users/x HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{")
                .await
                .unwrap();
            silent.push(stream);
        }
    }
    assert_eq!(world.get(BOSS).await.0, StatusCode::OK);
}

#[tokio::test]
async fn the_page_says_what_it_is_and_is_no_call() {
    let world = World::start().await;
    let before = world.calls().await.len();
    let endpoints = world.sandbox.endpoints();
    let pages = [
        (&endpoints.azure_ad.graph, "Microsoft Graph-compatible sandbox"),
        (&endpoints.servicenow.instance, "ServiceNow-compatible sandbox"),
    ];
    for (base, name) in pages {
        let response = world.http.get(format!("{base}/")).send().await.unwrap();
        assert!(response.headers()["content-type"].to_str().unwrap().starts_with("text/html"));
        let page = response.text().await.unwrap();
        assert!(page.contains(name) && !page.contains("{{"), "{page}");
        let outside = page.matches("://").count();
        assert_eq!(outside, 0, "the page names no other place");
    }
    assert_eq!(world.calls().await.len(), before);
    let (_, summary) = world.admin(Method::GET, "/summary", None).await;
    assert_eq!((&summary["azure_ad"]["user"], &summary["seed"]), (&json!(60), &json!("small-company")));
}

#[tokio::test]
async fn a_name_of_another_site_does_not_open_the_admin_interface() {
    let world = World::start().await;
    let url = format!("{}/clock", world.sandbox.endpoints().admin);
    let status =
        async |host: &str| world.http.get(&url).header("Host", host).send().await.unwrap().status().as_u16();
    for (host, expected) in [
        ("localhost:1", 200),
        ("127.0.0.1", 200),
        ("[::1]:9", 200),
        ("evil.example:80", 403),
        ("127.0.0.1.evil.example", 403),
    ] {
        assert_eq!(status(host).await, expected, "{host}");
    }
}
