//! What is published beside a result, told as what it is: a limit, a range of people, or a mean. For those who measure,
//! never for participants (docs/scoring.md, Reference values).

use domain::assessments::published::{Ages, Beside, BySex, Figure, PublishedTable, beside};
use domain::assessments::sppb::is_ewgsop2_low_chair;
use domain::assessments::{OutcomeMeasure, Score, norm_range, norm_table, single_leg};
use domain::people::{Profile, Sex};
use domain::time::Day;

use super::words::{outcome_value, score_band};
use crate::texts::assessments::band;
use crate::texts::guide::{published as p, sources as s};
use crate::texts::results::unit as units;
use crate::texts::{Lang, Words as _, measure as t, scaled, with_unit};

/// Where the limits of 0.8 and 1.0 m/s were published.
const SPEED_SOURCE: &str = "EWGSOP2 2019; Cesari 2009";
/// Where that of 15 s for five rises was.
pub const CHAIR_SOURCE: &str = "EWGSOP2 2019; PMC8453123";
/// Where that of 5.0 s on one leg was; not checked.
pub const LEG_SOURCE: &str = "Vellas 1997";

/// For whom reference values hold: completed years on the test's day, and sex.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Who {
    pub age: Option<i32>,
    pub sex: Option<Sex>,
}

impl Who {
    pub fn of(profile: &Profile, on: Day) -> Self {
        Self { age: profile.birth_date.map(|birth| on.age_of_born(birth)), sex: profile.sex }
    }
}

/// Everything that stands beside a measured value, each in a line of its own; nothing beside one that is not there.
pub fn references(lang: Lang, score: &Score, who: Who) -> Vec<String> {
    speed_limits(lang, score).into_iter().chain(beside_band(lang, score, who)).collect()
}

/// As [`references`], where the band of a speed is told already.
pub fn beside_band(lang: Lang, score: &Score, who: Who) -> Vec<String> {
    if score.value().is_none() {
        return Vec::new();
    }
    let range = range(lang, score, who);
    // A mean adds nothing to a checked range.
    let figure = if range.as_ref().is_some_and(|(_, checked)| *checked) { None } else { figure(lang, score, who) };
    let range = range.map(|(told, checked)| marked(lang, told, checked));
    let told: Vec<_> = [limit(lang, score), range, figure].into_iter().flatten().collect();
    if told.is_empty() && score.outcome == OutcomeMeasure::TugTime {
        return vec![t::reference_none(lang).to_owned()];
    }
    told
}

/// By the speed itself: one that is shown as 0.80 may lie under 0.8.
fn speed_limits(lang: Lang, score: &Score) -> Option<String> {
    let usual = matches!(score.outcome, OutcomeMeasure::Gait4Speed | OutcomeMeasure::Gait10UsualSpeed);
    let band = score_band(lang, score, None, None).filter(|_| usual)?;
    Some(t::reference_speed(lang, &band, SPEED_SOURCE))
}

/// The one limit of a time, and on which side of it the value lies.
fn limit(lang: Lang, score: &Score) -> Option<String> {
    let value = score.value()?;
    match score.outcome {
        OutcomeMeasure::Chair5Time => {
            let over = is_ewgsop2_low_chair(value);
            let band = if over { band::limit_exceeded(lang) } else { band::limit_kept(lang) };
            Some(t::reference_chair(lang, band, CHAIR_SOURCE))
        }
        OutcomeMeasure::SingleLegTime => {
            let under = single_leg::is_under_5_s(score.measured) == Some(true);
            let band = if under { band::limit_missed(lang) } else { band::limit_reached(lang) };
            Some(marked(lang, t::reference_leg(lang, band, LEG_SOURCE), false))
        }
        _ => None,
    }
}

/// "Saman ikäisillä 10–15 kertaa (Rikli & Jones 1999/2001)", and whether that has been checked; nothing where no table
/// has the person's age and sex.
fn range(lang: Lang, score: &Score, who: Who) -> Option<(String, bool)> {
    let (found, table) = (norm_range(score, who.age, who.sex)?, norm_table(score.outcome)?);
    let low = scaled(lang, found.low, u32::from(score.outcome.decimals()));
    let high = outcome_value(lang, score.outcome, found.high);
    Some((t::reference(lang, &high, &low, table.source), table.is_checked_for(who.age, who.sex)))
}

/// "Naiset, 75–79 vuotta: keskimäärin 3,65 pistettä, keskihajonta 0,64 (Bergland & Strand 2019: …)".
fn figure(lang: Lang, score: &Score, who: Who) -> Option<String> {
    let Beside { table, row, figure } = beside(score, who.age, who.sex)?;
    let people = match (row.figures, who.sex) {
        (BySex::Together(_), _) => p::everybody(lang),
        (BySex::Each(..), Some(Sex::Female)) => s::women(lang),
        (BySex::Each(..), _) => s::men(lang),
    };
    let (ages, figure) = (ages(lang, row.ages), figure_words(lang, table, figure));
    let told = format!("{people}, {ages}: {figure} ({})", source(lang, table));
    Some(marked(lang, told, table.checked))
}

