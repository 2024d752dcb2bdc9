//! Signing in with a certificate.

use jsonwebtoken::Algorithm;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::client::world::World;
use crate::proof::{APP_PEM, LAPSED_PEM, START, STRANGER_PEM, claims, read_claims, sign, verdict};

struct Login {
    world: World,
    client_id: String,
    /// `x5t` and `x5t#S256` of the seeded certificate.
    sha1: String,
    sha256: String,
}

impl Login {
    async fn start() -> Self {
        let world = World::start().await;
        let app = world.app("certificate").await;
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let certificate = &app["credentials"][0];
        let (sha1, sha256) = (text(&certificate["x5t"]), text(&certificate["x5t#S256"]));
        Self { client_id: text(&app["client_id"]), sha1, sha256, world }
    }

    /// The claims azure-identity and msal send, with changes.
    fn claims(&self, changes: &Value) -> Value {
        let authority = &self.world.sandbox.endpoints().azure_ad.authority;
        let good = json!({
            "aud": format!("{authority}/{}/oauth2/v2.0/token", self.world.tenant_id()),
            "iss": self.client_id,
            "sub": self.client_id,
            "jti": "a7c1f7d5-8f44-4d0c-9a49-5d6c7a0d1b11",
            "nbf": START,
            "iat": START,
            "exp": START + 600,
        });
        claims(good, changes)
    }
}

#[tokio::test]
async fn both_algorithms_and_both_thumbprints_are_taken() {
    let login = Login::start().await;
    for algorithm in [Algorithm::PS256, Algorithm::RS256] {
        let padded = format!("{}=", login.sha1);
        let headers = [json!({"x5t#S256": login.sha256}), json!({"x5t": login.sha1}), json!({"x5t": padded})];
        for header in headers {
            let assertion = sign(APP_PEM, algorithm, &header, &login.claims(&json!({})));
            let (status, body) = login.world.assert_as(&login.client_id, &assertion).await;
            assert_eq!(status, StatusCode::OK, "{algorithm:?} {header} {body}");
            let token = read_claims(body["access_token"].as_str().unwrap());
            assert_eq!((&token["appid"], &token["appidacr"]), (&json!(login.client_id), &json!("2")));
        }
    }
}

#[tokio::test]
async fn every_name_of_the_authority_is_an_audience() {
    let login = Login::start().await;
    let authority = login.world.sandbox.endpoints().azure_ad.authority.clone();
    let https = authority.replace("http://", "https://");
    let tenant = login.world.tenant_id();
    let cases = [
        (format!("{authority}/{tenant}/oauth2/v2.0/token"), true),
        (format!("{https}/{tenant}/oauth2/v2.0/token"), true),
        (format!("{https}/contoso.test/oauth2/token"), true),
        (format!("{authority}/{tenant}/v2.0"), true),
        (format!("{authority}/{tenant}"), true),
        (format!("{authority}/{tenant}/"), true),
        (format!("https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token"), true),
        (format!("https://sts.windows.net/{tenant}/"), true),
        (format!("{authority}/common/oauth2/v2.0/token"), false),
        (format!("{authority}/{tenant}/oauth2/v2.0/token/x"), false),
        (format!("{authority}/fabrikam.test/oauth2/v2.0/token"), false),
        (format!("https://login.example.test/{tenant}/oauth2/v2.0/token"), false),
        (authority.clone(), false),
        ("api://AzureADTokenExchange".to_owned(), false),
        (String::new(), false),
    ];
    for (audience, taken) in cases {
        let header = json!({"x5t": login.sha1});
        let assertion = sign(APP_PEM, Algorithm::RS256, &header, &login.claims(&json!({"aud": audience})));
        let expected = if taken { (200, "", 0) } else { (401, "invalid_client", 700_023) };
        let (status, error, number) = verdict(&login.world.assert_as(&login.client_id, &assertion).await);
        assert_eq!((status, error.as_str(), number), expected, "{audience}");
    }
}

