//! Vectors for the Short Physical Performance Battery (docs/scoring.md, Short Physical Performance Battery), and what
//! holds for any input.

use super::super::testing::{self, assessment, trial};
use super::super::{Aid, Class, Instrument, Reading, ValueProblem, class, quantity, validate};
use super::*;
use proptest::prelude::*;

const HELD_10: &str = "10.00";

/// `–` is a stand left out.
fn stands(printed: [&str; 3]) -> Vec<Trial> {
    let of = |(item, printed): (Item, &str)| trial(Instrument::Sppb, item, 1, printed, None);
    STANDS.into_iter().zip(printed).filter(|(_, printed)| *printed != "–").map(of).collect()
}

fn walks(course: u16, printed: &[&str]) -> Vec<Trial> {
    testing::trials(Instrument::Sppb, Item::Gait, printed, Some(course))
}

fn rises(printed: &str) -> Vec<Trial> {
    testing::trials(Instrument::Sppb, Item::Chair5, &[printed], None)
}

fn whole(balance: [&str; 3], course: u16, walked: &[&str], chair: &str) -> Vec<Trial> {
    [stands(balance), walks(course, walked), rises(chair)].concat()
}

fn score(trials: &[Trial], outcome: OutcomeMeasure) -> Score {
    testing::score(Instrument::Sppb, trials.to_vec(), outcome)
}

#[test]
fn balance_gives_the_points_of_its_vectors() {
    for (name, printed, points) in [
        ("B1", ["10.00", "10.00", "10.00"], Some(4)),
        ("B2", ["10.00", "10.00", "9.99"], Some(3)),
        ("B3", ["10.00", "10.00", "3.00"], Some(3)),
        ("B4", ["10.00", "10.00", "2.99"], Some(2)),
        ("B5", ["10.00", "10.00", "UNSAFE_TESTER"], Some(2)),
        ("B6", ["10.00", "9.99", "–"], Some(1)),
        ("B7", ["9.99", "–", "–"], Some(0)),
        ("B8", ["UNASSISTED_UNABLE", "–", "–"], Some(0)),
        ("B9", ["REFUSED", "–", "–"], None),
        ("B10", ["10.00", "10.00", "REFUSED"], None),
        ("B11", ["10.00", "STOPPED_SYMPTOM", "–"], None),
    ] {
        let left_out = stands(printed);
        assert_eq!(result(&left_out).balance.points(), points, "{name}");
        let coded = stands(printed.map(|stand| if stand == "–" { "skipped_by_rule" } else { stand }));
        assert_eq!(result(&coded).balance, result(&left_out).balance, "{name} with the skipped stands written");
        assert_eq!(validate(&assessment(Instrument::Sppb, coded)), Ok(()), "{name}");
    }
}

#[test]
fn a_stand_missing_without_a_stop_rule_leaves_the_part_missing() {
    assert_eq!(result(&stands([HELD_10, HELD_10, "–"])).balance, Subscore::Open);
    assert_eq!(result(&stands([HELD_10, HELD_10, "skipped_by_rule"])).balance, Subscore::Missing);
    assert_eq!(result(&stands(["–", HELD_10, HELD_10])).balance, Subscore::Open);
    assert_eq!(result(&stands(["4.00", HELD_10, HELD_10])).balance, Subscore::Points(0), "what follows is ignored");
    let missing = score(&stands([HELD_10, HELD_10, "–"]), OutcomeMeasure::SppbBalance);
    assert_eq!(missing.measured, Measured::Missing);
}

#[test]
fn gait_gives_the_points_and_speeds_of_its_vectors() {
    for (name, course, walked, used, points, shown) in [
        ("G1", 4, ["4.81", "5.00"], Some(481), Some(4), Some(83)),
        ("G2", 4, ["4.82", "4.90"], Some(482), Some(3), Some(83)),
        ("G3", 4, ["6.30", "6.20"], Some(620), Some(3), Some(65)),
        ("G4", 4, ["6.21", "6.80"], Some(621), Some(2), Some(64)),
        ("G5", 4, ["8.70", "9.10"], Some(870), Some(2), Some(46)),
        ("G6", 4, ["8.71", "9.00"], Some(871), Some(1), Some(46)),
        ("G7", 4, ["25.40", "TRIED_UNABLE"], Some(2540), Some(1), Some(16)),
        ("G8", 4, ["UNASSISTED_UNABLE", "UNASSISTED_UNABLE"], None, Some(0), None),
        ("G9", 4, ["NO_SPACE", "NO_SPACE"], None, None, None),
        ("G10", 3, ["3.61", "3.90"], Some(361), Some(4), Some(83)),
        ("G11", 3, ["3.62", "3.70"], Some(362), Some(3), Some(83)),
        ("G12", 3, ["4.65", "4.66"], Some(465), Some(3), Some(65)),
        ("G13", 3, ["4.66", "4.80"], Some(466), Some(2), Some(64)),
        ("G14", 3, ["6.52", "6.90"], Some(652), Some(2), Some(46)),
        ("G15", 3, ["6.53", "7.10"], Some(653), Some(1), Some(46)),
        ("one unable, one without room", 4, ["TRIED_UNABLE", "NO_SPACE"], None, Some(0), None),
    ] {
        let trials = walks(course, &walked);
        let result = result(&trials);
        assert_eq!(result.gait.points(), points, "{name}");
        assert_eq!(result.walk.map(Walk::cm_per_s), shown, "{name}");
        assert_eq!(score(&trials, OutcomeMeasure::Gait4Speed).conditions.time_cs, used, "{name}");
        assert_eq!(score(&trials, OutcomeMeasure::SppbGait).value(), points, "{name}");
    }
}

