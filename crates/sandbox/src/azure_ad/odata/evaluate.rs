//! Decides whether an object meets a filter.
//!
//! Works on a filter that `capability` checked and prepared: names are in the service's spelling,
//! texts in lower case, dates are instants. Texts compare without case, as in the directory; a
//! missing property is null; null is equal to null only and neither above nor below anything.

use std::borrow::Cow;
use std::cmp::Ordering;

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::azure_ad::odata::expression::{Function, Operator};

/// The properties of one object.
pub(crate) trait Row {
    /// Value of a property in the service's spelling; nothing where it is not set.
    fn top(&self, name: &str) -> Option<Cow<'_, Value>>;
}

impl Row for Map<String, Value> {
    fn top(&self, name: &str) -> Option<Cow<'_, Value>> {
        self.get(name).map(Cow::Borrowed)
    }
}

/// A filter the service supports, ready to be used on many objects.
#[derive(Debug)]
pub(crate) struct Filter {
    pub(super) node: Node,
    /// Properties without which an object is never found.
    pub(super) needed: Vec<Place>,
}

#[derive(Debug)]
pub(super) enum Node {
    And(Vec<Node>),
    Or(Vec<Node>),
    Not(Box<Node>),
    Test(Place, Test),
    /// No body means that the list is not empty.
    Lambda {
        place: Place,
        every: bool,
        body: Option<Box<Node>>,
    },
}

/// Where a value stands: `up` lambdas out of the innermost one, or in the object itself.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) up: Option<usize>,
    pub(super) steps: Vec<String>,
}

#[derive(Debug)]
pub(super) enum Test {
    Compare(Operator, Operand),
    In(Vec<Operand>),
    /// The text is in lower case.
    Call(Function, String),
    /// How many items a list has.
    Count(Operator, f64),
}

#[derive(Debug)]
pub(super) enum Operand {
    Null,
    Flag(bool),
    Number(f64),
    Instant(Timestamp),
    /// In lower case.
    Text(String),
}

/// The items of the lambdas around a condition, innermost first.
struct Scope<'a> {
    item: &'a Value,
    outer: Option<&'a Scope<'a>>,
}

impl Filter {
    pub(crate) fn meets(&self, row: &dyn Row) -> bool {
        self.needed.iter().all(|place| with_value(row, None, place, |value| !value.is_null()))
            && holds(&self.node, row, None)
    }
}

fn holds(node: &Node, row: &dyn Row, scope: Option<&Scope<'_>>) -> bool {
    match node {
        Node::And(parts) => parts.iter().all(|part| holds(part, row, scope)),
        Node::Or(parts) => parts.iter().any(|part| holds(part, row, scope)),
        Node::Not(inner) => !holds(inner, row, scope),
        Node::Test(place, test) => with_value(row, scope, place, |value| test.holds(value)),
        Node::Lambda { place, every, body } => with_value(row, scope, place, |value| {
            let items = value.as_array().map(Vec::as_slice).unwrap_or_default();
            let Some(body) = body else { return !items.is_empty() };
            let of_item = |item: &Value| holds(body, row, Some(&Scope { item, outer: scope }));
            if *every { items.iter().all(of_item) } else { items.iter().any(of_item) }
        }),
    }
}

/// Hands over the value at a place, null where there is none.
fn with_value<T>(
    row: &dyn Row,
    scope: Option<&Scope<'_>>,
    place: &Place,
    use_it: impl FnOnce(&Value) -> T,
) -> T {
    let walk = |value: &Value, steps: &[String]| {
        let found = steps.iter().try_fold(value, |value, step| value.get(step));
        use_it(found.unwrap_or(&Value::Null))
    };
    let Some(up) = place.up else {
        let (first, rest) =
            place.steps.split_first().map_or(("", &[][..]), |(first, rest)| (first.as_str(), rest));
        let top = row.top(first);
        return walk(top.as_deref().unwrap_or(&Value::Null), rest);
    };
    let mut at = scope;
    for _ in 0..up {
        at = at.and_then(|scope| scope.outer);
    }
    walk(at.map_or(&Value::Null, |scope| scope.item), &place.steps)
}

impl Test {
    fn holds(&self, value: &Value) -> bool {
        match self {
            Self::Compare(operator, operand) => by_order(*operator, order(value, operand)),
            Self::In(operands) => {
                operands.iter().any(|operand| order(value, operand) == Some(Ordering::Equal))
            }
            Self::Call(function, text) => value.as_str().is_some_and(|value| calls(value, *function, text)),
            Self::Count(operator, number) => {
                // A list longer than 2^53 does not fit in memory.
                let count = value.as_array().map_or(0, Vec::len) as f64;
                by_order(*operator, count.partial_cmp(number))
            }
        }
    }
}

fn by_order(operator: Operator, order: Option<Ordering>) -> bool {
    match operator {
        Operator::Eq => order == Some(Ordering::Equal),
        Operator::Ne => order != Some(Ordering::Equal),
        Operator::Gt => order == Some(Ordering::Greater),
        Operator::Ge => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
        Operator::Lt => order == Some(Ordering::Less),
        Operator::Le => matches!(order, Some(Ordering::Less | Ordering::Equal)),
        // No property of flags is served, so `capability` lets none through.
        Operator::Has => false,
    }
}

