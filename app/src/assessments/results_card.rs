//! The results card: what a person's tests say, on one page that is read at arm's length and printed. A pure function
//! of tests, names and language, so that the desk prints it and the tablet draws it without network.
//!
//! Values and changes alone: no band, no reference range, no ranking (docs/scoring.md, Words and Reference values).
//! Answers to questions do not stand on paper that lies about.

use domain::assessments::change::{ChangeClass, Direction, between, direction, meaningful_change};
use domain::assessments::rounds::{self, Tested};
use domain::assessments::{Assessment, Measured, OutcomeMeasure, Score, Task, comparable, scores};
use domain::devices::Help;
use domain::time::{Day, TimeOfDay};
use leptos::prelude::*;

use super::sentences::{number, sentence, verdict};
use crate::charts::{TrendPoint, trend_chart};
use crate::figures::Picture;
use crate::texts::results::{card as t, card_name as names, unit as units};
use crate::texts::{Lang, day_time, weekday_day};
use crate::ui::{Icon, IconView, OnPaper, PaperAddress};

/// As many tests fit on a page.
const MOST: usize = 4;
/// A test belongs to the newest round when it lies no more days before its last one.
const ROUND_DAYS: i64 = 60;
/// Points in a picture.
const POINTS: usize = 3;

/// The outcomes of a card, the programme's own first.
const SHOWN: [OutcomeMeasure; 12] = [
    OutcomeMeasure::SppbTotal,
    OutcomeMeasure::Chair5Time,
    OutcomeMeasure::Gait4Speed,
    OutcomeMeasure::Chair30Stands,
    OutcomeMeasure::TugTime,
    OutcomeMeasure::GripBest,
    OutcomeMeasure::SingleLegTime,
    OutcomeMeasure::Walk6Distance,
    OutcomeMeasure::Gait10UsualSpeed,
    OutcomeMeasure::Gait10MaximalSpeed,
    OutcomeMeasure::Step2Steps,
    OutcomeMeasure::ArmCurlCurls,
];

/// One test on the card.
#[derive(Clone, PartialEq, Debug)]
pub struct CardLine {
    pub outcome: OutcomeMeasure,
    /// Nothing where no day is told.
    pub measured_on: Option<Day>,
    pub title: &'static str,
    pub unit: &'static str,
    /// "Nousit tuolilta viisi kertaa 12,4 sekunnissa. Viimeksi 15,1."
    pub sentence: String,
    pub verdict: Option<&'static str>,
    pub declined: bool,
    /// The last three measured values, oldest first; where there is one alone, the test itself is drawn.
    pub points: Vec<TrendPoint>,
}

/// What comes next.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Next {
    /// The next session: its day, its time, its place.
    pub session: Option<(Day, Option<TimeOfDay>, Option<String>)>,
    pub round: Option<NextRound>,
}

/// When the person is measured again.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NextRound {
    Now,
    About(Day),
}

impl NextRound {
    /// By the first visit and the person's tests in any order; nothing where no round is to come.
    pub fn of(first_visit: Option<Day>, tests: &[Assessment], today: Day) -> Option<Self> {
        let tests: Vec<_> = tests.iter().map(Tested::of).collect();
        match rounds::due(first_visit, &tests, today) {
            Some(_) => Some(Self::Now),
            None => rounds::coming(first_visit, &tests, today).map(|(_, day)| Self::About(day)),
        }
    }
}

/// Everything on the card.
#[derive(Clone, PartialEq, Debug)]
pub struct CardView {
    pub name: String,
    pub lines: Vec<CardLine>,
    pub next: Next,
    /// Whom to call.
    pub help: Option<Help>,
}

impl CardView {
    /// The same for whoever may not learn when the person can be met: values and changes alone, without any day, month or
    /// round, and without the instructor, by whom a group is known.
    pub fn without_days(self) -> Self {
        let point = |point: TrendPoint| TrendPoint { month: String::new(), ..point };
        let line = |line: CardLine| {
            let points = line.points.into_iter().map(point).collect();
            CardLine { measured_on: None, points, ..line }
        };
        Self { lines: self.lines.into_iter().map(line).collect(), next: Next::default(), help: None, ..self }
    }
}

/// What these tests of one person say, the newest of each kind. Tests that somebody still has to decide on are left out.
pub fn card_lines(lang: Lang, tests: &[Assessment]) -> Vec<CardLine> {
    let mut tests: Vec<_> = tests.iter().filter(|test| !test.disputed).collect();
    tests.sort_by_key(|test| (test.measured_on, test.id));
    let scored: Vec<(Day, Score)> =
        tests.iter().flat_map(|test| scores(test).into_iter().map(|score| (test.measured_on, score))).collect();
    let told = |outcome: &OutcomeMeasure| {
        let own = |(_, score): &&(Day, Score)| score.outcome == *outcome && score.measured != Measured::Missing;
        line(lang, &scored.iter().filter(own).copied().collect::<Vec<_>>())
    };
    let mut lines: Vec<_> = SHOWN.iter().filter_map(told).collect();
    if let Some(newest) = lines.iter().filter_map(|line| line.measured_on).max() {
        lines.retain(|line| line.measured_on.is_some_and(|on| newest.days_since(on) <= ROUND_DAYS));
    }
    lines.truncate(MOST);
    lines
}

