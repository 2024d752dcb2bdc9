//! A pretend tenant, a connection to it, and a clock that both live by.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use drawbridge_azure_ad::{Config, NODES, connect};
use drawbridge_http::{Clock, Entropy, Host};
use drawbridge_sandbox::{ClockMode, Options, Sandbox};
use drawbridge_sdk::{
    BoxFuture, Catalog, Ctx, Error, IdempotencyKey, Kind, Known, Method, Person, PersonKey, Polled, Request,
    Secret, Transport,
};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

/// A clock that moves when it is told to, or when somebody waits on it.
pub(crate) struct StillClock(AtomicI64);

impl Clock for StillClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(self.0.load(Ordering::SeqCst)).unwrap()
    }

    fn sleep_until(&self, at: Timestamp) -> BoxFuture<'_, ()> {
        self.0.fetch_max(at.as_millisecond(), Ordering::SeqCst);
        Box::pin(std::future::ready(()))
    }
}

struct Counter(AtomicU64);

impl Entropy for Counter {
    fn next(&self) -> u64 {
        self.0.fetch_add(1, Ordering::SeqCst)
    }
}

pub(crate) struct World {
    sandbox: Sandbox,
    clock: Arc<StillClock>,
    pub(crate) tenant: Arc<dyn Transport>,
    /// A second connection, so that pauses of the first do not touch the admin interface.
    admin: Arc<dyn Transport>,
}

impl World {
    pub(crate) async fn start() -> Self {
        let options = Options { clock: ClockMode::frozen(), ..Options::default() };
        let sandbox = Sandbox::start(options).await.unwrap();
        let clock = Arc::new(StillClock(AtomicI64::new(1_767_600_000_000)));
        let config = config(&sandbox);
        let tenant = connect(&config, host(&clock)).unwrap();
        let admin = connect(&config, host(&clock)).unwrap();
        Self { sandbox, clock, tenant, admin }
    }

    /// A connection whose settings differ.
    pub(crate) fn connect(&self, change: impl FnOnce(&mut Config)) -> Arc<dyn Transport> {
        let mut config = config(&self.sandbox);
        change(&mut config);
        connect(&config, host(&self.clock)).unwrap()
    }

    pub(crate) fn ctx(&self) -> Ctx {
        Ctx {
            key: IdempotencyKey::new("run", "step"),
            now: self.clock.now(),
            person_key: PersonKey::default(),
        }
    }

    pub(crate) async fn run(&self, name: &str, input: Value) -> Result<Value, Error> {
        self.run_over(&*self.tenant, name, input).await
    }

    pub(crate) async fn run_over(
        &self,
        tenant: &dyn Transport,
        name: &str,
        input: Value,
    ) -> Result<Value, Error> {
        let Kind::Read(node) = &Catalog::new(NODES).get(name).unwrap().kind else { panic!("no read") };
        (node.run)(tenant, &self.ctx(), &input).await
    }

    pub(crate) async fn people(&self, name: &str, input: Value) -> Result<Vec<Person>, Error> {
        let Kind::People(node) = &Catalog::new(NODES).get(name).unwrap().kind else { panic!("no source") };
        (node.resolve)(&*self.tenant, &self.ctx(), &input).await
    }

    pub(crate) async fn poll(&self, name: &str, known: &Known) -> Result<Polled<Value>, Error> {
        let Kind::Trigger(node) = &Catalog::new(NODES).get(name).unwrap().kind else { panic!("no trigger") };
        (node.poll)(&*self.tenant, &self.ctx(), &json!({}), known).await
    }

    /// Moves the tenant's clock and the connection's.
    pub(crate) async fn advance(&self, secs: i64) {
        self.advance_tenant(secs).await;
        self.clock.0.fetch_add(secs * 1000, Ordering::SeqCst);
    }

    /// Moves the tenant's clock alone.
    pub(crate) async fn advance_tenant(&self, secs: i64) {
        self.act("clock", json!({ "advance": format!("{secs}s") })).await;
    }

    pub(crate) async fn fault(&self, path: &str, answer: Value) {
        self.act("faults", json!({ "platform": "azure_ad", "path": path, "answer": answer })).await;
    }

    /// Does something through the admin interface.
    pub(crate) async fn act(&self, path: &str, body: Value) -> Value {
        let segments: Vec<&str> = std::iter::once("_sandbox").chain(path.split('/')).collect();
        let answer = self
            .admin
            .send(&Request::new(Method::Post, &segments).json(body), jiff::Timestamp::MAX)
            .await
            .unwrap();
        answer.ok().unwrap().clone()
    }

    pub(crate) async fn change_user(&self, user: &str, body: Value) {
        let segments = ["_sandbox", "azure_ad", "users", user];
        let answer = self
            .admin
            .send(&Request::new(Method::Patch, &segments).json(body), jiff::Timestamp::MAX)
            .await
            .unwrap();
        answer.ok().unwrap();
    }

    /// Everything that the sandbox holds.
    pub(crate) async fn state(&self) -> Value {
        let answer = self.admin.read(&Request::new(Method::Get, &["_sandbox", "state"])).await.unwrap();
        answer.ok().unwrap().clone()
    }

    /// How many calls went to a path that ends so.
    pub(crate) async fn calls(&self, end: &str) -> usize {
        let request = Request::new(Method::Get, &["_sandbox", "calls"]);
        let answer = self.admin.read(&request).await.unwrap();
        let calls = answer.ok().unwrap()["calls"].as_array().unwrap();
        calls.iter().filter(|call| call["path"].as_str().unwrap().ends_with(end)).count()
    }
}

fn config(sandbox: &Sandbox) -> Config {
    let endpoint = &sandbox.endpoints().azure_ad;
    serde_json::from_value(json!({
        "tenant_id": endpoint.tenant_id,
        "client_id": endpoint.client_id,
        "client_secret": endpoint.client_secret,
        "graph_url": endpoint.graph,
        "authority_url": endpoint.authority,
    }))
    .unwrap()
}

fn host(clock: &Arc<StillClock>) -> Host {
    Host { clock: Arc::clone(clock) as Arc<dyn Clock>, entropy: Arc::new(Counter(AtomicU64::new(0))) }
}

/// A secret of another app in the seed.
pub(crate) fn secret(text: &str) -> Secret {
    Secret::new(text.to_owned())
}

/// The failure in one word and its code: `refused CN005`.
pub(crate) fn word<T: std::fmt::Debug>(outcome: Result<T, Error>) -> String {
    match outcome.unwrap_err() {
        Error::Refused(fault) => format!("refused {}", fault.code),
        Error::Unknown(fault) => format!("unknown {}", fault.code),
        Error::NotYet { fault, after } => {
            let after =
                after.map(|after: SignedDuration| format!(" {}s", after.as_secs())).unwrap_or_default();
            format!("not yet {}{after}", fault.code)
        }
    }
}
