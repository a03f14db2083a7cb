//! One sentence from one typed finding, in three languages. The numbers in a sentence are those
//! of the finding, and the verb follows its direction, so that no sentence can contradict its numbers.

use domain::assessments::OutcomeMeasure;
use domain::outcomes::equity::StratumBy;
use domain::outcomes::figures::GapVerdict;
use domain::outcomes::findings::{
    ChangeFigures, ChangeFinding, Direction, Estimated, Finding, Fraction, GapFinding, Selection, Statement,
};
use domain::outcomes::report::WindowName;
use domain::outcomes::suppression::Told;
use std::cmp::Ordering;

use super::model_sentences::{model_sentences, start_sentences};
use super::numbers::{interval, mean, share_interval, turned, whole};
use crate::texts::outcomes::{caveat, chair, gait, gap, said, sppb};
use crate::texts::{Lang, decimal, outcomes, range};

/// A share of people, 0 … 1.
pub(super) fn of(part: Fraction) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "counts of people are far below 2^52")]
    let share = part.x as f64 / part.n as f64;
    share
}

/// The finding as one or more sentences.
pub fn sentences(lang: Lang, finding: &Finding) -> String {
    match finding {
        Finding::Participants { participants, started } => {
            let first = said::participants(lang, whole(*participants));
            joined(first, started.map(|n| said::newcomers(lang, whole(n))))
        }
        Finding::WithBaseline { with_baseline, started } => {
            of_started(*with_baseline, *started, |x, share, n| said::with_baseline(lang, x, share, n))
        }
        Finding::TenVisits { ten_visits, started } => {
            of_started(*ten_visits, *started, |x, share, n| said::ten_visits(lang, x, share, n))
        }
        Finding::StartedBeyondAccepted { .. } => said::started_beyond_accepted(lang).to_owned(),
        Finding::Attendance { visits, sessions, adherence_median, with_offers } => {
            let first = said::visits(lang, whole(*visits), whole(*sessions));
            let half = adherence_median.zip(*with_offers);
            joined(first, half.map(|(median, people)| said::adherence(lang, whole(people), median)))
        }
        Finding::GoodAdherence { part, share } => {
            let ci = share_interval(lang, &share.ci);
            said::good_adherence(lang, &ci, whole(part.n), of(*part), whole(part.x))
        }
        Finding::Retention { days, part, share, group_ended } => {
            let ci = share_interval(lang, &share.ci);
            let first = said::retention(lang, &ci, i64::from(*days), whole(part.n), of(*part), whole(part.x));
            joined(first, told(*group_ended, |n| said::group_ended(lang, n), said::group_ended_some(lang)))
        }
        Finding::NobodyFollowed { days } => said::nobody_followed(lang, i64::from(*days)),
        Finding::RetentionHidden { days } => said::retention_hidden(lang, i64::from(*days)),
        Finding::Change(change) => change_sentences(lang, change),
        Finding::Model(model) => model_sentences(lang, model),
        Finding::AtStart(start) => start_sentences(lang, start),
        Finding::Gap(gap) => gap_sentence(lang, gap),
        Finding::Regression(selection) => regression(lang, *selection),
        Finding::Falls { falls, visits, per_1000_visits } => {
            let number = |value| decimal(lang, value, 2);
            let ci = range(&number(per_1000_visits.ci.lo), &number(per_1000_visits.ci.hi));
            said::falls(lang, &ci, whole(*falls), &number(per_1000_visits.value), whole(*visits))
        }
    }
}

/// What may be better the second time by itself: of whom that is known, or that it is not.
pub(super) fn regression(lang: Lang, selection: Selection) -> String {
    use caveat::regression as r;
    match selection {
        Selection::ByTest(chosen) => match chosen.number() {
            Some(n) => r::by_test(lang, whole(n)),
            None => r::by_test_some(lang).to_owned(),
        },
        Selection::NotKnown => r::not_known(lang).to_owned(),
    }
}

/// So many of those who started.
fn of_started(x: u64, started: u64, say: impl Fn(i64, f64, i64) -> String) -> String {
    let part = Fraction { x, n: started };
    say(whole(part.x), of(part), whole(part.n))
}

