//! No sentence of a page is contradicted by its own table: over pages of many invented municipalities, what is said is
//! held against what is printed.

use domain::assessments::OutcomeMeasure;
use domain::outcomes::council::{
    COUNCIL_FORMAT, Costs, CouncilReport, ReachStep, Text, Written, is_still_filled, reach,
};
use domain::outcomes::dataset::{Dataset, Period};
use domain::outcomes::figures::{Change, GapVerdict};
use domain::outcomes::findings::{
    ChangeFinding, Direction, Finding, Fraction, ModelStatement, Selection, Statement, findings,
};
use domain::outcomes::goals::{Goal, GoalBlock, Measured, Plan, TargetGroup};
use domain::outcomes::population::{Population, Source};
use domain::outcomes::report::WindowName;
use domain::outcomes::testing;
use domain::outcomes::{Page, PageKind, compute_for_page, publish};
use std::collections::BTreeMap;

use super::council;
use super::drawings::drawings;
use super::model::{cells, start_cells};
use super::numbers::{figure, interval, mean, number, share};
use super::sections::{way_title, way_words};
use super::sentences::sentences;
use crate::texts::outcomes::{said, within};
use crate::texts::{HIDDEN_FIGURE, Lang, NO_FIGURE, percent};

const PAGES: u64 = 3000;

fn pages() -> impl Iterator<Item = Page> {
    (0..PAGES).map(testing::page)
}

/// The numbers in a text, as they are printed: "0,8", "95", "1 234" in pieces.
fn numbers(text: &str) -> Vec<String> {
    let is_part = |c: char| c.is_ascii_digit() || c == ',' || c == '.';
    let pieces = text.split(|c: char| !is_part(c)).map(|piece| piece.trim_matches([',', '.']));
    pieces.filter(|piece| !piece.is_empty()).map(str::to_owned).collect()
}

/// Every number of the sentence is one of the table's, or one that it was told to say.
fn only_says(sentence: &str, printed: &[String]) {
    let printed: Vec<String> = printed.iter().flat_map(|text| numbers(text)).collect();
    for said in numbers(sentence) {
        // The confidence of intervals, and digits of the test's own name.
        let known = said == "95" || printed.contains(&said);
        assert!(known, "{said} is said and not printed: {sentence} | {printed:?}");
    }
}

fn part(lang: Lang, part: Fraction) -> Vec<String> {
    #[expect(clippy::cast_precision_loss, reason = "counts of people are far below 2^52")]
    let share = part.x as f64 / part.n as f64;
    vec![part.x.to_string(), part.n.to_string(), percent(lang, share)]
}

/// A row of the table of changes.
fn row(lang: Lang, outcome: OutcomeMeasure, change: &Change) -> Vec<String> {
    vec![
        number(lang, &change.n),
        figure(lang, &change.mean, |value| mean(lang, outcome, *value)),
        figure(lang, &change.ci, |ci| interval(lang, outcome, ci)),
        number(lang, &change.improved),
        number(lang, &change.kept),
        number(lang, &change.declined),
        share(lang, &change.improved_of_due),
    ]
}

#[test]
fn what_is_said_of_a_change_is_what_its_row_shows() {
    for page in pages() {
        for finding in findings(&page) {
            if let Finding::Change(change) = &finding {
                let shown = page.report.change_of(change.outcome, change.window).unwrap();
                says_what_is_shown(&page, change, shown);
                for lang in Lang::ALL {
                    numbers_are_of_the_row(lang, change, shown, &sentences(lang, &finding));
                }
            }
        }
    }
}