fn marked(lang: Lang, told: String, checked: bool) -> String {
    if checked { told } else { format!("{told} – {}", band::to_be_confirmed(lang)) }
}

/// The study and who was tested in it: "Bohannon 2006: terveitä ikäihmisiä".
pub fn source(lang: Lang, table: &PublishedTable) -> String {
    format!("{}: {}", table.study.source(), table.study.words(lang))
}

/// "75–79 vuotta", "81 vuotta", "80 vuotta täyttäneet".
pub fn ages(lang: Lang, ages: Ages) -> String {
    let from = i64::from(ages.from);
    match ages.to {
        None => p::ages_over(lang, from),
        Some(to) if to == ages.from => p::ages_one(lang, from),
        Some(to) => s::ages(lang, from, i64::from(to)),
    }
}

fn figure_words(lang: Lang, table: &PublishedTable, figure: Figure) -> String {
    let number = |value| number(lang, table, value);
    let value = |value| in_unit(lang, table, value);
    match figure {
        Figure::Mean(mean) => p::mean(lang, &value(mean)),
        Figure::MeanSd(mean, sd) => p::mean_sd(lang, &number(sd), &value(mean)),
        Figure::MeanCi(mean, low, high) => p::mean_ci(lang, &number(high), &number(low), &value(mean)),
        Figure::UpTo(most) => p::up_to(lang, &value(most)),
        Figure::Median(other) | Figure::Standard(other) => format!("{} {}", kind(lang, figure), value(other)),
    }
}

/// A figure in a table, what was published beside it in brackets: "3,65 pistettä (0,64)".
pub fn figure_cell(lang: Lang, table: &PublishedTable, figure: Figure) -> String {
    let number = |value| number(lang, table, value);
    let value = |value| in_unit(lang, table, value);
    match figure {
        Figure::MeanSd(mean, sd) => format!("{} ({})", value(mean), number(sd)),
        Figure::MeanCi(mean, low, high) => format!("{} ({}–{})", value(mean), number(low), number(high)),
        Figure::Mean(one) | Figure::Median(one) | Figure::UpTo(one) | Figure::Standard(one) => value(one),
    }
}

/// What a table's figures are.
pub fn kind(lang: Lang, figure: Figure) -> &'static str {
    match figure {
        Figure::Mean(_) => p::kind::mean(lang),
        Figure::MeanSd(..) => p::kind::mean_sd(lang),
        Figure::MeanCi(..) => p::kind::mean_ci(lang),
        Figure::Median(_) => p::kind::median(lang),
        Figure::UpTo(_) => p::kind::up_to(lang),
        Figure::Standard(_) => p::kind::standard(lang),
    }
}

fn number(lang: Lang, table: &PublishedTable, value: i64) -> String {
    scaled(lang, value, u32::from(table.decimals))
}

