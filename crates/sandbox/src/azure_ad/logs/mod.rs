//! What is written down and only read: audits, sign-ins, risk, alerts.

pub(crate) mod activity;
pub(crate) mod audit_names;
pub(crate) mod audit_story;
pub(crate) mod record_input;
pub(crate) mod sign_in_defaults;

pub(crate) mod alert_evidence;
pub(crate) mod audits;
pub(crate) mod record_seeding;
pub(crate) mod risky_users;
pub(crate) mod sign_ins;

pub(crate) mod alerts;
pub(crate) mod audit_input;
pub(crate) mod risk_detections;
