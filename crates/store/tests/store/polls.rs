//! Polls: the cursor, what is known, the verdicts and the runs are one transaction.

use drawbridge_journal::{RunId, RunStarted};
use drawbridge_runtime::{BackendError, Cursor, Judged, Occurrence, PollCommit, Source, Submission, Verdict};
use drawbridge_sdk::KnownChange;
use serde_json::{Value, json};

use crate::place::{Place, note};
use crate::world::at;

fn source() -> Source {
    Source { workflow: "w".to_owned(), trigger: "seen".to_owned() }
}

fn occurrence(run: &str) -> Occurrence {
    let definition = note();
    let started: RunStarted = serde_json::from_value(json!({
        "definition": definition.digest(), "workflow": "w", "version": 1, "trigger": "seen",
        "inputs": {}, "settings": {},
    }))
    .unwrap();
    let at = at("08:00:00");
    let submission = Submission { run: RunId::new(run), at, started, definition, dedupe: None };
    Occurrence { id: run.to_owned(), at, event: Value::Null, judged: Judged::Start(Box::new(submission)) }
}

fn commit(cursor: u64, known: &[(&str, Option<u64>)], runs: &[&str]) -> PollCommit {
    let change =
        |(id, seen): &(&str, Option<u64>)| KnownChange { id: (*id).to_owned(), seen: seen.map(Value::from) };
    let cursor = Some(Cursor { cursor: json!(cursor), known: known.iter().map(change).collect() });
    let occurrences = runs.iter().map(|run| occurrence(run)).collect();
    PollCommit { source: source(), cursor, occurrences }
}

#[tokio::test]
async fn a_poll_is_stored_with_the_runs_it_starts() {
    let place = Place::new();
    let backend = place.open();
    backend.commit_poll(commit(1, &[("x", Some(1)), ("y", Some(1))], &["a"])).await.unwrap();
    let verdicts = backend.commit_poll(commit(2, &[("x", None), ("y", Some(2))], &["b"])).await.unwrap();
    assert_eq!(verdicts, [Verdict::Started { run: RunId::new("b") }]);
    drop(backend);
    let backend = place.open();
    let known = backend.known(&source()).await.unwrap();
    assert_eq!(known.cursor, Some(json!(2)));
    assert_eq!(known.objects, [("y".to_owned(), json!(2))].into());
    let runs: Vec<_> = backend.runs(true).await.unwrap().into_iter().map(|info| info.run).collect();
    assert_eq!(runs, [RunId::new("b"), RunId::new("a")]);
    assert_eq!(backend.trigger_events(1).await.unwrap()[0].id, "b");
}

#[tokio::test]
async fn a_poll_that_cannot_be_stored_whole_leaves_nothing() {
    let place = Place::new();
    let backend = place.open();
    backend.commit_poll(commit(1, &[], &["a"])).await.unwrap();
    // The second run has the id of the first one, which the layout refuses.
    let torn = backend.commit_poll(commit(2, &[("x", Some(1))], &["b", "a"])).await;
    assert!(matches!(torn, Err(BackendError::Stopped(_))), "{torn:?}");
    drop(backend);
    let backend = place.open();
    let known = backend.known(&source()).await.unwrap();
    assert_eq!((known.cursor, known.objects.len()), (Some(json!(1)), 0));
    assert_eq!(backend.runs(false).await.unwrap().len(), 1);
    assert_eq!(backend.trigger_events(9).await.unwrap().len(), 1);
}