fn in_unit(lang: Lang, table: &PublishedTable, value: i64) -> String {
    use OutcomeMeasure as O;
    let unit = match table.outcome {
        O::SppbBalance | O::SppbGait | O::SppbChair | O::SppbTotal | O::SppbTotalNia => units::points(lang),
        O::Gait4Speed | O::Gait10UsualSpeed | O::Gait10MaximalSpeed => "m/s",
        O::GripBest => "kg",
        O::Walk6Distance => "m",
        O::Chair30Stands | O::Step2Steps | O::ArmCurlCurls => units::times(lang),
        _ => "s",
    };
    with_unit(&number(lang, table, value), unit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::assessments::published::{PUBLISHED, PublishedRow};
    use domain::assessments::{Conditions, Measured};

    fn score(outcome: OutcomeMeasure, value: i64) -> Score {
        let conditions = Conditions { course_m: Some(15), ..Conditions::default() };
        Score { outcome, measured: Measured::Value(value), conditions, check: false }
    }

    fn told(lang: Lang, outcome: OutcomeMeasure, value: i64, age: i32, sex: Sex) -> String {
        let who = Who { age: Some(age), sex: Some(sex) };
        references(lang, &score(outcome, value), who).join(" | ").replace('\u{a0}', " ")
    }

    #[test]
    fn a_mean_is_told_as_a_mean_with_who_was_tested_and_where_it_was_published() {
        let gait = |lang| told(lang, OutcomeMeasure::SppbGait, 3, 79, Sex::Female);
        assert_eq!(
            gait(Lang::Fi),
            "Naiset, 75–79 vuotta: keskimäärin 3,65 pistettä, keskihajonta 0,64 \
             (Bergland & Strand 2019: hyväkuntoisia, kotona asuvia norjalaisia)"
        );
        assert_eq!(
            gait(Lang::Sv),
            "Kvinnor, 75–79 år: i medeltal 3,65 poäng, standardavvikelse 0,64 \
             (Bergland & Strand 2019: norrmän i gott skick som bor hemma)"
        );
        assert_eq!(
            gait(Lang::En),
            "Women, 75–79 years: 3.65 points on average, standard deviation 0.64 \
             (Bergland & Strand 2019: fairly fit Norwegians living at home)"
        );
        assert!(
            told(Lang::Fi, OutcomeMeasure::SppbGait, 3, 80, Sex::Male).starts_with("Miehet, 80 vuotta täyttäneet: ")
        );
    }

    #[test]
    fn five_rises_stand_beside_the_limit_and_beside_what_nobody_has_checked_with_its_mark() {
        let rises = |hundredths| told(Lang::Fi, OutcomeMeasure::Chair5Time, hundredths, 80, Sex::Male);
        let mark = " – vahvistamaton viitearvo";
        let usual = "Naiset ja miehet, 80–89 vuotta: tavallista on enintään 14,8 s \
                     (Bohannon 2006: useita tutkimuksia yhdessä)";
        let limit = "Raja 15 s (EWGSOP2 2019; PMC8453123): ";
        assert_eq!(rises(1500), format!("{limit}ei yli rajan | {usual}{mark}"));
        assert_eq!(rises(1501), format!("{limit}yli rajan | {usual}{mark}"));
    }

    #[test]
    fn one_leg_stands_beside_its_limit_alone_because_the_means_were_measured_otherwise() {
        let stood = |tenths| told(Lang::Sv, OutcomeMeasure::SingleLegTime, tenths, 80, Sex::Female);
        assert_eq!(stood(49), "Gränsen 5,0 s (Vellas 1997): under gränsen – referensvärdet är inte bekräftat");
        assert_eq!(stood(50), "Gränsen 5,0 s (Vellas 1997): gränsen nås – referensvärdet är inte bekräftat");
    }

    #[test]
    fn a_mean_stands_beside_an_unchecked_range_and_never_beside_a_checked_one() {
        let walked = told(Lang::Fi, OutcomeMeasure::Walk6Distance, 400, 80, Sex::Female);
        let (range, mean) = walked.split_once(" | ").unwrap();
        assert!(
            range.starts_with("Saman ikäisillä 352–494 m (") && range.ends_with("vahvistamaton viitearvo"),
            "{range}"
        );
        assert_eq!(
            mean,
            "Naiset ja miehet, 70 vuotta täyttäneet: keskimäärin 478 m \
             (UKK-instituutti, IKLI 2019–20: suomalaisia, 15 metrin rata)"
        );
        let gripped = told(Lang::Fi, OutcomeMeasure::GripBest, 200, 81, Sex::Female);
        assert!(gripped.starts_with("Saman ikäisillä 15,5–25,3 kg (") && !gripped.contains(" | "), "{gripped}");
    }

    #[test]
    fn a_speed_stands_beside_its_limits_and_the_mean_and_at_the_desk_beside_the_mean_alone() {
        let conditions = Conditions { course_m: Some(10), time_cs: Some(1000), ..Conditions::default() };
        let walk = Score { conditions, ..score(OutcomeMeasure::Gait10UsualSpeed, 1000) };
        let who = Who { age: Some(81), sex: Some(Sex::Male) };
        let mean = "Men, 81 years: 1.42\u{a0}m/s on average, standard deviation 0.24 \
                    (Good Aging in Skåne 2021: people from Skåne born in 1932–34, 15 m walk)";
        assert_eq!(beside_band(Lang::En, &walk, who), [mean]);
        let all = references(Lang::En, &walk, who);
        assert_eq!((all.len(), all[1].as_str()), (2, mean));
        assert!(all[0].starts_with("Limits 0.8 and 1.0"), "{all:?}");
        let short = Score { outcome: OutcomeMeasure::Gait4Speed, ..walk };
        assert_eq!(references(Lang::En, &short, who).len(), 1, "means of longer walks do not suit one from standing");
    }

    #[test]
    fn nothing_stands_beside_a_value_that_is_not_there() {
        for measured in [Measured::Unable, Measured::Missing] {
            for outcome in OutcomeMeasure::ALL {
                let nothing = Score { measured, ..score(*outcome, 0) };
                let who = Who { age: Some(80), sex: Some(Sex::Female) };
                assert!(references(Lang::Fi, &nothing, who).is_empty(), "{outcome}");
            }
        }
    }

    #[test]
    fn every_figure_is_written_with_the_decimals_that_were_published_and_its_unit() {
        for lang in Lang::ALL {
            let cell = |wanted: &str| {
                let all = PUBLISHED.iter().flat_map(|table| {
                    let of = |row: &PublishedRow| [Some(Sex::Female), Some(Sex::Male)].map(|sex| row.figure(sex));
                    table.rows.iter().flat_map(of).flatten().map(move |figure| figure_cell(lang, table, figure))
                });
                let wanted = if lang == Lang::En { wanted.to_owned() } else { wanted.replace('.', ",") };
                all.filter(|cell| cell.replace('\u{a0}', " ").starts_with(&wanted)).count()
            };
            for wanted in ["3.04 ", "1.25 m/s (0.26)", "0.94 m/s", "12.6 s", "11.3 s (10.0–12.7)", "30.8 kg", "478 m"]
            {
                assert!(cell(wanted) > 0, "{lang:?} {wanted}");
            }
        }
    }
}
