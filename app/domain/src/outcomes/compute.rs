//! From rows to report: gathers the exact numbers and hands them to the gate.

use super::answers::{Answered, answered};
use super::attendance::Adherence;
use super::beside::{Divided, cells_of};
use super::by_group::by_group;
use super::dataset::{Dataset, Limits, MarkRow, Period, SessionRow, Settings};
use super::equity::{GAPS, StratumBy, cell};
use super::figures::{Change, ComingGap, Leaving, Waiting};
use super::follow_up::{Compared, FollowUps, Grid};
use super::modelled::{Behind, missed, models, profiles};
use super::person::Person;
use super::publishing::PageKind;
use super::register::Register;
use super::report::{
    AttendanceSection, ByWindow, CHANGE_OUTCOMES, FORMAT_VERSION, Flow, Gap, Report, Retention, Stratum, WayFigures,
    WindowName,
};
use super::retention::{Exit, Observed, observed, reasons};
use super::statistics::median;
use super::suppression::{ChangeNumbers, Coming, Gate, Side, Steps, StratumNumbers, Told, WayNumbers, WeekNumbers};
use super::tile_map::TilePlaces;
use crate::assessments::{OutcomeMeasure, RULE_VERSION};
use crate::people::Decision;
use crate::time::Day;
use std::collections::{BTreeMap, BTreeSet};

/// Computes the report. The result depends on nothing but the arguments and on no order of rows.
pub fn compute(data: &Dataset, period: &Period, settings: &Settings) -> Report {
    compute_alone(data, period, settings).report
}

/// [`compute`] with what is said beside the report: for figures that are held against no others, strata not even against
/// each other, and may not be published.
pub fn compute_alone(data: &Dataset, period: &Period, settings: &Settings) -> Computed {
    compute_by(data, period, settings, Gate::with(settings, Steps::ALONE), true)
}

/// [`compute`] with what a page says beside the report; without models where pages of this kind have none.
pub fn compute_for_page(data: &Dataset, period: &Period, kind: PageKind, settings: &Settings) -> Computed {
    compute_by(data, period, settings, Gate::new(settings), kind.has_model())
}

/// A report with what only pages tell of the same numbers.
pub struct Computed {
    pub report: Report,
    pub(super) gate: Gate,
    pub(super) limits: Limits,
    /// Retested, but not comparable.
    pub(super) left_out: Grid<Told>,
    /// Compared, but without a number: unable in one of the tests.
    pub(super) without_number: Grid<Told>,
    /// Out because their group ended, of those observed 90, 180 and 365 days.
    pub(super) group_ended: [Told; 3],
    /// Accepted after the test at their start; nothing where that is not known.
    pub(super) chosen_by_test: Option<Told>,
    /// Where areas stand on the map.
    pub(super) places: TilePlaces,
    /// Names that areas had before.
    pub(super) former_areas: BTreeMap<String, String>,
    /// By what each cell by group is known.
    pub(super) division_marks: BTreeMap<String, String>,
    /// Never leaves the program.
    pub(super) compared: Grid<Vec<Compared>>,
    /// Everybody, from the day on from which their staying is told; never leaves the program.
    pub(super) seen: Vec<Compared>,
    /// Who answered a question twice; never leaves the program.
    pub(super) answered: BTreeMap<OutcomeMeasure, Vec<Compared>>,
    /// Never leaves the program.
    pub(super) modelled: BTreeMap<OutcomeMeasure, Behind>,
}

/// `with_model`: whether the models are fitted, too.
pub(super) fn compute_by(
    data: &Dataset,
    period: &Period,
    settings: &Settings,
    gate: Gate,
    with_model: bool,
) -> Computed {
    let gathered = Gathered::of(data, period, settings);
    let report = gathered.report(&gate, with_model).list_hidden();
    gathered.beside(report, gate)
}

/// The exact numbers.
pub(super) struct Gathered<'a> {
    pub data: &'a Dataset,
    pub period: &'a Period,
    pub settings: &'a Settings,
    register: Register,
    pub people: Vec<Person>,
    pub follow: FollowUps,
    answered: BTreeMap<OutcomeMeasure, Answered>,
    staying: [Observed; 3],
}

impl<'a> Gathered<'a> {
    fn of(data: &'a Dataset, period: &'a Period, settings: &'a Settings) -> Self {
        let register = Register::new(data, period);
        let people = Person::all(data, &register, period);
        let follow = FollowUps::of(&register, &people, period);
        let answered = answered(&register, &people, period);
        let staying = RETENTION_DAYS.map(|days| staying(&people, days, period));
        Self { data, period, settings, register, people, follow, answered, staying }
    }

