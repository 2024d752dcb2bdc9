//! The fields that incidents, requests, items and catalog tasks share.
//!
//! Source: `docs/reference/servicenow.md`, fields of records.

use schemars::JsonSchema;

use super::system_fields::SystemFields;

/// The fields of `task`.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "read by its schema only")]
pub(super) struct TaskFields {
    #[serde(flatten)]
    system: SystemFields,
    /// Number for people, such as `INC0010042`; given by the instance where none is written.
    number: Option<String>,
    /// What it is about, one line.
    #[schemars(length(max = 160))]
    short_description: Option<String>,
    /// What it is about.
    description: Option<String>,
    /// Where it stands, as a number; which there are hangs on the table.
    state: Option<i64>,
    /// Whether it is open.
    active: Option<bool>,
    /// Where its approval stands, such as `requested` or `approved`.
    approval: Option<String>,
    /// `sys_id` of the group that works on it (`sys_user_group`).
    assignment_group: Option<String>,
    /// `sys_id` of who works on it (`sys_user`).
    assigned_to: Option<String>,
    /// Priority, from 1 (critical) to 5 (planning).
    priority: Option<i64>,
    /// Impact, from 1 (high) to 3 (low).
    impact: Option<i64>,
    /// Urgency, from 1 (high) to 3 (low).
    urgency: Option<i64>,
    /// `sys_id` of who opened it (`sys_user`).
    opened_by: Option<String>,
    /// When it was opened, in UTC.
    opened_at: Option<String>,
    /// `sys_id` of who closed it (`sys_user`).
    closed_by: Option<String>,
    /// When it was closed, in UTC.
    closed_at: Option<String>,
    /// What was done.
    close_notes: Option<String>,
    /// When it is due, in UTC.
    due_date: Option<String>,
    /// `sys_id` of the task above.
    parent: Option<String>,
    /// `sys_id` of the configuration item (`cmdb_ci`).
    cmdb_ci: Option<String>,
    /// `sys_id` of the service.
    business_service: Option<String>,
    /// `sys_id` of the company (`core_company`).
    company: Option<String>,
    /// `sys_id` of the place (`cmn_location`).
    location: Option<String>,
    /// How it came in, such as `self-service` or `email`.
    contact_type: Option<String>,
    /// Id in another system.
    #[schemars(length(max = 100))]
    correlation_id: Option<String>,
    /// Name of the other system.
    correlation_display: Option<String>,
    /// A note for those who work on it; each one is added to those before.
    work_notes: Option<String>,
    /// A note that the requester sees; each one is added to those before.
    comments: Option<String>,
    /// `sys_id`s of who is told of changes, joined by commas.
    watch_list: Option<String>,
    /// Escalation, from 0 to 3.
    escalation: Option<i64>,
    /// When to look at it again, in UTC.
    follow_up: Option<String>,
    /// How often it changed hands.
    reassignment_count: Option<i64>,
    /// What the user wrote.
    user_input: Option<String>,
}
