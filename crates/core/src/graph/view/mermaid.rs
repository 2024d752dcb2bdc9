//! A picture as a Mermaid flowchart, which Git platforms draw inside Markdown.

use std::fmt::Write as _;

use serde_json::Value;

use super::model::{Edge, EdgeKind, Node, PHASES, Place, Shape, View, Weight};

/// Colours of the classes, light enough for dark text.
const CLASSES: &str = "\
    classDef trigger fill:#e0f2fe,stroke:#0369a1,color:#0c4a6e
    classDef plain fill:#ffffff,stroke:#64748b,color:#0f172a
    classDef change fill:#eef2ff,stroke:#4338ca,color:#1e1b4b
    classDef cut fill:#ffedd5,stroke:#c2410c,color:#7c2d12
    classDef strong fill:#fee2e2,stroke:#b91c1c,color:#7f1d1d,stroke-width:3px
    classDef gate fill:#fef3c7,stroke:#b45309,color:#78350f,stroke-width:2px
    classDef stop fill:#f1f5f9,stroke:#334155,color:#0f172a,stroke-width:2px
    classDef point fill:#64748b,stroke:#64748b,color:#ffffff
";

/// Writes the flowchart.
#[must_use]
pub fn to_mermaid(view: &View) -> String {
    let mut out = format!("---\ntitle: {}\n---\nflowchart TB\n", Value::from(view.title.as_str()));
    for (at, node) in view.nodes.iter().enumerate().filter(|(_, node)| node.shape == Shape::Trigger) {
        line(&mut out, 1, &shape(at, node));
    }
    for (phase, title) in PHASES {
        if view.nodes.iter().any(|node| node.phase == phase) {
            line(&mut out, 1, &format!("subgraph {phase}[{}]", quoted(title)));
            line(&mut out, 2, "direction TB");
            region(&mut out, view, (None, phase), 2);
            line(&mut out, 1, "end");
        }
    }
    for edge in &view.edges {
        line(&mut out, 1, &arrow(edge));
    }
    out.push_str(CLASSES);
    for (at, node) in view.nodes.iter().enumerate() {
        line(&mut out, 1, &format!("class n{at} {}", class(node)));
    }
    out
}

/// The nodes of one branch, or of the top of a phase; blocks with their branches inside.
fn region(out: &mut String, view: &View, (within, phase): (Option<Place>, &str), depth: usize) {
    for at in view.items(within, phase) {
        let node = &view.nodes[at];
        if !node.is_block() {
            line(out, depth, &shape(at, node));
            continue;
        }
        line(out, depth, &format!("subgraph b{at}[{}]", quoted(&format!("{} ({})", node.id, node.detail))));
        line(out, depth + 1, "direction TB");
        line(out, depth + 1, &shape(at, node));
        for branch in view.branches(at) {
            region(out, view, (Some(branch), phase), depth + 1);
        }
        for point in view.points(at) {
            line(out, depth + 1, &shape(point, &view.nodes[point]));
        }
        line(out, depth, "end");
    }
}

fn shape(at: usize, node: &Node) -> String {
    let mut lines = node.lines();
    lines.extend(node.effect_word().map(str::to_owned));
    let text = quoted_lines(&lines);
    match node.shape {
        Shape::Trigger => format!("n{at}>{text}]"),
        Shape::Action | Shape::Values => format!("n{at}[{text}]"),
        Shape::Gate => format!("n{at}{{{{{text}}}}}"),
        Shape::Decision => format!("n{at}{{{text}}}"),
        Shape::Choice => format!("n{at}{{{}}}", quoted("?")),
        Shape::Rescue => format!("n{at}{{{}}}", quoted("failed?")),
        Shape::Mapping => format!("n{at}[/{text}/]"),
        Shape::Wait | Shape::Stop => format!("n{at}([{text}])"),
        Shape::Child => format!("n{at}[[{text}]]"),
        Shape::Agent => format!("n{at}({text})"),
        Shape::Fork | Shape::Join => format!("n{at}(({}))", quoted(" ")),
    }
}

fn arrow(edge: &Edge) -> String {
    let Edge { from, to, kind, label } = edge;
    let sign = match kind {
        EdgeKind::Then => "-->",
        EdgeKind::Guards => "-.->",
    };
    let label = if label.is_empty() { String::new() } else { format!("|{}|", quoted(label)) };
    format!("n{from} {sign}{label} n{to}")
}

fn class(node: &Node) -> &'static str {
    match node.shape {
        Shape::Trigger => "trigger",
        Shape::Gate => "gate",
        Shape::Stop => "stop",
        Shape::Choice | Shape::Fork | Shape::Rescue | Shape::Join => "point",
        _ => match node.weight() {
            Weight::Strong => "strong",
            Weight::Cut => "cut",
            Weight::Change => "change",
            Weight::Plain => "plain",
        },
    }
}

fn line(out: &mut String, depth: usize, text: &str) {
    let indent = depth * 4;
    writeln!(out, "{:indent$}{text}", "").expect("a String takes every text");
}

/// A text in quotes; whatever means something to Mermaid or HTML is written by its number.
fn quoted(text: &str) -> String {
    quoted_lines(&[text.to_owned()])
}

fn quoted_lines(lines: &[String]) -> String {
    let escaped: Vec<String> = lines.iter().map(|line| escape(line)).collect();
    format!("\"{}\"", escaped.join("<br>"))
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for next in text.chars() {
        match next {
            '"' | '#' | '&' | '<' | '>' | '`' | ';' | '\\' | '%' | '*' | '~' | '|' | '{' | '}' | '['
            | ']' => {
                write!(out, "#{};", u32::from(next)).expect("a String takes every text");
            }
            next if next.is_control() => out.push(' '),
            next => out.push(next),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_means_something_to_the_drawing() {
        assert_eq!(quoted("a \"b\" <c> #d; `e`\n"), "\"a #34;b#34; #60;c#62; #35;d#59; #96;e#96; \"");
    }
}
