//! The rules: one fault each.

mod absent_comparison;
mod bare_path;
mod computed_value;
mod console_approvers;
mod cycle;
mod different_types;
mod duplicate_id;
mod every;
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
mod undeclared_field;
mod ungated_effect;
mod unknown_field;
mod unknown_node;
mod unknown_root;
mod unknown_step;
mod unnamed_person;
mod unreachable_step;
mod unwritable_value;
mod whole_match;
mod written_time;
mod wrong_input;

pub(super) use every::RULES;
