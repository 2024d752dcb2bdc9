//! Every code with its title, one line each. A code never changes its meaning; each has a page in
//! `docs/errors`.

use std::sync::LazyLock;

macro_rules! codes {
    ($($code:ident $word:literal $title:literal,)*) => {
        /// Code of a finding: `WF` for the text of a workflow, `GV` for approvals and permissions.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $(#[doc = $title] $code,)*
        }

        impl Code {
            /// Every code, in order.
            pub const ALL: &'static [Self] = &[$(Self::$code,)*];

            /// The code as it is written, such as `WF012`.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$code => $word,)* }
            }

            /// What it is about, a few words.
            #[must_use]
            pub fn title(self) -> &'static str {
                match self { $(Self::$code => $title,)* }
            }

            /// Its page of `docs/errors`, in Markdown.
            #[must_use]
            pub fn page(self) -> &'static str {
                match self {
                    $(Self::$code => include_str!(concat!("../../../../docs/errors/", $word, ".md")),)*
                }
            }
        }
    };
}

codes! {
    WF001 "WF001" "the text is not YAML that is read",
    WF002 "WF002" "a limit is exceeded",
    WF003 "WF003" "a key stands twice",
    WF004 "WF004" "a merge key",
    WF005 "WF005" "a number that would lose something",
    WF006 "WF006" "a value is read as a tag",
    WF007 "WF007" "braces without quotes",
    WF010 "WF010" "an unknown key",
    WF011 "WF011" "a key is missing",
    WF012 "WF012" "an unknown input of a node",
    WF013 "WF013" "a value of another kind",
    WF014 "WF014" "not exactly one kind of step",
    WF015 "WF015" "a name that is not taken",
    WF016 "WF016" "an id stands twice",
    WF017 "WF017" "an unknown node",
    WF018 "WF018" "an input of a node is missing",
    WF019 "WF019" "a value that an input does not take",
    WF020 "WF020" "an unknown step",
    WF021 "WF021" "a step that may not have run yet",
    WF022 "WF022" "an unknown root, input or setting",
    WF023 "WF023" "an unknown field of an output",
    WF024 "WF024" "a step that may be skipped is read",
    WF025 "WF025" "steps wait for each other",
    WF026 "WF026" "a step that is never reached",
    WF027 "WF027" "a poll of what is no read",
    WF028 "WF028" "a field that nobody declared",
    WF030 "WF030" "a path that is not understood",
    WF031 "WF031" "a text that is not understood",
    WF032 "WF032" "a condition that is not understood",
    WF033 "WF033" "a bare path in a condition",
    WF034 "WF034" "a comparison with what may be absent",
    WF035 "WF035" "a comparison of different types",
    WF036 "WF036" "a time that never compares right",
    WF037 "WF037" "a pattern that takes one text only",
    WF038 "WF038" "a value that a text cannot write",
    WF039 "WF039" "a text that looks like an expression",
    WF040 "WF040" "a table that is not understood",
    WF041 "WF041" "a row that is never reached",
    WF042 "WF042" "a file that is not there",
    WF043 "WF043" "an unknown table",
    WF044 "WF044" "inputs of a table that do not fit",
    WF045 "WF045" "an unknown mapping",
    WF046 "WF046" "a mapping that is not understood",
    WF047 "WF047" "an unknown record",
    WF048 "WF048" "a field that a record does not have",
    WF049 "WF049" "a value that a field does not take",
    WF050 "WF050" "a trigger does not fill the inputs",
    WF051 "WF051" "a field that nobody may write",
    WF052 "WF052" "a field that is needed and not filled",
    WF053 "WF053" "an alternative that is never taken",
    WF054 "WF054" "words of a field that contradict each other",
    WF055 "WF055" "a table or mapping that nothing uses",
    WF056 "WF056" "a table that cannot translate",
    WF060 "WF060" "a part of the language that cannot be run yet",
    WF061 "WF061" "a guard that counts nothing",
    WF062 "WF062" "a step of a loop is read from outside",
    WF063 "WF063" "an element's name that is taken",
    WF064 "WF064" "a loop over what is no list",
    WF070 "WF070" "two workflows with one name",
    GV001 "GV001" "nobody is asked",
    GV002 "GV002" "an effect that is never allowed",
    GV003 "GV003" "access without a gate",
    GV004 "GV004" "a gate that does not come before",
    GV005 "GV005" "an input that is not known at its gate",
    GV006 "GV006" "a time-out that approves without a reason",
    GV007 "GV007" "an input that must be written out",
    GV008 "GV008" "a secret in plain text",
    GV009 "GV009" "a person who is excluded and not named",
    GV010 "GV010" "approvers at a gate that cannot ask them",
    GV011 "GV011" "a tool of an agent that needs a gate",
    GV012 "GV012" "a gate that nothing hangs on",
    GV013 "GV013" "a time of a gate that never comes",
    GV014 "GV014" "a reason where none is needed",
    GV015 "GV015" "a reason that says nothing",
    GV016 "GV016" "an exclusion that excludes nobody",
    GV017 "GV017" "a gate without the record it hangs on",
    GV018 "GV018" "a calendar that is not there",
}

impl Code {
    /// Where its page stands in the repository.
    #[must_use]
    pub fn page_path(self) -> String {
        format!("docs/errors/{self}.md")
    }

    /// The way out that always holds: the first sentence of `What to do` on its page, as a message is
    /// written.
    #[must_use]
    pub fn way_out(self) -> &'static str {
        static WAYS: LazyLock<Vec<String>> =
            LazyLock::new(|| Code::ALL.iter().map(|code| first_way(code.page())).collect());
        Self::ALL.iter().position(|code| *code == self).map_or("", |at| &WAYS[at])
    }
}

fn first_way(page: &str) -> String {
    let (_, part) = page.split_once("## What to do").unwrap_or_default();
    let paragraph = part.trim_start().lines().next().unwrap_or_default();
    let sentence = paragraph.find(". ").map_or(paragraph, |end| &paragraph[..end]);
    let mut chars = sentence.trim_end_matches(['.', ':']).chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}

impl std::fmt::Display for Code {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_way_out_that_always_holds() {
        assert_eq!(Code::GV007.way_out(), "write the value out; use a `switch` where there are several");
        for code in Code::ALL {
            let way = code.way_out();
            assert!(way.len() > 8 && !way.ends_with('.') && !way.contains("```"), "{code}: {way}");
        }
    }

    #[test]
    fn codes_are_written_as_they_are_named_and_stand_in_order() {
        for code in Code::ALL {
            assert_eq!(code.as_str(), format!("{code:?}"));
        }
        let (texts, guards): (Vec<Code>, Vec<Code>) =
            Code::ALL.iter().copied().partition(|code| code.as_str().starts_with("WF"));
        assert!(
            texts.is_sorted_by_key(|code| code.as_str()) && guards.is_sorted_by_key(|code| code.as_str())
        );
    }
}
