//! `drawbridge explain`: the page of a code, from inside the binary.

use anyhow::Result;
use drawbridge_core::diagnostic::nearest;
use serde_json::{Value, json};

use crate::args::ExplainArgs;
use crate::exit::Exit;
use crate::output::{markdown, print};
use crate::pages::{FAMILIES, Page, pages};

/// Widest paragraph, in columns; longer lines are hard to read.
const WIDTH_MAX: usize = 100;

/// Columns where standard output is no terminal.
const WIDTH: usize = 80;

/// Shows the page of a code, or lists every code.
///
/// # Errors
/// None; an unknown code is a finding.
pub(crate) fn explain(args: &ExplainArgs) -> Result<Exit> {
    let pages = pages();
    let Some(code) = &args.code else {
        if args.json {
            print::json_pretty(&pages.iter().map(|page| document(*page)).collect::<Vec<_>>());
        } else {
            list(&pages);
        }
        return Ok(Exit::Good);
    };
    match pages.iter().find(|page| page.code.eq_ignore_ascii_case(code)) {
        Some(page) if args.json => print::json_pretty(&document(*page)),
        Some(page) => show(*page),
        None => {
            let near = nearest(code, pages.iter().map(|page| page.code));
            let help = near.map_or("`drawbridge explain` lists every code".to_owned(), |near| {
                format!("did you mean `{near}`? `drawbridge explain` lists every code")
            });
            print::note(&format!("there is no code `{code}`\n  = help: {help}"));
            return Ok(Exit::Findings);
        }
    }
    Ok(Exit::Good)
}

fn show(page: Page) {
    let width = print::columns().map_or(WIDTH, |columns| columns.min(WIDTH_MAX));
    print::line(markdown::render(page.text, width).trim_end());
}

fn list(pages: &[Page]) {
    for (at, (family, about)) in FAMILIES.iter().enumerate() {
        print::line(&markdown::heading(&format!("{}{family}: {about}", if at == 0 { "" } else { "\n" })));
        for page in pages.iter().filter(|page| page.code.starts_with(family)) {
            print::line(&format!("  {}  {}", page.code, page.title()));
        }
    }
}

fn document(page: Page) -> Value {
    json!({
        "code": page.code,
        "title": page.title(),
        "what_happened": page.part("What happened"),
        "why": page.part("Why"),
        "what_to_do": page.part("What to do"),
        "docs": format!("docs/errors/{}.md", page.code),
    })
}
