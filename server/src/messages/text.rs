//! What messages say: that a session is cancelled or on after all, when and where, and whom to call. Nobody's name, no
//! group, nothing about health.

use app::texts::messages::mail as t;
use app::texts::{self, Lang};
use domain::devices::Help;
use domain::groups::Group;
use domain::messages::MessageEvent;
use domain::sessions::Session;

/// One message in words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Text {
    pub subject: String,
    /// Of an e-mail: lines.
    pub body: String,
    /// Of a text message: one line.
    pub short: String,
}

/// Who sends it.
pub struct Sender<'a> {
    /// The municipality's name.
    pub name: &'a str,
    pub help: Option<&'a Help>,
}

pub fn of(lang: Lang, event: MessageEvent, session: &Session, group: &Group, sender: &Sender<'_>) -> Text {
    let when = match session.begins().or(group.starts_on(session.day)) {
        Some(at) => texts::day_time(lang, session.day, at),
        None => texts::weekday_day(lang, session.day),
    };
    let (subject, what) = match event {
        MessageEvent::Cancelled => (t::cancelled_subject(lang), t::cancelled(lang, &when)),
        MessageEvent::OnAgain => (t::on_again_subject(lang), t::on_again(lang, &when)),
    };
    let place = session.elsewhere().or(group.timetable_on(session.day).place).map(|place| t::place(lang, place));
    let call = sender.help.map(|help| t::caller(lang, &help.name, &help.phone));
    let short_call = sender.help.map(|help| t::call(lang, &help.phone));
    let short = [Some(format!("{}: {what}", sender.name)), place.clone(), short_call];
    let body = [
        Some(t::greeting(lang).to_owned()),
        Some(what),
        place,
        call,
        Some(format!("{}\n{}", sender.name, t::no_reply(lang))),
    ];
    Text {
        subject: plain(&format!("{}: {subject}", sender.name)),
        body: plain(&(body.into_iter().flatten().collect::<Vec<_>>().join("\n\n") + "\n")),
        short: plain(&short.into_iter().flatten().collect::<Vec<_>>().join(" ")),
    }
}

/// Without spaces that do not break, which make a text message longer, and a subject hard to search for.
fn plain(text: &str) -> String {
    text.replace('\u{a0}', " ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::groups::testing::plain;
    use domain::time::TimeOfDay;

    fn group() -> Group {
        Group {
            name: "Muistiryhmä".to_owned(),
            place: Some("Kylätalo".to_owned()),
            weekdays: vec![2],
            starts_at: TimeOfDay::new(14, 30),
            minutes: Some(60),
            ..plain()
        }
    }

    #[test]
    fn a_message_says_when_where_and_whom_to_call_and_neither_group_nor_reason() {
        let (group, help) = (group(), Help { name: "Maija".to_owned(), phone: "09 123 4567".to_owned() });
        let session = group.planned("2026-09-15".parse().unwrap());
        let sender = Sender { name: "Koskela", help: Some(&help) };
        let told = of(Lang::Fi, MessageEvent::Cancelled, &session, &group, &sender);
        assert_eq!(told.subject, "Koskela: Kerta on peruttu");
        let short =
            "Koskela: Kerta on peruttu: ti 15.9.2026 klo 14.30. Paikka: Kylätalo. Kysyttävää? Puhelin 09 123 4567.";
        assert_eq!(told.short, short);
        assert!(told.short.chars().count() <= 160, "one text message");
        for part in ["Hei!\n\n", "Kerta on peruttu: ti 15.9.2026 klo 14.30.", "Maija, puhelin 09 123 4567"] {
            assert!(told.body.contains(part), "{part} in {}", told.body);
        }
        assert!(!told.body.contains("Muisti") && !told.short.contains("Muisti"));
    }

    #[test]
    fn it_is_said_in_each_language_and_what_is_not_known_is_left_out() {
        let group = Group { place: None, starts_at: None, ..group() };
        let session = group.planned("2026-09-15".parse().unwrap());
        let sender = Sender { name: "Koskela", help: None };
        let short = |lang| of(lang, MessageEvent::OnAgain, &session, &group, &sender).short;
        assert_eq!(short(Lang::Fi), "Koskela: Kerta pidetään sittenkin: ti 15.9.2026.");
        assert_eq!(short(Lang::Sv), "Koskela: Tillfället hålls ändå: ti 15.9.2026.");
        assert_eq!(short(Lang::En), "Koskela: The session takes place after all: Tue 15 Sep 2026.");
    }
}
