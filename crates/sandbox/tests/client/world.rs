//! A plain HTTP client of the sandbox for its tests.
//!
//! Knows where the sandbox listens and how to get a token; interprets no answer.

use drawbridge_sandbox::{ClockMode, Options, Sandbox, Seed};
use reqwest::{Client, Method, Response, StatusCode};
use serde_json::{Value, json};

/// A frozen sandbox and a client with a token of the application that may do everything.
pub(crate) struct World {
    pub(crate) sandbox: Sandbox,
    pub(crate) http: Client,
    pub(crate) token: String,
}

impl World {
    pub(crate) async fn start() -> Self {
        Self::start_with(Seed::SmallCompany).await
    }

    pub(crate) async fn start_with(seed: Seed) -> Self {
        Self::start_as(Options { seed, ..Options::default() }).await
    }

    /// Starts with other options; the clock is frozen all the same.
    pub(crate) async fn start_as(options: Options) -> Self {
        let options = Options { clock: ClockMode::frozen(), ..options };
        let sandbox = Sandbox::start(options).await.unwrap();
        let mut world = Self { sandbox, http: Client::new(), token: String::new() };
        world.token = world.token_of("drawbridge").await;
        world
    }

    /// A token of a seeded application.
    pub(crate) async fn token_of(&self, app: &str) -> String {
        let endpoint = self.sandbox.endpoints().azure_ad.clone();
        let (id, secret) = match app {
            "drawbridge" => (endpoint.client_id, endpoint.client_secret),
            _ => (app_id(app), format!("sandbox-{app}-secret")),
        };
        let form = [
            ("client_id", id.as_str()),
            ("client_secret", secret.as_str()),
            ("scope", "https://graph.microsoft.com/.default"),
            ("grant_type", "client_credentials"),
        ];
        let (status, body) = self.token_request(&endpoint.tenant_id, &form).await;
        assert_eq!(status, StatusCode::OK, "{body}");
        body["access_token"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn token_request(&self, tenant: &str, form: &[(&str, &str)]) -> (StatusCode, Value) {
        let url = format!("{}/{tenant}/oauth2/v2.0/token", self.sandbox.endpoints().azure_ad.authority);
        let response = self.http.post(url).form(form).send().await.unwrap();
        (response.status(), response.json().await.unwrap())
    }

    /// Sends a request to Graph; `path` begins behind the version.
    pub(crate) fn graph(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let url = format!("{}/v1.0{path}", self.sandbox.endpoints().azure_ad.graph);
        self.http.request(method, url).bearer_auth(&self.token)
    }

    pub(crate) async fn get(&self, path: &str) -> (StatusCode, Value) {
        read(self.graph(Method::GET, path).send().await.unwrap()).await
    }

    /// Follows an absolute link.
    pub(crate) async fn follow(&self, url: &str) -> (StatusCode, Value) {
        read(self.http.get(url).bearer_auth(&self.token).send().await.unwrap()).await
    }

    pub(crate) async fn send(&self, method: Method, path: &str, body: Value) -> (StatusCode, Value) {
        read(self.graph(method, path).json(&body).send().await.unwrap()).await
    }

    pub(crate) async fn admin(&self, method: Method, path: &str, body: Option<Value>) -> (StatusCode, Value) {
        let url = format!("{}{path}", self.sandbox.endpoints().admin);
        let request = self.http.request(method, url);
        let request = match body {
            Some(body) => request.json(&body),
            None => request,
        };
        read(request.send().await.unwrap()).await
    }

    /// Puts a fault rule in force.
    pub(crate) async fn fault(&self, rule: Value) {
        let (status, body) = self.admin(Method::POST, "/faults", Some(rule)).await;
        assert_eq!(status, StatusCode::OK, "{body}");
    }

    /// The calls received so far.
    pub(crate) async fn calls(&self) -> Vec<Value> {
        let (_, page) = self.admin(Method::GET, "/calls", None).await;
        page["calls"].as_array().unwrap().clone()
    }

    pub(crate) async fn advance(&self, by: &str) {
        let (status, body) = self.admin(Method::POST, "/clock", Some(json!({ "advance": by }))).await;
        assert_eq!(status, StatusCode::OK, "{body}");
    }
}

/// Ids of the other seeded applications: they are the same in every run.
pub(crate) fn app_id(app: &str) -> String {
    match app {
        "reader" => "5768cc6c-c93c-475a-a287-698457fdee5a",
        "everything" => "e430488f-a97d-425c-a02a-8331a173bc14",
        "basic" => "e1d7b651-e8ce-4036-a2f2-7aaa5c4d1e60",
        "unconsented" => "0f6c0f65-32c1-42ac-a8f3-8508ff911edb",
        "retired" => "9ee1aa73-d21a-4a0e-a1a5-923b47692ec4",
        "lapsed" => "3dff86d5-6ae0-488b-afd7-b75dddba2d26",
        other => panic!("no application {other}"),
    }
    .to_owned()
}

pub(crate) async fn read(response: Response) -> (StatusCode, Value) {
    let status = response.status();
    let text = response.text().await.unwrap();
    (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
}
