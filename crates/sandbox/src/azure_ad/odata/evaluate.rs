//! Decides whether an object meets a filter.
//!
//! Texts compare without case, as in the directory. A missing property is null.

use std::cmp::Ordering;

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::azure_ad::odata::filter::{Expr, Function, Literal, Operator};
use crate::azure_ad::schema::Kind;

/// Whether the properties of one object meet the filter.
pub(crate) fn meets(kind: Kind, properties: &Map<String, Value>, expr: &Expr) -> bool {
    let value = |path: &str| lookup(kind, properties, path);
    holds(expr, &value)
}

fn lookup<'a>(kind: Kind, properties: &'a Map<String, Value>, path: &str) -> &'a Value {
    let mut steps = path.split('/');
    let name = steps.next().and_then(|name| kind.property(name)).map_or("", |property| property.name);
    let top = properties.get(name).unwrap_or(&Value::Null);
    steps.fold(top, |value, step| value.get(step).unwrap_or(&Value::Null))
}

fn holds<'a>(expr: &Expr, value: &dyn Fn(&str) -> &'a Value) -> bool {
    match expr {
        Expr::And(left, right) => holds(left, value) && holds(right, value),
        Expr::Or(left, right) => holds(left, value) || holds(right, value),
        Expr::Not(inner) => !holds(inner, value),
        Expr::Compare { path, operator, literal } => compares(value(path), *operator, literal),
        Expr::In { path, literals } => {
            literals.iter().any(|literal| compares(value(path), Operator::Eq, literal))
        }
        Expr::Call { function, path, text } => calls(value(path), *function, text),
        Expr::Lambda { path, every, body } => {
            let items = value(path).as_array().map(Vec::as_slice).unwrap_or_default();
            let Some((variable, body)) = body else { return !items.is_empty() };
            let of_item = |item: &'a Value| {
                let inner = |path: &str| inside(item, variable, path);
                holds(body, &inner)
            };
            if *every { items.iter().all(of_item) } else { items.iter().any(of_item) }
        }
    }
}

/// The value of a path inside a lambda, which starts with the lambda's variable.
fn inside<'a>(item: &'a Value, variable: &str, path: &str) -> &'a Value {
    let mut steps = path.split('/');
    match steps.next() {
        Some(first) if first == variable => {
            steps.fold(item, |value, step| value.get(step).unwrap_or(&Value::Null))
        }
        _ => &Value::Null,
    }
}

fn compares(value: &Value, operator: Operator, literal: &Literal) -> bool {
    let order = order(value, literal);
    match operator {
        Operator::Eq => order == Some(Ordering::Equal),
        Operator::Ne => order != Some(Ordering::Equal),
        Operator::Gt => order == Some(Ordering::Greater),
        Operator::Ge => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
        Operator::Lt => order == Some(Ordering::Less),
        Operator::Le => matches!(order, Some(Ordering::Less | Ordering::Equal)),
    }
}

/// How a value stands to a literal; nothing when the two cannot be compared.
fn order(value: &Value, literal: &Literal) -> Option<Ordering> {
    match (value, literal) {
        (Value::Null, Literal::Null) => Some(Ordering::Equal),
        (Value::Bool(value), Literal::Flag(flag)) => Some(value.cmp(flag)),
        (Value::Number(value), Literal::Number(number)) => value.as_f64()?.partial_cmp(number),
        (Value::String(value), Literal::Text(text)) => Some(value.to_lowercase().cmp(&text.to_lowercase())),
        (Value::String(value), Literal::Instant(instant)) => {
            Some(value.parse::<Timestamp>().ok()?.cmp(instant))
        }
        _ => None,
    }
}

fn calls(value: &Value, function: Function, text: &str) -> bool {
    let Some(value) = value.as_str().map(str::to_lowercase) else { return false };
    let text = text.to_lowercase();
    match function {
        Function::StartsWith => value.starts_with(&text),
        Function::EndsWith => value.ends_with(&text),
        Function::Contains => value.contains(&text),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::azure_ad::odata::filter::parse;

    fn check(filter: &str, expected: bool) {
        let user = json!({
            "displayName": "Ciara O'Brien", "accountEnabled": true, "department": null, "city": "Oslo",
            "createdDateTime": "2024-03-01T08:00:00Z", "proxyAddresses": ["SMTP:c@contoso.test", "smtp:ob@contoso.test"],
        });
        let properties = user.as_object().unwrap();
        assert_eq!(meets(Kind::User, properties, &parse(filter).unwrap()), expected, "{filter}");
    }

    #[test]
    fn filters_mean_what_the_service_means() {
        check("displayName eq 'ciara o''brien'", true);
        check("startsWith(displayName,'Ciara') and accountEnabled eq true", true);
        check("startswith(displayName, 'x') eq true or city in ('Berlin', 'OSLO')", true);
        check("not (city eq 'Oslo')", false);
        check("city ne 'Oslo' or department eq null", true);
        check("companyName eq null", true);
        check("createdDateTime ge 2024-03-01T08:00:00Z", true);
        check("createdDateTime gt 2024-03-01T08:00:00Z", false);
        check("createdDateTime lt 2024-03-02", true);
        check("proxyAddresses/any(p:startswith(p,'SMTP:c'))", true);
        check("proxyAddresses/any(p:p eq 'nobody')", false);
        check("proxyAddresses/all(p:endswith(p,'contoso.test'))", true);
        check("proxyAddresses/any()", true);
        check("not city eq 'Berlin' and accountEnabled eq true", true);
        check("city eq 'x' and city eq 'x' or city eq 'Oslo'", true);
    }

    #[test]
    fn broken_filters_are_refused_and_never_hang() {
        let deep = format!("{}city eq 'x'{}", "(".repeat(5000), ")".repeat(5000));
        let broken = [
            "",
            "city",
            "city eq",
            "city eq 'x",
            "city eq Oslo",
            "eq 'x'",
            "(city eq 'x'",
            "city eq 'x')",
            "frob(city,'x')",
            "city in ()",
            "not",
            "startswith(city 'x')",
            "x/any(c:",
            &deep,
        ];
        for filter in broken {
            assert!(parse(filter).is_err(), "{filter}");
        }
    }
}