    fn report(&self, gate: &Gate, with_model: bool) -> Report {
        let Self { data, period, register, people, follow, .. } = self;
        let visits = people.iter().map(|person| person.visits).sum();
        let (strata, gaps) = equity(data, people, follow, gate, self.settings);
        Report {
            format_version: FORMAT_VERSION,
            rule_version: RULE_VERSION.to_owned(),
            municipality: data.municipality.clone(),
            from: period.from,
            to: period.to,
            cut_off: period.cut_off,
            flow: flow(data, people, follow, period, gate),
            attendance: AttendanceSection {
                weeks: gate.weeks(&weeks(data, period)),
                ..attendance(register, people, visits, period, gate)
            },
            retention: retention(&self.staying, gate),
            change: changes(follow, gate),
            groups: by_group(self, &strata, gate),
            strata,
            gaps,
            safety: gate.safety(count(data.falls.iter(), |day| period.contains(**day)), visits),
            model: if with_model { models(data, people, follow, gate) } else { BTreeMap::new() },
            way: Some(way(data, people, follow, period, gate)),
            coming: coming(data, people, gate),
            waiting: waiting(data, people, gate),
            leaving: self.leaving(gate),
            wellbeing: self.answered.iter().map(|(outcome, of)| (*outcome, gate.answers(&of.numbers))).collect(),
            profiles: profiles(data, people, follow, gate),
            missed: missed(people, follow, gate),
            hidden: Vec::new(),
        }
    }

    /// Of those who started, [`LEAVING_DAYS`] after their first visit.
    fn leaving(&self, gate: &Gate) -> Option<Leaving> {
        let reasons = reasons(started(&self.people), LEAVING_DAYS, self.period.cut_off);
        gate.leaving(&self.staying[1], &reasons)
    }

    /// The report with what only pages tell of the same numbers.
    fn beside(self, report: Report, gate: Gate) -> Computed {
        let division_marks = division_marks(self.data, &report);
        let follow = self.follow;
        let told = |of: &dyn Fn(&ChangeNumbers) -> u64| {
            std::array::from_fn(|o| std::array::from_fn(|w| gate.told(of(&follow.numbers[o][w]))))
        };
        Computed {
            report,
            left_out: told(&|numbers| numbers.retested - numbers.n),
            without_number: told(&|numbers| numbers.n - numbers.moments.n),
            group_ended: self.staying.map(|observed| gate.group_ended(&observed)),
            chosen_by_test: follow.chosen.told().map(|chosen| gate.told(chosen)),
            modelled: follow.series.iter().map(|(outcome, series)| (*outcome, Behind::of(series))).collect(),
            answered: self.answered.into_iter().map(|(outcome, of)| (outcome, of.twice)).collect(),
            places: self.settings.places.clone(),
            former_areas: self.settings.former_areas.clone(),
            division_marks,
            seen: self.people.iter().map(seen).collect(),
            compared: follow.compared,
            limits: self.settings.limits(),
            gate,
        }
    }
}

/// Of the cells by group of the report.
fn division_marks(data: &Dataset, report: &Report) -> BTreeMap<String, String> {
    let marks = data.divisions.iter().zip(&data.division_marks);
    let told = marks.filter(|(name, _)| report.groups.iter().any(|cell| cell.value == **name));
    told.map(|(name, mark)| (name.clone(), mark.clone())).collect()
}

fn count<T>(items: impl Iterator<Item = T>, wanted: impl FnMut(&T) -> bool) -> u64 {
    items.filter(wanted).fold(0, |n, _| n + 1)
}

fn changes(follow: &FollowUps, gate: &Gate) -> ByWindow<BTreeMap<OutcomeMeasure, Change>> {
    let one = |o: usize, w: usize| {
        let (numbers, change) = (&follow.numbers[o][w], gate.change(&follow.numbers[o][w]));
        Change { spread: gate.spread(numbers, &change, &follow.spread[o][w]), ..change }
    };
    let window = |w: usize| CHANGE_OUTCOMES.iter().enumerate().map(|(o, outcome)| (*outcome, one(o, w))).collect();
    ByWindow { m3: window(0), m6: window(1), m12: window(2) }
}

fn flow(data: &Dataset, people: &[Person], follow: &FollowUps, period: &Period, gate: &Gate) -> Flow {
    let applied = || data.participants.iter().filter(|p| p.applied_on.is_some_and(|day| period.contains(day)));
    let window = |w: usize| gate.follow_up(follow.sppb(w).retested, follow.sppb(w).due);
    Flow {
        participants: gate.count(count(people.iter(), |person| person.visits > 0)),
        applied: gate.count(count(applied(), |_| true)),
        accepted: gate.count(count(applied(), |p| p.decision == Some(Decision::Accepted))),
        started: gate.count(count(people.iter(), |person| person.started)),
        with_baseline: gate.count(follow.with_baseline),
        m3: window(0),
        m6: window(1),
        m12: window(2),
    }
}

