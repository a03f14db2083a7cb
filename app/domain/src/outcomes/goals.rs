//! What a council has set out to reach, beside what was reached (docs/outcomes.md, Goals): the goals of its term in the
//! officer's words, and numbers out of figures that are told already.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use super::equity::StratumBy;
use super::indicators::Followed;
use super::population::{Population, participants_75};
use super::publishing::{Page, PageKind};
use super::report::WindowName;
use super::suppression::Shown;
use crate::assessments::OutcomeMeasure;
use crate::codes::codes;
use crate::rounding::to_places;
use crate::time::Day;

/// Goals of a term at most: more than these nobody follows.
pub const MOST_GOALS: u8 = 8;

codes! {
    /// What of a goal is told in words, in the order of its row.
    pub enum GoalBlock {
        Aim = "aim",
        Actions = "actions",
        /// Who answers for it.
        Owner = "owner",
        /// Work, money, rooms.
        Resources = "resources",
        Schedule = "schedule",
    }
}

impl GoalBlock {
    /// Characters at most.
    pub const fn most(self) -> usize {
        match self {
            Self::Actions | Self::Resources => 400,
            Self::Aim | Self::Owner | Self::Schedule => 200,
        }
    }
}

/// Characters that an assessment in words has at most.
pub const MOST_OF_REVIEW: usize = 600;

codes! {
    /// What a goal is measured by: a figure of the period's page, or an indicator that others publish.
    pub enum Measured {
        /// The owner tells in words how far it came.
        Words = "words",
        Participants = "participants",
        /// Per cent of the residents aged 75 and over.
        Residents = "residents",
        /// Per cent of those of them for whom the programme is, by an estimate that the municipality has given.
        TargetGroup = "target_group",
        /// The median of persons, per cent.
        Adherence = "adherence",
        /// Per cent still there after 180 days.
        Stayed = "stayed",
        /// Per cent of those compared by the SPPB after three months, as the next.
        Improved = "improved",
        ImprovedOrKept = "improved_or_kept",
        /// Per cent of participants who live alone.
        LivingAlone = "living_alone",
        /// One of Sotkanet that is followed.
        Indicator = "indicator",
    }
}

codes! {
    /// How far a goal was reached, by whoever answers for it.
    pub enum Rating { Met = "met", Partly = "partly", NotMet = "not_met", NotKnown = "not_known" }
}

impl Measured {
    /// Told in per cent.
    pub const fn is_share(self) -> bool {
        match self {
            Self::Words | Self::Participants | Self::Indicator => false,
            Self::Residents
            | Self::TargetGroup
            | Self::Adherence
            | Self::Stayed
            | Self::Improved
            | Self::ImprovedOrKept
            | Self::LivingAlone => true,
        }
    }
}

/// Words by the language's code.
pub type ByLanguage<T> = BTreeMap<String, T>;

/// A goal as it was written last.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Goal {
    pub words: ByLanguage<BTreeMap<GoalBlock, String>>,
    pub measured: Measured,
    /// Sotkanet's number of the indicator.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub indicator: Option<i64>,
    /// Where it began, in the unit of what it is measured by; nothing where nobody has said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<f64>,
    /// By the year that was looked at.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub reviews: BTreeMap<i32, Review>,
}

/// How a year went.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Review {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rating: Option<Rating>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub words: ByLanguage<String>,
}

impl Goal {
    /// Measured by nothing yet.
    pub fn empty() -> Self {
        Self {
            words: BTreeMap::new(),
            measured: Measured::Words,
            indicator: None,
            start: None,
            target: None,
            reviews: BTreeMap::new(),
        }
    }

    /// Nothing of it is written in any language: it was taken away.
    pub fn is_empty(&self) -> bool {
        self.words.values().all(|words| words.values().all(String::is_empty))
    }

    /// What is written of it in that language.
    pub fn word(&self, language: &str, block: GoalBlock) -> &str {
        self.words.get(language).and_then(|words| words.get(&block)).map(String::as_str).unwrap_or_default()
    }

    /// The newest assessment, with its year.
    pub fn review(&self) -> Option<(i32, &Review)> {
        self.reviews.last_key_value().map(|(year, review)| (*year, review))
    }

    /// As it was assessed of that year and those before.
    #[must_use]
    pub fn until(mut self, year: i32) -> Self {
        self.reviews.retain(|of, _| *of <= year);
        self
    }
}

/// Of the residents aged 75 and over, for how many the programme is meant: the municipality's own estimate.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct TargetGroup {
    /// Per cent, above 0 and 100 at most.
    pub percent: f64,
    /// Where the estimate is from.
    pub source: String,
}

impl TargetGroup {
    /// How many of so many residents it is, to the nearest whole: it is an estimate.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of people, above nothing")]
    pub fn people(&self, residents: u64) -> u64 {
        (residents as f64 * self.percent / 100.0).round() as u64
    }
}