/// The line of one outcome's scores, from the first day to the last.
fn line(lang: Lang, scored: &[(Day, Score)]) -> Option<CardLine> {
    let ((measured_on, now), earlier) = scored.split_last()?;
    let before = earlier.last().map(|(_, score)| score);
    let (title, unit) = name_and_unit(lang, now.outcome);
    let declined = before.is_some_and(|before| between(before, now).class == ChangeClass::Declined);
    Some(CardLine {
        outcome: now.outcome,
        measured_on: Some(*measured_on),
        title,
        unit,
        sentence: sentence(lang, now, before),
        // Why it may be weaker is said once, below.
        verdict: if declined { Some(t::weaker(lang)) } else { verdict(lang, now, before) },
        declined,
        points: points(lang, scored),
    })
}

fn points(lang: Lang, scored: &[(Day, Score)]) -> Vec<TrendPoint> {
    let valued: Vec<_> = scored.iter().filter_map(|(day, score)| Some((*day, score, score.value()?))).collect();
    let last = &valued[valued.len().saturating_sub(POINTS)..];
    let mut before: Option<&Score> = None;
    let point = |(on, score, value): &(Day, &Score, i64)| {
        let less = direction(score.outcome) == Some(Direction::LessIsBetter);
        // A month is enough for a picture that is read at arm's length.
        (if less { -value } else { *value }, number(lang, score, *value), format!("{}/{}", on.month(), on.year()))
    };
    last.iter()
        .map(|one| {
            let (better, value, month) = point(one);
            let joined = before.replace(one.1).is_none_or(|before| comparable(before, one.1));
            TrendPoint { better, value, month, joined }
        })
        .collect()
}

fn name_and_unit(lang: Lang, outcome: OutcomeMeasure) -> (&'static str, &'static str) {
    match outcome {
        OutcomeMeasure::SppbTotal => (names::sppb_total(lang), units::points(lang)),
        OutcomeMeasure::Gait4Speed => (names::gait4(lang), units::speed(lang)),
        OutcomeMeasure::Gait10UsualSpeed => (names::gait10_usual(lang), units::speed(lang)),
        OutcomeMeasure::Gait10MaximalSpeed => (names::gait10_maximal(lang), units::speed(lang)),
        OutcomeMeasure::Chair5Time => (names::chair5(lang), units::seconds(lang)),
        OutcomeMeasure::TugTime => (names::tug(lang), units::seconds(lang)),
        OutcomeMeasure::Chair30Stands => (names::chair30(lang), units::times(lang)),
        OutcomeMeasure::GripBest => (names::grip(lang), units::kilograms(lang)),
        OutcomeMeasure::SingleLegTime => (names::single_leg(lang), units::seconds(lang)),
        OutcomeMeasure::Walk6Distance => (names::walk6(lang), units::metres(lang)),
        OutcomeMeasure::Step2Steps => (names::step2(lang), units::times(lang)),
        OutcomeMeasure::ArmCurlCurls => (names::arm_curl(lang), units::times(lang)),
        _ => ("", ""),
    }
}

/// What was done, as it is drawn; of the SPPB the rises.
const fn task(outcome: OutcomeMeasure) -> Option<Task> {
    match outcome {
        OutcomeMeasure::SppbTotal | OutcomeMeasure::Chair5Time => Some(Task::Chair5),
        OutcomeMeasure::Gait4Speed => Some(Task::Gait),
        OutcomeMeasure::Gait10UsualSpeed => Some(Task::GaitUsual),
        OutcomeMeasure::Gait10MaximalSpeed => Some(Task::GaitMaximal),
        OutcomeMeasure::TugTime => Some(Task::Tug),
        OutcomeMeasure::Chair30Stands => Some(Task::Chair30),
        OutcomeMeasure::GripBest => Some(Task::Grip),
        OutcomeMeasure::SingleLegTime => Some(Task::SingleLeg),
        OutcomeMeasure::Walk6Distance => Some(Task::Walk6),
        OutcomeMeasure::Step2Steps => Some(Task::Step2),
        OutcomeMeasure::ArmCurlCurls => Some(Task::ArmCurl),
        _ => None,
    }
}

/// The difference that fills a picture's height: a few times what means something.
fn room(outcome: OutcomeMeasure) -> i64 {
    3 * meaningful_change(outcome).unwrap_or(match outcome {
        OutcomeMeasure::SingleLegTime => 50,
        OutcomeMeasure::Gait10MaximalSpeed => 100,
        _ => 4,
    })
}

