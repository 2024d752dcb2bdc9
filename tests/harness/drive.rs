//! Drives the binary and a sandbox in a process of its own, as a user would. Knows no crate of the engine.

#![allow(dead_code, reason = "each test target uses its own part of the harness")]

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use drawbridge_sandbox::Remote;
use serde_json::Value;

/// The binary under test.
pub(crate) fn binary() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_drawbridge"));
    command.current_dir(root()).env_remove("DRAWBRIDGE_CONFIG").env_remove("DRAWBRIDGE_DATA");
    command
}

/// The top of the repository.
pub(crate) fn root() -> PathBuf {
    Path::new(&std::env::var("CARGO_MANIFEST_DIR").unwrap()).join("../..")
}

/// Runs the binary to its end.
pub(crate) fn drawbridge(args: &[&str]) -> Run {
    Run::of(binary().args(args).stdin(Stdio::null()).output().unwrap())
}

/// Runs the binary to its end in a folder.
pub(crate) fn drawbridge_in(folder: &Path, args: &[&str]) -> Run {
    Run::of(binary().current_dir(folder).args(args).stdin(Stdio::null()).output().unwrap())
}

/// How a call of the binary ended.
#[derive(Debug)]
pub(crate) struct Run {
    /// Exit code.
    pub(crate) code: i32,
    /// Standard output.
    pub(crate) stdout: String,
    /// Standard error.
    pub(crate) stderr: String,
}

impl Run {
    fn of(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Fails the test with all that was said unless it ended with this code.
    pub(crate) fn ends_with_code(self, code: i32) -> Self {
        assert_eq!(self.code, code, "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }

    /// Fails the test unless it ended with this code and said this on standard error.
    pub(crate) fn says(self, code: i32, words: &str) -> Self {
        let run = self.ends_with_code(code);
        assert!(run.stderr.contains(words), "no `{words}` in:\n{}", run.stderr);
        run
    }
}

/// A sandbox in a process of its own; ended with the value.
pub(crate) struct SandboxProcess {
    child: Child,
    /// The ready line.
    pub(crate) endpoints: Value,
    /// Its admin interface.
    pub(crate) remote: Remote,
}

impl SandboxProcess {
    /// Starts it on free ports and waits for its ready line.
    pub(crate) fn start() -> Self {
        let mut child = binary().arg("sandbox").stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let endpoints: Value = serde_json::from_str(&line).unwrap();
        let remote = Remote::new(endpoints["admin"].as_str().unwrap()).unwrap();
        Self { child, endpoints, remote }
    }

    /// The URL for `--sandbox=URL`.
    pub(crate) fn url(&self) -> &str {
        self.endpoints["admin"].as_str().unwrap()
    }
}

impl Drop for SandboxProcess {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An installation in a folder of its own: a configuration that points at a sandbox, and its data.
pub(crate) struct Installation {
    folder: tempfile::TempDir,
}

impl Installation {
    /// Writes the configuration for the sandbox, with what `edit` changes in the ready line's settings.
    pub(crate) fn at(sandbox: &SandboxProcess, edit: impl FnOnce(&mut Value)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut settings = sandbox.endpoints.clone();
        edit(&mut settings);
        let (azure_ad, servicenow) = (&settings["azure_ad"], &settings["servicenow"]);
        let secret = |name: &str, value: &Value| {
            std::fs::write(folder.path().join(name), value.as_str().unwrap()).unwrap();
            format!("${{file:{name}}}")
        };
        let config = serde_json::json!({ "connections": {
            "tenant": { "azure_ad": {
                "tenant_id": azure_ad["tenant_id"], "client_id": azure_ad["client_id"],
                "client_secret": secret("azure_ad.secret", &azure_ad["client_secret"]),
                "graph_url": azure_ad["graph"], "authority_url": azure_ad["authority"],
            } },
            "itsm": { "servicenow": {
                "instance_url": servicenow["instance"], "client_id": servicenow["client_id"],
                "client_secret": secret("servicenow.secret", &servicenow["client_secret"]),
            } },
        } });
        std::fs::write(folder.path().join("drawbridge.yaml"), config.to_string()).unwrap();
        Self { folder }
    }

    /// Runs a command with this configuration.
    pub(crate) fn drawbridge(&self, args: &[&str]) -> Run {
        let config = self.path("drawbridge.yaml");
        drawbridge(&[args, &["--config", &config]].concat())
    }

    /// The path of a file in its folder.
    pub(crate) fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().unwrap().to_owned()
    }
}

/// Sets a fault of the sandbox, by the admin interface.
pub(crate) fn fault(sandbox: &SandboxProcess, rule: &Value) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(sandbox.remote.post(&["faults"], rule)).unwrap();
}
