//! A picture as SVG: a drawing of its own, for documents and consoles that draw nothing themselves.

use std::fmt::Write as _;

use super::layers::Point;
use super::layout::{Layout, Region, frame_title};
use super::model::{Edge, EdgeKind, Node, PHASES, Shape, View, Weight};
use super::shape::{LINE, Rect, SMALL, TITLE, outline, width};

/// Room around the drawing, and above for its title, in pixels.
const MARGIN: (f64, f64) = (28.0, 84.0);

/// Room to the right of a step for the line from its gate, in pixels.
const GUARD_ROOM: f64 = 46.0;

const STYLE: &str = "\
text{font-family:Inter,'Segoe UI','Helvetica Neue',Arial,'DejaVu Sans',sans-serif;fill:#0f172a}\
.small{fill:#475569}.if{fill:#7c3aed;font-style:italic}.frame{fill:#f8fafc;stroke:#cbd5e1}\
.phase{fill:none;stroke:#cbd5e1;stroke-dasharray:6 4}.title{paint-order:stroke;stroke:#ffffff;stroke-width:5px;stroke-linejoin:round}.edge{fill:none;stroke:#64748b;stroke-width:1.4}\
.guard{fill:none;stroke:#b45309;stroke-width:1.6;stroke-dasharray:5 4}.between{fill:none;stroke:#cbd5e1;\
stroke-width:1.4;stroke-dasharray:2 4}.label{fill:#ffffff;stroke:#e2e8f0}";

const ARROWS: &str = "<defs>\
<marker id=\"arrow\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" \
orient=\"auto\"><path d=\"M0 0L8 4L0 8Z\" fill=\"#64748b\"/></marker>\
<marker id=\"guard\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" \
orient=\"auto\"><path d=\"M0 0L8 4L0 8Z\" fill=\"#b45309\"/></marker></defs>";

/// Fill, line and thickness of an outline.
struct Ink(&'static str, &'static str, f64);

/// Draws the picture.
#[must_use]
pub fn to_svg(view: &View) -> String {
    let layout = Layout::of(view);
    let is_guarded = view.edges.iter().any(|edge| edge.kind == EdgeKind::Guards);
    let title_width = width(&view.title, 18.0) * 1.1;
    let w = layout.size.0.max(title_width) + 2.0 * MARGIN.0 + if is_guarded { GUARD_ROOM } else { 0.0 };
    let h = layout.size.1 + MARGIN.1 + MARGIN.0;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{w:.0}\" height=\"{h:.0}\" viewBox=\"0 0 {w:.0} {h:.0}\" \
         role=\"img\">\n<title>{}</title>\n<style>{STYLE}</style>\n{ARROWS}\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n",
        escape(&view.title)
    );
    let subtitle = format!("{} · version {}", view.workflow, view.version);
    text(&mut out, Point { x: MARGIN.0, y: 36.0 }, &view.title, "font-size=\"18\" font-weight=\"700\"");
    text(&mut out, Point { x: MARGIN.0, y: 57.0 }, &subtitle, "font-size=\"12\" class=\"small\"");
    let left = MARGIN.0 + (layout.size.0.max(title_width) - layout.size.0) / 2.0;
    writeln!(out, "<g transform=\"translate({left:.1} {:.1})\">", MARGIN.1).expect(ANY_TEXT);
    draw(&mut out, view, &layout);
    out.push_str("</g>\n</svg>\n");
    out
}

const ANY_TEXT: &str = "a String takes every text";

/// Frames below edges below nodes below what is said at edges.
fn draw(out: &mut String, view: &View, layout: &Layout) {
    layout.frames.iter().for_each(|(region, rect)| frame(out, *region, *rect));
    let phases = layout.frames.iter().filter(|(region, _)| matches!(region, Region::Phase(_)));
    let phases: Vec<Rect> = phases.map(|(_, rect)| *rect).collect();
    for pair in phases.windows(2) {
        let points = [bottom(pair[0]), top(pair[1])];
        writeln!(out, "<path class=\"between\" d=\"{}\"/>", curve(&points)).expect(ANY_TEXT);
    }
    for (at, edge) in view.edges.iter().enumerate() {
        match edge.kind {
            EdgeKind::Then => {
                let points = way(at, edge, layout);
                let d = curve(&points);
                writeln!(out, "<path class=\"edge\" marker-end=\"url(#arrow)\" d=\"{d}\"/>").expect(ANY_TEXT);
            }
            EdgeKind::Guards => guard(out, layout.nodes[&edge.from], layout.nodes[&edge.to]),
        }
    }
    layout.frames.iter().for_each(|(region, rect)| title(out, view, *region, *rect));
    for (at, one) in view.nodes.iter().enumerate() {
        node(out, one, layout.nodes[&at]);
    }
    for (at, edge) in view.edges.iter().enumerate() {
        if edge.kind == EdgeKind::Then && !edge.label.is_empty() {
            let points = way(at, edge, layout);
            let place = points[1];
            label(out, Point { x: place.x, y: place.y - 20.0 }, &edge.label);
        }
    }
}

