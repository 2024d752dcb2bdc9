//! Every limit of the language stands in `docs/reference/limits.md`, with its value and its reason.

use std::path::Path;

/// A limit as the code has it: the file, the name, the value and what its comment says.
fn limits_in(folder: &Path, root: &Path, rows: &mut Vec<String>) {
    let entries = std::fs::read_dir(folder).expect("the sources are there");
    let mut entries: Vec<_> = entries.map(|entry| entry.expect("it was listed").path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            limits_in(&path, root, rows);
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("sources are text");
        let place = path.strip_prefix(root).expect("it lies below").with_extension("").display().to_string();
        let mut said = Vec::new();
        for line in text.lines().take_while(|line| *line != "#[cfg(test)]") {
            if let Some(comment) = line.strip_prefix("/// ") {
                said.push(comment);
                continue;
            }
            if let Some((_, declared)) = line.split_once("const ").filter(|_| !line.starts_with(' '))
                && let Some((name, rest)) = declared.split_once(": ")
                && name.ends_with("_MAX")
                && let Some((_, value)) = rest.trim_end_matches(';').split_once(" = ")
            {
                rows.push(format!("| {} | {} | `{place}::{name}` |", said.join(" "), shown(value)));
            }
            said.clear();
        }
    }
}

/// A value as people read it.
fn shown(value: &str) -> String {
    value
        .replace('_', ",")
        .replace("1 << 20", "1 MiB")
        .replace("8 * 1024", "8 KiB")
        .replace("64 * 1024", "64 KiB")
}

#[test]
fn every_limit_of_the_code_stands_on_its_page() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut rows = Vec::new();
    limits_in(&root, &root, &mut rows);
    let page = include_str!("../../../../docs/reference/limits.md");
    let on_page: Vec<&str> =
        page.lines().filter(|line| line.starts_with("| ") && line.ends_with("` |")).collect();
    assert!(on_page == rows, "the rows of docs/reference/limits.md must be\n{}", rows.join("\n"));
}
