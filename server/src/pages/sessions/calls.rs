//! Whom to call about a cancelled session, and how the calls went: contacts like any other.

use std::collections::BTreeSet;

use app::sessions::calls::{TAKEN_BACK, ToCall};
use app::sessions::page::Marked;
use app::texts::{self, Lang};
use axum::extract::Path;
use axum::response::Response;
use domain::access::Action;
use domain::contacts::{Cancelled, ContactOutcome, OF_CALLS};
use domain::ids::ParticipantId;
use domain::people::Participant;
use domain::sync::op::Verb;
use domain::sync::server::write::Seen;
use domain::time::Instant;

use super::{Opened, of_form, told};
use crate::access::{InReach, ScopedTx};
use crate::error::Error;
use crate::pages::saving::Sent;
use crate::pages::{id_in, see_other};
use crate::people::{self, merged};
use crate::{contacts, pauses};

/// Everybody of a cancelled session who has not said that they do not come and to whom no message goes; nothing where none
/// is cancelled, where it is past, or to whoever notes no calls.
pub(super) async fn of(
    tx: &mut ScopedTx,
    lang: Lang,
    opened: &Opened,
    marked: &[Marked],
    now: Instant,
) -> Result<Option<Vec<ToCall>>, Error> {
    let meeting = &opened.meeting;
    if !meeting.is_cancelled() || meeting.day < tx.scope().today() || !tx.scope().may(Action::EditProfiles) {
        return Ok(None);
    }
    let ids: BTreeSet<_> = marked.iter().filter(|one| Cancelled::concerns(one.mark)).map(|one| one.person).collect();
    let mut found = people::among(tx, Action::SeeProfiles, &ids).await?;
    merged::protect(tx, found.values_mut().map(|(_, person)| person)).await?;
    // Whoever is here by several records is called once.
    let here: BTreeSet<_> = marked.iter().map(|one| one.person).collect();
    let by_other = |person: &Participant| person.profile.same_as.is_some_and(|kept| here.contains(&kept));
    found.retain(|_, (_, person)| person.profile.died_on.is_none() && !by_other(person));
    let reached: Vec<InReach<ParticipantId>> = found.values().map(|(reached, _)| *reached).collect();
    let paused = pauses::of_people(tx, reached.iter().copied()).await?;
    let paused: BTreeSet<_> =
        paused.iter().filter(|pause| pause.covers(meeting.day)).map(|pause| pause.participant).collect();
    let noted = contacts::of_people(tx, reached).await?;
    let told = told::without_call(tx, meeting, &ids, now).await?;
    let session = Cancelled { group: meeting.group, day: meeting.day };
    let line = |one: &Marked| {
        let (_, person) =
            found.get(&one.person).filter(|_| !paused.contains(&one.person) && !told.contains(&one.person))?;
        Some(ToCall {
            person: one.person,
            name: texts::named(lang, &one.name),
            phone: person.profile.clone().disclosed().phone,
            outcome: session.outcome(one.person, &noted),
        })
    };
    Ok(Some(marked.iter().filter_map(line).collect()))
}

/// Notes how the call with one of them went. Pressed twice it says the same; of a session that is on again nothing is
/// noted.
pub(super) async fn call(Path((group, day)): Path<(String, String)>, sent: Sent) -> Result<Response, Error> {
    let (opened, marked) = of_form(&sent, &group, &day).await?;
    let person: ParticipantId = id_in(sent.fields.one("participant"))?;
    if !marked.iter().any(|one| one.person == person) {
        return Err(Error::NotFound);
    }
    let wanted = match sent.fields.one("outcome") {
        TAKEN_BACK => None,
        code => Some(ContactOutcome::from_code(code).filter(|one| OF_CALLS.contains(one)).ok_or(Error::NotFound)?),
    };
    let mut tx = sent.state.db.read(sent.scope()).await?;
    let list = of(&mut tx, sent.lang(), &opened, &marked, sent.state.now()).await?;
    drop(tx);
    let then = opened.done("called");
    let Some(one) = list.into_iter().flatten().find(|one| one.person == person) else { return Ok(see_other(&then)) };
    let session = Cancelled { group: opened.meeting.group, day: opened.meeting.day };
    let verb = session.noted(person, one.outcome, wanted, sent.scope().today());
    let wanted: Vec<(Verb, Seen)> = verb.into_iter().map(|verb| (verb.into(), Seen::Newest)).collect();
    // Nothing in it can be wrong; whoever may not do it is refused.
    Ok(sent.save(Ok(wanted), &then, "outcome").await?.unwrap_or_else(|_| see_other(&then)))
}
