//! The model on pages: a part of it changes only where nothing follows of the few who came to it, or went.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use super::super::figures::ModelFigures;
use super::super::follow_up::Compared;
use super::super::modelled::Behind;
use super::super::report::WindowName;
use super::super::suppression::{Shown, Step, Steps};
use super::Page;
use super::differences::{Block, conflict};
use crate::assessments::OutcomeMeasure;
use crate::time::Day;

/// The days from which the parts of one model are: earlier than the page where newer numbers would tell too much.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ModelDays {
    pub m3: Day,
    pub m6: Day,
    pub m12: Day,
    pub at_start: Day,
}

impl ModelDays {
    const fn all(day: Day) -> Self {
        Self { m3: day, m6: day, m12: day, at_start: day }
    }

    pub(in crate::outcomes) const fn of(&self, part: ModelPart) -> Day {
        match part {
            ModelPart::Window(WindowName::M3) => self.m3,
            ModelPart::Window(WindowName::M6) => self.m6,
            ModelPart::Window(WindowName::M12) => self.m12,
            ModelPart::AtStart => self.at_start,
        }
    }

    const fn set(&mut self, part: ModelPart, day: Day) {
        match part {
            ModelPart::Window(WindowName::M3) => self.m3 = day,
            ModelPart::Window(WindowName::M6) => self.m6 = day,
            ModelPart::Window(WindowName::M12) => self.m12 = day,
            ModelPart::AtStart => self.at_start = day,
        }
    }
}

impl Page {
    /// The day from which an estimate is, or the start where no window is given; nothing where it is as new as the page.
    pub fn model_kept(&self, outcome: OutcomeMeasure, window: Option<WindowName>) -> Option<Day> {
        let part = window.map_or(ModelPart::AtStart, ModelPart::Window);
        self.model_as_of.get(&outcome).map(|days| days.of(part)).filter(|day| *day != self.made_on)
    }
}

/// What of a model stays or changes as one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::outcomes) enum ModelPart {
    Window(WindowName),
    AtStart,
}

impl ModelPart {
    pub const ALL: [Self; 4] =
        [Self::Window(WindowName::M3), Self::Window(WindowName::M6), Self::Window(WindowName::M12), Self::AtStart];

    /// On whom the part leans.
    pub const fn sets(self) -> [ModelSet; 2] {
        match self {
            Self::Window(window) => [ModelSet::All(window), ModelSet::Measured(window)],
            Self::AtStart => [ModelSet::Retested, ModelSet::Missed],
        }
    }
}

/// People on whom a part of a model leans.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::outcomes) enum ModelSet {
    /// Everybody in the model, as the estimate of a window has them.
    All(WindowName),
    /// Those with a number in the window.
    Measured(WindowName),
    Retested,
    Missed,
}

impl ModelSet {
    pub fn people(self, behind: &Behind) -> &[Compared] {
        match self {
            Self::All(_) => &behind.all,
            Self::Measured(WindowName::M3) => &behind.windows[0],
            Self::Measured(WindowName::M6) => &behind.windows[1],
            Self::Measured(WindowName::M12) => &behind.windows[2],
            Self::Retested => &behind.retested,
            Self::Missed => &behind.missed,
        }
    }

    /// How many they are, and what is told of them.
    pub fn told(self, model: &ModelFigures) -> (Shown<u64>, Shown<f64>) {
        match self {
            Self::All(window) => (model.change.of(window).people, model.change.of(window).change),
            Self::Measured(window) => (model.change.of(window).n, model.change.of(window).change),
            Self::Retested => (model.at_start.retested.n, model.at_start.retested.mean),
            Self::Missed => (model.at_start.missed.n, model.at_start.missed.mean),
        }
    }
}

/// Shows each part of each model anew, or keeps the last shown one with its day, or hides it.
pub(super) fn settle(
    page: &mut Page,
    earlier: &[Page],
    last: Option<&Page>,
    modelled: &BTreeMap<OutcomeMeasure, Behind>,
    steps: Steps,
) {
    let outcomes: Vec<OutcomeMeasure> = page.report.model.keys().copied().collect();
    for outcome in outcomes {
        let mut days = ModelDays::all(page.made_on);
        for part in ModelPart::ALL {
            let behind = modelled.get(&outcome).filter(|_| steps.takes(Step::ModelStays));
            let may_change = behind.is_none_or(|behind| may_change(page, (outcome, part), earlier, behind, steps));
            if let Some(day) = (!may_change).then(|| keep_or_hide(page, (outcome, part), last)).flatten() {
                days.set(part, day);
            }
        }
        page.model_as_of.insert(outcome, days);
    }
}

fn may_change(
    page: &Page,
    (outcome, part): (OutcomeMeasure, ModelPart),
    earlier: &[Page],
    behind: &Behind,
    steps: Steps,
) -> bool {
    // Of the people of a window no estimate is newer than their mean.
    if let ModelPart::Window(window) = part
        && !page.has_new(window, outcome)
    {
        return false;
    }
    part.sets().into_iter().all(|set| {
        let told = |other: &Page| told(other, (outcome, part), set);
        let others: Vec<Block> = page.beside(earlier).filter_map(told).collect();
        told(page).is_none_or(|new| !conflict(outcome, &new, &others, set.people(behind), steps).mean)
    })
}

