//! Which queries the directory refuses although they are well formed.
//!
//! Owns the advanced-query rule and the filter table. It reads no data.
//!
//! Source: microsoft-graph.md sections 4.1 and 4.2.

use crate::azure_ad::errors::GraphError;
use crate::azure_ad::odata::filter::{Expr, Function, Literal, Operator};
use crate::azure_ad::schema::{ENDS_WITH, Kind, Level};

/// Refuses a filter the directory does not support.
///
/// # Errors
/// 400 `BadRequest` for unknown properties, 400 `Request_UnsupportedQuery` for the rest.
pub(crate) fn check(kind: Kind, expr: &Expr, advanced: bool) -> Result<(), GraphError> {
    let rule = Rule { kind, advanced };
    rule.expr(expr, None)
}

struct Rule {
    kind: Kind,
    advanced: bool,
}

impl Rule {
    /// `list` is the list property whose items an inner expression speaks of, with its variable.
    fn expr(&self, expr: &Expr, list: Option<(&str, &str)>) -> Result<(), GraphError> {
        match expr {
            Expr::And(left, right) | Expr::Or(left, right) => {
                self.expr(left, list)?;
                self.expr(right, list)
            }
            Expr::Not(inner) => {
                self.need(Level::Advanced, "not")?;
                self.expr(inner, list)
            }
            Expr::Compare { path, operator, literal } => self.comparison(path, *operator, literal, list),
            Expr::In { path, .. } => self.comparison(path, Operator::Eq, &Literal::Flag(true), list),
            Expr::Call { function, path, .. } => self.call(*function, path, list),
            Expr::Lambda { path, body, .. } => match body {
                Some((variable, body)) => self.expr(body, Some((path, variable))),
                None => self.need_property(path, |property| property.eq),
            },
        }
    }

    fn comparison(
        &self,
        path: &str,
        operator: Operator,
        literal: &Literal,
        list: Option<(&str, &str)>,
    ) -> Result<(), GraphError> {
        let name = outer(path, list)?;
        if operator == Operator::Ne {
            self.need(Level::Advanced, name)?;
        }
        self.need_property(name, |property| match (operator, literal) {
            (Operator::Eq | Operator::Ne, Literal::Null) => property.null,
            (Operator::Eq | Operator::Ne, _) => property.eq,
            _ => property.order,
        })
    }

    fn call(&self, function: Function, path: &str, list: Option<(&str, &str)>) -> Result<(), GraphError> {
        let name = outer(path, list)?;
        match function {
            Function::StartsWith => self.need_property(name, |property| property.starts_with),
            Function::EndsWith if ENDS_WITH.iter().any(|known| known.eq_ignore_ascii_case(name)) => {
                self.need(Level::Advanced, name)
            }
            Function::EndsWith => self.need(Level::Never, name),
            Function::Contains => Err(GraphError::unsupported_query(
                "Unsupported Query: the function 'contains' is not supported.",
            )),
        }
    }

    fn need_property(
        &self,
        name: &str,
        level: impl Fn(&crate::azure_ad::schema::Property) -> Level,
    ) -> Result<(), GraphError> {
        let top = name.split('/').next().unwrap_or_default();
        match self.kind.property(top) {
            Some(property) => self.need(level(property), name),
            None => Err(GraphError::malformed(format!(
                "Invalid filter clause: Could not find a property named '{name}' on type 'microsoft.graph.{}'.",
                self.kind.short_name()
            ))),
        }
    }

    fn need(&self, level: Level, name: &str) -> Result<(), GraphError> {
        match level {
            Level::Default => Ok(()),
            Level::Advanced if self.advanced => Ok(()),
            Level::Advanced => Err(GraphError::unsupported_query(format!(
                "Operator or property '{name}' is only supported in advanced queries. Set '$count=true' and the \
                 header 'ConsistencyLevel:eventual'. See https://aka.ms/graph-docs/advanced-queries"
            ))),
            Level::Never => Err(GraphError::unsupported_query(format!(
                "Unsupported or invalid query filter clause specified for property '{name}' of resource '{}'.",
                self.kind.type_name()
            ))),
        }
    }
}

/// The property a path stands for: inside a lambda the list, else the path itself.
fn outer<'a>(path: &'a str, list: Option<(&'a str, &'a str)>) -> Result<&'a str, GraphError> {
    match list {
        Some((list, variable)) if path.split('/').next() == Some(variable) => Ok(list),
        Some(_) => Err(GraphError::malformed(
            "Invalid filter clause: a path inside any or all must start with its variable.",
        )),
        None => Ok(path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::azure_ad::odata::filter::parse;

    fn check(kind: Kind, filter: &str, plain: bool, advanced: bool) {
        let expr = parse(filter).unwrap();
        let verdicts = (super::check(kind, &expr, false).is_ok(), super::check(kind, &expr, true).is_ok());
        assert_eq!(verdicts, (plain, advanced), "{filter}");
    }

    #[test]
    fn the_table_of_the_service_decides() {
        check(Kind::User, "accountEnabled eq true", true, true);
        check(Kind::User, "userPrincipalName eq 'x' or startswith(mail,'x')", true, true);
        check(Kind::User, "department eq 'x'", true, true);
        check(Kind::User, "startswith(department,'x')", false, false);
        check(Kind::User, "department eq null", false, true);
        check(Kind::User, "department ne 'x'", false, true);
        check(Kind::User, "not accountEnabled eq true", false, true);
        check(Kind::User, "employeeType eq 'x'", false, true);
        check(Kind::User, "officeLocation in ('x')", false, true);
        check(Kind::User, "createdDateTime ge 2026-01-01", true, true);
        check(Kind::User, "displayName ge 'x'", false, false);
        check(Kind::User, "endswith(mail,'x')", false, true);
        check(Kind::User, "endswith(displayName,'x')", false, false);
        check(Kind::User, "contains(displayName,'x')", false, false);
        check(Kind::User, "proxyAddresses/any(p:startswith(p,'x'))", true, true);
        check(Kind::User, "frobs eq 'x'", false, false);
        check(Kind::Group, "groupTypes/any(c:c eq 'Unified')", true, true);
        check(Kind::Group, "createdDateTime ge 2026-01-01", false, false);
        check(Kind::Group, "mailEnabled eq true and securityEnabled eq true", true, true);
    }
}
