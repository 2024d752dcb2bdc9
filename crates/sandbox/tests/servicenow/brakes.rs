//! Rate rules, full semaphores, busy sessions, sleep, and what is too large or too long.

use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{ADMIN, Answer, Client, send};

const INCIDENTS: &str = "/api/now/table/incident";
const SERVICE: &str = "svc-drawbridge@contoso.test";

async fn switch(client: &Client, change: Value) {
    let answer = client.admin("/servicenow/access", change).await;
    assert_eq!(answer.status, 200, "{answer:?}");
}

/// The four headers of a rate rule; empty where absent.
fn rate(answer: &Answer) -> [&str; 4] {
    ["x-ratelimit-limit", "x-ratelimit-reset", "x-ratelimit-rule", "retry-after"]
        .map(|name| answer.header(name))
}

#[tokio::test]
async fn a_rate_rule_counts_by_account_and_hour_of_the_clock() {
    let mut client = Client::start().await;
    assert_eq!(rate(&client.get(INCIDENTS).await), ["", "", "", ""]);
    switch(&client, json!({ "rate_limit": [{ "limit": 2, "resource": "Table API" }] })).await;
    client.advance("10m").await;
    let first = client.get(INCIDENTS).await;
    let [limit, reset, rule, retry] = rate(&first);
    // 2026-01-05T09:00:00Z.
    assert_eq!((limit, reset, rule.len(), retry), ("2", "1767603600", 32, ""));
    assert_eq!(client.get("/api/now/table/nosuch").await.header("x-ratelimit-limit"), "2");
    let third = client.get(INCIDENTS).await;
    assert_eq!(
        third.refusal(),
        (429, "Rate limit exceeded", "Rate limit of 2 requests per hour for Table API exceeded")
    );
    assert_eq!(rate(&third), ["2", "1767603600", rule, "3000"]);
    // Another API, another account, the next hour, a changed rule.
    assert_eq!(client.get("/api/now/stats/incident").await.status, 200);
    assert_eq!(client.administrator().get(INCIDENTS).await.status, 200);
    client.advance("50m").await;
    client.sign_in().await;
    for status in [200, 200, 429] {
        assert_eq!(client.get(INCIDENTS).await.status, status);
    }
    let path = format!("/api/now/table/sys_rate_limit_rules/{rule}");
    let changed = client.administrator().patch(&path, json!({ "request_limit_per_hour": "3" })).await;
    assert_eq!(changed.status, 200);
    assert_eq!(client.get(INCIDENTS).await.status, 200);
    switch(&client, json!({ "rate_limit": [] })).await;
    assert_eq!(rate(&client.get(INCIDENTS).await), ["", "", "", ""]);
}

#[tokio::test]
async fn a_rule_for_the_account_comes_before_one_for_a_role_and_the_lowest_role_counts() {
    let client = Client::start().await;
    let all = json!({ "limit": 1 });
    let role = |limit: u64, role: &str| json!({ "limit": limit, "role": role });
    let user = json!({ "limit": 9, "user": SERVICE });
    let path = |resource: &str| json!({ "limit": 7, "resource": resource });
    let cases = [
        (json!([all]), "1", "1"),
        (json!([all, role(5, "itil")]), "5", "1"),
        (json!([all, role(5, "itil"), role(4, "user_admin")]), "4", "1"),
        (json!([all, role(5, "itil"), user]), "9", "1"),
        (json!([role(5, "admin")]), "", "5"),
        (json!([path("/now/table/incident")]), "7", "7"),
        (json!([path("/now/table")]), "7", "7"),
        (json!([path("/now/table/incid")]), "", ""),
        (json!([path("Aggregate API")]), "", ""),
        (json!([{ "limit": 7, "method": "get" }]), "7", "7"),
        (json!([{ "limit": 7, "method": "POST" }]), "", ""),
    ];
    for (rules, service, admin) in cases {
        switch(&client, json!({ "rate_limit": rules })).await;
        let limits = [client.get(INCIDENTS).await, client.administrator().get(INCIDENTS).await]
            .map(|answer| answer.header("x-ratelimit-limit").to_owned());
        assert_eq!(limits, [service, admin], "{rules}");
    }
}

