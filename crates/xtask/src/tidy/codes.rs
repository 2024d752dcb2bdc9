//! Every diagnostic code has its page in `docs/errors`, and every page a code somebody can meet.

use std::collections::BTreeMap;

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{ImplItem, Item, LitStr, Macro};

use super::code::{Code, attributes, impl_attributes, is_test_only};
use super::{Finding, Source};

const FAMILIES: &[&str] = &["WF", "GV", "CN", "RN", "ST"];
const PAGES: &str = "docs/errors/";

/// The parts of a page, in order.
const HEADINGS: &[&str] = &["## What happened", "## Why", "## What to do"];

pub(crate) fn check(code: &[Code<'_>], sources: &[Source]) -> Vec<Finding> {
    let mut used = Codes::default();
    for code in code.iter().filter(|code| !code.is_test) {
        used.path = code.path;
        used.visit_file(&code.ast);
    }
    let mut pages = BTreeMap::new();
    for source in sources {
        let name = source.path.strip_prefix(PAGES).and_then(|name| name.strip_suffix(".md"));
        pages.extend(name.filter(|name| *name != "README").map(|name| (name, source)));
    }
    let mut findings = Vec::new();
    for (code, (path, line)) in used.places.iter().filter(|(code, _)| !pages.contains_key(code.as_str())) {
        let help = format!("write `{PAGES}{code}.md`: `# {code}: title`, {}", HEADINGS.join(", "));
        findings.push(Finding::new(path, *line, format!("the code `{code}` has no page"), help));
    }
    for (code, page) in pages {
        findings.extend(page_faults(code, page, used.places.contains_key(code)));
    }
    findings
}

fn page_faults(code: &str, page: &Source, is_used: bool) -> Vec<Finding> {
    let mut findings = Vec::new();
    if !is_used {
        let what = format!("no source uses the code `{code}`");
        findings.push(Finding::new(&page.path, 1, what, "remove the page, or name it like a code in use"));
    }
    let title = page.text.lines().next().and_then(|line| line.strip_prefix(&format!("# {code}: ")));
    if title.is_none_or(|title| title.trim().is_empty()) {
        let help = format!("begin the page with `# {code}: ` and a title");
        findings.push(Finding::new(&page.path, 1, "the title is missing", help));
    }
    let found: Vec<&str> =
        page.text.lines().map(str::trim_end).filter(|line| HEADINGS.contains(line)).collect();
    if found != HEADINGS {
        let help = format!("a page has {}, once each and in this order", HEADINGS.join(", "));
        findings.push(Finding::new(&page.path, 1, "the parts of the page are not complete", help));
    }
    findings
}

/// First place of every code in production code.
#[derive(Default)]
struct Codes<'a> {
    path: &'a str,
    places: BTreeMap<String, (&'a str, usize)>,
}

impl Codes<'_> {
    fn note(&mut self, literal: &LitStr) {
        if is_code(&literal.value()) {
            let place = (self.path, literal.span().start().line);
            self.places.entry(literal.value()).or_insert(place);
        }
    }

    fn note_tokens(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Group(group) => self.note_tokens(group.stream()),
                TokenTree::Literal(literal) => {
                    if let Ok(literal) = syn::parse2::<LitStr>(TokenTree::Literal(literal).into()) {
                        self.note(&literal);
                    }
                }
                TokenTree::Ident(_) | TokenTree::Punct(_) => {}
            }
        }
    }
}

impl<'ast> Visit<'ast> for Codes<'_> {
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

    fn visit_lit_str(&mut self, literal: &'ast LitStr) {
        self.note(literal);
    }

    fn visit_macro(&mut self, call: &'ast Macro) {
        self.note_tokens(call.tokens.clone());
    }
}

fn is_code(text: &str) -> bool {
    text.split_at_checked(2).is_some_and(|(family, number)| {
        FAMILIES.contains(&family) && number.len() == 3 && number.bytes().all(|byte| byte.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::code::parse_all;

    const PAGE: &str = "# WF012: an input is unknown\n\n## What happened\n\n## Why\n\n## What to do\n";

    fn check_files(files: &[(&str, &str)]) -> Vec<String> {
        let sources: Vec<Source> =
            files.iter().map(|(path, text)| Source { path: (*path).into(), text: (*text).into() }).collect();
        let findings = check(&parse_all(&sources, &mut Vec::new()), &sources);
        findings
            .into_iter()
            .map(|finding| format!("{}:{} {}", finding.path, finding.line, finding.what))
            .collect()
    }

    #[test]
    fn a_code_with_its_page_is_clean_also_inside_a_macro() {
        let page = ("docs/errors/WF012.md", PAGE);
        assert_eq!(check_files(&[("a.rs", "const A: &str = \"WF012\";"), page]), [""; 0]);
        assert_eq!(check_files(&[("a.rs", "fn f() { g!(code = [\"WF012\"]); }"), page]), [""; 0]);
    }

    #[test]
    fn a_code_without_a_page_is_found_where_it_is_used() {
        assert_eq!(
            check_files(&[("a.rs", "\nconst A: &str = \"CN004\";")]),
            ["a.rs:2 the code `CN004` has no page"]
        );
    }

    #[test]
    fn a_page_without_a_code_is_found() {
        let expected = ["docs/errors/WF012.md:1 no source uses the code `WF012`"];
        assert_eq!(check_files(&[("docs/errors/WF012.md", PAGE)]), expected);
    }

    #[test]
    fn a_page_without_title_or_parts_is_found() {
        let files = [("a.rs", "const A: &str = \"WF012\";"), ("docs/errors/WF012.md", "# Oops\n\n## Why\n")];
        let expected = [
            "docs/errors/WF012.md:1 the title is missing",
            "docs/errors/WF012.md:1 the parts of the page are not complete",
        ];
        assert_eq!(check_files(&files), expected);
    }

    #[test]
    fn codes_in_tests_and_look_alikes_are_no_codes() {
        let text = "#[cfg(test)] mod tests { const A: &str = \"WF001\"; } const B: [&str; 3] = [\"XX001\", \"WF1\", \"WF0012\"];";
        assert_eq!(check_files(&[("a.rs", text), ("docs/errors/README.md", "")]), [""; 0]);
    }
}
