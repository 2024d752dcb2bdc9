//! The loop: answers in, commits out, commands started once their event is durable. Owns every task it
//! starts and decides nothing about a run.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use drawbridge_journal::{Command, Event, RunId, StepPath, TimerId, Watch, watches};
use drawbridge_sdk::{BoxFuture, Vote};
use futures::future::OptionFuture;
use futures::stream::{FuturesUnordered, StreamExt};
use jiff::{SignedDuration, Timestamp};
use tokio::task::JoinSet;
use tokio::time::{Interval, MissedTickBehavior, interval};

use crate::active::{Active, Batch};
use crate::backend::{Backend, BackendError};
use crate::error::Error;
use crate::looks::Looks;
use crate::observe::Publisher;
use crate::parts::Parts;
use crate::shutdown::Shutdown;
use crate::worker::{perform, votes};

/// Time between two looks for requests of other processes.
const INBOX_EVERY: Duration = Duration::from_millis(500);

/// How long an expiry waits for a look that did not succeed.
const LOOK_AGAIN: SignedDuration = SignedDuration::from_secs(1);

/// What a task of the loop brought.
enum Brought {
    Answer {
        run: RunId,
        event: Box<Event>,
    },
    /// None where the decisions could not be read.
    Votes {
        run: RunId,
        path: StepPath,
        ask: u32,
        votes: Option<Vec<Vote>>,
    },
}

/// What waits for its turn to call a remote system.
enum Call {
    Command(Box<Command>),
    Watch(Watch),
}

/// What is durable now.
struct Committed {
    run: RunId,
    commands: Vec<Command>,
}

type Commit = BoxFuture<'static, Result<Committed, BackendError>>;

/// The loop over some runs.
pub(crate) struct Drive {
    parts: Arc<Parts>,
    backend: Arc<dyn Backend>,
    publisher: Publisher,
    active: BTreeMap<RunId, Active>,
    timers: BTreeSet<(Timestamp, RunId)>,
    /// Runs with a question that people are asked right now.
    asking: BTreeSet<RunId>,
    backlog: VecDeque<(RunId, Call)>,
    tasks: JoinSet<Brought>,
    commits: FuturesUnordered<Commit>,
    /// Changes that are sent as soon as their intent is durable; they count as calls already.
    sends_due: usize,
    /// Looks for decisions that have not been answered; the next round waits for them.
    looks_due: usize,
    looks: Looks,
    watch_at: Timestamp,
    /// Whether the clock has said that nothing will ever happen, and nothing has happened since.
    last_look: bool,
    inbox_tick: Interval,
}

impl Drive {
    pub(crate) fn new(parts: Arc<Parts>, backend: Arc<dyn Backend>, publisher: Publisher) -> Self {
        let mut inbox_tick = interval(INBOX_EVERY);
        inbox_tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self {
            // A decision may have been made while nobody looked.
            watch_at: parts.now(),
            parts,
            backend,
            publisher,
            active: BTreeMap::new(),
            timers: BTreeSet::new(),
            asking: BTreeSet::new(),
            backlog: VecDeque::new(),
            tasks: JoinSet::new(),
            commits: FuturesUnordered::new(),
            sends_due: 0,
            looks_due: 0,
            looks: Looks::default(),
            last_look: false,
            inbox_tick,
        }
    }

    /// Takes a loaded run with the commands that were not answered.
    pub(crate) fn add(&mut self, active: Active, open: Vec<Command>) {
        let run = active.state.run.clone();
        self.backlog.extend(open.into_iter().map(|command| (run.clone(), Call::Command(Box::new(command)))));
        self.timers.extend(active.state.next_at().map(|at| (at, run.clone())));
        if active.asks() {
            self.asking.insert(run.clone());
        }
        self.publisher.show(|| active.view());
        self.active.insert(run, active);
    }

    pub(crate) fn into_runs(self) -> BTreeMap<RunId, Active> {
        self.active
    }

    /// Drives until every run rests, nothing will ever happen, or stopping is asked for.
    pub(crate) async fn run(&mut self, shutdown: &Shutdown) -> Result<(), Error> {
        self.read_inbox().await?;
        loop {
            let stopping = shutdown.is_requested();
            if !stopping {
                self.fire_due()?;
                self.watch_if_due();
                self.start_backlog();
            }
            if !self.tasks.is_empty() || !self.commits.is_empty() {
                self.step(shutdown, stopping).await?;
            } else if stopping || !self.goes_on(shutdown).await? {
                return Ok(());
            }
        }
    }

