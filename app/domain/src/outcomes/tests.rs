//! Whole reports from small invented municipalities.

use proptest::prelude::*;

use super::dataset::{Area, Dataset, MarkRow, MembershipRow, ParticipantRow, Period, ResultRow, SessionRow, Settings};
use super::equity::OTHER_OR_UNKNOWN;
use super::findings::{Finding, Selection, findings, selection};
use super::publishing::{Page, PageKind, alone, of_report, publish};
use super::report::WindowName;
use super::testing::{first_day, settings, town};
use super::{Report, compute, compute_for_page};
use crate::assessments::OutcomeMeasure;
use crate::attendance::Mark;
use crate::groups::ExitReason;
use crate::ids::MunicipalityCode;
use crate::people::{Decision, Education, Sex};
use crate::sessions::SessionStatus;
use crate::time::Day;

fn start() -> Day {
    "2025-09-01".parse().unwrap()
}

fn municipality() -> Dataset {
    Dataset::empty(MunicipalityCode::new("091").unwrap())
}

/// A person who comes to the one group on the given sessions, with a membership from the first day.
fn join(data: &mut Dataset, person: ParticipantRow, sessions: impl IntoIterator<Item = usize>) -> u32 {
    let participant = data.participants.len() as u32;
    data.participants.push(person);
    data.memberships.push(MembershipRow {
        participant,
        group: 0,
        joined_on: start(),
        left_on: None,
        exit_reason: None,
    });
    let mark = |session: usize| MarkRow::new(session as u32, participant, Mark::Present);
    data.marks.extend(sessions.into_iter().map(mark));
    participant
}

/// A group that meets once a week.
fn weekly(data: &mut Dataset, weeks: i64) {
    let status = Some(SessionStatus::Held);
    data.sessions.extend((0..weeks).map(|week| SessionRow { group: 0, day: start().plus_days(7 * week), status }));
}

fn sppb(data: &mut Dataset, participant: u32, after: i64, value: i32) {
    let day = start().plus_days(after);
    let outcome = OutcomeMeasure::SppbTotal;
    data.results.push(ResultRow {
        participant,
        day,
        outcome,
        value: Some(value),
        unable: false,
        course_m: None,
        aid: None,
    });
}

fn report(data: &Dataset, weeks: i64) -> serde_json::Value {
    let period = Period::new(start(), start().plus_days(7 * weeks));
    serde_json::to_value(compute(data, &period, &Settings::default())).unwrap()
}

/// Of 60 who start so many apply and are accepted in the period; the others came unasked.
fn said_of_the_accepted(accepted: usize) -> Option<Finding> {
    let mut data = municipality();
    weekly(&mut data, 4);
    for person in 0..60 {
        let asked = person < accepted;
        let applied_on = asked.then_some(start());
        let decision = asked.then_some(Decision::Accepted);
        join(&mut data, ParticipantRow { applied_on, decision, ..ParticipantRow::default() }, 0..4);
    }
    let period = Period::new(start(), start().plus_days(28));
    let page = of_report(compute(&data, &period, &Settings::default()), PageKind::Year, period.to);
    let said = findings(&page);
    said.into_iter().find(|finding| matches!(finding, Finding::StartedBeyondAccepted { .. }))
}

#[test]
fn only_weeks_that_lie_whole_in_the_period_are_told_by_weekday() {
    let mut data = municipality();
    weekly(&mut data, 10);
    for _ in 0..6 {
        join(&mut data, ParticipantRow::default(), 0..10);
    }
    // The Wednesday after the tenth Monday.
    let report = compute(&data, &Period::new(start(), start().plus_days(65)), &Settings::default());
    let weeks = &report.attendance.weeks;
    let days = |at: usize| weeks[at].days.iter().map(|(weekday, day)| (*weekday, day.visits.value().copied()));
    assert_eq!((weeks.len(), weeks[9].visits.value()), (10, Some(&6)));
    assert!((0..9).all(|at| days(at).eq([(1, Some(6))])) && days(9).count() == 0);
}

#[test]
fn more_who_started_than_were_accepted_are_explained_unless_a_number_is_hidden() {
    let beyond = |accepted| Some(Finding::StartedBeyondAccepted { started: 60, accepted });
    assert_eq!([0, 5, 59].map(said_of_the_accepted), [beyond(0), beyond(5), beyond(59)]);
    assert_eq!([1, 4, 60].map(said_of_the_accepted), [None, None, None]);
}

