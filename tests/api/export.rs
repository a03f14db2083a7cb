//! Files out: the order of rows, the days asked for, Excel's form, scores.

use crate::files::{TOWN, file, ids, municipality, take, take_all, write, written};
use domain::assessments::{Assessment, Instrument, Item, Trial, TrialOutcome};
use domain::attendance::Mark;
use domain::groups::Membership;
use domain::groups::membership;
use domain::ids::{AssessmentId, ParticipantId, SessionId};
use domain::people::Profile;
use domain::sessions::Session;
use domain::sync::op::Verb;
use domain::{assessments, attendance, people};
use serde_json::Value;
use server::access::Scope;
use server::files::export::{Days, What};
use server::files::fhir;
use server::files::kinds::Kind;
use server::files::present::generated_reference;
use server::files::write::Form;
use std::collections::{BTreeMap, BTreeSet};
use tests::App;
use uuid::Uuid;

async fn town(app: &App) -> Scope {
    let scope = municipality(app, "091").await;
    take_all(app, &scope, &TOWN).await;
    scope
}

fn days(from: &str, to: &str) -> Days {
    Days { from: from.parse().ok(), to: to.parse().ok() }
}

/// The resources of a bundle by what they are called.
async fn bundle(app: &App, scope: &Scope, days: Days) -> BTreeMap<String, Value> {
    let text = fhir::take_out(&app.state, scope, days).await.expect("a bundle");
    let bundle: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!((&bundle["resourceType"], &bundle["type"]), (&"Bundle".into(), &"collection".into()));
    let entries = bundle["entry"].as_array().expect("entries");
    let named: BTreeMap<_, _> = entries
        .iter()
        .map(|entry| (entry["fullUrl"].as_str().expect("a name").to_owned(), entry["resource"].clone()))
        .collect();
    assert_eq!(named.len(), entries.len(), "two resources have one name");
    named
}

fn of_type<'a>(bundle: &'a BTreeMap<String, Value>, kind: &str) -> Vec<&'a Value> {
    bundle.values().filter(|resource| resource["resourceType"] == kind).collect()
}

/// Every reference anywhere in it.
fn references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            found.extend(fields.get("reference").and_then(Value::as_str).map(str::to_owned));
            fields.values().for_each(|value| references(value, found));
        }
        Value::Array(values) => values.iter().for_each(|value| references(value, found)),
        _ => {}
    }
}

