//! `drawbridge schema`: the JSON Schemas that editors use, from the same types that the commands read.

use std::path::Path;

use anyhow::Result;
use drawbridge_core::schema;
use drawbridge_sandbox::{Script, Seed};
use serde_json::Value;

use crate::args::SchemaArgs;
use crate::config::Config;
use crate::exit::Exit;
use crate::output::print;
use crate::problem::Problem;
use crate::rehearsal::cases::Cases;
use crate::wire;

/// Prints the workflow schema, or writes every schema into a folder.
///
/// # Errors
/// A problem when the folder cannot be written.
pub(crate) fn schema(args: &SchemaArgs) -> Result<Exit> {
    let catalog = wire::catalog();
    let workflow = schema::workflow(&catalog);
    let Some(folder) = &args.out else {
        print::json_pretty(&workflow);
        return Ok(Exit::Good);
    };
    write(folder, "workflow.schema.json", &workflow)?;
    write(folder, "mapping.schema.json", &schema::mapping(&catalog))?;
    write(folder, "tests.schema.json", &schema::of_type::<Cases>("tests", "Drawbridge tests"))?;
    write(folder, "config.schema.json", &schema::of_type::<Config>("config", "Drawbridge configuration"))?;
    let seed = schema::named("sandbox-seed", "Drawbridge sandbox seed", Seed::schema().to_value());
    write(folder, "sandbox-seed.schema.json", &seed)?;
    write(
        folder,
        "sandbox-script.schema.json",
        &schema::of_type::<Script>("sandbox-script", "Drawbridge sandbox script"),
    )?;
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
