//! The one outbound HTTP client of Drawbridge.
//!
//! Owns addresses, tokens, throttling, time limits, and the one table that says what a
//! status or a broken connection means. Knows no node and no workflow; the platform it speaks to is
//! described to it by a [`Dialect`]. It reads no clock and no random source of its own, never repeats
//! a change, and never logs or returns a secret or a whole body.

mod clock;
mod error;

mod redact;

mod address;
mod dialect;

mod classify;
mod throttle;

mod exchange;

mod auth;

mod client;

pub use client::{Client, Connection};
pub use clock::{Clock, Entropy, Host};
pub use dialect::{Credentials, Dialect, Limits, RemoteError, TokenRefusal, Unavailable};
pub use error::Error;
