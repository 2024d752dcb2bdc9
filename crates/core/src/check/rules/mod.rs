//! The rules: one fault each.

mod absent_comparison;
mod bare_path;
mod cycle;
mod different_types;
mod duplicate_id;
mod gated_input;
mod plain_secret;
mod polled_write;
mod possibly_skipped;
mod refused_effect;
mod silent_approval;
mod table_inputs;
mod too_early;
mod trigger_inputs;
mod unasked_gate;
mod ungated_effect;
mod unknown_field;
mod unknown_node;
mod unknown_root;
mod unknown_step;
mod unreachable_step;
mod wrong_input;

use crate::check::ctx::Ctx;
use crate::diagnostic::Diagnostic;

/// Every rule, in no particular order: findings are sorted by their places.
pub(super) const RULES: &[fn(&Ctx<'_, '_>, &mut Vec<Diagnostic>)] = &[
    absent_comparison::check,
    bare_path::check,
    cycle::check,
    different_types::check,
    duplicate_id::check,
    gated_input::check,
    plain_secret::check,
    polled_write::check,
    possibly_skipped::check,
    refused_effect::check,
    silent_approval::check,
    table_inputs::check,
    too_early::check,
    trigger_inputs::check,
    unasked_gate::check,
    ungated_effect::check,
    unknown_field::check,
    unknown_node::check,
    unknown_root::check,
    unknown_step::check,
    unreachable_step::check,
    wrong_input::check,
];
