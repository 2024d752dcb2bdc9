//! What a plain scalar is by the core schema of YAML 1.2: `NO`, `yes` and `off` are texts. And how one is
//! written as a text.
//!
//! Source: YAML 1.2.2, section 10.3.2.

use serde_json::Value;

use crate::diagnostic::{Diagnostic, Fix, Span};

/// The value of a plain scalar.
///
/// # Errors
/// One sentence for numbers that JSON cannot carry or that would lose what was written.
pub(super) fn plain(text: &str) -> Result<Value, String> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Ok(Value::Null),
        "true" | "True" | "TRUE" => return Ok(Value::Bool(true)),
        "false" | "False" | "FALSE" => return Ok(Value::Bool(false)),
        _ => {}
    }
    if !text.starts_with(|first: char| first.is_ascii_digit() || matches!(first, '-' | '+' | '.')) {
        return Ok(Value::String(text.to_owned()));
    }
    let digits = text.trim_start_matches(['-', '+']);
    if text.len() - digits.len() > 1 {
        return Ok(Value::String(text.to_owned()));
    }
    if matches!(digits, ".inf" | ".Inf" | ".INF" | ".nan" | ".NaN" | ".NAN") {
        return Err(format!("`{text}` is no number that can be passed on"));
    }
    if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        if digits.len() > 1 && digits.starts_with('0') {
            return Err(format!("`{text}` is a number and would lose its leading zeros"));
        }
        let number = text.trim_start_matches('+');
        let whole =
            number.parse::<i64>().map(Value::from).or_else(|_| number.parse::<u64>().map(Value::from));
        return whole.map_err(|_| format!("`{text}` is a number beyond 64 bits"));
    }
    for (prefix, radix) in [("0o", 8), ("0x", 16)] {
        if let Some(rest) = text.strip_prefix(prefix)
            && !rest.is_empty()
            && rest.chars().all(|digit| digit.is_digit(radix))
        {
            let number = u64::from_str_radix(rest, radix).map(Value::from);
            return number.map_err(|_| format!("`{text}` is a number beyond 64 bits"));
        }
    }
    if is_float(digits) {
        let number = text.parse::<f64>().ok().filter(|number| number.is_finite()).map(Value::from);
        return number.ok_or_else(|| format!("`{text}` is a number out of range"));
    }
    Ok(Value::String(text.to_owned()))
}

/// The text in quotes: double ones where nothing in it would have to be escaped.
pub(crate) fn quoted(text: &str) -> String {
    if text.contains(['"', '\\']) || text.chars().any(char::is_control) {
        return format!("'{}'", text.replace('\'', "''"));
    }
    format!("\"{text}\"")
}

/// The finding with the way to make a text of what stands there.
pub(crate) fn with_quotes(finding: Diagnostic, span: Span, text: &str) -> Diagnostic {
    let right = quoted(text);
    let help = format!("put it in quotes: `{right}`");
    let title = "put it in quotes".to_owned();
    finding.help(help).fix(Fix { title, span, wrong: None, right })
}

fn is_float(digits: &str) -> bool {
    let (mantissa, exponent) = match digits.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (digits, None),
    };
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let mantissa_fits = match mantissa.split_once('.') {
        Some((whole, part)) => {
            all_digits(whole) && all_digits(part) && !(whole.is_empty() && part.is_empty())
        }
        None => !mantissa.is_empty() && all_digits(mantissa),
    };
    let exponent_fits = exponent.is_none_or(|exponent| {
        let exponent = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        !exponent.is_empty() && all_digits(exponent)
    });
    mantissa_fits && exponent_fits
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn plain_scalars_are_what_yaml_1_2_says() {
        let check = |text: &str, value: Value| assert_eq!(plain(text), Ok(value), "{text}");
        for text in [
            "NO",
            "yes",
            "off",
            "on",
            "1_000",
            "2026-11-23",
            "--1",
            "1.2.3",
            "-",
            "+",
            ".",
            "5d",
            "0xZZ",
            "1e",
        ] {
            check(text, json!(text));
        }
        check("~", Value::Null);
        check("True", json!(true));
        check("-7", json!(-7));
        check("+7", json!(7));
        check("18446744073709551615", json!(18_446_744_073_709_551_615_u64));
        check("0x1F", json!(31));
        check("0o17", json!(15));
        check("1.5e3", json!(1500.0));
        check(".5", json!(0.5));
    }

    #[test]
    fn quotes_are_chosen_so_that_nothing_is_escaped() {
        assert_eq!(quoted("0123"), "\"0123\"");
        assert_eq!(quoted("!match($.a, 'b')"), "\"!match($.a, 'b')\"");
        assert_eq!(quoted(r#"{{default a "it's"}}"#), r#"'{{default a "it''s"}}'"#);
    }

    #[test]
    fn numbers_that_would_lose_something_are_refused() {
        let refused = |text: &str, message: &str| assert_eq!(plain(text), Err(message.to_owned()), "{text}");
        refused("0123", "`0123` is a number and would lose its leading zeros");
        refused("99999999999999999999", "`99999999999999999999` is a number beyond 64 bits");
        refused(".inf", "`.inf` is no number that can be passed on");
        refused("1e999", "`1e999` is a number out of range");
    }
}
