//! What goes wrong with a data directory, as faults with the way out. Owns the codes ST001 to
//! ST008; RN010 and RN018 are said by the runtime too.

use std::path::Path;

use drawbridge_journal::RunId;
use drawbridge_runtime::BackendError;
use drawbridge_sdk::Fault;
use rusqlite::ErrorCode;

use crate::words::is_misfit;

/// ST001: another engine works on this directory.
pub(crate) fn locked(dir: &Path, holder: &str) -> Fault {
    let holder = if holder.is_empty() { String::new() } else { format!(" (process {holder})") };
    Fault::new("ST001", format!("another Drawbridge{holder} works on the data directory `{}`", dir.display()))
        .help("stop it or use another directory with `--data`; lists and decisions work beside it")
}

/// ST002: written by a newer version.
pub(crate) fn newer(path: &Path, found: i64, known: usize) -> Fault {
    let path = path.display();
    Fault::new(
        "ST002",
        format!("`{path}` has layout {found}, this version of Drawbridge knows up to {known}"),
    )
    .help("use the newer version of Drawbridge that wrote it; nothing was changed")
}

/// ST003: a directory that cannot be used.
pub(crate) fn unusable(dir: &Path, error: &std::io::Error) -> Fault {
    Fault::new("ST003", format!("the data directory `{}` cannot be used: {error}", dir.display()))
        .help("create it, let this user write to it, or use another with `--data`")
}

/// ST003: a directory without a database, where one is only read.
pub(crate) fn absent(path: &Path) -> Fault {
    Fault::new("ST003", format!("there is no database `{}`", path.display()))
        .help("start a run first, or name the directory with `--data`")
}

/// ST004: a file that is not ours, or damaged.
pub(crate) fn foreign(path: &Path, detail: &str) -> Fault {
    Fault::new("ST004", format!("`{}` is not a whole Drawbridge database: {detail}", path.display()))
        .help("restore it from a backup or move it away; Drawbridge repairs nothing by itself")
}

/// ST005: a write that is not certain to be durable. The process ends.
pub(crate) fn unwritten(detail: &str) -> Fault {
    Fault::new("ST005", format!("the store could not make a write durable: {detail}"))
        .help("free space or repair the disk, then start again; every run goes on where it stood")
}

/// ST006: the evidence does not fit together.
pub(crate) fn broken(at: i64, what: &str) -> Fault {
    Fault::new("ST006", format!("the evidence is broken at entry {at}: {what}"))
        .help("compare with a backup: somebody or something has changed the database file")
}

/// ST008: a process that only reads cannot do this.
pub(crate) fn reading_only() -> Fault {
    Fault::new("ST008", "the data directory was opened for reading only")
}

/// The fault behind an error of SQLite on this file.
pub(crate) fn of_sqlite(path: &Path, error: &rusqlite::Error) -> Fault {
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => foreign(path, &error.to_string()),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            Fault::new("ST007", format!("`{}` is held by another program", path.display()))
                .help("stop what has it open, such as a backup or a database browser, and try again")
        }
        Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => {
            let dir = path.parent().unwrap_or(path);
            unusable(dir, &std::io::Error::other(error.to_string()))
        }
        _ => unwritten(&error.to_string()),
    }
}

/// The fault behind an error of SQLite while only looking.
pub(crate) fn unreadable(path: &Path, error: &rusqlite::Error) -> BackendError {
    BackendError::Unreadable(match of_sqlite(path, error) {
        // Nothing was to be written.
        fault if fault.code == "ST005" && is_misfit(error) => foreign(path, &error.to_string()),
        fault if fault.code == "ST005" => {
            let dir = path.parent().unwrap_or(path);
            unusable(dir, &std::io::Error::other(error.to_string()))
        }
        fault => fault,
    })
}

/// RN010: one run that this version cannot read.
pub(crate) fn poisoned(run: &RunId, detail: &str) -> Fault {
    Fault::new("RN010", format!("run `{run}` cannot be read: {detail}"))
        .help("use the version of Drawbridge that wrote it")
}

/// RN018: a run that does not exist.
pub(crate) fn no_run(run: &RunId) -> Fault {
    Fault::new("RN018", format!("there is no run `{run}`")).help("list them with `drawbridge runs list`")
}
