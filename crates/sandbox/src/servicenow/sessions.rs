//! Credentials of the instance: OAuth clients, passwords and the tokens in force.
//!
//! Owns who has proved what. It reads no header and decides no role.
//! Source: reference section 2.3.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::ids;
use crate::servicenow::assertion::{Claims, JwtKey, SKEW_SECS};

/// Life of an access token in seconds, unless the registry says otherwise.
pub(crate) const ACCESS_SECONDS: i64 = 1_800;
/// Life of a refresh token in seconds: 100 days.
const REFRESH_SECONDS: i64 = 8_640_000;
/// Most tokens kept; the oldest go first. Expired ones go whenever a new one is made.
const TOKENS_MAX: usize = 10_000;

/// Most assertions remembered, to know one that comes again; the earliest to lapse go first.
const ASSERTIONS_MAX: usize = 10_000;

/// A token somebody was given.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Token {
    pub(crate) client: String,
    /// `sys_id` of the account it acts as.
    pub(crate) user: String,
    pub(crate) expires: Timestamp,
}

/// What a user name and a password prove.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Proof {
    Good,
    /// The password is right; the code of the second factor is missing or wrong.
    WantsCode,
    Bad,
}

/// What a grant answers with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Grant {
    pub(crate) access_token: String,
    pub(crate) refresh_token: Option<String>,
    pub(crate) expires_in: i64,
}

/// Which tokens are meant: those of a client, of an account, or all.
#[derive(Debug, Clone, Default)]
pub(crate) struct Whose {
    pub(crate) client: Option<String>,
    pub(crate) user: Option<String>,
}

/// Secrets and tokens.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Sessions {
    /// Client id to secret.
    clients: BTreeMap<String, String>,
    /// User name to password.
    passwords: BTreeMap<String, String>,
    access: BTreeMap<String, Token>,
    refresh: BTreeMap<String, Token>,
    issued: u64,
    /// Client id to the key that signs its assertions.
    jwt_keys: BTreeMap<String, JwtKey>,
    /// Client and `jti` of every assertion that was taken, with the second it lapses.
    assertions: BTreeMap<String, i64>,
    /// User name to the code a second factor would show; nobody else is asked for one.
    second_factors: BTreeMap<String, String>,
    /// Life of new access tokens in seconds, over what the registry says.
    access_secs: Option<i64>,
}

impl Sessions {
    pub(crate) fn add_client(&mut self, id: &str, secret: &str) {
        self.clients.insert(id.to_owned(), secret.to_owned());
    }

    pub(crate) fn add_password(&mut self, user_name: &str, password: &str) {
        self.passwords.insert(user_name.to_owned(), password.to_owned());
    }

    pub(crate) fn client_proves(&self, id: &str, secret: &str) -> bool {
        self.clients.get(id).is_some_and(|known| known == secret)
    }

    pub(crate) fn password_proves(&self, user_name: &str, password: &str) -> bool {
        self.passwords.get(user_name).is_some_and(|known| known == password)
    }

    pub(crate) fn add_jwt_key(&mut self, client: &str, key: JwtKey) {
        self.jwt_keys.insert(client.to_owned(), key);
    }

    pub(crate) fn jwt_key(&self, client: &str) -> Option<&JwtKey> {
        self.jwt_keys.get(client)
    }

    /// Takes an assertion once: a second time it is refused until it would have lapsed anyway.
    pub(crate) fn first_use(&mut self, client: &str, claims: &Claims, now: Timestamp) -> bool {
        self.assertions.retain(|_, lapses| *lapses > now.as_second());
        if self.assertions.len() >= ASSERTIONS_MAX
            && let Some(first) = self.assertions.iter().min_by_key(|(_, at)| **at).map(|(key, _)| key.clone())
        {
            self.assertions.remove(&first);
        }
        let key = format!("{client} {}", claims.jti);
        let lapses = claims.exp.max(now.as_second()).saturating_add(SKEW_SECS);
        self.assertions.insert(key, lapses).is_none()
    }

    /// Asks an account for a second factor from now on, or no longer.
    pub(crate) fn ask_second_factor(&mut self, user_name: &str, code: Option<String>) {
        match code {
            Some(code) => self.second_factors.insert(user_name.to_owned(), code),
            None => self.second_factors.remove(user_name),
        };
    }

    /// Accounts that are asked for a second factor.
    pub(crate) fn second_factors(&self) -> impl Iterator<Item = &str> {
        self.second_factors.keys().map(String::as_str)
    }