/// What was reached, as it is printed.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reached {
    Told {
        /// With no more decimals than `places`.
        value: f64,
        places: u8,
        of: ReachedOf,
    },
    /// A figure of so few people that it is kept back.
    Hidden,
    /// The figures of a year tell it, not those of this period.
    InYears,
    /// Nobody has the number.
    NotKnown,
}

/// From when a number is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReachedOf {
    /// The municipality's own figures of that day.
    Day(Day),
    /// An indicator's year.
    Year(i32),
}

/// A goal in a report.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ToldGoal {
    /// Its place in the list, from 1 on.
    pub number: u8,
    pub goal: Goal,
    pub reached: Reached,
}

/// What a report tells of goals, and what they are held against.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Plan {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub goals: Vec<ToldGoal>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_group: Option<TargetGroup>,
    /// Numbers of the period's last year and those before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub indicators: Vec<Followed>,
}

impl Plan {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The goals of a term by their numbers, held against the newest page of a period that ends on that day, where there is
    /// one, and against what else is known of it.
    pub fn of(
        goals: BTreeMap<u8, Goal>,
        to: Day,
        page: Option<&Page>,
        population: Option<&Population>,
        (target_group, indicators): (Option<TargetGroup>, Vec<Followed>),
    ) -> Self {
        let indicators: Vec<Followed> = indicators.into_iter().map(|one| one.until(to.year())).collect();
        let beside = Beside { population, target_group: target_group.as_ref(), indicators: &indicators };
        let tell = |(number, goal): (u8, Goal)| {
            let reached = beside.reached(&goal, page);
            ToldGoal { number, goal: goal.until(to.year()), reached }
        };
        let goals = goals.into_iter().filter(|(_, goal)| !goal.is_empty()).map(tell).collect();
        Self { goals, target_group, indicators }
    }
}

/// What goals are held against, beside a page.
struct Beside<'a> {
    population: Option<&'a Population>,
    target_group: Option<&'a TargetGroup>,
    indicators: &'a [Followed],
}

/// Of fewer participants a share says nothing that their number does not.
const LEAST_FOR_SHARES: u64 = 10;

impl Beside<'_> {
    /// Nothing but what the page tells already goes into it: a hidden figure leaves no number that could be told here.
    fn reached(&self, goal: &Goal, page: Option<&Page>) -> Reached {
        if goal.measured == Measured::Indicator {
            return self.indicator(goal.indicator);
        }
        let Some(page) = page else { return Reached::NotKnown };
        let (report, on) = (&page.report, page.made_on);
        match goal.measured {
            Measured::Words | Measured::Indicator => Reached::NotKnown,
            Measured::Participants => Reached::count(&report.flow.participants, on),
            Measured::Residents => self.of_residents(page, Some),
            Measured::TargetGroup => self.of_residents(page, |all| self.target_group.map(|group| group.people(all))),
            Measured::Adherence => Reached::share(&report.attendance.adherence_median, on),
            Measured::Stayed => Reached::share(&report.retention.d180.share, on),
            Measured::Improved | Measured::ImprovedOrKept => of_change(page, goal.measured),
            Measured::LivingAlone => living_alone(page),
        }
    }

    /// Per cent of the residents, or of those of them for whom the programme is.
    fn of_residents(&self, page: &Page, meant: impl Fn(u64) -> Option<u64>) -> Reached {
        let Some(all) = self.population.and_then(|population| meant(population.aged_75)) else {
            return Reached::NotKnown;
        };
        if page.kind != PageKind::Year {
            return Reached::InYears;
        }
        let Some(people) = participants_75(page) else { return Reached::Hidden };
        // More than there are: one of the numbers is wrong, and nobody knows which.
        if people > all || all == 0 {
            return Reached::NotKnown;
        }
        Reached::told(people as f64 / all as f64 * 100.0, 1, ReachedOf::Day(page.made_on))
    }

    fn indicator(&self, id: Option<i64>) -> Reached {
        let found = self.indicators.iter().find(|one| Some(one.id) == id);
        let newest = found.and_then(|one| Some((one.newest()?, one.decimals)));
        newest.map_or(Reached::NotKnown, |((year, value), places)| Reached::told(value, places, ReachedOf::Year(year)))
    }
}

impl Reached {
    fn told(value: f64, places: u8, of: ReachedOf) -> Self {
        Self::Told { value: to_places(value, usize::from(places)), places, of }
    }

    fn count(shown: &Shown<u64>, on: Day) -> Self {
        Self::figure(shown, |people| Self::told(*people as f64, 0, ReachedOf::Day(on)))
    }

    /// A share 0 … 1 as whole per cents.
    fn share(shown: &Shown<f64>, on: Day) -> Self {
        Self::figure(shown, |share| Self::told(share * 100.0, 0, ReachedOf::Day(on)))
    }

