//! What the answers of several approvers come to together.
//!
//! Owns the counting rules of approvals, of the flow action and of the classic engine. Pure.
//! Source: reference section 12.2.

use std::collections::BTreeMap;
use std::str::FromStr;

/// One approver's answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    Approved,
    Rejected,
    /// Asked, and still silent.
    Open,
}

/// An answer and the group in whose name it is given; none for a person asked alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Vote<'a> {
    pub(crate) answer: Answer,
    pub(crate) group: &'a str,
}

/// When a decision is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rule {
    /// One of them says so.
    Any,
    /// All of them say so.
    All,
    /// All of them have answered and one of them says so.
    Responded,
    /// So many of them say so.
    Count(usize),
    /// So many of a hundred of them say so.
    Percent(usize),
    /// One of each group says so, and every person asked alone.
    EachGroup,
}

impl FromStr for Rule {
    type Err = String;

    /// `any`, `all`, `responded`, `each_group`, `count(2)` or `percent(60)`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let number = |name: &str| {
            let inside = text.strip_prefix(name)?.strip_prefix('(')?.strip_suffix(')')?;
            inside.trim().parse::<usize>().ok()
        };
        let counted = number("count").map(Self::Count).or_else(|| number("percent").map(Self::Percent));
        match text {
            "any" => Ok(Self::Any),
            "all" => Ok(Self::All),
            "responded" => Ok(Self::Responded),
            "each_group" => Ok(Self::EachGroup),
            _ => counted.ok_or_else(|| {
                let known = "`any`, `all`, `responded`, `each_group`, `count(n)` and `percent(p)`";
                format!("`{text}` is no approval rule; there are {known}")
            }),
        }
    }
}

/// How a rule stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    Met,
    Possible,
    Impossible,
}

/// The outcome of a flow's question: `approved`, `rejected`, `requested`, `not requested` or, where
/// neither rule can be met any more, `cancelled`.
pub(crate) fn outcome(approve: Rule, reject: Rule, votes: &[Vote<'_>]) -> &'static str {
    if votes.is_empty() {
        return "not requested";
    }
    let stand = |rule, wanted| standing(rule, wanted, votes);
    match (stand(reject, Answer::Rejected), stand(approve, Answer::Approved)) {
        (Standing::Met, _) => "rejected",
        (_, Standing::Met) => "approved",
        (Standing::Impossible, Standing::Impossible) => "cancelled",
        _ => "requested",
    }
}

fn standing(rule: Rule, wanted: Answer, votes: &[Vote<'_>]) -> Standing {
    let count = |answer: Answer| votes.iter().filter(|vote| vote.answer == answer).count();
    let (yes, open) = (count(wanted), count(Answer::Open));
    let needs = |needed: usize| match () {
        () if yes >= needed => Standing::Met,
        () if yes + open >= needed => Standing::Possible,
        () => Standing::Impossible,
    };
    match rule {
        Rule::Any => needs(1),
        Rule::All => needs(votes.len()),
        Rule::Count(needed) => needs(needed.max(1)),
        Rule::Percent(part) => needs((votes.len() * part.min(100)).div_ceil(100).max(1)),
        Rule::Responded if open > 0 => Standing::Possible,
        Rule::Responded => needs(1),
        Rule::EachGroup => each_group(wanted, votes),
    }
}

fn each_group(wanted: Answer, votes: &[Vote<'_>]) -> Standing {
    let mut groups: BTreeMap<(&str, usize), Standing> = BTreeMap::new();
    for (place, vote) in votes.iter().enumerate() {
        // Who is asked alone is a group of one.
        let key = if vote.group.is_empty() { ("", place) } else { (vote.group, 0) };
        let standing = match vote.answer {
            answer if answer == wanted => Standing::Met,
            Answer::Open => Standing::Possible,
            _ => Standing::Impossible,
        };
        let known = groups.entry(key).or_insert(standing);
        if standing == Standing::Met || (*known == Standing::Impossible && standing == Standing::Possible) {
            *known = standing;
        }
    }
    let has = |standing: Standing| groups.values().any(|one| *one == standing);
    match () {
        () if has(Standing::Impossible) => Standing::Impossible,
        () if has(Standing::Possible) => Standing::Possible,
        () => Standing::Met,
    }
}

/// The classic engine: any rejected, all approved, none asked, else asked.
pub(crate) fn classic<'a>(states: impl Iterator<Item = &'a str>) -> &'static str {
    let states: Vec<&str> = states
        .filter(|state| !matches!(*state, "cancelled" | "not_required" | "skipped" | "duplicate"))
        .collect();
    if states.contains(&"rejected") {
        "rejected"
    } else if states.iter().all(|state| *state == "not requested") {
        "not requested"
    } else if states.iter().all(|state| *state == "approved") {
        "approved"
    } else {
        "requested"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Votes as letters: `a`pproved, `r`ejected, `o`pen; a digit before one names its group.
    fn votes(text: &str) -> Vec<Vote<'_>> {
        text.split_whitespace()
            .map(|word| {
                let (group, letter) = word.split_at(word.len() - 1);
                let answer = match letter {
                    "a" => Answer::Approved,
                    "r" => Answer::Rejected,
                    _ => Answer::Open,
                };
                Vote { answer, group }
            })
            .collect()
    }

    #[test]
    fn every_rule_decides_at_its_own_moment() {
        for (approve, reject, answers, expected) in [
            ("any", "any", "", "not requested"),
            ("any", "any", "o o o", "requested"),
            ("any", "any", "o a o", "approved"),
            ("any", "any", "o r o", "rejected"),
            ("all", "any", "a a o", "requested"),
            ("all", "any", "a a a", "approved"),
            ("all", "any", "a r o", "rejected"),
            ("all", "all", "a r o", "cancelled"),
            ("all", "all", "r r r", "rejected"),
            ("responded", "responded", "a o", "requested"),
            ("responded", "all", "a r", "approved"),
            ("responded", "responded", "r r", "rejected"),
            ("count(2)", "count(2)", "a o o", "requested"),
            ("count(2)", "count(2)", "a a o", "approved"),
            ("count(2)", "count(2)", "a r r", "rejected"),
            ("count(2)", "count(2)", "a r", "cancelled"),
            ("count(0)", "any", "o", "requested"),
            ("percent(50)", "any", "a o o", "requested"),
            ("percent(50)", "any", "a a o", "approved"),
            ("percent(60)", "percent(60)", "a a r r", "cancelled"),
            ("percent(100)", "any", "a a", "approved"),
            ("each_group", "any", "1a 1o 2o 2o", "requested"),
            ("each_group", "any", "1a 1o 2o 2a", "approved"),
            ("each_group", "any", "1a o", "requested"),
            ("each_group", "any", "1a a", "approved"),
            ("each_group", "each_group", "1a 2r", "cancelled"),
        ] {
            let rule = |text: &str| text.parse::<Rule>().unwrap();
            let found = outcome(rule(approve), rule(reject), &votes(answers));
            assert_eq!(found, expected, "{approve}/{reject}: {answers}");
        }
        assert!("most".parse::<Rule>().is_err() && "count(x)".parse::<Rule>().is_err());
    }

    #[test]
    fn the_classic_engine_rolls_rows_up() {
        for (rows, expected) in [
            (&[][..], "not requested"),
            (&["not requested"], "not requested"),
            (&["requested", "approved"], "requested"),
            (&["approved", "not_required"], "approved"),
            (&["approved", "rejected", "requested"], "rejected"),
            (&["cancelled"], "not requested"),
        ] {
            assert_eq!(classic(rows.iter().copied()), expected, "{rows:?}");
        }
    }
}
