//! What the tests of the login authority sign and present.

use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::client::world::World;

pub(crate) const APP_PEM: &str = include_str!("../../data/azure_ad/keys/app_certificate.pem");
pub(crate) const ISSUER_KEY: &str = include_str!("../../data/azure_ad/keys/issuer_key.pem");
pub(crate) const SIGNING_KEY: &str = include_str!("../../data/azure_ad/keys/signing_key.pem");
/// A certificate that no application has.
pub(crate) const STRANGER_PEM: &str = include_str!("data/stranger.pem");
/// A certificate whose time was over when the sandbox begins.
pub(crate) const LAPSED_PEM: &str = include_str!("data/lapsed.pem");

/// The sandbox's first moment, in seconds.
pub(crate) const START: i64 = 1_767_600_000;

pub(crate) const GRAPH_SCOPE: &str = "https://graph.microsoft.com/.default";

/// Signs claims with the private key of a PEM text, under a header of the test's choice.
pub(crate) fn sign(pem: &str, algorithm: Algorithm, header: &Value, claims: &Value) -> String {
    let mut head = Header::new(algorithm);
    let text = |name: &str| header[name].as_str().map(str::to_owned);
    head.kid = text("kid");
    head.x5t = text("x5t");
    head.x5t_s256 = text("x5t#S256");
    let begin = pem.find("-----BEGIN").unwrap();
    let end = pem.find("PRIVATE KEY-----\n-----BEGIN CERT").map_or(pem.len(), |end| end + 17);
    encode(&head, claims, &EncodingKey::from_rsa_pem(&pem.as_bytes()[begin..end]).unwrap()).unwrap()
}

impl World {
    pub(crate) fn tenant_id(&self) -> String {
        self.sandbox.endpoints().azure_ad.tenant_id.clone()
    }

    /// What the admin interface shows of an application.
    pub(crate) async fn app(&self, key: &str) -> Value {
        let (status, body) = self.admin(Method::GET, "/azure_ad/apps", None).await;
        assert_eq!(status, StatusCode::OK);
        body["apps"].as_array().unwrap().iter().find(|app| app["key"] == key).unwrap().clone()
    }

    pub(crate) async fn client_id(&self, key: &str) -> String {
        self.app(key).await["client_id"].as_str().unwrap().to_owned()
    }

    /// Asks for a token with an assertion.
    pub(crate) async fn assert_as(&self, client_id: &str, assertion: &str) -> (StatusCode, Value) {
        let form = [
            ("client_id", client_id),
            ("scope", GRAPH_SCOPE),
            ("grant_type", "client_credentials"),
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            ("client_assertion", assertion),
        ];
        self.token_request(&self.tenant_id(), &form).await
    }

    /// Does something in the portal that must work.
    pub(crate) async fn act(&self, method: Method, path: &str, body: Value) -> Value {
        let body = Some(body).filter(|body| !body.is_null());
        let (status, answer) = self.admin(method, &format!("/azure_ad{path}"), body).await;
        assert!(status.is_success(), "{path}: {status} {answer}");
        answer
    }
}

/// Claims of a good assertion, with changes; `null` takes a claim out.
pub(crate) fn claims(base: Value, changes: &Value) -> Value {
    let mut claims = base;
    for (name, value) in changes.as_object().unwrap() {
        claims[name] = value.clone();
    }
    claims.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    claims
}

/// Status, OAuth error and number of a refusal, or `200` and nothing.
pub(crate) fn verdict((status, body): &(StatusCode, Value)) -> (u16, String, u64) {
    let number = body["error_codes"][0].as_u64().unwrap_or_default();
    (status.as_u16(), body["error"].as_str().unwrap_or_default().to_owned(), number)
}

/// The claims of a token, unverified.
pub(crate) fn read_claims(token: &str) -> Value {
    use base64::Engine as _;
    let payload = token.split('.').nth(1).unwrap();
    let engine = base64::engine::general_purpose::URL_SAFE_NO_PAD;
    serde_json::from_slice(&engine.decode(payload).unwrap()).unwrap_or(json!(null))
}
