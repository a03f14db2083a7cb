//! Feedback: anybody sends it and reads the answer, the municipality's coordinator answers in time, and abuse is bounded.

use domain::access::Role;
use domain::ids::FeedbackId;
use http::StatusCode;
use server::db::Unscoped;
use tests::Answer;
use tests::town::{Browser, Place, Town, today};

use crate::desk::{next, value};
use crate::files::count;
use crate::own::between;

const FORM: &str = "/feedback/091";
const QUEUE: &str = "/requests/feedback";
const DAY: i64 = 24 * 3_600_000;

/// Feedback of every place for the tests that walk all routes: it came to the place's organisation.
pub async fn there(town: &Town, place: &Place) {
    let mut tx = town.app.state.db.begin(Unscoped::Installation).await.unwrap();
    let sql = "INSERT INTO feedback (municipality, id, organisation, number, kind, words, language, name, contact, \
               received_on, due_on, waits) VALUES ($1, $2, $3, 1, 'other', $4, 'fi', '', '', $5, $6, 1)";
    let values = [
        (&place.municipality).into(),
        there_at(place).into(),
        place.organisation.into(),
        place.canary.into(),
        today().into(),
        domain::feedback::due(today()).into(),
    ];
    tx.run(sql, values).await.unwrap();
    tx.commit().await.unwrap();
}

pub fn there_at(place: &Place) -> FeedbackId {
    FeedbackId(place.participant.0)
}

/// The page of the first that waits.
pub async fn first(town: &Town, desk: &Browser) -> String {
    let queue = desk.get(&town.app, QUEUE).await.text();
    format!("{QUEUE}/{}", between(&queue, &format!("href=\"{QUEUE}/"), "\"")[0])
}

async fn begun(town: &Town) -> String {
    value(&Browser::default().get(&town.app, FORM).await, "rev")
}

async fn sends(town: &Town, rev: &str, words: &str, more: &[(&str, &str)]) -> Answer {
    let form = [("rev", rev), ("kind", "accessibility"), ("words", words)];
    let form: Vec<_> = form.iter().chain(more).copied().collect();
    Browser::default().post(&town.app, FORM, &form).await
}

const ALL: &str = "SELECT COUNT(*) AS n FROM feedback";
const SENDERS: &str = "SELECT COUNT(*) AS n FROM feedback WHERE name <> '' OR contact <> ''";