#[test]
fn speed_is_kept_in_whole_millimetres_a_second() {
    for (course, time, mm) in [(4, "5.00", 800), (4, "4.44", 901), (4, "4.45", 899), (4, "5.72", 699), (3, "4.00", 750)]
    {
        assert_eq!(
            score(&walks(course, &[time]), OutcomeMeasure::Gait4Speed).value(),
            Some(mm),
            "{course} m in {time}"
        );
    }
    assert!(result(&walks(4, &["5.00"])).one_walk);
    assert!(!result(&walks(4, &["5.00", "4.90"])).one_walk);
}

#[test]
fn the_chair_stand_gives_the_points_of_its_vectors() {
    for (name, printed, points) in [
        ("C1", "11.19", Some(4)),
        ("C2", "11.20", Some(3)),
        ("C3", "13.69", Some(3)),
        ("C4", "13.70", Some(2)),
        ("C5", "16.69", Some(2)),
        ("C6", "16.70", Some(1)),
        ("C7", "60.00", Some(1)),
        ("C8", "TRIED_UNABLE", Some(0)),
        ("C9", "NO_TIME", None),
        ("C10", "8.05", Some(4)),
        ("C13", "5.80", Some(4)),
    ] {
        assert_eq!(result(&rises(printed)).chair.points(), points, "{name}");
    }
}

#[test]
fn times_outside_the_limits_are_refused_and_unusual_ones_noticed() {
    let read = |item, course, text| quantity(Instrument::Sppb, item, course).unwrap().read(text, Reading::File);
    let out = |low, high| Err(ValueProblem::OutOfRange { low, high, decimals: 2 });
    assert_eq!(read(Item::Chair5, None, "60.01"), out(300, 6000), "C11: a code must be chosen");
    assert_eq!(read(Item::Chair5, None, "2.99"), out(300, 6000), "C12");
    assert!(CHAIR.is_unusual(580) && !CHAIR.is_unusual(600) && !CHAIR.is_unusual(6000), "C13");
    assert_eq!(read(Item::Tandem, None, "10.01"), out(0, 1000));
    assert_eq!(read(Item::Gait, Some(4), "120.01"), out(100, 12_000));
    assert_eq!(read(Item::Gait, Some(4), "120,004"), Ok(12_000), "rounded first, then held against the limit");
    assert_eq!(read(Item::Gait, Some(3), "90.01"), out(75, 9000));
    assert_eq!(read(Item::Gait, Some(4), "1.33"), Err(ValueProblem::TooFast));
    assert_eq!([read(Item::Gait, Some(4), "1.34"), read(Item::Gait, Some(3), "1.00")], [Ok(134), Ok(100)]);
    assert_eq!(read(Item::Gait, Some(3), "0.99"), Err(ValueProblem::TooFast));
    assert!(GAIT_4M.is_unusual(199) && GAIT_4M.is_unusual(2001) && !GAIT_4M.is_unusual(200));
    assert!(GAIT_3M.is_unusual(149) && GAIT_3M.is_unusual(1501) && !GAIT_3M.is_unusual(1500));
}

#[test]
fn raw_timer_readings_round_once_and_then_score() {
    for (printed, points) in [("4.814", 4), ("4.815", 3)] {
        assert_eq!(result(&walks(4, &[printed])).gait, Subscore::Points(points), "{printed}");
    }
    for (printed, points) in [("13.694", 3), ("13.695", 2)] {
        assert_eq!(result(&rises(printed)).chair, Subscore::Points(points), "{printed}");
    }
    let nearly = trial(Instrument::Sppb, Item::Tandem, 1, "9.996", None);
    assert_eq!(nearly.value(), Some(999));
    assert_eq!(stand_points(Item::Tandem, 999), 1);
}

