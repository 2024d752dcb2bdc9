//! Reads the rule of a dynamic group, and refuses what is none.
//!
//! Source: microsoft-graph.md section 6.3 (rules and how they are refused).

use axum::http::StatusCode;
use serde_json::Value;

use crate::azure_ad::errors::GraphError;
use crate::azure_ad::members::membership_rule::{Operator, Rule};
use crate::azure_ad::members::rule_names::{self, Sort};
use crate::azure_ad::members::rule_tokens::{Placed, Token, tokens};

/// Deepest nesting of parentheses and `-not` that is followed.
const DEPTH_MAX: usize = 50;

/// Reads a rule.
///
/// # Errors
/// 400 `DynamicGroupQueryParseError` or `InvalidObjectTypeException`.
pub(crate) fn parse(text: &str) -> Result<Rule, GraphError> {
    let tokens = tokens(text).map_err(syntax)?;
    let mut parser = Parser { tokens, place: 0, end: text.chars().count(), object: None };
    if parser.names("direct") {
        return parser.reports();
    }
    let rule = parser.either(0)?;
    match parser.place == parser.tokens.len() {
        true => Ok(rule),
        false => Err(parser.syntax()),
    }
}

/// The wording of the service for what it cannot read is not documented; the code is.
fn syntax(place: usize) -> GraphError {
    refused(format!("Syntax error at position {place}"))
}

fn refused(message: impl Into<String>) -> GraphError {
    GraphError::new(StatusCode::BAD_REQUEST, "DynamicGroupQueryParseError", message)
}

fn no_object(message: &str) -> GraphError {
    GraphError::new(StatusCode::BAD_REQUEST, "InvalidObjectTypeException", message)
}

fn operands(operator: &str) -> GraphError {
    refused(format!("Invalid operands found for operator -{operator}"))
}

/// What a comparison looks at: where it is kept, if the tenant works it out, and the sort of its values.
struct Subject {
    path: Option<String>,
    sort: Sort,
}

struct Parser {
    tokens: Vec<Placed>,
    place: usize,
    /// Length of the rule, in characters.
    end: usize,
    /// Whether it speaks of users or of devices, once that is known.
    object: Option<&'static str>,
}

impl Parser {
    fn next(&mut self) -> Option<Token> {
        let token = self.tokens.get(self.place).map(|(token, _)| token.clone());
        self.place += 1;
        token
    }

    fn takes(&mut self, wanted: &Token) -> bool {
        let found = self.tokens.get(self.place).is_some_and(|(token, _)| token == wanted);
        self.place += usize::from(found);
        found
    }

    fn operator(&mut self, word: &str) -> bool {
        self.takes(&Token::Operator(word.to_owned()))
    }

    /// Whether the next word is this one, in any case; it is taken.
    fn names(&mut self, word: &str) -> bool {
        let ahead = self.tokens.get(self.place).map(|(token, _)| token);
        let found = matches!(ahead, Some(Token::Word(own)) if own.eq_ignore_ascii_case(word));
        self.place += usize::from(found);
        found
    }

    fn syntax(&self) -> GraphError {
        syntax(self.tokens.get(self.place).map_or(self.end, |(_, begin)| *begin))
    }

    /// The refusal of the token that was taken last.
    fn before(&mut self) -> GraphError {
        self.place = self.place.saturating_sub(1);
        self.syntax()
    }

    /// `Direct Reports for "…"`, which stands alone.
    fn reports(&mut self) -> Result<Rule, GraphError> {
        let whole = self.names("reports")
            && self.names("for")
            && matches!(self.next(), Some(Token::Text(_)))
            && self.place == self.tokens.len();
        if whole { Ok(Rule::Opaque) } else { Err(self.syntax()) }
    }

    fn either(&mut self, depth: usize) -> Result<Rule, GraphError> {
        let mut rule = self.both(depth)?;
        while self.operator("or") {
            rule = Rule::Or(Box::new(rule), Box::new(self.both(depth)?));
        }
        Ok(rule)
    }

    fn both(&mut self, depth: usize) -> Result<Rule, GraphError> {
        let mut rule = self.one(depth)?;
        while self.operator("and") {
            rule = Rule::And(Box::new(rule), Box::new(self.one(depth)?));
        }
        Ok(rule)
    }

    fn one(&mut self, depth: usize) -> Result<Rule, GraphError> {
        if depth > DEPTH_MAX {
            return Err(self.syntax());
        }
        if self.operator("not") {
            return Ok(Rule::Not(Box::new(self.one(depth + 1)?)));
        }
        if self.takes(&Token::Open) {
            let rule = self.either(depth + 1)?;
            return if self.takes(&Token::Close) { Ok(rule) } else { Err(self.syntax()) };
        }
        let Some(Token::Word(path)) = self.next() else { return Err(self.before()) };
        let subject = self.subject(&path)?;
        let Some(Token::Operator(word)) = self.next() else { return Err(self.before()) };
        match word.as_str() {
            "any" | "all" => self.items(&subject, &word, depth),
            _ => self.comparison(&subject, &word),
        }
    }

