//! The demonstration's one personal card: of somebody whose page has something to show; that person's exercise at home,
//! what somebody else has asked, and what somebody has said.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use app::texts::Lang;
use domain::access::Action;
use domain::exercises::Exercise;
use domain::feedback::FeedbackKind;
use domain::friends::{self, FriendPair};
use domain::groups::Membership;
use domain::home_programmes::{self, Chosen, Form, HomeProgramme};
use domain::home_weeks::{self, DAYS};
use domain::ids::{FeedbackId, FriendPairId, MunicipalityCode, RequestId, UserId};
use domain::messages::MessageChannel;
use domain::names::sort_key;
use domain::people::{Participant, PersonLanguage};
use domain::requests::{RequestChannel, RequestKind, RequestPart};
use domain::sync::op::Verb;
use domain::sync::server::write::Seen;

use super::town::group_ref;
use super::{CARD, PIN};
use crate::access::accounts::own_organisation;
use crate::access::{Scope, ScopedTx};
use crate::db::Unscoped;
use crate::error::Error;
use crate::feedback::{self, Again, Told};
use crate::files::present;
use crate::messages::choices::{self, Choice};
use crate::own::cards::{self, Managed, Secrets};
use crate::people::{self, Found};
use crate::requests::{self, Asked, New};
use crate::state::AppState;
use crate::{assessments, memberships};

/// A programme of the last four weeks with the days on which it was done, made by that account.
pub async fn exercise(state: &AppState, scope: &Scope, by: UserId) -> Result<(), Error> {
    let found = somebody(&mut state.db.read(scope).await?).await?;
    let (participant, today) = (found.person.id, scope.today());
    let exercises =
        [Exercise::ChairStand, Exercise::HeelRaise, Exercise::LegSide, Exercise::SingleLegStand, Exercise::Walk];
    let chosen = |exercise| match exercise {
        Exercise::SingleLegStand => Chosen { form: Form::Easier, ..Chosen::usual(exercise) },
        _ => Chosen::usual(exercise),
    };
    let programme = HomeProgramme {
        participant,
        exercises: exercises.map(chosen).into(),
        from: today.monday().plus_days(-21),
        to: None,
        by,
        note: "Hyvin menee! Pidä tuolista kiinni, kun seisot yhdellä jalalla.".to_owned(),
    };
    let week = |back: i64| {
        let monday = today.monday().plus_days(-DAYS * back);
        let days = [0, 2, 5].map(|n| monday.plus_days(n)).into_iter().filter(|day| *day < today);
        let days: BTreeMap<_, _> = days.map(|day| (day, true)).collect();
        (!days.is_empty()).then(|| home_weeks::Verb::Set { participant, monday, days }.into())
    };
    let made: Verb = home_programmes::Verb::Set { programme }.into();
    let wanted: Vec<_> =
        std::iter::once(made).chain((0..4).filter_map(week)).map(|verb| (verb, Seen::Newest)).collect();
    let done = state.change(scope, "demo", &wanted).await?;
    done.map_err(|refused| Error::Broken(format!("the demo's exercise at home: {:?}", refused.result)))
}

/// Makes the card, in the name of that account.
pub async fn make_card(state: &AppState, scope: &Scope, by: UserId) -> Result<(), Error> {
    let secrets = Secrets { pin: PIN.to_owned(), ..Secrets::new(state) };
    let pin = &cards::hashed(state, &secrets.pin).await?;
    let secrets = &secrets;
    state
        .write(scope, |mut tx| async move {
            let found = somebody(&mut tx).await?;
            let whose = Managed::of_person(tx.scope(), found.reached)?;
            cards::insert(state, &mut tx, whose, cards::New { number: CARD, secrets, pin, by }).await?;
            Ok(tx.done(()))
        })
        .await
}

/// Half of those in the first group hear of a cancelled session by e-mail, a few by a text message; the others are called.
pub async fn choose_messages(state: &AppState, scope: &Scope) -> Result<(), Error> {
    let ways = [MessageChannel::Email, MessageChannel::Call, MessageChannel::Email, MessageChannel::Sms];
    state
        .write(scope, |mut tx| async move {
            let stays = first_group(&mut tx).await?;
            let (bare, tenant) = tx.unscoped(Unscoped::Messages);
            for (n, (stay, way)) in stays.iter().zip(ways.into_iter().cycle()).enumerate() {
                let address = match way {
                    MessageChannel::Email => format!("osallistuja{n}@posti.example"),
                    MessageChannel::Sms | MessageChannel::Call | MessageChannel::Push => format!("040 555 01{n:02}"),
                };
                if let Some(choice) = Choice::typed(way, &address, Lang::Fi, state.now()) {
                    choices::set(state, bare, tenant, stay.participant.0, &choice).await?;
                }
            }
            Ok(tx.done(()))
        })
        .await
}