fn says_what_is_shown(page: &Page, finding: &ChangeFinding, shown: &Change) {
    let n = shown.n.value().copied();
    let ci = shown.ci.value();
    match &finding.statement {
        Statement::NobodyDue | Statement::NobodyCompared => assert_eq!(n, Some(0)),
        Statement::TooFewMeasured { n: told } => {
            assert!(*told == n && n.is_none_or(|n| (1..10).contains(&n)), "{finding:?}");
        }
        Statement::FollowUpTooLow | Statement::KeptBack { .. } => {
            assert!(n.is_some_and(|n| n >= 10) && shown.mean.value().is_none(), "{finding:?}");
        }
        Statement::Changed { direction, .. } => {
            let ci = ci.expect("an interval");
            assert!(if *direction == Direction::Better { ci.lo > 0.0 } else { ci.hi < 0.0 }, "{finding:?}");
        }
        Statement::NoCertainChange { .. } => assert!(ci.expect("an interval").contains(0.0), "{finding:?}"),
    }
    if let (Some(part), Some(n)) = (finding.follow_up, n) {
        assert_eq!(finding.left_out.any(), n < part.x, "{finding:?}");
        assert!(finding.left_out.number().is_none_or(|left_out| left_out == part.x - n && left_out >= 5));
    }
    if page.kind == PageKind::Season {
        assert!([&shown.improved, &shown.kept, &shown.declined].iter().all(|class| class.value().is_none()));
    }
}

fn numbers_are_of_the_row(lang: Lang, finding: &ChangeFinding, shown: &Change, sentence: &str) {
    let mut printed = row(lang, finding.outcome, shown);
    if let Statement::Changed { numbers, .. } | Statement::NoCertainChange { numbers } = &finding.statement {
        // The row says it behind the test's name, where it is not all who were compared.
        printed.extend(finding.people_of_mean(numbers).map(|n| n.to_string()));
        let parts = [numbers.improved, numbers.improved_or_kept];
        printed.extend(parts.into_iter().flatten().flat_map(|told| part(lang, told)));
    }
    printed.extend(finding.follow_up.into_iter().flat_map(|told| part(lang, told)));
    let told = [finding.left_out, finding.without_number].map(|told| told.number());
    printed.extend(told.into_iter().flatten().map(|n| n.to_string()));
    printed.extend(finding.kept_from.map(|day| crate::texts::day(lang, day)));
    only_says(sentence, &printed);
    let few = said::too_few(lang).trim_end_matches('.');
    let is_few = shown.n.value().is_none_or(|n| (1..10).contains(n));
    assert!(is_few || !sentence.starts_with(few), "{sentence}");
}

#[test]
fn what_is_said_of_the_estimate_and_of_the_start_is_what_their_tables_show() {
    let (mut estimated, mut compared) = (0, 0);
    for page in pages() {
        for finding in findings(&page) {
            match &finding {
                Finding::Model(model) => {
                    let shown = &page.report.model[&model.outcome];
                    let told = shown.change.of(model.window);
                    let (ci, hidden) = (told.ci.value(), told.change.is_hidden());
                    match &model.statement {
                        ModelStatement::Changed { direction: Direction::Better, .. } => assert!(ci.unwrap().lo > 0.0),
                        ModelStatement::Changed { direction: Direction::Worse, .. } => assert!(ci.unwrap().hi < 0.0),
                        ModelStatement::NoCertainChange { .. } => assert!(ci.unwrap().contains(0.0), "{told:?}"),
                        ModelStatement::KeptBack => assert!(hidden && ci.is_none(), "{told:?}"),
                        ModelStatement::NobodyMeasured => assert_eq!(told.n.value(), Some(&0)),
                        ModelStatement::NoEstimate => assert!(!hidden && ci.is_none(), "{told:?}"),
                    }
                    estimated += u32::from(ci.is_some());
                    for lang in Lang::ALL {
                        let mut printed = cells(lang, model.outcome, model.window, shown);
                        printed.extend(model.kept_from.map(|day| crate::texts::day(lang, day)));
                        only_says(&sentences(lang, &finding), &printed);
                    }
                }
                Finding::AtStart(start) => {
                    let shown = &page.report.model[&start.outcome];
                    assert_eq!(start.numbers.is_none(), shown.at_start.diff.is_hidden(), "{start:?}");
                    compared += u32::from(start.numbers.is_some());
                    for lang in Lang::ALL {
                        let mut printed = start_cells(lang, start.outcome, shown);
                        printed.extend(start.kept_from.map(|day| crate::texts::day(lang, day)));
                        only_says(&sentences(lang, &finding), &printed);
                    }
                }
                _ => {}
            }
        }
    }
    assert!(estimated > 0 && compared > 0, "nothing was said that could be wrong: {estimated} {compared}");
}

