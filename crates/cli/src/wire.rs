//! Puts everything together: the catalogue of this binary, connections from the configuration, the host
//! of the HTTP client. The only place that names every connector.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use anyhow::Result;
use drawbridge_core::graph::{Blueprint, VertexKind};
use drawbridge_http::Host;
use drawbridge_runtime::{Clock, Connections, Entropy};
use drawbridge_sandbox::Endpoints;
use drawbridge_sdk::{BoxFuture, Catalog, Secret, Transport};
use jiff::Timestamp;

use crate::config::Connection;
use crate::problem::Problem;

/// Every node that this binary knows.
pub(crate) fn catalog() -> Catalog {
    let lists: Vec<_> = [drawbridge_azure_ad::NODES, drawbridge_servicenow::NODES].concat();
    Catalog::new(&[lists, vec![drawbridge_builtin::NODES]].concat())
}

/// Time and chance, as handed to everything below.
#[derive(Clone)]
pub(crate) struct Surroundings {
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
}

impl drawbridge_http::Clock for Surroundings {
    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    fn sleep_until(&self, at: Timestamp) -> BoxFuture<'_, ()> {
        self.clock.sleep_until(at)
    }
}

impl drawbridge_http::Entropy for Surroundings {
    fn next(&self) -> u64 {
        self.entropy.next_u64()
    }
}

/// The transports of these connections. Sends nothing yet.
///
/// # Errors
/// A [`Problem`] for a URL that cannot be used.
pub(crate) fn connect(
    connections: &BTreeMap<String, Connection>,
    surroundings: &Surroundings,
) -> Result<Connections> {
    let surroundings = Arc::new(surroundings.clone());
    let host = Host { clock: surroundings.clone(), entropy: surroundings };
    let mut connected = Connections::default();
    for (name, connection) in connections {
        let transport: Result<Arc<dyn Transport>, drawbridge_http::Error> = match connection {
            Connection::AzureAd(config) => drawbridge_azure_ad::connect(config, host.clone()),
            Connection::Servicenow(config) => drawbridge_servicenow::connect(config, host.clone()),
        };
        let transport = transport.map_err(|error| {
            Problem::new(error.code(), format!("connection `{name}`: {error}")).help(error.help())
        })?;
        connected.insert(name, transport);
    }
    Ok(connected)
}

/// Looks whether every node that a workflow uses finds its connection, before anything starts.
///
/// # Errors
/// A [`Problem`] that names all that is missing.
pub(crate) fn complete(blueprint: &Blueprint, connections: &Connections) -> Result<()> {
    let catalog = catalog();
    let missing: BTreeSet<String> = uses(blueprint)
        .filter_map(|(node, connection)| connections.find(catalog.get(node)?, connection).err())
        .map(|fault| fault.summary)
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let missing: Vec<String> = missing.into_iter().collect();
    Err(Problem::new("ST025", missing.join("; "))
        .help("add the connections to `drawbridge.yaml` (see `docs/configuration.md`), or rehearse with `--sandbox`")
        .into())
}

/// Every node that a workflow calls, with the connection it names.
fn uses(blueprint: &Blueprint) -> impl Iterator<Item = (&str, Option<&str>)> {
    blueprint.graph.node_weights().flat_map(|vertex| match &vertex.kind {
        VertexKind::Action(step) => vec![(step.action.as_str(), step.connection.as_deref())],
        VertexKind::Approval(gate) => {
            let people = gate.stages.iter().flat_map(|stage| &stage.approvers);
            let people = people.map(|source| (source.source.as_str(), source.connection.as_deref()));
            people.chain([(gate.via.as_str(), gate.connection.as_deref())]).collect()
        }
        _ => Vec::new(),
    })
}

/// The connections to a sandbox.
pub(crate) fn sandbox_connections(endpoints: &Endpoints) -> BTreeMap<String, Connection> {
    let azure_ad = drawbridge_azure_ad::Config {
        tenant_id: endpoints.azure_ad.tenant_id.clone(),
        client_id: endpoints.azure_ad.client_id.clone(),
        client_secret: Secret::new(endpoints.azure_ad.client_secret.clone()),
        graph_url: endpoints.azure_ad.graph.clone(),
        authority_url: endpoints.azure_ad.authority.clone(),
    };
    let servicenow = drawbridge_servicenow::Config {
        instance_url: endpoints.servicenow.instance.clone(),
        client_id: endpoints.servicenow.client_id.clone(),
        client_secret: Secret::new(endpoints.servicenow.client_secret.clone()),
    };
    BTreeMap::from([
        ("sandbox_azure_ad".to_owned(), Connection::AzureAd(azure_ad)),
        ("sandbox_servicenow".to_owned(), Connection::Servicenow(servicenow)),
    ])
}
