//! Published means and other single figures by age and sex: data with their source, never code branches. They say how
//! people were on average and not where one person should be, so that no class follows from them (docs/scoring.md,
//! Published means).

use super::norms::NO_NORM_FROM;
use super::{OutcomeMeasure, Score};
use crate::codes::codes;
use crate::people::Sex;
use Figure::{Mean, MeanCi, MeanSd, Median, Standard, UpTo};
use OutcomeMeasure as O;

codes! {
    /// Who was tested, and how. One publication with several kinds of tests stands here once for each.
    pub enum Study {
        Tromso7 = "tromso_7", TromsoTug = "tromso_tug", BohannonTug = "bohannon_tug",
        BohannonChair = "bohannon_chair", BohannonWalk = "bohannon_walk", SkaneWalk = "skane_walk",
        SkaneChair = "skane_chair", SkaneGrip = "skane_grip", Igrips = "igrips", Ikli = "ikli",
        SpringerBest = "springer_best", SpringerMean = "springer_mean", RikliJones = "rikli_jones_2013",
    }
}

impl Study {
    /// Where it was published.
    pub const fn source(self) -> &'static str {
        match self {
            Self::Tromso7 => "Bergland & Strand 2019",
            Self::TromsoTug => "PMC5223479",
            Self::BohannonTug | Self::BohannonChair => "Bohannon 2006",
            Self::BohannonWalk => "Bohannon & Andrews 2011",
            Self::SkaneWalk | Self::SkaneChair | Self::SkaneGrip => "Good Aging in Skåne 2021",
            Self::Igrips => "Tomkinson et al. 2025",
            Self::Ikli => "UKK-instituutti, IKLI 2019–20",
            Self::SpringerBest | Self::SpringerMean => "Springer 2007",
            Self::RikliJones => "Rikli & Jones 2013",
        }
    }
}

/// One figure with what was published beside it: whole numbers with as many decimals as its table says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Figure {
    Mean(i64),
    /// A mean and the standard deviation.
    MeanSd(i64, i64),
    /// A mean and the lower and upper end of its own 95 % confidence interval.
    MeanCi(i64, i64, i64),
    /// The 50th percentile.
    Median(i64),
    /// The upper end of what is average.
    UpTo(i64),
    /// What was estimated to be enough for living on one's own later, too.
    Standard(i64),
}

/// For whom a figure holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BySex {
    /// Women, then men; `None` where nothing was published or where another table has it.
    Each(Option<Figure>, Option<Figure>),
    /// Women and men were not told apart.
    Together(Figure),
}

/// Completed years, the first and the last of them both within; no last one for "and over".
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Ages {
    pub from: i32,
    pub to: Option<i32>,
}

impl Ages {
    fn contains(self, age: i32) -> bool {
        age >= self.from && self.to.is_none_or(|to| age <= to)
    }

    /// How many years; the most for "and over".
    fn years(self) -> i32 {
        self.to.map_or(i32::MAX, |to| to - self.from)
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PublishedRow {
    pub ages: Ages,
    pub figures: BySex,
}

impl PublishedRow {
    /// The figure of that sex. Of another or unknown sex only what was not told apart: it is never guessed.
    pub const fn figure(&self, sex: Option<Sex>) -> Option<Figure> {
        match (self.figures, sex) {
            (BySex::Together(figure), _) => Some(figure),
            (BySex::Each(women, _), Some(Sex::Female)) => women,
            (BySex::Each(_, men), Some(Sex::Male)) => men,
            _ => None,
        }
    }
}

/// The figures of one study for one outcome, all of them of one kind and equally sure.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PublishedTable {
    pub outcome: OutcomeMeasure,
    pub study: Study,
    /// Of the figures, in the unit that people read: points, m/s, seconds, kilograms, metres, stands.
    pub decimals: u8,
    /// Whether they have been checked against the source. What has not is used inside the service with a mark, and
    /// never shown to participants.
    pub checked: bool,
    /// Measured nearly as here: a figure may stand beside a result. Others stand on the page of sources alone.
    pub beside_results: bool,
    /// The course on which they hold, in metres, where results on others are no match.
    pub course_m: Option<u16>,
    pub rows: &'static [PublishedRow],
}

/// A figure that stands beside a result.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Beside {
    pub table: &'static PublishedTable,
    pub row: &'static PublishedRow,
    pub figure: Figure,
}