fn joined(first: String, then: Option<String>) -> String {
    match then {
        Some(then) => format!("{first} {then}"),
        None => first,
    }
}

/// How many, where that may be said; that there are some, where not; nothing of nobody.
pub(super) fn told(people: Told, number: impl Fn(i64) -> String, some: &str) -> Option<String> {
    people.any().then(|| people.number().map_or_else(|| some.to_owned(), |n| number(whole(n))))
}

/// The first sentence about a change: the title of its chart.
pub fn change_headline(lang: Lang, finding: &ChangeFinding) -> String {
    match &finding.statement {
        Statement::NobodyDue => said::nobody_due(lang).to_owned(),
        Statement::NobodyCompared => said::nobody_compared(lang).to_owned(),
        Statement::KeptBack { n } => said::kept_back(lang, whole(*n)),
        Statement::FollowUpTooLow => said::too_low(lang).to_owned(),
        Statement::TooFewMeasured { n: Some(n) } => said::too_few_n(lang, whole(*n)),
        Statement::TooFewMeasured { n: None } => said::too_few(lang).to_owned(),
        Statement::Changed { direction, numbers } => changed(lang, finding, Some(*direction), numbers),
        Statement::NoCertainChange { numbers } => changed(lang, finding, None, numbers),
    }
}

/// "126 osallistujaa": those whom the mean is of, which are not all who were compared.
fn people_of_mean(lang: Lang, finding: &ChangeFinding, numbers: &ChangeFigures) -> String {
    match finding.people_of_mean(numbers) {
        Some(n) => said::people(lang, whole(n)),
        None => said::people_below(lang, whole(numbers.n)),
    }
}

/// What, how much, of whom, how sure; then who improved, and what is missing.
fn change_sentences(lang: Lang, finding: &ChangeFinding) -> String {
    let mut all = vec![change_headline(lang, finding)];
    if let Statement::Changed { numbers, .. } | Statement::NoCertainChange { numbers } = &finding.statement {
        let certain = matches!(finding.statement, Statement::Changed { .. });
        all.extend(classes(lang, numbers));
        if certain && numbers.meaningful == Some(false) {
            all.push(said::not_meaningful(lang).to_owned());
        }
        if numbers.warning {
            all.push(said::warning(lang).to_owned());
        }
    }
    all.extend(who_is_missing(lang, finding));
    all.join(" ")
}

/// Who was not tested again, who was but does not count, and from when the numbers are.
fn who_is_missing(lang: Lang, finding: &ChangeFinding) -> Vec<String> {
    let follow_up = finding.follow_up.filter(|part| part.n > 0).map(|part| retested(lang, part));
    let left_out = told(finding.left_out, |n| said::left_out(lang, n), said::left_out_some(lang));
    let unable = told(finding.without_number, |n| said::unable(lang, n), said::unable_some(lang));
    let kept = finding.kept_from.map(|day| said::kept_from(lang, day));
    [follow_up, left_out, unable, kept].into_iter().flatten().collect()
}

/// "Uudelleen mitattiin 84 / 120 osallistujaa (70 %)."
pub fn retested(lang: Lang, part: Fraction) -> String {
    caveat::retested(lang, whole(part.x), of(part), whole(part.n))
}

fn classes(lang: Lang, numbers: &ChangeFigures) -> Vec<String> {
    let kept =
        numbers.improved_or_kept.map(|part| said::improved_or_kept(lang, whole(part.n), of(part), whole(part.x)));
    let improved = numbers.improved.map(|part| said::improved(lang, whole(part.n), of(part), whole(part.x)));
    // Of those tested twice and of all who were due, side by side: who is missing is told with who improved.
    let of_due = numbers.improved_of_due.map(|share| said::improved_of_due(lang, share));
    [kept, improved, of_due].into_iter().flatten().collect()
}

/// In how long a time: a sentence or a picture of a change may stand far from the heading of its window.
fn within(lang: Lang, window: WindowName) -> &'static str {
    use outcomes::within as w;
    match window {
        WindowName::M3 => w::m3(lang),
        WindowName::M6 => w::m6(lang),
        WindowName::M12 => w::m12(lang),
    }
}

