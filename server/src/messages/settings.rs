//! By which ways messages leave this server, as the settings say.

use std::path::PathBuf;

use domain::messages::push::{PushHost, is_admitted};
use domain::messages::{Escape, MessageChannel, fill};
use lettre::SmtpTransport;
use lettre::message::Mailbox;

use crate::config::Settings;
use crate::error::Error;

/// How messages go out. Without any way everybody is called.
#[derive(Clone, Debug, Default)]
pub struct Messages {
    pub mail: Option<Mail>,
    pub sms: Option<Sms>,
    pub push: Option<Push>,
    /// Every message is written into this folder and none is sent.
    pub sink: Option<PathBuf>,
}

/// A mail server.
#[derive(Clone, Debug)]
pub struct Mail {
    /// `smtps://user:password@host`, or `smtp://host?tls=required`.
    pub url: String,
    pub from: Mailbox,
}

/// A service that sends text messages when it is asked by HTTP.
#[derive(Clone, Debug)]
pub struct Sms {
    /// With `{to}`, `{text}` and `{id}` where they belong.
    pub url: String,
    pub method: http::Method,
    /// As the address; nothing is sent along with GET.
    pub body: Option<String>,
    /// What stands behind `Authorization:`.
    pub authorization: Option<String>,
}

/// Notifications on phones, which the services of the makers of browsers hand on (feature `push`).
#[derive(Clone, Debug)]
pub struct Push {
    /// The services to which they may go.
    pub hosts: Vec<PushHost>,
}

impl Messages {
    /// What the settings say; an error says which of them is wrong.
    pub fn of(settings: &Settings) -> Result<Self, Error> {
        let (mail, sms, push) = (mail(settings)?, sms(settings)?, push(settings)?);
        Ok(Self { mail, sms, push, sink: settings.message_sink.clone() })
    }

    /// What people can choose here, calls first.
    pub fn channels(&self) -> Vec<MessageChannel> {
        MessageChannel::ALL.iter().copied().filter(|channel| self.can(*channel)).collect()
    }

    /// Those of them that somebody else can choose for a person: a phone is switched on where it is.
    pub fn without_phone(&self) -> Vec<MessageChannel> {
        self.channels().into_iter().filter(|channel| *channel != MessageChannel::Push).collect()
    }

    /// Whether notifications may go to that address.
    pub fn admits(&self, endpoint: &str) -> bool {
        match &self.push {
            Some(push) => is_admitted(endpoint, &push.hosts),
            None => is_admitted(endpoint, &PushHost::known()),
        }
    }

    pub fn can(&self, channel: MessageChannel) -> bool {
        match channel {
            MessageChannel::Call => true,
            MessageChannel::Email => self.sink.is_some() || self.mail.is_some(),
            MessageChannel::Sms => self.sink.is_some() || self.sms.is_some(),
            MessageChannel::Push => cfg!(feature = "push") && (self.sink.is_some() || self.push.is_some()),
        }
    }

    /// Whether anything is sent by it from here: calls are made by people.
    pub fn sends(&self, channel: MessageChannel) -> bool {
        channel != MessageChannel::Call && self.can(channel)
    }
}

fn mail(settings: &Settings) -> Result<Option<Mail>, Error> {
    let (url, from) = match (&settings.smtp_url, &settings.mail_from) {
        (None, None) => return Ok(None),
        (Some(url), Some(from)) => (url, from),
        _ => {
            return Err(wrong(
                "smtp_url and mail_from belong together: the mail server, and who the messages are from",
            ));
        }
    };
    // Its words may hold the password.
    SmtpTransport::from_url(url).map_err(|_| {
        wrong(
            "smtp_url must be smtps://user:password@host or smtp://host?tls=required; % stands for signs in a password",
        )
    })?;
    let from = from.parse().map_err(|_| wrong("mail_from must be an address such as Vireä <virea@example.fi>"))?;
    Ok(Some(Mail { url: url.clone(), from }))
}

fn sms(settings: &Settings) -> Result<Option<Sms>, Error> {
    let Some(url) = settings.sms_url.clone() else {
        let alone =
            [&settings.sms_method, &settings.sms_body, &settings.sms_authorization].into_iter().any(Option::is_some);
        return if alone {
            Err(wrong("sms_method, sms_body and sms_authorization say nothing without sms_url"))
        } else {
            Ok(None)
        };
    };
    let method = match settings.sms_method.as_deref() {
        None | Some("POST") => http::Method::POST,
        Some("GET") => http::Method::GET,
        Some("PUT") => http::Method::PUT,
        Some(_) => return Err(wrong("sms_method must be POST, GET or PUT")),
    };
    let body = settings.sms_body.clone().filter(|_| method != http::Method::GET);
    let holds = |place: &str| url.contains(place) || body.as_ref().is_some_and(|body| body.contains(place));
    if !holds("{to}") || !holds("{text}") {
        return Err(wrong("sms_url or sms_body must hold {to} and {text}, where number and words belong"));
    }
    let filled = fill(&url, Escape::Percent, &[("to", "1"), ("text", "1"), ("id", "1")]);
    let known = filled.starts_with("https://") || filled.starts_with("http://");
    if !known || filled.parse::<http::Uri>().is_err() {
        return Err(wrong("sms_url must be the whole address of the service, for example https://sms.example.fi/send"));
    }
    let authorization = settings.sms_authorization.clone();
    if authorization.as_ref().is_some_and(|text| http::HeaderValue::from_bytes(text.as_bytes()).is_err()) {
        return Err(wrong("sms_authorization must be one line, without a line break at its end"));
    }
    Ok(Some(Sms { url, method, body, authorization }))
}

