//! Notifications on one's own phone: they carry nothing, go to known services alone, and whoever's phone takes none any
//! more hears in another way.

use std::sync::{Arc, Mutex};

use domain::access::Role;
use domain::groups::{Membership, membership};
use domain::ids::ParticipantId;
use domain::messages::push::PushHost;
use domain::people::{self, ProfileChange};
use domain::sync::op::Verb;
use http::StatusCode;
use server::db::Unscoped;
use server::messages::settings::{Mail, Messages, Push};
use tests::App;
use tests::town::{Browser, Town, today};
use tokio::io::{AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::desk::{coordinator, next};
use crate::files::count;
use crate::messages::{ADDRESS, Post, cancel, chooses, deliver, merge, request, shown};
use crate::own::{self, leads_to, meets_at, signed_in};
use crate::relatives;

/// Another service, at which nobody answers.
const SILENT: &str = "http://127.0.0.1:2";
const PHONES: &str = "SELECT COUNT(*) AS n FROM push_phone";

/// The service of a browser's maker.
struct Service {
    url: String,
    /// The heads of what came, and how many bytes came behind each.
    got: Arc<Mutex<Vec<(String, usize)>>>,
    answer: Arc<Mutex<&'static str>>,
}

impl Service {
    async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let service = Self { url, got: Arc::default(), answer: Arc::new(Mutex::new("201 Created")) };
        let (got, answer) = (service.got.clone(), service.answer.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let said = *answer.lock().unwrap();
                drop(taken(stream, said, &got).await);
            }
        });
        service
    }

    fn answers(&self, status: &'static str) {
        *self.answer.lock().unwrap() = status;
    }

    /// Where a phone's notifications are left.
    fn phone(&self) -> String {
        self.phone_of("aino")
    }

    fn phone_of(&self, whose: &str) -> String {
        format!("{}/send/{whose}", self.url)
    }

    /// Whose phones were told, in their order.
    fn told(&self) -> Vec<String> {
        let whose =
            |head: &str| head.split_whitespace().nth(1).and_then(|path| path.strip_prefix("/send/").map(str::to_owned));
        self.got().iter().filter_map(|(head, _)| whose(head)).collect()
    }

    fn got(&self) -> Vec<(String, usize)> {
        self.got.lock().unwrap().clone()
    }
}

async fn taken(stream: TcpStream, answer: &str, got: &Mutex<Vec<(String, usize)>>) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    let (head, body) = request(&mut stream).await?;
    got.lock().unwrap().push((head, body.len()));
    let said = format!("HTTP/1.1 {answer}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    stream.write_all(said.as_bytes()).await
}

/// A town from which notifications go to the service, and e-mail where there is a server for it: the own group meets at
/// half past two, and its person has a card.
async fn told(app: App, service: &Service, post: Option<&Post>) -> (Town, Browser) {
    let push = Some(Push { hosts: [&*service.url, SILENT].iter().filter_map(|host| PushHost::read(host)).collect() });
    let mail = post.map(|post| Mail { url: post.url.clone(), from: "Vireä <virea@example.fi>".parse().unwrap() });
    let app = app.with_settings(|config| config.messages = Messages { mail, push, ..Messages::default() });
    let (town, desk) = coordinator(app).await;
    meets_at(&town, "14:30").await;
    own::card(&town).await;
    (town, desk)
}

/// The button on the own page, by an address that the browser has named; where it leads to.
async fn press(town: &Town, browser: &Browser, phone: &str) -> String {
    press_at(town, browser, "/own/messages", phone).await
}

/// The same on the page at that address.
async fn press_at(town: &Town, browser: &Browser, at: &str, phone: &str) -> String {
    let form = [("channel", "push"), ("address", phone)];
    leads_to(&browser.post(&town.app, at, &form).await).to_owned()
}

const KIN: &str = "/kin/messages";
const MESSAGES: &str = "relative_messages";

/// The `n`-th relative of the own group's person, who may be told until a day and is told on the phone `n`; and their card's
/// number.
async fn relative_on_phone(town: &Town, service: &Service, n: u128, until: &str) -> (Browser, String) {
    let desk = town.signed_in(Role::Coordinator, true).await;
    let rev = relatives::form_id(n).to_string();
    let mut form = relatives::form(&rev, &[MESSAGES], "");
    form[3] = ("until", until);
    let made = desk.made(&town.app, &format!("/people/{}/relatives", town.own.participant), &form).await;
    let card = relatives::numbers(&made);
    let browser = relatives::entered(town, &card).await;
    let pressed = press_at(town, &browser, KIN, &service.phone_of(&n.to_string())).await;
    assert_eq!(pressed, "/kin/messages?said=saved");
    (browser, card.0)
}

