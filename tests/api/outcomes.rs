//! The outcome report and its frozen pages, out of the database.

mod invented;

use crate::council::somebody_came;
use crate::files::{TOWN, ids, municipality, take, take_all};
use app::outcomes::council::tables::tables;
use app::texts::{Lang, days};
use domain::access::Role;
use domain::applications::{self, Decided};
use domain::groups::testing::plain;
use domain::groups::{self, Group, GroupKind};
use domain::ids::{ApplicationId, GroupId, UserId};
use domain::outcomes::PageKind;
use domain::outcomes::dataset::Period;
use domain::outcomes::suppression::Told;
use domain::people::Decision;
use domain::sessions::{self, Session, SessionStatus};
use domain::sync::op::Verb;
use domain::sync::server::write::Seen;
use domain::time::Day;
use http::StatusCode;
use invented::{Office, WOMAN, Who, weekly};
use server::access::Scope;
use server::demo::build::build;
use server::files::kinds::Kind;
use server::outcomes::pages::{Taken, latest_snapshot, put_together};
use server::outcomes::periods::{FixedPeriod, fixed_periods};
use server::outcomes::report;
use server::pages::standalone::html;
use tests::App;
use tests::town::Town;
use uuid::Uuid;

const SEASON: (&str, &str) = ("2025-08-25", "2026-05-31");

fn day(text: &str) -> Day {
    text.parse().expect("a day")
}

fn spring() -> Period {
    Period::new(day("2026-01-01"), day("2026-06-30"))
}

/// The year 2026, in which the small town has its sessions.
fn this_year() -> FixedPeriod {
    fixed_periods(day("2026-09-08"))[1]
}

/// Puts the year's page together, as the button does.
async fn put(app: &App, scope: &Scope, reason: Option<&str>) -> Taken {
    let reason = reason.map(str::to_owned);
    let taken = put_together(&app.state, scope, vec![this_year()], reason, "test").await.expect("put together");
    taken.into_iter().next().expect("one")
}

async fn shown(app: &App, scope: &Scope) -> domain::outcomes::Page {
    let (from, to) = (this_year().from, this_year().to);
    let mut tx = app.state.db.read(scope).await.expect("a transaction");
    latest_snapshot(&mut tx, from, to).await.expect("read").expect("frozen").page
}

/// The scope of the command line on the day that the clock shows now.
fn now(app: &App, scope: &Scope) -> Scope {
    Scope::command_line(scope.municipality().clone(), app.state.today())
}

/// What the spring's report says of those who were measured before their place was decided.
async fn chosen(app: &App, scope: &Scope) -> Option<Told> {
    let mut tx = app.state.db.read(scope).await.expect("a transaction");
    server::outcomes::council::of_days(&mut tx, &spring()).await.expect("a report").page.chosen_by_test
}

/// Six more people who apply in the year.
async fn more_apply(app: &App, scope: &Scope, prefix: &str) {
    let more: String = (0..6).map(|n| format!("{prefix}{n},A,B,,1945-01-01,,,,,,,,,2026-01-02,accepted,\n")).collect();
    let header = Kind::Participants.columns().join(",");
    take(app, scope, Kind::Participants, &format!("{header}\n{more}")).await;
}

async fn report_of(app: &App, scope: &Scope, period: &Period) -> String {
    let mut tx = app.state.db.read(scope).await.expect("a transaction");
    report(&mut tx, period).await.expect("a report").to_json()
}

