//! Finds what other languages write in a path or condition, before the parser says no more than "not
//! understood". Reads tokens only; what they mean together is the parser's.

use super::foreign_words::{FUNCTIONS, OPERATORS, ROOTS, SIGNS, VALUES};
use super::parse_error::ParseError;

/// Signs that are read as one, longest first.
const LONG_SIGNS: [&str; 16] =
    ["===", "!==", "==", "!=", "<=", ">=", "<>", "=~", "!~", "=>", "=<", "&&", "||", "..", "??", "?."];
const COMPARISONS: [&str; 6] = ["==", "!=", "<=", ">=", "<", ">"];
/// Functions that there are.
const OWN_FUNCTIONS: [&str; 5] = ["length", "count", "value", "match", "search"];

/// One token; spaces are none.
#[derive(Debug, Clone, Copy)]
struct Token<'e> {
    at: usize,
    text: &'e str,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Word,
    Number,
    Sign,
    Quoted,
}

/// The first thing in an expression that another language would understand.
pub(super) fn foreign(expression: &str) -> Option<ParseError> {
    let tokens = match tokens(expression) {
        Ok(tokens) => tokens,
        Err(error) => return Some(error),
    };
    let around = |at| Around { expression, tokens: &tokens, at };
    let single = (0..tokens.len()).map(around).find_map(|around| around.single());
    // Only once every token is ours do they have sides.
    single.or_else(|| (0..tokens.len()).map(around).find_map(|around| around.sides()))
}

fn tokens(expression: &str) -> Result<Vec<Token<'_>>, ParseError> {
    let is_word = |c: char| c == '_' || c.is_alphanumeric();
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(first) = expression[at..].chars().next() {
        let rest = &expression[at..];
        let (len, kind) = match first {
            c if c.is_whitespace() => {
                at += first.len_utf8();
                continue;
            }
            '\'' | '"' => match quoted(rest, first) {
                Some(len) => (len, Kind::Quoted),
                None => {
                    return Err(ParseError::new("a text has no closing quote").piece(at, rest.trim_end()));
                }
            },
            c if c.is_ascii_digit() => (number(rest), Kind::Number),
            c if is_word(c) => (rest.find(|c| !is_word(c)).unwrap_or(rest.len()), Kind::Word),
            c => {
                let long = LONG_SIGNS.iter().find(|sign| rest.starts_with(**sign));
                (long.map_or(c.len_utf8(), |sign| sign.len()), Kind::Sign)
            }
        };
        tokens.push(Token { at, text: &rest[..len], kind });
        at += len;
    }
    Ok(tokens)
}

fn quoted(rest: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return Some(at + 1),
            _ => {}
        }
    }
    None
}

fn number(rest: &str) -> usize {
    let is_digit = |c: char| c.is_ascii_digit();
    let digits = |from: usize| rest[from..].find(|c| !is_digit(c)).map_or(rest.len(), |len| from + len);
    let mut end = digits(0);
    if rest[end..].starts_with('.') && rest[end + 1..].starts_with(is_digit) {
        end = digits(end + 1);
    }
    if rest[end..].starts_with(['e', 'E']) {
        let sign = usize::from(rest[end + 1..].starts_with(['+', '-']));
        if rest[end + 1 + sign..].starts_with(is_digit) {
            end = digits(end + 1 + sign);
        }
    }
    end
}

/// A token among the others.
struct Around<'t, 'e> {
    expression: &'e str,
    tokens: &'t [Token<'e>],
    at: usize,
}

