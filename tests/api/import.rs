//! Files in: all or nothing, the same file twice, changed files, what was done in the program meanwhile.

use crate::files::{TOWN, count, file, municipality, take, take_all, try_take, write};
use domain::attendance::Mark;
use domain::consents::ConsentAct;
use domain::groups::membership;
use domain::groups::{ExitReason, Membership};
use domain::people::ProfileChange;
use domain::sessions::Session;
use domain::sync::op::Verb;
use domain::time::Day;
use domain::{attendance, people, sessions};
use server::access::Scope;
use server::files::import::{File, Mode, import};
use server::files::kinds::Kind;
use server::files::problem::{NoticeKind, Problem, What};
use tests::App;
use tests::town::of_tests;

fn day(text: &str) -> Day {
    text.parse().expect("a day")
}

/// Header and rows as a file of that kind.
fn csv(kind: Kind, rows: &str) -> String {
    format!("{}\n{rows}\n", kind.columns().join(","))
}

async fn town(app: &App) -> Scope {
    let scope = municipality(app, "091").await;
    take_all(app, &scope, &TOWN).await;
    scope
}

/// The town's file with one text replaced.
fn changed(kind: Kind, from: &str, to: &str) -> String {
    let text = TOWN.iter().find(|(k, _)| *k == kind).expect("every kind").1;
    assert!(text.contains(from), "{from}");
    text.replace(from, to)
}

