//! The sandbox as a process: its ready line, its end, and what it keeps.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

use crate::harness::{binary, drawbridge, drawbridge_in, root};

/// A sandbox whose words are kept.
struct Process {
    child: Child,
    ready: Value,
}

impl Process {
    fn start(folder: &Path, args: &[&str]) -> Self {
        let mut command = binary();
        command.current_dir(folder).arg("sandbox").args(args);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let ready = serde_json::from_str(&line).unwrap_or_else(|_| {
            let mut said = String::new();
            child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
            panic!("no ready line: {line}{said}");
        });
        Self { child, ready }
    }

    fn admin(&self) -> drawbridge_sandbox::Remote {
        drawbridge_sandbox::Remote::new(self.ready["admin"].as_str().unwrap()).unwrap()
    }

    /// Sends a signal, waits for the end and gives exit code and standard error.
    fn end(mut self, signal: &str) -> (i32, String) {
        let sent = Command::new("kill").args([signal, &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
        let code = self.child.wait().unwrap().code().unwrap_or(-1);
        let mut said = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        (code, said)
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

#[test]
fn the_ready_line_names_everything_a_script_needs() {
    let folder = tempfile::tempdir().unwrap();
    let sandbox = Process::start(folder.path(), &["--tls"]);
    let ready = &sandbox.ready;
    for (member, begins) in [
        ("/azure_ad/graph", "http://127.0.0.1:"),
        ("/azure_ad/authority", "http://127.0.0.1:"),
        ("/servicenow/instance", "http://127.0.0.1:"),
        ("/admin", "http://127.0.0.1:"),
        ("/https/azure_ad", "https://127.0.0.1:"),
        ("/https/servicenow", "https://127.0.0.1:"),
        ("/azure_ad/client_secret", "sandbox-"),
    ] {
        let value = ready.pointer(member).and_then(Value::as_str).unwrap_or_default();
        assert!(value.starts_with(begins), "{member} in {ready}");
    }
    assert_eq!(ready["pid"], sandbox.child.id());
    let authority = ready["https"]["ca_file"].as_str().unwrap();
    assert!(std::fs::read_to_string(authority).unwrap().starts_with("-----BEGIN CERTIFICATE-----"));
    assert!(folder.path().join(".drawbridge/sandbox-tls/ca.pem").exists());
    let (code, said) = sandbox.end("-INT");
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("nothing was kept"), "{said}");
}

#[test]
fn a_sandbox_that_is_told_to_end_keeps_its_state_and_the_next_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let (runtime, args) = (runtime(), ["--state", "state.json", "--frozen-clock"]);
    let sandbox = Process::start(folder.path(), &args);
    let user = json!({ "upn": "a.new@contoso.test" });
    runtime.block_on(sandbox.admin().post(&["azure_ad", "users"], &user)).unwrap();
    runtime.block_on(sandbox.admin().post(&["clock"], &json!({ "advance": "4h" }))).unwrap();
    let before = runtime.block_on(sandbox.admin().get(&["dump"])).unwrap();
    let (code, said) = sandbox.end("-TERM");
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("the state is kept in state.json"), "{said}");
    let sandbox = Process::start(folder.path(), &args);
    assert_eq!(runtime.block_on(sandbox.admin().get(&["dump"])).unwrap(), before);
    let holder = format!("another sandbox (process {}) keeps its state in `state.json`", sandbox.child.id());
    let beside = drawbridge_in(folder.path(), &["sandbox", "--state", "state.json"]);
    beside.says(2, "[ST029]").says(2, &holder).says(2, "stop that one first");
    let (code, said) = sandbox.end("-TERM");
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("gone on from state.json"), "{said}");
    // With another company nothing in it would fit.
    drawbridge_in(folder.path(), &["sandbox", "--state", "state.json", "--seed", "generated:70x40"])
        .says(2, "[ST029]")
        .says(2, "was made with the seed `small-company`");
}

#[test]
fn what_keeps_a_sandbox_from_starting_is_said_with_a_way_out() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("seed.yaml", "company: Contoso\ndomain: contoso.test\nfonded: 2024-03-01T08:00:00Z\n");
    write("script.yaml", "script: x\nentries:\n  - at: soon\n    do: { DELETE faults: {} }\n");
    write("state.json", "{}");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let cases: [(&[&str], &str, &str); 6] = [
        (&["--seed", "seed.yaml"], "[ST030]", "seed.yaml:3:1"),
        (&["--seed", "nothing"], "[ST030]", "neither a seed that comes with the sandbox nor a file"),
        (&["--script", "script.yaml"], "[ST030]", "script.yaml:3:"),
        (&["--state", "state.json"], "[ST029]", "it is no state of a sandbox"),
        (&["--clock", "noon"], "[ST030]", "`noon` is no instant"),
        (&["--listen", &address], "[ST026]", "choose another port with `--listen`"),
    ];
    for (args, code, says) in cases {
        let args = [&["sandbox"], args].concat();
        drawbridge_in(folder.path(), &args).says(2, code).says(2, says);
    }
    drawbridge(&["sandbox", "--tls-dir", "x"]).says(2, "--tls");
}

#[test]
fn seeds_and_scripts_to_copy_fit_their_schemas_and_start() {
    let fits = |schema: &str, file: &str| {
        let read = |path: &str| std::fs::read_to_string(root().join(path)).unwrap();
        let schema: Value = serde_json::from_str(&read(&format!("schemas/{schema}"))).unwrap();
        let value: Value = serde_saphyr::from_str(&read(file)).unwrap();
        let found: Vec<String> = jsonschema::validator_for(&schema)
            .unwrap()
            .iter_errors(&value)
            .map(|error| format!("{file} {}: {error}", error.instance_path()))
            .collect();
        assert_eq!(found, Vec::<String>::new());
    };
    let (tiny, script) = ("examples/sandbox/tiny-company.yaml", "examples/sandbox/bad-morning.yaml");
    fits("sandbox-seed.schema.json", "crates/sandbox/seeds/small-company.yaml");
    fits("sandbox-seed.schema.json", tiny);
    fits("sandbox-script.schema.json", script);
    let (runtime, root) = (runtime(), root());
    let sandbox = Process::start(&root, &["--seed", tiny]);
    let summary = runtime.block_on(sandbox.admin().get(&["summary"])).unwrap();
    assert_eq!((&summary["azure_ad"]["user"], &summary["seed"]), (&json!(3), &json!(tiny)));
    assert_eq!(sandbox.end("-TERM").0, 0);
    let sandbox = Process::start(&root, &["--script", script, "--frozen-clock"]);
    runtime.block_on(sandbox.admin().post(&["clock"], &json!({ "advance": "1h" }))).unwrap();
    let happened = runtime.block_on(sandbox.admin().get(&["script"])).unwrap();
    let statuses: Vec<&Value> =
        happened["done"].as_array().unwrap().iter().map(|done| &done["status"]).collect();
    assert_eq!(statuses, [&json!(200), &json!(200), &json!(201), &json!(200)]);
    assert_eq!(sandbox.end("-TERM").0, 0);
}
