//! Dump, restore, state files and scripts: what is kept is everything, and it goes on as if nothing had been.

use std::path::Path;

use crate::client::world::World;
use drawbridge_sandbox::{ClockMode, Error, Options, Sandbox, Script, Seed};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

const BOSS: &str = "/users/m.boss@contoso.test";

async fn dump(world: &World) -> String {
    let url = format!("{}/dump", world.sandbox.endpoints().admin);
    let response = world.http.get(url).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    response.text().await.unwrap()
}

async fn restore(world: &World, dump: &str) -> (StatusCode, String) {
    let url = format!("{}/dump", world.sandbox.endpoints().admin);
    let response = world.http.put(url).body(dump.to_owned()).send().await.unwrap();
    (response.status(), response.text().await.unwrap())
}

/// Calls of every kind on both platforms; nothing in them depends on the run.
async fn first_half(world: &World) {
    let user = json!({ "accountEnabled": true, "displayName": "A New", "mailNickname": "a.new",
        "userPrincipalName": "a.new@contoso.test", "passwordProfile": { "password": "a-Long-1-pass" } });
    assert_eq!(world.send(Method::POST, "/users", user).await.0, StatusCode::CREATED);
    world.send(Method::PATCH, BOSS, json!({ "city": "Bergen" })).await;
    world
        .fault(json!({ "platform": "azure_ad", "answer": "throttle", "times": null, "probability": 0.5 }))
        .await;
    world.get("/users").await;
    world.advance("90m").await;
    world.fault(json!({ "operation": "servicenow.incident.create", "answer": { "late_apply": "1h" } })).await;
    servicenow(world, "incident", json!({ "short_description": "late" })).await;
    servicenow(world, "incident", json!({ "short_description": "at once" })).await;
}

async fn second_half(world: &mut World) {
    // The first token has lapsed meanwhile.
    world.token = world.token_of("drawbridge").await;
    for _ in 0..8 {
        world.get("/users?$top=1").await;
    }
    world.advance("2h").await;
    servicenow(world, "incident", json!({ "short_description": "after" })).await;
    world.send(Method::DELETE, "/users/a.new@contoso.test", Value::Null).await;
}

async fn servicenow(world: &World, table: &str, body: Value) {
    let instance = world.sandbox.endpoints().servicenow.clone();
    let id = instance.client_id.as_str();
    let form =
        [("grant_type", "client_credentials"), ("client_id", id), ("client_secret", &instance.client_secret)];
    let token = world.http.post(format!("{}/oauth_token.do", instance.instance)).form(&form);
    let token: Value = token.send().await.unwrap().json().await.unwrap();
    let url = format!("{}/api/now/table/{table}", instance.instance);
    let request = world.http.post(url).bearer_auth(token["access_token"].as_str().unwrap()).json(&body);
    request.send().await.unwrap();
}

#[tokio::test]
async fn the_same_seed_and_the_same_calls_give_the_same_bytes() {
    let (mut one, mut other) = (World::start().await, World::start().await);
    for world in [&mut one, &mut other] {
        first_half(world).await;
        second_half(world).await;
    }
    assert_eq!(dump(&one).await, dump(&other).await);
}

#[tokio::test]
async fn a_restored_world_goes_on_as_the_one_it_was_taken_from() {
    let (mut undisturbed, mut fresh) = (World::start().await, World::start().await);
    first_half(&undisturbed).await;
    let taken = dump(&undisturbed).await;
    // Something else happens to the other world first; nothing of it may stay.
    fresh.send(Method::PATCH, BOSS, json!({ "city": "Rome" })).await;
    fresh.advance("300h").await;
    let (status, body) = restore(&fresh, &taken).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    assert_eq!(dump(&fresh).await, taken);
    second_half(&mut undisturbed).await;
    second_half(&mut fresh).await;
    assert_eq!(dump(&fresh).await, dump(&undisturbed).await);
}

