//! Why a sandbox could not start.
//!
//! Owns the one error type of the public face. What a platform answers to a client is no error
//! of ours and lives with the platform.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

/// A sandbox did not start.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address could not be listened on.
    #[error("cannot listen on {address}")]
    Listen {
        /// Where the sandbox wanted to listen.
        address: SocketAddr,
        /// What the operating system said.
        source: io::Error,
    },
    /// The other servers listen on the ports above the first, and there are too few.
    #[error("port {port} leaves too few ports above it for the other servers")]
    NoSecondPort {
        /// The port that was asked for.
        port: u16,
    },
    /// The seed file could not be read.
    #[error("cannot read the seed `{}`", path.display())]
    SeedUnreadable {
        /// The file that was asked for.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The seed file is larger than any sensible company.
    #[error("the seed has {bytes} bytes, at most {bytes_max} are read")]
    SeedTooLarge {
        /// Size of the file.
        bytes: u64,
        /// Largest size that is read.
        bytes_max: u64,
    },
    /// The seed is not YAML of the seed's shape.
    #[error("{place}: {detail}")]
    SeedMalformed {
        /// File, line and column.
        place: String,
        /// What does not fit.
        detail: String,
    },
    /// There is no seed of that name.
    #[error("`{name}` is neither a seed that comes with the sandbox nor a file")]
    SeedUnknown {
        /// What was asked for.
        name: String,
    },
    /// A generated company cannot have that size.
    #[error("`{name}` is no size of a company: {detail}")]
    SeedSize {
        /// What was asked for.
        name: String,
        /// What is possible.
        detail: String,
    },
    /// A part without which no platform can run is missing or empty.
    #[error("the seed's `{what}` is missing or empty")]
    SeedLacks {
        /// The missing part.
        what: &'static str,
    },
    /// Two entries of a list have the same key.
    #[error("the seed's `{what}` has `{key}` twice")]
    SeedRepeats {
        /// The list.
        what: &'static str,
        /// The key that is there twice.
        key: String,
    },
    /// An entry refers to a key that is not there.
    #[error("the seed's `{field}` names `{key}`, which is not in the seed")]
    SeedRefers {
        /// The referring field.
        field: &'static str,
        /// The missing key.
        key: String,
    },
    /// A certificate or public key is none.
    #[error("the seed's `{field}` of `{of}` cannot be read: {detail}")]
    SeedKey {
        /// The field that holds the key.
        field: &'static str,
        /// The application or issuer it belongs to.
        of: String,
        /// What is wrong with it.
        detail: String,
    },
    /// The folder of certificates cannot be used.
    #[error("cannot keep a certificate in `{}`", path.display())]
    TlsFolder {
        /// The folder.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// No certificate could be made.
    #[error("cannot make a certificate: {detail}")]
    TlsCertificate {
        /// Why.
        detail: String,
    },
    /// The script file could not be read.
    #[error("cannot read the script `{}`", path.display())]
    ScriptUnreadable {
        /// The file that was asked for.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The script file is not YAML of a script's shape.
    #[error("{place}: {detail}")]
    ScriptMalformed {
        /// File, line and column.
        place: String,
        /// What does not fit.
        detail: String,
    },
    /// The state file is there and could not be read.
    #[error("cannot read the state `{}`", path.display())]
    StateUnreadable {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The state file holds something this sandbox cannot go on from.
    #[error("cannot go on from the state `{}`: {detail}", path.display())]
    StateRefused {
        /// The file.
        path: PathBuf,
        /// What does not fit.
        detail: String,
    },
    /// Another sandbox keeps its state in that file.
    #[error(
        "another sandbox{} keeps its state in `{}`",
        holder.map(|pid| format!(" (process {pid})")).unwrap_or_default(),
        path.display()
    )]
    StateLocked {
        /// The file.
        path: PathBuf,
        /// The process that holds it, where that can be told.
        holder: Option<u32>,
    },
    /// The state file could not be written.
    #[error("cannot write the state `{}`", path.display())]
    StateUnwritable {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
}
