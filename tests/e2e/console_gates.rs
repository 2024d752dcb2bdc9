//! A gate at the console: the run waits, a second process decides, the run goes on.

use serde_json::Value;

use crate::harness::{Installation, SandboxProcess, binary};

const WORKFLOW: &str = "examples/incident-after-approval";

/// A run that waits at its gate; gives its id.
fn waiting(installation: &Installation) -> String {
    let run = installation.drawbridge(&["run", WORKFLOW, "--input", "user=a.berg@contoso.test", "--no-wait"]);
    let said = run.ends_with_code(5).stdout;
    assert!(said.contains("asks at the console: Open an incident about Ann Berg"), "{said}");
    let gates = installation.drawbridge(&["gates", "list", "--json"]).ends_with_code(0);
    let gates: Value = serde_json::from_str(&gates.stdout).unwrap();
    assert_eq!(gates.as_array().unwrap().len(), 1);
    assert_eq!(gates[0]["step"]["path"], "ask");
    gates[0]["run"].as_str().unwrap().to_owned()
}

#[test]
fn an_approved_gate_lets_the_run_go_on() {
    let sandbox = SandboxProcess::start();
    let installation = Installation::at(&sandbox, |_| {});
    let run = waiting(&installation);
    installation.drawbridge(&["gates", "approve", &run, "ask", "--comment", "seen"]).ends_with_code(0);
    let said = installation.drawbridge(&["runs", "resume", &run]).ends_with_code(0).stdout;
    assert!(said.contains("approved by cli:") && said.contains(": seen"), "{said}");
    let shown = installation.drawbridge(&["runs", "show", &run]).ends_with_code(0).stdout;
    assert!(shown.contains("incident  succeeded"), "{shown}");
}

#[test]
fn a_rejected_gate_ends_the_run_without_its_effect() {
    let sandbox = SandboxProcess::start();
    let installation = Installation::at(&sandbox, |_| {});
    let run = waiting(&installation);
    installation.drawbridge(&["gates", "reject", &run, "ask"]).ends_with_code(0);
    let said = installation.drawbridge(&["runs", "resume", &run]).ends_with_code(4).stdout;
    assert!(!said.contains("incident  succeeded"), "{said}");
    let shown = installation.drawbridge(&["runs", "show", &run]).ends_with_code(0).stdout;
    assert!(shown.contains("incident  not reached"), "{shown}");
}

#[test]
fn a_cancelled_run_ends_without_its_effect_and_exports_who_asked() {
    let sandbox = SandboxProcess::start();
    let installation = Installation::at(&sandbox, |_| {});
    let run = waiting(&installation);
    installation.drawbridge(&["runs", "cancel", &run]).ends_with_code(0);
    installation.drawbridge(&["runs", "resume", &run]).ends_with_code(6);
    let exported = installation.drawbridge(&["runs", "export", &run]).ends_with_code(0).stdout;
    let events: Vec<Value> = exported.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let numbers: Vec<u64> = events.iter().map(|event| event["seq"].as_u64().unwrap()).collect();
    assert_eq!(numbers, (1..=events.len() as u64).collect::<Vec<_>>());
    assert!(events.iter().any(|event| event["event"]["kind"] == "cancel_requested"));
    assert!(!exported.contains("servicenow.secret"));
}

#[test]
fn a_decision_is_recorded_under_the_user_of_the_process_whatever_the_environment_says() {
    let sandbox = SandboxProcess::start();
    let installation = Installation::at(&sandbox, |_| {});
    let run = waiting(&installation);
    let config = installation.path("drawbridge.yaml");
    let mut approve = binary();
    approve.args(["gates", "approve", &run, "ask", "--config", &config]);
    let said = approve.env("USER", "mallory").env("LOGNAME", "mallory").output().unwrap();
    let said = String::from_utf8(said.stdout).unwrap();
    assert!(said.contains("recorded as cli:") && !said.contains("mallory"), "{said}");
}

#[test]
fn a_gate_that_does_not_wait_cannot_be_decided() {
    let sandbox = SandboxProcess::start();
    let installation = Installation::at(&sandbox, |_| {});
    let run = waiting(&installation);
    let refused = installation.drawbridge(&["gates", "approve", &run, "incident"]).ends_with_code(1);
    assert!(refused.stderr.contains("has no open gate `incident`"), "{}", refused.stderr);
}
