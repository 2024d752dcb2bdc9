//! Parses a filter into an expression.
//!
//! Only the grammar: whether the service supports it is `capability`'s, what it means `evaluate`'s.
//!
//! Source: microsoft-graph.md section 4.3. The wordings are those of the library the service is
//! built on, which names the place in the text.

use crate::azure_ad::errors::GraphError;
use crate::azure_ad::odata::expression::{Expr, Function, Operator};
use crate::azure_ad::odata::lexer::{Placed, Token, invalid, position, tokens};
use crate::azure_ad::odata::literal::Literal;

/// Deepest nesting of parentheses, lambdas and `not`. The service documents no figure.
const DEPTH_MAX: usize = 100;

/// Functions of the standard that the service understands and supports nowhere here.
const UNSUPPORTED: [&str; 29] = [
    "cast",
    "ceiling",
    "concat",
    "date",
    "day",
    "floor",
    "fractionalseconds",
    "geo.distance",
    "hour",
    "indexof",
    "isof",
    "length",
    "matchespattern",
    "maxdatetime",
    "mindatetime",
    "minute",
    "month",
    "now",
    "round",
    "second",
    "substring",
    "substringof",
    "time",
    "tolower",
    "totaloffsetminutes",
    "toupper",
    "trim",
    "year",
    "hassubset",
];

/// Reads a filter.
///
/// # Errors
/// 400 `BadRequest` "Invalid filter clause" for what is no filter, 400
/// `Request_UnsupportedQuery` for parts of the standard the service does without.
pub(crate) fn parse(filter: &str) -> Result<Expr, GraphError> {
    let mut parser = Parser { filter, tokens: tokens(filter)?, at: 0, depth: 0 };
    let expr = parser.or()?;
    match parser.peek() {
        None => Ok(expr),
        Some(_) => Err(parser.syntax()),
    }
}

struct Parser<'a> {
    filter: &'a str,
    tokens: Vec<Placed>,
    at: usize,
    depth: usize,
}

