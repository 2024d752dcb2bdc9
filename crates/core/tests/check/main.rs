//! What authors see: workflows in, findings or a blueprint out.

mod blocks;
mod blueprint;
mod catalog;
mod conditions;
mod findings;
mod gates;
mod hostile;
mod hostile_texts;
mod limits;
mod mapping_schema;
mod mappings;
mod mutations;
mod never_panics;
mod pages;
mod picture;
mod render;
mod schema;
mod structure;
mod tables;
mod typed;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use drawbridge_core::diagnostic::Diagnostic;
use drawbridge_core::graph::Blueprint;
use drawbridge_core::{Checker, Definition};
use drawbridge_sdk::Catalog;

/// The definition of a text whose table stands in `tables/routing.csv`.
fn define(text: &str) -> Definition {
    let routing = "department,country,queue,laptop:boolean\nEngineering,NO,oslo-it,true\none_of HR|Finance,*,hr-it,false\n*,*,desk,\n";
    let files = BTreeMap::from([("tables/routing.csv".to_owned(), routing.to_owned())]);
    Definition { path: "workflows/w/workflow.yaml".to_owned(), text: text.to_owned(), files }
}

static CATALOG: LazyLock<Catalog> = LazyLock::new(catalog::catalog);
/// One for all tests: what it makes of the catalogue is the same every time.
static CHECKER: LazyLock<Checker<'static>> = LazyLock::new(|| Checker::new(&CATALOG));

fn run(text: &str) -> (Option<Blueprint>, Vec<Diagnostic>) {
    CHECKER.check(&define(text))
}
