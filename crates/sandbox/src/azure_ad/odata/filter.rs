//! Parses a filter into an expression.
//!
//! Only the grammar: whether the service supports it is `capability`'s, what it means `evaluate`'s.
//!
//! Source: microsoft-graph.md section 4.3.

use jiff::Timestamp;

use crate::azure_ad::errors::GraphError;
use crate::azure_ad::odata::lexer::{Token, tokens};

/// Deepest nesting of parentheses and `not`.
const DEPTH_MAX: usize = 32;

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Expr {
    And(Box<Expr>, Box<Expr>),
    Or(Box<Expr>, Box<Expr>),
    Not(Box<Expr>),
    Compare {
        path: String,
        operator: Operator,
        literal: Literal,
    },
    In {
        path: String,
        literals: Vec<Literal>,
    },
    Call {
        function: Function,
        path: String,
        text: String,
    },
    /// `any` or `all` over a list; no body means that the list is not empty.
    Lambda {
        path: String,
        every: bool,
        body: Option<(String, Box<Expr>)>,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    Eq,
    Ne,
    Gt,
    Ge,
    Lt,
    Le,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Function {
    StartsWith,
    EndsWith,
    Contains,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Literal {
    Null,
    Flag(bool),
    Number(f64),
    Instant(Timestamp),
    /// A quoted text, or an unquoted GUID.
    Text(String),
}

/// Reads a filter.
///
/// # Errors
/// 400 `BadRequest` "Invalid filter clause".
pub(crate) fn parse(filter: &str) -> Result<Expr, GraphError> {
    let tokens = tokens(filter).map_err(|_| invalid("There is an unterminated string literal"))?;
    let mut parser = Parser { tokens, at: 0, depth: 0 };
    let expr = parser.or()?;
    match parser.peek() {
        None => Ok(expr),
        Some(_) => Err(invalid("Syntax error")),
    }
}

fn invalid(why: &str) -> GraphError {
    GraphError::malformed(format!("Invalid filter clause: {why}."))
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
}

impl Parser {
    fn or(&mut self) -> Result<Expr, GraphError> {
        let mut left = self.and()?;
        while self.take_keyword("or") {
            left = Expr::Or(Box::new(left), Box::new(self.and()?));
        }
        Ok(left)
    }

    fn and(&mut self) -> Result<Expr, GraphError> {
        let mut left = self.not()?;
        while self.take_keyword("and") {
            left = Expr::And(Box::new(left), Box::new(self.not()?));
        }
        Ok(left)
    }

    fn not(&mut self) -> Result<Expr, GraphError> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(invalid("The recursion limit has been exceeded"));
        }
        let expr = match self.take_keyword("not") {
            true => Expr::Not(Box::new(self.not()?)),
            false => self.unary()?,
        };
        self.depth -= 1;
        Ok(expr)
    }

    fn unary(&mut self) -> Result<Expr, GraphError> {
        if self.take(&Token::Open) {
            let expr = self.or()?;
            self.expect(&Token::Close)?;
            return Ok(expr);
        }
        let word = self.word()?;
        if self.peek() == Some(&Token::Open) {
            return self.call(&word);
        }
        self.comparison(word)
    }

    /// A function call or a lambda; a trailing `eq true` is allowed.
    fn call(&mut self, word: &str) -> Result<Expr, GraphError> {
        self.expect(&Token::Open)?;
        let lower = word.to_ascii_lowercase();
        let expr = if let Some(path) = lower.strip_suffix("/any").map(|path| &word[..path.len()]) {
            self.lambda(path, false)?
        } else if let Some(path) = lower.strip_suffix("/all").map(|path| &word[..path.len()]) {
            self.lambda(path, true)?
        } else {
            let function = match lower.as_str() {
                "startswith" => Function::StartsWith,
                "endswith" => Function::EndsWith,
                "contains" => Function::Contains,
                _ => return Err(invalid(&format!("An unknown function with name '{word}' was found"))),
            };
            let path = self.word()?;
            self.expect(&Token::Comma)?;
            let Some(Token::Text(text)) = self.next() else { return Err(invalid("A string was expected")) };
            Expr::Call { function, path, text }
        };
        self.expect(&Token::Close)?;
        if self.take_keyword("eq") && !self.take_keyword("true") {
            return Err(invalid("Only 'eq true' may follow a function"));
        }
        Ok(expr)
    }

    fn lambda(&mut self, path: &str, every: bool) -> Result<Expr, GraphError> {
        let path = path.to_owned();
        if self.peek() == Some(&Token::Close) {
            return Ok(Expr::Lambda { path, every, body: None });
        }
        let variable = self.word()?;
        self.expect(&Token::Colon)?;
        let body = Some((variable, Box::new(self.or()?)));
        Ok(Expr::Lambda { path, every, body })
    }

    fn comparison(&mut self, path: String) -> Result<Expr, GraphError> {
        let operator = self.word()?.to_ascii_lowercase();
        if operator == "in" {
            return self.list(path);
        }
        let operator = match operator.as_str() {
            "eq" => Operator::Eq,
            "ne" => Operator::Ne,
            "gt" => Operator::Gt,
            "ge" => Operator::Ge,
            "lt" => Operator::Lt,
            "le" => Operator::Le,
            _ => return Err(invalid("Syntax error")),
        };
        Ok(Expr::Compare { path, operator, literal: self.literal()? })
    }

    fn list(&mut self, path: String) -> Result<Expr, GraphError> {
        self.expect(&Token::Open)?;
        let mut literals = vec![self.literal()?];
        while self.take(&Token::Comma) {
            literals.push(self.literal()?);
        }
        self.expect(&Token::Close)?;
        Ok(Expr::In { path, literals })
    }

    fn literal(&mut self) -> Result<Literal, GraphError> {
        match self.next() {
            Some(Token::Text(text)) => Ok(Literal::Text(text)),
            Some(Token::Word(word)) => bare_literal(&word),
            _ => Err(invalid("A value was expected")),
        }
    }

    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn next(&mut self) -> Option<Token> {
        let token = self.tokens.get(self.at).cloned();
        self.at += 1;
        token
    }

    fn word(&mut self) -> Result<String, GraphError> {
        match self.next() {
            Some(Token::Word(word)) => Ok(word),
            _ => Err(invalid("Syntax error")),
        }
    }

    fn take(&mut self, token: &Token) -> bool {
        let found = self.peek() == Some(token);
        self.at += usize::from(found);
        found
    }

    fn take_keyword(&mut self, keyword: &str) -> bool {
        let found = matches!(self.peek(), Some(Token::Word(word)) if word.eq_ignore_ascii_case(keyword));
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, token: &Token) -> Result<(), GraphError> {
        match self.take(token) {
            true => Ok(()),
            false => Err(invalid("Syntax error")),
        }
    }
}

fn bare_literal(word: &str) -> Result<Literal, GraphError> {
    match word.to_ascii_lowercase().as_str() {
        "null" => return Ok(Literal::Null),
        "true" => return Ok(Literal::Flag(true)),
        "false" => return Ok(Literal::Flag(false)),
        _ => {}
    }
    if let Ok(number) = word.parse::<f64>() {
        return Ok(Literal::Number(number));
    }
    if let Some(instant) = instant(word) {
        return Ok(Literal::Instant(instant));
    }
    let is_guid = word.len() == 36 && word.chars().all(|c| c.is_ascii_hexdigit() || c == '-');
    match is_guid {
        true => Ok(Literal::Text(word.to_owned())),
        false => Err(invalid(&format!("Could not find a property named '{word}' in the value's place"))),
    }
}

/// A date-time with zone, or a date, which means its midnight in UTC.
fn instant(word: &str) -> Option<Timestamp> {
    let midnight = || word.parse::<jiff::civil::Date>().ok()?.to_zoned(jiff::tz::TimeZone::UTC).ok();
    word.parse().ok().or_else(|| midnight().map(|day| day.timestamp()))
}