impl Parser<'_> {
    fn or(&mut self) -> Result<Expr, GraphError> {
        let first = self.and()?;
        let mut parts = vec![first];
        while self.take_keyword("or") {
            parts.push(self.and()?);
        }
        Ok(one_or(parts, Expr::Or))
    }

    fn and(&mut self) -> Result<Expr, GraphError> {
        let first = self.not()?;
        let mut parts = vec![first];
        while self.take_keyword("and") {
            parts.push(self.not()?);
        }
        Ok(one_or(parts, Expr::And))
    }

    fn not(&mut self) -> Result<Expr, GraphError> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(invalid("Recursion depth exceeded allowed limit."));
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
            self.expect(&Token::Close, "')' or operator")?;
            return Ok(expr);
        }
        let word = self.path()?;
        if self.peek() == Some(&Token::Open) {
            return self.call(&word);
        }
        self.comparison(word)
    }

    /// A function call or a lambda, also held against `true` or `false`.
    fn call(&mut self, word: &str) -> Result<Expr, GraphError> {
        self.expect(&Token::Open, "'('")?;
        let lower = word.to_ascii_lowercase();
        let expr = if let Some(path) = lower.strip_suffix("/any").map(|path| &word[..path.len()]) {
            self.lambda(path, false)?
        } else if let Some(path) = lower.strip_suffix("/all").map(|path| &word[..path.len()]) {
            self.lambda(path, true)?
        } else {
            let known = Function::ALL.into_iter().find(|function| function.word() == lower);
            self.function(known.ok_or_else(|| unknown_function(word))?)?
        };
        let Some(operator) = self.take_operator(&[Operator::Eq, Operator::Ne]) else { return Ok(expr) };
        match self.literal()? {
            Literal::Flag(flag) if flag == (operator == Operator::Eq) => Ok(expr),
            Literal::Flag(_) => Ok(Expr::Not(Box::new(expr))),
            other => Err(invalid(&format!(
                "A binary operator with incompatible types was detected. Found operand types 'Edm.Boolean' and '{}' \
                 for operator kind '{}'.",
                other.type_name(),
                operator.kind()
            ))),
        }
    }

    fn function(&mut self, function: Function) -> Result<Expr, GraphError> {
        let path = self.path()?;
        self.expect(&Token::Comma, "')' or ','")?;
        let Literal::Text(text) = self.literal()? else { return Err(no_signature(function)) };
        self.expect(&Token::Close, "')' or ','")?;
        Ok(Expr::Call { function, path, text })
    }

    fn lambda(&mut self, path: &str, every: bool) -> Result<Expr, GraphError> {
        let path = path.to_owned();
        if self.take(&Token::Close) {
            return match every {
                false => Ok(Expr::Lambda { path, every, body: None }),
                true => Err(self.expression_expected()),
            };
        }
        let variable = self.path()?;
        if !self.take(&Token::Colon) {
            return Err(self.syntax());
        }
        let body = Some((variable, Box::new(self.or()?)));
        self.expect(&Token::Close, "')' or operator")?;
        Ok(Expr::Lambda { path, every, body })
    }

    fn comparison(&mut self, path: String) -> Result<Expr, GraphError> {
        if self.take_keyword("in") {
            return self.list(path);
        }
        match self.take_operator(&Operator::ALL) {
            Some(operator) => Ok(Expr::Compare { path, operator, literal: self.literal()? }),
            None if self.peek().is_none() || self.peek() == Some(&Token::Close) => {
                Err(invalid("The $filter expression must evaluate to a single boolean value."))
            }
            None => Err(self.syntax()),
        }
    }

    fn list(&mut self, path: String) -> Result<Expr, GraphError> {
        self.expect(&Token::Open, "'('")?;
        let mut literals = vec![self.literal()?];
        while self.take(&Token::Comma) {
            literals.push(self.literal()?);
        }
        self.expect(&Token::Close, "')' or ','")?;
        Ok(Expr::In { path, literals })
    }

    fn literal(&mut self) -> Result<Literal, GraphError> {
        match self.peek().cloned() {
            Some(Token::Text(text)) => {
                self.at += 1;
                Ok(Literal::Text(text))
            }
            Some(Token::Typed(type_name, text)) => {
                self.at += 1;
                Literal::typed(&type_name, &text)
                    .ok_or_else(|| invalid(&format!("Unrecognized '{type_name}' literal '{text}'.")))
            }
            Some(Token::Word(word)) => {
                self.at += 1;
                self.bare(&word)
            }
            _ => Err(self.expression_expected()),
        }
    }

    fn bare(&self, word: &str) -> Result<Literal, GraphError> {
        let literal = Literal::bare(word);
        match &literal {
            // What begins like a date or a number and is none: the service stops at the letter it cannot use.
            Literal::Name(word)
                if !word.starts_with(|first: char| first.is_alphabetic() || "_$@".contains(first)) =>
            {
                let bad = word.find(|c: char| !c.is_ascii_digit() && c != '-').unwrap_or_default();
                let start = self.tokens.get(self.at - 1).map_or(0, |placed| placed.start);
                let place = position(self.filter, start + bad);
                let character = word[bad..].chars().next().unwrap_or_default();
                Err(invalid(&format!(
                    "Syntax error: character '{character}' is not valid at position {place} in '{}'.",
                    self.filter
                )))
            }
            _ => Ok(literal),
        }
    }

    /// A name with slashes. A value in its place is what the service does not support there.
    fn path(&mut self) -> Result<String, GraphError> {
        match self.peek() {
            Some(Token::Word(word)) => match Literal::bare(word) {
                Literal::Name(word) => {
                    self.at += 1;
                    Ok(word)
                }
                _ => Err(value_on_the_left()),
            },
            Some(Token::Text(_) | Token::Typed(..)) => Err(value_on_the_left()),
            _ => Err(self.expression_expected()),
        }
    }

    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at).map(|placed| &placed.token)
    }

    fn take(&mut self, token: &Token) -> bool {
        let found = self.peek() == Some(token);
        self.at += usize::from(found);
        found
    }

    fn keyword_ahead(&self, keyword: &str) -> bool {
        matches!(self.peek(), Some(Token::Word(word)) if word.eq_ignore_ascii_case(keyword))
    }

    fn take_keyword(&mut self, keyword: &str) -> bool {
        let found = self.keyword_ahead(keyword);
        self.at += usize::from(found);
        found
    }

    fn take_operator(&mut self, allowed: &[Operator]) -> Option<Operator> {
        let found = allowed.iter().copied().find(|operator| self.keyword_ahead(operator.word()));
        self.at += usize::from(found.is_some());
        found
    }

    fn expect(&mut self, token: &Token, name: &str) -> Result<(), GraphError> {
        match self.take(token) {
            true => Ok(()),
            false => Err(self.expected(name)),
        }
    }

    fn expression_expected(&self) -> GraphError {
        self.expected("Expression")
    }

    fn expected(&self, name: &str) -> GraphError {
        let start = self.tokens.get(self.at).map_or(self.filter.len(), |placed| placed.start);
        let place = position(self.filter, start);
        invalid(&format!("{name} expected at position {place} in '{}'.", self.filter))
    }

    fn syntax(&self) -> GraphError {
        let end = self.tokens.get(self.at).map_or(self.filter.len(), |placed| placed.end);
        let place = position(self.filter, end);
        invalid(&format!("Syntax error at position {place} in '{}'.", self.filter))
    }
}

fn one_or(mut parts: Vec<Expr>, many: fn(Vec<Expr>) -> Expr) -> Expr {
    match parts.len() {
        1 => parts.remove(0),
        _ => many(parts),
    }
}

