//! `drawbridge.yaml`: connections, the person key, settings of workflows, the data directory.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Result;
use drawbridge_sdk::{PersonKey, Secret};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::problem::Problem;
use crate::yaml;

/// The configuration of an installation.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Config {
    /// Data directory; `.drawbridge` beside the configuration without it.
    pub(crate) data: Option<PathBuf>,
    /// Which attributes of the two systems name the same person.
    pub(crate) person_key: PersonKey,
    /// Tenants and instances by the name that workflows may use for them.
    pub(crate) connections: BTreeMap<String, Connection>,
    /// Settings by the name of the workflow.
    pub(crate) workflows: BTreeMap<String, WorkflowConfig>,
}

/// One tenant or instance.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Connection {
    /// An Azure AD tenant, over Microsoft Graph.
    AzureAd(drawbridge_azure_ad::Config),
    /// A ServiceNow instance.
    Servicenow(drawbridge_servicenow::Config),
}

/// What an installation sets for one workflow.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct WorkflowConfig {
    /// Values for the workflow's `settings`.
    pub(crate) settings: Map<String, Value>,
}

impl Config {
    /// The settings of one workflow.
    pub(crate) fn settings(&self, workflow: &str) -> Map<String, Value> {
        self.workflows.get(workflow).map(|workflow| workflow.settings.clone()).unwrap_or_default()
    }
}

/// Reads the configuration; a file that is not there is an empty one.
///
/// # Errors
/// A [`Problem`] with line and column when it does not fit, or when a secret cannot be had.
pub(crate) fn read(path: &Path) -> Result<Config> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Config::default()),
        Err(error) => {
            return Err(Problem::new("ST022", format!("`{}` cannot be read: {error}", path.display())).into());
        }
    };
    let mut config: Config = yaml::parse(&text).map_err(|error| {
        Problem::new("ST022", format!("{}: {error}", path.display()))
            .help("see `docs/configuration.md` for every key")
    })?;
    let folder = path.parent().unwrap_or(Path::new(""));
    for (name, connection) in &mut config.connections {
        let secret = match connection {
            Connection::AzureAd(azure_ad) => &mut azure_ad.client_secret,
            Connection::Servicenow(servicenow) => &mut servicenow.client_secret,
        };
        *secret = resolve(secret, folder).map_err(|problem| {
            let text = format!("connection `{name}`: {problem}");
            Problem::new("ST023", text).help("write `client_secret: \"${env:NAME}\"` or `\"${file:path}\"`")
        })?;
    }
    Ok(config)
}

/// The secret behind a reference.
fn resolve(reference: &Secret, folder: &Path) -> Result<Secret, String> {
    let inner = reference.expose().strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
    match inner.and_then(|inner| inner.split_once(':')) {
        Some(("env", name)) => std::env::var(name)
            .map(Secret::new)
            .map_err(|_| format!("the environment variable `{name}` of the secret is not set")),
        Some(("file", path)) => std::fs::read_to_string(folder.join(path))
            .map(|text| Secret::new(text.trim_end_matches(['\r', '\n']).to_owned()))
            .map_err(|error| format!("the file `{path}` of the secret cannot be read: {error}")),
        _ => Err("the secret stands in the file itself".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> Secret {
        Secret::new(text.to_owned())
    }

    #[test]
    fn a_secret_comes_from_a_file_or_the_environment_and_never_stands_in_the_configuration() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("key"), "hunter2\n").unwrap();
        let from_file = resolve(&secret("${file:key}"), folder.path()).unwrap();
        assert_eq!(from_file.expose(), "hunter2");
        let missing = resolve(&secret("${env:DRAWBRIDGE_NO_SUCH_VARIABLE}"), folder.path()).unwrap_err();
        assert_eq!(
            missing,
            "the environment variable `DRAWBRIDGE_NO_SUCH_VARIABLE` of the secret is not set"
        );
        let inline = resolve(&secret("hunter2"), folder.path()).unwrap_err();
        assert_eq!(inline, "the secret stands in the file itself");
    }

    #[test]
    fn a_configuration_that_is_not_there_is_an_empty_one() {
        let folder = tempfile::tempdir().unwrap();
        let config = read(&folder.path().join("drawbridge.yaml")).unwrap();
        assert!(config.connections.is_empty());
    }

    #[test]
    fn an_unknown_key_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("drawbridge.yaml");
        std::fs::write(&path, "conections: {}\n").unwrap();
        let error = read(&path).unwrap_err().to_string();
        assert!(error.contains("[ST022]") && error.contains("conections"), "{error}");
    }
}
