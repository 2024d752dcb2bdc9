//! What the host hands in: time and chance. Holds no implementation; this crate reads no real clock.

use std::sync::Arc;

use futures::future::BoxFuture;
use jiff::Timestamp;

/// The time as the installation sees it; a pretend one in rehearsals.
pub trait Clock: Send + Sync {
    /// The time now, in UTC.
    fn now(&self) -> Timestamp;

    /// Ends when the time has come; at once for a time in the past.
    fn sleep_until(&self, at: Timestamp) -> BoxFuture<'_, ()>;
}

/// Where random numbers come from: ids of requests and the spread of renewals. Never used for secrets.
pub trait Entropy: Send + Sync {
    /// The next number.
    fn next(&self) -> u64;
}

/// Clock and entropy of the host. Cheap to clone.
#[derive(Clone)]
pub struct Host {
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The random numbers.
    pub entropy: Arc<dyn Entropy>,
}

impl Host {
    /// The time now, in UTC.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A fresh request id in the form of a GUID.
    pub(crate) fn request_id(&self) -> String {
        let (high, low) = (self.entropy.next(), self.entropy.next());
        format!(
            "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
            high >> 32,
            (high >> 16) & 0xffff,
            high & 0xfff,
            0x8000 | (low >> 48) & 0x3fff,
            low & 0xffff_ffff_ffff
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Fixed;

    impl Clock for Fixed {
        fn now(&self) -> Timestamp {
            Timestamp::UNIX_EPOCH
        }
        fn sleep_until(&self, _: Timestamp) -> BoxFuture<'_, ()> {
            Box::pin(std::future::ready(()))
        }
    }

    impl Entropy for Fixed {
        fn next(&self) -> u64 {
            0x0123_4567_89ab_cdef
        }
    }

    #[test]
    fn request_ids_have_the_form_of_a_random_guid() {
        let host = Host { clock: Arc::new(Fixed), entropy: Arc::new(Fixed) };
        assert_eq!(host.request_id(), "01234567-89ab-4def-8123-456789abcdef");
    }
}