/// The card as words for the device's own voice, without the name: the hall listens.
pub fn spoken(lang: Lang, card: &CardView) -> Vec<String> {
    let told = card.lines.iter().flat_map(|line| [Some(line.sentence.as_str()), line.verdict]).flatten();
    told.map(str::to_owned).chain(next_words(lang, card)).collect()
}

/// The next steps, a sentence each.
fn next_words(lang: Lang, card: &CardView) -> Vec<String> {
    let Next { session, round } = &card.next;
    let talk = card.lines.iter().any(|line| line.declined).then(|| t::talk(lang).to_owned());
    let session = session.as_ref().map(|(on, at, place)| {
        let when = at.map_or_else(|| weekday_day(lang, *on), |at| day_time(lang, *on, at));
        let parts: Vec<_> = [Some(when), place.clone()].into_iter().flatten().collect();
        t::session(lang, &parts.join(", "))
    });
    let round = round.map(|round| match round {
        NextRound::Now => t::round_now(lang).to_owned(),
        NextRound::About(day) => t::round(lang, day),
    });
    [talk, Some(t::advice(lang).to_owned()), session, round].into_iter().flatten().collect()
}

/// The card: in its own language, whatever the page around it speaks. `page`: where paper leads, where nothing round the card
/// says so.
#[component]
pub fn ResultsCard(lang: Lang, card: CardView, #[prop(optional_no_strip)] page: Option<PaperAddress>) -> impl IntoView {
    let next: Vec<_> = next_words(lang, &card).into_iter().map(|words| view! { <li>{words}</li> }).collect();
    let CardView { name, lines, help, .. } = card;
    let measured = lines.iter().filter_map(|line| line.measured_on).max().map(|day| t::measured(lang, day));
    let (none, pictures) = (lines.is_empty(), lines.iter().any(|line| line.points.len() > 1));
    let lines: Vec<_> = lines.into_iter().map(|line| view! { <Line lang line/> }).collect();
    let page = page.map(|address| view! { <OnPaper lang address class="results-card__page paper-only"/> });
    view! {
        <article class="results-card participant" lang=lang.code()>
            <header class="results-card__head">
                <h1>{t::title(lang)}</h1>
                <p class="results-card__name">{name}</p>
                {measured.map(|words| view! { <p class="quiet">{words}</p> })}
                {page}
            </header>
            {none.then(|| view! { <p>{t::none(lang)}</p> })}
            <div class="results-card__lines">{lines}</div>
            <section class="results-card__next">
                <h2>{t::next(lang)}</h2>
                <ul>{next}</ul>
            </section>
            <footer class="results-card__foot">
                {help.map(|help| view! { <Call lang help/> })}
                <p class="results-card__note">
                    {pictures.then(|| format!("{} ", t::picture(lang)))}{t::note(lang)}
                </p>
            </footer>
        </article>
    }
    .into_any()
}

#[component]
fn Call(lang: Lang, help: Help) -> impl IntoView {
    let link = help.link();
    view! {
        <p class="results-card__call">
            <IconView icon=Icon::Phone/>
            <span>{t::call(lang)}" "{help.name}" "<a href=link>{help.phone}</a></span>
        </p>
    }
    .into_any()
}

#[component]
fn Line(lang: Lang, line: CardLine) -> impl IntoView {
    let CardLine { outcome, title, unit, sentence, verdict, points, .. } = line;
    let picture = match points.as_slice() {
        [] => None,
        // Nothing to compare with yet: what was done is drawn, so that it is known again.
        [_] => task(outcome).map(|task| {
            view! { <figure class="results-card__picture results-card__pose"><Picture lang task silent=true/></figure> }
                .into_any()
        }),
        _ => Some(view! { <Change title unit outcome points/> }.into_any()),
    };
    view! {
        <section class="results-card__line" lang=lang.code()>
            <div class="results-card__words">
                <h2>{title}</h2>
                <p>{sentence}{verdict.map(|words| view! { " "<strong>{words}</strong> })}</p>
            </div>
            {picture}
        </section>
    }
    .into_any()
}

