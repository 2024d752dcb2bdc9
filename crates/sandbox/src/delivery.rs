//! Sending requests out: one after another, at virtual times, to programs on this machine only.
//!
//! Owns the queue with its due times, the schedule of retries, the bounds of a request and the log of
//! attempts. It knows no platform's shapes: each makes its own parcels and judges the outcomes.

use std::collections::VecDeque;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use reqwest::header::CONTENT_TYPE;
use reqwest::redirect::Policy;
use reqwest::{Client, Method, Response, Url};
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;

use crate::clock;

/// How long a receiver may take to answer.
const TIMEOUT: Duration = Duration::from_secs(10);

/// An answer that took longer is a slow one.
const SLOW_AFTER: Duration = Duration::from_millis(2_900);

/// What is said when nobody answered in time.
pub(crate) const TIMED_OUT: &str = "Read timed out";

/// Most of an answer that is read, in bytes.
const ANSWER_BYTES_MAX: usize = 8 * 1024;

/// Most entries that wait at one time; the oldest go first.
const WAITING_MAX: usize = 10_000;

/// Most attempts kept in the log; the oldest go first.
const LOG_MAX: usize = 1_000;

/// Most parcels sent in one round, so that a round ends.
const ROUND_MAX: usize = 1_000;

/// One request, ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Parcel {
    pub(crate) method: String,
    pub(crate) url: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

/// What came back.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Outcome {
    /// Absent where nobody answered.
    pub(crate) status: Option<u16>,
    /// Why nobody answered; empty otherwise.
    pub(crate) error: String,
    /// Media type of the answer, in lower case and without parameters.
    pub(crate) media_type: String,
    /// Text of the answer, up to 8 KiB.
    pub(crate) body: String,
    /// Whether the answer took so long that it counts as slow.
    pub(crate) is_slow: bool,
}

/// When a parcel that failed is sent again.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Schedule {
    /// The wait after the first attempt, in seconds; it doubles with each further one.
    pub(crate) first_secs: u64,
    /// The longest wait, in seconds.
    pub(crate) longest_secs: u64,
    pub(crate) attempts_max: u32,
}

impl Schedule {
    /// The wait after so many attempts, in seconds; nothing when there is to be no further one.
    pub(crate) fn wait_secs(self, attempts: u32) -> Option<u64> {
        let doubled = 1_u64.checked_shl(attempts.saturating_sub(1)).unwrap_or(u64::MAX);
        let wait = self.first_secs.saturating_mul(doubled).min(self.longest_secs);
        (attempts < self.attempts_max).then_some(wait)
    }
}

/// One attempt, as the log shows it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Attempt {
    /// Number of the entry in the queue.
    pub(crate) number: u64,
    /// Virtual time at which the outcome was known.
    pub(crate) at: Timestamp,
    /// 1 for the first attempt.
    pub(crate) attempt: u32,
    pub(crate) method: String,
    pub(crate) url: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
    pub(crate) status: Option<u16>,
    pub(crate) error: String,
}

/// Something that waits to be sent.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Entry<T> {
    /// 1 for the first entry of this world, without gaps.
    pub(crate) number: u64,
    pub(crate) due: Timestamp,
    pub(crate) attempts: u32,
    /// What the platform needs to make the parcel.
    pub(crate) letter: T,
    /// Whether it is being sent. A state that is kept in the meantime sends it again.
    #[serde(skip)]
    under_way: bool,
}

/// What waits, and what was tried.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Queue<T> {
    waiting: Vec<Entry<T>>,
    log: VecDeque<Attempt>,
    given: u64,
}

impl<T> Default for Queue<T> {
    fn default() -> Self {
        Self { waiting: Vec::new(), log: VecDeque::new(), given: 0 }
    }
}

impl<T: Clone> Queue<T> {
    /// Puts something behind the others and gives its number.
    pub(crate) fn add(&mut self, due: Timestamp, letter: T) -> u64 {
        if self.waiting.len() >= WAITING_MAX {
            self.waiting.remove(0);
        }
        self.given += 1;
        self.waiting.push(Entry { number: self.given, due, attempts: 0, letter, under_way: false });
        self.given
    }

    /// Begins to send what is due: the oldest entry, or the youngest where the order is to be wrong.
    pub(crate) fn begin(&mut self, now: Timestamp, youngest_first: bool) -> Option<Entry<T>> {
        let mut due = self.waiting.iter_mut().filter(|entry| entry.due <= now && !entry.under_way);
        let entry = if youngest_first { due.next_back() } else { due.next() }?;
        entry.under_way = true;
        entry.attempts += 1;
        Some(entry.clone())
    }

    /// Ends the sending of an entry; it waits on where there is a next time, and is gone otherwise.
    pub(crate) fn end(&mut self, number: u64, again: Option<Timestamp>) {
        match again {
            None => self.waiting.retain(|entry| entry.number != number),
            Some(due) => {
                if let Some(entry) = self.waiting.iter_mut().find(|entry| entry.number == number) {
                    entry.due = due;
                    entry.under_way = false;
                }
            }
        }
    }

    pub(crate) fn note(&mut self, attempt: Attempt) {
        if self.log.len() >= LOG_MAX {
            self.log.pop_front();
        }
        self.log.push_back(attempt);
    }

    /// The attempts, oldest first.
    pub(crate) fn log(&self) -> impl Iterator<Item = &Attempt> {
        self.log.iter()
    }

    /// What waits, oldest first.
    pub(crate) fn waiting(&self) -> &[Entry<T>] {
        &self.waiting
    }

