//! The `Cargo.toml` of each of our crates, reduced to what the rules ask about. Judges nothing.

use toml::{Table, Value};

use super::{Finding, Source};

/// One crate of ours as its manifest tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Manifest {
    pub(crate) path: String,
    /// Folder of the crate, without a trailing `/`.
    pub(crate) folder: String,
    pub(crate) package: String,
    /// `floor` under `[package.metadata.drawbridge]`.
    pub(crate) floor: Option<i64>,
    pub(crate) dependencies: Vec<Dependency>,
    /// Files named by `path` of a target, from the root of the repository.
    pub(crate) targets: Vec<String>,
}

/// One dependency line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Dependency {
    /// Name of the package, also when the manifest renames it.
    pub(crate) package: String,
    pub(crate) line: usize,
    /// Only tests, benches and examples see it.
    pub(crate) is_dev: bool,
}

/// Reads every manifest that has a `[package]`; one that is not TOML becomes a finding.
pub(crate) fn read_all(sources: &[Source], findings: &mut Vec<Finding>) -> Vec<Manifest> {
    let mut manifests = Vec::new();
    for source in sources.iter().filter(|source| source.path.ends_with("Cargo.toml")) {
        match source.text.parse::<Table>() {
            Ok(table) => manifests.extend(read_one(source, &table)),
            Err(error) => {
                let what = format!("the manifest is not TOML: {}", error.message());
                findings.push(Finding::new(&source.path, 1, what, "make `cargo metadata` accept it first"));
            }
        }
    }
    manifests
}

fn read_one(source: &Source, table: &Table) -> Option<Manifest> {
    let package = table.get("package")?;
    let folder = source.path.strip_suffix("/Cargo.toml").unwrap_or("");
    let floor = package.get("metadata").and_then(|metadata| metadata.get("drawbridge")?.get("floor"));
    Some(Manifest {
        path: source.path.clone(),
        folder: folder.to_owned(),
        package: package.get("name")?.as_str()?.to_owned(),
        floor: floor.and_then(Value::as_integer),
        dependencies: dependencies(source, table),
        targets: targets(folder, table),
    })
}

/// The dependencies of every kind, those for one platform included.
fn dependencies(source: &Source, table: &Table) -> Vec<Dependency> {
    let platforms = table.get("target").and_then(Value::as_table);
    let platforms = platforms.into_iter().flat_map(Table::values).filter_map(Value::as_table);
    let mut found = Vec::new();
    for holder in std::iter::once(table).chain(platforms) {
        for (kind, is_dev) in
            [("dependencies", false), ("build-dependencies", false), ("dev-dependencies", true)]
        {
            for (key, value) in holder.get(kind).and_then(Value::as_table).into_iter().flatten() {
                let package = value.get("package").and_then(Value::as_str).unwrap_or(key);
                found.push(Dependency {
                    package: package.to_owned(),
                    line: line_of(&source.text, kind, key),
                    is_dev,
                });
            }
        }
    }
    found
}

/// The line of a key below the first header that ends with `section`; 1 where it is written otherwise.
fn line_of(text: &str, section: &str, key: &str) -> usize {
    let mut inside = false;
    for (index, line) in text.lines().enumerate() {
        if let Some(header) = line.strip_prefix('[') {
            let header = header.trim_end_matches(']');
            inside = header == section || header.ends_with(&format!(".{section}"));
        } else if inside && line.strip_prefix(key).is_some_and(|rest| rest.starts_with([' ', '.', '='])) {
            return index + 1;
        }
    }
    1
}

fn targets(folder: &str, table: &Table) -> Vec<String> {
    let mut found = Vec::new();
    for kind in ["lib", "bin", "test", "bench", "example"] {
        let entries = match table.get(kind) {
            Some(Value::Array(entries)) => entries.iter().collect(),
            Some(entry) => vec![entry],
            None => Vec::new(),
        };
        let paths = entries.into_iter().filter_map(|entry| entry.get("path")?.as_str());
        found.extend(paths.map(|path| join(folder, path)));
    }
    found
}

/// Joins two paths and takes every `..` back.
pub(crate) fn join(folder: &str, path: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').collect();
    for part in path.split('/') {
        match part {
            "." => {}
            ".." => drop(parts.pop()),
            name => parts.push(name),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"
[package]
name = "drawbridge-cli"
metadata.drawbridge.floor = 5

[[test]]
name = "e2e"
path = "../../tests/e2e.rs"

[dependencies]
toml.workspace = true
renamed = { package = "reqwest", version = "1" }

[dev-dependencies]
toml = "1"

[target.'cfg(unix)'.dependencies]
nix = "1"
"#;

    #[test]
    fn a_manifest_gives_name_floor_targets_and_every_dependency_with_its_line() {
        let source = Source { path: "crates/cli/Cargo.toml".into(), text: TEXT.into() };
        let dependency =
            |package: &str, line, is_dev| Dependency { package: package.to_owned(), line, is_dev };
        let expected = Manifest {
            path: "crates/cli/Cargo.toml".into(),
            folder: "crates/cli".into(),
            package: "drawbridge-cli".into(),
            floor: Some(5),
            dependencies: vec![
                dependency("reqwest", 12, false),
                dependency("toml", 11, false),
                dependency("toml", 15, true),
                dependency("nix", 18, false),
            ],
            targets: vec!["tests/e2e.rs".into()],
        };
        assert_eq!(read_all(&[source], &mut Vec::new()), [expected]);
    }

    #[test]
    fn a_broken_manifest_is_found_and_a_virtual_one_is_no_crate() {
        let broken = Source { path: "crates/a/Cargo.toml".into(), text: "[package".into() };
        let virtual_one = Source { path: "Cargo.toml".into(), text: "[workspace]\n".into() };
        let mut findings = Vec::new();
        assert_eq!(read_all(&[broken, virtual_one], &mut findings), []);
        assert_eq!(findings.len(), 1);
    }
}
