//! What makes a password good enough, and what changes with it.
//!
//! Owns the rules. A password is stored and never shown.
//!
//! Source: microsoft-graph.md sections 2 (message) and 7 (rules).

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::azure_ad::errors::GraphError;
use crate::azure_ad::model::schema::Kind;
use crate::azure_ad::state::tenant::{Tenant, seconds};

/// Shortest and longest password. The service's other rule: three of four sorts of characters.
const CHARS_MIN: usize = 8;
const CHARS_MAX: usize = 256;

/// Words that count as one character. The service does not publish its list.
const BANNED: [&str; 6] = ["password", "passwort", "welcome", "qwerty", "letmein", "contoso"];

/// Characters a password must have after each banned word was counted as one.
const POINTS_MIN: usize = 5;

/// Refuses a password that is too short or long, too plain, or made of banned words.
///
/// # Errors
/// 400 with the one message the service has for all of it.
pub(crate) fn check(password: &str) -> Result<(), GraphError> {
    let sorts: [fn(char) -> bool; 4] =
        [|c| c.is_lowercase(), |c| c.is_uppercase(), |c| c.is_ascii_digit(), |c| !c.is_alphanumeric()];
    let used = sorts.iter().filter(|sort| password.chars().any(**sort)).count();
    let fits = (CHARS_MIN..=CHARS_MAX).contains(&password.chars().count());
    if fits && used >= 3 && points(password) >= POINTS_MIN {
        return Ok(());
    }
    Err(GraphError::bad_request(
        "The specified password does not comply with password complexity requirements. Please provide a \
         different password.",
    ))
}

/// Characters that are left over, with a banned word as one of them.
fn points(password: &str) -> usize {
    let plain = |c: char| match c {
        '0' => 'o',
        '1' => 'l',
        '$' => 's',
        '@' => 'a',
        other => other,
    };
    let mut text: String = password.to_lowercase().chars().map(plain).collect();
    for word in BANNED {
        text = text.replace(word, "*");
    }
    text.chars().count()
}

/// Whether this is a user's password. Nobody knows the seeded ones, so any text is taken for them.
pub(crate) fn is_current(tenant: &Tenant, user: &str, password: &str) -> bool {
    let stored = tenant.find(Kind::User, user).and_then(|user| user.properties.get("passwordProfile"));
    let stored = stored.and_then(|profile| profile.get("password")).and_then(Value::as_str);
    !password.is_empty() && stored.is_none_or(|stored| stored == password)
}

/// The properties of an update that gives a user another password profile; what it leaves out stays.
pub(crate) fn changes(tenant: &Tenant, user: &str, now: Timestamp, profile: &Value) -> Map<String, Value> {
    let stored = tenant.find(Kind::User, user).and_then(|user| user.properties.get("passwordProfile"));
    let mut merged = stored.and_then(Value::as_object).cloned().unwrap_or_default();
    merged.extend(profile.as_object().cloned().unwrap_or_default());
    let mut changes = Map::new();
    changes.insert("passwordProfile".to_owned(), Value::Object(merged));
    if profile.get("password").is_some() {
        changes.extend(moments(now));
    }
    changes
}

/// Gives a user a password.
pub(crate) fn set(tenant: &mut Tenant, user: &str, now: Timestamp, profile: &Value) {
    let changes = changes(tenant, user, now, profile);
    tenant.update(now, user, changes);
}

/// What a new password dates anew: itself and the sign-ins that count.
pub(crate) fn moments(now: Timestamp) -> [(String, Value); 2] {
    ["lastPasswordChangeDateTime", "signInSessionsValidFromDateTime"]
        .map(|name| (name.to_owned(), json!(seconds(now))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_long_enough_mixed_and_no_common_word() {
        for good in ["Ex4mple-pass", "Sommer-2026-Regen", "aB3aB3aB"] {
            assert!(check(good).is_ok(), "{good}");
        }
        for bad in ["", "aB3-", "alllowercase", "ALLUPPER1234", "P@ssw0rd1!", "Contoso1!", "Welcome123"] {
            assert!(check(bad).is_err(), "{bad}");
        }
        assert!(check(&"aB3".repeat(86)).is_err(), "longer than 256");
    }
}
