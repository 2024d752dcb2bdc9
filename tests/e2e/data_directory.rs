//! The data directory: one engine at a time, no newer versions, nothing foreign, the same event once.

use std::process::{Child, Stdio};

use serde_json::json;

use crate::harness::{Installation, SandboxProcess, binary};

const WORKFLOW: &str = "examples/incident-after-approval";

/// An engine that waits at a gate and holds the data directory; ended with the value.
struct Engine(Child);

impl Engine {
    fn start(installation: &Installation) -> Self {
        let mut child = binary()
            .args(["run", WORKFLOW, "--json", "--input", "user=a.berg@contoso.test", "--config"])
            .arg(installation.path("drawbridge.yaml"))
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = std::io::BufRead::lines(std::io::BufReader::new(child.stdout.take().unwrap()));
        assert!(lines.any(|line| line.unwrap().contains("\"open\":true")), "the gate never opened");
        Self(child)
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_second_engine_is_refused_and_looking_works_beside_the_first() {
    let sandbox = SandboxProcess::start();
    let installation = Installation::at(&sandbox, |_| {});
    let _engine = Engine::start(&installation);
    let second = installation.drawbridge(&["run", WORKFLOW, "--input", "user=a.berg@contoso.test"]);
    let second = second.ends_with_code(2);
    assert!(second.stderr.contains("[ST001]") && second.stderr.contains("= help:"), "{}", second.stderr);
    let listed = installation.drawbridge(&["runs", "list"]).ends_with_code(0).stdout;
    assert!(listed.contains("waiting") && listed.contains("incident-after-approval v1"), "{listed}");
}

#[test]
fn a_decision_from_a_second_terminal_reaches_the_engine_that_waits() {
    let sandbox = SandboxProcess::start();
    let installation = Installation::at(&sandbox, |_| {});
    let mut engine = Engine::start(&installation);
    let listed = installation.drawbridge(&["runs", "list"]).ends_with_code(0).stdout;
    let run = listed.split_whitespace().next().unwrap();
    installation.drawbridge(&["gates", "approve", run, "ask"]).ends_with_code(0);
    assert!(engine.0.wait().unwrap().success());
}

#[test]
fn a_database_of_a_newer_version_is_left_alone() {
    let sandbox = SandboxProcess::start();
    let installation = Installation::at(&sandbox, |_| {});
    let data = installation.path("newer");
    let run = |args: &[&str]| installation.drawbridge(&[args, &["--data", &data]].concat());
    run(&["run", WORKFLOW, "--input", "user=a.berg@contoso.test", "--no-wait"]).ends_with_code(5);
    let file = format!("{data}/drawbridge.db");
    let connection = rusqlite::Connection::open(&file).unwrap();
    connection.pragma_update(None, "user_version", 99).unwrap();
    drop(connection);
    for args in [&["runs", "list"][..], &["run", WORKFLOW, "--input", "user=a.berg@contoso.test"]] {
        let refused = run(args).ends_with_code(2);
        assert!(
            refused.stderr.contains("[ST002]") && refused.stderr.contains("= help:"),
            "{}",
            refused.stderr
        );
    }
}

#[test]
fn a_file_that_is_not_a_database_is_left_alone() {
    let sandbox = SandboxProcess::start();
    let installation = Installation::at(&sandbox, |_| {});
    std::fs::create_dir(installation.path("foreign")).unwrap();
    std::fs::write(installation.path("foreign/drawbridge.db"), "not a database").unwrap();
    let data = installation.path("foreign");
    let refused = installation.drawbridge(&["run", WORKFLOW, "--input", "user=a", "--data", &data]);
    let refused = refused.ends_with_code(2);
    assert!(refused.stderr.contains("[ST004]"), "{}", refused.stderr);
    assert_eq!(
        std::fs::read_to_string(installation.path("foreign/drawbridge.db")).unwrap(),
        "not a database"
    );
}

#[test]
fn the_same_event_starts_one_run() {
    let sandbox = SandboxProcess::start();
    let installation = Installation::at(&sandbox, |_| {});
    let event = json!({ "id": "00000000-0000-0000-0000-000000000001" });
    std::fs::write(installation.path("event.json"), event.to_string()).unwrap();
    let file = installation.path("event.json");
    let args = ["run", "workflows/user-onboarding", "--trigger", "new_user", "--event", &file];
    let first = installation.drawbridge(&args).ends_with_code(3);
    assert!(first.stdout.contains("[CN005]"), "{}", first.stdout);
    let second = installation.drawbridge(&args).ends_with_code(3);
    assert!(second.stderr.contains("has started run"), "{}", second.stderr);
    let listed = installation.drawbridge(&["runs", "list"]).ends_with_code(0).stdout;
    assert_eq!(listed.lines().count(), 1, "{listed}");
}