/// The last day of those who may be told for long.
const LONG: &str = "1.6.2027";

/// What the start page says of a relative whom nothing reached.
const NOT_REACHED: &str = "Yhdelle läheiselle ei mennyt viestiä perutusta kerrasta 15.9.2026";

/// A session is cancelled while the service is busy: the notification waits for a minute.
async fn cancelled_while_busy(town: &Town, desk: &Browser, service: &Service) {
    service.answers("503 Service Unavailable");
    cancel(town, desk).await;
    deliver(town).await;
}

/// What waits for this person is sent before all else.
async fn comes_first(town: &Town, person: ParticipantId) {
    let earlier = "UPDATE message SET next_at = next_at - 1 WHERE recipient = $1";
    let written = town.app.state.write(Unscoped::Messages, |mut tx| async move {
        assert_eq!(tx.run(earlier, [person.into()]).await?, 1);
        Ok(tx.done(()))
    });
    written.await.unwrap();
}

const SAVED: &str = "/own/messages?said=saved";

tests::on_both_databases! {
    async fn a_phone_is_told_by_a_signed_request_that_carries_nothing(app) {
        let service = Service::open().await;
        let (town, desk) = told(app, &service, None).await;
        let browser = signed_in(&town).await;
        let page = async || browser.get(&town.app, "/own/messages").await.text();
        let offered = page().await;
        assert!(offered.contains("data-body=\"Kerrassa on muutos. Avaa Vireä.\""), "{offered}");
        let key = offered.split("data-key=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap().to_owned();
        assert_eq!(press(&town, &browser, &service.phone()).await, SAVED);
        assert_eq!(press(&town, &browser, &service.phone()).await, SAVED, "pressed twice it is one");
        let logged = "SELECT COUNT(*) AS n FROM audit WHERE verb = 'message.choice' AND fields = 'push'";
        assert_eq!((count(&town.app, PHONES).await, count(&town.app, logged).await), (1, 1));
        assert!(page().await.contains("Kun kerta perutaan, kerromme ilmoituksella puhelimessa."));
        cancel(&town, &desk).await;
        for _ in 0..3 {
            deliver(&town).await;
        }
        let got = service.got();
        assert_eq!(got.len(), 1, "{got:?}");
        let (head, length) = &got[0];
        let head = head.replace("\r\n", "\n");
        assert!(head.starts_with("POST /send/aino ") && *length == 0, "{head}");
        let lower = head.to_lowercase();
        assert!(lower.contains("\nttl: 6") && lower.contains("\nauthorization: vapid t="), "a week is left: {head}");
        assert!(head.contains(&format!(", k={key}\n")), "{key} in {head}");
        let page = shown(&town, &desk).await;
        assert!(page.contains("ilmoitus puhelimeen") && !page.contains("Soittolista"), "{page}");
    }

    async fn whoever_has_found_a_card_switches_nothing_on_with_it_alone(app) {
        let service = Service::open().await;
        let (town, _) = told(app, &service, None).await;
        let browser = own::by_code(&town).await;
        let form = [("channel", "push"), ("address", &*service.phone())];
        let asked = browser.post(&town.app, "/own/messages", &form).await.text();
        assert!(asked.contains("name=\"pin\"") && asked.contains(&service.phone()), "{asked}");
        assert_eq!(count(&town.app, PHONES).await, 0);
        let with_pin = browser.post(&town.app, "/own/messages", &[form[0], form[1], ("pin", own::PIN)]).await;
        assert_eq!((leads_to(&with_pin), count(&town.app, PHONES).await), (SAVED, 1));
    }

    async fn it_ends_when_one_signs_out_and_when_the_card_ends(app) {
        let service = Service::open().await;
        let (town, desk) = told(app, &service, None).await;
        let browser = signed_in(&town).await;
        press(&town, &browser, &service.phone()).await;
        // Whoever opens the page with the card again, in the same browser, has signed out of nothing.
        let browser = own::kept(&browser.post(&town.app, "/k", &[("token", own::TOKEN)]).await);
        assert_eq!(count(&town.app, PHONES).await, 1);
        assert!(browser.get(&town.app, "/own/messages").await.text().contains("Kun kerta perutaan, kerromme ilmoituksella"));
        browser.post(&town.app, "/own/sign-out", &[]).await;
        assert_eq!(count(&town.app, PHONES).await, 0);
        press(&town, &signed_in(&town).await, &service.phone()).await;
        assert_eq!(count(&town.app, PHONES).await, 1);
        desk.post(&town.app, &format!("/people/{}/personal-card/end", town.own.participant), &[]).await;
        assert_eq!(count(&town.app, PHONES).await, 0);
        cancel(&town, &desk).await;
        deliver(&town).await;
        assert!(service.got().is_empty());
        assert!(shown(&town, &desk).await.contains("Soittolista"), "they are called");
    }

    async fn whose_phone_is_gone_hears_in_the_way_that_they_had_chosen_before(app) {
        let (service, post) = (Service::open().await, Post::open().await);
        let (town, desk) = told(app, &service, Some(&post)).await;
        chooses(&town, &desk, "email", ADDRESS).await;
        press(&town, &signed_in(&town).await, &service.phone()).await;
        let at = format!("/people/{}/messages", town.own.participant);
        let page = desk.get(&town.app, &at).await.text();
        assert!(page.contains("saa ilmoitukset puhelimeensa 8.9.2026 alkaen") && !page.contains(&service.phone()), "{page}");
        service.answers("410 Gone");
        cancel(&town, &desk).await;
        for _ in 0..3 {
            deliver(&town).await;
        }
        assert_eq!((service.got().len(), post.recipients()), (1, vec![ADDRESS.to_owned()]));
        assert_eq!(count(&town.app, PHONES).await, 0);
        let page = shown(&town, &desk).await;
        assert!(page.contains("sähköposti") && !page.contains("Soittolista"), "{page}");
    }

    async fn whose_phone_is_gone_and_who_chose_nothing_else_is_called(app) {
        let service = Service::open().await;
        let (town, desk) = told(app, &service, None).await;
        press(&town, &signed_in(&town).await, &service.phone()).await;
        service.answers("404 Not Found");
        cancel(&town, &desk).await;
        for _ in 0..2 {
            deliver(&town).await;
        }
        let page = shown(&town, &desk).await;
        assert!(page.contains("puhelin ei enää ota ilmoituksia vastaan") && page.contains("Soittolista"), "{page}");
        assert_eq!((service.got().len(), count(&town.app, PHONES).await), (1, 0));
    }

    async fn a_service_that_is_busy_is_asked_again(app) {
        let service = Service::open().await;
        let (town, desk) = told(app, &service, None).await;
        press(&town, &signed_in(&town).await, &service.phone()).await;
        cancelled_while_busy(&town, &desk, &service).await;
        service.answers("201 Created");
        town.app.clock.advance(60_000);
        deliver(&town).await;
        assert_eq!((service.got().len(), count(&town.app, PHONES).await), (2, 1));
    }

    async fn a_service_that_does_not_answer_keeps_no_notification_of_another_back(app) {
        let service = Service::open().await;
        let (town, desk) = told(app, &service, None).await;
        let stay = Membership::begun(town.own.group, town.other.participant, today().plus_days(-7));
        town.write(vec![membership::Verb::Join { membership: stay }.into()]).await;
        own::card_of(&town, &town.other, "778899", "cccccccccccccccccccccc").await;
        let other = own::kept(&own::typed(&town, &Browser::default(), "778899", own::PIN).await);
        assert_eq!(press(&town, &other, &format!("{SILENT}/send/other")).await, SAVED);
        press(&town, &signed_in(&town).await, &service.phone()).await;
        cancel(&town, &desk).await;
        comes_first(&town, town.other.participant).await;
        deliver(&town).await;
        assert_eq!(service.got().len(), 1);
    }

    async fn whoever_signs_out_while_a_notification_waits_hears_in_the_way_chosen_before(app) {
        let (service, post) = (Service::open().await, Post::open().await);
        let (town, desk) = told(app, &service, Some(&post)).await;
        chooses(&town, &desk, "email", ADDRESS).await;
        let browser = signed_in(&town).await;
        press(&town, &browser, &service.phone()).await;
        cancelled_while_busy(&town, &desk, &service).await;
        browser.post(&town.app, "/own/sign-out", &[]).await;
        town.app.clock.advance(60_000);
        for _ in 0..3 {
            deliver(&town).await;
        }
        assert_eq!((service.got().len(), post.recipients()), (1, vec![ADDRESS.to_owned()]));
    }

    async fn whoever_signs_out_while_a_notification_waits_and_chose_nothing_else_is_called(app) {
        let service = Service::open().await;
        let (town, desk) = told(app, &service, None).await;
        let browser = signed_in(&town).await;
        press(&town, &browser, &service.phone()).await;
        cancelled_while_busy(&town, &desk, &service).await;
        assert!(!shown(&town, &desk).await.contains("Soittolista"), "it is tried again");
        browser.post(&town.app, "/own/sign-out", &[]).await;
        town.app.clock.advance(60_000);
        deliver(&town).await;
        let page = shown(&town, &desk).await;
        assert!(page.contains("Ei mennyt: kertomisen tapa on vaihtunut") && page.contains("Soittolista"), "{page}");
        let home = desk.get(&town.app, "/").await.text();
        assert!(home.contains("Yhdelle on soitettava perutusta kerrasta 15.9.2026"), "{home}");
    }

    async fn it_ends_with_a_sign_in_that_nobody_has_used_for_ninety_days(app) {
        let service = Service::open().await;
        let (town, _) = told(app, &service, None).await;
        press(&town, &signed_in(&town).await, &service.phone()).await;
        let at = format!("/people/{}/messages", town.own.participant);
        for (days, on_phone) in [(89, true), (1, false)] {
            town.app.clock.advance(days * 24 * 60 * 60_000);
            let desk = town.signed_in(Role::Coordinator, true).await;
            let page = desk.get(&town.app, &at).await.text();
            assert_eq!(page.contains("saa ilmoitukset puhelimeensa"), on_phone, "{page}");
            assert!(!page.contains("Kaikille soitetaan"), "phones are told: {page}");
        }
    }

    async fn where_notifications_are_switched_off_again_what_was_chosen_before_holds(app) {
        let (service, post) = (Service::open().await, Post::open().await);
        let (mut town, desk) = told(app, &service, Some(&post)).await;
        chooses(&town, &desk, "email", ADDRESS).await;
        press(&town, &signed_in(&town).await, &service.phone()).await;
        town.app = town.app.with_settings(|config| config.messages.push = None);
        let at = format!("/people/{}/messages", town.own.participant);
        let page = desk.get(&town.app, &at).await.text();
        assert!(page.contains(ADDRESS) && !page.contains("puhelimeensa"), "{page}");
        cancel(&town, &desk).await;
        deliver(&town).await;
        assert_eq!((service.got().len(), post.recipients()), (0, vec![ADDRESS.to_owned()]));
        assert_eq!(count(&town.app, PHONES).await, 1, "switched on again it holds again");
        chooses(&town, &desk, "email", ADDRESS).await;
        assert_eq!(count(&town.app, PHONES).await, 0, "but for whoever has said since that it is to be this");
    }

    async fn what_is_said_of_one_record_ends_the_notifications_of_every_record_of_the_person(app) {
        let (service, post) = (Service::open().await, Post::open().await);
        let (mut town, desk) = told(app, &service, Some(&post)).await;
        chooses(&town, &desk, "email", ADDRESS).await;
        press(&town, &signed_in(&town).await, &service.phone()).await;
        merge(&town, town.own.participant, town.other.participant).await;
        town.app = town.app.with_settings(|config| config.messages.push = None);
        assert_eq!(count(&town.app, PHONES).await, 1);
        let at = format!("/people/{}/messages", town.other.participant);
        next(&desk.post(&town.app, &at, &[("channel", "email"), ("address", ADDRESS)]).await);
        assert_eq!(count(&town.app, PHONES).await, 0, "switched on again it does not hold");
    }

    async fn no_answer_leads_on_to_another_address(app) {
        let service = Service::open().await;
        let (town, desk) = told(app, &service, None).await;
        press(&town, &signed_in(&town).await, &service.phone()).await;
        service.answers("307 Temporary Redirect\r\nlocation: /elsewhere");
        cancel(&town, &desk).await;
        deliver(&town).await;
        assert_eq!(service.got().len(), 1);
        assert!(shown(&town, &desk).await.contains("Soittolista"), "they are called");
    }

    async fn the_own_data_tell_of_the_phone_and_of_what_holds_again_without_it(app) {
        let (service, post) = (Service::open().await, Post::open().await);
        let (town, desk) = told(app, &service, Some(&post)).await;
        chooses(&town, &desk, "email", ADDRESS).await;
        press(&town, &signed_in(&town).await, &service.phone()).await;
        let data = desk.get(&town.app, &format!("/people/{}/data/download", town.own.participant)).await.json();
        let (chosen, before) = (&data["messages"]["chosen"], &data["messages"]["before"][0]);
        assert_eq!((&chosen["channel"], &chosen["address"]), (&"push".into(), &service.phone().into()));
        assert_eq!((&before["channel"], &before["address"]), (&"email".into(), &ADDRESS.into()));
    }

    async fn what_is_chosen_afterwards_ends_the_notifications(app) {
        let service = Service::open().await;
        let (town, desk) = told(app, &service, None).await;
        let browser = signed_in(&town).await;
        press(&town, &browser, &service.phone()).await;
        assert_eq!(leads_to(&browser.post(&town.app, "/own/messages", &[("channel", "call")]).await), SAVED);
        assert_eq!(count(&town.app, PHONES).await, 0);
        press(&town, &browser, &service.phone()).await;
        chooses(&town, &desk, "call", "").await;
        assert_eq!(count(&town.app, PHONES).await, 0, "at the desk, too");
    }

    async fn on_a_device_that_others_use_nobody_is_told_by_notifications(app) {
        let service = Service::open().await;
        let (town, _) = told(app, &service, None).await;
        let browser = signed_in(&town).await;
        press(&town, &browser, &service.phone()).await;
        let form = [("number", own::NUMBER), ("pin", own::PIN), ("shared", "yes")];
        let library = own::kept(&browser.post(&town.app, "/own/sign-in", &form).await);
        assert_eq!(count(&town.app, PHONES).await, 0, "the session of before has ended, and its notifications with it");
        assert_eq!(press(&town, &library, &service.phone()).await, "/own/messages?said=no-phone");
        assert_eq!(count(&town.app, PHONES).await, 0);
    }

    async fn a_phone_that_somebody_left_signed_in_tells_whoever_pressed_last(app) {
        let service = Service::open().await;
        let (town, _) = told(app, &service, None).await;
        press(&town, &signed_in(&town).await, &service.phone()).await;
        own::card_of(&town, &town.other, "778899", "cccccccccccccccccccccc").await;
        let other = own::kept(&own::typed(&town, &Browser::default(), "778899", own::PIN).await);
        assert_eq!(press(&town, &other, &service.phone()).await, SAVED);
        let sql = "SELECT COUNT(*) AS n FROM push_phone p JOIN own_session s ON s.hash = p.session \
                   WHERE s.participant = p.holder";
        assert_eq!((count(&town.app, PHONES).await, count(&town.app, sql).await), (1, 1));
        let page = other.get(&town.app, "/own/messages").await.text();
        assert!(page.contains("Kun kerta perutaan, kerromme ilmoituksella puhelimessa."), "{page}");
    }

    async fn only_a_known_service_is_asked_and_only_for_whoever_may_be_told(app) {
        let service = Service::open().await;
        let (town, desk) = told(app, &service, None).await;
        let browser = signed_in(&town).await;
        for phone in ["", "aino", "https://127.0.0.1/x", "https://169.254.169.254/latest", "http://127.0.0.1:1/x"] {
            assert_eq!(press(&town, &browser, phone).await, "/own/messages?said=no-phone", "{phone}");
        }
        let page = browser.get(&town.app, "/own/messages?said=no-phone").await.text();
        assert!(page.contains("ei ota ilmoituksia vastaan"), "{page}");
        assert_eq!(count(&town.app, PHONES).await, 0);
        let form = [("channel", "push"), ("address", &*service.phone())];
        for (n, shown) in [(1, "relative_schedule"), (2, MESSAGES)] {
            let card = relatives::invited(&town, &town.own, n, &[shown]).await;
            let relative = relatives::entered(&town, &card).await;
            let unknown = press_at(&town, &relative, KIN, "https://127.0.0.1/x").await;
            assert_eq!(unknown == "/kin/messages?said=no-phone", shown == MESSAGES, "{shown}: {unknown}");
            let known = relative.post(&town.app, KIN, &form).await;
            assert_eq!(known.status == StatusCode::NOT_FOUND, shown != MESSAGES, "{shown}: {}", known.text());
            relative.post(&town.app, "/own/sign-out", &[]).await;
        }
        let at = format!("/people/{}/messages", town.own.participant);
        assert!(desk.post(&town.app, &at, &form).await.text().contains("Valitse, miten kerrotaan"));
        let (id, changes) = (town.own.participant, vec![ProfileChange::Undisclosed(true)]);
        town.write(vec![Verb::Participant(people::Verb::Edit { id, changes })]).await;
        assert_eq!(press(&town, &browser, &service.phone()).await, "/own/messages");
        assert_eq!(count(&town.app, PHONES).await, 0);
    }

    async fn a_relative_of_two_people_is_told_once_and_by_nothing_that_says_of_whom(app) {
        let service = Service::open().await;
        let (town, desk) = told(app, &service, None).await;
        let stay = Membership::begun(town.own.group, town.other.participant, today().plus_days(-7));
        town.write(vec![membership::Verb::Join { membership: stay }.into()]).await;
        let card = relatives::invited(&town, &town.own, 1, &[MESSAGES]).await;
        let rev = relatives::form_id(2).to_string();
        let of_both = relatives::form(&rev, &[MESSAGES], &card.0);
        let linked = desk.post(&town.app, &format!("/people/{}/relatives", town.other.participant), &of_both).await;
        assert!(leads_to(&linked).ends_with("?said=shared"), "{}", linked.text());
        let relative = relatives::entered(&town, &card).await;
        town.app.clock.advance(15 * 60_000);
        let phone = service.phone_of("liisa");
        let form = [("channel", "push"), ("address", &*phone)];
        let asked = relative.post(&town.app, KIN, &form).await.text();
        assert!(asked.contains("name=\"pin\"") && asked.contains("action=\"/kin/messages\""), "{asked}");
        assert_eq!(count(&town.app, PHONES).await, 0, "not by the card alone");
        let with_pin = relative.post(&town.app, KIN, &[form[0], form[1], ("pin", &*card.1)]).await;
        assert_eq!((leads_to(&with_pin), count(&town.app, PHONES).await), ("/kin/messages?said=saved", 1));
        let page = relative.get(&town.app, KIN).await.text();
        for told in ["kerromme ilmoituksella puhelimessa.", "kun lupa loppuu", "data-body=\"Kerrassa on muutos. Avaa Vireä.\""] {
            assert!(page.contains(told), "{told} in {page}");
        }
        cancel(&town, &desk).await;
        for _ in 0..3 {
            deliver(&town).await;
        }
        let got = service.got();
        assert_eq!((service.told(), got[0].1), (vec!["liisa".to_owned()], 0), "once, and without a word: {got:?}");
        assert!(!got[0].0.contains("Aino") && !got[0].0.contains(town.own.canary), "{got:?}");
        let page = shown(&town, &desk).await;
        assert!(page.contains("Liisa Läheinen, läheinen") && page.contains("ilmoitus puhelimeen"), "{page}");
        let off = relative.post(&town.app, KIN, &[("channel", "call")]).await;
        assert_eq!((leads_to(&off), count(&town.app, PHONES).await), ("/kin/messages?said=saved", 0), "off by one press");
    }

    async fn a_relatives_notifications_end_with_the_sign_out_the_card_the_consent_and_its_last_day(app) {
        let service = Service::open().await;
        let (town, desk) = told(app, &service, None).await;
        let (signed_out, _) = relative_on_phone(&town, &service, 1, LONG).await;
        relative_on_phone(&town, &service, 2, LONG).await;
        let (_, number) = relative_on_phone(&town, &service, 3, LONG).await;
        relative_on_phone(&town, &service, 4, "10.9.2026").await;
        relative_on_phone(&town, &service, 5, LONG).await;
        assert_eq!(count(&town.app, PHONES).await, 5);
        let at = format!("/people/{}/relatives", town.own.participant);
        let of = |n| relatives::relative(&town, n).to_string();
        signed_out.post(&town.app, "/own/sign-out", &[]).await;
        desk.made(&town.app, &format!("{at}/card"), &[("relative", &of(2))]).await;
        desk.post(&town.app, &format!("{at}/end"), &[("relative", &of(3))]).await;
        assert_eq!(count(&town.app, PHONES).await, 2, "those of 4 and 5");
        // Let be told again, they are told on the phone only once they have switched it on again.
        let rev = relatives::form_id(6).to_string();
        let again = desk.post(&town.app, &at, &relatives::form(&rev, &[MESSAGES], &number)).await;
        assert!(leads_to(&again).ends_with("?said=shared"), "{}", again.text());
        town.app.clock.advance(3 * 24 * 60 * 60_000);
        let desk = town.signed_in(Role::Coordinator, true).await;
        cancel(&town, &desk).await;
        for _ in 0..2 {
            deliver(&town).await;
        }
        assert_eq!(service.told(), ["5"], "the last day of 4 is over");
    }

    async fn what_ends_while_a_relatives_notification_waits_ends_it_too(app) {
        let service = Service::open().await;
        let (town, desk) = told(app, &service, None).await;
        relative_on_phone(&town, &service, 1, LONG).await;
        let (signed_out, _) = relative_on_phone(&town, &service, 2, LONG).await;
        relative_on_phone(&town, &service, 3, LONG).await;
        cancelled_while_busy(&town, &desk, &service).await;
        let asked = service.told().len();
        let at = format!("/people/{}/relatives/end", town.own.participant);
        desk.post(&town.app, &at, &[("relative", &relatives::relative(&town, 1).to_string())]).await;
        signed_out.post(&town.app, "/own/sign-out", &[]).await;
        let (id, changes) = (town.own.participant, vec![ProfileChange::DiedOn(Some(today()))]);
        town.write(vec![Verb::Participant(people::Verb::Edit { id, changes })]).await;
        service.answers("201 Created");
        town.app.clock.advance(60_000);
        for _ in 0..2 {
            deliver(&town).await;
        }
        assert_eq!(service.told().len(), asked, "nobody is told of whoever has died");
        let home = desk.get(&town.app, "/").await.text();
        assert!(!home.contains("läheiselle ei mennyt"), "and nobody is to tell them: {home}");
    }

    async fn a_relative_who_signs_out_while_a_notification_waits_is_nobodys_call(app) {
        let service = Service::open().await;
        let (town, desk) = told(app, &service, None).await;
        let (relative, _) = relative_on_phone(&town, &service, 1, LONG).await;
        cancelled_while_busy(&town, &desk, &service).await;
        relative.post(&town.app, "/own/sign-out", &[]).await;
        service.answers("201 Created");
        town.app.clock.advance(60_000);
        for _ in 0..2 {
            deliver(&town).await;
        }
        assert_eq!(service.told().len(), 1, "the try while they were signed in");
        assert!(!desk.get(&town.app, "/").await.text().contains(NOT_REACHED));
    }

    async fn of_a_relative_whose_phone_is_gone_the_desk_is_told(app) {
        let service = Service::open().await;
        let (town, desk) = told(app, &service, None).await;
        relative_on_phone(&town, &service, 1, LONG).await;
        service.answers("410 Gone");
        cancel(&town, &desk).await;
        for _ in 0..2 {
            deliver(&town).await;
        }
        assert_eq!((service.told().len(), count(&town.app, PHONES).await), (1, 0));
        let home = desk.get(&town.app, "/").await.text();
        assert!(home.contains(NOT_REACHED), "{home}");
        let page = shown(&town, &desk).await;
        assert!(page.contains("Liisa Läheinen, läheinen") && page.contains("puhelin ei enää ota ilmoituksia vastaan"), "{page}");
    }

    async fn without_the_setting_it_is_not_offered(app) {
        let (town, _) = coordinator(app).await;
        own::card(&town).await;
        let browser = signed_in(&town).await;
        assert!(!browser.get(&town.app, "/own/messages").await.text().contains("data-key"));
        assert_eq!(press(&town, &browser, "https://web.push.apple.com/a").await, "/own/messages");
    }

    async fn where_messages_go_into_a_folder_no_service_is_asked(app) {
        let folder = tests::scratch(&format!("push-{}", app.state.db.kind()));
        let sink = Some(folder.clone());
        let app = app.with_settings(|config| config.messages = Messages { sink, ..Messages::default() });
        let (town, desk) = coordinator(app).await;
        meets_at(&town, "14:30").await;
        own::card(&town).await;
        let phone = "https://web.push.apple.com/aino";
        assert_eq!(press(&town, &signed_in(&town).await, phone).await, SAVED);
        cancel(&town, &desk).await;
        deliver(&town).await;
        let file = std::fs::read_dir(&folder).unwrap().next().unwrap().unwrap().path();
        assert_eq!(std::fs::read_to_string(file).unwrap(), format!("Push: {phone}\n"));
        std::fs::remove_dir_all(folder).unwrap();
    }
}
