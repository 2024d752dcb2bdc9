//! Builds the tree from parser events, within limits. Anchors and aliases are expanded; merge keys,
//! duplicate keys, tags and a second document are refused.

use std::collections::HashMap;

use serde_saphyr::granit_parser::{Event, Options, Parser, ScalarStyle, ScanError, Span as Marked, Tag};

use super::readable::is_readable;
use super::scalar::{plain, with_quotes};
use super::tree::{Entry, Key, Node, NodeKind, Scalar};
use crate::diagnostic::{Code, Diagnostic, FileId, Span};

/// Deepest nesting.
const DEPTH_MAX: usize = 64;
/// Most nodes, aliases expanded.
const NODES_MAX: usize = 20_000;
/// What the scanner says where its own limit is reached first.
const SCANNER_TOO_DEEP: &str = "recursion limit exceeded";
/// Most aliases.
const ALIASES_MAX: usize = 200;

/// Parses a text into a tree; `None` where there is none to speak of.
#[must_use]
pub fn parse(source: &str, file: FileId) -> (Option<Node>, Vec<Diagnostic>) {
    let mut builder = Builder { source, file, ..Builder::default() };
    if !is_readable(source, file, &mut builder.found) {
        return (None, builder.found);
    }
    // Nobody takes the comments, and looking for them takes a quarter of the time.
    let mut options = Options::default();
    options.set_emit_comments(false);
    let mut parser = Parser::new_from_str_with_options(source, options);
    while let Some(next) = parser.next_event() {
        match next {
            Ok((event, span)) => {
                if !builder.take(event, span) {
                    return (None, builder.found);
                }
            }
            Err(error) => {
                builder.scan_error(&error);
                return (None, builder.found);
            }
        }
    }
    (builder.root, builder.found)
}

/// A list or map that is still open.
enum Open {
    List(Vec<Node>),
    Map { entries: Vec<Entry>, key: Option<Key>, seen: HashMap<String, Span> },
}

struct Frame {
    open: Open,
    start: usize,
    anchor: usize,
    /// Whether this node stands where a key must stand.
    is_key: bool,
}

#[derive(Default)]
struct Builder<'s> {
    source: &'s str,
    file: FileId,
    found: Vec<Diagnostic>,
    frames: Vec<Frame>,
    root: Option<Node>,
    anchors: HashMap<usize, (Node, usize)>,
    documents: usize,
    nodes: usize,
    aliases: usize,
}

