//! How fast a sandbox starts with a large company, answers simple requests, goes through a delta round and is dumped.
//!
//! Everything goes over real HTTP with connections that are kept.

#[path = "large/world.rs"]
mod large;

use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput};
use drawbridge_sandbox::Sandbox;
use large::{REQUESTS, World, options};
use tokio::runtime::Runtime;

#[expect(clippy::disallowed_methods, reason = "a bench measures real time")]
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
    let user = runtime.block_on(world.user());
    group.bench_function("user by id", |bencher| {
        bencher.iter(|| runtime.block_on(world.hammer(&user, &world.graph_token)));
    });
    let record = runtime.block_on(world.record());
    group.bench_function("record by sys_id", |bencher| {
        bencher.iter(|| runtime.block_on(world.hammer(&record, &world.instance_token)));
    });
    group.finish();

    runtime.block_on(world.sandbox.stop());
    criterion.final_summary();
}
