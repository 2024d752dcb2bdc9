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
