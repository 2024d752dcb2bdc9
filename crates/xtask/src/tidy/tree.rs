//! The repository as data: the texts the rules look at and the folders at the top. Reads files, judges nothing.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use walkdir::{DirEntry, WalkDir};

/// One text file of the repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Path from the root of the repository, with `/` on every platform.
    pub path: String,
    /// The whole text.
    pub text: String,
}

/// Everything the rules look at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tree {
    /// Rust files, YAML files, `Cargo.toml` files and the pages of `docs/errors`, ordered by path.
    pub sources: Vec<Source>,
    /// Names of the folders at the top of the repository.
    pub folders: Vec<String>,
}

impl Tree {
    /// Reads the repository at `root`; build output and dot-folders are left out.
    ///
    /// # Errors
    /// A folder or a file cannot be read, with its path.
    pub fn read(root: &Path) -> Result<Tree> {
        let mut tree = Tree::default();
        for entry in WalkDir::new(root).sort_by_file_name().into_iter().filter_entry(is_ours) {
            let entry = entry.context("a folder of the repository cannot be read")?;
            let path = relative(root, entry.path());
            if entry.file_type().is_dir() && entry.depth() == 1 {
                tree.folders.push(path);
            } else if entry.file_type().is_file() && is_read(&path) {
                let text =
                    fs::read_to_string(entry.path()).with_context(|| format!("`{path}` cannot be read"))?;
                tree.sources.push(Source { path, text });
            }
        }
        Ok(tree)
    }
}

fn is_ours(entry: &DirEntry) -> bool {
    let name = entry.file_name().to_string_lossy();
    entry.depth() == 0 || !(name.starts_with('.') || (entry.file_type().is_dir() && name == "target"))
}

fn is_read(path: &str) -> bool {
    path.ends_with(".rs")
        || path.ends_with(".yaml")
        || path == "Cargo.toml"
        || path.ends_with("/Cargo.toml")
        || (path.starts_with("docs/errors/") && path.ends_with(".md"))
}

fn relative(root: &Path, path: &Path) -> String {
    let path = path.strip_prefix(root).unwrap_or(path);
    path.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/")
}
