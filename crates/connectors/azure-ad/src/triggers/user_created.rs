//! `azure_ad.user.created`: a user appeared in the tenant.
//!
//! The first round is a baseline: it learns who is there and starts nothing. After it, an id that was
//! never seen is a new user, once; a restored or replayed user is a known id. When Graph forgets where
//! the last round ended, everybody is read again and compared with what is known.
//!
//! Permissions: application `User.Read.All`.
//! Source: Microsoft Graph v1.0, delta query (`docs/reference/microsoft-graph.md`).

use std::collections::BTreeMap;

use drawbridge_sdk::{
    Ctx, Declares, Error, Fault, Known, KnownChange, Permission, Polled, Reader, Request, Seen, Target,
    Trigger, graph,
};
use jiff::SignedDuration;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::AzureAd;
use crate::wire::user::{self, DeltaItem, DeltaPage, Property, User};

pub(crate) struct UserCreated;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Input {
    /// Properties of the event besides the usual ones.
    #[serde(default)]
    #[schemars(extend("x-drawbridge-declares" = Declares::at(&[""]).besides(user::usual_names())))]
    pub(crate) select: Vec<Property>,
}

/// Most pages of one poll; a longer round goes on with the next poll.
const PAGES_MAX: usize = 10;

/// Where the last poll ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Cursor {
    phase: Phase,
    /// The `$select` that the link carries; another one needs a round of its own.
    select: String,
    /// Link to go on with; absent at the start of a round over everybody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    link: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Phase {
    /// The first round over everybody: learns, starts nothing.
    Baseline,
    /// Changes since the last round.
    Changes,
    /// A later round over everybody: what is not known is new.
    Again,
}

impl Trigger<AzureAd> for UserCreated {
    const NAME: &'static str = "azure_ad.user.created";
    const SUMMARY: &'static str = "A user was created in Azure AD";
    const EXAMPLE: &'static str = "select: [employeeId]";
    const PERMISSIONS: &'static [Permission] = &[graph("User.Read.All")];
    const EVERY: SignedDuration = SignedDuration::from_mins(1);
    type Input = Input;
    type Event = User;

    async fn poll(
        tenant: &Reader<'_, AzureAd>,
        _: &Ctx,
        input: &Input,
        known: &Known,
    ) -> Result<Polled<User>, Error> {
        let mut cursor = Cursor::of(known.cursor.as_ref(), user::select_usual_and(&input.select));
        let mut round = Round::new(known, cursor.phase);
        for _ in 0..PAGES_MAX {
            let request = cursor.request();
            let answer = tenant.read(&request).await?;
            if cursor.link.is_some() && user::must_start_anew(&answer) {
                return Ok(cursor.start_anew().after(Round::new(known, cursor.phase), false));
            }
            let page: DeltaPage = user::read(&answer)?;
            round.take(page.value);
            let ended = page.delta_link.is_some();
            cursor.link = Some(next_link(page.next_link, page.delta_link, &request)?);
            if ended {
                cursor.phase = Phase::Changes;
                return Ok(cursor.after(round, false));
            }
        }
        Ok(cursor.after(round, true))
    }
}

fn next_link(next: Option<String>, delta: Option<String>, asked: &Request) -> Result<String, Error> {
    let refuse = |summary: &str| Err(Error::Refused(Fault::new("CN010", summary)));
    match (next, delta) {
        (_, Some(link)) => Ok(link),
        (Some(link), None) if asked.target == Target::Link(link.clone()) => {
            refuse("a page of a delta round of Microsoft Graph links to itself")
        }
        (Some(link), None) => Ok(link),
        (None, None) => refuse("a page of a delta round of Microsoft Graph has no link to go on with"),
    }
}

impl Cursor {
    /// What was stored, or the start of a round where nothing fitting was.
    fn of(stored: Option<&Value>, select: String) -> Self {
        let Some(stored) = stored else { return Self { phase: Phase::Baseline, select, link: None } };
        match Self::deserialize(stored) {
            Ok(cursor) if cursor.select == select => cursor,
            Ok(cursor) => Self { select, ..cursor.start_anew() },
            Err(_) => Self { phase: Phase::Again, select, link: None },
        }
    }

    /// The start of a round over everybody; one that was a baseline stays one.
    fn start_anew(&self) -> Self {
        let phase = if self.phase == Phase::Baseline { Phase::Baseline } else { Phase::Again };
        Self { phase, select: self.select.clone(), link: None }
    }

    fn request(&self) -> Request {
        self.link.as_deref().map_or_else(|| user::delta(&self.select), Request::link)
    }

    fn after(&self, round: Round<'_>, more: bool) -> Polled<User> {
        let cursor = serde_json::to_value(self).expect("a cursor is plain data");
        Polled { events: round.events(), cursor, known: round.changes(), more }
    }
}

/// What one poll saw. The same user may come several times; the last word counts.
struct Round<'a> {
    known: &'a Known,
    phase: Phase,
    /// New users by id, with their place in the order they first appeared.
    new: BTreeMap<String, (usize, User)>,
    changes: BTreeMap<String, Option<Value>>,
}

impl<'a> Round<'a> {
    fn new(known: &'a Known, phase: Phase) -> Self {
        Self { known, phase, new: BTreeMap::new(), changes: BTreeMap::new() }
    }

