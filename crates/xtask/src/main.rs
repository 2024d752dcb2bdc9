//! The command line of `cargo xtask`: picks a command and prints what it found. Decides nothing itself.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use drawbridge_xtask::{generated, tidy};

const USAGE: &str =
    "usage: cargo xtask tidy           check floors, circles, sizes, headers, codes and folders
       cargo xtask gen            write schemas and the reference of nodes
       cargo xtask gen --check    look whether they are what would be written";

fn main() -> Result<ExitCode> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["tidy"] => tidy_the_house(),
        ["gen"] => {
            let root = root()?;
            generated::generate(&root, &root)?;
            Ok(ExitCode::SUCCESS)
        }
        ["gen", "--check"] => look_for_stale_files(),
        _ => bail!("{USAGE}"),
    }
}

/// Prints every finding, one after the other, and a closing line. Exit code 1 when there is any.
fn tidy_the_house() -> Result<ExitCode> {
    let tree = tidy::Tree::read(&root()?)?;
    let findings = tidy::check(&tree);
    let mut out = io::stdout().lock();
    for finding in &findings {
        writeln!(out, "{finding}\n")?;
    }
    if findings.is_empty() {
        writeln!(out, "tidy: {} files, nothing to say", tree.sources.len())?;
        return Ok(ExitCode::SUCCESS);
    }
    writeln!(out, "tidy: {} found in {} files", findings.len(), tree.sources.len())?;
    Ok(ExitCode::FAILURE)
}

/// Prints every generated file that is not what would be written. Exit code 1 when there is any.
fn look_for_stale_files() -> Result<ExitCode> {
    let (root, fresh) = (root()?, tempfile::tempdir()?);
    generated::generate(&root, fresh.path())?;
    let stale = generated::stale(&root, fresh.path())?;
    let mut out = io::stdout().lock();
    for path in &stale {
        writeln!(
            out,
            "{} is not what the code says: run `cargo xtask gen` and commit the result",
            path.display()
        )?;
    }
    Ok(if stale.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The repository that Cargo runs this tool for, whatever the current directory is.
///
/// Asked when it runs, not when it is compiled: two clones may share a build folder and thereby this binary.
fn root() -> Result<PathBuf> {
    let here = std::env::var_os("CARGO_MANIFEST_DIR").context("start this tool as `cargo xtask`")?;
    let root = Path::new(&here).ancestors().nth(2).context("xtask lies two folders below the root")?;
    Ok(root.to_path_buf())
}
