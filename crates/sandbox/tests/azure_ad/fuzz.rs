//! Whatever a client sends, Graph answers in its own shape, never with 5xx, on the same connection.
//!
//! Requests are written byte by byte, so that nothing between test and sandbox mends them.

use std::fmt::Write as _;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngSeed, TestRunner};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

use crate::client::world::World;

/// Segments of paths that mean something somewhere.
const SEGMENTS: &[&str] = &[
    "users",
    "USERS",
    "groups",
    "me",
    "directoryObjects",
    "organization",
    "domains",
    "subscribedSkus",
    "subscriptions",
    "servicePrincipals",
    "directoryRoles",
    "devices",
    "directory",
    "deletedItems",
    "auditLogs",
    "signIns",
    "directoryAudits",
    "identityProtection",
    "riskDetections",
    "riskyUsers",
    "confirmCompromised",
    "security",
    "alerts_v2",
    "identity",
    "conditionalAccess",
    "policies",
    "namedLocations",
    "roleManagement",
    "roleAssignments",
    "roleDefinitions",
    "roleAssignmentScheduleRequests",
    "identityGovernance",
    "entitlementManagement",
    "accessPackages",
    "assignmentRequests",
    "lifecycleWorkflows",
    "workflows",
    "m.boss@contoso.test",
    "a.berg@contoso.test",
    "00000000-0000-0000-0000-000000000000",
    "users('m.boss@contoso.test')",
    "servicePrincipals(appId='x')",
    "delta",
    "delta()",
    "microsoft.graph.delta()",
    "graph.user",
    "microsoft.graph.group",
    "manager",
    "members",
    "transitiveMembers",
    "memberOf",
    "owners",
    "authentication",
    "methods",
    "passwordMethods",
    "temporaryAccessPassMethods",
    "licenseDetails",
    "assignLicense",
    "checkMemberGroups",
    "getMemberGroups",
    "revokeSignInSessions",
    "appRoleAssignments",
    "appRoleAssignedTo",
    "restore",
    "cancel",
    "activate",
    "reauthorize",
    "comments",
    "sendMail",
    "getByIds",
    "$ref",
    "$count",
    "$value",
    "$batch",
    "$metadata",
    "",
    ".",
    "..",
];

/// One request, as text up to its body.
#[derive(Debug, Clone)]
struct Sent {
    method: String,
    target: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

/// One answer.
struct Got {
    status: u16,
    keeps: bool,
    body: Vec<u8>,
}

struct Connection {
    stream: BufReader<TcpStream>,
    host: String,
}

impl Connection {
    async fn open(graph: &str) -> Self {
        let host = graph.trim_start_matches("http://").to_owned();
        let stream = TcpStream::connect(&host).await.unwrap();
        Self { stream: BufReader::new(stream), host }
    }

    async fn exchange(&mut self, sent: &Sent, token: &str) -> Got {
        let mut head = format!("{} {} HTTP/1.1\r\nHost: {}\r\n", sent.method, sent.target, self.host);
        write!(head, "Authorization: Bearer {token}\r\nContent-Length: {}\r\n", sent.body.len()).unwrap();
        for (name, value) in &sent.headers {
            write!(head, "{name}: {value}\r\n").unwrap();
        }
        head.push_str("\r\n");
        let mut bytes = head.into_bytes();
        bytes.extend(&sent.body);
        self.stream.get_mut().write_all(&bytes).await.unwrap();
        self.read(sent).await
    }

    async fn read(&mut self, sent: &Sent) -> Got {
        let mut line = String::new();
        self.stream.read_line(&mut line).await.unwrap();
        let status = line.split(' ').nth(1).and_then(|status| status.parse().ok());
        let status: u16 = status.unwrap_or_else(|| panic!("no answer to {sent:?}: {line:?}"));
        let (mut length, mut keeps) = (0, true);
        loop {
            line.clear();
            self.stream.read_line(&mut line).await.unwrap();
            let Some((name, value)) = line.trim_end().split_once(':') else { break };
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.trim().parse().unwrap(),
                "connection" => keeps = !value.trim().eq_ignore_ascii_case("close"),
                "transfer-encoding" => panic!("an answer of unknown length to {sent:?}"),
                _ => {}
            }
        }
        let mut body = vec![0; if sent.method == "HEAD" { 0 } else { length }];
        self.stream.read_exact(&mut body).await.unwrap();
        Got { status, keeps, body }
    }
}