/// Two of the first group, last in the list of people, have a friend to go out with: one was out on three of the last
/// weeks, the other has not been yet.
pub async fn befriend(state: &AppState, scope: &Scope) -> Result<(), Error> {
    let mut tx = state.db.read(scope).await?;
    let has_card = somebody(&mut tx).await?.person.id;
    let mut people = Vec::new();
    for stay in first_group(&mut tx).await? {
        people.push(people::find(&mut tx, Action::SeeProfiles, stay.participant).await?.person);
    }
    drop(tx);
    people.retain(|person| person.id != has_card);
    people.sort_by_cached_key(|person| Reverse(sort_key(&person.profile.list_name())));
    let today = scope.today();
    let volunteers: [(&str, &str, i64, &[i64]); 2] =
        [("Ritva Lahtela", "040 555 0131", 40, &[24, 17, 3]), ("Pekka Saarni", "040 555 0132", 9, &[])];
    let pair = |(person, (name, phone, since, visits)): (&Participant, (&str, &str, i64, &[i64]))| FriendPair {
        id: state.with_chance(|chance| FriendPairId::new(state.now(), chance)),
        participant: person.id,
        name: name.to_owned(),
        phone: phone.to_owned(),
        since: today.plus_days(-since),
        ended: None,
        visits: visits.iter().map(|back| today.plus_days(-back)).collect(),
    };
    let pairs = people.iter().zip(volunteers).map(pair);
    let wanted: Vec<(Verb, Seen)> = pairs.map(|pair| (friends::Verb::Set { pair }.into(), Seen::Newest)).collect();
    let done = state.change(scope, "demo", &wanted).await?;
    done.map_err(|refused| Error::Broken(format!("the demo's outdoor friends: {:?}", refused.result)))
}

/// Days ago that somebody asked by telephone for a correction: the answer is soon due.
const ASKED: i64 = 25;

/// Somebody else of the first group has asked for a correction by telephone, which that account entered.
pub async fn ask(state: &AppState, scope: &Scope, by: UserId) -> Result<(), Error> {
    state
        .write(scope, |mut tx| async move {
            let has_card = somebody(&mut tx).await?.person.id;
            let stays = first_group(&mut tx).await?;
            let other = stays.iter().find(|stay| stay.participant != has_card);
            let other = other.ok_or_else(|| Error::Broken("nobody in the demo has anything to ask".to_owned()))?;
            let found = people::find(&mut tx, Action::ErasePeople, other.participant).await?;
            let asked = Asked {
                kind: RequestKind::Correction,
                part: Some(RequestPart::Contact),
                words: "Muutin elokuussa. Postinumero on vaihtunut.".to_owned(),
                language: Lang::Fi,
                channel: RequestChannel::Phone,
            };
            let id = state.with_chance(|chance| RequestId::new(state.now(), chance));
            let received_on = tx.scope().today().plus_days(-ASKED);
            let new = New { id, asked, received_on, entered_by: Some(by) };
            requests::keep(&mut tx, found.reached, &new).await?;
            Ok(tx.done(()))
        })
        .await
}

/// Days ago that somebody gave feedback: the answer is soon due.
const SAID: i64 = 11;

/// Somebody has said something about the service.
pub async fn give_feedback(state: &AppState, municipality: &MunicipalityCode) -> Result<(), Error> {
    let id = state.with_chance(|chance| FeedbackId::new(state.now(), chance));
    let told = &Told {
        kind: FeedbackKind::Accessibility,
        words: "Suurella tekstillä ryhmälistan napit jäävät puhelimessa kovin lähelle toisiaan.".to_owned(),
        language: Lang::Fi,
        name: "Raili".to_owned(),
        contact: "040 555 0188".to_owned(),
    };
    let on = state.today().plus_days(-SAID);
    state
        .write(Unscoped::Installation, |mut tx| async move {
            let own = own_organisation(&mut tx, municipality).await?.ok_or(Error::NotFound)?;
            feedback::keep(&mut tx, municipality, own, (id, told, Again::Unsaid), on).await?;
            Ok(tx.done(()))
        })
        .await
}

/// The stays in the first group that go on, the oldest first.
async fn first_group(tx: &mut ScopedTx) -> Result<Vec<Membership>, Error> {
    let today = tx.scope().today();
    let group = present::groups(tx).await?.by_reference.get(&group_ref(1, 0)).copied();
    let mut stays = present::memberships(tx).await?;
    stays.retain(|stay| Some(stay.group) == group && stay.goes_on(today));
    stays.sort_by_key(|stay| (stay.joined_on, stay.participant));
    Ok(stays)
}

/// Whoever is in the first group, speaks Finnish and has been measured at least twice.
async fn somebody(tx: &mut ScopedTx) -> Result<Found, Error> {
    for stay in first_group(tx).await? {
        let found = people::find(tx, Action::SeeProfiles, stay.participant).await?;
        let tests = assessments::of_people(tx, [found.reached]).await?;
        let in_one = memberships::of_people(tx, [found.reached]).await?.len() == 1;
        let days: std::collections::BTreeSet<_> = tests.iter().map(|test| test.measured_on).collect();
        if found.person.profile.language == Some(PersonLanguage::Finnish) && days.len() > 1 && in_one {
            return Ok(found);
        }
    }
    Err(Error::Broken("nobody in the demo has a page to show".to_owned()))
}
