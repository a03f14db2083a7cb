//! Who was tested again and who was missed, and how many of these had left, on pages: new ages and shares, or the last shown
//! ones with their day where new ones would tell of a few people.

use super::super::figures::Profile;
use super::super::suppression::{Step, Steps};
use super::Page;
use super::coming::{are_few_moved, part};
use crate::time::Day;

pub(super) fn settle(page: &mut Page, earlier: &[Page], last: Option<&Page>, steps: Steps) {
    page.profiles_as_of = page.report.profiles.as_ref().map(|_| page.made_on);
    if steps.takes(Step::ProfilesStay) && moves_few(page, earlier) {
        page.report.profiles = last.and_then(|last| last.report.profiles.clone());
        page.profiles_as_of = last.and_then(|last| last.profiles_as_of);
    }
    page.missed_as_of = page.report.missed.as_ref().map(|_| page.made_on);
    if steps.takes(Step::ProfilesStay) && leaves_few(page, earlier) {
        page.report.missed = last.and_then(|last| last.report.missed.clone());
        page.missed_as_of = last.and_then(|last| last.missed_as_of);
    }
}

/// Whether a few more or fewer were missed, had left, or were still there, than on an earlier page of the period.
fn leaves_few(page: &Page, earlier: &[Page]) -> bool {
    let Some(now) = &page.report.missed else { return false };
    let mut before = page.beside_in_period(earlier).filter_map(|other| other.report.missed.as_ref());
    before.any(|before| are_few_moved((part(before), part(now))))
}

/// Whether, on one side, a few more or fewer are there, or are women, or men, than on an earlier page of the period.
fn moves_few(page: &Page, earlier: &[Page]) -> bool {
    let Some(now) = &page.report.profiles else { return false };
    let mut before = page.beside_in_period(earlier).filter_map(|other| other.report.profiles.as_ref());
    before
        .any(|before| is_moved_by_few(&before.retested, &now.retested) || is_moved_by_few(&before.missed, &now.missed))
}

fn is_moved_by_few(before: &Profile, now: &Profile) -> bool {
    let all = |of: &Profile| of.n.value().map(|n| (0, *n));
    are_few_moved((part(&before.women), part(&now.women))) || are_few_moved((all(before), all(now)))
}

impl Page {
    /// The day from which it is who was tested again and who was missed; nothing where it is as new as the page.
    pub fn profiles_kept(&self) -> Option<Day> {
        self.profiles_as_of.filter(|as_of| *as_of != self.made_on)
    }

    /// The same of how many of those who were missed had left.
    pub fn missed_kept(&self) -> Option<Day> {
        self.missed_as_of.filter(|as_of| *as_of != self.made_on)
    }
}
