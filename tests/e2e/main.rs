//! The product from the outside: the binary, its words and exit codes, against the sandbox.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[path = "../harness/drive.rs"]
mod harness;

mod broken;

mod checking;

mod console_gates;

mod data_directory;

mod examples;

mod fences;

mod manual;

mod remote_trouble;

mod sandbox_process;

mod set_up;

mod template_cases;