/// 60 started, 54 have a baseline, 4 of them died; 38 of the 50 who are due were tested again.
fn published_flow() -> Dataset {
    let mut data = municipality();
    weekly(&mut data, 30);
    for person in 0..60 {
        let applied = ParticipantRow {
            applied_on: Some(start()),
            decision: Some(Decision::Accepted),
            sex: Some(if person % 20 == 0 { Sex::Male } else { Sex::Female }),
            education: Some(if person % 2 == 0 { Education::Basic } else { Education::Higher }),
            ..ParticipantRow::default()
        };
        let participant = join(&mut data, applied, 0..30);
        if person < 54 {
            sppb(&mut data, participant, 0, 7);
        }
        if person >= 50 {
            let stay = data.memberships.last_mut().unwrap();
            (stay.left_on, stay.exit_reason) = (Some(start().plus_days(90)), Some(ExitReason::Died));
        }
        let change = [1; 19].iter().chain([0; 15].iter()).chain([-1; 4].iter()).nth(person);
        change.iter().for_each(|change| sppb(&mut data, participant, 91, 7 + **change));
    }
    data
}

#[test]
fn the_flow_of_the_guide_is_told_from_application_to_retest() {
    let report = report(&published_flow(), 30);
    assert_eq!(report["flow"]["participants"], 60);
    assert_eq!(report["flow"]["applied"], 60);
    assert_eq!(report["flow"]["accepted"], 60);
    assert_eq!(report["flow"]["started"], 60);
    assert_eq!(report["flow"]["with_baseline"], 54);
    assert_eq!(report["flow"]["m3"], serde_json::json!({"due": 50, "retested": 38, "completeness": 0.76}));
    let change = &report["change"]["m3"]["sppb_total"];
    assert_eq!((&change["n"], &change["headline"]), (&38.into(), &"warning".into()));
    // Four declined: kept and declined are merged.
    assert_eq!((&change["improved"], &change["kept"], &change["declined"]), (&19.into(), &().into(), &().into()));
    assert_eq!(change["improved_of_due"], 0.38);
    assert_eq!(change["mean"], 0.394_737);
}

#[test]
fn whoever_was_accepted_after_the_test_at_the_start_may_have_been_chosen_by_it() {
    let told = |accepted: [Option<i64>; 12], tested: i64| {
        let mut data = municipality();
        weekly(&mut data, 4);
        for day in accepted {
            let accepted_on = day.map(|day| start().plus_days(day));
            let participant = join(&mut data, ParticipantRow { accepted_on, ..ParticipantRow::default() }, 0..4);
            sppb(&mut data, participant, tested, 7);
        }
        selection(&year_page(&data, 100, &[]))
    };
    let said = |selection: Option<Selection>| match selection {
        Some(Selection::ByTest(told)) => (told.any(), told.number()),
        other => panic!("{other:?}"),
    };
    assert_eq!(said(told([Some(-3); 12], -3)), (true, Some(12)), "on the same day, and before the first visit");
    let mut few = [Some(-5); 12];
    few[..3].fill(Some(0));
    assert_eq!(said(told(few, -3)), (true, None), "three were decided upon after it");
    // Accepted before the test; accepted after the first visit, when the test can have chosen nobody.
    assert_eq!(told([Some(-5); 12], -3), None);
    assert_eq!(told([Some(5); 12], -3), Some(Selection::NotKnown));
    assert_eq!(told([None; 12], -3), Some(Selection::NotKnown));
}

#[test]
fn half_of_those_who_started_had_waited_at_most_so_long() {
    let waiting = |people: i64| {
        let mut data = municipality();
        weekly(&mut data, 4);
        // The last one came first and applied later.
        for days in (0..people).chain([-3]) {
            let applied_on = Some(start().plus_days(-days));
            join(&mut data, ParticipantRow { applied_on, ..ParticipantRow::default() }, 0..4);
        }
        report(&data, 4)["waiting"].clone()
    };
    assert_eq!(waiting(11), serde_json::json!({"n": 11, "median_days": 5.0}));
    assert_eq!(waiting(9), serde_json::Value::Null, "too few for a median");
}

