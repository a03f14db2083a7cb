//! Hands one message over: to a mail server, to a service that sends text messages or notifications, or into a folder.
//! Whoever does not answer is given up after half a minute; a mail server answers about ten times.

use std::path::Path;
use std::time::Duration;

use domain::ids::MessageId;
use domain::messages::push::is_admitted;
use domain::messages::{Escape, MessageChannel, Trouble, fill};
use lettre::message::{Mailbox, SinglePart};
use lettre::transport::smtp::extension::ClientId;
use lettre::{Message, SmtpTransport, Transport as _};

use super::settings::{Mail, Messages, Push, Sms};
use super::text::Text;
use crate::private;

const PATIENCE: Duration = Duration::from_secs(30);

/// What came of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Handed {
    Over,
    /// It may go better another time.
    Later(Trouble),
    Never(Trouble),
    /// Nobody is there any more: the phone has switched its notifications off, or was reset.
    Gone,
}

/// A message that is ready to go.
pub struct Ready {
    pub id: MessageId,
    pub channel: MessageChannel,
    pub address: String,
    pub text: Text,
    /// The host name under which people know this server.
    pub host: String,
    /// What a notification takes besides.
    pub push: Option<PushHead>,
}

/// What the service of a phone is told of a notification.
pub struct PushHead {
    /// Who sends it (see [`super::vapid`]).
    pub authorization: String,
    /// How long it is kept for a phone that is off, in seconds.
    pub ttl: i64,
}

/// Hands it over by the way that the settings say for its channel.
pub async fn hand_over(settings: &Messages, ready: Ready) -> Handed {
    if let Some(folder) = settings.sink.clone() {
        return aside(move || sink(&folder, &ready)).await;
    }
    let Messages { mail, sms, push, .. } = settings.clone();
    match (ready.channel, mail, sms, push) {
        (MessageChannel::Email, Some(mail), ..) => aside(move || by_mail(&mail, &ready)).await,
        (MessageChannel::Sms, _, Some(sms), _) => aside(move || by_sms(&sms, &ready)).await,
        (MessageChannel::Push, .., Some(push)) => aside(move || by_push(&push, &ready)).await,
        _ => Handed::Never(Trouble::Unreachable),
    }
}

/// Runs what waits for another server where that keeps nobody from working.
async fn aside(work: impl FnOnce() -> Handed + Send + 'static) -> Handed {
    tokio::task::spawn_blocking(work).await.unwrap_or(Handed::Later(Trouble::Interrupted))
}

fn by_mail(mail: &Mail, ready: &Ready) -> Handed {
    let Some(message) = message(mail, ready) else { return Handed::Never(Trouble::Refused) };
    let Ok(builder) = SmtpTransport::from_url(&mail.url) else { return Handed::Later(Trouble::Unreachable) };
    let transport = builder.hello_name(ClientId::Domain(ready.host.clone())).timeout(Some(PATIENCE)).build();
    match transport.send(&message) {
        Ok(_) => Handed::Over,
        Err(error) => {
            let handed = what_became(&error, ready.address.is_ascii());
            // What the server said may repeat the address.
            tracing::warn!(id = %ready.id, ?handed, "an e-mail could not be sent");
            handed
        }
    }
}

/// Answers of a mail server that does not let us in: nothing is wrong with the address.
const NOT_LET_IN: [u16; 4] = [530, 534, 535, 538];

fn what_became(error: &lettre::transport::smtp::Error, plain_address: bool) -> Handed {
    if error.status().is_some_and(|code| NOT_LET_IN.contains(&code.into())) {
        Handed::Later(Trouble::Unreachable)
    } else if error.is_permanent() || (error.is_client() && !plain_address) {
        // Not every mail server takes letters such as ä in an address: that is no reason to keep other messages waiting.
        Handed::Never(Trouble::Refused)
    } else if error.is_transient() {
        Handed::Later(Trouble::Busy)
    } else {
        Handed::Later(Trouble::Unreachable)
    }
}

/// Nothing where the address cannot be written to. The same message has one id, however often it is sent.
fn message(mail: &Mail, ready: &Ready) -> Option<Message> {
    let to = Mailbox::new(None, ready.address.parse().ok()?);
    Message::builder()
        .from(mail.from.clone())
        .to(to)
        .subject(ready.text.subject.clone())
        .message_id(Some(format!("<{}@{}>", ready.id, ready.host)))
        .singlepart(SinglePart::plain(ready.text.body.clone()))
        .ok()
}

fn by_sms(sms: &Sms, ready: &Ready) -> Handed {
    let id = ready.id.to_string();
    let values = [("to", &*ready.address), ("text", &*ready.text.short), ("id", &*id)];
    let answer = match asked(sms, &values) {
        Ok(status) => match status {
            200..=299 => Handed::Over,
            408 | 425 | 429 | 500..=599 => Handed::Later(Trouble::Busy),
            _ => Handed::Never(Trouble::Refused),
        },
        Err(()) => Handed::Later(Trouble::Unreachable),
    };
    if answer != Handed::Over {
        tracing::warn!(id = %ready.id, ?answer, "a text message could not be sent");
    }
    answer
}

