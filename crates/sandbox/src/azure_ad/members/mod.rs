//! Groups and activated roles: what they are, who is in them, by hand or by rule.

pub(crate) mod membership_rule;
pub(crate) mod rule_names;
pub(crate) mod rule_tokens;

pub(crate) mod rule_parser;

pub(crate) mod group_input;
pub(crate) mod group_rules;
pub(crate) mod groups;
pub(crate) mod membership;

pub(crate) mod directory_roles;
pub(crate) mod group_writes;
pub(crate) mod reconcile;

pub(crate) mod group_members;