/// From whom the service knows to those who improved; persons.
fn way(data: &Dataset, people: &[Person], follow: &FollowUps, period: &Period, gate: &Gate) -> WayFigures {
    let newcomers: BTreeSet<usize> = people.iter().filter(|person| person.started).map(|person| person.index).collect();
    let applied = |on: Option<Day>| on.is_some_and(|day| period.contains(day));
    let known = data.participants.iter().enumerate();
    let numbers = WayNumbers {
        known: count(known, |(index, person)| newcomers.contains(index) || applied(person.applied_on)),
        started: newcomers.len() as u64,
        ten_visits: count(people.iter(), |person| person.started && person.tenth_visit.is_some()),
        everybody: follow.sppb(0),
        of_regular: &follow.of_regular,
    };
    gate.way(&numbers)
}

fn attendance(register: &Register, people: &[Person], visits: u64, period: &Period, gate: &Gate) -> AttendanceSection {
    let known: Vec<&Adherence> = people.iter().map(|p| &p.adherence).filter(|a| a.share().is_some()).collect();
    let persons = known.len() as u64;
    let mut shares: Vec<f64> = known.iter().filter_map(|adherence| adherence.share()).collect();
    let offered: u64 = known.iter().map(|adherence| adherence.offered).sum();
    let attended: u64 = known.iter().map(|adherence| adherence.attended).sum();
    let mut worst: Vec<f64> = known.iter().filter_map(|adherence| adherence.share_with_pauses()).collect();
    // As many as a count that may be told: of fewer, two medians side by side would say that one of them is away.
    let paused = gate.count(count(known.iter(), |adherence| adherence.paused > 0));
    let tells_pauses = paused.value().is_some_and(|people| *people > 0);
    AttendanceSection {
        sessions_held: gate.sessions(count(register.held_days(), |day| period.contains(*day))),
        visits: gate.count(visits),
        adherence_median: gate.over_persons(median(&mut shares), persons),
        adherence_pooled: gate.over_persons((offered > 0).then(|| attended as f64 / offered as f64), persons),
        // Only where it is shown: what is not there is read back as it was written.
        adherence_with_pauses: tells_pauses
            .then(|| gate.over_persons(median(&mut worst), persons))
            .filter(|worst| worst.value().is_some()),
        good_adherence: gate.share(count(known.iter(), |adherence| adherence.is_good()), persons),
        weeks: Vec::new(),
    }
}

fn counts(session: &SessionRow, period: &Period) -> bool {
    session.is_held() && period.contains(session.day)
}

/// Held sessions and visits of the period, by the Monday of their week. Of a week that lies in the period in part no day is
/// told: its days would be those of the whole week on another page, less the rest.
fn weeks(data: &Dataset, period: &Period) -> BTreeMap<Day, WeekNumbers> {
    let mut weeks: BTreeMap<Day, WeekNumbers> = BTreeMap::new();
    let sessions = data.sessions.iter().zip(visits_by_session(data));
    for (session, visits) in sessions.filter(|(session, _)| counts(session, period)) {
        let monday = session.day.monday();
        let week = weeks.entry(monday).or_default();
        week.sessions += 1;
        week.visits += visits;
        if period.contains(monday) && period.contains(monday.plus_days(6)) {
            let (sessions_of_day, visits_of_day) = week.days.entry(session.day.weekday()).or_default();
            *sessions_of_day += 1;
            *visits_of_day += visits;
        }
    }
    weeks
}

/// How often somebody attended each session, by its position. Marks are many: each is counted by one addition.
fn visits_by_session(data: &Dataset) -> Vec<u64> {
    let mut visits = vec![0; data.sessions.len()];
    let is_visit = |mark: &&MarkRow| mark.mark().attended() && (mark.participant() as usize) < data.participants.len();
    for mark in data.marks.iter().filter(is_visit) {
        if let Some(visits) = visits.get_mut(mark.session as usize) {
            *visits += 1;
        }
    }
    visits
}

/// Days after the first visit at which staying on is told.
pub(super) const RETENTION_DAYS: [i64; 3] = [90, 180, 365];

/// And at which reasons are told; the second of them.
const LEAVING_DAYS: i64 = RETENTION_DAYS[1];

fn started(people: &[Person]) -> impl Iterator<Item = (Day, Option<Exit>)> {
    people.iter().filter(|person| person.started).map(|person| (person.first_visit, person.exit))
}

