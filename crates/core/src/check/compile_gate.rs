//! Compiles the gates.

use super::compile::Compiler;
use super::uses::Part;
use crate::expression::Template;
use crate::graph::{Approvers, Expires, GateStep, Never, Stage};
use crate::model::{GateDoc, StageDoc};
use crate::syntax::Node;

/// The channel that is ours and is taken when none is named.
pub(super) const CONSOLE: &str = "console";

/// A gate; absent where something in it was reported.
pub(super) fn compile_gate(doc: &GateDoc<'_>, compiler: &mut Compiler) -> Option<GateStep> {
    let subject = doc.subject.and_then(|node| compiler.text(node));
    let show: Vec<_> = doc.show.iter().map(|node| compiler.template(node, Part::Value)).collect();
    let record = optional(doc.record, compiler);
    let requester = optional(doc.requester, compiler);
    let beneficiary = optional(doc.beneficiary, compiler);
    let stages: Vec<_> = doc.stages.iter().map(|stage| compile_stage(stage, compiler)).collect();
    let never =
        |(word, _): &(usize, _)| [Never::Requester, Never::Beneficiary, Never::SamePersonTwice][*word];
    Some(GateStep {
        subject: subject?,
        show: show.into_iter().collect::<Option<_>>()?,
        via: doc.via.and_then(Node::as_str).unwrap_or(CONSOLE).to_owned(),
        connection: doc.connection.map(str::to_owned),
        record: record?,
        requester: requester?,
        beneficiary: beneficiary?,
        stages: stages.into_iter().collect::<Option<_>>()?,
        never: doc.never.iter().map(never).collect(),
        expires: doc.expires.as_ref().map(|expires| Expires {
            after: expires.after,
            approves_because: expires.approves.and(expires.reason).and_then(Node::as_str).map(str::to_owned),
        }),
        continues_on_reject: doc.continues_on_reject,
        gated: Vec::new(),
    })
}

/// Outer absence: reported; inner: nothing was written.
fn optional(node: Option<&Node>, compiler: &mut Compiler) -> Option<Option<Template>> {
    match node {
        None => Some(None),
        Some(node) => compiler.template(node, Part::Value).map(Some),
    }
}

fn compile_stage(doc: &StageDoc<'_>, compiler: &mut Compiler) -> Option<Stage> {
    let condition = match doc.condition {
        None => Some(None),
        Some(node) => compiler.condition(node, Part::Condition).map(Some),
    };
    let approvers: Vec<_> = doc
        .approvers
        .iter()
        .map(|approvers| {
            Some(Approvers {
                source: approvers.source.text.clone(),
                connection: approvers.connection.map(str::to_owned),
                input: compiler.template(approvers.input, Part::Value)?,
            })
        })
        .collect();
    Some(Stage {
        name: doc.name.to_owned(),
        condition: condition?,
        approvers: approvers.into_iter().collect::<Option<_>>()?,
        need: doc.need,
    })
}
