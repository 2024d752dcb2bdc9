//! Nodes that need no remote system.
//!
//! Owns what every installation has, whatever it is connected to. Speaks to nobody.

mod system;

mod triggers;

pub use system::Builtin;
pub use triggers::NODES;