    /// What `user.city` or `device.deviceModel` names.
    fn subject(&mut self, path: &str) -> Result<Subject, GraphError> {
        let Some((owner, name)) = path.split_once('.') else {
            return Err(no_object("No object type"));
        };
        let owners = ["user", "device"];
        let Some(owner) = owners.into_iter().find(|known| known.eq_ignore_ascii_case(owner)) else {
            return Err(no_object("Invalid object type"));
        };
        if self.object.replace(owner).is_some_and(|before| before != owner) {
            return Err(refused("Mixed use of properties from different types of object"));
        }
        let unsupported = || refused(format!("Unsupported property '{name}'"));
        if owner == "device" {
            let sort = rule_names::of_device(name).ok_or_else(unsupported)?;
            return Ok(Subject { path: None, sort });
        }
        let named = rule_names::of_user(name).ok_or_else(unsupported)?;
        Ok(Subject { path: Some(named.path).filter(|path| !path.is_empty()), sort: named.sort })
    }

    /// What stands behind `-any` and `-all`: a condition on the items of a list, which is looked over and not worked
    /// out.
    fn items(&mut self, subject: &Subject, word: &str, depth: usize) -> Result<Rule, GraphError> {
        if subject.sort != Sort::List {
            return Err(operands(word));
        }
        let open = self.takes(&Token::Open);
        loop {
            while self.operator("not") {}
            if open
                && depth < DEPTH_MAX
                && self.tokens.get(self.place).is_some_and(|(token, _)| *token == Token::Open)
            {
                self.items(subject, word, depth + 1)?;
            } else {
                let Some(Token::Word(_)) = self.next() else { return Err(self.before()) };
                let Some(Token::Operator(inner)) = self.next() else { return Err(self.before()) };
                self.values(&inner)?;
            }
            if !(open && (self.operator("and") || self.operator("or"))) {
                break;
            }
        }
        if open && !self.takes(&Token::Close) { Err(self.syntax()) } else { Ok(Rule::Opaque) }
    }

    fn comparison(&mut self, subject: &Subject, word: &str) -> Result<Rule, GraphError> {
        let values = self.values(word)?;
        let fits = |value: &Value| match (value, subject.sort) {
            (Value::Null, _) => matches!(word, "eq" | "ne"),
            (Value::Bool(_), sort) => sort == Sort::Flag && matches!(word, "eq" | "ne"),
            (_, Sort::Flag) => false,
            (_, Sort::Instant) => matches!(word, "eq" | "ne" | "ge" | "le"),
            (_, Sort::Text | Sort::List) => !matches!(word, "ge" | "le"),
        };
        if !values.iter().all(fits) {
            return Err(operands(word));
        }
        let bare = word.strip_prefix("not").unwrap_or(word);
        let operator = match bare {
            "eq" | "ne" => Operator::Equals,
            "startswith" => Operator::StartsWith,
            "endswith" => Operator::EndsWith,
            "contains" => Operator::Contains,
            "in" => Operator::In,
            _ => return Ok(Rule::Opaque),
        };
        let negated = word == "ne" || bare != word;
        match &subject.path {
            Some(property) if subject.sort != Sort::Instant => {
                Ok(Rule::Compare { property: property.clone(), operator, negated, values })
            }
            _ => Ok(Rule::Opaque),
        }
    }

    /// What an operator compares with: a list for `-in`, otherwise one value.
    fn values(&mut self, word: &str) -> Result<Vec<Value>, GraphError> {
        let is_list = self.takes(&Token::OpenList);
        if matches!(word, "and" | "or" | "not" | "any" | "all" | "plus" | "minus") {
            return Err(self.before());
        }
        if is_list != matches!(word, "in" | "notin") {
            return Err(operands(word));
        }
        let mut values = vec![self.value()?];
        while is_list && self.takes(&Token::Comma) {
            values.push(self.value()?);
        }
        if is_list && !self.takes(&Token::CloseList) { Err(self.syntax()) } else { Ok(values) }
    }

    fn value(&mut self) -> Result<Value, GraphError> {
        match self.next() {
            Some(Token::Text(text)) => Ok(Value::String(text)),
            Some(Token::Word(word)) => match word.to_ascii_lowercase().trim_start_matches('$') {
                "true" => Ok(Value::Bool(true)),
                "false" => Ok(Value::Bool(false)),
                "null" => Ok(Value::Null),
                "system.now" => self.moment(word),
                // Numbers and moments stand without quotes.
                bare if bare.starts_with(|first: char| first.is_ascii_digit()) => Ok(Value::String(word)),
                _ => Err(self.before()),
            },
            _ => Err(self.before()),
        }
    }

