//! How people come in: referral, application, decision, start, and how many days each step took.

use super::Application;
use crate::people::Decision;
use crate::time::Day;

/// One application with the day on which its person first came to a session on or after it.
#[derive(Clone, Copy, Debug)]
pub struct Step<'a> {
    pub application: &'a Application,
    pub started_on: Option<Day>,
}

/// How many came how far. Days are medians; nothing where nobody came so far.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Funnel {
    /// All applications.
    pub applied: usize,
    /// Those of them that somebody else made.
    pub referred: usize,
    pub decided: usize,
    pub accepted: usize,
    pub started: usize,
    /// From application to the newest decision.
    pub days_to_decision: Option<i64>,
    /// From application to the first visit.
    pub days_to_start: Option<i64>,
}

/// Counts these applications.
pub fn funnel<'a>(steps: impl IntoIterator<Item = Step<'a>>) -> Funnel {
    let (mut funnel, mut to_decision, mut to_start) = (Funnel::default(), Vec::new(), Vec::new());
    for Step { application, started_on } in steps {
        funnel.applied += 1;
        funnel.referred += usize::from(application.start.is_referral());
        if let Some(decided) = &application.decided {
            funnel.decided += 1;
            funnel.accepted += usize::from(decided.decision == Decision::Accepted);
            to_decision.push(decided.on.days_since(application.applied_on));
        }
        if let Some(started) = started_on.filter(|day| *day >= application.applied_on) {
            funnel.started += 1;
            to_start.push(started.days_since(application.applied_on));
        }
    }
    Funnel { days_to_decision: median(to_decision), days_to_start: median(to_start), ..funnel }
}

/// Of an even number the lower of the two in the middle: days are whole.
fn median(mut days: Vec<i64>) -> Option<i64> {
    days.sort_unstable();
    days.get(days.len().saturating_sub(1) / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::applications::{Answers, Channel, Decided, Start};
    use crate::ids::{ApplicationId, ParticipantId, UserId};
    use crate::people::ReferralSource;
    use crate::sync::hlc::Hlc;
    use uuid::Uuid;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn application(source: ReferralSource, decided: Option<(Decision, &str)>) -> Application {
        let (participant, applied_on) = (ParticipantId(Uuid::nil()), day("2026-09-01"));
        Application {
            id: ApplicationId::of(participant, applied_on),
            participant,
            applied_on,
            start: Start { source, channel: Channel::Phone, referred_by: None },
            started_at: Hlc::default(),
            answers: Answers::default(),
            answered_at: None,
            decided: decided.map(|(decision, on)| Decided {
                decision,
                reason: "syy".into(),
                on: day(on),
                by: UserId(Uuid::nil()),
            }),
            decided_at: None,
            offers: Vec::new(),
        }
    }

    #[test]
    fn the_funnel_counts_each_step_and_the_days_to_it() {
        let own = application(ReferralSource::Myself, Some((Decision::Accepted, "2026-09-05")));
        let referred = application(ReferralSource::HomeCare, Some((Decision::WaitingList, "2026-09-11")));
        let open = application(ReferralSource::Relative, None);
        let step = |application, started: Option<&str>| Step { application, started_on: started.map(day) };
        let counted = funnel([step(&own, Some("2026-09-15")), step(&referred, None), step(&open, Some("2026-08-01"))]);
        let wanted = Funnel {
            applied: 3,
            referred: 2,
            decided: 2,
            accepted: 1,
            started: 1,
            days_to_decision: Some(4),
            days_to_start: Some(14),
        };
        assert_eq!(counted, wanted, "who came before applying did not start by it");
        assert_eq!(funnel([]), Funnel::default());
    }
}
