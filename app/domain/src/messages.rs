//! Messages about a session that is cancelled, or on after all: who is told how, what is owed to whom, and when another
//! try is made (docs/access.md, Messages).

pub mod push;

use crate::codes::codes;
use crate::time::{Day, Instant, TimeOfDay};

codes! {
    /// How somebody wants to hear that a session is cancelled. The own page tells of it whatever is chosen.
    pub enum MessageChannel {
        /// Somebody calls: on the list that is ticked by hand.
        Call = "call",
        Email = "email",
        Sms = "sms",
        /// A notification on the phone at which it was switched on.
        Push = "push",
    }
}

codes! {
    /// What a message says.
    pub enum MessageEvent { Cancelled = "cancelled", OnAgain = "on_again" }
}

codes! {
    /// What became of a message.
    pub enum MessageState {
        Waiting = "waiting",
        Sent = "sent",
        /// Given up: somebody has to call.
        Failed = "failed",
        /// Not needed any more before it was sent.
        Dropped = "dropped",
    }
}

codes! {
    /// Why a message could not be sent.
    pub enum Trouble {
        /// Our own mail server or text-message service did not answer.
        Unreachable = "unreachable",
        /// It does not take the address, or the message.
        Refused = "refused",
        /// It said that it cannot now.
        Busy = "busy",
        /// Whoever sent it was cut off in the middle, again and again.
        Interrupted = "interrupted",
        /// The phone takes no notifications any more, and there is no other way.
        Gone = "gone",
        /// The person wanted to be told in another way by then, and nothing is sent by that.
        Changed = "changed",
    }
}

/// What somebody is still to be told: `made` are the messages about the session that were made for them, the first
/// first, without those that were dropped. Whoever was told nothing is told nothing of a session that is on, and nobody
/// is told the same twice, whether the message went through or has to be said by a call.
pub fn owed(made: &[(MessageEvent, MessageState)], cancelled: bool) -> Option<MessageEvent> {
    let last = made.last().map(|(event, _)| *event);
    let knows = made.iter().rfind(|(_, state)| *state == MessageState::Sent).map(|(event, _)| *event);
    match (cancelled, last, knows) {
        (true, Some(MessageEvent::Cancelled), _) => None,
        (true, ..) => Some(MessageEvent::Cancelled),
        (false, Some(MessageEvent::OnAgain), _) => None,
        (false, _, Some(MessageEvent::Cancelled)) => Some(MessageEvent::OnAgain),
        (false, ..) => None,
    }
}

/// Whether what a message says is still so.
pub const fn holds(event: MessageEvent, cancelled: bool) -> bool {
    matches!((event, cancelled), (MessageEvent::Cancelled, true) | (MessageEvent::OnAgain, false))
}

/// Minutes after each try that failed.
const PAUSES: [i64; 6] = [1, 5, 15, 30, 60, 120];

/// So long before the session somebody has to know that a call is needed: two hours, in milliseconds.
const TO_CALL: i64 = 2 * 3_600_000;

/// When to try again after so many tries; nothing where it is given up: after the last pause, and where the next try would
/// leave too little time to call before the session begins.
pub fn next_try(tries: i64, now: Instant, begins: Instant) -> Option<Instant> {
    let pause = usize::try_from(tries - 1).ok().and_then(|place| PAUSES.get(place))?;
    let next = now.plus_millis(pause * 60_000);
    (next.plus_millis(TO_CALL) <= begins).then_some(next)
}

/// When a session begins of which people are told; where nobody has said that, in the evening of its day.
pub fn begins(day: Day, starts_at: Option<TimeOfDay>) -> Instant {
    let at = starts_at.or(TimeOfDay::new(20, 0));
    at.map_or_else(|| day.begins_in_finland(), |at| day.at_in_finland(at))
}

/// So long a message may take that was just laid down: milliseconds.
const ON_ITS_WAY: i64 = 120_000;

/// Whether a message that waits keeps somebody from being called: not once the time to call in has begun.
pub const fn spares_a_call(made_at: Instant, now: Instant, begins: Instant) -> bool {
    now.millis() < made_at.millis() + ON_ITS_WAY || now.millis() + TO_CALL <= begins.millis()
}

/// Characters of an e-mail address, at most.
const EMAIL: usize = 200;

