//! Regular expressions of `match` and `search`: the syntax of the `regex` crate, which holds that of RFC
//! 9485; `.` takes everything but line ends.

use regex::{Regex, RegexBuilder};

use super::parse_error::ParseError;

/// Largest compiled expression: an author's own ones take some thousand bytes.
const COMPILED_BYTES_MAX: usize = 1 << 20;

/// Compiles a regular expression; with `whole` it must match a whole text.
///
/// # Errors
/// [`ParseError`] where it does not compile, and for a backspace, which is what `\b` means in a text.
pub(super) fn compile_pattern(pattern: &str, whole: bool) -> Result<Regex, ParseError> {
    if pattern.contains('\u{8}') {
        return Err(ParseError::new("`\\b` in a text is a backspace, not the edge of a word")
            .help("a backslash is written twice: `\\\\b`"));
    }
    // By itself first, so that `a)(b` is not mended by the parentheses around it.
    if !whole || pattern.contains(')') {
        let alone = build(pattern).map_err(|error| refused(pattern, &error))?;
        if !whole {
            return Ok(alone);
        }
    }
    build(&format!(r"\A(?:{pattern})\z")).map_err(|error| refused(pattern, &error))
}

fn build(pattern: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(pattern).crlf(true).size_limit(COMPILED_BYTES_MAX).build()
}

fn refused(pattern: &str, error: &regex::Error) -> ParseError {
    let reason = match error {
        regex::Error::CompiledTooBig(_) => "it is too large".to_owned(),
        error => {
            let reason = error.to_string();
            reason.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned()
        }
    };
    ParseError::new(format!("the regular expression `{pattern}` does not compile: {reason}"))
        .help("a sign that stands for itself has two backslashes before it, such as `\\\\(`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_match_is_anchored_and_alternatives_stay_together() {
        let check = |pattern, whole, text, expected| {
            let found = compile_pattern(pattern, whole).unwrap().is_match(text);
            assert_eq!(found, expected, "{pattern} {whole} {text}");
        };
        check("svc-.*", true, "svc-backup", true);
        check("svc", true, "svc-backup", false);
        check("svc", false, "a svc-backup", true);
        check("^svc", false, "a svc-backup", false);
        check("a|b", true, "ab", false);
        check("a.b", true, "a\rb", false);
        check("a.b", true, "aøb", true);
        check("x", true, "x\n", false);
        check("(?i)ÅSE", true, "åse", true);
    }

    #[test]
    fn what_does_not_compile_is_refused() {
        let refused = |pattern: &str, reason: &str| {
            let error = compile_pattern(pattern, true).unwrap_err().message;
            assert_eq!(error, format!("the regular expression `{pattern}` does not compile: {reason}"));
        };
        refused("(x", "unclosed group");
        refused("a)(b", "unopened group");
        refused("*", "repetition operator missing expression");
        refused("(a{1000}){1000}", "it is too large");
        refused("(?=x)", "look-around, including look-ahead and look-behind, is not supported");
        assert!(compile_pattern("\u{8}x", false).is_err());
    }
}
