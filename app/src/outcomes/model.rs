//! The estimate from all measurements beside the pairs: what it says, of whom, and what it assumes; and how those who
//! were not tested again were at the start.

use domain::assessments::OutcomeMeasure;
use domain::outcomes::Page;
use domain::outcomes::figures::{ModelFigures, Profile, Profiles, Share};
use domain::outcomes::findings::{
    Direction, Estimated, Finding, ModelEstimate, ModelFinding, ModelStatement, StartFinding, StartNumbers, findings,
};
use domain::outcomes::publishing::PageKind;
use domain::outcomes::report::WindowName;
use domain::time::Day;
use leptos::prelude::*;

use super::numbers::{figure, interval, mean, number, signed_mean, whole};
use super::said::Said;
use super::sections::window_words;
use super::sentences::{sentences, turned};
use super::table::{FigureRow, figures_table, framed};
use super::value::{Kind, Value};
use crate::assessments::words::outcome_name;
use crate::texts::outcomes::{at_start, model as t, said};
use crate::texts::{Lang, day, outcomes};

/// How much, how sure, of whom; and from when it is.
pub(super) fn model_sentences(lang: Lang, finding: &ModelFinding) -> String {
    let told = match &finding.statement {
        ModelStatement::NobodyMeasured => t::nobody(lang).to_owned(),
        ModelStatement::KeptBack => t::kept_back(lang).to_owned(),
        ModelStatement::NoEstimate => t::no_estimate(lang).to_owned(),
        ModelStatement::Changed { direction, numbers } => estimated(lang, finding.outcome, Some(*direction), numbers),
        ModelStatement::NoCertainChange { numbers } => estimated(lang, finding.outcome, None, numbers),
    };
    with_its_day(lang, told, finding.kept_from)
}

/// What is told, and from when it is where that is another day than the page's.
fn with_its_day(lang: Lang, told: String, kept_from: Option<Day>) -> String {
    match kept_from {
        Some(day) => format!("{told} {}", t::kept_from(lang, day)),
        None => told,
    }
}

fn estimated(lang: Lang, outcome: OutcomeMeasure, direction: Option<Direction>, numbers: &ModelEstimate) -> String {
    let worse = direction == Some(Direction::Worse);
    let Estimated { value, ci } = if worse { turned(numbers.change) } else { numbers.change };
    let (m, ci) = (mean(lang, outcome, value), interval(lang, outcome, &ci));
    let change = match (outcome, direction) {
        (OutcomeMeasure::SppbTotal, Some(Direction::Better)) => t::sppb::better(lang, &ci, &m),
        (OutcomeMeasure::SppbTotal, Some(Direction::Worse)) => t::sppb::worse(lang, &ci, &m),
        (OutcomeMeasure::SppbTotal, None) => t::sppb::unsure(lang, &ci, &m),
        (OutcomeMeasure::Gait4Speed, Some(Direction::Better)) => t::gait::better(lang, &ci, &m),
        (OutcomeMeasure::Gait4Speed, Some(Direction::Worse)) => t::gait::worse(lang, &ci, &m),
        (OutcomeMeasure::Gait4Speed, None) => t::gait::unsure(lang, &ci, &m),
        (_, Some(Direction::Better)) => t::chair::better(lang, &ci, &m),
        (_, Some(Direction::Worse)) => t::chair::worse(lang, &ci, &m),
        (_, None) => t::chair::unsure(lang, &ci, &m),
    };
    let (groups, people) = (t::groups(lang, whole(numbers.groups)), said::people(lang, whole(numbers.people)));
    format!("{change} {}", t::of(lang, &groups, whole(numbers.measured), &people))
}

/// How both were at the start, and whether they differed.
pub(super) fn start_sentences(lang: Lang, finding: &StartFinding) -> String {
    let told = match &finding.numbers {
        None => at_start::hidden(lang, outcome_name(lang, finding.outcome)),
        Some(numbers) => starts(lang, finding.outcome, numbers),
    };
    with_its_day(lang, told, finding.kept_from)
}

fn starts(lang: Lang, outcome: OutcomeMeasure, numbers: &StartNumbers) -> String {
    let [a, b] = [numbers.retested, numbers.missed].map(|value| mean(lang, outcome, value));
    let levels = match outcome {
        OutcomeMeasure::SppbTotal => at_start::sppb(lang, &a, &b),
        OutcomeMeasure::Gait4Speed => at_start::gait(lang, &a, &b),
        _ => at_start::chair(lang, &a, &b),
    };
    let ci = |estimate: &Estimated| interval(lang, outcome, &estimate.ci);
    let verdict = match numbers.direction {
        Some(Direction::Better) => at_start::better(lang, &ci(&numbers.diff)),
        Some(Direction::Worse) => at_start::worse(lang, &ci(&turned(numbers.diff))),
        None => at_start::unsure(lang, &ci(&numbers.diff)),
    };
    format!("{levels} {verdict}")
}