tests::on_both_databases! {
    async fn a_bundle_has_everybody_and_refers_to_nothing_that_is_not_in_it(app) {
        let scope = town(&app).await;
        let bundle = bundle(&app, &scope, Days::default()).await;
        for (kind, wanted) in [("Organization", 2), ("Patient", 6), ("Group", 2), ("EpisodeOfCare", 6)] {
            assert_eq!(of_type(&bundle, kind).len(), wanted, "{kind}");
        }
        for kind in ["Encounter", "Observation", "QuestionnaireResponse", "Consent"] {
            assert!(!of_type(&bundle, kind).is_empty(), "{kind}");
        }
        let mut found = BTreeSet::new();
        bundle.values().for_each(|resource| references(resource, &mut found));
        assert!(!found.is_empty() && found.iter().all(|reference| bundle.contains_key(reference)), "{found:?}");
    }

    async fn a_bundles_totals_are_those_of_the_scores(app) {
        let scope = town(&app).await;
        let bundle = bundle(&app, &scope, Days::default()).await;
        let of = |code: &str, column: usize| {
            let lines = include_str!("golden/scores.csv").lines().map(|line| line.split(',').collect::<Vec<_>>());
            let own = lines.filter(|cells| cells[2] == code).map(|cells| cells[column].to_owned());
            let mut all: Vec<_> = own.collect();
            all.sort();
            all
        };
        let mut told: Vec<_> = of_type(&bundle, "Observation")
            .into_iter()
            .filter(|one| one["code"]["coding"][0]["code"] == "sppb_total")
            .map(|one| one["valueInteger"].as_i64().map(|points| points.to_string()).unwrap_or_default())
            .collect();
        told.sort();
        assert_eq!(told, of("sppb_total", 3));
    }

    async fn a_bundles_days_choose_visits_and_tests_and_the_log_counts_what_it_tells_of_people(app) {
        let scope = town(&app).await;
        let none = bundle(&app, &scope, days("2030-01-01", "2030-12-31")).await;
        assert!(of_type(&none, "Encounter").is_empty() && of_type(&none, "Observation").is_empty());
        assert_eq!(of_type(&none, "Patient").len(), 6);
        let mut tx = app.state.db.read(server::db::Unscoped::Installation).await.unwrap();
        let row = tx.one("SELECT entities, fields FROM audit WHERE verb = 'export'", []).await.unwrap();
        let told: (String, String) = (row.get("entities").unwrap(), row.get("fields").unwrap());
        let people = none.values().filter(|resource| resource["resourceType"] != "Organization").count();
        assert_eq!(told, ("kind:fhir".to_owned(), format!("rows={people}")));
    }

    async fn another_municipalitys_people_are_in_no_bundle(app) {
        town(&app).await;
        let other = municipality(&app, "092").await;
        let bundle = bundle(&app, &other, Days::default()).await;
        assert_eq!(bundle.values().map(|resource| resource["resourceType"].clone()).collect::<Vec<_>>(), ["Organization"]);
    }

    async fn scores_are_written_as_printed(app) {
        let scope = town(&app).await;
        let scores = written(&app, &scope, What::Scores, Days::default(), Form::Plain).await;
        assert_eq!(scores, include_str!("golden/scores.csv"));
    }

    async fn a_file_about_people_is_logged_with_its_rows_and_one_about_groups_is_not(app) {
        use server::files::export::take_out;
        let scope = town(&app).await;
        for what in What::ALL {
            let text = take_out(&app.state, &scope, *what, Days::default(), Form::Plain).await.unwrap().text;
            assert_eq!(text, written(&app, &scope, *what, Days::default(), Form::Plain).await);
        }
        let mut tx = app.state.db.read(server::db::Unscoped::Installation).await.unwrap();
        let sql = "SELECT entities, fields FROM audit WHERE verb = 'export' ORDER BY n";
        let rows = tx.all(sql, []).await.unwrap();
        let told: Vec<(String, String)> =
            rows.iter().map(|row| (row.get("entities").unwrap(), row.get("fields").unwrap())).collect();
        let kinds: Vec<_> = told.iter().map(|(kind, _)| kind.as_str()).collect();
        assert_eq!(kinds, ["kind:participants", "kind:memberships", "kind:attendance", "kind:assessments", "kind:scores"]);
        assert_eq!(told[0].1, "rows=6");
    }

    async fn days_choose_what_is_written_and_a_trend_still_knows_what_came_before(app) {
        let scope = town(&app).await;
        let april = days("2026-04-01", "2026-04-30");
        let scores = written(&app, &scope, What::Scores, april, Form::Plain).await;
        let all = include_str!("golden/scores.csv").lines();
        let wanted: Vec<_> = all.filter(|line| line.starts_with("participant_ref") || line.contains("2026-04-")).collect();
        assert_eq!(scores.lines().collect::<Vec<_>>(), wanted);
        let rows = |text: String| text.lines().count() - 1;
        assert_eq!(rows(written(&app, &scope, What::Rows(Kind::Attendance), april, Form::Plain).await), 0);
        // Stays that touch April, groups whose season does or that have none; people always.
        assert_eq!(rows(written(&app, &scope, What::Rows(Kind::Memberships), april, Form::Plain).await), 4);
        assert_eq!(rows(written(&app, &scope, What::Rows(Kind::Groups), april, Form::Plain).await), 2);
        assert_eq!(rows(written(&app, &scope, What::Rows(Kind::Participants), april, Form::Plain).await), 6);
    }

    async fn a_file_for_excel_can_be_taken_in_again(app) {
        let scope = town(&app).await;
        let fresh = municipality(&app, "092").await;
        for (kind, text) in TOWN {
            let excel = written(&app, &scope, What::Rows(kind), Days::default(), Form::Excel).await;
            assert!(excel.starts_with('\u{feff}') && excel.contains(';'));
            assert!(!excel.lines().any(|line| line.split(';').any(|cell| cell.starts_with(['=', '+', '-', '@']))));
            take(&app, &fresh, kind, &excel).await;
            assert_eq!(file(&app, &fresh, kind).await, text, "{kind:?}");
        }
    }

    async fn who_has_no_reference_gets_one_that_finds_the_person_again(app) {
        let scope = town(&app).await;
        let id = ParticipantId(Uuid::from_u128(0x1234_5678_9abc));
        let group = ids(&app, &scope).await.group("g1");
        let joined_on = "2026-02-03".parse().expect("a day");
        let profile = Profile { given_names: "Impi".into(), birth_year: Some(1941), ..Profile::default() };
        let stay = Membership::id_of(group, id, joined_on);
        write(&app, &scope, vec![
            Verb::Participant(people::Verb::Register { id, group: Some(group), profile: Box::new(profile), provisional: true }),
            Verb::Membership(membership::Verb::Join { membership: Membership {
                id: stay, group, participant: id, joined_on, left_on: None, exit_reason: None,
            } }),
        ]).await;
        let reference = generated_reference(id.0);
        let people = file(&app, &scope, Kind::Participants).await;
        assert!(people.contains(&format!("\n{reference},Impi,,")), "{people}");
        assert!(file(&app, &scope, Kind::Memberships).await.contains(&format!("g1,{reference},2026-02-03")));
        // The file comes back with the family name filled in: the same person, not another one.
        let filled = people.replace("Impi,,", "Impi,Ylälehto,");
        let summary = take(&app, &scope, Kind::Participants, &filled).await;
        assert_eq!((summary.created, summary.changed), (0, 1));
        assert_eq!(file(&app, &scope, Kind::Participants).await, filled);
    }

    async fn of_two_tests_of_a_kind_on_one_day_the_first_is_written(app) {
        let scope = town(&app).await;
        let participant = ids(&app, &scope).await.person("p01");
        let (day, trial) = ("2026-01-08".parse().expect("a day"), Trial::new(Item::Time, 1, TrialOutcome::Value(200)));
        let test = Assessment::new(AssessmentId(Uuid::max()), participant, day, Instrument::Tug, vec![trial]);
        write(&app, &scope, vec![Verb::Assessment(assessments::Verb::Record { assessment: Box::new(test) })]).await;
        assert_eq!(file(&app, &scope, Kind::Assessments).await, TOWN[4].1);
    }

    async fn two_sessions_of_a_group_on_one_day_are_one_in_the_file(app) {
        let scope = town(&app).await;
        let known = ids(&app, &scope).await;
        let (group, participant) = (known.group("g1"), known.person("p01"));
        let day = "2026-01-08".parse().expect("a day");
        // Sessions of ids of their own are no more taken, yet older databases have them.
        let session = Session { id: SessionId(Uuid::from_u128(9)), ..Session::planned(group, day, None) };
        let body = serde_json::to_string(&session).expect("a text");
        let mut tx = app.state.db.begin(server::db::Unscoped::Installation).await.expect("begin");
        let sql = "INSERT INTO group_session (municipality, id, rev, stream, other_rev, updated_hlc, body, exercise_group, day) \
                   SELECT municipality, $1, rev, stream, other_rev, updated_hlc, $2, exercise_group, day FROM group_session \
                   WHERE exercise_group = $3 AND day = $4";
        tx.run(sql, [session.id.into(), body.into(), group.into(), day.into()]).await.expect("a second session");
        tx.commit().await.expect("commit");
        write(&app, &scope, vec![
            Verb::Attendance(attendance::Verb::Set { session: session.id, group, participant, mark: Some(Mark::AbsentInformed) }),
        ]).await;
        assert_eq!(file(&app, &scope, Kind::Attendance).await, TOWN[3].1);
    }

    async fn of_two_people_with_one_reference_the_second_gets_another(app) {
        let scope = town(&app).await;
        // Two people with one reference are no more written, yet older databases have them.
        let id = ParticipantId(Uuid::max());
        let profile = Profile { reference: Some("p02x".into()), family_name: "Toinen".into(), ..Profile::default() };
        let register = Verb::Participant(people::Verb::Register { id, group: None, profile: Box::new(profile), provisional: false });
        write(&app, &scope, vec![register]).await;
        let mut tx = app.state.db.begin(server::db::Unscoped::Installation).await.expect("begin");
        let sql = "UPDATE participant SET reference = 'p01', body = REPLACE(body, 'p02x', 'p01') WHERE id = $1";
        tx.run(sql, [id.into()]).await.expect("the same reference");
        tx.commit().await.expect("commit");
        let people = file(&app, &scope, Kind::Participants).await;
        assert!(people.contains(&format!("\n{},,Toinen,", generated_reference(id.0))), "{people}");
        assert_eq!(people.lines().filter(|line| line.starts_with("p01,")).count(), 1);
    }

    async fn another_municipalitys_people_are_in_no_file(app) {
        town(&app).await;
        let other = municipality(&app, "092").await;
        for what in What::ALL {
            let text = written(&app, &other, *what, Days::default(), Form::Plain).await;
            assert_eq!(text.lines().count(), 1, "{what:?}: {text}");
        }
    }
}
