//! Compares JSON values as RFC 9535 says: numbers by their mathematical value, texts by code point, lists
//! and maps member by member.
//!
//! `jsonpath-rust` compares every number as a float and calls two equal that differ by less than 2⁻⁵², so
//! that 9007199254740993 equals 9007199254740992 and `0.1` less a little equals `0.1`. Ids and sums are
//! compared exactly here.
//!
//! Source: RFC 9535, section 2.3.5.2.2.

use std::cmp::Ordering;

use serde_json::{Number, Value};

/// 2⁶⁴: every whole number of 64 bits, signed or not, is smaller.
const WHOLE_MAX: f64 = 18_446_744_073_709_551_616.0;

/// Whether two sides are equal; two absent ones are.
pub(super) fn equal(left: Option<&Value>, right: Option<&Value>) -> bool {
    match (left, right) {
        (None, None) => true,
        (Some(left), Some(right)) => equal_values(left, right),
        _ => false,
    }
}

/// Whether the left side is less; only two numbers or two texts have an order.
pub(super) fn less(left: Option<&Value>, right: Option<&Value>) -> bool {
    match (left, right) {
        (Some(Value::Number(left)), Some(Value::Number(right))) => order(left, right) == Ordering::Less,
        (Some(Value::String(left)), Some(Value::String(right))) => left < right,
        _ => false,
    }
}

/// Whether two values are equal.
pub(super) fn equal_values(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => order(left, right) == Ordering::Equal,
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| equal_values(left, right))
        }
        (Value::Object(left), Value::Object(right)) => {
            left.len() == right.len()
                && left
                    .iter()
                    .all(|(name, left)| right.get(name).is_some_and(|right| equal_values(left, right)))
        }
        _ => left == right,
    }
}

fn order(left: &Number, right: &Number) -> Ordering {
    match (whole(left), whole(right)) {
        (Some(left), Some(right)) => left.cmp(&right),
        (Some(left), None) => whole_to_float(left, float(right)),
        (None, Some(right)) => whole_to_float(right, float(left)).reverse(),
        (None, None) => float(left).total_cmp(&float(right)),
    }
}

fn whole(number: &Number) -> Option<i128> {
    number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from))
}

/// The number as a float; adding zero makes one zero of the two.
fn float(number: &Number) -> f64 {
    number.as_f64().unwrap_or_default() + 0.0
}

fn whole_to_float(whole: i128, float: f64) -> Ordering {
    if float >= WHOLE_MAX {
        return Ordering::Less;
    }
    if float <= -WHOLE_MAX {
        return Ordering::Greater;
    }
    #[expect(clippy::cast_possible_truncation, reason = "the bounds above are far inside of i128")]
    let cut = float.trunc() as i128;
    whole.cmp(&cut).then_with(|| 0.0_f64.total_cmp(&(float.fract() + 0.0)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_are_compared_exactly() {
        let check = |left: Value, right: Value, expected: Ordering| {
            let found = match () {
                () if equal(Some(&left), Some(&right)) => Ordering::Equal,
                () if less(Some(&left), Some(&right)) => Ordering::Less,
                () => Ordering::Greater,
            };
            assert_eq!(found, expected, "{left} and {right}");
        };
        check(json!(9_007_199_254_740_993_i64), json!(9_007_199_254_740_992_i64), Ordering::Greater);
        check(json!(9_007_199_254_740_993_i64), json!(9_007_199_254_740_992.0), Ordering::Greater);
        check(json!(u64::MAX), json!(i64::MAX), Ordering::Greater);
        check(json!(u64::MAX), json!(WHOLE_MAX), Ordering::Less);
        check(json!(i64::MIN), json!(-WHOLE_MAX), Ordering::Greater);
        check(json!(1e-17), json!(0), Ordering::Greater);
        check(json!(-1e-17), json!(0), Ordering::Less);
        check(json!(0.1), json!(0.100_000_000_000_000_02), Ordering::Less);
        check(json!(1), json!(1.0), Ordering::Equal);
        check(json!(0), json!(-0.0), Ordering::Equal);
        check(json!(0.0), json!(-0.0), Ordering::Equal);
        check(json!(-1.5), json!(-1), Ordering::Less);
        check(json!([1, {"a": 2.0}]), json!([1.0, {"a": 2}]), Ordering::Equal);
    }
}