#[test]
fn the_way_explains_the_bars_that_it_has_and_its_title_is_of_one_of_them() {
    let (mut with, mut without, mut hidden) = (0, 0, 0);
    for page in pages().take(600) {
        let mut older = page.clone();
        older.report.way = None;
        for page in [page, older] {
            let words = way_words(Lang::Fi, &page);
            let has_improved = reach(&page).iter().any(|(step, _)| *step == ReachStep::Improved);
            assert_eq!(words.contains("Parani:"), has_improved, "{:?}", page.kind);
            let is_filled = page.report.way.is_some() && is_still_filled(&page);
            assert_eq!(words.contains("Viimeksi aloittaneet"), is_filled);
            assert!(page.kind != PageKind::Season || !has_improved);
            *(if has_improved { &mut with } else { &mut without }) += 1;
            let no_ten = page.report.way.as_ref().is_some_and(|way| way.ten_visits.is_hidden());
            assert!(!no_ten || numbers(&way_title(Lang::Fi, &page)).is_empty(), "no bar shows what the title says");
            hidden += usize::from(no_ten && page.report.flow.with_baseline.value().is_some());
        }
    }
    assert!(with > 0 && without > 0 && hidden > 0, "{with} {without} {hidden}");
}

#[test]
fn whoever_reads_the_head_or_has_a_picture_alone_knows_what_changed_over_what_time() {
    let (mut told, mut pictures) = (0, 0);
    for page in pages().take(600) {
        let is_told = |finding: &Finding| match finding {
            Finding::Change(of) if (of.outcome, of.window) == (OutcomeMeasure::SppbTotal, WindowName::M3) => {
                matches!(of.statement, Statement::Changed { .. } | Statement::NoCertainChange { .. })
            }
            _ => false,
        };
        let is_told = findings(&page).iter().any(is_told);
        for lang in Lang::ALL {
            let head = council::said(lang, &page);
            let about: Vec<_> = head.iter().filter(|words| words.starts_with(said::sppb_is(lang))).collect();
            assert_eq!(about.len(), 1, "{head:?}");
            assert!(!is_told || about[0].contains(within::m3(lang)), "{about:?}");
        }
        told += u32::from(is_told);
        let all = if page.report.is_of_nobody() { Vec::new() } else { drawings(Lang::Fi, &page) };
        for drawing in &all {
            let when = match drawing.name.as_str() {
                "change-m3" => "kolmessa kuukaudessa",
                "change-m6" => "kuudessa kuukaudessa",
                "change-m12" => "vuodessa",
                name if name.starts_with("spread-") => "kuukauden jälkeen",
                _ => continue,
            };
            assert!(drawing.drawn.title.contains(when), "{}: {}", drawing.name, drawing.drawn.title);
            pictures += 1;
        }
    }
    assert!(told > 0 && pictures > 0, "{told} {pictures}");
}

#[test]
fn a_share_is_the_same_number_in_its_sentence_and_in_its_table() {
    let mut halves = 0;
    for page in pages() {
        for finding in findings(&page) {
            let (Finding::Retention { part, share: shown, .. } | Finding::GoodAdherence { part, share: shown }) =
                &finding
            else {
                continue;
            };
            for lang in Lang::ALL {
                let (said, printed) = (sentences(lang, &finding), percent(lang, shown.value));
                assert!(said.contains(&format!("({printed},")), "{printed}: {said}");
            }
            halves += u32::from((part.x * 200).is_multiple_of(part.n) && !(part.x * 100).is_multiple_of(part.n));
        }
    }
    assert!(halves > 0, "no share lies between two per cents");
}

