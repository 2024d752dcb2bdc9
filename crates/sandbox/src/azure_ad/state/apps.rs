//! The applications of the tenant that may ask for tokens, and how they prove who they are.
//!
//! Owns their credentials, roles and revocations, the issuers they may be federated with, and
//! how many tokens were made. It checks no request and makes no token.
//!
//! Source: microsoft-graph.md sections 1.2 and 15.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::azure_ad::state::failures::Failures;
use crate::ids;
use crate::keys::{Certificate, PublicKey};
use crate::seed::company::{App as SeedApp, AzureAdSeed, ManagedIdentity};

/// How long a token of an application lives, in seconds of virtual time.
const LIFE_SECS: u32 = 3599;

/// How long a token of a managed identity lives, and one of a client that can be challenged.
const LONG_LIFE_SECS: u32 = 86_399;

/// Audience an external token is normally made for.
pub(crate) const EXCHANGE_AUDIENCE: &str = "api://AzureADTokenExchange";

/// Everything the login authority remembers.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Apps {
    /// By client id, in order of creation.
    list: IndexMap<String, App>,
    /// Keys of the identity providers whose tokens applications may present, by issuer.
    issuers: BTreeMap<String, Vec<PublicKey>>,
    pub(crate) failures: Failures,
    /// Overrides how long every token lives.
    pub(crate) token_life_secs: Option<u32>,
    /// What `X-IDENTITY-HEADER` must say.
    pub(crate) identity_header: String,
    /// How many tokens were made.
    issued: u64,
}

/// An application of the tenant.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct App {
    /// Short name in the seed and the admin interface.
    pub(crate) key: String,
    pub(crate) name: String,
    pub(crate) client_id: String,
    /// Id of the service principal.
    pub(crate) object_id: String,
    pub(crate) enabled: bool,
    /// Application permissions that were consented to, such as `User.Read.All`.
    pub(crate) roles: Vec<String>,
    /// Whether it is an identity of the machine the client runs on.
    pub(crate) managed_identity: Option<ManagedIdentity>,
    /// By key id.
    pub(crate) credentials: IndexMap<String, Credential>,
    pub(crate) revocation: Option<Revocation>,
    credentials_made: u32,
}

/// One way for an application to prove who it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Credential {
    Secret { value: String, expires: Option<Timestamp> },
    Certificate(Certificate),
    Federated { issuer: String, subject: String, audience: String },
}

/// Tokens of an application that are no longer taken.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Revocation {
    pub(crate) at: Timestamp,
    /// Tokens below this number.
    pub(crate) before: u64,
    /// Whether the client is told by a claims challenge how to go on.
    pub(crate) challenge: bool,
}

impl Apps {
    /// The applications of a seed, where `*` stands for all roles. Credentials that cannot be read
    /// were refused with the seed.
    pub(crate) fn seeded(seed: &AzureAdSeed, all_roles: &[String]) -> Self {
        let mut apps = Self {
            token_life_secs: seed.token_life_secs,
            identity_header: seed.identity_header.clone(),
            ..Self::default()
        };
        for issuer in &seed.issuers {
            let keys = issuer.keys.iter().filter_map(|pem| PublicKey::from_pem(pem).ok()).collect();
            apps.issuers.insert(issuer.issuer.clone(), keys);
        }
        for app in &seed.apps {
            let mut made = App::seeded(app);
            if made.roles == ["*"] {
                made.roles = all_roles.to_vec();
            }
            apps.list.insert(made.client_id.clone(), made);
        }
        apps
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &App> {
        self.list.values()
    }

    /// By client id, in any case.
    pub(crate) fn by_client_id(&self, client_id: &str) -> Option<&App> {
        self.list.get(&client_id.to_ascii_lowercase())
    }

    /// By client id, object id, key or name: what the admin interface takes.
    pub(crate) fn find(&mut self, name: &str) -> Option<&mut App> {
        let is_it = |own: &str| own.eq_ignore_ascii_case(name);
        self.list.values_mut().find(|app| {
            [&app.client_id, &app.object_id, &app.key, &app.name].into_iter().any(|own| is_it(own))
        })
    }

    /// Adds an application without credentials; nothing if one of that key is there.
    pub(crate) fn create(&mut self, key: &str, name: &str, roles: Vec<String>) -> Option<&mut App> {
        if self.list.values().any(|app| app.key == key) {
            return None;
        }
        let client_id = ids::guid("app", key);
        let app = App::new(key.to_owned(), name.to_owned(), client_id.clone(), roles);
        Some(self.list.entry(client_id).or_insert(app))
    }

    /// Keys of an issuer that was made known.
    pub(crate) fn issuer(&self, issuer: &str) -> Option<&[PublicKey]> {
        self.issuers.get(issuer).map(Vec::as_slice)
    }

    /// Makes an issuer known, or gives it other keys.
    pub(crate) fn set_issuer(&mut self, issuer: String, keys: Vec<PublicKey>) {
        self.issuers.insert(issuer, keys);
    }

    /// The next token's number.
    pub(crate) fn count_token(&mut self) -> u64 {
        self.issued += 1;
        self.issued - 1
    }

    /// Takes back all tokens an application has now.
    pub(crate) fn revoke(&mut self, name: &str, at: Timestamp, challenge: bool) -> Option<&App> {
        let before = self.issued;
        let app = self.find(name)?;
        app.revocation = Some(Revocation { at, before, challenge });
        Some(app)
    }

    /// The revocation that hits a token, if one does.
    pub(crate) fn revoked(&self, client_id: &str, number: u64) -> Option<&Revocation> {
        self.by_client_id(client_id)?.revocation.as_ref().filter(|revocation| number < revocation.before)
    }

    /// How long a token made now for this application lives: longer, if it can be challenged meanwhile.
    pub(crate) fn life_secs(&self, app: &App, can_be_challenged: bool) -> u32 {
        let long = app.managed_identity.is_some() || can_be_challenged;
        self.token_life_secs.unwrap_or(if long { LONG_LIFE_SECS } else { LIFE_SECS })
    }
}

impl App {
    fn new(key: String, name: String, client_id: String, roles: Vec<String>) -> Self {
        Self {
            key,
            name,
            object_id: ids::guid("service principal", &client_id),
            client_id,
            enabled: true,
            roles,
            managed_identity: None,
            credentials: IndexMap::new(),
            revocation: None,
            credentials_made: 0,
        }
    }

