//! Rules of dynamic groups: reading the simple ones and saying whom they take in.
//!
//! Comparisons of properties of users, joined by `-and`, `-or`, `-not` and parentheses. A rule that says more than
//! that is accepted by the directory and moves nobody.
//!
//! Source: microsoft-graph.md section 6.3 (membershipRule).

use serde_json::Value;

use crate::azure_ad::model::schema::Kind;
use crate::azure_ad::state::object::Object;

/// Deepest nesting of parentheses that is followed.
const DEPTH_MAX: usize = 50;

/// A rule that can be worked out.
#[derive(Debug, PartialEq)]
pub(crate) enum Rule {
    And(Box<Rule>, Box<Rule>),
    Or(Box<Rule>, Box<Rule>),
    Not(Box<Rule>),
    Compare { property: String, operator: Operator, negated: bool, values: Vec<Value> },
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Operator {
    Equals,
    StartsWith,
    Contains,
    In,
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Open,
    Close,
    OpenList,
    CloseList,
    Comma,
    /// `-eq` and the like, in lower case and without the dash.
    Word(String),
    Name(String),
    Text(String),
}

impl Rule {
    /// Reads a rule; nothing if it is not one of the simple ones.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut parser = Parser { tokens: tokens(text)?, place: 0 };
        let rule = parser.either(0)?;
        (parser.place == parser.tokens.len()).then_some(rule)
    }

    /// Whether a user is a member by it.
    pub(crate) fn takes(&self, user: &Object) -> bool {
        match self {
            Self::And(left, right) => left.takes(user) && right.takes(user),
            Self::Or(left, right) => left.takes(user) || right.takes(user),
            Self::Not(inner) => !inner.takes(user),
            Self::Compare { property, operator, negated, values } => {
                let own = user.properties.get(property).unwrap_or(&Value::Null);
                values.iter().any(|value| compares(own, *operator, value)) != *negated
            }
        }
    }

    /// Whether it looks at a property.
    pub(crate) fn reads(&self, name: &str) -> bool {
        match self {
            Self::And(left, right) | Self::Or(left, right) => left.reads(name) || right.reads(name),
            Self::Not(inner) => inner.reads(name),
            Self::Compare { property, .. } => property == name,
        }
    }
}

fn compares(own: &Value, operator: Operator, value: &Value) -> bool {
    let (Some(own), Some(wanted)) = (own.as_str(), value.as_str()) else { return own == value };
    let (own, wanted) = (own.to_lowercase(), wanted.to_lowercase());
    match operator {
        Operator::Equals | Operator::In => own == wanted,
        Operator::StartsWith => own.starts_with(&wanted),
        Operator::Contains => own.contains(&wanted),
    }
}

fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, length) = match first {
            '(' => (Token::Open, 1),
            ')' => (Token::Close, 1),
            '[' => (Token::OpenList, 1),
            ']' => (Token::CloseList, 1),
            ',' => (Token::Comma, 1),
            '"' | '\'' => {
                let end = rest[1..].find(first)?;
                (Token::Text(rest[1..=end].to_owned()), end + 2)
            }
            _ => {
                let end =
                    rest.find(|c: char| c.is_whitespace() || "()[],\"'".contains(c)).unwrap_or(rest.len());
                let word = &rest[..end];
                let token = match word.strip_prefix('-') {
                    Some(operator) => Token::Word(operator.to_ascii_lowercase()),
                    None => match word.to_ascii_lowercase().as_str() {
                        joined @ ("and" | "or" | "not") => Token::Word(joined.to_owned()),
                        _ => Token::Name(word.to_owned()),
                    },
                };
                (token, end)
            }
        };
        tokens.push(token);
        rest = rest[length..].trim_start();
    }
    Some(tokens)
}

struct Parser {
    tokens: Vec<Token>,
    place: usize,
}

impl Parser {
    fn next(&mut self) -> Option<Token> {
        let token = self.tokens.get(self.place).cloned();
        self.place += 1;
        token
    }

    fn takes(&mut self, wanted: &Token) -> bool {
        let found = self.tokens.get(self.place) == Some(wanted);
        self.place += usize::from(found);
        found
    }

