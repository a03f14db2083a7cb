//! Ways into the programme: an application by phone or by the public form, the decision, the waiting list and the place.

use crate::desk::{coordinator, made_group, next, value};
use crate::files::count;
use crate::own;
use domain::access::Role;
use domain::applications::{Application, Standing};
use domain::consents::{Consent, ConsentAct};
use domain::eligibility::Mode;
use domain::groups::{ExitReason, Membership, membership};
use domain::ids::{IncidentId, ParticipantId, TalkId};
use domain::incidents::{Incident, IncidentAction, Preventable};
use domain::people::{self, Decision, Participant, ProfileChange};
use domain::talks::Talk;
use domain::time::Day;
use http::StatusCode;
use server::access::Scope;
use server::applications::{forms, settings};
use server::db::Unscoped;
use tests::Answer;
use tests::town::{Browser, Town, today};
use uuid::Uuid;

const DAY: i64 = 24 * 3600 * 1000;

/// Opens the public form of the own municipality.
pub async fn open_form(town: &Town) {
    let mut tx = town.app.state.db.begin(Unscoped::Installation).await.unwrap();
    settings::set_public_form(&mut tx, &town.own.municipality, true, town.app.state.now()).await.unwrap();
    tx.commit().await.unwrap();
}

/// What the field of that name holds, of those that follow `mark` on the page.
fn value_after(page: &str, mark: &str, name: &str) -> String {
    let after = page.split(mark).nth(1).and_then(|rest| rest.split(&format!("name=\"{name}\" value=\"")).nth(1));
    let after = after.unwrap_or_else(|| panic!("no field {name} after {mark}: {page}"));
    after.split('"').next().unwrap_or_default().to_owned()
}

async fn stored(town: &Town) -> Vec<Application> {
    let mut tx = town.app.state.db.read(Unscoped::Installation).await.unwrap();
    let rows = tx.all("SELECT body FROM application ORDER BY applied_on, id", []).await.unwrap();
    rows.iter().map(|row| row.json("body").unwrap()).collect()
}

async fn person_of(town: &Town, application: &Application) -> Participant {
    let mut tx = town.app.state.db.read(Unscoped::Installation).await.unwrap();
    let values = [application.participant.into()];
    tx.one("SELECT body FROM participant WHERE id = $1", values).await.unwrap().json("body").unwrap()
}

async fn stays(town: &Town, application: &Application) -> i64 {
    let mut tx = town.app.state.db.read(Unscoped::Installation).await.unwrap();
    let values = [application.participant.into()];
    tx.one("SELECT COUNT(*) AS n FROM membership WHERE participant = $1", values).await.unwrap().get("n").unwrap()
}

/// What is typed by phone, with what is different.
fn by_phone<'a>(family: &'a str, phone: &'a str, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let usual = [
        ("given_names", "Hilma"),
        ("family_name", family),
        ("born", "1940"),
        ("phone", phone),
        ("language", "fi"),
        ("source", "self"),
        ("applied_on", "8.9.2026"),
    ];
    let kept = usual.into_iter().filter(|(name, _)| more.iter().all(|(other, _)| other != name));
    kept.chain(more.iter().copied()).collect()
}

/// Records an application by phone; where it leads.
async fn applies(town: &Town, desk: &Browser, family: &str, phone: &str, more: &[(&str, &str)]) -> String {
    next(&desk.post(&town.app, "/applications/new", &by_phone(family, phone, more)).await)
}

async fn decides(town: &Town, desk: &Browser, application: &str, fields: &[(&str, &str)]) -> Answer {
    let rev = value(&desk.get(&town.app, application).await, "rev");
    let form: Vec<_> = std::iter::once(("rev", rev.as_str())).chain(fields.iter().copied()).collect();
    desk.post(&town.app, &format!("{application}/decide"), &form).await
}

async fn waits(town: &Town, desk: &Browser, application: &str) {
    let waits = [("decision", "waiting_list"), ("reason", "ryhmä on täynnä")];
    assert_eq!(decides(town, desk, application, &waits).await.status, StatusCode::SEE_OTHER);
}

/// Offers a place in the own group until that day.
async fn offered(town: &Town, desk: &Browser, application: &str, until: &str) -> Answer {
    let group = town.own.group.to_string();
    desk.post(&town.app, &format!("{application}/offer"), &[("offer_group", &group), ("until", until)]).await
}

async fn replies(town: &Town, desk: &Browser, application: &str, reply: &str) -> Answer {
    let (group, on) = (town.own.group.to_string(), today().to_string());
    let form = [("group", &*group), ("offered_on", &*on), ("reply", reply), ("joined_on", "8.9.2026")];
    desk.post(&town.app, &format!("{application}/reply"), &form).await
}

/// Gives the own group this many places.
async fn give_places(town: &Town, capacity: u16) {
    let mut tx = town.app.state.db.read(Unscoped::Installation).await.unwrap();
    let values = [town.own.group.into()];
    let row = tx.one("SELECT body FROM exercise_group WHERE id = $1", values).await.unwrap();
    let group: domain::groups::Group = row.json("body").unwrap();
    drop(tx);
    let group = Box::new(domain::groups::Group { capacity: Some(capacity), ..group });
    town.write(vec![domain::groups::Verb::Put { group }.into()]).await;
}

fn filled<'a>(rev: &'a str, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let usual = [
        ("rev", rev),
        ("who", "self"),
        ("given_names", "Eino"),
        ("family_name", "Etsijä"),
        ("birth_year", "1941"),
        ("phone", "040 111 2222"),
    ];
    let kept = usual.into_iter().filter(|(name, _)| more.iter().all(|(other, _)| other != name));
    kept.chain(more.iter().copied()).collect()
}

pub async fn sends_form(town: &Town, more: &[(&str, &str)]) -> Answer {
    let anybody = Browser::default();
    let rev = value(&anybody.get(&town.app, "/apply/091").await, "rev");
    anybody.post(&town.app, "/apply/091", &filled(&rev, more)).await
}

async fn forms_waiting(town: &Town) -> i64 {
    let mut tx = town.app.state.db.read(Unscoped::Installation).await.unwrap();
    let sql = "SELECT COUNT(*) AS n FROM application_form WHERE settled_at IS NULL AND body IS NOT NULL";
    tx.one(sql, []).await.unwrap().get("n").unwrap()
}

/// So many forms wait which say what this one does.
async fn as_many_wait(town: &Town, form: &str, n: i64) {
    let mut tx = town.app.state.db.begin(Unscoped::Installation).await.unwrap();
    let sql = "INSERT INTO application_form (municipality, id, organisation, received_at, body) \
         SELECT municipality, $2, organisation, received_at, body FROM application_form WHERE id = $1";
    for id in 1..=n {
        let id = Uuid::from_u128(u128::from(id.unsigned_abs()));
        tx.run(sql, [form.into(), id.into()]).await.unwrap();
    }
    tx.commit().await.unwrap();
}

/// Forgets all that wait.
async fn none_waits(town: &Town) {
    let mut tx = town.app.state.db.begin(Unscoped::Installation).await.unwrap();
    tx.run("DELETE FROM application_form WHERE settled_at IS NULL", []).await.unwrap();
    tx.commit().await.unwrap();
}