tests::on_both_databases! {
    async fn what_is_imported_is_exported_byte_by_byte(app) {
        let scope = town(&app).await;
        for (kind, text) in TOWN {
            assert_eq!(file(&app, &scope, kind).await, text, "{kind:?}");
        }
        // And once more: out of one municipality into a fresh one.
        let fresh = municipality(&app, "092").await;
        for (kind, _) in TOWN {
            take(&app, &fresh, kind, &file(&app, &scope, kind).await).await;
        }
        for (kind, text) in TOWN {
            assert_eq!(file(&app, &fresh, kind).await, text, "{kind:?}");
        }
    }

    async fn the_same_file_twice_changes_nothing(app) {
        let scope = town(&app).await;
        let before = count(&app, "SELECT COUNT(*) AS n FROM op").await;
        for (kind, text) in TOWN {
            let again = take(&app, &scope, kind, text).await;
            assert_eq!((again.created, again.changed), (0, 0), "{kind:?}");
            assert!(again.unchanged > 0 && again.notices.is_empty(), "{kind:?}: {again:?}");
        }
        assert_eq!(count(&app, "SELECT COUNT(*) AS n FROM op").await, before);
    }

    async fn a_file_with_one_error_is_not_applied_at_all(app) {
        let scope = municipality(&app, "091").await;
        let rows = "a,A,A,,,,,,,,,,,,,\nb,B,B,,31.2.1940,,,,,,,,,,,\nc,C,C,,,x,,,,,,,,,,";
        let problems = try_take(&app, &scope, Kind::Participants, &csv(Kind::Participants, rows)).await.unwrap_err();
        let found: Vec<_> = problems.iter().map(|p| (p.line, p.column.as_deref().unwrap())).collect();
        assert_eq!(found, [(3, "birth_date"), (4, "sex")]);
        assert_eq!(count(&app, "SELECT COUNT(*) AS n FROM participant").await, 0);
    }

    async fn a_dry_run_says_what_would_happen_and_changes_nothing(app) {
        let scope = municipality(&app, "091").await;
        let text = TOWN[0].1;
        let told = import(&app.state, &scope, Kind::Participants, File::of("p.csv", text.as_bytes()), Mode::DryRun, &|_| ()).await;
        assert_eq!(told.unwrap().unwrap().created, 6);
        assert_eq!(count(&app, "SELECT COUNT(*) AS n FROM participant").await, 0);
        assert_eq!(count(&app, "SELECT COUNT(*) AS n FROM import_row").await, 0);
        assert_eq!(count(&app, "SELECT COUNT(*) AS n FROM audit").await, 0);
    }

    async fn a_person_without_any_name_is_taken_in_and_goes_by_the_reference(app) {
        let scope = municipality(&app, "091").await;
        let people = csv(Kind::Participants, "k-7,,,,1944-03-08,female,,09 12345 iltaisin,,,,,,,,");
        take(&app, &scope, Kind::Participants, &people).await;
        assert_eq!(file(&app, &scope, Kind::Participants).await, people);
        assert_eq!(take(&app, &scope, Kind::Participants, &people).await.unchanged, 1);
    }

    async fn a_note_with_the_line_breaks_of_a_spreadsheet_is_taken_in_and_written_with_plain_ones(app) {
        let scope = town(&app).await;
        let text = csv(Kind::Assessments, "p01,2026-08-20,tug,time,1,11.0,,,,\"toinen\r\nrivi\"").replace('\n', "\r\n");
        let text = text.replace("\r\r", "\r");
        assert_eq!(take(&app, &scope, Kind::Assessments, &text).await.created, 1);
        assert!(file(&app, &scope, Kind::Assessments).await.contains("p01,2026-08-20,tug,time,1,11.0,,,,\"toinen\nrivi\"\n"));
        assert_eq!(take(&app, &scope, Kind::Assessments, &text).await.unchanged, 1);
    }

    async fn a_row_whose_session_changed_counts_as_changed(app) {
        let scope = town(&app).await;
        let rows = "g1,2026-08-19,held,p01,present\ng1,2026-08-19,held,p02,present";
        take(&app, &scope, Kind::Attendance, &csv(Kind::Attendance, rows)).await;
        let holiday = csv(Kind::Attendance, &rows.replace("held", "holiday"));
        let summary = take(&app, &scope, Kind::Attendance, &holiday).await;
        assert_eq!((summary.created, summary.changed, summary.unchanged), (0, 1, 1));
    }

    async fn a_changed_row_updates_and_the_history_is_kept(app) {
        let scope = town(&app).await;
        let people = changed(Kind::Participants, "040 123 4567,00100", "040 765 4321,00120");
        let summary = take(&app, &scope, Kind::Participants, &people).await;
        assert_eq!((summary.changed, summary.unchanged), (1, 5));
        assert_eq!(file(&app, &scope, Kind::Participants).await, people);
        assert_eq!(count(&app, "SELECT COUNT(*) AS n FROM op WHERE kind = 'participant.edit'").await, 1);

        let groups = changed(Kind::Groups, "Kylätalo,2 4,13:00,60,15", "Koulu,2,14:30,45,");
        assert_eq!(take(&app, &scope, Kind::Groups, &groups).await.changed, 1);
        assert_eq!(file(&app, &scope, Kind::Groups).await, groups);

        let stays = changed(Kind::Memberships, "g1,p01,2026-01-05,,", "g1,p01,2026-01-05,2026-05-01,transport");
        assert_eq!(take(&app, &scope, Kind::Memberships, &stays).await.changed, 1);
        assert_eq!(file(&app, &scope, Kind::Memberships).await, stays);

        let marks = changed(Kind::Attendance, "p03,paused", "p03,present").replace("cancelled_by_organiser", "holiday");
        assert_eq!(take(&app, &scope, Kind::Attendance, &marks).await.changed, 2);
        assert_eq!(file(&app, &scope, Kind::Attendance).await, marks);

        let tests = changed(Kind::Assessments, "chair5,1,5.80", "chair5,1,15.80");
        assert_eq!(take(&app, &scope, Kind::Assessments, &tests).await.changed, 1);
        assert_eq!(file(&app, &scope, Kind::Assessments).await, tests);
        assert_eq!(count(&app, "SELECT COUNT(*) AS n FROM op WHERE kind = 'assessment.amend'").await, 1);
    }

    async fn a_re_import_does_not_undo_what_was_done_in_the_program(app) {
        let scope = town(&app).await;
        let ids = crate::files::ids(&app, &scope).await;
        let (liisa, group) = (ids.person("p01"), ids.group("g1"));
        let stay = Membership::id_of(group, liisa, day("2026-01-05"));
        let session = domain::sessions::Session::planned_id(group, day("2026-01-08"));
        let (left_on, exit_reason) = (Some(day("2026-03-03")), Some(ExitReason::HealthWorse));
        let phone = ProfileChange::Phone(Some("050 111 2222".into()));
        write(&app, &scope, vec![
            Verb::Participant(people::Verb::Edit { id: liisa, changes: vec![phone] }),
            Verb::Membership(membership::Verb::Leave { id: stay, group, left_on, exit_reason }),
            Verb::Attendance(attendance::Verb::Set { session, group, participant: liisa, mark: Some(Mark::AbsentInformed) }),
        ]).await;
        let edited = [
            (Kind::Participants, changed(Kind::Participants, "040 123 4567", "050 111 2222")),
            (Kind::Memberships, changed(Kind::Memberships, "g1,p01,2026-01-05,,", "g1,p01,2026-01-05,2026-03-03,health_worse")),
            (Kind::Attendance, changed(Kind::Attendance, "g1,2026-01-08,held,p01,present", "g1,2026-01-08,held,p01,absent_informed")),
        ];
        // The old file again, and once with another column changed.
        take_all(&app, &scope, &TOWN).await;
        for (kind, text) in &edited {
            assert_eq!(&file(&app, &scope, *kind).await, text, "{kind:?}");
        }
        take(&app, &scope, Kind::Participants, &changed(Kind::Participants, "Marja Liisa", "Marja Elisa")).await;
        let both = edited[0].1.replace("Marja Liisa", "Marja Elisa");
        assert_eq!(file(&app, &scope, Kind::Participants).await, both);
    }

    async fn a_withdrawn_consent_stays_withdrawn(app) {
        let scope = town(&app).await;
        let liisa = crate::files::ids(&app, &scope).await.person("p01");
        write(&app, &scope, vec![of_tests(liisa, 1, ConsentAct::Withdrawn, day("2026-06-01"))]).await;
        take_all(&app, &scope, &TOWN).await;
        let without = changed(Kind::Participants, "accepted,2026-01-04", "accepted,");
        assert_eq!(file(&app, &scope, Kind::Participants).await, without);
        // An older date in the file is no new consent; one after the withdrawal is.
        take(&app, &scope, Kind::Participants, &changed(Kind::Participants, "2026-01-04\n", "2026-05-31\n")).await;
        assert_eq!(file(&app, &scope, Kind::Participants).await, without);
        let test = csv(Kind::Assessments, "p01,2026-06-02,tug,time,1,12,,,,");
        let problems = try_take(&app, &scope, Kind::Assessments, &test).await.unwrap_err();
        assert_eq!(problems[0].what, What::AfterWithdrawal { withdrawn: day("2026-06-01") });
        let again = changed(Kind::Participants, "2026-01-04\n", "2026-06-02\n");
        take(&app, &scope, Kind::Participants, &again).await;
        assert_eq!(file(&app, &scope, Kind::Participants).await, again);
        take(&app, &scope, Kind::Assessments, &test).await;
    }

    async fn columns_that_a_file_leaves_out_are_not_touched(app) {
        let scope = town(&app).await;
        let text = "participant_ref;family_name;given_names\np01;Virtanen;Marja Liisa\np02;Sjöström;Åke\n";
        assert_eq!(take(&app, &scope, Kind::Participants, text).await.changed, 1);
        let wanted = changed(Kind::Participants, "Söderström", "Sjöström");
        assert_eq!(file(&app, &scope, Kind::Participants).await, wanted);
        // An emptied cell is a change: the value is not known any more.
        let emptied = wanted.replace("p02,Åke,Sjöström,,1943-08-30,male", "p02,Åke,Sjöström,,,male");
        take(&app, &scope, Kind::Participants, &emptied).await;
        assert_eq!(file(&app, &scope, Kind::Participants).await, emptied);
    }

    async fn references_that_do_not_exist_are_refused_with_line_and_value(app) {
        let scope = town(&app).await;
        let rows = "g1,2026-02-03,held,p01,present\ng9,2026-02-03,held,p99,present\n\ng1,2026-02-03,held,p04,present";
        let problems = try_take(&app, &scope, Kind::Attendance, &csv(Kind::Attendance, rows)).await.unwrap_err();
        assert_eq!(problems, [
            Problem::of_cell(3, "group_ref", "g9", What::UnknownGroup),
            Problem::of_cell(3, "participant_ref", "p99", What::UnknownParticipant),
            Problem::of_cell(5, "participant_ref", "p04", What::NoMembership),
        ]);
        let rows = "g9,p01,2026-01-01,,\ng1,p99,2026-01-01,,";
        let problems = try_take(&app, &scope, Kind::Memberships, &csv(Kind::Memberships, rows)).await.unwrap_err();
        assert_eq!(problems.iter().map(|p| p.line).collect::<Vec<_>>(), [2, 3]);
        let rows = "p99,2026-01-08,tug,time,1,12,,,,";
        let problems = try_take(&app, &scope, Kind::Assessments, &csv(Kind::Assessments, rows)).await.unwrap_err();
        assert_eq!(problems, [Problem::of_cell(2, "participant_ref", "p99", What::UnknownParticipant)]);
    }

    async fn another_municipalitys_references_are_unknown_here(app) {
        town(&app).await;
        let other = municipality(&app, "092").await;
        let problems = try_take(&app, &other, Kind::Memberships, TOWN[2].1).await.unwrap_err();
        assert_eq!(problems.len(), 12);
        assert_eq!(file(&app, &other, Kind::Participants).await, csv(Kind::Participants, "").trim_end().to_owned() + "\n");
    }

    async fn what_is_unusual_is_accepted_and_told(app) {
        let scope = municipality(&app, "091").await;
        take_all(&app, &scope, &TOWN[..3]).await;
        let marks = "g1,2026-01-08,held,p02,present\ng1,2026-03-10,held,p02,present";
        let summary = take(&app, &scope, Kind::Attendance, &csv(Kind::Attendance, marks)).await;
        let told: Vec<_> = summary.notices.iter().map(|n| (n.line, n.column, n.kind)).collect();
        assert_eq!(told, [(3, "held_on", NoticeKind::OutsideMembership)]);

        let summary = take(&app, &scope, Kind::Assessments, TOWN[4].1).await;
        let told: Vec<_> = summary.notices.iter().map(|n| (n.line, n.value.as_str(), n.kind)).collect();
        assert_eq!(told, [
            (8, "5.80", NoticeKind::UnusualValue),
            (15, "13", NoticeKind::UnusualValue),
            (28, "p03", NoticeKind::NoConsentDate),
            (30, "p03", NoticeKind::NoConsentDate),
        ]);
        let marked = "SELECT COUNT(*) AS n FROM assessment WHERE body LIKE '%\"soft_confirmed\":true%'";
        assert_eq!(count(&app, marked).await, 2);
    }

    async fn a_test_before_the_consent_is_refused_where_consent_is_the_basis(app) {
        let scope = municipality(&app, "091").await;
        take_all(&app, &scope, &TOWN[..3]).await;
        let early = csv(Kind::Assessments, "p01,2026-01-03,tug,time,1,12,,,,\np01,2026-01-04,tug,time,1,12,,,,");
        let problems = try_take(&app, &scope, Kind::Assessments, &early).await.unwrap_err();
        let what = What::BeforeConsent { consent: day("2026-01-04") };
        assert_eq!(problems, [Problem::of_cell(2, "measured_on", "2026-01-03", what)]);
        crate::files::set(&app, &scope, "health_basis", "public_task").await;
        assert_eq!(take(&app, &scope, Kind::Assessments, &early).await.created, 2);
    }

    async fn a_test_may_come_in_pieces(app) {
        let scope = municipality(&app, "091").await;
        take_all(&app, &scope, &TOWN[..1]).await;
        let first = csv(Kind::Assessments, "p01,2026-01-08,sppb,gait,1,4.82,,4,,");
        let second = csv(Kind::Assessments, "p01,2026-01-08,sppb,gait,2,4.90,,4,,");
        take(&app, &scope, Kind::Assessments, &first).await;
        assert_eq!(take(&app, &scope, Kind::Assessments, &second).await.created, 1);
        let both = csv(Kind::Assessments, "p01,2026-01-08,sppb,gait,1,4.82,,4,,\np01,2026-01-08,sppb,gait,2,4.90,,4,,");
        assert_eq!(file(&app, &scope, Kind::Assessments).await, both);
        let other_course = csv(Kind::Assessments, "p01,2026-01-08,sppb,gait,2,4.90,,3,,");
        let problems = try_take(&app, &scope, Kind::Assessments, &other_course).await.unwrap_err();
        assert_eq!(problems, [Problem::of_cell(2, "course_m", "3", What::CourseDiffers)]);
    }

    async fn a_missing_provider_is_created_once(app) {
        let scope = municipality(&app, "091").await;
        let rows = "a,A,peer,Martat ry,,,,,,,\nb,B,peer,martat ry,,,,,,,\nc,C,peer,,,,,,,,";
        let summary = take(&app, &scope, Kind::Groups, &csv(Kind::Groups, rows)).await;
        assert_eq!(summary.notices.len(), 1);
        assert_eq!(summary.notices[0].kind, NoticeKind::ProviderCreated);
        assert_eq!(count(&app, "SELECT COUNT(*) AS n FROM organisation WHERE parent IS NOT NULL").await, 1);
    }

    async fn a_day_that_has_not_come_is_refused_where_something_has_happened_and_taken_where_it_is_planned(app) {
        let scope = municipality(&app, "091").await;
        take_all(&app, &scope, &TOWN[..3]).await;
        for (kind, row, column) in [
            (Kind::Participants, "p90,A,A,,,,,,,,,,,2026-09-09,,", "applied_on"),
            (Kind::Participants, "p90,A,A,,,,,,,,,,,,,2026-09-09", "health_consent_on"),
            (Kind::Memberships, "g1,p01,2026-09-09,,", "joined_on"),
            (Kind::Attendance, "g1,2026-09-09,held,p01,present", "held_on"),
            (Kind::Assessments, "p01,2026-09-09,tug,time,1,12,,,,", "measured_on"),
        ] {
            let problems = try_take(&app, &scope, kind, &csv(kind, row)).await.unwrap_err();
            assert_eq!(problems, [Problem::of_cell(2, column, "2026-09-09", What::InFuture)]);
        }
        let planned = take(&app, &scope, Kind::Attendance, &csv(Kind::Attendance, "g1,2027-04-01,held,,")).await;
        assert_eq!((planned.created, planned.notices), (1, vec![]));
        let leaving = csv(Kind::Memberships, "g1,p02,2026-09-08,2026-12-18,group_ended");
        take(&app, &scope, Kind::Memberships, &leaving).await;
    }

    async fn who_is_under_65_or_born_on_a_day_that_stands_for_none_comes_in_with_a_notice(app) {
        let scope = municipality(&app, "091").await;
        let rows = "a,A,A,,1961-09-09,,,,,,,,,,,\nb,B,B,,1961-09-08,,,,,,,,,,,\nc,C,C,,1900-01-01,,,,,,,,,,,";
        let people = csv(Kind::Participants, rows);
        let told = take(&app, &scope, Kind::Participants, &people).await;
        let notices: Vec<_> = told.notices.iter().map(|n| (n.line, n.kind)).collect();
        assert_eq!((told.created, notices), (3, vec![(2, NoticeKind::Young), (4, NoticeKind::PlaceholderDay)]));
        assert_eq!(take(&app, &scope, Kind::Participants, &people).await.notices, []);
    }

    async fn a_corrected_first_day_is_no_second_stay(app) {
        let scope = municipality(&app, "091").await;
        take_all(&app, &scope, &TOWN[..2]).await;
        let stays = |rows| csv(Kind::Memberships, rows);
        take(&app, &scope, Kind::Memberships, &stays("g1,p01,2026-09-01,,\ng1,p02,2026-01-10,2026-03-01,hospital")).await;
        let corrected = stays("g1,p01,2026-09-08,,\ng1,p02,2026-01-05,2026-03-01,hospital");
        let told = take(&app, &scope, Kind::Memberships, &corrected).await;
        let notices: Vec<_> = told.notices.iter().map(|n| (n.line, n.column, n.value.as_str(), n.kind)).collect();
        assert_eq!(notices, [
            (2, "joined_on", "2026-09-08", NoticeKind::StayCorrected),
            (3, "joined_on", "2026-01-05", NoticeKind::StayCorrected),
        ]);
        assert_eq!((told.created, told.changed), (0, 2));
        assert_eq!(file(&app, &scope, Kind::Memberships).await, corrected);
        let again = take(&app, &scope, Kind::Memberships, &corrected).await;
        assert_eq!((again.unchanged, again.notices), (2, vec![]));
        // The old row says nothing new, and does not come back as a second stay.
        let old = take(&app, &scope, Kind::Memberships, &stays("g1,p01,2026-09-01,,")).await;
        assert_eq!((old.unchanged, old.notices[0].kind), (1, NoticeKind::StayWasCorrected));
        assert_eq!(file(&app, &scope, Kind::Memberships).await, corrected);
    }

    async fn a_correction_keeps_how_the_stay_ended_in_the_program(app) {
        let scope = municipality(&app, "091").await;
        take_all(&app, &scope, &TOWN[..2]).await;
        take(&app, &scope, Kind::Memberships, &csv(Kind::Memberships, "g1,p01,2026-01-10,,")).await;
        let ids = crate::files::ids(&app, &scope).await;
        let (group, id) = (ids.group("g1"), Membership::id_of(ids.group("g1"), ids.person("p01"), day("2026-01-10")));
        let (left_on, exit_reason) = (Some(day("2026-05-01")), Some(ExitReason::Transport));
        write(&app, &scope, vec![Verb::Membership(membership::Verb::Leave { id, group, left_on, exit_reason })]).await;
        take(&app, &scope, Kind::Memberships, &csv(Kind::Memberships, "g1,p01,2026-01-12,,")).await;
        let kept = csv(Kind::Memberships, "g1,p01,2026-01-12,2026-05-01,transport");
        assert_eq!(file(&app, &scope, Kind::Memberships).await, kept);
    }

    async fn who_leaves_and_comes_back_has_two_stays(app) {
        let scope = municipality(&app, "091").await;
        take_all(&app, &scope, &TOWN[..2]).await;
        let rows = "g1,p01,2026-01-10,2026-03-01,hospital\ng1,p01,2026-03-01,2026-04-01,\ng1,p01,2026-05-01,,";
        let told = take(&app, &scope, Kind::Memberships, &csv(Kind::Memberships, rows)).await;
        assert_eq!((told.created, told.notices), (3, vec![]));
    }

    async fn rows_of_one_file_that_overlap_are_one_stay_and_stay_one(app) {
        let scope = municipality(&app, "091").await;
        take_all(&app, &scope, &TOWN[..2]).await;
        let twice = csv(Kind::Memberships, "g1,p01,2026-09-01,,\ng1,p01,2026-09-08,,");
        let told = take(&app, &scope, Kind::Memberships, &twice).await;
        assert_eq!(told.notices.iter().map(|n| (n.line, n.kind)).collect::<Vec<_>>(), [(3, NoticeKind::StayCorrected)]);
        let one = csv(Kind::Memberships, "g1,p01,2026-09-08,,");
        assert_eq!(file(&app, &scope, Kind::Memberships).await, one);
        assert_eq!(take(&app, &scope, Kind::Memberships, &twice).await.unchanged, 2);
        assert_eq!(file(&app, &scope, Kind::Memberships).await, one);
    }

    async fn a_person_who_may_be_there_under_another_reference_is_told_of(app) {
        let scope = municipality(&app, "091").await;
        take(&app, &scope, Kind::Participants, &csv(Kind::Participants, "0077,Eila,Laine,,1940-01-01,,,,,,,,,,,")).await;
        let rows = "77,EILA,Laine,,1940-01-01,,,,,,,,,,,\n78,Eila,Laine,,1940-01-02,,,,,,,,,,,\n79,Eila,Laine,,,,,,,,,,,,,";
        let text = csv(Kind::Participants, rows);
        let told = take(&app, &scope, Kind::Participants, &text).await;
        let notices: Vec<_> = told.notices.iter().map(|n| (n.line, n.value.as_str(), n.kind)).collect();
        assert_eq!((told.created, notices), (3, vec![(2, "0077", NoticeKind::MaybeSamePerson)]));
        assert_eq!(take(&app, &scope, Kind::Participants, &text).await.notices, []);
    }

    async fn a_thousand_stays_of_one_person_take_effect_each_in_its_own_group(app) {
        let scope = municipality(&app, "091").await;
        let groups: Vec<_> = (0..1000).map(|n| format!("g{n},Tapahtuma {n},event,,,,,,,,")).collect();
        let stays: Vec<_> = (0..1000).map(|n| format!("g{n},p01,2026-09-01,,")).collect();
        take(&app, &scope, Kind::Participants, TOWN[0].1).await;
        take(&app, &scope, Kind::Groups, &csv(Kind::Groups, &groups.join("\n"))).await;
        take(&app, &scope, Kind::Memberships, &csv(Kind::Memberships, &stays.join("\n"))).await;
        let longest = "SELECT CAST(MAX(LENGTH(effects)) AS BIGINT) AS n FROM op WHERE kind = 'membership.join'";
        assert!(count(&app, longest).await < 500, "the effects of one stay are told as those of all");
    }

    async fn a_file_that_changes_a_groups_day_within_its_season_changes_no_day_before_today(app) {
        let scope = municipality(&app, "091").await;
        let today = app.state.today();
        let (start, end) = (today.plus_days(-30), today.plus_days(60));
        let group = |weekday: u8| csv(Kind::Groups, &format!("g1,Ryhmä,peer,,Koulu,{weekday},10:00,60,,{start},{end}"));
        for weekday in [2, 4, 4] {
            take(&app, &scope, Kind::Groups, &group(weekday)).await;
        }
        let mut tx = app.state.db.read(&scope).await.unwrap();
        let groups = server::files::present::groups(&mut tx).await.unwrap();
        let (_, group) = groups.all.into_values().next().unwrap();
        let kept: Vec<_> = group.earlier.iter().map(|one| (one.until, one.weekdays.clone())).collect();
        assert_eq!((group.weekdays, kept), (vec![4], vec![(today, vec![2])]));
    }

    async fn a_file_changes_no_day_before_today_of_a_group_without_a_first_day_once_there_was_a_session(app) {
        let scope = municipality(&app, "091").await;
        let today = app.state.today();
        let take_weekday = async |weekday: u8| {
            let text = csv(Kind::Groups, &format!("g1,Ryhmä,peer,,Koulu,{weekday},10:00,60,,,"));
            take(&app, &scope, Kind::Groups, &text).await;
            let mut tx = app.state.db.read(&scope).await.unwrap();
            let groups = server::files::present::groups(&mut tx).await.unwrap();
            let group = groups.find("g1").unwrap();
            let kept: Vec<_> = group.earlier.iter().map(|one| (one.until, one.weekdays.clone())).collect();
            (group.id, group.weekdays.clone(), kept)
        };
        let (group, ..) = take_weekday(2).await;
        let plan = |days: i64| sessions::Verb::Plan { session: Session::planned(group, today.plus_days(days), None) };
        write(&app, &scope, vec![plan(7).into()]).await;
        assert_eq!(take_weekday(4).await, (group, vec![4], vec![]), "of what was nobody has spoken");
        app.clock.advance(1_000);
        write(&app, &scope, vec![plan(-7).into()]).await;
        for _ in 0..2 {
            assert_eq!(take_weekday(5).await, (group, vec![5], vec![(today, vec![4])]));
        }
    }

    async fn a_file_that_moves_a_group_brings_the_listed_places_defibrillator_and_no_other(app) {
        let scope = municipality(&app, "091").await;
        let mut tx = app.state.db.begin(server::db::Unscoped::Installation).await.unwrap();
        let sql = "INSERT INTO place (municipality, organisation, id, rev, sort_key, body, changed_at, changed_by) \
                   SELECT municipality, id, $1, 1, 'talo', $2, 0, 'test' FROM organisation WHERE municipality = '091'";
        let id = uuid::Uuid::from_u128(8).to_string();
        let body = format!(r#"{{"id":"{id}","name":"Talo","address":"Tie 1","aed":"Aulassa"}}"#);
        tx.run(sql, [id.into(), body.into()]).await.unwrap();
        tx.commit().await.unwrap();
        let group = |place: &str| csv(Kind::Groups, &format!("g1,Ryhmä,peer,,{place},,,,,,"));
        let told = async || {
            let mut tx = app.state.db.read(&scope).await.unwrap();
            let groups = server::files::present::groups(&mut tx).await.unwrap();
            let (_, group) = groups.all.into_values().next().unwrap();
            (group.place.unwrap(), group.aed)
        };
        take(&app, &scope, Kind::Groups, &group("talo")).await;
        assert_eq!(told().await, ("Talo, Tie 1".to_owned(), Some("Aulassa".to_owned())));
        let again = take(&app, &scope, Kind::Groups, &group("talo")).await;
        assert_eq!((again.changed, again.unchanged), (0, 1), "the file's own words for the place are no news");
        take(&app, &scope, Kind::Groups, &group("Koulu")).await;
        assert_eq!(told().await, ("Koulu".to_owned(), None));
        take(&app, &scope, Kind::Groups, &group("Talo")).await;
        assert_eq!(told().await.1.as_deref(), Some("Aulassa"));
    }
}
