//! Triggers that watch nothing remote.

mod run_requested;

drawbridge_sdk::nodes! {
    crate::Builtin;
    trigger run_requested::RunRequested,
}
