//! `map`: what a mapping makes of a value, evaluated inside the machine.

use crate::script::check;

const MAP: &str = r#"
mappings:
  person:
    from: test.thing
    to: test.thing
    fields:
      name: { from: $.source.name, required: true }
      mail: { from: $.source.mail, case: lower, on_absent: keep }
      colour: { from: $.source.colour, values: { r: red }, no_match: flag, on_absent: keep }
steps:
  - { id: one, action: test.item.get }
  - { id: user, map: person, from: $.steps.one.person }
  - { id: after, action: test.item.change, with: { set: $.steps.user.target } }
"#;

#[test]
fn a_mapping_gives_the_fields_of_its_target() {
    check(
        MAP,
        r#"
start
  > one start {}
one done {"person":{"name":"Pat","mail":"P@X","colour":"g"}}
  > after start {"set":{"name":"Pat","mail":"p@x"}}
= running, undecided
one succeeded {"person":{"name":"Pat","mail":"P@X","colour":"g"}}
user succeeded {"target":{"name":"Pat","mail":"p@x"},"flagged":[{"field":"colour","value":"g","reason":"no_match"}],"deferred":[]}
after running
"#,
    );
}

#[test]
fn a_mapping_that_cannot_be_applied_fails_its_step() {
    check(
        MAP,
        r#"
start
  > one start {}
one done {"person":{"mail":"P@X"}}
= failed
error: user: [RN001] `map` cannot be evaluated: field `name` of mapping `person`: `$.source.name` is absent
one succeeded {"person":{"mail":"P@X"}}
user failed: [RN001] `map` cannot be evaluated: field `name` of mapping `person`: `$.source.name` is absent
after not_reached
"#,
    );
}
