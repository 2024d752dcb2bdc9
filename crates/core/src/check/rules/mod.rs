//! The rules: one fault each.

mod absent_comparison;
mod agent_tool;
mod bare_path;
mod console_approvers;
mod cycle;
mod different_types;
mod duplicate_id;
mod every;
mod gated_input;
mod guarded_effect;
mod loop_element;
mod loop_list;
mod loop_step;
mod not_executable;
mod plain_secret;
mod polled_write;
mod possibly_skipped;
mod refused_effect;
mod silent_approval;
mod table_inputs;
mod too_early;
mod trigger_inputs;
mod unasked_gate;
mod undeclared_field;
mod ungated_effect;
mod unknown_field;
mod unknown_node;
mod unknown_root;
mod unknown_step;
mod unnamed_person;
mod unreachable_step;
mod whole_match;
mod written_time;
mod wrong_input;

pub(super) use every::RULES;
