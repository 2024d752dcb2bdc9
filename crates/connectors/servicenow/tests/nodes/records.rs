//! Reading, setting and noting on any record.

use drawbridge_sdk::{Prepared, Settled};
use serde_json::{Value, json};

use crate::world::{Ended, World, word};

const GET: &str = "servicenow.record.get";
const UPDATE: &str = "servicenow.record.update";
const NOTE: &str = "servicenow.record.note";

async fn incident(world: &World) -> Value {
    let input = json!({"short_description": "Something is wrong", "impact": 3, "urgency": 3});
    world.done("servicenow.incident.create", "incident", input).await["sys_id"].clone()
}

fn set(sys_id: &Value, set: Value) -> Value {
    json!({"table": "incident", "sys_id": sys_id, "set": set})
}

#[tokio::test]
async fn a_record_is_read_with_stored_and_shown_values() {
    let world = World::start().await;
    let sys_id = incident(&world).await;
    let fields = json!(["state", "short_description", "no_such_field"]);
    let record =
        world.read(GET, json!({"table": "incident", "sys_id": sys_id, "fields": fields})).await.unwrap();
    assert_eq!((&record["values"]["state"], &record["display"]["state"]), (&json!("1"), &json!("New")));
    assert!(record["values"].get("no_such_field").is_none());
    let missing = json!({"table": "incident", "sys_id": "0".repeat(32), "fields": ["state"]});
    assert_eq!(word(world.read(GET, missing).await), "refused CN005");
    let number = json!({"table": "incident", "sys_id": "INC0010001", "fields": ["state"]});
    assert_eq!(word(world.read(GET, number).await), "refused CN014");
    let table = json!({"table": "no_such_table", "sys_id": sys_id, "fields": ["state"]});
    assert_eq!(word(world.read(GET, table).await), "refused CN006");
}

#[tokio::test]
async fn only_what_differs_is_sent_and_can_be_taken_back() {
    let world = World::start().await;
    let sys_id = incident(&world).await;
    let input =
        set(&sys_id, json!({"short_description": "Something else is wrong", "impact": 3, "urgency": 2}));
    let Prepared::Change(change) = world.prepare(UPDATE, "a", &input).await.unwrap() else {
        panic!("so already")
    };
    let fields: Vec<&str> = change.fields.iter().map(|field| field.field.as_str()).collect();
    assert_eq!(fields, ["short_description", "urgency"]);
    let undo = change.undo.unwrap();
    assert_eq!(undo.input["set"], json!({"short_description": "Something is wrong", "urgency": "3"}));
    world.done(UPDATE, "a", input.clone()).await;
    assert!(matches!(world.write(UPDATE, "a", input).await.unwrap(), Ended::AlreadySo(_)));
    let back = world.done(&undo.action, "b", undo.input).await;
    assert_eq!(back["values"]["urgency"], "3");
}

#[tokio::test]
async fn values_that_did_not_stick_are_told() {
    let world = World::start().await;
    let sys_id = incident(&world).await;
    let ended =
        world.write(UPDATE, "a", set(&sys_id, json!({"category": "nonsense", "urgency": 1}))).await.unwrap();
    let Ended::Done { output, not_applied } = ended else { panic!("{ended:?}") };
    assert_eq!((not_applied, &output["values"]["urgency"]), (vec!["category".to_owned()], &json!("1")));
}

#[tokio::test]
async fn a_rule_of_the_instance_that_refuses_is_named() {
    let world = World::start().await;
    let sys_id = incident(&world).await;
    let ended = world.write(UPDATE, "a", set(&sys_id, json!({"state": "6"}))).await.unwrap();
    let Ended::Refused(fault) = ended else { panic!("{ended:?}") };
    assert_eq!((fault.code.as_str(), fault.status), ("CN004", Some(403)));
    assert!(fault.help.unwrap().starts_with("a data policy wants"));
}

#[tokio::test]
async fn a_lost_change_is_settled_by_what_the_record_holds() {
    let world = World::start().await;
    let sys_id = incident(&world).await;
    let path = "/api/now/table/incident/*";
    let input = set(&sys_id, json!({"urgency": 1, "category": "nonsense"}));
    let before = world.settled(UPDATE, "a", (input.clone(), (path, json!("drop_before_commit")))).await;
    assert_eq!(before, Settled::DidNotHappen);
    let after = world.settled(UPDATE, "a", (input, (path, json!("drop_after_commit")))).await;
    assert!(matches!(after, Settled::Happened(_)), "{after:?}");
}

#[tokio::test]
async fn fields_that_are_not_there_are_refused() {
    let world = World::start().await;
    let sys_id = incident(&world).await;
    for bad in [json!({"no_such_field": "x"}), json!({"work_notes": "x"}), json!({})] {
        assert_eq!(word(world.write(UPDATE, "a", set(&sys_id, bad.clone())).await), "refused CN014", "{bad}");
    }
}

#[tokio::test]
async fn a_note_is_added_once_even_when_its_answer_is_lost() {
    let world = World::start().await;
    let sys_id = incident(&world).await;
    let input = json!({"table": "incident", "sys_id": sys_id, "text": "The account is ready."});
    world.done(NOTE, "a", input.clone()).await;
    assert!(matches!(world.write(NOTE, "a", input.clone()).await.unwrap(), Ended::AlreadySo(_)));
    let path = "/api/now/table/incident/*";
    let lost = world.settled(NOTE, "b", (input.clone(), (path, json!("drop_before_commit")))).await;
    assert_eq!(lost, Settled::DidNotHappen);
    let landed = world.settled(NOTE, "b", (input.clone(), (path, json!("drop_after_commit")))).await;
    assert!(matches!(landed, Settled::Happened(_)), "{landed:?}");
    assert!(matches!(world.write(NOTE, "b", input).await.unwrap(), Ended::AlreadySo(_)));
    let comment = json!({"table": "incident", "sys_id": sys_id, "text": "Hello.", "kind": "comment"});
    world.done(NOTE, "c", comment).await;
    let mut texts: Vec<(Value, usize)> = Vec::new();
    for row in world.rows("sys_journal_field").await {
        texts.push((row["element"].clone(), row["value"].as_str().unwrap().lines().count()));
    }
    texts.sort_by_key(|(element, _)| element.to_string());
    assert_eq!(texts, [(json!("comments"), 2), (json!("work_notes"), 2), (json!("work_notes"), 2)]);
}

#[tokio::test]
async fn a_table_without_a_journal_takes_no_note() {
    let world = World::start().await;
    let user = world.people("servicenow.manager_of", json!("a.berg@contoso.test")).await.unwrap();
    let input = json!({"table": "sys_user", "sys_id": user[0].sys_id, "text": "x"});
    assert_eq!(word(world.write(NOTE, "a", input).await), "refused CN014");
}
