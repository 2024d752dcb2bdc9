//! Which of the possible instances this one is: its plugins and its age.
//!
//! Owns what decides over tables and choices before any record exists.
//! Source: reference section 17.3, `plugins` and `choices`.

use serde::{Deserialize, Serialize};

/// What an instance has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Shape {
    /// Whether choices are those of an older instance.
    pub(crate) legacy_choices: bool,
    /// Security incident response.
    pub(crate) sir: bool,
    /// Human resources.
    pub(crate) hr: bool,
}

impl Default for Shape {
    fn default() -> Self {
        Self { legacy_choices: false, sir: true, hr: true }
    }
}

impl Shape {
    /// How many shapes there are.
    pub(crate) const COUNT: usize = 8;

    /// The place of the shape among all of them.
    pub(crate) fn place(self) -> usize {
        usize::from(self.legacy_choices) | usize::from(self.sir) << 1 | usize::from(self.hr) << 2
    }

    /// Whether a plugin is active; one nobody knows is not.
    pub(crate) fn has(self, plugin: &str) -> bool {
        match plugin {
            "sir" => self.sir,
            "hr" => self.hr,
            _ => false,
        }
    }
}