/// What a page tells of some of the people of a part.
fn told(page: &Page, (outcome, part): (OutcomeMeasure, ModelPart), set: ModelSet) -> Option<Block> {
    let (n, mean) = set.told(page.report.model.get(&outcome)?);
    let as_of = page.model_as_of.get(&outcome).map_or(page.made_on, |days| days.of(part));
    mean.value()?;
    Some(Block::of_mean(page, as_of, &n))
}

/// Puts the last shown part in the place of the new one and tells its day; where there was none, hides the new one.
fn keep_or_hide(page: &mut Page, (outcome, part): (OutcomeMeasure, ModelPart), last: Option<&Page>) -> Option<Day> {
    let kept = last.and_then(|last| {
        let shows = part.sets().into_iter().any(|set| told(last, (outcome, part), set).is_some());
        let model = last.report.model.get(&outcome).filter(|_| shows)?;
        let day = last.model_as_of.get(&outcome).map_or(last.made_on, |days| days.of(part));
        Some((model, day))
    });
    let model = page.report.model.get_mut(&outcome)?;
    match (kept, part) {
        (Some((old, _)), ModelPart::Window(window)) => {
            model.change.of_mut(window).clone_from(old.change.of(window));
        }
        (Some((old, _)), ModelPart::AtStart) => model.at_start.clone_from(&old.at_start),
        (None, ModelPart::Window(window)) => {
            let change = model.change.of_mut(window);
            change.change.hide();
            change.ci.hide();
        }
        (None, ModelPart::AtStart) => {
            let start = &mut model.at_start;
            start.retested.mean.hide();
            start.missed.mean.hide();
            start.diff.hide();
            start.ci.hide();
        }
    }
    kept.map(|(_, day)| day)
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::{first_day, settings, town};
    use super::super::super::{PageKind, compute_for_page};
    use super::super::publish;
    use super::*;
    use crate::outcomes::dataset::Period;

    fn page(number: u64, after: i64, earlier: &[Page], correction: Option<&str>) -> Page {
        let (from, made_on) = (first_day(), first_day().plus_days(after));
        let period = Period { from, to: from.plus_days(364), cut_off: made_on };
        let computed = compute_for_page(&town(number), &period, PageKind::Year, &settings());
        publish(&computed, PageKind::Year, made_on, earlier, correction.map(str::to_owned))
    }

    fn parts(page: &Page) -> Vec<(Day, bool)> {
        let of = |(outcome, days): (&OutcomeMeasure, &ModelDays)| {
            ModelPart::ALL.map(|part| {
                let shown = part.sets().into_iter().any(|set| told(page, (*outcome, part), set).is_some());
                (days.of(part), shown)
            })
        };
        page.model_as_of.iter().flat_map(of).collect()
    }

    #[test]
    fn a_part_is_new_or_stays_with_its_day_and_a_correction_replaces_it() {
        let (mut fresh, mut kept) = (0, 0);
        for number in 0..40 {
            let first = page(number, 420, &[], None);
            let second = page(number, 480, std::slice::from_ref(&first), None);
            let corrected = page(number, 480, std::slice::from_ref(&first), Some("a wrong day"));
            for (day, shown) in parts(&second).into_iter().filter(|(_, shown)| *shown) {
                assert!(shown && [first.made_on, second.made_on].contains(&day));
                if day == second.made_on { fresh += 1 } else { kept += 1 }
            }
            assert!(parts(&corrected).iter().all(|(day, _)| *day == corrected.made_on));
        }
        assert!(fresh > 0 && kept > 0, "{fresh} {kept}");
    }

    #[test]
    fn a_page_opens_with_its_model_as_it_was() {
        let page = page(0, 480, &[], None);
        let opened = Page::open(&page.to_json(), PageKind::Year, page.made_on).unwrap();
        assert_eq!(opened, page);
    }

    #[test]
    fn pages_of_a_season_have_no_model_and_none_is_fitted_for_them() {
        let (from, made_on) = (first_day(), first_day().plus_days(600));
        let period = Period { from, to: from.plus_days(118), cut_off: made_on };
        let of = |number: u64, kind: PageKind| compute_for_page(&town(number), &period, kind, &settings());
        let has_model = |number: &u64| !of(*number, PageKind::Year).report.model.is_empty();
        let number = (0..20).find(has_model).expect("a town with enough people");
        assert!(of(number, PageKind::Season).report.model.is_empty());
        // Of a report that has one, a page of a season does not tell it either.
        let season = publish(&of(number, PageKind::Year), PageKind::Season, made_on, &[], None);
        assert!(season.report.model.is_empty() && season.model_as_of.is_empty());
        assert!(season.report.hidden.iter().all(|path| !path.starts_with("model.")));
        // A report that is no page does: who is followed for a year may have started in one spring.
        let computed = of(number, PageKind::Year);
        let alone = crate::outcomes::publishing::alone(&computed, PageKind::Season, made_on);
        assert_eq!(alone.report.model, computed.report.model);
        assert!(alone.report.model.values().all(|model| model.levels.is_some()));
    }
}