tests::on_both_databases! {
    async fn the_officer_sees_figures_of_fixed_periods_in_three_languages_and_no_name(app) {
        let town = Town::on(app).await;
        let officer = town.signed_in(Role::MunicipalOfficer, true).await;
        let page = officer.get(&town.app, "/figures").await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(tests::town::CANARIES.iter().all(|name| !page.text().contains(name)), "names in figures");
        assert_eq!(officer.get(&town.app, "/figures?period=2026-01-01").await.status, StatusCode::NOT_FOUND);
        let update = page.text().split("action=\"/figures/update?period=").nth(1).map(|rest| {
            format!("/figures/update?period={}", rest.split('"').next().unwrap_or_default())
        });
        assert_eq!(crate::desk::next(&officer.post(&town.app, &update.expect("a button"), &[]).await), "/figures");
        for (lang, word) in [("sv", "Siffror"), ("en", "Figures"), ("fi", "Luvut")] {
            let cookies = format!("{}; view={lang}..", officer.cookies);
            let text = tests::town::Browser { cookies }.get(&town.app, "/figures").await.text();
            assert!(text.contains(&format!("<h1>{word}")), "{lang}: {text}");
        }
    }

    async fn a_picture_of_the_page_is_a_file_and_hides_what_the_page_hides(app) {
        let town = Town::on(app).await;
        crate::council::somebody_came(&town).await;
        let officer = town.signed_in(Role::MunicipalOfficer, true).await;
        let picture = "/figures/drawing?period=year-2026&language=sv&of=flow";
        assert_eq!(officer.get(&town.app, picture).await.status, StatusCode::NOT_FOUND, "before figures are put together");
        officer.post(&town.app, "/figures/update?period=year-2026", &[]).await;
        let page = officer.get(&town.app, "/figures?period=year-2026").await.text();
        assert!(page.contains("/figures/drawing?period=year-2026&amp;language=fi&amp;of=flow\""), "{page}");
        assert!(page.contains("ei kerrota ryhmittäin, järjestäjittäin eikä alueittain"), "{page}");
        let answer = officer.get(&town.app, picture).await;
        assert_eq!(answer.headers["content-type"], "image/svg+xml");
        assert_eq!(answer.headers["content-disposition"], "attachment; filename=\"flow-year-2026-2026-09-08.svg\"");
        let svg = answer.text();
        assert!(svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\"") && svg.contains(">Helsinki. År 2026.</text>"), "{svg}");
        // One person came: the steps are two dots and without bars.
        assert!(svg.contains(">..</text>") && !svg.contains(">1</text>"), "{svg}");
        let archive = officer.get(&town.app, "/figures/archive").await.text();
        let id = archive.split("href=\"/figures/archive/").nth(1).and_then(|rest| rest.split('"').next()).expect("a page");
        let kept = format!("/figures/archive/{id}/drawing?language=sv&of=flow");
        assert!(officer.get(&town.app, &format!("/figures/archive/{id}")).await.text().contains("/drawing?language=fi&amp;of=flow\""));
        assert_eq!(officer.get(&town.app, &kept).await.text(), svg, "the same drawing of the same page");
        assert_eq!(officer.get(&town.app, "/figures/archive/nothing/drawing").await.status, StatusCode::NOT_FOUND);
        for missing in ["/figures/drawing?period=year-2026&of=nothing", "/figures/drawing?period=year-1999", "/figures/drawing?period=term-2025"] {
            assert_eq!(officer.get(&town.app, missing).await.status, StatusCode::NOT_FOUND, "{missing}");
        }
        let other = town.signed_in(Role::Coordinator, true).await;
        assert_eq!(other.get(&town.app, picture).await.status, StatusCode::FORBIDDEN);
    }

    async fn a_small_towns_report_is_as_printed_and_hides_small_numbers(app) {
        let scope = municipality(&app, "091").await;
        take_all(&app, &scope, &TOWN).await;
        let json: serde_json::Value = serde_json::from_str(&report_of(&app, &scope, &spring()).await).expect("JSON");
        let golden: serde_json::Value = serde_json::from_str(include_str!("golden/report.json")).expect("JSON");
        assert_eq!(json, golden);
    }

    async fn the_way_answers_and_groups_are_told_out_of_the_database(app) {
        let scope = municipality(&app, "091").await;
        let rows = |kind: Kind, rows: Vec<String>| (kind, format!("{}\n{}\n", kind.columns().join(","), rows.join("\n")));
        let of_people = |row: &dyn Fn(usize) -> String| (0..24).map(row).collect::<Vec<_>>();
        let group = |n: usize| if n < 12 { "g1" } else { "g2" };
        let person = |n: usize| format!("x{n},A,B,,1945-01-01,,,,,,,,,2026-01-02,accepted,");
        let groups = ["g1,Aamu,strength_balance,,,,,,,2026-01-01,", "g2,Utomhus,outdoor,Folkhälsan rf,,,,,,2026-01-01,"];
        let visit = |n: usize, week: i64| {
            format!("{},{},held,x{n},present", group(n), day("2026-01-08").plus_days(7 * week))
        };
        // Half are lonely at the start, a third three months later.
        let answers = |n: usize| {
            let (start, end) = (if n.is_multiple_of(2) { 5 } else { 1 }, if n.is_multiple_of(3) { 4 } else { 2 });
            let row = |on: &str, answer: i32| format!("x{n},{on},self_report,lonely,1,{answer},,,,");
            format!("{}\n{}", row("2026-01-08", start), row("2026-04-09", end))
        };
        for (kind, text) in [
            rows(Kind::Participants, of_people(&person)),
            rows(Kind::Groups, groups.map(str::to_owned).to_vec()),
            rows(Kind::Memberships, of_people(&|n| format!("{},x{n},2026-01-05,,", group(n)))),
            rows(Kind::Attendance, (0..10).flat_map(|week| of_people(&|n| visit(n, week))).collect()),
            rows(Kind::Assessments, of_people(&answers)),
        ] {
            take(&app, &scope, kind, &text).await;
        }
        let json: serde_json::Value = serde_json::from_str(&report_of(&app, &scope, &spring()).await).expect("JSON");
        let way = serde_json::json!({"known": 24, "ten_visits": 24, "measured_twice": 0, "improved": 0});
        assert_eq!(json["way"], way);
        let lonely = serde_json::json!({"due": 24, "n": 24, "start": 12, "end": 8});
        assert_eq!(json["wellbeing"], serde_json::json!({ "lonely": lonely }));
        let cells = json["groups"].as_array().expect("groups");
        let told: Vec<_> = cells.iter().map(|cell| cell["participants"].clone()).collect();
        assert_eq!((&cells[0]["value"], told), (&"outdoor: Folkhälsan rf".into(), vec![12.into(), 12.into(), 0.into()]));
    }

    async fn who_was_measured_before_a_place_was_decided_is_told_beside_the_change(app) {
        let scope = municipality(&app, "091").await;
        let rows = |kind: Kind, rows: &[String]| (kind, format!("{}\n{}\n", kind.columns().join(","), rows.join("\n")));
        let of_people = |row: &dyn Fn(usize) -> String| (0..8).map(row).collect::<Vec<_>>();
        let test = |n: usize| {
            let items = ["side_by_side,1,10.00,,,", "semi_tandem,1,10.00,,,", "tandem,1,10.00,,,", "gait,1,4.82,,4,none"];
            let items = items.into_iter().chain(["gait,2,4.90,,4,none", "chair5,1,12.80,,,"]);
            items.map(|item| format!("x{n},2026-01-06,sppb,{item},")).collect::<Vec<_>>().join("\n")
        };
        for (kind, text) in [
            rows(Kind::Participants, &of_people(&|n| format!("x{n},A,B,,1945-01-01,,,,,,,,,2026-01-02,accepted,"))),
            rows(Kind::Groups, &["g1,Aamu,strength_balance,,,,,,,2026-01-01,".to_owned()]),
            rows(Kind::Memberships, &of_people(&|n| format!("g1,x{n},2026-01-05,,"))),
            rows(Kind::Attendance, &of_people(&|n| format!("g1,2026-01-08,held,x{n},present"))),
            rows(Kind::Assessments, &of_people(&test)),
        ] {
            take(&app, &scope, kind, &text).await;
        }
        assert_eq!(chosen(&app, &scope).await, None, "a file does not say when they were accepted");
        let ids = ids(&app, &scope).await;
        for n in 0..6 {
            let participant = ids.person(&format!("x{n}"));
            let record = crate::rights::ops::recorded(participant);
            let (id, by) = (ApplicationId::of(participant, tests::town::today()), UserId(Uuid::nil()));
            let decided = Decided { decision: Decision::Accepted, reason: String::new(), on: day("2026-01-07"), by };
            for verb in [record, applications::Verb::Decide { id, participant, decided }] {
                app.state.change(&scope, "test", &[(verb.into(), Seen::Newest)]).await.unwrap().unwrap();
            }
        }
        assert_eq!(chosen(&app, &scope).await.map(|chosen| chosen.number()), Some(Some(6)));
    }

    async fn a_report_is_one_page_of_its_own_with_the_figures_of_the_other_files_in_each_language(app) {
        let scope = municipality(&app, "091").await;
        take_all(&app, &scope, &TOWN).await;
        let mut tx = app.state.db.read(&scope).await.expect("a transaction");
        let report = server::outcomes::council::of_days(&mut tx, &spring()).await.expect("a report");
        for (lang, applied, accepted) in [
            (Lang::Fi, "haki", "hyväksyttiin"),
            (Lang::Sv, "ansökte", "godkändes"),
            (Lang::En, "applied", "accepted"),
        ] {
            let days = days(lang, spring().from, spring().to);
            let page = html(lang, &report, &days);
            assert!(page.starts_with(&format!("<!doctype html>\n<html lang=\"{}\">", lang.code())), "{page}");
            // Five applied; how many of them were accepted is hidden, as in JSON.
            for (step, told) in [(applied, "5"), (accepted, "..")] {
                let row = format!("<tr><th scope=\"row\">{step}</th><td class=\"number\">{told}</td></tr>");
                assert!(page.contains(&row), "{row} in {page}");
            }
            let text = app::outcomes::council::plain::text(lang, &report, &days, None);
            assert!(text.lines().any(|line| line == format!("{applied}: 5")), "{text}");
            // Beside a page it could tell what either hides.
            let warning = app::texts::council::alone(lang);
            assert!(page.contains(warning) && text.contains(warning), "{text}");
        }
    }

    async fn a_page_stays_as_it_was_when_the_data_move_on(app) {
        let scope = municipality(&app, "091").await;
        take_all(&app, &scope, &TOWN).await;
        let Taken::Page(taken) = put(&app, &scope, None).await else { panic!("not taken") };
        more_apply(&app, &scope, "n").await;
        assert_eq!(shown(&app, &scope).await, *taken);
        assert_eq!(taken.report.cut_off, scope.today());
    }

    async fn figures_are_put_together_once_a_month_and_corrected_with_a_reason(app) {
        let scope = municipality(&app, "091").await;
        take_all(&app, &scope, &TOWN).await;
        put(&app, &scope, None).await;
        let first = shown(&app, &scope).await;
        more_apply(&app, &scope, "n").await;
        assert_eq!(put(&app, &scope, None).await, Taken::NotBefore(day("2026-10-01")));
        assert_eq!(shown(&app, &scope).await, first);

        assert!(matches!(put(&app, &scope, Some("Hakijoita puuttui")).await, Taken::Page(_)));
        let corrected = shown(&app, &scope).await;
        assert_eq!(corrected.correction.as_deref(), Some("Hakijoita puuttui"));
        assert_ne!(corrected.report.flow.applied, first.report.flow.applied);

        more_apply(&app, &scope, "m").await;
        app.clock.advance(23 * 24 * 3_600_000);
        let scope = now(&app, &scope);
        assert!(matches!(put(&app, &scope, None).await, Taken::Page(_)), "the first of October");
        let next = shown(&app, &scope).await;
        assert_eq!((next.made_on, next.correction), (day("2026-10-01"), None));
        assert_ne!(next.report.flow.applied, corrected.report.flow.applied);
    }

    async fn a_report_frozen_before_there_were_pages_still_opens(app) {
        let scope = municipality(&app, "091").await;
        let old = include_str!("golden/snapshot-before-pages.json");
        for (id, (from, to)) in [("s", ("2026-01-05", "2026-05-17")), ("y", ("2026-01-01", "2026-12-31"))] {
            let mut tx = app.state.db.begin(&scope).await.expect("a transaction");
            let sql = "INSERT INTO snapshot (municipality, id, from_day, to_day, cut_off, rule_version, made_at, body) \
                       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
            let body = old.replace("2025-06-01", from).replace("2029-05-31", to);
            let made_at = app.state.now();
            let values =
                [id.into(), from.into(), to.into(), to.into(), "vv-2026.1".into(), made_at.into(), body.as_str().into()];
            tx.run(sql, values).await.expect("written");
            tx.commit().await.expect("kept");
            let mut tx = app.state.db.read(&scope).await.expect("a transaction");
            let page = latest_snapshot(&mut tx, day(from), day(to)).await.expect("read").expect("there").page;
            let change = &page.report.change.m3[&domain::assessments::OutcomeMeasure::SppbTotal];
            assert_eq!((change.n.value(), page.report.flow.started.value()), (Some(&312), Some(&412)));
            let year = page.kind == PageKind::Year;
            assert_eq!((change.improved.value().is_some(), !page.report.strata.is_empty()), (year, year), "{from}");
            // What was not asked then is not known, not nobody.
            assert_eq!(page.report.flow.participants.value(), None);
        }
    }

    async fn the_button_works_once_a_month_and_a_correction_says_why(app) {
        let town = Town::on(app).await;
        let officer = town.signed_in(Role::MunicipalOfficer, true).await;
        let update = "/figures/update?period=year-2026";
        let once = officer.post(&town.app, update, &[]).await;
        assert_eq!(once.headers["location"], "/figures?period=year-2026&said=updated");
        let twice = officer.post(&town.app, update, &[]).await;
        assert_eq!(twice.headers["location"], "/figures?period=year-2026");
        let page = officer.get(&town.app, "/figures?period=year-2026").await.text();
        assert!(page.contains("1.10.2026") && page.contains("Korjaa virhe luvuissa"), "{page}");
        let unsaid = officer.post(&town.app, update, &[("correct", "yes"), ("reason", " ")]).await;
        assert_eq!(unsaid.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(unsaid.text().contains("Kirjoita, mikä luvuissa oli väärin."));
        officer.post(&town.app, update, &[("correct", "yes"), ("reason", "Kaksi ryhmää puuttui")]).await;
        let page = officer.get(&town.app, "/figures?period=year-2026").await.text();
        assert!(page.contains("Kaksi ryhmää puuttui"), "{page}");
    }

    async fn the_minute_says_five_sentences_at_most_and_of_whom_its_shares_are(app) {
        let town = Town::on(app).await;
        somebody_came(&town).await;
        let officer = town.signed_in(Role::MunicipalOfficer, true).await;
        officer.post(&town.app, "/figures/update?period=year-2026", &[]).await;
        let page = officer.get(&town.app, "/figures?period=year-2026").await.text();
        assert!(page.contains(app::texts::outcomes::no_falls_by_group(Lang::Fi)), "why not by group: {page}");
        for file in ["sheet?period=year-2026", "text?period=year-2026"] {
            assert!(page.contains(&format!("href=\"/figures/report/{file}")), "the figures as a file: {page}");
        }
        let brief = page.split("<h2>Lyhyesti</h2>").nth(1).and_then(|rest| rest.split("<h2>").next()).expect("the minute");
        let said = brief.matches("class=\"finding\"").count();
        assert!((2..=5).contains(&said), "{said}: {brief}");
        // One came once: nobody was offered enough, and nobody has been followed so long.
        for words in ["(mediaani, 0 osallistujaa)", "180 päivän jälkeen (0 / 0)", ">osallistujaa"] {
            assert!(brief.contains(words), "{words}: {brief}");
        }
        let numbers = brief.find("big__number").zip(brief.find("class=\"finding\""));
        assert!(numbers.is_some_and(|(first, then)| first < then), "participants first, then sentences: {brief}");
    }

    async fn seasons_show_no_classes_and_only_years_show_groups(app) {
        let scope = build(&app.state).await.expect("built");
        let mut tx = app.state.db.read(&scope).await.expect("a transaction");
        for period in fixed_periods(scope.today()) {
            let page = latest_snapshot(&mut tx, period.from, period.to).await.expect("read").expect("frozen").page;
            let year = page.kind == PageKind::Year;
            assert_eq!((page.report.strata.is_empty(), page.report.gaps.is_empty()), (!year, !year), "{period:?}");
            let windows = [&page.report.change.m3, &page.report.change.m6, &page.report.change.m12];
            let told = windows.iter().flat_map(|window| window.values()).any(|change| change.improved.value().is_some());
            assert!(!(told && page.kind == PageKind::Season), "{period:?}");
        }
    }

    async fn three_retested_of_five_due_are_told_by_nothing(app) {
        let mut office = Office::new(SEASON);
        for person in 0..5 {
            let reference = office.member(WOMAN, "2025-08-25", "", "");
            office.marks(&reference, &weekly("2025-09-01", 1), "present");
            office.sppb(&reference, "2025-09-01", 8);
            if person < 3 {
                office.sppb(&reference, "2025-12-01", 9);
            }
        }
        let report = office.report(&app, "2025-08-01", "2026-05-31", "2026-09-01").await;
        report.is("flow.started", 5);
        report.is("flow.m3.due", 5);
        for hidden in ["flow.m3.retested", "flow.m3.completeness", "change.m3.sppb_total.n", "change.m3.sppb_total.mean"] {
            report.hides(hidden);
        }
        report.hides("change.m3.sppb_total.improved");
        for outcome in ["sppb_total", "gait4_speed", "chair5_time"] {
            report.has_none(&format!("change.m3.{outcome}.headline"));
        }
    }

    async fn where_everybody_refused_the_tests_nothing_is_told_of_change(app) {
        let mut office = Office::new(SEASON);
        for _ in 0..12 {
            let reference = office.member(WOMAN, "2025-08-25", "", "");
            office.marks(&reference, &weekly("2025-09-01", 4), "present");
            office.refused(&reference, "2025-09-01");
            office.refused(&reference, "2025-12-01");
        }
        let report = office.report(&app, "2025-08-01", "2026-05-31", "2026-09-01").await;
        report.is("flow.started", 12);
        for nobody in ["flow.with_baseline", "flow.m3.due", "flow.m3.retested", "change.m3.sppb_total.n"] {
            report.is(nobody, 0);
        }
        for none in ["flow.m3.completeness", "change.m3.sppb_total.mean", "change.m3.sppb_total.headline"] {
            report.has_none(none);
        }
    }

    async fn a_test_in_no_headline_stands_in_a_table_of_its_own_without_classes(app) {
        let town = Town::on(app).await;
        let mut office = Office::new(("2026-01-05", "2026-05-31"));
        for person in 0..24 {
            let reference = office.member(WOMAN, "2026-01-05", "", "");
            office.marks(&reference, &weekly("2026-01-12", 4), "present");
            office.tug(&reference, "2026-01-12", 130);
            office.tug(&reference, "2026-04-13", 120 - person % 3);
        }
        let scope = Scope::command_line(town.own.municipality.clone(), town.app.state.today());
        office.import(&town.app, &scope).await;
        let officer = town.signed_in(Role::MunicipalOfficer, true).await;
        officer.post(&town.app, "/figures/update?period=year-2026", &[]).await;
        for address in ["/figures?period=year-2026", "/figures/report?period=year-2026"] {
            let page = officer.get(&town.app, address).await.text();
            // 1.0, 1.1 and 1.2 seconds, eight times each, beside 1.4.
            for told in ["Muut testit", "+1,1\u{a0}s", "1,4\u{a0}s"] {
                assert!(page.contains(told), "{told}: {page}");
            }
        }
        let page = shown(&town.app, &scope).await;
        let change = &page.report.change.m3[&domain::assessments::OutcomeMeasure::TugTime];
        assert_eq!((change.n.value(), change.improved.value()), (Some(&24), None));
    }

    async fn one_person_of_neither_sex_is_counted_and_hides_nobody(app) {
        let mut office = Office::new(SEASON);
        for person in 0..41 {
            let sex = match person { 0..30 => "female", 30..40 => "male", _ => "other" };
            let reference = office.member(Who { sex, ..WOMAN }, "2025-08-25", "", "");
            office.marks(&reference, &weekly("2025-09-01", 4), "present");
            office.marks(&reference, &weekly("2025-09-29", 1), "absent_informed");
        }
        let report = office.report(&app, "2025-08-01", "2025-12-31", "2025-12-31").await;
        for (cell, participants) in [("female", 30), ("male", 10), ("other_or_unknown", 1)] {
            report.is(&format!("strata.sex.{cell}.participants"), participants);
        }
        report.is("strata.sex.male.adherence_median", 0.8);
        report.hides("strata.sex.other_or_unknown.adherence_median");
        report.is("flow.participants", 41);
    }

    async fn who_moved_away_after_the_window_was_due_however_long_silent(app) {
        let mut office = Office::new(("2025-01-06", "2026-05-31"));
        for person in 0..6 {
            let moved = person == 5;
            let (left, reason) = if moved { ("2025-06-06", "moved_away") } else { ("", "") };
            let reference = office.member(WOMAN, "2025-01-06", left, reason);
            // The window of three months ends on 5 June; the last visit of the one who moved is in March.
            office.marks(&reference, &weekly("2025-01-22", if moved { 7 } else { 30 }), "present");
            office.sppb(&reference, "2025-01-22", 8);
            office.sppb(&reference, "2025-04-22", 9);
        }
        let report = office.report(&app, "2025-01-01", "2025-12-31", "2026-09-01").await;
        report.is("flow.m3.due", 6);
        report.is("flow.m3.retested", 6);
        report.is("flow.m3.completeness", 1.0);
        report.is("flow.m6.due", 5);
        report.is("flow.m6.retested", 0);
    }

    async fn one_without_a_birth_date_is_in_the_residual_cell_and_hides_one_of_two_means(app) {
        let mut office = Office::new(SEASON);
        for person in 0..25 {
            let birth_date = match person { 0..12 => "1947-03-04", 12..24 => "1942-03-04", _ => "" };
            let reference = office.member(Who { birth_date, ..WOMAN }, "2025-08-25", "", "");
            office.marks(&reference, &weekly("2025-09-01", 5), "present");
            office.sppb(&reference, "2025-09-01", 8);
            // Of the older twelve five gain a point.
            office.sppb(&reference, "2025-12-02", if (12..17).contains(&person) { 9 } else { 8 });
        }
        let report = office.report(&app, "2025-08-01", "2026-05-31", "2026-09-01").await;
        report.is("strata.age_band.other_or_unknown.participants", 1);
        report.is("strata.age_band.other_or_unknown.sppb_change_m3.n", 1);
        report.hides("strata.age_band.other_or_unknown.sppb_change_m3.mean");
        report.hides("strata.age_band.75-79.sppb_change_m3.mean");
        report.is("strata.age_band.75-79.sppb_change_m3.n", 12);
        report.is("strata.age_band.80-84.sppb_change_m3.mean", 0.4);
        report.is("strata.age_band.85+.participants", 0);
        report.is("change.m3.sppb_total.mean", 0.2);
    }

    async fn members_of_a_group_that_ended_are_out_that_day_and_those_of_a_copied_season_are_not(app) {
        let mut office = Office::new(("2025-01-06", "2025-03-31"));
        for _ in 0..20 {
            let reference = office.member(WOMAN, "2025-01-06", "", "");
            office.marks(&reference, &weekly("2025-01-07", 12), "present");
        }
        let report = office.report(&app, "2025-01-01", "2025-12-31", "2026-09-01").await;
        for days in ["d90", "d180", "d365"] {
            report.is(&format!("retention.{days}.n"), 20);
            report.is(&format!("retention.{days}.x"), 0);
        }
    }

    async fn a_season_that_was_copied_goes_on(app) {
        let mut office = Office::new(("2025-01-06", "2025-05-31"));
        office.group("H", ("2025-09-01", "2026-12-11"));
        for _ in 0..20 {
            let reference = office.member(WOMAN, "2025-01-06", "", "");
            office.marks(&reference, &weekly("2025-01-07", 12), "present");
            office.joins(&reference, "H", "2025-09-01");
            office.marks_in("H", &reference, &weekly("2025-09-02", 40), "present");
        }
        let report = office.report(&app, "2025-01-01", "2025-12-31", "2026-09-01").await;
        report.is("retention.d180.x", 20);
        report.is("retention.d365.x", 20);
    }

    async fn each_stratum_tells_how_many_of_those_due_were_tested_again(app) {
        let mut office = Office::new(("2025-01-06", "2025-11-02"));
        for person in 0..40 {
            let living_alone = if person < 20 { "yes" } else { "no" };
            let reference = office.member(Who { living_alone, ..WOMAN }, "2025-01-06", "", "");
            office.marks(&reference, &weekly("2025-01-07", 2), "present");
            office.sppb(&reference, "2025-01-07", 8);
            if (8..20).contains(&person) || person >= 26 {
                office.sppb(&reference, "2025-04-08", 8 + person % 2);
            }
        }
        let report = office.report(&app, "2025-01-06", "2025-11-02", "2025-11-02").await;
        for (cell, n, share) in [("yes", 12, 0.6), ("no", 14, 0.7)] {
            report.is(&format!("strata.living_alone.{cell}.measured_m3.n"), n);
            report.is(&format!("strata.living_alone.{cell}.measured_m3.due"), 20);
            report.is(&format!("strata.living_alone.{cell}.measured_m3.share"), share);
        }
        report.is("flow.m3.due", 40);
    }

    async fn a_gap_that_was_not_there_cannot_narrow(app) {
        let mut office = Office::new(("2025-01-06", "2025-11-02"));
        for person in 0..24 {
            let alone = person < 12;
            let living_alone = if alone { "yes" } else { "no" };
            let reference = office.member(Who { living_alone, ..WOMAN }, "2025-01-06", "", "");
            office.marks(&reference, &weekly("2025-01-07", 2), "present");
            office.sppb(&reference, "2025-01-07", 8);
            // Those who live alone gain one point on average, the others a quarter.
            let gain = match person { 0..2 => 2, 2..10 => 1, 10..12 => 0, 12..15 => 1, _ => 0 };
            office.sppb(&reference, "2025-04-08", 8 + gain);
        }
        let report = office.report(&app, "2025-01-06", "2025-11-02", "2025-11-02").await;
        report.is("gaps.living_alone.change_of_gap", 0.8);
        report.is("gaps.living_alone.level_start.diff", 0.0);
        report.is("gaps.living_alone.level_end.diff", -0.8);
        report.is("gaps.living_alone.verdict", "no_gap_at_start");
        report.is("strata.living_alone.yes.sppb_change_m3.mean", 1.0);
        // With everybody measured twice the model of all measurements says what the pairs say: 15 points, 24 people.
        report.is("model.sppb_total.change.m3.people", 24);
        report.is("model.sppb_total.change.m3.groups", 1);
        report.is("model.sppb_total.change.m3.n", 24);
        report.is("model.sppb_total.change.m3.change", 0.6);
        report.is("model.sppb_total.change.m3.ci", vec![0.4, 0.9]);
        report.has_none("model.sppb_total.change.m6.change");
        // Eight points each at the start: their mean would be everybody's result.
        report.hides("model.sppb_total.at_start.retested.mean");
        report.hides("model.sppb_total.levels.start.mean");
        report.is("model.sppb_total.at_start.missed.n", 0);
    }

    async fn a_follow_up_of_a_year_is_the_table_of_a_paper_in_every_format(app) {
        let mut office = Office::new(("2025-01-06", "2025-11-02"));
        for person in 0..24 {
            let reference = office.member(WOMAN, "2025-01-06", "", "");
            office.marks(&reference, &weekly("2025-01-07", 40), "present");
            let start = 8 + person % 3;
            let gains = [0, usize::from(person % 2 == 0), usize::from(person % 8 < 5), usize::from(person % 3 > 0)];
            for (day, gain) in ["2025-01-07", "2025-04-08", "2025-07-08", "2026-01-07"].into_iter().zip(gains) {
                office.sppb(&reference, day, start + gain);
            }
        }
        let report = office.report(&app, "2025-01-01", "2025-12-31", "2026-06-30").await;
        // Everybody was measured each time, so that the estimated means are those of the measurements.
        for (time, mean) in [("start", 9.0), ("m3", 9.5), ("m6", 9.6), ("m12", 9.7)] {
            report.is(&format!("model.sppb_total.levels.{time}.mean"), mean);
            report.is(&format!("model.sppb_total.levels.{time}.n"), 24);
        }
        let code = domain::ids::MunicipalityCode::new("091").expect("three digits");
        let scope = Scope::command_line(code, app.state.today());
        let mut tx = app.state.db.read(&scope).await.expect("a transaction");
        // All of them started in January: a quarter has the same table as the year.
        for to in ["2025-12-31", "2025-03-31"] {
            let period = Period { from: day("2025-01-01"), to: day(to), cut_off: day("2026-06-30") };
            let report = server::outcomes::council::of_days(&mut tx, &period).await.expect("a report");
            let text = app::outcomes::council::plain::text(Lang::Fi, &report, "2025", None);
            assert!(text.contains("\nArvioidut keskiarvot\n"), "{text}");
            assert!(text.lines().any(|line| line.contains("Alussa: Arvioitu keskiarvo 9,0;")), "{text}");
            let page = html(Lang::Fi, &report, "2025");
            assert!(page.contains("<h2>Arvioidut keskiarvot</h2>") && page.contains("<td class=\"number\">9,7</td>"), "{page}");
        }
    }

    async fn people_who_were_counted_at_an_event_move_no_figure(app) {
        let town = Town::on(app).await;
        let scope = Scope::command_line(town.own.municipality.clone(), town.app.state.today());
        let year = Period::new(day("2026-01-01"), day("2026-12-31"));
        let before = report_of(&town.app, &scope, &year).await;
        let id = GroupId(uuid::Uuid::from_u128(77));
        let event = Group { id, kind: GroupKind::Event, provider: town.own.organisation, ..plain() };
        let session = Session::planned(id, day("2026-09-08"), None);
        let status = |status| sessions::Verb::Status { id: session.id, group: id, status: Some(status) };
        let held = vec![
            Verb::Group(groups::Verb::Put { group: Box::new(event) }),
            sessions::Verb::Plan { session: session.clone() }.into(),
            status(SessionStatus::Held).into(),
            sessions::Verb::Count { id: session.id, group: id, people: Some(40) }.into(),
        ];
        town.write(held).await;
        assert_eq!(report_of(&town.app, &scope, &year).await, before);
        let uncounted = sessions::Verb::Count { id: session.id, group: id, people: None };
        town.write(vec![uncounted.into()]).await;
        assert_ne!(report_of(&town.app, &scope, &year).await, before, "a held session as any other");
    }

    async fn another_municipalitys_data_move_no_figure(app) {
        let scope = municipality(&app, "091").await;
        take_all(&app, &scope, &TOWN).await;
        let before = report_of(&app, &scope, &spring()).await;
        let other = municipality(&app, "092").await;
        take_all(&app, &other, &TOWN).await;
        assert_eq!(report_of(&app, &scope, &spring()).await, before);
    }
}

