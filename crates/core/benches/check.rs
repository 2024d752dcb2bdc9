//! How long checking takes: a usual workflow, a whole repository on two cores, workflows that grow, and
//! the parts of it.

#[path = "../tests/check/catalog.rs"]
mod catalog;

mod workflows;

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use drawbridge_core::diagnostic::{FileId, render_text};
use drawbridge_core::expression::{Condition, Path, Text};
use drawbridge_core::syntax::parse;
use drawbridge_core::{Checker, Definition, Parsed};

use workflows::{STEPS_PER_BLOCK, workflow};

/// Blocks of a workflow with a good 300 lines.
const BLOCKS_OF_300_LINES: usize = 6;

fn clean(checker: &Checker<'_>, definition: &Definition) {
    let (blueprint, found) = checker.check(definition);
    assert!(blueprint.is_some(), "{}", render_text(&found, &definition.sources(), false));
}

/// One usual workflow; the promise is 5 ms.
fn check_300_lines(bench: &mut Criterion) {
    let catalog = catalog::catalog();
    let definition = workflow(0, BLOCKS_OF_300_LINES);
    assert!((300..=330).contains(&definition.text.lines().count()), "{}", definition.text.lines().count());
    clean(&Checker::new(&catalog), &definition);
    bench.bench_function("check_300_lines", |timer| {
        timer.iter(|| Checker::new(&catalog).check(black_box(&definition)));
    });
}

/// A repository of a thousand different workflows on two threads; the promise is one second.
fn check_1000_files(bench: &mut Criterion) {
    let catalog = catalog::catalog();
    let definitions: Vec<_> = (0..1_000).map(|name| workflow(name, 1 + name % BLOCKS_OF_300_LINES)).collect();
    let mut group = bench.benchmark_group("check_1000_files");
    group.sample_size(10);
    group.throughput(Throughput::Elements(1_000));
    group.bench_function("two threads", |timer| {
        timer.iter(|| {
            let checker = Checker::new(&catalog);
            std::thread::scope(|scope| {
                for half in definitions.chunks(500) {
                    scope.spawn(|| half.iter().for_each(|one| clean(&checker, black_box(one))));
                }
            });
        });
    });
    group.finish();
}

/// Ever more steps: the time for each must stay the same.
fn check_steps(bench: &mut Criterion) {
    let catalog = catalog::catalog();
    let checker = Checker::new(&catalog);
    let mut group = bench.benchmark_group("check_steps");
    group.sample_size(10);
    for steps in [100, 400, 1_200] {
        let definition = workflow(0, steps / STEPS_PER_BLOCK);
        clean(&checker, &definition);
        group.throughput(Throughput::Elements(steps as u64));
        group.bench_with_input(BenchmarkId::from_parameter(steps), &definition, |timer, definition| {
            timer.iter(|| checker.check(black_box(definition)));
        });
    }
    group.finish();
}

/// The parts, so that it shows which of them became slow.
fn parts(bench: &mut Criterion) {
    let definition = workflow(0, BLOCKS_OF_300_LINES);
    let mut group = bench.benchmark_group("part");
    group.bench_function("syntax", |timer| {
        timer.iter(|| parse(black_box(&definition.text), FileId::WORKFLOW));
    });
    group.bench_function("syntax and document", |timer| {
        timer.iter(|| Parsed::new(black_box(&definition.text)).files_named());
    });
    group.bench_function("path", |timer| {
        timer.iter(|| Path::parse(black_box("$.steps.person.manager.displayName")));
    });
    group.bench_function("condition", |timer| {
        let text = "$.steps.route.queue == 'hr' && match($.steps.person.displayName, '.+')";
        timer.iter(|| Condition::parse(black_box(text)));
    });
    group.bench_function("text", |timer| {
        let text = "Access for {{steps.person.displayName}} in {{inputs.group}}";
        timer.iter(|| Text::parse(black_box(text)));
    });
    group.finish();
}

criterion_group!(benches, check_300_lines, check_1000_files, check_steps, parts);
criterion_main!(benches);
