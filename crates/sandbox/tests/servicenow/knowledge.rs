//! Looking for knowledge and reading it.

use reqwest::Method;
use serde_json::json;

use crate::client::{Client, send};

const ARTICLES: &str = "/api/sn_km_api/knowledge/articles";

async fn numbers(client: &Client, parameters: &str) -> String {
    let answer = client.get(&format!("{ARTICLES}?{parameters}")).await;
    assert_eq!(answer.status, 200, "{parameters}: {answer:?}");
    let list = answer.result()["articles"].as_array().unwrap();
    list.iter().map(|one| one["number"].as_str().unwrap()).collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn published_articles_are_found_by_words_filters_and_bases() {
    let client = Client::start().await.administrator();
    let base = client.find("kb_knowledge_base", "title=IT").await;
    for (parameters, expected) in [
        ("", "KB0000001 KB0000002 KB0000003"),
        ("limit=1&offset=1", "KB0000002"),
        ("query=PRINTER", "KB0000003"),
        ("query=printer password", ""),
        ("filter=short_descriptionLIKEfiles", "KB0000002"),
        ("filter=number=KB0000001^ORnumber=KB0000003", "KB0000001 KB0000003"),
        ("kb=none", ""),
    ] {
        assert_eq!(numbers(&client, parameters).await, expected, "{parameters}");
    }
    assert_eq!(numbers(&client, &format!("kb=none,{base}&query=remote")).await, "KB0000002");

    let found =
        client.get(&format!("{ARTICLES}?query=add&limit=5&fields=short_description&fields=author")).await;
    let meta = &found.result()["meta"];
    assert_eq!(
        (&meta["start"], &meta["end"], &meta["count"], &meta["fields"], &meta["status"]["code"]),
        (&json!(0), &json!(1), &json!(1), &json!("short_description,author"), &json!(200))
    );
    let first = &found.result()["articles"][0];
    assert_eq!((&first["rank"], &first["title"]), (&json!(1), &json!("How to add a printer")));
    assert_eq!(first["snippet"], "Open the settings and choose the printer nearest to you.");
    assert_eq!(
        first["fields"]["author"],
        json!({ "name": "author", "label": "Author", "type": "reference", "value": "46d44a23a9fe19810012d100cca80666",
            "display_value": "Beth Anglin" })
    );
    let id = first["id"].as_str().unwrap().strip_prefix("kb_knowledge:").unwrap();
    assert_eq!(client.field("kb_knowledge", id, "number").await, "KB0000003");
}

#[tokio::test]
async fn an_article_is_read_by_id_or_number_with_its_files() {
    let client = Client::start().await.administrator();
    let id = client.find("kb_knowledge", "number=KB0000001").await;
    let file =
        format!("/api/now/attachment/file?table_name=kb_knowledge&table_sys_id={id}&file_name=words.txt");
    let file =
        send(client.request(Method::POST, &file).header("content-type", "text/plain").body("four words"))
            .await;
    let file = file.result()["sys_id"].as_str().unwrap().to_owned();
    for name in [id.as_str(), "KB0000001"] {
        let read = client.get(&format!("{ARTICLES}/{name}")).await;
        assert_eq!(
            read.result(),
            &json!({ "content": "<p>Take four words that nobody would put together.</p>", "template": false,
                "number": "KB0000001", "sys_id": id, "short_description": "How to choose a strong password",
                "display_attachments": true, "embedded_content": [],
                "attachments": [{ "sys_id": file, "file_name": "words.txt", "size_bytes": "10", "state": "available" }] })
        );
    }
    let bytes =
        client.request(Method::GET, &format!("{ARTICLES}/{id}/attachments/{file}")).send().await.unwrap();
    assert_eq!(bytes.text().await.unwrap(), "four words");
    assert_eq!(client.get(&format!("{ARTICLES}/none")).await.refusal().0, 404);
    assert_eq!(client.post(ARTICLES, json!({})).await.status, 405);
    assert_eq!(client.get("/api/sn_km_api/knowledge/books").await.status, 400);
}
