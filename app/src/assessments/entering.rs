//! The test that is being entered, as its views read and change it.

use leptos::prelude::*;

use super::test_form::{Filled, TestForm, TestPart};

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

    pub fn change(&self, change: impl FnOnce(&mut TestForm)) {
        self.0.update(|form| {
            if let Some(form) = form {
                change(form);
            }
        });
    }

    pub fn filled(&self, place: usize) -> Filled {
        self.read(|form| form.filled(place))
    }

    /// What was typed into the cell.
    pub fn typed(&self, place: usize) -> String {
        self.read(|form| form.cells.get(place).map(|cell| cell.typed.clone()).unwrap_or_default())
    }
}

/// One part of the test on the screen, and which of its trials is chosen.
#[derive(Clone, Copy)]
pub struct OpenPart {
    pub form: Entering,
    pub part: TestPart,
    pub chosen: RwSignal<usize>,
}

impl OpenPart {
    /// The part with its first trial chosen.
    pub fn new(form: Entering, part: TestPart) -> Self {
        let first = form.now(|form| form.cells_of(part).first().copied().unwrap_or_default());
        Self { form, part, chosen: RwSignal::new(first) }
    }

    pub fn filled(&self) -> Filled {
        self.form.filled(self.chosen.get())
    }

    /// Changes the chosen trial.
    pub fn change(&self, change: impl FnOnce(&mut TestForm, usize)) {
        let chosen = self.chosen.get_untracked();
        self.form.change(|form| change(form, chosen));
    }

    /// Goes on to the next trial of the part that is still empty.
    pub fn go_on(&self) {
        let chosen = self.chosen.get_untracked();
        let next = self.form.now(|form| {
            let mut places = form.cells_of(self.part).into_iter();
            places.find(|place| *place > chosen && form.filled(*place) == Filled::Empty)
        });
        if let Some(next) = next {
            self.chosen.set(next);
        }
    }
}