impl<'e> Around<'_, 'e> {
    /// What is wrong with this token by itself.
    fn single(&self) -> Option<ParseError> {
        match self.own().kind {
            Kind::Word => self.word(),
            Kind::Sign => self.sign(),
            Kind::Quoted => self.quoted(),
            Kind::Number => self.number(),
        }
    }

    /// What is wrong with what stands at the sides of this token.
    fn sides(&self) -> Option<ParseError> {
        let token = self.own();
        match token.text {
            "!" if token.kind == Kind::Sign => self.negation(),
            _ if is_comparison(token) => self.comparison(),
            _ => None,
        }
    }

    fn own(&self) -> Token<'e> {
        self.tokens[self.at]
    }

    fn before(&self) -> Option<Token<'e>> {
        self.tokens.get(self.at.checked_sub(1)?).copied()
    }

    fn after(&self) -> Option<Token<'e>> {
        self.tokens.get(self.at + 1).copied()
    }

    fn is_before(&self, texts: &[&str]) -> bool {
        self.before().is_some_and(|token| token.kind != Kind::Quoted && texts.contains(&token.text))
    }

    fn is_after(&self, texts: &[&str]) -> bool {
        self.after().is_some_and(|token| token.kind != Kind::Quoted && texts.contains(&token.text))
    }

    /// Whether a token stands at this one without a space.
    fn touches(&self, other: Option<Token<'_>>) -> bool {
        let own = self.own();
        other
            .is_some_and(|other| other.at + other.text.len() == own.at || own.at + own.text.len() == other.at)
    }

    /// Whether a value ends before this token.
    fn follows_value(&self) -> bool {
        self.before().is_some_and(|before| match before.kind {
            Kind::Sign => matches!(before.text, "]" | ")"),
            _ => true,
        })
    }

    fn error(&self, message: impl Into<String>) -> ParseError {
        ParseError::new(message).piece(self.own().at, self.own().text)
    }

    fn word(&self) -> Option<ParseError> {
        let word = self.own().text;
        if self.is_before(&[".", ".."]) {
            return None;
        }
        if self.is_before(&["$"]) && self.touches(self.before()) {
            return Some(
                self.error("a path begins with `$.`")
                    .instead(format!(".{word}"))
                    .help(format!("write `$.{word}`")),
            );
        }
        let lower = word.to_lowercase();
        let operator = OPERATORS.iter().find(|(name, _, _)| *name == lower);
        if self.is_after(&["("]) && !matches!(lower.as_str(), "and" | "or" | "not" | "xor") {
            return self.function(&lower);
        }
        if matches!(word, "true" | "false" | "null") {
            return None;
        }
        if let Some((_, right)) = VALUES.iter().find(|(name, _)| *name == word) {
            return Some(
                self.error(format!("`{word}` is no value")).instead(*right).help(format!("write `{right}`")),
            );
        }
        if ROOTS.contains(&word) && (self.is_after(&[".", "["]) || operator.is_none()) {
            return Some(
                self.error("a path begins with `$.`")
                    .instead(format!("$.{word}"))
                    .help(format!("write `$.{word}`")),
            );
        }
        if let Some((_, right, help)) = operator.filter(|_| !self.is_operand()) {
            let error = self.error(format!("`{word}` is not an operator")).help(*help);
            return Some(match right.filter(|right| self.can_stand(right)) {
                Some(right) => error.instead(right),
                None => error,
            });
        }
        Some(
            self.error(format!("`{word}` is neither a path nor a text"))
                .help(format!("write `'{word}'` for a text, `$.inputs.{word}` for an input"))
                .instead(format!("'{word}'")),
        )
    }

    /// Whether a value must stand here: a comparison comes before it.
    fn is_operand(&self) -> bool {
        self.is_before(&COMPARISONS)
    }

    fn function(&self, lower: &str) -> Option<ParseError> {
        let word = self.own().text;
        if OWN_FUNCTIONS.contains(&word) {
            return None;
        }
        let plain = lower.replace('_', "");
        let known =
            FUNCTIONS.iter().find(|(name, _)| *name == lower || *name == plain).map(|(_, help)| *help);
        let error = self.error(format!("`{word}` is not a function"));
        if OWN_FUNCTIONS.contains(&lower) {
            return Some(error.instead(lower).help(format!("write `{lower}`")));
        }
        Some(
            error.help(known.unwrap_or("the functions are `length`, `count`, `value`, `match` and `search`")),
        )
    }

    fn sign(&self) -> Option<ParseError> {
        let sign = self.own().text;
        match sign {
            "?" if self.is_before(&["[", ","]) => return None,
            "[" if self.is_before(&COMPARISONS) || (self.is_before(&["("]) && !self.follows_value()) => {
                return Some(
                    self.error("a condition holds no list").help(
                        "write `$.x == 'a' || $.x == 'b'`, or `count($.list[*]) == 0` for an empty one",
                    ),
                );
            }
            "*" if self.follows_value() => return Some(self.arithmetic()),
            "-" => return self.minus(),
            _ => {}
        }
        let (_, right, help) = SIGNS.iter().find(|(foreign, _, _)| *foreign == sign)?;
        if *right == Some("'") {
            let error = self.error(format!("`{sign}` is no quotation mark")).help(*help);
            return Some(match self.other_quotes() {
                Some(text) => error
                    .piece(self.own().at, text)
                    .instead(format!("'{}'", text.trim_matches(is_other_quote))),
                None => error,
            });
        }
        let error = self.error(format!("`{sign}` is not an operator")).help(*help);
        Some(match right.filter(|right| self.can_stand(right)) {
            Some(right) => error.instead(right),
            None => error,
        })
    }

    /// Whether a sign of ours would be understood in the place of this token.
    fn can_stand(&self, right: &str) -> bool {
        if right == "!" {
            // At the beginning of a value without quotes, YAML would take it for a tag.
            let compares = || self.part(self.at + 1).any(|(depth, next)| depth == 0 && is_comparison(next));
            return self.before().is_some() && self.after().is_some() && !compares();
        }
        let begins = |token: Token<'_>| {
            token.kind != Kind::Sign || matches!(token.text, "$" | "@" | "(" | "!" | "-" | "*" | "[")
        };
        self.follows_value() && self.after().is_some_and(begins)
    }

    /// A text in the quotation marks of a word processor that begins here, with both marks.
    fn other_quotes(&self) -> Option<&'e str> {
        let own = self.own();
        let close = match own.text {
            "‘" => "’",
            "“" => "”",
            same => same,
        };
        let end = self.tokens[self.at + 1..].iter().find(|token| token.text == close)?;
        let text = &self.expression[own.at..end.at + end.text.len()];
        let inner = &self.expression[own.at + own.text.len()..end.at];
        (!inner.contains(['\'', '"', '\\']) && !inner.contains(is_other_quote)).then_some(text)
    }

    fn arithmetic(&self) -> ParseError {
        self.error(format!("`{}` is not an operator", self.own().text))
            .help("a condition does not calculate; name the value with a `set` step")
    }

    /// `-` before a number is its sign; between names it is a name with a hyphen.
    fn minus(&self) -> Option<ParseError> {
        if !self.follows_value() {
            return None;
        }
        let (Some(before), Some(after)) = (self.before(), self.after()) else {
            return Some(self.arithmetic());
        };
        let is_name = before.kind == Kind::Word && self.touches(self.before()) && self.touches(self.after());
        if !is_name || !matches!(after.kind, Kind::Word | Kind::Number) {
            return Some(self.arithmetic());
        }
        let name = self.name_with_hyphens();
        let from_dot = self.tokens.get(self.at.wrapping_sub(2)).filter(|dot| dot.text == ".");
        let error =
            ParseError::new("a name with a hyphen stands in brackets").help(format!("write `['{name}']`"));
        Some(match from_dot {
            Some(dot) => error.piece(dot.at, &format!(".{name}")).instead(format!("['{name}']")),
            None => error.piece(before.at, &name),
        })
    }

    fn name_with_hyphens(&self) -> String {
        let mut end = self.own().at;
        let mut name = self.tokens[self.at - 1].text.to_owned();
        for token in &self.tokens[self.at..] {
            let belongs = matches!(token.kind, Kind::Word | Kind::Number) || token.text == "-";
            if !belongs || token.at != end {
                break;
            }
            name.push_str(token.text);
            end += token.text.len();
        }
        name
    }

    /// `!` before a comparison without parentheses.
    fn negation(&self) -> Option<ParseError> {
        let next = self.part(self.at + 1).find(|(depth, token)| *depth == 0 && is_comparison(*token))?;
        let error = self.error("`!` goes before a path, a function or parentheses, not before a comparison");
        let opposite = match next.1.text {
            "==" => "!=",
            "!=" => "==",
            "<" => ">=",
            "<=" => ">",
            ">" => "<=",
            _ => "<",
        };
        Some(error.help(format!(
            "write it with `{opposite}` in place of `{}`, or put it in parentheses",
            next.1.text
        )))
    }

    /// A comparison with a third side.
    fn comparison(&self) -> Option<ParseError> {
        let next = self.part(self.at + 1).find(|(depth, token)| *depth == 0 && is_comparison(*token))?;
        let error = ParseError::new("a comparison has two sides").piece(next.1.at, next.1.text);
        Some(error.help("write for example `1 < $.x && $.x < 5`"))
    }

    /// The tokens from here to the end of this part of a condition, with their depth.
    fn part(&self, from: usize) -> impl Iterator<Item = (usize, Token<'e>)> + '_ {
        let mut depth = 0_usize;
        let mut is_over = false;
        self.tokens[from.min(self.tokens.len())..].iter().map_while(move |token| {
            let opened = depth;
            match token.text {
                _ if token.kind != Kind::Sign => {}
                "(" | "[" => depth += 1,
                ")" | "]" if depth == 0 => is_over = true,
                ")" | "]" => depth -= 1,
                "&&" | "||" | "," if depth == 0 => is_over = true,
                _ => {}
            }
            (!is_over).then_some((opened, *token))
        })
    }

    fn quoted(&self) -> Option<ParseError> {
        let token = self.own();
        if self.before().is_some_and(|before| before.kind == Kind::Quoted && self.touches(Some(before))) {
            return Some(
                self.error("two texts stand side by side").help("a quote inside a text is written `\\'`"),
            );
        }
        let mut rest = token.text;
        let mut at = token.at;
        while let Some(found) = rest.find('\\') {
            let escaped = rest[found + 1..].chars().next()?;
            let len = 1 + escaped.len_utf8();
            if !"bfnrtu/\\'\"".contains(escaped) {
                let piece = &rest[found..found + len];
                return Some(
                    ParseError::new(format!("`{piece}` is not an escape of a text"))
                        .help(format!("a backslash is written twice: `\\{piece}`"))
                        .piece(at + found, piece)
                        .instead(format!("\\{piece}")),
                );
            }
            rest = &rest[found + len..];
            at += found + len;
        }
        None
    }

    fn number(&self) -> Option<ParseError> {
        /// Largest whole number that RFC 9535 takes, 2⁵³ − 1.
        const WHOLE_MAX: u64 = 9_007_199_254_740_991;
        let text = self.own().text;
        let is_whole = text.bytes().all(|byte| byte.is_ascii_digit());
        if is_whole && text.parse::<u64>().map_or(true, |number| number > WHOLE_MAX) {
            return Some(
                self.error(format!(
                    "`{text}` is beyond {WHOLE_MAX}, the largest whole number of a condition"
                ))
                .help("compare ids as texts"),
            );
        }
        if is_whole && text.len() > 1 && text.starts_with('0') {
            return Some(
                self.error(format!("`{text}` is a number with leading zeros"))
                    .help("put it in quotes for a text"),
            );
        }
        let follows =
            self.before().is_some_and(|before| before.kind == Kind::Word && !self.touches(Some(before)));
        follows.then(|| self.error(format!("`{text}` stands where an operator is wanted")))
    }
}

