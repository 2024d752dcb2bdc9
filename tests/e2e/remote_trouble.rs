//! Remote systems that misbehave: each kind of trouble in plain words, with the exit code that fits, and
//! nothing repeated blindly.

use serde_json::{Value, json};

use crate::harness::{Installation, Run, SandboxProcess, fault};

/// Runs a workflow of one read and one write against a sandbox with this fault.
fn with_fault(platform: &str, method: &str, answer: Value) -> Run {
    let sandbox = SandboxProcess::start();
    let installation = Installation::at(&sandbox, |_| {});
    let path = if platform == "azure_ad" { "/v1.0/*" } else { "/api/*" };
    let rule = json!({ "platform": platform, "method": method, "path": path, "answer": answer, "times": 20 });
    fault(&sandbox, &rule);
    run(&installation)
}

fn run(installation: &Installation) -> Run {
    let workflow = "workflow: look\nversion: 1\ntitle: Look a user up\nsteps:\n\
        \x20 - { id: person, action: azure_ad.user.get, with: { user: a.berg@contoso.test } }\n\
        \x20 - { id: incident, action: servicenow.incident.create, with: { short_description: hello, impact: 3, urgency: 3 } }\n";
    std::fs::write(installation.path("workflow.yaml"), workflow).unwrap();
    installation.drawbridge(&["run", &installation.path("workflow.yaml"), "--no-wait"])
}

/// Compares without how long things took, which depends on the machine, and without the columns.
fn says(run: Run, code: i32, expected: &str) {
    let run = run.ends_with_code(code);
    let said = untimed(&run.stdout);
    assert!(said.contains(expected), "{expected}\nis not in\n{said}");
}

/// The words of a text, without those that are a number of seconds.
fn untimed(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let is_seconds = |at: usize| words[at].parse::<f64>().is_ok() && words.get(at + 1) == Some(&"s");
    let left = (0..words.len()).filter(|at| !is_seconds(*at) && (*at == 0 || !is_seconds(*at - 1)));
    left.map(|at| words[at]).collect::<Vec<_>>().join(" ")
}

#[test]
fn reads_that_meet_trouble_are_repeated_later_or_refused() {
    let check = |answer, code, expected| says(with_fault("azure_ad", "GET", answer), code, expected);
    check(json!("throttle"), 5, "retrying [CN007] Microsoft Graph has enough requests for now (429)");
    check(json!({ "status": 500 }), 5, "[CN008] Microsoft Graph broke down over GET");
    check(json!("drop_before_commit"), 5, "[CN008] Microsoft Graph gave no complete answer");
    check(
        json!("html_ok"),
        3,
        "[CN010] Microsoft Graph answered GET /v1.0/users/a.berg@contoso.test with a web page",
    );
    check(json!({ "status": 401 }), 3, "[CN003] Microsoft Graph refused a fresh token (401)");
    check(json!({ "status": 403 }), 3, "= help: it needs application permission `User.Read.All`");
    check(json!({ "status": 404 }), 3, "[CN005]");
}

#[test]
fn writes_that_meet_trouble_are_settled_never_repeated_blindly() {
    let check = |answer, code, expected| says(with_fault("servicenow", "POST", answer), code, expected);
    check(json!("throttle"), 5, "retrying");
    check(json!({ "status": 500 }), 5, "settling [CN009] ServiceNow broke down over POST");
    check(json!("drop_after_commit"), 5, "so it may have happened");
    check(json!("html_ok"), 5, "settling [CN010]");
    check(json!({ "status": 403 }), 3, "[CN004] ServiceNow refused POST /api/now/table/incident (403)");
}

#[test]
fn a_wrong_secret_and_a_host_that_is_not_there_are_named() {
    let sandbox = SandboxProcess::start();
    let edit = |path: &'static [&'static str], value: &'static str| {
        Installation::at(&sandbox, move |settings| settings[path[0]][path[1]] = value.into())
    };
    says(
        run(&edit(&["azure_ad", "client_secret"], "nope")),
        3,
        "[CN002] Azure AD says that the client secret is wrong",
    );
    says(
        run(&edit(&["servicenow", "client_secret"], "nope")),
        3,
        "[CN002] ServiceNow says that the client id or secret is wrong",
    );
    let gone = Installation::at(&sandbox, |settings| {
        settings["azure_ad"]["graph"] = "http://127.0.0.1:1".into();
        settings["azure_ad"]["authority"] = "http://127.0.0.1:1".into();
    });
    says(run(&gone), 5, "[CN001] Microsoft Graph at `127.0.0.1` is not reachable");
}