tests::on_both_databases! {
    async fn anybody_sends_it_without_a_cookie_and_reads_number_day_and_answer(app) {
        let town = Town::on(app).await;
        let choose = Browser::default().get(&town.app, "/feedback").await.text();
        assert!(choose.contains("/feedback/091") && choose.contains("/feedback/049"), "{choose}");
        let page = Browser::default().get(&town.app, FORM).await;
        assert!(page.headers.get("set-cookie").is_none(), "no cookie");
        let name = [("name", "Elli Etsijä"), ("contact", "elli@example.fi")];
        let sent = sends(&town, &value(&page, "rev"), "Nappi on liian <b>pieni.", &name).await;
        assert!(sent.headers.get("set-cookie").is_none(), "no cookie");
        let at = next(&sent);
        let told = Browser::default().get(&town.app, &at).await.text();
        assert!(told.contains("numero on 1") && told.contains("22.9.2026"), "{told}");
        assert!(!told.contains("liian") && !told.contains("Elli"), "the address shows no words: {told}");
        let desk = town.signed_in(Role::Coordinator, true).await;
        let home = desk.get(&town.app, "/").await.text();
        assert!(home.contains("Yhteen palautteeseen pitää vastata"), "{home}");
        assert!(between(&home, "href=\"/requests\"", "</a>")[0].contains("ways__count"), "the badge: {home}");
        let way = desk.get(&town.app, "/requests").await.text();
        assert!(way.contains("Palaute: yksi odottaa"), "{way}");
        let one = first(&town, &desk).await;
        let shown = desk.get(&town.app, &one).await.text();
        for said in ["liian &lt;b&gt;pieni.", "Elli Etsijä", "elli@example.fi", "14 päivää jäljellä"] {
            assert!(shown.contains(said), "{said} in {shown}");
        }
        let answer = desk.post(&town.app, &format!("{one}/answer"), &[("answer", "Suurensimme <i>sen.")]).await;
        assert_eq!(next(&answer), one);
        let told = Browser::default().get(&town.app, &at).await.text();
        assert!(told.contains("Suurensimme &lt;i&gt;sen.") && told.contains("Palautteeseesi on vastattu"), "{told}");
        let again = desk.post(&town.app, &format!("{one}/answer"), &[("answer", "Muuta.")]).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "it is answered once");
        let queue = desk.get(&town.app, QUEUE).await.text();
        assert!(queue.contains("Yksikään palaute ei odota vastausta") && queue.contains("Viimeksi vastatut"), "{queue}");
    }

    async fn the_form_speaks_three_languages_and_the_answer_is_asked_for_in_the_senders(app) {
        let town = Town::on(app).await;
        let swedish = Browser { cookies: "view=sv..".to_owned() };
        for (browser, title) in [
            (&Browser::default(), "Anna palautetta"), (&swedish, "Ge respons"), (&Browser { cookies: "view=en..".to_owned() }, "Give feedback"),
        ] {
            let page = browser.get(&town.app, FORM).await.text();
            assert!(page.contains(&format!("<h1>{title}</h1>")), "{page}");
        }
        let form = [("rev", &*begun(&town).await), ("kind", "groups"), ("words", "Tack!")];
        next(&swedish.post(&town.app, FORM, &form).await);
        let desk = town.signed_in(Role::Coordinator, true).await;
        let shown = desk.get(&town.app, &first(&town, &desk).await).await.text();
        assert!(shown.contains("jolla palaute annettiin: Svenska") && shown.contains("ei jättänyt yhteystietoja"), "{shown}");
    }

    async fn of_two_who_answer_at_once_the_later_ones_words_stay_before_their_eyes(app) {
        let town = Town::on(app).await;
        next(&sends(&town, &begun(&town).await, "Hyvä ryhmä", &[]).await);
        let desk = town.signed_in(Role::Coordinator, true).await;
        let at = first(&town, &desk).await;
        let answer = format!("{at}/answer");
        next(&desk.post(&town.app, &answer, &[("answer", "Kiitos!")]).await);
        let late = desk.post(&town.app, &answer, &[("answer", "Välitämme ohjaajalle.")]).await;
        let text = late.text();
        assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(text.contains("on jo vastattu") && text.contains("jota ei tallennettu"), "{text}");
        assert!(text.contains("Välitämme ohjaajalle.") && text.contains("Kiitos!"), "{text}");
        assert!(!desk.get(&town.app, &at).await.text().contains("Välitämme"), "nothing of it is kept");
    }

    async fn sent_again_after_going_back_it_is_one_and_says_the_words_of_now_until_it_is_answered(app) {
        let town = Town::on(app).await;
        let desk = town.signed_in(Role::Coordinator, true).await;
        let form = Browser::default().get(&town.app, FORM).await;
        assert_eq!(form.headers["cache-control"], "private, max-age=0", "whoever goes back finds the same form");
        let rev = value(&form, "rev");
        let at = next(&sends(&town, &rev, "Hyvä ryhmä", &[]).await);
        assert_eq!(next(&sends(&town, &rev, "Hyvä ryhmä", &[]).await), at);
        // With other words the form asks: whoever went back at a computer that many use may be somebody else.
        let asked = sends(&town, &rev, "Hyvä ohjaaja", &[]).await;
        assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
        let page = asked.text();
        assert!(page.contains("Tällä lomakkeella on jo lähetetty palaute.") && page.contains("Hyvä ohjaaja"), "{page}");
        assert!(!page.contains("Hyvä ryhmä") && value(&asked, "rev") == rev, "nobody's words are shown: {page}");
        for (words, again, same) in [("Toisen palaute", "other", false), ("Hyvä ohjaaja", "same", true)] {
            let (sent, pressed) =
                (sends(&town, &rev, words, &[("again", again)]).await, sends(&town, &rev, words, &[("again", again)]).await);
            assert_eq!((next(&sent) == at, next(&sent)), (same, next(&pressed)), "{words}");
        }
        assert_eq!(count(&town.app, ALL).await, 2);
        let mut tx = town.app.state.db.begin(Unscoped::Installation).await.unwrap();
        tx.run("DELETE FROM feedback WHERE words = 'Toisen palaute'", []).await.unwrap();
        // One address sends a few in a row, then waits: that is another test's.
        tx.run("DELETE FROM login_attempt", []).await.unwrap();
        tx.commit().await.unwrap();
        let one = first(&town, &desk).await;
        let shown = desk.get(&town.app, &one).await.text();
        assert!(shown.contains("Hyvä ohjaaja") && !shown.contains("Hyvä ryhmä"), "{shown}");
        // A form that was drawn anew, with the same words, is no second one; another sender is.
        assert_eq!(next(&sends(&town, &begun(&town).await, "Hyvä ohjaaja", &[]).await), at);
        assert_eq!(count(&town.app, ALL).await, 1);
        assert_ne!(next(&sends(&town, &begun(&town).await, "Hyvä ohjaaja", &[("name", "Elli")]).await), at);
        assert_eq!(count(&town.app, ALL).await, 2);
        // What was answered stays as it was.
        next(&desk.post(&town.app, &format!("{one}/answer"), &[("answer", "Kiitos!")]).await);
        let (other, again) = (sends(&town, &rev, "Vielä yksi", &[]).await, sends(&town, &rev, "Vielä yksi", &[]).await);
        assert!(next(&other) != at && next(&other) == next(&again));
        assert_eq!(next(&sends(&town, &rev, "Hyvä ohjaaja", &[]).await), at);
        assert_eq!(count(&town.app, ALL).await, 3);
        assert!(desk.get(&town.app, &one).await.text().contains("Hyvä ohjaaja"));
        town.app.clock.advance(DAY);
        assert_ne!(next(&sends(&town, &begun(&town).await, "Vielä yksi", &[]).await), next(&other), "another day");
        assert_eq!(count(&town.app, ALL).await, 4);
    }

    async fn where_people_are_said_te_to_a_form_that_is_sent_twice_is_one_too(app) {
        let town = Town::on(app).await;
        let admin = town.signed_in(Role::OrganisationAdmin, true).await;
        admin.post(&town.app, "/letters", &[("form", "formal")]).await;
        let rev = begun(&town).await;
        let (sent, again) = (sends(&town, &rev, "Hyvä ryhmä", &[]).await, sends(&town, &rev, "Hyvä ryhmä", &[]).await);
        assert_eq!(next(&sent), next(&again));
        assert_eq!(count(&town.app, ALL).await, 1);
        let told = Browser::default().get(&town.app, &next(&sent)).await.text();
        assert!(told.contains("Kiitos, palautteenne on tullut perille"), "{told}");
    }

    async fn what_is_wrong_is_told_and_kept_and_the_law_of_size_holds(app) {
        let town = Town::on(app).await;
        let (rev, long) = (begun(&town).await, "ä".repeat(2001));
        let line = "x".repeat(201);
        for (words, more) in [("", vec![]), ("--", vec![]), (&*long, vec![]), ("Hyvä", vec![("contact", &*line)])] {
            let wrong = sends(&town, &rev, words, &more).await;
            assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{more:?}");
        }
        let none = Browser::default().post(&town.app, FORM, &[("rev", &*rev), ("words", "Hyvä ryhmä")]).await;
        assert!(none.text().contains("Valitse, mitä palaute koskee") && none.text().contains("Hyvä ryhmä"), "{}", none.text());
        assert_eq!(Browser::default().get(&town.app, "/feedback/999").await.status, StatusCode::NOT_FOUND);
        let unknown = format!("{FORM}/{}", uuid::Uuid::from_u128(1));
        assert_eq!(Browser::default().get(&town.app, &unknown).await.status, StatusCode::NOT_FOUND);
        assert_eq!(count(&town.app, ALL).await, 0);
    }

    async fn programs_store_nothing_and_a_place_that_sends_much_waits(app) {
        let town = Town::on(app).await;
        let trapped = sends(&town, &begun(&town).await, "buy", &[("website", "http://example.com")]).await;
        assert_eq!((trapped.status, count(&town.app, ALL).await), (StatusCode::SEE_OTHER, 0));
        let mut last = StatusCode::SEE_OTHER;
        for _ in 0..13 {
            last = sends(&town, &begun(&town).await, "Hyvä", &[]).await.status;
        }
        assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
        assert!(count(&town.app, ALL).await <= 11);
        town.app.clock.advance(2 * 3_600_000);
        assert_eq!(sends(&town, &begun(&town).await, "Hyvä", &[]).await.status, StatusCode::SEE_OTHER);
    }

    async fn what_is_late_is_said_and_answered_feedback_loses_its_sender_and_then_goes(app) {
        let town = Town::on(app).await;
        next(&sends(&town, &begun(&town).await, "Nappi", &[("name", "Elli"), ("contact", "040 123 4567")]).await);
        town.app.clock.advance(15 * DAY);
        let desk = town.signed_in(Role::Coordinator, true).await;
        let queue = desk.get(&town.app, QUEUE).await.text();
        assert!(queue.contains("Myöhässä päivän"), "{queue}");
        let answer = format!("{}/answer", first(&town, &desk).await);
        next(&desk.post(&town.app, &answer, &[("answer", "Kiitos")]).await);
        let forgotten = async |days: i64| {
            town.app.clock.advance(days * DAY);
            server::feedback::forget(&town.app.state).await.unwrap();
            (count(&town.app, ALL).await, count(&town.app, SENDERS).await)
        };
        assert_eq!(forgotten(90).await, (1, 1));
        assert_eq!(forgotten(3).await, (1, 0), "three months later nobody knows who it was");
        assert_eq!(forgotten(630).await, (1, 0));
        assert_eq!(forgotten(10).await, (0, 0), "and after two years it is gone");
        next(&sends(&town, &begun(&town).await, "Nappi", &[("name", "Elli")]).await);
        assert_eq!(forgotten(1000).await, (1, 1), "what waits is never forgotten");
    }

    async fn another_municipality_and_a_partner_never_see_it_and_the_log_has_no_word_of_it(app) {
        let town = Town::on(app).await;
        let sent = next(&sends(&town, &begun(&town).await, "Salainen sana", &[("name", "Elli Etsijä")]).await);
        let elsewhere = sent.replace("/091/", "/049/");
        assert_eq!(Browser::default().get(&town.app, &elsewhere).await.status, StatusCode::NOT_FOUND);
        let desk = town.signed_in(Role::Coordinator, true).await;
        let one = first(&town, &desk).await;
        next(&desk.post(&town.app, &format!("{one}/answer"), &[("answer", "Toinen sana")]).await);
        let mut tx = town.app.state.db.read(Unscoped::Installation).await.unwrap();
        let rows = tx.all("SELECT entities || fields AS told FROM audit", []).await.unwrap();
        let told: Vec<String> = rows.iter().map(|row| row.get("told").unwrap()).collect();
        assert!(told.iter().any(|line| line.contains("feedback:")), "{told:?}");
        assert!(!told.iter().any(|line| line.contains("sana") || line.contains("Elli")), "{told:?}");
    }
}
