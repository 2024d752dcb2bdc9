//! No two files of a crate import each other, directly or through others.
//!
//! An edge is a `use` or a path in code; a `mod` line is none. Maps (`lib.rs`, `mod.rs`) are seen through, and test
//! code does not count: a test module may look at everything around it.

use std::collections::{BTreeSet, VecDeque};

use petgraph::algo::tarjan_scc;
use petgraph::graphmap::DiGraphMap;

use super::Finding;
use super::modules::{Edge, Modules};

pub(crate) fn check(targets: &[Modules<'_>]) -> Vec<Finding> {
    let findings: BTreeSet<Finding> = targets.iter().flat_map(|target| circles(&target.edges())).collect();
    findings.into_iter().collect()
}

/// One finding for each set of files that can all reach each other.
fn circles(edges: &[Edge<'_>]) -> Vec<Finding> {
    let graph: DiGraphMap<&str, ()> = edges.iter().map(|edge| (edge.from, edge.to)).collect();
    tarjan_scc(&graph)
        .into_iter()
        .filter(|files| files.len() > 1)
        .filter_map(|files| finding(&files, edges))
        .collect()
}

fn finding(files: &[&str], edges: &[Edge<'_>]) -> Option<Finding> {
    let start = files.iter().min()?;
    let inside: Vec<&Edge<'_>> =
        edges.iter().filter(|edge| files.contains(&edge.from) && files.contains(&edge.to)).collect();
    let circle = shortest_circle(start, &inside)?;
    let steps: Vec<String> = circle.iter().map(|edge| format!("`{}:{}`", edge.from, edge.line)).collect();
    let mut what = format!("files import each other in a circle: {} and back", steps.join(" → "));
    if files.len() > circle.len() {
        what += &format!(" ({} files are caught in it)", files.len());
    }
    let help = "move what both need into a file below them, or hand it in from above";
    Some(Finding::new(start, circle.first()?.line, what, help))
}

/// The fewest imports that lead from a file back to itself.
fn shortest_circle<'e>(start: &str, edges: &[&'e Edge<'e>]) -> Option<Vec<&'e Edge<'e>>> {
    let mut queue = VecDeque::from([(start, Vec::new())]);
    let mut seen = BTreeSet::new();
    while let Some((file, way)) = queue.pop_front() {
        for edge in edges.iter().filter(|edge| edge.from == file) {
            let mut longer = way.clone();
            longer.push(*edge);
            if edge.to == start {
                return Some(longer);
            }
            if seen.insert(edge.to) {
                queue.push_back((edge.to, longer));
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::code::parse_all;
    use crate::tidy::{Source, manifest, targets};

    /// Files are given by their path below `crates/a/src`.
    fn check_files(files: &[(&str, &str)], expected: &[&str]) {
        let manifest = "[package]\nname = \"drawbridge-a\"\n";
        let mut sources = vec![Source { path: "crates/a/Cargo.toml".into(), text: manifest.into() }];
        let below_src = |(path, text): &(&str, &str)| Source {
            path: format!("crates/a/src/{path}"),
            text: (*text).into(),
        };
        sources.extend(files.iter().map(below_src));
        let manifests = manifest::read_all(&sources, &mut Vec::new());
        let code = parse_all(&sources, &mut Vec::new());
        let findings = check(&targets::all(&manifests, &code));
        let found: Vec<String> =
            findings.into_iter().map(|finding| finding.what.replace("crates/a/src/", "")).collect();
        assert_eq!(found, expected);
    }

    const CIRCLE: &str = "files import each other in a circle: `a.rs:1` → `b.rs:1` and back";

    #[test]
    fn files_that_import_downwards_are_clean() {
        let files = [
            ("lib.rs", "mod a; mod b; pub use a::A;"),
            ("a.rs", "use crate::b::B;\npub struct A;"),
            ("b.rs", "pub struct B;"),
        ];
        check_files(&files, &[]);
    }

    #[test]
    fn two_files_that_import_each_other_are_found_with_both_lines() {
        let files = [
            ("lib.rs", "mod a; mod b;"),
            ("a.rs", "use super::b::B;\npub struct A;"),
            ("b.rs", "\nuse crate::a::A;\npub struct B;"),
        ];
        check_files(&files, &["files import each other in a circle: `a.rs:1` → `b.rs:2` and back"]);
    }

    #[test]
    fn a_path_in_code_or_in_a_macro_counts_like_an_import() {
        let lib = ("lib.rs", "mod a; mod b;");
        let b = ("b.rs", "fn g() { crate::a::f() }");
        check_files(&[lib, ("a.rs", "fn f() { crate::b::g() }"), b], &[CIRCLE]);
        check_files(&[lib, ("a.rs", "fn f() { x!(crate::b::g()) }"), b], &[CIRCLE]);
    }

    #[test]
    fn a_longer_circle_names_its_shortest_way_and_everyone_caught() {
        let files = [
            ("lib.rs", "mod a; mod b; mod c; mod d;"),
            ("a.rs", "use crate::b::B; use crate::d::D; pub struct A;"),
            ("b.rs", "use crate::c::C; pub struct B;"),
            ("c.rs", "use crate::a::A; pub struct C;"),
            ("d.rs", "use crate::a::A; pub struct D;"),
        ];
        let what =
            "files import each other in a circle: `a.rs:1` → `d.rs:1` and back (4 files are caught in it)";
        check_files(&files, &[what]);
    }

    #[test]
    fn a_reexport_leads_to_the_file_that_defines_the_name() {
        let a = ("m/a.rs", "use super::B; pub struct A;");
        let clean = [("lib.rs", "mod m;"), ("m/mod.rs", "mod a; mod b; pub use a::A; pub use b::*;"), a];
        check_files(&[&clean[..], &[("m/b.rs", "pub struct B;")]].concat(), &[]);
        let found = ["files import each other in a circle: `m/a.rs:1` → `m/b.rs:1` and back"];
        check_files(&[&clean[..], &[("m/b.rs", "use crate::m::A; pub struct B;")]].concat(), &found);
    }

    #[test]
    fn an_imported_module_is_followed_to_the_file_a_name_comes_from() {
        let files = [
            ("lib.rs", "mod a; mod m;"),
            ("m/mod.rs", "pub mod b; pub mod c;"),
            ("a.rs", "use crate::m; fn f() { m::b::g() }"),
            ("m/b.rs", "pub fn g() { crate::a::f() }"),
            ("m/c.rs", "use crate::a;"),
        ];
        check_files(&files, &["files import each other in a circle: `a.rs:1` → `m/b.rs:1` and back"]);
    }

    #[test]
    fn a_parent_that_is_more_than_a_map_and_its_child_make_a_circle() {
        let files = [
            ("lib.rs", "mod p;"),
            ("p.rs", "mod c; pub struct P; fn f() { c::g() }"),
            ("p/c.rs", "use super::P; pub fn g() {}"),
        ];
        check_files(&files, &["files import each other in a circle: `p.rs:1` → `p/c.rs:1` and back"]);
    }

    #[test]
    fn a_module_with_a_path_of_its_own_is_followed() {
        let files = [
            ("lib.rs", "#[path = \"deep/x.rs\"] mod a; mod b;"),
            ("deep/x.rs", "use crate::b::B; pub struct A;"),
            ("b.rs", "use crate::a::A; pub struct B;"),
        ];
        check_files(&files, &["files import each other in a circle: `b.rs:1` → `deep/x.rs:1` and back"]);
    }

    #[test]
    fn a_ring_of_mod_lines_ends() {
        check_files(&[("lib.rs", "mod a;"), ("a.rs", "#[path = \"a.rs\"] mod a;")], &[]);
    }

    #[test]
    fn a_glob_over_a_map_leans_on_everything_it_reexports() {
        let files = [
            ("lib.rs", "mod a; mod b; pub use a::A; pub use b::B;"),
            ("a.rs", "use super::*; pub struct A;"),
            ("b.rs", "use super::A; pub struct B;"),
        ];
        check_files(&files, &[CIRCLE]);
    }

    #[test]
    fn test_modules_do_not_count() {
        let files = [
            ("lib.rs", "mod a; mod b;"),
            ("a.rs", "use crate::b::B; pub struct A;"),
            ("b.rs", "pub struct B; #[cfg(test)] mod tests { use super::*; use crate::a::A; }"),
        ];
        check_files(&files, &[]);
    }

    #[test]
    fn reexports_in_a_ring_and_names_of_other_crates_end_quietly() {
        let files = [
            ("lib.rs", "mod a; mod b; pub use serde;"),
            ("a.rs", "pub use crate::b::X; use serde::Serialize; use nowhere::{self, Y};"),
            ("b.rs", "pub use anyhow::X; fn f() { serde::x() }"),
        ];
        check_files(&files, &[]);
    }

    #[test]
    fn a_binary_beside_a_library_has_modules_of_its_own() {
        let files =
            [("lib.rs", "mod a;"), ("main.rs", "mod b; use b::B;"), ("a.rs", ""), ("b.rs", "pub struct B;")];
        check_files(&files, &[]);
    }
}