fn frame(out: &mut String, region: Region, rect: Rect) {
    let class = if matches!(region, Region::Phase(_)) { "phase" } else { "frame" };
    let Rect { x, y, w, h } = rect;
    writeln!(
        out,
        "<rect class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{w:.1}\" height=\"{h:.1}\" rx=\"10\"/>"
    )
    .expect(ANY_TEXT);
}

/// What stands in the upper left of a frame, above the edges that pass there.
fn title(out: &mut String, view: &View, region: Region, rect: Rect) {
    let said = match region {
        Region::Phase(at) => PHASES[at].1.to_owned(),
        Region::Block(at) => frame_title(&view.nodes[at]),
        Region::All | Region::Branch(_) => return,
    };
    let style = format!("font-size=\"{SMALL}\" class=\"small title\" font-weight=\"600\"");
    text(out, Point { x: rect.x + 12.0, y: rect.y + 18.0 }, &said, &style);
}

/// Where an edge goes: from the bottom of one node, between others, to the top of the next.
fn way(at: usize, edge: &Edge, layout: &Layout) -> Vec<Point> {
    let mut points = vec![bottom(layout.nodes[&edge.from])];
    points.extend(layout.bends.get(&at).into_iter().flatten());
    points.push(top(layout.nodes[&edge.to]));
    points
}

fn top(rect: Rect) -> Point {
    Point { x: rect.middle().x, y: rect.y }
}

fn bottom(rect: Rect) -> Point {
    Point { x: rect.middle().x, y: rect.y + rect.h }
}

/// A line through points that leaves and reaches each of them straight down.
fn curve(points: &[Point]) -> String {
    let mut d = String::new();
    for (at, Point { x, y }) in points.iter().enumerate() {
        match at.checked_sub(1).map(|before| points[before]) {
            None => write!(d, "M{x:.1} {y:.1}"),
            Some(before) if (before.x - x).abs() < 0.5 => write!(d, "L{x:.1} {y:.1}"),
            Some(before) => {
                let middle = f64::midpoint(before.y, *y);
                write!(d, "C{:.1} {middle:.1} {x:.1} {middle:.1} {x:.1} {y:.1}", before.x)
            }
        }
        .expect(ANY_TEXT);
    }
    d
}

/// The dashed line from a gate to what it guards, past the right of both.
fn guard(out: &mut String, gate: Rect, guarded: Rect) {
    let (from, to) = (gate.middle(), guarded.middle());
    let (start, end) = (gate.x + gate.w, guarded.x + guarded.w);
    let far = start.max(end) + GUARD_ROOM;
    writeln!(
        out,
        "<path class=\"guard\" marker-end=\"url(#guard)\" d=\"M{start:.1} {:.1}C{far:.1} {:.1} {far:.1} {:.1} {:.1} {:.1}\"/>",
        from.y, from.y, to.y, end + 1.0, to.y
    )
    .expect(ANY_TEXT);
}

fn ink(node: &Node) -> Ink {
    match (node.shape, node.weight()) {
        (_, Weight::Strong) => Ink("#fee2e2", "#b91c1c", 2.4),
        (_, Weight::Cut) => Ink("#ffedd5", "#c2410c", 1.8),
        (_, Weight::Change) => Ink("#eef2ff", "#6366f1", 1.4),
        (Shape::Trigger, _) => Ink("#e0f2fe", "#0284c7", 1.4),
        (Shape::Gate, _) => Ink("#fef3c7", "#d97706", 2.0),
        (Shape::Decision, _) => Ink("#f5f3ff", "#8b5cf6", 1.4),
        (Shape::Wait, _) => Ink("#f0fdfa", "#0d9488", 1.4),
        (Shape::Stop, _) => Ink("#e2e8f0", "#334155", 1.8),
        (Shape::Agent, _) => Ink("#fdf2f8", "#db2777", 1.4),
        (Shape::Choice | Shape::Rescue, _) => Ink("#f5f3ff", "#8b5cf6", 1.4),
        (Shape::Fork | Shape::Join, _) => Ink("#64748b", "#64748b", 1.0),
        (Shape::Action | Shape::Mapping | Shape::Values | Shape::Child, _) => Ink("#ffffff", "#94a3b8", 1.4),
    }
}

