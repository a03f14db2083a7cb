//! Messages about a cancelled session: sent once, by the way that people chose, to those who may be told and to nobody
//! else; whoever cannot be reached by one is on the list of calls.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use domain::access::Role;
use domain::attendance::{self, Mark};
use domain::groups::{ExitReason, Membership, membership};
use domain::ids::ParticipantId;
use domain::people::{self, ProfileChange};
use domain::sessions::{self, Cancellation, Session};
use domain::sync::op::Verb;
use http::StatusCode;
use server::db::Unscoped;
use server::erasure::{self, Why};
use server::messages::settings::{Mail, Messages, Sms};
use tests::App;
use tests::tablet::Tablet;
use tests::town::{Browser, Town, today};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::desk::{coordinator, made_person, next};
use crate::files::count;
use crate::own::{self, leads_to, meets_at, signed_in};
use crate::relatives;
use crate::sessions::rev;

const MINUTE: i64 = 60_000;
pub const ADDRESS: &str = "aino@posti.example";

/// What a server has got: to whom, and the words.
type Got = Arc<Mutex<Vec<(String, String)>>>;

/// A mail server that speaks as much of SMTP as one message needs.
pub struct Post {
    pub url: String,
    got: Got,
    /// What it answers to every recipient.
    answer: Arc<Mutex<&'static str>>,
}

impl Post {
    pub async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("smtp://{}", listener.local_addr().unwrap());
        let (got, answer) = (Got::default(), Arc::new(Mutex::new("250 ok")));
        let post = Self { url, got: got.clone(), answer: answer.clone() };
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (got, answer) = (got.clone(), answer.clone());
                tokio::spawn(async move { drop(talk(stream, got, answer).await) });
            }
        });
        post
    }

    fn answers(&self, line: &'static str) {
        *self.answer.lock().unwrap() = line;
    }

    /// To whom messages came, in their order.
    pub fn recipients(&self) -> Vec<String> {
        self.got.lock().unwrap().iter().map(|(to, _)| to.clone()).collect()
    }

    /// The last message, as one line; signs outside of ASCII are written as mail servers see them.
    fn last(&self) -> String {
        self.got
            .lock()
            .unwrap()
            .last()
            .map(|(_, words)| words.replace("=\r\n", "").replace("\r\n", " "))
            .unwrap_or_default()
    }
}

async fn talk(stream: TcpStream, got: Got, answer: Arc<Mutex<&'static str>>) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    let mut to = String::new();
    stream.write_all(b"220 post.example\r\n").await?;
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let said = match line.split([' ', ':']).next().unwrap_or_default().trim() {
            "EHLO" | "HELO" | "MAIL" | "RSET" | "NOOP" => "250 ok",
            "RCPT" => {
                to = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                *answer.lock().unwrap()
            }
            "DATA" => {
                stream.write_all(b"354 go on\r\n").await?;
                let mut words = String::new();
                while !words.ends_with("\r\n.\r\n") {
                    stream.read_line(&mut words).await?;
                }
                got.lock().unwrap().push((to.clone(), words));
                "250 ok"
            }
            "QUIT" => "221 bye",
            _ => "502 what",
        };
        stream.write_all(format!("{said}\r\n").as_bytes()).await?;
    }
}

fn with_mail(app: App, post: &Post) -> App {
    let mail = Mail { url: post.url.clone(), from: "Vireä <virea@example.fi>".parse().unwrap() };
    app.with_settings(|config| config.messages = Messages { mail: Some(mail), ..Messages::default() })
}

/// A town with a mail server, in which the own group meets at half past two and its person has chosen e-mail.
async fn mailed(app: App) -> (Town, Browser, Post) {
    let post = Post::open().await;
    let (town, desk) = coordinator(with_mail(app, &post)).await;
    meets_at(&town, "14:30").await;
    edit(&town, ProfileChange::Phone(Some("040 765 4321".into()))).await;
    chooses(&town, &desk, "email", ADDRESS).await;
    (town, desk, post)
}

pub async fn chooses(town: &Town, desk: &Browser, channel: &str, address: &str) {
    let at = format!("/people/{}/messages", town.own.participant);
    let form = [("channel", channel), ("address", address)];
    assert_eq!(next(&desk.post(&town.app, &at, &form).await), at);
}

fn page(town: &Town) -> String {
    format!("/groups/{}/sessions/2026-09-15", town.own.group)
}

pub async fn shown(town: &Town, desk: &Browser) -> String {
    desk.get(&town.app, &page(town)).await.text()
}

pub async fn cancel(town: &Town, desk: &Browser) {
    let at = page(town);
    let rev = rev(town, desk, &at).await;
    next(&desk.post(&town.app, &format!("{at}/cancel"), &[("rev", &rev), ("why", "weather")]).await);
}

async fn restore(town: &Town, desk: &Browser) {
    next(&desk.post(&town.app, &format!("{}/restore", page(town)), &[]).await);
}

async fn edit(town: &Town, change: ProfileChange) {
    town.write(vec![Verb::Participant(people::Verb::Edit { id: town.own.participant, changes: vec![change] })]).await;
}