#[test]
fn why_people_left_is_told_of_those_who_are_out_after_180_days() {
    let mut data = municipality();
    weekly(&mut data, 30);
    for person in 0..40 {
        join(&mut data, ParticipantRow::default(), if person < 24 { 0..4 } else { 0..30 });
        let reason = match person {
            0..6 => ExitReason::GoalReached,
            6..11 => ExitReason::Died,
            11..18 => ExitReason::HealthWorse,
            18..24 => ExitReason::Unknown,
            _ => continue,
        };
        let stay = data.memberships.last_mut().unwrap();
        (stay.left_on, stay.exit_reason) = (Some(start().plus_days(40)), Some(reason));
    }
    let told = report(&data, 30)["leaving"].clone();
    let expected = serde_json::json!({
        "n": 40, "group_ended": 0, "goal_reached": 6, "died_or_moved": 5, "other": 7, "unknown": 6,
    });
    assert_eq!(told, expected);
    assert_eq!(report(&data, 20)["leaving"], serde_json::Value::Null, "nobody was seen so long");
}

#[test]
fn of_those_who_were_missed_it_is_told_how_many_had_left_by_the_end_of_the_window() {
    let missed = |left: std::ops::Range<u32>, day: i64, retested: u32| {
        let mut data = published_flow();
        data.results.retain(|row| row.day == start() || row.participant < retested);
        for stay in data.memberships.iter_mut().filter(|stay| left.contains(&stay.participant)) {
            (stay.left_on, stay.exit_reason) = (Some(start().plus_days(day)), Some(ExitReason::HealthWorse));
        }
        let told = report(&data, 30)["missed"].clone();
        (told["x"].as_u64(), told["n"].as_u64())
    };
    assert_eq!(missed(38..44, 60, 38), (Some(6), Some(12)));
    assert_eq!(missed(38..44, 134, 38), (Some(6), Some(12)), "the last day of the window");
    assert_eq!(missed(38..44, 135, 38), (None, None), "nobody of twelve had left");
    assert_eq!(missed(38..42, 60, 38), (None, None), "four of twelve");
    assert_eq!(missed(3..20, 60, 3), (None, None), "three were tested again: fifty were due");
    assert_eq!(missed(0..20, 60, 0), (Some(20), Some(50)));
}

/// The way where these people stopped coming after nine visits.
fn way_without(stopped: std::ops::Range<u32>) -> serde_json::Value {
    let mut data = published_flow();
    data.marks.retain(|mark| mark.session < 9 || !stopped.contains(&mark.participant()));
    report(&data, 30)["way"].clone()
}

#[test]
fn the_way_is_of_one_cohort_from_those_who_are_known_to_those_who_improved() {
    let way = |ten_visits: u64, measured_twice: u64, improved: Option<u64>| {
        serde_json::json!({
            "known": 60, "ten_visits": ten_visits, "measured_twice": measured_twice, "improved": improved,
        })
    };
    assert_eq!(way_without(0..0), way(60, 38, Some(19)));
    // Of those who came less often ten of twenty improved.
    assert_eq!(way_without(9..29), way(40, 18, Some(9)));
    // Eight came less often, and all of them improved: with everybody's number that would be known of each.
    assert_eq!(way_without(0..8), way(52, 30, None));
    let three = way_without(57..60);
    assert_eq!((&three["ten_visits"], &three["measured_twice"]), (&().into(), &38.into()));
}

#[test]
fn the_tenth_visit_counts_whenever_it_is_until_the_cut_off() {
    let data = published_flow();
    let on = |cut_off: i64| {
        let period = Period { from: start(), to: start().plus_days(20), cut_off: start().plus_days(cut_off) };
        compute(&data, &period, &Settings::default()).way.unwrap().ten_visits
    };
    assert_eq!((on(62).value(), on(63).value()), (Some(&0), Some(&60)));
}

/// A year of an invented municipality so many days after its first.
fn year_page(data: &Dataset, days: i64, earlier: &[Page]) -> Page {
    let (from, cut_off) = (first_day(), first_day().plus_days(days));
    let period = Period { from, to: from.plus_days(364), cut_off };
    let computed = compute_for_page(data, &period, PageKind::Year, &settings());
    publish(&computed, PageKind::Year, cut_off, earlier, None)
}

