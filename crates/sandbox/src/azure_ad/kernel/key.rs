//! Keys in paths.

/// A key in a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Key {
    /// Name of an alternate key, such as `appId`, in lower case.
    pub(crate) name: Option<String>,
    pub(crate) value: String,
}