    /// `system.now -plus p1d`.
    fn moment(&mut self, word: String) -> Result<Value, GraphError> {
        if self.operator("plus") || self.operator("minus") {
            return match self.next() {
                Some(Token::Word(span)) if span.starts_with(['p', 'P']) => Ok(Value::String(word)),
                _ => Err(self.before()),
            };
        }
        Ok(Value::String(word))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::azure_ad::model::schema::Kind;
    use crate::azure_ad::state::object::Object;

    fn check(rule: &str, taken: bool) {
        let properties = json!({
            "city": "Berlin", "department": "Finance", "accountEnabled": true, "officeLocation": "West \"1\"",
            "otherMails": ["a@home.test"], "onPremisesExtensionAttributes": { "extensionAttribute2": "x" },
        });
        let user = Object::new(Kind::User, "u".to_owned(), properties.as_object().unwrap().clone());
        assert_eq!(parse(rule).unwrap().takes(&user), taken, "{rule}");
    }

    #[test]
    fn simple_rules_say_whom_they_take_in() {
        check(r#"(user.city -eq "Berlin")"#, true);
        check(r#"user.city -eq "berlin" -and user.accountEnabled -eq true"#, true);
        check(r#"user.city eq 'Berlin' and -not (user.department -match "x") "#, true);
        check(r#"user.city -ne "Berlin" -or (user.department -startsWith "Fin")"#, true);
        check(r#"-not (user.department -contains "nan")"#, false);
        check(r#"user.department -in ["Sales","Finance"]"#, true);
        check(r#"user.department -notIn ["Sales","Finance"]"#, false);
        check(r#"user.department -endsWith "ANCE" -and user.city -notEndsWith "in""#, false);
        check("user.physicalDeliveryOfficeName -eq \"west `\"1`\"\"", true);
        check(r#"user.otherMails -endsWith "@home.test" -and user.extensionAttribute2 –eq "x""#, true);
        check("user.objectId -ne null", true);
        check("user.jobTitle -eq null", true);
        check("user.jobTitle -ne $null", false);
    }

    #[test]
    fn other_rules_are_read_and_move_nobody() {
        for rule in [
            r#"user.city -match "B.*""#,
            r#"(device.deviceOSType -eq "iPad") -or (device.isRooted -eq true)"#,
            r#"device.devicePhysicalIDs -any _ -startsWith "[ZTDId]""#,
            r#"(user.proxyAddresses -any (_ -startsWith "contoso"))"#,
            r#"user.assignedPlans -any (assignedPlan.servicePlanId -eq "x" -and assignedPlan.capabilityStatus -eq "Enabled")"#,
            "user.assignedPlans -all (assignedPlan.servicePlanId -eq null)",
            "user.memberOf -any (group.objectId -in ['value'])",
            "user.employeeHireDate -ge system.now -plus p1d",
            "user.employeehiredate -le 2020-06-10T18:13:20Z",
            r#"Direct Reports for "62e19b97-8b3d-4d4a-a106-4ce66896a863""#,
        ] {
            assert!(!parse(rule).unwrap().is_clear(), "{rule}");
        }
    }

    #[test]
    fn nonsense_is_refused() {
        for (rule, message) in [
            ("", "Syntax error at position 0"),
            ("user.city", "Syntax error at position 9"),
            ("user.city -eq", "Syntax error at position 13"),
            ("(user.city -eq \"B\"", "Syntax error at position 18"),
            ("user.city -eq \"B\")", "Syntax error at position 17"),
            ("user.city -equals \"B\"", "Syntax error at position 10"),
            ("user.city -eq \"B", "Syntax error at position 14"),
            ("user.city -and \"B\"", "Syntax error at position 10"),
            ("user.city -eq Berlin", "Syntax error at position 14"),
            ("user.department -in [\"a\",]", "Syntax error at position 25"),
            ("everybody", "No object type"),
            ("(accountEnabled -eq true)", "No object type"),
            ("people.city -eq \"B\"", "Invalid object type"),
            ("user.employeeType -eq \"Intern\"", "Unsupported property 'employeeType'"),
            ("user.officeLocation -eq \"B\"", "Unsupported property 'officeLocation'"),
            ("user.city -eq [\"B\"]", "Invalid operands found for operator -eq"),
            ("user.city -in \"B\"", "Invalid operands found for operator -in"),
            ("user.accountEnabled -eq \"true\"", "Invalid operands found for operator -eq"),
            ("user.city -eq true", "Invalid operands found for operator -eq"),
            ("user.city -contains null", "Invalid operands found for operator -contains"),
            ("user.city -ge \"B\"", "Invalid operands found for operator -ge"),
            ("user.city -any (_ -eq \"B\")", "Invalid operands found for operator -any"),
            (
                "user.city -eq \"B\" -and device.displayName -eq \"B\"",
                "Mixed use of properties from different types of object",
            ),
        ] {
            assert_eq!(parse(rule).unwrap_err().message, message, "{rule}");
        }
        let deep = parse(&"(".repeat(5000)).unwrap_err();
        assert_eq!(deep.code, "DynamicGroupQueryParseError");
    }
}
