//! Backends for tests: one in memory, and one that is cut off at a chosen commit.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use drawbridge_core::Definition;
use drawbridge_journal::{Condition, Event, Recorded, RunId};
use drawbridge_runtime::{
    Backend, BackendError, DedupeKey, Delivery, InboxItem, Judged, PollCommit, Request, RunInfo, Source,
    StoredRun, Submission, Submitted, TriggerEvent, Verdict,
};
use drawbridge_sdk::{BoxFuture, Fault, Known};
use jiff::{SignedDuration, Timestamp};

use super::clock::FakeClock;

type Answer<'a, T> = BoxFuture<'a, Result<T, BackendError>>;

/// Runs in memory.
#[derive(Default)]
pub(crate) struct Memory {
    state: Mutex<State>,
    slow: Mutex<Option<(Arc<FakeClock>, SignedDuration)>>,
}

#[derive(Default)]
struct State {
    runs: Vec<Kept>,
    dedupe: Vec<(DedupeKey, RunId)>,
    inbox: Vec<InboxItem>,
    items: i64,
    known: BTreeMap<Source, Known>,
    seen: Vec<TriggerEvent>,
    buried: Vec<(RunId, Fault)>,
}

struct Kept {
    info: RunInfo,
    definition: Definition,
    events: Vec<Recorded>,
    poison: bool,
}

fn ready<'a, T: Send + 'a>(value: T) -> Answer<'a, T> {
    Box::pin(std::future::ready(Ok(value)))
}

impl Memory {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// Everything that is recorded of a run.
    pub(crate) fn events(&self, run: &RunId) -> Vec<Event> {
        let state = self.state();
        let kept = state.runs.iter().find(|kept| kept.info.run == *run).unwrap();
        kept.events.iter().map(|recorded| recorded.event.clone()).collect()
    }

    /// The words of everything that is recorded, over all runs.
    pub(crate) fn kinds(&self) -> Vec<&'static str> {
        let state = self.state();
        state.runs.iter().flat_map(|kept| kept.events.iter().map(|event| event.event.kind())).collect()
    }

    /// Whether a change like this is recorded and waits for its outcome.
    pub(crate) fn intends(&self, request: &drawbridge_sdk::Request) -> bool {
        let state = self.state();
        state.runs.iter().any(|kept| {
            kept.events.iter().any(|recorded| match &recorded.event {
                Event::StepStarted { intent, .. } => intent.change.request == *request,
                Event::HousekeepingStarted { changes, .. } => {
                    changes.iter().any(|change| change.request == *request)
                }
                _ => false,
            })
        })
    }

    fn apply(&self, delivery: Delivery) {
        let mut state = self.state();
        let kept = state.runs.iter_mut().find(|kept| kept.info.run == delivery.run).unwrap();
        for recorded in delivery.events {
            assert_eq!(
                recorded.seq,
                kept.events.last().map_or(1, |last| last.seq + 1),
                "events have no gaps"
            );
            kept.events.push(recorded);
        }
        kept.info.condition = delivery.row.condition;
        kept.info.outcome = delivery.row.outcome;
        kept.info.ended_at = delivery.row.ended_at;
        kept.info.next_at = delivery.row.next_at;
        state.inbox.retain(|item| !delivery.answered.contains(&item.id));
    }

    /// Lets every commit take this long from now on.
    pub(crate) fn slow(&self, clock: &Arc<FakeClock>, span: SignedDuration) {
        *self.slow.lock().unwrap() = Some((clock.clone(), span));
    }

    /// Makes a run unreadable.
    pub(crate) fn poison(&self, run: &RunId) {
        let mut state = self.state();
        state.runs.iter_mut().filter(|kept| kept.info.run == *run).for_each(|kept| kept.poison = true);
    }

    pub(crate) fn buried(&self) -> Vec<RunId> {
        self.state().buried.iter().map(|(run, _)| run.clone()).collect()
    }
}

