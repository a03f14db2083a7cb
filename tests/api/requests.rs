//! What people ask for by their rights: on their own page after the PIN, or entered at the desk; answered within a month,
//! and the answer read on the own page. Requests and consents that are taken back there, and all the data.

use domain::access::Role;
use domain::consents::{self, Consent, ConsentAct, ConsentPurpose, standing};
use domain::ids::{ConsentId, ParticipantId, RequestId};
use domain::people::{self, ProfileChange};
use domain::sync::op::Verb;
use domain::time::Day;
use http::StatusCode;
use server::access::Scope;
use server::db::Unscoped;
use server::erasure::{self, Why};
use tests::tablet::Tablet;
use tests::town::{Browser, Place, Town, chair_stand, said, today};
use uuid::Uuid;

use crate::desk::{next, value};
use crate::files::count;
use crate::own::{self, between, card, kept, leads_to, signed_in};

const HOME: &str = "/own/rights";
const ASK: &str = "/own/rights/ask";
const TAKE_BACK: &str = "/own/rights/take-back";
const WITHDRAW: &str = "/own/rights/withdraw";
const PIN_PAGE: &str = "/own/pin?then=rights";
const DAY: i64 = 24 * 3_600_000;

/// The id of the form of that number, as its page gives it.
fn form_id(n: u128) -> String {
    Uuid::from_u128(0xd000 + n).to_string()
}

/// The request that this place's person makes by the `n`-th form.
pub fn request_of(place: &Place, n: u128) -> RequestId {
    RequestId::of(place.participant, Uuid::from_u128(0xd000 + n))
}

/// The form of the own page that asks for a correction.
pub fn correction<'a>(rev: &'a str, words: &'a str) -> [(&'a str, &'a str); 5] {
    [("form", "ask"), ("kind", "correction"), ("rev", rev), ("part", "contact"), ("words", words)]
}

/// The desk's form of what came by telephone.
pub fn entered<'a>(rev: &'a str, kind: &'a str, received_on: &'a str) -> [(&'a str, &'a str); 7] {
    [
        ("rev", rev),
        ("kind", kind),
        ("part", ""),
        ("words", "Puhelin on väärin."),
        ("channel", "phone"),
        ("request_language", "fi"),
        ("received_on", received_on),
    ]
}

/// Enters what that place's person asks for, and leads to its page.
async fn enter(town: &Town, desk: &Browser, place: &Place, n: u128, kind: &str, received_on: &str) -> String {
    let (at, rev) = (format!("/people/{}/requests/new", place.participant), form_id(n));
    next(&desk.post(&town.app, &at, &entered(&rev, kind, received_on)).await)
}

/// A request of every place for the tests that walk all routes.
pub async fn there(town: &Town, place: &Place) {
    let mut tx = town.app.state.db.begin(Unscoped::Installation).await.unwrap();
    let sql = "INSERT INTO rights_request (municipality, id, participant, kind, words, language, channel, received_on, \
               due_on, waits) VALUES ($1, $2, $3, 'leaving', '', 'fi', 'own_page', $4, $5, 1)";
    let values = [
        (&place.municipality).into(),
        there_at(place).into(),
        place.participant.into(),
        today().into(),
        domain::requests::due(today()).into(),
    ];
    tx.run(sql, values).await.unwrap();
    tx.commit().await.unwrap();
}

pub fn there_at(place: &Place) -> RequestId {
    RequestId(place.participant.0)
}

/// The person of the own group gives that consent, spoken.
async fn gives(town: &Town, purpose: ConsentPurpose) {
    says(town, town.own.participant, 0xd100, (purpose, ConsentAct::Given), today()).await;
}

/// What the person said of a purpose on that day.
async fn says(town: &Town, participant: ParticipantId, id: u128, of: (ConsentPurpose, ConsentAct), on: Day) {
    let consent = said(ConsentId(Uuid::from_u128(id)), participant, of, on);
    town.write(vec![consents::Verb::Record { consent }.into()]).await;
}

async fn consents_of(town: &Town, person: ParticipantId) -> Vec<Consent> {
    let mut tx = town.app.state.db.read(Unscoped::Installation).await.unwrap();
    let rows = tx.all("SELECT body FROM consent WHERE participant = $1 ORDER BY id", [person.into()]).await.unwrap();
    rows.iter().map(|row| row.json("body").unwrap()).collect()
}

const REQUESTS: &str = "SELECT COUNT(*) AS n FROM rights_request";

/// Signed in with the code alone, so that the PIN was not typed.
async fn by_code(town: &Town) -> Browser {
    kept(&Browser::default().post(&town.app, "/k", &[("token", own::TOKEN)]).await)
}

