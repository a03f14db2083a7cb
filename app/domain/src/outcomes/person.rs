//! Whom a report counts: one line for each participant with a first visit.

use super::attendance::Adherence;
use super::dataset::{Dataset, Period};
use super::register::{History, Register};
use super::retention::{Exit, gone_on};
use crate::time::Day;

/// Whoever came so often has come regularly for some time: a step of the way (docs/outcomes.md, The way of the new
/// participants).
const REGULAR_VISITS: usize = 10;

/// One participant with a first visit, as far as the report goes.
pub(super) struct Person {
    /// Position in the dataset.
    pub index: usize,
    pub first_visit: Day,
    /// The group of the first visit, or else the first one that they joined; nothing of visitors.
    pub group: Option<u32>,
    /// The day on which they were accepted, where it is known and not after the first visit.
    pub accepted_on: Option<Day>,
    /// The day of the tenth visit, wherever it lies; nothing where there are fewer by the cut-off.
    pub tenth_visit: Option<Day>,
    /// The first visit lies in the period.
    pub started: bool,
    /// Visits in the period.
    pub visits: u64,
    pub exit: Option<Exit>,
    /// Died or moved away.
    pub gone_on: Option<Day>,
    pub adherence: Adherence,
}

impl Person {
    pub fn all(data: &Dataset, register: &Register, period: &Period) -> Vec<Self> {
        (0..data.participants.len())
            .filter_map(|index| {
                let history = register.history(index, period.cut_off);
                let first_visit = *history.visits.first()?;
                let group = register.group_on(index, first_visit);
                let accepted_on = data.participants[index].accepted_on.filter(|day| *day <= first_visit);
                Some(Self { accepted_on, ..Self::of((index, group), first_visit, &history, period) })
            })
            .collect()
    }

    fn of((index, group): (usize, Option<u32>), first_visit: Day, history: &History, period: &Period) -> Self {
        let exit = Exit::of(history, period.cut_off);
        Self {
            index,
            first_visit,
            group,
            accepted_on: None,
            tenth_visit: history.visits.get(REGULAR_VISITS - 1).copied(),
            started: period.contains(first_visit),
            visits: history.visits.iter().filter(|day| period.contains(**day)).fold(0, |n, _| n + 1),
            exit,
            gone_on: gone_on(history),
            adherence: Adherence::of(history, exit.map(|exit| exit.day), period),
        }
    }
}
