//! Compiles the gates.

use super::compile::Compiler;
use super::uses::Part;
use crate::expression::Template;
use crate::graph::{Approvers, Escalate, Expires, GateStep, Never, Remind, Stage};
use crate::model::{ApproversDoc, GateDoc, StageDoc};
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
    let remind = inner(doc.remind.as_ref(), |remind| {
        Some(Remind { every: compiler.delay(&remind.every)?, at_most: remind.at_most })
    });
    let escalate = inner(doc.escalate.as_ref(), |escalate| {
        let after = compiler.delay(&escalate.after);
        let to = compile_people(&escalate.to, compiler);
        Some(Escalate { after: after?, to: to? })
    });
    let expires = inner(doc.expires.as_ref(), |expires| {
        let reason = expires.approves.and(expires.reason).and_then(Node::as_str);
        Some(Expires { after: compiler.delay(&expires.after)?, approves_because: reason.map(str::to_owned) })
    });
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
        remind: remind?,
        escalate: escalate?,
        expires: expires?,
        continues_on_reject: doc.continues_on_reject,
        gated: Vec::new(),
    })
}

/// Outer absence: reported; inner: nothing was written.
fn inner<D, C>(doc: Option<D>, compile: impl FnOnce(D) -> Option<C>) -> Option<Option<C>> {
    match doc {
        None => Some(None),
        Some(doc) => compile(doc).map(Some),
    }
}

fn optional(node: Option<&Node>, compiler: &mut Compiler) -> Option<Option<Template>> {
    inner(node, |node| compiler.template(node, Part::Value))
}

fn compile_stage(doc: &StageDoc<'_>, compiler: &mut Compiler) -> Option<Stage> {
    let condition = inner(doc.condition, |node| compiler.condition(node, Part::Condition));
    let approvers = compile_people(&doc.approvers, compiler);
    Some(Stage { name: doc.name.to_owned(), condition: condition?, approvers: approvers?, need: doc.need })
}

fn compile_people(docs: &[ApproversDoc<'_>], compiler: &mut Compiler) -> Option<Vec<Approvers>> {
    let compiled: Vec<_> = docs
        .iter()
        .map(|approvers| {
            Some(Approvers {
                source: approvers.source.text.clone(),
                connection: approvers.connection.map(str::to_owned),
                input: compiler.template(approvers.input, Part::Value)?,
            })
        })
        .collect();
    compiled.into_iter().collect()
}
