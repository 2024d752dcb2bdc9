//! Texts of a picture: short, on one line, with nothing that a terminal or a browser would take for more.

use jiff::SignedDuration;

use crate::model::Delay;

/// Longest text at an edge or in a node, in characters.
const CHARS_MAX: usize = 48;

/// A text on one line.
pub(super) fn one_line(text: &str) -> String {
    let words = text.split(|next: char| next.is_whitespace() || next.is_control());
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// One line of at most so many characters.
pub(super) fn short(text: &str) -> String {
    let text = one_line(text);
    if text.chars().count() <= CHARS_MAX {
        return text;
    }
    let cut: String = text.chars().take(CHARS_MAX - 1).collect();
    format!("{}…", cut.trim_end())
}

/// A condition as one reads it aloud: without the roots that everything begins with.
pub(super) fn condition(text: &str) -> String {
    short(&text.replace("$.steps.", "").replace("$.", ""))
}

/// A duration: its two largest units.
pub(super) fn duration(duration: SignedDuration) -> String {
    let secs = duration.as_secs().max(0);
    let units = [(86_400, "d"), (3600, "h"), (60, "min"), (1, "s")];
    let mut left = secs;
    let mut parts = Vec::new();
    for (length, unit) in units {
        if left >= length && parts.len() < 2 {
            parts.push(format!("{} {unit}", left / length));
        }
        left %= length;
    }
    if parts.is_empty() { "0 s".to_owned() } else { parts.join(" ") }
}

/// A length of time, as people count it.
pub(super) fn delay(delay: &Delay) -> String {
    match delay {
        Delay::Clock(length) => duration(*length),
        Delay::Working { days: 0, time, .. } => format!("{} of working time", duration(*time)),
        Delay::Working { days, time, .. } => {
            let rest = if time.is_zero() { String::new() } else { format!(" {}", duration(*time)) };
            format!("{}{rest}", count(*days as usize, "working day"))
        }
    }
}

/// A number with its word.
pub(super) fn count(number: usize, word: &str) -> String {
    if number == 1 { format!("1 {word}") } else { format!("{number} {word}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_short_and_on_one_line() {
        assert_eq!(short("a\n  b\u{1b}[31m\tc"), "a b [31m c");
        assert_eq!(short(&"ab ".repeat(30)).chars().count(), CHARS_MAX);
        assert_eq!(condition("$.steps.a.b == $.inputs.c"), "a.b == inputs.c");
        assert_eq!(duration(SignedDuration::from_hours(100)), "4 d 4 h");
        assert_eq!(duration(SignedDuration::from_secs(90)), "1 min 30 s");
        assert_eq!(duration(SignedDuration::from_secs(0)), "0 s");
    }
}