fn node(out: &mut String, node: &Node, rect: Rect) {
    let Ink(fill, line, thick) = ink(node);
    let d = outline(node.shape, rect);
    writeln!(out, "<path d=\"{d}\" fill=\"{fill}\" stroke=\"{line}\" stroke-width=\"{thick}\"/>")
        .expect(ANY_TEXT);
    if node.shape == Shape::Stop {
        let inner = Rect { x: rect.x + 4.0, y: rect.y + 4.0, w: rect.w - 8.0, h: rect.h - 8.0 };
        let d = outline(node.shape, inner);
        writeln!(out, "<path d=\"{d}\" fill=\"none\" stroke=\"{line}\" stroke-width=\"1\"/>")
            .expect(ANY_TEXT);
    }
    if node.shape == Shape::Child {
        for x in [rect.x + 7.0, rect.x + rect.w - 7.0] {
            let (top, bottom) = (rect.y, rect.y + rect.h);
            writeln!(out, "<path d=\"M{x:.1} {top:.1}V{bottom:.1}\" stroke=\"{line}\"/>").expect(ANY_TEXT);
        }
    }
    let middle = rect.middle();
    if node.is_block() || node.is_point() {
        if matches!(node.shape, Shape::Choice | Shape::Rescue) {
            let place = Point { x: middle.x, y: middle.y + 4.0 };
            text(
                out,
                place,
                if node.shape == Shape::Rescue { "!" } else { "?" },
                "font-size=\"12\" text-anchor=\"middle\" font-weight=\"700\"",
            );
        }
        return;
    }
    let lines = node.lines();
    let first = middle.y - (lines.len() as f64 - 1.0) * LINE / 2.0 + 4.0;
    for (at, line) in lines.iter().enumerate() {
        let style = match at {
            0 => format!("font-size=\"{TITLE}\" font-weight=\"600\" text-anchor=\"middle\""),
            1 => format!("font-size=\"{SMALL}\" class=\"small\" text-anchor=\"middle\""),
            _ => format!("font-size=\"{SMALL}\" class=\"if\" text-anchor=\"middle\""),
        };
        text(out, Point { x: middle.x, y: first + at as f64 * LINE }, line, &style);
    }
    if let Some(word) = node.effect_word() {
        pill(out, rect, word, node.weight() == Weight::Strong, line);
    }
}

/// The class of an effect, on the upper edge of its step.
fn pill(out: &mut String, rect: Rect, word: &str, is_strong: bool, line: &str) {
    let w = width(word, 9.5) * 1.1 + 14.0;
    let (x, y) = (rect.x + rect.w - w - 8.0, rect.y - 8.0);
    let (fill, ink) = if is_strong { (line, "#ffffff") } else { ("#ffffff", line) };
    writeln!(
        out,
        "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{w:.1}\" height=\"16\" rx=\"8\" fill=\"{fill}\" stroke=\"{line}\"/>"
    )
    .expect(ANY_TEXT);
    let style = format!("font-size=\"9.5\" font-weight=\"700\" text-anchor=\"middle\" style=\"fill:{ink}\"");
    text(out, Point { x: x + w / 2.0, y: y + 11.5 }, word, &style);
}

/// What is said at an edge.
fn label(out: &mut String, at: Point, said: &str) {
    let w = width(said, 10.0) + 14.0;
    let (x, y) = (at.x - w / 2.0, at.y - 9.0);
    writeln!(
        out,
        "<rect class=\"label\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{w:.1}\" height=\"18\" rx=\"9\"/>"
    )
    .expect(ANY_TEXT);
    let style = "font-size=\"10\" class=\"small\" text-anchor=\"middle\"";
    text(out, Point { x: at.x, y: at.y + 3.5 }, said, style);
}

fn text(out: &mut String, at: Point, said: &str, style: &str) {
    let Point { x, y } = at;
    writeln!(out, "<text x=\"{x:.1}\" y=\"{y:.1}\" {style}>{}</text>", escape(said)).expect(ANY_TEXT);
}

/// A text as XML takes it; characters that XML does not know are left out.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for next in text.chars() {
        match next {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\u{fffe}' | '\u{ffff}' => {}
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
        assert_eq!(escape("<a href=\"x\">&\u{0}\u{ffff}"), "&lt;a href=&quot;x&quot;&gt;&amp; ");
    }

    #[test]
    fn a_line_leaves_and_reaches_straight_down() {
        let points = [Point { x: 1.0, y: 0.0 }, Point { x: 1.0, y: 4.0 }, Point { x: 9.0, y: 8.0 }];
        assert_eq!(curve(&points), "M1.0 0.0L1.0 4.0C1.0 6.0 9.0 6.0 9.0 8.0");
    }
}
