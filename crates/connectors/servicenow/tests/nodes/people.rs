//! People sources and the join of persons.

use serde_json::json;

use crate::world::{World, word};

#[tokio::test]
async fn a_manager_is_found_by_mail_or_by_sys_id() {
    let world = World::start().await;
    let people = world.people("servicenow.manager_of", json!("a.berg@contoso.test")).await.unwrap();
    assert_eq!((people.len(), people[0].upn.as_deref()), (1, Some("m.boss@contoso.test")));
    let above = world.people("servicenow.manager_of", json!({"sys_id": people[0].sys_id})).await.unwrap();
    assert_eq!(above[0].name.as_deref(), Some("Gunnar Aas"));
    assert_eq!(world.people("servicenow.manager_of", json!("l.lonely@contoso.test")).await.unwrap(), []);
}

#[tokio::test]
async fn somebody_who_is_not_there_is_refused() {
    let world = World::start().await;
    for whom in [json!("nobody@contoso.test"), json!("0".repeat(32)), json!({"name": "Ann Berg"})] {
        assert_eq!(word(world.people("servicenow.manager_of", whom).await), "refused CN015");
    }
}

#[tokio::test]
async fn a_group_gives_its_active_members() {
    let world = World::start().await;
    let members = world.people("servicenow.group", json!("Access Governance")).await.unwrap();
    let mut mails: Vec<String> = members.into_iter().filter_map(|person| person.email).collect();
    mails.sort();
    assert_eq!(mails, ["r.stein@contoso.test", "v.ohlsen@contoso.test"]);
    assert_eq!(word(world.people("servicenow.group", json!("No such group")).await), "refused CN022");
}
