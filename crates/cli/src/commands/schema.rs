//! `drawbridge schema`: the JSON Schemas that editors use, from the same types that `check` uses.

use std::path::Path;

use anyhow::Result;
use serde_json::Value;

use crate::args::SchemaArgs;
use crate::exit::Exit;
use crate::output::print;
use crate::problem::Problem;
use crate::wire;

/// Prints the workflow schema, or writes every schema into a folder.
///
/// # Errors
/// A problem when the folder cannot be written.
pub(crate) fn schema(args: &SchemaArgs) -> Result<Exit> {
    let workflow = drawbridge_core::schema::workflow(&wire::catalog());
    match &args.out {
        None => print::json_pretty(&workflow),
        Some(folder) => write(folder, "workflow.schema.json", &workflow)?,
    }
    Ok(Exit::Good)
}

fn write(folder: &Path, name: &str, schema: &Value) -> Result<()> {
    let path = folder.join(name);
    let text = serde_json::to_string_pretty(schema)? + "\n";
    std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(&path, text))
        .map_err(|error| Problem::new("ST024", format!("`{}` cannot be written: {error}", path.display())))?;
    print::line(&path.display().to_string());
    Ok(())
}
