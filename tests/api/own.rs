//! Those who take part: a card is made, used and ended; with it they see their own and tell that they cannot come.

use domain::access::Role;
use domain::assessments::{self, Assessment, Instrument, Item, Trial, TrialOutcome};
use domain::attendance::{self, Mark};
use domain::groups::{ExitReason, Group, Membership, membership};
use domain::ids::{AssessmentId, AttendanceId};
use domain::sessions::Session;
use domain::sync::entity::Bucket;
use domain::sync::op::Verb;
use domain::time::Day;
use http::StatusCode;
use server::access::Scope;
use server::db::Unscoped;
use server::own::cards::{self, Managed, New, Secrets, in_groups};
use tests::Answer;
use tests::tablet::Tablet;
use tests::town::{Browser, CANARIES, Place, Town, today};

use crate::{guessing, relatives};

pub const NUMBER: &str = "112233";
pub const PIN: &str = "445566";
pub const TOKEN: &str = "aaaaaaaaaaaaaaaaaaaaaa";

/// Makes the card of the own group's person without the desk, so that its token is known.
pub async fn card(town: &Town) {
    card_of(town, &town.own, NUMBER, TOKEN).await;
}

/// The same for the person of that place.
pub async fn card_of(town: &Town, place: &Place, number: &str, token: &str) {
    let state = &town.app.state;
    let scope = Scope::command_line(place.municipality.clone(), state.today());
    let secrets = Secrets { token: token.to_owned(), pin: PIN.to_owned() };
    let pin = cards::hashed(state, PIN).await.unwrap();
    let by = town.user(Role::Coordinator).await;
    let mut tx = state.db.begin(&scope).await.unwrap();
    let action = domain::access::Action::ManageCards;
    let found = server::people::find(&mut tx, action, place.participant).await.unwrap();
    let new = New { number, secrets: &secrets, pin: &pin, by };
    cards::insert(state, &mut tx, Managed::of_person(&scope, found.reached).unwrap(), new).await.unwrap();
    tx.commit().await.unwrap();
}

/// The year in which everybody in the town was born.
const BORN: &str = "1946";

/// Gives the own municipality a number to call.
async fn has_number(town: &Town) {
    let help = domain::devices::Help { name: "Liikuntaneuvonta".to_owned(), phone: "09 310 5566".to_owned() };
    let mut tx = town.app.state.db.begin(Unscoped::Installation).await.unwrap();
    server::help::set(&mut tx, &town.own.municipality, Some(&help)).await.unwrap();
    tx.commit().await.unwrap();
}

/// What the browser keeps of an answer.
pub fn kept(answer: &Answer) -> Browser {
    let lines = answer.headers.get_all("set-cookie").iter().filter_map(|line| line.to_str().ok());
    let cookies = lines.filter_map(|line| line.split(';').next()).filter(|cookie| !cookie.ends_with('='));
    Browser { cookies: cookies.collect::<Vec<_>>().join("; ") }
}

pub fn leads_to(answer: &Answer) -> &str {
    answer.headers.get("location").and_then(|to| to.to_str().ok()).unwrap_or_default()
}

pub async fn typed(town: &Town, browser: &Browser, number: &str, pin: &str) -> Answer {
    browser.post(&town.app, "/own/sign-in", &[("number", number), ("pin", pin)]).await
}

/// Signed in with number and PIN.
pub async fn signed_in(town: &Town) -> Browser {
    let answer = typed(town, &Browser::default(), "112 233", "445 566").await;
    assert_eq!(leads_to(&answer), "/own", "{}", answer.text());
    kept(&answer)
}

/// Signed in with the code of the card.
pub async fn by_code(town: &Town) -> Browser {
    let answer = Browser::default().post(&town.app, "/k", &[("token", TOKEN)]).await;
    assert_eq!(leads_to(&answer), "/own", "{}", answer.text());
    kept(&answer)
}

/// The own group meets at this time of the day from now on.
pub async fn meets_at(town: &Town, starts_at: &str) {
    let mut tx = town.app.state.db.read(Unscoped::Installation).await.unwrap();
    let sql = "SELECT body FROM exercise_group WHERE id = $1";
    let group: Group = tx.one(sql, [town.own.group.into()]).await.unwrap().json("body").unwrap();
    drop(tx);
    let group = Box::new(Group { starts_at: starts_at.parse().ok(), place: Some("Kylätalo".into()), ..group });
    town.write(vec![Verb::Group(domain::groups::Verb::Put { group })]).await;
}

pub fn absence<'a>(group: &'a str, day: &'a str, absent: &'a str) -> [(&'a str, &'a str); 3] {
    [("group", group), ("day", day), ("absent", absent)]
}

async fn tell(town: &Town, browser: &Browser, place: &Place, day: &str, absent: &str) -> Answer {
    let group = place.group.to_string();
    browser.post(&town.app, "/own/absence", &absence(&group, day, absent)).await
}

/// The mark of the own group's person on that day; the first: whether there is a row.
async fn mark(town: &Town, day: Day) -> (bool, Option<String>) {
    let id = AttendanceId::of(Session::planned_id(town.own.group, day), town.own.participant);
    let mut tx = town.app.state.db.read(Unscoped::Installation).await.unwrap();
    let row = tx.maybe("SELECT mark FROM attendance WHERE id = $1", [id.into()]).await.unwrap();
    (row.is_some(), row.and_then(|row| row.get("mark").unwrap()))
}

pub async fn leave(town: &Town, left_on: Day, exit_reason: ExitReason) {
    let stay = Membership::begun(town.own.group, town.own.participant, today().plus_days(-7));
    let (id, group) = (stay.id, town.own.group);
    let (left_on, exit_reason) = (Some(left_on), Some(exit_reason));
    town.write(vec![Verb::Membership(membership::Verb::Leave { id, group, left_on, exit_reason })]).await;
}

/// The log's rows of people who take part, as verb, result and fields.
async fn log(town: &Town) -> Vec<String> {
    let mut tx = town.app.state.db.read(Unscoped::Installation).await.unwrap();
    let sql = "SELECT verb, result, fields FROM audit WHERE actor = $1 ORDER BY n";
    let rows = tx.all(sql, [town.own.participant.into()]).await.unwrap();
    let part = |row: &server::db::Row, name: &'static str| row.get::<String>(name).unwrap();
    rows.iter().map(|row| format!("{} {} {}", part(row, "verb"), part(row, "result"), part(row, "fields"))).collect()
}

/// Everything that the log holds, as one text.
async fn whole_log(town: &Town) -> String {
    let mut tx = town.app.state.db.read(Unscoped::Installation).await.unwrap();
    let rows = tx.all("SELECT entities, fields, result FROM audit", []).await.unwrap();
    let line = |row: &server::db::Row| ["entities", "fields", "result"].map(|name| row.get::<String>(name).unwrap());
    rows.iter().flat_map(line).collect::<Vec<_>>().join("\n")
}

pub fn between<'a>(text: &'a str, before: &str, after: &str) -> Vec<&'a str> {
    text.split(before).skip(1).filter_map(|rest| rest.split(after).next()).collect()
}

