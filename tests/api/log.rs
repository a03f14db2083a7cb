//! The log's page: the auditor reads who did what, in plain words, narrowed, and nothing else.

use std::collections::BTreeSet;

use domain::access::Role;
use domain::people::{self, ProfileChange};
use domain::sync::op::Verb;
use http::StatusCode;
use server::db::Unscoped;
use tests::Answer;
use tests::town::{Browser, CANARIES, Place, Town, login};

use crate::second_factor::leads_to;

const DAY: i64 = 24 * 3_600_000;

async fn with_reference(town: &Town, place: &Place, reference: &str) {
    let changes = vec![ProfileChange::Reference(Some(reference.to_owned()))];
    town.write_at(place, vec![Verb::Participant(people::Verb::Edit { id: place.participant, changes })]).await;
}

async fn narrowed(town: &Town, browser: &Browser, fields: &[(&str, &str)]) -> Answer {
    let sent = browser.post(&town.app, "/log", fields).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
    assert!(!leads_to(&sent).contains("K-17"), "a reference stands in no address: {}", leads_to(&sent));
    browser.get(&town.app, leads_to(&sent)).await
}

/// The rows of the page, each without its tags.
fn rows(page: &str) -> Vec<String> {
    let body = page.split("<tbody>").nth(1).unwrap_or_default().split("</tbody>").next().unwrap_or_default();
    let plain = |row: &str| {
        let parts = row.split('<').filter_map(|part| part.split_once('>')).map(|(_, text)| text.trim());
        parts.filter(|text| !text.is_empty()).collect::<Vec<_>>().join("|")
    };
    body.split("<tr>").skip(1).map(plain).collect()
}

