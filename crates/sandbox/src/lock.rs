//! One sandbox per state file. The lock is the operating system's and ends with the process.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;

use crate::error::Error;

/// Longest process id that is read, in bytes.
const HOLDER_BYTES_MAX: u64 = 20;

/// Held as long as a sandbox keeps its state in the file.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock of a state file. It lies beside, because the state is put in place anew with every
    /// writing; it stays when the sandbox ends, and only the lock on it counts.
    ///
    /// # Errors
    /// `Error::StateLocked` where another sandbox holds it, `Error::StateUnwritable`.
    pub(crate) fn take(state: &Path) -> Result<Self, Error> {
        let unwritable = |source| Error::StateUnwritable { path: state.to_owned(), source };
        let mut path = state.as_os_str().to_owned();
        path.push(".lock");
        let open = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path);
        let mut file = open.map_err(unwritable)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(Error::StateLocked { path: state.to_owned(), holder: holder(&file) });
            }
            Err(TryLockError::Error(error)) => return Err(unwritable(error)),
        }
        let written = file
            .set_len(0)
            .and_then(|()| file.seek(SeekFrom::Start(0)))
            .and_then(|_| write!(file, "{}", std::process::id()));
        written.map_err(unwritable)?;
        Ok(Self { _file: file })
    }
}

/// The process that holds it, for the message.
fn holder(file: &File) -> Option<u32> {
    let mut text = String::new();
    file.take(HOLDER_BYTES_MAX).read_to_string(&mut text).ok()?;
    text.parse().ok()
}
