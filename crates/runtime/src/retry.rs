//! When an attempt is made again, and when it is not: exponential with full jitter, bounded by attempts
//! and time. Sleeps nowhere; the time goes into an event.

use drawbridge_journal::StartStep;
use drawbridge_sdk::Fault;
use jiff::{SignedDuration, Timestamp};

use crate::clock::Entropy;
use crate::parts::later;

/// Longest wait before the second attempt.
const FIRST: SignedDuration = SignedDuration::from_millis(500);
/// Longest wait before any attempt, unless the platform asks for more.
const CAP: SignedDuration = SignedDuration::from_secs(60);
/// Attempts where the author names no number.
const ATTEMPTS: u32 = 6;
/// Time after which no further attempt is made, where the author names no number of attempts.
const WINDOW: SignedDuration = SignedDuration::from_mins(15);

/// What follows an attempt that changed nothing.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// Another one at this time.
    At(Timestamp),
    /// None: the usual budget is used up, somebody resumes the run.
    Stalled(Fault),
    /// None: the number that the author named is used up.
    Failed(Fault),
}

/// Decides what follows an attempt that changed nothing. `floor` is the least wait the platform named.
pub(crate) fn next(
    call: &StartStep,
    fault: &Fault,
    floor: Option<SignedDuration>,
    now: Timestamp,
    entropy: &dyn Entropy,
) -> Next {
    match call.attempts_max {
        Some(attempts) if call.tries >= attempts => return Next::Failed(fault.clone()),
        Some(_) => {}
        None => {
            let window = call.tries_since.duration_until(now);
            if call.tries >= ATTEMPTS || window >= WINDOW {
                return Next::Stalled(used_up(call.tries, fault));
            }
        }
    }
    let wait = jitter(call.tries, entropy).max(floor.unwrap_or(SignedDuration::ZERO));
    Next::At(later(now, wait))
}

/// A wait between nothing and the bound of this try, each as likely as the other.
pub(crate) fn jitter(tries: u32, entropy: &dyn Entropy) -> SignedDuration {
    let doublings = tries.saturating_sub(1).min(16);
    let bound = FIRST.saturating_mul(1 << doublings).min(CAP);
    let millis = u64::try_from(bound.as_millis()).unwrap_or(0);
    let drawn = entropy.next_u64() % (millis + 1);
    SignedDuration::from_millis(i64::try_from(drawn).unwrap_or(0))
}

/// RN007: attempts are used up.
fn used_up(tries: u32, last: &Fault) -> Fault {
    let mut fault = Fault::new("RN007", format!("{tries} attempts were used up; the last one said: {last}"))
        .help("see to it and go on with `drawbridge runs resume`");
    fault.status = last.status;
    fault.remote_code.clone_from(&last.remote_code);
    fault
}

#[cfg(test)]
mod tests {
    use drawbridge_journal::{Resume, StepPath, Turn};
    use drawbridge_sdk::IdempotencyKey;
    use serde_json::Value;

    use super::*;

    struct Fixed(u64);
    impl Entropy for Fixed {
        fn next_u64(&self) -> u64 {
            self.0
        }
    }

    fn call(tries: u32, attempts_max: Option<u32>) -> StartStep {
        StartStep {
            turn: Turn { path: StepPath::new("a"), attempt: tries, epoch: tries },
            action: "t.a.b".to_owned(),
            connection: None,
            input: Value::Null,
            key: IdempotencyKey::new("r", "a"),
            timeout: None,
            attempts_max,
            tries,
            tries_since: Timestamp::UNIX_EPOCH,
            rounds: 0,
            resume: Resume::Nothing,
            interrupted: false,
        }
    }

    #[test]
    fn waits_double_up_to_a_minute_and_never_exceed_their_bound() {
        let bounds: Vec<i128> = (1..=10)
            .map(|tries| (0..5000).map(|draw| jitter(tries, &Fixed(draw * 13)).as_millis()).max().unwrap())
            .collect();
        let longest = [500, 1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000, 60000];
        for (bound, longest) in bounds.iter().zip(longest) {
            assert!(*bound <= longest && *bound > longest * 9 / 10, "{bound} {longest}");
        }
    }

    #[test]
    fn a_named_wait_is_a_floor() {
        let fault = Fault::new("CN001", "busy");
        let floor = Some(SignedDuration::from_secs(90));
        let next = next(&call(1, None), &fault, floor, Timestamp::UNIX_EPOCH, &Fixed(u64::MAX));
        assert_eq!(next, Next::At(later(Timestamp::UNIX_EPOCH, SignedDuration::from_secs(90))));
    }

    #[test]
    fn the_usual_budget_stalls_after_six_attempts_or_fifteen_minutes_and_a_named_one_fails() {
        let fault = Fault::new("CN001", "busy");
        let late = later(Timestamp::UNIX_EPOCH, WINDOW);
        let check = |tries, max, now| next(&call(tries, max), &fault, None, now, &Fixed(0));
        assert!(matches!(check(5, None, Timestamp::UNIX_EPOCH), Next::At(_)));
        assert!(matches!(check(6, None, Timestamp::UNIX_EPOCH), Next::Stalled(_)));
        assert!(matches!(check(1, None, late), Next::Stalled(_)));
        assert!(matches!(check(2, Some(3), late), Next::At(_)));
        assert_eq!(check(3, Some(3), late), Next::Failed(fault.clone()));
    }
}
