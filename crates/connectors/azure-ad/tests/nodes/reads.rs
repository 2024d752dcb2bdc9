//! Reads and people sources.

use serde_json::json;

use crate::world::{World, word};

#[tokio::test]
async fn a_user_is_read_with_what_was_asked_for() {
    let world = World::start().await;
    let input =
        json!({"user": "a.berg@contoso.test", "select": ["displayName", "department", "employeeHireDate"]});
    let user = world.run("azure_ad.user.get", input).await.unwrap();
    assert_eq!((&user["displayName"], &user["department"]), (&json!("Ann Berg"), &json!("Engineering")));
    assert!(user["id"].is_string() && user.get("mail").is_none());
    let usual = world.run("azure_ad.user.get", json!({"user": user["id"]})).await.unwrap();
    assert_eq!((&usual["accountEnabled"], &usual["userType"]), (&json!(true), &json!("Member")));
}

#[tokio::test]
async fn names_with_reserved_characters_find_their_user() {
    let world = World::start().await;
    for (user, name) in [
        ("lena.holt_fabrikam.test#EXT#@contoso.test", "Lena Holt"),
        ("c.obrien@contoso.test", "Ciara O'Brien"),
    ] {
        let user = world.run("azure_ad.user.get", json!({"user": user})).await.unwrap();
        assert_eq!(user["displayName"], name);
    }
}

#[tokio::test]
async fn an_unknown_user_is_refused_by_name() {
    let world = World::start().await;
    let error = world.run("azure_ad.user.get", json!({"user": "nobody@contoso.test"})).await.unwrap_err();
    assert_eq!(error.fault().summary, "Azure AD has no user `nobody@contoso.test`");
    for name in ["azure_ad.user.get", "azure_ad.user.manager"] {
        assert_eq!(word(world.run(name, json!({"user": "nobody@contoso.test"})).await), "refused CN005");
    }
    assert_eq!(word(world.run("azure_ad.user.get", json!({"user": "../groups"})).await), "refused CN005");
    assert_eq!(word(world.run("azure_ad.user.get", json!({"user": ".."})).await), "refused CN020");
    assert_eq!(word(world.run("azure_ad.user.get", json!({"user": ""})).await), "refused CN014");
}

#[tokio::test]
async fn a_user_without_a_manager_is_not_an_error() {
    let world = World::start().await;
    let manager = world.run("azure_ad.user.manager", json!({"user": "a.berg@contoso.test"})).await.unwrap();
    assert_eq!((&manager["found"], &manager["displayName"]), (&json!(true), &json!("Maria Boss")));
    let none = world.run("azure_ad.user.manager", json!({"user": "l.lonely@contoso.test"})).await.unwrap();
    assert_eq!(none, json!({"found": false}));
}

#[tokio::test]
async fn membership_counts_through_groups() {
    let world = World::start().await;
    let state = world.state().await;
    let group = |name: &str| {
        let groups = state["azure_ad"]["groups"].as_array().unwrap();
        groups.iter().find(|group| group["displayName"] == name).unwrap()["id"].clone()
    };
    let (excluded, finance) = (group("Onboarding exclusions"), group("Finance reports"));
    let ask = |user: &str, groups: serde_json::Value| {
        world.run("azure_ad.user.member_of_any", json!({"user": user, "groups": groups}))
    };
    let through = ask("j.dubois@contoso.test", json!([finance, excluded])).await.unwrap();
    assert_eq!(through, json!({"member": true, "groups": [excluded]}));
    let none = ask("a.berg@contoso.test", json!([finance])).await.unwrap();
    assert_eq!(none, json!({"member": false, "groups": []}));
    let calls = world.calls("checkMemberGroups").await;
    assert_eq!(ask("a.berg@contoso.test", json!([])).await.unwrap(), json!({"member": false, "groups": []}));
    assert_eq!(world.calls("checkMemberGroups").await, calls);
    assert_eq!(word(ask("a.berg@contoso.test", json!(["Finance reports"])).await), "refused CN014");
    assert_eq!(word(ask("nobody@contoso.test", json!([finance])).await), "refused CN005");
}

#[tokio::test]
async fn the_manager_is_found_for_a_text_or_a_person() {
    let world = World::start().await;
    let people = world.people("azure_ad.manager_of", json!("a.berg@contoso.test")).await.unwrap();
    assert_eq!(people[0].upn.as_deref(), Some("m.boss@contoso.test"));
    let person = json!({"azure_id": people[0].azure_id, "name": "Maria Boss"});
    let above = world.people("azure_ad.manager_of", person).await.unwrap();
    assert_eq!(above[0].name.as_deref(), Some("Gunnar Aas"));
    assert_eq!(world.people("azure_ad.manager_of", json!("l.lonely@contoso.test")).await.unwrap(), []);
    assert_eq!(word(world.people("azure_ad.manager_of", json!({"name": "Ann Berg"})).await), "refused CN015");
}