#[tokio::test]
async fn full_semaphores_and_busy_sessions_process_nothing() {
    let client = Client::start().await;
    client.clear("incident").await;
    for (name, status) in [("semaphore", 429), ("session_202", 202)] {
        switch(&client, json!({ name: 2 })).await;
        for _ in 0..2 {
            let answer = client.post(INCIDENTS, json!({})).await;
            assert_eq!((answer.status, &answer.body), (status, &Value::Null), "{name}");
            assert_eq!(rate(&answer), ["", "", "", ""], "{name}");
        }
        // The token endpoint is no integration thread's work.
        assert_eq!(client.token(&client.credentials()).await.status, 200);
        assert_eq!(client.get(INCIDENTS).await.body, json!({ "result": [] }), "{name}");
    }
}

#[tokio::test]
async fn a_sleeping_instance_answers_everything_with_a_page() {
    let client = Client::start().await;
    client.clear("incident").await;
    switch(&client, json!({ "hibernate": true })).await;
    for path in [INCIDENTS, "/oauth_token.do", "/nothing"] {
        let answer = client.request(Method::POST, path).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["content-type"], "text/html; charset=utf-8");
        assert!(answer.text().await.unwrap().contains("Instance Hibernating page"));
    }
    switch(&client, json!({ "hibernate": false })).await;
    assert_eq!(client.get(INCIDENTS).await.body, json!({ "result": [] }));
}

#[tokio::test]
async fn long_addresses_are_a_page_of_html_until_they_are_let_through() {
    let client = Client::start().await;
    let long = format!("{INCIDENTS}?sysparm_query=sys_idIN{}", "0".repeat(23_000));
    let answer = client.request(Method::GET, &long).send().await.unwrap();
    assert_eq!(answer.status(), 414);
    assert!(answer.headers()["content-type"].to_str().unwrap().starts_with("text/html"));
    switch(&client, json!({ "long_urls": true })).await;
    assert_eq!(client.get(&long).await.body, json!({ "result": [] }));
}

#[tokio::test]
async fn a_list_beyond_the_quota_is_a_success_with_part_of_the_rows_and_an_error() {
    let client = Client::start().await;
    client.clear("incident").await;
    let mut ids = Vec::new();
    for _ in 0..5 {
        ids.push(client.create("incident", json!({})).await);
    }
    switch(&client, json!({ "transaction_ms": 60_001 })).await;
    let cut = client.get("/api/now/table/incident?sysparm_fields=number&sysparm_query=ORDERBYnumber").await;
    let expected = json!({
        "result": [{ "number": "INC0010001" }, { "number": "INC0010002" }],
        "error": { "detail": "maximum execution time exceeded",
            "message": "Transaction cancelled: maximum execution time exceeded" },
        "status": "failure",
    });
    assert_eq!((cut.status, &cut.body, cut.header("x-total-count")), (200, &expected, "5"));
    let one = client.get(&format!("{INCIDENTS}/{}", ids[0])).await;
    assert_eq!((one.status, one.body.get("error")), (200, None));
    switch(&client, json!({ "transaction_ms": 60_000 })).await;
    assert_eq!(client.get(INCIDENTS).await.result().as_array().unwrap().len(), 5);
}

#[tokio::test]
async fn a_body_above_ten_megabytes_is_refused_with_its_size_unless_it_is_a_file() {
    let client = Client::start().await;
    let size = 10_485_761;
    let large = || "x".repeat(size);
    let request = client.request(Method::POST, INCIDENTS).header("content-type", "application/json");
    let detail = format!(
        "Rejected large REST payload with content-length = {size} bytes. Max allowed: 10485760 bytes."
    );
    assert_eq!(
        send(request.body(large())).await.refusal(),
        (400, "Exception while reading request", detail.as_str())
    );
    let id = client.create("incident", json!({})).await;
    let file = format!("/api/now/attachment/file?table_name=incident&table_sys_id={id}&file_name=a");
    let kept =
        send(client.request(Method::POST, &file).header("content-type", "text/plain").body(large())).await;
    assert_eq!((kept.status, &kept.result()["size_bytes"]), (201, &json!(size.to_string())));
}