#[test]
fn totals_and_bands_are_those_of_the_vectors() {
    use SppbBand::{Mild, Minimal, Moderate, Severe};
    let unable = ["UNASSISTED_UNABLE", "UNASSISTED_UNABLE"];
    for (name, trials, parts, total, band) in [
        (
            "S1",
            whole(["10.00", "10.00", "10.00"], 4, &["4.20", "4.40"], "10.50"),
            [Some(4); 3],
            Some(12),
            Some(Minimal),
        ),
        (
            "S2",
            whole(["10.00", "10.00", "4.50"], 4, &["5.60", "5.50"], "14.90"),
            [Some(3), Some(3), Some(2)],
            Some(8),
            Some(Mild),
        ),
        (
            "S3",
            whole(["10.00", "10.00", "2.00"], 4, &["7.00", "7.30"], "17.20"),
            [Some(2), Some(2), Some(1)],
            Some(5),
            Some(Moderate),
        ),
        (
            "S4",
            whole(["10.00", "6.00", "–"], 4, &["9.90", "9.40"], "TRIED_UNABLE"),
            [Some(1), Some(1), Some(0)],
            Some(2),
            Some(Severe),
        ),
        (
            "S5",
            whole(["10.00", "10.00", "10.00"], 4, &["4.82", "4.82"], "16.69"),
            [Some(4), Some(3), Some(2)],
            Some(9),
            Some(Mild),
        ),
        ("S6", whole(["5.00", "–", "–"], 4, &unable, "TRIED_UNABLE"), [Some(0); 3], Some(0), Some(Severe)),
        (
            "S7",
            whole(["10.00", "10.00", "10.00"], 4, &["5.00", "5.10"], "REFUSED"),
            [Some(4), Some(3), None],
            None,
            None,
        ),
        ("S8", whole(["10.00", "10.00", "7.20"], 3, &["4.10", "4.00"], "12.00"), [Some(3); 3], Some(9), Some(Mild)),
    ] {
        let result = result(&trials);
        assert_eq!([result.balance, result.gait, result.chair].map(Subscore::points), parts, "{name}");
        assert_eq!((result.total, result.band), (total, band), "{name}");
        let score = score(&trials, OutcomeMeasure::SppbTotal);
        assert_eq!(class(&score, Some(80), None), band.map(Class::Sppb), "{name}");
        assert_eq!(validate(&assessment(Instrument::Sppb, trials)), Ok(()), "{name}");
    }
}

#[test]
fn every_total_has_its_band() {
    let printed =
        [(0..=3, SppbBand::Severe), (4..=6, SppbBand::Moderate), (7..=9, SppbBand::Mild), (10..=12, SppbBand::Minimal)];
    for (mut totals, expected) in printed {
        assert!(totals.all(|total| band(total) == expected), "{expected}");
    }
}

#[test]
fn the_institutes_form_counts_refusals_and_other_reasons_as_zero_but_no_practical_ones() {
    let s7 = |chair| result(&whole([HELD_10; 3], 4, &["5.00", "5.10"], chair)).total_nia;
    assert_eq!([s7("REFUSED"), s7("other"), s7("other_ability"), s7("tried_unable")], [Some(7); 4]);
    for code in ["stopped_symptom", "temporary_health", "no_time", "no_space", "no_device", "technical"] {
        assert_eq!(s7(code), None, "{code}");
    }
    let refused_stand = whole([HELD_10, "refused", "–"], 4, &["5.00"], "10.00");
    assert_eq!((result(&refused_stand).total, result(&refused_stand).total_nia), (None, Some(1 + 3 + 4)));
    assert_eq!(result(&walks(4, &["refused", "no_time"])).gait, Subscore::Missing);
}

#[test]
fn other_counts_as_zero_only_when_it_was_because_of_ability() {
    assert_eq!(result(&rises("other")).chair, Subscore::Missing);
    assert_eq!(result(&rises("other_ability")).chair, Subscore::Points(0));
}

#[test]
fn a_test_half_entered_shows_what_is_there_and_what_the_rule_skips() {
    let begun = result(&stands([HELD_10, "–", "–"]));
    assert_eq!((begun.balance, begun.gait, begun.total), (Subscore::Open, Subscore::Open, None));
    assert!(begun.skipped.is_empty());
    assert_eq!(result(&stands(["9.00", "–", "–"])).skipped, [Item::SemiTandem, Item::Tandem]);
    assert_eq!(result(&stands([HELD_10, "unsafe_tester", "–"])).skipped, [Item::Tandem]);
    assert_eq!(result(&stands([HELD_10, "refused", "–"])).skipped, [Item::Tandem]);
    assert!(result(&[]).skipped.is_empty());
}