tests::on_both_databases! {
    async fn a_card_is_shown_once_opens_ones_own_page_and_ends_with_the_next_one(app) {
        let town = Town::on(app).await;
        let desk = town.signed_in(Role::Coordinator, true).await;
        let at = format!("/people/{}/personal-card", town.own.participant);
        assert!(desk.get(&town.app, &format!("/people/{}", town.own.participant)).await.text().contains(&at));
        assert!(desk.get(&town.app, &at).await.text().contains("Korttia ei ole."));
        let answer = desk.post(&town.app, &at, &[("language", "sv")]).await;
        assert_eq!(leads_to(&answer), format!("{at}?said=made"), "no address names a secret");
        let made = desk.get(&town.app, leads_to(&answer)).await.text();
        let numbers = between(&made, "personal-card__number\">", "<");
        let [number, pin] = numbers.as_slice() else { panic!("number and PIN in {made}") };
        assert!(made.contains("Läs koden med telefonens kamera") && made.contains("class=\"qr\""), "{made}");
        assert!(!made.contains(town.own.canary) || !made.contains(&format!("personal-card__name\">{}", town.own.canary)));
        // Loaded again it makes nothing anew, and shows no secret; nor does it to another session.
        let again = desk.get(&town.app, leads_to(&answer)).await.text();
        assert!(again.contains("Kortti on jo näytetty.") && again.contains(number) && !again.contains(pin), "{again}");
        let stored = desk.get(&town.app, &at).await.text();
        assert!(stored.contains(number) && !stored.contains(pin) && stored.contains("ei ole vielä käytetty"), "{stored}");
        let entered = typed(&town, &Browser::default(), number, pin).await;
        assert_eq!(leads_to(&entered), "/own", "{}", entered.text());
        let own = kept(&entered);
        let page = own.get(&town.app, "/own").await;
        assert!(page.text().contains("Hej, Aino!") || page.text().contains("Hei, Aino!"), "{}", page.text());
        assert_eq!(page.headers["cache-control"], "no-store");
        let used = desk.get(&town.app, &at).await.text();
        assert!(used.contains("viimeksi 8.9.2026"), "{used}");
        let next = desk.made(&town.app, &at, &[("language", "fi")]).await.text();
        assert_eq!(leads_to(&own.get(&town.app, "/own").await), "/own/sign-in", "the new card ends the old one's sessions");
        assert_eq!(typed(&town, &Browser::default(), number, pin).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        let numbers = between(&next, "personal-card__number\">", "<");
        let own = kept(&typed(&town, &Browser::default(), numbers[0], numbers[1]).await);
        assert_eq!(own.get(&town.app, "/own").await.status, StatusCode::OK);
        assert_eq!(leads_to(&desk.post(&town.app, &format!("{at}/end"), &[]).await), format!("{at}?said=ended"));
        let closed = own.get(&town.app, "/own").await;
        assert_eq!(leads_to(&closed), "/own/sign-in");
        let door = own.get(&town.app, "/own/sign-in").await.text();
        assert!(door.contains("päättynyt") && !door.contains("Aino"), "{door}");
    }

    async fn a_new_card_waits_sealed_for_its_own_session_and_for_half_an_hour(app) {
        let town = Town::on(app).await;
        let (desk, other) = (town.signed_in(Role::Coordinator, true).await, town.signed_in(Role::Coordinator, true).await);
        let at = format!("/people/{}/personal-card", town.own.participant);
        let page = format!("{at}?said=made");
        desk.post(&town.app, &at, &[]).await;
        let mut tx = town.app.state.db.read(Unscoped::Installation).await.unwrap();
        let row = tx.one("SELECT sealed FROM shown_once", []).await.unwrap();
        let sealed: String = row.get("sealed").unwrap();
        drop(tx);
        assert!(!sealed.contains(town.own.canary) && !sealed.contains("token"), "{sealed}");
        let elsewhere = other.get(&town.app, &page).await.text();
        assert!(!elsewhere.contains("class=\"qr\"") && !elsewhere.contains("jo näytetty"), "{elsewhere}");
        assert!(desk.get(&town.app, &page).await.text().contains("class=\"qr\""));
        let gone = "SELECT COUNT(*) AS n FROM shown_once WHERE sealed IS NOT NULL";
        assert_eq!(crate::files::count(&town.app, gone).await, 0, "what was shown is kept no more");
        desk.post(&town.app, &at, &[]).await;
        town.app.clock.advance(30 * 60_000 + 1);
        let late = desk.get(&town.app, &page).await.text();
        assert!(!late.contains("class=\"qr\""), "{late}");
        town.signed_in(Role::Coordinator, true).await.post(&town.app, &at, &[]).await;
        assert_eq!(crate::files::count(&town.app, "SELECT COUNT(*) AS n FROM shown_once").await, 1, "the old one is gone");
    }

    async fn the_municipalitys_form_of_address_holds_on_the_pages_of_those_who_take_part_and_of_everybody(app) {
        let town = Town::on(app).await;
        card(&town).await;
        let (own, anybody) = (signed_in(&town).await, Browser::default());
        let kin = relatives::entered(&town, &relatives::invited(&town, &town.own, 1, &relatives::ALL).await).await;
        let sv = Browser { cookies: format!("{}; view=sv..", own.cookies) };
        let kin_results = format!("/kin/{}/results", town.own.participant);
        let pages = [
            (&own, "/own/seen", "Voit kysyä meiltä", "Voitte kysyä meiltä"),
            (&sv, "/own/seen", "Du kan fråga oss", "Ni kan fråga oss"),
            (&own, "/own/results", "Harjoittele voimaa", "Harjoitelkaa voimaa"),
            (&own, "/own/exercise", "Pyydä sitä ryhmän ohjaajalta", "Pyytäkää sitä ryhmän ohjaajalta"),
            (&own, "/exercises/chair_stand", "Nouse seisomaan", "Nouskaa seisomaan"),
            (&own, "/own/messages", "omalla sivullasi", "omalla sivullanne"),
            // What went wrong is said as the municipality speaks, too: this address is nowhere.
            (&own, "/own/nowhere", "Palaa omalle sivullesi", "Palatkaa omalle sivullenne"),
            (&kin, &*kin_results, "Harjoittele voimaa", "Harjoitelkaa voimaa"),
            // Two municipalities are here: the public page of one knows whose it is, and the door once it was opened.
            (&anybody, "/find?municipality=091", "Oletko jo ryhmässä?", "Oletteko jo ryhmässä?"),
            (&anybody, "/feedback/091", "Älä kirjoita terveydestäsi", "Älkää kirjoittako terveydestänne"),
            (&anybody, "/privacy/091", "Voit nähdä tietosi", "Voitte nähdä tietonne"),
        ];
        let said = async |at: usize| {
            for (browser, path, familiar, formal) in pages {
                let text = browser.get(&town.app, path).await.text();
                let (here, other) = if at == 0 { (familiar, formal) } else { (formal, familiar) };
                assert!(text.contains(here) && !text.contains(other), "{path}: {text}");
            }
        };
        said(0).await;
        let admin = town.signed_in(Role::OrganisationAdmin, true).await;
        admin.post(&town.app, "/letters", &[("form", "formal")]).await;
        said(1).await;
        let page = own.get(&town.app, "/own/seen").await.text();
        assert!(page.contains("value=\"fi\" lang=\"fi\" aria-current=\"true\""), "it is Finnish as before: {page}");
        assert!(anybody.get(&town.app, "/find?municipality=049").await.text().contains("Oletko jo ryhmässä?"), "another's");
        assert!(anybody.get(&town.app, "/own/sign-in").await.text().contains("Avaa oma sivusi"), "nobody's");
    }

    async fn the_door_and_the_desk_address_people_as_soon_as_it_is_known_where_they_belong(app) {
        let town = Town::on(app).await;
        card(&town).await;
        let (own, anybody) = (signed_in(&town).await, Browser::default());
        let (admin, desk) =
            (town.signed_in(Role::OrganisationAdmin, true).await, town.signed_in(Role::Coordinator, true).await);
        admin.post(&town.app, "/letters", &[("form", "formal")]).await;
        let person = format!("/people/{}", town.own.participant);
        for (path, formal) in [
            (person.clone(), "Voitte perua luvan milloin tahansa."),
            (format!("{person}/data"), "pyytäkää korjaamaan se"),
        ] {
            let page = desk.get(&town.app, &path).await.text();
            assert!(page.contains(formal), "{path}: {page}");
        }
        desk.post(&town.app, &format!("{person}/personal-card/end"), &[]).await;
        let door = own.get(&town.app, "/own/sign-in").await.text();
        assert!(door.contains("Avatkaa oma sivunne") && door.contains("Avatkaa sivu uudelleen"), "a page was open: {door}");
        let ended = anybody.post(&town.app, "/k", &[("token", TOKEN)]).await.text();
        assert!(ended.contains("Pyytäkää ohjaajalta uusi kortti."), "the card says where it belongs: {ended}");
        let door = async || anybody.get(&town.app, "/own/sign-in").await.text();
        assert!(door().await.contains("Avaa oma sivusi"), "of two municipalities one speaks so");
        let both = "INSERT INTO setting (municipality, key, value, updated_at) \
                    SELECT municipality, 'form_of_address', 'formal', 0 FROM municipality WHERE true \
                    ON CONFLICT (municipality, key) DO NOTHING";
        let written = town.app.state.write(Unscoped::Installation, |mut tx| async move {
            tx.run(both, []).await?;
            Ok(tx.done(()))
        });
        written.await.unwrap();
        assert!(door().await.contains("Avatkaa oma sivunne"), "both do");
    }

    async fn how_somebody_is_is_said_back_after_the_pin_with_the_answer_before_and_where_there_is_help(app) {
        let town = Town::on(app).await;
        card(&town).await;
        let answered = async |n: u128, on: Day, lonely: i64| {
            let trial = |item, answer| Trial::new(item, 1, TrialOutcome::Value(answer));
            let answers = vec![trial(Item::Lonely, lonely), trial(Item::Srh, 2), trial(Item::Fof, 1)];
            let id = AssessmentId(uuid::Uuid::from_u128(n));
            let said = Assessment::new(id, town.own.participant, on, Instrument::SelfReport, answers);
            town.write(vec![Verb::Assessment(assessments::Verb::Record { assessment: Box::new(said) })]).await;
        };
        let coded = by_code(&town).await;
        answered(0xe001, today().plus_days(-90), 2).await;
        assert_eq!(leads_to(&coded.get(&town.app, "/own/results").await), "/own/pin", "not without the PIN");
        let own = signed_in(&town).await;
        let page = own.get(&town.app, "/own/results").await.text();
        assert!(page.contains("Miten voit?") && page.contains("Vastasit 10.6.2026: harvoin."), "{page}");
        assert!(!page.contains("Viimeksi vastasit") && !page.contains("juttuseuraa"), "nothing worries anybody: {page}");
        answered(0xe002, today(), 5).await;
        let page = own.get(&town.app, "/own/results").await.text();
        for told in [
            "Vastasit 8.9.2026: jatkuvasti.", "Viimeksi vastasit: harvoin.", "Moni tuntee itsensä välillä yksinäiseksi.",
            "Viimeksi vastasit samoin.", "Apua ja juttuseuraa", "Soita 112.",
        ] {
            assert!(page.contains(told), "{told} in {page}");
        }
        assert_eq!(page.matches("Moni pelkää").count(), 0, "nobody is afraid");
        // The desk sees the answers where it sees results, and no first page has them.
        let desk = town.signed_in(Role::Coordinator, true).await;
        let person = desk.get(&town.app, &format!("/people/{}", town.own.participant)).await.text();
        assert!(person.contains("jatkuvasti") && person.contains("jutelkaa tästä"), "{person}");
        let home = own.get(&town.app, "/own").await.text();
        assert!(!home.contains("jatkuvasti") && !home.contains("Miten voit"), "{home}");
        // The paper card has none of it, and neither has a relative's page (relatives.rs).
        let paper = desk.get(&town.app, &format!("/people/{}/card", town.own.participant)).await.text();
        assert!(!paper.contains("jatkuvasti") && !paper.contains("yksinäi"), "{paper}");
    }

    async fn the_code_of_a_card_is_posted_and_stands_in_no_address_and_no_log(app) {
        let town = Town::on(app).await;
        card(&town).await;
        let page = Browser::default().get(&town.app, "/k").await.text();
        assert!(page.contains("<script") && page.contains("action=\"/k\"") && page.contains("name=\"number\""), "{page}");
        let answer = Browser::default().post(&town.app, "/k", &[("token", TOKEN)]).await;
        assert_eq!(leads_to(&answer), "/own");
        let own = kept(&answer);
        assert!(own.cookies.contains("own=") && !own.cookies.contains(TOKEN), "{}", own.cookies);
        let mut pages = String::new();
        for path in ["/own", "/own/sessions", "/own/visits", "/own/seen"] {
            pages += &own.get(&town.app, path).await.text();
        }
        assert!(!pages.contains(TOKEN) && !whole_log(&town).await.contains(TOKEN));
        let wrong = Browser::default().post(&town.app, "/k", &[("token", "bbbbbbbbbbbbbbbbbbbbbb")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.text().contains("Koodi ei auennut"), "{}", wrong.text());
        let desk = town.signed_in(Role::Coordinator, true).await;
        desk.post(&town.app, &format!("/people/{}/personal-card/end", town.own.participant), &[]).await;
        let ended = Browser::default().post(&town.app, "/k", &[("token", TOKEN)]).await;
        assert!(ended.text().contains("Pyydä ohjaajalta uusi kortti"), "{}", ended.text());
        assert!(!ended.text().contains("error-summary"), "nothing was typed wrongly: {}", ended.text());
    }

    async fn a_code_that_is_read_out_opens_one_more_phone_once_and_for_a_quarter_of_an_hour(app) {
        let town = Town::on(app).await;
        let (tablet, at) = (town.on_tablet(Role::Instructor).await.0, format!("/people/{}/personal-card", town.own.participant));
        assert_eq!(leads_to(&tablet.post(&town.app, &format!("{at}/code"), &[]).await), at, "who has no card has no code");
        card(&town).await;
        let read = async || {
            let page = tablet.made(&town.app, &format!("{at}/code"), &[]).await.text();
            assert_eq!(page.matches("class=\"qr\"").count(), 1, "for the phone's camera: {page}");
            between(&page, "personal-card__number\">", "<")[0].to_owned()
        };
        let typed = async |code: &str| Browser::default().post(&town.app, "/own/code", &[("code", code)]).await;
        let (earlier, code) = (read().await, read().await);
        // Loaded again, the page makes no other and shows this one no more; another session never sees it.
        let page = format!("{at}?said=code");
        let again = tablet.get(&town.app, &page).await.text();
        assert!(again.contains("Koodi on jo näytetty.") && !again.contains(&code), "{again}");
        let other = town.signed_in(Role::Coordinator, true).await;
        tablet.post(&town.app, &format!("{at}/code"), &[]).await;
        let elsewhere = other.get(&town.app, &page).await.text();
        assert!(!elsewhere.contains("personal-card__number") && !elsewhere.contains("jo näytetty"), "{elsewhere}");
        let code = {
            assert_eq!(typed(&code).await.status, StatusCode::UNPROCESSABLE_ENTITY, "the one that waits ended it");
            let shown = tablet.get(&town.app, &page).await.text();
            between(&shown, "personal-card__number\">", "<")[0].to_owned()
        };
        let ended = typed(&earlier).await;
        assert_eq!(ended.status, StatusCode::UNPROCESSABLE_ENTITY, "a newer one ends it");
        assert!(ended.text().contains("Tarkista koodi tai pyydä ohjaajalta uusi."), "{}", ended.text());
        let nothing = typed("").await.text();
        assert!(nothing.contains("Kirjoita kertakoodi.") && !nothing.contains("ei täsmää"), "{nothing}");
        // Whatever opens addresses uses nothing up.
        for path in ["/own/code", &format!("/own/code?code={code}")] {
            assert_eq!(Browser::default().get(&town.app, path).await.status, StatusCode::OK);
        }
        let answer = typed(&code.to_lowercase().replace('-', " ")).await;
        assert_eq!(leads_to(&answer), "/own", "{}", answer.text());
        let own = kept(&answer);
        assert_eq!(own.get(&town.app, "/own").await.status, StatusCode::OK);
        assert_eq!(leads_to(&own.get(&town.app, "/own/results").await), "/own/pin", "no PIN was typed");
        // The browser shows the answer to the second press; elsewhere, or later, it opens nothing more.
        assert_eq!(leads_to(&typed(&code).await), "/own", "the button was pressed twice");
        let elsewhere = guessing::from(&town, guessing::address(1), "/own/code", &[("code", &code)], "").await;
        assert_eq!(elsewhere.status, StatusCode::UNPROCESSABLE_ENTITY, "once");
        town.app.clock.advance(30_000);
        assert_eq!(typed(&code).await.status, StatusCode::UNPROCESSABLE_ENTITY, "once");
        let late = read().await;
        town.app.clock.advance(15 * 60_000);
        assert_eq!(typed(&late).await.status, StatusCode::UNPROCESSABLE_ENTITY, "a quarter of an hour");
        assert!(!whole_log(&town).await.contains(&late));
        let mut statuses = Vec::new();
        for _ in 0..14 {
            statuses.push(typed("0000-0000").await.status.as_u16());
        }
        assert!(statuses.contains(&429), "{statuses:?}");
        let unknown = "SELECT COUNT(*) AS n FROM audit WHERE result = 'unknown_code' AND actor IS NULL";
        assert!(crate::files::count(&town.app, unknown).await > 5, "wrong ones are in the log");
        let good = read().await;
        assert_eq!(typed(&good).await.status, StatusCode::TOO_MANY_REQUESTS, "so short a code waits where it hits, too");
        town.app.clock.advance(5 * 60_000);
        assert_eq!(leads_to(&typed(&good).await), "/own");
        assert_eq!(typed("0000-0000").await.status, StatusCode::UNPROCESSABLE_ENTITY, "earlier slips count no more");
    }

    async fn a_code_by_letter_opens_one_more_phone_once_within_thirty_days_and_with_the_year_of_birth(app) {
        let town = Town::on(app).await;
        card(&town).await;
        let at = format!("/people/{}/personal-card", town.own.participant);
        let desk = town.signed_in(Role::Coordinator, true).await;
        assert!(!desk.get(&town.app, &at).await.text().contains("Tee kirje"), "without a number to call there is none");
        assert_eq!(leads_to(&desk.post(&town.app, &format!("{at}/code"), &[("by", "letter")]).await), at);
        has_number(&town).await;
        let offered = desk.get(&town.app, &at).await.text();
        assert!(offered.contains("Tee kirje, jossa on koodi") && offered.contains("kerran, 30 päivää"), "{offered}");
        let made = async |by: &str| desk.made(&town.app, &format!("{at}/code"), &[("by", by)]).await.text();
        let letter = made("letter").await;
        assert!(letter.contains("class=\"letter__window\"") && letter.contains("09 310 5566"), "{letter}");
        assert!(letter.contains("8.10.2026"), "its last day: {letter}");
        assert!(letter.contains("class=\"letter__page\"") && letter.contains("/own/code</strong>"), "a code to scan: {letter}");
        let code = between(&letter, "<dt>Koodi</dt><dd>", "<")[0].to_owned();
        assert_eq!(code.len(), 19, "80 bits: {code}");
        // One that is read out meanwhile leaves it good.
        made("voice").await;
        let typed = async |year: &str| Browser::default().post(&town.app, "/own/code", &[("code", &*code), ("born", year)]).await;
        let missing = typed("").await;
        assert!(missing.text().contains("href=\"#born\""), "{}", missing.text());
        let other = typed("1901").await;
        assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY, "somebody else opened the letter");
        assert!(other.text().contains("Koodi tai syntymävuosi ei täsmää"), "a slip in the year is found: {}", other.text());
        town.app.clock.advance(30 * 24 * 3_600_000);
        let answer = typed(BORN).await;
        assert_eq!(leads_to(&answer), "/own", "a wrong year uses nothing up: {}", answer.text());
        assert_eq!(leads_to(&kept(&answer).get(&town.app, "/own/results").await), "/own/pin", "no PIN was typed");
        town.app.clock.advance(30_000);
        assert_eq!(typed(BORN).await.status, StatusCode::UNPROCESSABLE_ENTITY, "once");
        assert!(!whole_log(&town).await.contains(&code));
    }

    async fn a_code_by_letter_ends_with_time_with_the_next_one_and_with_five_wrong_years(app) {
        let town = Town::on(app).await;
        card(&town).await;
        let card = format!("/people/{}/personal-card/code", town.own.participant);
        has_number(&town).await;
        let code = async || {
            let desk = town.signed_in(Role::Coordinator, true).await;
            let letter = desk.made(&town.app, &card, &[("by", "letter")]).await.text();
            between(&letter, "<dt>Koodi</dt><dd>", "<")[0].to_owned()
        };
        let typed = async |code: &str, year: &str| {
            let answer = Browser::default().post(&town.app, "/own/code", &[("code", code), ("born", year)]).await;
            answer.status == StatusCode::SEE_OTHER
        };
        let (first, second) = (code().await, code().await);
        assert!(!typed(&first, BORN).await, "a newer one ends it");
        town.app.clock.advance(31 * 24 * 3_600_000 + 1);
        assert!(!typed(&second, BORN).await, "thirty days");
        let third = code().await;
        for year in ["1901", "1902", "1903", "1904", "1905"] {
            assert!(!typed(&third, year).await);
        }
        assert!(!typed(&third, BORN).await, "whoever opened it tries no more");
        assert!(typed(&code().await, BORN).await, "and nobody is shut out by that");
        let fourth = code().await;
        for year in ["1901", "1902", "1903", "1904", BORN, BORN] {
            assert_eq!(typed(&fourth, year).await, year == BORN, "after four wrong ones, and pressed twice: {year}");
        }
        town.app.clock.advance(5 * 60_000);
        let fifth = code().await;
        let (typed, fifth) = (&typed, &fifth);
        let at_once = (1901..1909).map(|year: i32| async move { typed(fifth, &year.to_string()).await });
        assert!(!futures::future::join_all(at_once).await.contains(&true));
        let wrong = "SELECT COUNT(*) AS n FROM own_code WHERE wrong = 5 AND used_at IS NULL";
        assert_eq!(crate::files::count(&town.app, wrong).await, 1, "of many at once five are looked at");
    }

    async fn an_instructor_replaces_a_lost_card_in_the_hall_and_only_in_the_own_groups(app) {
        let town = Town::on(app).await;
        card(&town).await;
        let old = signed_in(&town).await;
        let tablet = town.on_tablet(Role::Instructor).await.0;
        let at = format!("/people/{}/personal-card", town.own.participant);
        let page = tablet.get(&town.app, &at).await.text();
        assert!(page.contains("112 233") && page.contains("viimeksi 8.9.2026") && page.contains("href=\"/tablet\""), "{page}");
        let made = tablet.made(&town.app, &at, &[("language", "fi")]).await.text();
        let numbers = between(&made, "personal-card__number\">", "<");
        assert_eq!(leads_to(&typed(&town, &Browser::default(), numbers[0], numbers[1]).await), "/own");
        assert_eq!(leads_to(&old.get(&town.app, "/own").await), "/own/sign-in", "the lost one opens nothing any more");
        assert_eq!(typed(&town, &Browser::default(), NUMBER, PIN).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        let foreign = format!("/people/{}/personal-card", town.other.participant);
        assert_eq!(tablet.post(&town.app, &foreign, &[]).await.status, StatusCode::NOT_FOUND);
        let peer = town.on_tablet(Role::PeerInstructor).await.0;
        assert_eq!(peer.post(&town.app, &at, &[]).await.status, StatusCode::FORBIDDEN);
    }

    async fn cards_of_a_whole_group_are_made_for_those_who_are_ticked_and_shown_once(app) {
        let town = Town::on(app).await;
        let desk = town.signed_in(Role::Coordinator, true).await;
        let at = format!("/groups/{}/cards", town.own.group);
        assert!(desk.get(&town.app, &format!("/groups/{}", town.own.group)).await.text().contains(&at));
        let page = desk.get(&town.app, &at).await.text();
        assert!(page.contains(town.own.canary) && page.contains("Ei korttia") && page.contains("checked"), "{page}");
        let nobody = desk.post(&town.app, &at, &[("people", &town.other.participant.to_string())]).await;
        assert_eq!(nobody.status, StatusCode::UNPROCESSABLE_ENTITY, "somebody of another group");
        let made = desk.made(&town.app, &at, &[("people", &town.own.participant.to_string())]).await.text();
        let numbers = between(&made, "personal-card__number\">", "<");
        assert_eq!(numbers.len(), 2, "one card with its slip: {made}");
        assert_eq!(leads_to(&typed(&town, &Browser::default(), numbers[0], numbers[1]).await), "/own");
        let page = desk.get(&town.app, &at).await.text();
        assert!(page.contains("käytetty viimeksi 8.9.2026") && !page.contains(numbers[1]), "{page}");
        let again = desk.get(&town.app, &format!("{at}?said=made")).await.text();
        assert!(again.contains("Kortit on jo näytetty.") && !again.contains(numbers[1]), "{again}");
        assert!(between(&page, "name=\"people\"", ">").iter().all(|one| !one.contains("checked")), "{page}");
    }

    async fn an_absence_told_beforehand_is_on_the_roll_and_taken_back_in_one_press(app) {
        let town = Town::on(app).await;
        meets_at(&town, "14:30").await;
        card(&town).await;
        let own = by_code(&town).await;
        let page = own.get(&town.app, "/own").await.text();
        for words in ["Tänään, tiistaina 8.\u{a0}syyskuuta", "14.30", "Kylätalo", "En pääse", "Ohjaaja: Nimi", "Ota mukaan sisäkengät"] {
            assert!(page.contains(words), "{words} in {page}");
        }
        let day = today().to_string();
        let told = tell(&town, &own, &town.own, &day, "yes").await;
        assert_eq!(leads_to(&told), "/own?said=absent");
        assert_eq!(mark(&town, today()).await, (true, Some("absent_informed".to_owned())));
        let page = own.get(&town.app, "/own?said=absent").await.text();
        assert!(page.contains("Kiitos ilmoituksesta") && page.contains("Tulen sittenkin"), "{page}");
        // The roll of the instructor's tablet has it before the session.
        let tablet = Tablet::of(&town, Role::Instructor).await;
        let pulled = serde_json::to_string(&tablet.pull(&town.app, None).await).unwrap();
        assert!(pulled.contains("absent_informed") && pulled.contains(&Bucket::Roll(town.own.group).to_string()));
        let back = tell(&town, &own, &town.own, &day, "no").await;
        assert_eq!(leads_to(&back), "/own?said=coming");
        assert_eq!(mark(&town, today()).await, (true, None));
        // A session that nobody has spoken of yet comes into being with it.
        let next = today().plus_days(7);
        let group = town.own.group.to_string();
        let form = [("group", &*group), ("day", "2026-09-15"), ("absent", "yes"), ("list", "yes")];
        let answer = own.post(&town.app, "/own/absence", &form).await;
        let row = format!("s-{group}-2026-09-15");
        assert_eq!(leads_to(&answer), format!("/own/sessions?said=absent&group={group}&day=2026-09-15#{row}"));
        let page = own.get(&town.app, leads_to(&answer).split('#').next().unwrap()).await.text();
        assert_eq!(page.matches("Kiitos ilmoituksesta").count(), 1, "{page}");
        let after = page.split(&format!("id=\"{row}\"")).nth(1).unwrap_or_else(|| panic!("no row in {page}"));
        let first = after.split("class=\"own__session\"").nth(1).unwrap();
        assert!(first.contains("Kiitos ilmoituksesta"), "it is said where it was pressed: {page}");
        assert_eq!(mark(&town, next).await, (true, Some("absent_informed".to_owned())));
        let desk = town.signed_in(Role::Coordinator, true).await;
        let history = desk.get(&town.app, &format!("/people/{}", town.own.participant)).await.text();
        assert!(history.contains("osallistuja itse"), "{history}");
    }

    async fn what_is_pressed_on_anothers_open_page_says_nothing_of_whoever_signed_in_after_them(app) {
        let town = Town::on(app).await;
        meets_at(&town, "14:30").await;
        card(&town).await;
        let first = by_code(&town).await;
        let page = first.get(&town.app, "/own").await.text();
        let drawn = format!("name=\"person\" value=\"{}\"", town.own.participant);
        assert!(page.contains(&drawn), "{page}");
        // A couple on one phone, in one group: the page of the one is open when the other signs in.
        card_of(&town, &town.other, "778899", "cccccccccccccccccccccc").await;
        let stay = Membership::begun(town.own.group, town.other.participant, today().plus_days(-7));
        town.write(vec![Verb::Membership(membership::Verb::Join { membership: stay })]).await;
        let answer = first.post(&town.app, "/k", &[("token", "cccccccccccccccccccccc")]).await;
        let second = kept(&answer);
        let (group, day, person) = (town.own.group.to_string(), today().to_string(), town.own.participant.to_string());
        let form = [("person", &*person), ("group", &*group), ("day", &*day), ("absent", "yes")];
        assert_eq!(leads_to(&second.post(&town.app, "/own/absence", &form).await), "/own?said=other");
        let ticked = [("person", &*person), ("done", &*day)];
        assert_eq!(leads_to(&second.post(&town.app, "/own/exercise", &ticked).await), "/own?said=other");
        let rev = uuid::Uuid::from_u128(0xf001).to_string();
        let withdrawn = [("form", "withdraw"), ("person", &*person), ("purpose", "health_tests"), ("rev", &*rev)];
        assert_eq!(leads_to(&second.post(&town.app, "/own/rights/withdraw", &withdrawn).await), "/own?said=other");
        let invited = [("step", "who"), ("person", &*person), ("rev", &*rev), ("name", "Liisa"), ("relation", "tytär")];
        assert_eq!(leads_to(&second.post(&town.app, "/own/relatives/new", &invited).await), "/own?said=other");
        for (form, said) in [
            ("/own/messages", "/own/messages?said=other"),
            ("/own/calendar", "/own?said=other"),
            ("/own/calendar/end", "/own?said=other"),
            ("/own/relatives/end", "/own?said=other"),
            ("/own/phones/end", "/own?said=other"),
            ("/own/rights/take-back", "/own?said=other"),
        ] {
            let filled = [
                ("person", &*person), ("channel", "call"), ("rev", "0"), ("form", "take_back"), ("request", &*rev),
                ("relative", &*rev),
            ];
            assert_eq!(leads_to(&second.post(&town.app, form, &filled).await), said, "{form}");
        }
        let told = second.get(&town.app, "/own/messages?said=other").await.text();
        assert!(told.contains("Mitään ei tallennettu."), "{told}");
        for made in ["SELECT COUNT(*) AS n FROM calendar_feed", "SELECT COUNT(*) AS n FROM message_choice"] {
            assert_eq!(crate::files::count(&town.app, made).await, 0, "{made}");
        }
        let mine = second.get(&town.app, "/own/calendar").await.text();
        assert!(mine.contains(&format!("name=\"person\" value=\"{}\"", town.other.participant)), "{mine}");
        let marks = "SELECT COUNT(*) AS n FROM attendance WHERE mark = 'absent_informed'";
        assert_eq!(crate::files::count(&town.app, marks).await, 0, "of neither of them");
        let page = second.get(&town.app, "/own?said=other").await.text();
        assert!(page.contains("Mitään ei tallennettu.") && page.contains("Tuo sivu oli jonkun toisen."), "{page}");
        // The first one's session ended with it, so that their open page leads to the door.
        assert_eq!(leads_to(&first.post(&town.app, "/own/absence", &form).await), "/own/sign-in");
        let other = town.other.participant.to_string();
        let mine = [("person", &*other), ("group", &*group), ("day", &*day), ("absent", "yes")];
        assert_eq!(leads_to(&second.post(&town.app, "/own/absence", &mine).await), "/own?said=absent");
    }

    async fn other_groups_past_days_and_begun_sessions_take_no_absence(app) {
        let town = Town::on(app).await;
        meets_at(&town, "12:30").await;
        card(&town).await;
        let own = by_code(&town).await;
        for place in [&town.other, &town.partner, &town.foreign] {
            let foreign = tell(&town, &own, place, "2026-09-15", "yes").await;
            assert_eq!(foreign.status, StatusCode::NOT_FOUND, "{}", foreign.text());
        }
        // It began half an hour ago; last week's is over; on a Wednesday the group does not meet.
        for day in ["2026-09-08", "2026-09-01", "2026-09-16"] {
            let late = tell(&town, &own, &town.own, day, "yes").await;
            assert_eq!(leads_to(&late), "/own?said=late", "{day}");
            assert_eq!(mark(&town, day.parse().unwrap()).await, (false, None), "{day}");
        }
        let page = own.get(&town.app, "/own?said=late").await.text();
        assert!(page.contains("Tätä ei voi enää muuttaa") && page.contains("15.\u{a0}syyskuuta"), "{page}");
        // What the instructor has marked stands.
        let marked = attendance::Verb::Set {
            session: Session::planned_id(town.own.group, today().plus_days(7)),
            group: town.own.group,
            participant: town.own.participant,
            mark: Some(Mark::Paused),
        };
        let session = Session::planned(town.own.group, today().plus_days(7), None);
        let plan = Verb::Session(domain::sessions::Verb::Plan { session });
        town.write(vec![plan, Verb::Attendance(marked)]).await;
        assert_eq!(leads_to(&tell(&town, &own, &town.own, "2026-09-15", "yes").await), "/own?said=late");
        assert_eq!(mark(&town, today().plus_days(7)).await, (true, Some("paused".to_owned())));
        let nothing = own.post(&town.app, "/own/absence", &[("group", "x"), ("day", "y"), ("absent", "yes")]).await;
        assert_eq!(nothing.status, StatusCode::NOT_FOUND);
    }

    async fn whoever_guesses_a_pin_waits_the_owner_does_not_and_the_staff_are_told(app) {
        let town = Town::on(app).await;
        card(&town).await;
        let owner = signed_in(&town).await;
        let guesser = Browser::default();
        let mut statuses = Vec::new();
        for _ in 0..5 {
            statuses.push(typed(&town, &guesser, NUMBER, "000000").await.status.as_u16());
        }
        assert_eq!(statuses[..3], [422, 422, 422]);
        assert!(statuses[3..].contains(&429), "{statuses:?}");
        for _ in 0..12 {
            town.app.clock.advance(16 * 60_000);
            typed(&town, &guesser, NUMBER, "000000").await;
        }
        typed(&town, &guesser, NUMBER, "000000").await;
        // At the owner's own browser nobody's guesses count, and the card is as good as before.
        let again = typed(&town, &owner, NUMBER, PIN).await;
        assert_eq!(leads_to(&again), "/own", "{}", again.text());
        let desk = town.signed_in(Role::Coordinator, true).await;
        let home = desk.get(&town.app, "/").await.text();
        let at = format!("/people/{}/personal-card", town.own.participant);
        assert!(home.contains("väärää PIN-koodia kymmenen kertaa") && home.contains(&at), "{home}");
        assert_eq!(home.matches("väärää PIN-koodia").count(), 1, "told once");
        // A number that nobody has is answered like a wrong PIN.
        let unknown = typed(&town, &Browser::default(), "999999", PIN).await;
        assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(unknown.text().contains("Numero tai PIN ei täsmää"));
    }

    async fn results_are_shown_only_a_short_while_after_the_pin(app) {
        let town = Town::on(app).await;
        card(&town).await;
        let own = by_code(&town).await;
        assert_eq!(leads_to(&own.get(&town.app, "/own/results").await), "/own/pin");
        let plain = own.get(&town.app, "/own").await.text() + &own.get(&town.app, "/own/visits").await.text();
        assert!(!plain.contains("puolessa minuutissa"), "no result before the PIN: {plain}");
        let wrong = own.post(&town.app, "/own/pin", &[("pin", "000000")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.text().contains("Katosiko PIN-lappu?"), "what whoever has no PIN does: {}", wrong.text());
        assert_eq!(leads_to(&own.post(&town.app, "/own/pin", &[("pin", "445 566")]).await), "/own/results");
        let results = own.get(&town.app, "/own/results").await;
        assert!(results.text().contains("Nousit tuolilta 8 kertaa"), "{}", results.text());
        assert!(CANARIES[1..].iter().all(|name| !results.text().contains(name)));
        town.app.clock.advance(15 * 60_000);
        assert_eq!(leads_to(&own.get(&town.app, "/own/results").await), "/own/pin");
        // The page itself stays open, for ninety days from its last use.
        town.app.clock.advance(89 * 24 * 3_600_000);
        assert_eq!(own.get(&town.app, "/own").await.status, StatusCode::OK);
        town.app.clock.advance(91 * 24 * 3_600_000);
        assert_eq!(leads_to(&own.get(&town.app, "/own").await), "/own/sign-in");
    }

    async fn results_say_where_and_when_the_next_session_is_that_was_moved(app) {
        let town = Town::on(app).await;
        meets_at(&town, "12:30").await;
        card(&town).await;
        let next = Session::planned(town.own.group, today().plus_days(7), None);
        let moved = domain::sessions::Verb::Move {
            id: next.id, group: town.own.group, starts_at: "16:15".parse().ok(), place: Some("Uimahalli".into()),
        };
        town.write(vec![Verb::Session(domain::sessions::Verb::Plan { session: next }), Verb::Session(moved)]).await;
        let (own, desk) = (signed_in(&town).await, town.signed_in(Role::Coordinator, true).await);
        let card = desk.get(&town.app, &format!("/people/{}/card", town.own.participant)).await.text();
        for page in [own.get(&town.app, "/own/results").await.text(), card] {
            assert!(page.contains("16.15") && page.contains("Uimahalli") && !page.contains("Kylätalo"), "{page}");
        }
    }

    async fn from_the_own_page_exercises_lead_back_and_say_whom_to_call(app) {
        let town = Town::on(app).await;
        card(&town).await;
        let mut tx = town.app.state.db.begin(Unscoped::Installation).await.unwrap();
        tx.run("UPDATE municipality SET help_name = 'Anna', help_phone = '040 123 4567'", []).await.unwrap();
        tx.run("DELETE FROM municipality WHERE municipality <> $1", [(&town.own.municipality).into()]).await.unwrap();
        tx.commit().await.unwrap();
        let own = signed_in(&town).await;
        for path in ["/exercises", "/exercises/walk", "/exercises/sheet?e=walk"] {
            let (page, public) = (own.get(&town.app, path).await.text(), Browser::default().get(&town.app, path).await.text());
            assert!(page.contains("href=\"/own\"") && page.contains("Takaisin omalle sivulle"), "{path}: {page}");
            assert!(!public.contains("href=\"/own\""), "{path}: {public}");
            assert!(page.contains("040 123 4567") && public.contains("040 123 4567"), "{path}: {public}");
        }
    }

    async fn who_sees_the_data_is_a_look_in_the_log(app) {
        let town = Town::on(app).await;
        card(&town).await;
        let own = by_code(&town).await;
        own.get(&town.app, "/own/seen").await;
        assert_eq!(log(&town).await, ["own.sign_in ok card", "view ok relatives"]);
    }

    async fn whoever_has_died_moved_away_or_left_is_shown_nothing_but_a_kind_word(app) {
        let town = Town::on(app).await;
        card(&town).await;
        let own = signed_in(&town).await;
        leave(&town, today(), ExitReason::Died).await;
        for path in ["/own", "/own/sessions", "/own/visits", "/own/results", "/own/seen", "/own/pin"] {
            assert_eq!(leads_to(&own.get(&town.app, path).await), "/own/sign-in", "{path}");
        }
        let told = tell(&town, &own, &town.own, "2026-09-15", "yes").await;
        assert_eq!(leads_to(&told), "/own/sign-in");
        for answer in [
            typed(&town, &Browser::default(), NUMBER, PIN).await,
            Browser::default().post(&town.app, "/k", &[("token", TOKEN)]).await,
        ] {
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(answer.text().contains("Soita meille, jos tämä on erehdys"), "{}", answer.text());
            assert!(answer.headers.get("set-cookie").is_none(), "no session");
        }
        let desk = town.signed_in(Role::Coordinator, true).await;
        let at = format!("/people/{}/personal-card", town.own.participant);
        assert!(desk.get(&town.app, &at).await.text().contains("Häneen tai hänen läheisiinsä ei enää oteta yhteyttä"));
    }

    async fn whoever_leaves_for_another_reason_has_the_page_to_the_last_day(app) {
        let town = Town::on(app).await;
        card(&town).await;
        let own = signed_in(&town).await;
        leave(&town, today(), ExitReason::Cost).await;
        assert_eq!(own.get(&town.app, "/own").await.status, StatusCode::OK);
        town.app.clock.advance(24 * 3_600_000);
        assert_eq!(leads_to(&own.get(&town.app, "/own").await), "/own/sign-in");
    }

    async fn what_goes_wrong_leads_back_to_the_own_page_and_not_to_the_staffs_door(app) {
        let town = Town::on(app).await;
        card(&town).await;
        let own = signed_in(&town).await;
        let group = town.other.group.to_string();
        for answer in [
            own.get(&town.app, "/own/nowhere").await,
            own.post(&town.app, "/own/absence", &absence(&group, "2026-09-15", "yes")).await,
            own.get(&town.app, "/kin/nobody/nowhere").await,
        ] {
            let page = answer.text();
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{page}");
            assert!(page.contains("Vika ei ole sinun.") && page.contains("href=\"/own/sign-in\""), "{page}");
            assert!(!page.contains("href=\"/\""), "{page}");
        }
        assert_eq!(leads_to(&own.get(&town.app, "/own/sign-in").await), "/own");
        let desk = town.signed_in(Role::Coordinator, true).await;
        assert!(desk.get(&town.app, "/people/nobody").await.text().contains("Sivua ei ole"), "the desk's stays");
    }

    async fn after_signing_out_nothing_is_left_to_go_back_to(app) {
        let town = Town::on(app).await;
        card(&town).await;
        let own = signed_in(&town).await;
        let page = own.get(&town.app, "/own").await;
        assert_eq!(page.headers["cache-control"], "no-store");
        let out = own.post(&town.app, "/own/sign-out", &[]).await;
        assert_eq!(leads_to(&out), "/own/sign-in?said=signed-out");
        assert!(out.headers["set-cookie"].to_str().unwrap().starts_with("own=;"));
        assert_eq!(leads_to(&own.get(&town.app, "/own").await), "/own/sign-in");
        assert!(Browser::default().get(&town.app, leads_to(&out)).await.text().contains("Olet kirjautunut ulos"));
    }

    async fn where_the_page_is_open_is_told_and_one_press_closes_it_on_another_device(app) {
        let town = Town::on(app).await;
        card(&town).await;
        let first = signed_in(&town).await;
        town.app.clock.advance(60_000);
        let second = by_code(&town).await;
        let told = async |browser: &Browser| browser.get(&town.app, "/own").await.text().contains("avattiin toisessa laitteessa");
        assert_eq!((told(&first).await, told(&second).await), (true, false), "the older one learns of the newer");
        let seen = first.get(&town.app, "/own/seen").await.text();
        assert!(seen.contains("Tämä laite") && seen.contains("Toinen laite"), "{seen}");
        let others = between(&seen, "name=\"session\" value=\"", "\"");
        let [other] = others.as_slice() else { panic!("one other: {seen}") };
        card_of(&town, &town.other, "112234", "BBBBBBBBBBBBBBBBBBBBBB").await;
        let stranger = kept(&typed(&town, &Browser::default(), "112 234", PIN).await);
        let close = async |browser: &Browser, id: &str| browser.post(&town.app, "/own/phones/end", &[("session", id)]).await;
        for id in [*other, "", "00000000-0000-7000-8000-00000000dead"] {
            assert_eq!(close(&stranger, id).await.status, StatusCode::NOT_FOUND, "nobody else's: {id}");
        }
        assert_eq!(second.get(&town.app, "/own").await.status, StatusCode::OK);
        assert_eq!(leads_to(&close(&first, other).await), "/own/seen?said=closed");
        assert_eq!(leads_to(&second.get(&town.app, "/own").await), "/own/sign-in", "from its next request on");
        assert_eq!(leads_to(&close(&first, other).await), "/own/seen?said=closed", "pressed twice");
        assert!(!told(&first).await && !first.get(&town.app, "/own/seen").await.text().contains("Toinen laite"));
        let ended = log(&town).await.iter().filter(|row| row.contains("own.sign_out")).count();
        assert_eq!(ended, 1);
    }

    async fn on_a_device_that_others_use_the_page_closes_by_itself_and_leaves_nothing(app) {
        let town = Town::on(app).await;
        card(&town).await;
        let chosen = [domain::exercises::Exercise::Walk].map(domain::home_programmes::Chosen::usual);
        let programme = domain::home_programmes::HomeProgramme {
            participant: town.own.participant, exercises: chosen.into(), from: today(), to: None,
            by: town.user(Role::Instructor).await, note: String::new(),
        };
        town.write(vec![domain::home_programmes::Verb::Set { programme }.into()]).await;
        let phone = signed_in(&town).await;
        assert!(phone.get(&town.app, "/own/exercise").await.text().contains("keep__keep"));
        assert_eq!(phone.get(&town.app, "/own").await.headers.get("refresh"), None);
        // In a library, where somebody else sits down afterwards.
        let wrong = [("number", NUMBER), ("pin", "000000"), ("shared", "yes")];
        let again = Browser::default().post(&town.app, "/own/sign-in", &wrong).await.text();
        assert!(between(&again, "name=\"shared\"", ">")[0].contains("checked"), "what was ticked stays: {again}");
        let form = [("number", NUMBER), ("pin", PIN), ("shared", "yes")];
        let answer = Browser::default().post(&town.app, "/own/sign-in", &form).await;
        assert_eq!(leads_to(&answer), "/own", "{}", answer.text());
        let set: Vec<_> = answer.headers.get_all("set-cookie").iter().filter_map(|line| line.to_str().ok()).collect();
        assert!(set.len() == 1 && set[0].contains("own=") && !set[0].contains("Max-Age"), "gone with the browser: {set:?}");
        let library = kept(&answer);
        // As long as it is used it stays open, and the page on the screen gives way by itself.
        for _ in 0..3 {
            town.app.clock.advance(4 * 60_000);
            let page = library.get(&town.app, "/own").await;
            assert_eq!((page.status, page.headers["refresh"].to_str().unwrap()), (StatusCode::OK, "310; url=/own/sign-in"));
            let set = page.headers["set-cookie"].to_str().unwrap();
            assert!(!set.contains("Max-Age"), "{set}");
        }
        let page = library.get(&town.app, "/own/exercise").await.text();
        assert!(page.contains("Reipas kävely") && !page.contains("keep__keep"), "nothing is kept there: {page}");
        let open = async || phone.get(&town.app, "/own/seen").await.text().contains("Toinen laite");
        assert!(open().await);
        town.app.clock.advance(5 * 60_000);
        assert!(!open().await);
        for path in ["/own", "/own/visits", "/own/results"] {
            assert_eq!(leads_to(&library.get(&town.app, path).await), "/own/sign-in", "{path}");
        }
        assert_eq!(phone.get(&town.app, "/own").await.status, StatusCode::OK, "on the own phone nothing ends");
    }

    async fn what_a_participant_does_and_looks_at_is_in_the_log_under_their_own_id(app) {
        let town = Town::on(app).await;
        meets_at(&town, "14:30").await;
        card(&town).await;
        let own = by_code(&town).await;
        own.get(&town.app, "/own").await;
        tell(&town, &own, &town.own, &today().to_string(), "yes").await;
        own.post(&town.app, "/own/pin", &[("pin", PIN)]).await;
        own.get(&town.app, "/own/results").await;
        own.get(&town.app, "/own/visits").await;
        own.post(&town.app, "/own/sign-out", &[]).await;
        let told: Vec<_> = log(&town).await.into_iter().map(|line| line.split(" batch").next().unwrap().to_owned()).collect();
        let begins: Vec<_> = told.iter().map(|line| line.split_whitespace().take(3).collect::<Vec<_>>().join(" ")).collect();
        let wanted = [
            "own.sign_in ok card",
            "view ok schedule",
            "write ok applied=1",
            "own.pin ok",
            "view ok results",
            "view ok attendance",
            "own.sign_out ok",
        ];
        assert_eq!(begins, wanted);
        let mut tx = town.app.state.db.read(Unscoped::Installation).await.unwrap();
        server::audit::verify(&mut tx, &town.app.state.secrets, &town.own.municipality).await.expect("a whole chain");
    }

    async fn a_session_of_the_staff_opens_nobodys_own_page_and_the_other_way_round(app) {
        let town = Town::on(app).await;
        card(&town).await;
        let desk = town.signed_in(Role::Coordinator, true).await;
        assert_eq!(leads_to(&desk.get(&town.app, "/own").await), "/own/sign-in");
        let own = signed_in(&town).await;
        for path in ["/", "/people", "/groups", "/reviews"] {
            assert_eq!(leads_to(&own.get(&town.app, path).await), "/sign-in", "{path}");
        }
        let pulled = own.call(&town.app, "/api/sync/v1/pull", &serde_json::json!({})).await;
        assert_eq!(pulled.status, StatusCode::UNAUTHORIZED);
    }

    async fn whoever_is_signed_in_may_put_the_page_among_the_programs_of_the_phone(app) {
        let town = Town::on(app).await;
        card(&town).await;
        let offered = async |browser: &Browser, path: &str| browser.get(&town.app, path).await.text().contains("rel=\"manifest\"");
        let own = signed_in(&town).await;
        assert!(offered(&own, "/own").await && offered(&own, "/own/exercise").await);
        // It begins at an address that the phone's worker sees, which leads on to the own page.
        assert_eq!(leads_to(&own.get(&town.app, "/own/start").await), "/own");
        assert_eq!(leads_to(&Browser::default().get(&town.app, "/own/start").await), "/own");
        for path in ["/own/sign-in", "/find?municipality=091"] {
            assert!(!offered(&Browser::default(), path).await, "{path}");
        }
    }

    async fn paper_leads_back_to_its_page_by_an_address_and_a_code_that_name_nobody(app) {
        let town = Town::on(app).await;
        card(&town).await;
        let own = signed_in(&town).await;
        let led = async |browser: &Browser, path: &str| {
            let page = browser.get(&town.app, path).await.text();
            let paper = page.split("own__paper").nth(1).unwrap_or_default();
            between(paper, "<strong>", "<").first().map(|address| (*address).to_owned()).unwrap_or_default()
        };
        for path in ["/own", "/own/sessions", "/own/results"] {
            assert!(led(&own, path).await.ends_with(path), "{path}");
        }
        let anybody = Browser::default();
        assert!(led(&anybody, "/find?municipality=091").await.ends_with("/find"));
        let desk = town.signed_in(Role::Coordinator, true).await;
        assert!(!desk.get(&town.app, "/groups").await.text().contains("own__paper"), "the desk's own paper");
    }

    async fn the_way_to_the_next_session_opens_a_map_when_the_place_has_an_address(app) {
        let town = Town::on(app).await;
        card(&town).await;
        meets_at(&town, "23:30").await;
        let own = signed_in(&town).await;
        let page = own.get(&town.app, "/own").await.text();
        assert!(page.contains("Kylätalo") && !page.contains("kartalla"), "a name alone leads nowhere: {page}");
        crate::places::there(&town, &town.own).await;
        let mut tx = town.app.state.db.begin(Unscoped::Installation).await.unwrap();
        let body = format!(r#"{{"id":"{}","name":"Kylätalo","address":"Rantatie 18"}}"#, crate::places::there_at(&town.own));
        tx.run("UPDATE place SET body = $1 WHERE municipality = '091'", [body.into()]).await.unwrap();
        let sql = "UPDATE exercise_group SET body = REPLACE(body, 'Kylätalo', 'Kylätalo, Rantatie 18') WHERE id = $1";
        tx.run(sql, [town.own.group.into()]).await.unwrap();
        tx.commit().await.unwrap();
        for path in ["/own", "/own/sessions"] {
            let page = own.get(&town.app, path).await.text();
            let link = "href=\"https://www.openstreetmap.org/search?query=Rantatie%2018%2C%20";
            assert!(page.contains(link) && page.contains("rel=\"noreferrer\""), "{path}: {page}");
            assert!(page.contains("Näytä kartalla: Rantatie 18"), "{path}: {page}");
            assert!(!page.contains("src=\"https://"), "nothing is fetched from there: {page}");
        }
    }

    async fn groups_are_found_without_a_cookie_and_without_anybodys_name(app) {
        let town = Town::on(app).await;
        meets_at(&town, "10:00").await;
        // Whoever types the bare address has no account most often.
        let front = Browser::default().get(&town.app, "/sign-in").await.text();
        assert!(front.contains("href=\"/find\"") && front.contains("href=\"/own/sign-in\""), "{front}");
        let choose = Browser::default().get(&town.app, "/find").await;
        assert!(choose.text().contains("/find?municipality=091"), "{}", choose.text());
        let page = Browser::default().get(&town.app, "/find?municipality=091").await;
        assert_eq!((page.status, page.headers.get("set-cookie")), (StatusCode::OK, None));
        let text = page.text();
        for words in ["Tiistai", "10.00", "Kylätalo", "Kysy, onko tilaa", "60 minuuttia", "Voima- ja tasapainoryhmä", &format!("Ryhmä {}", town.own.group)] {
            assert!(text.contains(words), "{words} in {text}");
        }
        assert!(CANARIES.iter().all(|name| !text.contains(name)) && !text.contains("Vierasryhmä"), "{text}");
        // Nobody has opened the form: then it is printed and filled in with a pen.
        assert!(text.contains("Tulosta hakemus paperille") && !text.contains("Täytä hakemus"), "{text}");
        crate::applications::open_form(&town).await;
        let text = Browser::default().get(&town.app, "/find?municipality=091").await.text();
        assert!(text.contains("href=\"/apply/091\"") && text.contains("Täytä hakemus"), "{text}");
        assert!(!text.contains("Tulosta hakemus paperille"), "{text}");
    }

    async fn ones_own_word_that_a_tablet_contradicts_is_told_as_ones_own(app) {
        let town = Town::on(app).await;
        card(&town).await;
        meets_at(&town, "14:30").await;
        let (own, coordinator) = (signed_in(&town).await, town.signed_in(Role::Coordinator, true).await);
        let day = today();
        assert_eq!(leads_to(&tell(&town, &own, &town.own, &day.to_string(), "yes").await), "/own?said=absent");
        let mut tablet = tests::tablet::Tablet::of(&town, Role::Instructor).await;
        let (session, group, participant) = (Session::planned_id(town.own.group, day), town.own.group, town.own.participant);
        let present = domain::attendance::Verb::Set { session, group, participant, mark: Some(domain::attendance::Mark::Present) };
        tablet.record(&town.app, None, present.into());
        tablet.push(&town.app, 1).await;
        let page = coordinator.get(&town.app, "/reviews").await.text();
        assert!(page.contains("poissa, ilmoitti (osallistuja itse)") && !page.contains("tuotu tiedostosta"), "{page}");
    }

    async fn groups_are_found_by_how_demanding_they_are(app) {
        let town = Town::on(app).await;
        let mut tx = town.app.state.db.read(Unscoped::Installation).await.unwrap();
        let sql = "SELECT body FROM exercise_group WHERE id = $1";
        let group: Group = tx.one(sql, [town.own.group.into()]).await.unwrap().json("body").unwrap();
        drop(tx);
        let name = group.name.clone();
        let group = Box::new(Group { level: Some(domain::groups::Level::Light), ..group });
        town.write(vec![Verb::Group(domain::groups::Verb::Put { group })]).await;
        let found = async |wish: &str| {
            Browser::default().get(&town.app, &format!("/find?municipality=091{wish}")).await.text()
        };
        let all = found("").await;
        assert!(all.contains("Kevyt: onnistuu istuen tai tuesta pitäen.") && all.contains("Kuinka vaativa"), "{all}");
        let light = found("&level=light").await;
        assert!(light.contains(&name) && light.contains("Näkyvissä: kevyt"), "{light}");
        let demanding = found("&level=demanding").await;
        assert!(!demanding.contains(&format!("<h3>{name}")) && demanding.contains("Mikään ryhmä ei sovi"), "{demanding}");
    }

    async fn a_group_that_meets_twice_a_week_says_at_each_day_that_it_does(app) {
        let town = Town::on(app).await;
        let page = async || Browser::default().get(&town.app, "/find?municipality=091").await.text();
        assert!(!page().await.contains("Kokoontuu myös"), "once a week");
        let mut tx = town.app.state.db.read(Unscoped::Installation).await.unwrap();
        let sql = "SELECT body FROM exercise_group WHERE id = $1";
        let group: Group = tx.one(sql, [town.own.group.into()]).await.unwrap().json("body").unwrap();
        drop(tx);
        let group = Box::new(Group { weekdays: vec![2, 5], ..group });
        town.write(vec![Verb::Group(domain::groups::Verb::Put { group })]).await;
        let twice = page().await;
        let (tuesday, friday) = twice.split_once("<h2>Perjantai").expect("a list for each day");
        assert!(tuesday.contains("Kokoontuu myös: perjantai") && friday.contains("Kokoontuu myös: tiistai"), "{twice}");
    }

    async fn a_group_says_how_many_places_are_free_or_that_it_is_full(app) {
        let town = Town::on(app).await;
        for (capacity, words) in [(3, "2 paikkaa vapaana"), (2, "Yksi paikka vapaana"), (1, "Ryhmä on täynnä")] {
            let mut tx = town.app.state.db.read(Unscoped::Installation).await.unwrap();
            let sql = "SELECT body FROM exercise_group WHERE id = $1";
            let group: Group = tx.one(sql, [town.own.group.into()]).await.unwrap().json("body").unwrap();
            drop(tx);
            let group = Box::new(Group { capacity: Some(capacity), ..group });
            town.write(vec![Verb::Group(domain::groups::Verb::Put { group })]).await;
            let page = Browser::default().get(&town.app, "/find?municipality=091").await.text();
            assert!(page.contains(words), "{words} in {page}");
        }
    }
}

#[tokio::test]
async fn in_the_demo_somebody_opens_their_own_page_by_one_press() {
    let app = tests::App::sqlite().await;
    server::demo::build::build(&app.state).await.expect("built");
    let number = in_groups(server::demo::CARD);
    let answer =
        Browser::default().post(&app, "/own/sign-in", &[("number", &number), ("pin", server::demo::PIN)]).await;
    assert_eq!(leads_to(&answer), "/own", "{}", answer.text());
    let page = kept(&answer).get(&app, "/own").await.text();
    assert!(page.contains("Hei, ") && page.contains("Ohjaaja: Hanna") && page.contains("En pääse"), "{page}");
    let results = kept(&answer).get(&app, "/own/results").await.text();
    assert!(results.contains("results-card"), "{results}");
}