/// With a direction the verb carries the sign; without one the number does.
fn changed(lang: Lang, finding: &ChangeFinding, direction: Option<Direction>, numbers: &ChangeFigures) -> String {
    let (outcome, n) = (finding.outcome, people_of_mean(lang, finding, numbers));
    // For the worse, both ends are told as sizes of the fall.
    let worse = direction == Some(Direction::Worse);
    let Estimated { value, ci } = if worse { turned(numbers.mean) } else { numbers.mean };
    let (m, ci) = (mean(lang, outcome, value), interval(lang, outcome, &ci));
    let when = within(lang, finding.window);
    match (outcome, direction) {
        (OutcomeMeasure::SppbTotal, Some(Direction::Better)) => sppb::better(lang, &ci, &m, when, &n),
        (OutcomeMeasure::SppbTotal, Some(Direction::Worse)) => sppb::worse(lang, &ci, &m, when, &n),
        (OutcomeMeasure::SppbTotal, None) => sppb::unsure(lang, &ci, &m, when, &n),
        (OutcomeMeasure::Gait4Speed, Some(Direction::Better)) => gait::better(lang, &ci, &m, when, &n),
        (OutcomeMeasure::Gait4Speed, Some(Direction::Worse)) => gait::worse(lang, &ci, &m, when, &n),
        (OutcomeMeasure::Gait4Speed, None) => gait::unsure(lang, &ci, &m, when, &n),
        (_, Some(Direction::Better)) => chair::better(lang, &ci, &m, when, &n),
        (_, Some(Direction::Worse)) => chair::worse(lang, &ci, &m, when, &n),
        (_, None) => chair::unsure(lang, &ci, &m, when, &n),
    }
}

/// How it was at the start, how it was at the end, what that lets us say: three short sentences. All numbers with their
/// intervals stand in the table beside them.
fn gap_sentence(lang: Lang, finding: &GapFinding) -> String {
    let who = match finding.by {
        StratumBy::Education => gap::education(lang),
        StratumBy::IncomeOk => gap::income_ok(lang),
        _ => gap::living_alone(lang),
    };
    let Some(change) = finding.change_of_gap else { return gap::cannot_say(lang, who) };
    let told = |estimate: Estimated| {
        (interval(lang, finding.outcome, &estimate.ci), mean(lang, finding.outcome, estimate.value))
    };
    let verdict = match finding.verdict {
        GapVerdict::Narrowed => {
            let (ci, size) = told(change);
            gap::narrowed(lang, &ci, &size)
        }
        GapVerdict::Widened => {
            let (ci, size) = told(turned(change));
            gap::widened(lang, &ci, &size)
        }
        GapVerdict::NoGapAtStart => gap::no_gap_at_start(lang).to_owned(),
        GapVerdict::CannotSay => gap::uncertain(lang).to_owned(),
    };
    // Reports of an older form have no levels.
    let (start, end) = (finding.level_start, finding.level_end.filter(|_| finding.level_start.is_some()));
    let (who, others) = match finding.people {
        Some((group, reference)) => (with_people(lang, who, group), with_people(lang, gap::others(lang), reference)),
        None => (who.to_owned(), gap::others(lang).to_owned()),
    };
    let does_not_add_up = start.zip(end).is_some_and(|(start, end)| {
        let claims = matches!(finding.verdict, GapVerdict::Narrowed | GapVerdict::Widened);
        claims && side(start.value - end.value - change.value) != Ordering::Equal
    });
    let rounded = does_not_add_up.then(|| gap::rounded(lang).to_owned());
    let start = start.map(|start| match side(start.value) {
        Ordering::Greater => gap::start_less(lang, &mean(lang, finding.outcome, start.value), &others, &who),
        Ordering::Less => gap::start_more(lang, &mean(lang, finding.outcome, -start.value), &others, &who),
        Ordering::Equal => gap::start_same(lang, &others, &who),
    });
    let end = end.map(|end| match side(end.value) {
        Ordering::Greater => gap::end_less(lang, &mean(lang, finding.outcome, end.value)),
        Ordering::Less => gap::end_more(lang, &mean(lang, finding.outcome, -end.value)),
        Ordering::Equal => gap::end_same(lang).to_owned(),
    });
    let all: Vec<_> = [start, end, Some(verdict), rounded].into_iter().flatten().collect();
    all.join(" ")
}

