//! Finds what looks like an expression in a text that is taken as it stands: `$inputs.person`,
//! `{inputs.person}`, a path amid other words.

/// Roots that are there everywhere, or are written as if they were.
const ROOTS: [&str; 9] =
    ["inputs", "settings", "steps", "status", "run", "error", "trigger", "out", "source"];
/// Roots without sign that are read as a path; `run.sh`, `error.log` and the like name files.
const BARE_ROOTS: [&str; 4] = ["inputs", "settings", "steps", "trigger"];
/// Ends of file names, which a bare path does not have.
const FILE_ENDS: [&str; 10] = ["json", "yaml", "yml", "csv", "txt", "md", "log", "sh", "xml", "toml"];
/// Blocks of other template languages.
const BLOCKS: [(&str, &str); 2] = [("{%", "%}"), ("<%", "%>")];

/// A piece of a text that was most likely meant as an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Alike {
    /// Byte of the text where the first such piece begins.
    pub(crate) at: usize,
    /// The first such piece.
    pub(crate) wrong: String,
    /// What stands there rightly; absent where that is not known.
    pub(crate) right: Option<String>,
    /// The whole text with every such piece mended.
    pub(crate) mended: String,
}

/// What looks like an expression in a text; `elements` are the names of elements of loops, `is_text` tells
/// that a path alone is not taken there.
pub(crate) fn alike(text: &str, elements: &[&str], is_text: bool) -> Option<Alike> {
    let is_root = |root: &str| ROOTS.contains(&root) || elements.contains(&root);
    for (open, close) in BLOCKS {
        if let Some(at) = text.find(open)
            && let Some(len) = text[at..].find(close)
        {
            let wrong = text[at..at + len + close.len()].to_owned();
            return Some(Alike { at, wrong, right: None, mended: text.to_owned() });
        }
    }
    let mut first: Option<(usize, String, String)> = None;
    let (mut mended, mut at) = (String::new(), 0);
    while let Some(next) = text[at..].chars().next() {
        let rest = &text[at..];
        let piece = piece(rest, &is_root)
            .or_else(|| bare(text, elements).filter(|_| at == 0).map(|way| (text.len(), way)))
            // A dollar sign before a value is taken as one, unless the value is all there is.
            .filter(|(len, _)| *len == text.len() || !rest.starts_with("${{") || rest.starts_with("${{ "))
            .filter(|(len, _)| is_text || at > 0 || *len < text.len() || !rest.starts_with("$."));
        if let Some((len, way)) = piece {
            let is_whole = at == 0 && len == text.len() && !is_text;
            let right = if is_whole { format!("$.{way}") } else { format!("{{{{{way}}}}}") };
            mended.push_str(&right);
            first.get_or_insert_with(|| (at, rest[..len].to_owned(), right));
            at += len;
        } else {
            // What stands between two braces, or after `$$`, is no text that looks like something.
            let len = match next {
                '{' if rest.starts_with("{{") => rest.find("}}").map_or(rest.len(), |end| end + 2),
                '$' if rest.starts_with("$$") => 2,
                _ => next.len_utf8(),
            };
            mended.push_str(&rest[..len]);
            at += len;
        }
    }
    first.map(|(at, wrong, right)| Alike { at, wrong, right: Some(right), mended })
}

/// The length of a piece that begins here, and the way it names.
fn piece(rest: &str, is_root: &dyn Fn(&str) -> bool) -> Option<(usize, String)> {
    for (open, close) in [("${{", "}}"), ("${", "}"), ("{", "}")] {
        let Some(after) = rest.strip_prefix(open) else { continue };
        let len = after.find(close)?;
        let inside = after[..len].trim();
        let inside = inside.strip_prefix("$.").unwrap_or(inside);
        let is_way = way(inside, is_root) == Some(inside.len());
        return is_way.then(|| (open.len() + len + close.len(), inside.to_owned()));
    }
    let after = rest.strip_prefix('$')?;
    let sign = if after.starts_with('.') { 2 } else { 1 };
    let len = way(&rest[sign..], is_root)?;
    Some((sign + len, rest[sign..sign + len].to_owned()))
}