#[tokio::test]
async fn what_is_no_state_of_this_sandbox_is_refused_and_changes_nothing() {
    let world = World::start().await;
    let before = dump(&world).await;
    let of = |member: &str, value: Value| {
        let mut state: Value = serde_json::from_str(&before).unwrap();
        state[member] = value;
        state.to_string()
    };
    let other = World::start_with(Seed::named("generated:70x40").unwrap()).await;
    let cases = [
        ("{".to_owned(), 400, "no state of a sandbox"),
        ("{}".to_owned(), 400, "no state of a sandbox"),
        (of("format", json!("something")), 400, "its `format` is not"),
        (of("version", json!(0)), 409, "it is of version 0"),
        (of("azure_ad", json!({})), 400, "does not fit this version"),
        (dump(&other).await, 409, "made with the seed `generated:70x40`, this sandbox has `small-company`"),
    ];
    for (state, status, says) in cases {
        let (answered, body) = restore(&world, &state).await;
        assert_eq!(answered.as_u16(), status, "{body}");
        assert!(body.contains(says), "{body}");
    }
    assert_eq!(dump(&world).await, before);
}

fn kept(path: &Path) -> Options {
    Options { state: Some(path.to_owned()), ..Options::default() }
}

#[tokio::test]
async fn a_state_file_is_written_at_the_end_and_gone_on_from() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.json");
    let world = World::start_as(kept(&file)).await;
    assert!(!world.sandbox.is_resumed() && file.exists());
    world.send(Method::PATCH, BOSS, json!({ "city": "Bergen" })).await;
    world.advance("4h").await;
    let state = dump(&world).await;
    world.sandbox.close().await.unwrap();
    assert_eq!(std::fs::read_to_string(&file).unwrap(), state);
    let mut left: Vec<_> =
        std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(left, ["state.json", "state.json.lock"], "no draft is left behind");
    let world = World::start_as(kept(&file)).await;
    assert!(world.sandbox.is_resumed());
    assert_eq!(world.get(&format!("{BOSS}?$select=city")).await.1["city"], "Bergen");
    assert_eq!(world.admin(Method::GET, "/clock", None).await.1, json!({ "now": "2026-01-05T12:00:00Z" }));
}

#[tokio::test]
async fn a_state_of_another_seed_or_of_no_sandbox_keeps_a_sandbox_from_starting() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.json");
    Sandbox::start(kept(&file)).await.unwrap().stop().await;
    let before = std::fs::read(&file).unwrap();
    let other = Options { seed: Seed::named("generated:70x40").unwrap(), ..kept(&file) };
    let refused = Sandbox::start(other).await.unwrap_err();
    assert!(
        matches!(&refused, Error::StateRefused { detail, .. } if detail.contains("small-company")),
        "{refused}"
    );
    assert_eq!(std::fs::read(&file).unwrap(), before, "what is refused is not written over");
    std::fs::write(&file, &before[..before.len() / 2]).unwrap();
    let refused = Sandbox::start(kept(&file)).await.unwrap_err();
    assert!(matches!(refused, Error::StateRefused { .. }), "{refused}");
}

#[tokio::test]
async fn a_state_file_belongs_to_one_sandbox_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.json");
    let first = Sandbox::start(kept(&file)).await.unwrap();
    let refused = Sandbox::start(kept(&file)).await.unwrap_err();
    let (file_name, pid) = (file.display(), std::process::id());
    assert_eq!(
        refused.to_string(),
        format!("another sandbox (process {pid}) keeps its state in `{file_name}`")
    );
    let beside = Sandbox::start(kept(&folder.path().join("other.json"))).await.unwrap();
    beside.close().await.unwrap();
    first.close().await.unwrap();
    assert!(Sandbox::start(kept(&file)).await.unwrap().is_resumed());
}

fn script(folder: &Path, text: &str) -> Result<Script, Error> {
    let file = folder.join("script.yaml");
    std::fs::write(&file, text).unwrap();
    Script::read(&file)
}

