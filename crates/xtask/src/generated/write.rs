//! Writes the generated files: most by asking the binary, which alone knows the catalogue.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::graph;

/// The folders that the binary writes, with the arguments that write each.
pub(super) const FOLDERS: [(&str, &[&str]); 2] =
    [("schemas", &["schema", "--out"]), ("docs/reference/nodes", &["nodes", "--pages"])];

/// Writes every generated file below `target`, with the binary of the repository at `root`.
///
/// # Errors
/// When the binary cannot be built or does not do it.
pub fn generate(root: &Path, target: &Path) -> Result<()> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    for (folder, arguments) in FOLDERS {
        let status = Command::new(&cargo)
            .current_dir(root)
            .args(["run", "--locked", "--quiet", "--package", "drawbridge-cli", "--"])
            .args(arguments)
            .arg(target.join(folder))
            .stdout(std::process::Stdio::null())
            .status()
            .context("cargo cannot be started")?;
        ensure!(status.success(), "`drawbridge {}` ended with {status}", arguments.join(" "));
    }
    graph::write(root, target)
}