fn unknown_function(name: &str) -> GraphError {
    if UNSUPPORTED.iter().any(|known| known.eq_ignore_ascii_case(name)) {
        let message = format!("Unsupported Query. The function '{name}' is not supported.");
        return GraphError::unsupported_query(message);
    }
    invalid(&format!(
        "An unknown function with name '{name}' was found. This may also be a function import or a key lookup on a \
         navigation property, which is not allowed."
    ))
}

/// What the service says of a function whose arguments are of the wrong types.
pub(crate) fn no_signature(function: Function) -> GraphError {
    let name = function.word();
    invalid(&format!(
        "No function signature for the function with name '{name}' matches the specified arguments. The function \
         signatures considered are: {name}(Edm.String Nullable=true, Edm.String Nullable=true)."
    ))
}

fn value_on_the_left() -> GraphError {
    GraphError::unsupported_query("Unsupported Query. The left side of a comparison must be a property.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn broken_filters_are_refused_with_their_place() {
        let unknown = "An unknown function with name 'frob' was found. This may also be a function import or a key \
                       lookup on a navigation property, which is not allowed.";
        let cases = [
            ("", "Expression expected at position 0 in ''."),
            ("city", "The $filter expression must evaluate to a single boolean value."),
            ("city eq", "Expression expected at position 7 in 'city eq'."),
            ("city eq 'x", "There is an unterminated string literal at position 10 in 'city eq 'x'."),
            ("city frob 'x'", "Syntax error at position 9 in 'city frob 'x''."),
            ("eq 'x'", "Syntax error at position 6 in 'eq 'x''."),
            ("(city eq 'x'", "')' or operator expected at position 12 in '(city eq 'x''."),
            ("city eq 'x')", "Syntax error at position 12 in 'city eq 'x')'."),
            ("city = 'x'", "Syntax error: character '=' is not valid at position 5 in 'city = 'x''."),
            ("frob(city,'x')", unknown),
            ("city in ()", "Expression expected at position 9 in 'city in ()'."),
            ("city in ('x'", "')' or ',' expected at position 12 in 'city in ('x''."),
            ("not", "Expression expected at position 3 in 'not'."),
            ("startswith(city 'x')", "')' or ',' expected at position 16 in 'startswith(city 'x')'."),
            ("x/any(c:", "Expression expected at position 8 in 'x/any(c:'."),
            ("x/any(c", "Syntax error at position 7 in 'x/any(c'."),
            ("x/all()", "Expression expected at position 7 in 'x/all()'."),
            (
                "x ge 2026-01-01T00:00:00",
                "Syntax error: character 'T' is not valid at position 15 in 'x ge 2026-01-01T00:00:00'.",
            ),
        ];
        for (filter, expected) in cases {
            let error = parse(filter).unwrap_err();
            assert_eq!(error.code, "BadRequest", "{filter}");
            assert_eq!(error.message, format!("Invalid filter clause: {expected}"), "{filter}");
        }
    }

    #[test]
    fn parts_of_the_standard_the_service_does_without_are_unsupported() {
        for filter in ["tolower(city) eq 'x'", "'x' eq city", "5 eq 5", "year(createdDateTime) eq 2026"] {
            assert_eq!(parse(filter).unwrap_err().code, "Request_UnsupportedQuery", "{filter}");
        }
    }

    #[test]
    fn deep_and_long_filters_end_soon() {
        for (open, close) in [("(", ")"), ("not ", ""), ("x/any(p:", ")")] {
            let deep = format!("{}city eq 'x'{}", open.repeat(20_000), close.repeat(20_000));
            assert!(parse(&deep).unwrap_err().message.contains("Recursion depth"), "{open}");
        }
        let long = vec!["city eq 'x'"; 9_000].join(" or ");
        assert!(matches!(parse(&long), Ok(Expr::Or(parts)) if parts.len() == 9_000));
    }

    #[test]
    fn spellings_lead_to_the_same_tree() {
        let check =
            |left: &str, right: &str| assert_eq!(parse(left).unwrap(), parse(right).unwrap(), "{left}");
        check("StartsWith(city,'x')  EQ  TRUE", "startswith( city , 'x' )");
        check("startswith(city,'x') eq false", "not startswith(city,'x')");
        check("startswith(city,'x') ne true", "not startswith(city,'x')");
        check("a eq 1 and b eq 2 or c eq 3", "(a eq 1 and b eq 2) or (c eq 3)");
        check("not a eq 1 and b eq 2", "(not (a eq 1)) and b eq 2");
        check("not(a eq 1)", "NOT a Eq 1");
        check("((a eq 1))", "a eq 1");
        check("x/ANY(c:c eq 'y')", "x/any(c:(c eq 'y')) eq true");
    }
}
