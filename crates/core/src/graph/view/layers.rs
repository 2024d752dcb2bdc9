//! Boxes in layers, each below everything that leads to it, with as little sideways as is easily had.
//!
//! The usual way in small: layers by the longest way, a lane through every layer that an edge passes, an
//! order by the middle of the neighbours, then a few rounds of moving boxes towards their neighbours.

/// Rounds of moving boxes; more change nothing that one sees.
const ROUNDS: usize = 10;

/// A point, in pixels from the top left.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Point {
    pub(super) x: f64,
    pub(super) y: f64,
}

/// One box.
#[derive(Debug, Clone, Copy)]
pub(super) struct Box {
    /// Width and height.
    pub(super) size: (f64, f64),
    /// Where edges reach and leave it, from its left.
    pub(super) anchor: f64,
}

/// What is arranged.
pub(super) struct Boxes<'a> {
    /// The boxes.
    pub(super) boxes: &'a [Box],
    /// Which box leads to which; always to a later one.
    pub(super) edges: &'a [(usize, usize)],
    /// Free space between two boxes, sideways and from layer to layer.
    pub(super) gap: (f64, f64),
    /// Width of the lane of an edge that passes a layer.
    pub(super) lane: f64,
}

/// Where everything went.
pub(super) struct Arranged {
    /// Width and height of all of it.
    pub(super) size: (f64, f64),
    /// Top left corner of each box.
    pub(super) corners: Vec<Point>,
    /// Where each edge passes through layers.
    pub(super) bends: Vec<Vec<Point>>,
}

/// A box, or a lane, in its layer; `anchor` is where it stands.
struct Cell {
    /// Room to the left and to the right of its anchor.
    room: (f64, f64),
    layer: usize,
    anchor: f64,
    above: Vec<usize>,
    below: Vec<usize>,
}

/// Arranges boxes.
pub(super) fn arrange(boxes: &Boxes<'_>) -> Arranged {
    let mut cells = in_layers(boxes);
    let lanes = add_lanes(&mut cells, boxes);
    let depth = cells.iter().map(|cell| cell.layer + 1).max().unwrap_or(0);
    let mut layers: Vec<Vec<usize>> = vec![Vec::new(); depth];
    (0..cells.len()).for_each(|at| layers[cells[at].layer].push(at));
    order(&mut layers, &cells);
    move_sideways(&layers, &mut cells, boxes.gap.0);
    let left = cells.iter().map(|cell| cell.anchor - cell.room.0).fold(f64::INFINITY, f64::min);
    let right = cells.iter().map(|cell| cell.anchor + cell.room.1).fold(f64::NEG_INFINITY, f64::max);
    let (tops, height) = tops(boxes, &cells, depth);
    let corner = |at: usize| {
        let cell: &Cell = &cells[at];
        Point { x: cell.anchor - cell.room.0 - left, y: tops[cell.layer].0 }
    };
    let passes = |lane: &Vec<usize>| {
        let ends = lane.iter().flat_map(|at| {
            let (cell, x) = (&cells[*at], cells[*at].anchor - left);
            let (top, height) = tops[cell.layer];
            [Point { x, y: top }, Point { x, y: top + height }]
        });
        ends.collect::<Vec<Point>>()
    };
    Arranged {
        size: if cells.is_empty() { (0.0, 0.0) } else { (right - left, height) },
        corners: (0..boxes.boxes.len()).map(corner).collect(),
        bends: lanes.iter().map(passes).collect(),
    }
}

fn in_layers(boxes: &Boxes<'_>) -> Vec<Cell> {
    let mut layer = vec![0; boxes.boxes.len()];
    let mut edges = boxes.edges.to_vec();
    edges.sort_unstable();
    for (from, to) in edges {
        layer[to] = layer[to].max(layer[from] + 1);
    }
    let cell = |(one, layer): (&Box, usize)| Cell {
        room: (one.anchor, one.size.0 - one.anchor),
        layer,
        anchor: 0.0,
        above: Vec::new(),
        below: Vec::new(),
    };
    boxes.boxes.iter().zip(layer).map(cell).collect()
}

/// Puts a lane into every layer that an edge passes; gives the lanes of each edge from top to bottom.
fn add_lanes(cells: &mut Vec<Cell>, boxes: &Boxes<'_>) -> Vec<Vec<usize>> {
    let mut lanes = Vec::with_capacity(boxes.edges.len());
    let room = (boxes.lane / 2.0, boxes.lane / 2.0);
    for (from, to) in boxes.edges {
        let (mut before, mut lane) = (*from, Vec::new());
        for layer in cells[*from].layer + 1..cells[*to].layer {
            let at = cells.len();
            cells.push(Cell { room, layer, anchor: 0.0, above: vec![before], below: Vec::new() });
            cells[before].below.push(at);
            lane.push(at);
            before = at;
        }
        cells[before].below.push(*to);
        cells[*to].above.push(before);
        lanes.push(lane);
    }
    lanes
}

