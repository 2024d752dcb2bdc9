//! Identities of the language: names of workflows and of steps. Decides what a name may look like.

use serde::{Deserialize, Serialize};

/// Longest id that is taken; ids appear in keys of remote records and in every list.
const ID_CHARS_MAX: usize = 64;

/// Why a text is no id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not {expected}")]
pub struct IdRefused {
    text: String,
    expected: &'static str,
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $separator:literal, $expected:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Reads an id.
            ///
            /// # Errors
            /// [`IdRefused`] with what an id looks like.
            pub fn parse(text: &str) -> Result<Self, IdRefused> {
                if is_id(text, $separator) {
                    Ok(Self(text.to_owned()))
                } else {
                    Err(IdRefused { text: text.chars().take(ID_CHARS_MAX).collect(), expected: $expected })
                }
            }

            /// The text of the id.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                out.write_str(&self.0)
            }
        }

        impl std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }
    };
}

id!(
    /// Id of a step or a trigger, unique in its workflow: `open_incident`.
    StepId,
    '_',
    "an id: lower-case letters, digits and `_`, a letter first, at most 64 characters"
);
id!(
    /// Name of a workflow, unique in an installation: `user-onboarding`.
    WorkflowName,
    '-',
    "a workflow name: lower-case letters, digits and `-`, a letter first, at most 64 characters"
);

fn is_id(text: &str, separator: char) -> bool {
    text.len() <= ID_CHARS_MAX
        && text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.chars().all(|next| next.is_ascii_lowercase() || next.is_ascii_digit() || next == separator)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_snake_case_and_workflow_names_kebab_case() {
        for good in ["a", "open_incident", "step_2"] {
            assert!(StepId::parse(good).is_ok(), "{good}");
        }
        for bad in ["", "Open", "open-incident", "2step", "_a", "a.b", "å", &"a".repeat(65)] {
            assert!(StepId::parse(bad).is_err(), "{bad}");
        }
        assert!(WorkflowName::parse("user-onboarding").is_ok());
        assert!(WorkflowName::parse("user_onboarding").is_err());
    }
}
