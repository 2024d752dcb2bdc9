//! The pages of `docs/errors`, inside the binary. Those of `WF` and `GV` come with their codes from `core`;
//! the codes of the other families stand in several crates and are listed here.

use drawbridge_core::diagnostic::Code;

/// One page.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Page {
    /// The code, such as `WF012`.
    pub(crate) code: &'static str,
    /// Its Markdown.
    pub(crate) text: &'static str,
}

impl Page {
    /// What the code is about, a few words.
    pub(crate) fn title(self) -> &'static str {
        let first = self.text.lines().next().unwrap_or_default();
        first.split_once(": ").map_or(first, |(_, title)| title)
    }

    /// The text below one of its headings.
    pub(crate) fn part(self, heading: &str) -> String {
        let lines = self.text.lines().skip_while(|line| *line != format!("## {heading}")).skip(1);
        let lines: Vec<&str> = lines.take_while(|line| !line.starts_with("## ")).collect();
        lines.join("\n").trim().to_owned()
    }
}

/// The families of codes, and what each is about.
pub(crate) const FAMILIES: &[(&str, &str)] = &[
    ("WF", "text of a workflow"),
    ("GV", "approvals and permissions"),
    ("CN", "remote systems"),
    ("RN", "runs"),
    ("ST", "set-up"),
];

macro_rules! pages {
    ($($code:ident)*) => {
        const OTHERS: &[Page] = &[$(Page {
            code: stringify!($code),
            text: include_str!(concat!("../../../docs/errors/", stringify!($code), ".md")),
        },)*];
    };
}

pages! {
    CN001 CN002 CN003 CN004 CN005 CN006 CN007 CN008 CN009 CN010 CN011 CN012 CN013 CN014 CN015 CN016 CN017 CN018 CN019 CN020 CN021 CN022
    RN001 RN002 RN003 RN004 RN005 RN006 RN007 RN008 RN009 RN010 RN011 RN012 RN014 RN015 RN016 RN017 RN018 RN019 RN020 RN021 RN022
    ST001 ST002 ST003 ST004 ST005 ST006 ST007 ST008 ST010 ST011 ST012 ST020 ST021 ST022 ST023 ST024 ST025 ST026 ST027 ST028
    ST029 ST030
}

/// Every page, family by family and in the order of the numbers.
pub(crate) fn pages() -> Vec<Page> {
    let language = Code::ALL.iter().map(|code| Page { code: code.as_str(), text: code.page() });
    let mut pages: Vec<Page> = language.chain(OTHERS.iter().copied()).collect();
    let family = |page: &Page| FAMILIES.iter().position(|(family, _)| page.code.starts_with(family));
    pages.sort_by_key(|page| (family(page), page.code));
    pages
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_of_the_folder_is_inside() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/errors");
        let mut names: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_str().unwrap().replace(".md", ""))
            .filter(|name| name != "README")
            .collect();
        names.sort_unstable();
        let mut inside: Vec<&str> = pages().iter().map(|page| page.code).collect();
        inside.sort_unstable();
        assert_eq!(inside, names, "a new page of CN, RN or ST is listed in `pages.rs`");
    }

    #[test]
    fn every_page_has_its_title_and_parts() {
        for page in pages() {
            assert!(page.text.starts_with(&format!("# {}: ", page.code)), "{}", page.code);
            for heading in ["What happened", "Why", "What to do"] {
                assert!(!page.part(heading).is_empty(), "{}: {heading}", page.code);
            }
            assert!(FAMILIES.iter().any(|(family, _)| page.code.starts_with(family)), "{}", page.code);
        }
    }
}