/// An e-mail address as it is kept, from what was typed; nothing where it cannot be one. Whether anybody reads there is
/// known to nobody before something is sent.
pub fn email_typed(text: &str) -> Option<String> {
    let text = text.trim();
    let (name, host) = text.split_once('@')?;
    let host = host.to_lowercase();
    let strange = |c: char| c.is_whitespace() || c.is_control() || "<>(),;:\"\\[]".contains(c);
    let name_fits = !name.is_empty() && name.len() <= 64 && name.split('.').all(|part| !part.is_empty());
    let label = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || c == '-');
    let host_fits = host.contains('.') && host.split('.').all(label);
    let fits = name_fits && host_fits && !name.contains(strange) && text.chars().count() <= EMAIL;
    fits.then(|| format!("{name}@{host}"))
}

/// An e-mail address as it is shown where it must not be read by whoever finds a card: its first letter and its host.
pub fn email_hinted(address: &str) -> String {
    let (name, host) = address.split_once('@').unwrap_or_default();
    let first: String = name.chars().take(1).collect();
    format!("{first}…@{host}")
}

/// Finland's, for numbers that begin with a zero.
const COUNTRY: &str = "+358";
/// Signs of a number with its plus: a service's has fewer, and no number has more (E.164).
const SIGNS: std::ops::RangeInclusive<usize> = 9..=16;

/// A mobile number as text-message services take it (E.164), from a telephone field; nothing where it holds words, several
/// numbers or a service number.
pub fn sms_number(text: &str) -> Option<String> {
    // A stroke stands between two numbers.
    let one = Some(text).filter(|text| !text.contains('/'))?;
    let digits = crate::input::phone(one).ok()?;
    let number = if digits.starts_with('+') { digits } else { format!("{COUNTRY}{}", digits.strip_prefix('0')?) };
    // No country's code begins with a zero.
    (SIGNS.contains(&number.len()) && !number.starts_with("+0")).then_some(number)
}

/// A number as it is shown where it must not be read by whoever finds a card: its last two digits.
pub fn number_hinted(number: &str) -> String {
    let last = number.len().saturating_sub(2);
    format!("…{}", number.get(last..).unwrap_or_default())
}

/// How what is put into a template is written there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Escape {
    /// In an address, and in the body of a form.
    Percent,
    /// Inside a text of JSON.
    Json,
}

impl Escape {
    /// How what stands in a body is written: JSON is known by its first sign.
    pub fn of_body(template: &str) -> Self {
        if template.trim_start().starts_with(['{', '[']) { Self::Json } else { Self::Percent }
    }

    fn written(self, value: &str) -> String {
        match self {
            Self::Percent => percent(value),
            Self::Json => {
                let quoted = serde_json::Value::from(value).to_string();
                quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or_default().to_owned()
            }
        }
    }
}

/// Everything but letters and digits of ASCII and `-._~` (RFC 3986, section 2.3).
fn percent(value: &str) -> String {
    let one = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    value.bytes().map(one).collect()
}

