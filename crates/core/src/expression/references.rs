//! What an expression reads: the paths it names, in one form for paths, texts and conditions.

/// One place that an expression reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// The way from the root of the document.
    pub segments: Vec<Segment>,
    /// As the author wrote it, or close to it.
    pub text: String,
    /// Whether an absent value is provided for, by `default` or `#if`.
    pub guarded: bool,
    /// What is done with the value.
    pub takes: Takes,
}

/// What is done with a value that is read, where not everything can be done with every value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// It may be anything.
    Anything,
    /// It is written into a text: a list or a map cannot be.
    Text,
    /// Its elements are written one after another: it must be a list.
    List,
    /// Its elements are walked by `#each`: it must be a list or a map.
    Elements,
}

/// One step on the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Segment {
    /// A member of an object.
    Name(String),
    /// An element of a list.
    Index(i64),
    /// Some elements or members: `[*]`, a slice, a filter.
    Some,
    /// Anything below: `..`.
    Deep,
}

impl Reference {
    /// The name of the root it starts from, such as `steps`.
    #[must_use]
    pub fn root(&self) -> Option<&str> {
        self.name(0)
    }

    /// The segment at this depth, where it is a plain name.
    #[must_use]
    pub fn name(&self, depth: usize) -> Option<&str> {
        match self.segments.get(depth) {
            Some(Segment::Name(name)) => Some(name),
            _ => None,
        }
    }

    /// Whether it names at most one value.
    #[must_use]
    pub fn is_singular(&self) -> bool {
        self.segments.iter().all(|segment| matches!(segment, Segment::Name(_) | Segment::Index(_)))
    }

    pub(super) fn of(segments: Vec<Segment>) -> Self {
        let text = write_path(&segments);
        Self { segments, text, guarded: false, takes: Takes::Anything }
    }
}

/// Writes a path as an author would: dots where they are allowed, brackets elsewhere.
fn write_path(segments: &[Segment]) -> String {
    let mut text = "$".to_owned();
    for segment in segments {
        match segment {
            Segment::Name(name) if is_plain(name) => {
                text.push('.');
                text.push_str(name);
            }
            Segment::Name(name) => {
                let escaped = name.replace('\\', "\\\\").replace('\'', "\\'");
                text.push_str(&format!("['{escaped}']"));
            }
            Segment::Index(index) => text.push_str(&format!("[{index}]")),
            Segment::Some => text.push_str("[*]"),
            Segment::Deep => text.push_str("..*"),
        }
    }
    text
}

fn is_plain(name: &str) -> bool {
    let first = |c: char| c == '_' || c.is_ascii_alphabetic() || !c.is_ascii();
    name.starts_with(first) && name.chars().all(|c| first(c) || c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_written_with_dots_where_that_is_allowed() {
        let name = |name: &str| Segment::Name(name.to_owned());
        let path = vec![name("steps"), name("@odata.type"), Segment::Index(0), Segment::Some, name("it's")];
        assert_eq!(Reference::of(path).text, r"$.steps['@odata.type'][0][*]['it\'s']");
    }
}