/// "yksin asuvilla (40 osallistujaa)".
fn with_people(lang: Lang, who: &str, n: u64) -> String {
    format!("{who} ({})", said::people(lang, whole(n)))
}

/// On which side of nothing a printed gap lies.
fn side(gap: f64) -> Ordering {
    // Half of the last digit that is printed.
    const NOTHING: f64 = 0.05;
    if gap.abs() < NOTHING { Ordering::Equal } else { gap.total_cmp(&0.0) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::outcomes::statistics::Interval;

    fn numbers(mean: f64, lo: f64, hi: f64) -> ChangeFigures {
        ChangeFigures {
            n: 120,
            mean: Estimated { value: mean, ci: Interval { lo, hi } },
            meaningful: Some(true),
            improved: Some(Fraction { x: 84, n: 120 }),
            improved_or_kept: None,
            improved_of_due: Some(0.5385),
            warning: true,
        }
    }

    fn change(outcome: OutcomeMeasure, statement: Statement) -> Finding {
        let follow_up = Some(Fraction { x: 120, n: 156 });
        let (left_out, without_number, kept_from) = (Told::default(), Told::default(), None);
        let window = WindowName::M3;
        Finding::Change(ChangeFinding { outcome, window, statement, left_out, without_number, follow_up, kept_from })
    }

    #[test]
    fn a_change_tells_how_much_of_whom_how_sure_and_what_is_missing() {
        let better = Statement::Changed { direction: Direction::Better, numbers: numbers(2.13, 1.38, 2.84) };
        assert_eq!(
            sentences(Lang::Fi, &change(OutcomeMeasure::Chair5Time, better)),
            "Tuolilta nousu viisi kertaa nopeutui kolmessa kuukaudessa keskimäärin 2,1 s (95\u{a0}%:n luottamusväli \
             1,4–2,8; 120 osallistujaa). \
             Parani 84 / 120 (70\u{a0}%). Kaikista, joiden seuranta-aika oli täynnä, parani 54\u{a0}%. \
             Seurantamittaus puuttuu monelta. Tulkitse varoen. Uudelleen mitattiin 120 / 156 osallistujaa (77\u{a0}%)."
        );
    }

    #[test]
    fn a_fall_is_told_as_a_size_and_never_with_a_doubled_minus() {
        let worse = Statement::Changed { direction: Direction::Worse, numbers: numbers(-0.62, -0.9, -0.3) };
        let said = sentences(Lang::Sv, &change(OutcomeMeasure::SppbTotal, worse));
        assert!(
            said.starts_with(
                "SPPB-poängen sjönk på tre månader med i medeltal 0,6 poäng (95\u{a0}% konfidensintervall 0,3–0,9;"
            ),
            "{said}"
        );
    }

    #[test]
    fn an_interval_over_zero_is_called_no_certain_change_in_every_language() {
        let unsure = |outcome| change(outcome, Statement::NoCertainChange { numbers: numbers(20.0, -10.0, 50.0) });
        for (lang, words) in [
            (Lang::Fi, "ei ollut varmaa muutosta"),
            (Lang::Sv, "Ingen säker förändring"),
            (Lang::En, "No certain change"),
        ] {
            for outcome in [OutcomeMeasure::SppbTotal, OutcomeMeasure::Gait4Speed, OutcomeMeasure::Chair5Time] {
                let said = sentences(lang, &unsure(outcome));
                assert!(said.contains(words), "{said}");
            }
        }
    }

    #[test]
    fn a_mean_is_of_those_whom_it_is_of_and_not_of_all_who_were_compared() {
        let statement = Statement::Changed { direction: Direction::Better, numbers: numbers(2.13, 1.38, 2.84) };
        let Finding::Change(all) = change(OutcomeMeasure::Chair5Time, statement) else { panic!("a change") };
        let unable = |json: &str| {
            let without_number = serde_json::from_str(json).unwrap();
            sentences(Lang::Fi, &Finding::Change(ChangeFinding { without_number, ..all.clone() }))
        };
        let twelve = unable(r#"{"any": true, "number": 12}"#);
        assert!(
            twelve.contains("; 108 osallistujaa)") && twelve.contains("12 ei ole mukana keskimuutoksessa"),
            "{twelve}"
        );
        let some = unable(r#"{"any": true, "number": null}"#);
        assert!(some.contains("; alle 120 osallistujaa)") && some.contains("Joitakin ei ole mukana"), "{some}");
    }

    fn gap(verdict: GapVerdict, [start, end, change]: [f64; 3]) -> Finding {
        let estimated = |value: f64| Some(Estimated { value, ci: Interval { lo: value - 0.4, hi: value + 0.4 } });
        Finding::Gap(GapFinding {
            by: StratumBy::LivingAlone,
            disadvantaged: "yes".to_owned(),
            reference: "no".to_owned(),
            outcome: OutcomeMeasure::SppbTotal,
            window: WindowName::M3,
            verdict,
            change_of_gap: estimated(change),
            level_start: estimated(start),
            level_end: estimated(end),
            people: None,
        })
    }

    #[test]
    fn a_gap_tells_of_how_many_it_is_and_that_rounded_numbers_do_not_add_up() {
        let said = |numbers, people| {
            let Finding::Gap(of) = gap(GapVerdict::Narrowed, numbers) else { panic!("a gap") };
            sentences(Lang::Fi, &Finding::Gap(GapFinding { people, ..of }))
        };
        let told = said([1.2, 0.3, 1.0], Some((40, 44)));
        assert!(told.starts_with("Alussa yksin asuvilla (40 osallistujaa) oli 1,2 SPPB-pistettä vähemmän"), "{told}");
        assert!(told.contains("kuin muilla (44 osallistujaa).") && told.contains("pyöristetty"), "{told}");
        assert!(!said([1.2, 0.2, 1.0], None).contains("pyöristetty"));
    }

    #[test]
    fn a_gap_is_told_by_its_start_its_end_and_what_that_lets_us_say() {
        let said = |lang, verdict, numbers| sentences(lang, &gap(verdict, numbers));
        assert_eq!(
            said(Lang::Fi, GapVerdict::Narrowed, [1.2, 0.7, 0.5]),
            "Alussa yksin asuvilla oli 1,2 SPPB-pistettä vähemmän kuin muilla. Kolmen kuukauden jälkeen heillä oli 0,7 \
             pistettä vähemmän. Ero kaventui 0,5 pistettä (95\u{a0}%:n luottamusväli 0,1–0,9)."
        );
        assert_eq!(
            said(Lang::Sv, GapVerdict::Widened, [-0.3, 0.2, -0.5]),
            "I början hade de som bor ensamma 0,3 SPPB-poäng mer än andra. Efter tre månader hade de 0,2 poäng mindre. \
             Skillnaden ökade med 0,5 poäng (95\u{a0}% konfidensintervall 0,1–0,9)."
        );
        assert_eq!(
            said(Lang::En, GapVerdict::CannotSay, [0.0, -0.1, 0.1]),
            "At the start people living alone had as many SPPB points as others. Three months later they had 0.1 points \
             more. It cannot be said whether the gap narrowed."
        );
    }

    #[test]
    fn no_sentence_calls_a_change_an_effect() {
        for (key, texts) in crate::texts::EVERY.iter().filter(|(key, _)| key.starts_with("outcomes.")) {
            let allowed = *key == "outcomes.caveat.no_control";
            for text in texts {
                let claims = ["ansiosta", "vaikutus", "tack vare", "effekt", "effect", "thanks to"];
                assert!(allowed || !claims.iter().any(|claim| text.contains(claim)), "{key}: {text}");
            }
        }
    }
}
