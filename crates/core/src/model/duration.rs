//! Durations as authors write them: `30s`, `15m`, `4h`, `5d`, or ISO 8601 such as `PT4H`. A day is 24
//! hours.

use jiff::{SignedDuration, Span, SpanRelativeTo};

/// Longest duration that is taken; longer ones are slips of the pen.
const DAYS_MAX: i64 = 3_660;

/// Reads a duration longer than nothing.
///
/// # Errors
/// One sentence that says what the text is not.
pub(crate) fn parse_duration(text: &str) -> Result<SignedDuration, String> {
    let read = if text.starts_with('P') { iso(text) } else { short(text) };
    let duration = read.ok_or_else(|| format!("`{text}` is not a duration"))?;
    if duration <= SignedDuration::ZERO || duration > SignedDuration::from_hours(24 * DAYS_MAX) {
        return Err(format!("`{text}` is not between one second and ten years"));
    }
    Ok(duration)
}

/// Reads a duration for a calendar: whole days, and the time beyond them. `24h` are hours and no day.
///
/// # Errors
/// One sentence that says why it cannot be counted in working time.
pub(crate) fn parse_working(text: &str) -> Result<(u32, SignedDuration), String> {
    let length = parse_duration(text)?;
    let whole = |days: i64| u32::try_from(days).map_err(|_| format!("`{text}` is not a duration"));
    let seconds_of_days = |days: u32| SignedDuration::from_hours(24 * i64::from(days));
    if text.ends_with('w') || text.ends_with('W') || (text.starts_with('P') && text.contains('W')) {
        return Err(format!("`{text}` counts weeks, and a calendar has working days"));
    }
    let days = match text.parse::<Span>() {
        Ok(span) if text.starts_with('P') => whole(i64::from(span.get_days()))?,
        _ if text.ends_with('d') => whole(length.as_hours() / 24)?,
        _ => 0,
    };
    Ok((days, length - seconds_of_days(days)))
}

fn iso(text: &str) -> Option<SignedDuration> {
    let span: Span = text.parse().ok()?;
    if span.get_years() != 0 || span.get_months() != 0 {
        return None;
    }
    span.to_duration(SpanRelativeTo::days_are_24_hours()).ok()
}

fn short(text: &str) -> Option<SignedDuration> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let number: i64 = text.get(..digits)?.parse().ok()?;
    let seconds = match text.get(digits..)? {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        "w" => 604_800,
        _ => return None,
    };
    number.checked_mul(seconds).map(SignedDuration::from_secs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_hours_stay_apart_for_a_calendar() {
        let hours = SignedDuration::from_hours;
        assert_eq!(parse_working("5d"), Ok((5, hours(0))));
        assert_eq!(parse_working("24h"), Ok((0, hours(24))));
        assert_eq!(parse_working("P1DT4H"), Ok((1, hours(4))));
        assert_eq!(parse_working("PT48H"), Ok((0, hours(48))));
        for text in ["2w", "P2W"] {
            assert_eq!(
                parse_working(text),
                Err(format!("`{text}` counts weeks, and a calendar has working days"))
            );
        }
        assert!(parse_working("0d").is_err());
    }

    #[test]
    fn short_and_iso_forms_are_read_and_nothing_else() {
        let check = |text, seconds| {
            assert_eq!(parse_duration(text), Ok(SignedDuration::from_secs(seconds)), "{text}")
        };
        check("30s", 30);
        check("15m", 900);
        check("4h", 14_400);
        check("5d", 432_000);
        check("2w", 1_209_600);
        check("PT4H", 14_400);
        check("P1DT30M", 88_200);
        for text in
            ["", "4", "h", "4 h", "4H", "1.5h", "-4h", "P1M", "P1Y", "9999999999999999999d", "4hh", "å"]
        {
            assert_eq!(parse_duration(text), Err(format!("`{text}` is not a duration")));
        }
        assert_eq!(parse_duration("0s"), Err("`0s` is not between one second and ten years".to_owned()));
        assert!(parse_duration("4000d").is_err());
    }
}