/// The estimates of a window under the pairs of it; nothing before anybody was measured.
pub(super) fn beside_pairs(lang: Lang, page: &Page, window: WindowName) -> Option<AnyView> {
    let said: Vec<String> = findings(page)
        .iter()
        .filter(|finding| matches!(finding, Finding::Model(model) if model.window == window && is_measured(model)))
        .map(|finding| sentences(lang, finding))
        .collect();
    (!said.is_empty()).then(|| view! { <h4>{t::title(lang)}</h4><Said lang said/> }.into_any())
}

fn is_measured(finding: &ModelFinding) -> bool {
    finding.statement != ModelStatement::NobodyMeasured
}

/// What the estimates are of, in numbers, and what they assume; or where they are told.
pub(super) fn section(lang: Lang, page: &Page) -> AnyView {
    view! {
        <section class="report__section">
            <h2>{t::title(lang)}</h2>
            {inside(lang, page)}
        </section>
    }
    .into_any()
}

/// The section without its heading.
pub(super) fn inside(lang: Lang, page: &Page) -> AnyView {
    if page.report.model.is_empty() {
        let words = if page.kind == PageKind::Season { t::elsewhere(lang) } else { t::none(lang) };
        return view! { <p class="quiet">{words}</p> }.into_any();
    }
    view! {
        <p>{t::is(lang)}</p>
        {table(lang, page)}
        <h3>{t::assumes(lang)}</h3>
        <p>{t::missing(lang)}</p>
        <p>{t::alike(lang)}</p>
        <p>{t::method(lang)}</p>
        {at_the_start(lang, page)}
    }
    .into_any()
}

fn table(lang: Lang, page: &Page) -> AnyView {
    use t::column as c;
    let heads = [c::estimate(lang), outcomes::interval(lang), c::people(lang), c::measured(lang), c::groups(lang)];
    let rows = page.report.model.iter().flat_map(|(outcome, model)| {
        WindowName::ALL.iter().map(move |window| row(lang, page, (*outcome, *window), model))
    });
    framed(t::title(lang), figures_table(outcomes::column::outcome(lang), heads, rows))
}

fn row(lang: Lang, page: &Page, (outcome, window): (OutcomeMeasure, WindowName), model: &ModelFigures) -> FigureRow {
    let older = page.model_kept(outcome, Some(window)).map(|as_of| day(lang, as_of));
    let more = [Some(window_words(lang, window).to_owned()), older].into_iter().flatten();
    FigureRow::new(outcome_name(lang, outcome), cells(lang, outcome, window, model)).with(more)
}

/// Estimate, interval, people, measured, groups.
pub(super) fn cells(lang: Lang, outcome: OutcomeMeasure, window: WindowName, model: &ModelFigures) -> Vec<String> {
    let told = model.change.of(window);
    vec![
        figure(lang, &told.change, |value| signed_mean(lang, outcome, *value)),
        figure(lang, &told.ci, |ci| interval(lang, outcome, ci)),
        number(lang, &told.people),
        number(lang, &told.n),
        number(lang, &told.groups),
    ]
}

fn at_the_start(lang: Lang, page: &Page) -> Option<AnyView> {
    let all = findings(page);
    let found = all.iter().filter(|finding| matches!(finding, Finding::AtStart(_)));
    let said = found.map(|finding| sentences(lang, finding)).chain(profile_sentences(lang, page));
    let said: Vec<String> = said.collect();
    (!said.is_empty()).then_some(())?;
    let heads = [at_start::retested(lang), at_start::missed(lang), at_start::diff(lang), outcomes::interval(lang)];
    let model = page.report.model.iter();
    let rows = model.map(|(outcome, model)| {
        let older = page.model_kept(*outcome, None).map(|as_of| day(lang, as_of));
        FigureRow::new(outcome_name(lang, *outcome), start_cells(lang, *outcome, model)).with(older)
    });
    let table = framed(at_start::title(lang), figures_table(outcomes::column::outcome(lang), heads, rows));
    let view = view! { <h3>{at_start::title(lang)}</h3><p>{at_start::is(lang)}</p><Said lang said/>{table} };
    Some(view.into_any())
}

/// How old those were who were tested again and who were missed, how many of them are women, and from when that is; nothing
/// where the page does not tell it.
pub(super) fn profile_sentences(lang: Lang, page: &Page) -> Vec<String> {
    let Some(Profiles { retested, missed }) = &page.report.profiles else { return Vec::new() };
    let years = |of: &Profile| Value::real(lang, &of.age, (1.0, 0, Kind::Plain)).words(lang);
    let ages = at_start::age(lang, &years(retested), &years(missed));
    let kept = page.profiles_kept().map(|day| at_start::who_kept(lang, day));
    std::iter::once(ages).chain(women(lang, [retested, missed])).chain(kept).collect()
}

