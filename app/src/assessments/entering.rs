//! The test that is being entered, as its views read and change it.

use domain::assessments::protocol::Tool;
use domain::assessments::{Instrument, Item};
use leptos::prelude::*;

use super::test_form::{Filled, TestForm, TestPart};
use super::timing::Moment;
use super::words::item_value;
use crate::context::{lang, use_tablet};
use crate::device::clock::BrowserClock;
use crate::texts::measure as t;
use domain::time::Clock;

/// The form while one is open; nothing before a test is chosen and after it is thrown away.
#[derive(Clone, Copy)]
pub struct Entering(pub RwSignal<Option<TestForm>>);

impl Entering {
    /// Reads the form and follows it; the usual value without one.
    pub fn read<T: Default>(&self, read: impl FnOnce(&TestForm) -> T) -> T {
        self.0.with(|form| form.as_ref().map(read).unwrap_or_default())
    }

    /// Reads the form as it is now.
    pub fn now<T: Default>(&self, read: impl FnOnce(&TestForm) -> T) -> T {
        self.0.with_untracked(|form| form.as_ref().map(read).unwrap_or_default())
    }

    pub fn change<T: Default>(&self, change: impl FnOnce(&mut TestForm) -> T) -> T {
        self.0.try_update(|form| form.as_mut().map(change).unwrap_or_default()).unwrap_or_default()
    }

    pub fn filled(&self, place: usize) -> Filled {
        self.read(|form| form.filled(place))
    }

    /// What was typed into the cell.
    pub fn typed(&self, place: usize) -> String {
        self.read(|form| form.cells.get(place).map(|cell| cell.typed.clone()).unwrap_or_default())
    }

    /// Whether a trial is under way anywhere in the test.
    pub fn is_going(&self) -> bool {
        self.read(|form| form.going().is_some())
    }

    /// Whether the test stands on paper and is typed in.
    pub fn is_from_paper(&self) -> bool {
        self.read(|form| form.from_paper)
    }

    pub fn instrument(&self) -> Option<Instrument> {
        self.now(|form| Some(form.instrument))
    }
}

/// A moment on both clocks, from an event's time stamp.
pub fn moment(stamp: f64) -> Moment {
    let origin = window().performance().map_or(0.0, |performance| performance.time_origin());
    Moment { steady: origin + stamp, wall: BrowserClock.now().millis() as f64 }
}

/// This very moment.
pub fn now() -> Moment {
    moment(window().performance().map_or(0.0, |performance| performance.now()))
}

/// One part of the test on the screen, and which of its trials is chosen.
#[derive(Clone, Copy)]
pub struct OpenPart {
    pub form: Entering,
    pub part: TestPart,
    pub chosen: RwSignal<usize>,
    /// The value is typed instead of timed.
    pub by_hand: RwSignal<bool>,
}

impl OpenPart {
    /// The part with the trial chosen with which it opens.
    pub fn new(form: Entering, part: TestPart) -> Self {
        let first = form.now(|form| form.first_of(part));
        Self { form, part, chosen: RwSignal::new(first), by_hand: RwSignal::new(false) }
    }

    /// The place of the chosen trial. An effect of a part that was just left may still ask once.
    pub fn place(&self) -> usize {
        self.chosen.try_get().unwrap_or_default()
    }

    /// Whether the value is typed although it could be timed; from paper there is nothing to time.
    pub fn is_by_hand(&self) -> bool {
        self.by_hand.try_get().unwrap_or_default() || self.form.is_from_paper()
    }

    pub fn filled(&self) -> Filled {
        self.form.filled(self.place())
    }

    /// Whether the chosen trial has a value of the timer.
    pub fn is_timed(&self) -> bool {
        let chosen = self.place();
        self.form.read(|form| form.cells.get(chosen).is_some_and(|cell| cell.raw_ms.is_some()))
    }

    pub fn item(&self) -> Option<Item> {
        let chosen = self.place();
        self.form.read(|form| form.item(chosen))
    }

    pub fn tool(&self) -> Option<Tool> {
        let chosen = self.place();
        self.form.read(|form| form.tool(chosen))
    }

    /// Changes the chosen trial.
    pub fn change(&self, change: impl FnOnce(&mut TestForm, usize)) {
        let chosen = self.chosen.get_untracked();
        self.form.change(|form| change(form, chosen));
    }

    pub fn choose(&self, place: usize) {
        self.by_hand.set(false);
        self.chosen.set(place);
    }

    /// The next trial of the part that is still empty.
    pub fn next_empty(&self) -> Option<usize> {
        let chosen = self.place();
        self.form.read(|form| {
            let mut places = form.cells_of(self.part).into_iter();
            places.find(|place| *place > chosen && form.filled(*place) == Filled::Empty)
        })
    }

    /// Goes on to the next trial of the part that is still empty.
    pub fn go_on(&self) {
        if let Some(next) = untrack(|| self.next_empty()) {
            self.choose(next);
        }
    }

    /// What was typed there; nothing of it while numbers are hidden from the group.
    pub fn typed(&self, place: usize) -> String {
        if use_tablet().privacy().get() { t::hidden_value(lang()).to_owned() } else { self.form.typed(place) }
    }

    /// The value as people read it; nothing of it while numbers are hidden from the group.
    pub fn shown(&self, place: usize, value: i64) -> String {
        if use_tablet().privacy().get() {
            return t::hidden_value(lang()).to_owned();
        }
        let told = self.form.read(|form| Some((form.instrument, form.item(place)?)));
        told.map(|(instrument, item)| item_value(lang(), instrument, item, value)).unwrap_or_default()
    }
}
