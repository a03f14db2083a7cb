//! How often each fault and each outcome occurred: a fault that never occurs tests nothing.

use domain::sync::wire::{Outcome, Reason};
use std::collections::BTreeMap;
use std::fmt;

macro_rules! faults {
    ($($name:ident),* $(,)?) => {
        /// Everything that can go wrong.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
        pub enum Fault { $($name),* }

        impl Fault {
            pub const ALL: &[Self] = &[$(Self::$name),*];
        }
    };
}

faults! {
    RequestLost, ReplyLost, RequestTwice, ReplyTwice, Reordered, Delayed, Truncated, Partition,
    Answer401, Answer403, Answer409, Answer413, Answer429, Answer500, Answer503,
    KilledBeforeStoring, KilledAfterStoring, PowerLost, Reloaded, SecondTab, NumberTaken, Aborted, StorageFull,
    UserSwitched, TabletCloned, StreamForked,
    ServerKilled, ServerKilledInStep, TransactionConflict, TransactionsOverlap, CommitOrderSwapped, EpochChanged,
    ClockAhead, ClockBack, ClockDrift,
    RightsLost, MembershipEntered, MembershipVoided, MembershipEnded, AreaChanged, ConsentWithdrawn, PeopleMerged,
    PlaceOffered, NewerSchema,
    HeldSettled, AmendedTwice, TwoMarksOneSession,
    SignedInAnew, NewIdentity, ServerSetBack, OlderSetBack, SetBackNoticed, RowDamaged, HoleDeclared, PeopleLapsed,
    Evicted, EvictedWithAll, CacheDamaged, ServerPowerLost, FailedOver, DaysPassed, ClocksChanged, WrongZone, TabletLapsed,
    PersonErased, RowForgotten, ForgottenUnbacked, ManyUsers, ServerUpgraded, TabletUpgraded,
    AnswersTorn, AnswersStrange, AnswersGone, EarlierProgram, PresentProgram, NodesDiffer,
    HandedOut, TakenIn, TakenInAgain,
}

#[derive(Clone, Default, Debug)]
pub struct Counts {
    pub faults: BTreeMap<Fault, u64>,
    pub outcomes: BTreeMap<Outcome, u64>,
    pub reasons: BTreeMap<Reason, u64>,
    pub recorded: u64,
    pub steps: u64,
    pub schedules: u64,
}

impl Counts {
    pub fn hit(&mut self, fault: Fault) {
        *self.faults.entry(fault).or_default() += 1;
    }

    pub fn add(&mut self, other: &Self) {
        other.faults.iter().for_each(|(fault, n)| *self.faults.entry(*fault).or_default() += n);
        other.outcomes.iter().for_each(|(outcome, n)| *self.outcomes.entry(*outcome).or_default() += n);
        other.reasons.iter().for_each(|(reason, n)| *self.reasons.entry(*reason).or_default() += n);
        self.recorded += other.recorded;
        self.steps += other.steps;
        self.schedules += other.schedules;
    }

    /// Faults and outcomes that never occurred.
    pub fn missing(&self) -> Vec<String> {
        let faults = Fault::ALL.iter().filter(|fault| !self.faults.contains_key(fault)).map(|f| format!("{f:?}"));
        let outcomes = Outcome::ALL.iter().filter(|o| !self.outcomes.contains_key(o)).map(ToString::to_string);
        faults.chain(outcomes).collect()
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} schedules, {} steps, {} operations", self.schedules, self.steps, self.recorded)?;
        for outcome in Outcome::ALL {
            writeln!(f, "  outcome {outcome}: {}", self.outcomes.get(outcome).unwrap_or(&0))?;
        }
        for (reason, n) in &self.reasons {
            writeln!(f, "  reason {reason}: {n}")?;
        }
        for fault in Fault::ALL {
            writeln!(f, "  fault {fault:?}: {}", self.faults.get(fault).unwrap_or(&0))?;
        }
        Ok(())
    }
}
