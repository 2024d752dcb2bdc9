//! What goes wrong between us and the instance, and what is said about it.

use drawbridge_sdk::{Catalog, Error, Kind, Transport};
use drawbridge_servicenow::{Config, NODES};
use serde_json::{Value, json};

use crate::world::{World, word};

async fn read(world: &World, instance: &dyn Transport) -> Result<Value, Error> {
    let entry = Catalog::new(NODES).get("servicenow.record.get").unwrap();
    let Kind::Read(node) = &entry.kind else { panic!("no read") };
    let input =
        json!({"table": "sys_user_group", "sys_id": "d625dccec0a8016700a222a0f7900d06", "fields": ["name"]});
    (node.run)(instance, &world.ctx("read"), &input).await
}

#[tokio::test]
async fn every_kind_of_broken_read_has_its_meaning() {
    let world = World::start().await;
    for (answer, expected) in [
        (json!("drop_before_commit"), "not yet CN008"),
        (json!({"status": 202}), "not yet CN011"),
        (json!({"status": 500}), "not yet CN008"),
        (json!("html"), "not yet CN008"),
        (json!("html_ok"), "refused CN010"),
        (json!({"status": 403}), "refused CN004"),
        (json!({"status": 404}), "refused CN005"),
    ] {
        world.fault("/api/*", answer.clone()).await;
        assert_eq!(word(read(&world, &*world.instance).await), expected, "{answer}");
    }
    assert!(read(&world, &*world.instance).await.is_ok());
}

#[tokio::test]
async fn throttling_pauses_everything_that_shares_the_connection() {
    let world = World::start().await;
    let rule =
        json!({"platform": "servicenow", "path": "/api/*", "answer": "throttle", "retry_after_secs": 60});
    world.act("faults", rule).await;
    assert_eq!(word(read(&world, &*world.instance).await), "not yet CN007 60s");
    world.advance(59).await;
    assert_eq!(word(read(&world, &*world.instance).await), "not yet CN007 1s");
    world.advance(1).await;
    assert!(read(&world, &*world.instance).await.is_ok());
}

#[tokio::test]
async fn a_wrong_client_is_refused_with_the_way_out() {
    let world = World::start().await;
    let wrong = world.connect(|config: &mut Config| {
        config.client_secret = drawbridge_sdk::Secret::new("hunter2".to_owned());
    });
    let error = read(&world, &*wrong).await.unwrap_err();
    assert_eq!(error.fault().summary, "ServiceNow says that the client id or secret is wrong");
    assert!(error.fault().help.is_some() && !format!("{error:?}").contains("hunter2"));
    assert_eq!(word::<()>(Err(error)), "refused CN002");
}

#[tokio::test]
async fn a_refusal_for_lack_of_roles_names_them() {
    let world = World::start().await;
    let input = json!({"table": "sys_user", "sys_id": "0".repeat(32), "set": {"title": "x"}});
    world.fault("/api/now/table/sys_user/*", json!({"status": 403})).await;
    let error = world.write("servicenow.record.update", "a", input).await.unwrap_err();
    assert_eq!(error.fault().code, "CN004");
    assert_eq!(error.fault().help.as_deref(), Some("it needs role `itil` for the integration user"));
}

#[tokio::test]
async fn an_unreachable_instance_is_told_apart_from_one_that_does_not_answer() {
    let world = World::start().await;
    let nowhere = world.connect(|config| config.instance_url = "http://127.0.0.1:9/".to_owned());
    assert_eq!(word(read(&world, &*nowhere).await), "not yet CN001");
}
