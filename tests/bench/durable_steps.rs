//! Durable steps per second: a real store with a flush per commit, an engine, and a remote system that
//! answers at once. Measures the engine and the disk, no network.

#![expect(clippy::unwrap_used, reason = "a measurement that cannot go on has failed")]

#[path = "../../crates/runtime/tests/engine/world/mod.rs"]
mod world;

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use drawbridge_core::Definition;
use drawbridge_journal::{Outcome, RunId};
use drawbridge_runtime::{Backend, Shutdown};
use drawbridge_store::Store;
use futures::future::join_all;
use tokio::runtime::Runtime;

use world::{World, steps};

/// Steps of one run: reads and writes in turn.
const STEPS: u64 = 10;

fn definition() -> Definition {
    let step = |number: u64| {
        let action = if number.is_multiple_of(2) { "fake.thing.get" } else { "fake.note.add" };
        format!("  - {{ id: step_{number}, action: {action}, with: {{ name: a }} }}\n")
    };
    steps(&(0..STEPS).map(step).collect::<String>())
}

async fn submitted(
    world: &World,
    backend: &Arc<dyn Backend>,
    definition: &Definition,
    count: u64,
) -> Vec<RunId> {
    join_all((0..count).map(|_| world.submit(backend, definition))).await
}

async fn driven(world: &World, backend: &Arc<dyn Backend>, runs: &[RunId]) {
    let driven = world.engine(backend.clone()).drive(runs, &Shutdown::default()).await.unwrap();
    assert!(driven.runs.iter().all(|view| view.outcome == Some(Outcome::Succeeded)));
    black_box(driven);
}

fn durable_steps(criterion: &mut Criterion) {
    let runtime = Runtime::new().unwrap();
    let definition = definition();
    let mut group = criterion.benchmark_group("durable_steps");
    group.sample_size(10).warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(8));
    for concurrent in [1_u64, 16, 64] {
        let folder = tempfile::tempdir().unwrap();
        let backend: Arc<dyn Backend> = Arc::new(Store::open(folder.path()).unwrap());
        let world = World::new();
        group.throughput(Throughput::Elements(STEPS * concurrent));
        group.bench_function(format!("{concurrent} concurrent runs"), |bencher| {
            bencher.iter_batched(
                || runtime.block_on(submitted(&world, &backend, &definition, concurrent)),
                |runs| runtime.block_on(driven(&world, &backend, &runs)),
                BatchSize::PerIteration,
            );
        });
    }
    group.finish();
}

criterion_group!(benches, durable_steps);
criterion_main!(benches);