/// The figure to tell beside a score, for completed years and sex on the test's day: a checked one before others, then
/// that of the fewest years. None from 95 years on, as of ranges.
pub fn beside(score: &Score, age: Option<i32>, sex: Option<Sex>) -> Option<Beside> {
    score.value()?;
    let age = age.filter(|age| *age < NO_NORM_FROM)?;
    let fits = |table: &&PublishedTable| {
        table.outcome == score.outcome
            && table.beside_results
            && table.course_m.is_none_or(|course| score.conditions.course_m == Some(course))
    };
    let of_table = |table: &'static PublishedTable| {
        let rows = table.rows.iter().filter(move |row| row.ages.contains(age));
        rows.filter_map(move |row| Some(Beside { table, row, figure: row.figure(sex)? }))
    };
    PUBLISHED.iter().filter(fits).flat_map(of_table).min_by_key(|found| (!found.table.checked, found.row.ages.years()))
}

const fn each(from: i32, to: i32, women: Figure, men: Figure) -> PublishedRow {
    row(from, Some(to), BySex::Each(Some(women), Some(men)))
}

const fn together(from: i32, to: i32, figure: Figure) -> PublishedRow {
    row(from, Some(to), BySex::Together(figure))
}

const fn row(from: i32, to: Option<i32>, figures: BySex) -> PublishedRow {
    PublishedRow { ages: Ages { from, to }, figures }
}

/// A checked table whose figures may stand beside results, without its rows.
const fn table(outcome: OutcomeMeasure, study: Study, decimals: u8) -> PublishedTable {
    PublishedTable { outcome, study, decimals, checked: true, beside_results: true, course_m: None, rows: &[] }
}

impl PublishedTable {
    const fn unchecked(self) -> Self {
        Self { checked: false, ..self }
    }

    const fn for_the_page(self) -> Self {
        Self { beside_results: false, ..self }
    }

    const fn on_course(self, metres: u16) -> Self {
        Self { course_m: Some(metres), ..self }
    }
}

