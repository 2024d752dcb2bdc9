//! A picture as DOT, for Graphviz.

use std::fmt::Write as _;

use super::model::{Edge, EdgeKind, Node, PHASES, Place, Shape, View, Weight};

const HEAD: &str = "    rankdir=TB; compound=true; fontname=\"Helvetica\"; labelloc=t; newrank=true
    node [fontname=\"Helvetica\", fontsize=11, style=\"filled\", fillcolor=\"#ffffff\", color=\"#64748b\"]
    edge [fontname=\"Helvetica\", fontsize=10, color=\"#475569\"]
";

/// Writes the graph.
#[must_use]
pub fn to_dot(view: &View) -> String {
    let mut out = format!("digraph {} {{\n{HEAD}", quoted(&view.workflow));
    line(&mut out, 1, &format!("label={}", quoted(&format!("{}\nversion {}", view.title, view.version))));
    for (at, node) in view.nodes.iter().enumerate().filter(|(_, node)| node.shape == Shape::Trigger) {
        line(&mut out, 1, &shape(at, node));
    }
    for (phase, title) in PHASES {
        if view.nodes.iter().any(|node| node.phase == phase) {
            line(&mut out, 1, &format!("subgraph cluster_{phase} {{"));
            line(&mut out, 2, &format!("label={}; style=\"dashed\"; color=\"#cbd5e1\"", quoted(title)));
            region(&mut out, view, (None, phase), 2);
            line(&mut out, 1, "}");
        }
    }
    for edge in &view.edges {
        line(&mut out, 1, &arrow(edge));
    }
    out.push_str("}\n");
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
        let label = quoted(&format!("{} ({})", node.id, node.detail));
        line(out, depth, &format!("subgraph cluster_b{at} {{"));
        let style = "style=\"rounded,filled\"; color=\"#cbd5e1\"; fillcolor=\"#f8fafc\"";
        line(out, depth + 1, &format!("label={label}; {style}"));
        line(out, depth + 1, &shape(at, node));
        for branch in view.branches(at) {
            region(out, view, (Some(branch), phase), depth + 1);
        }
        for point in view.points(at) {
            line(out, depth + 1, &shape(point, &view.nodes[point]));
        }
        line(out, depth, "}");
    }
}

fn shape(at: usize, node: &Node) -> String {
    let name = match node.shape {
        Shape::Trigger => "shape=cds",
        Shape::Action => "shape=box, style=\"filled,rounded\"",
        Shape::Gate => "shape=hexagon",
        Shape::Decision => "shape=diamond",
        Shape::Mapping => "shape=parallelogram",
        Shape::Values => "shape=note",
        Shape::Wait => "shape=box, style=\"filled,rounded,dashed\"",
        Shape::Stop => "shape=box, style=\"filled,rounded\", peripheries=2",
        Shape::Child => "shape=component",
        Shape::Agent => "shape=octagon",
        Shape::Choice | Shape::Rescue => "shape=diamond, label=\"?\", width=0.4, height=0.4, fixedsize=true",
        Shape::Fork | Shape::Join => {
            "shape=circle, label=\"\", width=0.15, fixedsize=true, fillcolor=\"#64748b\""
        }
    };
    let mut lines = node.lines();
    lines.extend(node.effect_word().map(str::to_owned));
    let color = match (node.shape, node.weight()) {
        (_, Weight::Strong) => ", fillcolor=\"#fee2e2\", color=\"#b91c1c\", penwidth=2",
        (_, Weight::Cut) => ", fillcolor=\"#ffedd5\", color=\"#c2410c\"",
        (_, Weight::Change) => ", fillcolor=\"#eef2ff\", color=\"#4338ca\"",
        (Shape::Gate, _) => ", fillcolor=\"#fef3c7\", color=\"#b45309\"",
        (Shape::Trigger, _) => ", fillcolor=\"#e0f2fe\", color=\"#0369a1\"",
        _ => "",
    };
    if node.is_block() || node.is_point() {
        return format!("n{at} [{name}]");
    }
    format!("n{at} [label={}, {name}{color}]", quoted(&lines.join("\n")))
}

fn arrow(edge: &Edge) -> String {
    let Edge { from, to, kind, label } = edge;
    let style = match kind {
        EdgeKind::Then => "",
        EdgeKind::Guards => ", style=dashed, color=\"#b45309\", constraint=false",
    };
    format!("n{from} -> n{to} [label={}{style}]", quoted(label))
}

fn line(out: &mut String, depth: usize, text: &str) {
    let indent = depth * 4;
    writeln!(out, "{:indent$}{text}", "").expect("a String takes every text");
}

/// A text in quotes; a line break stays one.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for next in text.chars() {
        match next {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            next if next.is_control() => out.push(' '),
            next => out.push(next),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_means_something_to_the_drawing() {
        assert_eq!(quoted("a \"b\" \\N\n<c>\u{1b}"), "\"a \\\"b\\\" \\\\N\\n<c> \"");
    }
}
