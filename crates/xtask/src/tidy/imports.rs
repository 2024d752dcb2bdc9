//! What code may not name: threads, files, sockets, clocks and chance, each outside the crates that own it.
//!
//! Test code is free. Calls that need types to be seen are left to the list of banned methods in `clippy.toml`.

use super::Finding;
use super::code::Code;
use super::floors;
use super::manifest::Manifest;
use super::mentions::{Mention, Mentions};

/// A list of paths that only some crates may name.
struct Ban {
    what: &'static str,
    prefixes: &'static [&'static str],
    /// Packages that own it.
    owners: &'static [&'static str],
    help: &'static str,
}

impl Ban {
    fn covers(&self, name: &str) -> bool {
        let begins_with = |prefix: &&str| name.strip_prefix(prefix);
        self.prefixes.iter().filter_map(begins_with).any(|rest| rest.is_empty() || rest.starts_with("::"))
    }
}

const OWNERS_OF_TIME: &[&str] =
    &["drawbridge-runtime", "drawbridge-sandbox", "drawbridge-cli", "drawbridge-xtask"];

/// Whoever runs threads, servers or a connection of its own. An action is called again by the runtime or not at all.
const OWNERS_OF_WAITING: &[&str] = &[
    "drawbridge-http",
    "drawbridge-runtime",
    "drawbridge-store",
    "drawbridge-sandbox",
    "drawbridge-cli",
    "drawbridge-xtask",
];

/// Holds for every crate.
const BANS: &[Ban] = &[
    Ban {
        what: "reads the time",
        prefixes: &[
            "std::time::SystemTime",
            "std::time::Instant",
            "tokio::time::Instant",
            "jiff::Timestamp::now",
            "jiff::Zoned::now",
        ],
        owners: OWNERS_OF_TIME,
        help: "take the clock that is handed in, or the time that came with the event",
    },
    Ban {
        what: "reads a random source",
        prefixes: &["rand", "getrandom", "uuid::Uuid::new_v4", "uuid::Uuid::now_v7"],
        owners: OWNERS_OF_TIME,
        help: "take the entropy source that is handed in",
    },
    Ban {
        what: "reads the environment",
        prefixes: &["std::env"],
        owners: OWNERS_OF_TIME,
        help: "take the value from whoever read the configuration",
    },
    Ban {
        what: "starts or waits for something on its own",
        prefixes: &["tokio", "std::thread"],
        owners: OWNERS_OF_WAITING,
        help: "answer `NotYet`, `Pending` or `LookAgain` and let the runtime call again",
    },
];

/// Holds for the pure crates on top.
const PURE: Ban = Ban {
    what: "is not pure",
    prefixes: &["futures", "std::fs", "std::net", "std::process", "std::sync::mpsc"],
    owners: &[],
    help: "a pure crate takes values and returns values; let `runtime` or `cli` do this and pass the result in",
};

pub(crate) fn check(manifests: &[Manifest], code: &[Code<'_>]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for code in code.iter().filter(|code| !code.is_test) {
        let Some(package) = package_of(code.path, manifests) else { continue };
        let is_pure = floors::is_pure(package);
        let bans: Vec<&Ban> = BANS
            .iter()
            .filter(|ban| !ban.owners.contains(&package))
            .chain(is_pure.then_some(&PURE))
            .collect();
        let top = Mentions::of(&code.ast.items);
        for mentions in top.with_inline() {
            findings.extend(bans.iter().flat_map(|ban| broken(ban, code.path, mentions)));
            if is_pure {
                findings.extend(mentions.async_lines.iter().map(|&line| asynchronous(code.path, line)));
            }
        }
    }
    findings
}

fn package_of<'m>(path: &str, manifests: &'m [Manifest]) -> Option<&'m str> {
    let inside =
        |manifest: &&Manifest| path.strip_prefix(&manifest.folder).is_some_and(|rest| rest.starts_with('/'));
    manifests.iter().find(inside).map(|manifest| manifest.package.as_str())
}

