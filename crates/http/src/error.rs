//! Why a connection cannot even be set up. What goes wrong in a call is `drawbridge_sdk::Error`.

/// A refusal of the settings of a connection.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A base URL that sends credentials in the clear.
    #[error("`{url}` for {system} is plain http, which would send the client secret readable")]
    PlainHttp {
        /// The setting as written.
        url: String,
        /// The system, for people.
        system: &'static str,
    },
    /// A base URL that is none.
    #[error("`{url}` for {system} is not a base URL: {reason}")]
    BaseUrl {
        /// The setting as written.
        url: String,
        /// The system, for people.
        system: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// The TLS set-up of this machine.
    #[error("the HTTP client for {system} could not be built")]
    Build {
        /// The system, for people.
        system: &'static str,
        /// What the library said.
        source: reqwest::Error,
    },
}

impl Error {
    /// Code with a page in `docs/errors`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::PlainHttp { .. } => "ST010",
            Self::BaseUrl { .. } => "ST011",
            Self::Build { .. } => "ST012",
        }
    }

    /// The way out.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self {
            Self::PlainHttp { .. } => {
                "write `https://…`; plain http is accepted for 127.0.0.1, ::1 and localhost only"
            }
            Self::BaseUrl { .. } => {
                "write scheme and host, such as `https://contoso.service-now.com`, without `?` and `#`"
            }
            Self::Build { .. } => {
                "look whether the certificates of this machine (`ca-certificates`) are installed"
            }
        }
    }
}
