//! `drawbridge graph`: a workflow as a picture.

use anyhow::Result;
use drawbridge_core::diagnostic::{Diagnostic, Severity};
use drawbridge_core::graph::view::{View, to_dot, to_mermaid, to_svg};

use crate::args::{GraphArgs, Picture};
use crate::exit::Exit;
use crate::output::print;
use crate::problem::Problem;
use crate::{definition, findings, wire};

/// Draws a workflow; one with errors has no picture, and they are printed.
///
/// # Errors
/// A problem when the workflow cannot be read or the picture cannot be written.
pub(crate) fn graph(args: &GraphArgs) -> Result<Exit> {
    let definition = definition::read(&args.workflow)?;
    let (blueprint, found) = drawbridge_core::check(&definition, &wire::catalog());
    let Some(blueprint) = blueprint else {
        let errors: Vec<Diagnostic> =
            found.into_iter().filter(|finding| finding.severity == Severity::Error).collect();
        findings::print(&definition, &errors);
        return Ok(Exit::Findings);
    };
    let view = View::of(&blueprint);
    let drawn = match args.format {
        Picture::Mermaid => to_mermaid(&view),
        Picture::Dot => to_dot(&view),
        Picture::Svg => to_svg(&view),
        Picture::Json => serde_json::to_string_pretty(&view)? + "\n",
    };
    match &args.out {
        None => print::line(drawn.trim_end()),
        Some(path) => std::fs::write(path, drawn).map_err(|error| {
            Problem::new("ST024", format!("`{}` cannot be written: {error}", path.display()))
        })?,
    }
    Ok(Exit::Good)
}
