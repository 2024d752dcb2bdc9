//! What of a request or an answer may be shown. Everything that goes into a fault or a log line passes
//! here; header values, query values and bodies do not get through at all.

use drawbridge_sdk::{Request, Target};

/// Longest text of a remote system that is passed on, in characters.
const MESSAGE_CHARS_MAX: usize = 300;

/// Method and path of a request, without query values.
pub(crate) fn place(request: &Request) -> String {
    let method = request.method.as_str();
    match &request.target {
        Target::Path { segments, .. } => format!("{method} /{}", segments.join("/")),
        Target::Link(link) => format!("{method} {}", link.split(['?', '#']).next().unwrap_or_default()),
    }
}

/// A message of a remote system as one short line, with anything that looks like a token cut out.
pub(crate) fn message(text: &str) -> String {
    let words: Vec<&str> =
        text.split_whitespace().map(|word| if looks_secret(word) { "…" } else { word }).collect();
    let line = words.join(" ");
    match line.char_indices().nth(MESSAGE_CHARS_MAX) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.trim_end_matches('.').to_owned(),
    }
}

/// JSON web tokens begin so in base64; nothing readable has 60 characters without a blank but URLs.
fn looks_secret(word: &str) -> bool {
    word.starts_with("eyJ") || (word.len() > 60 && !word.contains("://"))
}

#[cfg(test)]
mod tests {
    use drawbridge_sdk::Method;

    use super::*;

    #[test]
    fn query_values_are_not_shown() {
        let request = Request::new(Method::Get, &["users", "ann"]).query("$filter", "mail eq 'x'");
        assert_eq!(place(&request), "GET /users/ann");
        let link = Request::link("https://graph.test/v1.0/users/delta?$skiptoken=abc");
        assert_eq!(place(&link), "GET https://graph.test/v1.0/users/delta");
    }

    #[test]
    fn messages_are_one_short_line_without_tokens() {
        assert_eq!(message("No such\r\n  user."), "No such user");
        assert_eq!(message("token eyJhbGciOi.x refused"), "token … refused");
        assert_eq!(message(&"word ".repeat(100)).chars().count(), MESSAGE_CHARS_MAX + 1);
    }
}
