//! Requests in a row as data: what is sent, and what must come back.
//!
//! In paths and bodies `{user:a.berg}`, `{group:VPN users}`, `{app:Microsoft Graph}` and `{role:User Administrator}` stand for object ids, and
//! `{last}` for the id in the answer before.

use reqwest::Method;
use serde_json::{Value, json};

use crate::client::world::World;

/// Method, path, body (null for none), status, and a piece of the answer, such as code or message.
pub(crate) type Step<'a> = (&'a str, &'a str, Value, u16, &'a str);

/// A world whose client is the application that holds every permission.
pub(crate) async fn world_of_everything() -> World {
    let mut world = World::start().await;
    world.token = world.token_of("everything").await;
    world
}

/// Sends every step and holds the answers against them; gives the last body.
pub(crate) async fn walk(world: &World, steps: &[Step<'_>]) -> Value {
    let mut last = Value::Null;
    for (method, path, body, status, piece) in steps {
        let path = filled(world, path, &last).await;
        let body = filled(world, &body.to_string(), &last).await;
        let body: Value = serde_json::from_str(&body).unwrap();
        let method: Method = method.parse().unwrap();
        let name = format!("{method} {path} {body}");
        let (found, answer) = match path.strip_prefix("/_sandbox") {
            Some(path) => world.admin(method, path, Some(body)).await,
            None if body.is_null() => {
                crate::client::world::read(world.graph(method, &path).send().await.unwrap()).await
            }
            None => world.send(method, &path, body).await,
        };
        assert_eq!(found.as_u16(), *status, "{name}: {answer}");
        assert!(answer.to_string().contains(piece), "{name}: no `{piece}` in {answer}");
        last = answer;
    }
    last
}

/// A text with its placeholders replaced.
pub(crate) async fn filled(world: &World, text: &str, last: &Value) -> String {
    let mut text = text.replace("{last}", last["id"].as_str().unwrap_or_default());
    for (mark, list, property) in [
        ("{group:", "groups", "displayName"),
        ("{app:", "servicePrincipals", "displayName"),
        ("{role:", "directoryRoles", "displayName"),
        ("{user:", "users", "userPrincipalName"),
    ] {
        while let Some(start) = text.find(mark) {
            let end = start + text[start..].find('}').unwrap();
            let name = text[start + mark.len()..end].to_owned();
            let wanted = if list == "users" { format!("{name}@contoso.test") } else { name };
            let (_, page) = world.get(&format!("/{list}?$filter={property} eq '{wanted}'&$select=id")).await;
            let id = page["value"][0]["id"].as_str().unwrap_or_else(|| panic!("no {wanted}: {page}"));
            text.replace_range(start..=end, id);
        }
    }
    text
}

/// A body that points at an object.
pub(crate) fn reference(id: &str) -> Value {
    json!({ "@odata.id": format!("https://graph.microsoft.com/v1.0/directoryObjects/{id}") })
}
