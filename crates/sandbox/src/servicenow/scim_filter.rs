//! The filter language of SCIM, as far as it is used to find accounts and groups.
//!
//! Owns the reading and the comparison. An expression that is not understood is refused, never ignored.
//! Source: RFC 7644 section 3.4.2.2.

use std::cmp::Ordering;

use crate::servicenow::scim::Kind;
use crate::servicenow::store::Record;

/// How deep brackets may be nested.
const DEPTH_MAX: usize = 16;

/// A filter that was understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Filter {
    All(Vec<Filter>),
    Any(Vec<Filter>),
    Not(Box<Filter>),
    Test { column: &'static str, op: Op, value: String },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Op {
    Equal,
    Differs,
    Contains,
    Starts,
    Ends,
    Present,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
}

impl Filter {
    /// Reads a filter; nothing if it is not one.
    pub(crate) fn read(kind: Kind, text: &str) -> Option<Self> {
        let words = words(text)?;
        let mut reader = Reader { kind, words: &words, at: 0 };
        let filter = reader.any(0)?;
        (reader.at == words.len()).then_some(filter)
    }

    /// The columns it looks at.
    pub(crate) fn columns(&self) -> Vec<&'static str> {
        match self {
            Self::All(filters) | Self::Any(filters) => filters.iter().flat_map(Self::columns).collect(),
            Self::Not(filter) => filter.columns(),
            Self::Test { column, .. } => vec![column],
        }
    }

    pub(crate) fn accepts(&self, record: &Record) -> bool {
        match self {
            Self::All(filters) => filters.iter().all(|filter| filter.accepts(record)),
            Self::Any(filters) => filters.iter().any(|filter| filter.accepts(record)),
            Self::Not(filter) => !filter.accepts(record),
            Self::Test { column, op, value } => op.holds(record.get(column), value),
        }
    }
}

impl Op {
    fn named(word: &str) -> Option<Self> {
        Some(match word.to_ascii_lowercase().as_str() {
            "eq" => Self::Equal,
            "ne" => Self::Differs,
            "co" => Self::Contains,
            "sw" => Self::Starts,
            "ew" => Self::Ends,
            "pr" => Self::Present,
            "gt" => Self::Greater,
            "ge" => Self::GreaterOrEqual,
            "lt" => Self::Less,
            "le" => Self::LessOrEqual,
            _ => return None,
        })
    }

    fn holds(self, left: &str, right: &str) -> bool {
        let (left, right) = (left.to_lowercase(), right.to_lowercase());
        let order = left.cmp(&right);
        match self {
            Self::Equal => order == Ordering::Equal,
            Self::Differs => order != Ordering::Equal,
            Self::Contains => left.contains(&right),
            Self::Starts => left.starts_with(&right),
            Self::Ends => left.ends_with(&right),
            Self::Present => !left.is_empty(),
            Self::Greater => order.is_gt(),
            Self::GreaterOrEqual => order.is_ge(),
            Self::Less => order.is_lt(),
            Self::LessOrEqual => order.is_le(),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Word {
    Plain(String),
    /// Between quotation marks.
    Text(String),
    Open,
    Close,
}

fn words(text: &str) -> Option<Vec<Word>> {
    let mut words = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        match first {
            '(' | ')' => {
                words.push(if first == '(' { Word::Open } else { Word::Close });
                rest = &rest[1..];
            }
            '"' => {
                let end = closing_quote(rest)?;
                words.push(Word::Text(serde_json::from_str(&rest[..=end]).ok()?));
                rest = &rest[end + 1..];
            }
            _ => {
                let end = plain_end(rest);
                words.push(Word::Plain(rest[..end].to_owned()));
                rest = &rest[end..];
            }
        }
        rest = rest.trim_start();
    }
    Some(words)
}

fn closing_quote(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            b'"' => return Some(at),
            _ => at += 1,
        }
    }
    None
}

