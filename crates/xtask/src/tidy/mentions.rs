//! What one module defines, imports and names. Collects words; what they mean is resolved in `modules`.
//!
//! Test-only items are left out, also inside an `impl` or a trait. Paths inside macro calls are read from their tokens.

use std::collections::BTreeSet;

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{
    Attribute, ExprAsync, ExprAwait, ImplItem, Item, ItemMod, ItemUse, Macro, Path, Signature, TraitItem,
    UseTree,
};
use syn::{Expr, ExprLit, Lit, Visibility, spanned::Spanned};

use super::code::{attributes, impl_attributes, is_test_only, trait_attributes};

/// One `use` line, one name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Import {
    /// The path as written, without the `*` of a glob.
    pub(crate) segments: Vec<String>,
    /// The name it gets here; none for a glob.
    pub(crate) name: Option<String>,
    pub(crate) line: usize,
}

/// A path of at least two segments somewhere in the code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mention {
    pub(crate) segments: Vec<String>,
    pub(crate) line: usize,
}

/// A `mod` line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FileModule {
    pub(crate) name: String,
    /// What `#[path = "…"]` says, from the folder of the file that holds the line.
    pub(crate) path: Option<String>,
}

/// One module as it stands in its file.
#[derive(Debug, Default)]
pub(crate) struct Mentions {
    /// Names of the items this module defines itself.
    pub(crate) defined: BTreeSet<String>,
    pub(crate) imports: Vec<Import>,
    pub(crate) paths: Vec<Mention>,
    /// Lines with `async` or `.await`.
    pub(crate) async_lines: BTreeSet<usize>,
    /// Modules written here in braces.
    pub(crate) inline: Vec<(String, Mentions)>,
    /// Modules that lie in a file of their own.
    pub(crate) in_files: Vec<FileModule>,
}

impl Mentions {
    pub(crate) fn of(items: &[Item]) -> Mentions {
        let mut mentions = Mentions::default();
        for item in items {
            mentions.defined.extend(name_of(item));
            mentions.visit_item(item);
        }
        mentions
    }

    /// This module and every inline one below it.
    pub(crate) fn with_inline(&self) -> Vec<&Mentions> {
        let below = self.inline.iter().flat_map(|(_, inner)| inner.with_inline());
        std::iter::once(self).chain(below).collect()
    }

    fn note_use(&mut self, prefix: &[String], tree: &UseTree) {
        let line = tree.span().start().line;
        let joined = |name: &syn::Ident| prefix.iter().cloned().chain([text(name)]).collect::<Vec<String>>();
        match tree {
            UseTree::Path(path) => self.note_use(&joined(&path.ident), &path.tree),
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.note_use(prefix, tree)),
            UseTree::Glob(_) => self.imports.push(Import { segments: prefix.to_vec(), name: None, line }),
            UseTree::Name(name) if name.ident == "self" => {
                self.imports.push(Import { segments: prefix.to_vec(), name: prefix.last().cloned(), line });
            }
            UseTree::Name(name) => {
                self.imports.push(Import {
                    segments: joined(&name.ident),
                    name: Some(text(&name.ident)),
                    line,
                });
            }
            UseTree::Rename(name) => {
                self.imports.push(Import {
                    segments: joined(&name.ident),
                    name: Some(text(&name.rename)),
                    line,
                });
            }
        }
    }

    fn note_path(&mut self, segments: Vec<String>, line: usize) {
        if segments.len() > 1 {
            self.paths.push(Mention { segments, line });
        }
    }

    /// Reads `a::b::c` out of tokens that need not be Rust.
    fn note_tokens(&mut self, tokens: TokenStream) {
        let mut segments = Vec::new();
        let (mut line, mut colons) = (0, 0);
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => {
                    if colons != 2 || segments.is_empty() {
                        self.note_path(std::mem::take(&mut segments), line);
                        line = ident.span().start().line;
                    }
                    segments.push(text(&ident));
                    colons = 0;
                    continue;
                }
                TokenTree::Punct(punct) if punct.as_char() == ':' => {
                    colons += 1;
                    continue;
                }
                TokenTree::Group(group) => self.note_tokens(group.stream()),
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
            colons = 0;
            self.note_path(std::mem::take(&mut segments), line);
        }
        self.note_path(segments, line);
    }
}