impl Builder<'_> {
    /// Takes one event; false where going on makes no sense.
    fn take(&mut self, event: Event<'_>, marked: Marked) -> bool {
        let span = self.span(marked);
        let tag_at = marked.tag_start.and_then(|marker| marker.byte_offset());
        let tag_span = tag_at.map_or(span, |start| Span { start, end: span.end.max(start), ..span });
        match event {
            Event::DocumentStart(..) => return self.document(span),
            Event::Scalar(text, style, anchor, tag) => {
                let plain_text = style == ScalarStyle::Plain;
                let is_text = tag.as_deref().is_some_and(|tag| tag.is_yaml_core_schema_tag("str"));
                if !is_text {
                    self.refuse_tag(tag.as_deref(), tag_span);
                }
                let node = self.scalar(&text, plain_text && !is_text, span);
                return self.push(node, anchor, 1);
            }
            Event::SequenceStart(_, anchor, tag) => {
                self.refuse_tag(tag.as_deref(), tag_span);
                return self.open(Open::List(Vec::new()), span.start, anchor);
            }
            Event::MappingStart(_, anchor, tag) => {
                self.refuse_tag(tag.as_deref(), tag_span);
                let open = Open::Map { entries: Vec::new(), key: None, seen: HashMap::new() };
                return self.open(open, span.start, anchor);
            }
            Event::SequenceEnd | Event::MappingEnd => return self.close(span),
            Event::Alias(id) => return self.alias(id, span),
            _ => {}
        }
        true
    }

    fn document(&mut self, span: Span) -> bool {
        self.documents += 1;
        if self.documents > 1 {
            self.found.push(
                Diagnostic::error(
                    Code::WF001,
                    span,
                    "a file holds one document, and a second one begins here",
                )
                .help("put it into a file of its own"),
            );
        }
        self.documents == 1
    }

    fn span(&self, marked: Marked) -> Span {
        let range = marked.byte_range().unwrap_or(0..0);
        let end = range.end.clamp(range.start, self.source.len().max(range.start));
        let text = self.source.get(range.start..end).unwrap_or_default();
        Span { file: self.file, start: range.start, end: range.start + text.trim_end().len() }
    }

    fn scalar(&mut self, text: &str, is_plain: bool, span: Span) -> Node {
        let value = if is_plain {
            plain(text).unwrap_or_else(|message| {
                self.found.push(with_quotes(Diagnostic::error(Code::WF005, span, message), span, text));
                serde_json::Value::String(text.to_owned())
            })
        } else {
            serde_json::Value::String(text.to_owned())
        };
        let raw = self.source.get(span.start..span.end).unwrap_or_default();
        let text_start = [span.start, span.start + 1].into_iter().find(|start| {
            !text.is_empty() && raw.get(start - span.start..).is_some_and(|raw| raw.starts_with(text))
        });
        let scalar = Scalar { value, text: text.to_owned(), text_start };
        Node { span, kind: NodeKind::Scalar(scalar) }
    }

    fn refuse_tag(&mut self, tag: Option<&Tag>, span: Span) {
        if let Some(tag) = tag {
            let message = format!("`{}` is read as a tag of YAML", tag.original());
            let start =
                self.source[..span.start].rfind('!').filter(|at| span.start - at <= tag.original().len() + 1);
            let error = Diagnostic::error(Code::WF006, span, message);
            self.found.push(self.quote_rest(
                error,
                start.unwrap_or(span.start),
                "put the whole value in quotes: `\"!…\"`",
            ));
        }
    }

    /// The finding with the rest of its line in quotes, where the value is all of it.
    fn quote_rest(&self, error: Diagnostic, start: usize, help: &str) -> Diagnostic {
        let line_start = self.source[..start].rfind('\n').map_or(0, |at| at + 1);
        let rest = self.source[start..].lines().next().unwrap_or_default();
        let rest = rest.split(" #").next().unwrap_or_default().trim_end();
        let is_inside = self.source[line_start..start].contains(['{', '[', '"']);
        let is_begun = rest.starts_with(['!', '{']);
        if is_inside || !is_begun {
            return error.help(help);
        }
        let span = Span { start, end: start + rest.len(), ..self.at(start) };
        with_quotes(error, span, rest)
    }

    fn open(&mut self, open: Open, start: usize, anchor: usize) -> bool {
        let is_key = matches!(self.frames.last(), Some(Frame { open: Open::Map { key: None, .. }, .. }));
        if self.frames.len() >= DEPTH_MAX {
            self.found.push(self.too_deep(start));
            return false;
        }
        self.frames.push(Frame { open, start, anchor, is_key });
        true
    }

    fn close(&mut self, end: Span) -> bool {
        let Some(frame) = self.frames.pop() else { return true };
        let kind = match frame.open {
            Open::List(items) => NodeKind::List(items),
            Open::Map { entries, .. } => NodeKind::Map(entries),
        };
        let inner_end = match &kind {
            NodeKind::List(items) => items.last().map(|item| item.span.end),
            NodeKind::Map(entries) => {
                entries.last().map(|entry| entry.value.span.end.max(entry.key.span.end))
            }
            NodeKind::Scalar(_) => None,
        };
        let end = if end.end > end.start { end.end } else { inner_end.unwrap_or(frame.start) };
        let span = Span { start: frame.start, end: end.max(frame.start), file: self.file };
        if frame.is_key {
            self.key_is_no_text(span);
            let node = self.scalar("", false, span);
            return self.push(node, 0, 1);
        }
        // What was said about braces without quotes is enough: it goes on as the text that was meant.
        let source = self.source;
        match source.get(span.start..span.end) {
            Some(text) if text.starts_with("{{") => {
                let node = self.scalar(text, false, span);
                self.push(node, frame.anchor, 1)
            }
            _ => self.push(Node { span, kind }, frame.anchor, 1),
        }
    }

    fn key_is_no_text(&mut self, span: Span) {
        let braces = self.source[span.start..].starts_with('{');
        let (code, message, help) = if braces {
            (
                Code::WF007,
                "`{{` without quotes is read as a map",
                "put the whole value in quotes: `\"{{…}}\"`",
            )
        } else {
            (Code::WF001, "a key is a text", "write the key as a plain word")
        };
        // Inside a key of braces every level is one; say it once.
        let mut said = self.found.iter().rev().take(DEPTH_MAX);
        if said.all(|found| found.code != code || found.span().start != span.start) {
            let start = if braces { span.start.saturating_sub(1) } else { span.start };
            let error = Diagnostic::error(code, Span { start, ..span }, message);
            let error = if braces { self.quote_rest(error, start, help) } else { error.help(help) };
            self.found.push(error);
        }
    }

    fn alias(&mut self, id: usize, span: Span) -> bool {
        self.aliases += 1;
        if self.aliases > ALIASES_MAX {
            let message = format!("more than {ALIASES_MAX} aliases");
            self.found.push(Diagnostic::error(Code::WF002, span, message));
            return false;
        }
        let Some((node, size)) = self.anchors.get(&id).cloned() else {
            self.found.push(Diagnostic::error(
                Code::WF001,
                span,
                "this alias names a value that is still open",
            ));
            return false;
        };
        self.push(Node { span, ..node }, 0, size)
    }

    /// Puts a finished node where it belongs.
    fn push(&mut self, node: Node, anchor: usize, size: usize) -> bool {
        self.nodes += size;
        if self.nodes > NODES_MAX {
            let message = format!("the file has more than {NODES_MAX} values");
            self.found.push(Diagnostic::error(Code::WF002, node.span, message));
            return false;
        }
        if anchor > 0 {
            let size = count(&node);
            self.anchors.insert(anchor, (node.clone(), size));
        }
        match self.frames.last_mut().map(|frame| &mut frame.open) {
            None => self.root = Some(node),
            Some(Open::List(items)) => items.push(node),
            Some(Open::Map { entries, key: waiting @ Some(_), .. }) => {
                let key = waiting.take().expect("the pattern says there is one");
                entries.push(Entry { key, value: node });
            }
            Some(Open::Map { .. }) => self.key(&node),
        }
        true
    }

    fn key(&mut self, node: &Node) {
        let NodeKind::Scalar(scalar) = &node.kind else { return };
        let text = scalar.text.clone();
        let key = Key { span: node.span, text: text.clone() };
        let Some(Frame { open: Open::Map { seen, key: waiting, .. }, .. }) = self.frames.last_mut() else {
            return;
        };
        *waiting = Some(key);
        let first = seen.get(&text).copied();
        seen.entry(text.clone()).or_insert(node.span);
        if text == "<<" {
            let error = Diagnostic::error(Code::WF004, node.span, "`<<` does not merge maps");
            self.found.push(error.help("write the keys out, or use an alias for a whole value"));
        } else if let Some(first) = first {
            let error = Diagnostic::error(Code::WF003, node.span, format!("`{text}` stands here twice"));
            self.found.push(error.label(first, "first here"));
        }
    }

    fn too_deep(&self, start: usize) -> Diagnostic {
        Diagnostic::error(Code::WF002, self.at(start), format!("this is nested more than {DEPTH_MAX} deep"))
    }

    fn at(&self, start: usize) -> Span {
        Span { file: self.file, start, end: start }
    }

    fn scan_error(&mut self, error: &ScanError) {
        let at = error.marker().byte_offset().unwrap_or(0).min(self.source.len());
        let line_start = self.source.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
        let line = self.source.get(line_start..).and_then(|rest| rest.lines().next()).unwrap_or_default();
        let value = line.split_once(": ").map_or("", |(_, value)| value.trim_start());
        let value_at = self.at(line_start + line.find(value).unwrap_or(0));
        let reason = error.info();
        // The scanner reads ahead of its events and has a limit of its own.
        if reason == SCANNER_TOO_DEEP {
            self.found.push(self.too_deep(at));
            return;
        }
        let error = if value.starts_with('!') {
            let message = "a value that begins with `!` is read as a tag of YAML";
            let error = Diagnostic::error(Code::WF006, value_at, message);
            self.quote_rest(error, value_at.start, "put the whole value in quotes: `\"!…\"`")
        } else if value.starts_with("{{") {
            let error = Diagnostic::error(Code::WF007, value_at, "`{{` without quotes is read as a map");
            self.quote_rest(error, value_at.start, "put the whole value in quotes: `\"{{…}}\"`")
        } else if line.starts_with('\t') || line.trim_start_matches(' ').starts_with('\t') {
            Diagnostic::error(Code::WF001, self.at(line_start), "YAML is indented with spaces, not with tabs")
        } else {
            Diagnostic::error(Code::WF001, self.at(at), format!("this is not YAML: {reason}"))
        };
        // What stands here may have been said before the scanner gave up.
        if self.found.iter().all(|said| (said.code, said.span().start) != (error.code, error.span().start)) {
            self.found.push(error);
        }
    }
}

