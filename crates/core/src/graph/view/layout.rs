//! Where every node, frame and edge of a picture goes: blocks inside blocks, branches side by side.

use std::collections::HashMap;

use super::layers::{Box, Boxes, Point, arrange};
use super::model::{EdgeKind, Node, PHASES, Place, Shape, View};
use super::shape::{Rect, SMALL, size, width};

/// Room inside a frame at each side, and above for its title, in pixels.
const FRAME: (f64, f64) = (18.0, 30.0);
/// Free space between boxes, sideways and downwards, in pixels.
const GAP: (f64, f64) = (30.0, 34.0);
/// Free space downwards where edges carry texts, in pixels.
const GAP_LABELS: f64 = 48.0;
/// Width of the lane of an edge that passes others, without and with a text, in pixels.
const LANES: (f64, f64) = (24.0, 76.0);

/// Something that holds others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Region {
    /// Everything.
    All,
    /// A phase, by its position in the list of phases.
    Phase(usize),
    /// A block, by the node that starts it.
    Block(usize),
    /// One branch of a block.
    Branch(Place),
}

/// Something that is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Unit {
    Node(usize),
    Region(Region),
}

/// Where everything goes.
#[derive(Debug, Default)]
pub(super) struct Layout {
    /// Width and height of the whole.
    pub(super) size: (f64, f64),
    /// Where edges reach and leave it, from its left.
    anchor: f64,
    /// Nodes by their position.
    pub(super) nodes: HashMap<usize, Rect>,
    /// Phases and blocks, outer ones first.
    pub(super) frames: Vec<(Region, Rect)>,
    /// Where edges pass between others, by their position.
    pub(super) bends: HashMap<usize, Vec<Point>>,
}

impl Layout {
    /// The layout of a picture.
    pub(super) fn of(view: &View) -> Self {
        let mut edges: HashMap<Region, Vec<(Unit, Unit, usize)>> = HashMap::new();
        for (at, edge) in view.edges.iter().enumerate().filter(|(_, edge)| edge.kind == EdgeKind::Then) {
            let (from, to) = (path(view, edge.from), path(view, edge.to));
            let shared = from.iter().zip(&to).take_while(|(one, other)| one == other).count();
            if let (Some(Unit::Region(region)), Some(from), Some(to)) =
                (from.get(shared.wrapping_sub(1)), from.get(shared), to.get(shared))
            {
                edges.entry(*region).or_default().push((*from, *to, at));
            }
        }
        place(view, Region::All, &edges)
    }

    fn shift(mut self, by: Point) -> Self {
        let move_rect = |rect: &mut Rect| {
            rect.x += by.x;
            rect.y += by.y;
        };
        self.anchor += by.x;
        self.nodes.values_mut().for_each(move_rect);
        self.frames.iter_mut().for_each(|(_, rect)| move_rect(rect));
        for point in self.bends.values_mut().flatten() {
            point.x += by.x;
            point.y += by.y;
        }
        self
    }
}

/// Everything that holds a node, from the outermost, and the node.
fn path(view: &View, node: usize) -> Vec<Unit> {
    let mut path = vec![Unit::Node(node)];
    let mut region = holder(view, node);
    while let Some(inside) = region {
        path.push(Unit::Region(inside));
        region = match inside {
            Region::All => None,
            Region::Phase(_) => Some(Region::All),
            Region::Branch(place) => Some(Region::Block(place.block)),
            Region::Block(start) => Some(around(view, start)),
        };
    }
    path.reverse();
    path
}

fn holder(view: &View, at: usize) -> Option<Region> {
    let node = &view.nodes[at];
    Some(match node.block {
        Some(block) => Region::Block(block),
        None if node.is_block() => Region::Block(at),
        None => around(view, at),
    })
}

/// What stands around a step or a whole block.
fn around(view: &View, at: usize) -> Region {
    let node = &view.nodes[at];
    let phase =
        || PHASES.iter().position(|(phase, _)| *phase == node.phase).map_or(Region::All, Region::Phase);
    node.within.map_or_else(phase, Region::Branch)
}

/// What a region holds, in the order of the text.
fn held(view: &View, region: Region) -> Vec<Unit> {
    let unit = |at: usize| {
        if view.nodes[at].is_block() { Unit::Region(Region::Block(at)) } else { Unit::Node(at) }
    };
    match region {
        Region::All => {
            let triggers = (0..view.nodes.len()).filter(|at| view.nodes[*at].shape == Shape::Trigger);
            let phases = (0..PHASES.len()).filter(|at| view.items(None, PHASES[*at].0).next().is_some());
            triggers.map(Unit::Node).chain(phases.map(|at| Unit::Region(Region::Phase(at)))).collect()
        }
        Region::Phase(at) => view.items(None, PHASES[at].0).map(unit).collect(),
        Region::Branch(place) => view.items(Some(place), view.nodes[place.block].phase).map(unit).collect(),
        Region::Block(start) => {
            let branches = view.branches(start).into_iter().map(|place| Unit::Region(Region::Branch(place)));
            let (mut units, mut rescues) = (vec![Unit::Node(start)], Vec::new());
            let points: Vec<usize> = view.points(start).collect();
            let rescue = points.iter().copied().find(|at| view.nodes[*at].shape == Shape::Rescue);
            for branch in branches {
                let is_rescue = matches!(branch, Unit::Region(Region::Branch(place)) if rescue.is_some() && place.branch >= view.nodes[start].branches.len());
                if is_rescue { rescues.push(branch) } else { units.push(branch) }
            }
            units.extend(rescue.map(Unit::Node));
            units.append(&mut rescues);
            units.extend(points.into_iter().filter(|at| Some(*at) != rescue).map(Unit::Node));
            units
        }
    }
}

