//! JSON and XML, views, and what is refused in their place.

use reqwest::Method;
use reqwest::header::{ACCEPT, CONTENT_TYPE};

use crate::client::{Client, send};

async fn text(
    client: &Client,
    method: Method,
    path: &str,
    accept: &str,
    body: Option<(&str, &str)>,
) -> (u16, String, String) {
    let mut request = client.request(method, path).build().unwrap();
    request.headers_mut().insert(ACCEPT, accept.parse().unwrap());
    if let Some((content_type, body)) = body {
        request.headers_mut().insert(CONTENT_TYPE, content_type.parse().unwrap());
        *request.body_mut() = Some(body.to_owned().into());
    }
    let response = reqwest::Client::new().execute(request).await.unwrap();
    let kind = response.headers().get(CONTENT_TYPE).map_or("", |value| value.to_str().unwrap()).to_owned();
    (response.status().as_u16(), kind, response.text().await.unwrap())
}

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";

#[tokio::test]
async fn answers_are_xml_where_that_is_wanted() {
    let client = Client::start().await;
    let path =
        "/api/now/table/cmn_location?sysparm_fields=name,country&sysparm_query=ORDERBYname&sysparm_limit=2";
    let rows = "<response><result><name>Berlin</name><country>Germany</country></result>\
        <result><name>London</name><country>United Kingdom</country></result></response>";
    let (status, kind, body) = text(&client, Method::GET, path, "application/xml", None).await;
    assert_eq!(
        (status, kind.as_str(), body),
        (200, "application/xml;charset=UTF-8", format!("{HEAD}{rows}"))
    );
    let (status, _, body) = text(&client, Method::GET, "/api/now/table/no_such", "text/xml", None).await;
    let refusal = "<response><error><message>Invalid table no_such</message><detail/></error><status>failure</status></response>";
    assert_eq!((status, body), (400, format!("{HEAD}{refusal}")));
    let path = "/api/now/stats/cmn_location?sysparm_count=true";
    let (_, _, body) = text(&client, Method::GET, path, "application/xml", None).await;
    assert_eq!(body, format!("{HEAD}<response><result><stats><count>3</count></stats></result></response>"));
}

#[tokio::test]
async fn a_request_inside_a_batch_speaks_for_itself() {
    use base64::Engine as _;
    let client = Client::start().await;
    let url = "/api/now/table/cmn_location?sysparm_fields=name&sysparm_query=name=Oslo";
    let inner = serde_json::json!({ "id": "1", "method": "GET", "url": url,
        "headers": [{ "name": "Accept", "value": "application/xml" }] });
    let batch = serde_json::json!({ "batch_request_id": "b", "rest_requests": [inner] });
    let answer = client.post("/api/now/v1/batch", batch).await;
    let body = answer.body["serviced_requests"][0]["body"].as_str().unwrap();
    let body = base64::engine::general_purpose::STANDARD.decode(body).unwrap();
    let expected = format!("{HEAD}<response><result><name>Oslo</name></result></response>");
    assert_eq!(String::from_utf8(body).unwrap(), expected);
}

#[tokio::test]
async fn bodies_may_be_xml_or_quoted_with_apostrophes() {
    let client = Client::start().await;
    let path = "/api/now/table/incident?sysparm_fields=short_description,urgency";
    for (content_type, body) in [
        (
            "application/xml",
            "<request><entry><short_description>a &lt; b</short_description><urgency>1</urgency></entry></request>",
        ),
        ("application/json", "{'short_description':'a < b','urgency':'1'}"),
        ("", r#"{"short_description":"a < b","urgency":1}"#),
    ] {
        let (status, kind, body) =
            text(&client, Method::POST, path, "application/json", Some((content_type, body))).await;
        assert_eq!((status, kind.as_str()), (201, "application/json;charset=UTF-8"), "{content_type}");
        assert_eq!(body, r#"{"result":{"short_description":"a < b","urgency":"1"}}"#, "{content_type}");
    }
    let (status, _, body) =
        text(&client, Method::POST, path, "application/json", Some(("application/xml", "<a>"))).await;
    assert_eq!((status, body.contains("Exception while reading request")), (400, true));
}

#[tokio::test]
async fn other_languages_are_refused() {
    let client = Client::start().await;
    let path = "/api/now/table/incident";
    let (status, kind, body) = text(&client, Method::GET, path, "text/csv", None).await;
    assert_eq!((status, kind.as_str()), (406, "application/json;charset=UTF-8"));
    assert!(body.ends_with(r#""status":"failure"}"#), "{body}");
    let (status, _, _) = text(&client, Method::PATCH, path, "*/*", Some(("text/plain", "{}"))).await;
    assert_eq!(status, 415);
    let (status, _, _) = text(&client, Method::GET, "/api/now/stats/incident", "image/png", None).await;
    assert_eq!(status, 406);
}

#[tokio::test]
async fn a_view_picks_the_fields_and_named_fields_go_before_it() {
    let client = Client::start().await;
    for (parameters, expected) in [
        ("sysparm_view=mobile", "sys_id name manager"),
        ("sysparm_view=mobile&sysparm_fields=email", "email"),
        ("sysparm_view=&sysparm_fields=name,", "name"),
    ] {
        let path = format!("/api/now/table/sys_user_group?sysparm_limit=1&{parameters}");
        let answer = client.get(&path).await;
        let shown: Vec<&str> = answer.result()[0].as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(shown.join(" "), expected, "{parameters}");
    }
    let unknown = client.get("/api/now/table/sys_user_group?sysparm_limit=1&sysparm_view=nobody").await;
    assert!(unknown.result()[0].as_object().unwrap().len() > 10);
}

#[tokio::test]
async fn a_head_has_the_headers_of_the_get_and_no_body() {
    let client = Client::start().await;
    let answer = send(client.request(Method::HEAD, "/api/now/table/cmn_location?sysparm_limit=1")).await;
    assert_eq!((answer.status, answer.header("x-total-count")), (200, "3"));
    assert_eq!(answer.body, serde_json::Value::Null);
}

#[tokio::test]
async fn durations_and_secrets_are_shown_in_their_own_way() {
    let client = Client::start().await;
    for (stored, shown) in [
        ("1970-01-01 00:02:17", "2 Minutes"),
        ("1970-01-03 01:00:00", "2 Days 1 Hour"),
        ("1970-01-01 00:00:41", "41 Seconds"),
    ] {
        let body = serde_json::json!({ "business_duration": stored });
        let answer = client.post("/api/now/table/incident?sysparm_display_value=all", body).await;
        let expected = serde_json::json!({ "display_value": shown, "value": stored });
        assert_eq!(answer.result()["business_duration"], expected);
    }
    let path = "/api/now/table/sys_user/6816f79cc0a8016401c5a33be04be441?sysparm_display_value=all";
    assert_eq!(client.get(path).await.result()["user_password"]["display_value"], "********");
}
