//! `$search`: quoted clauses `"property:text"` joined with `AND` and `OR`.
//!
//! In names and descriptions a clause holds when each of its words begins a word there; words end
//! at signs, at digits and where small letters turn into capital ones. In other properties the
//! value must begin with the text. Both without case.
//!
//! Source: microsoft-graph.md section 4.1, and the service's page on `$search` for the words.

use serde_json::Value;

use crate::azure_ad::errors::GraphError;
use crate::azure_ad::odata::evaluate::Row;
use crate::azure_ad::odata::field::{Entity, Rules};

/// Most clauses in one search, and deepest nesting of parentheses. The service documents neither.
const CLAUSES_MAX: usize = 32;

/// Properties that are searched word by word.
const BY_WORD: [&str; 2] = ["displayName", "description"];

/// A search the service supports.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Search {
    And(Vec<Search>),
    Or(Vec<Search>),
    /// The text is in lower case.
    Begins {
        property: &'static str,
        text: String,
    },
    /// The words are in lower case.
    Words {
        property: &'static str,
        text: String,
        words: Vec<String>,
    },
}

impl Search {
    /// Reads a search for a type of object.
    ///
    /// # Errors
    /// 400 when a clause is not quoted, names no searchable property, or there are too many.
    pub(crate) fn parse(entity: &dyn Entity, text: &str) -> Result<Self, GraphError> {
        let mut parser = Parser { rules: entity.rules(), text, at: 0, clauses: 0, depth: 0 };
        let search = parser.or()?;
        parser.blanks();
        match parser.rest().is_empty() {
            true => Ok(search),
            false => Err(parser.syntax()),
        }
    }

    pub(crate) fn finds(&self, row: &dyn Row) -> bool {
        match self {
            Self::And(parts) => parts.iter().all(|part| part.finds(row)),
            Self::Or(parts) => parts.iter().any(|part| part.finds(row)),
            Self::Begins { property, text } => {
                row.top(property).as_deref().is_some_and(|value| begins(value, text))
            }
            Self::Words { property, text, words } => {
                let value = row.top(property);
                let Some(value) = value.as_deref().and_then(Value::as_str) else { return false };
                if value.to_lowercase().starts_with(text) {
                    return true;
                }
                let own = words_of(value);
                !words.is_empty()
                    && words.iter().all(|word| own.iter().any(|own| own.starts_with(word.as_str())))
            }
        }
    }
}

/// Whether a text, or an item of a list of texts, begins with a text in lower case.
fn begins(value: &Value, lower: &str) -> bool {
    match value {
        Value::String(value) => value.to_lowercase().starts_with(lower),
        Value::Array(items) => items.iter().any(|item| begins(item, lower)),
        _ => false,
    }
}

/// The words of a text in lower case: `OneVideo 2nd` has `onevideo`, `one`, `video`, `2nd`, `2`, `nd`.
fn words_of(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        words.push(word.to_lowercase());
        let mut part = String::new();
        let mut before: Option<char> = None;
        for next in word.chars() {
            let turns = before.is_some_and(|before| {
                (before.is_lowercase() && next.is_uppercase()) || (before.is_numeric() != next.is_numeric())
            });
            if turns {
                words.push(std::mem::take(&mut part).to_lowercase());
            }
            part.push(next);
            before = Some(next);
        }
        if part.len() < word.len() {
            words.push(part.to_lowercase());
        }
    }
    words
}

struct Parser<'a> {
    rules: Rules,
    text: &'a str,
    at: usize,
    clauses: usize,
    depth: usize,
}

impl<'a> Parser<'a> {
    fn or(&mut self) -> Result<Search, GraphError> {
        let mut parts = vec![self.and()?];
        while self.take_word("OR") {
            parts.push(self.and()?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Search::Or(parts) })
    }

    fn and(&mut self) -> Result<Search, GraphError> {
        let mut parts = vec![self.unary()?];
        while self.take_word("AND") {
            parts.push(self.unary()?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Search::And(parts) })
    }

    fn unary(&mut self) -> Result<Search, GraphError> {
        self.blanks();
        if self.take("(") {
            self.depth += 1;
            if self.depth > CLAUSES_MAX {
                return Err(GraphError::malformed("Recursion depth exceeded allowed limit."));
            }
            let inner = self.or()?;
            self.blanks();
            if !self.take(")") {
                return Err(self.syntax());
            }
            self.depth -= 1;
            return Ok(inner);
        }
        self.clauses += 1;
        if self.clauses > CLAUSES_MAX {
            return Err(GraphError::unsupported_query("The search has too many clauses."));
        }
        let clause = self.quoted()?;
        self.clause(&clause)
    }

