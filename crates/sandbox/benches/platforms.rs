//! How fast a sandbox starts with a large company, answers simple requests and goes through a delta round.
//!
//! ```sh
//! cargo bench -p drawbridge-sandbox
//! ```
//!
//! Everything goes over real HTTP with connections that are kept. The resident memory is printed at the end.

use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput};
use drawbridge_sandbox::{ClockMode, Options, Sandbox, Seed};
use reqwest::Client;
use serde_json::Value;
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

/// What the sandbox is promised to bear.
const LARGE: &str = "generated:10000x1000";

/// Connections a client keeps.
const CONNECTIONS: usize = 8;

/// Requests of one measurement of throughput.
const REQUESTS: usize = 2_000;

struct World {
    sandbox: Sandbox,
    http: Client,
    graph_token: String,
    instance_token: String,
}

impl World {
    async fn start() -> Self {
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

    fn graph(&self, path: &str) -> String {
        format!("{}/v1.0{path}", self.sandbox.endpoints().azure_ad.graph)
    }

    fn instance(&self, path: &str) -> String {
        format!("{}{path}", self.sandbox.endpoints().servicenow.instance)
    }

    /// Makes one request `REQUESTS` times over a few connections.
    async fn hammer(&self, url: &str, token: &str) {
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

    /// Goes through a whole delta round and gives the number of users.
    async fn round(&self) -> usize {
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

fn options() -> Options {
    let seed = Seed::named(LARGE).expect("a size");
    Options { clock: ClockMode::frozen(), seed, ..Options::default() }
}

fn rows(runtime: &Runtime, world: &World, url: &str, token: &str) -> Value {
    runtime.block_on(async {
        let answer = world.http.get(url).bearer_auth(token).send().await.expect("an answer");
        answer.json().await.expect("JSON")
    })
}

/// Resident memory of this process in MB; of the largest moment with `VmHWM`.
fn resident(line: &str) -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|found| found.starts_with(line))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? / 1024)
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let runtime = Runtime::new().expect("a runtime");

    let mut group = criterion.benchmark_group("large company");
    group.sample_size(10).measurement_time(Duration::from_secs(10));
    group.bench_function("start", |bencher| {
        bencher.iter_custom(|rounds| {
            let mut taken = Duration::ZERO;
            for _ in 0..rounds {
                let before = Instant::now();
                let sandbox = runtime.block_on(Sandbox::start(options())).expect("the sandbox starts");
                taken += before.elapsed();
                runtime.block_on(sandbox.stop());
            }
            taken
        });
    });

    let world = runtime.block_on(World::start());
    println!("resident after the start: {:?} MB", resident("VmRSS"));
    group.bench_function("delta round", |bencher| {
        bencher.iter(|| {
            let users = runtime.block_on(world.round());
            assert_eq!(users, 10_000, "every user comes once");
        });
    });
    group.bench_function("dump", |bencher| {
        let url = format!("{}/dump", world.sandbox.endpoints().admin);
        bencher.iter(|| {
            runtime.block_on(async {
                let answer = world.http.get(&url).send().await.expect("an answer");
                black_box(answer.bytes().await.expect("a body").len())
            })
        });
    });
    group.finish();

    let mut group = criterion.benchmark_group("simple requests");
    group.sample_size(10).throughput(Throughput::Elements(REQUESTS as u64));
    let listed = rows(&runtime, &world, &world.graph("/users?$top=1&$select=id"), &world.graph_token);
    let user = world.graph(&format!("/users/{}", listed["value"][0]["id"].as_str().expect("an id")));
    group.bench_function("user by id", |bencher| {
        bencher.iter(|| runtime.block_on(world.hammer(&user, &world.graph_token)));
    });
    let list = world.instance("/api/now/table/sys_user?sysparm_limit=1&sysparm_fields=sys_id");
    let listed = rows(&runtime, &world, &list, &world.instance_token);
    let id = listed["result"][0]["sys_id"].as_str().expect("an id");
    let record = world.instance(&format!("/api/now/table/sys_user/{id}"));
    group.bench_function("record by sys_id", |bencher| {
        bencher.iter(|| runtime.block_on(world.hammer(&record, &world.instance_token)));
    });
    group.finish();

    println!("resident at the end: {:?} MB, at most {:?} MB", resident("VmRSS"), resident("VmHWM"));
    runtime.block_on(world.sandbox.stop());
    criterion.final_summary();
}