/// Every table, by outcome.
///
/// Of the walk over 4 m from standing there is none: means of longer walks do not suit it (Bohannon & Andrews 2011).
pub const PUBLISHED: &[PublishedTable] = &[
    PublishedTable {
        rows: &[
            each(75, 79, MeanSd(352, 86), MeanSd(369, 69)),
            row(80, None, BySex::Each(Some(MeanSd(319, 105)), Some(MeanSd(345, 93)))),
        ],
        ..table(O::SppbBalance, Study::Tromso7, 2)
    },
    PublishedTable {
        rows: &[
            each(75, 79, MeanSd(365, 64), MeanSd(376, 49)),
            row(80, None, BySex::Each(Some(MeanSd(355, 78)), Some(MeanSd(364, 71)))),
        ],
        ..table(O::SppbGait, Study::Tromso7, 2)
    },
    // The mean of women from 80 on was not to be seen.
    PublishedTable {
        rows: &[
            each(75, 79, MeanSd(308, 111), MeanSd(339, 88)),
            row(80, None, BySex::Each(None, Some(MeanSd(304, 119)))),
        ],
        ..table(O::SppbChair, Study::Tromso7, 2)
    },
    PublishedTable {
        rows: &[row(80, Some(99), BySex::Each(Some(Mean(94)), None))],
        ..table(O::Gait10UsualSpeed, Study::BohannonWalk, 2)
    },
    PublishedTable {
        rows: &[each(70, 79, Mean(113), Mean(126)), row(80, Some(99), BySex::Each(None, Some(Mean(97))))],
        ..table(O::Gait10UsualSpeed, Study::BohannonWalk, 2).unchecked()
    },
    PublishedTable {
        rows: &[each(81, 81, MeanSd(125, 26), MeanSd(142, 24))],
        ..table(O::Gait10UsualSpeed, Study::SkaneWalk, 2)
    },
    PublishedTable {
        rows: &[each(81, 81, MeanSd(155, 32), MeanSd(172, 32))],
        ..table(O::Gait10MaximalSpeed, Study::SkaneWalk, 2)
    },
    PublishedTable {
        rows: &[together(70, 79, UpTo(126)), together(80, 89, UpTo(148))],
        ..table(O::Chair5Time, Study::BohannonChair, 1).unchecked()
    },
    // Whether five rises were timed is not told there.
    PublishedTable {
        rows: &[each(81, 81, MeanSd(114, 32), MeanSd(106, 30))],
        ..table(O::Chair5Time, Study::SkaneChair, 1).unchecked().for_the_page()
    },
    PublishedTable {
        rows: &[together(70, 79, MeanCi(92, 82, 102)), together(80, 99, MeanCi(113, 100, 127))],
        ..table(O::TugTime, Study::BohannonTug, 1)
    },
    // One mean of everybody from 65 on says little of somebody of 80.
    PublishedTable {
        rows: &[row(65, None, BySex::Together(Mean(126)))],
        ..table(O::TugTime, Study::TromsoTug, 1).for_the_page()
    },
    PublishedTable {
        rows: &[
            each(60, 64, Standard(15), Standard(17)),
            each(65, 69, Standard(15), Standard(16)),
            each(70, 74, Standard(14), Standard(15)),
            each(75, 79, Standard(13), Standard(14)),
            each(80, 84, Standard(12), Standard(13)),
            each(85, 89, Standard(11), Standard(11)),
            each(90, 94, Standard(9), Standard(9)),
        ],
        ..table(O::Chair30Stands, Study::RikliJones, 0).unchecked().for_the_page()
    },
    PublishedTable {
        rows: &[
            each(75, 79, Median(221), Median(351)),
            each(80, 84, Median(204), Median(323)),
            each(85, 89, Median(186), Median(294)),
            each(90, 94, Median(167), Median(263)),
        ],
        ..table(O::GripBest, Study::Igrips, 1).for_the_page()
    },
    PublishedTable {
        rows: &[each(81, 81, Mean(184), Mean(308))],
        ..table(O::GripBest, Study::SkaneGrip, 1).for_the_page()
    },
    // Stands of up to 45 s count there, of up to 30.0 s here.
    PublishedTable {
        rows: &[together(70, 79, MeanSd(215, 144)), together(80, 99, MeanSd(94, 108))],
        ..table(O::SingleLegTime, Study::SpringerBest, 1).unchecked().for_the_page()
    },
    PublishedTable {
        rows: &[together(70, 79, Mean(150)), together(80, 99, Mean(62))],
        ..table(O::SingleLegTime, Study::SpringerMean, 1).unchecked().for_the_page()
    },
    PublishedTable {
        rows: &[row(70, None, BySex::Together(Mean(478)))],
        ..table(O::Walk6Distance, Study::Ikli, 0).on_course(15)
    },
];

#[cfg(test)]
mod tests {
    use super::super::{Conditions, Measured};
    use super::*;

    /// The tables as docs/scoring.md, Published means prints them: study, outcome, then years, women, men; one figure
    /// alone where the two were not told apart.
    const PRINTED: &str = "
        tromso_7 sppb_balance: 75–79 3.52±0.86 3.69±0.69, 80– 3.19±1.05 3.45±0.93
        tromso_7 sppb_gait: 75–79 3.65±0.64 3.76±0.49, 80– 3.55±0.78 3.64±0.71
        tromso_7 sppb_chair: 75–79 3.08±1.11 3.39±0.88, 80– – 3.04±1.19
        bohannon_walk gait10_usual_speed: 80–99 0.94 –
        bohannon_walk gait10_usual_speed ?: 70–79 1.13 1.26, 80–99 – 0.97
        skane_walk gait10_usual_speed: 81–81 1.25±0.26 1.42±0.24
        skane_walk gait10_maximal_speed: 81–81 1.55±0.32 1.72±0.32
        bohannon_chair chair5_time ?: 70–79 ≤12.6, 80–89 ≤14.8
        skane_chair chair5_time ?: 81–81 11.4±3.2 10.6±3.0
        bohannon_tug tug_time: 70–79 9.2(8.2–10.2), 80–99 11.3(10.0–12.7)
        tromso_tug tug_time: 65– 12.6
        rikli_jones_2013 chair30_stands ?: 60–64 15! 17!, 65–69 15! 16!, 70–74 14! 15!, 75–79 13! 14!, 80–84 12! 13!, 85–89 11! 11!, 90–94 9! 9!
        igrips grip_best: 75–79 ~22.1 ~35.1, 80–84 ~20.4 ~32.3, 85–89 ~18.6 ~29.4, 90–94 ~16.7 ~26.3
        skane_grip grip_best: 81–81 18.4 30.8
        springer_best single_leg_time ?: 70–79 21.5±14.4, 80–99 9.4±10.8
        springer_mean single_leg_time ?: 70–79 15.0, 80–99 6.2
        ikli walk6_distance: 70– 478";