    fn seeded(seed: &SeedApp) -> Self {
        let mut app =
            Self::new(seed.key.clone(), seed.name.clone(), seed.client_id(), seed.permissions.clone());
        app.enabled = seed.enabled;
        app.managed_identity = seed.managed_identity;
        if let Some(value) = seed.secret() {
            app.add(Credential::Secret { value: value.to_owned(), expires: seed.secret_expires });
        }
        for pem in &seed.certificates {
            if let Ok(certificate) = Certificate::from_pem(pem) {
                app.add(Credential::Certificate(certificate));
            }
        }
        for federated in &seed.federated_credentials {
            app.add(Credential::Federated {
                issuer: federated.issuer.clone(),
                subject: federated.subject.clone(),
                audience: federated.audience.clone().unwrap_or_else(|| EXCHANGE_AUDIENCE.to_owned()),
            });
        }
        app
    }

    /// Registers a credential and gives its key id.
    pub(crate) fn add(&mut self, credential: Credential) -> String {
        let key_id = ids::guid("credential", &format!("{}/{}", self.client_id, self.credentials_made));
        self.credentials_made += 1;
        self.credentials.insert(key_id.clone(), credential);
        key_id
    }

    /// A secret value nobody had to think of, the same in every run.
    pub(crate) fn next_secret(&self) -> String {
        let digits = ids::hex32("secret", &format!("{}/{}", self.client_id, self.credentials_made));
        format!("sandbox~{digits}")
    }

    /// Grants or takes back an application permission; false if nothing changed.
    pub(crate) fn set_role(&mut self, role: &str, held: bool) -> bool {
        let had = self.roles.iter().any(|own| own == role);
        match held {
            true if !had => self.roles.push(role.to_owned()),
            false if had => self.roles.retain(|own| own != role),
            _ => return false,
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::load::Seed;

    #[test]
    fn what_is_dumped_comes_back_whole() {
        let company = Seed::SmallCompany.load().unwrap();
        let mut apps = Apps::seeded(&company.azure_ad, &["User.Read.All".to_owned()]);
        apps.count_token();
        apps.revoke("reader", company.founded, true).unwrap();
        assert!(apps.failures.add(crate::azure_ad::state::failures::Failure {
            code: 53003,
            app: None,
            times: Some(2)
        }));
        let dump = serde_json::to_string(&apps).unwrap();
        let mut back: Apps = serde_json::from_str(&dump).unwrap();
        assert_eq!(serde_json::to_string(&back).unwrap(), dump);
        assert_eq!(back.find("everything").unwrap().roles, ["User.Read.All"]);
        let reader = back.find("reader").unwrap().client_id.clone();
        assert!(back.revoked(&reader, 0).is_some() && back.revoked(&reader, 1).is_none());
    }
}