#[test]
fn not_understood_is_zero_and_asks_for_a_second_look() {
    let chair = result(&rises("not_understood"));
    assert_eq!((chair.chair, chair.check), (Subscore::Points(0), true));
    assert!(result(&stands(["not_understood", "–", "–"])).check);
    assert!(!result(&walks(4, &["not_understood", "5.00"])).check, "the second walk counted");
}

#[test]
fn all_five_points_exist_as_soon_as_one_row_does() {
    let only_chair = super::super::scores(&assessment(Instrument::Sppb, rises("12.00")));
    let rows: Vec<_> = only_chair.iter().map(|score| (score.outcome, score.value())).collect();
    let expected = [
        (OutcomeMeasure::SppbBalance, None),
        (OutcomeMeasure::SppbGait, None),
        (OutcomeMeasure::SppbChair, Some(3)),
        (OutcomeMeasure::SppbTotal, None),
        (OutcomeMeasure::SppbTotalNia, None),
        (OutcomeMeasure::Chair5Time, Some(1200)),
    ];
    assert_eq!(rows, expected);
}

#[test]
fn the_walk_that_counted_tells_the_aid() {
    let mut trials = whole([HELD_10; 3], 4, &["6.00", "5.00"], "12.00");
    for trial in trials.iter_mut().filter(|trial| trial.item == Item::Gait) {
        trial.aid = Some(if trial.trial == 1 { Aid::Rollator } else { Aid::Stick });
    }
    assert_eq!(score(&trials, OutcomeMeasure::SppbTotal).conditions.aid, Some(Aid::Stick));
    assert_eq!(score(&trials, OutcomeMeasure::SppbChair).conditions.aid, None);
}

#[test]
fn of_walks_with_codes_only_any_tells_course_and_aid() {
    let mut walks = testing::trials(Instrument::Sppb, Item::Gait, &["tried_unable", "tried_unable"], None);
    (walks[1].course_m, walks[1].aid) = (Some(3), Some(Aid::Stick));
    for outcome in [OutcomeMeasure::Gait4Speed, OutcomeMeasure::SppbGait, OutcomeMeasure::SppbTotal] {
        let told = score(&walks, outcome).conditions;
        assert_eq!((told.course_m, told.aid), (Some(3), Some(Aid::Stick)), "{outcome}");
    }
}

fn complete() -> impl Strategy<Value = (Vec<i64>, u16, i64, i64)> {
    let held = prop_oneof![Just(1000i64), 0i64..1000];
    (proptest::collection::vec(held, 3), prop_oneof![Just(3u16), Just(4)], 150i64..9000, 300i64..6001)
}

fn of_values((held, course, walk, chair): &(Vec<i64>, u16, i64, i64)) -> SppbResult {
    let value = |item, value, course_m| Trial {
        outcome: super::super::TrialOutcome::Value(value),
        ..trial(Instrument::Sppb, item, 1, "refused", course_m)
    };
    let mut trials: Vec<_> = STANDS.into_iter().zip(held).map(|(stand, held)| value(stand, *held, None)).collect();
    trials.push(value(Item::Gait, *walk, Some(*course)));
    trials.push(value(Item::Chair5, *chair, None));
    result(&trials)
}

proptest! {
    #[test]
    fn a_total_is_the_sum_of_three_parts_or_nothing(trials in proptest::collection::vec(testing::any_trial(), 0..8)) {
        let result = result(&trials);
        let parts = [result.balance, result.gait, result.chair].map(Subscore::points);
        prop_assert!(parts.iter().flatten().all(|points| (0..=4).contains(points)));
        prop_assert_eq!(result.total, parts.iter().copied().sum::<Option<i64>>());
        if let Some(total) = result.total {
            prop_assert_eq!(result.total_nia, Some(total));
        }
        prop_assert_eq!(result.band.is_some(), result.total.is_some());
    }

    #[test]
    fn doing_better_never_costs_a_point(values in complete(), slower in 0i64..500, shorter in 0i64..500) {
        let (held, course, walk, chair) = values.clone();
        let better = of_values(&values).total.unwrap();
        prop_assert!(of_values(&(held.clone(), course, walk + slower, chair)).total.unwrap() <= better);
        prop_assert!(of_values(&(held.clone(), course, walk, chair + slower)).total.unwrap() <= better);
        let shorter: Vec<_> = held.iter().map(|held| (held - shorter).max(0)).collect();
        prop_assert!(of_values(&(shorter, course, walk, chair)).total.unwrap() <= better);
    }
}