fn methods() -> impl Strategy<Value = String> {
    let usual = proptest::sample::select(vec!["GET", "GET", "GET", "GET", "POST", "PATCH", "PUT", "DELETE"]);
    let rare = proptest::sample::select(vec!["HEAD", "OPTIONS", "TRACE", "QUERY", "FROB"]);
    prop_oneof![9 => usual, 1 => rare].prop_map(str::to_owned)
}

/// Text that may stand in a request's target: everything else is escaped.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z'
            | b'A'..=b'Z'
            | b'0'..=b'9'
            | b'-'
            | b'.'
            | b'_'
            | b'~'
            | b'$'
            | b'('
            | b')'
            | b'\''
            | b','
            | b':'
            | b';'
            | b'@'
            | b'='
            | b'+'
            | b'*'
            | b'!' => escaped.push(char::from(byte)),
            _ => write!(escaped, "%{byte:02X}").unwrap(),
        }
    }
    escaped
}

fn noise() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>().prop_map(|text| escaped(&text.chars().take(30).collect::<String>())),
        "[%a-f0-9$'()=,;:@+*!~-]{0,20}",
    ]
}

fn segments() -> impl Strategy<Value = String> {
    let known = proptest::sample::select(SEGMENTS);
    prop_oneof![8 => known.prop_map(str::to_owned), 1 => noise()]
}

fn paths() -> impl Strategy<Value = String> {
    let version = proptest::sample::select(vec!["/v1.0", "/v1.0", "/v1.0", "/v1.0", "/V1.0", "/beta"]);
    (version, proptest::collection::vec(segments(), 0..6))
        .prop_map(|(version, segments)| format!("{version}/{}", segments.join("/")))
}

fn values() -> impl Strategy<Value = String> {
    let known = proptest::sample::select(vec![
        "",
        "0",
        "1",
        "5",
        "-1",
        "999",
        "1000",
        "99999999999999999999",
        "true",
        "false",
        "latest",
        "displayName",
        "displayName desc",
        "id,displayName",
        "*",
        "manager",
        "manager($levels=max)",
        "members($select=id)",
        "\"displayName:ann\"",
        "accountEnabled eq true",
        "displayName eq 'x'",
        "startswith(displayName,'a')",
        "not (city eq null)",
        "proxyAddresses/any(p:startswith(p,'smtp:'))",
        "assignedLicenses/$count eq 0",
        "createdDateTime ge 2026-01-01T00:00:00Z",
        "city eq",
        "((((",
        "'''",
        "id in ('a','b'",
        "json",
        "signInActivity",
        "eyJhdCI6MX0",
    ]);
    prop_oneof![5 => known.prop_map(escaped), 1 => noise()]
}

fn queries() -> impl Strategy<Value = String> {
    let names = proptest::sample::select(vec![
        "$filter",
        "$select",
        "$top",
        "$skip",
        "$count",
        "$orderby",
        "$search",
        "$expand",
        "$skiptoken",
        "$deltatoken",
        "$format",
        "%24filter",
        "filter",
        "$FILTER",
        "$apply",
        "$",
        "",
    ]);
    let pair = (prop_oneof![12 => names.prop_map(str::to_owned), 1 => noise()], values());
    proptest::collection::vec(pair, 0..4).prop_map(|pairs| {
        let pairs: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) }
    })
}

fn headers() -> impl Strategy<Value = Vec<(String, String)>> {
    let header = proptest::sample::select(vec![
        ("ConsistencyLevel", "eventual"),
        ("ConsistencyLevel", "session"),
        ("Prefer", "return=minimal"),
        ("Prefer", "include-unknown-enum-members, create-if-missing"),
        ("If-Match", "*"),
        ("If-Match", "W/\"x\""),
        ("Accept", "text/html"),
        ("Accept-Encoding", "gzip"),
        ("client-request-id", "no guid at all, and a long one: 0123456789012345678901234567890123456789"),
        ("X-HTTP-Method-Override", "DELETE"),
        ("X-Forwarded-Host", "other host:x"),
        ("X-Forwarded-Proto", "gopher"),
        ("Content-Encoding", "gzip"),
        ("OData-MaxVersion", "9.9"),
    ]);
    let usual = prop_oneof![
        Just("application/json"),
        Just("application/json; charset=utf-8"),
        Just("text/plain"),
        Just("multipart/form-data; boundary=x"),
        Just("\u{1}")
    ];
    let usual = proptest::option::weighted(0.9, usual.prop_filter("no header", |value| *value != "\u{1}"));
    (usual, proptest::collection::vec(header, 0..4)).prop_map(|(content_type, headers)| {
        let content_type = content_type.map(|value| ("Content-Type", value));
        let all = content_type.into_iter().chain(headers);
        all.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    })
}