/// How a value stands to an operand; nothing when the two cannot be compared.
fn order(value: &Value, operand: &Operand) -> Option<Ordering> {
    match (value, operand) {
        (Value::Null, Operand::Null) => Some(Ordering::Equal),
        (Value::Bool(value), Operand::Flag(flag)) => Some(value.cmp(flag)),
        (Value::Number(value), Operand::Number(number)) => value.as_f64()?.partial_cmp(number),
        (Value::String(value), Operand::Text(text)) => Some(compare_texts(value, text)),
        (Value::String(value), Operand::Instant(instant)) => {
            Some(value.parse::<Timestamp>().ok()?.cmp(instant))
        }
        _ => None,
    }
}

/// Compares without case; `lower` is in lower case already.
pub(super) fn compare_texts(value: &str, lower: &str) -> Ordering {
    if value.is_ascii() {
        // Most texts are, and this needs no copy of them.
        return value.bytes().map(|byte| byte.to_ascii_lowercase()).cmp(lower.bytes());
    }
    value.to_lowercase().as_str().cmp(lower)
}

fn calls(value: &str, function: Function, lower: &str) -> bool {
    let lowered;
    let value = if value.is_ascii() && function != Function::Contains {
        let part = match function {
            Function::EndsWith => value.len().checked_sub(lower.len()).and_then(|at| value.get(at..)),
            _ => value.get(..lower.len()),
        };
        return part.is_some_and(|part| part.eq_ignore_ascii_case(lower));
    } else {
        lowered = value.to_lowercase();
        lowered.as_str()
    };
    match function {
        Function::StartsWith => value.starts_with(lower),
        Function::EndsWith => value.ends_with(lower),
        Function::Contains => value.contains(lower),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::azure_ad::model::schema::Kind;
    use crate::azure_ad::odata::capability;
    use crate::azure_ad::odata::filter::parse;

    fn check(filter: &str, expected: bool) {
        let user = json!({
            "displayName": "Ciara O'Brien", "surname": "Ørsted", "accountEnabled": true, "department": null,
            "city": "Oslo", "createdDateTime": "2024-03-01T08:00:00Z", "otherMails": [],
            "proxyAddresses": ["SMTP:c@contoso.test", "smtp:ob@contoso.test"],
            "employeeOrgData": { "division": "North" },
            "assignedLicenses": [{ "skuId": "c7df2760-2c81-4ef7-b578-5b5392b571df" }],
            "identities": [
                { "issuer": "contoso.test", "issuerAssignedId": "c@contoso.test" },
                { "issuer": "other.test", "issuerAssignedId": "x" },
            ],
        });
        let expr = parse(filter).unwrap();
        let filter_ready = capability::check(&Kind::User, &expr, true).unwrap();
        assert_eq!(filter_ready.meets(user.as_object().unwrap()), expected, "{filter}");
    }

    #[test]
    fn filters_mean_what_the_service_means() {
        check("displayName eq 'ciara o''brien'", true);
        check("surname eq 'ørsted' and startswith(surname,'ØR')", true);
        check("startsWith(displayName,'Ciara') and accountEnabled eq true", true);
        check("startswith(displayName, 'x') eq true or city in ('Berlin', 'OSLO')", true);
        check("not (city eq 'Oslo')", false);
        check("city ne 'Oslo' or department eq null", true);
        check("department ne 'x'", true);
        check("companyName eq null", true);
        check("createdDateTime ge 2024-03-01T08:00:00Z", true);
        check("createdDateTime ge 2024-03-01T09:00:00.000+01:00", true);
        check("createdDateTime gt 2024-03-01T07:59:59.9999999Z", true);
        check("createdDateTime gt 2024-03-01T08:00:00Z", false);
        check("createdDateTime lt 2024-03-02", true);
        check("employeeHireDate le 2026-01-01 or employeeHireDate gt 2026-01-01", false);
        check("not city eq 'Berlin' and accountEnabled eq true", true);
        check("city eq 'x' and city eq 'x' or city eq 'Oslo'", true);
        check("employeeOrgData/division eq 'north' and employeeOrgData/costCenter ne 'x'", true);
        check("signInActivity/lastSignInDateTime ne 2026-01-01", false);
        check("not (signInActivity/lastSignInDateTime ge 2026-01-01)", false);
    }

    #[test]
    fn lists_are_asked_item_by_item() {
        check("proxyAddresses/any(p:startswith(p,'SMTP:c'))", true);
        check("proxyAddresses/any(p:p eq 'nobody')", false);
        check("proxyAddresses/all(p:endswith(p,'contoso.test'))", true);
        check("proxyAddresses/any()", true);
        check("otherMails/any() or otherMails/any(m:m ne 'x')", false);
        check("otherMails/all(m:m eq 'x')", true);
        check("assignedLicenses/any(x:x/skuId eq C7DF2760-2c81-4ef7-b578-5b5392b571df)", true);
        check("assignedLicenses/$count eq 1 and assignedLicenses/$count lt 2", true);
        check("identities/any(i:i/issuer eq 'contoso.test' and i/issuerAssignedId eq 'x')", false);
        check("identities/any(i:i/issuer eq 'other.test' and i/issuerAssignedId eq 'x')", true);
    }
}