tests::on_both_databases! {
    async fn an_auditor_reads_in_plain_words_who_did_what_and_sees_no_name_and_no_page_of_a_person(app) {
        let town = Town::on(app).await;
        with_reference(&town, &town.own, "K-17").await;
        let desk = town.signed_in(Role::Coordinator, true).await;
        desk.get(&town.app, &format!("/people/{}", town.own.participant)).await;
        desk.get(&town.app, "/people").await;
        desk.get(&town.app, "/accounts").await;
        desk.post(&town.app, "/sign-in", &[("login", &login(Role::Instructor)), ("password", "ei oikea")]).await;
        let auditor = town.signed_in(Role::Auditor, true).await;
        let page = auditor.get(&town.app, "/log").await.text();
        let told = rows(&page).join("\n");
        for words in [
            "koordinaattori|Katsoi henkilön tietoja|osallistuja K-17",
            "Katsoi luetteloa",
            "Yritti tehdä, mihin roolissa ei ole oikeutta|ei onnistunut",
            "Kirjautui sisään|väärä salasana",
        ] {
            assert!(told.contains(words), "{words} in {told}");
        }
        for name in CANARIES {
            assert!(!page.contains(name), "{name}");
        }
        let home = auditor.get(&town.app, "/").await.text();
        assert!(home.contains("href=\"/log\"") && !home.contains("href=\"/people\""), "{home}");
        let closed = ["/people", "/groups", "/figures", "/accounts", "/reviews", "/imports", "/devices", "/break-glass"];
        for closed in closed {
            assert_eq!(auditor.get(&town.app, closed).await.status, StatusCode::FORBIDDEN, "{closed}");
        }
        let page = format!("/people/{}", town.own.participant);
        assert_eq!(auditor.get(&town.app, &page).await.status, StatusCode::FORBIDDEN);
    }

    async fn the_log_is_narrowed_by_account_person_kind_and_period(app) {
        let town = Town::on(app).await;
        with_reference(&town, &town.own, "K-17").await;
        let (desk, other) =
            (town.signed_in(Role::Coordinator, true).await, town.signed_in(Role::OrganisationAdmin, true).await);
        let look = format!("/people/{}", town.own.participant);
        desk.get(&town.app, &look).await;
        town.app.clock.advance(3 * DAY);
        let (desk, again) = (town.signed_in(Role::Coordinator, true).await, desk);
        drop(again);
        desk.get(&town.app, &format!("/people/{}", town.other.participant)).await;
        other.get(&town.app, "/accounts").await;
        let auditor = town.signed_in(Role::Auditor, true).await;
        let about = rows(&narrowed(&town, &auditor, &[("reference", "K-17")]).await.text());
        assert_eq!(about.iter().filter(|row| row.contains("Katsoi henkilön")).count(), 1, "{about:?}");
        assert!(about.iter().all(|row| row.contains("osallistuja K-17")), "{about:?}");
        let looks = rows(&narrowed(&town, &auditor, &[("kind", "look")]).await.text());
        let people = looks.iter().filter(|row| row.contains("Katsoi henkilön")).count();
        assert!(people == 2 && !looks.iter().any(|row| row.contains("Kirjasi")), "{looks:?}");
        let late = rows(&narrowed(&town, &auditor, &[("kind", "look"), ("from", "10.9.2026")]).await.text());
        assert_eq!(late.iter().filter(|row| row.contains("Katsoi henkilön")).count(), 1, "{late:?}");
        let early = rows(&narrowed(&town, &auditor, &[("kind", "look"), ("to", "8.9.2026")]).await.text());
        assert!(early.len() == 1 && early[0].contains("osallistuja K-17"), "{early:?}");
        let account = town.user(Role::Coordinator).await.to_string();
        let own = rows(&narrowed(&town, &auditor, &[("actor", &account)]).await.text());
        assert!(own.len() >= 2 && own.iter().all(|row| row.contains("koordinaattori")), "{own:?}");
        let nobody = narrowed(&town, &auditor, &[("reference", "X-99")]).await;
        assert_eq!(nobody.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(nobody.text().contains("Tällä tunnuksella ei ole ketään"));
        let wrong = narrowed(&town, &auditor, &[("from", "eilen")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.text().contains("value=\"eilen\""), "what was typed stays");
    }

    async fn a_partners_auditor_learns_by_no_reference_whom_the_municipality_knows(app) {
        let town = Town::on(app).await;
        with_reference(&town, &town.own, "K-17").await;
        let mut tx = town.app.state.db.begin(server::db::Unscoped::Installation).await.unwrap();
        let sql = "UPDATE account SET organisation = $1 WHERE id = $2";
        tx.run(sql, [town.partner.organisation.into(), town.user(Role::Auditor).await.into()]).await.unwrap();
        tx.commit().await.unwrap();
        let auditor = town.signed_in(Role::Auditor, true).await;
        with_reference(&town, &town.partner, "P-1").await;
        let asked = async |reference: &str| {
            let answer = narrowed(&town, &auditor, &[("reference", reference)]).await;
            (answer.status.as_u16(), answer.text().contains("ei ole ketään"))
        };
        assert_eq!(asked("X-99").await, (422, true));
        assert_eq!([asked("K-17").await, asked("K-17").await], [(422, true); 2], "also when asked again");
        assert_eq!(asked("P-1").await, (200, false), "their own are found");
    }

    async fn the_period_that_was_asked_for_stands_in_the_row_of_the_look_at_the_log(app) {
        let town = Town::on(app).await;
        let auditor = town.signed_in(Role::Auditor, true).await;
        narrowed(&town, &auditor, &[("from", "1.9.2026"), ("to", "8.9.2026")]).await;
        let sql = "SELECT COUNT(*) AS n FROM audit WHERE verb = 'log.view' AND fields LIKE '% from=2026-09-01 to=2026-09-08'";
        assert_eq!(crate::files::count(&town.app, sql).await, 1);
    }

    async fn a_page_has_fifty_rows_and_every_page_is_a_look_of_its_own(app) {
        let town = Town::on(app).await;
        let desk = town.signed_in(Role::Coordinator, true).await;
        for _ in 0..120 {
            desk.get(&town.app, &format!("/people/{}", town.own.participant)).await;
        }
        let auditor = town.signed_in(Role::Auditor, true).await;
        let (mut to, mut sizes) = ("/log?kind=look".to_owned(), Vec::new());
        for _ in 0..5 {
            let page = auditor.get(&town.app, &to).await.text();
            sizes.push(rows(&page).len());
            let older = page.split("href=\"").filter_map(|rest| rest.split('"').next()).find(|to| to.contains("before="));
            match older {
                Some(older) => to = older.replace("&amp;", "&"),
                None => break,
            }
        }
        assert_eq!(sizes, [50, 50, 20], "and what the pages themselves add stands above them");
        let mut tx = town.app.state.db.read(Unscoped::Installation).await.unwrap();
        let sql = "SELECT fields, role FROM audit WHERE verb = 'log.view' ORDER BY n";
        let logged = tx.all(sql, []).await.unwrap();
        let told: Vec<String> = logged.iter().map(|row| row.get("fields").unwrap()).collect();
        assert_eq!(told, ["rows=50 kind=look", "rows=50 kind=look", "rows=20 kind=look"]);
        assert!(logged.iter().all(|row| row.get::<String>("role").unwrap() == "auditor"));
    }

    async fn every_verb_of_the_log_has_words_in_three_languages(app) {
        let town = Town::on(app).await;
        let desk = town.signed_in(Role::Coordinator, true).await;
        desk.get(&town.app, "/people").await;
        let mut tx = town.app.state.db.read(Unscoped::Installation).await.unwrap();
        let rows = tx.all("SELECT DISTINCT verb FROM audit ORDER BY verb", []).await.unwrap();
        let logged = rows.iter().map(|row| row.get::<String>("verb").unwrap());
        let words = WORDS.iter().map(|verb| (*verb).to_owned());
        for verb in logged.chain(words).chain(verbs_of_source()) {
            for lang in app::texts::Lang::ALL {
                assert!(app::audit::known(lang, &verb).is_some(), "{verb}");
            }
        }
    }

    async fn an_older_log_is_gone_through_once_for_whom_it_is_about(app) {
        let town = Town::on(app).await;
        with_reference(&town, &town.own, "K-17").await;
        let desk = town.signed_in(Role::Coordinator, true).await;
        desk.get(&town.app, &format!("/people/{}", town.own.participant)).await;
        let mut tx = town.app.state.db.begin(Unscoped::Installation).await.unwrap();
        tx.run("DELETE FROM audit_about", []).await.unwrap();
        tx.run("DELETE FROM meta WHERE key = 'upgraded:audit_about'", []).await.unwrap();
        tx.commit().await.unwrap();
        let auditor = town.signed_in(Role::Auditor, true).await;
        let about = async || rows(&narrowed(&town, &auditor, &[("reference", "K-17")]).await.text());
        let seen = async || about().await.iter().filter(|row| row.contains("Katsoi henkilön")).count();
        assert_eq!(seen().await, 0);
        town.app.state.prepare().await.unwrap();
        assert_eq!(seen().await, 1);
    }
}

/// What rows of the log say was done in one word, wherever the source says it.
const WORDS: [&str; 11] =
    ["export", "fork", "list", "pull", "push", "refused", "settle", "sign_in", "sign_out", "view", "write"];

/// Words before a point that begin no verb of a municipality's log: settings, a media type, and what stands in the log of
/// the installation, which has no page.
const OTHERS: [&str; 4] = ["backup", "opendocument", "privacy", "report"];

/// How names of files end.
const ENDINGS: [&str; 9] = ["css", "db", "html", "js", "json", "jsonl", "key", "new", "txt"];

/// Every `noun.done` that the source says. Names of tables have one letter before the point.
fn verbs_of_source() -> BTreeSet<String> {
    let is_word = |word: &str| word.len() > 1 && word.chars().all(|c| c.is_ascii_lowercase() || c == '_' || c == '.');
    let is_verb = |text: &&str| {
        let parts = text.split_once('.').filter(|(noun, done)| is_word(noun) && is_word(done));
        parts.is_some_and(|(noun, done)| !OTHERS.contains(&noun) && !ENDINGS.contains(&done))
    };
    let mut verbs = BTreeSet::new();
    for (_, text) in crate::plans::source::files() {
        verbs.extend(text.split('"').filter(is_verb).map(str::to_owned));
    }
    assert!(verbs.contains("account.create") && verbs.contains("place.save") && verbs.len() > 60, "{verbs:?}");
    verbs
}
