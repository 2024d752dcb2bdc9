//! One example per construct: definition, key and what may stand behind it. A hover shows it.

/// The examples, in the order of the documentation.
pub(super) const EXAMPLES: &[(&str, &str, &str)] = &[
    ("", "labels", "{ team: identity }"),
    ("", "settings", "{ grace_days: { type: integer, default: 3, description: Days until access ends } }"),
    ("", "inputs", "{ person: { type: string, description: Object id of the person } }"),
    (
        "",
        "triggers",
        "[{ id: new_user, trigger: azure_ad.user.created, inputs: { person: $.trigger.id }, dedupe: { key: $.trigger.id, keep: 90d } }]",
    ),
    (
        "",
        "tables",
        "{ routing: { file: tables/routing.csv, inputs: [department], match: first, no_match: fail } }",
    ),
    ("Trigger", "if", "$.trigger.accountEnabled == true"),
    ("Trigger", "inputs", "{ person: $.trigger.id }"),
    ("Trigger", "dedupe", "{ key: $.trigger.id, keep: 90d }"),
    ("Step", "if", "$.steps.person.accountEnabled == true && $.inputs.risk == 'high'"),
    ("Step", "needs", "[person, manager]"),
    ("Step", "timeout", "30s"),
    ("Step", "expect", "$.out.number != ''"),
    ("Step", "retry", "{ attempts: 3 }"),
    ("Step", "poll", "{ until: $.out.found == true, every: 15m, at_most: 4h, otherwise: continue }"),
    (
        "Step",
        "approval",
        "{ subject: \"{{steps.person.displayName}} asks for access\", via: servicenow, record: $.inputs.request, stages: [{ name: line manager, approvers: [{ servicenow.manager_of: $.inputs.person }] }], expires: { after: 5d, then: reject } }",
    ),
    ("Step", "decide", "routing"),
    (
        "Step",
        "set",
        "{ since: { ago: 90d }, title: \"Access for {{steps.person.displayName}}\", many: { condition: $.steps.size.count > 3 } }",
    ),
    (
        "Step",
        "switch",
        "[{ if: $.steps.person.userType == 'Guest', steps: [{ id: skip_guest, stop: ignored }] }, { else: [{ id: go_on, wait: { for: 1h } }] }]",
    ),
    (
        "Step",
        "parallel",
        "{ department: [{ id: profile, wait: { for: 1h } }], manager: [{ id: manager, wait: { for: 2h } }] }",
    ),
    ("Step", "wait", "{ for: 4h }"),
    ("Step", "stop", "ignored"),
    ("Step", "message", "\"{{steps.person.displayName}} is a guest\""),
    ("Approval", "show", "[$.steps.policy, $.steps.group.description]"),
    (
        "Approval",
        "stages",
        "[{ name: line manager, approvers: [{ servicenow.manager_of: $.inputs.person }], need: 1 }]",
    ),
    ("Approval", "never", "[requester, beneficiary, same_person_twice]"),
    ("Approval", "expires", "{ after: 5d, then: reject }"),
];