    fn figure<T>(shown: &Shown<T>, tell: impl Fn(&T) -> Self) -> Self {
        match shown.value() {
            Some(value) => tell(value),
            None if shown.is_hidden() => Self::Hidden,
            None => Self::NotKnown,
        }
    }

    /// The share of counts that are all told; kept back where one of them is.
    fn part(parts: &[Shown<u64>], whole: &Shown<u64>, on: Day) -> Self {
        if parts.iter().chain([whole]).any(Shown::is_hidden) {
            return Self::Hidden;
        }
        let part = parts.iter().map(|count| count.value().copied()).sum::<Option<u64>>();
        match (part, whole.value()) {
            (Some(part), Some(whole)) if *whole > 0 => {
                Self::told(part as f64 / *whole as f64 * 100.0, 0, ReachedOf::Day(on))
            }
            _ => Self::NotKnown,
        }
    }
}

/// By the SPPB, three months after the first test, of those who could be compared; pages of seasons tell no classes.
fn of_change(page: &Page, measured: Measured) -> Reached {
    let (outcome, window) = (OutcomeMeasure::SppbTotal, WindowName::M3);
    if page.kind == PageKind::Season {
        return Reached::InYears;
    }
    let Some((change, note)) = page.report.change_of(outcome, window).zip(page.note(window, outcome)) else {
        return Reached::NotKnown;
    };
    match measured {
        Measured::ImprovedOrKept => Reached::part(&[change.improved, change.kept], &change.n, note.as_of),
        _ => Reached::part(&[change.improved], &change.n, note.as_of),
    }
}

fn living_alone(page: &Page) -> Reached {
    if page.kind != PageKind::Year {
        return Reached::InYears;
    }
    let all = page.report.flow.participants;
    let stratum = page.report.strata.iter().find(|stratum| stratum.by == StratumBy::LivingAlone);
    let cell = stratum.and_then(|stratum| stratum.cells.iter().find(|cell| cell.value == "yes"));
    match cell.filter(|_| page.strata_as_of == page.made_on) {
        Some(_) if all.value().is_some_and(|people| *people < LEAST_FOR_SHARES) => Reached::Hidden,
        Some(cell) => Reached::part(&[cell.participants], &all, page.made_on),
        None => Reached::Hidden,
    }
}

#[cfg(test)]
mod tests {
    use super::super::population::Source;
    use super::super::testing;
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn goal(measured: Measured) -> Goal {
        let aim = BTreeMap::from([(GoalBlock::Aim, "Toimintakyky säilyy".to_owned())]);
        let indicator = (measured == Measured::Indicator).then_some(322);
        Goal { words: BTreeMap::from([("fi".to_owned(), aim)]), measured, indicator, ..Goal::empty() }
    }

    fn falls(years: &[(i32, f64)]) -> Followed {
        let years = years.iter().copied().collect();
        Followed { id: 322, title: "Kaatumiset".to_owned(), decimals: 1, years, loaded_on: day("2026-09-08") }
    }

    /// What a page reaches of each measure.
    fn reached(page: &Page, aged_75: u64) -> BTreeMap<Measured, Reached> {
        let population = Population { year: 2025, aged_75, source: Source::Typed("Tilastokeskus".to_owned()) };
        let group = TargetGroup { percent: 40.0, source: "Arvio".to_owned() };
        let numbered = Measured::ALL.iter().zip(1..).map(|(measured, number)| (number, goal(*measured))).collect();
        let beside = (Some(group), vec![falls(&[(2020, 312.04)])]);
        let plan = Plan::of(numbered, page.report.to, Some(page), Some(&population), beside);
        plan.goals.into_iter().map(|told| (told.goal.measured, told.reached)).collect()
    }

    /// The counts behind a measure, as the page tells them.
    fn behind(page: &Page, measured: Measured) -> Vec<Option<u64>> {
        let report = &page.report;
        let change = report.change_of(OutcomeMeasure::SppbTotal, WindowName::M3);
        let change = |of: fn(&super::super::figures::Change) -> Shown<u64>| change.and_then(|c| of(c).value().copied());
        match measured {
            Measured::Participants => vec![report.flow.participants.value().copied()],
            Measured::Residents | Measured::TargetGroup => vec![participants_75(page)],
            Measured::Improved => vec![change(|c| c.improved), change(|c| c.n)],
            Measured::ImprovedOrKept => vec![change(|c| c.improved), change(|c| c.kept), change(|c| c.n)],
            _ => Vec::new(),
        }
    }

