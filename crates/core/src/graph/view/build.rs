//! From a checked workflow to what its picture shows.

use std::collections::HashMap;

use petgraph::graph::NodeIndex;

use super::model::{Edge, EdgeKind, Node, Place, Shape, View};
use super::reduce::reduced;
use super::words::{condition, count, delay, duration, one_line, short};
use crate::graph::blueprint::{
    ActionStep, Blueprint, GateStep, Phase, TriggerSpec, Vertex, VertexKind, WaitStep,
};

/// What a kind of step shows.
struct Shown {
    shape: Shape,
    detail: String,
    branches: Vec<String>,
}

fn leaf(shape: Shape, detail: impl Into<String>) -> Shown {
    Shown { shape, detail: short(&detail.into()), branches: Vec::new() }
}

fn block(shape: Shape, detail: impl Into<String>, branches: Vec<String>) -> Shown {
    Shown { branches, ..leaf(shape, detail) }
}

impl View {
    /// The picture of a workflow.
    #[must_use]
    pub fn of(blueprint: &Blueprint) -> Self {
        let triggers = blueprint.triggers.len();
        let mut position = HashMap::new();
        for (at, vertex) in blueprint.order.iter().enumerate() {
            position.insert(vertex.index(), triggers + at);
        }
        let mut nodes: Vec<Node> = blueprint.triggers.iter().map(trigger).collect();
        nodes.extend(blueprint.order.iter().map(|at| step(&blueprint.graph[*at], &position)));
        let mut edges: Vec<Edge> = reduced(&blueprint.graph, &blueprint.order)
            .into_iter()
            .filter(|(from, _)| !ends_run(&blueprint.graph[NodeIndex::new(*from)]))
            .map(|(from, to)| then(position[&from], position[&to], &nodes))
            .collect();
        edges.extend(ways_around(&nodes, &edges));
        edges.extend(from_triggers(&nodes, &edges));
        edges.extend(guards(blueprint, &position));
        Self {
            workflow: blueprint.workflow.as_str().to_owned(),
            version: blueprint.version,
            title: one_line(&blueprint.title),
            nodes,
            edges,
        }
    }
}

/// Whether nothing follows: a `stop` that stands under no condition of its own.
fn ends_run(vertex: &Vertex) -> bool {
    matches!(vertex.kind, VertexKind::Stop { .. }) && vertex.common.condition.is_none()
}

fn trigger(trigger: &TriggerSpec) -> Node {
    Node {
        id: trigger.id.to_string(),
        shape: Shape::Trigger,
        phase: "trigger",
        detail: trigger.trigger.clone(),
        condition: trigger.condition.as_ref().map(|holds| condition(holds.source())),
        effect: None,
        within: None,
        branches: Vec::new(),
        block: None,
    }
}

fn step(vertex: &Vertex, position: &HashMap<usize, usize>) -> Node {
    let Shown { shape, detail, branches } = shown(&vertex.kind);
    let block = match &vertex.kind {
        VertexKind::End(start) | VertexKind::Rescue(start) => position.get(&start.index()).copied(),
        _ => None,
    };
    let within = vertex.within.and_then(|within| {
        Some(Place { block: *position.get(&within.block.index())?, branch: within.branch })
    });
    let phase = match vertex.phase {
        Phase::Main => "steps",
        Phase::OnFailure => "on_failure",
        Phase::Finally => "finally",
    };
    let effect = match &vertex.kind {
        VertexKind::Action(action) => Some(action.effect),
        _ => None,
    };
    let condition = vertex.common.condition.as_ref().map(|holds| condition(holds.source()));
    Node { id: vertex.id.to_string(), shape, phase, detail, condition, effect, within, branches, block }
}

/// What each kind of step shows: one line a kind.
fn shown(kind: &VertexKind) -> Shown {
    match kind {
        VertexKind::Action(step) => leaf(Shape::Action, action(step)),
        VertexKind::Approval(gate) => leaf(Shape::Gate, asks(gate)),
        VertexKind::Decide { table, .. } => leaf(Shape::Decision, format!("table {table}")),
        VertexKind::Map { mapping, .. } => leaf(Shape::Mapping, format!("mapping {mapping}")),
        VertexKind::Set(values) => leaf(Shape::Values, format!("sets {}", count(values.len(), "value"))),
        VertexKind::Wait(wait) => leaf(Shape::Wait, waits(wait)),
        VertexKind::Stop { outcome, .. } => leaf(Shape::Stop, format!("ends {outcome}")),
        VertexKind::Child { workflow, .. } => leaf(Shape::Child, format!("runs {workflow}")),
        VertexKind::Agent(agent) => {
            leaf(Shape::Agent, format!("agent, {}", count(agent.tools.len(), "tool")))
        }
        VertexKind::Group => block(Shape::Fork, "group", vec![String::new()]),
        VertexKind::Switch(conditions) => block(Shape::Choice, "switch", choices(conditions)),
        VertexKind::Parallel(names) => block(Shape::Fork, "parallel", names.clone()),
        VertexKind::Foreach(each) => {
            let list = each.list.references().first().map_or(String::new(), |of| condition(&of.text));
            let every = format!("each of {list}, max {}, {} at once", each.max, each.at_once);
            block(Shape::Fork, every, vec![format!("each {}", each.element)])
        }
        VertexKind::Rescue(_) => leaf(Shape::Rescue, "failed?"),
        VertexKind::End(_) => leaf(Shape::Join, ""),
    }
}

