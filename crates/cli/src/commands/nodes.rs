//! `drawbridge nodes`: what this binary can do, from the catalogue itself.

use std::path::Path;

use anyhow::Result;
use drawbridge_sdk::{Catalog, Entry};
use serde_json::Value;

use super::node_document::{document, kind};
use super::node_pages::pages;
use crate::args::NodesArgs;
use crate::exit::Exit;
use crate::output::print;
use crate::problem::Problem;
use crate::wire;

/// Lists the nodes, or shows one.
///
/// # Errors
/// A problem when the pages cannot be written; an unknown name is a finding.
pub(crate) fn nodes(args: &NodesArgs) -> Result<Exit> {
    let catalog = wire::catalog();
    if let Some(folder) = &args.pages {
        return write_pages(folder, &catalog);
    }
    let Some(name) = &args.name else {
        if args.json {
            print::json_pretty(&catalog.iter().map(document).collect::<Vec<_>>());
        } else {
            list(&catalog);
        }
        return Ok(Exit::Good);
    };
    match catalog.get(name) {
        Some(entry) if args.json => print::json_pretty(&document(entry)),
        Some(entry) => show(entry),
        None => {
            print::note(&format!("there is no node `{name}`; `drawbridge nodes` lists them"));
            return Ok(Exit::Findings);
        }
    }
    Ok(Exit::Good)
}

/// Writes the reference into a folder.
fn write_pages(folder: &Path, catalog: &Catalog) -> Result<Exit> {
    for (name, text) in pages(catalog) {
        let path = folder.join(name);
        std::fs::create_dir_all(folder).and_then(|()| std::fs::write(&path, text)).map_err(|error| {
            Problem::new("ST024", format!("`{}` cannot be written: {error}", path.display()))
        })?;
        print::line(&path.display().to_string());
    }
    Ok(Exit::Good)
}

fn list(catalog: &Catalog) {
    let width = catalog.iter().map(|entry| entry.name.len()).max().unwrap_or(0);
    for entry in catalog.iter() {
        print::line(&format!("{:width$}  {:8}  {}", entry.name, kind(entry), entry.summary));
    }
}

fn show(entry: &Entry) {
    let document = document(entry);
    print::line(&format!("{}\n  {}\n", entry.name, entry.summary));
    print::line(&format!("kind         {}", entry.kind.as_str()));
    if let Some(effect) = document["effect"].as_str() {
        print::line(&format!("effect       {effect}"));
    }
    for permission in document["permissions"].as_array().into_iter().flatten() {
        let (kind, name) = (&permission["kind"], &permission["name"]);
        let words = format!("{} {}", kind.as_str().unwrap_or_default(), name.as_str().unwrap_or_default());
        print::line(&format!("permission   {words}"));
    }
    if let Some(key) = document["key"].as_str() {
        print::line(&format!("key          {key}"));
    }
    for (title, names) in [("read only", "read_only"), ("needed", "needed")] {
        let names: Vec<_> =
            document[names].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        if !names.is_empty() {
            print::line(&format!("{title:12} {}", names.join(", ")));
        }
    }
    properties("fields", &document["fields"]);
    properties("input", &document["input"]);
    properties("output", &document["output"]);
    properties("event", &document["event"]);
    if !entry.example.is_empty() {
        print::line("\nexample");
        entry.example.lines().for_each(|line| print::line(&format!("  {line}")));
    }
}

fn properties(title: &str, schema: &Value) {
    let Some(properties) = schema["properties"].as_object().filter(|properties| !properties.is_empty())
    else {
        return;
    };
    print::line(&format!("\n{title}"));
    let required: Vec<&str> =
        schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let width = properties.keys().map(String::len).max().unwrap_or(0);
    for (name, property) in properties {
        let mark = if required.contains(&name.as_str()) { "required" } else { "" };
        let text = property["description"].as_str().unwrap_or_default().replace('\n', " ");
        print::line(&format!("  {name:width$}  {mark:8}  {text}"));
    }
}