#[tokio::test]
async fn both_databases_give_the_same_report_of_the_same_town() {
    let Some(postgres) = App::postgres().await else {
        eprintln!("not run: TEST_DATABASE_URL is not set");
        return;
    };
    let sqlite = App::sqlite().await;
    let scope = build(&sqlite.state).await.expect("built");
    build(&postgres.state).await.expect("built");
    let term = fixed_periods(scope.today())[0].as_of(scope.today());
    assert_eq!(report_of(&sqlite, &scope, &term).await, report_of(&postgres, &scope, &term).await);
    // The tables of a year, of which spreadsheets, texts and pages are made.
    let year = fixed_periods(scope.today())[1].as_of(scope.today());
    let mut told = Vec::new();
    for app in [&sqlite, &postgres] {
        let mut tx = app.state.db.read(&scope).await.expect("a transaction");
        let report = server::outcomes::council::of_days(&mut tx, &year).await.expect("a report");
        let all = tables(Lang::Fi, &report, "Vuosi", None);
        told.push(all.into_iter().map(|table| (table.name, table.rows, table.notes)).collect::<Vec<_>>());
    }
    assert!(told[0].len() > 10, "a year tells strata and gaps: {told:?}");
    assert_eq!(told[0], told[1]);
    for kind in Kind::ALL {
        let text = crate::files::file(&sqlite, &scope, *kind).await;
        // The walk-in's generated reference follows from an id, which differs.
        let lines =
            |text: &str| text.lines().filter(|line| !line.contains("virea-")).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(lines(&text), lines(&crate::files::file(&postgres, &scope, *kind).await), "{kind:?}");
    }
}
