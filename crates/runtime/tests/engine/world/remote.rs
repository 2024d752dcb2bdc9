//! The pretend remote system: keeps what was sent, counts every effect, and goes wrong as it is told.
//! It enforces no key, so that every request sent twice shows.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};

use drawbridge_runtime::Clock as _;
use drawbridge_sdk::{Answer, Body, BoxFuture, Error, Fault, Method, Request, Target, Transport};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::clock::FakeClock;

/// How long a request may be under way.
pub(crate) const LANDING: SignedDuration = SignedDuration::from_secs(30);

/// What becomes of one request.
#[derive(Debug, Clone)]
pub(crate) enum Fate {
    /// It is answered as usual.
    Answered,
    /// Nothing happens; it may be repeated after this.
    Throttled(Option<SignedDuration>),
    /// Nothing happens, and repeating does not help.
    Refused,
    /// Nothing happens, and nobody hears of it.
    LostBefore,
    /// It happens, and nobody hears of it.
    LostAfter,
    /// It happens this much later, and nobody hears of it.
    Late(SignedDuration),
    /// It happens, and the answer takes this long; who waits longer hears it.
    Slow(SignedDuration),
}

/// One row that asks one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) key: String,
    pub(crate) person: String,
    pub(crate) state: String,
}

#[derive(Default)]
struct State {
    /// What happened, by its path: `/notes`, and its body.
    effects: Vec<(String, Value)>,
    late: Vec<(Timestamp, Request)>,
    fates: Vec<(String, VecDeque<Fate>)>,
    calls: Vec<String>,
    rows: Vec<Row>,
    feed: Vec<Value>,
    unfinished: u32,
    blind: bool,
    owners: Vec<String>,
    lingers: bool,
    at_once: usize,
    peak: usize,
}

type Witness = Box<dyn Fn(&Request) + Send + Sync>;

/// The remote system.
pub(crate) struct Remote {
    clock: Arc<FakeClock>,
    state: Mutex<State>,
    witness: Mutex<Option<Witness>>,
}