    /// Lets go of everything that waits.
    pub(crate) fn clear(&mut self) {
        self.waiting.clear();
    }
}

/// Somebody who has something to send.
pub(crate) trait Sender {
    /// Begins the next sending that is due, with the number it has in the sender's queue.
    fn begin(&self) -> Option<(u64, Parcel)>;
    /// Learns what became of it.
    fn end(&self, number: u64, parcel: Parcel, outcome: Outcome);
}

/// Carries parcels, one at a time.
#[derive(Debug)]
pub(crate) struct Courier {
    client: OnceLock<Option<Client>>,
    turn: Semaphore,
}

impl Default for Courier {
    fn default() -> Self {
        Self { client: OnceLock::new(), turn: Semaphore::new(1) }
    }
}

impl Courier {
    /// Sends everything that is due and says how many parcels that were. Rounds follow each other.
    pub(crate) async fn round(&self, sender: &impl Sender) -> usize {
        let Ok(_turn) = self.turn.acquire().await else { return 0 };
        for sent in 0..ROUND_MAX {
            let Some((number, parcel)) = sender.begin() else { return sent };
            let outcome = self.carry(&parcel).await;
            sender.end(number, parcel, outcome);
        }
        ROUND_MAX
    }

    /// Sends one parcel at once.
    pub(crate) async fn carry(&self, parcel: &Parcel) -> Outcome {
        let unsent = |error: &str| Outcome { error: error.to_owned(), ..Outcome::default() };
        let url = match target(&parcel.url) {
            Ok(url) => url,
            Err(refused) => return unsent(&refused.to_string()),
        };
        let Some(client) = self.client.get_or_init(client) else {
            return unsent("no connection can be made");
        };
        let method = Method::from_bytes(parcel.method.as_bytes()).unwrap_or(Method::POST);
        let mut request = client.request(method, url).body(parcel.body.clone());
        for (name, value) in &parcel.headers {
            request = request.header(name, value);
        }
        let sent = clock::real_now();
        match request.send().await {
            Ok(answer) => read(answer, sent).await,
            Err(error) if error.is_timeout() => unsent(TIMED_OUT),
            Err(error) if error.is_connect() => unsent("Connection refused"),
            Err(_) => unsent("Connection closed"),
        }
    }
}

async fn read(mut answer: Response, sent: Instant) -> Outcome {
    let status = Some(answer.status().as_u16());
    let media_type =
        answer.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media_type = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let mut bytes = Vec::new();
    while bytes.len() < ANSWER_BYTES_MAX
        && let Ok(Some(chunk)) = answer.chunk().await
    {
        bytes.extend_from_slice(&chunk);
    }
    bytes.truncate(ANSWER_BYTES_MAX);
    let body = String::from_utf8_lossy(&bytes).into_owned();
    let is_slow = clock::real_now().saturating_duration_since(sent) > SLOW_AFTER;
    Outcome { status, error: String::new(), media_type, body, is_slow }
}

fn client() -> Option<Client> {
    // A proxy or a redirect would lead away from this machine.
    let builder = Client::builder().no_proxy().redirect(Policy::none()).timeout(TIMEOUT);
    builder.resolve("localhost", SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).build().ok()
}

/// Why nothing is sent to an address.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TargetRefused {
    #[error("`{0}` is no http address")]
    NoAddress(String),
    #[error("`{0}` is not on this machine; the sandbox sends to loopback addresses only")]
    Elsewhere(String),
}

/// The address, if it is one of this machine.
pub(crate) fn target(text: &str) -> Result<Url, TargetRefused> {
    let none = || TargetRefused::NoAddress(text.to_owned());
    let url = Url::parse(text).map_err(|_| none())?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(none());
    }
    let host = url.host_str().ok_or_else(none)?;
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let here =
        host.eq_ignore_ascii_case("localhost") || bare.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    if here { Ok(url) } else { Err(TargetRefused::Elsewhere(text.to_owned())) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_this_machine_are_targets() {
        let check = |url: &str, expected: bool| assert_eq!(target(url).is_ok(), expected, "{url}");
        check("http://127.0.0.1:8080/hook", true);
        check("http://localhost:8080", true);
        check("https://[::1]:8443/", true);
        check("http://127.0.0.1.example.com/", false);
        check("http://10.0.0.1/", false);
        check("http://user@example.com@127.0.0.1/", true);
        check("http://127.0.0.1@example.com/", false);
        check("ftp://127.0.0.1/", false);
        check("hook", false);
    }

    #[test]
    fn waits_double_up_to_the_longest_and_end() {
        let schedule = Schedule { first_secs: 10, longest_secs: 3_600, attempts_max: 20 };
        let waits = [1, 2, 3, 10, 19, 20].map(|attempts| schedule.wait_secs(attempts));
        assert_eq!(waits, [Some(10), Some(20), Some(40), Some(3_600), Some(3_600), None]);
    }

    #[test]
    fn an_entry_is_begun_when_due_once_at_a_time_and_waits_on_if_it_failed() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let mut queue = Queue::default();
        queue.add(at(5), "a");
        queue.add(at(0), "b");
        queue.add(at(5), "c");
        assert_eq!(queue.begin(at(0), false).map(|entry| entry.letter), Some("b"));
        assert!(queue.begin(at(0), false).is_none());
        assert_eq!(queue.begin(at(5), true).map(|entry| entry.letter), Some("c"));
        queue.end(2, Some(at(9)));
        queue.end(3, None);
        let entry = queue.begin(at(9), true).unwrap();
        assert_eq!((entry.letter, entry.attempts), ("b", 2));
        assert_eq!(queue.waiting().len(), 2);
    }
}
