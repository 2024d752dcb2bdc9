//! Pages, counts and links of lists, and what differs between the versions of the API.

use crate::client::Client;

#[tokio::test]
async fn pages_carry_the_total_and_links_to_their_neighbours() {
    let client = Client::start().await;
    let answer = client
        .query("cmn_department", "ORDERBYname", &[("sysparm_limit", "2"), ("sysparm_offset", "2")])
        .await;
    assert_eq!(
        (answer.column("name"), answer.header("x-total-count")),
        ("Facilities Finance".to_owned(), "7")
    );
    let url = format!(
        "{}/api/now/table/cmn_department?sysparm_query=ORDERBYname&sysparm_limit=2&sysparm_offset=",
        client.instance()
    );
    let expected = [(0, "first"), (0, "prev"), (4, "next"), (6, "last")]
        .map(|(at, rel)| format!("<{url}{at}>;rel=\"{rel}\""));
    assert_eq!(answer.header("link"), expected.join(","));
}

#[tokio::test]
async fn the_last_page_has_no_next_and_headers_can_be_switched_off() {
    let client = Client::start().await;
    let page = [("sysparm_limit", "5"), ("sysparm_offset", "5")];
    let last = client.query("cmn_department", "", &page).await;
    assert_eq!(last.result().as_array().unwrap().len(), 2);
    assert!(!last.header("link").contains("rel=\"next\""));
    let uncounted =
        client.query("cmn_department", "", &[("sysparm_limit", "2"), ("sysparm_no_count", "True")]).await;
    let link = uncounted.header("link");
    assert!(link.contains("rel=\"next\"") && !link.contains("rel=\"last\""), "{link}");
    let bare = [("sysparm_suppress_pagination_header", "TRUE"), ("sysparm_no_count", "true")];
    let answer = client.query("cmn_department", "", &bare).await;
    assert_eq!((answer.header("link"), answer.header("x-total-count")), ("", ""));
}

#[tokio::test]
async fn an_empty_list_is_missing_in_the_first_version_only() {
    let client = Client::start().await;
    for (version, status) in [("", 200), ("v2/", 200), ("v1/", 404)] {
        let answer = client.get(&format!("/api/now/{version}table/incident?sysparm_query=state=99")).await;
        assert_eq!(answer.status, status, "{version}");
    }
    let answer = client.get("/api/now/v1/table/incident?sysparm_query=state=99").await;
    let detail = "Records matching query not found. Check query parameter or offset parameter";
    assert_eq!(answer.refusal(), (404, "No Record found", detail));
}

#[tokio::test]
async fn unknown_tables_records_addresses_and_long_addresses_are_refused_in_their_own_words() {
    let client = Client::start().await;
    let no_record = "Record doesn't exist or ACL restricts the record retrieval";
    let id = "0".repeat(32);
    assert_eq!(client.get("/api/now/table/no_such").await.refusal(), (400, "Invalid table no_such", "null"));
    let answer = client.get(&format!("/api/now/table/incident/{id}")).await;
    assert_eq!(answer.refusal(), (404, "No Record found", no_record));
    let answer = client.get("/api/now/nowhere").await;
    assert_eq!(answer.refusal(), (400, "Requested URI does not represent any resource", "/api/now/nowhere"));
    let answer = client.get(&format!("/api/now/table/incident?sysparm_query={}", "a".repeat(9_000))).await;
    assert_eq!((answer.status, answer.header("content-type")), (414, "text/html; charset=utf-8"));
    let answer = client.get("/api/now/table/sys_db_object").await;
    assert_eq!(answer.refusal(), (403, "Failed API level ACL Validation", "null"));
    let detail = "Field(s) present in the query do not have permission to be read.";
    let answer = client.query("cmn_department", "dept_head.user_passwordSTARTSWITHa", &[]).await;
    assert_eq!(answer.refusal(), (403, "Insufficient rights to query records", detail));
    assert_eq!(client.delete("/api/now/table/incident").await.status, 405);
}

#[tokio::test]
async fn rows_are_hidden_after_the_page_is_cut() {
    let client = Client::start().await;
    let answer = client.query("sys_properties", "", &[]).await;
    assert_eq!((answer.status, answer.column("name")), (200, String::new()));
    assert_ne!(answer.header("x-total-count"), "0");
}

#[tokio::test]
async fn choices_show_their_labels_only_to_whoever_is_no_administrator() {
    let client = Client::start().await;
    let answer =
        client.get("/api/now/table/sys_choice?sysparm_limit=1&sysparm_fields=name,element,label").await;
    let shown: Vec<&String> = answer.result()[0].as_object().unwrap().keys().collect();
    assert_eq!(shown, ["label"]);
    let query = "name=incident^element=state^ORDERBYsequence";
    assert_eq!(
        client.query("sys_choice", query, &[]).await.refusal().1,
        "Insufficient rights to query records"
    );
    let all = client.administrator().query("sys_choice", query, &[]).await;
    assert_eq!(all.column("value"), "1 2 3 6 7 8");
}

#[tokio::test]
async fn the_answer_carries_the_virtual_date() {
    let client = Client::start().await;
    client.advance("90m").await;
    assert_eq!(
        client.get("/api/now/table/cmn_department").await.header("date"),
        "Mon, 05 Jan 2026 09:30:00 GMT"
    );
}
