//! Encoded queries as data. The only place where text becomes query syntax; a value that the syntax
//! cannot express is refused before anything is sent, because there is no escape character.
//!
//! Source: `docs/reference/servicenow.md`, encoded queries and injection.

use drawbridge_sdk::{Error, Fault};

/// Conditions that must all hold, in a stable order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Query {
    conditions: Vec<Condition>,
    order: Option<Order>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Condition {
    field: String,
    test: Test,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Test {
    Is(String),
    OneOf(Vec<String>),
    Contains(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    Up(&'static str),
    Down(&'static str),
}

/// Most values of one list: longer ones make addresses that ServiceNow answers with 414.
pub(crate) const LIST_MAX: usize = 200;

impl Query {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// The field has this value.
    ///
    /// # Errors
    /// `Refused` CN021 for a value that cannot be expressed, also for an empty one: it would ask for
    /// records whose field is empty.
    pub(crate) fn is(self, field: &str, value: &str) -> Result<Self, Error> {
        Ok(self.with(field, Test::Is(expressible(field, value, "")?)))
    }

    /// The field has one of these values.
    ///
    /// # Errors
    /// `Refused` CN021 for values that cannot be expressed, and for an empty or too long list.
    pub(crate) fn one_of<'a>(
        self,
        field: &str,
        values: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, Error> {
        let values =
            values.into_iter().map(|value| expressible(field, value, ",")).collect::<Result<Vec<_>, _>>()?;
        if values.is_empty() || values.len() > LIST_MAX {
            let summary =
                format!("{} values are searched for in `{field}`; 1 to {LIST_MAX} can be", values.len());
            return Err(Error::refused("CN021", summary));
        }
        Ok(self.with(field, Test::OneOf(values)))
    }

    /// The field contains this text.
    ///
    /// # Errors
    /// `Refused` CN021 for a value that cannot be expressed.
    pub(crate) fn contains(self, field: &str, text: &str) -> Result<Self, Error> {
        Ok(self.with(field, Test::Contains(expressible(field, text, "")?)))
    }

    /// Smallest first.
    pub(crate) fn up(self, field: &'static str) -> Self {
        Self { order: Some(Order::Up(field)), ..self }
    }

    /// Largest first.
    pub(crate) fn down(self, field: &'static str) -> Self {
        Self { order: Some(Order::Down(field)), ..self }
    }

    fn with(mut self, field: &str, test: Test) -> Self {
        self.conditions.push(Condition { field: field.to_owned(), test });
        self
    }

    /// The text for `sysparm_query`, not yet percent-encoded.
    pub(crate) fn text(&self) -> String {
        let mut parts: Vec<String> = self.conditions.iter().map(Condition::text).collect();
        match self.order {
            Some(Order::Up(field)) => parts.push(format!("ORDERBY{field}")),
            Some(Order::Down(field)) => parts.push(format!("ORDERBYDESC{field}")),
            None => {}
        }
        parts.join("^")
    }

    /// The fields that the conditions look at; they must be asked for, so that rows can be checked.
    pub(crate) fn fields(&self) -> impl Iterator<Item = &str> {
        self.conditions.iter().map(|condition| condition.field.as_str())
    }

    /// The first field whose condition a row does not meet. ServiceNow drops conditions on fields that
    /// it does not know and answers with the whole table, so every row is checked.
    pub(crate) fn unmet<'q>(&'q self, value: impl Fn(&str) -> Option<&'q str>) -> Option<&'q str> {
        let unmet = |condition: &&Condition| {
            !value(&condition.field).is_some_and(|value| condition.test.holds(value))
        };
        self.conditions.iter().find(unmet).map(|condition| condition.field.as_str())
    }
}

impl Condition {
    fn text(&self) -> String {
        let field = &self.field;
        match &self.test {
            Test::Is(value) => format!("{field}={value}"),
            Test::OneOf(values) => format!("{field}IN{}", values.join(",")),
            Test::Contains(text) => format!("{field}LIKE{text}"),
        }
    }
}

impl Test {
    /// Texts compare without regard to case, as the database does.
    fn holds(&self, value: &str) -> bool {
        let value = value.to_lowercase();
        match self {
            Self::Is(wanted) => value == wanted.to_lowercase(),
            Self::OneOf(wanted) => wanted.iter().any(|wanted| value == wanted.to_lowercase()),
            Self::Contains(text) => value.contains(&text.to_lowercase()),
        }
    }
}

fn expressible(field: &str, value: &str, further: &str) -> Result<String, Error> {
    let refuse = |why: &str| {
        let fault =
            Fault::new("CN021", format!("ServiceNow cannot search for this value in `{field}`: {why}"));
        Err(Error::Refused(fault.help("name the record by its `sys_id`")))
    };
    if !is_field(field) {
        return refuse("the field name is none");
    }
    if value.is_empty() {
        return refuse("it is empty, which would mean `has no value`");
    }
    if value.contains(['^', '\r', '\n', '\0']) || value.contains(|char| further.contains(char)) {
        return refuse("it holds a character that separates conditions");
    }
    if value.trim_start().to_ascii_lowercase().starts_with("javascript:") {
        return refuse("it would be run as a script");
    }
    Ok(value.to_owned())
}

/// Whether a text has the form of a field name, with at most four steps through references.
pub(crate) fn is_field(text: &str) -> bool {
    let is_name = |part: &str| {
        part.starts_with(|char: char| char.is_ascii_lowercase())
            && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
    };
    text.split('.').count() <= 5 && text.split('.').all(is_name)
}

/// Whether a text has the form of a table name.
pub(crate) fn is_table(text: &str) -> bool {
    (2..=80).contains(&text.len()) && !text.contains('.') && is_field(text)
}

/// Whether a text has the form of a `sys_id`.
pub(crate) fn is_sys_id(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_are_written_in_order() {
        let query = Query::new().is("name", "Service Desk").unwrap().is("active", "true").unwrap();
        assert_eq!(query.clone().up("sys_id").text(), "name=Service Desk^active=true^ORDERBYsys_id");
        let query = Query::new().one_of("sys_id", ["a", "b"]).unwrap().down("sys_created_on");
        assert_eq!(query.text(), "sys_idINa,b^ORDERBYDESCsys_created_on");
        let query = Query::new().contains("value", "[db:1]").unwrap();
        assert_eq!(query.text(), "valueLIKE[db:1]");
    }

    #[test]
    fn values_that_would_become_syntax_are_refused() {
        let is = |value| Query::new().is("name", value).is_ok();
        assert!(is("R&D, Oslo = 'x' @home"));
        for bad in ["", "x^NQactiveANYTHING", "x\ny", "javascript:gs.getUserID()", " JavaScript:x", "x\0"] {
            assert!(!is(bad), "{bad:?}");
        }
        assert!(Query::new().one_of("sys_id", ["a,b"]).is_err());
        assert!(Query::new().one_of("sys_id", []).is_err());
        assert!(Query::new().one_of("sys_id", vec!["a"; LIST_MAX + 1]).is_err());
        assert!(Query::new().is("name=x^", "y").is_err());
    }

    #[test]
    fn a_row_that_does_not_match_is_noticed() {
        let query = Query::new().is("name", "Service Desk").unwrap().is("active", "true").unwrap();
        let row = |name: &'static str, active: Option<&'static str>| {
            move |field: &str| if field == "name" { Some(name) } else { active }
        };
        assert_eq!(query.unmet(row("service desk", Some("true"))), None);
        assert_eq!(query.unmet(row("Network", Some("true"))), Some("name"));
        assert_eq!(query.unmet(row("Service Desk", None)), Some("active"));
    }

    #[test]
    fn names_have_their_form() {
        assert!(is_field("u_entra_id") && is_field("caller_id.department.name"));
        assert!(!is_field("Name") && !is_field("a..b") && !is_field("a.b.c.d.e.f") && !is_field("1a"));
        assert!(is_table("sc_req_item") && !is_table("../sys_user") && !is_table("a.b"));
        assert!(is_sys_id("6816f79cc0a8016401c5a33be04be441") && !is_sys_id("global"));
    }
}