fn bodies() -> impl Strategy<Value = Vec<u8>> {
    let json = proptest::sample::select(vec![
        "",
        "null",
        "[]",
        "{}",
        "5",
        "\"x\"",
        "{\"a\":",
        "{\"displayName\":null}",
        "{\"displayName\":{\"a\":[1]}}",
        "{\"@odata.id\":\"\"}",
        "{\"@odata.id\":5}",
        "{\"@odata.id\":\"https://x/v1.0/users/y\"}",
        "{\"accountEnabled\":\"yes\"}",
        "{\"groupIds\":[1]}",
        "{\"ids\":null,\"types\":[{}]}",
        "{\"requests\":[]}",
        "{\"requests\":[{\"id\":1}]}",
        "{\"requests\":[{\"id\":\"1\",\"method\":\"GET\",\"url\":\"\"}]}",
        "{\"requests\":[{\"id\":\"1\",\"method\":\"GET\",\"url\":\"/users?$top=x\",\"dependsOn\":[\"1\"]}]}",
        "{\"addLicenses\":[{\"skuId\":\"x\"}],\"removeLicenses\":[7]}",
        "{\"userIds\":[null]}",
        "{\"securityEnabledOnly\":\"maybe\"}",
        "{\"members@odata.bind\":[\"\",5,null]}",
        "{\"manager@odata.bind\":\"x\"}",
        "{\"expirationDateTime\":\"soon\",\"notificationUrl\":\"x\"}",
        "{\"scheduleInfo\":{\"expiration\":{\"duration\":\"P99999Y\"}}}",
    ]);
    let deep = Just(format!("{}{}", "[".repeat(2000), "]".repeat(2000)).into_bytes());
    prop_oneof![
        10 => json.prop_map(|text| text.as_bytes().to_vec()),
        2 => proptest::collection::vec(any::<u8>(), 0..100),
        1 => deep,
    ]
}

fn requests() -> impl Strategy<Value = Sent> {
    (methods(), paths(), queries(), headers(), bodies()).prop_map(|(method, path, query, headers, body)| {
        Sent { method, target: format!("{path}{query}"), headers, body }
    })
}

/// What is wrong with an answer, if anything is.
fn fault(sent: &Sent, got: &Got) -> Option<String> {
    if !got.keeps {
        return Some("the connection was closed".to_owned());
    }
    // 501 is what the service says of properties that are stored elsewhere.
    if got.status >= 500 && got.status != 501 {
        return Some("a failure of the sandbox".to_owned());
    }
    if got.status < 400 || sent.method == "HEAD" {
        return None;
    }
    let body: Value = serde_json::from_slice(&got.body).unwrap_or_default();
    let error = &body["error"];
    let texts =
        [&error["code"], &error["message"], &error["innerError"]["date"], &error["innerError"]["request-id"]];
    match texts.iter().all(|text| text.is_string()) {
        true => None,
        false => Some("not the error shape of the service".to_owned()),
    }
}

async fn play(strategy: impl Strategy<Value = Sent>, seed: u64, count: usize) {
    let world = World::start().await;
    let graph = world.sandbox.endpoints().azure_ad.graph.clone();
    let mut connection = Connection::open(&graph).await;
    let mut runner = TestRunner::new(Config { rng_seed: RngSeed::Fixed(seed), ..Config::default() });
    let mut good = 0;
    for _ in 0..count {
        let sent = strategy.new_tree(&mut runner).unwrap().current();
        let got = connection.exchange(&sent, &world.token).await;
        good += usize::from(got.status < 400);
        if let Some(fault) = fault(&sent, &got) {
            panic!("{fault}: {} to {sent:#?}\n{}", got.status, String::from_utf8_lossy(&got.body));
        }
    }
    assert!(good > 0, "no request was good, so the test reached nothing");
}

#[tokio::test]
async fn no_request_gets_another_answer_than_the_service_gives() {
    play(requests(), 4, 3000).await;
}

