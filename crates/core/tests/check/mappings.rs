//! What authors see of mappings: every fault in one pass, at its place in the workflow or in the file.

use std::collections::BTreeMap;

use drawbridge_core::{Definition, Parsed};

use crate::CHECKER;
use crate::findings::line;

const WORKFLOW: &str = "workflow: w
version: 1
title: T
settings: { team: { type: string, default: it } }
tables:
  departments: { inputs: [from], columns: [from, to], rows: [[Eng, Engineering]] }
  wide: { inputs: [a], columns: [a, b, c], rows: [[x, y, z]] }
  flags: { inputs: [from], columns: [\"from:boolean\", \"to:integer\"], rows: [[true, 1]] }
mappings:
  person: { file: mappings/person.yaml }
steps: [{ id: a, stop: succeeded }]
";

const FILE: &str = "# yaml-language-server: $schema=../../../schemas/mapping.schema.json
mapping: azure-ad-user-to-sys_user
from: azure_ad.user
to: servicenow.sys_user
";

fn findings(mapping: &str) -> Vec<String> {
    let files = BTreeMap::from([("mappings/person.yaml".to_owned(), mapping.to_owned())]);
    let definition = Definition { path: "w/workflow.yaml".to_owned(), text: WORKFLOW.to_owned(), files };
    let sources = definition.sources();
    let (_, found) = CHECKER.check(&definition);
    let found = found.iter().filter(|finding| sources.path(finding.span().file) == "w/mappings/person.yaml");
    found.map(|finding| line(finding, &sources)).collect()
}

/// Checks the fields of a mapping file; the first line of `fields` is line 6.
#[track_caller]
fn fields(fields: &str, expected: &str) {
    file(&format!("{FILE}fields:\n{fields}"), expected);
}

#[track_caller]
fn file(text: &str, expected: &str) {
    let expected: Vec<_> = expected.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    assert_eq!(findings(text).join("\n"), expected.join("\n"), "\n{text}");
}

#[test]
fn the_mapping_of_the_manual_is_clean() {
    fields(
        "  user_name:  { from: $.source.userPrincipalName, required: true }
  email:      { first_of: [$.source.mail, $.source.userPrincipalName], case: lower }
  department: { from: $.source.department, values: departments, no_match: flag, on_absent: keep, on_null: clear }
  manager:    { from: $.source.manager.id, lookup: { record: sys_user, by: user_name }, no_match: defer }
  active:     { from: $.source.accountEnabled }
  notification: enable
  location:
    - { if: \"$.source.country == 'NO'\", value: Oslo }
    - { from: $.source.officeLocation, on_absent: keep }
",
        "",
    );
}

#[test]
fn files_of_mappings_are_named() {
    assert_eq!(Parsed::new(WORKFLOW).files_named(), ["mappings/person.yaml"]);
}

#[test]
fn fields_of_both_records_are_known() {
    fields(
        "  usr_name: $.source.userPrincipalName
  email: $.source.mial
  sys_id: $.source.id
  u_cost_center: $.source.u_x
  manager: $.source.manager.ident
  department: $.sorce.department
  location: { text: \"{{source.city}} {{settings.teem}}\", if: $.source.cuntry == 'NO' }
",
        "W WF052 4:5 no `servicenow.sys_user` can be made without `user_name`, and no field fills it | help: add the field; a mapping for changes alone does not need it
         E WF048 6:3 `servicenow.sys_user` has no field `usr_name` | help: did you mean `user_name`?
         E WF048 7:10 `azure_ad.user` has no field `mial` | help: did you mean `mail`?
         E WF051 8:3 `sys_id` of `servicenow.sys_user` cannot be written | help: leave the field out
         W WF048 9:3 nobody can tell whether `servicenow.sys_user` has the field `u_cost_center` | help: declare it: `custom_fields: { u_cost_center: string }`
         W WF048 9:18 nobody can tell whether `azure_ad.user` has the field `u_x` | help: declare it: `custom_fields: { u_x: string }`
         E WF048 10:12 `$.source.manager.ident` has no field `ident`
         E WF022 11:15 there is no root `sorce` in a mapping | help: did you mean `source`?
         E WF048 12:24 `azure_ad.user` has no field `city` | help: if your installation has it, declare it: `custom_fields: { city: string }` | note: `drawbridge nodes azure_ad.user` lists its fields
         E WF022 12:40 there is no setting `teem` | help: did you mean `team`?
         E WF048 12:62 `azure_ad.user` has no field `cuntry` | help: did you mean `country`?",
    );
}

#[test]
fn records_are_known() {
    file(
        "mapping: m\nfrom: azure_ad.usr\nto: azure_ad.user.get\nfields: { a: $.source.b }\n",
        "E WF047 2:7 there is no record `azure_ad.usr` | help: did you mean `azure_ad.user`?
         E WF047 3:5 there is no record `azure_ad.user.get` | note: `azure_ad.user.get` is a read",
    );
    fields(
        "  user_name: a
  manager: { from: $.source.mail, lookup: { record: sys_usr, by: x } }
  department: { from: $.source.department, lookup: { record: cmn_department, by: nme } }
",
        "E WF047 7:53 there is no record `servicenow.sys_usr` | help: did you mean `sys_user`?
         E WF048 8:82 `servicenow.cmn_department` has no field `nme` | help: did you mean `name`?",
    );
}

#[test]
fn custom_fields_are_declared_by_the_author() {
    file(
        &format!(
            "{FILE}custom_fields: {{ u_azure_id: string, u_flag: boolean, x: text }}
fields:
  user_name: a
  u_azure_id: $.source.id
  u_flag: $.source.mail
  u_other: $.source.mail
  manager: {{ from: $.source.manager.id, lookup: {{ record: sys_user, by: u_azure_id }} }}
"
        ),
        "E WF013 5:58 `text` is not a type | help: did you mean `string`?
         E WF049 9:11 `u_flag` takes true or false, and this is a text
         W WF048 10:3 nobody can tell whether `servicenow.sys_user` has the field `u_other` | help: declare it: `custom_fields: { u_other: string }`",
    );
}

#[test]
fn types_are_compared() {
    fields(
        "  user_name: 5
  email: { from: $.source.accountEnabled, case: lower }
  department: $.source.accountEnabled
  active: { first_of: [$.source.mail, \"x\"] }
  notification: enabel
  location: { from: $.source.accountEnabled, on_absent: { value: 3 }, max_length: 10 }
  manager: { from: $.source.manager, lookup: { record: sys_user, by: email }, no_match: { value: true } }
",
        "E WF049 6:14 `user_name` takes a text, and this is a whole number
         E WF049 7:49 `case` takes a text, and `email` gets true or false
         E WF049 8:15 `department` takes a text, and this is true or false
         E WF049 9:24 `active` takes true or false, and this is a text
         E WF049 10:17 `notification` is not `enabel` | help: did you mean `enable`?
         E WF049 11:57 `location` takes a text, and this is a whole number
         E WF049 11:83 `max_length` takes a text, and `location` gets true or false
         E WF049 12:70 `lookup` takes a text, a number or a flag, and `manager` gets a map
         E WF049 12:89 `manager` takes a text, and this is true or false",
    );
    fields(
        "  user_name: { from: $.source.mail, values: flags }
  active: { from: $.source.country, values: { NO: true, SE: \"no\" } }
  notification: { from: $.source.country, values: { NO: enable, SE: off } }
  department: { from: $.source.department, values: departmnts }
  email: { from: $.source.mail, values: wide }
  location: { from: $.source.mail, values: { } }
",
        "E WF049 6:45 column `from` of table `flags` takes true or false, and `user_name` gets a text
         E WF049 6:45 `user_name` takes a text, and this is a whole number
         E WF049 7:61 `active` takes true or false, and this is a text
         E WF049 8:69 `notification` is not `off` | note: it is one of `enable`, `disable`
         E WF043 9:52 there is no table `departmnts` | help: did you mean `departments`?
         E WF056 10:41 `values` takes a table with one input and one output column, and `wide` has 1 and 2
         E WF056 11:44 `values` translates nothing",
    );
}

#[test]
fn words_that_contradict_each_other_are_refused() {
    fields(
        "  user_name: { from: $.source.mail, required: true, on_absent: skip, on_null: keep }
  email: { from: $.source.mail, no_match: keep }
  department: { value: x, on_absent: clear }
  manager: { from: $.source.manager.id, values: departments, lookup: { record: sys_user, by: email }, no_match: defer, required: true }
  location:
    - { from: $.source.officeLocation }
    - { value: Oslo }
  notification:
    - { from: $.source.country, on_absent: skip }
    - enable
",
        "E WF054 6:64 `on_absent: skip` leaves a required field without a value | help: write `on_absent: fail` or a value, or take `required` away
         E WF054 6:79 `on_null: keep` leaves a required field without a value | help: write `on_null: fail` or a value, or take `required` away
         E WF054 7:43 `no_match` says nothing without `values` or `lookup` | help: an absent value has `on_absent`, a null one `on_null`
         E WF054 8:38 `on_absent` says nothing: what is written out is always there
         E WF054 9:80 a value is translated by `values` or by `lookup`, not by both
         E WF054 9:113 `no_match: defer` leaves a required field without a value | help: write `no_match: fail` or a value, or take `required` away
         W WF053 12:9 this alternative is never taken",
    );
}

#[test]
fn structure_is_read_whole() {
    fields(
        "  user_name: { from: $.source.mail, value: x }
  email: { required: yes }
  email: $.source.mail
  department: { from: Oslo, case: lowr, on_absent: { valu: 3 } }
  manager: { value: $.source.mail, lookup: { table: x } }
  location: { text: $.source.mail, max_length: { chars: 0, then: cut } }
  active:
  notification: []
  sys_id: { first_of: [], on_null: { value: $.source.mail }, max_length: x, default: 3 }
",
        "E WF046 6:37 the field has both `from` and `value` | help: make a list of two alternatives of it, the first with an `if`
         E WF046 7:12 the field does not say where its value comes from | note: a field has one of `from`, `first_of`, `value`, `text`
         E WF013 7:22 `required` takes true or false, and this is a text
         E WF003 8:3 `email` stands here twice
         E WF046 9:23 `from` takes a path | help: write `value` instead
         E WF013 9:35 `case` is not `lowr` | help: did you mean `lower`?
         E WF010 9:54 the value of a field has no key `valu` | help: did you mean `value`?
         E WF011 9:54 the value of a field has no `value`
         E WF046 10:21 `value` takes what is written out | help: write `from` instead
         E WF010 10:46 a look-up has no key `table` | help: here it is called `record`
         E WF011 10:46 a look-up has no `record`
         E WF011 10:46 a look-up has no `by`
         E WF031 11:21 `$.source.mail` would be written as it stands: a path in a text has braces | help: write `\"{{source.mail}}\"`
         E WF013 11:57 `max_length` takes a whole number from 1 to 1000000, and this is 0
         E WF013 11:66 `then` is not `cut` | note: it is one of `fail`, `truncate`
         E WF046 12:9 the field gets nothing | help: write a path such as `$.source.mail`, or `on_null: clear` beside `from` to empty it
         E WF046 13:17 `notification` has no alternative
         E WF051 14:3 `sys_id` of `servicenow.sys_user` cannot be written | help: leave the field out
         E WF046 14:23 `first_of` names nothing
         E WF046 14:45 the value of `on_null` is written out, and this is an expression | help: make a list of alternatives, or use `first_of`
         E WF013 14:74 `max_length` takes a whole number from 1 to 1000000, and this is a text
         E WF010 14:77 a field has no key `default` | help: here it is called `on_absent: { value: … }`",
    );
    file("mapping: m\nfile: x\nfields: [a]\n", "E WF011 1:1 a mapping has no `from`
         E WF011 1:1 a mapping has no `to`
         E WF010 2:1 a mapping has no key `file` | note: the keys are `mapping`, `description`, `from`, `to`, `custom_fields`, `fields`
         E WF013 3:9 `fields` is a map, and this is a list");
    file("", "E WF001 1:1 the file is empty");
    file("a: [\n", "E WF001 1:4 this is not YAML: unclosed bracket '['");
}

/// Checks a workflow with one inline mapping; the first line of `steps` is line 11.
#[track_caller]
fn steps(steps: &str, expected: &str) {
    let text = format!(
        "workflow: w
version: 1
title: T
inputs: {{ who: {{ type: string }} }}
mappings:
  person:
    from: azure_ad.user
    to: servicenow.sys_user
    fields: {{ user_name: {{ from: $.source.mail, required: true }}, active: $.source.accountEnabled, email: {{ from: $.source.mail, on_null: clear }} }}
steps:
{steps}"
    );
    let definition = Definition { path: "w.yaml".to_owned(), text, files: BTreeMap::new() };
    let sources = definition.sources();
    let (blueprint, found) = CHECKER.check(&definition);
    let found = found.iter().filter(|finding| finding.code.as_str() != "WF060");
    let lines: Vec<_> = found.map(|finding| line(finding, &sources)).collect();
    let expected: Vec<_> = expected.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    assert_eq!(lines.join("\n"), expected.join("\n"));
    assert_eq!(blueprint.is_some(), lines.iter().all(|line| line.starts_with('W')));
    if let Some(blueprint) = blueprint {
        assert_eq!(blueprint.mappings["person"].to, "servicenow.sys_user");
    }
}

#[test]
fn what_a_step_maps_is_known_to_later_steps() {
    let user = "  - { id: user, action: azure_ad.user.get, with: { user: $.inputs.who } }\n";
    steps(
        &format!(
            "{user}  - {{ id: fields, map: person, from: $.steps.user }}
  - {{ id: a, set: {{ x: $.steps.fields.target.user_name, y: \"$.steps.fields.flagged[*].field\" }} }}
  - {{ id: b, set: {{ x: $.steps.fields.target.department }} }}
  - {{ id: c, if: $.steps.fields.target.active == 'yes', stop: succeeded }}
"
        ),
        "W WF048 12:38 mapping `person` reads `mail`, which this never has | help: give it a record of `azure_ad.user`
         E WF023 14:24 the output of `fields` has no field `department` | note: its fields are `user_name`, `active`, `email`
         E WF035 15:18 `$.steps.fields.target.active` is true or false and `'yes'` is a text, so `==` never compares them | help: compare values of one type",
    );
    steps(
        &format!("{user}  - {{ id: fields, map: persn, from: $.steps.user }}\n"),
        "W WF055 6:3 nothing uses the mapping `person` | help: apply it in a step with `map`, or take it away
         E WF045 12:24 there is no mapping `persn` | help: did you mean `person`?",
    );
    steps(
        &format!("{user}  - {{ id: fields, map: person, from: $.steps.user }}\n"),
        "W WF048 12:38 mapping `person` reads `mail`, which this never has | help: give it a record of `azure_ad.user`",
    );
    steps(
        "  - { id: record, action: servicenow.record.get, with: { table: sys_user, sys_id: $.inputs.who } }
  - { id: fields, map: person, from: $.steps.record }
  - { id: other, map: person, from: { mail: $.inputs.who } }
",
        "W WF048 13:37 mapping `person` reads `accountEnabled`, which this never has | help: give it a record of `azure_ad.user`",
    );
}