impl State {
    fn submit(&mut self, submission: &Submission) -> Submitted {
        if let Some(key) = &submission.dedupe {
            let same = |(known, _): &&(DedupeKey, RunId)| {
                known.scope == key.scope && known.key == key.key && known.keep_until > submission.at
            };
            if let Some((_, run)) = self.dedupe.iter().find(same) {
                return Submitted::Duplicate(run.clone());
            }
            self.dedupe.push((key.clone(), submission.run.clone()));
        }
        let started = &submission.started;
        let info = RunInfo {
            run: submission.run.clone(),
            workflow: started.workflow.to_string(),
            version: started.version,
            trigger: started.trigger.clone(),
            definition: started.definition.clone(),
            condition: Condition::Running,
            outcome: None,
            started_at: submission.at,
            ended_at: None,
            next_at: None,
        };
        let event = Event::RunStarted(started.clone());
        let events = vec![Recorded { seq: 1, at: submission.at, event }];
        self.runs.push(Kept { info, definition: submission.definition.clone(), events, poison: false });
        Submitted::New(submission.run.clone())
    }
}

impl Backend for Memory {
    fn submit(&self, submission: Submission) -> Answer<'_, Submitted> {
        ready(self.state().submit(&submission))
    }

    fn deliver(&self, delivery: Delivery) -> Answer<'_, ()> {
        Box::pin(async move {
            // A commit takes a while: whatever does not wait for it overtakes it.
            for _ in 0..3 {
                tokio::task::yield_now().await;
            }
            if let Some((clock, span)) = &*self.slow.lock().unwrap() {
                clock.advance(*span);
            }
            self.apply(delivery);
            Ok(())
        })
    }

    fn load<'a>(&'a self, run: &'a RunId) -> Answer<'a, Option<StoredRun>> {
        let state = self.state();
        let Some(kept) = state.runs.iter().find(|kept| kept.info.run == *run) else { return ready(None) };
        if kept.poison {
            let error = BackendError::Poisoned { run: run.clone(), fault: Fault::new("RN010", "poison") };
            return Box::pin(std::future::ready(Err(error)));
        }
        let (info, definition) = (kept.info.clone(), kept.definition.clone());
        ready(Some(StoredRun { info, definition, events: kept.events.clone() }))
    }

    fn runs(&self, open: bool) -> Answer<'_, Vec<RunInfo>> {
        let state = self.state();
        let wanted = |info: &&RunInfo| !open || info.condition != Condition::Ended;
        ready(state.runs.iter().rev().map(|kept| &kept.info).filter(wanted).cloned().collect())
    }

    fn bury<'a>(&'a self, run: &'a RunId, fault: &'a Fault) -> Answer<'a, ()> {
        self.state().buried.push((run.clone(), fault.clone()));
        ready(())
    }

    fn known<'a>(&'a self, source: &'a Source) -> Answer<'a, Known> {
        ready(self.state().known.get(source).cloned().unwrap_or_default())
    }

    fn commit_poll(&self, commit: PollCommit) -> Answer<'_, Vec<Verdict>> {
        let mut state = self.state();
        let PollCommit { source, cursor, occurrences } = commit;
        if let Some(cursor) = cursor {
            state.known.entry(source.clone()).or_default().cursor = Some(cursor.cursor);
        }
        let mut verdicts = Vec::new();
        for occurrence in occurrences {
            let verdict = match occurrence.judged {
                Judged::Start(submission) => match state.submit(&submission) {
                    Submitted::New(run) => Verdict::Started { run },
                    Submitted::Duplicate(run) => Verdict::Duplicate { run },
                },
                Judged::Filtered { condition, values } => Verdict::Filtered { condition, values },
                Judged::Refused(fault) => Verdict::Refused { fault },
            };
            let (id, at, event) = (occurrence.id, occurrence.at, occurrence.event);
            state.seen.push(TriggerEvent { source: source.clone(), id, at, event, verdict: verdict.clone() });
            verdicts.push(verdict);
        }
        ready(verdicts)
    }

    fn trigger_events(&self, limit: usize) -> Answer<'_, Vec<TriggerEvent>> {
        ready(self.state().seen.iter().rev().take(limit).cloned().collect())
    }

    fn post<'a>(&'a self, run: &'a RunId, by: &'a str, at: Timestamp, request: Request) -> Answer<'a, i64> {
        let mut state = self.state();
        state.items += 1;
        let id = state.items;
        state.inbox.push(InboxItem { id, run: run.clone(), by: by.to_owned(), at, request });
        ready(id)
    }

    fn inbox(&self) -> Answer<'_, Vec<InboxItem>> {
        ready(self.state().inbox.clone())
    }

    fn dismiss(&self, items: Vec<i64>) -> Answer<'_, ()> {
        self.state().inbox.retain(|item| !items.contains(&item.id));
        ready(())
    }
}

