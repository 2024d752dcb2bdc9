//! How long texts take that were made to take long: each is to be refused, findings written out, in 100 ms.

#[path = "../tests/check/catalog.rs"]
mod catalog;

#[path = "../tests/check/hostile_texts.rs"]
#[expect(dead_code, reason = "the tests look at the findings")]
mod hostile_texts;

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use drawbridge_core::Checker;
use drawbridge_core::diagnostic::render_text;

fn hostile(bench: &mut Criterion) {
    let catalog = catalog::catalog();
    let checker = Checker::new(&catalog);
    let mut group = bench.benchmark_group("hostile");
    group.sample_size(10);
    for hostile in hostile_texts::all() {
        let definition = hostile.definition();
        group.bench_function(hostile.name, |timer| {
            timer.iter(|| {
                let (_, found) = checker.check(black_box(&definition));
                render_text(&found, &definition.sources(), false).len()
            });
        });
    }
    group.finish();
}

criterion_group!(benches, hostile);
criterion_main!(benches);
