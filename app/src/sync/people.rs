//! Who belongs to a group's session, and what a person is called among whom.

use std::collections::BTreeSet;

use domain::groups::{ExitReason, Membership};
use domain::ids::{GroupId, ParticipantId, SessionId};
use domain::people::Participant;
use domain::people::naming::{Form, Named, named, named_by_id};
use domain::sync::client::Client;
use domain::time::Day;

/// The members of that day, in the order in which they came to the group.
pub fn members(client: &Client, group: GroupId, day: Day) -> Vec<&Participant> {
    // Whoever died that day was a member that day, and nobody is to ask where they are.
    let died = |stay: &Membership| stay.exit_reason == Some(ExitReason::Died) && stay.left_on == Some(day);
    let stays = client.memberships(group).filter(|stay| stay.covers(day) && !died(stay));
    let came: BTreeSet<_> = stays.map(|stay| (stay.joined_on, stay.participant)).collect();
    let mut seen = BTreeSet::new();
    let people = came
        .into_iter()
        .filter(|(_, id)| seen.insert(*id))
        .filter_map(|(_, id)| client.participant(id))
        .filter(|person| person.profile.died_on.is_none_or(|died| day < died));
    once_each(people.collect())
}

/// Without records for which another one of these stands: both are of one person.
fn once_each(people: Vec<&Participant>) -> Vec<&Participant> {
    let ids: BTreeSet<_> = people.iter().map(|person| person.id).collect();
    let stands = |person: &&Participant| person.profile.same_as.is_none_or(|kept| !ids.contains(&kept));
    people.into_iter().filter(stands).collect()
}

/// The members of that day, and behind them whoever else has a mark in the session.
pub fn at_session(client: &Client, group: GroupId, session: SessionId, day: Day) -> Vec<&Participant> {
    let mut people = members(client, group, day);
    let known: BTreeSet<_> = people.iter().map(|person| person.id).collect();
    let marked = client.marks(group, session).filter(|(mark, _)| mark.mark.is_some()).map(|(mark, _)| mark.participant);
    let others: BTreeSet<ParticipantId> = marked.filter(|id| !known.contains(id)).collect();
    people.extend(others.into_iter().filter_map(|id| client.participant(id)));
    once_each(people)
}

/// What the person is called where nobody else is shown.
pub fn alone(person: &Participant) -> Named {
    named(Form::Full, [&person.profile]).pop().unwrap_or_default()
}

/// What the person is called among the group's members, or among everybody whom the tablet knows. `see`: what of
/// people the reader may see.
pub fn among(
    client: &Client,
    person: &Participant,
    group: Option<GroupId>,
    today: Day,
    see: impl Fn(&Participant) -> Participant,
) -> Named {
    let people = match group {
        Some(group) => members(client, group, today),
        None => client.participants().collect(),
    };
    let people: Vec<_> = people.into_iter().map(see).collect();
    named_by_id(Form::Full, people.iter().chain([person])).remove(&person.id).unwrap_or_default()
}