    fn take(&mut self, items: Vec<DeltaItem>) {
        for DeltaItem { removed, user } in items {
            let id = user.id.clone();
            match removed {
                Some(removed) => self.remove(&id, &removed.reason),
                None => self.see(id, user),
            }
        }
    }

    fn see(&mut self, id: String, user: User) {
        let is_known = self.known.objects.contains_key(&id);
        if !is_known {
            self.changes.insert(id.clone(), Some(user::remembered()));
        }
        if !is_known && self.phase != Phase::Baseline {
            let place = self.new.get(&id).map_or(self.new.len(), |(place, _)| *place);
            self.new.insert(id, (place, user));
        }
    }

    /// A soft-deleted user stays known, so that its restore is not a creation. A purged id never returns.
    fn remove(&mut self, id: &str, reason: &str) {
        self.new.remove(id);
        if reason == "deleted" {
            self.changes.insert(id.to_owned(), None);
        } else if !self.known.objects.contains_key(id) {
            self.changes.insert(id.to_owned(), Some(user::remembered()));
        }
    }

    fn events(&self) -> Vec<Seen<User>> {
        let mut new: Vec<&(usize, User)> = self.new.values().collect();
        new.sort_by_key(|(place, _)| *place);
        new.into_iter().map(|(_, user)| Seen { id: user.id.clone(), event: user.clone() }).collect()
    }

    fn changes(self) -> Vec<KnownChange> {
        self.changes.into_iter().map(|(id, seen)| KnownChange { id, seen }).collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn known(ids: &[&str]) -> Known {
        let objects = ids.iter().map(|id| ((*id).to_owned(), user::remembered())).collect();
        Known { cursor: None, objects }
    }

    fn items(items: Value) -> Vec<DeltaItem> {
        serde_json::from_value(items).unwrap()
    }

    /// Ids of the events and, with `+` or `-`, the changes to what is known.
    fn check(phase: Phase, ids: &[&str], seen: Value, expected: (&[&str], &[&str])) {
        let known = known(ids);
        let mut round = Round::new(&known, phase);
        round.take(items(seen));
        let events: Vec<String> = round.events().into_iter().map(|seen| seen.id).collect();
        let changes: Vec<String> = round
            .changes()
            .into_iter()
            .map(|change| format!("{}{}", if change.seen.is_some() { '+' } else { '-' }, change.id))
            .collect();
        assert_eq!((events, changes), (owned(expected.0), owned(expected.1)));
    }

    fn owned(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn a_baseline_learns_and_starts_nothing() {
        check(Phase::Baseline, &[], json!([{"id": "a"}, {"id": "b"}]), (&[], &["+a", "+b"]));
    }

    #[test]
    fn an_unknown_id_is_a_creation_once_and_in_order() {
        let seen = json!([{"id": "z"}, {"id": "a"}, {"id": "k"}, {"id": "z", "department": "R&D"}]);
        check(Phase::Changes, &["k"], seen, (&["z", "a"], &["+a", "+z"]));
    }

    #[test]
    fn a_restored_user_is_not_a_creation() {
        let removed = json!([{"id": "k", "@removed": {"reason": "changed"}}]);
        check(Phase::Changes, &["k"], removed, (&[], &[]));
        check(Phase::Changes, &["k"], json!([{"id": "k"}]), (&[], &[]));
    }

    #[test]
    fn a_user_who_came_and_went_in_one_round_starts_nothing() {
        let seen = json!([{"id": "n"}, {"id": "n", "@removed": {"reason": "changed"}}]);
        check(Phase::Changes, &[], seen, (&[], &["+n"]));
    }

    #[test]
    fn a_purged_user_is_forgotten() {
        check(
            Phase::Changes,
            &["k"],
            json!([{"id": "k", "@removed": {"reason": "deleted"}}]),
            (&[], &["-k"]),
        );
    }

    #[test]
    fn a_round_over_everybody_again_starts_only_for_unknown_ids() {
        check(Phase::Again, &["a", "b"], json!([{"id": "a"}, {"id": "c"}]), (&["c"], &["+c"]));
    }

    #[test]
    fn another_select_reads_everybody_again_without_a_new_baseline() {
        let stored = json!({"phase": "changes", "select": "id", "link": "https://x/delta?t=1"});
        let fits = Cursor::of(Some(&stored), "id".to_owned());
        assert_eq!(fits.link.as_deref(), Some("https://x/delta?t=1"));
        let again = Cursor { phase: Phase::Again, select: "id,mail".to_owned(), link: None };
        assert_eq!(Cursor::of(Some(&stored), "id,mail".to_owned()), again);
        let first = Cursor { phase: Phase::Baseline, select: "id".to_owned(), link: None };
        assert_eq!(Cursor::of(None, "id".to_owned()), first);
    }

    #[test]
    fn a_page_without_a_way_on_is_refused() {
        let asked = Request::link("https://x/1");
        let link = |text: &str| Some(text.to_owned());
        assert_eq!(next_link(link("https://x/2"), None, &asked).unwrap(), "https://x/2");
        assert_eq!(next_link(None, link("https://x/1"), &asked).unwrap(), "https://x/1");
        assert!(next_link(link("https://x/1"), None, &asked).is_err());
        assert!(next_link(None, None, &asked).is_err());
    }
}
