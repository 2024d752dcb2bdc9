//! What every rule is given.

use std::collections::HashMap;

use drawbridge_sdk::Catalog;

use super::compile_mapping::Mappings;
use super::compile_trigger::Trigger;
use super::links::Links;
use super::schemas::Schemas;
use super::step::Step;
use super::uses::Use;
use super::world::{Site, World};
use crate::model::{Document, Table};
use crate::syntax::Node;

/// The workflow as the rules see it.
pub(super) struct Ctx<'a, 't> {
    /// The whole text.
    pub(super) root: &'t Node,
    /// The nodes that may be used.
    pub(super) catalog: &'a Catalog,
    /// What they take and give.
    pub(super) schemas: &'a Schemas,
    /// The parsed text.
    pub(super) document: &'a Document<'t>,
    /// Every step in the order of the text.
    pub(super) steps: &'a [Step<'t>],
    /// Which step starts after which.
    pub(super) links: &'a Links,
    /// Every trigger.
    pub(super) triggers: &'a [Trigger<'t>],
    /// What `outputs` reads.
    pub(super) output_uses: &'a [Use],
    /// The tables that compiled.
    pub(super) tables: &'a HashMap<&'a str, &'a Table>,
    /// The mappings.
    pub(super) mappings: &'a Mappings<'t>,
    /// What can be read.
    pub(super) world: &'a World<'a>,
}

impl<'a> Ctx<'a, '_> {
    /// Everything that is read, with where.
    pub(super) fn uses(&self) -> impl Iterator<Item = (Site, &'a Use)> + '_ {
        let steps = self.steps.iter().enumerate();
        let in_steps = steps.flat_map(|(at, step)| step.uses.iter().map(move |one| (Site::Step(at), one)));
        let in_triggers = self.triggers.iter().enumerate().flat_map(|(at, trigger)| {
            let uses = trigger.input_uses.iter().chain(&trigger.event_uses);
            uses.map(move |one| (Site::Trigger(at), one))
        });
        let in_outputs = self.output_uses.iter().map(|one| (Site::Outputs, one));
        in_steps.chain(in_triggers).chain(in_outputs)
    }

    /// The step that a reference reads the output or the status of.
    pub(super) fn step_read(&self, one: &Use) -> Option<usize> {
        if !matches!(one.reference.root(), Some("steps" | "status")) {
            return None;
        }
        self.world.by_id.get(one.reference.name(1)?).copied()
    }

    /// The words for a place in a message.
    pub(super) fn label(&self, site: Site) -> &'a str {
        match site {
            Site::Step(at) => self.steps[at].label(),
            Site::Trigger(at) => {
                self.triggers[at].doc.id.as_ref().map_or("a trigger without id", |id| id.as_str())
            }
            Site::Outputs => "outputs",
        }
    }
}