    /// A text in double quotes, in which a backslash keeps the next sign from meaning anything.
    fn quoted(&mut self) -> Result<String, GraphError> {
        if !self.take("\"") {
            return Err(self.unquoted());
        }
        let mut text = String::new();
        let mut escaped = false;
        for (at, next) in self.rest().char_indices() {
            match next {
                '"' if !escaped => {
                    self.at += at + 1;
                    return Ok(text);
                }
                '\\' if !escaped => escaped = true,
                _ => {
                    text.push(next);
                    escaped = false;
                }
            }
        }
        self.at = self.text.len();
        Err(GraphError::malformed(format!(
            "There is an unterminated string literal at position {} in '{}'.",
            self.position(self.at),
            self.text
        )))
    }

    fn clause(&self, clause: &str) -> Result<Search, GraphError> {
        let Some((name, text)) = clause.split_once(':') else {
            return Err(GraphError::malformed(format!(
                "Syntax error: the search clause '{clause}' must be written as \"property:text\"."
            )));
        };
        let name = name.trim();
        let known = self.rules.searchable.iter().find(|known| known.eq_ignore_ascii_case(name));
        let Some(property) = known else {
            return Err(GraphError::unsupported_query(format!(
                "Unsupported or invalid search clause specified for property '{name}' of resource '{}'.",
                self.rules.resource
            )));
        };
        let text = text.trim().to_lowercase();
        if text.is_empty() {
            return Err(GraphError::malformed(format!(
                "Syntax error: the search clause '{clause}' has no text."
            )));
        }
        if BY_WORD.contains(property) {
            let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
            let words = words.map(str::to_owned).collect();
            return Ok(Search::Words { property, text, words });
        }
        Ok(Search::Begins { property, text })
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn blanks(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    fn take(&mut self, sign: &str) -> bool {
        let found = self.rest().starts_with(sign);
        self.at += if found { sign.len() } else { 0 };
        found
    }

    /// `AND` or `OR`, which must be written in capital letters.
    fn take_word(&mut self, word: &str) -> bool {
        self.blanks();
        let behind = self.rest().strip_prefix(word);
        let found = behind.is_some_and(|behind| behind.starts_with([' ', '(', '"']));
        self.at += if found { word.len() } else { 0 };
        found
    }

    /// The first sign of an unquoted clause that no word has.
    fn unquoted(&self) -> GraphError {
        match self.rest().char_indices().find(|(_, c)| !c.is_alphanumeric()) {
            Some((at, sign)) => GraphError::malformed(format!(
                "Syntax error: character '{sign}' is not valid at position {} in '{}'.",
                self.position(self.at + at),
                self.text
            )),
            None if self.rest().is_empty() => GraphError::malformed(format!(
                "Expression expected at position {} in '{}'.",
                self.position(self.at),
                self.text
            )),
            None => self.clause(self.rest()).err().unwrap_or_else(|| self.syntax()),
        }
    }

    fn syntax(&self) -> GraphError {
        let place = self.position(self.at);
        GraphError::malformed(format!("Syntax error at position {place} in '{}'.", self.text))
    }

    fn position(&self, byte: usize) -> usize {
        self.text.char_indices().take_while(|(at, _)| *at < byte).count()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::azure_ad::model::schema::Kind;

    fn check(search: &str, expected: bool) {
        let user = json!({ "displayName": "Ann OneVideo Berg-2nd", "mail": "ann.berg@contoso.test" });
        let found = Search::parse(&Kind::User, search).unwrap();
        assert_eq!(found.finds(user.as_object().unwrap()), expected, "{search}");
    }

    #[test]
    fn names_are_searched_by_word_and_the_rest_from_its_beginning() {
        check(r#""displayName:ber""#, true);
        check(r#""displayName:erg""#, false);
        check(r#""displayName:ann onev""#, true);
        check(r#""displayName:video ann""#, true);
        check(r#""displayName:video bob""#, false);
        check(r#""displayName:nd""#, true);
        check(r#""mail:ANN.b""#, true);
        check(r#""mail:berg""#, false);
        check(r#""displayName:x" OR "mail:ANN""#, true);
        check(r#""displayName:ann" AND "mail:bob""#, false);
        check(r#""displayName:x" AND "mail:x" OR "mail:ann""#, true);
        check(r#""displayName:x" AND ("mail:x" OR "mail:ann")"#, false);
        check(r#""displayName:\"ann\"""#, true);
    }

    #[test]
    fn unquoted_and_unknown_clauses_are_refused() {
        let deep = "(".repeat(5000);
        let many = vec![r#""mail:a""#; 100].join(" OR ");
        for search in [
            "displayName:ann",
            r#""ann""#,
            r#""city:x""#,
            r#""mail:a" XOR "mail:b""#,
            r#""mail:a" and "mail:b""#,
            r#""mail:a" AND "#,
            r#"("mail:a""#,
            r#""mail:a"#,
            r#""mail: ""#,
            "",
            "ann",
            deep.as_str(),
            many.as_str(),
        ] {
            assert!(Search::parse(&Kind::User, search).is_err(), "{search}");
        }
        let message = Search::parse(&Kind::User, "displayName:ann").unwrap_err().message;
        assert_eq!(message, "Syntax error: character ':' is not valid at position 11 in 'displayName:ann'.");
    }
}
