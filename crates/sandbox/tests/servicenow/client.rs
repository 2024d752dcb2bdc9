//! A sandbox with a plain HTTP client in front of it.
//!
//! Owns starting, tokens and the unpacking of answers. Asserts nothing about the platform.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use drawbridge_sandbox::{ClockMode, Options, Sandbox};
use reqwest::header::HeaderMap;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

/// An answer, taken apart. A body that is no JSON is null.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl Answer {
    pub(crate) fn result(&self) -> &Value {
        &self.body["result"]
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// One field of every row, joined by blanks.
    pub(crate) fn column(&self, field: &str) -> String {
        let rows = self.result().as_array().unwrap();
        rows.iter().map(|row| row[field].as_str().unwrap_or("?")).collect::<Vec<_>>().join(" ")
    }

    /// Status, message and detail of a refusal.
    pub(crate) fn refusal(&self) -> (u16, &str, &str) {
        assert_eq!(self.body["status"], "failure", "{self:?}");
        let error = &self.body["error"];
        (self.status, error["message"].as_str().unwrap(), error["detail"].as_str().unwrap_or("null"))
    }
}

#[derive(Clone)]
pub(crate) struct Client {
    sandbox: Arc<Sandbox>,
    http: reqwest::Client,
    authorization: String,
}

/// Basic credentials of the administrator.
pub(crate) const ADMIN: &str = "Basic YWRtaW46YWRtaW4=";

impl Client {
    /// A sandbox whose clock stands, and a client with a token.
    pub(crate) async fn start() -> Self {
        let options = Options { clock: ClockMode::frozen(), ..Options::default() };
        let sandbox = Arc::new(Sandbox::start(options).await.unwrap());
        let mut client = Self { sandbox, http: reqwest::Client::new(), authorization: String::new() };
        client.sign_in().await;
        client
    }

    /// Fetches a token and uses it from now on.
    pub(crate) async fn sign_in(&mut self) -> Answer {
        let answer = self.token(&self.credentials()).await;
        self.authorization = format!("Bearer {}", answer.body["access_token"].as_str().unwrap());
        answer
    }

    /// The same instance, used by the administrator.
    pub(crate) fn administrator(&self) -> Self {
        Self { authorization: ADMIN.to_owned(), ..self.clone() }
    }

    pub(crate) fn authorize(&mut self, authorization: &str) {
        self.authorization = authorization.to_owned();
    }

    /// A new account with those roles: its `sys_id`, and the instance as used by it.
    pub(crate) async fn somebody(&self, name: &str, roles: &[&str]) -> (String, Self) {
        let admin = self.administrator();
        let user = admin.create("sys_user", json!({ "user_name": name })).await;
        self.admin("/servicenow/passwords", json!({ "as": name, "password": "p" })).await;
        for role in roles {
            let role = admin.find("sys_user_role", &format!("name={role}")).await;
            admin.create("sys_user_has_role", json!({ "user": user, "role": role })).await;
        }
        let authorization = format!("Basic {}", STANDARD.encode(format!("{name}:p")));
        (user, Self { authorization, ..self.clone() })
    }

    /// The form of the client-credentials grant.
    pub(crate) fn credentials(&self) -> Vec<(&'static str, String)> {
        let servicenow = &self.sandbox.endpoints().servicenow;
        vec![
            ("grant_type", "client_credentials".to_owned()),
            ("client_id", servicenow.client_id.clone()),
            ("client_secret", servicenow.client_secret.clone()),
        ]
    }

    pub(crate) fn instance(&self) -> &str {
        &self.sandbox.endpoints().servicenow.instance
    }

    pub(crate) async fn token(&self, form: &[(&str, String)]) -> Answer {
        send(self.http.post(format!("{}/oauth_token.do", self.instance())).form(form)).await
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http
            .request(method, format!("{}{path}", self.instance()))
            .header("authorization", &self.authorization)
            .header("accept", "application/json")
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        send(self.request(Method::GET, path)).await
    }

    /// A list with an encoded query and further parameters.
    pub(crate) async fn query(&self, table: &str, query: &str, more: &[(&str, &str)]) -> Answer {
        let request = self.request(Method::GET, &format!("/api/now/table/{table}"));
        send(request.query(&[("sysparm_query", query)]).query(more)).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        send(self.request(Method::POST, path).json(&body)).await
    }

    pub(crate) async fn patch(&self, path: &str, body: Value) -> Answer {
        send(self.request(Method::PATCH, path).json(&body)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        send(self.request(Method::DELETE, path)).await
    }

    /// Creates a record that must be taken, and gives its `sys_id`.
    pub(crate) async fn create(&self, table: &str, body: Value) -> String {
        let answer = self.post(&format!("/api/now/table/{table}"), body).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        answer.result()["sys_id"].as_str().unwrap().to_owned()
    }

    /// Removes every row of a table: a fresh instance has sample rows in it, which some tests count otherwise.
    pub(crate) async fn clear(&self, table: &str) {
        let path = format!("/{table}.do?JSONv2&sysparm_action=deleteMultiple&sysparm_query=sys_idISNOTEMPTY");
        let answer = self.administrator().post(&path, json!({})).await;
        assert_eq!(answer.status, 200, "{answer:?}");
    }

    /// One field of one record, raw.
    pub(crate) async fn field(&self, table: &str, id: &str, field: &str) -> String {
        let path = format!("/api/now/table/{table}/{id}?sysparm_exclude_reference_link=true");
        self.get(&path).await.result()[field].as_str().unwrap().to_owned()
    }

    /// The `sys_id` of the one record that meets a query.
    pub(crate) async fn find(&self, table: &str, query: &str) -> String {
        let answer = self.query(table, query, &[]).await;
        assert_eq!(answer.result().as_array().unwrap().len(), 1, "{query}: {answer:?}");
        answer.result()[0]["sys_id"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn admin(&self, path: &str, body: Value) -> Answer {
        send(self.http.post(format!("{}{path}", self.sandbox.endpoints().admin)).json(&body)).await
    }

    /// The log of deliveries.
    pub(crate) async fn admin_log(&self) -> Value {
        let url = format!("{}/servicenow/webhook/log", self.sandbox.endpoints().admin);
        send(self.http.get(url)).await.body
    }

    pub(crate) async fn state(&self) -> Value {
        send(self.http.get(format!("{}/state", self.sandbox.endpoints().admin))).await.body["servicenow"]
            .clone()
    }

    /// The whole state, which another sandbox can go on from.
    pub(crate) async fn dump(&self) -> String {
        let response =
            self.http.get(format!("{}/dump", self.sandbox.endpoints().admin)).send().await.unwrap();
        response.text().await.unwrap()
    }

    pub(crate) async fn restore(&self, dump: String) {
        let url = format!("{}/dump", self.sandbox.endpoints().admin);
        let response = self.http.put(url).body(dump).send().await.unwrap();
        assert!(response.status().is_success(), "{response:?}");
    }

    pub(crate) async fn advance(&self, by: &str) {
        assert_eq!(self.admin("/clock", json!({ "advance": by })).await.status, 200);
    }
}

pub(crate) async fn send(request: RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let bytes = response.bytes().await.unwrap();
    Answer { status, headers, body: serde_json::from_slice(&bytes).unwrap_or(Value::Null) }
}