/// Orders each layer by the middle of what is above it, then below it.
fn order(layers: &mut [Vec<usize>], cells: &[Cell]) {
    let mut rank = vec![0.0; cells.len()];
    let number = |layer: &[usize], rank: &mut [f64]| {
        layer.iter().enumerate().for_each(|(at, cell)| rank[*cell] = at as f64);
    };
    layers.iter().for_each(|layer| number(layer, &mut rank));
    for round in 0..4 {
        let downwards = round % 2 == 0;
        let depth = layers.len();
        for step in 0..depth {
            let layer = &mut layers[if downwards { step } else { depth - 1 - step }];
            let middle = |cell: &usize| {
                let near = if downwards { &cells[*cell].above } else { &cells[*cell].below };
                mean(near.iter().map(|at| rank[*at])).unwrap_or(rank[*cell])
            };
            let mut keyed: Vec<(f64, usize)> = layer.iter().map(|cell| (middle(cell), *cell)).collect();
            keyed.sort_by(|one, other| one.0.total_cmp(&other.0));
            *layer = keyed.into_iter().map(|(_, cell)| cell).collect();
            number(layer, &mut rank);
        }
    }
}

fn move_sideways(layers: &[Vec<usize>], cells: &mut [Cell], gap: f64) {
    for round in 0..=ROUNDS {
        let downwards = round % 2 == 0;
        for step in 0..layers.len() {
            let layer = &layers[if downwards { step } else { layers.len() - 1 - step }];
            let wanted: Vec<f64> = layer
                .iter()
                .map(|at| {
                    let near = if downwards { &cells[*at].above } else { &cells[*at].below };
                    mean(near.iter().map(|at| cells[*at].anchor)).unwrap_or(cells[*at].anchor)
                })
                .collect();
            let mut right = f64::NEG_INFINITY;
            let mut placed: Vec<f64> = Vec::with_capacity(layer.len());
            for (at, wanted) in layer.iter().zip(&wanted) {
                let anchor = wanted.max(right + gap + cells[*at].room.0);
                right = anchor + cells[*at].room.1;
                placed.push(anchor);
            }
            let off = mean(wanted.iter().zip(&placed).map(|(wanted, placed)| wanted - placed)).unwrap_or(0.0);
            layer.iter().zip(placed).for_each(|(at, anchor)| cells[*at].anchor = anchor + off);
        }
    }
}

/// Top and height of each layer, and the height of all.
fn tops(boxes: &Boxes<'_>, cells: &[Cell], depth: usize) -> (Vec<(f64, f64)>, f64) {
    let mut heights = vec![0.0_f64; depth];
    for (cell, one) in cells.iter().zip(boxes.boxes) {
        heights[cell.layer] = heights[cell.layer].max(one.size.1);
    }
    let mut y = 0.0;
    let mut tops = Vec::with_capacity(depth);
    for height in heights {
        tops.push((y, height));
        y += height + boxes.gap.1;
    }
    (tops, (y - boxes.gap.1).max(0.0))
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, number) = values.fold((0.0, 0_u32), |(sum, number), value| (sum + value, number + 1));
    (number > 0).then(|| sum / f64::from(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(widths: &[f64], edges: &[(usize, usize)]) -> Arranged {
        let boxes: Vec<Box> =
            widths.iter().map(|width| Box { size: (*width, 20.0), anchor: width / 2.0 }).collect();
        arrange(&Boxes { boxes: &boxes, edges, gap: (10.0, 30.0), lane: 20.0 })
    }

    #[test]
    fn boxes_stand_below_what_leads_to_them_and_beside_each_other() {
        let arranged = check(&[100.0; 5], &[(0, 1), (0, 2), (1, 3), (2, 3), (0, 4), (3, 4)]);
        let [a, b, c, d, e] = arranged.corners.as_slice() else { panic!("five boxes") };
        assert_eq!([a.y, b.y, c.y, d.y, e.y], [0.0, 50.0, 50.0, 100.0, 150.0]);
        assert!(b.x + 110.0 <= c.x + 0.001, "{} {}", b.x, c.x);
        assert_eq!(arranged.bends.iter().map(Vec::len).collect::<Vec<_>>(), [0, 0, 0, 0, 4, 0]);
        assert_eq!(arranged.size.1, 170.0);
    }

    #[test]
    fn a_chain_is_straight_and_nothing_needs_no_room() {
        let arranged = check(&[100.0, 40.0, 60.0], &[(0, 1), (1, 2)]);
        assert_eq!(arranged.corners.iter().map(|corner| corner.x).collect::<Vec<_>>(), [0.0, 30.0, 20.0]);
        assert_eq!(check(&[], &[]).size, (0.0, 0.0));
    }
}
