//! A receiver of notifications on this machine: gives validation tokens back and keeps what it is told.

use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use tokio::net::TcpListener;

/// A request that came.
#[derive(Debug, Clone)]
pub(crate) struct Told {
    pub(crate) query: String,
    pub(crate) content_type: String,
    pub(crate) body: String,
}

#[derive(Debug)]
struct Desk {
    told: Vec<Told>,
    status: StatusCode,
}

/// Listens until the test ends.
pub(crate) struct Receiver {
    pub(crate) url: String,
    desk: Arc<Mutex<Desk>>,
}

impl Receiver {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let desk = Arc::new(Mutex::new(Desk { told: Vec::new(), status: StatusCode::ACCEPTED }));
        let router = Router::new().fallback(take).with_state(Arc::clone(&desk));
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, desk }
    }

    /// The status of all answers from now on.
    pub(crate) fn answer(&self, status: StatusCode) {
        self.desk.lock().unwrap().status = status;
    }

    /// What came since the last time.
    pub(crate) fn take(&self) -> Vec<Told> {
        std::mem::take(&mut self.desk.lock().unwrap().told)
    }
}

async fn take(
    State(desk): State<Arc<Mutex<Desk>>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: String,
) -> Response {
    let query = query.unwrap_or_default();
    let content_type = headers.get("content-type").map_or("", |value| value.to_str().unwrap()).to_owned();
    let mut desk = desk.lock().unwrap();
    desk.told.push(Told { query: query.clone(), content_type, body });
    let token = query.split('&').find_map(|pair| pair.strip_prefix("validationToken="));
    match token {
        Some(token) if desk.status.is_success() => {
            let url = reqwest::Url::parse(&format!("http://x/?t={token}")).unwrap();
            let token = url.query_pairs().next().unwrap().1.into_owned();
            (StatusCode::OK, [("content-type", "text/plain")], token).into_response()
        }
        _ => desk.status.into_response(),
    }
}