/// How a result has changed.
#[component]
fn Change(title: &'static str, unit: &'static str, outcome: OutcomeMeasure, points: Vec<TrendPoint>) -> impl IntoView {
    let told = |point: &TrendPoint| format!("{} {}", point.month, point.value).trim_start().to_owned();
    let told: Vec<_> = points.iter().map(told).collect();
    let label = format!("{title}, {unit}: {}", told.join(", "));
    view! {
        <figure class="results-card__picture">
            {trend_chart(label, &points, room(outcome))}
            <figcaption>{unit}</figcaption>
        </figure>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::assessments::{Aid, Instrument, Item, Trial, TrialOutcome};
    use domain::ids::{AssessmentId, ParticipantId};
    use uuid::Uuid;

    fn tug(day: &str, tenths: i64, aid: Aid) -> Assessment {
        one(day, Instrument::Tug, Item::Time, tenths, Some(aid))
    }

    fn one(day: &str, instrument: Instrument, item: Item, value: i64, aid: Option<Aid>) -> Assessment {
        let course_m = (instrument == Instrument::Walk6).then_some(15);
        let trial = Trial { course_m, aid, ..Trial::new(item, 1, TrialOutcome::Value(value)) };
        let id = AssessmentId(Uuid::from_u128(1));
        Assessment::new(id, ParticipantId(Uuid::nil()), day.parse().unwrap(), instrument, vec![trial])
    }

    #[test]
    fn a_card_tells_the_newest_of_each_test_with_its_last_three_points() {
        let tests = [
            tug("2026-09-08", 119, Aid::None),
            tug("2025-09-08", 151, Aid::None),
            tug("2025-12-08", 140, Aid::None),
            tug("2026-03-08", 131, Aid::None),
        ];
        let lines = card_lines(Lang::Fi, &tests);
        let [line] = lines.as_slice() else { panic!("{lines:?}") };
        assert_eq!(line.sentence, "Nousit tuolilta, kävelit, käännyit ja istuit 11,9 sekunnissa. Viimeksi 13,1.");
        let points: Vec<_> = line.points.iter().map(|point| (point.better, point.value.as_str())).collect();
        assert_eq!(points, [(-140, "14,0"), (-131, "13,1"), (-119, "11,9")]);
    }

    #[test]
    fn every_test_of_a_card_can_be_drawn_before_there_is_a_change_to_draw() {
        assert!(SHOWN.iter().all(|outcome| task(*outcome).is_some()));
    }

    #[test]
    fn results_that_do_not_compare_are_not_joined() {
        let tests = [tug("2026-03-08", 163, Aid::Rollator), tug("2026-09-08", 119, Aid::None)];
        let lines = card_lines(Lang::Fi, &tests);
        assert_eq!(lines[0].points.iter().map(|point| point.joined).collect::<Vec<_>>(), [true, false]);
        assert_eq!((lines[0].verdict, lines[0].declined), (None, false));
    }

    #[test]
    fn answers_to_questions_and_doubtful_tests_stand_on_no_card() {
        let lonely = one("2026-09-08", Instrument::SelfReport, Item::Lonely, 5, None);
        let disputed = Assessment { disputed: true, ..tug("2026-09-08", 119, Aid::None) };
        assert!(card_lines(Lang::Fi, &[lonely, disputed]).is_empty());
    }

    #[test]
    fn tests_of_long_ago_are_left_to_the_persons_page() {
        let tests =
            [one("2025-01-08", Instrument::Walk6, Item::Distance, 380, None), tug("2026-09-08", 119, Aid::None)];
        let outcomes: Vec<_> = card_lines(Lang::Fi, &tests).into_iter().map(|line| line.outcome).collect();
        assert_eq!(outcomes, [OutcomeMeasure::TugTime]);
    }

    #[test]
    fn no_reference_class_stands_on_a_card_in_any_language() {
        let tests = [
            one("2026-09-08", Instrument::Walk6, Item::Distance, 250, None),
            one("2026-09-08", Instrument::Grip, Item::Right, 150, None),
            one("2026-09-08", Instrument::Chair30, Item::Stands, 4, None),
            tug("2026-09-08", 240, Aid::None),
        ];
        use crate::texts::assessments::band as b;
        for lang in Lang::ALL {
            let card =
                CardView { name: String::new(), lines: card_lines(lang, &tests), next: Next::default(), help: None };
            let words = spoken(lang, &card).join(" ");
            assert_eq!(card.lines.len(), 4);
            for band in
                [b::below(lang), b::within(lang), b::above(lang), b::tug_very_high(lang), b::to_be_confirmed(lang)]
            {
                assert!(!words.contains(band), "{words}");
            }
        }
    }

    #[test]
    fn a_decline_leads_to_a_talk_and_not_to_a_verdict_on_the_person() {
        let tests = [tug("2026-03-08", 119, Aid::None), tug("2026-09-08", 140, Aid::None)];
        let next = Next { session: None, round: Some(NextRound::About("2026-12-07".parse().unwrap())) };
        let card = CardView { name: String::new(), lines: card_lines(Lang::Fi, &tests), next, help: None };
        let words = spoken(Lang::Fi, &card).join(" ");
        assert!(words.contains("esimerkiksi huono päivä. Jutellaan ohjaajan kanssa."), "{words}");
        assert!(words.ends_with("Seuraava mittaus: noin 7.12.2026."), "{words}");
    }
}
