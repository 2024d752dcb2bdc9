//! Which crate of ours may use which, and who may name an HTTP library. The table is the house.
//!
//! Judges manifests only; what the code itself names is `imports`.

use super::Finding;
use super::manifest::{Dependency, Manifest};

/// One crate of ours: where it stands and what it may lean on.
struct Room {
    /// Name of the package without `drawbridge-`.
    name: &'static str,
    floor: i64,
    may_use: &'static [&'static str],
    /// Holds no async, thread, file, socket or clock.
    is_pure: bool,
    /// May name an HTTP library.
    speaks_http: bool,
}

const fn room(name: &'static str, floor: i64, may_use: &'static [&'static str]) -> Room {
    Room { name, floor, may_use, is_pure: false, speaks_http: false }
}

/// From the ground up. A new crate or a new edge begins with a note in `docs/decisions`.
const HOUSE: &[Room] = &[
    room("sdk", 0, &[]),
    Room { speaks_http: true, ..room("sandbox", 0, &[]) },
    Room { is_pure: true, ..room("core", 1, &["sdk"]) },
    Room { speaks_http: true, ..room("http", 1, &["sdk"]) },
    Room { is_pure: true, ..room("journal", 2, &["core", "sdk"]) },
    room("azure-ad", 2, CONNECTOR),
    room("servicenow", 2, CONNECTOR),
    room("builtin", 2, CONNECTOR),
    room("runtime", 3, &["journal", "core", "sdk"]),
    room("store", 4, &["runtime", "journal", "core", "sdk"]),
    room("cli", 5, EVERYTHING_BELOW_CLI),
    room("xtask", 6, EVERYTHING_BELOW_XTASK),
];

const CONNECTOR: &[&str] = &["sdk", "http"];
const EVERYTHING_BELOW_CLI: &[&str] =
    &["sdk", "sandbox", "core", "http", "journal", "azure-ad", "servicenow", "builtin", "runtime", "store"];
const EVERYTHING_BELOW_XTASK: &[&str] = &[
    "sdk",
    "sandbox",
    "core",
    "http",
    "journal",
    "azure-ad",
    "servicenow",
    "builtin",
    "runtime",
    "store",
    "cli",
];

/// What tests of any crate may use beside its own row.
const FOR_TESTS: &str = "sandbox";

const HTTP_LIBRARIES: &[&str] = &[
    "actix-web",
    "attohttpc",
    "axum",
    "curl",
    "h2",
    "hyper",
    "hyper-rustls",
    "hyper-util",
    "isahc",
    "reqwest",
    "rocket",
    "tonic",
    "tower-http",
    "ureq",
    "warp",
    "wiremock",
];

/// Libraries whose point is a thread, a file, a socket, a clock or chance.
const IMPURE_LIBRARIES: &[&str] = &[
    "async-std",
    "async-trait",
    "crossbeam",
    "fs4",
    "futures",
    "getrandom",
    "mio",
    "rand",
    "rayon",
    "rusqlite",
    "smol",
    "socket2",
    "tempfile",
    "tokio",
    "walkdir",
];

const PREFIX: &str = "drawbridge-";

pub(crate) fn check(manifests: &[Manifest]) -> Vec<Finding> {
    manifests.iter().flat_map(check_one).collect()
}

/// Whether this package holds no async, thread, file, socket or clock.
pub(crate) fn is_pure(package: &str) -> bool {
    room_of(package).is_some_and(|room| room.is_pure)
}

fn room_of(package: &str) -> Option<&'static Room> {
    let name = package.strip_prefix(PREFIX)?;
    HOUSE.iter().find(|room| room.name == name)
}

fn check_one(manifest: &Manifest) -> Vec<Finding> {
    let Some(room) = room_of(&manifest.package) else {
        let what = format!("`{}` is not in the table of the house", manifest.package);
        let help = "add it to `HOUSE` in `crates/xtask/src/tidy/floors.rs`, with a note in `docs/decisions`";
        return vec![Finding::new(&manifest.path, 1, what, help)];
    };
    let mut findings = Vec::new();
    findings.extend(floor_fault(manifest, room));
    findings.extend(folder_fault(manifest, room));
    for dependency in &manifest.dependencies {
        let Some(what) = edge_fault(room, dependency).or_else(|| library_fault(room, dependency)) else {
            continue;
        };
        findings.push(Finding::new(&manifest.path, dependency.line, what, edge_help(room)));
    }
    findings
}

fn floor_fault(manifest: &Manifest, room: &Room) -> Option<Finding> {
    let what = match manifest.floor {
        None => format!("`{}` declares no floor", manifest.package),
        Some(floor) if floor != room.floor => {
            format!("`{}` declares floor {floor}, but stands on floor {}", manifest.package, room.floor)
        }
        Some(_) => return None,
    };
    let help = format!("write `floor = {}` under `[package.metadata.drawbridge]`", room.floor);
    Some(Finding::new(&manifest.path, 1, what, help))
}

