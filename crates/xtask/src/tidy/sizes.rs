//! How long a file or a function may grow, and how much a function may be asked to carry.
//!
//! A line counts when it holds code: blank lines and lines of nothing but comment are free, so that nobody saves
//! on explanation. Test modules and test targets do not count towards the length of a file; the two limits on
//! functions hold for tests too.

use std::ops::RangeInclusive;

use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Block, FnArg, ImplItemFn, ItemFn, Signature, TraitItemFn};

use super::Finding;
use super::code::{Code, attributes, is_test_only};

const FILE_LINES_MAX: usize = 600;
const FUNCTION_LINES_MAX: usize = 70;
const PARAMETERS_MAX: usize = 5;

pub(crate) fn check(code: &[Code<'_>]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for code in code {
        let is_code = code_lines(code.text);
        findings.extend(file_fault(code, &is_code));
        let mut functions = Functions { path: code.path, is_code: &is_code, findings: Vec::new() };
        functions.visit_file(&code.ast);
        findings.append(&mut functions.findings);
    }
    findings
}

fn file_fault(code: &Code<'_>, is_code: &[bool]) -> Option<Finding> {
    if code.is_test {
        return None;
    }
    let test_items = code.ast.items.iter().filter(|item| is_test_only(attributes(item)));
    let test_lines: usize = test_items.map(|item| count(is_code, &lines(item.span()))).sum();
    let production = is_code.iter().filter(|is_code| **is_code).count() - test_lines;
    (production > FILE_LINES_MAX).then(|| {
        let what =
            format!("the file has {production} lines of production code, {FILE_LINES_MAX} are allowed");
        Finding::new(code.path, 1, what, "split it by subject")
    })
}

/// For each line of the text whether it holds code; a line inside a text literal is judged by how it looks.
fn code_lines(text: &str) -> Vec<bool> {
    let mut in_comment = false;
    let judge = |line: &str| {
        let line = line.trim();
        if in_comment {
            in_comment = !line.ends_with("*/");
            return false;
        }
        if line.starts_with("/*") {
            in_comment = !line.contains("*/");
            return line.split_once("*/").is_some_and(|(_, rest)| !rest.is_empty());
        }
        !line.is_empty() && !line.starts_with("//")
    };
    text.lines().map(judge).collect()
}

fn lines(span: proc_macro2::Span) -> RangeInclusive<usize> {
    span.start().line..=span.end().line
}

/// How many of these lines, counted from 1, hold code.
fn count(is_code: &[bool], lines: &RangeInclusive<usize>) -> usize {
    let holds_code = |line: &usize| is_code.get(line.saturating_sub(1)).copied().unwrap_or(false);
    lines.clone().filter(holds_code).count()
}

struct Functions<'a> {
    path: &'a str,
    is_code: &'a [bool],
    findings: Vec<Finding>,
}

impl Functions<'_> {
    fn judge(&mut self, signature: &Signature, body: Option<&Block>) {
        let (name, line) = (&signature.ident, signature.ident.span().start().line);
        let parameters = signature.inputs.iter().filter(|input| matches!(input, FnArg::Typed(_))).count();
        if parameters > PARAMETERS_MAX {
            let what = format!("`{name}` takes {parameters} parameters, {PARAMETERS_MAX} are allowed");
            self.findings.push(Finding::new(self.path, line, what, "put what belongs together into a type"));
        }
        let length = body.map_or(0, |body| self.body_lines(body));
        if length > FUNCTION_LINES_MAX {
            let what = format!("`{name}` has {length} lines, {FUNCTION_LINES_MAX} are allowed");
            self.findings.push(Finding::new(
                self.path,
                line,
                what,
                "let the caller branch and give the rest names",
            ));
        }
    }

    /// Lines of code between the braces.
    fn body_lines(&self, body: &Block) -> usize {
        let braces = body.brace_token.span;
        count(self.is_code, &(braces.open().end().line + 1..=braces.close().start().line.saturating_sub(1)))
    }
}

impl<'ast> Visit<'ast> for Functions<'_> {
    fn visit_item_fn(&mut self, function: &'ast ItemFn) {
        self.judge(&function.sig, Some(&function.block));
        visit::visit_item_fn(self, function);
    }

    fn visit_impl_item_fn(&mut self, function: &'ast ImplItemFn) {
        self.judge(&function.sig, Some(&function.block));
        visit::visit_impl_item_fn(self, function);
    }

    fn visit_trait_item_fn(&mut self, function: &'ast TraitItemFn) {
        self.judge(&function.sig, function.default.as_ref());
        visit::visit_trait_item_fn(self, function);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::Source;
    use crate::tidy::code::parse_all;

    fn check_one(path: &str, text: &str) -> Vec<String> {
        let sources = [Source { path: path.to_owned(), text: text.to_owned() }];
        check(&parse_all(&sources, &mut Vec::new())).into_iter().map(|finding| finding.what).collect()
    }

    fn constants(count: usize) -> String {
        (0..count).map(|index| format!("const C{index}: u8 = 0;\n")).collect()
    }

    fn function(lines: usize) -> String {
        format!("fn long() {{\n{}}}\n", "    f();\n".repeat(lines))
    }

    #[test]
    fn a_file_at_the_limit_is_clean_and_one_line_more_is_found() {
        assert_eq!(check_one("crates/a/src/b.rs", &constants(600)), [""; 0]);
        let expected = ["the file has 601 lines of production code, 600 are allowed"];
        assert_eq!(check_one("crates/a/src/b.rs", &constants(601)), expected);
    }

    #[test]
    fn blank_lines_comments_and_tests_are_free() {
        let free = "\n// Why.\n/// What.\n/* a\nb */\n#[cfg(test)]\nmod tests {\n    fn f() {}\n}\n";
        assert_eq!(check_one("crates/a/src/b.rs", &(constants(600) + free)), [""; 0]);
        assert_eq!(check_one("tests/b.rs", &constants(900)), [""; 0]);
    }

    #[test]
    fn a_long_function_is_found_also_in_tests_impls_and_traits() {
        let expected = ["`long` has 71 lines, 70 are allowed"];
        assert_eq!(check_one("crates/a/src/b.rs", &function(70)), [""; 0]);
        assert_eq!(check_one("crates/a/src/b.rs", &function(71)), expected);
        assert_eq!(check_one("tests/b.rs", &function(71)), expected);
        assert_eq!(check_one("crates/a/src/b.rs", &format!("impl A {{ {} }}", function(71))), expected);
        assert_eq!(check_one("crates/a/src/b.rs", &format!("trait A {{ {} }}", function(71))), expected);
    }

    #[test]
    fn the_sixth_parameter_is_found_and_self_is_none() {
        let five = "impl A { fn f(&self, a: u8, b: u8, c: u8, d: u8, e: u8) {} }";
        assert_eq!(check_one("crates/a/src/b.rs", five), [""; 0]);
        let six = "fn f(a: u8, b: u8, c: u8, d: u8, e: u8, g: u8) {}";
        assert_eq!(check_one("crates/a/src/b.rs", six), ["`f` takes 6 parameters, 5 are allowed"]);
    }
}
