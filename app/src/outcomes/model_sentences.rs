//! What the estimate from all measurements says, in sentences; and how those who were not tested again were at the start.

use domain::assessments::OutcomeMeasure;
use domain::outcomes::findings::{
    Direction, Estimated, ModelEstimate, ModelFinding, ModelStatement, StartFinding, StartNumbers,
};
use domain::time::Day;

use super::numbers::{interval, mean, turned, whole};
use crate::assessments::words::outcome_name;
use crate::texts::Lang;
use crate::texts::outcomes::{at_start, model as t, said};

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcomes::sentences::sentences;
    use domain::outcomes::findings::Finding;
    use domain::outcomes::report::WindowName;
    use domain::outcomes::statistics::Interval;

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
             osallistujaa. Tästä vaiheesta siinä on 38 mittausta."
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