#[tokio::test]
async fn a_script_acts_at_its_moments_of_virtual_time() {
    let folder = tempfile::tempdir().unwrap();
    let text = "
script: a bad morning
entries:
  - do: { faults: { operation: azure_ad.users.get, answer: { status: 503 }, times: null } }
  - at: PT10M
    do: { DELETE faults: {} }
  - at: 5m
    do: { azure_ad/users: { upn: a.new@contoso.test } }
  - at: 2026-01-05T09:00:00Z
    do: { PATCH azure_ad/users/nobody: { city: Rome } }
";
    let script = Some(script(folder.path(), text).unwrap());
    let mut world = World::start_as(Options { script, ..Options::default() }).await;
    assert_eq!(world.get(BOSS).await.0, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(
        world.get("/users?$filter=userPrincipalName eq 'a.new@contoso.test'").await.1["value"],
        json!([])
    );
    world.advance("3h").await;
    world.token = world.token_of("drawbridge").await;
    assert_eq!(world.get(BOSS).await.0, StatusCode::OK);
    let (_, user) = world.get("/users/a.new@contoso.test?$select=createdDateTime").await;
    assert_eq!(user["createdDateTime"], "2026-01-05T08:05:00Z", "the clock stood there when it happened");
    let (_, listed) = world.admin(Method::GET, "/script", None).await;
    let done: Vec<_> = listed["done"]
        .as_array()
        .unwrap()
        .iter()
        .map(|done| (done["what"].clone(), done["status"].clone()))
        .collect();
    assert_eq!(
        done,
        [
            (json!("POST faults"), json!(200)),
            (json!("POST azure_ad/users"), json!(201)),
            (json!("DELETE faults"), json!(200)),
            (json!("PATCH azure_ad/users/nobody"), json!(404)),
        ]
    );
    assert!(listed["done"][3]["error"].is_string() && listed["ahead"] == json!([]));
    // The first moment comes back with the first entries.
    world.admin(Method::POST, "/reset", None).await;
    assert_eq!(world.admin(Method::GET, "/faults", None).await.1["faults"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_script_that_is_handed_in_counts_from_then() {
    let world = World::start().await;
    world.advance("1h").await;
    let entry = json!({ "at": "5m", "do": { "azure_ad/users": { "upn": "a.new@contoso.test" } } });
    let (status, listed) = world.admin(Method::POST, "/script", Some(json!({ "entries": [entry] }))).await;
    assert_eq!((status, &listed["ahead"][0]["at"]), (StatusCode::OK, &json!("2026-01-05T09:05:00Z")));
    let entry = json!({ "do": { "clock": { "advance": "1h" } } });
    let (status, _) = world.admin(Method::POST, "/script", Some(json!({ "entries": [entry] }))).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
}

#[test]
fn a_script_that_cannot_be_read_is_refused_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let check = |text: &str, at: &str, says: &str| {
        let error = script(folder.path(), text).unwrap_err().to_string();
        assert!(error.contains(&format!("script.yaml:{at}: ")) && error.contains(says), "{error}");
        assert!(!error.contains(" at line "), "the place is said once: {error}");
    };
    check("entries:\n  - at: soon\n    do: { DELETE faults: {} }\n", "2:9", "no span");
    check("entries:\n  - dо: {}\n", "2:5", "unknown field");
    check("entires: []\n", "1:1", "unknown field `entires`, expected one of script, entries");
    check(
        "entries:\n  - do:\n      faults:\n        anser: throttle\n",
        "4:9",
        "unknown field `anser`, expected one of",
    );
    check(
        "entries:\n  - do: { fault: {} }\n",
        "2:9",
        "unknown route `fault`, expected one of `faults`, `azure_ad`",
    );
    check("entries:\n  - do: { faults: { answer: throttle } }\n", "2:9", "needs a `platform`");
}

#[tokio::test]
async fn a_running_clock_lets_a_script_happen_without_a_call() {
    let script: Script = serde_json::from_value(json!({ "entries": [{ "do": {
        "faults": { "platform": "azure_ad", "answer": "throttle" } } }] }))
    .unwrap();
    let options = Options { clock: ClockMode::running(), script: Some(script), ..Options::default() };
    let sandbox = Sandbox::start(options).await.unwrap();
    let url = format!("{}/faults", sandbox.endpoints().admin);
    let listed: Value = reqwest::get(url).await.unwrap().json().await.unwrap();
    assert_eq!(listed["faults"].as_array().unwrap().len(), 1);
}
