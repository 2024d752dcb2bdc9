//! One engine per data directory. The lock is the operating system's and ends with the process.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

use drawbridge_sdk::Fault;

use crate::fault::{locked, unusable};

/// Name of the lock file. It stays when the engine ends; only the lock on it counts.
const NAME: &str = "engine.lock";
/// Longest process id that is read from it, in bytes.
const HOLDER_BYTES_MAX: u64 = 20;

/// Held as long as the engine works on the directory.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
}

impl Lock {
    /// # Errors
    /// ST001 where another engine holds it, ST003 where the directory cannot be written.
    pub(crate) fn take(dir: &Path) -> Result<Self, Fault> {
        let path = dir.join(NAME);
        let open = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path);
        let mut file = open.map_err(|error| unusable(dir, &error))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(locked(dir, &holder(&mut file))),
            Err(TryLockError::Error(error)) => return Err(unusable(dir, &error)),
        }
        let written = file
            .set_len(0)
            .and_then(|()| file.seek(SeekFrom::Start(0)))
            .and_then(|_| write!(file, "{}", std::process::id()));
        written.map_err(|error| unusable(dir, &error))?;
        Ok(Self { _file: file })
    }
}

/// The process that holds it, for the message; empty when it cannot be told.
fn holder(file: &mut File) -> String {
    let mut text = String::new();
    match file.take(HOLDER_BYTES_MAX).read_to_string(&mut text) {
        Ok(_) if text.bytes().all(|byte| byte.is_ascii_digit()) => text,
        _ => String::new(),
    }
}
