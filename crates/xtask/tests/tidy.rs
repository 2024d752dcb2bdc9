//! The house obeys its own rules: the whole tidy runs on this repository with every `cargo test`.

use std::path::Path;

use drawbridge_xtask::tidy::{Source, Tree, check};

fn repository() -> Tree {
    let here = std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo tells a test where its package lies");
    let root = Path::new(&here).join("../..").canonicalize().expect("the repository is two folders up");
    Tree::read(&root).expect("the repository can be read")
}

fn render(tree: &Tree) -> Vec<String> {
    check(tree).iter().map(ToString::to_string).collect()
}

#[test]
fn the_house_is_tidy() {
    let findings = render(&repository());
    assert!(findings.is_empty(), "\n{}\n", findings.join("\n\n"));
}

#[test]
fn faults_planted_in_the_house_are_found_at_their_places() {
    let mut tree = repository();
    let before = render(&tree);
    let path = "crates/core/src/planted.rs".to_owned();
    tree.sources.push(Source { path, text: "//! Planted.\n\nuse std::fs;\n".to_owned() });
    tree.folders.push("scripts".to_owned());
    let planted: Vec<String> =
        render(&tree).into_iter().filter(|finding| !before.contains(finding)).collect();
    let expected = [
        "crates/core/src/planted.rs:1: no target reaches this file, so it is never compiled\n   = help: add its `mod` \
         line, or remove it",
        "crates/core/src/planted.rs:3: `std::fs` is not pure\n   = help: a pure crate takes values and returns values; \
         let `runtime` or `cli` do this and pass the result in",
        "scripts:1: the folder `scripts` has no place at the top\n   = help: the top holds only crates, workflows, \
         schemas, examples, tests, docs; move it below one of them",
    ];
    assert_eq!(planted, expected);
}