#[tokio::test]
async fn what_is_wrong_with_an_assertion_has_its_number() {
    let login = Login::start().await;
    let other = login.world.client_id("drawbridge").await;
    let own = json!({"x5t": login.sha1});
    // Private key, header, changed claims, number.
    let cases: Vec<(&str, Value, Value, u64)> = vec![
        (APP_PEM, own.clone(), json!({"iss": other}), 700_021),
        (APP_PEM, own.clone(), json!({"sub": other}), 700_021),
        (APP_PEM, own.clone(), json!({"sub": null}), 700_021),
        (APP_PEM, own.clone(), json!({"iss": null}), 50027),
        (APP_PEM, own.clone(), json!({"aud": null}), 700_023),
        (APP_PEM, own.clone(), json!({"exp": null}), 700_024),
        (APP_PEM, own.clone(), json!({"exp": "soon"}), 700_024),
        (APP_PEM, own.clone(), json!({"exp": START - 300}), 700_024),
        (APP_PEM, own.clone(), json!({"exp": START - 299}), 0),
        (APP_PEM, own.clone(), json!({"nbf": START + 301, "exp": START + 900}), 700_024),
        (APP_PEM, own.clone(), json!({"nbf": START + 300, "exp": START + 900}), 0),
        (APP_PEM, own.clone(), json!({"jti": null, "nbf": null, "iat": null}), 0),
        (APP_PEM, json!({}), json!({}), 700_027),
        (APP_PEM, json!({"x5t": login.sha256}), json!({}), 700_027),
        (APP_PEM, json!({"x5t": "AAAAAAAAAAAAAAAAAAAAAAAAAAA"}), json!({}), 700_027),
        (STRANGER_PEM, own.clone(), json!({}), 700_027),
    ];
    for (pem, header, changes, number) in cases {
        let assertion = sign(pem, Algorithm::RS256, &header, &login.claims(&changes));
        let got = verdict(&login.world.assert_as(&login.client_id, &assertion).await);
        assert_eq!(got.2, number, "{header} {changes}: {got:?}");
    }
}

#[tokio::test]
async fn what_is_no_assertion_is_refused_as_such() {
    let login = Login::start().await;
    let good = sign(APP_PEM, Algorithm::RS256, &json!({"x5t": login.sha1}), &login.claims(&json!({})));
    let parts: Vec<&str> = good.split('.').collect();
    // {"alg":"none","typ":"JWT"} and {"alg":"HS256","typ":"JWT"}.
    let none = format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{}.", parts[1]);
    let hmac = format!("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.{}.AAAA", parts[1]);
    let cut = &good[..good.len() - 2];
    for (assertion, number) in [
        ("abc", 50027),
        ("a.b.c", 50027),
        ("..", 50027),
        (none.as_str(), 50027),
        (hmac.as_str(), 50027),
        (cut, 700_027),
    ] {
        let got = verdict(&login.world.assert_as(&login.client_id, assertion).await);
        assert_eq!(got, (401, "invalid_client".to_owned(), number), "{assertion}");
    }
    let type_cases = [("", 900_144), ("urn:ietf:params:oauth:client-assertion-type:saml2-bearer", 90013)];
    for (assertion_type, number) in type_cases {
        let form = [
            ("client_id", login.client_id.as_str()),
            ("scope", "https://graph.microsoft.com/.default"),
            ("grant_type", "client_credentials"),
            ("client_assertion_type", assertion_type),
            ("client_assertion", good.as_str()),
        ];
        let got = verdict(&login.world.token_request(&login.world.tenant_id(), &form).await);
        assert_eq!(got, (400, "invalid_request".to_owned(), number));
    }
}

#[tokio::test]
async fn a_certificate_works_from_its_registration_to_its_removal_or_its_end() {
    let login = Login::start().await;
    let world = &login.world;
    for (pem, number) in [(STRANGER_PEM, 0), (LAPSED_PEM, 700_027)] {
        let added = world.act(Method::POST, "/apps/certificate/certificates", json!({"pem": pem})).await;
        let header = json!({"x5t#S256": added["x5t#S256"]});
        let assertion = sign(pem, Algorithm::PS256, &header, &login.claims(&json!({})));
        assert_eq!(verdict(&world.assert_as(&login.client_id, &assertion).await).2, number);
        let key_id = added["key_id"].as_str().unwrap();
        world.act(Method::DELETE, &format!("/apps/certificate/credentials/{key_id}"), json!(null)).await;
        assert_eq!(verdict(&world.assert_as(&login.client_id, &assertion).await).2, 700_027);
    }
    for pem in ["", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
        let path = "/azure_ad/apps/certificate/certificates";
        let (status, _) = world.admin(Method::POST, path, Some(json!({"pem": pem}))).await;
        assert_eq!(status, StatusCode::BAD_REQUEST);
    }
}

#[tokio::test]
async fn clients_that_live_by_the_real_clock_are_taken_too() {
    let login = Login::start().await;
    #[expect(clippy::disallowed_methods, reason = "what an unchanged client does")]
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let header = json!({"x5t": login.sha1});
    let changes = json!({"nbf": now, "iat": now, "exp": now + 600});
    let assertion = sign(APP_PEM, Algorithm::RS256, &header, &login.claims(&changes));
    assert_eq!(login.world.assert_as(&login.client_id, &assertion).await.0, StatusCode::OK);
}