    /// Looks on while nothing is in flight. False when nothing will ever happen here again.
    async fn goes_on(&mut self, shutdown: &Shutdown) -> Result<bool, Error> {
        if self.active.values().all(Active::rests) {
            // What was asked meanwhile is not left behind.
            self.read_inbox().await?;
            return Ok(!self.commits.is_empty());
        }
        if self.idle(shutdown).await? {
            self.last_look = false;
            return Ok(true);
        }
        // Somebody may have decided just before the end of time: looked for once, then it is over.
        Ok(!std::mem::replace(&mut self.last_look, true))
    }

    /// Waits for whatever comes first while something is in flight.
    async fn step(&mut self, shutdown: &Shutdown, stopping: bool) -> Result<(), Error> {
        let parts = Arc::clone(&self.parts);
        let wake = self.wake_at().filter(|_| !stopping);
        let sleep = OptionFuture::from(wake.map(|at| parts.clock.sleep_until(at)));
        tokio::select! {
            Some(committed) = self.commits.next() => self.committed(committed.map_err(Error::Backend)?),
            Some(brought) = self.tasks.join_next() => self.brought(brought.map_err(Error::Worker)?, stopping),
            Some(()) = sleep => Ok(()),
            _ = self.inbox_tick.tick() => self.read_inbox().await,
            () = shutdown.requested(), if !stopping => Ok(()),
        }
    }

    /// Waits while only timers and gates are left. False when nothing will ever happen.
    async fn idle(&mut self, shutdown: &Shutdown) -> Result<bool, Error> {
        let parts = Arc::clone(&self.parts);
        let next = self.timers.first().map(|(at, _)| *at);
        let idle = parts.clock.idle_until(next);
        tokio::pin!(idle);
        let watch = OptionFuture::from(self.has_watches().then(|| parts.clock.sleep_until(self.watch_at)));
        tokio::pin!(watch);
        loop {
            tokio::select! {
                biased;
                more = &mut idle => {
                    // A decision may be what happened elsewhere: look at once.
                    self.watch_at = self.watch_at.min(parts.now());
                    self.read_inbox().await?;
                    return Ok(more);
                }
                Some(()) = &mut watch => return Ok(true),
                () = shutdown.requested() => return Ok(true),
                _ = self.inbox_tick.tick() => {
                    self.read_inbox().await?;
                    if !self.commits.is_empty() {
                        return Ok(true);
                    }
                }
            }
        }
    }

    fn wake_at(&self) -> Option<Timestamp> {
        let timer = self.timers.first().map(|(at, _)| *at);
        let watch = self.has_watches().then_some(self.watch_at);
        timer.into_iter().chain(watch).min()
    }

    fn has_watches(&self) -> bool {
        !self.asking.is_empty() && self.looks_due == 0
    }

    fn watch_if_due(&mut self) {
        if self.has_watches() && self.parts.now() >= self.watch_at {
            self.watch();
        }
    }

    /// Looks for the decisions of every open question.
    fn watch(&mut self) {
        self.watch_at = self.parts.after(self.parts.limits.watch_every);
        let asking: Vec<RunId> = self.asking.iter().cloned().collect();
        for run in asking {
            self.look(&run);
        }
    }

    /// Looks for the decisions of one run, unless a look is under way. False where nothing is to be seen.
    fn look(&mut self, run: &RunId) -> bool {
        let Some(active) = self.active.get_mut(run) else { return false };
        if self.looks.under_way(run) {
            return true;
        }
        let watches = watches(&active.blueprint, &mut active.state);
        if watches.is_empty() {
            return false;
        }
        self.looks.begin(run, self.parts.now(), watches.len());
        self.looks_due += watches.len();
        self.backlog.extend(watches.into_iter().map(|watch| (run.clone(), Call::Watch(watch))));
        true
    }

    fn fire_due(&mut self) -> Result<(), Error> {
        let now = self.parts.now();
        while let Some((at, run)) = self.timers.first().cloned() {
            if at > now {
                break;
            }
            self.timers.pop_first();
            let Some(active) = self.active.get(&run) else { continue };
            let (expiries, others): (Vec<_>, Vec<_>) =
                active.due(now).into_iter().partition(|timer| matches!(timer, TimerId::Expiry { .. }));
            // A gate expires only after a look that would have seen a decision made in time, also one made
            // while no engine ran.
            let waits = !expiries.is_empty() && !self.looks.seen_since(&run, at) && self.look(&run);
            let fired = if waits { others } else { [expiries, others].concat() };
            let Some(active) = self.active.get_mut(&run) else { continue };
            for timer in fired {
                active.push(Event::TimerFired { timer });
            }
            self.flush(&run)?;
            if waits {
                self.timers.remove(&(at, run.clone()));
                self.timers.insert((self.parts.after(LOOK_AGAIN), run));
            }
        }
        Ok(())
    }