#[test]
fn what_is_said_of_staying_on_and_of_gaps_is_what_the_report_shows() {
    let (mut narrowed, mut ended, mut came) = (0, 0, 0);
    for page in pages() {
        for finding in findings(&page) {
            match &finding {
                Finding::Retention { part, group_ended, .. } => {
                    let out = group_ended.number().unwrap_or_else(|| u64::from(group_ended.any()));
                    assert!(part.x + out <= part.n, "{finding:?}");
                    ended += out;
                }
                Finding::Participants { participants, started } => {
                    assert!(started.is_none_or(|started| started <= *participants), "{finding:?}");
                }
                Finding::WithBaseline { with_baseline, started } => assert!(with_baseline <= started),
                Finding::TenVisits { ten_visits, started } => {
                    assert!(ten_visits == started || ten_visits + 5 <= *started, "{finding:?}");
                    came += *ten_visits;
                }
                Finding::Gap(gap) => {
                    let change = gap.change_of_gap.map(|change| change.ci);
                    match gap.verdict {
                        GapVerdict::Narrowed | GapVerdict::NoGapAtStart => assert!(change.unwrap().lo > 0.0, "{gap:?}"),
                        GapVerdict::Widened => assert!(change.unwrap().hi < 0.0, "{gap:?}"),
                        GapVerdict::CannotSay => {}
                    }
                    narrowed += u32::from(gap.verdict != GapVerdict::CannotSay);
                }
                _ => {}
            }
        }
    }
    assert!(narrowed > 0 && ended > 0 && came > 0, "nothing was said that could be wrong: {narrowed} {ended} {came}");
}

#[test]
fn a_choice_by_test_is_told_where_there_was_one_and_nowhere_else() {
    let (mut number, mut some, mut unknown, mut none) = (0, 0, 0, 0);
    for page in pages() {
        let all = findings(&page);
        let said: Vec<_> = all.iter().filter(|finding| matches!(finding, Finding::Regression(_))).collect();
        let sentence = |lang: Lang| said.first().map(|finding| sentences(lang, finding)).unwrap_or_default();
        match (page.chosen_by_test, said.as_slice()) {
            (None, [Finding::Regression(Selection::NotKnown)]) => unknown += 1,
            (Some(chosen), []) if !chosen.any() => none += 1,
            (Some(chosen), [Finding::Regression(Selection::ByTest(told))]) if *told == chosen && chosen.any() => {
                let n = chosen.number();
                let with_baseline = page.report.flow.with_baseline.value().copied();
                assert!(n.is_none_or(|n| n >= 5 && with_baseline.is_some_and(|all| n <= all)), "{chosen:?}");
                for lang in Lang::ALL {
                    assert_eq!(numbers(&sentence(lang)), n.map(|n| n.to_string()).into_iter().collect::<Vec<_>>());
                }
                *(if n.is_some() { &mut number } else { &mut some }) += 1;
            }
            other => panic!("{other:?}"),
        }
    }
    assert!(number > 0 && some > 0 && unknown > 0 && none > 0, "{number} {some} {unknown} {none}");
}

/// What a municipality may be, and of which days it may ask, so many days after the first: from, to, cut-off.
fn odd(number: u64) -> (Dataset, [i64; 3]) {
    let mut data = testing::town(number);
    match number % 6 {
        // Nobody, somebody, nobody who was measured, nobody who was measured again, all with the same result.
        0 => data = Dataset::empty(data.municipality),
        1 => {
            data.participants.truncate(1);
            data.memberships.retain(|row| row.participant == 0);
            data.marks.retain(|row| row.participant() == 0);
            data.results.retain(|row| row.participant == 0);
        }
        2 => data.results.clear(),
        3 => data.results.retain(|row| row.day <= testing::first_day().plus_days(40)),
        4 => data.results.iter_mut().for_each(|row| row.value = row.value.map(|_| 7)),
        _ => {}
    }
    // A year, one that has not begun, one whose data end before it begins, a day, days in the wrong order.
    let days = [[0, 364, 480], [3000, 3364, 480], [0, 364, -1], [30, 30, 30], [364, 0, 480]];
    let days = days.into_iter().nth((number / 6 % 5) as usize).unwrap_or_default();
    (data, days)
}

/// A figure that is none, standing for itself: in a range the same sign joins two numbers.
fn is_no_figure(word: &str) -> bool {
    word.contains("NaN") || word.trim_matches(['(', ')', ',', '.', ';', ':']) == NO_FIGURE
}

/// Of the days of a municipality and of others that overlap with them.
fn odd_pages(number: u64, kind: PageKind) -> [Page; 2] {
    let (data, [from, to, cut_off]) = odd(number);
    let on = |day: i64| testing::first_day().plus_days(day);
    let page = |later: i64, earlier: &[Page]| {
        let period = Period { from: on(from + later), to: on(to + later), cut_off: on(cut_off + later) };
        let computed = compute_for_page(&data, &period, kind, &testing::settings());
        publish(&computed, kind, on(480 + later), earlier, None)
    };
    let first = page(0, &[]);
    let next = page(40, std::slice::from_ref(&first));
    [first, next]
}