fn count(node: &Node) -> usize {
    match &node.kind {
        NodeKind::Scalar(_) => 1,
        NodeKind::List(items) => 1 + items.iter().map(count).sum::<usize>(),
        NodeKind::Map(entries) => 1 + entries.iter().map(|entry| 1 + count(&entry.value)).sum::<usize>(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::readable::FILE_BYTES_MAX;
    use super::*;

    fn check(source: &str, expected: &[(&str, usize, usize)]) {
        let (_, found) = parse(source, FileId::WORKFLOW);
        let mut sources = crate::diagnostic::Sources::default();
        let file = sources.add("w.yaml", source);
        let seen: Vec<_> = found
            .iter()
            .map(|found| {
                let (line, column) = sources.line_column(file, found.span().start);
                (found.code.as_str(), line, column)
            })
            .collect();
        assert_eq!(seen, expected, "{source}\n{found:#?}");
    }

    #[test]
    fn every_node_knows_its_place() {
        let source = "a: [1, two]\nb:\n  c: \"x y\"\n";
        let (root, found) = parse(source, FileId::WORKFLOW);
        let root = root.unwrap();
        assert_eq!(found, []);
        assert_eq!(root.to_value(), json!({"a": [1, "two"], "b": {"c": "x y"}}));
        let text = |node: &Node| &source[node.span.start..node.span.end];
        let c = root.get("b").unwrap().value.get("c").unwrap();
        assert_eq!((text(&c.value), &source[c.key.span.start..c.key.span.end]), ("\"x y\"", "c"));
        assert_eq!(text(&root.get("a").unwrap().value.as_list().unwrap()[1]), "two");
        assert_eq!(text(&root.get("a").unwrap().value), "[1, two]");
        let span = c.value.piece("y");
        assert_eq!(&source[span.start..span.end], "y");
    }

    #[test]
    fn what_yaml_would_take_silently_is_refused() {
        check("a: 1\nb: 2\na: 3\n", &[("WF003", 3, 1)]);
        check("x: &x {a: 1}\ny:\n  <<: *x\n", &[("WF004", 3, 3)]);
        check("a: 0123\n", &[("WF005", 1, 4)]);
        check("if: !match($.a, 'b')\n", &[("WF006", 1, 5)]);
        check("if: !$.a\n", &[("WF006", 1, 5)]);
        check("a: {{steps.x}}\n", &[("WF007", 1, 4)]);
        check("a: {{steps.x}} and more\n", &[("WF007", 1, 4)]);
        check("a: 1\n---\nb: 2\n", &[("WF001", 2, 1)]);
        check("a: *b\n", &[("WF001", 1, 4)]);
        check("a:\n\tb: 1\n", &[("WF001", 2, 1)]);
        check("a: [1\n", &[("WF001", 1, 4)]);
    }

    #[test]
    fn limits_hold() {
        check(&format!("a: {}\n", "x".repeat(FILE_BYTES_MAX)), &[("WF002", 1, 1)]);
        check(&format!("{}{}", "[".repeat(70), "]".repeat(70)), &[("WF002", 1, 65)]);
        check(&format!("[{}]", "1,".repeat(NODES_MAX + 1)), &[("WF002", 1, 2 * NODES_MAX + 2)]);
        let bomb = "a: &a [1,1,1,1,1,1,1,1,1,1]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: [*d,*d]\n";
        assert_eq!(parse(bomb, FileId::WORKFLOW).1[0].code, Code::WF002);
        check(&format!("a: &a 1\nb: [{}]\n", "*a,".repeat(201)), &[("WF002", 2, 605)]);
    }

    #[test]
    fn aliases_of_whole_values_are_taken() {
        let (root, found) = parse("a: &x [1, 2]\nb: *x\n", FileId::WORKFLOW);
        assert_eq!(found, []);
        assert_eq!(root.unwrap().to_value(), json!({"a": [1, 2], "b": [1, 2]}));
    }
}
