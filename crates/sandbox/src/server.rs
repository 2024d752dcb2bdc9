//! Listens, accepts connections and hands their requests to a front.
//!
//! Owns sockets and connection tasks. A request that is to be dropped ends its connection
//! without a byte of answer, which is why this does not use a ready-made server.

use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use crate::faults::within::Cut;
use crate::front::Front;
use crate::line::{Line, Scissors};
use crate::origin::Scheme;

/// Most connections served at one time by one server; more wait to be accepted.
const CONNECTIONS_MAX: usize = 1024;

/// How long a client may take to send the head of a request, or to ask again on the same connection.
const HEAD_TIMEOUT: Duration = Duration::from_secs(30);

/// How long a client may take to agree on encryption.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);

/// Longest head that is read, in bytes. The door turns away shorter ones with a proper answer; what is
/// longer gets a bare status.
const HEAD_BYTES_MAX: usize = 256 * 1024;

/// Most headers of a request.
const HEADERS_MAX: usize = 512;

/// How long answers under way may take after the stop.
const STOP_GRACE: Duration = Duration::from_secs(1);

/// Pause after the operating system refused a connection, so that the loop does not spin.
const ACCEPT_PAUSE: Duration = Duration::from_millis(20);

/// Who answers behind a listener, and whether the connection is encrypted.
#[derive(Clone)]
pub(crate) struct Reception {
    pub(crate) front: Front,
    pub(crate) tls: Option<TlsAcceptor>,
}

/// Serves until `stop` changes or its sender goes away, then lets answers under way finish.
pub(crate) async fn serve(listener: TcpListener, reception: Reception, mut stop: watch::Receiver<()>) {
    let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            _ = stop.changed() => break,
            Some(_) = connections.join_next() => continue,
            accepted = accept(&listener, &places) => accepted,
        };
        let Some((stream, place)) = accepted else {
            tokio::time::sleep(ACCEPT_PAUSE).await;
            continue;
        };
        let (reception, stop) = (reception.clone(), stop.clone());
        connections.spawn(async move {
            connection(stream, reception, stop).await;
            drop(place);
        });
    }
    let drained = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(STOP_GRACE, drained).await.is_err() {
        connections.shutdown().await;
    }
}

async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> Option<(TcpStream, tokio::sync::OwnedSemaphorePermit)> {
    let place = Arc::clone(places).acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, _)) => Some((stream, place)),
        Err(error) => {
            tracing::warn!(%error, "connection not accepted");
            None
        }
    }
}

async fn connection(stream: TcpStream, reception: Reception, mut stop: watch::Receiver<()>) {
    // Answers are small and come at once: waiting to fill a packet would only add latency.
    let _ = stream.set_nodelay(true);
    let (line, scissors) = Line::new(stream);
    let Reception { front, tls } = reception;
    let Some(tls) = tls else {
        return talk(line, (front, Scheme::Http, scissors), stop).await;
    };
    let agreed = tokio::select! {
        agreed = tokio::time::timeout(HANDSHAKE_TIMEOUT, tls.accept(line)) => agreed,
        _ = stop.changed() => return,
    };
    match agreed {
        Ok(Ok(stream)) => talk(stream, (front, Scheme::Https, scissors), stop).await,
        Ok(Err(error)) => tracing::debug!(%error, "a client did not agree on encryption"),
        Err(_) => tracing::debug!("a client took too long to agree on encryption"),
    }
}

async fn talk<S>(
    stream: S,
    (front, scheme, scissors): (Front, Scheme, Scissors),
    mut stop: watch::Receiver<()>,
) where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let service = service_fn(|request| {
        let (front, scissors) = (front.clone(), scissors.clone());
        async move {
            let answer = front.answer(request, scheme).await;
            if let Err(Cut::Reset) = answer {
                scissors.reset();
            }
            answer
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_buf_size(HEAD_BYTES_MAX)
        .max_headers(HEADERS_MAX)
        .serve_connection(TokioIo::new(stream), service);
    tokio::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        _ = stop.changed() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "connection ended early");
    }
}
