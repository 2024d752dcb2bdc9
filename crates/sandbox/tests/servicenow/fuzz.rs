//! Anything a client may send, over one connection: every answer is well formed, none is a fault of
//! the server, and the connection stays open.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestRunner};
use serde_json::Value;

use crate::client::{ADMIN, Client};

/// Statuses the platform documents for its REST interface.
const DOCUMENTED: [u16; 12] = [200, 201, 204, 400, 401, 403, 404, 405, 406, 414, 415, 429];

#[derive(Debug, Clone)]
struct Request {
    method: &'static str,
    target: String,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

#[derive(Debug)]
struct Answer {
    status: u16,
    head: String,
    body: Vec<u8>,
}

struct Line {
    stream: TcpStream,
    host: String,
    read: Vec<u8>,
}

impl Line {
    fn open(instance: &str) -> Self {
        let host = instance.trim_start_matches("http://").to_owned();
        Self { stream: TcpStream::connect(&host).unwrap(), host, read: Vec::new() }
    }

    fn send(&mut self, request: &Request) -> Answer {
        let mut head = format!(
            "{} {} HTTP/1.1\r\nHost: {}\r\nAuthorization: {ADMIN}\r\nContent-Length: {}\r\n",
            request.method,
            request.target,
            self.host,
            request.body.len()
        );
        for (name, value) in &request.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        // In one piece: the second of two would wait for the other side.
        self.stream.write_all(&[format!("{head}\r\n").as_bytes(), &request.body].concat()).unwrap();
        self.answer(request.method == "HEAD")
    }

    /// Reads one answer; fails where the connection was closed instead.
    fn answer(&mut self, bodiless: bool) -> Answer {
        let end = loop {
            if let Some(end) = self.read.windows(4).position(|four| four == b"\r\n\r\n") {
                break end;
            }
            self.more();
        };
        let head = String::from_utf8(self.read.drain(..end + 4).collect()).unwrap().to_ascii_lowercase();
        let status: u16 = head.split(' ').nth(1).unwrap().parse().unwrap();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        assert!(!head.contains("transfer-encoding"), "every answer says how long it is: {head}");
        let length =
            if bodiless || status == 204 { 0 } else { length.map_or(0, |length| length.parse().unwrap()) };
        while self.read.len() < length {
            self.more();
        }
        Answer { status, head, body: self.read.drain(..length).collect() }
    }

    fn more(&mut self) {
        let mut part = [0; 16_384];
        let count = self.stream.read(&mut part).unwrap();
        assert_ne!(count, 0, "the connection was closed");
        self.read.extend(&part[..count]);
    }
}

fn pick(from: &'static [&'static str]) -> impl Strategy<Value = String> {
    proptest::sample::select(from).prop_map(str::to_owned)
}

/// Any text, written so that it may stand in an address.
fn encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    text.bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => pick(&[
            "api", "now", "v1", "v2", "v9", "table", "stats", "attachment", "batch", "import", "sn_sc", "servicecatalog",
            "items", "cart", "file", "upload", "incident", "task", "sys_user", "cmn_location", "sc_req_item", "sys_properties",
            "no_such_table", "d625dccec0a8016700a222a0f7900d06", "..", "%2e%2e", "change",
        ]),
        1 => ".{0,8}".prop_map(|text: String| encoded(&text)),
        1 => Just("a".repeat(9_000)),
    ]
}

fn path() -> impl Strategy<Value = String> {
    let any = proptest::collection::vec(word(), 0..6).prop_map(|words| format!("/{}", words.join("/")));
    let known =
        (pick(&["/api/now/table/", "/api/now/v1/table/", "/api/now/v2/table/", "/api/now/stats/"]), word())
            .prop_map(|(head, table)| format!("{head}{table}"));
    let record = (pick(&["/api/now/table/incident/", "/api/now/table/sys_user/"]), word())
        .prop_map(|(head, id)| format!("{head}{id}/"));
    prop_oneof![1 => any, 2 => known, 1 => record]
}

fn query_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        5 => pick(&[
            "^", "^OR", "^NQ", "ORDERBY", "ORDERBYDESC", "state", "number", "caller_id.name", "sys_created_on", "=", "!=", ">",
            "IN", "NOT IN", "LIKE", "BETWEEN", "ONToday@", "RELATIVEGE@hour@ago@", "@", "1", "2026-01-05", "javascript:gs.",
            "daysAgo(1)", "getUserID()", "RLQUERYincident.caller_id,>0", "^ENDRLQUERY", "JOINsys_user.sys_id=incident.opened_by!",
            "user_password", "DYNAMIC", "123TEXTQUERY321=", "^EQ",
        ]),
        1 => ".{0,6}",
    ];
    proptest::collection::vec(piece, 0..14).prop_map(|pieces| pieces.concat())
}