#[test]
fn a_test_in_no_headline_is_told_by_pages_and_its_classes_by_a_report_that_stands_alone_only() {
    let mut data = published_flow();
    let tug = |row: &ResultRow| ResultRow {
        outcome: OutcomeMeasure::TugTime,
        value: row.value.map(|points| 200 - 10 * points),
        ..*row
    };
    let tests: Vec<ResultRow> = data.results.iter().map(tug).collect();
    data.results.extend(tests);
    let cut_off = start().plus_days(300);
    let period = Period { from: start(), to: start().plus_days(364), cut_off };
    let computed = compute_for_page(&data, &period, PageKind::Year, &Settings::default());
    let told = |page: &Page| {
        let change = page.report.change_of(OutcomeMeasure::TugTime, WindowName::M3)?;
        let (n, mean) = (change.n.value().copied(), change.mean.value().copied());
        Some((n, mean, change.sd.value().is_some(), change.improved.value().is_some()))
    };
    // A second less is a second better: 15 of 38 points are 0.39 s, printed with one decimal.
    assert_eq!(told(&alone(&computed, PageKind::Year, cut_off)), Some((Some(38), Some(0.4), false, true)));
    let page = publish(&computed, PageKind::Year, cut_off, &[], None);
    assert_eq!(told(&page), Some((Some(38), Some(0.4), false, false)));
    let untold = [WindowName::M6, WindowName::M12].map(|window| page.report.change_of(OutcomeMeasure::TugTime, window));
    assert_eq!(untold, [None, None], "nobody was given it then");
}

#[test]
fn figures_by_group_are_of_everybody_who_came_each_in_one_cell() {
    let (mut told, mut hidden) = (0, 0);
    for number in 0..60 {
        let page = year_page(&town(number), 480, &[]);
        let (cells, participants) = (&page.report.groups, page.report.flow.participants.value());
        let Some(last) = cells.last() else { continue };
        assert_eq!(last.value, OTHER_OR_UNKNOWN);
        let all: Option<u64> = cells.iter().map(|cell| cell.participants.value().copied()).sum();
        assert!(all.is_none() || all.as_ref() == participants, "{cells:?}");
        told += usize::from(all.is_some());
        hidden += usize::from(all.is_none());
        assert!(cells.iter().any(|cell| cell.value != OTHER_OR_UNKNOWN && !cell.participants.is_hidden()));
    }
    assert!(told > 0 && hidden > 0, "{told} {hidden}");
    let mut alike = town(7);
    alike.divisions.fill("peer: A".to_owned());
    assert!(year_page(&alike, 480, &[]).report.groups.is_empty(), "one is beside nothing");
}

#[test]
fn a_group_that_is_called_otherwise_on_a_later_page_is_not_told_anew() {
    let mut compared = 0;
    for number in 0..60 {
        let mut data = town(number);
        let first = year_page(&data, 480, &[]);
        data.divisions[1] = "strength_balance: C".to_owned();
        let later = year_page(&data, 520, std::slice::from_ref(&first));
        let shown = |page: &Page, value: &str| {
            let mut cells = page.report.groups.iter().filter(|cell| !cell.participants.is_hidden());
            cells.any(|cell| cell.value == value)
        };
        if shown(&first, "strength_balance: A") {
            assert!(!shown(&later, "strength_balance: C"), "{:?}", later.report.groups);
            compared += 1;
        }
    }
    assert!(compared > 0);
}

#[test]
fn a_provider_with_another_name_keeps_its_cells_by_group() {
    let (mut renewed, mut others) = (0, 0);
    let shown = |page: &Page, value: &str| {
        page.report.groups.iter().any(|cell| cell.value == value && !cell.participants.is_hidden())
    };
    for number in 0..60 {
        let mut data = town(number);
        data.division_marks = ["1", "2", "3"].map(str::to_owned).to_vec();
        let first = year_page(&data, 480, &[]);
        let on_later = |data: &Dataset| year_page(data, 520, std::slice::from_ref(&first));
        if !shown(&first, "strength_balance: A") || on_later(&data).strata_as_of == first.made_on {
            continue;
        }
        data.divisions[1] = "strength_balance: C".to_owned();
        renewed += usize::from(shown(&on_later(&data), "strength_balance: C"));
        // Another provider that has the name is another.
        data.divisions[1] = "strength_balance: A".to_owned();
        data.division_marks[1] = "4".to_owned();
        let later = on_later(&data);
        assert!(later.report.groups.is_empty() || later.strata_as_of == first.made_on, "{:?}", later.report.groups);
        others += 1;
    }
    assert!(renewed > 0 && others > 0, "{renewed} {others}");
}

