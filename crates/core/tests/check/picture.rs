//! How a workflow is drawn.

use drawbridge_core::graph::view::{EdgeKind, Shape, View, to_dot, to_mermaid, to_svg};

use crate::run;

const GOOD: &str = include_str!("good.yaml");
const WHOLE: &str = include_str!("whole.yaml");

fn view(text: &str) -> View {
    let (blueprint, found) = run(text);
    View::of(&blueprint.unwrap_or_else(|| panic!("{found:#?}")))
}

#[test]
fn mermaid_has_blocks_conditions_effects_and_gates() {
    insta::assert_snapshot!(to_mermaid(&view(GOOD)));
}

#[test]
fn dot_has_every_construct() {
    insta::assert_snapshot!(to_dot(&view(WHOLE)));
}

/// The frames of a drawing: left, top, right, bottom.
fn frames(svg: &str) -> Vec<[f64; 4]> {
    let number = |tag: &str, name: &str| -> f64 {
        let value = tag.split(&format!(" {name}=\"")).nth(1).expect("the attribute is there");
        value.split('"').next().and_then(|value| value.parse().ok()).expect("it is a number")
    };
    let frames =
        svg.lines().filter(|line| line.contains("class=\"frame\"") || line.contains("class=\"phase\""));
    frames
        .map(|tag| {
            let (x, y) = (number(tag, "x"), number(tag, "y"));
            [x, y, x + number(tag, "width"), y + number(tag, "height")]
        })
        .collect()
}

#[test]
fn frames_of_a_drawing_stand_inside_each_other_or_apart() {
    for text in [GOOD, WHOLE] {
        let svg = to_svg(&view(text));
        let frames = frames(&svg);
        assert!(frames.len() > 2);
        for (at, one) in frames.iter().enumerate() {
            for other in &frames[at + 1..] {
                let apart =
                    one[2] <= other[0] || other[2] <= one[0] || one[3] <= other[1] || other[3] <= one[1];
                let inside =
                    one[0] <= other[0] && one[1] <= other[1] && one[2] >= other[2] && one[3] >= other[3];
                assert!(apart || inside, "{one:?} {other:?}");
            }
        }
    }
}

#[test]
fn texts_of_an_author_stay_texts() {
    let text = "workflow: w
version: 1
title: \"</title><script>alert(1)</script> \\\"]; end `x` %%{init}%% -->\"
inputs: { a: { type: string } }
steps:
  - id: a
    switch:
      - if: \"$.inputs.a == '<b>--> {x} | #35; &'\"
        steps: [{ id: b, set: { x: 1 } }]
";
    let view = view(text);
    let svg = to_svg(&view);
    assert!(
        svg.contains("inputs.a == '&lt;b&gt;--&gt; {x} | #35; &amp;'") && !svg.contains("<script"),
        "{svg}"
    );
    let mermaid = to_mermaid(&view);
    let label = "n0 -->|\"inputs.a == '#60;b#62;--#62; #123;x#125; #124; #35;35#59; #38;'\"| n1\n";
    assert!(mermaid.contains(label), "{mermaid}");
    let dot = to_dot(&view);
    assert!(dot.contains("label=\"inputs.a == '<b>--> {x} | #35; &'\""), "{dot}");
    assert!(
        dot.contains("label=\"</title><script>alert(1)</script> \\\"]; end `x` %%{init}%% -->\\nversion 1\""),
        "{dot}"
    );
}

#[test]
fn a_gate_leads_to_what_it_guards_and_every_edge_to_a_node() {
    let view = view(GOOD);
    let guards: Vec<(&str, &str)> = view
        .edges
        .iter()
        .filter(|edge| edge.kind == EdgeKind::Guards)
        .map(|edge| (view.nodes[edge.from].id.as_str(), view.nodes[edge.to].id.as_str()))
        .collect();
    assert_eq!(guards, [("approve", "grant")]);
    for at in 0..view.nodes.len() {
        let is_first = view.nodes[at].shape == Shape::Trigger || view.nodes[at].phase != "steps";
        assert!(is_first || view.edges.iter().any(|edge| edge.to == at), "{:?}", view.nodes[at]);
    }
}