    fn start_backlog(&mut self) {
        while self.tasks.len() + self.sends_due < self.parts.limits.calls_at_once {
            let Some((run, call)) = self.backlog.pop_front() else { return };
            self.start(run, call);
        }
    }

    fn start(&mut self, run: RunId, call: Call) {
        let parts = Arc::clone(&self.parts);
        self.tasks.spawn(async move {
            match call {
                Call::Command(command) => {
                    let event = Box::new(perform(&parts, &run, &command).await);
                    Brought::Answer { run, event }
                }
                Call::Watch(watch) => {
                    let votes = votes(&parts, &watch).await.inspect_err(|error| {
                        tracing::warn!(gate = %watch.path, %error, "decisions could not be read; looking again");
                    });
                    Brought::Votes { run, path: watch.path, ask: watch.number, votes: votes.ok() }
                }
            }
        });
    }

    fn brought(&mut self, brought: Brought, stopping: bool) -> Result<(), Error> {
        let (run, events) = match brought {
            Brought::Answer { run, event } => (run, vec![*event]),
            Brought::Votes { run, path, ask, votes } => {
                self.looks_due = self.looks_due.saturating_sub(1);
                self.looks.end(&run, votes.is_none());
                if votes.is_some() {
                    // An expiry that waited for this look may go on.
                    let next = self.active.get(&run).and_then(|active| active.state.next_at());
                    self.timers.extend(next.map(|at| (at, run.clone())));
                }
                let votes = votes.unwrap_or_default();
                let voted = |vote| Event::GateVoted { path: path.clone(), ask, vote };
                (run, votes.into_iter().map(voted).collect())
            }
        };
        let Some(active) = self.active.get_mut(&run) else { return Ok(()) };
        for event in events {
            // What would only be sent after this is not begun any more; it is prepared again next time.
            let begins = matches!(event, Event::StepStarted { .. } | Event::HousekeepingStarted { .. });
            if !(stopping && begins) {
                active.push(event);
            }
        }
        self.flush(&run)
    }

    fn committed(&mut self, committed: Committed) -> Result<(), Error> {
        let Committed { run, commands } = committed;
        self.last_look = false;
        if let Some(active) = self.active.get_mut(&run) {
            active.committing = false;
            self.publisher.show(|| active.view());
        }
        for command in commands {
            // A change whose intent is recorded is sent at once, or "sent at" would not be true.
            if is_send(&command) {
                self.sends_due -= 1;
                self.start(run.clone(), Call::Command(Box::new(command)));
            } else {
                self.backlog.push_back((run.clone(), Call::Command(Box::new(command))));
            }
        }
        self.flush(&run)
    }

    /// Commits what waits for a run, unless a commit of it is under way.
    fn flush(&mut self, run: &RunId) -> Result<(), Error> {
        let Some(active) = self.active.get_mut(run) else { return Ok(()) };
        if active.committing || !active.has_queue() {
            return Ok(());
        }
        let before = active.state.next_at();
        let now = self.parts.clock.now();
        let folded = active.fold(now).map_err(|source| Error::Illegal { run: run.clone(), source })?;
        if let Some(before) = before {
            self.timers.remove(&(before, run.clone()));
        }
        self.timers.extend(active.state.next_at().map(|at| (at, run.clone())));
        if active.asks() {
            self.asking.insert(run.clone());
        } else {
            self.asking.remove(run);
        }
        if let Some(batch) = folded {
            active.committing = true;
            self.sends_due += batch.commands.iter().filter(|command| is_send(command)).count();
            self.commit(run.clone(), batch);
        }
        Ok(())
    }

    fn commit(&self, run: RunId, batch: Batch) {
        let backend = Arc::clone(&self.backend);
        self.commits.push(Box::pin(async move {
            let Batch { delivery, commands } = batch;
            if delivery.events.is_empty() {
                backend.dismiss(delivery.answered).await?;
            } else {
                backend.deliver(delivery).await?;
            }
            Ok(Committed { run, commands })
        }));
    }

    /// Takes requests for the runs that are driven here. What comes while a commit of its run is under
    /// way is taken by a later look, because it may be among what is being committed.
    async fn read_inbox(&mut self) -> Result<(), Error> {
        let mut asked = BTreeSet::new();
        for item in self.backend.inbox().await.map_err(Error::Backend)? {
            let Some(active) = self.active.get_mut(&item.run) else { continue };
            if !active.committing {
                active.ask(&item);
                asked.insert(item.run);
            }
        }
        asked.iter().try_for_each(|run| self.flush(run))
    }
}

/// Whether a command changes a remote system.
fn is_send(command: &Command) -> bool {
    matches!(command, Command::SendChange { .. } | Command::SendHousekeeping { sent_before: false, .. })
}
