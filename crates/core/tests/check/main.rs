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
mod tables;
mod typed;

use std::collections::BTreeMap;

use drawbridge_core::diagnostic::Diagnostic;
use drawbridge_core::graph::Blueprint;
use drawbridge_core::{Definition, check};

/// The definition of a text whose table stands in `tables/routing.csv`.
fn define(text: &str) -> Definition {
    let routing = "department,country,queue,laptop:boolean\nEngineering,NO,oslo-it,true\none_of HR|Finance,*,hr-it,false\n*,*,desk,\n";
    let files = BTreeMap::from([("tables/routing.csv".to_owned(), routing.to_owned())]);
    Definition { path: "workflows/w/workflow.yaml".to_owned(), text: text.to_owned(), files }
}

fn run(text: &str) -> (Option<Blueprint>, Vec<Diagnostic>) {
    check(&define(text), &catalog::catalog())
}