    fn word(&mut self, word: &str) -> bool {
        self.takes(&Token::Word(word.to_owned()))
    }

    fn either(&mut self, depth: usize) -> Option<Rule> {
        let mut rule = self.both(depth)?;
        while self.word("or") {
            rule = Rule::Or(Box::new(rule), Box::new(self.both(depth)?));
        }
        Some(rule)
    }

    fn both(&mut self, depth: usize) -> Option<Rule> {
        let mut rule = self.one(depth)?;
        while self.word("and") {
            rule = Rule::And(Box::new(rule), Box::new(self.one(depth)?));
        }
        Some(rule)
    }

    fn one(&mut self, depth: usize) -> Option<Rule> {
        if depth > DEPTH_MAX {
            return None;
        }
        if self.word("not") {
            return Some(Rule::Not(Box::new(self.one(depth + 1)?)));
        }
        if self.takes(&Token::Open) {
            let rule = self.either(depth + 1)?;
            return self.takes(&Token::Close).then_some(rule);
        }
        self.comparison()
    }

    fn comparison(&mut self) -> Option<Rule> {
        let Token::Name(path) = self.next()? else { return None };
        let (owner, name) = path.split_once('.')?;
        let property = Kind::User.property(name).filter(|_| owner.eq_ignore_ascii_case("user"))?;
        let Token::Word(word) = self.next()? else { return None };
        let (operator, negated) = match word.as_str() {
            "eq" => (Operator::Equals, false),
            "ne" => (Operator::Equals, true),
            "startswith" => (Operator::StartsWith, false),
            "notstartswith" => (Operator::StartsWith, true),
            "contains" => (Operator::Contains, false),
            "notcontains" => (Operator::Contains, true),
            "in" => (Operator::In, false),
            "notin" => (Operator::In, true),
            _ => return None,
        };
        let values = if operator == Operator::In { self.list()? } else { vec![self.value()?] };
        Some(Rule::Compare { property: property.name.to_owned(), operator, negated, values })
    }

    fn list(&mut self) -> Option<Vec<Value>> {
        if !self.takes(&Token::OpenList) {
            return None;
        }
        let mut values = vec![self.value()?];
        while self.takes(&Token::Comma) {
            values.push(self.value()?);
        }
        self.takes(&Token::CloseList).then_some(values)
    }

    fn value(&mut self) -> Option<Value> {
        match self.next()? {
            Token::Text(text) => Some(Value::String(text)),
            Token::Name(name) => match name.to_ascii_lowercase().trim_start_matches('$') {
                "true" => Some(Value::Bool(true)),
                "false" => Some(Value::Bool(false)),
                "null" => Some(Value::Null),
                _ => None,
            },
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(rule: &str, taken: bool) {
        let properties = json!({ "city": "Berlin", "department": "Finance", "accountEnabled": true });
        let user = Object::new(Kind::User, "u".to_owned(), properties.as_object().unwrap().clone());
        assert_eq!(Rule::parse(rule).unwrap().takes(&user), taken, "{rule}");
    }

    #[test]
    fn simple_rules_say_whom_they_take_in() {
        check(r#"(user.city -eq "Berlin")"#, true);
        check(r#"user.city -eq "berlin" -and user.accountEnabled -eq true"#, true);
        check(r#"user.city -ne "Berlin" -or (user.department -startsWith "Fin")"#, true);
        check(r#"-not (user.department -contains "nan")"#, false);
        check(r#"user.department -in ["Sales","Finance"]"#, true);
        check(r#"user.department -notIn ["Sales","Finance"]"#, false);
        check("user.jobTitle -eq null", true);
        check("user.jobTitle -ne $null", false);
    }

    #[test]
    fn other_rules_are_left_alone() {
        for rule in
            ["", "user.city", "device.x -eq \"y\"", "user.city -match \"B.*\"", "(user.city -eq \"B\"", "\""]
        {
            assert_eq!(Rule::parse(rule), None, "{rule}");
        }
        assert_eq!(Rule::parse(&"(".repeat(5000)), None);
    }
}
