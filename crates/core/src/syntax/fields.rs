//! Reading maps with known keys: unknown ones are reported with the nearest name, or with our word for
//! that of another engine.

use super::scalar::with_quotes;
use super::tree::{Entry, Node};
use crate::diagnostic::{Code, Diagnostic, Span, nearest};

/// The keys that a map may have.
#[derive(Debug)]
pub(crate) struct Keys {
    /// What the map is, such as `a step`.
    pub(crate) what: &'static str,
    /// The keys.
    pub(crate) known: &'static [&'static str],
    /// Words of other engines with ours.
    pub(crate) foreign: &'static [(&'static str, &'static str)],
}

impl Keys {
    /// Reports a key that is not known here.
    pub(crate) fn unknown(&self, key: &str, span: Span) -> Diagnostic {
        let error = Diagnostic::error(Code::WF010, span, format!("{} has no key `{key}`", self.what));
        if let Some((_, ours)) = self.foreign.iter().find(|(word, _)| *word == key) {
            return error.help(match ours.strip_prefix("nothing: ") {
                Some(instead) => format!("leave it out: {instead}"),
                None => format!("here it is called {ours}"),
            });
        }
        if self.known.contains(&"action") && key.split('.').count() == 3 {
            return error.help(format!("write `action: {key}`, and what stands below it under `with`"));
        }
        match nearest(key, self.known.iter().copied()) {
            Some(name) => error.did_you_mean(key, name),
            None => error.note(format!("the keys are {}", list(self.known))),
        }
    }
}

/// Writes names for a message: `` `a`, `b` ``.
pub(crate) fn list(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// The members of a map whose keys are known.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fields<'t> {
    entries: &'t [Entry],
    span: Span,
    what: &'static str,
}

impl<'t> Fields<'t> {
    /// Reads a map and reports every unknown key.
    pub(crate) fn open(node: &'t Node, keys: &Keys, found: &mut Vec<Diagnostic>) -> Option<Self> {
        let fields = Self::any(node, keys.what, found)?;
        for entry in fields.entries {
            let key = entry.key.text.as_str();
            // A merge key was reported where it was read.
            if !keys.known.contains(&key) && key != "<<" {
                let unknown = keys.unknown(key, entry.key.span);
                found.push(if key.contains(' ') && entry.value.is_null() {
                    unknown.help("inside `{ }` a comma ends the value: put a text with commas in quotes")
                } else {
                    unknown
                });
            }
        }
        Some(fields)
    }

    /// Reads a map of any keys.
    pub(crate) fn any(node: &'t Node, what: &'static str, found: &mut Vec<Diagnostic>) -> Option<Self> {
        let Some(entries) = node.as_map() else {
            found.push(kind(node, what, "a map"));
            return None;
        };
        let span = entries.first().map_or(node.span, |entry| entry.key.span);
        Some(Self { entries, span, what })
    }

    /// Its members, in the order of the text.
    pub(crate) fn entries(&self) -> &'t [Entry] {
        self.entries
    }

    /// Where it begins.
    pub(crate) fn span(&self) -> Span {
        self.span
    }

    /// The member with this key; one with nothing behind it counts as not written.
    pub(crate) fn get(&self, key: &str) -> Option<&'t Entry> {
        self.entries.iter().find(|entry| entry.key.text == key && !entry.value.is_null())
    }

    /// The value with this key; its absence is reported.
    pub(crate) fn need(&self, key: &str, found: &mut Vec<Diagnostic>) -> Option<&'t Node> {
        if let Some(entry) = self.get(key) {
            return Some(&entry.value);
        }
        let span =
            self.entries.iter().find(|entry| entry.key.text == key).map_or(self.span, |entry| entry.key.span);
        found.push(Diagnostic::error(Code::WF011, span, format!("{} has no `{key}`", self.what)));
        None
    }

    /// The text with this key.
    pub(crate) fn text(&self, key: &str, found: &mut Vec<Diagnostic>) -> Option<&'t Node> {
        let entry = self.get(key)?;
        text(&entry.value, key, found).map(|_| &entry.value)
    }
}

/// The text of a node; anything else is reported.
pub(crate) fn text<'t>(node: &'t Node, what: &str, found: &mut Vec<Diagnostic>) -> Option<&'t str> {
    if let Some(text) = node.as_str() {
        return Some(text);
    }
    found.push(not_text(node, what));
    None
}

/// Reports a node that is no text, with the way to make it one.
fn not_text(node: &Node, what: &str) -> Diagnostic {
    let error = kind_named(node, what, "a text");
    match &node.kind {
        super::tree::NodeKind::Scalar(scalar) if !scalar.value.is_null() => {
            with_quotes(error, node.span, &scalar.text)
        }
        _ => error,
    }
}

/// The items of a list; anything else is reported.
pub(crate) fn items<'t>(node: &'t Node, what: &str, found: &mut Vec<Diagnostic>) -> &'t [Node] {
    node.as_list().unwrap_or_else(|| {
        found.push(kind_named(node, what, "a list"));
        &[]
    })
}

/// Reports a node of another kind; `what` is a phrase such as `a step`.
pub(crate) fn kind(node: &Node, what: &str, expected: &str) -> Diagnostic {
    Diagnostic::error(Code::WF013, node.span, format!("{what} is {expected}, and this is {}", node.word()))
}

/// Reports the value of a key that is of another kind.
pub(crate) fn kind_named(node: &Node, key: &str, expected: &str) -> Diagnostic {
    Diagnostic::error(
        Code::WF013,
        node.span,
        format!("`{key}` takes {expected}, and this is {}", node.word()),
    )
}
