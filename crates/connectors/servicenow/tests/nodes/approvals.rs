//! The approvals channel: asking, deciding, taking back.

use drawbridge_sdk::{Ask, Change, Choice, Person};
use serde_json::json;

use crate::world::{World, word};

struct Gate {
    world: World,
    ask: Ask,
}

impl Gate {
    /// A gate on an ordered item, before two people.
    async fn new() -> Self {
        let world = World::start().await;
        let variables = json!({"person_upn": "a.new@contoso.test", "display_name": "Alva New"});
        let order = json!({"item": "New hire", "variables": variables});
        let order = world.done("servicenow.catalog.order", "order", order).await;
        let mut approvers = Vec::new();
        for mail in ["m.boss@contoso.test", "v.ohlsen@contoso.test"] {
            let person = Person::from_text(mail);
            approvers
                .push((World::channel().join)(&*world.instance, &world.ctx("gate"), &person).await.unwrap());
        }
        let record = order["item"].as_str().map(str::to_owned);
        let details = vec!["Department: Engineering".to_owned()];
        let ask = Ask { subject: "Ann asks for access".to_owned(), details, record, approvers };
        Self { world, ask }
    }

    async fn missing(&self) -> Vec<Change> {
        (World::channel().open)(&*self.world.instance, &self.world.ctx("gate"), &self.ask).await.unwrap()
    }

    async fn send(&self, changes: Vec<Change>) {
        for change in changes {
            self.world.instance.send(&change.request, jiff::Timestamp::MAX).await.unwrap().ok().unwrap();
        }
    }

    async fn votes(&self) -> Vec<(String, Choice, Option<String>)> {
        let votes = (World::channel().votes)(&*self.world.instance, &self.world.ctx("gate"), &self.ask).await;
        let votes = votes.unwrap().into_iter();
        votes.map(|vote| (vote.by.email.unwrap(), vote.choice, vote.comment)).collect()
    }
}

#[tokio::test]
async fn everybody_is_asked_once() {
    let gate = Gate::new().await;
    let mut missing = gate.missing().await;
    assert_eq!(missing.len(), 2);
    missing.pop();
    gate.send(missing).await;
    let missing = gate.missing().await;
    assert_eq!(missing.len(), 1, "only what is still missing");
    gate.send(missing).await;
    assert_eq!(gate.missing().await, []);
    let rows = gate.world.rows("sysapproval_approver").await;
    assert_eq!(rows.len(), 2);
    assert!(rows.iter().all(|row| row["state"] == "requested" && row["source_table"] == "sc_req_item"));
}

#[tokio::test]
async fn decisions_of_the_people_themselves_count() {
    let gate = Gate::new().await;
    gate.send(gate.missing().await).await;
    assert_eq!(gate.votes().await, []);
    let decide = json!({"as": "m.boss@contoso.test", "state": "approved", "comments": "Fine with me."});
    gate.world.act("servicenow/approve", decide).await;
    gate.world.act("servicenow/approve", json!({"as": "v.ohlsen@contoso.test", "state": "rejected"})).await;
    let mut votes = gate.votes().await;
    votes.sort_by(|one, other| one.0.cmp(&other.0));
    let maria = ("m.boss@contoso.test".to_owned(), Choice::Approved, Some("Fine with me.".to_owned()));
    assert_eq!(votes, [maria, ("v.ohlsen@contoso.test".to_owned(), Choice::Rejected, None)]);
}

#[tokio::test]
async fn a_decision_that_somebody_else_wrote_does_not_count() {
    let gate = Gate::new().await;
    gate.send(gate.missing().await).await;
    let forged = json!({
        "as": "a.berg@contoso.test", "table": "sysapproval_approver",
        "where": {"approver.email": "m.boss@contoso.test"}, "set": {"state": "approved"}
    });
    assert_eq!(gate.world.act("servicenow/update", forged).await["count"], 1);
    assert_eq!(gate.votes().await, []);
}

#[tokio::test]
async fn closing_takes_back_what_is_still_open() {
    let gate = Gate::new().await;
    gate.send(gate.missing().await).await;
    gate.world.act("servicenow/approve", json!({"as": "m.boss@contoso.test"})).await;
    let close = async || {
        let ctx = gate.world.ctx("gate");
        (World::channel().close)(&*gate.world.instance, &ctx, &gate.ask).await.unwrap()
    };
    let open = close().await;
    assert_eq!(open.len(), 1);
    gate.send(open).await;
    assert_eq!(close().await, []);
    let rows = gate.world.rows("sysapproval_approver").await;
    let mut states: Vec<&str> = rows.iter().filter_map(|row| row["state"].as_str()).collect();
    states.sort_unstable();
    assert_eq!(states, ["approved", "not_required"]);
    assert_eq!(gate.votes().await.len(), 1);
}

#[tokio::test]
async fn who_cannot_be_joined_and_what_is_no_record_is_refused() {
    let gate = Gate::new().await;
    let world = &gate.world;
    for mail in ["nobody@contoso.test", "r.falk@contoso.test"] {
        let person = Person::from_text(mail);
        let joined = (World::channel().join)(&*world.instance, &world.ctx("gate"), &person).await;
        assert_eq!(word(joined), "refused CN015", "{mail}");
    }
    let open = async |change: fn(&mut Ask)| {
        let mut ask = gate.ask.clone();
        change(&mut ask);
        word((World::channel().open)(&*world.instance, &world.ctx("gate"), &ask).await)
    };
    assert_eq!(open(|ask| ask.record = None).await, "refused CN014");
    assert_eq!(open(|ask| ask.record = Some("0".repeat(32))).await, "refused CN005");
    assert_eq!(open(|ask| ask.approvers[0].sys_id = None).await, "refused CN015");
}
