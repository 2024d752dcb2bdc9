//! What goes wrong between us and the tenant, and what is said about it.

use drawbridge_azure_ad::Config;
use drawbridge_sdk::{Method, Request};
use serde_json::{Value, json};

use crate::world::{World, secret, word};

const GET: &str = "azure_ad.user.get";

fn ann() -> Value {
    json!({"user": "a.berg@contoso.test"})
}

#[tokio::test]
async fn throttling_pauses_everything_that_shares_the_connection() {
    let world = World::start().await;
    let rule =
        json!({"platform": "azure_ad", "path": "/v1.0/*", "answer": "throttle", "retry_after_secs": 10});
    world.act("faults", rule).await;
    assert_eq!(word(world.run(GET, ann()).await), "not yet CN007 10s");
    let calls = world.calls("a.berg@contoso.test").await;
    assert_eq!(word(world.run(GET, ann()).await), "not yet CN007 10s");
    assert_eq!(world.calls("a.berg@contoso.test").await, calls, "nothing is sent during the pause");
    world.advance(10).await;
    assert!(world.run(GET, ann()).await.is_ok());
}

#[tokio::test]
async fn broken_reads_are_repeated_later_and_web_pages_are_refused() {
    let world = World::start().await;
    for (answer, expected) in [
        (json!("drop_before_commit"), "not yet CN008"),
        (json!("drop_after_commit"), "not yet CN008"),
        (json!({"status": 500}), "not yet CN008"),
        (json!("html"), "not yet CN008"),
        (json!("html_ok"), "refused CN010"),
    ] {
        world.fault("/v1.0/*", answer.clone()).await;
        assert_eq!(word(world.run(GET, ann()).await), expected, "{answer}");
    }
}

#[tokio::test]
async fn a_change_that_is_cut_off_is_unknown_and_one_that_is_turned_away_is_not() {
    let world = World::start().await;
    let user = "/v1.0/users/a.berg@contoso.test";
    let change = Request::new(Method::Patch, &["v1.0", "users", "a.berg@contoso.test"])
        .json(json!({"city": "Bergen"}));
    for (answer, expected) in [
        (json!("drop_before_commit"), "unknown CN009"),
        (json!("drop_after_commit"), "unknown CN009"),
        (json!({"status": 502}), "unknown CN009"),
        (json!("html_ok"), "unknown CN010"),
        (json!({"status": 503}), "not yet CN007 1s"),
    ] {
        world.fault(user, answer.clone()).await;
        assert_eq!(word(world.tenant.send(&change, jiff::Timestamp::MAX).await), expected, "{answer}");
    }
}

#[tokio::test]
async fn a_change_that_is_too_late_is_not_sent() {
    let world = World::start().await;
    let change = Request::new(Method::Patch, &["v1.0", "users", "a.berg@contoso.test"])
        .json(json!({"city": "Bergen"}));
    let late = world.tenant.send(&change, jiff::Timestamp::UNIX_EPOCH).await;
    assert_eq!(word(late), "not yet CN007");
    assert_eq!(world.calls("a.berg@contoso.test").await, 0);
}

#[tokio::test]
async fn a_wrong_client_is_refused_with_the_way_out() {
    let world = World::start().await;
    let check = async |change: fn(&mut Config), remote_code: &str, summary: &str| {
        let error = world.run_over(&*world.connect(change), GET, ann()).await.unwrap_err();
        let fault = error.fault();
        assert_eq!((fault.code.as_str(), fault.remote_code.as_deref()), ("CN002", Some(remote_code)));
        assert_eq!(fault.summary, summary);
        assert!(fault.help.is_some() && !format!("{fault:?}").contains("hunter2"));
        assert!(word::<()>(Err(error)).starts_with("refused"));
    };
    let wrong_secret: fn(&mut Config) = |config| config.client_secret = secret("hunter2");
    check(wrong_secret, "AADSTS7000215", "Azure AD says that the client secret is wrong").await;
    let wrong_app: fn(&mut Config) =
        |config| config.client_id = "00000000-0000-0000-0000-000000000000".to_owned();
    check(wrong_app, "AADSTS700016", "the tenant does not know the app registration").await;
    let wrong_tenant: fn(&mut Config) =
        |config| config.tenant_id = "00000000-0000-0000-0000-000000000000".to_owned();
    check(wrong_tenant, "AADSTS90002", "there is no such tenant").await;
}

#[tokio::test]
async fn a_refused_secret_is_not_tried_over_and_over() {
    let world = World::start().await;
    let wrong = world.connect(|config| config.client_secret = secret("hunter2"));
    // The admin interface itself takes a token; only what follows counts.
    let before = world.calls("/oauth2/v2.0/token").await;
    for _ in 0..5 {
        assert_eq!(word(world.run_over(&*wrong, GET, ann()).await), "refused CN002");
    }
    assert_eq!(world.calls("/oauth2/v2.0/token").await, before + 1);
    world.advance(60).await;
    assert_eq!(word(world.run_over(&*wrong, GET, ann()).await), "refused CN002");
    assert_eq!(world.calls("/oauth2/v2.0/token").await, before + 2);
}

#[tokio::test]
async fn a_missing_permission_is_named() {
    let world = World::start().await;
    // The app of the seed that nobody consented to.
    let poor = world.connect(|config| {
        config.client_id = "0f6c0f65-32c1-42ac-a8f3-8508ff911edb".to_owned();
        config.client_secret = secret("sandbox-unconsented-secret");
    });
    let error = world.run_over(&*poor, GET, ann()).await.unwrap_err();
    assert_eq!(error.fault().code, "CN004");
    let help = "it needs application permission `User.Read.All` with an admin's consent";
    assert_eq!(error.fault().help.as_deref(), Some(help));
}

#[tokio::test]
async fn an_unreachable_host_is_told_apart_from_one_that_does_not_answer() {
    let world = World::start().await;
    let nowhere = world.connect(|config| {
        config.graph_url = "http://127.0.0.1:9".to_owned();
        config.authority_url = "http://127.0.0.1:9".to_owned();
    });
    assert_eq!(word(world.run_over(&*nowhere, GET, ann()).await), "not yet CN001");
}

#[tokio::test]
async fn one_token_serves_everybody_and_is_renewed_after_401() {
    let world = World::start().await;
    let before = world.calls("/oauth2/v2.0/token").await;
    let reads = (0..6).map(|_| {
        let tenant = world.tenant.clone();
        tokio::spawn(async move {
            let request = Request::new(Method::Get, &["v1.0", "users", "a.berg@contoso.test"]);
            tenant.read(&request).await.unwrap().status
        })
    });
    for read in reads.collect::<Vec<_>>() {
        assert_eq!(read.await.unwrap(), 200);
    }
    assert_eq!(world.calls("/oauth2/v2.0/token").await, before + 1);
    world.advance_tenant(2 * 3600).await;
    let calls = world.calls("/oauth2/v2.0/token").await;
    assert!(world.run(GET, ann()).await.is_ok());
    assert_eq!(world.calls("/oauth2/v2.0/token").await, calls + 1);
}

#[tokio::test]
async fn a_link_to_another_host_is_not_followed() {
    let world = World::start().await;
    let link = Request::link("http://127.0.0.1:9/v1.0/users/delta?$deltatoken=x");
    assert_eq!(word(world.tenant.read(&link).await), "refused CN016");
}