fn broken(ban: &Ban, path: &str, mentions: &Mentions) -> Vec<Finding> {
    let imports = mentions.imports.iter().map(|import| (import.segments.join("::"), import.line));
    let paths = mentions.paths.iter().map(|mention| (full_name(ban, mention, mentions), mention.line));
    let banned = imports.chain(paths).filter(|(name, _)| ban.covers(name));
    banned.map(|(name, line)| Finding::new(path, line, format!("`{name}` {}", ban.what), ban.help)).collect()
}

/// The path with an imported first name written out, unless the import is a finding already.
fn full_name(ban: &Ban, mention: &Mention, mentions: &Mentions) -> String {
    let written = mention.segments.join("::");
    let Some((first, tail)) = mention.segments.split_first() else { return written };
    let import = mentions.imports.iter().find(|import| import.name.as_ref() == Some(first));
    match import.map(|import| import.segments.join("::")) {
        Some(import) if !ban.covers(&import) => format!("{import}::{}", tail.join("::")),
        _ => written,
    }
}

fn asynchronous(path: &str, line: usize) -> Finding {
    Finding::new(path, line, "`async` is not pure", PURE.help)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::code::parse_all;
    use crate::tidy::{Source, manifest};

    fn check_file(package: &str, text: &str) -> Vec<String> {
        let sources = [
            Source {
                path: "crates/a/Cargo.toml".into(),
                text: format!("[package]\nname = \"drawbridge-{package}\"\n"),
            },
            Source { path: "crates/a/src/b.rs".into(), text: text.into() },
        ];
        let manifests = manifest::read_all(&sources, &mut Vec::new());
        let findings = check(&manifests, &parse_all(&sources, &mut Vec::new()));
        findings.into_iter().map(|finding| format!("{} {}", finding.line, finding.what)).collect()
    }

    #[test]
    fn a_pure_crate_that_names_a_thread_a_file_or_a_socket_is_found() {
        let text = "use std::{fs, net::TcpStream};\nfn f() { std::thread::spawn(g) }";
        let expected = [
            "2 `std::thread::spawn` starts or waits for something on its own",
            "1 `std::fs` is not pure",
            "1 `std::net::TcpStream` is not pure",
        ];
        assert_eq!(check_file("core", text), expected);
        assert_eq!(check_file("store", text), [""; 0]);
    }

    #[test]
    fn async_in_a_pure_crate_is_found() {
        assert_eq!(check_file("journal", "async fn f() {}"), ["1 `async` is not pure"]);
        assert_eq!(check_file("runtime", "async fn f() {}"), [""; 0]);
    }

    #[test]
    fn time_chance_and_environment_belong_to_their_owners() {
        let text = "use std::time::Instant;\nuse std::env;\nuse rand::Rng;";
        let expected = [
            "1 `std::time::Instant` reads the time",
            "3 `rand::Rng` reads a random source",
            "2 `std::env` reads the environment",
        ];
        assert_eq!(check_file("http", text), expected);
        assert_eq!(check_file("cli", text), [""; 0]);
    }

    #[test]
    fn a_call_through_an_imported_name_is_found_and_told_once() {
        let text = "use jiff::Timestamp;\nfn f() { Timestamp::now(); Timestamp::from_second(1); }";
        assert_eq!(check_file("http", text), ["2 `jiff::Timestamp::now` reads the time"]);
        let text = "use std::env;\nfn f() { env::var(\"A\"); }";
        assert_eq!(check_file("http", text), ["1 `std::env` reads the environment"]);
    }

    #[test]
    fn a_connector_that_waits_is_found() {
        let expected = ["1 `tokio::time::sleep` starts or waits for something on its own"];
        assert_eq!(check_file("servicenow", "use tokio::time::sleep;"), expected);
        assert_eq!(check_file("http", "use tokio::time::sleep;"), [""; 0]);
    }

    #[test]
    fn lengths_of_time_inline_modules_and_tests_are_told_apart() {
        let text =
            "use std::time::Duration;\nmod m { use std::fs; }\n#[cfg(test)]\nmod tests { use std::fs; }";
        assert_eq!(check_file("core", text), ["2 `std::fs` is not pure"]);
    }
}