fn action(step: &ActionStep) -> String {
    let poll = step.poll.as_ref().map(|poll| format!(", again every {}", duration(poll.every)));
    format!("{}{}", step.action, poll.unwrap_or_default())
}

fn asks(gate: &GateStep) -> String {
    let stages: Vec<&str> = gate.stages.iter().map(|stage| stage.name.as_str()).collect();
    let whom = if stages.is_empty() { "who may decide".to_owned() } else { stages.join(", ") };
    format!("{} asks {whom}", gate.via)
}

fn waits(wait: &WaitStep) -> String {
    match wait {
        WaitStep::For(time) => format!("waits {}", delay(time)),
        WaitStep::Until(time) => {
            let time = time.references().first().map_or("a time".to_owned(), |of| condition(&of.text));
            format!("waits until {time}")
        }
        WaitStep::Event(event) => format!("waits for {}, {}", event.trigger, duration(event.within)),
    }
}

fn choices(conditions: &[Option<crate::expression::Condition>]) -> Vec<String> {
    let word = |holds: &Option<crate::expression::Condition>| {
        holds.as_ref().map_or("else".to_owned(), |holds| condition(holds.source()))
    };
    conditions.iter().map(word).collect()
}

/// An edge between two steps; into a branch it says which.
fn then(from: usize, to: usize, nodes: &[Node]) -> Edge {
    let source = &nodes[from];
    let label = match nodes[to].within {
        Some(place) if place.block == from => source.branches.get(place.branch).cloned().unwrap_or_default(),
        Some(place) if source.block == Some(place.block) && source.shape == Shape::Rescue => {
            "failed".to_owned()
        }
        _ => String::new(),
    };
    Edge { from, to, kind: EdgeKind::Then, label }
}

/// The ways past all branches of a choice, and past a rescue, which follow from no step.
fn ways_around(nodes: &[Node], edges: &[Edge]) -> Vec<Edge> {
    let around = |at: usize, node: &Node| {
        let label = match node.shape {
            Shape::Choice if node.branches.iter().all(|branch| branch != "else") => "otherwise",
            Shape::Rescue => "fine",
            _ => return None,
        };
        let block = if node.shape == Shape::Rescue { node.block } else { Some(at) };
        let end = nodes.iter().position(|other| other.shape == Shape::Join && other.block == block)?;
        let has_rescue = |other: &Node| other.shape == Shape::Rescue && other.block == Some(at);
        let to = nodes.iter().position(has_rescue).unwrap_or(end);
        let is_there = edges.iter().any(|edge| (edge.from, edge.to) == (at, to));
        (!is_there).then(|| Edge { from: at, to, kind: EdgeKind::Then, label: label.to_owned() })
    };
    nodes.iter().enumerate().filter_map(|(at, node)| around(at, node)).collect()
}

/// Every trigger leads to the steps that nothing stands before.
fn from_triggers(nodes: &[Node], edges: &[Edge]) -> Vec<Edge> {
    let is_first = |at: &usize| nodes[*at].phase == "steps" && edges.iter().all(|edge| edge.to != *at);
    let first: Vec<usize> = (0..nodes.len()).filter(is_first).collect();
    let triggers = (0..nodes.len()).filter(|at| nodes[*at].shape == Shape::Trigger);
    triggers
        .flat_map(|from| first.iter().map(move |to| (from, *to)))
        .map(|(from, to)| Edge { from, to, kind: EdgeKind::Then, label: String::new() })
        .collect()
}

fn guards(blueprint: &Blueprint, position: &HashMap<usize, usize>) -> Vec<Edge> {
    let of_gate = |at: &petgraph::graph::NodeIndex| match &blueprint.graph[*at].kind {
        VertexKind::Approval(gate) => Some((position[&at.index()], gate.gated.clone())),
        _ => None,
    };
    let gates = blueprint.order.iter().filter_map(of_gate);
    gates
        .flat_map(|(from, gated)| gated.into_iter().map(move |to| (from, to)))
        .map(|(from, to)| Edge {
            from,
            to: position[&to.index()],
            kind: EdgeKind::Guards,
            label: "guards".to_owned(),
        })
        .collect()
}
