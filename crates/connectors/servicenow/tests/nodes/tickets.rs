//! Tasks and incidents, which carry the key as their `sys_id`.

use drawbridge_sdk::Settled;
use serde_json::{Value, json};

use crate::world::{Ended, World, word};

const TASK: &str = "servicenow.task.create";
const INCIDENT: &str = "servicenow.incident.create";

async fn task(world: &World) -> Value {
    let variables = json!({"person_upn": "a.new@contoso.test", "display_name": "Alva New"});
    let order = json!({"item": "New hire", "variables": variables});
    let order = world.done("servicenow.catalog.order", "order", order).await;
    json!({
        "request_item": order["item"],
        "short_description": "Prepare the workplace",
        "assignment_group": "Facilities Oslo",
        "due": "2026-02-01 09:00:00"
    })
}

fn incident() -> Value {
    json!({
        "short_description": "The account could not be made",
        "description": "A. New",
        "impact": 2,
        "urgency": 1,
        "assignment_group": "Service Desk",
        "caller": "a.berg@contoso.test",
        "category": "inquiry"
    })
}

#[tokio::test]
async fn a_task_hangs_on_its_item_and_is_made_once() {
    let world = World::start().await;
    let input = task(&world).await;
    let ended = world.write(TASK, "task", input.clone()).await.unwrap();
    let Ended::Done { output, not_applied } = ended else { panic!("{ended:?}") };
    assert_eq!(not_applied, Vec::<String>::new());
    assert_eq!(output["sys_id"], world.ctx("task").key.as_str());
    assert_eq!(world.write(TASK, "task", input.clone()).await.unwrap(), Ended::AlreadySo(output));
    let rows = world.rows("sc_task").await;
    assert_eq!(rows.len(), 1);
    assert_eq!(
        (&rows[0]["request_item"], &rows[0]["short_description"]),
        (&input["request_item"], &json!("Prepare the workplace"))
    );
}

/// How many incidents there are beside the samples of a fresh instance, which its administrator made.
async fn made(world: &World) -> usize {
    let rows = world.rows("incident").await;
    rows.iter().filter(|row| row["sys_created_by"] != "admin").count()
}

#[tokio::test]
async fn lost_answers_are_settled_by_the_key() {
    let world = World::start().await;
    let table = "/api/now/table/incident";
    for (step, fault, happened) in [("a", "drop_before_commit", false), ("b", "drop_after_commit", true)] {
        let settled = world.settled(INCIDENT, step, (incident(), (table, json!(fault)))).await;
        assert_eq!(matches!(settled, Settled::Happened(_)), happened, "{settled:?}");
    }
    let input = task(&world).await;
    let settled = world.settled(TASK, "c", (input, ("/api/now/table/sc_task", json!("html")))).await;
    assert_eq!(settled, Settled::DidNotHappen);
    assert_eq!(made(&world).await, 1);
}

#[tokio::test]
async fn a_record_whose_key_is_taken_is_found_and_not_refused() {
    let world = World::start().await;
    let Ok(drawbridge_sdk::Prepared::Change(change)) = world.prepare(INCIDENT, "a", &incident()).await else {
        panic!("no change")
    };
    world.done(INCIDENT, "a", incident()).await;
    let answer = world.instance.send(&change.request, jiff::Timestamp::MAX).await.unwrap();
    let drawbridge_sdk::Kind::Write(node) =
        &drawbridge_sdk::Catalog::new(drawbridge_servicenow::NODES).get(INCIDENT).unwrap().kind
    else {
        panic!("no write")
    };
    assert_eq!(word((node.finish)(&world.ctx("a"), &incident(), &answer)), "unknown CN004");
}

#[tokio::test]
async fn an_incident_gets_its_priority_from_impact_and_urgency() {
    let world = World::start().await;
    let ended = world.write(INCIDENT, "a", incident()).await.unwrap();
    let Ended::Done { output, not_applied } = ended else { panic!("{ended:?}") };
    assert_eq!(not_applied, Vec::<String>::new());
    let fields = json!(["priority", "assignment_group", "caller_id.email", "correlation_id"]);
    let input = json!({"table": "incident", "sys_id": output["sys_id"], "fields": fields});
    let record = world.read("servicenow.record.get", input).await.unwrap();
    assert_eq!(record["values"]["priority"], "2");
    assert_eq!(record["display"]["assignment_group"], "Service Desk");
    assert_eq!(record["values"]["caller_id.email"], "a.berg@contoso.test");
    assert_eq!(record["values"]["correlation_id"], world.ctx("a").key.as_str());
}

#[tokio::test]
async fn what_is_dropped_in_silence_is_told() {
    let world = World::start().await;
    let mut input = incident();
    input["category"] = "no such category".into();
    let ended = world.write(INCIDENT, "a", input).await.unwrap();
    let Ended::Done { not_applied, .. } = ended else { panic!("{ended:?}") };
    assert_eq!(not_applied, ["category"]);
}

#[tokio::test]
async fn names_that_match_nothing_are_refused() {
    let world = World::start().await;
    let mut input = incident();
    input["assignment_group"] = "Nobody's Desk".into();
    assert_eq!(word(world.write(INCIDENT, "a", input.clone()).await), "refused CN022");
    input["assignment_group"] = "x^NQactive=true".into();
    assert_eq!(word(world.write(INCIDENT, "a", input).await), "refused CN021");
    let level = json!({"short_description": "x", "impact": 4});
    assert_eq!(word(world.write(INCIDENT, "a", level).await), "refused CN014");
    let task = json!({"request_item": "0".repeat(32), "short_description": "x"});
    assert_eq!(word(world.write(TASK, "t", task).await), "refused CN005");
    assert_eq!(made(&world).await, 0);
}
