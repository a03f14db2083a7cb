//! The outbox as people see it: what waits, what must be looked at, and the file of last resort.

use domain::assessments::Assessment;
use domain::ids::{DeviceId, SessionId, StreamId};
use domain::people::Participant;
use domain::people::Verb::Register;
use domain::people::naming::Named;
use domain::sessions::Session;
use domain::sync::client::Client;
use domain::sync::client::stored::Damaged;
use domain::sync::client::trace::Trace;
use domain::sync::client::view::{RecordState as State, Waiting};
use domain::sync::entity::Entity;
use domain::sync::op::Verb;
use domain::sync::wire::{Outcome, named_by};
use domain::time::{Day, Instant};
use domain::{assessments, notes};

use super::people;
use super::state::{Both, SetAside, WaitingItem};
use crate::history::{VerbWords, title_of_kind};
use crate::texts::waiting::kind;
use crate::texts::{Lang, range};

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
    let named = |row: &Waiting<'_>| lapsed.is_none_or(|since| row.recorded_at > since);
    let place = |row: &Waiting<'_>| row.verb.filter(|_| named(row)).map(|verb| place(client, verb, row.recorded_at));
    let one = |row: &Waiting<'_>| item(client, lang, row, (who(row), place(row).unwrap_or_default()), own);
    client.waiting().iter().map(one).collect()
}

/// What cannot be read any more, by number.
pub fn set_aside(client: &Client, lang: Lang) -> Vec<SetAside> {
    let mut all: Vec<_> = client.damaged().iter().map(Damaged::trace).collect();
    all.sort_by_key(|trace| trace.n);
    let told = |Trace { n, recorded_at, kind }: Trace| {
        let what = kind.and_then(|kind| title_of_kind(lang, kind));
        SetAside { number: n, what, at: recorded_at }
    };
    all.into_iter().map(told).collect()
}

/// The numbers of what was recorded here and is nowhere any more: "11–15", "20".
pub fn lost_numbers(client: &Client) -> Vec<String> {
    let one =
        |(from, to): (i64, i64)| if from == to { from.to_string() } else { range(&from.to_string(), &to.to_string()) };
    named_by(client.lost()).into_iter().map(one).collect()
}

