//! Every operation of the description, called once at least, and its answer held against the description.
//!
//! The calls are data, in `calls.yaml`. What is not called there must be listed with a reason.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "../client/mod.rs"]
mod client;
mod description;
#[path = "../azure_ad/receiver.rs"]
mod receiver;

use std::collections::{BTreeMap, BTreeSet};

use reqwest::Method;
use serde::Deserialize;
use serde_json::Value;

use crate::client::world::{World, read};
use crate::description::{Description, Promise};
use crate::receiver::Receiver;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Script {
    /// Operations of the description that are not called, each with the reason.
    not_called: BTreeMap<String, String>,
    calls: Vec<Call>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Call {
    /// Method and template, as the description has them; absent for a call to the admin interface.
    #[serde(default)]
    operation: Option<String>,
    /// Path, with `<name>` for what an earlier call gave; the template if absent.
    #[serde(default)]
    path: Option<String>,
    /// Method and path below `/_sandbox`.
    #[serde(default)]
    admin: Option<String>,
    #[serde(default)]
    body: Option<Value>,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    /// Expected status; any success if absent.
    #[serde(default)]
    status: Option<u16>,
    /// Names for parts of the answer, by JSON pointer.
    #[serde(default)]
    take: BTreeMap<String, String>,
}

#[tokio::test]
async fn every_answer_is_as_described() {
    let mut world = World::start().await;
    world.token = world.token_of("everything").await;
    let receiver = Receiver::start().await;
    let script: Script = serde_saphyr::from_str(include_str!("calls.yaml")).unwrap();
    let mut description = Description::read();
    let mut names = BTreeMap::from([("receiver".to_owned(), receiver.url.clone())]);
    let mut faults = Vec::new();
    let mut called = BTreeSet::new();
    for call in &script.calls {
        let (status, answer) = send(&world, call, &names).await;
        let what = call.operation.as_ref().or(call.admin.as_ref()).unwrap();
        let good = call.status.map_or((200..300).contains(&status), |expected| status == expected);
        if !good {
            faults.push(format!("{what}: status {status}: {answer}"));
        }
        if let Some(operation) = &call.operation {
            if good {
                called.insert(operation.clone());
            }
            match description.promise(operation, status) {
                Promise::Body(schema) => {
                    faults.extend(
                        description
                            .faults(&schema, &answer)
                            .into_iter()
                            .map(|fault| format!("{what}{fault}")),
                    );
                }
                Promise::NoBody
                    if !(answer == ""
                        || status == 202 && answer == Value::Object(serde_json::Map::new())) =>
                {
                    faults.push(format!("{what}: a body that is not described: {answer}"));
                }
                Promise::Nothing => faults.push(format!("{what}: status {status} is not described")),
                Promise::NoBody => {}
            }
        }
        for (name, pointer) in &call.take {
            match answer.pointer(pointer).and_then(Value::as_str) {
                Some(text) => drop(names.insert(name.clone(), text.to_owned())),
                None => faults.push(format!("{what}: nothing at {pointer} of {answer}")),
            }
        }
    }
    let described: BTreeSet<String> = description.operations().into_iter().collect();
    for operation in &described {
        match (called.contains(operation), script.not_called.contains_key(operation)) {
            (false, false) => faults.push(format!("{operation}: not called")),
            (true, true) => faults.push(format!("{operation}: called, and listed as not called")),
            _ => {}
        }
    }
    for operation in called.iter().chain(script.not_called.keys()).filter(|one| !described.contains(*one)) {
        faults.push(format!("{operation}: not in the description"));
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

async fn send(world: &World, call: &Call, names: &BTreeMap<String, String>) -> (u16, Value) {
    let body =
        call.body.as_ref().map(|body| serde_json::from_str(&filled(&body.to_string(), names)).unwrap());
    if let Some(admin) = &call.admin {
        let (method, path) = admin.split_once(' ').unwrap();
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let (status, answer) = world.admin(method, &filled(path, names), body).await;
        return (status.as_u16(), answer);
    }
    let (method, template) = call.operation.as_ref().unwrap().split_once(' ').unwrap();
    let path = filled(call.path.as_deref().unwrap_or(template), names);
    let mut request = world.graph(Method::from_bytes(method.as_bytes()).unwrap(), &path);
    for (name, value) in &call.headers {
        request = request.header(name, value);
    }
    if let Some(body) = body {
        request = request.json::<Value>(&body);
    }
    let (status, answer) = read(request.send().await.unwrap()).await;
    (status.as_u16(), answer)
}

/// The text with every `<name>` replaced.
fn filled(text: &str, names: &BTreeMap<String, String>) -> String {
    names.iter().fold(text.to_owned(), |text, (name, value)| text.replace(&format!("<{name}>"), value))
}
