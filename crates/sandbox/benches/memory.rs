//! How much memory a sandbox with a large company takes, in a process of its own, client included.
//!
//! Ends with an error when it is more than promised, or when nobody can tell.

#[path = "large/world.rs"]
mod large;

use std::process::ExitCode;

use large::World;
use tokio::runtime::Runtime;

/// What is promised, in MB.
const RESIDENT_MAX: u64 = 150;

/// More requests than the call log keeps, in units of `large::REQUESTS`.
const ROUNDS: usize = 30;

/// A size of this process in MB: `VmRSS` for now, `VmHWM` for its largest moment.
fn size(line: &str) -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|found| found.starts_with(line))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? / 1024)
}

#[expect(clippy::print_stdout, reason = "a measurement says what it found")]
fn main() -> ExitCode {
    let runtime = Runtime::new().expect("a runtime");
    let world = runtime.block_on(World::start());
    println!("after the start: {:?} MB", size("VmRSS"));
    let users = runtime.block_on(world.round());
    println!("after a delta round over {users} users: {:?} MB", size("VmRSS"));
    runtime.block_on(async {
        let (user, record) = (world.user().await, world.record().await);
        for _ in 0..ROUNDS / 2 {
            world.hammer(&user, &world.graph_token).await;
            world.hammer(&record, &world.instance_token).await;
        }
    });
    println!("after {} requests: {:?} MB", ROUNDS * large::REQUESTS, size("VmRSS"));
    println!("at most: {:?} MB", size("VmHWM"));
    runtime.block_on(world.sandbox.stop());
    match size("VmHWM") {
        Some(size) if size <= RESIDENT_MAX => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}