/// A word may hold a filter on a list's entries in square brackets, blanks included.
fn plain_end(text: &str) -> usize {
    let mut inside = false;
    for (at, character) in text.char_indices() {
        match character {
            '[' => inside = true,
            ']' => inside = false,
            _ if !inside && (character.is_whitespace() || "()\"".contains(character)) => return at.max(1),
            _ => {}
        }
    }
    text.len()
}

struct Reader<'a> {
    kind: Kind,
    words: &'a [Word],
    at: usize,
}

impl Reader<'_> {
    fn any(&mut self, depth: usize) -> Option<Filter> {
        let mut filters = vec![self.all(depth)?];
        while self.keyword("or") {
            filters.push(self.all(depth)?);
        }
        Some(if filters.len() == 1 { filters.remove(0) } else { Filter::Any(filters) })
    }

    fn all(&mut self, depth: usize) -> Option<Filter> {
        let mut filters = vec![self.one(depth)?];
        while self.keyword("and") {
            filters.push(self.one(depth)?);
        }
        Some(if filters.len() == 1 { filters.remove(0) } else { Filter::All(filters) })
    }

    fn one(&mut self, depth: usize) -> Option<Filter> {
        if depth > DEPTH_MAX {
            return None;
        }
        if self.keyword("not") {
            let inner = self.bracketed(depth)?;
            return Some(Filter::Not(Box::new(inner)));
        }
        if self.words.get(self.at) == Some(&Word::Open) {
            return self.bracketed(depth);
        }
        let kind = self.kind;
        let column = match self.next()? {
            Word::Plain(attribute) => kind.column(attribute)?,
            _ => return None,
        };
        let op = match self.next()? {
            Word::Plain(word) => Op::named(word)?,
            _ => return None,
        };
        let value = match op {
            Op::Present => String::new(),
            _ => match self.next()? {
                Word::Plain(value) | Word::Text(value) => value.clone(),
                _ => return None,
            },
        };
        Some(Filter::Test { column, op, value })
    }

    fn bracketed(&mut self, depth: usize) -> Option<Filter> {
        if self.next()? != &Word::Open {
            return None;
        }
        let inner = self.any(depth + 1)?;
        (self.next()? == &Word::Close).then_some(inner)
    }

    fn next(&mut self) -> Option<&Word> {
        let word = self.words.get(self.at)?;
        self.at += 1;
        Some(word)
    }

    fn keyword(&mut self, wanted: &str) -> bool {
        let found =
            matches!(self.words.get(self.at), Some(Word::Plain(word)) if word.eq_ignore_ascii_case(wanted));
        self.at += usize::from(found);
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_are_understood_or_refused() {
        let mut ann = Record::new("sys_user");
        for (field, value) in [("user_name", "ann.lee"), ("active", "true"), ("email", "Ann@x.test")] {
            ann.set(field, value);
        }
        let check = |filter: &str, expected: Option<bool>| {
            assert_eq!(
                Filter::read(Kind::User, filter).map(|filter| filter.accepts(&ann)),
                expected,
                "{filter}"
            );
        };
        check("userName eq \"ANN.LEE\"", Some(true));
        check("userName sw \"ann\" and active eq true", Some(true));
        check("emails[type eq \"work\"].value eq \"ann@x.test\"", Some(true));
        check("not (title pr) and (userName co \"x\" or userName ew \"lee\")", Some(true));
        check("userName eq \"bo\" or userName eq \"cy\"", Some(false));
        for broken in [
            "",
            "userName",
            "userName eq",
            "userName is \"x\"",
            "shoeSize eq 4",
            "(userName pr",
            "userName pr)",
            "userName eq \"x",
            "not userName pr",
            "é",
            "\"",
            "userName eq \"\\",
        ] {
            check(broken, None);
        }
        check(&format!("{}userName pr{}", "(".repeat(40), ")".repeat(40)), None);
    }
}