#[test]
fn what_all_measurements_say_stands_beside_the_pairs() {
    let report = report(&published_flow(), 30);
    let model = &report["model"]["sppb_total"];
    // 0.394866 ± t(0.975; 92 − 54 − 1) · 0.092463, of all 54 who were measured at the start.
    assert_eq!(
        model["change"]["m3"],
        serde_json::json!({"people": 54, "groups": 1, "n": 38, "change": 0.4, "ci": [0.2, 0.6]})
    );
    assert_eq!(
        model["change"]["m6"],
        serde_json::json!({"people": 54, "groups": 1, "n": 0, "change": null, "ci": null})
    );
    // All had seven points at the start: a mean would be everybody's result.
    assert_eq!(model["at_start"]["missed"], serde_json::json!({"n": 12, "mean": null}));
    let hidden = report["hidden"].as_array().unwrap();
    assert!(hidden.contains(&"model.sppb_total.at_start.missed.mean".into()), "{hidden:?}");
    assert!(!hidden.contains(&"model.sppb_total.change.m6.change".into()), "nobody was measured at six months");
    assert_eq!(report["model"]["gait4_speed"], serde_json::Value::Null);
}

#[test]
fn what_is_hidden_is_null_and_named() {
    let report = report(&published_flow(), 30);
    // Three men among sixty: they and the women are hidden, the zeros shown.
    let hidden: Vec<&str> = report["hidden"].as_array().unwrap().iter().filter_map(|path| path.as_str()).collect();
    for path in ["strata.1.cells.0.participants", "strata.1.cells.1.participants", "change.m3.sppb_total.declined"] {
        assert!(hidden.contains(&path), "{path} {hidden:?}");
    }
    assert_eq!(report["strata"][1]["by"], "sex");
    assert_eq!(report["strata"][1]["cells"][0]["participants"], serde_json::Value::Null);
    assert_eq!(report["strata"][1]["cells"][2]["participants"], 0);
    assert!(hidden.iter().all(|path| {
        path.split('.')
            .fold(&report, |at, key| match key.parse::<usize>() {
                Ok(i) => &at[i],
                Err(_) => &at[key],
            })
            .is_null()
    }));
}

#[test]
fn fields_stand_in_the_order_of_the_format() {
    let period = Period::new(start(), start().plus_days(210));
    let json = compute(&published_flow(), &period, &Settings::default()).to_json();
    let keys = [
        "\"format_version\":1",
        "\"rule_version\"",
        "\"municipality\":\"091\"",
        "\"from\":\"2025-09-01\"",
        "\"to\"",
        "\"cut_off\"",
        "\"flow\"",
        "\"participants\"",
        "\"applied\"",
        "\"accepted\"",
        "\"started\"",
        "\"with_baseline\"",
        "\"m3\"",
        "\"due\"",
        "\"retested\"",
        "\"completeness\"",
        "\"attendance\"",
        "\"sessions_held\"",
        "\"visits\"",
        "\"adherence_median\"",
        "\"adherence_pooled\"",
        "\"good_adherence\"",
        "\"retention\"",
        "\"d90\"",
        "\"d180\"",
        "\"d365\"",
        "\"change\"",
        "\"sppb_total\"",
        "\"n\"",
        "\"mean\"",
        "\"sd\"",
        "\"ci\"",
        "\"median\"",
        "\"improved\"",
        "\"kept\"",
        "\"declined\"",
        "\"improved_of_due\"",
        "\"headline\"",
        "\"strata\"",
        "\"age_band\"",
        "\"gaps\"",
        "\"change_of_gap\"",
        "\"ci\"",
        "\"level_start\"",
        "\"diff\"",
        "\"level_end\"",
        "\"verdict\"",
        "\"safety\"",
        "\"falls\"",
        "\"visits\"",
        "\"falls_per_1000_visits\"",
        "\"model\"",
        "\"people\"",
        "\"groups\"",
        "\"at_start\"",
        "\"way\"",
        "\"known\"",
        "\"ten_visits\"",
        "\"measured_twice\"",
        "\"improved\"",
        "\"hidden\"",
    ];
    let mut rest = json.as_str();
    for key in keys {
        let at = rest.find(key).unwrap_or_else(|| panic!("{key} is missing or out of place"));
        rest = &rest[at + key.len()..];
    }
}

#[test]
fn nobody_at_all_gives_zeros_and_hides_nothing_but_falls() {
    let report = report(&municipality(), 10);
    assert_eq!(report["flow"]["started"], 0);
    assert_eq!(report["flow"]["m3"]["completeness"], serde_json::Value::Null);
    assert_eq!(report["hidden"], serde_json::json!(["safety.falls"]));
}

