//! The one way out to a remote system, as seen from both ends: nodes hold a [`Reader`], the runtime
//! holds the [`Transport`]. The HTTP behind it is the `http` crate's.

use std::marker::PhantomData;

use futures::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};

use crate::{Answer, Error, Method, Request};

/// One remote system that nodes are written for, such as Azure AD.
pub trait System: Send + Sync + 'static {
    /// First part of the names of its nodes, such as `azure_ad`.
    const NAME: &'static str;
    /// Name for people, such as `Azure AD`.
    const TITLE: &'static str;
    /// Last path segments of POST requests that only read, such as `checkMemberGroups`.
    const READ_POSTS: &'static [&'static str];
    /// Whether its nodes need a configured connection.
    const CONNECTED: bool = true;
}

/// One configured tenant or instance.
pub trait Transport: Send + Sync {
    /// Name of the system behind it.
    fn system(&self) -> &'static str;

    /// How long a request that was sent may still take effect after its connection broke.
    fn landing(&self) -> SignedDuration;

    /// Sends a request that changes nothing.
    ///
    /// Gives every definite answer, also 4xx ones, with their fault.
    ///
    /// # Errors
    /// [`Error::NotYet`] where repeating later may help, [`Error::Refused`] where the connection
    /// itself is refused. Never [`Error::Unknown`]: a read has nothing to be unsure of.
    fn read<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Answer, Error>>;

    /// Sends a change. Only the runtime calls this, after the intent is on disk.
    ///
    /// Nothing is sent after `before` (UTC), however long a limit or a token made it wait: whoever looks for
    /// the change later counts from the recorded intent.
    ///
    /// # Errors
    /// All three kinds; [`Error::Unknown`] whenever the change may have happened, [`Error::NotYet`] when it
    /// was too late to send it.
    fn send<'a>(&'a self, request: &'a Request, before: Timestamp) -> BoxFuture<'a, Result<Answer, Error>>;
}

/// The reading half of a connection, for nodes of one system.
pub struct Reader<'a, S> {
    transport: &'a dyn Transport,
    system: PhantomData<S>,
}

impl<'a, S: System> Reader<'a, S> {
    /// The reader over a connection of this system.
    #[must_use]
    pub fn new(transport: &'a dyn Transport) -> Self {
        Self { transport, system: PhantomData }
    }

    /// Sends a GET, or a POST of the system's list of reading ones.
    ///
    /// # Errors
    /// As [`Transport::read`]; and [`Error::Refused`] for any request that could write.
    pub async fn read(&self, request: &Request) -> Result<Answer, Error> {
        if !only_reads::<S>(request) {
            let summary = format!("{} is not a read and is not sent by a reader", request.describe());
            return Err(Error::refused("CN012", summary));
        }
        self.transport.read(request).await
    }
}

fn only_reads<S: System>(request: &Request) -> bool {
    match (&request.method, &request.target) {
        (Method::Get, _) => true,
        (Method::Post, crate::Target::Path { segments, .. }) => {
            segments.last().is_some_and(|last| S::READ_POSTS.contains(&last.as_str()))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Directory;

    impl System for Directory {
        const NAME: &'static str = "directory";
        const TITLE: &'static str = "Directory";
        const READ_POSTS: &'static [&'static str] = &["checkMemberGroups"];
    }

    #[test]
    fn only_gets_and_listed_posts_read() {
        let reads = |method, segments: &[&str]| only_reads::<Directory>(&Request::new(method, segments));
        assert!(reads(Method::Get, &["users"]));
        assert!(reads(Method::Post, &["users", "1", "checkMemberGroups"]));
        assert!(!reads(Method::Post, &["users"]));
        assert!(!reads(Method::Post, &["checkMemberGroups", "users"]));
        assert!(!reads(Method::Patch, &["users", "checkMemberGroups"]));
        assert!(!reads(Method::Delete, &["users", "1"]));
    }
}
