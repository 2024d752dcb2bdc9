//! GV008: a secret in plain text. The value itself is never shown.

use crate::check::ctx::Ctx;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::syntax::{Node, NodeKind};

/// What keys of secrets have in their names.
const NAMES: [&str; 10] = [
    "password",
    "passwd",
    "secret",
    "apikey",
    "accesstoken",
    "refreshtoken",
    "bearertoken",
    "privatekey",
    "connectionstring",
    "sharedkey",
];
/// What secrets begin with.
const BEGINNINGS: [&str; 4] = ["-----BEGIN", "Bearer ey", "ghp_", "xoxb-"];

pub(super) fn check(ctx: &Ctx<'_, '_>, found: &mut Vec<Diagnostic>) {
    look(ctx.root, None, found);
}

fn look(node: &Node, key: Option<(&str, Span)>, found: &mut Vec<Diagnostic>) {
    match &node.kind {
        NodeKind::List(items) => items.iter().for_each(|item| look(item, key, found)),
        NodeKind::Map(entries) => {
            for entry in entries {
                look(&entry.value, Some((&entry.key.text, entry.key.span)), found);
            }
        }
        NodeKind::Scalar(scalar) => {
            let text = scalar.value.as_str().unwrap_or_default();
            let written_out = !text.is_empty() && !text.starts_with("$.") && !text.contains("{{");
            let named = key.filter(|(name, _)| is_secret_name(name));
            let looks = BEGINNINGS.iter().any(|beginning| text.starts_with(beginning));
            if written_out && (named.is_some() || looks) {
                let span = named.map_or(Span { end: node.span.start, ..node.span }, |(_, span)| span);
                let message = match named {
                    Some((name, _)) => format!("`{name}` is a secret in plain text"),
                    None => "this is a secret in plain text".to_owned(),
                };
                let help =
                    "secrets stand in the configuration by reference (`${env:NAME}`), never in a workflow";
                found.push(Diagnostic::error(Code::GV008, span, message).help(help));
            }
        }
    }
}

fn is_secret_name(name: &str) -> bool {
    let plain: String =
        name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    NAMES.iter().any(|secret| plain.contains(secret))
}
