//! Puts the blueprint together once nothing is wrong.

use indexmap::IndexMap;

use super::compile_top::values;
use super::links::{Links, Point, PointPart};
use super::step::Step;
use crate::definition::Definition;
use crate::expression::Template;
use crate::graph::{
    Blueprint, CancelSpec, Common, Guard, TriggerSpec, Vertex, VertexKind, Within, stable_order,
};
use crate::mapping::Mapping;
use crate::model::{Document, Table};

/// What a blueprint is made of besides its document.
pub(super) struct Parts<'a, 't> {
    pub(super) steps: &'a [Step<'t>],
    pub(super) links: &'a Links,
    pub(super) triggers: Vec<TriggerSpec>,
    pub(super) cancel_on: Vec<CancelSpec>,
    pub(super) guards: Vec<Guard>,
    pub(super) outputs: IndexMap<String, Template>,
    pub(super) tables: IndexMap<String, Table>,
    pub(super) mappings: IndexMap<String, Mapping>,
}

/// The blueprint; `None` where a part is missing, which was reported.
pub(super) fn assemble(
    definition: &Definition,
    document: &Document<'_>,
    parts: Parts<'_, '_>,
) -> Option<Blueprint> {
    let Parts { steps, links, triggers, cancel_on, guards, outputs, tables, mappings } = parts;
    if steps.iter().any(|step| step.kind.is_none() || step.doc.id.is_none()) {
        return None;
    }
    let mut graph = links.graph.map(|_, point| vertex(steps, links, *point), |_, ()| ());
    for (at, step) in steps.iter().enumerate() {
        let Some(VertexKind::Action(action)) = &step.kind else { continue };
        let Some(gate) = &action.requires_approval else { continue };
        let gate = steps.iter().position(|other| other.doc.id.as_ref() == Some(gate))?;
        if let VertexKind::Approval(gate) = &mut graph[links.start(gate)].kind {
            gate.gated.push(links.start(at));
        }
    }
    let order = stable_order(&graph);
    Some(Blueprint {
        workflow: document.workflow.clone()?,
        version: document.version?,
        title: document.title?.to_owned(),
        digest: definition.digest(),
        settings: values(&document.settings)?,
        inputs: values(&document.inputs)?,
        triggers,
        cancel_on,
        tables,
        mappings,
        guards,
        deadline: document.deadline,
        outputs,
        graph,
        order,
    })
}

fn vertex(steps: &[Step<'_>], links: &Links, point: Point) -> Vertex {
    let step = &steps[point.step];
    let within = step.within.map(|(block, branch)| Within { block: links.start(block), branch });
    let start = links.start(point.step);
    let (kind, common) = match point.part {
        PointPart::Start => (kind_of(step), step.common.clone()),
        PointPart::Rescue => (VertexKind::Rescue(start), Common::default()),
        PointPart::End => (VertexKind::End(start), Common::default()),
    };
    let id = step.doc.id.clone().expect("steps without an id were reported");
    Vertex { id, phase: step.phase, within, kind, common }
}

fn kind_of(step: &Step<'_>) -> VertexKind {
    step.kind.clone().expect("steps that did not compile were reported")
}