#[tokio::test]
async fn no_options_get_another_answer_than_the_service_gives() {
    let lists = proptest::sample::select(vec![
        "/v1.0/users",
        "/v1.0/groups",
        "/v1.0/users/delta",
        "/v1.0/groups/delta",
        "/v1.0/users/$count",
        "/v1.0/users/m.boss@contoso.test/memberOf",
        "/v1.0/users/m.boss@contoso.test",
        "/v1.0/organization",
    ]);
    let options = (lists, queries(), headers()).prop_map(|(path, query, headers)| Sent {
        method: "GET".to_owned(),
        target: format!("{path}{query}"),
        headers,
        body: Vec::new(),
    });
    play(options, 5, 3000).await;
}

/// Requests to the login authority and to the managed identity: any path, any form.
fn logins() -> impl Strategy<Value = Sent> {
    let path = proptest::sample::select(vec![
        "/common/oauth2/v2.0/token",
        "/contoso.test/oauth2/v2.0/token",
        "/contoso.test/oauth2/token",
        "/nobody.test/oauth2/v2.0/token",
        "/organizations/oauth2/v2.0/authorize",
        "/contoso.test/v2.0/.well-known/openid-configuration",
        "/contoso.test/discovery/v2.0/keys",
        "/common/discovery/instance",
        "/metadata/identity/oauth2/token",
        "/msi/token",
        "/",
        "//",
        "/x",
    ]);
    let name = proptest::sample::select(vec![
        "client_id",
        "client_secret",
        "scope",
        "grant_type",
        "client_assertion",
        "client_assertion_type",
        "resource",
        "api-version",
    ]);
    let value = prop_oneof![
        proptest::sample::select(vec![
            "client_credentials",
            "https://graph.microsoft.com/.default",
            "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "eyJhbGciOiJub25lIn0.e30.",
            "a.b.c",
            "..",
            "2018-02-01",
            "",
        ])
        .prop_map(escaped),
        noise()
    ];
    let form = proptest::collection::vec((name, value), 0..6).prop_map(|pairs| {
        let pairs: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
        pairs.join("&")
    });
    (methods(), path, form, headers(), any::<bool>()).prop_map(
        |(method, path, form, mut headers, in_query)| {
            headers.push(("Metadata".to_owned(), "true".to_owned()));
            if !in_query {
                headers.retain(|(name, _)| name != "Content-Type");
                headers.push(("Content-Type".to_owned(), "application/x-www-form-urlencoded".to_owned()));
                return Sent { method, target: path.to_owned(), headers, body: form.into_bytes() };
            }
            Sent { method, target: format!("{path}?{form}"), headers, body: Vec::new() }
        },
    )
}

#[tokio::test]
async fn no_login_makes_the_authority_stumble() {
    let world = World::start().await;
    let graph = world.sandbox.endpoints().azure_ad.graph.clone();
    let mut connection = Connection::open(&graph).await;
    let mut runner = TestRunner::new(Config { rng_seed: RngSeed::Fixed(6), ..Config::default() });
    let strategy = logins();
    for _ in 0..1000 {
        let sent = strategy.new_tree(&mut runner).unwrap().current();
        let got = connection.exchange(&sent, "none").await;
        let text = String::from_utf8_lossy(&got.body);
        assert!(got.keeps && got.status < 500, "{} to {sent:#?}: {text}", got.status);
        if got.status >= 400 && sent.target.contains(".0/token") && sent.method == "POST" {
            let body: Value = serde_json::from_slice(&got.body).unwrap_or_default();
            assert!(body["error"].is_string(), "{} to {sent:#?}: {text}", got.status);
        }
    }
}

#[tokio::test]
async fn large_and_deep_options_are_refused_in_the_shape_of_the_service() {
    let world = World::start().await;
    let graph = world.sandbox.endpoints().azure_ad.graph.clone();
    let mut connection = Connection::open(&graph).await;
    let long = [
        "(".repeat(8000),
        "not%20".repeat(1300),
        format!("city%20eq%20'{}'", "x".repeat(8300)),
        vec!["city%20eq%20'x'"; 300].join("%20or%20"),
        "x/any(p:".repeat(900),
    ];
    for value in long {
        for option in ["$filter", "$search", "$orderby", "$expand", "$select", "$skiptoken", "$top"] {
            let target = format!("/v1.0/users?{option}={value}");
            let sent = Sent { method: "GET".to_owned(), target, headers: Vec::new(), body: Vec::new() };
            let got = connection.exchange(&sent, &world.token).await;
            assert_eq!((got.status, fault(&sent, &got)), (400, None), "{option}={value}");
        }
    }
}