fn parameters() -> impl Strategy<Value = String> {
    let name = prop_oneof![
        8 => pick(&[
            "sysparm_query", "sysparm_fields", "sysparm_limit", "sysparm_offset", "sysparm_display_value", "sysparm_view",
            "sysparm_exclude_reference_link", "sysparm_no_count", "sysparm_group_by", "sysparm_having", "sysparm_order_by",
            "sysparm_avg_fields", "sysparm_count", "sysparm_input_display_value", "sysparm_unheard_of", "state", "table_name",
        ]),
        1 => ".{0,6}",
    ];
    let value = prop_oneof![
        3 => query_text(),
        3 => pick(&["", "true", "True", "all", "0", "-1", "7", "99999999999999999999", "state,number,caller_id.manager.name", "count^state^>^1", "AVG^state^DESC", "mobile"]),
    ];
    let pair = (name, value).prop_map(|(name, value)| format!("{}={}", encoded(&name), encoded(&value)));
    proptest::collection::vec(pair, 0..5).prop_map(|pairs| pairs.join("&"))
}

fn headers() -> impl Strategy<Value = Vec<(&'static str, String)>> {
    let accept = pick(&[
        "application/json",
        "application/xml",
        "*/*",
        "text/csv",
        "",
        ";;;,q=",
        "application/json;q=0.1,text/xml",
    ]);
    let kind = pick(&[
        "application/json",
        "application/xml",
        "text/plain",
        "multipart/form-data",
        "",
        "application/json;charset=UTF-8",
    ]);
    let method = pick(&["", "", "", "PATCH", "DELETE", "GET", "no method"]);
    let other = "[ -~]{0,20}";
    (accept, kind, method, other).prop_map(|(accept, kind, method, other)| {
        vec![
            ("Accept", accept),
            ("Content-Type", kind),
            ("X-HTTP-Method-Override", method),
            ("X-no-response-body", other),
        ]
    })
}

fn body() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        pick(&[
            "",
            "{}",
            "[]",
            "[{}]",
            "null",
            "7",
            "{",
            "{\"short_description\":\"x\",\"state\":[1],\"caller_id\":{}}",
            "{'state':'2'}",
            "<request><entry><state>2</state></entry></request>",
            "<a",
            "{\"rest_requests\":[{\"url\":\"/api/now/table/incident\"}]}",
            "{\"sys_id\":\"zz\",\"impact\":1e400,\"opened_at\":\"soon\"}",
            "{\"work_notes\":null,\"priority\":\"9999999999999999999\"}",
        ])
        .prop_map(String::into_bytes),
        proptest::collection::vec(any::<u8>(), 0..40),
    ]
}

fn request() -> impl Strategy<Value = Request> {
    let method = proptest::sample::select(vec![
        "GET", "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "BREW",
    ]);
    (method, path(), parameters(), headers(), body()).prop_map(|(method, path, parameters, headers, body)| {
        Request { method, target: format!("{path}?{parameters}"), headers, body }
    })
}

fn check(request: &Request, answer: &Answer) -> Result<(), TestCaseError> {
    let said = String::from_utf8_lossy(&answer.body);
    prop_assert!(DOCUMENTED.contains(&answer.status), "{request:?}\n{}\n{said}", answer.head);
    if answer.status < 400 || request.method == "HEAD" {
        return Ok(());
    }
    if answer.head.contains("content-type: text/html") {
        prop_assert_eq!(answer.status, 414, "{:?}", request);
        return Ok(());
    }
    if answer.head.contains("content-type: application/xml;charset=utf-8") {
        prop_assert!(said.ends_with("<status>failure</status></response>"), "{request:?}\n{said}");
        return Ok(());
    }
    prop_assert!(answer.head.contains("content-type: application/json;charset=utf-8"), "{}", answer.head);
    let body: Value =
        serde_json::from_slice(&answer.body).map_err(|error| TestCaseError::fail(error.to_string()))?;
    let message = body["error"]["message"].as_str().unwrap_or_default();
    prop_assert!(!message.is_empty() && body["status"] == "failure", "{request:?}\n{said}");
    Ok(())
}

fn runner(cases: u32) -> TestRunner {
    TestRunner::new(Config {
        cases,
        rng_seed: RngSeed::Fixed(u64::from(cases)),
        failure_persistence: None,
        ..Config::default()
    })
}

#[test]
fn arbitrary_requests_get_well_formed_answers_over_one_connection() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let client = runtime.block_on(Client::start());
    let line = RefCell::new(Line::open(client.instance()));
    let seen = RefCell::new(BTreeSet::new());
    runner(3_000)
        .run(&request(), |request| {
            let answer = line.borrow_mut().send(&request);
            seen.borrow_mut().insert(answer.status);
            check(&request, &answer)
        })
        .unwrap();
    // The requests reach the resources, and the caller is still somebody.
    let seen = seen.borrow();
    assert!([200, 201, 400, 404, 405, 406, 414, 415].iter().all(|status| seen.contains(status)), "{seen:?}");
    assert!(!seen.contains(&401), "{seen:?}");
}

#[test]
fn arbitrary_queries_get_rows_or_the_refusal_of_a_field() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let client = runtime.block_on(Client::start());
    let line = RefCell::new(Line::open(client.instance()));
    let table = pick(&["incident", "task", "sys_user", "sys_user_group"]);
    runner(3_000)
        .run(&(table, query_text()), |(table, text)| {
            let target = format!("/api/now/table/{table}?sysparm_limit=3&sysparm_query={}", encoded(&text));
            let request = Request { method: "GET", target, headers: Vec::new(), body: Vec::new() };
            let answer = line.borrow_mut().send(&request);
            prop_assert!([200, 403].contains(&answer.status), "{text}: {answer:?}");
            check(&request, &answer)
        })
        .unwrap();
}