#[tokio::test]
async fn tokens_end_early_when_their_life_is_cut_or_they_are_revoked() {
    let mut client = Client::start().await;
    switch(&client, json!({ "token_ttl": 5 })).await;
    client.advance("4s").await;
    assert_eq!(client.get(INCIDENTS).await.status, 200);
    client.advance("1s").await;
    assert_eq!(client.get(INCIDENTS).await.status, 401);
    assert_eq!(client.sign_in().await.body["expires_in"], 5);
    client.advance("5s").await;
    switch(&client, json!({ "token_ttl": null })).await;
    assert_eq!(client.sign_in().await.body["expires_in"], 1800);
    for (whose, count, status) in [
        (json!({ "client": "another" }), 0, 200),
        (json!({ "as": "admin" }), 0, 200),
        (json!({ "as": SERVICE }), 1, 401),
    ] {
        let answer = client.admin("/servicenow/revoke", whose.clone()).await;
        assert_eq!((answer.status, &answer.body), (200, &json!({ "count": count })), "{whose}");
        assert_eq!(client.get(INCIDENTS).await.status, status, "{whose}");
    }
    client.sign_in().await;
    assert_eq!(client.get(INCIDENTS).await.status, 200);
    assert_eq!(client.admin("/servicenow/revoke", json!({ "as": "nobody" })).await.status, 400);
    client.authorize(ADMIN);
    assert_eq!(send(client.request(Method::GET, "/api/now/oauth/jwks")).await.body, json!({ "keys": [] }));
}

#[tokio::test]
async fn everything_about_access_is_part_of_the_state_and_comes_back_with_it() {
    let (client, fresh) = (Client::start().await, Client::start().await);
    let id = client.credentials()[1].1.clone();
    let key = include_str!("data/curve-key.pub.pem");
    for (path, body) in [
        ("/servicenow/passwords", json!({ "as": SERVICE, "password": "new" })),
        (
            "/servicenow/api_keys",
            json!({ "token": "k", "as": SERVICE, "expires_in": 9, "scopes": [{ "path": "/api" }] }),
        ),
        ("/servicenow/jwt_keys", json!({ "client": id, "public_key": key })),
        (
            "/servicenow/access",
            json!({ "hide_rows": [{ "table": "task", "user": "x" }], "write_acl": [{ "table": "incident", "deeds": ["delete"] }],
                "rate_limit": [{ "limit": 3 }], "second_factors": { "admin": "1" }, "token_ttl": 600, "semaphore": 1,
                "closed_tables": ["sys_choice"], "basic_gate": true }),
        ),
    ] {
        assert_eq!(client.admin(path, body).await.status, 200, "{path}");
    }
    for _ in 0..3 {
        client.get(INCIDENTS).await;
    }
    let dump = async |client: &Client| {
        let url = format!("{}/_sandbox/dump", client.instance());
        reqwest::get(url).await.unwrap().text().await.unwrap()
    };
    let taken = dump(&client).await;
    let url = format!("{}/_sandbox/dump", fresh.instance());
    let restored = reqwest::Client::new().put(url).body(taken.clone()).send().await.unwrap();
    assert_eq!(restored.status(), 200);
    assert_eq!(dump(&fresh).await, taken);
    // The third of three requests in this hour was not made yet; the fourth is too many.
    for status in [200, 429] {
        let answers =
            [&client, &fresh].map(|one| send(one.request(Method::GET, INCIDENTS).header("x-sn-apikey", "k")));
        let [one, other] = answers;
        let (one, other) = (one.await, other.await);
        assert_eq!((one.status, other.status), (status, status));
        assert_eq!(one.header("set-cookie"), other.header("set-cookie"));
    }
    assert_eq!(dump(&fresh).await, dump(&client).await);
}
