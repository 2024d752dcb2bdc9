//! Splits a filter into tokens.
//!
//! Source: microsoft-graph.md section 4.3.

/// A piece of a filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Token {
    Open,
    Close,
    Comma,
    Colon,
    /// A quoted text, unquoted.
    Text(String),
    /// Everything else up to the next separator: names with slashes, numbers, dates, GUIDs.
    Word(String),
}

/// A quote that is never closed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Unterminated;

/// Reads the whole filter.
pub(crate) fn tokens(filter: &str) -> Result<Vec<Token>, Unterminated> {
    let mut chars = filter.chars().peekable();
    let mut tokens = Vec::new();
    while let Some(&next) = chars.peek() {
        match next {
            '(' => tokens.push(Token::Open),
            ')' => tokens.push(Token::Close),
            ',' => tokens.push(Token::Comma),
            // Inside a word a colon belongs to a time of day; this one follows a lambda's name.
            ':' => tokens.push(Token::Colon),
            '\'' => {
                chars.next();
                tokens.push(Token::Text(text(&mut chars)?));
                continue;
            }
            blank if blank.is_whitespace() => {}
            _ => {
                tokens.push(Token::Word(word(&mut chars)));
                continue;
            }
        }
        chars.next();
    }
    Ok(tokens)
}

fn text(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Result<String, Unterminated> {
    let mut text = String::new();
    while let Some(next) = chars.next() {
        if next != '\'' {
            text.push(next);
        } else if chars.peek() == Some(&'\'') {
            chars.next();
            text.push('\'');
        } else {
            return Ok(text);
        }
    }
    Err(Unterminated)
}

fn word(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) -> String {
    let mut word = String::new();
    while let Some(&next) = chars.peek() {
        let is_time = next == ':' && word.starts_with(|first: char| first.is_ascii_digit());
        if next.is_whitespace() || "(),'".contains(next) || (next == ':' && !is_time) {
            break;
        }
        word.push(next);
        chars.next();
    }
    word
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(text: &str) -> Token {
        Token::Word(text.to_owned())
    }

    #[test]
    fn quotes_times_and_lambdas_are_told_apart() {
        let expected = [word("displayName"), word("eq"), Token::Text("O'Brien".to_owned())];
        assert_eq!(tokens("displayName eq 'O''Brien'").unwrap(), expected);
        let expected = [word("createdDateTime"), word("ge"), word("2026-01-01T00:00:00Z")];
        assert_eq!(tokens("createdDateTime ge 2026-01-01T00:00:00Z").unwrap(), expected);
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
        assert_eq!(tokens("groupTypes/any(c:c eq 'Unified')").unwrap(), expected);
    }

    #[test]
    fn an_open_quote_is_an_error() {
        assert_eq!(tokens("mail eq 'x"), Err(Unterminated));
    }
}
