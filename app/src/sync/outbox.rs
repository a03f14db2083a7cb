//! The outbox as people see it: what waits, what must be looked at, and the file of last resort.

use std::borrow::Cow;

use domain::ids::StreamId;
use domain::people::Participant;
use domain::people::Verb::Register;
use domain::people::naming::Named;
use domain::sync::client::Client;
use domain::sync::client::view::{RecordState as State, Waiting};
use domain::sync::op::Verb;
use domain::sync::wire::Outcome;
use domain::time::{Day, Instant};
use serde::Serialize;

use super::people;
use super::state::{Both, WaitingItem};
use crate::history::VerbWords;
use crate::texts::Lang;
use crate::texts::waiting::kind;

/// Who reads the list of what waits.
pub struct Reader<'a> {
    /// What was recorded until then goes without names.
    pub lapsed: Option<Instant>,
    pub today: Day,
    /// What of people the reader may see.
    pub see: fn(&Participant) -> Participant,
    /// What the reader is called.
    pub own: &'a str,
}

/// Everything that has not arrived or needs a look, oldest first.
pub fn waiting(client: &Client, lang: Lang, reader: &Reader<'_>) -> Vec<WaitingItem> {
    let Reader { lapsed, today, see, own } = *reader;
    let who = |row: &Waiting<'_>| match lapsed {
        Some(since) if row.recorded_at <= since => None,
        Some(_) => person(client, row.verb?).map(|person| people::alone(&person)),
        None => {
            let verb = row.verb?;
            person(client, verb).map(|person| people::among(client, &see(&person), verb.group(), today, see))
        }
    };
    client.waiting().iter().map(|row| item(client, lang, row, who(row), own)).collect()
}

/// What the writer of a stream is called, as far as it was told here.
pub(super) fn author(client: &Client, stream: StreamId, own: &str) -> Option<String> {
    if stream == client.stream() { Some(own.to_owned()) } else { client.cursors().authors.get(&stream).cloned() }
}

/// This tablet's mark and those that others set without knowledge of it, or instead of it, with their authors.
fn both(client: &Client, verb: &Verb, own: &str) -> Option<Both> {
    let Verb::Attendance(verb) = verb else { return None };
    let said = verb.said();
    let there = client.attendance(said.group, said.session, said.participant)?;
    let author = |stream| author(client, stream, own);
    let mut others: Vec<_> = there.sides().into_iter().map(|side| (side.mark, author(side.stream))).collect();
    if others.is_empty() {
        others.push((there.mark, None));
    }
    others.retain(|(mark, _)| *mark != said.mark);
    others.sort();
    others.dedup();
    (!others.is_empty()).then_some((said.mark, others))
}

fn item(client: &Client, lang: Lang, row: &Waiting<'_>, who: Option<Named>, own: &str) -> WaitingItem {
    let outcome = match row.state {
        State::NeedsLook { outcome, reason, .. } => Some((outcome, reason)),
        _ => None,
    };
    WaitingItem {
        op: row.op_id,
        what: row.verb.map_or(kind::unknown(lang), |verb| verb.title(lang)),
        who,
        at: row.recorded_at,
        state: row.state.into(),
        outcome,
        both: row
            .verb
            .filter(|_| outcome.is_some_and(|(outcome, _)| outcome == Outcome::Conflict))
            .and_then(|verb| both(client, verb, own)),
        field: row.field.map(str::to_owned),
        // What is held ends by a person at the desk, not by reading it here.
        dismissible: outcome.is_some_and(|(outcome, _)| outcome != Outcome::Held),
    }
}

/// The person a verb is about; one who was registered here is known by that, whatever came of it.
fn person(client: &Client, verb: &Verb) -> Option<Participant> {
    if let Verb::Participant(Register { id, profile, provisional, .. }) = verb {
        let profile = profile.as_ref().clone();
        return Some(Participant { id: *id, profile, provisional: *provisional, clocks: Default::default() });
    }
    client.participant(verb.participant()?).cloned()
}

#[derive(Serialize)]
struct Export<'a> {
    stream: StreamId,
    operations: Vec<Exported<'a>>,
    /// As it lies in the store.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unreadable: Vec<Unreadable<'a>>,
}

#[derive(Serialize)]
struct Unreadable<'a> {
    n: Option<i64>,
    text: Cow<'a, str>,
}

#[derive(Serialize)]
struct Exported<'a> {
    n: i64,
    text: &'a str,
}

/// What has no outcome, as the canonical texts with their stream, and what cannot be read any more: a JSON document that
/// a coordinator can send on.
pub fn export(client: &Client) -> String {
    let unsent = client.outbox().rows().filter(|row| row.ack.is_none());
    let operations = unsent.map(|row| Exported { n: row.n, text: &row.text }).collect();
    let unreadable = client.damaged().iter();
    let unreadable = unreadable.map(|row| Unreadable { n: row.n, text: String::from_utf8_lossy(&row.bytes) }).collect();
    serde_json::to_string(&Export { stream: client.stream(), operations, unreadable }).unwrap_or_default()
}