    #[test]
    fn nothing_is_reached_in_numbers_but_what_follows_from_figures_that_the_page_tells() {
        let (mut told, mut hidden) = (BTreeMap::new(), BTreeMap::new());
        for n in 0..600 {
            let page = testing::page(n);
            for (measured, reached) in reached(&page, 4000) {
                match reached {
                    Reached::Told { .. } => {
                        assert!(behind(&page, measured).iter().all(Option::is_some), "{n} {measured}");
                        *told.entry(measured).or_insert(0) += 1;
                    }
                    Reached::Hidden => *hidden.entry(measured).or_insert(0) += 1,
                    Reached::InYears => assert_ne!(page.kind, PageKind::Year, "{n} {measured}"),
                    Reached::NotKnown => {}
                }
            }
        }
        for measured in Measured::ALL.iter().filter(|measured| **measured != Measured::Words) {
            assert!(told.contains_key(measured), "{measured} is told of some page: {told:?}");
        }
        assert!(hidden.contains_key(&Measured::ImprovedOrKept), "{hidden:?}");
        assert!(!told.contains_key(&Measured::Words));
    }

    #[test]
    fn residents_and_the_target_group_have_the_same_participants_and_other_denominators() {
        let mut both = 0;
        for n in 0..300 {
            let page = testing::page(n);
            let Some(people) = participants_75(&page).filter(|people| *people > 0 && page.kind == PageKind::Year)
            else {
                continue;
            };
            let of = reached(&page, 2500);
            let value = |measured| match &of[&measured] {
                Reached::Told { value, places: 1, of: ReachedOf::Day(on) } if *on == page.made_on => Some(*value),
                _ => None,
            };
            assert!(people <= 1000, "{people} of 40 per cent of 2,500");
            assert_eq!(value(Measured::Residents), Some((people as f64 * 0.4).round() / 10.0), "{n}");
            assert_eq!(value(Measured::TargetGroup), Some(people as f64 / 10.0), "{n}");
            // More than live there: nobody knows which of the numbers is wrong.
            assert_eq!(reached(&page, people - 1)[&Measured::Residents], Reached::NotKnown, "{n}");
            both += 1;
        }
        assert!(both > 0);
    }

    #[test]
    fn what_nobody_has_is_not_known_and_no_number_is_younger_than_the_period() {
        let of = |goal: Goal, indicators: Vec<Followed>, to: &str| {
            let plan = Plan::of(BTreeMap::from([(1, goal)]), day(to), None, None, (None, indicators));
            plan.goals[0].reached.clone()
        };
        let falls = || vec![falls(&[(2022, 312.04), (2024, 298.0)])];
        let told = |value, year| Reached::Told { value, places: 1, of: ReachedOf::Year(year) };
        assert_eq!(of(goal(Measured::Indicator), falls(), "2026-12-31"), told(298.0, 2024));
        assert_eq!(of(goal(Measured::Indicator), falls(), "2023-12-31"), told(312.0, 2022));
        assert_eq!(of(goal(Measured::Indicator), falls(), "2021-12-31"), Reached::NotKnown);
        assert_eq!(of(goal(Measured::Indicator), Vec::new(), "2026-12-31"), Reached::NotKnown);
        assert_eq!(of(goal(Measured::Participants), falls(), "2026-12-31"), Reached::NotKnown, "no page, no figure");
        let page = testing::page(1);
        let plan = |group| {
            Plan::of(
                BTreeMap::from([(1, goal(Measured::TargetGroup))]),
                page.report.to,
                Some(&page),
                None,
                (group, Vec::new()),
            )
        };
        assert_eq!(plan(None).goals[0].reached, Reached::NotKnown, "without an estimate there is no share");
    }

    #[test]
    fn a_plan_opens_as_it_was_kept_and_knows_no_assessment_of_a_later_year() {
        let review = |rating| Review {
            rating: Some(rating),
            words: BTreeMap::from([("fi".to_owned(), "Sali puuttui.".to_owned())]),
        };
        let reviews = BTreeMap::from([(2026, review(Rating::Partly)), (2027, review(Rating::Met))]);
        let goal = Goal { start: Some(3.0), target: Some(6.5), reviews, ..goal(Measured::Residents) };
        let goals = BTreeMap::from([(1, goal), (2, Goal::empty())]);
        let group = TargetGroup { percent: 12.5, source: "Arvio".to_owned() };
        let plan = Plan::of(goals, day("2026-12-31"), None, None, (Some(group), vec![falls(&[(2024, 298.0)])]));
        assert_eq!(plan.goals.len(), 1, "what was taken away is not told");
        assert_eq!(
            plan.goals[0].goal.review().map(|(year, review)| (year, review.rating)),
            Some((2026, Some(Rating::Partly)))
        );
        let text = serde_json::to_value(&plan).unwrap().to_string();
        assert_eq!(serde_json::from_str::<Plan>(&text).unwrap(), plan);
        assert!(Plan::default().is_empty() && !plan.is_empty());
    }
}