/// Which side of a commit the power goes off on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moment {
    /// The commit is lost.
    Before,
    /// The commit is durable, and nobody hears of it.
    After,
}

/// A power cut at one commit.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cut {
    /// Commits that go through.
    pub(crate) after: usize,
    pub(crate) moment: Moment,
}

/// A backend whose power goes off at a commit; everything after it fails.
pub(crate) struct Cutting {
    inner: Arc<dyn Backend>,
    cut: Cut,
    /// The kind of event whose commits count; all count without one.
    counted: Option<&'static str>,
    commits: AtomicUsize,
}

impl Cutting {
    pub(crate) fn new(inner: Arc<dyn Backend>, cut: Cut) -> Self {
        Self { inner, cut, counted: None, commits: AtomicUsize::new(0) }
    }

    /// The power goes off right after the next commit of this kind of event.
    pub(crate) fn after_next(inner: Arc<dyn Backend>, kind: &'static str) -> Self {
        let cut = Cut { after: 0, moment: Moment::After };
        Self { counted: Some(kind), ..Self::new(inner, cut) }
    }

    fn counts(&self, delivery: &Delivery) -> bool {
        self.counted.is_none_or(|kind| delivery.events.iter().any(|recorded| recorded.event.kind() == kind))
    }

    fn gone() -> BackendError {
        BackendError::Stopped(Fault::new("ST005", "the power went off"))
    }
}

impl Backend for Cutting {
    fn submit(&self, submission: Submission) -> Answer<'_, Submitted> {
        self.inner.submit(submission)
    }

    fn deliver(&self, delivery: Delivery) -> Answer<'_, ()> {
        Box::pin(async move {
            let counts = self.counts(&delivery);
            let number = self.commits.fetch_add(usize::from(counts), Ordering::SeqCst);
            let here = counts && number == self.cut.after;
            if number > self.cut.after || (here && self.cut.moment == Moment::Before) {
                return Err(Self::gone());
            }
            self.inner.deliver(delivery).await?;
            if here { Err(Self::gone()) } else { Ok(()) }
        })
    }

    fn load<'a>(&'a self, run: &'a RunId) -> Answer<'a, Option<StoredRun>> {
        self.inner.load(run)
    }

    fn runs(&self, open: bool) -> Answer<'_, Vec<RunInfo>> {
        self.inner.runs(open)
    }

    fn bury<'a>(&'a self, run: &'a RunId, fault: &'a Fault) -> Answer<'a, ()> {
        self.inner.bury(run, fault)
    }

    fn known<'a>(&'a self, source: &'a Source) -> Answer<'a, Known> {
        self.inner.known(source)
    }

    fn commit_poll(&self, commit: PollCommit) -> Answer<'_, Vec<Verdict>> {
        self.inner.commit_poll(commit)
    }

    fn trigger_events(&self, limit: usize) -> Answer<'_, Vec<TriggerEvent>> {
        self.inner.trigger_events(limit)
    }

    fn post<'a>(&'a self, run: &'a RunId, by: &'a str, at: Timestamp, request: Request) -> Answer<'a, i64> {
        self.inner.post(run, by, at, request)
    }

    fn inbox(&self) -> Answer<'_, Vec<InboxItem>> {
        self.inner.inbox()
    }

    fn dismiss(&self, items: Vec<i64>) -> Answer<'_, ()> {
        self.inner.dismiss(items)
    }
}
