//! A sandbox with ten thousand users and a thousand groups, and a client that keeps its connections.

use std::hint::black_box;

use drawbridge_sandbox::{ClockMode, Options, Sandbox, Seed};
use reqwest::Client;
use serde_json::Value;
use tokio::task::JoinSet;

/// What the sandbox is promised to bear.
const LARGE: &str = "generated:10000x1000";

/// Connections a client keeps.
const CONNECTIONS: usize = 8;

/// Requests of one measurement of throughput.
pub(crate) const REQUESTS: usize = 2_000;

pub(crate) struct World {
    pub(crate) sandbox: Sandbox,
    pub(crate) http: Client,
    pub(crate) graph_token: String,
    pub(crate) instance_token: String,
}

impl World {
    pub(crate) async fn start() -> Self {
        let sandbox = Sandbox::start(options()).await.expect("the sandbox starts");
        let http = Client::builder().no_proxy().build().expect("a client");
        let endpoints = sandbox.endpoints().clone();
        let token = async |url: String, id: &str, secret: &str| {
            let form = [
                ("grant_type", "client_credentials"),
                ("client_id", id),
                ("client_secret", secret),
                ("scope", "https://graph.microsoft.com/.default"),
            ];
            let answer = http.post(url).form(&form).send().await.expect("an answer");
            let answer: Value = answer.json().await.expect("a token");
            answer["access_token"].as_str().expect("a token").to_owned()
        };
        let azure_ad = endpoints.azure_ad;
        let url = format!("{}/{}/oauth2/v2.0/token", azure_ad.authority, azure_ad.tenant_id);
        let graph_token = token(url, &azure_ad.client_id, &azure_ad.client_secret).await;
        let instance = endpoints.servicenow;
        let url = format!("{}/oauth_token.do", instance.instance);
        let instance_token = token(url, &instance.client_id, &instance.client_secret).await;
        Self { sandbox, http, graph_token, instance_token }
    }

    pub(crate) fn graph(&self, path: &str) -> String {
        format!("{}/v1.0{path}", self.sandbox.endpoints().azure_ad.graph)
    }

    pub(crate) fn instance(&self, path: &str) -> String {
        format!("{}{path}", self.sandbox.endpoints().servicenow.instance)
    }

    /// Makes one request `REQUESTS` times over a few connections.
    pub(crate) async fn hammer(&self, url: &str, token: &str) {
        let mut workers = JoinSet::new();
        for _ in 0..CONNECTIONS {
            let (http, url, token) = (self.http.clone(), url.to_owned(), token.to_owned());
            workers.spawn(async move {
                for _ in 0..REQUESTS / CONNECTIONS {
                    let answer = http.get(&url).bearer_auth(&token).send().await.expect("an answer");
                    assert!(answer.status().is_success(), "{}", answer.status());
                    black_box(answer.bytes().await.expect("a body"));
                }
            });
        }
        while let Some(worker) = workers.join_next().await {
            worker.expect("every request is answered");
        }
    }

    /// Reads a JSON answer.
    pub(crate) async fn read(&self, url: &str, token: &str) -> Value {
        let answer = self.http.get(url).bearer_auth(token).send().await.expect("an answer");
        answer.json().await.expect("JSON")
    }

    /// Address of one user.
    pub(crate) async fn user(&self) -> String {
        let listed = self.read(&self.graph("/users?$top=1&$select=id"), &self.graph_token).await;
        self.graph(&format!("/users/{}", listed["value"][0]["id"].as_str().expect("an id")))
    }

    /// Address of one record.
    pub(crate) async fn record(&self) -> String {
        let list = self.instance("/api/now/table/sys_user?sysparm_limit=1&sysparm_fields=sys_id");
        let listed = self.read(&list, &self.instance_token).await;
        self.instance(&format!(
            "/api/now/table/sys_user/{}",
            listed["result"][0]["sys_id"].as_str().expect("an id")
        ))
    }

    /// Goes through a whole delta round and gives the number of users.
    pub(crate) async fn round(&self) -> usize {
        let (mut url, mut users) = (self.graph("/users/delta?$select=displayName"), 0);
        loop {
            let page = self.http.get(&url).bearer_auth(&self.graph_token).send().await.expect("an answer");
            let page: Value = page.json().await.expect("a page");
            users += page["value"].as_array().expect("a list").len();
            match page["@odata.nextLink"].as_str() {
                Some(next) => next.clone_into(&mut url),
                None => return users,
            }
        }
    }
}

pub(crate) fn options() -> Options {
    let seed = Seed::named(LARGE).expect("a size");
    Options { clock: ClockMode::frozen(), seed, ..Options::default() }
}