/// Whether it is a quotation mark, though none of YAML's.
fn is_other_quote(next: char) -> bool {
    matches!(next, '“' | '”' | '‘' | '’' | '`')
}

fn is_comparison(token: Token<'_>) -> bool {
    token.kind == Kind::Sign && COMPARISONS.contains(&token.text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(expression: &str, at: usize, message: &str, right: Option<&str>) {
        let error = foreign(expression).unwrap_or_else(|| panic!("{expression} is taken"));
        assert!(error.help.is_some(), "{expression} has a way out");
        let found = (error.offset, error.message.as_str(), error.right.as_deref());
        assert_eq!(found, (Some(at), message, right), "{expression}");
    }

    #[test]
    fn operators_and_functions_of_other_languages_are_answered() {
        check("$.a and $.b", 4, "`and` is not an operator", Some("&&"));
        check("$.a OR $.b", 4, "`OR` is not an operator", Some("||"));
        check("not $.a", 0, "`not` is not an operator", None);
        check("not($.a == 1)", 0, "`not` is not an operator", None);
        check("$.b && not $.a", 7, "`not` is not an operator", Some("!"));
        check("$.b && not ($.a == 1)", 7, "`not` is not an operator", Some("!"));
        check("$.b && not $.a == 1", 7, "`not` is not an operator", None);
        check("$.a == 3 and", 9, "`and` is not an operator", None);
        check("$.a = 1", 4, "`=` is not an operator", Some("=="));
        check("$.a === 1", 4, "`===` is not an operator", Some("=="));
        check("$.a <> 1", 4, "`<>` is not an operator", Some("!="));
        check("$.a =~ 'x'", 4, "`=~` is not an operator", None);
        check("$.a is null", 4, "`is` is not an operator", None);
        check("$.a in ['x', 'y']", 4, "`in` is not an operator", None);
        check("$.a nin $.b", 4, "`nin` is not an operator", None);
        check("$.a any_of $.b", 4, "`any_of` is not an operator", None);
        check("$.a none_of $.b", 4, "`none_of` is not an operator", None);
        check("$.a subset_of $.b", 4, "`subset_of` is not an operator", None);
        check("$.a contains 'x'", 4, "`contains` is not an operator", None);
        check("$.a size 3", 4, "`size` is not an operator", None);
        check("$.a empty true", 4, "`empty` is not an operator", None);
        check("$.a eq 'x'", 4, "`eq` is not an operator", Some("=="));
        check("$.a ne 'x'", 4, "`ne` is not an operator", Some("!="));
        check("$.a gt 1", 4, "`gt` is not an operator", Some(">"));
        check("in($.a, $.b)", 0, "`in` is not a function", None);
        check("nin($.a, $.b)", 0, "`nin` is not a function", None);
        check("any_of($.a, $.b)", 0, "`any_of` is not a function", None);
        check("subset_of($.a, $.b)", 0, "`subset_of` is not a function", None);
        check("contains($.a, 'x')", 0, "`contains` is not a function", None);
        check("startsWith($.a, 'x')", 0, "`startsWith` is not a function", None);
        check("ends_with($.a, 'x')", 0, "`ends_with` is not a function", None);
        check("size($.a) > 1", 0, "`size` is not a function", None);
        check("len($.a) > 1", 0, "`len` is not a function", None);
        check("lower($.a) == 'x'", 0, "`lower` is not a function", None);
        check("Count($.a) == 1", 0, "`Count` is not a function", Some("count"));
        check("frob($.a)", 0, "`frob` is not a function", None);
    }

    #[test]
    fn values_and_signs_of_other_languages_are_answered() {
        check("$.a == nil", 7, "`nil` is no value", Some("null"));
        check("$.a == None", 7, "`None` is no value", Some("null"));
        check("$.a == True", 7, "`True` is no value", Some("true"));
        check("$.a == high", 7, "`high` is neither a path nor a text", Some("'high'"));
        check("$.a == empty", 7, "`empty` is neither a path nor a text", Some("'empty'"));
        check("inputs.risk == 'high'", 0, "a path begins with `$.`", Some("$.inputs"));
        check("$inputs.risk == 'high'", 1, "a path begins with `$.`", Some(".inputs"));
        check("$.a ? 1 : 2", 4, "`?` is not an operator", None);
        check("$.a ?? 'x' == 'x'", 4, "`??` is not an operator", None);
        check("$.a?.b == 1", 3, "`?.` is not an operator", Some("."));
        check("$.a + 1 == 2", 4, "`+` is not an operator", None);
        check("$.a - 1 == 2", 4, "`-` is not an operator", None);
        check("$.a * 2 == 2", 4, "`*` is not an operator", None);
        check("$.a % 2 == 0", 4, "`%` is not an operator", None);
        check("$.a & $.b", 4, "`&` is not an operator", Some("&&"));
        check("$.a == 3 &", 9, "`&` is not an operator", None);
        check("| $.a", 0, "`|` is not an operator", None);
        check("$.a | $.b", 4, "`|` is not an operator", Some("||"));
        check("$.a ≠ 1", 4, "`≠` is not an operator", Some("!="));
        check("$.a == ‘x’", 7, "`‘` is no quotation mark", Some("'x'"));
        check("$.a == “x y” && $.b", 7, "`“` is no quotation mark", Some("'x y'"));
        check("$.a == ‘x", 7, "`‘` is no quotation mark", None);
        check("$.a == ‘a’b’", 7, "`‘` is no quotation mark", Some("'a'"));
        check("$.a == []", 7, "a condition holds no list", None);
        check("$.a == {}", 7, "`{` is not an operator", None);
        check(
            "!$.a == 1",
            0,
            "`!` goes before a path, a function or parentheses, not before a comparison",
            None,
        );
        check("1 < $.a < 5", 8, "a comparison has two sides", None);
        check("$.a-b == 1", 1, "a name with a hyphen stands in brackets", Some("['a-b']"));
        check("$.x.a-b-c2", 3, "a name with a hyphen stands in brackets", Some("['a-b-c2']"));
        check("match($.a, '\\d+')", 12, "`\\d` is not an escape of a text", Some("\\\\d"));
        check("$.a == 'it''s'", 11, "two texts stand side by side", None);
        check("$.a == 007", 7, "`007` is a number with leading zeros", None);
        check(
            "$.a == 9007199254740993",
            7,
            "`9007199254740993` is beyond 9007199254740991, the largest whole number of a condition",
            None,
        );
        check("$.list[?@.a and @.b]", 12, "`and` is not an operator", Some("&&"));
    }

    #[test]
    fn what_is_ours_is_left_alone() {
        for expression in [
            "$.a.and.or == 'a and b or (not c)'",
            "$.a['not'] == \"x = y ? 1 : 2\"",
            "$.list[?@.a == -1, ?@.b].in",
            "$.list[-1:] && $.list[*].x && $..y",
            "!($.a == 1) && !$.b || !match($.c, 'a-b.*')",
            "count($.list[?@.n > 1.5e-3]) >= length($.a)",
            "$.å == 'ø' && $.b != null && $.c == true",
            "$.a == 'it\\'s' && $.b == \"say \\\"x\\\"\"",
            "$.list[?(@.a == 1 || @.b <= 2) && @.c < 3]",
            "-1 < $.a",
        ] {
            assert_eq!(foreign(expression), None, "{expression}");
        }
    }
}
