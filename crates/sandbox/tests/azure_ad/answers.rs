//! Reads the parts of answers the tests look at, and makes what they send.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::client::world::World;

pub(crate) fn ids(page: &Value) -> Vec<&str> {
    page["value"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap()).collect()
}

pub(crate) fn texts<'a>(page: &'a Value, property: &str) -> Vec<&'a str> {
    page["value"].as_array().unwrap().iter().map(|item| item[property].as_str().unwrap()).collect()
}

pub(crate) fn code(body: &Value) -> &str {
    body["error"]["code"].as_str().unwrap_or_default()
}

/// Fields of a form.
pub(crate) type Fields<'a> = &'a [(&'a str, &'a str)];

/// A body that creates a user, as the reference has it.
pub(crate) fn new_user(name: &str) -> Value {
    json!({
        "accountEnabled": true, "displayName": name, "mailNickname": name,
        "userPrincipalName": format!("{name}@contoso.test"),
        "passwordProfile": { "password": "Ex4mple-pass", "forceChangePasswordNextSignIn": true },
    })
}

/// The first link of a delta query.
pub(crate) fn delta_url(world: &World, query: &str) -> String {
    format!("{}/v1.0/users/delta?{query}", world.sandbox.endpoints().azure_ad.graph)
}

/// Follows a delta round to its end: all items and the link to the next round.
pub(crate) async fn round(world: &World, link: &str) -> (Vec<Value>, String) {
    let mut link = link.to_owned();
    let mut items = Vec::new();
    loop {
        let (status, page) = world.follow(&link).await;
        assert_eq!(status, StatusCode::OK, "{page}");
        items.extend(page["value"].as_array().unwrap().iter().cloned());
        if let Some(delta) = page["@odata.deltaLink"].as_str() {
            assert_eq!(page.get("@odata.nextLink"), None);
            return (items, delta.to_owned());
        }
        link = page["@odata.nextLink"].as_str().unwrap().to_owned();
    }
}
