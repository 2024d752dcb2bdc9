//! Every rule as one list. A new rule is a file, a `mod` line and a line here.

use super::{
    absent_comparison, agent_tool, bare_path, computed_value, console_approvers, cycle, different_types,
    duplicate_id, gated_input, guarded_effect, loop_element, loop_list, loop_step, mapping_source,
    not_executable, plain_secret, polled_write, possibly_skipped, refused_effect, silent_approval,
    table_inputs, too_early, trigger_inputs, unasked_gate, undeclared_field, ungated_effect, unknown_field,
    unknown_mapping, unknown_node, unknown_root, unknown_step, unnamed_person, unreachable_step, unused_name,
    unwritable_value, whole_match, written_time, wrong_input,
};
use crate::check::ctx::Ctx;
use crate::diagnostic::Diagnostic;

/// Every rule, in no particular order: findings are sorted by their places.
pub(in crate::check) const RULES: &[fn(&Ctx<'_, '_>, &mut Vec<Diagnostic>)] = &[
    absent_comparison::check,
    agent_tool::check,
    bare_path::check,
    computed_value::check,
    console_approvers::check,
    cycle::check,
    different_types::check,
    duplicate_id::check,
    gated_input::check,
    guarded_effect::check,
    loop_element::check,
    loop_list::check,
    loop_step::check,
    mapping_source::check,
    not_executable::check,
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
    unknown_mapping::check,
    unknown_node::check,
    unknown_root::check,
    unknown_step::check,
    unreachable_step::check,
    unused_name::check,
    unnamed_person::check,
    undeclared_field::check,
    unwritable_value::check,
    whole_match::check,
    written_time::check,
    wrong_input::check,
];
