//! Finds what other template languages write between `{{ }}`, before the parser says no more than "not
//! understood".

use super::parse_error::ParseError;

/// Helpers and blocks of other languages with the way out.
const HELPERS: &[(&str, &str)] = &[
    ("lowercase", "write `{{lower …}}`"),
    ("tolowercase", "write `{{lower …}}`"),
    ("downcase", "write `{{lower …}}`"),
    ("uppercase", "write `{{upper …}}`"),
    ("touppercase", "write `{{upper …}}`"),
    ("upcase", "write `{{upper …}}`"),
    ("capitalize", "write `{{title …}}`"),
    ("strip", "write `{{trim …}}`"),
    ("ellipsis", "write `{{truncate … 40}}`"),
    ("substr", "write `{{truncate … 40}}`"),
    ("formatdate", "write `{{date run.started_at \"%Y-%m-%d\" \"Europe/Oslo\"}}`"),
    ("dateformat", "write `{{date run.started_at \"%Y-%m-%d\" \"Europe/Oslo\"}}`"),
    ("moment", "write `{{date run.started_at \"%Y-%m-%d\" \"Europe/Oslo\"}}`"),
    ("now", "write `{{date run.started_at \"%Y-%m-%d\"}}`"),
    ("tojson", "write `{{json …}}`"),
    ("stringify", "write `{{json …}}`"),
    ("coalesce", "write `{{default … \"…\"}}`"),
    ("concat", "write the paths side by side: `{{inputs.a}} {{inputs.b}}`"),
    ("append", "write the paths side by side: `{{inputs.a}} {{inputs.b}}`"),
    ("lookup", "write the way itself: `{{inputs.names.0}}`"),
    ("len", "name the number with `{count: $.…}` in a `set` step"),
    ("length", "name the number with `{count: $.…}` in a `set` step"),
    ("size", "name the number with `{count: $.…}` in a `set` step"),
    ("count", "name the number with `{count: $.…}` in a `set` step"),
    ("eq", CONDITION),
    ("ne", CONDITION),
    ("gt", CONDITION),
    ("gte", CONDITION),
    ("lt", CONDITION),
    ("lte", CONDITION),
    ("and", CONDITION),
    ("or", "write `{{default … \"…\"}}`, or name a truth with `{condition: \"…\"}` in a `set` step"),
    ("not", "write `{{#if …}}{{else}}…{{/if}}`"),
    ("unless", "write `{{#if …}}{{else}}…{{/if}}`"),
    ("with", "write the whole path: `{{steps.person.manager.id}}`"),
    ("for", "write `{{#each inputs.names}}{{this}}{{/each}}`"),
    ("foreach", "write `{{#each inputs.names}}{{this}}{{/each}}`"),
    ("repeat", "write `{{#each inputs.names}}{{this}}{{/each}}`"),
    ("raw", "braces are written as they stand with `\\{{`"),
    ("log", "what a run does is in its journal already"),
];

const CONDITION: &str =
    "name a truth with `{condition: \"…\"}` in a `set` step and ask `{{#if steps.x.is_new}}`";

/// The way out for a helper or block of another language.
pub(super) fn helper_help(name: &str) -> Option<&'static str> {
    let plain = name.to_lowercase().replace('_', "");
    HELPERS.iter().find(|(word, _)| *word == plain).map(|(_, help)| *help)
}

/// The first thing between braces that another language would understand.
pub(super) fn foreign_in_text(source: &str) -> Option<ParseError> {
    expressions(source).find_map(|(at, inside)| {
        if inside.trim_start_matches(['~', '#']).starts_with(['!', '>', '*', '&', '{']) {
            return None;
        }
        path_sign(at, inside).or_else(|| brackets(at, inside)).or_else(|| operator(at, inside))
    })
}

/// Where a piece stands between braces; `None` where it stands only outside of them.
pub(super) fn place_inside(source: &str, piece: &str) -> Option<usize> {
    let whole = expressions(source)
        .find(|(_, inside)| inside.trim_matches(|c: char| c == '~' || c.is_whitespace()) == piece);
    whole
        .into_iter()
        .chain(expressions(source))
        .find_map(|(at, inside)| inside.find(piece).map(|found| at + found))
}

/// What stands between two braces each, with where it starts; escaped braces are text.
fn expressions(source: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut from = 0;
    std::iter::from_fn(move || {
        loop {
            let open = from + source[from..].find("{{")?;
            let start = open + 2;
            let len = source[start..].find("}}").unwrap_or(source.len() - start);
            from = start + len;
            let before = &source[..open];
            let is_escaped = before.ends_with('\\') && !before.ends_with("\\\\");
            if !is_escaped {
                return Some((start, &source[start..start + len]));
            }
        }
    })
}