impl Remote {
    pub(crate) fn new(clock: Arc<FakeClock>) -> Self {
        Self { clock, state: Mutex::default(), witness: Mutex::default() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// What becomes of the next requests whose description begins so; further ones are answered.
    pub(crate) fn on(&self, begins: &str, fates: impl IntoIterator<Item = Fate>) {
        self.state().fates.push((begins.to_owned(), fates.into_iter().collect()));
    }

    /// Called with every change before it is sent.
    pub(crate) fn witness(&self, witness: impl Fn(&Request) + Send + Sync + 'static) {
        *self.witness.lock().unwrap() = Some(Box::new(witness));
    }

    /// Keeps no trace of a note that can be looked up.
    pub(crate) fn forget(&self) {
        self.state().blind = true;
    }

    /// How often an order says that it is not complete.
    pub(crate) fn unfinished(&self, looks: u32) {
        self.state().unfinished = looks;
    }

    pub(crate) fn owners(&self, names: &[&str]) {
        self.state().owners = names.iter().map(|name| (*name).to_owned()).collect();
    }

    pub(crate) fn see(&self, event: Value) {
        self.state().feed.push(event);
    }

    /// What a person does to their row.
    pub(crate) fn decide(&self, person: &str, state: &str) {
        for row in self.state().rows.iter_mut().filter(|row| row.person == person && row.state == "asked") {
            state.clone_into(&mut row.state);
        }
    }

    pub(crate) fn rows(&self) -> Vec<Row> {
        self.state().rows.clone()
    }

    /// How often something happened on this path.
    pub(crate) fn count(&self, path: &str) -> usize {
        self.state().effects.iter().filter(|(on, _)| on == path).count()
    }

    /// Every call whose description begins so.
    pub(crate) fn calls(&self, begins: &str) -> usize {
        self.state().calls.iter().filter(|call| call.starts_with(begins)).count()
    }

    /// Most calls that were under way at the same time.
    pub(crate) fn peak(&self) -> usize {
        self.state().peak
    }

    /// Lets every call take a while, so that calls at once can be counted.
    pub(crate) fn linger(&self) {
        self.state().lingers = true;
    }

    async fn travel(&self) {
        if !self.state().lingers {
            return;
        }
        {
            let mut state = self.state();
            state.at_once += 1;
            state.peak = state.peak.max(state.at_once);
        }
        for _ in 0..3 {
            tokio::task::yield_now().await;
        }
        self.state().at_once -= 1;
    }

    fn fate(&self, request: &Request) -> Fate {
        let described = request.describe();
        let mut state = self.state();
        let told = state
            .fates
            .iter_mut()
            .find(|(begins, fates)| described.starts_with(begins.as_str()) && !fates.is_empty());
        let fate = told.and_then(|(_, fates)| fates.pop_front()).unwrap_or(Fate::Answered);
        state.calls.push(described);
        fate
    }

    fn land(&self) {
        let now = self.clock.now();
        let mut state = self.state();
        let late = std::mem::take(&mut state.late);
        let (landed, later): (Vec<_>, Vec<_>) = late.into_iter().partition(|(at, _)| *at <= now);
        state.late = later;
        for (_, request) in landed {
            state.apply(&request);
        }
    }

    fn answer(&self, status: u16, body: Value) -> Answer {
        let fault = (status >= 400).then(|| Fault { status: Some(status), ..fault("CN005", "refused") });
        Answer { status, headers: Default::default(), body, at: self.clock.now(), fault }
    }
}

fn fault(code: &str, summary: &str) -> Fault {
    Fault::new(code, summary)
}

fn path(request: &Request) -> String {
    match &request.target {
        Target::Path { segments, .. } => format!("/{}", segments.join("/")),
        Target::Link(link) => link.clone(),
    }
}

impl State {
    fn apply(&mut self, request: &Request) -> Value {
        let body = match &request.body {
            Body::Json(body) => body.clone(),
            _ => Value::Null,
        };
        let path = path(request);
        let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
        match (request.method, path.as_str()) {
            (Method::Post, "/rows") => {
                self.rows.push(Row { key: text("key"), person: text("person"), state: "asked".to_owned() });
            }
            (Method::Delete, row) => {
                let key = row.trim_start_matches("/rows/").to_owned();
                for row in self.rows.iter_mut().filter(|row| row.key == key) {
                    "withdrawn".clone_into(&mut row.state);
                }
            }
            _ => {}
        }
        self.effects.push((path, body.clone()));
        json!({ "number": self.effects.len(), "sent": body })
    }

    fn look(&mut self, path: &str) -> Option<Value> {
        let path = path.trim_start_matches('/');
        let (folder, name) = path.split_once('/').unwrap_or((path, ""));
        match folder {
            "things" => Some(json!({ "name": name, "value": 1 })),
            "owners" => Some(json!(self.owners)),
            "people" => Some(json!({ "id": format!("id-{name}") })),
            "rows" => {
                let of = |row: &&Row| row.key.starts_with(name);
                let shown = |row: &Row| json!({ "key": row.key, "person": row.person, "state": row.state });
                Some(self.rows.iter().filter(of).map(shown).collect())
            }
            "orders" if self.unfinished > 0 => {
                self.unfinished -= 1;
                Some(json!({ "complete": false }))
            }
            "orders" => Some(json!({ "complete": true })),
            "feed" => Some(json!(self.feed)),
            "notes" | "members" if self.blind => Some(json!({ "unclear": true })),
            folder => {
                let folder = format!("/{}", if folder == "placed" { "orders" } else { folder });
                let found = self.effects.iter().find(|(on, body)| *on == folder && body["key"] == name);
                found.map(|(_, body)| body.clone())
            }
        }
    }
}

impl Transport for Remote {
    fn system(&self) -> &'static str {
        "fake"
    }

    fn landing(&self) -> SignedDuration {
        LANDING
    }

    fn read<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Answer, Error>> {
        Box::pin(async move {
            self.travel().await;
            self.land();
            match self.fate(request) {
                Fate::Throttled(after) => return Err(Error::NotYet { fault: fault("CN001", "busy"), after }),
                Fate::Refused => return Err(Error::Refused(fault("CN004", "refused"))),
                Fate::LostBefore | Fate::LostAfter | Fate::Late(_) => {
                    return Err(Error::NotYet { fault: fault("CN002", "did not answer"), after: None });
                }
                Fate::Slow(span) => return slow(&self.clock, span).await,
                Fate::Answered => {}
            }
            let found = self.state().look(&path(request));
            Ok(found.map_or_else(|| self.answer(404, Value::Null), |body| self.answer(200, body)))
        })
    }

    fn send<'a>(
        &'a self,
        request: &'a Request,
        _before: jiff::Timestamp,
    ) -> BoxFuture<'a, Result<Answer, Error>> {
        Box::pin(async move {
            if let Some(witness) = self.witness.lock().unwrap().as_ref() {
                witness(request);
            }
            self.travel().await;
            self.land();
            let unknown = || Err(Error::Unknown(fault("CN009", "did not answer, so it may have happened")));
            match self.fate(request) {
                Fate::Answered => {
                    let body = self.state().apply(request);
                    Ok(self.answer(201, body))
                }
                Fate::Throttled(after) => Err(Error::NotYet { fault: fault("CN001", "busy"), after }),
                Fate::Refused => Ok(self.answer(400, Value::Null)),
                Fate::LostBefore => unknown(),
                Fate::LostAfter => {
                    self.state().apply(request);
                    unknown()
                }
                Fate::Late(span) => {
                    let at = self.clock.now() + span;
                    self.state().late.push((at, request.clone()));
                    unknown()
                }
                Fate::Slow(span) => {
                    self.state().apply(request);
                    slow(&self.clock, span).await
                }
            }
        })
    }
}

/// Lets time pass while the caller waits, and never answers.
async fn slow(clock: &FakeClock, span: SignedDuration) -> Result<Answer, Error> {
    clock.advance(span);
    std::future::pending().await
}
