//! Ordering from the catalog, also when the answer is lost.

use drawbridge_sdk::{Prepared, Settled};
use serde_json::{Value, json};

use crate::world::{Ended, World, word};

const NAME: &str = "servicenow.catalog.order";
const ORDER_NOW: &str = "*/order_now";

fn new_hire() -> Value {
    json!({
        "item": "New hire",
        "requested_for": "a.berg@contoso.test",
        "variables": {"person_upn": "a.new@contoso.test", "display_name": "Alva New", "start_date": null}
    })
}

#[tokio::test]
async fn an_order_ends_with_its_request_and_its_item() {
    let world = World::start().await;
    let output = world.done(NAME, "order", new_hire()).await;
    let item = json!({"table": "sc_req_item", "sys_id": output["item"], "fields": [
        "number", "request", "request.number", "cat_item", "requested_for.email", "variables.person_upn"
    ]});
    let item = world.read("servicenow.record.get", item).await.unwrap();
    assert_eq!(item["values"]["number"], output["item_number"]);
    assert_eq!(item["values"]["request"], output["request"]);
    assert_eq!(item["values"]["request.number"], output["request_number"]);
    assert_eq!(item["values"]["requested_for.email"], "a.berg@contoso.test");
    assert_eq!(item["values"]["variables.person_upn"], "a.new@contoso.test");
    assert_eq!(item["display"]["cat_item"], "New hire");
}

#[tokio::test]
async fn an_order_that_was_made_is_not_made_again() {
    let world = World::start().await;
    let output = world.done(NAME, "order", new_hire()).await;
    let again = world.write(NAME, "order", new_hire()).await.unwrap();
    assert_eq!(again, Ended::AlreadySo(output));
    assert!(matches!(world.prepare(NAME, "another step", &new_hire()).await, Ok(Prepared::Change(_))));
    assert_eq!(world.rows("sc_request").await.len(), 1);
}

#[tokio::test]
async fn a_lost_answer_is_settled_by_the_key() {
    let world = World::start().await;
    let before = world.settled(NAME, "lost", (new_hire(), (ORDER_NOW, json!("drop_before_commit")))).await;
    assert_eq!(before, Settled::DidNotHappen);
    let after = world.settled(NAME, "lost", (new_hire(), (ORDER_NOW, json!("drop_after_commit")))).await;
    let Settled::Happened(output) = after else { panic!("{after:?}") };
    assert_eq!(world.write(NAME, "lost", new_hire()).await.unwrap(), Ended::AlreadySo(output));
    // With other fresh orders of the item around, the key still tells them apart.
    let other = world.settled(NAME, "other", (new_hire(), (ORDER_NOW, json!("drop_before_commit")))).await;
    assert_eq!(other, Settled::DidNotHappen);
}

#[tokio::test]
async fn without_a_key_variable_only_the_absence_of_orders_can_be_told() {
    let world = World::start().await;
    let mut input = new_hire();
    input["key_variable"] = "no_such_variable".into();
    let none = world.settled(NAME, "a", (input.clone(), (ORDER_NOW, json!("drop_before_commit")))).await;
    assert_eq!(none, Settled::DidNotHappen);
    let some = world.settled(NAME, "a", (input, (ORDER_NOW, json!("drop_after_commit")))).await;
    assert_eq!(some, Settled::CannotTell);
}

#[tokio::test]
async fn what_cannot_be_ordered_is_refused_before_anything_is_sent() {
    let world = World::start().await;
    let check = async |change: fn(&mut Value), code: &str, summary: &str| {
        let mut input = new_hire();
        change(&mut input);
        let error = world.write(NAME, "order", input).await.unwrap_err();
        assert_eq!((error.fault().code.as_str(), error.fault().summary.as_str()), (code, summary));
    };
    check(
        |input| input["item"] = "New hyre".into(),
        "CN022",
        "ServiceNow shows no active catalog item `New hyre`",
    )
    .await;
    check(
        |input| input["variables"]["laptop"] = "x".into(),
        "CN014",
        "catalog item `New hire` has no variable `laptop`",
    )
    .await;
    check(
        |input| input["variables"]["display_name"] = Value::Null,
        "CN014",
        "catalog item `New hire` needs `display_name`, which has no value",
    )
    .await;
    check(
        |input| input["requested_for"] = "nobody@contoso.test".into(),
        "CN015",
        "ServiceNow shows no user for `nobody@contoso.test` by `user_name`",
    )
    .await;
    assert_eq!(world.calls("/order_now").await, 0);
}

#[tokio::test]
async fn an_order_that_was_not_processed_may_be_sent_again() {
    let world = World::start().await;
    for answer in [json!({"status": 202}), json!("throttle"), json!({"status": 503})] {
        world.fault(ORDER_NOW, answer.clone()).await;
        let outcome = word(world.write(NAME, "order", new_hire()).await);
        assert!(outcome.starts_with("not yet CN0"), "{answer}: {outcome}");
        world.advance(2).await;
    }
    world.done(NAME, "order", new_hire()).await;
    assert_eq!(world.rows("sc_request").await.len(), 1);
}