/// A path that is written as outside of a text.
fn path_sign(start: usize, inside: &str) -> Option<ParseError> {
    let at = outside_quotes(inside).find(|(at, c)| *c == '$' && inside[at + 1..].starts_with('.'))?.0;
    let word: String =
        inside[at..].chars().take_while(|c| !c.is_whitespace() && !"()}".contains(*c)).collect();
    let right = word[2..].to_owned();
    Some(
        ParseError::new("a path in a text stands without `$.`")
            .piece(start + at, &word)
            .help(format!("write `{right}`"))
            .instead(right),
    )
}

/// `a[0]` and `a['b']`.
fn brackets(start: usize, inside: &str) -> Option<ParseError> {
    let bytes = inside.as_bytes();
    let is_name = |at: usize| bytes[at].is_ascii_alphanumeric() || bytes[at] == b'_' || bytes[at] == b']';
    let open = outside_quotes(inside).find(|(at, c)| *c == '[' && *at > 0 && is_name(at - 1))?.0;
    let close = inside[open..].find(']').map_or(inside.len(), |len| open + len + 1);
    let piece = &inside[open..close];
    let name = piece.trim_matches(|c| "[]'\"".contains(c));
    let right = match name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte)) {
        true => format!(".{name}"),
        false => format!(".[{name}]"),
    };
    Some(
        ParseError::new("an element or field in a text stands after a dot")
            .piece(start + open, piece)
            .help(format!("write `{right}`"))
            .instead(right),
    )
}

/// Operators, of which a text has none.
fn operator(start: usize, inside: &str) -> Option<ParseError> {
    const SIGNS: [&str; 14] =
        ["===", "!==", "==", "!=", "<=", ">=", "&&", "||", "??", "|", "<", ">", "?", "+"];
    let mut in_names = false;
    for (at, c) in outside_quotes(inside) {
        // The names of `as |one|` stand between bars.
        in_names |= inside[at..].starts_with("as |");
        if in_names || (c == '/' && at == 0) {
            continue;
        }
        let Some(sign) = SIGNS.iter().find(|sign| inside[at..].starts_with(**sign)) else { continue };
        let help = match *sign {
            "|" => "a helper stands before its value: `{{upper inputs.name}}`",
            "||" | "??" => "write `{{default inputs.name \"…\"}}`",
            "+" => "write the paths side by side: `{{inputs.a}} {{inputs.b}}`",
            _ => CONDITION,
        };
        return Some(
            ParseError::new(format!("a text has no operator `{sign}`")).piece(start + at, sign).help(help),
        );
    }
    None
}

fn outside_quotes(inside: &str) -> impl Iterator<Item = (usize, char)> + '_ {
    let mut quote = None;
    let mut in_brackets = false;
    inside.char_indices().filter(move |(at, c)| {
        match (quote, c) {
            (Some(open), c) if open == *c => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(*c),
            // A name in `.[ ]` is taken as it stands.
            (None, '[') if inside[..*at].ends_with('.') || *at == 0 => in_brackets = true,
            (None, ']') => in_brackets = false,
            (None, _) => return !in_brackets,
        }
        false
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_other_languages_write_is_answered() {
        let check = |source: &str, at: usize, message: &str, right: Option<&str>| {
            let error = foreign_in_text(source).unwrap_or_else(|| panic!("{source} is taken"));
            assert!(error.help.is_some(), "{source} has a way out");
            let found = (error.offset, error.message.as_str(), error.right.as_deref());
            assert_eq!(found, (Some(at), message, right), "{source}");
        };
        check("Hi {{$.steps.x.id}}", 5, "a path in a text stands without `$.`", Some("steps.x.id"));
        check("{{lower $.inputs.x}}", 8, "a path in a text stands without `$.`", Some("inputs.x"));
        check("{{ a[0] }}", 4, "an element or field in a text stands after a dot", Some(".0"));
        check("{{a['b-c']}}", 3, "an element or field in a text stands after a dot", Some(".b-c"));
        check("{{a[\"b c\"]}}", 3, "an element or field in a text stands after a dot", Some(".[b c]"));
        check("{{a | upper}}", 4, "a text has no operator `|`", None);
        check("{{a || 'x'}}", 4, "a text has no operator `||`", None);
        check("{{#if a == 1}}x{{/if}}", 8, "a text has no operator `==`", None);
        check("{{a ? 'b' : 'c'}}", 4, "a text has no operator `?`", None);
        check("{{a + b}}", 4, "a text has no operator `+`", None);
    }

    #[test]
    fn what_is_ours_is_left_alone() {
        for source in [
            "a == b | c $.x [0]",
            "{{default a \"$.x == | [0]\"}}",
            "{{#each a as |one n|}}{{one}}{{/each}}",
            "{{a.[b | c]}} {{! $.x | y }} {{> part}}",
            "\\{{a | b}}",
        ] {
            assert_eq!(foreign_in_text(source), None, "{source}");
        }
    }
}