/// Says that one record is of the person that the other stands for.
pub async fn merge(town: &Town, record: ParticipantId, into: ParticipantId) {
    let changes = vec![ProfileChange::SameAs(Some(into))];
    town.write(vec![Verb::Participant(people::Verb::Edit { id: record, changes })]).await;
}

/// What the job does every ten seconds.
pub async fn deliver(town: &Town) {
    server::messages::run(&town.app.state).await.unwrap();
}

tests::on_both_databases! {
    async fn whoever_chose_e_mail_gets_one_message_and_is_not_called(app) {
        let (town, desk, post) = mailed(app).await;
        cancel(&town, &desk).await;
        let page = shown(&town, &desk).await;
        assert!(page.contains("Kenelle tieto meni") && page.contains("Lähdössä"), "{page}");
        assert!(!page.contains("Soittolista"), "nobody is to be called: {page}");
        assert_eq!(post.recipients(), Vec::<String>::new(), "it is laid down, and not sent by who presses");
        for _ in 0..3 {
            deliver(&town).await;
        }
        assert_eq!(post.recipients(), [ADDRESS], "once, however often the job runs");
        let words = post.last();
        for told in ["Subject: Helsinki: Kerta on peruttu", "15.9.2026 klo 14.30", "virea@example.fi"] {
            assert!(words.contains(told), "{told} in {words}");
        }
        let group = town.own.group.to_string();
        assert!(!words.contains(town.own.canary) && !words.contains("Aino ") && !words.contains(&group), "{words}");
        let page = shown(&town, &desk).await;
        assert!(page.contains("Lähetetty ti\u{a0}8.9.2026") && !page.contains("Soittolista"), "{page}");
        assert!(!page.contains(ADDRESS), "the address stands on the person's page alone: {page}");
    }

    async fn what_is_taken_back_before_it_was_sent_is_not_sent_and_afterwards_it_is_said_that_the_session_is_on(app) {
        let (town, desk, post) = mailed(app).await;
        cancel(&town, &desk).await;
        restore(&town, &desk).await;
        deliver(&town).await;
        assert_eq!(post.recipients(), Vec::<String>::new());
        cancel(&town, &desk).await;
        deliver(&town).await;
        restore(&town, &desk).await;
        deliver(&town).await;
        deliver(&town).await;
        assert_eq!(post.recipients(), [ADDRESS, ADDRESS]);
        assert!(post.last().contains("sittenkin"), "{}", post.last());
        assert!(shown(&town, &desk).await.contains("kerta pidetään sittenkin"));
        cancel(&town, &desk).await;
        deliver(&town).await;
        assert_eq!(post.recipients().len(), 3, "cancelled again");
    }

    async fn who_heard_that_it_is_off_and_not_that_it_is_on_again_is_told_of_on_the_start_page(app) {
        let (town, desk, post) = mailed(app).await;
        cancel(&town, &desk).await;
        deliver(&town).await;
        post.answers("550 no such mailbox any more");
        restore(&town, &desk).await;
        deliver(&town).await;
        let waits = "Yhdelle on soitettava, että kerta 15.9.2026 pidetään sittenkin";
        let home = desk.get(&town.app, "/").await.text();
        assert!(home.contains(waits) && home.contains(&format!("href=\"{}#told\"", page(&town))), "{home}");
        assert!(shown(&town, &desk).await.contains("Ei mennyt: osoite tai numero ei kelpaa"));
    }

    async fn what_a_tablet_cancels_without_network_is_sent_when_it_arrives(app) {
        let (town, _, post) = mailed(app).await;
        let (group, day) = (town.own.group, today().plus_days(7));
        let mut tablet = Tablet::of(&town, Role::Instructor).await;
        let plan = sessions::Verb::Plan { session: Session::planned(group, day, None) };
        let cancel = sessions::Verb::Cancel { id: Session::planned_id(group, day), group, reason: Cancellation::Weather };
        tablet.record(&town.app, None, plan.into());
        tablet.record(&town.app, None, cancel.into());
        deliver(&town).await;
        assert_eq!(post.recipients(), Vec::<String>::new(), "it lies on the tablet");
        tablet.push(&town.app, 1).await;
        deliver(&town).await;
        assert_eq!(post.recipients(), [ADDRESS]);
    }

    async fn a_tablet_learns_to_whom_a_message_was_sent(app) {
        let (town, desk, post) = mailed(app).await;
        let tablet = Tablet::of(&town, Role::Instructor).await;
        let told = async || tablet.pull(&town.app, None).await.you.expect("this server says so").told;
        cancel(&town, &desk).await;
        assert!(told().await.is_empty(), "it waits");
        deliver(&town).await;
        let session = Session::planned_id(town.own.group, today().plus_days(7));
        assert_eq!(told().await, BTreeMap::from([(session, BTreeSet::from([town.own.participant]))]));
        post.answers("550 no such mailbox any more");
        restore(&town, &desk).await;
        deliver(&town).await;
        assert!(told().await.is_empty(), "what was said does not hold");
        cancel(&town, &desk).await;
        deliver(&town).await;
        assert!(told().await.is_empty(), "the message did not go through");
    }

    async fn a_tablet_knows_whoever_was_told_by_the_record_in_its_group(app) {
        let (town, desk, _) = mailed(app).await;
        let tablet = Tablet::of(&town, Role::Instructor).await;
        merge(&town, town.own.participant, town.other.participant).await;
        cancel(&town, &desk).await;
        deliver(&town).await;
        let told = tablet.pull(&town.app, None).await.you.expect("this server says so").told;
        assert!(told.values().flatten().any(|person| *person == town.own.participant), "{told:?}");
    }

    async fn a_file_that_brings_days_off_tells_nobody(app) {
        let (town, desk, post) = mailed(app).await;
        let (group, day) = (town.own.group, today().plus_days(7));
        let plan = sessions::Verb::Plan { session: Session::planned(group, day, None) };
        let off = sessions::Verb::Cancel { id: Session::planned_id(group, day), group, reason: Cancellation::Holiday };
        town.write(vec![plan.into(), off.into()]).await;
        deliver(&town).await;
        assert_eq!(post.recipients(), Vec::<String>::new());
        let at = page(&town);
        let form = [("rev", &*rev(&town, &desk, &at).await), ("note", "Sali on juhlan käytössä.")];
        next(&desk.post(&town.app, &format!("{at}/note"), &form).await);
        deliver(&town).await;
        assert_eq!(post.recipients(), Vec::<String>::new(), "a note about it is no cancellation");
        restore(&town, &desk).await;
        cancel(&town, &desk).await;
        deliver(&town).await;
        assert_eq!(post.recipients(), [ADDRESS], "somebody cancels it");
    }

    async fn what_was_chosen_in_a_merged_record_counts_until_something_else_is_chosen(app) {
        let post = Post::open().await;
        let (town, desk) = coordinator(with_mail(app, &post)).await;
        meets_at(&town, "14:30").await;
        chooses(&town, &desk, "call", "").await;
        town.app.clock.advance(MINUTE);
        let (own, other) = (town.own.participant, town.other.participant);
        let form = [("channel", "email"), ("address", ADDRESS)];
        next(&desk.post(&town.app, &format!("/people/{other}/messages"), &form).await);
        merge(&town, other, own).await;
        cancel(&town, &desk).await;
        deliver(&town).await;
        restore(&town, &desk).await;
        deliver(&town).await;
        assert_eq!(post.recipients(), [ADDRESS, ADDRESS], "off, and on after all");
        town.app.clock.advance(MINUTE);
        chooses(&town, &desk, "call", "").await;
        cancel(&town, &desk).await;
        deliver(&town).await;
        assert_eq!(post.recipients().len(), 2, "from now on they are called");
    }

    async fn whoever_was_told_before_two_records_were_merged_is_told_that_it_is_on_and_not_told_twice(app) {
        let (town, desk, post) = mailed(app).await;
        cancel(&town, &desk).await;
        deliver(&town).await;
        merge(&town, town.own.participant, town.other.participant).await;
        let at = page(&town);
        let form = [("rev", &*rev(&town, &desk, &at).await), ("note", "Lunta on paljon.")];
        next(&desk.post(&town.app, &format!("{at}/note"), &form).await);
        deliver(&town).await;
        assert_eq!(post.recipients(), [ADDRESS], "they know");
        restore(&town, &desk).await;
        deliver(&town).await;
        assert_eq!(post.recipients(), [ADDRESS, ADDRESS]);
        assert!(post.last().contains("sittenkin"), "{}", post.last());
    }

    async fn a_message_that_waits_while_two_records_are_merged_is_sent_and_stands_with_the_person(app) {
        let (town, desk, post) = mailed(app).await;
        post.answers("451 try later");
        cancel(&town, &desk).await;
        deliver(&town).await;
        merge(&town, town.own.participant, town.other.participant).await;
        post.answers("250 ok");
        town.app.clock.advance(MINUTE);
        deliver(&town).await;
        assert_eq!(post.recipients(), [ADDRESS]);
        let page = desk.get(&town.app, &format!("/people/{}/messages", town.other.participant)).await.text();
        assert!(page.contains("15.9.2026: kerta on peruttu, sähköposti"), "{page}");
    }

    async fn for_whoever_has_died_no_way_to_be_written_to_is_chosen_any_more(app) {
        let (town, desk, _post) = mailed(app).await;
        let person = format!("/people/{}", town.own.participant);
        next(&desk.post(&town.app, &format!("{person}/died"), &[("died_on", "8.9.2026")]).await);
        let form = [("channel", "email"), ("address", ADDRESS)];
        let refused = desk.post(&town.app, &format!("{person}/messages"), &form).await;
        let text = refused.text().replace('\u{a0}', " ");
        assert!(refused.status == 422 && text.contains("Kuollut 8.9.2026"), "{text}");
        chooses(&town, &desk, "call", "").await;
    }

    async fn what_cannot_be_read_keeps_no_other_message_back(app) {
        let (town, desk, post) = mailed(app).await;
        cancel(&town, &desk).await;
        let tenant = &town.own.municipality;
        let news = "INSERT INTO message_news (municipality, session, n) VALUES ($1, 'nothing', 1)";
        let written = town.app.state.write(Unscoped::Installation, |mut tx| async move {
            tx.run(news, [tenant.into()]).await?;
            Ok(tx.done(()))
        });
        written.await.unwrap();
        assert!(server::messages::run(&town.app.state).await.is_err(), "it is told of");
        assert_eq!(post.recipients(), [ADDRESS]);
    }

    async fn an_address_that_the_mail_server_does_not_know_to_write_keeps_no_other_message_back(app) {
        let (town, desk, post) = mailed(app).await;
        let stay = Membership::begun(town.own.group, town.other.participant, today().plus_days(-7));
        town.write(vec![membership::Verb::Join { membership: stay }.into()]).await;
        let at = format!("/people/{}/messages", town.other.participant);
        next(&desk.post(&town.app, &at, &[("channel", "email"), ("address", "äiti@posti.example")]).await);
        cancel(&town, &desk).await;
        deliver(&town).await;
        assert_eq!(post.recipients(), [ADDRESS], "in the first round, in whichever order");
        assert!(shown(&town, &desk).await.contains("Ei mennyt: osoite tai numero ei kelpaa"));
    }

    async fn a_mail_server_that_does_not_let_us_in_is_asked_again(app) {
        let (town, desk, post) = mailed(app).await;
        post.answers("535 5.7.8 who are you");
        cancel(&town, &desk).await;
        deliver(&town).await;
        assert!(shown(&town, &desk).await.contains("Yritetään uudelleen: viestipalvelin ei vastannut"));
        post.answers("250 ok");
        town.app.clock.advance(MINUTE);
        deliver(&town).await;
        assert_eq!(post.recipients(), [ADDRESS]);
    }

    async fn several_servers_send_it_once(app) {
        let (town, desk, post) = mailed(app).await;
        cancel(&town, &desk).await;
        let (one, other) = (town.app.state.clone(), town.app.state.clone());
        let (first, second, third) =
            tokio::join!(server::messages::run(&one), server::messages::run(&other), server::messages::run(&one));
        first.and(second).and(third).unwrap();
        assert_eq!(post.recipients(), [ADDRESS]);
    }

    async fn an_address_that_is_refused_brings_the_person_onto_the_list_of_calls(app) {
        let (town, desk, post) = mailed(app).await;
        post.answers("550 no such mailbox");
        cancel(&town, &desk).await;
        deliver(&town).await;
        let page = shown(&town, &desk).await;
        for told in ["Ei mennyt: osoite tai numero ei kelpaa", "Soittolista", "tel:0407654321"] {
            assert!(page.contains(told), "{told} in {page}");
        }
        post.answers("250 ok");
        town.app.clock.advance(25 * MINUTE);
        deliver(&town).await;
        assert_eq!(post.recipients(), Vec::<String>::new(), "it was given up");
        let waits = "Yhdelle on soitettava perutusta kerrasta 15.9.2026";
        let home = desk.get(&town.app, "/").await.text();
        let list = format!("href=\"{}#calls\"", self::page(&town));
        assert!(home.contains(waits) && home.contains(&list), "{home}");
        let person = town.own.participant.to_string();
        let form = [("participant", &*person), ("outcome", "reached")];
        next(&desk.post(&town.app, &format!("{}/call", self::page(&town)), &form).await);
        assert!(!desk.get(&town.app, "/").await.text().contains(waits), "they were called");
    }

    async fn whoever_is_in_the_group_by_a_record_that_was_merged_is_called_as_well_and_once(app) {
        let (town, desk, post) = mailed(app).await;
        merge(&town, town.own.participant, town.other.participant).await;
        post.answers("550 no such mailbox");
        cancel(&town, &desk).await;
        deliver(&town).await;
        let list = shown(&town, &desk).await;
        assert!(list.contains("Soittolista") && list.contains("tel:0407654321"), "{list}");
        let home = async || desk.get(&town.app, "/").await.text();
        let waits = "Yhdelle on soitettava perutusta kerrasta 15.9.2026";
        assert!(home().await.contains(waits));
        let person = town.own.participant.to_string();
        let form = [("participant", &*person), ("outcome", "reached")];
        next(&desk.post(&town.app, &format!("{}/call", page(&town)), &form).await);
        assert!(!home().await.contains(waits), "they were called");
        // Where both records are in the group, one of them is called.
        let stay = Membership::begun(town.own.group, town.other.participant, today().plus_days(-7));
        town.write(vec![membership::Verb::Join { membership: stay }.into()]).await;
        let list = shown(&town, &desk).await;
        assert_eq!(list.matches("class=\"calls__one\"").count(), 1, "{list}");
    }

    async fn a_server_that_cannot_now_is_asked_again_and_given_up_in_time_to_call(app) {
        let (town, desk, post) = mailed(app).await;
        post.answers("451 try later");
        cancel(&town, &desk).await;
        deliver(&town).await;
        let page = shown(&town, &desk).await;
        assert!(page.contains("Yritetään uudelleen: viestipalvelin ei ehtinyt") && !page.contains("Soittolista"), "{page}");
        post.answers("250 ok");
        deliver(&town).await;
        assert_eq!(post.recipients(), Vec::<String>::new(), "not before its time");
        town.app.clock.advance(MINUTE);
        deliver(&town).await;
        assert_eq!(post.recipients(), [ADDRESS]);
        restore(&town, &desk).await;
        deliver(&town).await;
        post.answers("451 try later");
        // One hour before it begins there is no time to wait for another try.
        town.app.clock.advance(7 * 24 * 60 * MINUTE + 29 * MINUTE);
        let desk = town.signed_in(Role::Coordinator, true).await;
        cancel(&town, &desk).await;
        deliver(&town).await;
        assert!(shown(&town, &desk).await.contains("Soittolista"));
    }

    async fn whoever_wants_to_be_called_while_a_message_waits_is_called(app) {
        let (town, desk, post) = mailed(app).await;
        post.answers("451 try later");
        cancel(&town, &desk).await;
        deliver(&town).await;
        chooses(&town, &desk, "call", "").await;
        post.answers("250 ok");
        town.app.clock.advance(MINUTE);
        for _ in 0..2 {
            deliver(&town).await;
        }
        let page = shown(&town, &desk).await;
        assert!(page.contains("Ei mennyt: kertomisen tapa on vaihtunut") && page.contains("Soittolista"), "{page}");
        assert_eq!(post.recipients(), Vec::<String>::new());
    }

    async fn whoever_chooses_another_way_while_a_message_waits_is_told_in_that(app) {
        let (post, got) = (Post::open().await, Got::default());
        let url = format!("http://{}/?to={{to}}&text={{text}}", gateway(got.clone()).await);
        let sms = Sms { url, method: http::Method::GET, body: None, authorization: None };
        let app = with_mail(app, &post).with_settings(|config| config.messages.sms = Some(sms));
        let (town, desk) = coordinator(app).await;
        meets_at(&town, "14:30").await;
        chooses(&town, &desk, "email", ADDRESS).await;
        post.answers("451 try later");
        cancel(&town, &desk).await;
        deliver(&town).await;
        chooses(&town, &desk, "sms", "040 765 4321").await;
        town.app.clock.advance(MINUTE);
        for _ in 0..3 {
            deliver(&town).await;
        }
        assert_eq!((got.lock().unwrap().len(), post.recipients()), (1, Vec::<String>::new()));
        assert!(shown(&town, &desk).await.contains("kerta on peruttu, tekstiviesti"));
    }

    async fn nothing_is_sent_to_whoever_must_not_be_told(app) {
        let (town, desk, post) = mailed(app).await;
        for (change, back) in [
            (ProfileChange::Undisclosed(true), ProfileChange::Undisclosed(false)),
            (ProfileChange::DiedOn(Some(today())), ProfileChange::DiedOn(None)),
            (ProfileChange::Restricted(true), ProfileChange::Restricted(false)),
        ] {
            let field = change.field();
            cancel(&town, &desk).await;
            // It is laid down already, and what came to be known meanwhile counts.
            edit(&town, change).await;
            deliver(&town).await;
            assert_eq!(post.recipients(), Vec::<String>::new(), "{field}");
            edit(&town, back).await;
            restore(&town, &desk).await;
            deliver(&town).await;
            assert_eq!(post.recipients(), Vec::<String>::new(), "nothing was said, and nothing is taken back: {field}");
        }
        let session = Session::planned_id(town.own.group, today().plus_days(7));
        let (group, participant) = (town.own.group, town.own.participant);
        let absent = |mark| Verb::Attendance(attendance::Verb::Set { session, group, participant, mark });
        town.write(vec![absent(Some(Mark::AbsentInformed))]).await;
        cancel(&town, &desk).await;
        deliver(&town).await;
        assert_eq!(post.recipients(), Vec::<String>::new(), "they stay away anyway");
        restore(&town, &desk).await;
        town.write(vec![absent(None)]).await;
        own::leave(&town, today(), ExitReason::MovedAway).await;
        cancel(&town, &desk).await;
        deliver(&town).await;
        assert_eq!(post.recipients(), Vec::<String>::new(), "they are in the group no more");
    }

    async fn a_relative_is_told_by_a_consent_that_holds_and_in_no_other_way(app) {
        let (town, desk, post) = mailed(app).await;
        chooses(&town, &desk, "call", "").await;
        let card = relatives::invited(&town, &town.own, 1, &["relative_messages"]).await;
        let browser = relatives::entered(&town, &card).await;
        assert!(browser.get(&town.app, "/kin/messages").await.text().contains("Nyt emme lähetä sinulle viestiä."));
        let person = town.own.participant.to_string();
        let anothers = [("person", &*person), ("channel", "email"), ("address", "liisa@posti.example")];
        assert_eq!(leads_to(&browser.post(&town.app, "/kin/messages", &anothers).await), "/kin/messages?said=other");
        let page = browser.get(&town.app, "/kin/messages?said=other").await.text();
        assert!(page.contains("Mitään ei tallennettu.") && page.contains("Nyt emme lähetä"), "{page}");
        let relative = relatives::relative(&town, 1).to_string();
        let form = [("person", &*relative), ("channel", "email"), ("address", "liisa@posti.example")];
        assert_eq!(leads_to(&browser.post(&town.app, "/kin/messages", &form).await), "/kin/messages?said=saved");
        // They read what is kept of them, and a card alone shows no address.
        let page = browser.get(&town.app, &format!("/kin/{person}")).await.text();
        assert!(page.contains("Mitä sinusta on tallessa") && page.contains("Nimi: Liisa Läheinen"), "{page}");
        assert!(page.contains("l…@posti.example") && !page.contains("liisa@posti.example"), "{page}");
        cancel(&town, &desk).await;
        deliver(&town).await;
        assert_eq!(post.recipients(), ["liisa@posti.example"]);
        let page = shown(&town, &desk).await;
        assert!(page.contains("Liisa Läheinen, läheinen") && page.contains("Soittolista"), "the person is called: {page}");
        restore(&town, &desk).await;
        let end = format!("/people/{}/relatives/end", town.own.participant);
        desk.post(&town.app, &end, &[("relative", &relative)]).await;
        deliver(&town).await;
        assert_eq!(post.recipients().len(), 1, "the consent has ended");
        let address = "SELECT COUNT(*) AS n FROM message_choice WHERE address = 'liisa@posti.example'";
        assert_eq!(count(&town.app, address).await, 0, "the address goes with the last of them");
        assert_eq!(browser.get(&town.app, "/kin/messages").await.status, StatusCode::NOT_FOUND);
    }

    async fn of_a_relative_whose_last_day_is_over_no_address_is_kept(app) {
        let (town, desk, _) = mailed(app).await;
        let day = 24 * 60 * MINUTE;
        let mut browsers = Vec::new();
        for (n, until) in [(1, "9.9.2026"), (2, "1.6.2027")] {
            let rev = relatives::form_id(n).to_string();
            let mut form = relatives::form(&rev, &["relative_messages"], "");
            form[3] = ("until", until);
            let at = format!("/people/{}/relatives", town.own.participant);
            let card = relatives::numbers(&desk.made(&town.app, &at, &form).await);
            browsers.push(relatives::entered(&town, &card).await);
        }
        for (n, browser) in (1..).zip(&browsers) {
            let relative = relatives::relative(&town, n).to_string();
            let address = format!("liisa{n}@posti.example");
            let form = [("person", &*relative), ("channel", "email"), ("address", &*address)];
            assert_eq!(leads_to(&browser.post(&town.app, "/kin/messages", &form).await), "/kin/messages?said=saved");
        }
        let kept = "SELECT COUNT(*) AS n FROM message_choice WHERE address LIKE 'liisa%'";
        for (days, left) in [(0, 2), (1, 2), (1, 1), (1, 1)] {
            town.app.clock.advance(days * day);
            server::own::relatives::hush_all(&town.app.state).await.unwrap();
            assert_eq!(count(&town.app, kept).await, left, "{}", town.app.state.today());
        }
        let other = "SELECT COUNT(*) AS n FROM message_choice WHERE address = 'liisa2@posti.example'";
        assert_eq!(count(&town.app, other).await, 1);
    }

    async fn a_relative_whom_no_message_reached_is_told_of_on_the_start_page_as_long_as_they_may_know(app) {
        let (town, desk, post) = mailed(app).await;
        chooses(&town, &desk, "call", "").await;
        let card = relatives::invited(&town, &town.own, 1, &["relative_messages"]).await;
        let browser = relatives::entered(&town, &card).await;
        let form = [("channel", "email"), ("address", "liisa@posti.example")];
        leads_to(&browser.post(&town.app, "/kin/messages", &form).await);
        post.answers("550 no such mailbox");
        cancel(&town, &desk).await;
        deliver(&town).await;
        let home = async || desk.get(&town.app, "/").await.text();
        let waits = "Yhdelle läheiselle ei mennyt viestiä perutusta kerrasta 15.9.2026";
        let told = home().await;
        assert!(told.contains(waits) && told.contains(&format!("href=\"{}#told\"", page(&town))), "{told}");
        let relative = relatives::relative(&town, 1).to_string();
        let end = format!("/people/{}/relatives/end", town.own.participant);
        desk.post(&town.app, &end, &[("relative", &relative)]).await;
        assert!(!home().await.contains(waits), "nobody is asked to tell them now");
    }

    async fn on_the_own_page_each_way_is_one_press_and_a_card_shows_no_address(app) {
        let (town, _, _) = mailed(app).await;
        own::card(&town).await;
        let browser = signed_in(&town).await;
        assert!(browser.get(&town.app, "/own").await.text().contains("href=\"/own/messages\""));
        let page = async || browser.get(&town.app, "/own/messages").await.text();
        assert!(page().await.contains("a…@posti.example") && !page().await.contains(ADDRESS));
        assert!(!page().await.contains("tekstiviesti"), "this server sends none");
        let press = async |form: &[(&str, &str)]| browser.post(&town.app, "/own/messages", form).await;
        assert_eq!(leads_to(&press(&[("channel", "call")]).await), "/own/messages?said=saved");
        assert!(page().await.contains("Kun kerta perutaan, soitamme sinulle."));
        let wrong = press(&[("channel", "email"), ("address", "aino")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        let told = wrong.text();
        assert!(told.contains("Kirjoita sähköpostiosoite") && told.contains("value=\"aino\""), "{told}");
        for form in [[("channel", "sms"), ("address", "040 123 4567")], [("channel", "pigeon"), ("address", "")]] {
            assert_eq!(leads_to(&press(&form).await), "/own/messages", "not offered: {form:?}");
        }
        press(&[("channel", "email"), ("address", "uusi@posti.example")]).await;
        assert!(page().await.contains("u…@posti.example"));
        let rows = "SELECT COUNT(*) AS n FROM audit WHERE verb = 'message.choice' AND fields NOT LIKE '%@%'";
        assert_eq!(count(&town.app, rows).await, 3, "at the desk, and two presses");
        // Where people are addressed formally, too, what was chosen already is chosen once.
        town.signed_in(Role::OrganisationAdmin, true).await.post(&town.app, "/letters", &[("form", "formal")]).await;
        press(&[("channel", "call")]).await;
        press(&[("channel", "call")]).await;
        assert!(page().await.contains("Kun kerta perutaan, soitamme teille."));
        assert_eq!(count(&town.app, rows).await, 4, "the second press says the same");
        edit(&town, ProfileChange::Undisclosed(true)).await;
        assert!(page().await.contains("turvakielto"));
        assert_eq!(leads_to(&press(&[("channel", "call")]).await), "/own/messages");
    }

    async fn messages_go_to_another_address_after_the_pin_alone(app) {
        let (town, _, _) = mailed(app).await;
        own::card(&town).await;
        // Whoever has found the card opens the page with it.
        let browser = own::by_code(&town).await;
        let page = async || browser.get(&town.app, "/own/messages").await.text();
        let press = async |form: &[(&str, &str)]| browser.post(&town.app, "/own/messages", form).await;
        let other = [("channel", "email"), ("address", "uusi@posti.example")];
        let asked = press(&other).await;
        assert_eq!(asked.status, StatusCode::OK);
        let asked = asked.text();
        for told in ["name=\"pin\"", "value=\"uusi@posti.example\"", "action=\"/own/messages\"", "uuteen osoitteeseen"] {
            assert!(asked.contains(told), "{told} in {asked}");
        }
        let with_pin = async |pin: &str| press(&[other[0], other[1], ("pin", pin)]).await;
        for wrong in ["", "000000"] {
            assert_eq!(with_pin(wrong).await.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
        }
        assert!(page().await.contains("a…@posti.example"), "it is as it was chosen at the desk");
        assert_eq!(leads_to(&with_pin(own::PIN).await), "/own/messages?said=saved");
        assert!(page().await.contains("u…@posti.example"));
    }

    async fn a_card_alone_chooses_to_be_called(app) {
        let (town, _, _) = mailed(app).await;
        own::card(&town).await;
        let browser = own::by_code(&town).await;
        let called = browser.post(&town.app, "/own/messages", &[("channel", "call")]).await;
        assert_eq!(leads_to(&called), "/own/messages?said=saved");
    }

    async fn what_the_person_has_chosen_meanwhile_stands_beside_what_the_desk_chooses(app) {
        let (town, desk, _) = mailed(app).await;
        let at = format!("/people/{}/messages", town.own.participant);
        let old = crate::desk::value(&desk.get(&town.app, &at).await, "seen");
        assert!(!old.is_empty());
        town.app.clock.advance(60_000);
        chooses(&town, &desk, "call", "").await;
        let other = [("seen", old.as_str()), ("channel", "email"), ("address", "toinen@example.fi")];
        let late = desk.post(&town.app, &at, &other).await;
        let text = late.text();
        assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY, "{text}");
        assert!(text.contains("Joku muu muutti tietoja") && text.contains("Ohjelmassa on nyt: "), "{text}");
        assert!(text.contains("value=\"toinen@example.fi\""), "what was typed stays: {text}");
        let seen = crate::desk::value(&late, "seen");
        let again = [("seen", seen.as_str()), ("channel", "email"), ("address", "toinen@example.fi")];
        assert_eq!(next(&desk.post(&town.app, &at, &again).await), at);
        assert!(desk.get(&town.app, &at).await.text().contains("toinen@example.fi"));
    }

    async fn at_the_desk_an_address_must_be_one_and_what_was_sent_is_told(app) {
        let (town, desk, _) = mailed(app).await;
        let at = format!("/people/{}/messages", town.own.participant);
        for (form, told) in [
            ([("channel", ""), ("address", "")], "Valitse, miten kerrotaan"),
            ([("channel", "email"), ("address", "040 123 4567")], "Kirjoita sähköpostiosoite"),
        ] {
            let answer = desk.post(&town.app, &at, &form).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(answer.text().contains(told), "{told} in {}", answer.text());
        }
        cancel(&town, &desk).await;
        deliver(&town).await;
        let page = desk.get(&town.app, &at).await.text();
        for told in [ADDRESS, "Valittu 8.9.2026.", "15.9.2026: kerta on peruttu, sähköposti", "Lähetetty ti\u{a0}8.9.2026"] {
            assert!(page.contains(told), "{told} in {page}");
        }
        let data = desk.get(&town.app, &format!("/people/{}/data/download", town.own.participant)).await.json();
        let messages = &data["messages"];
        assert_eq!((&messages["chosen"]["address"], &messages["chosen"]["channel"]), (&ADDRESS.into(), &"email".into()));
        let sent = [&messages["sent"][0]["event"], &messages["sent"][0]["state"], &messages["sent"][0]["session_on"]];
        assert_eq!(sent, ["cancelled", "sent", "2026-09-15"]);
        let printed = desk.get(&town.app, &format!("/people/{}/data", town.own.participant)).await.text();
        assert!(printed.contains("Viestit perutuista kerroista") && printed.contains(ADDRESS), "{printed}");
    }

    async fn whoever_is_registered_is_asked_how_they_hear_of_it_where_there_is_a_choice(app) {
        let (town, desk, _) = mailed(app).await;
        let asked = made_person(&town, &desk, &town.own.group.to_string()).await;
        assert!(asked.starts_with("/people/") && asked.ends_with("/messages"), "{asked}");
        let page = desk.get(&town.app, &format!("{asked}?said=registered")).await.text();
        assert!(page.contains("Osallistuja on tallennettu.") && page.contains("Mitään ei ole valittu"), "{page}");
    }

    async fn a_text_message_goes_by_the_address_that_the_settings_say(app) {
        let got = Got::default();
        let sms = Sms {
            url: format!("http://{}/send?ref={{id}}", gateway(got.clone()).await),
            method: http::Method::POST,
            body: Some(r#"{"to": "{to}", "text": "{text}"}"#.to_owned()),
            authorization: Some("Bearer salainen".to_owned()),
        };
        let app = app.with_settings(|config| config.messages = Messages { sms: Some(sms), ..Messages::default() });
        let (town, desk) = coordinator(app).await;
        meets_at(&town, "14:30").await;
        chooses(&town, &desk, "sms", "040 765 4321").await;
        cancel(&town, &desk).await;
        deliver(&town).await;
        deliver(&town).await;
        let got = got.lock().unwrap().clone();
        assert_eq!(got.len(), 1, "{got:?}");
        let (head, body) = &got[0];
        assert!(head.starts_with("POST /send?ref=") && head.to_lowercase().contains("authorization: bearer salainen"), "{head}");
        let body: serde_json::Value = serde_json::from_str(body).unwrap();
        assert_eq!(body["to"], "+358407654321");
        let text = "Helsinki: Kerta on peruttu: ti 15.9.2026 klo 14.30. Paikka: Kylätalo.";
        assert_eq!(body["text"], text);
        assert!(shown(&town, &desk).await.contains("kerta on peruttu, tekstiviesti"));
    }

    async fn without_a_way_to_send_everybody_is_called(app) {
        let (town, desk) = coordinator(app).await;
        let at = format!("/people/{}/messages", town.own.participant);
        assert!(desk.get(&town.app, &at).await.text().contains("ei lähde sähköpostia"));
        let form = [("channel", "email"), ("address", ADDRESS)];
        assert_eq!(desk.post(&town.app, &at, &form).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        cancel(&town, &desk).await;
        deliver(&town).await;
        let page = shown(&town, &desk).await;
        assert!(page.contains("Soittolista") && !page.contains("Kenelle tieto meni"), "{page}");
        assert_eq!(count(&town.app, "SELECT COUNT(*) AS n FROM message_news").await, 0, "it was seen to");
    }

    async fn of_whoever_is_erased_neither_address_nor_messages_are_kept(app) {
        let (town, desk, _) = mailed(app).await;
        cancel(&town, &desk).await;
        deliver(&town).await;
        let all = "SELECT (SELECT COUNT(*) FROM message_choice) + (SELECT COUNT(*) FROM message) AS n";
        assert_eq!(count(&town.app, all).await, 2);
        let scope = server::access::Scope::command_line(town.own.municipality.clone(), today());
        erasure::erase(&town.app.state, &scope, town.own.participant, Why::Asked, "test").await.unwrap();
        assert_eq!(count(&town.app, all).await, 0);
    }

    async fn messages_are_forgotten_three_months_after_the_session(app) {
        let (town, desk, _) = mailed(app).await;
        cancel(&town, &desk).await;
        deliver(&town).await;
        let all = "SELECT COUNT(*) AS n FROM message";
        town.app.clock.advance(97 * 24 * 60 * MINUTE);
        server::messages::forget(&town.app.state).await.unwrap();
        assert_eq!(count(&town.app, all).await, 1, "the ninetieth day after it");
        town.app.clock.advance(24 * 60 * MINUTE);
        server::messages::forget(&town.app.state).await.unwrap();
        assert_eq!(count(&town.app, all).await, 0);
    }
}

/// A service that takes text messages: what it got, head and body; its address.
async fn gateway(got: Got) -> std::net::SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            drop(taken(stream, &got).await);
        }
    });
    address
}

/// The head and the body of a request of HTTP.
pub async fn request(stream: &mut BufReader<TcpStream>) -> std::io::Result<(String, Vec<u8>)> {
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await?;
        if let Some(n) = line.to_lowercase().strip_prefix("content-length:") {
            length = n.trim().parse().unwrap_or(0);
        }
        if line.trim().is_empty() {
            break;
        }
        head.push_str(&line);
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await?;
    Ok((head, body))
}

async fn taken(stream: TcpStream, got: &Got) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    let (head, body) = request(&mut stream).await?;
    got.lock().unwrap().push((head, String::from_utf8_lossy(&body).into_owned()));
    stream.write_all(b"HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").await
}