/// Arranges what a region holds, and what that holds.
fn place(view: &View, region: Region, edges: &HashMap<Region, Vec<(Unit, Unit, usize)>>) -> Layout {
    let units = held(view, region);
    let parts: Vec<Layout> = units
        .iter()
        .map(|unit| match unit {
            Unit::Node(at) => of_node(view, *at),
            Unit::Region(region) => place(view, *region, edges),
        })
        .collect();
    let position: HashMap<Unit, usize> = units.iter().enumerate().map(|(at, unit)| (*unit, at)).collect();
    let mut links: Vec<((usize, usize), Option<usize>)> = Vec::new();
    for (from, to, edge) in edges.get(&region).into_iter().flatten() {
        let both_branches = [from, to].iter().all(|unit| matches!(unit, Unit::Region(Region::Branch(_))));
        let (from, to) = (position[from], position[to]);
        if from < to && !both_branches {
            links.push(((from, to), Some(*edge)));
        }
    }
    if region == Region::All {
        let phases = (0..units.len()).filter(|at| matches!(units[*at], Unit::Region(_))).collect::<Vec<_>>();
        links.extend(phases.windows(2).map(|pair| ((pair[0], pair[1]), None)));
    }
    let boxes: Vec<Box> = parts.iter().map(|part| Box { size: part.size, anchor: part.anchor }).collect();
    let pairs: Vec<(usize, usize)> = links.iter().map(|(pair, _)| *pair).collect();
    let (down, lane) =
        if matches!(region, Region::Block(_)) { (GAP_LABELS, LANES.1) } else { (GAP.1, LANES.0) };
    let arranged = arrange(&Boxes { boxes: &boxes, edges: &pairs, gap: (GAP.0, down), lane });
    let mut layout = Layout { size: arranged.size, anchor: arranged.size.0 / 2.0, ..Layout::default() };
    let mut first: Vec<f64> = Vec::new();
    for (at, (part, corner)) in parts.into_iter().zip(&arranged.corners).enumerate() {
        let part = part.shift(*corner);
        if pairs.iter().all(|(_, to)| *to != at) {
            first.push(part.anchor);
        }
        layout.nodes.extend(part.nodes);
        layout.frames.extend(part.frames);
        layout.bends.extend(part.bends);
    }
    if !first.is_empty() {
        layout.anchor = first.iter().sum::<f64>() / first.len() as f64;
    }
    for ((_, edge), bends) in links.iter().zip(arranged.bends) {
        if let Some(edge) = edge {
            layout.bends.insert(*edge, bends);
        }
    }
    framed(view, region, layout)
}

fn of_node(view: &View, at: usize) -> Layout {
    let (w, h) = size(&view.nodes[at]);
    let nodes = HashMap::from([(at, Rect { x: 0.0, y: 0.0, w, h })]);
    Layout { size: (w, h), anchor: w / 2.0, nodes, ..Layout::default() }
}

/// Puts a frame around a phase or a block; a branch is as wide as what is said about it.
fn framed(view: &View, region: Region, layout: Layout) -> Layout {
    let (w, h) = layout.size;
    let (title, aside, above, below) = match region {
        Region::All => return layout,
        Region::Phase(at) => (PHASES[at].1.to_owned(), FRAME.0, FRAME.1 + 8.0, FRAME.0),
        Region::Block(at) => (frame_title(&view.nodes[at]), FRAME.0, FRAME.1, FRAME.0),
        Region::Branch(place) => {
            let label = view.nodes[place.block].branches.get(place.branch).cloned().unwrap_or_default();
            (label, 0.0, 0.0, 0.0)
        }
    };
    let wide = (w + 2.0 * aside).max(width(&title, SMALL) * 1.1 + 24.0);
    let size = (wide, h + above + below);
    let mut layout = layout.shift(Point { x: (wide - w) / 2.0, y: above });
    layout.size = size;
    if !matches!(region, Region::Branch(_)) {
        layout.frames.insert(0, (region, Rect { x: 0.0, y: 0.0, w: size.0, h: size.1 }));
    }
    layout
}

/// What stands above a block.
pub(super) fn frame_title(node: &Node) -> String {
    let holds = node.condition.as_ref().map(|holds| format!(" · if {holds}")).unwrap_or_default();
    format!("{} · {}{holds}", node.id, node.detail)
}