#[test]
fn whatever_is_asked_of_whomever_is_answered_in_words_and_never_with_what_is_no_number() {
    let (mut nobody, mut told) = (0, 0);
    for number in 0..240 {
        for page in PageKind::ALL.iter().flat_map(|kind| odd_pages(number, *kind)) {
            // Not a number is not itself.
            assert_eq!(Page::open(&page.to_json(), page.kind, page.made_on).ok().as_ref(), Some(&page), "{number}");
            for lang in Lang::ALL {
                let drawn = if page.report.is_of_nobody() { Vec::new() } else { drawings(lang, &page) };
                let titles = drawn.into_iter().map(|one| one.drawn.title);
                for said in findings(&page).iter().map(|one| sentences(lang, one)).chain(titles) {
                    assert!(!said.is_empty() && !said.split_whitespace().any(is_no_figure), "{number}: {said}");
                }
            }
            *(if page.report.is_of_nobody() { &mut nobody } else { &mut told }) += 1;
        }
    }
    assert!(nobody > 0 && told > 0, "{nobody} {told}");
}

/// What is put before the council of a page, with all that can stand beside it.
fn before_the_council(page: Page, aged_75: u64) -> CouncilReport {
    let population = Population { year: 2025, aged_75, source: Source::Typed("Tilastokeskus".to_owned()) };
    let goal = |measured: &Measured| {
        let aim = BTreeMap::from([(GoalBlock::Aim, "Kunto säilyy".to_owned())]);
        Goal { words: BTreeMap::from([("fi".to_owned(), aim)]), measured: *measured, ..Goal::empty() }
    };
    let goals = (1..).zip(Measured::ALL.iter().map(goal)).collect();
    let group = TargetGroup { percent: 12.5, source: "Arvio".to_owned() };
    let plan = Plan::of(goals, page.report.to, Some(&page), Some(&population), (Some(group), Vec::new()));
    let text = |lang: Lang| {
        let said = council::said(lang, &page);
        (lang.code().to_owned(), Text { said, written: Written::new() })
    };
    let texts = Lang::ALL.into_iter().map(text).collect();
    CouncilReport {
        format_version: COUNCIL_FORMAT,
        municipality: "Koskela".to_owned(),
        k: 5,
        basis: 10,
        page,
        costs: Some(Costs { staff: 30_000, source: "Tilinpäätös".to_owned(), ..Costs::default() }),
        population: Some(population),
        plan,
        texts,
    }
}

#[test]
fn a_council_reads_of_whatever_was_asked_no_line_with_what_is_no_number() {
    let is_no_number =
        |word: &str| ["NaN", "inf", "-inf"].contains(&word.trim_matches(['(', ')', ',', '.', ';', ':', '%']));
    let mut lines = 0;
    for number in 0..60 {
        for page in PageKind::ALL.iter().flat_map(|kind| odd_pages(number, *kind)) {
            let report = before_the_council(page, number % 2 * 400);
            for lang in Lang::ALL {
                let text = council::plain::text(lang, &report, "Vuosi 2026", None);
                let wrong = text.lines().find(|line| line.split_whitespace().any(is_no_number));
                assert_eq!(wrong, None, "{number}");
                lines += text.lines().count();
            }
            assert_eq!(CouncilReport::open(&report.canonical()).ok().as_ref(), Some(&report), "{number}");
        }
    }
    assert!(lines > 0);
}

#[test]
fn a_hidden_figure_is_two_dots_and_nobody_counted_is_0() {
    let mut hidden = 0;
    for page in pages().take(300) {
        let flow = &page.report.flow;
        for count in [&flow.participants, &flow.started, &flow.with_baseline, &flow.m3.due, &flow.m3.retested] {
            for lang in Lang::ALL {
                let printed = number(lang, count);
                assert_eq!(printed == HIDDEN_FIGURE, count.is_hidden());
                assert_eq!(printed == "0", count.value() == Some(&0));
                assert!(!printed.contains('–'));
            }
            hidden += u32::from(count.is_hidden());
        }
    }
    assert!(hidden > 0);
}
