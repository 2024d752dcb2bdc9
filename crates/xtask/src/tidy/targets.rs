//! The targets Cargo builds from our files, and the files that no target reaches: they are never compiled.

use std::collections::{BTreeMap, BTreeSet};

use super::Finding;
use super::code::Code;
use super::manifest::Manifest;
use super::modules::Modules;

/// The modules of every target of every crate.
pub(crate) fn all<'a>(manifests: &[Manifest], code: &'a [Code<'a>]) -> Vec<Modules<'a>> {
    let files: BTreeMap<&str, &Code<'_>> = code.iter().map(|code| (code.path, code)).collect();
    let roots = code.iter().map(|code| code.path).filter(|path| is_root(path, manifests));
    roots.map(|root| Modules::from_root(root, &files)).collect()
}

/// Finds files without a target. Modules of tests are left to the compiler, the targets of tests are not.
pub(crate) fn check(targets: &[Modules<'_>], code: &[Code<'_>]) -> Vec<Finding> {
    let reached: BTreeSet<&str> = targets.iter().flat_map(Modules::files).collect();
    let must_be_reached = |code: &&Code<'_>| !code.is_test || is_test_at_the_top(code.path);
    let lost = code.iter().filter(must_be_reached).filter(|code| !reached.contains(code.path));
    lost.map(|code| {
        Finding::new(code.path, 1, "no target reaches this file, so it is never compiled", help(code.path))
    })
    .collect()
}

/// The root file of a target: by Cargo's convention, or by `path` in a manifest.
fn is_root(path: &str, manifests: &[Manifest]) -> bool {
    manifests.iter().any(|manifest| {
        let inside = path.strip_prefix(manifest.folder.as_str()).and_then(|rest| rest.strip_prefix('/'));
        inside.is_some_and(is_root_by_convention) || manifest.targets.iter().any(|target| target == path)
    })
}

fn is_root_by_convention(inside: &str) -> bool {
    let folders = ["src/bin/", "tests/", "benches/", "examples/"];
    let is_in = |folder: &&str| inside.strip_prefix(*folder).is_some_and(|name| !name.contains('/'));
    matches!(inside, "src/lib.rs" | "src/main.rs" | "build.rs") || folders.iter().any(is_in)
}

fn is_test_at_the_top(path: &str) -> bool {
    path.strip_prefix("tests/").is_some_and(|name| !name.contains('/'))
}

fn help(path: &str) -> &'static str {
    if is_test_at_the_top(path) {
        "name it in a `[[test]]` of `crates/cli/Cargo.toml`, or call it from a test that is"
    } else {
        "add its `mod` line, or remove it"
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::code::parse_all;
    use crate::tidy::{Source, manifest};

    fn check_files(manifest: &str, files: &[(&str, &str)]) -> Vec<String> {
        let mut sources = vec![Source { path: "crates/cli/Cargo.toml".into(), text: manifest.into() }];
        sources
            .extend(files.iter().map(|(path, text)| Source { path: (*path).into(), text: (*text).into() }));
        let manifests = manifest::read_all(&sources, &mut Vec::new());
        let code = parse_all(&sources, &mut Vec::new());
        check(&all(&manifests, &code), &code).into_iter().map(|finding| finding.path).collect()
    }

    const PLAIN: &str = "[package]\nname = \"drawbridge-cli\"\n";

    #[test]
    fn files_with_a_mod_line_are_reached_and_one_without_is_found() {
        let files = [
            ("crates/cli/src/main.rs", "mod a; #[cfg(test)] mod cases;"),
            ("crates/cli/src/a.rs", "mod b;"),
            ("crates/cli/src/a/b.rs", ""),
            ("crates/cli/src/cases.rs", ""),
            ("crates/cli/src/lost.rs", ""),
            ("crates/cli/tests/own.rs", ""),
        ];
        assert_eq!(check_files(PLAIN, &files), ["crates/cli/src/lost.rs"]);
    }

    #[test]
    fn a_test_at_the_top_needs_a_target() {
        let files = [
            ("tests/e2e.rs", "mod harness;"),
            ("tests/harness/mod.rs", "mod start;"),
            ("tests/harness/start.rs", ""),
        ];
        assert_eq!(check_files(PLAIN, &files), ["tests/e2e.rs"]);
        let named = format!("{PLAIN}[[test]]\nname = \"e2e\"\npath = \"../../tests/e2e.rs\"\n");
        assert_eq!(check_files(&named, &files), [""; 0]);
    }
}
