//! The main job, killed at random moments. Shows P2 and P3: what is recorded never runs again, what was
//! sent and not answered is looked for before anything is sent again.

use std::path::Path;
use std::process::{Child, Stdio};

use serde_json::Value;
use tokio::runtime::Runtime;

use crate::harness::{SandboxProcess, binary};
use crate::world;

/// Random moments at which a run is killed.
const MOMENTS: usize = 20;

/// The seed of the moments, so that a failure can be repeated.
const SEED: u64 = 0x0dd_b175;

/// Most starts of one run in the trial that is killed again and again.
const STARTS_MAX: usize = 60;

/// One sandbox with one data directory beside it.
struct Trial {
    sandbox: SandboxProcess,
    data: tempfile::TempDir,
    runtime: Runtime,
}

impl Trial {
    fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        Self { sandbox: SandboxProcess::start(), data: tempfile::tempdir().unwrap(), runtime }
    }

    fn start(&self) -> Child {
        let data: &Path = self.data.path();
        binary()
            .args(["run", "workflows/user-onboarding", "--json", "--data"])
            .arg(data)
            .arg(format!("--sandbox={}", self.sandbox.url()))
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    /// Kills the engine as soon as the sandbox has received so many calls. False if it ended before.
    fn kill_after(&self, calls: u64) -> bool {
        let mut engine = self.start();
        loop {
            if engine.try_wait().unwrap().is_some() {
                succeeded(engine);
                return false;
            }
            if self.calls() >= calls {
                engine.kill().unwrap();
                engine.wait().unwrap();
                return true;
            }
        }
    }

    fn finish(&self) {
        succeeded(self.start());
    }

    fn calls(&self) -> u64 {
        self.ask("calls")["last_seq"].as_u64().unwrap()
    }

    fn world(&self) -> Value {
        world::of(&self.ask("state"))
    }

    fn ask(&self, what: &str) -> Value {
        self.runtime.block_on(self.sandbox.remote.get(&[what])).unwrap()
    }
}

/// Waits for an engine and fails the test with what it said unless it ended well.
fn succeeded(engine: Child) {
    let ended = engine.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&ended.stderr);
    assert!(ended.status.success(), "it ended with {}: {said}", ended.status);
}

/// The next number of a small generator (xorshift), good enough to scatter moments.
fn next(state: &mut u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state
}

fn undisturbed() -> (Value, u64) {
    let trial = Trial::new();
    trial.finish();
    (trial.world(), trial.calls())
}

#[test]
fn a_run_killed_at_a_random_moment_ends_as_if_it_had_not_been() {
    let (expected, calls) = undisturbed();
    let mut state = SEED;
    for moment in 0..MOMENTS {
        let at = 1 + next(&mut state) % calls;
        let trial = Trial::new();
        trial.kill_after(at);
        trial.finish();
        pretty_assert(&trial.world(), &expected, &format!("moment {moment}, killed after call {at}"));
    }
}

#[test]
fn a_run_killed_again_and_again_still_makes_every_effect_once() {
    let (expected, _) = undisturbed();
    let trial = Trial::new();
    let mut state = SEED;
    for _ in 0..STARTS_MAX {
        let at = trial.calls() + 1 + next(&mut state) % 8;
        if !trial.kill_after(at) {
            break;
        }
    }
    trial.finish();
    pretty_assert(&trial.world(), &expected, "killed again and again");
}

fn pretty_assert(found: &Value, expected: &Value, when: &str) {
    let text = |value: &Value| serde_json::to_string_pretty(value).unwrap();
    if found == expected {
        return;
    }
    let (found, expected) = (text(found), text(expected));
    let differing: Vec<String> = found
        .lines()
        .filter(|line| !expected.contains(line))
        .map(|line| format!("+ {line}"))
        .chain(expected.lines().filter(|line| !found.contains(line)).map(|line| format!("- {line}")))
        .collect();
    panic!("{when}: the world differs:\n{}", differing.join("\n"));
}
