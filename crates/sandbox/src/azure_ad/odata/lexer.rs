//! Splits a filter into tokens with their places.
//!
//! Source: microsoft-graph.md section 4.3. The wordings are those of the library the service is
//! built on.

use crate::azure_ad::errors::GraphError;

/// A piece of a filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Token {
    Open,
    Close,
    Comma,
    Colon,
    /// A quoted text, unquoted.
    Text(String),
    /// A quoted text right behind a type's name: `duration'PT5H'`.
    Typed(String, String),
    /// Everything else up to the next separator: names with slashes, numbers, dates, GUIDs.
    Word(String),
}

/// A token and where it stands, in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Placed {
    pub(crate) token: Token,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// A refusal of the whole filter.
pub(crate) fn invalid(why: &str) -> GraphError {
    GraphError::malformed(format!("Invalid filter clause: {why}"))
}

/// The place of a byte as the service counts: in characters from zero.
pub(crate) fn position(filter: &str, byte: usize) -> usize {
    filter.char_indices().take_while(|(at, _)| *at < byte).count()
}

/// Reads the whole filter.
///
/// # Errors
/// 400 for a quote that is never closed and for a character no token has.
pub(crate) fn tokens(filter: &str) -> Result<Vec<Placed>, GraphError> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(next) = filter[at..].chars().next() {
        let start = at;
        let token = match next {
            '(' => Token::Open,
            ')' => Token::Close,
            ',' => Token::Comma,
            ':' => Token::Colon,
            '\'' => Token::Text(quoted(filter, &mut at)?),
            blank if blank.is_whitespace() => {
                at += blank.len_utf8();
                continue;
            }
            _ => word(filter, &mut at)?,
        };
        if at == start {
            at += next.len_utf8();
        }
        tokens.push(Placed { token, start, end: at });
    }
    Ok(tokens)
}

/// Reads a quoted text from its opening quote to behind the closing one.
fn quoted(filter: &str, at: &mut usize) -> Result<String, GraphError> {
    let mut text = String::new();
    let mut rest = &filter[*at + 1..];
    loop {
        let Some((part, behind)) = rest.split_once('\'') else {
            let place = position(filter, filter.len());
            return Err(invalid(&format!(
                "There is an unterminated string literal at position {place} in '{filter}'."
            )));
        };
        text.push_str(part);
        let Some(doubled) = behind.strip_prefix('\'') else {
            *at = filter.len() - behind.len();
            return Ok(text);
        };
        text.push('\'');
        rest = doubled;
    }
}

fn word(filter: &str, at: &mut usize) -> Result<Token, GraphError> {
    let rest = &filter[*at..];
    // Inside a value a colon belongs to a time of day; behind a name it is a lambda's.
    let timed = rest.starts_with(|first: char| first.is_ascii_digit() || first == '-');
    let belongs = |c: char| c.is_alphanumeric() || "_-./$@#+*".contains(c) || (c == ':' && timed);
    let end = rest.find(|c| !belongs(c)).unwrap_or(rest.len());
    if end == 0 {
        let character = rest.chars().next().unwrap_or_default();
        let place = position(filter, *at);
        return Err(invalid(&format!(
            "Syntax error: character '{character}' is not valid at position {place} in '{filter}'."
        )));
    }
    *at += end;
    let word = rest[..end].to_owned();
    match rest[end..].starts_with('\'') {
        true => Ok(Token::Typed(word, quoted(filter, at)?)),
        false => Ok(Token::Word(word)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(text: &str) -> Token {
        Token::Word(text.to_owned())
    }

    fn check(filter: &str, expected: &[Token]) {
        let found: Vec<Token> = tokens(filter).unwrap().into_iter().map(|placed| placed.token).collect();
        assert_eq!(found, expected, "{filter}");
    }

    #[test]
    fn quotes_times_and_lambdas_are_told_apart() {
        let name = Token::Text("O'Brien".to_owned());
        check("displayName eq 'O''Brien'", &[word("displayName"), word("eq"), name]);
        let instant = "2026-01-01T00:00:00+02:00";
        let expected = [word("createdDateTime"), word("ge"), word(instant)];
        check("createdDateTime ge 2026-01-01T00:00:00+02:00", &expected);
        let expected = [
            word("groupTypes/any"),
            Token::Open,
            word("c"),
            Token::Colon,
            word("c"),
            word("eq"),
            Token::Text("Unified".to_owned()),
            Token::Close,
        ];
        check("groupTypes/any(c:c eq 'Unified')", &expected);
        let lasts = Token::Typed("duration".to_owned(), "PT5H".to_owned());
        check("x le duration'PT5H'", &[word("x"), word("le"), lasts]);
        check("''''", &[Token::Text("'".to_owned())]);
    }

    #[test]
    fn refusals_name_the_place() {
        let message = |filter: &str| tokens(filter).unwrap_err().message;
        assert_eq!(
            message("øre eq 'x"),
            "Invalid filter clause: There is an unterminated string literal at position 9 in 'øre eq 'x'."
        );
        assert_eq!(
            message("mail eq \"x\""),
            "Invalid filter clause: Syntax error: character '\"' is not valid at position 8 in 'mail eq \"x\"'."
        );
    }
}