/// What is put into a template of the text-message service: `{to}`, `{text}` and `{id}`. Other brackets stay as they are,
/// and so do those in what is put in.
pub fn fill(template: &str, escape: Escape, values: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(at) = rest.find('{') {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let place = values.iter().find_map(|(name, value)| Some((from.strip_prefix(&format!("{{{name}}}"))?, *value)));
        rest = match place {
            Some((after, value)) => {
                out.push_str(&escape.written(value));
                after
            }
            None => {
                out.push('{');
                from.get(1..).unwrap_or_default()
            }
        };
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use MessageEvent::{Cancelled, OnAgain};
    use MessageState::{Failed, Sent, Waiting};

    #[test]
    fn everybody_is_told_once_what_is_so_and_nothing_that_they_did_not_hear_of() {
        assert_eq!(owed(&[], true), Some(Cancelled));
        assert_eq!(owed(&[], false), None, "a session that is on is no news");
        for state in [Waiting, Sent, Failed] {
            assert_eq!(owed(&[(Cancelled, state)], true), None, "{state}");
        }
        assert_eq!(owed(&[(Cancelled, Sent)], false), Some(OnAgain));
        assert_eq!(owed(&[(Cancelled, Failed)], false), None, "they were told nothing");
        assert_eq!(owed(&[(Cancelled, Sent), (OnAgain, Sent)], false), None);
        assert_eq!(owed(&[(Cancelled, Sent), (OnAgain, Sent)], true), Some(Cancelled), "cancelled again");
        assert_eq!(owed(&[(Cancelled, Sent), (OnAgain, Failed)], true), Some(Cancelled));
    }

    #[test]
    fn a_message_holds_as_long_as_what_it_says_is_so() {
        assert_eq!([holds(Cancelled, true), holds(OnAgain, false)], [true; 2]);
        assert_eq!([holds(Cancelled, false), holds(OnAgain, true)], [false; 2]);
    }

    #[test]
    fn tries_are_made_with_growing_pauses_as_long_as_there_is_time_to_call() {
        let (now, minute) = (Instant::from_millis(1_000_000_000_000), 60_000);
        let far = now.plus_millis(24 * 3_600_000);
        let after = |tries, begins| next_try(tries, now, begins).map(|next| next.millis_since(now) / minute);
        let pauses: Vec<_> = (1..=7).map(|tries| after(tries, far)).collect();
        assert_eq!(pauses, [Some(1), Some(5), Some(15), Some(30), Some(60), Some(120), None]);
        assert_eq!(after(0, far), None);
        let soon = |minutes: i64| now.plus_millis(minutes * minute);
        assert_eq!(after(1, soon(121)), Some(1), "two hours are left to call");
        assert_eq!(after(1, soon(120)), None);
    }

    #[test]
    fn a_message_that_waits_spares_a_call_only_while_there_is_time_to_call() {
        let (made, minute) = (Instant::from_millis(1_000_000_000_000), 60_000);
        let spared = |after: i64, before: i64| {
            let now = made.plus_millis(after * minute);
            spares_a_call(made, now, now.plus_millis(before * minute))
        };
        assert_eq!([spared(1, 30), spared(60, 120), spared(60, 600)], [true; 3]);
        assert_eq!([spared(2, 30), spared(60, 119)], [false; 2]);
    }

    #[test]
    fn an_address_is_taken_as_people_type_it() {
        for (typed, kept) in [
            (" Aino.Aho@Posti.FI ", "Aino.Aho@posti.fi"),
            ("a@b.fi", "a@b.fi"),
            ("aino+kerhot@sähkö.example", "aino+kerhot@sähkö.example"),
        ] {
            assert_eq!(email_typed(typed).as_deref(), Some(kept));
        }
        for wrong in [
            "",
            "aino",
            "aino@",
            "@posti.fi",
            "aino@posti",
            "a b@posti.fi",
            "a@b@posti.fi",
            ".a@posti.fi",
            "a..b@posti.fi",
            "a@posti..fi",
            "a@posti.fi,b@posti.fi",
            "<a@posti.fi>",
            "a@posti.fi\r\nBcc: b@posti.fi",
        ] {
            assert_eq!(email_typed(wrong), None, "{wrong}");
        }
        assert_eq!(email_typed(&format!("{}@posti.fi", "a".repeat(65))), None);
    }

    #[test]
    fn a_number_is_written_as_services_take_it() {
        for (typed, number) in [
            ("040 123 4567", "+358401234567"),
            ("+358 40 1234567", "+358401234567"),
            ("+358 (0)40 123-4567", "+358401234567"),
            ("0046 70 123 45 67", "+46701234567"),
        ] {
            assert_eq!(sms_number(typed).as_deref(), Some(number), "{typed}");
        }
        for wrong in [
            "",
            "112",
            "040 123 4567, illat",
            "040 1234567 / 050 1112222",
            "tytär",
            "40 123 4567",
            "+",
            "+040 123 4567",
        ] {
            assert_eq!(sms_number(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn whoever_finds_a_card_reads_no_address_and_no_number() {
        assert_eq!(email_hinted("aino.aho@posti.fi"), "a…@posti.fi");
        assert_eq!(number_hinted("+358401234567"), "…67");
    }

    #[test]
    fn what_is_put_into_a_template_cannot_break_out_of_it() {
        let values = [("to", "+358401234567"), ("text", "Kerta \"{to}\" & ä\n"), ("id", "7")];
        let url = "https://sms.example/send?to={to}&text={text}&x={other}";
        let filled =
            "https://sms.example/send?to=%2B358401234567&text=Kerta%20%22%7Bto%7D%22%20%26%20%C3%A4%0A&x={other}";
        assert_eq!(fill(url, Escape::Percent, &values), filled);
        let json = r#"{"to": "{to}", "body": "{text}", "ref": {"id": "{id}"}}"#;
        assert_eq!(Escape::of_body(json), Escape::Json);
        let filled = fill(json, Escape::Json, &values);
        let read: serde_json::Value = serde_json::from_str(&filled).unwrap();
        assert_eq!(read["body"], "Kerta \"{to}\" & ä\n");
        assert_eq!((read["to"].as_str(), read["ref"]["id"].as_str()), (Some("+358401234567"), Some("7")));
        assert_eq!(Escape::of_body("to={to}&text={text}"), Escape::Percent);
    }
}
