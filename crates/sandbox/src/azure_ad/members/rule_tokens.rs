//! Splits a rule of a dynamic group into tokens.
//!
//! Operators may stand without their dash.
//!
//! Source: microsoft-graph.md section 6.3 (rules).

/// A piece of a rule.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Token {
    Open,
    Close,
    OpenList,
    CloseList,
    Comma,
    /// `-eq` and the like, in lower case and without the dash.
    Operator(String),
    /// Names, numbers, `true`, `null`.
    Word(String),
    Text(String),
}

const OPERATORS: [&str; 20] = [
    "all",
    "and",
    "any",
    "contains",
    "endswith",
    "eq",
    "ge",
    "in",
    "le",
    "match",
    "minus",
    "ne",
    "not",
    "notcontains",
    "notendswith",
    "notin",
    "notmatch",
    "notstartswith",
    "or",
    "startswith",
];

/// A token and the character it begins at.
pub(crate) type Placed = (Token, usize);

/// Reads the whole rule.
///
/// # Errors
/// The character at which it is no rule: an unknown operator, a text that never ends.
pub(crate) fn tokens(rule: &str) -> Result<Vec<Placed>, usize> {
    let all: Vec<char> = rule.chars().collect();
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(first) = all.get(at).copied() {
        if first.is_whitespace() {
            at += 1;
            continue;
        }
        let begin = at;
        let token = match first {
            '(' => Token::Open,
            ')' => Token::Close,
            '[' => Token::OpenList,
            ']' => Token::CloseList,
            ',' => Token::Comma,
            '"' | '\'' => Token::Text(quoted(&all, &mut at).ok_or(begin)?),
            _ => word(&all, &mut at).ok_or(begin)?,
        };
        at += usize::from(at == begin);
        tokens.push((token, begin));
    }
    Ok(tokens)
}

/// A text from its opening quote to behind the closing one. A backtick takes the next character as it is; a single
/// quote inside single ones is doubled.
fn quoted(all: &[char], at: &mut usize) -> Option<String> {
    let quote = *all.get(*at)?;
    let mut text = String::new();
    let mut place = *at + 1;
    loop {
        let next = *all.get(place)?;
        place += 1;
        if next == '`' {
            text.push(*all.get(place)?);
            place += 1;
        } else if next == quote {
            if quote == '"' || all.get(place) != Some(&'\'') {
                *at = place;
                return Some(text);
            }
            text.push(quote);
            place += 1;
        } else {
            text.push(next);
        }
    }
}

fn word(all: &[char], at: &mut usize) -> Option<Token> {
    let rest = &all[*at..];
    let length = rest.iter().position(|c| c.is_whitespace() || "()[],\"'".contains(*c)).unwrap_or(rest.len());
    let word: String = rest[..length].iter().collect();
    *at += length;
    // Word processors make long dashes of short ones, and the service takes them.
    let bare = word.trim_start_matches(['-', '\u{2013}']);
    let operator = bare.to_ascii_lowercase();
    if operator == "plus" || OPERATORS.contains(&operator.as_str()) {
        return Some(Token::Operator(operator));
    }
    (bare.len() == word.len()).then_some(Token::Word(word))
}