fn folder_fault(manifest: &Manifest, room: &Room) -> Option<Finding> {
    let folder = manifest.folder.rsplit('/').next().unwrap_or_default();
    (folder != room.name).then(|| {
        let what = format!("`{}` lies in the folder `{folder}`", manifest.package);
        Finding::new(&manifest.path, 1, what, format!("a folder is named like its package: `{}`", room.name))
    })
}

fn edge_fault(room: &Room, dependency: &Dependency) -> Option<String> {
    let name = dependency.package.strip_prefix(PREFIX)?;
    let allowed = room.may_use.contains(&name) || (dependency.is_dev && name == FOR_TESTS);
    (!allowed).then(|| format!("`{}` may not use `{name}`", room.name))
}

fn library_fault(room: &Room, dependency: &Dependency) -> Option<String> {
    let library = dependency.package.as_str();
    if dependency.is_dev {
        None
    } else if !room.speaks_http && HTTP_LIBRARIES.contains(&library) {
        Some(format!("`{}` names the HTTP library `{library}`", room.name))
    } else if room.is_pure && IMPURE_LIBRARIES.contains(&library) {
        Some(format!("`{}` is pure, but names `{library}`", room.name))
    } else {
        None
    }
}

fn edge_help(room: &Room) -> String {
    match room.may_use {
        [] => format!("`{}` stands on nothing of ours; move the code to a floor that may", room.name),
        names => {
            format!("of ours `{}` may use {}; move the code to a floor that may", room.name, names.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_crate(name: &str, floor: Option<i64>, uses: &[(&str, bool)]) -> Vec<String> {
        let dependencies =
            uses.iter().map(|&(package, is_dev)| Dependency { package: package.to_owned(), line: 1, is_dev });
        let manifest = Manifest {
            path: format!("crates/{name}/Cargo.toml"),
            folder: format!("crates/{name}"),
            package: format!("drawbridge-{name}"),
            floor,
            dependencies: dependencies.collect(),
            targets: Vec::new(),
        };
        check(&[manifest]).into_iter().map(|finding| finding.what).collect()
    }

    #[test]
    fn every_row_of_the_table_leans_only_on_lower_floors() {
        for room in HOUSE {
            for used in room.may_use {
                let below = HOUSE
                    .iter()
                    .find(|other| other.name == *used)
                    .expect("the table names only its own rows");
                assert!(below.floor < room.floor, "{} uses {used}", room.name);
            }
        }
    }

    #[test]
    fn a_crate_that_keeps_to_its_row_is_clean() {
        assert_eq!(check_crate("journal", Some(2), &[("drawbridge-core", false), ("serde", false)]), [""; 0]);
    }

    #[test]
    fn an_upward_or_sideways_edge_is_found() {
        for (from, floor, to) in [
            ("core", 1, "journal"),
            ("azure-ad", 2, "servicenow"),
            ("runtime", 3, "http"),
            ("runtime", 3, "azure-ad"),
            ("sandbox", 0, "sdk"),
        ] {
            let uses = [(format!("drawbridge-{to}"), false)];
            let uses: Vec<(&str, bool)> =
                uses.iter().map(|(name, is_dev)| (name.as_str(), *is_dev)).collect();
            assert_eq!(check_crate(from, Some(floor), &uses), [format!("`{from}` may not use `{to}`")]);
        }
    }

    #[test]
    fn tests_may_use_the_sandbox_and_nothing_else_above_their_row() {
        assert_eq!(check_crate("http", Some(1), &[("drawbridge-sandbox", true)]), [""; 0]);
        assert_eq!(
            check_crate("http", Some(1), &[("drawbridge-sandbox", false)]),
            ["`http` may not use `sandbox`"]
        );
        assert_eq!(check_crate("http", Some(1), &[("drawbridge-core", true)]), ["`http` may not use `core`"]);
    }

    #[test]
    fn a_missing_or_wrong_floor_is_found() {
        assert_eq!(check_crate("core", None, &[]), ["`drawbridge-core` declares no floor"]);
        assert_eq!(
            check_crate("core", Some(3), &[]),
            ["`drawbridge-core` declares floor 3, but stands on floor 1"]
        );
    }

    #[test]
    fn a_crate_outside_the_table_is_found() {
        assert_eq!(
            check_crate("queue", Some(1), &[]),
            ["`drawbridge-queue` is not in the table of the house"]
        );
    }

    #[test]
    fn http_libraries_are_named_only_where_http_is_spoken() {
        assert_eq!(check_crate("http", Some(1), &[("reqwest", false)]), [""; 0]);
        let expected = ["`servicenow` names the HTTP library `reqwest`"];
        assert_eq!(check_crate("servicenow", Some(2), &[("reqwest", false)]), expected);
        assert_eq!(check_crate("servicenow", Some(2), &[("reqwest", true)]), [""; 0]);
    }

    #[test]
    fn a_pure_crate_that_names_an_impure_library_is_found() {
        assert_eq!(check_crate("core", Some(1), &[("tokio", false)]), ["`core` is pure, but names `tokio`"]);
    }
}