    fn written(table: &PublishedTable) -> String {
        let number = |value: i64| super::super::write_decimal(value, table.decimals);
        let figure = |figure: Option<Figure>| match figure {
            None => "–".to_owned(),
            Some(Mean(mean)) => number(mean),
            Some(MeanSd(mean, sd)) => format!("{}±{}", number(mean), number(sd)),
            Some(MeanCi(mean, low, high)) => format!("{}({}–{})", number(mean), number(low), number(high)),
            Some(Median(median)) => format!("~{}", number(median)),
            Some(UpTo(most)) => format!("≤{}", number(most)),
            Some(Standard(least)) => format!("{}!", number(least)),
        };
        let row = |row: &PublishedRow| {
            let to = row.ages.to.map(|to| to.to_string()).unwrap_or_default();
            let figures = match row.figures {
                BySex::Each(women, men) => format!("{} {}", figure(women), figure(men)),
                BySex::Together(both) => figure(Some(both)),
            };
            format!("{}–{to} {figures}", row.ages.from)
        };
        let rows: Vec<_> = table.rows.iter().map(row).collect();
        let mark = if table.checked { "" } else { " ?" };
        format!("{} {}{mark}: {}", table.study, table.outcome, rows.join(", "))
    }

    #[test]
    fn every_figure_is_the_printed_one() {
        let written: Vec<_> = PUBLISHED.iter().map(written).collect();
        let printed: Vec<_> = PRINTED.trim().lines().map(str::trim).collect();
        assert_eq!(written, printed);
    }

    #[test]
    fn a_table_is_of_one_kind_and_its_years_do_not_overlap() {
        for table in PUBLISHED {
            let of = |row: &PublishedRow| [Some(Sex::Female), Some(Sex::Male)].map(|sex| row.figure(sex));
            let kinds: Vec<_> = table.rows.iter().flat_map(of).flatten().map(|f| std::mem::discriminant(&f)).collect();
            assert!(
                !kinds.is_empty() && kinds.iter().all(|kind| *kind == kinds[0]),
                "{} {}",
                table.study,
                table.outcome
            );
            for pair in table.rows.windows(2) {
                assert!(pair[0].ages.to.is_some_and(|to| to < pair[1].ages.from), "{}", table.study);
            }
        }
        for study in Study::ALL {
            assert!(PUBLISHED.iter().any(|table| table.study == *study), "{study} has a table");
        }
    }

    fn told(outcome: OutcomeMeasure, course_m: Option<u16>, age: i32, sex: Option<Sex>) -> Option<(Study, Figure)> {
        let conditions = Conditions { course_m, ..Conditions::default() };
        let score = Score { conditions, ..Score::new(outcome, Measured::Value(1)) };
        beside(&score, Some(age), sex).map(|found| (found.table.study, found.figure))
    }

