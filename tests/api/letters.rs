//! Letters printed at the desk: what each says and to whom, who gets none, and what the log has of it.

use domain::access::Role;
use domain::ids::ParticipantId;
use domain::people::{self, PersonLanguage, ProfileChange};
use domain::sync::op::Verb;
use http::StatusCode;
use tests::Answer;
use tests::town::{Browser, Town, today};

use crate::desk::{coordinator, next};
use crate::files::count;
use crate::own;

const PHONE: (&str, &str) = ("phone", "040 123 4567");

fn edit(person: ParticipantId, changes: Vec<ProfileChange>) -> Verb {
    people::Verb::Edit { id: person, changes }.into()
}

fn at(town: &Town) -> String {
    format!("/groups/{}/letters", town.own.group)
}

/// A letter of that kind to the own person, from the group's page.
async fn letter(town: &Town, browser: &Browser, kind: &str, more: &[(&str, &str)]) -> Answer {
    let person = town.own.participant.to_string();
    let form: Vec<_> = [("kind", kind), PHONE, ("people", &*person)].iter().chain(more).copied().collect();
    browser.post(&town.app, &at(town), &form).await
}

/// What stands in the window of the only letter.
fn window(page: &str) -> &str {
    let (_, after) = page.split_once("class=\"letter__window\">").expect("a window");
    after.split("</div>").next().unwrap_or_default()
}

fn letters(page: &str) -> usize {
    page.matches("class=\"letter\"").count() + page.matches("letter--exercises").count()
}

