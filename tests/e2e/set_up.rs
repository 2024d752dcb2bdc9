//! Set-up that does not fit: refused before anything starts, with a code and a way out.

use crate::harness::{Installation, Run, SandboxProcess, drawbridge};

const WORKFLOW: &str = "examples/incident-after-approval";

fn refused(run: Run, code: &str, expected: &str) {
    let run = run.ends_with_code(2);
    let said = &run.stderr;
    assert!(said.contains(&format!("[{code}]")) && said.contains(expected), "{expected}\nis not in\n{said}");
    assert!(said.contains("= help:"), "there is no way out in\n{said}");
}

#[test]
fn inputs_that_do_not_fit_start_nothing() {
    let sandbox = SandboxProcess::start();
    let installation = Installation::at(&sandbox, |_| {});
    let run = |inputs: &[&str]| installation.drawbridge(&[&["run", WORKFLOW], inputs].concat());
    refused(run(&["--input", "usr=1"]), "ST027", "there is no input `usr`");
    refused(run(&["--input", "user"]), "ST027", "`user` is not `name=value`");
    refused(run(&[]), "ST027", "input `user` is missing");
    let listed = installation.drawbridge(&["runs", "list"]).ends_with_code(0).stdout;
    assert_eq!(listed.trim(), "no runs");
}

#[test]
fn a_missing_connection_starts_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("none.yaml");
    let run = drawbridge(&["run", WORKFLOW, "--input", "user=a", "--config", config.to_str().unwrap()]);
    refused(run, "ST025", "`azure_ad.user.get` needs a connection of `azure_ad`, and there is none");
}

#[test]
fn a_configuration_that_does_not_fit_is_refused_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("drawbridge.yaml");
    let check = |text: &str, code: &str, expected: &str| {
        std::fs::write(&config, text).unwrap();
        let run = drawbridge(&["run", WORKFLOW, "--input", "user=a", "--config", config.to_str().unwrap()]);
        refused(run, code, expected);
    };
    check("conections: {}\n", "ST022", "line 1");
    let with_secret = |secret: &str, host: &str| {
        format!(
            "connections: {{ itsm: {{ servicenow: {{ instance_url: \"{host}\", client_id: a, client_secret: \"{secret}\" }} }} }}\n"
        )
    };
    check(&with_secret("hunter2", "https://a.example"), "ST023", "the secret stands in the file itself");
    check(&with_secret("${env:DRAWBRIDGE_NO_SUCH}", "https://a.example"), "ST023", "`DRAWBRIDGE_NO_SUCH`");
    std::fs::write(folder.path().join("key"), "k").unwrap();
    check(&with_secret("${file:key}", "http://a.example"), "ST010", "plain http");
}

#[test]
fn a_secret_is_never_said() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("drawbridge.yaml");
    std::fs::write(&config, "connections: { itsm: { servicenow: { instance_url: \"https://a.example\", client_id: a, client_secret: hunter2 } } }").unwrap();
    let run = drawbridge(&["run", WORKFLOW, "--input", "user=a", "--config", config.to_str().unwrap()]);
    assert!(!format!("{}{}", run.stdout, run.stderr).contains("hunter2"));
}

#[test]
fn a_sandbox_that_is_not_there_and_cases_that_are_not_there_are_named() {
    let run = drawbridge(&["run", "workflows/user-onboarding", "--sandbox=http://127.0.0.1:1"]);
    refused(run, "ST026", "did not answer");
    let run = drawbridge(&["run", "workflows/user-onboarding", "--sandbox", "--case", "no such case"]);
    refused(run, "ST021", "there is no case `no such case`");
    let run = drawbridge(&["run", "examples/incident-after-approval", "--sandbox"]);
    refused(run, "ST021", "cannot be read");
}

#[test]
fn a_workflow_with_findings_does_not_run() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("workflow.yaml");
    std::fs::write(&path, "workflow: x\nversion: 1\ntitle: X\nsteps: [{ id: a, action: nope }]\n").unwrap();
    let run = drawbridge(&["run", path.to_str().unwrap(), "--sandbox"]).ends_with_code(1);
    assert!(run.stdout.contains("error[WF017]"), "{}", run.stdout);
}

#[test]
fn a_run_that_is_not_there_is_named() {
    let sandbox = SandboxProcess::start();
    let installation = Installation::at(&sandbox, |_| {});
    refused(installation.drawbridge(&["runs", "show", "abc"]), "ST003", "there is no database");
    installation
        .drawbridge(&["run", WORKFLOW, "--input", "user=a.berg@contoso.test", "--no-wait"])
        .ends_with_code(5);
    refused(installation.drawbridge(&["runs", "show", "xyz"]), "ST028", "there is no run `xyz`");
}