tests::on_both_databases! {
    async fn a_referral_is_decided_waits_is_offered_a_place_and_takes_it(app) {
        let (town, desk) = coordinator(app).await;
        let group = town.own.group.to_string();
        let referral = [
            ("source", "home_care"),
            ("referred_by", "Kotihoito, 0401234567"),
            ("own_yes", "phone"),
            ("wish", &*group),
            ("home", "own_home"),
            ("strength_days", "0"),
            ("fell", "yes"),
            ("living_alone", "yes"),
            ("emergency_contact", "Tytär Tuula 040 222 3333"),
        ];
        let application = applies(&town, &desk, "Hakija", "040 765 4321", &referral).await;
        let page = desk.get(&town.app, &application).await.text();
        for told in ["Kuuluu kohderyhmään", "6 pistettä jonossa", "asuu yksin 1", "Kotihoito, 0401234567", "puhelimessa"] {
            assert!(page.contains(told), "{told}: {page}");
        }
        for number in ["0407654321", "0401234567", "0402223333"] {
            assert!(page.contains(&format!("href=\"tel:{number}\"")), "{number}: {page}");
        }
        let home = desk.get(&town.app, "/").await.text();
        assert!(home.contains("Yksi hakemus odottaa päätöstä"), "{home}");
        waits(&town, &desk, &application).await;
        assert_eq!(offered(&town, &desk, &application, "15.9.2026").await.status, StatusCode::SEE_OTHER);
        let queue = desk.get(&town.app, "/applications").await.text();
        assert!(queue.contains("1. Hilma Hakija") && queue.contains("vastaus 15.9.2026 mennessä"), "{queue}");
        assert_eq!(replies(&town, &desk, &application, "accepted").await.status, StatusCode::SEE_OTHER);
        let after = desk.get(&town.app, &format!("{application}?said=offered")).await.text();
        assert!(after.contains("vastaus ”otti paikan vastaan”"), "which place it was: {after}");
        assert!(!after.contains("Soita hakijalle"), "Back does not ask for a call that was made: {after}");
        let [one] = &stored(&town).await[..] else { panic!("one application") };
        assert_eq!(one.standing(today()), Standing::Closed(Decision::Accepted));
        assert_eq!(one.decided.as_ref().unwrap().by, town.user(Role::Coordinator).await);
        let person = person_of(&town, one).await;
        let p = &person.profile;
        assert_eq!((p.decision, p.applied_on), (Some(Decision::Accepted), Some(today())));
        assert_eq!(p.emergency_contact.as_deref(), Some("Tytär Tuula 040 222 3333"));
        assert_eq!(stays(&town, one).await, 1);
        let page = desk.get(&town.app, &format!("/people/{}", person.id)).await.text();
        for told in ["Hakemus 8.9.2026: kotihoito", "Päätös hakemuksesta: jonotuslistalla. Perustelu: ryhmä on täynnä", "otti paikan vastaan"] {
            assert!(page.contains(told), "{told}: {page}");
        }
    }

    async fn the_printed_own_data_tell_all_that_an_application_and_an_incident_hold(app) {
        let (town, desk) = coordinator(app).await;
        let group = town.own.group.to_string();
        let referral = [
            ("source", "home_care"), ("referred_by", "Kotihoito, 0401234567"), ("own_yes", "phone"), ("wish", &*group),
            ("home", "own_home"), ("strength_days", "0"), ("fell", "yes"), ("no_transport", "no"), ("remark", "Aamut käyvät."),
        ];
        let application = applies(&town, &desk, "Hakija", "040 765 4321", &referral).await;
        waits(&town, &desk, &application).await;
        next(&offered(&town, &desk, &application, "15.9.2026").await);
        let participant = stored(&town).await[0].participant;
        let incident = Incident {
            participant: Some(participant),
            at: Some("10:40".parse().unwrap()),
            activity: Some("tasapainoharjoitus".into()),
            actions: vec![IncidentAction::Rest],
            preventable: Some(Preventable::No),
            follow_up_on: Some(today().plus_days(7)),
            staff: vec![town.user(Role::Coordinator).await],
            ..crate::rights::ops::near_fall(IncidentId(participant.0), &town.own)
        };
        town.write(vec![domain::incidents::Verb::Record { incident }.into()]).await;
        let printed = desk.get(&town.app, &format!("/people/{participant}/data")).await.text().replace('\u{a0}', " ");
        let wishes = format!("Toiveet: Ryhmä {group}");
        let place = format!("Tarjottu paikkaa: Ryhmä {group}, vastaus 15.9.2026 mennessä");
        for told in [
            "Kotihoito. jonotuslistalla. ryhmä on täynnä",
            "Tuli: puhelimella",
            "Yhteyttä otti: Kotihoito, 0401234567",
            "Oma suostumus: puhelimessa 8.9.2026",
            wishes.as_str(),
            "Missä hakija asuu? omassa kodissa",
            "Voima- ja tasapainoharjoittelu, päivää viikossa: 0",
            "Onko hakija kaatunut viimeisen 12 kuukauden aikana? kyllä",
            "Puuttuuko kulkuyhteys ryhmään? ei",
            "Muuta: Aamut käyvät.",
            "Päättäjä Nimi coordinator@091, 8.9.2026",
            place.as_str(),
            "Horjahti tuolista noustessa.",
            "Tuliko vammoja? ei vammaa",
            "Mitä silloin tehtiin? tasapainoharjoitus",
            "Mitä tehtiin heti? lepo",
            "Olisiko tapahtuman voinut estää? ei",
            "Asiaan palataan: 15.9.2026",
            "Henkilökuntaa paikalla: Nimi coordinator@091",
        ] {
            assert!(printed.to_lowercase().contains(&told.to_lowercase()), "{told}: {printed}");
        }
        assert!(printed.contains("8.9.2026 klo 10.40"), "{printed}");
    }

    async fn a_person_needs_no_group_and_the_short_way_by_phone_asks_six_things(app) {
        let (town, desk) = coordinator(app).await;
        applies(&town, &desk, "Hakija", "040 765 4321", &[]).await;
        let [one] = &stored(&town).await[..] else { panic!("one application") };
        assert_eq!(stays(&town, one).await, 0);
        let person = person_of(&town, one).await;
        assert!(person.provisional, "the date of birth is still to be completed");
        let wrong = desk.post(&town.app, "/applications/new", &[("source", "self")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        for field in ["#given_names", "#family_name", "#born", "#phone", "#applied_on"] {
            assert!(wrong.text().contains(&format!("href=\"{field}\"")), "{field}: {}", wrong.text());
        }
    }

    async fn nothing_of_health_is_kept_before_the_persons_own_yes(app) {
        let (town, desk) = coordinator(app).await;
        let referral = [("source", "relative"), ("referred_by", "Tytär"), ("fell", "yes")];
        let asked = desk.post(&town.app, "/applications/new", &by_phone("Hakija", "040 765 4321", &referral)).await;
        assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(asked.text().contains("href=\"#own_yes\""), "{}", asked.text());
        assert!(stored(&town).await.is_empty());
        let application = applies(&town, &desk, "Hakija", "040 765 4321", &referral[..2]).await;
        let edit = format!("{application}/edit");
        let rev = value(&desk.get(&town.app, &edit).await, "rev");
        let told = [("rev", &*rev), ("fell", "yes")];
        assert_eq!(desk.post(&town.app, &edit, &told).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        let told = [("rev", &*rev), ("fell", "yes"), ("own_yes", "in_person")];
        assert_eq!(desk.post(&town.app, &edit, &told).await.status, StatusCode::SEE_OTHER);
        let yes = stored(&town).await[0].answers.own_yes.unwrap();
        assert_eq!((yes.by.code(), yes.on), ("in_person", today()));
    }

    async fn an_unlikely_age_is_asked_about_once(app) {
        let (town, desk) = coordinator(app).await;
        let young = by_phone("Nuori", "040 765 4321", &[("born", "8.3.1960")]);
        let asked = desk.post(&town.app, "/applications/new", &young).await;
        assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(asked.text().contains("Ikä olisi 66 vuotta"), "{}", asked.text());
        let sure = value(&asked, "sure");
        let sure: Vec<_> = young.iter().copied().chain([("sure", &*sure)]).collect();
        next(&desk.post(&town.app, "/applications/new", &sure).await);
        let old = [("given_names", "Vanha"), ("family_name", "Ihminen"), ("birth_date", "8.3.1910")];
        let asked = desk.post(&town.app, "/people/new", &old).await;
        assert!(asked.text().contains("Ikä olisi 116 vuotta"), "{}", asked.text());
        let sure = value(&asked, "sure");
        let sure: Vec<_> = old.into_iter().chain([("sure", &*sure)]).collect();
        next(&desk.post(&town.app, "/people/new", &sure).await);
    }

    async fn a_decision_needs_a_reason_and_one_on_an_older_version_is_asked_about(app) {
        let (town, desk) = coordinator(app).await;
        let application = applies(&town, &desk, "Hakija", "040 765 4321", &[]).await;
        let unexplained = decides(&town, &desk, &application, &[("decision", "not_eligible"), ("reason", " ")]).await;
        assert_eq!(unexplained.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(unexplained.text().contains("href=\"#reason\""), "{}", unexplained.text());
        assert_eq!(stored(&town).await[0].decided, None);
        let old = value(&desk.get(&town.app, &application).await, "rev");
        waits(&town, &desk, &application).await;
        let stale = [("rev", &*old), ("decision", "withdrew"), ("reason", "perui puhelimessa")];
        let stale = desk.post(&town.app, &format!("{application}/decide"), &stale).await;
        assert_eq!(stale.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(stale.text().contains("perui puhelimessa"), "nothing that was typed is lost: {}", stale.text());
        assert_eq!(stored(&town).await[0].decided.as_ref().unwrap().decision, Decision::WaitingList);
    }

    async fn what_another_has_written_of_an_application_stands_beside_what_was_typed(app) {
        let (town, desk) = coordinator(app).await;
        let application = applies(&town, &desk, "Hakija", "040 765 4321", &[]).await;
        let edit = format!("{application}/edit");
        let old = value(&desk.get(&town.app, &edit).await, "rev");
        let group = town.own.group.to_string();
        let first = [("rev", &*old), ("home", "own_home"), ("walk500", "yes"), ("wish", &*group), ("remark", "Aamut käyvät.")];
        next(&desk.post(&town.app, &edit, &first).await);
        let mine = [("rev", &*old), ("home", "own_home"), ("walk500", "no"), ("remark", "Illat käyvät.")];
        let stale = desk.post(&town.app, &edit, &mine).await;
        assert_eq!(stale.status, StatusCode::UNPROCESSABLE_ENTITY);
        let text = stale.text();
        assert!(text.contains("Joku muu muutti tietoja") && text.contains(">Illat käyvät.</textarea>"), "{text}");
        assert!(text.contains("Ohjelmassa on nyt: Aamut käyvät.") && text.contains("Ohjelmassa on nyt: kyllä"), "{text}");
        for field in ["wish", "walk500", "remark"] {
            assert!(text.contains(&format!("href=\"#{field}\"")), "{field}: {text}");
        }
        assert!(!text.contains("href=\"#home\""), "what is the same needs no word: {text}");
        assert_eq!(stored(&town).await[0].answers.remark.as_deref(), Some("Aamut käyvät."));
        let seen = value(&stale, "rev");
        let mine = [("rev", &*seen), ("home", "own_home"), ("walk500", "no"), ("remark", "Illat käyvät.")];
        next(&desk.post(&town.app, &edit, &mine).await);
        assert_eq!(stored(&town).await[0].answers.remark.as_deref(), Some("Illat käyvät."));
    }

    async fn a_full_group_says_so_before_a_place_is_offered_or_given(app) {
        let (town, desk) = coordinator(app).await;
        give_places(&town, 1).await;
        let group = town.own.group.to_string();
        let application = applies(&town, &desk, "Hakija", "040 765 4321", &[]).await;
        let accepted = [("decision", "accepted"), ("group", &*group), ("joined_on", "8.9.2026")];
        let full = decides(&town, &desk, &application, &accepted).await;
        assert_eq!(full.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(full.text().contains("täynnä"), "{}", full.text());
        waits(&town, &desk, &application).await;
        assert_eq!(offered(&town, &desk, &application, "15.9.2026").await.status, StatusCode::UNPROCESSABLE_ENTITY);
        let all_the_same = [("offer_group", &*group), ("until", "15.9.2026"), ("full", &*group)];
        let offer = desk.post(&town.app, &format!("{application}/offer"), &all_the_same).await;
        assert_eq!(offer.status, StatusCode::SEE_OTHER, "{}", offer.text());
    }

    async fn the_last_place_is_offered_to_a_second_applicant_only_after_it_was_said(app) {
        let (town, desk) = coordinator(app).await;
        give_places(&town, 2).await;
        let mut both = Vec::new();
        for (name, phone) in [("Ensimmäinen", "040 765 4321"), ("Toinen", "040 765 4322")] {
            let application = applies(&town, &desk, name, phone, &[]).await;
            waits(&town, &desk, &application).await;
            both.push(application);
        }
        let first = offered(&town, &desk, &both[0], "15.9.2026").await;
        assert_eq!(first.status, StatusCode::SEE_OTHER, "{}", first.text());
        let second = offered(&town, &desk, &both[1], "15.9.2026").await;
        assert_eq!(second.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(second.text().contains("jo tarjottu toiselle hakijalle (ryhmässä 1 / 2)"), "{}", second.text());
        let again = offered(&town, &desk, &both[0], "15.9.2026").await;
        assert_eq!(again.status, StatusCode::SEE_OTHER, "one's own offer stands in nobody's way: {}", again.text());
        let group = town.own.group.to_string();
        let all_the_same = [("offer_group", &*group), ("until", "15.9.2026"), ("full", &*group)];
        next(&desk.post(&town.app, &format!("{}/offer", both[1]), &all_the_same).await);
    }

    /// The whole way of one person by plain requests: no script runs anywhere on it.
    async fn somebody_finds_a_group_applies_is_taken_in_opens_their_page_and_the_roll_knows_that_they_stay_away(app) {
        let (town, desk) = coordinator(app).await;
        open_form(&town).await;
        own::meets_at(&town, "14:30").await;
        let found = Browser::default().get(&town.app, "/find?municipality=091").await.text();
        assert!(found.contains(&format!("Ryhmä {}", town.own.group)) && found.contains("href=\"/apply/091\""), "{found}");
        assert_eq!(next(&sends_form(&town, &[]).await), "/apply/sent");
        // The coordinator takes it up and decides.
        let queue = desk.get(&town.app, "/applications").await.text();
        let form = queue.split("/applications/new?form=").nth(1).expect("a form waits")[..36].to_owned();
        let rev = value(&desk.get(&town.app, &format!("/applications/new?form={form}")).await, "rev");
        let of_form = [("rev", &*rev), ("form", &*form), ("given_names", "Eino"), ("born", "1941")];
        let taken = by_phone("Etsijä", "040 111 2222", &of_form);
        let application = next(&desk.post(&town.app, "/applications/new", &taken).await);
        let group = town.own.group.to_string();
        let accepted = [("decision", "accepted"), ("group", &*group), ("joined_on", "8.9.2026")];
        let decided = decides(&town, &desk, &application, &accepted).await;
        assert_eq!(decided.status, StatusCode::SEE_OTHER, "{}", decided.text());
        let [one] = &stored(&town).await[..] else { panic!("one application") };
        assert_eq!(stays(&town, one).await, 1);
        // The card is printed with its slip, and what stands on both is typed at home.
        let card = format!("/people/{}/personal-card", one.participant);
        let made = desk.made(&town.app, &card, &[("language", "fi")]).await.text();
        let numbers = own::between(&made, "personal-card__number\">", "<");
        let [number, pin] = numbers.as_slice() else { panic!("a card and its slip: {made}") };
        let entered = own::typed(&town, &Browser::default(), number, pin).await;
        assert_eq!(own::leads_to(&entered), "/own", "{}", entered.text());
        let phone = own::kept(&entered);
        let page = phone.get(&town.app, "/own").await.text();
        for told in ["Hei, Eino", "Tänään, tiistaina 8.", "14.30", "Kylätalo", "En pääse"] {
            assert!(page.contains(told), "{told} in {page}");
        }
        let away = own::absence(&group, "2026-09-08", "yes");
        assert_eq!(own::leads_to(&phone.post(&town.app, "/own/absence", &away).await), "/own?said=absent");
        assert!(phone.get(&town.app, "/own?said=absent").await.text().contains("Tulen sittenkin"));
        // The instructor's roll has it before the session begins.
        let tablet = tests::tablet::Tablet::of(&town, Role::Instructor).await;
        let roll = serde_json::to_string(&tablet.pull(&town.app, None).await).unwrap();
        let person = one.participant.to_string();
        assert!(roll.contains("Eino") && roll.contains(&person) && roll.contains("absent_informed"), "{roll}");
    }

    async fn everybody_learns_how_long_a_queue_is_in_fives_alone(app) {
        let (town, desk) = coordinator(app).await;
        give_places(&town, 1).await;
        for (n, family) in ["Aalto", "Berg", "Cajander", "Dahl", "Ekman"].into_iter().enumerate() {
            let page = Browser::default().get(&town.app, "/find?municipality=091").await.text();
            assert!(page.contains("Jono on lyhyt.") && !page.contains("Jonossa on"), "after {n}: {page}");
            let application = applies(&town, &desk, family, &format!("040 765 43{n}1"), &[]).await;
            waits(&town, &desk, &application).await;
        }
        let page = Browser::default().get(&town.app, "/find?municipality=091").await.text();
        assert!(page.contains("Jonossa on vähintään 5 ihmistä.") && !page.contains("Jono on lyhyt"), "{page}");
    }

    async fn a_queue_counts_nobody_who_has_died_though_their_application_is_open(app) {
        let (town, desk) = coordinator(app).await;
        give_places(&town, 1).await;
        for (n, family) in ["Aalto", "Berg", "Cajander", "Dahl", "Ekman"].into_iter().enumerate() {
            let application = applies(&town, &desk, family, &format!("040 765 43{n}1"), &[]).await;
            waits(&town, &desk, &application).await;
        }
        let is_long = async || {
            let page = Browser::default().get(&town.app, "/find?municipality=091").await.text();
            page.contains("Jonossa on vähintään 5 ihmistä.")
        };
        assert!(is_long().await);
        let died = format!("/people/{}/died", stored(&town).await[0].participant);
        next(&desk.post(&town.app, &died, &[("died_on", "8.9.2026")]).await);
        assert!(!is_long().await, "four are left");
        next(&desk.post(&town.app, &died, &[("undo", "yes")]).await);
        assert!(is_long().await, "it was noted by mistake");
        // As an instructor's tablet says it: by the stay in another group.
        let membership = Membership::begun(town.other.group, stored(&town).await[1].participant, today().plus_days(-7));
        let (id, group) = (membership.id, town.other.group);
        let (left_on, exit_reason) = (Some(today()), Some(ExitReason::Died));
        let leave = membership::Verb::Leave { id, group, left_on, exit_reason };
        town.write(vec![membership::Verb::Join { membership }.into(), leave.into()]).await;
        assert!(!is_long().await, "four are left");
    }

    async fn a_queue_counts_those_to_whom_the_group_would_suit_also_where_an_older_program_wrote_it(app) {
        let (town, desk) = coordinator(app).await;
        give_places(&town, 1).await;
        let (own, elsewhere) = (town.own.group.to_string(), made_group(&town, &desk, "Toisaalla").await);
        let elsewhere = elsewhere.trim_start_matches("/groups/");
        let (here, there) = (("wish", &*own), ("wish", elsewhere));
        let applicants: [(&str, &[(&str, &str)]); 5] =
            [("Aalto", &[]), ("Berg", &[here]), ("Cajander", &[here, there]), ("Dahl", &[]), ("Ekman", &[there])];
        for (n, (family, wishes)) in applicants.into_iter().enumerate() {
            let application = applies(&town, &desk, family, &format!("040 765 43{n}1"), wishes).await;
            waits(&town, &desk, &application).await;
        }
        let is_long = async || {
            let page = Browser::default().get(&town.app, "/find?municipality=091").await.text();
            page.contains("Jonossa on vähintään 5 ihmistä.")
        };
        assert!(!is_long().await, "one of five wishes for another group");
        let fifth = applies(&town, &desk, "Forss", "040 765 4391", &[here]).await;
        waits(&town, &desk, &fifth).await;
        assert!(is_long().await);
        // As an older program writes them, also beside this one.
        let mut tx = town.app.state.db.begin(Unscoped::Installation).await.unwrap();
        tx.run("UPDATE application SET wishes = NULL", []).await.unwrap();
        tx.commit().await.unwrap();
        assert!(!is_long().await);
        town.app.state.prepare().await.unwrap();
        assert!(is_long().await);
    }

    async fn the_waiting_list_is_in_the_order_of_the_advice_and_says_why(app) {
        let (town, desk) = coordinator(app).await;
        let group = town.own.group.to_string();
        let first = applies(&town, &desk, "Ensimmäinen", "040 765 4321", &[]).await;
        let second = applies(&town, &desk, "Toinen", "040 765 4322", &[("fell", "yes"), ("no_transport", "yes")]).await;
        let third = applies(&town, &desk, "Kolmas", "040 765 4323", &[("wish", &*group)]).await;
        for application in [&first, &second, &third] {
            waits(&town, &desk, application).await;
        }
        let queue = desk.get(&town.app, "/applications").await.text();
        let place = |name: &str| queue.find(name).unwrap_or_else(|| panic!("{name}: {queue}"));
        assert!(place("1. Hilma Toinen") < place("2. Hilma Ensimmäinen"), "{queue}");
        assert!(place("2. Hilma Ensimmäinen") < place("3. Hilma Kolmas"), "ties by time: {queue}");
        assert!(queue.contains("toimintakyky alentunut 2, ei kulkuyhteyttä 1, 85 vuotta täyttänyt 1"), "{queue}");
        let other = town.other.group;
        let narrowed = desk.get(&town.app, &format!("/applications?group={other}")).await.text();
        assert!(narrowed.contains("Ensimmäinen") && !narrowed.contains("Kolmas"), "who wished for another: {narrowed}");
    }

    async fn free_places_and_offers_that_ran_out_are_told_on_the_first_page(app) {
        let (town, desk) = coordinator(app).await;
        give_places(&town, 3).await;
        let application = applies(&town, &desk, "Hakija", "040 765 4321", &[]).await;
        waits(&town, &desk, &application).await;
        let home = desk.get(&town.app, "/").await.text();
        // Two places are free, and one person waits.
        assert!(home.contains("Yhdelle jonottavalle on vapaa paikka"), "{home}");
        offered(&town, &desk, &application, "15.9.2026").await;
        let home = desk.get(&town.app, "/").await.text();
        assert!(!home.contains("vapaa"), "nobody waits without an offer: {home}");
        town.app.clock.advance(8 * DAY);
        let desk = town.signed_in(Role::Coordinator, true).await;
        let home = desk.get(&town.app, "/").await.text();
        assert!(home.contains("Yksi tarjous raukesi ilman vastausta"), "{home}");
        let page = desk.get(&town.app, &application).await.text();
        assert!(page.contains("tarjous raukesi") && page.contains("Tarjoa paikkaa"), "{page}");
    }

    async fn who_declines_waits_on_and_nobody_joins_by_it(app) {
        let (town, desk) = coordinator(app).await;
        let application = applies(&town, &desk, "Hakija", "040 765 4321", &[]).await;
        let too_early = offered(&town, &desk, &application, "15.9.2026").await;
        assert_eq!(too_early.status, StatusCode::UNPROCESSABLE_ENTITY, "nobody has put them on the list");
        waits(&town, &desk, &application).await;
        offered(&town, &desk, &application, "15.9.2026").await;
        assert_eq!(replies(&town, &desk, &application, "declined").await.status, StatusCode::SEE_OTHER);
        let [one] = &stored(&town).await[..] else { panic!("one application") };
        assert_eq!((one.standing(today()), stays(&town, one).await), (Standing::Waiting, 0));
    }

    async fn an_offer_that_a_colleague_has_made_is_answered_before_another_place_is_offered(app) {
        let (town, desk) = coordinator(app).await;
        let other = made_group(&town, &desk, "Toinen ryhmä").await.trim_start_matches("/groups/").to_owned();
        let application = applies(&town, &desk, "Hakija", "040 765 4321", &[]).await;
        waits(&town, &desk, &application).await;
        assert_eq!(offered(&town, &desk, &application, "15.9.2026").await.status, StatusCode::SEE_OTHER);
        let second = [("offer_group", &*other), ("until", "15.9.2026")];
        let second = desk.post(&town.app, &format!("{application}/offer"), &second).await;
        assert_eq!(second.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(second.text().contains("Hakijalle on jo tarjottu paikka"), "{}", second.text());
        assert_eq!(offered(&town, &desk, &application, "22.9.2026").await.status, StatusCode::UNPROCESSABLE_ENTITY);
        let [one] = &stored(&town).await[..] else { panic!("one application") };
        let offers: Vec<_> = one.offers.iter().map(|offer| (offer.group, offer.until.to_string())).collect();
        assert_eq!(offers, [(town.own.group, "2026-09-15".to_owned())]);
    }

    async fn an_answer_that_a_colleague_has_recorded_is_not_overwritten_unseen(app) {
        let (town, desk) = coordinator(app).await;
        let application = applies(&town, &desk, "Hakija", "040 765 4321", &[]).await;
        waits(&town, &desk, &application).await;
        offered(&town, &desk, &application, "15.9.2026").await;
        assert_eq!(replies(&town, &desk, &application, "declined").await.status, StatusCode::SEE_OTHER);
        assert_eq!(replies(&town, &desk, &application, "declined").await.status, StatusCode::SEE_OTHER, "pressed twice");
        let stale = replies(&town, &desk, &application, "accepted").await;
        assert_eq!(stale.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(stale.text().contains("on jo kirjattu: ei ottanut paikkaa"), "{}", stale.text());
        let [one] = &stored(&town).await[..] else { panic!("one application") };
        assert_eq!((one.standing(today()), stays(&town, one).await), (Standing::Waiting, 0));
        // Nor is a decision that came meanwhile, while the offer was still open.
        offered(&town, &desk, &application, "22.9.2026").await;
        let withdrew = [("decision", "withdrew"), ("reason", "muutti pois")];
        assert_eq!(decides(&town, &desk, &application, &withdrew).await.status, StatusCode::SEE_OTHER);
        let stale = replies(&town, &desk, &application, "accepted").await;
        assert_eq!(stale.status, StatusCode::UNPROCESSABLE_ENTITY);
        let [one] = &stored(&town).await[..] else { panic!("one application") };
        assert_eq!((one.standing(today()), stays(&town, one).await), (Standing::Closed(Decision::Withdrew), 0));
    }

    async fn nobody_is_placed_in_a_group_that_they_are_in_already(app) {
        let (town, desk) = coordinator(app).await;
        let application = applies(&town, &desk, "Hakija", "040 765 4321", &[]).await;
        waits(&town, &desk, &application).await;
        assert_eq!(offered(&town, &desk, &application, "15.9.2026").await.status, StatusCode::SEE_OTHER);
        // A colleague brings the person into the group meanwhile, from an earlier day.
        let [one] = &stored(&town).await[..] else { panic!("one application") };
        let group = town.own.group.to_string();
        let joins = [("group", &*group), ("joined_on", "1.9.2026")];
        next(&desk.post(&town.app, &format!("/people/{}/join", one.participant), &joins).await);
        let taken = replies(&town, &desk, &application, "accepted").await;
        assert_eq!(taken.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(taken.text().contains("Hakija on jo tässä ryhmässä 1.9.2026 alkaen"), "{}", taken.text());
        assert_eq!(replies(&town, &desk, &application, "taken_back").await.status, StatusCode::SEE_OTHER);
        let again = offered(&town, &desk, &application, "22.9.2026").await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(again.text().contains("href=\"#offer_group\""), "{}", again.text());
        let accepted = [("decision", "accepted"), ("reason", ""), ("group", &*group), ("joined_on", "8.9.2026")];
        let decided = decides(&town, &desk, &application, &accepted).await;
        assert_eq!(decided.status, StatusCode::UNPROCESSABLE_ENTITY);
        let text = decided.text();
        assert!(text.contains("href=\"#group\"") && text.contains("Osallistuja on jo ryhmässä 1.9.2026 alkaen"), "{text}");
        let [one] = &stored(&town).await[..] else { panic!("one application") };
        assert_eq!((one.standing(today()), stays(&town, one).await), (Standing::Waiting, 1), "nothing of it was saved");
        // Without a group the decision is what is left to say.
        let without = decides(&town, &desk, &application, &[("decision", "accepted"), ("reason", "")]).await;
        assert_eq!(without.status, StatusCode::SEE_OTHER);
        let [one] = &stored(&town).await[..] else { panic!("one application") };
        assert_eq!((one.standing(today()), stays(&town, one).await), (Standing::Closed(Decision::Accepted), 1));
    }

    async fn the_admin_opens_the_public_form_and_chooses_the_target_group_and_a_stale_form_takes_nothing_back(app) {
        let (town, desk) = coordinator(app).await;
        let admin = town.signed_in(Role::OrganisationAdmin, true).await;
        let here = "/ways-in";
        assert!(admin.get(&town.app, "/accounts").await.text().contains("href=\"/ways-in\""));
        let form = admin.get(&town.app, here).await;
        assert_eq!((&*value(&form, "public_form_was"), &*value(&form, "target_group_was")), ("closed", "default"));
        assert!(form.text().contains("/apply/091"), "{}", form.text());
        let save = async |form: &str, group: &str| {
            let was = [("public_form_was", "closed"), ("target_group_was", "default")];
            let fields = [&[("public_form", form), ("target_group", group)][..], &was[..]].concat();
            next(&admin.post(&town.app, here, &fields).await)
        };
        assert_eq!(save("open", "default").await, here);
        // Filled before: what nobody touched in it stays.
        assert_eq!(save("closed", "strict").await, here);
        assert_eq!(next(&sends_form(&town, &[]).await), "/apply/sent");
        let mut tx = town.app.state.db.read(Unscoped::Installation).await.unwrap();
        assert_eq!(settings::mode_of(&mut tx, &town.own.municipality).await.unwrap(), Mode::Strict);
        let rows = tx.all("SELECT fields FROM audit WHERE verb = 'ways_in.set' ORDER BY n", []).await.unwrap();
        let told: Vec<String> = rows.iter().map(|row| row.get("fields").unwrap()).collect();
        assert_eq!(told, ["public_form=open", "target_group=strict"]);
        drop(tx);
        save("closed", "default").await;
        save("perhaps", "loose").await;
        assert_eq!(desk.get(&town.app, here).await.status, StatusCode::FORBIDDEN);
    }

    async fn strict_mode_leaves_open_what_was_not_told(app) {
        let (town, desk) = coordinator(app).await;
        let told = [
            ("home", "own_home"), ("strength_days", "0"), ("fell", "yes"), ("living_alone", "no"),
            ("income_ok", "not_told"), ("education", "higher"), ("no_transport", "no"), ("pension", "no"),
        ];
        let application = applies(&town, &desk, "Hakija", "040 765 4321", &told).await;
        assert!(desk.get(&town.app, &application).await.text().contains("Kuuluu kohderyhmään"));
        let mut tx = town.app.state.db.begin(Unscoped::Installation).await.unwrap();
        settings::set_mode(&mut tx, &town.own.municipality, Mode::Strict, town.app.state.now()).await.unwrap();
        tx.commit().await.unwrap();
        let page = desk.get(&town.app, &application).await.text();
        assert!(page.contains("Ratkaiseva kysymys on vielä auki"), "{page}");
    }

    async fn the_public_form_is_closed_until_it_is_opened_and_says_what_is_missing(app) {
        let town = Town::on(app).await;
        let anybody = Browser::default();
        // Closed, it is for a pen: fields that stand on paper alone, and nothing to send.
        let paper = anybody.get(&town.app, "/apply/091").await;
        assert_eq!(paper.status, StatusCode::OK);
        let paper = paper.text();
        assert!(paper.contains("Verkkolomake ei ole nyt käytössä") && paper.contains("tulostaa tämän sivun"), "{paper}");
        let fields = paper.split("paper-only\">").last().unwrap_or_default();
        assert!(fields.contains("Syntymävuosi") && fields.contains(&format!("Ryhmä {}", town.own.group)), "{paper}");
        assert!(!paper.contains("action=\"/apply"), "{paper}");
        let sent = anybody.post(&town.app, "/apply/091", &filled("", &[])).await;
        assert_eq!((sent.status, forms_waiting(&town).await), (StatusCode::NOT_FOUND, 0));
        assert!(anybody.get(&town.app, "/apply").await.text().contains("Verkkolomake ei ole nyt käytössä"));
        open_form(&town).await;
        assert_eq!(next(&anybody.get(&town.app, "/apply").await), "/apply/091");
        assert!(anybody.get(&town.app, "/apply/049").await.text().contains("Verkkolomake ei ole nyt käytössä"));
        assert_eq!(anybody.get(&town.app, "/apply/999").await.status, StatusCode::NOT_FOUND);
        let wrong = sends_form(&town, &[("given_names", ""), ("birth_year", "194"), ("phone", "x")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        for field in ["#given_names", "#birth_year", "#phone"] {
            assert!(wrong.text().contains(&format!("href=\"{field}\"")), "{field}: {}", wrong.text());
        }
        assert!(wrong.text().contains("Etsijä"), "what was typed stays: {}", wrong.text());
        let unasked = sends_form(&town, &[("who", "relative"), ("asker_name", "Tuula"), ("asker_phone", "0402223333")]).await;
        assert!(unasked.text().contains("href=\"#says_yes\""), "{}", unasked.text());
        assert_eq!(forms_waiting(&town).await, 0);
    }

    async fn the_public_form_tells_nobody_who_is_known_and_the_desk_sees_the_pair(app) {
        let (town, desk) = coordinator(app).await;
        open_form(&town).await;
        let known = [("given_names", "Aino"), ("family_name", town.own.canary), ("birth_year", "1946")];
        let (of_known, of_new) = (sends_form(&town, &known).await, sends_form(&town, &[]).await);
        assert_eq!((of_known.status, next(&of_known)), (of_new.status, next(&of_new)));
        assert_eq!((forms_waiting(&town).await, stored(&town).await.len()), (2, 0), "nobody is registered by it");
        assert!(desk.get(&town.app, "/").await.text().contains("2 uutta hakemusta verkkolomakkeelta"));
        let queue = desk.get(&town.app, "/applications").await.text();
        let (mut form, mut page) = (String::new(), None);
        for waiting in queue.split("/applications/new?form=").skip(1) {
            let of_one = desk.get(&town.app, &format!("/applications/new?form={}", &waiting[..36])).await;
            if of_one.text().contains(town.own.canary) {
                (form, page) = (waiting[..36].to_owned(), Some(of_one));
            }
        }
        let page = page.expect("the form of the known person waits");
        let rev = value(&page, "rev");
        let taken = [
            ("rev", &*rev), ("form", &*form), ("given_names", "Aino"), ("family_name", town.own.canary),
            ("born", "1946"), ("phone", "040 111 2222"), ("language", "fi"), ("source", "self"),
            ("applied_on", "8.9.2026"),
        ];
        let asked = desk.post(&town.app, "/applications/new", &taken).await;
        assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
        let same = format!("/applications/new?person={}", town.own.participant);
        assert!(asked.text().contains(&same), "{}", asked.text());
        let others = value(&asked, "asked");
        let other: Vec<_> = taken.into_iter().chain([("asked", &*others)]).collect();
        next(&desk.post(&town.app, "/applications/new", &other).await);
        assert_eq!(forms_waiting(&town).await, 1, "what was taken up is gone");
        assert_eq!(stored(&town).await[0].start.channel.code(), "form");
    }

    async fn somebody_known_applies_again_without_being_registered_twice(app) {
        let (town, desk) = coordinator(app).await;
        let person = town.own.participant.to_string();
        let page = desk.get(&town.app, &format!("/applications/new?person={person}")).await;
        assert!(page.text().contains(town.own.canary), "{}", page.text());
        let again = [("rev", &*person), ("person", &*person), ("source", "self"), ("applied_on", "8.9.2026")];
        next(&desk.post(&town.app, "/applications/new", &again).await);
        assert_eq!(stored(&town).await[0].participant, town.own.participant);
        let mut tx = town.app.state.db.read(Unscoped::Installation).await.unwrap();
        let n: i64 = tx.one("SELECT COUNT(*) AS n FROM participant", []).await.unwrap().get("n").unwrap();
        assert_eq!(n, 4);
    }

    async fn programs_that_fill_in_everything_and_hurried_senders_store_nothing(app) {
        let (town, _) = coordinator(app).await;
        open_form(&town).await;
        let trapped = sends_form(&town, &[("website", "http://example.com")]).await;
        assert_eq!((next(&trapped).as_str(), forms_waiting(&town).await), ("/apply/sent", 0));
        let mut last = StatusCode::SEE_OTHER;
        for _ in 0..13 {
            last = sends_form(&town, &[]).await.status;
        }
        assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
        assert!(forms_waiting(&town).await <= 11);
        town.app.clock.advance(2 * 3_600_000);
        assert_eq!(sends_form(&town, &[]).await.status, StatusCode::SEE_OTHER, "an hour later all is forgotten");
    }

    async fn a_form_that_was_gone_back_to_and_filled_in_for_another_is_a_second_application(app) {
        let (town, _) = coordinator(app).await;
        open_form(&town).await;
        let page = Browser::default().get(&town.app, "/apply/091").await;
        assert_eq!(page.headers["cache-control"], "private, max-age=0", "whoever goes back finds the same form");
        let rev = value(&page, "rev");
        for (name, waiting) in [("Eino", 1), ("Eino", 1), ("Elli", 2), ("Elli", 2), ("Eino", 2)] {
            let form = filled(&rev, &[("given_names", name)]);
            assert_eq!(next(&Browser::default().post(&town.app, "/apply/091", &form).await), "/apply/sent");
            assert_eq!(forms_waiting(&town).await, waiting, "{name}");
        }
    }

    async fn who_has_died_or_hides_a_number_is_in_no_list_of_calls_with_it(app) {
        let (town, desk) = coordinator(app).await;
        let (id, change) = (town.own.participant, |change| people::Verb::Edit { id: town.own.participant, changes: vec![change] }.into());
        let talk = Talk { next_on: Some(today()), ..crate::rights::ops::talked(TalkId(id.0), id) };
        let phone = ProfileChange::Phone(Some("040 765 4321".into()));
        town.write(vec![domain::talks::Verb::Record { talk }.into(), change(phone)]).await;
        assert!(desk.get(&town.app, "/talks").await.text().contains("040 765 4321"));
        town.write(vec![change(ProfileChange::Undisclosed(true))]).await;
        let page = desk.get(&town.app, "/talks").await.text();
        assert!(page.contains(town.own.canary) && !page.contains("040 765 4321"), "{page}");
        town.write(vec![change(ProfileChange::DiedOn(Some(today())))]).await;
        assert!(!desk.get(&town.app, "/talks").await.text().contains(town.own.canary));
    }

    async fn the_list_of_calls_begins_with_whoever_has_waited_longest_and_the_dead_take_nobodys_place(app) {
        let (town, _) = coordinator(app).await;
        let (own, other) = (town.own.participant, town.other.participant);
        let due = |id: ParticipantId, on: Day| {
            let talk = Talk { next_on: Some(on), ..crate::rights::ops::talked(TalkId(id.0), id) };
            domain::talks::Verb::Record { talk: Talk { on: today().plus_days(-9), ..talk } }.into()
        };
        town.write(vec![due(own, today()), due(other, today().plus_days(-3))]).await;
        let scope = Scope::command_line(town.own.municipality.clone(), today());
        let first = async || {
            let mut tx = town.app.state.db.read(&scope).await.unwrap();
            server::talks::due(&mut tx, 1).await.unwrap().into_iter().map(|person| person.id).collect::<Vec<_>>()
        };
        assert_eq!(first().await, [other]);
        let died = people::Verb::Edit { id: other, changes: vec![ProfileChange::DiedOn(Some(today()))] };
        town.write(vec![died.into()]).await;
        assert_eq!(first().await, [own]);
    }

    async fn the_public_form_speaks_the_readers_language(app) {
        let (town, _) = coordinator(app).await;
        open_form(&town).await;
        for (lang, title) in [("fi", "Hae mukaan liikuntaryhmään"), ("sv", "Sök plats i en motionsgrupp"), ("en", "Apply for an exercise group")] {
            let reader = Browser { cookies: format!("view={lang}..") };
            let page = reader.get(&town.app, "/apply/091").await.text();
            assert!(page.contains(title) && page.contains(&format!("lang=\"{lang}\"")), "{lang}: {page}");
        }
    }

    async fn whoever_has_died_meanwhile_is_offered_no_place_and_takes_none_and_the_application_can_be_closed(app) {
        let (town, desk) = coordinator(app).await;
        let application = applies(&town, &desk, "Hakija", "040 765 4321", &[]).await;
        waits(&town, &desk, &application).await;
        assert_eq!(offered(&town, &desk, &application, "15.9.2026").await.status, StatusCode::SEE_OTHER);
        let person = format!("/people/{}", stored(&town).await[0].participant);
        next(&desk.post(&town.app, &format!("{person}/died"), &[("died_on", "8.9.2026")]).await);
        let group = town.own.group.to_string();
        let accepted = [("decision", "accepted"), ("group", &*group), ("joined_on", "8.9.2026")];
        let refused = [
            replies(&town, &desk, &application, "accepted").await,
            offered(&town, &desk, &application, "15.9.2026").await,
            decides(&town, &desk, &application, &accepted).await,
        ];
        for answer in refused {
            let text = answer.text().replace('\u{a0}', " ");
            assert!(answer.status == 422 && text.contains("Kuollut 8.9.2026"), "{text}");
        }
        assert_eq!(stays(&town, &stored(&town).await[0]).await, 0);
        next(&replies(&town, &desk, &application, "taken_back").await);
        let closed = [("decision", "withdrew"), ("reason", "menehtyi")];
        assert_eq!(decides(&town, &desk, &application, &closed).await.status, StatusCode::SEE_OTHER);
    }

    async fn whoever_has_died_lies_last_in_the_queue_holds_no_place_and_one_press_closes_the_application(app) {
        let (town, desk) = coordinator(app).await;
        give_places(&town, 2).await;
        let undecided = applies(&town, &desk, "Ensimmäinen", "040 765 4321", &[]).await;
        let other = stored(&town).await[0].participant;
        let offer = applies(&town, &desk, "Toinen", "040 765 4322", &[]).await;
        let person = stored(&town).await.iter().map(|one| one.participant).find(|id| *id != other).unwrap();
        waits(&town, &desk, &offer).await;
        next(&offered(&town, &desk, &offer, "15.9.2026").await);
        let third = applies(&town, &desk, "Kolmas", "040 765 4323", &[]).await;
        waits(&town, &desk, &third).await;
        let shown = async |address: &str| desk.get(&town.app, address).await.text().replace('\u{a0}', " ");
        assert!(!shown("/applications").await.contains("Paikkoja on vapaana"), "the one place is offered");
        assert!(shown("/").await.contains("Yksi hakemus odottaa päätöstä"));
        for id in [other, person] {
            next(&desk.post(&town.app, &format!("/people/{id}/died"), &[("died_on", "8.9.2026")]).await);
        }
        let page = shown("/applications").await;
        assert_eq!(page.matches("kuollut 8.9.2026").count(), 2, "{page}");
        assert!(page.contains("Paikkoja on vapaana") && page.contains("1. Hilma Kolmas"), "{page}");
        let (alive, dead) = (page.find(&format!("href=\"{third}\"")), page.find(&format!("href=\"{offer}\"")));
        assert!(alive.is_some() && alive < dead, "{page}");
        let home = shown("/").await;
        assert!(!home.contains("hakemus odottaa päätöstä") && home.contains("Yhdelle jonottavalle on vapaa paikka"), "{home}");
        let free = offered(&town, &desk, &third, "15.9.2026").await;
        assert_eq!(free.status, StatusCode::SEE_OTHER, "nobody else takes the place: {}", free.text());
        let one = shown(&undecided).await;
        assert!(one.contains("Kuollut 8.9.2026") && one.contains("Sulje hakemus"), "{one}");
        for application in [&undecided, &offer] {
            let decide = format!("{application}/decide");
            let field = |name: &str| value_after(&page, &format!("action=\"{decide}\""), name);
            let (rev, decision, reason) = (field("rev"), field("decision"), field("reason"));
            let press = [("rev", &*rev), ("decision", &*decision), ("reason", &*reason)];
            for _ in 0..2 {
                assert_eq!(next(&desk.post(&town.app, &decide, &press).await), *application);
            }
        }
        let closed: Vec<_> = stored(&town).await.into_iter().filter_map(|one| one.decided).collect();
        let withdrew = closed.iter().filter(|one| one.decision == Decision::Withdrew && one.reason == "Hakija on kuollut.");
        assert_eq!((closed.len(), withdrew.count()), (3, 2), "{closed:?}");
        let left = shown("/applications").await;
        assert!(left.contains(&third) && !left.contains(&undecided) && !left.contains(&offer), "{left}");
        assert!(!shown(&undecided).await.contains("Sulje hakemus"), "it is closed");
    }

    async fn an_offer_that_ran_out_is_taken_no_more_once_another_was_made(app) {
        let (town, desk) = coordinator(app).await;
        let application = applies(&town, &desk, "Hakija", "040 765 4321", &[]).await;
        waits(&town, &desk, &application).await;
        next(&offered(&town, &desk, &application, "8.9.2026").await);
        town.app.clock.advance(DAY);
        let late = town.signed_in(Role::Coordinator, true).await;
        next(&offered(&town, &late, &application, "16.9.2026").await);
        let taken = replies(&town, &late, &application, "accepted").await;
        let text = taken.text().replace('\u{a0}', " ");
        assert!(taken.status == 422 && text.contains("Tarjous raukesi: vastausaika päättyi 8.9.2026"), "{text}");
        assert_eq!(stays(&town, &stored(&town).await[0]).await, 0);
    }

    async fn a_form_that_is_dropped_comes_back_by_one_press_and_a_day_later_leaves_nothing_but_a_row_of_the_log(app) {
        let (town, desk) = coordinator(app).await;
        open_form(&town).await;
        sends_form(&town, &[]).await;
        let queue = desk.get(&town.app, "/applications").await.text();
        let drop = queue.split("action=\"/application-forms/").nth(1).unwrap()[..36].to_owned();
        let path = format!("/application-forms/{drop}/drop");
        next(&desk.post(&town.app, &path, &[]).await);
        assert_eq!(forms_waiting(&town).await, 0);
        assert!(desk.get(&town.app, "/applications").await.text().contains("Poistetut lomakkeet"));
        next(&desk.post(&town.app, &path, &[("undo", "yes")]).await);
        next(&desk.post(&town.app, &path, &[("undo", "yes")]).await);
        assert_eq!(forms_waiting(&town).await, 1, "a slip");
        assert!(!desk.get(&town.app, "/applications").await.text().contains("Poistetut lomakkeet"));
        next(&desk.post(&town.app, &path, &[]).await);
        as_many_wait(&town, &drop, forms::MOST_WAITING).await;
        let full = desk.post(&town.app, &path, &[("undo", "yes")]).await;
        assert_eq!(full.headers["location"], "/applications?said=full", "as many wait as may");
        assert!(desk.get(&town.app, "/applications?said=full").await.text().contains("odottaa jo liian monta"));
        none_waits(&town).await;
        let kept = async || {
            server::applications::forms::forget(&town.app.state).await.unwrap();
            let mut tx = town.app.state.db.read(Unscoped::Installation).await.unwrap();
            let sql = "SELECT COUNT(*) AS n FROM application_form WHERE body IS NOT NULL";
            tx.one(sql, []).await.unwrap().get::<i64>("n").unwrap()
        };
        assert_eq!(kept().await, 1, "for a day");
        town.app.clock.advance(DAY);
        let late = town.signed_in(Role::Coordinator, true).await;
        assert!(!late.get(&town.app, "/applications").await.text().contains("Poistetut lomakkeet"));
        let gone = late.post(&town.app, &path, &[("undo", "yes")]).await;
        assert_eq!(gone.headers["location"], "/applications?said=gone");
        assert_eq!((forms_waiting(&town).await, kept().await), (0, 0), "too late");
        let mut tx = town.app.state.db.read(Unscoped::Installation).await.unwrap();
        let sql = "SELECT entities FROM audit WHERE verb = 'application_form.drop' ORDER BY n LIMIT 1";
        let logged = tx.one(sql, []).await.unwrap();
        assert_eq!(logged.get::<String>("entities").unwrap(), format!("application_form:{drop}"));
    }

    async fn a_consent_is_recorded_with_its_text_and_withdrawn_at_the_desk(app) {
        let (town, desk) = coordinator(app).await;
        let person = format!("/people/{}", town.own.participant);
        for (act, on) in [("given", "7.9.2026"), ("withdrawn", "8.9.2026")] {
            let rev = value(&desk.get(&town.app, &person).await, "rev");
            let form = [
                ("rev", &*rev), ("purpose", "home_care_exchange"), ("act", act), ("channel", "paper"),
                ("consent_language", "sv"), ("consent_on", on),
            ];
            next(&desk.post(&town.app, &format!("{person}/consents"), &form).await);
        }
        let mut tx = town.app.state.db.read(Unscoped::Installation).await.unwrap();
        let rows = tx.all("SELECT body FROM consent ORDER BY on_day", []).await.unwrap();
        let events: Vec<Consent> = rows.iter().map(|row| row.json("body").unwrap()).collect();
        assert_eq!((events[0].text_version.as_str(), events[0].language.as_str()), ("home_care_exchange/1", "sv"));
        assert_eq!(events[1].after, [events[0].id]);
        let all: Vec<_> = events.iter().collect();
        assert_eq!(domain::consents::standing(&all), Some(ConsentAct::Withdrawn));
        let wrong = desk.post(&town.app, &format!("{person}/consents"), &[("consent_on", "8.9.2027")]).await;
        for field in ["#purpose", "#act", "#consent_on"] {
            assert!(wrong.text().contains(&format!("href=\"{field}\"")), "{field}: {}", wrong.text());
        }
    }

    async fn a_talk_is_kept_with_its_next_contact_of_which_the_desk_is_told_on_its_day(app) {
        let (town, desk) = coordinator(app).await;
        let person = format!("/people/{}", town.own.participant);
        let wrong = desk.post(&town.app, &format!("{person}/talks"), &[("talked_on", "8.9.2026"), ("next_on", "1.9.2026")]).await;
        for field in ["#goal", "#next_on"] {
            assert!(wrong.text().contains(&format!("href=\"{field}\"")), "{field}: {}", wrong.text());
        }
        let talk = [
            ("talked_on", "8.9.2026"), ("goal", "Kauppaan kävellen"), ("plan", "Kävely joka toinen päivä"),
            ("next_on", "15.9.2026"),
        ];
        next(&desk.post(&town.app, &format!("{person}/talks"), &talk).await);
        let page = desk.get(&town.app, &person).await.text();
        assert!(page.contains("Tavoite: Kauppaan kävellen") && page.contains("Seuraava yhteydenotto 15.9.2026"), "{page}");
        let data = desk.get(&town.app, &format!("{person}/data")).await.text();
        assert!(data.contains("Kävely joka toinen päivä. Seuraava yhteydenotto 15.9.2026"), "all that is kept: {data}");
        let told = "Yhteen liikuntaneuvonnassa olevaan pitää ottaa yhteyttä";
        assert!(!desk.get(&town.app, "/").await.text().contains(told));
        town.app.clock.advance(7 * DAY);
        let desk = town.signed_in(Role::Coordinator, true).await;
        assert!(desk.get(&town.app, "/").await.text().contains(told));
        let list = desk.get(&town.app, "/talks").await.text();
        assert!(list.contains(town.own.canary) && list.contains("page-head__back"), "{list}");
        let later = [("talked_on", "15.9.2026"), ("goal", "Portaat levähtämättä")];
        next(&desk.post(&town.app, &format!("{person}/talks"), &later).await);
        assert!(!desk.get(&town.app, "/").await.text().contains(told), "they have talked since");
        let mut tx = town.app.state.db.read(Unscoped::Installation).await.unwrap();
        let rows = tx.all("SELECT body FROM talk ORDER BY on_day", []).await.unwrap();
        let goals: Vec<_> = rows.iter().map(|row| row.json::<Talk>("body").unwrap().goal).collect();
        assert_eq!(goals, ["Kauppaan kävellen", "Portaat levähtämättä"]);
    }

    async fn a_talk_is_corrected_at_the_desk_and_no_colleagues_words_are_overwritten_unseen(app) {
        let (town, desk) = coordinator(app).await;
        let person = format!("/people/{}", town.own.participant);
        let talks = format!("{person}/talks");
        let id = "00000000-0000-7000-8000-0000000000f2";
        let new = [("rev", id), ("talked_on", "8.9.2026"), ("goal", "Kaupan kävellen"), ("next_on", "15.9.2026")];
        next(&desk.post(&town.app, &talks, &new).await);
        let seen = |page: String| value_after(&page, &format!("name=\"rev\" value=\"{id}\""), "seen");
        let first = seen(desk.get(&town.app, &person).await.text());
        let correct = async |goal: &str, next_on: &str, seen: &str| {
            let form = [("rev", id), ("seen", seen), ("talked_on", "8.9.2026"), ("goal", goal), ("next_on", next_on)];
            desk.post(&town.app, &talks, &form).await
        };
        // Pressed twice it is one correction.
        for _ in 0..2 {
            assert_eq!(next(&correct("Kauppaan kävellen", "22.9.2026", &first).await), person);
        }
        let page = desk.get(&town.app, &person).await.text();
        assert!(page.contains("Tavoite: Kauppaan kävellen") && page.contains("Seuraava yhteydenotto 22.9.2026"), "{page}");
        assert!(!page.contains("Kaupan kävellen"), "{page}");
        let wrong = correct("", "1.9.2026", &seen(page)).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        for field in ["goal", "next_on"] {
            let (link, there) = (format!("href=\"#{field}\""), format!(" id=\"{field}\""));
            assert!(wrong.text().contains(&link), "{field}: {}", wrong.text());
            assert_eq!(wrong.text().matches(&there).count(), 1, "{field}: {}", wrong.text());
        }
        let stale = correct("Portaat levähtämättä", "22.9.2026", &first).await;
        assert_eq!(stale.status, StatusCode::UNPROCESSABLE_ENTITY);
        let text = stale.text();
        assert!(text.contains("Ohjelmassa on nyt: Kauppaan kävellen") && text.contains("Portaat levähtämättä"), "{text}");
        // The form for a new talk, gone back to and sent with other words, overwrites nothing unseen either.
        assert_eq!(desk.post(&town.app, &talks, &new).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        next(&correct("Portaat levähtämättä", "22.9.2026", &seen(text)).await);
        assert!(desk.get(&town.app, &person).await.text().contains("Tavoite: Portaat levähtämättä"));
        for (sql, expected) in [
            ("SELECT COUNT(*) AS n FROM talk", 1),
            ("SELECT COUNT(*) AS n FROM op WHERE kind = 'talk.record'", 3),
        ] {
            assert_eq!(count(&town.app, sql).await, expected, "what it said before stays in the log: {sql}");
        }
        // Under another person's name it is not to be had.
        let other = format!("/people/{}/talks", town.other.participant);
        assert_eq!(desk.post(&town.app, &other, &new).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }

    async fn a_talk_noted_on_the_wrong_person_is_taken_back_and_its_words_are_shown_nowhere(app) {
        let (town, desk) = coordinator(app).await;
        let person = format!("/people/{}", town.own.participant);
        let (talks, id) = (format!("{person}/talks"), "00000000-0000-7000-8000-0000000000f3");
        let say = async |fields: &[(&str, &str)]| desk.post(&town.app, &talks, fields).await;
        let page = async |address: &str| desk.get(&town.app, address).await.text().replace('\u{a0}', " ");
        let is_due = async || page("/").await.contains("Yhteen liikuntaneuvonnassa olevaan pitää ottaa yhteyttä");
        next(&say(&[("talked_on", "1.9.2026"), ("goal", "Portaat levähtämättä"), ("next_on", "8.9.2026")]).await);
        assert!(is_due().await);
        let wrong = [("rev", id), ("talked_on", "8.9.2026"), ("goal", "Harmonikan kanto"), ("plan", "Käynti soittajaisissa")];
        next(&say(&wrong).await);
        assert!(!is_due().await, "the later talk answers the earlier one");
        let mark = format!("name=\"rev\" value=\"{id}\"");
        let first = value_after(&page(&person).await, &mark, "seen");
        let take_back = async |seen: &str, why: &str| {
            say(&[("form", "take_back"), ("rev", id), ("seen", seen), ("talk_mistake", why)]).await
        };
        let missing = take_back(&first, "").await;
        let text = missing.text();
        assert_eq!(missing.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(text.contains("href=\"#talk_mistake\"") && text.contains("Valitse, miksi keskustelu poistetaan"), "{text}");
        assert_eq!(text.matches(" id=\"talk_mistake\"").count(), 1, "{text}");
        // A colleague has corrected it since: it is not taken back unseen.
        let corrected = [("seen", &*first), wrong[0], wrong[1], ("goal", "Harmonikan kantaminen"), wrong[3]];
        next(&say(&corrected).await);
        let stale = take_back(&first, "wrong_person").await;
        let text = stale.text().replace('\u{a0}', " ");
        assert_eq!(stale.status, StatusCode::UNPROCESSABLE_ENTITY);
        let now = "Ohjelmassa on nyt: 8.9.2026, Tavoite: Harmonikan kantaminen, Suunnitelma: Käynti soittajaisissa";
        assert!(text.contains(now) && text.contains("value=\"wrong_person\" selected"), "{text}");
        let seen = value_after(&text, &mark, "seen");
        // Pressed twice it is taken back once.
        for _ in 0..2 {
            assert_eq!(next(&take_back(&seen, "wrong_person").await), person);
        }
        let gone = "Liikuntaneuvontakeskustelu 8.9.2026 poistettiin. Syy: kirjattu väärälle henkilölle";
        assert!(page(&person).await.contains(gone));
        let (data_at, download) = (format!("{person}/data"), format!("{person}/data/download"));
        let data = page(&data_at).await;
        assert!(data.contains(&format!("{gone} (Nimi coordinator@091)")), "{data}");
        for address in [&*person, &*data_at, &*download, "/talks", "/"] {
            let text = page(address).await;
            assert!(!text.contains("Harmonikan") && !text.contains("soittajaisissa"), "{address}: {text}");
        }
        assert!(is_due().await && page("/talks").await.contains(town.own.canary), "what was taken back answers nothing");
        // A correction from a page that was opened before is told so, and not the words that are gone.
        let late = say(&[("seen", &*seen), ("rev", id), ("talked_on", "8.9.2026"), ("goal", "Kauppaan kävellen")]).await;
        assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
        let text = late.text();
        assert!(text.contains("Ohjelmassa on nyt: keskustelu on poistettu, kirjattu väärälle henkilölle"), "{text}");
        assert!(text.contains("Kauppaan kävellen") && !text.contains("Harmonikan"), "{text}");
        for (sql, expected) in [
            ("SELECT COUNT(*) AS n FROM talk", 2),
            ("SELECT COUNT(*) AS n FROM talk WHERE taken_back_on = '2026-09-08'", 1),
            ("SELECT COUNT(*) AS n FROM op WHERE kind = 'talk.record'", 4),
        ] {
            assert_eq!(count(&town.app, sql).await, expected, "{sql}");
        }
    }

    async fn a_talk_that_was_taken_back_is_put_back_by_one_press_on_the_same_day(app) {
        let (town, desk) = coordinator(app).await;
        let person = format!("/people/{}", town.own.participant);
        let (talks, id) = (format!("{person}/talks"), "00000000-0000-7000-8000-0000000000f4");
        next(&desk.post(&town.app, &talks, &[("rev", id), ("talked_on", "8.9.2026"), ("goal", "Kauppaan kävellen")]).await);
        let page = desk.get(&town.app, &person).await.text();
        let seen = value_after(&page, &format!("name=\"rev\" value=\"{id}\""), "seen");
        let gone = [("form", "take_back"), ("rev", id), ("seen", &*seen), ("talk_mistake", "slip")];
        let back = [("form", "put_back"), ("rev", id)];
        // Neither under another person's name nor at a person of another organisation.
        for other in [town.other.participant, town.partner.participant] {
            for form in [&gone[..], &back[..]] {
                let answer = desk.post(&town.app, &format!("/people/{other}/talks"), form).await;
                assert_eq!(answer.status, StatusCode::NOT_FOUND, "{}", answer.text());
            }
        }
        assert_eq!(desk.post(&town.app, &talks, &[("form", "forget"), ("rev", id)]).await.status, StatusCode::NOT_FOUND);
        let offered = "name=\"form\" value=\"put_back\"";
        assert!(!page.contains(offered));
        next(&desk.post(&town.app, &talks, &gone).await);
        let page = desk.get(&town.app, &format!("{person}?said=talk_taken_back")).await.text();
        assert!(page.contains("Keskustelu on poistettu. Sen voi palauttaa vielä tänään."), "{page}");
        assert!(page.contains(offered) && !page.contains("Tavoite: Kauppaan kävellen"), "{page}");
        for _ in 0..2 {
            assert_eq!(next(&desk.post(&town.app, &talks, &back).await), person);
        }
        let page = desk.get(&town.app, &person).await.text();
        assert!(page.contains("Tavoite: Kauppaan kävellen") && !page.contains(offered), "as it was: {page}");
        assert_eq!(count(&town.app, "SELECT COUNT(*) AS n FROM op WHERE kind = 'talk.record'").await, 3);
        next(&desk.post(&town.app, &talks, &gone).await);
        town.app.clock.advance(DAY);
        let desk = town.signed_in(Role::Coordinator, true).await;
        assert!(!desk.get(&town.app, &person).await.text().contains(offered), "from the next day on it is noted anew");
        let partners = crate::identity::partners_coordinator(&town).await;
        for form in [&gone[..], &back[..]] {
            assert_eq!(partners.post(&town.app, &talks, form).await.status, StatusCode::NOT_FOUND);
        }
    }

    async fn the_talks_and_applications_of_a_merged_record_stand_on_the_page_of_the_record_that_stands_for_it(app) {
        let (town, desk) = coordinator(app).await;
        let (own, other) = (town.own.participant, town.other.participant);
        let talk = Talk { goal: "Portaat levähtämättä".into(), ..crate::rights::ops::talked(TalkId(other.0), other) };
        let merged = people::Verb::Edit { id: other, changes: vec![ProfileChange::SameAs(Some(own))] };
        town.write(crate::rights::ops::application(&town.other)).await;
        town.write(vec![domain::talks::Verb::Record { talk }.into(), merged.into()]).await;
        let page = desk.get(&town.app, &format!("/people/{own}")).await.text();
        let applied = crate::rights::ops::applied(other);
        assert!(page.contains(&format!("href=\"/applications/{applied}\"")), "{page}");
        assert!(page.contains("Tavoite: Portaat levähtämättä"), "{page}");
        let id = other.0.to_string();
        let seen = value_after(&page, &format!("name=\"rev\" value=\"{id}\""), "seen");
        let form = [("rev", &*id), ("seen", &*seen), ("talked_on", "7.9.2026"), ("goal", "Portaat ylös")];
        next(&desk.post(&town.app, &format!("/people/{own}/talks"), &form).await);
        let page = desk.get(&town.app, &format!("/people/{own}")).await.text();
        assert!(page.contains("Tavoite: Portaat ylös") && !page.contains("levähtämättä"), "{page}");
        let seen = value_after(&page, &format!("name=\"rev\" value=\"{id}\""), "seen");
        let gone = [("form", "take_back"), ("rev", &*id), ("seen", &*seen), ("talk_mistake", "wrong_person")];
        next(&desk.post(&town.app, &format!("/people/{own}/talks"), &gone).await);
        let page = desk.get(&town.app, &format!("/people/{own}")).await.text();
        assert!(!page.contains("Portaat ylös") && page.contains("Keskusteluja ei ole kirjattu"), "{page}");
    }

    async fn the_safety_questions_are_asked_at_the_desk_and_red_ones_speak_in_the_advice(app) {
        let (town, desk) = coordinator(app).await;
        let application = applies(&town, &desk, "Hakija", "040 765 4321", &[("home", "own_home"), ("fell", "yes")]).await;
        let person = stored(&town).await[0].participant;
        let path = format!("/people/{person}/questions");
        let nothing = desk.post(&town.app, &path, &[("on", "8.9.2026")]).await;
        assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
        next(&desk.post(&town.app, &path, &[("on", "8.9.2026"), ("q1", "yes"), ("q2", "no")]).await);
        let page = desk.get(&town.app, &application).await.text();
        assert!(page.contains("Ei täytä kohderyhmän ehtoja"), "not begun before health care has cleared it: {page}");
        let page = desk.get(&town.app, &format!("/people/{person}")).await.text();
        assert!(page.contains("odottavat terveydenhuollon lupaa"), "{page}");
    }
}
