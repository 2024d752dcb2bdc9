//! Workflows of any length in the shape that authors write, every one different.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use drawbridge_core::Definition;

const HEAD: &str = "\
# yaml-language-server: $schema=../../schemas/workflow.schema.json
workflow: access-NAME
version: 3
title: Role-based access request NAME
description: Grants a request after the approvals it needs.

settings:
  catalog_item: { type: string, default: Access NAME, description: Name of the item }

inputs:
  request: { type: string, description: sys_id of the requested item }
  person: { type: string }
  group: { type: string }
  note: { type: string, default: \"\" }

triggers:
  - id: requested
    trigger: servicenow.catalog_item.requested
    with: { item: $.settings.catalog_item }
    if: $.trigger.quantity == 1
    inputs:
      request: $.trigger.sys_id
      person: $.trigger.variables.person
      group: $.trigger.variables.group
    dedupe: { key: $.trigger.sys_id, keep: 90d }

tables:
  routing: { file: tables/routing.csv, inputs: [department, country], match: first, no_match: fail }

steps:
";

/// Eleven steps in 49 lines; `_N` becomes the number of the block.
const BLOCK: &str = "
  - id: person_N
    action: azure_ad.user.get
    with: { user: $.inputs.person }
    retry: { attempts: 3 }

  - id: route_N
    decide: routing
    with: { department: \"{{default steps.person_N.department 'none'}}\", country: NO }

  - id: facts_N
    set:
      since: { ago: 90d }
      in_hr: { condition: \"$.steps.route_N.queue == 'hr-NAME' && match($.steps.person_N.displayName, '.+')\" }
      group_count: { count: \"$.steps.person_N.groups[*]\" }
      title: \"Access for {{steps.person_N.displayName}} in {{inputs.group}}\"

  - id: approve_N
    approval:
      subject: \"{{steps.person_N.displayName}} asks for {{inputs.group}}\"
      show: [$.steps.route_N.queue, $.steps.facts_N.title]
      via: servicenow
      record: $.inputs.request
      stages:
        - name: line manager
          approvers: [{ servicenow.manager_of: $.inputs.person }]
      expires: { after: 5d, then: reject }

  - { id: grant_N, action: azure_ad.group.add_member, with: { user: $.steps.person_N.id, group: $.inputs.group }, requires_approval: approve_N }

  - id: tasks_N
    parallel:
      it:
        - id: it_N
          action: servicenow.incident.create
          with: { short_description: \"Laptop for {{steps.person_N.displayName}}\", urgency: 2, category: hardware }
      desk:
        - id: desk_N
          action: servicenow.incident.create
          with: { short_description: Desk NAME }

  - id: size_N
    switch:
      - if: $.steps.facts_N.group_count > 10
        steps:
          - { id: many_N, action: servicenow.incident.create, with: { short_description: Many groups } }
      - else:
          - { id: few_N, wait: { for: 4h } }

  - { id: close_N, action: servicenow.record.update, with: { table: sc_req_item, sys_id: $.inputs.request, set: { number: $.steps.desk_N.number } }, expect: $.out.number != '' }
";

/// Steps of one block.
pub(crate) const STEPS_PER_BLOCK: usize = 11;

/// A workflow of so many blocks; `name` makes it different from others.
pub(crate) fn workflow(name: usize, blocks: usize) -> Definition {
    let name = format!("n{name}");
    let mut text = HEAD.replace("NAME", &name);
    for block in 0..blocks {
        text.push_str(&BLOCK.replace("_N", &format!("_{block}")).replace("NAME", &name));
    }
    let mut routing = "department,country,queue,laptop:boolean\n".to_owned();
    for row in 0..20 {
        let _ = writeln!(routing, "Department {row} {name},NO,queue-{row},true");
    }
    routing.push_str("one_of HR|Finance,*,hr-it,false\n*,*,desk,\n");
    let files = BTreeMap::from([("tables/routing.csv".to_owned(), routing)]);
    Definition { path: format!("workflows/{name}/workflow.yaml"), text, files }
}