/// The length of the way from a known root that stands at the beginning: a root, a dot and names.
fn way(text: &str, is_root: &dyn Fn(&str) -> bool) -> Option<usize> {
    let name = |from: usize| {
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        text[from..].find(|c| !is_name(c)).map_or(text.len(), |len| from + len)
    };
    let root = name(0);
    let mut end = root;
    while text[end..].starts_with('.') && name(end + 1) > end + 1 {
        end = name(end + 1);
    }
    (end > root && is_root(&text[..root])).then_some(end)
}

/// A whole text that is a way and nothing else.
fn bare(text: &str, elements: &[&str]) -> Option<String> {
    let is_root = |root: &str| BARE_ROOTS.contains(&root) || elements.contains(&root);
    let end = text.rsplit('.').next().unwrap_or_default();
    (way(text, &is_root) == Some(text.len()) && !FILE_ENDS.contains(&end)).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_an_expression_is_found_and_mended() {
        let check = |text: &str, wrong: &str, mended: &str| {
            let alike = alike(text, &["item"], false).unwrap_or_else(|| panic!("{text} is taken"));
            assert_eq!((alike.wrong.as_str(), alike.mended.as_str()), (wrong, mended), "{text}");
            assert!(text[alike.at..].starts_with(wrong), "{text}");
        };
        check("$inputs.person", "$inputs.person", "$.inputs.person");
        check("${{ inputs.person }}", "${{ inputs.person }}", "$.inputs.person");
        check("${{inputs.person}}", "${{inputs.person}}", "$.inputs.person");
        check("${inputs.person}", "${inputs.person}", "$.inputs.person");
        check("{inputs.person}", "{inputs.person}", "$.inputs.person");
        check("{ $.inputs.person }", "{ $.inputs.person }", "$.inputs.person");
        check("steps.person.displayName", "steps.person.displayName", "$.steps.person.displayName");
        check("item.name", "item.name", "$.item.name");
        check("Hi $.inputs.a, {inputs.b}.", "$.inputs.a", "Hi {{inputs.a}}, {{inputs.b}}.");
        check("{{inputs.a}} and $steps.b.id", "$steps.b.id", "{{inputs.a}} and {{steps.b.id}}");
        check("Hi ${{ inputs.a }}!", "${{ inputs.a }}", "Hi {{inputs.a}}!");
        check("{% if inputs.a %}x", "{% if inputs.a %}", "{% if inputs.a %}x");
        check("<%= name %>", "<%= name %>", "<%= name %>");
    }

    #[test]
    fn a_place_for_texts_takes_braces() {
        let mended = |text: &str| alike(text, &[], true).map(|alike| alike.mended);
        assert_eq!(mended("{inputs.a}"), Some("{{inputs.a}}".to_owned()));
        assert_eq!(mended("inputs.a"), Some("{{inputs.a}}".to_owned()));
    }

    #[test]
    fn what_is_a_text_is_left_alone() {
        for text in [
            "$5",
            "costs $.50",
            "{a}",
            "{a.b}",
            "$.inputs.a",
            "$$.inputs.a",
            "pay $$.inputs.a",
            "{{inputs.a}}",
            "Budget ${{inputs.amount}}",
            "ann.inputs@example.com",
            "https://example.com/inputs.a/$",
            "run.sh",
            "settings.json",
            "error.log",
            "status.io",
            "^inputs$",
            "inputs",
            "inputs.",
            "see inputs.person",
            "{inputs}",
            "50% of <b>",
            "\\{inputs.a",
            "item.name",
            "$select=id",
            "{\"a\": 1}",
        ] {
            assert_eq!(alike(text, &[], false), None, "{text}");
        }
    }
}