impl<'ast> Visit<'ast> for Mentions {
    fn visit_item(&mut self, item: &'ast Item) {
        if !is_test_only(attributes(item)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_impl_item(&mut self, item: &'ast ImplItem) {
        if !is_test_only(impl_attributes(item)) {
            visit::visit_impl_item(self, item);
        }
    }

    fn visit_trait_item(&mut self, item: &'ast TraitItem) {
        if !is_test_only(trait_attributes(item)) {
            visit::visit_trait_item(self, item);
        }
    }

    fn visit_item_mod(&mut self, module: &'ast ItemMod) {
        match &module.content {
            Some((_, items)) => self.inline.push((text(&module.ident), Mentions::of(items))),
            None => {
                let path = module.attrs.iter().find_map(path_attribute);
                self.in_files.push(FileModule { name: text(&module.ident), path });
            }
        }
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        self.note_use(&[], &item.tree);
    }

    fn visit_path(&mut self, path: &'ast Path) {
        let segments = path.segments.iter().map(|segment| text(&segment.ident)).collect();
        self.note_path(segments, path.span().start().line);
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast Macro) {
        self.visit_path(&call.path);
        self.note_tokens(call.tokens.clone());
    }

    fn visit_signature(&mut self, signature: &'ast Signature) {
        self.async_lines.extend(signature.asyncness.map(|token| token.span.start().line));
        visit::visit_signature(self, signature);
    }

    fn visit_expr_async(&mut self, expression: &'ast ExprAsync) {
        self.async_lines.insert(expression.async_token.span.start().line);
        visit::visit_expr_async(self, expression);
    }

    fn visit_expr_await(&mut self, expression: &'ast ExprAwait) {
        self.async_lines.insert(expression.await_token.span.start().line);
        visit::visit_expr_await(self, expression);
    }

    /// `pub(in crate::a)` is no import.
    fn visit_visibility(&mut self, _: &'ast Visibility) {}

    /// Derives and lint attributes are no imports.
    fn visit_attribute(&mut self, _: &'ast Attribute) {}
}

fn name_of(item: &Item) -> Option<String> {
    let ident = match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Macro(item) => item.ident.as_ref()?,
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::Type(item) => &item.ident,
        Item::Union(item) => &item.ident,
        _ => return None,
    };
    Some(text(ident))
}

fn path_attribute(attribute: &Attribute) -> Option<String> {
    let pair = attribute.meta.require_name_value().ok().filter(|pair| pair.path.is_ident("path"))?;
    match &pair.value {
        Expr::Lit(ExprLit { lit: Lit::Str(path), .. }) => Some(path.value()),
        _ => None,
    }
}

/// The name without the `r#` of a raw identifier.
fn text(ident: &proc_macro2::Ident) -> String {
    let name = ident.to_string();
    name.strip_prefix("r#").map(str::to_owned).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mentions(text: &str) -> Mentions {
        Mentions::of(&syn::parse_file(text).expect("the test is Rust").items)
    }

    fn check_imports(text: &str, expected: &[(&str, &str)]) {
        let found = mentions(text).imports;
        let found: Vec<(String, String)> = found
            .into_iter()
            .map(|import| (import.segments.join("::"), import.name.unwrap_or("*".into())))
            .collect();
        let found: Vec<(&str, &str)> =
            found.iter().map(|(path, name)| (path.as_str(), name.as_str())).collect();
        assert_eq!(found, expected);
    }

    fn check_paths(text: &str, expected: &[&str]) {
        let found: Vec<String> =
            mentions(text).paths.into_iter().map(|path| path.segments.join("::")).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn use_trees_are_taken_apart() {
        let text = "use a::{self, b::C, d as e, f::*}; use r#type::G;";
        let expected = [("a", "a"), ("a::b::C", "C"), ("a::d", "e"), ("a::f", "*"), ("type::G", "G")];
        check_imports(text, &expected);
    }

    #[test]
    fn paths_are_found_in_types_calls_and_macros() {
        let text = "fn f(a: crate::x::A) { super::g(); let _ = vec![(1, crate::h::<u8>()), b.c]; }";
        check_paths(text, &["crate::x::A", "super::g", "crate::h"]);
    }

    #[test]
    fn visibility_attributes_and_tests_name_nothing() {
        let text = "#[doc = \"a\"] pub(in crate::a) fn f() {} #[cfg(test)] mod tests { use super::*; }
                    impl A { #[cfg(test)] fn g() { crate::x::h() } }";
        check_paths(text, &[]);
        check_imports(text, &[]);
    }

    #[test]
    fn async_is_found_in_functions_blocks_and_awaits() {
        let text = "async fn f() {\n g().await }\nfn h() { let _ =\n async {}; }";
        assert_eq!(mentions(text).async_lines, BTreeSet::from([1, 2, 4]));
    }
}
