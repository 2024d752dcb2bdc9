//! GV013: a reminder or an escalation that comes when the gate is over.

use crate::check::ctx::Ctx;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{DelayDoc, KindDoc};

pub(super) fn check(ctx: &Ctx<'_, '_>, found: &mut Vec<Diagnostic>) {
    for step in ctx.steps {
        let Some(KindDoc::Approval(gate)) = &step.doc.kind else { continue };
        let Some(expires) = &gate.expires else { continue };
        let mut late = |delay: &DelayDoc<'_>, what: &str| {
            if comparable(delay, &expires.after) && delay.length >= expires.after.length {
                found.push(
                    Diagnostic::warning(
                        Code::GV013,
                        delay.node.span,
                        format!("the gate is over before {what}"),
                    )
                    .label(expires.after.node.span, "it is over then")
                    .help("make it shorter than `after` of `expires`"),
                );
            }
        };
        if let Some(remind) = &gate.remind {
            late(&remind.every, "anybody is reminded");
        }
        if let Some(escalate) = &gate.escalate {
            late(&escalate.after, "anybody else is asked");
        }
    }
}

/// Whether both count the same time.
fn comparable(one: &DelayDoc<'_>, other: &DelayDoc<'_>) -> bool {
    let name = |delay: &DelayDoc<'_>| delay.calendar.map(|node| node.as_str().map(str::to_owned));
    name(one) == name(other)
}
