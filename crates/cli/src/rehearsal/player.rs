//! Plays the script of a case: whenever the engine only waits, the next person acts or time passes.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use drawbridge_sandbox::Remote;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::clock::SandboxClock;
use crate::rehearsal::cases::Act;
use crate::rehearsal::faults;

/// Most times that a rehearsal may come to rest; a run that needs more turns in a circle.
const RESTS_MAX: u32 = 20_000;

/// Plays one script against one sandbox.
pub(crate) struct Player {
    remote: Remote,
    clock: Arc<SandboxClock>,
    /// Whether lines may be passed over that an interrupted rehearsal has played already.
    resumed: bool,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    script: VecDeque<Act>,
    /// Acts that are repeated from their first time on: a desk closes whatever comes later too.
    standing: Vec<Act>,
    advance_until: Option<Timestamp>,
    rests: u32,
    trouble: Option<String>,
}

/// What one line of the script came to.
enum Played {
    /// It is done; the next line may be played at once.
    Done,
    /// It is done, and the engine has something to look at.
    Acted,
    /// It cannot be played yet.
    NotYet,
    /// Time passes first, at most until then.
    Until(Timestamp),
}

impl Player {
    /// A player of these lines.
    pub(crate) fn new(remote: Remote, clock: Arc<SandboxClock>, script: &[Act], resumed: bool) -> Self {
        let state = State { script: script.iter().cloned().collect(), ..State::default() };
        Self { remote, clock, resumed, state: Mutex::new(state) }
    }

    /// Sets the faults that stand before the first act of a person, so that they strike from the start.
    pub(crate) async fn prepare(&self) {
        while let Some(act @ Act::Fault { .. }) = self.line(0) {
            if let Err(trouble) = self.play(&act).await {
                self.state().trouble = Some(trouble);
                return;
            }
            self.state().script.pop_front();
        }
    }

    /// Called when the engine only waits, next until `next`. Says whether anything more can happen.
    pub(crate) async fn rest(&self, next: Option<Timestamp>) -> bool {
        match self.step(next).await {
            Ok(more) => more,
            Err(trouble) => {
                self.state().trouble = Some(trouble);
                false
            }
        }
    }

    /// What kept the script from being played to its end.
    pub(crate) fn trouble(&self) -> Option<String> {
        let state = self.state();
        state.trouble.clone().or_else(|| {
            let line = state.script.front().filter(|_| !self.resumed)?;
            Some(format!("the script stopped before {line:?}"))
        })
    }

    async fn step(&self, next: Option<Timestamp>) -> Result<bool, String> {
        self.count_rest()?;
        let standing = self.state().standing.clone();
        for act in &standing {
            if let Played::Acted = self.play(act).await? {
                return Ok(true);
            }
        }
        let mut at = 0;
        while let Some(act) = self.line(at) {
            match self.play(&act).await? {
                Played::Done => self.drop_line(at),
                Played::Acted => {
                    // The engine looks before time passes, or a gate could expire right after its answer.
                    self.drop_line(at);
                    if matches!(act, Act::Close { .. }) {
                        self.state().standing.push(act);
                    }
                    return Ok(true);
                }
                Played::NotYet if self.resumed => at += 1,
                Played::NotYet => break,
                Played::Until(target) if next.is_some_and(|next| next <= target) => break,
                Played::Until(target) => {
                    self.pass_until(Some(target)).await?;
                    self.drop_line(at);
                    self.state().advance_until = None;
                }
            }
        }
        self.pass_until(next).await?;
        Ok(next.is_some())
    }

    async fn play(&self, act: &Act) -> Result<Played, String> {
        match act {
            Act::Approve { r#as, comment, .. } => self.decide(r#as, "approved", comment.as_deref()).await,
            Act::Reject { r#as, comment, .. } => self.decide(r#as, "rejected", comment.as_deref()).await,
            Act::Close { close, r#as, r#where } => self.close(close, r#as, r#where).await,
            Act::UpdateUser { update_user, set } => {
                let path = ["azure_ad", "users", update_user];
                self.remote
                    .patch(&path, &Value::Object(set.clone()))
                    .await
                    .map_err(|error| error.to_string())?;
                Ok(Played::Done)
            }
            Act::Advance { advance } => self.advance(advance),
            Act::Fault { fault } => {
                self.post(&["faults"], &faults::rule(fault)?).await?;
                Ok(Played::Done)
            }
        }
    }

    async fn decide(&self, person: &str, state: &str, comment: Option<&str>) -> Result<Played, String> {
        let mut body = json!({ "as": person, "state": state });
        if let Some(comment) = comment {
            body["comments"] = json!(comment);
        }
        self.counted(&["servicenow", "approve"], &body).await
    }

    async fn close(&self, table: &str, person: &str, fields: &Map<String, Value>) -> Result<Played, String> {
        let mut open = fields.clone();
        open.insert("active".to_owned(), json!("true"));
        let body = json!({ "as": person, "table": table, "where": open, "set": { "state": "3" } });
        self.counted(&["servicenow", "update"], &body).await
    }

    async fn counted(&self, path: &[&str], body: &Value) -> Result<Played, String> {
        let answer = self.post(path, body).await?;
        Ok(if answer["count"].as_u64().unwrap_or(0) > 0 { Played::Acted } else { Played::NotYet })
    }

    fn advance(&self, text: &str) -> Result<Played, String> {
        let span: jiff::SignedDuration =
            text.parse().map_err(|error| format!("`{text}` is not a duration: {error}"))?;
        let mut state = self.state();
        let now = self.clock.now();
        let target = *state.advance_until.get_or_insert(now.saturating_add(span).unwrap_or(now));
        Ok(if now >= target { Played::Done } else { Played::Until(target) })
    }

    async fn pass_until(&self, at: Option<Timestamp>) -> Result<(), String> {
        match at {
            Some(at) => self.clock.pass_until(&self.remote, at).await.map_err(|error| error.to_string()),
            None => Ok(()),
        }
    }

    async fn post(&self, path: &[&str], body: &Value) -> Result<Value, String> {
        self.remote.post(path, body).await.map_err(|error| error.to_string())
    }

    fn count_rest(&self) -> Result<(), String> {
        let mut state = self.state();
        state.rests += 1;
        if state.rests > RESTS_MAX {
            return Err(format!("the run came to rest {RESTS_MAX} times without ending"));
        }
        Ok(())
    }

    fn line(&self, at: usize) -> Option<Act> {
        self.state().script.get(at).cloned()
    }

    fn drop_line(&self, at: usize) {
        self.state().script.remove(at);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
