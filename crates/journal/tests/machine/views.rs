//! A run as people see it, and the questions whose decisions are looked for.

use drawbridge_journal::{view, watches};

use crate::host::blueprint;
use crate::script::Player;

const WORKFLOW: &str = r#"
steps:
  - id: both
    parallel:
      left:
        - id: gate
          approval:
            subject: "May {{inputs.person}} have it?"
            show: [$.inputs]
            via: test
            stages: [{ name: boss, need: 2, approvers: [{ test.boss_of: $.inputs.person }] }]
      right:
        - id: which
          switch: [{ if: $.inputs.person == 'pat', steps: [{ id: one, action: test.item.change, description: Changes it }] }]
finally:
  - { id: last, action: test.item.get }
"#;

/// The lines of a view: depth, phase, kind, branch, state, attempts, summary.
fn lines(script: &[&str]) -> Vec<String> {
    let blueprint = blueprint(WORKFLOW);
    let (mut player, _) = Player::start(&blueprint);
    script.iter().for_each(|line| player.play(line));
    let shown = view(&blueprint, &player.host.state);
    let line = |step: &drawbridge_journal::StepView| {
        let (branch, summary) =
            (step.branch.as_deref().unwrap_or("-"), step.summary.as_deref().unwrap_or("-"));
        let (level, phase, kind) = (step.level, step.phase, &step.kind);
        format!("{level} {phase} {} {kind} {branch} {} {} {summary}", step.path, step.state, step.attempts)
    };
    shown.steps.iter().map(line).collect()
}

#[test]
fn steps_are_shown_in_the_order_of_the_text_with_depth_branch_and_state() {
    assert_eq!(
        lines(&["one deferred 1m", "+1m", "one sends"]),
        [
            "0 main both parallel - running 0 -",
            "1 main gate approval left waiting 1 -",
            "1 main which switch right running 0 -",
            "2 main one test.item.change 1 running 2 make it so",
            "0 finally last test.item.get - pending 0 -",
        ]
    );
}

#[test]
fn a_gate_is_shown_with_its_question_its_approvers_and_their_decisions() {
    let blueprint = blueprint(WORKFLOW);
    let (mut player, _) = Player::start(&blueprint);
    for line in ["gate open bob cid", "bob approves gate"] {
        player.play(line);
    }
    let shown = view(&blueprint, &player.host.state);
    let gate = shown.steps.iter().find_map(|step| step.gate.as_ref()).unwrap();
    assert_eq!(gate.subject, "May pat have it?");
    assert_eq!(gate.details, ["person: pat", "asked_by: ann", "nobody: "]);
    let [ask] = gate.asks.as_slice() else { panic!("{:?}", gate.asks) };
    assert_eq!((ask.ask, ask.stage.as_str(), ask.need, ask.open), (0, "boss", 2, true));
    assert_eq!(ask.approvers, ["bob", "cid"]);
    assert_eq!(ask.votes.iter().map(|vote| vote.by.as_str()).collect::<Vec<_>>(), ["bob"]);
}

#[test]
fn decisions_are_looked_for_while_a_question_is_open_and_only_then() {
    let blueprint = blueprint(WORKFLOW);
    let (mut player, _) = Player::start(&blueprint);
    let mut check = |line: &str, expected: usize| {
        player.play(line);
        assert_eq!(watches(&blueprint, &mut player.host.state.clone()).len(), expected, "{line}");
    };
    check("gate rows", 0);
    check("gate sent", 0);
    check("gate open bob cid", 1);
    check("bob approves gate", 1);
    check("cid rejects gate", 0);
    check("gate closed", 0);
}
