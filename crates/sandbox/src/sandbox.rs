//! The public face: start a sandbox, learn where it listens, stop it.
//!
//! Owns the two listeners and the tasks that serve them. Knows nothing of what is served.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::calls::Platform;
use crate::clock::ClockMode;
use crate::endpoints::{AzureAdEndpoint, Endpoints, ServiceNowEndpoint};
use crate::error::Error;
use crate::front::Front;
use crate::posts;
use crate::seed::company::Company;
use crate::seed::load::Seed;
use crate::server::serve;
use crate::world::World;

/// How a sandbox is started.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where Azure AD listens; ServiceNow takes the next port. Port 0 gives both a free one.
    pub listen: SocketAddr,
    /// Where the virtual time begins and whether it runs.
    pub clock: ClockMode,
    /// The company both platforms start with.
    pub seed: Seed,
}

impl Default for Options {
    /// Free ports of 127.0.0.1, a running clock, the small company.
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            clock: ClockMode::running(),
            seed: Seed::default(),
        }
    }
}

/// A running sandbox. Dropping it stops it too, without waiting for answers under way.
#[derive(Debug)]
pub struct Sandbox {
    endpoints: Endpoints,
    stop: watch::Sender<()>,
    servers: [JoinHandle<()>; 2],
    posts: JoinHandle<()>,
}

impl Sandbox {
    /// Reads the seed, listens on both ports and serves. Must be called inside a tokio runtime.
    ///
    /// # Errors
    /// `Error::Listen` and `Error::NoSecondPort` for the ports, the `Seed…` ones for the seed.
    pub async fn start(options: Options) -> Result<Self, Error> {
        let company = options.seed.load()?;
        let azure_ad = listen(options.listen).await?;
        let servicenow = listen(second_address(options.listen)?).await?;
        let endpoints = endpoints(&company, &azure_ad, &servicenow)?;
        let world = Arc::new(World::new(company, options.clock, endpoints.clone()));
        let (stop, stopped) = watch::channel(());
        let server = |listener, platform| {
            tokio::spawn(serve(listener, Front::new(Arc::clone(&world), platform), stopped.clone()))
        };
        let posts = tokio::spawn(posts::run(Arc::clone(&world), stopped.clone()));
        let servers = [server(azure_ad, Platform::AzureAd), server(servicenow, Platform::ServiceNow)];
        Ok(Self { endpoints, stop, servers, posts })
    }

    /// Where it listens and the credentials its clients use.
    pub fn endpoints(&self) -> &Endpoints {
        &self.endpoints
    }

    /// Stops listening and waits, a second at most, for answers under way.
    pub async fn stop(self) {
        drop(self.stop);
        for server in self.servers.into_iter().chain([self.posts]) {
            if let Err(error) = server.await {
                tracing::error!(%error, "sandbox server ended abnormally");
            }
        }
    }
}

async fn listen(address: SocketAddr) -> Result<TcpListener, Error> {
    TcpListener::bind(address).await.map_err(|source| Error::Listen { address, source })
}

fn second_address(first: SocketAddr) -> Result<SocketAddr, Error> {
    let port = match first.port() {
        0 => 0,
        port => port.checked_add(1).ok_or(Error::NoSecondPort { port })?,
    };
    Ok(SocketAddr::new(first.ip(), port))
}

fn endpoints(
    company: &Company,
    azure_ad: &TcpListener,
    servicenow: &TcpListener,
) -> Result<Endpoints, Error> {
    let app = company.azure_ad.apps.first().ok_or(Error::SeedLacks { what: "azure_ad.apps" })?;
    let client = company.servicenow.clients.first().ok_or(Error::SeedLacks { what: "servicenow.clients" })?;
    let graph = url(azure_ad)?;
    Ok(Endpoints {
        admin: format!("{graph}/_sandbox"),
        azure_ad: AzureAdEndpoint {
            authority: graph.clone(),
            graph,
            tenant_id: company.tenant_id(),
            client_id: app.client_id(),
            client_secret: app.secret.clone(),
        },
        servicenow: ServiceNowEndpoint {
            instance: url(servicenow)?,
            client_id: client.client_id(),
            client_secret: client.secret.clone(),
        },
    })
}

fn url(listener: &TcpListener) -> Result<String, Error> {
    let unknown = |source| Error::Listen { address: SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0)), source };
    Ok(format!("http://{}", listener.local_addr().map_err(unknown)?))
}
