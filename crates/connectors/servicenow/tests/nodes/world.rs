//! A pretend instance, a connection to it, and a clock that both live by.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use drawbridge_http::{Clock, Entropy, Host};
use drawbridge_sandbox::{ClockMode, Options, Sandbox};
use drawbridge_sdk::{
    BoxFuture, Catalog, ChannelEntry, Ctx, Error, Fault, Finished, Followed, IdempotencyKey, Intent, Kind,
    Method, Person, PersonKey, Prepared, Request, Settled, Transport, WriteEntry,
};
use drawbridge_servicenow::{Config, NODES, connect};
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
    pub(crate) instance: Arc<dyn Transport>,
    /// A second connection, so that pauses of the first do not touch the admin interface.
    admin: Arc<dyn Transport>,
}

/// How a write ended, as the runtime would see it.
#[derive(Debug, PartialEq)]
pub(crate) enum Ended {
    AlreadySo(Value),
    Done { output: Value, not_applied: Vec<String> },
    Refused(Fault),
}

impl World {
    pub(crate) async fn start() -> Self {
        let options = Options { clock: ClockMode::frozen(), ..Options::default() };
        let sandbox = Sandbox::start(options).await.unwrap();
        let clock = Arc::new(StillClock(AtomicI64::new(1_767_600_000_000)));
        let config = config(&sandbox);
        let instance = connect(&config, host(&clock)).unwrap();
        let admin = connect(&config, host(&clock)).unwrap();
        Self { sandbox, clock, instance, admin }
    }

    /// A connection whose settings differ.
    pub(crate) fn connect(&self, change: impl FnOnce(&mut Config)) -> Arc<dyn Transport> {
        let mut config = config(&self.sandbox);
        change(&mut config);
        connect(&config, host(&self.clock)).unwrap()
    }

    /// The context of one step.
    pub(crate) fn ctx(&self, step: &str) -> Ctx {
        let person_key = PersonKey::default();
        Ctx { key: IdempotencyKey::new("run", step), now: self.clock.now(), person_key }
    }

    pub(crate) async fn read(&self, name: &str, input: Value) -> Result<Value, Error> {
        let Kind::Read(node) = &Catalog::new(NODES).get(name).unwrap().kind else { panic!("no read") };
        (node.run)(&*self.instance, &self.ctx("read"), &input).await
    }

    pub(crate) async fn people(&self, name: &str, input: Value) -> Result<Vec<Person>, Error> {
        let Kind::People(node) = &Catalog::new(NODES).get(name).unwrap().kind else { panic!("no source") };
        (node.resolve)(&*self.instance, &self.ctx("people"), &input).await
    }

    pub(crate) fn channel() -> &'static ChannelEntry {
        let Kind::Channel(channel) = &Catalog::new(NODES).get("servicenow").unwrap().kind else {
            panic!("no channel")
        };
        channel
    }

    fn write_node(name: &str) -> &'static WriteEntry {
        let Kind::Write(node) = &Catalog::new(NODES).get(name).unwrap().kind else { panic!("no write") };
        node
    }

    pub(crate) async fn prepare(
        &self,
        name: &str,
        step: &str,
        input: &Value,
    ) -> Result<Prepared<Value>, Error> {
        (Self::write_node(name).prepare)(&*self.instance, &self.ctx(step), input).await
    }

    /// Prepares, sends, finishes and follows, without any settling.
    pub(crate) async fn write(&self, name: &str, step: &str, input: Value) -> Result<Ended, Error> {
        let node = Self::write_node(name);
        let change = match self.prepare(name, step, &input).await? {
            Prepared::AlreadySo(output) => return Ok(Ended::AlreadySo(output)),
            Prepared::Change(change) => change,
        };
        let answer = self.instance.send(&change.request, jiff::Timestamp::MAX).await?;
        let mut handle = match (node.finish)(&self.ctx(step), &input, &answer)? {
            Finished::Done { output, not_applied, .. } => return Ok(Ended::Done { output, not_applied }),
            Finished::Refused(fault) => return Ok(Ended::Refused(fault)),
            Finished::Pending { handle, .. } => handle,
        };
        loop {
            match (node.follow)(&*self.instance, &self.ctx(step), &input, &handle).await? {
                Followed::Done(output) => return Ok(Ended::Done { output, not_applied: Vec::new() }),
                Followed::Pending { handle: next, after } => {
                    handle = next;
                    self.advance(after.as_secs()).await;
                }
            }
        }
    }

    /// The output of a write that has to be done.
    pub(crate) async fn done(&self, name: &str, step: &str, input: Value) -> Value {
        match self.write(name, step, input).await.unwrap() {
            Ended::Done { output, .. } => output,
            other => panic!("{other:?}"),
        }
    }

    /// Sends one change that ends in an unknown outcome, waits until it can no longer land, and settles.
    pub(crate) async fn settled(
        &self,
        name: &str,
        step: &str,
        (input, fault): (Value, (&str, Value)),
    ) -> Settled<Value> {
        let Prepared::Change(change) = self.prepare(name, step, &input).await.unwrap() else {
            panic!("already so")
        };
        let intent = Intent { change, sent_at: self.clock.now() };
        self.fault(fault.0, fault.1).await;
        let error = self.instance.send(&intent.change.request, jiff::Timestamp::MAX).await.unwrap_err();
        assert!(matches!(error, Error::Unknown(_)), "{error:?}");
        self.advance(self.instance.landing().as_secs()).await;
        let node = Self::write_node(name);
        (node.settle)(&*self.instance, &self.ctx(step), &input, &intent).await.unwrap()
    }

    /// Moves the instance's clock and the connection's.
    pub(crate) async fn advance(&self, secs: i64) {
        self.act("clock", json!({ "advance": format!("{secs}s") })).await;
        self.clock.0.fetch_add(secs * 1000, Ordering::SeqCst);
    }

    pub(crate) async fn fault(&self, path: &str, answer: Value) {
        self.act("faults", json!({ "platform": "servicenow", "path": path, "answer": answer })).await;
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

    /// The rows of a table, with their raw values.
    pub(crate) async fn rows(&self, table: &str) -> Vec<Value> {
        let request = Request::new(Method::Get, &["api", "now", "table", table])
            .query("sysparm_exclude_reference_link", "true");
        let answer = self.admin.read(&request).await.unwrap();
        answer.ok().unwrap()["result"].as_array().unwrap().clone()
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
    let endpoint = &sandbox.endpoints().servicenow;
    serde_json::from_value(json!({
        "instance_url": endpoint.instance,
        "client_id": endpoint.client_id,
        "client_secret": endpoint.client_secret,
    }))
    .unwrap()
}

fn host(clock: &Arc<StillClock>) -> Host {
    Host { clock: Arc::clone(clock) as Arc<dyn Clock>, entropy: Arc::new(Counter(AtomicU64::new(0))) }
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