    /// What a user name and a password prove; the code of a second factor stands behind the password.
    pub(crate) fn sign_in(&self, user_name: &str, password: &str) -> Proof {
        match self.second_factors.get(user_name) {
            None if self.password_proves(user_name, password) => Proof::Good,
            Some(code)
                if password
                    .strip_suffix(code.as_str())
                    .is_some_and(|rest| self.password_proves(user_name, rest)) =>
            {
                Proof::Good
            }
            Some(code) => {
                let bare = |length: usize| password.get(..length).unwrap_or_default();
                let without = bare(password.len().saturating_sub(code.len()));
                let half = [password, without].into_iter().any(|one| self.password_proves(user_name, one));
                if half { Proof::WantsCode } else { Proof::Bad }
            }
            None => Proof::Bad,
        }
    }

    /// Gives new tokens this life, and the ones in force at most as much from now on.
    pub(crate) fn set_access_life(&mut self, seconds: Option<i64>, now: Timestamp) {
        self.access_secs = seconds;
        if let Some(seconds) = seconds {
            for token in self.access.values_mut() {
                token.expires = token.expires.min(later(now, seconds));
            }
        }
    }

    pub(crate) fn access_life(&self) -> Option<i64> {
        self.access_secs
    }

    /// Ends tokens before their time and says how many.
    pub(crate) fn revoke(&mut self, whose: &Whose, refresh_too: bool) -> usize {
        let kept = |_: &String, token: &mut Token| {
            let client = whose.client.as_ref().is_none_or(|client| *client == token.client);
            !(client && whose.user.as_ref().is_none_or(|user| *user == token.user))
        };
        let before = self.access.len() + self.refresh.len();
        self.access.retain(kept);
        if refresh_too {
            self.refresh.retain(kept);
        }
        before - self.access.len() - self.refresh.len()
    }

    /// The account an access token acts as, while it is alive.
    pub(crate) fn bearer(&self, token: &str, now: Timestamp) -> Option<&Token> {
        self.access.get(token).filter(|token| token.expires > now)
    }

    /// The account a refresh token was given for, while it is alive.
    pub(crate) fn refresher(&self, token: &str, now: Timestamp) -> Option<&Token> {
        self.refresh.get(token).filter(|token| token.expires > now)
    }

    /// Gives the live token of this client and account with what is left of its life, or a new one.
    pub(crate) fn grant(&mut self, who: &Token, refreshable: bool, now: Timestamp) -> Grant {
        self.access.retain(|_, token| token.expires > now);
        self.refresh.retain(|_, token| token.expires > now);
        let access = live(&self.access, who).unwrap_or_else(|| {
            let name = self.fresh_name("access_token");
            put(&mut self.access, &name, who.clone());
            name
        });
        let refresh_token = refreshable.then(|| {
            live(&self.refresh, who).unwrap_or_else(|| {
                let name = self.fresh_name("refresh_token");
                put(&mut self.refresh, &name, Token { expires: later(now, REFRESH_SECONDS), ..who.clone() });
                name
            })
        });
        let expires = self.access.get(&access).map_or(who.expires, |token| token.expires);
        Grant {
            access_token: access,
            refresh_token,
            expires_in: expires.duration_since(now).as_secs().max(0),
        }
    }

    fn fresh_name(&mut self, kind: &str) -> String {
        self.issued += 1;
        let halves = [1, 2].map(|half| ids::hex32(kind, &format!("{}/{half}", self.issued)));
        halves.concat()
    }
}

/// A moment some seconds ahead.
pub(crate) fn later(now: Timestamp, seconds: i64) -> Timestamp {
    now.checked_add(SignedDuration::from_secs(seconds)).unwrap_or(Timestamp::MAX)
}

fn live(tokens: &BTreeMap<String, Token>, who: &Token) -> Option<String> {
    let mut same = tokens.iter().filter(|(_, token)| token.client == who.client && token.user == who.user);
    same.next().map(|(name, _)| name.clone())
}

fn put(tokens: &mut BTreeMap<String, Token>, name: &str, token: Token) {
    if tokens.len() >= TOKENS_MAX
        && let Some(oldest) =
            tokens.iter().min_by_key(|(_, token)| token.expires).map(|(name, _)| name.clone())
    {
        tokens.remove(&oldest);
    }
    tokens.insert(name.to_owned(), token);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_live_token_is_given_again_with_what_is_left_of_its_life() {
        let now: Timestamp = "2026-11-23T10:00:00Z".parse().unwrap();
        let mut sessions = Sessions::default();
        let who = |now| Token { client: "c".into(), user: "u".into(), expires: later(now, ACCESS_SECONDS) };
        let first = sessions.grant(&who(now), false, now);
        let soon = later(now, 600);
        let second = sessions.grant(&who(soon), false, soon);
        assert_eq!((second.access_token.clone(), second.expires_in), (first.access_token.clone(), 1_200));
        let past = later(now, ACCESS_SECONDS);
        assert!(sessions.bearer(&first.access_token, past).is_none());
        assert_ne!(sessions.grant(&who(past), false, past).access_token, first.access_token);
    }
}
