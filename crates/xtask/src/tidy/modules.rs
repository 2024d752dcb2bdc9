//! The modules of one crate target and the file a path leads to. Knows names, judges nothing.
//!
//! A name is followed through re-exports to the file that defines it, so that a map in between is no dependency.

use std::collections::{BTreeMap, BTreeSet};

use super::code::{Code, children_folder, is_map};
use super::manifest::join;
use super::mentions::{FileModule, Import, Mentions};

/// Re-exports followed before a path is given up; more than any sane chain, less than a hang.
const HOPS_MAX: usize = 12;

/// Modules inside modules; a ring of `#[path]` lines ends here.
const DEPTH_MAX: usize = 24;

type ModulePath = Vec<String>;

/// Every module reached from one root file.
pub(crate) struct Modules<'a> {
    modules: BTreeMap<ModulePath, Module<'a>>,
}

struct Module<'a> {
    file: &'a str,
    /// The file only lists and re-exports: leaning on it means nothing.
    is_map: bool,
    mentions: Mentions,
}

/// That one file leans on another, and where it says so.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Edge<'a> {
    pub(crate) from: &'a str,
    pub(crate) to: &'a str,
    pub(crate) line: usize,
}

enum Target {
    Module(ModulePath),
    /// Something inside that module.
    Inside(ModulePath),
}

impl<'a> Modules<'a> {
    /// Follows the `mod` lines from the root file of a target.
    pub(crate) fn from_root(root: &str, files: &BTreeMap<&'a str, &'a Code<'a>>) -> Modules<'a> {
        let mut modules = Modules { modules: BTreeMap::new() };
        modules.add_file(Vec::new(), root, files);
        modules
    }

    /// Every file reached by a `mod` line, the root included.
    pub(crate) fn files(&self) -> impl Iterator<Item = &'a str> {
        self.modules.values().map(|module| module.file)
    }