    #[test]
    fn a_figure_holds_from_the_first_to_the_last_year_of_its_row_and_never_from_95_on() {
        let (woman, man) = (Some(Sex::Female), Some(Sex::Male));
        let tromso = |figure| Some((Study::Tromso7, figure));
        for (outcome, sex, age, expected) in [
            (O::SppbBalance, woman, 74, None),
            (O::SppbBalance, woman, 75, tromso(MeanSd(352, 86))),
            (O::SppbBalance, woman, 79, tromso(MeanSd(352, 86))),
            (O::SppbBalance, woman, 80, tromso(MeanSd(319, 105))),
            (O::SppbGait, man, 94, tromso(MeanSd(364, 71))),
            (O::SppbGait, man, 95, None),
            (O::SppbChair, man, 80, tromso(MeanSd(304, 119))),
            (O::SppbChair, woman, 79, tromso(MeanSd(308, 111))),
            (O::SppbChair, woman, 80, None),
            (O::SppbTotal, woman, 80, None),
            (O::TugTime, None, 69, None),
            (O::TugTime, None, 70, Some((Study::BohannonTug, MeanCi(92, 82, 102)))),
            (O::TugTime, None, 79, Some((Study::BohannonTug, MeanCi(92, 82, 102)))),
            (O::TugTime, Some(Sex::Other), 80, Some((Study::BohannonTug, MeanCi(113, 100, 127)))),
            (O::TugTime, woman, 94, Some((Study::BohannonTug, MeanCi(113, 100, 127)))),
            (O::TugTime, woman, 95, None),
            (O::Chair5Time, None, 69, None),
            (O::Chair5Time, None, 70, Some((Study::BohannonChair, UpTo(126)))),
            (O::Chair5Time, man, 81, Some((Study::BohannonChair, UpTo(148)))),
            (O::Chair5Time, man, 89, Some((Study::BohannonChair, UpTo(148)))),
            (O::Chair5Time, man, 90, None),
            (O::Gait4Speed, woman, 80, None),
            (O::Gait10MaximalSpeed, man, 81, Some((Study::SkaneWalk, MeanSd(172, 32)))),
            (O::Gait10MaximalSpeed, man, 82, None),
        ] {
            assert_eq!(told(outcome, None, age, sex), expected, "{outcome} {age} {sex:?}");
        }
        let score = Score::new(O::TugTime, Measured::Value(119));
        assert_eq!(beside(&score, None, woman), None, "age not known");
    }

    #[test]
    fn where_two_hold_the_checked_one_is_told_and_of_those_the_one_of_the_fewest_years() {
        let usual = |age, sex| told(O::Gait10UsualSpeed, Some(10), age, sex);
        assert_eq!(usual(79, Some(Sex::Female)), Some((Study::BohannonWalk, Mean(113))));
        assert_eq!(usual(80, Some(Sex::Female)), Some((Study::BohannonWalk, Mean(94))));
        assert_eq!(usual(81, Some(Sex::Female)), Some((Study::SkaneWalk, MeanSd(125, 26))));
        assert_eq!(usual(81, Some(Sex::Male)), Some((Study::SkaneWalk, MeanSd(142, 24))));
        assert_eq!(usual(82, Some(Sex::Male)), Some((Study::BohannonWalk, Mean(97))));
    }

    #[test]
    fn nothing_told_by_sex_is_guessed_for_another_or_unknown_one() {
        for table in PUBLISHED {
            for sex in [Some(Sex::Other), Some(Sex::Unknown), None] {
                for row in table.rows {
                    let together = matches!(row.figures, BySex::Together(_));
                    assert_eq!(row.figure(sex).is_some(), together, "{} {sex:?}", table.study);
                }
            }
        }
        assert_eq!(told(O::SppbGait, None, 80, Some(Sex::Other)), None);
        assert_eq!(told(O::Gait10UsualSpeed, None, 81, None), None);
    }

    #[test]
    fn a_figure_stands_beside_what_was_measured_likewise_alone() {
        assert_eq!(told(O::Walk6Distance, Some(15), 80, None), Some((Study::Ikli, Mean(478))));
        assert_eq!(told(O::Walk6Distance, Some(30), 80, None), None, "another course");
        assert_eq!(told(O::Walk6Distance, None, 80, None), None, "a course that nobody told");
        assert_eq!(told(O::SingleLegTime, None, 80, Some(Sex::Female)), None, "up to 45 s there, up to 30 s here");
        let unable = Score::new(O::TugTime, Measured::Unable);
        assert_eq!(beside(&unable, Some(80), None), None, "beside no time stands no mean");
    }
}
