//! How large a node is, and its outline.

use super::layers::Point;
use super::model::{Node, Shape};

/// Size of the id, in pixels.
pub(super) const TITLE: f64 = 13.0;
/// Size of what stands below it, in pixels.
pub(super) const SMALL: f64 = 11.0;
/// From line to line, in pixels.
pub(super) const LINE: f64 = 16.0;
/// Narrowest node, in pixels.
const WIDTH_MIN: f64 = 132.0;

/// A rectangle, in pixels from the top left.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Rect {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) w: f64,
    pub(super) h: f64,
}

impl Rect {
    pub(super) fn middle(self) -> Point {
        Point { x: self.x + self.w / 2.0, y: self.y + self.h / 2.0 }
    }
}

/// About how wide a text is, in pixels; fonts differ, so rather too wide.
pub(super) fn width(text: &str, size: f64) -> f64 {
    let em = |next: char| match next {
        'i' | 'j' | 'l' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' | ' ' | '(' | ')' | '[' | ']' => 0.36,
        'f' | 'r' | 't' | '-' | '/' => 0.44,
        'm' | 'w' | 'M' | 'W' | '@' | '%' | '…' => 0.98,
        next if next.is_ascii_uppercase() => 0.74,
        next if next.is_ascii() => 0.63,
        next if u32::from(next) >= 0x2E80 => 1.0,
        _ => 0.66,
    };
    text.chars().map(em).sum::<f64>() * size
}

/// Width and height of a node.
pub(super) fn size(node: &Node) -> (f64, f64) {
    match node.shape {
        Shape::Choice | Shape::Rescue => return (26.0, 26.0),
        Shape::Fork | Shape::Join => return (12.0, 12.0),
        _ => {}
    }
    let lines = node.lines();
    let title = width(&lines[0], TITLE) * 1.06;
    let widest = lines.iter().skip(1).map(|line| width(line, SMALL)).fold(title, f64::max);
    let (aside, above) = match node.shape {
        Shape::Decision => (widest * 0.42 + 40.0, 40.0),
        Shape::Gate => (64.0, 20.0),
        Shape::Mapping | Shape::Trigger => (52.0, 16.0),
        Shape::Wait | Shape::Stop => (44.0, 16.0),
        Shape::Child => (44.0, 16.0),
        _ => (30.0, 16.0),
    };
    ((widest + aside).max(WIDTH_MIN).round(), lines.len() as f64 * LINE + above)
}

/// The outline of a node as the data of a path.
pub(super) fn outline(shape: Shape, rect: Rect) -> String {
    let Rect { x, y, w, h } = rect;
    let (right, bottom, middle) = (x + w, y + h, y + h / 2.0);
    match shape {
        Shape::Gate => polygon(&[
            (x, middle),
            (x + 20.0, y),
            (right - 20.0, y),
            (right, middle),
            (right - 20.0, bottom),
            (x + 20.0, bottom),
        ]),
        Shape::Decision | Shape::Choice | Shape::Rescue => {
            polygon(&[(x, middle), (x + w / 2.0, y), (right, middle), (x + w / 2.0, bottom)])
        }
        Shape::Mapping => polygon(&[(x + 14.0, y), (right, y), (right - 14.0, bottom), (x, bottom)]),
        Shape::Trigger => {
            polygon(&[(x, y), (right - 16.0, y), (right, middle), (right - 16.0, bottom), (x, bottom)])
        }
        Shape::Values => {
            polygon(&[(x, y), (right - 12.0, y), (right, y + 12.0), (right, bottom), (x, bottom)])
        }
        Shape::Agent => polygon(&[
            (x + 10.0, y),
            (right - 10.0, y),
            (right, y + 10.0),
            (right, bottom - 10.0),
            (right - 10.0, bottom),
            (x + 10.0, bottom),
            (x, bottom - 10.0),
            (x, y + 10.0),
        ]),
        Shape::Wait | Shape::Stop | Shape::Fork | Shape::Join => rounded(rect, h / 2.0),
        Shape::Action => rounded(rect, 7.0),
        Shape::Child => rounded(rect, 2.0),
    }
}

fn polygon(points: &[(f64, f64)]) -> String {
    let points: Vec<String> = points.iter().map(|(x, y)| format!("{x:.1} {y:.1}")).collect();
    format!("M{}Z", points.join("L"))
}

fn rounded(Rect { x, y, w, h }: Rect, radius: f64) -> String {
    let (right, bottom) = (x + w, y + h);
    let arc = |x: f64, y: f64| format!("A{radius:.1} {radius:.1} 0 0 1 {x:.1} {y:.1}");
    format!(
        "M{:.1} {y:.1}H{:.1}{}V{:.1}{}H{:.1}{}V{:.1}{}Z",
        x + radius,
        right - radius,
        arc(right, y + radius),
        bottom - radius,
        arc(right - radius, bottom),
        x + radius,
        arc(x, bottom - radius),
        y + radius,
        arc(x + radius, y),
    )
}