    /// Every edge between two files, the first line of each.
    pub(crate) fn edges(&self) -> Vec<Edge<'a>> {
        let mut first: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        for (path, module) in &self.modules {
            for (to, line) in self.files_named_in(path, module) {
                if to != module.file {
                    let place = first.entry((module.file, to)).or_insert(line);
                    *place = line.min(*place);
                }
            }
        }
        first.into_iter().map(|((from, to), line)| Edge { from, to, line }).collect()
    }

    fn add_file(&mut self, path: ModulePath, file: &str, files: &BTreeMap<&'a str, &'a Code<'a>>) {
        let Some((file, code)) = files.get_key_value(file).filter(|_| path.len() <= DEPTH_MAX) else {
            return;
        };
        let mentions = Mentions::of(&code.ast.items);
        for module in &mentions.in_files {
            let candidates = places(file, path.is_empty(), module);
            if let Some(child) = candidates.iter().find(|candidate| files.contains_key(candidate.as_str())) {
                self.add_file(child_of(&path, &module.name), child, files);
            }
        }
        self.add_module(path, file, is_map(&code.ast), mentions);
    }

    fn add_module(&mut self, path: ModulePath, file: &'a str, is_map: bool, mut mentions: Mentions) {
        for (name, inner) in std::mem::take(&mut mentions.inline) {
            self.add_module(child_of(&path, &name), file, is_map, inner);
        }
        self.modules.insert(path, Module { file, is_map, mentions });
    }

    fn files_named_in(&self, path: &ModulePath, module: &Module<'a>) -> Vec<(&'a str, usize)> {
        let mut named = Vec::new();
        for import in &module.mentions.imports {
            let target = self.resolve(path, &import.segments, HOPS_MAX);
            match target {
                Some(Target::Module(target)) if import.name.is_none() => {
                    named.extend(self.files_behind(&target).into_iter().map(|file| (file, import.line)));
                }
                Some(target) => named.extend(self.file_of(&target).map(|file| (file, import.line))),
                None => {}
            }
        }
        for mention in &module.mentions.paths {
            let target = self.resolve(path, &mention.segments, HOPS_MAX);
            named.extend(target.and_then(|target| self.file_of(&target)).map(|file| (file, mention.line)));
        }
        named
    }

    /// The file that is leant on; none for a map.
    fn file_of(&self, target: &Target) -> Option<&'a str> {
        let (Target::Module(path) | Target::Inside(path)) = target;
        let module = self.modules.get(path)?;
        (!module.is_map).then_some(module.file)
    }

    /// What `use module::*` leans on: the module, or everything a map re-exports.
    fn files_behind(&self, path: &ModulePath) -> BTreeSet<&'a str> {
        let Some(module) = self.modules.get(path) else { return BTreeSet::new() };
        if !module.is_map {
            return BTreeSet::from([module.file]);
        }
        let imports = module.mentions.imports.iter();
        imports.filter_map(|import| self.file_of(&self.resolve(path, &import.segments, HOPS_MAX)?)).collect()
    }

    /// Where a path leads that is written in the module `from`; none when it leaves the crate.
    fn resolve(&self, from: &ModulePath, segments: &[String], hops: usize) -> Option<Target> {
        let hops = hops.checked_sub(1)?;
        let (mut module, mut rest) = self.start(from, segments, hops)?;
        while let Some((name, tail)) = rest.split_first() {
            if name == "super" {
                module.pop();
                rest = tail;
                continue;
            }
            let child = child_of(&module, name);
            if !self.modules.contains_key(&child) {
                return self.look_up(module, name, tail, hops);
            }
            (module, rest) = (child, tail);
        }
        Some(Target::Module(module))
    }

    /// The module a path begins in, and what is left of the path.
    fn start<'s>(
        &self,
        from: &ModulePath,
        segments: &'s [String],
        hops: usize,
    ) -> Option<(ModulePath, &'s [String])> {
        let (first, tail) = segments.split_first()?;
        match first.as_str() {
            "crate" => Some((Vec::new(), tail)),
            "self" => Some((from.clone(), tail)),
            "super" => Some((from.split_last()?.1.to_vec(), tail)),
            name if self.modules.contains_key(&child_of(from, name)) => Some((from.clone(), segments)),
            name => match self.follow(from, self.import_named(from, name)?, hops)? {
                Target::Module(module) => Some((module, tail)),
                Target::Inside(module) => Some((module, &[])),
            },
        }
    }

    /// A name that is no module: defined here, re-exported from elsewhere, or made by a macro here.
    fn look_up(&self, module: ModulePath, name: &str, tail: &[String], hops: usize) -> Option<Target> {
        let here = &self.modules.get(&module)?.mentions;
        if here.defined.contains(name) {
            return Some(Target::Inside(module));
        }
        if let Some(import) = self.import_named(&module, name) {
            return match self.follow(&module, import, hops)? {
                Target::Module(target) if !tail.is_empty() => {
                    self.resolve(&target, tail_from_self(tail).as_slice(), hops)
                }
                target => Some(target),
            };
        }
        for glob in here.imports.iter().filter(|import| import.name.is_none()) {
            let Some(Target::Module(target)) = self.follow(&module, glob, hops) else { continue };
            if target != module && self.offers(&target, name) {
                return self.look_up(target, name, tail, hops.checked_sub(1)?);
            }
        }
        Some(Target::Inside(module))
    }

    fn follow(&self, from: &ModulePath, import: &Import, hops: usize) -> Option<Target> {
        self.resolve(from, &import.segments, hops)
    }

    fn import_named(&self, module: &ModulePath, name: &str) -> Option<&Import> {
        let imports = &self.modules.get(module)?.mentions.imports;
        imports.iter().find(|import| import.name.as_deref() == Some(name) && import.segments != [name])
    }

    fn offers(&self, module: &ModulePath, name: &str) -> bool {
        let defines = |module: &Module<'_>| module.mentions.defined.contains(name);
        self.modules.get(module).is_some_and(defines) || self.import_named(module, name).is_some()
    }
}

/// Where the file of a `mod` line may lie.
fn places(file: &str, is_root: bool, module: &FileModule) -> Vec<String> {
    if let Some(path) = &module.path {
        return vec![join(file.rsplit_once('/').map_or("", |(folder, _)| folder), path)];
    }
    let (folder, name) = (children_folder(file, is_root), &module.name);
    vec![format!("{folder}/{name}.rs"), format!("{folder}/{name}/mod.rs")]
}

fn child_of(module: &[String], name: &str) -> ModulePath {
    module.iter().cloned().chain([name.to_owned()]).collect()
}

fn tail_from_self(tail: &[String]) -> Vec<String> {
    std::iter::once("self".to_owned()).chain(tail.iter().cloned()).collect()
}