fn push(settings: &Settings) -> Result<Option<Push>, Error> {
    match settings.push {
        None if !settings.push_hosts.is_empty() => return Err(wrong("push_hosts says nothing without push = true")),
        None | Some(false) => return Ok(None),
        Some(true) => {}
    }
    if !cfg!(feature = "push") {
        return Err(wrong("push: this program was built without notifications (feature push)"));
    }
    if settings.push_hosts.is_empty() {
        return Ok(Some(Push { hosts: PushHost::known() }));
    }
    let hosts: Option<Vec<_>> = settings.push_hosts.iter().map(|host| PushHost::read(host)).collect();
    let hosts = hosts.ok_or_else(|| {
        wrong("push_hosts must be names such as fcm.googleapis.com, or *.push.apple.com for all below a name")
    })?;
    Ok(Some(Push { hosts }))
}

fn wrong(text: &str) -> Error {
    Error::Config(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(change: impl FnOnce(&mut Settings)) -> Result<Messages, String> {
        let mut settings = Settings::default();
        change(&mut settings);
        Messages::of(&settings).map_err(|error| error.to_string())
    }

    fn some(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn without_settings_everybody_is_called() {
        assert_eq!(read(|_| {}).unwrap().channels(), [MessageChannel::Call]);
        let sink = read(|settings| settings.message_sink = Some("sent".into())).unwrap();
        assert_eq!(sink.channels(), MessageChannel::ALL);
    }

    #[test]
    fn a_mail_server_comes_with_a_sender_and_both_must_be_readable() {
        let mail = |url: &str, from: &str| {
            read(|settings| (settings.smtp_url, settings.mail_from) = (some(url), some(from))).map(|all| all.channels())
        };
        let good = mail("smtps://u:p%40s@mail.example.fi", "Vireä <virea@example.fi>").unwrap();
        assert_eq!(good, [MessageChannel::Call, MessageChannel::Email]);
        let told = mail("mail.example.fi", "virea@example.fi").unwrap_err();
        assert!(told.contains("smtp_url"), "{told}");
        let told = mail("smtp://u:secret@mail.example.fi", "nobody").unwrap_err();
        assert!(told.contains("mail_from") && !told.contains("secret"), "{told}");
        assert!(read(|settings| settings.mail_from = some("virea@example.fi")).is_err());
    }

    #[test]
    fn notifications_are_switched_on_and_go_to_known_services_unless_others_are_named() {
        let push = |on: Option<bool>, hosts: &[&str]| {
            read(|settings| {
                settings.push = on;
                settings.push_hosts = hosts.iter().map(|host| (*host).to_owned()).collect();
            })
        };
        let off = push(Some(false), &["push.example"]).unwrap();
        assert!(push(None, &[]).unwrap().push.is_none() && off.push.is_none());
        let known = push(Some(true), &[]).unwrap();
        assert_eq!(known.channels(), [MessageChannel::Call, MessageChannel::Push]);
        assert_eq!(known.without_phone(), [MessageChannel::Call]);
        assert!(known.admits("https://web.push.apple.com/a") && !known.admits("https://push.example/a"));
        let named = push(Some(true), &["push.example"]).unwrap();
        assert!(!named.admits("https://web.push.apple.com/a") && named.admits("https://push.example/a"));
        assert!(push(Some(true), &["10.0.0.1"]).unwrap_err().contains("push_hosts"));
        assert!(push(None, &["push.example"]).unwrap_err().contains("push_hosts"));
    }

    #[test]
    fn a_text_message_service_needs_a_place_for_number_and_words() {
        let sms = |url: &str, method: Option<&str>, body: Option<&str>| {
            read(|settings| {
                (settings.sms_url, settings.sms_body) = (some(url), body.map(str::to_owned));
                settings.sms_method = method.map(str::to_owned);
            })
        };
        assert!(sms("https://sms.example.fi/?to={to}&text={text}", Some("GET"), None).is_ok());
        assert!(sms("https://sms.example.fi/", None, Some("{\"to\":\"{to}\",\"text\":\"{text}\"}")).is_ok());
        assert!(sms("https://sms.example.fi/", Some("GET"), Some("{to}{text}")).is_err(), "GET has no body");
        assert!(sms("https://sms.example.fi/", None, Some("to={to}")).is_err());
        assert!(sms("sms.example.fi?{to}{text}", None, None).is_err());
        assert!(sms("https://sms.example.fi/?to={to}&text={text}", Some("BREW"), None).is_err());
        assert!(read(|settings| settings.sms_body = some("{to}{text}")).is_err(), "without an address");
        let with = |authorization: &str| {
            read(|settings| {
                settings.sms_url = some("https://sms.example.fi/?to={to}&text={text}");
                settings.sms_authorization = some(authorization);
            })
        };
        assert!(with("Bearer salainen").is_ok());
        let told = with("Bearer salainen\n").unwrap_err();
        assert!(told.contains("sms_authorization") && !told.contains("salainen"), "{told}");
    }
}
