//! What a good workflow becomes.

use drawbridge_core::diagnostic::render_text;
use drawbridge_core::graph::{Blueprint, Phase, VertexKind};
use drawbridge_sdk::Effect;
use serde_json::json;

use crate::{define, run};

const GOOD: &str = include_str!("good.yaml");

fn good() -> Blueprint {
    let (blueprint, found) = run(GOOD);
    let text = render_text(&found, &define(GOOD).sources(), false);
    assert_eq!(text, "");
    blueprint.expect("nothing was found")
}

fn name(blueprint: &Blueprint, at: petgraph::graph::NodeIndex) -> String {
    let vertex = &blueprint.graph[at];
    if matches!(vertex.kind, VertexKind::End(_)) { format!("/{}", vertex.id) } else { vertex.id.to_string() }
}

#[test]
fn order_is_that_of_the_text_with_ends_of_blocks_after_their_steps() {
    let blueprint = good();
    let names: Vec<_> = blueprint.order.iter().map(|at| name(&blueprint, *at)).collect();
    let expected = [
        "person",
        "route",
        "facts",
        "approve",
        "grant",
        "tasks",
        "it_task",
        "desk",
        "badge",
        "/tasks",
        "by_size",
        "many",
        "nothing_to_do",
        "/by_size",
        "pause",
        "close",
        "tell",
        "finish",
        "how_urgent",
    ];
    assert_eq!(names, expected);
}

#[test]
fn edges_come_from_the_text_needs_and_references() {
    let blueprint = good();
    let mut edges: Vec<_> = blueprint
        .graph
        .edge_indices()
        .filter_map(|edge| blueprint.graph.edge_endpoints(edge))
        .map(|(from, to)| format!("{} -> {}", name(&blueprint, from), name(&blueprint, to)))
        .collect();
    edges.sort_unstable();
    insta::assert_snapshot!(edges.join("\n"));
}

#[test]
fn blueprint_holds_what_was_written() {
    let blueprint = good();
    assert_eq!((blueprint.workflow.as_str(), blueprint.version), ("access-request", 3));
    assert_eq!(blueprint.settings["grace_days"].default, Some(json!(3)));
    assert_eq!(blueprint.inputs["person"].default, None);
    assert_eq!(
        blueprint.triggers[0].dedupe.as_ref().unwrap().keep,
        jiff::SignedDuration::from_hours(90 * 24)
    );
    let row = blueprint.tables["routing"].decide(&json!({"department": "HR", "country": "SE"}));
    assert_eq!(row, Ok(Some(json!({"queue": "hr-it", "laptop": false}))));
    let row = blueprint.tables["routing"].decide(&json!({"department": "Sales", "country": "SE"}));
    assert_eq!(row, Ok(Some(json!({"queue": "desk", "laptop": null}))));
    assert_eq!(
        blueprint.tables["urgency"].decide(&json!({"enabled": true})),
        Ok(Some(json!({"urgency": 1})))
    );
    let phases: Vec<_> = blueprint.order[16..].iter().map(|at| blueprint.graph[*at].phase).collect();
    assert_eq!(phases, [Phase::OnFailure, Phase::Finally, Phase::Finally]);
}

#[test]
fn gate_knows_what_it_gates_and_effects_are_narrowed() {
    let blueprint = good();
    let at = |id: &str| *blueprint.order.iter().find(|at| name(&blueprint, **at) == id).unwrap();
    let VertexKind::Approval(gate) = &blueprint.graph[at("approve")].kind else {
        panic!("approve is a gate")
    };
    assert_eq!(gate.gated, [at("grant")]);
    assert_eq!((gate.stages.len(), gate.stages[1].need, gate.via.as_str()), (2, 2, "servicenow"));
    let effect = |id: &str| match &blueprint.graph[at(id)].kind {
        VertexKind::Action(action) => action.effect,
        other => panic!("{other:?}"),
    };
    assert_eq!(
        [effect("person"), effect("grant"), effect("close")],
        [Effect::Read, Effect::Grant, Effect::Ticket]
    );
}

#[test]
fn one_checker_serves_many_definitions_and_threads() {
    let catalog = crate::catalog::catalog();
    let checker = drawbridge_core::Checker::new(&catalog);
    let definition = define(GOOD);
    let expected = drawbridge_core::check(&definition, &catalog);
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..2).map(|_| scope.spawn(|| checker.check(&definition))).collect();
        for thread in threads {
            let (blueprint, found) = thread.join().unwrap();
            assert_eq!(found, expected.1);
            assert_eq!(blueprint.map(|it| it.digest), expected.0.as_ref().map(|it| it.digest.clone()));
        }
    });
}
