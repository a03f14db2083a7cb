//! Whether somebody who comes to a group for the first time is known elsewhere in the organisation, and bringing them in
//! (docs/access.md, Newcomers who are known). Asked by tablets, of people whom they do not hold.

use axum::Json;
use axum::extract::State;
use domain::access::Action;
use domain::groups::{Group, Membership};
use domain::ids::ParticipantId;
use domain::people::naming::with_initial;
use domain::people::{Participant, Profile};
use domain::sync::entity::Entity;
use domain::sync::rights::Grants;
use domain::time::Day;
use domain::visitors::{Answer, BRING_PATH, Bring, KNOWN_PATH, KnownPerson, MOST, Question, Whom, may_begin};
use http::StatusCode;

use crate::access::{Actor, ScopedTx, SignedIn, attempts, grants, reach};
use crate::audit;
use crate::db::Unscoped;
use crate::error::Error;
use crate::people::{alike, keepers, merged};
use crate::routes::Routes;
use crate::state::AppState;
use crate::web::json::Received;
use crate::web::request;
use crate::{memberships, write};

pub fn routes(routes: Routes) -> Routes {
    routes.post(KNOWN_PATH, known).post(BRING_PATH, bring)
}

/// Answers once, and notes the look before: each question is one row, of whomever it was told.
async fn known(
    State(state): State<AppState>,
    actor: Actor,
    who: SignedIn,
    extensions: http::Extensions,
    Received(asked): Received<Question>,
) -> Result<Json<Answer>, Error> {
    let wanted = may_ask(&actor, &asked.whom)?;
    attempts::counted(&state, &attempts::of_known_people(actor.user)).await?;
    let mut tx = state.db.read(&actor.scope).await?;
    let group = reach::group(&mut tx, Action::RegisterWalkIn, asked.group).await?.id();
    let found = elsewhere(&mut tx, &wanted).await?;
    drop(tx);
    let told = found.iter().map(|person| person.id);
    let entry = audit::Entry::of_known(&actor, state.now(), group, told, &request::id_of(&extensions));
    let entry = audit::Entry { device: who.device, ..entry };
    audit::note(&state, actor.scope.municipality(), &entry).await?;
    let sees_years = actor.scope.may(Action::SeeProfiles);
    let people = found.into_iter().map(|person| KnownPerson {
        id: person.id,
        name: with_initial(&person.profile),
        birth_year: person.profile.year_of_birth().filter(|_| sees_years),
    });
    Ok(Json(Answer { people: people.collect() }))
}

/// The person is in the group from that day on, in the asker's name. Whoever is not meant by what was typed is not found.
async fn bring(
    State(state): State<AppState>,
    actor: Actor,
    extensions: http::Extensions,
    Received(wanted): Received<Bring>,
) -> Result<StatusCode, Error> {
    let whom = &may_ask(&actor, &wanted.whom)?;
    if !may_begin(wanted.day, state.today()) {
        return Err(Error::BadRequest("a day on which nobody is brought in".into()));
    }
    attempts::counted(&state, &attempts::of_brought_people(actor.user)).await?;
    let (state, wanted, request_id) = (&state, &wanted, &request::id_of(&extensions));
    let brought = state.write(&actor.scope, |mut tx| async move {
        let group = reach::group(&mut tx, Action::RegisterWalkIn, wanted.group).await?.id();
        // The answer to the first press was lost.
        if is_there(&mut tx, wanted).await? {
            return Ok(tx.undone(()));
        }
        if !elsewhere(&mut tx, whom).await?.iter().any(|person| person.id == wanted.person) {
            return Err(Error::NotFound);
        }
        let stay = Membership::begun(group, wanted.person, wanted.day);
        match write::bring_in(state, &mut tx, request_id, stay).await? {
            Ok(()) => Ok(tx.done(())),
            Err(_) => Err(Error::NotFound),
        }
    });
    brought.await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Whether the person is in the group on that day, in which the asker sees everybody.
async fn is_there(tx: &mut ScopedTx, wanted: &Bring) -> Result<bool, Error> {
    let (bare, tenant) = tx.unscoped(Unscoped::Sync);
    let stays = memberships::of_found(bare, tenant, [wanted.person]).await?;
    Ok(stays.iter().any(|(stay, _)| stay.group == wanted.group && stay.covers(wanted.day)))
}

/// Those who register people on a tablet ask, and only about the whole of what identifies somebody.
fn may_ask(actor: &Actor, whom: &Whom) -> Result<Profile, Error> {
    actor.scope.require(Action::UseTablet)?;
    actor.scope.require(Action::RegisterWalkIn)?;
    whom.wanted().ok_or_else(|| Error::BadRequest("a part of what identifies somebody".into()))
}

/// Those of the own organisation who may be meant, and are in none of the asker's own groups: of these the tablet has
/// asked already. In the order of their ids, so that the same question has the same answer.
async fn elsewhere(tx: &mut ScopedTx, wanted: &Profile) -> Result<Vec<Participant>, Error> {
    let (own, today) = (grants::of_scope(tx).await?.ok_or(Error::Forbidden)?, tx.scope().today());
    let mut meant = meant(tx, wanted).await?;
    let (bare, tenant) = tx.unscoped(Unscoped::Sync);
    // What is known of any record of a person is known of the person.
    let stands = merged::of_people(bare, tenant, &meant.iter().map(|person| person.id).collect()).await?;
    let stays = memberships::of_found(bare, tenant, stands.keys().copied()).await?;
    let kept = keepers::of_people(bare, tenant, stands.keys().copied()).await?;
    meant.retain(|Participant { id, .. }| {
        let theirs = |record: ParticipantId| stands.get(&record) == Some(id);
        let real: Vec<_> = stays.iter().filter(|(stay, _)| theirs(stay.participant) && !stay.is_void()).collect();
        let registered = kept.iter().any(|keeper| {
            let own = theirs(keeper.participant) && keeper.organisation == own.organisation;
            own && (!keeper.while_unplaced || real.is_empty())
        });
        let takes_part = real.iter().any(|(_, group)| group.provider == own.organisation);
        (registered || takes_part) && !real.iter().any(|place| is_with(&own, place, today))
    });
    meant.sort_by_key(|person| person.id);
    meant.truncate(MOST);
    Ok(meant)
}

/// Those who may be meant, wherever they are: of whom nothing forbids it to be told, by whichever record of theirs.
async fn meant(tx: &mut ScopedTx, wanted: &Profile) -> Result<Vec<Participant>, Error> {
    let (bare, tenant) = tx.unscoped(Unscoped::Sync);
    let clues: Vec<_> = wanted.clues().collect();
    let found = alike(bare, tenant, &clues).await?;
    let found = found.iter().filter_map(Entity::content::<Participant>);
    let mut meant: Vec<_> = found.filter(|person| wanted.may_be(&person.profile)).cloned().collect();
    merged::protect(tx, &mut meant).await?;
    meant.retain(|person| person.profile.may_be_told_elsewhere());
    Ok(meant)
}

/// Whether the stay has the person on the tablets of one of the own groups.
fn is_with(own: &Grants, (stay, group): &(Membership, Group), today: Day) -> bool {
    own.groups.contains(&group.id) && stay.reaches(today)
}
