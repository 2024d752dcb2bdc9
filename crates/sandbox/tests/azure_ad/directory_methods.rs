//! Authentication methods: phones, access passes, what is only listed, and passwords by long-running operation.

use reqwest::Method;
use serde_json::{Value, json};

use crate::client::world::World;
use crate::steps::{walk, world_of_everything};

const PASSWORD: &str = "28c10230-6103-485e-b985-444c60001490";
const MOBILE: &str = "3179e48a-750b-4051-897c-87b9720928f7";
const OFFICE: &str = "e37fc753-ff3b-4958-9484-eaa9425c82bc";
const BAD: &str = "Request_BadRequest";
const DENIED: &str = "Authorization_RequestDenied";

fn of(user: &str, rest: &str) -> String {
    format!("/users/{user}@contoso.test/authentication/{rest}")
}

#[tokio::test]
async fn every_method_is_listed_with_its_type() {
    let world = world_of_everything().await;
    let (_, all) = world.get(&of("r.stein", "methods")).await;
    let types: Vec<&str> =
        all["value"].as_array().unwrap().iter().map(|one| one["@odata.type"].as_str().unwrap()).collect();
    let expected = ["password", "phone", "phone", "fido2"]
        .map(|kind| format!("#microsoft.graph.{kind}AuthenticationMethod"));
    assert_eq!(types, expected);
    let fido2 = all["value"][3]["id"].as_str().unwrap();
    let key = of("r.stein", &format!("fido2Methods/{fido2}"));
    let password = of("r.stein", &format!("passwordMethods/{PASSWORD}"));
    let app = of("a.berg", "microsoftAuthenticatorMethods");
    let (_, apps) = world.get(&app).await;
    let phone = format!("{app}/{}", apps["value"][0]["id"].as_str().unwrap());
    walk(
        &world,
        &[
            ("GET", &password, Value::Null, 200, "\"password\":null"),
            ("GET", &of("r.stein", "passwordMethods/x"), Value::Null, 404, ""),
            ("GET", &of("m.boss", "windowsHelloForBusinessMethods"), Value::Null, 200, "LT-OSL-0103"),
            ("GET", &of("d.sharma", "softwareOathMethods"), Value::Null, 200, "\"secretKey\":null"),
            ("DELETE", &key, Value::Null, 204, ""),
            ("DELETE", &key, Value::Null, 404, ""),
            ("GET", &phone, Value::Null, 200, "Ann's iPhone"),
            ("DELETE", &phone, Value::Null, 204, ""),
            ("GET", &app, Value::Null, 200, "\"value\":[]"),
            ("GET", &of("nobody", "methods"), Value::Null, 404, "nobody"),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_user_has_one_phone_of_each_type() {
    let world = world_of_everything().await;
    let phones = of("t.vik", "phoneMethods");
    let (mobile, office) = (format!("{phones}/{MOBILE}"), format!("{phones}/{OFFICE}"));
    let phone = |number: &str, kind: &str| json!({ "phoneNumber": number, "phoneType": kind });
    walk(
        &world,
        &[
            ("POST", &phones, phone("+47 40001037", "mobile"), 201, MOBILE),
            ("POST", &phones, phone("+47 40001038", "mobile"), 400, "already has a phone"),
            ("POST", &phones, phone("40001038", "office"), 400, "phone number is not valid"),
            ("POST", &phones, phone("+47 4000103 8", "office"), 400, "phone number is not valid"),
            ("POST", &phones, phone("+47 22001037", "pager"), 400, "not a phone type"),
            ("POST", &phones, json!({"phoneType": "office"}), 400, "'phoneNumber'"),
            ("POST", &phones, json!({"phoneNumber": "+47 22001037"}), 400, "'phoneType'"),
            ("POST", &phones, phone("+47 22001037x42", "office"), 201, OFFICE),
            ("DELETE", &mobile, Value::Null, 400, "default authentication method"),
            ("PATCH", &mobile, json!({"phoneNumber": "+47 40009999"}), 200, "+47 40009999"),
            ("PATCH", &mobile, json!({"phoneType": "office"}), 400, "already has a phone"),
            ("DELETE", &office, Value::Null, 204, ""),
            ("PATCH", &mobile, json!({"phoneType": "office"}), 200, OFFICE),
            ("GET", &mobile, Value::Null, 404, ""),
            ("DELETE", &office, Value::Null, 204, ""),
            ("POST", &of("v.ohlsen", "phoneMethods"), phone("+47 40001002", "mobile"), 403, DENIED),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_temporary_access_pass_lives_within_the_policy() {
    let world = world_of_everything().await;
    let passes = of("t.vik", "temporaryAccessPassMethods");
    let policy = |policy: Value| json!({ "access_pass": policy });
    let change = "/_sandbox/azure_ad/settings";
    let made = walk(
        &world,
        &[
            ("POST", &passes, json!({"lifetimeInMinutes": 9}), 400, "between 10 and 43200"),
            ("POST", &passes, json!({"lifetimeInMinutes": "long"}), 400, "between 10 and 43200"),
            ("POST", &passes, json!({"startDateTime": "soon"}), 400, "'startDateTime'"),
            ("POST", &of("s.dahl", "temporaryAccessPassMethods"), json!({}), 403, DENIED),
            (
                "POST",
                &passes,
                json!({"lifetimeInMinutes": 60, "isUsableOnce": true}),
                201,
                "\"isUsable\":true",
            ),
        ],
    )
    .await;
    let code = made["temporaryAccessPass"].as_str().unwrap();
    assert_eq!(code.len(), 8);
    let one = format!("{passes}/{}", made["id"].as_str().unwrap());
    walk(
        &world,
        &[
            ("POST", &passes, json!({}), 400, "already exists"),
            ("GET", &passes, Value::Null, 200, "\"temporaryAccessPass\":null"),
            ("POST", "/_sandbox/clock", json!({"advance": "59m"}), 200, ""),
            ("GET", &one, Value::Null, 200, "\"methodUsabilityReason\":\"EnabledByPolicy\""),
        ],
    )
    .await;
    world.advance("1m").await;
    let mut world = world;
    world.token = world.token_of("everything").await;
    walk(
        &world,
        &[
            ("GET", &one, Value::Null, 200, "\"methodUsabilityReason\":\"Expired\""),
            ("POST", &passes, json!({"startDateTime": "2026-01-06T08:00:00Z"}), 201, "\"NotYetValid\""),
            ("DELETE", &one, Value::Null, 404, ""),
            ("PATCH", change, policy(json!({"usable_once": true})), 200, ""),
            (
                "POST",
                &of("a.berg", "temporaryAccessPassMethods"),
                json!({"isUsableOnce": false}),
                400,
                "usable once",
            ),
            ("PATCH", change, policy(json!({"enabled": false})), 200, ""),
            ("POST", &of("a.berg", "temporaryAccessPassMethods"), json!({}), 400, "not enabled"),
            ("GET", &passes, Value::Null, 200, "\"DisabledByPolicy\""),
        ],
    )
    .await;
}

#[tokio::test]
async fn resetting_and_changing_a_password_needs_a_person() {
    let world = world_of_everything().await;
    let reset = of("a.berg", &format!("methods/{PASSWORD}/resetPassword"));
    let own = "/users/a.berg@contoso.test/changePassword";
    let change = |current: &str, new: &str| json!({ "currentPassword": current, "newPassword": new });
    walk(
        &world,
        &[
            ("POST", &reset, json!({}), 403, DENIED),
            ("POST", own, change("x", "Sommer-2026-Regen"), 403, DENIED),
            ("GET", &of("a.berg", "operations/x"), Value::Null, 403, DENIED),
            ("PATCH", "/_sandbox/azure_ad/settings", json!({"delegated": true}), 200, "\"delegated\":true"),
            ("POST", &reset, json!({"newPassword": "short"}), 400, BAD),
            ("POST", &of("a.berg", &format!("methods/{MOBILE}/resetPassword")), json!({}), 404, ""),
            ("POST", own, change("x", "Sommer-2026-Regen"), 204, ""),
            ("POST", own, change("wrong", "Winter-2026-Regen"), 400, "does not match"),
            ("POST", own, change("Sommer-2026-Regen", "Winter-2026-Regen"), 204, ""),
        ],
    )
    .await;
    let status = followed(&world, "a.berg").await;
    assert_eq!(status, ["notStarted", "running", "succeeded"]);
    assert_eq!(followed(&world, "x.onprem").await, ["notStarted", "running", "failed"]);
    walk(&world, &[("PATCH", "/_sandbox/azure_ad/settings", json!({"writeback": true}), 200, "")]).await;
    assert_eq!(followed(&world, "x.onprem").await, ["notStarted", "running", "succeeded"]);
}

/// Starts a reset and looks at its operation until it is over.
async fn followed(world: &World, user: &str) -> Vec<String> {
    let path = of(user, &format!("methods/{PASSWORD}/resetPassword"));
    let response = world.graph(Method::POST, &path).send().await.unwrap();
    assert_eq!(response.status().as_u16(), 202);
    assert_eq!(response.headers()["retry-after"], "5");
    let location = response.headers()["location"].to_str().unwrap().to_owned();
    let body: Value = response.json().await.unwrap();
    assert!(body["newPassword"].as_str().unwrap().len() >= 8);
    let mut seen = Vec::new();
    for _ in 0..3 {
        let (_, operation) = world.follow(&location).await;
        seen.push(operation["status"].as_str().unwrap_or_default().to_owned());
        world.advance("5s").await;
    }
    seen
}
