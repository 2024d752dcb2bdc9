//! Signing in with the token of another identity provider.

use jsonwebtoken::Algorithm;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::client::world::World;
use crate::proof::{ISSUER_KEY, SIGNING_KEY, START, STRANGER_PEM, claims, read_claims, sign, verdict};

const ISSUER: &str = "https://issuer.contoso.test";
const SUBJECT: &str = "repo:contoso/automation:environment:production";

fn external(changes: &Value) -> Value {
    let good = json!({
        "iss": ISSUER,
        "sub": SUBJECT,
        "aud": "api://AzureADTokenExchange",
        "nbf": START,
        "exp": START + 300,
    });
    claims(good, changes)
}

#[tokio::test]
async fn a_token_of_the_named_issuer_subject_and_audience_is_taken() {
    let world = World::start().await;
    let id = world.client_id("pipeline").await;
    for (algorithm, changes) in [
        (Algorithm::RS256, json!({})),
        (Algorithm::PS256, json!({})),
        (Algorithm::RS256, json!({"aud": ["other", "api://AzureADTokenExchange"]})),
    ] {
        let token = sign(ISSUER_KEY, algorithm, &json!({"kid": "key-1"}), &external(&changes));
        let (status, body) = world.assert_as(&id, &token).await;
        assert_eq!(status, StatusCode::OK, "{body}");
        let roles = &read_claims(body["access_token"].as_str().unwrap())["roles"];
        assert_eq!(roles, &json!(["User.Read.All", "Organization.Read.All"]));
    }
}

#[tokio::test]
async fn what_does_not_match_letter_by_letter_has_its_number() {
    let world = World::start().await;
    let id = world.client_id("pipeline").await;
    let capital = SUBJECT.replace("contoso", "Contoso");
    // Private key, changed claims, number.
    let cases: Vec<(&str, Value, u64)> = vec![
        (ISSUER_KEY, json!({"iss": format!("{ISSUER}/")}), 700_211),
        (ISSUER_KEY, json!({"sub": "repo:contoso/other:environment:production"}), 700_213),
        (ISSUER_KEY, json!({"sub": null}), 700_213),
        (ISSUER_KEY, json!({"sub": capital}), 7_002_138),
        (ISSUER_KEY, json!({"aud": "api://azureadtokenexchange"}), 700_212),
        (ISSUER_KEY, json!({"aud": null}), 700_212),
        (ISSUER_KEY, json!({"exp": START - 301}), 700_024),
        (ISSUER_KEY, json!({"exp": null}), 700_024),
        (ISSUER_KEY, json!({"nbf": START + 301, "exp": START + 900}), 700_024),
        (STRANGER_PEM, json!({}), 50013),
    ];
    for (pem, changes, number) in cases {
        let token = sign(pem, Algorithm::RS256, &json!({}), &external(&changes));
        let got = verdict(&world.assert_as(&id, &token).await);
        assert_eq!(got, (401, "invalid_client".to_owned(), number), "{changes}");
    }
    let without = world.client_id("reader").await;
    let token = sign(ISSUER_KEY, Algorithm::RS256, &json!({}), &external(&json!({})));
    assert_eq!(verdict(&world.assert_as(&without, &token).await).2, 70021);
}

#[tokio::test]
async fn an_issuer_is_made_known_by_its_keys_in_either_form() {
    let world = World::start().await;
    let id = world.client_id("reader").await;
    let issuer = "https://token.actions.test";
    world
        .act(Method::POST, "/apps/reader/federated_credentials", json!({"issuer": issuer, "subject": "s"}))
        .await;
    let token = |kid: &str| {
        let changes = json!({"iss": issuer, "sub": "s"});
        sign(SIGNING_KEY, Algorithm::RS256, &json!({"kid": kid}), &external(&changes))
    };
    assert_eq!(verdict(&world.assert_as(&id, &token("k")).await).2, 50013, "the issuer has no keys");

    // The authority's own key serves as that of the issuer, because its set is at hand.
    let url = format!("{}/common/discovery/v2.0/keys", world.sandbox.endpoints().azure_ad.authority);
    let (_, mut set) = world.follow(&url).await;
    set["keys"][0]["kid"] = json!("k");
    world.act(Method::POST, "/issuers", json!({"issuer": issuer, "jwks": set})).await;
    assert_eq!(verdict(&world.assert_as(&id, &token("k")).await).0, 200);
    assert_eq!(verdict(&world.assert_as(&id, &token("l")).await).2, 50013, "another key id");

    world.act(Method::POST, "/issuers", json!({"issuer": issuer, "pem": STRANGER_PEM})).await;
    assert_eq!(verdict(&world.assert_as(&id, &token("k")).await).2, 50013, "its keys were changed");
    for body in [json!({"issuer": issuer}), json!({"issuer": issuer, "jwks": {"keys": []}})] {
        let (status, _) = world.admin(Method::POST, "/azure_ad/issuers", Some(body)).await;
        assert_eq!(status, StatusCode::BAD_REQUEST);
    }
}

#[tokio::test]
async fn a_token_of_the_tenant_itself_serves_only_if_it_is_an_applications() {
    let world = World::start().await;
    let machine = world.app("machine").await;
    let issuer = format!("https://sts.windows.net/{}/", world.tenant_id());
    let subject = machine["object_id"].clone();
    world
        .act(
            Method::POST,
            "/apps/reader/federated_credentials",
            json!({"issuer": issuer, "subject": subject}),
        )
        .await;
    let id = world.client_id("reader").await;

    let url = format!(
        "{}/metadata/identity/oauth2/token?api-version=2018-02-01&resource=api://AzureADTokenExchange",
        world.sandbox.endpoints().azure_ad.authority
    );
    let response = world.http.get(url).header("Metadata", "true").send().await.unwrap();
    let token: Value = response.json().await.unwrap();
    assert_eq!(world.assert_as(&id, token["access_token"].as_str().unwrap()).await.0, StatusCode::OK);

    let of_user = external(&json!({"iss": issuer, "sub": subject, "idtyp": "user"}));
    let token = sign(SIGNING_KEY, Algorithm::RS256, &json!({}), &of_user);
    assert_eq!(verdict(&world.assert_as(&id, &token).await).2, 700_229);
}