/// Without any content: nothing about anybody passes through the service, and the phone says what it has by heart.
fn by_push(push: &Push, ready: &Ready) -> Handed {
    let Some(head) = &ready.push else { return Handed::Never(Trouble::Refused) };
    if !is_admitted(&ready.address, &push.hosts) {
        return Handed::Gone;
    }
    let request = http::Request::post(&ready.address)
        .header("ttl", head.ttl)
        .header("urgency", "high")
        .header(http::header::AUTHORIZATION, &head.authorization)
        .body(String::new());
    let Ok(request) = request else { return Handed::Gone };
    let answer = match agent().run(request).map(|answer| answer.status().as_u16()) {
        Ok(200..=299) => Handed::Over,
        Ok(404 | 410) => Handed::Gone,
        Ok(408 | 425 | 429 | 500..=599) => Handed::Later(Trouble::Busy),
        Ok(_) => Handed::Never(Trouble::Refused),
        Err(_) => Handed::Later(Trouble::Unreachable),
    };
    if answer != Handed::Over {
        tracing::warn!(id = %ready.id, ?answer, "a notification could not be sent");
    }
    answer
}

/// Asks one address, and none to which that would lead on.
fn agent() -> ureq::Agent {
    let config = ureq::Agent::config_builder()
        .timeout_global(Some(PATIENCE))
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .build();
    ureq::Agent::new_with_config(config)
}

/// The status with which the service answers.
fn asked(sms: &Sms, values: &[(&str, &str)]) -> Result<u16, ()> {
    let agent = agent();
    let mut request = http::Request::builder().method(sms.method.clone()).uri(fill(&sms.url, Escape::Percent, values));
    if let Some(authorization) = &sms.authorization {
        request = request.header(http::header::AUTHORIZATION, authorization);
    }
    let answer = match &sms.body {
        Some(template) => {
            let escape = Escape::of_body(template);
            let kind = match escape {
                Escape::Json => "application/json",
                Escape::Percent => "application/x-www-form-urlencoded",
            };
            let request = request.header(http::header::CONTENT_TYPE, kind).body(fill(template, escape, values));
            agent.run(request.map_err(drop)?)
        }
        None if sms.method == http::Method::GET => agent.run(request.body(()).map_err(drop)?),
        None => agent.run(request.body(String::new()).map_err(drop)?),
    };
    answer.map(|answer| answer.status().as_u16()).map_err(drop)
}

/// Whether others on the way can read what goes to this address: it is not encrypted, and leaves this machine.
fn can_be_read(url: &str) -> bool {
    let Some(rest) = url.strip_prefix("smtp://").or_else(|| url.strip_prefix("http://")) else { return false };
    let place = rest.split(['/', '?']).next().unwrap_or_default();
    let host = place.rsplit_once('@').map_or(place, |(_, host)| host);
    let is_here = ["localhost", "127.0.0.1", "[::1]"].iter().any(|here| host.starts_with(here));
    !is_here && !url.contains("tls=required")
}

/// What `doctor` says: whether the mail server answers and lets us in. A service for text messages is not asked, since it
/// would send one.
pub async fn check(settings: &Messages) -> Result<String, String> {
    if let Some(folder) = &settings.sink {
        return Err(format!(
            "every message is written into {} and sent to nobody; take message_sink out of the settings",
            folder.display()
        ));
    }
    let urls = settings.mail.iter().map(|mail| ("smtp_url", &mail.url));
    let mut urls = urls.chain(settings.sms.iter().map(|sms| ("sms_url", &sms.url)));
    if let Some((name, _)) = urls.find(|(_, url)| can_be_read(url)) {
        return Err(format!(
            "what goes to {name} can be read on the way, its password too; write smtps:// or https://, or add ?tls=required"
        ));
    }
    let sms = if settings.sms.is_some() { "text messages go to the service of sms_url" } else { "no text messages" };
    let push = if settings.push.is_some() { ", notifications to the phones of those who want them" } else { "" };
    let sms = format!("{sms}{push}");
    let Some(mail) = settings.mail.clone() else {
        return Ok(format!("no e-mail, {sms}; whoever chose nothing that is sent is called"));
    };
    let asked = move || {
        let builder = SmtpTransport::from_url(&mail.url).ok()?;
        builder.timeout(Some(PATIENCE)).build().test_connection().ok()
    };
    match tokio::task::spawn_blocking(asked).await {
        Ok(Some(true)) => Ok(format!("the mail server answers; {sms}")),
        _ => Err("the mail server of smtp_url does not answer, or does not take its user and password".to_owned()),
    }
}

