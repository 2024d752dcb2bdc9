//! What starts when, and what a skipped step means for those behind it.

use crate::script::check;

#[test]
fn steps_run_from_top_to_bottom_and_hand_on_what_they_gave() {
    check(
        r#"
steps:
  - { id: one, action: test.item.get, with: { person: $.inputs.person } }
  - { id: two, action: test.item.get, with: { from: $.steps.one.name, text: "for {{steps.one.name}}" } }
"#,
        r#"
start
  > one start {"person":"pat"}
one done {"name":"Pat"}
  > two start {"from":"Pat","text":"for Pat"}
two done {"n":2}
= succeeded
one succeeded {"name":"Pat"}
two succeeded {"n":2}
"#,
    );
}

#[test]
fn steps_that_need_nothing_start_together_and_needs_replaces_the_step_above() {
    check(
        r#"
steps:
  - { id: one, action: test.item.get }
  - { id: two, action: test.item.get, needs: [] }
  - { id: three, action: test.item.get, needs: [one] }
  - { id: four, action: test.item.get, needs: [two, three] }
"#,
        r#"
start
  > one start {}
  > two start {}
one done
  > three start {}
two done
three done
  > four start {}
four done
= succeeded
one succeeded {}
two succeeded {}
three succeeded {}
four succeeded {}
"#,
    );
}

#[test]
fn a_reference_makes_a_step_wait_for_what_it_reads() {
    check(
        r#"
steps:
  - { id: one, action: test.item.get }
  - { id: two, action: test.item.get, needs: [] }
  - { id: three, action: test.item.get, needs: [one], with: { x: $.steps.two.x } }
"#,
        r#"
start
  > one start {}
  > two start {}
one done
two done {"x":1}
  > three start {"x":1}
three done
= succeeded
one succeeded {}
two succeeded {"x":1}
three succeeded {}
"#,
    );
}

#[test]
fn a_skipped_step_counts_as_done_and_gives_nothing() {
    check(
        r#"
steps:
  - { id: one, action: test.item.get, if: $.inputs.person == 'nobody' }
  - { id: two, action: test.item.get, needs: [one], with: { status: $.status.one } }
  - { id: three, set: { one: "{{default steps.one.x \"none\"}}" }, if: $.status.one == 'skipped' }
"#,
        r#"
start
  > two start {"status":"skipped"}
two done
= succeeded
one skipped
two succeeded {}
three succeeded {"one":"none"}
"#,
    );
}

#[test]
fn values_are_named_from_what_is_there_at_that_time() {
    check(
        r#"
tables:
  desk:
    inputs: [place]
    columns: ["place:string", "queue:string"]
    rows: [[Oslo, oslo-it], ["*", world-it]]
    no_match: fail
steps:
  - { id: one, action: test.item.get }
  - { id: two, decide: desk, with: { place: $.steps.one.place } }
  - id: three
    set:
      until: { from_now: 1d }
      since: { ago: 1h }
      is_oslo: { condition: $.steps.one.place == 'Oslo' }
      many: { count: "$.steps.one.list[*]" }
      first: { first: [$.steps.one.missing, $.steps.one.nothing, "last"] }
"#,
        r#"
start
  > one start {}
+90m
one done {"place":"Oslo","list":[1,2],"nothing":null}
= succeeded
one succeeded {"place":"Oslo","list":[1,2],"nothing":null}
two succeeded {"queue":"oslo-it"}
three succeeded {"until":"2026-01-06T09:30:00Z","since":"2026-01-05T08:30:00Z","is_oslo":true,"many":2,"first":"last"}
"#,
    );
}
