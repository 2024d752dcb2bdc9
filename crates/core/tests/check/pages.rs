//! Every code has its page.

use drawbridge_core::diagnostic::Code;

#[test]
fn every_code_has_a_page_with_its_title() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/errors");
    for code in Code::ALL {
        let page = std::fs::read_to_string(format!("{folder}/{code}.md"))
            .unwrap_or_else(|error| panic!("{code}: {error}"));
        assert_eq!(page.lines().next(), Some(format!("# {code}: {}", code.title()).as_str()));
        for part in ["## What happened", "## Why", "## What to do"] {
            assert!(page.contains(part), "{code}");
        }
    }
}
