//! People sources and the join of persons.

use drawbridge_sdk::{Ctx, Person, PersonKey};
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

#[tokio::test]
async fn a_person_with_two_records_is_refused() {
    let world = World::start().await;
    let twin = json!({
        "as": "admin", "table": "sys_user",
        "where": {"email": "e.haugen@contoso.test"}, "set": {"email": "twin@contoso.test"}
    });
    assert_eq!(world.act("servicenow/update", twin).await["count"], 1);
    let other = json!({
        "as": "admin", "table": "sys_user",
        "where": {"email": "p.lie@contoso.test"}, "set": {"email": "twin@contoso.test"}
    });
    assert_eq!(world.act("servicenow/update", other).await["count"], 1);
    let person = Person::from_text("twin@contoso.test");
    let joined = (World::channel().join)(&*world.instance, &world.ctx("gate"), &person).await;
    assert_eq!(word(joined), "refused CN015");
}

#[tokio::test]
async fn a_key_field_that_the_instance_does_not_have_finds_nobody() {
    let world = World::start().await;
    // ServiceNow drops the condition and answers with all users; the first of them must not be taken.
    let key = PersonKey { azure_ad: "userPrincipalName".to_owned(), servicenow: "u_entra_upn".to_owned() };
    let ctx = Ctx { person_key: key, ..world.ctx("gate") };
    let person = Person::from_text("a.berg@contoso.test");
    let joined = (World::channel().join)(&*world.instance, &ctx, &person).await;
    assert_eq!(word(joined), "refused CN019");
}