tests::on_both_databases! {
    async fn every_letter_of_a_group_is_made_from_one_form_and_says_what_it_is_for(app) {
        let (town, browser) = coordinator(app).await;
        let group = browser.get(&town.app, &format!("/groups/{}", town.own.group)).await.text();
        assert!(group.contains(&at(&town)), "the group's page leads there");
        let page = browser.get(&town.app, &at(&town)).await.text();
        assert!(page.contains(town.own.canary) && page.contains("checked"), "everybody is ticked: {page}");
        let told = [
            ("welcome", vec![], "Tervetuloa ryhmään!"),
            ("invitation", vec![("session", "2026-09-15")], "ti 15.9.2026"),
            ("results", vec![], "Nousit tuolilta 8 kertaa"),
            ("sessions", vec![], "ti 22.9.2026"),
            ("exercises", vec![("exercises", "march"), ("exercises", "walk")], "Reipas kävely"),
        ];
        for (kind, more, words) in told {
            let made = letter(&town, &browser, kind, &more).await;
            let text = made.text().replace('\u{a0}', " ");
            assert_eq!((made.status, letters(&text)), (StatusCode::OK, 1), "{kind}: {text}");
            assert!(text.contains(words) && text.contains(&format!("Aino {}", town.own.canary)), "{kind}: {text}");
            let phone = text.contains("040 123 4567");
            assert_eq!(phone, kind != "exercises", "{kind}");
        }
        let single = format!("/people/{}/letters", town.own.participant);
        assert!(browser.get(&town.app, &format!("/people/{}", town.own.participant)).await.text().contains(&single));
        let person = town.own.participant.to_string();
        let form = [("kind", "welcome"), PHONE, ("people", &*person), ("address", "Limingantie 5 A\n00560 HELSINKI")];
        let made = browser.post(&town.app, &single, &form).await.text();
        let window = window(&made);
        assert!(window.contains("Limingantie 5 A") && window.contains("00560 HELSINKI"), "{window}");
        let sql = "SELECT COUNT(*) AS n FROM op WHERE body LIKE '%Limingantie%'";
        assert_eq!(count(&town.app, sql).await, 0, "the address is kept nowhere");
    }

    async fn exercise_sheets_of_a_group_are_each_ones_own_programme_and_the_chosen_ones_of_the_others(app) {
        let (town, browser) = coordinator(app).await;
        let second = crate::desk::made_person(&town, &browser, &format!("/groups/{}", town.own.group)).await;
        let (own, chosen) = (("own_programme", "yes"), ("exercises", "march"));
        let second = ("people", second.trim_start_matches("/people/"));
        let form = browser.get(&town.app, &at(&town)).await.text();
        assert!(form.contains("name=\"own_programme\""), "{form}");
        let none = letter(&town, &browser, "exercises", &[own]).await;
        assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(none.text().contains("Kenelläkään valituista ei ole omaa kotiohjelmaa"), "{}", none.text());
        crate::home_exercise::made(&town, town.own.participant, &[domain::exercises::Exercise::Walk]).await;
        let sheets = async |more: &[(&str, &str)]| {
            let page = letter(&town, &browser, "exercises", more).await.text();
            (page.matches("class=\"home-sheet__weeks\"").count(), page.matches("class=\"exercises__ticks\"").count(), page)
        };
        let (programmes, general, page) = sheets(&[own, chosen, second]).await;
        assert_eq!((programmes, general), (1, 1), "{page}");
        assert!(page.contains("Pidä kiinni tuolista."), "what the instructor wrote lies in the person's own envelope: {page}");
        let (programmes, general, page) = sheets(&[own, second]).await;
        assert_eq!((programmes, general), (1, 0), "{page}");
        assert!(page.contains("siksi ei arkkia"), "who gets none is named: {page}");
        let (programmes, general, page) = sheets(&[chosen, second]).await;
        assert_eq!((programmes, general), (0, 2), "the same for everybody, where that is wanted: {page}");
        let sql = "SELECT COUNT(*) AS n FROM audit WHERE fields = 'exercise'";
        assert!(count(&town.app, sql).await >= 2, "a look at each programme's person");
    }

    async fn no_letter_invites_to_a_session_that_has_begun(app) {
        let (town, browser) = coordinator(app).await;
        own::meets_at(&town, "14:30").await;
        let single = format!("/people/{}/letters", town.own.participant);
        let told = async |browser: &Browser| {
            let of_group = browser.get(&town.app, &at(&town)).await.text();
            let of_person = browser.get(&town.app, &single).await.text();
            let all = letter(&town, browser, "sessions", &[]).await.text().replace('\u{a0}', " ");
            let offered = [of_group, of_person].map(|form| form.contains("value=\"2026-09-08\""));
            (offered, all.contains("ti 8.9.2026"), all.contains("ti 15.9.2026"))
        };
        let invited = async |browser: &Browser| {
            letter(&town, browser, "invitation", &[("session", "2026-09-08")]).await.status
        };
        assert_eq!((told(&browser).await, invited(&browser).await), (([true, true], true, true), StatusCode::OK));
        town.app.clock.advance(2 * 3_600_000);
        let browser = town.signed_in(Role::Coordinator, true).await;
        let refused = StatusCode::UNPROCESSABLE_ENTITY;
        assert_eq!((told(&browser).await, invited(&browser).await), (([false, false], false, true), refused));
    }

    async fn everything_that_is_wrong_with_a_letter_is_told_at_once(app) {
        let (town, browser) = coordinator(app).await;
        let stranger = town.other.participant.to_string();
        let long = "x".repeat(41);
        type Case<'a> = (&'a [(&'a str, &'a str)], &'a [&'a str]);
        let cases: [Case<'_>; 5] = [
            (&[("kind", ""), ("phone", "ei ole")], &["kind", "people", "phone"]),
            (&[("kind", "welcome"), PHONE, ("people", &*stranger)], &["people"]),
            (&[("kind", "invitation"), PHONE, ("session", "2026-09-16")], &["people", "session"]),
            (&[("kind", "exercises"), ("exercises", "flying")], &["people", "exercises"]),
            (&[("kind", "welcome"), PHONE, ("address", &*long)], &["people", "address"]),
        ];
        for (form, fields) in cases {
            let answer = browser.post(&town.app, &at(&town), form).await;
            let text = answer.text();
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{form:?}");
            for field in fields {
                assert!(text.contains(&format!("href=\"#{field}\"")), "{field} in {text}");
            }
            assert_eq!(text.matches("href=\"#").count() - 1, fields.len(), "{form:?}: {text}");
        }
    }

    async fn a_letter_is_in_its_readers_language_and_in_the_form_that_the_municipality_chose(app) {
        let (town, browser) = coordinator(app).await;
        let made = letter(&town, &browser, "welcome", &[]).await.text();
        assert!(made.contains("Hei Aino!") && made.contains("että tulet mukaan"), "{made}");
        let admin = town.signed_in(Role::OrganisationAdmin, true).await;
        let page = admin.get(&town.app, "/letters").await.text();
        assert!(page.contains("value=\"familiar\" checked"), "{page}");
        assert!(admin.get(&town.app, "/accounts").await.text().contains("href=\"/letters\""));
        assert_eq!(next(&admin.post(&town.app, "/letters", &[("form", "formal")]).await), "/letters");
        assert!(admin.get(&town.app, "/letters").await.text().contains("value=\"formal\" checked"));
        let made = letter(&town, &browser, "welcome", &[]).await.text();
        assert!(made.contains(&format!("Hyvä Aino {}", town.own.canary)) && made.contains("että tulette mukaan"), "{made}");
        town.write(vec![edit(town.own.participant, vec![ProfileChange::Language(Some(PersonLanguage::Swedish))])]).await;
        let made = letter(&town, &browser, "welcome", &[]).await.text();
        assert!(made.contains("lang=\"sv\" class=\"letter\"") && made.contains("att ni kommer med"), "{made}");
        let made = letter(&town, &browser, "welcome", &[("language", "en")]).await.text();
        assert!(made.contains("lang=\"en\" class=\"letter\"") && made.contains("Dear Aino"), "{made}");
        // A form that was filled before, in which nothing was chosen anew, takes nothing back.
        next(&admin.post(&town.app, "/letters", &[("was", "familiar"), ("form", "familiar")]).await);
        assert!(admin.get(&town.app, "/letters").await.text().contains("value=\"formal\" checked"));
        admin.post(&town.app, "/letters", &[("form", "thou")]).await;
        assert_eq!(count(&town.app, "SELECT COUNT(*) AS n FROM audit WHERE verb = 'letters.set'").await, 1);
    }

    async fn of_whoever_has_a_hidden_home_the_postal_code_is_printed_only_where_it_was_ticked(app) {
        let (town, browser) = coordinator(app).await;
        let id = town.own.participant;
        town.write(vec![edit(id, vec![ProfileChange::PostalCode(Some("00987".into()))])]).await;
        assert!(window(&letter(&town, &browser, "welcome", &[]).await.text()).contains("00987"));
        town.write(vec![edit(id, vec![ProfileChange::Undisclosed(true)])]).await;
        let page = browser.get(&town.app, &at(&town)).await.text();
        assert!(page.contains("Turvakielto") && page.contains("name=\"postal_code\"") && !page.contains("00987"), "{page}");
        let made = letter(&town, &browser, "welcome", &[]).await.text();
        assert!(!made.contains("00987") && window(&made).contains(town.own.canary), "{made}");
        let made = letter(&town, &browser, "welcome", &[("postal_code", &*id.to_string())]).await.text();
        assert!(window(&made).contains("00987"), "{made}");
    }

    async fn to_the_dead_and_the_restricted_no_letter_is_made_and_the_page_says_so(app) {
        let (town, browser) = coordinator(app).await;
        let id = town.own.participant;
        town.write(vec![edit(id, vec![ProfileChange::DiedOn(Some(today().plus_days(-1)))])]).await;
        for path in [at(&town), format!("/people/{id}/letters")] {
            let page = browser.get(&town.app, &path).await.text();
            assert!(page.contains(&format!("Kirjettä ei tehdä: Aino {}", town.own.canary)), "{page}");
            assert!(page.contains("Kenellekään ei voi nyt tehdä kirjettä") && !page.contains("name=\"kind\""), "{page}");
            let form = [("kind", "welcome"), PHONE, ("people", &*id.to_string())];
            assert_eq!(browser.post(&town.app, &path, &form).await.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}");
        }
        town.write(vec![edit(id, vec![ProfileChange::DiedOn(None)])]).await;
        let restrict = format!("/people/{id}/restrict");
        next(&browser.post(&town.app, &restrict, &[("restriction", "accuracy")]).await);
        let page = browser.get(&town.app, &at(&town)).await.text();
        assert!(page.contains("Yhden henkilön tietojen käsittely on rajoitettu"), "{page}");
        assert!(!page.contains(town.own.canary), "who it is stands nowhere: {page}");
        assert_eq!(letter(&town, &browser, "welcome", &[]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(browser.get(&town.app, &format!("/people/{id}/letters")).await.status, StatusCode::NOT_FOUND);
    }

    async fn whoever_has_no_results_gets_no_letter_of_them(app) {
        let (town, browser) = coordinator(app).await;
        let person = crate::desk::made_person(&town, &browser, &format!("/groups/{}", town.own.group)).await;
        let second = person.trim_start_matches("/people/");
        let made = letter(&town, &browser, "results", &[("people", second)]).await.text();
        assert_eq!(letters(&made), 1);
        assert!(made.contains("Ei vielä tuloksia, siksi ei kirjettä: Äijä Öhman-Mäkelä."), "{made}");
        let alone = [("kind", "results"), PHONE, ("people", second)];
        let none = browser.post(&town.app, &at(&town), &alone).await;
        assert!(none.status == 422 && none.text().contains("Kenelläkään valituista ei ole vielä tuloksia"));
    }

    async fn each_letter_is_a_look_at_its_person_in_the_log(app) {
        let (town, browser) = coordinator(app).await;
        let person = crate::desk::made_person(&town, &browser, &format!("/groups/{}", town.own.group)).await;
        let second = person.trim_start_matches("/people/");
        let of = |id: &str, fields: &str| {
            format!("SELECT COUNT(*) AS n FROM audit WHERE verb = 'view' AND entities = 'participant:{id}' AND fields = '{fields}'")
        };
        let own = town.own.participant.to_string();
        let looks = async |id: &str, fields: &str| {
            let mut tx = town.app.state.db.read(server::db::Unscoped::Installation).await.unwrap();
            let row = tx.one(of(id, fields).leak(), []).await.unwrap();
            row.get::<i64>("n").unwrap()
        };
        let before = looks(second, "profile").await;
        letter(&town, &browser, "welcome", &[("people", second)]).await;
        assert_eq!((looks(&own, "profile").await, looks(second, "profile").await), (1, before + 1));
        letter(&town, &browser, "results", &[]).await;
        assert_eq!(looks(&own, "results").await, 1, "results are told of by name");
        assert_eq!(looks(second, "results").await, 0);
    }

    async fn a_letter_reaches_the_people_of_ones_own_groups_alone(app) {
        let town = Town::on(app).await;
        let instructor = town.on_tablet(Role::Instructor).await.0;
        let made = letter(&town, &instructor, "results", &[]).await;
        assert_eq!((made.status, letters(&made.text())), (StatusCode::OK, 1));
        for page in [at(&town), format!("/groups/{}/cards", town.own.group), format!("/people/{}/letters", town.own.participant)] {
            let text = instructor.get(&town.app, &page).await.text();
            assert!(text.contains("href=\"/tablet\""), "whoever has no desk comes back to the tablet: {text}");
        }
        for place in [&town.other, &town.partner, &town.foreign] {
            for path in [format!("/groups/{}/letters", place.group), format!("/people/{}/letters", place.participant)] {
                let person = place.participant.to_string();
                let form = [("kind", "welcome"), PHONE, ("people", &*person)];
                assert_eq!(instructor.post(&town.app, &path, &form).await.status, StatusCode::NOT_FOUND, "{path}");
            }
        }
    }

    async fn a_welcome_names_the_own_page_to_whoever_has_a_card(app) {
        let (town, browser) = coordinator(app).await;
        let tells = async |kind: &str| {
            let page = letter(&town, &browser, kind, &[("exercises", "march"), ("session", "2026-09-15")]).await.text();
            (page.contains("omalla sivullasi"), page.contains("class=\"letter__page\"") && page.contains("/own</strong>"))
        };
        assert_eq!(tells("welcome").await, (false, false));
        own::card(&town).await;
        assert_eq!(tells("welcome").await, (true, true), "with the address and its code");
        for kind in ["invitation", "results", "exercises"] {
            assert!(tells(kind).await.1, "{kind}");
        }
    }

    async fn cards_of_a_group_lie_four_on_a_sheet_or_each_on_its_own(app) {
        let (town, browser) = coordinator(app).await;
        let person = crate::desk::made_person(&town, &browser, &format!("/groups/{}", town.own.group)).await;
        let (own, second) = (town.own.participant.to_string(), person.trim_start_matches("/people/"));
        let at = format!("/groups/{}/cards", town.own.group);
        let made = async |paper: &str| {
            browser.made(&town.app, &at, &[("people", &*own), ("people", second), ("paper", paper)]).await.text()
        };
        let four = made("four").await;
        assert_eq!(own::between(&four, "class=\"card-sheet\">", "<").len(), 1, "{four}");
        assert_eq!(own::between(&four, "card-sheet--slips\">", "<").len(), 1);
        let marks = own::between(&four, "personal-card__turn\">", "<");
        assert_eq!(marks, ["1", "2", "1", "2"], "cards, then slips, in one order");
        let each = made("each").await;
        assert_eq!(own::between(&each, "class=\"personal-sheet\"", ">").len(), 2);
        assert!(!each.contains("card-sheet"));
        // Whom to call stands in a letter: without a number there is none.
        assert!(!browser.get(&town.app, &at).await.text().contains("value=\"letter\""));
        let help = domain::devices::Help { name: "Liikuntaneuvonta".to_owned(), phone: "09 310 5566".to_owned() };
        let mut tx = town.app.state.db.begin(server::db::Unscoped::Installation).await.unwrap();
        server::help::set(&mut tx, &town.own.municipality, Some(&help)).await.unwrap();
        tx.commit().await.unwrap();
        assert!(browser.get(&town.app, &at).await.text().contains("value=\"letter\""));
        let page = made("letter").await;
        let (envelopes, slips) = page.split_once("card-sheet--slips\">").expect("slips on sheets of their own");
        assert_eq!((letters(envelopes), own::between(envelopes, "class=\"personal-sheet\"", ">").len()), (2, 2), "{page}");
        assert!(envelopes.contains("class=\"letter__window\"") && envelopes.contains("Tervetuloa ryhmään!"), "{page}");
        let pins = own::between(slips, "personal-card__number\">", "<");
        assert_eq!(pins.len(), 2, "{page}");
        assert!(pins.iter().all(|pin| !envelopes.contains(pin)), "no envelope has the PIN of its card");
    }

    async fn cards_whose_letters_could_not_be_made_are_shown_when_the_page_is_loaded_again(app) {
        let (town, browser) = coordinator(app).await;
        let help = domain::devices::Help { name: "Liikuntaneuvonta".to_owned(), phone: "09 310 5566".to_owned() };
        let mut tx = town.app.state.db.begin(server::db::Unscoped::Installation).await.unwrap();
        server::help::set(&mut tx, &town.own.municipality, Some(&help)).await.unwrap();
        tx.commit().await.unwrap();
        crate::places::there(&town, &town.own).await;
        let places = async |sql: &'static str, with: &str| {
            let mut tx = town.app.state.db.begin(server::db::Unscoped::Installation).await.unwrap();
            tx.run(sql, [with.into()]).await.unwrap();
            tx.commit().await.unwrap();
        };
        let own = town.own.participant.to_string();
        let at = format!("/groups/{}/cards", town.own.group);
        let then = browser.post(&town.app, &at, &[("people", &*own), ("paper", "letter")]).await;
        let then = own::leads_to(&then).to_owned();
        places("UPDATE place SET body = $1", "{").await;
        assert!(browser.get(&town.app, &then).await.status.is_server_error());
        places("DELETE FROM place WHERE body = $1", "{").await;
        let page = browser.get(&town.app, &then).await.text();
        assert_eq!(own::between(&page, "personal-card__number\">", "<").len(), 2, "{page}");
        let again = browser.get(&town.app, &then).await.text();
        assert!(again.contains("Kortit on jo näytetty."), "{again}");
    }
}