fn staying(people: &[Person], days: i64, period: &Period) -> Observed {
    observed(started(people), days, period.cut_off)
}

/// From when on it is told of a person whether they stayed, and why not.
fn seen(person: &Person) -> Compared {
    let first_visit = person.first_visit;
    Compared { first_visit, from_cut_off: first_visit.plus_days(LEAVING_DAYS), tenth_visit: None }
}

/// Of everybody to whom enough was offered, as good adherence is.
fn coming(data: &Dataset, people: &[Person], gate: &Gate) -> Vec<ComingGap> {
    let side = |person: &Person, (by, group, others): (StratumBy, &str, &str)| {
        let value = cell(by, &data.participants[person.index], person.first_visit, &[]);
        if value == group {
            Side::Group
        } else if value == others {
            Side::Others
        } else {
            Side::Rest
        }
    };
    let known = people.iter().filter(|person| person.adherence.share().is_some());
    let of_person = |person: &Person| {
        let (sides, is_good) = (GAPS.map(|gap| side(person, gap)), person.adherence.is_good());
        Coming { sides, is_good }
    };
    gate.coming(GAPS.map(|gap| gap.0), &known.map(of_person).collect::<Vec<_>>())
}

/// How long those who started had waited; nothing where they are too few for a median.
fn waiting(data: &Dataset, people: &[Person], gate: &Gate) -> Option<Waiting> {
    let waited = |person: &Person| {
        let applied_on = data.participants[person.index].applied_on?;
        // Whoever came first and applied later has not waited.
        (applied_on <= person.first_visit).then(|| person.first_visit.days_since(applied_on) as f64)
    };
    let mut days: Vec<f64> = people.iter().filter(|person| person.started).filter_map(waited).collect();
    let n = days.len() as u64;
    let median_days = gate.over_persons(median(&mut days), n);
    median_days.value().is_some().then(|| Waiting { n: gate.count(n), median_days })
}

fn retention(staying: &[Observed; 3], gate: &Gate) -> Retention {
    let [d90, d180, d365] = staying.map(|observed| gate.share(observed.active, observed.n));
    Retention { d90, d180, d365 }
}

fn equity(
    data: &Dataset,
    people: &[Person],
    follow: &FollowUps,
    gate: &Gate,
    settings: &Settings,
) -> (Vec<Stratum>, Vec<Gap>) {
    let divide = |by: &StratumBy| Divided::of(*by, data, people, follow, settings);
    let divided: Vec<Divided> = StratumBy::ALL.iter().filter_map(divide).collect();
    let (mut strata, mut gaps) = (Vec::new(), Vec::new());
    for (of, cells) in divided.iter().zip(cells_of(&divided, gate.hides_means(follow.sppb(0)), gate)) {
        let at = |value: &str| of.numbers.iter().zip(&cells).find(|(numbers, _)| numbers.value == value);
        for (by, disadvantaged, reference) in GAPS.into_iter().filter(|gap| gap.0 == of.by) {
            if let (Some(d), Some(r)) = (at(disadvantaged), at(reference)) {
                gaps.push(Gap {
                    by,
                    disadvantaged: disadvantaged.to_owned(),
                    reference: reference.to_owned(),
                    outcome: OutcomeMeasure::SppbTotal,
                    window: WindowName::M3,
                    change: gate.gap(d, r),
                });
            }
        }
        strata.push(Stratum { by: of.by, cells });
    }
    (strata, gaps)
}

/// The numbers of each of these cells.
pub(super) fn numbers_by<'a>(
    values: &[&'a str],
    people: &[Person],
    follow: &FollowUps,
    cell: impl Fn(&Person) -> &'a str,
) -> Vec<StratumNumbers> {
    let mut numbers: Vec<StratumNumbers> =
        values.iter().map(|value| StratumNumbers { value: (*value).to_owned(), ..StratumNumbers::default() }).collect();
    let mut shares = vec![Vec::new(); values.len()];
    let tested = follow.sppb.iter().zip(&follow.due);
    for (person, (points, due)) in people.iter().zip(tested).filter(|(person, _)| person.visits > 0) {
        let value = cell(person);
        let Some(place) = values.iter().position(|v| *v == value) else { continue };
        numbers[place].participants += 1;
        numbers[place].due += u64::from(*due);
        shares[place].extend(person.adherence.share());
        points.iter().for_each(|points| numbers[place].add(points.start.into(), points.end.into()));
    }
    for (numbers, shares) in numbers.iter_mut().zip(&mut shares) {
        numbers.adherence = (median(shares), shares.len() as u64);
    }
    numbers
}
