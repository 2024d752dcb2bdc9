//! The product from the outside: the binary, its words and exit codes, against the sandbox.

#[path = "../harness/drive.rs"]
mod harness;

mod template_cases;