/// A file of its own for each message: sent again it is the same one.
fn sink(folder: &Path, ready: &Ready) -> Handed {
    let Ready { id, channel, address, text, .. } = ready;
    let written = match channel {
        MessageChannel::Sms => format!("SMS: {address}\n\n{}\n", text.short),
        MessageChannel::Push => format!("Push: {address}\n"),
        _ => format!("To: {address}\nSubject: {}\n\n{}", text.subject, text.body),
    };
    let file = folder.join(format!("{id}.txt"));
    match private::folder(folder).and_then(|()| std::fs::write(file, written)) {
        Ok(()) => Handed::Over,
        Err(error) => {
            tracing::warn!(%error, "a message could not be written into the folder");
            Handed::Later(Trouble::Unreachable)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ready(channel: MessageChannel, address: &str) -> Ready {
        let [subject, body, short] = ["Kerta on peruttu", "Hei!\n", "Kerta on peruttu."].map(str::to_owned);
        let id = MessageId(uuid::Uuid::from_u128(7));
        Ready {
            id,
            channel,
            address: address.to_owned(),
            text: Text { subject, body, short },
            host: "virea.example".to_owned(),
            push: None,
        }
    }

    #[test]
    fn a_phone_at_a_service_that_is_not_known_any_more_is_gone_without_asking_it() {
        let known = Push { hosts: domain::messages::push::PushHost::known() };
        let mut ready = ready(MessageChannel::Push, "http://127.0.0.1:1/a");
        ready.push = Some(PushHead { authorization: "vapid t=a, k=b".to_owned(), ttl: 60 });
        assert_eq!(by_push(&known, &ready), Handed::Gone);
        let here = Push { hosts: domain::messages::push::PushHost::read("http://127.0.0.1:1").into_iter().collect() };
        assert_eq!(by_push(&here, &ready), Handed::Later(Trouble::Unreachable), "nobody listens there");
    }

    #[test]
    fn an_address_that_cannot_be_written_to_is_given_up_without_asking_a_server() {
        let mail = Mail { url: "smtp://127.0.0.1:1".to_owned(), from: "virea@example.fi".parse().unwrap() };
        assert_eq!(by_mail(&mail, &ready(MessageChannel::Email, "aino")), Handed::Never(Trouble::Refused));
        let told = by_mail(&mail, &ready(MessageChannel::Email, "aino@posti.fi"));
        assert_eq!(told, Handed::Later(Trouble::Unreachable), "nobody listens there");
    }

    #[tokio::test]
    async fn without_a_way_nothing_is_called_sent() {
        let told = hand_over(&Messages::default(), ready(MessageChannel::Email, "aino@posti.fi")).await;
        assert_eq!(told, Handed::Never(Trouble::Unreachable));
    }

    #[tokio::test]
    async fn a_folder_in_the_place_of_a_server_is_a_problem_and_a_server_that_is_not_there_too() {
        assert!(check(&Messages::default()).await.unwrap().contains("no e-mail"));
        let sink = Messages { sink: Some("sent".into()), ..Messages::default() };
        assert!(check(&sink).await.unwrap_err().contains("message_sink"));
        let mail = Mail { url: "smtp://u:salainen@127.0.0.1:1".to_owned(), from: "virea@example.fi".parse().unwrap() };
        let told = check(&Messages { mail: Some(mail), ..Messages::default() }).await.unwrap_err();
        assert!(told.contains("smtp_url") && !told.contains("salainen"), "{told}");
    }

    #[tokio::test]
    async fn what_can_be_read_on_the_way_is_a_problem() {
        for url in
            ["smtp://u:p@mail.example.fi", "http://sms.example.fi/?to={to}", "smtp://mail.example.fi?tls=opportunistic"]
        {
            assert!(can_be_read(url), "{url}");
        }
        for url in ["smtps://u:p@mail.example.fi", "smtp://mail.example.fi?tls=required", "smtp://u:p@127.0.0.1:25"] {
            assert!(!can_be_read(url), "{url}");
        }
        let url = "smtp://u:salainen@mail.example.fi".to_owned();
        let mail = Mail { url, from: "virea@example.fi".parse().unwrap() };
        let told = check(&Messages { mail: Some(mail), ..Messages::default() }).await.unwrap_err();
        assert!(told.contains("smtp_url") && !told.contains("salainen"), "{told}");
    }

    #[tokio::test]
    async fn a_folder_gets_each_message_once() {
        let folder = crate::scratch("sink");
        let settings = Messages { sink: Some(folder.clone()), ..Messages::default() };
        for _ in 0..2 {
            assert_eq!(hand_over(&settings, ready(MessageChannel::Sms, "+358401234567")).await, Handed::Over);
        }
        let files: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|file| file.unwrap().path()).collect();
        assert_eq!(files.len(), 1);
        assert_eq!(std::fs::read_to_string(&files[0]).unwrap(), "SMS: +358401234567\n\nKerta on peruttu.\n");
        std::fs::remove_dir_all(folder).unwrap();
    }
}
