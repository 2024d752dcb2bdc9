//! The system that builtin nodes belong to. It has no connection.

use drawbridge_sdk::System;

/// Drawbridge itself, as a system.
pub struct Builtin;

impl System for Builtin {
    const NAME: &'static str = "builtin";
    const TITLE: &'static str = "Drawbridge";
    const READ_POSTS: &'static [&'static str] = &[];
    const CONNECTED: bool = false;
}
