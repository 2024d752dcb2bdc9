//! Rust files, parsed once for all rules, and which parts of them are tests. Knows syntax, no rule.

use std::collections::BTreeSet;

use syn::{Attribute, ImplItem, Item, TraitItem};

use super::{Finding, Source};

/// One parsed Rust file.
pub(crate) struct Code<'a> {
    pub(crate) path: &'a str,
    pub(crate) text: &'a str,
    pub(crate) ast: syn::File,
    /// The whole file is test code: a test or bench target, or a module behind `#[cfg(test)]`.
    pub(crate) is_test: bool,
}

/// Parses every Rust file; one that does not parse becomes a finding and is left out.
pub(crate) fn parse_all<'a>(sources: &'a [Source], findings: &mut Vec<Finding>) -> Vec<Code<'a>> {
    let mut all = Vec::new();
    for source in sources.iter().filter(|source| source.path.ends_with(".rs")) {
        match syn::parse_file(&source.text) {
            Ok(ast) => all.push(Code { path: &source.path, text: &source.text, ast, is_test: false }),
            Err(error) => {
                let what = format!("the file is not Rust: {error}");
                findings.push(Finding::new(
                    &source.path,
                    error.span().start().line,
                    what,
                    "make it compile first",
                ));
            }
        }
    }
    let test_modules: BTreeSet<String> = all.iter().flat_map(test_modules).collect();
    for code in &mut all {
        code.is_test = lies_in_test_folder(code.path) || lies_in_module(code.path, &test_modules);
    }
    all
}

/// The folder in which the child modules of this file lie, without a trailing `/`.
pub(crate) fn children_folder(path: &str, is_root: bool) -> &str {
    let stem = path.strip_suffix(".rs").unwrap_or(path);
    let (folder, name) = stem.rsplit_once('/').unwrap_or(("", stem));
    if is_root || matches!(name, "lib" | "main" | "mod") { folder } else { stem }
}

/// `#[cfg(test)]`, `#[test]` or a test attribute of another crate such as `#[tokio::test]`.
pub(crate) fn is_test_only(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let path = attribute.path();
        if path.is_ident("cfg") {
            let condition =
                attribute.meta.require_list().map(|list| list.tokens.to_string()).unwrap_or_default();
            let condition = condition.replace(' ', "");
            return condition == "test" || condition.starts_with("all(test,");
        }
        path.segments.last().is_some_and(|last| last.ident == "test")
    })
}

/// The attributes of an item; kinds that carry no code have none.
pub(crate) fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

/// The attributes of something inside an `impl`.
pub(crate) fn impl_attributes(item: &ImplItem) -> &[Attribute] {
    match item {
        ImplItem::Const(item) => &item.attrs,
        ImplItem::Fn(item) => &item.attrs,
        ImplItem::Macro(item) => &item.attrs,
        ImplItem::Type(item) => &item.attrs,
        _ => &[],
    }
}

/// The attributes of something inside a trait.
pub(crate) fn trait_attributes(item: &TraitItem) -> &[Attribute] {
    match item {
        TraitItem::Const(item) => &item.attrs,
        TraitItem::Fn(item) => &item.attrs,
        TraitItem::Macro(item) => &item.attrs,
        TraitItem::Type(item) => &item.attrs,
        _ => &[],
    }
}

/// A file that only lists modules and re-exports; nothing is defined in it.
pub(crate) fn is_map(ast: &syn::File) -> bool {
    ast.items.iter().all(is_map_line)
}

/// A line a map may hold: a module, an import, a call of a registering macro, or test code.
pub(crate) fn is_map_line(item: &Item) -> bool {
    match item {
        Item::Use(_) | Item::ExternCrate(_) => true,
        Item::Mod(module) => module.content.is_none() || is_test_only(&module.attrs),
        Item::Macro(call) => call.ident.is_none(),
        other => is_test_only(attributes(other)),
    }
}

fn test_modules(code: &Code<'_>) -> Vec<String> {
    let folder = children_folder(code.path, false);
    let modules = code.ast.items.iter().filter_map(|item| match item {
        Item::Mod(module) if module.content.is_none() && is_test_only(&module.attrs) => Some(module),
        _ => None,
    });
    modules.map(|module| format!("{folder}/{}", module.ident)).collect()
}

fn lies_in_test_folder(path: &str) -> bool {
    let outside_of_src = path.split("/src/").next().unwrap_or(path);
    outside_of_src.split('/').any(|part| matches!(part, "tests" | "benches"))
}

fn lies_in_module(path: &str, modules: &BTreeSet<String>) -> bool {
    modules.iter().any(|module| {
        path.strip_prefix(module.as_str()).is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tests_among(files: &[(&str, &str)]) -> Vec<String> {
        let sources: Vec<Source> =
            files.iter().map(|(path, text)| Source { path: (*path).into(), text: (*text).into() }).collect();
        let code = parse_all(&sources, &mut Vec::new());
        code.iter().filter(|code| code.is_test).map(|code| code.path.to_owned()).collect()
    }

    #[test]
    fn a_module_behind_cfg_test_is_test_code_with_everything_below_it() {
        let files = [
            ("crates/a/src/b.rs", "#[cfg(test)] mod cases; mod real;"),
            ("crates/a/src/b/cases.rs", ""),
            ("crates/a/src/b/cases/deep.rs", ""),
            ("crates/a/src/b/real.rs", ""),
        ];
        assert_eq!(tests_among(&files), ["crates/a/src/b/cases.rs", "crates/a/src/b/cases/deep.rs"]);
    }

    #[test]
    fn test_and_bench_targets_are_test_code() {
        let files = [("tests/e2e.rs", ""), ("crates/a/benches/b.rs", ""), ("crates/a/src/tests/b.rs", "")];
        assert_eq!(tests_among(&files), ["tests/e2e.rs", "crates/a/benches/b.rs"]);
    }

    #[test]
    fn a_file_that_does_not_parse_is_found_with_its_line() {
        let source = Source { path: "crates/a/src/b.rs".into(), text: "//! x\n\nfn (".into() };
        let mut findings = Vec::new();
        assert!(parse_all(&[source], &mut findings).is_empty());
        assert_eq!(findings.iter().map(|finding| finding.line).collect::<Vec<_>>(), [3]);
    }
}
