//! The outbox as people see it: what waits, what must be looked at, and the file of last resort.

use domain::ids::StreamId;
use domain::people;
use domain::people::Participant;
use domain::sync::client::Client;
use domain::sync::client::view::{RecordState as State, Waiting};
use domain::sync::op::Verb;
use domain::sync::wire::Outcome;
use domain::time::Instant;
use serde::Serialize;

use super::state::WaitingItem;
use crate::history::VerbWords;
use crate::texts::Lang;
use crate::texts::waiting::kind;

/// Everything that has not arrived or needs a look, oldest first. `lapsed`: what was recorded until then goes
/// without names.
pub fn waiting(client: &Client, lang: Lang, lapsed: Option<Instant>) -> Vec<WaitingItem> {
    client.waiting().iter().map(|row| item(client, lang, row, lapsed)).collect()
}

fn item(client: &Client, lang: Lang, row: &Waiting<'_>, lapsed: Option<Instant>) -> WaitingItem {
    let outcome = match row.state {
        State::NeedsLook { outcome, reason, .. } => Some((outcome, reason)),
        _ => None,
    };
    WaitingItem {
        op: row.op_id,
        what: row.verb.map_or(kind::unknown(lang), |verb| verb.title(lang)),
        who: row.verb.filter(|_| lapsed.is_none_or(|since| row.recorded_at > since)).and_then(|verb| who(client, verb)),
        at: row.recorded_at,
        state: row.state.into(),
        outcome,
        field: row.field.map(str::to_owned),
        // What is held ends by a person at the desk, not by reading it here.
        dismissible: outcome.is_some_and(|(outcome, _)| outcome != Outcome::Held),
    }
}

/// The person a verb is about, by name.
fn who(client: &Client, verb: &Verb) -> Option<String> {
    if let Verb::Participant(people::Verb::Register { profile, .. }) = verb {
        return Some(profile.full_name());
    }
    client.participant(verb.participant()?).map(|person: &Participant| person.profile.full_name())
}

#[derive(Serialize)]
struct Export<'a> {
    stream: StreamId,
    operations: Vec<Exported<'a>>,
}

#[derive(Serialize)]
struct Exported<'a> {
    n: i64,
    text: &'a str,
}

/// What has no outcome, as the canonical texts with their stream: a JSON document that a coordinator can send on.
pub fn export(client: &Client) -> String {
    let unsent = client.outbox().rows().filter(|row| row.ack.is_none());
    let operations = unsent.map(|row| Exported { n: row.n, text: &row.text }).collect();
    serde_json::to_string(&Export { stream: client.stream(), operations }).unwrap_or_default()
}
