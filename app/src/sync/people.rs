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

/// Everybody who can come to a session: nobody who has died, and each person by the record that stands for them, where it
/// is here.
pub fn who_may_come(client: &Client) -> impl Iterator<Item = &Participant> {
    client.participants().filter(|person| {
        let is_kept = person.profile.same_as.is_none_or(|kept| client.participant(kept).is_none());
        is_kept && person.profile.died_on.is_none()
    })
}

/// Whether somebody of the group is still to be called on that day about having been away: not who has left or died
/// since, nor who is restricted.
pub fn may_be_called(client: &Client, group: GroupId, person: ParticipantId, day: Day) -> bool {
    let stays = client.memberships(group).any(|stay| stay.participant == person && stay.covers(day));
    let known = client.participant(person).map(|person| &person.profile);
    stays && known.is_some_and(|profile| profile.died_on.is_none() && !profile.restricted)
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

#[cfg(test)]
mod tests {
    use super::*;
    use domain::groups::membership;
    use domain::people::ProfileChange;
    use domain::sync::client::{Effect, Event, Identity};
    use domain::sync::op::Verb;
    use domain::sync::testing::sample::{self, Dice, NOON};

    /// A tablet on which that was recorded.
    fn knowing(verbs: impl IntoIterator<Item = Verb>) -> Client {
        let identity = Identity { user: sample::user(1), new_stream: sample::stream(1), key: None };
        let mut client = Client::new(identity, Vec::new());
        for (ticket, verb) in (1..).zip(verbs) {
            for effect in client.handle(Event::Record { ticket, verb }, NOON, &mut Dice(ticket)) {
                if let Effect::Persist { token, .. } = effect {
                    client.handle(Event::Committed(token), NOON, &mut Dice(9));
                }
            }
        }
        client
    }

    #[test]
    fn who_has_died_or_is_in_another_record_is_not_offered_as_a_visitor() {
        let people = (1..=4).map(|n| sample::person(n, None, false));
        let change = |n, change| {
            let id = sample::person_id(n);
            Verb::Participant(domain::people::Verb::Edit { id, changes: vec![change] })
        };
        let (died, same) =
            (ProfileChange::DiedOn(Some(sample::today())), |n| ProfileChange::SameAs(Some(sample::person_id(n))));
        let since = [change(1, died), change(2, same(3)), change(4, same(9))];
        let client = knowing(people.chain(since));
        let found: Vec<_> = who_may_come(&client).map(|person| person.id).collect();
        assert_eq!(
            found,
            [sample::person_id(3), sample::person_id(4)],
            "the record that stands for the fourth is not here"
        );
    }

    #[test]
    fn nobody_is_called_who_has_left_or_died_since_or_is_restricted() {
        let (group, person, today) = (sample::group_id(1), sample::person_id(1), sample::today());
        let change = |change| Verb::Participant(domain::people::Verb::Edit { id: person, changes: vec![change] });
        let id = Membership::begun(group, person, today.plus_days(-30)).id;
        let left_on = Some(today.plus_days(-1));
        let left = membership::Verb::Leave { id, group, left_on, exit_reason: Some(ExitReason::DidNotSuit) };
        let called = |since: Option<Verb>| {
            let known = [sample::group(1), sample::person(1, None, false), sample::join(1, 1)];
            may_be_called(&knowing(known.into_iter().chain(since)), group, person, today)
        };
        assert!(called(None));
        assert!(!called(Some(Verb::Membership(left))));
        assert!(!called(Some(change(ProfileChange::DiedOn(Some(today))))));
        assert!(!called(Some(change(ProfileChange::Restricted(true)))));
    }
}