tests::on_both_databases! {
    async fn a_correction_that_is_asked_on_the_own_page_is_answered_at_the_desk_and_read_there(app) {
        let town = Town::on(app).await;
        card(&town).await;
        let own = signed_in(&town).await;
        let page = own.get(&town.app, &format!("{ASK}?kind=correction")).await;
        assert!(page.text().contains("Mitä pitää korjata?"), "{}", page.text());
        let rev = value(&page, "rev");
        let words = "Puhelinnumeroni on\nvanha <b>";
        let sent = own.post(&town.app, ASK, &correction(&rev, words)).await;
        assert_eq!(leads_to(&sent), "/own/rights?said=sent");
        let mine = own.get(&town.app, HOME).await.text();
        for told in ["Pyysit korjausta", "Puhelinnumeroni on\nvanha &lt;b&gt;", "Vastaamme viimeistään 8.10.2026."] {
            assert!(mine.contains(told), "{told} in {mine}");
        }
        let desk = town.signed_in(Role::Coordinator, true).await;
        let queue = desk.get(&town.app, "/requests").await.text();
        assert!(queue.contains(town.own.canary) && queue.contains("tietojen korjaaminen"), "{queue}");
        assert!(queue.contains("Vastattava viimeistään 8.10.2026, 30 päivää jäljellä"), "{queue}");
        let at = format!("/requests/{}", RequestId::of(town.own.participant, rev.parse().unwrap()));
        let shown = desk.get(&town.app, &at).await.text();
        for told in ["Puhelinnumeroni on\nvanha &lt;b&gt;", "yhteystiedot", "omalla sivulla", "/edit\""] {
            assert!(shown.contains(told), "{told} in {shown}");
        }
        let empty = desk.post(&town.app, &format!("{at}/answer"), &[("answer", " ")]).await;
        assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
        let answer = [("answer", "Korjasimme numeron.")];
        assert_eq!(next(&desk.post(&town.app, &format!("{at}/answer"), &answer).await), at);
        let mine = own.get(&town.app, HOME).await.text();
        assert!(mine.contains("Korjasimme numeron.") && mine.contains("Vastaus 8.9.2026"), "{mine}");
        assert!(!mine.contains("Vastaamme viimeistään"), "{mine}");
        assert!(!desk.get(&town.app, "/requests").await.text().contains(town.own.canary), "it waits no more");
        let rights = desk.get(&town.app, &format!("/people/{}/rights", town.own.participant)).await.text();
        assert!(rights.contains(&at) && rights.contains("Vastattu 8.9.2026"), "{rights}");
    }

    async fn what_is_wrong_with_a_correction_is_said_and_nothing_is_kept(app) {
        let town = Town::on(app).await;
        card(&town).await;
        let (own, rev) = (signed_in(&town).await, form_id(1));
        let long = "ä".repeat(1001);
        let too_long = &*app::texts::own_rights::ask::error::too_long(app::texts::Lang::Fi, 1000);
        for (part, words, told) in [
            ("contact", "", "Kirjoita, mitä pitää korjata"),
            ("", "Numero on vanha.", "Valitse, mikä tieto on väärin"),
            ("contact", &*long, too_long),
        ] {
            let form = [("form", "ask"), ("kind", "correction"), ("rev", &*rev), ("part", part), ("words", words)];
            let answer = own.post(&town.app, ASK, &form).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{told}");
            assert!(answer.text().contains(told) && answer.text().contains(words), "{told}: {}", answer.text());
        }
        for kind in ["access", "nonsense", ""] {
            let form = [("form", "ask"), ("kind", kind), ("rev", &*rev), ("words", "Tiedot.")];
            assert_eq!(own.post(&town.app, ASK, &form).await.status, StatusCode::NOT_FOUND, "{kind}");
        }
        assert_eq!(count(&town.app, REQUESTS).await, 0);
        let exact = "ä".repeat(1000);
        assert_eq!(leads_to(&own.post(&town.app, ASK, &correction(&rev, &exact)).await), "/own/rights?said=sent");
    }

    async fn the_pin_comes_before_rights_and_data_and_one_that_ran_out_loses_no_word(app) {
        let town = Town::on(app).await;
        card(&town).await;
        gives(&town, ConsentPurpose::HealthTests).await;
        let own = by_code(&town).await;
        let ask = format!("{ASK}?kind=leaving");
        let withdraw = format!("{WITHDRAW}?purpose=health_tests");
        for (page, then, opens) in [
            (HOME, "rights", HOME),
            ("/own/data", "data", "/own/data"),
            ("/own/data/download", "rights", HOME),
            (&ask, "ask-leaving", &*ask),
            (&withdraw, "withdraw-health_tests", &*withdraw),
        ] {
            let at = format!("/own/pin?then={then}");
            let answer = own.get(&town.app, page).await;
            assert_eq!(leads_to(&answer), at, "{page}: {}", answer.text());
            let form = own.get(&town.app, &at).await.text();
            // A change of language comes back to the same question.
            assert_eq!(form.matches(&format!("name=\"back\" value=\"{at}\"")).count(), 2, "{form}");
            let right = by_code(&town).await.post(&town.app, &at, &[("pin", own::PIN)]).await;
            assert_eq!(leads_to(&right), opens, "the PIN opens what was asked for");
        }
        let rev = form_id(1);
        let form = correction(&rev, "Osoite on väärin.");
        let asked = own.post(&town.app, ASK, &form).await;
        let wrong = own.post(&town.app, PIN_PAGE, &[&form[..], &[("pin", "000000")]].concat()).await;
        assert_eq!((asked.status, wrong.status), (StatusCode::OK, StatusCode::UNPROCESSABLE_ENTITY));
        assert_eq!(count(&town.app, REQUESTS).await, 0);
        for page in [asked.text(), wrong.text()] {
            for (name, value) in form {
                let carried = format!("type=\"hidden\" name=\"{name}\" value=\"{value}\"");
                assert!(page.contains(&carried), "{carried} in {page}");
            }
        }
        let right = own.post(&town.app, PIN_PAGE, &[&form[..], &[("pin", own::PIN)]].concat()).await;
        assert_eq!(leads_to(&right), "/own/rights?said=sent");
        assert!(own.get(&town.app, HOME).await.text().contains("Osoite on väärin."));
        town.app.clock.advance(15 * 60_000);
        assert_eq!(leads_to(&own.get(&town.app, HOME).await), PIN_PAGE, "older than its time");
        let form = [("form", "withdraw"), ("purpose", "health_tests"), ("rev", &*rev)];
        let asked = own.post(&town.app, WITHDRAW, &form).await;
        assert!(asked.text().contains("name=\"purpose\" value=\"health_tests\""), "{}", asked.text());
        assert_eq!(consents_of(&town, town.own.participant).await.len(), 1);
        let right = own.post(&town.app, PIN_PAGE, &[&form[..], &[("pin", own::PIN)]].concat()).await;
        assert_eq!(leads_to(&right), "/own/rights?said=withdrawn");
        assert_eq!(consents_of(&town, town.own.participant).await.len(), 2);
    }

    async fn a_consent_taken_back_on_the_own_page_stops_tests_at_once_after_its_consequence_was_told(app) {
        let town = Town::on(app).await;
        card(&town).await;
        let own = signed_in(&town).await;
        let at = format!("{WITHDRAW}?purpose=health_tests");
        assert_eq!(leads_to(&own.get(&town.app, &at).await), HOME, "what was not given is not taken back");
        gives(&town, ConsentPurpose::HealthTests).await;
        let home = own.get(&town.app, HOME).await.text();
        assert!(home.contains("Annoit tämän suostumuksen 8.9.2026.") && home.contains(&at), "{home}");
        let told = own.get(&town.app, &at).await;
        for words in ["Sinulle ei tehdä enää testejä.", "Vanhat tuloksesi säilyvät.", "Voit käydä ryhmässä"] {
            assert!(told.text().contains(words), "{words} in {}", told.text());
        }
        let rev = value(&told, "rev");
        assert_eq!(consents_of(&town, town.own.participant).await.len(), 1, "looking takes nothing back");
        let form = [("form", "withdraw"), ("purpose", "health_tests"), ("rev", &*rev)];
        for _ in 0..2 {
            assert_eq!(leads_to(&own.post(&town.app, WITHDRAW, &form).await), "/own/rights?said=withdrawn");
        }
        let all = consents_of(&town, town.own.participant).await;
        assert_eq!(all.len(), 2, "pressed twice it is said once");
        assert_eq!(standing(&all.iter().collect::<Vec<_>>()), Some(ConsentAct::Withdrawn));
        // The instructor's tablet has it with its next pull, and measures no more.
        let tablet = Tablet::of(&town, Role::Instructor).await;
        let pulled = serde_json::to_string(&tablet.pull(&town.app, None).await).unwrap();
        assert!(pulled.contains("\"withdrawn\"") && pulled.contains("\"own_phone\""), "{pulled}");
        let home = own.get(&town.app, HOME).await.text();
        assert!(home.contains("Voimassa olevia suostumuksia ei ole.") && !home.contains(&at), "{home}");
        let desk = town.signed_in(Role::Coordinator, true).await;
        let person = desk.get(&town.app, &format!("/people/{}", town.own.participant)).await.text();
        assert!(person.contains("osallistuja itse"), "the history says who said it: {person}");
        for purpose in ["relative_schedule", "nonsense"] {
            let form = [("form", "withdraw"), ("purpose", purpose), ("rev", &*rev)];
            assert_eq!(own.post(&town.app, WITHDRAW, &form).await.status, StatusCode::NOT_FOUND, "{purpose}");
        }
    }

    async fn what_the_desk_enters_is_due_a_month_from_the_day_on_which_it_came(app) {
        let town = Town::on(app).await;
        let desk = town.signed_in(Role::Coordinator, true).await;
        let form = desk.get(&town.app, &format!("/people/{}/requests/new", town.own.participant)).await;
        assert!(form.status.is_success() && form.text().contains("value=\"8.9.2026\""), "{}", form.text());
        let leap = enter(&town, &desk, &town.own, 1, "erasure", "31.1.2024").await;
        let common = enter(&town, &desk, &town.own, 2, "correction", "31.1.2026").await;
        let lately = enter(&town, &desk, &town.other, 3, "access", "8.8.2026").await;
        for (at, told) in [(&leap, "29.2.2024"), (&common, "28.2.2026"), (&lately, "Vastattava tänään")] {
            let page = desk.get(&town.app, at).await.text();
            assert!(page.contains(told) && page.contains("puhelimella"), "{told} in {page}");
        }
        // The first that is due first, and how late it is in words.
        let queue = desk.get(&town.app, "/requests").await.text();
        let places = [&leap, &common, &lately].map(|at| queue.find(at.as_str()).unwrap());
        assert!(places[0] < places[1] && places[1] < places[2], "{queue}");
        assert!(queue.contains("Myöhässä 192 päivää (28.2.2026)"), "{queue}");
        let home = desk.get(&town.app, "/").await.text();
        assert!(home.contains("3 oikeuspyyntöön pitää vastata") && home.contains("2 niistä on myöhässä"), "{home}");
        assert!(between(&home, "href=\"/requests\"", "</a>")[0].contains("ways__count"), "the badge: {home}");
        town.app.clock.advance(DAY);
        let desk = town.signed_in(Role::Coordinator, true).await;
        let home = desk.get(&town.app, "/").await.text();
        assert!(home.contains("3 niistä on myöhässä"), "{home}");
        let later = [("received_on", "10.9.2026"), ("kind", "access"), ("channel", "phone"), ("request_language", "fi")];
        let at = format!("/people/{}/requests/new", town.own.participant);
        let refused = desk.post(&town.app, &at, &later).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text().contains("Valitse päivä, joka on jo ollut"), "{}", refused.text());
    }

    async fn more_time_is_taken_once_with_a_reason_that_the_person_reads_and_not_after_the_month(app) {
        let town = Town::on(app).await;
        card(&town).await;
        let desk = town.signed_in(Role::Coordinator, true).await;
        let at = enter(&town, &desk, &town.own, 1, "objection", "31.8.2026").await;
        let extend = format!("{at}/extend");
        assert_eq!(desk.post(&town.app, &extend, &[("why", "")]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        let why = [("why", "Kysymme tietosuojavastaavalta.")];
        for _ in 0..2 {
            assert_eq!(next(&desk.post(&town.app, &extend, &why).await), at);
        }
        let page = desk.get(&town.app, &at).await.text();
        assert!(page.contains("30.11.2026") && !page.contains("name=\"why\""), "{page}");
        let again = desk.post(&town.app, &extend, &[("why", "Vielä vähän.")]).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
        let mine = signed_in(&town).await.get(&town.app, HOME).await.text();
        assert!(mine.contains("Kysymme tietosuojavastaavalta.") && mine.contains("30.11.2026"), "{mine}");
        let late = enter(&town, &desk, &town.own, 2, "objection", "7.8.2026").await;
        let refused = desk.post(&town.app, &format!("{late}/extend"), &why).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "the month is over");
        assert!(refused.text().contains("Määräaikaa ei voi enää jatkaa"), "{}", refused.text());
    }

    async fn an_answer_is_written_once_and_another_does_not_overwrite_it(app) {
        let town = Town::on(app).await;
        let desk = town.signed_in(Role::Coordinator, true).await;
        let at = enter(&town, &desk, &town.own, 1, "leaving", "8.9.2026").await;
        let (answer, rows) = (format!("{at}/answer"), "SELECT COUNT(*) AS n FROM audit WHERE verb = 'request.answer'");
        for _ in 0..2 {
            assert_eq!(next(&desk.post(&town.app, &answer, &[("answer", "Sovittu.")]).await), at);
        }
        assert_eq!(count(&town.app, rows).await, 1);
        let other = desk.post(&town.app, &answer, &[("answer", "Ei käy.")]).await;
        assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(other.text().contains("Pyyntöön on jo vastattu") && other.text().contains("Sovittu."), "{}", other.text());
        // The same form of the desk again is the same request.
        enter(&town, &desk, &town.own, 1, "leaving", "8.9.2026").await;
        assert_eq!(count(&town.app, REQUESTS).await, 1);
    }

    async fn requests_of_whoever_is_restricted_are_reached_and_of_whoever_is_erased_are_gone(app) {
        let town = Town::on(app).await;
        card(&town).await;
        let desk = town.signed_in(Role::Coordinator, true).await;
        let at = enter(&town, &desk, &town.own, 1, "correction", "8.9.2026").await;
        let restrict = format!("/people/{}/restrict", town.own.participant);
        desk.post(&town.app, &restrict, &[("restriction", "accuracy")]).await;
        let queue = desk.get(&town.app, "/requests").await.text();
        assert!(queue.contains(&at) && queue.contains("Tietojen käsittely on rajoitettu."), "{queue}");
        let page = desk.get(&town.app, &at).await.text();
        assert!(page.contains("/rights#restrict") && !page.contains("/edit\""), "{page}");
        let own = signed_in(&town).await;
        assert!(own.get(&town.app, HOME).await.text().contains("Puhelin on väärin."), "the own page goes on");
        assert_eq!(next(&desk.post(&town.app, &format!("{at}/answer"), &[("answer", "Korjattu.")]).await), at);
        assert!(own.get(&town.app, HOME).await.text().contains("Korjattu."));
        let scope = Scope::command_line(town.own.municipality.clone(), today());
        assert!(erasure::erase(&town.app.state, &scope, town.own.participant, Why::Asked, "test").await.unwrap());
        assert_eq!(desk.get(&town.app, &at).await.status, StatusCode::NOT_FOUND);
        assert_eq!(count(&town.app, REQUESTS).await, 0);
    }

    async fn requests_of_a_record_that_was_merged_lead_to_the_one_that_stands_for_it(app) {
        let town = Town::on(app).await;
        card(&town).await;
        let desk = town.signed_in(Role::Coordinator, true).await;
        let at = enter(&town, &desk, &town.other, 1, "leaving", "8.9.2026").await;
        let same = ProfileChange::SameAs(Some(town.own.participant));
        town.write(vec![people::Verb::Edit { id: town.other.participant, changes: vec![same] }.into()]).await;
        let page = desk.get(&town.app, &at).await.text();
        assert!(page.contains(town.own.canary) && page.contains(&format!("/people/{}#groups", town.own.participant)), "{page}");
        assert!(signed_in(&town).await.get(&town.app, HOME).await.text().contains("Pyysit lopettaa osallistumisen"));
        let rights = desk.get(&town.app, &format!("/people/{}/rights", town.own.participant)).await.text();
        assert!(rights.contains(&at), "{rights}");
    }

    async fn a_consent_given_in_a_record_that_was_merged_is_the_persons_to_take_back(app) {
        let town = Town::on(app).await;
        card(&town).await;
        let (own, other, tests) = (town.own.participant, town.other.participant, ConsentPurpose::HealthTests);
        let before = |days: i64| today().plus_days(-days);
        says(&town, own, 0xd101, (tests, ConsentAct::Given), before(3)).await;
        says(&town, own, 0xd102, (tests, ConsentAct::Withdrawn), before(2)).await;
        says(&town, other, 0xd103, (tests, ConsentAct::Given), before(1)).await;
        let browser = signed_in(&town).await;
        assert!(browser.get(&town.app, HOME).await.text().contains("Voimassa olevia suostumuksia ei ole."));
        let same = ProfileChange::SameAs(Some(own));
        town.write(vec![people::Verb::Edit { id: other, changes: vec![same] }.into()]).await;
        let at = format!("{WITHDRAW}?purpose=health_tests");
        let home = browser.get(&town.app, HOME).await.text();
        assert!(home.contains(&at), "what was said last counts, in whichever record: {home}");
        let rev = value(&browser.get(&town.app, &at).await, "rev");
        let form = [("form", "withdraw"), ("purpose", "health_tests"), ("rev", &*rev)];
        assert_eq!(leads_to(&browser.post(&town.app, WITHDRAW, &form).await), "/own/rights?said=withdrawn");
        for person in [own, other] {
            let all = consents_of(&town, person).await;
            assert_eq!(standing(&all.iter().collect::<Vec<_>>()), Some(ConsentAct::Withdrawn), "{all:?}");
            assert_eq!(all.len(), 2, "each once: {all:?}");
        }
        assert!(browser.get(&town.app, HOME).await.text().contains("Voimassa olevia suostumuksia ei ole."));
    }

    async fn a_consent_that_was_taken_back_stands_in_no_older_record_that_is_merged_later(app) {
        let town = Town::on(app).await;
        card(&town).await;
        let (own, other, tests) = (town.own.participant, town.other.participant, ConsentPurpose::HealthTests);
        says(&town, own, 0xd101, (tests, ConsentAct::Withdrawn), today()).await;
        says(&town, other, 0xd102, (tests, ConsentAct::Given), today().plus_days(-1)).await;
        let same = ProfileChange::SameAs(Some(own));
        town.write(vec![people::Verb::Edit { id: other, changes: vec![same] }.into()]).await;
        let home = signed_in(&town).await.get(&town.app, HOME).await.text();
        assert!(home.contains("Voimassa olevia suostumuksia ei ole."), "{home}");
    }

    async fn words_that_were_changed_after_going_back_are_the_requests_words_until_it_is_answered(app) {
        let town = Town::on(app).await;
        card(&town).await;
        let (own, desk) = (signed_in(&town).await, town.signed_in(Role::Coordinator, true).await);
        let rev = form_id(1);
        for words in ["Numero on vanha.", "Numero on 040 765 4321.", "Numero on 040 765 4321."] {
            assert_eq!(leads_to(&own.post(&town.app, ASK, &correction(&rev, words)).await), "/own/rights?said=sent");
        }
        let mine = own.get(&town.app, HOME).await.text();
        assert!(mine.contains("040 765 4321") && !mine.contains("Numero on vanha."), "{mine}");
        let rows = "SELECT COUNT(*) AS n FROM audit WHERE verb IN ('request.make', 'request.change')";
        assert_eq!((count(&town.app, REQUESTS).await, count(&town.app, rows).await), (1, 2), "the third says nothing new");
        let at = format!("/requests/{}", request_of(&town.own, 1));
        next(&desk.post(&town.app, &format!("{at}/answer"), &[("answer", "Korjattu.")]).await);
        let late = own.post(&town.app, ASK, &correction(&rev, "Vielä yksi virhe.")).await;
        assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(late.text().contains("Olemme jo käsitelleet") && late.text().contains("Vielä yksi virhe."), "{}", late.text());
        assert!(own.get(&town.app, HOME).await.text().contains("040 765 4321"), "what was answered stays");
        let anew = value(&late, "rev");
        assert_eq!(leads_to(&own.post(&town.app, ASK, &correction(&anew, "Vielä yksi virhe.")).await), "/own/rights?said=sent");
        // The desk's form is no other.
        let entered = enter(&town, &desk, &town.other, 2, "leaving", "8.8.2026").await;
        assert_eq!(enter(&town, &desk, &town.other, 2, "erasure", "9.8.2026").await, entered);
        let page = desk.get(&town.app, &entered).await.text();
        assert!(page.contains("Tietojen poistaminen") && page.contains("9.9.2026"), "{page}");
        next(&desk.post(&town.app, &format!("{entered}/answer"), &[("answer", "Sovittu.")]).await);
        let rev = form_id(2);
        let form = format!("/people/{}/requests/new", town.other.participant);
        let late = desk.post(&town.app, &form, &self::entered(&rev, "leaving", "8.8.2026")).await;
        assert!(late.status == 422 && late.text().contains("Tämä pyyntö on jo käsitelty"), "{}", late.text());
    }

    async fn what_was_asked_is_taken_back_by_a_press_until_it_is_answered_and_may_be_asked_again(app) {
        let town = Town::on(app).await;
        card(&town).await;
        let (own, desk) = (signed_in(&town).await, town.signed_in(Role::Coordinator, true).await);
        let rev = form_id(1);
        let asked = correction(&rev, "Numero on vanha.");
        assert_eq!(leads_to(&own.post(&town.app, ASK, &asked).await), "/own/rights?said=sent");
        let id = request_of(&town.own, 1).to_string();
        let mine = own.get(&town.app, HOME).await.text();
        assert!(mine.contains("Peru pyyntö: tietojen korjaaminen") && mine.contains(&id), "{mine}");
        // The PIN comes before, and carries the press along; pressed twice it is said once.
        let (form, other_phone) = ([("form", "take_back"), ("request", &*id)], by_code(&town).await);
        let pin = other_phone.post(&town.app, TAKE_BACK, &form).await;
        assert!(pin.text().contains(&format!("name=\"request\" value=\"{id}\"")), "{}", pin.text());
        assert!(own.get(&town.app, HOME).await.text().contains("Peru pyyntö"), "not before the PIN");
        let right = other_phone.post(&town.app, PIN_PAGE, &[&form[..], &[("pin", own::PIN)]].concat()).await;
        let twice = own.post(&town.app, TAKE_BACK, &form).await;
        assert_eq!([leads_to(&right), leads_to(&twice)], ["/own/rights?said=taken_back"; 2]);
        let rows = "SELECT COUNT(*) AS n FROM audit WHERE verb = 'request.take_back'";
        assert_eq!(count(&town.app, rows).await, 1);
        let mine = own.get(&town.app, "/own/rights?said=taken_back").await.text();
        for told in ["Pyyntö on peruttu.", "Peruit tämän pyynnön 8.9.2026.", "Numero on vanha.", "Pyydä uudelleen: tietojen korjaaminen"] {
            assert!(mine.contains(told), "{told} in {mine}");
        }
        assert!(!mine.contains("Vastaamme viimeistään") && !mine.contains("Peru pyyntö"), "{mine}");
        assert!(own.get(&town.app, "/own/data").await.text().contains("Peruttu 8.9.2026"));
        // The desk is told so, and nothing is due.
        let queue = desk.get(&town.app, "/requests").await.text();
        for told in ["Yksikään pyyntö ei odota vastausta", "Viimeksi perutut", "Peruttu 8.9.2026", town.own.canary] {
            assert!(queue.contains(told), "{told} in {queue}");
        }
        let at = format!("/requests/{id}");
        let page = desk.get(&town.app, &at).await.text();
        assert!(page.contains("Henkilö perui pyynnön 8.9.2026.") && page.contains("Numero on vanha."), "{page}");
        assert!(!page.contains("Vastattava") && !page.contains("name=\"answer\"") && !page.contains("/extend"), "{page}");
        let late = desk.post(&town.app, &format!("{at}/answer"), &[("answer", "Korjasimme.")]).await;
        assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(late.text().contains("Henkilö on perunut pyynnön") && late.text().contains("Korjasimme."), "{}", late.text());
        let rights = desk.get(&town.app, &format!("/people/{}/rights", town.own.participant)).await.text();
        assert!(rights.contains("Peruttu 8.9.2026"), "{rights}");
        // The same form again brings it not back unseen; a new one asks anew, and what is answered is taken back no more.
        let again = own.post(&town.app, ASK, &asked).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(again.text().contains("Olet perunut tämän pyynnön") && again.text().contains("Numero on vanha."), "{}", again.text());
        let anew = value(&again, "rev");
        assert_eq!(leads_to(&own.post(&town.app, ASK, &correction(&anew, "Numero on vanha.")).await), "/own/rights?said=sent");
        let second = RequestId::of(town.own.participant, anew.parse().unwrap()).to_string();
        next(&desk.post(&town.app, &format!("/requests/{second}/answer"), &[("answer", "Korjasimme.")]).await);
        let form = [("form", "take_back"), ("request", &*second)];
        assert_eq!(leads_to(&own.post(&town.app, TAKE_BACK, &form).await), "/own/rights?said=answered");
        let mine = own.get(&town.app, "/own/rights?said=answered").await.text();
        assert!(mine.contains("Ehdimme jo vastata") && mine.contains("Korjasimme."), "{mine}");
        assert_eq!(count(&town.app, rows).await, 1);
    }

    async fn of_each_kind_one_request_waits_and_another_is_told_and_shown(app) {
        let town = Town::on(app).await;
        card(&town).await;
        let (own, desk) = (signed_in(&town).await, town.signed_in(Role::Coordinator, true).await);
        enter(&town, &desk, &town.own, 1, "leaving", "1.8.2026").await;
        assert_eq!(leads_to(&own.get(&town.app, &format!("{ASK}?kind=leaving")).await), "/own/rights?said=waits");
        let mine = own.get(&town.app, "/own/rights?said=waits").await.text();
        for told in ["Olet jo pyytänyt tätä", "Pyysit tätä puhelimella 1.8.2026.", "myöhässä. Sen piti tulla viimeistään 1.9.2026."] {
            assert!(mine.contains(told), "{told} in {mine}");
        }
        let rev = form_id(3);
        let form = [("form", "ask"), ("kind", "leaving"), ("rev", &*rev), ("words", "Muutan pois.")];
        let refused = own.post(&town.app, ASK, &form).await;
        assert_eq!((refused.status, count(&town.app, REQUESTS).await), (StatusCode::UNPROCESSABLE_ENTITY, 1));
        assert!(refused.text().contains("vastaus on tulossa") && refused.text().contains("Muutan pois."), "{}", refused.text());
        // Another kind is another matter.
        let other = own.get(&town.app, &format!("{ASK}?kind=correction")).await;
        assert_eq!(other.status, StatusCode::OK);
        assert!(other.text().contains("name=\"back\" value=\"/own/rights/ask?kind=correction\""), "{}", other.text());
        // The desk enters what came, and is shown what waits.
        let form = desk.get(&town.app, &format!("/people/{}/requests/new", town.own.participant)).await.text();
        assert!(form.contains("ei ole vielä vastattu") && form.contains("Myöhässä 7 päivää (1.9.2026)"), "{form}");
        enter(&town, &desk, &town.own, 2, "leaving", "8.9.2026").await;
        assert_eq!(count(&town.app, REQUESTS).await, 2);
    }

    async fn what_the_second_of_two_wrote_at_once_is_told_and_kept_before_their_eyes(app) {
        let town = Town::on(app).await;
        let desk = town.signed_in(Role::Coordinator, true).await;
        let at = enter(&town, &desk, &town.own, 1, "objection", "31.8.2026").await;
        let (answer, extend) = (format!("{at}/answer"), format!("{at}/extend"));
        next(&desk.post(&town.app, &extend, &[("why", "Kysymme.")]).await);
        let second = desk.post(&town.app, &extend, &[("why", "Toinen syy.")]).await.text();
        assert!(second.contains("Määräaikaa ei voi enää jatkaa") && second.contains("Toinen syy."), "{second}");
        next(&desk.post(&town.app, &answer, &[("answer", "Lopetimme käytön.")]).await);
        let second = desk.post(&town.app, &answer, &[("answer", "Emme voi lopettaa.")]).await;
        assert_eq!(second.status, StatusCode::UNPROCESSABLE_ENTITY);
        for told in ["Pyyntöön on jo vastattu", "Lopetimme käytön.", "jota ei tallennettu", "Emme voi lopettaa.", "id=\"answer\""] {
            assert!(second.text().contains(told), "{told} in {}", second.text());
        }
        let page = desk.get(&town.app, &at).await.text();
        assert!(!page.contains("Emme voi lopettaa.") && !page.contains("jota ei tallennettu"), "{page}");
    }

    async fn the_queue_is_turned_page_by_page(app) {
        let town = Town::on(app).await;
        let mut tx = town.app.state.db.begin(Unscoped::Installation).await.unwrap();
        let sql = "INSERT INTO rights_request (municipality, id, participant, kind, words, language, channel, received_on, \
                   due_on, waits) VALUES ($1, $2, $3, 'leaving', '', 'fi', 'own_page', $4, $5, 1)";
        for n in 0..51_u128 {
            let id = RequestId(Uuid::from_u128(0xd200 + n));
            let (received, due) = (today(), domain::requests::due(today()));
            let place = &town.own;
            let values = [(&place.municipality).into(), id.into(), place.participant.into(), received.into(), due.into()];
            tx.run(sql, values).await.unwrap();
        }
        tx.commit().await.unwrap();
        let desk = town.signed_in(Role::Coordinator, true).await;
        let lines = async |path: &str| {
            let page = desk.get(&town.app, path).await.text();
            let feedback = page.matches("href=\"/requests/feedback").count();
            (page.matches("href=\"/requests/").count() - feedback, page.contains("/requests?page=2\""))
        };
        assert_eq!(lines("/requests").await, (50, true));
        assert_eq!(lines("/requests?page=2").await, (1, true), "a change of language comes back to the page");
    }

    async fn nobody_reads_or_answers_what_others_people_ask(app) {
        let town = Town::on(app).await;
        for place in [&town.own, &town.other, &town.partner, &town.foreign] {
            there(&town, place).await;
        }
        card(&town).await;
        let own = signed_in(&town).await;
        // Somebody else's request is not theirs to take back, and its id makes none of theirs.
        let stolen = there_at(&town.other).to_string();
        let form = [("form", "take_back"), ("request", &*stolen)];
        assert_eq!(own.post(&town.app, TAKE_BACK, &form).await.status, StatusCode::NOT_FOUND);
        assert_eq!(leads_to(&own.post(&town.app, ASK, &correction(&stolen, "Minun.")).await), "/own/rights?said=sent");
        assert_eq!(count(&town.app, "SELECT COUNT(*) AS n FROM rights_request WHERE words = ''").await, 4);
        let mine = own.get(&town.app, HOME).await.text();
        assert_eq!(mine.matches("class=\"own__session\"").count(), 2, "{mine}");
        let desk = town.signed_in(Role::Coordinator, true).await;
        let queue = desk.get(&town.app, "/requests").await.text();
        for (place, shown) in [(&town.own, true), (&town.other, true), (&town.partner, false), (&town.foreign, false)] {
            let at = format!("/requests/{}", there_at(place));
            assert_eq!(queue.contains(&at), shown, "{queue}");
            let status = desk.get(&town.app, &at).await.status;
            assert_eq!(status == StatusCode::OK, shown, "{at}");
            let answer = desk.post(&town.app, &format!("{at}/answer"), &[("answer", "Ei.")]).await.status;
            assert_eq!(answer == StatusCode::SEE_OTHER, shown, "{at}");
        }
        let open = "SELECT COUNT(*) AS n FROM rights_request WHERE answer IS NULL";
        assert_eq!(count(&town.app, open).await, 3, "the own new one, the partner's and the other municipality's");
    }

    async fn all_that_is_kept_stands_on_the_own_page_and_in_a_file_and_each_look_is_a_row(app) {
        let town = Town::on(app).await;
        card(&town).await;
        gives(&town, ConsentPurpose::HealthTests).await;
        let test = Box::new(chair_stand(&town.own, today(), 11));
        let incident = domain::incidents::Incident {
            participant: Some(town.own.participant),
            present: vec![town.own.participant, town.other.participant],
            ..crate::rights::ops::near_fall(domain::ids::IncidentId(town.own.participant.0), &town.own)
        };
        town.write(vec![
            domain::assessments::Verb::Record { assessment: test }.into(),
            Verb::Incident(domain::incidents::Verb::Record { incident }),
            Verb::Attendance(domain::attendance::Verb::Set {
                session: town.own.session,
                group: town.own.group,
                participant: town.own.participant,
                mark: Some(domain::attendance::Mark::Present),
            }),
        ])
        .await;
        let own = signed_in(&town).await;
        let rev = form_id(1);
        own.post(&town.app, ASK, &correction(&rev, "Numero on vanha.")).await;
        let page = own.get(&town.app, "/own/data").await.text();
        for told in
            ["Kaikki tietoni", town.own.canary, "annettu", "Numero on vanha.", "Horjahti", "Kuka on katsonut?", "Mittaukset"]
        {
            assert!(page.contains(told), "{told} in {page}");
        }
        assert!(page.contains("Läsnäolo 8.9.2026: paikalla"), "of which day a mark is: {page}");
        let file = own.get(&town.app, "/own/data/download").await;
        assert_eq!(file.headers["content-type"], "application/json; charset=utf-8");
        assert!(file.headers["content-disposition"].to_str().unwrap().contains("omat-tiedot-2026-09-08.json"));
        let data: serde_json::Value = serde_json::from_str(&file.text()).unwrap();
        assert_eq!(data["person"]["id"], town.own.participant.to_string());
        assert_eq!(data["requests"][0]["words"], "Numero on vanha.");
        assert_eq!(data["requests"][0]["due_on"], "2026-10-08");
        for (part, many) in [("assessments", 2), ("consents", 1), ("incidents", 1)] {
            assert_eq!(data[part].as_array().unwrap().len(), many, "{part}: {data}");
        }
        assert!(!file.text().contains(&town.other.participant.to_string()), "who else was there is about them");
        let looks = "SELECT COUNT(*) AS n FROM audit WHERE verb = 'view' AND fields = 'own_data'";
        assert_eq!(count(&town.app, looks).await, 2);
        let by_desk = format!("/people/{}/data/download", town.own.participant);
        let desk = town.signed_in(Role::Coordinator, true).await.get(&town.app, &by_desk).await.text();
        let desk: serde_json::Value = serde_json::from_str(&desk).unwrap();
        for part in ["requests", "assessments", "incidents", "person", "groups"] {
            assert_eq!(desk[part], data[part], "the same as at the desk: {part}");
        }
    }
}
