//! Sessions of browsers, kept by cookie: who is signed in by form and the token that proves intent.
//!
//! Owns the sessions and their ends. Reads no header and checks no password.
//! Source: reference section 9.9. It documents no life; interactive sessions end after thirty idle
//! minutes, the platform's usual setting.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::ids;

/// How long a session lives without a call.
const IDLE: SignedDuration = SignedDuration::from_mins(30);
/// Most sessions kept; the one idle for longest goes first.
const SESSIONS_MAX: usize = 10_000;

/// One session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Browser {
    /// `sys_id` of the account signed in; nobody yet when absent.
    pub(crate) user: Option<String>,
    /// What `X-UserToken` must hold.
    pub(crate) token: String,
    used: Timestamp,
}

/// Every session.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Browsers {
    sessions: BTreeMap<String, Browser>,
    issued: u64,
}

impl Browsers {
    /// A cookie value nobody has had. The session exists once the client comes back with it.
    pub(crate) fn fresh(&mut self) -> String {
        self.issued += 1;
        ids::hex32("browser session", &self.issued.to_string()).to_uppercase()
    }

    /// Signs an account in under the cookie value, with a new token.
    pub(crate) fn sign_in(&mut self, id: &str, user: Option<String>, now: Timestamp) {
        if self.sessions.len() >= SESSIONS_MAX && !self.sessions.contains_key(id) {
            self.make_room(now);
        }
        self.issued += 1;
        let halves = [1, 2].map(|half| ids::hex32("user token", &format!("{}/{half}", self.issued)));
        self.sessions.insert(id.to_owned(), Browser { user, token: halves.concat(), used: now });
    }

    /// Ties an account to the session a call came with; one that is tied to it already stays as it is.
    pub(crate) fn bind(&mut self, id: &str, user: &str, now: Timestamp) {
        match self.sessions.get_mut(id) {
            Some(known) if known.user.as_deref() == Some(user) => known.used = now,
            _ if well_formed(id) => self.sign_in(id, Some(user.to_owned()), now),
            _ => {}
        }
    }

    /// The live session under a cookie value, which counts as used.
    pub(crate) fn touch(&mut self, id: &str, now: Timestamp) -> Option<&Browser> {
        let found = self.sessions.get_mut(id)?;
        if now.duration_since(found.used) > IDLE {
            self.sessions.remove(id);
            return None;
        }
        found.used = now;
        self.sessions.get(id)
    }

    pub(crate) fn close(&mut self, id: &str) {
        self.sessions.remove(id);
    }

    fn make_room(&mut self, now: Timestamp) {
        self.sessions.retain(|_, session| now.duration_since(session.used) <= IDLE);
        let idlest = self.sessions.iter().min_by_key(|(_, session)| session.used);
        if let (true, Some(id)) = (self.sessions.len() >= SESSIONS_MAX, idlest.map(|(id, _)| id.clone())) {
            self.sessions.remove(&id);
        }
    }
}

/// Whether a cookie value can be one this instance gave out.
fn well_formed(id: &str) -> bool {
    id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_idle_session_ends_and_a_used_one_lives() {
        let start: Timestamp = "2026-01-05T08:00:00Z".parse().unwrap();
        let after = |minutes| start + SignedDuration::from_mins(minutes);
        let mut browsers = Browsers::default();
        let id = browsers.fresh();
        browsers.sign_in(&id, Some("u".into()), start);
        let token = browsers.touch(&id, after(29)).unwrap().token.clone();
        browsers.bind(&id, "u", after(50));
        assert_eq!(browsers.touch(&id, after(79)).unwrap().token, token);
        browsers.bind(&id, "another", after(80));
        assert_ne!(browsers.touch(&id, after(80)).unwrap().token, token);
        assert_eq!(browsers.touch(&id, after(111)), None);
        browsers.bind("forged;", "u", start);
        assert_eq!(browsers.touch("forged;", start), None);
    }
}
