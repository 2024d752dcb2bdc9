//! Every condition of the workflow with its place.

use super::ctx::Ctx;
use super::skip::{may_be_skipped, may_be_skipped_in_condition};
use super::step::is_inside;
use super::world::Site;
use crate::diagnostic::{Diagnostic, Fix, Span};
use crate::expression::{Condition, Reference};
use crate::graph::{SetValue, VertexKind, WaitStep};
use crate::model::{KindDoc, SetDoc, WaitDoc};
use crate::syntax::Node;

/// A condition with its place.
pub(super) struct Written<'a, 't> {
    /// What it compiled to.
    pub(super) condition: &'a Condition,
    /// Its text.
    pub(super) node: &'t Node,
    /// Where it stands.
    pub(super) site: Site,
    /// Whether it decides over the step it stands in.
    pub(super) is_if: bool,
}

impl Written<'_, '_> {
    /// The place of a piece of it.
    pub(super) fn piece(&self, piece: &str) -> Span {
        if piece.is_empty() { self.node.span } else { self.node.piece(piece) }
    }

    /// The finding with a change of one piece of it, where that piece stands in it once.
    pub(super) fn mended(&self, finding: Diagnostic, wrong: &str, right: String) -> Diagnostic {
        if self.condition.source().matches(wrong).count() != 1 {
            return finding;
        }
        let title = format!("write `{right}`");
        finding.fix(Fix { title, span: self.piece(wrong), wrong: Some(wrong.to_owned()), right })
    }
}

impl Written<'_, '_> {
    /// Whether a path that it reads may be absent because a step was skipped.
    pub(super) fn reads_skipped(&self, ctx: &Ctx<'_, '_>, path: &Reference) -> bool {
        let id = path.name(1).filter(|_| path.root() == Some("steps"));
        let (Site::Step(reader), Some(id)) = (self.site, id) else { return false };
        let Some(target) = ctx.world.by_id.get(id).copied() else { return false };
        let asks = |one: &Reference| one.root() == Some("status") && one.name(1) == Some(id);
        if target >= reader
            || is_inside(ctx.steps, reader, target)
            || self.condition.references().iter().any(asks)
        {
            return false;
        }
        let reason = if self.is_if {
            may_be_skipped_in_condition(ctx.steps, reader, target)
        } else {
            may_be_skipped(ctx.steps, reader, target)
        };
        reason.is_some()
    }
}

/// Every condition that compiled, in the order of the text.
pub(super) fn conditions<'a, 't>(ctx: &Ctx<'a, 't>) -> Vec<Written<'a, 't>> {
    let mut all = Vec::new();
    for (at, trigger) in ctx.triggers.iter().enumerate() {
        let starts = trigger.spec.as_ref().and_then(|spec| spec.condition.as_ref());
        let condition = starts.or(trigger.cancel.as_ref().and_then(|cancel| cancel.condition.as_ref()));
        add(&mut all, Site::Trigger(at), trigger.doc.condition, condition);
    }
    for (at, step) in ctx.steps.iter().enumerate() {
        let site = Site::Step(at);
        add(&mut all, site, step.doc.condition, step.common.condition.as_ref());
        if let Some(own) = all.last_mut().filter(|own| own.site == site) {
            own.is_if = true;
        }
        add(&mut all, site, step.doc.expect, step.common.expect.as_ref());
        match (&step.doc.kind, &step.kind) {
            (Some(KindDoc::Action(doc)), Some(VertexKind::Action(action))) => {
                let node = doc.poll.as_ref().map(|poll| poll.until);
                add(&mut all, site, node, action.poll.as_ref().map(|poll| &poll.until));
            }
            (Some(KindDoc::Wait(WaitDoc::Event(doc, _))), Some(VertexKind::Wait(WaitStep::Event(event)))) => {
                add(&mut all, site, doc.condition, event.condition.as_ref())
            }
            (Some(KindDoc::Switch(branches)), Some(VertexKind::Switch(conditions))) => {
                for (branch, condition) in branches.iter().zip(conditions) {
                    add(&mut all, site, branch.condition, condition.as_ref());
                }
            }
            (Some(KindDoc::Approval(doc)), Some(VertexKind::Approval(gate))) => {
                for (stage, compiled) in doc.stages.iter().zip(&gate.stages) {
                    add(&mut all, site, stage.condition, compiled.condition.as_ref());
                }
            }
            (Some(KindDoc::Set(docs)), Some(VertexKind::Set(values))) => {
                for (key, doc) in docs {
                    if let (SetDoc::Condition(node), Some(SetValue::Condition(condition))) =
                        (doc, values.get(&key.text))
                    {
                        add(&mut all, site, Some(node), Some(condition));
                    }
                }
            }
            _ => {}
        }
    }
    all
}

fn add<'a, 't>(
    all: &mut Vec<Written<'a, 't>>,
    site: Site,
    node: Option<&'t Node>,
    condition: Option<&'a Condition>,
) {
    if let (Some(node), Some(condition)) = (node, condition) {
        all.push(Written { condition, node, site, is_if: false });
    }
}