/// The group and the day that an operation is about, as far as they are known here: of a session of the plan of which
/// nothing is recorded yet, the day on which it was recorded, if it is that one.
fn place(client: &Client, verb: &Verb, recorded_at: Instant) -> (Option<String>, Option<Day>) {
    let group = verb.group();
    let name = group.and_then(|id| client.groups().find(|group| group.id == id)).map(|group| group.name.clone());
    let session = match verb {
        Verb::Attendance(verb) => Some(verb.said().session),
        Verb::Note(notes::Verb::Set { session, .. }) => Some(*session),
        Verb::Session(_) => Some(SessionId(verb.target().id)),
        Verb::Assessment(assessments::Verb::Record { assessment }) => return (name, Some(assessment.measured_on)),
        _ => None,
    };
    let (today, _) = recorded_at.in_finland();
    let day = session.and_then(|id| {
        let planned = group.filter(|group| Session::planned_id(*group, today) == id).map(|_| today);
        client.session(id).map(|session| session.day).or(planned)
    });
    (name, day)
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

fn item(
    client: &Client,
    lang: Lang,
    row: &Waiting<'_>,
    (who, (group, day)): (Option<Named>, (Option<String>, Option<Day>)),
    own: &str,
) -> WaitingItem {
    let outcome = match row.state {
        State::NeedsLook { outcome, reason, .. } => Some((outcome, reason)),
        _ => None,
    };
    let contradicts = row.verb.filter(|_| outcome.is_some_and(|(outcome, _)| outcome == Outcome::Conflict));
    let both = contradicts.and_then(|verb| both(client, verb, own));
    WaitingItem {
        op: row.op_id,
        what: row.verb.map_or(kind::unknown(lang), |verb| verb.title(lang)),
        who,
        group,
        day,
        at: row.recorded_at,
        state: row.state.into(),
        outcome,
        chooses: both.is_some() || contradicts.is_some_and(|verb| holds_versions(client, verb)),
        both,
        field: row.field.map(str::to_owned),
        // What is held ends by a person at the desk, not by reading it here.
        dismissible: outcome.is_some_and(|(outcome, _)| outcome != Outcome::Held),
    }
}

/// Whether the corrections of the test are here side by side.
fn holds_versions(client: &Client, verb: &Verb) -> bool {
    let Verb::Assessment(assessments::Verb::Amend { id, .. }) = verb else { return false };
    let test = client.entity((*id).into()).and_then(Entity::content::<Assessment>);
    test.is_some_and(Assessment::has_sides)
}

/// The person a verb is about; one who was registered here is known by that, whatever came of it.
fn person(client: &Client, verb: &Verb) -> Option<Participant> {
    if let Verb::Participant(Register { id, profile, provisional, .. }) = verb {
        let profile = profile.as_ref().clone();
        return Some(Participant { id: *id, profile, provisional: *provisional, clocks: Default::default() });
    }
    client.participant(verb.participant()?).cloned()
}

/// What has no outcome and what cannot be read any more, as a file that a coordinator takes in at the desk.
pub fn export(client: &Client, device: DeviceId) -> String {
    serde_json::to_string(&client.hand_out(device)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::attendance::Mark;
    use domain::sync::client::{Area, Effect, Event, Identity, Stored, Write};
    use domain::sync::testing::sample::{self, Dice, NOON};

    /// A tablet on which a group was told of and a mark made, and its store.
    fn marked() -> (Client, Vec<Stored>) {
        let identity = Identity { user: sample::user(1), new_stream: sample::stream(1), key: None };
        let (mut client, mut store) = (Client::new(identity, Vec::new()), Vec::new());
        for (ticket, verb) in [(1, sample::group(1)), (2, sample::mark(1, 1, Some(Mark::Present)))] {
            for effect in client.handle(Event::Record { ticket, verb }, NOON, &mut Dice(ticket)) {
                let Effect::Persist { token, writes, .. } = effect else { continue };
                store.extend(writes.into_iter().filter_map(|write| match write {
                    Write::Add { area, key, bytes } => Some((area, key, bytes)),
                    _ => None,
                }));
                client.handle(Event::Committed(token), NOON, &mut Dice(9));
            }
        }
        (client, store)
    }

    fn all(client: &Client) -> Vec<WaitingItem> {
        let reader = Reader { lapsed: None, today: sample::today(), see: Participant::clone, own: "Outi" };
        waiting(client, Lang::Fi, &reader)
    }

    #[test]
    fn what_waits_is_told_with_its_group_and_its_day() {
        let (client, _) = marked();
        let told: Vec<_> = all(&client).into_iter().map(|item| (item.what, item.group, item.day)).collect();
        let group = || Some("Ryhmä 1".to_owned());
        assert_eq!(told, [("ryhmän tiedot", group(), None), ("läsnäolo", group(), Some(sample::today()))]);
    }

    #[test]
    fn while_only_recording_is_possible_earlier_entries_name_no_group() {
        let (client, _) = marked();
        let reader = Reader { lapsed: Some(NOON), today: sample::today(), see: Participant::clone, own: "Outi" };
        let told = waiting(&client, Lang::Fi, &reader);
        assert!(told.len() == 2 && told.iter().all(|item| item.group.is_none() && item.day.is_none()));
    }

    #[test]
    fn a_row_that_cannot_be_read_is_named_by_number_and_by_what_is_left_of_it() {
        let (client, mut store) = marked();
        let identity = Identity { user: sample::user(1), new_stream: client.stream(), key: None };
        for (_, key, bytes) in &mut store {
            if key.ends_with('2') {
                bytes.insert(0, 0);
            }
        }
        store.push((Area::Outbox, "op/000000000003".into(), vec![9, 9, 9]));
        let client = Client::new(identity, store);
        let known = SetAside { number: Some(2), what: Some("läsnäolo"), at: Some(NOON) };
        let unknown = SetAside { number: Some(3), what: None, at: None };
        assert_eq!(set_aside(&client, Lang::Fi), [known, unknown]);
        assert_eq!(all(&client).len(), 1, "the other one still waits");
    }
}
