//! Known mistakes, which the simulator's oracle must catch. A test build can switch one of them on for a thread; in the
//! program itself there is none to switch on.

/// What a program like this one could do wrong.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mistake {
    /// The outbox forgets what a restore of the server may still ask for.
    DropsIgnoringDurable,
    /// What the server says it does not have any more is not sent again.
    GapNotResent,
    /// A bucket that does not add up is left as it is.
    DigestIgnored,
    /// A new epoch asks for everything, and gets what was never answered only.
    NewEpochSendsNothingAgain,
    /// A recording is called saved while it is left to the browser when it goes to the disk.
    SavedRelaxed,
    /// A number that another tab has taken is written over.
    NumberWrittenOver,
    /// What was answered leaves the view before the server's state with it is here.
    LeavesViewAtAnswer,
    /// The first page of a reset takes the place of all.
    ResetWithFirstPage,
    /// Nobody is told of numbers that will never come.
    HoleNotDeclared,
    /// Removals in a page are passed over.
    RemovalsIgnored,
    /// A bucket that is not granted any more stays.
    RevokedStays,
    /// A tablet goes on in a stream that another copy of it writes.
    ForkIgnored,
    /// The outbox keeps what was said of somebody who was erased.
    ErasedKeptInOutbox,
    /// What was fetched may be read for ever.
    NeverLapses,
    /// The store was thrown away, and the numbers begin anew.
    CountsFromOneAgain,
    /// What was answered once counts although something has happened to the row since.
    EarlierAnswerCounts,
    /// A row that was queued again is answered by a record beside it, which counts for none such.
    AnswerBesideChangedRow,
    /// What a record beside the rows answers is taken for part of the cache.
    AnsweredTakenForSeen,
    /// A record of answers goes with the first of its rows.
    AnswersGoWithOneRow,
    /// How old a row is goes by what the tablet's clock showed when it was recorded.
    OldByOwnClock,
}

impl Mistake {
    pub const ALL: [Self; 20] = [
        Self::DropsIgnoringDurable,
        Self::GapNotResent,
        Self::DigestIgnored,
        Self::NewEpochSendsNothingAgain,
        Self::SavedRelaxed,
        Self::NumberWrittenOver,
        Self::LeavesViewAtAnswer,
        Self::ResetWithFirstPage,
        Self::HoleNotDeclared,
        Self::RemovalsIgnored,
        Self::RevokedStays,
        Self::ForkIgnored,
        Self::ErasedKeptInOutbox,
        Self::NeverLapses,
        Self::CountsFromOneAgain,
        Self::EarlierAnswerCounts,
        Self::AnswerBesideChangedRow,
        Self::AnsweredTakenForSeen,
        Self::AnswersGoWithOneRow,
        Self::OldByOwnClock,
    ];

    #[cfg(not(any(test, feature = "testing")))]
    pub(super) const fn is_made(self) -> bool {
        false
    }

    #[cfg(any(test, feature = "testing"))]
    pub(super) fn is_made(self) -> bool {
        switch::MADE.get() == Some(self)
    }
}

#[cfg(any(test, feature = "testing"))]
mod switch {
    use super::Mistake;
    use std::cell::Cell;

    thread_local! {
        pub static MADE: Cell<Option<Mistake>> = const { Cell::new(None) };
    }
}

/// From here on this thread makes the mistake, or none.
#[cfg(any(test, feature = "testing"))]
pub fn make(mistake: Option<Mistake>) {
    switch::MADE.set(mistake);
}