#[test]
fn rows_that_point_nowhere_are_left_out() {
    let mut data = municipality();
    weekly(&mut data, 6);
    data.marks.push(MarkRow::new(99, 0, Mark::Present));
    data.marks.push(MarkRow::new(0, 99, Mark::Present));
    sppb(&mut data, 99, 0, 7);
    assert_eq!(report(&data, 6)["attendance"]["visits"], 0);
}

#[test]
fn a_frozen_report_reads_back_as_it_was() {
    let period = Period::new(start(), start().plus_days(210));
    let report = compute(&published_flow(), &period, &Settings::default());
    let again = Report::from_snapshot(&report.to_json()).unwrap();
    assert_eq!(again, report);
    assert!(again.strata[1].cells[0].participants.is_hidden());
    assert!(!again.flow.m12.completeness.is_hidden());
}

#[test]
fn areas_are_a_stratum_only_where_the_municipality_has_named_them() {
    let data = published_flow();
    let period = Period::new(start(), start().plus_days(210));
    let divided_by = |settings: &Settings| -> Vec<&str> {
        compute(&data, &period, settings).strata.iter().map(|stratum| stratum.by.code()).collect()
    };
    assert!(!divided_by(&Settings::default()).contains(&"area"));
    let areas = vec![Area { name: "Keskusta".to_owned(), postal_codes: vec!["00100".to_owned()] }];
    assert_eq!(divided_by(&Settings { areas, ..Settings::default() })[2], "area");
}

#[test]
fn agreed_pauses_are_told_as_a_worst_case_where_five_people_had_one() {
    let told = |paused: u32| {
        let mut data = municipality();
        weekly(&mut data, 20);
        for _ in 0..12 {
            join(&mut data, ParticipantRow::default(), (0..20).filter(|week| !(10..15).contains(week)));
        }
        let pauses = (0..paused).flat_map(|person| (10..15).map(move |session| (person, session)));
        data.marks.extend(pauses.map(|(participant, session)| MarkRow::new(session, participant, Mark::Paused)));
        let attendance = report(&data, 20)["attendance"].clone();
        (attendance["adherence_median"].as_f64(), attendance.get("adherence_with_pauses").and_then(|it| it.as_f64()))
    };
    // Fifteen of twenty came about, or of fifteen where five were a pause.
    assert_eq!(told(0), (Some(0.75), None));
    assert_eq!(told(4), (Some(0.75), None));
    assert_eq!(told(5), (Some(0.75), Some(0.75)));
    assert_eq!(told(8), (Some(1.0), Some(0.75)));
}

#[test]
fn a_visit_after_the_cut_off_does_not_exist() {
    let mut data = municipality();
    weekly(&mut data, 10);
    (0..12).for_each(|_| {
        join(&mut data, ParticipantRow::default(), 0..10);
    });
    let period = Period { from: start(), to: start().plus_days(70), cut_off: start().plus_days(20) };
    let report = serde_json::to_value(compute(&data, &period, &Settings::default())).unwrap();
    assert_eq!((&report["attendance"]["visits"], &report["attendance"]["sessions_held"]), (&36.into(), &3.into()));
}

proptest! {
    #[test]
    fn the_order_of_rows_changes_nothing(
        visits in prop::collection::vec(prop::collection::vec(any::<bool>(), 30), 5..25),
        tests in prop::collection::vec((0..25u32, 0..200i64, 0..12i32), 0..80),
        turn in 0..1000usize,
    ) {
        let mut data = municipality();
        weekly(&mut data, 30);
        for came in &visits {
            join(&mut data, ParticipantRow::default(), (0..30).filter(|week| came[*week]));
        }
        let mut seen = std::collections::BTreeSet::new();
        let fresh = tests.iter().filter(|(person, after, _)| seen.insert((*person, *after)));
        fresh.for_each(|(person, after, value)| sppb(&mut data, *person, *after, *value));
        let mut turned = data.clone();
        let turn_by = |length: usize| turn % length.max(1);
        let (marks, results, stays) = (turned.marks.len(), turned.results.len(), turned.memberships.len());
        turned.marks.rotate_left(turn_by(marks));
        turned.results.rotate_left(turn_by(results));
        turned.memberships.rotate_left(turn_by(stays));
        turned.results.reverse();
        prop_assert_eq!(report(&turned, 30), report(&data, 30));
    }
}
