//! `lib.rs` and `mod.rs` are maps: modules, re-exports, calls of a registering macro, nothing that decides.

use syn::Item;
use syn::spanned::Spanned;

use super::Finding;
use super::code::{Code, is_map_line};

pub(crate) fn check(code: &[Code<'_>]) -> Vec<Finding> {
    let maps = code.iter().filter(|code| matches!(code.path.rsplit('/').next(), Some("lib.rs" | "mod.rs")));
    maps.flat_map(|code| {
        code.ast.items.iter().filter(|item| !is_map_line(item)).map(|item| finding(code.path, item))
    })
    .collect()
}

fn finding(path: &str, item: &Item) -> Finding {
    let name = path.rsplit('/').next().unwrap_or(path);
    let what = format!("`{name}` is a map, but holds more than modules and re-exports");
    Finding::new(path, item.span().start().line, what, "move this into a file named for its subject")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::Source;
    use crate::tidy::code::parse_all;

    fn check_one(path: &str, text: &str) -> Vec<usize> {
        let sources = [Source { path: path.to_owned(), text: text.to_owned() }];
        check(&parse_all(&sources, &mut Vec::new())).into_iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn modules_reexports_and_registering_macros_are_a_map() {
        let text =
            "//! x\nmod a;\npub use a::B;\nnodes! { write a::B }\n#[cfg(test)]\nmod tests { fn f() {} }\n";
        assert_eq!(check_one("crates/x/src/mod.rs", text), [0; 0]);
    }

    #[test]
    fn anything_defined_in_a_map_is_found_with_its_line() {
        let text = "//! x\nmod a;\nfn f() {}\npub struct S;\nmod b { }\n";
        assert_eq!(check_one("crates/x/src/lib.rs", text), [3, 4, 5]);
        assert_eq!(check_one("crates/x/src/other.rs", text), [0; 0]);
    }
}
