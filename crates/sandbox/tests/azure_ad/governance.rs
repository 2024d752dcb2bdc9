//! What the tests of the tenant's governance share: a world that may do everything, and its well-known ids.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::client::world::World;

pub(crate) const GLOBAL_ADMINISTRATOR: &str = "62e90394-69f5-4237-9190-012177145e10";
pub(crate) const SECURITY_READER: &str = "5d6b6bb7-de71-4623-b4af-96380a352509";
pub(crate) const REPORTS_READER: &str = "4a5d8f65-41da-4de4-8968-e035b65339cf";

pub(crate) async fn governed() -> World {
    let mut world = World::start().await;
    world.token = world.token_of("everything").await;
    world
}

impl World {
    pub(crate) async fn user_id(&self, key: &str) -> String {
        let (_, user) = self.get(&format!("/users/{key}@contoso.test?$select=id")).await;
        user["id"].as_str().unwrap().to_owned()
    }

    /// Lets time pass and asks for a new token, since the old one may be over.
    pub(crate) async fn pass(&mut self, by: &str) {
        self.advance(by).await;
        self.token = self.token_of("everything").await;
    }

    /// Reads one object of a list by its display name.
    pub(crate) async fn named(&self, path: &str, name: &str) -> Value {
        let (status, page) = self.get(path).await;
        assert_eq!(status, StatusCode::OK, "{page}");
        let all = page["value"].as_array().unwrap().iter();
        all.clone().find(|own| own["displayName"] == name).unwrap().clone()
    }

    /// Sends what must be answered with 201.
    pub(crate) async fn make(&self, path: &str, body: Value) -> Value {
        let (status, made) = self.send(Method::POST, path, body).await;
        assert_eq!(status, StatusCode::CREATED, "{made}");
        made
    }

    /// Status and code of the answer to a POST.
    pub(crate) async fn verdict(&self, path: &str, body: Value) -> (u16, String) {
        let (status, answer) = self.send(Method::POST, path, body).await;
        (status.as_u16(), answer["error"]["code"].as_str().unwrap_or_default().to_owned())
    }

    /// Does something in the admin interface and gives its status.
    pub(crate) async fn say(&self, method: Method, path: &str, body: Value) -> StatusCode {
        let body = Some(body).filter(|body| !body.is_null());
        self.admin(method, &format!("/azure_ad{path}"), body).await.0
    }

    pub(crate) async fn is_in_group(&self, group: &str, user: &str) -> bool {
        let group = self.named("/groups?$top=999", group).await["id"].as_str().unwrap().to_owned();
        let (_, page) = self.get(&format!("/groups/{group}/members?$top=999")).await;
        page["value"].as_array().unwrap().iter().any(|member| member["id"] == user)
    }
}

/// A body with members changed; `null` takes one out.
pub(crate) fn with(mut body: Value, changes: &Value) -> Value {
    for (name, value) in changes.as_object().unwrap() {
        match value {
            Value::Null => drop(body.as_object_mut().unwrap().remove(name)),
            value => body[name] = value.clone(),
        }
    }
    body
}

pub(crate) fn hours(count: u32) -> Value {
    json!({ "expiration": { "type": "afterDuration", "duration": format!("PT{count}H") } })
}