fn women(lang: Lang, [retested, missed]: [&Profile; 2]) -> Option<String> {
    let part = |of: &Profile| {
        let Share { x, n, share, .. } = &of.women;
        Some((whole(*n.value()?), *share.value()?, whole(*x.value()?)))
    };
    let ((n, p, x), (m, q, y)) = part(retested).zip(part(missed))?;
    Some(at_start::women(lang, m, n, p, q, x, y))
}

/// The means of both with their people, the difference, its interval.
pub(super) fn start_cells(lang: Lang, outcome: OutcomeMeasure, model: &ModelFigures) -> Vec<String> {
    let start = &model.at_start;
    let [retested, missed] = [&start.retested, &start.missed].map(|side| {
        let level = figure(lang, &side.mean, |value| mean(lang, outcome, *value));
        format!("{level} ({})", number(lang, &side.n))
    });
    let diff = figure(lang, &start.diff, |value| signed_mean(lang, outcome, *value));
    vec![retested, missed, diff, figure(lang, &start.ci, |ci| interval(lang, outcome, ci))]
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::outcomes::statistics::Interval;
    use domain::outcomes::testing;

    fn finding(outcome: OutcomeMeasure, (value, lo, hi): (f64, f64, f64)) -> Finding {
        let change = Estimated { value, ci: Interval { lo, hi } };
        let numbers = ModelEstimate { people: 54, groups: 6, measured: 38, change };
        let statement = if lo > 0.0 {
            ModelStatement::Changed { direction: Direction::Better, numbers }
        } else if hi < 0.0 {
            ModelStatement::Changed { direction: Direction::Worse, numbers }
        } else {
            ModelStatement::NoCertainChange { numbers }
        };
        Finding::Model(ModelFinding { outcome, window: WindowName::M3, statement, kept_from: None })
    }

    #[test]
    fn an_estimate_tells_how_much_how_sure_and_of_whom() {
        assert_eq!(
            sentences(Lang::Fi, &finding(OutcomeMeasure::SppbTotal, (0.4, 0.2, 0.6))),
            "SPPB-pisteet nousivat arviolta 0,4 pistettä (95\u{a0}%:n luottamusväli 0,2–0,6). Arviossa on 6 ryhmää ja 54 \
             osallistujaa. Heistä 38 mitattiin tässä vaiheessa."
        );
        let slower = sentences(Lang::Sv, &finding(OutcomeMeasure::Gait4Speed, (-60.0, -110.0, -10.0)));
        assert!(
            slower.starts_with(
                "Gånghastigheten minskade uppskattningsvis 0,06 m/s (95\u{a0}% konfidensintervall 0,01–0,11)."
            ),
            "{slower}"
        );
        let unsure = sentences(Lang::En, &finding(OutcomeMeasure::Chair5Time, (0.3, -0.2, 0.8)));
        assert!(unsure.starts_with("By the estimate no certain change in five chair stands: 0.3 s"), "{unsure}");
    }

    #[test]
    fn ages_and_women_are_told_of_both_sides_or_of_none() {
        let mut told = 0;
        for page in (1..900).step_by(3).map(testing::page) {
            let said = profile_sentences(Lang::En, &page);
            let Some(Profiles { retested, missed }) = &page.report.profiles else {
                assert_eq!(said, Vec::<String>::new());
                continue;
            };
            for side in [retested, missed] {
                let (age, women) = (side.age.value().unwrap(), &side.women);
                assert!(said[0].contains(&format!(" {age:.0}")), "{said:?}");
                let of = format!("({} of {})", women.x.value().unwrap(), women.n.value().unwrap());
                assert!(said[1].contains(&of), "{said:?}");
            }
            assert_eq!(said.len(), 2 + usize::from(page.profiles_kept().is_some()));
            told += 1;
        }
        assert!(told > 0);
    }

    #[test]
    fn those_who_were_missed_are_told_beside_those_who_were_tested_again() {
        let start = |value: f64, direction| {
            let diff = Estimated { value, ci: Interval { lo: value - 0.5, hi: value + 0.5 } };
            let numbers = Some(StartNumbers { retested: 8.1, missed: 7.2, diff, direction });
            Finding::AtStart(StartFinding { outcome: OutcomeMeasure::SppbTotal, numbers, kept_from: None })
        };
        assert_eq!(
            sentences(Lang::Fi, &start(0.9, Some(Direction::Better))),
            "Uudelleen mitatuilla oli alussa keskimäärin 8,1 SPPB-pistettä, mittaamatta jääneillä 7,2. Uudelleen \
             mitattujen tulos oli alussa parempi (eron 95\u{a0}%:n luottamusväli 0,4–1,4)."
        );
        let worse = sentences(Lang::Sv, &start(-0.9, Some(Direction::Worse)));
        assert!(worse.ends_with("(95\u{a0}% konfidensintervall för skillnaden 0,4–1,4)."), "{worse}");
        let few = Finding::AtStart(StartFinding { outcome: OutcomeMeasure::SppbTotal, numbers: None, kept_from: None });
        let few = sentences(Lang::En, &few);
        assert!(few.starts_with("SPPB, total points: ") && few.contains("too few people"), "{few}");
    }
}
